"""Chapters as pages: formulas in MathML, and widgets that need no kernel."""

import json
import re
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert import HTMLExporter

from seglearn import pages

from .conftest import NOTEBOOKS


def plain(markup):
    """Return the elements of a formula with what they hold, without attributes."""
    return re.sub(
        r"<(\w+)[^>]*>",
        r"<\1>",
        "".join(ElementTree.tostringlist(ElementTree.fromstring(markup), "unicode")),
    )


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        ("x_k^2", "<msubsup><mi>x</mi><mi>k</mi><mn>2</mn></msubsup>"),
        ("x'", "<msup><mi>x</mi><mo>′</mo></msup>"),
        (r"\mathrm{IoU}", "<mi>IoU</mi>"),
        ("_k", "<msub><mrow><mi>k</mi></msub>"),
        (r"\sqrt 2 - 1.5", "<msqrt><mn>2</mn></msqrt><mo>−</mo><mn>1.5</mn>"),
        (
            r"\left( x \right)^2",
            "<msup><mrow><mo>(</mo><mrow><mi>x</mi></mrow><mo>)</mo></mrow><mn>2</mn></msup>",
        ),
        (r"\hat{x}", "<mover><mrow><mi>x</mi></mrow><mo>^</mo></mover>"),
        (r"a\,b", "<mi>a</mi><mspace><mi>b</mi>"),
        (r"95\%", "<mn>95</mn><mo>%</mo>"),
        ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ],
)
def test_a_formula_in_mathml(tex, expected):
    assert plain(pages.mathml(tex)) == f"<math><mrow>{expected}</mrow></math>"


def test_limits_stand_under_a_sum_only_in_a_line_of_its_own():
    assert "<munder>" in pages.mathml(r"\sum_k x", display=True)
    assert "<msub>" in pages.mathml(r"\sum_k x")


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\nonsense x", r"the command \\nonsense is not known"),
        (r"\frac{a}", "something is missing at the end"),
        ("{a", "the end came where } was expected"),
        ("a}", "} came where the end was expected"),
        (r"\left( a", r"the end came where \\right was expected"),
    ],
)
def test_what_cannot_be_written_is_named(tex, message):
    with pytest.raises(pages.FormulaError, match=message):
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
        nbformat.v4.new_code_cell("w", outputs=[output]),
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
