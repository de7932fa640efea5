"""The superpixel lab in Python: what it opens with, what it measures, what it refuses; the browser's side is in web/test."""

import json
import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import gaussian_filter

from seglearn.data import samples
from seglearn.data.assets import asset
from seglearn.superpixels import METHODS, connectivity, quality, segment
from seglearn.widgets import SuperpixelLab
from seglearn.widgets.codec import decode_label_runs
from seglearn.widgets.pixels import packed_picture
from seglearn.widgets.superpixel_lab import picture, recording, with_noise
from seglearn.widgets.superpixel_lab import widget as superpixel_lab
from tests.widgets import superpixel_lab_fixtures
from tests.widgets.conftest import words

PRESETS = ("start", "few", "squares", "ragged", "thin", "noisy")
RECORDED = (
    "ncut",
    "turbopixels",
    "quickshift",
    "felzenszwalb",
    "graphcut-compact",
    "graphcut-constant",
)
RNG = np.random.default_rng(7)
OWN = RNG.random((30, 40, 3)).astype(np.float32)
TRUTH = np.repeat([[3, 3, 8, 8]], 30, axis=0).repeat(10, axis=1)


@pytest.fixture(scope="module")
def opened() -> SuperpixelLab:
    return SuperpixelLab()


# --- the pictures that it opens with --------------------------------------------------------------


def test_opens_with_the_coffee_and_its_truth(opened):
    assert opened.state["picture"] == "coffee"
    assert opened.state["stage"] == "connect"
    assert opened.image.shape == (144, 216, 3)
    assert opened.metrics["n_segments"] == 150
    assert [p["id"] for p in opened._data["presets"]] == list(PRESETS)
    assert repr(opened).startswith("SuperpixelLab(coffee, 144 × 216, slic: 150 superpixels, ")
    assert len(opened.to_html()) < 350_000


def test_metrics_are_those_of_the_library(opened):
    image, truth = picture("coffee")
    labels = segment(image, 150, compactness=10)
    np.testing.assert_array_equal(opened.labels, labels)
    np.testing.assert_array_equal(opened.truth, truth)
    scores = quality.score(labels, truth, ignore_index=255).as_dict()
    for name in superpixel_lab.SCORES:
        assert opened.metrics[name] == scores[name]
    assert opened.metrics["residual"] is opened.metrics["compared"] is None
    json.dumps(opened.metrics)


def test_each_preset_makes_its_point():
    m = {name: SuperpixelLab(preset=name).metrics for name in PRESETS}
    recall = {name: scores["boundary_recall"] for name, scores in m.items()}
    leak = {name: scores["undersegmentation_neubert_protzel"] for name, scores in m.items()}
    assert recall["start"] > 0.95
    assert leak["few"] > 2 * leak["start"]
    assert recall["squares"] < recall["start"] - 0.2
    assert m["squares"]["compactness"] > 0.6
    assert m["ragged"]["compactness"] < 0.25 < m["start"]["compactness"]
    assert recall["thin"] < 0.8
    assert recall["noisy"] < recall["start"] - 0.1


def test_a_little_blur_helps_against_noise_and_more_does_not():
    lab = SuperpixelLab(preset="noisy")
    recall = {}
    for sigma in (0, 1, 3):
        lab.state = {**lab.state, "sigma": sigma}
        recall[sigma] = lab.metrics["boundary_recall"]
    assert recall[1] > recall[0] + 0.1
    assert recall[3] < recall[1]


def test_more_superpixels_give_the_tripod_its_own():
    lab = SuperpixelLab(preset="thin")
    leg = lab.truth == samples.photograph("camera").segments[2].id
    assert samples.photograph("camera").segments[2].class_name == "tripod"
    best = {}
    for n in (50, 400):
        lab.state = {**lab.state, "n_segments": n}
        best[n] = quality.best_mask_iou(lab.labels, leg)
    assert best[400] > best[50] + 0.2


def test_each_stage_shows_what_it_says(opened):
    lab = SuperpixelLab()
    shown = {}
    for stage, iteration in (("seeds", 0), ("nudge", 0), ("assign", 1), ("update", 1)):
        lab.state = {**lab.state, "stage": stage, "iteration": iteration}
        shown[stage] = lab.labels, lab.metrics
        assert ("no superpixels" in repr(lab)) == (stage in ("seeds", "nudge"))
    for stage in ("seeds", "nudge"):
        labels, metrics = shown[stage]
        assert labels is None
        assert set(metrics.values()) == {None}
    np.testing.assert_array_equal(shown["assign"][0], shown["update"][0])
    assert shown["assign"][1]["residual"] is None
    assert shown["update"][1]["residual"] > 0.5
    lab.state = {**lab.state, "stage": "update", "iteration": 10}
    assert lab.metrics["residual"] < shown["update"][1]["residual"] / 2
    parts = connectivity.connected_parts(lab.labels).max() + 1
    assert parts > 150 == opened.labels.max() + 1


def test_seven_methods_are_compared():
    lab = SuperpixelLab()
    lab.state = {**lab.state, "tab": "compare", "method": "ncut", "noise": 35, "sigma": 2}
    compared = lab.metrics["compared"]
    assert list(compared) == ["slic", *RECORDED]
    for name in superpixel_lab.SCORES:
        assert lab.metrics[name] == compared["ncut"][name]
    image, truth = picture("coffee")
    np.testing.assert_array_equal(lab.image, image)  # neither noise nor blur: as they were recorded
    assert compared["slic"]["boundary_recall"] == quality.boundary_recall(
        segment(image, 150), truth, ignore_index=255
    )
    assert [m["name"] for m in lab._data["methods"]] == ["slic", *RECORDED]
    assert lab._data["methods"][1]["paper"] == METHODS["ncut"].paper


@pytest.mark.parametrize("method", ["quickshift", "felzenszwalb"])
def test_recordings_are_what_the_algorithm_says(method):
    for name in superpixel_lab.PICTURES:
        image, _ = picture(name)
        recorded, now = recording(name, method, 50), segment(image, 50, method)
        agreed = quality.achievable_accuracy(quality.contingency(recorded, now))
        assert agreed > 0.99  # another version of a library may place a pixel elsewhere


def test_recordings_are_connected_and_as_many_as_were_asked_for():
    for name in superpixel_lab.PICTURES:
        for method in RECORDED:
            for n in (50, 150, 400):
                labels = recording(name, method, n)
                assert labels.shape == (144, 216)
                assert 0.9 * n <= labels.max() + 1 <= n
                assert connectivity.connected_parts(labels).max() == labels.max()
    with pytest.raises(ValueError, match=r"n_segments must be one of .*150.*, got 60"):
        recording("coffee", "ncut", 60)
    with pytest.raises(ValueError, match="unknown recorded method 'snic'; expected one of '"):
        recording("coffee", "snic", 50)
    with pytest.raises(
        ValueError, match="unknown picture 'tea'; expected one of 'coffee', 'camera'"
    ):
        picture("tea")


def test_the_pictures_are_crops_of_the_labelled_photographs():
    about = json.loads(asset("superpixels/lab.json").read_text(encoding="utf-8"))
    for name in superpixel_lab.PICTURES:
        photo = samples.photograph(name)
        _, truth = picture(name)
        known = {str(s.id): s.class_name for s in photo.segments}
        assert about["pictures"][name]["segments"].items() <= known.items()
        assert {int(k) for k in about["pictures"][name]["segments"]} == set(np.unique(truth)) - {
            255
        }
        assert about["pictures"][name]["credit"] == photo.credit


# --- noise and packing ------------------------------------------------------------------------------


def test_noise_is_nearly_normal_and_always_the_same():
    grey = np.full((200, 200), 128, np.uint8)
    noisy = with_noise(grey, 20)
    np.testing.assert_array_equal(noisy, with_noise(grey, 20))
    difference = noisy.astype(float) - 128
    assert abs(difference.mean()) < 0.5
    assert difference.std() == pytest.approx(20, rel=0.02)
    assert with_noise(grey, 0) is grey
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with_noise(np.zeros((3, 3, 3), np.uint8), 50)


@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_packed_pictures_can_be_unpacked(pixels, in_colour):
    import base64
    import zlib

    if in_colour:
        pixels = np.stack([pixels, 255 - pixels, pixels // 2], axis=-1)
    packed = packed_picture(pixels)
    rest = np.frombuffer(zlib.decompress(base64.b64decode(packed["pixels"])), np.uint8)
    cube = pixels.reshape(*pixels.shape[:2], -1).astype(int)
    assert packed["shape"] == list(cube.shape)
    rest = rest.reshape(cube.shape)
    out = np.zeros(np.add(cube.shape, (1, 1, 0)), int)
    for y, x, c in np.ndindex(cube.shape):  # as the specification of PNG puts filter 4
        a, b, corner = out[y + 1, x, c], out[y, x + 1, c], out[y, x, c]
        p = a + b - corner
        pa, pb, pc = abs(p - a), abs(p - b), abs(p - corner)
        guess = a if pa <= pb and pa <= pc else b if pb <= pc else corner
        out[y + 1, x + 1, c] = (rest[y, x, c] + guess) % 256
    np.testing.assert_array_equal(out[1:, 1:], cube)


# --- what is given ----------------------------------------------------------------------------------


def test_own_image_and_truth():
    lab = SuperpixelLab(OWN, TRUTH)
    assert list(lab._data["pictures"]) == ["given"]
    assert "methods" not in lab._data
    assert [p["id"] for p in lab._data["presets"]] == [p for p in PRESETS if p != "thin"]
    np.testing.assert_allclose(lab.image, OWN, atol=0.5 / 255 + 1e-6)
    np.testing.assert_array_equal(lab.truth, TRUTH == 8)
    assert lab._data["pictures"]["given"]["names"] == {"0": "region 3", "1": "region 8"}
    assert lab.metrics["boundary_recall"] == quality.boundary_recall(lab.labels, lab.truth)


def test_without_a_truth_only_the_shape_is_measured():
    lab = SuperpixelLab((255 * OWN).astype(np.uint8)[:, :, 0])
    assert lab.truth is None
    assert lab.image.shape == (30, 40)
    assert lab.metrics["boundary_recall"] is lab.metrics["achievable_accuracy"] is None
    assert lab.metrics["compactness"] == quality.compactness(lab.labels)
    assert lab.metrics["n_segments"] == lab.labels.max() + 1


def test_ignored_pixels_count_nowhere():
    lab = SuperpixelLab(OWN, TRUTH, ignore_index=8)
    assert set(np.unique(lab.truth)) == {0, 255}
    assert lab.metrics["boundary_recall"] is None
    assert lab.metrics["achievable_accuracy"] == 1


def test_a_photograph_brings_its_truth():
    photo = samples.photograph("china")
    lab = SuperpixelLab(photo, reduce=3, preset="few")
    assert lab.image.shape == (143, 214, 3)
    assert lab.state["n_segments"] == 25
    names = lab._data["pictures"]["given"]["names"]
    assert "temple" in names.values()
    temple = lab.truth == int(next(k for k, v in names.items() if v == "temple"))
    assert temple.mean() == pytest.approx(photo.mask("temple").mean(), rel=0.02)
    same = SuperpixelLab(photo.image, photo.panoptic, ignore_index=255, reduce=3, preset="few")
    np.testing.assert_array_equal(same.truth, lab.truth)
    assert same.metrics == lab.metrics


def test_blocks_at_the_far_edges_may_be_smaller():
    image = np.zeros((5, 7))
    image[:, 6] = 1
    lab = SuperpixelLab(image, (image > 0).astype(int), reduce=2)
    np.testing.assert_array_equal(lab.image, np.repeat([[0, 0, 0, 1]], 3, axis=0))
    np.testing.assert_array_equal(lab.truth, lab.image)
    assert lab.state["n_segments"] == 12


def test_blur_is_scipys():
    lab = SuperpixelLab(OWN)
    sharp = lab.image
    lab.state = {**lab.state, "sigma": 1.5}
    expected = gaussian_filter(sharp, (1.5, 1.5, 0), mode="nearest")
    np.testing.assert_allclose(lab.image, expected, atol=1e-6)


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
        ((np.full((9, 9), np.nan),), {}, ValueError, "NaN or infinite"),
        ((np.zeros((600, 9)),), {}, ValueError, "reduce=3"),
        ((OWN, TRUTH[:4]), {}, ValueError, "height and width of the image"),
        ((OWN, TRUTH / 2), {}, TypeError, "truth holds float64"),
        ((OWN, np.arange(1200).reshape(30, 40)), {}, ValueError, "1 to 255 regions, got 1200"),
        ((), {"truth": TRUTH}, ValueError, "truth was given without image"),
        ((OWN,), {"reduce": 0}, ValueError, "reduce"),
        ((OWN,), {"preset": "thin"}, ValueError, "unknown preset 'thin'"),
        ((), {"preset": "x"}, ValueError, "unknown preset 'x'.*thin"),
        ((samples.photograph("coins"), TRUTH), {}, ValueError, "brings its own truth"),
        ((), {"hide": ["nothing"]}, ValueError, r"hide\[0\] must be one of"),
        ((), {"palette": "voc"}, ValueError, "palette must be one of"),
    ],
)
def test_refuses(arguments, options, error, words):
    with pytest.raises(error, match=words):
        SuperpixelLab(*arguments, **options)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n_segments": 0}, "n_segments must be a whole number in 1 … 31104, got 0"),
        ({"n_segments": 2.5}, "n_segments"),
        ({"compactness": 0}, "compactness must be a number in 0.01 … 1e.06, got 0"),
        ({"compactness": float("nan")}, "compactness"),
        ({"sigma": -1}, "sigma"),
        ({"noise": 200}, "noise"),
        ({"stage": "grow"}, "stage must be one of seeds, nudge"),
        ({"stage": "assign", "iteration": 0}, "iteration must be a whole number in 1 … 10"),
        ({"iteration": 11}, "iteration"),
        ({"picture": "tea"}, "picture must be one of coffee, camera"),
        ({"method": "snic"}, "method"),
        ({"tab": "table"}, "tab"),
        ({"tab": "compare", "n_segments": 60}, "one of 50, 150, 400"),
        ({"extra": 1}, "keys"),
    ],
)
def test_refuses_a_state(opened, change, words):
    before = opened.state
    with pytest.raises(ValueError, match=words):
        opened.state = {**before, **change}
    assert opened.state == before


def test_nothing_is_recorded_on_an_image_of_ones_own():
    lab = SuperpixelLab(OWN)
    with pytest.raises(ValueError, match="nothing is recorded"):
        lab.state = {**lab.state, "tab": "compare"}


# --- the browser's side -----------------------------------------------------------------------------


def test_fixtures_are_up_to_date():
    """Another processor may round a colour otherwise, so a pixel in a hundred may move."""
    committed = json.loads(superpixel_lab_fixtures.PATH.read_text(encoding="utf-8"))["steps"]
    for then, now in zip(committed, superpixel_lab_fixtures.make()["steps"], strict=True):
        exact = ("name", "pixels", "shape", "n_segments", "compactness", "sigma", "noise", "truth")
        assert {k: then[k] for k in exact} == {k: now[k] for k in exact}, (
            "run python -m tests.widgets.superpixel_lab_fixtures"
        )
        size = then["shape"][0] * then["shape"][1]
        labels = [decode_label_runs(c["connected"], (1, size)) for c in (then, now)]
        assert (labels[0] == labels[1]).mean() > 0.99
        np.testing.assert_allclose(
            then["scores"]["compactness"], now["scores"]["compactness"], atol=0.02
        )


def test_every_preset_has_words(opened):
    table = words("superpixel_lab")
    for name in PRESETS:
        assert re.search(rf"^    {name}: {{$", table, re.M), name
