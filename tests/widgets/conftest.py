"""Node, for the tests that run what a browser runs."""

import os
import shutil
import subprocess

import pytest

from seglearn.widgets.base import STATIC

WEB = STATIC.parent / "web"
ROOMS = sorted(path.parent for path in STATIC.parent.glob("*/widget.js"))


def words(name: str) -> str:
    """Return the file of a widget's English words."""
    return (STATIC.parent / name / "words" / "en.js").read_text(encoding="utf-8")


def node(*command: str) -> None:
    done = subprocess.run(
        command, cwd=WEB, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def modules() -> None:
    """Node and what package-lock.json names; on a learner's machine neither is needed."""
    if shutil.which("npm") is None:
        if os.environ.get("CI"):
            pytest.fail("Node is needed to check the widget bundles")
        pytest.skip("Node is not installed; the committed bundles work without it")
    if not (WEB / "node_modules" / "esbuild").exists() or os.environ.get("CI"):
        node("npm", "ci", "--no-audit", "--no-fund")
