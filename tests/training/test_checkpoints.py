"""Files: whole or not there, never pickle, and refused when they do not fit."""

import os
import pickle

import numpy as np
import pytest
import torch

from seglearn.training import checkpoints, load_weights, save_weights
from seglearn.training.records import decode_map, encode_map

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
    with pytest.raises(ValueError, match="0 to 255"):
        encode_map(np.array([[256]]))
