"""What the networks share: convolution blocks, resizing, cropping, initial weights, the base class.

Conventions, kept by every network of `seglearn.nets`:

- Tensors are (N, C, H, W). Images have values in [0, 1] or normalised; the networks do not mind.
- Bilinear resizing has ``align_corners=False`` everywhere, through `resize`: pixels are little
  squares whose corners, not centres, coincide. So a cell of stride ``s`` covers ``s`` pixels. Only
  where a network was trained on every s-th pixel (`SegmentationNet.loss_stride`) a cell stands for
  that pixel, and `place` puts it there.
- "Same" padding is ``dilation * (kernel - 1) // 2`` zeros on each side.
- A network derives from `SegmentationNet` and calls `check_images` first in its ``forward``.
- Weights are drawn by `init_weights` at the end of ``__init__``; what a paper initialises in
  another way (zeros, bilinear kernels, the identity) is set after it.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seglearn import inputs
from seglearn.words import say

__all__ = [
    "SMALLEST",
    "ConvNormAct",
    "DeconvNormAct",
    "SegmentationNet",
    "bilinear_deconvolution",
    "bilinear_kernel",
    "check_batch",
    "check_images",
    "count_parameters",
    "crop",
    "crop_centre",
    "init_weights",
    "mirror_pad",
    "numbered",
    "place",
    "resize",
    "same_padding",
    "set_bilinear",
]

SMALLEST = 64
"""Least height and width of an input image, in pixels."""


class SegmentationNet(nn.Module):
    """A network that gives every pixel a score for every class.

    ``net(images)`` returns logits (N, n_classes, H, W) at the size of the images, in training and
    in evaluation. A network with auxiliary heads overrides `forward_with_aux` as well.

    Parameters
    ----------
    n_classes : int
        Number of classes, at least 2.
    in_channels : int, default 3
        Channels of the images.

    Attributes
    ----------
    aux_weight : float
        Factor of the loss of each auxiliary head, as published; 0 for a network without such heads.
    loss_stride : int
        1 where the loss is taken on the logits, at every pixel. Where it is s, training looks at
        ``net.coarse(images)`` instead, whose cell (i, j) is compared with the label of pixel
        (s·i, s·j).
    built_as : dict or None
        Network, preset, n_classes and options that `zoo.create` was asked for. Files of weights
        carry it, so that weights of another network are refused even where all shapes fit.
    """

    aux_weight: float = 0.0
    loss_stride: int = 1
    built_as: dict[str, Any] | None = None

    def __init__(self, n_classes: int, in_channels: int = 3) -> None:
        super().__init__()
        self.n_classes = inputs.whole(n_classes, "n_classes", 2)
        self.in_channels = inputs.whole(in_channels, "in_channels", 1)

    def forward_with_aux(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the logits and those of the auxiliary heads by name, all at the size of `x`.

        Networks without auxiliary heads return an empty dictionary. What a network with an
        `aux_weight` of 0 returns is to look at, not to train on.
        """
        return self(x), {}


def check_images(x: Tensor, channels: int = 3, smallest: int = SMALLEST) -> None:
    """Raise ValueError unless `x` is (N, `channels`, H, W) with H and W at least `smallest`."""
    if x.ndim != 4 or x.shape[1] != channels:
        raise ValueError(
            say(
                "images of shape {shape}: expected (N, {channels}, H, W); add the batch "
                "dimension with x[None], and put channels before rows and columns",
                shape=tuple(x.shape),
                channels=channels,
            )
        )
    if min(x.shape[2:]) < smallest:
        raise ValueError(
            say(
                "images of {rows}×{columns} pixels are too small; this network needs at least "
                "{smallest}×{smallest}: resize or pad them",
                rows=x.shape[2],
                columns=x.shape[3],
                smallest=smallest,
            )
        )


def check_batch(n_values: int, layer: nn.Module, name: str) -> None:
    """Raise ValueError if `layer` is to learn statistics from one value a channel, which has none.

    Where a map of one cell is normalised, a batch of one image has no variance.

    Parameters
    ----------
    n_values : int
        Values a channel: images times cells.
    layer : nn.Module
        Holds the batch normalisation.
    name : str
        Of the layer, for the message.
    """
    parts = layer.modules() if n_values == 1 else ()
    if any(isinstance(part, nn.BatchNorm2d) and part.training for part in parts):
        raise ValueError(
            say(
                "{name} normalises maps of one cell, and a batch of one image has no variance "
                "there; train on batches of at least 2 images, or freeze batch normalisation "
                "(train_batch_norm=False in the recipe)",
                name=name,
            )
        )


def count_parameters(module: nn.Module, *, trainable: bool = False) -> int:
    """Count the parameters of `module`, or only those that are trained; buffers never count."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad or not trainable)


# ---------------------------------------------------------------------------------- convolutions


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def same_padding(
    kernel_size: int | tuple[int, int], dilation: int | tuple[int, int] = 1
) -> tuple[int, int]:
    """Zeros per side with which an odd kernel at stride 1 keeps the size of its input."""
    (k_y, k_x), (d_y, d_x) = _pair(kernel_size), _pair(dilation)
    if k_y % 2 == 0 or k_x % 2 == 0:
        raise ValueError(
            say(
                "kernel_size={kernel_size!r} is even and has no same padding; use odd",
                kernel_size=kernel_size,
            )
        )
    return d_y * (k_y - 1) // 2, d_x * (k_x - 1) // 2


class ConvNormAct(nn.Sequential):
    """Convolution, then batch normalisation, then ReLU; the last two can be left out.

    The parts are named ``conv``, ``norm`` and ``act``.

    Parameters
    ----------
    in_channels, out_channels : int
        Widths.
    kernel_size : int or tuple of int, default 3
        Odd if `padding` is not given.
    stride, dilation, groups : int, default 1
        As in `torch.nn.Conv2d`.
    padding : int or tuple of int, optional
        "Same" if not given.
    norm : bool, default True
        Whether to normalise.
    act : bool or nn.Module, default True
        True for a ReLU, False for none, or the activation itself.
    bias : bool, optional
        Whether the convolution has a bias; by default only if nothing is normalised.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int] = 3,
        *,
        stride: int | tuple[int, int] = 1,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        padding: int | tuple[int, int] | None = None,
        norm: bool = True,
        act: bool | nn.Module = True,
        bias: bool | None = None,
    ) -> None:
        super().__init__()
        if padding is None:
            padding = same_padding(kernel_size, dilation)
        self.conv = nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            bias=not norm if bias is None else bias,
        )
        if norm:
            self.norm = nn.BatchNorm2d(out_channels)
        if act is not False:
            self.act = nn.ReLU(inplace=True) if act is True else act


class DeconvNormAct(nn.Sequential):
    """Transposed convolution with bias, then batch normalisation, then ReLU.

    The parts are named ``deconv``, ``norm`` and ``act``.

    Parameters
    ----------
    in_channels, out_channels : int
        Widths.
    kernel_size, stride, padding, output_padding : int
        As in `torch.nn.ConvTranspose2d`.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        output_padding: int = 0,
    ) -> None:
        super().__init__()
        self.deconv = nn.ConvTranspose2d(
            in_channels, out_channels, kernel_size, stride, padding, output_padding
        )
        self.norm = nn.BatchNorm2d(out_channels)
        self.act = nn.ReLU(inplace=True)


def numbered(prefix: str, modules: Iterable[nn.Module]) -> nn.Sequential:
    """Return `modules` one after the other, called ``prefix`` 1, 2, … as papers number layers.

    >>> [name for name, _ in numbered("conv2_", [nn.Identity(), nn.ReLU()]).named_children()]
    ['conv2_1', 'conv2_2']
    """
    return nn.Sequential(OrderedDict((f"{prefix}{i}", each) for i, each in enumerate(modules, 1)))


def init_weights(module: nn.Module) -> None:
    """Draw all weights of `module` so that activations keep their variance through ReLUs.

    Convolutions, transposed ones too, get He's normal distribution (He et al. 2015, eq. 10) for the
    number of terms that each output really sums, biases 0, normalisations the identity.
    PyTorch's default has a third of that variance: 16 layers without normalisation would
    shrink the signal several thousand times, and the network would not learn.
    """
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            taps = math.prod(part.kernel_size)
            if isinstance(part, nn.ConvTranspose2d):
                taps = max(1, taps // math.prod(part.stride))
            fan_in = part.in_channels // part.groups * taps
            nn.init.normal_(part.weight, std=math.sqrt(2 / fan_in))
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=math.sqrt(2 / part.in_features))
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.BatchNorm2d | nn.GroupNorm) and part.weight is not None:
            nn.init.ones_(part.weight)
            nn.init.zeros_(part.bias)


# ------------------------------------------------------------------------------------ resampling


def resize(x: Tensor, like: Tensor | Sequence[int]) -> Tensor:
    """Resize `x` bilinearly to the height and width of `like`, a tensor or ``(H, W)``."""
    size = like.shape[-2:] if isinstance(like, Tensor) else like
    size = (int(size[0]), int(size[1]))
    if tuple(x.shape[-2:]) == size:
        return x
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)


def place(x: Tensor, stride: int, like: Tensor | Sequence[int]) -> Tensor:
    """Put cell (i, j) of `x` on pixel (stride · i, stride · j) of a map of the size of `like`.

    Between them the map is bilinear, beyond the last ones it repeats them.
    """
    size = like.shape[-2:] if isinstance(like, Tensor) else like
    more = F.pad(x, (0, 1, 0, 1), mode="replicate")
    between = [stride * n + 1 for n in x.shape[-2:]]
    y = F.interpolate(more, size=between, mode="bilinear", align_corners=True)
    return crop(y, 0, size)


def bilinear_kernel(size: int) -> Tensor:
    """Return the (size, size) kernel of a transposed convolution that up-samples bilinearly.

    Its stride is ``size / 2`` for an even size and ``(size + 1) / 2`` for an odd one.
    """
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 == 1 else factor - 0.5
    ramp = 1 - (torch.arange(size) - centre).abs() / factor
    return ramp[:, None] * ramp[None, :]


def bilinear_deconvolution(
    channels: int, kernel_size: int, stride: int, *, trainable: bool = True, full: bool = True
) -> nn.ConvTranspose2d:
    """Return a transposed convolution that starts as bilinear up-sampling, channel by channel.

    It has neither bias nor padding, so the output is ``stride * (n - 1) + k`` long. The kernel is
    (channels, channels, k, k) with zeros between different channels, as in FCN, or without these
    zeros, (channels, 1, k, k), if it is not ``full``: the same function with fewer numbers.
    """
    layer = nn.ConvTranspose2d(
        channels, channels, kernel_size, stride, bias=False, groups=1 if full else channels
    )
    set_bilinear(layer)
    layer.weight.requires_grad_(trainable)
    return layer


def set_bilinear(layer: nn.ConvTranspose2d) -> None:
    """Set the weights of `layer` to bilinear up-sampling, channel by channel."""
    with torch.no_grad():
        layer.weight.zero_()
        each = torch.arange(layer.in_channels)
        layer.weight[each, each if layer.groups == 1 else 0] = bilinear_kernel(
            layer.kernel_size[0]
        ).to(layer.weight)


# --------------------------------------------------------------------------- cropping and padding


def crop(x: Tensor, offset: int | tuple[int, int], size: Sequence[int]) -> Tensor:
    """Cut ``size = (H, W)`` out of `x`, from row and column `offset`."""
    top, left = _pair(offset)
    height, width = int(size[0]), int(size[1])
    if min(top, left) < 0 or top + height > x.shape[-2] or left + width > x.shape[-1]:
        raise ValueError(
            say(
                "cannot crop {height}×{width} at {corner} from {rows}×{columns}",
                height=height,
                width=width,
                corner=(top, left),
                rows=x.shape[-2],
                columns=x.shape[-1],
            )
        )
    return x[..., top : top + height, left : left + width]


def crop_centre(x: Tensor, like: Tensor | Sequence[int]) -> Tensor:
    """Cut the centre of `x` to the height and width of `like`, a tensor or ``(H, W)``."""
    size = like.shape[-2:] if isinstance(like, Tensor) else like
    offset = ((x.shape[-2] - int(size[0])) // 2, (x.shape[-1] - int(size[1])) // 2)
    return crop(x, offset, size)


def mirror_pad(x: Tensor, left: int, right: int, top: int, bottom: int) -> Tensor:
    """Continue `x` by reflection at its borders, as far as asked, repeatedly if need be.

    A side of one pixel has nothing to reflect: it is repeated.
    """
    height, width = x.shape[-2:]
    if height == 1 or width == 1:
        ends = [
            left * (width == 1),
            right * (width == 1),
            top * (height == 1),
            bottom * (height == 1),
        ]
        x = F.pad(x, ends, mode="replicate")
        left, right, top, bottom = (
            want - done for want, done in zip((left, right, top, bottom), ends, strict=True)
        )
    while left or right or top or bottom:
        height, width = x.shape[-2:]
        now = [min(left, width - 1), min(right, width - 1)]
        now += [min(top, height - 1), min(bottom, height - 1)]
        x = F.pad(x, now, mode="reflect")
        left, right, top, bottom = (
            want - done for want, done in zip((left, right, top, bottom), now, strict=True)
        )
    return x
