"""Answer checks of chapter 10: train ids, class weights, fitting to a size, polygons."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from seglearn.training import class_weights
from seglearn.training.class_weights import LabelCounts

from .exercise import Case, Exercise, Mistake

_IDS = np.array([[7, 7, 8, 8, 26], [11, 26, 1, 7, 0], [26, 4, 8, 11, 7]], dtype=np.uint8)
_MAP = np.array([[0, 0, 1], [2, 1, 1]], dtype=np.uint8)


def _to_train_ids(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
    return np.vectorize(lambda i: table.get(i, ignore_index))(label_map)


def _in_place(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
    known = np.isin(label_map, list(table))
    for old, new in table.items():
        label_map[label_map == old] = new
    return np.where(known, label_map, ignore_index)


def _unknown_kept(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
    return np.vectorize(lambda i: table.get(i, i))(label_map)


def _known_by_value(label_map: np.ndarray, table: dict[int, int], ignore_index: int) -> np.ndarray:
    translated = _unknown_kept(label_map, table, ignore_index)
    return np.where(np.isin(translated, list(table.values())), translated, ignore_index)


to_train_ids = Exercise(
    "ch10.to_train_ids",
    "function(label_map, table, ignore_index): train ids, and unknown ids become ignored",
    _to_train_ids,
    [
        Case(
            "some of Cityscapes' ids; 0, 1 and 4 are not scored",
            {"label_map": _IDS, "table": {7: 0, 8: 1, 11: 2, 26: 13}, "ignore_index": 255},
        ),
        Case(
            "a table that swaps two numbers",
            {"label_map": _MAP, "table": {0: 1, 1: 0, 2: 2}, "ignore_index": 255},
        ),
        Case(
            "another ignore label, and an id of 255",
            {
                "label_map": np.array([[0, 255, 1], [2, 1, 1]], dtype=np.uint8),
                "table": {0: 0, 1: 1},
                "ignore_index": 11,
            },
        ),
    ],
    [
        Mistake("in-place", _in_place, "What was just written was read again as an old id."),
        Mistake(
            "unknown-as-0",
            lambda m, t, i: _to_train_ids(m, t, 0),
            "Unknown became 0, and 0 is a class.",
        ),
        Mistake(
            "unknown-kept", _unknown_kept, "An id that the table does not know kept its number."
        ),
        Mistake(
            "known-by-value",
            _known_by_value,
            "An id that the table does not list may still equal one of its train ids: 1 here.",
        ),
        Mistake(
            "table-turned-round",
            lambda m, t, i: _to_train_ids(m, {new: old for old, new in t.items()}, i),
            "The table leads from id to train id, not back.",
        ),
        Mistake(
            "place-in-table",
            lambda m, t, i: _to_train_ids(m, {old: n for n, old in enumerate(t)}, i),
            "The train id is what the table says, not the place in the table.",
        ),
        Mistake(
            "last-row-only",
            lambda m, t, i: _to_train_ids(m, dict(list(t.items())[-1:]), i),
            "Only the last row of the table is left: each one began with a new map.",
        ),
        Mistake(
            "train-id-0-missing",
            lambda m, t, i: _to_train_ids(m, {old: new for old, new in t.items() if new}, i),
            "Train id 0 was taken for missing; it is a class.",
        ),
        Mistake(
            "minus-1",
            lambda m, t, i: _to_train_ids(m, t, -1),
            "Write `ignore_index` for an unknown id.",
        ),
        Mistake(
            "known-kept",
            lambda m, t, i: np.where(np.isin(m, list(t)), m, i),
            "The known ids kept their numbers; translate them.",
        ),
        Mistake(
            "always-255",
            lambda m, t, i: _to_train_ids(m, t, 255),
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
    return np.array(class_weights.median_frequency_weights(LabelCounts.per_image(counts)))


def _weights_of(
    frequency: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], np.ndarray]:
    """Return an answer that takes ``frequency(counts)`` for the frequencies."""

    def answer(counts: np.ndarray) -> np.ndarray:
        values = frequency(counts)
        return np.median(values) / values

    return answer


def _over(
    numerator: Callable[[np.ndarray], Any],
) -> Callable[[np.ndarray], np.ndarray]:
    """Return an answer with ``numerator(frequencies)`` above the line."""

    def answer(counts: np.ndarray) -> np.ndarray:
        frequency = _frequency(counts)
        return numerator(frequency) / frequency

    return answer


def _shares(counts: np.ndarray) -> np.ndarray:
    """Return the share of each class in each picture, nan where it does not occur."""
    return np.where(counts > 0, counts / counts.sum(axis=1, keepdims=True), np.nan)


_TWO_IN_THE_MIDDLE = "The median of an even number of values lies between the two in the middle."
_SCALED = "Do not scale the weights afterwards: the class in the middle should get 1."

median_frequency_weights = Exercise(
    "ch10.median_frequency_weights",
    "function(counts): median frequency over frequency, one weight a class",
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
        Case("pictures of different size", {"counts": np.array([[8, 1, 1], [100, 50, 250]])}),
        Case("a single picture", {"counts": np.array([[5, 1, 14, 10]])}),
        Case(
            "four classes, one very rare, in pictures of different size",
            {"counts": np.array([[900, 195, 5, 0], [60, 30, 0, 10], [300, 160, 0, 40]])},
        ),
    ],
    [
        Mistake(
            "over-all-pictures",
            _weights_of(lambda c: c.sum(axis=0) / c.sum()),
            "Count only the pictures in which the class occurs.",
        ),
        Mistake(
            "upside-down",
            lambda c: 1 / _median_frequency_weights(c),
            "Upside down: rare classes get the large weights.",
        ),
        Mistake(
            "mean-of-shares",
            _weights_of(lambda c: np.nanmean(_shares(c), axis=0)),
            "Add up pixels over the pictures first; a large picture counts more.",
        ),
        Mistake(
            "no-median",
            _over(lambda f: 1),
            "The median is missing: the class in the middle should get 1.",
        ),
        Mistake(
            "frequencies",
            _frequency,
            "These are the frequencies; the weight is the median over each of them.",
        ),
        Mistake(
            "largest",
            _over(np.max),
            "The formula has the median of the frequencies, not the largest.",
        ),
        Mistake(
            "smallest",
            _over(np.min),
            "The formula has the median of the frequencies, not the smallest.",
        ),
        Mistake("upper-median", _over(lambda f: np.sort(f)[len(f) // 2]), _TWO_IN_THE_MIDDLE),
        Mistake("lower-median", _over(lambda f: np.sort(f)[(len(f) - 1) // 2]), _TWO_IN_THE_MIDDLE),
        Mistake(
            "middle-of-list",
            _over(lambda f: f[len(f) // 2]),
            "The class in the middle of the list need not be the median: sort first.",
        ),
        Mistake(
            "by-number-of-pictures",
            _weights_of(lambda c: c.sum(axis=0) / (c > 0).sum(axis=0)),
            "Divide by the pixels of the pictures that hold the class, not by their number.",
        ),
        Mistake(
            "median-of-shares",
            _weights_of(lambda c: np.nanmedian(_shares(c), axis=0)),
            "The share of a class is one number for all its pictures together.",
        ),
        Mistake(
            "median-of-all-pictures",
            lambda c: np.median(c.sum(axis=0) / c.sum()) / _frequency(c),
            "The median is of the same frequencies that stand below the line.",
        ),
        Mistake(
            "divided-by-all-pictures",
            lambda c: np.median(_frequency(c)) / (c.sum(axis=0) / c.sum()),
            "The frequencies below the line are the same that the median is taken of.",
        ),
        Mistake(
            "sum-1",
            lambda c: _median_frequency_weights(c) / _median_frequency_weights(c).sum(),
            _SCALED,
        ),
        Mistake(
            "mean-1",
            lambda c: _median_frequency_weights(c) / _median_frequency_weights(c).mean(),
            _SCALED,
        ),
        Mistake(
            "clipped",
            lambda c: _median_frequency_weights(c).clip(None, 10),
            "The formula sets no upper limit to a weight.",
        ),
        Mistake("rounded", lambda c: _median_frequency_weights(c).round(2), "Do not round."),
        Mistake(
            "whole",
            lambda c: np.median(_frequency(c)) // _frequency(c),
            "`//` rounds down; divide with `/`.",
        ),
        Mistake(
            "root", lambda c: np.sqrt(_median_frequency_weights(c)), "The formula has no root."
        ),
        Mistake(
            "no-class-0",
            lambda c: _median_frequency_weights(c)[1:],
            "Class 0 has a weight as well.",
        ),
        Mistake(
            "median-without-class-0",
            _over(lambda f: np.median(f[1:])),
            "Class 0 belongs to the median as well.",
        ),
        Mistake(
            "mean",
            _over(np.mean),
            "The formula has the median of the frequencies, not their mean.",
        ),
    ],
    praise="This is the idea behind SegNet's weights for CamVid.",
)


def _fit(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    out = np.full((height, width), 255)
    part = label_map[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out


def _resized(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    rows = np.arange(height) * label_map.shape[0] // height
    return label_map[rows][:, np.arange(width) * label_map.shape[1] // width]


def _zoomed(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    zoom = height / label_map.shape[0], width / label_map.shape[1]
    return ndimage.zoom(label_map, zoom, order=0)


def _padded(mode: Any) -> Callable[..., np.ndarray]:
    """Return an answer that fills as NumPy's `pad` does it in this mode."""

    def answer(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
        more = [(0, max(n - m, 0)) for n, m in zip((height, width), label_map.shape, strict=True)]
        return np.pad(label_map, more, mode=mode)[:height, :width]

    return answer


def _cut_in_the_middle(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    top, left = (max(m - n, 0) // 2 for n, m in zip((height, width), label_map.shape, strict=True))
    return _fit(label_map[top:, left:], height, width)


def _centred(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    shift = [max(n - m, 0) // 2 for n, m in zip((height, width), label_map.shape, strict=True)]
    return np.roll(_fit(label_map, height, width), shift, axis=(0, 1))


def _cut_or_fill(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    if label_map.shape[0] <= height and label_map.shape[1] <= width:
        return _fit(label_map, height, width)
    return label_map[:height, :width]


def _never_cut(label_map: np.ndarray, height: int, width: int) -> np.ndarray:
    return _fit(label_map, max(height, label_map.shape[0]), max(width, label_map.shape[1]))


_SAME_SCALE = "That changes the scale; every pixel should keep its place."
_GOES_ON = "The map goes on outside; nobody labelled those pixels."
_CORNER_STAYS = "The top left corner should stay where it is."

fit = Exercise(
    "ch10.fit",
    "function(label_map, height, width): crop or pad with 255 at the lower right",
    _fit,
    [
        Case("too small in both directions", {"label_map": _MAP, "height": 3, "width": 5}),
        Case(
            "a map that is larger than the result",
            {"label_map": _IDS[:, :4], "height": 2, "width": 2},
        ),
        Case("too low and too wide", {"label_map": _MAP, "height": 5, "width": 2}),
        Case("too high and too narrow", {"label_map": _IDS, "height": 1, "width": 8}),
        Case("a map that fits already", {"label_map": _MAP, "height": 2, "width": 3}),
        Case("a map of one row", {"label_map": _IDS[2:], "height": 2, "width": 6}),
    ],
    [
        Mistake(
            "filled-with-0",
            lambda m, h, w: np.where(_fit(m, h, w) == 255, 0, _fit(m, h, w)),
            "Outside is not class 0; nobody knows what is there.",
        ),
        Mistake("resized", _resized, _SAME_SCALE),
        Mistake(
            "border-repeated",
            _padded("edge"),
            "The border was repeated outwards; nobody labelled those pixels.",
        ),
        Mistake(
            "cut-or-fill",
            _cut_or_fill,
            "A map may be too long one way and too short the other: cut *and* fill.",
        ),
        Mistake(
            "cut-only",
            lambda m, h, w: m[:h, :w],
            "Cutting works; what is missing must be filled.",
        ),
        Mistake(
            "height-and-width",
            lambda m, h, w: _fit(m, w, h),
            "Height and width are exchanged: rows come first.",
        ),
        Mistake("transposed", lambda m, h, w: _fit(m.T, h, w), "Rows became columns."),
        Mistake("never-cut", _never_cut, "What is too much must be cut off."),
        Mistake("reflected", _padded("reflect"), _GOES_ON),
        Mistake("mirrored", _padded("symmetric"), _GOES_ON),
        Mistake("wrapped", _padded("wrap"), _GOES_ON),
        Mistake(
            "refolded",
            lambda m, h, w: np.resize(m, (h, w)),
            "`np.resize` repeats the numbers one after the other; every pixel should keep its place.",
        ),
        Mistake("zoomed", _zoomed, _SAME_SCALE),
        Mistake("cut-in-the-middle", _cut_in_the_middle, _CORNER_STAYS),
        Mistake(
            "lower-right-kept",
            lambda m, h, w: _fit(m[-h:, -w:], h, w),
            "The lower right was kept; cut it off instead.",
        ),
        Mistake(
            "filled-at-the-top",
            lambda m, h, w: _fit(m[::-1, ::-1], h, w)[::-1, ::-1],
            "What is missing is filled at the bottom and at the right.",
        ),
        Mistake(
            "filled-with-minus-1",
            lambda m, h, w: np.where(_fit(m, h, w) == 255, -1, _fit(m, h, w)),
            "What is missing is marked with 255.",
        ),
        Mistake(
            "class-0-as-missing",
            lambda m, h, w: np.where(_fit(m, h, w) == 0, 255, _fit(m, h, w)),
            "Class 0 is a class: it stays.",
        ),
        Mistake(
            "nothing-copied",
            lambda m, h, w: np.full((h, w), 255),
            "Nothing was copied into the result.",
        ),
        Mistake("centred", _centred, _CORNER_STAYS),
    ],
    answers_are_classes=True,
    praise="Pictures of any size fit into one batch now.",
)


def _edges(corners: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return list(zip(corners, np.roll(corners, -1, axis=0), strict=True))


def _inside(edges: Iterable[tuple[np.ndarray, np.ndarray]], height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] + 0.5
    inside = np.zeros((height, width), dtype=bool)
    for (x0, y0), (x1, y1) in edges:
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def _polygon_to_mask(corners: np.ndarray, height: int, width: int) -> np.ndarray:
    return _inside(_edges(corners), height, width)


def _crossings(corners: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return (edges, H, W): 1 where an edge that goes down is crossed, −1 where it goes up."""
    each = [
        _inside([(start, end)], height, width) * np.sign(end[1] - start[1])
        for start, end in _edges(corners)
    ]
    return np.array(each)


def _counted(decide: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray, int, int], Any]:
    """Return an answer that sees the crossings of each edge, and their directions."""
    return lambda corners, height, width: decide(_crossings(corners, height, width))


def _shifted(dx: float, dy: float) -> Callable[[np.ndarray, int, int], np.ndarray]:
    """Return an answer that tests another point of the pixel than its centre."""
    return lambda corners, height, width: _polygon_to_mask(
        corners - np.array([dx, dy]), height, width
    )


def _box(corners: np.ndarray, height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] + 0.5
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return (x > x0) & (x < x1) & (y > y0) & (y < y1)


def _both_ends(corners: np.ndarray, height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] + 0.5
    inside = np.zeros((height, width), dtype=bool)
    for (x0, y0), (x1, y1) in _edges(corners):
        if y0 != y1:
            between = (min(y0, y1) <= y) & (y <= max(y0, y1))
            inside ^= between & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


_NO_ROUNDING = "The corners lie between pixels; do not round them."

polygon_to_mask = Exercise(
    "ch10.polygon_to_mask",
    "function(corners, height, width): pixels whose centre is inside, by the even–odd rule",
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
    [
        Mistake(
            "x-and-y",
            lambda c, h, w: _polygon_to_mask(c[:, ::-1], h, w),
            "x and y are swapped: x counts columns.",
        ),
        Mistake("box", _box, "That is the box round the corners."),
        Mistake(
            "marked",
            _counted(lambda each: each.any(axis=0)),
            "Two crossings mean outside again: flip, do not mark.",
        ),
        Mistake(
            "down-only",
            _counted(lambda each: (each > 0).sum(axis=0) % 2),
            "Edges that go up count as well as edges that go down.",
        ),
        Mistake(
            "pixel-corner",
            _shifted(-0.5, -0.5),
            "That tests the pixel's corner; its centre is half a pixel further.",
        ),
        Mistake(
            "outside",
            lambda c, h, w: ~_polygon_to_mask(c, h, w),
            "Inside and outside are exchanged: odd means inside.",
        ),
        Mistake(
            "numbers",
            _counted(lambda each: np.abs(each).sum(axis=0)),
            "These are the numbers of crossings; odd means inside.",
        ),
        Mistake(
            "exactly-one",
            _counted(lambda each: np.abs(each).sum(axis=0) == 1),
            "Three crossings are odd as well.",
        ),
        Mistake(
            "height-and-width",
            lambda c, h, w: _polygon_to_mask(c, w, h),
            "The mask has `height` rows and `width` columns.",
        ),
        Mistake(
            "far-corner",
            _shifted(0.5, 0.5),
            "That tests the pixel's far corner; its centre is at + 0.5.",
        ),
        Mistake("half-missing-in-x", _shifted(-0.5, 0), "Half a pixel is missing in x."),
        Mistake("half-missing-in-y", _shifted(0, -0.5), "Half a pixel is missing in y."),
        Mistake(
            "cut-to-whole", lambda c, h, w: _polygon_to_mask(c.astype(int), h, w), _NO_ROUNDING
        ),
        Mistake("rounded", lambda c, h, w: _polygon_to_mask(np.rint(c), h, w), _NO_ROUNDING),
        Mistake(
            "upside-down",
            lambda c, h, w: _polygon_to_mask(c, h, w)[::-1],
            "That is upside down: y counts rows from the top.",
        ),
        Mistake(
            "both-ends",
            _both_ends,
            "A corner at the height of a centre belongs to one of its edges, not to both or neither.",
        ),
        Mistake(
            "round-twice",
            _counted(lambda each: each.sum(axis=0) != 0),
            "What the outline goes round twice was filled. By the even–odd rule it is outside.",
        ),
        Mistake(
            "hull",
            lambda c, h, w: _polygon_to_mask(c[ConvexHull(c).vertices], h, w),
            "That fills the notch: it is the convex hull of the corners.",
        ),
        Mistake(
            "open",
            lambda c, h, w: _inside(itertools.pairwise(c), h, w),
            "The last corner must be joined to the first.",
        ),
    ],
    praise="This is what an annotation tool does when you close the outline.",
)
