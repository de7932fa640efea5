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

from ..conftest import CHAPTERS, NOTEBOOKS, ROOT
from .numbers import unseen_numbers
from .rules import (
    FOLDED,
    GLOSSARY,
    RULES,
    code_cells,
    main_path_words,
    minutes,
    problems,
    solved,
    source,
    tags,
)
from .terms import glossary, term_problems


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


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_chapter_keeps(path, rule):
    notebook = load(path)
    found = list(RULES[rule](notebook))
    if rule == "names":
        found += RULES[rule](solved(notebook))
    assert found == []


@pytest.fixture(scope="module")
def term_findings():
    return term_problems({path.name: load(path) for path in NOTEBOOKS})


@pytest.mark.parametrize("chapter", [path.name[:2] for path in CHAPTERS])
def test_terms_are_explained_before_they_are_used(chapter, term_findings):
    assert term_findings[chapter] == []


def test_glossary_rows():
    (path,) = (p for p in NOTEBOOKS if p.name == GLOSSARY)
    text = "\n".join(markdown(load(path)))
    terms = glossary({GLOSSARY: load(path)})
    heads = text.count("| English |")
    assert text.count("\n|") == len(terms) + 2 * heads, "a row is not '| en | 中文 | [NN](…) | … |'"
    for names in ([t.english for t in terms], [t.chinese for t in terms]):
        assert len(set(names)) == len(names)
    assert [t.chapter for t in terms] == sorted(t.chapter for t in terms)
    assert all(t.file.startswith(t.chapter) for t in terms)


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


def cell(cell_id, text, *, code=False, tagged=(), **metadata):
    kind = {"cell_type": "code", "outputs": []} if code else {"cell_type": "markdown"}
    return {"id": cell_id, "source": text, "metadata": {"tags": list(tagged), **metadata}, **kind}


def small(*cells):
    return {"cells": list(cells)}


def test_words_of_the_main_path():
    notebook = small(
        cell("title", "# 00 · Three words"),
        cell("table", "| a | `b` |\n|---|---|"),
        cell("deep", "## Deeper: more\n\nand more", **{FOLDED: True}),
        cell("deep-too", "### Part of it"),
        cell("back", "## Back <kbd>Ctrl</kbd>"),
        cell("hint-a", "not counted", tagged=["hint"]),
        cell("solution-a", "not counted", tagged=["solution"]),
        cell("references", "## References\n\nnot counted"),
    )
    assert main_path_words(notebook) == 3 + 2 + 2


def test_minutes_of_the_main_path():
    notebook = small(
        cell("title", "word " * 540),
        cell("figure", "x = 1\n\n" * 30, code=True),
        cell("exercise-a", "### Exercise 1 ★★ A"),
        cell("a", "...\n" * 90, code=True, tagged=["exercise"]),
        cell("exercise-b", "### Exercise 2 ★★★ B"),
        cell("deep", "## Deeper: more", **{FOLDED: True}),
        cell("deep-code", "x = 1\n" * 90, code=True),
        cell("exercise-c", "### Exercise 3 ★ C"),
    )
    read, do = minutes(notebook)
    assert (read, do) == (pytest.approx((540 + 6) / 180 + 30 / 15), 10 + 15)


LINES = "plt.plot(x)\n" * 13


@pytest.mark.parametrize(
    ("rule", "message", "cells"),
    [
        ("words", "1 too many", [cell("a", "word " * 3001)]),
        ("minutes", "'1 minutes to read, 0 to do'", [cell("title", "9 minutes to read, 0 to do")]),
        ("minutes", "6 to do", [cell("title", "0 minutes to read, 3 to do\n### Exercise 1 ★ A")]),
        ("deeper", "belongs to", [cell("a", "## Deeper: b")]),
        ("deeper", "belongs to", [cell("a", "## Plain", **{FOLDED: True})]),
        ("deeper", "of its own", [cell("a", "Text.\n\n## Deeper: b")]),
        ("deeper", "lies in", [cell("a", "## Deeper: b", **{FOLDED: True}), cell("quiz", "Why?")]),
        ("deeper", "no other", [cell("a", "## Deeper: b", **{FOLDED: True}), cell("c", "### D")]),
        ("reveal", "belongs to", [cell("a", "checks.reveal('42')", code=True)]),
        ("names", "no cell before", [cell("a", "print(y)", code=True)]),
        ("names", "no cell before", [cell("a", "def f():\n    return y", code=True)]),
        (
            "names",
            "left it",
            [
                cell("a", "y = 1", code=True),
                cell("b", "## Deeper: b", **{FOLDED: True}),
                cell("c", "y = 2", code=True),
                cell("d", "## Back"),
                cell("e", "print(y)", code=True),
            ],
        ),
        ("plots", "13 lines", [cell("a", "x = 1\n" + LINES[:-12], code=True)]),
    ],
)
def test_each_chapter_rule_can_fail(rule, message, cells):
    notebook = small(*cells)
    if rule == "minutes":
        notebook["cells"].append(cell("b", "x = 1\n" * 15, code=True))
    assert any(message in problem for problem in RULES[rule](notebook))


def test_names_knows_scopes_and_a_fresh_value_after_deeper():
    notebook = small(
        cell(
            "a", "import os\ny = [i for i in range(3)]\ndef f(z):\n    return z, os, y", code=True
        ),
        cell("b", "## Deeper: b", **{FOLDED: True}),
        cell("c", "y = 2\nprint(y, os)", code=True),
        cell("d", "## Back"),
        cell("e", "y = 3", code=True),
        cell("g", "print(y, f(1))", code=True),
    )
    assert list(RULES["names"](notebook)) == []


ROWS = """| mask, M1 | 掩码 | [00](00-a.ipynb#cell-id=masks) | few words |
| boundary mask | 边 | [00](00-a.ipynb#cell-id=edges) | few words |"""


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([], None),
        ([cell("early", "Two masks.")], "early says 'masks', which 00 masks explains"),
        ([cell("early", "# a mask\n1", code=True)], "early says 'mask'"),
        ([cell("early", "plt.title(f'{x} Mask')", code=True)], "early says 'Mask'"),
        ([cell("early", "mask = 1", code=True)], None),
        ([cell("early", "`mask`, masking and m1")], None),
        ([cell("early", "Say M1.")], "early says 'M1'"),
        ([cell("early", "A boundary mask.")], "early says 'boundary mask', which 00 edges"),
        ([cell("objectives", "You will paint a mask.")], None),
        ([cell("early", "A **mask** (掩码).")], "masks gives 掩码 again"),
        ([cell("early", "A **thing** (目标).")], "which 99-glossary.ipynb lacks"),
    ],
)
def test_terms_can_fail(cells, message):
    chapter = small(
        *cells, cell("masks", "A **mask** (掩码)."), cell("edges", "A **boundary mask** (边).")
    )
    found = term_problems({"00-a.ipynb": chapter, GLOSSARY: small(cell("a", ROWS))})["00"]
    assert (found == []) if message is None else any(message in text for text in found)


def test_terms_that_are_nowhere_elsewhere_or_only_deeper():
    def found(*cells):
        return term_problems({"00-a.ipynb": small(*cells), GLOSSARY: small(cell("a", ROWS))})["00"]

    edges = cell("edges", "A **boundary mask** (边).")
    assert found(edges) == ["no cell says 'mask (掩码)'"]
    assert found(edges, cell("other", "A **mask** (掩码).")) == [
        "99-glossary.ipynb must link mask, M1 to 00-a.ipynb#cell-id=other"
    ]
    deep = cell("deep", "## Deeper: b", **{FOLDED: True}), cell("masks", "A **mask** (掩码).")
    assert found(edges, *deep) == []
    assert found(edges, *deep, cell("late", "## Late\n\nA mask.")) == [
        "late says 'mask', which a section Deeper explains"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is 0.87, or 87 %.", []),
        ("It is 0.9, or 87.3 %, of 1,234 pixels.", []),
        ("It is 0.86.", ["a: 0.86"]),
        ("It is 86 %, of 1,235.", ["a: 86 %", "a: 1,235"]),
        ("Seven of 12, in 1998, on 100 % of 36 × 36 pixels.", []),
        ("It won with 62.2 [4].\n\nOurs has 62.1.", ["a: 62.1"]),
        ("## 14 lines\n\nChapter 17, exercise 13, $x = 99$, `y = 98`.", []),
    ],
)
def test_numbers_that_nothing_shows(text, found):
    notebook = small(cell("a", text), cell("b", "size = (36, 36)", code=True))
    assert unseen_numbers(notebook, "share 0.8731 of 1234, e-05 and 2e3", "00") == found
