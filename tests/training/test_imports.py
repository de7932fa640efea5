"""What importing costs, and that names mean the same whatever was imported before."""

import subprocess
import sys


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_the_package_itself_does_not_import_torch():
    run("import sys, seglearn, seglearn.training; assert 'torch' not in sys.modules")


def test_public_names_survive_the_import_of_every_module():
    run(
        "import seglearn.training.experiment, seglearn.training as training\n"
        "for name in training.__all__:\n"
        "    module = name in ('baselines', 'experiment', 'variants')\n"
        "    assert callable(getattr(training, name)) != module, name\n"
    )
