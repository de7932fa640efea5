"""Skips, its Python side."""

import json

import numpy as np
import pytest
import torch

from seglearn.data import scenes
from seglearn.metrics import ConfusionMatrix, mean_boundary_iou
from seglearn.nets import zoo
from seglearn.widgets import Skips
from seglearn.widgets.skips import PATHS, PRESETS, predict, scores_of
from tests.widgets.upsampling_fixtures import example

WHOLE = PRESETS["8s"]


def fcn8s(seed: int = 0, **options) -> torch.nn.Module:
    """A small FCN-8s whose three score layers all have something to say."""
    net = zoo.create("fcn-8s", 5, seed=seed, **options)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for score in net.scores():
            score.weight.normal_(0, 0.3, generator=generator)
            score.bias.normal_(0, 0.3, generator=generator)
    return net.eval()


def picture(shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((*shape, 3)).astype(np.float32)


def logits_of(net: torch.nn.Module, image: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return net(torch.from_numpy(image.transpose(2, 0, 1))[None])[0].numpy()


@pytest.fixture(scope="module")
def opened() -> Skips:
    return Skips()


# --- the bundled network ----------------------------------------------------------------------------------------------


def test_it_opens_with_the_skips_cut_on_a_scene_held_out(opened):
    assert opened.state == PRESETS["32s"]
    assert opened.truth.shape == (96, 160)
    assert [c["name"] for c in opened._data["classes"]] == [c.name for c in scenes.CLASSES]
    assert set(opened._data["apart"]) == {"32s", "16s"}


def test_each_skip_helps_the_trained_network(opened):
    scores = []
    for name in ("32s", "16s", "8s"):
        opened.state = PRESETS[name]
        scores.append((opened.metrics["mean_iou"], opened.metrics["boundary_iou"]))
    assert scores[0][0] < scores[1][0] < scores[2][0]
    assert scores[0][1] < scores[1][1] < scores[2][1]


@pytest.mark.parametrize("name", ["32s", "16s"])
def test_cutting_is_worse_than_training_apart(opened, name):
    opened.state = PRESETS[name]
    cut = opened.metrics["mean_iou"]
    opened.state = {**PRESETS[name], "apart": name}
    assert cut < opened.metrics["mean_iou"]
    assert f"fcn-{name}" in repr(opened)


def test_the_pixel_that_it_opens_with_is_one_that_the_skips_put_right(opened):
    row, column = opened._data["pixel"]
    opened.state = PRESETS["32s"]
    assert opened.prediction[row, column] != opened.truth[row, column]
    opened.state = WHOLE
    assert opened.prediction[row, column] == opened.truth[row, column]


def test_the_data_stay_small_and_the_error_is_stated(opened):
    assert len(json.dumps(opened._data)) < 40_000
    assert 0 < opened.rounding < 1e-3
    assert opened._data["rounding"] == opened.rounding


# --- a network of one's own -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(64, 64), (96, 160), (70, 90), (65, 127)])
def test_nothing_cut_is_the_network_itself(shape):
    net, image = fcn8s(), picture(shape)
    truth = np.zeros(shape, int)
    skips = Skips.from_net(net, image, truth, preset="8s")
    expected = logits_of(net, image)
    np.testing.assert_allclose(skips.logits, expected, atol=4 * skips.rounding + 1e-4)
    clear = np.sort(expected, 0)[-1] - np.sort(expected, 0)[-2] > 8 * skips.rounding + 2e-4
    assert clear.mean() > 0.9
    np.testing.assert_array_equal(skips.prediction[clear], expected.argmax(0)[clear])


@pytest.mark.parametrize("path", PATHS)
def test_cutting_a_path_is_setting_its_scores_to_zero(path):
    net, image = fcn8s(1), picture((64, 96), 1)
    skips = Skips.from_net(net, image, np.zeros((64, 96), int))
    skips.state = {**WHOLE, path: False}
    score = {"fc7": "score_fr", "pool4": "score_pool4", "pool3": "score_pool3"}[path]
    with torch.no_grad():
        getattr(net, score).weight.zero_()
        getattr(net, score).bias.zero_()
    np.testing.assert_allclose(skips.logits, logits_of(net, image), atol=4 * skips.rounding + 1e-4)


def test_paths_add_up():
    skips = example(3, (40, 56), 4)
    total = 0
    for path in PATHS:
        skips.state = {**dict.fromkeys(PATHS, False), path: True, "apart": None}
        total = total + skips._logits(skips.state)
    np.testing.assert_array_equal(total, skips._logits(WHOLE))


def test_metrics_are_those_of_the_package():
    skips = example(4, (64, 40), 3)
    skips.state = PRESETS["jump"]
    truth, prediction = skips.truth, skips.prediction
    scores = ConfusionMatrix(3, ignore_index=255).update(truth, prediction).scores()
    assert skips.metrics["mean_iou"] == scores.mean_iou
    assert skips.metrics["boundary_iou"] == mean_boundary_iou(
        truth, prediction, 3, ignore_index=255
    )
    assert skips.metrics["wrong"] == np.sum((truth != prediction) & (truth != 255))


def test_a_scene_brings_truth_names_and_colours():
    scene = scenes.make_scene(5, (64, 64))
    net = zoo.create("fcn-8s", scenes.N_CLASSES).eval()
    skips = Skips.from_net(net, scene)
    np.testing.assert_array_equal(skips.truth, scene.semantic)
    assert skips._data["classes"][0] == {"name": "sky", "color": "#88ccee"}
    other = Skips.from_net(fcn8s(), picture((64, 64)), np.zeros((64, 64), int))
    assert other._data["classes"][4] == {"name": "class 4", "color": None}


def test_the_network_is_left_as_it_was():
    net = fcn8s().train()
    scores_of(net, picture((64, 64)))
    assert net.training
    assert not any(module._forward_hooks for module in net.modules())


def test_networks_trained_apart():
    image = picture((64, 64))
    other = zoo.create("fcn-32s", 5, seed=3)
    skips = Skips.from_net(fcn8s(), image, np.zeros((64, 64), int), apart={"32s": other})
    skips.state = {**PRESETS["32s"], "apart": "32s"}
    np.testing.assert_array_equal(skips.prediction, predict(other, image))
    with pytest.raises(ValueError, match="there is no network '16s' trained apart; '32s'"):
        skips.state = {**PRESETS["16s"], "apart": "16s"}


def test_scores_are_stored_within_the_stated_error():
    rng = np.random.default_rng(8)
    maps = [rng.normal(0, 9, (3, *size)) for size in ((2, 2), (3, 4), (6, 7))]
    skips = Skips(np.zeros((48, 56, 3)), np.zeros((48, 56), int), *maps)
    for values, stored in zip(maps, skips.scores.values(), strict=True):
        assert np.abs(values - stored).max() <= skips.rounding
    assert skips.rounding <= max(np.abs(m).max() for m in maps) / 65534 * 1.0001
    zero = [np.zeros_like(m) for m in maps]
    assert not Skips(np.zeros((48, 56, 3)), np.zeros((48, 56), int), *zero).prediction.any()


def test_a_truth_without_a_counted_pixel_has_no_scores():
    maps = [np.zeros((2, *size)) for size in ((1, 1), (2, 2), (3, 3))]
    skips = Skips(np.zeros((24, 24, 3)), np.full((24, 24), 255), *maps)
    assert skips.metrics["mean_iou"] is None
    assert skips.metrics["wrong"] == 0
    assert "undefined" in repr(skips)


# --- what is refused --------------------------------------------------------------------------------------------------


def arguments() -> dict:
    maps = [np.zeros((3, *size)) for size in ((2, 2), (3, 4), (6, 7))]
    names = ("scores32", "pool4_scores", "pool3_scores")
    return {
        "image": np.zeros((48, 56, 3)),
        "truth": np.zeros((48, 56), int),
        **dict(zip(names, maps, strict=True)),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": None}, "or none of them"),
        ({"image": np.zeros((48, 56))}, r"must have shape \(H, W, 3\)"),
        ({"image": np.zeros((300, 56, 3))}, "at most 256 a side"),
        ({"image": np.full((48, 56, 3), 2.0)}, r"from 2 to 2, expected \[0, 1\]"),
        ({"truth": np.zeros((48, 55), int)}, r"shape of the image, \(48, 56\)"),
        ({"truth": np.full((48, 56), 3)}, "holds label 3, but the classes are 0 to 2"),
        ({"scores32": np.zeros((3, 2, 3))}, r"scores32 has shape \(3, 2, 3\).*\(C, 2, 2\)"),
        ({"pool3_scores": np.zeros((4, 6, 7))}, "the same C for all three"),
        ({"pool4_scores": np.full((3, 3, 4), np.inf)}, "not finite"),
        ({"class_names": ["a", "b"]}, "2 class_names for scores of 3 classes"),
        (
            {"apart": {"8s": np.zeros((48, 56), int)}},
            "unknown key of apart '8s'; expected one of '32s', '16s'",
        ),
        ({"apart": {"32s": np.full((48, 56), 255)}}, r"apart\['32s'\] holds label 255"),
        ({"preset": "4s"}, "unknown preset '4s'; expected one of '32s', '16s'"),
    ],
)
def test_bad_input_says_what_to_do(change, message):
    with pytest.raises(ValueError, match=message):
        Skips(**arguments() | change)


def test_a_truth_of_floats_is_refused():
    with pytest.raises(TypeError, match="truth holds float64"):
        Skips(**arguments() | {"truth": np.zeros((48, 56))})


def test_a_string_is_no_list_of_names():
    with pytest.raises(TypeError, match=r"write \['abc', …\]"):
        Skips(**arguments(), class_names="abc")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fc7": 1}, "fc7 must be True or False, got 1"),
        ({"apart": "32s"}, "no network '32s' trained apart; none was given"),
        ({"pool5": True}, "has the keys"),
    ],
)
def test_a_malformed_state_is_refused(change, message):
    skips = Skips(**arguments())
    with pytest.raises(ValueError, match=message):
        skips.state = {**skips.state, **change}
    assert skips.state == PRESETS["32s"]


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (lambda: zoo.create("fcn-16s", 5), "an FCN-16s"),
        (lambda: zoo.create("unet", 5), "UNet"),
        (lambda: zoo.create("fcn-8s", 5, padding=100), "pads by 100"),
    ],
)
def test_other_networks_are_refused(net, message):
    with pytest.raises(ValueError, match=message):
        Skips.from_net(net(), picture((64, 64)), np.zeros((64, 64), int))


def test_a_network_with_trained_up_sampling_is_refused():
    net = fcn8s(learn_upsampling=True)
    Skips.from_net(net, picture((64, 64)), np.zeros((64, 64), int))  # still bilinear
    with torch.no_grad():
        net.upscore2.weight += 0.1
    with pytest.raises(ValueError, match="upscore2 was trained"):
        Skips.from_net(net, picture((64, 64)), np.zeros((64, 64), int))


def test_an_image_needs_its_truth():
    with pytest.raises(ValueError, match="truth is missing"):
        Skips.from_net(fcn8s(), picture((64, 64)))
