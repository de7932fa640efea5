import numpy as np
import pytest
import torch
from torch import nn

from seglearn.nets.blocks import count_parameters, mirror_pad
from seglearn.nets.receptive_field import receptive_field
from seglearn.nets.unet import UNet, border_weight_map

from .helpers import images, modules_of, paper_on_meta


def thin(**options):
    torch.manual_seed(0)
    return UNet(3, **{"width": 2, "dropout": 0.0} | options).eval()


@pytest.mark.parametrize(("in_channels", "count"), [(1, 31_030_658), (3, 31_031_810)])
def test_parameters(in_channels, count):
    with torch.device("meta"):
        assert count_parameters(UNet(2, in_channels=in_channels)) == count


def test_parameters_of_the_padded_variant():
    # 18 convolutions swap their bias (1 number a channel) for a normalisation (2 a channel).
    with torch.device("meta"):
        net = UNet(2, padding="same", batch_norm=True)
    channels = sum(norm.num_features for norm in modules_of(net, nn.BatchNorm2d).values())
    assert len(modules_of(net, nn.BatchNorm2d)) == 18
    assert count_parameters(net) == 31_031_810 + channels


def test_layers():
    net = paper_on_meta("unet", 2)
    convs = modules_of(net, nn.Conv2d)
    assert len(convs) + len(modules_of(net, nn.ConvTranspose2d)) == 23  # section 2
    assert all(conv.padding == (0, 0) for conv in convs.values())
    for up in net.up_conv:
        assert (up.kernel_size, up.stride) == ((2, 2), (2, 2))
        assert up.in_channels == 2 * up.out_channels
    # What is concatenated doubles the width again.
    assert [up[0].conv.in_channels for up in net.up] == [1024, 512, 256, 128]
    assert not modules_of(net, nn.BatchNorm2d)


def test_sizes_of_figure_1():
    net = thin(in_channels=1)
    shapes = []
    for part in [*net.down, *net.up_conv, *net.up]:
        part.register_forward_hook(lambda m, i, out: shapes.append(out.shape[2]))
    with torch.no_grad():
        assert net.forward_valid(images(1, 1, 572, 572)).shape == (1, 3, 388, 388)
    assert shapes == [568, 280, 136, 64, 28, 56, 52, 104, 100, 200, 196, 392, 388]


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="odd"):
        thin().forward_valid(images(1, 3, 571, 572))


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("size", [64, 65, 388, 389])
def test_input_size_is_the_least_that_covers(depth, size):
    net = thin(depth=depth)
    large = net.input_size(size)
    assert net.forward_valid(images(1, 3, large, large)).shape[2] >= size
    smaller = large - 2**depth
    try:
        covered = net.forward_valid(images(1, 3, smaller, smaller)).shape[2]
    except (ValueError, RuntimeError):
        covered = 0
    assert covered < size


def test_the_whole_image_is_labelled_from_mirrored_context():
    """The overlap-tile strategy: the inner part equals a run without any mirroring."""
    net = thin().double()
    x = images(1, 3, 388, 388).double()
    with torch.no_grad():
        whole = net(x)
        torch.testing.assert_close(whole, net.forward_valid(mirror_pad(x, 92, 92, 92, 92)))
        # 92 + 4 is a multiple of 16, so the poolings of both runs meet the same pixels.
        inner = net.forward_valid(x[..., 4:384, 4:384])
    torch.testing.assert_close(whole[..., 96 : 96 + 196, 96 : 96 + 196], inner)


def test_a_pixel_lies_over_what_it_sees():
    for net in (thin(), thin(padding="same")):
        centres = [
            receptive_field(net, unit=(i, i), image_size=(388, 388)).centre[0]
            for i in range(192, 208)
        ]
        assert sum(centres) / 16 == pytest.approx(199.5)


def test_skips_carry_features_of_the_same_place():
    """With the way down cut, the concatenated skip still sees only what lies around the pixel."""
    net = thin(depth=2)
    net.up_conv[-1].register_forward_hook(lambda m, i, out: torch.zeros_like(out))
    field = receptive_field(net, "up.1", method="gradient", image_size=(128, 128))
    assert field.size == (9, 9)  # four 3×3 convolutions


def test_same_padding_keeps_pixels_in_place():
    """A larger image changes nothing far from the border that moved."""
    net = thin(padding="same").double()
    x = images(1, 3, 320, 320).double()
    with torch.no_grad():
        large, small = net(x), net(x[..., :288, :288])
    torch.testing.assert_close(large[..., :96, :96], small[..., :96, :96])


def test_dropout_ends_the_contracting_path():
    torch.manual_seed(0)
    net = UNet(3, width=4, depth=2, padding="same", dropout=0.5).train()
    x = images(1, 3, 64, 64)
    assert not torch.equal(net(x), net(x))
    assert torch.equal(net.eval()(x), net(x))


def test_border_weights_are_equation_2():
    instances = np.zeros((9, 12), dtype=int)
    instances[2:7, 1:4] = 1
    instances[2:7, 6:10] = 2
    weights = border_weight_map(instances, class_weights=(0.5, 2.0), w0=10, sigma=5)
    assert (weights[instances > 0] == 2.0).all()
    # Column 4 of row 4 is 1 from the first cell and 2 from the second, column 11 is 2 and 8.
    assert weights[4, 4] == pytest.approx(0.5 + 10 * np.exp(-9 / 50))
    assert weights[4, 11] == pytest.approx(0.5 + 10 * np.exp(-100 / 50))
    # Brute force.
    y, x = np.mgrid[:9, :12]
    for i, j in np.argwhere(instances == 0):
        distances = sorted(
            np.sqrt((y[instances == k] - i) ** 2 + (x[instances == k] - j) ** 2).min()
            for k in (1, 2)
        )
        assert weights[i, j] == pytest.approx(0.5 + 10 * np.exp(-(sum(distances) ** 2) / 50))


def test_one_cell_or_none_has_no_border():
    one = np.zeros((5, 5), dtype=int)
    assert (border_weight_map(one) == 1).all()
    one[2, 2] = 7
    assert (border_weight_map(one) == 1).all()


@pytest.mark.parametrize(
    ("instances", "options", "error", "message"),
    [
        (np.zeros((4, 4)), {}, TypeError, "instances holds float64"),
        (np.zeros(4, int), {}, ValueError, "instances must be"),
        (np.zeros((4, 4), int), {"sigma": 0}, ValueError, "sigma"),
    ],
)
def test_border_weights_refuse(instances, options, error, message):
    with pytest.raises(error, match=message):
        border_weight_map(instances, **options)
