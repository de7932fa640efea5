"""Chapter 07's checks against right and wrong answers."""

import numpy as np

from seglearn.checks import ch07

from . import answers_ch07 as answers
from .harness import ExerciseTests, Sheet

ENDS = "an edge has no direction"
SYMMETRIC = "the weights are symmetric"
NEVER_KEPT = "the first bell replaces it at once"


class TestChapter07(ExerciseTests):
    sheets = (
        Sheet(
            ch07.energy,
            right=[
                answers.energy_slices,
                answers.energy_loops,
                answers.energy_products,
                answers.energy_torch,
            ],
            wrong=[
                (lambda x, c, w: 0.0, "too"),
                (lambda x, c, w: (c[0].sum(), w), "asks for one number"),
            ],
            equivalent={"np.diff(labels, axis=1) -> np.diff(labels)": "the last axis is axis 1"},
        ),
        Sheet(
            ch07.merge,
            right=[
                answers.merge_lists,
                answers.merge_forest,
                answers.merge_sets,
                answers.merge_array,
            ],
            wrong=[
                (lambda n, edges, k: n, "too large"),
                (lambda n, edges, k: np.arange(n), "asks for one number"),
            ],
            equivalent={
                "(region[int(a)], region[int(b)]) -> (region[int(b)], region[int(a)])": ENDS,
                "(root(int(edges[row, 0])), root(int(edges[row, 1])))"
                " -> (root(int(edges[row, 1])), root(int(edges[row, 0])))": ENDS,
                "(one, two) -> (two, one)": ENDS,
                "np.argsort(edges[:, 2], kind='stable') -> np.argsort(edges[:, 2])": "no two edges "
                "of one length decide differently",
            },
        ),
        Sheet(
            ch07.normalized_cut,
            right=[
                answers.ncut_blocks,
                answers.ncut_loops,
                answers.ncut_vectors,
                answers.ncut_sparse,
            ],
            wrong=[
                (lambda w, side: 2.0, "too large"),
                (lambda w, side: w[side].sum(axis=1), "asks for one number"),
            ],
            equivalent={
                "ncut_loops: (i, j) -> (j, i)": SYMMETRIC,
                "ncut_loops: (i, j) -> (j, i) (2)": SYMMETRIC,
                "ncut_loops: (i, j) -> (j, i) (3)": SYMMETRIC,
                "ncut_vectors: 1 -> 0 (2)": SYMMETRIC,
                "side.astype(float) -> side": "1 minus true or false is a number, too",
            },
        ),
        Sheet(
            ch07.assign,
            right=[
                answers.assign_table,
                answers.assign_loops,
                answers.assign_density,
                answers.assign_torch,
            ],
            wrong=[(lambda g, w, m, v: np.zeros(len(g), int), "another class")],
            equivalent={
                "assign_loops: -1 -> 1": NEVER_KEPT,
                "assign_loops: 1 -> 2": NEVER_KEPT,
                "assign_loops: 1 -> 0": NEVER_KEPT,
                "x.copy() -> x": "torch only warns that the array is read-only",
            },
        ),
        Sheet(
            ch07.cut,
            right=[
                answers.cut_rounds,
                answers.cut_queue,
                answers.cut_recursion,
                answers.cut_networkx,
            ],
            wrong=[(lambda c, f, s: np.ones(len(c), bool), "another class")],
            equivalent={
                "np.zeros(len(capacity), dtype=bool) -> np.zeros(len(capacity))": "0 and 1 are read "
                "as false and true",
            },
        ),
    )
