"""SegNet and SegNet-Basic (Badrinarayanan, Kendall and Cipolla 2015).

The encoder remembers only where its maxima lay. The decoder puts values back there and convolves;
nothing else passes from one to the other, which saves the memory that concatenation needs.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.blocks import ConvNormAct, SegmentationNet, check_images, init_weights, resize

__all__ = ["SegNet", "SegNetBasic", "median_frequency_weights"]


class SegNet(SegmentationNet):
    """SegNet: the 13 convolutions of VGG16, and 13 that mirror them (section 3, Fig. 2).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    widths : sequence of int, default (64, 128, 256, 512, 512)
        Of the five stages.
    unpooling : {"indices", "bilinear"}, default "indices"
        Whether the decoder puts values back where the maxima were, or interpolates instead.
    in_channels : int, default 3
        Channels of the images.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        unpooling: str = "indices",
        in_channels: int = 3,
    ) -> None:
        super().__init__(n_classes, in_channels)
        if unpooling not in ("indices", "bilinear"):
            raise ValueError(f"unpooling={unpooling!r} is unknown; pass 'indices' or 'bilinear'")
        self.unpooling = unpooling
        self.encoder = VGG16(
            widths=widths, batch_norm=True, return_indices=True, in_channels=in_channels
        )
        for i, depth in zip((5, 4, 3, 2, 1), (3, 3, 3, 2, 1), strict=True):
            width, last = widths[i - 1], widths[max(i - 2, 0)]
            outs = [width] * (depth - 1) + [last]
            if unpooling == "indices":
                self.add_module(f"unpool{i}", nn.MaxUnpool2d(2))
            self.add_module(
                f"decoder{i}", nn.Sequential(*(ConvNormAct(width, out, bias=True) for out in outs))
            )
        self.score = nn.Conv2d(widths[0], n_classes, 3, padding=1)  # the 13th
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        stages = self.encoder(x)
        y = stages[4].pooled
        for i in (5, 4, 3, 2, 1):
            conv, _, indices = stages[i - 1]
            if self.unpooling == "indices":
                y = self.get_submodule(f"unpool{i}")(y, indices, output_size=conv.shape[2:])
            else:
                y = resize(y, conv)
            y = self.get_submodule(f"decoder{i}")(y)
        return self.score(y)


class SegNetBasic(SegmentationNet):
    """SegNet-Basic: four 7×7 convolutions each way, all of one width (section 3.2).

    The decoder has no ReLU.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    width : int, default 64
        Of all layers.
    kernel_size : int, default 7
        Of all convolutions but the 1×1 that scores.
    in_channels : int, default 3
        Channels of the images.
    """

    def __init__(
        self, n_classes: int, *, width: int = 64, kernel_size: int = 7, in_channels: int = 3
    ) -> None:
        super().__init__(n_classes, in_channels)
        for i in (1, 2, 3, 4):
            channels = in_channels if i == 1 else width
            self.add_module(f"encoder{i}", ConvNormAct(channels, width, kernel_size, bias=True))
            self.add_module(f"pool{i}", nn.MaxPool2d(2, return_indices=True))
            self.add_module(f"unpool{i}", nn.MaxUnpool2d(2))
            self.add_module(
                f"decoder{i}", ConvNormAct(width, width, kernel_size, act=False, bias=True)
            )
        self.score = nn.Conv2d(width, n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        pooled = []
        for i in (1, 2, 3, 4):
            x = self.get_submodule(f"encoder{i}")(x)
            size = x.shape[2:]
            x, indices = self.get_submodule(f"pool{i}")(x)
            pooled.append((indices, size))
        for i in (4, 3, 2, 1):
            indices, size = pooled[i - 1]
            x = self.get_submodule(f"unpool{i}")(x, indices, output_size=size)
            x = self.get_submodule(f"decoder{i}")(x)
        return self.score(x)


def median_frequency_weights(
    labels: Sequence[NDArray[Any]], n_classes: int, ignore_index: int | None = 255
) -> NDArray[np.float64]:
    """Weigh classes by the median frequency over their own (section 3.4, after Eigen and Fergus).

    The frequency of a class counts only the images in which it occurs.

    Parameters
    ----------
    labels : sequence of (H, W) integer arrays
        All label maps of the training set.
    n_classes : int
        Number of classes.
    ignore_index : int or None, default 255
        Label that does not count.

    Returns
    -------
    (n_classes,) float64
        A class that never occurs has weight 0.

    Raises
    ------
    ValueError
        If a label is neither a class nor ignored, or no pixel counts.
    """
    of_class = np.zeros(n_classes)
    of_images = np.zeros(n_classes)
    for each in labels:
        valid = np.asarray(each)
        valid = valid[valid != ignore_index] if ignore_index is not None else valid.ravel()
        if valid.size and (valid.min() < 0 or valid.max() >= n_classes):
            raise ValueError(
                f"labels from {valid.min()} to {valid.max()}: expected 0 to {n_classes - 1}, "
                f"or ignore_index={ignore_index}"
            )
        counts = np.bincount(valid.astype(np.intp), minlength=n_classes)
        of_class += counts
        of_images += valid.size * (counts > 0)
    present = of_class > 0
    if not present.any():
        raise ValueError("no pixel counts: labels are empty or all ignored; pass some that are not")
    weights = np.zeros(n_classes)
    frequency = of_class[present] / of_images[present]
    weights[present] = np.median(frequency) / frequency
    return weights


_PAPER = (
    "Badrinarayanan, Kendall and Cipolla: SegNet: A Deep Convolutional Encoder-Decoder "
    "Architecture for Image Segmentation, IEEE TPAMI 2017"
)

zoo.register(
    zoo.Card(
        name="segnet",
        title="SegNet",
        year=2017,
        paper=_PAPER,
        arxiv="1511.00561",
        idea="Only the positions of the maxima pass from encoder to decoder: sharp borders for "
        "little memory.",
        changed="Against DeconvNet: no fully connected layers, so a ninth of the parameters, "
        "trained end to end on whole images; against U-Net: indices, not features, are carried "
        "over.",
        tags=("vgg", "encoder-decoder", "unpooling"),
        after=("fcn-8s", "deconvnet", "unet"),
        results=(
            zoo.Result("CamVid test, 3433 training images", "mIoU", 60.1, "Table 3"),
            zoo.Result("CamVid test, 3433 training images", "global accuracy", 90.4, "Table 3"),
        ),
        parameters=zoo.Reference(11, 29_449_355),
    ),
    paper=lambda n_classes, **options: SegNet(n_classes, **options),
    mini=lambda n_classes, **options: SegNet(
        n_classes, **{"widths": (8, 16, 32, 64, 64)} | options
    ),
)
zoo.register(
    zoo.Card(
        name="segnet-basic",
        title="SegNet-Basic",
        year=2017,
        paper=_PAPER,
        arxiv="1511.00561",
        idea="A small SegNet, made to compare kinds of decoder: four large convolutions down, "
        "four up.",
        changed="Against SegNet: four stages of one 7×7 convolution each, 64 channels everywhere, "
        "no ReLU in the decoder.",
        tags=("own-encoder", "encoder-decoder", "unpooling"),
        after=("segnet",),
        results=(
            zoo.Result("CamVid test, balanced classes", "mIoU", 47.7, "Table 1"),
            zoo.Result("CamVid test, balanced classes", "global accuracy", 82.7, "Table 1"),
        ),
        parameters=zoo.Reference(11, 1_416_587),
    ),
    paper=lambda n_classes, **options: SegNetBasic(n_classes, **options),
    mini=lambda n_classes, **options: SegNetBasic(n_classes, **{"width": 16} | options),
)
