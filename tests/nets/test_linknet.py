import torch
from torch import nn

from seglearn.nets import receptive_field as rf
from seglearn.nets.linknet import DecoderBlock

from .helpers import images, mini, modules_of, paper_on_meta


def test_decoder_block_is_1x1_deconvolution_1x1_at_a_quarter():
    block = DecoderBlock(64, 32, 2)
    convs = list(modules_of(block, nn.Conv2d | nn.ConvTranspose2d).values())
    assert [type(c) for c in convs] == [nn.Conv2d, nn.ConvTranspose2d, nn.Conv2d]
    assert [c.kernel_size for c in convs] == [(1, 1), (3, 3), (1, 1)]
    assert [(c.in_channels, c.out_channels) for c in convs] == [(64, 16), (16, 16), (16, 32)]
    assert convs[1].stride == (2, 2)


def test_normalisation_adds_what_the_pytorch_release_adds():
    norms = modules_of(paper_on_meta("linknet"), nn.BatchNorm2d).values()
    assert {norm.eps for norm in norms} == {1e-5}  # the Torch release: 1e-3 in the decoder


def test_skips_are_added():
    block = DecoderBlock(8, 4, 2).eval()
    x, skip = images(1, 8, 5, 6), images(1, 4, 10, 12, seed=1)
    zero = block(x, torch.zeros_like(skip))
    torch.testing.assert_close(block(x, skip), skip + zero)
    # An odd skip cuts the last row and column off.
    odd = torch.zeros(1, 4, 9, 11)
    torch.testing.assert_close(block(x, odd), zero[..., :9, :11])


def test_each_decoder_hands_over_to_the_encoder_stage_beside_it():
    net = mini("linknet")
    x = images(1, 3, 64, 96)
    with torch.no_grad():
        features = net.backbone(x)
        seen = []
        hooks = [
            net.get_submodule(f"decoder{i}").register_forward_hook(
                lambda _, args, __: seen.append(args[1])
            )
            for i in (4, 3, 2, 1)
        ]
        net(x)
    for hook in hooks:
        hook.remove()
    expected = [features.conv4, features.conv3, features.conv2]
    for skip, feature in zip(seen, expected, strict=False):
        assert torch.equal(skip, feature)
    assert torch.equal(seen[3], net.backbone.pool1(features.conv1))


def test_resolutions():
    net = paper_on_meta("linknet")
    strides = {"decoder4": 16, "decoder3": 8, "decoder2": 4, "decoder1": 4, "full2": 2}
    for layer, stride in strides.items():
        assert rf.output_stride(net, layer) == stride, layer


def test_the_backbone_is_resnet_18():
    net = paper_on_meta("linknet")
    assert net.backbone.channels == (64, 64, 128, 256, 512)
    assert [len(net.backbone.get_submodule(f"conv{i}")) for i in (2, 3, 4, 5)] == [2, 2, 2, 2]
