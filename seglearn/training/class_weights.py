"""Weights that make rare classes count: median frequency balancing, and ENet's logarithm."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class LabelCounts:
    """Pixels of each class in a data set.

    Attributes
    ----------
    pixels : tuple of int
        Pixels of each class.
    pixels_where_present : tuple of int
        All pixels, unlabelled ones too, of the images in which the class occurs.
    """

    pixels: tuple[int, ...]
    pixels_where_present: tuple[int, ...]

    @classmethod
    def of(cls, labels: Iterable[Any], n_classes: int, ignore_index: int = 255) -> "LabelCounts":
        """Count label maps, arrays or tensors (H, W) of integers.

        Raises
        ------
        ValueError
            If a label is neither a class nor `ignore_index`.
        """
        pixels = np.zeros(n_classes, np.int64)
        present = np.zeros(n_classes, np.int64)
        for each in labels:
            values, counts = np.unique(np.asarray(each), return_counts=True)
            known = values != ignore_index
            stray = values[known & ((values < 0) | (values >= n_classes))]
            if stray.size:
                raise ValueError(
                    f"labels hold {stray[0]}, but the classes are 0 to {n_classes - 1} and "
                    f"ignore_index is {ignore_index}; map stray labels to one of these"
                )
            pixels[values[known]] += counts[known]
            present[values[known]] += counts.sum()
        return cls(tuple(pixels.tolist()), tuple(present.tolist()))


def median_frequency_weights(counts: LabelCounts) -> tuple[float, ...]:
    """Median class frequency divided by the frequency of each class.

    A frequency is the share of a class in the pixels of those images in which it occurs. The class
    of median frequency gets 1, rarer classes more, more frequent ones less.

    Raises
    ------
    ValueError
        If a class does not occur: its weight would be infinite.

    References
    ----------
    Eigen and Fergus, "Predicting depth, surface normals and semantic labels with a common
    multi-scale convolutional architecture", ICCV 2015: weight = median_freq / freq(c). SegNet
    (Badrinarayanan, Kendall and Cipolla 2017) trained on CamVid with it.
    """
    absent = [c for c, n in enumerate(counts.pixels) if n == 0]
    if absent:
        raise ValueError(
            f"classes {absent} do not occur in the labels, so their frequency is 0; "
            "count more images, or use enet_weights, which stay finite"
        )
    frequency = np.divide(counts.pixels, counts.pixels_where_present)
    return tuple((np.median(frequency) / frequency).tolist())


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
        raise ValueError(f"c={c} gives weights that are infinite or negative; pass more than 1")
    total = sum(counts.pixels)
    if total == 0:
        raise ValueError("no labelled pixel was counted; pass label maps to LabelCounts.of")
    return tuple(1 / math.log(c + n / total) for n in counts.pixels)
