"""DeconvNet: a deconvolution network that mirrors VGG16 (Noh, Hong and Han 2015).

What VGG16 does is undone layer by layer: unpooling puts every value back where the maximum was
found, transposed convolutions fill the gaps. In the middle a 7×7 convolution sees all of a
224×224 image at once.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.blocks import SegmentationNet, check_images, crop_centre, init_weights

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
        self.fc6 = _conv(widths[4], fc_width, fc_kernel, 0)
        self.fc7 = _conv(fc_width, fc_width, 1, 0)
        self.deconv_fc6 = _deconv(fc_width, widths[4], fc_kernel, 0)
        for i, depth in zip((5, 4, 3, 2, 1), (3, 3, 3, 2, 2), strict=True):
            width, last = widths[i - 1], widths[max(i - 2, 0)]
            self.add_module(f"unpool{i}", nn.MaxUnpool2d(2))
            outs = [width] * (depth - 1) + [last]
            self.add_module(
                f"deconv{i}", nn.Sequential(*(_deconv(width, out, 3, 1) for out in outs))
            )
        self.score = nn.Conv2d(widths[0], n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        stages = self.backbone(x)
        pool5 = stages[4].pooled
        y = self.deconv_fc6(self.fc7(self.fc6(self._at_least_kernel(pool5))))
        y = crop_centre(y, pool5)
        for i in (5, 4, 3, 2, 1):
            conv, _, indices = stages[i - 1]
            y = self.get_submodule(f"unpool{i}")(y, indices, output_size=conv.shape[2:])
            y = self.get_submodule(f"deconv{i}")(y)
        return self.score(y)

    def _at_least_kernel(self, x: Tensor) -> Tensor:
        more_y, more_x = (max(0, self.fc_kernel - n) for n in x.shape[2:])
        if more_y == more_x == 0:
            return x
        # Rounded so that `crop_centre` finds the map again.
        top, left = more_y // 2, more_x // 2
        return F.pad(x, (left, more_x - left, top, more_y - top))


def _conv(in_channels: int, out_channels: int, kernel: int, padding: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, padding=padding),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


def _deconv(in_channels: int, out_channels: int, kernel: int, padding: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(in_channels, out_channels, kernel, padding=padding),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


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
                "PASCAL VOC 2012 test", "mIoU", 72.5, "ensemble with FCN, and CRF; abstract"
            ),
        ),
        parameters=zoo.Reference(21, 251_805_653),
    ),
    paper=lambda n_classes, **options: DeconvNet(n_classes, **options),
    mini=lambda n_classes, **options: DeconvNet(n_classes, **_MINI | options),
)
