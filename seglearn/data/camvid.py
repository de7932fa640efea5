"""Reader for CamVid, in SegNet's layout (11 classes) and in the native one (32 colours).

Brostow, Fauqueur, Cipolla (2009), *Semantic object classes in video: a high-definition ground truth
database*, Pattern Recognition Letters 30; Badrinarayanan, Kendall, Cipolla (2017), *SegNet*, TPAMI 39.
"""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import ClassVar

import numpy as np

from seglearn.data.labels import CAMVID, CAMVID_32, colors_to_ids
from seglearn.data.reading import FileDataset, check_label, open_image, read_lines, to_rgb
from seglearn.words import say

COMMAND = "python data_scripts/fetch_camvid.py --out DIR"
VAL_CLIP = ("0016E5", 7959, 8159)
"""Drive, first and last frame of the validation set."""

MEDIAN_FREQUENCY_WEIGHTS = (
    *(0.279, 0.202, 4.787, 0.149, 1.0, 0.422),
    *(3.847, 1.974, 0.789, 6.375, 8.859),
)
"""Class weights for SegNet's train split: the median class frequency divided by each class's own,
where a frequency is a class's pixels over all pixels, unlabelled ones too, of the images that it
occurs in (Eigen and Fergus 2015)."""


class CamVid(FileDataset):
    """CamVid: 701 frames of four drives through Cambridge.

    Frames follow each other in time, so splits are not independent: *val* is one clip of less than
    seven seconds from a drive that *train* has frames of, and *test* shares a drive with *train*.

    Parameters
    ----------
    root : path
        One of two layouts, told apart by their folders. SegNet's release, 480×360:
        ``train/NAME.png``, ``trainannot/NAME.png``, ``train.txt`` and so on, labels 0–10 and 11.
        The native one, 960×720: ``701_StillsRaw_full/NAME.png`` and
        ``LabeledApproved_full/NAME_L.png`` (colours); its splits are SegNet's, by name.
    split : {"train", "val", "test"}
        Officially 367, 101 and 233 frames.
    verify : bool
        Check the official count and that every file exists.

    Attributes
    ----------
    classes : ClassTable
        ``labels.CAMVID`` (ignore 11), or ``labels.CAMVID_32`` for the native layout; its labels
        become the eleven classes with ``labels.to_train_ids(label, labels.CAMVID_32)``.

    Raises
    ------
    FileNotFoundError
        If neither layout is there, or a list is missing.
    ValueError
        If `split` is unknown, or with `verify` if the count is wrong.
    """

    command = COMMAND
    counts: ClassVar = {"train": 367, "val": 101, "test": 233}

    def __init__(self, root: str | Path, split: str = "train", *, verify: bool = False) -> None:
        self.native = (Path(root) / "701_StillsRaw_full").is_dir()
        self.classes = CAMVID_32 if self.native else CAMVID
        super().__init__(root, split, verify)

    def _find_names(self) -> list[str]:
        if self.native:
            frames = sorted(p.stem for p in (self.root / "701_StillsRaw_full").glob("*.png"))
            return [name for name in frames if split_of(name) == self.split]
        names = []
        path = self.root / f"{self.split}.txt"
        for number, line in read_lines(path, COMMAND):
            stems = [PureWindowsPath(part).stem for part in line.split()]  # knows / and \
            if len(stems) != 2 or stems[0] != stems[1]:
                raise ValueError(
                    say(
                        "{path}, line {number}: expected the paths of an image and of its "
                        "label with the same name, not {line!r}. Fetch the data set again "
                        "with:  {command}",
                        path=path,
                        number=number,
                        line=line,
                        command=COMMAND,
                    )
                )
            names.append(stems[0])
        return names

    def image_path(self, name: str) -> Path:
        if self.native:
            return self.root / "701_StillsRaw_full" / f"{name}.png"
        return self.root / self.split / f"{name}.png"

    def label_path(self, name: str) -> Path:
        if self.native:
            return self.root / "LabeledApproved_full" / f"{name}_L.png"
        return self.root / f"{self.split}annot" / f"{name}.png"

    def _read_label(self, path: Path) -> np.ndarray:
        if not self.native:
            what = say("a grey PNG ('L') whose values are the ids 0–11")
            image = open_image(path, ["L"], what, COMMAND)
            return check_label(path, np.array(image), CAMVID)
        what = say("a colour PNG ('RGB') in CamVid's 32 colours")
        image = open_image(path, ["RGB"], what, COMMAND, to_rgb)
        try:
            return colors_to_ids(np.asarray(image), CAMVID_32)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error


def split_of(name: str) -> str:
    """Return the split of a frame in SegNet's lists.

    *val* is the clip 0016E5_07959 to 0016E5_08159; *test* is the drive Seq05VD and the second half of
    0001TP, from 0001TP_008550 on; *train* is the rest.

    Parameters
    ----------
    name : str
        Name of a frame, such as ``"0006R0_f00930"``.

    Raises
    ------
    ValueError
        If it is not named like a CamVid frame.
    """
    drive, frame = drive_and_frame(name)
    if drive == "Seq05VD" or (drive == "0001TP" and frame >= 8550):
        return "test"
    clip, first, last = VAL_CLIP
    return "val" if drive == clip and first <= frame <= last else "train"


def drive_and_frame(name: str) -> tuple[str, int]:
    """Return the film that a frame is of, and its number there; raises as `split_of`."""
    match = re.fullmatch(r"(0001TP|0006R0|0016E5|Seq05VD)_f?(\d+)", name)
    if not match:
        raise ValueError(
            say(
                "{name!r} is not a CamVid frame; names look like 0001TP_006690, 0006R0_f00930, "
                "0016E5_07959 or Seq05VD_f00000.",
                name=name,
            )
        )
    return match[1], int(match[2])
