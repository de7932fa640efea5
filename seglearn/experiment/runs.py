"""One job from start to result: build, train, predict, score; stopped, it goes on."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seglearn.data import augment
from seglearn.experiment.baselines import BASELINES, PlainStack
from seglearn.experiment.crf_after import crf_after
from seglearn.experiment.protocol import Data, Job, load_data
from seglearn.metrics import ConfusionMatrix, class_boundary_iou
from seglearn.nets import zoo
from seglearn.training.checkpoints import load_weights, save_json, save_weights
from seglearn.training.class_weights import LabelCounts, enet_weights, median_frequency_weights
from seglearn.training.dataset import ImageSet
from seglearn.training.evaluation import predict
from seglearn.training.loop import fit
from seglearn.training.losses import IGNORE
from seglearn.training.records import Run, Watch, environment

PLAIN_STACK = "plain-stack"
LEARNED = 0.95  # mean IoU at which a few scenes are known by heart
WATCHED = 3  # images of the validation set whose predictions are recorded
WEIGHTINGS: dict[str, Callable[[LabelCounts], tuple[float, ...]] | None] = {
    "none": None,
    "median": median_frequency_weights,
    "enet": enet_weights,
}


def build(network: str, n_classes: int, seed: int, preset: str = "mini", **options: Any) -> Any:
    """Return a network of the zoo, or the plain stack, with fresh weights."""
    if network != PLAIN_STACK:
        return zoo.create(network, n_classes, preset, seed=seed, **options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = PlainStack(n_classes, **options)
    net.built_as = {
        "network": network,
        "preset": preset,
        "n_classes": n_classes,
        "options": options,
    }
    return net


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
        result |= _store(net, run, data, folder, job)
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
    weigh = WEIGHTINGS[job.weighting]
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


def _store(net: nn.Module, run: Run, data: Data, folder: Path, job: Job) -> dict[str, Any]:
    """Write the weights with 16 bits each and the record of their training; score what was written."""
    path = folder / "weights.safetensors"
    try:
        run.weights_sha256 = save_weights(net, path, note=job.to_dict())
    except ValueError as error:  # a training that failed may have weights beyond 16 bits
        return {"weights": str(error)}
    finally:
        run.save(folder / "run.json")
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


def rounded(values: Any, digits: int = 6) -> Any:
    """Return nested dicts and lists with floats of so many significant digits."""
    if isinstance(values, dict):
        return {key: rounded(value, digits) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [rounded(value, digits) for value in values]
    return float(f"{values:.{digits}g}") if isinstance(values, float) else values
