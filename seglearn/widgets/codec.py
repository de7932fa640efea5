"""Masks, label maps and pictures as JSON-safe text; `web/core/codec.js` reads and writes the same."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.widgets.fields import shown
from seglearn.words import say

MOST_PIXELS = 2**24  # of a map that is read: a few characters can ask for any number of them


def encode_bytes(content: bytes) -> str:
    """Write bytes as base64."""
    return base64.b64encode(content).decode("ascii")


def defined(score: float) -> float | None:
    """Return a score for JSON, None where it is undefined (NaN)."""
    return None if math.isnan(score) else float(score)


def hex_color(color: Sequence[int]) -> str:
    """Write red, green and blue, 0 … 255 each, as CSS does.

    >>> hex_color((0, 114, 178))
    '#0072b2'
    """
    return "#{:02x}{:02x}{:02x}".format(*map(int, color))


def encode_mask(mask: npt.ArrayLike) -> str:
    """Write a binary mask as the lengths of its runs, in reading order, the first run being background.

    >>> encode_mask([[0, 1, 1], [1, 0, 0]])
    '1 3 2'
    >>> encode_mask([[1, 0]])
    '0 1 1'
    """
    flat = inputs.mask(mask, empty=True).ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    if flat.size and flat[0]:
        runs = [0, *runs]
    return " ".join(map(str, runs))


def decode_mask(runs: str, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Read a mask written by `encode_mask`.

    Raises
    ------
    ValueError
        If the text is anything but whole numbers that add up to the pixels of `shape`, or these are
        more than `MOST_PIXELS`. No array is made before all of it is checked.
    """
    n_pixels = _n_pixels(shape)
    lengths = _numbers(runs, n_pixels + 1, n_pixels)
    if lengths is None or lengths.sum() != n_pixels:
        got = shown(runs) if lengths is None else say("a sum of {n}", n=lengths.sum())
        raise ValueError(
            say(
                "the runs of a mask must be non-negative whole numbers, a space apart, and "
                "add up to {height} × {width} = {n_pixels} pixels, got {got}",
                height=shape[0],
                width=shape[1],
                n_pixels=n_pixels,
                got=got,
            )
        )
    return np.repeat(np.arange(lengths.size) % 2 == 1, lengths).reshape(shape)


def encode_labels(labels: npt.ArrayLike) -> str:
    """Write a label map (H, W) of integers 0 … 255 as base64, one byte a pixel, in reading order."""
    return encode_bytes(_bytes(inputs.label_map(labels, empty=True)).tobytes())


def decode_labels(text: str, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Read a label map written by `encode_labels`.

    Raises
    ------
    ValueError
        If the text is no base64 of as many bytes as `shape` has pixels.
    """
    n_pixels = _n_pixels(shape)
    expected = say(
        "labels must be the base64 of {height} × {width} = {n} bytes",
        height=shape[0],
        width=shape[1],
        n=n_pixels,
    )
    if not isinstance(text, str) or len(text) != 4 * -(-n_pixels // 3):
        raise ValueError(say("{expected}, got {given}", expected=expected, given=shown(text)))
    try:
        pixels = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"{expected}: {error}") from error
    if len(pixels) != n_pixels:
        raise ValueError(say("{expected}, got {given}", expected=expected, given=len(pixels)))
    return np.frombuffer(pixels, dtype=np.uint8).reshape(shape).copy()


def encode_label_runs(labels: npt.ArrayLike) -> str:
    """Write a label map of integers 0 … 255 as label and run length in turn, in reading order.

    For large areas: shorter than `encode_labels` then.

    >>> encode_label_runs([[0, 0, 2], [2, 1, 1]])
    '0 2 2 2 1 2'
    """
    flat = _bytes(inputs.label_map(labels)).ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    pairs = np.stack([flat[starts], np.diff(starts, append=flat.size)], axis=1)
    return " ".join(map(str, pairs.ravel().tolist()))


def decode_label_runs(text: str, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Read a label map written by `encode_label_runs`.

    Raises
    ------
    ValueError
        If the text is anything but labels 0 … 255 and run lengths that fill `shape`, or this has
        more than `MOST_PIXELS`. No array is made before all of it is checked.
    """
    n_pixels = _n_pixels(shape)
    runs = _numbers(text, 2 * n_pixels, max(n_pixels, 999))
    if runs is None or runs.size % 2 or (runs[1::2] < 1).any() or runs[1::2].sum() != n_pixels:
        got = shown(text) if runs is None else say("a sum of {n}", n=runs[1::2].sum())
        raise ValueError(
            say(
                "a label map is written as label and run length in turn, and the lengths must "
                "be positive and add up to {height} × {width} = {n_pixels} pixels, got {got}",
                height=shape[0],
                width=shape[1],
                n_pixels=n_pixels,
                got=got,
            )
        )
    labels, lengths = runs[::2], runs[1::2]
    if labels.max(initial=0) > 255:
        raise ValueError(say("labels must lie in 0 … 255, got {high}", high=labels.max()))
    return np.repeat(labels.astype(np.uint8), lengths).reshape(shape)


def _bytes(labels: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """Return labels as bytes, or raise a `ValueError`."""
    if labels.size and (labels.min() < 0 or labels.max() > 255):
        raise ValueError(
            say(
                "labels must lie in 0 … 255 to fit a byte, got {low} … {high}",
                low=labels.min(),
                high=labels.max(),
            )
        )
    return labels.astype(np.uint8)


def _n_pixels(shape: tuple[int, int]) -> int:
    """Return height times width, or raise a `ValueError`."""
    sides = tuple(shape) if isinstance(shape, tuple | list) else ()
    whole = all(isinstance(n, int | np.integer) and not isinstance(n, bool) for n in sides)
    if (
        len(sides) != 2
        or not whole
        or min(sides) < 0
        or int(sides[0]) * int(sides[1]) > MOST_PIXELS
    ):
        raise ValueError(
            say(
                "shape must be (H, W), whole numbers with at most {most_pixels} pixels, got "
                "{shape}",
                most_pixels=MOST_PIXELS,
                shape=shown(shape),
            )
        )
    return int(sides[0]) * int(sides[1])


def _numbers(text: str, most: int, largest: int) -> npt.NDArray[np.int64] | None:
    """Read at most `most` whole numbers in 0 … `largest`, a space apart; None if it is anything else."""
    digits = len(str(largest))
    if not isinstance(text, str) or not text.isascii() or len(text) > most * (digits + 1):
        return None
    parts = text.split(" ")
    if len(parts) > most or not all(p.isdigit() and len(p) <= digits for p in parts):
        return None
    numbers = np.fromiter(map(int, parts), dtype=np.int64, count=len(parts))
    return None if (numbers > largest).any() else numbers


def image_url(image: npt.ArrayLike, longest: int = 640, *, enlarged: bool = False) -> str:
    """Return a photograph as a JPEG data URL whose longest side is at most `longest` pixels.

    For looking at only: JPEG changes values, so masks and label maps never go this way.

    Parameters
    ----------
    image : array_like, (H, W) or (H, W, 3)
        Floats in [0, 1] or uint8.
    longest : int
    enlarged : bool
        Whether its pixels will be looked at one by one: high quality, colours at full size.

    Raises
    ------
    TypeError, ValueError
        If the shape, the type or the range is another.
    """
    from PIL import Image  # 0.1 s, and only those who show a photograph need it

    picture = Image.fromarray(inputs.image8(image, "image"))
    picture.thumbnail((longest, longest))
    buffer = io.BytesIO()
    options = {"quality": 92, "subsampling": 0} if enlarged else {"quality": 85}
    picture.save(buffer, "JPEG", **options)
    return f"data:image/jpeg;base64,{encode_bytes(buffer.getvalue())}"
