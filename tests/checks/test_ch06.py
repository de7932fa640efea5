"""Chapter 06's checks against right and wrong answers."""

import numpy as np

from seglearn.checks import ch06

from . import answers_ch06 as answers
from .harness import ExerciseTests, Sheet


class TestChapter06(ExerciseTests):
    sheets = (
        Sheet(
            ch06.quarter,
            right=[
                answers.quarter_slices,
                answers.quarter_indices,
                answers.quarter_loops,
                answers.quarter_block,
            ],
            wrong=[
                (lambda b, t: np.full(b.shape, 3), "another class"),
                (lambda b, t: answers.quarter_slices(b, t).ravel(), "asks for an array of shape"),
            ],
            equivalent={
                "quarter_loops: 12 -> 13": "rounding, one digit more or less",
                "quarter_loops: 12 -> 11": "rounding, one digit more or less",
                "quarter_loops: 12 -> 13 (2)": "rounding, one digit more or less",
                "quarter_loops: 12 -> 11 (2)": "rounding, one digit more or less",
            },
        ),
        Sheet(
            ch06.otsu,
            right=[
                answers.otsu_loop,
                answers.otsu_within,
                answers.otsu_sums,
            ],
            wrong=[
                (lambda counts: 0, "too small"),
                (lambda counts: len(counts) - 1, "too large"),
            ],
            equivalent={
                "otsu_loop: if low.any() and high.any(): -> if True:": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_loop: 0 -> -1": "every mark is above 0 anyway",
                "otsu_loop: len(counts) - 1 -> len(counts) + 1": "the cuts after the last have an empty group",
                "otsu_loop: len(counts) - 1 -> len(counts)": "the cuts after the last have an empty group",
                "otsu_loop: low.any() and high.any() -> low.any() or high.any()": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_loop: low.any() and high.any() -> high.any()": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_loop: low.any() and high.any() -> low.any()": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_loop: 1 -> 0": "the cuts after the last have an empty group",
                "otsu_within: below.size * above.size -> below.size": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_within: 6 -> 7": "rounding, one digit more or less",
                "otsu_within: 6 -> 5": "rounding, one digit more or less",
                "otsu_sums: if 0 < pixels < total: -> if True:": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_sums: 0 -> -1": "every mark is above 0 anyway",
                "otsu_sums: 0 < pixels < total -> 0 < pixels": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_sums: 0 < pixels < total -> pixels < total": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_sums: 0 < pixels < total -> 0 <= pixels < total": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_sums: 0 < pixels < total -> 0 < pixels <= total": "an empty group gives 0/0, which is never larger and never smaller",
                "otsu_sums: 0 -> -1 (4)": "every mark is above 0 anyway",
            },
        ),
        Sheet(
            ch06.hysteresis,
            right=[
                answers.hysteresis_rounds,
                answers.hysteresis_parts,
                answers.hysteresis_stack,
            ],
            wrong=[
                (lambda s, low, high: np.zeros(s.shape, bool), "another class"),
                (lambda s, low, high: np.ones(s.shape, bool), "another class"),
            ],
        ),
        Sheet(
            ch06.lbp,
            right=[
                answers.lbp_slices,
                answers.lbp_loops,
                answers.lbp_weights,
                answers.lbp_torch,
            ],
            wrong=[
                (
                    lambda image: np.zeros((image.shape[0] - 2, image.shape[1] - 2), int),
                    "too small",
                ),
                (lambda image: answers.lbp_slices(255 - image), "too"),
            ],
            equivalent={
                "lbp_weights: (2, 3) -> (3, 2)": "the order of axes to sum over",
            },
        ),
        Sheet(
            ch06.kmeans_round,
            right=[
                answers.round_broadcast,
                answers.round_lists,
                answers.round_matrix,
                answers.round_torch,
            ],
            wrong=[
                (lambda s, c: np.zeros(c.shape), "too"),
                (lambda s, c: np.tile(s.mean(axis=0), (len(c), 1)), "too"),
            ],
            equivalent={
                "round_broadcast: ((samples[:, None] - centres) ** 2).sum -> ((samples[:, None] - centres) ** 2).mean": "a mean ranks distances as the sum does",
                "round_lists: math.dist(point, middle) -> math.dist(middle, point)": "a distance is the same in both directions",
                "round_matrix: (nearest[:, None] == np.arange(len(centres))).astype(float) -> nearest[:, None] == np.arange(len(centres))": "true and false multiply as 1 and 0",
                "round_matrix: 1 -> 0 (2)": "a centre that nobody joins is replaced anyway",
            },
        ),
        Sheet(
            ch06.responsibilities,
            right=[
                answers.shares_arrays,
                answers.shares_loops,
                answers.shares_logarithms,
                answers.shares_torch,
            ],
            wrong=[
                (lambda g, w, m, d: np.full((len(g), len(w)), 1 / len(w)), "too"),
                (lambda g, w, m, d: np.tile(w, (len(g), 1)), "too"),
            ],
        ),
    )
