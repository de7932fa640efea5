"""What the experiment left behind can be read by name."""

import re

import numpy as np
import pytest
import torch

from seglearn.data.assets import VARIABLE
from seglearn.experiment import results
from seglearn.nets import zoo
from seglearn.training.checkpoints import network_of, save_json, save_weights
from seglearn.training.records import Run


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """Assets of an experiment of one network and two seeds."""
    net = zoo.create("fcn-16s", 9, seed=3)
    note = {"network": "fcn-16s", "preset": "mini", "seed": 3, "options": {}}
    path = tmp_path / "weights" / "fcn-16s.safetensors"
    run = Run("a run", {"n_steps": 2}, ["x"], weights_sha256=save_weights(net, path, note=note))
    run.save(path.with_suffix(".json"))
    rows = [{"label": name, "mean_iou": {"mean": 0.5}} for name in ("majority-class", "fcn-16s")]
    save_json(tmp_path / "experiment" / "scenes.json", {"rows": rows})
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return net


def test_a_net_comes_back_with_its_weights(assets):
    net = results.load_net("fcn-16s")
    assert not net.training
    image = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = assets.eval()(image)
        torch.testing.assert_close(net(image), expected, rtol=0.05, atol=0.05)  # 16 bits a weight
    assert net(image).shape == (1, 9, 64, 64)
    half = {k: v.half().float() for k, v in assets.state_dict().items()}
    assert all(torch.equal(half[k], v) for k, v in net.state_dict().items())


def test_a_run_and_a_table_come_back(assets):
    assert results.load_run("fcn-16s").title == "a run"
    table = results.load_table()
    assert list(table) == ["majority-class", "fcn-16s"]
    assert table["fcn-16s"]["mean_iou"]["mean"] == 0.5


def test_unknown_names_list_the_known_ones(assets):
    with pytest.raises(
        ValueError, match=r"unknown name in weights 'fcn-64s'; expected one of .*'fcn-16s'"
    ):
        results.load_net("fcn-64s")
    with pytest.raises(ValueError, match=r"expected one of .*'scenes"):
        results.load_table("moon")
    with pytest.raises(ValueError, match=r"expected one of .*'fcn-16s"):
        results.load_run("fcn-64s")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"network": "fcn-8s"}, "weights of network 'fcn-8s'"),
        ({"options": {"bins": [1]}}, "cannot be built with its options {'bins': [1]}"),
        ({"n_classes": 21}, "n_classes 21"),
        ({"preset": "paper"}, "preset 'paper'"),
    ],
)
def test_other_weights_under_a_name_are_refused_even_where_all_shapes_fit(
    assets, tmp_path, change, what
):
    assets.built_as |= change
    save_weights(assets, tmp_path / "weights" / "fcn-16s.safetensors")
    with pytest.raises(ValueError, match=rf"fcn-16s\.safetensors does not fit .*{re.escape(what)}"):
        results.load_net("fcn-16s")


def test_a_net_is_built_with_the_options_that_its_weights_name(assets, tmp_path):
    net = zoo.create("fcn-16s", 9, padding=100)
    path = tmp_path / "weights" / "fcn-16s.safetensors"
    Run("a run", {"n_steps": 2}, ["x"], weights_sha256=save_weights(net, path)).save(
        path.with_suffix(".json")
    )
    found = results.load_net("fcn-16s")
    assert found.backbone.conv1.conv1_1.padding == (100, 100)
    assert found.built_as == net.built_as
    assert network_of(path) == net.built_as


def test_a_record_of_other_weights_is_refused(assets, tmp_path):
    save_weights(zoo.create("fcn-16s", 9, seed=4), tmp_path / "weights" / "fcn-16s.safetensors")
    for load in (results.load_run, results.load_net):
        with pytest.raises(
            ValueError, match=r"fcn-16s\.json records the training of other weights"
        ):
            load("fcn-16s")


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-9],
        lambda t: "",
        lambda t: "null",
        lambda t: "[]",
        lambda t: t.replace("title", "l"),
    ],
)
def test_a_damaged_record_is_refused_by_name(assets, tmp_path, change):
    path = tmp_path / "weights" / "fcn-16s.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    for load in (results.load_run, results.load_net):
        with pytest.raises(ValueError, match=r"fcn-16s\.json is damaged or no record .* fetch"):
            load("fcn-16s")


@pytest.mark.parametrize("name", [*zoo.list(), "plain-stack"])
def test_every_record_is_of_the_weights_beside_it(name):
    run = results.load_run(name)
    row = results.load_table()[name]
    assert run.title == f"{name}, seed {row['median_seed']}"
    assert np.isclose(
        sorted(row["mean_iou"]["values"])[(len(row["seeds"]) - 1) // 2],
        row["mean_iou"]["values"][row["seeds"].index(row["median_seed"])],
    )


def test_the_weights_that_come_with_the_course_load():
    assert results.load_net("fcn-8s").n_classes == 9
    assert results.load_net("plain-stack").n_classes == 9
