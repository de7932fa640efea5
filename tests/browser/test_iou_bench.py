"""The IoU & Dice bench in JupyterLab, by mouse, keyboard and touch; the kernel checks every number."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from . import readings
from .lab import LabPage, Widget, box_of, wait_until
from .readings import BENCH_SCORES as SCORES
from .readings import Numbers


def agreed(bench: Widget, page: LabPage, name: str = "bench") -> Numbers:
    return readings.agreed(bench, page.kernel, name)


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "iou.ipynb",
        "from seglearn.widgets import IoUBench\nbench = IoUBench()\nbench",
        'bare = IoUBench(preset="pole", hide=["title", "tabs", "tools", "formula", "copy"])\nbare',
        'large = IoUBench(size="projector")\nlarge',
        "import numpy as np\n"
        "ring = np.zeros((60, 60), bool)\n"
        "ring[15:45, 12:42] = True\n"
        "ring[20:40, 17:37] = False\n"
        "truth = ring.copy()\n"
        "truth[28:32, 17:37] = True  # a bar where the other's hole is\n"
        "rings = IoUBench(truth, np.roll(ring, 6, axis=1))\n"
        "rings",
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    readings.teach(page.kernel)
    return page


@pytest.fixture
def bench(page) -> Widget:
    """The first bench of the notebook, as a learner meets it."""
    bench = page.widget("iou_bench", "cell-0")
    if bench.get("reset").is_enabled():
        bench.get("reset").click()
    bench.get("mode-masks").check()
    bench.get("target-prediction").check()
    bench.get("metric-iou").check()
    use(bench, "move")
    bench.preset("half")
    return bench


def use(bench: Widget, tool: str, size: int | None = None) -> None:
    """Take a tool in hand."""
    button = bench.get(f"tool-{tool}")
    if button.get_attribute("aria-pressed") == "false":
        button.click()
    if size:
        bench.get("brush").fill(str(size))


# --- presets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("half", {"iou": 0.333, "dice": 0.5}),
        ("inside", {"precision": 1.0}),
        ("disjoint", {"iou": 0.0, "dice": 0.0, "precision": 0.0, "recall": 0.0, "intersection": 0}),
        ("empty", dict.fromkeys(SCORES)),
        ("pole", {"iou": 0.5}),
        ("disk", {"iou": 0.965}),
    ],
)
def test_presets_give_the_documented_numbers(bench, page, preset, expected):
    bench.preset(preset)
    numbers = agreed(bench, page)
    assert {name: numbers[name] for name in expected} == expected
    assert bench.text("story")


def test_half_is_half_with_boxes_too(bench, page):
    bench.get("mode-boxes").check()
    numbers = agreed(bench, page)
    assert (numbers["iou"], numbers["dice"]) == (0.333, 0.5)


# --- mouse ----------------------------------------------------------------------------------------------------------


def test_dragging_a_box_moves_it(bench, page):
    bench.get("mode-boxes").check()
    before = agreed(bench, page)
    box = page.kernel.ask('bench.state["prediction_box"]')
    part = bench.get("box-prediction")
    width = box_of(part)["width"]
    bench.drag(part, to=(0.5 + 4 / (box[2] - box[0]), 0.5))
    after = agreed(bench, page)
    assert page.kernel.ask('bench.state["prediction_box"]') == [
        box[0] + 4,
        box[1],
        box[2] + 4,
        box[3],
    ]
    assert box_of(part)["width"] == pytest.approx(width, abs=0.5)
    assert after["intersection"] < before["intersection"]


@pytest.mark.parametrize("handle", ["nw", "n", "ne", "e", "se", "s", "sw", "w"])
def test_each_handle_moves_its_sides(bench, page, handle):
    bench.get("mode-boxes").check()
    before = page.kernel.ask('bench.state["prediction_box"]')
    stage = box_of(bench.get("stage"))
    part = bench.get(f"handle-prediction-{handle}")
    size = box_of(part)
    pixel = stage["width"] / 128
    # Five pixels inwards from the corner or side.
    inwards = {"w": (5, 0), "e": (-5, 0), "n": (0, 5), "s": (0, -5)}
    dx, dy = (sum(inwards[side][axis] for side in handle) for axis in (0, 1))
    to = (0.5 + dx * pixel / size["width"], 0.5 + dy * pixel / size["height"])
    bench.drag(part, to=to)
    x0, y0, x1, y1 = before
    expected = [
        x0 + 5 * ("w" in handle),
        y0 + 5 * ("n" in handle),
        x1 - 5 * ("e" in handle),
        y1 - 5 * ("s" in handle),
    ]
    wait_until(
        lambda: page.kernel.ask('bench.state["prediction_box"]') == expected, f"box {expected}"
    )
    agreed(bench, page)


def test_dragging_a_mask_moves_it(bench, page):
    bench.preset("disjoint")
    area = page.kernel.ask("int(bench.prediction.sum())")
    bench.drag(bench.get("stage"), start=(0.74, 0.55), to=(0.5, 0.5))
    numbers = agreed(bench, page)
    assert numbers["intersection"] > 0
    assert numbers["intersection"] + numbers["prediction_only"] == area


def test_a_press_in_the_hole_of_the_prediction_drags_the_prediction(page):
    rings = page.widget("iou_bench", "cell-3")
    told = "[int(rings.truth.argmax()), int(rings.prediction.argmax())]"
    start = page.kernel.ask(told)
    # The middle of the prediction's ring: nothing of it lies there, but the truth does.
    rings.drag(rings.get("stage"), start=(0.55, 0.5), to=(0.65, 0.5))
    moved = [start[0], start[1] + 6]
    wait_until(lambda: page.kernel.ask(told) == moved, "the prediction is six columns further")
    expect(rings.get("target-prediction")).to_be_checked()

    # Only the truth lies under the pointer now: it is moved, and chosen until one starts again.
    rings.drag(rings.get("stage"), start=(0.24, 0.5), to=(0.2, 0.5))
    expect(rings.get("target-truth")).to_be_checked()
    rings.get("reset").click()
    expect(rings.get("target-prediction")).to_be_checked()
    wait_until(lambda: page.kernel.ask(told) == start, "both are back")


def test_brush_paints_erase_takes_away(bench, page):
    bench.preset("empty")
    use(bench, "brush", 9)  # through the middle of a row of cells, not along a line between two
    bench.drag(bench.get("stage"), start=(0.2, 0.505), to=(0.8, 0.505))
    painted = agreed(bench, page)
    assert painted["prediction_only"] > 0.6 * 128 * 8
    assert painted["iou"] == 0

    bench.get("target-truth").check()
    bench.drag(bench.get("stage"), start=(0.2, 0.505), to=(0.5, 0.505))
    both = agreed(bench, page)
    assert both["intersection"] > 0
    assert both["truth_only"] == 0

    use(bench, "erase", 25)
    bench.drag(bench.get("stage"), start=(0.1, 0.505), to=(0.9, 0.505))
    assert agreed(bench, page)["truth_only"] == 0
    assert page.kernel.ask("int(bench.truth.sum())") == 0


def test_fill_floods_a_region_and_empties_it(bench, page):
    bench.preset("inside")
    use(bench, "fill")
    stage = bench.get("stage")
    stage.click(position={"x": 5, "y": 5})  # outside of B
    numbers = agreed(bench, page)
    assert numbers["truth_only"] == 0
    assert page.kernel.ask("bool(bench.prediction.all())")
    stage.click(position={"x": 5, "y": 5})
    assert agreed(bench, page)["iou"] == 0
    assert page.kernel.ask("int(bench.prediction.sum())") == 0


def test_undo_redo_and_start_again(bench, page):
    start = agreed(bench, page)
    stage = bench.get("stage")
    seen = [start]
    for _ in range(2):
        bench.drag(stage, start=(0.6, 0.5), to=(0.65, 0.5))
        seen.append(agreed(bench, page))
    assert len({numbers["iou"] for numbers in seen}) == 3
    for numbers in (seen[1], seen[0]):
        bench.get("undo").click()
        assert agreed(bench, page) == numbers
    for numbers in (seen[1], seen[2]):
        bench.get("redo").click()
        assert agreed(bench, page) == numbers
    expect(bench.get("redo")).to_be_disabled()
    bench.get("reset").click()
    assert agreed(bench, page) == start
    expect(bench.get("reset")).to_be_disabled()
    bench.get("undo").click()
    assert agreed(bench, page) == seen[2]


# --- typing ---------------------------------------------------------------------------------------------------------


def test_a_typed_seed_draws_its_shapes(bench, page):
    cells = len(page.cells())
    drawn = []
    for seed in ("7", "42", "7"):
        bench.get("seed").click()
        page.page.keyboard.press("ControlOrMeta+a")
        page.page.keyboard.type(seed)
        page.page.keyboard.press("Enter")
        drawn.append(agreed(bench, page))
    assert drawn[0] == drawn[2] != drawn[1]
    bench.get("seed-next").click()
    expect(bench.get("seed")).to_have_value("8")
    agreed(bench, page)
    assert len(page.cells()) == cells


# --- keyboard -------------------------------------------------------------------------------------------------------


def test_tab_reaches_every_control_and_leaves(bench, page):
    bench.get("copy").focus()
    reached = [bench.focused()]
    for _ in range(60):
        page.page.keyboard.press("Tab")
        if (now := bench.focused()) is None:
            break
        reached.append(now)
    assert now is None, "Tab does not leave the widget"
    # The presets are one stop.
    expected = ["copy", "preset-half", "seed-next", "seed", "mode-masks", "target-prediction"]
    expected += ["tool-move", "tool-brush", "tool-erase", "tool-fill", "stage"]
    expected += ["truthOnly", "both", "predictionOnly", "metric-iou", "intersection", "union"]
    assert [name for name in reached if name in expected] == expected


def test_boxes_by_keyboard(bench, page):
    bench.get("mode-boxes").check()
    box = page.kernel.ask('bench.state["truth_box"]')
    bench.get("box-truth").focus()
    cells = len(page.cells())
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "Shift+ArrowRight"):
        page.page.keyboard.press(key)
    x0, y0, x1, y1 = box
    expected = [x0, y0 + 2, x1 + 1, y1 + 2]
    wait_until(lambda: page.kernel.ask('bench.state["truth_box"]') == expected, f"box {expected}")
    agreed(bench, page)
    assert len(page.cells()) == cells


def test_masks_by_keyboard(bench, page):
    page.kernel.run("import numpy as np; before = bench.prediction")
    bench.get("stage").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.page.keyboard.press(key)
    moved = "bool((bench.prediction == np.roll(before, (-1, 2), (0, 1))).all())"
    wait_until(lambda: page.kernel.ask(moved), "the mask is two columns to the right, one row up")
    agreed(bench, page)

    bench.preset("empty")
    use(bench, "brush", 5)
    bench.get("stage").focus()
    page.page.keyboard.press("Space")
    dot = agreed(bench, page)["prediction_only"]
    assert dot == 21  # pixel centres within 2.5 of one
    for _ in range(10):
        page.page.keyboard.press("Shift+ArrowRight")
    line = agreed(bench, page)["prediction_only"]
    assert line == dot + 10 * 5
    use(bench, "erase", 5)
    bench.get("stage").focus()
    page.page.keyboard.press("Space")
    assert agreed(bench, page)["prediction_only"] < line
    use(bench, "fill")
    bench.get("stage").focus()
    for _ in range(30):
        page.page.keyboard.press("ArrowUp")
    page.page.keyboard.press("Space")
    assert agreed(bench, page)["prediction_only"] > 9000


def test_undo_by_keyboard_and_a_held_key_is_one_step(bench, page):
    start = agreed(bench, page)
    bench.get("stage").focus()
    page.page.keyboard.down("ArrowLeft")
    for _ in range(6):
        page.page.keyboard.down("ArrowLeft")  # what a key that is held repeats
    page.page.keyboard.up("ArrowLeft")
    moved = agreed(bench, page)
    assert moved["intersection"] > start["intersection"]
    page.page.keyboard.press("ControlOrMeta+z")
    assert agreed(bench, page) == start
    page.page.keyboard.press("ControlOrMeta+Shift+z")
    assert agreed(bench, page) == moved


def test_undo_to_the_end_keeps_the_focus(bench, page):
    while bench.get("undo").is_enabled():
        bench.get("undo").click()
        bench.drawn()  # the button goes off in the next frame
    start = agreed(bench, page)
    bench.preset("disjoint")
    bench.get("undo").focus()
    page.page.keyboard.press("Enter")
    assert agreed(bench, page) == start
    assert bench.focused() is not None
    page.page.keyboard.press("ControlOrMeta+Shift+z")
    assert agreed(bench, page) != start


@pytest.mark.parametrize("place", ["stage", "box-truth", "preset-pole", "metric-iou", "seed"])
def test_keys_do_not_reach_jupyterlab(bench, page, place):
    if place.startswith("box"):
        bench.get("mode-boxes").check()
    cells = [cell["source"] for cell in page.cells()]
    active = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
    bench.get(place).focus()
    index = page.page.evaluate(active)
    for key in ("a", "b", "x", "d", "d", "m", "y", "0", "0", "ArrowDown", "ArrowUp", "j", "k"):
        page.page.keyboard.press(key)
    assert bench.focused() is not None
    assert [cell["source"] for cell in page.cells()] == cells
    assert page.page.evaluate(active) == index
    assert page.page.locator(".jp-Dialog").count() == 0


# --- formula, live region, hide, size -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "terms"),
    [
        ("iou", {"intersection": {"both"}, "union": {"truthOnly", "both", "predictionOnly"}}),
        ("dice", {"truth": {"truthOnly", "both"}, "prediction": {"both", "predictionOnly"}}),
        ("precision", {"intersection": {"both"}, "prediction": {"both", "predictionOnly"}}),
        ("recall", {"intersection": {"both"}, "truth": {"truthOnly", "both"}}),
    ],
)
def test_terms_light_what_they_count(bench, metric, terms):
    bench.get("stage-scores").check()
    bench.get(f"metric-{metric}").check()
    for term, parts in terms.items():
        for point in ("hover", "focus"):
            getattr(bench.get("formula").locator(f"[data-term={term}]").first, point)()
            for part in ("truthOnly", "both", "predictionOnly"):
                entry = bench.root.locator(f"[data-part={part}]")
                assert ("lit" in entry.get_attribute("class").split()) == (part in parts)


def test_pixels_light_the_terms_that_count_them(bench):
    stage = bench.get("stage")
    box = box_of(stage)
    stage.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    lit = bench.get("formula").locator("[data-term].lit")
    assert {term.get_attribute("data-term") for term in lit.all()} == {"intersection", "union"}
    stage.hover(position={"x": 4, "y": 4})
    expect(lit).to_have_count(0)


def test_lit_pixels_look_different(bench):
    middle = [(0.5, 0.5), (0.25, 0.5)]
    bench.page.mouse.move(0, 0)
    plain = bench.colors("stage-canvas", middle)
    bench.root.locator("[data-part=both]").hover()
    wait_until(lambda: bench.colors("stage-canvas", middle) != plain, "the other areas fade")


def test_the_formula_ends_with_the_score(bench, page):
    bench.drag(bench.get("stage"), start=(0.6, 0.5), to=(0.57, 0.52))
    numbers = agreed(bench, page)
    bench.get("stage-scores").check()
    for metric in SCORES:
        bench.get(f"metric-{metric}").check()
        result = bench.get("formula").locator("[data-value=result]")
        expect(result).to_have_text(f"{numbers[metric]:.3f}")


def test_changes_are_announced(bench, page):
    bench.preset("disjoint")
    expect(bench.get("live")).to_have_text("IoU 0.000, Dice 0.000.")
    bench.get("undo").click()
    expect(bench.get("live")).to_have_text("Undone. IoU 0.333, Dice 0.500.")


def test_hidden_controls_are_away(page):
    bare = page.widget("iou_bench", "cell-1")
    for gone in ("mode", "tool", "formula", "copy", "target"):
        expect(bare.get(gone)).to_be_hidden()
    for there in ("undo", "preset-half", "stage", "value-iou"):
        expect(bare.get(there)).to_be_visible()
    assert agreed(bare, page, "bare")["iou"] == 0.5
    page.kernel.run('bare.hide = ["presets"]')
    expect(bare.get("preset-half")).to_be_hidden()
    expect(bare.get("formula")).to_be_visible()


def test_projector_size_is_larger(page):
    bench, large = page.widget("iou_bench", "cell-0"), page.widget("iou_bench", "cell-2")
    size = "(el) => parseFloat(getComputedStyle(el).fontSize)"
    assert large.get("value-iou").evaluate(size) >= 1.4 * bench.get("value-iou").evaluate(size)
    large.get("projector").click()
    expect(large.get("projector")).to_have_attribute("aria-pressed", "false")
    assert large.get("value-iou").evaluate(size) == bench.get("value-iou").evaluate(size)
    wait_until(lambda: page.kernel.ask("large.size") == "normal", "Python knows")


# --- stages, goal, guess, ghost -------------------------------------------------------------------------------------


def test_each_stage_shows_its_parts_only(bench):
    shown = {
        "overlap": ["value-iou", "formula"],
        "scores": ["value-iou", "value-dice", "value-recall", "formula"],
        "curve": ["value-iou", "value-dice", "strip-plot"],
    }
    bench.has_its_parts(shown, always="stage")


def test_the_goal_tells_how_far_it_is_and_when_it_is_reached(bench, page):
    goal, distance = bench.get("goal"), bench.get("goal-distance")
    expect(goal).to_have_attribute("data-done", "false")
    expect(distance).to_contain_text("0.167")
    stage = bench.get("stage")
    stage.focus()
    place = box_of(stage)
    for _ in range(9):
        page.page.keyboard.press("ArrowLeft")
    assert agreed(bench, page)["iou"] == 0.499
    expect(goal).to_have_attribute("data-done", "true")
    expect(goal).to_contain_text("✓")
    expect(goal).to_contain_text("Two thirds", use_inner_text=True)
    assert box_of(stage) == place
    bench.get("goal-next").click()
    expect(bench.get("preset-inside")).to_have_attribute("aria-pressed", "true")
    expect(goal).to_have_attribute("data-done", "false")


def test_boxes_reach_no_goal_that_was_set_for_masks(page):
    bench = page.widget("iou_bench", "cell-3")
    bench.preset("given")
    bench.get("mode-boxes").check()
    expect(bench.get("goal-distance")).to_contain_text("Masks")
    box = bench.get("box-prediction")
    box.focus()
    for _ in range(40):
        if agreed(bench, page, "rings")["iou"] == 1:
            break
        page.page.keyboard.press("ArrowLeft")
    expect(bench.get("goal")).to_have_attribute("data-done", "false")
    bench.get("mode-masks").check()
    expect(bench.get("goal-distance")).to_contain_text("to go")


def test_the_numbers_of_the_disk_are_covered_until_one_has_guessed(page):
    bench = page.widget("iou_bench", "cell-2")
    bench.preset("disk", guess=False)
    expect(bench.get("guess")).to_be_visible()
    covered = ["value-iou", "value-boundary_iou", "area-both", "formula"]
    for part in covered:
        expect(bench.get(part)).not_to_be_visible()
    bench.guess("0.5")
    expect(bench.get("guess-result")).to_contain_text("0.500")
    expect(bench.get("guess-result")).to_contain_text("0.965")
    for part in covered:
        expect(bench.get(part)).to_be_visible()
    told = "large.guesses[-1]"
    guess = wait_until(
        lambda: page.kernel.ask("bool(large.guesses)") and page.kernel.ask(told), "told"
    )
    assert (guess["preset"], guess["guess"]) == ("disk", 0.5)
    assert guess["truth"] == pytest.approx(0.9652, abs=1e-4)


def test_a_ghost_marks_where_the_meter_was(bench):
    ghost = bench.root.locator(".score.chosen .meter-ghost")
    bench.drag(bench.get("stage"), start=(0.6, 0.5), to=(0.5, 0.5))
    expect(ghost).to_be_visible()
    assert ghost.evaluate("(mark) => parseFloat(mark.style.left)") == pytest.approx(
        100 / 3, abs=0.1
    )


# --- to and from Python ---------------------------------------------------------------------------------------------


def test_python_sets_what_is_shown_and_undo_takes_it_back(bench, page):
    start = agreed(bench, page)
    page.kernel.run("bench.truth = bench.prediction")
    expect(bench.get("value-iou")).to_have_text("1.000")
    assert agreed(bench, page)["dice"] == 1
    bench.get("undo").click()
    assert agreed(bench, page) == start


@pytest.mark.parametrize("mode", ["masks", "boxes"])
def test_copied_python_prints_the_scores_shown(bench, page, mode):
    bench.get(f"mode-{mode}").check()
    part = bench.get("stage" if mode == "masks" else "box-prediction")
    bench.drag(part, start=(0.6, 0.5), to=(0.55, 0.53))
    numbers = agreed(bench, page)
    bench.get("copy").click()
    expect(bench.get("copy-code")).to_be_hidden()
    printed = dict(line.split() for line in page.kernel.printed(page.copied()).splitlines())
    assert {name: float(value) for name, value in printed.items()} == {
        name: numbers[name] for name in SCORES
    }
