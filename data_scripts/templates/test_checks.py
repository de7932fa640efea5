"""Chapter NN's checks against right and wrong answers."""

from seglearn.checks import chNN

from . import answers_chNN as answers
from .harness import ExerciseTests, Sheet


class TestChapterNN(ExerciseTests):
    sheets = (
        Sheet(
            chNN.share_above,
            right=[answers.share_mean, answers.share_counted, answers.share_loop],
            wrong=[
                (lambda values, t: 0.0, "too small"),
                (lambda values, t: (values >= t).mean(), "equals"),
            ],
        ),
    )
