"""A network of the experiment, with fresh weights."""

from typing import Any

import torch

from seglearn.experiment.baselines import PlainStack
from seglearn.nets import zoo

PLAIN_STACK = "plain-stack"


def build(network: str, n_classes: int, seed: int, preset: str = "mini", **options: Any) -> Any:
    """Return a network of the zoo, or the plain stack, with fresh weights."""
    if network != PLAIN_STACK:
        return zoo.create(network, n_classes, preset, seed=seed, **options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = PlainStack(n_classes, **options)
    net.built_as = {
        "network": network,
        "preset": preset,
        "n_classes": n_classes,
        "options": options,
    }
    return net
