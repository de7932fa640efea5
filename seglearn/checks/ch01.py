"""Answer checks of chapter 01: boxes, one-hot, shrinking without inventing, run lengths."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .core import Case, Mistake, Result, run

_BLOB = np.zeros((5, 7), dtype=bool)
_BLOB[1:3, 2:6] = True
_BLOB[3, 2] = True
_CORNERS = np.zeros((4, 5), dtype=bool)
_CORNERS[0, 4] = _CORNERS[3, 1] = True
_MAP = np.array([[0, 0, 1, 1], [0, 2, 1, 1], [2, 2, 0, 1], [2, 2, 1, 0]], dtype=np.uint8)
_BORDERED = np.array([[0, 255, 1], [0, 255, 2]], dtype=np.uint8)


def _bounding_box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mask)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def bounding_box(function: Callable[[np.ndarray], tuple[int, int, int, int]]) -> Result:
    """Check ``function(mask)``: ``(x0, y0, x1, y1)`` of the smallest box, ends outside."""

    def swapped(mask: np.ndarray) -> tuple[int, ...]:
        return _bounding_box(mask.T)

    def ends_inside(mask: np.ndarray) -> tuple[int, ...]:
        x0, y0, x1, y1 = _bounding_box(mask)
        return x0, y0, x1 - 1, y1 - 1

    def with_size(mask: np.ndarray) -> tuple[int, ...]:
        x0, y0, x1, y1 = _bounding_box(mask)
        return x0, y0, x1 - x0, y1 - y0

    return run(
        function,
        _bounding_box,
        [
            Case("one shape", {"mask": _BLOB}),
            Case("two single pixels far apart", {"mask": _CORNERS}),
        ],
        mistakes=[
            Mistake(swapped, "Rows and columns are swapped: x counts columns."),
            Mistake(ends_inside, "The end of the box lies just outside, as in a slice."),
            Mistake(with_size, "The last two numbers are an end, not a width and a height."),
            Mistake(
                lambda mask: ends_inside(mask.T),
                "x counts columns; and the end of the box lies just outside.",
            ),
            Mistake(
                lambda mask: tuple(np.array(_bounding_box(mask))[[0, 2, 1, 3]]),
                "The order is x0, y0, x1, y1.",
            ),
        ],
        praise="A detector's box, computed from a mask. The other way round is not possible.",
    )


def _one_hot(label_map: np.ndarray, n_classes: int) -> np.ndarray:
    return label_map[..., None] == np.arange(n_classes)


def one_hot(function: Callable[[np.ndarray, int], np.ndarray]) -> Result:
    """Check ``function(label_map, n_classes)``: (H, W, n_classes), void false everywhere."""

    def channels_first(label_map: np.ndarray, n_classes: int) -> np.ndarray:
        return np.moveaxis(_one_hot(label_map, n_classes), -1, 0)

    def void_as_last(label_map: np.ndarray, n_classes: int) -> np.ndarray:
        return np.eye(n_classes)[np.minimum(label_map, n_classes - 1)]

    return run(
        function,
        _one_hot,
        [
            Case("three classes", {"label_map": _MAP, "n_classes": 3}),
            Case("a fourth class that does not occur", {"label_map": _MAP, "n_classes": 4}),
            Case("a border of 255, which is no class", {"label_map": _BORDERED, "n_classes": 3}),
        ],
        mistakes=[
            Mistake(channels_first, "The classes come last here: (H, W, n_classes)."),
            Mistake(void_as_last, "255 was taken for the last class; it is no class."),
            Mistake(
                lambda label_map, n_classes: _one_hot(
                    np.where(label_map == 255, 0, label_map), n_classes
                ),
                "255 was taken for class 0; it is no class.",
            ),
        ],
        praise="This is the shape that a network's answer is compared with.",
    )


def _shrink(label_map: np.ndarray, factor: int) -> np.ndarray:
    h, w = label_map.shape
    blocks = label_map.reshape(h // factor, factor, w // factor, factor)
    classes = np.unique(label_map)
    return classes[np.argmax([(blocks == c).sum(axis=(1, 3)) for c in classes], axis=0)]


def shrink(function: Callable[[np.ndarray, int], np.ndarray]) -> Result:
    """Check ``function(label_map, factor)``: the most frequent class of each block."""

    def picked(label_map: np.ndarray, factor: int) -> np.ndarray:
        return label_map[::factor, ::factor]

    def averaged(label_map: np.ndarray, factor: int) -> np.ndarray:
        h, w = label_map.shape
        blocks = label_map.reshape(h // factor, factor, w // factor, factor)
        return np.rint(blocks.mean(axis=(1, 3)))

    def badly_cut(label_map: np.ndarray, factor: int) -> np.ndarray:
        h, w = label_map.shape
        blocks = label_map.reshape(h // factor, w // factor, factor, factor)
        classes = np.unique(label_map)
        return classes[np.argmax([(blocks == c).sum(axis=(2, 3)) for c in classes], axis=0)]

    def places(label_map: np.ndarray, factor: int) -> np.ndarray:
        return np.searchsorted(np.unique(label_map), _shrink(label_map, factor))

    thirds = np.array([[3, 0, 0, 0, 5, 5], [0, 0, 3, 5, 5, 0], [3, 3, 3, 0, 0, 5]], dtype=np.uint8)
    return run(
        function,
        _shrink,
        [
            Case("blocks of two by two, one of them a tie", {"label_map": _MAP, "factor": 2}),
            Case("blocks of three by three", {"label_map": thirds, "factor": 3}),
            Case("void that has the majority", {"label_map": _BORDERED[:, 1:], "factor": 2}),
        ],
        mistakes=[
            Mistake(picked, "That looks at one pixel of each block, not at all of them."),
            Mistake(
                lambda label_map, factor: label_map[factor // 2 :: factor, factor // 2 :: factor],
                "That looks at the middle pixel of each block, not at all of them.",
            ),
            Mistake(
                badly_cut,
                "The blocks are cut wrongly: rows come first, so the axes are (H // f, f, W // f, f).",
            ),
            Mistake(places, "That is a place in the list of classes, not the class itself."),
            Mistake(averaged, "An average of class numbers is no class: 0 and 2 do not make 1."),
        ],
        answers_are_classes=True,
        praise="Every pixel had a vote, and no class was invented.",
    )


def _run_lengths(mask: np.ndarray) -> list[int]:
    flat = mask.ravel()
    places = [0, *(np.flatnonzero(flat[1:] != flat[:-1]) + 1), flat.size]
    return [0] * bool(flat[0]) + np.diff(places).tolist()


def run_lengths(function: Callable[[np.ndarray], list[int]]) -> Result:
    """Check ``function(mask)``: run lengths in row order, zeros first."""

    def without_zero(mask: np.ndarray) -> list[int]:
        lengths = _run_lengths(mask)
        return lengths[1:] if lengths[0] == 0 else lengths

    return run(
        function,
        _run_lengths,
        [
            Case("a shape inside", {"mask": _BLOB}),
            Case("a mask that begins with a one", {"mask": ~_BLOB}),
            Case("nothing but zeros", {"mask": np.zeros((2, 3), dtype=bool)}),
        ],
        mistakes=[
            Mistake(
                lambda mask: _run_lengths(mask.T), "That reads down the columns, as COCO does."
            ),
            Mistake(without_zero, "A mask that begins with a one has a run of no zeros in front."),
            Mistake(lambda mask: _run_lengths(mask)[:-1], "The last run is missing."),
            Mistake(
                lambda mask: [n for row in mask for n in _run_lengths(row[None])],
                "A run goes on in the next row.",
            ),
            Mistake(
                lambda mask: _run_lengths(mask)[1::2], "Runs of zeros are part of the list as well."
            ),
        ],
        praise="You have written the heart of COCO's mask format.",
    )
