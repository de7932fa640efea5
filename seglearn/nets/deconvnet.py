"""DeconvNet: a deconvolution network that mirrors VGG16 (Noh, Hong and Han 2015).

What VGG16 does is undone layer by layer: unpooling puts every value back where the maximum was
found, transposed convolutions fill the gaps. In the middle a 7×7 convolution sees all of a
224×224 image at once.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.blocks import (
    ConvNormAct,
    DeconvNormAct,
    SegmentationNet,
    check_batch,
    check_images,
    crop_centre,
    init_weights,
    numbered,
)

__all__ = ["DeconvNet"]


class DeconvNet(SegmentationNet):
    """DeconvNet (section 3.2, Fig. 2).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    widths : sequence of int, default (64, 128, 256, 512, 512)
        Of VGG16's stages, and of the decoder's in reverse.
    fc_width : int, default 4096
        Channels of fc6 and fc7.
    fc_kernel : int, default 7
        Size of fc6: that of pool5 at the image size of training (224 in the paper). A smaller
        pool5 is padded to it.
    in_channels : int, default 3
        Channels of the images.

    Notes
    -----
    A 7×7 fc6 makes maps of one cell from images below 256×256, and normalises them, so training
    needs batches of at least 2.

    What 16 bits do to unpooling: see `seglearn.nets.segnet.SegNet`.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        fc_width: int = 4096,
        fc_kernel: int = 7,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        self.fc_kernel = fc_kernel
        self.backbone = VGG16(
            widths=widths, batch_norm=True, return_indices=True, in_channels=in_channels
        )
        w1, w2, w3, w4, w5 = widths
        self.fc6 = ConvNormAct(w5, fc_width, fc_kernel, padding=0, bias=True)
        self.fc7 = ConvNormAct(fc_width, fc_width, 1, bias=True)
        self.deconv_fc6 = DeconvNormAct(fc_width, w5, fc_kernel)
        self.unpool5 = nn.MaxUnpool2d(2)
        self.deconv5 = _deconvs(5, w5, w5, w5, w4)  # deconv5_1, deconv5_2, deconv5_3: at 1/16
        self.unpool4 = nn.MaxUnpool2d(2)
        self.deconv4 = _deconvs(4, w4, w4, w4, w3)  # at 1/8
        self.unpool3 = nn.MaxUnpool2d(2)
        self.deconv3 = _deconvs(3, w3, w3, w3, w2)  # at 1/4
        self.unpool2 = nn.MaxUnpool2d(2)
        self.deconv2 = _deconvs(2, w2, w2, w1)  # at 1/2
        self.unpool1 = nn.MaxUnpool2d(2)
        self.deconv1 = _deconvs(1, w1, w1, w1)  # at full size
        self.score = nn.Conv2d(w1, n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        one, two, three, four, five = self.backbone(x)
        y = self._at_least_kernel(five.pooled)
        n_cells = math.prod(n - self.fc_kernel + 1 for n in y.shape[2:])
        check_batch(len(y) * n_cells, self.fc6, "DeconvNet.fc6")
        y = self.fc6(y)  # (N, 4096, 1, 1) of 224×224
        y = self.deconv_fc6(self.fc7(y))  # (N, 512, 7, 7)
        y = crop_centre(y, five.pooled)
        y = self.deconv5(self.unpool5(y, five.indices, output_size=five.conv.shape[2:]))
        y = self.deconv4(self.unpool4(y, four.indices, output_size=four.conv.shape[2:]))
        y = self.deconv3(self.unpool3(y, three.indices, output_size=three.conv.shape[2:]))
        y = self.deconv2(self.unpool2(y, two.indices, output_size=two.conv.shape[2:]))
        y = self.deconv1(self.unpool1(y, one.indices, output_size=one.conv.shape[2:]))
        return self.score(y)  # (N, n_classes, H, W)

    def _at_least_kernel(self, x: Tensor) -> Tensor:
        more_y, more_x = (max(0, self.fc_kernel - n) for n in x.shape[2:])
        if more_y == more_x == 0:
            return x
        # Rounded so that `crop_centre` finds the map again.
        top, left = more_y // 2, more_x // 2
        return F.pad(x, (left, more_x - left, top, more_y - top))


def _deconvs(stage: int, *widths: int) -> nn.Sequential:
    """Return the 3×3 transposed convolutions of a stage, from each width to the next."""
    pairs = pairwise(widths)
    return numbered(f"deconv{stage}_", (DeconvNormAct(a, b, 3, padding=1) for a, b in pairs))


# At 96×96, five poolings leave 3×3 cells. A kernel of 3 would squeeze them into one, as 7 does with
# the paper's 7×7, and from one cell of 64 numbers eight scenes are learned to a mIoU of 0.68 only.
_MINI: dict[str, Any] = {"widths": (8, 16, 32, 64, 64), "fc_width": 64, "fc_kernel": 1}

zoo.register(
    zoo.Card(
        name="deconvnet",
        title="DeconvNet",
        year=2015,
        paper="Noh, Hong and Han: Learning Deconvolution Network for Semantic Segmentation, "
        "ICCV 2015",
        arxiv="1505.04366",
        idea="A decoder as deep as the encoder takes back its poolings one by one, with the "
        "positions of the maxima, and learns to draw the shape of an object.",
        changed="Against FCN: 14 learned transposed convolutions and five unpoolings in place of "
        "bilinear up-sampling; applied to object proposals, whose results are combined.",
        tags=("vgg", "encoder-decoder", "unpooling", "transposed-convolution"),
        after=("fcn-8s",),
        results=(
            zoo.Result("PASCAL VOC 2012 test", "mIoU", 69.6, "network alone, as quoted in reviews"),
            zoo.Result(
                "PASCAL VOC 2012 test, ensemble with FCN, and CRF", "mIoU", 72.5, "abstract"
            ),
        ),
        parameters=zoo.Reference(21, 251_805_653),
    ),
    paper=lambda n_classes, **options: DeconvNet(n_classes, **options),
    mini=lambda n_classes, **options: DeconvNet(n_classes, **_MINI | options),
)
