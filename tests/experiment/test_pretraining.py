"""Trunks that learn labels of whole images: what they learn, and that it arrives in the networks."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from seglearn import experiment
from seglearn.experiment import pretraining
from seglearn.experiment.pretraining import (
    TRUNKS,
    Pretraining,
    amounts,
    average_precision,
    folded,
    image_labels,
    load_backbone,
    pretrain,
    pretrained,
    run_pretraining,
    steps_to_reach,
    thresholds,
    trunk_of,
)
from seglearn.training.checkpoints import load_tensors, save_weights
from seglearn.training.recipe import Recipe

RECIPE = Recipe(n_steps=4, batch_size=4, evaluate_every=2, lr=1.5e-3)
JOB = Pretraining(trunk="dilated", recipe=RECIPE, size=(64, 64), n_train=8, n_held_out=6)
NETWORKS = {
    "fcn-32s": "fcn",
    "fcn-16s": "fcn",
    "fcn-8s": "fcn",
    "dilated": "dilated",
    "dilated-front-end": "dilated",
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Return the folder in which each trunk was pretrained for a few steps."""
    work = tmp_path_factory.mktemp("work")
    for trunk in TRUNKS:
        run_pretraining(replace(JOB, trunk=trunk), work)
    return work


def weights_of(work, trunk):
    return replace(JOB, trunk=trunk).folder(work) / "weights.safetensors"


# ----------------------------------------------------------------------------------------- labels


@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 99))
def test_amounts_count_pixels_and_leave_void_out(n, n_classes, seed):
    maps = np.random.default_rng(seed).integers(0, n_classes + 1, (n, 3, 5), np.uint8)
    maps[maps == n_classes] = 255
    counts = amounts(maps, n_classes)
    assert counts.shape == (n, n_classes)
    assert (counts.sum(1) == (maps != 255).sum((1, 2))).all()
    assert np.array_equal(counts, amounts(torch.from_numpy(maps), n_classes))
    assert counts[0].tolist() == [(maps[0] == c).sum() for c in range(n_classes)]


def test_a_class_counts_from_its_median_on_or_where_it_can_be_seen():
    counts = np.array([[10, 0, 100], [30, 0, 0], [51, 25, 0], [60, 19, 0]])
    assert thresholds(counts, least=20).tolist() == [41, 20, 20]  # medians 40.5, 9.5 and 0
    maps = np.zeros((2, 10, 10), np.uint8)
    maps[1, :5] = 1
    assert image_labels(maps, np.array([60, 50])).tolist() == [[True, False], [False, True]]


# ----------------------------------------------------------------------------------------- scores


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=30))
def test_average_precision_is_that_of_scikit_learn(pairs):
    truth, scores = zip(*pairs, strict=True)
    found = average_precision(truth, scores)
    if not any(truth):
        assert found is None
    else:
        assert found == pytest.approx(average_precision_score(truth, scores))


def test_a_constant_score_has_the_share_as_its_average_precision():
    assert average_precision([True, False, False, True, False], np.zeros(5)) == pytest.approx(0.4)
    with pytest.raises(ValueError, match=r"truth of shape \(2,\) and scores of shape \(3,\)"):
        average_precision([True, False], [1, 2, 3])


def test_the_time_to_learn_is_that_of_the_first_evaluation_that_is_as_good():
    curve = [{"step": step, "mean_iou": iou} for step, iou in ((10, 0.1), (20, 0.4), (30, 0.3))]
    assert steps_to_reach(curve, 0.3) == 20
    assert steps_to_reach(curve, 0.1) == 10
    assert steps_to_reach(curve, 0.5) is None


# --------------------------------------------------------------------------------------- training


def test_what_is_pretrained_is_on_record(done):
    folder = JOB.folder(done)
    assert {path.name for path in folder.iterdir()} == {"result.json", "weights.safetensors"}
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result["job"] == JOB.to_dict()
    assert len(result["losses"]) == 4
    assert [each["step"] for each in result["evaluations"]] == [2, 4]
    n = len(result["class_names"])
    assert len(result["least_pixels"]) == len(result["scores"]["average_precision"]) == n
    assert run_pretraining(JOB, done, on_step=lambda step: 1 / 0) == result  # not made twice
    with pytest.raises(ValueError, match="differs in n_train"):
        run_pretraining(replace(JOB, n_train=9), done)


@pytest.mark.parametrize("trunk", TRUNKS)
def test_the_weights_are_small_and_of_16_bits(done, trunk):
    path = weights_of(done, trunk)
    assert path.stat().st_size <= 1_000_000
    tensors, note, _ = load_tensors(path)
    assert note == replace(JOB, trunk=trunk).to_dict()
    assert {t.dtype for t in tensors.values() if t.is_floating_point()} == {torch.float16}


def test_the_prior_scores_what_the_frequencies_say():
    truth = np.array([[1, 0], [1, 0], [0, 0], [1, 1]], bool)
    prior = pretraining._scores(np.broadcast_to([2.0, -1.0], truth.shape), truth)
    assert prior["average_precision"] == pytest.approx([0.75, 0.25])
    assert prior["accuracy"] == 0.75
    shares = np.array([0.0, 0.25, 1.0])
    assert 1 / (1 + np.exp(-pretraining._logit(shares))) == pytest.approx([0.001, 0.25, 0.999])


def test_a_pretraining_that_is_stopped_goes_on_to_the_same_end(done, tmp_path):
    def stop(step):
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pretraining(JOB, tmp_path, on_step=stop)
    steps = []
    run_pretraining(JOB, tmp_path, on_step=steps.append)
    assert steps == [3, 4]
    a, b = (weights_of(work, "dilated").read_bytes() for work in (done, tmp_path))
    assert a == b


def test_a_checkpoint_of_another_pretraining_is_refused(tmp_path):
    def stop(step):
        if step == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pretraining(JOB, tmp_path, on_step=stop)
    with pytest.raises(ValueError, match="differs in recipe"):
        run_pretraining(replace(JOB, recipe=replace(RECIPE, lr=0.1)), tmp_path)


def test_thirty_steps_lower_the_loss(tmp_path):
    recipe = Recipe(n_steps=30, batch_size=8, evaluate_every=30, lr=1.5e-3)
    result = run_pretraining(replace(JOB, recipe=recipe, n_train=8), tmp_path)
    assert np.mean(result["losses"][-5:]) < 0.95 * np.mean(result["losses"][:5])


def test_trials_of_a_rate_see_other_scenes_and_lie_apart(tmp_path):
    trial = replace(JOB, held_out="choose")
    assert trial.folder(tmp_path) != JOB.folder(tmp_path)
    assert trial.folder(tmp_path).parent.name == "dilated-lr-0.0015"
    data = pretraining._load(JOB.size, JOB.n_train, JOB.n_held_out)
    seen = [
        image.tobytes() for each in (data.train, data.choose, data.score) for image in each.images
    ]
    assert len(set(seen)) == len(seen) == JOB.n_train + 2 * JOB.n_held_out


def test_the_lowest_of_the_best_rates_wins(tmp_path, monkeypatch):
    asked = []

    def run(job, work, **_):
        asked.append((job.held_out, job.recipe.lr, job.recipe.n_steps, job.recipe.seed))
        if job.held_out == "choose" and job.recipe.lr == pretraining.RATES[-1]:
            raise FloatingPointError
        score = dict(zip(pretraining.RATES, (0.5, 0.691, 0.7), strict=False))[job.recipe.lr]
        return {"scores": {"mean_average_precision": score}}

    monkeypatch.setattr(pretraining, "run_pretraining", run)
    result = pretrain("fcn", tmp_path, replace(RECIPE, n_steps=2400))
    assert [each["lr"] for each in result["trials"]] == list(pretraining.RATES)
    assert result["trials"][-1]["mean_average_precision"] == 0
    assert asked == [
        *(("choose", lr, 600, 100) for lr in pretraining.RATES),
        ("score", pretraining.RATES[1], 2400, 0),
    ]


def test_a_job_starts_from_the_trunk_of_its_network(done, tmp_path):
    data = experiment.DataSpec(size=(64, 64), n_train=8, n_val=4, n_test=4)
    recipe = Recipe(n_steps=1, batch_size=2, evaluate_every=1, lr=0.0, weight_decay=0.0)
    job = pretrained(experiment.Job("fcn-8s", "fcn-8s", 0, data, recipe))
    assert (job.label, job.network) == ("fcn-8s-pretrained", "fcn-8s")
    experiment.run_job(job, done)
    tensors, _, _ = load_tensors(weights_of(done, "fcn"))
    trained, _, _ = load_tensors(job.folder(done) / "weights.safetensors")
    for name, value in folded(tensors).items():
        if name.startswith("backbone"):
            assert torch.equal(value.half(), trained[name])
    with pytest.raises(FileNotFoundError):
        experiment.run_job(job, tmp_path)


def test_a_loss_that_is_not_finite_stops(tmp_path):
    recipe = replace(RECIPE, lr=1e30, clip_norm=0.0, warm_up_steps=0)
    with pytest.raises(FloatingPointError, match="the loss of fcn is nan at step"):
        run_pretraining(replace(JOB, trunk="fcn", recipe=recipe), tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trunk": "resnet"}, "unknown trunk 'resnet'; expected one of 'fcn', 'dilated'"),
        ({"held_out": "test"}, "unknown held_out 'test'; expected one of 'score', 'choose'"),
        ({"n_train": 0}, "n_train"),
    ],
)
def test_what_cannot_be_pretrained_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(JOB, **change)


# ---------------------------------------------------------------------------------------- network


@pytest.mark.parametrize("trunk", TRUNKS)
def test_a_trunk_gives_a_score_for_each_label(trunk):
    net = pretraining._classifier(trunk, 7, seed=3)
    assert net(torch.rand(2, 3, 64, 80)).shape == (2, 7)
    again = pretraining._classifier(trunk, 7, seed=3)
    other = pretraining._classifier(trunk, 7, seed=4)
    assert torch.equal(net.score.weight, again.score.weight)
    assert not torch.equal(net.score.weight, other.score.weight)


@pytest.mark.parametrize(
    ("network", "options"),
    [
        *((name, {}) for name in NETWORKS),
        ("fcn-8s", {"batch_norm": True}),
        ("dilated", {"dilate": False}),
        ("dilated", {"batch_norm": False}),
    ],
)
def test_the_whole_trunk_is_in_the_network_and_the_rest_is_left(done, network, options):
    path = weights_of(done, NETWORKS[network])
    assert trunk_of(network) == NETWORKS[network]
    net = experiment.build(network, 9, 5, **options)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    note = load_backbone(net, path)
    assert note["trunk"] == NETWORKS[network]
    tensors, _, _ = load_tensors(path)
    if not any(isinstance(part, torch.nn.BatchNorm2d) for part in net.modules()):
        tensors = folded(tensors)
    for name, value in net.state_dict().items():
        if name.split(".")[0] in ("backbone", "fc6", "fc7"):
            assert torch.equal(value, tensors[name].to(value.dtype)), name
        else:
            assert torch.equal(value, before[name]), name
    assert net(torch.rand(1, 3, 64, 64)).isfinite().all()


@pytest.mark.parametrize("trunk", TRUNKS)
def test_a_network_without_normalisation_gets_the_same_function(done, trunk):
    network, options = TRUNKS[trunk]
    normal = experiment.build(network, 9, 0, **options)
    plain = experiment.build(network, 9, 0, **options | {"batch_norm": False})
    path = weights_of(done, trunk)
    for net in (normal, plain):
        load_backbone(net, path)
    parts = [part for part in normal.modules() if isinstance(part, torch.nn.BatchNorm2d)]
    assert any(not torch.allclose(part.running_mean, torch.zeros(())) for part in parts)
    images = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        ours, theirs = (net.eval().backbone(images) for net in (normal, plain))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.conv, other.conv, atol=1e-4, rtol=1e-4)


def test_without_its_dilation_the_dilated_trunk_sees_what_it_learned_from():
    """Dilation makes up for the poolings that go: the filters meet cells as far apart as before."""
    network, options = TRUNKS["dilated"]
    learned = experiment.build(network, 9, 0, **options)
    used = experiment.build(network, 9, 0)
    strides = [getattr(getattr(learned.backbone, f"pool{i}"), "stride", 1) for i in range(1, 6)]
    assert strides == [2, 2, 1, 2, 2]
    assert used.backbone.conv5[0].dilation == (strides[3],) * 2
    assert used.fc6.dilation == (strides[3] * strides[4],) * 2
    assert learned.fc6.dilation == learned.backbone.conv5[0].dilation == (1, 1)


@pytest.mark.parametrize(
    ("network", "trunk", "options", "message"),
    [
        ("fcn-8s", "dilated", {}, r"the dilated trunk; pretrain"),
        ("dilated", "fcn", {}, "does not fit: backbone"),
        (
            "fcn-8s",
            "fcn",
            {"fc_width": 32},
            r"fc6.weight has shape \(32, 64, 7, 7\) in the network",
        ),
        ("unet-same", "fcn", {}, "has shape None in the network"),
    ],
)
def test_a_trunk_of_another_structure_is_refused(done, network, trunk, options, message):
    net = experiment.build(network, 9, 5, **options)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(ValueError, match=message):
        load_backbone(net, weights_of(done, trunk))
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_a_file_without_a_trunk_is_refused(tmp_path):
    net = experiment.build("unet-same", 9, 0)
    save_weights(net, tmp_path / "unet.safetensors")
    with pytest.raises(ValueError, match="holds no trunk"):
        load_backbone(net, tmp_path / "unet.safetensors")
    with pytest.raises(FileNotFoundError):
        load_backbone(net, tmp_path / "nothing.safetensors")
    with pytest.raises(
        ValueError, match="unknown network with a pretrained trunk 'segnet'; expected one of '"
    ):
        trunk_of("segnet")
