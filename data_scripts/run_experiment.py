"""Train every network on the same data, with the same budget and recipe, and write the table.

The results are committed: nobody needs this script to learn. It records how they were made::

    python data_scripts/run_experiment.py --work ~/experiment

Tasks: ``networks`` trains every ``mini`` network of the zoo, and what they have to beat: the
majority class, a table of colours, a random forest, and convolutions without down-sampling, with
three seeds each. ``ablations`` trains the variants of `seglearn.experiment.variants`. ``overfit``
trains every network on eight images, which it must learn by heart.

It writes ``OUT/experiment/scenes.json`` (or ``camvid.json``, ``ablations.json``, ``overfit.json``),
and for the networks on scenes the weights of each one's median seed, with 16 bits a number, and its
recorded run, to ``OUT/weights``. Weights and images of CamVid are not written: its licence does not
say that they may be shared.

Everything that is done is kept in the folder ``--work``. Stop it with Ctrl-C and start it again with
the same command: finished trainings are kept, one that was begun goes on from its last evaluation.
When all is done, each network's time is measured alone, so leave the machine in peace at the end.

With ``--steps`` the table is called after the steps (``scenes-1200.json``) and no weights are
written. That is how the budget was chosen, and what it costs was measured: see there what three
networks gain from twice as many steps.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import replace
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from tqdm import tqdm

from seglearn import experiment
from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.ceiling import STRIDES, ceiling
from seglearn.experiment.protocol import DataSpec, Job
from seglearn.experiment.runs import LEARNED, PLAIN_STACK, rounded
from seglearn.experiment.variants import VARIANTS, verdict
from seglearn.nets import zoo
from seglearn.training.checkpoints import save_json
from seglearn.training.recipe import Recipe
from seglearn.training.records import environment

ROOT = Path(__file__).resolve().parent.parent
LARGEST_WEIGHTS = 1_000_000  # bytes

# Steps, images a step, size of scenes and of CamVid's images, numbers of scenes.
BUDGETS: dict[str, dict[str, Any]] = {
    "cpu": {"steps": 600, "batch": 8, "scenes": (96, 96), "camvid": (120, 160), "n_train": 512},
    "gpu": {
        "steps": 6000,
        "batch": 16,
        "scenes": (192, 192),
        "camvid": (360, 480),
        "n_train": 4096,
    },
    "tiny": {"steps": 6, "batch": 4, "scenes": (64, 64), "camvid": (120, 160), "n_train": 16},
}
CAMVID_NETWORKS = ("fcn-8s", "segnet", "unet", "enet", "deeplab-v3", "pspnet")


# ------------------------------------------------------------------------------------------- jobs


def make_jobs(options: argparse.Namespace) -> list[Job]:
    """Return what there is to do, in the order of the table."""
    budget = BUDGETS[options.budget]
    steps = options.steps or budget["steps"]
    recipe = Recipe(
        lr=options.lr,
        n_steps=steps,
        batch_size=budget["batch"],
        evaluate_every=max(1, min(100, steps // 6)),
    )
    n_train = budget["n_train"]
    data = DataSpec("scenes", budget["scenes"], n_train, max(n_train // 8, 8), max(n_train // 4, 8))
    if options.data == "camvid":
        data = DataSpec("camvid", budget["camvid"], 0, 0, 0, root=str(options.camvid))
    if options.task == "overfit":
        data = replace(data, n_train=8, n_val=0, n_test=0, overfit=True)
        recipe = replace(recipe, batch_size=8, evaluate_every=max(1, min(25, steps // 6)))

    names = options.networks or default_networks(options)
    jobs = []
    for name in names:
        if options.task == "ablations":
            job = variant_job(name, data, recipe)
        else:
            job = Job(
                name, name, 0, data, recipe, options.preset, augment=options.task != "overfit"
            )
        seeds = options.seeds if name not in ("majority-class", "colour-table") else [0]
        jobs += [replace(job, seed=seed) for seed in seeds]
    return jobs


def default_networks(options: argparse.Namespace) -> list[str]:
    """Return the rows of the table that are meant when none is named."""
    if options.task == "ablations":
        return list(VARIANTS)
    if options.task == "overfit":
        return zoo.list()
    networks = list(CAMVID_NETWORKS) if options.data == "camvid" else zoo.list()
    return [*BASELINES, PLAIN_STACK, *networks]


def variant_job(name: str, data: DataSpec, recipe: Recipe) -> Job:
    """Return the job of one row of the table of ablations."""
    variant = VARIANTS[name]
    return Job(
        name,
        variant.network,
        0,
        data,
        replace(recipe, **variant.recipe),
        options=variant.options,
        weighting=variant.weighting,
        crf=variant.crf,
    )


# -------------------------------------------------------------------------------------- processes

_steps: Any = None  # counts the steps of all processes
_stop: Any = None  # set when all processes shall stop


def start_process(steps: Any, stop: Any, threads: int) -> None:
    """Prepare one process for `work_on`."""
    import torch

    global _steps, _stop
    _steps, _stop = steps, stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process tells us
    torch.set_num_threads(threads)


def work_on(job: Job, work: Path, device: str) -> dict[str, Any]:
    """Do one job in a process of its own, and report its steps."""
    seen = 0

    def on_step(run: Any) -> None:
        nonlocal seen
        with _steps.get_lock():
            _steps.value += len(run.losses) - seen
        seen = len(run.losses)
        parent = parent_process()
        if _stop.is_set() or (parent is not None and not parent.is_alive()):
            raise KeyboardInterrupt

    return experiment.run_job(job, work, device=device, on_step=on_step)


def do_all(jobs: list[Job], work: Path, options: argparse.Namespace) -> list[str]:
    """Do all jobs that are not done yet, some side by side; return what went wrong.

    Raises
    ------
    KeyboardInterrupt
        If it was stopped; what is done is kept.
    """
    todo = [job for job in jobs if experiment.read_result(job, work) is None]
    print(f"{len(jobs) - len(todo)} of {len(jobs)} runs are done, {len(todo)} to go")
    if not todo:
        return []
    context = get_context("spawn")
    steps, stop = context.Value("q", 0), context.Event()
    total = sum(job.recipe.n_steps for job in todo if job.network not in BASELINES)
    failures: list[str] = []
    with (
        tqdm(total=total, unit="step", smoothing=0.05) as bar,
        ProcessPoolExecutor(
            options.jobs, context, start_process, (steps, stop, options.threads)
        ) as pool,
    ):
        futures: dict[Future[Any], Job] = {
            pool.submit(work_on, job, work, options.device): job for job in todo
        }
        waiting = set(futures)
        try:
            while waiting:
                finished, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
                bar.update(steps.value - bar.n)
                for future in finished:
                    job = futures[future]
                    if (error := future.exception()) is None:
                        bar.write(line_of(future.result()))
                    elif isinstance(error, KeyboardInterrupt):
                        raise KeyboardInterrupt
                    else:
                        failures.append(f"{job.label}, seed {job.seed}: {error!r}")
                        bar.write(f"FAILED {failures[-1]}")
        except KeyboardInterrupt:
            bar.write("stopping after the steps at hand …")
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return failures


def line_of(result: dict[str, Any]) -> str:
    """Return one line about a result."""
    job = result["job"]
    return (
        f"{job['label']:<24} seed {job['seed']}  mIoU {100 * result['mean_iou']:5.1f}  "
        f"boundary IoU {100 * result['boundary_iou']:5.1f}  {result['seconds']:6.1f} s  "
        f"{result.get('stopped', '')}"
    )


# ---------------------------------------------------------------------------------------- results


def git_state() -> dict[str, Any]:
    """Return the commit of the project, and whether files differ from it."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(ROOT), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "changed": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "changed": None}


def write_results(jobs: list[Job], work: Path, options: argparse.Namespace) -> list[str]:
    """Write the table of all jobs that are done, and weights and runs; return complaints."""
    results = [each for job in jobs if (each := experiment.read_result(job, work)) is not None]
    if not results:
        return ["nothing is done, so there is no table to write"]
    done = {(each["job"]["label"], each["job"]["seed"]): each for each in results}
    jobs = [job for job in jobs if (job.label, job.seed) in done]
    print("measuring what the networks cost …")
    table = experiment.summarise(
        results,
        experiment.measure(jobs, device=options.device),
        task=options.task,
        data=jobs[0].data.to_dict() | {"about": results[0]["data"]},
        recipe=jobs[0].recipe.to_dict() | {"class_weights": jobs[0].weighting},
        preset=options.preset,
        class_names=list(experiment.class_names_of(jobs[0].data)),
        environment=environment(options.device) | {"git": git_state()},
    )
    if options.task == "ablations":
        compare(table["rows"])
    if options.task == "overfit":
        add_what_is_wanted(table["rows"], jobs[0].data)
    name = options.data if options.task == "networks" else options.task
    if options.steps:  # another budget is another experiment: it must not replace the table
        name += f"-{options.steps}"
    path = options.out / "experiment" / f"{name}.json"
    save_json(path, table)
    print(f"wrote {path}")

    complaints = []
    for row in table["rows"]:
        if options.task == "overfit" and row["mean_iou"]["mean"] < row["wanted"]:
            complaints.append(
                f"{row['label']} did not learn eight images by heart: "
                f"mean IoU {row['mean_iou']['mean']:.3f} < {row['wanted']:.3f}"
            )
        if options.task == "networks" and options.data == "scenes" and not options.steps:
            complaints += publish(done[row["label"], row["median_seed"]], work, options.out)
    return complaints


def compare(rows: list[dict[str, Any]]) -> None:
    """Add to each variant its question, and how it differs from what it is compared with."""
    found = {row["label"]: row for row in rows}
    for row in rows:
        variant = VARIANTS[row["label"]]
        row["against"] = variant.against
        if variant.against not in found:
            continue
        row |= {"question": variant.question, "expected": variant.expected}
        for name in ("mean_iou", "boundary_iou"):
            pairs = zip(row[name]["values"], found[variant.against][name]["values"], strict=True)
            row[f"{name}_difference"] = experiment.spread([ours - theirs for ours, theirs in pairs])
        if len(row["seeds"]) > 1:
            row["verdict"] = verdict(row["mean_iou_difference"]["values"], variant.expected)


def add_what_is_wanted(rows: list[dict[str, Any]], data: DataSpec) -> None:
    """Say which mean IoU shows that eight images were learned.

    Where scores are only interpolated, it is 95 % of the best that such scores can draw.
    """
    images = experiment.load_data(data).train
    n_classes = len(experiment.class_names_of(data))
    best = {stride: ceiling(images.labels, n_classes, stride) for stride in {*STRIDES.values()}}
    for row in rows:
        row["wanted"] = LEARNED
        if row["label"] in STRIDES:
            row["ceiling"] = rounded(best[STRIDES[row["label"]]])
            row["wanted"] = rounded(0.95 * row["ceiling"])


def publish(result: dict[str, Any], work: Path, out: Path) -> list[str]:
    """Copy weights and recorded run of one training; return complaints."""
    job = result["job"]
    if "weights_bytes" not in result:
        return [] if job["network"] in BASELINES else [f"{job['label']}: {result['weights']}"]
    if result["weights_bytes"] > LARGEST_WEIGHTS:
        return [
            f"the weights of {job['label']} take {result['weights_bytes']} bytes, more than "
            f"{LARGEST_WEIGHTS}, and were not copied"
        ]
    folder = out / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    source = work / job["label"] / f"seed-{job['seed']}"
    shutil.copyfile(source / "weights.safetensors", folder / f"{job['label']}.safetensors")
    run = json.loads((source / "run.json").read_text(encoding="utf-8"))
    save_json(folder / f"{job['label']}.json", rounded(run), indent=None)
    return []


# ----------------------------------------------------------------------------------- command line


def read_options(argv: list[str] | None) -> argparse.Namespace:
    """Read and check the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for what is done so far")
    parser.add_argument("--task", choices=("networks", "ablations", "overfit"), default="networks")
    parser.add_argument("--data", choices=("scenes", "camvid"), default="scenes")
    parser.add_argument(
        "--networks", nargs="+", metavar="NAME", help="rows of the table (all if not given)"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2], metavar="N")
    parser.add_argument("--budget", choices=BUDGETS, help="cpu, gpu on a GPU, or tiny for a trial")
    parser.add_argument("--steps", type=int, help="updates a training (the budget's if not given)")
    parser.add_argument("--lr", type=float, default=Recipe.lr, help="learning rate")
    parser.add_argument("--preset", choices=zoo.PRESETS, default="mini")
    parser.add_argument("--jobs", type=int, help="processes side by side (2, or 1 on a GPU)")
    parser.add_argument("--threads", type=int, default=1, help="threads a process")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "seglearn" / "assets",
        help="where the table and the weights go",
    )
    parser.add_argument("--camvid", type=Path, help="folder of CamVid (SEGLEARN_DATA/CamVid)")
    options = parser.parse_args(argv)

    on_gpu = options.device != "cpu"
    options.budget = options.budget or ("gpu" if on_gpu else "cpu")
    options.jobs = options.jobs or (1 if on_gpu else 2)
    if options.task != "networks" and options.data != "scenes":
        parser.error(f"--task {options.task} is made for scenes; leave out --data")
    known = [*VARIANTS] if options.task == "ablations" else [*BASELINES, *zoo.list()]
    known += [] if options.task == "ablations" else [PLAIN_STACK]
    for name in options.networks or []:
        if name not in known:
            parser.error(f"--networks {name} is unknown; choose from {', '.join(known)}")
    if options.data == "camvid" and options.camvid is None:
        if "SEGLEARN_DATA" not in os.environ:
            parser.error("--data camvid needs --camvid DIR; data_scripts/fetch_camvid.py gets it")
        options.camvid = Path(os.environ["SEGLEARN_DATA"]) / "CamVid"
    return options


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for."""
    options = read_options(argv)
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, str(options.threads))  # of the processes to start
    jobs = make_jobs(options)
    work = options.work / ("overfit" if options.task == "overfit" else options.data)
    try:
        complaints = do_all(jobs, work, options)
        complaints += write_results(jobs, work, options)
    except KeyboardInterrupt:
        print("stopped; what is done is kept: the same command goes on", file=sys.stderr)
        return 130
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for complaint in complaints:
        print(f"warning: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
