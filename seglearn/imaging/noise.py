"""Six kinds of noise, each with the meaning of its one parameter spelled out.

A function ``gaussian(image, sigma, rng)`` returns a new image of the same shape and type. `NOISES`
lists them by name, so that a chapter, a script and a widget can loop over them::

    from seglearn.imaging import noise

    noisy = noise.gaussian(image, 0.1, rng=0)
    noisy = noise.add(image, "gaussian", 0.1, rng=0)  # the same

Every sample is disturbed on its own: neighbouring pixels, and the three colours of a pixel,
independently of each other. What would leave [0, 1] is clipped, as a sensor saturates; ``clip=False``
keeps it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.inputs import Floats
from seglearn.words import say

__all__ = [
    "NOISES",
    "Noise",
    "add",
    "density",
    "gaussian",
    "pepper",
    "poisson",
    "salt",
    "salt_and_pepper",
    "speckle",
    "spread",
]

Seed = np.random.Generator | int

IMPULSES = ("salt", "pepper", "salt-and-pepper")  # these never leave [0, 1]
MOST_COUNTS = 1e9
FINEST_SPECKLE = 1e-7


def gaussian(image: Any, sigma: float, rng: Seed, *, clip: bool = True) -> Floats:
    """Add Gaussian noise: the hiss of a sensor's electronics.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    sigma : float
        Standard deviation before clipping, in units of the image: 0.1 is a tenth of full scale.
    rng : numpy.random.Generator or int
        Source of randomness, or its seed.
    clip : bool, default True
        Whether to clip to [0, 1]. Clipping pulls the mean of dark pixels up and of bright ones
        down, and lowers the standard deviation of both.

    Returns
    -------
    ndarray
        Shape and type of the image. Unclipped, its mean is the image and its standard deviation
        ``sigma`` everywhere.

    Raises
    ------
    TypeError, ValueError
        If the image or ``sigma`` is not as above.
    """
    x = inputs.image(image)
    sigma = inputs.number(sigma, "sigma", 0)
    noise = inputs.generator(rng).normal(0.0, sigma, x.shape)
    return _finish(x + noise, x, clip)


def salt(image: Any, amount: float, rng: Seed) -> Floats:
    """Set samples to 1: a hot pixel, a bit that flipped.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    amount : float
        Probability with which a sample becomes 1, from 0 to 1.
    rng : numpy.random.Generator or int

    Returns
    -------
    ndarray
        Shape and type of the image; nothing needs clipping.

    Raises
    ------
    TypeError, ValueError
        If the image or ``amount`` is not as above.
    """
    return salt_and_pepper(image, amount, rng, salt_vs_pepper=1.0)


def pepper(image: Any, amount: float, rng: Seed) -> Floats:
    """Set samples to 0: a dead pixel, a sample that was lost. Otherwise as `salt`."""
    return salt_and_pepper(image, amount, rng, salt_vs_pepper=0.0)


def salt_and_pepper(image: Any, amount: float, rng: Seed, *, salt_vs_pepper: float = 0.5) -> Floats:
    """Replace samples by 1 or 0: errors in a few samples that leave all others untouched.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    amount : float
        Probability with which a sample is replaced, from 0 to 1. The colours of a pixel are
        replaced one by one, so impulses on a colour image are coloured.
    rng : numpy.random.Generator or int
    salt_vs_pepper : float, default 0.5
        Probability that a replaced sample becomes 1 (salt) rather than 0 (pepper).

    Returns
    -------
    ndarray
        Shape and type of the image; nothing needs clipping.

    Raises
    ------
    TypeError, ValueError
        If the image, ``amount`` or ``salt_vs_pepper`` is not as above.
    """
    x = inputs.image(image)
    amount = inputs.number(amount, "amount", 0, 1)
    salt_vs_pepper = inputs.number(salt_vs_pepper, "salt_vs_pepper", 0, 1)
    rng = inputs.generator(rng)
    replaced = rng.random(x.shape) < amount
    is_salt = rng.random(x.shape) < salt_vs_pepper
    return np.where(replaced, is_salt, x).astype(x.dtype)


def poisson(image: Any, peak: float, rng: Seed, *, clip: bool = True) -> Floats:
    """Count photons: what light itself does, however good the sensor.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    peak : float
        Expected number of photons where the image is 1; above 0, at most 10⁹. **More photons are
        less noise.**
    rng : numpy.random.Generator or int
    clip : bool, default True
        Whether to clip at 1. Counts are never negative.

    Returns
    -------
    ndarray
        Counts divided by ``peak``, in the shape and type of the image. Unclipped, the mean of a
        pixel of value v is v and its variance v / peak.

    Raises
    ------
    TypeError, ValueError
        If the image or ``peak`` is not as above.

    Notes
    -----
    ``skimage.util.random_noise(mode="poisson")`` has no such parameter. It takes the number of
    different values in the image, rounded up to a power of two, for the peak.
    """
    x = inputs.image(image)
    peak = inputs.number(peak, "peak", 0, MOST_COUNTS, open_low=True)
    counts = inputs.generator(rng).poisson(x.astype(np.float64) * peak)
    return _finish(counts / peak, x, clip)


def speckle(image: Any, sigma: float, rng: Seed, *, clip: bool = True) -> Floats:
    """Multiply by gamma noise: the grain of radar, ultrasound and laser images.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    sigma : float
        Standard deviation of the factor, whose mean is 1. The factor is the mean of L = 1/σ²
        independent looks (of shape L and scale 1/L): at ``sigma=1`` it is exponential. Below 10⁻⁷,
        less than rounding does, the image is returned as it is.
    rng : numpy.random.Generator or int
    clip : bool, default True
        Whether to clip at 1. The factor is never negative.

    Returns
    -------
    ndarray
        Shape and type of the image. Unclipped, the mean of a pixel of value v is v and its standard
        deviation ``sigma`` · v.

    Raises
    ------
    TypeError, ValueError
        If the image or ``sigma`` is not as above.

    Notes
    -----
    ``skimage.util.random_noise(mode="speckle")`` multiplies by a Gaussian factor with the same mean
    and standard deviation, which can be negative. Coherent light averaged over L looks gives the
    gamma distribution: J. W. Goodman, "Some fundamental properties of speckle", JOSA 66(11), 1976.
    """
    x = inputs.image(image)
    sigma = inputs.number(sigma, "sigma", 0)
    if sigma < FINEST_SPECKLE:
        return x.copy()
    factor = inputs.generator(rng).gamma(1 / sigma**2, sigma**2, x.shape)
    return _finish(x * factor, x, clip)


def _finish(noisy: Floats, image: Floats, clip: bool) -> Floats:
    if clip:
        noisy = np.clip(noisy, 0, 1)
    return noisy.astype(image.dtype)


# --------------------------------------------------------------------------------------- by name


@dataclass(frozen=True)
class Noise:
    """A kind of noise.

    Attributes
    ----------
    name : str
        Its key in `NOISES`.
    title : str
        Its name in prose.
    parameter : str
        What its strength is called.
    cause : str
        Where it comes from, in a few words.
    strengths : tuple of float
        Five values of the parameter, from weak to strong: those of the course's measurements.
    function : callable
        ``function(image, strength, rng)``.
    """

    name: str
    title: str
    parameter: str
    cause: str
    strengths: tuple[float, ...]
    function: Callable[..., Floats]

    def add(self, image: Any, strength: float, rng: Seed, *, clip: bool = True) -> Floats:
        """Return the image with this noise, clipped to [0, 1] or not; see the function itself."""
        if clip or self.name in IMPULSES:
            return self.function(image, strength, rng)
        return self.function(image, strength, rng, clip=False)


NOISES: dict[str, Noise] = {
    noise.name: noise
    for noise in (
        Noise(
            "gaussian",
            "Gaussian",
            "sigma",
            "heat in the sensor's electronics",
            (0.02, 0.05, 0.1, 0.2, 0.3),
            gaussian,
        ),
        Noise(
            "salt",
            "Salt",
            "amount",
            "hot pixels",
            (0.01, 0.03, 0.1, 0.2, 0.4),
            salt,
        ),
        Noise(
            "pepper",
            "Pepper",
            "amount",
            "dead pixels, lost samples",
            (0.01, 0.03, 0.1, 0.2, 0.4),
            pepper,
        ),
        Noise(
            "salt-and-pepper",
            "Salt and pepper",
            "amount",
            "errors in transmission or conversion",
            (0.01, 0.03, 0.1, 0.2, 0.4),
            salt_and_pepper,
        ),
        Noise(
            "poisson",
            "Poisson",
            "peak",
            "light comes in photons",
            (1000.0, 200.0, 50.0, 20.0, 5.0),
            poisson,
        ),
        Noise(
            "speckle",
            "Speckle",
            "sigma",
            "coherent waves interfere: radar, ultrasound, laser",
            (0.05, 0.1, 0.2, 0.4, 0.8),
            speckle,
        ),
    )
}
"""The kinds of noise by name."""


def add(image: Any, kind: str, strength: float, rng: Seed, *, clip: bool = True) -> Floats:
    """Return an image with one kind of noise.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    kind : str
        A key of `NOISES`.
    strength : float
        The parameter of that noise; see the function itself.
    rng : numpy.random.Generator or int
        Source of randomness, or its seed.
    clip : bool, default True
        Whether to clip to [0, 1]; impulses lie there anyway.

    Returns
    -------
    ndarray
        Shape and type of the image.

    Raises
    ------
    TypeError, ValueError
        If the kind is unknown, or what it gets is not as it should be.

    Examples
    --------
    >>> import numpy as np
    >>> grey = np.full((2, 3), 0.5)
    >>> add(grey, "pepper", 1.0, rng=0)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return NOISES[inputs.choice(kind, say("noise"), NOISES)].add(image, strength, rng, clip=clip)


# ------------------------------------------------------------------------------------ their laws


def spread(kind: str, value: Any, strength: float) -> Any:
    """Return the standard deviation of one kind of noise, unclipped, where the image has a value.

    Parameters
    ----------
    kind : str
        A key of `NOISES`.
    value : float or array_like of float
        What the pixel should be, in [0, 1].
    strength : float
        The parameter of that noise.

    Returns
    -------
    float or ndarray
        σ for Gaussian noise, √(value / peak) for Poisson, σ · value for speckle; for impulses that of
        a sample that is 0 or 1 with a share, and as it was otherwise.

    Raises
    ------
    TypeError, ValueError
        If the kind is unknown, or a value or the strength is not as above.

    Examples
    --------
    >>> spread("poisson", 0.5, 50)
    0.1
    """
    kind = inputs.choice(kind, say("noise"), NOISES)
    v = inputs.finite(inputs.floats(value, "value"), "value")
    if v.size and (v.min() < 0 or v.max() > 1):
        raise ValueError(
            say(
                "value must lie in [0, 1], got {low:g} to {high:g}; divide 8-bit values by 255",
                low=v.min(),
                high=v.max(),
            )
        )
    if kind in IMPULSES:
        strength = inputs.number(strength, "strength", 0, 1)
        share = {"salt": 1.0, "pepper": 0.0}.get(kind, 0.5)  # of salt
        squares = strength * (share * (1 - v) ** 2 + (1 - share) * v**2)
        result = np.sqrt(squares - (strength * (share - v)) ** 2)
    elif kind == "poisson":
        result = np.sqrt(v / inputs.number(strength, "strength", 0, MOST_COUNTS, open_low=True))
    else:
        strength = inputs.number(strength, "strength", 0)
        result = strength * (v if kind == "speckle" else np.ones_like(v))
    return result if np.ndim(value) else float(result)


def density(kind: str, value: float, strength: float) -> tuple[Floats, Floats]:
    """Return the curve that a histogram of one kind of noise, unclipped, comes near to.

    Parameters
    ----------
    kind : {"gaussian", "poisson", "speckle"}
    value : float
        What the pixels should be, above 0, at most 1.
    strength : float
        The parameter of that noise, above 0.

    Returns
    -------
    x, y : (N,) ndarray
        Values, and the density at each. Photons are counted, so Poisson noise has steps of
        1 / peak; its probabilities are divided by that.

    Raises
    ------
    TypeError, ValueError
        If the kind has no density, or the value or the strength is not as above.
    """
    from scipy import stats

    kind = inputs.choice(kind, say("noise"), ("gaussian", "poisson", "speckle"))
    value = inputs.number(value, "value", 0, 1, open_low=True)
    strength = inputs.number(strength, "strength", FINEST_SPECKLE, MOST_COUNTS)
    width = spread(kind, value, strength)
    x = np.linspace(value - 5 * width, value + 5 * width, 401)
    if kind == "gaussian":
        return x, stats.norm(value, strength).pdf(x)
    if kind == "speckle":
        return x, stats.gamma(strength**-2, scale=value * strength**2).pdf(x)
    counts = np.unique(np.round(np.maximum(x, 0) * strength))
    return counts / strength, strength * stats.poisson(value * strength).pmf(counts)
