"""Time the published networks against the same architectures in other libraries, once.

In an environment of its own, since the course needs neither library::

    pip install torchvision segmentation-models-pytorch
    pip install --no-deps -e .
    python tests/benchmarks/compare_peers.py

Both take one image of 256×256, with batch normalisation frozen, and take turns; the shortest of
`ROUNDS` counts. A ratio above 1 says that ours is slower. Parameters stand beside it: they differ a
little, since the libraries chose other rates, biases and heads than the papers.
"""

import time
from collections.abc import Callable
from typing import Any

import segmentation_models_pytorch as smp
import torch
from torch import Tensor, nn
from torchvision.models import segmentation

from seglearn.nets import zoo

N_CLASSES, ROUNDS = 21, 5

RANDOM: dict[str, Any] = {"encoder_weights": None, "classes": N_CLASSES}

# Our name and options, and the peer. Their U-Nets and PSPNets are other networks.
PEERS: list[tuple[str, dict[str, Any], str, Callable[[], nn.Module]]] = [
    (
        "deeplab-v3",
        {},
        "torchvision deeplabv3_resnet101",
        lambda: segmentation.deeplabv3_resnet101(
            weights=None, weights_backbone=None, num_classes=N_CLASSES
        ),
    ),
    (
        "deeplab-v3-plus",
        {"separable": True},
        "smp DeepLabV3Plus, ResNet-101",
        lambda: smp.DeepLabV3Plus("resnet101", **RANDOM),
    ),
    ("linknet", {}, "smp Linknet, ResNet-18", lambda: smp.Linknet("resnet18", **RANDOM)),
]


def seconds(net: nn.Module, image: Tensor, backward: bool) -> float:
    """Return the time of one pass."""
    start = time.perf_counter()
    with torch.set_grad_enabled(backward):
        scores = net(image)
        if backward:
            net.zero_grad()
            (scores["out"] if isinstance(scores, dict) else scores).mean().backward()
    return time.perf_counter() - start


def main() -> None:
    """Print a line a network."""
    image = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(0))
    for name, options, title, make in PEERS:
        pair = [zoo.create(name, N_CLASSES, "paper", **options).eval(), make().eval()]
        sizes = [sum(p.numel() for p in net.parameters()) / 1e6 for net in pair]
        print(f"{name:16s}{title:34s}{sizes[0]:6.1f} M and {sizes[1]:5.1f} M", end="")
        for backward in (False, True):
            times = [[seconds(net, image, backward) for net in pair] for _ in range(ROUNDS)]
            ours, theirs = map(min, zip(*times, strict=True))
            kind = "with backward" if backward else "forward"
            print(f"  {kind} {1e3 * ours:.0f}/{1e3 * theirs:.0f} ms = {ours / theirs:.2f}", end="")
        print(flush=True)


if __name__ == "__main__":
    main()
