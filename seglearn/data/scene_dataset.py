"""Street scenes as a PyTorch data set."""

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from seglearn import inputs
from seglearn.data.augment import Augmentation, Sample
from seglearn.data.scenes import Scene, SceneConfig, make_scene
from seglearn.words import say


class SceneDataset(Dataset[tuple[Tensor, ...]]):
    """A series of scenes, made when they are asked for.

    Item ``i`` depends on the seed, the epoch (if augmented) and ``i`` alone: not on the order of
    access, nor on the number of workers. Two data sets with different seeds share no scene, so
    training, validation and test sets differ by their seeds.

    Parameters
    ----------
    n : int
        Number of scenes.
    seed : int, default 0
        Not negative.
    size : tuple of int, default (96, 96)
        Height and width before augmentation.
    config : SceneConfig, optional
        The knobs; the default ones if not given.
    augment : Augmentation, optional
        Applied to every item, afresh in each epoch (see `set_epoch`).
    instances : bool, default False
        Whether items carry the instance map as well.

    Notes
    -----
    An item is ``(image, semantic)`` or ``(image, semantic, instances)``: float32 (3, H, W) in
    [0, 1], int64 (H, W) with 255 for void, int64 (H, W) with 0 for no instance.
    """

    def __init__(
        self,
        n: int,
        *,
        seed: int = 0,
        size: tuple[int, int] = (96, 96),
        config: SceneConfig | None = None,
        augment: Augmentation | None = None,
        instances: bool = False,
    ) -> None:
        self.n = inputs.whole(n, "n", 1)
        self.seed = inputs.whole(seed, "seed", 0)
        self.size = size
        self.config = config
        self.augment = augment
        self.instances = instances
        # In shared memory, so that workers that are already running see the next epoch.
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()

    def __len__(self) -> int:
        return self.n

    def set_epoch(self, epoch: int) -> None:
        """Choose the variants that `augment` draws, before the loader of that epoch starts."""
        if epoch < 0:
            raise ValueError(say("epoch={epoch!r} is negative; count epochs from 0", epoch=epoch))
        self._epoch.fill_(epoch)

    def scene(self, index: int) -> Scene:
        """Make scene `index` with all its truth, not augmented."""
        if not 0 <= index < self.n:
            raise IndexError(
                say("index {index} is outside a data set of {n} scenes", index=index, n=self.n)
            )
        return make_scene((self.seed, int(index)), self.size, self.config)

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        scene = self.scene(index)
        sample = Sample(scene.image, scene.semantic, scene.instances)
        if self.augment is not None:
            key = (int(index), 1000, int(self._epoch))  # scenes use keys of two numbers
            rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))
            sample = self.augment(sample, rng)
        image = torch.from_numpy(np.moveaxis(sample.image, 2, 0).copy())
        labels = [sample.semantic, sample.instances] if self.instances else [sample.semantic]
        return (image, *(torch.from_numpy(label.astype(np.int64)) for label in labels))
