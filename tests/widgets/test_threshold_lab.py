"""Thresholds and regions in Python: pictures, measures, refusals; the browser's side is in web/test."""

import contextlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglearn.classical import region, threshold
from seglearn.data import samples
from seglearn.widgets import ThresholdLab
from seglearn.widgets.base import StateError
from seglearn.widgets.threshold_lab import picture
from seglearn.widgets.threshold_lab.widget import _variance_between
from tests.widgets import threshold_lab_fixtures
from tests.widgets.test_copy_as_python import copied

PRESETS = ("coins", "nuclei", "page", "camera", "leak", "count")


@pytest.fixture(scope="module")
def opened() -> ThresholdLab:
    return ThresholdLab()


def put(widget: ThresholdLab, **parts) -> dict:
    widget.state = {**widget.state, **parts}
    return widget.metrics


def test_the_fixtures_are_what_python_says():
    assert threshold_lab_fixtures.PATH.read_text("utf-8") == threshold_lab_fixtures.text()


def test_the_coins_are_those_of_the_photograph(opened):
    coins = samples.photograph("coins")
    np.testing.assert_array_equal(opened.image, coins.image)
    np.testing.assert_array_equal(opened.truth, coins.instances)
    assert [preset["id"] for preset in opened._data["presets"]] == list(PRESETS)
    assert len(opened.to_html()) < 420_000


@pytest.mark.parametrize("name", ["coins", "nuclei", "page", "camera"])
def test_pictures_are_in_0_to_1_and_their_objects_numbered(name):
    image, truth = picture(name)
    assert image.shape == truth.shape
    assert 0 <= image.min() < image.max() <= 1
    assert set(np.unique(truth)) >= {0, 1}
    with pytest.raises(ValueError, match="unknown picture"):
        picture("moon")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_opens_on_itself_and_no_other(preset):
    widget = ThresholdLab(preset)
    presets = {each["id"]: each["state"] for each in widget._data["presets"]}
    assert [name for name, state in presets.items() if state == widget.state] == [preset]
    assert repr(widget).startswith(f"ThresholdLab({widget.state['picture']}, ")


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="unknown preset"):
        ThresholdLab("moon")


@pytest.mark.parametrize("preset", ["nuclei", "page", "leak", "count"])
def test_otsus_cut_has_the_highest_criterion(preset):
    metrics = ThresholdLab(preset).metrics
    assert metrics["criterion"] == metrics["highest"]


def test_the_mask_is_what_the_package_cuts(opened):
    metrics = put(opened, cuts=[107], foreground="bright")
    mask = opened.image > threshold.otsu(opened.image)
    np.testing.assert_array_equal(opened.mask, mask)
    coin = opened.truth > 0
    assert metrics["iou"] == pytest.approx((mask & coin).sum() / (mask | coin).sum())
    assert metrics["foreground"] == mask.mean()
    put(opened, foreground="dark")
    np.testing.assert_array_equal(opened.mask, ~mask)


def test_of_several_classes_the_brightest_or_the_darkest_is_foreground(opened):
    put(opened, cuts=[60, 120, 180], foreground="bright")
    np.testing.assert_array_equal(opened.mask, opened.image > 180.5 / 255)
    put(opened, foreground="dark")
    np.testing.assert_array_equal(opened.mask, opened.image < 60.5 / 255)


def test_the_region_is_what_the_package_grows(opened):
    for against in ("seed", "region"):
        seeds = [[44, 334], [40, 330]]
        metrics = put(opened, seeds=seeds, tolerance=0.2, against=against)
        grown = region.grow(opened.image, seeds, 0.2, against=against)
        np.testing.assert_array_equal(opened.region, grown)
        coin = opened.truth == opened.truth[44, 334]
        assert metrics["region_area"] == grown.sum()
        assert metrics["region_iou"] == pytest.approx((grown & coin).sum() / (grown | coin).sum())


def test_without_seeds_there_is_no_region(opened):
    metrics = put(opened, seeds=[])
    assert metrics["region_area"] == 0
    assert metrics["region_mean"] is metrics["region_iou"] is None
    assert not opened.region.any()


def test_a_seed_on_the_ground_has_no_object(opened):
    row, column = np.argwhere(opened.truth == 0)[0].tolist()
    assert put(opened, seeds=[[row, column]])["region_iou"] is None


def test_as_many_components_as_coins_are_not_yet_the_coins():
    widget = ThresholdLab("count")
    assert widget.metrics["n_dropped"] == 0
    n_coins = int(widget.truth.max())
    assert widget.metrics["n_components"] > n_coins
    metrics = put(widget, min_area=50)
    assert metrics["n_components"] == n_coins == widget.components.max()
    assert 0 < metrics["matched"] < n_coins


def test_a_mask_of_everything_is_one_component():
    widget = ThresholdLab()
    metrics = put(widget, cuts=[0], foreground="bright")
    assert metrics["n_components"] == 1
    assert metrics["matched"] == 0


@given(
    counts=st.lists(st.integers(0, 50), min_size=256, max_size=256).filter(any),
    k=st.integers(0, 254),
)
def test_of_one_cut_the_criterion_is_that_of_the_package(counts, k):
    assert _variance_between(np.array(counts), [k]) == pytest.approx(
        threshold.otsu_curve(counts)[k]
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"cuts": [100, 90]}, "state.cuts must be ascending"),
        ({"cuts": [90, 90]}, "state.cuts must be ascending"),
        ({"cuts": []}, "state.cuts"),
        ({"cuts": [255]}, r"state.cuts\[0\]"),
        ({"seeds": [[303, 0]]}, r"state.seeds\[0\]\[0\]"),
        ({"seeds": [[0, 384]]}, r"state.seeds\[0\]\[1\]"),
        ({"seeds": [[0, 0]] * 7}, "state.seeds"),
        ({"tolerance": 1.5}, "state.tolerance"),
        ({"tolerance": float("nan")}, "state.tolerance"),
        ({"connectivity": 6}, "state.connectivity"),
        ({"min_area": 0}, "state.min_area"),
        ({"picture": "own"}, "state.picture"),
    ],
)
def test_nonsense_is_refused_by_name(parts, words):
    widget = ThresholdLab()
    before = widget.state
    with pytest.raises(StateError, match=words):
        widget.state = {**before, **parts}
    assert widget.state == before


def test_an_own_picture_is_taken_in_grey(opened):
    rgb = np.array([[[255, 0, 0], [0, 0, 0]], [[1, 2, 3], [255, 255, 255]]], np.uint8)
    own = {"width": 2, "height": 2, "rgb": rgb.tobytes()}
    state = {
        **opened.state,
        "picture": "own",
        "seeds": [[0, 0]],
        "cuts": [53],
        "foreground": "bright",
    }
    opened.set_state({"_picture": own, "state": state})
    np.testing.assert_array_equal(np.round(255 * opened.image), [[54, 0], [2, 255]])
    assert opened.truth is opened.metrics["iou"] is opened.metrics["matched"] is None
    np.testing.assert_array_equal(opened.mask, [[True, False], [False, True]])
    flat = np.zeros((2, 2, 3), np.uint8)
    opened.set_state({"_picture": {**own, "rgb": flat.tobytes()}, "state": {**state, "cuts": [7]}})
    assert opened.metrics["criterion"] == opened.metrics["highest"] == 0


@pytest.mark.parametrize("preset", PRESETS)
def test_the_copied_program_prints_what_the_widget_measures(preset):
    widget = ThresholdLab(preset)
    asked = [{"widget": widget.bundle, "state": widget.state, "data": widget._data}]
    (told,) = copied(asked)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(told["python"], {})
    names = [
        "criterion",
        "iou",
        *(["region_area"] if widget.state["seeds"] else []),
        "n_components",
    ]
    printed = [float(line) for line in said.getvalue().split()]
    assert printed == pytest.approx([widget.metrics[name] for name in names], rel=1e-5)
