"""What the image functions accept, checked once: floats in [0, 1], odd windows, seeds."""

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.floating]


def check_image(image: Any, what: str = "the image", *, bounded: bool = True) -> Image:
    """Return an image as float32 or float64, (H, W) or (H, W, 3), without copying a good one.

    Parameters
    ----------
    image : array
        float32 stays float32, half precision becomes it; every other float becomes float64.
    what : str
        Name to use in messages.
    bounded : bool
        Whether values must lie in [0, 1].

    Raises
    ------
    TypeError
        If the values are no floats, or the array is masked.
    ValueError
        If the shape is another, there is no pixel, or a value is NaN, infinite or out of range.
    """
    array = np.asarray(image)
    if isinstance(image, np.ma.MaskedArray):
        raise TypeError(f"{what} is a masked array, and its mask would be lost: fill it first")
    if array.dtype.kind != "f":
        raise TypeError(
            f"{what} holds {array.dtype} values, expected floats in [0, 1]; "
            "divide an 8-bit image by 255"
        )
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        raise ValueError(
            f"{what} has shape {array.shape}, expected (H, W) or (H, W, 3); move the channels of a "
            "tensor to the end, drop an alpha channel, and take bands one by one"
        )
    if array.size == 0:
        raise ValueError(f"{what} has shape {array.shape}: there is no pixel in it")
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(
            f"{what} holds {np.count_nonzero(~np.isfinite(array))} values that are NaN or infinite; "
            "replace them first, for instance with np.nan_to_num"
        )
    if bounded and (low < 0 or high > 1):
        raise ValueError(
            f"{what} holds values from {low:g} to {high:g}, expected [0, 1]; rescale it, or clip it "
            "yourself with np.clip so that you know what is lost"
        )
    return array.astype(np.float32 if array.dtype.itemsize <= 4 else np.float64, copy=False)


def number(
    value: Any, what: str, low: float, high: float = np.inf, *, open_low: bool = False
) -> float:
    """Return a finite number in [low, high], or in (low, high] if ``open_low``.

    Raises
    ------
    TypeError
        If it is no number.
    ValueError
        If it is out of range, or not finite.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        raise TypeError(f"{what} must be a number, got {value!r}")
    if not (low <= value <= high) or not np.isfinite(value) or (open_low and value == low):
        upper = "above" if open_low else "at least"
        limit = f"{upper} {low:g}" if high == np.inf else f"{upper} {low:g} and at most {high:g}"
        raise ValueError(f"{what} must be {limit}, got {value!r}")
    return float(value)


def odd(value: Any, what: str, low: int = 1) -> int:
    """Return an odd whole number that is not below ``low``.

    Raises
    ------
    TypeError, ValueError
        If it is no whole number, even, or too small.
    """
    try:
        size = operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be a whole number, got {value!r}") from None
    if size < low or size % 2 == 0:
        raise ValueError(
            f"{what} must be odd, so that a window has a middle, and at least {low}; got {size}"
        )
    return size


def generator(rng: Any) -> np.random.Generator:
    """Return a random generator, or make one from a seed.

    Raises
    ------
    TypeError
        If there is neither: results would differ from run to run.
    ValueError
        If the seed is negative.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
        raise TypeError(
            f"rng must be a numpy.random.Generator or a seed, got {rng!r}; "
            "pass np.random.default_rng(0), for instance"
        )
    if rng < 0:
        raise ValueError(f"a seed must not be negative, got {rng}")
    return np.random.default_rng(int(rng))
