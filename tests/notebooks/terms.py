"""Terms in the order of reading: each is explained before, or where, it is first used."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .rules import GLOSSARY, Cell, Notebook, main_path, prose_cells, source

CJK = r"[\u4e00-\u9fff]"
INTRODUCED = re.compile(rf"\(([^()\n]*{CJK}[^()\n]*)\)")
ROW = re.compile(
    rf"^\| (?P<english>[^|]+) \| (?P<chinese>[^|]*{CJK}[^|]*) "
    r"\| \[(?P<chapter>\d\d)\]\((?P<file>[^)#]+)#cell-id=(?P<cell>[^)]+)\) \| (?P<words>[^|]+) \|$",
    re.M,
)
ANNOUNCING = {"title", "objectives", "map"}  # these say what will be explained
DRAWN = {"title", "titles", "label", "xlabel", "ylabel", "suptitle", "set_title", "text"}
EVERYDAY = {
    ("00 how-it-works", "kernel"): "the program that runs Python, as the cell says",
    ("00 pitfalls", "kernel"): "the same",
    ("09 headline", "fully convolutional network"): "the name of a method, beside its paper",
}
"""Cells in which a term is another word: ``("NN cell-id", "term")`` and what it means there."""


@dataclass(frozen=True)
class Term:
    """A row of the glossary."""

    english: str
    chinese: str
    chapter: str
    file: str
    cell: str
    words: str

    @property
    def forms(self) -> list[str]:
        """The term and its abbreviation."""
        return self.english.split(", ")

    @property
    def pattern(self) -> re.Pattern[str]:
        """Every form of the term, in singular and plural, with hyphen or space."""
        return re.compile("|".join(map(_form, self.forms)))


def _form(text: str) -> str:
    """Return a pattern of one form; one with capitals inside, as IoU, is spelled so and no other way."""
    body = re.escape(text).replace(r"\ ", "[ -]").replace(r"\-", "[ -]").replace("'", "['’]")
    body = body.removesuffix("y") + "(?:y|ies)" if text.endswith("y") else body + "(?:s|es)?"
    return rf"\b{body}\b" if re.search("[A-Z]|^[^a-z]+$", text[1:]) else rf"(?i:\b{body}\b)"


def glossary(notebooks: Mapping[str, Notebook]) -> list[Term]:
    """Return the rows of the glossary."""
    cells = notebooks[GLOSSARY]["cells"]
    return [Term(**row.groupdict()) for cell in cells for row in ROW.finditer(source(cell))]


def read_text(cell: Cell) -> str:
    """Return what a reader reads of a cell: prose, or comments and the words in figures."""
    text = source(cell)
    if cell["cell_type"] == "markdown":
        return re.sub(r"\]\([^)]*\)|`[^`\n]*`", "]", text)
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    return "\n".join([*comments, *_drawn(ast.parse(text))])


def _drawn(tree: ast.AST) -> Iterator[str]:
    """Find the strings that a cell writes into its figures."""
    for node in ast.walk(tree):
        parts: list[Any] = []
        if isinstance(node, ast.keyword) and node.arg in DRAWN:
            parts = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            parts = node.args if node.func.attr in DRAWN else []
        for part in parts:
            for leaf in ast.walk(part):
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                    yield leaf.value


def term_problems(notebooks: Mapping[str, Notebook]) -> dict[str, list[str]]:
    """List for each chapter ("02") what is wrong with its terms; `notebooks` are by file name."""
    found: dict[str, list[str]] = {name[:2]: [] for name in notebooks}
    terms = {term.chinese: term for term in glossary(notebooks)}
    order = [
        (name, cell["id"])
        for name in sorted(notebooks.keys() - {GLOSSARY})
        for cell in notebooks[name]["cells"]
    ]
    prose = {
        (name, cell["id"]): source(cell)
        for name, notebook in notebooks.items()
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
    }
    explained: dict[str, tuple[str, str]] = {}
    for name, cell_id in order:
        for chinese in INTRODUCED.findall(prose.get((name, cell_id), "")):
            if chinese in explained:
                found[name[:2]].append(f"{cell_id} gives {chinese} again")
            elif chinese not in terms:
                row = f"| … | {chinese} | [{name[:2]}]({name}#cell-id={cell_id}) | … |"
                found[name[:2]].append(
                    f"{cell_id} gives {chinese}, which {GLOSSARY} lacks: write {row}"
                )
            explained.setdefault(chinese, (name, cell_id))
    read = {
        (name, cell["id"]): read_text(cell)
        for name in sorted(notebooks.keys() - {GLOSSARY})
        for cell in _read(notebooks[name])
    }
    for chinese, term in terms.items():
        link = (term.file, term.cell)
        if chinese not in explained:
            found[term.chapter].append(f"no cell says '{term.forms[0]} ({chinese})'")
        elif explained[chinese] != link:
            where = "#cell-id=".join(explained[chinese])
            found[term.chapter].append(f"{GLOSSARY} must link {term.english} to {where}")
        place = explained.get(chinese, link)
        if place not in order:
            continue
        # What a section Deeper explains, no cell of the main path may say.
        hidden = place[1] not in {cell["id"] for cell in main_path(notebooks[place[0]])}
        for user in read if hidden else order[: order.index(place)]:
            used = _use(term, read.get(user, ""), terms.values())
            if used and (f"{user[0][:2]} {user[1]}", term.forms[0]) not in EVERYDAY:
                why = "a section Deeper" if hidden else f"{place[0][:2]} {place[1]}"
                found[user[0][:2]].append(f"{user[1]} says '{used}', which {why} explains")
    return found


def _use(term: Term, text: str, terms: Iterable[Term]) -> str:
    """Return how a text says `term`, outside longer terms that hold it, as 'boundary recall' does."""
    if not term.pattern.search(text):
        return ""
    for other in terms:
        for form in other.forms:
            if form not in term.forms and term.pattern.search(form):
                text = re.sub(_form(form), " ", text)
    used = term.pattern.search(text)
    return used[0] if used else ""


def _read(notebook: Notebook) -> list[Cell]:
    """Return the cells whose words must be known: the main path, without what announces."""
    prose = {cell["id"] for cell in prose_cells(notebook)} - ANNOUNCING
    return [c for c in main_path(notebook) if c["cell_type"] == "code" or c["id"] in prose]
