"""Chapter 01's checks against right and wrong answers."""

import numpy as np

from seglearn.checks import ch01

from . import answers_ch01 as answers
from .harness import ExerciseTests, Sheet


def voted(m, f, vote):
    h, w = m.shape[0] // f, m.shape[1] // f
    blocks = m.reshape(h, f, w, f).swapaxes(1, 2).reshape(h, w, -1)
    return np.apply_along_axis(lambda block: vote(block.tolist()), 2, blocks)


class TestChapter01(ExerciseTests):
    sheets = (
        Sheet(
            ch01.bounding_box,
            right=[
                answers.box_any,
                answers.box_nonzero,
                answers.box_loops,
                answers.box_slices,
                answers.box_torch,
            ],
            wrong=[
                (lambda m: (0, 0, 0, 0), "too small"),
                (lambda m: np.reshape(answers.box_any(m), (2, 2)), "asks for 4 numbers"),
                (lambda m: np.add(answers.box_any(m), [0, 1, 0, 0]), "too large"),
            ],
            equivalent={
                "box_slices: 0 -> -1": "the list holds one object, the first and the last",
                "box_torch: 0 -> -1 (2)": "there is one axis, the first and the last",
                "box_torch: 0 -> -1 (3)": "there is one axis, the first and the last",
            },
        ),
        Sheet(
            ch01.one_hot,
            right=[
                answers.one_hot_compare,
                answers.one_hot_stack,
                answers.one_hot_loops,
                answers.one_hot_eye,
                answers.one_hot_moved,
            ],
            wrong=[
                (lambda m, n: np.zeros((*m.shape, n)), "too small"),
                (lambda m, n: np.eye(n)[m], "IndexError"),
                (lambda m, n: m[..., None] == np.unique(m), "does not occur"),
            ],
            equivalent={"one_hot_eye: 256 -> 257": "a row more, which no label asks for"},
        ),
        Sheet(
            ch01.shrink,
            right=[
                answers.shrink_votes,
                answers.shrink_bincount,
                answers.shrink_sorted,
                answers.shrink_counter,
                answers.shrink_torch,
            ],
            wrong=[
                (lambda m, f: np.zeros_like(m[::f, ::f]), "another class"),
                (
                    lambda m, f: voted(m, f, lambda b: max(set(b), key=b.count)),
                    "an order of its own",
                ),
                (
                    lambda m, f: voted(
                        m, f, lambda b: next((c for c in sorted(b) if 2 * b.count(c) > f * f), 255)
                    ),
                    "another class",
                ),
                (
                    lambda m, f: voted(
                        m, f, lambda b: next((c for c in sorted(b) if 2 * b.count(c) >= f * f), 255)
                    ),
                    "less than half",
                ),
            ],
            equivalent={
                "shrink_votes: (1, 3) -> (3, 1)": "the order of summed axes does not matter",
                "(blocks == c).sum -> (blocks == c).mean": "the largest share has the most votes",
                "shrink_torch: 256 -> 257": "a class more, which no pixel votes for",
            },
        ),
        Sheet(
            ch01.run_lengths,
            right=[
                answers.runs_changes,
                answers.runs_groupby,
                answers.runs_loop,
                answers.runs_padded,
                answers.runs_torch,
            ],
            wrong=[
                (lambda m: [0] * len(answers.runs_changes(m)), "too small"),
                (lambda m: [str(n) for n in answers.runs_changes(m)], "text"),
                (lambda m: sum(answers.runs_changes(m)), "asks for"),
                (lambda m: ch01._zero_if(lambda m: m[0, -1])(m), "very first pixel"),
                (lambda m: ch01._zero_if(lambda m: m.flat[1])(m), "very first pixel"),
                (lambda m: ch01._zero_if(lambda m: m[:, 0].any())(m), "very first pixel"),
            ],
        ),
    )
