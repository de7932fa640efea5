"""Seeds on a grid of nearly square cells, and their way off the edges of the image."""

import numpy as np
from numpy.typing import NDArray


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


def gradient(planes: NDArray[np.float32]) -> NDArray[np.float32]:
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
