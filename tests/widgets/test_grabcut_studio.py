"""The GrabCut studio in Python: its documents, what the kernel answers, and the runs that travel with it."""

import contextlib
import itertools
import json
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn import _optional
from seglearn.classical import grabcut
from seglearn.data import samples
from seglearn.metrics import iou
from seglearn.widgets import GrabCutStudio
from seglearn.widgets.codec import decode_mask, encode_label_runs, encode_mask
from seglearn.widgets.fields import StateError
from seglearn.widgets.grabcut_studio import photograph, scribbled
from seglearn.widgets.grabcut_studio import widget as grabcut_studio
from tests.widgets import grabcut_studio_fixtures

from .test_copy_as_python import copied

PRESETS = ("easy", "camouflage", "bad-box")
RNG = np.random.default_rng(3)
DISK = np.hypot(*(np.mgrid[:30, :40] - [[[15]], [[20]]])) < 9
OWN = np.where(DISK[..., None], [0.9, 0.3, 0.2], [0.1, 0.4, 0.3]) + RNG.normal(0, 0.05, (30, 40, 3))
OWN = np.clip(OWN, 0, 1).astype(np.float32)
GLAZE = [(61, 52), (64, 66), (76, 76), (72, 90), (82, 82), (100, 82), (120, 76), (130, 60)]


@pytest.fixture(scope="module")
def opened() -> GrabCutStudio:
    return GrabCutStudio()


@pytest.fixture
def own() -> GrabCutStudio:
    return GrabCutStudio(OWN, DISK, box=(8, 3, 32, 28))


def preset(studio: GrabCutStudio, name: str) -> dict:
    return next(p["state"] for p in studio._data["presets"] if p["id"] == name)


def run(studio: GrabCutStudio) -> None:
    """What pressing Run does."""
    while studio.state["iteration"] < grabcut_studio.MOST_ITERATIONS:
        before = studio.mask
        first = studio.state["iteration"] == 0
        studio.state = {**studio.state, "iteration": studio.state["iteration"] + 1}
        if not first and (studio.mask == before).all():
            break


def stroke(studio: GrabCutStudio, points: list[tuple[int, int]], radius: float, label: int) -> None:
    """What drawing a line does: iterations begin again from what is cut out."""
    state, drawn = studio.state, (studio.scribbles + 1).astype(np.uint8)
    centres = np.mgrid[: drawn.shape[0], : drawn.shape[1]][::-1] + 0.5
    for start, end in itertools.pairwise(points):
        for t in np.linspace(0, 1, 60):
            x, y = (1 - t) * np.array(start) + t * np.array(end)
            drawn[np.hypot(centres[0] - x, centres[1] - y) <= radius] = label
    begun = encode_mask(studio.mask) if state["iteration"] else state["start"]
    studio.state = {
        **state,
        "scribbles": encode_label_runs(drawn),
        "strokes": state["strokes"] + 1,
        "start": begun,
        "iteration": 0,
    }


# --- what it opens with ---------------------------------------------------------------------------


def test_opens_with_a_flower_in_a_box(opened):
    assert [p["id"] for p in opened._data["presets"]] == list(PRESETS)
    assert opened.image.shape == (143, 214, 3)
    x0, y0, x1, y1 = opened.state["box"]
    inside = np.zeros(opened.mask.shape, bool)
    inside[y0:y1, x0:x1] = True
    np.testing.assert_array_equal(opened.mask, inside)
    assert opened.metrics["energy"] is opened.metrics["u"] is None
    assert repr(opened).startswith("GrabCutStudio(flower, 143 × 214, strokes: 0, iteration 0, IoU ")
    assert len(opened.to_html()) < 400_000


def test_each_preset_makes_its_point(opened):
    found = {}
    for name in PRESETS:
        studio = GrabCutStudio(preset=name)
        found[name, "opens"] = studio.metrics["iou"]
        run(studio)
        found[name, "runs"] = studio.metrics["iou"]
    assert found["easy", "runs"] > 0.98
    assert found["camouflage", "opens"] == found["camouflage", "runs"] < 0.75
    assert found["bad-box", "runs"] < 0.6


def test_one_stroke_on_the_glaze_tells_the_cup_from_its_saucer():
    studio = GrabCutStudio(preset="camouflage")
    stroke(studio, GLAZE, 3.5, grabcut_studio.FOREGROUND)
    run(studio)
    assert studio.metrics["iou"] > 0.9
    assert studio.state["strokes"] == 1


def test_only_another_box_mends_a_bad_one(opened):
    studio = GrabCutStudio(preset="bad-box")
    stroke(studio, [(115, 70), (140, 80)], 3.5, grabcut_studio.FOREGROUND)
    run(studio)
    assert studio.metrics["iou"] < 0.9
    studio.state = {
        **studio.state,
        "box": preset(opened, "easy")["box"],
        "start": None,
        "iteration": 0,
    }
    run(studio)
    assert studio.metrics["iou"] > 0.98


# --- what the kernel computes ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_document_is_a_state_of_the_package(name):
    studio = GrabCutStudio(preset=name)
    image, truth = photograph(studio.state["picture"])
    np.testing.assert_array_equal(studio.image, image)
    np.testing.assert_array_equal(studio.truth, truth)
    for iteration in (1, 3):
        studio.state = {**studio.state, "iteration": iteration}
        *_, last = grabcut.steps(image, studio.state["box"], n_iterations=iteration)
        np.testing.assert_array_equal(studio.mask, last.mask)
        counted = truth != samples.VOID
        assert studio.metrics == {
            "iou": iou(truth[counted] == 1, last.mask[counted]),
            "foreground": last.mask.sum(),
            "u": last.energy.u,
            "v": last.energy.v,
            "energy": last.energy.total,
        }


def test_strokes_and_start_go_into_the_run(own):
    own.state = {**own.state, "iteration": 1}
    before = own.mask
    stroke(own, [(18, 6), (22, 6)], 1, grabcut_studio.BACKGROUND)
    assert not own.mask[6, 18:22].any()
    own.state = {**own.state, "iteration": 2}
    scribbles = scribbled(own.state["scribbles"], own.mask.shape)
    assert set(np.unique(scribbles)) == {-1, 0}
    np.testing.assert_array_equal(own.scribbles, scribbles)
    *_, last = grabcut.steps(own.image, own.state["box"], scribbles, start=before, n_iterations=2)
    np.testing.assert_array_equal(own.mask, last.mask)
    assert not own.mask[6, 18:22].any()


def test_strokes_alone_are_enough():
    studio = GrabCutStudio(OWN, DISK)
    assert studio.state["box"] is None
    assert studio._data["recorded"] == {"given": []}
    stroke(studio, [(18, 15), (22, 15)], 2, grabcut_studio.FOREGROUND)
    stroke(studio, [(2, 2), (38, 2)], 2, grabcut_studio.BACKGROUND)
    run(studio)
    assert studio.metrics["iou"] > 0.95


def test_the_kernel_answers_with_what_it_will_measure(own):
    asked = {**own.state, "iteration": 2}
    own._question = {"id": "a", "state": asked}
    answer = own._answer
    assert answer["id"] == "a"
    assert own.state["iteration"] == 0
    own.state = asked
    np.testing.assert_array_equal(decode_mask(answer["mask"], own.mask.shape), own.mask)
    assert sum(answer["trace"][-1]) == pytest.approx(own.metrics["energy"])
    assert len(answer["trace"]) == 3
    for side in answer["sides"]:
        assert sum(component["weight"] for component in side) == pytest.approx(1)
    json.dumps(answer, allow_nan=False)


def test_what_cannot_be_cut_is_answered_in_words(own):
    nowhere = {"id": "b", "state": {**own.state, "box": None, "iteration": 1}}
    own.set_state({"_question": nowhere})  # as a page does
    assert own._answer["id"] == "b"
    assert "a box or scribbles must say where" in own._answer["error"]
    own._question = {"id": "c", "state": {"nonsense": 1}}
    assert "nonsense" in own._answer["error"] or "lacks" in own._answer["error"]
    with pytest.raises(StateError, match=r"state\.iteration.*a box or scribbles"):
        own.state = {**own.state, "box": None, "iteration": 1}
    noise = GrabCutStudio(RNG.random((16, 20)), box=(4, 4, 14, 12))
    for _ in range(2):  # a run that broke off stays broken
        with pytest.raises(StateError, match="every pixel is background now"):
            noise.state = {**noise.state, "iteration": 3}


def test_an_iteration_takes_less_than_a_second():
    pixels = photograph("cup")[0]
    image = np.tile(pixels, (2, 2, 1))[:160, :240]
    studio = GrabCutStudio(image, box=(30, 10, 210, 150))
    began = time.perf_counter()
    studio._runs.clear()
    studio._find({**studio.state, "iteration": 3})
    assert time.perf_counter() - began < 3


# --- what travels with it -------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_recorded_runs_are_those_of_the_package(opened, name):
    state = preset(opened, name)
    image, _ = photograph(state["picture"])
    states = [
        s
        for s in grabcut.steps(image, state["box"], n_iterations=grabcut_studio.MOST_ITERATIONS)
        if s.stage in ("start", "cut")
    ]
    recorded = opened._data["recorded"][name]
    assert len(recorded) == len(states) - 1
    for told, (before, reached) in zip(recorded, itertools.pairwise(states), strict=True):
        np.testing.assert_array_equal(decode_mask(told["mask"], reached.mask.shape), reached.mask)
        assert told["settled"] == (before.mask == reached.mask).all()
    np.testing.assert_allclose(recorded[-1]["trace"], [s.energy for s in states])
    energies = np.sum(recorded[-1]["trace"], axis=1)
    assert (np.diff(energies) <= 1e-6 * np.abs(energies[:-1])).all()


def test_a_given_box_is_run_for_pages_without_a_kernel(own):
    recorded = own._data["recorded"]["given"]
    assert len(recorded) >= 1
    run(own)
    np.testing.assert_array_equal(decode_mask(recorded[-1]["mask"], own.mask.shape), own.mask)


@given(seed=st.integers(0, 2**32 - 1), strokes=st.integers(0, 2))
@settings(max_examples=15, deadline=None)
def test_energy_never_rises_whatever_is_drawn(seed, strokes):
    rng = np.random.default_rng(seed)
    studio = GrabCutStudio(OWN + 0, DISK, box=(8, 3, 32, 28))
    for _ in range(strokes):
        ends = [(int(rng.integers(40)), int(rng.integers(30))) for _ in range(2)]
        stroke(studio, ends, 1.5, int(rng.integers(1, 3)))
    with contextlib.suppress(StateError):  # strokes may leave one side empty
        run(studio)
    if studio.state["iteration"] == 0:
        return
    energies = np.sum(studio._find(studio.state)["trace"], axis=1)
    assert (np.diff(energies) <= 1e-6 * np.abs(energies[:-1])).all()


def test_fixtures_are_up_to_date():
    text = grabcut_studio_fixtures.PATH.read_text(encoding="utf-8")
    then, now = json.loads(text), grabcut_studio_fixtures.make()
    for before, after in zip(then, now, strict=True):
        for part in ("name", "shape", "pixels", "mask", "components"):
            assert before[part] == after[part], part
        for then_side, now_side in zip(before["sides"], after["sides"], strict=True):
            for one, other in zip(then_side, now_side, strict=True):
                for number in one:
                    np.testing.assert_allclose(one[number], other[number], rtol=1e-4)
        np.testing.assert_allclose(before["links"], after["links"], atol=2e-5)
        assert before["u"] == pytest.approx(after["u"])


# --- pictures of one's own ------------------------------------------------------------------------


def test_a_photograph_is_reduced_with_its_truth_and_box():
    photo = samples.photograph("chelsea")
    cat = np.where(photo.panoptic == samples.VOID, samples.VOID, photo.panoptic == 1)
    studio = GrabCutStudio(photo, cat, box=(3, 0, 450, 299), ignore_index=samples.VOID, reduce=2)
    assert studio.image.shape == (150, 226, 3)
    assert studio.state["box"] == [1, 0, 225, 150]
    assert set(np.unique(studio.truth)) == {0, 1, 255}


def test_a_dropped_picture_has_no_truth(opened):
    studio = GrabCutStudio()
    rgb = np.round(255 * OWN).astype(np.uint8)
    size = {"width": 40, "height": 30}
    studio.set_state({"_picture": {**size, "rgb": rgb.tobytes()}})
    own = {
        "picture": "own",
        "box": [8, 3, 32, 28],
        "scribbles": "0 1200",
        "strokes": 0,
        "start": None,
        "iteration": 0,
    }
    studio.set_state({"state": {**own, "iteration": 2}})
    assert studio.metrics["iou"] is studio.truth is None
    assert iou(DISK, studio.mask) > 0.95
    with pytest.raises(StateError, match=r"state\.picture"):
        opened.state = own


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"picture": "cat"}, r"state\.picture"),
        ({"box": [0, 0, 300, 10]}, r"state\.box"),
        ({"box": [9, 9, 9, 12]}, r"state\.box"),
        ({"scribbles": "0 5"}, r"state\.scribbles"),
        ({"scribbles": "3 1200"}, r"state\.scribbles"),
        ({"start": "1 2"}, r"state\.start"),
        ({"iteration": 13}, r"state\.iteration"),
        ({"iteration": -1}, r"state\.iteration"),
        ({"strokes": 0.5}, r"state\.strokes"),
    ],
)
def test_what_a_page_may_not_say(own, change, message):
    before = own.state
    with pytest.raises(StateError, match=message):
        own.set_state({"state": {**before, **change}})
    assert own.state == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"truth": DISK}, "truth was given without image"),
        ({"box": (1, 2, 3, 4)}, "box was given without image"),
        ({"preset": "given"}, "preset"),
        ({"image": OWN, "preset": "easy"}, "preset"),
        ({"image": OWN, "truth": DISK[1:]}, "truth"),
        ({"image": OWN, "truth": DISK * 3}, "truth"),
        ({"image": OWN, "box": (0, 0, 40, 30)}, "no pixel that is background"),
        ({"image": OWN, "box": (0, 0, 50, 30)}, "box"),
        ({"image": np.zeros((300, 300))}, "reduce=2"),
    ],
)
def test_what_it_is_not_made_with(arguments, message):
    with pytest.raises(ValueError, match=message):
        GrabCutStudio(**arguments)


# --- the same elsewhere ---------------------------------------------------------------------------


def test_without_pymaxflow_it_cuts_the_same(monkeypatch, own):
    run(own)

    def missing():
        raise ImportError("PyMaxflow is not installed")

    monkeypatch.setattr(_optional, "maxflow", missing)
    other = GrabCutStudio(OWN, DISK, box=(8, 3, 32, 28))
    run(other)
    np.testing.assert_array_equal(own.mask, other.mask)


def test_the_copied_program_finds_the_same(modules, own):
    studio = GrabCutStudio(preset="camouflage")
    stroke(studio, GLAZE, 3.5, grabcut_studio.FOREGROUND)
    studio.state = {**studio.state, "iteration": 2}
    (told,) = copied(
        [{"widget": studio.bundle, "state": studio.state, "data": studio._data, "measure": False}]
    )
    done = subprocess.run(
        [sys.executable, "-c", told["python"]], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == pytest.approx(studio.metrics["iou"])
