"""Confusion workbench, its Python side; the browser's side is tested in seglearn/widgets/web/test."""

import json
import re

import numpy as np
import pytest

from seglearn.metrics import ConfusionMatrix
from seglearn.widgets import ConfusionWorkbench
from seglearn.widgets.codec import decode_label_runs, encode_label_runs
from seglearn.widgets.confusion_workbench import OVERALL, PER_CLASS, SCENES, label_scenes


def percents(values):
    return [None if value is None else f"{100 * value:.2f}" for value in values]


def test_it_opens_on_the_worked_example():
    workbench = ConfusionWorkbench()
    assert workbench.matrix.tolist() == [[43, 5, 2], [2, 45, 3], [0, 1, 49]]
    assert workbench.truth.shape == workbench.prediction.shape == (10, 15)
    assert percents(workbench.metrics["iou"]) == ["82.69", "80.36", "89.09"]
    assert percents([workbench.metrics["mean_iou"]]) == ["84.05"]
    assert repr(workbench) == "ConfusionWorkbench(150 pixels, 3 classes, mIoU 84.05 %)"


def test_each_preset_opens_on_its_stage():
    looks = {preset["id"]: preset["view"] for preset in ConfusionWorkbench()._data["presets"]}
    stages = ["scores", "scores", "pixels", "rules", "rules"]
    assert [look["stage"] for look in looks.values()] == stages
    given = ConfusionWorkbench(matrix=[[5, 1], [0, 4]], stage="scores")._data
    assert given["view"]["stage"] == "scores"
    assert given["presets"][0]["view"]["stage"] == "pixels"
    with pytest.raises(ValueError, match="'all'; expected one of 'pixels', 'scores', 'rules'"):
        ConfusionWorkbench(stage="all")


def test_imbalance_flatters_pixel_accuracy():
    metrics = ConfusionWorkbench(preset="imbalance").metrics
    assert metrics["matrix"] == [[9400, 0, 0], [480, 20, 0], [98, 0, 2]]
    assert [f"{100 * metrics[name]:.1f}" for name in OVERALL] == ["94.2", "35.3", "33.4", "88.8"]


def test_all_road_finds_neither_person_nor_pole():
    metrics = ConfusionWorkbench(preset="all-road").metrics
    assert metrics["pixel_accuracy"] == 0.94
    assert metrics["iou"][1:] == [0, 0]
    assert metrics["precision"][1:] == [None, None]


def test_each_way_of_counting_the_ignore_label_lowers_the_score():
    workbench = ConfusionWorkbench(preset="ignore")
    assert (workbench.truth == 255).sum() > 100
    right = workbench.metrics["mean_iou"]
    for mistake, n in (("class", 4), ("zero", 3)):
        workbench.state = {**workbench.state, "ignore": mistake}
        assert workbench.matrix.shape == (n, n)
        assert workbench.matrix.sum() == workbench.truth.size
        assert workbench.metrics["mean_iou"] < right - 0.1


def test_an_absent_class_is_left_out_or_counts_as_zero():
    workbench = ConfusionWorkbench(preset="absent")
    assert workbench.metrics["iou"][3] is None
    skipped = workbench.metrics["mean_iou"]
    workbench.state = {**workbench.state, "absent": "zero"}
    assert workbench.metrics["mean_iou"] == pytest.approx(skipped * 3 / 4)
    assert workbench.metrics["iou"][3] is None


@pytest.mark.parametrize("preset", SCENES)
def test_maps_and_matrix_tell_the_same(preset):
    workbench = ConfusionWorkbench(preset=preset)
    matrix = ConfusionMatrix(class_names=workbench.class_names, ignore_index=255)
    matrix.update(workbench.truth, workbench.prediction)
    assert np.array_equal(matrix.counts, workbench.matrix)
    scores = matrix.scores().to_dict()
    assert {name: workbench.metrics[name] for name in OVERALL + PER_CLASS} == {
        name: scores[name] for name in OVERALL + PER_CLASS
    }


@pytest.mark.parametrize("ignore_index", [-1, 7, 255])
def test_maps_in_and_out(ignore_index):
    rng = np.random.default_rng(5)
    truth, prediction = rng.integers(0, 4, (2, 20, 30))
    truth[3:6] = ignore_index
    workbench = ConfusionWorkbench(truth, prediction, ignore_index=ignore_index)
    assert np.array_equal(workbench.truth, truth)
    assert np.array_equal(workbench.prediction, prediction)
    assert workbench.class_names == ["class 0", "class 1", "class 2", "class 3"]
    expected = ConfusionMatrix(4, ignore_index=ignore_index).update(truth, prediction)
    assert np.array_equal(workbench.matrix, expected.counts)
    workbench.prediction = np.zeros_like(truth)
    assert workbench.matrix[:, 0].sum() == workbench.matrix.sum() == 17 * 30
    workbench.truth = prediction
    assert workbench.matrix.sum() == 600


def test_booleans_are_two_classes():
    truth = np.eye(8, dtype=bool)
    workbench = ConfusionWorkbench(truth, ~truth)
    assert workbench.matrix.tolist() == [[0, 56], [8, 0]]


def test_a_matrix_gets_maps_with_exactly_its_counts():
    rng = np.random.default_rng(6)
    tables = [rng.integers(0, 60, (n, n)) + np.diag(rng.integers(0, 900, n)) for n in (2, 3, 7, 12)]
    tables += [
        np.array(t)
        for t in ([[1, 0], [0, 0]], [[0, 5], [5, 0]], [[0, 0], [97, 4]], [[65536, 0], [0, 0]])
    ]
    for table in tables:
        workbench = ConfusionWorkbench(matrix=table)
        assert np.array_equal(workbench.matrix, table)
        assert max(workbench.truth.shape) <= 256
        counted = workbench.truth != 255
        assert counted.sum() == table.sum()
        assert (~counted).sum() < workbench.truth.shape[1]


def test_a_matrix_too_large_for_maps_has_none():
    table = np.array([[5_000_000, 3], [70_000, 12]])
    workbench = ConfusionWorkbench(matrix=table, class_names=["sky", "bird"])
    assert workbench.truth is None
    assert workbench.prediction is None
    assert np.array_equal(workbench.matrix, table)
    assert workbench.metrics["recall"][1] == pytest.approx(12 / 70_012)


def test_one_pixel_and_no_pixel():
    assert ConfusionWorkbench([[0]], [[1]]).metrics["mean_iou"] == 0
    nothing = ConfusionWorkbench(np.full((3, 3), 255), np.zeros((3, 3), int), ignore_index=255)
    assert nothing.metrics["mean_iou"] is None
    assert "–" in repr(nothing)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"truth": np.zeros((4, 4), int)}, "give truth and prediction"),
        ({"truth": [[0]], "prediction": [[0]], "matrix": [[1, 0], [0, 1]]}, "or matrix alone"),
        (
            {"truth": np.zeros((4, 4), int), "prediction": np.zeros((4, 5), int)},
            r"\(4, 4\) and \(4, 5\)",
        ),
        ({"truth": np.zeros((257, 4), int), "prediction": np.zeros((257, 4), int)}, "::2, ::2"),
        ({"truth": [[0, 255]], "prediction": [[0, 1]]}, "ignore_index=255"),
        ({"truth": [[0, 1]], "prediction": [[0, 255]], "class_names": ["a", "b"]}, "np.where"),
        ({"truth": [[0, 1]], "prediction": [[0, -1]]}, "label -1"),
        ({"truth": [[0, 1]], "prediction": [[0, 1]], "ignore_index": 1}, "is class 'class 1'"),
        ({"truth": [[0, 13]], "prediction": [[0, 1]]}, "2 to 12"),
        ({"matrix": [[1, 2, 3], [4, 5, 6]]}, r"\(n, n\)"),
        ({"matrix": [[1, -2], [4, 5]]}, "negative"),
        ({"matrix": np.eye(13, dtype=int)}, "2 to 12"),
        ({"matrix": [[1, 0], [0, 1]], "class_names": ["a"]}, "1 class_names for 2 classes"),
        ({"matrix": [[1, 0], [0, 1]], "class_names": ["a", "a"]}, "differ"),
        ({"matrix": [[1, 0], [0, 1]], "preset": "worked"}, "leave"),
        ({"matrix": [[10**6, 0], [0, 1]], "image": np.zeros((4, 4))}, "too large for maps"),
        ({"preset": "perfect"}, "'worked'"),
        ({"class_names": ["a", "b"]}, "go with truth"),
        ({"hide": ["matrixx"]}, r"hide\[0\] must be one of"),
        ({"palette": "rainbow"}, "cityscapes"),
    ],
)
def test_bad_input_says_what_to_do(arguments, message):
    with pytest.raises(ValueError, match=message):
        ConfusionWorkbench(**arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {"truth": [[0.0, 1.0]], "prediction": [[0, 1]]},
        {"matrix": [[0.5, 0.5], [0, 1]]},
        {"matrix": [[1, 0], [0, 1]], "class_names": "ab"},
    ],
)
def test_wrong_types_are_refused(arguments):
    with pytest.raises(TypeError):
        ConfusionWorkbench(**arguments)


@pytest.mark.parametrize(
    "change",
    [
        {"ignore": "maybe"},
        {"absent": 0},
        {"truth": "0 149"},
        {"prediction": "3 150"},
        {"prediction": "255 150"},
        {"counts": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]},
        {"classes": ["one"]},
        {"surprise": 1},
    ],
)
def test_a_broken_state_is_refused_and_the_old_one_stays(change):
    workbench = ConfusionWorkbench()
    with pytest.raises(ValueError, match=r"\w"):
        workbench.state = {**workbench.state, **change}
    assert percents([workbench.metrics["mean_iou"]]) == ["84.05"]


def test_the_page_without_a_kernel_holds_everything():
    html = ConfusionWorkbench(preset="imbalance", hide=["copy"]).to_html()
    values = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])
    assert values["hide"] == ["copy"]
    assert [preset["id"] for preset in values["_data"]["presets"]] == list(SCENES)
    assert not re.search(r'(?:src|href|from|import)\s*[=(]?\s*["\']https?:', html)


def test_label_runs_survive():
    labels = np.random.default_rng(3).integers(0, 3, (9, 5))
    assert np.array_equal(decode_label_runs(encode_label_runs(labels), (9, 5)), labels)
    for text in ("0 44", "0 46", "1", "0 45 1 0", "256 45"):
        with pytest.raises(ValueError, match="label"):
            decode_label_runs(text, (9, 5))


def test_a_network_predicts_a_class_everywhere():
    for name, (classes, draw) in SCENES.items():
        _, prediction = draw()
        assert prediction.max() < len(classes), name
    alone = label_scenes.fill_ignored(np.full((2, 2), 255, np.uint8))
    assert not alone.any()
