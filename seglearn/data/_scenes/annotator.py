"""Errors at outlines, as people make them who draw labels by hand."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_PATCH = 9
"""Pixels from one error to the next independent one, for an image 96 pixels high."""


def redraw(rng: np.random.Generator, order: NDArray[np.uint16], reach: int) -> NDArray[np.uint16]:
    """Draw a map of painted objects again, with outlines up to ``reach`` pixels wrong.

    Outlines are shifted smoothly, as when a polygon has few corners; in places what is nearer is
    drawn a pixel too fat, or a pixel of it is missed. Each pixel takes the object of another pixel
    at most ``reach`` rows and columns away.

    Parameters
    ----------
    rng : Generator
        Where the errors come from.
    order : ndarray of uint16, shape (H, W)
        Index of the object painted at each pixel; nearer objects have larger ones.
    reach : int
        Pixels, at least 1.
    """
    height, width = order.shape
    down, right, fat = (_smooth(rng, height, width) for _ in range(3))
    fatter, thinner = fat > 0.4, fat < -0.4
    # One pixel of the reach is kept for being fatter or thinner.
    room = np.where(fatter | thinner, reach - 1, reach)
    rows = np.rint(down * room).astype(np.intp) + np.arange(height)[:, None]
    columns = np.rint(right * room).astype(np.intp) + np.arange(width)
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)

    def seen_from(table: NDArray[np.uint16]) -> NDArray[np.uint16]:
        return table.ravel().take(rows * width + columns)

    drawn = seen_from(order)
    drawn = np.where(fatter, seen_from(ndimage.maximum_filter(order, 3)), drawn)
    return np.where(thinner, seen_from(ndimage.minimum_filter(order, 3)), drawn)


def _smooth(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    """Interpolate random numbers between -1 and 1 from a coarse grid, ``(height, width)``."""
    step = _PATCH * max(height / 96, 0.5)
    down, across = _ramps(height, step), _ramps(width, step)
    grid = 2 * rng.random((down.shape[1], across.shape[1])) - 1
    return np.asarray(down @ grid @ across.T)


def _ramps(n: int, step: float) -> NDArray[np.float64]:
    """Weights that interpolate n pixels between knots ``step`` pixels apart."""
    place = np.arange(n) / step
    return np.maximum(0, 1 - np.abs(place[:, None] - np.arange(int(place[-1]) + 2)))
