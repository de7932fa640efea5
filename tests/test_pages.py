"""Chapters as pages: formulas in MathML, and widgets that need no kernel."""

import json
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from traitlets.config import Config

from seglearn import pages
from seglearn.widgets import Checkerboard, IoUBench

from .conftest import NOTEBOOKS, ROOT


@pytest.mark.parametrize(
    ("tex", "text", "element"),
    [
        (r"\frac{a}{b}", "ab", "mfrac"),
        ("x_k^2", "xk2", "msubsup"),
        (r"\mathrm{IoU}", "IoU", "mi"),
        ("_k", "k", "msub"),
        (r"\sqrt 2 - 1.5", "2−1.5", "msqrt"),
        (r"95\%", "95%", "mn"),
        ("a < b", "a<b", "mo"),
    ],
)
def test_a_formula_in_mathml(tex, text, element):
    math = ElementTree.fromstring(pages.mathml(tex))
    assert "".join(math.itertext()) == text
    assert any(each.tag.endswith(f"}}{element}") for each in math.iter())


def test_limits_stand_under_a_sum_only_in_a_line_of_its_own():
    assert "<munder>" in pages.mathml(r"\sum_k x", display=True)
    assert "<msub>" in pages.mathml(r"\sum_k x")


@pytest.mark.parametrize("tex", [r"\nonsense x", r"\left( a", "a_b_c"])
def test_what_cannot_be_written_is_named_and_stays(tex):
    with pytest.raises(pages.FormulaError, match=re.escape(tex.split()[0].split("(")[0])):
        pages.mathml(tex)
    assert pages.with_mathml(f"see ${tex}$") == f"see ${tex}$"


@given(st.text(alphabet="\\{}_^$ab12+-<>&*|'\u00e9 \n", max_size=30))
def test_any_text_gives_a_formula_or_a_message(tex):
    try:
        markup = pages.mathml(tex)
    except pages.FormulaError:
        return
    ElementTree.fromstring(markup)


def test_code_and_money_stay():
    text = "`$x$` costs \\$5 and\n```\n$$y$$\n```\n"
    assert pages.with_mathml(text) == text


def test_every_formula_of_the_chapters_is_written():
    written = 0
    for notebook in NOTEBOOKS:
        for cell in nbformat.read(notebook, as_version=4).cells:
            if cell.cell_type == "markdown":
                for tex in pages.formulas(cell.source):
                    ElementTree.fromstring(pages.mathml(tex.strip()))
                    written += 1
    assert written > 200


def test_a_page_shows_the_html_of_a_widget_whose_state_was_saved():
    view = {"model_id": "m", "version_major": 2, "version_minor": 0}
    output = nbformat.v4.new_output(
        "display_data",
        {pages.WIDGET_VIEW: view, "text/html": "<b data-seglearn=x>alive</b>", "text/plain": "x"},
    )
    cells = [
        nbformat.v4.new_markdown_cell("A | B\n---|---\n$|a|$ | $b_1*c_2*d$\n\n$$\\frac{1}{2}$$"),
        nbformat.v4.new_code_cell("seglearn.widgets.IoUBench()", outputs=[output]),
    ]
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"m": {}}}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"widgets": state})
    page = HTMLExporter(
        preprocessors=[pages.SelfContained], mathjax_url="data:,", require_js_url="data:,"
    ).from_notebook_node(notebook)[0]
    assert ">alive</b>" in page
    assert json.dumps("widgets") not in page
    assert page.count("<math") == 3
    assert "$" not in re.sub(r"(?s)<(script|style).*?</\1>", "", page)
    assert "<em>" not in page


def test_a_page_carries_each_bundle_once():
    def output(widget):
        return nbformat.v4.new_output("display_data", {"text/html": widget.to_html()})

    cells = [
        nbformat.v4.new_code_cell("seglearn.widgets", outputs=[output(widget)])
        for widget in (IoUBench(), IoUBench(preset="pole"), Checkerboard(), IoUBench(preset="disk"))
    ]
    alone = [len(cell.outputs[0]["data"]["text/html"]) for cell in cells]
    notebook, _ = pages.SelfContained().preprocess(nbformat.v4.new_notebook(cells=cells), {})
    found = [cell.outputs[0]["data"]["text/html"] for cell in notebook.cells]
    assert [html.count('<script type="module">') for html in found] == [1, 0, 1, 0]
    assert [html.count("data-seglearn=") >= 1 for html in found] == [True] * 4
    assert sum(map(len, found)) < 0.6 * sum(alone)


def test_other_notebooks_come_out_as_they_are():
    cells = [nbformat.v4.new_markdown_cell("$x$"), nbformat.v4.new_code_cell("1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {}})
    before = json.dumps(notebook)
    after, _ = pages.SelfContained().preprocess(notebook, {})
    assert json.dumps(after) == before


def test_jupyterlabs_server_loads_this_module_and_makes_such_pages():
    settings = ROOT / ".jupyter" / "jupyter_server_config.d" / "seglearn.json"
    loaded = json.loads(settings.read_text("utf-8"))["ServerApp"]["jpserver_extensions"]
    assert loaded == {pages._jupyter_server_extension_points()[0]["module"]: True}
    server = SimpleNamespace(config=Config())
    pages._load_jupyter_server_extension(server)
    cells = [nbformat.v4.new_markdown_cell("$x$"), nbformat.v4.new_code_cell("import seglearn")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    page = HTMLExporter(config=server.config).from_notebook_node(notebook)[0]
    assert page.count("<mi>x</mi>") == 1
