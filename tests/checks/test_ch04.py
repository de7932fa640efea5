"""Chapter 04's checks against right and wrong answers."""

import numpy as np
import pytest

from seglearn.checks import ch04

from . import answers_ch04 as answers
from .harness import ExerciseTests, Sheet

SYMMETRIC = "the error is squared"
WINDOW = "the window is symmetric"
MEDIAN_0 = "the median difference is 0 in every case, so that both are right"
TWICE = "a window of size 2 r is cut like one of 2 r + 1, so each is asked twice"
TWO_STEPS = "the root does not tell the two steps apart"
ONE_PIXEL = "in a window of one pixel nothing lies between"


class TestChapter04(ExerciseTests):
    sheets = (
        Sheet(
            ch04.psnr,
            right=[
                answers.psnr_mse,
                answers.psnr_root,
                answers.psnr_loop,
                answers.psnr_norm,
                answers.psnr_torch,
            ],
            wrong=[
                (lambda t, i: 0.0, "too small"),
                (lambda t, i: -10 * np.log10((t - i) ** 2), "asks for one number"),
                (
                    lambda t, i: -10 * np.log10(((t - i) ** 2).mean(axis=(0, 1))),
                    "asks for one number",
                ),
            ],
            equivalent={
                "(truth, image) -> (image, truth)": SYMMETRIC,
                "(clean, noisy) -> (noisy, clean)": SYMMETRIC,
                "torch.nn.functional.mse_loss(torch.as_tensor(truth), torch.as_tensor(image))"
                " -> torch.nn.functional.mse_loss(torch.as_tensor(image), torch.as_tensor(truth))": (
                    SYMMETRIC
                ),
            },
        ),
        Sheet(
            ch04.salt_and_pepper,
            right=[
                answers.impulses_where,
                answers.impulses_copy,
                answers.impulses_loops,
                answers.impulses_select,
                answers.impulses_sum,
            ],
            wrong=[
                (lambda im, a, s, ch, co: 0 * im, "too small"),
                (lambda im, a, s, ch, co: np.where(ch <= a, co < s, im), "Below `amount` means"),
                (
                    lambda im, a, s, ch, co: np.where(ch < a, co <= s, im),
                    "Below `salt_share` means",
                ),
            ],
        ),
        Sheet(
            ch04.median_filter,
            right=[
                answers.median_nine,
                answers.median_scipy,
                answers.median_loops,
                answers.median_windows,
                answers.median_torch,
            ],
            wrong=[
                (lambda im: 0 * im, "too small"),
                (lambda im: np.median(im), "asks for an array"),
            ],
            equivalent={
                "x + dx -> x - dx": WINDOW,
                "y + dy -> y - dy": WINDOW,
                "ndimage.median_filter(image, footprint=np.ones((3, 3)), mode='nearest')"
                " -> ndimage.median_filter(image, footprint=np.ones((3, 3)))": (
                    "SciPy mirrors the border pixels themselves: one pixel away that is the same"
                ),
            },
        ),
        Sheet(
            ch04.noise_sigma,
            right=[
                answers.sigma_diff,
                answers.sigma_slices,
                answers.sigma_centred,
                answers.sigma_centred_by_hand,
                answers.sigma_loops,
                answers.sigma_variance,
            ],
            wrong=[
                (lambda im: 0.0, "too small"),
                (lambda im: abs(np.diff(im)).max(), "too large"),
                (lambda im: np.percentile(abs(np.diff(im)), 68) / 2**0.5, "too small"),
            ],
            equivalent={
                "np.diff(image, axis=1) -> np.diff(image)": "it takes the last axis by itself",
                "d - np.median(d) -> d": MEDIAN_0,
                "d - np.median(d) -> d + np.median(d)": MEDIAN_0,
            },
        ),
        Sheet(
            ch04.adaptive_median_at,
            right=[
                answers.adaptive_for,
                answers.adaptive_while,
                answers.adaptive_stages,
                answers.adaptive_torch,
            ],
            wrong=[
                (lambda im, r, c, m: 0.0, "too small"),
                (lambda im, r, c, m: answers.adaptive_for(im, r, c, m + 2), "larger than"),
                (
                    lambda im, r, c, m: ch04._follow(im, r, c, range(2, m, 2), cut=ch04._of_size),
                    "lacks its last row",
                ),
            ],
            equivalent={
                "adaptive_for: 1 -> 2": "odd sizes stop at the same one",
                "adaptive_for: 2 -> 1": TWICE,
                "adaptive_for: 3 -> 2": TWICE,
                "adaptive_stages: 1 -> 0": "half of an odd size is rounded down",
                "adaptive_stages: size - 1 -> size": "half of an odd size is rounded down",
                "adaptive_torch: 1 -> 0": ONE_PIXEL,
                "adaptive_while: 1 -> 0": ONE_PIXEL,
            },
        ),
        Sheet(
            ch04.objective,
            right=[
                answers.objective_hypot,
                answers.objective_padded,
                answers.objective_loops,
                answers.objective_torch,
                answers.objective_edges,
                answers.objective_package,
            ],
            wrong=[
                (lambda i, r, w: 0 * r, "asks for one number"),
                (lambda i, r, w: answers.objective_hypot(r, i, w), "steps of `image`"),
            ],
            equivalent={
                "np.hypot(down, right) -> np.hypot(right, down)": TWO_STEPS,
                "(padded[1:, :-1] - result, padded[:-1, 1:] - result)"
                " -> (padded[:-1, 1:] - result, padded[1:, :-1] - result)": TWO_STEPS,
            },
        ),
    )


@pytest.mark.parametrize("case", ch04.noise_sigma.cases, ids=lambda case: case.name)
def test_the_median_difference_is_0(case):
    """Then a median absolute deviation, which subtracts it first, is the same number."""
    assert np.median(np.diff(case.arguments["image"], axis=1)) == 0
