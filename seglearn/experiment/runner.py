"""Doing what the ledger lists: one process a job, some side by side, all of them can be stopped."""

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any

import torch

from seglearn.experiment.ledger import Item, Ledger
from seglearn.experiment.pretraining import pretrain
from seglearn.experiment.protocol import load_data
from seglearn.experiment.runs import read_result, run_job
from seglearn.nets import zoo
from seglearn.training.checkpoints import save_json
from seglearn.training.records import Run

PAUSED, FAILED = 3, 1  # how a process says what became of its job


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How to work.

    Attributes
    ----------
    processes : int, default 2
        Jobs side by side.
    threads : int, default 1
        Threads of each.
    nice : int, default 19
        How far each steps back for others.
    minutes : float, default 20
        After so long, a job stops at its next evaluation and queues up again.
    device : str, default "cpu"
    about : mapping
        What to note of the environment.
    """

    processes: int = 2
    threads: int = 1
    nice: int = 19
    minutes: float = 20.0
    device: str = "cpu"
    about: Mapping[str, Any]


def work_on(item: Item, manner: Manner, stop: Any, parent: int) -> None:
    """Do one job in a process of its own; its exit code says whether it is done."""
    told: list[int] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process tells us
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))
    if hasattr(os, "nice"):
        os.nice(manner.nice)
    torch.set_num_threads(manner.threads)
    started = time.monotonic()

    def on_step(run: Run | int) -> None:
        if told or stop.is_set() or os.getppid() != parent:
            raise KeyboardInterrupt
        steps, recipe = (run if isinstance(run, int) else len(run.losses)), item.job.recipe
        written = steps % recipe.evaluate_every == 0 and steps < recipe.n_steps  # the checkpoint
        if written and time.monotonic() - started > 60 * manner.minutes:
            raise KeyboardInterrupt

    try:
        if item.task == "pretraining":
            pretrain_trunk(item, on_step)
        else:
            run_job(item.job, item.work, device=manner.device, on_step=on_step, about=manner.about)
    except KeyboardInterrupt:
        sys.exit(PAUSED)
    except Exception:
        traceback.print_exc()
        sys.exit(FAILED)


def pretrain_trunk(item: Item, on_step: Callable[[int], None]) -> None:
    """Pretrain a trunk, and leave a ``result.json`` as other jobs do; its losses stay behind."""
    trunk = item.job.label.removeprefix("trunk-")
    data = item.job.data
    result = pretrain(
        trunk,
        item.work,
        item.job.recipe,
        size=data.size,
        n_train=data.n_train,
        n_held_out=data.n_test,
        on_step=on_step,
    )
    del result["losses"]
    about = {
        "job": item.job.to_dict(),
        "trunk": trunk,
        "pretrained": f"{trunk}/seed-{result['job']['recipe']['seed']}",
        "pretraining": result.pop("job"),
    }
    save_json(item.job.folder(item.work) / "result.json", about | result)


def preload() -> None:
    """Import what jobs need, so that copies of this process do not, and all run the same code."""
    zoo.list()
    torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))])  # imports a compiler, for a second


def work_off(
    ledger: Ledger, tasks: Sequence[str], manner: Manner, say: Callable[[str], None]
) -> list[str]:
    """Do all that is not done of some tasks, in their order; return what went wrong.

    What to do next is asked afresh each time, since a result can bring new items: the search goes
    on where the best rate lies at an edge, and a row whose rate is found can be trained.

    Raises
    ------
    KeyboardInterrupt
        If it was stopped, by Ctrl-C or a signal to end; what is done is kept.
    OSError, ValueError
        If images cannot be read, or something cannot be written or is damaged.
    """
    # A copy of this process has libraries and data in memory already; elsewhere it is started anew.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    stop = context.Event()
    running: dict[Any, Item] = {}  # by process
    failed: dict[tuple[Any, ...], str] = {}
    late: list[tuple[Any, ...]] = []  # had their time, in this order

    def start(item: Item) -> None:
        if item.task != "pretraining":  # which has scenes of its own
            data = load_data(item.job.data)  # made once, here, for all copies of this process
            if item.job.scored:
                assert len(data.test)
        process = context.Process(target=work_on, args=(item, manner, stop, os.getpid()))
        process.start()
        running[process] = item

    def finish(process: Any) -> None:
        item = running.pop(process)
        process.join()
        if process.exitcode == PAUSED:
            late.append(item.key)
            say(f"{item}: {ledger.begun(item)} of {item.job.recipe.n_steps} steps, waits")
        elif process.exitcode == 0:
            result = read_result(item.job, item.work)
            assert result is not None
            ledger.enter(item, result)
            say(f"{item}: {_words(result)}")
            if item.task == "final":
                for complaint in ledger.publish(item.job.label):
                    say(complaint)
        else:
            failed[item.key] = f"{item}: ended with code {process.exitcode}"
            say(f"FAILED {failed[item.key]}")

    def next_item() -> Item | None:
        busy = {item.key for item in running.values()} | set(failed)
        waiting = {}
        for task in tasks:
            for item in ledger.items(task):
                if item.key in busy or ledger.settle(item) or not ledger.ready(item):
                    continue
                if item.key not in late:
                    return item
                waiting[item.key] = item
        return next((waiting[key] for key in late if key in waiting), None)

    preload()
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        while True:
            while len(running) < manner.processes and (item := next_item()) is not None:
                if item.key in late:
                    late.remove(item.key)
                start(item)
            if not running:
                return list(failed.values())
            ended = connection.wait([process.sentinel for process in running], timeout=60)
            for process in [each for each in running if each.sentinel in ended]:
                finish(process)
    except KeyboardInterrupt:
        say("stopping after the steps at hand …")
        stop.set()
        for process in list(running):
            finish(process)
        raise
    except BaseException:  # else the copies would train on, and this process wait for them
        stop.set()
        for process in running:
            process.join()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _words(result: dict[str, Any]) -> str:
    """Return a few words about a result."""
    score = result.get("mean_iou")
    if score is None:
        values = [each.get("mean_iou", float("nan")) for each in result["evaluations"]]
        score = values[-1] if values else float("nan")
    return (
        f"mIoU {100 * score:5.1f}, {result['seconds_under_load']:.0f} s, "
        f"{result.get('cpu_ms_per_step', 0):.0f} ms a step, {result.get('stopped', '')}"
    )
