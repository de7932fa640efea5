"""Answer checks of chapter 07: an energy, a merge test, two cuts, and one step of GrabCut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix

from seglearn.superpixels import region_cut

from .exercise import Case, Exercise, Mistake


def _terms(labels: np.ndarray, costs: np.ndarray) -> tuple[float, int, int]:
    """Return U, and how many pairs side by side and one above the other differ."""
    u = float(np.where(labels == 1, costs[1], costs[0]).sum())
    return u, int((labels[:, 1:] != labels[:, :-1]).sum()), int((labels[1:] != labels[:-1]).sum())


def _energy(labels: np.ndarray, costs: np.ndarray, weight: float) -> float:
    u, across, down = _terms(labels, costs)
    return u + weight * (across + down)


def _from_terms(
    function: Callable[[float, int, int, float], float],
) -> Callable[[np.ndarray, np.ndarray, float], float]:
    return lambda labels, costs, weight: function(*_terms(labels, costs), weight)


def _corners(labels: np.ndarray) -> int:
    falling, rising = labels[1:, 1:] != labels[:-1, :-1], labels[1:, :-1] != labels[:-1, 1:]
    return int(falling.sum() + rising.sum())


energy = Exercise(
    "ch07.energy",
    "function(labels, costs, weight): the energy E = U + V of a labelling",
    _energy,
    [
        Case(
            "three rows and three columns",
            {
                "labels": np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0]]),
                "costs": np.array(
                    [[[3, 2, 1], [0, 1, 5], [2, 4, 0]], [[0, 1, 6], [2, 3, 1], [4, 0, 7]]]
                ),
                "weight": 2,
            },
        ),
        Case(
            "two rows, four columns, and a weight below 1",
            {
                "labels": np.array([[0, 1, 1, 0], [1, 1, 0, 0]]),
                "costs": np.array(
                    [
                        [[0.5, 2.25, 0.0, 1.0], [3.0, -1.5, 4.0, 0.25]],
                        [[1.0, 0.5, -2.0, 6.0], [0.75, 2.0, 0.5, 8.0]],
                    ]
                ),
                "weight": 0.4,
            },
        ),
        Case(
            "all labels equal",
            {"labels": np.zeros((2, 3), int), "costs": np.arange(12).reshape(2, 2, 3), "weight": 5},
        ),
        Case(
            "a single column",
            {
                "labels": np.array([[1], [0], [1], [1]]),
                "costs": np.array([[[1], [2], [3], [4]], [[7], [5], [6], [9]]]),
                "weight": 3,
            },
        ),
    ],
    [
        Mistake(
            "no-outline",
            _from_terms(lambda u, a, d, w: u),
            "That is U alone; add V for the outline.",
        ),
        Mistake("no-costs", _from_terms(lambda u, a, d, w: w * (a + d)), "That is V alone; add U."),
        Mistake(
            "side-by-side",
            _from_terms(lambda u, a, d, w: u + w * a),
            "Pairs one above the other are missing.",
        ),
        Mistake(
            "above",
            _from_terms(lambda u, a, d, w: u + w * d),
            "Pairs side by side are missing.",
        ),
        Mistake(
            "twice",
            _from_terms(lambda u, a, d, w: u + 2 * w * (a + d)),
            "Each pair counts once, not once from either end.",
        ),
        Mistake(
            "no-weight",
            _from_terms(lambda u, a, d, w: u + a + d),
            "Each differing pair pays `weight`.",
        ),
        Mistake(
            "weight-on-all",
            _from_terms(lambda u, a, d, w: w * (u + a + d)),
            "The weight belongs to V, not to U.",
        ),
        Mistake(
            "minus", _from_terms(lambda u, a, d, w: u - w * (a + d)), "The outline costs: add it."
        ),
        Mistake(
            "equal-pairs",
            lambda labels, costs, w: (
                _terms(labels, costs)[0]
                + w * (2 * labels.size - sum(labels.shape) - sum(_terms(labels, costs)[1:]))
            ),
            "A pair pays if its labels differ, not if they are equal.",
        ),
        Mistake(
            "other-label",
            lambda labels, costs, w: _energy(labels, costs[::-1], w),
            "Label 0 pays `costs[0]`, label 1 pays `costs[1]`.",
        ),
        Mistake(
            "both-costs",
            lambda labels, costs, w: costs.sum() + w * sum(_terms(labels, costs)[1:]),
            "A pixel pays for the label that it has, not for both.",
        ),
        Mistake(
            "object-alone",
            lambda labels, costs, w: (labels * costs[1]).sum() + w * sum(_terms(labels, costs)[1:]),
            "Pixels of label 0 pay, too.",
        ),
        Mistake(
            "least-costs",
            lambda labels, costs, w: costs.min(axis=0).sum() + w * sum(_terms(labels, costs)[1:]),
            "That takes each pixel's cheaper label; take the one that it has.",
        ),
        Mistake(
            "corners",
            lambda labels, costs, w: _energy(labels, costs, w) + w * _corners(labels),
            "Pixels that touch at a corner are no neighbours here.",
        ),
        Mistake(
            "signed",
            lambda labels, costs, w: (
                _terms(labels, costs)[0]
                + w * sum(np.diff(labels, axis=axis).sum() for axis in (0, 1))
            ),
            "Up and down cancel: a pair counts 1, whichever of its labels is larger.",
        ),
        Mistake(
            "round",
            lambda labels, costs, w: (
                _terms(labels, costs)[0]
                + w * sum((labels != np.roll(labels, 1, axis)).sum() for axis in (0, 1))
            ),
            "The first column is no neighbour of the last: `np.roll` goes round.",
        ),
    ],
    praise="A minimum cut finds the labels for which this number is least.",
)


_Test = Callable[[float, float, float, float, float, float], bool]


def _test(w: float, int1: float, size1: float, int2: float, size2: float, k: float) -> bool:
    return w <= min(int1 + k / size1, int2 + k / size2)


def _regions(
    test: _Test = _test,
    *,
    order: Callable[[np.ndarray], np.ndarray] = lambda edges: edges[
        edges[:, 2].argsort(kind="stable")
    ],
    longest: Callable[[float, float, float], float] = lambda w, one, two: w,
    size: Callable[[int, int], int] = lambda one, two: one + two,
) -> Callable[[int, np.ndarray, float], int]:
    """Return a count of regions that differs in its test, or in what it remembers."""

    def count(n: int, edges: np.ndarray, k: float) -> int:
        region, sizes, ints = list(range(n)), [1] * n, [0.0] * n
        for a, b, w in order(np.asarray(edges, float)).tolist():
            one, two = region[int(a)], region[int(b)]
            if one != two and test(w, ints[one], sizes[one], ints[two], sizes[two], k):
                region = [one if r == two else r for r in region]
                ints[one] = longest(w, ints[one], ints[two])
                sizes[one] = size(sizes[one], sizes[two])
        return len(set(region))

    return count


_CHAIN = np.array(
    [[0, 1, 1.0], [1, 2, 2.0], [2, 3, 7.0], [3, 4, 1.5], [4, 5, 3.0], [0, 2, 4.0], [3, 5, 6.0]]
)


def _edges(*rows: str) -> np.ndarray:
    """Read edges, written as "ab w": nodes a and b have one digit each."""
    return np.array([[int(row[0]), int(row[1]), float(row[2:])] for row in rows])


_NINE = _edges(
    *("32 2.5", "28 4.5", "73 2", "63 7.5", "10 11.5", "85 3.5", "60 12"),
    *("61 5", "51 9", "80 0.5", "52 4", "31 6", "46 3", "43 8.5"),
)
_TEN = _edges(
    *("42 3", "90 5", "71 3.5", "02 1", "72 6.5", "79 7", "39 5.5"),
    *("34 8.5", "69 7.5", "07 9.5", "68 8", "59 6", "51 0.5"),
)
_FIVE_LEFT = _edges(
    *("17 9", "80 3", "27 1.5", "03 2", "21 7.5", "13 3.5", "64 6"),
    *("97 8", "52 7", "50 4.5", "24 10", "81 6.5", "07 11.5", "09 0.5"),
)
_THREE_LEFT = _edges(
    *("78 2.5", "59 6.5", "04 5", "49 4", "74 6", "60 8", "26 10", "72 11.5", "37 8.5", "86 5.5"),
    "91 3",
)

merge = Exercise(
    "ch07.merge",
    "function(n, edges, k): how many regions Felzenszwalb and Huttenlocher's test leaves",
    _regions(),
    [
        Case("six nodes in a chain", {"n": 6, "edges": _CHAIN, "k": 6.0}),
        Case("nine nodes", {"n": 9, "edges": _NINE, "k": 4.5}),
        Case("ten nodes, and a larger k", {"n": 10, "edges": _TEN, "k": 8.5}),
        Case("ten other nodes", {"n": 10, "edges": _FIVE_LEFT, "k": 4.5}),
        Case("few edges, and a large k", {"n": 10, "edges": _THREE_LEFT, "k": 15.5}),
        Case("two nodes without an edge", {"n": 8, "edges": _CHAIN, "k": 6.0}),
        Case(
            "an edge exactly as long as the test allows",
            {"n": 4, "edges": np.array([[0, 1, 2.0], [2, 3, 2.0], [1, 2, 4.0]]), "k": 4.0},
        ),
    ],
    [
        Mistake(
            "larger-limit",
            _regions(lambda w, i, s, j, t, k: w <= max(i + k / s, j + k / t)),
            "The edge must suit both regions: take the smaller of the two limits.",
        ),
        Mistake(
            "strictly",
            _regions(lambda w, i, s, j, t, k: w < min(i + k / s, j + k / t)),
            "An edge exactly as long as the limit still merges: `<=`.",
        ),
        Mistake(
            "no-int",
            _regions(lambda w, i, s, j, t, k: w <= min(k / s, k / t)),
            "Int is missing, or stays 0: it becomes w with each merge.",
        ),
        Mistake(
            "no-size",
            _regions(lambda w, i, s, j, t, k: w <= min(i, j) + k),
            "k is divided by the size of the region, which grows with each merge.",
        ),
        Mistake(
            "k-is-a-threshold",
            _regions(lambda w, i, s, j, t, k: w <= k),
            "That merges wherever an edge is shorter than k; compare with both regions.",
        ),
        Mistake("all-merge", _regions(lambda *_: True), "The test is missing: all merge."),
        Mistake(
            "times-size",
            _regions(lambda w, i, s, j, t, k: w <= min(i + k * s, j + k * t)),
            "Divide k by the size: large regions must be harder to merge.",
        ),
        Mistake(
            "int-plus",
            _regions(longest=lambda w, one, two: one + w),
            "Int is the longest edge that was used, not their sum.",
        ),
        Mistake(
            "size-plus-one",
            _regions(size=lambda one, two: one + 1),
            "The other region may have many nodes: add its size.",
        ),
        Mistake(
            "as-given",
            _regions(order=lambda edges: edges),
            "Take the edges from short to long: sort them first.",
        ),
        Mistake(
            "merges",
            lambda n, edges, k: n - _regions()(n, edges, k),
            "That is how many merges there were.",
        ),
        Mistake(
            "without-loners",
            lambda n, edges, k: _regions()(int(edges[:, :2].max()) + 1, edges, k),
            "A node without an edge is a region of its own.",
        ),
    ],
    praise="Add a sort and a fast way to find a region's number, and it is the whole algorithm.",
)


def _ncut(weights: np.ndarray, side: np.ndarray) -> float:
    return region_cut.cost(csr_matrix(weights), np.asarray(side, int))


def _sums(weights: np.ndarray, side: np.ndarray) -> tuple[float, float, float]:
    """Return cut(A, B), assoc(A) and assoc(B)."""
    return (
        float(weights[side][:, ~side].sum()),
        float(weights[side].sum()),
        float(weights[~side].sum()),
    )


def _from_sums(
    function: Callable[[float, float, float], float],
) -> Callable[[np.ndarray, np.ndarray], float]:
    return lambda weights, side: function(*_sums(weights, side))


def _symmetric(n: int, edges: list[tuple[int, int, float]]) -> np.ndarray:
    weights = np.zeros((n, n))
    for a, b, w in edges:
        weights[a, b] = weights[b, a] = w
    return weights


_FIVE = _symmetric(5, [(0, 1, 4), (1, 2, 1), (2, 3, 5), (3, 4, 3), (0, 4, 0.5)])
_LOOPS = _symmetric(
    6, [(0, 1, 2), (0, 2, 3), (1, 2, 1), (2, 3, 0.25), (3, 4, 6), (4, 5, 2), (3, 5, 1), (1, 1, 2)]
)

normalized_cut = Exercise(
    "ch07.normalized_cut",
    "function(weights, side): the normalized cut of a graph into two sides",
    _ncut,
    [
        Case(
            "a ring of five nodes",
            {"weights": _FIVE, "side": np.array([True, True, False, False, False])},
        ),
        Case(
            "one node against the rest",
            {"weights": _FIVE, "side": np.array([False, False, False, False, True])},
        ),
        Case(
            "six nodes, one of them tied to itself",
            {"weights": _LOOPS, "side": np.array([True, True, True, False, False, False])},
        ),
        Case(
            "a cut in the wrong place",
            {"weights": _LOOPS, "side": np.array([False, True, False, True, True, False])},
        ),
    ],
    [
        Mistake("cut", _from_sums(lambda c, a, b: c), "That is cut(A, B); divide it by assoc."),
        Mistake(
            "one-side",
            _from_sums(lambda c, a, b: c / a),
            "That is the fraction of A; add that of B.",
        ),
        Mistake(
            "other-side",
            _from_sums(lambda c, a, b: c / b),
            "That is the fraction of B; add that of A.",
        ),
        Mistake(
            "one-fraction",
            _from_sums(lambda c, a, b: c / (a + b)),
            "Two fractions, each with its own assoc.",
        ),
        Mistake(
            "twice-one-fraction",
            _from_sums(lambda c, a, b: 2 * c / (a + b)),
            "Two fractions, each with its own assoc.",
        ),
        Mistake(
            "cut-twice",
            _from_sums(lambda c, a, b: 2 * c / a + 2 * c / b),
            "Each edge of the cut counts once: from A to B.",
        ),
        Mistake(
            "only-inside",
            _from_sums(lambda c, a, b: c / (a - c) + c / (b - c)),
            "assoc(A) sums all weights that begin in A, also those that end in B.",
        ),
        Mistake(
            "product",
            _from_sums(lambda c, a, b: c / a * c / b),
            "The two fractions are added.",
        ),
        Mistake(
            "mean",
            _from_sums(lambda c, a, b: (c / a + c / b) / 2),
            "The sum of the two fractions, not their mean.",
        ),
        Mistake(
            "similarity",
            _from_sums(lambda c, a, b: (a - c) / a + (b - c) / b),
            "That is how well the sides hang together; the cut was asked for.",
        ),
        Mistake(
            "upside-down",
            _from_sums(lambda c, a, b: a / c + b / c),
            "Upside down: divide the cut by assoc.",
        ),
        Mistake(
            "by-nodes",
            lambda weights, side: (
                _sums(weights, side)[0] / side.sum() + _sums(weights, side)[0] / (~side).sum()
            ),
            "That divides by the number of nodes; divide by their weights.",
        ),
        Mistake(
            "edges",
            lambda weights, side: _ncut((weights > 0).astype(float), side),
            "That counts edges; add their weights.",
        ),
        Mistake(
            "half-assoc",
            _from_sums(lambda c, a, b: 2 * c / (a + c) + 2 * c / (b + c)),
            "assoc(A) sums rows of `weights`: an edge inside A stands there from either end.",
        ),
    ],
    praise="Small parts can no longer be cut off cheaply: all they have is the cut.",
)


def _bell_costs(
    grey: np.ndarray, weights: np.ndarray, means: np.ndarray, variances: np.ndarray
) -> np.ndarray:
    off = np.asarray(grey, float)[:, None] - means
    return -np.log(weights) + np.log(variances) / 2 + off**2 / (2 * variances)


_Assign = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def _assign(
    grey: np.ndarray, weights: np.ndarray, means: np.ndarray, variances: np.ndarray
) -> np.ndarray:
    return _bell_costs(grey, weights, means, variances).argmin(axis=1)


def _by(
    costs: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
) -> _Assign:
    """Return the bell of least ``costs(off, weights, variances)``."""
    return lambda grey, weights, means, variances: costs(
        np.asarray(grey, float)[:, None] - means, weights, variances
    ).argmin(axis=1)


_GREY = np.linspace(-0.15, 1.25, 141)

assign = Exercise(
    "ch07.assign",
    "function(grey, weights, means, variances): the bell in which each value costs least",
    _assign,
    [
        Case(
            "two bells, one of them wide",
            {
                "grey": _GREY,
                "weights": np.array([0.3, 0.7]),
                "means": np.array([0.4, 0.7]),
                "variances": np.array([0.002, 0.03]),
            },
        ),
        Case(
            "three bells, one of them rare",
            {
                "grey": _GREY[::-1],
                "weights": np.array([0.57, 0.03, 0.4]),
                "means": np.array([0.2, 0.35, 0.8]),
                "variances": np.array([0.02, 0.01, 0.06]),
            },
        ),
        Case(
            "bells of one width",
            {
                "grey": _GREY[::2],
                "weights": np.array([0.05, 0.2, 0.75]),
                "means": np.array([0.9, 0.1, 0.45]),
                "variances": np.array([0.03, 0.03, 0.03]),
            },
        ),
        Case(
            "bells of very different widths, two of them the same",
            {
                "grey": _GREY,
                "weights": np.array([0.25, 0.1, 0.4, 0.25]),
                "means": np.array([0.5, 0.3, 0.45, 0.5]),
                "variances": np.array([0.0004, 0.004, 0.2, 0.0004]),
            },
        ),
        Case(
            "a single bell",
            {
                "grey": _GREY[:4],
                "weights": np.array([1.0]),
                "means": np.array([0.5]),
                "variances": np.array([0.1]),
            },
        ),
    ],
    [
        Mistake(
            "nearest-mean",
            _by(lambda off, w, v: off**2),
            "That is the nearest mean, as in k-means; weight and variance matter, too.",
        ),
        Mistake(
            "no-weight",
            _by(lambda off, w, v: np.log(v) / 2 + off**2 / (2 * v)),
            "−log π is missing: a rare bell costs more.",
        ),
        Mistake(
            "no-log-variance",
            _by(lambda off, w, v: -np.log(w) + off**2 / (2 * v)),
            "½ log v is missing: without it, the widest bell takes all.",
        ),
        Mistake(
            "no-distance",
            _by(lambda off, w, v: -np.log(w) + np.log(v) / 2 + 0 * off),
            "The distance from the mean is missing; or is it `/ 2 * v` without brackets?",
        ),
        Mistake(
            "plus-log-weight",
            _by(lambda off, w, v: np.log(w) + np.log(v) / 2 + off**2 / (2 * v)),
            "Minus log π: a large weight makes a bell cheap.",
        ),
        Mistake(
            "minus-log-variance",
            _by(lambda off, w, v: -np.log(w) - np.log(v) / 2 + off**2 / (2 * v)),
            "Plus ½ log v.",
        ),
        Mistake(
            "whole-log-variance",
            _by(lambda off, w, v: -np.log(w) + np.log(v) + off**2 / (2 * v)),
            "Half of log v.",
        ),
        Mistake(
            "no-two",
            _by(lambda off, w, v: -np.log(w) + np.log(v) / 2 + off**2 / v),
            "The squared distance is divided by 2v.",
        ),
        Mistake(
            "deviation",
            _by(lambda off, w, v: -np.log(w) + np.log(v) / 2 + off**2 / (2 * v**2)),
            "`variances` are v, not standard deviations: do not square them.",
        ),
        Mistake(
            "not-squared",
            _by(lambda off, w, v: -np.log(w) + np.log(v) / 2 + abs(off) / (2 * v)),
            "The distance is squared.",
        ),
        Mistake(
            "dearest",
            lambda g, w, m, v: _bell_costs(g, w, m, v).argmax(axis=1),
            "That is the bell in which it costs most.",
        ),
        Mistake(
            "costs",
            lambda g, w, m, v: _bell_costs(g, w, m, v).min(axis=1),
            "That is what it costs; return the number of the bell.",
        ),
        Mistake(
            "last-of-equals",
            lambda g, w, m, v: len(w) - 1 - _bell_costs(g, w, m, v)[:, ::-1].argmin(axis=1),
            "If two bells cost the same, the first counts.",
        ),
        Mistake(
            "from-one",
            lambda g, w, m, v: _assign(g, w, m, v) + 1,
            "Bells are numbered from 0.",
        ),
        Mistake(
            "base-two",
            _by(lambda off, w, v: -np.log2(w) + np.log2(v) / 2 + off**2 / (2 * v)),
            "The logarithm is the natural one, `np.log`.",
        ),
    ],
    answers_are_classes=True,
    praise="Do it for both sides, and it is step 1 of GrabCut.",
)


def _reach(
    room: np.ndarray, source: int, steps: int | None = None, *, keep: bool = True
) -> np.ndarray:
    reached = np.arange(len(room)) == source
    for _ in range(len(room) if steps is None else steps):
        reached = (reached & keep) | room[reached].any(axis=0)
    return reached


def _source_side(capacity: np.ndarray, flow: np.ndarray, source: int) -> np.ndarray:
    return _reach(capacity - flow > 0, source)


def _pipes(n: int, pipes: list[tuple[int, int, float, float]]) -> dict[str, np.ndarray]:
    capacity, flow = np.zeros((n, n)), np.zeros((n, n))
    for a, b, most, now in pipes:
        capacity[a, b] += most
        flow[a, b] += now
        flow[b, a] -= now
    return {"capacity": capacity, "flow": flow}


_BACK = _pipes(
    8,
    [
        (0, 1, 4, 3),
        (0, 2, 2, 2),
        (1, 3, 3, 3),
        (2, 3, 3, 0),
        (2, 4, 2, 2),
        (3, 5, 3, 3),
        (4, 5, 5, 2),
        (3, 6, 2, 0),
        (7, 3, 1, 0),
    ],
)
_THROUGH = _pipes(
    7,
    [
        (3, 0, 5, 3),
        (0, 1, 5, 3),
        (3, 2, 1, 1),
        (2, 1, 1, 1),
        (2, 4, 2, 0),
        (3, 4, 2, 2),
        (1, 5, 4, 4),
        (4, 5, 2, 2),
        (3, 6, 1, 1),
        (6, 5, 3, 1),
    ],
)
_LONG = _pipes(
    7, [(0, 1, 9, 2), (1, 2, 9, 2), (2, 3, 9, 2), (3, 4, 9, 2), (4, 5, 2, 2), (5, 6, 9, 2)]
)

cut = Exercise(
    "ch07.cut",
    "function(capacity, flow, source): which nodes more could still reach",
    _source_side,
    [
        Case("eight nodes, of which 5 is the drain", {**_BACK, "source": 0}),
        Case("water can be sent back", {**_THROUGH, "source": 3}),
        Case("a long way", {**_LONG, "source": 0}),
        Case(
            "a source without pipes",
            {**_pipes(4, [(0, 1, 3, 0), (1, 3, 2, 0)]), "source": 2},
        ),
        Case(
            "nothing is full",
            {**_pipes(4, [(0, 1, 3, 1), (1, 2, 3, 1), (2, 3, 3, 1)]), "source": 0},
        ),
        Case(
            "all pipes at the source are full",
            {**_pipes(4, [(2, 0, 1, 1), (2, 1, 2, 2), (0, 3, 5, 1), (1, 3, 5, 2)]), "source": 2},
        ),
    ],
    [
        Mistake(
            "no-way-back",
            lambda c, f, s: _reach((c > 0) & (f < c), s),
            "A pipe that is used one way has room the other way, though its capacity is 0 there.",
        ),
        Mistake(
            "flow",
            lambda c, f, s: _reach(f > 0, s),
            "That follows the water; follow the room left.",
        ),
        Mistake(
            "capacity",
            lambda c, f, s: _reach(c > 0, s),
            "Full pipes lead nowhere: subtract the flow from the capacity.",
        ),
        Mistake(
            "against",
            lambda c, f, s: _reach((c - f > 0).T, s),
            "That asks who can reach the source; ask whom the source can reach.",
        ),
        Mistake(
            "one-step",
            lambda c, f, s: _reach(c - f > 0, s, 1),
            "Those are the nodes one step away: go on until nobody new is reached.",
        ),
        Mistake(
            "two-steps",
            lambda c, f, s: _reach(c - f > 0, s, 2),
            "That stops after two steps: go on until nobody new is reached.",
        ),
        Mistake(
            "no-step",
            lambda c, f, s: np.arange(len(c)) == s,
            "That is the source alone: from there, go on.",
        ),
        Mistake(
            "not-itself",
            lambda c, f, s: _source_side(c, f, s) & (np.arange(len(c)) != s),
            "The source is on its own side.",
        ),
        Mistake(
            "other-side",
            lambda c, f, s: ~_source_side(c, f, s),
            "That is the other side of the cut.",
        ),
        Mistake(
            "or-full",
            lambda c, f, s: _reach(c - f >= 0, s),
            "A pipe with nothing left is full: `> 0`.",
        ),
        Mistake(
            "always-node-0",
            lambda c, f, s: _reach(c - f > 0, 0),
            "Begin at `source`, which need not be node 0.",
        ),
        Mistake(
            "numbers",
            lambda c, f, s: np.flatnonzero(_source_side(c, f, s)),
            "Return true or false for each node, not the numbers of some.",
        ),
    ],
    answers_are_classes=True,
    praise="The pipes that leave these nodes are full, and they are the minimum cut.",
)
