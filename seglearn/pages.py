"""Chapters as web pages that need neither a kernel nor a network: widgets that live, and formulas in MathML.

An installation puts settings into Jupyter's folder of the environment (`.jupyter/` in the repository), so that
`jupyter nbconvert --to html` uses `SelfContained`, and JupyterLab, of whose server this module is an extension, for
*Save and Export*. Notebooks that do not use this package come out as without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from latex2mathml.converter import convert
from nbconvert.preprocessors import Preprocessor

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_MODULE = re.compile(r'(?s)<script type="module">.*?</script>')
_CODE_OR_FORMULA = re.compile(
    r"(?P<code>(?P<ticks>`+).*?(?P=ticks))"
    r"|\$\$(?P<block>.+?)\$\$"
    r"|(?<!\\)\$(?P<inline>(?:\\.|[^$\\\n]|\n(?!\n))+)\$",
    re.DOTALL,
)


class FormulaError(ValueError):
    """A formula that cannot be written in MathML here."""


def mathml(tex: str, display: bool = False) -> str:
    """Write a formula in MathML.

    Parameters
    ----------
    tex : str
        TeX's mathematics.
    display : bool
        Whether it stands in a line of its own.

    Returns
    -------
    str
        A ``<math>`` element in one line.

    Raises
    ------
    FormulaError
        If it is malformed, or a command is not known.
    """
    try:
        markup: str = convert(tex, display="block" if display else "inline")
        text = "".join(ElementTree.fromstring(markup).itertext())
    except Exception as error:  # whatever the library stumbles over, MathJax may still write it
        raise FormulaError(f"{tex!r} cannot be written in MathML: {error!r}") from error
    if unknown := re.search(r"\\[A-Za-z]+", text):
        raise FormulaError(f"{unknown[0]} is not known in the formula {tex!r}")
    return markup


def formulas(markdown: str) -> Iterator[str]:
    """Yield the formulas of a text in Markdown, as TeX, without those in code."""
    for match in _CODE_OR_FORMULA.finditer(markdown):
        if not match["code"]:
            yield match["block"] or match["inline"]


def with_mathml(markdown: str) -> str:
    """Return Markdown in which formulas are MathML; one that cannot be written so stays as it is, for MathJax."""

    def written(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        tex, display = match["block"] or match["inline"], match["block"] is not None
        try:
            return mathml(tex.strip(), display)
        except FormulaError:
            return match[0]

    return _CODE_OR_FORMULA.sub(written, markdown)


class SelfContained(Preprocessor):
    """For nbconvert: formulas as MathML, and each widget of the course by its own HTML, each bundle once.

    With ``--execute`` nbconvert saves the state of widgets, and then prefers a view that asks a CDN for its code.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Change a notebook of the course and return it; views of other widgets stay, with their state."""
        if not any("seglearn" in cell.source for cell in nb.cells if cell.cell_type == "code"):
            return nb, resources
        views = False
        bundles: set[str] = set()

        def once(bundle: re.Match[str]) -> str:
            """Keep a bundle's first copy: it runs when the page was read, and finds all places of its widget."""
            if bundle[0] in bundles:
                return ""
            bundles.add(bundle[0])
            return bundle[0]

        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = with_mathml(cell.source)
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "data-seglearn=" in data.get("text/html", ""):
                    data.pop(WIDGET_VIEW, None)
                    data["text/html"] = _MODULE.sub(once, data["text/html"])
                views |= WIDGET_VIEW in data
        if not views:
            nb.metadata.pop("widgets", None)
        return nb, resources


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Have JupyterLab's server use `SelfContained`: it reads no settings of nbconvert."""
    server.config.HTMLExporter.preprocessors.append(SelfContained)
