"""Which bundle a widget takes for its language, and that the course's classes have names in it."""

from __future__ import annotations

import re
import subprocess

import pytest

import seglearn
from seglearn import words
from seglearn.data import scenes
from seglearn.widgets import ConfusionWorkbench, IoUBench, base

from .conftest import ROOMS, WEB, node


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A folder with a bundle in the made-up language, and no other."""
    monkeypatch.delenv(words.VARIABLE, raising=False)
    (tmp_path / "en-XA").mkdir()
    (tmp_path / "en-XA" / "iou_bench.js").write_text("export default 'made up';", "utf-8")
    monkeypatch.setattr(base, "STATIC", tmp_path)
    yield
    seglearn.set_language(None)


def test_a_widget_speaks_its_own_language_else_the_one_that_is_set(made_up):
    english = IoUBench()
    assert "made up" not in english._esm
    assert "made up" in IoUBench(language="en-XA")._esm
    assert "made up" in IoUBench(language="en-XA").to_html()
    seglearn.set_language("en-XA")
    assert "made up" in IoUBench()._esm
    assert "made up" not in IoUBench(language="en")._esm
    assert english.language == "en"


def test_the_environment_names_a_language_for_widgets_too(made_up, monkeypatch):
    monkeypatch.setenv(words.VARIABLE, "en-XA")
    assert "made up" in IoUBench()._esm


def test_an_unknown_language_lists_those_that_exist(made_up):
    with pytest.raises(ValueError, match="no language 'fr'; there are en and en-XA"):
        IoUBench(language="fr")


def test_a_language_without_this_widget_says_how_to_build_it(made_up):
    with pytest.raises(ValueError, match=r"no words in en-XA.* node build\.mjs --language en-XA"):
        ConfusionWorkbench(language="en-XA")


def test_the_classes_of_the_course_have_names_in_the_widgets():
    table = (WEB / "words" / "en.js").read_text(encoding="utf-8").partition("classes = {")[2]
    known = set(re.findall(r'^  "?([^":]+)"?: "', table, re.M))
    shown = {
        name
        for preset in ConfusionWorkbench()._data["presets"]
        for name in preset["state"]["classes"]
    }
    shown |= {each.name for each in scenes.STREET_CLASSES}
    assert shown <= known


def test_every_bundle_builds_in_the_made_up_language_into_a_folder_of_its_own(modules, tmp_path):
    node("node", "build.mjs", "--out", str(tmp_path), "--language", "en-XA")
    built = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.js")}
    assert built == {f"en-XA/{room.name}.js" for room in ROOMS}


def test_a_build_in_an_unknown_language_lists_those_that_exist(modules, tmp_path):
    command = ["node", "build.mjs", "--out", tmp_path, "--language", "fr"]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "no language fr; there are en, en-XA\n"
