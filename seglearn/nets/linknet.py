"""LinkNet: the encoder hands its maps to the decoder, which adds them and stays narrow."""

from typing import Any

from torch import Tensor, nn

from seglearn.nets import zoo
from seglearn.nets.backbones import ResNet, resnet18
from seglearn.nets.blocks import (
    ConvNormAct,
    DeconvNormAct,
    SegmentationNet,
    check_images,
    crop,
    init_weights,
)

__all__ = ["DecoderBlock", "LinkNet"]


def _full_conv(in_channels: int, out_channels: int, stride: int) -> DeconvNormAct:
    """3×3 transposed convolution that multiplies the size by `stride`: the paper's full-conv."""
    return DeconvNormAct(
        in_channels, out_channels, 3, stride=stride, padding=1, output_padding=stride - 1
    )


class DecoderBlock(nn.Module):
    """1×1 convolution to a quarter → 3×3 transposed convolution → 1×1 convolution (Fig. 3)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.reduce = ConvNormAct(in_channels, in_channels // 4, 1, bias=True)
        self.up = _full_conv(in_channels // 4, in_channels // 4, stride)
        self.expand = ConvNormAct(in_channels // 4, out_channels, 1, bias=True)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """Up-sample `x`, (N, in_channels, h, w), and add it to `skip`, (N, out_channels, H, W)."""
        y = self.expand(self.up(self.reduce(x)))
        return skip + crop(y, 0, skip.shape[2:])


class LinkNet(SegmentationNet):
    """LinkNet (Fig. 1).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    backbone : ResNet, optional
        Strided down to 32; ResNet-18 if not given.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    The block that the figure draws beside the first encoder block keeps the resolution here, and
    its result is added to the pooled stem, as in the authors' PyTorch code. Batch normalisation
    adds PyTorch's 1e-5 to the variance, as that code does; their Torch code adds 1e-3 in the
    decoder blocks.

    References
    ----------
    A. Chaurasia, E. Culurciello. LinkNet: Exploiting Encoder Representations for Efficient Semantic
    Segmentation. VCIP 2017. arXiv:1707.03718.
    """

    def __init__(
        self, n_classes: int, *, backbone: ResNet | None = None, in_channels: int = 3
    ) -> None:
        super().__init__(n_classes, in_channels)
        self.backbone = resnet18(in_channels=in_channels) if backbone is None else backbone
        stem, *encoder = self.backbone.channels
        self.decoder4 = DecoderBlock(encoder[3], encoder[2], 2)
        self.decoder3 = DecoderBlock(encoder[2], encoder[1], 2)
        self.decoder2 = DecoderBlock(encoder[1], encoder[0], 2)
        self.decoder1 = DecoderBlock(encoder[0], stem, 1)
        self.full1 = _full_conv(stem, stem // 2, 2)
        self.full2 = ConvNormAct(stem // 2, stem // 2, bias=True)
        self.full3 = nn.ConvTranspose2d(stem // 2, n_classes, 2, stride=2)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        conv1, conv2, conv3, conv4, conv5 = self.backbone(x)
        y = self.decoder4(conv5, conv4)  # (N, 256, H/16, W/16)
        y = self.decoder3(y, conv3)  # (N, 128, H/8, W/8)
        y = self.decoder2(y, conv2)  # (N, 64, H/4, W/4)
        y = self.decoder1(y, self.backbone.pool1(conv1))  # (N, 64, H/4, W/4)
        y = self.full2(self.full1(y))  # (N, 32, H/2, W/2)
        return crop(self.full3(y), 0, x.shape[2:])  # (N, n_classes, H, W)


def _mini(n_classes: int, *, in_channels: int = 3, **options: Any) -> LinkNet:
    backbone = resnet18(widths=(16, 32, 48, 64), in_channels=in_channels)
    small: dict[str, Any] = {"backbone": backbone}
    return LinkNet(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="linknet",
        title="LinkNet",
        year=2017,
        paper="Chaurasia and Culurciello: LinkNet: Exploiting Encoder Representations for "
        "Efficient Semantic Segmentation, VCIP 2017",
        arxiv="1707.03718",
        idea="What an encoder block was given is added to what the decoder block beside it makes, "
        "so position comes for free and the decoder can be narrow.",
        changed="Against U-Net and SegNet: skips are sums, which cost no channels, instead of "
        "concatenations or pooling indices. Against ENet: a ResNet-18 encoder.",
        tags=("resnet", "encoder-decoder", "skip-sum", "transposed-convolution", "real-time"),
        after=("unet", "segnet", "enet"),
        results=(
            zoo.Result(
                "Cityscapes val",
                "mIoU",
                76.4,
                "README of the authors' PyTorch code, which names no split",
            ),
            zoo.Result(
                "CamVid, split by the authors", "mIoU", 69.1, "README of the authors' PyTorch code"
            ),
        ),
        parameters=zoo.Reference(20, 11_536_820),
    ),
    paper=LinkNet,
    mini=_mini,
)
