"""Answer check of chapter 00: one small exercise that shows how exercises work."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .core import Case, Mistake, Result, run

_LEFT = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]], dtype=bool)
_MIDDLE = np.array([[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)

MASK_PAIRS = [
    Case("two masks that overlap", {"a": _LEFT, "b": _MIDDLE}),
    Case("the same mask twice", {"a": _MIDDLE, "b": _MIDDLE}),
    Case("two masks that do not touch", {"a": _LEFT, "b": ~_LEFT}),
]


def _pixels_in_both(a: np.ndarray, b: np.ndarray) -> int:
    return int((a & b).sum())


def pixels_in_both(function: Callable[[np.ndarray, np.ndarray], int]) -> Result:
    """Check ``function(a, b)``: the number of pixels that lie in both boolean masks."""
    return run(
        function,
        _pixels_in_both,
        MASK_PAIRS,
        mistakes=[
            Mistake(lambda a, b: (a | b).sum(), "That counts pixels in either mask, not in both."),
            Mistake(lambda a, b: a.sum(), "That looks at the first mask alone."),
            Mistake(lambda a, b: (a == b).sum(), "Pixels outside both masks agree as well."),
        ],
        praise="That number is |A ∩ B|, the top half of IoU.",
    )
