import pytest
import torch

from seglearn.nets import backbones
from seglearn.nets.backbones import VGG16, Bottleneck, ResNet
from seglearn.nets.blocks import count_parameters

from .helpers import images

SMALL = (4, 4, 6, 6, 6)


@pytest.mark.parametrize(
    ("build", "count"),
    [
        (VGG16, 14_714_688),
        # VGG16-BN: two numbers for each of the 4,224 channels, and the biases stay.
        (lambda: VGG16(batch_norm=True), 14_714_688 + 2 * 4_224),
        (lambda: VGG16(pool_strides=(2, 2, 2, 0, 0), dilations=(1, 1, 1, 1, 2)), 14_714_688),
        # The published classifiers less their last layer: 1000 classes and their biases.
        (backbones.resnet18, 11_689_512 - 512 * 1000 - 1000),
        (backbones.resnet50, 25_557_032 - 2048 * 1000 - 1000),
        (backbones.resnet101, 44_549_160 - 2048 * 1000 - 1000),
        (lambda: backbones.resnet101(output_stride=8, multi_grid=(1, 2, 4)), 42_500_160),
    ],
)
def test_parameters(build, count):
    with torch.device("meta"):
        assert count_parameters(build()) == count


def test_vgg_stages():
    net = VGG16(widths=SMALL, return_indices=True).eval()
    x = images(1, 3, 65, 97)
    stages = net(x)
    sizes = [(65, 97), (32, 48), (16, 24), (8, 12), (4, 6)]
    for stage, size, width in zip(stages, sizes, SMALL, strict=True):
        assert stage.conv.shape[1:] == (width, *size)
        assert stage.pooled.shape[2:] == (size[0] // 2, size[1] // 2)
        # The indices are those of the maxima, within each map.
        found = stage.conv.flatten(2).gather(2, stage.indices.flatten(2))
        assert torch.equal(found, stage.pooled.flatten(2))
    assert all(s.indices is None for s in VGG16(widths=SMALL)(x))


def test_vgg_pools_may_keep_or_lose_their_stride_or_go():
    x = images(1, 3, 64, 64)
    kept = VGG16(widths=SMALL, pool_strides=(2, 2, 2, 1, 1), pool_size=3)(x)
    assert [s.pooled.shape[2] for s in kept] == [32, 16, 8, 8, 8]
    gone = VGG16(widths=SMALL, pool_strides=(2, 2, 2, 0, 0))
    stages = gone(x)
    assert [s.pooled.shape[2] for s in stages] == [32, 16, 8, 8, 8]
    assert stages[4].pooled is stages[4].conv
    assert sum(isinstance(m, torch.nn.MaxPool2d) for m in gone.modules()) == 3
    ceil = VGG16(widths=SMALL, ceil_mode=True)(images(1, 3, 65, 65))
    assert [s.pooled.shape[2] for s in ceil] == [33, 17, 9, 5, 3]


@pytest.mark.parametrize(
    "options",
    [
        {"padding": "reflect"},
        {"widths": (1, 2)},
        {"pool_strides": (2, 2, 2, 1, 1)},
        {"pool_strides": (3, 2, 2, 2, 2)},
    ],
)
def test_vgg_refuses(options):
    with pytest.raises(ValueError, match=r"padding|widths|pool"):
        VGG16(**options)


@pytest.mark.parametrize(("stride", "sizes"), [(32, (8, 4, 2)), (16, (8, 4, 4)), (8, (8, 8, 8))])
@pytest.mark.parametrize("bottleneck", [False, True])
def test_resnet_stages(stride, sizes, bottleneck):
    net = ResNet((1, 2, 2, 2), widths=(4, 4, 6, 8), bottleneck=bottleneck, output_stride=stride)
    features = net.eval()(images(1, 3, 64, 64))
    assert [f.shape[2] for f in features] == [32, 16, *sizes]
    assert tuple(f.shape[1] for f in features) == net.channels
    assert features._fields == ("conv1", "conv2", "conv3", "conv4", "conv5")


def test_layers_and_blocks_are_called_as_in_the_papers():
    with torch.device("meta"):
        vgg, resnet, deep = VGG16(), backbones.resnet50(), backbones.resnet50(deep_stem=True)
    assert [name for name, part in vgg.named_modules() if isinstance(part, torch.nn.Conv2d)] == [
        f"conv{i}.conv{i}_{j}"
        for i, depth in enumerate((2, 2, 3, 3, 3), 1)
        for j in range(1, depth + 1)
    ]
    assert [name for name, _ in vgg.named_children()] == [
        f"{kind}{i}" for i in range(1, 6) for kind in ("conv", "pool")
    ]
    assert [name for name, part in resnet.named_modules() if isinstance(part, Bottleneck)] == [
        f"conv{i}.conv{i}_{j}"
        for i, depth in enumerate((3, 4, 6, 3), 2)
        for j in range(1, depth + 1)
    ]
    assert [name for name, _ in deep.conv1.named_children()] == ["conv1_1", "conv1_2", "conv1_3"]


@pytest.mark.parametrize("stride", [8, 16])
@pytest.mark.parametrize("bottleneck", [False, True])
def test_dilated_resnet_holds_the_strided_one(stride, bottleneck):
    """The hole algorithm: every second cell (fourth, …) is what the strided network gives."""
    options = {"widths": (4, 4, 6, 8), "bottleneck": bottleneck}
    strided = ResNet((1, 2, 2, 3), **options).double().eval()
    dilated = ResNet((1, 2, 2, 3), output_stride=stride, **options).double().eval()
    dilated.load_state_dict(strided.state_dict())
    x = images(1, 3, 128, 128).double()
    with torch.no_grad():
        coarse, fine = strided(x).conv5, dilated(x).conv5
    step = 32 // stride
    torch.testing.assert_close(fine[..., ::step, ::step], coarse)


def test_multi_grid():
    net = backbones.resnet101(
        output_stride=16, multi_grid=(1, 2, 4), depths=(1, 1, 2, 3), widths=(2, 2, 2, 2)
    )
    assert [block.conv2.dilation[0] for block in net.conv5] == [2, 4, 8]
    assert [block.conv2.dilation[0] for block in net.conv4] == [1, 1]
    eight = backbones.resnet50(output_stride=8, widths=(2, 2, 2, 2))
    assert [block.conv2.dilation[0] for block in eight.conv4] == [1, 2, 2, 2, 2, 2]
    assert [block.conv2.dilation[0] for block in eight.conv5] == [2, 4, 4]
    assert all(block.conv2.stride == (1, 1) for block in eight.conv5)


THREE = {"depths": (1, 2, 2, 3), "widths": (2, 2, 2, 2)}


@pytest.mark.parametrize(
    ("first", "stride", "conv4", "conv5"),
    [
        ("old", 8, [1, 2], [2, 4, 4]),
        ("new", 8, [2, 2], [4, 4, 4]),
        ("old", 16, [1, 1], [1, 2, 2]),
        ("new", 16, [1, 1], [2, 2, 2]),
        ("new", 32, [1, 1], [1, 1, 1]),
    ],
)
def test_dilation_of_the_first_block_of_a_dilated_stage(first, stride, conv4, conv5):
    options = {**THREE, "output_stride": stride, "first_dilation": first}
    deep, basic = ResNet(**options), ResNet(**options, bottleneck=False)
    for net in (deep, basic):
        assert [block.conv2.dilation[0] for block in net.conv3] == [1, 1]
        assert [block.conv1.dilation[0] for block in net.conv3] == [1, 1]
    for stage, expected in (("conv4", conv4), ("conv5", conv5)):
        found = deep.get_submodule(stage)
        assert [block.conv2.dilation[0] for block in found] == expected
        assert all(block.conv2.padding == block.conv2.dilation for block in found)
        found = basic.get_submodule(stage)
        assert [block.conv1.dilation[0] for block in found] == expected
        # The second convolution follows the replaced stride in any case.
        assert {block.conv2.dilation[0] for block in found} == {max(expected)}
    assert count_parameters(deep) == count_parameters(ResNet(**options | {"first_dilation": "old"}))


@pytest.mark.parametrize("output_stride", [8, 32])
def test_the_stride_is_on_the_1x1_or_on_the_3x3(output_stride):
    nets = [
        ResNet(**THREE, output_stride=output_stride, stride_on=where).eval()
        for where in ("3x3", "1x1")
    ]
    strides = {i: (2,) if i == 3 or (i > 3 and output_stride == 32) else (1,) for i in (2, 3, 4, 5)}
    for net, (at_1x1, at_3x3) in zip(nets, [(False, True), (True, False)], strict=True):
        for i, (stride,) in strides.items():
            first, *others = net.get_submodule(f"conv{i}")
            assert first.conv1.stride[0] == (stride if at_1x1 else 1)
            assert first.conv2.stride[0] == (stride if at_3x3 else 1)
            assert {block.conv1.stride[0] * block.conv2.stride[0] for block in others} <= {1}
    x = images(1, 3, 64, 96)
    assert [f.shape for f in nets[0](x)] == [f.shape for f in nets[1](x)]
    assert nets[0].state_dict().keys() == nets[1].state_dict().keys()


@pytest.mark.parametrize(
    ("side", "floor", "ceil"), [(64, 16, 17), (65, 17, 17), (66, 17, 17), (67, 17, 18)]
)
def test_ceil_mode_keeps_the_last_window_of_pool1(side, floor, ceil):
    x = images(1, 3, side, 65)
    for mode, rows in ((False, floor), (True, ceil)):
        conv2 = ResNet(**THREE, ceil_mode=mode).eval()(x).conv2
        assert conv2.shape[2:] == (rows, 17)
    fine = {"stem_stride": 2, "output_stride": 16}
    twice = [ResNet(**THREE, **fine, ceil_mode=mode).eval()(x).conv2 for mode in (False, True)]
    assert twice[0].shape == twice[1].shape


@pytest.mark.parametrize(
    "options",
    [
        {"output_stride": 4},
        {"multi_grid": (1, 2)},
        {"widths": (1, 2, 3)},
        {"first_dilation": "both"},
        {"stride_on": "7x7"},
        {"stride_on": "1x1", "bottleneck": False},
    ],
)
def test_resnet_refuses(options):
    with pytest.raises(
        ValueError,
        match=r"output_stride|multi_grid|entries|first_dilation 'both'|stride_on(=| '7x7')",
    ):
        ResNet((1, 1, 1, 3), **options)


def test_options_of_a_backbone_are_taken_or_refused():
    options = {"first_dilation": "old", "dropout": 0.2}
    assert backbones.backbone_options(options, "first_dilation", "ceil_mode") == {
        "first_dilation": "old"
    }
    assert options == {"dropout": 0.2}
    with pytest.raises(ValueError, match="first_dilation: beside backbone"):
        backbones.backbone_options({"backbone": 1, "first_dilation": "old"}, "first_dilation")
    assert backbones.backbone_options({"backbone": 1}, "first_dilation") == {}
