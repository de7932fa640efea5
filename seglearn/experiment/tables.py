"""The rows of the tables: what a network costs, and what its trainings with all seeds gave."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from torch import nn

from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.building import build
from seglearn.experiment.costs import cost
from seglearn.experiment.protocol import Job, class_names_of
from seglearn.experiment.timing import latency, step_time
from seglearn.nets.receptive_field import receptive_field
from seglearn.training.checkpoints import rounded


def measure(jobs: Sequence[Job], *, device: str = "cpu", rounds: int = 20) -> dict[str, Any]:
    """Measure what the networks of some jobs cost, by label: parameters, operations, view, time.

    Times are those of a forward pass of one image (``latency``), and of a forward pass and a whole
    update with the job's batch (``batch``, ``step``). Nothing else should run meanwhile.
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
        first = jobs[0]
        size, n = first.data.size, first.recipe.batch_size
        times = {
            "latency": latency(nets, size, device=device, rounds=rounds),
            "batch": latency(nets, size, batch_size=n, device=device, rounds=rounds),
            "step": step_time(nets, size, first.recipe, device=device, rounds=rounds),
        }
        for name, each in times.items():
            for label, time in each.items():
                facts[label][name] = asdict(time)
    return facts


def _view(net: nn.Module) -> dict[str, Any]:
    try:
        field = receptive_field(net)
    except (NotImplementedError, ValueError) as error:
        return {"unknown": str(error)}
    return {"size": list(field.size), "whole_image": field.whole}


def row_of(results: Sequence[dict[str, Any]], *, complete: bool) -> dict[str, Any]:
    """Put the results of one row's seeds together.

    Means over seeds come with the standard deviation (n - 1) and the single values. The *median
    seed* is the one whose mean IoU is in the middle (of two, the lower).

    Parameters
    ----------
    results : sequence of dict
        Of `run_job`, at least one, all of one label.
    complete : bool
        Whether these are all seeds that were planned.

    Returns
    -------
    dict
        Its ``runs`` are the results, in the order of their seeds.
    """
    results = sorted(results, key=lambda each: each["job"]["seed"])
    middle = sorted(results, key=lambda each: each["mean_iou"])[(len(results) - 1) // 2]
    job = middle["job"]
    row: dict[str, Any] = {
        "label": job["label"],
        "network": job["network"],
        "options": job["options"],
        "complete": complete,
        "seeds": [each["job"]["seed"] for each in results],
        "median_seed": job["seed"],
    }
    for name in ("mean_iou", "boundary_iou", "pixel_accuracy"):
        row[name] = spread([each[name] for each in results])
    for name in ("iou", "class_boundary_iou"):
        columns = zip(*(each[name] for each in results), strict=True)
        row[name] = [spread(column) for column in columns]
    return rounded(row | {"runs": results})


def spread(values: Sequence[float | None]) -> dict[str, Any]:
    """Return mean, standard deviation (n - 1; None if n < 2) and the values; None is left out."""
    known = [value for value in values if value is not None]
    return {
        "mean": statistics.fmean(known) if known else None,
        "std": statistics.stdev(known) if len(known) > 1 else None,
        "values": list(values),
    }
