"""Answer checks of chapter 08: SLIC's grid and distance, and three ways to judge superpixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seglearn.superpixels import quality

from .core import Case, Mistake, Result, run

_SEGMENTS = np.array(
    [[0, 0, 1, 1, 1], [0, 0, 1, 1, 2], [0, 3, 3, 2, 2], [3, 3, 3, 2, 2]], dtype=np.uint8
)
_TRUTH = np.array(
    [[1, 0, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 4, 4, 1], [4, 4, 4, 4, 1]], dtype=np.uint8
)


def _spacing(height: int, width: int, n_segments: int) -> float:
    return float(np.sqrt(height * width / n_segments))


def spacing(function: Callable[..., float]) -> Result:
    """Check ``function(height, width, n_segments)``: the step S of SLIC's grid."""
    return run(
        function,
        _spacing,
        [
            Case("a hundred cells of 100 pixels", {"height": 100, "width": 100, "n_segments": 100}),
            Case("a picture of BSDS", {"height": 321, "width": 481, "n_segments": 300}),
            Case("one superpixel", {"height": 30, "width": 40, "n_segments": 1}),
        ],
        mistakes=[
            Mistake(
                lambda height, width, n_segments: height * width / n_segments,
                "That is the area of a cell, in pixels; S is its side.",
            ),
            Mistake(
                lambda height, width, n_segments: np.sqrt(height * width) / n_segments,
                "Divide the area first, then take the root of what is left.",
            ),
            Mistake(
                lambda height, width, n_segments: np.sqrt(n_segments / (height * width)),
                "Upside down: more superpixels must lie closer together.",
            ),
            Mistake(
                lambda height, width, n_segments: int(_spacing(height, width, n_segments)),
                "S need not be a whole number; do not round it.",
            ),
            Mistake(
                lambda height, width, n_segments: round(_spacing(height, width, n_segments)),
                "S need not be a whole number; do not round it.",
            ),
            Mistake(
                lambda height, width, n_segments: np.sqrt(height * width // n_segments),
                "// throws a fraction of a pixel away; divide with /.",
            ),
            Mistake(
                lambda height, width, n_segments: height / np.sqrt(n_segments),
                "The width is missing: this picture is no square. Begin with its area.",
            ),
        ],
        praise="Everything in SLIC is measured against this one length.",
    )


def _distance(
    pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
) -> np.ndarray:
    apart = np.asarray(pixels, dtype=float) - centre
    colour, space = (np.sqrt((part**2).sum(axis=1)) for part in (apart[:, :3], apart[:, 3:]))
    return np.sqrt(colour**2 + (space / step) ** 2 * compactness**2)


def distance(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(pixels, centre, step, compactness)``: SLIC's D to one centre."""

    def parts(pixels: np.ndarray, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        apart = np.asarray(pixels, dtype=float) - centre
        return np.linalg.norm(apart[:, :3], axis=1), np.linalg.norm(apart[:, 3:], axis=1)

    def added(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        colour, space = parts(pixels, centre)
        return colour + compactness * space / step

    def no_step(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        colour, space = parts(pixels, centre)
        return np.hypot(colour, compactness * space)

    def one_m(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        colour, space = parts(pixels, centre)
        return np.sqrt(colour**2 + (space / step) ** 2 * compactness)

    def divided(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        colour, space = parts(pixels, centre)
        return np.hypot(colour, space / (step * compactness))

    def colour_weighed(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        colour, space = parts(pixels, centre)
        return np.hypot(compactness * colour, space / step)

    def place_first(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        apart = np.asarray(pixels, dtype=float) - centre
        place, colour = (np.linalg.norm(part, axis=1) for part in (apart[:, :2], apart[:, 2:]))
        return np.hypot(colour, compactness * place / step)

    def unweighted(
        pixels: np.ndarray, centre: np.ndarray, step: float, compactness: float
    ) -> np.ndarray:
        return np.linalg.norm(np.asarray(pixels, dtype=float) - centre, axis=1)

    pixels = np.array(
        [[50, 10, 10, 20, 30], [53, 14, 10, 20, 30], [50, 10, 10, 26, 38], [53, 14, 10, 26, 38]]
    )
    centre = np.array([50, 10, 10, 20, 30])
    return run(
        function,
        _distance,
        [
            Case(
                "at the centre; 5 away in colour; 10 away in space; both",
                {"pixels": pixels, "centre": centre, "step": 10, "compactness": 10},
            ),
            Case(
                "a larger step and a smaller compactness",
                {"pixels": pixels, "centre": centre, "step": 20, "compactness": 5},
            ),
        ],
        mistakes=[
            Mistake(added, "The squares are added, and the root is taken of the sum."),
            Mistake(no_step, "Distance in space counts in steps of the grid: divide it by S."),
            Mistake(one_m, "m is squared as well, so that D keeps the units of a colour."),
            Mistake(divided, "A larger m makes place count more: multiply by it."),
            Mistake(colour_weighed, "m weighs place, not colour."),
            Mistake(place_first, "Colour comes first: three columns of it, then two of place."),
            Mistake(unweighted, "Colour and place were weighed alike; S and m are missing."),
            Mistake(
                lambda pixels, centre, step, compactness: (
                    _distance(pixels, centre, step, compactness) ** 2
                ),
                "That is D². It ranks centres the same way, but D was asked for.",
            ),
        ],
        praise="Assign each pixel to the centre with the smallest of these, and you have SLIC's core.",
    )


def _asa_and_error(table: np.ndarray) -> list[float]:
    return [quality.achievable_accuracy(table), quality.undersegmentation_neubert_protzel(table)]


def asa_and_error(function: Callable[[np.ndarray], tuple[float, float]]) -> Result:
    """Check ``function(table)``: ASA, and Neubert and Protzel's under-segmentation error."""
    return run(
        function,
        _asa_and_error,
        [
            Case("two regions, three superpixels", {"table": np.array([[40, 6, 0], [0, 4, 50]])}),
            Case(
                "three regions; one superpixel lies in all of them",
                {"table": np.array([[30, 5, 0], [2, 4, 9], [0, 3, 27]])},
            ),
            Case("nothing bleeds", {"table": np.array([[12, 0, 0], [0, 8, 5]])}),
        ],
        mistakes=[
            Mistake(
                lambda table: (
                    table.max(axis=1).sum() / table.sum(),
                    quality.undersegmentation_neubert_protzel(table),
                ),
                "ASA looks for the largest entry of each column: a superpixel gets one label.",
            ),
            Mistake(
                lambda table: (
                    quality.achievable_accuracy(table),
                    1 - quality.achievable_accuracy(table),
                ),
                "1 − ASA counts what bleeds out once; here both sides of the outline pay.",
            ),
            Mistake(
                lambda table: (
                    (table.max(axis=0) / table.sum(axis=0)).mean(),
                    quality.undersegmentation_neubert_protzel(table),
                ),
                "Superpixels differ in size: add up their pixels first, and divide once.",
            ),
            Mistake(
                lambda table: (
                    quality.achievable_accuracy(table),
                    np.minimum(table, table.sum(axis=1, keepdims=True) - table).sum() / table.sum(),
                ),
                "Outside is the rest of the superpixel, a column, not the rest of the region.",
            ),
            Mistake(
                lambda table: (
                    quality.achievable_accuracy(table),
                    ((table > 0) * (table.sum(axis=0) - table)).sum() / table.sum(),
                ),
                "That charges all that is outside; charge the smaller of inside and outside.",
            ),
            Mistake(
                lambda table: [v * table.sum() for v in _asa_and_error(table)],
                "These are pixels; divide by all of them.",
            ),
            Mistake(
                lambda table: _asa_and_error(table)[::-1],
                "First ASA, then the error.",
            ),
        ],
        praise="One table, and both scores fall out of it.",
    )


def _oracle(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    most = quality.contingency(superpixels, truth).argmax(axis=0)
    return np.unique(truth)[most][superpixels]


def oracle(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(superpixels, truth)``: each superpixel takes its most frequent label."""

    def by(choose: Callable[[np.ndarray], int]) -> Callable[..., np.ndarray]:
        def label(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
            out = np.zeros(truth.shape, dtype=int)
            for k in np.unique(superpixels):
                out[superpixels == k] = choose(truth[superpixels == k])
            return out

        return label

    def without_last(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
        out = np.zeros(truth.shape, dtype=int)
        for k in range(superpixels.max()):
            out[superpixels == k] = np.bincount(truth[superpixels == k]).argmax()
        return out

    def other_way(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
        out = np.zeros(truth.shape, dtype=int)
        for g in np.unique(truth):
            out[truth == g] = np.bincount(superpixels[truth == g]).argmax()
        return out

    def per_label(superpixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
        table = quality.contingency(superpixels, truth)
        return np.unique(truth)[table.argmax(axis=0)]

    return run(
        function,
        _oracle,
        [
            Case("four superpixels on three regions", {"superpixels": _SEGMENTS, "truth": _TRUTH}),
            Case(
                "a single superpixel",
                {"superpixels": np.zeros((4, 5), np.uint8), "truth": _TRUTH},
            ),
            Case(
                "every pixel a superpixel",
                {"superpixels": np.arange(20, dtype=np.uint8).reshape(4, 5), "truth": _TRUTH},
            ),
            Case(
                "the most frequent label has less than half of the pixels",
                {
                    "superpixels": np.zeros((3, 3), np.uint8),
                    "truth": np.array([[0, 0, 0], [0, 2, 2], [2, 7, 7]], dtype=np.uint8),
                },
            ),
        ],
        mistakes=[
            Mistake(per_label, "That is one label a superpixel. Index it with the map of them."),
            Mistake(without_last, "The last superpixel was left out; range stops before its end."),
            Mistake(other_way, "Turned round: loop over superpixels, and count labels in each."),
            Mistake(
                by(lambda v: int(np.bincount(v).max())),
                "That is how often the label occurs; argmax says which one it is.",
            ),
            Mistake(
                by(lambda v: int(np.unique(v, return_counts=True)[1].argmax())),
                "That is a place in the list of labels; look up the label that stands there.",
            ),
            Mistake(
                by(lambda v: int(np.median(v))),
                "The median needs an order, and class numbers have none: count them.",
            ),
            Mistake(by(lambda v: v[0]), "That is the label of its first pixel; let all vote."),
            Mistake(by(lambda v: int(v.max())), "That is the largest label; let the pixels vote."),
            Mistake(by(lambda v: round(v.mean())), "Class numbers cannot be averaged."),
            Mistake(
                lambda superpixels, truth: truth,
                "That is the truth itself. A superpixel has one label for all its pixels.",
            ),
        ],
        answers_are_classes=True,
        praise="No classifier on these superpixels can label more pixels right than this.",
    )


def _recall(superpixels: np.ndarray, truth: np.ndarray, tolerance: int) -> float:
    return quality.boundary_recall(superpixels, truth, tolerance=tolerance)


def boundary_recall(function: Callable[..., float]) -> Result:
    """Check ``function(superpixels, truth, tolerance)``: the truth's boundary found nearby."""

    def one_side(labels: np.ndarray) -> np.ndarray:
        edge = np.zeros(labels.shape, dtype=bool)
        edge[:, :-1] |= labels[:, 1:] != labels[:, :-1]
        edge[:-1] |= labels[1:] != labels[:-1]
        return edge

    def grown(edge: np.ndarray, tolerance: int, *, diamond: bool = False) -> np.ndarray:
        out = np.zeros_like(edge)
        for y, x in np.argwhere(edge):
            rows, columns = np.ogrid[: edge.shape[0], : edge.shape[1]]
            dy, dx = abs(rows - y), abs(columns - x)
            out |= (dy + dx if diamond else np.maximum(dy, dx)) <= tolerance
        return out

    def share(found: np.ndarray, near: np.ndarray) -> float:
        return float((found & near).sum() / found.sum())

    height, width = 8, 9
    x = np.arange(width) * np.ones((height, 1), dtype=int)
    y = np.arange(height)[:, None] * np.ones(width, dtype=int)
    upright = (x >= 4).astype(np.uint8)
    shifted = (x >= 6).astype(np.uint8)
    quarters = (2 * (y >= 4) + (x >= 6)).astype(np.uint8)
    return run(
        function,
        _recall,
        [
            Case(
                "an outline found one column too far right",
                {"superpixels": (x >= 5).astype(np.uint8), "truth": upright, "tolerance": 1},
            ),
            Case(
                "the same, two columns too far",
                {"superpixels": shifted, "truth": upright, "tolerance": 1},
            ),
            Case(
                "superpixels that also cut where nothing is",
                {"superpixels": quarters, "truth": upright, "tolerance": 1},
            ),
            Case(
                "a staircase",
                {"superpixels": (x > y + 1).astype(np.uint8), "truth": upright, "tolerance": 1},
            ),
            Case(
                "three columns too far, with a tolerance of 2",
                {"superpixels": (x >= 7).astype(np.uint8), "truth": upright, "tolerance": 2},
            ),
        ],
        mistakes=[
            Mistake(
                lambda superpixels, truth, tolerance: quality.boundary_precision(
                    superpixels, truth, tolerance=tolerance
                ),
                "That is precision: the roles are swapped. Recall divides by the truth's boundary.",
            ),
            Mistake(
                lambda superpixels, truth, tolerance: _recall(superpixels, truth, 1),
                "The tolerance is not always 1.",
            ),
            Mistake(
                lambda superpixels, truth, tolerance: share(
                    one_side(truth), grown(one_side(superpixels), tolerance)
                ),
                "Both pixels beside a border are boundary pixels, not one of them.",
            ),
            Mistake(
                lambda superpixels, truth, tolerance: _recall(superpixels, truth, 0),
                "The tolerance was not used. (A window of size 1 reaches no neighbour.)",
            ),
            Mistake(
                lambda superpixels, truth, tolerance: share(
                    grown(quality.boundaries(truth), tolerance),
                    grown(quality.boundaries(superpixels), tolerance),
                ),
                "Only the superpixels' boundary grows thick; the truth's stays thin.",
            ),
            Mistake(
                lambda superpixels, truth, tolerance: float((superpixels == truth).mean()),
                "That counts equal labels; look at boundary pixels alone.",
            ),
            Mistake(
                lambda superpixels, truth, tolerance: share(
                    quality.boundaries(truth),
                    grown(quality.boundaries(superpixels), tolerance, diamond=True),
                ),
                "Nearby means in a square, corners included.",
            ),
        ],
        praise="The score that most papers on superpixels print first.",
    )
