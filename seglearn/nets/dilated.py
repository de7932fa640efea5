"""Dilated convolutions: a front end without pool4 and pool5, and a context module (Yu and Koltun).

The front end is VGG16 whose last two poolings are removed; what follows them is dilated instead,
so that scores come every 8 pixels and not every 32. The context module convolves these scores with
growing dilation: its view doubles from layer to layer while its parameters do not grow.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seglearn import inputs
from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.blocks import (
    SegmentationNet,
    check_images,
    init_weights,
    mirror_pad,
    resize,
    same_padding,
)
from seglearn.words import say

__all__ = ["ContextModule", "Dilated"]


class ContextModule(nn.Sequential):
    """Seven 3×3 convolutions of growing dilation and a 1×1 (section 3, Table 1).

    The layers are called ``ct_conv1`` … ``ct_conv8``. They start as the identity, so that the
    module can be put behind a trained network without spoiling it: the identity for scores that
    are not negative. Each of the seven is followed by a ReLU, so a negative score becomes 0.

    Parameters
    ----------
    channels : int
        C, of input and output.
    large : bool, default False
        Whether widths grow as in the lower half of Table 1: 2C, 2C, 4C, 8C, 16C, 32C, 32C, C.
    dilate : bool, default True
        False sets every dilation to 1: as many weights, but the seven layers see 15 cells, not 67.
    noise : float, default 0.01
        Standard deviation around the identity (eq. 5), relative to what keeps variance.

    Notes
    -----
    Each layer pads its own input with zeros, as much as it reaches. The released networks pad the
    scores once, by 33 cells before ``ct_conv1``, and no later layer: within 33 cells of the border
    the two differ, farther inside they are equal.
    """

    DILATIONS = (1, 1, 2, 4, 8, 16, 1)

    def __init__(
        self, channels: int, *, large: bool = False, dilate: bool = True, noise: float = 0.01
    ) -> None:
        super().__init__()
        c = channels
        w1, w2, w3, w4, w5, w6, w7 = (2 * c, 2 * c, 4 * c, 8 * c, 16 * c, 32 * c, 32 * c)
        if not large:
            w1 = w2 = w3 = w4 = w5 = w6 = w7 = c
        d1, d2, d3, d4, d5, d6, d7 = self.DILATIONS if dilate else (1,) * 7
        self.ct_conv1, self.ct_relu1 = _conv(c, w1, d1), nn.ReLU(inplace=True)  # sees 3×3 cells
        self.ct_conv2, self.ct_relu2 = _conv(w1, w2, d2), nn.ReLU(inplace=True)  # 5×5
        self.ct_conv3, self.ct_relu3 = _conv(w2, w3, d3), nn.ReLU(inplace=True)  # 9×9
        self.ct_conv4, self.ct_relu4 = _conv(w3, w4, d4), nn.ReLU(inplace=True)  # 17×17
        self.ct_conv5, self.ct_relu5 = _conv(w4, w5, d5), nn.ReLU(inplace=True)  # 33×33
        self.ct_conv6, self.ct_relu6 = _conv(w5, w6, d6), nn.ReLU(inplace=True)  # 65×65
        self.ct_conv7, self.ct_relu7 = _conv(w6, w7, d7), nn.ReLU(inplace=True)  # 67×67
        self.ct_conv8 = nn.Conv2d(w7, c, 1)
        for layer in self:
            if isinstance(layer, nn.Conv2d):
                _set_identity(layer, channels, noise)


def _conv(in_channels: int, out_channels: int, dilation: int) -> nn.Conv2d:
    return nn.Conv2d(in_channels, out_channels, 3, padding=dilation, dilation=dilation)


def _set_identity(layer: nn.Conv2d, channels: int, noise: float) -> None:
    """Let `layer` pass on what it gets (eq. 4 and 5).

    Where widths differ, each of C groups of outputs takes the mean of the same group of inputs.
    The printed factor is C / (width of the output); the mean needs C / (width of the input), which
    is what keeps the scores at their size from end to end.
    """
    n_out, n_in = layer.out_channels, layer.in_channels
    centre = layer.kernel_size[0] // 2
    group_in = torch.arange(n_in) * channels // n_in
    group_out = torch.arange(n_out) * channels // n_out
    same = (group_out[:, None] == group_in[None, :]).to(layer.weight)
    with torch.no_grad():
        spread = noise * math.sqrt(2 / (n_in * math.prod(layer.kernel_size)))
        layer.weight.normal_(std=spread)
        layer.weight[:, :, centre, centre] += same * (channels / n_in)
        nn.init.zeros_(layer.bias)  # type: ignore[arg-type]


class Dilated(SegmentationNet):
    """Front end and context module (section 4).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    context : {"large", "basic", None}, default "large"
        Which context module, if any.
    widths, depths : sequence of int
        Of VGG16's stages.
    pool_strides : sequence of int, default (2, 2, 2, 0, 0)
        0 removes a pool, as the paper does with the last two.
    batch_norm : bool, default False
        Whether VGG16 normalises: False as published, and the paper presets' default; the mini
        presets' is True.
    fc_width : int, default 4096
        Channels of fc6 and fc7.
    dropout : float, default 0.5
        Of single elements after fc6 and fc7, as in the authors' code.
    padding : {"mirror", "same"}, default "mirror"
        Whether the image is mirrored outwards by 186 pixels and the front end does not pad, as
        published, or the front end pads with zeros.
    dilate : bool, default True
        False sets every dilation to 1, to see what dilation is worth; it needs ``padding="same"``.
    in_channels : int, default 3
        Channels of the images.
    """

    MARGIN = 186
    """Pixels that the front end without padding takes off each side."""

    def __init__(
        self,
        n_classes: int,
        *,
        context: str | None = "large",
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        depths: Sequence[int] = (2, 2, 3, 3, 3),
        pool_strides: Sequence[int] = (2, 2, 2, 0, 0),
        batch_norm: bool = False,
        fc_width: int = 4096,
        dropout: float = 0.5,
        padding: str = "mirror",
        dilate: bool = True,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if context is not None:
            inputs.choice(context, "context", ("large", "basic"), otherwise=say("or None"))
        inputs.choice(padding, "padding", ("mirror", "same"))
        if padding == "mirror" and not dilate:
            raise ValueError(
                say(
                    "dilate=False with padding='mirror': the margin is made for dilated "
                    "layers; pass padding='same'"
                )
            )
        self.padding = padding
        same = padding == "same"
        self.backbone = VGG16(
            widths=widths,
            depths=depths,
            pool_strides=pool_strides,
            batch_norm=batch_norm,
            dilations=(1, 1, 1, 1, 2 if dilate else 1),
            padding="same" if same else "valid",
            in_channels=in_channels,
        )
        spacing = 4 if dilate else 1
        fc6_padding = same_padding(7, spacing) if same else 0
        self.fc6 = nn.Conv2d(widths[4], fc_width, 7, dilation=spacing, padding=fc6_padding)
        self.fc7 = nn.Conv2d(fc_width, fc_width, 1)
        self.dropout = nn.Dropout(dropout)
        self.final = nn.Conv2d(fc_width, n_classes, 1)
        init_weights(self)
        self.context = None
        if context is not None:
            self.context = ContextModule(n_classes, large=context == "large", dilate=dilate)

    def front_end(self, x: Tensor) -> Tensor:
        """Return the scores of the front end, one a cell, without padding the image."""
        conv5 = self.backbone(x)[4].conv  # (N, 512, H/8, W/8)
        fc6 = self.dropout(F.relu(self.fc6(conv5)))  # (N, 4096, H/8, W/8)
        fc7 = self.dropout(F.relu(self.fc7(fc6)))
        return self.final(fc7)  # (N, n_classes, H/8, W/8)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        height, width = x.shape[2:]
        # Whole cells, so that cells stay in place.
        cell = self.backbone.output_stride
        more_y, more_x = -height % cell, -width % cell
        margin = self.MARGIN if self.padding == "mirror" else 0
        y = self.front_end(mirror_pad(x, margin, margin + more_x, margin, margin + more_y))
        if self.context is not None:
            y = self.context(y)
        y = resize(y, (height + more_y, width + more_x))
        return y[..., :height, :width]


# One pooling less: a map at 1/8 of a scene of 96×96 cannot hold its thin structures. With batch
# normalisation, which is younger than the paper: without it, training would take far longer.
_MINI: dict[str, Any] = {
    "widths": (8, 16, 32, 48, 48),
    "depths": (1, 2, 2, 2, 2),
    "pool_strides": (2, 2, 0, 0, 0),
    "batch_norm": True,
    "fc_width": 32,
    "dropout": 0.1,
    "context": "basic",
    "padding": "same",
}

zoo.register(
    zoo.Card(
        name="dilated-front-end",
        title="Dilated front end",
        year=2016,
        paper="Yu and Koltun: Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016",
        arxiv="1511.07122",
        idea="What was made for classification and does not serve dense prediction is taken out: "
        "the last two poolings go, dilation keeps the view.",
        changed="Against FCN-8s and DeepLab v1: fewer parts, pools removed rather than kept at "
        "stride 1, no padding within the network, and yet more accurate.",
        tags=("vgg", "dilation", "valid-convolution"),
        after=("fcn-8s",),
        results=(
            zoo.Result("PASCAL VOC 2012 test", "mIoU", 67.6, "Table 2"),
            zoo.Result("PASCAL VOC 2012 test, with COCO", "mIoU", 71.3, "Table 4"),
        ),
        parameters=zoo.Reference(21, 134_346_581),
    ),
    paper=lambda n_classes, **options: Dilated(n_classes, **{"context": None} | options),
    mini=lambda n_classes, **options: Dilated(n_classes, **_MINI | {"context": None} | options),
)
zoo.register(
    zoo.Card(
        name="dilated",
        title="Dilated front end + context module",
        year=2016,
        paper="Yu and Koltun: Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016",
        arxiv="1511.07122",
        idea="Seven convolutions, their dilation doubling up to 16, see 67 cells of the score map "
        "without losing resolution.",
        changed="Against the front end alone: a module of its own that gathers context from "
        "scores, initialised to the identity.",
        tags=("vgg", "dilation", "context", "valid-convolution"),
        after=("dilated-front-end",),
        results=(
            zoo.Result("PASCAL VOC 2012 test, with COCO", "mIoU", 73.5, "Table 4"),
            zoo.Result("PASCAL VOC 2012 test, with COCO and CRF-RNN", "mIoU", 75.3, "Table 4"),
        ),
        parameters=zoo.Reference(21, 141_149_720),
    ),
    paper=lambda n_classes, **options: Dilated(n_classes, **options),
    mini=lambda n_classes, **options: Dilated(n_classes, **_MINI | options),
)
