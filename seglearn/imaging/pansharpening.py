"""Pansharpening: the detail of a sharp panchromatic image for a coarse multispectral one.

Every method is a function ``method(ms, pan)``; `METHODS` lists them by name::

    from seglearn.imaging import pansharpening

    sharp = pansharpening.gram_schmidt(ms, pan)  # (h, w, B) and (H, W) give (H, W, B)
    pansharpening.wald(ms, pan)["gram-schmidt"].ergas  # how good is it, where no truth exists?

All but `high_pass` have one form: take a weighted sum I of the bands, and add what the panchromatic
image has and I has not, times a gain for each band (B. Aiazzi, S. Baronti, M. Selva, "Improving
component substitution pansharpening through multivariate regression of MS + Pan data", *IEEE
Transactions on Geoscience and Remote Sensing* 45(10), 2007). They differ in weights and gains.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.imaging.spectra import spectral_angle
from seglearn.words import say

__all__ = [
    "METHODS",
    "Score",
    "adaptive_gram_schmidt",
    "brovey",
    "degrade",
    "enlarge",
    "ergas",
    "gram_schmidt",
    "high_pass",
    "ihs",
    "no_detail",
    "pca",
    "sam",
    "wald",
]

Array = NDArray[np.float64]


# ------------------------------------------------------------------------- coarser and finer


def degrade(image: Any, ratio: int) -> Array:
    """Make an image coarser: each new pixel is the mean of ratio × ratio old ones.

    So a sensor with larger pixels sees the scene, if the light on a pixel counts alike everywhere.

    Parameters
    ----------
    image : (H, W) or (H, W, B) array
        H and W must be multiples of the ratio.
    ratio : int
        At least 1.

    Returns
    -------
    (H/ratio, W/ratio) or (H/ratio, W/ratio, B) float64
        NaN where one of the old pixels is NaN.

    Raises
    ------
    TypeError
        If the image holds no real numbers.
    ValueError
        If the image is no image, or its sides are no multiples of the ratio.
    """
    array = np.asarray(inputs.cube(image, grey=True), dtype=np.float64)
    ratio = inputs.whole(ratio, "ratio", 1)
    height, width = array.shape[:2]
    if height % ratio or width % ratio:
        size = f"{height // ratio * ratio}×{width // ratio * ratio}"
        remedy = say("crop it to {size}", size=size)
        if array.ndim == 3 and not (width % ratio or array.shape[2] % ratio):
            remedy = say(
                "crop it to {size}, or, if its bands come first, move them with "
                "np.moveaxis(x, 0, -1)",
                size=size,
            )
        raise ValueError(
            say(
                "the image has {height}×{width} pixels, no multiples of the ratio {ratio}; "
                "{remedy}",
                height=height,
                width=width,
                ratio=ratio,
                remedy=remedy,
            )
        )
    blocks = array.reshape(height // ratio, ratio, width // ratio, ratio, *array.shape[2:])
    return np.asarray(blocks.mean(axis=(1, 3)))


def enlarge(image: Any, ratio: int) -> Array:
    """Make an image finer by cubic interpolation, without new detail.

    Parameters
    ----------
    image : (h, w) or (h, w, B) array
    ratio : int
        At least 1.

    Returns
    -------
    (h·ratio, w·ratio) or (h·ratio, w·ratio, B) float64
        New pixels lie where they belong: ratio × ratio of them share the square of an old one. Near
        strong edges values overshoot a little, as cubic interpolation does. A side of one pixel
        stays constant along that side.

    Raises
    ------
    TypeError
        If the image holds no real numbers.
    ValueError
        If the image is no image, or holds values that are not finite.
    """
    from scipy.ndimage import zoom

    array = _finite_cube(image, "image", grey=True)
    ratio = inputs.whole(ratio, "ratio", 1)
    planes = array.reshape(*array.shape[:2], -1)
    enlarged = [
        zoom(planes[..., band], ratio, order=3, mode="nearest", grid_mode=True)
        for band in range(planes.shape[2])
    ]
    height, width = array.shape[:2]
    return np.stack(enlarged, axis=-1).reshape(height * ratio, width * ratio, *array.shape[2:])


def _finite_cube(image: Any, what: str, *, grey: bool = False) -> Array:
    return np.asarray(inputs.finite(inputs.cube(image, what, grey=grey), what), dtype=np.float64)


def _inputs(ms: Any, pan: Any) -> tuple[Array, Array, int]:
    """Return checked images, and how many panchromatic pixels go into a multispectral one."""
    coarse, fine = _finite_cube(ms, "ms"), _finite_cube(pan, "pan", grey=True)
    if fine.ndim != 2:
        raise ValueError(
            say("pan must be (H, W), one band without an axis, got shape {shape}", shape=fine.shape)
        )
    ratio = _ratio(fine.shape, coarse.shape[:2])
    if not ratio:
        first = inputs.bands_first(coarse.shape, coarse.shape[0])
        raise ValueError(
            say(
                "pan has {fine} pixels and ms {coarse}; pan must have the "
                "same whole number of pixels along both sides of each pixel of ms{remedy}",
                fine=f"{fine.shape[0]}×{fine.shape[1]}",
                coarse=f"{coarse.shape[0]}×{coarse.shape[1]}",
                remedy=first if _ratio(fine.shape, coarse.shape[1:]) else "",
            )
        )
    return coarse, fine, ratio


def _ratio(fine: tuple[int, ...], coarse: tuple[int, ...]) -> int:
    """How many fine pixels lie along each side of a coarse one; 0 if that is no whole number."""
    ratio = fine[0] // coarse[0]
    return ratio if fine == (coarse[0] * ratio, coarse[1] * ratio) else 0


# ----------------------------------------------------------------------------------- methods


def no_detail(ms: Any, pan: Any) -> Array:
    """Enlarge the multispectral image and leave the panchromatic one aside: what others must beat.

    Parameters and errors are those of `brovey`.
    """
    coarse, _, ratio = _inputs(ms, pan)
    return enlarge(coarse, ratio)


def _matched(pan: Array, like: Array) -> Array:
    """Give the panchromatic image the mean and the standard deviation of another one.

    A constant image is matched to a constant.
    """
    spread = pan.std()
    gain = like.std() / spread if spread > 1e-12 * np.abs(pan).max() else 0.0
    return np.asarray((pan - pan.mean()) * gain + like.mean())


def brovey(ms: Any, pan: Any) -> Array:
    """Multiply all bands of a pixel by one number: pan / intensity. The spectral angle stays.

    Parameters
    ----------
    ms : (h, w, B) array
        The coarse bands, not negative.
    pan : (H, W) array
        The sharp image; H = h·ratio and W = w·ratio with one whole ratio. Its unit does not matter:
        it is first given the mean and the spread of the intensity, the mean of the bands.

    Returns
    -------
    (H, W, B) float64
        Where the intensity is 0 or less, 0.

    Raises
    ------
    TypeError
        If the images hold no real numbers.
    ValueError
        If the sizes do not fit, a value is NaN or infinite, or ``ms`` has negative values, for which
        a ratio means nothing.
    """
    coarse, fine, ratio = _inputs(ms, pan)
    if coarse.min() < 0:
        raise ValueError(
            say(
                "ms holds {n} negative values, down to {lowest:g}; Brovey takes ratios: "
                "shift the values first, or use another method",
                n=np.count_nonzero(coarse < 0),
                lowest=coarse.min(),
            )
        )
    bands = enlarge(coarse, ratio)
    intensity = bands.mean(axis=2)
    factor = np.divide(
        _matched(fine, intensity),
        intensity,
        out=np.zeros_like(intensity),
        where=intensity > 0,
    )
    return bands * factor[..., None]


def _substitute(bands: Array, pan: Array, weights: Array, gains: Array, offset: float = 0) -> Array:
    """Put the panchromatic image in the place of the weighted sum of the bands."""
    intensity = bands @ weights + offset
    return np.asarray(bands + (_matched(pan, intensity) - intensity)[..., None] * gains)


def ihs(ms: Any, pan: Any) -> Array:
    """Add one number to all bands of a pixel: pan − intensity.

    With three bands this is what replacing the intensity of a linear intensity–hue–saturation
    transform comes to (T.-M. Tu, S.-C. Su, H.-C. Shyu, P. S. Huang, "A new look at IHS-like image
    fusion methods", *Information Fusion* 2(3), 2001), and it needs no three bands.

    Parameters and errors are those of `brovey`, but values may be negative.
    """
    coarse, fine, ratio = _inputs(ms, pan)
    n_bands = coarse.shape[2]
    return _substitute(
        enlarge(coarse, ratio), fine, np.full(n_bands, 1 / n_bands), np.ones(n_bands)
    )


def pca(ms: Any, pan: Any) -> Array:
    """Replace the first principal component of the bands by the panchromatic image.

    The sign of the component is chosen so that it grows with the brightness of the pixel.

    Parameters and errors are those of `brovey`, but values may be negative.
    """
    coarse, fine, ratio = _inputs(ms, pan)
    bands = enlarge(coarse, ratio)
    centred = bands.reshape(-1, coarse.shape[2]) - bands.mean(axis=(0, 1))
    # Eigenvalues ascend, so the last vector is the first component.
    vectors: Array = np.linalg.eigh(centred.T @ centred)[1].astype(np.float64)
    first = vectors[:, -1] * (1 if vectors[:, -1].sum() >= 0 else -1)
    return _substitute(bands, fine, first, first)


def gram_schmidt(ms: Any, pan: Any) -> Array:
    """Replace the first vector of a Gram–Schmidt basis, the mean of the bands.

    What is added to a band is weighted by how the band varies with that mean: covariance over
    variance.

    Parameters and errors are those of `brovey`, but values may be negative.

    References
    ----------
    C. A. Laben, B. V. Brower, "Process for enhancing the spatial resolution of multispectral imagery
    using pan-sharpening", US patent 6,011,875, 2000.
    """
    coarse, fine, ratio = _inputs(ms, pan)
    bands, n_bands = enlarge(coarse, ratio), coarse.shape[2]
    weights = np.full(n_bands, 1 / n_bands)
    return _substitute(bands, fine, weights, _slopes(bands, bands @ weights))


def adaptive_gram_schmidt(ms: Any, pan: Any) -> Array:
    """Gram–Schmidt with the weights that make the bands look most like the panchromatic image.

    The weights come from a regression, at the coarse scale, of the degraded panchromatic image on
    the bands: so they learn which wavelengths it sees.

    Parameters and errors are those of `brovey`, but values may be negative.

    References
    ----------
    The paper of Aiazzi, Baronti and Selva above, where it is called GSA.
    """
    coarse, fine, ratio = _inputs(ms, pan)
    bands = enlarge(coarse, ratio)
    columns = coarse.reshape(-1, coarse.shape[2])
    design = np.column_stack([columns, np.ones(len(columns))])
    solution = np.linalg.lstsq(design, degrade(fine, ratio).ravel(), rcond=None)[0]
    weights, offset = solution[:-1].astype(np.float64), float(solution[-1])
    return _substitute(bands, fine, weights, _slopes(bands, bands @ weights), offset)


def _slopes(bands: Array, intensity: Array) -> Array:
    """Covariance of each band with the intensity over the variance of the intensity."""
    centred = intensity - intensity.mean()
    variance = (centred**2).mean()
    if variance <= 1e-24 * np.abs(intensity).max() ** 2:
        return np.zeros(bands.shape[2])
    covariance = ((bands - bands.mean(axis=(0, 1))) * centred[..., None]).mean(axis=(0, 1))
    return np.asarray(covariance / variance)


def high_pass(ms: Any, pan: Any) -> Array:
    """Add to every band the detail that the coarse sensor would not have seen in the pan image.

    Detail is the panchromatic image less its own degraded and enlarged version. For each band it is
    scaled by the ratio of standard deviations of band and degraded panchromatic image. Degraded
    again, the result is the multispectral image again, nearly.

    Parameters and errors are those of `brovey`, but values may be negative.
    """
    coarse, fine, ratio = _inputs(ms, pan)
    blurred = degrade(fine, ratio)
    spread = blurred.std()
    gains = (
        coarse.std(axis=(0, 1)) / spread
        if spread > 1e-12 * np.abs(fine).max()
        else np.zeros(coarse.shape[2])
    )
    detail = fine - enlarge(blurred, ratio)
    return enlarge(coarse, ratio) + detail[..., None] * gains


METHODS: Mapping[str, Callable[[Any, Any], Array]] = {
    "no detail": no_detail,
    "brovey": brovey,
    "ihs": ihs,
    "pca": pca,
    "gram-schmidt": gram_schmidt,
    "adaptive gram-schmidt": adaptive_gram_schmidt,
    "high-pass": high_pass,
}
"""Every method by name; ``"no detail"`` is the baseline."""


# ------------------------------------------------------------------------------------ scores


def _pair(truth: Any, image: Any) -> tuple[Array, Array]:
    first, second = _finite_cube(truth, "truth"), _finite_cube(image, "image")
    if first.shape != second.shape:
        raise ValueError(
            say(
                "truth and image must both be (H, W, B), got shapes {truth} and {image}{remedy}",
                truth=first.shape,
                image=second.shape,
                remedy=inputs.bands_first(first.shape, second.shape[2])
                or inputs.bands_first(second.shape, first.shape[2]),
            )
        )
    return first, second


def ergas(truth: Any, image: Any, ratio: float) -> float:
    """Return the relative error over all bands, ERGAS; 0 is perfect.

    100 / ratio · √(mean over bands of (RMSE / mean of the true band)²). The factor 1/ratio makes up
    for a large ratio being harder.

    Parameters
    ----------
    truth, image : (H, W, B) arrays
    ratio : float
        Pixel size of the coarse image over that of the fine one, such as 4; at least 1. Wald writes
        the factor with the inverse, h/l = 1/4.

    Returns
    -------
    float
        At least 0.

    Raises
    ------
    TypeError
        If the images hold no real numbers.
    ValueError
        If shapes differ, a value is not finite, the ratio is below 1, or a band of the truth has the
        mean 0, relative to which no error can be stated.

    References
    ----------
    L. Wald, *Data Fusion: Definitions and Architectures*, Presses de l'École des Mines, 2002.
    """
    first, second = _pair(truth, image)
    ratio = inputs.number(ratio, "ratio", 0, open_low=True)
    if ratio < 1:
        raise ValueError(
            say(
                "ratio must be the size of a coarse pixel over that of a fine one, at least "
                "1, got {ratio:g}; if that is fine over coarse, pass {inverse:g}",
                ratio=ratio,
                inverse=1 / ratio,
            )
        )
    means = first.mean(axis=(0, 1))
    if (means == 0).any():
        raise ValueError(
            say(
                "band {band} of the truth has the mean 0, and ERGAS divides by it; leave "
                "the band out",
                band=int(np.argmin(np.abs(means))),
            )
        )
    squared = ((first - second) ** 2).mean(axis=(0, 1))
    return float(100 / ratio * np.sqrt((squared / means**2).mean()))


def sam(truth: Any, image: Any) -> float:
    """Return the mean spectral angle between two images in degrees; 0 is perfect.

    Parameters
    ----------
    truth, image : (H, W, B) arrays

    Returns
    -------
    float
        Between 0 and 180. One image may be brighter than the other without being charged for it.

    Raises
    ------
    TypeError
        If the images hold no real numbers.
    ValueError
        If shapes differ, a value is not finite, or a pixel is zero in all bands of one image, where
        there is no angle.
    """
    first, second = _pair(truth, image)
    angles = spectral_angle(first, second)
    undefined = np.count_nonzero(np.isnan(angles))
    if undefined:
        raise ValueError(
            say(
                "{undefined} pixels are zero in all bands of one image and have no spectral "
                "angle; crop them away",
                undefined=undefined,
            )
        )
    return float(np.degrees(angles.mean()))


@dataclass(frozen=True)
class Score:
    """How far a sharpened image is from the truth.

    Attributes
    ----------
    ergas : float
        Relative error over all bands; see `ergas`.
    sam : float
        Mean spectral angle in degrees; see `sam`.
    """

    ergas: float
    sam: float


def wald(
    ms: Any,
    pan: Any,
    methods: Mapping[str, Callable[[Any, Any], Array]] = METHODS,
) -> dict[str, Score]:
    """Score methods by Wald's protocol: one scale coarser, where the truth is known.

    Nobody has the multispectral image at the sharp scale. So both images are made coarser by the
    ratio of their pixels, sharpened, and the result is compared with the multispectral image as it
    was. That the ranking is the same one scale finer is an assumption.

    Parameters
    ----------
    ms : (h, w, B) array
    pan : (H, W) array
        As for the methods. h and w must be multiples of the ratio.
    methods : mapping of str to function, optional
        Which methods to score; all of `METHODS` by default.

    Returns
    -------
    dict of str to Score
        In the order of ``methods``.

    Raises
    ------
    TypeError, ValueError
        As the methods, `degrade`, `ergas` and `sam`; also if both images have pixels of one size.

    References
    ----------
    L. Wald, T. Ranchin, M. Mangolini, "Fusion of satellite images of different spatial resolutions:
    assessing the quality of resulting images", *Photogrammetric Engineering and Remote Sensing*
    63(6), 1997.
    """
    truth, fine, ratio = _inputs(ms, pan)
    if ratio == 1:
        raise ValueError(say("ms and pan have pixels of one size: there is nothing to sharpen"))
    coarse, coarse_pan = degrade(truth, ratio), degrade(fine, ratio)
    scores = {}
    for name, method in methods.items():
        sharpened = method(coarse, coarse_pan)
        scores[name] = Score(ergas(truth, sharpened, ratio), sam(truth, sharpened))
    return scores
