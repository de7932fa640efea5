"""Answer checks of chapter 08: SLIC's grid and distance, and three ways to judge superpixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from seglearn.superpixels import quality

from .exercise import Case, Exercise, Mistake


def _spacing(height: int, width: int, n_segments: int) -> float:
    return float(np.sqrt(height * width / n_segments))


_NOT_ROUND = "S need not be a whole number; do not round it."

spacing = Exercise(
    "ch08.spacing",
    "function(height, width, n_segments): the step S of SLIC's grid",
    _spacing,
    [
        Case("a hundred cells of 100 pixels", {"height": 100, "width": 100, "n_segments": 100}),
        Case("a picture of BSDS", {"height": 321, "width": 481, "n_segments": 300}),
        Case("one superpixel", {"height": 30, "width": 41, "n_segments": 1}),
    ],
    [
        Mistake(
            "area",
            lambda h, w, n: h * w / n,
            "That is the area of a cell, in pixels; S is its side.",
        ),
        Mistake(
            "root-of-the-whole",
            lambda h, w, n: np.sqrt(h * w) / n,
            "Divide the area first, then take the root of what is left.",
        ),
        Mistake(
            "upside-down",
            lambda h, w, n: np.sqrt(n / (h * w)),
            "Upside down: more superpixels must lie closer together.",
        ),
        Mistake("rounded-down", lambda h, w, n: int(_spacing(h, w, n)), _NOT_ROUND),
        Mistake("rounded", lambda h, w, n: round(_spacing(h, w, n)), _NOT_ROUND),
        Mistake("rounded-up", lambda h, w, n: np.ceil(_spacing(h, w, n)), _NOT_ROUND),
        Mistake(
            "area-rounded",
            lambda h, w, n: np.sqrt(h * w // n),
            "// throws a fraction of a pixel away; divide with /.",
        ),
        Mistake(
            "height-alone",
            lambda h, w, n: h / np.sqrt(n),
            "The width is missing: this picture is no square. Begin with its area.",
        ),
        Mistake(
            "width-alone",
            lambda h, w, n: w / np.sqrt(n),
            "The height is missing: this picture is no square. Begin with its area.",
        ),
        Mistake(
            "mean-of-sides",
            lambda h, w, n: (h + w) / 2 / np.sqrt(n),
            "That takes the mean of both sides; begin with the area.",
        ),
        Mistake(
            "circle",
            lambda h, w, n: np.sqrt(h * w / n / np.pi),
            "That is the radius of a circle of this area; the cells are squares.",
        ),
        Mistake(
            "squared",
            lambda h, w, n: (h * w / n) ** 2,
            "That is the square of a cell's area; S is its root.",
        ),
    ],
    praise="Everything in SLIC is measured against this one length.",
)


_Distance = Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]


def _parts(pixels: np.ndarray, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each pixel is from the centre in colour and in place."""
    apart = np.asarray(pixels, dtype=float) - centre
    return np.linalg.norm(apart[:, :3], axis=1), np.linalg.norm(apart[:, 3:], axis=1)


def _distance(
    pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
) -> np.ndarray:
    colour, place = _parts(pixels, centre)
    return np.sqrt(colour**2 + (place / step) ** 2 * compactness**2)


def _from_parts(
    function: Callable[[np.ndarray, np.ndarray, float, float], np.ndarray],
) -> _Distance:
    """Return what ``function(colour, place, step, compactness)`` makes of both distances."""
    return lambda pixels, centre, step, m: function(*_parts(pixels, centre), step, m)


def _without(column: int) -> _Distance:
    def blank(values: np.ndarray) -> np.ndarray:
        values = np.array(values)
        values[..., column] = 0
        return values

    return lambda pixels, centre, step, m: _distance(blank(pixels), blank(centre), step, m)


distance = Exercise(
    "ch08.distance",
    "function(pixels, centre, step, compactness): SLIC's D to one centre",
    _distance,
    [
        Case(
            "at the centre; 7 away in colour; 10 away in place; both",
            {
                "pixels": np.array(
                    [
                        [50, 10, 10, 20, 30],
                        [53, 4, 12, 20, 30],
                        [50, 10, 10, 26, 22],
                        [48, 13, 16, 12, 36],
                    ]
                ),
                "centre": np.array([50, 10, 10, 20, 30]),
                "step": 10,
                "compactness": 10,
            },
        ),
        Case(
            "a larger step and a smaller compactness",
            {
                "pixels": np.array(
                    [
                        [61.5, -4.0, 7.5, 12.0, 3.5],
                        [58.0, 2.5, -9.0, 31.0, 8.0],
                        [70.0, 1.0, 3.0, 17.0, 14.0],
                    ]
                ),
                "centre": np.array([60.0, -1.5, 3.0, 18.0, 6.0]),
                "step": 20,
                "compactness": 5,
            },
        ),
    ],
    [
        Mistake(
            "added",
            _from_parts(lambda colour, place, step, m: colour + m * place / step),
            "The squares are added, and the root is taken of the sum.",
        ),
        Mistake(
            "no-step",
            _from_parts(lambda colour, place, step, m: np.hypot(colour, m * place)),
            "Distance in space counts in steps of the grid: divide it by S.",
        ),
        Mistake(
            "no-compactness",
            _from_parts(lambda colour, place, step, m: np.hypot(colour, place / step)),
            "m is missing: it says how much place counts against colour.",
        ),
        Mistake(
            "m-not-squared",
            _from_parts(
                lambda colour, place, step, m: np.sqrt(colour**2 + m * (place / step) ** 2)
            ),
            "m is squared as well, so that D keeps the units of a colour.",
        ),
        Mistake(
            "step-not-squared",
            _from_parts(
                lambda colour, place, step, m: np.sqrt(colour**2 + (m * place) ** 2 / step)
            ),
            "S is squared as well: divide the distance by it before squaring.",
        ),
        Mistake(
            "place-not-squared",
            _from_parts(lambda colour, place, step, m: np.sqrt(colour**2 + place / step * m**2)),
            "The distance in place is squared as well.",
        ),
        Mistake(
            "divided-by-m",
            _from_parts(lambda colour, place, step, m: np.hypot(colour, place / (step * m))),
            "A larger m makes place count more: multiply by it.",
        ),
        Mistake(
            "colour-weighed",
            _from_parts(lambda colour, place, step, m: np.hypot(m * colour, place / step)),
            "m weighs place, not colour.",
        ),
        Mistake(
            "exchanged",
            lambda pixels, centre, step, m: _distance(pixels, centre, m, step),
            "S and m are exchanged: divide by S, multiply by m.",
        ),
        Mistake(
            "place-first",
            lambda pixels, centre, step, m: _distance(
                np.roll(pixels, 3, axis=1), np.roll(centre, 3), step, m
            ),
            "Colour comes first: three columns of it, then two of place.",
        ),
        Mistake(
            "unweighted",
            _from_parts(lambda colour, place, step, m: np.hypot(colour, place)),
            "Colour and place were weighed alike; S and m are missing.",
        ),
        Mistake("without-l", _without(0), "The lightness, column 0, is part of the colour."),
        Mistake("without-b", _without(2), "Colour has three columns: 0, 1 and 2."),
        Mistake("without-x", _without(4), "Place has two columns: 3 and 4."),
        Mistake("without-y", _without(3), "Place has two columns: 3 and 4."),
        Mistake(
            "colour-alone",
            _from_parts(lambda colour, place, step, m: colour),
            "That is the distance in colour alone.",
        ),
        Mistake(
            "place-alone",
            _from_parts(lambda colour, place, step, m: m * place / step),
            "That is the distance in place alone.",
        ),
        Mistake(
            "squared",
            _from_parts(lambda colour, place, step, m: np.hypot(colour, m * place / step) ** 2),
            "That is D². It ranks centres the same way, but D was asked for.",
        ),
    ],
    praise="Assign each pixel to the centre with the smallest of these, and you have SLIC's core.",
)


def _asa_and_error(table: np.ndarray) -> list[float]:
    return [quality.achievable_accuracy(table), quality.undersegmentation_neubert_protzel(table)]


def _with_asa(asa: Callable[[np.ndarray], float]) -> Callable[[np.ndarray], list[float]]:
    return lambda table: [asa(table), quality.undersegmentation_neubert_protzel(table)]


def _with_error(error: Callable[[np.ndarray], float]) -> Callable[[np.ndarray], list[float]]:
    return lambda table: [quality.achievable_accuracy(table), error(table)]


asa_and_error = Exercise(
    "ch08.asa_and_error",
    "function(table): ASA, and Neubert and Protzel's under-segmentation error",
    _asa_and_error,
    [
        Case("two regions, three superpixels", {"table": np.array([[40, 6, 0], [0, 4, 50]])}),
        Case(
            "three regions; one superpixel lies in all of them",
            {"table": np.array([[30, 5, 0], [2, 4, 9], [0, 3, 27]])},
        ),
        Case("nothing bleeds", {"table": np.array([[12, 0, 0], [0, 8, 5]])}),
        Case("one superpixel on four regions", {"table": np.array([[7], [20], [4], [1]])}),
    ],
    [
        Mistake(
            "by-region",
            _with_asa(lambda table: table.max(axis=1).sum() / table.sum()),
            "ASA looks for the largest entry of each column: a superpixel gets one label.",
        ),
        Mistake(
            "diagonal",
            _with_asa(lambda table: np.trace(table) / table.sum()),
            "Superpixels are not numbered like regions: look for the largest entry of each column.",
        ),
        Mistake(
            "one-side-pays",
            _with_error(lambda table: 1 - quality.achievable_accuracy(table)),
            "1 − ASA counts what bleeds out once; here both sides of the outline pay.",
        ),
        Mistake(
            "mean-of-superpixels",
            _with_asa(lambda table: (table.max(axis=0) / table.sum(axis=0)).mean()),
            "Superpixels differ in size: add up their pixels first, and divide once.",
        ),
        Mistake(
            "rest-of-the-region",
            _with_error(
                lambda table: (
                    np.minimum(table, table.sum(axis=1, keepdims=True) - table).sum() / table.sum()
                )
            ),
            "Outside is the rest of the superpixel, a column, not the rest of the region.",
        ),
        Mistake(
            "all-outside",
            _with_error(
                lambda table: ((table > 0) * (table.sum(axis=0) - table)).sum() / table.sum()
            ),
            "That charges all that is outside; charge the smaller of inside and outside.",
        ),
        Mistake(
            "larger-side",
            _with_error(
                lambda table: (
                    ((table > 0) * np.maximum(table, table.sum(axis=0) - table)).sum() / table.sum()
                )
            ),
            "That charges the larger of inside and outside; charge the smaller.",
        ),
        Mistake(
            "below-half",
            _with_error(
                lambda table: (table * (2 * table < table.sum(axis=0))).sum() / table.sum()
            ),
            "Where most of a superpixel lies inside, what lies outside is charged too.",
        ),
        Mistake(
            "mean-error",
            _with_error(lambda table: np.minimum(table, table.sum(axis=0) - table).mean()),
            "Divide by the pixels, not by the entries of the table.",
        ),
        Mistake(
            "pixels",
            lambda table: [v * table.sum() for v in _asa_and_error(table)],
            "These are pixels; divide by all of them.",
        ),
        Mistake(
            "percentages",
            lambda table: [100 * v for v in _asa_and_error(table)],
            "These are percentages.",
        ),
        Mistake(
            "one-minus-error",
            lambda table: [_asa_and_error(table)[0], 1 - _asa_and_error(table)[1]],
            "The second number is an error: 0 where nothing bleeds.",
        ),
        Mistake(
            "turned-round", lambda table: _asa_and_error(table)[::-1], "First ASA, then the error."
        ),
    ],
    praise="One table, and both scores fall out of it.",
)


_SEGMENTS = np.array(
    [[0, 0, 1, 1, 1], [0, 0, 1, 1, 2], [0, 3, 3, 2, 2], [3, 3, 3, 2, 2]], dtype=np.uint8
)
_TRUTH = np.array(
    [[1, 0, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 4, 4, 1], [4, 4, 4, 4, 1]], dtype=np.uint8
)


def _oracle(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    most = quality.contingency(superpixels, truth).argmax(axis=0)
    return np.unique(truth)[most][superpixels]


def _voted(
    choose: Callable[[np.ndarray], int], numbers: Callable[[np.ndarray], np.ndarray] = np.unique
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a map in which each superpixel has the label that ``choose`` makes of its labels."""

    def label(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
        out = np.zeros(truth.shape, dtype=int)
        for k in numbers(superpixels):
            out[superpixels == k] = choose(truth[superpixels == k])
        return out

    return label


def _most_frequent(labels: np.ndarray) -> int:
    return int(np.bincount(labels).argmax())


def _only_majorities(labels: np.ndarray) -> int:
    most = _most_frequent(labels)
    return most if 2 * (labels == most).sum() > labels.size else int(labels[0])


_NO_ORDER = "The median needs an order, and class numbers have none: count them."

oracle = Exercise(
    "ch08.oracle",
    "function(superpixels, truth): each superpixel with its most frequent label of the truth",
    _oracle,
    [
        Case("four superpixels on three regions", {"superpixels": _SEGMENTS, "truth": _TRUTH}),
        Case("a single superpixel", {"superpixels": np.zeros((4, 5), np.uint8), "truth": _TRUTH}),
        Case(
            "every pixel a superpixel",
            {"superpixels": np.arange(20, dtype=np.uint8).reshape(4, 5), "truth": _TRUTH},
        ),
        Case(
            "the most frequent label has less than half of the pixels",
            {
                "superpixels": np.zeros((3, 4), np.uint8),
                "truth": np.array([[2, 0, 4, 4], [0, 4, 7, 2], [4, 2, 0, 4]], dtype=np.uint8),
            },
        ),
    ],
    [
        Mistake(
            "per-superpixel",
            lambda superpixels, truth: np.unique(truth)[
                quality.contingency(superpixels, truth).argmax(axis=0)
            ],
            "That is one label a superpixel. Index it with the map of them.",
        ),
        Mistake(
            "last-left-out",
            _voted(_most_frequent, lambda superpixels: np.arange(superpixels.max())),
            "The last superpixel was left out; range stops before its end.",
        ),
        Mistake(
            "first-left-out",
            _voted(_most_frequent, lambda superpixels: np.arange(1, superpixels.max() + 1)),
            "Superpixel 0 was left out; it is one like any other.",
        ),
        Mistake(
            "other-way",
            lambda superpixels, truth: _voted(_most_frequent)(truth, superpixels),
            "Turned round: loop over superpixels, and count labels in each.",
        ),
        Mistake(
            "how-often",
            _voted(lambda v: int(np.bincount(v).max())),
            "That is how often the label occurs; argmax says which one it is.",
        ),
        Mistake(
            "place",
            _voted(lambda v: int(np.unique(v, return_counts=True)[1].argmax())),
            "That is a place in the list of labels; look up the label that stands there.",
        ),
        Mistake(
            "rarest",
            _voted(lambda v: np.unique(v)[np.unique(v, return_counts=True)[1].argmin()]),
            "That is the rarest label of the superpixel.",
        ),
        Mistake("median", _voted(lambda v: int(np.median(v))), _NO_ORDER),
        Mistake(
            "first-pixel",
            _voted(lambda v: v[0]),
            "That is the label of its first pixel; let all vote.",
        ),
        Mistake(
            "largest",
            _voted(lambda v: int(v.max())),
            "That is the largest label; let the pixels vote.",
        ),
        Mistake(
            "smallest",
            _voted(lambda v: int(v.min())),
            "That is the smallest label; let the pixels vote.",
        ),
        Mistake("mean", _voted(lambda v: round(v.mean())), "Class numbers cannot be averaged."),
        Mistake(
            "majorities-alone",
            _voted(_only_majorities),
            "The most frequent label need not have more than half of the pixels.",
        ),
        Mistake(
            "truth",
            lambda superpixels, truth: truth,
            "That is the truth itself. A superpixel has one label for all its pixels.",
        ),
    ],
    answers_are_classes=True,
    praise="No classifier on these superpixels can label more pixels right than this.",
)


def _recall(superpixels: np.ndarray, truth: np.ndarray, tolerance: int) -> float:
    return quality.boundary_recall(superpixels, truth, tolerance=tolerance)


def _edges(
    labels: np.ndarray,
    differ: Callable[[np.ndarray, np.ndarray], np.ndarray] = np.not_equal,
    before: bool = True,
    after: bool = True,
    axes: tuple[int, ...] = (0, 1),
) -> np.ndarray:
    """Mark the pixels before and after each border along the axes."""
    edge = np.zeros(labels.shape, dtype=bool)
    for axis in axes:
        near, far = np.moveaxis(labels, axis, 0)[:-1], np.moveaxis(labels, axis, 0)[1:]
        marked = np.moveaxis(edge, axis, 0)
        marked[:-1] |= before & differ(far, near)
        marked[1:] |= after & differ(far, near)
    return edge


def _edges_round(labels: np.ndarray) -> np.ndarray:
    """Compare the last row and column with the first, as np.roll does."""
    return np.logical_or.reduce(
        [labels != np.roll(labels, s, axis) for axis in (0, 1) for s in (1, -1)]
    )


def _edges_of_corners(labels: np.ndarray) -> np.ndarray:
    padded = np.pad(labels, 1, mode="edge")
    h, w = labels.shape
    return np.logical_or.reduce(
        [labels != padded[r : r + h, c : c + w] for r, c in np.ndindex(3, 3)]
    )


def _grown(edge: np.ndarray, tolerance: int, *, diamond: bool = False) -> np.ndarray:
    out = np.zeros_like(edge)
    rows, columns = np.ogrid[: edge.shape[0], : edge.shape[1]]
    for y, x in np.argwhere(edge):
        dy, dx = abs(rows - y), abs(columns - x)
        out |= (dy + dx if diamond else np.maximum(dy, dx)) <= tolerance
    return out


def _share(found: np.ndarray, near: np.ndarray) -> float:
    return float((found & near).sum() / found.sum())


def _of_edges(
    edges: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray, np.ndarray, int], float]:
    """Return the recall of what ``edges`` takes for boundary pixels."""
    return lambda superpixels, truth, t: _share(edges(truth), _grown(edges(superpixels), t))


_X = np.tile(np.arange(9), (8, 1))
_Y = np.tile(np.arange(8)[:, None], (1, 9))
_UPRIGHT = (_X < 4).astype(np.uint8)
_REGIONS = np.array(
    [
        [2, 2, 2, 2, 0, 0, 3],
        [2, 2, 2, 2, 0, 0, 0],
        [2, 2, 2, 2, 0, 3, 3],
        [1, 1, 1, 1, 1, 3, 3],
        [1, 1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1, 1],
    ],
    dtype=np.uint8,
)
_PIECES = np.array(
    [
        [4, 4, 0, 0, 0, 0, 0],
        [4, 4, 0, 0, 0, 0, 0],
        [4, 4, 0, 0, 0, 0, 0],
        [4, 4, 4, 4, 0, 0, 0],
        [4, 4, 4, 4, 0, 0, 0],
        [1, 1, 1, 1, 1, 1, 5],
    ],
    dtype=np.uint8,
)

_BOTH_PIXELS = "Both pixels beside a border are boundary pixels, not one of them."
_LARGER = "Labels have no order: a border is where they differ, `!=`, whichever is larger."

boundary_recall = Exercise(
    "ch08.boundary_recall",
    "function(superpixels, truth, tolerance): the share of the truth's boundary found nearby",
    _recall,
    [
        Case(
            "an outline found one column too far right",
            {"superpixels": (_X >= 5).astype(np.uint8), "truth": _UPRIGHT, "tolerance": 1},
        ),
        Case(
            "the same, two columns too far",
            {"superpixels": (_X >= 6).astype(np.uint8), "truth": _UPRIGHT, "tolerance": 1},
        ),
        Case(
            "superpixels that also cut where nothing is",
            {
                "superpixels": (2 * (_Y >= 4) + (_X >= 6)).astype(np.uint8),
                "truth": _UPRIGHT,
                "tolerance": 1,
            },
        ),
        Case(
            "a staircase",
            {"superpixels": (_X > _Y + 1).astype(np.uint8), "truth": _UPRIGHT, "tolerance": 1},
        ),
        Case(
            "three columns too far, with a tolerance of 2",
            {"superpixels": (_X >= 7).astype(np.uint8), "truth": _UPRIGHT, "tolerance": 2},
        ),
        Case(
            "five regions, one of them a corner pixel",
            {"superpixels": _PIECES, "truth": _REGIONS, "tolerance": 1},
        ),
        Case(
            "the same, upside down",
            {"superpixels": _PIECES[::-1], "truth": _REGIONS[::-1], "tolerance": 1},
        ),
    ],
    [
        Mistake(
            "precision",
            lambda superpixels, truth, t: _recall(truth, superpixels, t),
            "That is precision: the roles are swapped. Recall divides by the truth's boundary.",
        ),
        Mistake(
            "always-1",
            lambda superpixels, truth, t: _recall(superpixels, truth, 1),
            "The tolerance is not always 1.",
        ),
        Mistake("pixel-before", _of_edges(partial(_edges, after=False)), _BOTH_PIXELS),
        Mistake("pixel-after", _of_edges(partial(_edges, before=False)), _BOTH_PIXELS),
        Mistake("rising", _of_edges(partial(_edges, differ=np.greater)), _LARGER),
        Mistake("falling", _of_edges(partial(_edges, differ=np.less)), _LARGER),
        Mistake(
            "upright-borders",
            _of_edges(partial(_edges, axes=(1,))),
            "Borders between rows are missing: compare with the neighbours above and below, too.",
        ),
        Mistake(
            "level-borders",
            _of_edges(partial(_edges, axes=(0,))),
            "Borders between columns are missing: compare with the neighbours left and right, too.",
        ),
        Mistake(
            "goes-round",
            _of_edges(_edges_round),
            "The first column is no neighbour of the last, nor the first row: `np.roll` goes round.",
        ),
        Mistake(
            "corner-neighbours",
            _of_edges(_edges_of_corners),
            "A boundary pixel differs from a neighbour above, below, left or right; corners do not "
            "count there.",
        ),
        Mistake(
            "no-tolerance",
            lambda superpixels, truth, t: _recall(superpixels, truth, 0),
            "The tolerance was not used. (A window of size 1 reaches no neighbour.)",
        ),
        Mistake(
            "both-grown",
            lambda superpixels, truth, t: _share(
                _grown(_edges(truth), t), _grown(_edges(superpixels), t)
            ),
            "Only the superpixels' boundary grows thick; the truth's stays thin.",
        ),
        Mistake(
            "equal-labels",
            lambda superpixels, truth, t: float((superpixels == truth).mean()),
            "That counts equal labels; look at boundary pixels alone.",
        ),
        Mistake(
            "of-all-pixels",
            lambda superpixels, truth, t: float(
                (_edges(truth) & _grown(_edges(superpixels), t)).mean()
            ),
            "That divides by all pixels; divide by the boundary pixels of the truth.",
        ),
        Mistake(
            "diamond",
            lambda superpixels, truth, t: _share(
                _edges(truth), _grown(_edges(superpixels), t, diamond=True)
            ),
            "Nearby means in a square, corners included.",
        ),
        Mistake(
            "missed",
            lambda superpixels, truth, t: 1 - _recall(superpixels, truth, t),
            "That is the share that was missed.",
        ),
    ],
    praise="The score that most papers on superpixels print first.",
)
