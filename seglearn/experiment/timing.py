"""How long a network takes for an image, measured fairly."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from seglearn.training.loop import descend, loss_of, make_optimizer
from seglearn.training.recipe import Recipe
from seglearn.words import say


@dataclass(frozen=True)
class Latency:
    """Time that one forward pass, or one update, took.

    Attributes
    ----------
    median_ms, low_ms, high_ms : float
        Median and quartiles over the rounds, in milliseconds for the batch.
    size : tuple of int
        Height and width of the images.
    batch_size, threads, rounds : int
        Images in a pass, threads, and passes that were measured.
    device : str
    """

    median_ms: float
    low_ms: float
    high_ms: float
    size: tuple[int, int]
    batch_size: int
    threads: int
    rounds: int
    device: str


def latency(
    nets: Mapping[str, nn.Module],
    size: tuple[int, int],
    *,
    batch_size: int = 1,
    threads: int = 1,
    rounds: int = 20,
    device: str | torch.device = "cpu",
) -> dict[str, Latency]:
    """Time the forward passes of networks, side by side.

    Each round times every network once, so that a machine that is slow for a while is slow for all
    of them; rounds before the measured ones warm up caches and memory. The median is reported: the
    mean would tell how busy the machine was. An accelerator is waited for, since it answers before
    it has finished.

    Parameters
    ----------
    nets : mapping of str to nn.Module
        Left in evaluation mode, on `device`.
    size : tuple of int
        Height and width.
    batch_size : int, default 1
    threads : int, default 1
        Threads on the CPU.
    rounds : int, default 20
        At least 3, after 3 to warm up.
    device : str, default "cpu"

    Returns
    -------
    dict of str to Latency

    Raises
    ------
    ValueError
        If there is nothing to measure.
    """
    images = _images(batch_size, size, device)
    for net in nets.values():
        net.eval()

    def forward(net: nn.Module) -> None:
        with torch.inference_mode():
            net(images)

    return _rounds(nets, forward, images, threads, rounds)


def step_time(
    nets: Mapping[str, nn.Module],
    size: tuple[int, int],
    recipe: Recipe,
    *,
    rounds: int = 20,
    device: str | torch.device = "cpu",
) -> dict[str, Latency]:
    """Time whole updates of networks, side by side: forward, loss, backward, optimizer.

    Labels are drawn at random; images are not loaded nor augmented. The networks learn from them, so
    their weights are good for nothing afterwards.

    Parameters
    ----------
    nets, size, rounds, device
        As `latency`, with one thread; the networks are left in training mode.
    recipe : Recipe
        Its batch size, optimizer, losses and clipping.

    Returns
    -------
    dict of str to Latency

    Raises
    ------
    ValueError
        If there is nothing to measure.
    """
    images = _images(recipe.batch_size, size, device)
    optimizers: dict[int, torch.optim.Optimizer] = {}

    def step(net: nn.Module) -> None:
        if id(net) not in optimizers:  # when it is on its device
            optimizers[id(net)] = make_optimizer(net, recipe)
            with torch.no_grad():
                net.eval()
                n_classes = net(images[:1]).shape[1]
            torch.manual_seed(0)
            labels[id(net)] = torch.randint(n_classes, (len(images), *size), device=images.device)
        loss = loss_of(net, images, labels[id(net)], recipe)
        descend(net, optimizers[id(net)], loss, recipe, step=0)

    labels: dict[int, torch.Tensor] = {}
    with torch.random.fork_rng(devices=[]):
        return _rounds(nets, step, images, 1, rounds)


def _images(batch_size: int, size: tuple[int, int], device: str | torch.device) -> torch.Tensor:
    images = torch.rand((batch_size, 3, *size), generator=torch.Generator().manual_seed(0))
    return images.to(torch.device(device), memory_format=torch.channels_last)


def _rounds(
    nets: Mapping[str, nn.Module],
    work: Callable[[nn.Module], None],
    images: torch.Tensor,
    threads: int,
    rounds: int,
) -> dict[str, Latency]:
    """Time `work` with each network in turn, round after round."""
    if not nets or rounds < 3:
        raise ValueError(
            say(
                "{n} networks and rounds={rounds}: pass one, and 3, or more",
                n=len(nets),
                rounds=rounds,
            )
        )
    device = images.device
    times: dict[str, list[float]] = {name: [] for name in nets}
    threads_before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        for net in nets.values():
            net.to(device)
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for _ in range(3 + rounds):
            for name, net in nets.items():
                _wait(device)
                start = time.perf_counter()
                work(net)
                _wait(device)
                times[name].append(1000 * (time.perf_counter() - start))
    finally:
        torch.set_num_threads(threads_before)
    n, _, height, width = images.shape
    measured = {}
    for name, each in times.items():
        low, median, high = np.percentile(each[3:], [25, 50, 75]).tolist()
        measured[name] = Latency(
            median, low, high, (height, width), n, threads, rounds, str(device)
        )
    return measured


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
