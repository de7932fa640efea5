"""Look at the machine a learner sits at, and say what to do where something is missing."""

from __future__ import annotations

import html
import os
import platform
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from seglearn.words import say, say_many

NEEDED_BYTES = 1.5 * 2**30  # the largest chapter, torch included
_INSTALL = 'python -m pip install -c constraints.txt -e ".[graphcut]"'


@dataclass(frozen=True)
class Line:
    """One thing looked at: ``ok``, what was found, and the remedy when it is not ok."""

    what: str
    found: str
    ok: bool = True
    remedy: str = ""


@dataclass(frozen=True)
class Report:
    """What `look` found; prints as text and shows as a table in a notebook."""

    lines: tuple[Line, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way of the course."""
        return all(line.ok for line in self.lines)

    def __repr__(self) -> str:
        return "\n".join(
            f"{'✓' if line.ok else '✗'} {line.what}: {line.found}"
            + (f"\n    {line.remedy}" if not line.ok else "")
            for line in self.lines
        )

    def _repr_html_(self) -> str:
        ready = say("Ready.")
        missing = say("Something is missing; the remedy stands beside it.")
        rows = []
        for line in self.lines:
            mark, colour = ("✓", "#0a8a5f") if line.ok else ("✗", "#d55e00")
            remedy = "" if line.ok else f"<br><em>{html.escape(line.remedy)}</em>"
            rows.append(
                f'<tr><td style="color:{colour};font-weight:bold">{mark}</td>'
                f'<th scope="row" style="text-align:left;font-weight:normal">{html.escape(line.what)}'
                f'</th><td style="text-align:left">{html.escape(line.found)}{remedy}</td></tr>'
            )
        return (
            '<table style="font-size:1em;margin:0"><caption style="text-align:left">'
            f"{html.escape(ready if self.ok else missing)}"
            f"</caption>{''.join(rows)}</table>"
        )


def look(available_bytes: float | None = None) -> Report:
    """Check Python, every package the course needs, threads and memory.

    Parameters
    ----------
    available_bytes
        Free memory to judge by; measured when not given.

    Returns
    -------
    Report
        One line a thing, with a remedy where it falls short.
    """
    lines = [_python(), *_packages(), _threads(), _memory(available_bytes)]
    return Report(tuple(lines))


def _python() -> Line:
    return Line(
        "Python",
        say("{version} on {system}", version=platform.python_version(), system=platform.system()),
        sys.version_info >= (3, 11),
        say("The course needs Python 3.11 or newer: make a new environment with one."),
    )


def _packages() -> list[Line]:
    found, broken = [], []
    install = say("Run: {command}", command=_INSTALL)
    for text in metadata.requires("seglearn-course") or []:
        need = Requirement(text)
        if need.marker is not None and not need.marker.evaluate({"extra": "graphcut"}):
            continue
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            broken.append(Line(need.name, say("not installed"), False, install))
            continue
        if need.specifier.contains(version, prereleases=True):
            found.append(f"{need.name} {version}")
        else:
            wrong = say("{old}, but {new} is needed", old=version, new=need.specifier)
            broken.append(Line(need.name, wrong, False, install))
    shown = [text for text in found if re.match(r"(numpy|torch|jupyterlab|anywidget) ", text)]
    return [
        Line(say_many("{n} package", "{n} packages", len(found)), ", ".join(shown) + " …"),
        *broken,
    ]


def _threads() -> Line:
    capped = os.environ.get("OMP_NUM_THREADS")
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    used = say("{n}, of which at most {used} are used", n=cores, used=capped)
    return Line(say("Cores"), used if capped else str(cores))


def _memory(available_bytes: float | None) -> Line:
    free = _free_bytes() if available_bytes is None else available_bytes
    needed = NEEDED_BYTES / 2**30
    if free is None:
        return Line(
            say("Free memory"),
            say(
                "not known: this system tells it through psutil only ({command}); a chapter needs up "
                "to {needed:g} GB",
                command="python -m pip install psutil",
                needed=needed,
            ),
        )
    return Line(
        say("Free memory"),
        say("{free:.1f} GB", free=free / 2**30),
        free >= NEEDED_BYTES,
        say(
            "A chapter needs up to {needed:g} GB: shut down other notebooks' kernels (Kernel menu) "
            "and try again.",
            needed=needed,
        ),
    )


def _free_bytes() -> float | None:
    """Free memory, or what the container still allows where that is less (Binder, Docker)."""
    free = _system_bytes()
    if free is None:
        return None
    limit = Path("/sys/fs/cgroup/memory.max")
    used = Path("/sys/fs/cgroup/memory.current")
    if limit.exists() and used.exists() and (text := limit.read_text().strip()).isdigit():
        free = min(free, float(text) - float(used.read_text()))
    return free


def _system_bytes() -> float | None:
    """Memory that programs can still get, None where nothing tells."""
    table = Path("/proc/meminfo")
    if table.exists():
        for line in table.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * float(line.split()[1])
    try:
        import psutil
    except ImportError:
        return None
    return float(psutil.virtual_memory().available)
