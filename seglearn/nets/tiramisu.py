"""FC-DenseNet: the hundred layers tiramisu, a U-shaped network whose blocks are dense."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seglearn.nets import zoo
from seglearn.nets.blocks import SegmentationNet, check_images, crop_centre
from seglearn.words import say

__all__ = ["FCDenseNet"]

LAYERS = {  # dense layers a block on the way down, at the bottom and on the way up (Section 4.1)
    56: (4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4),
    67: (5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5),
    103: (4, 5, 7, 10, 12, 15, 12, 10, 7, 5, 4),
}
GROWTH = {56: 12, 67: 16, 103: 16}


class DenseLayer(nn.Sequential):
    """Batch normalisation → ReLU → 3×3 convolution → dropout: `growth` new maps (Table 1)."""

    def __init__(self, in_channels: int, growth: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.activation = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(in_channels, growth, 3, padding=1)
        self.dropout = nn.Dropout(dropout)


class DenseBlock(nn.Module):
    """Dense layers, each fed with the block's input and all maps made before it (Figure 2)."""

    def __init__(self, in_channels: int, n_layers: int, growth: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            DenseLayer(in_channels + i * growth, growth, dropout) for i in range(n_layers)
        )
        self.new_channels = n_layers * growth

    def forward(self, x: Tensor) -> Tensor:
        """Return the new maps only, (N, n_layers * growth, H, W); the input is not among them."""
        maps = [x]
        for layer in self.layers:
            maps.append(layer(torch.cat(maps, dim=1)))
        return torch.cat(maps[1:], dim=1)


class TransitionDown(nn.Sequential):
    """Batch normalisation → ReLU → 1×1 convolution → dropout → 2×2 max-pooling (Table 1)."""

    def __init__(self, channels: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.activation = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(channels, channels, 1)
        self.dropout = nn.Dropout(dropout)
        self.pool = nn.MaxPool2d(2)


class TransitionUp(nn.Module):
    """A 3×3 transposed convolution with stride 2, cropped to the skip it is concatenated with."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        up = self.conv(x)  # sides 2n + 1: as large as the skip, or one pixel larger
        return torch.cat([crop_centre(up, skip), skip], dim=1)


class FCDenseNet(SegmentationNet):
    """FC-DenseNet [1]_.

    On the way down a block's input and its new maps are both kept, as a DenseNet does. On the way up
    that would make the maps at full size unbearably many, so a transition carries on the new maps
    of the block below it and nothing else (Section 3.2).

    Parameters
    ----------
    n_classes : int
        Channels of the logits.
    layers : sequence of int
        Dense layers of each block, 2p + 1 of them: p down, the bottom, p up.
    growth : int
        Maps that a dense layer adds.
    start : int, default 48
        Maps of the first convolution.
    dropout : float, default 0.2
        Probability in every dense layer and transition down.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    Input (N, 3, H, W) of any size with sides of at least 2**p, output (N, n_classes, H, W). Odd
    sizes need no padding: pooling rounds down, and the transposed convolution gives a pixel more
    than twice its input, which is cropped. The weights start as uniform He noise.

    References
    ----------
    .. [1] S. Jégou, M. Drozdzal, D. Vazquez, A. Romero, Y. Bengio. The One Hundred Layers Tiramisu:
       Fully Convolutional DenseNets for Semantic Segmentation. arXiv:1611.09326, CVPR Workshops
       2017.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        layers: Sequence[int],
        growth: int,
        start: int = 48,
        dropout: float = 0.2,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if len(layers) % 2 == 0:
            raise ValueError(
                say(
                    "layers={layers!r} has {n} blocks; pass an odd number: as many up as down, "
                    "and the bottom",
                    layers=tuple(layers),
                    n=len(layers),
                )
            )
        n_pools = len(layers) // 2
        down, bottom, up = layers[:n_pools], layers[n_pools], layers[n_pools + 1 :]

        self.first = nn.Conv2d(in_channels, start, 3, padding=1)
        channels = start
        skips: list[int] = []
        self.down_blocks, self.transitions_down = nn.ModuleList(), nn.ModuleList()
        for n_layers in down:
            block = DenseBlock(channels, n_layers, growth, dropout)
            self.down_blocks.append(block)
            channels += block.new_channels
            skips.append(channels)
            self.transitions_down.append(TransitionDown(channels, dropout))

        self.bottom = block = DenseBlock(channels, bottom, growth, dropout)
        self.up_blocks, self.transitions_up = nn.ModuleList(), nn.ModuleList()
        for n_layers in up:
            self.transitions_up.append(TransitionUp(block.new_channels))
            channels = block.new_channels + skips.pop()
            block = DenseBlock(channels, n_layers, growth, dropout)
            self.up_blocks.append(block)
        self.classifier = nn.Conv2d(channels + block.new_channels, n_classes, 1)

        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.kaiming_uniform_(module.weight, nonlinearity="relu")
                assert module.bias is not None
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        check_images(x, self.in_channels)
        stack = self.first(x)  # (N, 48, H, W)
        skips = []
        for block, transition in zip(self.down_blocks, self.transitions_down, strict=True):
            stack = torch.cat([stack, block(stack)], dim=1)
            skips.append(stack)
            stack = transition(stack)
        new = self.bottom(stack)  # (N, layers * growth, H/32, W/32)
        for transition, block in zip(self.transitions_up, self.up_blocks, strict=True):
            stack = transition(new, skips.pop())
            new = block(stack)
        return self.classifier(torch.cat([stack, new], dim=1))


# The mini presets keep the proportions: 67 and 103 grow by 16 for 56's 12, 67 is a little deeper than
# 56, and 103 is deepest at the bottom. Three transitions instead of five leave a map of 12×12 of a
# 96×96 scene. So few maps cannot spare any to dropout, and one layer at full resolution must do.
_MINI: dict[int, dict[str, Any]] = {
    56: {"layers": (1, 2, 2, 2, 2, 2, 1), "growth": 6},
    67: {"layers": (1, 2, 3, 3, 3, 2, 1), "growth": 8},
    103: {"layers": (1, 3, 4, 6, 4, 3, 1), "growth": 8},
}


def _register(depth: int, parameters: int, mean_iou: float, accuracy: float) -> None:
    source = "as quoted by HarDNet (Chao et al. 2019), Table 2"
    paper: dict[str, Any] = {"layers": LAYERS[depth], "growth": GROWTH[depth]}
    mini: dict[str, Any] = {"start": 8, "dropout": 0.0} | _MINI[depth]
    zoo.register(
        zoo.Card(
            name=f"fc-densenet-{depth}",
            title=f"FC-DenseNet{depth}",
            year=2017,
            paper="Jégou, Drozdzal, Vazquez, Romero and Bengio: The One Hundred Layers Tiramisu: "
            "Fully Convolutional DenseNets for Semantic Segmentation, CVPR Workshops 2017",
            arxiv="1611.09326",
            idea="Every layer of a block hears all earlier ones, so each needs to add only a few "
            "maps, and the deep network stays small.",
            changed="Against U-Net: its blocks are DenseNet's, and on the way up only what a block "
            "adds is carried on, because all maps would take too much memory.",
            tags=(
                "own-encoder",
                "encoder-decoder",
                "skip-concat",
                "transposed-convolution",
                "dense-blocks",
            ),
            after=("unet",),
            results=(
                zoo.Result("CamVid test", "mIoU", mean_iou, source),
                zoo.Result("CamVid test", "global accuracy", accuracy, source),
            ),
            parameters=zoo.Reference(11, parameters),
        ),
        paper=lambda n_classes, **options: FCDenseNet(n_classes, **paper | options),
        mini=lambda n_classes, **options: FCDenseNet(n_classes, **mini | options),
    )


_register(56, 1_376_795, 58.9, 88.9)
_register(67, 3_463_243, 65.8, 90.8)
_register(103, 9_322_091, 66.9, 91.5)
