"""Thresholds and regions in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from seglearn.widgets import ThresholdLab

from .conftest import axe_findings
from .lab import LabPage, StaticPage, Widget, wait_until

PRESETS = ("coins", "nuclei", "page", "camera", "leak", "count")


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "thresholds.ipynb", "from seglearn.widgets import ThresholdLab\nlab = ThresholdLab()\nlab"
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    return page


@pytest.fixture
def room(page) -> Widget:
    """The widget as a learner meets it."""
    room = page.widget("threshold_lab", "cell-0")
    if room.get("reset").is_enabled():
        room.get("reset").click()
    room.preset("coins")
    return room


def state_is(page: LabPage, name: str, value: object) -> None:
    wait_until(lambda: page.kernel.ask(f"lab.state[{name!r}]") == value, f"{name} to be {value}")


@pytest.mark.parametrize("preset", PRESETS)
def test_the_page_measures_what_the_kernel_measures(room, page, preset):
    room.preset(preset)
    state_is(page, "cuts", ThresholdLab(preset).state["cuts"])
    metrics = page.kernel.ask("lab.metrics")
    shares = {"meter-criterion": metrics["criterion"] / metrics["highest"]}
    shares |= {"meter-iou": metrics["iou"], "meter-region-iou": metrics["region_iou"]}
    for meter, value in shares.items():
        now = (
            room.get(meter).get_by_role("meter", include_hidden=True).get_attribute("aria-valuenow")
        )
        assert float(now) == pytest.approx(value or 0), meter
    assert room.text("kept") == str(metrics["n_components"])
    assert room.text("dropped") == str(metrics["n_dropped"])


def test_keys_bring_the_threshold_to_the_top_and_one_undo_takes_it_back(room, page):
    assert room.get("goal").get_attribute("data-done") == "false"
    room.get("cut-0").focus()
    for _ in range(17):
        page.page.keyboard.press("ArrowRight")
    state_is(page, "cuts", [107])
    expect(room.get("goal")).to_have_attribute("data-done", "true")
    room.get("undo").click()
    state_is(page, "cuts", [90])


def test_a_threshold_is_dragged_and_stays_between_its_neighbours(room, page):
    room.drag(room.get("cut-0"), start=(0.353, 0.9), to=(0.7, 0.9))
    wait_until(
        lambda: 170 < page.kernel.ask("lab.state['cuts'][0]") < 190, "the threshold to arrive"
    )
    room.get("cuts-2").click()
    wait_until(lambda: page.kernel.ask("len(lab.state['cuts'])") == 2, "another threshold")
    room.get("cut-0").focus()
    page.page.keyboard.press("End")
    wait_until(
        lambda: page.kernel.ask("lab.state['cuts'][1] - lab.state['cuts'][0]") == 1, "to stop"
    )


@pytest.mark.parametrize("preset", ["nuclei", "page"])
def test_the_best_cut_is_what_trying_all_of_them_finds(without_kernel, preset):
    lab = ThresholdLab(preset)
    ious = []
    for k in range(255):
        found = lab.image > (k + 0.5) / 255 if preset == "nuclei" else lab.image < (k + 0.5) / 255
        ious.append((found & (lab.truth > 0)).sum() / (found | (lab.truth > 0)).sum())
    best_cut = int(np.argmax(ious))
    room = without_kernel(lab.to_html()).widget("threshold_lab")
    far = max(ious) - lab.metrics["iou"]
    expect(room.get("goal-distance")).to_contain_text(f"{far:.3f}")
    room.get("cut-0").fill(str(best_cut))
    expect(room.get("goal")).to_have_attribute("data-done", "true")


def test_otsu_is_a_button(room, page):
    room.get("cuts-3").click()
    room.get("otsu").click()
    wait_until(
        lambda: page.kernel.ask("lab.metrics['criterion'] / lab.metrics['highest']") > 1 - 1e-9,
        "Otsu",
    )
    expect(room.get("otsu")).to_have_attribute("aria-disabled", "true")


def test_the_region_leaks_one_step_after_the_goal(room, page):
    room.preset("leak")
    grown = "lambda t: __import__('seglearn').classical.region.grow(lab.image, (44, 334), t).sum()"
    areas = np.array(page.kernel.ask(f"[int(({grown})(i / 100)) for i in range(101)]"))
    last = int(np.diff(areas).argmax())
    room.get("tolerance").fill(str(last + 1))
    state_is(page, "tolerance", (last + 1) / 100)
    expect(room.get("goal-distance")).to_contain_text("leaked")
    room.get("tolerance").fill(str(last))
    expect(room.get("goal")).to_have_attribute("data-done", "true")
    wait_until(lambda: page.kernel.ask("lab.metrics['region_area']") == areas[last], "its area")


def test_seeds_are_set_and_removed_by_mouse_and_keys(room, page):
    room.preset("leak")
    stage = room.get("stage")
    stage.click(position={"x": 20, "y": 30})
    wait_until(lambda: page.kernel.ask("len(lab.state['seeds'])") == 2, "a seed")
    stage.click(position={"x": 20, "y": 30})
    wait_until(lambda: page.kernel.ask("len(lab.state['seeds'])") == 1, "one less")
    room.get("clear").click()
    state_is(page, "seeds", [])
    stage.focus()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Enter")
    wait_until(lambda: page.kernel.ask("len(lab.state['seeds'])") == 1, "a seed by a key")
    room.get("against-region").click()
    state_is(page, "against", "region")
    told = "".join(filter(str.isdigit, room.text("region").split(",")[0]))
    assert int(told) == page.kernel.ask("lab.metrics['region_area']")


def test_components_are_guessed_then_counted_and_filtered(page, without_kernel):
    static: StaticPage = without_kernel(ThresholdLab("count").to_html())
    room = static.widget("threshold_lab")
    expect(room.get("kept")).to_be_hidden()
    room.guess("60")
    expect(room.get("kept")).to_have_text(str(ThresholdLab("count").metrics["n_components"]))
    for _ in range(40):
        room.get("area").press("ArrowRight")
        if room.get("goal").get_attribute("data-done") == "true":
            break
    n_coins = int(ThresholdLab("count").truth.max())
    expect(room.get("kept")).to_have_text(str(n_coins))
    assert int(room.text("matched")) < n_coins


def test_an_own_picture_is_cut_too(room, page, tmp_path):
    pixels = np.random.default_rng(4).integers(0, 255, (30, 40, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "own.png")
    room.get("own-picture-file").set_input_files(tmp_path / "own.png")
    state_is(page, "picture", "own")
    assert page.kernel.ask("lab.image.shape") in ([30, 40], (30, 40))
    wait_until(lambda: page.kernel.ask("lab.metrics['iou']") is None, "to be measured")
    assert room.text("kept") == str(page.kernel.ask("lab.metrics['n_components']"))


def test_undo_does_not_bring_back_seeds_of_an_own_picture_that_is_gone(without_kernel, tmp_path):
    static: StaticPage = without_kernel(ThresholdLab("leak").to_html())
    room = static.widget("threshold_lab")
    expect(room.get("area-both")).to_have_text(["31.9\u202f%", "0.2\u202f%"])
    for name, side in (("large", 200), ("small", 1)):
        Image.new("RGB", (side, side), "grey").save(tmp_path / f"{name}.png")
        room.get("own-picture-file").set_input_files(tmp_path / f"{name}.png")
        expect(room.get("clear")).to_have_attribute("aria-disabled", "true")
        room.get("stage").click(position={"x": 300, "y": 300})
        expect(room.get("region")).to_contain_text(f"{side * side:,} pixels".replace(",", "\u202f"))
    room.get("undo").click()
    expect(room.get("clear")).to_have_attribute("aria-disabled", "true")
    room.get("undo").click()
    expect(room.get("picture")).to_have_value("coins")
    expect(room.get("undo")).to_have_attribute("aria-disabled", "true")


def test_what_reads_zero_to_go_is_done(without_kernel):
    room = without_kernel(ThresholdLab().to_html()).widget("threshold_lab")
    for cut in range(100, 107):
        room.get("cut-0").fill(str(cut))
        expect(room.get("meter-criterion")).to_be_visible()
        if room.get("goal").get_attribute("data-done") == "true":
            break
        assert "0.000" not in room.text("goal-distance")
    expect(room.get("goal")).to_have_attribute("data-done", "true")


@pytest.mark.parametrize("preset", PRESETS)
def test_axe_finds_nothing(without_kernel, axe, preset):
    room = without_kernel(ThresholdLab(preset).to_html()).widget("threshold_lab")
    assert axe_findings(room, axe) == []
