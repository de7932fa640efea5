"""What importing costs, and that names mean the same whatever was imported before."""

import subprocess
import sys

import pytest


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


@pytest.mark.parametrize("package", ["training", "experiment"])
def test_the_package_itself_does_not_import_torch(package):
    run(f"import sys, seglearn.{package}; assert 'torch' not in sys.modules")


def test_public_names_survive_the_import_of_every_module():
    run(
        "import types, seglearn.experiment.results, seglearn.experiment.tables\n"
        "from seglearn import experiment, training\n"
        "for package in (training, experiment):\n"
        "    for name in package.__all__:\n"
        "        value = getattr(package, name)\n"
        "        module = name in ('baselines', 'clip_leak', 'noise_surface', 'variants')\n"
        "        assert isinstance(value, types.ModuleType) == module, name\n"
    )
