import pytest
import torch
from torch import nn

from seglearn.nets import receptive_field as rf
from seglearn.nets.backbones import resnet18, resnet101
from seglearn.nets.blocks import count_parameters, resize
from seglearn.nets.deeplabv3 import ASPP, DeepLabV3, DeepLabV3Plus, SeparableConv

from .helpers import images, mini, modules_of, paper_on_meta

# ------------------------------------------------------------------------------------------- v3


def test_pyramid_of_a_1x1_three_rates_and_the_image():
    aspp = paper_on_meta("deeplab-v3").aspp
    convs = [branch.conv for branch in aspp.branches]
    assert [c.kernel_size[0] for c in convs] == [1, 3, 3, 3]
    # 6, 12, 18 doubled at output stride 8.
    assert [c.dilation[0] for c in convs] == [1, 12, 24, 36]
    assert {c.out_channels for c in convs} == {256}
    assert isinstance(aspp.image_pooling[0], nn.AdaptiveAvgPool2d)
    assert aspp.project.conv.in_channels == 5 * 256
    assert len(modules_of(aspp, nn.BatchNorm2d)) == 6
    at_16 = DeepLabV3(3, backbone=resnet18(widths=(4, 4, 4, 4), output_stride=16)).aspp
    assert [b.conv.dilation[0] for b in at_16.branches] == [1, 6, 12, 18]


def test_branches_are_concatenated_in_order():
    aspp = ASPP(6, 4, (1, 2), dropout=0.0).eval()
    x = images(1, 6, 9, 9)
    views = [branch(x) for branch in aspp.branches]
    views.append(aspp.image_pooling(x).expand(1, 4, 9, 9))
    torch.testing.assert_close(aspp(x), aspp.project(torch.cat(views, 1)))


def test_multi_grid_1_2_4_in_the_last_stage():
    for stride, unit in ((8, 4), (16, 2)):
        with torch.device("meta"):
            backbone = resnet101(output_stride=stride, multi_grid=(1, 2, 4))
        assert [block.conv2.dilation[0] for block in backbone.conv5] == [unit, 2 * unit, 4 * unit]
    net = paper_on_meta("deeplab-v3")
    assert [block.conv2.dilation[0] for block in net.backbone.conv5] == [4, 8, 16]
    assert rf.output_stride(net, "aspp") == 8


def test_the_image_branch_sees_everything():
    aspp = ASPP(4, 4, (1, 2, 3))
    assert rf.receptive_field(aspp, image_size=(256, 256), in_channels=4).whole
    without = rf.receptive_field(aspp, "branches.3", image_size=(256, 256), in_channels=4)
    assert without.size == (7, 7)


# ------------------------------------------------------------------------------------------ v3+


def test_decoder_fetches_48_maps_at_a_quarter():
    net = paper_on_meta("deeplab-v3-plus")
    low = net.reduce_low.conv
    assert (low.kernel_size, low.in_channels, low.out_channels) == ((1, 1), 256, 48)
    for layer, stride in (("reduce_low", 4), ("aspp", 16)):
        assert rf.output_stride(net, layer) == stride
    convs = [block.conv for block in net.decoder]
    assert [(c.in_channels, c.out_channels, c.kernel_size[0]) for c in convs] == [
        (304, 256, 3),
        (256, 256, 3),
    ]
    assert [branch.conv.dilation[0] for branch in net.aspp.branches] == [1, 6, 12, 18]


def test_low_and_high_are_concatenated():
    net, x = mini("deeplab-v3-plus"), images(1, 3, 64, 96)
    with torch.no_grad():
        features = net.backbone(x)
        low = net.reduce_low(features.conv2)
        high = resize(net.aspp(features.conv5), low)
        logits = net.classifier(net.decoder(torch.cat([low, high], 1)))
        torch.testing.assert_close(net(x), resize(logits, x))


def test_what_v3_plus_adds_to_v3():
    """Without v3's head: a 1×1 to 48 maps, and two 3×3 convolutions on 304 and 256 maps."""
    v3, plus = paper_on_meta("deeplab-v3", 21), paper_on_meta("deeplab-v3-plus", 21)
    head = count_parameters(v3.head)
    added = 256 * 48 + 2 * 48 + 9 * 304 * 256 + 2 * 256 + 9 * 256 * 256 + 2 * 256
    assert count_parameters(plus) == count_parameters(v3) - head + added


def test_separable_convolutions_are_an_option():
    block = SeparableConv(8, 6, dilation=3)
    assert block.depthwise.conv.groups == 8
    assert block.depthwise.conv.dilation == (3, 3)
    assert block.pointwise.conv.kernel_size == (1, 1)
    backbone = resnet18(widths=(4, 4, 4, 4), output_stride=16)
    plain = DeepLabV3Plus(3, backbone=backbone, width=32)
    separable = DeepLabV3Plus(3, backbone=backbone, width=32, separable=True).eval()
    kinds = modules_of(separable, SeparableConv)
    assert len(kinds) == 3 + 2  # of ASPP and of the decoder
    assert count_parameters(separable.decoder) < count_parameters(plain.decoder) / 5
    assert separable(images(1, 3, 64, 65)).shape == (1, 3, 64, 65)


@pytest.mark.parametrize(("name", "stride"), [("deeplab-v3", 4), ("deeplab-v3-plus", 2)])
def test_strides_of_the_mini_presets(name, stride):
    layer = "aspp" if name == "deeplab-v3" else "decoder"
    assert rf.output_stride(mini(name), layer) == stride
