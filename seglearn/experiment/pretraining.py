"""Teach the trunk of a network to label whole images, and put it into networks that label pixels.

The networks of 2015 did not start from nothing: their VGG16 had learned to tell the thousand classes
of ImageNet. What comes nearest among street scenes is a label that costs nobody a pixel: what is in
the image, and whether there is much of it. A trunk (backbone, fc6 and fc7) learns these labels behind
global average pooling (Lin et al. 2014, arXiv 1312.4400; Zhou et al. 2016, arXiv 1512.04150), on
scenes that no other part of the experiment sees. `load_backbone` then puts it into a network.

`TRUNKS` says which trunks there are. That of the dilated network learns with its last two poolings
in place and without dilation, as VGG16 did; the dilation that comes with their removal is to keep
the view of its filters (Yu and Koltun 2016, section 4). Both learn with batch normalisation: without
it the trunk of FCN hardly leaves the loss of a guess in hundreds of steps. A network without it gets
the same function all the same, since a trained normalisation can be folded into its convolution.
"""

import functools
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Subset

from seglearn import inputs
from seglearn.data import augment, labels, scenes
from seglearn.data.scene_dataset import SceneDataset
from seglearn.experiment.building import build
from seglearn.experiment.protocol import PROTOCOL, Job
from seglearn.training.checkpoints import (
    load_checkpoint,
    load_tensors,
    load_weights,
    read_json,
    rounded,
    save_checkpoint,
    save_json,
    save_weights,
)
from seglearn.training.dataset import ImageSet, batch_at
from seglearn.training.loop import descend, make_optimizer, seed_of
from seglearn.training.recipe import Recipe
from seglearn.training.records import environment

__all__ = [
    "LABELS",
    "RATES",
    "TRUNKS",
    "ImageClassifier",
    "Pretraining",
    "amounts",
    "average_precision",
    "folded",
    "image_labels",
    "load_backbone",
    "pretrain",
    "pretrained",
    "pretrained_label",
    "run_pretraining",
    "steps_to_reach",
    "thresholds",
    "trial_steps",
    "trunk_of",
]

LEAST = 20  # pixels that make a class present
RATES = (1.5e-4, 5e-4, 1.5e-3, 5e-3)  # to choose from, on scenes held out for it
TIE = 0.01  # mean average precision within which of the best the lowest rate wins

# Which network a trunk is taken from, and with which options.
TRUNKS: dict[str, tuple[str, dict[str, Any]]] = {
    "fcn": ("fcn-32s", {"batch_norm": True}),
    "dilated": (
        "dilated",
        {"batch_norm": True, "context": None, "pool_strides": (2, 2, 0, 2, 2), "dilate": False},
    ),
}
_NETWORKS = {
    "fcn-32s": "fcn",
    "fcn-16s": "fcn",
    "fcn-8s": "fcn",
    "dilated": "dilated",
    "dilated-front-end": "dilated",
}
LABELS = ("fcn-32s", "fcn-8s", "dilated", "dilated-off")
"""Rows, and variants, that are also run from a pretrained trunk."""
_TRUNK = ("backbone.", "fc6.", "fc7.")  # how the names of a trunk's weights begin


# ----------------------------------------------------------------------------------------- labels


def amounts(maps: ArrayLike | Tensor, n_classes: int) -> NDArray[np.int64]:
    """Count the pixels of each class in each label map.

    Parameters
    ----------
    maps : (N, H, W) array or tensor of integers
        What is no class, such as 255, is not counted.
    n_classes : int

    Returns
    -------
    (N, n_classes) ndarray of int64
    """
    maps = np.asarray(maps)
    return np.stack([(maps == c).sum((1, 2)) for c in range(n_classes)], axis=1)


def thresholds(counts: NDArray[np.int64], least: int = LEAST) -> NDArray[np.int64]:
    """Return from how many pixels on a class counts as a label of the image.

    Its median over the images, or `least` where that is more. So a class that every street has
    counts where there is more of it than usual, and a rare one wherever it can be seen; neither
    label can be guessed from its frequency alone.

    Parameters
    ----------
    counts : (N, C) ndarray of int
        Of `amounts`, over the images to learn from.
    least : int, default 20
        Pixels.

    Returns
    -------
    (C,) ndarray of int64
    """
    return np.maximum(np.ceil(np.median(counts, axis=0)).astype(np.int64), least)


def image_labels(maps: ArrayLike | Tensor, least: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which classes label each image, (N, C), given their `thresholds`, (C,)."""
    return amounts(maps, len(least)) >= least


# ---------------------------------------------------------------------------------------- network


class ImageClassifier(nn.Module):
    """A trunk, global average pooling, and one linear layer: a score for each label of the image.

    Parameters
    ----------
    net : nn.Module
        A segmentation network with ``backbone``, ``fc6``, ``fc7`` and ``dropout``, which become
        parts of this one.
    n_labels : int
    """

    built_as: dict[str, Any] | None = None  # as of `SegmentationNet`

    def __init__(self, net: Any, n_labels: int) -> None:
        super().__init__()
        self.backbone, self.fc6, self.fc7 = net.backbone, net.fc6, net.fc7
        self.dropout = net.dropout
        self.score = nn.Linear(net.fc7.out_channels, n_labels)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_labels) of images (N, 3, H, W)."""
        pool5 = self.backbone(x)[4].pooled  # (N, C, H/32, W/32) of FCN, H/16 of the dilated network
        fc6 = self.dropout(F.relu(self.fc6(pool5)))
        fc7 = self.dropout(F.relu(self.fc7(fc6)))
        return self.score(fc7.mean((2, 3)))


def _classifier(trunk: str, n_labels: int, seed: int) -> ImageClassifier:
    network, options = TRUNKS[trunk]
    net = build(network, max(2, n_labels), seed, **options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        classifier = ImageClassifier(net, n_labels)
    classifier.built_as = {
        "network": f"{trunk} trunk",
        "n_labels": n_labels,
        "options": net.built_as["options"],
    }
    return classifier


def trunk_of(network: str) -> str:
    """Return which of the `TRUNKS` a network of the zoo stands on.

    Raises
    ------
    ValueError
        If it stands on none of them.
    """
    return _NETWORKS[inputs.choice(network, "network with a pretrained trunk", _NETWORKS)]


def load_backbone(net: nn.Module, path: str | Path) -> Any:
    """Put a pretrained trunk into a network: all its layers, and no other.

    Parameters
    ----------
    net : nn.Module
        With a ``backbone`` of the same structure and, if the file has them, ``fc6`` and ``fc7``.
        Poolings and dilations may differ: they have no weights. If it does not normalise, and the
        trunk does, convolutions get the normalisation that follows them (see `folded`). It is left
        as it was if anything is wrong.
    path : path
        What `run_pretraining` wrote.

    Returns
    -------
    object
        The note in the file: how the trunk was trained.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, holds no trunk, or one that is not that of the network.
    """
    tensors, note, about = load_tensors(path)
    found = {name: value for name, value in tensors.items() if name.startswith(_TRUNK)}
    if not any(name.startswith(_TRUNK[0]) for name in found):
        raise ValueError(
            f"{path} holds no trunk: no name in it begins with {_TRUNK[0]!r}; "
            "pass what run_pretraining wrote"
        )
    for name, value in found.items():
        if not bool(torch.isfinite(value).all()):
            raise ValueError(f"{path}: {name} holds NaN or infinity; pretrain again")
    own = net.state_dict()
    if not any(_is_norm(name) for name in own):
        found = folded(found)
    layers = {name.split(".", 1)[0] for name in found}
    wanted = {name: value for name, value in own.items() if name.split(".", 1)[0] in layers}
    for name in [*wanted, *found]:
        shapes = [tuple(each[name].shape) if name in each else None for each in (wanted, found)]
        if shapes[0] != shapes[1]:
            raise ValueError(
                f"{path} does not fit: {name} has shape {shapes[0]} in the network and {shapes[1]} in "
                f"the file, which holds the {about.get('network', 'unknown trunk')}; pretrain the "
                "trunk of this network (trunk_of)"
            )
    net.load_state_dict(own | found)
    return note


def folded(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of a VGG16 without batch normalisation that computes the same.

    Parameters
    ----------
    weights : mapping of str to Tensor
        With names as ``conv1_1.weight``, ``conv1_1.bias`` and ``bn1_1.running_mean``.

    Returns
    -------
    dict of str to Tensor
        Of float32 where a normalisation was folded in: in evaluation it multiplies each channel by
        ``s = weight / sqrt(running_var + eps)`` and adds ``bias - s * running_mean``.
    """
    plain = {}
    for name, value in weights.items():
        layer, part = name.rsplit(".", 1)
        norm = re.sub(r"conv(\d+_\d+)$", r"bn\1", layer)
        if _is_norm(name):
            continue
        if norm != layer and f"{norm}.running_var" in weights:
            gain, shift, mean, variance = (
                weights[f"{norm}.{each}"].float()
                for each in ("weight", "bias", "running_mean", "running_var")
            )
            scale = gain / torch.sqrt(variance + nn.BatchNorm2d(1).eps)
            if part == "weight":
                value = value.float() * scale[:, None, None, None]
            else:
                value = (value.float() - mean) * scale + shift
        plain[name] = value
    return plain


def _is_norm(name: str) -> bool:
    return re.search(r"(^|\.)bn\d+_\d+\.", name) is not None


# --------------------------------------------------------------------------------------- training


@dataclass(frozen=True, kw_only=True)
class Pretraining:
    """One pretraining.

    Attributes
    ----------
    trunk : str
        One of `TRUNKS`.
    recipe : Recipe
        Its steps, batches, rate, schedule and seed; the seed is also that of the initial weights.
        Losses, auxiliary heads and class weights have no meaning here.
    size : tuple of int
        Of the scenes.
    n_train, n_held_out : int
        Scenes to learn from, and in each of the two sets that are held out.
    held_out : {"score", "choose"}, default "score"
        Which of these is scored; the other one is there to choose the rate.
    """

    trunk: str
    recipe: Recipe
    size: tuple[int, int] = PROTOCOL.size
    n_train: int = PROTOCOL.n_pretraining
    n_held_out: int = PROTOCOL.n_held_out
    held_out: str = "score"

    def __post_init__(self) -> None:
        inputs.choice(self.trunk, "trunk", TRUNKS)
        inputs.choice(self.held_out, "held_out", ("score", "choose"))
        inputs.whole(self.n_train, "n_train", 1)
        inputs.whole(self.n_held_out, "n_held_out", 1)

    def to_dict(self) -> dict[str, Any]:
        """Return what identifies the pretraining, as JSON reads it back."""
        values = asdict(self) | {"recipe": self.recipe.to_dict(), "network": TRUNKS[self.trunk]}
        plain: dict[str, Any] = json.loads(json.dumps(values))
        return plain

    def folder(self, work: Path) -> Path:
        """Return where its files lie; each trial of a rate has a folder of its own."""
        trial = "" if self.held_out == "score" else f"-lr-{self.recipe.lr:g}"
        return work / "pretraining" / f"{self.trunk}{trial}" / f"seed-{self.recipe.seed}"


@dataclass(frozen=True, eq=False)
class _Scenes:
    """Scenes to learn from, to choose on and to be scored on, and what makes a label of each class."""

    train: ImageSet
    choose: ImageSet
    score: ImageSet
    least: NDArray[np.int64]


@functools.lru_cache(maxsize=1)
def _load(size: tuple[int, int], n_train: int, n_held_out: int) -> _Scenes:
    """Make one series of scenes: the first to learn from, the next to choose, the last to score."""
    series = SceneDataset(
        n_train + 2 * n_held_out,
        seed=PROTOCOL.pretraining_seed,
        size=size,
        config=scenes.VARIED,
    )

    def part(first: int, n: int) -> ImageSet:
        return ImageSet.of(Subset(series, range(first, first + n)))

    train = part(0, n_train)
    return _Scenes(
        train,
        part(n_train, n_held_out),
        part(n_train + n_held_out, n_held_out),
        thresholds(amounts(train.labels, labels.STREETS.n_classes)),
    )


def run_pretraining(
    job: Pretraining,
    work: Path,
    *,
    on_step: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Pretrain one trunk, or read what it gave if it was done before; go on if it was begun.

    Leaves ``result.json`` and ``weights.safetensors`` (16 bits a number, for `load_backbone`) in
    its folder. The final weights are scored, as they were written.

    Parameters
    ----------
    job : Pretraining
    work : Path
    on_step : callable, optional
        Called with the number of steps done after each. It may raise `KeyboardInterrupt`, to stop;
        the next call goes on from the last evaluation and ends with the same weights.

    Returns
    -------
    dict
        Job, labels, learning curve, scores on the scenes held out and what the frequencies alone
        would have scored there (``prior``), time, environment.

    Raises
    ------
    ValueError
        If the folder holds the result or the checkpoint of another pretraining.
    FloatingPointError
        If the loss is not finite.
    KeyboardInterrupt
        If it was stopped.
    """
    folder = job.folder(work)
    done, checkpoint = folder / "result.json", folder / "checkpoint.safetensors"
    if done.exists():
        result = read_json(done, "job")
        _check_same(result["job"], job, done)
        return result
    data = _load(job.size, job.n_train, job.n_held_out)
    held_out = data.score if job.held_out == "score" else data.choose
    truth = image_labels(held_out.labels, data.least)
    net = _classifier(job.trunk, len(data.least), job.recipe.seed)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    losses, evaluations, seconds = _train(job, net, data, (held_out, truth), checkpoint, on_step)

    weights = folder / "weights.safetensors"
    digest = save_weights(net, weights, note=job.to_dict())
    load_weights(net, weights)
    often = image_labels(data.train.labels, data.least).mean(0)
    result = {
        "job": job.to_dict(),
        "class_names": list(labels.STREETS.names),
        "least_pixels": data.least.tolist(),
        "share_of_scenes": often.tolist(),
        "scores": _scores(_predict(net, held_out), truth),
        "prior": _scores(np.broadcast_to(_logit(often), truth.shape), truth),
        "evaluations": evaluations,
        "losses": losses,
        "weights_sha256": digest,
        "weights_bytes": weights.stat().st_size,
        "seconds_under_load": seconds,
        "environment": environment(),
    }
    result = rounded(result)
    save_json(done, result)
    checkpoint.unlink(missing_ok=True)
    return result


def pretrain(
    trunk: str,
    work: Path,
    recipe: Recipe,
    *,
    on_step: Callable[[int], None] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Choose the rate of a trunk, then pretrain it; what is done already is read.

    Every one of `RATES` is tried for a quarter of the steps with the first seed of the search, and
    scored by mean average precision on the scenes for choosing, with 0 if it diverges. Of those
    within a hundredth of the best, the lowest wins.

    Parameters
    ----------
    trunk : str
        One of `TRUNKS`.
    work : path
        The folder for work that `run_job` is given.
    recipe : Recipe
        All but its rate.
    on_step : callable, optional
        As `run_pretraining`.
    **options
        For `Pretraining`.

    Returns
    -------
    dict
        As `run_pretraining`, and the ``trials``: a score a rate.
    """
    n_steps = trial_steps(recipe)
    job = Pretraining(trunk=trunk, recipe=recipe, **options)
    scores = {}
    for lr in RATES:
        short = replace(
            recipe,
            lr=lr,
            n_steps=n_steps,
            evaluate_every=min(recipe.evaluate_every, n_steps),
            seed=PROTOCOL.search_seeds[0],
        )
        trial = replace(job, recipe=short, held_out="choose")
        try:
            found = run_pretraining(trial, work, on_step=on_step)
            scores[lr] = found["scores"]["mean_average_precision"]
        except FloatingPointError:
            scores[lr] = 0.0
    best = min(lr for lr in RATES if scores[lr] >= max(scores.values()) - TIE)
    job = replace(job, recipe=replace(recipe, lr=best))
    result = run_pretraining(job, work, on_step=on_step)
    return result | {"trials": [{"lr": lr, "mean_average_precision": scores[lr]} for lr in RATES]}


def trial_steps(recipe: Recipe) -> int:
    """Return the updates of a trial of a rate: a quarter of those that follow."""
    return max(recipe.n_steps // 4, 1)


def pretrained(job: Job) -> Job:
    """Return the same job from a pretrained trunk: ``fcn-8s`` becomes ``fcn-8s-pretrained``.

    Raises
    ------
    ValueError
        If no trunk is pretrained for its network.
    """
    folder = f"{trunk_of(job.network)}/seed-0"
    return replace(job, label=pretrained_label(job.label), pretrained=folder)


def pretrained_label(label: str) -> str:
    """Return what a row is called if it starts from a pretrained trunk."""
    return f"{label}-pretrained"


def _train(
    job: Pretraining,
    net: nn.Module,
    data: _Scenes,
    held_out: tuple[ImageSet, NDArray[np.bool_]],
    checkpoint: Path,
    on_step: Callable[[int], None] | None,
) -> tuple[list[float], list[dict[str, Any]], float]:
    """Return losses, evaluations and seconds; every step depends on job and step alone."""
    recipe = job.recipe
    optimizer = make_optimizer(net, recipe)
    train = ImageSet(
        data.train.images, data.train.labels, augment=augment.Augmentation(), seed=recipe.seed
    )
    losses: list[float] = []
    evaluations: list[dict[str, Any]] = []
    seconds = 0.0
    if checkpoint.exists():
        _, note = load_checkpoint(checkpoint, net, optimizer)
        _check_same(note["job"], job, checkpoint)
        losses, evaluations, seconds = note["losses"], note["evaluations"], note["seconds"]
    start = time.perf_counter() - seconds
    with torch.random.fork_rng(devices=[]):
        for step in range(len(losses), recipe.n_steps):
            torch.manual_seed(seed_of(recipe.seed, step))  # dropout: a function of the step
            net.train()
            images, maps = batch_at(train, step, recipe.batch_size, recipe.seed)
            targets = torch.from_numpy(image_labels(maps, data.least)).float()
            logits = net(images.contiguous(memory_format=torch.channels_last))
            loss = F.binary_cross_entropy_with_logits(logits, targets)
            if not np.isfinite(loss.item()):
                raise FloatingPointError(
                    f"the loss of {job.trunk} is {loss.item()} at step {step}; "
                    f"lower lr={recipe.lr!r}"
                )
            descend(net, optimizer, loss, recipe, step)

            losses.append(float(f"{loss.item():.6g}"))
            if (step + 1) % recipe.evaluate_every == 0 or step + 1 == recipe.n_steps:
                scores = _scores(_predict(net, held_out[0]), held_out[1])
                del scores["average_precision"]
                evaluations.append({"step": step + 1, **rounded(scores)})
                seconds = time.perf_counter() - start
                note = {
                    "job": job.to_dict(),
                    "losses": losses,
                    "evaluations": evaluations,
                    "seconds": seconds,
                }
                save_checkpoint(checkpoint, net, optimizer, {}, note)
            if on_step is not None:
                on_step(step + 1)
    return losses, evaluations, seconds


def _check_same(before: dict[str, Any], job: Pretraining, path: Path) -> None:
    differ = [key for key, value in job.to_dict().items() if before.get(key) != value]
    if differ:
        raise ValueError(
            f"{path} is of a pretraining that differs in {', '.join(differ)}; use another folder "
            "for work, or delete that one"
        )


# ----------------------------------------------------------------------------------------- scores


def _predict(net: nn.Module, images: ImageSet, batch_size: int = 32) -> NDArray[np.float64]:
    """Return the logits (N, n_labels) of all images, in evaluation mode."""
    net.eval()
    found = []
    with torch.inference_mode():
        for start in range(0, len(images), batch_size):
            batch = torch.from_numpy(images.images[start : start + batch_size]).movedim(3, 1)
            found.append(net(batch.contiguous(memory_format=torch.channels_last)))
    return torch.cat(found).double().numpy()


def _logit(share: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.clip(share, 1e-3, 1 - 1e-3)  # a label that all or no scenes have
    return np.log(share) - np.log1p(-share)


def _scores(logits: NDArray[np.float64], truth: NDArray[np.bool_]) -> dict[str, Any]:
    """Return loss, accuracy and average precision of scores (N, C); a constant scores its share."""
    each = [average_precision(truth[:, c], logits[:, c]) for c in range(truth.shape[1])]
    wanted = torch.from_numpy(truth).double()
    given = torch.from_numpy(np.ascontiguousarray(logits))
    known = [value for value in each if value is not None]
    return {
        "loss": float(F.binary_cross_entropy_with_logits(given, wanted)),
        "accuracy": float(((logits > 0) == truth).mean()),
        "mean_average_precision": float(np.mean(known)),
        "average_precision": each,
    }


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float | None:
    """Return the mean of the precisions at which recall grows, weighted by how much it grows.

    Parameters
    ----------
    truth : (N,) array of bool
    scores : (N,) array of float
        Higher for what is more likely true. Equal scores are one threshold, so a constant score has
        the share of true ones as its average precision.

    Returns
    -------
    float or None
        In (0, 1]; None if nothing is true.

    Raises
    ------
    ValueError
        If the shapes are others.
    """
    truth, scores = np.asarray(truth, bool), np.asarray(scores, float)
    if truth.ndim != 1 or truth.shape != scores.shape or not len(truth):
        raise ValueError(
            f"truth of shape {truth.shape} and scores of shape {scores.shape}: "
            "expected both (N,), one score an image"
        )
    if not truth.any():
        return None
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(truth) - 1)  # of equal scores
    right = truth[order].cumsum()[last]
    precision, recall = right / (last + 1), right / truth.sum()
    return float((np.diff(recall, prepend=0) * precision).sum())


def steps_to_reach(evaluations: Sequence[Mapping[str, Any]], mean_iou: float) -> int | None:
    """Return after how many steps a training first had a mean IoU; None if it never had.

    Parameters
    ----------
    evaluations : sequence of dict
        Of its result, in the order of their ``step``.
    mean_iou : float
        For instance what the same network reached from random weights.
    """
    return next((each["step"] for each in evaluations if each["mean_iou"] >= mean_iou), None)
