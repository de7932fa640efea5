"""Every notebook follows the chapter template, and each rule is seen to fail when it is broken."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import NOTEBOOKS, ROOT
from .rules import code_cells, problems, source, tags

CJK = re.compile(r"[\u4e00-\u9fff]")
INTRODUCED = re.compile(r"\(([^()\n]*[\u4e00-\u9fff][^()\n]*)\)")


def load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def markdown(notebook: dict) -> list[str]:
    return [source(c) for c in notebook["cells"] if c["cell_type"] == "markdown"]


def test_there_are_notebooks():
    assert [p.name[:2] for p in NOTEBOOKS][:1] == ["00"]


def test_notebooks_folder_holds_nothing_else():
    strangers = {p.name for p in (ROOT / "notebooks").iterdir()} - {p.name for p in NOTEBOOKS}
    assert not strangers - {".ipynb_checkpoints"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_template(path):
    assert problems(load(path), path) == []


def test_chinese_terms_are_in_the_glossary():
    start = load(NOTEBOOKS[0])
    glossary = next(source(c) for c in start["cells"] if c["id"] == "glossary")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in glossary.splitlines()]
    listed = {
        row[1]: row[2] for row in rows if len(row) == 4 and CJK.search(row[1]) and row[1] != "中文"
    }
    taught: dict[str, str] = {}
    for path in NOTEBOOKS:
        for cell in load(path)["cells"]:
            if cell["cell_type"] == "markdown" and cell["id"] != "glossary":
                for term in INTRODUCED.findall(source(cell)):
                    assert term not in taught, (
                        f"{term} is introduced twice: {taught[term]}, {path.name}"
                    )
                    taught[term] = path.name[:2]
    assert taught == listed


def test_spelling():
    codespell = shutil.which("codespell", path=str(Path(sys.executable).parent))
    assert codespell, "codespell is part of the test extra: install it with .[test]"
    text = "\n".join("\n".join(markdown(load(path))) for path in NOTEBOOKS)
    run = subprocess.run(
        [codespell, "-"], input=text, capture_output=True, text=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stdout


def test_chapter_maps_list_exactly_the_notebooks():
    for text in [(ROOT / "README.md").read_text(encoding="utf-8"), *markdown(load(NOTEBOOKS[0]))]:
        if "| | Chapter |" in text:
            linked = set(re.findall(r"(\d\d-[a-z-]+\.ipynb)\)", text)) | {NOTEBOOKS[0].name}
            assert linked == {p.name for p in NOTEBOOKS}


def _first(notebook: dict, tag: str) -> dict:
    return next(c for c in notebook["cells"] if tag in tags(c))


def _leave_output(notebook):
    code_cells(notebook)[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]


def _drop_objectives(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "objectives"]


def _drop_one_objective_from_recap(notebook):
    recap = next(c for c in notebook["cells"] if c["id"] == "recap")
    recap["source"] = source(recap).replace("- *", "- ", 1)


def _two_solutions(notebook):
    cell = _first(notebook, "solution")
    cell["source"] = source(cell) * 2


def _drop_check(notebook):
    notebook["cells"].remove(_first(notebook, "check"))


def _long_function(notebook):
    code_cells(notebook)[0]["source"] = "def f():\n" + "    x = 1\n" * 12


def _use_network(notebook):
    code_cells(notebook)[0]["source"] = "import urllib; url = 'https://example.org'"


def _dead_link(notebook):
    notebook["cells"][-1]["source"] = "[next](98-nowhere.ipynb)"


def _ugly_id(notebook):
    notebook["cells"][0]["id"] = "a1B2-"


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (_leave_output, "outputs are left in"),
        (_drop_objectives, "objectives is missing"),
        (_drop_one_objective_from_recap, "recap must mirror"),
        (_two_solutions, "one fenced python block"),
        (_drop_check, "must be followed by"),
        (_long_function, "longer than ten lines"),
        (_use_network, "no network"),
        (_dead_link, "does not exist"),
        (_ugly_id, "no readable slug"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_rule_can_fail(break_it, message):
    path = NOTEBOOKS[0]
    broken = copy.deepcopy(load(path))
    break_it(broken)
    assert any(message in problem for problem in problems(broken, path))
