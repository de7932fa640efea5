"""Read a learner's answer as plain numbers, and say how it differs from the right one."""

from __future__ import annotations

import inspect
import reprlib
import sys
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from seglearn.words import say, say_many

from .result import LARGEST_PICTURE

_BFLOAT16_EPS = 2.0**-7
_LARGEST_COPY = 10**6  # entries; an array may claim to be larger than the memory

# Long, deep and looped answers are cut while they are written, not afterwards.
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother, _SHORT.maxlong = 3, 120, 160, 60


@dataclass(frozen=True)
class Reading:
    """An answer as ``numbers``, or the ``problem`` that makes it none.

    ``shown`` is safe to draw, whatever the answer was. ``eps`` is the relative step of its numbers,
    0 for integers. ``missing`` says that there was no answer (``None`` or ``...``).
    """

    numbers: np.ndarray | None
    shown: np.ndarray | str
    problem: str = ""
    eps: float = 0.0
    missing: bool = False


def read(answer: Any) -> Reading:
    """Read numbers, lists, arrays, tensors, and whatever NumPy can make an array of.

    It calls methods of an object that nobody has read: only inside `guard.call`.
    """
    if answer is None or answer is Ellipsis:
        return Reading(None, repr(answer), missing=True)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            problem, array, eps = _as_numbers(answer)
    except Exception as error:  # a ragged list, an `__array__` that raises …
        problem, array, eps = _not_numbers(answer), None, 0.0
        if isinstance(error, ValueError) and isinstance(answer, list | tuple):
            problem = say("Your function returned a ragged list: its rows are not equally long.")
    if problem or array is None:
        return Reading(None, _show(answer), problem)
    if array.size <= _LARGEST_COPY:
        array = array.copy()  # what the learner's code keeps, it may still change
    small = array.size <= LARGEST_PICTURE
    return Reading(array, array if small else _of_shape(array.shape), eps=eps)


def _as_numbers(answer: Any) -> tuple[str, np.ndarray | None, float]:
    if np.ma.is_masked(answer):
        problem = say(
            "Your function returned a masked array: which number stands where it is masked? "
            "Say so with `.filled(...)`."
        )
        return problem, None, 0.0
    value, eps = _without_torch(answer)
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        return "", array, 0.0
    if array.dtype.kind == "f":
        return "", array, max(eps, float(np.finfo(array.dtype).eps))
    return _other_than_numbers(answer, array), None, 0.0


def _other_than_numbers(answer: Any, array: np.ndarray) -> str:
    if inspect.isgenerator(answer) or inspect.iscoroutine(answer):
        return say(
            "Your function returned {kind}, not numbers: use `return`, without `yield` or `async`.",
            kind=kind(answer),
        )
    if array.dtype.kind in "UST":
        return say("Your function returned text, not numbers; `'1'` is not `1`.")
    if array.dtype.kind == "c":
        return say("Your function returned complex numbers; this exercise asks for real ones.")
    if isinstance(answer, int):
        return say("Your function returned a number that does not fit into 64 bits.")
    if array.dtype.kind == "O" and isinstance(answer, list | tuple):
        return say(
            "Your function returned {kind} that holds something else than numbers.",
            kind=kind(answer),
        )
    if array.dtype.kind == "O" and isinstance(answer, np.ndarray):
        return say(
            "Your function returned an array of Python objects, not numbers (`dtype=object`)."
        )
    return _not_numbers(answer)


def _not_numbers(answer: Any) -> str:
    return say("Your function returned {kind}, not numbers.", kind=kind(answer))


def _without_torch(value: Any) -> tuple[Any, float]:
    """Turn tensors, also those in lists, into arrays; torch itself is never imported here."""
    torch = sys.modules.get("torch")
    if torch is None:
        return value, 0.0
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().resolve_conj().resolve_neg()
        if value.dtype == torch.bfloat16:  # NumPy has no such type
            return value.float().numpy(), _BFLOAT16_EPS
        return value.numpy(), 0.0
    # Only lists that begin like a list of tensors: walking a long list of numbers takes its time.
    if type(value) in (list, tuple) and value and isinstance(value[0], list | tuple | torch.Tensor):
        parts = [_without_torch(part) for part in value]
        return [part for part, _ in parts], max((eps for _, eps in parts), default=0.0)
    return value, 0.0


def kind(value: Any) -> str:
    """Name the type of ``value``; like `read`, only inside `guard.call`."""
    return say("a value of type `{name}`", name=type(value).__name__)


def _show(value: Any) -> str:
    try:
        text = _SHORT.repr(value)
    except Exception:  # a whole number of thousands of digits, or a `__repr__` that raises
        text = kind(value).replace("`", "")
    return cut(text, 400)


def cut(text: str, most: int) -> str:
    """Return the start of a text as a plain string that every notebook shows.

    A half character (a lone surrogate) becomes its number, and a subclass of `str` loses its methods.
    """
    plain = str.encode(text, "utf-8", "backslashreplace").decode("utf-8")
    return plain if len(plain) <= most else f"{plain[:most]} …"


def difference(
    reading: Reading, expected: Any, tolerance: float, classes: bool = False
) -> tuple[str, np.ndarray | None]:
    """Say how an answer differs from ``expected`` without telling the latter; "" if it does not.

    Parameters
    ----------
    reading
        The answer.
    expected
        The reference's value, numbers in any form.
    tolerance
        Largest difference between numbers that counts as equal, absolute or (for numbers above 1)
        relative. Half-precision answers get what their type allows: four of its steps, relative, and
        one step of the largest number. Whole numbers must be equal.
    classes
        Class numbers are right or wrong, never too large.

    Returns
    -------
    message, wrong_entries
        The second is ``None`` when the answer has not the form to compare entry by entry.
    """
    if reading.numbers is None:
        return reading.problem or say("Your function returned nothing here."), None
    got, want = reading.numbers, np.asarray(expected)
    if got.shape != want.shape:
        had, asked = (_shape_in_words(a.shape) for a in (got, want))
        return say(
            "Your function returned {had}; this exercise asks for {asked}.", had=had, asked=asked
        ), None
    with np.errstate(all="ignore"):
        wrong = ~_equal(got, want, reading.eps, tolerance)
    if not wrong.any():
        return "", None
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = say("Entry {index}", index=list(first)) if want.ndim else say("The number")
    value, right = got[first], want[first]
    said = f"{value:.4g}" if got.dtype.kind == "f" else str(int(value))
    others = int(wrong.sum()) - 1
    at = {"place": place, "number": said}
    if np.isnan(right):
        how = say("{place} is {number}, but here it is 0/0: say so with `nan`.", **at)
    elif np.isnan(value):
        how = say("{place} is `nan`, but here the value is defined.", place=place)
    elif classes:
        how = say("{place} is {number}; another class belongs there.", **at)
    elif float(value) > float(right):
        how = say("{place} is {number}, which is too large.", **at)
    else:
        how = say("{place} is {number}, which is too small.", **at)
    if others:
        how += " " + say_many("{n} more entry differs.", "{n} more entries differ.", others)
    return how, wrong


def _equal(got: np.ndarray, want: np.ndarray, eps: float, tolerance: float) -> np.ndarray:
    if want.dtype.kind in "biu":
        if got.dtype.kind in "biu":
            return got == want
        return np.abs(got.astype(float) - want.astype(float)) <= tolerance
    largest = np.abs(want[np.isfinite(want)]).max(initial=0.0)
    return np.isclose(
        got.astype(float),
        want.astype(float),
        rtol=max(tolerance, 4 * eps),
        atol=max(tolerance, eps * largest),
        equal_nan=True,
    )


def _shape_in_words(shape: tuple[int, ...]) -> str:
    if len(shape) == 0:
        return say("one number")
    if len(shape) == 1:
        return say_many("a list of {n} number", "{n} numbers", shape[0])
    return _of_shape(shape)


def _of_shape(shape: tuple[int, ...]) -> str:
    return say("an array of shape {shape}", shape=shape)


def same(one: Any, other: Any) -> bool:
    """Whether two arguments are the same in type, shape and every value (nan is nan).

    What knows no equality but its own identity counts as the same.
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        )
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and same(*(t.detach().cpu().numpy() for t in (one, other)))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one).__eq__ is object.__eq__:
        return True  # a network, say: it has no value to compare, and an exercise may well train it
    return bool(one == other)
