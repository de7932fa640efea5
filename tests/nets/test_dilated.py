import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import zoo
from seglearn.nets.blocks import count_parameters
from seglearn.nets.dilated import ContextModule, Dilated
from seglearn.nets.receptive_field import output_stride, receptive_field

from .helpers import images, modules_of

THIN = {"widths": (2, 2, 3, 3, 3), "fc_width": 4, "context": None}


@pytest.mark.parametrize(
    ("n_classes", "context", "count"),
    [(21, "large", 141_149_720), (11, "basic", 134_313_443), (21, None, 134_346_581)],
)
def test_parameters(n_classes, context, count):
    with torch.device("meta"):
        assert count_parameters(Dilated(n_classes, context=context)) == count


def test_weights_of_the_basic_context_module():
    convs = modules_of(ContextModule(21), nn.Conv2d).values()
    assert sum(conv.weight.numel() for conv in convs) == 64 * 21**2 == 28_224


def test_front_end_layers():
    net = Dilated(4, **THIN)
    assert len(modules_of(net, nn.MaxPool2d)) == 3  # pool4 and pool5 are gone
    dilations = {name: conv.dilation[0] for name, conv in modules_of(net, nn.Conv2d).items()}
    assert {name for name, d in dilations.items() if d == 2} == {
        f"backbone.conv5.conv5_{i}" for i in (1, 2, 3)
    }
    assert {name for name, d in dilations.items() if d == 4} == {"fc6"}
    assert all(conv.padding == (0, 0) for conv in modules_of(net, nn.Conv2d).values())


@pytest.mark.parametrize("padding", ["mirror", "same"])
def test_front_end_sees_380_pixels_every_8(padding):
    net = Dilated(4, padding=padding, **THIN)
    field = receptive_field(net, "final")
    assert field.size == (380, 380)
    assert field.stride == (8, 8)
    assert output_stride(net, "final") == 8
    assert receptive_field(net, "final", method="gradient") == field


@pytest.mark.parametrize(("size", "cells"), [(900, 66), (372 + 8, 1)])
def test_margin_is_what_the_front_end_takes_off(size, cells):
    net = Dilated(4, **THIN).eval()
    assert net.MARGIN * 2 + 8 * cells == size
    with torch.no_grad():
        assert net.front_end(images(1, 3, size, size)).shape == (1, 4, cells, cells)


@pytest.mark.parametrize("padding", ["mirror", "same"])
def test_a_cell_lies_over_its_pixels(padding):
    net = Dilated(4, padding=padding, **THIN)
    centres = [
        receptive_field(net, unit=(i, i), image_size=(840, 840)).centre[0] for i in range(416, 424)
    ]
    assert sum(centres) / 8 == pytest.approx(419.5)


@pytest.mark.parametrize("large", [False, True])
def test_context_layers(large):
    convs = [*modules_of(ContextModule(3, large=large), nn.Conv2d).values()]
    assert [conv.dilation[0] for conv in convs] == [1, 1, 2, 4, 8, 16, 1, 1]
    assert [conv.kernel_size[0] for conv in convs] == [3] * 7 + [1]
    factors = [2, 2, 4, 8, 16, 32, 32, 1] if large else [1] * 8
    assert [conv.out_channels for conv in convs] == [3 * f for f in factors]


def test_context_receptive_field_grows_as_in_table_1():
    net = ContextModule(3)
    for i, size in enumerate([3, 5, 9, 17, 33, 65, 67, 67], 1):
        for method in ("arithmetic", "gradient"):
            field = receptive_field(net, f"ct_conv{i}", method=method)
            assert field.size == (size, size)
            assert field.stride == (1, 1)


@pytest.mark.parametrize("large", [False, True])
def test_context_starts_as_the_identity(large):
    x = images(2, 7, 40, 40)  # not negative: the ReLUs between the layers pass it
    torch.manual_seed(0)
    exact = ContextModule(7, large=large, noise=0)
    torch.testing.assert_close(exact(x), x)
    torch.testing.assert_close(exact(x - 0.5), (x - 0.5).relu())  # negative scores are lost
    near = ContextModule(7, large=large)(x)
    assert (near - x).abs().mean() < 0.1 * x.std()
    assert (near - x).abs().max() > 0  # not symmetric between what is equal


def test_context_padded_once_as_released_differs_within_33_cells_of_the_border_only():
    module, x = ContextModule(3, noise=1.0), images(1, 3, 80, 80)
    once = F.pad(x, (33, 33, 33, 33))
    with torch.no_grad():
        for layer in module:
            if isinstance(layer, nn.Conv2d):
                nn.init.normal_(layer.bias, std=0.1)
                once = F.conv2d(once, layer.weight, layer.bias, dilation=layer.dilation)
            else:
                once = layer(once)
        each = module(x)
    assert once.shape == each.shape
    inside = (..., slice(33, -33), slice(33, -33))
    torch.testing.assert_close(once[inside], each[inside])
    assert (once - each)[..., 32, :].abs().max() > 1e-4


@pytest.mark.parametrize("options", [{"context": "small"}, {"padding": "zeros"}])
def test_refuses(options):
    with pytest.raises(ValueError, match=r"context|padding"):
        Dilated(4, **{**THIN, **options})


def test_dilation_can_be_switched_off_without_changing_a_weight():
    on, off = zoo.create("dilated", 5), zoo.create("dilated", 5, dilate=False)
    assert [p.shape for p in on.parameters()] == [p.shape for p in off.parameters()]
    assert {conv.dilation for conv in modules_of(off, nn.Conv2d).values()} == {(1, 1)}
    assert receptive_field(off).size < receptive_field(on).size
    assert output_stride(off, "final") == output_stride(on, "final") == 4
    with pytest.raises(ValueError, match="padding='same'"):
        zoo.create("dilated", 5, dilate=False, padding="mirror")
