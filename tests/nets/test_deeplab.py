import pytest
import torch
from torch import nn

from seglearn.nets import receptive_field as rf
from seglearn.nets import zoo
from seglearn.nets.backbones import resnet18
from seglearn.nets.blocks import count_parameters, resize
from seglearn.nets.deeplab import ASPPSum, DeepLabV1, DeepLabV2, _vgg16

from .helpers import images, mini, modules_of, paper_on_meta


def on_meta(build):
    with torch.device("meta"):
        return build().eval()


@pytest.mark.parametrize(
    ("build", "count"),
    [
        (lambda: DeepLabV1(21), 20_505_429),
        (lambda: DeepLabV1(21, kernel_size=7, dilation=4, width=4096), 134_346_581),
        (lambda: DeepLabV2(21), 44_048_532),
        (lambda: DeepLabV2(21, backbone=_vgg16()), 37_877_652),
    ],
    ids=["v1 LargeFOV", "v1 7x7", "v2 ResNet-101", "v2 VGG16"],
)
def test_parameters(build, count):
    assert count_parameters(on_meta(build)) == count


# ------------------------------------------------------------------------------------------- v1


def test_the_last_two_pools_keep_the_resolution():
    net = paper_on_meta("deeplab-v1")
    pools = list(modules_of(net, nn.MaxPool2d).values())
    assert [p.stride for p in pools] == [2, 2, 2, 1, 1]
    assert {p.kernel_size for p in pools} == {3}
    assert {c.dilation for c in modules_of(net.backbone.conv5, nn.Conv2d).values()} == {(2, 2)}
    for stage in (1, 2, 3, 4):
        convs = modules_of(net.backbone.get_submodule(f"conv{stage}"), nn.Conv2d)
        assert {c.dilation for c in convs.values()} == {(1, 1)}


def test_large_field_of_view():
    net = paper_on_meta("deeplab-v1")
    fc6 = net.classifier.fc6
    assert (fc6.kernel_size, fc6.dilation, fc6.out_channels) == ((3, 3), (12, 12), 1024)
    assert (net.classifier.fc7.kernel_size, net.classifier.fc8.kernel_size) == ((1, 1), (1, 1))
    seen = rf.receptive_field(net, "classifier.fc6")
    assert seen.size == (419, 419)
    assert seen.stride == (8, 8)


def test_scores_for_the_loss_are_at_an_eighth():
    net = DeepLabV1(3, backbone=_vgg16(widths=(4,) * 5), width=4).eval()
    x = images(1, 3, 64, 80)
    coarse = net.coarse(x)
    assert coarse.shape == (1, 3, 8, 10)
    torch.testing.assert_close(net(x), resize(coarse, x))


def test_there_is_no_crf_inside():
    for name in ("deeplab-v1", "deeplab-v2"):
        assert not any("crf" in key for key, _ in paper_on_meta(name).named_modules())


# ------------------------------------------------------------------------------------------- v2


@pytest.mark.parametrize(("branch", "size"), [(0, 323), (1, 419), (2, 515), (3, 611)])
def test_views_of_the_pyramid_on_vgg16(branch, size):
    net = on_meta(lambda: DeepLabV2(21, backbone=_vgg16(), scales=(1.0,)))
    seen = rf.receptive_field(net, f"aspp.branches.{branch}.fc6")
    assert seen.size == (size, size)
    assert seen.stride == (8, 8)


def test_four_rates_each_a_classifier_of_its_own():
    aspp = paper_on_meta("deeplab-v2", 21).aspp
    assert [b.dilation[0] for b in aspp.branches] == [6, 12, 18, 24]
    assert {(b.kernel_size, b.out_channels) for b in aspp.branches} == {((3, 3), 21)}
    on_vgg = on_meta(lambda: DeepLabV2(21, backbone=_vgg16())).aspp
    assert [b.fc6.dilation[0] for b in on_vgg.branches] == [6, 12, 18, 24]
    assert [b.fc8.out_channels for b in on_vgg.branches] == [21] * 4


def test_branches_are_summed():
    aspp = ASPPSum(6, 4, (1, 2, 3), None, 0.0)
    x = images(1, 6, 9, 9)
    torch.testing.assert_close(aspp(x), sum(branch(x) for branch in aspp.branches))


def test_the_resnet_stays_at_an_eighth():
    net = on_meta(lambda: DeepLabV2(21, scales=(1.0,)))
    assert rf.output_stride(net, "aspp") == 8
    convs = modules_of(net.backbone.conv5, nn.Conv2d).values()
    assert max(c.dilation[0] for c in convs) == 4


def test_scales_are_fused_by_the_maximum():
    assert paper_on_meta("deeplab-v2").scales == (1.0, 0.75, 0.5)
    net = zoo.create("deeplab-v2", 5, scales=(1.0, 0.75, 0.5)).eval()
    x = images(1, 3, 64, 96)
    with torch.no_grad():
        first = net.coarse(x)
        others = [resize(net.coarse(resize(x, size)), first) for size in ((48, 72), (32, 48))]
        expected = torch.maximum(first, torch.maximum(*others))
        torch.testing.assert_close(net(x), resize(expected, x))


def test_bad_settings_are_refused():
    small = resnet18(widths=(4, 4, 4, 4))
    with pytest.raises(ValueError, match="scales"):
        DeepLabV2(3, backbone=small, scales=(0.5, 1.0))
    with pytest.raises(ValueError, match="width=8"):
        DeepLabV2(3, backbone=small, width=8)


def test_the_mini_presets_keep_a_quarter():
    assert mini("deeplab-v1").coarse(images(1, 3, 64, 64)).shape[2:] == (16, 16)
    assert mini("deeplab-v2").coarse(images(1, 3, 64, 64)).shape[2:] == (16, 16)
