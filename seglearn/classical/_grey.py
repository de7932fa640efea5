"""One channel of an image, for what looks at brightness alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import color

from seglearn import inputs


def grey(image: Any) -> NDArray[np.float64]:
    """Return a checked image as (H, W) in double precision, a colour image as its luminance."""
    x = inputs.image(image, one_channel=True).astype(np.float64)
    return np.asarray(color.rgb2gray(x) if x.ndim == 3 else x)
