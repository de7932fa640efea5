"""How well a coarse map of scores, interpolated, can draw labels at best: no network can do better."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from seglearn.metrics import ConfusionMatrix
from seglearn.training.losses import IGNORE
from seglearn.words import say

# Networks of the mini preset whose finest scores lie this many pixels apart. A fixed bilinear
# interpolation does the rest.
STRIDES = {
    "fcn-32s": 32,
    "fcn-16s": 16,
    "fcn-8s": 8,
    "crf-rnn": 8,
}


def ceiling(
    labels: NDArray[Any],
    n_classes: int,
    stride: int,
    *,
    ignore_index: int = IGNORE,
    n_steps: int = 300,
) -> float:
    """Return the mean IoU of free scores, one a `stride` pixels, interpolated to all pixels.

    No network is involved: the scores of every cell are the parameters, and Adam fits them to the
    labels themselves. What they cannot draw, a network with that output stride cannot either.

    Parameters
    ----------
    labels : (N, H, W) array of integers
        Label maps.
    n_classes : int
        Number of classes.
    stride : int
        Pixels between two scores.
    ignore_index : int, default 255
        Label that does not count.
    n_steps : int, default 300
        Updates.

    Returns
    -------
    float
        Of all maps together. It is a lower bound of the best, very close to it.
    """
    if stride < 1:
        raise ValueError(
            say("stride={stride!r}: pass a whole number of pixels from 1", stride=stride)
        )
    target = torch.from_numpy(labels.astype("int64"))
    size = target.shape[1:]
    scores = torch.zeros(len(target), n_classes, *(-(-n // stride) for n in size))
    scores.requires_grad_()
    optimizer = torch.optim.Adam([scores], lr=1.0)

    def drawn() -> torch.Tensor:
        return F.interpolate(scores, size=size, mode="bilinear", align_corners=False)

    for step in range(n_steps):
        optimizer.param_groups[0]["lr"] = 1 - step / n_steps
        loss = F.cross_entropy(drawn(), target, ignore_index=ignore_index)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    matrix = ConfusionMatrix(n_classes, ignore_index=ignore_index)
    matrix.update(labels, drawn().detach().argmax(1).numpy())
    return matrix.scores().mean_iou
