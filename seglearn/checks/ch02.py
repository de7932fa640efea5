"""Answer checks of chapter 02: bands, indices, spectral angles, sharpening and mixed pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .exercise import Case, Exercise, Mistake

# 126 + 130 is 256, which is 0 in 8 bits.
_NIR = np.array([[220, 126, 7], [40, 0, 30]], dtype=np.uint8)
_RED = np.array([[60, 130, 90], [90, 0, 30]], dtype=np.uint8)


def _ndvi(nir: np.ndarray, red: np.ndarray) -> np.ndarray:
    nir, red = np.asarray(nir, dtype=float), np.asarray(red, dtype=float)
    return np.divide(nir - red, nir + red, out=np.full(nir.shape, np.nan), where=nir + red != 0)


_WHOLE_NUMBERS = "Reflectances are fractions: turn both bands into floats, not into whole numbers."

ndvi = Exercise(
    "ch02.ndvi",
    "function(nir, red): the index of every pixel, nan where both bands are 0",
    _ndvi,
    [
        Case(
            "reflectances",
            {"nir": np.array([0.5, 0.75, 0.3, 0.05]), "red": np.array([0.1, 0.25, 0.3, 0.2])},
        ),
        Case("8-bit numbers, as a file holds them", {"nir": _NIR[:, :1], "red": _RED[:, :1]}),
        Case("a pixel without any light", {"nir": _NIR, "red": _RED}),
        Case(
            "a pixel without red light, and one without near infrared",
            {"nir": np.array([[1.0, 0.0, 0.4]]), "red": np.array([[0.0, 1.0, 0.0]])},
        ),
    ],
    [
        Mistake(
            "eight-bits",
            lambda nir, red: (nir - red) / (nir + red),
            "In 8 bits, 40 − 90 is 206 and 200 + 100 is 44: turn both bands into floats first.",
        ),
        Mistake(
            "difference-in-eight-bits",
            lambda nir, red: (nir - red) / (nir.astype(float) + red),
            "In 8 bits, 40 − 90 is 206: the difference needs floats as well.",
        ),
        Mistake(
            "sum-in-eight-bits",
            lambda nir, red: (nir.astype(float) - red) / (nir + red),
            "In 8 bits, 200 + 100 is 44: the sum needs floats as well.",
        ),
        Mistake(
            "zero-in-eight-bits",
            lambda nir, red: np.where(nir + red == 0, np.nan, _ndvi(nir, red)),
            "In 8 bits, 126 + 130 is 0: ask whether both are 0, or add floats.",
        ),
        Mistake("whole-numbers", lambda n, r: _ndvi(n.astype(int), r.astype(int)), _WHOLE_NUMBERS),
        Mistake(
            "sixteen-bits",
            lambda n, r: (n.astype(np.int16) - r) / (n.astype(np.int16) + r),
            _WHOLE_NUMBERS,
        ),
        Mistake(
            "bands-swapped",
            lambda nir, red: -_ndvi(nir, red),
            "Plants should come out positive: swap them.",
        ),
        Mistake(
            "no-sign",
            lambda nir, red: np.abs(_ndvi(nir, red)),
            "Without its sign the index calls water a plant: take no absolute value.",
        ),
        Mistake(
            "nothing-below-0",
            lambda nir, red: np.maximum(_ndvi(nir, red), 0),
            "Water and shade are negative; keep what lies below 0.",
        ),
        Mistake(
            "from-0-to-1",
            lambda nir, red: (_ndvi(nir, red) + 1) / 2,
            "The index goes from −1 to 1, not from 0 to 1.",
        ),
        Mistake(
            "difference",
            lambda nir, red: nir.astype(float) - red,
            "That is the difference alone; divide it by the sum.",
        ),
        Mistake(
            "simple-ratio",
            lambda nir, red: nir.astype(float) / red,
            "That is the simple ratio of the bands.",
        ),
        Mistake(
            "over-mean",
            lambda nir, red: 2 * _ndvi(nir, red),
            "That divides by the mean of the bands; divide by their sum.",
        ),
        Mistake(
            "no-light-as-0",
            lambda nir, red: np.nan_to_num(_ndvi(nir, red)),
            "A pixel without light is not half plant: it has no index.",
        ),
        Mistake(
            "no-red-as-nan",
            lambda nir, red: np.where((nir == 0) | (red == 0), np.nan, _ndvi(nir, red)),
            "One band alone may be 0; only where both are is there no index.",
        ),
    ],
    praise="Where both bands dim by the same factor, the index stays: brightness cancels.",
)


_CUBE = np.array(
    [
        [[2.0, 4.0, 6.0, 9.0], [1.0, 1.0, 1.0, 1.0], [0.0, 3.0, 0.0, 1.0]],
        [[8.0, 6.0, 4.0, 2.0], [1.0, 7.0, 2.0, 0.0], [5.0, 0.0, 3.0, 4.0]],
    ]
)
_RESPONSE = np.array([[1.0, 3.0, 0.0, 0.0], [0.1, 0.4, 1.0, 0.5]])


def _observe(cube: np.ndarray, response: np.ndarray) -> np.ndarray:
    return cube @ (response / response.sum(axis=1, keepdims=True)).T


def _within(cube: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Return plain means of the wavelengths to which each band reacts at all."""
    return _observe(cube, (response > 0).astype(float))


observe = Exercise(
    "ch02.observe",
    "function(cube, response): (H, W, L) and (B, L) give weighted means (H, W, B)",
    _observe,
    [
        Case("one pixel, one band", {"cube": _CUBE[:1, :1, :2], "response": _RESPONSE[:1, :2]}),
        Case("a flat spectrum", {"cube": _CUBE[:1, 1:2], "response": _RESPONSE}),
        Case("six pixels, two bands", {"cube": _CUBE, "response": _RESPONSE}),
        Case(
            "two pixels, three bands, five wavelengths",
            {
                "cube": np.array([[[3.0, 0.5, 2.0, 1.0, 4.0]], [[0.2, 0.8, 5.0, 6.0, 1.5]]]),
                "response": np.array(
                    [[0.0, 0.0, 0.5, 2.0, 0.0], [2.0, 1.0, 0.0, 0.0, 0.0], [0.5, 0.5, 1, 1, 3]]
                ),
            },
        ),
    ],
    [
        Mistake(
            "weighted-sum",
            lambda cube, response: cube @ response.T,
            "That is the weighted sum. A flat spectrum of 1 must be seen as 1: divide by the sum "
            "of the weights of each band.",
        ),
        Mistake(
            "peak-is-1",
            lambda cube, response: cube @ (response / response.max(axis=1, keepdims=True)).T,
            "That divides by each band's peak. A flat spectrum of 1 must be seen as 1: divide by "
            "the sum.",
        ),
        Mistake(
            "over-bands",
            lambda cube, response: cube @ (response / response.sum(axis=0, keepdims=True)).T,
            "That sums over the bands. Each band has its own sum: along the wavelengths, axis 1.",
        ),
        Mistake(
            "unit-length",
            lambda cube, response: (
                cube @ (response / np.linalg.norm(response, axis=1, keepdims=True)).T
            ),
            "That divides by the length of each row. A flat spectrum of 1 must be seen as 1: divide "
            "by the sum.",
        ),
        Mistake(
            "all-alike",
            lambda cube, response: np.repeat(cube.mean(-1, keepdims=True), len(response), -1),
            "All wavelengths count alike there; the response says how much each one counts.",
        ),
        Mistake(
            "within",
            _within,
            "The response says not only where a band sees, but how much each wavelength counts.",
        ),
        Mistake(
            "over-wavelengths",
            lambda cube, response: cube @ response.T / cube.shape[-1],
            "That divides by how many wavelengths there are, whatever they count.",
        ),
        Mistake(
            "one-sum",
            lambda cube, response: cube @ response.T / response.sum(),
            "Each band has its own sum of weights: sum along the wavelengths only.",
        ),
        Mistake(
            "peak-alone",
            lambda cube, response: cube[..., response.argmax(axis=1)],
            "That looks at the peak of the band alone; its flanks see light too.",
        ),
        Mistake(
            "by-light",
            lambda cube, response: cube @ response.T / cube.sum(axis=2, keepdims=True),
            "That divides by the light of each pixel; divide by the weights of each band.",
        ),
        Mistake(
            "bands-first",
            lambda cube, response: np.moveaxis(_observe(cube, response), 2, 0),
            "The bands come last here: (H, W, B).",
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


def _cosines(pixels: np.ndarray, references: np.ndarray) -> np.ndarray:
    unit = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (pixels, references)]
    return unit[0] @ unit[1].T


def _nearest_by_angle(pixels: np.ndarray, references: np.ndarray) -> np.ndarray:
    return _cosines(pixels, references).argmax(axis=1)


def _nearest_point(
    scale: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the nearest reference after ``scale`` has been applied to both tables."""

    def answer(pixels: np.ndarray, references: np.ndarray) -> np.ndarray:
        apart = scale(pixels)[:, None] - scale(references)
        return (apart**2).sum(axis=2).argmin(axis=1)

    return answer


def _centred(vectors: np.ndarray) -> np.ndarray:
    return vectors - vectors.mean(axis=1, keepdims=True)


nearest_by_angle = Exercise(
    "ch02.nearest_by_angle",
    "function(pixels, references): the number of the reference at the smallest angle",
    _nearest_by_angle,
    [
        Case("two pixels, two references", {"pixels": _PIXELS[:2], "references": _REFERENCES[:2]}),
        Case(
            "bright and dark pixels of three materials",
            {"pixels": _PIXELS, "references": _REFERENCES},
        ),
        Case(
            "five pixels, four bands",
            {
                "pixels": np.array(
                    [
                        [0.2, 0.4, 0.1, 0.8],
                        [4.0, 10.0, 18.0, 14.0],
                        [4.0, 7.0, 5.0, 1.0],
                        [2.0, 6.0, 7.0, 7.0],
                        [6.0, 7.0, 2.0, 1.0],
                    ]
                ),
                "references": np.array(
                    [[2.0, 8.0, 2.0, 1.0], [9.0, 5.0, 5.0, 2.0], [0.7, 0.5, 0.5, 0.4]]
                ),
            },
        ),
        Case(
            "one pixel between two references",
            {
                "pixels": np.array([[1.0, 0.0, 0.0]]),
                "references": np.array([[6.0, 4.0, 0.0], [5.2, 2.4, 2.4]]),
            },
        ),
    ],
    [
        Mistake(
            "nearest-point",
            _nearest_point(lambda v: v),
            "That is the nearest point, and a dark pixel is near to every dark reference. "
            "Compare directions: divide by the lengths.",
        ),
        Mistake(
            "shares",
            _nearest_point(lambda v: v / v.sum(axis=1, keepdims=True)),
            "Shares of the sum are not directions: divide by the length, `np.linalg.norm`.",
        ),
        Mistake(
            "peak-is-1",
            _nearest_point(lambda v: v / v.max(axis=1, keepdims=True)),
            "Dividing by the brightest band does not make all vectors equally long: divide by the "
            "length, `np.linalg.norm`.",
        ),
        Mistake(
            "correlation",
            lambda p, r: _nearest_by_angle(_centred(p), _centred(r)),
            "That is correlation: the mean was subtracted first. The angle is measured from 0, so "
            "subtract nothing.",
        ),
        Mistake(
            "references-not-divided",
            lambda pixels, references: (pixels @ references.T).argmax(axis=1),
            "The longest reference wins whatever the pixel: divide each by its own length, `axis=1`.",
        ),
        Mistake(
            "farthest",
            lambda pixels, references: _cosines(pixels, references).argmin(axis=1),
            "That is the farthest. A small angle has a large cosine.",
        ),
        Mistake(
            "nearest-pixel",
            lambda pixels, references: _cosines(pixels, references).argmax(axis=0),
            "That is the nearest pixel for each reference; turn it round.",
        ),
        Mistake(
            "one-based",
            lambda pixels, references: _nearest_by_angle(pixels, references) + 1,
            "The first reference has the number 0.",
        ),
        Mistake(
            "cosines",
            _cosines,
            "Those are the cosines; which reference has the largest one?",
        ),
        Mistake(
            "largest-cosine",
            lambda pixels, references: _cosines(pixels, references).max(axis=1),
            "That is the largest cosine; which reference does it belong to?",
        ),
    ],
    answers_are_classes=True,
    praise="This is the spectral angle mapper: a whole map from one comparison.",
)


_BANDS = np.array(
    [
        [[0.2, 0.4, 0.6], [0.3, 0.3, 0.3]],
        [[0.0, 0.0, 0.0], [0.9, 0.1, 0.5]],
        [[0.0, 0.6, 0.3], [0.1, 0.2, 0.0]],
    ]
)
_PAN = np.array([[0.4, 0.6], [0.5, 0.8], [0.1, 0.0]])


def _brovey(bands: np.ndarray, pan: np.ndarray) -> np.ndarray:
    intensity = bands.mean(axis=2)
    factor = np.divide(pan, intensity, out=np.zeros_like(pan), where=intensity > 0)
    return bands * factor[..., None]


brovey = Exercise(
    "ch02.brovey",
    "function(bands, pan): bands · pan / mean of the bands, 0 where the mean is 0",
    _brovey,
    [
        Case("a pixel that keeps its brightness", {"bands": _BANDS[:1, :1], "pan": _PAN[:1, :1]}),
        Case("two pixels", {"bands": _BANDS[:1], "pan": _PAN[:1]}),
        Case("a black pixel among them", {"bands": _BANDS, "pan": _PAN}),
        Case(
            "four bands",
            {
                "bands": np.array([[[0.1, 0.3, 0.2, 0.6], [0.0, 0.0, 0.8, 0.4]]]),
                "pan": np.array([[0.5, 0.2]]),
            },
        ),
    ],
    [
        Mistake(
            "over-sum",
            lambda bands, pan: np.nan_to_num(
                bands / bands.sum(axis=2, keepdims=True) * pan[..., None]
            ),
            "That divides by the sum, which makes every band a third as bright: take the mean.",
        ),
        Mistake(
            "over-three",
            lambda bands, pan: _brovey(bands, pan) * 3 / bands.shape[2],
            "There need not be three bands: divide by how many there are.",
        ),
        Mistake(
            "added",
            lambda bands, pan: bands + (pan - bands.mean(axis=2))[..., None],
            "That adds the same number to all bands, as IHS does. Brovey multiplies.",
        ),
        Mistake(
            "small-number",
            lambda bands, pan: bands * (pan / (bands.mean(axis=2) + 1e-6))[..., None],
            "Close, but a small number under the line changes every pixel a little. Divide only "
            "where the mean is not 0.",
        ),
        Mistake(
            "over-brightest",
            lambda bands, pan: np.nan_to_num(bands * (pan / bands.max(axis=2))[..., None]),
            "That divides by the brightest band: take the mean.",
        ),
        Mistake(
            "over-length",
            lambda bands, pan: np.nan_to_num(
                bands * (pan / np.linalg.norm(bands, axis=2))[..., None]
            ),
            "That divides by the length of the spectrum: take the mean.",
        ),
        Mistake(
            "over-median",
            lambda bands, pan: np.nan_to_num(bands * (pan / np.median(bands, axis=2))[..., None]),
            "That divides by the median: take the mean.",
        ),
        Mistake(
            "whole-image",
            lambda bands, pan: bands * (pan / bands.mean())[..., None],
            "That is the mean of the whole image. Each pixel has its own, along axis 2.",
        ),
        Mistake(
            "each-band",
            lambda bands, pan: bands * pan[..., None] / bands.mean(axis=(0, 1)),
            "That is the mean of each band. Each pixel has its own, along axis 2.",
        ),
        Mistake(
            "not-divided",
            lambda bands, pan: bands * pan[..., None],
            "Divide by the brightness that the pixel had before.",
        ),
        Mistake(
            "upside-down",
            lambda bands, pan: bands * (bands.mean(axis=2) / pan)[..., None],
            "Upside down: a bright `pan` must make the pixel bright.",
        ),
        Mistake(
            "pan-alone",
            lambda bands, pan: np.where(bands.any(axis=2), pan, 0)[..., None] + 0 * bands,
            "The bands have lost their colour: multiply them, do not replace them.",
        ),
        Mistake(
            "clipped",
            lambda bands, pan: np.minimum(_brovey(bands, pan), 1),
            "A band may well exceed 1 here; do not clip it.",
        ),
        Mistake(
            "black-as-nan",
            lambda bands, pan: bands * (pan / bands.mean(axis=2))[..., None],
            "In the black pixel that is 0/0. It has no colour to brighten: leave it 0.",
        ),
    ],
    praise="Every pixel keeps its spectral angle, and takes its brightness from the sharp image.",
)


_SOIL, _LEAF = np.array([0.10, 0.20, 0.30, 0.40]), np.array([0.05, 0.05, 0.50, 0.20])
_SHARES = np.array([1.0, 0.0, 0.5, 0.2])[:, None]
_MIXED = _SHARES * _LEAF + (1 - _SHARES) * _SOIL
_NOISE = np.array(
    [[0, 0.01, -0.02, 0.01], [0.02, 0, 0, -0.01], [0.01, 0, 0.01, 0], [0, 0, 0, 0.03]]
)
_PURER = np.vstack([_LEAF + 0.3 * (_LEAF - _SOIL), _SOIL - 0.2 * (_LEAF - _SOIL)])


def _share(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (pixels - b) @ (a - b) / ((a - b) @ (a - b))


def _unmix(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.clip(_share(pixels, a, b), 0, 1)


def _by_brightness(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    means = pixels.mean(axis=1), a.mean(), b.mean()
    return np.clip((means[0] - means[2]) / (means[1] - means[2]), 0, 1)


def _by_distance(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    far_a, far_b = (np.linalg.norm(pixels - pure, axis=1) for pure in (a, b))
    return far_b / (far_a + far_b)


def _two_free_shares(pixels: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    shares, *_ = np.linalg.lstsq(np.stack([a, b], axis=1), pixels.T, rcond=None)
    return np.clip(shares[0], 0, 1)


unmix = Exercise(
    "ch02.unmix",
    "function(pixels, a, b): the share of `a` in each pixel, by least squares, in [0, 1]",
    _unmix,
    [
        Case("exact mixtures of leaf and soil", {"pixels": _MIXED, "a": _LEAF, "b": _SOIL}),
        Case("the same with noise", {"pixels": _MIXED + _NOISE, "a": _LEAF, "b": _SOIL}),
        Case("purer than pure", {"pixels": _PURER, "a": _LEAF, "b": _SOIL}),
        Case(
            "two other materials, seen in three bands",
            {
                "pixels": np.array([[0.45, 0.4, 0.1], [0.75, 0.35, 0.4]]),
                "a": np.array([0.2, 0.5, 0.1]),
                "b": np.array([0.9, 0.2, 0.3]),
            },
        ),
    ],
    [
        Mistake("share-of-b", lambda p, a, b: _unmix(p, b, a), "That is the share of b."),
        Mistake("not-clipped", _share, "A share lies between 0 and 1: clip it."),
        Mistake(
            "clipped-below",
            lambda p, a, b: np.maximum(_share(p, a, b), 0),
            "A share is not larger than 1: clip it there as well.",
        ),
        Mistake(
            "clipped-above",
            lambda p, a, b: np.minimum(_share(p, a, b), 1),
            "A share is not smaller than 0: clip it there as well.",
        ),
        Mistake(
            "no-sign",
            lambda p, a, b: np.minimum(np.abs(_share(p, a, b)), 1),
            "A share below 0 becomes 0, not positive.",
        ),
        Mistake(
            "mean-of-bands",
            lambda p, a, b: np.clip(((p - b) / (a - b)).mean(axis=1), 0, 1),
            "That is a mean of the shares of the single bands. Where a and b hardly differ, noise "
            "decides: weigh such bands less, as a projection does.",
        ),
        Mistake(
            "median-of-bands",
            lambda p, a, b: np.clip(np.median((p - b) / (a - b), axis=1), 0, 1),
            "That is the median of the shares of the single bands; it does not make the squared "
            "error smallest.",
        ),
        Mistake(
            "distances",
            _by_distance,
            "Distances to a and b also grow with noise that says nothing about the share: "
            "project onto a − b.",
        ),
        Mistake(
            "two-free-shares",
            _two_free_shares,
            "Those are two shares that need not sum to 1. With s for a, b has 1 − s: one unknown.",
        ),
        Mistake(
            "b-not-subtracted",
            lambda p, a, b: np.clip(p @ a / (a @ a), 0, 1),
            "Pure b would then have a share of a: subtract b first.",
        ),
        Mistake(
            "pixels-not-moved",
            lambda p, a, b: np.clip(p @ (a - b) / ((a - b) @ (a - b)), 0, 1),
            "Subtract b from the pixels as well.",
        ),
        Mistake(
            "divided-by-length",
            lambda p, a, b: np.clip((p - b) @ (a - b) / np.linalg.norm(a - b), 0, 1),
            "Divide by d · d, the squared length of d.",
        ),
        Mistake(
            "one-band",
            lambda p, a, b: np.clip((p - b)[:, 2] / (a - b)[2], 0, 1),
            "One band is not enough once there is noise: use them all.",
        ),
        Mistake(
            "brightness",
            _by_brightness,
            "The mean over bands throws the spectrum away: project onto a − b instead.",
        ),
        Mistake(
            "all-or-nothing",
            lambda p, a, b: _unmix(p, a, b) > 0.5,
            "That says which of both is more; how much of it is a?",
        ),
    ],
    praise="Less than a pixel can be measured after all, when the two spectra are known.",
)
