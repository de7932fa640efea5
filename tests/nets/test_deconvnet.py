import torch
from torch import nn

from seglearn.nets.blocks import count_parameters
from seglearn.nets.deconvnet import DeconvNet

from .helpers import images, mini, modules_of, paper_on_meta


def test_parameters():
    assert count_parameters(paper_on_meta("deconvnet")) == 251_805_653


def test_layers():
    net = paper_on_meta("deconvnet")
    assert net.fc6[0].kernel_size == (7, 7)
    assert net.fc7[0].kernel_size == (1, 1)
    assert net.deconv_fc6[0].kernel_size == (7, 7)
    convs, deconvs = modules_of(net, nn.Conv2d), modules_of(net, nn.ConvTranspose2d)
    assert len(convs) == 13 + 2 + 1
    assert len(deconvs) == 13 + 1
    assert len(modules_of(net, nn.MaxUnpool2d)) == 5
    stages = ((5, 3), (4, 3), (3, 3), (2, 2), (1, 2))
    names = [f"deconv{i}.deconv{i}_{j}.deconv" for i, depth in stages for j in range(1, depth + 1)]
    assert list(deconvs) == ["deconv_fc6.deconv", *names]
    # All convolutions but the last are normalised.
    assert len(modules_of(net, nn.BatchNorm2d)) == len(convs) - 1 + len(deconvs)
    # The decoder mirrors the encoder.
    widths = [layer.in_channels for layer in deconvs.values()][1:]
    assert widths == [512] * 6 + [256] * 3 + [128] * 2 + [64] * 2


def test_the_bottleneck_of_the_paper_is_one_cell():
    net = DeconvNet(21, widths=(2, 2, 3, 3, 3), fc_width=4).eval()
    shapes = {}
    for name in ("fc6", "fc7", "deconv_fc6"):
        net.get_submodule(name).register_forward_hook(
            lambda m, i, out, name=name: shapes.update({name: tuple(out.shape[2:])})
        )
    with torch.no_grad():
        net(images(1, 3, 224, 224))
        assert shapes == {"fc6": (1, 1), "fc7": (1, 1), "deconv_fc6": (7, 7)}
        net(images(1, 3, 256, 320))
        assert shapes == {"fc6": (2, 4), "fc7": (2, 4), "deconv_fc6": (8, 10)}


def test_each_unpooling_gets_the_indices_of_its_own_pooling():
    net = mini("deconvnet")
    pooled, unpooled = {}, {}
    handles = []
    for i in range(1, 6):
        handles += [
            net.get_submodule(f"backbone.pool{i}").register_forward_hook(
                lambda m, args, out, i=i: pooled.update({i: out[1]})
            ),
            net.get_submodule(f"unpool{i}").register_forward_hook(
                lambda m, args, out, i=i: unpooled.update({i: (args[1], out)})
            ),
        ]
    with torch.no_grad():
        net(images(1, 3, 96, 70))
    for handle in handles:
        handle.remove()
    assert sorted(unpooled) == [1, 2, 3, 4, 5]
    for i, (indices, out) in unpooled.items():
        assert indices is pooled[i]
        # Nothing but the places of the maxima is filled.
        elsewhere = torch.ones_like(out).flatten(2).scatter(2, indices.flatten(2), 0.0)
        assert not (out.flatten(2) * elsewhere).any()
