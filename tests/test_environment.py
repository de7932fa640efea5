"""The environment check tells what is missing and what to do."""

from __future__ import annotations

from importlib import metadata

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
