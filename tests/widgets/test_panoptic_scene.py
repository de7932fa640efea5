"""Things, stuff, panoptic, its Python side; the browser's side is tested in web/test."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

from seglearn.data import samples, scenes
from seglearn.metrics import panoptic_quality
from seglearn.widgets import PanopticScene
from seglearn.widgets.codec import decode_label_runs
from seglearn.widgets.panoptic_scene.errors import fill_void, redrawn, street, touching
from tests.widgets import panoptic_scene_fixtures
from tests.widgets.conftest import words

MAP = np.array([[1, 1, 2, 2], [1, 1, 2, 2], [9, 9, 9, 9]])
SEGMENTS = [
    {"id": 1, "class_name": "cup", "is_thing": True},
    {"id": 2, "class_name": "cup", "is_thing": True},
    {"id": 9, "class_name": "table", "is_thing": False},
]


@pytest.fixture(scope="module")
def opened() -> PanopticScene:
    return PanopticScene()


def classes_of(scene: PanopticScene) -> dict[str, dict]:
    return {c["name"]: c for c in scene._data["classes"]}


# --- the street that it opens with ------------------------------------------------------------------------------------


def test_the_street_tells_its_story(opened):
    state = opened.state
    assert state["mode"] == "semantic"
    assert opened.preset_names == [
        "touching",
        "things",
        "good",
        "rough",
        "merged",
        "halved",
        "missed",
        "void",
    ]
    labels = decode_label_runs(state["truth"], tuple(state["shape"]))
    names = [list(classes_of(opened))[row[1]] for row in state["truth_segments"]]
    pairs = [(names[a - 1], names[b - 1]) for a, b in touching(labels, state["truth_segments"])]
    assert ("person", "person") in pairs
    assert {"sky", "road", "building", "pavement"} <= set(names)
    assert names.count("car") >= 2
    assert names.count("person") >= 2
    assert "data:image/jpeg;base64," in opened._data["image"]
    assert len(opened.to_html()) < 250_000


def test_the_street_is_the_same_every_time(opened):
    assert opened.state == PanopticScene().state


def test_each_preset_makes_its_point():
    m = {name: PanopticScene(preset=name).metrics for name in PanopticScene().preset_names}
    assert m["good"]["rq"] == 1
    assert m["good"]["sq"] > 0.85
    assert m["rough"]["sq"] < m["good"]["sq"] - 0.05
    assert m["merged"]["rq"] < 1
    assert m["merged"]["fn"] >= 1
    assert (m["halved"]["fp"], m["halved"]["fn"]) == (2, 1)
    assert (m["missed"]["fp"], m["missed"]["fn"]) == (0, 1)
    assert m["missed"]["selected"]["status"] == "FN"
    assert m["void"]["selected"]["status"] == "void"
    assert m["void"]["fp"] == 0
    for name in ("touching", "things"):
        assert m[name]["pq"] == m["good"]["pq"]


def test_merging_two_leaves_the_semantic_map_as_it_was():
    maps = []
    for name in ("good", "merged"):
        scene = PanopticScene(preset=name)
        classes = scene.prediction_classes
        maps.append(np.vectorize(lambda i, classes=classes: classes.get(i, -1))(scene.prediction))
    np.testing.assert_array_equal(*maps)


def test_the_far_car_is_void_and_no_segment():
    far = street()
    assert far.far.sum() > 100
    assert (far.panoptic[far.far] == 255000).all()
    assert 255000 not in {s.id for s in far.segments}


# --- what is given ------------------------------------------------------------------------------------------------------


def test_own_map():
    scene = PanopticScene(MAP, SEGMENTS)
    np.testing.assert_array_equal(scene.truth, MAP)
    assert scene.state["truth_segments"] == [[1, 0, 1], [2, 0, 2], [9, 1, 0]]
    assert scene.truth_classes == {1: 0, 2: 0, 9: 1}
    assert scene.void_id == 0
    assert "image" not in scene._data
    assert repr(scene).startswith("PanopticScene(3 × 4, 3 segments, semantic: PQ ")


def test_segments_may_be_objects_or_dicts_with_class_ids():
    rows = [SimpleNamespace(**{**s, "class_id": 40 + s["is_thing"]}) for s in SEGMENTS]
    scene = PanopticScene(MAP, rows)
    assert scene.truth_classes == {1: 41, 2: 41, 9: 40}
    assert [c["name"] for c in scene._data["classes"]] == ["table", "cup"]


@pytest.mark.parametrize("name", ["coins", "coffee", "camera"])
def test_photographs(name):
    photo = samples.photograph(name)
    side = max(photo.panoptic.shape)
    scene = PanopticScene(photo, reduce=-(-side // 256))
    assert scene.void_id in (0, 255)
    assert len(scene.truth_classes) == len(photo.segments)
    assert set(scene.truth_classes.values()) == {s.class_id for s in photo.segments}
    assert "image" in scene._data


def test_scenes_bring_names_kinds_and_colors():
    scene = scenes.make_scene(3)
    widget = PanopticScene(scene)
    np.testing.assert_array_equal(widget.truth, scene.panoptic)
    assert classes_of(widget)["sky"] == {"id": 0, "name": "sky", "thing": False, "color": "#88ccee"}
    again = PanopticScene(scene.panoptic, scene.segments, void=255000)
    assert again.state == widget.state


def test_reduce_takes_one_pixel_of_each_block():
    large = np.kron(MAP, np.ones((3, 3), int))
    scene = PanopticScene(large, SEGMENTS, reduce=3)
    np.testing.assert_array_equal(scene.truth, MAP)
    odd = PanopticScene(large[:-1, :-1], SEGMENTS, reduce=3)
    assert odd.truth.shape == (3, 4)


def test_a_segment_that_reduce_loses_is_told():
    large = np.kron(MAP, np.ones((4, 4), int))
    large[0, 0] = 5
    with pytest.warns(UserWarning, match="segment 5 .*no pixel left with reduce=4"):
        PanopticScene(
            large, [*SEGMENTS, {"id": 5, "class_name": "pin", "is_thing": True}], reduce=4
        )


def test_given_prediction():
    prediction = np.array([[4, 4, 2, 2], [4, 4, 4, 2], [9, 9, 9, 0]])
    rows = [{"id": 4, "class_name": "cup", "is_thing": True}, *SEGMENTS[1:]]
    scene = PanopticScene(
        MAP, SEGMENTS, prediction=prediction, prediction_segments=rows, void=0, preset="given"
    )
    assert scene.preset_names == ["touching", "things", "given"]
    np.testing.assert_array_equal(scene.prediction, prediction)
    m = scene.metrics
    assert m["matches"] == [[1, 4, 0.8], [2, 2, 0.75], [9, 9, 0.75]]
    assert m["classes"]["cup"] == {"pq": 0.775, "sq": 0.775, "rq": 1, "tp": 2, "fp": 0, "fn": 0}
    assert m["pq"] == pytest.approx((0.775 + 0.75) / 2)


def test_metrics_are_those_of_panoptic_quality_on_the_properties():
    for name in ("rough", "void"):
        scene = PanopticScene(preset=name)
        quality = panoptic_quality(
            scene.truth,
            scene.prediction,
            scene.truth_classes,
            scene.prediction_classes,
            void=scene.void_id,
        )
        assert scene.metrics["pq"] == quality.mean_pq
        assert scene.metrics["sq"] == quality.mean_sq
        assert scene.metrics["rq"] == quality.mean_rq
        assert scene.metrics["matches"] == [[m.truth, m.prediction, m.iou] for m in quality.matches]


def test_assigning_state_measures_anew():
    scene = PanopticScene(MAP, SEGMENTS, preset="good")
    scene.state = {**scene.state, "prediction": "0 12", "selected": ["truth", 1]}
    m = scene.metrics
    assert (m["pq"], m["sq"], m["tp"], m["fn"]) == (0, None, 0, 3)
    assert m["selected"] == {
        "map": "truth",
        "id": 1,
        "class": "cup",
        "number": 1,
        "thing": True,
        "area": 4,
        "share": 1 / 3,
        "status": "FN",
        "iou": None,
    }
    assert (scene.prediction == scene.void_id).all()
    json.dumps(scene.metrics)


# --- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((MAP,), {}, ValueError, "needs its segments"),
        ((MAP, SEGMENTS[:2]), {}, ValueError, "id 9, which is not among.*void=9"),
        ((MAP.astype(float), SEGMENTS), {}, TypeError, "integers"),
        ((MAP[0], SEGMENTS), {}, ValueError, r"\(H, W\)"),
        ((np.ones((300, 10), int), SEGMENTS[:1]), {}, ValueError, "reduce=2"),
        ((MAP, [*SEGMENTS, SEGMENTS[0]]), {}, ValueError, "two segments have the id 1"),
        ((MAP, [*SEGMENTS, {**SEGMENTS[0], "id": 3}]), {}, ValueError, "segment 3 has no pixel"),
        ((MAP, [{"id": 1, "class_name": "cup"}]), {}, TypeError, "no is_thing"),
        (
            (MAP, [*SEGMENTS[:2], {**SEGMENTS[2], "class_name": "cup"}]),
            {},
            ValueError,
            "one id, one name and one kind",
        ),
        ((MAP, SEGMENTS, np.zeros((9, 9, 3))), {}, ValueError, "proportions"),
        ((MAP, SEGMENTS), {"preset": "void"}, ValueError, "unknown preset 'void'.*touching"),
        ((MAP, SEGMENTS), {"reduce": 0}, ValueError, "reduce"),
        ((MAP, SEGMENTS), {"prediction": MAP[:2]}, ValueError, "shape of panoptic"),
        ((MAP, SEGMENTS), {"prediction": MAP + 1}, ValueError, "prediction has pixels of id"),
        ((MAP, SEGMENTS), {"prediction_segments": SEGMENTS}, ValueError, "without prediction"),
        ((), {"segments": SEGMENTS}, ValueError, "without panoptic"),
        ((MAP, SEGMENTS), {"hide": ["nothing"]}, ValueError, r"hide\[0\] must be one of"),
        ((MAP, SEGMENTS), {"palette": "voc"}, ValueError, "palette must be one of"),
    ],
)
def test_refuses(arguments, options, error, words):
    with pytest.raises(error, match=words):
        PanopticScene(*arguments, **options)


def test_more_segments_than_can_be_told_apart():
    rows = [{"id": i, "class_name": "cell", "is_thing": True} for i in range(1, 62)]
    with pytest.raises(ValueError, match="1 to 60 segments, got 61"):
        PanopticScene(np.arange(1, 62)[None], rows)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mode": "boxes"}, "mode must be one of semantic"),
        ({"extra": 1}, "keys"),
        ({"truth": "1 5"}, "add up"),
        ({"truth": "4 12"}, "label 4"),
        ({"selected": ["truth", 8]}, "selected"),
        ({"prediction_segments": [[1, 0], [2, 0], [9, 1]]}, r"\[id, class, number\]"),
    ],
)
def test_refuses_a_state(change, words):
    scene = PanopticScene(MAP, SEGMENTS)
    with pytest.raises(ValueError, match=words):
        scene.state = {**scene.state, **change}


# --- predictions with a mistake -------------------------------------------------------------------------------------------


def test_an_unsteady_hand_keeps_the_inside_and_is_repeatable():
    labels = np.where(np.hypot(*(np.mgrid[:60, :60] - 30)) < 20, 2, 1).astype(np.uint8)
    steady = redrawn(labels, 0.4)
    np.testing.assert_array_equal(steady, redrawn(labels, 0.4))
    assert (steady[25:35, 25:35] == 2).all()
    assert 0 < (steady != labels).sum() < (redrawn(labels, 2.0) != labels).sum()


def test_void_is_filled_from_the_nearest_segment():
    labels = np.array([[1, 0, 0, 0, 2]], np.uint8)
    filled = fill_void(labels)
    assert filled[0, 1] == 1
    assert filled[0, 3] == 2
    assert (filled > 0).all()


# --- the browser's side -----------------------------------------------------------------------------------------------------


def test_fixtures_are_up_to_date():
    assert (
        panoptic_scene_fixtures.PATH.read_text(encoding="utf-8") == panoptic_scene_fixtures.text()
    ), "run python -m tests.widgets.panoptic_scene_fixtures"


def test_every_preset_has_words(opened):
    table = words("panoptic_scene")
    presets = table[table.index("  presets: {") :]
    for name in [*opened.preset_names, "given", "semantic", "seed"]:
        assert re.search(rf"^    {name}: {{$", presets, re.M), name
