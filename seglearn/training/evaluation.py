"""What a network predicts for a data set, and how good that is."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seglearn.metrics import ConfusionMatrix


def predict_batch(net: nn.Module, images: Tensor) -> Tensor:
    """Return the class numbers (N, H, W) that `net` gives images (N, 3, H, W), in evaluation mode.

    The mode of the network is afterwards as it was, and no gradient is kept.
    """
    training = net.training
    net.eval()
    try:
        with torch.inference_mode():
            here = next(net.parameters()).device
            images = images.to(here, memory_format=torch.channels_last)
            return net(images).argmax(1).cpu()
    finally:
        net.train(training)


def predict(net: nn.Module, dataset: Any, *, batch_size: int = 16) -> NDArray[np.uint8]:
    """Return the label maps that `net` predicts for all images of a data set.

    Parameters
    ----------
    net : nn.Module
        Takes (N, 3, H, W), returns logits (N, C, H, W).
    dataset : Dataset
        Items start with an image (3, H, W); all of one size.
    batch_size : int, default 16

    Returns
    -------
    (len(dataset), H, W) uint8
    """
    maps = [predict_batch(net, images) for images, _ in _batches(dataset, batch_size)]
    return torch.cat(maps).numpy().astype(np.uint8)


def evaluate(
    net: nn.Module,
    dataset: Any,
    class_names: Sequence[str],
    *,
    ignore_index: int = 255,
    batch_size: int = 16,
) -> ConfusionMatrix:
    """Count true against predicted classes over a data set.

    Parameters
    ----------
    net, batch_size
        As `predict`.
    dataset : Dataset
        Items start with an image (3, H, W) and its labels (H, W); all of one size.
    class_names : sequence of str
        One a class.
    ignore_index : int, default 255
        Truth to leave out.

    Returns
    -------
    ConfusionMatrix
        Its ``scores()`` are those of the data set as a whole, not means over images.
    """
    matrix = ConfusionMatrix(class_names=class_names, ignore_index=ignore_index)
    for images, labels in _batches(dataset, batch_size):
        matrix.update(labels, predict_batch(net, images))
    return matrix


def _batches(dataset: Any, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    for start in range(0, len(dataset), batch_size):
        items = [dataset[i] for i in range(start, min(start + batch_size, len(dataset)))]
        yield torch.stack([item[0] for item in items]), torch.stack([item[1] for item in items])
