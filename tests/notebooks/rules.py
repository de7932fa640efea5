"""The chapter template as rules: `problems` lists everything in which a notebook departs from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Cell = dict[str, Any]

ANCHORS = ["title", "setup", "objectives", "predict", "pitfalls", "recap", "quiz", "references"]
EXERCISE_PARTS = ["exercise", "check", "hint", "solution"]
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


def code_cells(notebook: dict[str, Any]) -> list[Cell]:
    """Return the code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def solved(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a copy in which every exercise cell holds the code of its solution."""
    solutions = iter(
        [SOLUTION.findall(source(c))[0] for c in notebook["cells"] if "solution" in tags(c)]
    )
    cells = [
        {**cell, "source": next(solutions)} if "exercise" in tags(cell) else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def problems(notebook: dict[str, Any], path: Path) -> list[str]:
    """List every departure from the chapter template; an empty list is a good notebook."""
    rules = (
        _file,
        _stripped,
        _ids,
        _anchors,
        _title,
        _objectives,
        _setup,
        _exercises,
        _code,
        _prose,
    )
    return [f"{path.name}: {text}" for rule in rules for text in rule(notebook, path)]


def _file(notebook: dict[str, Any], path: Path) -> Iterator[str]:
    if not re.fullmatch(r"\d\d-[a-z0-9-]+\.ipynb", path.name):
        yield "the name must look like 09-metrics.ipynb"
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield "must be nbformat 4.5, which keeps cell ids"
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "the kernel must be python3"


def _stripped(notebook: dict[str, Any], _: Path) -> Iterator[str]:
    for cell in code_cells(notebook):
        if cell["outputs"] or cell["execution_count"] is not None:
            yield f"cell {cell['id']}: outputs are left in"


def _ids(notebook: dict[str, Any], _: Path) -> Iterator[str]:
    ids = [cell["id"] for cell in notebook["cells"]]
    for cell_id in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"cell id {cell_id} stands twice"
    for cell_id in ids:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell_id):
            yield f"cell id {cell_id} is no readable slug"


def _anchors(notebook: dict[str, Any], _: Path) -> Iterator[str]:
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


def _find(notebook: dict[str, Any], cell_id: str) -> str:
    return next((source(c) for c in notebook["cells"] if c["id"] == cell_id), "")


def _title(notebook: dict[str, Any], path: Path) -> Iterator[str]:
    title = _find(notebook, "title")
    if not title.startswith(f"# {path.name[:2]} · "):
        yield f"the title must begin with '# {path.name[:2]} · '"
    if not re.search(r"\d+ minutes to read, \d+ to do", title):
        yield "the title must say 'N minutes to read, M to do'"
    if f"urlpath=lab/tree/notebooks/{path.name}" not in title:
        yield "the title must hold the Binder link to this notebook"


def _verbs(text: str) -> list[str]:
    return [verb.lower() for verb in re.findall(r"^- \*([A-Za-z]+)\*", text, re.M)]


def _objectives(notebook: dict[str, Any], _: Path) -> Iterator[str]:
    objectives = _find(notebook, "objectives")
    verbs = _verbs(objectives)
    if "**You will be able to**" not in objectives or not 3 <= len(verbs) <= 5:
        yield "objectives must say '**You will be able to**' and list three to five '- *verb* …'"
    if "**You need**" not in objectives:
        yield "objectives must say '**You need** …'"
    if _verbs(_find(notebook, "recap")) != verbs:
        yield f"the recap must mirror the objectives: '- *verb* …' for {', '.join(verbs)}"


def _setup(notebook: dict[str, Any], _: Path) -> Iterator[str]:
    imports = re.findall(r"^(?:import|from) ", _find(notebook, "setup"), re.M)
    if not 1 <= len(imports) <= 6:
        yield f"the set-up must hold one to six imports, not {len(imports)}"


def _exercises(notebook: dict[str, Any], path: Path) -> Iterator[str]:
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


def _code(notebook: dict[str, Any], _: Path) -> Iterator[str]:
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


def _prose(notebook: dict[str, Any], path: Path) -> Iterator[str]:
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        text = source(cell)
        if cell["id"] != "glossary" and len(text.split()) > 260:
            yield f"cell {cell['id']} is a wall of text"
        for target in re.findall(r"\]\(([^)#]+)", text):
            if "://" not in target and not (path.parent / target).exists():
                yield f"cell {cell['id']} links to {target}, which does not exist"
