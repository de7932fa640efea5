"""Reader for PASCAL VOC 2012 segmentation, and for its augmentation with SBD.

Everingham et al. (2010), *The PASCAL Visual Object Classes (VOC) Challenge*, IJCV 88; Hariharan et al.
(2011), *Semantic Contours from Inverse Detectors*, ICCV (SBD).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image
from scipy.io import loadmat

from seglearn.data.labels import VOC as TABLE
from seglearn.data.labels import voc_colormap
from seglearn.data.reading import FileDataset, check_label, missing, open_image, read_names
from seglearn.words import say

COMMAND = "python data_scripts/fetch_voc.py --out DIR"
SBD_COMMAND = f"{COMMAND} --sbd"


class VOC(FileDataset):
    """PASCAL VOC 2012, semantic segmentation.

    The labels keep 255: the border of about five pixels around every object, and a few regions too
    hard to label, which the evaluation ignores.

    Parameters
    ----------
    root : path
        Folder that holds ``VOCdevkit/VOC2012``, or any folder on that path. Official layout:
        ``JPEGImages``, ``SegmentationClass``, ``SegmentationObject``, ``ImageSets/Segmentation``.
    split : {"train", "val", "trainval", "test"}
        Officially 1464, 1449, 2913 and 1456 images. Labels of *test* are not public.
    verify : bool
        Check the official count and that every file exists.

    Raises
    ------
    FileNotFoundError
        If the folder or its list is missing.
    ValueError
        If `split` is unknown, its list holds anything but names, or with `verify` if the count is
        wrong.
    """

    classes = TABLE
    command = COMMAND
    counts: ClassVar = {"train": 1464, "val": 1449, "trainval": 2913, "test": 1456}

    def __init__(self, root: str | Path, split: str = "train", *, verify: bool = False) -> None:
        self.folder = _voc_folder(Path(root))
        self.has_labels = split != "test"
        super().__init__(root, split, verify)

    def _find_names(self) -> list[str]:
        return _split(self.folder, self.split)

    def image_path(self, name: str) -> Path:
        return self.folder / "JPEGImages" / f"{name}.jpg"

    def label_path(self, name: str) -> Path:
        return self.folder / "SegmentationClass" / f"{name}.png"

    def _read_label(self, path: Path) -> np.ndarray:
        return check_label(path, _read_palette_png(path), TABLE)

    def instances(self, index: int) -> np.ndarray:
        """Read the object map of one image from ``SegmentationObject``.

        Returns
        -------
        (H, W) ndarray of uint8
            0 background, 1, 2 … the objects of this image in any class, 255 the ignored border.
        """
        path = self.folder / "SegmentationObject" / f"{self.names[index]}.png"
        objects = _read_palette_png(path)
        self._check_size(path, objects, self.image_path(self.names[index]))
        return objects


class AugmentedVOC(FileDataset):
    """VOC's train split enlarged with SBD: the 10,582 images that most papers train on.

    These are all images of VOC train and of SBD that are not in VOC val. Images of VOC train keep
    VOC's label; the others have SBD's, which has no ignored border.

    Parameters
    ----------
    root : path
        As for `VOC`.
    sbd_root : path
        Folder that holds SBD's ``benchmark_RELEASE/dataset``, or any folder on that path. Official
        layout: ``cls/*.mat``, ``img/*.jpg``, ``train.txt``, ``val.txt``.
    verify : bool
        Check the official count and that every file exists.

    Raises
    ------
    FileNotFoundError
        If a folder or a list is missing.
    ValueError
        If a list holds anything but names, or with `verify` if the count is wrong.
    """

    classes = TABLE
    command = SBD_COMMAND
    counts: ClassVar = {"train": 10582}

    def __init__(self, root: str | Path, sbd_root: str | Path, *, verify: bool = False) -> None:
        self.folder = _voc_folder(Path(root))
        self.sbd_folder = _first_folder(
            Path(sbd_root), ["", "dataset", "benchmark_RELEASE/dataset"], "cls", SBD_COMMAND
        )
        self._own = set(_split(self.folder, "train"))
        super().__init__(root, "train", verify)

    def _find_names(self) -> list[str]:
        sbd = {
            n
            for s in ("train", "val")
            for n in read_names(self.sbd_folder / f"{s}.txt", SBD_COMMAND)
        }
        return sorted((self._own | sbd) - set(_split(self.folder, "val")))

    def image_path(self, name: str) -> Path:
        if name in self._own:
            return self.folder / "JPEGImages" / f"{name}.jpg"
        return self.sbd_folder / "img" / f"{name}.jpg"

    def label_path(self, name: str) -> Path:
        if name in self._own:
            return self.folder / "SegmentationClass" / f"{name}.png"
        return self.sbd_folder / "cls" / f"{name}.mat"

    def _read_label(self, path: Path) -> np.ndarray:
        label = _read_palette_png(path) if path.suffix == ".png" else _read_sbd(path)
        return check_label(path, label, TABLE)


def _first_folder(root: Path, places: list[str], inside: str, command: str) -> Path:
    for place in places:
        if (root / place / inside).is_dir():
            return root / place
    raise missing(root / places[-1] / inside, command)


def _voc_folder(root: Path) -> Path:
    places = ["", "VOC2012", "VOCdevkit/VOC2012"]
    return _first_folder(root, places, "ImageSets/Segmentation", COMMAND)


def _split(folder: Path, split: str) -> list[str]:
    if split not in VOC.counts:
        return []  # the base class refuses it
    return read_names(folder / "ImageSets" / "Segmentation" / f"{split}.txt", COMMAND)


def _read_palette_png(path: Path) -> np.ndarray:
    """Read the indices of a palette PNG whose palette is VOC's."""
    what = say("a palette PNG ('P') whose indices are the ids")
    image = open_image(path, ["P", "L"], what, COMMAND)
    indices = np.array(image)
    used = np.unique(indices)
    if image.mode == "L":
        raise ValueError(
            say(
                "{path} has Pillow mode 'L', but expected {what}. {remedy}",
                path=path,
                what=what,
                remedy=_grey(used),
            )
        )
    palette = _palette(image)
    if len(palette) <= used.max() or (palette[used] != voc_colormap()[used]).any():
        raise ValueError(
            say(
                "{path} has another palette than VOC's, so its indices may mean other classes; "
                "an image editor may have sorted its colours. Fetch the original with:  "
                "{command}",
                path=path,
                command=COMMAND,
            )
        )
    return indices


def _grey(values: np.ndarray) -> str:
    """Say what the values of a grey label can be: ids without their palette, or brightness."""
    colors = voc_colormap()[list(TABLE.ids)]
    brightness = np.asarray(Image.fromarray(colors[None]).convert("L"))
    if np.isin(values, TABLE.ids).all():
        return say(
            "It is a grey picture, and its values could be ids, as in copies of the data set from which "
            "the palette was removed. If they are, put it back: "
            "image.putpalette(labels.voc_colormap().tobytes()), then image.save(path)."
        )
    if np.isin(values, brightness).all():
        return say(
            "It is a grey picture whose values are the brightness of VOC's colours, not ids. That "
            "cannot be undone, since classes share one: aeroplane and pottedplant have 38. "
            "Fetch the original with:  {command}",
            command=COMMAND,
        )
    stray = values[~np.isin(values, TABLE.ids)]
    return say(
        "It is a grey picture with values that are no ids, such as {value}. "
        "Fetch the original with:  {command}",
        value=stray[0],
        command=COMMAND,
    )


def _palette(image: Image.Image) -> np.ndarray:
    return np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)


def _read_sbd(path: Path) -> np.ndarray:
    if not path.is_file():
        raise missing(path, SBD_COMMAND)
    try:
        label = loadmat(path)["GTcls"]["Segmentation"][0, 0]
    except Exception as error:  # scipy raises many kinds for damaged files
        raise ValueError(
            say(
                "{path} is damaged or no SBD class file ({error!r}). Delete it and fetch it "
                "again with:  {command}",
                path=path,
                error=error,
                command=SBD_COMMAND,
            )
        ) from error
    if label.ndim != 2 or label.dtype != np.uint8:
        raise ValueError(
            say(
                "{path} holds {dtype} {shape}, but expected (H, W) uint8.",
                path=path,
                dtype=label.dtype,
                shape=label.shape,
            )
        )
    return np.ascontiguousarray(label)
