"""Answer checks of chapter 09: the confusion matrix and the scores that come out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from .exercise import Case, Exercise, Mistake

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

_SWAPPED = "Rows and columns are swapped: a row is what the pixel is, a column what was said."
_ONCE = (
    "Every pair has 0 or 1 here. `matrix[truth, prediction] += 1` adds one for a pair once, however "
    "often it occurs."
)
_STOPS = "`truth` is `uint8` and stops at 255: what becomes of 19 · 14? Convert it first."


def _confusion(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
    codes = n_classes * truth.astype(int).ravel() + prediction.ravel()
    return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)


def _confusion_in_uint8(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
    codes = (n_classes * truth + prediction).ravel()
    return np.bincount(codes, minlength=n_classes**2).reshape(n_classes, n_classes)


def _shares_of_rows(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
    counts = _confusion(truth, prediction, n_classes)
    return counts / counts.sum(axis=1, keepdims=True)


def _this_or_that(truth: np.ndarray, prediction: np.ndarray, n_classes: int) -> np.ndarray:
    counts = _confusion(truth, prediction, n_classes)
    return counts.sum(axis=1, keepdims=True) + counts.sum(axis=0) - counts


confusion = Exercise(
    "ch09.confusion",
    "function(truth, prediction, n_classes): counts, rows truth, columns prediction",
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
    [
        Mistake("rows-and-columns", lambda t, p, n: _confusion(p, t, n), _SWAPPED),
        Mistake(
            "shares",
            lambda t, p, n: _confusion(t, p, n) / t.size,
            "These are shares of all pixels; the matrix holds counts.",
        ),
        Mistake(
            "hits-only",
            lambda t, p, n: _confusion(t, p, n) * np.eye(n),
            "Only the pixels that agree were counted; the mistakes belong in the matrix too.",
        ),
        Mistake(
            "no-hits",
            lambda t, p, n: _confusion(t, p, n) * (1 - np.eye(n)),
            "The pixels that agree are missing; they belong on the diagonal.",
        ),
        Mistake(
            "shares-of-rows",
            _shares_of_rows,
            "These are shares of each row; the matrix holds counts.",
        ),
        Mistake(
            "shares-of-columns",
            lambda t, p, n: _shares_of_rows(p, t, n).T,
            "These are shares of each column; the matrix holds counts.",
        ),
        Mistake(
            "percentages",
            lambda t, p, n: 100 * _confusion(t, p, n) / t.size,
            "These are percentages; the matrix holds counts.",
        ),
        Mistake("once", lambda t, p, n: _confusion(t, p, n) > 0, _ONCE),
        Mistake(
            "this-or-that",
            _this_or_that,
            "That counts pixels with this truth *or* this prediction; both must hold at once.",
        ),
        Mistake(
            "no-class-0",
            lambda t, p, n: np.pad(_confusion(t, p, n)[1:, 1:], ((1, 0), (1, 0))),
            "Class 0 is counted like any other class.",
        ),
        Mistake("uint8-codes", _confusion_in_uint8, _STOPS),
        Mistake(
            "uint8-counts",
            lambda t, p, n: _confusion(t, p, n).astype(np.uint8),
            "The counts are `uint8`, and those stop at 255.",
        ),
    ],
    praise="Every score of this chapter can be read off this matrix.",
)


def _iou(matrix: np.ndarray) -> np.ndarray:
    matrix = np.asarray(matrix, dtype=float)
    hit = np.diag(matrix)
    union = matrix.sum(0) + matrix.sum(1) - hit
    return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)


_SAME_AXIS = (
    "Both sums run over the same axis; one belongs to the truth, the other to the prediction."
)

iou_per_class = Exercise(
    "ch09.iou_per_class",
    "function(matrix): one IoU a class, nan for a class that is nowhere",
    _iou,
    [
        Case("the worked example", {"matrix": np.array([[43, 5, 2], [2, 45, 3], [0, 1, 49]])}),
        Case("a rare class", {"matrix": np.array([[96, 1, 0], [2, 0, 0], [1, 0, 0]])}),
        Case(
            "a class in neither map, and one without a mistake",
            {"matrix": np.array([[5, 1, 0, 0], [2, 8, 0, 0], [0, 0, 0, 0], [0, 0, 0, 7]])},
        ),
        Case(
            "four classes, the last predicted but never true",
            {"matrix": np.array([[4, 1, 0, 2], [1, 6, 0, 0], [0, 0, 3, 1], [0, 0, 0, 0]])},
        ),
        Case(
            "two classes, the first true but never predicted",
            {"matrix": np.array([[0, 3], [0, 9]])},
        ),
    ],
    [
        Mistake(
            "recall",
            lambda m: np.diag(m) / m.sum(1),
            "That divides by the truth alone, which is recall.",
        ),
        Mistake(
            "precision",
            lambda m: np.diag(m) / m.sum(0),
            "That divides by the prediction alone, which is precision.",
        ),
        Mistake(
            "union-twice",
            lambda m: np.diag(m) / (m.sum(0) + m.sum(1)),
            "Pixels in both maps were counted twice in the union.",
        ),
        Mistake(
            "nowhere-as-0",
            lambda m: np.nan_to_num(_iou(m)),
            "Zero would say that the class was missed. It was never there.",
        ),
        Mistake(
            "nowhere-as-1",
            lambda m: np.nan_to_num(_iou(m), nan=1),
            "One would say that the class was found. It was never there.",
        ),
        Mistake(
            "never-true-as-nan",
            lambda m: np.where(m.sum(1) == 0, np.nan, _iou(m)),
            "A class that is predicted but never true is a mistake, and its IoU is defined.",
        ),
        Mistake(
            "never-predicted-as-nan",
            lambda m: np.where(m.sum(0) == 0, np.nan, _iou(m)),
            "A class that is true but never predicted was missed, and its IoU is defined.",
        ),
        Mistake(
            "either-absent-as-nan",
            lambda m: np.where(m.sum(0) * m.sum(1) == 0, np.nan, _iou(m)),
            "Say `nan` only if the row *and* the column are all zero.",
        ),
        Mistake(
            "no-hit-as-nan",
            lambda m: np.where(np.diag(m) == 0, np.nan, _iou(m)),
            "Without a hit the IoU is 0, not `nan`, as long as the union holds pixels.",
        ),
        Mistake("dice", lambda m: 2 * np.diag(m) / (m.sum(0) + m.sum(1)), "That is Dice."),
        Mistake("percentages", lambda m: 100 * _iou(m), "These are percentages."),
        Mistake("rounded", lambda m: _iou(m).round(2), "Do not round."),
        Mistake("rounded-to-3", lambda m: _iou(m).round(3), "Do not round."),
        Mistake("whole", lambda m: _iou(m) // 1, "`//` rounds down; divide with `/`."),
        Mistake(
            "of-all-pixels",
            lambda m: np.diag(m) / m.sum(),
            "That divides by all pixels; the union of one class is smaller.",
        ),
        Mistake(
            "union-without-hits",
            lambda m: np.diag(m) / (m.sum(0) + m.sum(1) - 2 * np.diag(m)),
            "The union holds the pixels in both maps as well, once.",
        ),
        Mistake("rows-twice", lambda m: np.diag(m) / (2 * m.sum(1) - np.diag(m)), _SAME_AXIS),
        Mistake("columns-twice", lambda m: np.diag(m) / (2 * m.sum(0) - np.diag(m)), _SAME_AXIS),
        Mistake("mean", lambda m: np.nanmean(_iou(m)), "Do not average yet."),
        Mistake("no-class-0", lambda m: _iou(m)[1:], "Class 0 has an IoU as well."),
        Mistake(
            "nan-left-out",
            lambda m: _iou(m)[~np.isnan(_iou(m))],
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


def _where(
    valid: Callable[..., np.ndarray],
    count: Callable[..., np.ndarray] = _confusion,
) -> Callable[..., np.ndarray]:
    """Return an answer that counts where ``valid(truth, prediction, ignore_index)``."""

    def answer(
        truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
    ) -> np.ndarray:
        here = valid(truth, prediction, ignore_index)
        return count(truth[here], prediction[here], n_classes)

    return answer


def _taken_as_said(
    truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int
) -> np.ndarray:
    filled = np.where(truth == ignore_index, prediction, truth)
    return _confusion(filled, prediction, n_classes)


confusion_ignoring = Exercise(
    "ch09.confusion_ignoring",
    "function(truth, prediction, n_classes, ignore_index): counts without the ignored truth",
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
    [
        Mistake(
            "as-class-0",
            lambda t, p, n, i: _confusion(t * (t != i), p, n),
            "The ignored pixels were counted as class 0.",
        ),
        Mistake(
            "as-last-class",
            lambda t, p, n, i: _confusion(np.minimum(t, n - 1), p, n),
            "The ignored pixels were counted as the last class.",
        ),
        Mistake(
            "always-255",
            _where(lambda t, p, i: t != 255),
            "The ignore label is an argument; it is not always 255.",
        ),
        Mistake(
            "truth-and-prediction",
            _where(lambda t, p, i: (t != i) & (p != i)),
            "The truth alone decides what is left out; these predictions are mistakes.",
        ),
        Mistake("rows-and-columns", lambda *a: _confusion_ignoring(*a).T, _SWAPPED),
        Mistake(
            "smaller-only",
            _where(lambda t, p, i: t < i),
            "The ignore label need not be larger than the classes.",
        ),
        Mistake(
            "hits-of-0",
            lambda t, p, n, i: _confusion(t * (t != i), p * (t != i), n),
            "The ignored pixels were counted as hits of class 0.",
        ),
        Mistake(
            "hits",
            _taken_as_said,
            "The ignored pixels were counted as hits.",
        ),
        Mistake("uint8-codes", _where(lambda t, p, i: t != i, _confusion_in_uint8), _STOPS),
        Mistake(
            "shares",
            lambda t, p, n, i: _confusion_ignoring(t, p, n, i) / t.size,
            "These are shares of all pixels; the matrix holds counts.",
        ),
        Mistake("once", lambda *a: _confusion_ignoring(*a) > 0, _ONCE),
    ],
    praise="The border is out of the score, and nobody was punished for it.",
)


def _dataset_mean_iou(matrices: np.ndarray) -> float:
    return float(np.nanmean(_iou(np.sum(matrices, axis=0))))


def _mean_where(
    counts: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], float]:
    """Return the mean IoU of the classes for which ``counts(total)`` holds."""

    def answer(matrices: np.ndarray) -> float:
        total = np.sum(matrices, axis=0)
        return float(np.nanmean(_iou(total)[counts(total)]))

    return answer


def _in_every_image(matrices: np.ndarray) -> float:
    everywhere = (np.sum(matrices, axis=2) > 0).all(axis=0)
    return float(_iou(np.sum(matrices, axis=0))[everywhere].mean())


def _weighted(matrices: np.ndarray) -> float:
    total = np.sum(matrices, axis=0)
    return float(np.nansum(_iou(total) * total.sum(axis=1)) / total.sum())


def _mean_over(
    denominator: Callable[[np.ndarray], np.ndarray], factor: int = 1
) -> Callable[[np.ndarray], float]:
    """Return the mean of hits over what ``denominator(total)`` says."""

    def answer(matrices: np.ndarray) -> float:
        total = np.sum(matrices, axis=0)
        return float(np.nanmean(factor * np.diag(total) / denominator(total)))

    return answer


dataset_mean_iou = Exercise(
    "ch09.dataset_mean_iou",
    "function(matrices): mIoU of the summed matrices, absent classes skipped",
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
        Case(
            "one image: two classes predicted but never true, one true but never predicted",
            {
                "matrices": np.array(
                    [
                        [
                            [8, 0, 2, 1, 0],
                            [0, 5, 1, 0, 0],
                            [0, 0, 0, 0, 0],
                            [0, 0, 0, 0, 0],
                            [1, 0, 0, 0, 0],
                        ]
                    ]
                )
            },
        ),
    ],
    [
        Mistake(
            "per-image",
            lambda ms: np.mean([np.nanmean(_iou(m)) for m in ms]),
            "That is the mean of each image's own mIoU: another number.",
        ),
        Mistake(
            "nowhere-as-0",
            lambda ms: np.nan_to_num(_iou(np.sum(ms, axis=0))).mean(),
            "A class that no image holds was counted as 0.",
        ),
        Mistake(
            "pixel-accuracy",
            lambda ms: np.trace(np.sum(ms, axis=0)) / np.sum(ms),
            "That is pixel accuracy.",
        ),
        Mistake(
            "nowhere-as-1",
            lambda ms: np.nan_to_num(_iou(np.sum(ms, axis=0)), nan=1).mean(),
            "A class that no image holds was counted as 1.",
        ),
        Mistake(
            "never-true-left-out",
            _mean_where(lambda total: total.sum(axis=1) > 0),
            "A class that is predicted and never true has IoU 0, and that counts.",
        ),
        Mistake(
            "never-predicted-left-out",
            _mean_where(lambda total: total.sum(axis=0) > 0),
            "A class that is true and never predicted has IoU 0, and that counts.",
        ),
        Mistake(
            "found-only",
            _mean_where(lambda total: np.diag(total) > 0),
            "A class that is never found has IoU 0, and that counts.",
        ),
        Mistake(
            "in-every-image",
            _in_every_image,
            "A class counts if one image holds it; not all need to.",
        ),
        Mistake(
            "median",
            lambda ms: np.nanmedian(_iou(np.sum(ms, axis=0))),
            "That is the median of the classes, not their mean.",
        ),
        Mistake(
            "sum",
            lambda ms: np.nansum(_iou(np.sum(ms, axis=0))),
            "That is the sum over the classes, not their mean.",
        ),
        Mistake(
            "over-images",
            lambda ms: np.nansum(_iou(np.sum(ms, axis=0))) / len(ms),
            "That divides by the number of images, not of classes.",
        ),
        Mistake("percentage", lambda ms: 100 * _dataset_mean_iou(ms), "That is a percentage."),
        Mistake("rounded", lambda ms: round(_dataset_mean_iou(ms), 2), "Do not round."),
        Mistake("rounded-to-3", lambda ms: round(_dataset_mean_iou(ms), 3), "Do not round."),
        Mistake(
            "no-class-0",
            lambda ms: np.nanmean(_iou(np.sum(ms, axis=0))[1:]),
            "Class 0 is missing; it counts like any other class.",
        ),
        Mistake(
            "images-alike",
            lambda ms: _dataset_mean_iou(ms / np.sum(ms, axis=(1, 2), keepdims=True)),
            "Each image got the same weight; in the sum a large image counts for more.",
        ),
        Mistake(
            "weighted",
            _weighted,
            "That weighs the classes by their size; in mIoU they count alike.",
        ),
        Mistake(
            "recall",
            _mean_over(lambda total: total.sum(axis=1)),
            "That divides by the truth alone, which is recall.",
        ),
        Mistake(
            "precision",
            _mean_over(lambda total: total.sum(axis=0)),
            "That divides by the prediction alone, which is precision.",
        ),
        Mistake(
            "dice",
            _mean_over(lambda total: total.sum(axis=0) + total.sum(axis=1), factor=2),
            "That is the mean of Dice, not of IoU.",
        ),
        Mistake(
            "union-twice",
            _mean_over(lambda total: total.sum(axis=0) + total.sum(axis=1)),
            "Pixels in both maps were counted twice in the union.",
        ),
        *(
            Mistake(
                f"axis-{axis}",
                lambda ms, axis=axis: np.nanmean(_iou(np.sum(ms, axis=axis))),
                "Summed over the wrong axis: images come first.",
            )
            for axis in (1, 2)
        ),
        *(
            Mistake(
                f"{name}-image",
                lambda ms, k=k: np.nanmean(_iou(ms[k])),
                "That is the mIoU of one image alone.",
            )
            for name, k in (("first", 0), ("last", -1))
        ),
        Mistake("two-images", lambda ms: _dataset_mean_iou(ms[:2]), "Some images were left out."),
        Mistake(
            "classes",
            lambda ms: _iou(np.sum(ms, axis=0)),
            "These are the IoUs of the classes; return their mean.",
        ),
        Mistake(
            "images",
            lambda ms: [np.nanmean(_iou(m)) for m in ms],
            "Each image has its own score here; the data set has one.",
        ),
    ],
    praise="Add the matrices first, score once at the end: the data set's mIoU.",
)


def _band(mask: np.ndarray, width: int, **options: Any) -> np.ndarray:
    options = {"structure": np.ones((3, 3)), "iterations": width} | options
    return mask & ~ndimage.binary_erosion(mask, **options)


def _ratio(a: np.ndarray, b: np.ndarray) -> float:
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else float("nan")


def _of_bands(select: Callable[[np.ndarray, int], np.ndarray]) -> Callable[..., float]:
    """Return the IoU of what ``select(mask, width)`` makes of both masks."""
    return lambda a, b, width: _ratio(select(a, width), select(b, width))


def _grown(mask: np.ndarray, width: int) -> np.ndarray:
    return ndimage.binary_dilation(mask, np.ones((3, 3)), iterations=width)


def _near(mask: np.ndarray, width: int) -> np.ndarray:
    """Return what lies within ``width`` of the outside, along straight lines."""
    return mask & (ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1] <= width)


def _counts(a: np.ndarray, b: np.ndarray, width: int) -> tuple[int, int, int]:
    a, b = _band(a, width), _band(b, width)
    return (a & b).sum(), a.sum(), b.sum()


def _band_dice(a: np.ndarray, b: np.ndarray, width: int) -> float:
    both, n_a, n_b = _counts(a, b, width)
    return 2 * both / (n_a + n_b)


def _share_of_a(a: np.ndarray, b: np.ndarray, width: int) -> float:
    both, n_a, _ = _counts(a, b, width)
    return both / n_a


def _boxes(shape: tuple[int, int], *boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Return a mask of boxes ``(top, left, bottom, right)``; one with top > bottom is cut out."""
    mask = np.zeros(shape, bool)
    for top, left, bottom, right in boxes:
        mask[min(top, bottom) : max(top, bottom), left:right] = top < bottom
    return mask


_BOX = _boxes((8, 11), (1, 1, 7, 7))
_LONGER = _boxes((8, 11), (1, 2, 7, 10))
_CORNER = _boxes((11, 11), (1, 1, 9, 9), (4, 5, 1, 9))
_MOVED = np.roll(_CORNER, (1, 0), axis=(0, 1))
_EDGE = np.arange(7) > np.full((6, 1), 2)
_HOLED = _boxes((14, 17), (1, 1, 12, 16), (8, 7, 6, 9))
_PARTS = _boxes((14, 17), (0, 2, 13, 10), (4, 12, 6, 17))
_ONE_ONLY = "Each band has its share in the union, not one of them alone."
_STEP = "Erosion is to take away pixels that touch the outside at a corner, too."

boundary_iou = Exercise(
    "ch09.boundary_iou",
    "function(a, b, width): the IoU of the two masks' inner boundary bands",
    _of_bands(_band),
    [
        Case("a square and a longer box", {"a": _BOX, "b": _LONGER, "width": 1}),
        Case("an inner corner", {"a": _CORNER, "b": _MOVED, "width": 1}),
        Case("the same, with a band two pixels wide", {"a": _CORNER, "b": _MOVED, "width": 2}),
        Case(
            "a mask that reaches the image's edge",
            {"a": _EDGE, "b": np.roll(_EDGE, 1, axis=0) & (np.arange(7) > 3), "width": 1},
        ),
        Case(
            "a hole, a thin part, and a band three pixels wide",
            {"a": _HOLED, "b": _PARTS, "width": 3},
        ),
    ],
    [
        Mistake(
            "masks",
            lambda a, b, width: _ratio(a, b),
            "That is the plain IoU of the masks; take their bands first.",
        ),
        Mistake(
            "both-sides",
            _of_bands(lambda m, w: _grown(m, w) & _band(_grown(m, w), 2 * w)),
            "The band lies inside the mask only, not on both sides of its edge.",
        ),
        Mistake(
            "outside",
            _of_bands(lambda m, w: _grown(m, w) & ~m),
            "That band lies outside the mask: dilation instead of erosion.",
        ),
        Mistake(
            "what-is-left",
            _of_bands(lambda m, w: m & ~_band(m, w)),
            "That compares what is left of the masks; the band is what vanished.",
        ),
        Mistake(
            "no-border-at-the-edge",
            _of_bands(lambda m, w: _band(m, w, border_value=1)),
            "Where a mask meets the image's edge, that edge is its border too.",
        ),
        Mistake("four-neighbours", _of_bands(lambda m, w: _band(m, w, structure=None)), _STEP),
        Mistake("straight-distance", _of_bands(_near), _STEP),
        Mistake(
            "always-1", _of_bands(lambda m, w: _band(m, 1)), "The band is `width` pixels wide."
        ),
        Mistake(
            "too-wide", _of_bands(lambda m, w: _band(m, w + 1)), "The band is one pixel too wide."
        ),
        Mistake(
            "large-neighbourhood",
            _of_bands(lambda m, w: _band(m, 1, structure=np.ones((3 * w,) * 2))),
            "A larger neighbourhood is not the same: erode with 3 × 3, again and again.",
        ),
        Mistake("dice", _band_dice, "That is Dice of the two bands."),
        Mistake(
            "union-twice",
            lambda *a: _band_dice(*a) / 2,
            "Pixels in both bands were counted twice in the union.",
        ),
        Mistake("share-of-a", _share_of_a, _ONE_ONLY),
        Mistake("share-of-b", lambda a, b, width: _share_of_a(b, a, width), _ONE_ONLY),
        Mistake(
            "over-masks",
            lambda a, b, width: _counts(a, b, width)[0] / (a | b).sum(),
            "Divide by the union of the bands, not of the masks.",
        ),
        Mistake(
            "agree",
            lambda a, b, width: (_band(a, width) == _band(b, width)).mean(),
            "Pixels outside both bands were counted as agreement.",
        ),
        Mistake(
            "one-band",
            lambda a, b, width: _ratio(_band(a, width), b),
            "Only one of the masks was made a band.",
        ),
        Mistake("percentage", lambda *a: 100 * _of_bands(_band)(*a), "That is a percentage."),
        Mistake("count", lambda *a: _counts(*a)[0], "That is a count; divide by the union."),
    ],
    praise="A score that looks where people look: at the border.",
)
