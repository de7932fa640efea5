"""Energies are what the definition says, and no labelling costs less than the cut."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn import _optional
from seglearn.classical import mincut
from seglearn.data import samples


@pytest.fixture(params=["PyMaxflow", "SciPy"])
def solver(request, monkeypatch):
    if request.param == "SciPy":
        without_pymaxflow(monkeypatch)
    return request.param


def without_pymaxflow(monkeypatch):
    def missing():
        raise ImportError("graph cuts need PyMaxflow")

    monkeypatch.setattr(_optional, "maxflow", missing)


def problem(seed, height, width, n_neighbours=8, gamma=1.0):
    rng = np.random.default_rng(seed)
    costs = rng.normal(size=(2, height, width))
    return costs, mincut.links(
        rng.random((height, width, 3)), gamma=gamma, n_neighbours=n_neighbours
    )


def all_masks(height, width):
    for bits in itertools.product((False, True), repeat=height * width):
        yield np.reshape(bits, (height, width))


# --------------------------------------------------------------------------------- links and energy


def test_beta_is_half_the_inverse_of_the_mean_square():
    image = np.array([[0.0, 0.5], [0.5, 0.5]])
    # 4 neighbours: differences ½, 0, ½, 0; 8: and on the diagonals ½, 0.
    assert mincut.beta(image, n_neighbours=4) == pytest.approx(1 / (2 * 0.125))
    assert mincut.beta(image, n_neighbours=8) == pytest.approx(1 / (2 * 0.125))
    assert mincut.beta(np.full((4, 5), 0.3)) == 0
    assert mincut.beta(np.full((1, 1), 0.3)) == 0


def test_links_by_hand():
    image = np.array([[0.0, 1.0], [0.0, 0.0]])
    found = mincut.links(image, gamma=10, contrast=np.log(2))
    np.testing.assert_allclose(found[0], [[5, 0], [10, 0]])  # to the east
    np.testing.assert_allclose(found[1], [[10, 5], [0, 0]])  # south
    np.testing.assert_allclose(found[2], [[10 / np.sqrt(2), 0], [0, 0]])  # south-east
    np.testing.assert_allclose(found[3], [[0, 5 / np.sqrt(2)], [0, 0]])  # south-west
    assert mincut.links(image, n_neighbours=4).shape == (2, 2, 2)
    assert mincut.links(np.ones((1, 4)), gamma=3)[0].tolist() == [[3, 3, 3, 0]]


def test_the_fast_energy_is_the_plain_one_on_a_photograph():
    image = samples.photograph("chelsea").image[100:160, 100:190]
    mask = image[..., 0] > image[..., 0].mean()
    costs = np.stack([image[..., 0], 1 - image[..., 1]]).astype(float)
    for n in (4, 8):
        link = mincut.links(image, n_neighbours=n)
        fast, plain = (f(mask, costs, link) for f in (mincut.energy, mincut.energy_plain))
        assert fast == pytest.approx(plain)
        assert fast.total == fast.u + fast.v


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99), st.sampled_from([4, 8]))
@settings(deadline=None, max_examples=40)
def test_the_fast_energy_is_the_plain_one(height, width, seed, n):
    costs, link = problem(seed, height, width, n)
    mask = np.random.default_rng(seed).random((height, width)) > 0.5
    assert mincut.energy(mask, costs, link) == pytest.approx(mincut.energy_plain(mask, costs, link))
    flipped = mincut.energy(~mask, costs[::-1], link)
    assert flipped == pytest.approx(mincut.energy(mask, costs, link))


# ------------------------------------------------------------------------------------------ the cut


@pytest.mark.parametrize("n_neighbours", [4, 8])
@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (5, 1), (1, 1), (2, 5)])
def test_no_labelling_costs_less(solver, shape, n_neighbours):
    for seed in range(4):
        costs, link = problem(seed, *shape, n_neighbours)
        found = mincut.energy(mincut.cut(costs, link), costs, link).total
        least = min(mincut.energy(x, costs, link).total for x in all_masks(*shape))
        assert found == pytest.approx(least, abs=1e-6)


def test_no_labelling_that_keeps_the_seeds_costs_less(solver):
    rng = np.random.default_rng(5)
    for seed in range(8):
        costs, link = problem(seed, 3, 4)
        seeds = rng.choice([-1, -1, 0, 1], (3, 4))
        found = mincut.cut(costs, link, seeds)
        assert (found[seeds >= 0] == seeds[seeds >= 0]).all()
        least = min(
            mincut.energy(x, costs, link).total
            for x in all_masks(3, 4)
            if (x[seeds >= 0] == seeds[seeds >= 0]).all()
        )
        assert mincut.energy(found, costs, link).total == pytest.approx(least, abs=1e-6)


@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 999), st.floats(0, 20))
@settings(deadline=None, max_examples=40)
def test_a_cut_costs_no_more_than_any_neighbour_of_it(height, width, seed, gamma):
    costs, link = problem(seed, height, width, gamma=gamma)
    found = mincut.cut(costs, link)
    least = mincut.energy(found, costs, link).total
    rng = np.random.default_rng(seed)
    for _ in range(5):
        other = found ^ (rng.random(found.shape) < 0.2)
        assert least <= mincut.energy(other, costs, link).total + 1e-9
    assert least <= mincut.energy(costs[1] < costs[0], costs, link).total + 1e-9


def test_without_links_every_pixel_decides_alone(solver):
    costs, link = problem(0, 6, 7, gamma=0)
    assert (mincut.cut(costs, link) == (costs[1] < costs[0])).all()
    costs[:, 0] *= 1e-9  # far below the largest
    assert (mincut.cut(costs, link) == (costs[1] < costs[0])).all()


def test_strong_links_leave_one_label(solver):
    costs, link = problem(0, 6, 7, gamma=1e6)
    found = mincut.cut(costs, link)
    assert found.all() or not found.any()
    assert found.all() == (costs[1].sum() < costs[0].sum())


def test_all_seeds_and_none(solver):
    costs, link = problem(0, 3, 4)
    seeds = np.arange(12).reshape(3, 4) % 2
    assert (mincut.cut(costs, link, seeds) == seeds).all()
    free = np.full((3, 4), -1)
    assert (mincut.cut(costs, link, free) == mincut.cut(costs, link)).all()


def marked_flower():
    """A photograph at a quarter of its size, with strokes on a flower, at the top and at the bottom."""
    photo = samples.photograph("flower")
    truth, seeds = photo.mask(1), np.full(photo.panoptic.shape, -1)
    seeds[200:230, 250:380] = 1
    seeds[~truth] = -1
    seeds[:16], seeds[-16:] = 0, 0
    return photo.image[::4, ::4], seeds[::4, ::4], truth[::4, ::4]


def test_both_solvers_cut_a_photograph_alike(monkeypatch):
    image, seeds, _ = marked_flower()
    first = mincut.segment(image, seeds)
    without_pymaxflow(monkeypatch)
    assert (mincut.segment(image, seeds) == first).all()


def test_an_object_is_cut_out_by_two_kinds_of_strokes():
    image, seeds, truth = marked_flower()
    iou = {}
    for gamma in (0, 50):
        found = mincut.segment(image, seeds, gamma=gamma)
        assert (found[seeds >= 0] == seeds[seeds >= 0]).all()
        iou[gamma] = (found & truth).sum() / (found | truth).sum()
    assert iou[50] > 0.98
    assert iou[0] < 0.6  # links do what colours alone do not


def test_without_pymaxflow_a_large_image_says_what_to_install(monkeypatch):
    without_pymaxflow(monkeypatch)
    monkeypatch.setattr(mincut, "MOST_WITHOUT_PYMAXFLOW", 10)
    costs, link = problem(0, 3, 4)
    with pytest.raises(ImportError, match="PyMaxflow"):
        mincut.cut(costs, link)
    seeds = np.full((3, 4), -1)
    seeds[0, :2] = 1  # ten are free
    mincut.cut(costs, link, seeds)


# ------------------------------------------------------------------------------------- colour costs


def test_colour_costs_are_the_shares_of_the_marks():
    image = np.array([[0.1, 0.1, 0.9, 0.9]])
    costs = mincut.colour_costs(image, [[0, 0, 1, -1]], n_bins=2)
    np.testing.assert_allclose(
        np.exp(-costs),
        [[[2.5 / 3, 2.5 / 3, 0.5 / 3, 0.5 / 3]], [[0.25, 0.25, 0.75, 0.75]]],
    )


def test_a_constant_image_is_cut_by_its_outline_alone():
    image, seeds = np.full((5, 9), 0.5), np.full((5, 9), -1)
    seeds[:, 0], seeds[:, -1] = 0, 1
    found = mincut.segment(image, seeds)
    assert (found == found[:1]).all()  # a straight line
    assert (np.diff(found[0].astype(int)) >= 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seeds": np.zeros((3, 4), int)}, "no mark of label 1"),
        ({"seeds": np.full((3, 4), 2)}, "expected −1"),
        ({"seeds": np.zeros((4, 4), int)}, "differ in shape"),
        ({"gamma": -1.0}, "gamma"),
        ({"gamma": float("nan")}, "gamma"),
        ({"n_neighbours": 6}, "4 or 8"),
        ({"n_bins": 0}, "n_bins"),
        ({"contrast": -1.0}, "contrast"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    given = {"image": np.random.default_rng(0).random((3, 4)), "seeds": np.arange(12) % 2}
    given["seeds"] = given["seeds"].reshape(3, 4)
    with pytest.raises(ValueError, match=message):
        mincut.segment(**(given | change))


def test_a_graph_of_odd_parts_is_refused():
    costs, link = problem(0, 3, 4)
    for bad, message in (
        ((np.zeros((3, 3, 4)), link), "costs"),
        ((costs, -link), "link"),
        ((costs, link[:3]), "link"),
        ((costs, link[:, :2]), "link"),
        ((costs * np.nan, link), "costs"),
    ):
        with pytest.raises(ValueError, match=message):
            mincut.cut(*bad)
