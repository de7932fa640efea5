"""The classification networks that the segmentation networks stand on: VGG16 and ResNet.

Both are fully convolutional: the classifier is left out. Both give the features of every stage:

- ``VGG16(...)(x)`` → list of five `VGGStage` ``(conv, pooled, indices)``: ``stages[3].pooled`` is
  the paper's pool4, ``stages[2].conv`` its conv3_3, ``indices`` where the maxima lay (None unless
  ``return_indices``). A pool of stride 1 keeps the size; a removed pool has ``pooled is conv``.
  ``backbone.widths`` holds the five widths, ``backbone.output_stride`` the product of the strides.
  Layers are called ``conv1_1`` … ``conv5_3``,
  ``pool1`` … ``pool5``, as in the paper.
- ``ResNet(...)(x)`` → `ResNetFeatures` ``(conv1, conv2, conv3, conv4, conv5)``, named as in He et
  al., Table 1: strides 2, 4, 8, 16, 32 unless ``output_stride`` stops at 8 or 16.
  ``backbone.channels`` is the tuple of the five widths. Blocks are called ``conv2_1`` …
  ``conv5_3``, as in the caption of that table.

Weights are He's (`blocks.init_weights`); a `mini` preset passes smaller ``widths`` and ``depths``.
"""

import math
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

from torch import Tensor, nn

from seglearn import inputs
from seglearn.nets.blocks import ConvNormAct, init_weights, numbered, same_padding
from seglearn.words import say

__all__ = [
    "VGG16",
    "BasicBlock",
    "Bottleneck",
    "ResNet",
    "ResNetFeatures",
    "VGGStage",
    "backbone_options",
    "resnet18",
    "resnet50",
    "resnet101",
]


class VGGStage(NamedTuple):
    """What one stage of VGG gives: before its pool, after it, and where the maxima lay."""

    conv: Tensor
    pooled: Tensor
    indices: Tensor | None


class VGG16(nn.Module):
    """VGG16 without its classifier (Simonyan and Zisserman 2015, Table 1, column D).

    Parameters
    ----------
    widths : sequence of int, default (64, 128, 256, 512, 512)
        Channels of the five stages.
    depths : sequence of int, default (2, 2, 3, 3, 3)
        Convolutions of the five stages.
    batch_norm : bool, default False
        Whether to normalise after each convolution, which keeps its bias as in VGG16-BN.
    pool_strides : sequence of int, default (2, 2, 2, 2, 2)
        2 as published; 1 keeps the pool but not its stride (DeepLab); 0 removes the pool (Yu and
        Koltun).
    dilations : sequence of int, default (1, 1, 1, 1, 1)
        Of the convolutions of each stage.
    pool_size : int, default 2
        2 as published; 3 (with padding 1) in DeepLab. A pool of stride 1 must have size 3.
    ceil_mode : bool, default False
        Whether a pool keeps an incomplete last window, as Caffe does.
    padding : {"same", "valid"}, default "same"
        Whether convolutions pad with zeros or not at all.
    first_padding : int, optional
        Padding of conv1_1 alone: FCN's is 100.
    return_indices : bool, default False
        Whether the stages carry the indices of the maxima, for unpooling.
    in_channels : int, default 3
        Channels of the images.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        depths: Sequence[int] = (2, 2, 3, 3, 3),
        batch_norm: bool = False,
        pool_strides: Sequence[int] = (2, 2, 2, 2, 2),
        dilations: Sequence[int] = (1, 1, 1, 1, 1),
        pool_size: int = 2,
        ceil_mode: bool = False,
        padding: str = "same",
        first_padding: int | None = None,
        return_indices: bool = False,
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        inputs.choice(padding, "padding", ("same", "valid"))
        for name, values in (
            ("widths", widths),
            ("depths", depths),
            ("pool_strides", pool_strides),
            ("dilations", dilations),
        ):
            if len(values) != 5:
                raise ValueError(
                    say(
                        "{name}={values!r} has {n} entries; VGG has 5 stages",
                        name=name,
                        values=values,
                        n=len(values),
                    )
                )
        self.widths = tuple(widths)
        self.output_stride = math.prod(max(1, stride) for stride in pool_strides)
        self.return_indices = return_indices

        def convs(i: int, channels: int) -> nn.Sequential:
            """Return the 3×3 convolutions of stage `i`, each with its normalisation and ReLU."""
            width, dilation = widths[i - 1], dilations[i - 1]
            layers: OrderedDict[str, nn.Module] = OrderedDict()
            for j in range(1, depths[i - 1] + 1):
                pad = same_padding(3, dilation)[0] if padding == "same" else 0
                if i == j == 1 and first_padding is not None:
                    pad = first_padding
                layers[f"conv{i}_{j}"] = nn.Conv2d(
                    channels, width, 3, padding=pad, dilation=dilation
                )
                if batch_norm:
                    layers[f"bn{i}_{j}"] = nn.BatchNorm2d(width)
                layers[f"relu{i}_{j}"] = nn.ReLU(inplace=True)
                channels = width
            return nn.Sequential(layers)

        def pool(i: int) -> nn.Module:
            return _pool(pool_size, pool_strides[i - 1], ceil_mode, return_indices)

        self.conv1 = convs(1, in_channels)  # conv1_1, conv1_2: 64 channels at full size
        self.pool1 = pool(1)
        self.conv2 = convs(2, widths[0])  # conv2_1, conv2_2: 128 at 1/2
        self.pool2 = pool(2)
        self.conv3 = convs(3, widths[1])  # conv3_1 … conv3_3: 256 at 1/4
        self.pool3 = pool(3)
        self.conv4 = convs(4, widths[2])  # conv4_1 … conv4_3: 512 at 1/8
        self.pool4 = pool(4)
        self.conv5 = convs(5, widths[3])  # conv5_1 … conv5_3: 512 at 1/16
        self.pool5 = pool(5)  # to 1/32
        init_weights(self)

    def forward(self, x: Tensor) -> list[VGGStage]:
        """Return the five stages of images (N, C, H, W)."""
        one = self._stage(x, self.conv1, self.pool1)
        two = self._stage(one.pooled, self.conv2, self.pool2)
        three = self._stage(two.pooled, self.conv3, self.pool3)
        four = self._stage(three.pooled, self.conv4, self.pool4)
        five = self._stage(four.pooled, self.conv5, self.pool5)
        return [one, two, three, four, five]

    def _stage(self, x: Tensor, convs: nn.Module, pool: nn.Module) -> VGGStage:
        conv = convs(x)
        if isinstance(pool, nn.MaxPool2d) and self.return_indices:
            pooled, indices = pool(conv)
            return VGGStage(conv, pooled, indices)
        return VGGStage(conv, pool(conv), None)


def _pool(size: int, stride: int, ceil_mode: bool, return_indices: bool) -> nn.Module:
    if stride == 0:
        return nn.Identity()
    if stride not in (1, 2) or size not in (2, 3) or (stride == 1 and size == 2):
        raise ValueError(
            say(
                "a pool of size {size} and stride {stride}: the size is 2 or 3, the stride 2, "
                "0 (no pool), or 1 with size 3, so that the map keeps its size",
                size=size,
                stride=stride,
            )
        )
    return nn.MaxPool2d(
        size,
        stride,
        padding=(size - 1) // 2,
        ceil_mode=ceil_mode and stride == 2,
        return_indices=return_indices,
    )


class BasicBlock(nn.Module):
    """Two 3×3 convolutions around which the input is added (He et al. 2016, Fig. 5 left).

    The first carries the stride; where the stride became a dilation, `dilation` is the first
    convolution's and `after` what the second has to make up for. There is no 1×1 on the way that
    could carry the stride.
    """

    expansion = 1

    def __init__(
        self,
        in_channels: int,
        width: int,
        stride: int = 1,
        dilation: int = 1,
        after: int = 1,
        stride_on: str = "3x3",
    ) -> None:
        super().__init__()
        if stride_on != "3x3":
            raise ValueError(
                say(
                    "stride_on={stride_on!r}: a basic block has 3×3 convolutions only",
                    stride_on=stride_on,
                )
            )
        self.conv1 = nn.Conv2d(
            in_channels, width, 3, stride, padding=dilation, dilation=dilation, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=after, dilation=after, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = _shortcut(in_channels, width, stride)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, width, H / stride, W / stride)."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return self.relu(y + self.shortcut(x))


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolution around which the input is added (He et al. 2016, Fig. 5 right).

    The 3×3 convolution carries the stride, as in most later implementations, or the first 1×1, as in
    the paper. No other convolution has an extent, so `after` (see `BasicBlock`) changes nothing.
    """

    expansion = 4

    def __init__(
        self,
        in_channels: int,
        width: int,
        stride: int = 1,
        dilation: int = 1,
        after: int = 1,
        stride_on: str = "3x3",
    ) -> None:
        super().__init__()
        inputs.choice(stride_on, "stride_on", ("1x1", "3x3"))
        out_channels = width * self.expansion
        at_1x1, at_3x3 = (stride, 1) if stride_on == "1x1" else (1, stride)
        self.conv1 = nn.Conv2d(in_channels, width, 1, at_1x1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(
            width, width, 3, at_3x3, padding=dilation, dilation=dilation, bias=False
        )
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.shortcut = _shortcut(in_channels, out_channels, stride)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, H, W) to (N, 4 * width, H / stride, W / stride)."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return self.relu(y + self.shortcut(x))


def _shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    return ConvNormAct(in_channels, out_channels, 1, stride=stride, act=False)


class ResNetFeatures(NamedTuple):
    """The features of a ResNet after each stage, named as in He et al., Table 1."""

    conv1: Tensor
    conv2: Tensor
    conv3: Tensor
    conv4: Tensor
    conv5: Tensor


class ResNet(nn.Module):
    """ResNet without its classifier (He et al. 2016, Table 1), dilated if asked.

    Parameters
    ----------
    depths : sequence of int
        Blocks of conv2_x to conv5_x.
    widths : sequence of int, default (64, 128, 256, 512)
        Widths of those blocks; a bottleneck gives out four times as much. conv1 has ``widths[0]``
        channels.
    bottleneck : bool, default True
        Which of the two blocks to use.
    output_stride : {32, 16, 8}, default 32
        Where to stop halving the resolution (half of these with a stem of stride 2). Each later
        stride is replaced by a doubled dilation of all that follows it.
    first_dilation : {"old", "new"}, default "old"
        Of the first block of a stage whose stride was replaced. "old": the convolution that carried
        the stride keeps the dilation of the stage before, as in torchvision, so every second cell of
        the dilated network equals the strided one. "new": it has the doubled one already, as the
        released DeepLab v2 and PSPNet do (conv4_1: 2, conv5_1: 4).
    stride_on : {"3x3", "1x1"}, default "3x3"
        Which convolution of a bottleneck carries the stride: the first 1×1 in He et al. and the
        released DeepLab v2, the 3×3 in torchvision and PSPNet. Basic blocks have no 1×1.
    ceil_mode : bool, default False
        Whether pool1 keeps an incomplete last window, as Caffe does. It changes maps of even size
        only, and nothing with a `stem_stride` of 2.
    multi_grid : sequence of int, optional
        Factors by which the dilations of the blocks of conv5_x are multiplied (Chen et al. 2017,
        section 3.2.1), one a block. All blocks then start from the full dilation of the stage,
        the first one too.
    deep_stem : bool, default False
        Whether three 3×3 convolutions, ``widths[0]`` wide and then twice that, stand in for the
        7×7 convolution, as in PSPNet.
    stem_stride : {4, 2}, default 4
        4 as published. 2 keeps the max-pooling but not its stride, so that everything after it has
        twice the resolution: for images much smaller than the published ones.
    in_channels : int, default 3
        Channels of the images.
    """

    def __init__(
        self,
        depths: Sequence[int],
        *,
        widths: Sequence[int] = (64, 128, 256, 512),
        bottleneck: bool = True,
        output_stride: int = 32,
        first_dilation: str = "old",
        stride_on: str = "3x3",
        ceil_mode: bool = False,
        multi_grid: Sequence[int] | None = None,
        deep_stem: bool = False,
        stem_stride: int = 4,
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        inputs.choice(first_dilation, "first_dilation", ("old", "new"))
        if stem_stride not in (2, 4):
            raise ValueError(
                say(
                    "stem_stride={stem_stride!r}; a ResNet starts with 4, or 2",
                    stem_stride=stem_stride,
                )
            )
        if output_stride not in (stops := (2 * stem_stride, 4 * stem_stride, 8 * stem_stride)):
            raise ValueError(
                say(
                    "output_stride={output_stride!r}; a ResNet with a stem of stride "
                    "{stem_stride} can stop at {first}, {second} or {third}",
                    output_stride=output_stride,
                    stem_stride=stem_stride,
                    first=stops[0],
                    second=stops[1],
                    third=stops[2],
                )
            )
        if len(depths) != 4 or len(widths) != 4:
            raise ValueError(
                say(
                    "depths={depths!r} and widths={widths!r} need 4 entries each",
                    depths=depths,
                    widths=widths,
                )
            )
        if multi_grid is not None and len(multi_grid) != depths[3]:
            raise ValueError(
                say(
                    "multi_grid={multi_grid!r} needs {n} entries, one a block",
                    multi_grid=multi_grid,
                    n=depths[3],
                )
            )
        block = Bottleneck if bottleneck else BasicBlock
        self.output_stride = output_stride
        channels = widths[0] * (2 if deep_stem else 1)
        self.channels = (channels, *(width * block.expansion for width in widths))
        self.conv1: nn.Module
        if deep_stem:
            self.conv1 = numbered(
                "conv1_",
                [
                    ConvNormAct(in_channels, widths[0], stride=2),
                    ConvNormAct(widths[0], widths[0]),
                    nn.Conv2d(widths[0], channels, 3, padding=1, bias=False),
                ],
            )
        else:
            self.conv1 = nn.Conv2d(in_channels, channels, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.pool1 = nn.MaxPool2d(3, stride=stem_stride // 2, padding=1, ceil_mode=ceil_mode)

        plan = _strides_and_dilations(stem_stride, output_stride)

        def stage(i: int) -> nn.Sequential:
            """Return the blocks of stage `i`, of which the first carries the stride."""
            channels, width, depth = self.channels[i - 2], widths[i - 2], depths[i - 2]
            stride, before, dilation = plan[i - 2]
            first = before if first_dilation == "old" else dilation
            dilations = [first] + [dilation] * (depth - 1)
            if i == 5 and multi_grid is not None:
                dilations = [dilation * factor for factor in multi_grid]
            blocks = []
            for each in dilations:
                after = max(each, dilation)
                blocks.append(block(channels, width, stride, each, after, stride_on))
                channels, stride = width * block.expansion, 1
            return numbered(f"conv{i}_", blocks)

        self.conv2 = stage(2)  # conv2_1, conv2_2, …: 256 channels at 1/4, with bottlenecks
        self.conv3 = stage(3)  # conv3_1, …: 512 at 1/8
        self.conv4 = stage(4)  # conv4_1, …: 1024 at 1/16, or dilated
        self.conv5 = stage(5)  # conv5_1, …: 2048 at 1/32, or dilated
        init_weights(self)

    def forward(self, x: Tensor) -> ResNetFeatures:
        """Return the features of images (N, C, H, W) after each of the five stages."""
        conv1 = self.relu(self.bn1(self.conv1(x)))
        conv2 = self.conv2(self.pool1(conv1))
        conv3 = self.conv3(conv2)
        conv4 = self.conv4(conv3)
        conv5 = self.conv5(conv4)
        return ResNetFeatures(conv1, conv2, conv3, conv4, conv5)


def _strides_and_dilations(reached: int, output_stride: int) -> list[tuple[int, int, int]]:
    """Return of conv2_x … conv5_x the stride, and the dilation before and after it.

    The stem has `reached` a stride already. What would exceed `output_stride` becomes dilation.
    """
    plan, dilation = [], 1
    for stride in (1, 2, 2, 2):
        before = dilation
        if reached * stride > output_stride:
            dilation, stride = dilation * stride, 1
        reached *= stride
        plan.append((stride, before, dilation))
    return plan


def resnet18(*, depths: Sequence[int] = (2, 2, 2, 2), **options: Any) -> ResNet:
    """Return ResNet-18, or a smaller one of the same kind; options as `ResNet`."""
    return ResNet(depths, bottleneck=False, **options)


def resnet50(*, depths: Sequence[int] = (3, 4, 6, 3), **options: Any) -> ResNet:
    """Return ResNet-50, or a smaller one of the same kind; options as `ResNet`."""
    return ResNet(depths, **options)


def resnet101(*, depths: Sequence[int] = (3, 4, 23, 3), **options: Any) -> ResNet:
    """Return ResNet-101, or a smaller one of the same kind; options as `ResNet`."""
    return ResNet(depths, **options)


def backbone_options(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """Take what shapes the backbone out of the options of a preset.

    Parameters
    ----------
    options : dict
        What the preset was given; loses the entries that are taken.
    names : str
        Of the options that are the backbone's.

    Returns
    -------
    dict
        Those of them that were given.

    Raises
    ------
    ValueError
        If a whole ``backbone`` was given too, which would not have them.
    """
    taken = {name: options.pop(name) for name in names if name in options}
    if taken and "backbone" in options:
        raise ValueError(
            say(
                "{names}: beside backbone=… this has no effect; build that backbone with it",
                names=", ".join(taken),
            )
        )
    return taken
