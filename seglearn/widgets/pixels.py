"""Pictures as the browser computes on them: pixels of 8 bits, few enough, packed without loss; and its luck."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.widgets.codec import encode_bytes
from seglearn.words import say

Image8 = npt.NDArray[np.uint8]


def as_float(pixels: Image8) -> npt.NDArray[np.float32]:
    """Return the pixels in [0, 1]."""
    return (pixels / 255).astype(np.float32)


def blocks(pixels: Image8, reduce: int) -> Image8:
    """Average blocks of `reduce` × `reduce` pixels; those at the far edges may be smaller."""
    if reduce == 1:
        return np.ascontiguousarray(pixels)
    total = pixels.astype(float)
    for axis in (0, 1):
        starts = np.arange(0, pixels.shape[axis], reduce)
        lengths = np.diff(starts, append=pixels.shape[axis])
        shape = [-1 if k == axis else 1 for k in range(pixels.ndim)]
        total = np.add.reduceat(total, starts, axis=axis) / lengths.reshape(shape)
    return np.round(total).astype(np.uint8)


def reduced(image: npt.ArrayLike, reduce: int, longest: int) -> Image8:
    """Return the pixels of somebody's own image, of at most `longest` a side after `blocks`.

    Raises
    ------
    TypeError, ValueError
        If it is no image, or too many pixels are left: then the message says which `reduce` leaves
        few enough.
    """
    given = inputs.image8(image, "image")
    pixels = blocks(given, reduce)
    check_sides(pixels.shape, given.shape, longest)
    return pixels


def check_sides(shape: tuple[int, ...], given: tuple[int, ...], longest: int) -> None:
    """Refuse maps or pictures that are too large to be drawn while somebody drags.

    Parameters
    ----------
    shape : (int, int, ...)
        Height and width that are left.
    given : (int, int, ...)
        Height and width before `reduce` made blocks of pixels one.
    longest : int
        Pixels a side that are few enough.

    Raises
    ------
    ValueError
        That says which `reduce` leaves few enough.
    """
    if max(shape[:2]) > longest:
        raise ValueError(
            say(
                "{height} × {width} pixels are more than a browser can follow while you drag "
                "({longest} a side); pass reduce={need} to make blocks of pixels one, or crop",
                height=shape[0],
                width=shape[1],
                longest=longest,
                need=-(-max(given[:2]) // longest),
            )
        )


def middles(labels: npt.NDArray[Any], reduce: int) -> npt.NDArray[Any]:
    """Take one pixel of each block, the middle one where `reduce` is odd; blocks at the far edges are cut."""
    rows, columns = (
        np.minimum(np.arange(0, side, reduce) + reduce // 2, side - 1) for side in labels.shape
    )
    return labels[np.ix_(rows, columns)]


def uniform(seed: int, n: int) -> npt.NDArray[np.float64]:
    """Return n numbers in [0, 1) of the generator mulberry32, as `web/core/random.js` does."""
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + np.arange(1, n + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t = (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))) ^ t
        t ^= t >> np.uint32(14)
    return t / 2**32


def packed(array: Image8) -> str:
    """Write bytes as base64 of the compressed array."""
    return encode_bytes(zlib.compress(array.tobytes(), 9))


def packed_picture(pixels: Image8) -> dict[str, Any]:
    """Write a picture as ``shape``, (H, W, channels), and ``pixels``, packed differences from Paeth's guess, as PNG does.

    A browser reads them without delay, while it decodes PNG only in its own time, and some disturb
    the pixels that they then hand out.
    """
    cube = pixels.reshape(*pixels.shape[:2], -1).astype(int)
    padded = np.pad(cube, ((1, 0), (1, 0), (0, 0)))
    left, up, corner = padded[1:, :-1], padded[:-1, 1:], padded[:-1, :-1]
    choices = np.stack([left, up, corner])
    best = np.abs(left + up - corner - choices).argmin(axis=0)  # the first of equals, as in PNG
    guess = np.take_along_axis(choices, best[None], axis=0)[0]
    return {"shape": list(cube.shape), "pixels": packed((cube - guess).astype(np.uint8))}
