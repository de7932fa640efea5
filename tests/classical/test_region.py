"""Regions against scikit-image and SciPy, and against the same thing done pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage import data, filters, measure, segmentation

from seglearn.classical import region
from seglearn.data import samples

SMALL = st.tuples(st.integers(1, 9), st.integers(1, 9))
MASKS = arrays(bool, SMALL)
PICTURES = arrays(np.uint8, SMALL, elements=st.integers(0, 4)).map(lambda a: a / 4)


@pytest.fixture(scope="module")
def coins():
    return data.coins() / 255


@pytest.fixture(scope="module")
def cat():
    return samples.photograph("chelsea").image[60:260:2, 100:400:2]


def parts(labels):
    return measure.label(labels, connectivity=1, background=-1) - 1


# ------------------------------------------------------------------------------------------- growing


@pytest.mark.parametrize("tolerance", [0, 0.05, 0.13, 0.31])
@pytest.mark.parametrize("seed", [(5, 5), (60, 60), (150, 200)])
def test_from_one_seed_it_is_the_flood_of_scikit_image(coins, seed, tolerance):
    grown = region.grow(coins, seed, tolerance)
    flood = segmentation.flood(coins, seed, connectivity=1, tolerance=tolerance)
    np.testing.assert_array_equal(grown, flood)
    inside = coins[grown]
    assert np.abs(inside - coins[seed]).max() <= tolerance + 1e-6


@pytest.mark.parametrize("against", ["seed", "region"])
def test_growing_in_colour(cat, against):
    grown = region.grow(cat, [(50, 75), (52, 80)], 0.2, against=against)
    assert grown[50, 75]
    assert grown[52, 80]
    assert 100 < grown.sum() < cat[..., 0].size
    np.testing.assert_array_equal(
        grown, region.grow_plain(cat, [(50, 75), (52, 80)], 0.2, against=against)
    )


@settings(max_examples=60, deadline=None)
@given(PICTURES, st.floats(0, 1), st.data())
def test_grown_regions(image, tolerance, draw):
    seed = tuple(draw.draw(st.integers(0, n - 1)) for n in image.shape)
    grown = region.grow(image, seed, tolerance)
    np.testing.assert_array_equal(grown, region.grow_plain(image, seed, tolerance))
    for against in ("seed", "region"):
        found = region.grow(image, seed, tolerance, against=against)
        assert found[seed]
        assert measure.label(found, connectivity=1).max() == 1
        assert region.grow(image, seed, 1, against=against).all()
        level = region.grow(image, seed, 0, against=against)
        assert (image[level] == image[seed]).all()
        edge = ndimage.binary_dilation(found) & ~found  # all that could still join
        mean = image[seed] if against == "seed" else image[found].mean()
        if against == "seed":
            assert (np.abs(image[edge] - mean) > tolerance).all()


def test_a_mean_that_follows_the_region_walks_along_a_slope():
    slope = np.tile(np.linspace(0, 1, 101), (5, 1))
    fixed = region.grow(slope, (2, 0), 0.1)
    moving = region.grow(slope, (2, 0), 0.1, against="region")
    assert fixed.sum() == 5 * 11
    assert moving.sum() > 5 * 15
    assert (fixed <= moving).all()


def test_errors_of_growing(coins):
    for seeds, message in (
        ((303, 0), r"\[303, 0\].*not in the image of 303 × 384"),
        ((0, -1), "not in the image"),
        ([], "list"),
        ([[1, 2, 3]], r"shape \(1, 3\)"),
    ):
        with pytest.raises(ValueError, match=message):
            region.grow(coins, seeds, 0.1)
    with pytest.raises(TypeError, match="seeds holds float64"):
        region.grow(coins, (0.5, 1.0), 0.1)
    with pytest.raises(ValueError, match="'seed', 'region'"):
        region.grow(coins, (0, 0), 0.1, against="mean")
    with pytest.raises(ValueError, match="tolerance must be at least 0"):
        region.grow(coins, (0, 0), np.nan)


# ---------------------------------------------------------------------------------- split and merge


def deviation(image, labels):
    """Return the standard deviation of each region."""
    pixels = image.reshape(*labels.shape, -1)
    channels = [
        ndimage.variance(c, labels, np.arange(labels.max() + 1)) for c in np.moveaxis(pixels, 2, 0)
    ]
    return np.sqrt(sum(channels))


def check(image, tolerance, min_size):
    blocks = region.split(image, tolerance, min_size=min_size)
    merged = region.merge(image, blocks, tolerance)
    np.testing.assert_array_equal(
        merged, region.split_and_merge(image, tolerance, min_size=min_size)
    )
    np.testing.assert_array_equal(parts(merged), merged)  # connected, and in reading order
    for k, box in enumerate(ndimage.find_objects(blocks + 1)):
        assert (blocks[box] == k).all()  # rectangles
        sides = [s.stop - s.start for s in box]
        assert min(sides) >= min(min_size, *image.shape[:2])
        small = min(sides) < 2 * min_size
        assert small or image[box].reshape(-1, image[box][0, 0].size).var(axis=0).sum() <= (
            tolerance**2 + 2e-9
        )
    mixed = {b for b, d in enumerate(deviation(image, blocks)) if d > tolerance + 1e-4}
    for k, d in enumerate(deviation(image, merged)):
        assert d <= tolerance + 1e-4 or set(blocks[merged == k]) <= mixed
    for a, b in region._neighbours(merged):
        both = image[(merged == a) | (merged == b)]
        assert np.sqrt(both.reshape(len(both), -1).var(axis=0).sum()) > tolerance - 1e-6
    return blocks, merged


@settings(max_examples=40, deadline=None)
@given(PICTURES, st.floats(0, 0.6), st.integers(1, 3))
def test_blocks_and_regions_are_of_one_kind(image, tolerance, min_size):
    check(image, tolerance, min_size)


def test_split_and_merge_on_photographs(coins, cat):
    blocks, merged = check(coins[::4, ::4], 0.1, 4)
    assert merged.max() < blocks.max()
    blocks, merged = check(cat[::2, ::2], 0.15, 2)
    assert merged.max() < blocks.max()


def test_four_quarters_and_what_is_left_of_a_disc():
    image = np.zeros((8, 8))
    image[:4, 4:] = 1
    np.testing.assert_array_equal(
        region.split(image, 0.1), np.array([[0, 1], [2, 3]]).repeat(4, 0).repeat(4, 1)
    )
    np.testing.assert_array_equal(region.split_and_merge(image, 0.1), (image > 0.5).astype(int))
    y, x = np.mgrid[:64, :64]
    disc = ((y - 30) ** 2 + (x - 33) ** 2 < 400).astype(float)
    found = region.split_and_merge(disc, 0.1, min_size=1)
    np.testing.assert_array_equal(found, disc.astype(int))


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (300, 301)])
def test_a_constant_picture_is_one_region(shape):
    image = np.full(shape, 0.3)
    assert not region.split(image, 0).any()
    assert not region.split_and_merge(image, 0, min_size=1).any()


# ----------------------------------------------------------------------------------------- flooding


def landscape(image, sigma=2):
    height = filters.sobel(filters.gaussian(image, sigma))
    markers = measure.label(height < 0.01)
    return height, markers * (np.bincount(markers.ravel()) >= 20)[markers]


@pytest.mark.parametrize("name", ["coins", "camera", "brick"])
def test_flooding_is_that_of_scikit_image(name):
    height, markers = landscape(getattr(data, name)()[:240, :240] / 255)
    ours = region.watershed(height, markers)
    # There a marker is flooded from when its height is reached, and of equal heights the order is
    # that of a heap. Markers in a pit, each pixel a little higher than the one before, have none.
    pits = np.where(
        markers > 0, -1 - 1 / (1 + np.arange(height.size).reshape(height.shape)), height
    )
    np.testing.assert_array_equal(ours, segmentation.watershed(pits, markers))
    assert (ours == segmentation.watershed(height, markers)).mean() > 0.999
    line = region.watershed(height, markers, line=True)
    theirs = segmentation.watershed(pits, markers, watershed_line=True)
    assert (line == theirs).mean() > 0.98  # there water flows on across a pixel of the line
    wet = line > 0
    assert (line[wet] == ours[wet]).mean() > 0.99
    assert 0 < (~wet).mean() < 0.12


def test_touching_nuclei_come_apart():
    sample = samples.nuclei()
    mask = sample.instances > 0
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1)
    peaks = (ndimage.maximum_filter(depth, 13) == depth) & mask
    found = region.watershed(-depth, region.components(peaks, connectivity=8), mask=mask)
    assert not found[~mask].any()
    assert (found > 0).sum() > 0.999 * mask.sum()
    assert region.components(mask).max() < 110
    assert abs(found.max() - sample.instances.max()) <= 3


@settings(max_examples=60, deadline=None)
@given(PICTURES, st.data())
def test_flooded_landscapes(height, draw):
    markers = draw.draw(arrays(np.int32, height.shape, elements=st.integers(0, 3)))
    if not markers.any():
        with pytest.raises(ValueError, match="no marker"):
            region.watershed(height, markers)
        return
    found = region.watershed(height, markers)
    assert (found > 0).all()
    on = markers > 0
    assert (found[on] == markers[on]).all()
    for k in np.unique(markers[on]):  # every part holds a marker
        labels = measure.label(found == k, connectivity=1)
        assert set(labels[markers == k]) == set(range(1, labels.max() + 1))
    line = region.watershed(height, markers, line=True)
    for a, b, m, n in (
        (line[1:], line[:-1], on[1:], on[:-1]),
        (line[:, 1:], line[:, :-1], on[:, 1:], on[:, :-1]),
    ):
        touch = (a != b) & (a > 0) & (b > 0)
        assert (m & n)[touch].all()  # only markers that touched from the start


def test_water_takes_the_lower_pass_and_stays_in_the_mask():
    height = np.array([[0.0, 0.9, 0.1, 0.3, 0.0]])
    assert region.watershed(height, [[1, 0, 0, 0, 2]]).tolist() == [[1, 1, 2, 2, 2]]
    assert region.watershed(height, [[1, 0, 0, 0, 2]], line=True).tolist() == [[1, 0, 2, 2, 2]]
    mask = np.array([[True, True, False, True, True]])
    assert region.watershed(height, [[1, 0, 0, 0, 0]], mask=mask).tolist() == [[1, 1, 0, 0, 0]]
    with pytest.raises(ValueError, match="inside the image or mask"):
        region.watershed(height, [[0, 0, 7, 0, 0]], mask=mask)
    with pytest.raises(ValueError, match="height and markers differ in shape"):
        region.watershed(height, [[1, 0]])
    with pytest.raises(ValueError, match="markers holds -1 to 2"):
        region.watershed(height, [[-1, 0, 0, 0, 2]])


# ---------------------------------------------------------------------------------------- components


@settings(max_examples=100, deadline=None)
@given(MASKS, st.sampled_from([4, 8]), st.integers(1, 4))
def test_components_are_those_of_two_passes_and_of_scikit_image(mask, connectivity, min_area):
    found = region.components(mask, connectivity=connectivity, min_area=min_area)
    plain = region.components_plain(mask, connectivity=connectivity, min_area=min_area)
    np.testing.assert_array_equal(found, plain)
    theirs = measure.label(mask, connectivity=connectivity // 4)
    for k in range(1, theirs.max() + 1):
        inside = found[theirs == k]
        assert (inside == inside[0]).all()
        assert (inside[0] > 0) == (inside.size >= min_area)
    if min_area == 1:
        np.testing.assert_array_equal(found, theirs)


def test_components_of_a_photograph(coins):
    mask = coins > 0.42
    for connectivity in (4, 8):
        found = region.components(mask, connectivity=connectivity)
        np.testing.assert_array_equal(found, measure.label(mask, connectivity=connectivity // 4))
        np.testing.assert_array_equal(
            found, region.components_plain(mask, connectivity=connectivity)
        )
        large = region.components(mask, connectivity=connectivity, min_area=100)
        assert np.bincount(large.ravel())[1:].min() >= 100
    assert not region.components(np.zeros((3, 4), bool)).any()
    with pytest.raises(ValueError, match="connectivity must be 4 or 8, got 6"):
        region.components(mask, connectivity=6)
