"""What a check says: as text, as a picture in a notebook, and as data for a program."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from seglearn.words import say

Status = Literal["passed", "not attempted yet", "not yet", "stopped with an error"]

MIME = "application/vnd.seglearn.check+json"
LARGEST_PICTURE = 400  # entries; what has more is named, not drawn

_MARKS = {"passed": "✓", "not attempted yet": "…", "not yet": "✗", "stopped with an error": "!"}
# Mid tones that keep 3:1 contrast on JupyterLab's white and on its near-black.
_COLOURS = {
    "passed": "#0a8a5f",
    "not attempted yet": "#7d7d7d",
    "not yet": "#d55e00",
    "stopped with an error": "#d55e00",
}
_STATES = {
    "passed": "passed",
    "not attempted yet": "unattempted",
    "not yet": "wrong",
    "stopped with an error": "error",
}
# Okabe–Ito, then grey for ignored pixels: fill and ink that stay legible on each other.
_FILLS = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#0072B2"]
_IGNORED = 255


@dataclass(frozen=True)
class Result:
    """What a check found; prints as text and shows as a picture in a notebook.

    Parameters
    ----------
    exercise
        The exercise's id, ``"ch09.confusion"``.
    status
        ``"passed"``, ``"not attempted yet"``, ``"not yet"`` (a wrong answer) or ``"stopped with an
        error"`` (the function raised, or did not come back).
    message
        What differed, in words; code stands between backticks.
    mistake
        The id of the recognised mistake, or ``""``.
    case, inputs
        The name and the arguments of the case that the message speaks of.
    answer
        What the function returned there: an array of numbers, or a text that names it. Never the
        object itself, whose own methods might raise.
    wrong_entries
        Where ``answer`` differs.
    """

    exercise: str
    status: Status
    message: str
    mistake: str = ""
    case: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    answer: np.ndarray | str | None = None
    wrong_entries: np.ndarray | None = field(default=None, repr=False)

    @property
    def passed(self) -> bool:
        """Whether every case was right."""
        return self.status == "passed"

    @property
    def attempted(self) -> bool:
        """Whether there was anything to check."""
        return self.status != "not attempted yet"

    def __repr__(self) -> str:
        lines = [f"{_MARKS[self.status]} {self._verdict()} {_plain(self.message)}"]
        if self.case:
            lines.append(say("Input: {case}", case=_plain(self.case)))
            lines += [_indent(f"{name} =", value) for name, value in self.inputs.items()]
        if self.answer is not None:
            lines.append(_indent(say("your answer ="), self.answer))
        return "\n".join(lines)

    def _verdict(self) -> str:
        return {
            "passed": say("Passed."),
            "not attempted yet": say("Not attempted yet."),
            "not yet": say("Not yet."),
            "stopped with an error": say("Stopped with an error."),
        }[self.status]

    def _repr_html_(self) -> str:
        colour = _COLOURS[self.status]
        parts = [
            f'<div class="seglearn-check" role="status" style="border-left:5px solid {colour};'
            f'padding:.4em 0 .4em .9em;margin:.3em 0;max-width:46em;line-height:1.45">'
            f'<strong><span aria-hidden="true" style="color:{colour}">{_MARKS[self.status]}</span> '
            f"{html.escape(self._verdict())}</strong> {_rich(self.message)}"
        ]
        figures = [(name, _picture(value)) for name, value in self.inputs.items()]
        if self.answer is not None:
            figures.append((say("your answer"), _picture(self.answer, self.wrong_entries)))
        if self.case:
            case = _rich(say("The input: {case}", case=self.case))
            parts.append(f'<div style="margin-top:.5em">{case}</div>')
        if figures:
            parts.append('<div style="display:flex;flex-wrap:wrap;gap:1.4em;margin-top:.4em">')
            parts += [
                f'<figure style="margin:0"><figcaption>{html.escape(name)}</figcaption>{drawn}</figure>'
                for name, drawn in figures
            ]
            parts.append("</div>")
        return "".join(parts) + "</div>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return text, HTML, and the outcome as data; nothing of the learner's code or values."""
        return {
            "text/plain": repr(self),
            "text/html": self._repr_html_(),
            MIME: {
                "version": 1,
                "exercise": self.exercise,
                "state": _STATES[self.status],
                "mistake": self.mistake or None,
            },
        }


_CODE = re.compile(r"`([^`]+)`")
_LITERAL = re.compile(r"'[^']*'|[\d.]+")  # text and numbers; quotes would make them something else


def _plain(message: str) -> str:
    return _CODE.sub(
        lambda code: code[1] if _LITERAL.fullmatch(code[1]) else f"'{code[1]}'", message
    )


def _rich(message: str) -> str:
    # Odd pieces are what stood between backticks.
    return "".join(
        f"<code>{html.escape(piece)}</code>" if i % 2 else html.escape(piece)
        for i, piece in enumerate(_CODE.split(message))
    )


def _text(value: Any) -> str:
    array = _as_array(value) if isinstance(value, np.ndarray | list) else None
    if array is not None:
        # The learner's own print options may be anything.
        with np.printoptions(threshold=LARGEST_PICTURE, formatter=None, legacy=False):
            return str(array)
    return value if isinstance(value, str) else repr(value)


def _as_array(value: Any) -> np.ndarray | None:
    try:
        return np.asarray(value) if isinstance(value, np.ndarray | list | tuple) else None
    except ValueError:  # ragged
        return None


def _indent(title: str, value: Any) -> str:
    return f"  {title} " + _text(value).replace("\n", "\n" + " " * (len(title) + 3))


def _picture(value: Any, wrong: np.ndarray | None = None) -> str:
    """Draw a label map as coloured cells, other arrays as a table, anything else as code."""
    array = _as_array(value)
    numbers = array is not None and array.dtype.kind in "biuf"
    if array is None or not numbers or not 0 < array.size <= LARGEST_PICTURE:
        return _code(value)
    if array.ndim == 3 and len(array) <= 4:
        marks = [None] * len(array) if wrong is None else list(wrong)
        return "".join(_picture(part, mark) for part, mark in zip(array, marks, strict=True))
    if array.ndim not in (1, 2):
        return _code(value)
    coloured = array.ndim == 2 and array.dtype in (bool, np.uint8)
    mark = np.zeros(array.shape, bool) if wrong is None else wrong
    rows = []
    for cells, marked in zip(np.atleast_2d(array), np.atleast_2d(mark), strict=True):
        row = [_cell(c, m, coloured) for c, m in zip(cells, marked, strict=True)]
        rows.append(f"<tr>{''.join(row)}</tr>")
    return f'<table style="border-collapse:collapse;margin:.2em 0">{"".join(rows)}</table>'


def _code(value: Any) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else _text(value)
    return f'<code style="white-space:pre-wrap">{html.escape(text)}</code>'


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
