"""The committed results are of the networks as they are, complete, and add up."""

import itertools
import json
import statistics

import pytest

from seglearn import experiment
from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.ceiling import STRIDES
from seglearn.experiment.results import load_net, load_run, load_table
from seglearn.experiment.runs import PLAIN_STACK
from seglearn.experiment.variants import VARIANTS, verdict
from seglearn.nets import zoo
from seglearn.nets.blocks import count_parameters
from seglearn.training.checkpoints import load_weights
from seglearn.training.evaluation import predict

from ..conftest import ROOT

ASSETS = ROOT / "seglearn" / "assets"
TABLES = ("scenes", "scenes-1200", "ablations", "overfit", "camvid")

ONE_SEED = ("majority-class", "colour-table")  # there is no chance in them


def table(name):
    return json.loads((ASSETS / "experiment" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TABLES)
def test_means_are_of_the_values_beside_them(name):
    found = table(name)
    for row in found["rows"]:
        for key in ("mean_iou", "boundary_iou", "pixel_accuracy"):
            assert 0 <= min(row[key]["values"]) <= row[key]["mean"] <= max(row[key]["values"]) <= 1
            assert row[key]["mean"] == pytest.approx(statistics.fmean(row[key]["values"]), abs=1e-5)
        assert len(row["iou"]) == len(found["class_names"])
        middle = row["mean_iou"]["values"][row["seeds"].index(row["median_seed"])]
        assert middle == pytest.approx(
            statistics.fmean(v for v in ious(row["confusion"]) if v is not None), abs=1e-4
        )


def ious(confusion):
    for i, counts in enumerate(confusion):
        union = sum(counts) + sum(each[i] for each in confusion) - counts[i]
        yield counts[i] / union if union else None


@pytest.mark.parametrize("name", TABLES)
def test_tables_say_how_they_were_made_and_not_where(name):
    found = table(name)
    assert found["environment"]["git"]["commit"]
    assert found["recipe"]["n_steps"] > 0
    text = json.dumps(found)
    for folder in ("/home", "/root", "/tmp", "/work", "/Users"):
        assert folder not in text


def test_every_network_and_baseline_ran_with_the_seeds_that_were_meant():
    found = load_table("scenes")
    assert set(found) == {*BASELINES, PLAIN_STACK, *zoo.list()}
    for label, row in found.items():
        assert row["seeds"] == ([0] if label in ONE_SEED else [0, 1, 2])


@pytest.mark.parametrize("name", zoo.list())
def test_weights_are_of_the_network_as_it_is(name):
    path = ASSETS / "weights" / f"{name}.safetensors"
    assert path.stat().st_size <= 1_000_000
    net = zoo.create(name, 9)
    note = load_weights(net, path)
    row = load_table("scenes")[name]
    assert note["seed"] == row["median_seed"]
    assert count_parameters(net) == row["parameters"]
    run = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert len(run["losses"]) == table("scenes")["recipe"]["n_steps"]


@pytest.mark.parametrize("name", ["bisenet", "crf-rnn"])
def test_a_note_says_where_weights_were_trained_with_another_auxiliary_weight(name):
    recorded = load_run(name).recipe["aux_weight"]
    net = zoo.create(name, 9)
    assert recorded != net.aux_weight
    assert f"trained with {recorded}" in " ".join(type(net).__doc__.split())


@pytest.mark.parametrize("name", ["fcn-8s", "linknet"])
def test_weights_score_what_the_table_says(name):
    row = load_table("scenes")[name]
    data = experiment.load_data(experiment.DataSpec())
    net = load_net(name)
    scores = experiment.score(data.test.labels, predict(net, data.test), data.class_names)
    expected = row["weights_mean_iou"][row["seeds"].index(row["median_seed"])]
    assert scores["mean_iou"] == pytest.approx(expected, abs=0.002)


def test_verdicts_follow_from_the_differences():
    found = load_table("ablations")
    compared = [row for row in found.values() if "verdict" in row]
    assert len(compared) == sum(variant.against is not None for variant in VARIANTS.values())
    assert all(len(row["seeds"]) == 3 for row in compared)
    for row in compared:
        ours, theirs = row["mean_iou"]["values"], found[row["against"]]["mean_iou"]["values"]
        differences = [a - b for a, b in zip(ours, theirs, strict=True)]
        assert row["mean_iou_difference"]["values"] == pytest.approx(differences, abs=1e-5)
        assert row["verdict"] == verdict(differences, VARIANTS[row["label"]].expected)


def test_every_network_learned_eight_images_by_heart():
    found = load_table("overfit")
    assert list(found) == zoo.list()
    for label, row in found.items():
        best = row["ceiling"] if label in STRIDES else 1
        assert row["wanted"] == pytest.approx(0.95 * best, abs=1e-5)
        assert row["mean_iou"]["mean"] >= row["wanted"], label


def test_camvid_has_its_networks_and_they_beat_the_majority():
    found = load_table("camvid")
    assert {"fcn-8s", "segnet", "unet", "enet", "deeplab-v3", "pspnet"} <= set(found)
    height, width = table("camvid")["data"]["size"]
    assert min(height / 120, width / 160) >= 1
    floor = found.pop("majority-class")["mean_iou"]["mean"]
    for label, row in found.items():
        assert row["mean_iou"]["mean"] > floor, label


def test_twice_the_budget_turns_no_order_around():
    once, twice = load_table("scenes"), load_table("scenes-1200")
    assert table("scenes-1200")["recipe"]["n_steps"] == 2 * table("scenes")["recipe"]["n_steps"]
    decided = 0
    for one, other in itertools.combinations(twice, 2):
        says = []
        for found in (once, twice):
            ours, theirs = (found[name]["mean_iou"]["values"] for name in (one, other))
            says.append(verdict([a - b for a, b in zip(ours, theirs, strict=True)], 0))
        assert says[0] in ("undecided", says[1])
        decided += says[0] != "undecided"
    assert decided >= 2
