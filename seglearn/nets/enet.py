"""ENet: a network small enough for a phone, that halves the image at once and decides cheaply."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.blocks import SegmentationNet, check_images, init_weights, numbered

__all__ = ["ENet"]

EPS = 1e-3  # of every batch normalisation


class InitialBlock(nn.Module):
    """Halve the image: a strided convolution beside a max-pooling, concatenated (Figure 2a).

    Parameters
    ----------
    in_channels : int
        Channels of the image, kept by the pooling.
    out_channels : int
        Channels after concatenation; 16 leaves 13 to the convolution of an RGB image.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels - in_channels, 3, stride=2, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.norm = nn.BatchNorm2d(out_channels, eps=EPS)
        self.activation = nn.PReLU(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.norm(torch.cat([self.conv(x), self.pool(x)], dim=1)))


def _bottleneck_conv(channels: int, dilation: int, asymmetric: int | None) -> nn.Module:
    if asymmetric is not None:
        half = asymmetric // 2
        return nn.Sequential(
            nn.Conv2d(channels, channels, (asymmetric, 1), padding=(half, 0), bias=False),
            nn.Conv2d(channels, channels, (1, asymmetric), padding=(0, half)),
        )
    return nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)


class Bottleneck(nn.Module):
    """A bottleneck of the encoder: 1×1 → a convolution → 1×1 → spatial dropout, added to the input.

    Parameters
    ----------
    channels : int
        In and out; the middle is a quarter.
    dilation : int, default 1
        Of the 3×3 convolution.
    asymmetric : int, optional
        Side of a square kernel that is split in two, k×1 and 1×k; replaces the 3×3.
    dropout : float
        Probability that a whole map is dropped.
    """

    def __init__(
        self, channels: int, *, dilation: int = 1, asymmetric: int | None = None, dropout: float
    ) -> None:
        super().__init__()
        inner = channels // 4
        self.branch = nn.Sequential(
            nn.Conv2d(channels, inner, 1, bias=False),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.PReLU(inner),
            _bottleneck_conv(inner, dilation, asymmetric),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.PReLU(inner),
            nn.Conv2d(inner, channels, 1, bias=False),
            nn.BatchNorm2d(channels, eps=EPS),
            nn.Dropout2d(dropout),
        )
        self.activation = nn.PReLU(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(x + self.branch(x))


class DownBottleneck(nn.Module):
    """Halve the maps; the main branch pools, remembers where, and fills new channels with zeros."""

    def __init__(self, in_channels: int, out_channels: int, dropout: float) -> None:
        super().__init__()
        inner = out_channels // 4
        self.new_channels = out_channels - in_channels
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, inner, 2, stride=2, bias=False),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.PReLU(inner),
            nn.Conv2d(inner, inner, 3, padding=1),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.PReLU(inner),
            nn.Conv2d(inner, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels, eps=EPS),
            nn.Dropout2d(dropout),
        )
        self.activation = nn.PReLU(out_channels)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the maps (N, out, H/2, W/2) and the indices (N, in, H/2, W/2) of the maxima."""
        pooled, indices = self.pool(x)
        main = F.pad(pooled, (0, 0, 0, 0, 0, self.new_channels))
        return self.activation(main + self.branch(x)), indices


class DecoderBottleneck(nn.Module):
    """A bottleneck of the decoder: with ReLU, and without dropout."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = channels // 4
        self.branch = nn.Sequential(
            nn.Conv2d(channels, inner, 1, bias=False),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, inner, 3, padding=1),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, channels, 1, bias=False),
            nn.BatchNorm2d(channels, eps=EPS),
        )
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(x + self.branch(x))


class UpBottleneck(nn.Module):
    """Double the maps; the main branch puts values back where the encoder's pooling took them."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        inner = out_channels // 4
        self.project = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels, eps=EPS),
        )
        self.unpool = nn.MaxUnpool2d(2)
        self.branch = nn.Sequential(
            nn.Conv2d(in_channels, inner, 1, bias=False),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.ReLU(inplace=True),
            nn.ConvTranspose2d(inner, inner, 3, stride=2, padding=1, output_padding=1),
            nn.BatchNorm2d(inner, eps=EPS),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels, eps=EPS),
        )
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor, indices: Tensor) -> Tensor:
        main = self.unpool(self.project(x), indices)
        return self.activation(main + self.branch(x))


def context_section(stage: int, channels: int, dropout: float) -> nn.Sequential:
    """Eight bottlenecks: plain and asymmetric 5×1, 1×5 between dilations 2, 4, 8 and 16 (Table 1)."""
    return numbered(
        f"bottleneck{stage}_",
        [
            Bottleneck(channels, dropout=dropout),
            Bottleneck(channels, dropout=dropout, dilation=2),
            Bottleneck(channels, dropout=dropout, asymmetric=5),
            Bottleneck(channels, dropout=dropout, dilation=4),
            Bottleneck(channels, dropout=dropout),
            Bottleneck(channels, dropout=dropout, dilation=8),
            Bottleneck(channels, dropout=dropout, asymmetric=5),
            Bottleneck(channels, dropout=dropout, dilation=16),
        ],
    )


class ENet(SegmentationNet):
    """ENet [1]_, as its authors released it.

    Parameters
    ----------
    n_classes : int
        Channels of the logits.
    channels : tuple of int, default (16, 64, 128)
        Of the maps at 1/2, 1/4 and 1/8 of the image.
    dropout : tuple of float, default (0.01, 0.1)
        Probability of spatial dropout in stage 1, and from stage 2 on.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    Input (N, 3, H, W) of any size, output (N, n_classes, H, W). An image whose sides are not
    multiples of 8 is padded below and on the right by repeating its border, and the logits are
    cropped.

    The transposed convolution of the up-sampling bottlenecks is 3×3 and those bottlenecks squeeze
    to a quarter of their output, as in the released Torch code; the paper's text leaves both open.
    An asymmetric pair convolves down the columns first, 5×1, then along the rows, 1×5, in the order
    that the paper names them; the released code convolves along the rows first.
    What 16 bits do to unpooling: see `seglearn.nets.segnet.SegNet`.
    Trained with class weights 1 / ln(1.02 + p), p the share of a class's pixels (Section 5.1).

    References
    ----------
    .. [1] A. Paszke, A. Chaurasia, S. Kim, E. Culurciello. ENet: A Deep Neural Network Architecture
       for Real-Time Semantic Segmentation. arXiv:1606.02147, 2016.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        channels: tuple[int, int, int] = (16, 64, 128),
        dropout: tuple[float, float] = (0.01, 0.1),
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        start, quarter, eighth = channels
        early, late = dropout
        self.initial = InitialBlock(in_channels, start)
        self.bottleneck1_0 = DownBottleneck(start, quarter, early)
        self.stage1 = numbered(
            "bottleneck1_", (Bottleneck(quarter, dropout=early) for _ in range(4))
        )
        self.bottleneck2_0 = DownBottleneck(quarter, eighth, late)
        self.stage2 = context_section(2, eighth, late)  # bottleneck2_1 … bottleneck2_8
        self.stage3 = context_section(3, eighth, late)  # bottleneck3_1 … bottleneck3_8
        self.bottleneck4_0 = UpBottleneck(eighth, quarter)
        self.stage4 = numbered("bottleneck4_", (DecoderBottleneck(quarter) for _ in range(2)))
        self.bottleneck5_0 = UpBottleneck(quarter, start)
        self.stage5 = numbered("bottleneck5_", [DecoderBottleneck(start)])
        self.fullconv = nn.ConvTranspose2d(start, n_classes, 2, stride=2)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        check_images(x, self.in_channels)
        height, width = x.shape[-2:]
        x = F.pad(x, (0, -width % 8, 0, -height % 8), mode="replicate")
        x = self.initial(x)  # (N, 16, H/2, W/2)
        x, indices1 = self.bottleneck1_0(x)  # (N, 64, H/4, W/4)
        x = self.stage1(x)
        x, indices2 = self.bottleneck2_0(x)  # (N, 128, H/8, W/8)
        x = self.stage3(self.stage2(x))
        x = self.stage4(self.bottleneck4_0(x, indices2))  # (N, 64, H/4, W/4)
        x = self.stage5(self.bottleneck5_0(x, indices1))  # (N, 16, H/2, W/2)
        return self.fullconv(x)[..., :height, :width]


# ENet is nearly a mini network already. A narrow one spares little for dropout of whole maps.
_MINI: dict[str, Any] = {"channels": (16, 48, 96), "dropout": (0.01, 0.01)}

zoo.register(
    zoo.Card(
        name="enet",
        title="ENet",
        year=2016,
        paper="Paszke, Chaurasia, Kim and Culurciello: ENet: A Deep Neural Network Architecture "
        "for Real-Time Semantic Segmentation, arXiv 2016",
        arxiv="1606.02147",
        idea="Halve the image at once, think on small maps with cheap bottlenecks, and let a "
        "decoder that is much smaller than the encoder fill in the detail.",
        changed="Keeps SegNet's unpooling but not its symmetry: residual bottlenecks with dilated "
        "and asymmetric convolutions and PReLU replace two VGG16s, at about an eightieth of the "
        "parameters.",
        tags=(
            "own-encoder",
            "encoder-decoder",
            "unpooling",
            "transposed-convolution",
            "dilation",
            "real-time",
        ),
        after=("segnet",),
        results=(
            zoo.Result("Cityscapes test", "mIoU", 58.3, "as listed by Papers with Code"),
            zoo.Result("CamVid test", "mIoU", 51.3, "as quoted by the authors of ESPNet, README"),
            zoo.Result(
                "CamVid test",
                "mean class accuracy",
                68.3,
                "as quoted by the authors of ESPNet, README",
            ),
        ),
        parameters=zoo.Reference(n_classes=20, parameters=364_376),
    ),
    paper=ENet,
    mini=lambda n_classes, **options: ENet(n_classes, **_MINI | options),
)
