"""The loop: it learns, repeats itself exactly, stops when told, and goes on where it was."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from seglearn.data.augment import Augmentation
from seglearn.training import ImageSet, Recipe, Watch, evaluate, fit, predict
from seglearn.training.checkpoints import load_tensors, save_tensors
from seglearn.training.dataset import batch_at
from seglearn.training.loop import CHECKPOINT, make_optimizer
from seglearn.training.records import Run

from .conftest import CLASSES, SmallNet, make_set

RECIPE = Recipe(n_steps=12, batch_size=4, evaluate_every=4, lr=0.02, warm_up_steps=0)


def train(recipe=RECIPE, *, net_seed=0, **options):
    net = SmallNet(seed=net_seed)
    train_set = make_set(12, augment=Augmentation(), seed=recipe.seed)
    run = fit(
        net, train_set, make_set(4, seed=9), recipe, class_names=CLASSES, progress=False, **options
    )
    return net, run


def weights(net):
    return {name: value.clone() for name, value in net.state_dict().items()}


def equal(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def stop_after(n):
    def on_step(run):
        if len(run.losses) == n:
            raise KeyboardInterrupt

    return on_step


def without_time(run):
    return {k: v for k, v in run.to_dict().items() if k not in ("seconds", "environment")}


def test_it_learns():
    recipe = Recipe(n_steps=60, batch_size=4, evaluate_every=20, lr=0.02, warm_up_steps=0)
    net, run = train(recipe)
    assert run.stopped == "finished"
    assert len(run.losses) == 60
    assert np.mean(run.losses[-5:]) < 0.5 * run.losses[0]
    assert run.best.mean_iou > 0.6
    assert not net.training
    matrix = evaluate(net, make_set(4, seed=9), CLASSES)
    assert matrix.scores().mean_iou == run.best.mean_iou


def test_it_learns_a_plain_network_without_auxiliary_heads():
    net = nn.Sequential(nn.Conv2d(3, 3, 1))
    recipe = Recipe(n_steps=5, batch_size=4, evaluate_every=5, lr=0.1, warm_up_steps=0)
    run = fit(net, make_set(), make_set(), recipe, class_names=CLASSES, progress=False)
    assert run.losses[-1] < run.losses[0]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    torch.manual_seed(1)
    net, run = train()
    torch.manual_seed(2)  # the caller's generator has no say
    again, run_again = train()
    assert equal(weights(net), weights(again))
    assert without_time(run) == without_time(run_again)
    other, _ = train(
        Recipe(n_steps=12, batch_size=4, evaluate_every=4, lr=0.02, warm_up_steps=0, seed=1)
    )
    assert not equal(weights(net), weights(other))


def test_the_callers_random_numbers_are_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train()
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("after", [4, 7, 11])
def test_an_interrupted_run_goes_on_to_exactly_the_same_end(tmp_path, optimizer, after):
    recipe = Recipe(n_steps=12, batch_size=4, evaluate_every=4, lr=0.02, optimizer=optimizer)
    watch = Watch.of(make_set(4, seed=9), [0, 2], 12, n_frames=5)
    net, run = train(recipe, watch=watch)
    _, cut = train(recipe, watch=watch, folder=tmp_path, on_step=stop_after(after))
    assert cut.stopped == "interrupted"
    assert len(cut.losses) == after
    resumed, resumed_run = train(recipe, watch=watch, folder=tmp_path, net_seed=77)
    assert equal(weights(net), weights(resumed))
    assert without_time(resumed_run) == without_time(run)


@pytest.mark.parametrize("after", [5, 8])
def test_a_one_cycle_run_that_keeps_its_last_weights_goes_on_to_the_same_end(tmp_path, after):
    recipe = Recipe(**RECIPE.to_dict() | {"schedule": "one-cycle", "keep": "last"})
    net, run = train(recipe)
    train(recipe, folder=tmp_path, on_step=stop_after(after))
    resumed, resumed_run = train(recipe, folder=tmp_path, net_seed=77)
    assert equal(weights(net), weights(resumed))
    assert without_time(resumed_run) == without_time(run)
    again, _ = train(recipe, folder=tmp_path, net_seed=5, on_step=lambda run: 1 / 0)
    assert equal(weights(net), weights(again))  # finished: not a step more
    other, _ = train(RECIPE)
    assert not equal(weights(net), weights(other))


def test_the_last_weights_are_kept_where_the_recipe_says_so():
    values = RECIPE.to_dict() | {"n_steps": 5, "evaluate_every": 1, "lr": 0.3, "power": 0.0}
    val = make_set(4, seed=9)
    last, run = train(Recipe(**values | {"keep": "last"}))
    scores = [each.mean_iou for each in run.evaluations]
    assert scores[-1] < max(scores)
    assert evaluate(last, val, CLASSES).scores().mean_iou == scores[-1]
    best, other = train(Recipe(**values))
    assert [each.mean_iou for each in other.evaluations] == scores
    assert evaluate(best, val, CLASSES).scores().mean_iou == max(scores)
    stopped, _ = train(Recipe(**values | {"keep": "last"}), on_step=stop_after(3))
    assert evaluate(stopped, val, CLASSES).scores().mean_iou == scores[2]


def test_a_checkpoint_that_knows_fewer_choices_is_still_read(tmp_path):
    net, _ = train(RECIPE)
    train(folder=tmp_path, on_step=stop_after(5))
    path = tmp_path / CHECKPOINT
    tensors, note, network = load_tensors(path)
    for values in (note["recipe"], note["run"]["recipe"]):
        del values["schedule"], values["keep"]
    save_tensors(path, tensors, note, network)
    with pytest.raises(ValueError, match="schedule='poly', now schedule='one-cycle'"):
        train(Recipe(**RECIPE.to_dict() | {"schedule": "one-cycle"}), folder=tmp_path)
    resumed, _ = train(folder=tmp_path, net_seed=8)
    assert equal(weights(net), weights(resumed))


def test_the_optimizer_in_fewer_calls_gives_the_same_weights():
    nets = SmallNet().eval(), SmallNet().eval()  # no dropout
    ours = make_optimizer(nets[0], Recipe(lr=0.02))
    plain = torch.optim.AdamW(nets[1].parameters(), 0.02, weight_decay=1e-4, foreach=False)
    images = make_set(4).images
    for _ in range(3):
        for net, optimizer in zip(nets, (ours, plain), strict=True):
            loss = net(torch.from_numpy(images).movedim(3, 1)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    assert equal(weights(nets[0]), weights(nets[1]))


def test_a_run_stopped_before_its_first_evaluation_starts_anew(tmp_path):
    train(folder=tmp_path, on_step=stop_after(2))
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_the_best_weights(tmp_path):
    recipe = Recipe(n_steps=12, batch_size=4, evaluate_every=2, lr=0.02, warm_up_steps=0)
    net, run = train(recipe, on_step=stop_after(9), folder=tmp_path)
    assert run.stopped == "interrupted"
    assert len(run.evaluations) == 4
    matrix = evaluate(net, make_set(4, seed=9), CLASSES)
    assert matrix.scores().mean_iou == max(each.mean_iou for each in run.evaluations)


def test_ctrl_c_within_a_step(monkeypatch):
    steps = []
    plain = torch.optim.AdamW.step

    def step(self, *arguments, **options):
        steps.append(1)
        if len(steps) == 7:
            raise KeyboardInterrupt
        return plain(self, *arguments, **options)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    _, run = train()
    assert run.stopped == "interrupted"
    assert len(run.losses) == 6


def test_a_finished_run_is_not_run_again(tmp_path):
    net, run = train(folder=tmp_path)
    seen = []
    again, run_again = train(folder=tmp_path, net_seed=3, on_step=seen.append)
    assert seen == []
    assert equal(weights(net), weights(again))
    assert run_again.to_dict() == run.to_dict()


def test_early_stop():
    # A learning rate of 0 never makes progress: the first evaluation stays the best.
    recipe = Recipe(
        n_steps=40, batch_size=4, evaluate_every=2, lr=0.0, patience=3, train_batch_norm=False
    )
    _, run = train(recipe)
    assert run.stopped == "no progress"
    assert [each.step for each in run.evaluations] == [2, 4, 6, 8]
    assert run.best.step == 2


def test_enough_is_enough():
    recipe = Recipe(n_steps=40, batch_size=4, evaluate_every=2, lr=0.02)
    _, run = train(recipe, enough=0.0)
    assert run.stopped == "learned"
    assert len(run.losses) == 2


def test_divergence_stops_and_keeps_the_best_weights():
    recipe = Recipe(
        n_steps=40, batch_size=4, evaluate_every=1, lr=1e30, optimizer="sgd", warm_up_steps=0
    )
    net, run = train(recipe)
    assert run.stopped == "diverged"
    assert all(bool(torch.isfinite(value).all()) for value in net.state_dict().values())
    json.dumps(run.to_dict(), allow_nan=False)


def test_frozen_batch_norm_and_auxiliary_weight():
    frozen, _ = train(Recipe(n_steps=4, batch_size=4, evaluate_every=4, train_batch_norm=False))
    assert float(frozen.down[1].running_mean.abs().max()) == 0
    fresh = SmallNet()
    alone, _ = train(
        Recipe(n_steps=4, batch_size=4, evaluate_every=4, aux_weight=0.0, weight_decay=0.0)
    )
    assert torch.equal(alone.aux.weight, fresh.aux.weight)
    both, _ = train(Recipe(n_steps=4, batch_size=4, evaluate_every=4))
    assert not torch.equal(both.aux.weight, fresh.aux.weight)


def test_the_network_says_what_its_auxiliary_loss_weighs_unless_the_recipe_does(monkeypatch):
    values = {"n_steps": 4, "batch_size": 4, "evaluate_every": 4, "weight_decay": 0.0}
    net, run = train(Recipe(**values))
    assert run.recipe["aux_weight"] == SmallNet.aux_weight == 0.4  # the record has the number
    monkeypatch.setattr(SmallNet, "aux_weight", 0.0)
    alone, run = train(Recipe(**values))
    assert run.recipe["aux_weight"] == 0
    assert torch.equal(alone.aux.weight, SmallNet().aux.weight)
    told, run = train(Recipe(**values, aux_weight=0.4))
    assert run.recipe["aux_weight"] == 0.4
    assert equal(weights(told), weights(net))
    monkeypatch.delattr(SmallNet, "aux_weight")
    train(Recipe(**values, aux_weight=0.4))
    with pytest.raises(ValueError, match="SmallNet has forward_with_aux and aux_weight=None"):
        train(Recipe(**values))


@pytest.mark.parametrize(
    ("change", "message"),
    [({"lr": 0.01}, "lr=0.02, now lr=0.01"), ({"seed": 4}, "seed=0, now seed=4")],
)
def test_a_checkpoint_of_another_recipe_is_refused(tmp_path, change, message):
    train(folder=tmp_path)
    values = RECIPE.to_dict() | change
    with pytest.raises(ValueError, match=message):
        train(Recipe(**values), folder=tmp_path)


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    train(folder=tmp_path)
    with pytest.raises(ValueError, match="does not fit the network"):
        fit(
            nn.Conv2d(3, 3, 1),
            make_set(12),
            make_set(4),
            RECIPE,
            class_names=CLASSES,
            folder=tmp_path,
            progress=False,
        )


@pytest.mark.parametrize(
    "values",
    [
        {"n_steps": 0},
        {"n_steps": True},
        {"batch_size": 2.0},
        {"lr": "0.01"},
        {"lr": float("nan")},
        {"lr": -1.0},
        {"optimizer": "adam"},
        {"losses": {"focal": 1.0}},
        {"losses": {}},
        {"patience": 0},
        {"schedule": "cosine"},
        {"keep": "first"},
        {"aux_weight": -0.4},
        {"seed": -1},
    ],
)
def test_bad_recipes_are_refused(values):
    (name,) = values
    with pytest.raises((TypeError, ValueError), match=name):
        Recipe(**values)


# ---------------------------------------------------------------------------------------- batches


def test_every_epoch_shows_every_image_once():
    dataset = make_set(8)
    for epoch in range(2):
        seen = [batch_at(dataset, 2 * epoch + i, 4, seed=0)[0] for i in range(2)]
        sums = torch.cat(seen).sum((1, 2, 3)).sort().values
        everything = torch.stack([dataset[i][0] for i in range(8)]).sum((1, 2, 3)).sort().values
        assert torch.equal(sums, everything)
    first, second = (batch_at(dataset, step, 4, seed=0)[0] for step in (0, 2))
    assert not torch.equal(first, second)


def test_augmentation_changes_with_the_epoch_only():
    dataset = make_set(8, augment=Augmentation())
    a, b = dataset[3], dataset[3]
    assert torch.equal(a[0], b[0])
    dataset.set_epoch(1)
    assert not torch.equal(a[0], dataset[3][0])
    assert set(dataset[3][1].unique().tolist()) <= {0, 1, 2, 255}


def test_a_set_smaller_than_a_batch_is_refused():
    with pytest.raises(ValueError, match="batch_size=16 is more than the 8 images"):
        batch_at(make_set(8), 0, 16, 0)


def test_image_set_takes_items_of_another_data_set():
    original = make_set(3)
    copy = ImageSet.of(original)
    assert np.array_equal(copy.images, original.images)
    assert np.array_equal(copy.labels, original.labels)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (np.zeros((2, 4, 4, 3)), np.zeros((2, 4, 4), np.uint8)),
        (np.zeros((2, 3, 4, 4), np.float32), np.zeros((2, 4, 4), np.uint8)),
        (np.zeros((2, 4, 4, 3), np.float32), np.zeros((2, 4, 5), np.uint8)),
        (np.zeros((2, 4, 4, 3), np.float32), np.zeros((2, 4, 4), np.int64)),
        (np.zeros((0, 4, 4, 3), np.float32), np.zeros((0, 4, 4), np.uint8)),
    ],
)
def test_bad_images_are_refused(images, labels):
    with pytest.raises(ValueError, match="expected"):
        ImageSet(images, labels)


# ------------------------------------------------------------------------------------- evaluation


def test_evaluation_does_not_depend_on_the_batch_and_keeps_the_mode():
    net = SmallNet().train()
    dataset = make_set(5)
    matrices = [evaluate(net, dataset, CLASSES, batch_size=n).counts for n in (1, 2, 16)]
    assert np.array_equal(matrices[0], matrices[1])
    assert np.array_equal(matrices[0], matrices[2])
    assert matrices[0].sum() == (dataset.labels != 255).sum()
    assert net.training
    assert float(net.down[1].running_mean.abs().max()) == 0
    assert np.array_equal(predict(net, dataset, batch_size=2), predict(net, dataset))


# ----------------------------------------------------------------------------------------- record


def test_a_record_comes_back_from_json(tmp_path):
    dataset = make_set(4, seed=9)
    watch = Watch.of(dataset, [1, 3], 12, n_frames=4)
    assert watch.steps == (0, 1, 5, 12)
    net, run = train(watch=watch)
    run.save(tmp_path / "run.json")
    again = Run.from_dict(json.loads((tmp_path / "run.json").read_text(encoding="utf-8")))
    assert again == run
    assert [frame.step for frame in again.frames] == [0, 1, 5, 12]
    with torch.no_grad():
        untrained = SmallNet().eval()(watch.images).argmax(1).numpy()
    assert np.array_equal(again.prediction(0, 1), untrained[1])
    if run.best.step == 12:
        assert np.array_equal(again.prediction(-1, 0), predict(net, dataset)[1])
    assert again.environment["versions"]["torch"] == torch.__version__
    assert "3 of" not in repr(again)
    assert "12 of 12 steps" in repr(again)


def test_a_record_of_another_format_is_refused():
    with pytest.raises(ValueError, match="format=None"):
        Run.from_dict({"title": "?"})
