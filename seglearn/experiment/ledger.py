"""What there is to do, what is done, and where it is written: the books of the experiment.

Every task is a list of items. An item is done when the committed tables say so, or when its result
lies in the folder for work; the first is enough, so another machine goes on with what was committed.
"""

import io
import math
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn.experiment import rows, search
from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.ceiling import STRIDES, ceiling
from seglearn.experiment.pretraining import (
    LABELS,
    RATES,
    TRUNKS,
    pretrained,
    trial_steps,
    trunk_of,
)
from seglearn.experiment.protocol import DataSpec, Job, Protocol, class_names_of, load_data
from seglearn.experiment.rows import FOLDERS, Row
from seglearn.experiment.runs import LEARNED, begun, read_result
from seglearn.experiment.tables import row_of
from seglearn.experiment.variants import VARIANTS
from seglearn.nets import zoo
from seglearn.training.checkpoints import (
    read_json,
    rounded,
    save_json,
    weights_hash,
    write_bytes,
)
from seglearn.training.recipe import Recipe

LARGEST_WEIGHTS = 1_000_000  # bytes
OVERFIT = Recipe(n_steps=600, batch_size=8, evaluate_every=25)  # a test for bugs, not a comparison
# Trained on one pixel in many, as published, it is not told of the others.
OVERFIT_OPTIONS = {"deeplab-v1": {"coarse_loss": False}}

TABLES = {"pilots": "pilots.json", "search": "search.json"}
TASKS = (*TABLES, *FOLDERS)
STATES = ("not begun", "under way", "done")


@dataclass(frozen=True)
class Item:
    """One job of a task, and the folder for work below which its files lie."""

    task: str
    job: Job
    work: Path

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from all others."""
        recipe = self.job.recipe
        return self.task, self.job.label, recipe.schedule, recipe.lr, self.job.seed

    def __str__(self) -> str:
        rate = f" {self.job.recipe.schedule} {self.job.recipe.lr:g}" if self.task in TABLES else ""
        return f"{self.task:<9} {self.job.label}{rate}, seed {self.job.seed}"


class Ledger:
    """The items of all tasks.

    Parameters
    ----------
    protocol : Protocol
    work : path
        Folder for what is begun.
    out : path
        Folder of assets; tables go to its ``experiment``, weights to ``weights/streets``.
    chosen : sequence of Row
        Rows that are meant; tasks that have rows of their own take those of these networks.
    camvid : path, optional
        Folder of CamVid.
    """

    def __init__(
        self,
        protocol: Protocol,
        work: Path,
        out: Path,
        chosen: Sequence[Row],
        camvid: Path | None = None,
    ) -> None:
        self.protocol, self.work, self.out, self.chosen = protocol, work, out, chosen
        self.camvid = camvid
        self.trials: dict[str, dict[str, list[search.Trial]]] = {
            task: self._read_trials(task) for task in TABLES
        }
        self._runs: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def path(self, task: str, label: str = "") -> Path:
        """Return where the table of a task, or one of its rows, is written."""
        folder = self.out / "experiment"
        return folder / TABLES[task] if task in TABLES else folder / FOLDERS[task] / f"{label}.json"

    # ------------------------------------------------------------------------------------- items

    def items(self, task: str) -> list[Item]:
        """Return everything a task consists of, as far as it can be known yet, in its order.

        Rows whose rate is not found yet are left out; see `waiting`.
        """
        return list(_ITEMS[task](self))

    def waiting(self, task: str) -> list[str]:
        """Return the labels of rows that a task would have if their rate were found."""
        labels = [label for label, network in _networks(self, task) if not self.rate(network)]
        return list(dict.fromkeys(labels))

    def rate(self, label: str) -> float | None:
        """Return the learning rate that the search chose for a row; None if it has not."""
        if label not in self.trials["search"]:
            return None
        return search.choice(self.trials["search"][label], self.protocol).lr

    def ready(self, item: Item) -> bool:
        """Whether all is there that an item builds on."""
        if item.job.pretrained is not None:
            needed = item.work / "pretraining" / item.job.pretrained / "weights.safetensors"
            kept = self._trunk(trunk_of(item.job.network))
            if kept.is_file() and not needed.is_file():  # the folder for work is another one
                write_bytes(needed, kept.read_bytes())
            return needed.is_file()
        if item.job.crf:
            trained = replace(item.job, label=item.job.network, crf=False)
            return self.is_done(Item("final", trained, item.work))
        return True

    def is_done(self, item: Item) -> bool:
        """Whether an item is done; nothing is written."""
        return self._entered(item) or read_result(item.job, item.work) is not None

    def settle(self, item: Item) -> bool:
        """Whether an item is done; a result that only the folder for work has goes to its table."""
        if self._entered(item):
            return True
        if (result := read_result(item.job, item.work)) is None:
            return False
        self.enter(item, result)
        return True

    def begun(self, item: Item) -> int:
        """Return how many updates of an item are behind it."""
        return begun(item.job, item.work)

    # ----------------------------------------------------------------------------------- results

    def enter(self, item: Item, result: dict[str, Any]) -> None:
        """Write a result into the table, or the row, to which it belongs."""
        if item.task in TABLES:
            self.trials[item.task] |= self._read_trials(item.task)  # another run may write it too
            trials = self.trials[item.task].setdefault(_line(item.job, item.task), [])
            if not self._entered(item):
                trials.append(search.Trial.of(result))
                self._write_trials(item.task)
            return
        if item.task == "pretraining":
            weights = item.work / "pretraining" / result["pretrained"] / "weights.safetensors"
            write_bytes(self._trunk(result["trunk"]), weights.read_bytes())
            save_json(self.path(item.task, item.job.label), result)
            return
        self._runs.pop((item.task, item.job.label), None)  # another run may write it too
        if self._entered(item):
            return
        runs = [*self.runs(item.task, item.job.label), result]
        planned = {
            each.job.seed for each in self.items(item.task) if each.job.label == item.job.label
        }
        complete = planned <= {run["job"]["seed"] for run in runs}
        row = row_of(runs, complete=complete)
        if item.task == "overfit":
            row |= wanted(item.job)
        if item.task in ("final", "ablations", "pretrained", "camvid"):
            self._copy_confusions(item, result)
        save_json(self.path(item.task, item.job.label), row, indent=None)
        self._runs[item.task, item.job.label] = runs

    def runs(self, task: str, label: str) -> list[dict[str, Any]]:
        """Return the results of one row so far, one a seed."""
        if (task, label) not in self._runs:
            path = self.path(task, label)
            self._runs[task, label] = read_json(path, "runs")["runs"] if path.is_file() else []
        return self._runs[task, label]

    def is_complete(self, task: str, label: str) -> bool:
        """Whether a row has all the seeds that were planned."""
        path = self.path(task, label)
        return path.is_file() and bool(read_json(path, "complete")["complete"])

    def confusions(self, task: str, label: str, seed: int) -> NDArray[Any]:
        """Return the confusion matrices (N, C, C) of the scored images, as they were copied."""
        path = self._confusions(task, label, seed)
        return np.asarray(np.load(path, allow_pickle=False)["confusions"])

    def _confusions(self, task: str, label: str, seed: int) -> Path:
        data = "camvid" if task == "camvid" else "streets"
        return self.out / "experiment" / data / "confusions" / f"{label}-seed-{seed}.npz"

    def publish(self, *labels: str) -> list[str]:
        """Copy weights and recorded run of the median seed of complete rows; return complaints.

        Of the rows that are named, or else of all. Only for the scenes: the licence of CamVid does
        not say that what was learned from it may be shared.
        """
        complaints = []
        for label in labels or {item.job.label: None for item in self.items("final")}:
            path = self.path("final", label)
            if label in BASELINES or not path.is_file():
                continue
            row = read_json(path, "complete", "runs")
            if row["complete"]:
                complaints += self._publish(label, row)
        return complaints

    def _publish(self, label: str, row: dict[str, Any]) -> list[str]:
        folder, seed = self.out / "weights" / "streets", row["median_seed"]
        run = next(each for each in row["runs"] if each["job"]["seed"] == seed)
        target = folder / f"{label}.safetensors"
        record = target.with_suffix(".json")
        source = Job.from_dict(run["job"]).folder(self.work / "streets")
        trained = source / "weights.safetensors"
        if record.is_file() and target.is_file():
            same = read_json(record, "title")["title"] == f"{label}, seed {seed}"
            if same and trained.is_file():  # or else the row was made anew since
                same = weights_hash(trained) == weights_hash(target)
            if same:
                return []
        if "weights_bytes" not in run:
            return [f"{label}, seed {seed}: {run.get('weights', 'its weights were not kept')}"]
        if run["weights_bytes"] > LARGEST_WEIGHTS:
            return [
                f"the weights of {label} take {run['weights_bytes']} bytes, more than "
                f"{LARGEST_WEIGHTS}, and were not copied"
            ]
        if not trained.is_file():
            return [
                f"the weights of {label}, seed {seed}, are not in {source}: to train them again, "
                f"take its run out of {self.path('final', label)}"
            ]
        write_bytes(target, trained.read_bytes())
        save_json(record, rounded(read_json(source / "run.json")), indent=None)
        return []

    def _trunk(self, trunk: str) -> Path:
        """Return where the weights of a pretrained trunk are kept."""
        return self.out / "weights" / "streets" / f"trunk-{trunk}.safetensors"

    def _copy_confusions(self, item: Item, result: dict[str, Any]) -> None:
        """Copy the confusion matrices of a result, if they are those that it adds up."""
        folder = item.job.folder(item.work)
        try:
            content = (folder / "confusions.npz").read_bytes()
            counts = np.load(io.BytesIO(content), allow_pickle=False)["confusions"]
            same = np.array_equal(counts.sum(0), result["confusion"])
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
            same = False
        if not same:
            raise ValueError(
                f"{folder / 'confusions.npz'} is missing, damaged, or not that of the result beside "
                f"it; delete {folder} to make both anew"
            )
        write_bytes(self._confusions(item.task, item.job.label, item.job.seed), content)

    def _entered(self, item: Item) -> bool:
        job = item.job
        if item.task in TABLES:
            trials = self.trials[item.task].get(_line(job, item.task), [])
            return any((t.lr, t.seed) == (job.recipe.lr, job.seed) for t in trials)
        if item.task == "pretraining":
            return self.path(item.task, job.label).is_file()
        for run in self.runs(item.task, job.label):
            if run["job"]["seed"] == job.seed:
                if differ := job.differs_from(run["job"]):
                    raise ValueError(
                        f"{self.path(item.task, job.label)} holds a run of seed {job.seed} that "
                        f"differs in {', '.join(differ)}; delete it to make it anew"
                    )
                return True
        return False

    def _read_trials(self, task: str) -> dict[str, list[search.Trial]]:
        """Read a table of trials, which must be of this protocol."""
        path = self.path(task)
        trials = search.read_trials(path)
        if trials:
            before = read_json(path, "data", "recipe")
            for part, values in self._about(task).items():
                for name, value in values.items():
                    if before[part].get(name, value) != value:
                        raise ValueError(
                            f"{path} is of a protocol with {name}={before[part][name]!r}, now "
                            f"{name}={value!r}; use another folder of assets, or delete it to "
                            "search anew"
                        )
        return trials

    def _write_trials(self, task: str) -> None:
        make = search.pilots_table if task == "pilots" else search.table_of
        table = make(self.trials[task], self.protocol, task=task, **self._about(task))
        save_json(self.path(task), rounded(table))

    def _about(self, task: str) -> dict[str, dict[str, Any]]:
        """Return what all trials of a table have in common, as JSON reads it back."""
        protocol = self.protocol
        recipe = _recipe(
            protocol, Recipe.lr, protocol.search_steps, protocol.search_every
        ).to_dict()
        for name in ("lr", "seed", *(["schedule"] if task == "pilots" else [])):
            del recipe[name]
        recipe["class_weights"] = "enet"
        return {"data": _streets(protocol).to_dict(), "recipe": recipe}

    def state(self) -> dict[str, tuple[int, str]]:
        """Return how many results each task has in the tables, and one of the words of `STATES`."""
        found = {}
        for task in TASKS:
            items = self.items(task)
            done = sum(map(self._entered, items))
            all_done = done == len(items) and not self.waiting(task)
            found[task] = done, STATES[2 if all_done else 1 if done else 0]
        return found

    # ------------------------------------------------------------------------------------- costs

    def seconds_left(self, item: Item) -> float:
        """Return about how many seconds of one processor an item will still take."""
        job = item.job
        if job.network in BASELINES:
            return 300.0 if job.network == "pixel-forest" else 5.0
        if job.crf:
            return 300.0
        pixels = math.prod(job.data.size) / math.prod(self.protocol.size)
        images = job.recipe.batch_size / self.protocol.batch_size
        steps = job.recipe.n_steps - self.begun(item)
        if item.task == "pretraining":  # and before it a trial of each rate
            steps += len(RATES) * trial_steps(job.recipe)
        return steps * self.seconds_per_step(job.label, job.network) * pixels * images

    def seconds_per_step(self, label: str, network: str) -> float:
        """Return about how many seconds of one processor an update takes, from what was recorded."""
        for name in (label, network):
            if trials := self.trials["search"].get(name):
                return sum(trial.cpu_ms_per_step for trial in trials) / len(trials) / 1000
        return GUESSED.get(label) or GUESSED[network]


# Seconds an update, with data and evaluations, on one core of the machine that the rest was planned
# for: what stands in for records before there are any.
GUESSED = {
    "fcn-8s": 0.05,
    "fcn-16s": 0.05,
    "fcn-32s": 0.05,
    "linknet": 0.06,
    "fcn-8s-bn": 0.06,
    "deeplab-v1-no-bn": 0.06,
    "deeplab-v1": 0.07,
    "dilated-front-end": 0.08,
    "dilated-no-bn": 0.08,
    "dilated": 0.10,
    "deeplab-v2": 0.10,
    "segnet": 0.11,
    "deconvnet": 0.11,
    "deeplab-v3": 0.12,
    "gcn": 0.12,
    "deeplab-v3-plus": 0.12,
    "pspnet": 0.12,
    "bisenet": 0.13,
    "unet-same": 0.13,
    "refinenet": 0.14,
    "segnet-basic": 0.14,
    "enet": 0.17,
    "fc-densenet-56": 0.17,
    "unet-no-bn": 0.18,
    "fc-densenet-67": 0.21,
    "unet": 0.25,
    "plain-stack": 0.25,
    "crf-rnn": 0.31,
    "fc-densenet-103": 0.33,
}


# ------------------------------------------------------------------------------------ items of tasks


def _recipe(protocol: Protocol, lr: float, n_steps: int, every: int) -> Recipe:
    return Recipe(
        n_steps=n_steps,
        batch_size=protocol.batch_size,
        lr=lr,
        schedule=protocol.schedule,
        keep="last",
        evaluate_every=every,
    )


def _streets(protocol: Protocol) -> DataSpec:
    return DataSpec("streets", protocol.size, protocol.n_train, protocol.n_val, protocol.n_test)


def _job(row: Row, seed: int, data: DataSpec, recipe: Recipe) -> Job:
    return Job(row.label, row.network, seed, data, recipe, options=row.options)


def _trial(ledger: Ledger, task: str, row: Row, lr: float, seed: int, schedule: str) -> Item:
    protocol = ledger.protocol
    recipe = _recipe(protocol, lr, protocol.search_steps, protocol.search_every)
    job = _job(row, seed, _streets(protocol), replace(recipe, schedule=schedule))
    return Item(task, replace(job, scored=False), ledger.work / task / f"{schedule}-{lr:g}")


def _line(job: Job, task: str) -> str:
    """Return the line of the table of trials to which a job belongs."""
    return f"{job.label}, {job.recipe.schedule}" if task == "pilots" else job.label


def _pilots(ledger: Ledger) -> Iterator[Item]:
    protocol = ledger.protocol
    for row in (row for row in ledger.chosen if row.label in protocol.pilot_networks):
        for seed in protocol.search_seeds:
            for lr in protocol.pilot_rates:
                for schedule in protocol.pilot_schedules:
                    yield _trial(ledger, "pilots", row, lr, seed, schedule)


def _search(ledger: Ledger) -> Iterator[Item]:
    """Row by row, so that rows are decided in the order of the table and can be trained."""
    protocol = ledger.protocol
    for row in ledger.chosen:
        if row.trained:
            trials = ledger.trials["search"].get(row.label, [])
            pairs = [(trial.lr, trial.seed) for trial in trials]
            for lr, seed in [*pairs, *search.wanted(trials, protocol)]:
                yield _trial(ledger, "search", row, lr, seed, protocol.schedule)


def _final(ledger: Ledger) -> Iterator[Item]:
    """Seed by seed, so that a table that is stopped early has as many seeds for one row as another."""
    protocol = ledger.protocol
    for seed in dict.fromkeys((*protocol.seeds, *protocol.named_seeds)):
        for row in ledger.chosen:
            lr = ledger.rate(row.label) if row.trained else Recipe.lr
            if lr is not None and seed in row.seeds(protocol):
                recipe = _recipe(protocol, lr, protocol.final_steps, protocol.final_every)
                job = _job(row, seed, _streets(protocol), recipe)
                yield Item("final", job, ledger.work / "streets")


def _half(ledger: Ledger) -> Iterator[Item]:
    protocol = ledger.protocol
    for row in ledger.chosen:
        if row.trained and (lr := ledger.rate(row.label)) is not None:
            recipe = _recipe(protocol, lr, protocol.half_steps, protocol.final_every)
            job = _job(row, protocol.seeds[0], _streets(protocol), recipe)
            yield Item("half", job, ledger.work / "half")


def _ablations(ledger: Ledger) -> Iterator[Item]:
    """Variants that change something, with the seeds of their network; the others are rows already."""
    protocol, labels = ledger.protocol, {row.label for row in ledger.chosen}
    for seed in dict.fromkeys((*protocol.seeds, *protocol.named_seeds)):
        for name, variant in VARIANTS.items():
            lr = ledger.rate(variant.network)
            if name == variant.network or variant.network not in labels or lr is None:
                continue
            if seed not in rows.ROWS[variant.network].seeds(protocol):
                continue
            recipe = _recipe(protocol, lr, protocol.final_steps, protocol.final_every)
            job = Job(
                name,
                variant.network,
                seed,
                _streets(protocol),
                replace(recipe, **variant.recipe),
                options=variant.options,
                weighting=variant.weighting,
                crf=variant.crf,
            )
            yield Item("ablations", job, ledger.work / "streets")


def _pretraining(ledger: Ledger) -> Iterator[Item]:
    """One item a trunk, on scenes of its own: it finds its own rate, and is then trained."""
    protocol = ledger.protocol
    for trunk, (network, _) in TRUNKS.items():
        if any(trunk in _trunks(row.network) for row in ledger.chosen):
            recipe = _recipe(protocol, Recipe.lr, protocol.final_steps, protocol.final_every)
            recipe = replace(recipe, batch_size=protocol.pretraining_batch_size)
            held_out = protocol.n_held_out
            data = DataSpec("streets", protocol.size, protocol.n_pretraining, held_out, held_out)
            job = Job(f"trunk-{trunk}", network, 0, data, recipe, scored=False)
            yield Item("pretraining", job, ledger.work / "streets")


def _trunks(network: str) -> list[str]:
    return [trunk_of(network)] if network in (VARIANTS[label].network for label in LABELS) else []


def _pretrained(ledger: Ledger) -> Iterator[Item]:
    """Rows and variants from a pretrained trunk, else as they are, at the same rate."""
    for item in (*_final(ledger), *_ablations(ledger)):
        if item.job.label in LABELS and item.job.seed in ledger.protocol.seeds:
            yield replace(item, task="pretrained", job=pretrained(item.job))


def _camvid(ledger: Ledger) -> Iterator[Item]:
    """Every network once, without twins; those named beforehand with all seeds."""
    protocol = ledger.protocol
    data = DataSpec("camvid", protocol.camvid_size, 0, 0, 0, root=str(ledger.camvid or ""))
    for seed in protocol.seeds:
        for row in ledger.chosen:
            lr = ledger.rate(row.label) if row.trained else Recipe.lr
            again = row.label in rows.NAMED or seed == protocol.seeds[0]
            if lr is not None and again and row.label == row.network:
                recipe = _recipe(protocol, lr, protocol.final_steps, protocol.final_every)
                yield Item("camvid", _job(row, seed, data, recipe), ledger.work / "camvid")


def _overfit(ledger: Ledger) -> Iterator[Item]:
    protocol = ledger.protocol
    data = DataSpec("streets", protocol.size, 8, 0, 0, overfit=True)
    for row in ledger.chosen:
        if row.network in zoo.list():
            job = replace(_job(row, protocol.seeds[0], data, OVERFIT), augment=False)
            job = replace(job, options=job.options | OVERFIT_OPTIONS.get(row.network, {}))
            yield Item("overfit", job, ledger.work / "overfit")


_ITEMS: dict[str, Callable[[Ledger], Iterator[Item]]] = {
    "pilots": _pilots,
    "search": _search,
    "final": _final,
    "half": _half,
    "ablations": _ablations,
    "pretraining": _pretraining,
    "pretrained": _pretrained,
    "camvid": _camvid,
    "overfit": _overfit,
}


def _networks(ledger: Ledger, task: str) -> Iterator[tuple[str, str]]:
    """Return label of a task's rows that need a rate, and of the row whose rate it is."""
    chosen = [row for row in ledger.chosen if row.trained]
    if task in ("final", "half"):
        yield from ((row.label, row.label) for row in chosen)
    elif task == "camvid":
        yield from ((row.label, row.label) for row in chosen if row.label == row.network)
    elif task in ("ablations", "pretrained"):
        labels = {row.label for row in chosen}
        for name, variant in VARIANTS.items():
            meant = name in LABELS if task == "pretrained" else name != variant.network
            if meant and variant.network in labels:
                yield name, variant.network


def wanted(job: Job) -> dict[str, Any]:
    """Return the mean IoU that shows that eight images were learned.

    Where scores are only interpolated, it is 95 % of the best that such scores can draw.
    """
    if job.network not in STRIDES:
        return {"wanted": LEARNED}
    truth = load_data(job.data).train.labels
    best = ceiling(truth, len(class_names_of(job.data)), STRIDES[job.network])
    return {"ceiling": rounded(best), "wanted": rounded(0.95 * best)}
