"""Boundary IoU: intersection over union of the bands along two outlines.

In a large object nearly all pixels are interior, so IoU hardly sees the outline. Boundary IoU
compares only the pixels within distance d of it, inside each mask.

References
----------
Cheng, Girshick, Dollár, Berg and Kirillov, "Boundary IoU: improving object-centric image
segmentation evaluation", CVPR 2021, equation 2. The width of the band and the treatment of the
image border follow the authors' code.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.metrics.confusion import ConfusionMatrix
from seglearn.metrics.scores import Absent, defined_mean, iou
from seglearn.words import say


def boundary_band(mask: Any, d: int) -> np.ndarray:
    """Pixels of a mask that `d` erosions with a 3×3 square take away.

    Outside the image is background, so a mask cut off by the border has a band there too.

    Parameters
    ----------
    mask : (H, W) array or torch.Tensor of bool, or of 0 and 1
    d : int
        Width of the band in pixels, at least 1.

    Returns
    -------
    (H, W) bool

    Raises
    ------
    TypeError
        If the mask is not of integers or booleans, or `d` is no integer.
    ValueError
        If a value is neither 0 nor 1, the shape is not (H, W), or `d` is below 1.
    """
    mask = inputs.mask(mask, "mask", empty=True)
    return mask & ~_interior(mask, inputs.whole(d, say("d, in pixels,"), 1))


def boundary_iou(truth: Any, prediction: Any, *, dilation_ratio: float = 0.02) -> float:
    """Boundary IoU of two masks.

    Parameters
    ----------
    truth, prediction : (H, W) array or torch.Tensor of bool, or of 0 and 1
    dilation_ratio : float
        Width of the band as a share of the image diagonal; rounded to pixels, at least 1. The paper
        uses 0.02 for COCO and 0.005 for Cityscapes.

    Returns
    -------
    float
        In [0, 1]; NaN if both masks are empty.

    Raises
    ------
    TypeError
        If the masks are not of integers or booleans.
    ValueError
        If the shapes differ or are not (H, W), a value is neither 0 nor 1, or `dilation_ratio` is
        not positive.
    """
    truth, prediction = inputs.masks(truth, prediction)
    if truth.ndim != 2:
        raise ValueError(
            say(
                "a mask must be (H, W) here, got shape {shape}; compare one by one",
                shape=truth.shape,
            )
        )
    d = _band_width(truth.shape, dilation_ratio)
    return iou(boundary_band(truth, d), boundary_band(prediction, d))


def class_boundary_iou(
    truth: Any,
    prediction: Any,
    n_classes: int,
    *,
    ignore_index: int | None = None,
    dilation_ratio: float = 0.02,
) -> np.ndarray:
    """Boundary IoU of each class of label maps, over all images together.

    Intersections and unions are added up over the images before they are divided, as for the mean
    IoU of a data set.

    Parameters
    ----------
    truth, prediction : (H, W) or (N, H, W) array or torch.Tensor of int, or list of maps
        The maps of a list may differ in size; the width of the band follows that of each.
    n_classes : int
    ignore_index : int, optional
        Pixels with this truth are treated like the outside of the image, in both maps: they belong
        to no class, and a class that touches them has a band along them. So what is predicted there
        does not matter, and a prediction that is right on all other pixels scores 1.
    dilation_ratio : float
        As in `boundary_iou`.

    Returns
    -------
    (n_classes,) float
        In [0, 1]; NaN for a class that neither map contains.

    Raises
    ------
    TypeError, ValueError
        As `ConfusionMatrix` and its `update`, and as `boundary_iou`.
    """
    maps = inputs.label_pair(truth, prediction)
    ConfusionMatrix(n_classes, ignore_index=ignore_index).update(*maps)  # checks labels
    outside = n_classes  # the label of pixels that are ignored, or in no band
    label_type = np.min_scalar_type(outside)
    bands = ConfusionMatrix(n_classes + 1)
    for t, p in zip(*maps, strict=True):
        d = _band_width(t.shape, dilation_ratio)
        ignored = np.zeros(t.shape, bool) if ignore_index is None else t == ignore_index
        pair = [np.where(ignored, outside, labels).astype(label_type) for labels in (t, p)]
        bands.update(*(np.where(_interior(labels, d), outside, labels) for labels in pair))
    return bands.scores().iou[:n_classes]


def mean_boundary_iou(
    truth: Any,
    prediction: Any,
    n_classes: int,
    *,
    ignore_index: int | None = None,
    dilation_ratio: float = 0.02,
    absent: Absent = "skip",
) -> float:
    """Mean over classes of `class_boundary_iou`.

    Parameters and errors are those of `class_boundary_iou`; `absent` says whether a class that
    neither map contains is left out ("skip") or counts as 0 ("zero").
    """
    inputs.choice(absent, "absent", ("skip", "zero"))
    classes = class_boundary_iou(
        truth, prediction, n_classes, ignore_index=ignore_index, dilation_ratio=dilation_ratio
    )
    return float(defined_mean(classes, 0, absent))


def _band_width(shape: tuple[int, ...], dilation_ratio: float) -> int:
    inputs.number(dilation_ratio, "dilation_ratio", 0, 1, open_low=True)
    height, width = shape
    return max(1, round(dilation_ratio * math.sqrt(height**2 + width**2)))


def _interior(labels: np.ndarray, d: int) -> np.ndarray:
    """Pixels whose whole neighbourhood, (2d+1) × (2d+1), lies in the image and has their label.

    For a mask these are what d erosions leave of it, and of its complement; for a label map, what
    they leave of every class, all at once.
    """
    interior = np.zeros(labels.shape, dtype=bool)
    size = 2 * d + 1
    if min(labels.shape) >= size:
        lowest, highest = (_over_windows(labels, size, f) for f in (np.minimum, np.maximum))
        interior[d:-d, d:-d] = lowest == highest
    return interior


def _over_windows(
    values: np.ndarray, size: int, combine: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> np.ndarray:
    """Combine the values of each size × size window that lies in the image.

    Windows of 1, 2, 4, 8 … pixels are built from two of the half size, and the last one from two
    that overlap; first down the columns, then along the rows.
    """
    for _ in range(2):
        values = values.T
        span = 1
        while span < size:
            step = min(span, size - span)
            values = combine(values[:-step], values[step:])
            span += step
    return values
