"""What every method of chapters 06 and 07 scored on the labelled photographs, measured once and kept.

`data_scripts/run_classical_experiment.py` ran them all on one task, an object against the rest of its
photograph, and says how.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data.assets import asset
from seglearn.words import say

__all__ = ["by_method", "methods", "notes", "objects", "read"]

COLUMNS = ("picture", "method", "iou", "labels", "squares", "seconds")
CHAPTERS = ("06", "07")


def read(path: str | Path) -> dict[str, Any]:
    """Read a file of scores, and look whether it is whole.

    Parameters
    ----------
    path : path-like
        As `data_scripts/run_classical_experiment.py` writes it.

    Returns
    -------
    dict
        ``notes``; ``objects`` and ``methods``, by name; ``rows``, one for each pair of them, in the
        order of `COLUMNS`.

    Raises
    ------
    OSError
        If there is no such file.
    ValueError
        If it is no such file, or a photograph and a method have no row, or two, or one with numbers
        that cannot be.
    """
    try:
        content: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        expected = {
            (picture, name) for picture in content["objects"] for name in content["methods"]
        }
        pairs = [(row[0], row[1]) for row in content["rows"]]
        numbers = np.array([row[2:] for row in content["rows"]], dtype=np.float64)
        whole = tuple(content["columns"]) == COLUMNS and isinstance(content["notes"], list)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ValueError(_broken(path, repr(error))) from error
    if not whole or numbers.shape != (len(pairs), len(COLUMNS) - 2):
        raise ValueError(_broken(path, say("the columns are not {columns}", columns=COLUMNS)))
    if len(pairs) != len(expected) or set(pairs) != expected:
        odd = sorted(expected.symmetric_difference(pairs)) or pairs
        raise ValueError(_broken(path, say("not one row for each pair, see {pair}", pair=odd[0])))
    iou, labels, squares, seconds = numbers.T
    good = (
        (iou >= 0) & (iou <= 1) & (squares >= 0) & (squares <= 1) & (labels >= 1) & (seconds >= 0)
    )
    if not good.all():
        row = content["rows"][int(np.argmin(good))]
        raise ValueError(_broken(path, say("these numbers cannot be: {row}", row=row)))
    return content


def _broken(path: str | Path, why: str) -> str:
    return say(
        "{path} holds no whole set of scores: {why}; write it again with "
        "data_scripts/run_classical_experiment.py",
        path=path,
        why=why,
    )


@cache
def _recorded() -> dict[str, Any]:
    return read(asset("classical/experiment.json"))


def notes() -> list[str]:
    """Return how the scores were made: the task, the names, the grid of squares, the time."""
    return list(_recorded()["notes"])


def objects() -> dict[str, str]:
    """Return the class of the object that was looked for in each photograph, by its name."""
    return dict(_recorded()["objects"])


def methods(chapter: str | None = None) -> dict[str, dict[str, str]]:
    """Return what is known of each method, by name, in the order of the chapters.

    Parameters
    ----------
    chapter : {"06", "07"}, optional
        Whose methods; by default all.

    Returns
    -------
    dict of dict
        ``chapter``; ``settings``, the same for all photographs; and ``needs``, what a person gives for
        each photograph: "names" of regions, for which the truth was used, or something that points
        at the object, like "a click".

    Raises
    ------
    ValueError
        If there is no such chapter.
    """
    chosen = CHAPTERS if chapter is None else (inputs.choice(chapter, "chapter", CHAPTERS),)
    found = _recorded()["methods"].items()
    return {name: dict(about) for name, about in found if about["chapter"] in chosen}


def by_method(column: str, chapter: str | None = None) -> dict[str, NDArray[np.float64]]:
    """Return one number of every run, to compare methods on the same photographs.

    Parameters
    ----------
    column : {"iou", "labels", "squares", "seconds"}
        The IoU of the object; how many regions there were to name; the IoU of as many squares; and
        the processor's seconds.
    chapter : {"06", "07"}, optional
        As in `methods`.

    Returns
    -------
    dict of (N,) float64
        For each method one number a photograph, in the order of `objects`.

    Raises
    ------
    ValueError
        If there is no such column or chapter.
    """
    at = COLUMNS.index(inputs.choice(column, "column", COLUMNS[2:]))
    value = {(row[0], row[1]): row[at] for row in _recorded()["rows"]}
    return {
        name: np.array([value[picture, name] for picture in objects()], dtype=np.float64)
        for name in methods(chapter)
    }
