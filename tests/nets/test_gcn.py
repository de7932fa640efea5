import pytest
import torch
from torch import nn
from torch.nn import functional as F

from seglearn.nets import receptive_field as rf
from seglearn.nets.blocks import count_parameters
from seglearn.nets.gcn import BoundaryRefinement, GlobalConvolution

from .helpers import images, mini, modules_of, paper_on_meta


def test_parameters_follow_from_the_blocks():
    n, k = 21, 15
    backbone = 60_192_808 - 2048 * 1000 - 1000  # ResNet-152 less its classifier
    large = sum(2 * (k * width * n + n + k * n * n + n) for width in (256, 512, 1024, 2048))
    refinement = 2 * (9 * n * n + n)
    up = 16 * n * n
    count = count_parameters(paper_on_meta("gcn", 21))
    assert count == backbone + large + 9 * refinement + 5 * up


def test_two_branches_of_four_convolutions_and_nothing_between():
    block = GlobalConvolution(8, 3, 7)
    kinds = [type(m) for m in block.modules() if not list(m.children())]
    assert kinds == [nn.Conv2d] * 4
    left, right = block.left, block.right
    assert [c.kernel_size for c in left] == [(7, 1), (1, 7)]
    assert [c.kernel_size for c in right] == [(1, 7), (7, 1)]
    assert len({c.weight.data_ptr() for c in (*left, *right)}) == 4
    x = images(1, 8, 9, 11)
    torch.testing.assert_close(block(x), left(x) + right(x))


def test_the_pair_of_thin_kernels_is_one_dense_kernel_of_low_rank():
    torch.manual_seed(0)
    block = GlobalConvolution(1, 1, 5).double()
    for conv in (*block.left, *block.right):
        nn.init.zeros_(conv.bias)
    point = torch.zeros(1, 1, 15, 15).double()
    point[0, 0, 7, 7] = 1
    response = block(point)[0, 0]
    kernel = response[5:10, 5:10]
    torch.testing.assert_close(kernel.abs().sum(), response.abs().sum())
    assert (kernel != 0).all()
    assert torch.linalg.matrix_rank(kernel) == 2
    # Linear: twice the image, twice the response.
    x = images(1, 1, 15, 15).double()
    torch.testing.assert_close(block(2 * x), 2 * block(x))
    torch.testing.assert_close(block(x), F.conv2d(x, kernel.flip(0, 1)[None, None], padding=2))


@pytest.mark.parametrize("k", [7, 15])
def test_view_of_a_large_kernel(k):
    seen = rf.receptive_field(GlobalConvolution(3, 2, k), image_size=(64, 64))
    assert seen.size == (k, k)


def test_even_kernels_are_refused():
    with pytest.raises(ValueError, match="k=8"):
        GlobalConvolution(4, 2, 8)


def test_boundary_refinement_is_a_residual_without_normalisation():
    block = BoundaryRefinement(3)
    x = images(1, 3, 8, 8)
    torch.testing.assert_close(block(x) - x, block.conv2(F.relu(block.conv1(x))))
    norms = modules_of(paper_on_meta("gcn"), nn.BatchNorm2d)
    assert all(name.startswith("backbone") for name in norms)


def test_refinement_after_every_large_kernel_and_every_up_sampling():
    net = paper_on_meta("gcn", 21)
    strides = [
        block[0].conv2.stride[0]
        for block in (net.backbone.get_submodule(f"conv{i}") for i in (2, 3, 4, 5))
    ]
    assert strides == [1, 2, 2, 2]
    assert len(net.global_convs) == len(net.refine_scores) == 4
    assert len(net.ups) == len(net.refine_sums) == 5
    assert {c.left[0].kernel_size for c in net.global_convs} == {(15, 1)}
    assert {c.left[0].out_channels for c in net.global_convs} == {21}


def test_the_scores_are_summed_on_the_way_up():
    net = mini("gcn")
    x = images(1, 3, 70, 97)
    outputs, inputs = {}, {}
    hooks = []
    for kind in ("refine_scores", "refine_sums", "ups"):
        for i, part in enumerate(net.get_submodule(kind)):
            hooks.append(
                part.register_forward_hook(
                    lambda _, args, out, key=(kind, i): (
                        (
                            inputs.__setitem__(key, args[0]),
                            outputs.__setitem__(key, out),
                        )[:0]
                        or None
                    )
                )
            )
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    sizes = {key: tuple(out.shape[2:]) for key, out in outputs.items()}
    assert [sizes["refine_scores", i] for i in range(4)] == [(18, 25), (9, 13), (5, 7), (3, 4)]
    steps = [(5, 7), (9, 13), (18, 25), (35, 49), (70, 97)]
    assert [sizes["refine_sums", i] for i in range(5)] == steps
    for step, finer in ((0, 2), (1, 1), (2, 0)):
        skip = outputs["refine_scores", finer]
        height, width = skip.shape[2:]
        up = outputs["ups", step][..., 1 : 1 + height, 1 : 1 + width]
        torch.testing.assert_close(inputs["refine_sums", step], up + skip)
    assert inputs["refine_sums", 4].shape[2:] == (70, 97)


def test_up_sampling_starts_bilinear_and_aligned():
    up = mini("gcn").ups[0]
    x = images(1, up.in_channels, 6, 6)
    with torch.no_grad():
        found = up(x)[..., 1:13, 1:13]
    expected = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(found[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1])
