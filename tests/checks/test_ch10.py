"""Chapter 10's checks against right and wrong answers."""

import numpy as np

from seglearn.checks import ch10
from seglearn.data.encodings import polygons_to_mask

from . import answers_ch10 as answers
from .harness import ExerciseTests, Sheet

SAME_LENGTH = "every row is equally long"
CANCELS = "a common factor cancels in the quotient"
OTHER_WAY = "the same edges, walked the other way"
TO_THE_LEFT = "a closed outline is crossed as often to the left, but for a multiple of two"
OPEN = "no centre of the cases lies on an edge, and the text leaves open whose it would be"


def crossed(corners, height, width):
    """Yield for each edge which pixel centres cross it, and whether the edge goes down."""
    y, x = np.mgrid[:height, :width] + 0.5
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        yield ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)), y1 > y0


def crossings(corners, height, width):
    return np.sum([edge for edge, _ in crossed(corners, height, width)], axis=0)


def shares(counts):
    return np.array([(c[c > 0] / counts.sum(1)[c > 0]).mean() for c in counts.T])


class TestChapter10(ExerciseTests):
    sheets = (
        Sheet(
            ch10.to_train_ids,
            right=[
                answers.train_ids_full,
                answers.train_ids_vectorize,
                answers.train_ids_loops,
                answers.train_ids_lookup,
                answers.train_ids_where,
                answers.train_ids_select,
            ],
            wrong=[
                (lambda m, t, i: np.zeros_like(m), "another class"),
                (lambda m, t, i: np.vectorize(lambda k: t.get(k, 0))(m), "0 is a class"),
                (lambda m, t, i: np.vectorize(lambda k: t.get(k, k))(m), "kept its number"),
                (lambda m, t, i: np.vectorize(lambda k: t.get(k) or i)(m), "taken for missing"),
                (lambda m, t, i: answers.train_ids_lookup(m, t, 255), "is an argument"),
                (
                    lambda m, t, i: np.where(m == list(t)[-1], list(t.values())[-1], i),
                    "Only the last row",
                ),
                (
                    lambda m, t, i: np.searchsorted(list(t), np.where(np.isin(m, list(t)), m, i)),
                    "another class",
                ),
                (lambda m, t, i: [t[k] for k in m.ravel()], "KeyError"),
                (lambda m, t, i: answers.train_ids_full(m, t, i).ravel(), "shape (3, 5)"),
            ],
            equivalent={"train_ids_lookup: 256 -> 257": "an entry that no `uint8` reaches"},
        ),
        Sheet(
            ch10.median_frequency_weights,
            right=[
                answers.weights_masked_sizes,
                answers.weights_by_class,
                answers.weights_loops,
                answers.weights_einsum,
                answers.weights_torch,
            ],
            wrong=[
                (lambda c: np.zeros(c.shape[1]), "too small"),
                (lambda c: np.ones(c.shape[1]), "too large"),
                (lambda c: np.median(shares(c)) / shares(c), "a large picture counts more"),
                (lambda c: np.median(c.sum(0)) / c.sum(0), "the pictures in which"),
                (
                    lambda c: answers.weights_by_class(c) / max(answers.weights_by_class(c)),
                    "too small",
                ),
                (lambda c: answers.weights_by_class(c)[:3], "asks for 4 numbers"),
                (lambda c: answers.weights_by_class(c)[:, None], "asks for 3 numbers"),
            ],
            equivalent={
                "counts.sum -> counts.mean": CANCELS,
                "counts.sum -> counts.mean (2)": CANCELS,
                "weights_masked_sizes: ((counts > 0) * sizes).sum -> ((counts > 0) * sizes).mean": (
                    CANCELS
                ),
                "weights_loops: hit += picture[c] -> hit -= picture[c]": CANCELS,
                "weights_loops: total += sum(picture) -> total -= sum(picture)": CANCELS,
                "weights_loops: 0 -> -1 (3)": SAME_LENGTH,
            },
        ),
        Sheet(
            ch10.fit,
            right=[
                answers.fit_part,
                answers.fit_minimum,
                answers.fit_pad,
                answers.fit_loops,
                answers.fit_torch,
                answers.fit_stack,
            ],
            wrong=[
                (lambda m, h, w: np.zeros((h, w)), "another class"),
                (lambda m, h, w: answers.fit_pad(m, h, w) % 255, "Outside is not class 0"),
                (lambda m, h, w: m[:h, :w], "shape"),
                (lambda m, h, w: answers.fit_pad(m, w, h), "exchanged"),
                (
                    lambda m, h, w: answers.fit_minimum(m[max(len(m) - h, 0) // 2 :], h, w),
                    "another class",
                ),
                (
                    lambda m, h, w: answers.fit_pad(m, h, w).astype(np.int8),
                    "marked with 255",
                ),
                (
                    lambda m, h, w: answers.fit_pad(m, h, w).astype(np.uint8) + np.uint8(1),
                    "another class",
                ),
            ],
            equivalent={"fit_loops: 0 -> -1": SAME_LENGTH},
        ),
        Sheet(
            ch10.polygon_to_mask,
            right=[
                answers.polygon_flip,
                answers.polygon_loops,
                answers.polygon_scanlines,
                answers.polygon_path,
                answers.polygon_angles,
            ],
            wrong=[
                (lambda c, h, w: np.zeros((h, w), bool), "too small"),
                (lambda c, h, w: np.ones((h, w), bool), "too large"),
                (lambda c, h, w: answers.polygon_path(c[:, ::-1], h, w), "swapped"),
                (lambda c, h, w: crossings(c - 0.5, h, w) % 2, "far corner"),
                (lambda c, h, w: crossings(c.round(), h, w) % 2, "do not round"),
                (lambda c, h, w: answers.polygon_path(c, w, h), "`height` rows"),
                (lambda c, h, w: crossings(c, h, w) > 0, "flip, do not mark"),
                (lambda c, h, w: crossings(c, h, w), "numbers of crossings"),
                (lambda c, h, w: crossings(c, h, w) == 1, "Three crossings"),
                (
                    lambda c, h, w: sum(edge for edge, down in crossed(c, h, w) if down) % 2,
                    "Edges that go up",
                ),
                (
                    lambda c, h, w: (
                        sum(np.where(down, 1, -1) * edge for edge, down in crossed(c, h, w)) != 0
                    ),
                    "goes round twice",
                ),
            ],
            equivalent={
                "polygon_angles: complex(x - c - 0.5, y - r - 0.5)"
                " -> complex(y - r - 0.5, x - c - 0.5)": OTHER_WAY,
                "polygon_flip: -1 -> 1": OTHER_WAY,
                "polygon_flip: if y0 != y1: -> if True:": "a level edge lies between no two rows",
                "polygon_flip: x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)"
                " -> x <= x0 + (y - y0) * (x1 - x0) / (y1 - y0)": OPEN,
                "polygon_flip: x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)"
                " -> x > x0 + (y - y0) * (x1 - x0) / (y1 - y0)": TO_THE_LEFT,
                "polygon_loops: (points[i], points[(i + 1) % len(points)])"
                " -> (points[(i + 1) % len(points)], points[i])": OTHER_WAY,
                "polygon_loops: crossed += 1 -> crossed -= 1": "odd stays odd",
                "polygon_loops: i + 1 -> i - 1": OTHER_WAY,
                "polygon_loops: where > c + 0.5 -> where < c + 0.5": TO_THE_LEFT,
                "polygon_loops: where > c + 0.5 -> where >= c + 0.5": OPEN,
                "polygon_scanlines: (corners, np.vstack([corners[1:], corners[:1]]))"
                " -> (np.vstack([corners[1:], corners[:1]]), corners)": OTHER_WAY,
                "polygon_scanlines: (starts[crossed].T, ends[crossed].T)"
                " -> (ends[crossed].T, starts[crossed].T)": OTHER_WAY,
                "at[:, None] > centres -> at[:, None] < centres": TO_THE_LEFT,
                "at[:, None] > centres -> at[:, None] >= centres": OPEN,
            },
        ),
    )


def test_the_package_draws_the_same_polygons():
    assert ch10.polygon_to_mask(lambda corners, h, w: polygons_to_mask([corners], (h, w))).passed
