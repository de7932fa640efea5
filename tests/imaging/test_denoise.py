"""Every denoiser against its definition or its library, on good pictures and on bad ones."""

import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle

from seglearn.imaging import denoise, noise
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.fidelity import psnr

from .pictures import BAD, OUT_OF_RANGE, STRANGE, result_type

METHOD = pytest.mark.parametrize("method", DENOISERS)
GREY = np.random.default_rng(1).random((14, 17))
COLOUR = np.random.default_rng(2).random((14, 17, 3))
BOTH = pytest.mark.parametrize("image", [GREY, COLOUR], ids=["grey", "colour"])


def squares():
    """Return a picture of flat squares, the kind of thing that denoisers are made for."""
    image = np.full((64, 64), 0.3)
    image[10:40, 12:50] = 0.7
    image[30:60, 30:60] = 0.5
    return image


def each_channel(function, image):
    if image.ndim == 2:
        return function(image)
    return np.stack([function(plane) for plane in np.moveaxis(image, 2, 0)], axis=2)


def windows(image, size):
    """Yield each pixel of a grey picture and its window, the border mirrored."""
    padded = np.pad(image, size // 2, mode="symmetric")
    for r, c in np.ndindex(image.shape):
        yield (r, c), padded[r : r + size, c : c + size]


# ------------------------------------------------------------------------------- the definitions


@BOTH
@pytest.mark.parametrize("size", [1, 3, 5])
@pytest.mark.parametrize("name", ["mean", "median"])
def test_mean_and_median_of_a_window(image, size, name):
    def by_hand(plane):
        out = np.empty_like(plane)
        for where, window in windows(plane, size):
            out[where] = getattr(np, name)(window)
        return out

    result = getattr(denoise, name)(image, size)
    np.testing.assert_allclose(result, each_channel(by_hand, image), atol=1e-12)


@BOTH
def test_gaussian_of_a_window(image):
    radius = 6  # 4 * 1.5
    r2 = np.add.outer(np.arange(-radius, radius + 1) ** 2, np.arange(-radius, radius + 1) ** 2)
    weights = np.exp(-r2 / (2 * 1.5**2))

    def by_hand(plane):
        out = np.empty_like(plane)
        for where, window in windows(plane, 2 * radius + 1):
            out[where] = (weights * window).sum() / weights.sum()
        return out

    np.testing.assert_allclose(
        denoise.gaussian(image, 1.5), each_channel(by_hand, image), atol=1e-12
    )


def gonzalez_woods(image, max_size):
    """Follow the book, pixel by pixel and window by window."""
    out = np.empty_like(image)
    for r, c in np.ndindex(image.shape):
        size = 3
        while True:
            padded = np.pad(image, size // 2, mode="symmetric")
            window = padded[r : r + size, c : c + size]
            z_min, z_med, z_max = window.min(), np.median(window), window.max()
            if z_med - z_min > 0 and z_med - z_max < 0:
                keep = image[r, c] - z_min > 0 and image[r, c] - z_max < 0
                out[r, c] = image[r, c] if keep else z_med
                break
            size += 2
            if size > max_size:
                out[r, c] = z_med
                break
    return out


@pytest.mark.parametrize("max_size", [3, 5, 7])
@pytest.mark.parametrize("amount", [0.0, 0.2, 0.7])
def test_adaptive_median_is_the_books(max_size, amount):
    image = noise.salt_and_pepper(np.round(COLOUR * 8) / 8, amount, 3)
    expected = each_channel(lambda plane: gonzalez_woods(plane, max_size), image)
    np.testing.assert_array_equal(denoise.adaptive_median(image, max_size), expected)


def test_adaptive_median_leaves_a_ramp_alone():
    ramp = np.add.outer(np.linspace(0.1, 0.5, 20), np.linspace(0.0, 0.4, 30))
    inside = np.s_[1:-1, 1:-1]
    np.testing.assert_array_equal(denoise.adaptive_median(ramp)[inside], ramp[inside])
    assert (denoise.median(ramp, 3)[inside] == ramp[inside]).all()  # the middle of a ramp
    corner = np.where(np.add.outer(np.arange(20), np.arange(30)) > 25, ramp, 0.9 * ramp)
    assert (denoise.adaptive_median(corner) != denoise.median(corner)).any()


def test_adaptive_median_beats_the_median_where_it_should():
    truth = squares() + 0.1 * np.sin(np.arange(64))
    noisy = noise.salt_and_pepper(truth, 0.5, 4)
    adaptive = psnr(truth, denoise.adaptive_median(noisy, 7))
    assert adaptive > max(psnr(truth, denoise.median(noisy, size)) for size in (3, 5, 7)) + 2


@BOTH
def test_bilateral_of_a_window(image):
    pixels = image.reshape(*image.shape[:2], -1)
    padded = np.pad(pixels, ((3, 3), (3, 3), (0, 0)), mode="symmetric")
    expected = np.empty_like(pixels)
    for r, c in np.ndindex(pixels.shape[:2]):
        total, weights = 0, 0
        for i in range(7):
            for j in range(7):
                other = padded[r + i, c + j]
                weight = np.exp(-((other - pixels[r, c]) ** 2).sum() / (2 * 0.3**2))
                weight *= np.exp(-((i - 3) ** 2 + (j - 3) ** 2) / (2 * 1.5**2))
                total, weights = total + weight * other, weights + weight
        expected[r, c] = total / weights
    result = denoise.bilateral(image, sigma_color=0.3, sigma_space=1.5)
    np.testing.assert_allclose(result, expected.reshape(image.shape), atol=1e-12)


def test_bilateral_that_ignores_colour_is_gaussian():
    expected = ndimage.gaussian_filter(GREY, 1.5, radius=3)
    np.testing.assert_allclose(denoise.bilateral(GREY, 1e6, 1.5), expected, atol=1e-9)


def test_bilateral_keeps_a_step():
    step = np.repeat([[0.2, 0.8]], 9, axis=0).repeat(9, axis=1)
    np.testing.assert_allclose(denoise.bilateral(step, 0.05, 1.5), step, atol=1e-9)
    assert abs(denoise.gaussian(step, 1.5) - step).max() > 0.2


@BOTH
def test_the_other_two_are_those_of_scikit_image(image):
    axis = -1 if image.ndim == 3 else None
    theirs = denoise_nl_means(image, 5, 6, h=0.2, channel_axis=axis)
    np.testing.assert_allclose(denoise.non_local_means(image, 0.2), np.clip(theirs, 0, 1))
    theirs = denoise_tv_chambolle(image, 0.2, channel_axis=axis)
    np.testing.assert_allclose(denoise.total_variation(image, 0.2), np.clip(theirs, 0, 1))


def test_total_variation_lowers_what_it_says():
    def variation(x):
        dy, dx = np.diff(x, axis=0)[:, :-1], np.diff(x, axis=1)[:-1]
        return np.hypot(dy, dx).sum()

    noisy = noise.gaussian(squares(), 0.1, 5)
    weight = 0.15
    result = denoise.total_variation(noisy, weight)
    energy = [((x - noisy) ** 2).sum() / 2 + weight * variation(x) for x in (noisy, result)]
    assert energy[1] < energy[0]
    assert variation(result) < variation(noisy) / 3


@pytest.mark.parametrize("method", [name for name in DENOISERS if name != "none"])
def test_all_help_against_the_noise_they_are_for(method):
    if method in ("median", "adaptive-median"):
        noisy = noise.salt_and_pepper(squares(), 0.1, 6)
    else:
        noisy = noise.gaussian(squares(), 0.1, 6)
    best = max(
        psnr(squares(), DENOISERS[method].apply(noisy, setting))
        for setting in DENOISERS[method].settings
    )
    assert best > psnr(squares(), noisy) + 3


# ------------------------------------------------------------------------------- what all share


@METHOD
@pytest.mark.parametrize("picture", STRANGE)
def test_a_strange_picture(method, picture):
    image = STRANGE[picture]
    before = image.copy()
    for setting in DENOISERS[method].settings:
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = DENOISERS[method].apply(image, setting)
        assert time.process_time() - start < 20
        assert result.shape == image.shape
        assert result.dtype == result_type(image)
        assert result.min() >= image.min() - 1e-6
        assert result.max() <= image.max() + 1e-6
        assert not np.shares_memory(result, image)
    np.testing.assert_array_equal(image, before)


@METHOD
@settings(max_examples=15, deadline=None)
@given(
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    channels=st.sampled_from([None, 3]),
    levels=st.integers(2, 5),
    setting=st.integers(0, 3),
    seed=st.integers(0, 99),
)
def test_any_small_picture(method, height, width, channels, levels, setting, seed):
    shape = (height, width) if channels is None else (height, width, channels)
    image = np.random.default_rng(seed).integers(0, levels, shape) / (levels - 1)
    settings_ = DENOISERS[method].settings
    result = DENOISERS[method].apply(image, settings_[setting % len(settings_)])
    assert result.shape == shape
    assert image.min() - 1e-9 <= result.min() <= result.max() <= image.max() + 1e-9
    if "median" in method:
        assert np.isin(result, image).all()


@pytest.mark.parametrize("method", ["mean", "gaussian", "median", "adaptive-median", "bilateral"])
@settings(max_examples=10, deadline=None)
@given(height=st.integers(1, 9), width=st.integers(1, 9), seed=st.integers(0, 99))
def test_window_filters_do_not_care_which_way_is_up(method, height, width, seed):
    image = np.random.default_rng(seed).random((height, width, 3))
    filtered = DENOISERS[method].apply(image)
    for turn in (lambda x: x[::-1], lambda x: x[:, ::-1], lambda x: x.transpose(1, 0, 2)):
        np.testing.assert_allclose(DENOISERS[method].apply(turn(image)), turn(filtered), atol=1e-12)


EXTREMES = {
    "gaussian": (0.01, 100),
    "bilateral": (1e-4, 1e6),
    "non-local-means": (1e-4, 1e6),
    "total-variation": (1e-4, 1e6),
}


@pytest.mark.parametrize("method", EXTREMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_ends_of_a_knob(method, dtype):
    image = COLOUR.astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gentle, strong = (DENOISERS[method].apply(image, value) for value in EXTREMES[method])
    np.testing.assert_allclose(gentle, image, atol=2e-3)
    assert np.isfinite(strong).all()
    assert strong.std() < 0.8 * image.std()


def test_doing_nothing_gives_a_copy():
    result = denoise.apply(COLOUR, "none")
    np.testing.assert_array_equal(result, COLOUR)
    assert not np.shares_memory(result, COLOUR)


@pytest.mark.parametrize("method", [name for name in DENOISERS if name != "none"])
def test_settings_go_from_gentle_to_strong(method):
    noisy = noise.salt_and_pepper(noise.gaussian(squares(), 0.05, 7), 0.05, 7)
    results = [DENOISERS[method].apply(noisy, s) for s in DENOISERS[method].settings]
    changes = [abs(result - noisy).mean() for result in results]
    assert changes == sorted(changes)
    by_name = denoise.apply(
        noisy, method, **{DENOISERS[method].parameter: DENOISERS[method].settings[0]}
    )
    np.testing.assert_array_equal(results[0], by_name)


# -------------------------------------------------------------------------------------- bad input


@METHOD
@pytest.mark.parametrize("picture", {**BAD, **OUT_OF_RANGE})
def test_a_bad_picture_is_refused(method, picture):
    image, error, words = {**BAD, **OUT_OF_RANGE}[picture]
    with pytest.raises(error, match=words):
        denoise.apply(image, method)


@pytest.mark.parametrize(
    ("method", "options", "error", "words"),
    [
        ("mean", {"size": 4}, ValueError, "size must be odd, so that a window has a middle"),
        ("mean", {"size": -1}, ValueError, "at least 1; got -1"),
        ("median", {"size": 3.0}, TypeError, "size must be a whole number, got 3.0"),
        ("adaptive-median", {"max_size": 1}, ValueError, "at least 3; got 1"),
        (
            "gaussian",
            {"sigma": 0},
            ValueError,
            r"sigma must be at least 0\.01 and at most 100, got 0",
        ),
        ("gaussian", {"sigma": np.nan}, ValueError, "sigma"),
        ("bilateral", {"sigma_color": 0.0}, ValueError, r"sigma_color must be at least 0\.0001"),
        (
            "bilateral",
            {"sigma_space": 1e9},
            ValueError,
            r"sigma_space must be at least 0\.1 and at most",
        ),
        ("non-local-means", {"h": -1}, ValueError, "h must be at least"),
        ("non-local-means", {"patch_size": 4}, ValueError, "patch_size must be odd"),
        ("non-local-means", {"patch_distance": 0}, ValueError, "patch_distance .* at least 1"),
        ("total-variation", {"weight": np.inf}, ValueError, "weight must be at least"),
        ("total-variation", {"weight": "0.1"}, TypeError, "weight must be a number"),
    ],
)
def test_a_bad_setting_is_refused(method, options, error, words):
    with pytest.raises(error, match=words):
        denoise.apply(GREY, method, **options)


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="there is no denoiser 'magic'; choose one of none, mean"):
        denoise.apply(GREY, "magic")
