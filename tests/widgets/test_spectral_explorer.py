"""Spectral explorer, its Python side; the browser's side is tested in web/test."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seglearn.data import samples
from seglearn.imaging import spectra
from seglearn.metrics import iou, precision, recall
from seglearn.widgets import SpectralExplorer
from seglearn.widgets.codec import decode_label_runs
from seglearn.widgets.spectral_explorer import box_of
from seglearn.widgets.spectral_explorer.pairs import fields, most_separable
from seglearn.widgets.spectral_explorer.reduction import reduced_cube
from tests.widgets import spectral_explorer_fixtures
from tests.widgets.spectral_explorer_fixtures import NAMES, WAVELENGTHS, farm

PRESETS = ["spectra", "same-object", "same-spectrum", "grey", "colour", "split"]


@pytest.fixture(scope="module")
def scene() -> samples.IndianPines:
    return samples.indian_pines()


@pytest.fixture
def opened() -> SpectralExplorer:
    return SpectralExplorer()


@pytest.fixture(scope="module")
def cube_and_labels():
    return farm(0)


def degrees(a, b):
    return float(np.degrees(spectra.spectral_angle(a, b)))


def exact_angle(scene, explorer, i, j, sensor=None):
    """Return the angle between two pins in the cube as it was measured."""
    response = explorer.responses[sensor or explorer.state["sensor"]]
    seen = [
        scene.image[pin] if response is None else response @ scene.image[pin]
        for pin in explorer.pins
    ]
    return degrees(seen[i], seen[j])


# --- Indian Pines -------------------------------------------------------------------------------------------------------


def test_it_opens_with_indian_pines(opened, scene):
    assert opened.preset_names == PRESETS
    assert opened.cube.shape == scene.image.shape
    assert opened.metrics["n_bands"] == 200
    assert len({pin["class"] for pin in opened.metrics["pins"]}) == 3
    assert min(a for row in opened.metrics["angles"] for a in row if a) > 10


def test_a_page_stays_small(opened):
    assert len(opened.to_html()) < 400_000
    json.dumps(opened._data, allow_nan=False)


def test_the_stated_error_is_that_of_the_cube_in_the_browser(opened, scene):
    off = opened.cube.astype(float) - scene.image
    assert opened.error["relative"] == pytest.approx(
        np.sqrt((off**2).mean() / (scene.image.astype(float) ** 2).mean()), rel=1e-4
    )
    assert opened.error["relative"] < 0.025
    assert opened.error["explained"] > 0.98
    rng = np.random.default_rng(5)  # other pairs than those that the error was measured on
    i, j = rng.integers(145 * 145, size=(2, 3000))
    exact, kept = (c.reshape(-1, 200).astype(float) for c in (scene.image, opened.cube))
    angles = np.degrees(
        np.abs(
            spectra.spectral_angle(exact[i], exact[j]) - spectra.spectral_angle(kept[i], kept[j])
        )
    )
    assert opened.error["angle_mean"] == pytest.approx(angles.mean(), rel=0.1)
    assert opened.error["angle_99"] == pytest.approx(np.percentile(angles, 99), rel=0.25)
    assert opened.error["angle_99"] < 1


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_hold_in_the_measured_cube(scene, preset):
    explorer = SpectralExplorer(preset=preset)
    for i, row in enumerate(explorer.metrics["angles"]):
        for j, angle in enumerate(row):
            if angle is not None and i != j:
                assert angle == pytest.approx(exact_angle(scene, explorer, i, j), abs=0.8)
    for (row, column), pin in zip(explorer.pins, explorer.metrics["pins"], strict=True):
        assert pin["class"] == scene.class_names[scene.labels[row, column]] != "unlabelled"


def test_same_object_with_different_spectra(scene):
    explorer = SpectralExplorer(preset="same-object")
    a, b, c = (pin["class"] for pin in explorer.metrics["pins"])
    assert a == b != c
    assert exact_angle(scene, explorer, 0, 1) > 4 * exact_angle(scene, explorer, 0, 2)


def test_different_objects_with_one_spectrum(scene):
    explorer = SpectralExplorer(preset="same-spectrum")
    a, b = explorer.metrics["pins"]
    assert a["class"] != b["class"]
    assert exact_angle(scene, explorer, 0, 1) < 1.5
    found = explorer.metrics
    assert found["threshold"]["best"] < found["threshold"]["everything"] + 0.02
    for sensor in ("rgb", "multi", "hyper"):
        assert found["ledger"][sensor] < found["threshold"]["everything"] + 0.02


@pytest.mark.parametrize(("preset", "sensor"), [("grey", "pan"), ("colour", "rgb")])
def test_what_looks_alike_to_few_bands_is_apart_in_many(scene, preset, sensor):
    explorer = SpectralExplorer(preset=preset)
    a, b = (explorer.responses[sensor] @ scene.image[pin] for pin in explorer.pins)
    assert np.abs(a - b).max() < 0.02 * max(a.max(), b.max())
    assert exact_angle(scene, explorer, 0, 1, "hyper") > 5
    ledger = explorer.metrics["ledger"]
    assert ledger["pan"] is None
    assert ledger["rgb"] + 0.1 < ledger["multi"] < ledger["hyper"] - 0.05


def test_the_band_that_is_enough(scene):
    explorer = SpectralExplorer(preset="split")
    found = explorer.metrics["threshold"]
    band = scene.image[..., explorer.state["band"]].astype(float)
    inside = band > found["value"] if found["side"] == "above" else band <= found["value"]
    counted = scene.labels > 0
    target = scene.labels == scene.class_names.index(found["class"])
    assert iou(target[counted], inside[counted]) == pytest.approx(found["iou"], abs=0.03)
    assert found["iou"] == found["best"] > 0.75


def test_the_axis_of_indian_pines(opened):
    axis = opened._data["axis"]
    np.testing.assert_allclose(axis["wavelengths"], spectra.indian_pines_um(), atol=6e-5)
    assert [name for name, *_ in axis["regions"]] == [
        "visible",
        "near infrared",
        "short-wave infrared",
    ]
    assert axis["breaks"] == [102, 143]  # where bands in water vapour were left out


# --- state --------------------------------------------------------------------------------------------------------------


def test_threshold_scores_are_those_of_the_metrics_package(opened, scene):
    opened.pins = [(60, 27), (133, 98)]
    opened.state = {**opened.state, "t": 4.5, "rest": "pinned"}
    angles = np.degrees(
        spectra.spectral_angle(opened.cube.astype(float), opened.cube[60, 27].astype(float))
    )
    classes = [scene.labels[pin] for pin in opened.pins]
    counted = np.isin(scene.labels, classes)
    truth, inside = scene.labels[counted] == classes[0], angles[counted] <= 4.5
    found = opened.metrics["threshold"]
    assert found["class"] == "grass, trees"
    for score in (iou, precision, recall):
        assert found[score.__name__] == pytest.approx(float(score(truth, inside)), abs=2e-3)
    assert found["tp"] + found["fn"] == truth.sum()


def test_the_best_threshold_is_not_beaten(opened):
    for on in ("angle", "band"):
        opened.state = {**opened.state, "on": on, "t": None, "band": 120}
        best = opened.metrics["threshold"]["best"]
        assert opened.metrics["threshold"]["iou"] == best
        for t in np.linspace(0, 12, 25).tolist():
            for side in ("below", "above"):
                opened.state = {**opened.state, "t": t, "side": side}
                assert opened.metrics["threshold"]["iou"] <= best + 0.02  # stops are 200, not all


def test_one_band_has_no_angle(opened):
    opened.state = {**opened.state, "sensor": "pan"}
    assert opened.metrics["angles"] == [[None] * 3] * 3
    assert opened.metrics["threshold"] is None
    opened.state = {**opened.state, "on": "band"}
    assert opened.metrics["threshold"]["iou"] > 0


def test_an_unlabelled_pin_is_no_target(opened, scene):
    row, column = np.argwhere(scene.labels == 0)[0]
    opened.pins = [(row, column)]
    assert opened.metrics["pins"] == [{"row": row, "column": column, "class": None}]
    assert opened.metrics["threshold"] is None
    assert set(opened.metrics["ledger"].values()) == {None}
    opened.pins = []
    assert opened.metrics["pins"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sensor": "xray"}, "sensor must be one of pan, rgb, multi, hyper, got 'xray'"),
        ({"on": "colour"}, "on must be one of"),
        ({"side": "left"}, "side must be one of"),
        ({"rest": "none"}, "rest must be one of"),
        ({"pins": [[145, 0]]}, r"pins\[0\]\[0\] must be a whole number in 0 … 144, got 145"),
        ({"pins": [[0, 0]] * 6}, "pins must have 0 to 5 entries, got 6"),
        ({"pins": [[1, 2]], "pin": 1}, "pin 1 is asked about"),
        ({"bands": [0, 1, 200]}, "0 … 199"),
        ({"band": -1}, "0 … 199"),
        ({"extra": 1}, "has the keys"),
    ],
)
def test_a_bad_state_is_refused(opened, change, words):
    before = opened.state
    with pytest.raises(ValueError, match=words):
        opened.state = {**opened.state, **change}
    assert opened.state == before


def test_explorers_do_not_share_what_they_are_given():
    first = SpectralExplorer(rgb=(3, 2, 1))
    assert first.state["bands"] == [3, 2, 1]
    assert SpectralExplorer().state["bands"] != [3, 2, 1]
    with pytest.raises(ValueError, match="0 to 199"):
        SpectralExplorer(rgb=(1, 2, 200))
    with pytest.raises(ValueError, match="unknown preset 'x'; expected one of 'spectra'"):
        SpectralExplorer(preset="x")


# --- your own cube ------------------------------------------------------------------------------------------------------


def test_your_own_cube(cube_and_labels):
    cube, labels = cube_and_labels
    explorer = SpectralExplorer(cube, WAVELENGTHS, labels, NAMES, ignore_index=0)
    assert list(explorer.responses) == ["pan", "rgb", "multi", "hyper"]
    assert explorer.preset_names[:3] == PRESETS[:3]
    assert explorer.error["relative"] < 0.002
    assert (decode_label_runs(explorer._data["labels"], labels.shape) == labels).all()
    assert {pin["class"] for pin in explorer.metrics["pins"]} == set(NAMES[1:])
    assert "16 × 20, 40 bands" in repr(explorer)


def test_sensors_see_what_the_spectra_module_says(cube_and_labels):
    cube, labels = cube_and_labels
    explorer = SpectralExplorer(cube, WAVELENGTHS, labels, NAMES, ignore_index=0)
    seen = spectra.CAMERA.observe(cube, WAVELENGTHS)
    assert np.abs(cube @ explorer.responses["rgb"].T - seen).max() < 0.01 * np.abs(seen).max()
    for response in explorer.responses.values():
        if response is not None:
            assert response.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_without_wavelengths_or_labels_it_still_shows_spectra():
    explorer = SpectralExplorer(np.random.default_rng(0).random((9, 8, 30)))
    assert list(explorer.responses) == ["pan", "hyper"]
    assert explorer.preset_names == ["given"]
    assert explorer.metrics["threshold"] is None
    assert explorer.metrics["pins"] == [{"row": 4, "column": 4, "class": None}]
    assert explorer._data["labels"] is None


def test_samples_bring_what_they_know():
    explorer = SpectralExplorer(samples.landsat8(), reduce=3)
    assert explorer.cube.shape == (200, 200, 3)
    assert explorer._data["class_names"][:2] == list(samples.landsat8().class_names[:2])
    assert explorer._data["ignore"] == 255
    assert explorer._data["axis"]["wavelengths"] is not None
    exact = samples.landsat8().image[:3, :3].mean(axis=(0, 1))
    assert explorer.cube[0, 0] == pytest.approx(exact, rel=0.02)
    assert SpectralExplorer(samples.sentinel2().aligned(), reduce=2)._data["axis"]["breaks"] == []
    with pytest.raises(ValueError, match="pass reduce=3"):
        SpectralExplorer(samples.landsat8())


def test_a_reduced_scene_keeps_its_fields(scene):
    explorer = SpectralExplorer(scene, reduce=2)
    assert explorer.cube.shape == (72, 72, 200)
    assert "same-object" in explorer.preset_names
    assert explorer._data["axis"]["wavelengths"] is not None


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"cube": np.zeros((4, 4))}, ValueError, "put the bands last"),
        ({"cube": np.zeros((4, 4, 1))}, ValueError, "2 to 512 bands"),
        ({"cube": np.zeros((4, 4, 3), complex)}, TypeError, "complex128 values"),
        ({"cube": np.full((4, 4, 3), np.nan)}, ValueError, "the cube holds 48 values that are NaN"),
        ({"cube": np.zeros((4, 300, 3))}, ValueError, "pass reduce=2"),
        ({"cube": np.zeros((4, 4, 3)), "wavelengths_um": [0.4, 0.5]}, ValueError, "3 bands but 2"),
        (
            {"cube": np.zeros((4, 4, 3)), "wavelengths_um": [400, 500, 600]},
            ValueError,
            "nanometres",
        ),
        (
            {"cube": np.zeros((4, 4, 3)), "labels": np.zeros((4, 5), int)},
            ValueError,
            "one for each pixel",
        ),
        (
            {"cube": np.zeros((4, 4, 3)), "labels": np.full((4, 4), 0.5)},
            TypeError,
            "labels must be integers",
        ),
        ({"cube": np.zeros((4, 4, 3)), "labels": np.full((4, 4), 300)}, ValueError, "0 to 255"),
        (
            {"cube": np.zeros((4, 4, 3)), "labels": np.ones((4, 4), int), "class_names": ["a"]},
            ValueError,
            "label 1 has no name",
        ),
        (
            {"cube": np.zeros((4, 4, 3)), "labels": np.ones((4, 4), int), "ignore_index": 1},
            ValueError,
            "nothing is labelled",
        ),
        ({"cube": np.zeros((4, 4, 3)), "class_names": ["a"]}, ValueError, "without labels"),
        ({"labels": np.zeros((4, 4), int)}, ValueError, "without a cube"),
        ({"reduce": 0}, ValueError, "at least 1"),
        ({"hide": ["map"]}, ValueError, r"hide\[0\] must be one of"),
    ],
)
def test_bad_input_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        SpectralExplorer(**arguments)


@pytest.mark.parametrize("value", [0.0, 3.5])
def test_a_cube_that_says_nothing(value):
    explorer = SpectralExplorer(np.full((3, 4, 5), value), labels=np.arange(12).reshape(3, 4) // 6)
    assert explorer.cube == pytest.approx(value, abs=1e-3)
    assert explorer.metrics["angles"] == [[None if value == 0 else pytest.approx(0, abs=1e-5)]]
    explorer.state = {**explorer.state, "on": "band"}
    assert explorer.metrics["threshold"] is None


# --- reduction ----------------------------------------------------------------------------------------------------------


def bits_of(text: str) -> str:
    return "".join(f"{byte:08b}" for byte in base64.b64decode(text))


def rice(stream: str, parameters: list[int], n: int) -> list[list[int]]:
    """Read Rice codes bit by bit, as their definition says."""
    columns, at = [], 0
    for k in parameters:
        column = []
        for _ in range(n):
            quotient = stream.index("1", at) - at
            at += quotient + 1
            remainder = int(stream[at : at + k] or "0", 2)
            at += k
            unsigned = (quotient << k) + remainder
            column.append(-(unsigned + 1) // 2 if unsigned % 2 else unsigned // 2)
        columns.append(column)
    assert set(stream[at:]) <= {"0"}
    assert len(stream) - at < 8
    return columns


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shape=st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(2, 9)),
    scale=st.sampled_from([1e-3, 1.0, 5e4]),
    budget=st.integers(30, 4000),
)
def test_the_text_says_what_the_cube_is(seed, shape, scale, budget):
    rng = np.random.default_rng(seed)
    cube = scale * (rng.standard_t(3, shape) + 2)
    reduced = reduced_cube(cube, budget)
    n = shape[0] * shape[1]
    columns = rice(bits_of(reduced.text["coefficients"]), reduced.text["rice"], n)
    assert (np.array(columns) == reduced.coefficients[:, 1:].T).all()
    assert (reduced.coefficients[:, 0] == 1).all()
    whole = np.frombuffer(base64.b64decode(reduced.text["basis"]), "<i2").reshape(-1, shape[2])
    assert reduced.basis == pytest.approx(whole * np.array(reduced.text["scales"])[:, None])
    assert reduced.isometric @ reduced.isometric.T == pytest.approx(
        (reduced.coefficients @ reduced.basis) @ (reduced.coefficients @ reduced.basis).T,
        rel=1e-6,
        abs=1e-6 * (cube**2).max() * shape[2],
    )


def test_more_room_means_less_error(cube_and_labels):
    cube, _ = cube_and_labels
    budgets = (300, 1000, 3000, 10_000, 30_000)
    reduced = [reduced_cube(cube, budget) for budget in budgets]
    errors = [r.error["relative"] for r in reduced]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.003 < 0.1 < errors[0]
    for r, budget in zip(reduced, budgets, strict=True):
        assert len(r.text["coefficients"]) <= budget + 4
        assert r.error["relative"] == pytest.approx(
            np.sqrt(((r.cube - cube) ** 2).mean() / (cube**2).mean()), rel=1e-3
        )


# --- pairs --------------------------------------------------------------------------------------------------------------


def test_fields_are_connected_areas_of_one_class(cube_and_labels):
    cube, labels = cube_and_labels
    found = fields(cube, labels, 0)
    assert sorted(field.class_id for field in found) == [1, 1, 2, 3]
    for field in found:
        assert field.n_pixels == 56
        assert labels[tuple(field.pixel)] == field.class_id
        assert (cube[tuple(field.pixel)] == field.spectrum).all()
    assert fields(cube, labels, None)[0].class_id == 0  # then the ground between them is one more


def test_the_most_separable_class_is_found():
    rng = np.random.default_rng(4)
    cube, labels = rng.normal(0, 1, (30, 30, 5)), np.zeros((30, 30), int)
    labels[10:20, 5:25] = 1
    labels[22:28, 5:25] = 2
    cube[labels == 2, 3] -= 9
    assert most_separable(cube, labels, 0) == (3, 2) or most_separable(cube, labels, 0) == (3, 1)
    assert most_separable(cube, labels, None)[0] == 3


@given(band=st.integers(0, 39))
def test_a_band_stands_in_the_nearest_box(band):
    response = spectra.LANDSAT8.pick("B2", "B5", "B7").response(WAVELENGTHS)
    centres = [float(WAVELENGTHS @ row) for row in response]
    distances = np.abs(np.array(centres) - WAVELENGTHS[band])
    assert distances[box_of(response, band)] == pytest.approx(distances.min(), abs=0.02)


def test_fixtures_are_up_to_date():
    said = json.loads(spectral_explorer_fixtures.PATH.read_text(encoding="utf-8"))
    now = json.loads(spectral_explorer_fixtures.text())
    assert _close(said, now), "run python -m tests.widgets.spectral_explorer_fixtures"


def _close(a, b) -> bool:
    """Compare JSON values; numbers to 1e-6, as linear algebra differs in the last digits between machines."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(_close(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(_close, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return a == pytest.approx(b, rel=1e-6, abs=1e-6)
    return a == b
