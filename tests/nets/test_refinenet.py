import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import receptive_field as rf
from seglearn.nets.backbones import resnet18
from seglearn.nets.blocks import count_parameters
from seglearn.nets.refinenet import (
    ChainedResidualPooling,
    MultiResolutionFusion,
    RefineNet,
    ResidualConvUnit,
)

from .helpers import images, mini, modules_of, paper_on_meta


def test_parameters_follow_from_the_blocks():
    """About 118 million, as the released ResNet-101 network."""

    def conv(in_channels, out_channels=None):
        return 9 * in_channels * (out_channels or in_channels)

    def unit(width):
        return 2 * conv(width) + width  # the first of the two has a bias

    def block(width, *fused):
        # 2 units at its finest input, 3 at the output, 4 pooling stages, and the fusion.
        fusion = sum(conv(channels, width) for channels in fused)
        return 5 * unit(width) + 4 * conv(width) + fusion

    backbone = 42_500_160
    reduce = conv(2048, 512) + conv(1024, 256) + conv(512, 256) + conv(256, 256)
    blocks = block(512) + block(256, 256, 512) + 2 * block(256, 256, 256)
    classifier = conv(256, 21) + 21
    count = count_parameters(paper_on_meta("refinenet", 21))
    assert count == backbone + reduce + blocks + classifier == 118_052_437


def test_four_blocks_from_a_thirty_second_to_a_quarter():
    thin = RefineNet(3, backbone=resnet18(depths=(1, 1, 1, 1), widths=(4,) * 4), widths=(4, 4))
    for layer, stride in (("refine4", 32), ("refine3", 16), ("refine2", 8), ("refine1", 4)):
        assert rf.output_stride(thin, layer) == stride
    net = paper_on_meta("refinenet")
    assert net.backbone.output_stride == 32
    assert net.refine4.fusion is None
    for block in (net.refine3, net.refine2, net.refine1):
        assert len(block.fusion.convs) == 2
    for i in (1, 2, 3, 4):
        block = net.get_submodule(f"refine{i}")
        assert len(block.adapt) == 2
        assert len(block.output) == 3
        assert all(isinstance(u, ResidualConvUnit) for u in (*block.adapt, *block.output))
        assert len(block.pooling.convs) == 4


def test_a_residual_unit_is_relu_conv_relu_conv_without_normalisation():
    unit = ResidualConvUnit(4)
    x = images(1, 4, 6, 6) - 0.5
    torch.testing.assert_close(unit(x), x + unit.conv2(F.relu(unit.conv1(F.relu(x)))))
    outside = [
        name
        for name in modules_of(paper_on_meta("refinenet"), nn.BatchNorm2d)
        if not name.startswith("backbone")
    ]
    assert outside == []


def test_chained_pooling_pools_what_the_stage_before_made_and_sums():
    block = ChainedResidualPooling(4, 3)
    pool = block.pool
    assert (pool.kernel_size, pool.stride, pool.padding) == (5, 1, 2)
    x = images(1, 4, 9, 9) - 0.5
    total = stage = F.relu(x)
    for conv in block.convs:
        stage = conv(F.max_pool2d(stage, 5, stride=1, padding=2))
        total = total + stage
    torch.testing.assert_close(block(x), total)


def test_the_chain_widens_the_view_with_every_stage():
    for n_stages in (1, 2, 4):
        seen = rf.receptive_field(ChainedResidualPooling(3, n_stages), image_size=(64, 64))
        assert seen.size == (1 + 6 * n_stages,) * 2  # a pool of 5 and a convolution of 3
        assert seen.stride == (1, 1)


def test_fusion_is_a_sum_at_the_finest_resolution():
    fusion = MultiResolutionFusion((4, 6), 5)
    fine, coarse = images(1, 4, 10, 12), images(1, 6, 5, 6, seed=1)
    up = F.interpolate(fusion.convs[1](coarse), (10, 12), mode="bilinear", align_corners=False)
    torch.testing.assert_close(fusion(fine, coarse), fusion.convs[0](fine) + up)


def test_signals_keep_their_size_through_the_blocks():
    """No normalisation after the backbone: the initial weights alone must see to it."""
    torch.manual_seed(0)
    net = RefineNet(
        5, backbone=mini("refinenet").backbone, widths=(32, 32), pool_stages=4, output_units=3
    )
    net.eval()
    sizes = []
    hooks = [
        net.get_submodule(f"refine{i}").register_forward_hook(
            lambda _, args, out: sizes.append(float(out.std()) / float(args[0].std()))
        )
        for i in (4, 3, 2, 1)
    ]
    with torch.no_grad():
        net(images(2, 3, 96, 96))
    for hook in hooks:
        hook.remove()
    assert all(0.2 < ratio < 5 for ratio in sizes), sizes
