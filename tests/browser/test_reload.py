"""What a reader made is still there after the page was loaded anew, or the notebook closed and opened again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from . import readings
from .lab import LabPage

WIDGETS = {"bench": ("iou_bench", "cell-0"), "workbench": ("confusion_workbench", "cell-1")}


@pytest.fixture(scope="module")
def page(lab, open_lab) -> LabPage:
    notebook = lab.write_notebook(
        "reload.ipynb",
        'from seglearn.widgets import IoUBench\nbench = IoUBench(preset="inside")\nbench',
        "from seglearn.widgets import ConfusionWorkbench\nworkbench = ConfusionWorkbench()\nworkbench",
    )
    return open_lab(notebook)


@pytest.fixture
def made(page) -> dict[str, readings.Numbers]:
    """Run the notebook afresh, change both widgets, and return what they show then."""
    page.run_all()
    readings.teach(page.kernel)
    bench = page.widget(*WIDGETS["bench"])
    bench.get("tool-brush").click()
    bench.drag(bench.get("stage"), start=(0.1, 0.1), to=(0.6, 0.4))
    workbench = page.widget(*WIDGETS["workbench"])
    workbench.get("stage-pixels").check()
    workbench.get("brush-1").check()
    workbench.drag(workbench.get("map-prediction"), start=(0.1, 0.2), to=(0.9, 0.3))
    expect(workbench.get("undo")).to_be_enabled()
    return numbers(page)


def numbers(page: LabPage) -> dict[str, readings.Numbers]:
    """Read both widgets, when they and the kernel agree."""
    return {
        name: readings.agreed(page.widget(*where), page.kernel, name)
        for name, where in WIDGETS.items()
    }


def edited_further(page: LabPage) -> None:
    """Change a widget and see that the kernel hears of it."""
    bench = page.widget(*WIDGETS["bench"])
    before = readings.shown(bench)
    bench.drag(bench.get("stage"), start=(0.5, 0.5), to=(0.55, 0.6))
    assert readings.agreed(bench, page.kernel, "bench") != before
    bench.get("undo").click()
    assert readings.agreed(bench, page.kernel, "bench") == before


def test_reloading_the_page_keeps_the_state(page, made):
    page.save()
    page.reload()
    assert numbers(page) == made
    edited_further(page)
    assert page.failures() == []


def test_closing_and_reopening_the_notebook_keeps_the_state(page, made):
    page.save()
    page.menu("File", "Close Tab")
    expect(page.page.locator(".jp-NotebookPanel")).to_have_count(0)
    page.command("filebrowser:go-to-path", path="/", dontShowBrowser=False)
    page.page.locator(".jp-DirListing-item").filter(has_text=page.notebook).dblclick()
    page.wait_for_kernel()
    assert numbers(page) == made
    edited_further(page)


def test_running_again_starts_afresh(page, made):
    page.run_all()
    readings.teach(page.kernel)
    again = numbers(page)
    assert again["bench"]["precision"] == 1
    assert again["workbench"]["mean_iou"] == pytest.approx(0.8405, abs=1e-4)
    assert again["bench"] != made["bench"]
    edited_further(page)


def test_the_console_stays_silent(page):
    assert page.errors == []
    assert page.outside == []
