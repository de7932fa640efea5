"""An exercise as data: its reference, its cases, the mistakes it knows; and a check that is a call."""

from __future__ import annotations

import contextlib
import copy
import importlib
import inspect
import io
import pkgutil
import re
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from seglearn.words import say, say_many

from . import guard
from .compare import Reading, cut, difference, kind, read, same
from .result import Result, Status

SECONDS = 5.0
SECONDS_TO_TRAIN = 40.0
_LONGEST = 300  # characters of an error


@dataclass(frozen=True)
class Case:
    """One small input of a check.

    Parameters
    ----------
    name
        What is special about it, as the learner will read it: ``"a class that nobody predicts"``.
    arguments
        Passed to the function by position, in this order, each time as a fresh copy. The names are
        those that the exercise's text uses.
    """

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer and the hint for a learner whose function does the same.

    Parameters
    ----------
    id
        A short name in words joined by hyphens, unique in its exercise: ``"rows-and-columns"``.
    function
        The wrong answer; called like the learner's function. It may fail where it explains nothing.
    hint
        One or two sentences; code between backticks.
    """

    id: str
    function: Callable[..., Any]
    hint: str


@dataclass(frozen=True, repr=False, eq=False)
class Exercise:
    """An exercise; calling it with the learner's function checks that function.

    Parameters
    ----------
    id
        ``"chNN.name"``, where it is found: `name` in the module `chNN`.
    asks
        The call, and what it has to return: ``"function(a, b): how many pixels lie in both masks"``.
    reference
        A right function.
    cases
        From the plain one to the odd ones; the first that fails is reported.
    mistakes
        Known wrong answers, the likely ones first. The hint is that of the one that answers *every*
        case as the learner's function does.
    praise
        What the learner has now built, said when every case is right.
    tolerance
        See `compare.difference`; 1e-6 lets single precision pass.
    answers_are_classes
        Class numbers are right or wrong, never too large.
    seconds
        Time for one call of the function: `SECONDS`, or `SECONDS_TO_TRAIN` where it trains.
    """

    id: str
    asks: str
    reference: Callable[..., Any]
    cases: Sequence[Case]
    mistakes: Sequence[Mistake]
    praise: str
    tolerance: float = 1e-6
    answers_are_classes: bool = False
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", f"Check {self.asks}.")

    def __repr__(self) -> str:
        call = f"checks.{self.id}(your_function)"
        return say("{call} checks {asks}.", call=call, asks=say(self.asks))

    def __call__(self, function: Callable[..., Any]) -> Result:
        """Call ``function`` on every case, by position, and compare with the reference.

        It never raises because of ``function``, and stops it after ``seconds`` (where the system can:
        see `guard`). A stub (it returns ``None`` or ``...``, or raises `NotImplementedError`, on the
        first case) is reported as not attempted. A function that changes its input is refused.
        """
        if not callable(function):
            what = guard.call(lambda: kind(function), self.seconds).value or say("another object")
            message = say("Pass the function itself, not {what}.", what=what)
            return Result(self.id, "not yet", message)
        problem = self._cannot_be_called(function)
        if problem:
            return Result(self.id, "not yet", problem)
        readings: list[Reading] = []
        spoilt: tuple[Case, str] | None = None
        for case in self.cases:
            outcome = self._ask(function, case)
            if not outcome.returned:
                if not readings and isinstance(outcome.error, NotImplementedError):
                    return self._not_attempted()
                message = self._what_happened(outcome, function)
                return self._speak_of(case, message, status="stopped with an error")
            reading, changed = outcome.value
            if not readings and reading.missing:
                return self._not_attempted()
            readings.append(reading)
            if changed and spoilt is None:
                spoilt = (
                    case,
                    say(
                        "Your function changes its input `{name}`. Whoever calls it still needs that: "
                        "work on a copy.",
                        name=changed,
                    ),
                )
            problem, wrong = self._judge(reading, self._right(case))
            if problem:
                mistake = self._diagnose(function, readings)
                hint = say(mistake.hint) if mistake else spoilt[1] if spoilt else ""
                return self._speak_of(
                    case,
                    f"{problem} {hint}".strip(),
                    mistake=mistake.id if mistake else "",
                    answer=reading.shown,
                    wrong_entries=wrong,
                )
        if spoilt:
            return self._speak_of(*spoilt, mistake="input-changed")
        return Result(self.id, "passed", say(self.praise))

    def _speak_of(
        self, case: Case, message: str, status: Status = "not yet", **more: Any
    ) -> Result:
        name = say(case.name)
        return Result(self.id, status, message, case=name, inputs=case.arguments, **more)

    def _not_attempted(self) -> Result:
        return Result(
            self.id,
            "not attempted yet",
            say(
                "Write the function in the cell above, run it, then run this cell again. "
                "(A function that ends without `return` looks like this too.)"
            ),
        )

    def _cannot_be_called(self, function: Callable[..., Any]) -> str:
        names = list(self.cases[0].arguments)

        def bind() -> str:
            try:
                inspect.signature(function).bind(*names)
            except TypeError as error:
                return cut(str(error), _LONGEST)
            return ""

        # What else it raises: a function in C without a signature. The call will show.
        refused = guard.call(bind, self.seconds).value
        if not refused:
            return ""
        return say_many(
            "This exercise calls your function with {n} value, in this order: {names} (the names are "
            "up to you). Yours cannot be called like that: {refused}.",
            "This exercise calls your function with {n} values, in this order: {names} (the names "
            "are up to you). Yours cannot be called like that: {refused}.",
            len(names),
            names=", ".join(f"`{name}`" for name in names),
            refused=refused,
        )

    def _ask(self, function: Callable[..., Any], case: Case) -> guard.Outcome:
        """Ask the function; the value is its reading, and the name of an argument that it changed."""

        def work() -> tuple[Reading, str]:
            arguments = copy.deepcopy(case.arguments)
            answer = function(*arguments.values())
            changed = [
                name for name, value in arguments.items() if not same(value, case.arguments[name])
            ]
            return read(answer), "".join(changed[:1])

        return guard.call(work, self.seconds)

    def _what_happened(self, outcome: guard.Outcome, function: Callable[..., Any]) -> str:
        if outcome.out_of_time:
            return say(
                "Your function had not come back after {seconds:g} seconds and was stopped. "
                "Is there a loop in it that never ends?",
                seconds=self.seconds,
            )
        # Even naming the error calls its own code.
        described = guard.call(lambda: _describe(outcome.error, function), self.seconds).value
        return described or say("Your function raised an error that cannot be shown.")

    @cached_property
    def _known(self) -> dict[int, Any]:
        return {}

    def _right(self, case: Case) -> Any:
        """Return the reference's answer, which is asked for once: it may train."""
        if id(case) not in self._known:
            self._known[id(case)] = _quietly(self.reference, case)
        return self._known[id(case)]

    def _judge(self, reading: Reading, expected: Any) -> tuple[str, np.ndarray | None]:
        return difference(reading, expected, self.tolerance, self.answers_are_classes)

    def _diagnose(
        self, function: Callable[..., Any], readings: Sequence[Reading]
    ) -> Mistake | None:
        """Return the first mistake that answers all cases as the learner does.

        On the last reading the learner was wrong and on those before right. The cases after it are
        asked only if some mistake still fits. If none fits to the end, there may be a second mistake
        in the answer, and the first that fits so far is named; not where the answer is one whole
        number, which is soon the same by chance.
        """

        def fits(mistake: Mistake, case: Case, reading: Reading) -> bool:
            try:
                return not self._judge(reading, _quietly(mistake.function, case))[0]
            except Exception:
                return (
                    False  # a wrong answer may well fail on an odd case; then it explains nothing
                )

        number, last = len(readings), readings[-1].numbers
        asked = list(zip(self.cases, readings, strict=False))
        so_far = [m for m in self.mistakes if all(fits(m, c, r) for c, r in asked[::-1])]
        to_the_end = so_far
        for case in self.cases[number:]:
            if not to_the_end:
                break
            with contextlib.redirect_stdout(io.StringIO()):
                outcome = self._ask(function, case)
            if outcome.out_of_time:
                break
            if outcome.returned:
                to_the_end = [m for m in to_the_end if fits(m, case, outcome.value[0])]
        by_chance = last is not None and last.ndim == 0 and last.dtype.kind in "biu"
        likely = to_the_end or ([] if by_chance else so_far)
        return likely[0] if likely else None


def _quietly(function: Callable[..., Any], case: Case) -> Any:
    """Call one of our own functions; its 0/0 is meant, whatever the learner told NumPy to do then."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*copy.deepcopy(case.arguments).values())


def _describe(error: BaseException | None, function: Callable[..., Any]) -> str:
    """Name the error, and the line of the learner's cell that it comes from."""
    code = getattr(function, "__code__", None)
    text = cut(str(error), _LONGEST)
    said = f"{type(error).__name__}{': ' * bool(text)}{text}"
    if error is not None and code is not None:
        for frame, line in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename == code.co_filename:
                return say("{error} (line {line} of your cell).", error=said, line=line)
    return f"{said}."


def registry(*chapters: str) -> dict[str, Exercise]:
    """Return every exercise by its id, in the order of chapters and, within one, of the lesson.

    Parameters
    ----------
    chapters
        Only those of these modules, ``"ch09"``; all if none is named.
    """
    package = importlib.import_module(__package__)
    found = sorted(
        m.name for m in pkgutil.iter_modules(package.__path__) if re.fullmatch(r"ch\d\d", m.name)
    )
    unknown = sorted(set(chapters) - set(found))
    if unknown:
        message = say("no checks for {unknown}; there are {found}", unknown=unknown, found=found)
        raise ValueError(message)
    exercises = {}
    for name in chapters or found:
        module = importlib.import_module(f"{__package__}.{name}")
        for value in vars(module).values():
            if isinstance(value, Exercise):
                exercises[value.id] = value
    return exercises
