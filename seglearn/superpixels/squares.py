"""A grid of equal rectangles, nearly square: superpixels that do not look at the image.

Whatever looks at it must beat them; `recorded` has their scores beside those of the algorithms.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import _grid

__all__ = ["segment"]


def segment(image: Any, n_segments: int) -> NDArray[np.int32]:
    """Cut an image into about ``n_segments`` equal rectangles.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Only its size matters.
    n_segments : int
        How many rectangles. The nearest grid of nearly square cells is taken, so that there may be
        a few more, or fewer.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1 in reading order. Sides differ by one pixel at most.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`.
    """
    height, width = inputs.image32(image).shape[:2]
    n_segments = inputs.segment_count(n_segments, (height, width))
    rows, columns = _grid.grid_shape(height, width, n_segments)
    y, x = np.arange(height) * rows // height, np.arange(width) * columns // width
    return (y[:, None] * columns + x).astype(np.int32)
