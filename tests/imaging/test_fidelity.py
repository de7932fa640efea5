"""PSNR and SSIM from their formulas, and what they refuse."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from seglearn.imaging.fidelity import psnr, ssim, strength_for

from .pictures import BAD, OUT_OF_RANGE

GREY = np.random.default_rng(1).random((30, 40))
COLOUR = np.random.default_rng(2).random((30, 40, 3))


def test_psnr_by_hand():
    assert psnr(np.zeros((2, 2)), np.array([[0.2, 0, 0, 0]]).reshape(2, 2)) == pytest.approx(20)
    error = np.random.default_rng(3).normal(0, 0.1, COLOUR.shape)
    expected = -10 * np.log10((error**2).mean())
    assert psnr(COLOUR, COLOUR + error) == pytest.approx(expected)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), factor=st.floats(0.01, 1))
def test_a_tenth_of_the_error_is_twenty_decibels_more(seed, factor):
    rng = np.random.default_rng(seed)
    truth, error = rng.random((5, 4)), rng.normal(size=(5, 4))
    far, near = psnr(truth, truth + error), psnr(truth, truth + factor * error)
    assert near - far == pytest.approx(-20 * np.log10(factor))


def wang(x, y):
    """Follow the paper: means, variances and covariance under an 11×11 Gaussian window."""

    def blur(z):
        return ndimage.gaussian_filter(z, 1.5, radius=5)

    mx, my = blur(x), blur(y)
    vx, vy, c = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    index = (2 * mx * my + c1) * (2 * c + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return index[5:-5, 5:-5].mean()  # only windows that lie inside


def test_ssim_by_hand():
    noisy = np.clip(GREY + np.random.default_rng(4).normal(0, 0.2, GREY.shape), 0, 1)
    assert ssim(GREY, noisy) == pytest.approx(wang(GREY, noisy))
    shifted = 0.8 * COLOUR + 0.1
    channels = [wang(COLOUR[..., c], shifted[..., c]) for c in range(3)]
    assert ssim(COLOUR, shifted) == pytest.approx(np.mean(channels))


@pytest.mark.parametrize("image", [GREY, COLOUR, np.zeros((11, 11)), np.ones((20, 11, 3))])
def test_equal_images(image):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert psnr(image, image.copy()) == np.inf
        assert ssim(image, image.copy()) == pytest.approx(1)


def test_precision_of_the_type_does_not_matter():
    half = np.clip(COLOUR + 0.05, 0, 1).astype(np.float32)
    assert psnr(COLOUR.astype(np.float32), half) == pytest.approx(psnr(COLOUR, half), abs=1e-4)


def test_one_pixel():
    assert psnr([[0.5]], [[0.6]]) == pytest.approx(20)
    with pytest.raises(ValueError, match=r"window of 11×11 pixels, and the image has 1×1"):
        ssim(np.full((1, 1), 0.5), np.full((1, 1), 0.6))


@pytest.mark.parametrize("score", [psnr, ssim])
def test_bad_pictures_are_refused(score):
    for image, error, words in {**BAD, **OUT_OF_RANGE}.values():
        with pytest.raises(error, match=words):
            score(image, image)
    for image, error, words in BAD.values():
        with pytest.raises(error, match=words):
            score(GREY, image)
    with pytest.raises(
        ValueError, match=r"truth and image differ in shape: \(30, 40\) and \(40, 30\)"
    ):
        score(GREY, GREY.T)


def test_values_beyond_the_range_count_as_they_are():
    assert psnr(np.ones((3, 3)), np.full((3, 3), 1.1)) == pytest.approx(20)


def test_a_strength_is_found_for_the_decibels_asked():
    truth = np.random.default_rng(3).random((20, 20))
    for decibels in (10, 24, 40):
        strength = strength_for(truth, lambda x, s: x + s, decibels, (1e-3, 1.0))
        assert psnr(truth, truth + strength) == pytest.approx(decibels, abs=0.02)
    with pytest.raises(ValueError, match=r"5 dB are not between the 60 dB of .* 6\.021 dB of 0\.5"):
        strength_for(truth, lambda x, s: x + s, 5)
