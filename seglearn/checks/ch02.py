"""Answer checks of chapter 02: bands, indices, spectral angles, sharpening and mixed pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .core import Case, Mistake, Result, run

_NIR = np.array([[200, 120], [40, 0]], dtype=np.uint8)
_RED = np.array([[40, 130], [90, 0]], dtype=np.uint8)


def _ndvi(nir: np.ndarray, red: np.ndarray) -> np.ndarray:
    nir, red = np.asarray(nir, dtype=float), np.asarray(red, dtype=float)
    return np.divide(nir - red, nir + red, out=np.full(nir.shape, np.nan), where=nir + red != 0)


def _quietly(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Divide by zero without a warning: here that is part of the mistake."""

    def wrapped(**arguments: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return function(**arguments)

    return wrapped


def ndvi(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Result:
    """Check ``function(nir, red)``: the index of every pixel, nan where both bands are 0."""
    whole = Case("8-bit numbers, as a file holds them", {"nir": _NIR[:, :1], "red": _RED[:, :1]})
    return run(
        function,
        _ndvi,
        [
            Case("reflectances", {"nir": np.array([0.5, 0.3]), "red": np.array([0.1, 0.3])}),
            whole,
            Case("a pixel without any light", {"nir": _NIR, "red": _RED}),
        ],
        mistakes=[
            Mistake(
                _quietly(lambda nir, red: (nir - red) / (nir + red)),
                "In 8 bits, 40 − 90 is 206 and 200 + 100 is 44: turn both bands into floats first.",
            ),
            Mistake(
                lambda nir, red: _ndvi(np.asarray(nir).astype(int), np.asarray(red).astype(int)),
                "Reflectances are fractions: turn both bands into floats, not into whole numbers.",
            ),
            Mistake(
                _quietly(
                    lambda nir, red: (nir.astype(np.int16) - red) / (nir.astype(np.int16) + red)
                ),
                "Reflectances are fractions: turn both bands into floats, not into whole numbers.",
            ),
            Mistake(
                lambda nir, red: -_ndvi(nir, red), "Plants should come out positive: swap them."
            ),
            Mistake(
                lambda nir, red: np.abs(_ndvi(nir, red)),
                "Without its sign the index calls water a plant: take no absolute value.",
            ),
            Mistake(
                lambda nir, red: np.asarray(nir, float) - np.asarray(red, float),
                "That is the difference alone; divide it by the sum.",
            ),
            Mistake(
                _quietly(lambda nir, red: np.asarray(nir, float) / np.asarray(red, float)),
                "That is the simple ratio of the bands.",
            ),
            Mistake(
                lambda nir, red: np.nan_to_num(_ndvi(nir, red)),
                "A pixel without light is not half plant: it has no index.",
            ),
        ],
        praise="Where both bands dim by the same factor, the index stays: brightness cancels.",
    )


_CUBE = np.array(
    [[[2.0, 4.0, 6.0, 9.0], [1.0, 1.0, 1.0, 1.0]], [[0.0, 3.0, 0.0, 1.0], [8, 6, 4, 2]]]
)
_RESPONSE = np.array([[1.0, 3.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.1, 0.4, 1.0, 0.5]])


def observe(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Result:
    """Check ``function(cube, response)``: (H, W, L) and (B, L) give weighted means (H, W, B)."""
    return run(
        function,
        lambda cube, response: cube @ (response / response.sum(axis=1, keepdims=True)).T,
        [
            Case(
                "one pixel, one band",
                {"cube": _CUBE[:1, :1, :2], "response": _RESPONSE[:1, :2]},
            ),
            Case("a flat spectrum", {"cube": _CUBE[:1, 1:], "response": _RESPONSE}),
            Case("four pixels, three bands", {"cube": _CUBE, "response": _RESPONSE}),
        ],
        mistakes=[
            Mistake(
                lambda cube, response: cube @ response.T,
                "That is the weighted sum. A flat spectrum of 1 must be seen as 1: divide by the sum "
                "of the weights of each band.",
            ),
            Mistake(
                lambda cube, response: cube @ (response / response.max(axis=1, keepdims=True)).T,
                "That divides by each band's peak. A flat spectrum of 1 must be seen as 1: divide by "
                "the sum.",
            ),
            Mistake(
                lambda cube, response: cube @ (response / response.sum(axis=0, keepdims=True)).T,
                "That sums over the bands. Each band has its own sum: along the wavelengths, axis 1.",
            ),
            Mistake(
                lambda cube, response: np.repeat(cube.mean(-1, keepdims=True), len(response), -1),
                "All wavelengths count alike there; the response says how much each one counts.",
            ),
            Mistake(
                lambda cube, response: cube @ response.T / cube.shape[-1],
                "That divides by how many wavelengths there are, whatever they count.",
            ),
            Mistake(
                lambda cube, response: cube @ response.T / response.sum(),
                "Each band has its own sum of weights: sum along the wavelengths only.",
            ),
            Mistake(
                lambda cube, response: cube[..., response.argmax(axis=1)],
                "That looks at the peak of the band alone; its flanks see light too.",
            ),
        ],
        praise="That is all a sensor does to a spectrum. Every band of a satellite is such a mean.",
    )


_REFERENCES = np.array([[4.0, 1.0, 1.0], [1.0, 4.0, 1.0], [3.0, 3.0, 6.0]])
_PIXELS = np.array(
    [
        [8.0, 2.5, 1.5],
        [0.3, 0.9, 0.2],
        [0.5, 0.5, 1.0],
        [6.0, 20.0, 7.0],
        [1.0, 1.0, 1.4],
        [2.0, 0.2, 0.1],
    ]
)


def _angles(pixels: np.ndarray, references: np.ndarray) -> np.ndarray:
    unit = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (pixels, references)]
    return np.arccos(np.clip(unit[0] @ unit[1].T, -1, 1))


def nearest_by_angle(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Result:
    """Check ``function(pixels, references)``: the number of the reference at the smallest angle."""
    return run(
        function,
        lambda pixels, references: _angles(pixels, references).argmin(axis=1),
        [
            Case(
                "two pixels, two references",
                {"pixels": _PIXELS[:2], "references": _REFERENCES[:2]},
            ),
            Case(
                "bright and dark pixels of three materials",
                {"pixels": _PIXELS, "references": _REFERENCES},
            ),
            Case(
                "one pixel between two references",
                {
                    "pixels": np.array([[1.0, 0.0, 0.0]]),
                    "references": np.array([[6.0, 4.0, 0.0], [5.2, 2.4, 2.4]]),
                },
            ),
        ],
        mistakes=[
            Mistake(
                lambda pixels, references: (
                    ((pixels[:, None] - references) ** 2).sum(axis=2).argmin(axis=1)
                ),
                "That is the nearest point, and a dark pixel is near to every dark reference. "
                "Compare directions: divide by the lengths.",
            ),
            Mistake(
                lambda pixels, references: (
                    (
                        (
                            (pixels / pixels.sum(axis=1, keepdims=True))[:, None]
                            - references / references.sum(axis=1, keepdims=True)
                        )
                        ** 2
                    )
                    .sum(axis=2)
                    .argmin(axis=1)
                ),
                "Shares of the sum are not directions: divide by the length, np.linalg.norm.",
            ),
            Mistake(
                lambda pixels, references: (pixels @ references.T).argmax(axis=1),
                "The longest reference wins whatever the pixel: divide by its length.",
            ),
            Mistake(
                lambda pixels, references: _angles(pixels, references).argmax(axis=1),
                "That is the farthest. A small angle has a large cosine.",
            ),
            Mistake(
                lambda pixels, references: _angles(pixels, references).argmin(axis=0),
                "That is the nearest pixel for each reference; turn it round.",
            ),
        ],
        answers_are_classes=True,
        praise="This is the spectral angle mapper: a whole map from one comparison.",
    )


_BANDS = np.array([[[0.2, 0.4, 0.6], [0.3, 0.3, 0.3]], [[0.0, 0.0, 0.0], [0.9, 0.1, 0.5]]])
_PAN = np.array([[0.4, 0.6], [0.5, 0.2]])


def _brovey(bands: np.ndarray, pan: np.ndarray) -> np.ndarray:
    intensity = bands.mean(axis=2)
    factor = np.divide(pan, intensity, out=np.zeros_like(pan), where=intensity > 0)
    return bands * factor[..., None]


def brovey(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Result:
    """Check ``function(bands, pan)``: bands · pan / mean of the bands, 0 where the mean is 0."""
    return run(
        function,
        _brovey,
        [
            Case(
                "a pixel that keeps its brightness", {"bands": _BANDS[:1, :1], "pan": _PAN[:1, :1]}
            ),
            Case("two pixels", {"bands": _BANDS[:1], "pan": _PAN[:1]}),
            Case("a black pixel among them", {"bands": _BANDS, "pan": _PAN}),
        ],
        mistakes=[
            Mistake(
                _quietly(
                    lambda bands, pan: bands / bands.sum(axis=2, keepdims=True) * pan[..., None]
                ),
                "That divides by the sum, which makes every band a third as bright: take the mean.",
            ),
            Mistake(
                lambda bands, pan: bands + (pan - bands.mean(axis=2))[..., None],
                "That adds the same number to all bands, as IHS does. Brovey multiplies.",
            ),
            Mistake(
                lambda bands, pan: bands * (pan / (bands.mean(axis=2) + 1e-6))[..., None],
                "Close, but a small number under the line changes every pixel a little. Divide only "
                "where the mean is not 0.",
            ),
            Mistake(
                _quietly(
                    lambda bands, pan: np.nan_to_num(bands * (pan / bands.max(axis=2))[..., None])
                ),
                "That divides by the brightest band: take the mean.",
            ),
            Mistake(
                lambda bands, pan: bands * (pan / bands.mean())[..., None],
                "That is the mean of the whole image. Each pixel has its own, along axis 2.",
            ),
            Mistake(
                lambda bands, pan: bands * pan[..., None],
                "Divide by the brightness that the pixel had before.",
            ),
            Mistake(
                _quietly(lambda bands, pan: bands * (pan / bands.mean(axis=2))[..., None]),
                "In the black pixel that is 0/0. It has no colour to brighten: leave it 0.",
            ),
        ],
        praise="Every pixel keeps its spectral angle, and takes its brightness from the sharp image.",
    )


_SOIL, _LEAF = np.array([0.10, 0.20, 0.30, 0.40]), np.array([0.05, 0.05, 0.50, 0.20])


def _share(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (pixels - b) @ (a - b) / ((a - b) @ (a - b))


def unmix(function: Callable[..., np.ndarray]) -> Result:
    """Check ``function(pixels, a, b)``: the share of ``a`` in each pixel, by least squares, in [0, 1]."""
    shares = np.array([1.0, 0.0, 0.5, 0.2])[:, None]
    mixed = shares * _LEAF + (1 - shares) * _SOIL
    noise = np.array(
        [[0, 0.01, -0.02, 0.01], [0.02, 0, 0, -0.01], [0.01, 0, 0.01, 0], [0, 0, 0, 0.03]]
    )
    outside = np.vstack([_LEAF + 0.3 * (_LEAF - _SOIL), _SOIL - 0.2 * (_LEAF - _SOIL)])

    def by_band(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.clip((pixels - b)[:, 2] / (a - b)[2], 0, 1)

    def by_brightness(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        means = pixels.mean(axis=1), a.mean(), b.mean()
        return np.clip((means[0] - means[2]) / (means[1] - means[2]), 0, 1)

    def by_distance(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        far_a, far_b = (np.linalg.norm(pixels - pure, axis=1) for pure in (a, b))
        return far_b / (far_a + far_b)

    def two_free_shares(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        shares, *_ = np.linalg.lstsq(np.stack([a, b], axis=1), pixels.T, rcond=None)
        return np.clip(shares[0], 0, 1)

    return run(
        function,
        lambda pixels, a, b: np.clip(_share(pixels, a, b), 0, 1),
        [
            Case("exact mixtures of leaf and soil", {"pixels": mixed, "a": _LEAF, "b": _SOIL}),
            Case("the same with noise", {"pixels": mixed + noise, "a": _LEAF, "b": _SOIL}),
            Case("purer than pure", {"pixels": outside, "a": _LEAF, "b": _SOIL}),
        ],
        mistakes=[
            Mistake(
                lambda pixels, a, b: np.clip(1 - _share(pixels, a, b), 0, 1),
                "That is the share of b.",
            ),
            Mistake(_share, "A share lies between 0 and 1: clip it."),
            Mistake(
                lambda pixels, a, b: np.clip(((pixels - b) / (a - b)).mean(axis=1), 0, 1),
                "That is a mean of the shares of the single bands. Where a and b hardly differ, noise "
                "decides: weigh such bands less, as a projection does.",
            ),
            Mistake(
                by_distance,
                "Distances to a and b also grow with noise that says nothing about the share: "
                "project onto a − b.",
            ),
            Mistake(
                two_free_shares,
                "Those are two shares that need not sum to 1. With s for a, b has 1 − s: one unknown.",
            ),
            Mistake(
                lambda pixels, a, b: np.clip(pixels @ a / (a @ a), 0, 1),
                "Pure b would then have a share of a: subtract b first.",
            ),
            Mistake(
                lambda pixels, a, b: np.clip((pixels - b) @ (a - b) / np.linalg.norm(a - b), 0, 1),
                "Divide by d · d, the squared length of d.",
            ),
            Mistake(by_band, "One band is not enough once there is noise: use them all."),
            Mistake(
                by_brightness,
                "The mean over bands throws the spectrum away: project onto a − b instead.",
            ),
        ],
        praise="Less than a pixel can be measured after all, when the two spectra are known.",
    )
