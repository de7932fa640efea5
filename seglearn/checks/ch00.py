"""Answer check of chapter 00: one small exercise that shows how exercises work."""

from __future__ import annotations

import numpy as np

from .exercise import Case, Exercise, Mistake

# In each pair every number that a count could be mistaken for is another one.
_LEFT = np.zeros((5, 6), dtype=bool)
_LEFT[:3, :3] = True
_RIGHT = np.array(
    [
        [0, 0, 1, 0, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0, 0],
    ],
    dtype=bool,
)
_LARGE = np.arange(7) >= 2 * np.arange(4)[:, None]
_SPECKLED = np.arange(28).reshape(4, 7) % 3 == 0


def _pixels_in_both(a: np.ndarray, b: np.ndarray) -> int:
    return int((a & b).sum())


pixels_in_both = Exercise(
    "ch00.pixels_in_both",
    "function(a, b): the number of pixels that lie in both boolean masks",
    _pixels_in_both,
    [
        Case("two masks that overlap", {"a": _LEFT, "b": _RIGHT}),
        Case("a mask inside another", {"a": _LARGE & _SPECKLED, "b": _LARGE}),
        Case("the same mask twice", {"a": _RIGHT, "b": _RIGHT}),
        Case("two masks that do not touch", {"a": _LEFT, "b": ~_LEFT & _RIGHT}),
    ],
    [
        Mistake("either", lambda a, b: (a | b).sum(), "That counts pixels in either mask."),
        Mistake("first-alone", lambda a, b: a.sum(), "That looks at the first mask alone."),
        Mistake("second-alone", lambda a, b: b.sum(), "That looks at the second mask alone."),
        Mistake(
            "smaller",
            lambda a, b: min(a.sum(), b.sum()),
            "That is the size of the smaller mask; only a part of it may lie in the other.",
        ),
        Mistake(
            "larger", lambda a, b: max(a.sum(), b.sum()), "That is the size of the larger mask."
        ),
        Mistake(
            "sum-of-sizes",
            lambda a, b: a.sum() + b.sum(),
            "That adds the sizes of both masks, wherever they lie.",
        ),
        Mistake("agree", lambda a, b: (a == b).sum(), "Pixels outside both masks agree as well."),
        Mistake("differ", lambda a, b: (a ^ b).sum(), "That counts pixels in one mask alone."),
        Mistake("only-first", lambda a, b: (a & ~b).sum(), "Those lie in the first mask alone."),
        Mistake("only-second", lambda a, b: (b & ~a).sum(), "Those lie in the second mask alone."),
        Mistake("outside", lambda a, b: (~a & ~b).sum(), "Those lie outside both masks."),
        Mistake("share", lambda a, b: (a & b).mean(), "That is a share of all pixels; count them."),
        Mistake(
            "iou",
            lambda a, b: (a & b).sum() / (a | b).sum(),
            "That is already IoU; here only its top half is asked for.",
        ),
        Mistake("any", lambda a, b: (a & b).any(), "That says whether there is one; how many?"),
        Mistake("map", lambda a, b: a & b, "Those are the pixels; how many are they?"),
        Mistake(
            "by-column",
            lambda a, b: (a & b).sum(axis=0),
            "That is a count for each column; add them.",
        ),
    ],
    praise="That number is |A ∩ B|, the top half of IoU.",
)
