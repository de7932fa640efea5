"""What the metrics accept, checked once: label maps and masks as NumPy arrays, tensors or lists."""

import sys
from typing import Any

import numpy as np


def label_array(labels: Any, what: str) -> np.ndarray:
    """Return `labels` as an integer or boolean array, without a copy where that is possible.

    Parameters
    ----------
    labels : array, torch.Tensor or nested list of int
        A tensor on another device is copied to the CPU. PyTorch is never imported for this.
    what : str
        Name to use in messages.

    Raises
    ------
    TypeError
        If the values are not integers (floats raise even when they are whole), or if the array is
        masked, because its mask would be lost.
    ValueError
        If a nested list is ragged.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(labels, torch.Tensor):
        if labels.is_floating_point() or labels.is_complex():
            raise _not_integers(what, labels.dtype, labels.shape)
        labels = labels.cpu().numpy()
    if isinstance(labels, np.ma.MaskedArray):
        raise TypeError(
            f"{what} is a masked array, and its mask would be lost: "
            f"use {what}.filled(value) and pass ignore_index=value"
        )
    try:
        array = np.asarray(labels)
    except ValueError as error:
        raise ValueError(
            f"{what} is not a rectangular array ({error}); update once for each image size"
        ) from error
    if array.dtype.kind not in "iub":
        raise _not_integers(what, array.dtype, array.shape)
    return array


def _not_integers(what: str, dtype: Any, shape: tuple[int, ...]) -> TypeError:
    return TypeError(
        f"{what} holds {dtype} values, shape {tuple(shape)}; labels must be integers. "
        "If these are class scores (N, C, H, W), take .argmax(axis=1) first; "
        "if they are whole numbers stored in another type, convert with .astype(np.int64)"
    )


def label_maps(truth: Any, prediction: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return two stacks of label maps, both ``(N, H, W)``, from ``(H, W)`` or ``(N, H, W)``.

    Raises
    ------
    TypeError
        As `label_array`.
    ValueError
        If the shapes differ, have another number of axes, or hold no pixel.
    """
    truth, prediction = label_array(truth, "truth"), label_array(prediction, "prediction")
    _check_shapes(truth, prediction)
    if truth.ndim not in (2, 3):
        raise ValueError(
            f"label maps must be (H, W) or (N, H, W), got shape {truth.shape}. "
            "One-hot maps (N, C, H, W) need .argmax(axis=1); an axis of length 1 can be "
            "dropped with .squeeze(axis=1)"
        )
    shape = (-1, *truth.shape[-2:])
    return truth.reshape(shape), prediction.reshape(shape)


def masks(truth: Any, prediction: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return two boolean masks of equal shape, from booleans or from integers 0 and 1.

    Raises
    ------
    TypeError
        As `label_array`.
    ValueError
        If a value is neither 0 nor 1, the shapes differ, or there is no pixel.
    """
    pair = mask(truth, "truth"), mask(prediction, "prediction")
    _check_shapes(*pair)
    return pair


def mask(values: Any, what: str) -> np.ndarray:
    """Return one boolean mask; raises as `masks`."""
    array = label_array(values, what)
    if array.dtype == bool:
        return array
    stray = (array != 0) & (array != 1)
    if stray.any():
        raise ValueError(
            f"{what} must be a mask of booleans, or of 0 and 1, but holds "
            f"{array[stray][0]} ({np.count_nonzero(stray)} such values); "
            f"pick one class with {what} == label, or use {what} > 0"
        )
    return array.astype(bool)


def _check_shapes(truth: np.ndarray, prediction: np.ndarray) -> None:
    if truth.shape != prediction.shape:
        raise ValueError(
            f"truth and prediction differ in shape: {truth.shape} and {prediction.shape}; "
            "bring the prediction to the size of the truth first"
        )
    if truth.size == 0:
        raise ValueError(f"there is no pixel to compare: both have shape {truth.shape}")
