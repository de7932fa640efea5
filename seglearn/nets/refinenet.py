"""RefineNet: refine step by step from the coarsest features to the finest, along identity paths."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.backbones import ResNet, resnet18, resnet101
from seglearn.nets.blocks import SegmentationNet, check_images, init_weights, resize

__all__ = [
    "ChainedResidualPooling",
    "MultiResolutionFusion",
    "RefineNet",
    "RefineNetBlock",
    "ResidualConvUnit",
]


class ResidualConvUnit(nn.Module):
    """ReLU → 3×3 → ReLU → 3×3, added to the input; a ResNet block without normalisation (Fig. 3b)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


class MultiResolutionFusion(nn.Module):
    """A 3×3 convolution for each input, bilinear up-sampling to the finest, sum (Fig. 3c)."""

    def __init__(self, in_channels: tuple[int, ...], out_channels: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(channels, out_channels, 3, padding=1, bias=False) for channels in in_channels
        )

    def forward(self, *inputs: Tensor) -> Tensor:
        """Fuse (N, in_channels[i], Hᵢ, Wᵢ), the finest first."""
        fused = self.convs[0](inputs[0])
        for conv, x in zip(self.convs[1:], inputs[1:], strict=True):
            fused = fused + resize(conv(x), fused)
        return fused


class ChainedResidualPooling(nn.Module):
    """Pool 5×5 with stride 1, convolve, add; and again from what was added (Fig. 3d).

    Each stage pools what the stage before it made, so the view grows along the chain, and all
    stages are summed onto the input.
    """

    def __init__(self, channels: int, n_stages: int) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(5, stride=1, padding=2)
        self.convs = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(n_stages)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(x)
        total = x
        for conv in self.convs:
            x = conv(self.pool(x))
            total = total + x
        return total


class RefineNetBlock(nn.Module):
    """Adapt each input, fuse them, pool in a chain, adapt the output (Fig. 3a).

    Parameters
    ----------
    in_channels : tuple of int
        Of the inputs, the finest first; with one input there is nothing to fuse.
    out_channels : int
        Of the output.
    pool_stages : int
        Stages of chained residual pooling.
    output_units : int
        Residual convolution units at the end.
    """

    def __init__(
        self,
        in_channels: tuple[int, ...],
        out_channels: int,
        pool_stages: int,
        output_units: int,
    ) -> None:
        super().__init__()
        self.fusion = (
            MultiResolutionFusion(in_channels, out_channels) if len(in_channels) > 1 else None
        )
        self.adapt = nn.Sequential(*(ResidualConvUnit(in_channels[0]) for _ in range(2)))
        self.pooling = ChainedResidualPooling(out_channels, pool_stages)
        self.output = nn.Sequential(*(ResidualConvUnit(out_channels) for _ in range(output_units)))

    def forward(self, *inputs: Tensor) -> Tensor:
        """Refine (N, in_channels[i], Hᵢ, Wᵢ), the finest first, to (N, out_channels, H₀, W₀)."""
        # What comes from another block has just been through its output units.
        x = self.adapt(inputs[0])
        if self.fusion is not None:
            x = self.fusion(x, *inputs[1:])
        return self.output(self.pooling(x))


class RefineNet(SegmentationNet):
    """4-cascaded RefineNet (Fig. 2c).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    backbone : ResNet, optional
        ResNet-101 if not given, with its strides.
    widths : tuple of int, default (512, 256)
        Of the coarsest block, and of the other three.
    pool_stages : int, default 4
        Of chained residual pooling.
    output_units : int, default 3
        Residual convolution units at the end of each block.
    dropout : float, default 0.5
        On the backbone's two coarsest stages, and before the classifier.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    The paper's figure has two pooling stages; its text has one output unit a block and two more
    after the last. The released network, whose size this is, has four and three.

    References
    ----------
    G. Lin, A. Milan, C. Shen, I. Reid. RefineNet: Multi-Path Refinement Networks for
    High-Resolution Semantic Segmentation. CVPR 2017. arXiv:1611.06612.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        backbone: ResNet | None = None,
        widths: tuple[int, int] = (512, 256),
        pool_stages: int = 4,
        output_units: int = 3,
        dropout: float = 0.5,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        self.backbone = resnet101(in_channels=in_channels) if backbone is None else backbone
        first, width = widths
        _, *stages = self.backbone.channels
        self.reduce = nn.ModuleList(
            nn.Conv2d(channels, out, 3, padding=1, bias=False)
            for channels, out in zip(stages, (width, width, width, first), strict=True)
        )
        self.refine4 = RefineNetBlock((first,), first, pool_stages, output_units)
        self.refine3 = RefineNetBlock((width, first), width, pool_stages, output_units)
        self.refine2 = RefineNetBlock((width, width), width, pool_stages, output_units)
        self.refine1 = RefineNetBlock((width, width), width, pool_stages, output_units)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Conv2d(width, n_classes, 3, padding=1)
        init_weights(self)
        # Nothing is normalised after the backbone, and a maximum of 25 values is large: with He's
        # variance every block would multiply its features. So residual branches start at a tenth,
        # and the convolutions that are summed, whose input has not been through a ReLU, at a half.
        with torch.no_grad():
            for module in self.modules():
                if isinstance(module, ResidualConvUnit):
                    module.conv2.weight *= 0.1
                elif isinstance(module, ChainedResidualPooling):
                    for conv in module.convs:
                        conv.get_parameter("weight").mul_(0.1)
                elif isinstance(module, MultiResolutionFusion):
                    for conv in module.convs:
                        conv.get_parameter("weight").mul_(0.5)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        _, conv2, conv3, conv4, conv5 = self.backbone(x)
        stages = [conv2, conv3, self.dropout(conv4), self.dropout(conv5)]
        one, two, three, four = (
            conv(stage) for conv, stage in zip(self.reduce, stages, strict=True)
        )
        y = self.refine4(four)  # (N, 512, H/32, W/32)
        y = self.refine3(three, y)  # (N, 256, H/16, W/16)
        y = self.refine2(two, y)  # (N, 256, H/8, W/8)
        y = self.refine1(one, y)  # (N, 256, H/4, W/4)
        return resize(self.classifier(self.dropout(y)), x)  # (N, n_classes, H, W)


def _mini(n_classes: int, *, in_channels: int = 3, **options: Any) -> RefineNet:
    small: dict[str, Any] = {
        "backbone": resnet18(
            widths=(16, 24, 32, 48), stem_stride=2, output_stride=16, in_channels=in_channels
        ),
        "widths": (24, 16),
        "pool_stages": 2,
        "output_units": 1,
        "dropout": 0.1,
    }
    return RefineNet(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="refinenet",
        title="RefineNet",
        year=2017,
        paper="Lin, Milan, Shen and Reid: RefineNet: Multi-Path Refinement Networks for "
        "High-Resolution Semantic Segmentation, CVPR 2017",
        arxiv="1611.06612",
        idea="All resolutions of a ResNet are refined into one another by blocks of residual sums, "
        "so that gradients reach every stage along short paths.",
        changed="Against dilated networks: resolution is won back by refinement, at the memory of "
        "a strided network. Against U-Net: sums along identity paths, and pooling for context.",
        tags=("resnet", "encoder-decoder", "skip-sum", "context"),
        after=("deeplab-v2", "unet"),
        results=(
            zoo.Result(
                "PASCAL VOC 2012 test, with COCO",
                "mIoU",
                83.4,
                "abstract, which does not name the backbone",
            ),
            zoo.Result(
                "PASCAL VOC 2012 test, with COCO (ResNet-152)",
                "mIoU",
                84.2,
                "entry Multipath-RefineNet-Res152 of the leaderboard; DeepLab v3, Table 7",
            ),
            zoo.Result(
                "Cityscapes test (ResNet-101)", "mIoU", 73.6, "as listed by Papers with Code"
            ),
        ),
        parameters=zoo.Reference(21, 118_052_437),
    ),
    paper=RefineNet,
    mini=_mini,
)
