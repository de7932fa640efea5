"""Answer checks of chapter 01: boxes, one-hot, shrinking without inventing, run lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from scipy import ndimage

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

    def with_count(mask: np.ndarray) -> tuple[int, ...]:
        x0, y0, _, _ = _bounding_box(mask)
        return x0, y0, x0 + mask.any(axis=0).sum(), y0 + mask.any(axis=1).sum()

    def first_to_last(mask: np.ndarray) -> tuple[int, ...]:
        rows, columns = np.nonzero(mask)
        return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1

    def one_piece(mask: np.ndarray) -> tuple[int, ...]:
        return _bounding_box(ndimage.label(mask)[0] == 1)

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
            Mistake(
                lambda mask: tuple(np.array(_bounding_box(mask))[[1, 3, 0, 2]]),
                "The order is x0, y0, x1, y1.",
            ),
            Mistake(
                lambda mask: with_size(mask.T),
                "x counts columns; and the last two numbers are an end, not a size.",
            ),
            *(
                Mistake(
                    lambda mask, shift=shift: np.add(_bounding_box(mask), shift),
                    "Off by one: x0 and y0 are the first column and row with a "
                    "pixel, x1 and y1 one more than the last.",
                )
                for shift in [*np.eye(4), *-np.eye(4), [1, 1, 0, 0], [-1, -1, 0, 0]]
            ),
            Mistake(
                with_count,
                "Columns without a pixel lie between the first and the last one, too: do not count.",
            ),
            Mistake(
                first_to_last,
                "`np.nonzero` goes row by row: its first pixel need not be the leftmost.",
            ),
            Mistake(one_piece, "The box must hold the whole mask, even if it is in pieces."),
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
            Mistake(
                lambda label_map, n_classes: _one_hot(label_map, n_classes)[..., 1:],
                "Class 0 has a channel as well.",
            ),
            Mistake(
                lambda label_map, n_classes: (
                    _one_hot(label_map, n_classes) & (label_map > 0)[..., None]
                ),
                "Class 0 is a class like any other: its channel is not empty.",
            ),
            Mistake(
                lambda label_map, n_classes: _one_hot(label_map, n_classes + 1),
                "255 is no class: it gets no channel of its own.",
            ),
            Mistake(
                lambda label_map, n_classes: _one_hot(label_map, len(np.unique(label_map))),
                "A class that does not occur in this map has a channel as well.",
            ),
            Mistake(
                lambda label_map, n_classes: _one_hot(label_map, n_classes) * label_map[..., None],
                "Write true, not the class number: for class 0 they differ.",
            ),
            Mistake(
                lambda label_map, n_classes: _one_hot(label_map - 1, n_classes),
                "The first channel belongs to class 0.",
            ),
            Mistake(
                lambda label_map, n_classes: channels_first(label_map, n_classes).reshape(
                    *label_map.shape, n_classes
                ),
                "`reshape` cuts the numbers anew; it does not move an axis to the end.",
            ),
            Mistake(
                lambda label_map, n_classes: channels_first(label_map, n_classes).T,
                "`.T` turns all axes round, rows and columns too; only the classes should move.",
            ),
            Mistake(
                lambda label_map, n_classes: ~_one_hot(label_map, n_classes),
                "True and false are exchanged.",
            ),
            Mistake(
                lambda label_map, n_classes: (
                    _one_hot(label_map, n_classes) | (label_map == 255)[..., None]
                ),
                "Where the map says 255, every channel is false.",
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

    def blocks(label_map: np.ndarray, factor: int) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(label_map, (factor, factor))
        return windows[::factor, ::factor].reshape(*np.array(label_map.shape) // factor, -1)

    def votes(label_map: np.ndarray, factor: int, classes: np.ndarray) -> np.ndarray:
        return (blocks(label_map, factor) == classes[:, None, None, None]).sum(axis=-1)

    def cut(label_map: np.ndarray, shape: tuple[int, ...], axes: tuple[int, int]) -> np.ndarray:
        classes = np.unique(label_map)
        parts = label_map.reshape(shape)
        return classes[np.argmax([(parts == c).sum(axis=axes) for c in classes], axis=0)]

    def badly_cut(label_map: np.ndarray, factor: int) -> np.ndarray:
        h, w = label_map.shape
        return cut(label_map, (h // factor, w // factor, factor, factor), (2, 3))

    def wrong_axes(label_map: np.ndarray, factor: int) -> np.ndarray:
        h, w = label_map.shape
        return cut(label_map, (factor, h // factor, factor, w // factor), (0, 2))

    def places(label_map: np.ndarray, factor: int) -> np.ndarray:
        return np.searchsorted(np.unique(label_map), _shrink(label_map, factor))

    def overlapping(label_map: np.ndarray, factor: int) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(label_map, (factor, factor))
        h, w = np.array(label_map.shape) // factor
        flat = windows[:h, :w].reshape(h, w, -1)
        return np.apply_along_axis(lambda block: np.bincount(block).argmax(), -1, flat)

    def larger_on_tie(label_map: np.ndarray, factor: int) -> np.ndarray:
        classes = np.unique(label_map)[::-1]
        return classes[np.argmax(votes(label_map, factor, classes), axis=0)]

    def first_seen_on_tie(label_map: np.ndarray, factor: int) -> np.ndarray:
        def winner(block: np.ndarray) -> int:
            return Counter(block.tolist()).most_common(1)[0][0]

        return np.apply_along_axis(winner, -1, blocks(label_map, factor))

    def rarest(label_map: np.ndarray, factor: int) -> np.ndarray:
        classes = np.unique(label_map)
        each = votes(label_map, factor, classes)
        return classes[np.argmin(np.where(each > 0, each, factor**2 + 1), axis=0)]

    def without(left_out: int) -> Callable[[np.ndarray, int], np.ndarray]:
        def winner(label_map: np.ndarray, factor: int) -> np.ndarray:
            classes = np.setdiff1d(label_map, left_out)
            each = votes(label_map, factor, classes)
            return np.where(each.any(axis=0), classes[np.argmax(each, axis=0)], left_out)

        return winner

    average = "An average of class numbers is no class: 0 and 2 do not make 1."
    tie = "On a tie the smaller number wins, wherever it stands in the block."
    twos = np.array(
        [[3, 1, 0, 3, 1, 1], [3, 0, 3, 1, 3, 1], [1, 1, 3, 1, 0, 0], [0, 3, 3, 1, 3, 3]],
        dtype=np.uint8,
    )
    thirds = np.array([[3, 0, 0, 0, 5, 5], [0, 0, 3, 5, 5, 0], [3, 3, 3, 0, 0, 5]], dtype=np.uint8)
    return run(
        function,
        _shrink,
        [
            Case("blocks of two by two, some of them ties", {"label_map": twos, "factor": 2}),
            Case("blocks of three by three", {"label_map": thirds, "factor": 3}),
            Case("void that has the majority", {"label_map": _BORDERED[:, 1:], "factor": 2}),
        ],
        mistakes=[
            Mistake(without(255), "255 votes like any other number here."),
            Mistake(picked, "That looks at one pixel of each block, not at all of them."),
            Mistake(
                lambda label_map, factor: label_map[factor // 2 :: factor, factor // 2 :: factor],
                "That looks at one pixel of each block, not at all of them.",
            ),
            Mistake(
                lambda label_map, factor: label_map[factor - 1 :: factor, factor - 1 :: factor],
                "That looks at one pixel of each block, not at all of them.",
            ),
            Mistake(
                lambda label_map, factor: ndimage.zoom(label_map, 1 / factor, order=0),
                "Resizing with order=0 picks one pixel of each block; all of them should vote.",
            ),
            Mistake(
                lambda label_map, factor: ndimage.zoom(label_map, 1 / factor, order=1), average
            ),
            Mistake(
                badly_cut,
                "The blocks are cut wrongly: rows come first, so the axes are (H // f, f, W // f, f).",
            ),
            Mistake(
                wrong_axes,
                "The blocks are cut wrongly: rows come first, so the axes are (H // f, f, W // f, f).",
            ),
            Mistake(places, "That is a place in the list of classes, not the class itself."),
            Mistake(larger_on_tie, tie),
            Mistake(first_seen_on_tie, tie),
            Mistake(lambda label_map, factor: blocks(label_map, factor).mean(axis=-1), average),
            Mistake(
                lambda label_map, factor: blocks(label_map, factor).mean(axis=-1).astype(int),
                average,
            ),
            Mistake(
                lambda label_map, factor: np.rint(blocks(label_map, factor).mean(axis=-1)), average
            ),
            Mistake(
                lambda label_map, factor: np.median(blocks(label_map, factor), axis=-1),
                "The median is the middle number, not the most frequent one.",
            ),
            Mistake(
                lambda label_map, factor: np.median(blocks(label_map, factor), axis=-1).astype(int),
                "The median is the middle number, not the most frequent one.",
            ),
            Mistake(
                lambda label_map, factor: blocks(label_map, factor).max(axis=-1),
                "That is the largest number in the block, not the most frequent one.",
            ),
            Mistake(
                lambda label_map, factor: blocks(label_map, factor).min(axis=-1),
                "That is the smallest number in the block, not the most frequent one.",
            ),
            Mistake(
                lambda label_map, factor: np.argmax(
                    votes(label_map, factor, np.arange(len(np.unique(label_map)))), axis=0
                ),
                "Class numbers may have gaps: the largest need not be the number of classes - 1.",
            ),
            Mistake(overlapping, "Blocks do not overlap: the next one begins `factor` pixels on."),
            Mistake(rarest, "That is the rarest class of the block."),
            Mistake(
                lambda label_map, factor: votes(label_map, factor, np.unique(label_map)).max(0),
                "That is how many votes the winner got, not which class it is.",
            ),
            Mistake(without(0), "Class 0 votes like any other class."),
            Mistake(lambda label_map, factor: _shrink(label_map, factor).T, "Rows became columns."),
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

    def edge(mask: np.ndarray, first: int, last: int) -> np.ndarray:
        change = np.zeros(len(_run_lengths(mask)), dtype=int)
        change[int(mask.flat[0])] += first
        change[-1] += last
        return change

    def round_the_end(mask: np.ndarray) -> list[int]:
        flat = mask.ravel()
        places = np.flatnonzero(flat != np.roll(flat, 1))
        return [0] * bool(flat[0]) + np.diff([0, *places, flat.size]).tolist()

    return run(
        function,
        _run_lengths,
        [
            Case("a shape inside", {"mask": _BLOB}),
            Case("a mask that begins and ends with a one", {"mask": ~_BLOB}),
            Case("a mask that begins with a one and ends with a zero", {"mask": ~_BLOB[:2, :6]}),
            Case("nothing but zeros", {"mask": np.zeros((2, 3), dtype=bool)}),
            Case("nothing but ones", {"mask": np.ones((2, 3), dtype=bool)}),
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
            Mistake(
                lambda mask: _run_lengths(mask)[0::2], "Runs of ones are part of the list as well."
            ),
            Mistake(
                round_the_end,
                "Nothing stands before the first pixel; do not compare it with the last.",
            ),
            Mistake(
                lambda mask: [0, *_run_lengths(mask)],
                "The 0 stands in front only if the mask begins with a one.",
            ),
            Mistake(lambda mask: _run_lengths(mask)[1:], "The first run is missing."),
            Mistake(
                lambda mask: np.cumsum(_run_lengths(mask)),
                "That is where each run ends; how long is it?",
            ),
            Mistake(
                lambda mask: np.cumsum([0, *_run_lengths(mask)])[:-1],
                "That is where each run begins; how long is it?",
            ),
            Mistake(
                lambda mask: np.cumsum(_run_lengths(mask))[:-1],
                "That is where the mask changes; how long is each run?",
            ),
            Mistake(
                lambda mask: np.add(_run_lengths(mask), edge(mask, -1, 1)),
                "A new run begins one place after the last pixel of the old one.",
            ),
            Mistake(
                lambda mask: np.add(_run_lengths(mask), edge(mask, 0, -1)),
                "The last run ends behind the last pixel.",
            ),
        ],
        praise="You have written the heart of COCO's mask format.",
    )
