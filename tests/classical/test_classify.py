"""Classification: features by their filters, the forest by scikit-learn's, and regions by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage import data, feature
from sklearn.ensemble import RandomForestClassifier

from seglearn.classical import classify, cluster, texture
from seglearn.data import samples
from seglearn.superpixels import felzenszwalb

VOID = 255


@pytest.fixture(scope="module")
def photo():
    """Return a small photograph, its features, and its labels."""
    whole = samples.photograph("coffee")
    image, labels = whole.image[::3, ::3], whole.labels[::3, ::3]
    return image, classify.pixel_features(image), labels


@pytest.fixture(scope="module")
def regions(photo):
    return felzenszwalb.segment(photo[0], 150)


def accuracy(found, truth):
    return (found == truth)[truth != VOID].mean()


# ------------------------------------------------------------------------------------- features


def test_features_are_what_their_names_say(photo):
    image, found, _ = photo
    assert found.values.shape == (*image.shape[:2], len(found.names))
    assert len(set(found.names)) == len(found.names)
    by_name = dict(zip(found.names, np.moveaxis(found.values, 2, 0), strict=True))
    np.testing.assert_allclose(by_name["green"], image[..., 1])
    smooth = ndimage.gaussian_filter(image[..., 2].astype(float), 4)
    np.testing.assert_allclose(by_name["blue, σ = 4"], smooth)
    np.testing.assert_allclose(by_name["Gabor 5"], texture.gabor_map(image)[..., 5], atol=1e-6)
    assert by_name["gradient, σ = 1"].min() >= 0


def test_smooth_features_are_those_of_scikit_image():
    image = data.camera()[::4, ::4] / 255
    ours = classify.pixel_features(image, ["smooth"], sigmas=(1, 2, 4)).values
    theirs = feature.multiscale_basic_features(
        image, edges=False, texture=False, sigma_min=1, sigma_max=4, num_sigma=3
    )
    inside = np.s_[
        16:-16, 16:-16
    ]  # near the border it repeats the last pixel, not the mirror image
    np.testing.assert_allclose(ours[inside], theirs[inside], atol=1e-5)


def test_groups_can_be_chosen():
    image = data.camera()[::8, ::8] / 255
    assert classify.pixel_features(image, ["colour"]).names == ("grey",)
    sizes = [len(classify.pixel_features(image, [group]).names) for group in classify.GROUPS]
    assert sum(sizes) == len(classify.pixel_features(image).names) == 1 + 4 + 4 + 22


def test_pixels_are_drawn_from_each_class():
    labels = np.array([[0, 0, 0, 0], [2, 2, VOID, 0], [7, VOID, VOID, 0]])
    features = np.arange(24.0).reshape(3, 4, 2)
    x, y = classify.labelled(features, labels)
    np.testing.assert_array_equal(x, features[labels != VOID])
    np.testing.assert_array_equal(y, labels[labels != VOID])
    x, y = classify.labelled(features, labels, n_per_class=2, seed=1)
    assert np.bincount(y).tolist() == [2, 0, 2, 0, 0, 0, 0, 1]
    assert len(np.unique(x, axis=0)) == 5
    again = classify.labelled(features, labels, n_per_class=2, seed=1)
    np.testing.assert_array_equal(x, again[0])
    assert len(classify.labelled(features, labels, ignore_index=None)[0]) == 12


# ---------------------------------------------------------------------------------- the forest


def test_the_forest_is_that_of_scikit_learn(photo):
    _, found, labels = photo
    x, y = classify.labelled(found.values, labels, n_per_class=100)
    ours = classify.RandomForest(20, seed=4).fit(x, y)
    theirs = RandomForestClassifier(20, min_samples_leaf=3, random_state=4).fit(x, y)
    rows = found.values.reshape(-1, x.shape[1])
    probabilities = ours.probabilities(found.values)
    np.testing.assert_allclose(
        probabilities.reshape(len(rows), -1), theirs.predict_proba(rows), atol=1e-12
    )
    np.testing.assert_array_equal(ours.predict(found.values).ravel(), theirs.predict(rows))
    np.testing.assert_array_equal(ours.classes, theirs.classes_)
    assert ours.importances.sum() == pytest.approx(1)


def test_more_of_the_surroundings_labels_more_pixels_right(photo):
    _, found, labels = photo
    scores = []
    for n in (3, len(found.names)):  # the colours alone, and everything
        x, y = classify.labelled(found.values[..., :n], labels, n_per_class=100)
        scores.append(
            accuracy(classify.RandomForest().fit(x, y).predict(found.values[..., :n]), labels)
        )
    assert scores[0] + 0.1 < scores[1]
    assert scores[1] > 0.87


def test_labels_need_not_be_near_zero_nor_in_order():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(i * 9, 1, (20, 2)) for i in range(3)])
    y = np.repeat([500, -3, 7], 20)
    forest = classify.RandomForest(10).fit(x, y)
    np.testing.assert_array_equal(forest.predict(x), y)
    assert forest.classes.tolist() == [-3, 7, 500]
    assert forest.predict([0.0, 0.0]) == 500


# -------------------------------------------------------------------------- hybrids: regions


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.int32, (4, 5), elements=st.integers(0, 3)),
    arrays(np.float64, (4, 5, 2), elements=st.integers(0, 9).map(float)),
    arrays(np.int32, (4, 5), elements=st.sampled_from([0, 1, 5, VOID])),
)
def test_regions_have_the_mean_and_the_majority_of_their_pixels(numbers, features, labels):
    regions = np.unique(numbers, return_inverse=True)[1].reshape(4, 5)
    means = classify.region_features(features, regions)
    majority = classify.region_labels(labels, regions)
    for r in range(regions.max() + 1):
        np.testing.assert_allclose(means[r], features[regions == r].mean(axis=0))
        inside = labels[(regions == r) & (labels != VOID)]
        assert majority[r] == (np.bincount(inside).argmax() if inside.size else VOID)
    np.testing.assert_array_equal(classify.paint(majority, regions), majority[regions])


def test_means_are_those_of_ndimage_on_real_regions(photo, regions):
    _, found, _ = photo
    means = classify.region_features(found.values, regions)
    right = ndimage.mean(found.values[..., 7], regions, np.arange(regions.max() + 1))
    np.testing.assert_allclose(means[:, 7], right)


def test_regions_are_clustered_and_classified_as_wholes(photo, regions):
    _, found, labels = photo
    clusters = classify.cluster_regions(found.values, regions, 5, seed=1)
    assert set(np.unique(clusters)) == set(range(5))
    means = cluster.standardise(classify.region_features(found.values, regions))
    right = cluster.kmeans(means, 5, seed=1).labels[regions]
    np.testing.assert_array_equal(clusters, right)
    known = classify.region_labels(labels, regions)
    means = classify.region_features(found.values, regions)
    forest = classify.RandomForest().fit(means[known != VOID], known[known != VOID])
    classes = classify.classify_regions(forest, found.values, regions)
    for each in (clusters, classes):
        assert all(len(np.unique(each[regions == r])) == 1 for r in range(0, regions.max() + 1, 9))
        assert each.dtype == np.int32
    assert accuracy(classes, labels) > 0.85


# ------------------------------------------------------------------------------------ bad input

FEATURES = np.random.default_rng(0).random((4, 5, 2))
MAP = np.arange(20).reshape(4, 5) // 10


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (3, 4, 3)])
def test_small_and_flat_images_have_features(shape):
    found = classify.pixel_features(np.full(shape, 0.5))
    assert found.values.shape[:2] == shape[:2]
    assert np.isfinite(found.values).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: classify.pixel_features(np.full((3, 3), np.nan)), "NaN"),
        (lambda: classify.pixel_features(np.full((3, 3), 0.5), ["shape"]), "unknown group 'shape'"),
        (lambda: classify.pixel_features(np.full((3, 3), 0.5), []), "no feature"),
        (lambda: classify.pixel_features(np.full((3, 3), 0.5), sigmas=[0]), "each of sigmas"),
        (lambda: classify.labelled(FEATURES, MAP[:3]), "differ in shape"),
        (lambda: classify.labelled(FEATURES, 0 * MAP + 255), "no pixel to learn from"),
        (lambda: classify.labelled(FEATURES, MAP + 2**40), "32 bits"),
        (lambda: classify.RandomForest(0), "n_trees must lie in 1 … 1000"),
        (lambda: classify.RandomForest().fit(np.ones((3, 2)), [1, 1, 1]), "a single class, 1"),
        (lambda: classify.RandomForest().fit(np.ones((3, 2)), [1, 0]), r"labels must be \(N,\)"),
        (lambda: classify.region_features(FEATURES, MAP * 2), "without a gap, got 0 … 2"),
        (lambda: classify.region_features(FEATURES, MAP - 1), "without a gap, got -1 … 0"),
        (lambda: classify.region_features(FEATURES, MAP[:3]), "differ in shape"),
        (lambda: classify.paint([1], MAP), r"values must be \(2,\)"),
        (lambda: classify.cluster_regions(FEATURES, MAP, 3), "k = 3 clusters cannot be made"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_forest_without_trees_says_so():
    with pytest.raises(RuntimeError, match="call fit"):
        classify.RandomForest().predict(FEATURES)
    forest = classify.RandomForest(3).fit(FEATURES.reshape(-1, 2), MAP.ravel())
    with pytest.raises(ValueError, match=r"samples must be \(..., 2\)"):
        forest.predict(FEATURES[..., :1])
