"""The surface of chapter 04: points measured right, choices made fairly, a file that is not stale."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from seglearn.data.assets import asset
from seglearn.data.labels import SCENES
from seglearn.experiment import load_net, noise_surface
from seglearn.experiment.noise_surface import Choice, NoiseSurface, Point, Verdict
from seglearn.imaging import denoise, fidelity, noise
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.noise import NOISES
from seglearn.metrics import ConfusionMatrix, mean_boundary_iou
from seglearn.training import predict
from seglearn.training.checkpoints import weights_hash
from seglearn.training.dataset import ImageSet

N_CLASSES = len(SCENES.names)


@pytest.fixture(scope="module")
def scenes():
    return noise_surface.load_scenes(4)


@pytest.fixture(scope="module")
def net():
    """Return something that looks at colours: enough to be disturbed by noise."""
    torch.manual_seed(0)
    return nn.Conv2d(3, N_CLASSES, 1)


def test_a_point_is_what_its_parts_say(scenes, net):
    point = noise_surface.measure(net, scenes, "gaussian", 0.1, "median", 5)
    images = [
        denoise.median(noise.gaussian(image, 0.1, np.random.default_rng([4, i])), 5)
        for i, image in enumerate(scenes.images)
    ]
    predicted = predict(net, ImageSet(np.stack(images), scenes.labels))
    matrix = ConfusionMatrix(N_CLASSES, ignore_index=255).update(scenes.labels, predicted)
    pairs = list(zip(scenes.images, images, strict=True))
    assert point == Point(
        "gaussian",
        0.1,
        "median",
        5,
        pytest.approx(np.mean([fidelity.psnr(*pair) for pair in pairs])),
        pytest.approx(np.mean([fidelity.ssim(*pair) for pair in pairs])),
        pytest.approx(matrix.scores().mean_iou),
        pytest.approx(mean_boundary_iou(scenes.labels, predicted, N_CLASSES, ignore_index=255)),
    )


def test_clean_scenes_untouched(scenes, net):
    point = noise_surface.measure(net, scenes, "none", 0)
    assert point.psnr == np.inf
    assert point.ssim == pytest.approx(1)
    matrix = ConfusionMatrix(N_CLASSES, ignore_index=255)
    matrix.update(scenes.labels, predict(net, scenes))
    assert point.mean_iou == pytest.approx(matrix.scores().mean_iou)


def test_noise_is_the_same_each_time_and_differs_between_scenes(scenes):
    first = noise_surface.add_noise(scenes.images, "gaussian", 0.1)
    np.testing.assert_array_equal(first, noise_surface.add_noise(scenes.images, "gaussian", 0.1))
    two = noise_surface.add_noise(np.full((2, 8, 8, 3), 0.5, np.float32), "gaussian", 0.1)
    assert (two[0] != two[1]).any()


def test_all_denoisers_and_settings_are_measured(scenes, net):
    points, choice = noise_surface.measure_all(net, scenes, "salt", 0.1)
    expected = [(d.name, s) for d in DENOISERS.values() for s in d.settings]
    assert [(p.denoiser, p.setting) for p in points] == expected
    assert (choice.noise, choice.strength) == ("salt", 0.1)
    best = max(points, key=lambda p: p.psnr)
    assert choice.by_psnr == (best.denoiser, best.setting)
    assert choice.low <= choice.gain <= choice.high


def test_a_verdict_says_what_a_point_says(scenes, net):
    images = np.stack([denoise.median(image, 5) for image in scenes.images])
    verdict = noise_surface.judge(net, scenes, images)
    point = noise_surface.measure(net, scenes, "none", 0, "median", 5)
    assert verdict.psnr.mean() == pytest.approx(point.psnr)
    assert verdict.ssim.mean() == pytest.approx(point.ssim)
    assert (verdict.mean_iou, verdict.boundary_iou) == (point.mean_iou, point.boundary_iou)
    assert verdict.counts.shape == (4, N_CLASSES, N_CLASSES)
    with pytest.raises(ValueError, match=r"data\.images and images differ in shape"):
        noise_surface.judge(net, scenes, images[:2])


def test_a_gain_is_paired():
    first, second = details([30] * 6, [80, 60, 40] * 2), details([20] * 6, [78, 58, 38] * 2)
    gain, low, high = first.gain_over(second)
    assert 0 < low <= gain <= high < 0.05  # two pixels in every scene, far less than they differ
    assert second.gain_over(first)[0] == -gain
    assert first.gain_over(first) == (0, 0, 0)
    with pytest.raises(ValueError, match="verdicts differ in shape"):
        first.gain_over(details([30] * 5, [80] * 5))


# --------------------------------------------------------------------------------------- choices


def details(decibels, right):
    """Make details of two classes, 100 pixels a scene, of which ``right`` are right."""
    right = np.asarray(right)
    counts = np.zeros((len(right), 2, 2), int)
    counts[:, 0, 0] = counts[:, 1, 1] = right // 2
    counts[:, 0, 1] = counts[:, 1, 0] = 50 - right // 2
    decibels = np.asarray(decibels, float)
    return Verdict(decibels, np.ones_like(decibels), counts, 0.5)


POINTS = [Point("salt", 0.1, name, None, 0, 0, 0, 0) for name in ("pretty", "useful")]


def test_the_gain_is_the_difference_when_all_scenes_agree():
    choice = noise_surface._compare(
        POINTS, [details([30] * 8, [60] * 8), details([20] * 8, [80] * 8)]
    )
    assert (choice.by_psnr[0], choice.by_mean_iou[0]) == ("pretty", "useful")
    gain = 80 / 120 - 60 / 140  # IoU of each class: right over right and twice the wrong
    assert choice.gain == pytest.approx(gain)
    assert choice.low == pytest.approx(gain)
    assert choice.high == pytest.approx(gain)


def test_nothing_is_gained_when_both_choose_alike():
    choice = noise_surface._compare(
        POINTS, [details([30] * 6, [80] * 6), details([20] * 6, [60] * 6)]
    )
    assert choice.by_psnr == choice.by_mean_iou == ("pretty", None)
    assert (choice.gain, choice.low, choice.high) == (0, 0, 0)


def test_luck_in_one_half_is_not_counted_as_a_gain():
    even, odd = [100, 0] * 4, [0, 100] * 4  # each is good on the half that the other is bad on
    choice = noise_surface._compare(POINTS, [details([30] * 8, even), details([20] * 8, odd)])
    assert choice.gain < 0


# ------------------------------------------------------------------------------------- the surface


def small_surface():
    points = [
        Point("none", 0.0, "none", None, np.inf, 1.0, 0.7, 0.6),
        Point("salt", 0.1, "none", None, 20.0, 0.5, 0.3, 0.2),
        Point("salt", 0.1, "median", 3, 30.0, 0.9, 0.5, 0.3),
        Point("salt", 0.1, "median", 5, 28.0, 0.8, 0.6, 0.4),
        Point("salt", 0.3, "none", None, 15.0, 0.3, 0.1, 0.1),
        Point("salt", 0.3, "median", 3, 20.0, 0.4, 0.2, 0.1),
    ]
    choices = [Choice("salt", 0.1, ("median", 3), ("median", 5), 0.1, 0.05, 0.15)]
    return NoiseSurface(points, choices, {"network": "unet-same", "n_scenes": 2})


def test_it_comes_back_from_json(tmp_path):
    surface = small_surface()
    path = tmp_path / "surface.json"
    path.write_text(json.dumps(surface.to_dict(), allow_nan=False), encoding="utf-8")
    back = NoiseSurface.load(path)
    assert (back.points, back.choices, back.about) == (
        surface.points,
        surface.choices,
        {**surface.about, "columns": list(Point.__dataclass_fields__)},
    )
    assert repr(back) == "NoiseSurface(6 points, unet-same on 2 scenes)"


def test_best_table_and_select():
    surface = small_surface()
    assert surface.best("salt", 0.1).setting == 3
    assert surface.best("salt", 0.1, by="mean_iou").setting == 5
    assert surface.best("salt", 0.1, "none").mean_iou == 0.3
    np.testing.assert_array_equal(surface.table("salt"), [[0.3, 0.5], [0.1, 0.2]])
    np.testing.assert_array_equal(surface.table("salt", by="mean_iou"), [[0.3, 0.6], [0.1, 0.2]])
    assert surface.strengths("salt") == (0.1, 0.3)
    assert len(surface.select("salt", 0.1)) == 3


def test_what_was_not_measured_is_refused():
    surface = small_surface()
    with pytest.raises(ValueError, match="unknown noise 'perlin'; expected one of 'none', 'salt'"):
        surface.strengths("perlin")
    with pytest.raises(ValueError, match=r"salt was measured at 0\.1, 0\.3, not at 0\.2"):
        surface.select("salt", 0.2)
    with pytest.raises(
        ValueError, match="unknown denoiser 'mean'; expected one of 'none', 'median'"
    ):
        surface.select("salt", 0.1, "mean")
    with pytest.raises(ValueError, match=r"unknown score '.*'; expected one of 'psnr', 'ssim'"):
        surface.best("salt", 0.1, by="beauty")
    with pytest.raises(FileNotFoundError, match=r"measure_noise_surface\.py makes it"):
        NoiseSurface.load("nowhere.json")


# ----------------------------------------------------------------------------- the committed file


def test_the_file_is_complete():
    surface = NoiseSurface.load()
    cases = [("none", 0.0)] + [(k.name, s) for k in NOISES.values() for s in k.strengths]
    answers = [(d.name, s) for d in DENOISERS.values() for s in d.settings]
    assert [(p.noise, p.strength, p.denoiser, p.setting) for p in surface.points] == [
        (*case, *answer) for case in cases for answer in answers
    ]
    assert [(c.noise, c.strength) for c in surface.choices] == cases


def test_the_file_belongs_to_the_weights_that_come_with_the_course():
    surface = NoiseSurface.load()
    digest = weights_hash(asset(f"weights/{surface.about['network']}.safetensors"))
    assert surface.about["weights_sha256"] == digest, "run data_scripts/measure_noise_surface.py"


@pytest.mark.parametrize(
    ("kind", "strength", "method"), [("gaussian", 0.1, "none"), ("salt", 0.2, "median")]
)
def test_a_point_of_the_file_measured_anew(kind, strength, method):
    old = NoiseSurface.load().best(kind, strength, method)
    new = noise_surface.measure(
        load_net(noise_surface.NETWORK),
        noise_surface.load_scenes(),
        kind,
        strength,
        method,
        old.setting,
    )
    assert new.psnr == pytest.approx(old.psnr, abs=0.01)
    assert new.ssim == pytest.approx(old.ssim, abs=0.001)
    assert new.mean_iou == pytest.approx(
        old.mean_iou, abs=0.003
    )  # other processors round otherwise
    assert new.boundary_iou == pytest.approx(old.boundary_iou, abs=0.003)
