"""Answer checks of chapter 09: the confusion matrix and the scores that come out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from .core import Case, Mistake, Result, run

_TRUTH = np.array([[0, 0, 1, 1], [0, 2, 2, 1], [0, 2, 2, 1]], dtype=np.uint8)
_PREDICTION = np.array([[2, 1, 1, 1], [0, 2, 2, 2], [0, 0, 2, 1]], dtype=np.uint8)
_BORDERED = np.array([[0, 0, 255, 1], [0, 255, 255, 1], [0, 0, 255, 1]], dtype=np.uint8)
_GUESS = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 1]], dtype=np.uint8)
_STREET = {
    "truth": np.array([[0, 13, 13], [14, 18, 18]], dtype=np.uint8),
    "prediction": np.array([[1, 13, 14], [13, 18, 0]], dtype=np.uint8),
}
_LARGE = np.zeros((16, 18), dtype=np.uint8)
_LARGE[3:5, 4:9] = 1


def _confusion(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
    codes = n_classes * truth.astype(int).ravel() + prediction.ravel()
    return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)


def confusion(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(truth, prediction, n_classes)``: counts, rows truth, columns prediction."""

    def in_uint8(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
        codes = (n_classes * truth + prediction).ravel()
        return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)

    def by_row(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
        counts = _confusion(truth, prediction, n_classes)
        return counts / counts.sum(axis=1, keepdims=True)

    def by_column(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
        return by_row(prediction, truth, n_classes).T

    def either(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
        counts = _confusion(truth, prediction, n_classes)
        return counts.sum(axis=1, keepdims=True) + counts.sum(axis=0) - counts

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
            Case("19 classes, as Cityscapes has them", {**_STREET, "n_classes": 19}),
            Case(
                "more than 255 pixels of one class",
                {"truth": _LARGE, "prediction": np.zeros_like(_LARGE), "n_classes": 2},
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
            Mistake(
                lambda truth, prediction, n_classes: (
                    _confusion(truth, prediction, n_classes) * (1 - np.eye(n_classes))
                ),
                "The pixels that agree are missing; they belong on the diagonal.",
            ),
            Mistake(by_row, "These are shares of each row; the matrix holds counts."),
            Mistake(by_column, "These are shares of each column; the matrix holds counts."),
            Mistake(
                lambda truth, prediction, n_classes: (
                    100 * _confusion(truth, prediction, n_classes) / truth.size
                ),
                "These are percentages; the matrix holds counts.",
            ),
            Mistake(
                lambda truth, prediction, n_classes: _confusion(truth, prediction, n_classes) > 0,
                "Every pair has 0 or 1 here. `matrix[truth, prediction] += 1` adds one for a pair "
                "once, however often it occurs.",
            ),
            Mistake(
                either,
                "That counts pixels with this truth *or* this prediction; both must hold at once.",
            ),
            Mistake(
                lambda truth, prediction, n_classes: np.pad(
                    _confusion(truth, prediction, n_classes)[1:, 1:], ((1, 0), (1, 0))
                ),
                "Class 0 is counted like any other class.",
            ),
            Mistake(
                in_uint8,
                "`truth` is uint8 and stops at 255: what becomes of 19 · 14? Convert it first.",
            ),
            Mistake(
                lambda truth, prediction, n_classes: _confusion(
                    truth, prediction, n_classes
                ).astype(np.uint8),
                "The counts are uint8, and those stop at 255.",
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
            Case(
                "four classes, the last predicted but never true",
                {"matrix": np.array([[4, 1, 0, 2], [1, 6, 0, 0], [0, 0, 3, 1], [0, 0, 0, 0]])},
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
            Mistake(
                lambda matrix: np.nan_to_num(_iou(matrix), nan=1),
                "One would say that the class was found. It was never there.",
            ),
            Mistake(
                lambda matrix: np.where(matrix.sum(1) == 0, np.nan, _iou(matrix)),
                "A class that is predicted but never true is a mistake, and its IoU is defined.",
            ),
            Mistake(
                lambda matrix: np.where(matrix.sum(0) == 0, np.nan, _iou(matrix)),
                "A class that is true but never predicted was missed, and its IoU is defined.",
            ),
            Mistake(
                lambda matrix: np.where(matrix.sum(0) * matrix.sum(1) == 0, np.nan, _iou(matrix)),
                "Say nan only if the row *and* the column are all zero.",
            ),
            Mistake(
                lambda matrix: np.where(np.diag(matrix) == 0, np.nan, _iou(matrix)),
                "Without a hit the IoU is 0, not nan, as long as the union holds pixels.",
            ),
            Mistake(lambda matrix: 2 * union_twice(matrix), "That is Dice."),
            Mistake(lambda matrix: 100 * _iou(matrix), "These are percentages."),
            Mistake(lambda matrix: _iou(matrix).round(2), "Do not round."),
            Mistake(lambda matrix: _iou(matrix).round(3), "Do not round."),
            Mistake(lambda matrix: _iou(matrix) // 1, "// rounds down; divide with /."),
            Mistake(
                lambda matrix: np.diag(matrix) / matrix.sum(),
                "That divides by all pixels; the union of one class is smaller.",
            ),
            Mistake(
                lambda matrix: (
                    np.diag(matrix)
                    / np.sum([matrix.sum(0), matrix.sum(1), -2 * np.diag(matrix)], axis=0)
                ),
                "The union holds the pixels in both maps as well, once.",
            ),
            Mistake(
                lambda matrix: np.diag(matrix) / (2 * matrix.sum(1) - np.diag(matrix)),
                "Both sums run over the same axis; one belongs to the truth, the other to the prediction.",
            ),
            Mistake(
                lambda matrix: np.diag(matrix) / (2 * matrix.sum(0) - np.diag(matrix)),
                "Both sums run over the same axis; one belongs to the truth, the other to the prediction.",
            ),
            Mistake(lambda matrix: np.nanmean(_iou(matrix)), "Do not average yet."),
            Mistake(lambda matrix: _iou(matrix)[1:], "Class 0 has an IoU as well."),
            Mistake(
                lambda matrix: _iou(matrix)[~np.isnan(_iou(matrix))],
                "A class that is nowhere keeps its place, so that each score stays with its class.",
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

    def by_both(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        valid = (truth != ignore_index) & (prediction != ignore_index)
        return _confusion(truth[valid], prediction[valid], n_classes)

    def smaller_only(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        valid = truth < ignore_index
        return _confusion(truth[valid], prediction[valid], n_classes)

    def both_zero(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        valid = truth != ignore_index
        return _confusion(truth * valid, prediction * valid, n_classes)

    def taken_as_said(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        filled = np.where(truth == ignore_index, prediction, truth)
        return _confusion(filled, prediction, n_classes)

    def in_uint8(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        valid = truth != ignore_index
        codes = n_classes * truth[valid] + prediction[valid]
        return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)

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
                "ignore label 0, which the prediction uses too",
                {"truth": _TRUTH, "prediction": _PREDICTION, "n_classes": 3, "ignore_index": 0},
            ),
            Case(
                "ignore label 11, as in CamVid's files, and a prediction that says 11 there",
                {
                    "truth": np.where(_BORDERED == 255, 11, _BORDERED).astype(np.uint8),
                    "prediction": np.where(_BORDERED == 255, 11, _GUESS).astype(np.uint8),
                    "n_classes": 2,
                    "ignore_index": 11,
                },
            ),
            Case(
                "19 classes, as Cityscapes has them",
                {
                    "truth": np.where(np.eye(2, 3), 255, _STREET["truth"]).astype(np.uint8),
                    "prediction": _STREET["prediction"],
                    "n_classes": 19,
                    "ignore_index": 255,
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
            Mistake(
                lambda truth, prediction, n_classes, ignore_index: _confusion(
                    truth, prediction, n_classes
                ),
                "Nothing was left out.",
            ),
            Mistake(
                by_both,
                "The truth alone decides what is left out; these predictions are mistakes.",
            ),
            Mistake(
                lambda truth, prediction, n_classes, ignore_index: (
                    _confusion_ignoring(truth, prediction, n_classes, ignore_index).T
                ),
                "Rows and columns are swapped: a row is what the pixel is, a column what was said.",
            ),
            Mistake(smaller_only, "The ignore label need not be larger than the classes."),
            Mistake(both_zero, "The ignored pixels were counted as hits of class 0."),
            Mistake(taken_as_said, "The ignored pixels were counted as hits."),
            Mistake(
                in_uint8,
                "`truth` is uint8 and stops at 255: what becomes of 19 · 14? Convert it first.",
            ),
            Mistake(
                lambda truth, prediction, n_classes, ignore_index: (
                    _confusion_ignoring(truth, prediction, n_classes, ignore_index) / truth.size
                ),
                "These are shares of all pixels; the matrix holds counts.",
            ),
            Mistake(
                lambda truth, prediction, n_classes, ignore_index: (
                    _confusion_ignoring(truth, prediction, n_classes, ignore_index) > 0
                ),
                "Every pair has 0 or 1 here. `matrix[truth, prediction] += 1` adds one for a pair "
                "once, however often it occurs.",
            ),
            Mistake(
                lambda truth, prediction, n_classes, ignore_index: np.full(
                    (n_classes, n_classes), np.nan
                ),
                "A count of nothing is 0; only a share of nothing is undefined.",
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

    def with_one(matrices: np.ndarray) -> float:
        return float(np.nan_to_num(_iou(np.sum(matrices, axis=0)), nan=1).mean())

    def found_only(matrices: np.ndarray) -> float:
        iou = _iou(np.sum(matrices, axis=0))
        return float(iou[iou > 0].mean())

    def in_every_image(matrices: np.ndarray) -> float:
        everywhere = (np.sum(matrices, axis=2) > 0).all(axis=0)
        return float(_iou(np.sum(matrices, axis=0))[everywhere].mean())

    def by_shares(matrices: np.ndarray) -> float:
        return _dataset_mean_iou(matrices / np.sum(matrices, axis=(1, 2), keepdims=True))

    def weighted(matrices: np.ndarray) -> float:
        total = np.sum(matrices, axis=0)
        return float(np.nansum(_iou(total) * total.sum(axis=1)) / total.sum())

    def recall(matrices: np.ndarray) -> float:
        total = np.sum(matrices, axis=0)
        with np.errstate(invalid="ignore"):
            return float(np.nanmean(np.diag(total) / total.sum(axis=1)))

    def half_dice(matrices: np.ndarray) -> float:
        total = np.sum(matrices, axis=0)
        with np.errstate(invalid="ignore"):
            return float(np.nanmean(np.diag(total) / (total.sum(axis=0) + total.sum(axis=1))))

    return run(
        function,
        _dataset_mean_iou,
        [
            Case(
                "two images, one of them hard",
                {"matrices": np.array([[[90, 0], [0, 10]], [[80, 10], [9, 1]]])},
            ),
            Case(
                "three images, three classes, one of them nowhere",
                {
                    "matrices": np.array(
                        [
                            [[8, 0, 1], [0, 0, 0], [1, 0, 6]],
                            [[3, 0, 0], [0, 0, 0], [4, 0, 9]],
                            [[20, 0, 5], [0, 0, 0], [0, 0, 9]],
                        ]
                    )
                },
            ),
            Case(
                "four classes: one nowhere, one in a single image and never found",
                {
                    "matrices": np.array(
                        [
                            [[8, 1, 0, 0], [1, 6, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
                            [[30, 0, 0, 0], [4, 50, 0, 0], [0, 0, 0, 0], [3, 2, 0, 0]],
                        ]
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
            Mistake(
                with_one,
                "A class that no image holds was counted as 1.",
            ),
            Mistake(found_only, "A class that is never found has IoU 0, and that counts."),
            Mistake(in_every_image, "A class counts if one image holds it; not all need to."),
            Mistake(
                lambda matrices: np.nanmedian(_iou(np.sum(matrices, axis=0))),
                "That is the median of the classes, not their mean.",
            ),
            Mistake(
                lambda matrices: np.nansum(_iou(np.sum(matrices, axis=0))),
                "That is the sum over the classes, not their mean.",
            ),
            Mistake(
                lambda matrices: np.nansum(_iou(np.sum(matrices, axis=0))) / len(matrices),
                "That divides by the number of images, not of classes.",
            ),
            Mistake(lambda matrices: 100 * _dataset_mean_iou(matrices), "That is a percentage."),
            Mistake(lambda matrices: round(_dataset_mean_iou(matrices), 2), "Do not round."),
            Mistake(lambda matrices: round(_dataset_mean_iou(matrices), 3), "Do not round."),
            Mistake(
                lambda matrices: np.nanmean(_iou(np.sum(matrices, axis=0))[1:]),
                "Class 0 is missing; it counts like any other class.",
            ),
            Mistake(
                by_shares,
                "Each image got the same weight; in the sum a large image counts for more.",
            ),
            Mistake(weighted, "That weighs the classes by their size; in mIoU they count alike."),
            Mistake(recall, "That divides by the truth alone, which is recall."),
            Mistake(
                lambda matrices: recall(np.swapaxes(matrices, 1, 2)),
                "That divides by the prediction alone, which is precision.",
            ),
            Mistake(
                lambda matrices: 2 * half_dice(matrices), "That is the mean of Dice, not of IoU."
            ),
            Mistake(half_dice, "Pixels in both maps were counted twice in the union."),
            *(
                Mistake(
                    lambda matrices, axis=axis: np.nanmean(_iou(np.sum(matrices, axis=axis))),
                    "Summed over the wrong axis: images come first.",
                )
                for axis in (1, 2)
            ),
            *(
                Mistake(
                    lambda matrices, k=k: np.nanmean(_iou(matrices[k])),
                    "That is the mIoU of one image alone.",
                )
                for k in (0, -1)
            ),
            Mistake(lambda matrices: _dataset_mean_iou(matrices[:2]), "Some images were left out."),
            Mistake(
                lambda matrices: _iou(np.sum(matrices, axis=0)),
                "These are the IoUs of the classes; return their mean.",
            ),
            Mistake(
                lambda matrices: [np.nanmean(_iou(m)) for m in matrices],
                "Each image has its own score here; the data set has one.",
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
    box = np.zeros((8, 11), bool)
    box[1:7, 1:7] = True
    longer = np.zeros((8, 11), bool)
    longer[1:7, 2:10] = True
    corner = np.zeros((11, 11), bool)
    corner[1:9, 1:9] = True
    corner[1:4, 5:9] = False
    moved = np.roll(corner, (1, 0), axis=(0, 1))
    edge = np.zeros((6, 7), bool)
    edge[:, 3:] = True

    def band(mask: np.ndarray, width: int, **options: Any) -> np.ndarray:
        options = {"structure": np.ones((3, 3)), "iterations": width} | options
        return mask & ~ndimage.binary_erosion(mask, **options)

    def grown(mask: np.ndarray, width: int) -> np.ndarray:
        return ndimage.binary_dilation(mask, np.ones((3, 3)), iterations=width)

    def of_bands(select: Callable[[np.ndarray, int], np.ndarray]) -> Callable[..., float]:
        def score(a: np.ndarray, b: np.ndarray, width: int) -> float:
            a, b = select(a, width), select(b, width)
            return float((a & b).sum() / (a | b).sum())

        return score

    def within(mask: np.ndarray, width: int, distance: Callable[..., np.ndarray]) -> np.ndarray:
        return mask & (distance(np.pad(mask, 1))[1:-1, 1:-1] <= width)

    def counts(a: np.ndarray, b: np.ndarray, width: int) -> tuple[int, int, int]:
        a, b = band(a, width), band(b, width)
        return (a & b).sum(), a.sum(), b.sum()

    def dice(a: np.ndarray, b: np.ndarray, width: int) -> float:
        both, n_a, n_b = counts(a, b, width)
        return 2 * both / (n_a + n_b)

    def share_of_a(a: np.ndarray, b: np.ndarray, width: int) -> float:
        both, n_a, _ = counts(a, b, width)
        return both / n_a

    def over_masks(a: np.ndarray, b: np.ndarray, width: int) -> float:
        return counts(a, b, width)[0] / (a | b).sum()

    one_only = "Each band has its share in the union, not one of them alone."
    step = "Erosion is to take away pixels that touch the outside at a corner, too."
    return run(
        function,
        _boundary_iou,
        [
            Case("a square and a longer box", {"a": box, "b": longer, "width": 1}),
            Case("an inner corner", {"a": corner, "b": moved, "width": 1}),
            Case("the same, with a band two pixels wide", {"a": corner, "b": moved, "width": 2}),
            Case(
                "a mask that reaches the image's edge",
                {"a": edge, "b": np.roll(edge, 1, axis=0) & (np.arange(7) > 3), "width": 1},
            ),
        ],
        mistakes=[
            Mistake(lambda a, b, width: float("nan"), "Both bands are empty: nothing vanished."),
            Mistake(
                of_bands(lambda mask, width: mask),
                "That is the plain IoU of the masks; take their bands first.",
            ),
            Mistake(
                of_bands(
                    lambda mask, width: grown(mask, width) & band(grown(mask, width), 2 * width)
                ),
                "The band lies inside the mask only, not on both sides of its edge.",
            ),
            Mistake(
                of_bands(lambda mask, width: grown(mask, width) & ~mask),
                "That band lies outside the mask: dilation instead of erosion.",
            ),
            Mistake(
                of_bands(lambda mask, width: mask & ~band(mask, width)),
                "That compares what is left of the masks; the band is what vanished.",
            ),
            Mistake(
                of_bands(lambda mask, width: band(mask, width, border_value=1)),
                "Where a mask meets the image's edge, that edge is its border too.",
            ),
            Mistake(
                of_bands(lambda mask, width: band(mask, width, structure=None)),
                step,
            ),
            Mistake(
                of_bands(lambda mask, w: within(mask, w, ndimage.distance_transform_edt)),
                step,
            ),
            Mistake(
                of_bands(lambda mask, width: band(mask, 1)), "The band is `width` pixels wide."
            ),
            Mistake(
                of_bands(lambda mask, width: band(mask, width + 1)),
                "The band is one pixel too wide.",
            ),
            Mistake(
                of_bands(lambda mask, width: band(mask, 1, structure=np.ones((3 * width,) * 2))),
                "A larger neighbourhood is not the same: erode with 3 × 3, again and again.",
            ),
            Mistake(dice, "That is Dice of the two bands."),
            Mistake(
                lambda a, b, width: dice(a, b, width) / 2,
                "Pixels in both bands were counted twice in the union.",
            ),
            Mistake(share_of_a, one_only),
            Mistake(lambda a, b, width: share_of_a(b, a, width), one_only),
            Mistake(over_masks, "Divide by the union of the bands, not of the masks."),
            Mistake(
                lambda a, b, width: (band(a, width) == band(b, width)).mean(),
                "Pixels outside both bands were counted as agreement.",
            ),
            Mistake(
                lambda a, b, width: (band(a, width) & b).sum() / (band(a, width) | b).sum(),
                "Only one of the masks was made a band.",
            ),
            Mistake(lambda a, b, width: 100 * _boundary_iou(a, b, width), "That is a percentage."),
            Mistake(
                lambda a, b, width: counts(a, b, width)[0], "That is a count; divide by the union."
            ),
        ],
        praise="A score that looks where people look: at the border.",
    )
