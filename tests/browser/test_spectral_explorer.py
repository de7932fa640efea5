"""Spectral explorer in JupyterLab and in a page without a kernel; the kernel checks the numbers."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from .conftest import axe_findings
from .lab import LabPage, Widget, box_of, wait_until

# What the kernel finds in the cube that the browser has, without the widget's own way of counting.
INDEPENDENT = """
def independent(explorer):
    import numpy as np
    from seglearn.data import samples
    from seglearn.imaging.spectra import spectral_angle
    from seglearn.metrics import iou
    state, cube = explorer.state, explorer.cube.astype(float)
    labels, response = samples.indian_pines().labels, explorer.responses[state["sensor"]]
    if response is not None:
        cube = cube @ response.T
    pins = [cube[tuple(pin)] for pin in state["pins"]]
    angles = [] if cube.shape[2] < 2 or not pins else np.degrees(spectral_angle(np.array(pins)[:, None], np.array(pins)[None]))
    found, score = explorer.metrics["threshold"], None
    if found:
        target = labels[tuple(state["pins"][state["pin"]])]
        counted = labels > 0
        if state["rest"] == "pinned":
            counted &= np.isin(labels, [labels[tuple(pin)] for pin in state["pins"]])
        if state["on"] == "angle":
            values = np.degrees(spectral_angle(cube, pins[state["pin"]]))
        else:
            values = cube[..., state["band"] if response is None else 0]
        inside = values <= found["value"] if found["side"] == "below" else values > found["value"]
        score = float(iou((labels == target)[counted], inside[counted]))
    return [np.round(angles, 2).tolist(), score]
"""

PRESETS = ("spectra", "same-object", "same-spectrum", "grey", "colour", "split")


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "spectral.ipynb",
        "from seglearn.widgets import SpectralExplorer\nexplorer = SpectralExplorer()\nexplorer",
        "import numpy as np\n"
        "own = SpectralExplorer(np.random.default_rng(0).random((20, 30, 8)), np.linspace(0.4, 0.9, 8),"
        ' hide=["pins", "copy"], size="projector")\nown',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    page.kernel.run(INDEPENDENT)
    return page


@pytest.fixture
def explorer(page) -> Widget:
    """Indian Pines, as a learner meets it."""
    explorer = page.widget("spectral_explorer", "cell-0")
    page.page.mouse.move(0, 0)
    if explorer.get("reset").is_enabled():
        explorer.get("reset").click()
    explorer.preset("spectra")
    if explorer.get("scale-shape").is_checked():
        explorer.get("scale-values").check()
    return explorer


def shown(explorer: Widget) -> list:
    """Read the angles between the pins and the IoU off the screen, in the stage that shows the threshold."""
    explorer.drawn()
    words = explorer.root.evaluate(
        """(root) => {
            const rows = [...root.querySelectorAll("[data-testid^=pin-]:is(tr)")];
            const angles = rows.map((_, i) => rows.map((_, j) =>
                i === j ? "0" : root.querySelector(`[data-testid=angle-${i}-${j}]`).textContent));
            const iou = root.querySelector(".threshold-plot").hidden
                ? "–" : root.querySelector("[data-value=iou]").textContent;
            return [angles, iou];
        }"""
    )
    angles, score = words
    numbers = [[float(angle.rstrip("°")) for angle in row] for row in angles if "–" not in row]
    return [numbers, None if score == "–" else float(score)]


def agreed(explorer: Widget, page: LabPage) -> list:
    """Wait until screen, trait and an independent count in the kernel agree; ends in the threshold's stage."""
    explorer.stage("threshold")

    def agree() -> list | None:
        angles, score = now = shown(explorer)
        told = page.kernel.ask('(explorer.metrics["threshold"] or {}).get("iou")')
        counted_angles, counted = page.kernel.ask("independent(explorer)")
        same = [told, counted, score].count(None) in (0, 3)
        close = same and (score is None or max(abs(score - told), abs(score - counted)) < 2e-3)
        flat = [[a for row in rows for a in row] for rows in (angles, counted_angles)]
        aligned = len(flat[0]) == len(flat[1])
        return (
            now
            if close and aligned and all(abs(a - b) < 0.0151 for a, b in zip(*flat, strict=True))
            else None
        )

    explorer.drawn()
    return wait_until(agree, "screen, widget and kernel to agree")


def pixels(explorer: Widget) -> list:
    """Colours of a grid of places of the picture."""
    explorer.drawn()
    return explorer.colors(
        "picture-canvas", [(x / 9 + 0.05, y / 9 + 0.05) for x in range(9) for y in range(9)]
    )


# --- presets and sensors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_show_what_the_kernel_finds(explorer, page, preset):
    explorer.preset(preset)
    agreed(explorer, page)
    assert explorer.text("story")


def test_one_object_two_spectra_and_two_objects_one_spectrum(explorer, page):
    explorer.preset("same-object")
    (angles, _) = agreed(explorer, page)
    assert (
        explorer.text("pin-class-0") == explorer.text("pin-class-1") != explorer.text("pin-class-2")
    )
    assert angles[0][1] > 4 * angles[0][2]
    explorer.preset("same-spectrum")
    (angles, _) = agreed(explorer, page)
    assert explorer.text("pin-class-0") != explorer.text("pin-class-1")
    assert angles[0][1] < 1.5
    expect(explorer.get("verdict")).to_contain_text("tells next to nothing")


def test_more_bands_tell_more(explorer, page):
    explorer.preset("colour")
    wait_until(lambda: page.kernel.ask("explorer.guesses"), "the guess to arrive")
    explorer.stage("threshold")
    scores = []
    for sensor in ("rgb", "multi", "hyper"):
        explorer.get(f"ledger-row-{sensor}").click()
        expect(explorer.get(f"sensor-{sensor}")).to_be_checked()
        scores.append(agreed(explorer, page)[1])
    assert scores == sorted(scores)
    assert scores[2] > scores[0] + 0.3
    explorer.stage("look")
    pictures = [pixels(explorer)]
    explorer.get("sensor-pan").check()
    explorer.drawn()
    assert all(r == g == b for r, g, b, *_ in pixels(explorer))
    assert pictures[0] != pixels(explorer)
    expect(explorer.get("angle-now")).to_have_text("–")
    explorer.stage("threshold")
    expect(explorer.get("threshold-none")).to_contain_text("One band has no angle")
    expect(explorer.get("ledger-row-hyper")).to_be_visible()
    expect(explorer.get("angle-0-1")).to_have_text("–")


def test_sensors_draw_their_bands(explorer):
    count = "(root) => root.querySelectorAll('.curves .box').length"
    for sensor, n in (("pan", 1), ("rgb", 3), ("multi", 7), ("hyper", 0)):
        explorer.get(f"sensor-{sensor}").check()
        explorer.drawn()
        assert explorer.root.evaluate(count) == n
        if sensor in ("multi", "hyper"):
            expect(explorer.get("marker-r")).to_be_visible()
        else:
            expect(explorer.get("marker-r")).to_be_hidden()


# --- pointing and pinning -------------------------------------------------------------------------------------------------


def test_hovering_reads_a_pixel(explorer, page):
    picture = explorer.get("stage")
    x, y = explorer.place(picture, ((98 + 0.5) / 145, (125 + 0.5) / 145))
    page.page.mouse.move(x, y)
    expect(explorer.get("here-class")).to_have_text("woods")
    angle = page.kernel.ask(
        "float(np.degrees(spectra.spectral_angle(explorer.cube[125, 98], explorer.cube[133, 98])))".replace(
            "np.", "__import__('numpy')."
        ).replace("spectra.", "__import__('seglearn.imaging.spectra', fromlist=['x']).")
    )
    expect(explorer.get("here-0")).to_have_text(f"{angle:.2f}°")
    curves = explorer.root.locator(".curves path.here")
    expect(curves).to_have_count(1)
    page.page.mouse.move(0, 0)
    expect(curves).to_have_count(0)
    expect(explorer.get("here-class")).not_to_have_text("woods")


def test_five_pins_and_a_sixth(explorer, page):
    picture = explorer.get("stage")
    for n in range(3):
        page.page.mouse.click(*explorer.place(picture, (0.2 + 0.1 * n, 0.3)))
    wait_until(lambda: len(page.kernel.ask("explorer.pins")) == 5, "five pins")
    last = page.kernel.ask("explorer.pins[-1]")
    page.page.mouse.click(*explorer.place(picture, (0.7, 0.7)))
    wait_until(lambda: page.kernel.ask("explorer.pins[-1]") != last, "the last pin to move")
    assert len(page.kernel.ask("explorer.pins")) == 5
    agreed(explorer, page)
    explorer.stage("look")
    page.page.mouse.click(
        *explorer.place(picture, (0.7, 0.7))
    )  # the same pixel again: the pin goes
    expect(explorer.get("pin-4")).to_have_count(0)
    explorer.stage("angles").get("unpin-0").click()
    wait_until(lambda: len(page.kernel.ask("explorer.pins")) == 3, "three pins")
    agreed(explorer, page)
    for n in (4, 5):
        explorer.get("undo").click()
        wait_until(lambda n=n: len(page.kernel.ask("explorer.pins")) == n, "undone")
    agreed(explorer, page)


def test_without_pins_it_asks_for_one(explorer, page):
    explorer.stage("angles")
    for _ in range(3):
        explorer.get("unpin-0").click()
    explorer.stage("threshold")
    expect(explorer.get("threshold-none")).to_contain_text("Pin a pixel first")
    assert agreed(explorer, page) == [[], None]
    page.page.mouse.click(*explorer.place(explorer.get("stage"), (0.68, 0.92)))
    expect(explorer.get("pin-class-0")).to_have_text("woods")


def test_the_picture_by_keyboard(explorer, page):
    cells = len(page.cells())
    start = page.kernel.ask("explorer.pins")
    middle = explorer.place(explorer.get("stage"), (72.5 / 145, 72.5 / 145))
    for _ in range(2):  # pins it and takes the pin away; the cursor stays there
        page.page.mouse.click(*middle)
    page.page.mouse.move(0, 0)
    explorer.get("stage").focus()
    for key in ("Shift+ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        page.page.keyboard.press(key)
    expect(explorer.get("live")).to_contain_text("Row 83, column 70")
    page.page.keyboard.press("Enter")
    wait_until(lambda: page.kernel.ask("explorer.pins") == [*start, [83, 70]], "the pin")
    for key in ("a", "b", "x", "d", "d", "m", "0", "0"):
        page.page.keyboard.press(key)
    assert len(page.cells()) == cells
    page.page.keyboard.press("Space")
    wait_until(lambda: page.kernel.ask("explorer.pins") == start, "the pin to go")


# --- bands ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [0, 0.9], ids=["by its letter", "by its line"])
def test_a_dragged_marker_recomposes_the_picture(explorer, page, where):
    before = pixels(explorer)
    area = explorer.root.locator(".plot-area")
    handle = explorer.get("marker-r").locator(".handle")
    x, y = explorer.place(handle, (0.5, 0.5))
    y += where * box_of(area)["height"]
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    box = box_of(area)
    seen = []
    for share in (0.4, 0.6, 0.75):
        page.page.mouse.move(box["x"] + share * box["width"], y)
        seen.append(pixels(explorer))
    assert len({json.dumps(p) for p in (before, *seen)}) == 4  # while it is still held
    page.page.mouse.up()
    wait_until(lambda: page.kernel.ask('explorer.state["bands"][0]') == 150, "band 151")
    expect(explorer.get("caption")).to_contain_text("R = band 151")
    page.page.mouse.move(0, 0)
    explorer.get("undo").click()
    wait_until(lambda: pixels(explorer) == before, "one step back is the first picture")


def test_markers_by_keyboard(explorer, page):
    explorer.get("marker-g").focus()
    band = page.kernel.ask('explorer.state["bands"][1]')
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        page.page.keyboard.press(key)
    wait_until(lambda: page.kernel.ask('explorer.state["bands"][1]') == band + 11, "11 bands on")
    expect(explorer.get("marker-g")).to_have_attribute("aria-valuenow", str(band + 12))
    explorer.get("sensor-multi").check()
    explorer.get("marker-r").focus()
    page.page.keyboard.press("ArrowRight")
    expect(explorer.get("caption")).to_contain_text("R = SWIR 1")


def test_the_threshold_band_and_the_sweep(explorer, page):
    explorer.preset("split")
    agreed(explorer, page)
    expect(explorer.get("plot-note")).to_contain_text("the best IoU", timeout=20_000)
    marker = explorer.get("marker-t")
    expect(marker).to_be_visible()
    marker.focus()
    before = page.kernel.ask('explorer.metrics["threshold"]["iou"]')
    for _ in range(3):
        page.page.keyboard.press("Shift+ArrowRight")
    wait_until(lambda: page.kernel.ask('explorer.state["band"]') == 40, "band 41")
    assert agreed(explorer, page)[1] < before - 0.2


# --- the threshold ----------------------------------------------------------------------------------------------------------


def test_the_slider_moves_the_threshold_and_best_brings_it_back(explorer, page):
    best = agreed(explorer, page)[1]
    expect(explorer.get("best")).to_have_attribute("aria-disabled", "true")
    explorer.get("threshold").focus()
    for _ in range(15):
        page.page.keyboard.press("ArrowRight")
    worse = agreed(explorer, page)[1]
    assert worse < best
    expect(explorer.get("best")).to_have_attribute("aria-disabled", "false")
    explorer.get("best").click()
    assert agreed(explorer, page)[1] == best


def test_what_is_captured_is_painted_and_lit(explorer, page):
    explorer.stage("threshold")
    plain = pixels(explorer)
    explorer.get("show-paint").click()
    painted = pixels(explorer)
    assert painted != plain
    explorer.root.locator("[data-part=fn]").hover()
    wait_until(lambda: pixels(explorer) != painted, "the missed pixels stand out")
    lit = explorer.root.locator(".threshold-scores [data-term].lit")
    assert {term.get_attribute("data-term") for term in lit.all()} == {"fn", "recall", "iou"}
    explorer.root.locator(".threshold-scores [data-term=precision]").first.hover()
    assert "lit" in explorer.root.locator("[data-part=tp]").get_attribute("class")
    assert "lit" not in explorer.root.locator("[data-part=fn]").get_attribute("class")
    page.page.mouse.move(0, 0)
    explorer.get("show-paint").click()
    wait_until(lambda: pixels(explorer) == plain, "the picture is bare again")


def test_side_class_and_rest_can_be_chosen(explorer, page):
    explorer.stage("threshold").get("ask-2").check()
    first = agreed(explorer, page)[1]
    explorer.get("rest-pinned").check()
    pinned = agreed(explorer, page)[1]
    assert pinned > first
    explorer.get("on-band").check()
    on_band = agreed(explorer, page)[1]
    other = "above" if explorer.get("side-below").is_checked() else "below"
    explorer.get(f"side-{other}").check()
    assert agreed(explorer, page)[1] < on_band


def test_a_pair_lights_its_curves_and_is_written_out(explorer):
    explorer.stage("angles").get("angle-1-2").click()
    expect(explorer.get("angle-note")).to_contain_text("a is pin 2, b is pin 3")
    expect(explorer.root.locator(".angle [data-value=angle]")).to_have_text(
        explorer.text("angle-1-2")
    )
    expect(explorer.root.locator(".curves path.pin-0")).to_have_class("pin-0 faded")
    expect(explorer.root.locator(".curves path.pin-2")).to_have_class("pin-2")
    explorer.root.locator(".angle [data-term=b]").first.hover()
    expect(explorer.get("pin-2")).to_have_class("lit")
    expect(explorer.get("pin-1")).not_to_have_class("lit")


def test_shape_leaves_brightness_out(explorer):
    path = "(root) => root.querySelector('.curves path.pin-1').getAttribute('d')"
    before = explorer.root.evaluate(path)
    explorer.get("scale-shape").check()
    explorer.drawn()
    assert explorer.root.evaluate(path) != before
    expect(explorer.root.locator(".unit")).to_contain_text("length")


# --- the rest ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["spectra", "same-spectrum", "grey", "colour", "split"])
def test_copied_python_comes_close_in_the_measured_cube(explorer, page, preset):
    explorer.preset(preset)
    angles, score = agreed(explorer, page)
    explorer.get("copy").click()
    printed = page.kernel.printed(page.copied())
    assert abs(float(printed.split()[-1]) - score) < 0.08  # the widget has a reduced cube
    if len(angles) > 1:
        first = printed.replace("[", " ").replace("]", " ").split()
        assert abs(float(first[1]) - angles[0][1]) < 0.8


def test_python_sets_pins(explorer, page):
    page.kernel.run("explorer.pins = [(125, 98), (60, 27)]")
    expect(explorer.get("pin-class-0")).to_have_text("woods")
    expect(explorer.get("pin-class-1")).to_have_text("grass, trees")
    expect(explorer.get("pin-2")).to_have_count(0)
    agreed(explorer, page)
    explorer.get("undo").click()
    expect(explorer.get("pin-2")).to_have_count(1)


def test_changes_are_announced(explorer):
    explorer.preset("colour")
    expect(explorer.get("live")).to_contain_text("2 pins. Threshold: IoU 0.3")


def test_your_own_cube_has_no_classes(page):
    own = page.widget("spectral_explorer", "cell-1")
    for gone in ("pins", "copy", "show-borders"):
        expect(own.get(gone)).to_be_hidden()
    expect(own.get("threshold")).to_have_count(0)
    expect(own.get("sensor")).to_have_text("PanchromaticAll bands")
    expect(own.root.locator(".x-ticks")).to_contain_text("0.4")
    page.page.mouse.move(*own.place(own.get("stage"), (0.3, 0.3)))
    expect(own.root.locator(".curves path.here")).to_have_count(1)
    page.page.mouse.move(0, 0)


def test_tab_reaches_every_control_and_leaves(explorer, page):
    explorer.get("copy").focus()
    reached = []
    for _ in range(70):
        page.page.keyboard.press("Tab")
        if (now := explorer.focused()) is None:
            break
        reached.append(now)
    assert now is None, "Tab does not leave the widget"
    expected = [
        "preset-spectra",
        "sensor-hyper",
        "stage",
        "show-borders",
        "scale-values",
        "marker-r",
    ]
    assert [name for name in reached if name in expected] == expected


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, explorer, axe, theme):
    page.theme(theme)
    try:
        for preset in ("spectra", "same-object", "grey", "split"):
            explorer.preset(preset)
            explorer.drawn()
            assert axe_findings(explorer, axe) == []
        explorer.stage("look").get("sensor-multi").check()
        explorer.stage("threshold").get("rest-pinned").check()
        assert axe_findings(explorer, axe) == []
        assert axe_findings(page.widget("spectral_explorer", "cell-1"), axe) == []
    finally:
        page.theme("Light")


def test_lives_in_a_page_without_kernel(page, without_kernel):
    html = page.kernel.ask("explorer.to_html()")
    narrow = without_kernel(html, has_touch=True, viewport={"width": 700, "height": 900})
    alone = narrow.widget("spectral_explorer")
    alone.preset("colour", guess=False)
    expect(alone.get("angle-now")).to_be_hidden()  # the angle is to be guessed first
    alone.get("guess-give").click()
    expect(alone.get("guess-result")).to_contain_text("5.38")
    expect(alone.get("angle-now")).to_be_visible()
    scores = {}
    for preset in ("grey", "same-spectrum", "split"):
        alone.preset(preset)
        alone.stage("threshold")
        scores[preset] = shown(alone)[1]
    assert scores["same-spectrum"] < scores["grey"] < scores["split"]
    picture = alone.get("stage")
    picture.scroll_into_view_if_needed()
    picture.tap(position={"x": 40, "y": 60})  # a finger pins as well
    expect(alone.get("pin-1")).to_have_count(1)
