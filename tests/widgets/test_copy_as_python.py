"""What "copy as Python" puts on the clipboard is one program, whatever things are called."""

import ast
import io
import json
import subprocess
import tokenize
from pathlib import Path
from typing import Any

import pytest

from seglearn.widgets import ConfusionWorkbench, PanopticScene, ReceptiveField
from seglearn.widgets.base import STATIC
from seglearn.widgets.receptive_field import Layer

from .test_nonsense import GREY, MAP, SEGMENTS, WIDGETS, changed, paths

SCRIPT = Path(__file__).with_name("copied.mjs")
AWKWARD = [
    'say "road"',
    "it's",
    "back\\slash\\",
    '\\"; x = 1  # ',
    "line\nend = 1",
    "carriage\rend = 1",
    "both\r\nend = 1",
    "nul\x00",
    "escape\x1b[31m",
    "separators\u2028and\u2029",
    "next line\x85",
    "right to left \u202e\u2066 ; x = 1 #\u2069\u202c",
    "joined 👩\u200d🌾, one 🚲",
    "tag \U000e0041",
    "道路, Straße",
    '"""',
    "{braces} %s ${x}",
    "# comment",
    "half a character \ud83d",
    "another \udc00",
]
PAYLOADS = ["0)\nPWNED = (1", '"); PWNED = 1; ("', "1; PWNED = 1 #", "x\rPWNED = 1", "PWNED"]


def copied(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", str(SCRIPT)],
        cwd=STATIC.parent / "web",
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said) == len(asked)
    return said


def strings(program: str) -> list[str]:
    return [
        node.value
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def without_strings(program: str) -> str:
    """Return names, operators and comments of a program."""
    tokens = tokenize.generate_tokens(io.StringIO(program).readline)
    return " ".join(token.string for token in tokens if token.type != tokenize.STRING)


def shape(program: str) -> str:
    """Return the syntax tree of a program with every string left out."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.fixture(scope="module")
def said(modules):
    """The programs of every widget as it opens."""
    opened = {name: make() for name, make in WIDGETS.items() if name != "BrowserCheck"}
    asked = [
        {"widget": w.bundle, "state": w.state, "data": w._data, "measure": True}
        for w in opened.values()
    ]
    return dict(zip(opened, zip(opened.values(), copied(asked), strict=True), strict=True))


@pytest.mark.parametrize("name", [name for name in WIDGETS if name != "BrowserCheck"])
def test_every_program_is_one_and_the_page_measures_what_python_measures(said, name):
    widget, told = said[name]
    ast.parse(told["python"])
    assert set(told["metrics"]) == set(widget.metrics)


def test_names_are_constants_and_nothing_else(modules):
    def named(names: list[str]) -> list[dict[str, Any]]:
        counts = ConfusionWorkbench(matrix=[[10**6, 1], [2, 3]])
        ignored = ConfusionWorkbench(preset="ignore")
        field = ReceptiveField([Layer("conv", 3, 1, 1, 1, "a")] * 2, GREY)
        scene = PanopticScene(MAP, SEGMENTS)
        layers = [
            {**layer, "name": name}
            for layer, name in zip(field.state["layers"], names, strict=True)
        ]
        classes = [
            {**about, "name": name}
            for about, name in zip(scene._data["classes"], names, strict=True)
        ]
        states = [
            (counts, {**counts.state, "classes": names}, counts._data),
            *(
                (ignored, {**ignored.state, "classes": [*names, "z"], "ignore": mistake}, {})
                for mistake in ("skip", "class", "zero")
            ),
            (field, {"layers": layers}, field._data),
            (scene, scene.state, {**scene._data, "classes": classes}),
        ]
        return [{"widget": w.bundle, "state": s, "data": d} for w, s, d in states]

    pairs = [[name, f"other {name}"] for name in AWKWARD]
    plain = [told["python"] for told in copied(named(["first", "second"]))]
    programs = copied([ask for pair in pairs for ask in named(pair)])
    for i, pair in enumerate(pairs):
        for before, told in zip(
            plain, programs[i * len(plain) : (i + 1) * len(plain)], strict=True
        ):
            program = told["python"]
            assert shape(program) == shape(before)
            assert len(program.splitlines()) == len(before.splitlines())
            assert all(line.isprintable() for line in program.split("\n"))
            for name in pair:
                assert name in strings(program)
            assert without_strings(program) == without_strings(before)


def test_no_value_of_a_document_becomes_code(modules):
    """A saved notebook may say anything, and a page without a kernel has nobody to check it."""
    asked = []
    for name, make in WIDGETS.items():
        if name == "BrowserCheck":
            continue
        widget = make()
        short = [
            path
            for path in paths(widget._data)
            if path[0] != "presets"
            and isinstance(leaf := _at(widget._data, path), str)
            and len(leaf) < 100
        ]
        for payload in PAYLOADS:
            for path in paths(widget.state):
                state = changed(widget.state, path, payload)
                asked.append({"widget": widget.bundle, "state": state, "data": widget._data})
            for path in short:
                data = changed(widget._data, path, payload)
                asked.append({"widget": widget.bundle, "state": widget.state, "data": data})
    programs = [told["python"] for told in copied(asked)]
    written = [program for program in programs if isinstance(program, str)]
    assert len(written) > 300
    for program in written:
        names = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
        assert "PWNED" not in names, program
        comments = tokenize.generate_tokens(io.StringIO(program).readline)
        assert not any("PWNED" in t.string for t in comments if t.type == tokenize.COMMENT)


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def test_counts_come_out_as_they_are(modules):
    workbench = ConfusionWorkbench(matrix=[[2**53 - 9, 0], [0, 3]])
    told = copied([{"widget": workbench.bundle, "state": workbench.state, "data": {}}])[0]["python"]
    namespace: dict[str, Any] = {}
    exec(told, namespace)
    assert namespace["counts"] == [[2**53 - 9, 0], [0, 3]]
