"""What is begun is whole: in a copy of the course its own tests pass, and so do those that look at all of its kind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..widgets.conftest import WEB, modules  # noqa: F401

import begin  # isort: skip

LINKED = {"assets", "node_modules"}


@pytest.fixture
def course(tmp_path):
    """A copy of the course; what is large is a link."""
    for name in ("seglearn", "tests", "notebooks", "data_scripts"):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=lambda _, names: LINKED.intersection(names) | {"__pycache__"},
        )
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "seglearn" / "assets").symlink_to(ROOT / "seglearn" / "assets")
    return tmp_path


def passes(course: Path, *tests: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    there = {**os.environ, "PYTHONPATH": str(course)}
    done = subprocess.run(
        command, cwd=course, env=there, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_widget(course, modules):  # noqa: F811
    web = course / "seglearn" / "widgets" / "web"
    (web / "node_modules").symlink_to(WEB / "node_modules")
    assert begin.main(["widget", "colour_mixer", "--root", str(course)]) == 0
    build = ["node", "build.mjs", "--only", "colour_mixer"]
    subprocess.run(build, cwd=web, check=True, capture_output=True, timeout=60)
    passes(
        course,
        "tests/widgets/test_colour_mixer.py",
        "tests/test_structure.py",
        "tests/widgets/test_nonsense.py",
        "tests/widgets/test_copy_as_python.py",
        "-k=colour_mixer or ColourMixer",
    )


def test_a_chapter(course):
    assert begin.main(["chapter", "97", "far-away", "Far away", "--root", str(course)]) == 0
    passes(course, "tests/checks/test_ch97.py")
    passes(course, "tests/notebooks", "-k=97 or maps or spelling or glossary")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["widget", "ColourMixer"], "a widget is called like colour_mixer, got 'ColourMixer'"),
        (["widget", "iou_bench"], "iou_bench/"),
        (["chapter", "3", "far-away", "Far"], "a chapter is called like 03 colour-spaces, got '3'"),
        (["chapter", "09", "far-away", "Far"], "chapter 09 is there: 09-metrics.ipynb"),
    ],
)
def test_what_cannot_be_begun_changes_nothing(asked, said, course, capsys):
    def files():
        return {p: p.stat().st_mtime_ns for p in course.rglob("*") if p.is_file()}

    before = files()
    assert begin.main([*asked, "--root", str(course)]) == 1
    assert said in capsys.readouterr().err
    assert files() == before


def test_the_page_for_contributors_says_it_as_the_script_does():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for kind in ("widget", "chapter"):
        assert f"python data_scripts/begin.py {kind} " in page
