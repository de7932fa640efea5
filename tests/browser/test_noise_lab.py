"""The noise lab in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from seglearn.imaging.denoise import DENOISERS
from seglearn.widgets import NoiseLab

from .conftest import axe_findings
from .lab import LabPage, Widget, wait_until

PRESETS = ("start", "grain", "wrong", "photons", "best-psnr", "best-iou")
FILTERS = (
    "none",
    "mean",
    "gaussian",
    "median",
    "adaptive-median",
    "bilateral",
    "non-local-means",
    "total-variation",
)
NOISES = ("gaussian", "salt", "pepper", "salt-and-pepper", "poisson", "speckle")
SCORES = ("psnr-noisy", "psnr-filtered", "ssim-noisy", "ssim-filtered")
INDEPENDENT = """[
    fidelity.psnr(lab.clean, lab.noisy), fidelity.psnr(lab.clean, lab.filtered),
    fidelity.ssim(lab.clean, lab.noisy), fidelity.ssim(lab.clean, lab.filtered)]"""
PICTURE = "(c) => c.toDataURL()"


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "noise.ipynb",
        "from seglearn.imaging import fidelity\n"
        "from seglearn.widgets import NoiseLab\n"
        "lab = NoiseLab()\nlab",
        "import numpy as np\n"
        "from seglearn.data import samples\n"
        'own = NoiseLab(samples.photograph("chelsea"), reduce=4, size="projector")\n'
        "own",
        "image = np.random.default_rng(1).random((30, 40))\n"
        'NoiseLab(image, hide=["story", "network", "histogram"])',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    return page


@pytest.fixture
def widget(page) -> Widget:
    """The lab, as a learner meets it."""
    widget = page.widget("noise_lab", "cell-0")
    widget.preset("start")
    page.page.mouse.move(0, 0)
    return widget


def words(widget: Widget, part: str) -> str:
    """Return what a part says, whichever stage is on."""
    return " ".join((widget.get(part).text_content() or "").split())


def shown(widget: Widget) -> list[float]:
    """Return the scores in the table; NaN for what is still being computed."""
    told = [words(widget, part) for part in SCORES]
    known = {"∞": float("inf"), "…": float("nan")}
    return [known[word] if word in known else float(word.split()[0]) for word in told]


def agreed(widget: Widget, page: LabPage) -> list[float]:
    """Return the scores once the screen, the trait and the library in the kernel agree."""

    def agree() -> list[float] | None:
        now = shown(widget)
        m = page.kernel.ask("lab.metrics")
        told = [m["noisy_psnr"], m["psnr"], m["noisy_ssim"], m["ssim"]]
        counted = page.kernel.ask(INDEPENDENT)
        by = (0.06, 0.06, 6e-4, 6e-4)  # as many digits as are shown
        close = all(
            abs(a - b) < tolerance and abs(b - c) < tolerance
            for a, b, c, tolerance in zip(now, told, counted, by, strict=True)
        )
        return now if close else None

    widget.drawn()
    return wait_until(agree, "the three to agree on the scores")


def state(page: LabPage, **expected: object) -> None:
    """Wait until the kernel has heard."""
    wait_until(
        lambda: all(page.kernel.ask(f'lab.state["{k}"]') == v for k, v in expected.items()),
        f"the kernel to hear of {expected}",
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_browser_and_kernel_measure_the_same(widget, page, preset):
    widget.preset(preset)
    noisy, filtered, *_ = agreed(widget, page)
    iou = page.kernel.ask('lab.metrics["mean_iou"]')
    assert words(widget, "here").startswith(f"Here: mean IoU {100 * iou:.1f} %")
    if preset == "start":
        assert filtered > noisy + 15


@pytest.mark.parametrize("noise", NOISES)
def test_every_noise_has_its_law_and_the_kernels_numbers(widget, page, noise):
    widget.get("noise").select_option(noise)
    state(page, noise=noise)
    agreed(widget, page)
    expect(widget.get("law")).to_contain_text("y")
    assert widget.get("salt").is_visible() == (noise == "salt-and-pepper")


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_the_kernels(widget, page, name):
    widget.preset("grain")
    expect(widget.get("tag-right")).to_have_text("noisy")
    widget.get("filter").select_option(name)
    if name != "none":  # who chooses a filter sees what it does
        expect(widget.get("tag-right")).to_have_text("filtered")
    state(page, filter=name)
    agreed(widget, page)
    assert widget.get("setting").is_visible() == (name != "none")


def test_sliders_by_keyboard_and_undo(widget, page):
    widget.preset("grain")
    widget.get("filter").select_option("gaussian")
    before = agreed(widget, page)
    widget.get("strength").focus()
    page.page.keyboard.press("ArrowRight")
    wait_until(lambda: page.kernel.ask('lab.state["strength"]') == 0.119, "a little more")
    expect(widget.get("here")).to_contain_text("Between two measured points")
    assert page.kernel.ask('lab.metrics["mean_iou"]') is None
    more = agreed(widget, page)
    assert more[0] < before[0]
    widget.get("setting").focus()
    page.page.keyboard.press("End")
    state(page, setting=2.6)
    page.page.keyboard.press("ControlOrMeta+z")
    assert agreed(widget, page) == more
    widget.get("undo").click()
    assert agreed(widget, page) == before
    widget.get("redo").click()
    assert agreed(widget, page) == more


def test_salt_alone_and_another_seed(widget, page):
    widget.get("salt").focus()
    page.page.keyboard.press("End")
    state(page, salt=1)
    agreed(widget, page)
    assert page.kernel.ask("int((lab.noisy == 0).sum() - (lab.clean == 0).sum())") <= 0
    expect(widget.get("here")).to_contain_text("as much salt as pepper")
    widget.preset("grain")
    before = agreed(widget, page)
    widget.get("seed").fill("7")
    page.page.keyboard.press("Enter")
    state(page, seed=7)
    after = agreed(widget, page)
    assert after[0] == pytest.approx(before[0], abs=0.3)
    widget.get("undo").click()
    state(page, seed=0)
    expect(widget.get("seed")).to_have_value("0")
    widget.get("seed-next").click()
    state(page, seed=1)


def test_swipe_by_mouse_and_by_keyboard(widget, page):
    canvas = widget.get("picture-canvas")
    middle = canvas.evaluate(PICTURE)
    widget.drag(widget.get("stage"), start=(0.5, 0.5), to=(0.9, 0.5))
    expect(widget.get("swipe")).to_have_value("90")
    assert canvas.evaluate(PICTURE) != middle
    widget.get("swipe").focus()
    page.page.keyboard.press("Home")
    expect(widget.get("swipe")).to_have_value("0")
    widget.drawn()
    expect(widget.get("tag-left")).to_be_hidden()
    filtered = canvas.evaluate(PICTURE)
    page.page.keyboard.press("End")
    widget.drawn()
    assert canvas.evaluate(PICTURE) != filtered
    widget.stage("scores")
    widget.get("pair-taken").check(force=True)
    expect(widget.get("tag-left")).to_contain_text("removed")


def test_formula_table_and_picture_light_each_other(widget):
    widget.stage("scores")
    canvas = widget.get("picture-canvas")
    pictures = {canvas.evaluate(PICTURE)}
    for term, told in (("mse", "error"), ("clean", "clean"), ("filtered", "filtered")):
        widget.root.locator(f"[data-term={term}]").first.hover()
        expect(widget.get("tag-left")).to_contain_text(told)
        widget.drawn()
        pictures.add(canvas.evaluate(PICTURE))
    assert len(pictures) == 4
    widget.root.locator("[data-part=clean]").hover()
    expect(widget.root.locator("[data-term=clean]")).to_have_class(re.compile("lit"))
    widget.get("strength").hover()
    expect(widget.get("law").locator("[data-term=noise]")).to_have_class(re.compile("lit"))


def test_a_pixel_tells_its_values(widget, page):
    page.page.mouse.move(*widget.place(widget.get("stage"), (0.3, 0.4)))
    expect(widget.get("caption")).to_contain_text("Pixel")
    row, column, *values = map(float, re.findall(r"\d+(?:\.\d+)?", widget.text("caption")))
    at = f"[int({row}), int({column})]"
    known = page.kernel.ask(f"[float(p{at}) for p in (lab.clean, lab.noisy, lab.filtered)]")
    assert values[:3] == pytest.approx(known, abs=0.006)
    widget.get("stage").focus()
    page.page.keyboard.press("ArrowRight")
    expect(widget.get("live")).to_contain_text("Pixel", timeout=5_000)


def test_the_histogram_follows(widget):
    widget.stage("scores")
    before = widget.get("histogram").inner_html()
    widget.get("bars-errors").check(force=True)
    expect(widget.get("histogram")).to_have_attribute("aria-label", re.compile("errors"))
    errors = widget.get("histogram").inner_html()
    assert errors != before
    widget.get("noise").select_option("gaussian")
    widget.drawn()
    assert widget.get("histogram").inner_html() != errors


def test_the_map_sets_the_lab_and_the_arrows_walk_it(widget, page):
    widget.stage("network")
    widget.get("noise").select_option("gaussian")
    widget.get("cell-2-10").click()
    state(page, strength=0.1, filter="median", setting=5)
    expect(widget.get("cell-2-10")).to_have_attribute("aria-selected", "true")
    iou = page.kernel.ask('lab.metrics["mean_iou"]')
    assert widget.text("cell-2-10") == f"{100 * iou:.0f}"
    page.page.keyboard.press("ArrowDown")
    state(page, strength=0.2, filter="median", setting=5)
    page.page.keyboard.press("ArrowRight")
    state(page, filter="median", setting=7)
    assert widget.focused() == "cell-3-11"
    widget.get("map-psnr").check(force=True)
    expect(widget.get("cell-3-11")).to_have_attribute("aria-label", re.compile(r"PSNR \d+\sdB"))


def test_best_picture_and_best_segmentation_part_in_strong_speckle(widget):
    widget.preset("best-psnr")
    assert "Best picture: Gaussian 1.8" in words(widget, "best")
    assert "Best for the network: Total variation 0.4" in words(widget, "best")
    expect(widget.root.locator("td.by-psnr.now")).to_have_count(1)
    widget.preset("best-iou")
    expect(widget.root.locator("td.by-iou.now")).to_have_count(1)
    widget.preset("start")
    assert "also the best for the network: Adaptive median 7" in words(widget, "best")


def test_the_kernel_measures_a_point_again(widget, page):
    widget.preset("best-iou")
    widget.get("ask").click()
    expect(widget.get("kernel-answer")).to_contain_text("Just now", timeout=120_000)
    iou = page.kernel.ask('lab.metrics["mean_iou"]')
    found = float(re.search(r"mean IoU ([\d.]+)", widget.text("kernel-answer"))[1])
    assert found == pytest.approx(100 * iou, abs=0.5)  # another processor may round otherwise
    expect(widget.get("plot").locator("path.again")).to_have_count(1)
    maps = widget.get("labels").locator("canvas")
    expect(maps).to_have_count(3)
    assert len({canvas.evaluate(PICTURE) for canvas in maps.all()}) == 3
    expect(maps.first).to_have_attribute("aria-label", re.compile(r"truth: \w+ \d+"))
    widget.preset("grain")
    expect(widget.get("plot").locator("path.again")).to_have_count(0)
    expect(widget.get("labels")).to_be_hidden()


def test_the_kernel_has_no_truth_for_a_photograph(widget):
    widget.stage("network")
    widget.get("ask").click()
    expect(widget.get("kernel-answer")).to_contain_text("street scene", timeout=120_000)
    expect(widget.get("labels")).to_be_hidden()


def test_what_was_not_measured_is_said_and_can_be_repaired(widget, page):
    widget.get("salt").focus()
    page.page.keyboard.press("Home")
    state(page, salt=0)
    widget.stage("network")
    expect(widget.get("here")).to_contain_text("as much salt as pepper")
    expect(widget.get("ask")).to_have_attribute("aria-disabled", "true")
    widget.get("even").click()
    state(page, salt=0.5)
    expect(widget.get("ask")).to_have_attribute("aria-disabled", "false")


def test_a_cell_brings_the_salt_that_it_was_measured_with(widget, page):
    widget.get("salt").focus()
    page.page.keyboard.press("End")
    state(page, salt=1)
    widget.stage("network")
    widget.get("cell-2-10").click()
    state(page, salt=0.5, strength=0.1, filter="median")
    widget.get("ask").click()
    expect(widget.get("kernel-answer")).to_contain_text("Just now", timeout=120_000)


def test_nothing_was_removed_where_no_filter_is(widget):
    widget.stage("scores")
    widget.get("pair-taken").check(force=True)
    expect(widget.get("nothing")).to_be_hidden()
    widget.get("filter").select_option("none")
    expect(widget.get("nothing")).to_contain_text("nothing was removed")


def test_a_goal_is_reached_and_says_why(widget):
    expect(widget.get("goal-distance")).to_contain_text("by the adaptive median")
    widget.get("filter").select_option("mean")
    expect(widget.get("goal-distance")).to_contain_text("dB to go")
    widget.get("filter").select_option("median")
    expect(widget.get("goal")).to_have_attribute("data-done", "true")
    expect(widget.get("goal")).to_contain_text("Six in ten", use_inner_text=True)


def test_python_hears_what_was_guessed(widget, page):
    widget.preset("grain")
    told = wait_until(lambda: page.kernel.ask("lab.guesses"), "the guess to be told")
    assert {k: told[0][k] for k in ("preset", "guess")} == {"preset": "grain", "guess": 0.35}
    assert told[0]["truth"] == pytest.approx(0.2768, abs=1e-3)


def test_a_run_of_keys_is_one_step_of_undo(widget, page):
    widget.get("strength").focus()
    for _ in range(5):
        page.page.keyboard.press("ArrowLeft")
    wait_until(lambda: page.kernel.ask('lab.state["strength"] < 0.2'), "five steps")
    widget.get("undo").click()
    state(page, strength=0.4)


def test_a_picture_of_the_readers_own(widget, page, tmp_path):
    rgb = np.random.default_rng(3).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    Image.fromarray(rgb).save(tmp_path / "own.png")
    widget.get("own-picture-file").set_input_files(tmp_path / "own.png")
    state(page, picture="own")
    assert page.kernel.ask("list(lab.picture.shape)") == [60, 80, 3]
    assert page.kernel.ask("int(lab.picture[7, 9, 1])") == rgb[7, 9, 1]
    agreed(widget, page)
    widget.get("undo").click()
    state(page, picture="camera")


@pytest.mark.parametrize("preset", ["start", "photons", "best-iou"])
def test_copied_python_gives_nearly_the_numbers_shown(widget, page, preset):
    widget.preset(preset)
    _, decibels, _, alike = agreed(widget, page)
    widget.get("copy").click()
    printed = page.kernel.printed(page.copied()).split()
    assert float(printed[0]) == pytest.approx(decibels, abs=0.5)  # other luck, same distribution
    assert float(printed[1]) == pytest.approx(alike, abs=0.03)


def test_a_picture_of_ones_own_on_a_projector(page):
    own = page.widget("noise_lab", "cell-1")
    expect(own.get("picture").locator("[value=camera]")).to_have_count(0)
    expect(own.get("preset-photons")).to_have_count(0)
    own.preset("grain")
    told = wait_until(
        lambda: page.kernel.ask('own.state["noise"] == "gaussian" and own.metrics["psnr"]'),
        "the kernel to hear",
    )
    assert float(words(own, "psnr-filtered").split()[0]) == pytest.approx(told, abs=0.06)
    own.get("copy").click()
    assert "clean = lab.clean" in page.copied()


def test_parts_can_be_hidden(page):
    bare = page.widget("noise_lab", "cell-2")
    for part in ("surface", "histogram", "story"):
        expect(bare.get(part)).to_be_hidden()
    expect(bare.get("stage")).to_be_visible()
    expect(bare.get("stage-network")).to_be_hidden()
    expect(bare.get("gain-noisy")).to_contain_text("dB")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, widget, axe, theme):
    page.theme(theme)
    try:
        for preset in PRESETS:
            widget.preset(preset)
            for name in ("picture", "scores", "network"):
                widget.stage(name)
                assert axe_findings(widget, axe) == []
        assert axe_findings(page.widget("noise_lab", "cell-1"), axe) == []
    finally:
        page.theme("Light")


def test_keys_stay_in_the_widget(widget, page):
    cells = len(page.cells())
    widget.stage("network")
    widget.get("cell-4-14").focus()
    for key in ("b", "x", "a", "d", "d"):
        page.page.keyboard.press(key)
    assert len(page.cells()) == cells


def test_a_finger_swipes_sideways(without_kernel):
    alone = without_kernel(NoiseLab().to_html(), has_touch=True).widget("noise_lab")
    (x0, y), (x1, _) = (alone.place(alone.get("stage"), (at, 0.5)) for at in (0.5, 0.2))
    touch = alone.page.context.new_cdp_session(alone.page)
    for kind, points in (
        ("Start", [{"x": x0, "y": y}]),
        *(("Move", [{"x": x0 + k / 8 * (x1 - x0), "y": y}]) for k in range(1, 9)),
        ("End", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    expect(alone.get("swipe")).to_have_value(re.compile("^(19|20|21)$"))


def test_lives_in_a_page_without_kernel(page, without_kernel):
    html = page.kernel.ask("lab.__class__().to_html() + lab.__class__(image).to_html()")
    view = without_kernel(html).page
    roots = view.get_by_test_id("widget-noise_lab")
    expect(roots).to_have_count(2)
    alone = Widget(view, "noise_lab")
    alone.root = roots.first
    found = {}
    for preset in ("start", "grain"):
        alone.preset(preset)
        alone.drawn()
        found[preset] = shown(alone)[1]
    assert found["grain"] < found["start"]
    expect(alone.get("ask")).to_have_count(0)
    expect(alone.get("kernel-answer")).to_contain_text("no kernel")


# --- the worker -------------------------------------------------------------------------------------

HOLD = """() => {
    const Real = Worker;
    window.made = 0;
    window.held = [];
    window.Worker = class {
        constructor(url) {
            window.made++;
            this.real = new Real(url);
            this.real.onerror = (event) => this.onerror(event);
            this.real.onmessage = (event) => window.held.push(() => this.onmessage(event));
        }
        postMessage(message) { this.real.postMessage(message); }
        terminate() { this.real.terminate(); }
    };
}"""
"""Keep what a worker answers until it is let go."""
REFUSE = "() => { window.Worker = class { constructor() { throw new Error('refused'); } }; }"


def answers_of_the_library(**state: object) -> list[float]:
    lab = NoiseLab(preset="grain")
    lab.state = {**lab.state, **state}
    m = lab.metrics
    return [m["noisy_psnr"], m["psnr"], m["noisy_ssim"], m["ssim"]]


def test_slow_filters_run_in_a_worker_and_the_newest_wins(without_kernel):
    alone = without_kernel(NoiseLab(preset="grain").to_html()).widget("noise_lab")
    view = alone.page
    view.evaluate(HOLD)
    expect(alone.get("stage")).to_have_attribute("aria-busy", "false")
    alone.get("filter").select_option("total-variation")
    expect(alone.get("tag-right")).to_have_text("filtered: computing …")
    expect(alone.get("stage")).to_have_attribute("aria-busy", "true")
    expect(alone.get("live")).to_have_text("Computing …")
    assert words(alone, "psnr-filtered") == words(alone, "ssim-filtered") == "…"
    assert "dB" in words(alone, "psnr-noisy")
    alone.get("setting").focus()
    for key in ("Home", "ArrowRight", "End"):  # while the first is on its way
        view.keyboard.press(key)
    alone.drawn()
    for _ in range(2):  # the first, and the last that was asked for
        wait_until(lambda: view.evaluate("held.length") == 1, "the worker to answer")
        view.evaluate("held.shift()()")
    expect(alone.get("tag-right")).to_have_text("filtered")
    expect(alone.get("stage")).to_have_attribute("aria-busy", "false")
    expected = answers_of_the_library(
        filter="total-variation", setting=DENOISERS["total-variation"].settings[-1]
    )
    assert shown(alone) == pytest.approx(expected, abs=0.06)
    expect(alone.get("live")).to_contain_text("PSNR")
    assert view.evaluate("[made, held.length]") == [1, 0]


@pytest.mark.parametrize("how", ["at once", "by policy"])
def test_where_workers_are_refused_the_page_does_the_work(without_kernel, how):
    policy = """<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">"""
    html = NoiseLab(preset="grain").to_html()
    alone = without_kernel((policy if how == "by policy" else "") + html).widget("noise_lab")
    if how == "at once":
        alone.page.evaluate(REFUSE)
    for name in ("non-local-means", "total-variation"):
        alone.get("filter").select_option(name)
        expect(alone.get("tag-right")).to_have_text("filtered")
        wait_until(lambda: words(alone, "psnr-filtered") != "…", "the page to do the work")
        settings = DENOISERS[name].settings
        expected = answers_of_the_library(filter=name, setting=settings[len(settings) // 2])
        assert shown(alone) == pytest.approx(expected, abs=0.06)
