"""What is trained on what: the data of the one experiment, and its jobs.

Every network gets the same images, the same budget and the same recipe.
"""

import functools
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from seglearn.data import augment, camvid, labels
from seglearn.data.scene_dataset import SceneDataset
from seglearn.training.dataset import ImageSet
from seglearn.training.losses import IGNORE
from seglearn.training.recipe import Recipe

TRAIN_SEED, VAL_SEED, TEST_SEED = 1, 2, 3  # of the scenes


@dataclass(frozen=True)
class DataSpec:
    """Which images to train and test on.

    Attributes
    ----------
    kind : {"scenes", "camvid"}
    size : tuple of int
        Height and width.
    n_train, n_val, n_test : int
        Numbers of scenes; CamVid has its own.
    overfit : bool
        Train, validate and test on the same few scenes: a network that cannot learn them by heart
        has a bug.
    root : str
        Folder of CamVid.
    """

    kind: str = "scenes"
    size: tuple[int, int] = (96, 96)
    n_train: int = 512
    n_val: int = 64
    n_test: int = 128
    overfit: bool = False
    root: str = field(default="", compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what identifies the data, as JSON reads it back."""
        values = asdict(self)
        del values["root"]
        plain: dict[str, Any] = json.loads(json.dumps(values))
        return plain


@dataclass(frozen=True, eq=False)
class Data:
    """Three sets of images, the names of the classes, and which images the sets hold."""

    train: ImageSet
    val: ImageSet
    test: ImageSet
    class_names: tuple[str, ...]
    about: str


@functools.lru_cache(maxsize=2)
def load_data(spec: DataSpec) -> Data:
    """Make the scenes, or read CamVid."""
    if spec.kind == "camvid":
        return _camvid(spec)

    def make(n: int, seed: int) -> ImageSet:
        return ImageSet.of(SceneDataset(n, seed=seed, size=spec.size))

    names = class_names_of(spec)
    if spec.overfit:
        few = make(spec.n_train, TRAIN_SEED)
        return Data(few, few, few, names, f"{spec.n_train} scenes, for training and test alike")
    return Data(
        make(spec.n_train, TRAIN_SEED),
        make(spec.n_val, VAL_SEED),
        make(spec.n_test, TEST_SEED),
        names,
        f"scenes of seed {TRAIN_SEED} for training, {VAL_SEED} for choosing the best weights, "
        f"{TEST_SEED} for the scores",
    )


def class_names_of(spec: DataSpec) -> tuple[str, ...]:
    """Return the names of the classes, without making any image."""
    return labels.CAMVID.names if spec.kind == "camvid" else labels.SCENES.names


def _camvid(spec: DataSpec) -> Data:
    """Train on *train*, choose weights on *val*, score on *test*; without *test*, score on *val*.

    In that case the last tenth of *train*, one stretch of video, chooses the weights instead.
    """

    def read(split: str) -> ImageSet:
        images, maps = [], []
        for sample in camvid.CamVid(spec.root, split):
            ids: Any = sample.label
            if native:
                ids = labels.to_train_ids(ids, labels.CAMVID_32)
            ids = np.where(ids == labels.CAMVID.ignore_index, IGNORE, ids).astype(np.uint8)
            factor = spec.size[0] / ids.shape[0]
            small = augment.rescale(augment.Sample(sample.image, ids, ids), factor)
            images.append(small.image)
            maps.append(small.semantic)
        if images[0].shape[:2] != spec.size:
            raise ValueError(
                f"size={spec.size} changes the aspect of CamVid's images, which are 3 high by 4 "
                f"wide; use {images[0].shape[:2]}"
            )
        return ImageSet(np.stack(images), np.stack(maps))

    native = camvid.CamVid(spec.root, "train").native
    names = class_names_of(spec)
    train, val = read("train"), read("val")
    if native or (Path(spec.root) / "test.txt").is_file():
        about = "CamVid train for training, val for choosing the best weights, test for the scores"
        return Data(train, val, read("test"), names, about)
    n = len(train) * 9 // 10
    start = ImageSet(train.images[:n], train.labels[:n])
    rest = ImageSet(train.images[n:], train.labels[n:])
    about = (
        "the first nine tenths of CamVid train for training, the last tenth for choosing the best "
        "weights, val for the scores (test was not there)"
    )
    return Data(start, rest, val, names, about)


@dataclass(frozen=True)
class Job:
    """One training (or baseline) with one seed.

    Attributes
    ----------
    label : str
        Row of the table.
    network : str
        A name of the zoo, of `BASELINES`, or ``"plain-stack"``.
    seed : int
        Of the initial weights, and of batches, augmentation and dropout.
    data : DataSpec
    recipe : Recipe
        Its seed and class weights are filled in.
    preset : {"mini", "paper"}
    options : dict
        For the network.
    weighting : {"enet", "median", "none"}
        How to weight classes in the cross-entropy.
    augment : bool
        Whether to augment.
    crf : bool
        Whether to take the network of this name as it was trained, with this seed, and put a dense
        CRF behind it, instead of training.
    """

    label: str
    network: str
    seed: int
    data: DataSpec
    recipe: Recipe
    preset: str = "mini"
    options: dict[str, Any] = field(default_factory=dict)
    weighting: str = "enet"
    augment: bool = True
    crf: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what identifies the job, as JSON reads it back."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values |= {"data": self.data.to_dict(), "recipe": self.recipe.to_dict()}
        plain: dict[str, Any] = json.loads(json.dumps(values))
        return plain

    def folder(self, work: Path) -> Path:
        """Return where the files of this job lie."""
        return work / self.label / f"seed-{self.seed}"
