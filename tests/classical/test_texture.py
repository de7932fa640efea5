"""Texture: each description against scikit-image, its plain twin, and what is known by hand."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import data, feature, filters

from seglearn.classical import texture

NAMES = ("brick", "grass", "gravel", "camera")


def part(name, size=96):
    return getattr(data, name)()[100 : 100 + size, 120 : 120 + size] / 255


@pytest.fixture(scope="module")
def two_textures():
    """Return gravel beside brick, equally bright on average and equally rough, and the truth."""
    halves = [part(name, 128)[:, :64] for name in ("gravel", "brick")]
    alike = [np.clip((half - half.mean()) / half.std() * 0.12 + 0.5, 0, 1) for half in halves]
    return np.hstack(alike), np.repeat([[0, 1]], 64, axis=1).repeat(128, axis=0)


# ------------------------------------------------------------------------------- co-occurrence

ANGLES = {(0, 1): 0, (1, 1): np.pi / 4, (1, 0): np.pi / 2, (1, -1): 3 * np.pi / 4}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("offset", texture.OFFSETS)
def test_the_matrix_and_its_features_are_those_of_scikit_image(name, offset):
    levels = texture.quantise(part(name), 16)
    theirs = feature.graycomatrix(
        levels.astype(np.uint8), [1], [ANGLES[offset]], levels=16, symmetric=True, normed=True
    )
    matrix = texture.cooccurrence(levels, 16, (offset,))
    np.testing.assert_allclose(matrix, theirs[:, :, 0, 0], atol=1e-15)
    for key, value in texture.glcm_features(matrix).items():
        assert value == pytest.approx(feature.graycoprops(theirs, key)[0, 0], rel=1e-9), key


def test_the_matrix_by_hand():
    levels = np.array([[0, 0, 1], [1, 2, 1]])
    expected = np.array([[2, 1, 0], [1, 0, 2], [0, 2, 0]]) / 8
    np.testing.assert_allclose(texture.cooccurrence(levels, 3, ((0, 1),)), expected)
    features = texture.glcm_features(expected)
    assert features["contrast"] == features["dissimilarity"] == 0.75
    assert features["homogeneity"] == 0.625


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.int32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)),
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)).filter(any), min_size=1, max_size=3),
)
def test_counting_at_once_and_pixel_by_pixel_are_the_same(levels, offsets):
    matrix = texture.cooccurrence(levels, 4, offsets)
    np.testing.assert_array_equal(matrix, texture.cooccurrence_plain(levels, 4, offsets))
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix.sum() == pytest.approx(1) or not matrix.any()
    turned = [(-dy, -dx) for dy, dx in offsets]
    np.testing.assert_array_equal(matrix, texture.cooccurrence(levels, 4, turned))


@pytest.mark.parametrize("offsets", [texture.OFFSETS, ((0, 3),), ((-2, 1), (4, -4))])
def test_all_windows_at_once_and_one_by_one_are_the_same(offsets):
    image = part("brick", 14)
    fast = texture.glcm_map(image, 5, n_levels=5, offsets=offsets)
    plain = texture.glcm_map_plain(image, 5, n_levels=5, offsets=offsets)
    np.testing.assert_allclose(fast, plain, atol=1e-12)


def test_a_window_inside_has_the_features_of_its_own_matrix():
    image = part("gravel")
    found = texture.glcm_map(image, 15)[40, 50]
    window = texture.quantise(image)[33:48, 43:58]
    right = texture.glcm_features(texture.cooccurrence(window))
    assert tuple(right) == texture.GLCM_FEATURES
    np.testing.assert_allclose(found, list(right.values()), atol=1e-12)


def test_grey_levels_are_equally_wide():
    assert texture.quantise(np.array([[0.0, 0.2499, 0.25, 0.75, 1.0]]), 4).tolist() == [
        [0, 0, 1, 3, 3]
    ]


def test_a_constant_image_has_one_pair():
    features = texture.glcm_map(np.full((9, 8), 0.4), 3)
    np.testing.assert_allclose(features, np.broadcast_to([0, 0, 1, 1, 1, 0], (9, 8, 6)))


# ------------------------------------------------------------------------------- Gabor filters


@pytest.mark.parametrize("frequency", [0.06, 0.125, 0.3])
@pytest.mark.parametrize("angle", [0, np.pi / 6, np.pi / 4, 2.0])
def test_kernels_are_those_of_scikit_image_where_theirs_reach(frequency, angle):
    ours = texture.gabor_kernel(frequency, angle)
    theirs = filters.gabor_kernel(frequency, angle, n_stds=3)
    cut = (ours.shape[0] - theirs.shape[0]) // 2
    inside = ours[cut : cut + theirs.shape[0], cut : cut + theirs.shape[1]]
    np.testing.assert_allclose(inside, theirs, atol=1e-12)
    assert abs(ours).sum() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_responses_are_those_of_scikit_image(name):
    image = part(name)
    real, imaginary = filters.gabor(image, 0.125, 0)
    ours = texture.gabor_response(image, 0.125, 0)
    np.testing.assert_allclose(ours.real, real, atol=1e-10)
    np.testing.assert_allclose(ours.imag, imaginary, atol=1e-10)


@pytest.mark.parametrize(("frequency", "angle"), [(0.0625, 0.0), (0.125, np.pi / 4), (0.25, 2.3)])
def test_a_wave_answers_with_half_its_height_in_its_own_filter(frequency, angle):
    y, x = np.mgrid[:128, :128]
    wave = np.cos(2 * np.pi * frequency * (x * np.cos(angle) + y * np.sin(angle)))
    inside = np.s_[40:-40, 40:-40]
    own = abs(texture.gabor_response(0.5 + 0.4 * wave, frequency, angle)[inside])
    np.testing.assert_allclose(own, 0.2, rtol=0.05)
    across = abs(texture.gabor_response(0.5 + 0.4 * wave, frequency, angle + np.pi / 2)[inside])
    assert across.max() < 0.02


def test_the_band_ends_where_the_response_is_half():
    x = np.arange(200)[None].repeat(200, axis=0)
    for end in (2 / 3, 4 / 3):  # an octave around the frequency: from 2f/3 to 4f/3
        wave = 0.5 + 0.4 * np.cos(2 * np.pi * 0.1 * end * x)
        response = abs(texture.gabor_response(wave, 0.1, 0)[60:-60, 60:-60])
        np.testing.assert_allclose(response, 0.1, rtol=0.05)


def test_brightness_alone_answers_with_next_to_nothing():
    for frequency in (0.0625, 0.125, 0.25):
        assert abs(texture.gabor_response(np.ones((20, 20)), frequency, 0.3)).max() < 0.01


def test_the_bank_has_all_directions_of_each_frequency():
    image = part("grass", 40)
    found = texture.gabor_map(image, (0.1, 0.2), 3, smooth=0)
    assert found.shape == (40, 40, 6)
    right = abs(texture.gabor_response(image, 0.2, np.pi / 3))
    np.testing.assert_allclose(found[..., 4], right)
    assert texture.gabor_map(image, (0.1,), 1).std() < found[..., 0].std()


# ------------------------------------------------------------------------ local binary patterns


@pytest.mark.parametrize(("radius", "n_points"), [(1, 8), (2, 16), (3, 24), (1, 4)])
@pytest.mark.parametrize("name", NAMES)
def test_patterns_are_those_of_scikit_image(name, radius, n_points):
    image = part(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = feature.local_binary_pattern(image * 255, n_points, radius, "uniform")
    inside = np.s_[radius + 1 : -radius - 1, radius + 1 : -radius - 1]  # there it sees black beyond
    agree = (texture.lbp(image, radius, n_points) == theirs)[inside].mean()
    # Interpolated points may tie with the middle but for rounding, which goes either way there.
    assert agree == 1 if radius == 1 else agree > 0.996


@settings(max_examples=20, deadline=None)
@given(
    arrays(np.int32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 9)),
    st.sampled_from([(1.0, 8), (1.5, 12), (2.0, 4), (0.5, 5)]),
)
def test_patterns_at_once_and_pixel_by_pixel_are_the_same(steps, ring):
    np.testing.assert_array_equal(
        texture.lbp(steps / 9, *ring), texture.lbp_plain(steps / 9, *ring)
    )


@settings(max_examples=30, deadline=None)
@given(
    arrays(np.int32, (8, 9), elements=st.integers(0, 9)),
    st.lists(st.integers(0, 100), min_size=10, max_size=10, unique=True),
)
def test_patterns_know_neither_a_turn_nor_an_increasing_change_of_brightness(steps, greys):
    codes = texture.lbp(steps / 9)
    np.testing.assert_array_equal(texture.lbp(np.rot90(steps) / 9), np.rot90(codes))
    on_pixels = texture.lbp(steps / 9, 1, 4)  # between pixels, interpolation mixes brightnesses
    changed = np.array(sorted(greys))[steps] / 100
    np.testing.assert_array_equal(texture.lbp(changed, 1, 4), on_pixels)


def test_patterns_by_hand():
    image = np.full((7, 7), 0.5)
    assert (texture.lbp(image) == 8).all()
    image[3, 3] = 1.0
    assert texture.lbp(image)[3, 3] == 0
    image[3, 3] = 0.0
    assert texture.lbp(image)[3, 3] == 8
    edge = np.repeat([[0.2, 0.2, 0.2, 0.8, 0.8, 0.8]], 6, axis=0)
    assert (
        texture.lbp(edge)[:, 3] == 5
    ).all()  # the bright side: above, below, and three to the right
    corners = np.zeros((3, 3))
    corners[[0, 2], 1], corners[1, 1] = 1.0, 0.5
    assert texture.lbp(corners, 1, 4)[1, 1] == 5  # bright, dark, bright, dark: not uniform


def test_shares_of_patterns_sum_to_one_and_are_those_of_the_window():
    image = part("brick", 40)
    shares = texture.lbp_map(image, 9)
    assert shares.shape == (40, 40, 10)
    np.testing.assert_allclose(shares.sum(axis=2), 1)
    window = texture.lbp(image)[12:21, 16:25]
    np.testing.assert_allclose(shares[16, 20], np.bincount(window.ravel(), minlength=10) / 81)


# ------------------------------------------------------------------------------------- together

MAPS = {
    "glcm": (texture.glcm_map, 6),
    "gabor": (texture.gabor_map, 12),
    "lbp": (texture.lbp_map, 10),
}


@pytest.mark.parametrize("name", MAPS)
def test_textures_of_one_brightness_lie_apart(name, two_textures):
    image, truth = two_textures
    features = MAPS[name][0](image)
    inside = np.abs(np.arange(128) - 63.5) > 12
    rows = features[:, inside].reshape(-1, features.shape[2])
    labels = truth[:, inside].ravel()
    apart = rows[labels == 1].mean(axis=0) - rows[labels == 0].mean(axis=0)
    within = (rows[labels == 0].std(axis=0) + rows[labels == 1].std(axis=0)) / 2
    assert np.abs(apart / within).max() > 1.5


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (20, 1), (2, 3), (6, 5, 3)])
def test_small_images_have_a_map(name, shape):
    function, n_features = MAPS[name]
    found = function(np.random.default_rng(0).random(shape))
    assert found.shape == (*shape[:2], n_features)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", MAPS)
def test_images_that_are_none_are_refused(name):
    function, _ = MAPS[name]
    for image, words in (
        (np.full((5, 5), np.nan), "NaN"),
        (np.zeros((0, 5)), "no pixel"),
        (np.full((5, 5), 7.0), "expected"),
    ):
        with pytest.raises(ValueError, match=words):
            function(image)
    with pytest.raises(TypeError, match="divide an 8-bit image by 255"):
        function(np.zeros((5, 5), np.uint8))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: texture.quantise(x, 1), "n_levels must lie in 2 … 64, got 1"),
        (lambda x: texture.cooccurrence(np.full((3, 3), 8)), "levels must lie in 0 … 7"),
        (
            lambda x: texture.cooccurrence(np.eye(3, dtype=int), 2, ((0, 0),)),
            "offsets must be pairs",
        ),
        (lambda x: texture.glcm_features(np.zeros((3, 3))), "sum 0"),
        (lambda x: texture.glcm_features([[0.5, 0.5], [0.0, 0.0]]), "must be symmetric"),
        (lambda x: texture.glcm_map(x, 4), "size must be odd"),
        (lambda x: texture.glcm_map(x, 3, offsets=((0, 3),)), "larger than every offset"),
        (lambda x: texture.gabor_kernel(0.7, 0), "frequency must be at least 0.01"),
        (lambda x: texture.gabor_map(x, ()), "frequencies must be a list"),
        (lambda x: texture.gabor_map(x, (0.1, 2.0)), "each of frequencies"),
        (lambda x: texture.lbp(x, 0.1), "radius must be at least 0.5"),
        (lambda x: texture.lbp(x, 1, 3), "n_points must lie in 4 … 32"),
        (lambda x: texture.lbp_map(x, 6), "size must be odd"),
    ],
)
def test_options_that_make_no_sense_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.full((6, 6), 0.5))
