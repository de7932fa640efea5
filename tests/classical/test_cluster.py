"""Clustering: each method against scikit-learn, its plain twin, and what its theory promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from skimage import data
from sklearn.cluster import KMeans, MeanShift, kmeans_plusplus
from sklearn.mixture import GaussianMixture

from seglearn.classical import cluster
from seglearn.data import samples

GRID = st.integers(0, 6).map(float)  # so that samples are equal, and distances exact


def tables(n_features=2, most=30):
    return st.integers(1, most).flatmap(
        lambda n: arrays(np.float64, (n, n_features), elements=GRID)
    )


@pytest.fixture(scope="module")
def colours():
    """Return the pixels of a photograph, every sixth of each row and column."""
    return cluster.pixels(samples.photograph("coffee").image[::6, ::6])


@pytest.fixture(scope="module")
def bells():
    """Return samples of three Gaussians of other width and tilt, and which each comes from."""
    rng = np.random.default_rng(3)
    parts = [
        rng.multivariate_normal(mean, covariance, 400)
        for mean, covariance in (
            ([0, 0], [[1, 0.9], [0.9, 1]]),
            ([0, 4], [[2, -0.5], [-0.5, 0.3]]),
            ([6, 1], [[0.2, 0], [0, 3]]),
        )
    ]
    return np.concatenate(parts), np.repeat([0, 1, 2], 400)


def agreement(labels, truth):
    """Return the share of samples in the clusters' most frequent classes."""
    return sum(np.bincount(truth[labels == k]).max() for k in np.unique(labels)) / len(truth)


# ------------------------------------------------------------------------------ images to samples


def test_pixels_are_rows_with_or_without_their_place():
    image = np.arange(24).reshape(2, 4, 3) / 24
    np.testing.assert_array_equal(cluster.pixels(image), image.reshape(8, 3))
    placed = cluster.pixels(image, 2.0)
    np.testing.assert_allclose(placed[5], [*image[1, 1], 0.5, 0.5])
    np.testing.assert_allclose(placed[3], [*image[0, 3], 0, 1.5])
    np.testing.assert_array_equal(cluster.pixels(image[..., 0])[:, 0], image[..., 0].ravel())


def test_standardised_samples_have_one_spread():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3)) * [1, 1000, 0] + [5, -3, 0.1]
    found = cluster.standardise(x)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(found.std(axis=0), [1, 1, 0], atol=1e-12)


# ------------------------------------------------------------------------------------- k-means


@pytest.mark.parametrize("k", [2, 5, 9])
def test_kmeans_is_that_of_scikit_learn_from_the_same_centres(colours, k):
    first = cluster.plus_plus(colours, k, seed=1)
    ours = cluster.kmeans(colours, k, centres=first, n_iterations=300)
    theirs = KMeans(k, init=first, n_init=1, tol=0, max_iter=300, algorithm="lloyd").fit(colours)
    np.testing.assert_array_equal(ours.labels, theirs.labels_)
    np.testing.assert_allclose(ours.centres, theirs.cluster_centers_, atol=1e-9)
    assert ours.inertia[-1] == pytest.approx(theirs.inertia_)
    assert ours.converged


def test_seeding_spreads_centres_as_far_as_that_of_scikit_learn(colours):
    def start(centres):
        return cluster.kmeans(colours, 8, centres=centres, n_iterations=1).inertia[0]

    ours = [start(cluster.plus_plus(colours, 8, seed)) for seed in range(40)]
    # scikit-learn draws several candidates for each centre, and keeps the best, unless told one
    theirs = [
        start(kmeans_plusplus(colours, 8, random_state=s, n_local_trials=1)[0]) for s in range(40)
    ]
    at_random = [
        start(np.random.default_rng(s).choice(colours, 8, replace=False)) for s in range(40)
    ]
    assert stats.mannwhitneyu(ours, theirs).pvalue > 0.01
    assert np.median(ours) < 0.8 * np.median(at_random)


def test_the_chance_of_a_seed_grows_with_its_squared_distance():
    x = np.array([[0.0], [1.0], [3.0]])
    pairs = [tuple(cluster.plus_plus(x, 2, seed).ravel()) for seed in range(3000)]
    from_zero = [second for first, second in pairs if first == 0]
    assert np.mean([second == 3 for second in from_zero]) == pytest.approx(0.9, abs=0.03)


@settings(max_examples=60, deadline=None)
@given(tables(), tables(most=5))
def test_joining_at_once_and_sample_by_sample_is_the_same(x, centres):
    np.testing.assert_array_equal(cluster.assign(x, centres), cluster.assign_plain(x, centres))


@settings(max_examples=80, deadline=None)
@given(tables(), st.integers(1, 6), st.integers(0, 3))
def test_inertia_never_rises_and_no_cluster_is_empty(x, k, seed):
    if len(np.unique(x, axis=0)) < k:
        with pytest.raises(ValueError, match="clusters cannot be made"):
            cluster.kmeans(x, k, seed=seed)
        return
    found = cluster.kmeans(x, k, seed=seed)
    assert found.converged
    assert (np.diff(found.inertia) <= 1e-9).all()
    assert set(found.labels) == set(range(k))
    means = [x[found.labels == j].mean(axis=0) for j in range(k)]
    np.testing.assert_allclose(found.centres, means)
    off = ((x - found.centres[found.labels]) ** 2).sum()
    assert found.inertia[-1] == pytest.approx(off, abs=1e-9)


def test_a_centre_without_samples_gets_the_farthest():
    x = np.array([[0.0], [1.0], [10.0], [12.0]])
    found = cluster.kmeans(x, 3, centres=[[0.5], [11.0], [100.0]])
    assert len(set(found.labels)) == 3
    assert found.inertia[-1] == 0.5


def test_every_round_can_be_seen(colours):
    states = list(cluster.kmeans_steps(colours, 4, seed=2))
    found = cluster.kmeans(colours, 4, seed=2)
    assert [len(state.inertia) for state in states] == list(range(1, len(states) + 1))
    np.testing.assert_array_equal(states[-1].labels, found.labels)
    np.testing.assert_array_equal(states[0].labels, cluster.assign(colours, states[0].centres))
    assert [state.converged for state in states] == [False] * (len(states) - 1) + [True]
    early = cluster.kmeans(colours, 4, seed=2, n_iterations=2)
    assert not early.converged
    np.testing.assert_allclose(
        early.centres, [colours[early.labels == j].mean(axis=0) for j in range(4)]
    )


def test_kmeans_cuts_long_clusters_and_a_mixture_does_not():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 500)
    x = rng.normal(size=(1000, 2)) * [8, 0.5] + np.stack([0 * truth, 4 * truth], axis=1)
    assert agreement(cluster.kmeans(x, 2).labels, truth) < 0.6
    start = [[0, 1.0], [0, 3.0]]
    found = cluster.gaussian_mixture(x, 2, centres=start)
    assert agreement(found.labels, truth) == 1


# ----------------------------------------------------------------------------------- mean shift


# A bandwidth of 0.1 is 25.5 grey levels: samples would lie on its edge, and rounding would decide.
@pytest.mark.parametrize(("position", "bandwidth"), [(0, 0.103), (0, 0.251), (0.5, 0.203)])
def test_mean_shift_is_that_of_scikit_learn(position, bandwidth):
    x = cluster.pixels(samples.photograph("coffee").image[::12, ::12].astype(float), position)
    ours = cluster.mean_shift(x, bandwidth)
    theirs = MeanShift(bandwidth=bandwidth, bin_seeding=True).fit(x)
    np.testing.assert_allclose(ours.modes, theirs.cluster_centers_, atol=1e-9)
    np.testing.assert_array_equal(ours.labels, theirs.labels_)


@settings(max_examples=60, deadline=None)
@given(tables(), tables(most=5), st.sampled_from([0.5, 1.0, 1.5, 3.0]))
def test_a_step_at_once_and_place_by_place_is_the_same(x, at, bandwidth):
    means, counts = cluster.shift(x, at, bandwidth)
    plain, counted = cluster.shift_plain(x, at, bandwidth)
    np.testing.assert_array_equal(counts, counted)
    np.testing.assert_allclose(means, plain, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(tables(), st.sampled_from([0.5, 1.0, 2.5, 20.0]))
def test_modes_stand_still_and_lie_apart(x, bandwidth):
    found = cluster.mean_shift(x, bandwidth)
    again, counts = cluster.shift(x, found.modes, bandwidth)
    assert (np.linalg.norm(again - found.modes, axis=1) <= 1e-3 * bandwidth).all() or (
        np.array_equal(counts, found.density)
    )
    assert (np.diff(found.density) <= 0).all()
    apart = np.linalg.norm(found.modes[:, None] - found.modes, axis=2)
    assert (apart[~np.eye(len(apart), dtype=bool)] > bandwidth).all()
    if bandwidth == 20:
        assert len(found.modes) == 1


def test_a_sample_in_the_corner_of_its_cell_is_found():
    corner = np.full((1, 6), 0.45)  # √6 · 0.45 > 1 from the cell's middle
    found = cluster.mean_shift(np.vstack([corner, corner + 3]), 1.0)
    np.testing.assert_allclose(found.modes, np.vstack([corner + 3, corner]))
    assert found.labels.tolist() == [1, 0]


def test_the_bandwidth_decides_how_many_clusters_there_are(bells):
    x, _ = bells
    numbers = [len(cluster.mean_shift(x, bandwidth).modes) for bandwidth in (0.6, 2.0, 10.0)]
    assert numbers[0] > numbers[1] >= 3 > numbers[2] == 1


# ----------------------------------------------------------------------------- Gaussian mixtures


def test_log_densities_are_those_of_scipy():
    x = np.random.default_rng(0).normal(size=(20, 3))
    mean, covariance = [1.0, 2, 3], np.array([[2, 0.3, 0], [0.3, 1, -0.4], [0, -0.4, 0.5]])
    right = stats.multivariate_normal(mean, covariance).logpdf(x)
    np.testing.assert_allclose(cluster.log_gaussian(x, mean, covariance), right)


@pytest.mark.parametrize("k", [2, 5])
def test_mixtures_are_those_of_scikit_learn(colours, k):
    ours = cluster.gaussian_mixture(colours, k, seed=0, n_iterations=30, tolerance=0)
    first = cluster.gaussian_mixture(colours, k, seed=0, n_iterations=1)
    theirs = GaussianMixture(
        k,
        weights_init=first.weights,
        means_init=first.means,
        precisions_init=np.linalg.inv(first.covariances),
        max_iter=29,
        tol=0,
    )
    with pytest.warns(match="did not converge"):
        theirs.fit(colours)
    np.testing.assert_allclose(ours.weights, theirs.weights_, atol=2e-3)
    np.testing.assert_allclose(ours.means, theirs.means_, atol=2e-3)
    assert (ours.labels == theirs.predict(colours)).mean() > 0.995
    assert ours.log_likelihood[-1] == pytest.approx(theirs.score(colours), abs=0.01)


@settings(max_examples=50, deadline=None)
@given(
    tables(),
    st.integers(1, 5),
    st.sampled_from([1e-6, 1e-2, 1.0, 100.0]),
    st.integers(0, 3),
)
def test_the_log_likelihood_never_falls(x, k, ridge, seed):
    if len(np.unique(x, axis=0)) < k:
        with pytest.raises(ValueError, match="clusters cannot be made"):
            cluster.gaussian_mixture(x, k, seed=seed)
        return
    found = cluster.gaussian_mixture(x, k, ridge=ridge, seed=seed, tolerance=0, n_iterations=60)
    assert np.isfinite(found.log_likelihood).all()
    assert (np.diff(found.log_likelihood) >= -1e-8).all()
    np.testing.assert_allclose(found.responsibilities.sum(axis=1), 1)
    assert found.weights.sum() == pytest.approx(1)
    assert (np.linalg.eigvalsh(found.covariances) >= 0.99 * ridge).all()


def test_a_mixture_finds_the_bells_it_was_drawn_from(bells):
    x, _ = bells
    found = cluster.gaussian_mixture(x, 3, seed=0)
    assert found.converged
    order = np.lexsort(np.round(found.means).T[::-1])
    np.testing.assert_allclose(found.means[order], [[0, 0], [0, 4], [6, 1]], atol=0.25)
    np.testing.assert_allclose(found.weights, 1 / 3, atol=0.02)
    tilt = found.covariances[order[0]]
    assert tilt[0, 1] / np.sqrt(tilt[0, 0] * tilt[1, 1]) == pytest.approx(0.9, abs=0.05)


def test_another_start_may_end_in_a_lower_maximum(bells):
    x, _ = bells
    lower = cluster.gaussian_mixture(x, 3, centres=[[6, -2], [6, 4], [0, 2]])
    assert lower.converged
    assert lower.log_likelihood[-1] < cluster.gaussian_mixture(x, 3).log_likelihood[-1] - 0.5


def test_one_component_is_the_mean_and_the_covariance(colours):
    found = cluster.gaussian_mixture(colours, 1, ridge=1e-9)
    np.testing.assert_allclose(found.means[0], colours.mean(axis=0))
    np.testing.assert_allclose(found.covariances[0], np.cov(colours.T, bias=True), atol=1e-8)


# --------------------------------------------------------------------------------------- images

OPTIONS = {"k-means": 3, "mean-shift": 0.2, "gaussian-mixture": 3}


@pytest.mark.parametrize("method", cluster.METHODS)
def test_pictures_get_labels_in_the_order_in_which_they_occur(method):
    image = data.coins()[::6, ::6] / 255
    labels = cluster.segment(image, method, OPTIONS[method])
    assert labels.shape == image.shape
    assert labels.dtype == np.int32
    _, first = np.unique(labels, return_index=True)
    assert (np.diff(first) > 0).all()
    assert labels[0, 0] == 0
    right = cluster.METHODS[method](cluster.pixels(image), OPTIONS[method]).labels
    assert agreement(labels.ravel(), right) == 1


def test_place_holds_clusters_together():
    image = samples.photograph("chelsea").image[::8, ::8]

    def jumps(labels):
        return (labels[1:] != labels[:-1]).mean() + (labels[:, 1:] != labels[:, :-1]).mean()

    assert jumps(cluster.segment(image, "k-means", 8, position=1.5)) < 0.8 * jumps(
        cluster.segment(image, "k-means", 8)
    )


def test_a_spread_of_one_keeps_a_large_unit_from_deciding_alone():
    halves = np.repeat([[0.0, 1.0]], 10, axis=1).repeat(20, axis=0)
    noise = np.random.default_rng(0).normal(size=halves.shape) * 1000
    features = np.stack([noise, *[halves + 0.01 * i for i in range(4)]], axis=-1)
    alone = cluster.segment(features, "k-means", 2)
    assert agreement(alone.ravel(), halves.astype(int).ravel()) < 0.7
    together = cluster.segment(features, "k-means", 2, standard=True)
    assert agreement(together.ravel(), halves.astype(int).ravel()) == 1


@pytest.mark.parametrize("method", cluster.METHODS)
def test_flat_and_tiny_pictures(method):
    one = 1 if method != "mean-shift" else 0.1
    for image in (np.full((1, 1), 0.5), np.full((6, 7), 0.3), np.zeros((4, 5, 3))):
        assert (cluster.segment(image, method, one) == 0).all()
        if method != "mean-shift":
            with pytest.raises(
                ValueError, match="no more than 1 different rows of features, and k = 2"
            ):
                cluster.segment(image, method, 2)
    row = np.array([[0.0, 0.1, 0.9, 1.0]])
    two = 2 if method != "mean-shift" else 0.3
    assert cluster.segment(row, method, two).tolist() == [[0, 0, 1, 1]]
    for image, words in ((np.full((3, 3), np.nan), "NaN"), (np.zeros((0, 3)), "pixels in it")):
        with pytest.raises(ValueError, match=words):
            cluster.segment(image, method, one)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: cluster.kmeans(x, 0), "k must lie in 1 … 4096, got 0"),
        (lambda x: cluster.kmeans(x, 7), "no more than 6 different rows of features, and k = 7"),
        (lambda x: cluster.kmeans(x, 2, centres=[[0.0, 0]]), r"centres must be \(2, 2\)"),
        (lambda x: cluster.kmeans(x, 2, n_iterations=0), "n_iterations must be at least 1"),
        (lambda x: cluster.assign(x, np.zeros((2, 3))), r"centres must be \(k, 2\)"),
        (lambda x: cluster.kmeans(x[:, 0], 2), r"samples must be \(N, F\)"),
        (lambda x: cluster.shift(x, [[0.0]], 1.0), r"at must be \(k, 2\)"),
        (lambda x: cluster.mean_shift(x, 0), "bandwidth must be at least"),
        (lambda x: cluster.gaussian_mixture(x, 2, ridge=0), "ridge must be at least"),
        (lambda x: cluster.log_gaussian(x, [0, 0], -np.eye(2)), "positive definite"),
        (lambda x: cluster.log_gaussian(x, [0, 0, 0], np.eye(2)), r"mean must be \(2,\)"),
        (lambda x: cluster.segment(x, "k-medians", 2), "unknown method 'k-medians'"),
        (lambda x: cluster.pixels(x, -1), "position must be at least 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.arange(12.0).reshape(6, 2))
