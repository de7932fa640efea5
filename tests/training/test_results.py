"""What the experiment left behind can be read by name."""

import json

import numpy as np
import pytest
import torch

from seglearn.nets import zoo
from seglearn.training import results
from seglearn.training.checkpoints import save_json, save_weights
from seglearn.training.records import Run


@pytest.fixture
def assets(tmp_path, monkeypatch):
    """Assets of an experiment of one network and two seeds."""
    net = zoo.create("fcn-16s", 9, seed=3)
    note = {"network": "fcn-16s", "preset": "mini", "seed": 3, "options": {}}
    save_weights(net, tmp_path / "weights" / "fcn-16s.safetensors", note=note)
    save_json(tmp_path / "weights" / "fcn-16s.json", Run("a run", {"n_steps": 2}, ["x"]).to_dict())
    rows = [{"label": name, "mean_iou": {"mean": 0.5}} for name in ("majority-class", "fcn-16s")]
    save_json(tmp_path / "experiment" / "scenes.json", {"rows": rows})
    monkeypatch.setattr(results, "ASSETS", tmp_path)
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
        ValueError, match=r"name='fcn-64s' is not in .*weights; choose from fcn-16s"
    ):
        results.load_net("fcn-64s")
    with pytest.raises(ValueError, match="choose from scenes"):
        results.load_table("moon")
    with pytest.raises(ValueError, match="choose from fcn-16s"):
        results.load_run("fcn-8s")


def test_every_row_with_weights_scores_as_the_table_says():
    """The shipped weights are those of the median seed: check one network's table entry is theirs."""
    folder = results.ASSETS / "weights"
    if not (folder / "fcn-8s.safetensors").is_file():
        pytest.skip("the experiment's weights are not there yet")
    table = results.load_table()
    row = table["fcn-8s"]
    assert np.isclose(
        sorted(row["mean_iou"]["values"])[(len(row["seeds"]) - 1) // 2],
        row["mean_iou"]["values"][row["seeds"].index(row["median_seed"])],
    )
    note = json.loads((folder / "fcn-8s.json").read_text(encoding="utf-8"))
    assert note["title"] == f"fcn-8s, seed {row['median_seed']}"
    assert results.load_net("fcn-8s").n_classes == 9
