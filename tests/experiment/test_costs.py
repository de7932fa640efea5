"""Counting by hand and against PyTorch's own counter; timing that waits and restores."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from seglearn.experiment import cost, latency
from seglearn.nets import zoo

from .conftest import SmallNet


def test_a_convolution_by_hand():
    measured = cost(nn.Conv2d(3, 16, 3, stride=2, padding=1), (32, 48))
    assert measured.parameters == 16 * (3 * 9 + 1)
    assert measured.macs == 16 * 24 * 16 * 3 * 9  # 16×24 positions, 16 maps, 27 terms
    assert measured.norm_macs == 0


def test_each_kind_of_layer_by_hand():
    assert cost(nn.Conv2d(4, 8, 3, groups=2), (5, 5), in_channels=4).macs == 9 * 8 * 2 * 9
    assert cost(nn.ConvTranspose2d(3, 8, 4, stride=2), (5, 5)).macs == 25 * 3 * 8 * 16
    assert cost(nn.Conv2d(3, 4, 3, dilation=2, padding=2), (8, 8)).macs == 64 * 4 * 27
    assert cost(nn.Linear(8, 5), (2, 8)).macs == 3 * 2 * 8 * 5
    assert cost(nn.BatchNorm2d(3), (4, 5)).norm_macs == 60


def test_a_layer_that_runs_twice_counts_twice():
    layer = nn.Conv2d(3, 3, 1)
    assert cost(nn.Sequential(layer, layer), (4, 4)).macs == 2 * cost(layer, (4, 4)).macs


@pytest.mark.parametrize("name", ["fcn-8s", "unet-same", "segnet", "enet"])
def test_operations_equal_those_of_pytorchs_counter(name):
    net = zoo.create(name, 9, "mini").eval()
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        net(torch.zeros(1, 3, 96, 96))
    assert 2 * cost(net, (96, 96)).macs == counter.get_total_flops()


def test_activations_by_hand():
    # A convolution keeps its input (the image, which is not counted), ReLU its output.
    net = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(), nn.Conv2d(8, 2, 1), nn.ReLU())
    assert cost(net, (10, 10)).activation_bytes == 4 * 100 * (8 + 2)
    # In place, ReLU overwrites what the convolution gave: no more memory.
    net = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(inplace=True))
    assert cost(net, (10, 10)).activation_bytes == 4 * 100 * 8


def test_counting_leaves_the_network_as_it_was():
    net = SmallNet().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    cost(net, (16, 16))
    assert net.training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert not net.down[0]._forward_hooks


def test_frozen_parameters_are_told_apart():
    net = nn.Conv2d(3, 4, 1)
    net.weight.requires_grad_(False)
    measured = cost(net, (4, 4))
    assert (measured.parameters, measured.trainable) == (16, 4)
    assert "16 parameters" in repr(measured)


def test_latency_orders_networks_by_their_work():
    threads = torch.get_num_threads()
    nets = {"small": nn.Conv2d(3, 2, 1), "large": nn.Conv2d(3, 256, 7)}
    measured = latency(nets, (96, 96), rounds=5)
    assert measured["small"].median_ms < measured["large"].median_ms
    each = measured["large"]
    assert each.low_ms <= each.median_ms <= each.high_ms
    assert (each.size, each.batch_size, each.threads, each.rounds) == ((96, 96), 1, 1, 5)
    assert torch.get_num_threads() == threads


def test_latency_of_nothing_is_refused():
    with pytest.raises(ValueError, match="0 networks"):
        latency({}, (8, 8))
