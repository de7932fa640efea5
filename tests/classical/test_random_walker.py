"""Probabilities are scikit-image's, harmonic, and what walkers find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data, segmentation

from seglearn.classical import random_walker
from seglearn.data import samples


def as_scikit_image(image, beta=130):
    """Options that make the graph that scikit-image makes of beta."""
    channels = 1 if image.ndim == 2 else image.shape[2]
    return {"beta": beta / (10 * image.std() * np.sqrt(channels)), "normalise": False}


def coins():
    image = data.coins()[:151, :192] / 255
    seeds = np.full(image.shape, -1)
    seeds[image < 30 / 255], seeds[image > 150 / 255] = 0, 1
    return image, seeds


def cat():
    photo = samples.photograph("chelsea")
    image, truth = photo.image[::3, ::3].astype(float), photo.mask("cat")[::3, ::3]
    seeds = np.full(truth.shape, -1)
    seeds[60:80, 60:80], seeds[:8, :60], seeds[90:, 145:] = 1, 0, 2
    return image, seeds


@pytest.mark.parametrize("solver", random_walker.SOLVERS)
@pytest.mark.parametrize("picture", [coins, cat])
def test_as_in_scikit_image(monkeypatch, picture, solver):
    monkeypatch.setattr(random_walker, "FLOOR", 1e-10)  # its own
    image, seeds = picture()
    found = random_walker.probabilities(
        image, seeds, solver=solver, tolerance=1e-8, **as_scikit_image(image)
    )
    axis = -1 if image.ndim == 3 else None
    right = segmentation.random_walker(
        image, seeds + 1, beta=130, mode="bf", return_full_prob=True, channel_axis=axis
    )
    assert np.abs(found - right).max() < {"direct": 1e-8, "cg": 1e-3}[solver]
    labels = random_walker.segment(image, seeds, solver=solver, **as_scikit_image(image))
    assert (labels != right.argmax(axis=0)).mean() < 1e-3
    assert labels.dtype == np.int32


def test_the_floor_changes_little():
    image, seeds = coins()
    found = random_walker.segment(image, seeds, **as_scikit_image(image))
    assert (found == segmentation.random_walker(image, seeds + 1, beta=130, mode="bf") - 1).all()


@given(st.integers(1, 7), st.integers(2, 7), st.integers(0, 99), st.integers(2, 4))
@settings(deadline=None, max_examples=40)
def test_probabilities_are_harmonic(height, width, seed, n_labels):
    rng = np.random.default_rng(seed)
    n_labels = min(n_labels, height * width)
    seeds = np.full(height * width, -1)
    seeds[rng.permutation(seeds.size)[:n_labels]] = np.arange(n_labels)
    seeds, image = seeds.reshape(height, width), rng.random((height, width, 3))
    found = random_walker.probabilities(image, seeds, beta=5)
    assert found.min() >= 0
    np.testing.assert_allclose(found.sum(axis=0), 1)
    rest = random_walker.laplacian(image, beta=5) @ found.reshape(n_labels, -1).T
    assert np.abs(rest[seeds.ravel() < 0]).max(initial=0) < 1e-9
    assert (found.argmax(axis=0)[seeds >= 0] == seeds[seeds >= 0]).all()


def test_walkers_arrive_as_often_as_the_probabilities_say():
    rng = np.random.default_rng(0)
    image, seeds = rng.random((6, 7)), np.full((6, 7), -1)
    seeds[0, 0], seeds[5, 6], seeds[0, 6] = 0, 1, 2
    n = 20_000
    found = random_walker.walk(image, seeds, (3, 3), n_walkers=n, beta=5) / n
    right = random_walker.probabilities(image, seeds, beta=5)[:, 3, 3]
    np.testing.assert_allclose(found, right, atol=4 * np.sqrt(0.25 / n))
    assert random_walker.walk(image, seeds, (0, 6), n_walkers=5).tolist() == [0, 0, 5]
    assert random_walker.walk(image, seeds, (3, 3), n_walkers=5, most_steps=1).sum() == 0


def test_a_constant_image_is_shared_half_way():
    seeds = np.full((3, 7), -1)
    seeds[:, 0], seeds[:, -1] = 0, 1
    found = random_walker.probabilities(np.full((3, 7), 0.5), seeds)
    np.testing.assert_allclose(found[1], np.tile(np.arange(7) / 6, (3, 1)), atol=1e-12)


def test_rows_of_the_laplacian_add_up_to_nothing():
    matrix = random_walker.laplacian(samples.photograph("coffee").image[:40, :50])
    assert np.abs(matrix.sum(axis=1)).max() < 1e-12
    assert abs(matrix - matrix.T).max() == 0
    assert random_walker.laplacian(np.ones((1, 1))).toarray().tolist() == [[0]]


def test_every_pixel_marked_or_one_row():
    seeds = np.arange(12).reshape(3, 4) % 2
    assert (random_walker.segment(np.ones((3, 4)), seeds) == seeds).all()
    assert random_walker.segment(np.ones((1, 4)), [[0, -1, -1, 1]]).tolist() == [[0, 0, 1, 1]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seeds": np.zeros((3, 4), int)}, "no mark of label 1"),
        ({"seeds": np.full((3, 4), -1)}, "no mark of label 0"),
        ({"seeds": np.where(np.arange(12).reshape(3, 4) % 3, 0, 3)}, "no mark of label 1, of 4"),
        ({"seeds": np.zeros((4, 4), int)}, "differ in shape"),
        ({"beta": -1.0}, "beta"),
        ({"solver": "jacobi"}, "solver"),
        ({"tolerance": 0.0}, "tolerance"),
        ({"image": np.full((3, 4), np.nan)}, "image"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    given = {"image": np.random.default_rng(0).random((3, 4)), "seeds": np.arange(12) % 2}
    given["seeds"] = given["seeds"].reshape(3, 4)
    with pytest.raises(ValueError, match=message):
        random_walker.segment(**(given | change))


def test_walkers_set_out_inside():
    image, seeds = coins()
    for start in ((151, 0), (0, 192), (-1, 0)):
        with pytest.raises(ValueError, match="start"):
            random_walker.walk(image, seeds, start)
