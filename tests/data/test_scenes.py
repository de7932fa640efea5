"""Street scenes: the same from run to run, true to the pixel, and knobs that do what they say."""

import hashlib
import subprocess
import sys
from dataclasses import fields
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from torch.utils.data import DataLoader

from seglearn.data import SceneDataset, augment, labels, scenes
from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.photograph import read_truth
from seglearn.data._scenes.view import Camera, make_light

SKY, BUILDING, ROAD, PAVEMENT, GRASS, TREE, CAR, PERSON, POLE = range(9)
THINGS = [c.id for c in scenes.CLASSES if c.is_thing]
SEEDS = range(14)

# First 16 digits of the SHA-256 of the semantic, instance and depth maps at 96×96, in this order.
# Pillow's polygon filling and NumPy's random streams enter into them.
RECORDED = {
    0: "320b47754af8b184",
    1: "f435660cbc86bc5b",
    2: "f173fda097d292e4",
    (3, 4): "65e508c6024c791d",
}


@cache
def series(**knobs):
    return [scenes.make_scene((2024, i), **knobs) for i in SEEDS]


def share(sample, class_id):
    return np.mean([np.mean(scene.semantic == class_id) for scene in sample])


def neighbours(array):
    """Each pixel beside its right and its lower neighbour."""
    yield array[:, :-1], array[:, 1:]
    yield array[:-1], array[1:]


# The same every time


@pytest.mark.parametrize("seed", RECORDED)
def test_truth_is_the_recorded_one(seed):
    scene = scenes.make_scene(seed)
    digest = hashlib.sha256()
    for part, kind in ((scene.semantic, "u1"), (scene.instances, "<i4"), (scene.depth, "<u2")):
        digest.update(part.astype(kind).tobytes())
    assert digest.hexdigest()[:16] == RECORDED[seed]


def test_same_seed_same_scene_in_another_process():
    code = (
        "import hashlib; from seglearn.data import scenes;"
        "print(hashlib.sha256(scenes.make_scene((5, 6)).image.tobytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = hashlib.sha256(scenes.make_scene((5, 6)).image.tobytes()).hexdigest()
    assert other.stdout.strip() == here


def test_other_seed_other_scene():
    pictures = {
        scenes.make_scene(seed).image.tobytes() for seed in [*range(20), (0, 0), (0, 1), (1, 0)]
    }
    assert len(pictures) == 23


def test_torch_is_imported_for_the_data_set_only():
    code = (
        "import sys; from seglearn import data; data.scenes.make_scene(0);"
        "assert 'torch' not in sys.modules; data.SceneDataset; assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# Shapes and tables


@pytest.mark.parametrize("size", [(32, 32), (33, 71), (96, 96), (64, 160), (200, 40), (128, 128)])
def test_any_size(size):
    scene = scenes.make_scene(3, size)
    assert scene.image.shape == (*size, 3)
    assert scene.image.dtype == np.float32
    assert 0 <= scene.image.min() < scene.image.max() <= 1
    for part, kind in (
        (scene.semantic, np.uint8),
        (scene.instances, np.int32),
        (scene.panoptic, np.int32),
        (scene.depth, np.uint16),
    ):
        assert part.shape == size
        assert part.dtype == kind
    assert set(np.unique(scene.semantic)) <= {*range(scenes.N_CLASSES), scenes.IGNORE}


def test_size_keeps_the_street():
    small = scenes.make_scene(4, (64, 64), void_px=0)
    large = scenes.make_scene(4, (192, 192), void_px=0)
    assert np.mean(large.semantic[1::3, 1::3] == small.semantic) > 0.93


def test_every_class_occurs():
    assert all(share(series(), c.id) > 0.002 for c in scenes.CLASSES)


def test_class_table_is_the_one_of_labels():
    ours = [(c.id, c.name, c.color) for c in scenes.CLASSES]
    theirs = [(c.id, c.name, c.safe_color) for c in labels.SCENES if not c.ignored]
    assert ours == theirs


# The truths agree


@pytest.mark.parametrize("void_px", [0, 1, 3])
def test_truths_agree(void_px):
    for scene in series(void_px=void_px):
        semantic, instances = scene.semantic, scene.instances
        assert np.array_equal(scene.panoptic // 1000, semantic)
        assert np.array_equal(scene.panoptic % 1000, instances)
        assert np.array_equal(instances > 0, np.isin(semantic, THINGS))
        assert np.array_equal(
            np.unique(instances[instances > 0]), np.arange(len(scene.distances)) + 1
        )
        for i in range(1, len(scene.distances) + 1):
            assert len(np.unique(semantic[instances == i])) == 1
            assert len(np.unique(scene.depth[instances == i])) == 1


def test_segments_describe_the_panoptic_map():
    for scene in series():
        listed = {s.id: s for s in scene.segments}
        assert set(listed) == set(np.unique(scene.panoptic)) - {1000 * scenes.IGNORE}
        for segment in listed.values():
            mask = scene.panoptic == segment.id
            rows, columns = np.nonzero(mask)
            assert segment.area == mask.sum()
            assert segment.box == (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
            assert segment.id == 1000 * segment.class_id + segment.instance
            assert (segment.distance is None) == (segment.instance == 0)
            assert scenes.CLASSES[segment.class_id].is_thing == (segment.instance > 0)


def test_nearer_things_have_larger_depth():
    for scene in series():
        order = [scene.depth[scene.instances == i][0] for i in range(1, len(scene.distances) + 1)]
        assert np.all(np.diff(order) > 0)
        assert np.all(np.diff(scene.distances) <= 0)
        assert np.all(scene.depth[scene.semantic == SKY] == 0)


@pytest.mark.parametrize(("knob", "class_id"), [("poles", POLE), ("people", PERSON)])
def test_what_is_taken_away_uncovers_what_lies_behind(knob, class_id):
    for with_it, without in zip(series(void_px=0), series(void_px=0, **{knob: 0}), strict=True):
        changed = with_it.semantic != without.semantic
        assert np.all(with_it.semantic[changed] == class_id)
        assert np.all(with_it.depth[changed] > without.depth[changed])


def test_painter_hides_what_is_behind():
    rng = np.random.default_rng(0)
    camera = Camera(focal=100, centre=64, horizon=50, x=0, height=2, bend=0)
    canvas = Canvas((64, 64), camera, make_light(rng, 0))
    for class_id, box in ((CAR, (20, 20, 80, 80)), (PERSON, (50, 10, 70, 120))):
        canvas.begin(class_id, 10)
        x0, y0, x1, y1 = box
        grey = canvas.surface((0.5, 0.5, 0.5))
        canvas.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], grey)
    semantic, instances, depth, _ = read_truth(canvas, 0)
    assert (semantic[30, 30], semantic[20, 15], semantic[2, 2]) == (PERSON, CAR, SKY)
    assert instances[30, 30] == 2
    assert depth[30, 30] > depth[20, 15] > depth[2, 2]


# The void border


@pytest.mark.parametrize("void_px", [1, 2, 3])
def test_void_has_the_asked_width_behind_each_outline(void_px):
    for bare, scene in zip(series(void_px=0), series(void_px=void_px), strict=True):
        void = scene.semantic == scenes.IGNORE
        kept = ~void
        assert np.array_equal(scene.semantic[kept], bare.semantic[kept])
        assert np.array_equal(scene.image, bare.image)
        # The first ring: pixels with a 4-neighbour of another segment that is nearer.
        first = np.zeros_like(void)
        for ids, order, ring in zip(
            neighbours(bare.panoptic), neighbours(bare.depth), neighbours(first), strict=True
        ):
            outline = ids[0] != ids[1]
            ring[0][outline & (order[0] < order[1])] = True
            ring[1][outline & (order[1] < order[0])] = True
        steps = ndimage.distance_transform_cdt(~first, metric="taxicab") + 1
        assert np.all(void[first])
        assert steps[void].max() <= void_px
        assert np.all(bare.depth[void] < bare.depth.max())


def test_void_never_erases_a_nearest_thing():
    for bare, scene in zip(series(void_px=0), series(void_px=3), strict=True):
        nearest = bare.instances == bare.instances.max()
        assert np.array_equal(scene.semantic[nearest], bare.semantic[nearest])


def test_void_can_be_switched_off():
    assert all(scenes.IGNORE not in scene.semantic for scene in series(void_px=0))
    assert 0.03 < share(series(), scenes.IGNORE) < 0.2


# Knobs do what they say

QUIET = {"noise": 0, "light_variation": 0, "shadows": 0, "haze": 0, "texture": 0, "soft_edges": 0}


@pytest.mark.parametrize(
    ("knob", "class_id"), [("cars", CAR), ("people", PERSON), ("trees", TREE), ("poles", POLE)]
)
def test_more_of_it(knob, class_id):
    assert share(series(**{knob: 10}), class_id) > 1.5 * share(series(**{knob: 2}), class_id)
    if class_id != TREE:
        assert share(series(**{knob: 0}), class_id) == 0


def test_greenery_is_grass_instead_of_buildings():
    town, park = series(greenery=0), series(greenery=1)
    assert share(park, GRASS) > 2 * share(town, GRASS)
    assert share(park, BUILDING) < 0.7 * share(town, BUILDING)


def test_pole_px_is_a_width():
    def width(pixels):
        runs = []
        for scene in series(void_px=0, pole_px=pixels, cars=0, people=0):
            for i in range(1, len(scene.distances) + 1):
                runs.append(
                    np.median((scene.instances == i).sum(axis=1)[(scene.instances == i).any(1)])
                )
        return np.median(runs)

    assert [width(p) for p in (1, 2, 4)] == [1, 2, 4]


def test_imbalance_leaves_things_out():
    def count(value):
        return sum(len(scene.distances) for scene in series(imbalance=value))

    assert count(0) > 1.5 * count(0.6) > 0
    assert count(1) == 0


def test_grey_twins_give_roofs_the_grey_of_the_road():
    def twins(value):
        shares = []
        for scene in series(grey_twins=value, void_px=2, **QUIET):
            # Not the foreground: side streets, kerbs and lens shading change the grey of the road.
            road = np.median(scene.image[scene.semantic == ROAD], axis=0)
            houses = scene.image[scene.semantic == BUILDING]
            shares.append(np.mean(np.abs(houses - road).max(axis=1) < 0.03))
        return np.mean(shares)

    assert twins(1.0) > twins(0.0) + 0.04


def test_green_twins_bring_crowns_to_the_green_of_grass():
    def gap(value):
        gaps = []
        for scene in series(green_twins=value, greenery=1, **QUIET):
            tree, grass = scene.semantic == TREE, scene.semantic == GRASS
            if tree.sum() > 50 and grass.sum() > 50:
                difference = np.median(scene.image[tree], 0) - np.median(scene.image[grass], 0)
                gaps.append(np.abs(difference).max())
        return np.mean(gaps)

    assert gap(1.0) < 0.5 * gap(0.0)


def test_scale_range_spreads_distances():
    def spread(value):
        distances = np.concatenate(
            [s.distances for s in series(scale_range=value, poles=0, touching=0)]
        )
        return np.std(np.log(distances))

    assert spread(1.0) > 2 * spread(0.3)


def test_soft_edges_blur_the_image_and_not_the_labels():
    def steepness(sample):
        total = []
        for scene in sample:
            for ids, grey in zip(
                neighbours(scene.semantic), neighbours(scene.image.mean(axis=2)), strict=True
            ):
                total.append(np.abs(grey[0] - grey[1])[ids[0] != ids[1]])
        return np.concatenate(total).mean()

    hard, soft = (series(void_px=0, noise=0, soft_edges=v) for v in (0, 2))
    assert steepness(soft) < 0.5 * steepness(hard)
    assert all(np.array_equal(a.semantic, b.semantic) for a, b in zip(hard, soft, strict=True))


def test_touching_makes_instances_of_a_class_meet():
    def meetings(value):
        pairs = 0
        for scene in series(touching=value, void_px=0, poles=0):
            found = set()
            for ids, classes in zip(
                neighbours(scene.instances), neighbours(scene.semantic), strict=True
            ):
                meet = (ids[0] != ids[1]) & (ids[0] > 0) & (ids[1] > 0) & (classes[0] == classes[1])
                found |= set(zip(ids[0][meet].tolist(), ids[1][meet].tolist(), strict=True))
            pairs += len(found)
        return pairs

    assert meetings(1.0) > 1.5 * meetings(0.0)


def test_noise_is_its_standard_deviation():
    clean, noisy = series(noise=0), series(noise=0.05)
    inside = [(a.image > 0.2) & (a.image < 0.8) for a in clean]
    difference = np.concatenate(
        [(b.image - a.image)[m] for a, b, m in zip(clean, noisy, inside, strict=True)]
    )
    assert difference.std() == pytest.approx(0.05, rel=0.03)


def test_shadows_darken_the_ground_only():
    for a, b in zip(
        series(shadows=0, noise=0, soft_edges=0),
        series(shadows=1, noise=0, soft_edges=0),
        strict=True,
    ):
        assert np.all(b.image <= a.image + 1e-6)
        elsewhere = ~np.isin(a.semantic, [ROAD, PAVEMENT, GRASS, scenes.IGNORE])
        elsewhere = ndimage.binary_erosion(elsewhere, np.ones((3, 3)))
        assert np.mean(np.isclose(a.image, b.image, atol=0.01)[elsewhere]) > 0.995
    assert any(
        not np.array_equal(a.image, b.image)
        for a, b in zip(series(shadows=0), series(shadows=1), strict=True)
    )


def test_texture_light_and_haze():
    def roughness(scene):
        road = ndimage.binary_erosion(scene.semantic == ROAD, iterations=2)
        return scene.image[road].std()

    assert np.mean([roughness(s) for s in series(texture=1, noise=0)]) > np.mean(
        [roughness(s) for s in series(texture=0, noise=0)]
    )
    mean_light = [np.std([s.image.mean() for s in series(light_variation=v)]) for v in (0, 1)]
    assert mean_light[1] > mean_light[0]
    for a, b in zip(series(haze=0, noise=0), series(haze=1, noise=0), strict=True):
        far = a.depth <= 8
        assert np.abs(b.image - a.image)[far].max() > 0.05


def test_knobs_leave_the_rest_of_the_scene():
    image_only = (
        "soft_edges",
        "light_variation",
        "shadows",
        "texture",
        "haze",
        "noise",
        "green_twins",
        "grey_twins",
    )
    bare = series()
    for knob in image_only:
        for a, b in zip(bare, series(**{knob: 0}), strict=True):
            assert np.array_equal(a.panoptic, b.panoptic), knob
            assert np.array_equal(a.depth, b.depth), knob


# Bad input


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: scenes.make_scene(-1), ValueError, "-1"),
        (lambda: scenes.make_scene(1.5), TypeError, "1.5"),
        (lambda: scenes.make_scene(()), TypeError, "whole number"),
        (lambda: scenes.make_scene("7"), TypeError, "whole number"),
        (lambda: scenes.make_scene(0, (16, 96)), ValueError, "at least 32"),
        (lambda: scenes.make_scene(0, (10**9, 96)), ValueError, "gigabytes of memory"),
        (lambda: scenes.make_scene(0, 96), TypeError, "height, width"),
        (lambda: scenes.make_scene(0, (96.0, 96)), TypeError, "whole pixels"),
        (lambda: scenes.make_scene(0, config={"poles": 1}), TypeError, "SceneConfig"),
        (lambda: scenes.make_scene(0, pole=3), TypeError, "choose from poles"),
        (lambda: scenes.SceneConfig(void_px=4), ValueError, "0 to 3"),
        (lambda: scenes.SceneConfig(void_px=1.0), TypeError, "whole"),
        (lambda: scenes.SceneConfig(poles="many"), TypeError, "number"),
        (lambda: scenes.SceneConfig(noise=float("nan")), ValueError, "0 to 0.3"),
        (lambda: SceneDataset(0), ValueError, "n must be at least 1, got 0"),
        (lambda: SceneDataset(2.0), TypeError, "n must be a whole number, got 2.0"),
        (lambda: SceneDataset(2, seed=-1), ValueError, "seed must be at least 0, got -1"),
        (lambda: SceneDataset(2)[2], IndexError, "2 scenes"),
        (lambda: SceneDataset(2).set_epoch(-1), ValueError, "epoch"),
        (lambda: augment.Augmentation(scale=(0, 1)), ValueError, "scale"),
        (lambda: augment.Augmentation(flip=2), ValueError, "flip"),
        (lambda: augment.Augmentation(crop=(0, 4)), ValueError, "crop"),
        (lambda: augment.Augmentation(flip=True), TypeError, "flip must be a number"),
        (lambda: augment.Augmentation(ignore_index=11.0), TypeError, "ignore_index"),
        (lambda: scenes.nothing, AttributeError, "nothing"),
    ],
)
def test_bad_input_is_refused_with_a_remedy(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("knob", fields(scenes.SceneConfig), ids=lambda knob: knob.name)
def test_every_knob_works_over_its_range_and_not_beyond(knob):
    assert knob.name in scenes.SceneConfig.__doc__
    for end in (knob.metadata["low"], knob.metadata["high"]):
        scenes.make_scene(1, (48, 48), **{knob.name: end})
    for beyond in (knob.metadata["low"] - 1, knob.metadata["high"] + 1):
        with pytest.raises(ValueError, match=knob.name):
            scenes.SceneConfig(**{knob.name: beyond})


# Augmentation

samples = st.builds(
    lambda seed, void: (lambda s: augment.Sample(s.image, s.semantic, s.instances))(
        scenes.make_scene(seed, (40, 56), void_px=void)
    ),
    st.integers(0, 200),
    st.integers(0, 2),
)
quick = settings(max_examples=40, deadline=None)


def histogram(array):
    return dict(zip(*(part.tolist() for part in np.unique(array, return_counts=True)), strict=True))


@quick
@given(samples)
def test_flip_keeps_histograms_and_undoes_itself(sample):
    flipped = augment.flip(sample)
    assert histogram(flipped.semantic) == histogram(sample.semantic)
    assert histogram(flipped.instances) == histogram(sample.instances)
    for a, b in zip(augment.flip(flipped), sample, strict=True):
        assert np.array_equal(a, b)


@quick
@given(samples, st.floats(0.3, 3))
def test_rescale_never_invents_or_blends_a_label(sample, factor):
    scaled = augment.rescale(sample, factor)
    assert scaled.image.shape[:2] == scaled.semantic.shape == scaled.instances.shape
    # Pairs, not only values: semantic and instance maps are read at the same places.
    pairs = set(zip(sample.semantic.flat, sample.instances.flat, strict=True))
    assert set(zip(scaled.semantic.flat, scaled.instances.flat, strict=True)) <= pairs
    assert scaled.semantic.dtype == sample.semantic.dtype
    assert scaled.image.min() >= sample.image.min() - 1e-6
    assert scaled.image.max() <= sample.image.max() + 1e-6


@quick
@given(
    samples,
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.integers(-100, 100),
    st.integers(-100, 100),
)
def test_crop_pads_with_void(sample, size, top, left):
    window = augment.crop(sample, size, top, left)
    assert window.image.shape == (*size, 3)
    for i in range(0, size[0], 7):
        for j in range(0, size[1], 7):
            y, x = top + i, left + j
            if 0 <= y < 40 and 0 <= x < 56:
                assert window.semantic[i, j] == sample.semantic[y, x]
                assert window.instances[i, j] == sample.instances[y, x]
                assert np.array_equal(window.image[i, j], sample.image[y, x])
            else:
                assert (window.semantic[i, j], window.instances[i, j]) == (scenes.IGNORE, 0)


def test_crop_refuses_an_ignored_label_that_is_no_whole_number():
    sample = augment.Sample(np.zeros((4, 4, 3), np.float32), *np.zeros((2, 4, 4), np.uint8))
    assert augment.crop(sample, (6, 4), 0, 0, ignore_index=11).semantic[5, 0] == 11
    with pytest.raises(TypeError, match=r"whole number, got 2\.5"):
        augment.crop(sample, (6, 4), 0, 0, ignore_index=2.5)


@quick
@given(samples, st.integers(0, 2**32), st.sampled_from([None, (32, 32), (64, 48)]))
def test_augmentation_keeps_truth_in_step_and_repeats(sample, seed, size):
    recipe = augment.Augmentation(crop=size, scale=(0.5, 2))
    first, second = (recipe(sample, np.random.default_rng(seed)) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a, b)
    assert first.semantic.shape == (size or (40, 56)) == first.image.shape[:2]
    assert set(np.unique(first.semantic)) <= {*np.unique(sample.semantic), scenes.IGNORE}
    assert np.array_equal(first.instances > 0, np.isin(first.semantic, THINGS))
    assert 0 <= first.image.min() <= first.image.max() <= 1


def test_the_image_moves_with_its_labels():
    scene = scenes.make_scene(11)
    drawn = np.repeat(scene.semantic[..., None] / np.float32(255), 3, axis=2)
    recipe = augment.Augmentation(flip=1, scale=(1, 1), crop=(64, 64), photometric=0)
    image, semantic, _ = recipe(
        augment.Sample(drawn, scene.semantic, scene.instances), np.random.default_rng(0)
    )
    assert np.array_equal(np.rint(image[..., 0] * 255), semantic)
    scaled = augment.rescale(augment.Sample(drawn, scene.semantic, scene.instances), 2.0)
    flat = ndimage.maximum_filter(scaled.semantic, 5) == ndimage.minimum_filter(scaled.semantic, 5)
    assert np.array_equal(np.rint(scaled.image[..., 0] * 255)[flat], scaled.semantic[flat])


GREY = np.full((8, 10, 3), 0.5, np.float32)
LABEL = np.arange(80, dtype=np.uint8).reshape(8, 10) % 11
NONE = np.zeros_like(LABEL)


def test_the_fill_is_the_label_that_the_data_set_ignores():
    sample = augment.Sample(GREY, LABEL, NONE)
    recipe = augment.Augmentation(
        flip=0, scale=(1, 1), crop=(16, 20), photometric=0, ignore_index=labels.CAMVID.ignore_index
    )
    semantic = recipe(sample, np.random.default_rng(0)).semantic
    assert set(np.unique(semantic)) == {*range(12)}
    labels.check_ids(semantic, labels.CAMVID)
    assert np.count_nonzero(semantic == 11) == 16 * 20 - 80
    assert augment.crop(sample, (1, 1), -1, 0, ignore_index=11).semantic == 11
    assert augment.crop(sample, (1, 1), -1, 0).semantic == 255


@pytest.mark.parametrize(
    ("sample", "error", "words"),
    [
        (augment.Sample((GREY * 255).astype(np.uint8), LABEL, NONE), TypeError, "divide .* by 255"),
        (augment.Sample(GREY * 255, LABEL, NONE), ValueError, "127.5, expected"),
        (augment.Sample(GREY[..., 0], LABEL, NONE), ValueError, r"\(H, W, 3\)"),
        (augment.Sample(np.moveaxis(GREY, 2, 0), LABEL, NONE), ValueError, "moveaxis"),
        (augment.Sample(GREY, LABEL[::2, ::2], NONE[::2, ::2]), ValueError, "image and semantic"),
        (augment.Sample(GREY, LABEL, NONE[:4]), ValueError, "image and instances differ in shape"),
        (augment.Sample(GREY, np.dstack([LABEL] * 3), NONE), ValueError, r"semantic\[\.\.\., 0\]"),
        (augment.Sample(GREY, LABEL / 1, NONE), TypeError, "semantic holds float64"),
        (augment.Sample(GREY, np.ma.masked_equal(LABEL, 0), NONE), TypeError, r"semantic\.filled"),
        (augment.Sample(GREY, LABEL.astype(np.int8), NONE), ValueError, "255 does not fit.*int8"),
        (augment.Sample(GREY, LABEL, "0006R0_f00930"), TypeError, "instances holds"),
        ((GREY, LABEL), TypeError, "augment.Sample.*zeros_like"),
    ],
)
def test_augmentation_looks_at_its_sample(sample, error, words):
    with pytest.raises(error, match=words):
        augment.Augmentation()(sample, np.random.default_rng(0))
    with pytest.raises(error, match=words):
        augment.crop(sample, (4, 4), 0, 0)


def test_photometric_with_gains_of_one_changes_nothing():
    image = scenes.make_scene(0).image
    assert np.allclose(augment.photometric(image, 1, 1, 1), image, atol=1e-6)
    assert np.ptp(augment.photometric(image, 1, 1, 0), axis=2).max() < 1e-6


# The data set


def items(dataset, workers=0, **options):
    loader = DataLoader(dataset, batch_size=None, num_workers=workers, **options)
    return [tuple(part.clone() for part in item) for item in loader]


def same(a, b):
    return all(
        torch.equal(x, y)
        for left, right in zip(a, b, strict=True)
        for x, y in zip(left, right, strict=True)
    )


def test_dataset_items():
    dataset = SceneDataset(3, seed=1, size=(40, 56), instances=True)
    image, semantic, instances = dataset[2]
    scene = dataset.scene(2)
    assert image.shape == (3, 40, 56)
    assert (image.dtype, semantic.dtype, instances.dtype) == (
        torch.float32,
        torch.int64,
        torch.int64,
    )
    assert np.array_equal(image.numpy().transpose(1, 2, 0), scene.image)
    assert np.array_equal(semantic.numpy(), scene.semantic)
    assert np.array_equal(instances.numpy(), scene.instances)
    assert np.array_equal(scene.image, scenes.make_scene((1, 2), (40, 56)).image)
    assert len(list(dataset)) == len(dataset) == 3
    assert len(SceneDataset(1, config=scenes.SceneConfig(cars=0))[0]) == 2


def test_dataset_does_not_depend_on_order_or_workers():
    dataset = SceneDataset(6, seed=3, size=(40, 56), augment=augment.Augmentation())
    forward = [dataset[i] for i in range(6)]
    backward = [dataset[i] for i in reversed(range(6))][::-1]
    assert same(forward, backward)
    assert same(forward, items(dataset))
    assert same(forward, items(dataset, workers=2))


def test_dataset_epochs_reach_running_workers():
    dataset = SceneDataset(4, size=(40, 56), augment=augment.Augmentation())
    loader = DataLoader(dataset, batch_size=None, num_workers=2, persistent_workers=True)
    epochs = []
    for epoch in range(2):
        dataset.set_epoch(epoch)
        epochs.append([tuple(part.clone() for part in item) for item in loader])
        assert same(epochs[epoch], [dataset[i] for i in range(4)])
    assert not same(*epochs)


def test_data_sets_with_other_seeds_share_no_scene():
    pictures = {
        SceneDataset(20, seed=seed, size=(32, 32)).scene(i).image.tobytes()
        for seed in range(3)
        for i in range(20)
    }
    assert len(pictures) == 60
