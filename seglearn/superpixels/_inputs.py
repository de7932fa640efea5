"""What the algorithms accept, checked once, and the colour space that most of them work in."""

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatImage = NDArray[np.float32]

# IEC 61966-2-1: linear sRGB to CIE XYZ, here divided by the white point D65 (2° observer).
_XYZ_FROM_RGB = np.array(
    [
        [0.412453, 0.357580, 0.180423],
        [0.212671, 0.715160, 0.072169],
        [0.019334, 0.119193, 0.950227],
    ]
) / np.array([[0.95047], [1.0], [1.08883]])


def check(image: Any, n_segments: Any) -> tuple[FloatImage, int]:
    """Return the image as float32, (H, W) or (H, W, 3), and the number of superpixels.

    Raises
    ------
    TypeError
        If the image is not of floats, or ``n_segments`` is no integer.
    ValueError
        If the image has another shape, is empty, or holds values that are not in [0, 1], or
        ``n_segments`` is not in 1 … H·W.
    """
    array = np.asarray(image)
    if isinstance(image, np.ma.MaskedArray):
        raise TypeError("the image is a masked array; superpixels cover every pixel: fill it first")
    if array.dtype.kind != "f":
        remedy = "divide an 8-bit image by 255" if array.dtype.kind in "ui" else "convert it first"
        raise TypeError(
            f"the image holds {array.dtype} values, expected floats in [0, 1]; {remedy}"
        )
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        raise ValueError(
            f"the image has shape {array.shape}, expected (H, W) or (H, W, 3); "
            "pick three bands of a picture with more, drop an alpha channel"
        )
    if array.size == 0:
        raise ValueError(f"the image has shape {array.shape}: there is no pixel in it")
    if not np.isfinite(array).all():
        raise ValueError(
            f"the image holds {np.count_nonzero(~np.isfinite(array))} values that are NaN or "
            "infinite; replace them first, for instance with np.nan_to_num"
        )
    with np.errstate(over="ignore"):  # what is too large for float32 is refused below
        image = np.ascontiguousarray(array, dtype=np.float32)
    if image.min() < 0 or image.max() > 1:
        raise ValueError(
            f"the image holds values from {array.min():.10g} to {array.max():.10g}, "
            "expected [0, 1]; rescale it first"
        )
    height, width = array.shape[:2]
    try:
        count = operator.index(n_segments)
    except TypeError:
        raise TypeError(f"n_segments must be an integer, got {n_segments!r}") from None
    if not 1 <= count <= height * width:
        raise ValueError(
            f"n_segments must lie in 1 … {height * width} (the pixels of a {height}×{width} "
            f"image), got {count}"
        )
    return image, count


def positive(value: float, what: str, *, most: float = 1e6) -> float:
    """Return a number above zero that can be squared and divided by in float32.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not (is_number and 0 < value < np.inf):
        raise ValueError(f"{what} must be a positive number, got {value!r}")
    if not 1e-6 <= value <= most:
        raise ValueError(f"{what} must lie in 0.000001 … {most:g}, got {value!r}")
    return float(value)


def at_least(value: int, low: int, what: str) -> int:
    """Return an integer that is not below ``low``.

    Raises
    ------
    TypeError, ValueError
        If it is no integer, or too small.
    """
    try:
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be an integer, got {value!r}") from None
    if count < low:
        raise ValueError(f"{what} must be at least {low}, got {count}")
    return count


def to_grey(image: FloatImage) -> FloatImage:
    """Return the image's luma (Rec. 601), (H, W) in [0, 1]."""
    if image.ndim == 2:
        return image
    return np.asarray(image @ np.array([0.299, 0.587, 0.114], dtype=np.float32))


def to_lab(image: FloatImage) -> FloatImage:
    """Return CIELAB planes, (3, H, W) float32: L in 0 … 100, a and b about −100 … 100.

    sRGB with the white point D65. A grey image has a = b = 0. Planes rather than pixels, because
    the algorithms work on one channel at a time.
    """
    high = image > 0.04045
    linear = np.where(high, ((image + 0.055) / 1.055) ** np.float32(2.4), image / 12.92)
    if image.ndim == 2:
        lab = np.zeros((3, *image.shape), dtype=np.float32)
        lab[0] = 116 * _cube_root(linear) - 16
        return lab
    height, width, _ = image.shape
    xyz = _XYZ_FROM_RGB.astype(np.float32) @ linear.reshape(-1, 3).T
    x, y, z = _cube_root(xyz)
    lab = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
    return np.asarray(lab.reshape(3, height, width))


def _cube_root(t: FloatImage) -> FloatImage:
    """CIELAB's f: the cube root, with a straight line near zero."""
    root = np.where(t > 0.008856, np.maximum(t, 0) ** np.float32(1 / 3), 7.787 * t + 16 / 116)
    return np.asarray(root, dtype=np.float32)


def grid_shape(height: int, width: int, n_segments: int) -> tuple[int, int]:
    """Choose rows and columns of a grid of nearly square cells, about ``n_segments`` in all.

    A cell more than asked for is better than one too few, because superfluous superpixels can be
    merged away afterwards.

    Returns
    -------
    rows, columns : int
        At most ``height`` and ``width``.
    """
    best, choice = np.inf, (1, 1)
    ideal = np.sqrt(n_segments * height / width)
    for rows in range(max(1, int(ideal) - 3), min(height, int(ideal) + 4) + 1):
        for columns in {n_segments // rows, -(-n_segments // rows)}:
            columns = min(max(columns, 1), width)
            excess = np.log(rows * columns / n_segments)
            stretch = abs(np.log((height / rows) / (width / columns)))
            cost = stretch + (3 * excess if excess >= 0 else -12 * excess)
            if cost < best:
                best, choice = cost, (rows, columns)
    return choice


def grid_seeds(
    height: int, width: int, n_segments: int
) -> tuple[NDArray[np.intp], tuple[int, int]]:
    """Place one seed in the middle of each cell of `grid_shape`.

    Returns
    -------
    seeds : (rows·columns, 2) int
        Row and column of each seed, in reading order.
    (rows, columns) : tuple of int
    """
    rows, columns = grid_shape(height, width, n_segments)
    y = ((np.arange(rows) + 0.5) * height / rows).astype(np.intp)
    x = ((np.arange(columns) + 0.5) * width / columns).astype(np.intp)
    yy, xx = np.meshgrid(y, x, indexing="ij")
    return np.stack([yy.ravel(), xx.ravel()], axis=1), (rows, columns)


def gradient(planes: FloatImage) -> FloatImage:
    """Squared gradient summed over channels, from central differences.

    Parameters
    ----------
    planes : (C, H, W) float32

    Returns
    -------
    (H, W) float32
        ‖I(x+1, y) − I(x−1, y)‖² + ‖I(x, y+1) − I(x, y−1)‖², the border repeated outwards.
    """
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)), mode="edge")
    dx = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    dy = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    return np.asarray((dx * dx + dy * dy).sum(axis=0))


def to_flattest(
    seeds: NDArray[np.intp], slope: NDArray[np.floating], radius: int
) -> NDArray[np.intp]:
    """Move each seed to the pixel of least slope within ``radius``, the nearest one if several.

    Parameters
    ----------
    seeds : (K, 2) int
        Row and column.
    slope : (H, W) float
    radius : int
        Half side of the square to look in.

    Returns
    -------
    (K, 2) int
        Different seeds stay different if they were further than 2·radius apart in y or x.
    """
    span = np.arange(-radius, radius + 1)
    dy, dx = (offsets.ravel() for offsets in np.meshgrid(span, span, indexing="ij"))
    order = np.argsort(dy**2 + dx**2, kind="stable")
    around = seeds[:, None] + np.stack([dy, dx], axis=1)[order]  # (K, n, 2), nearest first
    inside = ((around >= 0) & (around < np.array(slope.shape))).all(axis=-1, keepdims=True)
    y, x = np.where(inside, around, seeds[:, None]).transpose(2, 0, 1)
    best = slope[y, x].argmin(axis=1)
    rows = np.arange(len(seeds))
    return np.stack([y[rows, best], x[rows, best]], axis=1)
