"""Files: whole or not there, never pickle, and refused when they do not fit."""

import base64
import io
import json
import os
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import save

from seglearn.nets import zoo
from seglearn.training import checkpoints, load_weights, save_weights
from seglearn.training.records import decode_map, encode_map, encode_photograph

from .conftest import SmallNet


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_weights_come_back_within_their_precision(tmp_path, dtype):
    net, other = SmallNet(seed=0), SmallNet(seed=1)
    save_weights(net, tmp_path / "w.safetensors", dtype=dtype, note={"seed": 0})
    assert load_weights(other, tmp_path / "w.safetensors") == {"seed": 0}
    for name, value in other.state_dict().items():
        assert value.dtype == net.state_dict()[name].dtype
        assert torch.equal(value, net.state_dict()[name].to(dtype).to(value.dtype))


def test_half_precision_takes_half_the_space(tmp_path):
    net = torch.nn.Conv2d(64, 64, 3)
    for dtype in (torch.float32, torch.float16):
        save_weights(net, tmp_path / str(dtype), dtype=dtype)
    large, small = ((tmp_path / str(d)).stat().st_size for d in (torch.float32, torch.float16))
    assert small == pytest.approx(large / 2, rel=0.01)


def test_channels_last_weights_are_stored_as_any_others(tmp_path):
    net = SmallNet()
    expected = {name: value.clone() for name, value in net.state_dict().items()}
    save_weights(net.to(memory_format=torch.channels_last), tmp_path / "w", dtype=torch.float32)
    other = SmallNet(seed=1)
    load_weights(other, tmp_path / "w")
    assert all(torch.equal(v, expected[k]) for k, v in other.state_dict().items())


def test_a_weight_that_does_not_fit_is_refused(tmp_path):
    net = torch.nn.Conv2d(1, 1, 1)
    net.weight.data.fill_(1e6)
    with pytest.raises(ValueError, match="pass dtype="):
        save_weights(net, tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_other_networks_and_damaged_files_are_refused(tmp_path):
    path = tmp_path / "w.safetensors"
    save_weights(SmallNet(), path)
    with pytest.raises(ValueError, match=r"score.weight has shape \(4, 11, 1, 1\) in the network"):
        load_weights(SmallNet(n_classes=4), path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="damaged"):
        load_weights(SmallNet(), path)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_weights(SmallNet(), tmp_path / "none")


def test_the_same_weights_make_the_same_file(tmp_path):
    net = SmallNet()
    for i in range(8):
        save_weights(net, tmp_path / f"{i}", note={"seed": 1, "text": "é"})
    assert len({file.read_bytes() for file in tmp_path.iterdir()}) == 1


# -------------------------------------------------------------------------- hash and name


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a network, a file of its weights, and the bytes of that file."""
    net, path = SmallNet(), tmp_path_factory.mktemp("weights") / "w.safetensors"
    save_weights(net, path, note={"seed": 1e-6, "text": "é"})
    return net, path, path.read_bytes()


def header_end(content):
    return 8 + int.from_bytes(content[:8], "little")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("part", ["header", "tensors"])
def test_a_flipped_bit_anywhere_is_refused(whole, part, data):
    net, path, content = whole
    begin, end = (0, header_end(content)) if part == "header" else (header_end(content), None)
    place = data.draw(st.integers(begin, (end or len(content)) - 1))
    bit = data.draw(st.integers(0, 7))
    broken = bytearray(content)
    broken[place] ^= 1 << bit
    path.write_bytes(broken)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(ValueError, match=r"w\.safetensors"):
        load_weights(net, path)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_truncated_file_is_refused(whole, data):
    net, path, content = whole
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(ValueError, match=r"w\.safetensors is damaged"):
        load_weights(net, path)


def test_what_was_appended_is_refused(whole):
    net, path, content = whole
    path.write_bytes(content + b"\0" * 8)
    with pytest.raises(ValueError, match="damaged"):
        load_weights(net, path)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_weight_that_is_not_finite_is_refused_whoever_wrote_it(tmp_path, value):
    net = SmallNet()
    tensors = {name: each.clone() for name, each in net.state_dict().items()}
    tensors["score.bias"][1] = value
    checkpoints.save_tensors(tmp_path / "w", tensors, None, checkpoints.describe(net))
    with pytest.raises(ValueError, match=r"score\.bias holds NaN or infinity"):
        load_weights(SmallNet(), tmp_path / "w")


def test_a_file_without_hash_is_refused(tmp_path):
    (tmp_path / "w").write_bytes(save(SmallNet().state_dict(), {"seglearn": "{}"}))
    with pytest.raises(ValueError, match="no 'network' entry; write it again with save_weights"):
        load_weights(SmallNet(), tmp_path / "w")


def test_the_hash_is_of_content_not_of_the_order_it_came_in(tmp_path):
    net = SmallNet()
    digest = save_weights(net, tmp_path / "w", note={"a": 1})
    assert digest == checkpoints.weights_hash(tmp_path / "w")
    state = net.state_dict()
    header = {"seglearn": json.dumps({"a": 1}), "network": json.dumps({"class": "SmallNet"})}
    halves = {name: v.half() if v.is_floating_point() else v for name, v in state.items()}
    assert checkpoints.digest(dict(reversed(halves.items())), header) == digest
    for change in (
        {"score.bias": halves["score.bias"].view(1, -1)},  # another shape
        {"score.bias": halves["score.bias"].view(torch.bfloat16)},  # another type
        {"score.bias": halves["aux.bias"], "aux.bias": halves["score.bias"]},  # another place
    ):
        assert checkpoints.digest({**halves, **change}, header) != digest


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (("unet-same", 9, "mini"), "network 'unet-same'"),
        (("unet", 21, "mini"), "n_classes 21"),
    ],
)
def test_weights_of_another_network_are_refused_by_name(tmp_path, other, what):
    save_weights(zoo.create("unet", 9), tmp_path / "w", note=None)
    with pytest.raises(ValueError, match=f"network 'unet', preset 'mini'.*{what}"):
        load_weights(zoo.create(*other), tmp_path / "w")


def test_weights_that_fit_in_shape_but_are_of_another_network_are_refused(tmp_path):
    net, other = SmallNet(), SmallNet()
    net.built_as, other.built_as = {"network": "a"}, {"network": "b"}
    save_weights(net, tmp_path / "w")
    with pytest.raises(ValueError, match=r"weights of network 'a', and the network is network 'b'"):
        load_weights(other, tmp_path / "w")
    other.built_as = None  # built directly: only shapes can tell
    load_weights(other, tmp_path / "w")


def test_a_flipped_bit_in_a_checkpoint_is_refused(tmp_path):
    net = SmallNet()
    optimizer = torch.optim.AdamW(net.parameters())
    path = tmp_path / "c"
    checkpoints.save_checkpoint(path, net, optimizer, net.state_dict(), {"step": 1})
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        checkpoints.load_checkpoint(path, net, optimizer)


def test_a_pickle_is_never_opened(tmp_path):
    opened = tmp_path / "opened"

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(opened),)

    path = tmp_path / "w.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match="damaged or no safetensors"):
        load_weights(SmallNet(), path)
    assert not opened.exists()


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    checkpoints.save_json(path, {"a": 1})
    before = path.read_bytes()

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        checkpoints.save_json(path, {"a": 2})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_json_has_no_nan(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        checkpoints.save_json(tmp_path / "a.json", [float("nan")])


def test_label_maps_come_back_and_are_small():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 256, (7, 9))
    assert np.array_equal(decode_map(encode_map(labels)), labels)
    flat = np.zeros((96, 96), np.uint8)
    flat[30:60, 20:70] = 3
    assert len(encode_map(flat)) < 300
    assert decode_map(encode_map(torch.tensor([[0, 255]]))).tolist() == [[0, 255]]


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([[256]], ValueError, "0 to 255"),
        ([[0, -1]], ValueError, "write ignored pixels as 255"),
        ([[0.0, 1.5]], TypeError, "labels must be integers"),
        ([[True]], TypeError, "boolean"),
        (np.zeros((8, 9, 3), np.uint8), ValueError, "like a colour picture"),
        (np.zeros((0, 3), np.uint8), ValueError, "no pixel"),
        (np.ma.masked_equal([[1, 2]], 2), TypeError, "masked"),
    ],
)
def test_only_label_maps_of_8_bits_are_recorded(labels, error, message):
    with pytest.raises(error, match=message):
        encode_map(labels)


def test_photographs_are_recorded_as_they_look():
    image = np.broadcast_to([0.2, 0.5, 0.8], (16, 24, 3)).copy()
    for same in (image, torch.tensor(image), np.round(image * 255).astype(np.uint8)):
        data = base64.b64decode(encode_photograph(same))
        found = np.asarray(Image.open(io.BytesIO(data)))
        assert found.shape == (16, 24, 3)
        assert np.abs(found / 255 - image).max() < 0.01


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.full((2, 2, 3), 1.2), ValueError, r"expected \[0, 1\]"),  # would wrap around to black
        (np.full((2, 2, 3), -0.1), ValueError, r"expected \[0, 1\]"),
        (np.full((2, 2, 3), np.nan), ValueError, "NaN"),
        (np.zeros((3, 8, 8)), ValueError, "move the channels to the end"),
        (np.zeros((2, 2, 3), np.int64), TypeError, "divide by the largest"),
    ],
)
def test_only_images_are_recorded(image, error, message):
    with pytest.raises(error, match=message):
        encode_photograph(image)
