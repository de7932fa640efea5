"""Answer checks of chapter 10: train ids, class weights, fitting to a size, polygons."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from .core import Case, Mistake, Result, run

_IDS = np.array([[7, 7, 8, 8], [11, 26, 1, 7], [26, 4, 8, 11], [7, 26, 8, 4]], dtype=np.uint8)
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

    def known_by_value(
        label_map: np.ndarray, table: dict[int, int], ignore_index: int
    ) -> np.ndarray:
        translated = unknown_kept(label_map, table, ignore_index)
        return np.where(np.isin(translated, list(table.values())), translated, ignore_index)

    streets = {7: 0, 8: 1, 11: 2, 26: 13}
    return run(
        function,
        _to_train_ids,
        [
            Case(
                "some of Cityscapes' ids; 1 and 4 are not scored",
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
                known_by_value,
                "An id that the table does not list may still equal one of its train ids: 1 here.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(
                    label_map, {new: old for old, new in table.items()}, ignore_index
                ),
                "The table leads from id to train id, not back.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(
                    label_map, {old: n for n, old in enumerate(table)}, ignore_index
                ),
                "The train id is what the table says, not the place in the table.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(
                    label_map, dict(list(table.items())[-1:]), ignore_index
                ),
                "Only the last row of the table is left: each one began with a new map.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(
                    label_map, {old: new for old, new in table.items() if new}, ignore_index
                ),
                "Train id 0 was taken for missing; it is a class.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(label_map, table, -1),
                "Write `ignore_index` for an unknown id.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: np.where(
                    np.isin(label_map, list(table)), label_map, ignore_index
                ),
                "The known ids kept their numbers; translate them.",
            ),
            Mistake(
                lambda label_map, table, ignore_index: _to_train_ids(label_map, table, 255),
                "The ignore label is an argument; it is not always 255.",
            ),
        ],
        answers_are_classes=True,
        praise="One look-up, and the labels fit the network's outputs.",
    )


def _frequency(counts: np.ndarray) -> np.ndarray:
    sizes = counts.sum(axis=1, keepdims=True)
    return counts.sum(axis=0) / ((counts > 0) * sizes).sum(axis=0)


def _median_frequency_weights(counts: np.ndarray) -> np.ndarray:
    return np.median(_frequency(counts)) / _frequency(counts)


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

    def by_number_of_pictures(counts: np.ndarray) -> np.ndarray:
        frequency = counts.sum(axis=0) / (counts > 0).sum(axis=0)
        return np.median(frequency) / frequency

    def median_of_shares(counts: np.ndarray) -> np.ndarray:
        shares = np.where(counts > 0, counts / counts.sum(axis=1, keepdims=True), np.nan)
        frequency = np.nanmedian(shares, axis=0)
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
                {"counts": np.array([[20, 80, 0], [30, 70, 0], [20, 50, 30]])},
            ),
            Case(
                "pictures of different size",
                {"counts": np.array([[8, 1, 1], [100, 50, 250]])},
            ),
            Case(
                "four classes, one very rare, in pictures of different size",
                {"counts": np.array([[900, 195, 5, 0], [60, 30, 0, 10], [300, 160, 0, 40]])},
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
                lambda counts: 1 / _frequency(counts),
                "The median is missing: the class in the middle should get 1.",
            ),
            Mistake(
                _frequency, "These are the frequencies; the weight is the median over each of them."
            ),
            Mistake(
                lambda counts: _frequency(counts).max() / _frequency(counts),
                "The formula has the median of the frequencies, not the largest.",
            ),
            Mistake(
                lambda counts: _frequency(counts).min() / _frequency(counts),
                "The formula has the median of the frequencies, not the smallest.",
            ),
            Mistake(
                lambda counts: (
                    np.sort(_frequency(counts))[counts.shape[1] // 2] / _frequency(counts)
                ),
                "The median of an even number of values lies between the two in the middle.",
            ),
            Mistake(
                lambda counts: (
                    np.sort(_frequency(counts))[(counts.shape[1] - 1) // 2] / _frequency(counts)
                ),
                "The median of an even number of values lies between the two in the middle.",
            ),
            Mistake(
                lambda counts: _frequency(counts)[counts.shape[1] // 2] / _frequency(counts),
                "The class in the middle of the list need not be the median: sort first.",
            ),
            Mistake(
                by_number_of_pictures,
                "Divide by the pixels of the pictures that hold the class, not by their number.",
            ),
            Mistake(
                lambda counts: by_number_of_pictures(counts / counts.sum(axis=1, keepdims=True)),
                "Add up pixels over the pictures first; a large picture counts more.",
            ),
            Mistake(
                median_of_shares,
                "The share of a class is one number for all its pictures together.",
            ),
            Mistake(
                lambda counts: np.median(counts.sum(axis=0) / counts.sum()) / _frequency(counts),
                "The median is of the same frequencies that stand below the line.",
            ),
            Mistake(
                lambda counts: np.median(_frequency(counts)) / (counts.sum(axis=0) / counts.sum()),
                "The frequencies below the line are the same that the median is taken of.",
            ),
            Mistake(
                lambda counts: (
                    _median_frequency_weights(counts) / _median_frequency_weights(counts).sum()
                ),
                "Do not scale the weights afterwards: the class in the middle should get 1.",
            ),
            Mistake(
                lambda counts: (
                    _median_frequency_weights(counts) / _median_frequency_weights(counts).mean()
                ),
                "Do not scale the weights afterwards: the class in the middle should get 1.",
            ),
            Mistake(
                lambda counts: _median_frequency_weights(counts).clip(None, 10),
                "The formula sets no upper limit to a weight.",
            ),
            Mistake(
                lambda counts: _median_frequency_weights(counts).round(2),
                "Do not round.",
            ),
            Mistake(
                lambda counts: np.median(_frequency(counts)) // _frequency(counts),
                "// rounds down; divide with /.",
            ),
            Mistake(
                lambda counts: np.sqrt(_median_frequency_weights(counts)),
                "The formula has no root.",
            ),
            Mistake(
                lambda counts: _median_frequency_weights(counts)[1:],
                "Class 0 has a weight as well.",
            ),
            Mistake(
                lambda counts: np.median(_frequency(counts)[1:]) / _frequency(counts),
                "Class 0 belongs to the median as well.",
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

    def filled(label_map: np.ndarray, height: int, width: int, mode: Any) -> np.ndarray:
        more = [(0, max(n - m, 0)) for n, m in zip((height, width), label_map.shape, strict=True)]
        return np.pad(label_map, more, mode=mode)[:height, :width]

    def cut_in_the_middle(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        top, left = (
            max(m - n, 0) // 2 for n, m in zip((height, width), label_map.shape, strict=True)
        )
        return _fit(label_map[top:, left:], height, width)

    def repeated(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        return filled(label_map, height, width, "edge")

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
            Case("too high and too narrow", {"label_map": _IDS, "height": 2, "width": 6}),
            Case("a map that fits already", {"label_map": _MAP, "height": 2, "width": 3}),
        ],
        mistakes=[
            Mistake(padded_with_zero, "Outside is not class 0; nobody knows what is there."),
            Mistake(resized, "That changes the scale; every pixel should keep its place."),
            Mistake(repeated, "The border was repeated outwards; nobody labelled those pixels."),
            Mistake(
                lambda label_map, height, width: (
                    _fit(label_map, height, width)
                    if len(label_map) <= height and label_map.shape[1] <= width
                    else smaller_only(label_map, height, width)
                ),
                "A map may be too long one way and too short the other: cut *and* fill.",
            ),
            Mistake(smaller_only, "Cutting works; what is missing must be filled."),
            Mistake(
                lambda label_map, height, width: _fit(label_map, width, height),
                "Height and width are exchanged: rows come first.",
            ),
            Mistake(
                lambda label_map, height, width: _fit(label_map.T, height, width),
                "Rows became columns.",
            ),
            Mistake(
                lambda label_map, height, width: _fit(
                    label_map, max(height, len(label_map)), max(width, label_map.shape[1])
                ),
                "What is too much must be cut off.",
            ),
            *(
                Mistake(
                    lambda label_map, height, width, mode=mode: filled(
                        label_map, height, width, mode
                    ),
                    "The map goes on outside; nobody labelled those pixels.",
                )
                for mode in ("reflect", "symmetric", "wrap")
            ),
            Mistake(
                lambda label_map, height, width: np.resize(label_map, (height, width)),
                "`np.resize` repeats the numbers one after the other; every pixel should keep its place.",
            ),
            Mistake(
                lambda label_map, height, width: ndimage.zoom(
                    label_map, (height / len(label_map), width / label_map.shape[1]), order=0
                ),
                "That changes the scale; every pixel should keep its place.",
            ),
            Mistake(cut_in_the_middle, "The top left corner should stay where it is."),
            Mistake(
                lambda label_map, height, width: _fit(label_map[-height:, -width:], height, width),
                "The lower right was kept; cut it off instead.",
            ),
            Mistake(
                lambda label_map, height, width: _fit(label_map[::-1, ::-1], height, width)[
                    ::-1, ::-1
                ],
                "What is missing is filled at the bottom and at the right.",
            ),
            Mistake(
                lambda label_map, height, width: np.where(
                    _fit(label_map, height, width) == 255, -1, _fit(label_map, height, width)
                ),
                "What is missing is marked with 255.",
            ),
            Mistake(
                lambda label_map, height, width: np.where(
                    _fit(label_map, height, width) == 0, 255, _fit(label_map, height, width)
                ),
                "Class 0 is a class: it stays.",
            ),
            Mistake(
                lambda label_map, height, width: np.full((height, width), 255),
                "Nothing was copied into the result.",
            ),
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
        return np.any(all_crossings(corners, height, width), axis=0)

    def rising(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        each = [~a & b & left for a, b, left in crossings(corners, height, width, 0.5)]
        return np.sum(each, axis=0) % 2

    def from_corner(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        each = [(a != b) & left for a, b, left in crossings(corners, height, width, 0)]
        return np.sum(each, axis=0) % 2

    def all_crossings(corners: np.ndarray, height: int, width: int) -> list[np.ndarray]:
        return [(a != b) & left for a, b, left in crossings(corners, height, width, 0.5)]

    def any_turn(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        each = crossings(corners, height, width, 0.5)
        return np.sum([(b.astype(int) - a) * left for a, b, left in each], axis=0) != 0

    def between_ends(
        corners: np.ndarray, height: int, width: int, before: Callable[..., np.ndarray]
    ) -> np.ndarray:
        y = np.arange(height)[:, None] + 0.5
        ends = zip(corners[:, 1], np.roll(corners[:, 1], -1), strict=True)
        rows = [before(min(pair), y) & before(y, max(pair)) for pair in ends if pair[0] != pair[1]]
        lefts = [left for _, _, left in crossings(corners, height, width, 0.5)]
        return np.sum([r & left for r, left in zip(rows, lefts, strict=True)], axis=0) % 2

    def hull(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        return _polygon_to_mask(corners[ConvexHull(corners).vertices], height, width)

    def open_end(corners: np.ndarray, height: int, width: int) -> np.ndarray:
        y, x = np.mgrid[:height, :width] + 0.5
        inside = np.zeros((height, width), dtype=bool)
        for (x0, y0), (x1, y1) in itertools.pairwise(corners):
            if y0 != y1:
                inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        return inside

    ends = "A corner at the height of a centre belongs to one of its edges, not to both or neither."
    return run(
        function,
        _polygon_to_mask,
        [
            Case(
                "a shape with a notch",
                {
                    "corners": np.array([[2.7, 1], [7, 1.1], [7.2, 6.1], [4.1, 3.2], [1, 6.3]]),
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
            Case(
                "two corners exactly at the height of pixel centres",
                {
                    "corners": np.array([[4.2, 0.6], [8.2, 3.5], [3.8, 6.2], [0.7, 3.5]]),
                    "height": 7,
                    "width": 9,
                },
            ),
            Case(
                "level edges, and an outline that goes round a part twice",
                {
                    "corners": np.array(
                        [
                            [1, 1],
                            [8.3, 1],
                            [8.3, 5.2],
                            [3.2, 5.2],
                            [3.2, 2.9],
                            [5.9, 2.9],
                            [5.9, 7.2],
                            [1, 7.2],
                        ]
                    ),
                    "height": 8,
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
            Mistake(
                lambda corners, height, width: ~_polygon_to_mask(corners, height, width),
                "Inside and outside are exchanged: odd means inside.",
            ),
            Mistake(
                lambda corners, height, width: np.sum(all_crossings(corners, height, width), 0),
                "These are the numbers of crossings; odd means inside.",
            ),
            Mistake(
                lambda corners, height, width: (
                    np.sum(all_crossings(corners, height, width), 0) == 1
                ),
                "Three crossings are odd as well.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(corners, width, height),
                "The mask has `height` rows and `width` columns.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(corners - 0.5, height, width),
                "That tests the pixel's far corner; its centre is at + 0.5.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(
                    corners + np.array([0.5, 0]), height, width
                ),
                "Half a pixel is missing in x.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(
                    corners + np.array([0, 0.5]), height, width
                ),
                "Half a pixel is missing in y.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(corners.astype(int), height, width),
                "The corners lie between pixels; do not round them.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(np.rint(corners), height, width),
                "The corners lie between pixels; do not round them.",
            ),
            Mistake(
                lambda corners, height, width: _polygon_to_mask(corners, height, width)[::-1],
                "That is upside down: y counts rows from the top.",
            ),
            Mistake(
                lambda corners, height, width: between_ends(corners, height, width, np.less_equal),
                ends,
            ),
            Mistake(
                lambda corners, height, width: between_ends(corners, height, width, np.less),
                ends,
            ),
            Mistake(
                any_turn,
                "What the outline goes round twice was filled. By the even–odd rule it is outside.",
            ),
            Mistake(hull, "That fills the notch: it is the convex hull of the corners."),
            Mistake(open_end, "The last corner must be joined to the first."),
        ],
        praise="This is what an annotation tool does when you close the outline.",
    )
