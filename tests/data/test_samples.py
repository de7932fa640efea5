"""The bundled images: unchanged, credited, consistent, and light to import."""

import hashlib
import importlib.resources
import json
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seglearn.data import samples

ASSETS = Path(str(importlib.resources.files("seglearn"))) / "assets"
SETS = ["nuclei", "landsat7", "landsat8", "sentinel2", "sentinel1", "indian_pines"]
INDEX = json.loads((ASSETS / "photographs" / "index.json").read_text(encoding="utf-8"))
RECORDED = [line.split("  ") for line in (ASSETS / "samples.sha256").read_text().splitlines()]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a sample must not need the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def load(name):
    return getattr(samples, name)()


def arrays_of(sample):
    return {k: v for k, v in vars(sample).items() if isinstance(v, np.ndarray)}


# ------------------------------------------------------------------------------ all samples


@pytest.mark.parametrize(("digest", "path"), RECORDED, ids=[path for _, path in RECORDED])
def test_file_is_as_recorded(digest, path):
    found = hashlib.sha256((ASSETS / path).read_bytes()).hexdigest()
    assert found == digest, (
        "if the change is meant, run: python data_scripts/make_samples.py record"
    )


def test_every_file_is_recorded():
    present = {
        file.relative_to(ASSETS).as_posix()
        for folder in [*SETS, "photographs"]
        for file in (ASSETS / folder).rglob("*")
        if file.is_file() and file.suffix != ".md"
    }
    assert present == {path for _, path in RECORDED}


def test_everything_together_is_small():
    total = sum(
        file.stat().st_size
        for folder in [*SETS, "photographs"]
        for file in (ASSETS / folder).rglob("*")
        if file.is_file()
    )
    assert total < 20e6


@pytest.mark.parametrize("name", SETS)
def test_credit_is_attached_and_in_the_folder(name):
    sample = load(name)
    text = (ASSETS / name / "CREDITS.md").read_text(encoding="utf-8")
    for word in (sample.title, sample.credit, sample.licence, sample.source):
        assert word
        assert word in text
    assert sample.name == name
    assert sample.credit in repr(sample)
    assert "data:image/jpeg;base64," in sample._repr_html_()


@pytest.mark.parametrize("name", SETS)
def test_each_call_returns_arrays_of_its_own(name):
    first = load(name)
    assert arrays_of(first)
    for array in arrays_of(first).values():
        array[...] = 0
    for key, array in arrays_of(load(name)).items():
        assert array.any(), key


def test_import_is_light():
    code = (
        "import sys; from seglearn.data import samples; samples.photograph_names(); "
        "print([m for m in ('torch', 'skimage', 'matplotlib', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------ photographs


def test_there_are_at_least_eight_photographs():
    names = samples.photograph_names()
    assert len(names) >= 8
    assert names == sorted(names)
    assert {p.stem for p in (ASSETS / "photographs" / "labels").iterdir()} == set(names)


def test_photograph_names_is_a_fresh_list():
    samples.photograph_names().clear()
    assert samples.photograph_names()


def test_unknown_photograph_lists_the_names():
    with pytest.raises(ValueError, match=r"unknown photograph 'lena'; expected one of .*'coffee'"):
        samples.photograph("lena")


def test_no_path_can_be_smuggled_in_as_a_name():
    with pytest.raises(ValueError, match="unknown photograph"):
        samples.photograph("../labels/coffee")


def test_class_table_holds_exactly_the_classes_used():
    used = {
        s.class_name for n in samples.photograph_names() for s in samples.photograph(n).segments
    }
    assert sorted(INDEX["classes"]) == sorted(used)
    assert len(set(INDEX["classes"])) == len(INDEX["classes"])


def test_a_class_is_thing_or_stuff_everywhere():
    kinds = {}
    for name in samples.photograph_names():
        for segment in samples.photograph(name).segments:
            kinds.setdefault(segment.class_name, set()).add(segment.is_thing)
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}


@pytest.mark.parametrize("name", samples.photograph_names())
class TestPhotograph:
    def test_pixels_are_as_recorded(self, name):
        entry = INDEX["photographs"][name]
        pixels = np.ascontiguousarray(samples._photograph_pixels(entry["image"]))
        assert hashlib.sha256(pixels.tobytes()).hexdigest() == entry["pixels_sha256"]
        image = samples.photograph(name).image
        assert image.dtype == np.float32
        np.testing.assert_array_equal((image * 255).round().astype(np.uint8), pixels)
        assert 0 <= image.min() < image.max() <= 1

    def test_shapes_and_types(self, name):
        photo = samples.photograph(name)
        shape = photo.panoptic.shape
        assert photo.image.shape in (shape, (*shape, 3))
        assert photo.rgb.shape == (*shape, 3)
        assert photo.semantic.shape == photo.instances.shape == shape
        assert photo.panoptic.dtype == photo.semantic.dtype == np.uint8
        assert photo.instances.dtype == np.int32

    def test_segments_and_pixels_agree(self, name):
        photo = samples.photograph(name)
        assert [s.id for s in photo.segments] == list(range(1, len(photo.segments) + 1))
        assert set(np.unique(photo.panoptic)) - {samples.VOID} == {s.id for s in photo.segments}

    def test_truths_agree(self, name):
        photo = samples.photograph(name)
        np.testing.assert_array_equal(
            photo.semantic == samples.VOID, photo.panoptic == samples.VOID
        )
        for s in photo.segments:
            inside = photo.panoptic == s.id
            assert photo.class_names[s.class_id] == s.class_name
            assert (photo.semantic[inside] == s.class_id).all()
            assert (photo.instances[inside] == (s.id if s.is_thing else 0)).all()
        assert not photo.instances[photo.panoptic == samples.VOID].any()

    def test_stuff_is_one_segment_a_class(self, name):
        stuff = [s.class_name for s in samples.photograph(name).segments if not s.is_thing]
        assert len(stuff) == len(set(stuff))

    def test_masks_cover_what_is_not_void(self, name):
        photo = samples.photograph(name)
        by_class = sum(photo.mask(c).astype(int) for c in photo.classes_present)
        by_segment = sum(photo.mask(s.id).astype(int) for s in photo.segments)
        np.testing.assert_array_equal(by_class, photo.panoptic != samples.VOID)
        np.testing.assert_array_equal(by_segment, by_class)

    def test_credit_is_attached_and_in_the_folder(self, name):
        photo = samples.photograph(name)
        text = (ASSETS / "photographs" / "CREDITS.md").read_text(encoding="utf-8")
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        for word in (photo.title, photo.credit, photo.licence, photo.source):
            assert word
            assert word in row

    def test_each_call_returns_arrays_of_its_own(self, name):
        photo = samples.photograph(name)
        photo.image[...] = 0
        photo.panoptic[...] = 0
        again = samples.photograph(name)
        assert again.image.any()
        assert again.panoptic.any()


def test_mask_of_an_unknown_class_lists_those_present():
    photo = samples.photograph("coffee")
    with pytest.raises(ValueError, match=r"no class or segment 'zebra'.*cup.*1 to 6"):
        photo.mask("zebra")
    with pytest.raises(ValueError, match="no class or segment 255"):
        photo.mask(samples.VOID)
    with pytest.raises(ValueError, match="no class or segment True"):
        photo.mask(True)


def test_grey_photographs_stay_grey():
    photo = samples.photograph("camera")
    assert photo.image.ndim == 2
    np.testing.assert_array_equal(photo.rgb[..., 1], photo.image)


def test_an_image_of_another_size_is_refused(monkeypatch):
    monkeypatch.setattr(samples, "_photograph_pixels", lambda where: np.zeros((4, 5, 3), np.uint8))
    with pytest.raises(RuntimeError, match=r"\(4, 5\).*another image.*constraints.txt"):
        samples.photograph("coffee")


def test_photograph_shows_itself():
    photo = samples.photograph("china")
    assert repr(photo).startswith("Photograph('china': 427×640")
    assert "danielbuechele" in photo._repr_html_()


# ------------------------------------------------------------------- microscope and satellites


def test_nuclei():
    nuclei = samples.nuclei()
    assert nuclei.image.shape == nuclei.instances.shape == (512, 512)
    assert nuclei.image.dtype == np.float32
    assert 0 <= nuclei.image.min() < nuclei.image.max() <= 1
    np.testing.assert_array_equal(np.unique(nuclei.instances), np.arange(126))
    assert (
        nuclei.image[nuclei.instances > 0].mean() > 2 * nuclei.image[nuclei.instances == 0].mean()
    )


@pytest.mark.parametrize(
    ("name", "shape", "dtype"),
    [
        ("landsat7", (352, 349, 6), np.uint8),
        ("landsat8", (600, 600, 3), np.uint16),
        ("sentinel2", (200, 300, 4), np.uint16),
        ("indian_pines", (145, 145, 200), np.uint16),
    ],
)
def test_raster(name, shape, dtype):
    raster = load(name)
    assert raster.dn.shape == raster.image.shape == shape
    assert raster.dn.dtype == dtype
    assert raster.image.dtype == np.float32
    assert len(raster.bands) == len(raster.wavelengths_um) == shape[2]
    assert len({band.name for band in raster.bands}) == shape[2]
    expected = raster.dn.astype(float) * raster.scale + raster.offset
    np.testing.assert_allclose(raster.image, expected, atol=1e-5)
    rgb = raster.rgb()
    assert rgb.shape == (*shape[:2], 3)
    assert rgb.dtype == np.float32
    assert rgb.min() == 0
    assert rgb.max() == 1


def test_bands_by_name_and_by_label():
    raster = samples.sentinel2()
    np.testing.assert_array_equal(raster.band("B08"), raster.band("nir"))
    np.testing.assert_array_equal(raster.band("red"), raster.image[..., 2])
    with pytest.raises(ValueError, match=r"no band 'B09'.*B08 \(nir\)"):
        raster.band("B09")
    with pytest.raises(ValueError, match=r"no band ''.*, …"):
        samples.indian_pines().band("")


def test_percentiles_are_checked():
    with pytest.raises(ValueError, match=r"\(98, 2\) must be two ascending numbers"):
        samples.landsat7().rgb(percentiles=(98, 2))


def test_band_order_is_physical():
    """Haze brightens blue; leaves are bright in the near infrared; water is darkest there."""
    eight = samples.landsat8()
    blue, green, red = eight.image.mean(axis=(0, 1))
    assert blue > green > red
    seven = samples.landsat7()
    sea = (slice(250, 340), slice(310, 345))
    assert seven.band("nir")[sea].mean() < 0.5 * seven.band("green")[sea].mean()
    assert list(seven.wavelengths_um) == sorted(seven.wavelengths_um)


def test_landsat8_labels_lie_on_what_they_name():
    scene = samples.landsat8()
    assert scene.class_names == ("water", "crop", "tree", "developed")
    assert set(np.unique(scene.labels)) == {0, 1, 2, 3, scene.ignore_index}
    assert [int((scene.labels == k).sum()) for k in range(4)] == [212, 192, 198, 81]
    assert sorted(k for _, _, k in scene.points) == [0, 1, 2, 3]
    brightness = [scene.image[scene.labels == k].mean() for k in range(4)]
    assert brightness[3] == max(brightness)
    water, tree = (scene.band("red")[scene.labels == k].mean() for k in (0, 2))
    for row, column, k in scene.points:
        if k in (0, 2):
            assert abs(scene.band("red")[row, column] - (water, tree)[k // 2]) < 0.01


def test_sentinel2_short_wave_bands_are_aligned_by_ground_not_by_index():
    scene = samples.sentinel2()
    assert scene.swir.pixel_size_m == 2 * scene.pixel_size_m
    aligned = scene.aligned()
    assert [band.name for band in aligned.bands] == ["B02", "B03", "B04", "B08", "B11", "B12"]
    assert aligned.dn.shape == (200, 300, 6)
    red = scene.band("red").ravel()
    assert np.corrcoef(red, aligned.band("swir1").ravel())[0, 1] > 0.75
    assert abs(np.corrcoef(red, scene.swir.band("swir1").ravel())[0, 1]) < 0.1


def test_sentinel1_dates_share_a_grid_and_the_other_place_does_not():
    scene = samples.sentinel1()
    assert scene.db.shape == (2, 217, 268)
    assert scene.db.dtype == np.float32
    assert scene.elsewhere_db.shape == (217, 268)
    first, second = scene.db.reshape(2, -1)
    assert np.corrcoef(first, second)[0, 1] > 0.6
    assert abs(np.corrcoef(second, scene.elsewhere_db.ravel())[0, 1]) < 0.2
    np.testing.assert_allclose(10 * np.log10(scene.intensity), scene.db, atol=1e-4)


def test_indian_pines():
    scene = samples.indian_pines()
    assert (scene.dn.min(), scene.dn.max()) == (955, 9604)
    assert scene.labels.shape == (145, 145)
    assert len(scene.class_names) == 17
    counts = np.bincount(scene.labels.ravel())
    assert counts[scene.ignore_index] == 10776
    assert counts[[9, 11]].tolist() == [20, 2455]  # oats, soybean with minimum till
    channels, centres_um = samples.indian_pines_calibration()
    np.testing.assert_array_equal(scene.wavelengths_um, centres_um)
    np.testing.assert_array_equal(scene.channels, channels)
    # The decoded cube's own hash: storing it as differences must not cost a bit.
    digest = hashlib.sha256(scene.dn.tobytes()).hexdigest()
    assert digest == "36468dd7336c8bd37a80cced54362ea426f226703f3797ba494556fd8134e77f"
