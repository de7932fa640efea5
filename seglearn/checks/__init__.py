"""Answer checks for the exercises, one module a chapter: ``checks.ch09.iou_per_class(my_function)``.

`reveal` hides the answer to a prediction until the learner opens it; `registry` gives every exercise
by its id. A check never raises because of an answer (see `guard` for how, and for its limits).

How to write one
----------------
An exercise is data, and calling it is the check. In ``chNN.py``, in the order of the lesson::

    def _doubled(x):
        return 2 * x

    doubled = Exercise(
        "chNN.doubled",                                    # module and name
        "function(x): twice every number",                 # the call, and what it has to return
        _doubled,                                          # the reference
        [
            Case("two numbers", {"x": np.array([3.0, 1.0])}),
            Case("a zero, in three rows", {"x": np.array([[0.0], [5.0], [-2.0]])}),
        ],
        [Mistake("squared", lambda x: x**2, "That is the square: `2 * x`, not `x**2`.")],
        praise="Twice as much.",
    )

- Reference, mistakes and the learner's function are called by position, in the order of the case's
  ``arguments``; the names there are what the learner reads.
- **Cases** go from the plain one to the odd ones. They are not symmetric, not monotone, not of one
  shape, stride or width, and hold what the text speaks of: ties, absent classes, gaps, the edge. Pick
  numbers from which no two mistakes make the same.
- A **mistake** has an id of its own (words joined by hyphens), a function that does the same as the
  learner who makes it, and a hint; code stands between backticks. The first that answers all cases
  as the learner does is named, so the more likely one of two that are alike comes first. Keep those
  that people make: what is off by a constant is left to the mutants. No ``errstate`` is needed.
- A reference that returns integers asks for exactly these numbers; floats have ``tolerance``, and
  half precision what it can hold. ``answers_are_classes=True`` where too large means nothing.
- Where the function **trains**: ``seconds=SECONDS_TO_TRAIN`` and a ``tolerance`` for rounding that
  adds up. Reference and mistakes train too, so a case takes a fraction of a second. A network among
  the arguments may be trained (every call has its own copy); arrays and tensors may not be changed.

Its tests are in ``tests/checks``: right answers as learners write them in ``answers_chNN.py`` (each a
``def`` of its own: their mutants are the wrong answers), and a `Sheet` for each exercise in
``test_chNN.py``. The harness gives every right answer in each style (list, torch, half precision,
read-only input …) and requires that every mutant, every hard-coded answer and every changed input is
refused. A mutant that is right as well is listed there with the reason. If one passes that is not
right, add a case, not an entry.
"""

from pathlib import Path

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=sorted(path.stem for path in Path(__file__).parent.glob("ch[0-9][0-9].py")),
    submod_attrs={"exercise": ["registry"], "prediction": ["reveal"]},
)
