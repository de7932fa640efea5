"""What every test may use: where things lie, and the record of how long each chapter ran."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if not path.name.startswith("99")]  # without the glossary

# One BLAS thread a kernel: the tests run beside each other on two cores.
os.environ.setdefault("OMP_NUM_THREADS", "2")

chapter_runs: list[tuple[str, str, float, float]] = []


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def seglearn_data() -> Path:
    """Return the folder of real samples that may not be redistributed."""
    folder = os.environ.get("SEGLEARN_DATA")
    if not folder:
        pytest.skip("SEGLEARN_DATA does not name a folder with real samples")
    return Path(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print each chapter's seconds and peak memory."""
    if not chapter_runs:
        return
    terminalreporter.section("chapters: seconds and peak memory")
    for name, kind, seconds, peak in sorted(chapter_runs):
        terminalreporter.write_line(f"{name:<28} {kind:<11} {seconds:6.1f} s {peak:7.0f} MB")
