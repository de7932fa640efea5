import pytest
import torch
from torch import nn

from seglearn.nets import receptive_field as rf
from seglearn.nets.tiramisu import (
    GROWTH,
    LAYERS,
    DenseBlock,
    DenseLayer,
    FCDenseNet,
    TransitionDown,
    TransitionUp,
)

from .helpers import images, modules_of, paper_on_meta

DEPTHS = pytest.mark.parametrize("depth", [56, 67, 103])


@DEPTHS
def test_depth_is_the_number_of_convolutions(depth):
    """Dense layers, a convolution a transition, the first one and the classifier."""
    net = paper_on_meta(f"fc-densenet-{depth}", 11)
    convs = modules_of(net, nn.Conv2d | nn.ConvTranspose2d)
    assert len(convs) == sum(LAYERS[depth]) + 2 * 5 + 2 == depth


@DEPTHS
def test_widths_of_103_and_its_sisters(depth):
    """What Table 2 lists for 103 follows from adding up new maps; so do the others."""
    net = paper_on_meta(f"fc-densenet-{depth}", 11)
    growth, layers = GROWTH[depth], LAYERS[depth]
    width, skips = 48, []
    for i, block in enumerate(net.down_blocks):
        assert block.layers[0].conv.in_channels == width
        width += layers[i] * growth
        skips.append(width)
        assert net.transitions_down[i].conv.out_channels == width
    assert net.bottom.layers[0].conv.in_channels == width
    for i, (transition, block) in enumerate(zip(net.transitions_up, net.up_blocks, strict=True), 5):
        new = layers[i] * growth
        # Only the new maps of the block below are up-sampled.
        assert transition.conv.in_channels == transition.conv.out_channels == new
        assert block.layers[0].conv.in_channels == new + skips.pop()
    if depth == 103:
        down = [t.conv.out_channels for t in net.transitions_down]
        assert down == [112, 192, 304, 464, 656]
        assert net.bottom.new_channels + down[-1] == 896
        assert net.classifier.in_channels == 256


def test_a_dense_layer_normalises_first():
    kinds = [type(m) for m in DenseLayer(8, 4, 0.2)]
    assert kinds == [nn.BatchNorm2d, nn.ReLU, nn.Conv2d, nn.Dropout]
    layer = DenseLayer(8, 4, 0.2)
    assert layer.conv.kernel_size == (3, 3)
    assert layer.dropout.p == 0.2


def test_transitions():
    kinds = [type(m) for m in TransitionDown(8, 0.2)]
    assert kinds == [nn.BatchNorm2d, nn.ReLU, nn.Conv2d, nn.Dropout, nn.MaxPool2d]
    assert TransitionDown(8, 0.2).conv.kernel_size == (1, 1)
    up = TransitionUp(8)
    assert (up.conv.kernel_size, up.conv.stride) == ((3, 3), (2, 2))
    for height, width in ((10, 12), (11, 12), (11, 13)):
        skip = images(1, 5, height, width)
        joined = up(images(1, 8, height // 2, width // 2), skip)
        assert joined.shape == (1, 13, height, width)
        assert torch.equal(joined[:, 8:], skip)


def test_a_block_gives_its_new_maps_and_not_its_input():
    block = DenseBlock(6, 3, 4, 0.0).eval()
    x = images(1, 6, 8, 8)
    assert block(x).shape == (1, 12, 8, 8)
    # Every layer hears the input and all maps before it.
    assert [layer.conv.in_channels for layer in block.layers] == [6, 10, 14]
    first = block.layers[0](x)
    torch.testing.assert_close(block(x)[:, :4], first)
    second = block.layers[1](torch.cat([x, first], 1))
    torch.testing.assert_close(block(x)[:, 4:8], second)


def test_dropout_is_everywhere_in_the_paper_preset():
    net = paper_on_meta("fc-densenet-103", 11)
    drops = modules_of(net, nn.Dropout)
    assert len(drops) == sum(LAYERS[103]) + 5
    assert {drop.p for drop in drops.values()} == {0.2}


def test_resolution_at_the_bottom():
    assert rf.output_stride(paper_on_meta("fc-densenet-103"), "bottom") == 32


def test_an_even_number_of_blocks_is_refused():
    with pytest.raises(ValueError, match="odd number"):
        FCDenseNet(3, layers=(2, 2), growth=4)
