"""Seven ways to take noise away, and doing nothing.

Filters with a window: `mean`, `gaussian`, `median`, `adaptive_median`, `bilateral`. Two that look
further: `non_local_means` and `total_variation`. `DENOISERS` lists them by name, with settings from
gentle to strong, so that a chapter, a script and a widget can loop over them::

    from seglearn.imaging import denoise

    clean = denoise.median(noisy, size=3)
    clean = denoise.apply(noisy, "median", size=3)  # the same

`mean`, `gaussian`, `median`, `adaptive_median` and `total_variation` treat each colour alone; the
others compare whole colours. Beyond its border, an image goes on mirrored, the border pixel repeated (``dcba|abcd|dcba``).
Values stay in [0, 1], and the type of the image is kept.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seglearn.imaging._images import Image, check_image, number, odd

__all__ = [
    "DENOISERS",
    "Denoiser",
    "adaptive_median",
    "apply",
    "bilateral",
    "gaussian",
    "mean",
    "median",
    "non_local_means",
    "total_variation",
]

WEIGHTS = (
    1e-4,
    1e6,
)  # range of parameters that are divided by; a picture is nowhere near either end


def mean(image: Any, size: int = 3) -> Image:
    """Average a square window: every pixel weighs the same.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    size : int, default 3
        Side of the window in pixels, odd.

    Returns
    -------
    ndarray
        Shape and type of the image.

    Raises
    ------
    TypeError, ValueError
        If the image or ``size`` is not as above.
    """
    from scipy import ndimage

    x = check_image(image)
    window = (odd(size, "size"),) * 2 + (1,) * (x.ndim - 2)
    return _finish(ndimage.uniform_filter(x.astype(np.float64), window), x)


def gaussian(image: Any, sigma: float = 1.0) -> Image:
    """Average with weights that fall with distance: exp(−r² / 2σ²), cut off at 4σ.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    sigma : float, default 1
        In pixels, 0.01 to 100.

    Returns
    -------
    ndarray
        Shape and type of the image.

    Raises
    ------
    TypeError, ValueError
        If the image or ``sigma`` is not as above.
    """
    from scipy import ndimage

    x = check_image(image)
    width = number(sigma, "sigma", 0.01, 100)
    sigmas = (width,) * 2 + (0,) * (x.ndim - 2)
    return _finish(ndimage.gaussian_filter(x.astype(np.float64), sigmas), x)


def median(image: Any, size: int = 3) -> Image:
    """Take the middle value of a square window.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    size : int, default 3
        Side of the window in pixels, odd.

    Returns
    -------
    ndarray
        Shape and type of the image. Every value is one of the image's own.

    Raises
    ------
    TypeError, ValueError
        If the image or ``size`` is not as above.
    """
    from scipy import ndimage

    x = check_image(image)
    window = (odd(size, "size"),) * 2 + (1,) * (x.ndim - 2)
    return ndimage.median_filter(x, window)


def adaptive_median(image: Any, max_size: int = 7) -> Image:
    """Replace impulses only, looking in a window that grows until its median is none itself.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    max_size : int, default 7
        Side of the largest window in pixels, odd, at least 3.

    Returns
    -------
    ndarray
        Shape and type of the image. Every value is one of the image's own.

    Raises
    ------
    TypeError, ValueError
        If the image or ``max_size`` is not as above.

    Notes
    -----
    Stage A of a pixel: if the median lies strictly between minimum and maximum of the window, it is
    no impulse, and stage B follows; otherwise the window grows by 2, up to ``max_size``, and then the
    median is the answer. Stage B: a pixel strictly between minimum and maximum stays as it is, any
    other becomes the median. R. C. Gonzalez, R. E. Woods, Digital Image Processing, section 5.3,
    "Adaptive median filter"; what is left at the end gets the median, as in the authors' own program.
    """
    from scipy import ndimage

    x = check_image(image)
    largest = odd(max_size, "max_size", 3)
    result, open_ = x.copy(), np.ones(x.shape, bool)
    for size in range(3, largest + 1, 2):
        window = (size,) * 2 + (1,) * (x.ndim - 2)
        low, high = ndimage.minimum_filter(x, window), ndimage.maximum_filter(x, window)
        middle = ndimage.median_filter(x, window)
        settled = open_ & (low < middle) & (middle < high)  # stage A
        is_impulse = (x <= low) | (x >= high)  # stage B
        result[settled & is_impulse] = middle[settled & is_impulse]
        open_ &= ~settled
        if not open_.any():
            return result
    result[open_] = middle[open_]
    return result


def bilateral(image: Any, sigma_color: float = 0.1, sigma_space: float = 1.5) -> Image:
    """Average pixels that are near *and* of like colour.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    sigma_color : float, default 0.1
        How unlike a colour may be, in units of the image: a neighbour at Euclidean colour distance
        d weighs exp(−d² / 2σ²). From 10⁻⁴ to 10⁶.
    sigma_space : float, default 1.5
        Likewise for the distance in pixels; 0.1 to 20. The window is a square that reaches 2σ,
        rounded up.

    Returns
    -------
    ndarray
        Shape and type of the image.

    Raises
    ------
    TypeError, ValueError
        If the image or a parameter is not as above.

    Notes
    -----
    C. Tomasi, R. Manduchi, "Bilateral filtering for gray and color images", ICCV 1998. Written here
    because ``denoise_bilateral`` of scikit-image 0.26 does not weigh by distance from the centre:
    its table of weights has one row and column too many for the window that reads it.
    """
    x = check_image(image)
    sigma_color = number(sigma_color, "sigma_color", *WEIGHTS)
    sigma_space = number(sigma_space, "sigma_space", 0.1, 20)
    pixels = x.reshape(*x.shape[:2], -1)
    reach = math.ceil(2 * sigma_space)
    padded = np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)), mode="symmetric")
    height, width = x.shape[:2]
    total, weights = np.zeros_like(pixels), np.zeros((height, width, 1), x.dtype)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            neighbour = padded[reach + dy :, reach + dx :][:height, :width]
            unlike = ((neighbour - pixels) ** 2).sum(axis=2, keepdims=True) / sigma_color**2
            far = (dy**2 + dx**2) / sigma_space**2
            weight = np.exp(-(unlike + far) / 2)
            total += weight * neighbour
            weights += weight
    return _finish((total / weights).reshape(x.shape), x)


def non_local_means(
    image: Any, h: float = 0.1, *, patch_size: int = 5, patch_distance: int = 6
) -> Image:
    """Average pixels whose surroundings look alike, wherever they lie.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    h : float, default 0.1
        How unlike two patches may be, in units of the image; about 0.8 σ of Gaussian noise is a good
        start. From 10⁻⁴ to 10⁶.
    patch_size : int, default 5
        Side of the patches in pixels, odd.
    patch_distance : int, default 6
        How far to look, in pixels, at least 1.

    Returns
    -------
    ndarray
        Shape and type of the image.

    Raises
    ------
    TypeError, ValueError
        If the image or a parameter is not as above.

    Notes
    -----
    A. Buades, B. Coll, J.-M. Morel, "A non-local algorithm for image denoising", CVPR 2005;
    scikit-image's fast variant, in which all pixels of a patch count the same.
    """
    from skimage.restoration import denoise_nl_means

    x = check_image(image)
    h = number(h, "h", *WEIGHTS)
    patch_size = odd(patch_size, "patch_size")
    if not isinstance(patch_distance, int) or patch_distance < 1:
        raise ValueError(
            f"patch_distance must be a whole number of pixels, at least 1; got {patch_distance!r}"
        )
    result = denoise_nl_means(
        x.astype(np.float64),
        patch_size=patch_size,
        patch_distance=patch_distance,
        h=h,
        channel_axis=-1 if x.ndim == 3 else None,
    )
    return _finish(result, x)


def total_variation(image: Any, weight: float = 0.1) -> Image:
    """Find the image near this one whose values go up and down the least.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    weight : float, default 0.1
        How much flatness is worth, from 10⁻⁴ to 10⁶.

    Returns
    -------
    ndarray
        Shape and type of the image: the x that makes ½ ‖x − image‖² + weight · Σ |∇x| small.

    Raises
    ------
    TypeError, ValueError
        If the image or ``weight`` is not as above.

    Notes
    -----
    L. I. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal algorithms",
    Physica D 60, 1992; scikit-image's solver is Chambolle's of 2004.
    """
    from skimage.restoration import denoise_tv_chambolle

    x = check_image(image)
    weight = number(weight, "weight", *WEIGHTS)
    channel_axis = -1 if x.ndim == 3 else None
    result = denoise_tv_chambolle(x.astype(np.float64), weight, channel_axis=channel_axis)
    return _finish(result, x)


def _finish(result: Image, image: Image) -> Image:
    """Bring rounding errors back to [0, 1], and the type back to the image's."""
    return np.clip(result.reshape(image.shape), 0, 1).astype(image.dtype)


# --------------------------------------------------------------------------------------- by name


@dataclass(frozen=True)
class Denoiser:
    """A way to take noise away.

    Attributes
    ----------
    name : str
        Its key in `DENOISERS`.
    title : str
        Its name in prose.
    idea : str
        What it does, in a few words.
    parameter : str
        The parameter that its settings change; empty if there is none.
    settings : tuple
        Values of that parameter, from gentle to strong: those of the course's measurements.
    function : callable
        ``function(image, **{parameter: setting})``.
    """

    name: str
    title: str
    idea: str
    parameter: str
    settings: tuple[Any, ...]
    function: Callable[..., Image]

    def apply(self, image: Any, setting: Any = None) -> Image:
        """Return the image without (some of) its noise.

        Parameters
        ----------
        image : (H, W) or (H, W, 3) float in [0, 1]
        setting : optional
            Value of the parameter; the default of the function if not given.
        """
        return self.function(image, **({} if setting is None else {self.parameter: setting}))


def _nothing(image: Any) -> Image:
    return check_image(image).copy()


DENOISERS: dict[str, Denoiser] = {
    denoiser.name: denoiser
    for denoiser in (
        Denoiser("none", "Nothing", "leave the noise in", "", (None,), _nothing),
        Denoiser("mean", "Mean", "average the window", "size", (3, 5, 7), mean),
        Denoiser(
            "gaussian",
            "Gaussian",
            "average, near pixels more",
            "sigma",
            (0.5, 0.8, 1.2, 1.8, 2.6),
            gaussian,
        ),
        Denoiser("median", "Median", "the middle value of the window", "size", (3, 5, 7), median),
        Denoiser(
            "adaptive-median",
            "Adaptive median",
            "the median, where an impulse is",
            "max_size",
            (3, 5, 7),
            adaptive_median,
        ),
        Denoiser(
            "bilateral",
            "Bilateral",
            "average what is near and of like colour",
            "sigma_color",
            (0.05, 0.1, 0.2, 0.4, 0.8),
            bilateral,
        ),
        Denoiser(
            "non-local-means",
            "Non-local means",
            "average what looks alike around it",
            "h",
            (0.02, 0.05, 0.1, 0.2, 0.3),
            non_local_means,
        ),
        Denoiser(
            "total-variation",
            "Total variation",
            "the flattest image nearby",
            "weight",
            (0.03, 0.07, 0.15, 0.3, 0.6),
            total_variation,
        ),
    )
}
"""The ways to take noise away by name; the first does nothing."""


def apply(image: Any, method: str, **options: Any) -> Image:
    """Take noise away by one of `DENOISERS`.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    method : str
        A key of `DENOISERS`.
    **options
        Passed on: see the function itself.

    Returns
    -------
    ndarray
        Shape and type of the image.

    Raises
    ------
    TypeError, ValueError
        If the method is unknown, or what it gets is not as it should be.

    Examples
    --------
    >>> import numpy as np
    >>> spike = np.array([[0.2, 0.2, 0.2], [0.2, 1.0, 0.2], [0.2, 0.2, 0.2]])
    >>> apply(spike, "median", size=3)[1, 1]
    np.float64(0.2)
    """
    if method not in DENOISERS:
        raise ValueError(f"there is no denoiser {method!r}; choose one of {', '.join(DENOISERS)}")
    return DENOISERS[method].function(image, **options)
