"""Thresholds against scikit-image, against all ways to cut, and where there is nothing to cut."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import data, filters
from skimage.color import rgb2gray

from seglearn.classical import threshold
from seglearn.data import samples
from seglearn.metrics import iou

GREY = ("camera", "coins", "page", "brick", "grass", "gravel", "moon", "text")
LEVELS = arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6)))


def eight_bits(name):
    return getattr(data, name)()


@pytest.fixture(scope="module")
def nuclei():
    return samples.nuclei()


# ------------------------------------------------------------------------------- one for all pixels


@pytest.mark.parametrize("name", GREY)
def test_masks_are_those_of_scikit_image(name):
    image = eight_bits(name)
    for ours, theirs in (
        (threshold.otsu, filters.threshold_otsu),
        (threshold.triangle, filters.threshold_triangle),
    ):
        mask = threshold.apply(image / 255, ours(image / 255))
        np.testing.assert_array_equal(mask, image > theirs(image))


@pytest.mark.parametrize("name", GREY)
def test_levels_are_those_of_opencv(name):
    image = eight_bits(name)
    level, _ = cv2.threshold(image, 0, 255, cv2.THRESH_OTSU)
    assert threshold.otsu(image / 255) * 255 == pytest.approx(level + 0.5)
    level, _ = cv2.threshold(image, 0, 255, cv2.THRESH_TRIANGLE)
    assert abs(threshold.triangle(image / 255) * 255 - 0.5 - level) <= 1 + 1e-9  # the corner's side


@pytest.mark.parametrize("name", GREY)
@pytest.mark.parametrize("n_classes", [2, 3, 4])
def test_classes_are_those_of_scikit_image(name, n_classes):
    image = eight_bits(name)
    found = threshold.multi_otsu(image / 255, n_classes)
    levels = filters.threshold_multiotsu(image, n_classes)
    np.testing.assert_allclose(found * 255, levels + 0.5)
    labels = threshold.classes(image / 255, found)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, np.digitize(image, levels + 1))


def test_the_curve_is_the_variance_between_the_classes(nuclei):
    for image in (nuclei.image, eight_bits("coins") / 255):
        counts = threshold.histogram(image)
        assert counts.sum() == image.size
        curve = threshold.otsu_curve(counts)
        assert curve.shape == (255,)
        for k in (0, 20, 60, 107, 200, 254):
            bright = threshold.apply(image, (k + 0.5) / 255)
            if bright.any() and not bright.all():
                share = bright.mean()
                apart = image[bright].mean(dtype=float) - image[~bright].mean(dtype=float)
                assert curve[k] == pytest.approx(share * (1 - share) * apart**2, rel=1e-4)
            else:
                assert curve[k] == 0
        assert threshold.otsu(image) == (np.argmax(curve) + 0.5) / 255


def test_levels_of_a_histogram_and_the_cut_agree():
    image = np.linspace(0, 1, 41)[None]  # with values half-way between two of 11 levels
    counts = threshold.histogram(image, 11)
    for k in range(10):
        dark = ~threshold.apply(image, (k + 0.5) / 10)
        assert counts[: k + 1].sum() == dark.sum()


def test_otsu_finds_nuclei_and_the_triangle_finds_more_of_them(nuclei):
    truth = nuclei.instances > 0
    by_otsu = threshold.apply(nuclei.image, threshold.otsu(nuclei.image))
    by_triangle = threshold.apply(nuclei.image, threshold.triangle(nuclei.image))
    assert (by_otsu <= by_triangle).all()
    assert iou(truth, by_otsu) > 0.5


def test_there_are_too_many_ways_to_try_them_all():
    assert math.comb(255, 2) == 32_385
    assert round(math.comb(255, 4), -6) == 172_000_000


@settings(max_examples=60, deadline=None)
@given(LEVELS, st.integers(2, 5))
def test_all_ways_to_cut_are_no_better(levels, n_classes):
    image = (levels % 12) / 11
    if len(np.unique(image)) < n_classes:
        with pytest.raises(ValueError, match="too few for"):
            threshold.multi_otsu(image, n_classes, 12)
        return
    found = threshold.multi_otsu(image, n_classes, 12)
    assert np.all(np.diff(found) > 0)
    assert set(threshold.classes(image, found).flat) == set(range(n_classes))

    def between(cuts):
        labels = threshold.classes(image, cuts)
        return sum(image[labels == c].sum() ** 2 / (labels == c).sum() for c in np.unique(labels))

    plain = threshold.multi_otsu_plain(image, n_classes, 12)
    assert between(found) == pytest.approx(between(plain))
    if n_classes == 2:
        assert between([threshold.otsu(image, 12)]) == pytest.approx(between(plain))


@pytest.mark.parametrize("n_classes", [2, 3, 4, 5])
def test_trying_all_ways_gives_the_same_cuts_on_photographs(n_classes):
    for name in ("camera", "coins"):
        image = eight_bits(name) / 255
        found = threshold.multi_otsu(image, n_classes, 24)
        np.testing.assert_allclose(found, threshold.multi_otsu_plain(image, n_classes, 24))


@settings(max_examples=60, deadline=None)
@given(LEVELS)
def test_both_sides_of_a_threshold_have_pixels(levels):
    image = levels / 255
    for find in (threshold.otsu, threshold.triangle):
        if len(np.unique(image)) > 1:
            assert set(threshold.apply(image, find(image)).flat) == {False, True}
        else:
            with pytest.raises(ValueError, match="1 of 256 grey levels"):
                find(image)


def test_a_picture_turned_negative_is_cut_at_the_same_place():
    image = eight_bits("coins") / 255
    assert threshold.otsu(1 - image) == pytest.approx(1 - threshold.otsu(image))
    # The corner itself counts as dark, whichever side of the peak it is on.
    assert threshold.triangle(1 - image) == pytest.approx(
        1 - threshold.triangle(image), abs=1 / 255
    )


def test_of_a_colour_image_the_luminance_counts():
    image = samples.photograph("coffee").image.astype(float)
    grey = rgb2gray(image)
    assert threshold.otsu(image) == threshold.otsu(grey)
    np.testing.assert_array_equal(threshold.sauvola(image), threshold.sauvola(grey))


# ---------------------------------------------------------------------------------- one for each pixel


@pytest.mark.parametrize("name", ["page", "coins", "text"])
@pytest.mark.parametrize("size", [3, 15, 51])
def test_surfaces_are_those_of_scikit_image(name, size):
    image = eight_bits(name) / 255
    for ours, method in (
        (threshold.adaptive_mean, "mean"),
        (threshold.adaptive_gaussian, "gaussian"),
    ):
        theirs = filters.threshold_local(image, size, method, offset=0.02)
        np.testing.assert_allclose(ours(image, size, 0.02), theirs, atol=1e-12)
    inner = np.s_[size // 2 + 1 : -size // 2, size // 2 + 1 : -size // 2]
    ours, theirs = threshold.sauvola(image, size), filters.threshold_sauvola(image, size, r=0.5)
    # A window over the border is mirrored about the border pixel there, and beside it here.
    np.testing.assert_allclose(ours[inner], theirs[inner], atol=1e-6)
    differ = threshold.apply(image, ours) != (image > theirs)
    assert differ.mean() < 0.003


def test_sauvola_is_its_formula():
    image = eight_bits("page")[40:80, 100:160] / 255
    surface = threshold.sauvola(image, 9, k=0.3, r=0.4)
    for y, x in ((4, 4), (20, 30), (35, 50)):
        window = image[y - 4 : y + 5, x - 4 : x + 5]
        wanted = window.mean() * (1 + 0.3 * (window.std() / 0.4 - 1))
        assert surface[y, x] == pytest.approx(wanted)
    np.testing.assert_allclose(
        threshold.sauvola(image, 9, k=0), threshold.adaptive_mean(image, 9), atol=1e-12
    )


def test_uneven_light_breaks_one_threshold_and_not_a_local_one():
    truth = eight_bits("text")[:, :200] < 90  # ink, as good as it gets on even light
    light = np.linspace(0.3, 1, 200)
    image = np.where(truth, 0.35, 0.9) * light
    one = ~threshold.apply(image, threshold.otsu(image))
    local = ~threshold.apply(image, threshold.sauvola(image, 25))
    assert iou(truth, one) < 0.5
    assert iou(truth, local) > 0.9


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (20, 20)])
def test_a_constant_picture_has_a_constant_surface(shape):
    image = np.full(shape, 0.3)
    np.testing.assert_allclose(threshold.adaptive_mean(image, 35, 0.1), 0.2)
    np.testing.assert_allclose(threshold.adaptive_gaussian(image, 35), 0.3)
    np.testing.assert_allclose(threshold.sauvola(image, 35), 0.3 * 0.8, atol=1e-6)
    with pytest.raises(ValueError, match="1 of 256 grey levels, too few for 3"):
        threshold.multi_otsu(image)


# ------------------------------------------------------------------------------------------ bad input


def test_errors_say_what_to_do():
    grey = eight_bits("coins") / 255
    with pytest.raises(ValueError, match="rgb2gray"):
        threshold.apply(grey, np.stack([grey] * 3, axis=-1))
    with pytest.raises(ValueError, match=r"too few for 3 classes; give another image"):
        threshold.multi_otsu((grey > 0.5).astype(float))
    with pytest.raises(ValueError, match=r"n_classes must lie in 2 … 5"):
        threshold.multi_otsu(grey, 6)
    with pytest.raises(ValueError, match=r"size must be odd"):
        threshold.sauvola(grey, 14)
    with pytest.raises(ValueError, match=r"size must lie in 3 … 9999"):
        threshold.adaptive_mean(grey, 10**9 + 1)
    with pytest.raises(ValueError, match="ascending"):
        threshold.classes(grey, [0.5, 0.2])
    with pytest.raises(ValueError, match="differ in shape"):
        threshold.apply(grey, grey[1:])
    with pytest.raises(ValueError, match="no histogram"):
        threshold.otsu_curve(np.zeros(256, int))
    with pytest.raises(TypeError, match="threshold must be a number"):
        threshold.apply(grey, "0.5")
