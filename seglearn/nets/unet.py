"""U-Net (Ronneberger, Fischer and Brox 2015), with valid convolutions and with padded ones.

The original convolves without padding, so that each pixel of the output has seen only image, and
is smaller than its input: 572×572 in, 388×388 out. To label a whole image, what lies beyond its
border is mirrored (Fig. 2); `UNet.forward` does that. The "same" variant, usual today, pads with
zeros instead: the border is predicted from less, and nothing needs to be cropped.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor, nn

from seglearn import inputs
from seglearn.nets import zoo
from seglearn.nets.blocks import (
    ConvNormAct,
    SegmentationNet,
    check_images,
    crop_centre,
    init_weights,
    mirror_pad,
)
from seglearn.words import say

__all__ = ["UNet", "border_weight_map"]


class UNet(SegmentationNet):
    """U-Net (section 2, Fig. 1).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    padding : {"valid", "same"}, default "valid"
        As published, or with zeros.
    width : int, default 64
        Channels of the first stage; each later stage has twice as many.
    depth : int, default 4
        Number of poolings.
    batch_norm : bool, default False
        Whether to normalise: False as published, and the default of the paper preset of "unet"; that
        of its mini preset and of both presets of "unet-same" is True.
    dropout : float, default 0.5
        At the end of the contracting path (section 3.1).
    in_channels : int, default 3
        Channels of the images; 1 in the paper.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        padding: str = "valid",
        width: int = 64,
        depth: int = 4,
        batch_norm: bool = False,
        dropout: float = 0.5,
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        inputs.choice(padding, "padding", ("valid", "same"))
        if depth < 1:
            raise ValueError(say("depth={depth!r}; pass 1 or more", depth=depth))
        self.padding = padding
        self.depth = depth
        widths = [width * 2**i for i in range(depth + 1)]
        pad = 0 if padding == "valid" else 1

        def double_conv(in_channels: int, out_channels: int) -> nn.Sequential:
            return nn.Sequential(
                ConvNormAct(in_channels, out_channels, padding=pad, norm=batch_norm),
                ConvNormAct(out_channels, out_channels, padding=pad, norm=batch_norm),
            )

        self.down = nn.ModuleList(
            double_conv(i, o) for i, o in zip([in_channels, *widths], widths, strict=False)
        )
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(dropout)
        self.up_conv = nn.ModuleList(
            nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in reversed(widths[:-1])
        )
        self.up = nn.ModuleList(double_conv(2 * w, w) for w in reversed(widths[:-1]))
        self.score = nn.Conv2d(width, n_classes, 1)
        init_weights(self)

    def input_size(self, size: int) -> int:
        """Return the least input of which every pooling is even and whose output covers `size`."""
        coarsest = 1
        while True:
            now = coarsest
            for _ in range(self.depth):
                now = 2 * now - (4 if self.padding == "valid" else 0)
            if now >= size and coarsest > 4 * (self.padding == "valid"):
                break
            coarsest += 1
        if self.padding == "same":
            return now
        now = coarsest + 4
        for _ in range(self.depth):
            now = 2 * now + 4
        return now

    def forward_valid(self, x: Tensor) -> Tensor:
        """Return logits without adding any context: smaller than `x` if convolutions are valid.

        Parameters
        ----------
        x : Tensor
            (N, in_channels, H, W). Every pooling must meet an even size, e.g. 572 at depth 4.

        Returns
        -------
        Tensor
            (N, n_classes, H - 184, W - 184) at depth 4; the size of `x` if padded.
        """
        skips: list[Tensor] = []
        for i, down in enumerate(self.down):
            if i > 0:
                if x.shape[2] % 2 or x.shape[3] % 2:
                    raise ValueError(
                        say(
                            "pooling {i} meets a map of {rows}×{columns}, which is odd; call "
                            "the network itself, which finds a size that fits",
                            i=i,
                            rows=x.shape[2],
                            columns=x.shape[3],
                        )
                    )
                x = self.pool(x)
            x = down(x)
            if i >= self.depth - 1:  # the last two stages
                x = self.dropout(x)
            skips.append(x)
        skips.pop()
        for up_conv, up in zip(self.up_conv, self.up, strict=True):
            x = up_conv(x)
            x = up(torch.cat([crop_centre(skips.pop(), x), x], dim=1))
        return self.score(x)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W), mirrored outwards."""
        check_images(x, self.in_channels)
        more_y, more_x = (self.input_size(n) - n for n in x.shape[2:])
        top, left = more_y // 2, more_x // 2
        if self.padding == "same":
            top = left = 0  # only the end is filled up, so that pixels stay in place
        y = self.forward_valid(mirror_pad(x, left, more_x - left, top, more_y - top))
        if self.padding == "same":
            return y[..., : x.shape[2], : x.shape[3]]
        return crop_centre(y, x)


def border_weight_map(
    instances: NDArray[Any],
    *,
    class_weights: NDArray[Any] | Sequence[float] = (1.0, 1.0),
    w0: float = 10.0,
    sigma: float = 5.0,
) -> NDArray[np.float64]:
    """Weigh the pixels between touching cells more (section 3, eq. 2).

    Parameters
    ----------
    instances : (H, W) integer array
        0 for background, another number for each cell.
    class_weights : pair of float, default (1, 1)
        Of background and of cells, to balance their frequencies.
    w0 : float, default 10
        Weight where two cells meet.
    sigma : float, default 5
        Pixels over which it falls off.

    Returns
    -------
    (H, W) float64
        ``class weight + w0 * exp(-(d1 + d2)² / (2 sigma²))`` on the background, with the distances
        to the nearest and second nearest cell; the class weight alone in cells.

    Raises
    ------
    TypeError, ValueError
        If `instances` is no label map, (H, W) of integers, or `sigma` is not positive.
    """
    instances = inputs.label_map(instances, "instances", booleans=False)
    if not sigma > 0:
        raise ValueError(
            say("sigma={sigma!r} is not positive; it is a distance in pixels", sigma=sigma)
        )
    cell = instances != 0
    weights = np.where(cell, float(class_weights[1]), float(class_weights[0]))
    nearest = np.full(instances.shape, np.inf)
    second = nearest.copy()
    for label in np.unique(instances[cell]):
        distance = ndimage.distance_transform_edt(instances != label)
        second = np.minimum(second, np.maximum(nearest, distance))
        nearest = np.minimum(nearest, distance)
    border = w0 * np.exp(-((nearest + second) ** 2) / (2 * sigma**2))
    return weights + np.where(cell, 0.0, border)


_PAPER = (
    "Ronneberger, Fischer and Brox: U-Net: Convolutional Networks for Biomedical Image "
    "Segmentation, MICCAI 2015"
)

# One pooling less: at depth 4 a 96×96 image would need 300×300 pixels of mirrored context. With batch
# normalisation, which is younger than the paper: without it, training would take far longer.
_MINI: dict[str, Any] = {"width": 8, "depth": 3, "dropout": 0.1, "batch_norm": True}
_SAME: dict[str, Any] = {"padding": "same", "batch_norm": True}

zoo.register(
    zoo.Card(
        name="unet",
        title="U-Net",
        year=2015,
        paper=_PAPER,
        arxiv="1505.04597",
        idea="A decoder as rich as the encoder is given the encoder's features at every "
        "resolution, side by side with its own.",
        changed="Against FCN: features are concatenated, not scores added, and the way up has many "
        "channels; valid convolutions, a loss that weighs borders, and elastic deformation make "
        "thirty images enough.",
        tags=(
            "own-encoder",
            "encoder-decoder",
            "skip-concat",
            "transposed-convolution",
            "valid-convolution",
        ),
        after=("fcn-8s",),
        results=(
            zoo.Result("ISBI 2012 EM test", "warping error", 0.0003529, "section 4"),
            zoo.Result("ISBI 2012 EM test", "Rand error", 0.0382, "section 4"),
            zoo.Result("ISBI cell tracking 2015, PhC-U373", "mean IoU", 92.0, "section 4"),
            zoo.Result("ISBI cell tracking 2015, DIC-HeLa", "mean IoU", 77.5, "section 4"),
        ),
        parameters=zoo.Reference(2, 31_031_810),
    ),
    paper=lambda n_classes, **options: UNet(n_classes, **options),
    mini=lambda n_classes, **options: UNet(n_classes, **_MINI | options),
)
zoo.register(
    zoo.Card(
        name="unet-same",
        title="U-Net (padded)",
        year=2015,
        paper=_PAPER,
        arxiv="1505.04597",
        idea="The U-Net as many implementations have it: zero padding keeps every map at its size.",
        changed="Against the published U-Net: padding and batch normalisation; nothing is "
        "mirrored or cropped. It is a variant, not the paper's network.",
        tags=("own-encoder", "encoder-decoder", "skip-concat", "transposed-convolution"),
        after=("unet",),
        parameters=zoo.Reference(2, 31_037_698),
    ),
    paper=lambda n_classes, **options: UNet(n_classes, **_SAME | options),
    mini=lambda n_classes, **options: UNet(n_classes, **_MINI | _SAME | {"depth": 4} | options),
)
