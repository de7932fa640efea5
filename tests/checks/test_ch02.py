"""Chapter 02's checks against right and wrong answers."""

import numpy as np

from seglearn.checks import ch02

from . import answers_ch02 as answers
from .harness import ExerciseTests, Sheet

ZERO_BY_ZERO = "NumPy's 0/0 is nan already"
ONE_IS_ENOUGH = "one band of floats makes floats of the other"
LENGTH = "a pixel's length does not change which reference is nearest"


class TestChapter02(ExerciseTests):
    sheets = (
        Sheet(
            ch02.ndvi,
            right=[
                answers.ndvi_floats,
                answers.ndvi_loops,
                answers.ndvi_divide,
                answers.ndvi_selected,
                answers.ndvi_torch,
            ],
            wrong=[
                (lambda n, r: np.zeros(n.shape), "too small"),
                (lambda n, r: answers.ndvi_floats(n, r).mean(), "asks for 4 numbers"),
                (lambda n, r: (n / 255 - r) / (n / 255 + r), "too small"),
                (lambda n, r: answers.ndvi_floats(n, r) + 0 / (n + r), "126 + 130 is 0"),
            ],
            equivalent={
                "nir.astype(float) -> nir": ONE_IS_ENOUGH,
                "red.astype(float) -> red": ONE_IS_ENOUGH,
                "ndvi_divide: 0 -> -1": ZERO_BY_ZERO,
                "ndvi_divide: np.divide(nir - red, total, out=out, where=total != 0)"
                " -> np.divide(nir - red, total, out=out)": ZERO_BY_ZERO,
                "ndvi_selected: 0 -> -1": ZERO_BY_ZERO,
                "ndvi_selected: 0 -> -1 (2)": ZERO_BY_ZERO,
            },
        ),
        Sheet(
            ch02.observe,
            right=[
                answers.observe_matrix,
                answers.observe_loops,
                answers.observe_average,
                answers.observe_einsum,
                answers.observe_broadcast,
            ],
            wrong=[
                (lambda c, r: np.zeros((*c.shape[:2], len(r))), "too small"),
                (lambda c, r: answers.observe_matrix(c, r)[0], "shape"),
                (lambda c, r: np.moveaxis(answers.observe_matrix(c, r), 2, 0), "come last"),
            ],
        ),
        Sheet(
            ch02.nearest_by_angle,
            right=[
                answers.nearest_cosine,
                answers.nearest_loops,
                answers.nearest_references_alone,
                answers.nearest_unit_points,
                answers.nearest_torch,
            ],
            wrong=[
                (lambda p, r: np.zeros(len(p)), "another class"),
                (
                    lambda p, r: np.corrcoef(p, r)[: len(p), len(p) :].argmax(1),
                    "subtract nothing",
                ),
                (
                    lambda p, r: [
                        np.linalg.norm(v / v.max() - (r.T / r.max(1)).T, axis=1).argmin() for v in p
                    ],
                    "brightest band",
                ),
                (
                    lambda p, r: answers.nearest_cosine(
                        p - p.min(1, keepdims=True), r - r.min(1, keepdims=True)
                    ),
                    "another class",
                ),
                (lambda p, r: abs(p[:, None] - r).sum(2).argmin(1), "another class"),
                (lambda p, r: answers.nearest_cosine(p / p.max(0), r / r.max(0)), "another class"),
                (lambda p, r: answers.nearest_cosine(p**2, r**2), "another class"),
            ],
            equivalent={
                "np.linalg.norm(pixels, axis=1, keepdims=True)"
                " -> np.linalg.norm(pixels, keepdims=True)": LENGTH,
                "pixels / np.linalg.norm(pixels, axis=1, keepdims=True) -> pixels": LENGTH,
                "pixels / np.linalg.norm(pixels, axis=1, keepdims=True)"
                " -> pixels * np.linalg.norm(pixels, axis=1, keepdims=True)": LENGTH,
                "p @ p * (r @ r) -> r @ r": LENGTH,
                "(pixels ** 2).sum -> (pixels ** 2).mean": LENGTH,
                "pixels ** 2 -> pixels": LENGTH,
                "pixels ** 2 -> pixels * 2": LENGTH,
                "nearest_unit_points: 2 -> 1 (2)": LENGTH,
                "nearest_unit_points: 2 -> 3 (2)": LENGTH,
                "pixels / np.sqrt((pixels ** 2).sum(1))[:, None] -> pixels": LENGTH,
                "pixels / np.sqrt((pixels ** 2).sum(1))[:, None]"
                " -> pixels * np.sqrt((pixels ** 2).sum(1))[:, None]": LENGTH,
                "(references ** 2).sum -> (references ** 2).mean": (
                    "the references are still of one length"
                ),
            },
        ),
        Sheet(
            ch02.brovey,
            right=[
                answers.brovey_divide,
                answers.brovey_loops,
                answers.brovey_copy,
                answers.brovey_nan,
            ],
            wrong=[
                (lambda b, p: np.zeros_like(b), "too small"),
                (lambda b, p: b.mean(2) * p, "shape"),
                (
                    lambda b, p: b / b.sum(2, keepdims=True).clip(1e-9) * p[..., None],
                    "take the mean",
                ),
            ],
        ),
        Sheet(
            ch02.unmix,
            right=[
                answers.unmix_project,
                answers.unmix_loops,
                answers.unmix_lstsq,
                answers.unmix_from_b,
                answers.unmix_torch,
            ],
            wrong=[
                (lambda p, a, b: np.zeros(len(p)), "too small"),
                (lambda p, a, b: np.clip((p - b) @ (a - b), 0, 1), "too small"),
                (
                    lambda p, a, b: (
                        1 / (1 + np.linalg.norm(p - a, axis=1) / np.linalg.norm(p - b, axis=1))
                    ),
                    "Distances",
                ),
            ],
        ),
    )
