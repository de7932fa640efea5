"""What rows of the second edition say together: verdicts on claims, and what pretraining changed."""

from statistics import fmean
from typing import Any

from numpy.typing import NDArray

from seglearn.experiment.claims import CLAIMS, Claim, judge, stretches, together
from seglearn.experiment.ledger import Ledger
from seglearn.experiment.pretraining import LABELS, pretrained_label, steps_to_reach
from seglearn.experiment.rows import ROWS


def verdicts(ledger: Ledger) -> dict[str, Any]:
    """Judge every family of claims whose rows are all complete.

    Returns
    -------
    dict
        For JSON: ``rows`` of `judge`, and ``untested``, the other families, each with its reason.
    """
    judged: list[dict[str, Any]] = []
    untested = []
    families: dict[tuple[str, str], list[Claim]] = {}
    for claim in CLAIMS:
        families.setdefault((claim.data, claim.family), []).append(claim)
    for (data, family), asked in families.items():
        labels = dict.fromkeys(label for c in asked for label in (c.first, c.second))
        tasks = {label: _task(label, data) for label in labels}
        missing = [label for label, task in tasks.items() if not ledger.is_complete(task, label)]
        if missing:
            why = f"rows that are not complete: {', '.join(missing)}"
        else:
            counts = {label: _independent(ledger, task, label) for label, task in tasks.items()}
            if min(len(each) for row in counts.values() for each in row.values()) > 1:
                judged += judge(asked, counts, data)
                continue
            why = "all frames are of one stretch of film"
        untested.append({"data": data, "family": family, "why": why})
    return {"task": "claims", "rows": judged, "untested": untested}


def _task(label: str, data: str) -> str:
    if data == "camvid":
        return "camvid"
    return "final" if label in ROWS else "ablations"


def _independent(ledger: Ledger, task: str, label: str) -> dict[int, NDArray[Any]]:
    """Return the confusions of a row's seeds, of scenes or of stretches of film."""
    found = {}
    for run in ledger.runs(task, label):
        seed = run["job"]["seed"]
        counts = ledger.confusions(task, label, seed)
        found[seed] = together(counts, stretches(run["frames"])) if "frames" in run else counts
    return found


def what_pretraining_changed(ledger: Ledger) -> dict[str, Any]:
    """Set the rows that start from a trunk beside those that start from random weights.

    Returns
    -------
    dict
        For JSON. Each of its ``rows``, one for each of `LABELS` that is complete both ways, has

        seeds
            That both have.
        scratch, pretrained : list of float
            Mean IoU on the scoring set, one a seed.
        gain : float
            Mean of their differences.
        steps_to_reach : list of int or None
            After how many steps the pretrained network was as good on the choosing set as the other
            one, with the same seed, at its end; None if it never was.
    """
    rows = []
    for label in LABELS:
        scratch, after = _task(label, "streets"), pretrained_label(label)
        if not (ledger.is_complete(scratch, label) and ledger.is_complete("pretrained", after)):
            continue
        ours, theirs = (
            {run["job"]["seed"]: run for run in ledger.runs(*row)}
            for row in ((scratch, label), ("pretrained", after))
        )
        seeds = sorted(ours.keys() & theirs.keys())
        pairs = [(ours[seed], theirs[seed]) for seed in seeds]
        rows.append(
            {
                "label": label,
                "seeds": seeds,
                "scratch": [run["mean_iou"] for run, _ in pairs],
                "pretrained": [run["mean_iou"] for _, run in pairs],
                "gain": fmean(b["mean_iou"] - a["mean_iou"] for a, b in pairs),
                "steps_to_reach": [
                    steps_to_reach(b["evaluations"], a["evaluations"][-1]["mean_iou"])
                    for a, b in pairs
                ],
            }
        )
    return {"task": "pretrained", "rows": rows}
