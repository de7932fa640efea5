"""Hold an exercise's check to right answers in many styles and to wrong ones made by mutation.

A chapter's test module is a class with its sheets; the tests are the same for all::

    class TestChapter09(ExerciseTests):
        sheets = [Sheet(ch09.confusion, right=[...], wrong=[...], equivalent={...})]
"""

from __future__ import annotations

import copy
import dataclasses
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch

from seglearn.checks.compare import read
from seglearn.checks.exercise import Exercise
from seglearn.checks.result import Result

from .mutate import Mutant, mutants

FEWEST_RIGHT, FEWEST_WRONG = 3, 15


@dataclass(frozen=True)
class Sheet:
    """One exercise and the answers that its check is held to.

    Parameters
    ----------
    exercise
        The exercise.
    right
        Right answers as learners write them (a loop, a library's call, other names for the
        parameters …), each a ``def`` that closes over nothing: their mutants are the wrong answers.
    wrong
        Wrong answers that no mutation makes, each with a text that its feedback must hold.
    equivalent
        Mutants that are right as well, by name (or by what they change, in whatever answer), and
        why. A test keeps this list free of others.
    seconds
        Time for one call of a mutant, which may never end. Where the exercise trains: several times
        what a right answer takes, or a mutant counts as refused because it was stopped.
    """

    exercise: Exercise
    right: Sequence[Callable[..., Any]]
    wrong: Sequence[tuple[Callable[..., Any], str]] = ()
    equivalent: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 1.0

    def mutants(self) -> list[Mutant]:
        return [mutant for answer in self.right for mutant in mutants(answer)]

    def check(self, function: Callable[..., Any]) -> Result:
        return _without_warnings(self.exercise, function)

    def lets_pass(self, function: Callable[..., Any]) -> bool:
        """Whether `check` would; quicker, since no mistake is looked for."""
        return _without_warnings(self._quick, function).passed

    @cached_property
    def _quick(self) -> Exercise:
        return dataclasses.replace(self.exercise, mistakes=(), seconds=self.seconds)


def _without_warnings(exercise: Exercise, function: Callable[..., Any]) -> Result:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return exercise(function)


class Foreign:
    """A table of another library: NumPy can read it, and it is nothing else."""

    def __init__(self, values: Any) -> None:
        self._values = np.asarray(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self._values, dtype=dtype)


def _read_only(function: Callable[..., Any], *arguments: Any) -> Any:
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument.flags.writeable = False
    return function(*arguments)


def _wants_gradient(answer: np.ndarray) -> torch.Tensor:
    return torch.tensor(answer, dtype=torch.float64, requires_grad=True)


# What each style makes of a right answer, read as an array.
STYLES: dict[str, Callable[[np.ndarray], Any]] = {
    "list": np.ndarray.tolist,
    "tuple": lambda answer: tuple(answer) if answer.ndim else answer,
    "array": np.asarray,
    "float16": lambda answer: answer.astype(np.float16),
    "float32": lambda answer: answer.astype(np.float32),
    "tensor": torch.as_tensor,
    "tensor with gradient": _wants_gradient,
    "another library's": Foreign,
}


def _holds_many(value: Any) -> bool:
    return isinstance(value, np.ndarray | torch.Tensor | list | dict)


def _answers(exercise: Exercise, function: Callable[..., Any]) -> list[np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = [function(*copy.deepcopy(case.arguments).values()) for case in exercise.cases]
    return [np.asarray(read(answer).numbers) for answer in said]


def _hard_coded(exercise: Exercise, number: int) -> Callable[..., Any]:
    case = exercise.cases[number]
    said = exercise.reference(*copy.deepcopy(case.arguments).values())
    return lambda *_: said


def _spoiling(exercise: Exercise, before: bool) -> Callable[..., Any]:
    """Answer right and write into every array."""

    def spoil(arguments: Sequence[Any]) -> None:
        for argument in arguments:
            if isinstance(argument, np.ndarray) and argument.size:
                argument.flat[0] = not argument.flat[0]
            elif isinstance(argument, torch.Tensor) and argument.numel():
                argument.view(-1)[0] = not argument.view(-1)[0]
            elif isinstance(argument, list):
                argument.append(argument[0])
            elif isinstance(argument, dict):
                argument.popitem()

    def answer(*arguments: Any) -> Any:
        kept = copy.deepcopy(arguments)
        if before:
            spoil(arguments)
        said = exercise.reference(*kept)
        if not before:
            spoil(arguments)
        return said

    return answer


class ExerciseTests:
    """Tests that every sheet must pass; `pytest_generate_tests` in conftest.py hands them out."""

    sheets: Sequence[Sheet] = ()

    def test_is_registered_under_its_place(self, sheet):
        chapter, name = sheet.exercise.id.split(".")
        assert getattr(sys.modules[f"seglearn.checks.{chapter}"], name) is sheet.exercise

    def test_there_are_enough_answers(self, sheet):
        assert len(sheet.right) >= FEWEST_RIGHT
        # Not counting the mistakes that the check knows by itself.
        assert len(sheet.wrong) + len(sheet.mutants()) - len(sheet.equivalent) >= FEWEST_WRONG
        ids = [mistake.id for mistake in sheet.exercise.mistakes]
        assert all(ids)
        assert len(ids) == len(set(ids))

    def test_cases_differ_in_shape(self, sheet):
        cases = [tuple(case.arguments.values()) for case in sheet.exercise.cases]
        sizes = [
            [getattr(value, "shape", None) or len(value) for value in values if _holds_many(value)]
            for values in cases
        ]
        assert len({str(size) for size in (sizes if sizes[0] else cases)}) > 1

    def test_accepts_right_answers(self, sheet):
        for answer in [sheet.exercise.reference, *sheet.right]:
            result = sheet.check(answer)
            assert result.passed, (answer.__name__, result)

    def test_accepts_every_style(self, sheet):
        for answer in [sheet.exercise.reference, *sheet.right]:
            assert sheet.check(partial(_read_only, answer)).passed, answer
            said = _answers(sheet.exercise, answer)  # once for all styles: it may train
            for name, style in STYLES.items():
                styled = map(style, said)
                result = sheet.check(lambda *_, s=styled: next(s))
                assert result.passed, (answer.__name__, name, result)

    def test_rejects_mutants(self, sheet):
        made = sheet.mutants()
        passed = {mutant for mutant in made if sheet.lets_pass(mutant.function)}
        listed = {m for m in made if {m.name, m.change} & set(sheet.equivalent)}
        survivors, killed = ([m.name for m in s] for s in (passed - listed, listed - passed))
        assert not survivors, f"the check lets these pass: {sorted(survivors)}"
        assert not killed, f"these are not equivalent: {sorted(killed)}"
        unknown = set(sheet.equivalent) - {m.name for m in made} - {m.change for m in made}
        assert not unknown, f"no such mutants: {sorted(unknown)}"

    def test_rejects_hard_coded_answers(self, sheet):
        for number in range(len(sheet.exercise.cases)):
            assert not sheet.lets_pass(_hard_coded(sheet.exercise, number))

    def test_rejects_a_changed_input(self, sheet):
        changeable = any(map(_holds_many, sheet.exercise.cases[0].arguments.values()))
        for before in (True, False):
            result = sheet.check(_spoiling(sheet.exercise, before))
            assert result.passed != changeable, result
            assert (result.mistake == "input-changed") == changeable, result
            assert ("changes its input" in result.message) == changeable

    def test_rejects_wrong_answers_and_says_why(self, sheet):
        for wrong, word in sheet.wrong:
            result = sheet.check(wrong)
            assert result.attempted, word
            assert not result.passed, word
            assert word in result.message, result

    def test_recognises_its_own_mistakes(self, sheet):
        for mistake in sheet.exercise.mistakes:
            result = sheet.check(mistake.function)
            assert (result.status, result.mistake) == ("not yet", mistake.id), result

    def test_stub_is_not_attempted(self, sheet):
        for stub in (lambda *_: None, lambda *_: ...):
            assert not sheet.check(stub).attempted
