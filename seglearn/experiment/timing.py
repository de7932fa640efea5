"""How long a network takes for an image, measured fairly."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


@dataclass(frozen=True)
class Latency:
    """Time that one forward pass took.

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
    if not nets or rounds < 3:
        raise ValueError(f"{len(nets)} networks and rounds={rounds}: pass one, and 3, or more")
    device = torch.device(device)
    images = torch.rand((batch_size, 3, *size), generator=torch.Generator().manual_seed(0))
    images = images.to(device, memory_format=torch.channels_last)
    times: dict[str, list[float]] = {name: [] for name in nets}
    threads_before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        for net in nets.values():
            net.to(device)
            net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            net.eval()
        with torch.inference_mode():
            for _ in range(3 + rounds):
                for name, net in nets.items():
                    _wait(device)
                    start = time.perf_counter()
                    net(images)
                    _wait(device)
                    times[name].append(1000 * (time.perf_counter() - start))
    finally:
        torch.set_num_threads(threads_before)
    measured = {}
    for name, each in times.items():
        low, median, high = np.percentile(each[3:], [25, 50, 75]).tolist()
        height, width = size
        measured[name] = Latency(
            median, low, high, (height, width), batch_size, threads, rounds, str(device)
        )
    return measured


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
