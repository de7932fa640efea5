"""The environment check tells what is missing and what to do."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import psutil
import pytest

from seglearn import environment


def test_a_good_machine_is_ready():
    report = environment.look(available_bytes=8 * 2**30)
    assert report.ok, repr(report)
    assert "Ready." in report._repr_html_()


def test_little_memory_is_named_with_a_remedy():
    report = environment.look(available_bytes=0.5 * 2**30)
    assert not report.ok
    assert "0.5 GB" in repr(report)
    assert "shut down other notebooks" in repr(report)


def test_missing_and_old_packages_are_named_with_the_command(monkeypatch):
    def version(name):
        if name == "scipy":
            raise metadata.PackageNotFoundError(name)
        return "0.1" if name == "numpy" else real(name)

    real = metadata.version
    monkeypatch.setattr(environment.metadata, "version", version)
    report = repr(environment.look(available_bytes=8 * 2**30))
    assert "✗ scipy: not installed" in report
    assert "✗ numpy: 0.1, but >=2.0 is needed" in report
    assert 'pip install -c constraints.txt -e ".[graphcut]"' in report


def test_measured_memory_is_plausible():
    assert 0 < environment._free_bytes() < 2**45


@pytest.fixture
def no_memory_table(monkeypatch):
    """Act as on a system that has no /proc/meminfo."""
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self: "proc" not in self.parts and exists(self))


def test_psutil_tells_what_the_system_does_not(no_memory_table):
    available = psutil.virtual_memory().available
    assert environment._system_bytes() == pytest.approx(available, rel=0.2)


def test_without_psutil_the_report_says_what_it_cannot_tell(no_memory_table, monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    report = environment.look()
    (line,) = (line for line in report.lines if line.what == "Free memory")
    assert line.found.startswith("not known: this system tells it through psutil only")
    assert "pip install psutil" in line.found
    assert line.ok  # nobody is stopped by what cannot be told
