"""Images and labels held in memory, and the batch that belongs to a step of training."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from seglearn import inputs
from seglearn.data.augment import Augmentation, Sample
from seglearn.words import say


class ImageSet(Dataset[tuple[Tensor, Tensor]]):
    """Images of one size with their label maps, in memory, augmented when asked for.

    Making or decoding an image costs far more than keeping it: a small network waits for its data
    unless they are kept. Variant `i` of an epoch depends on seed, epoch and `i` alone.

    Parameters
    ----------
    images : (N, H, W, 3) array of float32
        In [0, 1].
    labels : (N, H, W) array of uint8
        Class numbers; 255 is ignored.
    augment : Augmentation, optional
        Applied to every item, afresh in each epoch (see `set_epoch`).
    seed : int, default 0
        Of the augmentation.

    Raises
    ------
    TypeError
        If one does not hold numbers, or is masked.
    ValueError
        If the shapes or types are others, or a value of an image is not in [0, 1].
    """

    def __init__(
        self,
        images: NDArray[np.float32],
        labels: NDArray[np.uint8],
        *,
        augment: Augmentation | None = None,
        seed: int = 0,
    ) -> None:
        images, labels = inputs.array(images, "images"), inputs.array(labels, "labels")
        if images.ndim != 4 or images.shape[3] != 3 or images.dtype != np.float32:
            raise ValueError(
                say(
                    "images of shape {shape} and type {dtype}: expected (N, H, W, 3) float32 "
                    "in [0, 1]; np.stack RGB images of one size",
                    shape=images.shape,
                    dtype=images.dtype,
                )
            )
        if labels.shape != images.shape[:3] or labels.dtype != np.uint8 or not len(labels):
            raise ValueError(
                say(
                    "labels of shape {shape} and type {dtype} for images of shape "
                    "{images_shape}: expected {expected} uint8, at least one",
                    shape=labels.shape,
                    dtype=labels.dtype,
                    images_shape=images.shape,
                    expected=images.shape[:3],
                )
            )
        low, high = float(images.min()), float(images.max())
        if not (low >= 0 and high <= 1):
            raise ValueError(
                say(
                    "images hold values from {low:.6g} to {high:.6g}, expected [0, 1] and no "
                    "NaN; divide 8-bit images by 255",
                    low=low,
                    high=high,
                )
            )
        self.images, self.labels = images, labels
        self.augment, self.seed = augment, seed
        self.epoch = 0

    @classmethod
    def of(cls, dataset: Any, *, augment: Augmentation | None = None, seed: int = 0) -> "ImageSet":
        """Take all items ``(image (3, H, W), labels (H, W))`` of a data set, e.g. `SceneDataset`."""
        items = [dataset[i][:2] for i in range(len(dataset))]
        images = np.stack([image.movedim(0, -1).numpy() for image, _ in items])
        labels = np.stack([label.numpy().astype(np.uint8) for _, label in items])
        return cls(images, labels, augment=augment, seed=seed)

    def __len__(self) -> int:
        return len(self.images)

    def set_epoch(self, epoch: int) -> None:
        """Choose the variants that `augment` draws."""
        self.epoch = epoch

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if not 0 <= index < len(self):
            raise IndexError(
                say("index {index} is outside a data set of {n} images", index=index, n=len(self))
            )
        image, label = self.images[index], self.labels[index]
        if self.augment is not None:
            rng = np.random.default_rng([self.seed, self.epoch, int(index)])
            image, label, _ = self.augment(Sample(image, label, np.zeros_like(label)), rng)
        pixels = torch.from_numpy(np.moveaxis(image, 2, 0).copy())
        return pixels, torch.from_numpy(label.astype(np.int64))


def batch_at(dataset: Any, step: int, batch_size: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return the batch of one step: images (N, 3, H, W) and labels (N, H, W).

    Every epoch is a permutation drawn from (seed, epoch), without the few items left over at its
    end. So the batch is a function of the step, and a training that resumes there sees the same.

    Raises
    ------
    ValueError
        If the data set is smaller than a batch.
    """
    steps_per_epoch = len(dataset) // batch_size
    if steps_per_epoch == 0:
        raise ValueError(
            say(
                "batch_size={batch_size} is more than the {n} images of the data set; lower "
                "it, or add images",
                batch_size=batch_size,
                n=len(dataset),
            )
        )
    epoch, position = divmod(step, steps_per_epoch)
    if hasattr(dataset, "set_epoch"):
        dataset.set_epoch(epoch)
    order = np.random.default_rng([seed, epoch]).permutation(len(dataset))
    chosen = order[position * batch_size : (position + 1) * batch_size]
    images, labels = zip(*(dataset[int(i)][:2] for i in chosen), strict=True)
    return torch.stack(images), torch.stack(labels)
