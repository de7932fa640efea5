"""Answer checks of chapter NN."""

from __future__ import annotations

import numpy as np

from .exercise import Case, Exercise, Mistake


def _share_above(values: np.ndarray, t: float) -> float:
    return float((values > t).mean())


share_above = Exercise(
    "chNN.share_above",
    "function(values, t): the share of the values that lie above t",
    _share_above,
    [
        Case(
            "seven numbers, two of which are t",
            {"values": np.array([0.1, 0.5, 0.7, 0.2, 0.5, 0.9, 0.6]), "t": 0.5},
        ),
        Case(
            "rows and columns, some below zero",
            {"values": np.array([[-3.0, 4.0, 0.0, 9.0], [-0.5, -2.0, -1.0, -0.25]]), "t": -0.5},
        ),
        Case("none above", {"values": np.array([2.0, 3.0, 7.0]), "t": 7.0}),
    ],
    [
        Mistake(
            "at-or-above", lambda v, t: (v >= t).mean(), "A value that equals `t` is not above."
        ),
        Mistake("below", lambda v, t: (v < t).mean(), "That is the share below `t`."),
        Mistake(
            "count", lambda v, t: (v > t).sum(), "That counts them; divide by how many there are."
        ),
        Mistake("percentage", lambda v, t: 100 * (v > t).mean(), "That is a percentage."),
        Mistake("each", lambda v, t: v > t, "That says which of them; how large is their share?"),
    ],
    praise="The mean of true and false is a share.",
)
