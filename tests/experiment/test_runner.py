"""What there is to do, and doing it: items, tables that are written as they come, jobs that stop."""

import importlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from seglearn.experiment import results, rows, runner
from seglearn.experiment.baselines import BASELINES
from seglearn.experiment.building import PLAIN_STACK, build
from seglearn.experiment.ledger import FOLDERS, TASKS, Item, Ledger
from seglearn.experiment.protocol import PROTOCOL, TINY, DataSpec, Job, Protocol
from seglearn.experiment.rows import GROUPS, NAMED, ROWS, Row
from seglearn.experiment.runs import packed, read_result, run_job
from seglearn.experiment.search import Trial
from seglearn.experiment.variants import VARIANTS
from seglearn.nets import zoo
from seglearn.nets.blocks import count_parameters
from seglearn.training import Recipe, load_weights

from ..conftest import ROOT

SMALL = DataSpec("streets", (64, 64), 8, 3, 3)
RECIPE = Recipe(n_steps=6, batch_size=2, evaluate_every=2, schedule="one-cycle", keep="last")
JOB = Job("plain", PLAIN_STACK, 0, SMALL, RECIPE, options={"width": 4, "depth": 1})
MANNER = runner.Manner(nice=0, about={"git": "x"})


@pytest.fixture(scope="module")
def script():
    """Return data_scripts/run_experiment.py as a module that its own processes can import too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "data_scripts")
        yield importlib.import_module("run_experiment")


def books(tmp_path, *names, protocol=PROTOCOL):
    return Ledger(protocol, tmp_path / "work", tmp_path / "out", rows.choose(list(names) or None))


def decide(ledger, *labels, lr=5e-3):
    """Let the search have found a rate for some rows: the best one, or a lower one as good."""
    for label in labels:
        ledger.trials["search"][label] = [
            Trial(rate, seed, (({lr: 0.495} | {5e-3: 0.5}).get(rate, 0.3),), "finished", 100.0)
            for rate in ledger.protocol.rates
            for seed in ledger.protocol.search_seeds
        ]


# ------------------------------------------------------------------------------------------- rows


def test_rows_are_all_networks_all_baselines_and_the_twins():
    plain = {label for label, row in ROWS.items() if label == row.network}
    assert plain == {*zoo.list(), *BASELINES, PLAIN_STACK}
    assert set(ROWS) - plain == {"fcn-8s-bn", "unet-no-bn", "deeplab-v1-no-bn", "dilated-no-bn"}
    assert len(NAMED) == 6
    assert list(ROWS)[:6] == list(NAMED)
    assert sum(map(len, GROUPS.values())) == len(ROWS)


@pytest.mark.parametrize(
    "label", [label for label, row in ROWS.items() if row.label != row.network]
)
def test_a_twin_has_batch_normalisation_where_the_other_has_none(label):
    def norms(row):
        net = build(row.network, 11, 0, **row.options)
        return sum("BatchNorm" in type(part).__name__ for part in net.modules())

    twin, other = norms(ROWS[label]), norms(ROWS[ROWS[label].network])
    assert (twin == 0) == label.endswith("no-bn")
    assert (twin == 0) != (other == 0)


def test_a_trained_row_fits_into_a_megabyte_with_16_bits():
    for row in ROWS.values():
        if row.trained:
            assert 2 * count_parameters(build(row.network, 11, 0, **row.options)) < 985_000, row


def test_rows_are_chosen_by_name_or_group():
    assert [row.label for row in rows.choose(["enet", "named"])] == [*NAMED, "enet"]
    assert rows.choose(None) == list(ROWS.values())
    with pytest.raises(ValueError, match="'vgg'"):
        rows.choose(["vgg"])


# ------------------------------------------------------------------------------------------ items


def test_the_pilots_are_three_networks_with_two_schedules(tmp_path):
    items = books(tmp_path).items("pilots")
    assert len(items) == 3 * 2 * 2 * 2
    assert {item.job.recipe.schedule for item in items} == {"poly", "one-cycle"}
    assert {item.job.recipe.n_steps for item in items} == {600}
    assert len({item.job.folder(item.work) for item in items}) == len(items)
    assert not any(item.job.scored for item in items)


def test_the_search_is_row_by_row_and_its_seeds_are_not_used_again(tmp_path):
    ledger = books(tmp_path)
    items = ledger.items("search")
    trained = [row.label for row in ROWS.values() if row.trained]
    assert [item.job.label for item in items[::6]] == trained
    assert len(items) == 6 * len(trained)
    decide(ledger, *trained)
    searched = {item.job.seed for item in items}
    for task in ("final", "half", "ablations", "camvid"):
        assert not searched & {item.job.seed for item in ledger.items(task)}


def test_final_runs_wait_for_their_rate_and_take_it(tmp_path):
    ledger = books(tmp_path)
    assert {item.job.label for item in ledger.items("final")} == set(BASELINES)
    assert ledger.items("half") == []
    assert ledger.waiting("final") == [row.label for row in ROWS.values() if row.trained]
    decide(ledger, "segnet", lr=5e-3)
    jobs = [item.job for item in ledger.items("final") if item.job.label == "segnet"]
    assert {job.recipe.lr for job in jobs} == {5e-3}
    assert {job.recipe.n_steps for job in jobs} == {2400}
    assert {job.recipe.keep for job in jobs} == {"last"}
    (half,) = ledger.items("half")
    assert (half.job.label, half.job.seed, half.job.recipe.n_steps) == ("segnet", 0, 1200)
    assert "segnet" not in ledger.waiting("final")


def test_all_rows_have_the_seeds_that_were_meant_one_after_the_other(tmp_path):
    ledger = books(tmp_path)
    decide(ledger, *(row.label for row in ROWS.values() if row.trained))
    items = ledger.items("final")
    seeds = [item.job.seed for item in items]
    assert seeds == sorted(seeds)
    for label in ROWS:
        found = [item.job.seed for item in items if item.job.label == label]
        five = label in {*NAMED, "fcn-8s-bn", "fcn-16s", "fcn-32s"}
        wanted = [0] if label in rows.WITHOUT_CHANCE else [*range(5 if five else 3)]
        assert found == wanted
    assert len({json.dumps(item.job.data.to_dict()) for item in items}) == 1
    assert len({item.job.weighting for item in items}) == 1


def test_ablations_take_the_rate_of_their_network_and_leave_out_what_changes_nothing(tmp_path):
    ledger = books(tmp_path)
    assert ledger.items("ablations") == []
    assert "segnet-bilinear" in ledger.waiting("ablations")
    decide(ledger, *(row.label for row in ROWS.values() if row.trained))
    decide(ledger, "segnet", lr=1.5e-3)
    items = ledger.items("ablations")
    labels = [item.job.label for item in items if item.job.seed == 0]
    assert labels == [name for name, variant in VARIANTS.items() if name != variant.network]
    rates = {item.job.label: item.job.recipe.lr for item in items}
    assert rates["segnet-bilinear"] == ledger.rate("segnet") == 1.5e-3
    assert rates["gcn-k3"] == 5e-3
    for label, n in (("dilated-off", 5), ("fcn-8s+crf", 5), ("gcn-k3", 3)):  # as their network
        assert [item.job.seed for item in items if item.job.label == label] == [*range(n)]
    (crf,) = [item for item in items if item.job.crf and item.job.seed == 0]
    assert not ledger.ready(crf)  # the network behind which it is put is not trained yet


def test_pretrained_rows_wait_for_their_trunk_and_are_else_as_they_are(tmp_path):
    ledger = books(tmp_path)
    assert [item.job.label for item in ledger.items("pretraining")] == [
        "trunk-fcn",
        "trunk-dilated",
    ]
    assert books(tmp_path, "segnet").items("pretraining") == []
    assert ledger.items("pretrained") == []
    assert ledger.waiting("pretrained") == ["fcn-32s", "fcn-8s", "dilated", "dilated-off"]
    decide(ledger, "fcn-8s", "dilated")
    items = ledger.items("pretrained")
    assert {item.job.label for item in items} == {
        f"{name}-pretrained" for name in ("fcn-8s", "dilated", "dilated-off")
    }
    assert [item.job.seed for item in items if item.job.label == "fcn-8s-pretrained"] == [0, 1, 2]
    (plain,) = [i.job for i in ledger.items("final") if (i.job.label, i.job.seed) == ("fcn-8s", 0)]
    (ours,) = [i for i in items if (i.job.label, i.job.seed) == ("fcn-8s-pretrained", 0)]
    assert ours.job.differs_from(plain.to_dict()) == ["label", "pretrained"]
    assert not ledger.ready(ours)

    # The trunk is done: its weights are kept, and come back to another folder for work.
    (trunk, _) = ledger.items("pretraining")
    weights = trunk.work / "pretraining/fcn/seed-0/weights.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"weights")
    ledger.enter(trunk, {"trunk": "fcn", "pretrained": "fcn/seed-0"})
    assert ledger.is_done(trunk)
    weights.unlink()
    assert ledger.ready(ours)
    assert weights.read_bytes() == b"weights"


def test_a_trunk_leaves_a_result_as_other_jobs_do(tmp_path, monkeypatch):
    (item, _) = books(tmp_path).items("pretraining")
    found = {"job": {"recipe": {"seed": 0, "lr": 5e-4}}, "losses": [1.0], "trials": [1]}
    asked = {}

    def pretrain(trunk, work, recipe, **options):
        asked.update(options, recipe=recipe)
        return dict(found)

    monkeypatch.setattr(runner, "pretrain", pretrain)
    runner.pretrain_trunk(item, lambda step: None)
    result = read_result(item.job, item.work)
    assert result["pretrained"] == "fcn/seed-0"
    assert result["pretraining"] == found["job"]
    assert "losses" not in result
    assert (asked["n_train"], asked["n_held_out"], asked["size"]) == (4096, 512, (96, 96))
    assert (asked["recipe"].n_steps, asked["recipe"].batch_size) == (2400, 16)


def test_camvid_is_every_network_once_and_those_named_three_times(tmp_path):
    ledger = books(tmp_path)
    decide(ledger, *(row.label for row in ROWS.values() if row.trained))
    items = ledger.items("camvid")
    labels = [item.job.label for item in items]
    assert set(labels) == {*zoo.list(), *BASELINES, PLAIN_STACK}
    assert {label for label in labels if labels.count(label) > 1} == set(NAMED)
    assert {item.job.data.size for item in items} == {(120, 160)}


def test_networks_are_overfitted_on_eight_scenes(tmp_path):
    items = books(tmp_path).items("overfit")
    assert {*zoo.list()} <= {item.job.label for item in items}
    assert all(i.job.data.overfit and i.job.data.n_train == 8 and not i.job.augment for i in items)


def test_what_is_left_costs_less_the_more_is_done(tmp_path):
    ledger = books(tmp_path, "segnet")
    decide(ledger, "segnet")
    item = ledger.items("half")[0]
    assert ledger.seconds_left(item) == pytest.approx(1200 * 0.1)


# ---------------------------------------------------------------------------------- rows as they come


def test_a_row_is_written_with_each_seed_and_read_by_another_machine(tmp_path, monkeypatch):
    monkeypatch.setitem(ROWS, "plain", Row(label="plain", network=PLAIN_STACK, options=JOB.options))
    protocol = replace(TINY, final_steps=4, named_seeds=(0,))
    ledger = books(tmp_path, "plain", protocol=protocol)
    decide(ledger, "plain")
    items = ledger.items("final")
    path = ledger.path("final", "plain")
    for n, item in enumerate(items, 1):
        run_job(item.job, item.work)
        assert ledger.is_done(item)
        assert not path.exists() or len(json.loads(path.read_text())["runs"]) == n - 1
        assert ledger.settle(item)
        assert ledger.settle(item)  # entered once
        row = json.loads(path.read_text(encoding="utf-8"))
        assert row["seeds"] == [*range(n)]
        assert row["complete"] == (n == 3)
        assert len(row["runs"]) == n
    assert ledger.publish() == []
    confusions = sorted((tmp_path / "out/experiment/streets/confusions").iterdir())
    assert [each.name for each in confusions] == [f"plain-seed-{n}.npz" for n in range(3)]
    weights = tmp_path / "out/weights/streets"
    net = build(PLAIN_STACK, 11, 0, **JOB.options)
    assert load_weights(net, weights / "plain.safetensors")["seed"] == row["median_seed"]
    record = json.loads((weights / "plain.json").read_text(encoding="utf-8"))
    assert record["title"] == f"plain, seed {row['median_seed']}"

    other = next(i.job for i in items if i.job.seed != row["median_seed"]).folder(items[0].work)
    shutil.copy(other / "weights.safetensors", weights / "plain.safetensors")  # of an older row
    assert ledger.publish() == []
    assert load_weights(net, weights / "plain.safetensors")["seed"] == row["median_seed"]

    shutil.rmtree(tmp_path / "work")
    elsewhere = books(tmp_path, "plain", protocol=protocol)
    decide(elsewhere, "plain")
    assert all(elsewhere.is_done(item) for item in elsewhere.items("final"))
    assert elsewhere.publish() == []
    (weights / "plain.json").unlink()
    (complaint,) = elsewhere.publish()
    assert "take its run out of" in complaint

    decide(elsewhere, "plain", lr=1.5e-3)  # another rate than that of the row
    with pytest.raises(ValueError, match="holds a run of seed 0 that differs in recipe"):
        elsewhere.is_done(elsewhere.items("final")[0])

    monkeypatch.setenv("SEGLEARN_ASSETS", str(tmp_path / "out"))
    assert results.load_rows("final", "plain")["plain"] == row
    counts = results.load_confusions("plain")
    assert counts.shape == (3, protocol.n_test, 11, 11)
    assert np.array_equal(counts.sum(1), [run["confusion"] for run in row["runs"]])


def entered(tmp_path, monkeypatch):
    """Return the books after the first of three seeds, and the items."""
    monkeypatch.setitem(ROWS, "plain", Row(label="plain", network=PLAIN_STACK, options=JOB.options))
    ledger = books(tmp_path, "plain", protocol=TINY)
    decide(ledger, "plain")
    items = ledger.items("final")
    ledger.enter(items[0], run_job(items[0].job, items[0].work))
    return ledger, items


def test_what_another_run_wrote_meanwhile_is_not_lost(tmp_path, monkeypatch):
    ledger, items = entered(tmp_path, monkeypatch)
    other = books(tmp_path, "plain", protocol=TINY)
    decide(other, "plain")
    assert other.is_done(items[0])  # it has read the row
    results = [run_job(item.job, item.work) for item in items[1:3]]
    ledger.enter(items[1], results[0])
    other.enter(items[1], results[0])
    other.enter(items[2], results[1])
    row = json.loads(ledger.path("final", "plain").read_text(encoding="utf-8"))
    assert row["seeds"] == [0, 1, 2]

    searches = [books(tmp_path, "plain", protocol=TINY) for _ in range(2)]
    for one, seed in zip(searches, TINY.search_seeds, strict=True):
        item = next(i for i in one.items("search") if i.job.seed == seed)
        one.enter(item, run_job(item.job, item.work))
    assert len(books(tmp_path, "plain", protocol=TINY).trials["search"]["plain"]) == 2


def test_trials_of_another_protocol_are_refused(tmp_path, monkeypatch):
    ledger, _ = entered(tmp_path, monkeypatch)
    item = ledger.items("search")[0]
    ledger.trials["search"] = {}
    ledger.enter(item, run_job(item.job, item.work))
    for changed, what in (
        (replace(TINY, search_steps=6), "n_steps=3, now n_steps=6"),
        (replace(TINY, schedule="poly"), "schedule='one-cycle'"),
        (replace(TINY, n_train=24), "n_train=16"),
    ):
        with pytest.raises(ValueError, match=f"is of a protocol with {what}"):
            books(tmp_path, "plain", protocol=changed)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "\udcff"])
def test_a_damaged_file_is_named(tmp_path, monkeypatch, content):
    ledger, items = entered(tmp_path, monkeypatch)
    damaged = content.encode("utf-8", "surrogateescape")
    ledger.path("final", "plain").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"plain\.json .*delete it to make it anew"):
        books(tmp_path, "plain", protocol=TINY).is_done(items[0])
    (items[1].job.folder(items[1].work) / "result.json").parent.mkdir(parents=True)
    (items[1].job.folder(items[1].work) / "result.json").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"result\.json .*delete it to make it anew"):
        ledger.settle(items[1])
    ledger.path("search").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"search\.json .*delete it to make it anew"):
        books(tmp_path, "plain", protocol=TINY)


def test_confusions_that_are_not_those_of_the_result_are_not_copied(tmp_path, monkeypatch):
    ledger, items = entered(tmp_path, monkeypatch)
    path = ledger.path("final", "plain")
    before = path.read_bytes()
    result = run_job(items[1].job, items[1].work)
    confusions = items[1].job.folder(items[1].work) / "confusions.npz"
    whole = confusions.read_bytes()
    for content in (
        whole[:-40],
        whole[:200] + b"x" + whole[201:],
        b"",
        packed(np.zeros((4, 11, 11), int)),
    ):
        confusions.write_bytes(content)
        with pytest.raises(ValueError, match=r"confusions\.npz is missing, damaged"):
            ledger.enter(items[1], result)
        assert path.read_bytes() == before  # the row has it only with its confusions
    confusions.write_bytes(whole)
    again = books(tmp_path, "plain", protocol=TINY)
    decide(again, "plain")
    assert again.settle(items[1])
    assert len(json.loads(path.read_text(encoding="utf-8"))["runs"]) == 2


def test_what_is_not_there_is_refused_with_what_is(monkeypatch):
    monkeypatch.setattr(results, "asset_names", lambda folder, ending: [])
    with pytest.raises(ValueError, match="unknown task 'networks'; expected one of 'final'"):
        results.load_rows("networks")
    with pytest.raises(
        ValueError, match=r"unknown name in experiment/streets/rows 'vgg'; .*there is none"
    ):
        results.load_rows("final", "vgg")
    for seeds in ((), (7,)):
        with pytest.raises(
            ValueError,
            match=r"unknown name in experiment/streets/confusions 'vgg-seed-[07]'; .*there is none",
        ):
            results.load_confusions("vgg", *seeds)
    monkeypatch.setattr(results, "asset_names", lambda folder, ending: ["fcn-8s"])
    with pytest.raises(ValueError, match=r"rows 'vgg'; expected one of 'fcn-8s'"):
        results.load_rows("final", "vgg")


# -------------------------------------------------------------------------------------- processes


class OneJob:
    """A ledger with nothing but some jobs."""

    def __init__(self, work, *jobs):
        self.jobs = [Item("final", job, work) for job in jobs]
        self.entered = []

    def items(self, task):
        return self.jobs

    def ready(self, item):
        return True

    def settle(self, item):
        return item.key in self.entered

    def begun(self, item):
        return 0

    def enter(self, item, result):
        self.entered.append(item.key)

    def publish(self, label):
        return []


def without_measures(result):
    measured = ("seconds_under_load", "cpu_ms_per_step", "peak_memory", "environment")
    return {name: value for name, value in result.items() if name not in measured}


def test_a_job_that_had_its_time_queues_up_again_and_ends_the_same(tmp_path):
    jobs = [replace(JOB, seed=seed) for seed in (0, 1)]
    ledger, said = OneJob(tmp_path / "a", *jobs), []
    manner = replace(MANNER, minutes=0, processes=1)
    assert runner.work_off(ledger, ["final"], manner, said.append) == []
    turns = [line.split("seed ")[1][0] + ("w" if "waits" in line else "") for line in said]
    assert turns == ["0w", "1w", "0w", "1w", "0", "1"]  # three evaluations, the last one is the end
    for job in jobs:
        found = read_result(job, tmp_path / "a")
        assert found["environment"]["git"] == "x"
        assert without_measures(found) == without_measures(run_job(job, tmp_path / "b"))


def test_a_job_that_fails_does_not_stop_the_others(tmp_path, capfd):
    bad = replace(JOB, label="bad", options={"depth": "deep"})
    ledger, said = OneJob(tmp_path, bad, JOB), []
    (failure,) = runner.work_off(ledger, ["final"], MANNER, said.append)
    assert "bad" in failure
    assert len(ledger.entered) == 1
    if sys.platform == "linux":
        assert "TypeError" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_told_to_end_or_killed_goes_on_later(tmp_path, number):
    recipe = replace(RECIPE, n_steps=90, evaluate_every=30)
    item = Item("final", replace(JOB, recipe=recipe), tmp_path)
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    process = context.Process(
        target=runner.work_on, args=(item, MANNER, context.Event(), os.getpid())
    )
    process.start()
    checkpoint = item.job.folder(tmp_path) / "checkpoint" / "checkpoint.safetensors"
    while process.is_alive() and not checkpoint.exists():
        time.sleep(0.01)
    os.kill(process.pid, number)
    process.join(60)
    assert process.exitcode == (runner.PAUSED if number == signal.SIGTERM else -number)
    steps = []
    resumed = run_job(item.job, tmp_path, on_step=steps.append)
    assert len(steps) <= 60
    whole = run_job(item.job, tmp_path / "whole")
    assert without_measures(resumed) == without_measures(whole)


def test_ctrl_c_stops_all_and_keeps_what_is_done(tmp_path):
    recipe = replace(RECIPE, n_steps=10_000, evaluate_every=5_000)
    ledger = OneJob(tmp_path, JOB, replace(JOB, label="long", recipe=recipe))

    def say(text):
        if "mIoU" in text:
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        runner.work_off(ledger, ["final"], MANNER, say)
    assert len(ledger.entered) == 1
    assert multiprocessing.active_children() == []
    assert signal.getsignal(signal.SIGTERM) == before


def test_where_nothing_can_be_written_all_jobs_stop_and_go_on_later(tmp_path):
    recipe = replace(RECIPE, n_steps=10_000, evaluate_every=2)
    ledger = OneJob(tmp_path, JOB, replace(JOB, label="long", recipe=recipe))

    def full(item, result):
        raise OSError(28, "No space left on device")

    ledger.enter = full
    with pytest.raises(OSError, match="No space left"):
        runner.work_off(ledger, ["final"], MANNER, lambda text: None)
    assert multiprocessing.active_children() == []
    assert read_result(JOB, tmp_path) is not None  # the next run enters it


# ----------------------------------------------------------------------------------- command line


def command(tmp_path, *words):
    return [
        "--work",
        f"{tmp_path}/work",
        "--out",
        f"{tmp_path}/out",
        "--tiny",
        "--nice",
        "0",
        *words,
    ]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--task", "all"),
        ("--task", "final", "--rows", "vgg"),
        ("--task", "timing", "final"),
        ("--task", "final", "claims"),
        ("--task", "final", "--tiny"),
        ("--task", "final", "--processes", "0"),
        ("--task", "final", "--threads", "0"),
        ("--task", "final", "--nice", "-1"),
        ("--task", "final", "--minutes", "nan"),
    ],
)
def test_bad_command_lines_are_refused(script, words):
    with pytest.raises(SystemExit):
        script.read_options(["--work", "w", *words])


def test_a_row_without_a_rate_is_refused(script, tmp_path, capsys):
    assert script.main(command(tmp_path, "--task", "final", "--rows", "fcn-32s")) == 1
    said = capsys.readouterr().err
    assert "needs the learning rates of fcn-32s" in said
    assert "--task search" in said


def test_the_script_from_end_to_end(script, tmp_path, capsys):
    words = ["--task", "search", "final", "half", "--rows", "majority-class", "fcn-32s"]
    assert script.main(command(tmp_path, *words)) == 0
    out = tmp_path / "out"
    table = json.loads((out / "experiment/search.json").read_text(encoding="utf-8"))
    (searched,) = table["rows"]
    row = json.loads((out / "experiment/streets/rows/fcn-32s.json").read_text(encoding="utf-8"))
    assert row["complete"]
    assert {run["job"]["recipe"]["lr"] for run in row["runs"]} == {searched["lr"]}
    assert "commit" in row["runs"][0]["environment"]["git"]
    assert (out / "experiment/streets/half/fcn-32s.json").is_file()
    assert (out / "weights/streets/fcn-32s.safetensors").stat().st_size < 1_000_000
    texts = [path.read_text(encoding="utf-8") for path in out.rglob("*.json")]
    assert not any(str(tmp_path) in text for text in texts)

    files = sorted(out.rglob("*.*"))
    times = [file.stat().st_mtime_ns for file in files]
    shutil.rmtree(tmp_path / "work")  # what is committed is enough
    assert script.main(command(tmp_path, *words)) == 0
    assert [file.stat().st_mtime_ns for file in files] == times

    capsys.readouterr()
    assert script.main(command(tmp_path, "--status", "--rows", "fcn-32s")) == 0
    said = capsys.readouterr().out
    assert "final         5 done    0 begun    0 to do" in said
    assert "hours of one processor left" in said


def test_times_are_measured_for_the_rows_that_are_named(script, tmp_path):
    assert script.main(command(tmp_path, "--task", "timing", "--rows", "fcn-32s")) == 0
    assert script.main(command(tmp_path, "--task", "timing", "--rows", "linknet")) == 0
    text = (tmp_path / "out/experiment/timing.json").read_text(encoding="utf-8")
    assert [row["label"] for row in json.loads(text)["rows"]] == ["linknet", "fcn-32s"]


def test_claims_are_judged_by_a_command_and_what_is_missing_is_said(script, tmp_path, capsys):
    shutil.copytree(ROOT / "seglearn/assets/experiment", tmp_path / "out/experiment")
    page = tmp_path / "out/experiment/PROTOCOL.md"
    before = page.read_text(encoding="utf-8")
    assert script.state(ROOT / "seglearn/assets") in before, "--task claims writes the section"
    assert (
        script.main(["--work", f"{tmp_path}/work", "--out", f"{tmp_path}/out", "--task", "claims"])
        == 0
    )
    assert "normalisation (streets) untested: rows that are not complete" in capsys.readouterr().out
    table = json.loads((tmp_path / "out/experiment/claims.json").read_text(encoding="utf-8"))
    assert table["task"] == "claims"
    assert (tmp_path / "out/experiment/pretrained.json").is_file()
    assert page.read_text(encoding="utf-8") == before  # the same results


def test_the_page_says_how_many_results_there_are(script, tmp_path):
    out = tmp_path / "out"
    page = out / "experiment/PROTOCOL.md"
    page.parent.mkdir(parents=True)
    shutil.copy(ROOT / "seglearn/assets/experiment/PROTOCOL.md", page)
    script.write_state(out)
    assert "| pilots | 0 | not begun |" in page.read_text(encoding="utf-8")
    shutil.copy(ROOT / "seglearn/assets/experiment/pilots.json", page.parent)
    script.write_state(out)
    text = page.read_text(encoding="utf-8")
    assert "| pilots | 24 | done |" in text
    assert "| search | 0 | not begun; 0 of 29 rows have their rate |" in text
    assert text.count("## What is asked") == 1


def test_the_page_of_the_protocol_says_what_the_code_does():
    page = (ROOT / "seglearn/assets/experiment/PROTOCOL.md").read_text(encoding="utf-8")
    p = Protocol()
    for text in (
        f"| training | {p.n_train} | {p.train_seed} |",
        f"| choosing | {p.n_val} | {p.val_seed} |",
        f"| scoring | {p.n_test} | {p.test_seed} |",
        f"| {p.pretraining_seed} |",
        f"batches of {p.batch_size}",
        "1.5e-3, 5e-3 and 1.5e-2",
        f"({p.search_seeds[0]} and {p.search_seeds[1]}), {p.search_steps} steps",
        f"{p.final_steps:,} steps",
        f"{p.half_steps:,} steps",
        "5e-2 and 0.15 above, 5e-4 and 1.5e-4 below",
        f"| pretraining | {p.n_pretraining + 2 * p.n_held_out:,} |",
    ):
        assert text in page, text
    assert (p.rates, p.lower_rates, p.higher_rates) == (
        (1.5e-3, 5e-3, 1.5e-2),
        (5e-4, 1.5e-4),
        (5e-2, 0.15),
    )
    assert (p.seeds, p.named_seeds) == ((0, 1, 2), (0, 1, 2, 3, 4))
    assert {*rows.FIVE_SEEDS} == {*NAMED, "fcn-8s-bn", "fcn-16s", "fcn-32s"}
    assert set(TASKS) > set(FOLDERS)


def test_the_page_says_which_rows_normalise_and_what_auxiliary_heads_weigh():
    plain = {label for label in zoo.list() if not _has_norm(build(label, 11, 0))}
    assert plain == {"fcn-8s", "fcn-16s", "fcn-32s", "crf-rnn"}
    nets = {label: build(label, 11, 0) for label in zoo.list()}
    assert {k: net.aux_weight for k, net in nets.items() if net.aux_weight} == {
        "pspnet": 0.4,
        "bisenet": 1.0,
    }
    assert {k: net.loss_stride for k, net in nets.items() if net.loss_stride > 1} == {
        "deeplab-v1": 4
    }


def _has_norm(net):
    return any("BatchNorm" in type(part).__name__ for part in net.modules())
