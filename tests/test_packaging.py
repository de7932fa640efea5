"""The install story holds together: pyproject, conda, constraints, README, names and import time."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .conftest import NOTEBOOKS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONDA_NAMES = {"torch": "pytorch-cpu", "matplotlib": "matplotlib-base"}
WITH_SCIKIT_IMAGE = {"lazy-loader"}  # scikit-image needs it too, and brings it under conda's name


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return {canonicalize_name(name): v for name, v in (line.split("==") for line in lines)}


def requirements(extra: str = "") -> list[Requirement]:
    listed = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return [Requirement(text) for text in listed]


def tracked_text() -> dict[str, str]:
    """Return every committed text file, by name."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    texts = {}
    for name in listed.stdout.splitlines():
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


def test_conda_environment_asks_for_what_the_package_asks_for():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    specs = [spec for spec in environment["dependencies"] if isinstance(spec, str)]
    conda = dict(spec.partition(" ")[::2] for spec in specs)
    assert conda.pop("pip") == ""
    # One exact minor version: Binder's base image only understands that form.
    assert conda.pop("python").removeprefix("=") in SpecifierSet(PROJECT["requires-python"])
    needed = requirements() + requirements("graphcut")
    asked = [r for r in needed if r.name not in WITH_SCIKIT_IMAGE]
    assert conda == {CONDA_NAMES.get(r.name, r.name): str(r.specifier) for r in asked}
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}
    assert all(int(n) <= 2 for n in environment["variables"].values())


def test_every_conda_line_says_which_chapters_need_it():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if re.match(r"  - [a-z]+.*[<>=]", line):
            assert "# " in line, line


def test_no_folder_hides_the_environment_from_binder():
    assert not (ROOT / "binder").exists()
    assert not (ROOT / ".binder").exists()


def test_what_is_under_the_gpl_is_optional_and_tests_install_it():
    names = {extra: {r.name for r in requirements(extra)} for extra in ("", "graphcut", "test")}
    assert "pymaxflow" not in names[""]
    assert names["graphcut"] == {"pymaxflow"} <= names["test"]


@pytest.mark.parametrize("extra", ["", "graphcut", "test"])
def test_constraints_pin_what_is_asked_for_inside_its_range(extra):
    pinned = pins()
    for need in requirements(extra):
        assert pinned[canonicalize_name(need.name)] in need.specifier, need


def test_constraints_are_the_versions_under_test():
    installed = {
        canonicalize_name(d.metadata["Name"]): d.version.partition("+")[0]
        for d in metadata.distributions()
    }
    asked = [canonicalize_name(n.name) for n in requirements() + requirements("test")]
    assert {n: installed[n] for n in asked} == {n: pins()[n] for n in asked}


def test_torch_is_pinned_in_every_install_command():
    assert pins()["torch"] == "2.13.0"
    for name, text in tracked_text().items():
        if name.endswith((".md", ".yml", ".ipynb")) or name == ".ci/run":
            for command in re.findall(r"pip install (?!--extra-index)[^\n`]*-e [^\n`]*", text):
                assert "constraints.txt" in command or "torch==2.13.0" in command, (name, command)


def test_nobody_is_told_to_install_the_other_project():
    for name, text in tracked_text().items():
        assert not re.search(
            r"(pip|uv|conda|mamba)\s+(add|install)\s+[^\n]*\bseglearn\b(?!-)", text
        ), name


def test_readme_commands_come_first_and_notebook_is_there():
    install, test = re.findall(r"```bash\n(.*?)\n```", README, re.S)[:2]
    assert install.startswith('python -m pip install -c constraints.txt -e ".[graphcut]"')
    assert (ROOT / install.split()[-1]).exists()
    assert test.endswith("python -m pytest")
    assert README.index(test) < 1500


def test_ci_runs_the_readme_test_command():
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in text
    assert 'eval "$readme_command"' in text


def test_readme_pictures_and_links_exist():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" in target or (ROOT / target).exists(), target


def test_links_to_the_source_agree_with_the_project():
    owner = PROJECT["urls"]["Source"].removeprefix("https://github.com/")
    texts = [README, (ROOT / "CITATION.cff").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in NOTEBOOKS]
    for text in texts:
        for found in re.findall(
            r"(?:mybinder\.org/v2/gh|//github\.com)/([\w.-]+/[\w.-]+?)[/\"\s)]", text + " "
        ):
            assert found == owner


def test_versions_agree():
    import seglearn

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert seglearn.__version__ == str(citation["version"]) == metadata.version("seglearn-course")


def test_importing_the_package_loads_no_torch_and_no_matplotlib():
    code = (
        "import sys, seglearn, seglearn.data, seglearn.metrics\n"
        "print([m for m in ('torch', 'matplotlib', 'skimage', 'anywidget', 'numba') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_pages_name_no_machine():
    for name, text in tracked_text().items():
        assert not re.search(r"/work/(?:main|shared|tmp)/\w|/home/\w+/", text), name
