"""The chapter template as rules: `problems` lists everything in which a notebook departs from it."""

from __future__ import annotations

import ast
import builtins
import json
import re
import symtable
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

GLOSSARY = "99-glossary.ipynb"

ANCHORS = ["title", "setup", "objectives", "predict", "pitfalls", "recap", "quiz", "references"]
EXERCISE_PARTS = ["exercise", "check", "hint", "solution"]
MOST_WORDS = 3000  # on the main path
MOST_PLOT_LINES = 12
WORDS_A_MINUTE, LINES_A_MINUTE = 180, 15
MINUTES_TO_DO = {"★": 6, "★★": 10, "★★★": 15}
DEEPER = re.compile(r"#{2,4} Deeper: \S")
FOLDED = "jp-MarkdownHeadingCollapsed"
SOLUTION = re.compile(r"```python\n(.*?)```", re.S)
FORBIDDEN = {
    "sys.path": "the package is installed; nothing needs the path",
    "!pip": "installation belongs in the README",
    "%pip": "installation belongs in the README",
    "http://": "a notebook needs no network",
    "https://": "a notebook needs no network",
}


def source(cell: Cell) -> str:
    """Return a cell's text, whether stored as one string or as lines."""
    return "".join(cell["source"])


def tags(cell: Cell) -> list[str]:
    """Return a cell's tags."""
    return cell["metadata"].get("tags", [])


def code_cells(notebook: Notebook) -> list[Cell]:
    """Return the code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def solved(notebook: Notebook) -> Notebook:
    """Return a copy in which every exercise cell holds the code of its solution."""
    solutions = iter(
        [SOLUTION.findall(source(c))[0] for c in notebook["cells"] if "solution" in tags(c)]
    )
    cells = [
        {**cell, "source": next(solutions)} if "exercise" in tags(cell) else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def problems(notebook: Notebook, path: Path) -> list[str]:
    """List every departure from the chapter template; an empty list is a good notebook.

    The glossary is no chapter: only its file, its ids and its prose are looked at.
    """
    rules: tuple[Callable[[Notebook, Path], Iterator[str]], ...] = (_file, _stripped, _ids, _prose)
    if path.name != GLOSSARY:
        rules += (_anchors, _title, _objectives, _setup, _exercises, _code)
    return [f"{path.name}: {text}" for rule in rules for text in rule(notebook, path)]


# --------------------------------------------------------------------------------------------------
# The main path and what goes deeper
# --------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return Markdown without its fenced code, in which a # begins no heading."""
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def _headings(cell: Cell) -> list[tuple[int, str]]:
    """Return the level and the first word of each heading of a Markdown cell."""
    found = re.findall(r"^(#{1,6}) +([^\s:]+)", plain(source(cell)), re.M)
    return [(len(marks), word) for marks, word in found if cell["cell_type"] == "markdown"]


def heading_level(cell: Cell) -> int | None:
    """Return the level of a cell's highest heading, by which JupyterLab folds; None without one."""
    return min((level for level, _ in _headings(cell)), default=None)


def in_deeper(notebook: Notebook) -> list[bool]:
    """Say of each cell whether it lies in a section "Deeper: …".

    Such a section ends where JupyterLab's fold ends: before the next heading of the same or of a
    higher level.
    """
    inside, level = [], 0
    for cell in notebook["cells"]:
        own = heading_level(cell)
        if own is not None:
            if level and own <= level:
                level = 0
            if not level and DEEPER.match(source(cell)):
                level = own
        inside.append(level > 0)
    return inside


def main_path(notebook: Notebook) -> list[Cell]:
    """Return the cells outside the sections "Deeper: …"."""
    folded = in_deeper(notebook)
    return [cell for cell, deep in zip(notebook["cells"], folded, strict=True) if not deep]


def prose_cells(notebook: Notebook) -> list[Cell]:
    """Return the Markdown of the main path without hints, solutions and references."""
    return [
        cell
        for cell in main_path(notebook)
        if cell["cell_type"] == "markdown"
        and not {"hint", "solution"} & set(tags(cell))
        and cell["id"] != "references"
    ]


def main_path_words(notebook: Notebook) -> int:
    """Count the words of `prose_cells`: what stands between spaces and holds a letter or a digit."""
    text = " ".join(source(cell) for cell in prose_cells(notebook))
    return sum(bool(re.search(r"\w", word)) for word in re.sub(r"</?[a-z]+>", " ", text).split())


def code_lines(cell: Cell) -> int:
    """Count the lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in source(cell).splitlines())


def minutes(notebook: Notebook) -> tuple[float, int]:
    """Return the minutes to read and to do what is on the main path.

    To read is the prose and the code that is given; to do are the exercises, by their stars.
    """
    given = [
        cell
        for cell in code_cells({"cells": main_path(notebook)})
        if not {"exercise", "check"} & set(tags(cell))
    ]
    read = main_path_words(notebook) / WORDS_A_MINUTE + sum(map(code_lines, given)) / LINES_A_MINUTE
    stars = [
        mark
        for cell in prose_cells(notebook)
        for mark in re.findall(r"^### Exercise \d+ (★+) ", source(cell), re.M)
    ]
    return read, sum(MINUTES_TO_DO[mark] for mark in stars)


def words_rule(notebook: Notebook) -> Iterator[str]:
    """The main path has at most 3,000 words."""
    words = main_path_words(notebook)
    if words > MOST_WORDS:
        yield f"the main path has {words:,} words, {words - MOST_WORDS:,} too many"


def minutes_rule(notebook: Notebook) -> Iterator[str]:
    """The title gives the minutes as they are computed; to read may be off by one."""
    found = re.search(r"(\d+) minutes to read, (\d+) to do", _find(notebook, "title"))
    read, do = minutes(notebook)
    if not found or abs(int(found[1]) - read) > 1 or int(found[2]) != do:
        yield f"the title must say '{read:.0f} minutes to read, {do} to do'"


def deeper_rule(notebook: Notebook) -> Iterator[str]:
    """A section "Deeper: …" opens folded, and holds no other heading and no part of the template."""
    for cell, deep in zip(notebook["cells"], in_deeper(notebook), strict=True):
        begins = cell["cell_type"] == "markdown" and DEEPER.match(source(cell)) is not None
        folded = cell["metadata"].get(FOLDED)
        if begins != (folded is True):
            yield f"cell {cell['id']}: '{FOLDED}': true belongs to headings '## Deeper: …' and to no others"
        if deep and cell["id"] in ANCHORS:
            yield f"cell {cell['id']} lies in a section Deeper; a heading of its level must come before"
        if deep and not begins and heading_level(cell) is not None:
            yield f"cell {cell['id']}: a section Deeper holds no other heading; give it one of its own"
        if (
            cell["cell_type"] == "markdown"
            and not begins
            and any(w == "Deeper" for _, w in _headings(cell))
        ):
            yield f"cell {cell['id']}: a cell of its own begins with the heading '## Deeper: …'"


def reveal_rule(notebook: Notebook) -> Iterator[str]:
    """The code behind a folded answer is folded too: its words would give the answer away."""
    for cell in code_cells(notebook):
        hidden = cell["metadata"].get("jupyter", {}).get("source_hidden") is True
        if ("reveal(" in source(cell)) != hidden:
            yield (
                f"cell {cell['id']}: 'jupyter': {{'source_hidden': true}} belongs to cells that call "
                "checks.reveal, and to no others"
            )


def _bound_and_used(code: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell binds, and those that it reads, functions' insides included."""
    top = symtable.symtable(code, "cell", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    scopes = top.get_children()
    while scopes:
        scope = scopes.pop()
        used |= {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
        scopes += scope.get_children()
    return bound, used


def names_rule(notebook: Notebook) -> Iterator[str]:
    """The main path defines what it uses, and reads nothing that a section "Deeper" has set."""
    known, deep_ones = set(dir(builtins)), set()
    for cell, deep in zip(notebook["cells"], in_deeper(notebook), strict=True):
        if cell["cell_type"] != "code":
            continue
        bound, used = _bound_and_used(source(cell))
        if deep:
            deep_ones |= bound
            continue
        for name in sorted((used - bound) & deep_ones):
            yield f"cell {cell['id']} reads {name} as a section Deeper left it"
        for name in sorted(used - bound - deep_ones - known):
            yield f"cell {cell['id']} reads {name}, which no cell before it defines"
        known |= bound
        deep_ones -= bound


def plots_rule(notebook: Notebook) -> Iterator[str]:
    """A cell that draws has at most twelve lines; what is longer belongs in the package."""
    for cell in code_cells(notebook):
        names = {
            node.id for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Name)
        }
        draws = names & {"plt", "ax", "axes", "figure", "show"} and cell["id"] != "setup"
        if draws and "exercise" not in tags(cell) and code_lines(cell) > MOST_PLOT_LINES:
            yield f"cell {cell['id']} draws with {code_lines(cell)} lines; {MOST_PLOT_LINES} are enough"


RULES: dict[str, Callable[[Notebook], Iterator[str]]] = {
    "words": words_rule,
    "minutes": minutes_rule,
    "deeper": deeper_rule,
    "reveal": reveal_rule,
    "names": names_rule,
    "plots": plots_rule,
}
"""The rules that look at one chapter; `terms` and `numbers` have modules of their own."""


# --------------------------------------------------------------------------------------------------
# The template
# --------------------------------------------------------------------------------------------------


def _file(notebook: Notebook, path: Path) -> Iterator[str]:
    if not re.fullmatch(r"\d\d-[a-z0-9-]+\.ipynb", path.name):
        yield "the name must look like 09-metrics.ipynb"
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield "must be nbformat 4.5, which keeps cell ids"
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "the kernel must be python3"


def _stripped(notebook: Notebook, _: Path) -> Iterator[str]:
    for cell in code_cells(notebook):
        if cell["outputs"] or cell["execution_count"] is not None:
            yield f"cell {cell['id']}: outputs are left in"


def _ids(notebook: Notebook, _: Path) -> Iterator[str]:
    ids = [cell["id"] for cell in notebook["cells"]]
    for cell_id in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"cell id {cell_id} stands twice"
    for cell_id in ids:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell_id):
            yield f"cell id {cell_id} is no readable slug"


def _anchors(notebook: Notebook, _: Path) -> Iterator[str]:
    ids = [cell["id"] for cell in notebook["cells"]]
    missing = [anchor for anchor in ANCHORS if anchor not in ids]
    for anchor in missing:
        yield f"the cell {anchor} is missing"
    if not missing and sorted(ANCHORS, key=ids.index) != ANCHORS:
        yield f"these cells must come in the order {', '.join(ANCHORS)}"
    if "predict" in ids and "setup" in ids:
        before = notebook["cells"][: ids.index("predict")]
        if any(c["cell_type"] == "code" and c["id"] != "setup" for c in before):
            yield "no code but the set-up may come before the cell predict"


def _find(notebook: Notebook, cell_id: str) -> str:
    return next((source(c) for c in notebook["cells"] if c["id"] == cell_id), "")


def _title(notebook: Notebook, path: Path) -> Iterator[str]:
    title = _find(notebook, "title")
    if not title.startswith(f"# {path.name[:2]} · "):
        yield f"the title must begin with '# {path.name[:2]} · '"
    if not re.search(r"\d+ minutes to read, \d+ to do", title):
        yield "the title must say 'N minutes to read, M to do'"
    if f"urlpath=lab/tree/notebooks/{path.name}" not in title:
        yield "the title must hold the Binder link to this notebook"


def _verbs(text: str) -> list[str]:
    return [verb.lower() for verb in re.findall(r"^- \*([A-Za-z]+)\*", text, re.M)]


def _objectives(notebook: Notebook, _: Path) -> Iterator[str]:
    objectives = _find(notebook, "objectives")
    verbs = _verbs(objectives)
    if "**You will be able to**" not in objectives or not 3 <= len(verbs) <= 5:
        yield "objectives must say '**You will be able to**' and list three to five '- *verb* …'"
    if "**You need**" not in objectives:
        yield "objectives must say '**You need** …'"
    if _verbs(_find(notebook, "recap")) != verbs:
        yield f"the recap must mirror the objectives: '- *verb* …' for {', '.join(verbs)}"


def _setup(notebook: Notebook, _: Path) -> Iterator[str]:
    imports = re.findall(r"^(?:import|from) ", _find(notebook, "setup"), re.M)
    if not 1 <= len(imports) <= 6:
        yield f"the set-up must hold one to six imports, not {len(imports)}"


def _exercises(notebook: Notebook, path: Path) -> Iterator[str]:
    cells = notebook["cells"]
    chapter = f"ch{path.name[:2]}"
    found = [i for i, cell in enumerate(cells) if "exercise" in tags(cell)]
    if not found:
        yield "there is no exercise"
    for i in found:
        name, parts = cells[i]["id"], cells[i : i + 4]
        if [next(iter(tags(c)), "") for c in parts] != EXERCISE_PARTS:
            yield f"exercise {name} must be followed by cells tagged check, hint, solution"
            continue
        prose = source(cells[i - 1])
        if not re.match(r"### Exercise \d+ ★{1,3} \w", prose):
            yield f"exercise {name}: the cell before must begin '### Exercise N ★ Name'"
        if not re.fullmatch(rf"checks\.{chapter}\.\w+\(\w+\)", source(parts[1]).strip()):
            yield f"exercise {name}: the check must be 'checks.{chapter}.name(your_function)'"
        if source(parts[2]).count("<details>") < 1:
            yield f"exercise {name}: the hints belong in <details>"
        if "<details>" not in source(parts[3]) or len(SOLUTION.findall(source(parts[3]))) != 1:
            yield f"exercise {name}: the solution is one fenced python block in <details>"
    if _find(notebook, "quiz").count("<details>") != 5:
        yield "the quiz must have five questions in <details>"


def _code(notebook: Notebook, _: Path) -> Iterator[str]:
    for cell in code_cells(notebook):
        text = source(cell)
        for word, why in FORBIDDEN.items():
            if word in text:
                yield f"cell {cell['id']} holds {word}: {why}"
        if text.count("\n") >= 25:
            yield f"cell {cell['id']} is longer than 25 lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 10:
                yield f"cell {cell['id']}: {node.name} is longer than ten lines; move it to the package"


def _prose(notebook: Notebook, path: Path) -> Iterator[str]:
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        text = source(cell)
        if len(re.sub(r"^\|.*", "", text, flags=re.M).split()) > 260:
            yield f"cell {cell['id']} is a wall of text"
        for target, place in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", text):
            if "://" in target:
                continue
            if not (path.parent / target).exists():
                yield f"cell {cell['id']} links to {target}, which does not exist"
            elif place and not _has_place(path.parent / target, place):
                yield f"cell {cell['id']} links to {target}#{place}; write #cell-id= and a cell's id"


def _has_place(path: Path, place: str) -> bool:
    """Say whether JupyterLab and a page made by nbconvert both find this place of a notebook."""
    kind, _, cell_id = place.partition("=")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return kind == "cell-id" and any(cell["id"] == cell_id for cell in cells)
