"""PSPNet: pool the whole image, its quarters, ninths and thirty-sixths, and tell every pixel."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seglearn.nets import zoo
from seglearn.nets.backbones import ResNet, backbone_options, resnet18, resnet101
from seglearn.nets.blocks import (
    ConvNormAct,
    SegmentationNet,
    check_batch,
    check_images,
    init_weights,
    resize,
)

__all__ = ["PSPNet", "PyramidPooling"]


class PyramidPooling(nn.Module):
    """Average over 1, 2×2, 3×3 and 6×6 regions, and concatenate with the input (section 3.2).

    Parameters
    ----------
    in_channels : int
        Maps of the input; each level is reduced to its share of as many.
    bins : sequence of int, default (1, 2, 3, 6)
        Regions a side of each level; with none, the input goes through alone.
    """

    def __init__(self, in_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        share = in_channels // max(1, len(bins))
        self.bins = tuple(bins)
        self.levels = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(n), ConvNormAct(in_channels, share, 1)) for n in bins
        )
        self.out_channels = in_channels + share * len(bins)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H, W), the input first."""
        for i, (n, level) in enumerate(zip(self.bins, self.levels, strict=True)):
            check_batch(len(x) * n**2, level, f"PyramidPooling.levels[{i}]")
        return torch.cat([x, *(resize(level(x), x) for level in self.levels)], dim=1)


def _resnet101(in_channels: int, first_dilation: str = "new") -> ResNet:
    """Return ResNet-101 as released with PSPNet: at 1/8, with three 3×3 convolutions at the start."""
    return resnet101(
        output_stride=8, first_dilation=first_dilation, deep_stem=True, in_channels=in_channels
    )


class PSPNet(SegmentationNet):
    """Pyramid scene parsing network (Fig. 3).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    backbone : ResNet, optional
        Dilated; if not given, ResNet-101 with three 3×3 convolutions at the start, at 1/8, whose
        first blocks of a dilated stage have the new dilation.
    bins : sequence of int, default (1, 2, 3, 6)
        Of the pyramid.
    width : int, default 512
        Of the convolution that reads the pyramid; the auxiliary head has half.
    dropout : float, default 0.1
        Of whole maps before each classifier, as in the authors' PyTorch code.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    The auxiliary head ``"conv4"`` reads the backbone's fourth stage; its loss has the weight
    `aux_weight` (section 5.1). The level of one region is normalised over 1×1 maps, so training
    needs batches of at least 2.

    Both presets of the zoo take ``first_dilation="old"`` as well (see `ResNet`): the committed weights
    of the mini preset are older and were trained so.

    References
    ----------
    H. Zhao, J. Shi, X. Qi, X. Wang, J. Jia. Pyramid Scene Parsing Network. CVPR 2017.
    arXiv:1612.01105.
    """

    aux_weight = 0.4

    def __init__(
        self,
        n_classes: int,
        *,
        backbone: ResNet | None = None,
        bins: Sequence[int] = (1, 2, 3, 6),
        width: int = 512,
        dropout: float = 0.1,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        self.backbone = backbone = _resnet101(in_channels) if backbone is None else backbone
        self.pyramid = PyramidPooling(backbone.channels[4], bins)
        self.classifier = _head(self.pyramid.out_channels, width, n_classes, dropout)
        self.aux = _head(backbone.channels[3], width // 2, n_classes, dropout)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        y = self.pyramid(self.backbone(x).conv5)  # (N, 2048, H/8, W/8) to (N, 4096, H/8, W/8)
        return resize(self.classifier(y), x)  # (N, n_classes, H, W)

    def forward_with_aux(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the logits, and those of the head ``"conv4"``."""
        check_images(x, self.in_channels)
        features = self.backbone(x)
        logits = self.classifier(self.pyramid(features.conv5))
        return resize(logits, x), {"conv4": resize(self.aux(features.conv4), x)}


def _head(in_channels: int, width: int, n_classes: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        ConvNormAct(in_channels, width), nn.Dropout2d(dropout), nn.Conv2d(width, n_classes, 1)
    )


def _paper(n_classes: int, *, in_channels: int = 3, **options: Any) -> PSPNet:
    if shape := backbone_options(options, "first_dilation"):
        options["backbone"] = _resnet101(in_channels, **shape)
    return PSPNet(n_classes, **options, in_channels=in_channels)


def _mini(n_classes: int, *, in_channels: int = 3, **options: Any) -> PSPNet:
    # Half the strides: a map at 1/8 of a scene of 96×96 cannot hold its thin structures.
    shape: dict[str, Any] = {
        "widths": (16, 24, 32, 48),
        "stem_stride": 2,
        "output_stride": 4,
        "first_dilation": "new",
    } | backbone_options(options, "first_dilation")
    small: dict[str, Any] = {"backbone": resnet18(**shape, in_channels=in_channels), "width": 64}
    return PSPNet(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="pspnet",
        title="PSPNet",
        year=2017,
        paper="Zhao, Shi, Qi, Wang and Jia: Pyramid Scene Parsing Network, CVPR 2017",
        arxiv="1612.01105",
        idea="Averages over the whole image and over its parts tell each pixel what scene it is "
        "in, so that what looks alike can be told apart.",
        changed="Against a dilated FCN: context is pooled over regions of four sizes instead of "
        "reached by kernels, and a second loss on the fourth stage helps to train 101 layers.",
        tags=("resnet", "dilation", "context", "pyramid", "auxiliary-loss"),
        after=("fcn-8s", "deeplab-v2"),
        results=(
            zoo.Result("PASCAL VOC 2012 test", "mIoU", 82.6, "section 5.3"),
            zoo.Result("PASCAL VOC 2012 test, with COCO", "mIoU", 85.4, "abstract"),
            zoo.Result("Cityscapes test, with coarse labels", "mIoU", 80.2, "abstract"),
        ),
        parameters=zoo.Reference(21, 68_073_706),
    ),
    paper=_paper,
    mini=_mini,
)
