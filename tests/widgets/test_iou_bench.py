"""IoU & Dice bench, its Python side; the browser's side is tested in seglearn/widgets/web/test."""

import json
import re

import numpy as np
import pytest

from seglearn.widgets import IoUBench
from seglearn.widgets.iou_bench import PRESETS


def square(x, y, side=10, shape=(40, 60)):
    mask = np.zeros(shape, bool)
    mask[y : y + side, x : x + side] = True
    return mask


@pytest.mark.parametrize(
    ("preset", "mode", "expected"),
    [
        ("half", "masks", {"iou": 1 / 3, "dice": 1 / 2, "precision": 1 / 2, "recall": 1 / 2}),
        ("half", "boxes", {"iou": 1 / 3, "dice": 1 / 2}),
        ("inside", "masks", {"precision": 1}),
        ("inside", "boxes", {"precision": 1}),
        ("disjoint", "masks", {"iou": 0, "dice": 0, "boundary_iou": 0}),
        ("disjoint", "boxes", {"iou": 0}),
        ("empty", "masks", dict.fromkeys(("iou", "dice", "precision", "recall", "boundary_iou"))),
        ("pole", "masks", {"iou": 0.5}),
    ],
)
def test_presets_say_what_they_promise(preset, mode, expected):
    metrics = IoUBench(preset=preset, mode=mode).metrics
    for name, value in expected.items():
        assert metrics[name] == (value if value is None else pytest.approx(value, abs=1e-12)), name


def test_the_big_disk_hides_the_shift_that_ruins_the_pole():
    disk = IoUBench(preset="disk").metrics
    assert f"{disk['iou']:.3f}" == "0.965"
    assert disk["boundary_iou"] < 0.75


def test_each_preset_opens_on_its_stage_and_edits_the_prediction():
    looks = {preset["id"]: preset["view"] for preset in IoUBench()._data["presets"]}
    assert [look["stage"] for look in looks.values()] == [
        *("overlap", "scores", "scores"),
        *("overlap", "overlap", "scores"),
    ]
    assert {look["target"] for look in looks.values()} == {"prediction"}
    assert IoUBench(preset="inside")._data["view"] == looks["inside"]
    given = IoUBench(square(5, 5), stage="curve")._data
    assert given["view"]["stage"] == "curve"
    assert given["presets"][0]["view"]["stage"] == "overlap"


def test_half_overlap_is_exact_on_other_grids():
    for shape in ((64, 64), (100, 150), (200, 256), (33, 47)):
        assert IoUBench(shape=shape).metrics["iou"] == pytest.approx(1 / 3, abs=1e-12), shape


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (5, 200), (256, 1)])
def test_presets_fit_any_grid(shape):
    for preset in PRESETS:
        for mode in ("masks", "boxes"):
            bench = IoUBench(shape=shape, preset=preset, mode=mode)
            assert bench.truth.shape == shape


def test_masks_in_and_out():
    truth, prediction = square(5, 5), square(10, 5)
    bench = IoUBench(truth, prediction.astype(np.uint8))
    assert np.array_equal(bench.truth, truth)
    assert np.array_equal(bench.prediction, prediction)
    assert bench.metrics["intersection"] == 50
    assert bench.metrics["union"] == 150
    assert bench.metrics["iou"] == pytest.approx(1 / 3)
    assert bench.state["truth_box"] == [5, 5, 15, 15]
    assert repr(bench) == "IoUBench(40 × 60, masks: IoU 0.333, Dice 0.500)"


def test_a_missing_mask_is_empty():
    bench = IoUBench(square(5, 5))
    assert not bench.prediction.any()
    assert bench.metrics["iou"] == 0
    assert bench.metrics["precision"] is None


def test_boxes_in_and_out():
    bench = IoUBench((5, 5, 15, 15), [10, 5, 20, 15], mode="boxes")
    assert bench.metrics["iou"] == pytest.approx(1 / 3)
    assert bench.truth[5:15, 5:15].all()
    assert bench.truth.sum() == 100
    assert bench.truth.shape == (96, 128)


def test_masks_can_be_assigned():
    bench = IoUBench(preset="empty")
    bench.truth = bench.prediction = square(3, 3, shape=(96, 128))
    assert bench.metrics["iou"] == 1
    with pytest.raises(ValueError, match=r"\(96, 128\), got \(40, 60\)"):
        bench.truth = square(3, 3)


def test_what_the_reader_painted_comes_back():
    bench = IoUBench(square(5, 5), square(5, 5))
    state = {**bench.state, "prediction": IoUBench(square(10, 5)).state["truth"]}
    bench.set_state({"state": json.loads(json.dumps(state))})
    assert np.array_equal(bench.prediction, square(10, 5))
    assert bench.metrics["iou"] == pytest.approx(1 / 3)


def test_large_inputs_are_reduced_only_when_asked():
    large = np.zeros((601, 300), bool)
    large[:300, :150] = True
    with pytest.raises(ValueError, match=r"601 × 300.*reduce=3"):
        IoUBench(large, large)
    bench = IoUBench(large, large, image=np.zeros((601, 300, 3)), reduce=3)
    assert bench.truth.shape == (201, 100)
    assert bench.truth[:100, :50].all()
    assert bench.truth.sum() == 5000
    boxes = IoUBench((0, 0, 150, 300), (30, 0, 180, 300), shape=(601, 300), mode="boxes", reduce=3)
    assert boxes.state["prediction_box"] == [10, 0, 60, 100]


def test_blocks_are_decided_by_majority():
    mask = np.array([[1, 1, 0, 0, 1], [0, 0, 0, 1, 0], [0, 0, 1, 1, 1]])
    bench = IoUBench(mask, mask, reduce=2)
    assert bench.truth.astype(int).tolist() == [[1, 0, 1], [0, 1, 1]]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((np.full((4, 4), 255),), {}, r"of 0 and 1, but holds 255"),
        ((np.zeros((4, 4, 3), int),), {}, "like a colour picture"),
        (((0, 0, 4, 4), (1, 1, 5, 5)), {}, r"pass mode='boxes'"),
        (
            (square(1, 1), square(1, 1, shape=(40, 61))),
            {},
            r"truth \(40, 60\), prediction \(40, 61\)",
        ),
        ((square(1, 1),), {"image": np.zeros((40, 61))}, r"image \(40, 61\)"),
        ((square(1, 1),), {"preset": "half"}, "not both"),
        ((), {"preset": "quarter"}, r"'quarter'; expected one of 'half', 'inside'"),
        ((), {"mode": "circles"}, "unknown mode '.*'; expected one of 'masks', 'boxes'"),
        ((), {"stage": "all"}, "'all'; expected one of 'overlap', 'scores', 'curve'"),
        ((), {"shape": (300, 20)}, "reduce=2"),
        ((), {"reduce": 0}, "at least 1"),
        (((0, 0, 4, 4),), {"mode": "boxes"}, "truth alone"),
        (((0, 0, 4, 4), (3, 3, 3, 9)), {"mode": "boxes"}, "x0 < x1"),
        (((0, 0, 4, 4), (3, 3, 300, 9)), {"mode": "boxes"}, r"shape=\(H, W\)"),
        (((0, 0, 4, 4.5), (3, 3, 6, 9)), {"mode": "boxes"}, "round them"),
    ],
)
def test_bad_input_is_answered_with_the_remedy(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        IoUBench(*arguments, **options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": "1 2 3"}, "add up to"),
        ({"mode": "circles"}, "mode must be one of masks, boxes"),
        ({"truth_box": [0, 0, 999, 1]}, "x1 ≤ 128"),
        ({"extra": 1}, "has the keys"),
    ],
)
def test_bad_state_is_refused(change, message):
    bench = IoUBench()
    with pytest.raises(ValueError, match=message):
        bench.state = {**bench.state, **change}


def test_a_page_with_it_asks_nobody():
    html = IoUBench(square(1, 1), square(2, 2), image=np.zeros((40, 60, 3)))._repr_mimebundle_()[0][
        "text/html"
    ]
    module = html.split('<script type="module">')[1]
    assert not re.search(
        r"\bfrom\s*[\"']|\bimport\s*[\"'(]|\bfetch\(|XMLHttpRequest|@import", module
    )
    assert not re.search(r"url\(|src=[\"']?http|href=", module)
    assert set(re.findall(r"https?://[^\s\"'`)]+", html)) == set()
