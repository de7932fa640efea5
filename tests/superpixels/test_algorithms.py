"""Each algorithm against what its paper says, in the plainest possible code or by hand."""

from itertools import pairwise

import maxflow
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from skimage import color, segmentation

from seglearn.data import samples
from seglearn.superpixels import (
    _colour,
    _expansion,
    _grid,
    connectivity,
    felzenszwalb,
    ncut,
    peers,
    quality,
    quickshift,
    slic,
    snic,
    squares,
    turbopixels,
)

# ------------------------------------------------------------------------------------- inputs


def test_lab_is_that_of_scikit_image(cat):
    ours = _colour.to_lab(cat.astype(np.float32)).transpose(1, 2, 0)
    np.testing.assert_allclose(ours, color.rgb2lab(cat), atol=1e-3)
    grey = cat[..., 0].astype(np.float32)
    np.testing.assert_allclose(
        _colour.to_lab(grey).transpose(1, 2, 0), color.rgb2lab(color.gray2rgb(grey)), atol=0.01
    )


@pytest.mark.parametrize("n", [1, 2, 7, 50, 100, 199, 200, 1000])
@pytest.mark.parametrize("shape", [(321, 481), (481, 321), (100, 100), (40, 700)])
def test_grids_have_nearly_square_cells_and_the_right_number(n, shape):
    rows, columns = _grid.grid_shape(*shape, n)
    assert 0.85 * n <= rows * columns <= max(1.15 * n, n + 2)
    if n > 49:
        assert 0.6 < (shape[0] / rows) / (shape[1] / columns) < 1.7


def test_seeds_move_to_the_nearest_flattest_pixel():
    slope = np.ones((9, 9))
    slope[3, 5] = 0
    seeds = np.array([[4, 4], [8, 8], [0, 0]])
    np.testing.assert_array_equal(_grid.to_flattest(seeds, slope, 1), [[3, 5], [8, 8], [0, 0]])


# --------------------------------------------------------------------------------------- SLIC


def agree_with_the_paper(image, n_segments, compactness, n_iterations=4):
    """Compare each iteration with the paper's two steps.

    Returns the least share of equal labels, and how far a centre is at most from the mean of its
    labels.
    """
    states = list(slic.steps(image, n_segments, compactness=compactness, n_iterations=n_iterations))
    lab = _colour.to_lab(image.astype(np.float32)).transpose(1, 2, 0).astype(float)
    centres = states[1].centres
    step = np.sqrt(image.shape[0] * image.shape[1] / len(centres))
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    rows, columns = _grid.grid_shape(*image.shape[:2], n_segments)
    row_of, column_of = (
        np.searchsorted(np.arange(n + 1) * length // n, at, side="right") - 1
        for n, length, at in ((rows, image.shape[0], y), (columns, image.shape[1], x))
    )
    equal, off = [], []
    for state in states[2:-1]:
        label = slic.assign_plain(lab, centres, step, compactness)
        differ = (label != state.labels) & (label >= 0)
        equal.append((label == state.labels).mean())
        # Where they differ, both centres are equally near but for rounding, or the paper's began
        # more than half a cell away, where a tile does not look.
        ours, theirs = state.labels[differ], label[differ]
        lost = (np.abs(theirs // columns - row_of[differ]) > 1) | (
            np.abs(theirs % columns - column_of[differ]) > 1
        )
        d = [
            np.hypot(
                np.linalg.norm(lab[differ] - centres[k, :3], axis=1),
                np.hypot(y[differ] - centres[k, 3], x[differ] - centres[k, 4]) / step * compactness,
            )
            for k in (ours, theirs)
        ]
        assert (lost | (d[0] ** 2 - d[1] ** 2 < 0.02)).all()
        off.append(np.abs(slic.move_plain(lab, state.labels, centres) - state.centres).max())
        moved = np.hypot(*(state.centres - centres)[:, 3:].T).mean()
        assert state.residual == pytest.approx(moved)
        centres = state.centres
    return min(equal), max(off)


@pytest.mark.parametrize("compactness", [5.0, 20.0])
def test_slic_is_the_algorithm_of_the_paper(cat, compactness):
    equal, off = agree_with_the_paper(cat, 60, compactness)
    assert equal > 0.995
    assert off < 1e-3
    states = list(slic.steps(cat, 60, compactness=compactness, n_iterations=4))
    assert [s.stage for s in states] == ["grid", "nudge", *["iteration"] * 4, "connected"]
    assert [s.iteration for s in states] == [0, 0, 1, 2, 3, 4, 4]


@pytest.mark.parametrize("name", ["coffee", "rocket", "astronaut"])
def test_slic_is_the_algorithm_of_the_paper_on_other_photographs(name):
    image = samples.photograph(name).image[::5, ::5]
    equal, off = agree_with_the_paper(image, 40, 10.0, n_iterations=3)
    assert equal > 0.99
    assert off < 1e-3


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.integers(6, 24),
    width=st.integers(6, 24),
    n_segments=st.integers(1, 12),
    compactness=st.floats(1, 60),
)
def test_slic_is_the_algorithm_of_the_paper_on_noise(seed, height, width, n_segments, compactness):
    image = np.random.default_rng(seed).random((height, width, 3))
    _, off = agree_with_the_paper(image, n_segments, compactness, n_iterations=3)
    assert off < 1e-4


@pytest.mark.parametrize("n_segments", [24, 30, 40])
def test_a_pixel_between_centres_that_coincide_counts_once(n_segments):
    image = np.random.default_rng(119).random((14, 17, 3))
    _, nudge, *_ = slic.steps(image, n_segments)
    assert len(np.unique(nudge.centres, axis=0)) < len(nudge.centres)
    _, off = agree_with_the_paper(image, n_segments, 10.0)
    assert off < 1e-4


def test_a_pixel_in_no_window_joins_the_nearest_centre_and_counts_once():
    image = np.full((6, 18, 3), 0.5)
    work = slic._Slic(image, 3, 10.0)
    assert (work.grid, work.step) == ((1, 3), 6)
    work.centres[0, :, 4] = 1, 2, 16.9  # columns 9 and 10 are further than 6 away from all of them
    before = work.listed_centres()
    labels = work.assign(want_labels=True)
    np.testing.assert_array_equal(labels, np.repeat([[0, 1, 2]], [2, 8, 8], axis=1).repeat(6, 0))
    lab = work.lab.transpose(1, 2, 0).astype(float)
    plain = slic.assign_plain(lab, before, 6, 10)
    np.testing.assert_array_equal(np.argwhere((plain < 0).all(axis=0)).ravel(), [9, 10])
    np.testing.assert_array_equal(plain[:, :9], labels[:, :9])
    work.move()
    moved = slic.move_plain(lab, labels, before)
    np.testing.assert_allclose(work.listed_centres(), moved, atol=1e-5)


def test_the_plain_steps_by_hand():
    lab = np.zeros((1, 5, 3))
    lab[0, 3:, 0] = 100
    centres = np.array([[0.0, 0, 0, 0, 1], [100.0, 0, 0, 0, 3]])
    # Column 2 lies in both windows, as near in place, and is dark; column 4 is out of reach of
    # the first, column 0 of the second.
    np.testing.assert_array_equal(slic.assign_plain(lab, centres, 2, 10), [[0, 0, 0, 1, 1]])
    # A window of one pixel to each side; of two equally near centres the first one wins.
    flat = np.zeros((1, 6, 3))
    labels = slic.assign_plain(flat, [[0, 0, 0, 0, 1], [0, 0, 0, 0, 3]], 1, 10)
    np.testing.assert_array_equal(labels, [[0, 0, 0, 1, 1, -1]])
    moved = slic.move_plain(lab, [[0, 0, 0, 0, -1]], centres)
    np.testing.assert_allclose(moved, [[25, 0, 0, 0, 1.5], [100, 0, 0, 0, 3]])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"lab": np.zeros((3, 4))}, ValueError, r"lab has shape \(3, 4\)"),
        ({"lab": np.full((3, 4, 3), np.nan)}, ValueError, "lab holds 36 values"),
        ({"centres": np.zeros((2, 4))}, ValueError, r"centres has shape \(2, 4\)"),
        ({"centres": np.ma.zeros((2, 5))}, TypeError, "masked"),
        ({"step": 0}, ValueError, "step must be at least 1e-06"),
        ({"compactness": "10"}, TypeError, "compactness must be a number"),
    ],
)
def test_bad_input_of_the_plain_steps_is_explained(change, error, message):
    good = {"lab": np.zeros((3, 4, 3)), "centres": np.zeros((2, 5)), "step": 2, "compactness": 10}
    with pytest.raises(error, match=message):
        slic.assign_plain(**good | change)
    if change.keys() & {"lab", "centres"}:
        with pytest.raises(error, match=message):
            slic.move_plain(
                labels=np.zeros((3, 4), int),
                **{k: v for k, v in (good | change).items() if k in ("lab", "centres")},
            )


def test_labels_of_another_size_do_not_move_centres():
    with pytest.raises(ValueError, match=r"\(3, 4\).*\(4, 3\)"):
        slic.move_plain(np.zeros((3, 4, 3)), np.zeros((4, 3), int), np.zeros((2, 5)))


def test_slic_nudges_seeds_off_edges(cat):
    grid, nudge = [s for s, _ in zip(slic.steps(cat, 60), range(2), strict=False)]
    assert (grid.labels == -1).all()
    shift = (nudge.centres - grid.centres)[:, 3:]
    assert np.abs(shift).max() == 1
    slope = _grid.gradient(_colour.to_lab(cat.astype(np.float32)))
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
    assert abs(int(ours.max()) - int(theirs.max())) <= 3
    assert quality.boundary_recall(ours, truth) >= quality.boundary_recall(theirs, truth)


@pytest.mark.parametrize("sigma", [0.1, 0.2])
@pytest.mark.parametrize("n_segments", [20, 200])
def test_scikit_image_makes_as_many_superpixels_of_a_noisy_photograph_too(sigma, n_segments):
    clean = samples.photograph("coffee").image[::4, ::4]
    noisy = np.clip(clean + np.random.default_rng(0).normal(0, sigma, clean.shape), 0, 1)
    assert peers.slic(noisy, n_segments, request=n_segments).max() + 1 < 0.7 * n_segments
    assert 0.97 * n_segments <= peers.slic(noisy, n_segments).max() + 1 <= n_segments


def test_a_number_that_scikit_image_leaps_over_is_the_least_that_is_enough(monkeypatch):
    asked = []

    def staircase(image, request, compactness):
        asked.append(request)
        made = 88 if request < 169 else 108 if request < 300 else 600
        return np.minimum(np.arange(600), made - 1).reshape(20, 30)

    monkeypatch.setattr(peers, "_slic", staircase)
    image = np.zeros((20, 30))
    assert 169 <= peers.slic_request(image, 100) < 300
    assert len(asked) == len(set(asked)) <= 12
    assert peers.slic(image, 100).max() + 1 == 100
    assert peers.slic_request(image, 90) < 169, "88 is near enough"
    assert peers.slic_request(image, 90, tolerance=0.01) >= 169
    assert peers.slic_request(image, 500) >= 300


# ------------------------------------------------------------------------------------- squares


def test_squares_are_equal_and_look_at_nothing(cat):
    labels = squares.segment(cat, 60)
    rows, columns = _grid.grid_shape(*cat.shape[:2], 60)
    sizes = np.bincount(labels.ravel())
    assert sizes.size == rows * columns == labels.max() + 1
    assert connectivity.connected_parts(labels).max() + 1 == sizes.size
    height, width = cat.shape[0] // rows, cat.shape[1] // columns
    assert height * width <= sizes.min() <= sizes.max() <= (height + 1) * (width + 1)
    np.testing.assert_array_equal(labels, squares.segment(np.zeros(cat.shape[:2]), 60))
    np.testing.assert_array_equal(squares.segment(np.zeros((2, 4)), 2), [[0, 0, 1, 1]] * 2)


# --------------------------------------------------------------------------------------- SNIC


def test_snic_is_one_region_a_seed(cat):
    seeds, (rows, columns) = _grid.grid_seeds(*cat.shape[:2], 60)
    lab = _colour.to_lab(cat.astype(np.float32))
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


@pytest.mark.parametrize("scale", [20, 150, 600])
@pytest.mark.parametrize("min_size", [1, 20])
def test_felzenszwalb_skips_only_edges_that_change_nothing(cat, scale, min_size):
    noise = np.random.default_rng(0).random((40, 50))
    for image in (cat, noise):
        np.testing.assert_array_equal(
            felzenszwalb.regions(image, scale, min_size=min_size),
            felzenszwalb.regions_plain(image, scale, min_size=min_size),
        )


def test_felzenszwalb_merges_by_equation_three():
    # A chain with steps 1, 1, 5, 1 grey levels; Int + k/|C| decides on the long one.
    chain = np.array([[0, 1, 2, 7, 8]]) / 255
    for regions in (felzenszwalb.regions, felzenszwalb.regions_plain):
        assert regions(chain, 6, sigma=1e-3, min_size=1).max() == 1  # 5 > 1 + 6/3
        assert regions(chain, 14, sigma=1e-3, min_size=1).max() == 0  # 5 < 1 + 14/3


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
    apart[order[None] <= order[:, None]] = np.inf
    root = int(order.argmax())
    others = np.arange(63) != root
    for links in (quickshift.links, quickshift.links_plain):
        parent, length = links(points, order.reshape(7, 9), 20)
        assert parent[root] == root
        assert np.isinf(length[root])
        np.testing.assert_allclose(length[others], np.sqrt(apart.min(axis=1))[others], rtol=1e-4)
        np.testing.assert_array_equal(parent[others], apart.argmin(axis=1)[others])


@pytest.mark.parametrize("reach", [1, 3, 40])
def test_links_are_those_of_all_pairs(cat, reach):
    photograph = _colour.to_lab(cat[::5, ::5].astype(np.float32)) / 2
    noise = 4 * np.random.default_rng(1).random((3, 12, 17)).astype(np.float32)
    for points in (photograph, noise):
        order = quickshift.density(points, 2.0).ravel().argsort().argsort()
        order = order.reshape(points.shape[1:]).astype(np.int32)
        parent, length = quickshift.links(points, order, reach)
        plain_parent, plain_length = quickshift.links_plain(points, order, reach)
        np.testing.assert_allclose(length, plain_length, rtol=1e-4)
        # Another parent only where two are equally near.
        differ = parent != plain_parent
        assert differ.mean() < 0.02
        assert (order.ravel()[parent] >= order.ravel()).all()


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
