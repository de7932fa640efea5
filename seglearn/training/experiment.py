"""The one experiment: every network on the same data, with the same budget and the same recipe."""

import functools
import json
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seglearn.data import augment, camvid, labels
from seglearn.data.scene_dataset import SceneDataset
from seglearn.metrics import ConfusionMatrix, class_boundary_iou
from seglearn.nets import zoo
from seglearn.nets.receptive_field import receptive_field
from seglearn.training.baselines import BASELINES, PlainStack
from seglearn.training.checkpoints import load_weights, save_json, save_weights
from seglearn.training.class_weights import LabelCounts, enet_weights, median_frequency_weights
from seglearn.training.counting import cost
from seglearn.training.crf_after import crf_after
from seglearn.training.dataset import ImageSet
from seglearn.training.evaluation import predict
from seglearn.training.loop import fit
from seglearn.training.recipe import Recipe
from seglearn.training.records import Run, Watch, environment
from seglearn.training.timing import latency

IGNORE = 255
PLAIN_STACK = "plain-stack"
TRAIN_SEED, VAL_SEED, TEST_SEED = 1, 2, 3  # of the scenes
LEARNED = 0.95  # mean IoU at which a few scenes are known by heart
WATCHED = 3  # images of the validation set whose predictions are recorded


# ------------------------------------------------------------------------------------------- data


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


# ------------------------------------------------------------------------------------------- runs


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


def build(network: str, n_classes: int, seed: int, preset: str = "mini", **options: Any) -> Any:
    """Return a network of the zoo, or the plain stack, with fresh weights."""
    if network != PLAIN_STACK:
        return zoo.create(network, n_classes, preset, seed=seed, **options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return PlainStack(n_classes, **options)


def run_job(
    job: Job,
    work: Path,
    *,
    device: str = "cpu",
    on_step: Callable[[Run], None] | None = None,
    progress: bool = False,
) -> dict[str, Any]:
    """Do one job, or read what it gave if it was done before; go on if it was begun.

    Leaves ``result.json``, and for networks ``run.json`` and ``weights.safetensors``, in its
    folder.

    Returns
    -------
    dict
        Scores on the test set, job, time, environment.

    Raises
    ------
    ValueError
        If the folder holds the result of another job of this name.
    KeyboardInterrupt
        If it was stopped; the next call goes on.
    """
    folder = job.folder(work)
    if (done := read_result(job, work)) is not None:
        return done
    data = load_data(job.data)
    started = time.perf_counter()
    result: dict[str, Any] = {"job": job.to_dict(), "data": data.about}
    if job.network in BASELINES:
        baseline = BASELINES[job.network]()
        baseline.fit(data.train, len(data.class_names), job.seed)
        predicted = baseline.predict(data.test.images)
        result["seconds"] = time.perf_counter() - started
    elif job.crf:
        trained = replace(job, label=job.network, crf=False)
        before = run_job(trained, work, device=device, on_step=on_step, progress=progress)
        net = build(job.network, len(data.class_names), job.seed, job.preset, **job.options)
        load_weights(net, trained.folder(work) / "weights.safetensors")
        both, result["crf"] = crf_after(net, data.val, data.class_names)
        predicted = predict(both, data.test)
        result["seconds"] = before["seconds"] + time.perf_counter() - started
    else:
        net = build(job.network, len(data.class_names), job.seed, job.preset, **job.options)
        run = _train(job, net, data, folder, device, on_step, progress)
        predicted = predict(net, data.test)
        result |= {"seconds": run.seconds, "stopped": run.stopped}
        result["best_step"] = run.best.step if run.best else 0
        run.save(folder / "run.json")
        result |= _store(net, data, folder / "weights.safetensors", job)
    result |= score(data.test.labels, predicted, data.class_names)
    result["environment"] = environment(device)
    result = rounded(result)
    save_json(folder / "result.json", result)
    shutil.rmtree(folder / "checkpoint", ignore_errors=True)
    return result


def read_result(job: Job, work: Path) -> dict[str, Any] | None:
    """Return the result of a job that is done, None if it is not."""
    path = job.folder(work) / "result.json"
    if not path.exists():
        return None
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if result["job"] != job.to_dict():
        differ = [key for key, value in job.to_dict().items() if result["job"].get(key) != value]
        raise ValueError(
            f"{path} is of a job that differs in {', '.join(differ)}; "
            "use another folder for work, or delete that one"
        )
    return result


def _train(
    job: Job,
    net: nn.Module,
    data: Data,
    folder: Path,
    device: str,
    on_step: Callable[[Run], None] | None,
    progress: bool,
) -> Run:
    weighting = {"none": None, "median": median_frequency_weights, "enet": enet_weights}
    weigh = weighting[job.weighting]
    counts = LabelCounts.of(data.train.labels, len(data.class_names))
    recipe = replace(
        job.recipe, seed=job.seed, class_weights=weigh(counts) if weigh is not None else None
    )
    change = augment.Augmentation() if job.augment else None
    train = ImageSet(data.train.images, data.train.labels, augment=change, seed=job.seed)
    run = fit(
        net,
        train,
        data.val,
        recipe,
        class_names=data.class_names,
        title=f"{job.label}, seed {job.seed}",
        watch=Watch.of(data.val, range(WATCHED), recipe.n_steps),
        folder=folder / "checkpoint",
        device=device,
        progress=progress,
        on_step=on_step,
        enough=LEARNED if job.data.overfit else None,
    )
    if run.stopped == "interrupted":
        raise KeyboardInterrupt
    return run


def _store(net: nn.Module, data: Data, path: Path, job: Job) -> dict[str, Any]:
    """Write the weights with 16 bits each, and score what was written."""
    try:
        save_weights(net, path, note=job.to_dict())
    except ValueError as error:  # a training that failed may have weights beyond 16 bits
        return {"weights": str(error)}
    load_weights(net, path)
    stored = score(data.test.labels, predict(net, data.test), data.class_names)
    return {"weights_bytes": path.stat().st_size, "weights_mean_iou": stored["mean_iou"]}


def score(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], class_names: Sequence[str]
) -> dict[str, Any]:
    """Return the scores of label maps (N, H, W); lists have one entry a class, None where 0/0."""
    matrix = ConfusionMatrix(class_names=class_names, ignore_index=IGNORE)
    scores = matrix.update(truth, predicted).scores().to_dict()
    boundary = class_boundary_iou(truth, predicted, len(class_names), ignore_index=IGNORE)
    return {
        "mean_iou": scores["mean_iou"],
        "pixel_accuracy": scores["pixel_accuracy"],
        "boundary_iou": float(np.nanmean(boundary)),
        "iou": scores["iou"],
        "class_boundary_iou": [None if value != value else value for value in boundary.tolist()],
        "confusion": matrix.counts.tolist(),
    }


# ------------------------------------------------------------------------------------------ table


def measure(jobs: Sequence[Job], *, device: str = "cpu", rounds: int = 20) -> dict[str, Any]:
    """Measure what the networks of some jobs cost, by label: parameters, operations, view, time.

    Nothing else should run on the machine meanwhile.
    """
    nets, facts = {}, {}
    for job in jobs:
        if job.network in BASELINES or job.crf or job.label in nets:
            continue
        n_classes = len(class_names_of(job.data))
        net = build(job.network, n_classes, job.seed, job.preset, **job.options)
        costs = asdict(cost(net, job.data.size))
        size = costs.pop("size")
        facts[job.label] = {"size": list(size), **costs, "receptive_field": _view(net)}
        nets[job.label] = net
    if nets:
        times = latency(nets, jobs[0].data.size, device=device, rounds=rounds)
        for label, each in times.items():
            facts[label]["latency"] = asdict(each)
    return facts


def _view(net: nn.Module) -> dict[str, Any]:
    try:
        field = receptive_field(net)
    except (NotImplementedError, ValueError) as error:
        return {"unknown": str(error)}
    return {"size": list(field.size), "whole_image": field.whole}


def class_names_of(spec: DataSpec) -> tuple[str, ...]:
    """Return the names of the classes, without making any image."""
    return labels.CAMVID.names if spec.kind == "camvid" else labels.SCENES.names


def summarise(
    results: Sequence[dict[str, Any]], facts: dict[str, Any], **about: Any
) -> dict[str, Any]:
    """Put the results of all jobs into one table, a row a label, in the order of the results.

    Means over seeds come with the standard deviation (n - 1) and the single values. The *median
    seed* of a row is the one whose mean IoU is in the middle (of two, the lower).
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        rows.setdefault(result["job"]["label"], []).append(result)
    return rounded({**about, "rows": [_row(each, facts) for each in rows.values()]})


def _row(results: list[dict[str, Any]], facts: dict[str, Any]) -> dict[str, Any]:
    job = results[0]["job"]
    middle = sorted(results, key=lambda each: each["mean_iou"])[(len(results) - 1) // 2]
    row: dict[str, Any] = {
        "label": job["label"],
        "network": job["network"],
        "seeds": [each["job"]["seed"] for each in results],
        "median_seed": middle["job"]["seed"],
    }
    for name in ("mean_iou", "boundary_iou", "pixel_accuracy", "seconds"):
        row[name] = spread([each[name] for each in results])
    for name in ("iou", "class_boundary_iou"):
        columns = zip(*(each[name] for each in results), strict=True)
        row[name] = [spread(column) for column in columns]
    row["confusion"] = middle["confusion"]
    for name in ("stopped", "best_step", "weights_mean_iou", "crf"):
        if name in middle:
            row[name] = [each.get(name) for each in results]
    return row | facts.get(job["label"], {})


def spread(values: Sequence[float | None]) -> dict[str, Any]:
    """Return mean, standard deviation (n - 1; None if n < 2) and the values; None is left out."""
    known = [value for value in values if value is not None]
    return {
        "mean": statistics.fmean(known) if known else None,
        "std": statistics.stdev(known) if len(known) > 1 else None,
        "values": list(values),
    }


def rounded(values: Any) -> Any:
    """Return nested dicts and lists with floats of six significant digits."""
    if isinstance(values, dict):
        return {key: rounded(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [rounded(value) for value in values]
    return float(f"{values:.6g}") if isinstance(values, float) else values
