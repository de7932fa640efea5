"""Pictures as the browser computes on them: pixels of 8 bits, few enough, packed without loss."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import numpy.typing as npt

from seglearn import inputs
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
    if max(pixels.shape[:2]) > longest:
        need = -(-max(given.shape[:2]) // longest)
        raise ValueError(
            say(
                "{height} × {width} pixels are more than a browser can follow while you drag "
                "({longest} a side); pass reduce={need} to make blocks of pixels one, or crop",
                height=pixels.shape[0],
                width=pixels.shape[1],
                longest=longest,
                need=need,
            )
        )
    return pixels


def packed(array: Image8) -> str:
    """Write bytes as base64 of the compressed array."""
    return base64.b64encode(zlib.compress(array.tobytes(), 9)).decode("ascii")


def packed_picture(pixels: Image8) -> str:
    """Write a picture as base64 of the compressed differences from Paeth's guess, as PNG does.

    A browser reads them without delay, while it decodes PNG only in its own time, and some disturb
    the pixels that they then hand out.
    """
    cube = pixels.reshape(*pixels.shape[:2], -1).astype(int)
    padded = np.pad(cube, ((1, 0), (1, 0), (0, 0)))
    left, up, corner = padded[1:, :-1], padded[:-1, 1:], padded[:-1, :-1]
    choices = np.stack([left, up, corner])
    best = np.abs(left + up - corner - choices).argmin(axis=0)  # the first of equals, as in PNG
    guess = np.take_along_axis(choices, best[None], axis=0)[0]
    return packed((cube - guess).astype(np.uint8))
