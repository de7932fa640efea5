"""FCN: fully convolutional networks (Long, Shelhamer and Darrell 2015).

VGG16 keeps its fully connected layers, as convolutions of 7×7 and 1×1, so that it gives a coarse
map of scores for an image of any size. FCN-32s up-samples this map 32 times; FCN-16s and FCN-8s
add the scores of finer layers on the way.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.blocks import (
    SegmentationNet,
    bilinear_deconvolution,
    check_images,
    crop,
    init_weights,
    same_padding,
)
from seglearn.words import say

__all__ = ["FCN"]


class FCN(SegmentationNet):
    """FCN-32s, FCN-16s or FCN-8s (section 4.2, Fig. 3).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    stride : {32, 16, 8}
        Of the finest layer whose scores are used.
    widths : sequence of int, default (64, 128, 256, 512, 512)
        Of VGG16's stages.
    batch_norm : bool, default False
        Whether VGG16 normalises: False as published, and the default of both presets.
    fc_width : int, default 4096
        Channels of fc6 and fc7.
    dropout : float, default 0.5
        Of single elements after fc6 and fc7, as in the authors' code.
    padding : int, default 100
        Zeros around the image. With 100, fc6 does not pad, as published: the scores then cover
        more than the image, and the excess is cropped. With 1 all layers pad to keep the size,
        which costs a fraction for small images.
    learn_upsampling : bool, default False
        Whether the transposed convolutions between two resolutions are trained, as the paper says,
        or stay bilinear, as in the networks that its authors released. The last one is fixed.
    full_kernels : bool, default True
        Whether these layers hold a kernel for each pair of classes, zero at the start but on the
        diagonal, or only the diagonal.
    in_channels : int, default 3
        Channels of the images.
    """

    def __init__(
        self,
        n_classes: int,
        stride: int = 8,
        *,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        batch_norm: bool = False,
        fc_width: int = 4096,
        dropout: float = 0.5,
        padding: int = 100,
        learn_upsampling: bool = False,
        full_kernels: bool = True,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if stride not in (32, 16, 8):
            raise ValueError(say("stride={stride!r}; FCN has 32, 16 and 8", stride=stride))
        if padding not in (1, 100):
            raise ValueError(
                say(
                    "padding={padding!r}; pass 100 as published, or 1 to keep the size",
                    padding=padding,
                )
            )
        self.stride = stride
        self.backbone = VGG16(
            widths=widths,
            batch_norm=batch_norm,
            ceil_mode=True,
            first_padding=padding,
            in_channels=in_channels,
        )
        fc6_padding = 0 if padding == 100 else same_padding(7)
        self.fc6 = nn.Conv2d(widths[4], fc_width, 7, padding=fc6_padding)
        self.fc7 = nn.Conv2d(fc_width, fc_width, 1)
        self.dropout = nn.Dropout(dropout)
        self.score_fr = nn.Conv2d(fc_width, n_classes, 1)
        if stride <= 16:
            self.score_pool4 = nn.Conv2d(widths[3], n_classes, 1)
        if stride == 8:
            self.score_pool3 = nn.Conv2d(widths[2], n_classes, 1)
        init_weights(self)
        for score in self.scores():
            nn.init.zeros_(score.weight)

        def upscore(factor: int, trainable: bool) -> nn.ConvTranspose2d:
            return bilinear_deconvolution(
                n_classes, 2 * factor, factor, trainable=trainable, full=full_kernels
            )

        if stride <= 16:
            self.upscore2 = upscore(2, learn_upsampling)
        if stride == 8:
            self.upscore_pool4 = upscore(2, learn_upsampling)
        self.upscore = upscore(stride, False)

        # Offsets at which two maps lie on each other (Caffe's crop layers). A cell (0, 0) of a map
        # has its centre at some pixel; positive offsets cut the skip, negative ones the up-sampled
        # map. With padding 100 they are 5 and 9, and at the end 19, 27 or 31.
        at = {s: (s - 1) / 2 - (padding - 1) for s in (8, 16, 32)}
        centre = at[32] + 32 * (3 if padding == 100 else 0)  # fc6 without padding loses 3 cells
        self.offsets = []
        for finer in (16, 8):
            if finer >= stride:
                centre -= 1.5 * finer  # first cell after a 4×4 kernel with stride 2
                self.offsets.append(round((centre - at[finer]) / finer))
                centre += max(0, -self.offsets[-1]) * finer
        self.offset = round((2 * stride - 1) / 2 - centre)

    def scores(self) -> list[nn.Conv2d]:
        """Return the 1×1 convolutions that score, coarsest first."""
        scores = [self.score_fr]
        if self.stride <= 16:
            scores.append(self.score_pool4)
        if self.stride == 8:
            scores.append(self.score_pool3)
        return scores

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        _, _, pool3, pool4, pool5 = (stage.pooled for stage in self.backbone(x))
        fc6 = self.dropout(F.relu(self.fc6(pool5)))  # (N, 4096, H/32, W/32)
        fc7 = self.dropout(F.relu(self.fc7(fc6)))
        y = self.score_fr(fc7)  # (N, n_classes, H/32, W/32)
        if self.stride <= 16:  # to H/16
            y = _fuse(self.upscore2(y), self.score_pool4(pool4), self.offsets[0])
        if self.stride == 8:  # to H/8
            y = _fuse(self.upscore_pool4(y), self.score_pool3(pool3), self.offsets[1])
        return crop(self.upscore(y), self.offset, x.shape[2:])  # (N, n_classes, H, W)


def _fuse(coarse: Tensor, fine: Tensor, offset: int) -> Tensor:
    """Add two maps of equal stride, the second of which starts `offset` cells earlier."""
    if offset >= 0:
        return coarse + crop(fine, offset, coarse.shape[2:])
    return crop(coarse, -offset, fine.shape[2:]) + fine


_PAPER = (
    "Long, Shelhamer and Darrell: Fully Convolutional Networks for Semantic Segmentation, CVPR 2015"
)


def mini(n_classes: int, stride: int, **options: Any) -> FCN:
    """Return FCN in the size of the `mini` preset; CRF-RNN stands on it too."""
    small: dict[str, Any] = {
        "widths": (8, 16, 32, 64, 64),
        "fc_width": 64,
        "dropout": 0.1,
        "padding": 1,
        "full_kernels": False,
    }
    return FCN(n_classes, stride, **small | options)


def _register(
    stride: int,
    parameters: int,
    released: float,
    first: float,
    idea: str,
    changed: str,
    **more: Any,
) -> None:
    zoo.register(
        zoo.Card(
            name=f"fcn-{stride}s",
            title=f"FCN-{stride}s",
            year=2015,
            paper=_PAPER,
            arxiv="1411.4038",
            idea=idea,
            changed=changed,
            results=(
                zoo.Result(
                    "PASCAL VOC 2011 val (seg11valid)",
                    "mIoU",
                    released,
                    "the authors' released networks, of the journal version",
                ),
                zoo.Result("PASCAL VOC 2011 val (seg11valid)", "mIoU", first, "Table 2"),
                *more.pop("results", ()),
            ),
            parameters=zoo.Reference(21, parameters),
            **more,
        ),
        paper=lambda n_classes, **options: FCN(n_classes, stride, **options),
        mini=lambda n_classes, **options: mini(n_classes, stride, **options),
    )


_register(
    32,
    136_152_917,
    63.6,
    59.4,
    "A classifier whose fully connected layers are read as convolutions scores every 32nd pixel, "
    "and bilinear up-sampling fills in the rest.",
    "Against patch classifiers: one pass for the whole image, trained end to end from a network "
    "trained to classify.",
    tags=("vgg",),
)
_register(
    16,
    134_815_994,
    65.0,
    62.4,
    "The scores of pool4, twice as fine, are added to those of the last layer.",
    "Against FCN-32s: one skip connection, so that borders are placed by a finer layer.",
    tags=("vgg", "skip-sum"),
    after=("fcn-32s",),
)
_register(
    8,
    134_489_759,
    65.5,
    62.7,
    "The scores of pool4 and pool3 are added one after the other: what comes from deep layers, "
    "where from shallow ones.",
    "Against FCN-16s: a second skip connection, whose gain was so small that the authors stopped.",
    tags=("vgg", "skip-sum"),
    after=("fcn-16s",),
    results=(
        zoo.Result("PASCAL VOC 2012 test", "mIoU", 62.2, "abstract"),
        zoo.Result(
            "PASCAL VOC 2012 test", "mIoU", 67.2, "abstract of the journal version, 1605.06211"
        ),
    ),
)
