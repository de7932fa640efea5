"""Patches with the class of their middle pixel: what a classifier can learn from label maps."""

import numpy as np
import torch
from torch import Tensor

from seglearn.training.dataset import ImageSet
from seglearn.words import say


def sample_patches(
    dataset: ImageSet, size: int, per_class: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Cut patches around random pixels, equally many of each class that occurs.

    Parameters
    ----------
    dataset : ImageSet
        Its images are cut as they are, not augmented. Pixels of 255 are no class.
    size : int
        Height and width of a patch. Its middle is pixel ``(size // 2, size // 2)``, and the whole
        patch lies inside its image.
    per_class : int
        Patches of each class; pixels of a rare class may serve more than once.
    rng : numpy.random.Generator

    Returns
    -------
    patches : (N, 3, size, size) float32 tensor
        In random order.
    classes : (N,) int64 tensor
        Class of each middle pixel.

    Raises
    ------
    ValueError
        If a patch is larger than the images, `per_class` is less than 1, or no pixel that may be a
        middle has a class.
    """
    height, width = dataset.labels.shape[1:]
    if not 1 <= size <= min(height, width):
        raise ValueError(
            say(
                "size={size}: the images are {height}×{width}; pass 1 to {side}",
                size=size,
                height=height,
                width=width,
                side=min(height, width),
            )
        )
    if per_class < 1:
        raise ValueError(say("per_class={per_class}: pass 1 or more", per_class=per_class))
    middle = size // 2
    inner = dataset.labels[
        :, middle : middle + height - size + 1, middle : middle + width - size + 1
    ]
    classes = np.unique(inner[inner != 255])
    if not classes.size:
        raise ValueError(
            say("no pixel has a class: every middle of a patch is 255; use other images")
        )
    patches, targets = [], []
    for c in classes:
        places = np.argwhere(inner == c)
        for n, top, left in places[rng.integers(len(places), size=per_class)]:
            patches.append(dataset.images[n, top : top + size, left : left + size])
            targets.append(c)
    order = rng.permutation(len(targets))
    stacked = np.stack(patches)[order].transpose(0, 3, 1, 2)
    return (
        torch.from_numpy(np.ascontiguousarray(stacked)),
        torch.from_numpy(np.array(targets, np.int64)[order]),
    )
