"""Things, stuff, panoptic in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import axe_findings
from .lab import LabPage, Widget, box_of, wait_until

INDEPENDENT = """(lambda q: [q.mean_pq, q.mean_sq, q.mean_rq])(panoptic_quality(
    scene.truth, scene.prediction, scene.truth_classes, scene.prediction_classes, void=scene.void_id))"""


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "panoptic.ipynb",
        "from seglearn.metrics import panoptic_quality\n"
        "from seglearn.widgets import PanopticScene\n"
        "scene = PanopticScene()\nscene",
        "from seglearn.data import samples\n"
        'PanopticScene(samples.photograph("coins"), reduce=2, hide=["cards", "table"])',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    return page


@pytest.fixture
def scene(page) -> Widget:
    """The street, as a learner meets it."""
    scene = page.widget("panoptic_scene", "cell-0")
    if scene.get("reset").is_enabled():
        scene.get("reset").click()
    scene.preset("touching")
    scene.get("stage-look").click()
    return scene


def qualities(scene: Widget, page: LabPage) -> list[float]:
    """Return PQ, SQ and RQ once screen, trait and an independent count in the kernel agree."""
    scene.get("stage-quality").click()
    scene.get("class-mean").click()  # of all classes, not of the one that is selected
    scene.get("stage-look").click()

    def agree() -> list[float] | None:
        shown = [float(scene.text(name)) for name in ("pq", "sq", "rq")]
        told = page.kernel.ask('[scene.metrics[name] for name in ("pq", "sq", "rq")]')
        counted = page.kernel.ask(INDEPENDENT)
        close = all(
            abs(a - b) < 6e-4 and abs(b - c) < 1e-9
            for a, b, c in zip(shown, told, counted, strict=True)
        )
        return shown if close else None

    scene.drawn()
    return wait_until(agree, "the three to agree on PQ, SQ and RQ")


@pytest.mark.parametrize(
    ("preset", "lower", "other"),
    [("rough", "sq", "rq"), ("merged", "rq", "sq"), ("missed", "rq", "sq"), ("halved", "rq", "sq")],
)
def test_each_mistake_lowers_the_quality_that_it_should(scene, page, preset, lower, other):
    scene.preset("good")
    good = dict(zip(("pq", "sq", "rq"), qualities(scene, page), strict=True))
    scene.preset(preset)
    spoilt = dict(zip(("pq", "sq", "rq"), qualities(scene, page), strict=True))
    assert spoilt["pq"] < good["pq"]
    assert good[lower] - spoilt[lower] > good[other] - spoilt[other]


def test_modes_show_classes_things_or_both(scene, page):
    places = [(x / 12 + 0.04, y / 12 + 0.04) for x in range(12) for y in range(12)]
    seen = {}
    for mode in ("semantic", "instance", "panoptic"):
        scene.get(f"mode-{mode}").check()
        scene.drawn()
        seen[mode] = scene.colors("map-truth-canvas", places)
    assert seen["semantic"] != seen["instance"] != seen["panoptic"]
    expect(scene.get("quality")).to_be_visible()


def test_a_click_tells_what_a_segment_is(scene, page):
    place = scene.place(scene.get("map-truth"), (0.5, 0.05))
    page.page.mouse.click(*place)
    expect(scene.get("selected-class")).to_contain_text("sky")
    assert wait_until(lambda: page.kernel.ask('scene.metrics["selected"]'), "the choice to arrive")


def test_keyboard_steps_through_segments_and_jupyterlab_keeps_out(scene, page):
    cells = len(page.cells())
    scene.get("map-truth").focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    expect(scene.get("selected-class")).not_to_be_empty()
    for key in ("b", "x", "ArrowRight", "Enter"):
        page.page.keyboard.press(key)
    assert len(page.cells()) == cells


def test_an_edit_and_its_undo(scene, page):
    scene.preset("good")
    before = qualities(scene, page)
    scene.get("map-prediction").focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    scene.get("edit-drop").click()
    assert qualities(scene, page)[0] < before[0]
    scene.get("undo").click()
    assert qualities(scene, page) == before


def test_merging_the_last_of_its_class_is_off_and_says_why(scene, page):
    scene.preset("good")
    page.page.mouse.click(*scene.place(scene.get("map-prediction"), (0.5, 0.05)))
    expect(scene.get("edit-hint")).to_contain_text(
        "Nothing of the class of sky is left to merge with"
    )
    expect(scene.get("edit-merge")).to_have_attribute("aria-disabled", "true")
    expect(scene.get("edit-drop")).to_have_attribute("aria-disabled", "false")


def test_a_semantic_map_does_not_tell_how_many_there_are(scene, page):
    scene.get("map-truth").focus()
    for _ in range(12):
        page.page.keyboard.press("ArrowRight")
        page.page.keyboard.press("Enter")
        expect(scene.get("selected-area")).to_have_text(re.compile("all of the class$"))
        expect(scene.get("selected-number")).to_have_text(re.compile("does not say|not counted"))


def test_changes_of_scores_stand_clear_of_the_formulas(scene, page):
    scene.preset("good")
    scene.preset("halved")
    scene.get("stage-quality").click()
    for name in ("pq", "sq", "rq"):
        change, formula = (box_of(scene.get(f"{part}-{name}")) for part in ("change", "formula"))
        assert change["x"] + change["width"] <= formula["x"]


def test_cards_explain_their_answer(scene):
    scene.get("stage-cards").click()
    before = scene.text("answer")
    scene.get("answer-panoptic").click()
    expect(scene.get("answer")).not_to_have_text(before)
    question = scene.text("question")
    scene.get("next-card").click()
    expect(scene.get("question")).not_to_have_text(question)


def test_copied_python_gives_the_number_shown(scene, page):
    scene.preset("merged")
    shown = qualities(scene, page)
    scene.get("copy").click()
    printed = page.kernel.printed(page.copied())
    assert f"{shown[0]:.3f}" in printed


def test_coins_and_hidden_parts(page):
    coins = page.widget("panoptic_scene", "cell-1")
    assert coins.text("story")
    for gone in ("cards", "stage-cards"):
        expect(coins.get(gone)).to_be_hidden()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, scene, axe, theme):
    page.theme(theme)
    try:
        for preset in ("touching", "good", "void"):
            for stage in ("look", "quality", "cards"):
                scene.preset(preset)
                scene.get(f"stage-{stage}").click()
                scene.drawn()
                assert axe_findings(scene, axe) == []
    finally:
        page.theme("Light")


def test_lives_in_a_page_without_kernel(page, without_kernel):
    html = page.kernel.ask("scene.to_html()")
    alone = without_kernel(html).widget("panoptic_scene")
    shown = {}
    for preset in ("good", "merged"):
        alone.preset(preset)
        alone.get("stage-quality").click()
        alone.get("class-mean").click()
        alone.drawn()
        shown[preset] = float(alone.text("pq"))
    assert shown["merged"] < shown["good"]
