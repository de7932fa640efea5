"""Graph cut b: constant-intensity superpixels, Veksler's patches that also want to look alike.

To the seams of `graphcut_compact` comes a cost for every pixel that differs from the centre of its
patch, at most one and a half times the noise; and a patch may only take pixels if it keeps its own
centre. Superpixels follow weaker edges and are less regular.

References
----------
Veksler, Boykov and Mehrani, "Superpixels and supervoxels in an energy optimization framework", ECCV
2010: section 3.3.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import _expansion

__all__ = ["segment"]


def segment(
    image: Any, n_segments: int, *, smoothness: float = 20.0, n_passes: int = 1
) -> NDArray[np.int32]:
    """Cut an image into constant-intensity superpixels.

    Parameters, result and errors are those of `graphcut_compact.segment`.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    return _expansion.segment(
        image,
        n_segments,
        smoothness=inputs.positive(smoothness, "smoothness"),
        n_passes=inputs.whole(n_passes, "n_passes", 1),
        constant=True,
    )
