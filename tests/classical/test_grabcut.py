"""The energy never rises, the cut is OpenCV's, and what cannot be cut is refused."""

import contextlib
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from seglearn import _optional
from seglearn.classical import grabcut, mincut
from seglearn.data import samples

PHOTOS = {"flower": 1, "coffee": "spoon", "china": "temple", "chelsea": "cat"}


@cache
def task(name, step=2):
    """A photograph at a part of its size, the truth of an object, and a box somewhat around it."""
    photo = samples.photograph(name)
    image, truth = photo.image[::step, ::step], photo.mask(PHOTOS[name])[::step, ::step]
    y, x = np.nonzero(truth)
    height, width = truth.shape
    box = max(x.min() - 3, 0), max(y.min() - 3, 0), min(x.max() + 4, width), y.max() + 4
    return np.float32(np.round(image * 255) / 255), truth, (*box[:3], min(box[3], height))


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def bgr(image):
    return np.ascontiguousarray(np.round(image[..., ::-1] * 255).astype(np.uint8))


def opencv(image, box, n_iterations=5):
    marks, models = np.zeros(image.shape[:2], np.uint8), (np.zeros((1, 65)), np.zeros((1, 65)))
    x0, y0, x1, y1 = (int(edge) for edge in box)
    rectangle = x0, y0, x1 - x0, y1 - y0
    cv2.setRNGSeed(0)  # of its k-means
    cv2.grabCut(bgr(image), marks, rectangle, *models, n_iterations, cv2.GC_INIT_WITH_RECT)
    return marks & 1 == 1


def falls(states):
    energies = [state.energy.total for state in states]
    return all(b <= a + 1e-9 * abs(a) + 1e-6 for a, b in pairwise(energies))


# ----------------------------------------------------------------------------------- against OpenCV


@pytest.mark.parametrize("name", PHOTOS)
def test_about_the_mask_of_opencv(name):
    image, truth, box = task(name)
    ours, theirs = grabcut.segment(image, box), opencv(image, box)
    assert iou(ours, theirs) > 0.97
    assert abs(iou(ours, truth) - iou(theirs, truth)) < 0.02


@pytest.mark.parametrize("name", PHOTOS)
def test_the_cut_is_that_of_opencv(name):
    """With the same mixtures; OpenCV sums over components where the paper takes the best."""
    image, _, box = task(name)
    *_, last = grabcut.steps(image, box, n_iterations=2)
    models = []
    for side in last.mixtures:
        means, covariances = 255 * side.means[:, ::-1], 255**2 * side.covariances[:, ::-1, ::-1]
        models.append(np.concatenate([side.weights, means.ravel(), covariances.ravel()])[None])
    known = grabcut.trimap(image.shape[:2], box)
    marks = np.where(known == grabcut.FREE, cv2.GC_PR_BGD + last.mask, cv2.GC_BGD).astype(np.uint8)
    cv2.grabCut(bgr(image), marks, None, *models, 1, cv2.GC_EVAL_FREEZE_MODEL)
    colours = image.reshape(-1, 3).astype(float)
    costs = np.stack([-logsumexp(-side.costs(colours), axis=0) for side in last.mixtures])
    ours = mincut.cut(costs.reshape(2, *known.shape), mincut.links(image), known)
    assert (ours != (marks & 1 == 1)).mean() < 1e-4


# --------------------------------------------------------------------------------------- the energy


@pytest.mark.parametrize("name", PHOTOS)
def test_the_energy_of_a_photograph_never_rises(name):
    image, _, box = task(name, 4)
    for n_neighbours in (4, 8):
        states = list(grabcut.steps(image, box, n_neighbours=n_neighbours))
        assert falls(states)
        assert states[-1].energy.total < states[0].energy.total


def tiny(seed, height, width, channels, n_colours):
    rng = np.random.default_rng(seed)
    palette = rng.random((n_colours, channels))
    image = palette[rng.integers(0, n_colours, (height, width))]
    return image[..., 0] if channels == 1 else image


@given(
    st.integers(3, 14),
    st.integers(3, 14),
    st.integers(0, 9999),
    st.sampled_from([1, 3]),
    st.integers(2, 40),
    st.integers(1, 7),
    st.sampled_from([0.0, 0.5, 5.0, 50.0]),
)
@settings(deadline=None, max_examples=150)
def test_the_energy_never_rises(height, width, seed, channels, n_colours, k, gamma):
    image = tiny(seed, height, width, channels, n_colours)
    box = 1, 1, width, height
    states = []
    with contextlib.suppress(ValueError):  # one colour, or nothing is left inside the box
        for state in grabcut.steps(image, box, n_components=k, gamma=gamma, n_iterations=8):
            states.append(state)
    assert states or np.ptp(image) == 0
    assert falls(states)
    for state in states:
        assert not state.mask[0].any()
        assert not state.mask[:, 0].any()
        assert state.components.max() < k


def test_the_energy_is_the_sum_over_pixels():
    image, _, box = task("flower", 8)
    for state in grabcut.steps(image, box, n_iterations=2):
        u = 0.0
        for z, side, k in zip(
            image.reshape(-1, 3), state.mask.ravel(), state.components.ravel(), strict=True
        ):
            mixture = state.mixtures[int(side)]
            off, covariance = z - mixture.means[k], mixture.covariances[k]
            u += -np.log(mixture.weights[k]) + np.log(np.linalg.det(covariance)) / 2
            u += off @ np.linalg.inv(covariance) @ off / 2
        assert state.energy.u == pytest.approx(u)
        none = np.zeros((2, *state.mask.shape))
        right = mincut.energy_plain(state.mask, none, mincut.links(image)).v
        assert state.energy.v == pytest.approx(right)


def test_stages_change_what_they_are_named_after():
    image, _, box = task("flower", 4)
    states = list(grabcut.steps(image, box, n_iterations=3))
    assert [(s.stage, s.iteration) for s in states[:4]] == [
        ("start", 0),
        ("assign", 1),
        ("learn", 1),
        ("cut", 1),
    ]
    for before, after in pairwise(states):
        if after.stage != "cut":
            assert (after.mask == before.mask).all()
        if after.stage != "learn":
            assert after.mixtures is before.mixtures
        if after.stage == "learn":
            assert (after.components == before.components).all()
    assert (grabcut.segment(image, box, n_iterations=3) == states[-1].mask).all()


def test_it_ends_when_nothing_changes():
    image, _, box = task("flower", 4)
    states = list(grabcut.steps(image, box, n_iterations=50))
    assert states[-1].iteration < 50
    assert (states[-1].mask == states[-4].mask).all()


# -------------------------------------------------------------------------------------- the mixtures


@given(st.integers(1, 40), st.integers(1, 3), st.integers(0, 999), st.integers(1, 6))
@settings(deadline=None, max_examples=60)
def test_no_other_mixture_fits_the_components_better(n, channels, seed, k):
    rng = np.random.default_rng(seed)
    colours, component = rng.random((n, channels)), rng.integers(0, k, n)
    best = grabcut.learn(colours, component, k)

    def cost(mixture):
        return mixture.costs(colours)[component, np.arange(n)].sum()

    assert np.linalg.eigvalsh(best.covariances).min() >= grabcut.LEAST_VARIANCE * (1 - 1e-9)
    for _ in range(5):
        turn = np.linalg.qr(rng.normal(size=(channels, channels)))[0]
        stretch = turn * np.exp(rng.normal(size=channels) / 5) @ turn.T
        other = stretch @ best.covariances @ stretch.T
        values, vectors = np.linalg.eigh(other)
        other = (
            vectors * np.maximum(values, grabcut.LEAST_VARIANCE)[:, None] @ vectors.swapaxes(1, 2)
        )
        weights = best.weights * np.exp(rng.normal(size=k) / 5)
        means = best.means + rng.normal(size=best.means.shape) / 20
        changed = grabcut.Mixture(weights / weights.sum(), means, other)
        assert cost(best) <= cost(changed) + 1e-6 * abs(cost(changed))


def test_components_divide_the_widest():
    colours = np.array([[0.0, 0], [0.1, 0], [0.9, 0], [1.0, 0], [1.0, 0.02]])
    assert len(set(grabcut.split(colours, 2)[:2])) == 1
    found = grabcut.split(colours, 3)
    assert found[0] != found[2]
    assert found.max() == 2
    assert grabcut.split(np.full((4, 3), 0.2), 5).tolist() == [0, 0, 0, 0]
    two = np.array([[0.0], [1.0], [0.0]])
    assert len(set(grabcut.split(two, 5))) == 2


# --------------------------------------------------------------------------------- boxes and strokes


def disc(noise=0.02):
    """A red disc on blue; image, truth, and a box."""
    y, x = np.mgrid[:40, :50]
    truth = (y - 20) ** 2 + (x - 24) ** 2 < 120
    image = np.where(truth[..., None], [0.8, 0.2, 0.2], [0.2, 0.3, 0.7])
    image += noise * np.random.default_rng(0).normal(size=image.shape)
    return image, truth, (10, 6, 39, 34)


def test_a_disc_is_found_by_its_box_and_by_strokes():
    image, truth, box = disc()
    assert iou(grabcut.segment(image, box), truth) > 0.98
    strokes = np.full(truth.shape, grabcut.FREE)
    strokes[20, 18:30], strokes[2, 3:40] = grabcut.FOREGROUND, grabcut.BACKGROUND
    states = list(grabcut.steps(image, scribbles=strokes))
    assert iou(states[-1].mask, truth) > 0.98
    assert falls(states)
    assert iou(grabcut.segment(image[..., 0], box), truth) > 0.98  # grey


def test_colours_without_noise_are_no_trouble():
    image, truth, box = disc(noise=0)
    states = list(grabcut.steps(image, box))
    assert (states[-1].mask == truth).all()
    assert falls(states)


def test_scribbles_overrule_the_box_and_what_was_found():
    image, truth, box = disc()
    strokes = np.full(truth.shape, grabcut.FREE)
    strokes[18:22, 20:24] = grabcut.BACKGROUND
    strokes[1:3, 1:3] = grabcut.FOREGROUND
    known = grabcut.trimap(truth.shape, box, strokes)
    assert (known[strokes != grabcut.FREE] == strokes[strokes != grabcut.FREE]).all()
    assert (known[4] == grabcut.BACKGROUND).all()
    first = grabcut.segment(image, box)
    states = list(grabcut.steps(image, box, strokes, start=first))
    assert (states[0].mask == np.where(known == grabcut.FREE, first, known == 1)).all()
    for state in states:
        assert (state.mask[known != grabcut.FREE] == known[known != grabcut.FREE]).all()


def test_a_stroke_mends_a_photograph():
    """Every free pixel starts from the first mask; strokes in the truth do not make it worse."""
    image, truth, box = task("coffee", 4)
    first = grabcut.segment(image, box)
    strokes = np.full(truth.shape, grabcut.FREE)
    missed, added = truth & ~first, first & ~truth
    strokes[missed], strokes[added] = grabcut.FOREGROUND, grabcut.BACKGROUND
    assert iou(grabcut.segment(image, box, strokes, start=first), truth) > iou(first, truth)


def test_the_object_may_be_marked_completely():
    image, truth, _ = disc()
    known = np.where(truth, grabcut.FOREGROUND, grabcut.BACKGROUND)
    states = list(grabcut.steps(image, scribbles=known))
    assert (states[-1].mask == truth).all()
    assert states[-1].iteration == 1
    assert grabcut.segment(image[:1], (3, 0, 9, 1), known[:1] * 0 - 1).shape == (1, 50)


def test_without_pymaxflow_the_mask_is_the_same(monkeypatch):
    image, _, box = task("coffee", 4)
    first = grabcut.segment(image, box)

    def missing():
        raise ImportError

    monkeypatch.setattr(_optional, "maxflow", missing)
    assert (grabcut.segment(image, box) == first).all()


NOTHING = np.full((40, 50), grabcut.FREE)


def stroke(label):
    found = NOTHING.copy()
    found[20, 20:25] = label
    return found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "box or scribbles must say"),
        ({"box": (10, 6, 60, 34)}, "box must satisfy"),
        ({"box": (10, 6, 10, 34)}, "box must satisfy"),
        ({"box": (-1, 6, 9, 34)}, "box must satisfy"),
        ({"box": (0, 0, 50, 40)}, "no pixel that is background"),
        ({"scribbles": NOTHING}, "no pixel that is background"),
        ({"scribbles": stroke(1)}, "no pixel that is background"),
        ({"scribbles": stroke(0)}, "no place for the object"),
        ({"box": (10, 6, 39, 34), "scribbles": NOTHING + 1}, "no place for the object"),
        ({"scribbles": stroke(2)}, "scribbles hold labels"),
        ({"scribbles": NOTHING[1:]}, "differ in shape"),
        ({"box": (10, 6, 39, 34), "start": np.zeros((40, 50), bool)}, "every pixel is background"),
        ({"box": (10, 6, 39, 34), "start": np.zeros((4, 5), bool)}, "differ in shape"),
        ({"box": (10, 6, 39, 34), "n_components": 0}, "n_components"),
        ({"box": (10, 6, 39, 34), "n_iterations": 0}, "n_iterations"),
        ({"box": (10, 6, 39, 34), "gamma": -1.0}, "gamma"),
        ({"box": (10, 6, 39, 34), "n_neighbours": 5}, "n_neighbours"),
        ({"box": (10, 6, 39, 34), "image": np.full((40, 50, 3), 0.4)}, "one colour"),
        ({"box": (0, 0, 1, 1), "image": np.full((1, 1), 0.4)}, "no pixel that is background"),
        ({"box": (10, 6, 39, 34), "image": np.full((40, 50), np.nan)}, "NaN"),
    ],
)
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        grabcut.segment(**({"image": disc()[0]} | arguments))


def test_a_box_on_nothing_says_so():
    """Inside and outside look alike, and the cheapest outline is none."""
    image = np.random.default_rng(0).random((30, 40, 3))
    with pytest.raises(ValueError, match="every pixel is background"):
        grabcut.segment(image, (12, 10, 24, 20), gamma=500)
