"""Connected parts, borders and the merging of crumbs."""

import numpy as np
import pytest
from scipy import ndimage

from seglearn.superpixels import connectivity


def test_parts_are_those_of_scipy():
    labels = np.random.default_rng(0).integers(-1, 3, (30, 40))
    parts = connectivity.connected_parts(labels)
    n = sum(ndimage.label(labels == value)[1] for value in np.unique(labels))
    np.testing.assert_array_equal(np.unique(parts), np.arange(n))
    for part in range(n):
        values = labels[parts == part]
        assert (values == values[0]).all()


def test_diagonal_neighbours_do_not_hang_together():
    assert connectivity.connected_parts(np.eye(3, dtype=int)).max() + 1 == 5


def test_borders_count_pixel_sides():
    labels = np.array([[0, 0, 1], [0, 2, 2]])
    pairs = {(a, b): c for a, b, c in zip(*connectivity.borders(labels), strict=True)}
    assert pairs == {(0, 1): 1, (0, 2): 2, (1, 2): 1}


def test_a_crumb_joins_the_longest_border_or_the_nearest_colour():
    labels = np.array([[0, 0, 0, 1], [0, 2, 1, 1], [0, 0, 1, 1]])
    keep = np.array([True, True, False])
    assert connectivity.absorb(labels.astype(np.int32), keep)[1, 1] == 0
    colour = np.where(labels == 0, 0.0, np.where(labels == 1, 1.0, 0.9))[None]
    assert connectivity.absorb(labels.astype(np.int32), keep, colour)[1, 1] == 1


def test_crumbs_behind_crumbs_join_too():
    labels = np.arange(12, dtype=np.int32).reshape(1, 12)
    keep = np.arange(12) == 3
    assert (connectivity.absorb(labels, keep) == 0).all()


@pytest.mark.parametrize("n_segments", [1, 5, 40])
def test_enforce_keeps_the_largest_parts(n_segments):
    labels = np.random.default_rng(1).integers(0, 3, (25, 31))
    size = np.sort(np.bincount(connectivity.connected_parts(labels).ravel()))[::-1]
    out = connectivity.enforce(labels, n_segments)
    assert out.max() + 1 == n_segments
    assert connectivity.connected_parts(out).max() + 1 == n_segments
    assert (np.bincount(out.ravel()) >= size[n_segments - 1]).all()


def test_enforce_always_keeps_one():
    labels = np.arange(20).reshape(4, 5)
    assert (connectivity.enforce(labels, 9, min_size=2) == 0).all()


def test_renumber_leaves_no_gap():
    labels = np.array([[7, 3], [3, 9]])
    np.testing.assert_array_equal(connectivity.renumber(labels), [[1, 0], [0, 2]])


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint64])
def test_negative_and_huge_labels(dtype):
    small = np.random.default_rng(2).integers(0, 3, (9, 8))
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    labels = np.array([low, high - 1, high], dtype)[small]
    parts = connectivity.connected_parts(small)
    np.testing.assert_array_equal(connectivity.connected_parts(labels), parts)
    np.testing.assert_array_equal(connectivity.enforce(labels, 4), connectivity.enforce(small, 4))
    np.testing.assert_array_equal(connectivity.renumber(labels), small)


def test_means_of_regions():
    labels = np.array([[0, 0, 2]])
    values = np.array([[[1.0, 3.0, 5.0]]])
    for shape in ((1, 3), (3,)):
        means = connectivity.region_means(labels.reshape(shape), values.reshape(1, *shape), 4)
        np.testing.assert_array_equal(means, [[2, 0, 5, 0]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: connectivity.connected_parts(np.ones((2, 2))), TypeError, "float64"),
        (lambda: connectivity.connected_parts(np.ma.ones((2, 2), int)), TypeError, "masked array"),
        (lambda: connectivity.enforce(np.ma.ones((2, 2), int), 1), TypeError, "masked array"),
        (
            lambda: connectivity.connected_parts(np.ones((5, 6, 3), int)),
            ValueError,
            r"colour picture.*labels\[..., 0\]",
        ),
        (lambda: connectivity.connected_parts(np.ones((0, 2), int)), ValueError, r"\(0, 2\)"),
        (lambda: connectivity.connected_parts(np.ones(3, int)), ValueError, r"\(3,\)"),
        (lambda: connectivity.enforce(np.ones((2, 2), int), 0), ValueError, "n_segments"),
        (
            lambda: connectivity.absorb(np.array([[0, 1]], np.int32), np.zeros(2, bool)),
            ValueError,
            "keep is false",
        ),
        (
            lambda: connectivity.absorb(np.array([[0, 1]]), np.ones(3, bool)),
            ValueError,
            r"keep has shape \(3,\), expected \(2,\)",
        ),
        (
            lambda: connectivity.absorb(np.array([[0, 1]]), [1, 0], np.ones((1, 2, 3))),
            ValueError,
            r"np\.moveaxis\(x, -1, 0\)",
        ),
        (
            lambda: connectivity.absorb(np.array([[0, 1]]), [1, 0], np.full((3, 1, 2), np.nan)),
            ValueError,
            "NaN",
        ),
        (
            lambda: connectivity.borders(np.array([[0, -1]])),
            ValueError,
            "number them with renumber",
        ),
        (lambda: connectivity.borders(np.array([[0, 9]])), ValueError, "number them with renumber"),
        (
            lambda: connectivity.region_means(np.array([[0, 1]]), np.ones((3, 1, 2)), 1),
            ValueError,
            "n must be at least 2",
        ),
        (
            lambda: connectivity.region_means(np.array([0, 1, 1]), np.ones((3, 5)), 2),
            ValueError,
            r"features must be \(C, 3\), got shape \(3, 5\); move the channels",
        ),
        (
            lambda: connectivity.region_means(np.zeros((2, 2), int), np.ones((3, 2, 3)), 2),
            ValueError,
            r"features must be \(C, 2, 2\), got shape \(3, 2, 3\)$",
        ),
        (
            lambda: connectivity.enforce(np.ones((2, 2), int), 1, min_size=-1),
            ValueError,
            "min_size",
        ),
    ],
)
def test_bad_input_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()
