"""Receptive field, the widget's Python side; the browser's side is tested in web/test."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from seglearn.nets.deeplab import DeepLabV1
from seglearn.nets.dilated import ContextModule
from seglearn.nets.receptive_field import receptive_field
from seglearn.widgets import ReceptiveField
from seglearn.widgets.receptive_field import (
    PRESETS,
    Layer,
    count_paths,
    effective_size,
    steps,
)
from tests.widgets import receptive_field_fixtures

GREY = np.full((30, 40), 0.5)


def unit_gradient(stack: nn.Sequential, size: int) -> torch.Tensor:
    """Gradient of the central unit of a stack with respect to an image of zeros."""
    image = torch.zeros((1, 1, size, size), dtype=torch.float64, requires_grad=True)
    out = stack.double()(image)[0, 0]
    (gradient,) = torch.autograd.grad(out[out.shape[0] // 2, out.shape[1] // 2], image)
    return gradient[0, 0]


# --- arithmetic -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "field", "jump"),
    [
        ("strides", 31, 16),
        ("three", 7, 1),
        ("pool5", 212, 32),
        ("fc7", 404, 32),
        ("largefov", 419, 8),
        ("context", 67, 1),
        ("gridding", 13, 1),
        ("hybrid", 17, 1),
    ],
)
def test_reference_stacks(preset, field, jump):
    widget = ReceptiveField(preset=preset, image=GREY)
    assert (widget.field, widget.jump) == (field, jump)


def test_context_module_layer_by_layer():
    widget = ReceptiveField(preset="context", image=GREY)
    assert widget.metrics["field"] == [1, 3, 5, 9, 17, 33, 65, 67]
    undilated = ReceptiveField(["conv 3"] * 7, GREY)
    assert undilated.field == 15


def test_one_more_layer_sees_as_much_again_as_all_before():
    """What the widget opens on: the face comes in sight with the layer that is added."""
    strides = ReceptiveField()
    assert strides.metrics["field"] == [1, 3, 7, 15, 31]
    strides.layers = [*strides.layers, "conv 3"]
    assert strides.field == 63


def test_largefov_is_that_of_the_network():
    # As in the paper, without the release's average pool before fc6.
    found = receptive_field(DeepLabV1(21, average_pool=False), "classifier.fc7")
    widget = ReceptiveField(preset="largefov", image=GREY)
    assert (found.size, found.stride) == ((widget.field,) * 2, (widget.jump,) * 2)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_boxes_are_those_of_the_networks_arithmetic(seed):
    layers = receptive_field_fixtures.random_layers(np.random.default_rng(seed))
    widget = ReceptiveField(["conv 1", *layers][:5], GREY)
    last = steps(widget.layers)[-1]
    stack = receptive_field_fixtures.stack_of(widget.layers)
    found = receptive_field(stack, in_channels=1, image_size=(1024, 1024))
    assert found.size == (last.field, last.field)
    assert found.stride == (last.jump, last.jump)
    assert found.box[0] == last.start + found.unit[0] * last.jump


# --- paths ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers",
    [
        ["conv 3", "conv 3", "conv 3"],
        ["conv 3 d2", "conv 3 d2", "conv 3 d2"],
        ["conv 3 s2", "conv 5", "conv 2 s3 d2"],
        ["conv 3", "pool 2", "conv 3", "pool 3 s2 p1", "conv 3 d2"],
    ],
)
def test_paths_are_the_gradient_of_a_stack_of_ones(layers):
    widget = ReceptiveField(layers, GREY)
    stack = nn.Sequential(
        *[
            nn.Conv2d(1, 1, each.kernel, each.stride, each.padding, each.dilation, bias=False)
            for each in widget.layers  # pooling that adds up is a convolution of ones
        ]
    )
    for layer in stack:
        nn.init.ones_(layer.weight)
    gradient = unit_gradient(stack, 100)
    rows, columns = (np.flatnonzero(gradient.sum(axis).numpy()) for axis in (1, 0))
    box = gradient[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].numpy()
    np.testing.assert_array_equal(box, widget.paths())


def test_random_weights_have_gradients_as_large_as_the_root_of_the_paths():
    torch.manual_seed(0)
    widget = ReceptiveField(["conv 3", "conv 3 d2", "conv 2"], GREY)
    stack = receptive_field_fixtures.stack_of(widget.layers)
    total = 0
    for _ in range(3000):
        for layer in stack:
            nn.init.normal_(layer.weight)
        total = total + unit_gradient(stack, 16) ** 2
    rows, columns = (np.flatnonzero(total.sum(axis).numpy()) for axis in (1, 0))
    mean = total[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].numpy() / 3000
    paths = widget.paths()
    assert mean.shape == paths.shape
    np.testing.assert_allclose(mean / mean.sum(), paths / paths.sum(), atol=0.006)


def test_gridding_leaves_holes_that_hybrid_dilation_closes():
    gridding = ReceptiveField(preset="gridding", image=GREY)
    paths = gridding.paths()
    assert paths.shape == (13, 13)
    assert np.count_nonzero(paths) == 49
    assert gridding.seen == pytest.approx(49 / 169)
    assert ReceptiveField(preset="hybrid", image=GREY).seen == 1


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6))
def test_the_effective_box_holds_its_share(kernels):
    counts = count_paths([Layer("conv", k, 1, 0, 1) for k in kernels])
    assert counts.sum() == np.prod(kernels)
    size = effective_size(counts)
    assert (len(counts) - size) % 2 == 0
    margin = (len(counts) - size) // 2
    held = counts[margin : margin + size].sum() / counts.sum()
    assert held**2 >= 0.95 - 1e-12


def test_the_effective_field_grows_more_slowly_than_the_theoretical():
    shares = []
    for n in (2, 5, 10, 20):
        widget = ReceptiveField(["conv 3"] * n, GREY)
        shares.append(widget.effective / widget.field)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.5


# --- what can be given and read back ----------------------------------------------------------------------------------


def test_layers_as_text():
    widget = ReceptiveField(["conv 3", "conv 5 s2", "conv3 d4", "pool 2", "pool 3 s2 p1"], GREY)
    assert widget.layers == [
        Layer("conv", 3, 1, 1, 1),
        Layer("conv", 5, 2, 2, 1),
        Layer("conv", 3, 1, 4, 4),
        Layer("pool", 2, 2, 0, 1),
        Layer("pool", 3, 2, 1, 1),
    ]
    assert (
        ReceptiveField([{"kind": "conv", "kernel": 3, "name": "a"}], GREY).table[0]["name"] == "a"
    )
    widget.layers = ["conv 7"]
    assert widget.table == [
        {
            "kind": "conv",
            "kernel": 7,
            "stride": 1,
            "padding": 3,
            "dilation": 1,
            "name": "conv 1",
            "field": 7,
            "jump": 1,
            "effective": widget.effective,
        }
    ]
    assert "field 7 × 7" in repr(widget)


def test_a_sequential_is_read():
    stack = nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU()),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3, dilation=2, padding=2),
        nn.AvgPool2d(3, stride=1),
    )
    widget = ReceptiveField(stack, GREY)
    assert widget.layers == [
        Layer("conv", 3, 1, 1, 1),
        Layer("pool", 2, 2, 0, 1),
        Layer("conv", 3, 1, 2, 2),
        Layer("pool", 3, 1, 0, 1),
    ]
    context = ReceptiveField(ContextModule(5), GREY)
    assert context.field == 67
    assert context.layers[0].name == "ct_conv1"


def test_states_from_the_browser_are_measured():
    widget = ReceptiveField(image=GREY)
    layers = [layer._asdict() for layer in widget.layers]
    widget.set_state({"state": {"layers": layers[:1]}})
    assert widget.field == 3
    widget.state = {"layers": []}
    assert (widget.field, widget.jump, widget.effective) == (1, 1, 1)


def test_it_opens_on_the_astronauts_face():
    widget = ReceptiveField()
    assert widget._data["shape"] == [512, 512]
    assert [each["id"] for each in widget._data["presets"]] == list(PRESETS)
    assert widget.state == widget._data["presets"][0]["state"]
    assert "data:image/jpeg;base64," in widget._data["image"]
    assert len(widget.to_html()) < 250_000


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"preset": "vgg"},
            ValueError,
            "unknown preset 'vgg'; expected one of 'strides', 'three', 'pool5'",
        ),
        ({"preset": "three", "layers": ["conv 3"]}, ValueError, "either layers or a preset"),
        ({"layers": "conv 3"}, TypeError, r"write \['conv 3'\]"),
        ({"layers": ["convolution 3"]}, ValueError, "cannot read the layer 'convolution 3'"),
        ({"layers": [3]}, ValueError, "cannot read the layer 3"),
        ({"layers": ["conv 0"]}, ValueError, "kernel must be a whole number in 1 … 15, got 0"),
        ({"layers": ["conv 3 s9"]}, ValueError, "stride must be a whole number in 1 … 8"),
        ({"layers": ["pool 2 p2"]}, ValueError, "pad at most half its kernel, 1, got 2"),
        ({"layers": [{"kind": "conv"}]}, ValueError, "needs kind and kernel"),
        (
            {"layers": [Layer("unpool", 2, 2, 0, 1)]},
            ValueError,
            "unknown kind of layer 'unpool'; expected one of 'conv', 'pool'",
        ),
        ({"layers": ["conv 3"] * 25}, ValueError, "25 layers are more than fit"),
        ({"layers": ["conv 3 s4"] * 6}, ValueError, "would see 2731 pixels"),
        ({"layers": nn.Linear(2, 2)}, ValueError, "no nn.Sequential"),
        ({"layers": nn.Sequential(nn.Flatten())}, ValueError, "is a Flatten"),
        (
            {"layers": nn.Sequential(nn.Conv2d(1, 1, (1, 3)))},
            ValueError,
            r"kernel_size is \(1, 3\)",
        ),
        ({"layers": nn.Sequential(nn.MaxPool2d(2, dilation=2))}, ValueError, "dilated pooling"),
        ({"image": np.zeros((700, 10))}, ValueError, "at most 640 pixels a side"),
    ],
)
def test_bad_arguments_are_answered_with_the_remedy(arguments, error, message):
    with pytest.raises(error, match=re.compile(message)):
        ReceptiveField(**arguments)


def test_fixtures_are_up_to_date():
    path = receptive_field_fixtures.PATH
    assert path.read_text(encoding="utf-8") == receptive_field_fixtures.text(), (
        "run python -m tests.widgets.receptive_field_fixtures"
    )
