import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import receptive_field as rf
from seglearn.nets import zoo
from seglearn.nets.backbones import resnet18
from seglearn.nets.blocks import count_parameters, resize
from seglearn.nets.deeplab import ASPPSum, DeepLabV1, DeepLabV2, _vgg16
from seglearn.training import Recipe
from seglearn.training.loop import loss_of

from .helpers import first_dilations, images, mini, modules_of, paper_on_meta


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
    assert seen.size == (435, 435)  # the mean over 3×3 cells before it adds 2 · 8
    assert seen.stride == (8, 8)
    assert (net.pool5a.kernel_size, net.pool5a.stride, net.pool5a.padding) == (3, 1, 1)
    without = on_meta(lambda: zoo.create("deeplab-v1", 21, "paper", average_pool=False))
    assert rf.receptive_field(without, "classifier.fc6").size == (419, 419)


def thin(**options):
    return DeepLabV1(3, backbone=_vgg16(widths=(4,) * 5), width=4, **options).eval()


def test_fc6_reads_means_of_3x3_cells():
    net, without = thin(), thin(average_pool=False)
    without.load_state_dict(net.state_dict())
    x = images(1, 3, 64, 80)
    pool5 = net.backbone(x)[4].pooled
    mean = F.conv2d(F.pad(pool5, (1, 1, 1, 1)), torch.full((4, 1, 3, 3), 1 / 9), groups=4)
    torch.testing.assert_close(net.coarse(x), net.classifier(mean))
    torch.testing.assert_close(without.coarse(x), net.classifier(pool5))


def test_scores_for_the_loss_are_at_an_eighth():
    net = thin()
    assert net.loss_stride == 8
    for size in ((64, 80), (65, 73), (70, 64)):
        x = images(1, 3, *size)
        coarse, logits = net.coarse(x), net(x)
        assert coarse.shape[2:] == x[..., ::8, ::8].shape[2:]
        torch.testing.assert_close(logits[..., ::8, ::8], coarse)  # a cell is at its pixel
    at_every_pixel = thin(coarse_loss=False)
    at_every_pixel.load_state_dict(net.state_dict())
    assert at_every_pixel.loss_stride == 1
    torch.testing.assert_close(at_every_pixel(x), resize(coarse, x))


@pytest.mark.parametrize("side", range(200, 209))
def test_cells_see_what_lies_around_the_pixel_that_they_are_trained_for(side):
    seen = rf.receptive_field(thin(), "backbone.conv4", unit=(12, 11), image_size=(side, 200))
    assert seen.stride == (8, 8)
    assert seen.centre == (8 * 12, 8 * 11)


@pytest.mark.parametrize("preset", ["mini", "thin"])
def test_the_loss_compares_a_cell_with_the_pixel_that_it_stands_for(preset):
    net = zoo.create("deeplab-v1", 3, dropout=0.0) if preset == "mini" else thin(dropout=0.0)
    s = {"mini": 4, "thin": 8}[preset]
    assert net.loss_stride == s
    x = images(2, 3, 72, 75)
    labels = torch.randint(0, 3, (2, 72, 75), generator=torch.Generator().manual_seed(0))
    labels[:, :8] = 255
    state = {key: value.clone() for key, value in net.state_dict().items()}
    found = loss_of(net, x, labels, Recipe())
    found.backward()
    assert net.classifier.fc6.weight.grad.any()
    net.load_state_dict(state)
    expected = F.cross_entropy(net.train().coarse(x), labels[:, ::s, ::s], ignore_index=255)
    torch.testing.assert_close(found, expected)
    other = labels.clone()
    other[:, 1::s] = other[:, :, 1::s] = 2  # pixels between cells: not looked at
    net.load_state_dict(state)
    torch.testing.assert_close(loss_of(net, x, other, Recipe()), found)


def test_other_networks_take_the_loss_at_every_pixel():
    strides = {name: mini(name).loss_stride for name in zoo.list()}
    assert {name for name, stride in strides.items() if stride != 1} == {"deeplab-v1"}
    assert zoo.create("deeplab-v1", 3, coarse_loss=False).loss_stride == 1


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


def test_the_resnet_is_the_released_one():
    net = on_meta(lambda: DeepLabV2(21, scales=(1.0,)))
    assert rf.output_stride(net, "aspp") == 8
    for stage, dilation in ((net.backbone.conv4, 2), (net.backbone.conv5, 4)):
        convs = list(modules_of(stage, nn.Conv2d).values())
        assert {c.stride for c in convs} == {(1, 1)}
        large = [c for c in convs if c.kernel_size == (3, 3)]
        assert {(c.dilation, c.padding) for c in large} == {((dilation,) * 2, (dilation,) * 2)}
    first = net.backbone.conv3[0]  # the only stage that halves
    assert (first.conv1.kernel_size, first.conv1.stride) == ((1, 1), (2, 2))
    assert first.conv2.stride == (1, 1)
    assert net.backbone.pool1.ceil_mode
    assert [net.coarse(torch.empty(1, 3, n, n, device="meta")).shape[2] for n in (320, 321)] == [
        41,
        41,
    ]


@pytest.mark.parametrize("preset", ["mini", "paper"])
def test_both_presets_of_v2_can_have_the_old_dilation_in_the_first_blocks(preset):
    options = {"first_dilation": "old"}
    if preset == "paper":
        options |= {"stride_on": "3x3", "ceil_mode": False}
    new = on_meta(lambda: zoo.create("deeplab-v2", 5, preset))
    old = on_meta(lambda: zoo.create("deeplab-v2", 5, preset, **options))
    assert new.state_dict().keys() == old.state_dict().keys()
    assert count_parameters(new) == count_parameters(old)
    layer = "conv2" if preset == "paper" else "conv1"
    for net, expected in ((new, [2, 2, 4, 4]), (old, [1, 2, 2, 4])):
        assert first_dilations(net, layer) == expected
    assert not old.backbone.pool1.ceil_mode
    first = old.backbone.conv3[0]  # halves with its 3×3, which a basic block has first
    assert getattr(first, layer).kernel_size == (3, 3)
    assert getattr(first, layer).stride == (2, 2)


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
