"""The plan of the house: who may import whom, no two files import each other, and each widget has its room.

Read from the source with `ast`, so imports inside functions and for type checkers count too. A
name that a package hands on with `lazy_loader` counts as an import of the file that holds it.
"""

import ast
import re
from graphlib import CycleError, TopologicalSorter

import pytest

from .conftest import ROOT

PACKAGE = "seglearn"

# A room imports from its own files and from the floors below, never sideways and never up.
FLOORS = (
    {"words"},
    {"inputs", "environment", "_optional", "pages"},
    {"data"},
    {"imaging", "classical", "superpixels", "nets", "metrics"},
    {"training", "show"},
    {"experiment", "live"},  # live draws a training, so it stands on both training and show
    {"widgets", "checks"},  # what notebooks hold in their hands; the two do not know each other
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# These find the files beside them by their names, and name none of them in an import.
REGISTRIES = {"seglearn.nets.zoo", "seglearn.superpixels.registry", "seglearn.checks.exercise"}
FOREIGN = {"seglearn._optional", "seglearn.data.samples"}  # import other packages by name


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {
    name_of(path): path
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
    if "node_modules" not in path.parts
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in PATHS.items()}
PACKAGES = {name for name, path in PATHS.items() if path.name == "__init__.py"}


def lazy_names(tree):
    """Return which file a package takes each of its lazy names from."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".attach"):
            for keyword in node.keywords:
                if keyword.arg == "submod_attrs":
                    for file, names in ast.literal_eval(keyword.value).items():
                        found |= dict.fromkeys(names, file)
    return found


LAZY = {name: lazy_names(TREES[name]) for name in PACKAGES}


def imports_of(name):
    """Return the files of the package that one file imports, wherever in the file it does so."""
    here = name if name in PACKAGES else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names if each.name.split(".")[0] == PACKAGE}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                outer = here.split(".")[: len(here.split(".")) - node.level + 1]
                base = ".".join([*outer, *([base] if base else [])])
            if base.split(".")[0] == PACKAGE:
                found |= {holder(base, each.name) for each in node.names}
    return found - {name}


def holder(base, name):
    """Return the file that ``from base import name`` reads."""
    if f"{base}.{name}" in PATHS:
        return f"{base}.{name}"
    file = LAZY.get(base, {}).get(name)
    return f"{base}.{file}" if file else base


IMPORTS = {name: imports_of(name) for name in PATHS}


def room(name):
    return name.split(".")[1] if "." in name else ""


def test_no_two_files_import_each_other():
    assert set().union(*IMPORTS.values()) <= set(PATHS)
    try:
        list(TopologicalSorter(IMPORTS).static_order())
    except CycleError as error:
        pytest.fail(f"these import each other: {' → '.join(reversed(error.args[1]))}")


def test_every_room_has_a_floor():
    rooms = {room(name) for name in PATHS} - {""}
    assert rooms <= set(FLOOR_OF), "give the new room a floor above"


@pytest.mark.parametrize("name", [name for name in PATHS if IMPORTS[name]])
def test_nothing_imports_upwards_or_sideways(name):
    for other in IMPORTS[name]:
        if room(other) not in {room(name), ""}:
            assert FLOOR_OF[room(other)] < FLOOR_OF[room(name)], f"{name} imports {other}"


def test_packages_load_lazily():
    for name in PACKAGES:
        assert not IMPORTS[name], name


def test_only_registries_import_by_name():
    for name, tree in TREES.items():
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        if calls & {"importlib.import_module", "import_module", "__import__"}:
            assert name in REGISTRIES | FOREIGN, name


def test_lazy_names_are_where_packages_say():
    for package, names in LAZY.items():
        for name, file in names.items():
            assert f"{package}.{file}" in PATHS, (package, name)


# --------------------------------------------------------------------------------- rooms of widgets

WIDGETS = ROOT / PACKAGE / "widgets"
ROOMS = sorted(path.parent.name for path in WIDGETS.glob("*/widget.js"))
SHARED = {"static", "web"}
IN_A_ROOM = re.compile(r"\w+\.py|widget\.js|style\.css|parts/\w+\.js|words/[a-z]{2}(-\w+)?\.js")
IMPORT = re.compile(r"""(?:from|import) "(\.[^"]+)\"""")


def sources(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in paths if not {"node_modules", "__pycache__"} & {*path.parts}]


def test_every_folder_of_the_widgets_is_a_room_or_shared():
    folders = {path.name for path in WIDGETS.iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == {*ROOMS} | SHARED


@pytest.mark.parametrize("name", ROOMS)
def test_a_widget_has_one_name_everywhere(name):
    room = WIDGETS / name
    needed = [*(room / file for file in ("__init__.py", "widget.py", "words/en.js"))]
    needed += [ROOT / "tests" / tests / f"test_{name}.py" for tests in ("widgets", "browser")]
    missing = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    assert not missing, f"write {', '.join(missing)}"
    bundle = WIDGETS / "static" / f"{name}.js"
    assert bundle.exists(), f"in {WIDGETS / 'web'} run: npm run build"
    python, javascript = ((room / f"widget.{end}").read_text("utf-8") for end in ("py", "js"))
    assert f'bundle = "{name}"' in python, f'the class says bundle = "{name}"'
    assert f'"{name}"' in javascript, f'defineWidget is told name: "{name}"'
    assert f"{PACKAGE}.widgets.{name}" in PACKAGES
    assert name in LAZY[f"{PACKAGE}.widgets"].values(), f"name it in {PACKAGE}/widgets/__init__.py"


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_holds_what_rooms_hold_and_knows_no_other(name):
    for path in sources(WIDGETS / name):
        inside = path.relative_to(WIDGETS / name).as_posix()
        assert IN_A_ROOM.fullmatch(inside), f"{name}/{inside} has no place in a room"
        if path.suffix == ".js":
            for wanted in IMPORT.findall(path.read_text("utf-8")):
                part = (path.parent / wanted).resolve().relative_to(WIDGETS).parts[0]
                assert part in {name, "web"}, f"{name}/{inside} imports {wanted}"
    for module in PATHS:
        if module.startswith(f"{PACKAGE}.widgets.{name}."):
            for other in IMPORTS[module]:
                if other.startswith(f"{PACKAGE}.widgets."):
                    assert room_of(other) not in {*ROOMS} - {name}, f"{module} imports {other}"


def test_what_widgets_share_belongs_to_no_single_one():
    for path in sources(WIDGETS / "web"):
        for wanted in IMPORT.findall(path.read_text("utf-8")) if path.suffix == ".js" else ():
            target = (path.parent / wanted).resolve().relative_to(WIDGETS).parts[0]
            tested = path.name.split(".")[0] if "test" in path.parts else None
            assert target in {"web", tested}, f"{path.name} imports {wanted}"
    for module in set(PATHS) - PACKAGES:
        if module.startswith(f"{PACKAGE}.widgets.") and module.count(".") == 2:
            users = {room_of(each) for each in PATHS if module in IMPORTS[each]}
            assert len(users) > 1, f"only {users} imports {module}: move it there"


def room_of(module):
    """Return the room of a widget's file, or the file's own name where widgets share it."""
    return module.split(".")[2]
