"""Marks that a person puts on an image, as a label map: −1 where there is none."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.words import say


def check(
    seeds: Any,
    shape: tuple[int, ...],
    n_labels: int | None = None,
    *,
    all_labels: bool = False,
    what: str = "seeds",
) -> NDArray[np.int32]:
    """Return seeds, (H, W): −1 is no mark, labels count from 0.

    Parameters
    ----------
    seeds : (H, W) int
    shape : (H, W)
        Of the image.
    n_labels : int, optional
        How many labels there can be; by default as many as there are.
    all_labels : bool
        Whether each label must be marked somewhere, and there must be two at least.
    what : str
        Name to use in messages.

    Raises
    ------
    TypeError, ValueError
        If the seeds are not as above, or have another shape than the image.
    """
    found = inputs.int64(inputs.label_map(seeds, what, booleans=False), what)
    inputs.same_shape(tuple(shape[:2]), found.shape, say("the image and {what}", what=what))
    low, high = int(found.min()), int(found.max())
    if low < -1 or high >= (n_labels or found.size):
        raise ValueError(
            say(
                "{what} hold labels from {low} to {high}, expected −1 (no mark) to {last}",
                what=what,
                low=low,
                high=high,
                last=(n_labels or found.size) - 1,
            )
        )
    if all_labels:
        n_labels = n_labels or max(high + 1, 2)
        missing = sorted(set(range(n_labels)) - set(np.unique(found).tolist()))
        if missing:
            raise ValueError(
                say(
                    "{what} hold no mark of label {missing}, of {n} labels; mark at least one pixel "
                    "of each",
                    what=what,
                    missing=missing[0],
                    n=n_labels,
                )
            )
    return found.astype(np.int32)
