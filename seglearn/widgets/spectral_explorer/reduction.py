"""A spectral cube small enough for a page: principal components, coarsely rounded, tightly packed.

A page cannot carry 145 × 145 × 200 numbers. Neighbouring bands say nearly the same, so a few
components carry nearly everything; `reduced_cube` finds as many as fit, and measures what is lost.
`web/core/cube.js` reads what is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from seglearn.imaging.spectra import spectral_angle
from seglearn.widgets.codec import encode_bytes

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BUDGET = (
    255_000  # characters for the numbers of all pixels; a page with the widget stays under 400 KB
)
FINEST = 0.005  # smallest step, in standard deviations of the cube: finer than can be seen
SIXTEEN_BITS = 32767


@dataclass(frozen=True, eq=False)
class ReducedCube:
    """A cube as the browser has it.

    Attributes
    ----------
    shape : (int, int, int)
        Height, width and number of bands of the cube.
    coefficients : (H·W, K + 1) int64
        For each pixel a 1, for the mean, and its rounded value of each of the K components.
    basis : (K + 1, B) float64
        The mean spectrum, then the spectrum of one step of each component.
    text : dict
        Both of them as JSON values.
    error : dict
        ``n_components``; ``explained``, the share of the variance that is kept; ``relative``, the
        root mean square error over the root mean square of the cube; ``angle_mean`` and
        ``angle_99``, by how many degrees the angle between two pixels taken at random is off, on
        average and in 99 of 100 pairs.
    """

    shape: tuple[int, int, int]
    coefficients: Integers
    basis: Floats
    text: dict[str, Any]
    error: dict[str, float]

    @cached_property
    def isometric(self) -> Floats:
        """The pixels in K + 1 coordinates with the lengths and angles of their spectra."""
        _, triangle = np.linalg.qr(self.basis.T)
        return self.coefficients @ triangle.T

    @cached_property
    def cube(self) -> npt.NDArray[np.float32]:
        """The cube that the coefficients stand for, (H, W, B) float32."""
        return (self.coefficients @ self.basis).reshape(self.shape).astype(np.float32)


def reduced_cube(cube: npt.ArrayLike, budget: int = BUDGET) -> ReducedCube:
    """Reduce a cube to what fits into `budget` characters.

    All components are rounded to multiples of one step, which is best for the mean square error at a
    given size (reverse water-filling; Cover and Thomas, Elements of Information Theory, section
    10.3.3). Components weaker than the step are left out. The step is the smallest that fits.

    Parameters
    ----------
    cube : array_like, (H, W, B)
        Finite numbers in any unit.
    budget : int
        Length of the text that carries the coefficients.
    """
    array = np.asarray(cube, dtype=np.float64)
    pixels = array.reshape(-1, array.shape[2])
    mean = pixels.mean(axis=0)
    centred = pixels - mean
    variances, vectors = np.linalg.eigh(centred.T @ centred / len(pixels))
    sigmas = np.sqrt(np.maximum(variances[::-1], 0))
    vectors = vectors[:, ::-1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), range(len(mean))])
    scores = centred @ vectors

    # 6 bits a character. The length falls as the step grows: halve the interval, in logarithms.
    spread = float(np.sqrt((sigmas**2).sum() / len(mean))) or 1.0
    low, high = np.log(FINEST * spread), np.log(np.abs(scores).max() + spread)
    if _fits(scores, sigmas, float(np.exp(low)), 6 * budget):
        high = low
    while high - low > 0.01:
        middle = (low + high) / 2
        fits = _fits(scores, sigmas, float(np.exp(middle)), 6 * budget)
        low, high = (low, middle) if fits else (middle, high)
    step = float(np.exp(high))

    rounded = np.round(scores[:, : _n_kept(sigmas, step)] / step).astype(np.int64)
    rows = np.vstack([mean, step * vectors.T[: rounded.shape[1]]])
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / SIXTEEN_BITS
    whole = np.round(rows / scales[:, None]).astype("<i2")
    basis = whole * scales[:, None]
    coefficients = np.column_stack([np.ones(len(pixels), dtype=np.int64), rounded])
    parameters = [_parameter(column) for column in rounded.T]
    streams = [_rice_bits(column, k) for column, k in zip(rounded.T, parameters, strict=True)]
    stream = np.packbits(np.concatenate([np.zeros(0, np.uint8), *streams]))
    text = {
        "shape": list(array.shape),
        "scales": scales.tolist(),
        "basis": encode_bytes(whole.tobytes()),
        "rice": parameters,
        "coefficients": encode_bytes(stream.tobytes()),
    }
    error = _error(pixels, centred, coefficients @ basis, rounded.shape[1])
    height, width, n_bands = array.shape
    return ReducedCube((height, width, n_bands), coefficients, basis, text, error)


def _error(pixels: Floats, centred: Floats, rebuilt: Floats, n: int) -> dict[str, float]:
    pairs = np.random.default_rng(0).integers(len(pixels), size=(2, 4000))
    angles = [spectral_angle(which[pairs[0]], which[pairs[1]]) for which in (pixels, rebuilt)]
    off = np.degrees(np.abs(angles[0] - angles[1]))
    off = off[np.isfinite(off)]
    lost = ((rebuilt - pixels) ** 2).sum()
    return {
        "n_components": n,
        "explained": float(1 - lost / ((centred**2).sum() or 1)),
        "relative": float(np.sqrt(lost / ((pixels**2).sum() or 1))),
        "angle_mean": float(off.mean()) if off.size else 0.0,
        "angle_99": float(np.percentile(off, 99)) if off.size else 0.0,
    }


# --- Rice codes: a quotient in ones and zeros, a remainder in k bits (Rice and Plaunt, 1971) -------------


def _n_kept(sigmas: Floats, step: float) -> int:
    return max(1, int((sigmas > 0.7 * step).sum()))


def _fits(scores: Floats, sigmas: Floats, step: float, n_bits: int) -> bool:
    for column in scores.T[: _n_kept(sigmas, step)]:
        whole = np.round(column / step).astype(np.int64)
        n_bits -= _length(_unsigned(whole), _parameter(whole))
        if n_bits < 0:
            return False
    return True


def _unsigned(values: Integers) -> Integers:
    """0, -1, 1, -2, 2, … become 0, 1, 2, 3, 4, …."""
    return np.where(values < 0, -2 * values - 1, 2 * values)


def _length(unsigned: Integers, k: int) -> int:
    return int((unsigned >> k).sum()) + (k + 1) * len(unsigned)


def _parameter(values: Integers) -> int:
    """Return the k with the shortest code; it lies near the logarithm of the mean."""
    unsigned = _unsigned(values)
    guess = int(np.log2(unsigned.mean() + 1))
    return min(range(max(0, guess - 1), guess + 2), key=lambda k: _length(unsigned, k))


def _rice_bits(values: Integers, k: int) -> npt.NDArray[np.uint8]:
    unsigned = _unsigned(values)
    quotients = unsigned >> k
    lengths = quotients + 1 + k
    ends = np.cumsum(lengths)
    bits = np.zeros(int(ends[-1]), dtype=np.uint8)
    ones = ends - k - 1  # zeros as many as the quotient, then a one
    bits[ones] = 1
    for place in range(k):
        bits[ones + 1 + place] = (unsigned >> (k - 1 - place)) & 1
    return bits
