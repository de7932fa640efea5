"""Both widgets in JupyterLab's light and dark theme: drawn in its colours, and without a finding of axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import axe_findings
from .lab import LabPage, Widget

WIDGETS = {"iou_bench": "cell-0", "confusion_workbench": "cell-1"}
CANVAS = {"iou_bench": "stage-canvas", "confusion_workbench": "map-truth-canvas"}
GRID = [(x / 10 + 0.03, y / 10 + 0.03) for x in range(10) for y in range(10)]


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "themes.ipynb",
        "from seglearn.widgets import ConfusionWorkbench, IoUBench\nIoUBench()",
        "ConfusionWorkbench()",
        'IoUBench(size="projector", palette="tol")',
        'ConfusionWorkbench(size="projector", palette="cityscapes")',
        "import numpy as np\n"
        "grey = np.full((40, 60, 3), 0.5)\n"
        "labels = np.arange(2400).reshape(40, 60) // 200\n"
        "ConfusionWorkbench(labels, np.roll(labels, 5), image=grey)",
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    yield page
    page.theme("Light")


@pytest.fixture(params=["Light", "Dark"])
def themed(request, page) -> LabPage:
    page.theme(request.param)
    return page


def boxes(widget: Widget) -> None:
    widget.get("mode-boxes").check()


def boundary(widget: Widget) -> None:
    widget.get("mode-masks").check()
    widget.preset("disk")
    widget.get("metric-boundary_iou").check()
    widget.get("tool-brush").click()


def preset(name: str) -> Callable[[Widget], None]:
    return lambda widget: widget.preset(name)


def counted_ignore(widget: Widget) -> None:
    widget.preset("ignore")
    widget.get("ignore-class").check()


def typing(widget: Widget) -> None:
    widget.preset("worked")
    widget.get("cell-0-1").dblclick()


def row_percent(widget: Widget) -> None:
    widget.preset("imbalance")
    widget.get("stage-pixels").check()
    widget.get("brush-1").check()
    widget.get("stage-scores").check()
    widget.get("units-rows").check()
    widget.get("score-recall-1").focus()


@pytest.mark.parametrize(
    ("name", "prepare"),
    [
        pytest.param(name, prepare, id=f"{name}-{label}")
        for name, looks in {
            "iou_bench": {
                "half": preset("half"),
                "empty": preset("empty"),
                "boxes": boxes,
                "boundary": boundary,
            },
            "confusion_workbench": {
                "worked": preset("worked"),
                "absent": preset("absent"),
                "ignored, counted": counted_ignore,
                "typing": typing,
                "row percent": row_percent,
            },
        }.items()
        for label, prepare in looks.items()
    ],
)
def test_axe_finds_nothing(themed, axe, name, prepare):
    widget = themed.widget(name, WIDGETS[name])
    prepare(widget)
    widget.drawn()
    assert axe_findings(widget, axe) == []


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        pytest.param("iou_bench", "cell-2", id="bench, projector, tol"),
        pytest.param("confusion_workbench", "cell-3", id="workbench, projector, cityscapes"),
        pytest.param("confusion_workbench", "cell-4", id="twelve classes on a photograph"),
    ],
)
def test_axe_finds_nothing_in_other_sizes_and_palettes(themed, axe, name, cell):
    assert axe_findings(themed.widget(name, cell), axe) == []


def test_axe_looks_into_the_shadow_root(page, axe):
    widget = page.widget("iou_bench", "cell-0")
    widget.root.evaluate("(root) => root.append(document.createElement('input'))")
    (finding,) = axe_findings(widget, axe)
    assert finding.startswith("label: ")
    widget.root.evaluate("(root) => root.lastElementChild.remove()")


@pytest.mark.parametrize("name", WIDGETS)
def test_a_change_of_theme_repaints(page, name):
    pictures, inks = {}, {}
    for theme in ("Light", "Dark"):
        page.theme(theme)
        widget = page.widget(name, WIDGETS[name])
        widget.preset({"iou_bench": "half", "confusion_workbench": "worked"}[name])
        if name == "confusion_workbench":
            widget.get("stage-pixels").check()
        page.page.mouse.move(0, 0)
        widget.drawn()
        pictures[theme] = widget.colors(CANVAS[name], GRID)
        inks[theme] = widget.root.evaluate(
            """(root) => ["color", "backgroundColor"].map((which) =>
                getComputedStyle(root)[which].match(/\\d+/g).slice(0, 3).map(Number)
                    .reduce((a, b) => a + b) / 3)"""
        )
    assert sum(a != b for a, b in zip(*pictures.values(), strict=True)) > 50
    (ink, ground), (dark_ink, dark_ground) = inks["Light"], inks["Dark"]
    assert ink < 80 < 180 < ground
    assert dark_ground < 80 < 180 < dark_ink


def test_less_movement_where_it_is_asked_for(page):
    moving = """(root) => {
        const all = [...root.querySelectorAll("*")];
        const lasts = (el, what) => getComputedStyle(el)[what].split(",").some((s) => parseFloat(s) > 0);
        return all.filter((el) => lasts(el, "transitionDuration") || lasts(el, "animationDuration")).length;
    }"""
    flashes = """async (canvas) => {
        const seen = [canvas.toDataURL()];
        const end = performance.now() + 700;
        while (performance.now() < end) {
            await new Promise(requestAnimationFrame);
            const now = canvas.toDataURL();
            if (now !== seen.at(-1)) seen.push(now);
        }
        return seen.length - 1;
    }"""
    page.theme("Light")
    changes = {}
    for wish in ("no-preference", "reduce"):
        page.page.emulate_media(reduced_motion=wish)
        page.run_all()
        widgets = [page.widget(name, cell) for name, cell in WIDGETS.items()]
        lively = sum(widget.root.evaluate(moving) for widget in widgets)
        assert (lively > 0) == (wish == "no-preference")
        workbench = widgets[1]
        workbench.get("stage-pixels").check()
        workbench.get("cell-0-1").focus()
        workbench.page.keyboard.press("Space")
        changes[wish] = workbench.get("map-prediction-canvas").evaluate(flashes)
    page.page.emulate_media(reduced_motion="no-preference")
    assert changes["reduce"] <= 1
    assert changes["no-preference"] >= 3
