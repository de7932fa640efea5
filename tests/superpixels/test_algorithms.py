"""Each algorithm against what its paper says, in the plainest possible code or by hand."""

from itertools import pairwise

import maxflow
import numpy as np
import pytest
from scipy import sparse
from skimage import color, segmentation

from seglearn.superpixels import (
    _expansion,
    _inputs,
    connectivity,
    felzenszwalb,
    ncut,
    peers,
    quality,
    quickshift,
    slic,
    snic,
    turbopixels,
)

# ------------------------------------------------------------------------------------- inputs


def test_lab_is_that_of_scikit_image(cat):
    ours = _inputs.to_lab(cat.astype(np.float32)).transpose(1, 2, 0)
    np.testing.assert_allclose(ours, color.rgb2lab(cat), atol=1e-3)
    grey = cat[..., 0].astype(np.float32)
    np.testing.assert_allclose(
        _inputs.to_lab(grey).transpose(1, 2, 0), color.rgb2lab(color.gray2rgb(grey)), atol=0.01
    )


@pytest.mark.parametrize("n", [1, 2, 7, 50, 100, 199, 200, 1000])
@pytest.mark.parametrize("shape", [(321, 481), (481, 321), (100, 100), (40, 700)])
def test_grids_have_nearly_square_cells_and_the_right_number(n, shape):
    rows, columns = _inputs.grid_shape(*shape, n)
    assert 0.85 * n <= rows * columns <= max(1.15 * n, n + 2)
    if n > 49:
        assert 0.6 < (shape[0] / rows) / (shape[1] / columns) < 1.7


def test_seeds_move_to_the_nearest_flattest_pixel():
    slope = np.ones((9, 9))
    slope[3, 5] = 0
    seeds = np.array([[4, 4], [8, 8], [0, 0]])
    np.testing.assert_array_equal(_inputs.to_flattest(seeds, slope, 1), [[3, 5], [8, 8], [0, 0]])


# --------------------------------------------------------------------------------------- SLIC


def plain_slic_step(lab, centres, step, compactness):
    """Algorithm 1 of the paper with a loop over centres: labels and new centres."""
    height, width, _ = lab.shape
    best = np.full((height, width), np.inf)
    label = np.full((height, width), -1)
    y, x = np.mgrid[:height, :width]
    for k, (l, a, b, cy, cx) in enumerate(centres):  # noqa: E741
        window = (np.abs(y - cy) <= step) & (np.abs(x - cx) <= step)
        d_c = np.sqrt(((lab - [l, a, b]) ** 2).sum(axis=-1))
        d_s = np.hypot(y - cy, x - cx)
        d = np.sqrt(d_c**2 + (d_s / step) ** 2 * compactness**2)
        nearer = window & (d < best)
        best[nearer], label[nearer] = d[nearer], k
    features = np.dstack([lab, y, x])
    return label, np.array([features[label == k].mean(axis=0) for k in range(len(centres))])


@pytest.mark.parametrize("compactness", [5.0, 20.0])
def test_slic_is_the_algorithm_of_the_paper(cat, compactness):
    states = list(slic.steps(cat, 60, compactness=compactness, n_iterations=4))
    assert [s.stage for s in states] == ["grid", "nudge", *["iteration"] * 4, "connected"]
    assert [s.iteration for s in states] == [0, 0, 1, 2, 3, 4, 4]
    lab = _inputs.to_lab(cat.astype(np.float32)).transpose(1, 2, 0).astype(float)
    centres = states[1].centres
    step = np.sqrt(cat.shape[0] * cat.shape[1] / len(centres))
    for state in states[2:-1]:
        label, after = plain_slic_step(lab, centres, step, compactness)
        reached = label >= 0
        assert reached.mean() > 0.99
        assert (label == state.labels)[reached].mean() > 0.995
        moved = np.hypot(*(state.centres - centres)[:, 3:].T).mean()
        assert state.residual == pytest.approx(moved)
        assert np.abs(after - state.centres).mean() < 0.05
        centres = state.centres


def test_slic_nudges_seeds_off_edges(cat):
    grid, nudge = [s for s, _ in zip(slic.steps(cat, 60), range(2), strict=False)]
    assert (grid.labels == -1).all()
    shift = (nudge.centres - grid.centres)[:, 3:]
    assert np.abs(shift).max() == 1
    slope = _inputs.gradient(_inputs.to_lab(cat.astype(np.float32)))
    y, x = nudge.centres[:, 3:].astype(int).T
    for (y0, x0), after in zip(grid.centres[:, 3:].astype(int), slope[y, x], strict=True):
        window = slope[max(y0 - 1, 0) : y0 + 2, max(x0 - 1, 0) : x0 + 2]
        assert after <= window.min() + 1e-3


def test_slic_steps_end_in_what_segment_returns(cat):
    *_, last = slic.steps(cat, 80, compactness=15, n_iterations=3)
    np.testing.assert_array_equal(
        last.labels, slic.segment(cat, 80, compactness=15, n_iterations=3)
    )


def test_slic_states_are_not_written_over(cat):
    states = list(slic.steps(cat, 30, n_iterations=3))
    again = list(slic.steps(cat, 30, n_iterations=3))
    for one, other in zip(states, again, strict=True):
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.centres, other.centres)


def test_compactness_makes_compact(cat):
    shapes = [quality.compactness(slic.segment(cat, 60, compactness=m)) for m in (2, 10, 40)]
    assert shapes[0] < shapes[1] < shapes[2]
    grid = slic.segment(np.full((60, 80), 0.5), 48)
    assert quality.compactness(grid) == pytest.approx(np.pi / 4, abs=0.02)


def test_slic_has_the_recall_of_scikit_image_at_equal_counts(cat):
    truth = felzenszwalb.regions(cat, 300, min_size=150)  # outlines that neither has seen
    ours = slic.segment(cat, 100)
    theirs = peers.slic(cat, 100)
    assert abs(int(ours.max()) - int(theirs.max())) <= 5
    assert quality.boundary_recall(ours, truth) >= quality.boundary_recall(theirs, truth)


# --------------------------------------------------------------------------------------- SNIC


def test_snic_is_one_region_a_seed(cat):
    seeds, (rows, columns) = _inputs.grid_seeds(*cat.shape[:2], 60)
    lab = _inputs.to_lab(cat.astype(np.float32))
    labels = snic._grow(lab, seeds, 10.0)
    assert connectivity.connected_parts(labels).max() + 1 == rows * columns
    np.testing.assert_array_equal(labels[tuple(seeds.T)], np.arange(rows * columns))


def test_snic_grows_in_order_of_distance():
    # Two seeds on a row; the step in brightness lies off the middle and stops the left one.
    image = np.where(np.arange(20) < 13, 0.2, 0.8)[None]
    labels = snic.segment(image, 2, compactness=5)
    np.testing.assert_array_equal(labels[0], np.arange(20) >= 13)


# ------------------------------------------------------------------------- Felzenszwalb et al.


@pytest.mark.parametrize("scale", [50, 300])
def test_felzenszwalb_is_nearly_that_of_scikit_image(cat, scale):
    # Equal weights are sorted in another order, which changes a few regions.
    theirs = segmentation.felzenszwalb(cat, scale=scale, sigma=0.8, min_size=20)
    ours = felzenszwalb.regions(cat, scale, sigma=0.8, min_size=20)
    assert ours.max() + 1 == pytest.approx(theirs.max() + 1, rel=0.1)
    table = quality.contingency(ours, theirs)
    assert quality.achievable_accuracy(table) > 0.9
    assert quality.achievable_accuracy(table.T) > 0.9


def test_felzenszwalb_merges_by_equation_three():
    # A chain with steps 1, 1, 5, 1 grey levels; Int + k/|C| decides on the long one.
    chain = np.array([[0, 1, 2, 7, 8]]) / 255
    assert felzenszwalb.regions(chain, 6, sigma=1e-3, min_size=1).max() == 1  # 5 > 1 + 6/3
    assert felzenszwalb.regions(chain, 14, sigma=1e-3, min_size=1).max() == 0  # 5 < 1 + 14/3


# --------------------------------------------------------------------------------- quick shift


def test_density_and_links_are_those_of_the_paper():
    rng = np.random.default_rng(0)
    points = rng.random((3, 7, 9)).astype(np.float32) * 4
    y, x = np.mgrid[:7, :9]
    where = np.concatenate([points.reshape(3, -1).T, np.c_[y.ravel(), x.ravel()]], axis=1)
    apart = ((where[:, None] - where[None]) ** 2).sum(axis=-1)
    dense = np.exp(-apart / (2 * 3.0**2)).sum(axis=1)
    np.testing.assert_allclose(quickshift.density(points, 3.0).ravel(), dense, rtol=1e-4)
    order = np.argsort(np.argsort(dense)).astype(np.int32)
    parent, length = quickshift.links(points, order.reshape(7, 9), 20)
    apart[order[None] <= order[:, None]] = np.inf
    root = int(order.argmax())
    others = np.arange(63) != root
    assert parent[root] == root
    assert np.isinf(length[root])
    np.testing.assert_allclose(length[others], np.sqrt(apart.min(axis=1))[others], rtol=1e-4)
    np.testing.assert_array_equal(parent[others], apart.argmin(axis=1)[others])


def test_quick_shift_cuts_the_longest_links(cat):
    coarse, fine = quickshift.segment(cat, 30), quickshift.segment(cat, 31)
    assert fine.max() + 1 == 31
    # One more cut splits one region; crumbs may change hands.
    assert quality.achievable_accuracy(quality.contingency(fine, coarse)) > 0.97


# --------------------------------------------------------------------------------- TurboPixels


def test_turbopixels_grow_and_keep_apart(halves):
    image, _ = halves
    states = list(turbopixels.steps(image, 24))
    assert states[0].iteration == 0
    assert (states[0].labels >= 0).sum() == len(np.unique(states[0].labels)) - 1 == 24
    covered = [(s.labels >= 0).sum() for s in states]
    assert covered == sorted(covered)
    assert covered[-1] == image.shape[0] * image.shape[1]
    for before, after in pairwise(states[:-1]):
        kept = before.labels >= 0
        np.testing.assert_array_equal(after.labels[kept], before.labels[kept])
        assert (after.labels[after.skeleton] == -1).all()
    np.testing.assert_array_equal(states[-1].labels, turbopixels.segment(image, 24))


def test_affinity_is_one_on_flat_ground_and_small_on_an_edge():
    step = np.where(np.arange(60) < 30, 0.2, 0.8)[None].repeat(40, axis=0)
    phi = turbopixels.affinity(step, 4.0)
    assert phi[:, :25] == pytest.approx(1)
    assert (phi[:, 29:31] < 0.02).all()


def test_outlines_slow_down_at_an_edge(halves):
    image, truth = halves
    labels = turbopixels.segment(image, 24)
    assert quality.achievable_accuracy(quality.contingency(labels, truth)) > 0.985


# -------------------------------------------------------------------------------- normalized cuts


def test_affinities_are_the_strongest_contour_on_the_way():
    slope = np.zeros((3, 7), np.float32)
    slope[:, 3] = 0.3
    w = ncut.affinities(slope, 3, sigma=0.3).toarray()
    assert (w == w.T).all()
    assert w[0, 0] == 1
    assert w[0, 2] == pytest.approx(1, abs=1e-4)  # (0, 0) and (0, 2): nothing between
    assert w[2, 4] == pytest.approx(np.exp(-1), abs=1e-4)  # a contour of σ between
    assert w[0, 4] == 0  # too far apart
    assert w[0, 7 + 1] == pytest.approx(1, abs=1e-4)


def test_embedding_solves_the_generalised_problem():
    slope = np.random.default_rng(0).random((12, 14)).astype(np.float32) / 4
    w = ncut.affinities(slope, 2)
    for n_vectors in (3, 100):  # sparse and dense solver
        y = ncut.embedding(w, n_vectors, tolerance=1e-6)
        degree = np.asarray(w.sum(axis=1)).ravel()
        laplacian = sparse.diags(degree) - w
        for v in y.T[:3]:
            mu = (v @ (laplacian @ v)) / (v @ (degree * v))
            np.testing.assert_allclose(laplacian @ v, mu * degree * v, atol=0.02 * np.abs(v).max())


def test_a_cut_separates_two_halves():
    slope = np.zeros((10, 14), np.float32)
    slope[:, 7] = 1
    first = ncut.embedding(ncut.affinities(slope, 3), 1, tolerance=1e-9).reshape(10, 14)
    assert (np.sign(first[:, :6]) == np.sign(first[0, 0])).all()
    assert (np.sign(first[:, 8:]) == -np.sign(first[0, 0])).all()


# ------------------------------------------------------------------------------------ graph cuts


def energy_of(energy, seeds, labels):
    total = energy.unlike(seeds, labels).sum() if energy.constant else 0.0
    for (dy, dx), w in zip(_expansion._DIRECTIONS, energy.weights(), strict=True):
        p, q = _expansion._pair(dy, dx)
        total += w[p][labels[p] != labels[q]].sum()
    return total


def make_energy(image, constant, smoothness=10.0):
    planes = 255 * image.transpose(2, 0, 1)
    return _expansion.Energy(
        planes=planes, smoothness=smoothness, noise=_expansion._noise(planes), constant=constant
    )


@pytest.mark.parametrize("constant", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_an_expansion_move_is_the_best_of_all(constant, seed):
    rng = np.random.default_rng(seed)
    image = rng.random((3, 5, 3)).astype(np.float32)
    energy = make_energy(image, constant, smoothness=20.0)
    seeds = np.array([[[1, 1], [1, 3]]])
    labels = np.zeros((3, 5), int)
    labels[:, 3:] = 1
    labels[0, 2] = 1
    moves = _expansion._Moves(energy, seeds, reach=2)
    new = moves.expand(labels, 0, 1)  # label 1 may take columns 1 to 4
    free = np.argwhere((labels != 1) & (np.arange(5) >= 1))
    best = np.inf
    for choice in range(2 ** len(free)):
        trial = labels.copy()
        taken = [tuple(p) for i, p in enumerate(free) if choice >> i & 1]
        for p in taken:
            trial[p] = 1
        best = min(best, energy_of(energy, seeds.reshape(-1, 2), trial))
    assert energy_of(energy, seeds.reshape(-1, 2), new) == pytest.approx(best)
    assert ((new == labels) | (new == 1)).all()


@pytest.mark.parametrize("constant", [False, True])
def test_expansion_moves_never_cost_more(cat, constant):
    image = cat[:40, :60].astype(np.float32)
    energy = make_energy(image, constant)
    seeds = np.stack(np.mgrid[4:40:8, 4:60:8], axis=-1)
    flat = seeds.reshape(-1, 2)
    y, x = np.mgrid[:40, :60]
    labels = (y // 8) * seeds.shape[1] + np.minimum(x // 8, seeds.shape[1] - 1)
    moves = _expansion._Moves(energy, seeds, reach=16)
    cost = energy_of(energy, flat, labels)
    for group in [(0, 0), (1, 3), (4, 4), (2, 1)]:
        labels = moves.expand(labels, *group)
        assert energy_of(energy, flat, labels) <= cost + 1e-6
        cost = energy_of(energy, flat, labels)
    reach = np.abs(np.stack([y, x]) - flat[labels].transpose(2, 0, 1)).max(axis=0)
    assert reach.max() <= 16, "a pixel lies outside its patch"


def test_a_patch_only_takes_pixels_together_with_its_centre():
    # The centre of patch 1 has another colour than all around: it would rather not have it.
    image = np.full((3, 5, 3), 0.5, np.float32)
    image[1, 3] = 0.9
    energy = make_energy(image, True)
    seeds = np.array([[[1, 1], [1, 3]]])
    labels = np.zeros((3, 5), int)
    new = _expansion._Moves(energy, seeds, reach=2).expand(labels, 0, 1)
    assert new[1, 3] == 1 or (new == 0).all()


def test_the_solver_is_pymaxflow():
    assert int(maxflow.__version__.split(".")[0]) >= 1


# ------------------------------------------------------------------------------------------ peers


def test_peers_meet_the_count_that_scikit_image_misses(cat):
    direct = segmentation.slic(cat, 100, compactness=10, start_label=0).max() + 1
    assert direct < 95
    assert peers.slic(cat, 100).max() + 1 >= 95
    request = peers.slic_request(cat, 100)
    np.testing.assert_array_equal(peers.slic(cat, 100, request=request), peers.slic(cat, 100))
