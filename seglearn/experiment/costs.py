"""What a network costs: parameters, multiplications, and memory for its activations."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from seglearn.nets.blocks import count_parameters
from seglearn.words import say


@dataclass(frozen=True)
class Cost:
    """What one image costs.

    Attributes
    ----------
    size : tuple of int
        Height and width of the image.
    parameters, trainable : int
        Numbers in the network that are learned in principle, and those that training changes;
        running statistics of normalisations are not among them.
    macs : int
        Multiply-accumulate operations of convolutions, transposed convolutions and linear layers;
        a bias is free. What papers call "FLOPs" is sometimes this number, sometimes twice it.
    norm_macs : int
        One for each value that a batch normalisation scales and shifts. Kept apart from `macs`
        because it vanishes when the normalisation is folded into the convolution before it.
    activation_bytes : int
        Memory of the values that back-propagation needs to keep, in float32; of each block of
        memory once, without weights and image. Prediction alone needs far less.
    """

    size: tuple[int, int]
    parameters: int
    trainable: int
    macs: int
    norm_macs: int
    activation_bytes: int

    def __repr__(self) -> str:
        return say(
            "Cost of {height}×{width}: {parameters:,} parameters, {macs:,.1f} M multiply-accumulates, "
            "{memory:,.1f} MiB of activations",
            height=self.size[0],
            width=self.size[1],
            parameters=self.parameters,
            macs=self.macs / 1e6,
            memory=self.activation_bytes / 2**20,
        )


def cost(net: nn.Module, size: tuple[int, int], *, in_channels: int = 3) -> Cost:
    """Count what a network costs for one image.

    Parameters
    ----------
    net : nn.Module
        Takes images (1, in_channels, H, W); its mode is kept.
    size : tuple of int
        Height and width of the image.
    in_channels : int, default 3

    Returns
    -------
    Cost

    Notes
    -----
    Layers are watched with hooks while the network runs once in evaluation mode, so a layer that
    runs twice counts twice and auxiliary heads do not count. Pooling, activations, additions,
    resizing, and arithmetic written without a layer (a CRF, for example) are not in `macs`.
    """
    macs: Counter[str] = Counter()

    def count(layer: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:
        macs["norm" if isinstance(layer, nn.BatchNorm2d) else "macs"] += layer_macs(
            layer, inputs[0], output
        )

    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.BatchNorm2d)
    layers = [layer for layer in net.modules() if isinstance(layer, kinds)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    own = {_block(value) for value in net.state_dict().values()}
    first = next(net.parameters(), torch.empty(0))
    image = torch.zeros((1, in_channels, *size), device=first.device, dtype=first.dtype)
    own.add(_block(image))
    kept: dict[int, int] = {}

    def keep(value: Tensor) -> Tensor:
        if _block(value) not in own:
            kept[_block(value)] = value.untyped_storage().nbytes()
        return value

    training = {part: part.training for part in net.modules()}
    net.eval()
    try:
        with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(keep, lambda v: v):
            output = net(image)  # alive to the end, or blocks of memory would be used twice
    finally:
        for handle in handles:
            handle.remove()
        for part, was in training.items():
            part.training = was
    del output
    return Cost(
        size=(int(size[0]), int(size[1])),
        parameters=count_parameters(net),
        trainable=count_parameters(net, trainable=True),
        macs=macs["macs"],
        norm_macs=macs["norm"],
        activation_bytes=sum(kept.values()),
    )


def layer_macs(layer: nn.Module, x: Tensor, y: Tensor) -> int:
    """Multiply-accumulate operations of one layer with input `x` and output `y`.

    A convolution does ``C_in / groups · k_h · k_w`` for each value of its output; a transposed one
    ``C_out / groups · k_h · k_w`` for each value of its input; a linear layer ``n_in`` for each
    value of its output; a batch normalisation 1 for each value.
    """
    if isinstance(layer, nn.ConvTranspose2d):
        return x.numel() * layer.out_channels // layer.groups * math.prod(layer.kernel_size)
    if isinstance(layer, nn.Conv2d):
        return y.numel() * layer.in_channels // layer.groups * math.prod(layer.kernel_size)
    if isinstance(layer, nn.Linear):
        return y.numel() * layer.in_features
    return y.numel()


def _block(value: Tensor) -> int:
    return value.untyped_storage().data_ptr()
