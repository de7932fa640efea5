"""Every denoiser against its definition or its library, on good pictures and on bad ones."""

import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.restoration import denoise_tv_chambolle

from seglearn.data import samples
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


@pytest.mark.parametrize("max_size", [3, 5, 7])
@pytest.mark.parametrize("amount", [0.0, 0.2, 0.7])
def test_adaptive_median_is_the_books(max_size, amount):
    photograph = samples.photograph("coffee").image[50:250:10, 100:300:10].astype(np.float32)
    for clean in (np.round(COLOUR * 8) / 8, np.round(GREY * 8) / 8, photograph):
        image = noise.salt_and_pepper(clean, amount, 3)
        expected = denoise.adaptive_median_plain(image, max_size)
        np.testing.assert_array_equal(denoise.adaptive_median(image, max_size), expected)
        assert expected.dtype == image.dtype


def test_the_plain_adaptive_median_by_hand():
    rows = [[1, 1, 1, 1], [1, 9, 2, 3], [1, 4, 3, 3], [1, 2, 3, 9]]
    image = np.array(rows) / 10
    out = denoise.adaptive_median_plain(image, 3)
    assert out[1, 2] == 0.2  # 1 1 1 2 3 3 3 4 9: neither least nor largest, so it stays
    assert out[2, 1] == 0.4  # 1 1 1 2 2 3 3 4 9: likewise
    assert out[1, 1] == 0.1  # 1 1 1 1 1 2 3 4 9: the median is the least, and the window the last
    assert out[0, 0] == 0.1  # 1 eight times and 9: no window is left that is larger, so the median
    assert out[3, 3] == 0.3  # 3 five times, 9 four times: likewise


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


# ---------------------------------------------------------------------------- non-local means


@BOTH
@pytest.mark.parametrize(("patch_size", "patch_distance"), [(5, 6), (3, 2), (1, 3), (7, 20)])
def test_non_local_means_is_the_papers(image, patch_size, patch_distance):
    sizes = {"patch_size": patch_size, "patch_distance": patch_distance}
    image = image[:9, :11]
    expected = denoise.non_local_means_plain(image, 0.3, **sizes)
    np.testing.assert_allclose(denoise.non_local_means(image, 0.3, **sizes), expected, atol=1e-12)
    assert (denoise.non_local_means_plain(image.astype(np.float32), **sizes).dtype) == np.float32


def test_one_non_local_mean_by_hand():
    image = np.array([[0.1, 0.4, 0.2]])
    weights = np.exp(-(np.array([0.3, 0, 0.2]) ** 2) / 0.25**2)  # patches of one pixel
    middle = (weights * image[0]).sum() / weights.sum()
    result = denoise.non_local_means(image, 0.25, patch_size=1, patch_distance=1)
    # one row, mirrored above and below: each pixel of it is there three times
    assert result[0, 1] == pytest.approx(middle, abs=1e-12)
    # its neighbours' patches of one row: (0.1 0.1 0.4), (0.1 0.4 0.2), (0.4 0.2 0.2)
    d = np.array([(0 + 0.3**2 + 0.2**2), 0, (0.3**2 + 0.2**2 + 0)]) / 3
    weights = np.exp(-d / 0.25**2)
    middle = (weights * image[0]).sum() / weights.sum()
    result = denoise.non_local_means(image, 0.25, patch_size=3, patch_distance=1)
    assert result[0, 1] == pytest.approx(middle, abs=1e-12)


def test_a_patch_of_one_pixel_compares_the_pixel():
    halves = np.where(np.arange(16) < 8, 0.2, 0.8) * np.ones((16, 1))
    unmixed = denoise.non_local_means(halves, 0.05, patch_size=1)
    np.testing.assert_allclose(unmixed, halves, atol=1e-12)  # and no mean of neighbours


def test_the_knob_of_non_local_means_is_near_the_spread_of_the_noise():
    photo = samples.photograph("camera").image[128:224, 150:246]
    ratios = np.array([0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 2.4])
    best = []
    for sigma in (0.05, 0.1, 0.2):
        noisy = noise.gaussian(photo, sigma, rng=8)
        scores = [psnr(photo, denoise.non_local_means(noisy, r * sigma)) for r in ratios]
        best.append(ratios[np.argmax(scores)])
    assert 1.2 >= best[0] >= best[1] >= best[2] >= 0.8


# ---------------------------------------------------------------------------- total variation

STEP = np.where(np.arange(32) < 16, 0.2, 0.8) * np.ones((32, 1))


def chambolle(image, weight):
    return denoise_tv_chambolle(image, weight, channel_axis=-1 if image.ndim == 3 else None)


def test_a_step_has_an_answer_that_can_be_worked_out():
    """Each side moves by weight / 16, its width, towards the other; a library stops before."""
    weight = 0.6
    best = STEP + weight / 16 * np.sign(0.5 - STEP)
    least = denoise.total_variation_objective(STEP, best, weight)
    assert least == pytest.approx(32 * (0.6 * weight - weight**2 / 16))
    mine = denoise.total_variation_objective(STEP, denoise.total_variation(STEP, weight), weight)
    theirs = denoise.total_variation_objective(STEP, chambolle(STEP, weight), weight)
    assert mine == pytest.approx(10.80, abs=0.01)
    assert theirs == pytest.approx(13.61, abs=0.01)
    assert least - 1e-9 <= mine <= 1.001 * least


@BOTH
@pytest.mark.parametrize("weight", [0.03, 0.1, 0.3, 0.6, 2.0])
def test_the_objective_is_within_a_thousandth_of_its_minimum(image, weight, monkeypatch):
    result = denoise.total_variation(image, weight)
    reached = denoise.total_variation_objective(image, result, weight)
    monkeypatch.setattr(denoise, "GAP", 1e-7)
    best = denoise.total_variation(image, weight)
    least = denoise.total_variation_objective(image, best, weight)
    assert least <= reached <= least * 1.001
    assert ((result - best) ** 2).sum() / 2 <= 1e-3 * reached  # what the gap promises
    if image.ndim == 2:  # scikit-image sums the colours' objectives
        theirs = denoise.total_variation_objective(
            image, np.clip(chambolle(image, weight), 0, 1), weight
        )
        assert reached <= theirs * 1.001


@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    channels=st.sampled_from([None, 3]),
    weight=st.sampled_from([0.01, 0.1, 0.5, 3.0]),
    seed=st.integers(0, 99),
)
def test_no_image_that_is_tried_has_a_smaller_objective(height, width, channels, weight, seed):
    rng = np.random.default_rng(seed)
    image = rng.random((height, width) if channels is None else (height, width, channels))
    result = denoise.total_variation(image, weight)
    reached = denoise.total_variation_objective(image, result, weight)
    others = [image, np.full_like(image, image.mean()), denoise.gaussian(image, 1)]
    others += [np.clip(result + rng.normal(0, s, image.shape), 0, 1) for s in (0.001, 0.01, 0.1)]
    for other in others:
        objective = denoise.total_variation_objective(image, other, weight)
        assert reached <= objective / (1 - denoise.GAP) + 1e-9


def test_the_objective_by_hand():
    image = np.zeros((2, 3, 3))
    result = image.copy()
    result[0, 1] = 0.3, 0.0, 0.4
    # ½ · (0.09 + 0.16); the pixel's own root holds both directions, its left neighbour's one
    steps = np.sqrt(2 * 0.25) + 0.5
    found = denoise.total_variation_objective(image, result, 0.2)
    assert found == pytest.approx(0.125 + 0.2 * steps)
    assert denoise.total_variation_objective(image, image, 0.2) == 0


def test_grey_is_colour_with_nothing_in_two_channels():
    colour = np.stack([GREY, np.full_like(GREY, 0.5), np.zeros_like(GREY)], axis=2)
    result = denoise.total_variation(colour, 0.2)
    np.testing.assert_allclose(result[..., 0], denoise.total_variation(GREY, 0.2), atol=1e-12)
    np.testing.assert_array_equal(result[..., 1:], colour[..., 1:])


def test_colours_are_coupled():
    colour = np.stack([STEP, STEP, 0.5 + 0 * STEP], axis=2)
    together = denoise.total_variation(colour, 0.6)
    # two equal steps share one root: each costs 1 / √2 of what it would alone
    moved = together[:, 0, 0] - 0.2
    np.testing.assert_allclose(moved, 0.6 / np.sqrt(2) / 16, rtol=0.05)
    alone = denoise.total_variation(STEP, 0.6)[:, 0] - 0.2
    np.testing.assert_allclose(alone, 0.6 / 16, rtol=0.05)


@pytest.mark.parametrize("weight", [1e-4, 0.3, 10])
@pytest.mark.parametrize("near", [0.0, 1e-17, 1e-9])
def test_a_flat_picture_ends_and_stays(weight, near):
    flat = np.full((20, 31, 3), 0.1)
    flat[::3] += near
    flat[5, 7] += near
    np.testing.assert_allclose(denoise.total_variation(flat, weight), flat, rtol=0, atol=2e-9)


@pytest.mark.parametrize("method", ["non-local-means", "total-variation"])
def test_upside_down_changes_nothing(method):
    """For total variation only nearly, as its differences look down and to the right."""
    photo = samples.photograph("coffee").image[130:190, 300:350]
    noisy = noise.gaussian(photo, 0.1, rng=9).astype(float)
    turned = denoise.apply(noisy[::-1, ::-1], method)[::-1, ::-1]
    by = 1e-9 if method == "non-local-means" else 0.05
    np.testing.assert_allclose(turned, denoise.apply(noisy, method), rtol=0, atol=by)


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


@pytest.mark.parametrize(
    "method", ["mean", "gaussian", "median", "adaptive-median", "bilateral", "non-local-means"]
)
@settings(max_examples=10, deadline=None)
@given(height=st.integers(1, 9), width=st.integers(1, 9), seed=st.integers(0, 99))
def test_filters_with_a_window_do_not_care_which_way_is_up(method, height, width, seed):
    image = np.random.default_rng(seed).random((height, width, 3))
    filtered = DENOISERS[method].apply(image)
    for turn in (lambda x: x[::-1], lambda x: x[:, ::-1], lambda x: x.transpose(1, 0, 2)):
        np.testing.assert_allclose(DENOISERS[method].apply(turn(image)), turn(filtered), atol=1e-12)


EXTREMES = {
    "gaussian": (0.01, 100),
    "bilateral": (1e-4, 1e6),
    "non-local-means": (1e-4, 1e6),
    "total-variation": (1e-4, 10),
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
        ("non-local-means", {"patch_distance": 6.0}, TypeError, "patch_distance .* whole number"),
        ("non-local-means", {"patch_distance": True}, TypeError, "patch_distance .* whole number"),
        ("median", {"size": True}, TypeError, "size must be a whole number"),
        ("total-variation", {"weight": np.inf}, ValueError, "weight must be at least"),
        ("total-variation", {"weight": 11}, ValueError, "at most 10, got 11"),
        ("total-variation", {"weight": "0.1"}, TypeError, "weight must be a number"),
    ],
)
def test_a_bad_setting_is_refused(method, options, error, words):
    with pytest.raises(error, match=words):
        denoise.apply(GREY, method, **options)


def test_an_objective_of_two_sizes_is_refused():
    with pytest.raises(ValueError, match="image and result differ in shape"):
        denoise.total_variation_objective(GREY, GREY[1:])
    with pytest.raises(ValueError, match="weight must be at least"):
        denoise.total_variation_objective(GREY, GREY, 0)


def test_an_unknown_method_is_refused():
    with pytest.raises(
        ValueError, match="unknown denoiser 'magic'; expected one of 'none', 'mean'"
    ):
        denoise.apply(GREY, "magic")
