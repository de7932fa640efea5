#!/usr/bin/env python3
"""Train the U-Net of a public library as ours is trained, and compare what both score.

A mistake in our U-Net or in how it is built would not show in a table in which every network is ours.
So MONAI's BasicUNet, made like our padded mini U-Net, goes through the same job: same scenes, recipe,
seeds and scoring. It belongs into an environment of its own, which the course does not need::

    python -m venv control-env
    control-env/bin/pip install -c constraints.txt -e . monai
    control-env/bin/python data_scripts/control_unet.py --work ~/control

Ours is read from the table (``OUT/experiment/streets/rows/unet-same.json``) where the same job is
done there, and trained like the other one where it is not.

Before that the weights of ours are put into the other: but for 1,096 parameters that ours does not
have, set to zero, both then compute the same. What still differs stands in the table: these, dropout,
and how initial weights are drawn.

It writes ``OUT/experiment/control.json``. Stop it with Ctrl-C; the same command goes on.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats
from torch import Tensor, nn

from seglearn import experiment
from seglearn.experiment import search
from seglearn.experiment.protocol import PROTOCOL, DataSpec, Job
from seglearn.nets import zoo
from seglearn.nets.blocks import count_parameters
from seglearn.training.checkpoints import read_json, rounded, save_json
from seglearn.training.recipe import Recipe
from seglearn.training.records import environment

from run_experiment import write_state  # isort: skip

ROOT = Path(__file__).resolve().parent.parent
OURS, THEIRS = "unet-same", "control-unet"
FEATURES = (8, 16, 32, 64, 128, 8)  # channels of the five stages, and after the last up-sampling
SAME = (
    "five stages of two 3×3 convolutions with 8 to 128 channels, padded, without bias, each followed "
    "by batch normalisation (eps 1e-5, momentum 0.1) and ReLU; 2×2 max-pooling; 2×2 transposed "
    "convolutions with bias; skips concatenated before the up-sampled features; 1×1 scores"
)
DIFFERS = {
    "up-sampling": "the last one keeps its 16 channels in BasicUNet and halves them in ours "
    "(1,096 parameters more)",
    "dropout": "ours drops a tenth of the values at the end of the last two stages of the "
    "contracting path; BasicUNet could only drop after every convolution, and drops nothing",
    "initial weights": "PyTorch's default (uniform, variance 1 / (3 fan_in)) in BasicUNet, He's "
    "(normal, variance 2 / fan_in) in ours",
}
LARGEST_DIFFERENCE = 1e-4  # of logits, with equal weights


def library() -> Callable[..., nn.Module]:
    """Return MONAI's BasicUNet, or say how to get it."""
    try:
        from monai.networks.nets import BasicUNet
    except ImportError as error:
        raise ImportError(
            "the control needs MONAI, in an environment of its own: python -m venv control-env, "
            "then control-env/bin/pip install -c constraints.txt -e . monai"
        ) from error
    network: Callable[..., nn.Module] = BasicUNet
    return network


def make_control(n_classes: int, **options: Any) -> nn.Module:
    """Return the library's U-Net in the structure of our padded mini U-Net."""
    return library()(
        spatial_dims=2,
        in_channels=3,
        out_channels=n_classes,
        features=FEATURES,
        act=("relu", {"inplace": True}),
        norm=("batch", {}),
        bias=False,
        dropout=None,
        upsample="deconv",
        **options,
    )


def enter_control() -> None:
    """Enter the control into the zoo, so that `run_job` trains it like any other network."""
    card = zoo.Card(
        name=THEIRS,
        title="BasicUNet of MONAI",
        year=2019,
        paper="Falk et al.: U-Net – Deep Learning for Cell Counting, Detection, and Morphometry, "
        "Nature Methods 16, 2019",
        arxiv="1505.04597",  # of the U-Net
        idea="A control from outside.",
        changed="Against ours: written by others.",
        tags=("own-encoder", "encoder-decoder", "skip-concat", "transposed-convolution"),
        after=(OURS,),
    )
    zoo.register(card, paper=make_control, mini=make_control)  # type: ignore[arg-type]


# -------------------------------------------------------------------------------------- structure


def same_function(n_classes: int) -> float:
    """Give the control the weights of ours; return by how much their logits differ at most.

    Both networks name their weighted layers in the order of the data, so these pair off. Where the
    control has channels that ours does not, their weights are 0.

    Raises
    ------
    ValueError
        If layers do not pair off, or the difference is more than rounding.
    """
    ours = zoo.create(OURS, n_classes, dropout=0.0).eval()
    theirs = make_control(n_classes).eval()
    pairs = list(zip(_in_order(ours), _in_order(theirs), strict=True))
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for mine, other in pairs:
            if type(mine) is not type(other):
                raise ValueError(f"{mine} of ours stands where the control has {other}")
            if isinstance(mine, nn.BatchNorm2d):  # as after training, not the identity
                for tensor in (mine.weight, mine.bias, mine.running_mean, mine.running_var):
                    tensor.uniform_(0.5, 1.5)  # type: ignore[union-attr]
            for name, value in mine.state_dict().items():
                _embed(value, other.state_dict()[name])
        images = torch.rand(2, 3, 96, 96)
        difference = float((ours(images) - theirs(images)).abs().max())
    if difference > LARGEST_DIFFERENCE:
        raise ValueError(
            f"with equal weights the logits differ by {difference:.3g}: the two networks are not "
            "of one structure; compare their layers before their scores"
        )
    return difference


def _in_order(net: nn.Module) -> list[nn.Module]:
    """Return the layers with weights in the order in which data passes them."""
    met: list[nn.Module] = []
    hooks = [
        part.register_forward_hook(lambda part, *_: met.append(part))
        for part in net.modules()
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d)
    ]
    with torch.no_grad():
        net(torch.zeros(1, 3, 96, 96))
    for hook in hooks:
        hook.remove()
    return met


def _embed(small: Tensor, large: Tensor) -> None:
    """Copy `small` into the first entries of `large` along every axis; the others are 0."""
    large.zero_()
    large[tuple(slice(n) for n in small.shape)] = small


# --------------------------------------------------------------------------------------- training


def make_jobs(options: argparse.Namespace) -> list[Job]:
    """Return the jobs of ours and of the control, with the same seeds."""
    recipe = Recipe(
        n_steps=options.steps,
        batch_size=PROTOCOL.batch_size,
        lr=options.lr,
        schedule=PROTOCOL.schedule,
        keep="last",
        evaluate_every=min(PROTOCOL.final_every, options.steps),
    )
    data = DataSpec("streets", PROTOCOL.size, PROTOCOL.n_train, PROTOCOL.n_val, PROTOCOL.n_test)
    job = Job(OURS, OURS, 0, data, recipe)
    control = replace(job, label=THEIRS, network=THEIRS)
    return [replace(each, seed=seed) for seed in options.seeds for each in (job, control)]


def known(path: Path) -> list[dict[str, Any]]:
    """Return the results of ours in the table; none if there is no such row yet."""
    if not path.is_file():
        return []
    runs: list[dict[str, Any]] = read_json(path, "runs")["runs"]
    return runs


def found_rate(path: Path) -> float:
    """Return the rate that the search found for ours, from its table."""
    trials = search.read_trials(path).get(OURS, [])
    lr = search.choice(trials, PROTOCOL).lr
    if lr is None:
        raise ValueError(
            f"{path} has no learning rate of {OURS} yet; run run_experiment.py --task search, or "
            "pass another one as --lr"
        )
    return lr


def result_of(job: Job, work: Path, done: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the result of a job, which is done unless the table has it."""
    same = (result for result in done if not job.differs_from(result["job"]))
    return next(same, None) or experiment.run_job(job, work, progress=True)


def compare(ours: list[float], theirs: list[float]) -> dict[str, Any]:
    """Compare the mean IoU of two networks, one number a seed, at least two each.

    The interval of the difference is Student's, 95 %, for two samples of one variance. The control
    lies within the spread of the seeds if it holds 0; its width says how large a difference could
    have gone unseen.
    """
    test = stats.ttest_ind(theirs, ours)
    low, high = test.confidence_interval(0.95)
    return {
        "difference": float(np.mean(theirs) - np.mean(ours)),
        "interval": [float(low), float(high)],
        "within_spread": bool(low <= 0 <= high),
    }


def table(jobs: list[Job], results: list[dict[str, Any]], difference: float) -> dict[str, Any]:
    """Return all that there is to say about the comparison."""
    n_classes = len(experiment.class_names_of(jobs[0].data))
    rows = {}
    for label, net in (
        (OURS, zoo.create(OURS, n_classes)),
        (THEIRS, make_control(n_classes)),
    ):
        found = [r for job, r in zip(jobs, results, strict=True) if job.label == label]
        rows[label] = {
            "parameters": count_parameters(net),
            "seeds": [job.seed for job in jobs if job.label == label],
            **{
                name: experiment.spread([r[name] for r in found])
                for name in ("mean_iou", "boundary_iou", "pixel_accuracy")
            },
            "iou": [r["iou"] for r in found],
        }
    both = [rows[label]["mean_iou"]["values"] for label in (OURS, THEIRS)]
    return {
        "about": "The U-Net of a public library, trained as ours; data_scripts/control_unet.py",
        "library": {"name": "monai", "version": metadata.version("monai"), "class": "BasicUNet"},
        "same": SAME,
        "differs": DIFFERS,
        "largest_difference_with_equal_weights": difference,
        "data": jobs[0].data.to_dict(),
        "recipe": jobs[0].recipe.to_dict() | {"class_weights": jobs[0].weighting},
        "rows": rows,
        "control_minus_ours": compare(*both) if len(both[0]) > 1 else None,
        "environment": environment(),
    }


def read_options(argv: list[str] | None) -> argparse.Namespace:
    """Read and check the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for what is done so far")
    parser.add_argument(
        "--seeds", nargs="+", type=int, default=[*PROTOCOL.named_seeds], metavar="N"
    )
    parser.add_argument(
        "--steps", type=int, default=PROTOCOL.final_steps, help="updates a training"
    )
    parser.add_argument("--lr", type=float, help="rate (the one that the search found for ours)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "seglearn" / "assets")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for."""
    options = read_options(argv)
    try:
        library()
        enter_control()
        if options.lr is None:
            options.lr = found_rate(options.out / "experiment" / "search.json")
        torch.set_num_threads(options.threads)
        jobs = make_jobs(options)
        difference = same_function(len(experiment.class_names_of(jobs[0].data)))
        print(f"with equal weights the logits differ by {difference:.2g} at most")
        folder = options.out / "experiment"
        done = known(folder / "streets" / "rows" / f"{OURS}.json")
        results = []
        for job in jobs:
            results.append(result_of(job, options.work / "streets", done))
            print(f"{job.label}, seed {job.seed}: mean IoU {results[-1]['mean_iou']:.3f}")
        found = rounded(table(jobs, results, difference))
        save_json(folder / "control.json", found)
        write_state(options.out)
    except KeyboardInterrupt:
        print("stopped; what is done is kept: the same command goes on", file=sys.stderr)
        return 130
    except (ImportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"mean IoU, control minus ours: {found['control_minus_ours']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
