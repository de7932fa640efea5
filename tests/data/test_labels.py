"""Class tables, and that every conversion goes there and back."""

import importlib
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco
from skimage import draw
from skimage.color import deltaE_ciede2000, rgb2lab

from seglearn.data import labels, scenes

QUICK = settings(max_examples=25, deadline=None)
MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=12))


def maps_of(values):
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)
    return hnp.arrays(np.int16, shapes, elements=st.sampled_from(sorted(values)))


# ------------------------------------------------------------------------------------------- tables


def test_sizes_of_the_tables():
    sizes = {t.name: (t.n_classes, len(t), t.ignore_index) for t in labels.TABLES.values()}
    assert sizes == {
        "scenes": (9, 10, 255),
        "streets": (11, 12, 255),
        "VOC": (21, 22, 255),
        "CamVid-11": (11, 12, 11),
        "CamVid-32": (11, 32, 11),
        "Cityscapes": (19, 35, 255),
        "Cityscapes-19": (19, 20, 255),
    }


@pytest.mark.parametrize("table", labels.TABLES.values(), ids=lambda t: t.name)
def test_ids_and_names_are_unique_and_ids_fit_their_train_ids(table):
    assert len(set(table.ids)) == len(table)
    assert len({c.name for c in table}) == len(table)
    assert {c.train_id for c in table.evaluated} == set(range(table.n_classes))
    assert set(table.things) | set(table.stuff) == set(table.names)
    assert not set(table.things) & set(table.stuff)


def test_scenes_are_the_scenes_of_the_generator():
    assert labels.SCENES.names == tuple(c.name for c in scenes.CLASSES)
    assert labels.SCENES.ignore_index == scenes.IGNORE


def test_voc_colours_are_the_development_kits():
    """Listed in the kit's documentation and seen in every copy of the data set."""
    cmap = labels.voc_colormap()
    assert cmap[:9].tolist() == [
        [0, 0, 0],
        [128, 0, 0],
        [0, 128, 0],
        [128, 128, 0],
        [0, 0, 128],
        [128, 0, 128],
        [0, 128, 128],
        [128, 128, 128],
        [64, 0, 0],
    ]
    assert cmap[15].tolist() == [192, 128, 128]
    assert cmap[20].tolist() == [0, 64, 128]
    assert cmap[255].tolist() == [224, 224, 192]
    assert len(np.unique(cmap, axis=0)) == 256


def test_camvid_has_the_published_colours():
    assert labels.CAMVID.by_name("Pavement").color == (60, 40, 222)
    assert labels.CAMVID_32.by_name("Sidewalk").color == (0, 0, 192)
    assert len({c.color for c in labels.CAMVID_32}) == 32
    assert [c.name for c in labels.CAMVID_32] == sorted(
        (c.name for c in labels.CAMVID_32), key=str.lower
    )
    assert labels.CAMVID_32.ignore_ids == (30,)


def test_cityscapes_train_ids():
    table = labels.CITYSCAPES
    evaluated = {c.id: c.train_id for c in table.evaluated}
    assert list(evaluated) == [7, 8, 11, 12, 13, 17, *range(19, 29), 31, 32, 33]
    assert list(evaluated.values()) == list(range(19))
    assert table.by_name("license plate").id == -1
    assert table.things == (
        *("person", "rider", "car", "truck", "bus", "train"),
        *("motorcycle", "bicycle"),
    )
    assert labels.CITYSCAPES_TRAIN.names == table.names


MACHADO = {  # Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB
    "normal": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


def smallest_difference(colors, sight):
    srgb = np.asarray(colors) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.asarray(MACHADO[sight]).T, 0, 1)
    seen = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(seen[None])[0]
    return deltaE_ciede2000(lab[:, None], lab[None])[np.triu_indices(len(lab), 1)].min()


@pytest.mark.parametrize(
    ("table", "least"),
    [
        (labels.SCENES, (17.2, 14.4, 15.5)),
        (labels.STREETS, (17.2, 14.4, 12.2)),
        (labels.CAMVID, (15.9, 15.3, 13.2)),
        (labels.VOC, (10.0, 9.3, 8.9)),
        (labels.CITYSCAPES_TRAIN, (9.8, 8.9, 8.8)),
        (labels.CAMVID_32, (6.5, 6.4, 6.5)),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_safe_colours_are_as_far_apart_as_documented(table, least):
    colors = [c.safe_color for c in table.evaluated]
    found = [smallest_difference(colors, sight) for sight in MACHADO]
    np.testing.assert_allclose(found, least, atol=0.06)


def test_unknown_names_and_ids_are_refused_with_a_hint():
    with pytest.raises(ValueError, match="Did you mean 'bicycle'"):
        labels.VOC.by_name("bicycel")
    with pytest.raises(ValueError, match="defines 0–20, 255"):
        labels.VOC.by_id(21)
    with pytest.raises(ValueError, match="palette must be"):
        labels.VOC.colors("pretty")


# ------------------------------------------------------------------------------ colours and train ids


@pytest.mark.parametrize(
    ("table", "palette"),
    [
        (labels.SCENES, "safe"),
        (labels.STREETS, "safe"),
        (labels.VOC, "safe"),
        (labels.VOC, "official"),
        (labels.CAMVID, "official"),
        (labels.CAMVID_32, "official"),
        (labels.CITYSCAPES_TRAIN, "official"),
        (labels.CITYSCAPES_TRAIN, "safe"),
    ],
)
@given(data=st.data())
@QUICK
def test_colours_there_and_back(table, palette, data):
    ids = data.draw(maps_of(table.ids))
    image = labels.ids_to_colors(ids, table, palette)
    assert image.shape == (*ids.shape, 3)
    back = labels.colors_to_ids(image, table, palette)
    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, ids)


@given(image=hnp.arrays(np.uint8, (3, 4, 3)))
@QUICK
def test_colours_give_right_ids_or_an_error(image):
    known = {c.color for c in labels.CAMVID_32}
    if all(tuple(p) in known for p in image.reshape(-1, 3).tolist()):
        labels.colors_to_ids(image, labels.CAMVID_32)
    else:
        with pytest.raises(ValueError, match="does not define"):
            labels.colors_to_ids(image, labels.CAMVID_32)


def test_an_unknown_colour_is_named_with_place_and_nearest_class():
    image = np.zeros((2, 3, 3), np.uint8)
    image[1, 2] = (128, 64, 127)
    expected = r"\(128, 64, 127\) \(1 pixels, first at row 1, column 2; nearest is Road\)"
    with pytest.raises(ValueError, match=expected):
        labels.colors_to_ids(image, labels.CAMVID_32)


def test_a_colour_of_several_classes_is_refused():
    image = labels.ids_to_colors(np.array([[7, 17]]), labels.CITYSCAPES)
    with pytest.raises(ValueError, match=r"pole \(17\), polegroup \(18\)"):
        labels.colors_to_ids(image, labels.CITYSCAPES)
    back = labels.colors_to_ids(image[:, :1], labels.CITYSCAPES)
    assert back.tolist() == [[7]]


def test_colour_pictures_of_wrong_type_or_shape_are_refused():
    with pytest.raises(TypeError, match="uint8"):
        labels.colors_to_ids(np.zeros((2, 2, 3)), labels.VOC)
    with pytest.raises(ValueError, match="alpha"):
        labels.colors_to_ids(np.zeros((2, 2, 4), np.uint8), labels.VOC)


@pytest.mark.parametrize("table", labels.TABLES.values(), ids=lambda t: t.name)
@given(data=st.data())
@QUICK
def test_train_ids_there_and_back(table, data):
    ids = data.draw(maps_of(table.ids))
    train = labels.to_train_ids(ids, table)
    ignored = np.isin(ids, table.ignore_ids)
    assert ((train == table.ignore_index) == ignored).all()
    if table is labels.CAMVID_32:
        return
    back = labels.from_train_ids(train, table)
    np.testing.assert_array_equal(back[~ignored], ids[~ignored])
    np.testing.assert_array_equal(labels.to_train_ids(back, table), train)


def test_train_ids_that_stand_for_several_classes_do_not_come_back():
    train = labels.to_train_ids(np.array([[17, 30]]), labels.CAMVID_32)
    assert train.tolist() == [[3, 11]]
    with pytest.raises(
        ValueError, match=r"stands for 3 classes \(LaneMkgsDriv, LaneMkgsNonDriv, Road"
    ):
        labels.from_train_ids(train, labels.CAMVID_32)


def test_cityscapes_void_comes_back_as_unlabeled():
    assert labels.from_train_ids(np.array([[255, 13]]), labels.CITYSCAPES).tolist() == [[0, 26]]


@given(ids=hnp.arrays(np.int16, (3, 3), elements=st.integers(-3, 300)))
@QUICK
def test_unknown_ids_are_refused_everywhere(ids):
    table = labels.VOC
    convert = [labels.ids_to_colors, labels.to_train_ids, labels.from_train_ids]
    if np.isin(ids, table.ids).all():
        return
    for function in convert:
        with pytest.raises(ValueError, match="VOC"):
            function(ids, table)


def test_an_unknown_id_is_named_with_place():
    with pytest.raises(ValueError, match=r"37 \(2 pixels, first at row 0, column 1\)"):
        labels.check_ids(np.array([[0, 37], [37, 255]]), labels.VOC)
    with pytest.raises(TypeError, match="astype"):
        labels.check_ids(np.zeros((2, 2)), labels.VOC)


# ---------------------------------------------------------------------------------------- one-hot


@given(ids=maps_of([0, 1, 2, 3, 4, 255]))
@QUICK
def test_one_hot_there_and_back(ids):
    one_hot = labels.to_one_hot(ids, 5, ignore_index=255)
    assert one_hot.shape == (*ids.shape, 5)
    assert one_hot.dtype == bool
    np.testing.assert_array_equal(one_hot.sum(-1), ids != 255)
    np.testing.assert_array_equal(labels.from_one_hot(one_hot, ignore_index=255), ids)


def test_one_hot_refuses_what_it_cannot_write():
    with pytest.raises(ValueError, match=r"hold 255 \(first at row 0, column 1\)"):
        labels.to_one_hot(np.array([[0, 255]]), 3)
    with pytest.raises(ValueError, match="also a class"):
        labels.to_one_hot(np.array([[0, 1]]), 3, ignore_index=2)
    with pytest.raises(ValueError, match="No channel is set"):
        labels.from_one_hot(np.zeros((1, 1, 3), bool))
    with pytest.raises(ValueError, match="Several channels"):
        labels.from_one_hot(np.ones((1, 1, 3), bool))
    with pytest.raises(ValueError, match="argmax"):
        labels.from_one_hot(np.array([[[0.2, 0.8]]]))
    with pytest.raises(ValueError, match="moveaxis"):
        labels.from_one_hot(np.ones((1, 1), bool))


# --------------------------------------------------------------------------------------- polygons


@given(mask=MASKS)
@settings(max_examples=100, deadline=None)
def test_polygons_there_and_back(mask):
    rings = labels.mask_to_polygons(mask)
    np.testing.assert_array_equal(labels.polygons_to_mask(rings, mask.shape), mask)
    assert sum(labels.signed_area(r) for r in rings) == mask.sum()
    for ring in rings:  # alternately horizontal and vertical: no vertex is superfluous
        steps = np.diff(np.vstack([ring, ring[:1]]), axis=0)
        assert ((steps == 0).sum(1) == 1).all()
        assert ((steps[:, 0] == 0) != (np.roll(steps, 1, axis=0)[:, 0] == 0)).all()


def test_a_ring_has_a_hole():
    mask = np.zeros((5, 5), bool)
    mask[1:4, 1:4] = True
    mask[2, 2] = False
    outer, hole = labels.mask_to_polygons(mask)
    assert outer.tolist() == [[1, 1], [4, 1], [4, 4], [1, 4]]
    assert labels.signed_area(outer) == 9
    assert labels.signed_area(hole) == -1


def test_diagonal_pixels_are_two_polygons():
    assert len(labels.mask_to_polygons(np.eye(2, dtype=bool))) == 2


@given(
    ring=hnp.arrays(np.float64, (5, 2), elements=st.floats(0, 20)),
)
@QUICK
def test_hand_drawn_polygons_fill_as_in_scikit_image(ring):
    ours = labels.polygons_to_mask([ring], (20, 20))
    theirs = draw.polygon2mask((20, 20), ring[:, ::-1] - 0.5)
    y, x = np.mgrid[:20, :20] + 0.5
    a, b = ring, np.roll(ring, -1, axis=0)
    d = b - a
    t = ((x[..., None] - a[:, 0]) * d[:, 0] + (y[..., None] - a[:, 1]) * d[:, 1]) / np.maximum(
        (d**2).sum(1), 1e-12
    )
    t = np.clip(t, 0, 1)
    gap = np.hypot(x[..., None] - a[:, 0] - t * d[:, 0], y[..., None] - a[:, 1] - t * d[:, 1])
    clear = gap.min(-1) > 1e-4  # a centre exactly on a side may fall either way
    np.testing.assert_array_equal(ours[clear], theirs[clear])


def test_bad_polygons_and_masks_are_refused():
    with pytest.raises(ValueError, match="leaves the image"):
        labels.polygons_to_mask([np.array([[0, 0], [5, 0], [5, 5]])], (4, 4))
    with pytest.raises(ValueError, match="N ≥ 3"):
        labels.polygons_to_mask([np.zeros((2, 2))], (4, 4))
    with pytest.raises(ValueError, match="mask == label"):
        labels.mask_to_polygons(np.array([[0, 2]]))
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        labels.mask_to_rle(np.zeros(4, bool))
    with pytest.raises(ValueError, match="NaN"):
        labels.polygons_to_mask([[[0, 0], [np.nan, 0], [1, 1]]], (4, 4))
    with pytest.raises(TypeError, match="list of"):
        labels.polygons_to_mask(None, (4, 4))
    with pytest.raises(ValueError, match="N ≥ 3"):
        labels.signed_area([[0, 0], [1, 1]])


LABELME = {"label": "cat", "points": [[3, 1.75], [1, 4]], "shape_type": "rectangle"}


@pytest.mark.parametrize(
    ("polygons", "error", "message"),
    [
        ([LABELME["points"]], ValueError, "opposite corners in labelme's shape type 'rectangle'"),
        ([LABELME], TypeError, r"polygon 0 is a record.*'points'.*labelme"),
        ({"shapes": [LABELME]}, TypeError, r"record with the keys \['shapes'\].*labelme"),
        ([[1, 1, 3, 3]], ValueError, "Four numbers are a box"),
        ([[0, 0, 4, 0, 4, 4]], ValueError, r"flat lists with np.reshape\(flat"),
        ([[0, 0], [4, 0], [4, 4]], ValueError, r"pass \[ring\] for one"),
        ([0, 0, 4, 0, 4, 4], ValueError, "a flat list"),
    ],
)
def test_what_annotation_tools_write_is_said_to_be_no_ring(polygons, error, message):
    with pytest.raises(error, match=message):
        labels.polygons_to_mask(polygons, (6, 5))


def test_the_remedy_for_a_labelme_rectangle_is_right():
    with pytest.raises(ValueError, match="all four") as found:
        labels.polygons_to_mask([LABELME["points"]], (6, 5))
    corners = json.loads(re.search(r"all four: (\[\[.*\]\])\.", str(found.value))[1])
    assert corners == [[3, 1.75], [1, 1.75], [1, 4], [3, 4]]
    mask = labels.polygons_to_mask([corners], (6, 5))
    assert mask.sum() == 4
    assert mask[2:4, 1:3].all()


# ------------------------------------------------------------------------------------------- COCO


@given(mask=MASKS)
@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize("compressed", [False, True])
def test_run_lengths_there_and_back(mask, compressed):
    rle = labels.mask_to_rle(mask, compressed=compressed)
    np.testing.assert_array_equal(labels.rle_to_mask(rle), mask)
    if compressed:
        again = labels.rle_to_mask({**rle, "counts": rle["counts"].encode()})
        np.testing.assert_array_equal(again, mask)


def rings(height, width):
    y, x = np.mgrid[:height, :width]
    return (np.hypot(y - height / 2, x - width / 3) / 7).astype(int) % 2 == 1


RECORDED = [  # strings that pycocotools 2.0 wrote
    (np.zeros((3, 4), bool), r"<"),
    (np.ones((3, 4), bool), r"0<"),
    (np.eye(4, dtype=bool), r"01400000"),
    (np.tri(40, 30, dtype=bool), r"0X11O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O1O"),
    (rings(33, 21), r"5h08A00OO30MO50J160IO90G090G090G090G090G170JO60K130M1100?2N101N2N3LHC290"),
    (
        rings(200, 7),
        r"3770000000000060J00000000000N020000000000060J00000000000N020000000000060J00000000000N020000000000060J00000000000N020000000000060J00000000000N020000000000060J00000000000N020000000000140LO0000000000K",
    ),
]


@pytest.mark.parametrize(("mask", "string"), RECORDED)
def test_strings_are_those_of_pycocotools(mask, string):
    assert labels.mask_to_rle(mask, compressed=True)["counts"] == string


def test_strings_agree_with_pycocotools():
    rng = np.random.default_rng(0)
    for _ in range(50):
        mask = rng.random(rng.integers(1, 60, 2)) < rng.random()
        theirs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
        ours = labels.mask_to_rle(mask, compressed=True)
        assert ours == {"size": theirs["size"], "counts": theirs["counts"].decode()}


@pytest.mark.parametrize(
    ("rle", "message"),
    [
        ({"size": [2, 2]}, "'counts'"),
        ({"size": [2, 2], "counts": [1, 2]}, "add up to 3"),
        ({"size": [2, 2], "counts": [6, -2]}, "hold 6, but a run of a map of 4 pixels"),
        ({"size": [2, 2], "counts": [3, 3, -2]}, "hold -2, but"),
        ({"size": [96, 128], "counts": [2**63 - 1, 2**63 - 1, 96 * 128 + 2]}, "0 to 12288"),
        ({"size": [-2, -2], "counts": [4]}, "height in size"),
        ({"size": 4, "counts": [4]}, "size must be"),
        ({"size": [2, 2], "counts": "0~"}, "cannot occur"),
        ({"size": [2, 2], "counts": "4P"}, "cut off"),
        ({"size": [2, 2], "counts": "5"}, "hold 5"),
    ],
)
def test_damaged_run_lengths_are_refused(rle, message):
    with pytest.raises(ValueError, match=message):
        labels.rle_to_mask(rle)


@pytest.mark.parametrize(
    ("rle", "message"),
    [
        ({"size": [2, 2], "counts": [1.5, 2.5]}, "whole number, got 1.5"),
        ({"size": [2, 2], "counts": [1.0, 3.0]}, "whole number, got 1.0"),
        ({"size": [2, 2], "counts": ["1", "3"]}, "whole number, got '1'"),
        ({"size": [2, 2], "counts": [True, 3]}, "whole number, got True"),
        ({"size": [2.0, 2], "counts": [4]}, "whole number, got 2.0"),
        ({"size": [2, 2], "counts": None}, "counts must be a list"),
        ([4], "mapping"),
    ],
)
def test_run_lengths_are_whole_numbers(rle, message):
    with pytest.raises(TypeError, match=message):
        labels.rle_to_mask(rle)


@given(mask=hnp.arrays(bool, (5, 7)))
@QUICK
def test_pairs_of_start_and_length_are_named_and_the_remedy_is_right(mask):
    """Kaggle's: one-based, of the runs of 1 only; here in both orders."""
    height, width = mask.shape
    for order in "FC":
        padded = np.concatenate([[0], mask.ravel(order).astype(int), [0]])
        starts, ends = (np.flatnonzero(np.diff(padded) == step) + 1 for step in (1, -1))
        numbers = np.stack([starts, ends - starts], 1).ravel().tolist()
        if not numbers:
            continue
        text = " ".join(map(str, numbers))
        size = [height, width] if order == "F" else [width, height]
        with pytest.raises(TypeError, match="Kaggle's pairs of start and length"):
            labels.rle_to_mask(text)
        with pytest.raises(ValueError, match="Kaggle's pairs of start and length"):
            labels.rle_to_mask({"size": size, "counts": text})
        if sum(numbers) != mask.size:
            with pytest.raises(ValueError, match="Kaggle's pairs of start and length"):
                labels.rle_to_mask({"size": size, "counts": numbers})
        pairs = np.reshape(numbers, (-1, 2))
        counts = np.diff([1, *np.ravel(pairs @ [[1, 1], [0, 1]]), height * width + 1])
        found = labels.rle_to_mask({"size": size, "counts": counts})
        np.testing.assert_array_equal(found if order == "F" else found.T, mask)


def test_counts_that_fit_neither_way_are_damaged():
    for counts in ([1, 2], [3, 2, 4, 1], [4, 2, 1, 1], [2, 0], [1, 2, 3], [-1, 2]):
        with pytest.raises(ValueError, match=r"map of 4|add up|hold") as found:
            labels.rle_to_mask({"size": [2, 2], "counts": counts})
        assert ("Kaggle" in str(found.value)) == (counts == [1, 2])


@given(text=st.text(alphabet=[chr(c) for c in range(48, 112)], max_size=12))
@QUICK
def test_any_string_is_a_mask_or_an_error(text):
    try:
        mask = labels.rle_to_mask({"size": [3, 4], "counts": text})
    except ValueError:
        return
    assert mask.shape == (3, 4)


@given(ids=hnp.arrays(np.int32, (3, 4), elements=st.integers(0, 2**24 - 1)))
@QUICK
def test_segment_ids_there_and_back(ids):
    np.testing.assert_array_equal(
        labels.colors_to_segment_ids(labels.segment_ids_to_colors(ids)), ids
    )


def test_segment_ids_follow_cocos_formula():
    assert labels.segment_ids_to_colors(np.array([[1 + 256 * 2 + 65536 * 3]])).tolist() == [
        [[1, 2, 3]]
    ]
    with pytest.raises(ValueError, match="three bytes"):
        labels.segment_ids_to_colors(np.array([[2**24]]))
    with pytest.raises(ValueError, match="three bytes"):
        labels.segment_ids_to_colors(np.array([[2**63]], np.uint64))


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint64, ">i4"])
def test_segment_ids_of_any_integer_type(kind):
    ids = np.array([[0, 1, 127]])
    expected = [[[0, 0, 0], [1, 0, 0], [127, 0, 0]]]
    assert labels.segment_ids_to_colors(ids.astype(kind)).tolist() == expected
    with pytest.raises(ValueError, match=r"-1 \(first at row 0, column 1\)"):
        labels.segment_ids_to_colors(np.array([[0, -1]], np.int8))


CONVERSIONS = {
    "ids_to_colors": lambda m: labels.ids_to_colors(m, labels.VOC),
    "to_train_ids": lambda m: labels.to_train_ids(m, labels.VOC),
    "from_train_ids": lambda m: labels.from_train_ids(m, labels.VOC),
    "to_one_hot": lambda m: labels.to_one_hot(m, 3),
    "segment_ids_to_colors": labels.segment_ids_to_colors,
    "check_ids": lambda m: labels.check_ids(m, labels.VOC),
}


@pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
def test_maps_that_are_not_what_they_seem_are_refused(convert):
    ids = np.array([[0, 1, 2, 1], [2, 2, 0, 0], [1, 1, 1, 0], [0, 0, 2, 2]])
    convert(ids)
    with pytest.raises(ValueError, match=r"take one: (train_)?(labels|segments)\[\.\.\., 0\]"):
        convert(np.dstack([ids] * 3))
    with pytest.raises(TypeError, match=r"filled\(value\), for labels with ignore_index=value"):
        convert(np.ma.masked_equal(ids, 2))
    with pytest.raises(TypeError, match="boolean"):
        convert(ids == 1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((2.0,), TypeError, "n_classes must be a whole number, got 2.0"),
        ((True,), TypeError, "n_classes must be a whole number, got True"),
        ((0,), ValueError, "n_classes must lie in 1"),
        ((10**9,), ValueError, "n_classes must lie in 1"),
    ],
)
def test_a_number_of_classes_is_one(arguments, error, message):
    with pytest.raises(error, match=message):
        labels.to_one_hot(np.array([[0, 1]]), *arguments)


def test_real_panoptic_pngs_hold_the_segments_of_their_json(seglearn_data):
    from PIL import Image

    folder = seglearn_data / "COCO-panoptic-sample"
    record = json.loads((folder / "panoptic_examples.json").read_text())
    checked = 0
    for annotation in record["annotations"]:
        path = folder / "panoptic_examples" / annotation["file_name"]
        if not path.is_file():
            continue
        checked += 1
        ids = labels.colors_to_segment_ids(np.asarray(Image.open(path)))
        areas = {s["id"]: s["area"] for s in annotation["segments_info"]}
        found = {i: int((ids == i).sum()) for i in np.unique(ids).tolist() if i}
        assert found == areas
    assert checked == 2


def test_labels_need_neither_torch_nor_matplotlib():
    import subprocess
    import sys

    code = (
        "import sys, seglearn.data.labels, seglearn.data.camvid; "
        "print([m for m in ('torch', 'matplotlib') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert importlib.import_module("seglearn.data").labels is labels
