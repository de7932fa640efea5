"""What every algorithm promises, on good pictures and on bad ones."""

import subprocess
import sys
import time
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seglearn.superpixels import METHODS, connectivity, quality, segment

FOLLOWS_THE_IMAGE_ALONE = {"felzenszwalb"}
METHOD = pytest.mark.parametrize("method", METHODS)

rng = np.random.default_rng(0)
STRANGE = {
    "one pixel": np.full((1, 1), 0.5),
    "two pixels": np.array([[0.0, 1.0]]),
    "a row": rng.random((1, 50)),
    "a column of colours": rng.random((40, 1, 3)),
    "constant": np.full((30, 41), 0.3),
    "constant colour": np.full((30, 41, 3), 0.3),
    "black": np.zeros((16, 16)),
    "noise": rng.random((23, 37, 3)),
    "chequers": np.indices((24, 24)).sum(axis=0) % 2 * 1.0,
    "a step": np.repeat([[0.0, 1.0]], 20, axis=0).repeat(15, axis=1),
    "float32, not contiguous": rng.random((40, 20, 3)).astype(np.float32)[::2, ::-1],
    "one channel": rng.random((12, 14, 1)),
}


def assert_superpixels(labels, shape, n_segments):
    n = int(labels.max()) + 1
    assert labels.shape == shape
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(np.unique(labels), np.arange(n))
    assert connectivity.connected_parts(labels).max() + 1 == n, "a label is not connected"
    assert n <= n_segments


@METHOD
@pytest.mark.parametrize("n_segments", [12, 100])
def test_a_photograph(method, n_segments, cat):
    before = cat.copy()
    labels = segment(cat, n_segments, method)
    np.testing.assert_array_equal(cat, before)
    assert_superpixels(labels, cat.shape[:2], n_segments)
    assert labels.max() + 1 >= 0.9 * n_segments
    np.testing.assert_array_equal(labels, METHODS[method].segment(cat, n_segments))


@METHOD
@pytest.mark.parametrize("picture", STRANGE)
def test_a_strange_picture(method, picture):
    image = STRANGE[picture]
    n_pixels = image.shape[0] * image.shape[1]
    for n_segments in sorted({1, 2, 7, n_pixels // 9, n_pixels} - {0}):
        if n_segments <= n_pixels:
            start = time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                labels = segment(image, n_segments, method)
            assert_superpixels(labels, image.shape[:2], n_segments)
            assert time.process_time() - start < 20


@METHOD
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    height=st.integers(1, 17),
    width=st.integers(1, 17),
    channels=st.sampled_from([None, 3]),
    levels=st.integers(1, 5),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_any_small_picture(method, height, width, channels, levels, share, seed):
    shape = (height, width) if channels is None else (height, width, channels)
    image = np.random.default_rng(seed).integers(0, levels, shape) / max(levels - 1, 1)
    n_segments = max(1, round(share * height * width))
    assert_superpixels(segment(image, n_segments, method), (height, width), n_segments)


@pytest.mark.parametrize("method", sorted(set(METHODS) - FOLLOWS_THE_IMAGE_ALONE))
def test_a_constant_picture_is_cut_anyway(method):
    n = segment(np.full((60, 80), 0.4), 48, method).max() + 1
    assert 0.8 * 48 <= n <= 48


@METHOD
def test_an_outline_is_found(method, halves):
    image, truth = halves
    labels = segment(image, 24, method)
    scores = quality.score(labels, truth, image=image, tolerance=1)
    assert scores.achievable_accuracy > 0.98
    assert scores.boundary_recall > 0.85


@METHOD
@pytest.mark.parametrize(
    ("image", "n_segments", "error", "message"),
    [
        (np.zeros((8, 8), np.uint8), 4, TypeError, "uint8.*255"),
        (np.zeros((8, 8), bool), 4, TypeError, r"bool.*\.astype\(float\)"),
        (np.full((8, 8), "a"), 4, TypeError, "convert it first"),
        (np.zeros((3, 8, 9)), 4, ValueError, r"np\.moveaxis\(x, 0, -1\)"),
        (None, 4, TypeError, "object"),
        (np.zeros((8, 8), complex), 4, TypeError, "complex"),
        (np.ma.zeros((8, 8)), 4, TypeError, "masked"),
        (np.full((8, 8), np.nan), 4, ValueError, "64 values that are NaN"),
        (np.full((8, 8), np.inf), 4, ValueError, "infinite"),
        (np.full((8, 8), 1.5), 4, ValueError, "1.5"),
        (np.full((8, 8), -0.5), 4, ValueError, "-0.5"),
        (np.full((8, 8), 1.000001), 4, ValueError, "1.000001"),
        (np.full((8, 8), 1e300), 4, ValueError, r"1e\+300"),
        (np.zeros((8, 8, 4)), 4, ValueError, r"\(8, 8, 4\)"),
        (np.zeros((3, 8, 8, 3)), 4, ValueError, "expected"),
        (np.zeros(8), 4, ValueError, "expected"),
        (np.zeros((0, 8)), 4, ValueError, "no pixel"),
        (np.zeros((8, 8)), 0, ValueError, "1 … 64"),
        (np.zeros((8, 8)), 65, ValueError, "1 … 64.*65"),
        (np.zeros((8, 8)), -3, ValueError, "-3"),
        (np.zeros((8, 8)), 4.0, TypeError, "n_segments must be a whole number"),
        (np.zeros((8, 8)), None, TypeError, "n_segments must be a whole number"),
        (np.zeros((8, 8)), True, TypeError, "n_segments must be a whole number"),
    ],
)
def test_bad_input_is_explained(method, image, n_segments, error, message):
    with pytest.raises(error, match=message):
        segment(image, n_segments, method)


@pytest.mark.parametrize("method", ["graphcut-compact", "graphcut-constant"])
def test_graph_cuts_without_their_optional_package_say_how_to_get_it(method, monkeypatch):
    monkeypatch.setitem(sys.modules, "maxflow", None)  # as if it were not installed
    with pytest.raises(
        ImportError, match=r"GPL; install it with: +python -m pip install pymaxflow"
    ):
        segment(STRANGE["noise"], 9, method)


def test_nothing_else_needs_the_optional_package():
    code = (
        "import sys; sys.modules['maxflow'] = None\n"
        "import numpy as np; from seglearn.superpixels import METHODS\n"
        "image = np.random.default_rng(0).random((20, 30, 3))\n"
        "print(*[m for m in METHODS if 'cut-' not in m and METHODS[m].segment(image, 6).max() < 6])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [m for m in METHODS if not m.startswith("graphcut")]


def test_what_float64_arithmetic_leaves_above_one_is_no_error():
    image = np.full((8, 8), 1 + 1e-12)  # such as a resized image that was white
    np.testing.assert_array_equal(segment(image, 4), segment(np.ones((8, 8)), 4))


def test_an_unknown_method_is_explained():
    with pytest.raises(ValueError, match="unknown method 'magic'; expected one of 'slic'"):
        segment(np.zeros((8, 8)), 4, "magic")


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("slic", {"compactness": 0}),
        ("slic", {"compactness": float("nan")}),
        ("slic", {"compactness": 1e300}),
        ("slic", {"n_iterations": 0}),
        ("snic", {"compactness": -1}),
        ("turbopixels", {"max_iterations": 0}),
        ("ncut", {"radius": 0}),
        ("ncut", {"n_vectors": 0}),
        ("graphcut-compact", {"smoothness": 0}),
        ("graphcut-constant", {"n_passes": 0}),
        ("quickshift", {"ratio": 0}),
        ("quickshift", {"kernel_size": -1}),
        ("quickshift", {"kernel_size": 1e-300}),
        ("quickshift", {"ratio": 1e300}),
        ("felzenszwalb", {"sigma": 0}),
        ("felzenszwalb", {"sigma": 1e12}),
        ("felzenszwalb", {"min_size": 0}),
        ("watershed", {"compactness": -1}),
        ("watershed", {"compactness": float("nan")}),
        ("skimage-slic", {"compactness": 0}),
        ("skimage-slic", {"compactness": 1e-300}),
        ("skimage-slic", {"request": 0}),
    ],
)
def test_a_bad_option_is_named(method, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        segment(np.zeros((8, 8)), 4, method, **options)


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("slic", "compactness"),
        ("watershed", "compactness"),
        ("graphcut-compact", "smoothness"),
        ("quickshift", "ratio"),
        ("felzenszwalb", "sigma"),
    ],
)
@pytest.mark.parametrize("value", ["10", [1], None, True])
def test_an_option_that_is_no_number_is_named(method, option, value):
    with pytest.raises(TypeError, match=f"{option} must be a number, got "):
        segment(np.zeros((8, 8)), 4, method, **{option: value})


@pytest.mark.parametrize("method", ["quickshift", "ncut"])
def test_a_seed_is_asked_for(method):
    with pytest.raises(TypeError, match=r"seed must be .* a seed, got None"):
        segment(np.random.default_rng(0).random((20, 20)), 4, method, seed=None)


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("slic", "n_iterations"),
        ("turbopixels", "max_iterations"),
        ("ncut", "radius"),
        ("graphcut-compact", "n_passes"),
        ("felzenszwalb", "min_size"),
        ("skimage-slic", "request"),
    ],
)
@pytest.mark.parametrize("value", [2.0, "2", float("nan"), True])
def test_an_option_that_is_no_integer_is_named(method, option, value):
    with pytest.raises(TypeError, match=f"{option} must be a whole number, got {value!r}"):
        segment(np.zeros((8, 8)), 4, method, **{option: value})


def test_slic_ends_when_nothing_changes_any_more():
    image = rng.random((14, 15, 3))
    start = time.process_time()
    settled = segment(image, 9, n_iterations=10**12)
    assert time.process_time() - start < 20
    np.testing.assert_array_equal(settled, segment(image, 9, n_iterations=500))
