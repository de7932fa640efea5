"""Masks, label maps and pictures as JSON-safe text; `web/core/codec.js` reads and writes the same."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt


def encode_mask(mask: npt.ArrayLike) -> str:
    """Write a binary mask as the lengths of its runs, in reading order, the first run being background.

    >>> encode_mask([[0, 1, 1], [1, 0, 0]])
    '1 3 2'
    >>> encode_mask([[1, 0]])
    '0 1 1'
    """
    flat = np.asarray(mask, dtype=bool).ravel()
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
        If the runs do not add up to the number of pixels of `shape`.
    """
    lengths = np.array(runs.split(), dtype=int)
    if lengths.sum() != shape[0] * shape[1] or (lengths < 0).any():
        raise ValueError(
            f"the runs of a mask must be non-negative and add up to {shape[0]} × {shape[1]} = {shape[0] * shape[1]} "
            f"pixels, got a sum of {lengths.sum()}"
        )
    return np.repeat(np.arange(lengths.size) % 2 == 1, lengths).reshape(shape)


def encode_labels(labels: npt.ArrayLike) -> str:
    """Write a label map (H, W) of integers 0 … 255 as base64, one byte a pixel, in reading order."""
    array = np.asarray(labels)
    if array.size and (array.min() < 0 or array.max() > 255):
        raise ValueError(
            f"labels must lie in 0 … 255 to fit a byte, got {array.min()} … {array.max()}"
        )
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode("ascii")


def decode_labels(text: str, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Read a label map written by `encode_labels`."""
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(shape).copy()


def encode_label_runs(labels: npt.ArrayLike) -> str:
    """Write a label map of large areas as label and run length in turn, in reading order.

    >>> encode_label_runs([[0, 0, 2], [2, 1, 1]])
    '0 2 2 2 1 2'
    """
    flat = np.asarray(labels).ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    pairs = np.stack([flat[starts], np.diff(starts, append=flat.size)], axis=1)
    return " ".join(map(str, pairs.ravel().tolist()))


def decode_label_runs(text: str, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Read a label map written by `encode_label_runs`.

    Raises
    ------
    ValueError
        If the runs do not fill `shape`, or a label does not fit a byte.
    """
    runs = np.array(text.split(), dtype=int)
    labels, lengths = runs[::2], runs[1::2]
    n_pixels = shape[0] * shape[1]
    if runs.size % 2 or (lengths < 1).any() or lengths.sum() != n_pixels:
        raise ValueError(
            f"a label map is written as label and run length in turn, and the lengths must be positive and add up to "
            f"{shape[0]} × {shape[1]} = {n_pixels} pixels, got a sum of {lengths.sum()}"
        )
    if labels.min() < 0 or labels.max() > 255:
        raise ValueError(f"labels must lie in 0 … 255, got {labels.min()} … {labels.max()}")
    return np.repeat(labels, lengths).astype(np.uint8).reshape(shape)


def image_url(image: npt.ArrayLike, longest: int = 640) -> str:
    """Return a photograph as a JPEG data URL whose longest side is at most `longest` pixels.

    For looking at only: JPEG changes values, so masks and label maps never go this way.

    Parameters
    ----------
    image : array_like, (H, W) or (H, W, 3)
        Floats in [0, 1] or uint8.

    Raises
    ------
    ValueError
        If the shape, the type or the range is another.
    """
    from PIL import Image  # 0.1 s, and only those who show a photograph need it

    array = np.asarray(image)
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise ValueError(f"image must have shape (H, W) or (H, W, 3), got {array.shape}")
    if array.dtype != np.uint8:
        if not np.issubdtype(array.dtype, np.floating):
            raise ValueError(
                f"image must be uint8 or float in [0, 1], got {array.dtype}; convert it first"
            )
        if not (array.min() >= 0 and array.max() <= 1):
            raise ValueError(
                f"a float image must lie in [0, 1], got {array.min():.3g} … {array.max():.3g}; divide by its maximum"
            )
        array = np.round(array * 255).astype(np.uint8)
    picture = Image.fromarray(array)
    picture.thumbnail((longest, longest))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
