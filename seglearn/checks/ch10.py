"""Answer checks of chapter 10: train ids, class weights, fitting to a size, polygons."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from .core import Case, Mistake, Result, run

_IDS = np.array([[7, 7, 8], [11, 26, 7], [26, 4, 8]], dtype=np.uint8)
_MAP = np.array([[0, 0, 1], [2, 1, 1]], dtype=np.uint8)


def _to_train_ids(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
    return np.vectorize(lambda i: table.get(i, ignore_index))(label_map)


def to_train_ids(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(label_map, table, ignore_index)``: unknown ids become ignored."""

    def in_place(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
        known = np.isin(label_map, list(table))
        for old, new in table.items():
            label_map[label_map == old] = new
        return np.where(known, label_map, ignore_index)

    def zero_for_unknown(
        label_map: np.ndarray, table: dict[int, int], ignore_index: int
    ) -> np.ndarray:
        return _to_train_ids(label_map, table, 0)

    def unknown_kept(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
        return np.vectorize(lambda i: table.get(i, i))(label_map)

    streets = {7: 0, 8: 1, 11: 2, 26: 13}
    return run(
        function,
        _to_train_ids,
        [
            Case(
                "some of Cityscapes' ids, and a 4 that is not scored",
                {"label_map": _IDS, "table": streets, "ignore_index": 255},
            ),
            Case(
                "a table that swaps two numbers",
                {"label_map": _MAP, "table": {0: 1, 1: 0, 2: 2}, "ignore_index": 255},
            ),
            Case(
                "another ignore label",
                {"label_map": _MAP, "table": {0: 0, 1: 1}, "ignore_index": 11},
            ),
        ],
        mistakes=[
            Mistake(in_place, "What was just written was read again as an old id."),
            Mistake(zero_for_unknown, "Unknown became 0, and 0 is a class."),
            Mistake(unknown_kept, "An id that the table does not know kept its number."),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(label_map, table, 255),
                "The ignore label is an argument; it is not always 255.",
            ),
        ],
        answers_are_classes=True,
        praise="One look-up, and the labels fit the network's outputs.",
    )


def _median_frequency_weights(counts: np.ndarray) -> np.ndarray:
    sizes = counts.sum(axis=1, keepdims=True)
    frequency = counts.sum(axis=0) / ((counts > 0) * sizes).sum(axis=0)
    return np.median(frequency) / frequency


def median_frequency_weights(function: Callable[[np.ndarray], np.ndarray]) -> Result:
    """Check ``function(counts)``: median frequency over frequency, one weight a class."""

    def over_all_pictures(counts: np.ndarray) -> np.ndarray:
        frequency = counts.sum(axis=0) / counts.sum()
        return np.median(frequency) / frequency

    def inverse(counts: np.ndarray) -> np.ndarray:
        return 1 / _median_frequency_weights(counts)

    def mean_of_shares(counts: np.ndarray) -> np.ndarray:
        shares = np.where(counts > 0, counts / counts.sum(axis=1, keepdims=True), np.nan)
        frequency = np.nanmean(shares, axis=0)
        return np.median(frequency) / frequency

    def with_mean(counts: np.ndarray) -> np.ndarray:
        weights = _median_frequency_weights(counts)
        return weights * np.mean(1 / weights)

    return run(
        function,
        _median_frequency_weights,
        [
            Case(
                "three classes that all occur in both pictures",
                {"counts": np.array([[80, 15, 5], [60, 30, 10]])},
            ),
            Case(
                "a class that occurs in one of three pictures",
                {"counts": np.array([[80, 20, 0], [70, 30, 0], [50, 20, 30]])},
            ),
            Case(
                "pictures of different size",
                {"counts": np.array([[8, 1, 1], [100, 50, 250]])},
            ),
        ],
        mistakes=[
            Mistake(over_all_pictures, "Count only the pictures in which the class occurs."),
            Mistake(inverse, "Upside down: rare classes get the large weights."),
            Mistake(
                mean_of_shares,
                "Add up pixels over the pictures first; a large picture counts more.",
            ),
            Mistake(
                lambda counts: (
                    _median_frequency_weights(counts)
                    / np.median(
                        counts.sum(0) / ((counts > 0) * counts.sum(1, keepdims=True)).sum(0)
                    )
                ),
                "The median is missing: the class in the middle should get 1.",
            ),
            Mistake(with_mean, "The formula has the median of the frequencies, not their mean."),
        ],
        praise="This is the idea behind SegNet's weights for CamVid.",
    )


def _fit(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    out = np.full((height, width), 255)
    part = label_map[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out


def fit(function: Callable[[np.ndarray, int, int], np.ndarray]) -> Result:
    """Check ``function(label_map, height, width)``: crop or pad with 255 at the lower right."""

    def padded_with_zero(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        fitted = _fit(label_map, height, width)
        return np.where(fitted == 255, 0, fitted)

    def resized(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        rows = np.arange(height) * label_map.shape[0] // height
        return label_map[rows][:, np.arange(width) * label_map.shape[1] // width]

    def repeated(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        more = [(0, max(n - m, 0)) for n, m in zip((height, width), label_map.shape, strict=True)]
        return np.pad(label_map, more, mode="edge")[:height, :width]

    def centred(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        fitted = _fit(label_map, height, width)
        shift = [max(n - m, 0) // 2 for n, m in zip((height, width), label_map.shape, strict=True)]
        return np.roll(fitted, shift, axis=(0, 1))

    def smaller_only(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        return label_map[:height, :width]

    return run(
        function,
        _fit,
        [
            Case("too small in both directions", {"label_map": _MAP, "height": 3, "width": 5}),
            Case(
                "a map that is larger than the result", {"label_map": _IDS, "height": 2, "width": 2}
            ),
            Case("too low and too wide", {"label_map": _MAP, "height": 4, "width": 2}),
        ],
        mistakes=[
            Mistake(padded_with_zero, "Outside is not class 0; nobody knows what is there."),
            Mistake(resized, "That changes the scale; every pixel should keep its place."),
            Mistake(repeated, "The border was repeated outwards; nobody labelled those pixels."),
            Mistake(smaller_only, "Cutting works; what is missing must be filled."),
            Mistake(centred, "The top left corner should stay where it is."),
        ],
        answers_are_classes=True,
        praise="Pictures of any size fit into one batch now.",
    )


def _polygon_to_mask(corners: np.ndarray, height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] + 0.5
    inside = np.zeros((height, width), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def polygon_to_mask(function: Callable[[np.ndarray, int, int], np.ndarray]) -> Result:
    """Check ``function(corners, height, width)``: pixels whose centre is inside, even–odd rule."""

    def swapped(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        return _polygon_to_mask(corners[:, ::-1], height, width)

    def box(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        y, x = np.mgrid[:height, :width] + 0.5
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        return (x > x0) & (x < x1) & (y > y0) & (y < y1)

    def crossings(
        corners: np.ndarray, height: int, width: int, half: float
    ) -> list[tuple[np.ndarray, ...]]:
        y, x = np.mgrid[:height, :width] + half
        ends = zip(corners, np.roll(corners, -1, axis=0), strict=True)
        return [
            (y0 > y, y1 > y, x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
            for (x0, y0), (x1, y1) in ends
            if y0 != y1
        ]

    def marked(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        each = [(a != b) & left for a, b, left in crossings(corners, height, width, 0.5)]
        return np.any(each, axis=0)

    def rising(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        each = [~a & b & left for a, b, left in crossings(corners, height, width, 0.5)]
        return np.sum(each, axis=0) % 2

    def from_corner(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        each = [(a != b) & left for a, b, left in crossings(corners, height, width, 0)]
        return np.sum(each, axis=0) % 2

    def open_end(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        y, x = np.mgrid[:height, :width] + 0.5
        inside = np.zeros((height, width), dtype=bool)
        for (x0, y0), (x1, y1) in itertools.pairwise(corners):
            if y0 != y1:
                inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        return inside

    return run(
        function,
        _polygon_to_mask,
        [
            Case(
                "a shape with a notch",
                {
                    "corners": np.array([[1.2, 1], [7, 1.1], [7.2, 6.1], [4.1, 3.2], [1, 6.3]]),
                    "height": 7,
                    "width": 8,
                },
            ),
            Case(
                "a slanted triangle",
                {
                    "corners": np.array([[0.8, 1.2], [8.1, 2.3], [3.2, 6.1]]),
                    "height": 7,
                    "width": 9,
                },
            ),
        ],
        mistakes=[
            Mistake(swapped, "x and y are swapped: x counts columns."),
            Mistake(box, "That is the box round the corners."),
            Mistake(marked, "Two crossings mean outside again: flip, do not mark."),
            Mistake(rising, "Edges that go up count as well as edges that go down."),
            Mistake(
                from_corner, "That tests the pixel's corner; its centre is half a pixel further."
            ),
            Mistake(open_end, "The last corner must be joined to the first."),
        ],
        praise="This is what an annotation tool does when you close the outline.",
    )
