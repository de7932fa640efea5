"""What is trained on what: the protocol of the one experiment, its data, and its jobs.

Every network gets the same images, the same budget and the same recipe, at a learning rate of its
own.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.data import augment, camvid, labels, scenes
from seglearn.data.scene_dataset import SceneDataset
from seglearn.training.dataset import ImageSet
from seglearn.training.losses import IGNORE
from seglearn.training.recipe import Recipe
from seglearn.words import say

TRAIN_SEED, VAL_SEED, TEST_SEED = 1, 2, 3  # of the scenes of the first edition


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """The numbers of the experiment's second edition; ``PROTOCOL.md`` beside the tables says why.

    Attributes
    ----------
    size : tuple of int
        Height and width of the scenes.
    camvid_size : tuple of int
        Height and width of CamVid's images.
    n_train, n_val, n_test : int
        Scenes for training, for choosing, for the scores.
    n_pretraining, n_held_out : int
        Scenes on which trunks learn, and scenes in each of the two sets that are held out: to choose
        their rate, and to score them.
    train_seed, val_seed, test_seed, pretraining_seed : int
        Seeds of these scenes, and of those for trunks.
    batch_size, pretraining_batch_size : int
        Images in an update of networks, and of trunks.
    schedule : str
        Of the learning rate, see `Recipe`.
    rates : tuple of float
        Learning rates that are tried for every row, from low to high.
    lower_rates, higher_rates : tuple of float
        What joins, one after the other, while the best lies at that edge.
    tie : float
        Mean IoU within which of the best the lowest rate wins.
    search_steps, search_every : int
        Updates of a trial, and updates between its evaluations on the choosing set.
    n_last : int
        Evaluations whose mean is the score of a trial.
    search_seeds : tuple of int
        Seeds of the trials, not used again.
    final_steps, half_steps, final_every : int
        Updates of a final run and of the one that says what the last doubling gained, and updates
        between their evaluations.
    seeds, named_seeds : tuple of int
        Seeds of the final runs, and of those of the rows of `FIVE_SEEDS`. The first is that of the
        half run.
    pilot_networks, pilot_schedules, pilot_rates
        What was compared before the search, at the search's steps and seeds.
    """

    size: tuple[int, int] = (96, 96)
    camvid_size: tuple[int, int] = (120, 160)
    n_train: int = 512
    n_val: int = 128
    n_test: int = 256
    n_pretraining: int = 4096
    n_held_out: int = 512
    train_seed: int = 11
    val_seed: int = 12
    test_seed: int = 13
    pretraining_seed: int = 14
    batch_size: int = 8
    pretraining_batch_size: int = 16
    schedule: str = "one-cycle"
    rates: tuple[float, ...] = (1.5e-3, 5e-3, 1.5e-2)
    lower_rates: tuple[float, ...] = (5e-4, 1.5e-4)
    higher_rates: tuple[float, ...] = (5e-2, 0.15)
    tie: float = 0.01
    search_steps: int = 600
    search_every: int = 100
    n_last: int = 3
    search_seeds: tuple[int, ...] = (100, 101)
    final_steps: int = 2400
    half_steps: int = 1200
    final_every: int = 200
    seeds: tuple[int, ...] = (0, 1, 2)
    named_seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    pilot_networks: tuple[str, ...] = ("segnet", "unet-same", "enet")
    pilot_schedules: tuple[str, ...] = ("poly", "one-cycle")
    pilot_rates: tuple[float, ...] = (5e-3, 1.5e-2)


PROTOCOL = Protocol()
TINY = Protocol(  # to see that everything runs
    size=(64, 64),
    n_train=16,
    n_val=4,
    n_test=4,
    n_pretraining=16,
    n_held_out=4,
    batch_size=4,
    pretraining_batch_size=4,
    search_steps=3,
    search_every=1,
    final_steps=4,
    half_steps=2,
    final_every=2,
)


@dataclass(frozen=True)
class DataSpec:
    """Which images to train and test on.

    Attributes
    ----------
    kind : {"scenes", "streets", "camvid"}
        Scenes with default knobs and nine classes, which the first edition used; varied ones with
        eleven classes; or photographs.
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
    """Three sets of images, the names of the classes, and which images the sets hold.

    The scoring set is made, or read, when it is first asked for: what only chooses never has it.
    Where scored images are frames of a video, `frames` are their names.
    """

    train: ImageSet
    val: ImageSet
    make_test: Callable[[], ImageSet]
    class_names: tuple[str, ...]
    about: str
    frames: tuple[str, ...] = ()

    @functools.cached_property
    def test(self) -> ImageSet:
        """Images for the scores."""
        return self.make_test()


@functools.lru_cache(maxsize=2)
def load_data(spec: DataSpec) -> Data:
    """Make the scenes, or read CamVid."""
    if spec.kind == "camvid":
        return _camvid(spec)

    if spec.kind == "streets":
        config, seeds = scenes.VARIED, (PROTOCOL.train_seed, PROTOCOL.val_seed, PROTOCOL.test_seed)
    else:
        config, seeds = scenes.SceneConfig(), (TRAIN_SEED, VAL_SEED, TEST_SEED)

    def make(n: int, seed: int) -> ImageSet:
        return ImageSet.of(SceneDataset(n, seed=seed, size=spec.size, config=config))

    names = class_names_of(spec)
    if spec.overfit:
        few = make(spec.n_train, seeds[0])
        return Data(
            few, few, lambda: few, names, f"{spec.n_train} scenes, for training and test alike"
        )
    return Data(
        make(spec.n_train, seeds[0]),
        make(spec.n_val, seeds[1]),
        lambda: make(spec.n_test, seeds[2]),
        names,
        f"scenes of seed {seeds[0]} for training, {seeds[1]} for choosing, {seeds[2]} for the scores",
    )


def class_names_of(spec: DataSpec) -> tuple[str, ...]:
    """Return the names of the classes, without making any image.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    tables = {"scenes": labels.SCENES, "streets": labels.STREETS, "camvid": labels.CAMVID}
    return tables[inputs.choice(spec.kind, say("kind of data"), tables)].names


def _camvid(spec: DataSpec) -> Data:
    """Train on *train*, choose on *val*, score on *test*; without *test*, score on *val*.

    In that case the last tenth of *train*, one stretch of video, is there for choosing instead.
    """

    def read(split: str) -> ImageSet:
        images, maps = [], []
        for sample in frames_of(split):
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
                say(
                    "size={size} changes the aspect of CamVid's images, which are 3 high by 4 "
                    "wide; use {shape}",
                    size=spec.size,
                    shape=images[0].shape[:2],
                )
            )
        return ImageSet(np.stack(images), np.stack(maps))

    def frames_of(split: str) -> camvid.CamVid:
        return camvid.CamVid(spec.root, split)

    native = frames_of("train").native
    names = class_names_of(spec)
    train, val = read("train"), read("val")
    if native or (Path(spec.root) / "test.txt").is_file():
        about = "CamVid train for training, val for choosing, test for the scores"
        scored = tuple(frames_of("test").names)
        return Data(train, val, lambda: read("test"), names, about, scored)
    n = len(train) * 9 // 10
    start = ImageSet(train.images[:n], train.labels[:n])
    rest = ImageSet(train.images[n:], train.labels[n:])
    about = (
        "the first nine tenths of CamVid train for training, the last tenth for choosing, val for "
        "the scores (test was not there)"
    )
    return Data(start, rest, lambda: val, names, about, tuple(frames_of("val").names))


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
    pretrained : str, optional
        Pretrained backbone to start from, by its folder below ``pretraining``, like
        ``"fcn/seed-0"``; weights are fresh if not given.
    scored : bool
        Whether the weights are kept, and scored on the scoring set. The search does neither.
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
    pretrained: str | None = None
    scored: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return what identifies the job, as JSON reads it back."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values |= {"data": self.data.to_dict(), "recipe": self.recipe.to_dict()}
        plain: dict[str, Any] = json.loads(json.dumps(values))
        return plain

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Job":
        """Return the job that `to_dict` wrote down; what it did not know yet is as by default."""
        data = dict(values["data"])
        data["size"] = tuple(data["size"])
        return cls(**{**values, "data": DataSpec(**data), "recipe": Recipe(**values["recipe"])})

    def differs_from(self, values: dict[str, Any]) -> list[str]:
        """Return the names of what differs in a job that `to_dict` wrote down."""
        before = Job.from_dict(values).to_dict()
        return [name for name, value in self.to_dict().items() if before[name] != value]

    def folder(self, work: Path) -> Path:
        """Return where the files of this job lie."""
        return work / self.label / f"seed-{self.seed}"
