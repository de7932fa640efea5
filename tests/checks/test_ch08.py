"""Chapter 08's checks against right and wrong answers."""

import numpy as np

from seglearn.checks import ch08

from . import answers_ch08 as answers
from .harness import ExerciseTests, Sheet

SIDES = "the area is the same"
THERE_AND_BACK = "a distance is the same in both directions"


class TestChapter08(ExerciseTests):
    sheets = (
        Sheet(
            ch08.spacing,
            right=[
                answers.spacing_sqrt,
                answers.spacing_power,
                answers.spacing_cell,
                answers.spacing_sides,
            ],
            wrong=[
                (lambda h, w, n: 0.0, "too small"),
                (lambda h, w, n: (h / n**0.5, w / n**0.5), "asks for one number"),
            ],
            equivalent={
                "(height, width) -> (width, height)": SIDES,
                "(h, w) -> (w, h)": SIDES,
            },
        ),
        Sheet(
            ch08.distance,
            right=[
                answers.distance_norms,
                answers.distance_loop,
                answers.distance_scaled,
                answers.distance_torch,
            ],
            wrong=[
                (lambda p, c, s, m: np.zeros(len(p)), "too small"),
                (
                    lambda p, c, s, m: answers.distance_norms(
                        p[:, [0, 1, 1, 3, 4]] * [1, 1, 0, 1, 1], c * [1, 1, 0, 1, 1], s, m
                    ),
                    "0, 1 and 2",
                ),
                (
                    lambda p, c, s, m: answers.distance_norms(p[:, :4], c[:4], s, m),
                    "3 and 4",
                ),
                (
                    lambda p, c, s, m: np.hypot(
                        abs(p - c)[:, :3].sum(1), m * abs(p - c)[:, 3:].sum(1) / s
                    ),
                    "too large",
                ),
            ],
            equivalent={
                "(pixels, centre) -> (centre, pixels)": THERE_AND_BACK,
                "np.hypot(colour, compactness * place / step)"
                " -> np.hypot(compactness * place / step, colour)": "both are squared",
            },
        ),
        Sheet(
            ch08.asa_and_error,
            right=[
                answers.scores_arrays,
                answers.scores_loops,
                answers.scores_where,
                answers.scores_torch,
            ],
            wrong=[
                (lambda t: (0.0, 0.0), "too small"),
                (lambda t: answers.scores_arrays(t)[0], "asks for 2 numbers"),
                (lambda t: answers.scores_arrays(t.T), "too"),
            ],
            equivalent={
                "2 * counts > sizes -> 2 * counts >= sizes": "one half inside, one half outside",
                "counts.sum(0, keepdims=True) -> counts.sum(0)": "it is repeated for each row",
                "keepdims=True -> keepdims=False": "it is repeated for each row",
            },
        ),
        Sheet(
            ch08.oracle,
            right=[
                answers.oracle_bincount,
                answers.oracle_counter,
                answers.oracle_table,
                answers.oracle_unique,
            ],
            wrong=[
                (lambda s, t: np.zeros_like(t), "another class"),
                (lambda s, t: np.bincount(t.ravel()).argmax() + 0 * t, "another class"),
            ],
            equivalent={
                "oracle_counter: 1 -> 2": "each vote counts twice",
                "oracle_table: 1 -> 2": "an empty row more",
                "oracle_table: 1 -> 2 (2)": "an empty column more",
                "oracle_table: 1 -> 2 (3)": "each vote counts twice",
            },
        ),
        Sheet(
            ch08.boundary_recall,
            right=[
                answers.recall_slices,
                answers.recall_loops,
                answers.recall_extremes,
                answers.recall_padded,
            ],
            wrong=[
                (lambda s, t, tolerance: 0.0, "too small"),
                (lambda s, t, tolerance: answers.recall_padded(s, t, tolerance + 1), "too large"),
            ],
            equivalent={"recall_extremes: 1 -> 0": "SciPy takes a connectivity below 1 for 1"},
        ),
    )
