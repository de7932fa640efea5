import pytest
import torch
from torch import nn

from seglearn.nets.blocks import bilinear_kernel, count_parameters
from seglearn.nets.fcn import FCN
from seglearn.nets.receptive_field import receptive_field

from .helpers import fill_zeros, images, paper_on_meta

THIN = {"widths": (2, 2, 3, 3, 3), "fc_width": 4}


def thin(stride, **options):
    return FCN(4, stride, **THIN | options).eval()


@pytest.mark.parametrize(
    ("stride", "total", "trainable"),
    [
        (32, 136_152_917, 134_346_581),
        (16, 134_815_994, 134_357_354),
        (8, 134_489_759, 134_362_751),
    ],
)
def test_parameters(stride, total, trainable):
    net = paper_on_meta(f"fcn-{stride}s")
    assert count_parameters(net) == total
    assert count_parameters(net, trainable=True) == trainable


def test_layers():
    net = paper_on_meta("fcn-8s")
    assert (net.fc6.kernel_size, net.fc6.out_channels) == ((7, 7), 4096)
    assert (net.fc7.kernel_size, net.fc7.in_channels, net.fc7.out_channels) == ((1, 1), 4096, 4096)
    assert net.score_pool4.in_channels == 512
    assert net.score_pool3.in_channels == 256
    assert net.backbone.conv1.conv1_1.padding == (100, 100)
    for layer, kernel, stride in [
        (net.upscore2, 4, 2),
        (net.upscore_pool4, 4, 2),
        (net.upscore, 16, 8),
        (paper_on_meta("fcn-16s").upscore, 32, 16),
        (paper_on_meta("fcn-32s").upscore, 64, 32),
    ]:
        assert isinstance(layer, nn.ConvTranspose2d)
        assert layer.kernel_size == (kernel, kernel)
        assert layer.stride == (stride, stride)
        assert layer.weight.shape == (21, 21, kernel, kernel)
        assert not layer.weight.requires_grad


def test_coarser_networks_have_no_unused_layers():
    assert not hasattr(thin(32), "score_pool4")
    assert not hasattr(thin(32), "upscore2")
    assert not hasattr(thin(16), "score_pool3")


@pytest.mark.parametrize("stride", [32, 16, 8])
def test_initial_weights(stride):
    net = thin(stride)
    for score in net.scores():
        assert not score.weight.any()
        assert not score.bias.any()
    for name, layer in net.named_children():
        if name.startswith("upscore"):
            kernel = bilinear_kernel(layer.kernel_size[0])
            for i in range(4):
                for j in range(4):
                    expected = kernel if i == j else torch.zeros_like(kernel)
                    assert torch.equal(layer.weight[i, j], expected)
    with torch.no_grad():
        assert not net(images(1, 3, 64, 64)).any()  # zero scores, zero logits


@pytest.mark.parametrize(
    ("stride", "fusions", "last"), [(32, [], 19), (16, [5], 27), (8, [5, 9], 31)]
)
def test_crop_offsets_with_100_pixels_of_padding(stride, fusions, last):
    net = thin(stride)
    assert net.offsets == fusions
    assert net.offset == last


@pytest.mark.parametrize("stride", [32, 16, 8])
@pytest.mark.parametrize("padding", [1, 100])
def test_pixels_of_the_output_lie_over_what_they_see(stride, padding):
    """Averaged over 32 pixels, the centre of the field is the pixel itself: nothing is shifted."""
    net = thin(stride, padding=padding)
    where = range(448, 480)
    centres = [receptive_field(net, unit=(i, i), image_size=(1024, 1024)).centre[0] for i in where]
    assert sum(centres) / 32 == pytest.approx(sum(where) / 32)


@pytest.mark.parametrize("coarse", ["score_fr", "score_pool4", "score_pool3"])
@pytest.mark.parametrize("padding", [1, 100])
def test_every_branch_is_aligned(coarse, padding):
    """With one branch alone the same holds, so the sums add what belongs together."""

    class OneBranch(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = thin(8, padding=padding)

        def forward(self, x):
            return self.net(x)

    net = OneBranch()
    for name in ("score_fr", "score_pool4", "score_pool3"):
        if name != coarse:
            getattr(net.net, name).register_forward_hook(lambda m, i, out: torch.zeros_like(out))
    where = range(448, 480)
    centres = [receptive_field(net, unit=(i, i), image_size=(1024, 1024)).centre[0] for i in where]
    assert sum(centres) / 32 == pytest.approx(sum(where) / 32)


def test_skips_are_sums():
    """The logits are linear in the three scores: each adds its own part."""
    torch.manual_seed(0)
    net = fill_zeros(thin(8), std=1.0).double()
    x = images(1, 3, 96, 70).double()
    parts = []
    for only in ("score_fr", "score_pool4", "score_pool3", None):
        handles = [
            getattr(net, name).register_forward_hook(lambda m, i, out: torch.zeros_like(out))
            for name in ("score_fr", "score_pool4", "score_pool3")
            if only is not None and name != only
        ]
        with torch.no_grad():
            parts.append(net(x))
        for handle in handles:
            handle.remove()
    assert all(part.any() for part in parts)
    torch.testing.assert_close(parts[0] + parts[1] + parts[2], parts[3])


def test_receptive_field_and_stride_of_the_scores():
    field = receptive_field(thin(32), "score_fr")
    assert field.size == (404, 404)
    assert field.stride == (32, 32)


def test_upsampling_between_resolutions_may_learn_but_not_the_last():
    net = thin(8, learn_upsampling=True)
    assert net.upscore2.weight.requires_grad
    assert net.upscore_pool4.weight.requires_grad
    assert not net.upscore.weight.requires_grad


@pytest.mark.parametrize("options", [{"stride": 4}, {"padding": 50}])
def test_refuses(options):
    with pytest.raises(ValueError, match=r"stride|padding"):
        FCN(4, **THIN | options)
