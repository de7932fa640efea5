"""The superpixel lab in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import axe_findings
from .lab import LabPage, Widget, box_of, wait_until

PRESETS = ("start", "few", "squares", "ragged", "thin", "noisy")
SCORES = (
    "boundary_recall",
    "undersegmentation_neubert_protzel",
    "achievable_accuracy",
    "compactness",
)
KNOWLEDGE = """
import numpy as np
from seglearn.superpixels import _colour, connectivity


def terms(row, column):
    # d_lab, d_xy and D of a pixel and the centre that it was assigned to in this iteration
    before = lab._states(lab.state)[lab.state["iteration"]].centres
    centre = before[lab.labels[row, column]]
    colour = np.linalg.norm(_colour.to_lab(lab.image)[:, row, column] - centre[:3])
    place = np.hypot(row - centre[3], column - centre[4])
    step = np.sqrt(lab.labels.size / len(before))
    return [float(v) for v in (colour, place, np.hypot(colour, place / step * lab.state["compactness"]))]


def n_neighbours(label):
    first, second, _ = connectivity.borders(lab.labels)
    return int(((first == label) | (second == label)).sum())
"""
INDEPENDENT = """(lambda labels: None if labels is None else [
    getattr(quality.score(labels, lab.truth, ignore_index=255), name) for name in SCORES])(lab.labels)"""


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "superpixels.ipynb",
        "from seglearn.superpixels import quality\n"
        "from seglearn.widgets import SuperpixelLab\n"
        f"SCORES = {SCORES!r}\n"
        "lab = SuperpixelLab()\nlab",
        "import numpy as np\n"
        "from seglearn.data import samples\n"
        'own = SuperpixelLab(samples.photograph("china"), reduce=4, size="projector")\n'
        "own",
        "image = np.random.default_rng(1).random((40, 60))\n"
        'SuperpixelLab(image, hide=["story", "steps"])',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    page.kernel.run(KNOWLEDGE)
    return page


@pytest.fixture
def widget(page) -> Widget:
    """The lab, as a learner meets it."""
    widget = page.widget("superpixel_lab", "cell-0")
    widget.stage("regions")
    widget.preset("start")
    page.page.mouse.move(0, 0)
    return widget


def row(name: str) -> str:
    """Return the name of the row that holds a score."""
    return "undersegmentation" if name.startswith("undersegmentation") else name


def shown(widget: Widget) -> list[float | None]:
    words = [widget.get(f"value-{row(name)}").text_content() for name in SCORES]
    return [None if word == "–" else float(word) for word in words]


def scores(widget: Widget, page: LabPage) -> list[float]:
    """Return the scores once screen, trait and an independent count in the kernel agree."""

    def agree() -> list[float] | None:
        now = shown(widget)
        told = page.kernel.ask("[lab.metrics[name] for name in SCORES]")
        counted = page.kernel.ask(INDEPENDENT)
        if counted is None or None in now or None in told:
            return None
        close = all(
            abs(a - b) < 6e-4 and abs(b - c) < 2e-3
            for a, b, c in zip(now, told, counted, strict=True)
        )
        return now if close else None

    widget.drawn()
    return wait_until(agree, "the three to agree on the scores")


@pytest.mark.parametrize("preset", PRESETS)
def test_browser_and_kernel_measure_the_same(widget, page, preset):
    widget.preset(preset)
    now = scores(widget, page)
    assert 0 < now[0] < 1
    assert page.kernel.ask('lab.state["n_segments"]') == int(
        (widget.get("value-n_segments").text_content() or "").split()[0]
    )


def test_steps_lead_from_seeds_to_superpixels(widget, page):
    widget.stage("steps")
    widget.get("step-seeds").click()
    expect(widget.get("panel-title")).to_have_text("Seeds")
    assert widget.get("value-boundary_recall").text_content() == "–"
    widget.get("step-on").click()
    expect(widget.get("gradient").locator("td")).to_have_count(9)
    widget.get("step-assign").click()
    expect(widget.get("candidate-0")).to_be_visible()
    first = scores(widget, page)
    widget.get("step-update").click()
    expect(widget.get("moved")).to_contain_text("px")
    widget.get("step-assign").click()
    widget.drawn()
    assert page.kernel.ask('[lab.state["stage"], lab.state["iteration"]]') == ["assign", 2]
    assert scores(widget, page) != first
    widget.get("step-connect").click()
    expect(widget.get("crumbs")).to_be_visible()
    assert page.kernel.ask("int(lab.labels.max()) + 1") == 150


def test_play_runs_to_the_end_and_is_one_step_of_undo(widget, page):
    widget.stage("steps")
    widget.get("step-update").click()
    widget.get("scrub").fill("19")
    widget.get("play").click()
    expect(widget.get("play")).to_have_text("Pause")
    expect(widget.get("play")).to_have_text("Play", timeout=20_000)
    expect(widget.get("step-connect")).to_have_attribute("aria-pressed", "true")
    widget.get("undo").click()
    expect(widget.get("scrub")).to_have_value("19")


def test_pause_stays_where_it_is(widget):
    widget.stage("steps")
    widget.get("step-seeds").click()
    widget.get("play").click()
    expect(widget.get("step-nudge")).to_have_attribute("aria-pressed", "true")
    widget.get("play").click()
    expect(widget.get("play")).to_have_text("Play")
    at = widget.get("scrub").input_value()
    assert int(at) >= 1
    widget.get("reset").click()


def test_the_distance_is_that_of_the_pixel_under_the_pointer(widget, page):
    widget.stage("steps")
    widget.get("step-assign").click()
    wait_until(lambda: page.kernel.ask('lab.state["stage"]') == "assign", "the kernel to hear")
    seen = set()
    for at in ((0.2, 0.2), (0.5, 0.55), (0.7, 0.3)):
        before = widget.text("caption")
        page.page.mouse.move(*widget.place(widget.get("stage"), at))
        expect(widget.get("caption")).not_to_have_text(before)
        row, column = map(int, re.findall(r"\d+", widget.text("caption")))
        cells = widget.get("candidate-0").locator("td").all_text_contents()
        terms = list(map(float, cells[1:]))
        assert terms == pytest.approx(page.kernel.ask(f"terms({row}, {column})"), abs=0.06)
        seen.add(terms[-1])
    assert len(seen) == 3


def test_formula_and_picture_light_each_other(widget):
    widget.stage("steps")
    widget.get("step-assign").click()
    plain = widget.get("picture-canvas").evaluate("(c) => c.toDataURL()")
    for term in ("dlab", "dxy", "S"):
        widget.root.locator(f"[data-term={term}]").first.hover()
        widget.drawn()
        assert widget.get("picture-canvas").evaluate("(c) => c.toDataURL()") != plain
    widget.get("compactness").hover()
    expect(widget.root.locator("[data-term=m]").first).to_have_class(re.compile("lit"))


def test_a_score_draws_what_it_counts(widget):
    widget.stage("scores")
    pictures = set()
    for name in (*SCORES[:2], "none"):
        widget.get(f"score-{row(name)}").check(force=True)
        widget.drawn()
        pictures.add(widget.get("picture-canvas").evaluate("(c) => c.toDataURL()"))
    assert len(pictures) == 3
    widget.get(f"score-{SCORES[0]}").check(force=True)
    widget.stage("regions")
    widget.get("show-means").check(force=True)
    widget.drawn()
    pictures.add(widget.get("picture-canvas").evaluate("(c) => c.toDataURL()"))
    assert len(pictures) == 4
    widget.get("show-borders").check(force=True)


@pytest.mark.parametrize("error", ["bleeding", "levinshtein", "achanta", "neubert_protzel"])
def test_the_learner_picks_one_of_four_errors(widget, page, error):
    widget.stage("scores")
    widget.get("error").select_option(f"undersegmentation_{error}")
    expect(widget.get("score-undersegmentation")).to_be_checked()
    known = page.kernel.ask(
        f"quality.score(lab.labels, lab.truth, ignore_index=255).undersegmentation_{error}"
    )
    assert float(widget.text("value-undersegmentation")) == pytest.approx(known, abs=6e-4)
    assert page.kernel.ask(f'lab.metrics["undersegmentation_{error}"]') == pytest.approx(known)
    expect(widget.get("formula-score").locator("math").first).to_be_visible()


def test_no_step_moves_what_is_below(widget):
    widget.stage("steps")
    heights = set()
    for name in ("seeds", "nudge", "assign", "update", "connect"):
        widget.get(f"step-{name}").click()
        widget.drawn()
        heights.add(round(box_of(widget.root)["height"]))
    assert max(heights) - min(heights) <= 1


def test_a_goal_is_reached_and_says_why(widget):
    widget.preset("few")
    expect(widget.get("goal-distance")).to_contain_text("error: 0.121 to go")
    widget.get("n_segments").focus()
    for _ in range(4):
        widget.page.keyboard.press("ArrowRight")
    expect(widget.get("goal")).to_have_attribute("data-done", "true")
    widget.get("undo").click()  # a run of keys is one step
    expect(widget.get("n_segments")).to_have_value("2")


def test_a_picture_of_the_readers_own(widget, page, tmp_path):
    rgb = np.random.default_rng(3).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    Image.fromarray(rgb).save(tmp_path / "own.png")
    widget.get("own-picture-file").set_input_files(tmp_path / "own.png")
    wait_until(lambda: page.kernel.ask('lab.state["picture"]') == "own", "the kernel to hear")
    assert page.kernel.ask("int(lab.picture[7, 9, 1])") == rgb[7, 9, 1]
    assert page.kernel.ask("list(lab.labels.shape)") == [60, 80]
    expect(widget.get("value-boundary_recall")).to_have_text("–")
    told = page.kernel.ask('lab.metrics["compactness"]')
    assert float(widget.text("value-compactness")) == pytest.approx(told, abs=6e-4)
    widget.stage("compare")  # nothing is recorded on it
    wait_until(lambda: page.kernel.ask('lab.state["picture"]') == "coffee", "the cup")
    widget.get("undo").click()
    widget.get("undo").click()
    wait_until(lambda: page.kernel.ask('lab.state["picture"]') == "coffee", "undone")


def test_sliders_by_keyboard_and_undo(widget, page):
    before = scores(widget, page)
    widget.get("n_segments").focus()
    page.page.keyboard.press("ArrowRight")
    wait_until(lambda: page.kernel.ask('lab.state["n_segments"]') == 200, "two hundred")
    more = scores(widget, page)
    assert more != before
    widget.get("noise").focus()
    page.page.keyboard.press("End")
    wait_until(lambda: page.kernel.ask('lab.state["noise"]') == 50, "noise")
    assert scores(widget, page)[0] < more[0]
    page.page.keyboard.press("ControlOrMeta+z")
    assert scores(widget, page) == more
    widget.get("undo").click()
    assert scores(widget, page) == before


def test_keyboard_walks_the_picture_and_jupyterlab_keeps_out(widget, page):
    cells = len(page.cells())
    widget.get("stage").focus()
    start = widget.text("caption")
    for key in ("ArrowRight", "Shift+ArrowDown", "b", "x", "Enter"):
        page.page.keyboard.press(key)
    expect(widget.get("caption")).not_to_have_text(start)
    expect(widget.get("live")).to_contain_text("Superpixel", timeout=5_000)
    kept = widget.text("caption")
    page.page.mouse.move(*widget.place(widget.get("stage"), (0.1, 0.1)))
    widget.drawn()
    assert widget.text("caption") == kept
    page.page.keyboard.press("Enter")
    assert len(page.cells()) == cells


def test_a_superpixel_tells_of_itself(widget, page):
    page.page.mouse.move(*widget.place(widget.get("stage"), (0.5, 0.65)))
    expect(widget.get("region-truth")).to_contain_text("%")
    row, column = map(int, re.findall(r"\d+", widget.text("caption")))
    size = page.kernel.ask(f"int((lab.labels == lab.labels[{row}, {column}]).sum())")
    assert widget.text("region-size").startswith(f"{size} px")
    neighbours = page.kernel.ask(f"n_neighbours(lab.labels[{row}, {column}])")
    assert widget.text("region-neighbours") == str(neighbours)


def test_seven_methods_side_by_side(widget, page):
    widget.stage("compare")
    expect(widget.get("method-ncut")).to_be_attached()
    told = wait_until(lambda: page.kernel.ask('lab.metrics["compared"]'), "the comparison")
    for method, values in told.items():
        for name in SCORES[:3]:
            assert float(widget.text(f"{method}-{row(name)}")) == pytest.approx(
                values[name], abs=6e-4
            )
    widget.get("method-turbopixels").check(force=True)
    assert scores(widget, page)[0] == pytest.approx(
        told["turbopixels"]["boundary_recall"], abs=6e-4
    )
    widget.get("size").select_option("400")
    wait_until(lambda: page.kernel.ask('lab.state["n_segments"]') == 400, "four hundred")
    scores(widget, page)
    widget.get("copy").click()
    assert 'segment(image, 400, "turbopixels")' in page.copied()
    widget.preset("start")
    expect(widget.get("play")).to_be_visible()


@pytest.mark.parametrize("preset", ["start", "noisy"])
def test_copied_python_gives_the_numbers_shown(widget, page, preset):
    widget.preset(preset)
    if preset == "noisy":
        widget.get("sigma").fill("2")
    now = scores(widget, page)
    widget.get("copy").click()
    printed = ast.literal_eval(re.sub(r"\bnan\b", "None", page.kernel.printed(page.copied())))
    for name, value in zip(SCORES, now, strict=True):
        assert printed[name] == pytest.approx(value, abs=2e-3)


def test_an_image_of_ones_own_on_a_projector(page):
    own = page.widget("superpixel_lab", "cell-1")
    expect(own.get("stage-compare")).to_have_count(0)
    expect(own.get("preset-thin")).to_have_count(0)
    own.preset("squares")
    recall = float(own.get("value-boundary_recall").text_content())
    told = wait_until(
        lambda: page.kernel.ask(
            'own.state["compactness"] == 100 and own.metrics["boundary_recall"]'
        ),
        "the kernel to hear",
    )
    assert recall == pytest.approx(told, abs=6e-4)
    own.get("copy").click()
    assert "lab.image, lab.truth" in page.copied()


def test_without_a_truth_and_with_parts_hidden(page):
    bare = page.widget("superpixel_lab", "cell-2")
    assert bare.get("value-boundary_recall").text_content() == "–"
    assert float(bare.get("value-compactness").text_content()) > 0
    expect(bare.get("play")).to_be_hidden()
    expect(bare.get("story")).to_be_hidden()
    expect(bare.get("stage")).to_be_visible()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, widget, axe, theme):
    page.theme(theme)
    try:
        for name in ("regions", "scores", "steps"):
            widget.stage(name)
            assert axe_findings(widget, axe) == []
        for name in ("seeds", "nudge", "assign", "update", "connect"):
            widget.get(f"step-{name}").click()
            widget.drawn()
            assert axe_findings(widget, axe) == []
        widget.stage("compare")
        widget.drawn()
        assert axe_findings(widget, axe) == []
        assert axe_findings(page.widget("superpixel_lab", "cell-1"), axe) == []
    finally:
        page.theme("Light")


def test_lives_in_a_page_without_kernel(page, without_kernel):
    html = page.kernel.ask("lab.__class__().to_html() + lab.__class__(image).to_html()")
    view = without_kernel(html).page
    roots = view.get_by_test_id("widget-superpixel_lab")
    expect(roots).to_have_count(2)
    alone = Widget(view, "superpixel_lab")
    alone.root = roots.first
    found = {}
    for preset in ("start", "squares"):
        alone.preset(preset)
        alone.drawn()
        found[preset] = shown(alone)[0]
    assert found["squares"] < found["start"]
    alone.stage("compare")
    expect(alone.get("ncut-boundary_recall")).to_have_text(re.compile(r"0\.\d{3}"))
