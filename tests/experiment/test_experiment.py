"""The experiment in small: jobs that can be stopped, a table that adds up, baselines that beat chance."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from seglearn import experiment
from seglearn.data import labels, scenes
from seglearn.data.scene_dataset import SceneDataset
from seglearn.experiment import DataSpec, Job, baselines, rows
from seglearn.experiment.building import PLAIN_STACK
from seglearn.experiment.ledger import Ledger
from seglearn.experiment.protocol import PROTOCOL, TINY
from seglearn.experiment.runs import WEIGHTINGS, begun, packed
from seglearn.experiment.variants import VARIANTS
from seglearn.nets import zoo
from seglearn.nets.receptive_field import receptive_field
from seglearn.training import Recipe, load_weights
from seglearn.training.checkpoints import weights_hash

from .conftest import make_set

SMALL = DataSpec(size=(64, 64), n_train=8, n_val=4, n_test=4)
RECIPE = Recipe(n_steps=4, batch_size=2, evaluate_every=2)
JOB = Job("plain", PLAIN_STACK, 0, SMALL, RECIPE, options={"width": 8, "depth": 2})


# ------------------------------------------------------------------------------------------- jobs


def test_a_job_leaves_result_weights_and_record(tmp_path):
    result = experiment.run_job(JOB, tmp_path)
    folder = JOB.folder(tmp_path)
    assert {p.name for p in folder.iterdir()} == {
        "confusions.npz",
        "result.json",
        "run.json",
        "weights.safetensors",
    }
    assert result == json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert len(result["iou"]) == len(result["class_boundary_iou"]) == scenes.N_CLASSES
    assert 0 < result["mean_iou"] < 1
    known = experiment.load_data(SMALL).test.labels < scenes.N_CLASSES
    assert np.sum(result["confusion"]) == known.sum()
    counts = np.load(folder / "confusions.npz", allow_pickle=False)["confusions"]
    assert counts.shape == (4, scenes.N_CLASSES, scenes.N_CLASSES)
    assert counts.dtype == np.uint16
    assert np.array_equal(counts.sum(0), result["confusion"])
    assert [each["step"] for each in result["evaluations"]] == [2, 4]
    assert 0 < result["peak_memory"]["before_mb"] <= result["peak_memory"]["mb"]
    net = experiment.build(JOB.network, scenes.N_CLASSES, 5, **JOB.options)
    assert load_weights(net, folder / "weights.safetensors") == JOB.to_dict()
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["weights_sha256"] == weights_hash(folder / "weights.safetensors")


def test_a_job_that_is_stopped_goes_on_to_the_same_end(tmp_path):
    whole = experiment.run_job(JOB, tmp_path / "a")

    def stop(run):
        if len(run.losses) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        experiment.run_job(JOB, tmp_path / "b", on_step=stop)
    assert experiment.read_result(JOB, tmp_path / "b") is None
    assert begun(JOB, tmp_path / "b") == 2
    assert begun(JOB, tmp_path / "c") == 0
    steps = []
    resumed = experiment.run_job(JOB, tmp_path / "b", on_step=lambda run: steps.append(1))
    assert len(steps) == 2
    measured = ("seconds_under_load", "cpu_ms_per_step", "peak_memory")
    assert {k: v for k, v in resumed.items() if k not in measured} == {
        k: v for k, v in whole.items() if k not in measured
    }
    a, b = (JOB.folder(tmp_path / each) / "weights.safetensors" for each in "ab")
    assert a.read_bytes() == b.read_bytes()


def test_a_result_is_not_made_twice_nor_mistaken_for_another(tmp_path):
    first = experiment.run_job(JOB, tmp_path)
    assert experiment.run_job(JOB, tmp_path, on_step=lambda run: 1 / 0) == first
    other = Job(JOB.label, JOB.network, 0, SMALL, RECIPE, options={"width": 9})
    with pytest.raises(ValueError, match="differs in options"):
        experiment.run_job(other, tmp_path)


def test_a_job_of_the_search_looks_at_the_choosing_set_alone(tmp_path, monkeypatch):
    data = experiment.load_data(SMALL)
    monkeypatch.setattr(
        "seglearn.experiment.runs.load_data", lambda spec: replace(data, make_test=None)
    )
    job = replace(JOB, scored=False, recipe=replace(RECIPE, keep="last"))
    result = experiment.run_job(job, tmp_path)
    assert [p.name for p in job.folder(tmp_path).iterdir()] == ["result.json"]
    assert "mean_iou" not in result
    assert len(result["evaluations"]) == 2


def test_the_scoring_set_is_made_when_it_is_asked_for(monkeypatch):
    made = []

    def spy(n, *, seed, **options):
        made.append(seed)
        return SceneDataset(n, seed=seed, **options)

    monkeypatch.setattr("seglearn.experiment.protocol.SceneDataset", spy)
    experiment.load_data.cache_clear()
    data = experiment.load_data(replace(SMALL, kind="streets"))
    assert made == [PROTOCOL.train_seed, PROTOCOL.val_seed]
    assert data.test is data.test
    assert made == [PROTOCOL.train_seed, PROTOCOL.val_seed, PROTOCOL.test_seed]


def test_the_last_weights_are_scored_where_the_recipe_says_so(tmp_path):
    job = replace(
        JOB, data=replace(SMALL, n_train=4, overfit=True), recipe=replace(RECIPE, keep="last")
    )
    result = experiment.run_job(job, tmp_path)
    assert result["mean_iou"] == pytest.approx(result["evaluations"][-1]["mean_iou"], rel=1e-5)


def test_a_job_that_knows_fewer_choices_is_still_read():
    job = replace(JOB, options={"width": 8, "bins": (1,)})
    before = job.to_dict()
    assert job.differs_from(before) == []
    for name in ("pretrained", "scored"):
        del before[name]
    for name in ("schedule", "keep"):
        del before["recipe"][name]
    assert job.differs_from(before) == []
    assert replace(job, scored=False).differs_from(before) == ["scored"]
    assert replace(job, recipe=replace(RECIPE, keep="last")).differs_from(before) == ["recipe"]


def test_a_pretrained_job_starts_from_its_backbone(tmp_path, monkeypatch):
    paths = []
    monkeypatch.setattr(
        "seglearn.experiment.runs.load_backbone", lambda net, path: paths.append(path)
    )
    experiment.run_job(replace(JOB, pretrained="fcn/seed-0"), tmp_path)
    assert paths == [tmp_path / "pretraining/fcn/seed-0/weights.safetensors"]


def test_the_same_counts_are_the_same_bytes_and_small_ones():
    rng = np.random.default_rng(0)
    counts = np.zeros((256, 11, 11), np.uint16)
    for scene in counts:  # about 40 of the cells, as in real ones
        scene.ravel()[rng.choice(121, 40, replace=False)] = rng.geometric(0.005, 40)
    assert packed(counts) == packed(counts.copy())
    assert len(packed(counts)) < 30_000
    assert np.array_equal(np.load(io.BytesIO(packed(counts)))["confusions"], counts)


def test_overfitting_trains_and_tests_on_the_same_images():
    data = experiment.load_data(DataSpec(size=(64, 64), n_train=2, overfit=True))
    assert data.train is data.test
    assert len(data.train) == 2


@pytest.mark.parametrize("kind", ["scenes", "streets"])
def test_sets_do_not_share_scenes(kind):
    data = experiment.load_data(replace(SMALL, kind=kind))
    sums = [image.sum() for each in (data.train, data.val, data.test) for image in each.images]
    assert len(set(sums)) == 16


def test_streets_have_eleven_classes_and_seeds_of_their_own():
    data = experiment.load_data(replace(SMALL, kind="streets"))
    assert data.class_names == labels.STREETS.names
    assert len(data.class_names) == 11
    seeds = (PROTOCOL.train_seed, PROTOCOL.val_seed, PROTOCOL.test_seed, PROTOCOL.pretraining_seed)
    assert len({*seeds, 1, 2, 3}) == 7  # the first edition used 1, 2 and 3
    first = scenes.make_scene((PROTOCOL.val_seed, 0), (64, 64), scenes.VARIED)
    assert np.array_equal(data.val.images[0], first.image)
    with pytest.raises(ValueError, match="unknown kind of data 'roads'; expected one of 'scenes'"):
        experiment.class_names_of(DataSpec("roads"))


def test_a_crf_is_put_behind_the_network_that_was_trained(tmp_path):
    job = Job("fcn-32s+crf", "fcn-32s", 0, SMALL, RECIPE, crf=True)
    result = experiment.run_job(job, tmp_path)
    before = experiment.run_job(replace(job, label="fcn-32s", crf=False), tmp_path)
    assert {"w_bilateral", "theta_beta"} == set(result["crf"])
    assert np.sum(result["confusion"]) == np.sum(before["confusion"])
    assert result["confusion"] != before["confusion"]
    assert result["seconds_under_load"] > before["seconds_under_load"]


# -------------------------------------------------------------------------------------- baselines


@pytest.mark.parametrize("name", baselines.BASELINES)
def test_baselines_beat_chance_where_they_can(name):
    train, test = make_set(10), make_set(4, seed=9)
    baseline = baselines.BASELINES[name]()
    baseline.fit(train, 3, seed=0)
    predicted = baseline.predict(test.images)
    assert predicted.shape == test.labels.shape
    assert predicted.dtype == np.uint8
    known = test.labels < 3
    accuracy = (predicted == test.labels)[known].mean()
    majority = (test.labels == 0)[known].mean()
    assert accuracy == majority if name == "majority-class" else accuracy > majority + 0.1
    again = baselines.BASELINES[name]()
    again.fit(train, 3, seed=0)
    assert np.array_equal(again.predict(test.images), predicted)


def test_a_colour_never_seen_gets_a_class_all_the_same():
    table = baselines.ColourTable()
    table.fit(make_set(4), 3, seed=0)
    assert table.predict(np.full((1, 2, 2, 3), [0, 1, 0], np.float32)).max() < 3


def test_the_plain_stack_sees_what_it_says():
    net = baselines.PlainStack(3, width=4, depth=5)
    field = receptive_field(net)
    assert field.size == (11, 11)
    assert net(torch.zeros(1, 3, 64, 70)).shape == (1, 3, 64, 70)


# ------------------------------------------------------------------------------------------ table


def result_of(seed, mean_iou, iou):
    return {
        "job": {"label": "a", "network": "a", "options": {}, "seed": seed},
        "iou": iou,
        "class_boundary_iou": iou,
        **dict.fromkeys(("boundary_iou", "pixel_accuracy"), 0.5),
        "mean_iou": mean_iou,
    }


def test_a_row_has_means_spreads_and_the_median_seed():
    results = [
        result_of(0, 0.3, [0.1, None]),
        result_of(2, 0.4, [0.3, 0.5]),
        result_of(1, 0.5, [0.2, None]),
    ]
    row = experiment.row_of(results, complete=True)
    assert row["seeds"] == [0, 1, 2]
    assert row["mean_iou"] == {"mean": 0.4, "std": 0.1, "values": [0.3, 0.5, 0.4]}
    assert row["median_seed"] == 2
    assert row["iou"][0]["mean"] == pytest.approx(0.2)
    assert row["iou"][1] == {"mean": 0.5, "std": None, "values": [None, None, 0.5]}
    assert row["runs"] == [results[0], results[2], results[1]]
    one = experiment.row_of(results[:1], complete=False)
    assert one["mean_iou"]["std"] is None
    assert one["complete"] is False


def test_costs_are_measured_for_networks_only():
    majority = Job("majority-class", "majority-class", 0, SMALL, RECIPE)
    facts = experiment.measure([majority, JOB], rounds=3)
    assert list(facts) == ["plain"]
    plain = facts["plain"]
    assert plain["macs"] == 64 * 64 * (9 * 3 * 8 + 9 * 8 * 8 + 8 * 9)
    assert plain["receptive_field"] == {"size": [5, 5], "whole_image": False}
    assert plain["latency"]["batch_size"] == 1
    assert plain["batch"]["batch_size"] == plain["step"]["batch_size"] == RECIPE.batch_size
    assert 0 < plain["batch"]["median_ms"] < plain["step"]["median_ms"]
    json.dumps(facts, allow_nan=False)


def test_scores_follow_the_metrics():
    truth = np.array([[[0, 0, 1, 255]] * 4], np.uint8)
    found = experiment.score(truth, np.zeros_like(truth), ["a", "b", "c"])
    assert found["iou"] == [pytest.approx(2 / 3), 0.0, None]
    assert found["mean_iou"] == pytest.approx(1 / 3)


# ------------------------------------------------------------------------------------------- data


def camvid(root, splits):
    rng = np.random.default_rng(0)
    for split, n in splits.items():
        names = [f"0006R0_f{i:05d}" for i in range(n)]
        for folder in (split, f"{split}annot"):
            (root / folder).mkdir(parents=True)
        for name in names:
            image = rng.integers(0, 256, (24, 32, 3)).astype(np.uint8)
            Image.fromarray(image).save(root / split / f"{name}.png")
            label = rng.integers(0, 12, (24, 32)).astype(np.uint8)
            Image.fromarray(label).save(root / f"{split}annot" / f"{name}.png")
        lines = [f"/x/{split}/{name}.png /x/{split}annot/{name}.png\n" for name in names]
        (root / f"{split}.txt").write_text("".join(lines))


def test_camvid_with_and_without_its_test_split(tmp_path):
    camvid(tmp_path / "whole", {"train": 20, "val": 3, "test": 4})
    whole = experiment.load_data(DataSpec("camvid", (12, 16), 0, 0, 0, root=f"{tmp_path}/whole"))
    assert [len(each) for each in (whole.train, whole.val, whole.test)] == [20, 3, 4]
    assert whole.class_names == labels.CAMVID.names
    assert set(np.unique(whole.train.labels)) == {*range(11), 255}
    assert whole.train.images.shape[1:] == (12, 16, 3)
    assert len(whole.frames) == 4

    experiment.load_data.cache_clear()
    camvid(tmp_path / "part", {"train": 20, "val": 3})
    part = experiment.load_data(DataSpec("camvid", (12, 16), 0, 0, 0, root=f"{tmp_path}/part"))
    assert [len(each) for each in (part.train, part.val, part.test)] == [18, 2, 3]
    assert "test was not there" in part.about
    assert len(part.frames) == 3
    experiment.load_data.cache_clear()
    with pytest.raises(ValueError, match="changes the aspect"):
        experiment.load_data(DataSpec("camvid", (12, 12), 0, 0, 0, root=f"{tmp_path}/part"))


def test_a_row_on_camvid_says_of_which_frames_its_confusions_are(tmp_path, monkeypatch):
    experiment.load_data.cache_clear()
    camvid(tmp_path / "camvid", {"train": 20, "val": 3, "test": 4})
    protocol = replace(TINY, camvid_size=(12, 16))
    chosen = rows.choose(["majority-class"])
    out = tmp_path / "out"
    ledger = Ledger(protocol, tmp_path / "work", out, chosen, tmp_path / "camvid")
    (item,) = ledger.items("camvid")
    ledger.enter(item, experiment.run_job(item.job, item.work))
    experiment.load_data.cache_clear()
    monkeypatch.setenv("SEGLEARN_ASSETS", str(out))
    (run,) = experiment.load_rows("camvid")["majority-class"]["runs"]
    counts = experiment.load_confusions("majority-class", data="camvid")
    assert counts.shape == (1, len(run["frames"]), 11, 11) == (1, 4, 11, 11)
    with pytest.raises(ValueError, match="unknown data 'voc'; expected one of 'streets', 'camvid'"):
        experiment.load_confusions("majority-class", data="voc")


# ---------------------------------------------------------------------------------------- variants


def test_variants_are_known_to_what_they_change():
    for name, variant in VARIANTS.items():
        Recipe(**variant.recipe)
        assert variant.weighting in WEIGHTINGS
        zoo.create(variant.network, 9, **variant.options)
        if variant.against is not None:
            assert variant.against in VARIANTS
            assert variant.question.endswith("?"), name
        else:
            assert name == variant.network
