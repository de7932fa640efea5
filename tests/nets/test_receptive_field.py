import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import backbones, zoo
from seglearn.nets.backbones import VGG16
from seglearn.nets.receptive_field import output_stride, receptive_field

from .helpers import images

THIN = (1, 1, 1, 1, 1)


def vgg(**options):
    return VGG16(widths=THIN, **options)


def front_end(fc6_kernel, dilation, **options):
    """VGG16 and fc6 as DeepLab and Yu and Koltun dilate them."""
    net = VGG16(widths=THIN, dilations=(1, 1, 1, 1, 2), **options)
    fc6 = nn.Conv2d(1, 1, fc6_kernel, dilation=dilation, padding=fc6_kernel // 2 * dilation)

    class FrontEnd(nn.Module):
        def __init__(self):
            super().__init__()
            self.net, self.fc6 = net, fc6

        def forward(self, x):
            return self.fc6(self.net(x)[4].pooled)

    return FrontEnd()


HOLE = {"pool_strides": (2, 2, 2, 1, 1), "pool_size": 3}
NEW = {"first_dilation": "new"}
NO_POOL = {"pool_strides": (2, 2, 2, 0, 0)}


class FC7(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = vgg()
        self.fc6, self.fc7 = nn.Conv2d(1, 1, 7, padding=3), nn.Conv2d(1, 1, 1)

    def forward(self, x):
        return self.fc7(self.fc6(self.net(x)[4].pooled))


@pytest.mark.parametrize(
    ("build", "layer", "size", "stride"),
    [
        (vgg, "conv5.conv5_3", 196, 16),
        (vgg, "pool5", 212, 32),
        (FC7, "fc7", 404, 32),
        (lambda: front_end(3, 12, **HOLE), "fc6", 419, 8),
        (lambda: front_end(3, 6, **HOLE), "fc6", 323, 8),
        (lambda: front_end(3, 18, **HOLE), "fc6", 515, 8),
        (lambda: front_end(3, 24, **HOLE), "fc6", 611, 8),
        (lambda: front_end(7, 4, **NO_POOL), "fc6", 380, 8),
        # 7×7 and pool: 11 at stride 4. Then 3×3, and a stride before the first of each stage.
        (lambda: backbones.resnet18(widths=THIN[:4]), "conv5", 435, 32),
        (lambda: backbones.resnet18(widths=THIN[:4], output_stride=8), "conv5", 435, 8),
        (lambda: backbones.resnet50(widths=THIN[:4]), "conv5", 427, 32),
        (lambda: backbones.resnet50(widths=THIN[:4], output_stride=8), "conv5", 427, 8),
        # The new dilation in the first blocks: 2 · 8 more in conv4_1, 2 · 2 · 8 more in conv5_1.
        (lambda: backbones.resnet50(widths=THIN[:4], output_stride=8, **NEW), "conv5", 475, 8),
        (lambda: backbones.resnet18(widths=THIN[:4], output_stride=8, **NEW), "conv5", 483, 8),
    ],
)
def test_reference_stacks(build, layer, size, stride):
    net = build()
    by_arithmetic = receptive_field(net, layer)
    assert by_arithmetic.size == (size, size)
    assert by_arithmetic.stride == (stride, stride)
    assert not by_arithmetic.whole
    assert output_stride(net, layer) == stride
    assert receptive_field(net, layer, method="gradient") == by_arithmetic


def random_chain(seed):
    """Layers of random kernels, strides, paddings and dilations, not square."""
    g = torch.Generator().manual_seed(seed)

    def draw(low, high):
        return int(torch.randint(low, high + 1, (), generator=g))

    layers = []
    for _ in range(4):
        kernel = (draw(1, 4), draw(1, 4))
        kind = draw(0, 3)
        if kind == 0:
            layers.append(nn.MaxPool2d((2, 3), (draw(1, 2), draw(1, 3)), padding=(draw(0, 1), 1)))
        elif kind == 1:
            layers.append(nn.ConvTranspose2d(1, 1, kernel, stride=(draw(1, 3), 2), padding=0))
        elif kind == 2:
            layers.append(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False))
        else:
            layers.append(
                nn.Conv2d(
                    1,
                    1,
                    kernel,
                    stride=(draw(1, 2), draw(1, 3)),
                    padding=(draw(0, 2), draw(0, 2)),
                    dilation=(draw(1, 3), draw(1, 3)),
                )
            )
    return nn.Sequential(*layers)


@pytest.mark.parametrize("seed", range(24))
def test_both_methods_agree_on_random_chains(seed):
    net = random_chain(seed)
    size = (96, 110)
    shape = net(images(1, 1, *size)).shape[2:]
    for unit in [(shape[0] // 2, shape[1] // 2), (0, shape[1] - 1), (shape[0] // 3, 1)]:
        found = []
        for method in ("arithmetic", "gradient"):
            try:
                field = receptive_field(
                    net, method=method, unit=unit, image_size=size, in_channels=1
                )
                found.append((field.box, field.stride))
            except ValueError as error:  # a transposed kernel shorter than its stride has holes
                found.append(str(error))
        assert found[0] == found[1]


@pytest.mark.parametrize(
    ("name", "thin"),
    [
        ("fcn-8s", {"widths": THIN, "fc_width": 1}),
        ("unet-same", {"width": 1}),
        ("segnet", {"widths": THIN}),
        ("segnet-basic", {"width": 1}),
        ("deconvnet", {"widths": THIN, "fc_width": 1}),
    ],
)
def test_both_methods_agree_on_whole_networks(name, thin):
    """Skips, unpooling, cropping and up-sampling, near the border and inside."""
    net = zoo.create(name, 2, **thin)
    for unit in [(60, 71), (3, 100)]:
        boxes = [
            receptive_field(net, method=m, unit=unit, image_size=(128, 144)).box
            for m in ("arithmetic", "gradient")
        ]
        assert boxes[0] == boxes[1]


def test_what_pools_globally_sees_everything():
    class Global(nn.Module):
        def forward(self, x):
            return x + F.adaptive_avg_pool2d(x, 1)

    for method in ("arithmetic", "gradient"):
        field = receptive_field(Global(), method=method, image_size=(64, 80))
        assert field.whole
        assert field.size == (64, 80)


def test_the_model_is_left_as_it_was():
    net = vgg(batch_norm=True).train()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    receptive_field(net, "pool5")
    receptive_field(net, "pool5", method="gradient")
    assert net.training
    assert all(p.grad is None for p in net.parameters())
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_bad_questions():
    with pytest.raises(ValueError, match="not in the model"):
        receptive_field(vgg(), "fc6")
    with pytest.raises(ValueError, match="method"):
        receptive_field(vgg(), "pool5", method="guess")
    with pytest.raises(ValueError, match="outside"):
        receptive_field(vgg(), "pool5", unit=(99, 0), image_size=(256, 256))
    with pytest.raises(ValueError, match="does not give one map"):
        receptive_field(vgg())
