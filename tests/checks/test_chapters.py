"""Each chapter's checks accept the right answer and turn down plausible wrong ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from seglearn.checks import ch00, ch09


def count(truth, prediction, n):
    matrix = np.zeros((n, n), int)
    np.add.at(matrix, (truth.ravel().astype(int), prediction.ravel().astype(int)), 1)
    return matrix


def iou(matrix):
    with np.errstate(invalid="ignore"):
        hit = np.diag(matrix)
        return hit / (matrix.sum(0) + matrix.sum(1) - hit)


def band(mask, width):
    return mask & ~ndimage.minimum_filter(mask, 2 * width + 1, mode="constant")


def band_iou(a, b, width):
    a, b = band(a, width), band(b, width)
    return (a & b).sum() / (a | b).sum()


def ignoring(truth, prediction, n_classes, ignore_index):
    keep = truth != ignore_index
    return count(truth[keep], prediction[keep], n_classes)


# (check, right answer, plausible wrong answers, each with a word its feedback must hold)
CHECKS = [
    (
        ch00.pixels_in_both,
        lambda a, b: np.count_nonzero(a * b),
        [
            (lambda a, b: 0, "too small"),
            (lambda a, b: (a | b).sum(), "either"),
            (lambda a, b: (a == b).sum(), "outside"),
            (lambda a, b: a & b, "one number"),
        ],
    ),
    (
        ch09.confusion,
        lambda truth, prediction, n_classes: count(truth, prediction, n_classes),
        [
            (lambda truth, prediction, n_classes: np.zeros((n_classes, n_classes)), "too small"),
            (lambda truth, prediction, n_classes: count(prediction, truth, n_classes), "swapped"),
            (lambda truth, prediction, n_classes: count(truth, prediction, 3) / 12, "counts"),
            (lambda truth, prediction, n_classes: count(truth, prediction, 3), "shape (4, 4)"),
        ],
    ),
    (
        ch09.iou_per_class,
        iou,
        [
            (lambda matrix: np.zeros(3), "too small"),
            (lambda matrix: np.diag(matrix) / matrix.sum(1), "recall"),
            (lambda matrix: np.diag(matrix) / matrix.sum(0), "precision"),
            (lambda matrix: np.nan_to_num(iou(matrix)), "never there"),
            (lambda matrix: np.nanmean(iou(matrix)), "asks for an array"),
        ],
    ),
    (
        ch09.confusion_ignoring,
        ignoring,
        [
            (lambda truth, prediction, n_classes, ignore_index: np.zeros((2, 2)), "too small"),
            (
                lambda truth, prediction, n_classes, ignore_index: count(
                    np.where(truth == ignore_index, 0, truth), prediction, n_classes
                ),
                "class 0",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: count(
                    np.minimum(truth, n_classes - 1), prediction, n_classes
                ),
                "last class",
            ),
            (
                lambda truth, prediction, n_classes, ignore_index: ignoring(
                    truth, prediction, n_classes, 255
                ),
                "",
            ),
        ],
    ),
    (
        ch09.dataset_mean_iou,
        lambda matrices: np.nanmean(iou(matrices.sum(0))),
        [
            (lambda matrices: 0.0, "too small"),
            (lambda matrices: np.mean([np.nanmean(iou(m)) for m in matrices]), "each image"),
            (lambda matrices: np.nan_to_num(iou(matrices.sum(0))).mean(), "no image"),
            (lambda matrices: np.trace(matrices.sum(0)) / matrices.sum(), "pixel accuracy"),
        ],
    ),
    (
        ch09.boundary_iou,
        band_iou,
        [
            (lambda a, b, width: 0.0, "too small"),
            (lambda a, b, width: (a & b).sum() / (a | b).sum(), "plain IoU"),
            (lambda a, b, width: band_iou(a, b, 1), "too"),
            (
                lambda a, b, width: (
                    (
                        ndimage.binary_dilation(band(a, 1)) & ndimage.binary_dilation(band(b, 1))
                    ).sum()
                    / (
                        ndimage.binary_dilation(band(a, 1)) | ndimage.binary_dilation(band(b, 1))
                    ).sum()
                ),
                "too",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("check", "right", "_"), CHECKS, ids=lambda v: getattr(v, "__name__", ""))
def test_accepts_the_right_answer(check, right, _):
    assert check(right).passed


@pytest.mark.parametrize(("check", "_", "wrongs"), CHECKS, ids=lambda v: getattr(v, "__name__", ""))
def test_rejects_plausible_wrong_answers(check, _, wrongs):
    assert len(wrongs) >= 3
    for wrong, word in wrongs:
        result = check(wrong)
        assert result.status in ("not yet", "stopped with an error"), wrong
        assert word in result.message


@pytest.mark.parametrize("check", [row[0] for row in CHECKS], ids=lambda c: c.__name__)
def test_stub_is_not_attempted(check):
    assert check(lambda *args, **named: None).status == "not attempted yet"
