"""Checkerboard, its Python side, and the arithmetic that it shares with Skips."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from seglearn.nets.blocks import bilinear_deconvolution, bilinear_kernel
from seglearn.widgets import Checkerboard
from seglearn.widgets.checkerboard import PRESETS
from seglearn.widgets.codec import decode_labels
from seglearn.widgets.upsampling import (
    bilinear_size,
    bilinear_taps,
    output_size,
    phase_sums,
    transposed_convolution,
    upsample,
)
from tests.widgets import upsampling_fixtures

# --- arithmetic -------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(-8, 8), min_size=1, max_size=9),
    st.lists(st.integers(-8, 8), min_size=1, max_size=7),
    st.integers(1, 5),
    st.data(),
)
@settings(deadline=None)
def test_stamping_is_pytorchs_transposed_convolution(values, taps, stride, data):
    largest = max(0, (output_size(len(values), len(taps), stride) - 1) // 2)
    padding = data.draw(st.integers(0, min(largest, len(taps) - 1)))
    x = torch.tensor(values, dtype=torch.float64)
    w = torch.tensor(taps, dtype=torch.float64)
    expected = F.conv_transpose1d(x[None, None], w[None, None], stride=stride, padding=padding)
    got = transposed_convolution(values, taps, stride, padding)
    np.testing.assert_array_equal(got, expected[0, 0].numpy())


def test_both_directions_one_after_the_other_are_the_2d_layer():
    rng = np.random.default_rng(0)
    image, taps = rng.integers(0, 9, (3, 5)), rng.integers(0, 9, 4)
    rows = transposed_convolution(image, taps, 3, 1, axis=0)
    got = transposed_convolution(rows, taps, 3, 1, axis=1)
    kernel = torch.from_numpy(np.outer(taps, taps))[None, None].double()
    layer = F.conv_transpose2d(torch.from_numpy(image)[None, None].double(), kernel, None, 3, 1)
    np.testing.assert_array_equal(got, layer[0, 0].numpy())


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 16, 63, 64])
def test_bilinear_taps_are_those_of_fcn(size):
    taps = bilinear_taps(size)
    np.testing.assert_allclose(np.outer(taps, taps), bilinear_kernel(size), atol=1e-6)


@pytest.mark.parametrize("stride", range(1, 33))
def test_a_bilinear_kernel_of_its_size_leaves_a_constant_constant(stride):
    np.testing.assert_allclose(phase_sums(bilinear_taps(bilinear_size(stride)), stride), 1)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12), st.integers(1, 6))
def test_phase_sums_are_the_response_to_a_constant_away_from_the_ends(taps, stride):
    k = len(taps)
    response = transposed_convolution(np.ones(30), taps, stride)[k:-k]
    np.testing.assert_array_equal(
        response, phase_sums(taps, stride)[np.arange(k, k + response.size) % stride]
    )


@pytest.mark.parametrize(("factor", "size"), [(2, (5, 8)), (8, (24, 31)), (8, (17, 32))])
def test_up_sampling_is_fcns_layer_cropped(factor, size):
    scores = torch.from_numpy(np.random.default_rng(3).normal(size=(3, 3, 4)).astype(np.float32))
    layer = bilinear_deconvolution(3, 2 * factor, factor)
    with torch.no_grad():
        full = layer(scores[None])[0, :, factor // 2 :, factor // 2 :]
    got = upsample(scores.numpy(), factor, size)
    np.testing.assert_allclose(got, full[:, : size[0], : size[1]], atol=1e-5)


def test_fixtures_are_up_to_date():
    assert upsampling_fixtures.PATH.read_text(encoding="utf-8") == upsampling_fixtures.text(), (
        "run python -m tests.widgets.upsampling_fixtures"
    )


# --- the widget -------------------------------------------------------------------------------------------------------


def test_it_opens_on_the_checkerboard():
    board = Checkerboard()
    assert board.metrics["counts"] == [2, 1]
    assert board.metrics["contrast"] == pytest.approx(1 / 3)
    assert board.metrics["contrast_2d"] == pytest.approx(3 / 5)
    assert board.output.tolist() == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]
    assert board.metrics["output_size"] == 13
    assert "contrast 0.333" in repr(board)


@pytest.mark.parametrize(
    ("preset", "counts_even", "flat"),
    [
        ("uneven", False, False),
        ("even", True, True),
        ("blocks", True, True),
        ("random", True, False),
        ("bilinear", True, True),
        ("odd", False, True),
        ("fcn", True, True),
    ],
)
def test_presets_show_what_they_are_for(preset, counts_even, flat):
    board = Checkerboard(preset=preset)
    assert (len(set(board.metrics["counts"])) == 1) == counts_even
    assert (len(board.taps) % board.state["stride"] == 0) == counts_even
    assert (board.metrics["contrast"] == 0) == flat


def test_only_the_story_of_the_bilinear_kernel_leaves_the_picture():
    stages = {each["id"]: each["view"]["stage"] for each in Checkerboard()._data["presets"]}
    assert stages.pop("bilinear") == "stamps"
    assert set(stages.values()) == {"picture"}
    assert Checkerboard(preset="bilinear")._data["view"] == {"stage": "stamps"}
    assert Checkerboard(5, 2, stage="map")._data["view"] == {"stage": "map"}


def test_every_preset_is_tried():
    assert set(PRESETS) == {"uneven", "even", "blocks", "random", "bilinear", "odd", "fcn"}


def test_fcns_last_layer_gives_back_the_size_of_the_image():
    board = Checkerboard(preset="fcn")
    assert len(board.taps) == 64
    assert output_size(3, 64, 32, board.state["padding"]) == 96


def test_a_kernel_shorter_than_the_stride_leaves_gaps():
    board = Checkerboard(2, 3)
    assert board.metrics["counts"] == [1, 1, 0]
    assert board.metrics["contrast"] == 1


def test_settings_of_ones_own():
    board = Checkerboard(stride=4, weights="bilinear")
    assert len(board.taps) == 8
    assert board.metrics["contrast"] == 0
    board = Checkerboard(3, 2, weights=np.array([0.5, 1, 0.5]))
    assert board.state["weights"] == "own"
    assert board.metrics["contrast"] == 0
    assert board._data["presets"][0]["id"] == "given"
    assert "given" not in [p["id"] for p in Checkerboard(3, 2)._data["presets"]]
    assert Checkerboard(4, 2, weights="random").taps.tolist() == (
        Checkerboard(4, 2, weights="random").taps.tolist()
    )
    assert Checkerboard(weights=[0.0, 0.0]).metrics["contrast"] is None


def test_the_reader_changes_the_state():
    board = Checkerboard()
    board.state = {**board.state, "taps": [0.5, 1, 0.5], "weights": "own"}
    assert board.metrics["contrast"] == 0
    board.state = {**board.state, "inputs": [1, 0, 0, 2, 0, 0]}
    assert board.output[6:9].tolist() == [1, 2, 1]


def test_the_photograph_is_grey_square_and_small():
    board = Checkerboard()
    photo = decode_labels(board._data["image"], (96, 96))
    assert photo.std() > 20
    assert len(json.dumps(board._data)) < 20_000
    rng = np.random.default_rng(0)
    own = Checkerboard(image=rng.random((200, 300, 3)))
    assert decode_labels(own._data["image"], (96, 96)).std() > 1
    constant = Checkerboard(image=np.full((50, 40), 7, np.uint8))
    assert set(decode_labels(constant._data["image"], (96, 96)).ravel()) == {7}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel": 13}, "kernel must be one of 1, 2, .*got 13"),
        ({"kernel": 0}, "kernel must be one of 1, 2, .*got 0"),
        ({"kernel": True}, "kernel must be one of 1, 2, .*got True"),
        ({"stride": 9}, "stride must be one of 1, 2, .*got 9"),
        ({"padding": 2}, "with a kernel of 3 pass 0 to 1"),
        ({"padding": -1}, "padding=-1"),
        (
            {"weights": "gaussian"},
            "unknown weights 'gaussian'; expected one of 'ones', .*'random', or k numbers",
        ),
        ({"weights": [1, 3]}, r"taps must lie in \[0, 2\]"),
        ({"weights": [1, float("nan")]}, "taps must lie in"),
        ({"weights": [[1, 1]]}, r"got shape \(1, 2\)"),
        ({"kernel": 4, "weights": [1, 1]}, "kernel=4 does not fit 2 weights"),
        ({"preset": "even", "stride": 2}, "not both"),
        ({"preset": "odds"}, "unknown preset 'odds'; expected one of 'uneven', 'even'"),
        ({"stage": "maps"}, "unknown stage 'maps'; expected one of 'picture', 'stamps', 'map'"),
        ({"picture": "cat"}, "unknown picture 'cat'; expected one of 'photo', 'constant'"),
        ({"image": np.zeros((4, 4, 2))}, r"shape \(4, 4, 2\), expected"),
        ({"image": np.full((4, 4), 2.0)}, "rescale it"),
    ],
)
def test_bad_input_says_what_to_do(arguments, message):
    with pytest.raises(ValueError, match=message):
        Checkerboard(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"padding": 0.5}, "padding must be a whole number, got 0.5"),
        ({"image": np.zeros((4, 4), int)}, "int64 values"),
    ],
)
def test_input_of_another_type_says_what_to_do(arguments, message):
    with pytest.raises(TypeError, match=message):
        Checkerboard(**arguments)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"taps": [1.0] * 13}, "kernel must be one of 1, 2, .*got 13"),
        ({"stride": 0}, "stride must be one of 1, 2, 3"),
        ({"padding": 2}, "pass 0 to 1"),
        ({"weights": "odd"}, "weights must be one of ones"),
        ({"inputs": [1.0] * 5}, "inputs must have 6 entries, got 5"),
        ({"inputs": [3.0] * 6}, r"inputs\[0\] must be a number in 0 … 2"),
        ({"picture": "dog"}, "picture must be one of photo, constant"),
        ({"more": 1}, "has the keys"),
    ],
)
def test_a_malformed_state_is_refused(change, message):
    board = Checkerboard()
    before = board.state
    with pytest.raises(ValueError, match=message):
        board.state = {**before, **change}
    assert board.state == before
