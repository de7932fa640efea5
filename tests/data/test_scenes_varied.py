"""The knobs that make streets differ: off by default, and each does what it says."""

import hashlib
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from seglearn.data import labels, scenes
from seglearn.data._scenes.annotator import redraw
from seglearn.data._scenes.canvas import Canvas
from seglearn.data._scenes.lens import mirror_in_ground, smear
from seglearn.data._scenes.photograph import read_truth
from seglearn.data._scenes.street import streams
from seglearn.data._scenes.view import Camera, make_camera, make_light, move_camera

SKY, BUILDING, ROAD, PAVEMENT, GRASS, TREE, CAR, PERSON, POLE, FENCE, CYCLIST = range(11)
GROUND = [ROAD, PAVEMENT, GRASS]
THINGS = [c.id for c in scenes.STREET_CLASSES if c.is_thing]
SEEDS = range(14)
NEW = [f.name for f in fields(scenes.SceneConfig)][18:]
WILD = {f.name: f.metadata["high"] for f in fields(scenes.SceneConfig)[:18]} | {
    "pole_px": 2,
    "imbalance": 0.5,
    "green_twins": 0,
    "soft_edges": 2,
    "poles": 10,
    "noise": 0.1,
}
BARE = dict.fromkeys(WILD, 0) | {"pole_px": 1}

# What these scenes were before the knobs from `viewpoint` on were added: the first 16 digits of the
# SHA-256 of semantic, instance and depth maps, and the image's product with a fixed pattern, which
# unlike a digest leaves room for the rounding of other processors.
BEFORE = [
    (0, (96, 96), {}, "320b47754af8b184", 2.1302),
    (2, (96, 96), {}, "f173fda097d292e4", 2.7202),
    ((3, 4), (96, 96), {}, "65e508c6024c791d", 2.3085),
    (7, (64, 160), {}, "f5ea50cecb545cae", 3.1196),
    (11, (33, 71), {}, "8ba01a8366dba394", 0.9838),
    ((2024, 9), (128, 128), {}, "9c69152383ec23bc", 1.0219),
    (5, (96, 96), WILD, "2a9aa525424781b7", -6.1413),
    (6, (96, 96), BARE, "b3c3decf205d7de3", 0.5418),
]
VARIED = [
    (0, "9777ce18afbffb1c", 3.9804),
    (1, "46a452fa43f64ba1", -4.2525),
    ((3, 4), "b5f5f56e74b84a29", 2.7047),
]


def fingerprint(scene):
    digest = hashlib.sha256()
    for part, kind in ((scene.semantic, "u1"), (scene.instances, "<i4"), (scene.depth, "<u2")):
        digest.update(part.astype(kind).tobytes())
    pattern = np.cos(np.arange(scene.image.size)).reshape(scene.image.shape)
    return digest.hexdigest()[:16], float((scene.image * pattern).sum())


@cache
def series(**knobs):
    return [scenes.make_scene((2024, i), **knobs) for i in SEEDS]


@cache
def varied(**knobs):
    return [scenes.make_scene((2024, i), config=scenes.VARIED, **knobs) for i in SEEDS]


def share(sample, class_id):
    return np.mean([np.mean(scene.semantic == class_id) for scene in sample])


def same_truth(a, b):
    return all(
        np.array_equal(x, y)
        for x, y in zip(
            (a.semantic, a.instances, a.depth, a.distances),
            (b.semantic, b.instances, b.depth, b.distances),
            strict=True,
        )
    )


def agree(scene):
    """Check that all truths of a scene say the same."""
    labels.check_ids(scene.semantic, labels.STREETS)
    assert np.array_equal(scene.instances > 0, np.isin(scene.semantic, THINGS))
    assert np.array_equal(
        np.unique(scene.instances[scene.instances > 0]), np.arange(len(scene.distances)) + 1
    )
    assert np.all(np.diff(scene.distances) <= 0)
    assert np.all(scene.distances > 0)
    listed = {s.id: s for s in scene.segments}
    assert set(listed) == set(np.unique(scene.panoptic)) - {1000 * scenes.IGNORE}
    for segment in listed.values():
        assert segment.area == np.count_nonzero(scene.panoptic == segment.id)
        assert scenes.STREET_CLASSES[segment.class_id].is_thing == (segment.instance > 0)


# Off, nothing has changed


@pytest.mark.parametrize(("seed", "size", "knobs", "digest", "product"), BEFORE)
def test_scenes_without_the_new_knobs_are_as_before(seed, size, knobs, digest, product):
    found = fingerprint(scenes.make_scene(seed, size, **knobs))
    assert found == (digest, pytest.approx(product, abs=2e-3))


@pytest.mark.parametrize("knob", NEW)
def test_the_new_knobs_are_off_by_default_and_turn_something(knob):
    assert getattr(scenes.SceneConfig(), knob) == 0
    end = scenes.SceneConfig.__dataclass_fields__[knob].metadata["high"]
    turned = [scenes.make_scene((2024, i), **{knob: end}) for i in SEEDS]
    pairs = list(zip(series(), turned, strict=True))
    assert any(not (same_truth(a, b) and np.array_equal(a.image, b.image)) for a, b in pairs)


def test_default_scenes_have_the_nine_classes_only():
    assert all(scene.semantic[scene.semantic != 255].max() < 9 for scene in series())
    assert scenes.N_CLASSES == 9
    assert scenes.STREET_CLASSES[:9] == scenes.CLASSES


@pytest.mark.parametrize(("seed", "digest", "product"), VARIED)
def test_varied_scenes_are_the_recorded_ones(seed, digest, product):
    found = fingerprint(scenes.make_scene(seed, config=scenes.VARIED))
    assert found == (digest, pytest.approx(product, abs=2e-3))


# The second edition as a whole


def test_street_classes_are_those_of_labels():
    ours = [(c.id, c.name, c.color, c.is_thing) for c in scenes.STREET_CLASSES]
    theirs = [(c.id, c.name, c.safe_color, c.thing) for c in labels.STREETS if not c.ignored]
    assert ours == theirs
    assert (labels.STREETS.by_id(9).name, labels.STREETS.by_id(10).name) == ("fence", "cyclist")
    assert labels.STREETS.n_classes == scenes.N_STREET_CLASSES == 11
    assert labels.STREETS.classes[:9] == labels.SCENES.classes[:9]


def test_varied_scenes_agree_and_show_every_class():
    for scene in varied():
        agree(scene)
    assert all(share(varied(), c.id) > 0.001 for c in scenes.STREET_CLASSES)
    assert scenes.VARIED.label_noise == 0


def test_varied_scenes_are_less_alike():
    def likeness(sample):
        maps = [scene.semantic for scene in sample]
        return np.mean([np.mean(a == b) for i, a in enumerate(maps) for b in maps[:i]])

    assert likeness(varied()) < likeness(series()) - 0.03


@pytest.mark.parametrize("size", [(32, 32), (33, 71), (40, 200), (200, 40), (128, 128)])
def test_any_size_is_filled_with_ground_below(size):
    for seed in range(6):
        scene = scenes.make_scene((31, seed), size, scenes.VARIED, void_px=0)
        agree(scene)
        assert scene.image.shape == (*size, 3)
        assert not np.any(scene.semantic[-size[0] // 8 :] == SKY)


ranges = {
    f.name: st.floats(f.metadata["low"], f.metadata["high"]).map(lambda value: round(value, 3))
    for f in fields(scenes.SceneConfig)
    if f.type in (float, "float")
}


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 1000),
    st.tuples(st.integers(32, 90), st.integers(32, 90)),
    st.fixed_dictionaries({}, optional=ranges),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_any_knobs_give_truths_that_agree(seed, size, knobs, void_px, label_noise):
    scene = scenes.make_scene(seed, size, void_px=void_px, label_noise=label_noise, **knobs)
    agree(scene)
    assert scene.image.dtype == np.float32
    assert np.all((scene.image >= 0) & (scene.image <= 1))


# The camera

TURNED = Camera(
    focal=90, centre=100, horizon=80, x=0, height=2, bend=0, sine=0.6, cosine=0.8, nearest=0.5
)


@given(st.floats(-40, 140), st.floats(-2, 2))
def test_turning_is_undone_and_keeps_the_horizon(u, slope):
    column = TURNED.turned_column(u)
    if np.isfinite(column):
        assert TURNED.unturned_column(column) == pytest.approx(u, abs=1e-6)
        assert TURNED.turn([(u, 80.0)])[0] == pytest.approx((column, 80.0))
    line = TURNED.turn([(x, 80 + slope * (x - 100)) for x in (100, 150, 250)])
    (u0, v0), (u1, v1), (u2, v2) = line
    assert (u1 - u0) * (v2 - v0) == pytest.approx((u2 - u0) * (v1 - v0), abs=1e-6)


def test_turning_is_that_of_a_camera_in_space():
    x, y, z = 3.0, -1.0, 10.0  # from the camera
    ahead = z * TURNED.cosine + x * TURNED.sine
    right = x * TURNED.cosine - z * TURNED.sine
    expected = (100 + 90 * right / ahead, 80 - 90 * y / ahead)
    assert TURNED.turn([TURNED.project(x, 2 + y, z)])[0] == pytest.approx(expected)


def test_what_lies_beside_the_camera_is_cut_off():
    assert list(TURNED.turn([(-2000, 90), (-3000, 90), (-3000, 60)])) == []
    cut = TURNED.turn([(100, 70), (100, 90), (-5000, 90), (-5000, 70)])
    assert min(u for u, _ in cut) < -100
    left = sorted(v for u, v in cut if u < -100)
    assert left == pytest.approx([80 - 10 / 0.15, 80 + 10 / 0.15])
    assert Camera(90, 100, 80, 0, 2, 0).turn(cut) is cut


def cameras(amount, size=(96, 96)):
    rng = np.random.default_rng(0)
    usual = [make_camera(rng, size, 4.0) for _ in range(300)]
    return usual, [move_camera(rng, camera, size, 4.0, amount) for camera in usual]


def test_the_viewpoint_moves_height_heading_place_and_lens():
    usual, moved = cameras(1.0)

    def vanishing(camera):
        return camera.turned_column(camera.centre) / 192

    columns = np.array([vanishing(camera) for camera in moved])
    assert columns.min() < 0
    assert columns.max() > 1
    assert np.std(columns) > 2 * np.std([vanishing(camera) for camera in usual])
    for name, factor in (("height", 1.5), ("focal", 1.5), ("horizon", 1.5), ("x", 1.2)):
        found, before = ([getattr(c, name) for c in part] for part in (moved, usual))
        assert np.std(found) > factor * np.std(before)
    assert 0.2 < np.mean([abs(c.x) > 4 for c in moved]) < 0.5  # on the pavement
    assert min(c.height for c in moved) < 1.1
    assert max(c.height for c in moved) > 5
    assert all(c.sine**2 + c.cosine**2 == pytest.approx(1) for c in moved)


def test_half_the_viewpoint_is_half_the_way():
    usual, half = cameras(0.5)
    _, whole = cameras(1.0)
    for a, b, c in zip(usual, half, whole, strict=True):
        assert b.height == pytest.approx((a.height + c.height) / 2)
        assert b.x == pytest.approx((a.x + c.x) / 2)
        assert b.focal == pytest.approx((a.focal + c.focal) / 2)


def test_bends_swing_the_far_road():
    def swing(sample):
        rows = []
        for scene in sample:
            far = np.argwhere(scene.semantic == ROAD)
            if len(far):
                top = far[:, 0].min() + 2
                rows.append(abs(np.median(far[far[:, 0] == top, 1]) - 48))
        return np.mean(rows)

    def straight(bends):
        return [scenes.make_scene((5, i), bends=bends, cars=0, people=0) for i in range(40)]

    assert swing(straight(1.0)) > 1.3 * swing(straight(0.0))


def test_crossings_bring_road_to_both_sides():
    def wide(sample):
        """Share of scenes with a row that is road from border to border, above the foreground."""
        return np.mean([np.any(np.all(scene.semantic[:75] == ROAD, axis=1)) for scene in sample])

    knobs = {"cars": 0, "people": 0, "poles": 0, "trees": 0, "void_px": 0}
    assert wide(series(crossings=1, **knobs)) > wide(series(crossings=0, **knobs)) + 0.3


# Fences and cyclists


@pytest.mark.parametrize(("pattern", "cover"), [("bars", 0.5), ("mesh", 0.75)])
def test_a_screen_is_seen_through_and_labelled_closed(pattern, cover):
    canvas = Canvas((40, 40), replace(TURNED, sine=0.0, cosine=1.0), light())
    canvas.begin(FENCE, 5)
    number = canvas.surface((0.5, 0.5, 0.5))
    canvas.screen([(10, 20), (59, 20), (59, 49), (10, 49)], pattern, number)
    painted = np.asarray(canvas.surface_map) == number
    assert np.mean(painted[20:50, 10:60]) == pytest.approx(cover, abs=0.01)
    assert not painted[:20].any()
    semantic, instances, _, _ = read_truth(canvas, 0)
    assert np.all(semantic[10:25, 5:30] == FENCE)
    assert np.count_nonzero(semantic == FENCE) == 15 * 25
    assert not instances.any()
    canvas.screen([(-30, -30), (-10, -30), (-10, -10)], pattern, number)  # outside: nothing


def light(seed=0):
    return make_light(np.random.default_rng(seed), 0)


def test_fences_stand_as_often_as_asked():
    def sides(value):
        return np.mean([FENCE in s.semantic for s in series(fences=value, cars=0, trees=0)])

    assert sides(0) == 0
    assert sides(1.0) > 0.8
    assert 0 < sides(0.4) < sides(1.0)


@pytest.mark.parametrize(
    ("knob", "value", "classes"),
    [("fences", 1, {FENCE}), ("cyclists", 4, {CYCLIST}), ("cut", 3, {CAR, PERSON})],
)
def test_what_is_added_hides_what_lies_behind_and_moves_nothing(knob, value, classes):
    found = set()
    for bare, scene in zip(series(void_px=0), series(void_px=0, **{knob: value}), strict=True):
        changed = scene.semantic != bare.semantic
        found |= set(np.unique(scene.semantic[changed]))
        same = ~changed & np.isin(scene.semantic, [SKY])
        assert np.array_equal(scene.depth[same], bare.depth[same])
    assert found == classes


def test_cyclists_are_one_thing_each():
    sizes = []
    for scene in series(cyclists=4, void_px=0, people=0, cars=0, poles=0, trees=0):
        agree(scene)
        assert len(scene.distances) == len({s.instance for s in scene.segments if s.instance})
        for segment in scene.segments:
            if segment.class_id == CYCLIST:
                sizes.append((segment.distance, segment.box[2] - segment.box[0]))
                mask = ndimage.binary_dilation(scene.panoptic == segment.id, np.ones((3, 3)))
                assert ndimage.label(mask, np.ones((3, 3)))[1] == 1
    distances, heights = np.array(sizes).T
    assert len(sizes) > 30
    assert np.corrcoef(1 / distances, heights)[0, 1] > 0.7  # near ones are tall


def test_imbalance_leaves_out_cyclists_and_what_is_cut():
    kept, few, none = (
        sum(len(s.distances) for s in series(cyclists=4, cut=3, poles=0, imbalance=value))
        for value in (0, 0.6, 1)
    )
    assert kept > 1.5 * few > 0
    assert none == 0


def test_the_border_cuts_more_and_nearer_things():
    def near_at_border(sample):
        found = 0
        for scene in sample:
            border = np.concatenate(
                [scene.instances[-1], scene.instances[:, 0], scene.instances[:, -1]]
            )
            distances = scene.distances[np.unique(border[border > 0]) - 1]
            found += np.count_nonzero(distances < 6)
        return found

    knobs = {"poles": 0}
    assert near_at_border(series(cut=4, **knobs)) > near_at_border(series(cut=0, **knobs)) + 10
    with_riders = series(cut=4, cyclists=0.5, **knobs)
    assert any(
        CYCLIST in np.concatenate([s.semantic[:, 0], s.semantic[:, -1]]) for s in with_riders
    )


# Light and lens

QUIET = {"noise": 0, "void_px": 0}


@pytest.mark.parametrize("knob", ["shadow_range", "wet", "exposure", "colour_range", "motion_blur"])
def test_light_and_lens_leave_the_labels(knob):
    end = scenes.SceneConfig.__dataclass_fields__[knob].metadata["high"]
    for a, b in zip(series(), series(**{knob: end}), strict=True):
        assert same_truth(a, b)


def test_shadow_range_spreads_length_and_strength():
    def lights(amount):
        return [
            make_light(np.random.default_rng(i), 0, np.random.default_rng(i + 1000), amount)
            for i in range(200)
        ]

    assert lights(0) == [make_light(np.random.default_rng(i), 0) for i in range(200)]
    for value in (lambda one: np.hypot(*one.shift), lambda one: one.shade):
        spread = [np.std([value(one) for one in lights(amount)]) for amount in (0, 1)]
        assert spread[1] > 1.3 * spread[0]


def test_wet_roads_are_dark_and_the_rest_stays():
    for a, b in zip(series(wet=0, **QUIET), series(wet=1, **QUIET), strict=True):
        ground = np.isin(a.semantic, [ROAD, PAVEMENT])
        beside = ndimage.binary_dilation(ground, np.ones((7, 7)))
        # Slivers of road, thinner than a pixel, are not in the labels.
        assert np.allclose(a.image[~beside], b.image[~beside], atol=0.02)
        assert not np.array_equal(a.image[ground], b.image[ground])
    dry, wet = (
        np.concatenate([s.image[60:][s.semantic[60:] == ROAD] for s in series(wet=value, **QUIET)])
        for value in (0, 1)
    )
    assert wet.mean() < dry.mean()


def test_wet_is_a_probability():
    pairs = zip(series(wet=0.5), series(), strict=True)
    assert 0.2 < np.mean([np.array_equal(a.image, b.image) for a, b in pairs]) < 0.8


def test_wet_ground_mirrors_what_stands_behind():
    image = np.full((3, 60, 40), 0.4, np.float32)
    image[0, 20:30, 10:20] = 1.0  # something red that stands at row 30
    ground = np.zeros((60, 40), np.float32)
    ground[30:] = 1
    wet = mirror_in_ground(image, ground, ground, 25.0)
    assert np.array_equal(wet[:, :30], image[:, :30])
    redness = wet[0] - wet[1]
    assert redness[32, 15] > 0.15
    assert redness[38, 15] > redness[48, 15]
    assert np.abs(redness[30:, 30]).max() < 1e-6
    assert np.array_equal(mirror_in_ground(image, ground, ground * 0, 25.0), image)


def test_exposure_darkens_some_and_brightens_others():
    changes = []
    for a, b in zip(series(exposure=0, **QUIET), series(exposure=1, **QUIET), strict=True):
        change = b.image - a.image
        assert np.all(change >= -1e-6) or np.all(change <= 1e-6)
        changes.append(change.mean())
    assert min(changes) < -0.05
    assert max(changes) > 0.05


def test_colour_range_greys_and_tints():
    def saturation(sample):
        return [np.mean(np.ptp(s.image, axis=2)) for s in sample]

    ratio = np.divide(saturation(series(colour_range=1, **QUIET)), saturation(series(**QUIET)))
    assert ratio.min() < 0.6
    assert np.std(ratio) > 0.15


def test_motion_blur_is_along_one_direction_and_sharp_in_half_of_the_images():
    same = [
        np.array_equal(a.image, b.image)
        for a, b in zip(series(), series(motion_blur=4), strict=True)
    ]
    assert 0.2 < np.mean(same) < 0.8
    edge = np.zeros((3, 40, 40), np.float32)
    edge[:, :, 20:] = 1
    blurred = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        flat = np.full((3, 20, 20), 0.3, np.float32)
        assert np.allclose(smear(flat, np.random.default_rng(seed), 5), 0.3)
        found = smear(edge, rng, 5)
        soft = np.count_nonzero((found[0, 20] > 0.01) & (found[0, 20] < 0.99))
        assert soft <= 6
        assert np.all(np.diff(found[0, 20]) >= -1e-6)
        assert found.mean() == pytest.approx(0.5, abs=0.02)
        blurred.append(soft)
    assert max(blurred) >= 4


# Labels as annotators draw them


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(8, 40), st.integers(8, 40))
def test_redrawn_pixels_come_from_near(seed, reach, height, width):
    rng = np.random.default_rng(seed)
    order = rng.permutation(height * width).reshape(height, width).astype(np.uint16)
    place = {int(v): p for p, v in np.ndenumerate(order)}
    for (y, x), value in np.ndenumerate(redraw(rng, order, reach)):
        row, column = place[int(value)]
        assert max(abs(row - y), abs(column - x)) <= reach


@pytest.mark.parametrize("reach", [1, 2, 3])
def test_label_noise_moves_outlines_and_nothing_else(reach):
    for true, noisy in zip(varied(void_px=0), varied(void_px=0, label_noise=reach), strict=True):
        assert np.array_equal(true.image, noisy.image)
        assert np.array_equal(true.depth, noisy.depth)
        agree(noisy)
        wrong = true.semantic != noisy.semantic
        # Inside, farther from an outline than it may be wrong, every label is true.
        window = np.ones((2 * reach + 1,) * 2)
        inside = ndimage.maximum_filter(true.semantic, footprint=window) == ndimage.minimum_filter(
            true.semantic, footprint=window
        )
        assert not np.any(wrong & inside)
        assert 0.002 < wrong.mean() < 0.12 * reach
    for class_id in (SKY, BUILDING, ROAD, CAR):
        ratio = share(varied(void_px=0, label_noise=reach), class_id) / share(
            varied(void_px=0), class_id
        )
        assert ratio == pytest.approx(1, abs=0.1)


def test_label_noise_draws_thin_things_too_fat_and_misses_parts():
    fat = missed = 0
    for true, noisy in zip(series(void_px=0), series(void_px=0, label_noise=1), strict=True):
        was, is_now = true.semantic == POLE, noisy.semantic == POLE
        fat += np.count_nonzero(is_now & ~was)
        missed += np.count_nonzero(was & ~is_now)
    total = sum(np.count_nonzero(s.semantic == POLE) for s in series(void_px=0))
    assert fat > 0.1 * total
    assert missed > 0.1 * total


def test_the_void_border_follows_the_drawn_outlines():
    for bare, scene in zip(
        varied(void_px=0, label_noise=2), varied(void_px=1, label_noise=2), strict=True
    ):
        kept = scene.semantic != scenes.IGNORE
        assert np.array_equal(scene.semantic[kept], bare.semantic[kept])


# Bad input


@pytest.mark.parametrize(
    ("knobs", "error", "words"),
    [
        ({"label_noise": 1.5}, TypeError, "whole"),
        ({"label_noise": 4}, ValueError, "0 to 3"),
        ({"exposure": -1}, ValueError, "0 to 2"),
        ({"wet": float("nan")}, ValueError, "0 to 1"),
        ({"fences": "many"}, TypeError, "number"),
        ({"cyclists": True}, TypeError, "bool"),
        ({"motion_blur": 7}, ValueError, "0 to 6"),
    ],
)
def test_bad_knobs_are_refused(knobs, error, words):
    with pytest.raises(error, match=words):
        scenes.SceneConfig(**knobs)


def test_streams_keep_their_places():
    first = [streams((4,))(name).random() for name in ("layout", "pixels")]
    expected = [
        np.random.Generator(np.random.PCG64(np.random.SeedSequence(4, spawn_key=(place,)))).random()
        for place in (0, 8)
    ]
    assert first == expected
