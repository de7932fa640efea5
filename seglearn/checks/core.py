"""The machinery behind every answer check.

A check calls the learner's function on a few small inputs, compares what comes back with a reference,
and says what differed and on which input. It never prints the expected value, and it never raises
because of the learner's code: a notebook with unfinished exercises must still run from top to bottom.
"""

from __future__ import annotations

import copy
import html
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Literal

import numpy as np

Status = Literal["passed", "not attempted yet", "not yet", "stopped with an error"]

# Okabe–Ito, then grey for ignored pixels: fill and ink that stay legible on each other.
_FILLS = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2"]
_IGNORED = 255


@dataclass(frozen=True)
class reveal:
    """The answer to "predict first", folded until the learner opens it."""

    text: str

    def __repr__(self) -> str:
        return f"Answer: {self.text}"

    def _repr_html_(self) -> str:
        return (
            '<details class="seglearn-reveal" style="max-width:46em;line-height:1.45">'
            '<summary style="cursor:pointer">Your answer first. Then open this one.</summary>'
            f'<p style="margin:.4em 0 0 1.1em">{html.escape(self.text)}</p></details>'
        )


@dataclass(frozen=True)
class Case:
    """One small input of a check.

    Parameters
    ----------
    name
        What is special about it, as the learner will read it: ``"a class that nobody predicts"``.
    arguments
        Passed to the function by keyword, each time as a fresh copy.
    """

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer and the hint for a learner whose function returns the same."""

    function: Callable[..., Any]
    hint: str


@dataclass(frozen=True)
class Result:
    """What a check found; prints as text and shows as a picture in a notebook.

    ``status`` is one of ``"passed"``, ``"not attempted yet"``, ``"not yet"`` (a wrong answer) and
    ``"stopped with an error"`` (the function raised). ``case`` is the input it speaks of.
    """

    status: Status
    message: str
    case: Case | None = None
    answer: Any = None
    wrong_entries: np.ndarray | None = field(default=None, repr=False)

    @property
    def passed(self) -> bool:
        """Whether every case was right."""
        return self.status == "passed"

    def __repr__(self) -> str:
        lines = [f"{_MARKS[self.status]} {self.status.capitalize()}. {self.message}"]
        if self.case is not None:
            lines.append(f"Input: {self.case.name}")
            for name, value in self.case.arguments.items():
                lines.append(_indent(f"{name} =", value))
            if self.status == "not yet":
                lines.append(_indent("your answer =", self.answer))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        colour = _COLOURS[self.status]
        parts = [
            f'<div class="seglearn-check" role="status" style="border-left:5px solid {colour};'
            f'padding:.4em 0 .4em .9em;margin:.3em 0;max-width:46em;line-height:1.45">'
            f'<strong><span aria-hidden="true" style="color:{colour}">{_MARKS[self.status]}</span> '
            f"{self.status.capitalize()}.</strong> {html.escape(self.message)}"
        ]
        if self.case is not None:
            parts.append(
                f'<div style="margin-top:.5em">The input: {html.escape(self.case.name)}</div>'
                '<div style="display:flex;flex-wrap:wrap;gap:1.4em;margin-top:.4em">'
            )
            pictures = dict(self.case.arguments)
            if self.status == "not yet":
                pictures["your answer"] = self.answer
            for name, value in pictures.items():
                wrong = self.wrong_entries if name == "your answer" else None
                parts.append(
                    f'<figure style="margin:0"><figcaption>{html.escape(name)}</figcaption>'
                    f"{_picture(value, wrong)}</figure>"
                )
            parts.append("</div>")
        return "".join(parts) + "</div>"


_MARKS = {"passed": "✓", "not attempted yet": "…", "not yet": "✗", "stopped with an error": "!"}
# Mid tones that keep 3:1 contrast on JupyterLab's white and on its near-black.
_COLOURS = {
    "passed": "#0a8a5f",
    "not attempted yet": "#7d7d7d",
    "not yet": "#d55e00",
    "stopped with an error": "#d55e00",
}


def run(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    cases: Sequence[Case],
    *,
    mistakes: Sequence[Mistake] = (),
    tolerance: float = 1e-6,
    answers_are_classes: bool = False,
    praise: str,
) -> Result:
    """Call ``function`` on every case and compare it with ``reference``.

    Parameters
    ----------
    function
        The learner's function. A stub (one that returns ``None`` or ``...``, or raises
        `NotImplementedError`) on the first case is reported as not attempted.
    reference
        The right function, called with the same arguments.
    cases
        From the plain one to the odd ones; the first that fails is reported.
    mistakes
        Known wrong answers, tried in order when a case fails.
    tolerance
        Largest difference between numbers that counts as equal, absolute or (for numbers above 1)
        relative: single precision is enough.
    answers_are_classes
        Class numbers are right or wrong, never too large.
    praise
        What the learner has now built, said when every case is right.
    """
    if not callable(function):
        return Result("not yet", f"Pass the function itself, not {type(function).__name__}.")
    for number, case in enumerate(cases):
        try:
            answer = function(**copy.deepcopy(case.arguments))
        except NotImplementedError:
            return _not_attempted()
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)  # the first is this call
            where = f" (line {frames[1].lineno} of your cell)" if len(frames) > 1 else ""
            message = f"{type(error).__name__}: {error}{where}."
            return Result("stopped with an error", message, case)
        if answer is None or answer is Ellipsis:
            if number == 0:
                return _not_attempted()
            return Result("not yet", "Your function returned nothing here.", case, answer)
        expected = reference(**copy.deepcopy(case.arguments))
        difference, wrong = _compare(answer, expected, tolerance, answers_are_classes)
        if difference:
            hint = _diagnose(answer, cases[: number + 1], reference, mistakes, tolerance)
            return Result("not yet", " ".join([difference, hint]).strip(), case, answer, wrong)
    return Result("passed", praise)


def _not_attempted() -> Result:
    return Result(
        "not attempted yet",
        "Write the function in the cell above, run it, then run this cell again. "
        "(A function that ends without `return` looks like this too.)",
    )


def _diagnose(
    answer: Any,
    cases: Sequence[Case],
    reference: Callable[..., Any],
    mistakes: Sequence[Mistake],
    tolerance: float,
) -> str:
    """Return the hint of the first known mistake that answers all these cases as the learner did.

    On all but the last the learner was right: a mistake that shows there is not this one.
    """

    def same(mistake: Mistake, case: Case, other: Any) -> bool:
        try:
            said = mistake.function(**copy.deepcopy(case.arguments))
        except Exception:
            return False  # a wrong answer may well fail on an odd case; then it explains nothing
        return not _compare(other, said, tolerance)[0]

    *passed, failed = cases
    right = [reference(**copy.deepcopy(case.arguments)) for case in passed]
    for mistake in mistakes:
        with np.errstate(all="ignore"):
            if same(mistake, failed, answer) and all(map(same, repeat(mistake), passed, right)):
                return mistake.hint
    return ""


def _compare(
    answer: Any, expected: Any, tolerance: float, classes: bool = False
) -> tuple[str, np.ndarray | None]:
    """Say how ``answer`` differs from ``expected`` without telling the latter; "" when it does not."""
    try:
        got, want = np.asarray(answer, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError, RuntimeError):  # the last: a tensor that wants a gradient
        return f"Your function returned a {type(answer).__name__}, not numbers.", None
    if got.shape != want.shape:
        had, asked = (_shape_in_words(a.shape) for a in (got, want))
        return f"Your function returned {had}; this exercise asks for {asked}.", None
    wrong = ~np.isclose(got, want, rtol=tolerance, atol=tolerance, equal_nan=True)
    if not wrong.any():
        return "", None
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"Entry {list(first)}" if want.ndim else "The number"
    value, right = got[first], want[first]
    if np.isnan(right):
        how = f"is {value:.4g}, but here it is 0/0: say so with nan"
    elif np.isnan(value):
        how = "is nan, but here the value is defined"
    elif classes:
        how = f"is {value:.4g}; another class belongs there"
    else:
        how = f"is {value:.4g}, which is too {'large' if value > right else 'small'}"
    others = int(wrong.sum()) - 1
    more = f" ({others} more {'entry differs' if others == 1 else 'entries differ'})" * bool(others)
    return f"{place} {how}{more}.", wrong


def _shape_in_words(shape: tuple[int, ...]) -> str:
    if len(shape) == 0:
        return "one number"
    if len(shape) == 1:
        return "a list of 1 number" if shape[0] == 1 else f"{shape[0]} numbers"
    return f"an array of shape {shape}"


def _is_label_map(value: Any) -> bool:
    return (
        isinstance(value, np.ndarray)
        and value.ndim == 2
        and (value.dtype == bool or value.dtype == np.uint8)
    )


def _indent(title: str, value: Any) -> str:
    text = str(np.asarray(value)) if isinstance(value, np.ndarray | list) else repr(value)
    return f"  {title} " + text.replace("\n", "\n" + " " * (len(title) + 3))


def _picture(value: Any, wrong: np.ndarray | None = None) -> str:
    """Draw a label map as coloured cells, other arrays as a table, anything else as code."""
    array = np.asarray(value) if isinstance(value, np.ndarray | list | tuple) else None
    if array is not None and array.ndim == 3 and len(array) <= 4:
        return "".join(_picture(part) for part in array)
    if array is None or array.ndim not in (1, 2) or array.size > 400:
        text = f"{value:.4g}" if isinstance(value, float) else repr(value)
        return f"<code>{html.escape(text)}</code>"
    coloured = _is_label_map(value)
    mark = np.zeros(array.shape, bool) if wrong is None else wrong
    rows = []
    for cells, marks in zip(np.atleast_2d(array), np.atleast_2d(mark), strict=True):
        rows.append(
            "<tr>"
            + "".join(_cell(c, m, coloured) for c, m in zip(cells, marks, strict=True))
            + "</tr>"
        )
    return f'<table style="border-collapse:collapse;margin:.2em 0">{"".join(rows)}</table>'


def _cell(value: Any, wrong: bool, coloured: bool) -> str:
    style = "padding:.15em .5em;text-align:center;min-width:1.1em;border:1px solid #8888;"
    if coloured:
        fill = "#b0b0b0" if value == _IGNORED else _FILLS[int(value) % len(_FILLS)]
        if isinstance(value, np.bool_) and not value:
            fill = "#f4f4f4"
        style += f"background:{fill};color:#111;"
    if wrong:
        style += "outline:3px solid #d55e00;outline-offset:-2px;font-weight:bold;"
    text = f"{value:.4g}" if isinstance(value, np.floating) else str(int(value))
    return f'<td style="{style}">{text}</td>'
