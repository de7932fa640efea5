"""Weights that make rare classes count: median frequency balancing, and ENet's logarithm."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.words import say


@dataclass(frozen=True)
class LabelCounts:
    """Pixels of each class in a data set.

    Attributes
    ----------
    pixels : tuple of int
        Pixels of each class.
    labelled_where_present : tuple of int
        Labelled pixels, whatever their class, of the images in which the class occurs.
    pixels_where_present : tuple of int
        All pixels of these images, unlabelled ones too.
    """

    pixels: tuple[int, ...]
    labelled_where_present: tuple[int, ...]
    pixels_where_present: tuple[int, ...]

    @classmethod
    def per_image(cls, counts: Any, unlabelled: Any = 0) -> "LabelCounts":
        """Add up what was counted image by image.

        Parameters
        ----------
        counts : (N, n_classes) array of integers
            Pixels of each class in each image.
        unlabelled : (N,) array of integers, default 0
            Unlabelled pixels of each image.

        Raises
        ------
        TypeError
            If the counts are not integers.
        ValueError
            If `counts` has another shape, or a count is negative.
        """
        counts = inputs.labels(counts, "counts", booleans=False)
        unlabelled = inputs.labels(unlabelled, "unlabelled", booleans=False)
        if counts.ndim != 2 or not counts.size:
            raise ValueError(
                say(
                    "counts has shape {shape}; pass (images, classes), one row an image",
                    shape=counts.shape,
                )
            )
        if unlabelled.shape not in ((), counts.shape[:1]):
            raise ValueError(
                say(
                    "unlabelled has shape {shape} for {n} images; pass one an image",
                    shape=unlabelled.shape,
                    n=len(counts),
                )
            )
        for what, each in (("counts", counts), ("unlabelled", unlabelled)):
            if each.min() < 0 or each.max() > inputs.LARGEST_COUNT:
                raise ValueError(
                    say(
                        "{what} span {low} to {high}; pass numbers of pixels, 0 or more",
                        what=what,
                        low=each.min(),
                        high=each.max(),
                    )
                )
        counts, unlabelled = counts.astype(np.int64), unlabelled.astype(np.int64)
        labelled = counts.sum(axis=1)
        present = counts > 0
        columns = (counts, present * labelled[:, None], present * (labelled + unlabelled)[:, None])
        return cls(*(tuple(each.sum(axis=0).tolist()) for each in columns))

    @classmethod
    def of(cls, labels: Iterable[Any], n_classes: int, ignore_index: int = 255) -> "LabelCounts":
        """Count label maps.

        Parameters
        ----------
        labels : (H, W) or (N, H, W) array or tensor of integers, or iterable of maps (H, W)
            One map is one image. The maps of a list may differ in size; an iterator hands them out
            one by one.
        n_classes : int
        ignore_index : int, default 255
            Label of pixels that have no class.

        Raises
        ------
        TypeError
            If a map does not hold integers, or is masked.
        ValueError
            If a label is neither a class nor `ignore_index`, a map is not (H, W), or there is none.
        """
        n_classes = inputs.class_count(n_classes)
        inputs.ignored(ignore_index, n_classes)
        maps: Iterable[Any]
        if isinstance(labels, Iterator):
            maps = (inputs.label_map(each, booleans=False) for each in labels)
        else:
            maps = inputs.label_batch(labels, booleans=False)
        rows, unlabelled = [], []
        for each in maps:
            values, counts = np.unique(each, return_counts=True)
            known = values != ignore_index
            stray = values[known & ((values < 0) | (values >= n_classes))]
            if stray.size:
                raise ValueError(
                    say(
                        "labels hold {label}, but the classes are 0 to {last} and ignore_index "
                        "is {ignore_index}; map stray labels to one of these",
                        label=stray[0],
                        last=n_classes - 1,
                        ignore_index=ignore_index,
                    )
                )
            row = np.zeros(n_classes, np.int64)
            row[values[known]] = counts[known]
            rows.append(row)
            unlabelled.append(counts[~known].sum())
        return cls.per_image(np.reshape(rows, (-1, n_classes)), np.array(unlabelled, np.int64))


def median_frequency_weights(
    counts: LabelCounts, *, count_unlabelled: bool = True, absent: float | None = None
) -> tuple[float, ...]:
    """Median class frequency divided by the frequency of each class.

    A frequency is the share of a class in the pixels of those images in which it occurs. The class
    of median frequency gets 1, rarer classes more, more frequent ones less.

    Parameters
    ----------
    counts : LabelCounts
    count_unlabelled : bool, default True
        Whether the unlabelled pixels of an image are among its pixels. The weights that were
        published for CamVid count them.
    absent : float, optional
        Weight of a class that occurs in no image, and does not enter into the median. Without it
        such a class is refused.

    Raises
    ------
    ValueError
        If a class does not occur and `absent` is not given, or no class occurs.

    References
    ----------
    Eigen and Fergus, "Predicting depth, surface normals and semantic labels with a common
    multi-scale convolutional architecture", ICCV 2015: weight = median_freq / freq(c). SegNet
    (Badrinarayanan, Kendall and Cipolla 2017) trained on CamVid with it.
    """
    pixels = np.array(counts.pixels)
    where = np.array(
        counts.pixels_where_present if count_unlabelled else counts.labelled_where_present
    )
    present = pixels > 0
    if not present.any():
        raise ValueError(say("no labelled pixel was counted; pass label maps to LabelCounts.of"))
    if absent is None and not present.all():
        raise ValueError(
            say(
                "classes {classes} do not occur in the labels, so their frequency is 0; count "
                "more images, pass the weight they shall have as absent, or use enet_weights, "
                "which stay finite",
                classes=np.flatnonzero(~present).tolist(),
            )
        )
    frequency = pixels[present] / where[present]
    weights = np.full(len(pixels), float(absent or 0))
    weights[present] = np.median(frequency) / frequency
    return tuple(weights.tolist())


def enet_weights(counts: LabelCounts, c: float = 1.02) -> tuple[float, ...]:
    """``1 / ln(c + p)``, where p is the share of a class in all labelled pixels.

    Bounded: with c = 1.02, from 1.4 for a class that is everywhere to 50.5 for one that is nowhere.

    Raises
    ------
    ValueError
        If `c` is 1 or less, or nothing was counted.

    References
    ----------
    Paszke, Chaurasia, Kim and Culurciello, "ENet: a deep neural network architecture for real-time
    semantic segmentation", 2016 (arXiv 1606.02147), section 5.1.
    """
    if not c > 1:
        raise ValueError(
            say("c={c} gives weights that are infinite or negative; pass more than 1", c=c)
        )
    total = sum(counts.pixels)
    if total == 0:
        raise ValueError(say("no labelled pixel was counted; pass label maps to LabelCounts.of"))
    return tuple(1 / math.log(c + n / total) for n in counts.pixels)
