"""The confusion workbench in JupyterLab, by mouse and keyboard; the kernel checks every number."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from . import readings
from .lab import LabPage, Widget, box_of, wait_until
from .readings import Numbers

WORKED = [[43, 5, 2], [2, 45, 3], [0, 1, 49]]


def agreed(bench: Widget, page: LabPage, name: str = "workbench") -> Numbers:
    return readings.agreed(bench, page.kernel, name)


def matrix(numbers: Numbers) -> list[list[int]]:
    """Pick the matrix out of the numbers."""
    n = sum(name.startswith("cell-0-") for name in numbers)
    return [[int(numbers[f"cell-{i}-{j}"]) for j in range(n)] for i in range(n)]


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "workbench.ipynb",
        "from seglearn.widgets import ConfusionWorkbench\nworkbench = ConfusionWorkbench()\nworkbench",
        'bare = ConfusionWorkbench(hide=["brush", "units", "ignore", "absent", "copy"])\nbare',
        "counts = ConfusionWorkbench(matrix=[[900000, 50], [70, 400000]])\ncounts",
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    readings.teach(page.kernel)
    return page


@pytest.fixture
def workbench(page) -> Widget:
    """The first workbench of the notebook, as a learner meets it."""
    workbench = page.widget("confusion_workbench", "cell-0")
    if workbench.get("reset").is_enabled():
        workbench.get("reset").click()
    workbench.get("stage-pixels").check()
    workbench.get("units-counts").check()
    workbench.get("brush-look").check()
    workbench.preset("worked")
    return workbench


@pytest.fixture
def maps(workbench) -> Widget:
    """The same, with its maps in sight."""
    workbench.get("stage-pixels").check()
    return workbench


# --- presets and switches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "percent"),
    [
        ("worked", {"iou-0": 82.69, "iou-1": 80.36, "iou-2": 89.09, "mean_iou": 84.05}),
        (
            "imbalance",
            {
                "pixel_accuracy": 94.22,
                "mean_accuracy": 35.33,
                "mean_iou": 33.40,
                "frequency_weighted_iou": 88.77,
            },
        ),
        ("all-road", {"pixel_accuracy": 94.00, "iou-0": 94.00, "iou-1": 0.0, "precision-1": None}),
    ],
)
def test_presets_give_the_documented_numbers(workbench, page, preset, percent):
    workbench.preset(preset)
    numbers = agreed(workbench, page)
    if preset == "worked":
        assert matrix(numbers) == WORKED
    rounded = {
        name: None if numbers[name] is None else round(100 * numbers[name], 2) for name in percent
    }
    assert rounded == percent
    assert workbench.text("story")


def test_counting_the_ignore_label_is_a_bug_that_shows(workbench, page):
    workbench.preset("ignore")
    left_out = agreed(workbench, page)
    counted = {}
    for choice in ("class", "zero"):
        workbench.get(f"ignore-{choice}").check()
        counted[choice] = agreed(workbench, page)
        assert counted[choice]["mean_iou"] < left_out["mean_iou"]
        expect(workbench.get("bug-note")).to_contain_text(f"{100 * left_out['mean_iou']:.2f}")
    assert len(matrix(counted["class"])) == len(matrix(left_out)) + 1
    workbench.get("ignore-skip").check()
    assert agreed(workbench, page) == left_out
    expect(workbench.get("bug-note")).to_be_empty()


def test_an_absent_class_is_left_out_or_counts_as_zero(workbench, page):
    workbench.preset("absent")
    left_out = agreed(workbench, page)
    assert left_out["iou-3"] is None
    workbench.get("absent-zero").check()
    as_zero = agreed(workbench, page)
    assert as_zero["mean_iou"] == pytest.approx(0.75 * left_out["mean_iou"], abs=1e-4)


@pytest.mark.parametrize(
    ("units", "texts"), [("rows", ["86.0", "10.0", "4.0"]), ("columns", ["95.6", "9.8", "3.7"])]
)
def test_rows_and_columns_in_percent(workbench, units, texts):
    workbench.get(f"units-{units}").check()
    cells = [workbench.get(f"cell-0-{j}").locator(".cell-value") for j in range(3)]
    for cell, text in zip(cells, texts, strict=True):
        expect(cell).to_have_text(text)


# --- editing the matrix ---------------------------------------------------------------------------------------------


def test_typing_into_a_cell_moves_pixels_within_the_row(workbench, page):
    cell = workbench.get("cell-0-1")
    cell.focus()
    page.page.keyboard.type("12")
    page.page.keyboard.press("Enter")
    assert matrix(agreed(workbench, page)) == [[36, 12, 2], *WORKED[1:]]
    assert workbench.focused() == "cell-0-1"

    page.page.keyboard.press("Enter")
    page.page.keyboard.press("ControlOrMeta+a")
    page.page.keyboard.type("500")
    page.page.keyboard.press("Enter")
    assert matrix(agreed(workbench, page)) == [[0, 50, 0], *WORKED[1:]]

    page.page.keyboard.type("7")
    page.page.keyboard.press("Escape")
    assert matrix(agreed(workbench, page)) == [[0, 50, 0], *WORKED[1:]]


def test_double_click_types_too(workbench, page):
    workbench.get("cell-2-0").dblclick()
    workbench.get("cell-input").fill("4")
    workbench.get("cell-1-1").click()
    assert matrix(agreed(workbench, page)) == [*WORKED[:2], [4, 1, 45]]


def test_dragging_a_cell_sideways(workbench, page):
    start = agreed(workbench, page)
    for to, more in ((2.5, True), (-1.5, False)):
        workbench.drag(workbench.get("cell-0-1"), to=(to, 0.5))
        now = agreed(workbench, page)
        assert (now["cell-0-1"] > start["cell-0-1"]) is more
        assert [sum(row) for row in matrix(now)] == [50, 50, 50]
        workbench.get("undo").click()
        assert agreed(workbench, page) == start


def test_plus_and_minus_move_one_pixel(workbench, page):
    workbench.get("cell-1-0").click()
    expect(workbench.get("inspector")).to_contain_text("2 pixels of field, predicted as water")
    workbench.get("cell-more").click()
    assert matrix(agreed(workbench, page))[1] == [3, 44, 3]
    workbench.get("cell-1-0").focus()
    for key in ("-", "-", "+", "PageUp", "Delete"):
        page.page.keyboard.press(key)
    assert matrix(agreed(workbench, page))[1] == [0, 47, 3]
    expect(workbench.get("cell-less")).to_be_disabled()


def test_arrows_walk_the_matrix(workbench, page):
    cells = len(page.cells())
    workbench.get("cell-0-0").focus()
    walk = {
        "ArrowRight": "cell-0-1",
        "ArrowDown": "cell-1-1",
        "End": "cell-1-2",
        "ArrowLeft": "cell-1-1",
        "ArrowUp": "cell-0-1",
        "Home": "cell-0-0",
    }
    for key, there in walk.items():
        page.page.keyboard.press(key)
        assert workbench.focused() == there
    assert matrix(agreed(workbench, page)) == WORKED
    assert len(page.cells()) == cells


def test_undo_redo_and_start_again(workbench, page):
    start = agreed(workbench, page)
    workbench.get("cell-2-2").focus()
    page.page.keyboard.press("-")
    edited = agreed(workbench, page)
    assert edited["cell-2-2"] == 48
    page.page.keyboard.press("ControlOrMeta+z")
    assert agreed(workbench, page) == start
    page.page.keyboard.press("ControlOrMeta+Shift+z")
    assert agreed(workbench, page) == edited
    workbench.get("undo").click()
    assert agreed(workbench, page) == start
    workbench.get("redo").click()
    workbench.get("reset").click()
    assert agreed(workbench, page) == start


def test_a_matrix_too_large_for_maps_is_edited_all_the_same(page):
    counts = page.widget("confusion_workbench", "cell-2")
    expect(counts.get("no-maps")).to_be_visible()
    counts.get("cell-0-1").focus()
    page.page.keyboard.type("100")
    page.page.keyboard.press("Enter")
    told = "counts.matrix.tolist()"
    expected = [[899950, 100], [70, 400000]]
    wait_until(lambda: page.kernel.ask(told) == expected, "the kernel has the new matrix")
    assert counts.text("value-pixel_accuracy") == "99.99"


# --- the maps -------------------------------------------------------------------------------------------------------


def test_painting_the_prediction_changes_its_columns(maps, page):
    maps.get("brush-2").check()
    maps.get("brush-size").fill("3")
    maps.drag(maps.get("map-prediction"), start=(0.1, 0.2), to=(0.9, 0.2))
    now = agreed(maps, page)
    assert now["cell-0-2"] + now["cell-1-2"] + now["cell-2-2"] > 60
    assert [sum(row) for row in matrix(now)] == [50, 50, 50]
    maps.get("undo").click()
    assert matrix(agreed(maps, page)) == WORKED


def test_painting_the_truth_changes_its_rows(maps, page):
    maps.get("brush-1").check()
    maps.drag(maps.get("map-truth"), start=(0.1, 0.2), to=(0.9, 0.2))
    now = matrix(agreed(maps, page))
    assert sum(now[1]) > 50
    assert sum(map(sum, now)) == 150


def test_ignored_pixels_are_not_counted(maps, page):
    maps.get("brush-ignore").check()
    maps.drag(maps.get("map-prediction"), start=(0.1, 0.5), to=(0.9, 0.5))
    assert matrix(agreed(maps, page)) == WORKED
    maps.drag(maps.get("map-truth"), start=(0.1, 0.5), to=(0.9, 0.5))
    assert sum(map(sum, matrix(agreed(maps, page)))) < 150


def test_painting_by_keyboard(maps, page):
    maps.get("brush-0").check()
    maps.get("brush-size").fill("1")
    maps.get("map-prediction").focus()
    for key in ("ArrowRight", "ArrowDown"):
        for _ in range(15):
            page.page.keyboard.press(key)  # to the lower right corner, which is forest
    predicted = page.kernel.ask("workbench.prediction.tolist()")
    page.page.keyboard.press("Space")
    page.page.keyboard.press("Shift+ArrowLeft")
    agreed(maps, page)
    painted = page.kernel.ask("workbench.prediction.tolist()")
    changed = {
        (row, col)
        for row in range(10)
        for col in range(15)
        if predicted[row][col] != painted[row][col]
    }
    assert changed == {(9, 13), (9, 14)}
    assert painted[9][13:] == [0, 0]


def test_choosing_a_cell_flashes_its_pixels(maps, page):
    page.page.mouse.move(0, 0)
    picture = "(canvas) => canvas.toDataURL()"
    canvas = maps.get("map-prediction-canvas")
    plain = canvas.evaluate(picture)
    maps.get("cell-0-1").focus()
    page.page.keyboard.press("Space")
    flashes = {canvas.evaluate(picture)}
    wait_until(lambda: flashes.add(canvas.evaluate(picture)) or len(flashes) > 1, "it blinks")
    assert flashes != {plain}
    expect(maps.get("live")).to_contain_text("5 pixels")


def test_pixels_light_their_cell(maps, page):
    stage = maps.get("map-truth")
    box = box_of(stage)
    stage.hover(position={"x": box["width"] / 30, "y": box["height"] / 20})
    truth, prediction = page.kernel.ask(
        "[int(workbench.truth[0, 0]), int(workbench.prediction[0, 0])]"
    )
    lit = maps.get("matrix").locator("td.lit")
    assert [cell.get_attribute("data-testid") for cell in lit.all()] == [
        f"cell-{truth}-{prediction}"
    ]


# --- scores, formula, outlines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "denominator"),
    [
        ("score-iou-0", {"0-0", "0-1", "0-2", "1-0", "2-0"}),
        ("score-precision-1", {"0-1", "1-1", "2-1"}),
        ("score-recall-2", {"2-0", "2-1", "2-2"}),
    ],
)
def test_a_score_outlines_its_cells(workbench, page, score, denominator):
    workbench.get(score).focus()
    lit = workbench.get("matrix").locator("td.lit")
    assert {cell.get_attribute("data-testid")[5:] for cell in lit.all()} == denominator
    outlines = workbench.root.locator(".outlines")
    dashes = "(path) => getComputedStyle(path).strokeDasharray"
    expect(outlines.locator(".over")).to_have_count(1)
    assert outlines.locator(".over").evaluate(dashes) == "none"
    assert outlines.locator(".under").first.evaluate(dashes) != "none"
    result = workbench.get("formula").locator("[data-value=result]")
    expect(result).to_have_text(workbench.text(score) + "\u202f%")


def test_terms_light_the_cells_they_count(workbench):
    workbench.get("score-iou-1").focus()
    cells = {"tp-1": {"1-1"}, "fn-1": {"1-0", "1-2"}, "fp-1": {"0-1", "2-1"}}
    for term, counted in cells.items():
        for point in ("hover", "focus"):
            getattr(workbench.get("formula").locator(f"[data-term={term}]").first, point)()
            lit = workbench.get("matrix").locator("td.lit")
            assert {cell.get_attribute("data-testid")[5:] for cell in lit.all()} == counted


@pytest.mark.parametrize("name", readings.OVERALL)
def test_the_formula_of_each_mean_ends_with_it(workbench, name):
    workbench.get(f"score-{name}").click()
    result = workbench.get("formula").locator("[data-value=result]")
    expect(result).to_have_text(workbench.text(f"value-{name}") + "\u202f%")


# --- stages, goals, guess -------------------------------------------------------------------------------------------


def test_each_preset_opens_the_stage_that_its_story_needs(workbench):
    stages = {"worked": "scores", "all-road": "pixels", "ignore": "rules", "absent": "rules"}
    seen = {
        "pixels": {"map-truth", "brush", "matrix", "cell-more"},
        "scores": {"matrix", "cell-more", "scores", "formula"},
        "rules": {"map-truth", "brush", "matrix", "ignore", "absent"},
    }
    for preset, stage in stages.items():
        workbench.preset(preset)
        expect(workbench.get(f"stage-{stage}")).to_be_checked()
        parts = set().union(*seen.values())
        assert {part for part in parts if workbench.get(part).is_visible()} == seen[stage]
        expect(workbench.get("value-mean_iou")).to_be_visible()


def test_the_worked_example_opens_on_the_class_of_its_goal(workbench):
    workbench.preset("worked")
    expect(workbench.get("score-iou-1")).to_have_attribute("aria-selected", "true")
    for part in ("story", "goal", "inspector"):
        expect(workbench.get(part)).to_contain_text("field")


def test_the_bug_that_costs_more_reaches_the_goal(workbench):
    goal = workbench.get("goal")
    workbench.preset("ignore")
    for bug, reached in (("zero", "false"), ("class", "true")):
        workbench.get(f"ignore-{bug}").check()
        expect(goal).to_have_attribute("data-done", reached)
    expect(goal).to_contain_text("IoU 0", use_inner_text=True)
    workbench.get("goal-next").click()
    expect(workbench.get("preset-absent")).to_have_attribute("aria-pressed", "true")


def test_a_past_story_drops_its_numbers(workbench, page):
    expect(workbench.get("story")).to_contain_text("80.36")
    workbench.get("cell-0-1").focus()
    page.page.keyboard.press("-")
    expect(workbench.get("story")).not_to_contain_text("80.36")
    expect(workbench.get("story")).to_contain_text("recall of field")


def test_mean_iou_is_covered_until_one_has_guessed(page):
    bare = page.widget("confusion_workbench", "cell-1")
    bare.preset("all-road", guess=False)
    expect(bare.get("value-mean_iou")).not_to_be_visible()
    bare.get("guess-dial").fill("0.9")
    bare.get("guess-give").click()
    expect(bare.get("guess-result")).to_contain_text("90")
    expect(bare.get("guess-result")).to_contain_text("31")
    expect(bare.get("value-mean_iou")).to_be_visible()


# --- keyboard, hide, Python -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "stops"),
    [
        ("pixels", ["map-truth", "map-prediction", "brush-look", "units-counts"]),
        ("scores", ["units-counts"]),
        ("rules", ["map-truth", "map-prediction", "brush-look", "ignore-skip", "absent-skip"]),
    ],
)
def test_tab_reaches_every_control_and_leaves(workbench, page, stage, stops):
    workbench.get(f"stage-{stage}").check()
    workbench.get("reset").focus()
    workbench.get("copy").focus()
    reached = [workbench.focused()]
    for _ in range(60):
        page.page.keyboard.press("Tab")
        if (now := workbench.focused()) is None:
            break
        reached.append(now)
    assert now is None, "Tab does not leave the widget"
    expected = ["copy", "preset-worked", *stops]  # the presets are one stop
    assert [name for name in reached if name in expected] == expected
    assert sum(name.startswith("cell-") and name[5].isdigit() for name in reached) == 1
    # Four tiles, and one cell of the table.
    scores = sum(name.startswith("score-") for name in reached)
    assert scores == 4 + (stage == "scores")


def test_a_cell_emptied_by_its_button_keeps_the_focus(workbench, page):
    workbench.get("cell-2-1").focus()
    workbench.get("cell-less").focus()
    page.page.keyboard.press("Enter")
    assert agreed(workbench, page)["cell-2-1"] == 0
    assert workbench.focused() is not None


@pytest.mark.parametrize("place", ["cell-0-1", "map-truth", "preset-absent", "score-iou-0"])
def test_keys_do_not_reach_jupyterlab(workbench, page, place):
    cells = [cell["source"] for cell in page.cells()]
    active = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
    workbench.get(place).focus()
    index = page.page.evaluate(active)
    for key in ("a", "b", "x", "d", "d", "m", "y", "ArrowDown", "ArrowUp", "j", "k"):
        page.page.keyboard.press(key)
    assert workbench.focused() is not None
    assert [cell["source"] for cell in page.cells()] == cells
    assert page.page.evaluate(active) == index
    assert page.page.locator(".jp-Dialog").count() == 0
    assert matrix(agreed(workbench, page)) == WORKED


def test_hidden_controls_are_away(page):
    bare = page.widget("confusion_workbench", "cell-1")
    for gone in ("brush", "units", "ignore", "absent", "copy"):
        expect(bare.get(gone)).to_be_hidden()
    bare.get("stage-scores").check()
    for there in ("matrix", "scores", "formula", "undo"):
        expect(bare.get(there)).to_be_visible()
    bare.get("stage-pixels").check()
    expect(bare.get("map-truth")).to_be_visible()
    page.kernel.run('bare.hide = ["maps"]')
    expect(bare.get("map-truth")).to_be_hidden()
    expect(bare.get("units")).to_be_visible()
    page.kernel.run('bare.hide = []; bare.size = "projector"')
    expect(bare.get("projector")).to_have_attribute("aria-pressed", "true")


def test_python_sets_what_is_shown_and_undo_takes_it_back(workbench, page):
    start = agreed(workbench, page)
    page.kernel.run("workbench.prediction = workbench.truth")
    expect(workbench.get("value-mean_iou")).to_have_text("100.00")
    assert matrix(agreed(workbench, page)) == [[50, 0, 0], [0, 50, 0], [0, 0, 50]]
    workbench.get("undo").click()
    assert agreed(workbench, page) == start


def test_copied_python_gives_the_scores_shown(workbench, page):
    workbench.get("cell-0-1").focus()
    page.page.keyboard.type("9")
    page.page.keyboard.press("Enter")
    numbers = agreed(workbench, page)
    workbench.get("copy").click()
    expect(workbench.get("copy-code")).to_be_hidden()
    printed = page.kernel.printed(page.copied())
    assert f"{100 * numbers['mean_iou']:.2f}" in printed
    assert page.kernel.ask("_own['matrix'].counts.tolist()") == matrix(numbers)
    for name in readings.OVERALL:
        exact = page.kernel.ask(f"float(_own['scores'].{name})")
        assert numbers[name] == pytest.approx(exact, abs=6e-5)
