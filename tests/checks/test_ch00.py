"""Chapter 00's check against right and wrong answers."""

from seglearn.checks import ch00

from .answers_ch00 import RIGHT
from .harness import ExerciseTests, Sheet


class TestChapter00(ExerciseTests):
    sheets = (
        Sheet(
            ch00.pixels_in_both,
            right=RIGHT,
            wrong=[
                (lambda a, b: 0, "too small"),
                (lambda a, b: b.sum(), "second mask"),
                (lambda a, b: min(a.sum(), b.sum()), "smaller mask"),
                (lambda a, b: (a & b)[:, 1:].sum(), "too small"),
                (lambda a, b: a, "asks for one number"),
                (lambda a: a.sum(), "2 values, in this order: `a`, `b`"),
            ],
            equivalent={
                "(a, b) -> (b, a)": "both masks count alike",
                "(first, second) -> (second, first)": "both masks count alike",
                "(x, y) -> (y, x)": "both masks count alike",
            },
        ),
    )
