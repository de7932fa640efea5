"""GCN, the global convolutional network: large kernels matter, and two thin ones make a large one."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.backbones import ResNet, resnet18
from seglearn.nets.blocks import (
    SegmentationNet,
    bilinear_deconvolution,
    check_images,
    crop,
    init_weights,
)
from seglearn.words import say

__all__ = ["GCN", "BoundaryRefinement", "GlobalConvolution"]


class GlobalConvolution(nn.Module):
    """A k×k view by k×1 + 1×k beside 1×k + k×1, summed; nothing between them (section 3.1).

    Without an activation in the middle each branch is one linear map, a k×k convolution of low rank.

    Parameters
    ----------
    in_channels, out_channels : int
        Widths.
    k : int
        Side of the kernel, odd.
    """

    def __init__(self, in_channels: int, out_channels: int, k: int) -> None:
        super().__init__()
        if k % 2 == 0:
            raise ValueError(say("k={k} is even; an odd kernel has a centre", k=k))
        half = k // 2
        self.left = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, (k, 1), padding=(half, 0)),
            nn.Conv2d(out_channels, out_channels, (1, k), padding=(0, half)),
        )
        self.right = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, (1, k), padding=(0, half)),
            nn.Conv2d(out_channels, out_channels, (k, 1), padding=(half, 0)),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.left(x) + self.right(x)


class BoundaryRefinement(nn.Module):
    """3×3 → ReLU → 3×3, added to the scores that it refines; no normalisation (Fig. 2c)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class GCN(SegmentationNet):
    """Global convolutional network (Fig. 2a).

    Each stage of the backbone is scored by a large kernel, the scores are refined, and coarse ones
    are up-sampled by a transposed convolution and added to finer ones.

    Parameters
    ----------
    n_classes : int
        Number of classes, and width of everything after the backbone.
    backbone : ResNet, optional
        ResNet-152 if not given, with its strides.
    k : int, default 15
        Side of the large kernels.
    in_channels : int, default 3
        Channels of the images.

    References
    ----------
    C. Peng, X. Zhang, G. Yu, G. Luo, J. Sun. Large Kernel Matters: Improve Semantic Segmentation by
    Global Convolutional Network. CVPR 2017. arXiv:1703.02719.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        backbone: ResNet | None = None,
        k: int = 15,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if backbone is None:
            backbone = ResNet((3, 8, 36, 3), in_channels=in_channels)
        self.backbone = backbone
        _, *stages = backbone.channels
        self.global_convs = nn.ModuleList(
            GlobalConvolution(channels, n_classes, k) for channels in stages
        )
        self.refine_scores = nn.ModuleList(BoundaryRefinement(n_classes) for _ in stages)
        # From conv5 to the size of conv4, conv3, conv2, conv1, and of the image.
        self.refine_sums = nn.ModuleList(BoundaryRefinement(n_classes) for _ in range(5))
        init_weights(self)
        self.ups = nn.ModuleList(bilinear_deconvolution(n_classes, 4, 2) for _ in range(5))
        # Nine refinements and eight branches are summed: they start small, so the scores do too.
        with torch.no_grad():
            for module in self.modules():
                if isinstance(module, BoundaryRefinement):
                    module.conv2.weight *= 0.1
                elif isinstance(module, GlobalConvolution):
                    module.left[1].get_parameter("weight").mul_(0.5)
                    module.right[1].get_parameter("weight").mul_(0.5)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        conv1, *stages = self.backbone(x)
        scores = [
            refine(conv(stage))
            for stage, conv, refine in zip(
                stages, self.global_convs, self.refine_scores, strict=True
            )
        ]
        y = scores.pop()  # (N, n_classes, H/32, W/32)
        targets = [*reversed(scores), conv1, x]
        for up, refine, target in zip(self.ups, self.refine_sums, targets, strict=True):
            y = crop(up(y), 1, target.shape[2:])
            y = refine(y + scores.pop() if scores else y)
        return y


def _mini(n_classes: int, *, in_channels: int = 3, **options: Any) -> GCN:
    small: dict[str, Any] = {
        "backbone": resnet18(widths=(16, 32, 48, 64), in_channels=in_channels),
        "k": 7,
    }
    return GCN(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="gcn",
        title="GCN (Large Kernel Matters)",
        year=2017,
        paper="Peng, Zhang, Yu, Luo and Sun: Large Kernel Matters: Improve Semantic Segmentation "
        "by Global Convolutional Network, CVPR 2017",
        arxiv="1703.02719",
        idea="To classify a pixel, look at all of its object with one very large kernel; to place "
        "its border, refine the scores by residuals.",
        changed="Against stacks of 3×3 convolutions and dilation: kernels of 15×15 without holes, "
        "each made of two pairs of thin ones. Against FCN: every stage is scored so, and "
        "borders get layers of "
        "their own.",
        tags=(
            "resnet",
            "encoder-decoder",
            "skip-sum",
            "transposed-convolution",
            "large-kernel",
            "context",
        ),
        after=("fcn-8s", "deeplab-v2"),
        results=(
            zoo.Result("PASCAL VOC 2012 test, with COCO", "mIoU", 82.2, "abstract"),
            zoo.Result("Cityscapes test", "mIoU", 76.9, "abstract"),
        ),
    ),
    paper=GCN,
    mini=_mini,
)
