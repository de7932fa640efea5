import pytest
import torch
from torch import nn

from seglearn.nets import receptive_field as rf
from seglearn.nets.bisenet import AttentionRefinement, FeatureFusion, SpatialPath
from seglearn.nets.blocks import count_parameters

from .helpers import images, mini, modules_of, paper_on_meta


def test_parameters_against_the_reference_implementation():
    """13,275,539 is a BiSeNet without its auxiliary heads, with another attention in the fusion.

    There the fusion weighs its 256 maps by one normalised 1×1 convolution; here, as in the paper's
    Figure 2c, by two, with a quarter of the maps and a ReLU between them.
    """
    net = paper_on_meta("bisenet", 19)
    aux = count_parameters(net.aux8) + count_parameters(net.aux16)
    two_convolutions = 2 * 256 * 64
    one_normalised = 256 * 256 + 2 * 256
    assert count_parameters(net) - aux == 13_242_259
    assert count_parameters(net) - aux - two_convolutions + one_normalised == 13_275_539


def test_spatial_path_is_three_strided_convolutions_to_an_eighth():
    net = paper_on_meta("bisenet")
    path = net.spatial_path
    strided = [c.stride for c in modules_of(path, nn.Conv2d).values()]
    assert strided == [(2, 2), (2, 2), (2, 2), (1, 1)]
    assert rf.output_stride(net, "spatial_path") == 8
    small = SpatialPath(3, 4, 8, (2, 2, 2))
    assert small(images(2, 3, 65, 64)).shape == (2, 8, 9, 8)


def test_context_path_goes_down_to_a_thirty_second():
    net = paper_on_meta("bisenet")
    assert rf.output_stride(net, "context_path.refine32") == 32
    assert rf.output_stride(net, "context_path.refine16") == 16
    assert rf.output_stride(net, "fusion") == 8


def test_attention_weighs_each_map_by_one_number():
    torch.manual_seed(0)
    block = AttentionRefinement(6, 4).eval()
    x = images(1, 6, 7, 9)
    before, after = block.conv(x)[0], block(x)[0]
    alive = [i for i in range(4) if before[i].amax() > 0]  # after a ReLU, a map may be all 0
    assert len(alive) > 1
    for i in alive:
        weight = after[i].amax() / before[i].amax()
        assert 0 < weight < 1
        torch.testing.assert_close(after[i], weight * before[i])


def test_attention_alone_refuses_a_batch_of_one_too():
    with pytest.raises(ValueError, match=r"^AttentionRefinement\.attention .* at least 2 images"):
        AttentionRefinement(6, 4)(images(1, 6, 7, 9))
    AttentionRefinement(6, 4)(images(2, 6, 7, 9))


def test_fusion_concatenates_and_adds_what_attention_chooses():
    block = FeatureFusion(10, 8).eval()
    spatial, context = images(1, 4, 6, 6), images(1, 6, 6, 6, seed=1)
    x = block.conv(torch.cat([spatial, context], 1))
    ratio = (block(spatial, context) / x).nan_to_num(1.5)
    assert ((ratio > 1) & (ratio < 2)).all()


def test_the_whole_image_is_averaged():
    block = AttentionRefinement(4, 4)
    assert rf.receptive_field(block, image_size=(256, 256), in_channels=4).whole
    conv = rf.receptive_field(block, "conv", image_size=(256, 256), in_channels=4)
    assert conv.size == (3, 3)


def test_two_auxiliary_heads_only_when_asked_for():
    net = mini("bisenet")
    assert net.aux_weight == 1
    x = images(1, 3, 64, 64)
    called = []
    hooks = [
        head.register_forward_hook(lambda *_: called.append(1)) for head in (net.aux8, net.aux16)
    ]
    with torch.no_grad():
        net(x)
        assert not called
        _, aux = net.forward_with_aux(x)
    for hook in hooks:
        hook.remove()
    assert len(called) == 2
    assert set(aux) == {"context8", "context16"}
    assert not torch.allclose(aux["context8"], aux["context16"])


def test_the_mini_preset_fuses_at_a_quarter():
    net = mini("bisenet")
    assert rf.output_stride(net, "fusion") == 4
    assert rf.output_stride(net, "context_path.backbone.conv5") == 16
