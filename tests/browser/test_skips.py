"""Skips in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from seglearn.widgets.skips import PRESETS

from .conftest import axe_findings
from .lab import LabPage, Widget, box_of, wait_until

INDEPENDENT = """(lambda t, p: [
    ConfusionMatrix(9, ignore_index=255).update(t, p).scores().mean_iou,
    mean_boundary_iou(t, p, 9, ignore_index=255),
    int(((t != p) & (t != 255)).sum())])(skips.truth, skips.prediction)"""
GRID = [(x / 12 + 0.04, y / 12 + 0.04) for x in range(12) for y in range(12)]


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "skips.ipynb",
        "from seglearn.metrics import ConfusionMatrix, mean_boundary_iou\n"
        "from seglearn.widgets import Skips\n"
        "skips = Skips()\nskips",
        "import numpy as np\n"
        "rng = np.random.default_rng(0)\n"
        "maps = [rng.normal(size=(3, *size)) for size in ((2, 2), (3, 4), (6, 7))]\n"
        "Skips(rng.random((48, 56, 3)), rng.integers(0, 3, (48, 56)), *maps,\n"
        '      size="projector", palette="tol", hide=["note"])',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    return page


@pytest.fixture
def skips(page) -> Widget:
    """The widget as a learner meets it."""
    skips = page.widget("skips", "cell-0")
    if skips.get("reset").is_enabled():
        skips.get("reset").click()
    skips.preset("32s")
    skips.stage("network")
    skips.get("show-prediction").check()
    return skips


def scores(skips: Widget, page: LabPage) -> list[float]:
    """Return mIoU, boundary IoU and wrong pixels once screen, trait and an independent count agree."""

    def agree() -> list[float] | None:
        names = ("mean_iou", "boundary_iou", "wrong")
        shown = [float(skips.text(f"value-{name}").replace(" ", "")) for name in names]
        told = page.kernel.ask(f"[skips.metrics[name] for name in {names}]")
        counted = page.kernel.ask(INDEPENDENT)
        close = all(
            abs(a - b) < 6e-4 and abs(b - c) < 1e-9
            for a, b, c in zip(shown, told, counted, strict=True)
        )
        return shown if close else None

    skips.drawn()
    return wait_until(agree, "the three to agree on the scores")


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_have_the_scores_that_the_kernel_counts(skips, page, preset):
    skips.preset(preset)
    for path in ("fc7", "pool4", "pool3"):
        pressed = str(PRESETS[preset][path]).lower()
        expect(skips.get(f"edge-{path}")).to_have_attribute("aria-pressed", pressed)
    mean_iou, _, _ = scores(skips, page)
    assert f"{mean_iou:.3f}" in skips.text("story")
    expect(skips.get(f"row-{preset}")).to_have_attribute("aria-pressed", "true")


def test_what_a_stage_does_not_need_is_away(skips):
    shown = {
        "network": ["ladder", "value-mean_iou"],
        "border": ["crop-pane", "value-mean_iou", "keep-pool4"],
        "pixel": ["probe", "keep-pool4"],
        "trained": ["score-table", "note", "keep-pool4"],
    }
    skips.has_its_parts(shown, always="stage")


def test_the_goal_of_a_preset_lives_on_while_paths_are_switched(skips, page):
    start = scores(skips, page)
    skips.get("edge-pool4").click()
    expect(skips.get("goal")).to_have_attribute("data-done", "false")
    expect(skips.get("goal-distance")).to_contain_text("wrong, at most")
    skips.get("edge-pool4").click()
    skips.get("edge-pool3").click()
    expect(skips.get("goal")).to_have_attribute("data-done", "true")
    assert scores(skips, page)[2] <= start[2] / 2
    assert f"{start[0]:.3f}" not in skips.text("story"), "a past story drops its numbers"
    skips.get("goal-next").click()
    expect(skips.get("preset-16s")).to_have_attribute("aria-pressed", "true")


def test_the_miou_is_guessed_from_the_picture(skips, page, without_kernel):
    skips.preset("8s")  # and guess, unless a test before has
    wait_until(lambda: page.kernel.ask("skips.guesses"), "the kernel hears of the guess")
    truth = page.kernel.ask("skips.metrics['mean_iou']")
    told = page.kernel.ask("[g['truth'] for g in skips.guesses if g['preset'] == '8s']")
    assert told == [truth]
    alone = without_kernel(page.kernel.ask("Skips().to_html()")).widget("skips")
    alone.preset("8s", guess=False)
    expect(alone.get("story")).to_contain_text("Guess first")
    alone.guess("0.3")
    expect(alone.get("guess-result")).to_contain_text("0.300")
    expect(alone.get("guess-result")).to_contain_text(f"{truth:.3f}")


def test_what_was_before_is_shown_while_a_button_is_held(skips, page):
    before = scores(skips, page)
    skips.get("edge-pool3").click()
    after = scores(skips, page)
    ghost = skips.get("meter-mean_iou").locator(".meter-ghost")
    share = ghost.evaluate("(mark) => parseFloat(mark.style.left)")
    assert share == pytest.approx(100 * before[0], abs=0.06)
    page.page.mouse.move(*skips.place(skips.get("before"), (0.5, 0.5)))
    page.page.mouse.down()
    expect(skips.get("value-mean_iou")).to_have_text(f"{before[0]:.3f}")
    expect(skips.get("edge-pool3")).to_have_attribute("aria-pressed", "false")
    page.page.mouse.up()
    expect(skips.get("value-mean_iou")).to_have_text(f"{after[0]:.3f}")


def test_the_switches_of_the_other_stages_are_the_edges(skips, page):
    skips.stage("border")
    skips.get("keep-pool4").click()
    wait_until(lambda: page.kernel.ask('skips.state["pool4"]'), "the path to be kept")
    expect(skips.get("keep-pool4")).to_have_attribute("aria-pressed", "true")
    expect(skips.get("edge-pool4")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [320, 390, 821])
def test_nothing_is_cut_on_a_narrow_page(page, without_kernel, width):
    html = page.kernel.ask("Skips().to_html()")
    alone = without_kernel(html, viewport={"width": width + 16, "height": 844}).widget("skips")
    for name, part in {
        "network": "ladder",
        "border": "crop-pane",
        "pixel": "probe",
        "trained": "score-table",
    }.items():
        alone.stage(name)
        alone.drawn()
        root, box = (box_of(each) for each in (alone.root, alone.get(part)))
        assert box["x"] >= root["x"]
        assert box["x"] + box["width"] <= root["x"] + root["width"]
        assert alone.get(part).evaluate("(el) => el.scrollWidth - el.clientWidth") <= 0
        assert root["height"] <= (1688 if width < 480 else 740)


def test_each_edge_brings_the_score_up(skips, page):
    found = [scores(skips, page)]
    for path in ("pool4", "pool3"):
        skips.get(f"edge-{path}").click()
        expect(skips.get(f"edge-{path}")).to_have_attribute("aria-pressed", "true")
        found.append(scores(skips, page))
    assert found[0][0] < found[1][0] < found[2][0]
    assert found[0][1] < found[1][1] < found[2][1]
    for expected in reversed(found[:2]):
        skips.get("undo").click()
        assert scores(skips, page) == expected


def test_the_keyboard_does_the_same_and_jupyterlab_keeps_out(skips, page):
    cells = len(page.cells())
    skips.get("edge-pool4").focus()
    for key in ("b", "x", "Space"):
        page.page.keyboard.press(key)
    wait_until(lambda: page.kernel.ask('skips.state["pool4"]'), "the edge to be kept")
    assert skips.focused() == "edge-pool4"
    expect(skips.get("live")).to_contain_text("fc7 + pool4")
    assert len(page.cells()) == cells


def test_a_network_trained_apart_is_shown_and_put_away(skips, page):
    cut = scores(skips, page)
    skips.stage("trained")
    skips.get("apart-32s").click()
    wait_until(lambda: page.kernel.ask('skips.state["apart"]') == "32s", "the other network")
    assert scores(skips, page)[0] > cut[0]
    skips.get("apart-32s").click()
    wait_until(lambda: page.kernel.ask('skips.state["apart"]') is None, "put away")
    assert scores(skips, page) == cut


def test_the_bars_of_a_pixel_add_up_to_its_logits(skips, page):
    skips.preset("8s")
    skips.stage("pixel")
    page.page.mouse.click(*skips.place(skips.get("stage"), (0.205, 0.3)))
    page.page.mouse.move(0, 0)
    expect(skips.get("probe-where")).to_contain_text("Row 28, column 32")
    wait_until(lambda: page.kernel.ask('skips.state["pool3"]'), "the whole network")
    logits = page.kernel.ask("skips.logits[:, 28, 32].tolist()")

    def number(name: str) -> float:
        return float(skips.text(name).replace("−", "-"))

    for k, logit in enumerate(logits):
        assert number(f"bar-sum-{k}") == pytest.approx(logit, abs=0.051)
        parts = [number(f"bar-{path}-{k}") for path in ("fc7", "pool4", "pool3")]
        assert sum(parts) == pytest.approx(logit, abs=0.16)
    skips.get("keep-fc7").click()
    expect(skips.get("bar-fc7-0")).to_have_class(re.compile("cut"))
    without = number("bar-sum-0")
    assert without == pytest.approx(logits[0] - number("bar-fc7-0"), abs=0.11)


def test_the_frame_is_dragged_and_moved_by_keys(skips, page):
    def place() -> str:
        return re.search(r"rows (\d+) to \d+, columns (\d+)", skips.text("crop-pane")).groups()

    skips.stage("border")
    start = place()
    frame = skips.get("crop-frame")
    skips.drag(frame, start=(0.5, 0.5), to=(-0.5, 0.2))
    wait_until(lambda: place() != start, "the frame follows")
    dragged = place()
    frame.focus()
    page.page.keyboard.press("ArrowDown")
    wait_until(lambda: int(place()[0]) == int(dragged[0]) + 1, "one row further down")
    before = skips.get("crop-image").evaluate("(canvas) => canvas.toDataURL()")
    page.page.keyboard.press("Shift+ArrowLeft")
    wait_until(
        lambda: skips.get("crop-image").evaluate("(canvas) => canvas.toDataURL()") != before,
        "the enlargement follows",
    )


def test_views_differ_and_say_what_they_show(skips):
    seen, captions = [], []
    for view in ("prediction", "errors", "truth"):
        skips.get(f"show-{view}").check()
        skips.drawn()
        seen.append(skips.colors("stage-canvas", GRID))
        captions.append(skips.text("caption"))
    assert seen[0] != seen[1] != seen[2] != seen[0]
    assert len(set(captions)) == 3
    skips.get("show-image").check()
    expect(skips.get("stage").locator("img")).to_be_visible()


def test_pointing_at_a_path_lights_its_edge_and_its_bars(skips):
    skips.stage("pixel")
    skips.root.locator("[data-term=pool4]").first.hover()
    expect(skips.get("edge-pool4")).to_have_class(re.compile(r"\blit\b"))
    expect(skips.get("bar-pool4-0")).to_have_class(re.compile(r"\blit\b"))
    expect(skips.get("bar-pool3-0")).not_to_have_class(re.compile(r"\blit\b"))
    before = skips.colors("stage-canvas", GRID)
    skips.root.locator("[data-part=class-2]").hover()
    expect(skips.get("edge-pool4")).not_to_have_class(re.compile(r"\blit\b"))
    wait_until(lambda: skips.colors("stage-canvas", GRID) != before, "other classes step back")


@pytest.mark.parametrize("preset", ["16s", "where"])
def test_copied_python_gives_the_numbers_shown(skips, page, preset):
    skips.preset(preset)
    mean_iou, boundary, _ = scores(skips, page)
    skips.get("copy").click()
    printed = page.kernel.printed(page.copied())
    assert f"mIoU {mean_iou:.3f}, boundary IoU {boundary:.3f}" in printed


def test_copied_python_of_another_network(skips, page):
    skips.stage("trained")
    skips.get("apart-16s").click()
    wait_until(lambda: page.kernel.ask('skips.state["apart"]') == "16s", "the other network")
    mean_iou, _, _ = scores(skips, page)
    skips.get("copy").click()
    assert f"mIoU {mean_iou:.3f}" in page.kernel.printed(page.copied())


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, skips, axe, theme):
    page.theme(theme)
    try:
        for name in ("network", "border", "pixel", "trained"):
            skips.stage(name)
            skips.drawn()
            assert axe_findings(skips, axe) == []
        skips.get("apart-32s").click()
        skips.get("show-errors").check()
        skips.drawn()
        assert axe_findings(skips, axe) == []
        other = page.widget("skips", "cell-1")
        expect(other.get("note")).to_be_hidden()
        assert axe_findings(other, axe) == []
    finally:
        page.theme("Light")


def test_lives_in_a_page_without_kernel(page, without_kernel):
    html = page.kernel.ask("Skips().to_html()")
    alone = without_kernel(html, has_touch=True).widget("skips")
    before = float(alone.text("value-mean_iou"))
    alone.get("edge-pool3").tap()
    expect(alone.get("edge-pool3")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: float(alone.text("value-mean_iou")) > before, "a better score")
