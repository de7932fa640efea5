"""Both widgets under a finger: it scrolls the page until a tool is taken in hand, and then it draws."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from . import readings
from .lab import LabPage, Widget, box_of, wait_until

PLACES = {"bench": ("iou_bench", "cell-0"), "workbench": ("confusion_workbench", "cell-1")}
Place = tuple[float, float]


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "touch.ipynb",
        'from seglearn.widgets import IoUBench\nbench = IoUBench(preset="empty")\nbench',
        "from seglearn.widgets import ConfusionWorkbench\nworkbench = ConfusionWorkbench()\nworkbench",
        *["'a line to scroll past'"] * 12,
    )
    tablet = {"viewport": {"width": 820, "height": 700}, "has_touch": True, "is_mobile": True}
    page = open_lab(notebook, **tablet)
    page.command("notebook:run-all-cells")
    for name, cell in PLACES.values():
        page.widget(name, cell)
    readings.teach(page.kernel)
    return page


def swipe(widget: Widget, part: Locator, start: Place, to: Place) -> None:
    """Put a finger down at one place of a part, move it to another, rest there and lift it.

    After a finger that leaves at speed Chromium swallows the next tap, in any page, as one that stops a fling.
    """
    (x0, y0), (x1, y1) = widget.place(part, start), widget.place(part, to)
    touch = widget.page.context.new_cdp_session(widget.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    send("Start", {"x": x0, "y": y0})
    for share in (n / 8 for n in range(1, 9)):
        send("Move", {"x": x0 + share * (x1 - x0), "y": y0 + share * (y1 - y0)})
    widget.page.wait_for_timeout(200)
    send("Move", {"x": x1, "y": y1})
    send("End")
    touch.detach()


def top(part: Locator) -> float:
    return box_of(part)["y"]


def top_at_rest(part: Locator) -> float:
    """Return where a part is once the page has stopped scrolling."""

    def standing() -> float | None:
        before = top(part)
        part.page.wait_for_timeout(100)
        return before if top(part) == before else None

    return wait_until(standing, "the page stands still")


def tap(widget: Widget, test_id: str) -> None:
    """Tap on a control; a radio button lies under its label. On a page that still scrolls a tap only stops it."""
    control = widget.get(test_id)
    label = widget.root.locator("label", has=control)
    target = label if label.count() else control
    target.scroll_into_view_if_needed()
    top_at_rest(target)
    target.tap()


@pytest.mark.parametrize(
    ("variable", "part", "tool"),
    [("bench", "stage", "tool-brush"), ("workbench", "map-prediction", "brush-1")],
)
def test_a_finger_scrolls_until_a_tool_is_taken(page, variable, part, tool):
    widget = page.widget(*PLACES[variable])
    if variable == "workbench":
        tap(widget, "stage-pixels")
    stage = widget.get(part)
    start = readings.agreed(widget, page.kernel, variable)

    widget.place(stage, (0.5, 0.5))
    at = top_at_rest(stage)
    swipe(widget, stage, (0.5, 0.8), (0.5, 0.2))
    wait_until(lambda: top(stage) < at - 20, "the page scrolls")
    assert readings.agreed(widget, page.kernel, variable) == start

    tap(widget, tool)
    widget.place(stage, (0.5, 0.5))
    at = top_at_rest(stage)
    swipe(widget, stage, (0.2, 0.3), (0.8, 0.7))
    expect(widget.get("undo")).to_be_enabled()
    assert readings.agreed(widget, page.kernel, variable) != start
    assert abs(top(stage) - at) < 2

    tap(widget, "undo")
    wait_until(lambda: readings.shown(widget) == start, "undone")
    readings.agreed(widget, page.kernel, variable)


def test_a_finger_drags_a_box(page):
    bench = page.widget(*PLACES["bench"])
    tap(bench, "preset-half")
    tap(bench, "mode-boxes")
    box = bench.get("box-prediction")
    expect(box).to_be_visible()
    before = readings.agreed(bench, page.kernel, "bench")
    swipe(bench, box, (0.5, 0.5), (0.7, 0.5))
    wait_until(lambda: readings.shown(bench) != before, "the box follows the finger")
    after = readings.agreed(bench, page.kernel, "bench")
    assert after["intersection"] < before["intersection"]


def test_a_finger_drags_a_cell(page):
    workbench = page.widget(*PLACES["workbench"])
    before = readings.agreed(workbench, page.kernel, "workbench")
    swipe(workbench, workbench.get("cell-0-1"), (0.5, 0.5), (2.5, 0.5))
    wait_until(lambda: readings.shown(workbench) != before, "the cell follows the finger")
    after = readings.agreed(workbench, page.kernel, "workbench")
    assert after["cell-0-1"] > before["cell-0-1"]
