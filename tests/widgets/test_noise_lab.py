"""The noise lab: its noise, its numbers, its surface, what it takes and what it refuses."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from seglearn.data import samples, scenes
from seglearn.experiment import load_net, noise_surface
from seglearn.imaging import denoise, fidelity, noise
from seglearn.training import predict
from seglearn.training.dataset import ImageSet
from seglearn.widgets import NoiseLab
from seglearn.widgets.codec import decode_label_runs
from seglearn.widgets.noise_lab import widget as noise_lab
from seglearn.widgets.noise_lab import with_noise
from tests.widgets import noise_lab_fixtures
from tests.widgets.conftest import words

PRESETS = ("start", "grain", "wrong", "photons", "best-psnr", "best-iou")
OWN = np.random.default_rng(7).random((30, 40, 3)).astype(np.float32)
GREY = np.full((200, 200), 0.4)


@pytest.fixture(scope="module")
def opened() -> NoiseLab:
    return NoiseLab()


def changed(lab: NoiseLab, **changes) -> NoiseLab:
    lab.state = {**lab.state, **changes}
    return lab


# --- what it opens with -----------------------------------------------------------------------------


def test_opens_with_impulses_that_a_filter_takes_away(opened):
    assert opened.clean.shape == (128, 128)
    assert repr(opened) == (
        "NoiseLab(camera, 128 × 128, salt-and-pepper 0.4, adaptive-median 7: PSNR 25.16 dB)"
    )
    assert [p["id"] for p in opened._data["presets"]] == list(PRESETS)
    assert opened.metrics["psnr"] > opened.metrics["noisy_psnr"] + 15
    assert len(opened.to_html()) < 200_000


@pytest.mark.parametrize("preset", PRESETS)
def test_metrics_are_those_of_the_library(preset):
    lab = NoiseLab(preset=preset)
    clean, noisy, filtered = lab.clean, lab.noisy, lab.filtered
    d = denoise.DENOISERS[lab.state["filter"]]
    options = {d.parameter: lab.state["setting"]} if d.parameter else {}
    np.testing.assert_array_equal(filtered, denoise.apply(noisy, d.name, **options))
    assert lab.metrics["psnr"] == fidelity.psnr(clean, filtered)
    assert lab.metrics["ssim"] == fidelity.ssim(clean, filtered)
    assert lab.metrics["noisy_psnr"] == fidelity.psnr(clean, noisy)
    assert lab.metrics["noisy_ssim"] == fidelity.ssim(clean, noisy)
    json.dumps(lab.metrics)


def test_each_preset_makes_its_point():
    lab = {name: NoiseLab(preset=name) for name in PRESETS}
    surface = noise_surface.NoiseSurface.load()
    strong = surface.best("speckle", 0.8), surface.best("speckle", 0.8, by="mean_iou")
    for name, point in zip(("best-psnr", "best-iou"), strong, strict=True):
        state = lab[name].state
        assert (state["filter"], state["setting"]) == (point.denoiser, point.setting)
    assert strong[0].psnr == pytest.approx(strong[1].psnr, abs=0.1)
    assert 100 * (strong[1].mean_iou - strong[0].mean_iou) == pytest.approx(11, abs=0.5)
    assert lab["best-iou"].metrics["mean_iou"] > lab["best-psnr"].metrics["mean_iou"] + 0.05
    assert lab["wrong"].metrics["psnr"] < lab["wrong"].metrics["noisy_psnr"] + 3
    right = changed(NoiseLab(preset="wrong"), filter="adaptive-median", setting=5)
    assert right.metrics["psnr"] > lab["wrong"].metrics["psnr"] + 10
    assert lab["grain"].metrics["mean_iou"] < 0.3
    cards = lab["photons"]
    spread = (cards.noisy - cards.clean).std(axis=0)
    assert spread[:24].mean() < spread[48:72].mean() / 2
    even = changed(NoiseLab(preset="photons"), noise="gaussian", strength=0.1)
    assert even.metrics["psnr"] == pytest.approx(cards.metrics["psnr"], abs=0.5)


def test_the_scene_is_one_of_those_that_were_measured():
    lab = NoiseLab(preset="grain")
    scene = scenes.make_scene((noise_surface.SCENE_SEED, 7), (96, 96))
    np.testing.assert_allclose(lab.clean, scene.image, atol=0.5 / 255 + 1e-6)


def test_the_surface_is_the_recorded_one(opened):
    surface = noise_surface.NoiseSurface.load()
    sent = opened._data["surface"]
    assert sent["n_scenes"] == surface.about["n_scenes"]
    assert sent["clean"] == pytest.approx(surface.select("none", 0.0, "none")[0].mean_iou, abs=1e-4)
    for name in noise.NOISES:
        points = [p for s in surface.strengths(name) for p in surface.select(name, s)]
        for score, by in (("mean_iou", 1e-4), ("psnr", 0.01)):
            told = [getattr(p, score) for p in points]
            np.testing.assert_allclose(sent["scores"][name][score], told, atol=by)
    columns = [(f["name"], v) for f in opened._data["filters"] for v in f["values"]]
    assert columns == [(p.denoiser, p.setting) for p in surface.select("salt", 0.1)]


def test_mean_iou_is_there_for_measured_points_only():
    lab = NoiseLab()
    known = noise_surface.NoiseSurface.load().best("salt-and-pepper", 0.4)
    assert (known.denoiser, known.setting) == ("adaptive-median", 7)
    assert lab.metrics["mean_iou"] == known.mean_iou
    assert changed(lab, strength=0.35).metrics["mean_iou"] is None
    assert changed(lab, strength=0.4, salt=0.6).metrics["mean_iou"] is None
    assert changed(lab, noise="salt").metrics["mean_iou"] is not None


# --- noise ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", noise.NOISES)
@pytest.mark.parametrize("at", [0, 2])
def test_noise_is_distributed_as_the_librarys(name, at):
    strength = noise.NOISES[name].strengths[at]
    mine = with_noise(GREY, name, strength, 3).astype(float).ravel()
    theirs = noise.add(GREY.astype(np.float32), name, strength, 3).astype(float).ravel()
    assert mine.mean() == pytest.approx(theirs.mean(), abs=5 * float(theirs.std()) / 200)
    assert mine.std() == pytest.approx(
        theirs.std(), rel=0.1
    )  # four hundred impulses at the weakest
    assert stats.ks_2samp(mine[::7], theirs[::7]).pvalue > 1e-3
    assert abs(np.corrcoef(mine[1:], mine[:-1])[0, 1]) < 0.03


def test_salt_has_its_share_and_the_rest_is_untouched():
    noisy = with_noise(GREY, "salt-and-pepper", 0.3, 5, salt=0.8)
    assert np.isin(noisy, np.array([0, 1, 0.4], np.float32)).all()
    assert (noisy == 1).mean() == pytest.approx(0.24, abs=0.01)
    assert (noisy == 0).mean() == pytest.approx(0.06, abs=0.01)
    assert (with_noise(GREY, "salt", 0.3, 5) == 1).mean() == pytest.approx(0.3, abs=0.01)
    with pytest.raises(ValueError, match="unknown noise 'hum'; expected one of 'gaussian', 'salt'"):
        with_noise(GREY, "hum", 0.3, 5)


@given(
    st.sampled_from(["gaussian", "salt", "pepper", "salt-and-pepper"]),
    st.floats(0.01, 0.4),
    st.floats(1.05, 2),
    st.integers(0, 9999),
)
@settings(max_examples=40, deadline=None)
def test_the_luck_of_a_sample_stays_when_the_strength_changes(name, strength, times, seed):
    clean = np.linspace(0.1, 0.9, 60).astype(np.float32)
    weak = with_noise(clean, name, strength, seed)
    strong = with_noise(clean, name, strength * times, seed)
    np.testing.assert_array_equal(weak, with_noise(clean, name, strength, seed))
    assert ((strong >= 0) & (strong <= 1)).all()
    if name == "gaussian":
        assert (abs(strong - clean) >= abs(weak - clean)).all()
        assert ((strong >= clean) == (weak >= clean)).all()
    else:
        hit = weak != clean
        np.testing.assert_array_equal(strong[hit], weak[hit])


# --- the kernel's button ----------------------------------------------------------------------------


def test_a_point_is_measured_again_when_asked(monkeypatch):
    scene = noise_surface.load_scenes(2)
    net = load_net(noise_surface.NETWORK)
    monkeypatch.setattr(noise_lab, "_judge", lambda: (net, scene))
    lab = NoiseLab(preset="best-iou")
    lab._question = {"id": "a", "state": lab.state}
    expected = noise_surface.measure(net, scene, "speckle", 0.8, "total-variation", 0.4)
    labels = lab._answer.pop("labels")
    assert lab._answer == {
        "id": "a",
        "psnr": expected.psnr,
        "ssim": expected.ssim,
        "mean_iou": expected.mean_iou,
    }
    pictures = ImageSet(
        np.stack([lab.noisy, lab.filtered]), np.zeros((2, 96, 96), scene.labels.dtype)
    )
    found = predict(net, pictures)
    truth = scenes.make_scene((noise_surface.SCENE_SEED, 7), (96, 96)).semantic
    for name, expected_map in (("truth", truth), ("noisy", found[0]), ("filtered", found[1])):
        np.testing.assert_array_equal(decode_label_runs(labels[name], (96, 96)), expected_map)
    assert (found[1] == truth).mean() > (found[0] == truth).mean()
    assert [c["name"] for c in lab._data["classes"]] == [c.name for c in scenes.CLASSES]
    lab._question = {"id": "b", "state": {**lab.state, "picture": "cup"}}
    assert lab._answer["id"] == "b"
    assert "labels" not in lab._answer


def test_what_cannot_be_measured_is_said():
    lab = NoiseLab()
    lab._question = {"id": "b", "state": {**lab.state, "salt": 0.2}}
    assert lab._answer["id"] == "b"
    assert "set salt to 0.5" in lab._answer["error"]
    lab._question = {"id": "c", "state": {**lab.state, "filter": "magic"}}
    assert "filter must be one of none, mean" in lab._answer["error"]


# --- what is given ----------------------------------------------------------------------------------


def test_own_picture():
    lab = NoiseLab(OWN, preset="grain")
    assert list(lab._data["pictures"]) == ["given"]
    assert [p["id"] for p in lab._data["presets"]] == [p for p in PRESETS if p != "photons"]
    np.testing.assert_allclose(lab.clean, OWN, atol=0.5 / 255 + 1e-6)
    assert lab.noisy.shape == lab.filtered.shape == OWN.shape
    assert lab.metrics["psnr"] == fidelity.psnr(lab.clean, lab.noisy)


def test_a_photograph_is_its_picture():
    photo = samples.photograph("chelsea")
    lab = NoiseLab(photo, reduce=4)
    np.testing.assert_array_equal(lab.clean, NoiseLab(photo.image, reduce=4).clean)
    assert lab.clean.shape == (75, 113, 3)


def test_tiny_and_uniform_pictures_have_undefined_scores():
    tiny = NoiseLab(np.full((5, 6), 0.5))
    assert tiny.metrics["ssim"] is None
    white = changed(NoiseLab(np.ones((20, 20))), noise="salt", filter="none", setting=None)
    assert white.metrics["psnr"] is None
    assert "PSNR ∞ dB" in repr(white)
    assert white.metrics["ssim"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((np.zeros((9, 9), int),), {}, TypeError, r"floats in \[0, 1\] or uint8"),
        (
            (np.zeros((9, 9, 4)),),
            {},
            ValueError,
            r"\(9, 9, 4\), expected .* drop the alpha channel",
        ),
        ((np.full((9, 9), 2.0),), {}, ValueError, "rescale it"),
        ((np.zeros((300, 9)),), {}, ValueError, "reduce=3"),
        ((OWN,), {"reduce": 0}, ValueError, "reduce"),
        ((OWN,), {"preset": "photons"}, ValueError, "bundled pictures only"),
        ((), {"preset": "x"}, ValueError, "unknown preset 'x'.*photons"),
        ((), {"hide": ["nothing"]}, ValueError, r"hide\[0\] must be one of"),
        ((), {"palette": "voc"}, ValueError, "palette must be one of"),
    ],
)
def test_refuses(arguments, options, error, words):
    with pytest.raises(error, match=words):
        NoiseLab(*arguments, **options)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"picture": "tea"}, "picture must be one of camera, cup, scene, cards"),
        ({"noise": "hum"}, "noise must be one of gaussian"),
        ({"strength": 0.5}, r"strength must be a number in 0.01 … 0.4, got 0.5"),
        ({"noise": "poisson", "strength": 2}, r"strength must be a number in 5 … 1000, got 2"),
        ({"strength": True}, "strength"),
        ({"salt": 1.5}, "salt"),
        ({"salt": float("nan")}, "salt"),
        ({"seed": -1}, "seed must be a whole number in 0 … 9999"),
        ({"seed": 1.0}, "seed must be a whole number in 0 … 9999"),
        ({"filter": "magic"}, "filter must be one of none"),
        ({"setting": 4}, "setting must be one of 3, 5, 7, got 4"),
        ({"filter": "none"}, "nothing to set"),
        ({"filter": "gaussian", "setting": 9}, "setting must be a number in 0.5 … 2.6"),
        ({"extra": 1}, "keys"),
    ],
)
def test_refuses_a_state(opened, change, words):
    before = opened.state
    with pytest.raises(ValueError, match=words):
        opened.state = {**before, **change}
    assert opened.state == before


# --- the browser's side -----------------------------------------------------------------------------


def test_fixtures_are_up_to_date():
    """Another processor may round the last digit otherwise."""
    committed = json.loads(noise_lab_fixtures.PATH.read_text(encoding="utf-8"))
    now = noise_lab_fixtures.make()
    again = "run python -m tests.widgets.noise_lab_fixtures"
    for then, new in zip(committed["images"], now["images"], strict=True):
        assert {k: then[k] for k in ("name", "shape", "clean", "noisy")} == {
            k: new[k] for k in ("name", "shape", "clean", "noisy")
        }, again
        for a, b in zip(then["cases"], new["cases"], strict=True):
            assert (a["filter"], a["setting"]) == (b["filter"], b["setting"]), again
            np.testing.assert_allclose(a["result"], b["result"], atol=2, err_msg=again)
            assert a["psnr"] == pytest.approx(b["psnr"], abs=1e-3), again
            assert a["ssim"] == pytest.approx(b["ssim"], abs=1e-5), again
    for a, b in zip(committed["noises"]["cases"], now["noises"]["cases"], strict=True):
        np.testing.assert_allclose(a["result"], b["result"], atol=1, err_msg=again)


def test_everything_has_words():
    table = words("noise_lab")
    for name in PRESETS:
        assert re.search(rf"^    \"?{name}\"?: {{$", table, re.M), name
    for name in (*noise.NOISES, *denoise.DENOISERS):
        assert re.search(rf"\"?{name}\"?: ", table), name
