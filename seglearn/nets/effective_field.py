"""How much of its receptive field a unit uses: where its influence lies."""

import numpy as np
from numpy.typing import NDArray


def side_holding(
    influence: NDArray[np.floating], share: float, centre: tuple[float, float] | None = None
) -> int:
    """Return the side of the smallest square around `centre` that holds a share of the influence.

    Parameters
    ----------
    influence : (H, W) array
        How strongly a unit depends on each pixel, 0 or more; for example the mean over images of
        the absolute gradient (Luo et al. 2016, arXiv 1701.04128, section 3).
    share : float
        From above 0 to 1.
    centre : tuple of float, optional
        Row and column, such as `ReceptiveField.centre`; the middle of the array if not given.
        Between two pixels (x.5) the side is even, on a pixel it is odd.

    Returns
    -------
    int
        In pixels. Parts of the square outside the array hold nothing.

    Raises
    ------
    ValueError
        If the shape, the share or a value is out of range, or all influence is 0.

    Examples
    --------
    >>> side_holding(np.ones((9, 9)), 0.1)
    3
    """
    if influence.ndim != 2 or not (influence >= 0).all() or not influence.any():
        raise ValueError(
            f"influence of shape {influence.shape}: expected (H, W) with values from 0, not all 0; "
            "take the absolute gradient, and its mean over images and channels"
        )
    if not 0 < share <= 1:
        raise ValueError(f"share={share!r}: pass a number above 0, at most 1")
    height, width = influence.shape
    row, column = centre if centre is not None else ((height - 1) / 2, (width - 1) / 2)
    rows, columns = np.indices(influence.shape)
    away = np.maximum(np.abs(rows - row), np.abs(columns - column)).ravel()
    order = np.argsort(away, kind="stable")
    held = np.cumsum(influence.ravel()[order], dtype=np.float64)
    first = int(np.searchsorted(held, share * held[-1] * (1 - 1e-12)))
    return int(np.floor(2 * away[order[first]])) + 1
