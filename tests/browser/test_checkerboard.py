"""The checkerboard in JupyterLab and in a page without a kernel; the kernel checks every number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from seglearn.widgets.checkerboard import PRESETS

from .conftest import axe_findings
from .lab import LabPage, Widget, wait_until

INTERIOR = [(x / 40 + 0.3, y / 40 + 0.3) for x in range(16) for y in range(16)]


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "checkerboard.ipynb",
        "from seglearn.widgets import Checkerboard\nboard = Checkerboard()\nboard",
        'Checkerboard(3, 2, weights=[0.5, 1, 0.5], size="projector", palette="tol")',
        'asked = Checkerboard(preset="odd")\nasked',
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    return page


@pytest.fixture
def board(page) -> Widget:
    """The widget as a learner meets it."""
    board = page.widget("checkerboard", "cell-0")
    if board.get("reset").is_enabled():
        board.get("reset").click()
    board.preset("uneven")
    return board


def told(page: LabPage, name: str) -> object:
    return page.kernel.ask(f"board.metrics[{name!r}]")


def response_is_flat(board: Widget) -> bool:
    return "good" in (board.get("verdict-response").get_attribute("class") or "")


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_say_what_the_kernel_says(board, page, preset):
    board.preset(preset)
    wait_until(lambda: page.kernel.ask("board.state['taps']") == PRESETS[preset]["taps"], "to tell")
    k, s = len(PRESETS[preset]["taps"]), PRESETS[preset]["stride"]
    even = "good" in (board.get("verdict-count").get_attribute("class") or "")
    assert even == (k % s == 0)
    assert f"{k} mod {s} = {k % s}" in board.text("verdict-count")
    assert response_is_flat(board) == (told(page, "contrast") == 0)
    assert re.search(rf"=\s*{told(page, 'output_size')}$", board.text("formula"))
    if s <= 8:
        shown = [float(board.text(f"sum-{phase}")) for phase in range(s)]
        assert shown == pytest.approx(told(page, "sums"), abs=6e-4)


def test_a_weight_is_dragged_until_the_pattern_is_gone(board, page):
    assert not response_is_flat(board)
    board.drag(board.get("tap-1"), start=(0.5, 0.5), to=(0.5, -0.2))
    wait_until(lambda: page.kernel.ask("board.state['taps']") == [1, 2, 1], "the weight to arrive")
    assert response_is_flat(board)
    assert "not 0" in board.text("verdict-count")
    expect(board.get("weights-own")).to_be_checked()
    board.get("undo").click()
    wait_until(lambda: page.kernel.ask("board.state['taps']") == [1, 1, 1], "undone")
    expect(board.get("weights-ones")).to_be_checked()


def test_the_keyboard_does_the_same_and_jupyterlab_keeps_out(board, page):
    cells = len(page.cells())
    board.get("tap-1").focus()
    for key in ("ArrowUp", "ArrowUp", "b", "x", "End"):
        page.page.keyboard.press(key)
    wait_until(lambda: page.kernel.ask("board.state['taps']") == [1, 2, 1], "the weight to arrive")
    board.get("stage-stamps").click()
    board.get("input-2").focus()
    page.page.keyboard.press("Home")
    wait_until(lambda: page.kernel.ask("board.state['inputs'][2]") == 0, "the input to arrive")
    board.get("kernel").focus()
    page.page.keyboard.press("ArrowRight")
    wait_until(lambda: page.kernel.ask("len(board.state['taps'])") == 4, "the kernel to arrive")
    assert board.focused() == "kernel"
    assert len(page.cells()) == cells


def test_a_row_of_key_presses_is_one_step_back(board, page):
    board.get("tap-1").focus()
    for _ in range(6):
        page.page.keyboard.press("ArrowUp")
    expect(board.get("tap-1")).to_have_attribute("aria-valuenow", "1.3")
    board.get("undo").click()
    expect(board.get("tap-1")).to_have_attribute("aria-valuenow", "1")


def test_settings_of_ones_own(board, page):
    board.get("weights-bilinear").check()
    board.get("stride").fill("3")
    expect(board.get("fit")).to_be_visible()
    board.get("fit").click()
    expect(board.get("fit")).to_be_hidden()
    wait_until(lambda: told(page, "contrast") == 0, "a bilinear kernel that fits its stride")
    assert page.kernel.ask("[len(board.taps), board.state['stride']]") == [8, 4]


def test_pointing_at_an_output_names_its_stamps(board, page):
    board.get("stage-stamps").click()
    frame = board.get("stamps")
    page.page.mouse.move(*board.place(frame, (0.5, 0.6)))
    expect(board.get("readout")).to_contain_text("y6")
    expect(board.get("readout")).to_contain_text("= 2")
    expect(board.get("tap-0")).to_have_class(re.compile(r"\blit\b"))
    expect(board.get("tap-1")).not_to_have_class(re.compile(r"\blit\b"))
    frame.focus()
    page.page.mouse.move(0, 0)
    page.page.keyboard.press("ArrowRight")
    expect(board.get("live")).to_contain_text("Output 0: 1 stamp, sum 1.")
    page.page.keyboard.press("ArrowDown")
    expect(board.get("scrub")).to_have_value("5")


def test_play_stamps_one_after_the_other(board):
    board.get("stage-stamps").click()
    board.get("scrub").fill("0")
    symbol = board.get("play").locator("path")
    still = symbol.get_attribute("d")
    board.get("play").click()
    expect(board.get("scrub")).to_have_value("2", timeout=10_000)
    assert symbol.get_attribute("d") != still
    board.get("play").click()
    expect(symbol).to_have_attribute("d", still)
    at = board.get("scrub").input_value()
    board.get("play").click()
    expect(board.get("scrub")).to_have_value("6", timeout=20_000)
    assert 2 <= int(at) < 6


@pytest.mark.parametrize(
    ("preset", "patterned"), [("uneven", True), ("random", True), ("odd", False)]
)
def test_the_pattern_is_seen_in_a_constant_picture(board, preset, patterned):
    board.preset(preset)
    board.get("picture-constant").check()
    board.drawn()

    def shades(name: str) -> set:
        return {tuple(c) for c in board.colors(f"picture-{name}", INTERIOR)}

    assert (len(shades("transposed")) > 1) == patterned
    assert len(shades("resized")) == 1
    board.get("picture-photo").check()
    board.drawn()
    assert len(shades("resized")) > 10


def test_the_map_multiplies_rows_and_columns(board, page):
    board.get("stage-map").click()
    board.get("map-counts").check()
    board.get("overlap").focus()
    page.page.keyboard.press("ArrowRight")
    expect(board.get("overlap-readout")).to_contain_text("×")
    row, column, a, b, c = map(int, re.findall(r"\d+", board.text("overlap-readout")))
    assert (a, b, c) == ((2 - row % 2), (2 - column % 2), (2 - row % 2) * (2 - column % 2))


def test_it_opens_on_the_picture_beside_its_sliders(board):
    expect(board.get("picture-transposed")).to_be_visible()
    expect(board.get("kernel")).to_be_visible()
    expect(board.get("verdict-count")).to_be_visible()
    expect(board.get("stamps")).to_be_hidden()
    board.get("stage-stamps").click()
    expect(board.get("stamps")).to_be_visible()
    expect(board.get("picture-transposed")).to_be_hidden()


def test_a_goal_is_reached_and_says_why(board):
    expect(board.get("goal")).to_contain_text("contrast 0.600")
    board.get("kernel").fill("3")  # the fourth kernel, k = 4
    expect(board.get("goal")).to_have_attribute("data-done", "true")
    expect(board.get("goal")).to_contain_text("collects the same weight", use_inner_text=True)
    board.get("goal-next").click()
    expect(board.get("preset-even")).to_have_attribute("aria-pressed", "true")


def test_a_guess_comes_before_the_pattern(page):
    asked = page.widget("checkerboard", "cell-2")
    expect(asked.get("verdict-response")).to_be_hidden()
    expect(asked.get("picture-transposed")).to_be_hidden()
    asked.get("guess-pattern").click()
    expect(asked.get("picture-transposed")).to_be_visible()
    expect(asked.get("guess-result")).to_contain_text("It stays constant")
    wait_until(
        lambda: page.kernel.ask("asked.guesses[-1]['truth']") == "none", "the guess to arrive"
    )


def test_before_and_after(board):
    board.preset("even")
    board.get("weights-random").check()
    board.drawn()
    after = board.get("picture-transposed").evaluate("(c) => c.toDataURL()")
    board.get("before").hover()
    board.page.mouse.down()
    board.drawn()
    assert board.get("picture-transposed").evaluate("(c) => c.toDataURL()") != after
    expect(board.get("weights-ones")).to_be_checked()
    board.page.mouse.up()
    board.drawn()
    assert board.get("picture-transposed").evaluate("(c) => c.toDataURL()") == after


def test_a_picture_of_ones_own_goes_through_the_layer(board, page):
    import io

    import numpy as np
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.full((40, 60, 3), (200, 100, 50), np.uint8)).save(file, "PNG")
    board.get("own-picture-file").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    wait_until(
        lambda: page.kernel.ask("board.picture is not None and list(board.picture.shape)"),
        "the picture to arrive",
    )
    assert page.kernel.ask("board.picture[0, 0].tolist()") == [200, 100, 50]
    board.drawn()
    assert len({tuple(c) for c in board.colors("picture-resized", INTERIOR)}) == 1


@pytest.mark.parametrize("preset", ["uneven", "random", "odd", "fcn"])
def test_copied_python_gives_the_contrast(board, page, preset):
    board.preset(preset)
    wait_until(lambda: page.kernel.ask("board.state['taps']") == PRESETS[preset]["taps"], "to tell")
    board.get("copy").click()
    printed = page.kernel.printed(page.copied())
    assert f"contrast {told(page, 'contrast_2d'):.3f}" in printed


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing(page, board, axe, theme):
    page.theme(theme)
    try:
        for preset in ("uneven", "odd", "fcn"):
            board.preset(preset)
            board.drawn()
            assert axe_findings(board, axe) == []
        other = page.widget("checkerboard", "cell-1")
        assert axe_findings(other, axe) == []
    finally:
        page.theme("Light")


def test_lives_in_a_page_without_kernel(page, without_kernel):
    html = page.kernel.ask("Checkerboard().to_html()")
    alone = without_kernel(html, has_touch=True).widget("checkerboard")
    assert not response_is_flat(alone)
    alone.get("preset-bilinear").tap()
    expect(alone.get("verdict-response")).to_have_class(re.compile("good"))
    alone.get("undo").click()
    expect(alone.get("verdict-response")).not_to_have_class(re.compile("good"))
