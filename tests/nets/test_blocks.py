import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import blocks

from .helpers import images


@pytest.mark.parametrize("size", [3, 4, 16, 32, 64])
def test_bilinear_kernel_keeps_constants(size):
    kernel = blocks.bilinear_kernel(size)
    stride = (size + 1) // 2
    torch.testing.assert_close(kernel, kernel.flip(0, 1))
    up = F.conv_transpose2d(torch.ones(1, 1, 9, 9), kernel[None, None], stride=stride)
    inner = up[..., size:-size, size:-size]
    torch.testing.assert_close(inner, torch.ones_like(inner))


@pytest.mark.parametrize("factor", [2, 8, 16])
def test_bilinear_deconvolution_is_bilinear_resizing(factor):
    x = images(1, 4, 9, 11).double()
    layer = blocks.bilinear_deconvolution(4, 2 * factor, factor).double()
    up = blocks.crop(layer(x), factor // 2, (9 * factor, 11 * factor))
    inside = (..., slice(factor, -factor), slice(factor, -factor))
    expected = blocks.resize(x, (9 * factor, 11 * factor))
    torch.testing.assert_close(up[inside], expected[inside])


def test_full_and_diagonal_bilinear_kernels_are_one_function():
    x = images(2, 5, 6, 7)
    full = blocks.bilinear_deconvolution(5, 16, 8)
    diagonal = blocks.bilinear_deconvolution(5, 16, 8, full=False)
    assert full.weight.shape == (5, 5, 16, 16)
    assert diagonal.weight.shape == (5, 1, 16, 16)
    torch.testing.assert_close(full(x), diagonal(x))
    mask = ~torch.eye(5, dtype=torch.bool)
    assert not full.weight[mask].any()


def test_frozen_bilinear_kernels_count_but_are_not_trained():
    layer = blocks.bilinear_deconvolution(2, 4, 2, trainable=False)
    assert blocks.count_parameters(layer) == 64
    assert blocks.count_parameters(layer, trainable=True) == 0


@pytest.mark.parametrize("pads", [(3, 2, 1, 4), (20, 0, 0, 31), (0, 0, 0, 0)])
def test_mirror_pad(pads):
    x = torch.arange(6.0 * 5).reshape(1, 1, 6, 5)
    left, right, top, bottom = pads
    padded = blocks.mirror_pad(x, *pads)
    assert padded.shape == (1, 1, 6 + top + bottom, 5 + left + right)

    def mirrored(i, n):
        i = abs(i) % (2 * n - 2)
        return min(i, 2 * n - 2 - i)

    for i in range(padded.shape[2]):
        for j in range(padded.shape[3]):
            assert padded[0, 0, i, j] == x[0, 0, mirrored(i - top, 6), mirrored(j - left, 5)]


@pytest.mark.parametrize("shape", [(1, 5), (6, 1), (1, 1)])
def test_mirror_pad_repeats_a_side_of_one_pixel(shape):
    x = torch.rand(1, 2, *shape)
    padded = blocks.mirror_pad(x, 3, 9, 8, 2)
    assert padded.shape == (1, 2, shape[0] + 10, shape[1] + 12)
    if shape[0] == 1:
        assert torch.equal(padded, padded[:, :, :1].expand_as(padded))
    if shape[1] == 1:
        assert torch.equal(padded, padded[..., :1].expand_as(padded))
    assert torch.equal(padded[:, :, 8:-2, 3:-9], x)


def test_crop():
    x = torch.arange(30.0).reshape(1, 1, 5, 6)
    assert torch.equal(blocks.crop(x, (1, 2), (3, 2)), x[..., 1:4, 2:4])
    assert torch.equal(blocks.crop_centre(x, (3, 4)), x[..., 1:4, 1:5])
    with pytest.raises(ValueError, match="cannot crop"):
        blocks.crop(x, 3, (3, 3))


def test_same_padding():
    assert blocks.same_padding(7, 4) == (12, 12)
    assert blocks.same_padding((1, 5), (1, 2)) == (0, 4)
    with pytest.raises(ValueError, match="even"):
        blocks.same_padding(4)


def test_conv_norm_act():
    block = blocks.ConvNormAct(3, 8, (1, 5), stride=2)
    assert [name for name, _ in block.named_children()] == ["conv", "norm", "act"]
    assert block.conv.bias is None
    assert block(images(2, 3, 10, 12)).shape == (2, 8, 5, 6)
    deconv = blocks.DeconvNormAct(3, 8, 3, stride=2, padding=1, output_padding=1).eval()
    assert [name for name, _ in deconv.named_children()] == ["deconv", "norm", "act"]
    assert deconv(torch.ones(1, 3, 4, 5)).shape == (1, 8, 8, 10)
    assert deconv.deconv.bias is not None
    numbered = blocks.numbered("fc", (nn.Linear(i, i + 1) for i in (1, 2)))
    assert [name for name, _ in numbered.named_children()] == ["fc1", "fc2"]
    assert numbered(torch.ones(1, 1)).shape == (1, 3)
    plain = blocks.ConvNormAct(3, 8, norm=False, act=False)
    assert [name for name, _ in plain.named_children()] == ["conv"]
    assert plain.conv.bias is not None


@pytest.mark.parametrize("transposed", [False, True])
def test_init_keeps_the_signal_through_many_layers(transposed):
    kind = nn.ConvTranspose2d if transposed else nn.Conv2d
    layers = [part for _ in range(16) for part in (kind(32, 32, 3, padding=1), nn.ReLU())]
    net = nn.Sequential(*layers)
    torch.manual_seed(0)
    blocks.init_weights(net)
    x = torch.randn(2, 32, 64, 64)
    with torch.no_grad():
        ratio = net(x).square().mean() / x.square().mean()
    assert 0.05 < ratio < 5  # zeros beyond the border take a little; PyTorch's default: 1e-8


@pytest.mark.parametrize("size", [(17, 9), (24, 16), (20, 11)])
def test_place_puts_cells_on_their_pixels(size):
    cells = images(2, 3, 3, 2)
    placed = blocks.place(cells, 8, size)
    assert placed.shape == (2, 3, *size)
    torch.testing.assert_close(placed[..., ::8, ::8], cells)
    torch.testing.assert_close(placed[..., 4, 0], (cells[..., 0, 0] + cells[..., 1, 0]) / 2)
    assert torch.equal(placed[..., 16:, :1], cells[..., 2:, :1].expand(-1, -1, size[0] - 16, -1))
