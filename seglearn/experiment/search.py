"""The search for each row's learning rate: what to try next, what it scored, and which one wins.

Only the choosing set is looked at. What is to be done follows from what is finished, whatever the
order in which it was: see `wanted`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from seglearn.experiment.protocol import Protocol
from seglearn.training.checkpoints import read_json

DIVERGED = "diverged"


@dataclass(frozen=True)
class Trial:
    """One short training of the search.

    Attributes
    ----------
    lr : float
    seed : int
    mean_iou : tuple of float
        On the choosing set, one an evaluation.
    stopped : str
        As in `Run`.
    cpu_ms_per_step : float
        Processor time of an update, evaluations included.
    commit : str
        Of the code that ended the training; empty if unknown.
    """

    lr: float
    seed: int
    mean_iou: tuple[float, ...]
    stopped: str
    cpu_ms_per_step: float
    commit: str = ""

    @classmethod
    def of(cls, result: dict[str, Any]) -> "Trial":
        """Read what `run_job` returned."""
        git = result["environment"].get("git", {})
        return cls(
            result["job"]["recipe"]["lr"],
            result["job"]["seed"],
            tuple(each["mean_iou"] for each in result["evaluations"]),
            result["stopped"],
            result["cpu_ms_per_step"],
            f"{git.get('commit') or ''}{' and changes' * bool(git.get('changed'))}",
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Trial":
        """Read what was written to the table."""
        return cls(**{**values, "mean_iou": tuple(values["mean_iou"])})

    def score(self, n_last: int) -> float:
        """Return the mean of the last evaluations; 0 for a training that diverged."""
        return 0.0 if self.stopped == DIVERGED else fmean(self.mean_iou[-n_last:])


@dataclass(frozen=True)
class Choice:
    """What a search has found, or has found so far.

    Attributes
    ----------
    lr : float or None
        The rate to train with; None while trials are missing.
    scores : dict of float to float
        Of every rate that all seeds have tried, from low to high.
    bracketed : bool
        Whether the best was tried between a lower and a higher rate.
    """

    lr: float | None
    scores: dict[float, float]
    bracketed: bool


def scores(trials: Collection[Trial], protocol: Protocol) -> dict[float, float]:
    """Return the mean score of every rate that all seeds have tried, from low to high."""
    found: dict[float, dict[int, float]] = {}
    for trial in trials:
        found.setdefault(trial.lr, {})[trial.seed] = trial.score(protocol.n_last)
    return {
        lr: fmean(seeds[seed] for seed in protocol.search_seeds)
        for lr, seeds in sorted(found.items())
        if set(protocol.search_seeds) <= set(seeds)
    }


def best_of(scored: dict[float, float]) -> float:
    """Return the rate with the highest score, the lowest of equals."""
    return min(scored, key=lambda lr: (-scored[lr], lr))


def wanted(trials: Collection[Trial], protocol: Protocol) -> list[tuple[float, int]]:
    """Return the rates and seeds to try next, in this order; nothing if the search is over.

    First all rates of the protocol with all seeds. Then, while the best lies at an edge, the next
    rate on that side, until it has neighbours on both, or no further rate is left there.
    """
    done = {(trial.lr, trial.seed) for trial in trials}
    rates = set(protocol.rates)
    while True:
        missing = [
            (lr, seed)
            for seed in protocol.search_seeds
            for lr in sorted(rates)
            if (lr, seed) not in done
        ]
        if missing:
            return missing
        further = _beyond(scores([t for t in trials if t.lr in rates], protocol), protocol)
        if further is None:
            return []
        rates.add(further)


def _beyond(scored: dict[float, float], protocol: Protocol) -> float | None:
    """Return the rate that joins because the best lies at an edge, None if none does."""
    best = best_of(scored)
    if best == max(scored):
        return next((lr for lr in protocol.higher_rates if lr not in scored), None)
    if best == min(scored):
        return next((lr for lr in protocol.lower_rates if lr not in scored), None)
    return None


def choice(trials: Collection[Trial], protocol: Protocol) -> Choice:
    """Return what the trials of a row say: among rates nearly as good as the best, the lowest."""
    scored = scores(trials, protocol)
    if not scored:
        return Choice(None, scored, False)
    best = best_of(scored)
    bracketed = min(scored) < best < max(scored)
    if wanted(trials, protocol):
        return Choice(None, scored, bracketed)
    near = [lr for lr, score in scored.items() if score >= scored[best] - protocol.tie]
    return Choice(min(near), scored, bracketed)


def table_of(
    trials: Mapping[str, Sequence[Trial]], protocol: Protocol, **about: Any
) -> dict[str, Any]:
    """Return the table of a search: all trials of all rows, and what was chosen."""
    rows = []
    for label, each in trials.items():
        found = choice(each, protocol)
        rows.append(
            {"label": label, "lr": found.lr, "bracketed": found.bracketed}
            | _trials_of(each, protocol)
        )
    return {**about, "rows": rows}


def pilots_table(
    trials: Mapping[str, Sequence[Trial]], protocol: Protocol, **about: Any
) -> dict[str, Any]:
    """Return the table of the pilots: all trials of each network and schedule; nothing is chosen."""
    rows = [{"label": label} | _trials_of(each, protocol) for label, each in trials.items()]
    return {**about, "rows": rows}


def _trials_of(trials: Sequence[Trial], protocol: Protocol) -> dict[str, Any]:
    ordered = sorted(trials, key=lambda trial: (trial.lr, trial.seed))
    return {
        "scores": [{"lr": lr, "mean_iou": score} for lr, score in scores(trials, protocol).items()],
        "diverged": sum(trial.stopped == DIVERGED for trial in trials),
        "trials": [{**asdict(trial), "score": trial.score(protocol.n_last)} for trial in ordered],
    }


def read_trials(path: Path) -> dict[str, list[Trial]]:
    """Return the trials of a table by row; none if there is no such file."""
    if not path.is_file():
        return {}
    return {
        row["label"]: [
            Trial.from_dict({k: v for k, v in trial.items() if k != "score"})
            for trial in row["trials"]
        ]
        for row in read_json(path, "rows")["rows"]
    }
