"""The training loop, from top to bottom."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from seglearn.training.checkpoints import load_checkpoint, save_checkpoint
from seglearn.training.dataset import batch_at
from seglearn.training.evaluation import evaluate
from seglearn.training.losses import total_loss
from seglearn.training.recipe import Recipe
from seglearn.training.records import Evaluation, Run, Watch, environment
from seglearn.training.schedules import one_cycle, poly, warm_up
from seglearn.words import say

CHECKPOINT = "checkpoint.safetensors"


def fit(
    net: nn.Module,
    train_set: Any,
    val_set: Any,
    recipe: Recipe,
    *,
    class_names: Sequence[str],
    title: str = "",
    watch: Watch | None = None,
    folder: str | Path | None = None,
    device: str | torch.device = "cpu",
    progress: bool = True,
    on_step: Callable[[Run], None] | None = None,
    enough: float | None = None,
) -> Run:
    """Train a network, and leave it with the weights that the recipe's `keep` names.

    By default these are the ones that were best on the validation set. Stop it at any time with
    Ctrl-C (in a notebook: the stop button): the network keeps the best weights so far, or the last
    ones. With a `folder`, a call with the same arguments goes on from the last
    evaluation, and ends with the same weights as if it had not been stopped.

    Parameters
    ----------
    net : nn.Module
        Takes images (N, 3, H, W), returns logits (N, C, H, W). If it has `forward_with_aux`, as the
        networks of `seglearn.nets`, its auxiliary heads are trained too, with its `aux_weight` unless
        the recipe has another.
    train_set, val_set : Dataset
        Items start with an image (3, H, W) and its labels (H, W), int64. If the training set has
        `set_epoch`, it is told the epoch.
    recipe : Recipe
        How to train.
    class_names : sequence of str
        One a class.
    title : str, optional
        For the progress bar and the record.
    watch : Watch, optional
        Images whose predictions are recorded on the way.
    folder : path, optional
        Where the checkpoint lies; nothing is written if not given.
    device : str, default "cpu"
        Where to train.
    progress : bool, default True
        Whether to show a bar.
    on_step : callable, optional
        Called with the run after each update. It may wait, to pause, and raise
        `KeyboardInterrupt`, to stop.
    enough : float, optional
        Stop as soon as an evaluation gives a mean IoU as high as this.

    Returns
    -------
    Run
        Curve, scores and recorded predictions. The network is in evaluation mode.

    Raises
    ------
    ValueError
        If the folder holds a checkpoint of another recipe, network or data set, labels do not fit
        the classes, or neither network nor recipe says what auxiliary heads weigh.
    """
    recipe = replace(recipe, aux_weight=aux_weight(net, recipe))
    net.to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = make_optimizer(net, recipe)
    keep_best = recipe.keep == "best"
    best = copy_weights(net) if keep_best else {}
    run = Run(title, recipe.to_dict(), list(class_names), environment=environment(device))
    checkpoint = Path(folder, CHECKPOINT) if folder is not None else None
    if checkpoint is not None and checkpoint.exists():
        best, note = load_checkpoint(checkpoint, net, optimizer)
        check_same(note, describe(recipe, class_names, train_set), checkpoint)
        run = Run.from_dict(note["run"])
    elif watch is not None:
        run.watch(watch.images, watch.labels)
        if 0 in watch.steps:
            run.add_frame(0, net, watch.images)

    start = time.perf_counter() - run.seconds
    first = recipe.n_steps if run.stopped else len(run.losses)
    gpus = [device] if torch.device(device).type == "cuda" else []
    bar = tqdm(
        total=recipe.n_steps, initial=first, desc=title, unit=say("step"), disable=not progress
    )
    try:
        with bar, torch.random.fork_rng(devices=gpus):
            for step in range(first, recipe.n_steps):
                torch.manual_seed(seed_of(recipe.seed, step))  # dropout: a function of the step

                images, labels = batch_at(train_set, step, recipe.batch_size, recipe.seed)
                loss = loss_of(net, images.to(device), labels.to(device), recipe)
                if not math.isfinite(loss.item()):
                    run.stopped = "diverged"
                    break

                descend(net, optimizer, loss, recipe, step)

                done = step + 1
                run.losses.append(float(f"{loss.item():.6g}"))
                bar.update()
                if watch is not None and done in watch.steps:
                    run.add_frame(done, net, watch.images)
                if done % recipe.evaluate_every == 0 or done == recipe.n_steps:
                    matrix = evaluate(net, val_set, class_names, ignore_index=recipe.ignore_index)
                    run.evaluations.append(Evaluation.of(done, matrix))
                    if keep_best and run.best is run.evaluations[-1]:
                        best = copy_weights(net)
                    bar.set_postfix(
                        {say("loss"): run.losses[-1], "mIoU": run.evaluations[-1].mean_iou}
                    )
                    run.stopped = reason_to_stop(run, recipe, enough)
                    run.seconds = time.perf_counter() - start
                    if checkpoint is not None:
                        note = describe(recipe, class_names, train_set) | {"run": run.to_dict()}
                        save_checkpoint(checkpoint, net, optimizer, best, note)
                if on_step is not None:
                    on_step(run)
                if run.stopped:
                    break
    except KeyboardInterrupt:
        run.stopped = "interrupted"  # the checkpoint stays that of the last evaluation
    if run.stopped in ("diverged", "interrupted"):
        run.seconds = time.perf_counter() - start
    if keep_best:
        net.load_state_dict(best)
    net.eval()
    return run


def descend(
    net: nn.Module, optimizer: torch.optim.Optimizer, loss: Tensor, recipe: Recipe, step: int
) -> None:
    """Change the weights once, to lower a loss: gradients, clipping, and the rate of this step."""
    optimizer.zero_grad()
    loss.backward()
    if recipe.clip_norm:
        nn.utils.clip_grad_norm_(net.parameters(), recipe.clip_norm)
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(recipe, step)
    optimizer.step()


def loss_of(net: nn.Module, images: Tensor, labels: Tensor, recipe: Recipe) -> Tensor:
    """Loss of one batch, auxiliary heads included, in training mode.

    It is taken at every pixel, or on the network's `coarse` scores at one pixel in `loss_stride` down
    and across.
    """
    net.train()
    if not recipe.train_batch_norm:
        for part in net.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.eval()
    images = images.contiguous(memory_format=torch.channels_last)
    auxiliary: dict[str, Tensor] = {}
    if (stride := getattr(net, "loss_stride", 1)) > 1:
        coarse: Any = net.coarse
        logits, labels = coarse(images), labels[:, ::stride, ::stride]
    elif (with_aux := getattr(net, "forward_with_aux", None)) is not None:
        logits, auxiliary = with_aux(images)
    else:
        logits = net(images)

    def loss(scores: Tensor) -> Tensor:
        return total_loss(
            scores,
            labels,
            recipe.losses,
            class_weights=recipe.class_weights,
            ignore_index=recipe.ignore_index,
        )

    weight = aux_weight(net, recipe)
    return loss(logits) + sum(weight * loss(each) for each in auxiliary.values())


def aux_weight(net: nn.Module, recipe: Recipe) -> float:
    """Return what each auxiliary loss weighs: as the recipe says, or else the network."""
    if recipe.aux_weight is not None:
        return recipe.aux_weight
    if not hasattr(net, "forward_with_aux"):
        return 0.0
    weight = getattr(net, "aux_weight", None)
    if not isinstance(weight, int | float):
        raise ValueError(
            say(
                "{type} has forward_with_aux and aux_weight={weight!r}: it does not say what "
                "an auxiliary loss weighs; give it a number as aux_weight, or give one to the "
                "recipe",
                type=type(net).__name__,
                weight=weight,
            )
        )
    return float(weight)


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the rate of one step."""
    if recipe.schedule == "one-cycle":
        return recipe.lr * one_cycle(step, recipe.n_steps)
    rise = warm_up(step, recipe.warm_up_steps)
    return recipe.lr * rise * poly(step, recipe.n_steps, recipe.power)


def make_optimizer(net: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Return the optimizer that a recipe names, over the parameters that are trained."""
    parameters = [p for p in net.parameters() if p.requires_grad]
    if recipe.optimizer == "adamw":  # foreach: the same sums in fewer calls, so the same weights
        return torch.optim.AdamW(
            parameters, recipe.lr, weight_decay=recipe.weight_decay, foreach=True
        )
    return torch.optim.SGD(
        parameters, recipe.lr, momentum=recipe.momentum, weight_decay=recipe.weight_decay
    )


def reason_to_stop(run: Run, recipe: Recipe, enough: float | None) -> str:
    """Say why a run is over after its last evaluation; empty if it is not."""
    if enough is not None and run.evaluations[-1].mean_iou >= enough:
        return "learned"
    if len(run.losses) >= recipe.n_steps:
        return "finished"
    best = run.evaluations.index(run.best) if run.best else 0
    waited = len(run.evaluations) - 1 - best
    return "no progress" if recipe.patience is not None and waited >= recipe.patience else ""


def copy_weights(net: nn.Module) -> dict[str, Tensor]:
    """Return a copy of all weights, on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in net.state_dict().items()}


def seed_of(seed: int, step: int) -> int:
    """Return a seed of 64 bits for one step of a training."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0])


def describe(recipe: Recipe, class_names: Sequence[str], train_set: Any) -> dict[str, Any]:
    """Return what must be equal for a training to go on."""
    return {
        "recipe": recipe.to_dict(),
        "class_names": list(class_names),
        "n_images": len(train_set),
    }


def check_same(note: Any, wanted: dict[str, Any], path: Path) -> None:
    """Raise ValueError if a checkpoint was not written by the training that is asked for."""
    defaults = Recipe().to_dict()  # of choices that were none when the checkpoint was written
    before, now = ({**each, **defaults, **each["recipe"]} for each in (note, wanted))
    for name in (*wanted["recipe"], "class_names", "n_images"):
        if before.get(name) != now[name]:
            raise ValueError(
                say(
                    "{path} is of a training with {name}={before!r}, now {name}={now!r}; use "
                    "another folder, or delete it to start anew",
                    path=path,
                    name=name,
                    before=before.get(name),
                    now=now[name],
                )
            )
