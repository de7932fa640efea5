"""The colours that the algorithms compare: luma, and CIELAB, in which most of them work."""

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
