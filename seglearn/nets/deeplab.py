"""DeepLab v1 and v2: dilated convolutions keep the map at 1/8, a dense CRF may follow.

"Hole algorithm" and "atrous convolution" are their words for dilation. The dense CRF is no part of
the network: apply `seglearn.nets.crf.DenseCRF` to its logits.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16, ResNet, backbone_options, resnet18, resnet101
from seglearn.nets.blocks import (
    SegmentationNet,
    check_images,
    init_weights,
    place,
    resize,
    same_padding,
)
from seglearn.words import say

__all__ = ["ASPPSum", "DeepLabV1", "DeepLabV2"]


def _vgg16(in_channels: int = 3, **options: Any) -> VGG16:
    """Return VGG16 whose pool4 and pool5 do not halve, and whose conv5 is dilated."""
    paper: dict[str, Any] = {
        "pool_strides": (2, 2, 2, 1, 1),
        "dilations": (1, 1, 1, 1, 2),
        "pool_size": 3,
    }
    return VGG16(**paper | options, in_channels=in_channels)


class _Classifier(nn.Sequential):
    """fc6, fc7 and fc8 as convolutions, all but the first 1×1."""

    def __init__(
        self,
        in_channels: int,
        width: int,
        n_classes: int,
        kernel_size: int,
        dilation: int,
        dropout: float,
    ) -> None:
        super().__init__()
        padding = same_padding(kernel_size, dilation)
        self.fc6 = nn.Conv2d(in_channels, width, kernel_size, padding=padding, dilation=dilation)
        self.relu6 = nn.ReLU(inplace=True)
        self.drop6 = nn.Dropout(dropout)
        self.fc7 = nn.Conv2d(width, width, 1)
        self.relu7 = nn.ReLU(inplace=True)
        self.drop7 = nn.Dropout(dropout)
        self.fc8 = nn.Conv2d(width, n_classes, 1)


class DeepLabV1(SegmentationNet):
    """DeepLab v1, by default with the large field of view (DeepLab-LargeFOV, section 5.1 of [1]_).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    kernel_size, dilation : int, default 3 and 12
        Of fc6. 7 and 4, with ``width=4096``, make DeepLab-7x7.
    width : int, default 1024
        Of fc6 and fc7.
    dropout : float, default 0.5
        After fc6 and fc7.
    average_pool : bool, default True
        Whether fc6 reads a mean over 3×3 cells, as in the release (pool5a) but not in the paper.
    coarse_loss : bool, default True
        Whether the loss is taken on `coarse`, as published, or at every pixel.
    backbone : VGG16, optional
        If not given, VGG16 with 3×3 pools of which the last two do not halve, and conv5 dilated by 2.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    The paper samples the truth down by 8 for its loss. In the release that is every eighth pixel
    from the first on, and the scores are scaled up with aligned corners, so that a cell lies on the
    pixel that it was trained for. `loss_stride` says so to the training, and `forward` does it. The
    release sees images with sides of 8 n + 1 pixels; here the last cells are repeated to the border.

    Both presets of the zoo take ``batch_norm=…``, too, of VGG16: False as published, and the paper
    preset's default; True, which is younger than the paper, is the mini preset's, since a small
    network without it takes far longer to learn. The committed weights of the mini preset are older
    and were trained with ``average_pool=False, coarse_loss=False``.

    References
    ----------
    .. [1] L.-C. Chen, G. Papandreou, I. Kokkinos, K. Murphy, A. L. Yuille. Semantic Image
       Segmentation with Deep Convolutional Nets and Fully Connected CRFs. ICLR 2015.
       arXiv:1412.7062.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        kernel_size: int = 3,
        dilation: int = 12,
        width: int = 1024,
        dropout: float = 0.5,
        average_pool: bool = True,
        coarse_loss: bool = True,
        backbone: VGG16 | None = None,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        self.backbone = _vgg16(in_channels) if backbone is None else backbone
        self.loss_stride = self.backbone.output_stride if coarse_loss else 1
        # Caffe's mean counts the zeros around the map, too, as PyTorch's does.
        self.pool5a = nn.AvgPool2d(3, stride=1, padding=1) if average_pool else nn.Identity()
        self.classifier = _Classifier(
            self.backbone.widths[4], width, n_classes, kernel_size, dilation, dropout
        )
        init_weights(self)

    def coarse(self, x: Tensor) -> Tensor:
        """Return logits at 1/8 of the size of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        pool5 = self.backbone(x)[4].pooled  # (N, 512, H/8, W/8)
        return self.classifier(self.pool5a(pool5))

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        y = self.coarse(x)
        return place(y, self.loss_stride, x) if self.loss_stride > 1 else resize(y, x)


class ASPPSum(nn.Module):
    """Atrous spatial pyramid pooling of v2: classifiers of several dilations, **summed** (Fig. 7).

    Parameters
    ----------
    in_channels : int
        Maps of the backbone.
    n_classes : int
        Maps of the output.
    rates : sequence of int
        Dilations, one a branch.
    width : int, optional
        Each branch is fc6, fc7 and fc8 of this width, as on VGG16; if not given it is one 3×3
        convolution, as on ResNet.
    dropout : float
        After fc6 and fc7.
    """

    def __init__(
        self,
        in_channels: int,
        n_classes: int,
        rates: Sequence[int],
        width: int | None,
        dropout: float,
    ) -> None:
        super().__init__()
        self.branches = nn.ModuleList()
        for rate in rates:
            if width is None:
                branch: nn.Module = nn.Conv2d(
                    in_channels, n_classes, 3, padding=rate, dilation=rate
                )
            else:
                branch = _Classifier(in_channels, width, n_classes, 3, rate, dropout)
            self.branches.append(branch)

    def forward(self, x: Tensor) -> Tensor:
        total = self.branches[0](x)
        for branch in self.branches[1:]:
            total = total + branch(x)
        return total


def _resnet101(in_channels: int, **options: Any) -> ResNet:
    """Return ResNet-101 at 1/8 as released with DeepLab v2."""
    paper: dict[str, Any] = {"first_dilation": "new", "stride_on": "1x1", "ceil_mode": True}
    return resnet101(output_stride=8, **paper | options, in_channels=in_channels)


class DeepLabV2(SegmentationNet):
    """DeepLab v2 [1]_: ASPP on a dilated backbone, seen at several scales.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    rates : sequence of int, default (6, 12, 18, 24)
        Dilations of ASPP.
    scales : sequence of float, default (1.0, 0.75, 0.5)
        Sizes at which the same network sees the image; where they disagree, the maximum counts
        (section 3.1, multiscale). The first is the largest.
    backbone : VGG16 or ResNet, optional
        If not given, ResNet-101 at 1/8 as released: strides on the 1×1 of a bottleneck, a first pool
        that keeps its last window, and the new dilation in the first blocks of a dilated stage.
    width : int, optional
        Of the fc6 and fc7 that each rate has on VGG16; 1024 for a VGG16 if not given. A ResNet has
        none.
    dropout : float, default 0.5
        After fc6 and fc7.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    Several scales want a backbone without batch normalisation, or with frozen statistics: those
    that it gathers in training are a blend of all sizes.

    Both presets of the zoo take ``first_dilation="old"``, too, and the paper preset ``stride_on`` and
    ``ceil_mode`` (see `ResNet`). The committed weights of the mini preset are older and were trained
    with ``first_dilation="old"``.

    References
    ----------
    .. [1] L.-C. Chen, G. Papandreou, I. Kokkinos, K. Murphy, A. L. Yuille. DeepLab: Semantic Image
       Segmentation with Deep Convolutional Nets, Atrous Convolution, and Fully Connected CRFs.
       TPAMI 2018. arXiv:1606.00915.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        rates: Sequence[int] = (6, 12, 18, 24),
        scales: Sequence[float] = (1.0, 0.75, 0.5),
        backbone: VGG16 | ResNet | None = None,
        width: int | None = None,
        dropout: float = 0.5,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if not scales or max(scales) != scales[0] or min(scales) <= 0:
            raise ValueError(
                say("scales={scales!r}; pass positive sizes, the largest first", scales=scales)
            )
        if backbone is None:
            backbone = _resnet101(in_channels)
        if isinstance(backbone, VGG16):
            channels, width = backbone.widths[4], width or 1024
        elif width is not None:
            raise ValueError(
                say("width={width!r} belongs to the fc6 and fc7 of a VGG16", width=width)
            )
        else:
            channels = backbone.channels[4]
        self.scales = tuple(scales)
        self.backbone = backbone
        self.aspp = ASPPSum(channels, n_classes, rates, width, dropout)
        init_weights(self)
        with torch.no_grad():  # a sum of branches, each with a share of the variance
            for module in self.aspp.modules():
                if isinstance(module, nn.Conv2d) and module.out_channels == n_classes:
                    module.weight /= len(rates) ** 0.5

    def coarse(self, x: Tensor) -> Tensor:
        """Return logits at 1/8 of the size of images (N, in_channels, H, W), at one scale."""
        features = self.backbone(x)
        return self.aspp(features[4].pooled if isinstance(self.backbone, VGG16) else features.conv5)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        logits: Tensor | None = None
        for scale in self.scales:
            size = [round(scale * n) for n in x.shape[2:]]
            one = self.coarse(resize(x, size))
            logits = one if logits is None else torch.maximum(logits, resize(one, logits))
        assert logits is not None
        return resize(logits, x)


def _paper_v1(n_classes: int, *, in_channels: int = 3, **options: Any) -> DeepLabV1:
    if shape := backbone_options(options, "batch_norm"):
        options["backbone"] = _vgg16(in_channels, **shape)
    return DeepLabV1(n_classes, **options, in_channels=in_channels)


def _mini_v1(n_classes: int, *, in_channels: int = 3, **options: Any) -> DeepLabV1:
    # Half the strides: a map at 1/8 of a scene of 96×96 cannot hold its thin structures. The dilation
    # reaches as large a part of the scene as the published one does of 321×321.
    shape: dict[str, Any] = {
        "widths": (8, 16, 32, 48, 48),
        "depths": (1, 2, 2, 2, 2),
        "batch_norm": True,
        "pool_strides": (2, 2, 1, 1, 1),
        "dilations": (1, 1, 1, 2, 4),
    } | backbone_options(options, "batch_norm")
    small: dict[str, Any] = {
        "backbone": _vgg16(in_channels, **shape),
        "dilation": 7,
        "width": 64,
        "dropout": 0.1,
    }
    return DeepLabV1(n_classes, **small | options, in_channels=in_channels)


def _paper_v2(n_classes: int, *, in_channels: int = 3, **options: Any) -> DeepLabV2:
    if shape := backbone_options(options, "first_dilation", "stride_on", "ceil_mode"):
        options["backbone"] = _resnet101(in_channels, **shape)
    return DeepLabV2(n_classes, **options, in_channels=in_channels)


def _mini_v2(n_classes: int, *, in_channels: int = 3, **options: Any) -> DeepLabV2:
    shape: dict[str, Any] = {
        "widths": (16, 24, 32, 48),
        "stem_stride": 2,
        "output_stride": 4,
        "first_dilation": "new",
    } | backbone_options(options, "first_dilation")
    small: dict[str, Any] = {
        "backbone": resnet18(**shape, in_channels=in_channels),
        "rates": (2, 4, 7, 10),
        # The paper freezes batch normalisation. Where it learns, its running statistics would be a
        # blend of three sizes that fits none: eight scenes that the network had learned to a mIoU
        # of 0.955 in training mode came out at 0.918 in evaluation.
        "scales": (1.0,),
    }
    return DeepLabV2(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="deeplab-v1",
        title="DeepLab v1 (LargeFOV)",
        year=2015,
        paper="Chen, Papandreou, Kokkinos, Murphy and Yuille: Semantic Image Segmentation with "
        "Deep Convolutional Nets and Fully Connected CRFs, ICLR 2015",
        arxiv="1412.7062",
        idea="Let the last pools stop halving and put holes into the kernels after them: the view "
        "stays, the map is four times finer, and a dense CRF finds the borders.",
        changed="Against FCN: resolution is kept rather than won back, with no skips and no learned "
        "up-sampling; a 3×3 fc6 with large holes does what 7×7 did, with 20.5 instead of 134.3 "
        "million parameters in all.",
        tags=("vgg", "dilation", "crf"),
        after=("fcn-8s",),
        results=(
            zoo.Result("PASCAL VOC 2012 test, CRF-LargeFOV", "mIoU", 70.3, "Table 3"),
            zoo.Result("PASCAL VOC 2012 test, MSc-CRF-LargeFOV", "mIoU", 71.6, "abstract"),
        ),
        parameters=zoo.Reference(21, 20_505_429),
    ),
    paper=_paper_v1,
    mini=_mini_v1,
)
zoo.register(
    zoo.Card(
        name="deeplab-v2",
        title="DeepLab v2",
        year=2018,
        paper="Chen, Papandreou, Kokkinos, Murphy and Yuille: DeepLab: Semantic Image Segmentation "
        "with Deep Convolutional Nets, Atrous Convolution, and Fully Connected CRFs, TPAMI 2018",
        arxiv="1606.00915",
        idea="Classify with several dilations side by side and add the scores, so that objects of "
        "all sizes find a kernel of theirs.",
        changed="Against v1: four fields of view instead of one, a ResNet-101 instead of VGG16, and "
        "the maximum over three sizes of the image.",
        tags=("resnet", "dilation", "context", "pyramid", "crf"),
        after=("deeplab-v1",),
        results=(zoo.Result("PASCAL VOC 2012 test, with COCO and CRF", "mIoU", 79.7, "abstract"),),
        parameters=zoo.Reference(21, 44_048_532),
    ),
    paper=_paper_v2,
    mini=_mini_v2,
)
