import inspect

import pytest
import torch
from torch import nn

from seglearn.data.scene_dataset import SceneDataset
from seglearn.experiment.results import load_net
from seglearn.nets import segnet, zoo
from seglearn.nets.blocks import count_parameters
from seglearn.training import ImageSet

from .helpers import images, mini, modules_of, paper_on_meta


@pytest.mark.parametrize(("name", "count"), [("segnet", 29_449_355), ("segnet-basic", 1_416_587)])
def test_parameters(name, count):
    assert count_parameters(paper_on_meta(name, 11)) == count


def test_layers():
    net = paper_on_meta("segnet")
    convs = modules_of(net, nn.Conv2d)
    assert len([name for name in convs if name.startswith("encoder")]) == 13
    assert len([name for name in convs if not name.startswith("encoder")]) == 13
    assert {conv.kernel_size for conv in convs.values()} == {(3, 3)}
    assert all(conv.bias is not None for conv in convs.values())
    assert not modules_of(net, nn.ConvTranspose2d)
    assert len(modules_of(net, nn.MaxUnpool2d)) == 5
    assert len(modules_of(net, nn.BatchNorm2d)) == 25
    assert "cat(" not in inspect.getsource(segnet)


def test_layers_of_the_basic_network():
    net = paper_on_meta("segnet-basic")
    convs = modules_of(net, nn.Conv2d)
    assert [conv.kernel_size for conv in convs.values()].count((7, 7)) == 8
    assert net.score.kernel_size == (1, 1)
    assert {conv.out_channels for name, conv in convs.items() if name != "score"} == {64}
    assert all(hasattr(net.get_submodule(f"encoder{i}"), "act") for i in range(1, 5))
    assert not any(hasattr(net.get_submodule(f"decoder{i}"), "act") for i in range(1, 5))
    assert all(conv.bias is not None for conv in convs.values())  # as released


@pytest.mark.parametrize(("name", "pool"), [("segnet", "encoder.pool"), ("segnet-basic", "pool")])
def test_unpooling_uses_the_argmax_of_its_own_pooling(name, pool):
    net = mini(name)
    n = len(modules_of(net, nn.MaxUnpool2d))
    pooled, unpooled, handles = {}, {}, []
    for i in range(1, n + 1):
        handles += [
            net.get_submodule(f"{pool}{i}").register_forward_hook(
                lambda m, args, out, i=i: pooled.update({i: (args[0], out)})
            ),
            net.get_submodule(f"unpool{i}").register_forward_hook(
                lambda m, args, out, i=i: unpooled.update({i: (args[1], out)})
            ),
        ]
    with torch.no_grad():
        net(images(1, 3, 96, 70))
    for handle in handles:
        handle.remove()
    for i in range(1, n + 1):
        before, (maxima, where) = pooled[i]
        indices, out = unpooled[i]
        assert indices is where
        assert torch.equal(before.flatten(2).gather(2, indices.flatten(2)), maxima.flatten(2))
        assert out.shape == before.shape
        elsewhere = torch.ones_like(out).flatten(2).scatter(2, indices.flatten(2), 0.0)
        assert not (out.flatten(2) * elsewhere).any()


@pytest.mark.parametrize("name", zoo.list("unpooling"))
def test_with_16_bits_it_is_the_places_of_the_maxima_that_go_wrong(name):
    scenes = ImageSet.of(SceneDataset(2, seed=3))
    x = torch.stack([scenes[i][0] for i in range(2)])
    net, half = load_net(name), load_net(name).half()
    found = []
    with torch.no_grad():
        for pool in pools(net):
            pool.register_forward_hook(lambda m, args, out: found.append(out[1]))
        logits = net(x)
        own = half(x.half()).float()
        places = iter(found)
        for pool in pools(half):
            pool.register_forward_hook(lambda m, args, out: (out[0], next(places)))
        given = half(x.half()).float()
    assert (given - logits).abs().max() < 0.005 * logits.abs().max()
    assert (own - logits).abs().max() > 5 * (given - logits).abs().max()


def pools(net):
    return [pool for pool in modules_of(net, nn.MaxPool2d).values() if pool.return_indices]


def test_bilinear_unpooling_changes_nothing_but_where_values_go():
    with_indices, bilinear = mini("segnet"), zoo.create("segnet", 5, unpooling="bilinear").eval()
    assert not modules_of(bilinear, nn.MaxUnpool2d)
    assert [p.shape for p in bilinear.parameters()] == [p.shape for p in with_indices.parameters()]
    assert bilinear(images(1, 3, 65, 70)).shape == with_indices(images(1, 3, 65, 70)).shape
    with pytest.raises(ValueError, match="unknown unpooling 'nearest'; expected one of 'indices'"):
        zoo.create("segnet", 5, unpooling="nearest")
