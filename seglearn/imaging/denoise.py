"""Seven ways to take noise away, and doing nothing.

Filters with a window: `mean`, `gaussian`, `median`, `adaptive_median`, `bilateral`. Two that look
further: `non_local_means` and `total_variation`. `DENOISERS` lists them by name, with settings from
gentle to strong, so that a chapter, a script and a widget can loop over them::

    from seglearn.imaging import denoise

    clean = denoise.median(noisy, size=3)
    clean = denoise.apply(noisy, "median", size=3)  # the same

`mean`, `gaussian`, `median` and `adaptive_median` treat each colour alone; the others look at whole
colours. Beyond its border, an image goes on mirrored, the border pixel repeated (``dcba|abcd|dcba``);
`total_variation` stops there.
Values stay in [0, 1], and the type of the image is kept.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.inputs import Floats
from seglearn.words import say

__all__ = [
    "DENOISERS",
    "Denoiser",
    "adaptive_median",
    "adaptive_median_plain",
    "apply",
    "bilateral",
    "gaussian",
    "mean",
    "median",
    "non_local_means",
    "non_local_means_plain",
    "total_variation",
    "total_variation_objective",
]

WEIGHTS = (
    1e-4,
    1e6,
)  # range of parameters that are divided by; a picture is nowhere near either end


def mean(image: Any, size: int = 3) -> Floats:
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

    x = inputs.image(image)
    window = (inputs.odd(size, "size"),) * 2 + (1,) * (x.ndim - 2)
    return _finish(ndimage.uniform_filter(x.astype(np.float64), window), x)


def gaussian(image: Any, sigma: float = 1.0) -> Floats:
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

    x = inputs.image(image)
    width = inputs.number(sigma, "sigma", 0.01, 100)
    sigmas = (width,) * 2 + (0,) * (x.ndim - 2)
    return _finish(ndimage.gaussian_filter(x.astype(np.float64), sigmas), x)


def median(image: Any, size: int = 3) -> Floats:
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

    x = inputs.image(image)
    window = (inputs.odd(size, "size"),) * 2 + (1,) * (x.ndim - 2)
    return ndimage.median_filter(x, window)


def adaptive_median(image: Any, max_size: int = 7) -> Floats:
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
    `adaptive_median_plain` does this pixel by pixel.
    """
    from scipy import ndimage

    x = inputs.image(image)
    largest = inputs.odd(max_size, "max_size", 3)
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


def adaptive_median_plain(image: Any, max_size: int = 7) -> Floats:
    """Do what `adaptive_median` does, pixel by pixel and window by window, as the book has it.

    Parameters, result and errors are those of `adaptive_median`.
    """
    x = inputs.image(image)
    largest = inputs.odd(max_size, "max_size", 3)
    if x.ndim == 3:
        return np.stack([adaptive_median_plain(x[..., i], largest) for i in range(3)], axis=2)
    result = x.copy()
    for row, column in np.ndindex(x.shape):
        for size in range(3, largest + 1, 2):
            padded = np.pad(x, size // 2, mode="symmetric")
            window = padded[row : row + size, column : column + size]
            low, middle, high = window.min(), np.median(window), window.max()
            if low < middle < high:  # stage A: the median is no impulse
                if not low < x[row, column] < high:  # stage B: the pixel is one
                    result[row, column] = middle
                break
        else:
            result[row, column] = middle
    return result


def bilateral(image: Any, sigma_color: float = 0.1, sigma_space: float = 1.5) -> Floats:
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
    x = inputs.image(image)
    sigma_color = inputs.number(sigma_color, "sigma_color", *WEIGHTS)
    sigma_space = inputs.number(sigma_space, "sigma_space", 0.1, 20)
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
) -> Floats:
    """Average pixels whose surroundings look alike, wherever they lie.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    h : float, default 0.1
        How unlike two patches may be, in units of the image; about σ of Gaussian noise is a good
        start, a little more where it is weak. From 10⁻⁴ to 10⁶.
    patch_size : int, default 5
        Side of the patches in pixels, odd; 1 compares the pixels alone.
    patch_distance : int, default 6
        How far to look, in pixels, at least 1: the window has 2 · patch_distance + 1 pixels a side.

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
    Pixel j weighs exp(−d / h²) for pixel i, with d the *mean* of the squared differences between the
    patches around them, over pixels and colours. A. Buades, B. Coll, J.-M. Morel, "A non-local
    algorithm for image denoising", CVPR 2005, with all pixels of a patch alike.
    `non_local_means_plain` does this pixel by pixel; here a whole image of differences serves one shift.
    Written here because ``denoise_nl_means`` of scikit-image 0.26 puts its patches off the centre.
    """
    from scipy import ndimage

    x = inputs.image(image)
    h, patch, reach = _patches(h, patch_size, patch_distance)
    height, width = x.shape[:2]
    padded, margin = _padded(x, reach + patch // 2), patch // 2
    total, weights = np.zeros((height, width, padded.shape[2])), np.zeros((height, width, 1))

    def shifted(dy: int, dx: int) -> Floats:
        """Return the image with a margin for its patches, moved by so many rows and columns."""
        rows = slice(reach + dy, reach + dy + height + 2 * margin)
        return padded[rows, reach + dx : reach + dx + width + 2 * margin]

    here, inside = shifted(0, 0), np.s_[margin : margin + height, margin : margin + width]
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            other = shifted(dy, dx)
            off = here - other
            unlike = np.einsum("rxc,rxc->rx", off, off) / off.shape[2]
            distance = ndimage.uniform_filter(unlike, patch)[inside]
            weight = np.exp(-distance / h**2)[..., None]
            total += weight * other[inside]
            weights += weight
    return _finish(total / weights, x)


def non_local_means_plain(
    image: Any, h: float = 0.1, *, patch_size: int = 5, patch_distance: int = 6
) -> Floats:
    """Do what `non_local_means` does, pixel by pixel and patch by patch, as the paper has it.

    Parameters, result and errors are those of `non_local_means`.
    """
    x = inputs.image(image)
    h, patch, reach = _patches(h, patch_size, patch_distance)
    padded = _padded(x, reach + patch // 2)
    result = np.empty((*x.shape[:2], padded.shape[2]))
    for row, column in np.ndindex(x.shape[:2]):
        middle = np.array([row, column]) + reach + patch // 2  # of the patch, in the padded image

        def patch_at(centre: Any) -> Floats:
            r, c = centre - patch // 2
            return padded[r : r + patch, c : c + patch]

        total, weights = 0, 0.0
        for shift in np.ndindex(2 * reach + 1, 2 * reach + 1):
            other = middle + shift - reach
            weight = np.exp(-((patch_at(middle) - patch_at(other)) ** 2).mean() / h**2)
            total = total + weight * padded[tuple(other)]
            weights += weight
        result[row, column] = total / weights
    return _finish(result, x)


def _patches(h: float, patch_size: int, patch_distance: int) -> tuple[float, int, int]:
    h = inputs.number(h, "h", *WEIGHTS)
    patch_size = inputs.odd(patch_size, "patch_size")
    return h, patch_size, inputs.whole(patch_distance, "patch_distance", 1)


def _padded(image: Floats, reach: int) -> Floats:
    """Return the image as (H, W, C) in double precision, with a mirrored margin."""
    pixels = image.reshape(*image.shape[:2], -1).astype(np.float64)
    return np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)), mode="symmetric")


GAP = 1e-3  # total variation: how far, in parts of the objective, the result may be from the best
LOOK_EVERY = 25  # rounds


def total_variation(image: Any, weight: float = 0.1) -> Floats:
    """Find the image near this one whose values go up and down the least.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    weight : float, default 0.1
        How much flatness is worth, from 10⁻⁴ to 10. About the spread of Gaussian noise is a good
        start.

    Returns
    -------
    ndarray
        Shape and type of the image: the u for which `total_variation_objective` is smallest, or at
        most a thousandth above that.

    Raises
    ------
    TypeError, ValueError
        If the image or ``weight`` is not as above.

    Notes
    -----
    L. I. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal algorithms",
    Physica D 60, 1992. Solved as A. Beck and M. Teboulle do, "Fast gradient-based algorithms for
    constrained total variation image denoising and deblurring problems", IEEE Transactions on Image
    Processing 18(11), 2009: each pixel has an arrow p, at most ``weight`` long, for each direction and
    colour; u is the image without the divergence of p; a step moves p along ∇u and cuts what is too
    long, and momentum makes it fast. weight · Σ ‖∇u‖ − ⟨∇u, p⟩ is how far the objective can be above
    its minimum (the *duality gap*); when this is at most a thousandth of the objective, looked at every
    25 rounds, u is the answer. Written here because ``denoise_tv_chambolle`` of scikit-image 0.26 stops
    when its objective changes little from one round to the next, which is long before the minimum
    where the weight is large.
    """
    x = inputs.image(image)
    weight = inputs.number(weight, "weight", WEIGHTS[0], 10)
    noisy = x.reshape(*x.shape[:2], -1).astype(np.float64)
    arrows = np.zeros((2, *noisy.shape))  # p
    ahead, momentum = arrows, 1.0
    for rounds in itertools.count(1):
        step = ahead + _gradient(noisy - _gradient_transposed(ahead)) / 8  # ‖∇‖² ≤ 8
        moved = step / np.maximum(1, _length(step) / weight)
        faster = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = moved + (momentum - 1) / faster * (moved - arrows)
        arrows, momentum = moved, faster
        if rounds % LOOK_EVERY == 0:
            result = noisy - _gradient_transposed(arrows)
            slopes = _gradient(result)
            variation = weight * _length(slopes).sum()
            gap = variation - (slopes * arrows).sum()
            # What rounding leaves: where the image is all but flat, the objective is nothing too.
            if gap <= GAP * (((result - noisy) ** 2).sum() / 2 + variation) + 1e-12 * noisy.size:
                break
    # The best image is nowhere beyond the noisy one; nearly the best may be, and cutting brings it nearer.
    result = np.clip(result, noisy.min(axis=(0, 1)), noisy.max(axis=(0, 1)))
    return _finish(result, x)


def total_variation_objective(image: Any, result: Any, weight: float = 0.1) -> float:
    """Return what `total_variation` makes small: ½ ‖result − image‖² + weight · Σ ‖∇ result‖.

    The first part is a sum over all pixels and colours. ∇ holds the differences to the pixel below and
    to the right, 0 beyond the border; ‖·‖ is the root of the sum of their squares, one for a pixel, over
    both directions and all its colours.

    Parameters
    ----------
    image, result : (H, W) or (H, W, 3) float in [0, 1]
        What was given, and an answer to it, of the same shape.
    weight : float, default 0.1
        From 10⁻⁴ to 10.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If the images or ``weight`` are not as above.
    """
    noisy, x = inputs.image(image), inputs.image(result, "result")
    inputs.same_shape(noisy.shape, x.shape, say("image and result"))
    weight = inputs.number(weight, "weight", WEIGHTS[0], 10)
    noisy, x = (a.reshape(*a.shape[:2], -1).astype(np.float64) for a in (noisy, x))
    return float(((x - noisy) ** 2).sum() / 2 + weight * _length(_gradient(x)).sum())


def _gradient(x: Floats) -> Floats:
    """Return the differences to the pixel below and to the right: (H, W, C) -> (2, H, W, C)."""
    slopes = np.zeros((2, *x.shape))
    slopes[0, :-1] = x[1:] - x[:-1]
    slopes[1, :, :-1] = x[:, 1:] - x[:, :-1]
    return slopes


def _gradient_transposed(p: Floats) -> Floats:
    """Return what `_gradient` is, transposed (minus the divergence): (2, H, W, C) -> (H, W, C)."""
    x = np.zeros(p.shape[1:])
    x[:-1] -= p[0, :-1]
    x[1:] += p[0, :-1]
    x[:, :-1] -= p[1, :, :-1]
    x[:, 1:] += p[1, :, :-1]
    return x


def _length(p: Floats) -> Floats:
    """Return a pixel's length over directions and colours: (2, H, W, C) -> (H, W, 1)."""
    return np.sqrt(np.einsum("drxc,drxc->rx", p, p))[..., None]


def _finish(result: Floats, image: Floats) -> Floats:
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
    function: Callable[..., Floats]

    def apply(self, image: Any, setting: Any = None) -> Floats:
        """Return the image without (some of) its noise.

        Parameters
        ----------
        image : (H, W) or (H, W, 3) float in [0, 1]
        setting : optional
            Value of the parameter; the default of the function if not given.
        """
        return self.function(image, **({} if setting is None else {self.parameter: setting}))


def _nothing(image: Any) -> Floats:
    return inputs.image(image).copy()


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
            (0.02, 0.05, 0.1, 0.2, 0.3, 0.4),
            non_local_means,
        ),
        Denoiser(
            "total-variation",
            "Total variation",
            "the flattest image nearby",
            "weight",
            (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6),
            total_variation,
        ),
    )
}
"""The ways to take noise away by name; the first does nothing."""


def apply(image: Any, method: str, **options: Any) -> Floats:
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
    return DENOISERS[inputs.choice(method, say("denoiser"), DENOISERS)].function(image, **options)
