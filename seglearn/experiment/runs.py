"""One job from start to result: build, train, predict, score; stopped, it goes on."""

import io
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from seglearn.data import augment
from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.building import build
from seglearn.experiment.crf_after import crf_after
from seglearn.experiment.pretraining import load_backbone
from seglearn.experiment.protocol import Data, Job, load_data
from seglearn.metrics import ConfusionMatrix, class_boundary_iou
from seglearn.training.checkpoints import (
    load_note,
    load_weights,
    read_json,
    rounded,
    save_json,
    save_weights,
    write_bytes,
)
from seglearn.training.class_weights import LabelCounts, enet_weights, median_frequency_weights
from seglearn.training.dataset import ImageSet
from seglearn.training.evaluation import predict
from seglearn.training.loop import CHECKPOINT, fit
from seglearn.training.losses import IGNORE
from seglearn.training.records import Run, Watch, environment
from seglearn.words import say

LEARNED = 0.95  # mean IoU at which a few scenes are known by heart
WATCHED = 3  # images of the validation set whose predictions are recorded
WEIGHTINGS: dict[str, Callable[[LabelCounts], tuple[float, ...]] | None] = {
    "none": None,
    "median": median_frequency_weights,
    "enet": enet_weights,
}


def run_job(
    job: Job,
    work: Path,
    *,
    device: str = "cpu",
    on_step: Callable[[Run], None] | None = None,
    progress: bool = False,
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Do one job, or read what it gave if it was done before; go on if it was begun.

    Leaves ``result.json`` in its folder, and if it is scored ``confusions.npz`` (see `confusions`),
    and for networks ``run.json`` and ``weights.safetensors``.

    Parameters
    ----------
    job : Job
    work : path
        Folder of all jobs.
    device : str, default "cpu"
    on_step : callable, optional
        As in `fit`.
    progress : bool, default False
        Whether to show a bar.
    about : mapping, optional
        What else to note of the environment.

    Returns
    -------
    dict
        Job, scores on the scoring set and on the choosing set, time under whatever load there was,
        memory, environment.

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
    before, started, busy = peak_memory(), time.perf_counter(), time.process_time()
    result: dict[str, Any] = {"job": job.to_dict(), "data": data.about}
    if job.network in BASELINES:
        baseline = BASELINES[job.network]()
        baseline.fit(data.train, len(data.class_names), job.seed)
        predicted = baseline.predict(data.test.images)
        result["seconds_under_load"] = time.perf_counter() - started
    elif job.crf:
        trained = replace(job, label=job.network, crf=False)
        first = run_job(trained, work, device=device, on_step=on_step, progress=progress)
        net = build(job.network, len(data.class_names), job.seed, job.preset, **job.options)
        load_weights(net, trained.folder(work) / "weights.safetensors")
        both, result["crf"] = crf_after(net, data.val, data.class_names)
        predicted = predict(both, data.test)
        result["seconds_under_load"] = first["seconds_under_load"] + time.perf_counter() - started
    else:
        net = build(job.network, len(data.class_names), job.seed, job.preset, **job.options)
        if job.pretrained is not None:
            load_backbone(net, work / "pretraining" / job.pretrained / "weights.safetensors")
        run, steps = _train(job, net, data, folder, device, on_step, progress)
        result |= {"seconds_under_load": run.seconds, "stopped": run.stopped}
        result["cpu_ms_per_step"] = 1000 * (time.process_time() - busy) / max(steps, 1)
        result["evaluations"] = [asdict(each) for each in run.evaluations]
        if job.scored:
            predicted = predict(net, data.test)
            result |= _store(net, run, data, folder, job)
    if job.scored:
        result |= score(data.test.labels, predicted, data.class_names)
        if data.frames:
            result["frames"] = list(data.frames)
        counts = confusions(data.test.labels, predicted, len(data.class_names))
        write_bytes(folder / "confusions.npz", packed(counts))
    result["peak_memory"] = {"before_mb": before, "mb": peak_memory()}
    result["environment"] = environment(device) | dict(about or {})
    result = rounded(result)
    save_json(folder / "result.json", result)
    shutil.rmtree(folder / "checkpoint", ignore_errors=True)
    return result


def read_result(job: Job, work: Path) -> dict[str, Any] | None:
    """Return the result of a job that is done, None if it is not."""
    path = job.folder(work) / "result.json"
    if not path.exists():
        return None
    result = read_json(path, "job")
    if differ := job.differs_from(result["job"]):
        raise ValueError(
            say(
                "{path} is of a job that differs in {names}; use another folder for work, or "
                "delete that one",
                path=path,
                names=", ".join(differ),
            )
        )
    return result


def begun(job: Job, work: Path) -> int:
    """Return how many updates the checkpoint of a job has behind it, 0 if there is none."""
    path = job.folder(work) / "checkpoint" / CHECKPOINT
    return len(load_note(path)["run"]["losses"]) if path.is_file() else 0


def peak_memory() -> float | None:
    """Return the most memory that this process ever held, in megabytes (10⁶ bytes).

    It counts libraries, data and weights; None where the system does not tell.
    """
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _train(
    job: Job,
    net: nn.Module,
    data: Data,
    folder: Path,
    device: str,
    on_step: Callable[[Run], None] | None,
    progress: bool,
) -> tuple[Run, int]:
    """Train, or go on; return the record, and how many updates were made here."""
    steps = 0

    def count(run: Run) -> None:
        nonlocal steps
        steps += 1
        if on_step is not None:
            on_step(run)

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
        watch=Watch.of(data.val, range(WATCHED), recipe.n_steps) if job.scored else None,
        folder=folder / "checkpoint",
        device=device,
        progress=progress,
        on_step=count,
        enough=LEARNED if job.data.overfit else None,
    )
    if run.stopped == "interrupted":
        raise KeyboardInterrupt
    return run, steps


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


def confusions(
    truth: NDArray[np.uint8], predicted: NDArray[np.uint8], n_classes: int
) -> NDArray[np.unsignedinteger[Any]]:
    """Return a confusion matrix of each image: (N, n_classes, n_classes), rows are truth.

    Of label maps (N, H, W); 16 bits an entry where an image has no more pixels than they can count.
    """
    counts = [
        ConfusionMatrix(n_classes, ignore_index=IGNORE).update(*pair).counts
        for pair in zip(truth, predicted, strict=True)
    ]
    return np.stack(counts).astype(np.uint16 if truth[0].size < 1 << 16 else np.uint32)


def packed(counts: NDArray[np.unsignedinteger[Any]]) -> bytes:
    """Return a compressed ``.npz`` file with one array, ``confusions``; the same counts, the same bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, confusions=counts)
    return buffer.getvalue()
