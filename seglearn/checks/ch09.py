"""Answer checks of chapter 09: the confusion matrix and the scores that come out of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from .core import Case, Mistake, Result, run

_TRUTH = np.array([[0, 0, 1, 1], [0, 2, 2, 1], [0, 2, 2, 1]], dtype=np.uint8)
_PREDICTION = np.array([[0, 1, 1, 1], [0, 2, 2, 2], [0, 0, 2, 1]], dtype=np.uint8)
_BORDERED = np.array([[0, 0, 255, 1], [0, 255, 255, 1], [0, 0, 255, 1]], dtype=np.uint8)
_GUESS = np.array([[0, 0, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1]], dtype=np.uint8)


def _confusion(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
    codes = n_classes * truth.astype(int).ravel() + prediction.ravel()
    return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)


def confusion(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(truth, prediction, n_classes)``: counts, rows truth, columns prediction."""
    return run(
        function,
        _confusion,
        [
            Case(
                "three classes, some of them confused",
                {"truth": _TRUTH, "prediction": _PREDICTION, "n_classes": 3},
            ),
            Case(
                "a fourth class that occurs nowhere",
                {"truth": _TRUTH, "prediction": _PREDICTION, "n_classes": 4},
            ),
        ],
        mistakes=[
            Mistake(
                lambda truth, prediction, n_classes: _confusion(prediction, truth, n_classes),
                "Rows and columns are swapped: a row is what the pixel is, a column what was said.",
            ),
            Mistake(
                lambda truth, prediction, n_classes: (
                    _confusion(truth, prediction, n_classes) / truth.size
                ),
                "These are shares of all pixels; the matrix holds counts.",
            ),
            Mistake(
                lambda truth, prediction, n_classes: (
                    _confusion(truth, prediction, n_classes) * np.eye(n_classes)
                ),
                "Only the pixels that agree were counted; the mistakes belong in the matrix too.",
            ),
        ],
        praise="Every score of this chapter can be read off this matrix.",
    )


def _iou(matrix: np.ndarray) -> np.ndarray:
    matrix = np.asarray(matrix, dtype=float)
    hit = np.diag(matrix)
    union = matrix.sum(0) + matrix.sum(1) - hit
    return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)


def iou_per_class(function: Callable[[np.ndarray], np.ndarray]) -> Result:
    """Check ``function(matrix)``: one IoU a class, nan for a class that is nowhere."""

    def over_rows(matrix: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            return np.diag(matrix) / matrix.sum(1)

    def union_twice(matrix: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            return np.diag(matrix) / (matrix.sum(0) + matrix.sum(1))

    return run(
        function,
        _iou,
        [
            Case("the worked example", {"matrix": np.array([[43, 5, 2], [2, 45, 3], [0, 1, 49]])}),
            Case("a rare class", {"matrix": np.array([[96, 1, 0], [2, 0, 0], [1, 0, 0]])}),
            Case(
                "a class in neither map",
                {"matrix": np.array([[5, 1, 0], [2, 8, 0], [0, 0, 0]])},
            ),
        ],
        mistakes=[
            Mistake(over_rows, "That divides by the truth alone, which is recall."),
            Mistake(
                lambda matrix: over_rows(matrix.T),
                "That divides by the prediction alone, which is precision.",
            ),
            Mistake(union_twice, "Pixels in both maps were counted twice in the union."),
            Mistake(
                lambda matrix: np.nan_to_num(_iou(matrix)),
                "Zero would say that the class was missed. It was never there.",
            ),
        ],
        praise="You now have the number that nearly every paper reports.",
    )


def _confusion_ignoring(
    truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
) -> np.ndarray:
    valid = truth != ignore_index
    return _confusion(truth[valid], prediction[valid], n_classes)


def confusion_ignoring(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(truth, prediction, n_classes, ignore_index)``: ignored truth is left out."""

    def as_class_zero(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        return _confusion(np.where(truth == ignore_index, 0, truth), prediction, n_classes)

    def as_last_class(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        return _confusion(np.minimum(truth, n_classes - 1), prediction, n_classes)

    return run(
        function,
        _confusion_ignoring,
        [
            Case(
                "a border of 255 between two regions",
                {"truth": _BORDERED, "prediction": _GUESS, "n_classes": 2, "ignore_index": 255},
            ),
            Case(
                "a map in which everything is ignored",
                {
                    "truth": np.full((2, 3), 255, np.uint8),
                    "prediction": np.zeros((2, 3), np.uint8),
                    "n_classes": 2,
                    "ignore_index": 255,
                },
            ),
            Case(
                "another ignore label: 11, as CamVid's files have it",
                {
                    "truth": np.where(_BORDERED == 255, 11, _BORDERED).astype(np.uint8),
                    "prediction": _GUESS,
                    "n_classes": 2,
                    "ignore_index": 11,
                },
            ),
        ],
        mistakes=[
            Mistake(as_class_zero, "The ignored pixels were counted as class 0."),
            Mistake(as_last_class, "The ignored pixels were counted as the last class."),
            Mistake(
                lambda truth, prediction, n_classes, ignore_index: _confusion_ignoring(
                    truth, prediction, n_classes, 255
                ),
                "The ignore label is an argument; it is not always 255.",
            ),
        ],
        praise="The border is out of the score, and nobody was punished for it.",
    )


def _dataset_mean_iou(matrices: np.ndarray) -> float:
    return float(np.nanmean(_iou(np.sum(matrices, axis=0))))


def dataset_mean_iou(function: Callable[[np.ndarray], float]) -> Result:
    """Check ``function(matrices)``: mIoU of the summed matrices, absent classes skipped."""

    def per_image(matrices: np.ndarray) -> float:
        return float(np.mean([np.nanmean(_iou(m)) for m in matrices]))

    def absent_as_zero(matrices: np.ndarray) -> float:
        return float(np.nan_to_num(_iou(np.sum(matrices, axis=0))).mean())

    return run(
        function,
        _dataset_mean_iou,
        [
            Case(
                "two images, one of them hard",
                {"matrices": np.array([[[90, 0], [0, 10]], [[80, 10], [9, 1]]])},
            ),
            Case(
                "three classes, the last in no image",
                {
                    "matrices": np.array(
                        [[[8, 1, 0], [1, 6, 0], [0, 0, 0]], [[3, 0, 0], [4, 9, 0], [0, 0, 0]]]
                    )
                },
            ),
        ],
        mistakes=[
            Mistake(per_image, "That is the mean of each image's own mIoU: another number."),
            Mistake(absent_as_zero, "A class that no image holds was counted as 0."),
            Mistake(
                lambda matrices: np.trace(np.sum(matrices, axis=0)) / np.sum(matrices),
                "That is pixel accuracy.",
            ),
        ],
        praise="Add the matrices first, score once at the end: the data set's mIoU.",
    )


def _boundary_iou(a: np.ndarray, b: np.ndarray, width: int) -> float:
    def band(mask: np.ndarray) -> np.ndarray:
        return mask & ~ndimage.binary_erosion(mask, np.ones((3, 3)), iterations=width)

    union = (band(a) | band(b)).sum()
    return float((band(a) & band(b)).sum() / union) if union else float("nan")


def boundary_iou(function: Callable[..., float]) -> Result:
    """Check ``function(a, b, width)``: the IoU of the two masks' inner boundary bands."""
    square = np.zeros((8, 9), bool)
    square[1:7, 1:7] = True
    moved = np.roll(square, 1, axis=1)
    edge = np.zeros((6, 7), bool)
    edge[:, 3:] = True

    def whole(a: np.ndarray, b: np.ndarray, width: int) -> float:
        return float((a & b).sum() / (a | b).sum())

    def across(a: np.ndarray, b: np.ndarray, width: int) -> float:
        def band(mask: np.ndarray) -> np.ndarray:
            grown = ndimage.binary_dilation(mask, np.ones((3, 3)), iterations=width)
            return grown & ~ndimage.binary_erosion(mask, np.ones((3, 3)), iterations=width)

        return float((band(a) & band(b)).sum() / (band(a) | band(b)).sum())

    def edge_free(a: np.ndarray, b: np.ndarray, width: int) -> float:
        def band(mask: np.ndarray) -> np.ndarray:
            inner = ndimage.binary_erosion(mask, np.ones((3, 3)), iterations=width, border_value=1)
            return mask & ~inner

        return float((band(a) & band(b)).sum() / (band(a) | band(b)).sum())

    return run(
        function,
        _boundary_iou,
        [
            Case("a square moved by one pixel", {"a": square, "b": moved, "width": 1}),
            Case("the same, with a band two pixels wide", {"a": square, "b": moved, "width": 2}),
            Case(
                "a mask that reaches the image's edge",
                {"a": edge, "b": np.roll(edge, 1, axis=0) & (np.arange(7) > 3), "width": 1},
            ),
        ],
        mistakes=[
            Mistake(whole, "That is the plain IoU of the masks; take their bands first."),
            Mistake(across, "The band lies inside the mask only, not on both sides of its edge."),
            Mistake(edge_free, "Where a mask meets the image's edge, that edge is its border too."),
        ],
        praise="A score that looks where people look: at the border.",
    )
