"""What the imaging functions accept, checked once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def reals(values: Any, what: str) -> NDArray[Any]:
    """Return real numbers as an array, without a copy where that is possible.

    Raises
    ------
    TypeError
        If the values are not integers or floats (booleans, complex numbers, text), or the array is
        masked, because its mask would be lost.
    ValueError
        If a nested list is ragged.
    """
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{what} is a masked array, whose mask would be lost: fill it first")
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{what} is not a rectangular array ({error})") from error
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{what} holds {array.dtype} values, expected real numbers")
    return array


def floats(values: Any, what: str) -> NDArray[np.float64]:
    """Return real numbers as float64; raises as `reals`."""
    return np.asarray(reals(values, what), dtype=np.float64)


def finite(array: NDArray[np.float64], what: str) -> NDArray[np.float64]:
    """Return the array itself.

    Raises
    ------
    ValueError
        If it holds NaN or infinite values.
    """
    bad = np.count_nonzero(~np.isfinite(array))
    if bad:
        raise ValueError(
            f"{what} holds {bad} values that are NaN or infinite, of {array.size}; "
            "crop them away or fill them first"
        )
    return array
