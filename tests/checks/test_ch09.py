"""Chapter 09's checks against right and wrong answers."""

import numpy as np
import pytest
from scipy import ndimage

from seglearn.checks import ch09

from . import answers_ch09 as answers
from .harness import ExerciseTests, Sheet

SYMMETRIC = "both masks count alike"
ZERO_BY_ZERO = "NumPy's 0/0 is nan already"
SCALE = "a common factor cancels in every IoU"


def iou(matrix):
    hit = np.diag(matrix)
    return hit / (matrix.sum(0) + matrix.sum(1) - hit)


class TestChapter09(ExerciseTests):
    sheets = (
        Sheet(
            ch09.confusion,
            right=[
                answers.confusion_bincount,
                answers.confusion_loops,
                answers.confusion_pairs,
                answers.confusion_add_at,
                answers.confusion_histogram,
                answers.confusion_one_hot,
            ],
            wrong=[
                (lambda t, p, n: np.zeros((n, n)), "too small"),
                (lambda t, p, n: answers.confusion_bincount(t, p, 3), "shape (4, 4)"),
                (lambda t, p, n: answers.confusion_bincount(t, p, 3) / 12, "holds counts"),
                (lambda t, p, n: answers.confusion_bincount(t, p, n).ravel(), "shape (3, 3)"),
                (
                    lambda t, p, n: (
                        answers.confusion_bincount(t, p, 3)
                        / answers.confusion_bincount(t, p, 3).sum(0)
                    ),
                    "each column",
                ),
            ],
            equivalent={
                "confusion_histogram: np.arange(n_classes + 1) - 0.5 -> np.arange(n_classes + 1)": (
                    "whole numbers fall into the same bins, the last of which is closed"
                ),
            },
        ),
        Sheet(
            ch09.iou_per_class,
            right=[answers.iou_sums, answers.iou_loop, answers.iou_divide],
            wrong=[
                (lambda m: np.zeros(3), "too small"),
                (lambda m: iou(m)[:3], "asks for 4 numbers"),
                (lambda m: iou(m).mean(), "asks for 3 numbers"),
                (lambda m: np.nan_to_num(np.diag(m) / m.sum(1)), "recall"),
            ],
            equivalent={
                "iou_divide: 0 -> -1 (2)": ZERO_BY_ZERO,
                "iou_divide: np.divide(hit, union, out=out, where=union != 0)"
                " -> np.divide(hit, union, out=out)": ZERO_BY_ZERO,
                "iou_divide: matrix.diagonal().astype(float) -> matrix.diagonal()": (
                    "true division makes floats"
                ),
                "iou_loop: 0 -> -1": ZERO_BY_ZERO,
                "iou_loop: hit + missed + false > 0 -> hit + missed + false >= 0": ZERO_BY_ZERO,
                "iou_loop: hit / (hit + missed + false) if hit + missed + false > 0 "
                "else float('nan') -> hit / (hit + missed + false)": ZERO_BY_ZERO,
            },
        ),
        Sheet(
            ch09.confusion_ignoring,
            right=[answers.ignoring_select, answers.ignoring_loops, answers.ignoring_pairs],
            wrong=[
                (lambda t, p, n, i: np.zeros((2, 2)), "too small"),
                (lambda t, p, n, i: answers.ignoring_select(t, p, 2, i), "reshape"),
                (lambda t, p, n: answers.confusion_bincount(t, p, n), "4 values"),
            ],
        ),
        Sheet(
            ch09.dataset_mean_iou,
            right=[answers.dataset_nanmean, answers.dataset_loop, answers.dataset_selected],
            wrong=[
                (lambda ms: 0.0, "too small"),
                (lambda ms: np.nansum(iou(ms.sum(0))) / 2, "too large"),
                (lambda ms: np.nanmean(iou(ms.sum(0))[:2]), "too large"),
            ],
            equivalent={
                "dataset_loop: 0 -> -1": "the matrix is square",
                "dataset_loop: 0 -> 1": "the matrix is square",
                "dataset_nanmean: matrices.sum -> matrices.mean": SCALE,
                "dataset_selected: m.sum -> m.mean": "positive where the sum is",
                "dataset_selected: m.sum -> m.mean (2)": "positive where the sum is",
            },
        ),
        Sheet(
            ch09.boundary_iou,
            right=[
                answers.boundary_erosion,
                answers.boundary_minimum,
                answers.boundary_shifts,
                answers.boundary_chessboard,
            ],
            wrong=[
                (lambda a, b, width: 0.0, "too small"),
                (
                    lambda a, b, width: (
                        (ndimage.maximum_filter(a, 2 * width + 1) & ~a).sum() / b.sum()
                    ),
                    "too large",
                ),
            ],
            equivalent={
                "(a, b) -> (b, a)": SYMMETRIC,
                "(p, q) -> (q, p)": SYMMETRIC,
                "(a, b) -> (b, a) (2)": SYMMETRIC,
            },
        ),
    )


def test_a_class_that_is_predicted_but_never_true_counts():
    example = np.array([[[8, 0, 2], [0, 5, 1], [0, 0, 0]]])
    assert ch09.dataset_mean_iou.reference(example) == pytest.approx(0.544, abs=5e-4)
    dropping = next(m for m in ch09.dataset_mean_iou.mistakes if m.id == "never-true-left-out")
    assert dropping.function(example) == pytest.approx(0.817, abs=5e-4)
