"""The committed bundles are what the sources build to, and small."""

import gzip
import re

import pytest

from seglearn.widgets.base import STATIC

from .conftest import ROOMS, WEB, node

NAMES = [room.name for room in ROOMS]
LIMIT = 32  # KB gzipped


def test_every_room_has_a_bundle_and_no_bundle_is_left_over():
    assert sorted(path.stem for path in STATIC.glob("*.js")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_bundles_are_small(name):
    assert len(gzip.compress((STATIC / f"{name}.js").read_bytes(), 9)) <= 1024 * LIMIT


def test_every_class_of_the_shared_style_sheet_stands_in_a_script():
    # The build leaves out rules for a class that no script names; none may be put together from pieces.
    css = re.sub(
        r"/\*.*?\*/", "", (WEB / "ui" / "theme.css").read_text(encoding="utf-8"), flags=re.S
    )
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", css)))
    scripts = [path for room in ROOMS for path in room.rglob("*.js")] + list(WEB.glob("ui/*.js"))
    words = {word for path in scripts for word in re.findall(r"[\w-]+", path.read_text("utf-8"))}
    assert "stage-tag" in classes
    assert sorted(classes - words) == []


def test_bundles_are_what_the_sources_build_to(modules, tmp_path):
    node("node", "build.mjs", "--out", str(tmp_path))
    for name in NAMES:
        built = (tmp_path / f"{name}.js").read_text(encoding="utf-8")
        assert built == (STATIC / f"{name}.js").read_text(encoding="utf-8"), (
            f"{name}.js is out of date: run npm ci && npm run build in {WEB}"
        )


def test_javascript_tests_pass(modules):
    node("npm", "test")


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")
