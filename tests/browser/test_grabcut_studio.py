"""The GrabCut studio in JupyterLab, where the kernel cuts, and in a page without one, which plays recorded runs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from seglearn.widgets import GrabCutStudio

from .lab import LabPage, Widget, wait_until

GLAZE = [(61, 52), (64, 66), (76, 76), (72, 90), (82, 82), (100, 82), (120, 76), (130, 60)]
CUP = (200, 134)  # width and height
FRESH = """
from seglearn.classical import grabcut
from seglearn.metrics import iou


def fresh():
    # IoU of a computation of the package's own, for the document as it is
    state, truth = studio.state, studio.truth
    from seglearn.widgets.codec import decode_mask
    start = state["start"] and decode_mask(state["start"], truth.shape)
    drawn = studio.scribbles if (studio.scribbles >= 0).any() else None
    mask = grabcut.segment(
        studio.image, state["box"], drawn, start=start, n_iterations=state["iteration"]
    )
    return float(iou(truth[truth < 255] == 1, mask[truth < 255]))
"""


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "grabcut.ipynb",
        "from seglearn.widgets import GrabCutStudio\nstudio = GrabCutStudio()\nstudio",
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    page.kernel.run(FRESH)
    return page


@pytest.fixture
def widget(page) -> Widget:
    widget = page.widget("grabcut_studio", "cell-0")
    widget.stage("cut")
    widget.preset("easy")
    widget.get("show-photograph").check(force=True)
    if widget.get("tool-box").get_attribute("aria-pressed") == "false":
        widget.get("tool-box").click()
    return widget


def ended(widget: Widget) -> None:
    """Wait until a run is over."""
    widget.drawn()  # that it runs
    expect(widget.get("run")).to_have_attribute("aria-pressed", "false", timeout=30_000)


def agreed(widget: Widget, page: LabPage) -> float:
    """Return the IoU once screen and kernel agree, and a computation of the package's own with them."""

    def same() -> float | None:
        shown = widget.text("value-iou").removeprefix("IoU").strip()
        told = page.kernel.ask('studio.metrics["iou"]')
        return told if told is not None and shown == f"{told:.3f}" else None

    told = wait_until(same, "screen and kernel to agree")
    assert page.kernel.ask("fresh()") == pytest.approx(told)
    return told


def line(widget: Widget, points: list[tuple[int, int]], size: tuple[int, int]) -> None:
    """Draw a line through pixels of the picture."""
    places = [widget.place(widget.get("stage"), (x / size[0], y / size[1])) for x, y in points]
    widget.page.mouse.move(*places[0])
    widget.page.mouse.down()
    for place in places[1:]:
        widget.page.mouse.move(*place, steps=8)
    widget.page.mouse.up()


def test_a_box_is_drawn_and_step_asks_the_kernel(widget, page):
    widget.drag(widget.get("stage"), to=(0.76, 0.92), start=(0.15, 0.08))
    wait_until(lambda: page.kernel.ask('studio.state["box"][0]') == 32, "the box")
    assert widget.text("value-energy") == "–"
    widget.get("step").click()
    expect(widget.get("value-iteration")).to_have_text("1 of at most 12", timeout=20_000)
    assert agreed(widget, page) > 0.9
    expect(widget.get("goal")).to_have_attribute("data-done", "true")
    told = page.kernel.ask('round(studio.metrics["energy"])')
    assert int(widget.text("value-energy").replace(" ", "").replace("−", "-")) == told
    widget.get("undo").click()
    expect(widget.get("value-iteration")).to_have_text("0 of at most 12")
    widget.get("undo").click()
    wait_until(lambda: page.kernel.ask('studio.state["box"][0]') == 46, "undone")


def test_a_stroke_and_run_tell_the_cup_from_its_saucer(widget, page):
    widget.preset("camouflage")
    assert agreed(widget, page) < 0.75
    widget.get("tool-foreground").click()
    line(widget, GLAZE, CUP)
    expect(widget.get("value-strokes")).to_have_text("1")
    expect(widget.get("value-iteration")).to_have_text("0 of at most 12")
    widget.get("run").click()
    ended(widget)
    assert agreed(widget, page) > 0.9
    expect(widget.get("goal")).to_have_attribute("data-done", "true")
    widget.stage("energy")
    rows = widget.get("energies").locator("tr")
    energies = [
        int("".join(c for c in row.locator("td").last.inner_text() if c in "0123456789"))
        for row in rows.all()
    ]
    assert energies == sorted(energies)  # all are negative: |E| grows


def test_a_stroke_during_a_run_is_kept_and_counts(widget, page):
    widget.preset("camouflage")
    widget.get("tool-foreground").click()
    line(widget, GLAZE[:4], CUP)
    widget.get("run").click()
    line(widget, GLAZE[4:], CUP)
    expect(widget.get("value-strokes")).to_have_text("2")
    ended(widget)
    wait_until(lambda: page.kernel.ask('studio.state["strokes"]') == 2, "both strokes")
    assert page.kernel.ask("bool(studio.mask[82, 90]) and bool(studio.mask[70, 66])")
    assert page.kernel.ask('studio.state["iteration"]') >= 1
    agreed(widget, page)


def test_a_document_that_comes_from_the_kernel_is_asked_for(widget, page):
    page.kernel.run('studio.state = {**studio.state, "box": [40, 10, 165, 135], "iteration": 2}')
    expect(widget.get("value-iteration")).to_have_text("2 of at most 12")
    assert agreed(widget, page) > 0.9
    expect(widget.get("value-energy")).not_to_have_text("–")


def test_strokes_by_keyboard_and_the_eraser(widget, page):
    widget.get("tool-background").click()
    widget.get("stage").focus()
    for key in ("Space", "Shift+ArrowRight"):
        widget.page.keyboard.press(key)
    wait_until(lambda: page.kernel.ask('studio.state["strokes"]') == 2, "two strokes")
    assert page.kernel.ask("int((studio.scribbles == 0).sum())") > 30
    widget.get("tool-erase").click()
    widget.get("brush").fill("25")
    widget.get("stage").focus()
    widget.page.keyboard.press("Space")
    wait_until(lambda: page.kernel.ask('studio.state["strokes"]') == 0, "all erased")
    assert page.kernel.ask("int((studio.scribbles >= 0).sum())") == 0


def test_what_cannot_be_cut_is_said(widget, page):
    page.kernel.run('studio.state = {**studio.state, "box": None}')
    expect(widget.get("note")).to_contain_text("Draw a box")
    expect(widget.get("step")).to_have_attribute("aria-disabled", "true")
    widget.get("tool-foreground").click()
    line(widget, [(100, 60), (110, 70)], (214, 143))
    widget.get("step").click()
    expect(widget.get("note")).to_contain_text("no pixel that is background", timeout=20_000)
    expect(widget.get("note")).not_to_contain_text("state.")


def test_components_light_their_pixels_and_a_pixel_tells_its_costs(widget, page):
    widget.get("run").click()
    ended(widget)
    widget.stage("colours")
    told = page.kernel.ask("studio._find(studio.state)['sides'][1][0]['weight']")
    assert widget.text("component-1-0") == f"{100 * told:.0f} %"
    place = [(0.48, 0.5)]
    before = widget.colors("stage-canvas", place)
    for k in range(len(page.kernel.ask("studio._find(studio.state)['sides'][1]"))):
        widget.get(f"component-1-{k}").hover()
        widget.drawn()
        if widget.colors("stage-canvas", place) != before:
            break
    else:
        pytest.fail("no component lights the flower's middle")
    widget.page.mouse.move(*widget.place(widget.get("stage"), place[0]))
    expect(widget.get("costs")).to_contain_text("It is foreground")


def test_a_picture_of_the_readers_own(widget, page, tmp_path):
    rows, columns = np.mgrid[:120, :180]
    disk = np.hypot(rows - 60, columns - 90) < 35
    rgb = np.where(disk[..., None], [220, 60, 40], [30, 90, 110]) + (rows + columns)[..., None] % 9
    Image.fromarray(rgb.astype(np.uint8)).save(tmp_path / "own.png")
    widget.get("own-picture-file").set_input_files(tmp_path / "own.png")
    wait_until(lambda: page.kernel.ask('studio.state["picture"]') == "own", "the kernel to hear")
    expect(widget.get("value-iou")).to_be_hidden()
    widget.get("run").click()
    ended(widget)
    assert page.kernel.ask('studio.state["iteration"]') >= 1
    found = page.kernel.ask("int(studio.mask.sum())")
    assert found == pytest.approx(disk.sum(), rel=0.02)


# --- without a kernel -----------------------------------------------------------------------------


@pytest.fixture
def alone(without_kernel) -> Widget:
    return without_kernel(GrabCutStudio().to_html()).widget("grabcut_studio")


def test_a_page_without_a_kernel_plays_the_recorded_run(alone):
    studio = GrabCutStudio()
    alone.get("step").click()
    expect(alone.get("value-iteration")).to_have_text("1 of at most 12")
    studio.state = {**studio.state, "iteration": 1}
    expect(alone.get("value-iou")).to_contain_text(f"{studio.metrics['iou']:.3f}")
    alone.get("run").click()
    ended(alone)
    last = len(studio._data["recorded"]["easy"])
    expect(alone.get("value-iteration")).to_have_text(f"{last} of at most 12")
    expect(alone.get("note")).to_contain_text("changed no pixel")
    expect(alone.get("goal")).to_have_attribute("data-done", "true")
    alone.get("reset").click()
    expect(alone.get("value-iteration")).to_have_text("0 of at most 12")


def test_a_stroke_without_a_kernel_is_kept_and_says_what_it_needs(alone):
    alone.get("tool-background").click()
    line(alone, [(60, 40), (70, 50)], (214, 143))
    expect(alone.get("note")).to_contain_text("needs a kernel")
    alone.get("step").click()
    expect(alone.get("note")).to_contain_text("needs a kernel")
    expect(alone.get("value-strokes")).to_have_text("1")
    alone.get("undo").click()
    expect(alone.get("note")).not_to_contain_text("kernel")


def test_each_view_draws_its_own(alone):
    alone.get("run").click()
    ended(alone)
    places = [(0.48, 0.5), (0.05, 0.1)]  # in the flower, and in the dark
    seen = {}
    for view in ("photograph", "components", "trimap", "links", "mask"):
        alone.get(f"show-{view}").check(force=True)
        alone.drawn()
        seen[view] = alone.colors("stage-canvas", places)
    assert seen["trimap"] == [[128] * 3, [0] * 3]
    assert seen["mask"] == [[255] * 3, [0] * 3]
    assert len({str(colors) for colors in seen.values()}) == 5


def test_each_stage_shows_its_own_parts(alone):
    shown = {
        "cut": ["value-iou", "own-picture"],
        "colours": ["component-0-0", "costs"],
        "energy": ["energy-plot", "energies"],
    }
    alone.get("run").click()
    ended(alone)
    alone.has_its_parts(shown, "stage")


def test_the_width_of_the_brush_is_asked_of_tools_that_have_one(alone):
    for tool, has_width in {"foreground": True, "box": False, "erase": True}.items():
        alone.get(f"tool-{tool}").click()
        expect(alone.get("brush")).to_be_visible(visible=has_width)


def test_the_picture_can_be_scrolled_past_with_a_finger(without_kernel):
    widget = without_kernel(
        GrabCutStudio().to_html(), viewport={"width": 390, "height": 844}, has_touch=True
    ).widget("grabcut_studio")
    expect(widget.get("tool-box")).to_have_attribute("aria-pressed", "false")
    widget.get("tool-foreground").click()
    expect(widget.get("stage")).to_have_css("touch-action", "none")
