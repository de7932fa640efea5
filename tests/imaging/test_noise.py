"""Every noise has the mean and spread that its docstring promises, and refuses what it cannot do."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from skimage.util import random_noise

from seglearn.imaging import noise
from seglearn.imaging.noise import NOISES

from .pictures import BAD, OUT_OF_RANGE, STRANGE, result_type

KIND = pytest.mark.parametrize("kind", NOISES)
N = 40_000  # samples of a flat picture: the mean is known to 1/200 of the standard deviation


def flat(value):
    return np.full((200, N // 200), value)


def assert_mean_and_std(values, mean, std):
    """Allow four standard errors, of the mean and (from the fourth moment) of the variance."""
    assert abs(values.mean() - mean) < 4 * std / np.sqrt(values.size)
    spread = np.sqrt(((values - mean) ** 2).var() / values.size)
    assert abs(((values - mean) ** 2).mean() - std**2) < 4 * spread


# ----------------------------------------------------------------------------------- moments


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("sigma", [0.01, 0.2])
def test_gaussian_moments(value, sigma):
    values = noise.gaussian(flat(value), sigma, 1, clip=False)
    assert_mean_and_std(values, value, sigma)
    assert stats.kstest((values.ravel() - value) / sigma, "norm").pvalue > 1e-3


def test_clipping_moves_the_mean_of_dark_pixels():
    values = noise.gaussian(flat(0.0), 0.2, 1)
    mean = 0.2 / np.sqrt(2 * np.pi)  # of max(0, Z) for a standard normal Z
    assert_mean_and_std(values, mean, 0.2 * np.sqrt(0.5 - 1 / (2 * np.pi)))
    assert values.min() == 0


@pytest.mark.parametrize("value", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("peak", [3, 200])
def test_poisson_moments(value, peak):
    values = noise.poisson(flat(value), peak, 2, clip=False)
    assert_mean_and_std(values, value, np.sqrt(value / peak))
    counts = values * peak
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)


@pytest.mark.parametrize("value", [0.1, 0.8])
@pytest.mark.parametrize("sigma", [0.05, 0.5, 1.0])
def test_speckle_moments(value, sigma):
    values = noise.speckle(flat(value), sigma, 3, clip=False)
    assert_mean_and_std(values, value, sigma * value)
    looks = stats.gamma(1 / sigma**2, scale=sigma**2)
    assert stats.kstest(values.ravel() / value, looks.cdf).pvalue > 1e-3


def test_speckle_of_one_look_is_exponential():
    values = noise.speckle(flat(0.5), 1.0, 4, clip=False) / 0.5
    assert stats.kstest(values.ravel(), stats.expon.cdf).pvalue > 1e-3


@pytest.mark.parametrize(("amount", "share"), [(0.1, 0.5), (0.4, 0.25), (1.0, 0.9)])
def test_salt_and_pepper_counts(amount, share):
    values = noise.salt_and_pepper(flat(0.5), amount, 5, salt_vs_pepper=share).ravel()
    for value, probability in ((1, amount * share), (0, amount * (1 - share))):
        error = 4 * np.sqrt(probability * (1 - probability) / N)
        assert abs((values == value).mean() - probability) <= error
    assert set(values) <= {0, 0.5, 1}


def test_salt_is_white_and_pepper_black():
    assert set(noise.salt(flat(0.5), 0.1, 6).ravel()) == {0.5, 1}
    assert set(noise.pepper(flat(0.5), 0.1, 6).ravel()) == {0, 0.5}


@KIND
def test_pixels_and_colours_are_disturbed_independently(kind):
    image = np.full((200, 200, 3), 0.5)
    change = NOISES[kind].add(image, NOISES[kind].strengths[2], 7) - image
    pairs = {
        "right": (change[:, 1:], change[:, :-1]),
        "below": (change[1:], change[:-1]),
        "colours": (change[..., 0], change[..., 1]),
    }
    for a, b in pairs.values():
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5 / np.sqrt(a.size)


# ------------------------------------------------------------------------ against scikit-image


PICTURE = np.random.default_rng(8).random((30, 40, 3))


@pytest.mark.parametrize("clip", [True, False])
def test_gaussian_is_that_of_scikit_image(clip):
    theirs = random_noise(PICTURE, "gaussian", rng=np.random.default_rng(9), var=0.04, clip=clip)
    np.testing.assert_allclose(noise.gaussian(PICTURE, 0.2, 9, clip=clip), theirs, atol=1e-15)


@pytest.mark.parametrize(
    ("mode", "ours", "share"),
    [
        ("salt", noise.salt, None),
        ("pepper", noise.pepper, None),
        ("s&p", noise.salt_and_pepper, 0.3),
    ],
)
def test_impulses_are_those_of_scikit_image(mode, ours, share):
    theirs = {} if share is None else {"salt_vs_pepper": share}
    mine = {} if share is None else {"salt_vs_pepper": share}
    expected = random_noise(PICTURE, mode, rng=np.random.default_rng(9), amount=0.2, **theirs)
    np.testing.assert_array_equal(ours(PICTURE, 0.2, np.random.default_rng(9), **mine), expected)


def test_poisson_is_that_of_scikit_image_when_its_hidden_peak_is_named():
    image = np.linspace(0, 1, 256).reshape(16, 16)  # 256 different values, so its peak is 256
    theirs = random_noise(image, "poisson", rng=np.random.default_rng(9))
    np.testing.assert_array_equal(noise.poisson(image, 256, 9), theirs)


def test_speckle_has_the_moments_of_scikit_image_but_is_never_negative():
    theirs = random_noise(flat(0.5), "speckle", rng=np.random.default_rng(9), var=0.25, clip=False)
    mine = noise.speckle(flat(0.5), 0.5, 9, clip=False)
    assert_mean_and_std(theirs, 0.5, 0.25)
    assert_mean_and_std(mine, 0.5, 0.25)
    assert theirs.min() < 0 <= mine.min()


# ------------------------------------------------------------------------------- what all share


@KIND
@pytest.mark.parametrize("picture", STRANGE)
def test_a_strange_picture(kind, picture):
    image = STRANGE[picture]
    before = image.copy()
    for strength in NOISES[kind].strengths:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            noisy = NOISES[kind].add(image, strength, 0)
        assert noisy.shape == image.shape
        assert noisy.dtype == result_type(image)
        assert noisy.min() >= 0
        assert noisy.max() <= 1
        assert not np.shares_memory(noisy, image)
    np.testing.assert_array_equal(image, before)


@KIND
def test_equal_seeds_give_equal_noise(kind):
    strength = NOISES[kind].strengths[2]
    first = noise.add(PICTURE, kind, strength, 3)
    np.testing.assert_array_equal(first, noise.add(PICTURE, kind, strength, 3))
    same = noise.add(PICTURE, kind, strength, np.random.default_rng(3))
    np.testing.assert_array_equal(first, same)
    assert (first != noise.add(PICTURE, kind, strength, 4)).any()


@KIND
def test_strengths_go_from_weak_to_strong(kind):
    errors = [
        ((noise.add(PICTURE, kind, strength, 0) - PICTURE) ** 2).mean()
        for strength in NOISES[kind].strengths
    ]
    assert len(errors) == 5
    assert errors == sorted(errors)
    assert errors[0] > 0


@pytest.mark.parametrize("kind", [k for k in NOISES if k != "poisson"])
def test_no_noise_changes_nothing(kind):
    noisy = noise.add(PICTURE, kind, 0, 0)
    np.testing.assert_array_equal(noisy, PICTURE)
    assert not np.shares_memory(noisy, PICTURE)


def test_speckle_below_rounding_changes_nothing():
    for sigma in (1e-200, 9e-8):
        np.testing.assert_array_equal(noise.speckle(PICTURE, sigma, 0), PICTURE)
    np.testing.assert_allclose(noise.speckle(PICTURE, 1.1e-7, 0), PICTURE, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from([k for k in NOISES if k != "poisson"]),
    shape=st.tuples(st.integers(1, 6), st.integers(1, 6), st.sampled_from([None, 3])),
    strength=st.floats(0, 1),
    seed=st.integers(0, 2**32),
    clip=st.booleans(),
)
def test_any_picture_any_strength(kind, shape, strength, seed, clip):
    shape = tuple(n for n in shape if n)
    image = np.random.default_rng(seed).integers(0, 4, shape) / 3
    options = {} if kind in ("salt", "pepper", "salt-and-pepper") else {"clip": clip}
    noisy = NOISES[kind].function(image, strength, seed, **options)
    assert noisy.shape == shape
    assert np.isfinite(noisy).all()
    if clip or not options:
        assert ((noisy >= 0) & (noisy <= 1)).all()
    if kind == "speckle":
        assert (noisy[image == 0] == 0).all()
    if not options:
        assert ((noisy == image) | (noisy == 0) | (noisy == 1)).all()


@settings(max_examples=20, deadline=None)
@given(peak=st.floats(1e-300, 1e9), seed=st.integers(0, 99))
def test_any_number_of_photons(peak, seed):
    noisy = noise.poisson(np.array([[0.0, 0.5, 1.0]]), peak, seed)
    assert noisy[0, 0] == 0
    assert ((noisy >= 0) & (noisy <= 1)).all()


# -------------------------------------------------------------------------------------- bad input


@KIND
@pytest.mark.parametrize("picture", {**BAD, **OUT_OF_RANGE})
def test_a_bad_picture_is_refused(kind, picture):
    image, error, words = {**BAD, **OUT_OF_RANGE}[picture]
    with pytest.raises(error, match=words):
        noise.add(image, kind, NOISES[kind].strengths[0], 0)


@pytest.mark.parametrize(
    ("kind", "strength", "words"),
    [
        ("gaussian", -0.1, "sigma must be at least 0, got -0.1"),
        ("gaussian", np.inf, "sigma"),
        ("gaussian", np.nan, "sigma"),
        ("salt", 1.5, "amount must be at least 0 and at most 1, got 1.5"),
        ("pepper", -0.5, "amount"),
        ("salt-and-pepper", 30, "amount"),
        ("poisson", 0, "peak must be above 0 and at most 1e"),
        ("poisson", 1e12, "peak"),
        ("speckle", -1, "sigma"),
    ],
)
def test_a_bad_strength_is_refused(kind, strength, words):
    with pytest.raises(ValueError, match=words):
        noise.add(PICTURE, kind, strength, 0)


@KIND
@pytest.mark.parametrize("strength", ["0.1", None, True, [0.1]])
def test_a_strength_is_a_number(kind, strength):
    with pytest.raises(TypeError, match="must be a number"):
        noise.add(PICTURE, kind, strength, 0)


def test_a_bad_share_of_salt_is_refused():
    with pytest.raises(ValueError, match="salt_vs_pepper must be at least 0 and at most 1"):
        noise.salt_and_pepper(PICTURE, 0.1, 0, salt_vs_pepper=2)


@pytest.mark.parametrize("rng", [None, 0.5, True, np.random.RandomState(0)])
def test_a_source_of_randomness_is_asked_for(rng):
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator or a seed"):
        noise.gaussian(PICTURE, 0.1, rng)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed must not be negative, got rng=-1"):
        noise.gaussian(PICTURE, 0.1, -1)


def test_an_unknown_noise_is_refused():
    with pytest.raises(
        ValueError, match="unknown noise 'perlin'; expected one of 'gaussian', 'salt'"
    ):
        noise.add(PICTURE, "perlin", 0.1, 0)


# ------------------------------------------------------------------------------------ their laws


@KIND
@pytest.mark.parametrize("value", [0.15, 0.5, 0.8])
def test_the_spread_is_what_theory_says(kind, value):
    strength = NOISES[kind].strengths[2]
    card = np.full((300, 300), value)
    noisy = noise.add(card, kind, strength, 5, clip=False)
    assert noise.spread(kind, value, strength) == pytest.approx(noisy.std(), rel=0.02)
    np.testing.assert_allclose(
        noise.spread(kind, [value, value], strength), noise.spread(kind, value, strength)
    )


@pytest.mark.parametrize(
    ("kind", "strength"), [("gaussian", 0.1), ("poisson", 50), ("speckle", 0.2)]
)
def test_a_histogram_comes_near_to_the_density(kind, strength):
    noisy = noise.add(np.full((400, 400), 0.6), kind, strength, 5, clip=False)
    x, y = noise.density(kind, 0.6, strength)
    bins = (np.arange(-30, 81) + 0.5) / 50
    counted = np.histogram(noisy, bins, density=True)[0]
    middles = (bins[1:] + bins[:-1]) / 2
    np.testing.assert_allclose(np.interp(middles, x, y, 0, 0), counted, atol=0.12)
    if kind == "poisson":
        assert y.sum() / strength == pytest.approx(1, abs=1e-3)
    else:
        assert y.sum() * (x[1] - x[0]) == pytest.approx(1, abs=1e-3)


def test_without_clipping_values_may_leave_the_range():
    dark = np.zeros((50, 50))
    assert noise.add(dark, "gaussian", 0.1, 0, clip=False).min() < 0
    assert noise.add(dark, "gaussian", 0.1, 0).min() == 0
    assert noise.add(dark, "salt", 0.1, 0, clip=False).max() == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: noise.spread("hum", 0.5, 1), "unknown noise 'hum'"),
        (lambda: noise.spread("gaussian", 1.5, 0.1), r"value must lie in \[0, 1\]"),
        (lambda: noise.spread("salt", 0.5, 2), "strength must be at least 0 and at most 1"),
        (lambda: noise.density("salt", 0.5, 0.1), "unknown noise 'salt'"),
        (lambda: noise.density("gaussian", 0, 0.1), "value must be above 0"),
    ],
)
def test_a_law_of_something_else_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
