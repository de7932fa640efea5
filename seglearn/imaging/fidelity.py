"""How near a picture is to the one it should be: PSNR and SSIM, from scikit-image."""

from collections.abc import Callable
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.inputs import Floats
from seglearn.words import say

__all__ = ["SSIM_WINDOW", "psnr", "ssim", "strength_for"]

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
            say(
                "SSIM looks through a window of {window}×{window} pixels, and the "
                "image has {height}×{width}; use psnr for small images",
                window=SSIM_WINDOW,
                height=x.shape[0],
                width=x.shape[1],
            )
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


def strength_for(
    truth: Any,
    spoil: Callable[[Any, float], Any],
    decibels: float,
    between: tuple[float, float] = (1e-3, 0.5),
) -> float:
    """Find how strongly to spoil an image so that its PSNR is as asked.

    Parameters
    ----------
    truth : (H, W) or (H, W, 3) float in [0, 1]
    spoil : callable
        ``spoil(truth, strength)`` returns the spoilt image, farther away the stronger, and the same
        each time.
    decibels : float
        The PSNR to reach.
    between : (float, float)
        The weakest and the strongest to try.

    Returns
    -------
    float
        The strength, to 10⁻⁵.

    Raises
    ------
    TypeError, ValueError
        If `truth` is no image, or the PSNR is not reached between the two.

    Examples
    --------
    >>> grey = np.full((4, 4), 0.5)
    >>> round(strength_for(grey, lambda image, s: image + s, 20), 4)
    0.1
    """
    from scipy.optimize import brentq

    truth = inputs.image(truth, "truth", one_channel=True)

    def above(strength: float) -> float:
        return psnr(truth, spoil(truth, strength)) - decibels

    weak, strong = between
    ends = above(weak), above(strong)
    if ends[0] < 0 or ends[1] > 0:
        raise ValueError(
            say(
                "{decibels:g} dB are not between the {most:.4g} dB of strength {weak:g} and "
                "the {least:.4g} dB of {strong:g}; choose other ends with between=",
                decibels=decibels,
                most=ends[0] + decibels,
                weak=weak,
                least=ends[1] + decibels,
                strong=strong,
            )
        )
    return float(brentq(above, weak, strong, xtol=1e-5))


def _pair(truth: Any, image: Any) -> tuple[Floats, Floats]:
    x = inputs.image(truth, "truth", one_channel=True).astype(np.float64, copy=False)
    y = inputs.image(image, bounded=False, one_channel=True).astype(np.float64, copy=False)
    inputs.same_shape(x.shape, y.shape, say("truth and image"))
    return x, y
