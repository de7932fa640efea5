"""Draw small label maps, truth and prediction, whose confusion matrix is exactly the one asked for.

The shapes are drawn with rankings: every class gives each pixel a number, and takes as many of the lowest as it has
pixels. So a shape may be anything while its area is exact. Mistakes lie where a network makes them, on borders.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

Labels = npt.NDArray[np.uint8]
Ranking = npt.NDArray[np.float64]

IGNORE = 255


def _grid(shape: tuple[int, int]) -> tuple[Ranking, Ranking]:
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    return y, x


def _ripple(shape: tuple[int, int], period: float = 9.0) -> Ranking:
    """Return a gentle wave of about ±1, so that borders look grown rather than ruled."""
    y, x = _grid(shape)
    k = 2 * np.pi / period
    return 0.6 * np.sin(k * (x + 0.4 * y) + 1) + 0.6 * np.cos(k * (0.7 * x - y))


def _ellipse(
    shape: tuple[int, int], row: float, column: float, height: float, width: float
) -> Ranking:
    """Rank pixels by how far out of an ellipse they lie; 1 on its border."""
    y, x = _grid(shape)
    return np.hypot((y - row) / (height / 2), (x - column) / (width / 2))


def _blobs(totals: Sequence[int], shape: tuple[int, int]) -> list[Ranking]:
    """Rank pixels for any classes: discs around points spread over the picture by the golden angle."""
    rankings = []
    for k in range(len(totals)):
        angle, out = 2.4 * k + 0.4, 0.32 * np.sqrt((k + 0.5) / len(totals))
        row, column = shape[0] * (0.5 + out * np.sin(angle)), shape[1] * (0.5 + out * np.cos(angle))
        rankings.append(_ellipse(shape, row, column, 2, 2) + _ripple(shape))
    return rankings


def draw_truth(
    totals: Sequence[int], shape: tuple[int, int], rankings: Sequence[Ranking] | None = None
) -> Labels:
    """Draw a label map in which class k has exactly ``totals[k]`` pixels.

    The largest class is the ground; the others take their lowest-ranking pixels from it, the smallest class first.
    Pixels beyond the sum of `totals`, at the end of the last row, carry the ignore label 255.
    """
    rankings = _blobs(totals, shape) if rankings is None else rankings
    n_pixels = int(sum(totals))
    ground = int(np.argmax(totals))
    flat = np.full(shape[0] * shape[1], IGNORE, dtype=np.uint8)
    flat[:n_pixels] = ground
    for k in np.argsort(totals, kind="stable"):
        if k != ground:
            free = np.flatnonzero(flat == ground)
            order = np.argsort(rankings[k].ravel()[free], kind="stable")
            flat[free[order[: totals[k]]]] = k
    return flat.reshape(shape)


def draw_prediction(truth: Labels, counts: npt.ArrayLike) -> Labels:
    """Draw a prediction whose confusion matrix with `truth` is `counts`.

    The mistakes from class i to class j are the pixels of i nearest to j. Where nothing was counted the prediction is
    that of the nearest class.
    """
    table = np.asarray(counts)
    prediction = truth.copy()
    for i, j in zip(*np.nonzero(table), strict=True):
        if i == j:
            continue
        mine = np.flatnonzero((truth == i) & (prediction == i))
        there = truth == j
        away = distance_transform_edt(~there if there.any() else truth == i)
        order = np.argsort((away + 0.8 * _ripple(truth.shape)).ravel()[mine], kind="stable")
        prediction.ravel()[mine[order[: table[i, j]]]] = j
    return fill_ignored(prediction)


def fill_ignored(labels: Labels) -> Labels:
    """Give every ignored pixel the label of the nearest pixel that has one: a network always predicts a class."""
    ignored = labels == IGNORE
    if not ignored.any() or ignored.all():
        return np.where(ignored, 0, labels).astype(np.uint8)
    rows, columns = distance_transform_edt(ignored, return_distances=False, return_indices=True)
    return labels[rows, columns]


def maps_from_counts(counts: npt.ArrayLike, longest: int = 256) -> tuple[Labels, Labels] | None:
    """Draw a truth and a prediction for any matrix; None where they would be longer than `longest` pixels a side."""
    table = np.asarray(counts)
    total = int(table.sum())
    height = max(1, round(np.sqrt(total / 1.5)))
    width = -(-total // height)
    if total > longest**2 or total == 0:
        return None
    if width > longest:
        height, width = -(-total // longest), longest
    truth = draw_truth(table.sum(1).tolist(), (height, width))
    return truth, draw_prediction(truth, table)


# --- the scenes of the confusion workbench ------------------------------------------------------------------------------

WORKED = [[43, 5, 2], [2, 45, 3], [0, 1, 49]]
IMBALANCE = [[9400, 0, 0], [480, 20, 0], [98, 0, 2]]
ALL_ROAD = [[9400, 0, 0], [500, 0, 0], [100, 0, 0]]
ABSENT = [[560, 14, 6, 0], [18, 207, 5, 0], [4, 6, 180, 0], [0, 0, 0, 0]]


def worked_example() -> tuple[Labels, Labels]:
    """Draw water, field and forest that meet in one point, 10 × 15 pixels."""
    shape = (10, 15)
    y, x = _grid(shape)
    field = 0.95 * y + 0.75 * (15 - x) + 0.5 * _ripple(shape, 7)  # upper right
    forest = 1.15 * (10 - y) + 0.55 * (15 - x) + 0.5 * _ripple(shape, 8)  # lower right
    truth = draw_truth([50, 50, 50], shape, [np.zeros(shape), field, forest])
    return truth, draw_prediction(truth, WORKED)


def street(counts: npt.ArrayLike) -> tuple[Labels, Labels]:
    """Draw a road with two people and a thin pole, 100 × 100 pixels; 94 % of it is road."""
    shape = (100, 100)
    people = [
        _ellipse(shape, 60, 34, 38, 12),
        _ellipse(shape, 36, 34, 9, 9),
        _ellipse(shape, 58, 52, 24, 8),
        _ellipse(shape, 43, 52, 6, 6),
    ]
    y, x = _grid(shape)
    pole = np.maximum(abs(x - 78) / 1, abs(y - 46) / 25)
    truth = draw_truth(
        np.sum(counts, axis=1).tolist(), shape, [np.zeros(shape), np.min(people, axis=0), pole]
    )
    return truth, draw_prediction(truth, counts)


def rider() -> tuple[Labels, Labels]:
    """Draw a person on a horse, 45 × 60 pixels, with an ignored border as in PASCAL VOC's labels, two pixels wide."""
    shape = (45, 60)

    def figure(dy: float, dx: float, grow: float) -> Labels:
        def part(*ellipse: float) -> npt.NDArray[np.bool_]:
            row, column, height, width = (1.5 * number for number in ellipse)
            return _ellipse(shape, row + dy, column + dx, height + grow, width + grow) < 1

        horse = part(18, 19, 9, 20) | part(12, 30, 9, 6) | part(9.5, 32.5, 4, 8)
        for column in (12, 15, 24, 27):
            horse |= part(24, column, 11, 3.4)
        person = part(10, 19, 10, 6) | part(4.5, 19.5, 5.5, 5) | part(14.5, 20.5, 8, 3.4)
        return np.where(person, 2, np.where(horse, 1, 0)).astype(np.uint8)

    complete = figure(0, 0, 0)
    truth = complete.copy()
    for k in (1, 2):
        inside = complete == k
        outer, inner = distance_transform_edt(~inside), distance_transform_edt(inside)
        truth[(outer > 0) & (outer <= 1) | (inner > 0) & (inner <= 1)] = IGNORE
    return truth, figure(1.2, -1.6, 1.0)


def without_bus() -> tuple[Labels, Labels]:
    """Draw road, car and tree; the fourth class, bus, is in neither map. 25 × 40 pixels."""
    shape = (25, 40)
    y, x = _grid(shape)
    car = np.minimum(_ellipse(shape, 17, 14, 9, 22), _ellipse(shape, 13, 14, 8, 12))
    tree = np.minimum(
        _ellipse(shape, 8, 31, 13, 15),
        0.7 + abs(x - 31) / 2 + np.maximum(0, 8 - y) + np.maximum(0, y - 21),
    )
    truth = draw_truth(
        np.sum(ABSENT, axis=1).tolist(), shape, [np.zeros(shape), car, tree, np.zeros(shape)]
    )
    return truth, draw_prediction(truth, ABSENT)
