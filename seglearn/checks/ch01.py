"""Answer checks of chapter 01: boxes, one-hot, shrinking without inventing, run lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
from scipy import ndimage

from .exercise import Case, Exercise, Mistake

_BLOB = np.zeros((5, 7), dtype=bool)
_BLOB[1:3, 2:6] = True
_BLOB[3, 2] = True
_CORNERS = np.zeros((4, 5), dtype=bool)
_CORNERS[0, 4] = _CORNERS[3, 1] = True
_TALL = np.array([[0, 1, 0], [0, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 1, 0]], dtype=bool)


def _bounding_box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mask)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def _ends_inside(mask: np.ndarray) -> tuple[int, ...]:
    x0, y0, x1, y1 = _bounding_box(mask)
    return x0, y0, x1 - 1, y1 - 1


def _with_size(mask: np.ndarray) -> tuple[int, ...]:
    x0, y0, x1, y1 = _bounding_box(mask)
    return x0, y0, x1 - x0, y1 - y0


def _with_count(mask: np.ndarray) -> tuple[int, ...]:
    x0, y0, _, _ = _bounding_box(mask)
    return x0, y0, x0 + mask.any(axis=0).sum(), y0 + mask.any(axis=1).sum()


def _first_to_last(mask: np.ndarray) -> tuple[int, ...]:
    rows, columns = np.nonzero(mask)
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def _in_order(*places: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda mask: np.array(_bounding_box(mask))[list(places)]


def _moved(*by: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda mask: np.add(_bounding_box(mask), by)


_ORDER = "The order is x0, y0, x1, y1."
_OFF_BY_ONE = (
    "Off by one: x0 and y0 are the first column and row with a pixel, x1 and y1 one more than the "
    "last."
)

bounding_box = Exercise(
    "ch01.bounding_box",
    "function(mask): `(x0, y0, x1, y1)` of the smallest box, ends outside",
    _bounding_box,
    [
        Case("one shape", {"mask": _BLOB}),
        Case("two single pixels far apart", {"mask": _CORNERS}),
        Case("a tall image, with pixels at all its edges", {"mask": _TALL}),
    ],
    [
        Mistake(
            "rows-and-columns",
            lambda mask: _bounding_box(mask.T),
            "Rows and columns are swapped: x counts columns.",
        ),
        Mistake(
            "ends-inside", _ends_inside, "The end of the box lies just outside, as in a slice."
        ),
        Mistake(
            "with-size",
            _with_size,
            "The last two numbers are an end, not a width and a height.",
        ),
        Mistake(
            "rows-and-columns-inside",
            lambda mask: _ends_inside(mask.T),
            "x counts columns; and the end of the box lies just outside.",
        ),
        Mistake(
            "rows-and-columns-with-size",
            lambda mask: _with_size(mask.T),
            "x counts columns; and the last two numbers are an end, not a size.",
        ),
        Mistake("columns-then-rows", _in_order(0, 2, 1, 3), _ORDER),
        Mistake("rows-then-columns", _in_order(1, 3, 0, 2), _ORDER),
        Mistake("ends-first", _in_order(2, 3, 0, 1), _ORDER),
        Mistake("start-outside", _moved(-1, -1, 0, 0), _OFF_BY_ONE),
        Mistake("start-inside", _moved(1, 1, 0, 0), _OFF_BY_ONE),
        Mistake("x1-inside", _moved(0, 0, -1, 0), _OFF_BY_ONE),
        Mistake("y1-inside", _moved(0, 0, 0, -1), _OFF_BY_ONE),
        Mistake(
            "counted",
            _with_count,
            "Columns without a pixel lie between the first and the last one, too: do not count.",
        ),
        Mistake(
            "first-to-last",
            _first_to_last,
            "`np.nonzero` goes row by row: its first pixel need not be the leftmost.",
        ),
        Mistake(
            "one-piece",
            lambda mask: _bounding_box(ndimage.label(mask)[0] == 1),
            "The box must hold the whole mask, even if it is in pieces.",
        ),
        Mistake(
            "whole-image",
            lambda mask: (0, 0, mask.shape[1], mask.shape[0]),
            "That is the whole image; the box must be the smallest.",
        ),
    ],
    praise="A detector's box, computed from a mask. The other way round is not possible.",
)


_MAP = np.array(
    [[0, 0, 1, 1, 0], [0, 2, 1, 1, 1], [2, 2, 0, 1, 2], [2, 2, 1, 0, 2]], dtype=np.uint8
)
_BORDERED = np.array([[0, 255, 1], [0, 255, 2]], dtype=np.uint8)


def _one_hot(label_map: np.ndarray, n_classes: int) -> np.ndarray:
    return label_map[..., None] == np.arange(n_classes)


def _channels_first(label_map: np.ndarray, n_classes: int) -> np.ndarray:
    return np.moveaxis(_one_hot(label_map, n_classes), -1, 0)


one_hot = Exercise(
    "ch01.one_hot",
    "function(label_map, n_classes): (H, W, n_classes), 255 false everywhere",
    _one_hot,
    [
        Case("three classes", {"label_map": _MAP, "n_classes": 3}),
        Case("a fourth class that does not occur", {"label_map": _MAP, "n_classes": 4}),
        Case("a border of 255, which is no class", {"label_map": _BORDERED, "n_classes": 3}),
        Case(
            "two classes, the first of which does not occur",
            {"label_map": np.array([[1, 255, 1, 1]], dtype=np.uint8), "n_classes": 2},
        ),
    ],
    [
        Mistake(
            "channels-first",
            _channels_first,
            "The classes come last here: (H, W, n_classes).",
        ),
        Mistake(
            "void-as-last",
            lambda m, n: np.eye(n)[np.minimum(m, n - 1)],
            "255 was taken for the last class; it is no class.",
        ),
        Mistake(
            "void-as-0",
            lambda m, n: _one_hot(np.where(m == 255, 0, m), n),
            "255 was taken for class 0; it is no class.",
        ),
        Mistake(
            "no-class-0",
            lambda m, n: _one_hot(m, n)[..., 1:],
            "Class 0 has a channel as well.",
        ),
        Mistake(
            "class-0-empty",
            lambda m, n: _one_hot(m, n) & (m > 0)[..., None],
            "Class 0 is a class like any other: its channel is not empty.",
        ),
        Mistake(
            "channel-of-void",
            lambda m, n: _one_hot(m, n + 1),
            "255 is no class: it gets no channel of its own.",
        ),
        Mistake(
            "present-classes",
            lambda m, n: _one_hot(m, len(np.unique(m))),
            "A class that does not occur in this map has a channel as well.",
        ),
        Mistake(
            "up-to-the-largest",
            lambda m, n: _one_hot(m, int(m[m < 255].max()) + 1),
            "A class that does not occur in this map has a channel as well.",
        ),
        Mistake(
            "class-numbers",
            lambda m, n: _one_hot(m, n) * m[..., None],
            "Write true, not the class number: for class 0 they differ.",
        ),
        Mistake(
            "from-class-1",
            lambda m, n: m[..., None] == np.arange(1, n + 1),
            "The first channel belongs to class 0.",
        ),
        Mistake(
            "reshaped",
            lambda m, n: _channels_first(m, n).reshape(*m.shape, n),
            "`reshape` cuts the numbers anew; it does not move an axis to the end.",
        ),
        Mistake(
            "all-axes-turned",
            lambda m, n: _channels_first(m, n).T,
            "`.T` turns all axes round, rows and columns too; only the classes should move.",
        ),
        Mistake("inverted", lambda m, n: ~_one_hot(m, n), "True and false are exchanged."),
        Mistake(
            "at-least",
            lambda m, n: m[..., None] >= np.arange(n),
            "A pixel of class 2 is true in channel 2 alone, not in those below.",
        ),
        Mistake(
            "void-everywhere",
            lambda m, n: _one_hot(m, n) | (m == 255)[..., None],
            "Where the map says 255, every channel is false.",
        ),
    ],
    praise="This is the shape that a network's answer is compared with.",
)


def _blocks(label_map: np.ndarray, factor: int) -> np.ndarray:
    """Return the pixels of each block along the last axis."""
    windows = np.lib.stride_tricks.sliding_window_view(label_map, (factor, factor))
    return windows[::factor, ::factor].reshape(*np.array(label_map.shape) // factor, -1)


def _votes(label_map: np.ndarray, factor: int, classes: np.ndarray) -> np.ndarray:
    return (_blocks(label_map, factor) == classes[:, None, None, None]).sum(axis=-1)


def _shrink(label_map: np.ndarray, factor: int) -> np.ndarray:
    classes = np.unique(label_map)
    return classes[np.argmax(_votes(label_map, factor, classes), axis=0)]


def _block_by_block(
    choose: Callable[[np.ndarray], int],
) -> Callable[[np.ndarray, int], np.ndarray]:
    return lambda m, f: np.apply_along_axis(choose, -1, _blocks(m, f))


def _cut_into(
    shape: Callable[[int, int, int], tuple[int, ...]], axes: tuple[int, int]
) -> Callable[[np.ndarray, int], np.ndarray]:
    """Return votes in parts of ``shape(rows, columns, factor)``, summed along two axes."""

    def answer(label_map: np.ndarray, factor: int) -> np.ndarray:
        rows, columns = np.array(label_map.shape) // factor
        parts = label_map.reshape(shape(rows, columns, factor))
        classes = np.unique(label_map)
        return classes[np.argmax([(parts == c).sum(axis=axes) for c in classes], axis=0)]

    return answer


def _one_pixel(which: Callable[[int], int]) -> Callable[[np.ndarray, int], np.ndarray]:
    return lambda m, f: m[which(f) :: f, which(f) :: f]


def _overlapping(label_map: np.ndarray, factor: int) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(label_map, (factor, factor))
    h, w = np.array(label_map.shape) // factor
    flat = windows[:h, :w].reshape(h, w, -1)
    return np.apply_along_axis(lambda block: np.bincount(block).argmax(), -1, flat)


def _larger_on_tie(label_map: np.ndarray, factor: int) -> np.ndarray:
    classes = np.unique(label_map)[::-1]
    return classes[np.argmax(_votes(label_map, factor, classes), axis=0)]


def _rarest(label_map: np.ndarray, factor: int) -> np.ndarray:
    classes = np.unique(label_map)
    each = _votes(label_map, factor, classes)
    return classes[np.argmin(np.where(each > 0, each, factor**2 + 1), axis=0)]


def _without(left_out: int) -> Callable[[np.ndarray, int], np.ndarray]:
    def answer(label_map: np.ndarray, factor: int) -> np.ndarray:
        classes = np.setdiff1d(label_map, left_out)
        each = _votes(label_map, factor, classes)
        return np.where(each.any(axis=0), classes[np.argmax(each, axis=0)], left_out)

    return answer


def _majority_or(
    otherwise: Callable[[np.ndarray], int],
) -> Callable[[np.ndarray], int]:
    """Return the class of at least half of the pixels, or else something else."""

    def choose(block: np.ndarray) -> int:
        counts = np.bincount(block)
        return int(counts.argmax()) if 2 * counts.max() >= block.size else otherwise(block)

    return choose


_AVERAGE = "An average of class numbers is no class: 0 and 2 do not make 1."
_ONE_PIXEL = "That looks at one pixel of each block, not at all of them."
_BADLY_CUT = "The blocks are cut wrongly: rows come first, so the axes are (H // f, f, W // f, f)."
_MEDIAN = "The median is the middle number, not the most frequent one."
_TIE = "On a tie the smaller number wins, wherever it stands in the block."
_PLURALITY = "The most frequent class wins, even if it has less than half of the block."

# In the mistakes `m` is the label map and `f` the factor.
shrink = Exercise(
    "ch01.shrink",
    "function(label_map, factor): the most frequent class of each block",
    _shrink,
    [
        Case(
            "blocks of two by two, some of them ties",
            {
                "label_map": np.array(
                    [
                        [8, 1, 0, 8, 1, 8],
                        [8, 0, 8, 1, 8, 1],
                        [0, 1, 8, 1, 0, 0],
                        [1, 8, 8, 1, 8, 8],
                    ],
                    dtype=np.uint8,
                ),
                "factor": 2,
            },
        ),
        Case(
            "blocks of three by three, in one of them no class has half of the pixels",
            {
                "label_map": np.array(
                    [
                        [3, 0, 0, 0, 5, 5, 5, 3, 3],
                        [0, 0, 3, 5, 5, 0, 3, 1, 0],
                        [3, 3, 3, 0, 0, 5, 2, 1, 0],
                    ],
                    dtype=np.uint8,
                ),
                "factor": 3,
            },
        ),
        Case("void that has the majority", {"label_map": _BORDERED[:, 1:], "factor": 2}),
    ],
    [
        Mistake("without-255", _without(255), "255 votes like any other number here."),
        Mistake("first-pixel", _one_pixel(lambda f: 0), _ONE_PIXEL),
        Mistake("middle-pixel", _one_pixel(lambda f: f // 2), _ONE_PIXEL),
        Mistake("last-pixel", _one_pixel(lambda f: f - 1), _ONE_PIXEL),
        Mistake(
            "nearest",
            lambda m, f: ndimage.zoom(m, 1 / f, order=0),
            "Resizing with order=0 picks one pixel of each block; all of them should vote.",
        ),
        Mistake("linear", lambda m, f: ndimage.zoom(m, 1 / f, order=1), _AVERAGE),
        Mistake("badly-cut", _cut_into(lambda h, w, f: (h, w, f, f), (2, 3)), _BADLY_CUT),
        Mistake("wrong-axes", _cut_into(lambda h, w, f: (f, h, f, w), (0, 2)), _BADLY_CUT),
        Mistake(
            "place",
            lambda m, f: np.searchsorted(np.unique(m), _shrink(m, f)),
            "That is a place in the list of classes, not the class itself.",
        ),
        Mistake("larger-on-tie", _larger_on_tie, _TIE),
        Mistake(
            "first-seen-on-tie",
            _block_by_block(lambda block: Counter(block.tolist()).most_common(1)[0][0]),
            _TIE,
        ),
        Mistake(
            "any-on-tie",
            _block_by_block(lambda block: max(set(block.tolist()), key=block.tolist().count)),
            "On a tie the smaller number wins. A `set` has an order of its own, which only looks "
            "sorted while the numbers are small.",
        ),
        Mistake("majority-or-first", _block_by_block(_majority_or(lambda b: b[0])), _PLURALITY),
        Mistake("majority-or-0", _block_by_block(_majority_or(lambda b: 0)), _PLURALITY),
        Mistake("majority-or-255", _block_by_block(_majority_or(lambda b: 255)), _PLURALITY),
        Mistake("mean", lambda m, f: _blocks(m, f).mean(axis=-1), _AVERAGE),
        Mistake("mean-down", lambda m, f: _blocks(m, f).mean(axis=-1).astype(int), _AVERAGE),
        Mistake("mean-rounded", lambda m, f: np.rint(_blocks(m, f).mean(axis=-1)), _AVERAGE),
        Mistake("median", lambda m, f: np.median(_blocks(m, f), axis=-1), _MEDIAN),
        Mistake("median-down", lambda m, f: np.median(_blocks(m, f), axis=-1).astype(int), _MEDIAN),
        Mistake(
            "largest",
            lambda m, f: _blocks(m, f).max(axis=-1),
            "That is the largest number in the block, not the most frequent one.",
        ),
        Mistake(
            "smallest",
            lambda m, f: _blocks(m, f).min(axis=-1),
            "That is the smallest number in the block, not the most frequent one.",
        ),
        Mistake(
            "gaps",
            lambda m, f: np.argmax(_votes(m, f, np.arange(len(np.unique(m)))), axis=0),
            "Class numbers may have gaps: the largest need not be the number of classes - 1.",
        ),
        Mistake(
            "overlapping",
            _overlapping,
            "Blocks do not overlap: the next one begins `factor` pixels on.",
        ),
        Mistake("rarest", _rarest, "That is the rarest class of the block."),
        Mistake(
            "votes",
            lambda m, f: _votes(m, f, np.unique(m)).max(axis=0),
            "That is how many votes the winner got, not which class it is.",
        ),
        Mistake("without-0", _without(0), "Class 0 votes like any other class."),
        Mistake("transposed", lambda m, f: _shrink(m, f).T, "Rows became columns."),
    ],
    answers_are_classes=True,
    praise="Every pixel had a vote, and no class was invented.",
)


def _run_lengths(mask: np.ndarray) -> list[int]:
    flat = mask.ravel()
    places = [0, *(np.flatnonzero(flat[1:] != flat[:-1]) + 1), flat.size]
    return [0] * bool(flat[0]) + np.diff(places).tolist()


def _without_zero(mask: np.ndarray) -> list[int]:
    lengths = _run_lengths(mask)
    return lengths[1:] if lengths[0] == 0 else lengths


def _zero_if(begins: Callable[[np.ndarray], bool]) -> Callable[[np.ndarray], list[int]]:
    """Put the 0 in front where ``begins(mask)`` says that the mask begins with a one."""
    return lambda mask: [0] * bool(begins(mask)) + _without_zero(mask)


def _runs_moved(first: int, last: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return run lengths whose first and last run are off by so much."""

    def answer(mask: np.ndarray) -> np.ndarray:
        lengths = np.array(_run_lengths(mask))
        lengths[int(mask.flat[0])] += first
        lengths[-1] += last
        return lengths

    return answer


def _round_the_end(mask: np.ndarray) -> list[int]:
    flat = mask.ravel()
    places = np.flatnonzero(flat != np.roll(flat, 1))
    return [0] * bool(flat[0]) + np.diff([0, *places, flat.size]).tolist()


_FIRST = "Whether a 0 stands in front is said by the very first pixel, `mask[0, 0]`."

run_lengths = Exercise(
    "ch01.run_lengths",
    "function(mask): run lengths in row order, zeros first",
    _run_lengths,
    [
        Case("a shape inside", {"mask": _BLOB}),
        Case("a mask that begins and ends with a one", {"mask": ~_BLOB}),
        Case("a mask that begins with a one and ends with a zero", {"mask": ~_BLOB[:2, :6]}),
        Case("nothing but zeros", {"mask": np.zeros((2, 3), dtype=bool)}),
        Case("nothing but ones", {"mask": np.ones((2, 3), dtype=bool)}),
        Case(
            "a zero in the corner where it begins, ones in the other three",
            {"mask": np.array([[0, 1, 1, 1], [1, 0, 0, 0], [1, 1, 0, 1]], dtype=bool)},
        ),
        Case(
            "a one in the corner where it begins, zeros in the other three",
            {"mask": np.array([[1, 0], [1, 1], [0, 1], [0, 0]], dtype=bool)},
        ),
    ],
    [
        Mistake(
            "columns",
            lambda mask: _run_lengths(mask.T),
            "That reads down the columns, as COCO does.",
        ),
        Mistake(
            "no-zero",
            _without_zero,
            "A mask that begins with a one has a run of no zeros in front.",
        ),
        Mistake("no-last", lambda mask: _run_lengths(mask)[:-1], "The last run is missing."),
        Mistake(
            "row-by-row",
            lambda mask: [n for row in mask for n in _run_lengths(row[None])],
            "A run goes on in the next row.",
        ),
        Mistake(
            "ones-only",
            lambda mask: _run_lengths(mask)[1::2],
            "Runs of zeros are part of the list as well.",
        ),
        Mistake(
            "zeros-only",
            lambda mask: _run_lengths(mask)[0::2],
            "Runs of ones are part of the list as well.",
        ),
        Mistake(
            "round-the-end",
            _round_the_end,
            "Nothing stands before the first pixel; do not compare it with the last.",
        ),
        Mistake(
            "always-zero",
            lambda mask: [0, *_without_zero(mask)],
            "The 0 stands in front only if the mask begins with a one.",
        ),
        Mistake(
            "zero-more",
            lambda mask: [0, *_run_lengths(mask)],
            "The 0 stands in front only if the mask begins with a one, and once.",
        ),
        Mistake("zero-if-last", _zero_if(lambda mask: mask[-1, -1]), _FIRST),
        Mistake("zero-if-elsewhere", _zero_if(lambda mask: mask[-1, 0]), _FIRST),
        Mistake("zero-if-row", _zero_if(lambda mask: mask[0].any()), _FIRST),
        Mistake("no-first", lambda mask: _run_lengths(mask)[1:], "The first run is missing."),
        Mistake(
            "ones-first",
            lambda mask: _run_lengths(~mask),
            "Runs of zeros come first; here it is runs of ones.",
        ),
        Mistake(
            "ends",
            lambda mask: np.cumsum(_run_lengths(mask)),
            "That is where each run ends; how long is it?",
        ),
        Mistake(
            "starts",
            lambda mask: np.cumsum([0, *_run_lengths(mask)])[:-1],
            "That is where each run begins; how long is it?",
        ),
        Mistake(
            "changes",
            lambda mask: np.cumsum(_run_lengths(mask))[:-1],
            "That is where the mask changes; how long is each run?",
        ),
        Mistake(
            "one-too-early",
            _runs_moved(-1, 1),
            "A new run begins one place after the last pixel of the old one.",
        ),
        Mistake("last-too-short", _runs_moved(0, -1), "The last run ends behind the last pixel."),
    ],
    praise="You have written the heart of COCO's mask format.",
)
