"""The control from outside: what can be tested of it without the library."""

import importlib
import sys

import pytest

from seglearn.experiment import search
from seglearn.experiment.protocol import PROTOCOL
from seglearn.training.checkpoints import save_json

from ..conftest import ROOT


@pytest.fixture(scope="module")
def script():
    """Return data_scripts/control_unet.py as a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "data_scripts")
        yield importlib.import_module("control_unet")


def test_without_the_library_it_says_how_to_get_it(script, monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "monai.networks.nets", None)
    assert script.main(["--work", str(tmp_path), "--lr", "5e-3"]) == 1
    assert "-c constraints.txt -e . monai" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_both_get_the_same_job_but_for_the_network(script, tmp_path):
    options = script.read_options(["--work", str(tmp_path), "--lr", "5e-3", "--seeds", "0", "3"])
    ours, control, *_ = jobs = script.make_jobs(options)
    assert [(job.label, job.seed) for job in jobs] == [
        ("unet-same", 0),
        ("control-unet", 0),
        ("unet-same", 3),
        ("control-unet", 3),
    ]
    assert control.differs_from(ours.to_dict()) == ["label", "network"]
    assert (ours.recipe.keep, ours.recipe.n_steps, ours.data.kind) == ("last", 2400, "streets")


def test_ours_is_read_from_the_table_where_the_job_is_the_same(script, tmp_path):
    options = script.read_options(["--work", str(tmp_path), "--lr", "5e-3"])
    job = script.make_jobs(options)[0]
    path = tmp_path / "unet-same.json"
    assert script.known(path) == []
    save_json(path, {"runs": [{"job": job.to_dict(), "mean_iou": 0.5}]})
    assert script.result_of(job, tmp_path, script.known(path))["mean_iou"] == 0.5


def test_the_rate_is_that_of_the_search(script, tmp_path):
    path = tmp_path / "search.json"
    with pytest.raises(ValueError, match=r"no learning rate of unet-same yet.*--task search"):
        script.found_rate(path)
    scores = {1.5e-3: 0.3, 5e-3: 0.5, 1.5e-2: 0.4}
    trials = [
        search.Trial(lr, seed, (score,), "finished", 1.0)
        for lr, score in scores.items()
        for seed in PROTOCOL.search_seeds
    ]
    save_json(path, search.table_of({"unet-same": trials}, PROTOCOL))
    assert script.found_rate(path) == 5e-3


@pytest.mark.parametrize(
    ("theirs", "within"),
    [([0.70, 0.71, 0.72], True), ([0.712, 0.70, 0.715], True), ([0.60, 0.61, 0.59], False)],
)
def test_the_control_lies_within_the_spread_or_not(script, theirs, within):
    ours = [0.70, 0.72, 0.71]
    found = script.compare(ours, theirs)
    low, high = found["interval"]
    assert found["difference"] == pytest.approx(sum(theirs) / 3 - 0.71)
    assert (low + high) / 2 == pytest.approx(found["difference"])
    assert found["within_spread"] is within


def test_the_interval_is_students(script):
    found = script.compare([0.0, 2.0], [5.0, 7.0])  # difference 5, pooled variance 2, 2 degrees
    assert found["interval"] == pytest.approx([5 - 4.302653 * 2**0.5, 5 + 4.302653 * 2**0.5])
