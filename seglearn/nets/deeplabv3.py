"""DeepLab v3 and v3+: a pyramid of dilations with a look at the whole image, then a decoder."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seglearn.nets import zoo
from seglearn.nets.backbones import ResNet, resnet18, resnet101
from seglearn.nets.blocks import (
    ConvNormAct,
    SegmentationNet,
    check_batch,
    check_images,
    init_weights,
    resize,
)

__all__ = ["ASPP", "DeepLabV3", "DeepLabV3Plus", "SeparableConv"]


class SeparableConv(nn.Sequential):
    """A 3×3 convolution of each map by itself, then a 1×1 that mixes them (Fig. 3 of v3+).

    Both are normalised and followed by a ReLU, as in the authors' code.
    """

    def __init__(self, in_channels: int, out_channels: int, *, dilation: int = 1) -> None:
        super().__init__()
        self.depthwise = ConvNormAct(
            in_channels, in_channels, dilation=dilation, groups=in_channels
        )
        self.pointwise = ConvNormAct(in_channels, out_channels, 1)


def _conv3x3(in_channels: int, out_channels: int, separable: bool, dilation: int = 1) -> nn.Module:
    if separable:
        return SeparableConv(in_channels, out_channels, dilation=dilation)
    return ConvNormAct(in_channels, out_channels, dilation=dilation)


class ASPP(nn.Module):
    """Atrous spatial pyramid pooling of v3, **concatenated** (section 3.3 of v3, Fig. 5).

    A 1×1 convolution, a 3×3 convolution a dilation, and the mean over the image; all normalised,
    concatenated, and mixed by a 1×1 convolution.

    Parameters
    ----------
    in_channels : int
        Maps of the backbone.
    width : int
        Maps of each branch, and of the output.
    dilations : sequence of int
        Of the 3×3 convolutions.
    separable : bool, default False
        Whether the 3×3 convolutions are depthwise separable.
    image_pooling : bool, default True
        Whether there is a branch with the mean over the image.
    dropout : float, default 0.5
        After the 1×1 convolution.
    """

    def __init__(
        self,
        in_channels: int,
        width: int,
        dilations: Sequence[int],
        *,
        separable: bool = False,
        image_pooling: bool = True,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.branches = nn.ModuleList([ConvNormAct(in_channels, width, 1)])
        self.branches.extend(_conv3x3(in_channels, width, separable, each) for each in dilations)
        n_branches = len(self.branches) + image_pooling
        self.image_pooling = None
        if image_pooling:
            self.image_pooling = nn.Sequential(
                nn.AdaptiveAvgPool2d(1), ConvNormAct(in_channels, width, 1)
            )
        self.project = ConvNormAct(n_branches * width, width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, width, H, W)."""
        views = [branch(x) for branch in self.branches]
        if self.image_pooling is not None:
            check_batch(len(x), self.image_pooling, "ASPP.image_pooling")
            views.append(resize(self.image_pooling(x), x))
        return self.dropout(self.project(torch.cat(views, dim=1)))


def _dilations(rates: Sequence[int], stride: int) -> list[int]:
    """Rates are given for a map at 1/16; a finer map needs more."""
    return [rate * 16 // stride for rate in rates]


class DeepLabV3(SegmentationNet):
    """DeepLab v3 [1]_.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    rates : sequence of int, default (6, 12, 18)
        Dilations of ASPP at output stride 16; they are doubled at 8.
    backbone : ResNet, optional
        If not given, ResNet-101 at 1/8 whose last three blocks are dilated by 4, 8 and 16: the
        multi-grid (1, 2, 4) at that stride.
    width : int, default 256
        Of ASPP.
    image_pooling : bool, default True
        Whether ASPP has a branch with the mean over the image.
    dropout : float, default 0.5
        After ASPP.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    Between ASPP and the classifier lies a 3×3 convolution, as in torchvision, whose size this is;
    the paper has none. The branch of the whole image is normalised over 1×1 maps, so training needs
    batches of at least 2.

    References
    ----------
    .. [1] L.-C. Chen, G. Papandreou, F. Schroff, H. Adam. Rethinking Atrous Convolution for Semantic
       Image Segmentation. arXiv:1706.05587, 2017.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        rates: Sequence[int] = (6, 12, 18),
        backbone: ResNet | None = None,
        width: int = 256,
        image_pooling: bool = True,
        dropout: float = 0.5,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if backbone is None:
            backbone = resnet101(output_stride=8, multi_grid=(1, 2, 4), in_channels=in_channels)
        self.backbone = backbone
        dilations = _dilations(rates, backbone.output_stride)
        self.aspp = ASPP(
            backbone.channels[4], width, dilations, image_pooling=image_pooling, dropout=dropout
        )
        self.head = ConvNormAct(width, width)
        self.classifier = nn.Conv2d(width, n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        y = self.aspp(self.backbone(x).conv5)  # (N, 2048, H/8, W/8) to (N, 256, H/8, W/8)
        return resize(self.classifier(self.head(y)), x)  # (N, n_classes, H, W)


class DeepLabV3Plus(SegmentationNet):
    """DeepLab v3+ [1]_: v3 as the encoder, and a short decoder that fetches detail at 1/4.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    rates : sequence of int, default (6, 12, 18)
        Dilations of ASPP at output stride 16; they are doubled at 8.
    backbone : ResNet, optional
        ResNet-101 at 1/16 with multi-grid (1, 2, 4) if not given.
    width : int, default 256
        Of ASPP and of the decoder.
    low_width : int, default 48
        To which the maps of conv2, at 1/4, are reduced (Table 1).
    separable : bool, default False
        Whether the 3×3 convolutions of ASPP and decoder are depthwise separable.
    dropout : float, default 0.5
        After ASPP.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    The branch of the whole image is normalised over 1×1 maps, so training needs batches of at
    least 2.

    References
    ----------
    .. [1] L.-C. Chen, Y. Zhu, G. Papandreou, F. Schroff, H. Adam. Encoder-Decoder with Atrous
       Separable Convolution for Semantic Image Segmentation. ECCV 2018. arXiv:1802.02611.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        rates: Sequence[int] = (6, 12, 18),
        backbone: ResNet | None = None,
        width: int = 256,
        low_width: int = 48,
        separable: bool = False,
        dropout: float = 0.5,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if backbone is None:
            backbone = resnet101(output_stride=16, multi_grid=(1, 2, 4), in_channels=in_channels)
        self.backbone = backbone
        dilations = _dilations(rates, backbone.output_stride)
        self.aspp = ASPP(
            backbone.channels[4], width, dilations, separable=separable, dropout=dropout
        )
        self.reduce_low = ConvNormAct(backbone.channels[1], low_width, 1)
        self.decoder = nn.Sequential(
            _conv3x3(width + low_width, width, separable), _conv3x3(width, width, separable)
        )
        self.classifier = nn.Conv2d(width, n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        features = self.backbone(x)
        low = self.reduce_low(features.conv2)  # (N, 48, H/4, W/4)
        high = resize(self.aspp(features.conv5), low)  # (N, 256, H/16, W/16) to H/4, W/4
        return resize(self.classifier(self.decoder(torch.cat([low, high], dim=1))), x)


def _mini_backbone(output_stride: int, in_channels: int) -> ResNet:
    # Half the strides: a map at 1/8 of a scene of 96×96 cannot hold its thin structures.
    return resnet18(
        depths=(2, 2, 2, 3),
        widths=(16, 24, 32, 32),
        stem_stride=2,
        output_stride=output_stride,
        multi_grid=(1, 2, 4),
        in_channels=in_channels,
    )


def _mini_v3(n_classes: int, *, in_channels: int = 3, **options: Any) -> DeepLabV3:
    small: dict[str, Any] = {
        "backbone": _mini_backbone(4, in_channels),
        "rates": (1, 2, 3),
        "width": 32,
        "dropout": 0.1,
    }
    return DeepLabV3(n_classes, **small | options, in_channels=in_channels)


def _mini_v3_plus(n_classes: int, *, in_channels: int = 3, **options: Any) -> DeepLabV3Plus:
    small: dict[str, Any] = {
        "backbone": _mini_backbone(8, in_channels),
        "rates": (1, 2, 3),
        "width": 32,
        "low_width": 12,
        "dropout": 0.1,
    }
    return DeepLabV3Plus(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="deeplab-v3",
        title="DeepLab v3",
        year=2017,
        paper="Chen, Papandreou, Schroff and Adam: Rethinking Atrous Convolution for Semantic "
        "Image Segmentation, arXiv 2017",
        arxiv="1706.05587",
        idea="Very large dilations see mostly padding, so replace the largest by the mean over the "
        "image, and normalise every branch of the pyramid.",
        changed="Against v2: branches are concatenated and mixed instead of summed, with batch "
        "normalisation, a 1×1 branch and image pooling, multi-grid dilations, and no CRF.",
        tags=("resnet", "dilation", "context", "pyramid"),
        after=("deeplab-v2", "pspnet"),
        results=(
            zoo.Result("PASCAL VOC 2012 test, with COCO", "mIoU", 85.7, "Table 7"),
            zoo.Result("PASCAL VOC 2012 test, with COCO and JFT", "mIoU", 86.9, "Table 7"),
            zoo.Result("Cityscapes test, with coarse labels", "mIoU", 81.3, "DeepLab v3+, Table 7"),
        ),
        parameters=zoo.Reference(21, 58_630_997),
    ),
    paper=DeepLabV3,
    mini=_mini_v3,
)
zoo.register(
    zoo.Card(
        name="deeplab-v3-plus",
        title="DeepLab v3+",
        year=2018,
        paper="Chen, Zhu, Papandreou, Schroff and Adam: Encoder-Decoder with Atrous Separable "
        "Convolution for Semantic Image Segmentation, ECCV 2018",
        arxiv="1802.02611",
        idea="Context at 1/16 is enough if a short decoder fetches the borders from early features "
        "at 1/4.",
        changed="Against v3: a decoder with one skip instead of eight- or sixteenfold bilinear "
        "up-sampling, and optionally depthwise separable convolutions.",
        tags=("resnet", "dilation", "context", "pyramid", "encoder-decoder", "skip-concat"),
        after=("deeplab-v3", "unet"),
        results=(
            zoo.Result("PASCAL VOC 2012 test, with COCO (Xception)", "mIoU", 87.8, "Table 6"),
            zoo.Result(
                "PASCAL VOC 2012 test, with COCO and JFT (Xception)", "mIoU", 89.0, "abstract"
            ),
            zoo.Result("Cityscapes test, with coarse labels (Xception)", "mIoU", 82.1, "abstract"),
        ),
    ),
    paper=DeepLabV3Plus,
    mini=_mini_v3_plus,
)
