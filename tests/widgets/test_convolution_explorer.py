"""Convolution explorer, its Python side; the browser's side is tested in web/test."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from seglearn.widgets import ConvolutionExplorer
from seglearn.widgets.convolution_explorer import (
    KERNELS,
    PICTURES,
    correlate,
    make_kernel,
    output_size,
)
from tests.widgets import convolution_explorer_fixtures

PRESETS = [each["id"] for each in ConvolutionExplorer()._data["presets"]]


# --- arithmetic -------------------------------------------------------------------------------------------------------


@given(
    n=st.integers(1, 9),
    k=st.integers(1, 5),
    stride=st.integers(1, 4),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_it_convolves_as_pytorch_does(n, k, stride, padding, dilation, seed):
    rng = np.random.default_rng(seed)
    image, kernel = rng.normal(size=(n, n)), rng.normal(size=(k, k))
    size = output_size(n, k, stride, padding, dilation)
    result = correlate(image, kernel, stride, padding, dilation)
    assert result.shape == (size, size)
    tensors = torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]
    numbers = {"stride": stride, "padding": padding, "dilation": dilation}
    if size == 0:
        with pytest.raises(RuntimeError, match="Kernel size can't be greater"):
            F.conv2d(*tensors, **numbers)
    else:
        np.testing.assert_allclose(result, F.conv2d(*tensors, **numbers)[0, 0].numpy(), atol=1e-12)


def test_named_kernels():
    blur, divisor = make_kernel("blur", 3)
    assert (blur / divisor).sum() == pytest.approx(1)
    assert make_kernel("edge", 3)[0].tolist() == [[-1, 0, 1]] * 3
    assert make_kernel("sharpen", 3)[0].tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    for k in range(1, 8):
        assert make_kernel("edge", k)[0].sum() == 0
        assert make_kernel("sharpen", k)[0].sum() == 1
        assert make_kernel("identity", k)[0].sum() == 1


# --- what it shows, and what can be read back -------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_show_what_pytorch_computes(preset):
    explorer = ConvolutionExplorer(preset=preset)
    expected = convolution_explorer_fixtures.conv2d(explorer.state)
    assert (expected is None) == (preset == "invalid")
    np.testing.assert_allclose(explorer.output, expected or np.zeros((0, 0)))
    assert explorer.output_size == len(explorer.output)


@pytest.mark.parametrize(
    ("preset", "told"),
    [
        ("identity", {"output_size": 5, "remainder": 0}),
        ("stride", {"output_size": 3, "remainder": 0}),
        ("same", {"output_size": 6}),
        ("floor", {"output_size": 3, "remainder": 1, "lost": 1}),
        ("full", {"output_size": 1}),
        ("invalid", {"output_size": None, "span": 5, "padded": 4, "output": None}),
    ],
)
def test_presets_tell_their_stories(preset, told):
    metrics = ConvolutionExplorer(preset=preset).metrics
    assert {name: metrics[name] for name in told} == told


def test_it_opens_on_an_edge_and_each_preset_on_its_stage():
    explorer = ConvolutionExplorer()
    assert explorer.state["kind"] == "edge"
    assert explorer._data["view"] == {"cell": [2, 0], "stage": "window"}
    assert ConvolutionExplorer(stride=2, stage="size")._data["view"]["stage"] == "size"
    stages = {each["id"]: each["view"]["stage"] for each in explorer._data["presets"]}
    assert [name for name, stage in stages.items() if stage == "window"] == [
        "edge",
        "blur",
        "sharpen",
    ]


def test_the_numbers_in_the_stories():
    def columns(preset):
        return ConvolutionExplorer(preset=preset).output[2].tolist()

    assert columns("blur") == [3, 6, 9, 6, 3]
    assert columns("edge") == [27, 27, 0, -27, -27]
    assert columns("sharpen") == [2, 0, 4, 8, 6]
    identity = ConvolutionExplorer(preset="identity")
    np.testing.assert_array_equal(identity.output, identity.image[1:-1, 1:-1])
    assert ConvolutionExplorer(preset="dilation", dilation=3).metrics["span"] == 7
    assert ConvolutionExplorer(preset="same", kernel_size=5, padding=2).output_size == 6
    assert ConvolutionExplorer(preset="full", input_size=9).output_size == 3
    assert ConvolutionExplorer(preset="stride", input_size=8).output_size == 3


def test_arguments_replace_what_the_preset_says():
    explorer = ConvolutionExplorer(preset="stride", input_size=9, padding=1)
    assert (explorer.input_size, explorer.stride, explorer.padding) == (9, 2, 1)
    assert explorer._data["presets"][0]["id"] == "given"
    assert [each["id"] for each in ConvolutionExplorer()._data["presets"]] == PRESETS
    assert ConvolutionExplorer(kernel="edge", kernel_size=5).kernel.shape == (5, 5)
    for name in PICTURES:
        assert ConvolutionExplorer(name, input_size=12).image.shape == (12, 12)


def test_arrays_of_ones_own():
    image, kernel = np.arange(16).reshape(4, 4) / 10, [[0.5, -0.25], [0, 1]]
    explorer = ConvolutionExplorer(image, kernel, stride=2)
    np.testing.assert_allclose(explorer.output, correlate(image, kernel, 2))
    np.testing.assert_array_equal(explorer.image, image)
    assert explorer._data["pictures"]["own"] == explorer.state["image"]
    explorer.kernel = np.ones((3, 3)) / 9
    assert explorer.metrics["output_size"] == 1
    np.testing.assert_allclose(explorer.output, [[image[:3, :3].mean()]])
    explorer.image = np.eye(5)
    assert explorer.output.shape == (2, 2)
    assert explorer.dilation == 1
    assert explorer.kernel_size == 3
    assert "5 × 5 → 2 × 2" in repr(explorer)
    assert "no output" in repr(ConvolutionExplorer(preset="invalid"))


def test_a_state_from_the_browser_is_measured():
    explorer = ConvolutionExplorer()
    explorer.set_state({"state": {**explorer.state, "padding": 1}})
    assert explorer.output_size == 7
    assert len(explorer.to_html()) < 100_000


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"preset": "blurr"},
            ValueError,
            r"unknown preset 'blurr'; expected one of 'edge', 'blur'",
        ),
        ({"image": np.ones((3, 4))}, ValueError, r"image must be square.*\(3, 4\).*crop it"),
        ({"image": np.ones((13, 13))}, ValueError, "n from 1 to 12"),
        ({"image": [[np.nan]]}, ValueError, "finite numbers"),
        ({"image": [["a"]]}, TypeError, "image holds <U1"),
        (
            {"image": "cat"},
            ValueError,
            r"unknown picture 'cat'; .*'texture', .*or an array \(n, n\)",
        ),
        ({"image": np.ones((3, 3)), "input_size": 3}, ValueError, "leave out input_size"),
        ({"stage": "sizes"}, ValueError, "unknown stage 'sizes'; expected one of 'window', 'size'"),
        (
            {"kernel": "soften"},
            ValueError,
            r"unknown kernel 'soften'; .*'identity', .*or an array \(k, k\)",
        ),
        ({"kernel": np.ones((8, 8))}, ValueError, "kernel must be square.*1 to 7"),
        ({"kernel": np.ones((3, 3)), "kernel_size": 3}, ValueError, "leave out kernel_size"),
        ({"stride": 0}, ValueError, r"stride must lie in 1 … 6.*got 0"),
        ({"padding": 7}, ValueError, "padding must lie in 0 … 6"),
        ({"dilation": 1.5}, TypeError, "dilation must be a whole number, got 1.5"),
        ({"input_size": 13}, ValueError, "input_size must lie in 1 … 12"),
        ({"hide": ["sums"]}, ValueError, r"hide\[0\] must be one of"),
    ],
)
def test_bad_arguments_are_answered_with_the_remedy(arguments, error, message):
    with pytest.raises(error, match=re.compile(message)):
        ConvolutionExplorer(**arguments)


@pytest.mark.parametrize(
    "change", [{"kind": "box"}, {"picture": "cat"}, {"divisor": 0}, {"kernel": [[1, 2]]}, {"x": 1}]
)
def test_a_bad_state_is_refused(change):
    explorer = ConvolutionExplorer()
    before = explorer.state
    with pytest.raises(ValueError, match=next(iter(change))):
        explorer.state = {**before, **change}
    assert explorer.state == before


def test_kernels_named_here_are_those_of_the_presets():
    kinds = {each["state"]["kind"] for each in ConvolutionExplorer()._data["presets"]}
    assert kinds == set(KERNELS)


def test_fixtures_are_up_to_date():
    path = convolution_explorer_fixtures.PATH
    assert path.read_text(encoding="utf-8") == convolution_explorer_fixtures.text(), (
        "run python -m tests.widgets.convolution_explorer_fixtures"
    )
