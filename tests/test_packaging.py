"""The install story holds together: pyproject, conda, constraints, README, names and import time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .conftest import NOTEBOOKS, ROOT
from .data_scripts.conftest import server  # noqa: F401  (it also puts the scripts on the path)

import make_asset_archive  # isort: skip

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


OPTIONAL = {"filelock", "pooch", "psutil", "pymaxflow", "requests"}


def test_what_only_some_need_is_optional_and_tests_install_it():
    assert not OPTIONAL & {need.name for need in requirements()}
    assert {need.name for need in requirements("test")} >= OPTIONAL
    everything = {str(need) for need in requirements("test")}
    assert everything >= {
        str(need) for extra in ("data", "graphcut") for need in requirements(extra)
    }


def test_the_scripts_that_fetch_say_which_extra_they_need():
    assert '".[data]"' in (ROOT / "data_scripts" / "README.md").read_text(encoding="utf-8")


def test_no_folder_hides_the_environment_from_binder():
    assert not (ROOT / "binder").exists()
    assert not (ROOT / ".binder").exists()


def test_what_is_under_the_gpl_is_optional_and_tests_install_it():
    names = {extra: {r.name for r in requirements(extra)} for extra in ("", "graphcut", "test")}
    assert "pymaxflow" not in names[""]
    assert names["graphcut"] == {"pymaxflow"} <= names["test"]


@pytest.mark.parametrize("extra", ["", "data", "graphcut", "test"])
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
                # the weekly run is there to leave the constraints, and picks its build itself
                pinned = ("constraints.txt", "torch==2.13.0", "--torch-backend=cpu")
                assert any(word in command for word in pinned), (name, command)


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


def test_readme_says_beside_the_first_command_what_torch_costs_and_names_the_small_one():
    install, test = re.findall(r"```bash\n(.*?)\n```", README, re.S)[:2]
    beside = README[README.index(install) : README.index(test)]
    assert re.search(
        r"GB on disk.* MB of memory.*https://download\.pytorch\.org/whl/cpu", beside, re.S
    )
    assert README.count("whl/cpu") == 1  # said once


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


def test_an_installation_brings_the_settings_that_make_pages():
    installed = {file.as_posix() for file in metadata.files("seglearn-course") or ()}
    for file in (ROOT / ".jupyter").rglob("*.json"):
        place = f"/etc/jupyter/{file.relative_to(ROOT / '.jupyter').as_posix()}"
        assert any(each.endswith(place) for each in installed), place


def test_importing_the_package_loads_no_torch_and_no_matplotlib():
    code = (
        "import sys, seglearn, seglearn.data, seglearn.metrics\n"
        "print([m for m in ('torch', 'matplotlib', 'skimage', 'anywidget', 'numba') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_no_module_outside_the_networks_imports_torch_or_what_is_optional():
    code = """
import importlib, pkgutil, sys
import seglearn
needs_torch = ("nets", "training", "experiment", "data.scene_dataset")
for module in pkgutil.walk_packages(seglearn.__path__, "seglearn."):
    name = module.name.removeprefix("seglearn.")
    if not any(name == each or name.startswith(each + ".") for each in needs_torch):
        importlib.import_module(module.name)
        for found in ("torch", "numba", "maxflow", "pooch", "psutil", "requests"):
            if found in sys.modules:
                raise SystemExit(f"{module.name} imports {found}")
for name in ("nets", "training", "experiment"):
    importlib.import_module("seglearn." + name)
assert "torch" not in sys.modules
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_pages_name_no_machine():
    for name, text in tracked_text().items():
        assert not re.search(r"/work/(?:main|shared|tmp)/\w|/home/\w+/", text), name


# ------------------------------------------------------------------------------------- the wheel

LARGEST_WHEEL = 5_000_000  # bytes


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel as pip would, and return its path."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_is_small_and_says_so(wheel, capsys):
    size = wheel.stat().st_size
    with capsys.disabled():
        print(f"\n{wheel.name}: {size / 1e6:.2f} MB (at most {LARGEST_WHEEL / 1e6:.0f})")
    assert size < LARGEST_WHEEL


def test_the_wheel_holds_the_package_and_no_large_assets(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    described = json.loads((ROOT / "seglearn/data/assets.json").read_text(encoding="utf-8"))
    assert not {f"seglearn/assets/{name}" for name in described["names"]} & set(names)
    assert not [name for name in names if name.endswith(".safetensors")]
    for name in (
        "seglearn/data/assets.json",
        "seglearn/assets/photographs/china.jpg",
        "seglearn/assets/experiment/scenes.json",
    ):
        assert name in names


def test_of_the_widgets_the_wheel_holds_python_and_bundles(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if name.startswith("seglearn/widgets/")}
    widgets = ROOT / "seglearn" / "widgets"
    python = {*widgets.glob("*.py"), *widgets.glob("*/*.py")}
    expected = python | set((widgets / "static").glob("*.js"))
    assert names == {path.relative_to(ROOT).as_posix() for path in expected}


INSTALLED = """
import os, shutil, sys
import seglearn
from seglearn.data import assets, samples
from seglearn.experiment import load_net

target, address, archive = sys.argv[1:]
assert seglearn.__file__.startswith(target), seglearn.__file__
assert samples.photograph("china").image.any()  # is in the wheel

try:
    load_net("unet-same")
except FileNotFoundError as error:
    print(error)
os.environ[assets.VARIABLE] = archive
first = load_net("unet-same").state_dict()
assert not assets._cache().exists() or not any(assets._cache().iterdir())

del os.environ[assets.VARIABLE]
description = assets._DESCRIPTION.read_text(encoding="utf-8")
assets._DESCRIPTION.write_text(description.replace("http://127.0.0.1:9", address), encoding="utf-8")
assets._archive.cache_clear()
second = load_net("unet-same").state_dict()
assert all(first[name].equal(second[name]) for name in first)
assert assets.asset("weights/unet-same.safetensors").is_relative_to(assets._cache())
"""


def test_an_installed_wheel_fetches_its_assets_or_says_how_to_get_them(
    wheel,
    tmp_path,
    server,  # noqa: F811
):
    target, unpacked = tmp_path / "site", tmp_path / "unpacked"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True)
    archive, description = make_asset_archive.make(tmp_path)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacked)
    server.files[f"/{archive.name}"] = archive.read_bytes()
    description["address"] = f"http://127.0.0.1:9/{archive.name}"  # where nobody answers
    (target / "seglearn/data/assets.json").write_text(json.dumps(description), encoding="utf-8")
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    run = subprocess.run(
        [sys.executable, "-c", INSTALLED, str(target), server.url, str(unpacked)],
        env={**os.environ, **home, "PYTHONPATH": str(target)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert re.fullmatch(
        r"weights/unet-same.safetensors does not come with the installed package and could not be "
        r"fetched \(.+\): try again with a network, or download http.+\.zip elsewhere, unpack it, "
        r"and set SEGLEARN_ASSETS to that folder, or to seglearn/assets in a copy of the course's "
        r"repository",
        run.stdout.strip(),
    )
    assert len(server.requests) == 1
