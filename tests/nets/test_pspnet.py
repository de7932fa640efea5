import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import receptive_field as rf
from seglearn.nets import zoo
from seglearn.nets.blocks import count_parameters
from seglearn.nets.pspnet import PSPNet, PyramidPooling

from .helpers import first_dilations, images, mini, modules_of, paper_on_meta


def test_parameters_without_the_auxiliary_head_are_those_of_the_released_network():
    net = paper_on_meta("pspnet", 21)
    assert count_parameters(net) - count_parameters(net.aux) == 65_708_501


def test_the_backbone_stays_at_an_eighth_with_2048_maps():
    net = paper_on_meta("pspnet")
    assert net.backbone.channels == (128, 256, 512, 1024, 2048)
    assert rf.output_stride(net, "pyramid") == 8
    # As released, the first block of a stage too: conv4_1 has 2, conv5_1 has 4.
    for stage, dilation in ((net.backbone.conv4, 2), (net.backbone.conv5, 4)):
        convs = list(modules_of(stage, nn.Conv2d).values())
        assert {c.stride for c in convs} == {(1, 1)}
        large = [c for c in convs if c.kernel_size == (3, 3)]
        assert {(c.dilation, c.padding) for c in large} == {((dilation,) * 2, (dilation,) * 2)}
    first = net.backbone.conv3[0]
    assert (first.conv1.stride, first.conv2.stride) == ((1, 1), (2, 2))  # on the 3×3
    # 95 after conv3, 23 blocks of dilation 2 and 3 of dilation 4 at stride 8; 48 less with the old.
    assert rf.receptive_field(net, "backbone.conv5").size == (95 + 23 * 32 + 3 * 64,) * 2
    # Three 3×3 convolutions at the start.
    stem = list(modules_of(net.backbone.conv1, nn.Conv2d).values())
    assert [(c.out_channels, c.kernel_size[0], c.stride[0]) for c in stem] == [
        (64, 3, 2),
        (64, 3, 1),
        (128, 3, 1),
    ]


def test_pyramid_has_bins_1_2_3_6_each_a_quarter_wide_concatenated():
    net = paper_on_meta("pspnet")
    assert net.pyramid.bins == (1, 2, 3, 6)
    for level, n in zip(net.pyramid.levels, (1, 2, 3, 6), strict=True):
        assert level[0].output_size == n
        assert (level[1].conv.in_channels, level[1].conv.out_channels) == (2048, 512)
        assert level[1].conv.kernel_size == (1, 1)
    assert net.pyramid.out_channels == 4096
    assert net.classifier[0].conv.in_channels == 4096


def test_pyramid_pools_by_averaging_and_keeps_its_input():
    pyramid = PyramidPooling(8).eval()
    x = images(1, 8, 12, 18)
    y = pyramid(x)
    assert torch.equal(y[:, :8], x)
    for i, level in enumerate(pyramid.levels):
        pooled = level[1](F.adaptive_avg_pool2d(x, (1, 2, 3, 6)[i]))
        expected = F.interpolate(pooled, (12, 18), mode="bilinear", align_corners=False)
        torch.testing.assert_close(y[:, 8 + 2 * i : 10 + 2 * i], expected)


def test_every_pixel_sees_the_whole_image():
    assert rf.receptive_field(PyramidPooling(8), image_size=(256, 256), in_channels=8).whole


def test_auxiliary_head_reads_the_fourth_stage_in_training_only():
    net = mini("pspnet")
    assert PSPNet.aux_weight == 0.4
    assert paper_on_meta("pspnet").aux[0].conv.in_channels == 1024
    called = []
    hook = net.aux.register_forward_hook(lambda _, args, __: called.append(args[0]))
    x = images(1, 3, 64, 64)
    with torch.no_grad():
        net(x)
        assert not called
        net.forward_with_aux(x)
        torch.testing.assert_close(called[0], net.backbone(x).conv4)
    hook.remove()


@pytest.mark.parametrize("bins", [(1,), (1, 2)])
def test_other_pyramids(bins):
    pyramid = PyramidPooling(12, bins).eval()
    assert pyramid(images(1, 12, 9, 9)).shape == (1, pyramid.out_channels, 9, 9)
    assert pyramid.out_channels == 24


@pytest.mark.parametrize("preset", ["mini", "paper"])
def test_both_presets_can_have_the_old_dilation_in_the_first_blocks(preset):
    with torch.device("meta"):
        new, old = (zoo.create("pspnet", 5, preset, **o) for o in ({}, {"first_dilation": "old"}))
    assert new.state_dict().keys() == old.state_dict().keys()
    layer = "conv2" if preset == "paper" else "conv1"
    for net, expected in ((new, [2, 2, 4, 4]), (old, [1, 2, 2, 4])):
        assert first_dilations(net, layer) == expected
    with pytest.raises(ValueError, match="first_dilation: beside backbone"):
        zoo.create("pspnet", 5, preset, first_dilation="old", backbone=mini("pspnet").backbone)


def test_the_mini_preset_keeps_a_quarter():
    assert rf.output_stride(mini("pspnet"), "pyramid") == 4
