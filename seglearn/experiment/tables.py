"""The ledger: what the networks cost, and the results of all jobs, a row a label."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from torch import nn

from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.costs import cost
from seglearn.experiment.protocol import Job, class_names_of
from seglearn.experiment.runs import build, rounded
from seglearn.experiment.timing import latency
from seglearn.nets.receptive_field import receptive_field


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
