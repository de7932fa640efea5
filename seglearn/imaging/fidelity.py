"""How near a picture is to the one it should be: PSNR and SSIM, from scikit-image."""

from typing import Any

import numpy as np

from seglearn.imaging._images import Image, check_image

__all__ = ["SSIM_WINDOW", "psnr", "ssim"]

SSIM_WINDOW = 11
"""Side of the window that SSIM slides over the image, in pixels."""


def psnr(truth: Any, image: Any) -> float:
    """Peak signal-to-noise ratio in decibels: 10 log₁₀(1 / mean squared error).

    Parameters
    ----------
    truth : (H, W) or (H, W, 3) float in [0, 1]
        The picture as it should be. Full scale is 1.
    image : same shape, float
        The one to judge; values outside [0, 1] are allowed, and count as they are.

    Returns
    -------
    float
        Higher is nearer. Infinite if the images are equal. The error is averaged over pixels and
        colours before the logarithm.

    Raises
    ------
    TypeError, ValueError
        If an image is not as above, or their shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> psnr(np.zeros((4, 4)), np.full((4, 4), 0.1))  # an error of a tenth everywhere
    20.0
    """
    from skimage.metrics import peak_signal_noise_ratio

    x, y = _pair(truth, image)
    if np.array_equal(x, y):
        return float("inf")
    return float(peak_signal_noise_ratio(x, y, data_range=1.0))


def ssim(truth: Any, image: Any) -> float:
    """Structural similarity with the settings of the paper, averaged over pixels and colours.

    Parameters
    ----------
    truth : (H, W) or (H, W, 3) float in [0, 1]
        At least 11 pixels in height and width.
    image : same shape, float

    Returns
    -------
    float
        1 for equal images, at most 1, rarely below 0.

    Raises
    ------
    TypeError, ValueError
        If an image is not as above, smaller than the window, or their shapes differ.

    Notes
    -----
    Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error
    visibility to structural similarity", IEEE Transactions on Image Processing 13(4), 2004: an
    11×11 Gaussian window with standard deviation 1.5, K₁ = 0.01, K₂ = 0.03.
    """
    from skimage.metrics import structural_similarity

    x, y = _pair(truth, image)
    if min(x.shape[:2]) < SSIM_WINDOW:
        raise ValueError(
            f"SSIM looks through a window of {SSIM_WINDOW}×{SSIM_WINDOW} pixels, and the image has "
            f"{x.shape[0]}×{x.shape[1]}; use psnr for small images"
        )
    return float(
        structural_similarity(
            x,
            y,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            channel_axis=-1 if x.ndim == 3 else None,
        )
    )


def _pair(truth: Any, image: Any) -> tuple[Image, Image]:
    x = check_image(truth, "truth").astype(np.float64, copy=False)
    y = check_image(image, bounded=False).astype(np.float64, copy=False)
    if x.shape != y.shape:
        raise ValueError(
            f"truth has shape {x.shape} and the image {y.shape}; compare pictures of one size"
        )
    return x, y
