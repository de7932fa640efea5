"""The convolution explorer in JupyterLab and in a page without a kernel; PyTorch in the kernel checks every number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import axe_findings
from .lab import LabPage, Widget, wait_until

PYTORCH = """(lambda image, kernel: __import__("torch").nn.functional.conv2d(
    image[None, None], kernel[None, None], stride=explorer.stride, padding=explorer.padding,
    dilation=explorer.dilation)[0, 0].tolist())(
    *[__import__("torch").tensor(a) for a in (explorer.image, explorer.kernel)])"""
OUTPUT = """(board) => [...board.querySelectorAll("svg > g:first-of-type text")].map((text) => text.textContent)"""


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "convolution.ipynb",
        "from seglearn.widgets import ConvolutionExplorer\n"
        "explorer = ConvolutionExplorer()\nexplorer",
        'ConvolutionExplorer(preset="floor", size="projector", hide=["formula", "sum"])',
        'asked = ConvolutionExplorer(preset="floor")\nasked',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    return page


@pytest.fixture
def explorer(page) -> Widget:
    """The explorer as a learner meets it."""
    explorer = page.widget("convolution_explorer", "cell-0")
    if explorer.get("reset").is_enabled():
        explorer.get("reset").click()
    explorer.preset("identity")
    explorer.get("shows-values").check()
    return explorer


def flat(rows: list[list[float]]) -> list[float]:
    return [x for row in rows for x in row]


def output(explorer: Widget, page: LabPage) -> list[list[float]]:
    """Return the numbers of the output once the screen, the trait and PyTorch agree on them."""

    def agree() -> list[list[float]] | None:
        words = explorer.get("output").evaluate(OUTPUT)
        told, counted = page.kernel.ask(f"[explorer.output.tolist(), {PYTORCH}]")
        if not len(words) == len(flat(told)) == len(flat(counted)):
            return None
        shown = [float(text.replace("−", "-")) for text in words]
        close = all(
            abs(a - b) <= 0.0501 and abs(b - c) < 1e-9
            for a, b, c in zip(shown, flat(told), flat(counted), strict=True)
        )
        return counted if close else None

    explorer.drawn()
    return wait_until(agree, "screen, widget and PyTorch to agree")


def side(page: LabPage) -> int:
    return page.kernel.ask("explorer.output_size")


def cell(explorer: Widget, board: str, row: int, column: int, n: int) -> None:
    """Move the mouse over a cell of a board of n cells a side."""
    part = explorer.get(board).locator("svg")
    explorer.page.mouse.move(*explorer.place(part, ((column + 0.5) / n, (row + 0.5) / n)))


@pytest.mark.parametrize(
    "preset",
    ["identity", "blur", "edge", "sharpen", "stride", "dilation", "same", "floor", "full"],
)
def test_presets_show_what_pytorch_computes(explorer, page, preset):
    explorer.preset(preset)
    numbers = output(explorer, page)
    expect(explorer.get("output-title")).to_have_text(f"Output {len(numbers)} × {len(numbers)}")
    assert explorer.text("story")


@pytest.mark.parametrize(
    ("slider", "value", "side"),
    [("size", 9, 7), ("kernel", 5, 3), ("stride", 2, 3), ("padding", 1, 7), ("dilation", 3, 1)],
)
def test_sliders_change_the_output_and_undo_takes_them_back(explorer, page, slider, value, side):
    before = output(explorer, page)
    explorer.get(f"set-{slider}").fill(str(value))
    assert len(output(explorer, page)) == side
    explorer.get("undo").click()
    assert output(explorer, page) == before


def test_pointing_at_an_output_shows_its_sum(explorer, page):
    explorer.preset("edge")
    numbers = output(explorer, page)
    cell(explorer, "output", 1, 4, 5)
    expect(explorer.get("result")).to_have_text("−18")
    assert numbers[1][4] == -18
    words = explorer.text("sum")
    assert words.startswith("Output (2, 5) =")
    products = re.findall(r"(−?\d+) × (−?\d+)", words)
    assert len(products) == 9
    assert sum(int(x.replace("−", "-")) * int(w.replace("−", "-")) for x, w in products) == -18
    expect(explorer.get("input").locator("svg .tap")).to_have_count(9)


def test_arrows_walk_the_output_and_are_spoken(explorer, page):
    cells = len(page.cells())
    explorer.get("output").focus()
    for key in ("Home", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.page.keyboard.press(key)
    expect(explorer.get("live")).to_contain_text("Output row 3, column 2")
    page.page.keyboard.press("End")
    expect(explorer.get("sum")).to_contain_text("Output (5, 5)")
    for key in ("b", "x", "d", "d"):
        page.page.keyboard.press(key)
    assert len(page.cells()) == cells


def test_a_weight_is_typed(explorer, page):
    explorer.preset("edge")
    for i in range(3):
        for j in range(3):
            field = explorer.get(f"weight-{i}-{j}")
            field.fill(str(i - 1))
            field.press("Enter")
    numbers = output(explorer, page)
    assert numbers[0][2] == 27
    assert numbers[4][2] == -27
    assert page.kernel.ask("explorer.state['kind']") == "own"
    explorer.get("kind-blur").check()
    output(explorer, page)
    assert page.kernel.ask("explorer.state['divisor']") == 9


def test_a_weight_that_is_being_typed_is_left_alone(explorer, page):
    explorer.preset("edge")
    field = explorer.get("weight-1-1")
    field.focus()
    field.press_sequentially("7")
    cell(explorer, "output", 3, 3, 5)  # what is pointed at is drawn anew, the field is not
    explorer.drawn()
    typed = field.input_value()
    assert "7" in typed
    field.press("Tab")
    wait_until(lambda: page.kernel.ask("explorer.kernel[1][1]") == float(typed), "the weight")
    field.fill("")
    field.press("Tab")
    expect(field).to_have_value(str(int(typed)))


def test_each_stage_shows_its_part(explorer):
    explorer.preset("edge")
    expect(explorer.get("sum")).to_be_visible()
    expect(explorer.get("formula")).to_be_hidden()
    explorer.get("stage-size").click()
    expect(explorer.get("set-stride")).to_be_visible()
    expect(explorer.get("formula")).to_be_visible()
    expect(explorer.get("sum")).to_be_hidden()


def test_a_large_kernel_adds_up_row_by_row(explorer):
    explorer.preset("full")
    explorer.get("stage-window").click()
    chips = explorer.get("sum").locator(".chip")
    expect(chips).to_have_count(7)
    total = sum(float(text.replace("−", "-")) for text in chips.locator("b").all_inner_texts())
    assert total == float(explorer.text("result").replace("−", "-"))
    chips.nth(2).hover()
    expect(explorer.get("input").locator("svg .tap.lit")).to_have_count(7)


def test_the_input_is_edited_by_click_and_by_digit(explorer, page):
    explorer.preset("edge")
    stage = explorer.get("input")
    cell(explorer, "input", 0, 0, 7)
    page.page.mouse.down()
    page.page.mouse.up()
    output(explorer, page)
    assert page.kernel.ask("explorer.image[0].tolist()") == [9, 0, 0, 0, 0, 0, 0]
    page.page.mouse.move(0, 0)
    stage.focus()
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Shift+Tab")
    for key in ("ArrowRight", "ArrowRight", "7"):
        page.page.keyboard.press(key)
    output(explorer, page)
    assert page.kernel.ask("explorer.image[0].tolist()") == [9, 0, 7, 0, 0, 0, 0]


def test_an_input_cell_lights_the_outputs_that_read_it(explorer):
    explorer.preset("stride")
    for (row, column), readers in {(0, 0): 1, (2, 2): 4, (3, 3): 1, (1, 2): 2}.items():
        cell(explorer, "input", row, column, 7)
        expect(explorer.get("output").locator(".reader")).to_have_count(readers)


def test_the_floor_drops_a_column_and_says_so(explorer):
    explorer.preset("floor")
    expect(explorer.get("note")).to_contain_text("5 ÷ 2 leaves 1 over")
    expect(explorer.get("input").locator(".dropped")).to_have_count(2)
    expect(explorer.get("formula")).to_have_class(re.compile("drops"))
    floor = explorer.get("formula").locator("[data-term=floor]").first
    floor.focus()
    expect(explorer.get("input").locator(".hot.drop")).to_have_count(2)
    cell(explorer, "input", 7, 3, 8)
    expect(floor).to_have_class(re.compile("lit"))
    explorer.get("set-padding").fill("1")
    expect(explorer.get("note")).to_contain_text("padding only")
    explorer.get("set-size").fill("9")
    expect(explorer.get("note")).to_contain_text("nothing over")
    expect(explorer.get("input").locator(".dropped")).to_have_count(0)


@pytest.mark.parametrize("term", ["image", "padding", "span", "step", "first", "output"])
def test_each_term_of_the_formula_lights_what_it_counts(explorer, term):
    explorer.preset("same")
    page_parts = explorer.get("input" if term != "output" else "output").locator("svg")
    mark = {"span": ".measure", "step": ".measure.arrow"}.get(term, ".hot")
    expect(page_parts.locator(mark)).to_have_count(0)
    explorer.get("formula").locator(f"[data-term={term}]").first.focus()
    expect(page_parts.locator(mark)).not_to_have_count(0)


def test_a_kernel_that_is_too_large_explains_itself_and_is_repaired(explorer, page):
    for repair, numbers in {
        "padding": {"padding": 1},
        "dilation": {"dilation": 1},
        "kernel": {"kernel_size": 2},
        "size": {"input_size": 5},
    }.items():
        explorer.preset("invalid")
        expect(explorer.get("note")).to_contain_text("spans 5 cells a side, the padded input has 4")
        expect(explorer.get("output-title")).to_have_text("No output")
        wait_until(lambda: page.kernel.ask("explorer.output_size") == 0, "the kernel hears of it")
        explorer.get(f"repair-{repair}").click()
        assert output(explorer, page)
        ((name, value),) = numbers.items()
        assert page.kernel.ask(f"explorer.{name}") == value
        wait_until(lambda: explorer.focused() == "output", "the focus goes to the output")


def test_playing_visits_every_cell(explorer):
    explorer.preset("stride")
    explorer.get("output").focus()
    explorer.page.keyboard.press("Home")
    explorer.get("play").click()
    seen = set()
    wait_until(
        lambda: seen.add(explorer.text("sum").split("=")[0]) or len(seen) == 9,
        "nine windows to pass by",
    )
    expect(explorer.get("play")).to_have_text("Play")
    symbol = explorer.get("play").locator("path")
    still = symbol.get_attribute("d")
    explorer.get("play").click()
    expect(explorer.get("play")).to_have_text("Pause")
    assert symbol.get_attribute("d") != still
    explorer.get("play").click()
    expect(symbol).to_have_attribute("d", still)


def test_times_read(explorer):
    explorer.get("shows-reads").check()
    explorer.drawn()
    counts = explorer.get("input").evaluate(OUTPUT)
    assert counts[:4] == ["1", "2", "3", "3"]
    assert counts[24] == "9"


def test_the_size_is_guessed_before_it_is_shown(page):
    asked = page.widget("convolution_explorer", "cell-2")
    for covered in ("output-title", "output", "formula", "note"):
        expect(asked.get(covered)).to_be_hidden()
    asked.guess("4")
    expect(asked.get("guess-result")).to_contain_text("4")
    expect(asked.get("output-title")).to_have_text("Output 3 × 3")
    wait_until(
        lambda: page.kernel.ask("asked.guesses[-1]") == {"preset": "floor", "guess": 4, "truth": 3},
        "the guess to arrive",
    )


def test_a_goal_tells_how_far_and_then_why(explorer):
    explorer.preset("stride")
    expect(explorer.get("goal")).to_contain_text("3 × 3 at stride 2")
    explorer.get("set-size").fill("8")
    expect(explorer.get("goal")).to_have_attribute("data-done", "false")
    explorer.get("set-size").fill("9")
    expect(explorer.get("goal")).to_have_attribute("data-done", "true")
    expect(explorer.get("goal")).to_contain_text("the ninth completes it", use_inner_text=True)
    expect(explorer.get("story")).to_contain_text("At the start")


def test_hold_shows_what_was_before(explorer):
    explorer.preset("edge")
    explorer.get("kind-blur").check()
    explorer.drawn()
    explorer.get("before").hover()
    explorer.page.mouse.down()
    explorer.drawn()
    assert explorer.get("output").evaluate(OUTPUT)[0] == "9"
    expect(explorer.get("weight-0-0")).to_have_value("-1")
    explorer.page.mouse.up()
    explorer.drawn()
    assert explorer.get("output").evaluate(OUTPUT)[0] == "1"
    expect(explorer.get("weight-0-0")).to_have_value("1")


def test_a_seed_brings_the_same_setting_back(explorer, page):
    shown = []
    for seed in ("5", "6", "5"):
        explorer.get("seed").fill(seed)
        explorer.get("seed").press("Enter")
        explorer.drawn()
        if explorer.get("guess").is_visible():
            explorer.get("guess-give").click()
            explorer.drawn()
        # A number that does not fit its cell is not written there, so the kernel is asked.
        title = explorer.text("output-title")
        wait_until(lambda title=title: f"Output {side(page)} × {side(page)}" == title, "the kernel")
        shown.append(page.kernel.ask("explorer.output.tolist()"))
    assert shown[0] == shown[2] != shown[1]


def test_copied_python_computes_what_is_shown(explorer, page):
    explorer.preset("floor")
    numbers = output(explorer, page)
    explorer.get("copy").click()
    page.kernel.printed(page.copied())
    own = page.kernel.ask("_own['output'][0, 0].tolist()")
    assert flat(own) == pytest.approx(flat(numbers), abs=1e-5)


def test_python_sets_what_is_shown(explorer, page):
    page.kernel.run("import numpy as np; explorer.kernel = -np.eye(2)")
    expect(explorer.get("output-title")).to_have_text("Output 6 × 6")
    numbers = output(explorer, page)
    assert numbers[0][0] == -9
    explorer.get("undo").click()
    assert len(output(explorer, page)) == 5


def test_a_tap_chooses_an_output(page, without_kernel):
    html = page.kernel.ask("explorer.to_html()")
    view = without_kernel(html, has_touch=True).widget("convolution_explorer")
    view.preset("edge")
    x, y = view.place(view.get("output").locator("svg"), (0.5 / 5, 0.5 / 5))
    view.page.touchscreen.tap(x, y)
    expect(view.get("result")).to_have_text("9")


def test_lives_in_a_page_without_kernel(page, explorer, without_kernel):
    output(explorer, page)
    html = page.kernel.ask("explorer.to_html()")
    alone = without_kernel(html).widget("convolution_explorer")
    alone.preset("edge")
    alone.get("stage-size").click()
    alone.get("set-stride").fill("2")
    expect(alone.get("output-title")).to_have_text("Output 3 × 3")
    alone.get("undo").click()
    expect(alone.get("output-title")).to_have_text("Output 5 × 5")
    alone.get("output").focus()
    alone.page.keyboard.press("End")
    expect(alone.get("sum")).to_contain_text("Output (5, 5)")


def test_hidden_controls_are_away(page):
    large = page.widget("convolution_explorer", "cell-1")
    large.preset("floor")
    expect(large.get("formula")).to_be_hidden()
    expect(large.get("sum")).to_be_hidden()
    expect(large.get("output")).to_be_visible()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, explorer, axe, theme):
    page.theme(theme)
    try:
        for preset in ("edge", "floor", "invalid", "full"):
            explorer.preset(preset)
            explorer.drawn()
            assert axe_findings(explorer, axe) == []
        assert axe_findings(page.widget("convolution_explorer", "cell-1"), axe) == []
    finally:
        page.theme("Light")
