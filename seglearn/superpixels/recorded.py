"""What every algorithm scored on labelled photographs, measured once and kept.

`data_scripts/run_superpixel_experiment.py` ran all algorithms of `METHODS`, and a plain grid of
``squares`` as the score that anything must beat, at 100 to 1000 superpixels: on ten images of BSDS,
each segmented by several people, and on the photographs that come with the course. BSDS's images
may not be passed on; their scores are here.
"""

import json
from functools import cache
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.data.assets import asset

__all__ = ["by_picture", "mean", "notes", "pictures", "rows"]


@cache
def _read() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        asset("superpixels/experiment.json").read_text(encoding="utf-8")
    )
    return content


def notes() -> list[str]:
    """Return how the scores were made: annotators, tolerances, timing, what was left out."""
    return list(_read()["notes"])


def pictures() -> dict[str, dict[str, Any]]:
    """Return what is known of each picture, by name.

    Returns
    -------
    dict of dict
        ``source``, ``size`` (height, width), ``annotators`` (how many), and ``smallest_region`` (in
        pixels, over all annotators).
    """
    return {name: dict(about) for name, about in _read()["pictures"].items()}


def rows(source: str | None = None) -> list[dict[str, Any]]:
    """Return every run.

    Parameters
    ----------
    source : {"BSDS", "photograph"}, optional
        Only runs on these pictures.

    Returns
    -------
    list of dict
        ``picture``, ``source``, ``method``, ``asked`` (superpixels), ``seconds`` and
        ``processor_seconds`` (one run, one thread), the scores of `quality.Quality` (None where one
        is not defined), ``boundary_recall_2px`` (the same within 2 pixels), and
        ``recall_by_annotator`` and ``accuracy_by_annotator``, lists with one number a person.

    Raises
    ------
    ValueError
        If there are no pictures of that source.
    """
    content = _read()
    table = [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]
    if source is None:
        return table
    inputs.choice(source, "source", sorted({row["source"] for row in table}))
    return [row for row in table if row["source"] == source]


def by_picture(score: str, source: str = "BSDS") -> dict[str, dict[int, dict[str, float]]]:
    """Return one score of every run, to compare methods on the same picture.

    Parameters
    ----------
    score : str
        A number in `rows`, such as ``"boundary_recall"``.
    source : {"BSDS", "photograph"}

    Returns
    -------
    dict of dict of dict
        ``by_picture(score)[method][asked][picture]``, without the pictures on which the score is not
        defined. A method is there at the sizes that it was run at, in rising order.

    Raises
    ------
    ValueError
        If there is no such score or source.
    """
    table = sorted(rows(source), key=lambda row: row["asked"])
    names = [name for name in table[0] if name != "asked"]
    numbers = [k for k in names if any(isinstance(row[k], int | float) for row in table)]
    inputs.choice(score, "score", numbers)
    values: dict[str, dict[int, dict[str, float]]] = {}
    for row in table:
        if row[score] is not None:
            sizes = values.setdefault(row["method"], {})
            sizes.setdefault(row["asked"], {})[row["picture"]] = float(row[score])
    return values


def mean(score: str, source: str = "BSDS") -> dict[str, dict[int, float]]:
    """Average one score over the pictures on which it is defined.

    Parameters and errors are those of `by_picture`.

    Returns
    -------
    dict of dict
        ``mean(score)[method][asked]``.
    """
    return {
        method: {asked: float(np.mean(list(found.values()))) for asked, found in sizes.items()}
        for method, sizes in by_picture(score, source).items()
    }
