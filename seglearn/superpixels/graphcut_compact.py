"""Graph cut a: compact superpixels, Veksler's patches with nothing but the cost of their seams.

Every pixel lies in many overlapping square patches and joins one of them. It pays only where a
neighbour joined another, less across an edge of the image. No superpixel can outgrow its patch, and
short seams are cheap, so superpixels come out compact and of similar size.

References
----------
Veksler, Boykov and Mehrani, "Superpixels and supervoxels in an energy optimization framework", ECCV
2010: section 3.1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import _expansion

__all__ = ["segment"]


def segment(
    image: Any, n_segments: int, *, smoothness: float = 10.0, n_passes: int = 1
) -> NDArray[np.int32]:
    """Cut an image into compact superpixels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels.
    smoothness : float
        λ: the cost of a seam between two equal pixels, in grey levels 0 … 255; a seam across the
        strongest edge costs 1.
    n_passes : int
        How often every label is expanded. The authors' code does it twice, which changes little.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``. How many patches survive
        depends on the image; n is steered to the number by their size.

    Raises
    ------
    ImportError
        If PyMaxflow is not installed; it comes with the extra ``graphcut``.
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``smoothness`` is not positive or ``n_passes`` is
        below 1.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    return _expansion.segment(
        image,
        n_segments,
        smoothness=inputs.positive(smoothness, "smoothness"),
        n_passes=inputs.whole(n_passes, "n_passes", 1),
        constant=False,
    )
