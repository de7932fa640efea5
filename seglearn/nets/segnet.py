"""SegNet and SegNet-Basic (Badrinarayanan, Kendall and Cipolla 2015).

The encoder remembers only where its maxima lay. The decoder puts values back there and convolves;
nothing else passes from one to the other, which saves the memory that concatenation needs.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from torch import Tensor, nn

from seglearn import inputs
from seglearn.nets import zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.blocks import ConvNormAct, SegmentationNet, check_images, init_weights, resize

__all__ = ["SegNet", "SegNetBasic"]


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

    Notes
    -----
    Compute with 32 bits what unpools. With 16, two values of a window that agree in three digits
    become equal or change their order, and unpooling then puts a maximum beside its place. On four
    scenes this moves up to 0.4 % of the positive maxima of the four trained networks that unpool;
    the worst logit is off by 6 to 15 % of the largest. With the positions found with 32 bits it is
    off by 0.1 %; FCN-8s and LinkNet are off by 0.2 %. Weights may well be stored with 16 bits.
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
        inputs.choice(unpooling, "unpooling", ("indices", "bilinear"))
        self.encoder = VGG16(
            widths=widths, batch_norm=True, return_indices=True, in_channels=in_channels
        )
        unpool = partial(nn.MaxUnpool2d, 2) if unpooling == "indices" else _Bilinear
        w1, w2, w3, w4, w5 = widths
        self.unpool5 = unpool()
        self.decoder5 = _convs(w5, w5, w5, w4)  # mirrors conv5_3, conv5_2, conv5_1: at 1/16
        self.unpool4 = unpool()
        self.decoder4 = _convs(w4, w4, w4, w3)  # at 1/8
        self.unpool3 = unpool()
        self.decoder3 = _convs(w3, w3, w3, w2)  # at 1/4
        self.unpool2 = unpool()
        self.decoder2 = _convs(w2, w2, w1)  # at 1/2
        self.unpool1 = unpool()
        self.decoder1 = _convs(w1, w1)  # at full size
        self.score = nn.Conv2d(w1, n_classes, 3, padding=1)  # the 13th
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        one, two, three, four, five = self.encoder(x)
        y = self.unpool5(five.pooled, five.indices, output_size=five.conv.shape[2:])
        y = self.unpool4(self.decoder5(y), four.indices, output_size=four.conv.shape[2:])
        y = self.unpool3(self.decoder4(y), three.indices, output_size=three.conv.shape[2:])
        y = self.unpool2(self.decoder3(y), two.indices, output_size=two.conv.shape[2:])
        y = self.unpool1(self.decoder2(y), one.indices, output_size=one.conv.shape[2:])
        return self.score(self.decoder1(y))  # (N, n_classes, H, W)


def _convs(*widths: int) -> nn.Sequential:
    """Return 3×3 convolutions, normalised and with ReLU, from each width to the next."""
    return nn.Sequential(*(ConvNormAct(a, b, bias=True) for a, b in pairwise(widths)))


class _Bilinear(nn.Module):
    """Stands in for unpooling and does not look at the indices."""

    def forward(self, x: Tensor, indices: Tensor, output_size: Sequence[int]) -> Tensor:
        return resize(x, output_size)


class SegNetBasic(SegmentationNet):
    """SegNet-Basic: four 7×7 convolutions each way, all of one width (section 3.2).

    The decoder has no ReLU. All convolutions have biases, as in the released network; the paper's
    text says that none has. Before the first the release normalises the image over neighbouring
    channels, which is left out here.

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
        encoder = partial(ConvNormAct, out_channels=width, kernel_size=kernel_size, bias=True)
        decoder = partial(encoder, width, act=False)
        pool, unpool = partial(nn.MaxPool2d, 2, return_indices=True), partial(nn.MaxUnpool2d, 2)
        # Each stage of the encoder, and what mirrors it.
        self.encoder1, self.pool1 = encoder(in_channels), pool()
        self.unpool1, self.decoder1 = unpool(), decoder()
        self.encoder2, self.pool2 = encoder(width), pool()
        self.unpool2, self.decoder2 = unpool(), decoder()
        self.encoder3, self.pool3 = encoder(width), pool()
        self.unpool3, self.decoder3 = unpool(), decoder()
        self.encoder4, self.pool4 = encoder(width), pool()
        self.unpool4, self.decoder4 = unpool(), decoder()
        self.score = nn.Conv2d(width, n_classes, 1)
        init_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        check_images(x, self.in_channels)
        conv1 = self.encoder1(x)  # (N, 64, H, W)
        pool1, at1 = self.pool1(conv1)
        conv2 = self.encoder2(pool1)  # (N, 64, H/2, W/2)
        pool2, at2 = self.pool2(conv2)
        conv3 = self.encoder3(pool2)  # (N, 64, H/4, W/4)
        pool3, at3 = self.pool3(conv3)
        conv4 = self.encoder4(pool3)  # (N, 64, H/8, W/8)
        pool4, at4 = self.pool4(conv4)
        y = self.decoder4(self.unpool4(pool4, at4, output_size=conv4.shape[2:]))
        y = self.decoder3(self.unpool3(y, at3, output_size=conv3.shape[2:]))
        y = self.decoder2(self.unpool2(y, at2, output_size=conv2.shape[2:]))
        y = self.decoder1(self.unpool1(y, at1, output_size=conv1.shape[2:]))
        return self.score(y)  # (N, n_classes, H, W)


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
