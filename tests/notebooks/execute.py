"""Run a notebook in a kernel of its own with the network shut, and measure it."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from .rules import tags

DRAWS = re.compile(r"^(?:show\.(?!use_style)|plt\.|figure)", re.M)

# Only loopback stays open: the kernel's own sockets use it.
SHUT_NETWORK = """
import socket as _socket
def _refuse(self, address, _connect=_socket.socket.connect):
    host = address[0] if isinstance(address, tuple) else "localhost"
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"a notebook asked for the network: {host}")
    return _connect(self, address)
_socket.socket.connect = _refuse
"""
# For whoever imports it, a package on the list is not installed.
REFUSE = """
import sys as _sys
class _Without:
    def __init__(self, finder):
        self._finder = finder
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in _refused:
            return None
        return self._finder.find_spec(name, path, target)
    def __getattr__(self, name):
        return getattr(self._finder, name)
_sys.meta_path[:] = [_Without(_finder) for _finder in _sys.meta_path]
for _name in [_name for _name in _sys.modules if _name.partition(".")[0] in _refused]:
    del _sys.modules[_name]
"""
PEAK_MEMORY = """
import pathlib as _pathlib, sys as _sys
if _sys.platform == "linux":  # rusage would count what the parent held when it forked
    _status = _pathlib.Path("/proc/self/status").read_text()
    print(1024 * int(_status.partition("VmHWM:")[2].split()[0]))
elif _sys.platform == "win32":
    import psutil as _psutil
    print(_psutil.Process().memory_info().peak_wset)
else:
    import resource as _resource
    print(_resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss)
"""

CLOCK = re.compile(r"\b(perf_counter|process_time|latency|spent|run\.seconds|median_ms)\b")
"""What a cell's code says when it prints, or draws, how long something took."""


@dataclass(frozen=True)
class Run:
    """A finished run: wall seconds, peak megabytes, what each check answered, which figures are missing.

    `printed` is the text of all outputs, without those of cells that read a clock: they differ from
    run to run, and a number of theirs would only vouch for a sentence by luck.
    """

    seconds: float
    peak_mb: float
    checks: dict[str, str]
    missing_figures: list[str]
    printed: str


def execute(
    notebook: dict[str, Any],
    folder: Path,
    *,
    real_data: bool = False,
    refused: Sequence[str] = (),
    timeout: int = 300,
) -> Run:
    """Execute in order from the top; an error in any cell raises ``CellExecutionError``.

    Without `real_data` the kernel is not told of SEGLEARN_DATA, as on a learner's machine. The
    packages `refused` cannot be imported in it.
    """
    environment = dict(os.environ)
    if not real_data:
        environment.pop("SEGLEARN_DATA", None)
    node = nbformat.reads(json.dumps(notebook), as_version=4)  # joins the lines of each cell
    prepare = SHUT_NETWORK + f"_refused = {tuple(refused)!r}\n" + REFUSE
    node.cells.insert(0, nbformat.v4.new_code_cell(prepare))
    node.cells.append(nbformat.v4.new_code_cell(PEAK_MEMORY))
    begun = time.perf_counter()
    NotebookClient(
        node, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute(env=environment)
    seconds = time.perf_counter() - begun
    answers = {
        cell["id"]: "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        for cell in node.cells
        if "check" in tags(cell)
    }
    blank = [
        cell["id"]
        for cell in node.cells[1:-1]
        if cell.cell_type == "code"
        and DRAWS.search(cell.source)
        and not any("image/png" in output.get("data", {}) for output in cell.outputs)
    ]
    printed = "\n".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "")
        for cell in node.cells[1:-1]
        if not CLOCK.search(cell.source)
        for output in cell.get("outputs", [])
    )
    return Run(seconds, int(node.cells[-1].outputs[0].text) / 2**20, answers, blank, printed)
