"""Data sets in miniature: the course's own pictures, written as the authors of three data sets write theirs.

The pictures of VOC, CamVid and Cityscapes may not be passed on. Their formats may. So these functions
write labelled photographs and drawn streets of the course into the folders and files that the readers
of `seglearn.data` expect, for looking at formats and for trying out readers. Nothing here is a sample
of those data sets: no statistics of theirs can be measured on it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import grey_dilation, grey_erosion

from seglearn import inputs
from seglearn.data import labels, samples, scenes
from seglearn.data._scenes.classes import CLASSES

__all__ = ["write_camvid", "write_cityscapes", "write_voc"]

VOC_PHOTOGRAPHS = {
    "motorcycle": {"motorcycle": "motorbike", "bicycle": "bicycle", "bottle": "bottle"},
    "chelsea": {"cat": "cat"},
    "camera": {"person": "person"},
}
"""Photographs, and which of their classes VOC has; everything else is background."""

STREET = {  # class of the scenes: (CamVid's 11, CamVid's 32, Cityscapes)
    "sky": ("Sky", "Sky", "sky"),
    "building": ("Building", "Building", "building"),
    "road": ("Road", "Road", "road"),
    "pavement": ("Pavement", "Sidewalk", "sidewalk"),
    "grass": ("Tree", "VegetationMisc", "terrain"),
    "tree": ("Tree", "Tree", "vegetation"),
    "car": ("Car", "Car", "car"),
    "person": ("Pedestrian", "Pedestrian", "person"),
    "pole": ("Pole", "Column_Pole", "pole"),
    "void": ("Unlabelled", "Void", "unlabeled"),
}
STREET_SEED = 11
WINDOW = 5  # pixels; the border that it makes is 4 wide, about as VOC's


def write_voc(folder: str | Path) -> Path:
    """Write three photographs as `voc.VOC` reads them, split *train*.

    Label files have a palette, and a border of 255 around every object.

    Parameters
    ----------
    folder : path
        Where ``VOCdevkit`` comes to lie. It is made if need be.

    Returns
    -------
    Path
        `folder`.
    """
    root = Path(folder) / "VOCdevkit" / "VOC2012"
    for name, classes in VOC_PHOTOGRAPHS.items():
        photo = samples.photograph(name)
        label = np.zeros(photo.labels.shape, np.uint8)
        for own, theirs in classes.items():
            label[photo.mask(own)] = labels.VOC.by_name(theirs).id
        number = np.where(label > 0, photo.instances, 0)
        border = _edges(label) | (photo.labels == samples.VOID)
        _save(Image.fromarray(inputs.image8(photo.rgb)), root / "JPEGImages" / f"{name}.jpg")
        for kind, ids in (("Class", label), ("Object", number)):
            picture = Image.fromarray(np.where(border, 255, ids).astype(np.uint8))
            picture.putpalette(labels.voc_colormap().ravel().tolist())
            _save(picture, root / f"Segmentation{kind}" / f"{name}.png")
    _write_list(root / "ImageSets" / "Segmentation" / "train.txt", list(VOC_PHOTOGRAPHS))
    return Path(folder)


def write_camvid(folder: str | Path, *, native: bool = False) -> Path:
    """Write two drawn streets as `camvid.CamVid` reads them, splits *train* and *val*.

    Parameters
    ----------
    folder : path
        Where ``CamVid`` comes to lie.
    native : bool
        True for the layout that CamVid's authors published, whose label files hold colours; False
        (default) for that of SegNet's authors, whose label files hold the numbers 0 to 11. A native
        frame's split is in its name, so these frames have names that no frame of CamVid has.

    Returns
    -------
    Path
        The folder ``CamVid``.
    """
    root = Path(folder) / "CamVid"
    for split, name, seed in (("train", "0006R0_f00000", 0), ("val", "0016E5_07960", 1)):
        image, semantic, _ = _street(seed, (360, 480))
        if native:
            colours = labels.ids_to_colors(_renamed(semantic, 1), labels.CAMVID_32, "official")
            _save(image, root / "701_StillsRaw_full" / f"{name}.png")
            _save(Image.fromarray(colours), root / "LabeledApproved_full" / f"{name}_L.png")
        else:
            _save(image, root / split / f"{name}.png")
            _save(Image.fromarray(_renamed(semantic, 0)), root / f"{split}annot" / f"{name}.png")
            paths = f"/SegNet/CamVid/{split}/{name}.png /SegNet/CamVid/{split}annot/{name}.png"
            _write_list(root / f"{split}.txt", [paths])
    return root


def write_cityscapes(folder: str | Path) -> Path:
    """Write a drawn street as `cityscapes.Cityscapes` reads it, split *val*; a quarter of the size.

    Parameters
    ----------
    folder : path
        Where ``cityscapes`` comes to lie.

    Returns
    -------
    Path
        The folder ``cityscapes``.
    """
    root, name = Path(folder) / "cityscapes", "nowhere_000000_000000"
    image, semantic, instances = _street(2, (256, 512))
    ids = _renamed(semantic, 2)
    numbered = ids.astype(np.int32)
    for class_id in (24, 26):  # person and car; the scenes' other things are stuff here
        here = ids == class_id
        numbers = np.unique(instances[here], return_inverse=True)[1]
        numbered[here] = 1000 * class_id + numbers
    _save(image, root / "leftImg8bit" / "val" / "nowhere" / f"{name}_leftImg8bit.png")
    truth = root / "gtFine" / "val" / "nowhere"
    _save(Image.fromarray(ids), truth / f"{name}_gtFine_labelIds.png")
    _save(Image.fromarray(numbered.astype(np.uint16)), truth / f"{name}_gtFine_instanceIds.png")
    return root


def _street(number: int, size: tuple[int, int]) -> tuple[Image.Image, NDArray, NDArray]:
    scene = scenes.make_scene((STREET_SEED, number), size=size)
    return Image.fromarray(inputs.image8(scene.image)), scene.semantic, scene.instances


def _renamed(semantic: NDArray, column: int) -> NDArray[np.uint8]:
    """Return a street's label map in the ids of a column of `STREET`."""
    table = (labels.CAMVID, labels.CAMVID_32, labels.CITYSCAPES)[column]
    out = np.full(semantic.shape, table.by_name(STREET["void"][column]).id, np.uint8)
    for c in CLASSES:
        out[semantic == c.id] = table.by_name(STREET[c.name][column]).id
    return out


def _edges(label: NDArray) -> NDArray[np.bool_]:
    """Mark the pixels around which a window of `WINDOW` pixels a side holds two numbers."""
    return grey_dilation(label, (WINDOW, WINDOW)) != grey_erosion(label, (WINDOW, WINDOW))


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def _write_list(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
