"""BiSeNet: one short path for detail, one deep and quick path for context."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.backbones import ResNet, resnet18
from seglearn.nets.blocks import (
    ConvNormAct,
    SegmentationNet,
    check_batch,
    check_images,
    init_weights,
    resize,
)

__all__ = ["AttentionRefinement", "BiSeNet", "ContextPath", "FeatureFusion", "SpatialPath"]


class SpatialPath(nn.Sequential):
    """Three convolutions of stride 2, so that 1/8 of the resolution survives (section 3.1).

    A 1×1 convolution then widens the result, as in the common implementation.
    """

    def __init__(
        self, in_channels: int, width: int, out_channels: int, strides: tuple[int, int, int]
    ) -> None:
        super().__init__()
        self.conv1 = ConvNormAct(in_channels, width, 7, stride=strides[0])
        self.conv2 = ConvNormAct(width, width, 3, stride=strides[1])
        self.conv3 = ConvNormAct(width, width, 3, stride=strides[2])
        self.conv_out = ConvNormAct(width, out_channels, 1)


class AttentionRefinement(nn.Module):
    """Weigh each map by what the whole image says about it (Fig. 2b)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = ConvNormAct(in_channels, out_channels)
        self.attention = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(out_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        check_batch(len(x), self.attention, "AttentionRefinement.attention")
        x = self.conv(x)
        return x * self.attention(x)


class ContextPath(nn.Module):
    """A light backbone down to 1/32, its mean over the image, and the way back up to 1/8."""

    def __init__(self, backbone: ResNet, width: int) -> None:
        super().__init__()
        self.backbone = backbone
        conv4, conv5 = backbone.channels[3:]
        self.refine16 = AttentionRefinement(conv4, width)
        self.refine32 = AttentionRefinement(conv5, width)
        self.global_context = nn.Sequential(nn.AdaptiveAvgPool2d(1), ConvNormAct(conv5, width, 1))
        self.conv32 = ConvNormAct(width, width)
        self.conv16 = ConvNormAct(width, width)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return features at 1/8 and at 1/16, (N, width, ·, ·) both."""
        check_batch(len(x), self.global_context, "ContextPath.global_context")
        features = self.backbone(x)
        at32 = self.refine32(features.conv5) + self.global_context(features.conv5)  # at 1/32
        at32 = self.conv32(F.interpolate(at32, features.conv4.shape[2:], mode="nearest"))
        at16 = self.refine16(features.conv4) + at32
        at16 = self.conv16(F.interpolate(at16, features.conv3.shape[2:], mode="nearest"))
        return at16, at32


class FeatureFusion(nn.Module):
    """Concatenate the two paths, balance them by normalisation, choose maps (Fig. 2c)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = ConvNormAct(in_channels, out_channels, 1)
        self.attention = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(out_channels, out_channels // 4, 1, bias=False),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels // 4, out_channels, 1, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, spatial: Tensor, context: Tensor) -> Tensor:
        x = self.conv(torch.cat([spatial, context], dim=1))
        return x + x * self.attention(x)


def _head(in_channels: int, width: int, n_classes: int) -> nn.Sequential:
    return nn.Sequential(ConvNormAct(in_channels, width), nn.Conv2d(width, n_classes, 1))


class BiSeNet(SegmentationNet):
    """BiSeNet with a ResNet-18 (Fig. 2a).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    backbone : ResNet, optional
        Of the context path; ResNet-18 if not given.
    width : int, default 128
        Of the context path and of the end of the spatial path; the fused features have twice as
        many maps, the start of the spatial path and the auxiliary heads half.
    spatial_strides : tuple of int, default (2, 2, 2)
        Of the spatial path. Its end must have the resolution of the backbone's conv3.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    The auxiliary heads ``"context8"`` and ``"context16"`` read the context path after it was
    up-sampled, as in the common PyTorch implementation. The loss of each has the weight
    `aux_weight`; the committed weights of the mini preset are older and were trained with 0.4.

    The attention of the fusion is two 1×1 convolutions (Fig. 2c). At 19 classes that makes 13,242,259
    parameters, 13,392,441 with the auxiliary heads. The common implementation has come to use one
    normalised 1×1 convolution there, and counts 13,275,539 without the heads.

    The attention of the context path and its mean over the image are normalised over 1×1 maps, so
    training needs batches of at least 2.

    References
    ----------
    C. Yu, J. Wang, C. Peng, C. Gao, G. Yu, N. Sang. BiSeNet: Bilateral Segmentation Network for
    Real-time Semantic Segmentation. ECCV 2018. arXiv:1808.00897.
    """

    aux_weight = 1.0

    def __init__(
        self,
        n_classes: int,
        *,
        backbone: ResNet | None = None,
        width: int = 128,
        spatial_strides: tuple[int, int, int] = (2, 2, 2),
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if backbone is None:
            backbone = resnet18(in_channels=in_channels)
        self.spatial_path = SpatialPath(in_channels, width // 2, width, spatial_strides)
        self.context_path = ContextPath(backbone, width)
        self.fusion = FeatureFusion(2 * width, 2 * width)
        self.classifier = _head(2 * width, 2 * width, n_classes)
        self.aux8 = _head(width, width // 2, n_classes)
        self.aux16 = _head(width, width // 2, n_classes)
        init_weights(self)

    def _features(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        check_images(x, self.in_channels)
        context8, context16 = self.context_path(x)
        return self.fusion(self.spatial_path(x), context8), context8, context16

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        fused, _, _ = self._features(x)
        return resize(self.classifier(fused), x)

    def forward_with_aux(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the logits, and those of the heads ``"context8"`` and ``"context16"``."""
        fused, context8, context16 = self._features(x)
        aux = {
            "context8": resize(self.aux8(context8), x),
            "context16": resize(self.aux16(context16), x),
        }
        return resize(self.classifier(fused), x), aux


def _mini(n_classes: int, *, in_channels: int = 3, **options: Any) -> BiSeNet:
    # Half the strides: a map at 1/8 of a scene of 96×96 cannot hold its thin structures.
    small: dict[str, Any] = {
        "backbone": resnet18(
            widths=(16, 24, 32, 48), stem_stride=2, output_stride=16, in_channels=in_channels
        ),
        "width": 32,
        "spatial_strides": (1, 2, 2),
    }
    return BiSeNet(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="bisenet",
        title="BiSeNet",
        year=2018,
        paper="Yu, Wang, Peng, Gao, Yu and Sang: BiSeNet: Bilateral Segmentation Network for "
        "Real-time Semantic Segmentation, ECCV 2018",
        arxiv="1808.00897",
        idea="Detail needs resolution but no depth, context needs depth but no resolution: give "
        "each a path of its own and fuse the two.",
        changed="Against fast networks that shrink the image, thin the channels or, like ENet, drop "
        "the last stage: one path keeps the detail, the other the view. Against U-Net-like "
        "decoders: detail comes from three wide convolutions, not from skips.",
        tags=("resnet", "two-paths", "context", "auxiliary-loss", "real-time"),
        after=("enet",),
        results=(
            zoo.Result("Cityscapes test (Xception39)", "mIoU", 68.4, "abstract"),
            zoo.Result("Cityscapes, Titan XP (Xception39)", "images per second", 105, "abstract"),
            zoo.Result(
                "Cityscapes test (ResNet-18)", "mIoU", 74.7, "as quoted in later comparisons"
            ),
        ),
        parameters=zoo.Reference(19, 13_392_441),
    ),
    paper=BiSeNet,
    mini=_mini,
)
