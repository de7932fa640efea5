"""Answer checks of chapter 06: one split, Otsu, hysteresis, LBP, k-means and a mixture's shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from .exercise import Case, Exercise, Mistake


def _quarters(shape: tuple[int, ...], row: int, column: int) -> np.ndarray:
    y, x = np.indices(shape)
    return 2 * (y >= row) + (x >= column)


def _split(
    block: np.ndarray, tolerance: float, half: Callable[[int], int] = lambda side: side // 2
) -> np.ndarray:
    if np.std(block) <= tolerance:
        return np.zeros(block.shape, int)
    return _quarters(block.shape, half(block.shape[0]), half(block.shape[1]))


_Spread = Callable[[np.ndarray], float]


def _split_by(spread: _Spread, strict: bool = False) -> Callable[[np.ndarray, float], np.ndarray]:
    def split(block: np.ndarray, tolerance: float) -> np.ndarray:
        one_kind = spread(block) < tolerance if strict else spread(block) <= tolerance
        return _split(block, np.inf if one_kind else -np.inf)

    return split


_EDGE_BLOCK = np.array([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])

quarter = Exercise(
    "ch06.quarter",
    "function(block, tolerance): zeros for a block of one kind, else 0 to 3 for its quarters",
    _split,
    [
        Case("an edge runs through it", {"block": _EDGE_BLOCK, "tolerance": 0.1}),
        Case(
            "of one kind: small differences",
            {"block": np.array([[0.5, 0.52, 0.49], [0.51, 0.5, 0.48]]), "tolerance": 0.05},
        ),
        Case(
            "odd sides",
            {
                "block": np.array(
                    [
                        [0.1, 0.1, 0.9, 0.1, 0.2],
                        [0.8, 0.1, 0.1, 0.3, 0.1],
                        [0.1, 0.2, 0.1, 0.1, 0.7],
                    ]
                ),
                "tolerance": 0.1,
            },
        ),
        Case(
            "a small block, just within the tolerance",
            {"block": np.array([[0.2, 0.4], [0.4, 0.2]]), "tolerance": 0.11},
        ),
        Case(
            "a standard deviation of exactly the tolerance",
            {"block": np.array([[0.0, 0.5], [0.5, 0.0], [0.5, 0.0]]), "tolerance": 0.25},
        ),
        Case(
            "a single odd pixel among many",
            {"block": np.where(np.arange(36).reshape(6, 6) == 8, 1.0, 0.5), "tolerance": 0.1},
        ),
        Case(
            "two odd pixels: the mean distance is small, the standard deviation is not",
            {"block": np.where(np.arange(36).reshape(6, 6) % 28 == 3, 1.0, 0.5), "tolerance": 0.1},
        ),
        Case(
            "the variance is small, the standard deviation is not",
            {"block": np.array([[0.2, 0.6], [0.2, 0.2], [0.6, 0.6]]), "tolerance": 0.15},
        ),
    ],
    [
        Mistake(
            "variance",
            _split_by(lambda block: float(np.var(block))),
            "That compares the variance; the standard deviation is its root.",
        ),
        Mistake(
            "range",
            _split_by(lambda block: float(np.ptp(block))),
            "That compares the largest difference; one odd pixel should not decide alone.",
        ),
        Mistake(
            "one-fewer",
            _split_by(lambda block: float(np.std(block, ddof=1))),
            "With `ddof=1` the sum is divided by one fewer than there are pixels; leave it out.",
        ),
        Mistake(
            "mean-distance",
            _split_by(lambda block: float(np.abs(block - block.mean()).mean())),
            "That is the mean distance from the mean; the standard deviation squares the distances.",
        ),
        Mistake(
            "strict",
            _split_by(lambda block: float(np.std(block)), strict=True),
            "A standard deviation of exactly the tolerance is still of one kind.",
        ),
        Mistake(
            "always",
            lambda block, tolerance: _split(block, -1),
            "A block of one kind stays whole: zeros everywhere.",
        ),
        Mistake(
            "never",
            lambda block, tolerance: np.zeros(block.shape, int),
            "This never splits.",
        ),
        Mistake(
            "turned-round",
            lambda block, tolerance: _split(block, -1.0 if np.std(block) <= tolerance else np.inf),
            "Turned round: a block whose deviation is *above* the tolerance is split.",
        ),
        Mistake(
            "columns-first",
            lambda block, tolerance: np.array([0, 2, 1, 3])[_split(block, tolerance)],
            "Top right is 1, bottom left is 2.",
        ),
        Mistake(
            "from-one",
            lambda block, tolerance: _split(block, tolerance) + (np.std(block) > tolerance),
            "The quarters are numbered from 0.",
        ),
        Mistake(
            "longer-first",
            lambda block, tolerance: _split(block, tolerance, lambda side: (side + 1) // 2),
            "Of an odd number, the first half is the shorter one: round down.",
        ),
        Mistake(
            "axes-exchanged",
            lambda block, tolerance: (
                _split(block, tolerance)
                if np.std(block) <= tolerance
                else _quarters(block.shape, block.shape[1] // 2, block.shape[0] // 2)
            ),
            "Rows and columns are exchanged: `block.shape` is (rows, columns).",
        ),
        Mistake(
            "halves",
            lambda block, tolerance: _split(block, tolerance) % 2,
            "That cuts left from right alone; a quadtree cuts into four.",
        ),
        Mistake(
            "upper-and-lower",
            lambda block, tolerance: _split(block, tolerance) // 2,
            "That cuts above from below alone; a quadtree cuts into four.",
        ),
    ],
    praise="Ask each quarter the same question again, and you have the tree.",
    answers_are_classes=True,
)


_Mark = Callable[[float, float, float, float], float]


def _marks(counts: np.ndarray, mark: _Mark) -> np.ndarray:
    """Return ``mark(pixels below, above, mean below, above)`` of every cut; −inf for empty groups."""
    values, found = np.arange(len(counts)), np.full(len(counts) - 1, -np.inf)
    for k in range(len(counts) - 1):
        low, high = (int(part.sum()) for part in (counts[: k + 1], counts[k + 1 :]))
        if low and high:
            below = (counts * values)[: k + 1].sum() / low
            above = (counts * values)[k + 1 :].sum() / high
            found[k] = mark(low, high, below, above)
    return found


def _between(low: float, high: float, below: float, above: float) -> float:
    return low * high * (above - below) ** 2


def _otsu(counts: np.ndarray) -> int:
    return _first_best(_marks(counts, _between))


def _first_best(marks: np.ndarray) -> int:
    best = marks.max()
    return int(np.argmax(marks >= best - 1e-9 * abs(best)))


def _level_by(mark: _Mark) -> Callable[[np.ndarray], int]:
    return lambda counts: _first_best(_marks(counts, mark))


def _mean_counts(counts: np.ndarray) -> int:
    cuts = [(counts[: k + 1], counts[k + 1 :]) for k in range(len(counts) - 1)]
    return _first_best(
        np.array([a.sum() * b.sum() * (a.mean() - b.mean()) ** 2 for a, b in cuts], float)
    )


def _from_zero(counts: np.ndarray) -> int:
    def mean(part: np.ndarray) -> float:
        return float((part * np.arange(len(part))).sum() / max(part.sum(), 1))

    cuts = [(counts[: k + 1], counts[k + 1 :]) for k in range(len(counts) - 1)]
    return _first_best(np.array([_between(a.sum(), b.sum(), mean(a), mean(b)) for a, b in cuts]))


def _last_best(counts: np.ndarray) -> int:
    marks = _marks(counts, _between)
    return int(np.flatnonzero(marks >= marks.max() * (1 - 1e-9))[-1])


def _valley(counts: np.ndarray) -> int:
    first, second = sorted(np.argsort(-counts, kind="stable")[:2].tolist())
    return int(first + counts[first : second + 1].argmin())


otsu = Exercise(
    "ch06.otsu",
    "function(counts): the grey value up to which the pixels are group 0",
    _otsu,
    [
        Case("two hills", {"counts": np.array([4, 9, 5, 1, 0, 2, 7, 6])}),
        Case("one pixel far out", {"counts": np.array([30, 41, 20, 12, 9, 4, 0, 0, 0, 1])}),
        Case("a gap, and the lowest of several", {"counts": np.array([0, 6, 3, 0, 0, 0, 8, 1])}),
        Case("empty at both ends", {"counts": np.array([0, 0, 0, 5, 1, 2, 9, 0, 0])}),
        Case(
            "one small hill, one large", {"counts": np.array([3, 1, 0, 0, 1, 4, 25, 60, 48, 16, 2])}
        ),
        Case("the first cut wins", {"counts": np.array([6, 3, 5])}),
        Case("the last cut wins", {"counts": np.array([0, 5, 3, 6])}),
        Case("a close race", {"counts": np.array([0, 4, 0, 1, 6, 4, 4])}),
        Case("two pixels side by side", {"counts": np.array([0, 1, 1])}),
        Case("only two values", {"counts": np.array([0, 2, 0, 0, 0, 7])}),
    ],
    [
        Mistake(
            "without-shares",
            _level_by(lambda low, high, below, above: (above - below) ** 2),
            "The shares ω₀ and ω₁ are missing: one pixel far out would decide.",
        ),
        Mistake(
            "one-share",
            _level_by(lambda low, high, below, above: low * (above - below) ** 2),
            "Both shares count: ω₀ times ω₁.",
        ),
        Mistake(
            "other-share",
            _level_by(lambda low, high, below, above: high * (above - below) ** 2),
            "Both shares count: ω₀ times ω₁.",
        ),
        Mistake(
            "not-squared",
            _level_by(lambda low, high, below, above: low * high * (above - below)),
            "The distance of the means is squared.",
        ),
        Mistake(
            "shares-alone",
            _level_by(lambda low, high, below, above: low * high),
            "The means are missing.",
        ),
        Mistake(
            "without-the-first-cut",
            lambda counts: 1 + _first_best(_marks(counts, _between)[1:]),
            "The first cut, with grey value 0 alone in group 0, counts as well.",
        ),
        Mistake(
            "without-the-last-cut",
            lambda counts: _first_best(_marks(counts, _between)[:-1]),
            "The last cut, with the highest grey value alone in group 1, counts as well.",
        ),
        Mistake(
            "mean-of-counts",
            _mean_counts,
            "A mean grey value is the sum of value times count, divided by the number of pixels.",
        ),
        Mistake(
            "values-from-zero",
            _from_zero,
            "The grey values of group 1 begin at k + 1, not at 0.",
        ),
        Mistake("last-of-several", _last_best, "Of several, return the lowest."),
        Mistake(
            "next-value",
            lambda counts: _otsu(counts) + 1,
            "That is the first value of group 1; return the last of group 0.",
        ),
        Mistake(
            "half-way",
            lambda counts: _otsu(counts) + 0.5,
            "Return the last grey value of group 0, a whole number.",
        ),
        Mistake(
            "mean",
            lambda counts: int((counts * np.arange(len(counts))).sum() / counts.sum()),
            "That is the mean of all grey values.",
        ),
        Mistake("peak", lambda counts: int(counts.argmax()), "That is the most frequent value."),
        Mistake("valley", _valley, "That is the lowest bar between two high ones; mark every cut."),
        Mistake(
            "mark-itself",
            lambda counts: _marks(counts, _between).max() / counts.sum() ** 2,
            "That is the mark; return the grey value at which it is highest.",
        ),
        Mistake(
            "smallest",
            lambda counts: int(
                np.argmin(np.where(np.isinf(m := _marks(counts, _between)), np.inf, m))
            ),
            "That is the cut with the lowest mark; the highest wins.",
        ),
    ],
    praise="Each of the 255 cuts of a photograph costs a few sums, and nobody has to choose.",
)


def _follow(
    strength: np.ndarray,
    low: float,
    high: float,
    *,
    corners: bool = True,
    rounds: int = 0,
    above_low: Callable[[Any, Any], Any] = np.greater_equal,
    above_high: Callable[[Any, Any], Any] = np.greater_equal,
) -> np.ndarray:
    """Let weak neighbours join for so many rounds; with 0 of them, until a round adds nothing."""
    strong, weak = above_high(strength, high), above_low(strength, low)
    structure = ndimage.generate_binary_structure(2, 2 if corners else 1)
    return np.asarray(ndimage.binary_dilation(strong, structure, iterations=rounds, mask=weak))


def _hysteresis(strength: np.ndarray, low: float, high: float) -> np.ndarray:
    return _follow(strength, low, high)


_STRENGTHS = np.array(
    [
        [0.0, 0.2, 0.0, 0.0, 0.5, 0.3, 0.0],
        [0.0, 0.0, 0.3, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.9, 0.2, 0.2, 0.2],
        [0.3, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.1, 0.0, 0.3, 0.2],
    ]
)

hysteresis = Exercise(
    "ch06.hysteresis",
    "function(strength, low, high): the mask of strong pixels, and of weak ones that hang on them",
    _hysteresis,
    [
        Case(
            "a chain, one step aslant; weak pixels of their own",
            {"strength": _STRENGTHS, "low": 0.15, "high": 0.8},
        ),
        Case(
            "strengths of exactly both limits",
            {"strength": _STRENGTHS[:, 2:], "low": 0.2, "high": 0.5},
        ),
        Case(
            "strong at one border, weak at the other",
            {
                "strength": np.array(
                    [
                        [0.9, 0.0, 0.0, 0.4],
                        [0.0, 0.0, 0.4, 0.4],
                        [0.0, 0.0, 0.0, 0.0],
                        [0.4, 0.4, 0.0, 0.4],
                    ]
                ),
                "low": 0.3,
                "high": 0.8,
            },
        ),
        Case("nothing is strong", {"strength": _STRENGTHS[:3], "low": 0.1, "high": 0.95}),
        Case(
            "a long way round",
            {
                "strength": np.array(
                    [
                        [0.9, 0.0, 0.4, 0.4, 0.4, 0.0, 0.4],
                        [0.4, 0.0, 0.4, 0.0, 0.4, 0.0, 0.4],
                        [0.4, 0.0, 0.4, 0.0, 0.4, 0.0, 0.4],
                        [0.4, 0.4, 0.4, 0.0, 0.4, 0.4, 0.4],
                    ]
                ),
                "low": 0.3,
                "high": 0.8,
            },
        ),
        Case(
            "one limit",
            {
                "strength": np.array([[0.3, 0.6, 0.2, 0.7], [0.5, 0.1, 0.4, 0.5]]),
                "low": 0.5,
                "high": 0.5,
            },
        ),
    ],
    [
        Mistake(
            "strong-alone",
            lambda strength, low, high: strength >= high,
            "The weak pixels that hang on strong ones are missing.",
        ),
        Mistake(
            "weak-all",
            lambda strength, low, high: strength >= low,
            "Weak pixels count only if they are connected with a strong one.",
        ),
        Mistake(
            "one-round",
            lambda strength, low, high: _follow(strength, low, high, rounds=1),
            "That stops after one step: a weak pixel that has joined vouches for its own neighbours.",
        ),
        Mistake(
            "ten-rounds",
            lambda strength, low, high: _follow(strength, low, high, rounds=10),
            "A number of rounds is guessed; go on until a round adds nothing.",
        ),
        Mistake(
            "sides-alone",
            lambda strength, low, high: _follow(strength, low, high, corners=False),
            "Pixels touch at corners as well.",
        ),
        Mistake(
            "all-neighbours",
            lambda strength, low, high: ndimage.binary_dilation(strength >= high, np.ones((3, 3))),
            "Only weak neighbours join, not all of them.",
        ),
        Mistake(
            "strict-low",
            lambda strength, low, high: _follow(strength, low, high, above_low=np.greater),
            "A strength of exactly `low` is weak: `>=`.",
        ),
        Mistake(
            "strict-high",
            lambda strength, low, high: _follow(strength, low, high, above_high=np.greater),
            "A strength of exactly `high` is strong: `>=`.",
        ),
        Mistake(
            "both-strict",
            lambda strength, low, high: _follow(
                strength, low, high, above_low=np.greater, above_high=np.greater
            ),
            "Both limits count: `>=`.",
        ),
        Mistake(
            "without-strong",
            lambda strength, low, high: _follow(strength, low, high) & (strength < high),
            "The strong pixels belong to the edge, too.",
        ),
        Mistake(
            "middle",
            lambda strength, low, high: strength >= (low + high) / 2,
            "That is one threshold in the middle.",
        ),
        Mistake(
            "strengths",
            lambda strength, low, high: strength * _follow(strength, low, high),
            "Return a mask, true or false, not the strengths.",
        ),
        Mistake(
            "inverted",
            lambda strength, low, high: ~_follow(strength, low, high),
            "The mask is turned round: True is edge.",
        ),
    ],
    praise="The last of Canny's four steps.",
    answers_are_classes=True,
)


_CLOCK = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
_Compare = Callable[[Any, Any], Any]


def _codes(
    image: np.ndarray,
    steps: list[tuple[int, int]] = _CLOCK,
    compare: _Compare = np.greater_equal,
) -> np.ndarray:
    height, width = image.shape
    found = np.zeros((height - 2, width - 2), int)
    for bit, (y, x) in enumerate(steps):
        there = image[y : y + height - 2, x : x + width - 2]
        found += compare(there, image[1:-1, 1:-1]) * 2**bit
    return found


_LBP_IMAGE = np.array(
    [
        [5, 9, 1, 4, 4],
        [4, 5, 6, 2, 8],
        [7, 2, 3, 3, 9],
        [1, 8, 3, 7, 0],
    ]
)

lbp = Exercise(
    "ch06.lbp",
    "function(image): the local binary patterns of the inner pixels",
    _codes,
    [
        Case("one inner pixel", {"image": np.array([[7, 1, 8], [2, 5, 5], [9, 3, 4]])}),
        Case("two rows of three", {"image": _LBP_IMAGE}),
        Case("all alike", {"image": np.full((3, 4), 6)}),
        Case("a tall one", {"image": _LBP_IMAGE.T[:, 1:].copy()}),
        Case(
            "grey values from 0 to 1",
            {
                "image": np.array(
                    [[0.2, 0.7, 0.1], [0.4, 0.3, 0.9], [0.3, 0.0, 0.5], [0.6, 0.2, 0.8]]
                )
            },
        ),
    ],
    [
        Mistake(
            "strict",
            lambda image: _codes(image, compare=np.greater),
            "A neighbour that is as bright counts: `>=`.",
        ),
        Mistake(
            "darker",
            lambda image: _codes(image, compare=np.less),
            "That marks the darker neighbours.",
        ),
        Mistake(
            "not-brighter",
            lambda image: _codes(image, compare=np.less_equal),
            "Turned round: a neighbour counts if it is not darker.",
        ),
        Mistake(
            "against-the-clock",
            lambda image: _codes(image, [_CLOCK[-k % 8] for k in range(8)]),
            "Go round with the clock: from top left to top.",
        ),
        Mistake(
            "from-the-top",
            lambda image: _codes(image, _CLOCK[1:] + _CLOCK[:1]),
            "Begin at the top left.",
        ),
        Mistake(
            "from-the-right",
            lambda image: _codes(image, _CLOCK[3:] + _CLOCK[:3]),
            "Begin at the top left.",
        ),
        Mistake(
            "row-by-row",
            lambda image: _codes(
                image, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)]
            ),
            "That goes row by row; go round with the clock.",
        ),
        Mistake(
            "largest-first",
            lambda image: _codes(image, _CLOCK[::-1]),
            "Top left is worth 1, left 128, not the other way round.",
        ),
        Mistake(
            "count",
            lambda image: sum(
                (_codes(image) >> bit & 1 for bit in range(8)), np.zeros_like(_codes(image))
            ),
            "That counts the neighbours; each has a worth of its own.",
        ),
        Mistake(
            "four-neighbours",
            lambda image: _codes(image) & 0b10101010,
            "The corners are neighbours, too.",
        ),
        Mistake(
            "padded",
            lambda image: _codes(np.pad(image, 1, mode="edge")),
            "Only inner pixels have eight neighbours; leave the border out.",
        ),
        Mistake(
            "padded-with-zeros",
            lambda image: _codes(np.pad(image, 1)),
            "Only inner pixels have eight neighbours; leave the border out.",
        ),
    ],
    praise="Count these codes in a window, and you have a texture in 256 numbers.",
)


def _distances(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((np.asarray(samples, float)[:, None] - centres) ** 2).sum(axis=2)


def _moved(
    samples: np.ndarray,
    centres: np.ndarray,
    nearest: np.ndarray,
    middle: Callable[..., np.ndarray] = np.mean,
) -> np.ndarray:
    moved = np.array(centres, float)
    for j in range(len(moved)):
        if (nearest == j).any():
            moved[j] = middle(samples[nearest == j], axis=0)
    return moved


def _round(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return _moved(samples, centres, _distances(samples, centres).argmin(axis=1))


def _round_with(
    nearest: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    return lambda samples, centres: _moved(samples, centres, nearest(samples, centres))


def _empty_to(
    place: Callable[[np.ndarray], Any],
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a round that puts centres that nobody joins to ``place(samples)``."""

    def moved(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
        nearest = _distances(samples, centres).argmin(axis=1)
        joined = np.isin(np.arange(len(centres)), nearest)
        return np.where(joined[:, None], _round(samples, centres), place(samples))

    return moved


def _last_nearest(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return len(centres) - 1 - _distances(samples, centres)[:, ::-1].argmin(axis=1)


def _one_by_one(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
    moved, joined = np.array(centres, float), np.zeros(len(centres))
    for sample in samples:
        j = ((sample - moved) ** 2).sum(axis=1).argmin()
        joined[j] += 1
        moved[j] += (sample - moved[j]) / joined[j]
    return moved


_POINTS = np.array(
    [[1.0, 2.0], [2.0, 1.5], [8.0, 7.0], [9.5, 8.0], [3.0, 6.0], [7.0, 1.0], [0.5, 9.0]]
)

kmeans_round = Exercise(
    "ch06.kmeans_round",
    "function(samples, centres): the centres after one round of k-means",
    _round,
    [
        Case(
            "seven samples, two centres",
            {"samples": _POINTS, "centres": np.array([[2.0, 2.0], [8.0, 8.0]])},
        ),
        Case(
            "four centres: nobody joins one, a single sample another",
            {
                "samples": _POINTS,
                "centres": np.array([[1.0, 1.0], [40.0, -9.0], [6.0, 7.0], [0.0, 10.0]]),
            },
        ),
        Case(
            "whole numbers; a sample half-way between two centres",
            {
                "samples": np.array([[0], [3], [6], [20]]),
                "centres": np.array([[0], [6], [60]]),
            },
        ),
        Case(
            "colours; the axes disagree on which centre is near",
            {
                "samples": np.array(
                    [
                        [0.1, 0.9, 0.2],
                        [0.8, 0.2, 0.3],
                        [0.6, 0.6, 0.1],
                        [0.2, 0.3, 0.95],
                        [0.9, 0.8, 0.9],
                    ]
                ),
                "centres": np.array([[0.7, 0.1, 0.1], [0.3, 0.7, 0.5]]),
            },
        ),
        Case(
            "one large step against two smaller ones",
            {
                "samples": np.array(
                    [[0.0, 0.0, 0.0], [4.0, 4.0, 1.0], [1.0, 0.0, 6.0], [3.0, 2.0, 0.5]]
                ),
                "centres": np.array([[3.0, 3.0, 0.0], [0.0, 0.0, 5.0]]),
            },
        ),
    ],
    [
        Mistake(
            "farthest",
            _round_with(lambda s, c: _distances(s, c).argmax(axis=1)),
            "Each sample joins the nearest centre, not the farthest.",
        ),
        Mistake(
            "sum-of-steps",
            _round_with(lambda s, c: np.abs(s[:, None] - c).sum(axis=2).argmin(axis=1)),
            "Distances are squared and added, not added as they are.",
        ),
        Mistake(
            "largest-step",
            _round_with(lambda s, c: np.abs(s[:, None] - c).max(axis=2).argmin(axis=1)),
            "All columns count in the distance, not only the one that differs most.",
        ),
        Mistake(
            "first-column",
            _round_with(lambda s, c: _distances(s[:, :1], c[:, :1]).argmin(axis=1)),
            "All columns count in the distance.",
        ),
        Mistake(
            "signed",
            _round_with(lambda s, c: (s[:, None] - c).sum(axis=2).argmin(axis=1)),
            "Differences have signs: square them.",
        ),
        Mistake(
            "last-of-equals",
            _round_with(_last_nearest),
            "Of equally near centres, the sample joins the first.",
        ),
        Mistake(
            "empty-to-zero",
            _empty_to(lambda samples: 0),
            "A centre that nobody joins stays where it is.",
        ),
        Mistake(
            "empty-nan",
            _empty_to(lambda samples: np.nan),
            "A centre that nobody joins stays where it is: the mean of nothing is not defined.",
        ),
        Mistake(
            "empty-to-all",
            _empty_to(lambda samples: samples.mean(axis=0)),
            "A centre that nobody joins stays where it is.",
        ),
        Mistake(
            "median",
            lambda s, c: _moved(s, c, _distances(s, c).argmin(axis=1), np.median),
            "The new centre is the mean, not the median.",
        ),
        Mistake(
            "whole-numbers",
            lambda s, c: _round(s, c).astype(c.dtype),
            "An array of whole numbers cuts means down to whole numbers: begin with "
            "`centres.astype(float)`.",
        ),
        Mistake(
            "sum",
            lambda s, c: _moved(s, c, _distances(s, c).argmin(axis=1), np.sum),
            "That is the sum; divide by how many there are.",
        ),
        Mistake(
            "with-the-old",
            lambda s, c: (_round(s, c) + c) / 2,
            "The old place plays no part in the new one.",
        ),
        Mistake(
            "one-by-one",
            _one_by_one,
            "First let all samples join, then move the centres; here they move in between.",
        ),
        Mistake(
            "two-rounds",
            lambda s, c: _round(s, _round(s, c)),
            "That is more than one round.",
        ),
        Mistake("unmoved", lambda s, c: np.array(c, float), "The centres have not moved."),
        Mistake(
            "labels",
            lambda s, c: _distances(s, c).argmin(axis=1),
            "That says who joins whom; return the new centres.",
        ),
    ],
    praise="Repeat until nothing moves: that is all of k-means.",
)


def _shares(
    grey: np.ndarray, weights: np.ndarray, means: np.ndarray, deviations: np.ndarray
) -> np.ndarray:
    return _normed(_joint(grey, weights, means, deviations))


def _joint(
    grey: np.ndarray,
    weights: Any,
    means: np.ndarray,
    deviations: np.ndarray,
    *,
    width: Any = None,
    half: float = 0.5,
    power: float = 2,
) -> np.ndarray:
    off = np.abs(grey[:, None] - means) / deviations
    return np.asarray(
        weights / (deviations if width is None else width) * np.exp(-half * off**power)
    )


def _normed(joint: np.ndarray, axis: int = 1) -> np.ndarray:
    return joint / joint.sum(axis=axis, keepdims=True)


def _sharp(*arguments: np.ndarray) -> np.ndarray:
    shares = _shares(*arguments)
    return (shares == shares.max(axis=1, keepdims=True)).astype(float)


responsibilities = Exercise(
    "ch06.responsibilities",
    "function(grey, weights, means, deviations): each value's shares of the bells",
    _shares,
    [
        Case(
            "four values, two bells",
            {
                "grey": np.array([0.1, 0.35, 0.5, 0.8]),
                "weights": np.array([0.3, 0.7]),
                "means": np.array([0.2, 0.6]),
                "deviations": np.array([0.1, 0.2]),
            },
        ),
        Case(
            "three bells, one of them narrow",
            {
                "grey": np.array([1.0, 2.5, 3.0, 4.5, 0.0]),
                "weights": np.array([0.5, 0.1, 0.4]),
                "means": np.array([3.0, 1.5, 4.0]),
                "deviations": np.array([2.0, 0.5, 1.0]),
            },
        ),
        Case(
            "one value, equal weights",
            {
                "grey": np.array([0.4]),
                "weights": np.array([0.5, 0.5]),
                "means": np.array([0.3, 0.45]),
                "deviations": np.array([0.05, 0.3]),
            },
        ),
    ],
    [
        Mistake("not-divided", _joint, "The shares of a value must sum to 1: divide by their sum."),
        Mistake(
            "densities",
            lambda g, w, m, d: _joint(g, w, m, d) / np.sqrt(2 * np.pi),
            "The shares of a value must sum to 1: divide by their sum.",
        ),
        Mistake(
            "by-column",
            lambda g, w, m, d: _normed(_joint(g, w, m, d), 0),
            "Divide by the sum over the bells, which is a row, not over the values.",
        ),
        Mistake(
            "by-all",
            lambda g, w, m, d: _joint(g, w, m, d) / _joint(g, w, m, d).sum(),
            "Divide each row by its own sum.",
        ),
        Mistake(
            "without-weights",
            lambda g, w, m, d: _normed(_joint(g, 1, m, d)),
            "The weights are missing.",
        ),
        Mistake(
            "without-height",
            lambda g, w, m, d: _normed(_joint(g, w, m, d, width=1)),
            "A narrow bell is higher: 1/σ stands before the exponential.",
        ),
        Mistake(
            "variance-before",
            lambda g, w, m, d: _normed(_joint(g, w, m, d, width=d**2)),
            "Before the exponential stands σ, not its square.",
        ),
        Mistake(
            "root-before",
            lambda g, w, m, d: _normed(_joint(g, w, m, d, width=np.sqrt(d))),
            "Before the exponential stands σ, not its root.",
        ),
        Mistake(
            "without-half",
            lambda g, w, m, d: _normed(_joint(g, w, m, d, half=1)),
            "The 2 in the exponent is missing: (x − μ)² / 2σ².",
        ),
        Mistake(
            "not-squared",
            lambda g, w, m, d: _normed(_joint(g, w, m, d, power=1)),
            "The distance in the exponent is squared.",
        ),
        Mistake(
            "deviation-not-squared",
            lambda g, w, m, d: _normed(w / d * np.exp(-((g[:, None] - m) ** 2) / (2 * d))),
            "σ in the exponent is squared.",
        ),
        Mistake(
            "brackets",
            lambda g, w, m, d: _normed(w / d * np.exp(-((g[:, None] - m) ** 2) / 2 * d**2)),
            "`/ 2 * d**2` divides by 2 and then multiplies: write `/ (2 * d**2)`.",
        ),
        Mistake(
            "taken-for-variances",
            lambda g, w, m, d: _shares(g, w, m, np.sqrt(d)),
            "`deviations` are the σ; here they are taken for σ².",
        ),
        Mistake(
            "sum-without-weights",
            lambda g, w, m, d: w * _normed(_joint(g, 1, m, d)),
            "The weights belong in the sum as well.",
        ),
        Mistake(
            "positive-exponent",
            lambda g, w, m, d: _normed(_joint(g, w, m, d, half=-0.5)),
            "The exponent is negative: a far bell gets a small share.",
        ),
        Mistake("hard", _sharp, "That gives all to one bell; shares are soft."),
        Mistake(
            "most-likely",
            lambda g, w, m, d: _shares(g, w, m, d).argmax(axis=1),
            "That names the most likely bell; return all shares.",
        ),
        Mistake(
            "transposed",
            lambda g, w, m, d: _shares(g, w, m, d).T,
            "Rows are values, columns are bells.",
        ),
        Mistake(
            "distances",
            lambda g, w, m, d: _normed(w / np.abs(g[:, None] - m)),
            "Shares follow the bells' heights, not one over the distance.",
        ),
    ],
    praise="The E of EM. The M takes means and spreads with these as weights.",
)
