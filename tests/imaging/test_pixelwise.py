"""Fields and the split by fields are what they say; the classifiers agree with scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from seglearn.data import samples
from seglearn.imaging.pixelwise import (
    LinearDiscriminant,
    NearestAngle,
    field_means,
    field_split,
    fields,
)
from seglearn.imaging.spectra import spectral_angle

maps = hnp.arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)
)
PINES = samples.indian_pines()


def test_fields_by_hand():
    labels = np.array([[1, 1, 0, 1], [0, 1, 2, 2], [1, 0, 2, 0]])
    assert fields(labels, ignore_index=0).tolist() == [[1, 1, 0, 2], [0, 1, 4, 4], [3, 0, 4, 0]]
    assert fields(labels, ignore_index=0, smallest=2).tolist() == [
        [1, 1, 0, 0],
        [0, 1, 2, 2],
        [0, 0, 2, 0],
    ]
    assert fields(labels).max() == 8


@given(labels=maps, smallest=st.integers(1, 4))
def test_fields_are_connected_areas_of_one_class(labels, smallest):
    numbered = fields(labels, ignore_index=0, smallest=smallest)
    assert (numbered[labels == 0] == 0).all()
    for n in range(1, numbered.max() + 1):
        inside = numbered == n
        assert inside.sum() >= smallest
        assert len(np.unique(labels[inside])) == 1
        assert ndimage.label(inside)[1] == 1
        around = ndimage.binary_dilation(inside) & ~inside
        assert (labels[around] != labels[inside][0]).all()
    if smallest == 1:
        assert ((numbered > 0) == (labels > 0)).all()


@given(labels=maps, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_split_shares_no_field_and_holds_the_same_classes(labels, seed):
    numbered = fields(labels, ignore_index=0)
    counts = {c: len(np.unique(numbered[labels == c])) for c in np.unique(labels) if c}
    if not any(n > 1 for n in counts.values()):
        with pytest.raises(ValueError, match="no class has two fields"):
            field_split(labels, seed, ignore_index=0, smallest=1)
        return
    train, test = field_split(labels, seed, ignore_index=0, smallest=1)
    assert not (train & test).any()
    assert not set(numbered[train]) & set(numbered[test])
    usable = {c for c, n in counts.items() if n > 1}
    assert set(labels[train]) == set(labels[test]) == usable
    assert ((train | test) == np.isin(labels, list(usable))).all()


def test_means_of_fields():
    cube = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    numbered = np.array([[1, 1, 0, 3], [2, 0, 0, 3]])
    means = field_means(cube, numbered)
    np.testing.assert_allclose(means, [[1.5, 2.5, 3.5], [12, 13, 14], [15, 16, 17]])
    for wrong, message in (
        (np.where(numbered == 2, 0, numbered), r"1 … n without gaps.*\[0, 1, 3\]"),
        (np.zeros_like(numbered), "without gaps"),
        (-numbered, "without gaps"),
        (numbered[:, :3], "differ in shape"),
    ):
        with pytest.raises(ValueError, match=message):
            field_means(cube, wrong)
    with pytest.raises(ValueError, match="NaN"):
        field_means(np.full(cube.shape, np.nan), numbered)


def test_split_of_indian_pines():
    train, test = field_split(PINES.labels, seed=0, ignore_index=0)
    assert len(np.unique(PINES.labels[train])) == 9  # seven classes have one field
    assert set(PINES.labels[train]) == set(PINES.labels[test])
    again, _ = field_split(PINES.labels, seed=0, ignore_index=0)
    np.testing.assert_array_equal(train, again)
    other, _ = field_split(PINES.labels, seed=1, ignore_index=0)
    assert (train != other).any()


@pytest.mark.parametrize("call", [fields, lambda labels: field_split(labels, 0)])
def test_labels_are_checked(call):
    with pytest.raises(TypeError, match="float64"):
        call(np.zeros((2, 2)))
    with pytest.raises(TypeError, match="bool"):
        call(np.zeros((2, 2), bool))
    with pytest.raises(TypeError, match=r"masked array.*labels\.filled"):
        call(np.ma.zeros((2, 2), int))
    with pytest.raises(ValueError, match=r"must be one label map, \(H, W\)"):
        call(np.zeros(4, int))
    with pytest.raises(ValueError, match="no pixel"):
        call(np.zeros((0, 4), int))
    with pytest.raises(ValueError, match=r"colour picture.*labels\[..., 0\]"):
        call(np.zeros((8, 9, 3), int))


def test_options_of_fields_are_checked():
    labels = np.array([[1, 2]])
    with pytest.raises(ValueError, match="smallest must be at least 1"):
        fields(labels, smallest=0)
    with pytest.raises(TypeError, match="ignore_index must be a whole number"):
        fields(labels, ignore_index=0.0)
    with pytest.raises(TypeError, match=r"seed must be .* got None"):
        field_split(labels, None)


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.int64])
def test_fields_of_negative_and_huge_labels(dtype):
    labels = np.array([[0, 0, 1, 0], [1, 1, 1, 0]])
    extreme = np.array([np.iinfo(dtype).min, np.iinfo(dtype).max], dtype)[labels]
    np.testing.assert_array_equal(fields(extreme), fields(labels))


# ------------------------------------------------------------------------------- classifiers


def clouds(seed, n_classes=4, n_bands=6, n=200):
    rng = np.random.default_rng(seed)
    shape = rng.normal(size=(n_bands, n_bands))
    labels = rng.integers(0, n_classes, n) * 3 + 1  # ids 1, 4, 7, …
    return rng.normal(5, 2, (13, n_bands))[labels] + rng.normal(size=(n, n_bands)) @ shape, labels


@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_discriminant_is_that_of_scikit_learn(seed):
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    spectra, labels = clouds(seed)
    new = np.random.default_rng(seed).normal(5, 3, (50, 6))
    ids, counts = np.unique(labels, return_counts=True)
    reference = LinearDiscriminantAnalysis(solver="lsqr", priors=np.full(len(ids), 1 / len(ids)))
    # Its covariance averages the classes by prior; ours by pixels: give it classes of one size.
    even = np.concatenate([np.flatnonzero(labels == c)[: counts.min()] for c in ids])
    reference.fit(spectra[even], labels[even])
    mine = LinearDiscriminant(shrinkage=0).fit(spectra[even], labels[even])
    np.testing.assert_array_equal(mine.predict(new), reference.predict(new))


def test_discriminant_shrunk_to_a_ball_is_the_nearest_mean():
    spectra, labels = clouds(0)
    model = LinearDiscriminant(shrinkage=1).fit(spectra, labels)
    distances = ((spectra[:, None] - model.means) ** 2).sum(axis=-1)
    np.testing.assert_array_equal(model.predict(spectra), model.classes[distances.argmin(axis=1)])


def test_nearest_angle_takes_the_smallest_angle_whatever_the_brightness():
    spectra, labels = np.abs(clouds(1)[0]) + 0.1, clouds(1)[1]
    model = NearestAngle().fit(spectra, labels)
    found = model.predict(spectra)
    for spectrum, label in zip(spectra[:30], found[:30], strict=True):
        angles = [spectral_angle(spectrum, mean) for mean in model.means]
        assert label == model.classes[int(np.argmin(angles))]
    np.testing.assert_array_equal(model.predict(spectra * 7), found)
    assert model.predict(np.zeros(6)) == model.classes[0]


@pytest.mark.parametrize("model", [NearestAngle, LinearDiscriminant])
def test_classifiers_label_images_and_single_pixels(model):
    spectra, labels = clouds(2)
    fitted = model().fit(spectra, labels)
    image = spectra.reshape(10, 20, 6)
    assert fitted.predict(image).shape == (10, 20)
    np.testing.assert_array_equal(fitted.predict(image).ravel(), fitted.predict(spectra))
    assert fitted.predict(image[3, 4]) == fitted.predict(image)[3, 4]
    assert set(np.unique(fitted.predict(image))) <= {1, 4, 7, 10}
    only = model().fit(spectra, np.ones(len(spectra), int))
    assert (only.predict(spectra) == 1).all()


@pytest.mark.parametrize("model", [NearestAngle, LinearDiscriminant])
@pytest.mark.parametrize(
    ("spectra", "labels", "error", "message"),
    [
        (np.ones((4, 3)), np.ones(4), TypeError, "labels holds float64"),
        (np.ones((4, 3)), np.ones(3, int), ValueError, r"shapes \(4, 3\) and \(3,\)"),
        (np.ones((2, 2, 3)), np.ones((2, 2), int), ValueError, "select pixels with a mask"),
        (np.ones((0, 3)), np.ones(0, int), ValueError, "shapes"),
        (np.full((4, 3), np.nan), np.ones(4, int), ValueError, "NaN"),
        (np.ones((4, 3), bool), np.ones(4, int), TypeError, "bool"),
        (np.ma.ones((4, 3)), np.ones(4, int), TypeError, "spectra is a masked array"),
        (np.ones((4, 3)), np.ma.ones(4, int), TypeError, "labels is a masked array"),
        (np.full((4, 3), 1e200), np.ones(4, int), ValueError, "squares overflow"),
    ],
)
def test_fit_refuses(model, spectra, labels, error, message):
    with pytest.raises(error, match=message):
        model().fit(spectra, labels)


def test_predict_and_shrinkage_refuse():
    for model in (NearestAngle(), LinearDiscriminant()):
        fitted = model.fit(*clouds(0))
        with pytest.raises(ValueError, match=r"\(..., 6\).*got shape \(4, 5\)$"):
            fitted.predict(np.ones((4, 5)))
        with pytest.raises(ValueError, match=r"come first: .*np\.moveaxis\(x, 0, -1\)"):
            fitted.predict(np.ones((6, 4, 5)))
        with pytest.raises(TypeError, match="masked array"):
            fitted.predict(np.ma.ones((4, 6)))
        with pytest.raises(ValueError, match="NaN"):
            fitted.predict(np.full((4, 6), np.nan))
    for shrinkage in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="shrinkage"):
            LinearDiscriminant(shrinkage)
    with pytest.raises(TypeError, match=r"shrinkage must be a number, got '0\.5'"):
        LinearDiscriminant("0.5")


def test_a_covariance_that_cannot_be_inverted_is_refused_not_inverted():
    few = np.random.default_rng(0).random((4, 6))
    with pytest.raises(ValueError, match="larger shrinkage"):
        LinearDiscriminant(shrinkage=0).fit(few, np.array([0, 0, 1, 1]))
    assert LinearDiscriminant(0.1).fit(few, np.array([0, 0, 1, 1])).predict(few).shape == (4,)
    with pytest.raises(ValueError, match="larger shrinkage"):  # no scatter at all
        LinearDiscriminant(0.5).fit(np.ones((4, 2)), np.array([0, 0, 1, 1]))


def test_random_pixels_flatter_and_fields_do_not():
    """The leak that `field_split` is for: the same pixels, split in two ways."""
    cube = PINES.image.astype(float)
    train, test = field_split(PINES.labels, seed=0, ignore_index=0)
    used = train | test
    coin = np.random.default_rng(0).random(used.shape) < 0.5

    def accuracy(a, b):
        model = LinearDiscriminant().fit(cube[a], PINES.labels[a])
        return (model.predict(cube[b]) == PINES.labels[b]).mean()

    assert accuracy(used & coin, used & ~coin) > accuracy(train, test) + 0.2
