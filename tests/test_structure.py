"""The plan of the house: who may import whom, and no two files import each other.

Read from the source with `ast`, so imports inside functions and for type checkers count too. A
name that a package hands on with `lazy_loader` counts as an import of the file that holds it.
"""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from .conftest import ROOT

PACKAGE = "seglearn"

# A room imports from its own files and from the floors below, never sideways and never up.
FLOORS = (
    {"inputs", "environment", "_optional"},
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
