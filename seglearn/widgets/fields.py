"""What a page may write into a widget, field by field: each check names the field and what it expects.

A page, a saved notebook or a cell can set a widget's document to anything. A widget says in
`Widget._fields` what each field holds, in the terms of this module; `Widget` checks all of it
before anything is stored, decoded or measured.

A field is a function of a path, such as ``"state.pins[0]"``, and a value. It returns the value as
plain JSON, or raises `StateError`.
"""

from __future__ import annotations

import math
import reprlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import traitlets

from seglearn import inputs
from seglearn.words import say

Field = Callable[[str, Any], Any]

LONGEST_TEXT = 1000  # characters of a name


class StateError(traitlets.TraitError, ValueError):
    """A value that a widget cannot take; what it had before stays."""


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 60


def shown(value: Any) -> str:
    """Return a repr of at most 80 characters, for a message; it never fails."""
    try:
        text = _short.repr(value)
    except Exception:  # a repr may do anything, and whole numbers can be too long for one
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 80 else text[:79] + "…"


def refuse(path: str, expected: str, value: Any) -> StateError:
    """Return the error that says what a field must be, and is not."""
    return StateError(
        say(
            "{path} must be {expected}, got {value}",
            path=path,
            expected=expected,
            value=shown(value),
        )
    )


def one_of(*known: Any) -> Field:
    """Allow one of these values, of the same type: 1 is neither True nor 1.0."""

    def check(path: str, value: Any) -> Any:
        value = _plain(value)
        for each in known:
            if type(value) is type(each) and value == each:
                return each
        raise refuse(path, say("one of {names}", names=", ".join(map(str, known))), value)

    return check


def yes_no(path: str, value: Any) -> bool:
    """Allow True and False."""
    if not isinstance(value, bool):
        raise refuse(path, say("True or False"), value)
    return value


def whole(low: int, high: int = inputs.LARGEST_COUNT) -> Field:
    """Allow a whole number in low … high."""

    def check(path: str, value: Any) -> int:
        value = _plain(value)
        if type(value) is not int or not low <= value <= high:
            raise refuse(path, say("a whole number in {low} … {high}", low=low, high=high), value)
        return value

    return check


def number(low: float = -math.inf, high: float = math.inf) -> Field:
    """Allow a finite number in low … high; a whole one stays whole."""

    def check(path: str, value: Any) -> float:
        value = _plain(value)
        finite = type(value) in (int, float) and abs(value) <= sys.float_info.max
        if not (finite and low <= value <= high):
            if math.isfinite(low) or math.isfinite(high):
                expected = say("a number in {low:g} … {high:g}", low=low, high=high)
            else:
                expected = say("a finite number")
            raise refuse(path, expected, value)
        return value

    return check


def text(most: int = LONGEST_TEXT) -> Field:
    """Allow text of at most `most` characters that can be written as UTF-8."""

    def check(path: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > most:
            raise refuse(path, say("text of at most {most} characters", most=most), value)
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise refuse(
                path, say("text without half characters (lone surrogates)"), value
            ) from None
        return str(value)

    return check


def optional(field: Field) -> Field:
    """Allow None, or what the field says."""
    return lambda path, value: None if value is None else field(path, value)


def list_of(field: Field, least: int, most: int) -> Field:
    """Allow a list of `least` to `most` entries, each as the field says."""
    many = f"{least}" if least == most else say("{least} to {most}", least=least, most=most)

    def check(path: str, value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise refuse(path, say("a list of {many} entries", many=many), value)
        if not least <= len(value) <= most:
            raise StateError(
                say("{path} must have {many} entries, got {n}", path=path, many=many, n=len(value))
            )
        return [field(f"{path}[{i}]", each) for i, each in enumerate(value)]

    return check


def row(**fields: Field) -> Field:
    """Allow a list with one entry for each field, in this order: ``[row, column]``."""

    def check(path: str, value: Any) -> list[Any]:
        if not isinstance(value, list | tuple) or len(value) != len(fields):
            raise refuse(path, f"[{', '.join(fields)}]", value)
        pairs = zip(fields.items(), value, strict=True)
        return [field(f"{path}[{i}]", each) for i, ((_, field), each) in enumerate(pairs)]

    return check


def record(fields: Mapping[str, Field]) -> Field:
    """Allow a dict with exactly these keys; they stay in the order in which they came."""

    def check(path: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise refuse(path, say("a dict with the keys {keys}", keys=sorted(fields)), value)
        given = {"path": path, "fields": sorted(fields)}
        if lacking := [key for key in fields if key not in value]:
            raise StateError(
                say(
                    "{path} has the keys {fields} and no others; this one lacks {key!r}",
                    key=lacking[0],
                    **given,
                )
            )
        if others := [key for key in value if key not in fields]:
            raise StateError(
                say(
                    "{path} has the keys {fields} and no others; this one has {key}",
                    key=shown(others[0]),
                    **given,
                )
            )
        return {key: fields[key](f"{path}.{key}", each) for key, each in value.items()}

    return check


def read(path: str, decode: Callable[..., Any], *arguments: Any) -> Any:
    """Return what `decode` makes of the arguments; if it refuses them, name the field."""
    try:
        return decode(*arguments)
    except ValueError as error:
        raise StateError(f"{path}: {error}") from error


def _plain(value: Any) -> Any:
    """Return a NumPy scalar as Python's own number."""
    return value.item() if isinstance(value, np.generic) else value
