"""Which bundle a widget takes for its language, and that the course's classes have names in it."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

import seglearn
from seglearn import widgets, words
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


def test_every_stage_of_a_widget_has_a_name_and_no_name_is_left_over(modules):
    """In the order of the tabs; `stage=` takes the same as the browser shows."""
    for name in widgets.__all__:
        widget = getattr(widgets, name)
        if isinstance(widget, type) and widget.stages:
            table = WEB.parent / widget.bundle / "words" / "en.js"
            program = f"""
                const {{ strings }} = await import({json.dumps(table.as_uri())});
                const {{ label, ...named }} = strings.tabs?.regions ? strings.tabs : strings.stages;
                console.log(JSON.stringify(Object.keys(named)));
            """
            command = ["node", "--input-type=module", "-e", program]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            assert json.loads(done.stdout) == [*widget.stages], widget


def test_every_bundle_builds_in_the_made_up_language_into_a_folder_of_its_own(modules, tmp_path):
    node("node", "build.mjs", "--out", str(tmp_path), "--language", "en-XA")
    built = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.js")}
    assert built == {f"en-XA/{room.name}.js" for room in ROOMS}


def test_a_build_in_an_unknown_language_lists_those_that_exist(modules, tmp_path):
    command = ["node", "build.mjs", "--out", tmp_path, "--language", "fr"]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "no language fr; there are en, en-XA\n"
