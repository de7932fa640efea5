"""Class tables of the course's data sets, and the conversions between ways to write a label.

A *class table* says what the numbers in a label map mean. A label can be written as an id map, a
train-id map, a colour picture, a one-hot stack, polygons, or run lengths; each pair of functions
below goes there and back without loss, and refuses what the table does not define instead of
guessing.

Sources of the tables
---------------------
VOC: class list and ``VOClabelcolormap.m`` of the PASCAL VOC 2012 development kit.
CamVid: ``label_colors.txt`` of the Cambridge-driving Labeled Video Database (32 colours); the 11
classes, their order and their colours are those of the SegNet tutorial's release.
Cityscapes: ``cityscapesscripts/helpers/labels.py`` (version 2.3.0).

Colours
-------
Each class has its official colour and a colour-blind-safe one, taken from the palettes of Okabe and
Ito (2008) and of Paul Tol (technical note SRON/EPS/TN/09-002). The smallest CIEDE2000 difference
between two classes of a table, for normal, deuteranopic and protanopic sight (Machado et al. 2009,
severity 1):

==============  ================  ================
table           safe colours      official colours
==============  ================  ================
scenes          17.2, 14.4, 15.5
streets         17.2, 14.4, 12.2
CamVid's 11     15.9, 15.3, 13.2  14.3,  3.1,  4.0
VOC             10.0,  9.3,  8.9   4.5,  1.5,  0.7
Cityscapes' 19   9.8,  8.9,  8.8  11.4,  2.6,  3.1
CamVid's 32      6.5,  6.4,  6.5   3.5,  0.7,  0.7
==============  ================  ================

Below about 10, look at hatching or names as well.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seglearn import inputs
from seglearn.data._scenes import classes as _scenes
from seglearn.data.encodings import (
    color_picture,
    colors_to_segment_ids,
    first_place,
    from_one_hot,
    mask_to_polygons,
    mask_to_rle,
    polygons_to_mask,
    rle_to_mask,
    segment_ids_to_colors,
    signed_area,
    to_one_hot,
)
from seglearn.words import say

__all__ = [
    "CAMVID",
    "CAMVID_32",
    "CITYSCAPES",
    "CITYSCAPES_TRAIN",
    "IGNORE_COLOR",
    "SCENES",
    "STREETS",
    "TABLES",
    "VOC",
    "ClassTable",
    "LabelClass",
    "check_ids",
    "colors_to_ids",
    "colors_to_segment_ids",
    "from_one_hot",
    "from_train_ids",
    "ids_to_colors",
    "mask_to_polygons",
    "mask_to_rle",
    "polygons_to_mask",
    "rle_to_mask",
    "segment_ids_to_colors",
    "signed_area",
    "to_one_hot",
    "to_train_ids",
    "voc_colormap",
]

Color = tuple[int, int, int]
Palette = Literal["safe", "official"]

IGNORE_COLOR: Color = (187, 187, 187)
"""The grey that stands for "ignored" wherever the course draws labels."""


# --------------------------------------------------------------------------------------------------
# What a table is
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LabelClass:
    """One class of a data set.

    Attributes
    ----------
    name : str
        Official name.
    id : int
        Value in the data set's label files.
    train_id : int
        Value that networks are trained on; the table's `ignore_index` if the class is ignored
        (Cityscapes' licence plate keeps its official −1).
    color, safe_color : tuple of int
        Official and colour-blind-safe colour, 8-bit sRGB.
    thing : bool
        True for things (countable objects), False for stuff (regions such as sky).
    ignored : bool
        True if the official evaluation leaves these pixels out.
    """

    name: str
    id: int
    train_id: int
    color: Color
    safe_color: Color
    thing: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class ClassTable:
    """All classes of a data set, in the order of their official list.

    Attributes
    ----------
    name : str
        Name of the table, used in error messages.
    classes : tuple of LabelClass
        Every class, the ignored ones too.
    ignore_index : int
        Train id of ignored pixels: what losses and metrics leave out.
    """

    name: str
    classes: tuple[LabelClass, ...]
    ignore_index: int = 255

    def __iter__(self) -> Iterator[LabelClass]:
        return iter(self.classes)

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def evaluated(self) -> tuple[LabelClass, ...]:
        """The classes that count in training and evaluation."""
        return tuple(c for c in self.classes if not c.ignored)

    @property
    def n_classes(self) -> int:
        """Number of different train ids, the ignored one not counted: a network's output channels."""
        return len({c.train_id for c in self.evaluated})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the evaluated classes, in table order."""
        return tuple(c.name for c in self.evaluated)

    @property
    def ids(self) -> tuple[int, ...]:
        """Every id that a label file may hold, the ignored ones too."""
        return tuple(c.id for c in self.classes)

    @property
    def ignore_ids(self) -> tuple[int, ...]:
        """Ids whose pixels the evaluation leaves out."""
        return tuple(c.id for c in self.classes if c.ignored)

    @property
    def things(self) -> tuple[str, ...]:
        """Names of the evaluated classes that are things."""
        return tuple(c.name for c in self.evaluated if c.thing)

    @property
    def stuff(self) -> tuple[str, ...]:
        """Names of the evaluated classes that are stuff."""
        return tuple(c.name for c in self.evaluated if not c.thing)

    def by_name(self, name: str) -> LabelClass:
        """Return the class called `name`; ValueError with the nearest name if there is none."""
        for c in self.classes:
            if c.name == name:
                return c
        near = difflib.get_close_matches(str(name), [c.name for c in self.classes], n=1, cutoff=0.4)
        hint = say(" Did you mean {name!r}?", name=near[0]) if near else ""
        raise ValueError(
            say(
                "{table} has no class named {name!r}.{hint} Its classes are: {classes}.",
                table=self.name,
                name=name,
                hint=hint,
                classes=", ".join(c.name for c in self.classes),
            )
        )

    def by_id(self, id: int) -> LabelClass:
        """Return the class with this `id`; ValueError if the table does not define it."""
        for c in self.classes:
            if c.id == id:
                return c
        raise ValueError(
            say(
                "{table} has no class with id {id}. It defines {ids}.",
                table=self.name,
                id=id,
                ids=_ranges(self.ids),
            )
        )

    def colors(self, palette: Palette = "safe") -> np.ndarray:
        """Return the colours of all classes in table order, ``(len(self), 3)`` uint8."""
        _check_palette(palette)
        attribute = "safe_color" if palette == "safe" else "color"
        return np.array([getattr(c, attribute) for c in self.classes], np.uint8)


def _check_palette(palette: str) -> None:
    if palette not in ("safe", "official"):
        raise ValueError(
            say("palette must be 'safe' or 'official', not {palette!r}.", palette=palette)
        )


def _hex(color: str) -> Color:
    return int(color[0:2], 16), int(color[2:4], 16), int(color[4:6], 16)


# --------------------------------------------------------------------------------------------------
# Scenes: the course's own synthetic street scenes
# --------------------------------------------------------------------------------------------------


def _scene_table(name: str, classes: Sequence[_scenes.SceneClass]) -> ClassTable:
    void = LabelClass(
        "void", _scenes.IGNORE, _scenes.IGNORE, IGNORE_COLOR, IGNORE_COLOR, ignored=True
    )
    rows = (LabelClass(c.name, c.id, c.id, c.color, c.color, c.is_thing) for c in classes)
    return ClassTable(name, (*rows, void), ignore_index=_scenes.IGNORE)


SCENES = _scene_table("scenes", _scenes.CLASSES)
"""The synthetic street scenes (`seglearn.data.scenes`): nine classes and the void border. Their own
colours are the safe ones."""

STREETS = _scene_table("streets", _scenes.STREET_CLASSES)
"""Scenes with fences and cyclists (`seglearn.data.scenes.VARIED`): the nine classes of `SCENES` with
their ids, 9 fence, 10 cyclist, and the void border."""


# --------------------------------------------------------------------------------------------------
# PASCAL VOC 2012
# --------------------------------------------------------------------------------------------------

_VOC = (  # name, colour-blind-safe colour; the position is the id
    ("background", "000000"),
    ("aeroplane", "99DDFF"),
    ("bicycle", "EE8026"),
    ("bird", "F0E442"),
    ("boat", "56B4E9"),
    ("bottle", "004488"),
    ("bus", "4EB265"),
    ("car", "0072B2"),
    ("cat", "009988"),
    ("chair", "5289C7"),
    ("cow", "72190E"),
    ("diningtable", "BB5566"),
    ("dog", "BA8DB4"),
    ("horse", "663333"),
    ("motorbike", "994F88"),
    ("person", "DC050C"),
    ("pottedplant", "117733"),
    ("sheep", "EEEEBB"),
    ("sofa", "DDCC77"),
    ("train", "225555"),
    ("tvmonitor", "222255"),
)


def voc_colormap(n: int = 256) -> np.ndarray:
    """Return the first `n` colours of the VOC colour map, ``(n, 3)`` uint8.

    The development kit's ``VOClabelcolormap.m``: the bits of the id are dealt out to red, green and
    blue in turn, the lowest ones to the highest bit of each channel. So neighbouring ids get very
    different colours, and the map never ends.

    Parameters
    ----------
    n : int
        Number of colours, 1 to 256.
    """
    ids = np.arange(inputs.whole(n, say("n, the number of 8-bit ids,"), 1, 256))
    n = len(ids)
    cmap = np.zeros((n, 3), np.uint8)
    for bit in range(8):
        for channel in range(3):
            cmap[:, channel] |= (((ids >> (3 * bit + channel)) & 1) << (7 - bit)).astype(np.uint8)
    return cmap


def _voc_table() -> ClassTable:
    cmap = [(int(r), int(g), int(b)) for r, g, b in voc_colormap()]
    objects = [
        LabelClass(name, i, i, cmap[i], _hex(safe), thing=i > 0)
        for i, (name, safe) in enumerate(_VOC)
    ]
    void = LabelClass("void", 255, 255, cmap[255], IGNORE_COLOR, ignored=True)
    return ClassTable("VOC", (*objects, void))


VOC = _voc_table()
"""PASCAL VOC 2012: background, twenty things, and 255 for the border that the evaluation ignores."""


# --------------------------------------------------------------------------------------------------
# CamVid
# --------------------------------------------------------------------------------------------------

_CAMVID = (  # name, SegNet's colour, colour-blind-safe colour, thing; the position is the id
    ("Sky", (128, 128, 128), "88CCEE", False),
    ("Building", (128, 0, 0), "72190E", False),
    ("Pole", (192, 192, 128), "000000", False),
    ("Road", (128, 64, 128), "555555", False),
    ("Pavement", (60, 40, 222), "EEEEBB", False),
    ("Tree", (128, 128, 0), "009E73", False),
    ("SignSymbol", (192, 128, 128), "F0E442", False),
    ("Fence", (64, 64, 128), "AE76A3", False),
    ("Car", (64, 0, 128), "1965B0", True),
    ("Pedestrian", (64, 64, 0), "CC3311", True),
    ("Bicyclist", (0, 128, 192), "EE8026", True),
)

CAMVID = ClassTable(
    "CamVid-11",
    (
        *(
            LabelClass(name, i, i, color, _hex(safe), thing)
            for i, (name, color, safe, thing) in enumerate(_CAMVID)
        ),
        LabelClass("Unlabelled", 11, 11, (0, 0, 0), IGNORE_COLOR, ignored=True),
    ),
    ignore_index=11,
)
"""SegNet's release of CamVid: eleven classes, and 11 for what is not labelled.

CamVid has no instances; thing and stuff are the course's reading of the names.
"""

_CAMVID_32 = (  # colour, name, class of the eleven, colour-blind-safe colour, thing
    ((64, 128, 64), "Animal", "Pedestrian", "332288", True),
    ((192, 0, 128), "Archway", "Building", "663333", False),
    ((0, 128, 192), "Bicyclist", "Bicyclist", "EE8026", True),
    ((0, 128, 64), "Bridge", "Building", "A5170E", False),
    ((128, 0, 0), "Building", "Building", "BB5566", False),
    ((64, 0, 128), "Car", "Car", "437DBF", True),
    ((64, 0, 192), "CartLuggagePram", "Pedestrian", "44BB99", True),
    ((192, 128, 64), "Child", "Pedestrian", "EE6677", True),
    ((192, 192, 128), "Column_Pole", "Pole", "000000", False),
    ((64, 64, 128), "Fence", "Fence", "AA6F9E", False),
    ((128, 0, 192), "LaneMkgsDriv", "Road", "E8ECFB", False),
    ((192, 0, 64), "LaneMkgsNonDriv", "Road", "EE8866", False),
    ((128, 128, 64), "Misc_Text", "SignSymbol", "994F88", False),
    ((192, 0, 192), "MotorcycleScooter", "Bicyclist", "882E72", True),
    ((128, 64, 64), "OtherMoving", "Car", "FFCCCC", True),
    ((64, 192, 128), "ParkingBlock", "Pavement", "228833", False),
    ((64, 64, 0), "Pedestrian", "Pedestrian", "CC3311", True),
    ((128, 64, 128), "Road", "Road", "555555", False),
    ((128, 128, 192), "RoadShoulder", "Pavement", "CAACCB", False),
    ((0, 0, 192), "Sidewalk", "Pavement", "EEDD88", False),
    ((192, 128, 128), "SignSymbol", "SignSymbol", "F0E442", False),
    ((128, 128, 128), "Sky", "Sky", "88CCEE", False),
    ((64, 128, 192), "SUVPickupTruck", "Car", "6195CF", True),
    ((0, 0, 64), "TrafficCone", "Pole", "33BBEE", False),
    ((0, 64, 64), "TrafficLight", "SignSymbol", "F4A736", False),
    ((192, 64, 128), "Train", "Car", "1965B0", True),
    ((128, 128, 0), "Tree", "Tree", "117733", False),
    ((192, 128, 192), "Truck_Bus", "Car", "222255", True),
    ((64, 0, 64), "Tunnel", "Building", "42150A", False),
    ((192, 192, 0), "VegetationMisc", "Tree", "90C987", False),
    ((0, 0, 0), "Void", "Unlabelled", "BBBBBB", False),
    ((64, 192, 0), "Wall", "Building", "BA8DB4", False),
)


def _camvid_32_table() -> ClassTable:
    eleven = {c.name: c for c in CAMVID}
    rows = [
        LabelClass(
            name,
            i,
            eleven[group].train_id,
            color,
            _hex(safe) if group != "Unlabelled" else IGNORE_COLOR,
            thing,
            ignored=group == "Unlabelled",
        )
        for i, (color, name, group, safe, thing) in enumerate(_CAMVID_32)
    ]
    return ClassTable("CamVid-32", tuple(rows), ignore_index=CAMVID.ignore_index)


CAMVID_32 = _camvid_32_table()
"""CamVid as published: 32 colours. The files hold no ids; here an id is the line (from 0) in
``label_colors.txt``, and a train id is the class of the eleven in MathWorks' grouping "following
the original SegNet training methodology" (example ``camvidPixelLabelIDs``). SegNet's authors
published label files, not a grouping, so expect small differences from their files.
"""


# --------------------------------------------------------------------------------------------------
# Cityscapes
# --------------------------------------------------------------------------------------------------

_CITYSCAPES = (  # name, id, train id, has instances, colour
    ("unlabeled", 0, 255, False, (0, 0, 0)),
    ("ego vehicle", 1, 255, False, (0, 0, 0)),
    ("rectification border", 2, 255, False, (0, 0, 0)),
    ("out of roi", 3, 255, False, (0, 0, 0)),
    ("static", 4, 255, False, (0, 0, 0)),
    ("dynamic", 5, 255, False, (111, 74, 0)),
    ("ground", 6, 255, False, (81, 0, 81)),
    ("road", 7, 0, False, (128, 64, 128)),
    ("sidewalk", 8, 1, False, (244, 35, 232)),
    ("parking", 9, 255, False, (250, 170, 160)),
    ("rail track", 10, 255, False, (230, 150, 140)),
    ("building", 11, 2, False, (70, 70, 70)),
    ("wall", 12, 3, False, (102, 102, 156)),
    ("fence", 13, 4, False, (190, 153, 153)),
    ("guard rail", 14, 255, False, (180, 165, 180)),
    ("bridge", 15, 255, False, (150, 100, 100)),
    ("tunnel", 16, 255, False, (150, 120, 90)),
    ("pole", 17, 5, False, (153, 153, 153)),
    ("polegroup", 18, 255, False, (153, 153, 153)),
    ("traffic light", 19, 6, False, (250, 170, 30)),
    ("traffic sign", 20, 7, False, (220, 220, 0)),
    ("vegetation", 21, 8, False, (107, 142, 35)),
    ("terrain", 22, 9, False, (152, 251, 152)),
    ("sky", 23, 10, False, (70, 130, 180)),
    ("person", 24, 11, True, (220, 20, 60)),
    ("rider", 25, 12, True, (255, 0, 0)),
    ("car", 26, 13, True, (0, 0, 142)),
    ("truck", 27, 14, True, (0, 0, 70)),
    ("bus", 28, 15, True, (0, 60, 100)),
    ("caravan", 29, 255, True, (0, 0, 90)),
    ("trailer", 30, 255, True, (0, 0, 110)),
    ("train", 31, 16, True, (0, 80, 100)),
    ("motorcycle", 32, 17, True, (0, 0, 230)),
    ("bicycle", 33, 18, True, (119, 11, 32)),
    ("license plate", -1, -1, False, (0, 0, 142)),
)

_CITYSCAPES_SAFE = {  # the nineteen
    "road": "555555",
    "sidewalk": "DDCC77",
    "building": "663333",
    "wall": "BA8DB4",
    "fence": "EE6677",
    "pole": "000000",
    "traffic light": "E69F00",
    "traffic sign": "F0E442",
    "vegetation": "009E73",
    "terrain": "CCDDAA",
    "sky": "88CCEE",
    "person": "CC3311",
    "rider": "72190E",
    "car": "0072B2",
    "truck": "222255",
    "bus": "44BB99",
    "train": "5289C7",
    "motorcycle": "882E72",
    "bicycle": "E8601C",
}


def _cityscapes_tables() -> tuple[ClassTable, ClassTable]:
    full = tuple(
        LabelClass(
            name,
            i,
            train,
            color,
            _hex(_CITYSCAPES_SAFE[name]) if name in _CITYSCAPES_SAFE else IGNORE_COLOR,
            thing,
            ignored=train in (255, -1),
        )
        for name, i, train, thing, color in _CITYSCAPES
    )
    nineteen = [
        LabelClass(c.name, c.train_id, c.train_id, c.color, c.safe_color, c.thing)
        for c in full
        if not c.ignored
    ]
    ignored = LabelClass("ignored", 255, 255, (0, 0, 0), IGNORE_COLOR, ignored=True)
    return ClassTable("Cityscapes", full), ClassTable("Cityscapes-19", (*nineteen, ignored))


CITYSCAPES, CITYSCAPES_TRAIN = _cityscapes_tables()
"""Cityscapes with its 34 ids (and −1, the licence plate, which only the polygon files have), and
with its 19 train ids (and 255, ignored). Several ids share a colour, black among them."""


TABLES: Mapping[str, ClassTable] = {
    t.name: t for t in (SCENES, STREETS, VOC, CAMVID, CAMVID_32, CITYSCAPES, CITYSCAPES_TRAIN)
}
"""All tables by name."""


# --------------------------------------------------------------------------------------------------
# Checking
# --------------------------------------------------------------------------------------------------


def _ranges(ids: Sequence[int]) -> str:
    """Write ids compactly: 0–20, 255."""
    runs: list[list[int]] = []
    for i in sorted(ids):
        if runs and i == runs[-1][1] + 1:
            runs[-1][1] = i
        else:
            runs.append([i, i])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def check_ids(labels: np.ndarray, table: ClassTable) -> None:
    """Raise if a label map holds an id that the table does not define.

    Parameters
    ----------
    labels : ndarray of int
        Label map of any shape, usually ``(H, W)``.
    table : ClassTable
        What the ids mean.

    Raises
    ------
    TypeError
        If `labels` does not hold integers, or is masked.
    ValueError
        Naming each unknown id, how many pixels have it, and where the first is; or if it is a
        colour picture.
    """
    labels = inputs.labels(labels, booleans=False)
    inputs.refuse_colours(labels.shape, "labels")
    unknown = sorted(set(np.unique(labels).tolist()) - set(table.ids))
    if unknown:
        found = "; ".join(
            say(
                "{id} ({n} pixels, {place})",
                id=u,
                n=np.count_nonzero(labels == u),
                place=first_place(labels == u),
            )
            for u in unknown[:5]
        )
        more = say("; and {n} more", n=len(unknown) - 5) if len(unknown) > 5 else ""
        raise ValueError(
            say(
                "The label map holds ids that {table} does not define: {found}{more}. {table} "
                "defines {ids}. Check that this is the right table, and that nothing resized "
                "the map with interpolation or saved it as JPEG.",
                table=table.name,
                found=found,
                more=more,
                ids=_ranges(table.ids),
            )
        )


def _look_up(labels: np.ndarray, keys: Sequence[int], values: np.ndarray) -> np.ndarray:
    """Replace each key by its value with a look-up table; all labels must be among the keys."""
    low = min(keys)
    table = np.zeros((max(keys) - low + 1, *values.shape[1:]), values.dtype)
    table[np.asarray(keys) - low] = values
    return table[labels.astype(np.int64) - low]


# --------------------------------------------------------------------------------------------------
# Colours ↔ ids ↔ train ids
# --------------------------------------------------------------------------------------------------


def ids_to_colors(
    labels: np.ndarray, table: ClassTable, palette: Palette = "official"
) -> np.ndarray:
    """Paint a label map.

    Parameters
    ----------
    labels : (H, W) ndarray of int
        Ids of `table`.
    table : ClassTable
        What the ids mean.
    palette : {"official", "safe"}
        Which colours. The official ones are what the data set's colour files hold.

    Returns
    -------
    (H, W, 3) ndarray of uint8

    Raises
    ------
    TypeError, ValueError
        As `check_ids`, or if the shape is not (H, W).
    """
    labels = inputs.label_map(labels, booleans=False)
    check_ids(labels, table)
    return _look_up(labels, table.ids, table.colors(palette))


def colors_to_ids(
    image: np.ndarray, table: ClassTable, palette: Palette = "official"
) -> np.ndarray:
    """Read a painted label map back; the inverse of `ids_to_colors`.

    Parameters
    ----------
    image : (H, W, 3) ndarray of uint8
        Colour-coded labels, each pixel exactly a colour of the table.
    table : ClassTable
        What the colours mean.
    palette : {"official", "safe"}
        Which colours.

    Returns
    -------
    (H, W) ndarray of uint8 (int16 if the table has negative ids)

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If the shape is wrong; if a colour is not in the table (it is named, with the nearest class);
        or if a colour that occurs belongs to several classes, as black does in Cityscapes' full
        table, so that the id cannot be known.
    """
    image = color_picture(image)
    packed = _pack(image)
    colors = _pack(table.colors(palette))
    order = np.argsort(colors, kind="stable")
    place = np.searchsorted(colors, packed, sorter=order)
    row = order[np.minimum(place, len(colors) - 1)]
    unknown = colors[row] != packed
    if unknown.any():
        raise ValueError(_unknown_colors(image, unknown, table, palette))
    for color in np.unique(packed):
        sharing = [c for c, p in zip(table, colors, strict=True) if p == color]
        if len(sharing) > 1:
            names = ", ".join(f"{c.name} ({c.id})" for c in sharing)
            raise ValueError(
                say(
                    "Colour {color} belongs to several classes of {table}: {names}. The id "
                    "cannot be known from the colour; read the data set's id files instead, or "
                    "use a table in which each colour is one class (for Cityscapes, "
                    "CITYSCAPES_TRAIN).",
                    color=_unpack(int(color)),
                    table=table.name,
                    names=names,
                )
            )
    ids = np.array(table.ids, np.int16)
    return ids[row] if ids.min() < 0 else ids[row].astype(np.uint8)


def _pack(colors: np.ndarray) -> np.ndarray:
    return colors.astype(np.int32) @ np.array([65536, 256, 1], np.int32)


def _unpack(color: int) -> Color:
    return color >> 16, (color >> 8) & 255, color & 255


def _unknown_colors(
    image: np.ndarray, unknown: np.ndarray, table: ClassTable, palette: Palette
) -> str:
    colors, counts = np.unique(image[unknown], axis=0, return_counts=True)
    most = np.argsort(-counts, kind="stable")[:5]
    parts = []
    for color, count in zip(colors[most], counts[most], strict=True):
        distance = np.abs(table.colors(palette).astype(int) - color).sum(1)
        near = table.classes[int(distance.argmin())].name
        where = first_place((image == color).all(2))
        parts.append(
            say(
                "{color} ({n} pixels, {place}; nearest is {near})",
                color=tuple(int(v) for v in color),
                n=count,
                place=where,
                near=near,
            )
        )
    more = say("; and {n} more", n=len(colors) - 5) if len(colors) > 5 else ""
    return say(
        "The picture has colours that {table} does not define: {found}{more}. Label pictures must be "
        "exact: no JPEG, no interpolation, no anti-aliasing, and the right table.",
        table=table.name,
        found="; ".join(parts),
        more=more,
    )


def to_train_ids(labels: np.ndarray, table: ClassTable) -> np.ndarray:
    """Map ids to train ids; every ignored id becomes `table.ignore_index`.

    Parameters
    ----------
    labels : (H, W) ndarray of int
        Ids of `table`.
    table : ClassTable
        What the ids mean.

    Returns
    -------
    (H, W) ndarray of uint8

    Raises
    ------
    TypeError, ValueError
        As `check_ids`, or if the shape is not (H, W).
    """
    labels = inputs.label_map(labels, booleans=False)
    check_ids(labels, table)
    train = [table.ignore_index if c.ignored else c.train_id for c in table]
    return _look_up(labels, table.ids, np.array(train, np.uint8))


def from_train_ids(train_labels: np.ndarray, table: ClassTable) -> np.ndarray:
    """Map train ids back to ids, as evaluation servers want them.

    Ignored pixels get the table's first ignored id (for Cityscapes 0, *unlabeled*, the official
    choice), so ``to_train_ids(from_train_ids(x)) == x`` always, and which of several ignored ids a
    pixel had is the only thing that the other order forgets.

    Parameters
    ----------
    train_labels : (H, W) ndarray of int
        Train ids of `table`.
    table : ClassTable
        What they mean.

    Returns
    -------
    (H, W) ndarray of uint8

    Raises
    ------
    TypeError
        If `train_labels` does not hold integers, or is masked.
    ValueError
        If the shape is not (H, W), a value is no train id of the table, or stands for several
        evaluated classes (CamVid's eleven from its 32), so that the id cannot be known.
    """
    train_labels = inputs.label_map(train_labels, "train_labels", booleans=False)
    back: dict[int, int] = {table.ignore_index: table.ignore_ids[0]} if table.ignore_ids else {}
    present = set(np.unique(train_labels).tolist())
    for train in {c.train_id for c in table.evaluated}:
        members = [c for c in table.evaluated if c.train_id == train]
        if len(members) > 1 and train in present:
            raise ValueError(
                say(
                    "Train id {train} of {table} stands for {n} classes ({names}); which one a "
                    "pixel had is lost. Keep the original ids if you need them later.",
                    train=train,
                    table=table.name,
                    n=len(members),
                    names=", ".join(c.name for c in members),
                )
            )
        back[train] = members[0].id
    unknown = sorted(present - set(back))
    if unknown:
        raise ValueError(
            say(
                "The map holds values that are no train ids of {table}: {unknown}. It has "
                "{ids}; if the map already holds ids, it needs no conversion.",
                table=table.name,
                unknown=", ".join(map(str, unknown[:10])),
                ids=_ranges(list(back)),
            )
        )
    return _look_up(train_labels, list(back), np.array(list(back.values()), np.uint8))
