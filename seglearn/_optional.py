"""Packages that a few functions need and the rest of the course does not, imported on first use."""

from __future__ import annotations

import importlib
from types import ModuleType

from seglearn.words import say

__all__ = ["maxflow"]


def maxflow() -> ModuleType:
    """Return the module ``maxflow`` of PyMaxflow, which solves graph cuts.

    It is under the GPL, while this project is under the BSD licence, so it is not a dependency: who
    installs the extra ``graphcut`` decides to use both together.

    Raises
    ------
    ImportError
        If it is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module("maxflow")
    except ImportError as error:
        raise ImportError(
            say(
                "graph cuts need PyMaxflow, an optional package under the GPL; install it "
                "with:  python -m pip install pymaxflow"
            )
        ) from error
