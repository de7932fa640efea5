"""Train every network on the same data with the same recipe, each at a learning rate of its own.

The results are committed: nobody needs this script to learn. It records how they were made. What
was fixed beforehand stands in ``seglearn/assets/experiment/PROTOCOL.md``::

    python data_scripts/run_experiment.py --work ~/experiment --task pilots
    python data_scripts/run_experiment.py --work ~/experiment --task search final half
    python data_scripts/run_experiment.py --work ~/experiment --task final --rows named enet
    python data_scripts/run_experiment.py --work ~/experiment --status

Tasks, done in the order in which they are named:

pilots     two schedules for three networks, on the choosing set
search     the learning rate of each row, on the choosing set
final      every row with all its seeds; needs its rate
half       one seed with half the steps, for the gain of the last doubling
ablations  the variants of seglearn.experiment.variants, at the rate of their network
pretraining, pretrained
           trunks that learn to label whole scenes, and networks that start from them
camvid     every network on CamVid, at its rate on the scenes
overfit    every network on eight scenes, which it must learn by heart
claims     verdicts on the claims, and what pretraining changed, of all rows that are complete
timing     what a network costs, and its times; alone, so leave the machine in peace

Everything that is done is written at once below ``OUT/experiment``: ``pilots.json``,
``search.json``, ``claims.json``, ``pretrained.json``, ``timing.json``, and a file a row in
``streets/rows``, ``streets/half``, ``streets/ablations``, ``streets/pretraining``,
``streets/pretrained``, ``streets/overfit`` and ``camvid/rows``; beside them the confusion matrix of
every image in ``streets/confusions`` and ``camvid/confusions``. When a row has all its seeds, weights
and recorded run of the median one go to ``OUT/weights/streets``. Weights and images of CamVid are not
written: its licence does not say that they may be shared. With each result, the section *State* of
``PROTOCOL.md`` is written anew.

A job runs in a process of its own, for ``--minutes`` at most; then it stops at its next evaluation
and queues up again. Stop the script with Ctrl-C or ``kill`` and start it again with the same
command: what is done is kept, a job that was begun goes on from its last evaluation, also after
``kill -9`` or a power cut, and ends with the same weights.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from seglearn import experiment
from seglearn.experiment import claims, rows, runner, verdicts
from seglearn.experiment.ledger import STATES, TASKS, Ledger
from seglearn.experiment.protocol import PROTOCOL, TINY, DataSpec, Job
from seglearn.training.checkpoints import read_json, rounded, save_json, write_bytes
from seglearn.training.recipe import Recipe
from seglearn.training.records import environment

ALONE = ("claims", "timing")  # tasks without items

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "seglearn" / "assets"


def git_state() -> dict[str, Any]:
    """Return the commit of the project, and whether its code differs from it."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(ROOT), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--", "seglearn/*.py")
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(changed)}
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "changed": None}


def say(text: str) -> None:
    """Print a line with the time, at once."""
    print(f"{datetime.now():%m-%d %H:%M:%S} {text}", flush=True)


def status(books: Ledger, tasks: list[str]) -> None:
    """Print what is done, begun and to do, and about how long it takes."""
    total = 0.0
    for task in tasks:
        items = books.items(task)
        todo = [item for item in items if not books.is_done(item)]
        seconds = sum(map(books.seconds_left, todo))
        total += seconds
        begun = [item for item in todo if books.begun(item)]
        print(
            f"{task:<10} {len(items) - len(todo):4d} done {len(begun):4d} begun "
            f"{len(todo) - len(begun):4d} to do, {seconds / 3600:6.1f} hours of one processor"
        )
        each: dict[str, list[Any]] = {}
        for item in todo:
            each.setdefault(item.job.label, []).append(item)
        for label, some in each.items():
            left = sum(map(books.seconds_left, some))
            steps = sum(books.begun(item) for item in some)
            print(
                f"    {label:<24} {len(some):3d} jobs {left:7.0f} s"
                + f"  ({steps} steps made)" * bool(steps)
            )
        if waiting := books.waiting(task):
            print(f"    wait for their rate: {', '.join(waiting)}")
    print(f"{total / 3600:.1f} hours of one processor left, without what the search may add")


def measure(options: argparse.Namespace, protocol: experiment.Protocol) -> None:
    """Measure what networks cost, and their times, and write them."""
    data = DataSpec("streets", protocol.size)
    recipe = Recipe(batch_size=protocol.batch_size)
    chosen = [row for row in rows.choose(options.rows) if row.trained]
    jobs = [Job(row.label, row.network, 0, data, recipe, options=row.options) for row in chosen]
    facts = experiment.measure(jobs, device=options.device)
    path = options.out / "experiment" / "timing.json"
    before = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.is_file() else []
    known = {row["label"]: row for row in before} | {
        label: {"label": label, **each} for label, each in facts.items()
    }
    table = {
        "task": "timing",
        "batch_size": protocol.batch_size,
        "environment": environment(options.device) | {"threads": 1, "git": git_state()},
        "rows": [known[label] for label in rows.ROWS if label in known],
    }
    save_json(path, rounded(table))
    say(f"wrote {path}")


def judge(out: Path, books: Ledger) -> None:
    """Write what the rows that are complete say together."""
    table = rounded(verdicts.verdicts(books))
    save_json(out / "experiment" / "claims.json", table)
    save_json(
        out / "experiment" / "pretrained.json", rounded(verdicts.what_pretraining_changed(books))
    )
    for row in table["rows"]:
        say(claims.line(row))
    for each in table["untested"]:
        say(f"{each['family']} ({each['data']}) untested: {each['why']}")


# -------------------------------------------------------------------------------- state of the runs

MARKS = ("<!-- written by data_scripts/run_experiment.py -->\n", "<!-- end -->\n")


def state(out: Path) -> str:
    """Return a table, in Markdown, of what the tables below a folder of assets hold."""
    books = Ledger(PROTOCOL, out / "nothing", out, rows.choose(None))
    rated = sum(books.rate(label) is not None for label in rows.ROWS)
    lines = ["| part | results | state |", "|---|---|---|"]
    for task, (n, word) in books.state().items():
        more = f"; {rated} of {sum(r.trained for r in rows.ROWS.values())} rows have their rate"
        lines.append(f"| {task} | {n} | {word}{more if task == 'search' else ''} |")
    for name in ("claims", "timing", "control"):
        path = out / "experiment" / f"{name}.json"
        n = len(read_json(path, "rows")["rows"]) if path.is_file() else 0
        whole = {"claims": len(claims.CLAIMS), "timing": sum(r.trained for r in rows.ROWS.values())}
        word = STATES[0 if n == 0 else 1 if n < whole.get(name, n) else 2]
        lines.append(f"| {name} | {n} | {word} |")
    return "\n".join(lines) + "\n"


def write_state(out: Path) -> None:
    """Put the table into the page of the protocol, if it lies there."""
    page = out / "experiment" / "PROTOCOL.md"
    if page.is_file():
        before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
        _, after = rest.split(MARKS[1])
        text = before + MARKS[0] + "\n" + state(out) + "\n" + MARKS[1] + after
        write_bytes(page, text.encode("utf-8"))


# ------------------------------------------------------------------------------------- command line


def read_options(argv: list[str] | None) -> argparse.Namespace:
    """Read and check the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    manner = runner.Manner(about={})
    parser.add_argument("--work", type=Path, required=True, help="folder for what is begun")
    parser.add_argument(
        "--task",
        nargs="+",
        choices=(*TASKS, *ALONE),
        help="what to do (with --status: all)",
    )
    parser.add_argument(
        "--rows",
        nargs="+",
        metavar="NAME",
        help=f"rows of the table, or groups of them: {', '.join(rows.GROUPS)} (all if not given)",
    )
    parser.add_argument("--status", action="store_true", help="list what is left, and do nothing")
    parser.add_argument("--processes", type=int, default=manner.processes, help="jobs side by side")
    parser.add_argument("--threads", type=int, default=manner.threads, help="threads a job")
    parser.add_argument("--nice", type=int, default=manner.nice, help="priority, 19 is the lowest")
    parser.add_argument(
        "--minutes", type=float, default=manner.minutes, help="time of a job at once"
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--out", type=Path, default=ASSETS, help="folder of assets")
    parser.add_argument("--camvid", type=Path, help="folder of CamVid (SEGLEARN_DATA/CamVid)")
    parser.add_argument("--tiny", action="store_true", help="a trial with few steps and scenes")
    options = parser.parse_args(argv)

    if options.task is None:
        if not options.status:
            parser.error("--task is missing; name what to do, or ask for --status")
        options.task = list(TASKS)
    try:
        rows.choose(options.rows)
    except ValueError as error:
        parser.error(str(error))
    for name in ("processes", "threads"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} {getattr(options, name)}: pass a number from 1")
    if not 0 <= options.nice <= 19:
        parser.error(f"--nice {options.nice}: pass a number from 0 to 19")
    if not options.minutes >= 0:
        parser.error(f"--minutes {options.minutes:g}: pass a number from 0")
    if options.tiny and options.out.resolve() == ASSETS:
        parser.error("--tiny must not replace the results; pass another folder as --out")
    for name in ALONE:
        if name in options.task and len(options.task) > 1:
            parser.error(f"--task {name} is done alone, after the others; name no other task")
    if options.camvid is None and "SEGLEARN_DATA" in os.environ:
        options.camvid = Path(os.environ["SEGLEARN_DATA"]) / "CamVid"
    if "camvid" in options.task and options.camvid is None and not options.status:
        parser.error("--task camvid needs --camvid DIR; data_scripts/fetch_camvid.py gets it")
    return options


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for."""
    options = read_options(argv)
    protocol = TINY if options.tiny else PROTOCOL
    chosen = rows.choose(options.rows)
    try:
        books = Ledger(protocol, options.work, options.out, chosen, options.camvid)
        if options.status:
            status(books, options.task)
            return 0
        if options.task == ["timing"]:
            measure(options, protocol)
        elif options.task == ["claims"]:
            judge(options.out, books)
        else:
            return work(books, options)
        write_state(options.out)
        return 0
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        print("what is done is kept: mend this, and the same command goes on", file=sys.stderr)
        return 1


def work(books: Ledger, options: argparse.Namespace) -> int:
    """Work off the tasks; only one such process works in a folder."""
    for task in options.task:
        waiting = books.waiting(task)
        if waiting and options.rows and "search" not in options.task:
            raise ValueError(
                f"{task} needs the learning rates of {', '.join(waiting)}, and "
                f"{books.path('search')} has none: run --task search for these rows first"
            )
    manner = runner.Manner(
        processes=options.processes,
        threads=options.threads,
        nice=options.nice,
        minutes=options.minutes,
        device=options.device,
        about={"git": git_state()},
    )
    options.work.mkdir(parents=True, exist_ok=True)

    def told(text: str) -> None:
        say(text)
        write_state(options.out)  # a result may have come

    try:
        with FileLock(options.work / ".lock", timeout=0):
            complaints = runner.work_off(books, options.task, manner, told)
            if "final" in options.task:
                complaints += books.publish()
    except Timeout:
        raise ValueError(
            f"another run works in {options.work}; wait for it, or use another folder"
        ) from None
    except KeyboardInterrupt:
        print("stopped; what is done is kept: the same command goes on", file=sys.stderr)
        return 130
    for task in options.task:
        if waiting := books.waiting(task):
            say(f"{task}: {', '.join(waiting)} wait for their learning rate (--task search)")
    for complaint in complaints:
        print(f"warning: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
