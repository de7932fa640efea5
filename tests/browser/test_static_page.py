"""The widgets in an exported page, opened from file:// with neither kernel nor network.

nbconvert's own template asks a CDN for require.js and MathJax; a page without widgets asks for the same. Most pages here
are made without saved widget states, as JupyterLab leaves them; one is made by the plain command, which saves them.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from seglearn.pages import SelfContained
from seglearn.widgets import ConfusionWorkbench, IoUBench

from ..conftest import NOTEBOOKS, ROOT
from . import readings
from .conftest import axe_findings
from .lab import StaticPage, Widget

ASKED_FOR = re.compile(r"""(?:src|href)=["'](https?://[^"']+)""")
BENCH_PRESETS = ("half", "inside", "disjoint", "empty", "pole", "disk")
WORKBENCH_PRESETS = ("worked", "imbalance", "all-road", "ignore", "absent")


def export(notebook: nbformat.NotebookNode) -> str:
    """Execute a notebook and make a page of it."""
    NotebookClient(notebook, kernel_name="python3", timeout=180, store_widget_state=False).execute()
    return HTMLExporter().from_notebook_node(notebook)[0]


@pytest.fixture(scope="module")
def exported(lab, open_lab, tmp_path_factory) -> str:
    """Both widgets in a page that JupyterLab exported, as by File ▸ Save and Export Notebook As ▸ HTML."""
    notebook = lab.write_notebook(
        "static.ipynb",
        "from seglearn.widgets import BrowserCheck, ConfusionWorkbench, IoUBench\nIoUBench()",
        "ConfusionWorkbench()",
        "BrowserCheck()",
    )
    page = open_lab(notebook).run_all()
    assert page.failures() == []
    page.save()
    return lab.export(notebook)


@pytest.fixture(scope="module")
def static(exported, new_context, tmp_path_factory) -> StaticPage:
    file = tmp_path_factory.mktemp("static") / "page with ü.html"
    file.write_text(exported, encoding="utf-8")
    return StaticPage(new_context(), file)


@pytest.fixture
def bench(static) -> Widget:
    return static.widget("iou_bench")


@pytest.fixture
def workbench(static) -> Widget:
    return static.widget("confusion_workbench")


def copied(widget: Widget) -> dict:
    """Run the program that "copy as Python" hands out, and return its variables and what it printed."""
    widget.get("copy").click()
    variables: dict = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(widget.get("copy-code").input_value(), variables)
    return variables | {"printed": printed.getvalue()}


@pytest.mark.parametrize("preset", BENCH_PRESETS)
def test_bench_presets(bench, preset):
    bench.preset(preset)
    assert readings.same(readings.shown(bench), readings.bench_counted(IoUBench(preset=preset)), 3)


@pytest.mark.parametrize("preset", WORKBENCH_PRESETS)
def test_workbench_presets(workbench, preset):
    workbench.preset(preset)
    counted = readings.workbench_counted(ConfusionWorkbench(preset=preset))
    assert readings.same(readings.shown(workbench), counted, 4)


def test_bench_by_mouse_and_keyboard(bench):
    bench.preset("half")
    start = readings.shown(bench)
    bench.drag(bench.get("stage"), start=(0.6, 0.5), to=(0.5, 0.55))
    dragged = readings.shown(bench)
    assert dragged != start
    bench.get("stage").focus()
    bench.page.keyboard.press("ArrowLeft")
    moved = readings.shown(bench)
    assert moved not in (start, dragged)
    own = copied(bench)
    scores = dict(line.split() for line in own["printed"].splitlines())
    assert {name: float(value) for name, value in scores.items()} == {
        name: moved[name] for name in readings.BENCH_SCORES
    }
    assert moved["intersection"] == (own["truth"] & own["prediction"]).sum()
    for expected in (dragged, start):
        bench.page.keyboard.press("ControlOrMeta+z")
        assert readings.shown(bench) == expected


def test_workbench_by_mouse_and_keyboard(workbench):
    workbench.preset("worked")
    start = readings.shown(workbench)
    workbench.drag(workbench.get("cell-0-1"), to=(2.0, 0.5))
    dragged = readings.shown(workbench)
    assert dragged["cell-0-1"] > start["cell-0-1"]
    workbench.get("cell-2-2").focus()
    workbench.page.keyboard.type("40")
    workbench.page.keyboard.press("Enter")
    typed = readings.shown(workbench)
    assert typed["cell-2-2"] == 40
    own = copied(workbench)
    assert own["scores"].mean_iou == pytest.approx(typed["mean_iou"], abs=6e-5)
    workbench.get("stage-pixels").check()
    workbench.get("brush-0").check()
    workbench.drag(workbench.get("map-prediction"), start=(0.1, 0.9), to=(0.9, 0.9))
    assert readings.shown(workbench) != typed
    workbench.get("brush-look").check()
    for expected in (typed, dragged, start):
        workbench.get("undo").click()
        assert readings.shown(workbench) == expected


def test_a_copied_link_opens_the_exported_page_as_it_was(bench, workbench):
    bench.preset("inside")
    bench.drag(bench.get("stage"), start=(0.5, 0.5), to=(0.55, 0.6))
    bench.stage("scores")
    workbench.preset("imbalance")
    workbench.stage("scores")
    workbench.get("cell-0-1").focus()
    workbench.page.keyboard.press("+")
    for widget in (bench, workbench):
        shown, address = readings.shown(widget), widget.link()
        page = widget.page.context.new_page()  # as cut off from the network as the first
        page.goto(address, wait_until="domcontentloaded")
        opened = Widget(page, widget.name).show()
        expect(opened.get("stage-scores")).to_be_checked()
        assert readings.shown(opened) == shown
        page.close()


def test_the_browser_check_says_that_there_is_no_kernel(static):
    expect(static.page.get_by_test_id("browser-check")).to_contain_text("This page has no kernel")


def test_axe_finds_nothing(bench, workbench, axe):
    assert axe_findings(bench, axe) == []
    assert axe_findings(workbench, axe) == []


def test_a_whole_chapter_lives(new_context, tmp_path):
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    file = tmp_path / "chapter.html"
    file.write_text(export(notebook), encoding="utf-8")
    chapter = StaticPage(new_context(), file)
    bench = chapter.widget("iou_bench")
    start = readings.shown(bench)
    bench.drag(bench.get("stage"), start=(0.5, 0.5), to=(0.55, 0.6))
    assert readings.shown(bench) != start
    bench.get("reset").click()
    assert readings.shown(bench) == start
    assert_asks_for_no_more_than_its_template(chapter)


def test_widgets_of_one_kind_share_their_bundle(without_kernel):
    output = [
        nbformat.v4.new_output("display_data", {"text/html": IoUBench(preset=preset).to_html()})
        for preset in ("half", "pole")
    ]
    cell = nbformat.v4.new_code_cell("import seglearn", outputs=output)
    SelfContained().preprocess(nbformat.v4.new_notebook(cells=[cell]), {})
    html = "".join(each["data"]["text/html"] for each in output)
    assert html.count('<script type="module">') == 1
    benches = without_kernel(html).page.get_by_test_id("widget-iou_bench")
    expect(benches).to_have_count(2)
    expect(benches.nth(1).get_by_test_id("preset-pole")).to_have_attribute("aria-pressed", "true")


def test_asks_for_no_more_than_its_template(static):
    assert_asks_for_no_more_than_its_template(static)


def assert_asks_for_no_more_than_its_template(static: StaticPage) -> None:
    plain = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook())[0]
    assert set(static.asked) <= set(ASKED_FOR.findall(plain))
    ours = [error for error in static.errors if "MathJax" not in error and "require" not in error]
    assert ours == []


def test_a_request_would_be_noticed(new_context, tmp_path):
    file = tmp_path / "leak.html"
    file.write_text('<script>fetch("https://example.org/x").catch(() => {});</script>')
    leak = StaticPage(new_context(), file)
    leak.page.wait_for_function("() => document.readyState === 'complete'")
    assert leak.asked == ["https://example.org/x"]


def test_the_plain_command_makes_a_living_page(new_context, tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("$$\\frac{|A \\cap B|}{|A \\cup B|}$$"),
            nbformat.v4.new_code_cell("from seglearn.widgets import IoUBench\nIoUBench()"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, tmp_path / "plain.ipynb")
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "plain.ipynb"],
        cwd=tmp_path,
        env=os.environ | {"JUPYTER_CONFIG_PATH": str(ROOT / ".jupyter")},
        check=True,
        timeout=300,
    )
    page = StaticPage(new_context(), tmp_path / "plain.html")
    bench = page.widget("iou_bench")
    bench.preset("inside")
    assert page.page.locator("math mfrac").first.is_visible()
    assert "$" not in page.page.locator("body").inner_text()
    assert not [url for url in page.asked if "unpkg" in url]


def test_jupyterlab_makes_the_same_page_of_a_notebook_whose_state_was_saved(lab):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("$\\frac{1}{2}$"),
            nbformat.v4.new_code_cell("from seglearn.widgets import BrowserCheck\nBrowserCheck()"),
        ]
    )
    NotebookClient(notebook, kernel_name="python3", timeout=180).execute()
    assert notebook.metadata.widgets
    nbformat.write(notebook, lab.root / "saved.ipynb")
    page = lab.export("saved.ipynb")
    assert "<mfrac>" in page
    assert 'data-seglearn="browser_check"' in page
    assert "unpkg" not in page
