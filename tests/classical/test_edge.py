"""Edges against scikit-image and SciPy, and against the same thing done pixel by pixel."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage import color, data, feature, filters, measure, morphology, segmentation

from seglearn.classical import edge, region
from seglearn.data import samples
from seglearn.metrics import iou

SMALL = st.tuples(st.integers(1, 8), st.integers(1, 8))
PLANES = arrays(np.int8, SMALL, elements=st.integers(-3, 3))
PICTURES = arrays(np.uint8, SMALL).map(lambda a: a / 255)


def grey(name):
    if name in ("chelsea", "coffee", "astronaut", "rocket"):
        return color.rgb2gray(samples.photograph(name).image.astype(float))
    return getattr(data, name)() / 255


# ------------------------------------------------------------------------------------------ gradients


def test_gradients_are_those_of_the_libraries():
    image = grey("coins")
    slope = edge.gradient(image)
    inner = np.s_[1:-1, 1:-1]  # scikit-image leaves the border 0
    for ours, theirs in ((slope.down, filters.sobel_h), (slope.right, filters.sobel_v)):
        np.testing.assert_allclose(2 * ours[inner], theirs(image)[inner], atol=1e-12)
    for sigma in (0.7, 2.0):
        slope = edge.gradient(image, "gaussian", sigma)
        steepness = ndimage.gaussian_gradient_magnitude(image, sigma)
        np.testing.assert_allclose(slope.magnitude, steepness, atol=1e-12)


@pytest.mark.parametrize("method", ["sobel", "gaussian"])
@pytest.mark.parametrize("angle", [-2.5, -1.0, 0.0, 0.4, np.pi / 2, 3.0])
def test_a_slope_has_its_own_steepness_and_direction(method, angle):
    y, x = np.mgrid[:41, :41] - 20.0
    image = 0.5 + 0.01 * (np.cos(angle) * x + np.sin(angle) * y)
    slope = edge.gradient(image, method, 1.5)
    assert slope.magnitude[20, 20] == pytest.approx(0.01, rel=1e-3)  # a Gaussian is cut off
    assert slope.direction[20, 20] == pytest.approx(angle, abs=1e-9)


# --------------------------------------------------------------------------------------------- Canny


@pytest.mark.parametrize(
    "name", ["camera", "coins", "page", "brick", "chelsea", "coffee", "rocket"]
)
@pytest.mark.parametrize("sigma", [0.8, 2.0])
def test_canny_is_that_of_scikit_image(name, sigma):
    image = grey(name)
    theirs = feature.canny(image, sigma, 0.1, 0.2, mode="reflect")  # of a Sobel filter 8 times ours
    ours = edge.canny(image, sigma, 0.1 / 8, 0.2 / 8)
    np.testing.assert_array_equal(ours, theirs)
    assert ours.any()


@pytest.mark.parametrize("name", ["camera", "coins", "page", "brick"])
def test_nearly_all_edges_lie_beside_one_of_opencv(name):
    smooth = cv2.GaussianBlur(getattr(data, name)(), (0, 0), 1.5)
    theirs = cv2.Canny(smooth, 50, 100, L2gradient=True) > 0  # thins in four directions only
    ours = edge.canny(smooth / 255, 0, 50 / 255 / 8, 100 / 255 / 8)
    for some, others in ((ours, theirs), (theirs, ours)):
        assert ndimage.binary_dilation(others, np.ones((3, 3)))[some].mean() > 0.99


def test_edges_of_a_colour_image_are_those_of_its_luminance():
    image = samples.photograph("chelsea").image
    np.testing.assert_array_equal(edge.canny(image), edge.canny(grey("chelsea")))


def test_canny_is_its_four_steps():
    image = grey("coins")
    smooth = edge.smooth(image, 1.5)
    np.testing.assert_allclose(smooth, filters.gaussian(image, 1.5, mode="reflect"), atol=1e-12)
    ridges = edge.thin(edge.gradient(smooth))
    np.testing.assert_array_equal(
        edge.hysteresis(ridges, 0.01, 0.03), edge.canny(image, 1.5, 0.01, 0.03)
    )


@settings(max_examples=80, deadline=None)
@given(PLANES, st.data())
def test_thinning_is_that_pixel_by_pixel(down, draw):
    right = draw.draw(arrays(np.int8, down.shape, elements=st.integers(-3, 3)))
    slope = edge.Gradient(down.astype(float), right.astype(float))
    kept = edge.thin(slope)
    np.testing.assert_array_equal(kept, edge.thin_plain(slope))
    assert ((kept == 0) | (kept == slope.magnitude)).all()


def test_thinning_a_photograph_is_that_pixel_by_pixel():
    slope = edge.gradient(edge.smooth(grey("coins")[:120, :120], 1))
    np.testing.assert_array_equal(edge.thin(slope), edge.thin_plain(slope))


@settings(max_examples=80, deadline=None)
@given(PICTURES, st.floats(0, 1), st.floats(0, 1))
def test_hysteresis_is_that_pixel_by_pixel(strength, a, b):
    low, high = sorted((a, b))
    kept = edge.hysteresis(strength, low, high)
    np.testing.assert_array_equal(kept, edge.hysteresis_plain(strength, low, high))
    assert (kept <= ((strength >= low) & (strength > 0))).all()
    assert (kept >= ((strength >= high) & (strength > 0))).all()
    parts = measure.label((strength >= low) & (strength > 0), connectivity=2)
    for k in range(1, parts.max() + 1):
        assert kept[parts == k].all() == (strength[parts == k].max() >= high)


def test_a_step_has_one_edge_and_noise_breaks_it():
    image = np.zeros((40, 40))
    image[:, 20:] = 0.6
    found = edge.canny(image)
    assert found[1:-1].any(axis=1).all()
    columns = np.flatnonzero(found.any(axis=0))
    assert set(columns) <= {19, 20}
    noisy = np.clip(image + np.random.default_rng(0).normal(0, 0.2, image.shape), 0, 1)
    assert edge.canny(noisy).sum() > 3 * found.sum()


# ------------------------------------------------------------------------------------ closed regions


@pytest.mark.parametrize("radius", [0, 1, 3])
def test_filling_is_that_of_the_libraries(radius):
    edges = edge.canny(grey("coins"), 2)
    disc = morphology.disk(radius)
    thick = ndimage.binary_fill_holes(morphology.dilation(np.pad(edges, 9), disc))
    theirs = morphology.erosion(thick, disc)[9:-9, 9:-9]
    np.testing.assert_array_equal(edge.fill(edges, radius), theirs)


@pytest.mark.parametrize("radius", [1, 2, 5])
def test_gaps_of_twice_the_radius_are_bridged_and_no_larger_ones(radius):
    frame = np.zeros((61, 61), bool)
    frame[5:56, 5:56] = True
    frame[6:55, 6:55] = False
    whole = edge.fill(frame)
    for gap in (2 * radius, 2 * radius + 1):
        broken = frame.copy()
        broken[20 : 20 + gap, 5] = False
        assert edge.fill(broken, radius)[30, 30] == (gap == 2 * radius)
    broken = frame.copy()
    broken[20 : 20 + 2 * radius, 5] = False
    assert iou(whole, edge.fill(broken, radius)) > 0.98


def test_gaps_in_a_ring_are_bridged_up_to_twice_the_radius():
    y, x = np.mgrid[:61, :61] - 30
    ring, disc = np.abs(np.hypot(y, x) - 20) < 1, np.hypot(y, x) < 21
    np.testing.assert_array_equal(edge.fill(ring), disc)
    for gap, radius in ((1, 1), (3, 2), (5, 3)):
        broken = ring & ~((np.abs(y) <= gap // 2) & (x > 0))
        assert not edge.fill(broken, radius - 1)[30, 30]
        filled = edge.fill(broken, radius)
        assert iou(disc, filled) > 0.97


def test_coins_become_regions():
    image = grey("coins")
    steep = edge.gradient(edge.smooth(image, 2)).magnitude
    found = edge.regions(steep, 0.01, min_area=50)
    markers = region.components(steep < 0.01, min_area=50)
    assert found.max() + 1 == markers.max()
    pits = np.where(markers > 0, -1 - 1 / (1 + np.arange(steep.size).reshape(steep.shape)), steep)
    np.testing.assert_array_equal(found + 1, segmentation.watershed(pits, markers))


@settings(max_examples=40, deadline=None)
@given(PICTURES, st.floats(0, 1), st.floats(0, 4))
def test_any_picture_gets_an_answer(image, low, sigma):
    edges = edge.canny(image, sigma, low / 2, low)
    assert edges.shape == image.shape
    border = np.ones(image.shape, bool)
    border[1:-1, 1:-1] = False
    assert not edges[border].any()
    slope = edge.gradient(image)
    found = edge.regions(slope.magnitude, low, min_area=2)
    assert found.min() == 0
    for k in range(found.max() + 1):
        assert measure.label(found == k, connectivity=1).max() == 1
    filled = edge.fill(edges)
    assert (edges <= filled).all()
    assert (edges <= edge.fill(edges, 2)).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (20, 20)])
def test_a_constant_picture_has_no_edge_and_one_region(shape):
    image = np.full(shape, 0.3)
    assert not edge.canny(image, 1, 0, 0).any()
    assert not edge.regions(edge.gradient(image).magnitude, min_area=1).any()
    assert not edge.regions(np.ones(shape)).any()


def test_errors_say_what_to_do():
    image = grey("coins")
    with pytest.raises(ValueError, match=r"low must not be above high, got low=0\.2"):
        edge.canny(image, 1, 0.2, 0.1)
    with pytest.raises(ValueError, match="rgb2gray"):
        edge.regions(samples.photograph("coffee").image)
    with pytest.raises(TypeError, match="call gradient first"):
        edge.thin(image)
    with pytest.raises(ValueError, match="down and right differ in shape"):
        edge.thin(edge.Gradient(image, image[1:]))
    with pytest.raises(ValueError, match="unknown method 'prewitt'"):
        edge.gradient(image, "prewitt")
