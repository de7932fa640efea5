"""Every notebook runs as shipped and solved, offline, within the memory that the course promises."""

from __future__ import annotations

import copy

import pytest
from nbclient.exceptions import CellExecutionError

from ..conftest import CHAPTERS, NOTEBOOKS, chapter_runs
from .execute import execute
from .numbers import unseen_numbers
from .rules import code_cells, solved, tags
from .test_static import load

MEMORY_MB = 1536


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_as_shipped(path):
    run = execute(load(path), path.parent)
    chapter_runs.append((path.stem, "as shipped", run.seconds, run.peak_mb))
    assert {name: text[:1] for name, text in run.checks.items()} == dict.fromkeys(run.checks, "…")
    assert run.missing_figures == []
    assert run.peak_mb < MEMORY_MB
    assert unseen_numbers(load(path), run.printed, path.name[:2]) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_solved(path):
    run = execute(solved(load(path)), path.parent, real_data=True)
    chapter_runs.append((path.stem, "solved", run.seconds, run.peak_mb))
    assert run.checks, f"{path.name} has no check cell"
    assert {name: text[:1] for name, text in run.checks.items()} == dict.fromkeys(run.checks, "✓")
    assert run.peak_mb < MEMORY_MB


# Of these a chapter may need torch, in cells that are tagged so; the others only add to it.
OPTIONAL = ("torch", "psutil", "pooch", "requests", "numba", "maxflow")


@pytest.mark.parametrize(
    "path", [p for p in CHAPTERS if p.name[:2] <= "10"], ids=lambda path: path.stem
)
def test_without_torch_and_optional_packages(path):
    notebook = load(path)
    notebook["cells"] = [cell for cell in notebook["cells"] if "torch" not in tags(cell)]
    run = execute(notebook, path.parent, refused=OPTIONAL)
    chapter_runs.append((path.stem, "no torch", run.seconds, run.peak_mb))


def test_a_refused_package_is_caught():
    notebook, folder = load(NOTEBOOKS[0]), NOTEBOOKS[0].parent
    kept = "import importlib.util, psutil\nassert importlib.util.find_spec('torch') is None"
    execute(_only(notebook, kept), folder, refused=["torch"])
    with pytest.raises(CellExecutionError, match="No module named 'psutil'"):
        execute(_only(notebook, kept), folder, refused=["torch", "psutil"])


def _only(notebook, *sources):
    """Return a small notebook with these code cells, for breaking."""
    small = copy.deepcopy(notebook)
    small["cells"] = [
        {**code_cells(notebook)[0], "id": f"cell-{i}", "source": text, "metadata": {}}
        for i, text in enumerate(sources)
    ]
    return small


def test_a_cell_that_raises_and_a_request_are_caught():
    notebook, folder = load(NOTEBOOKS[0]), NOTEBOOKS[0].parent
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(_only(notebook, "1 / 0"), folder)
    request = "import urllib.request\nurllib.request.urlopen('http://192.0.2.1', timeout=2)"
    with pytest.raises(CellExecutionError, match="asked for the network"):
        execute(_only(notebook, request), folder)


def test_what_a_clock_said_vouches_for_nothing():
    timed = "from time import perf_counter\nbegun = perf_counter()\nprint('took', 4.25)"
    run = execute(_only(load(NOTEBOOKS[0]), timed, "print('kept', 2.75)"), NOTEBOOKS[0].parent)
    assert "2.75" in run.printed
    assert "4.25" not in run.printed


def test_a_figure_that_does_not_show_is_caught():
    notebook, folder = load(NOTEBOOKS[0]), NOTEBOOKS[0].parent
    drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"
    hidden = "plt.ioff()\nplt.plot([1, 2]);"
    assert execute(_only(notebook, drawn, hidden), folder).missing_figures == ["cell-1"]


def test_a_wrong_solution_fails_its_check():
    path = NOTEBOOKS[0]
    broken = solved(load(path))
    cell = next(c for c in broken["cells"] if "exercise" in tags(c))
    cell["source"] = cell["source"].replace("a & b", "a | b")
    setup = next(c for c in broken["cells"] if c["id"] == "setup")
    broken["cells"] = [
        {**setup, "source": "from seglearn import checks"},
        cell,
        next(c for c in broken["cells"] if "check" in tags(c)),
    ]
    (answer,) = execute(broken, path.parent).checks.values()
    assert answer.startswith("✗")
