"""Reader for Cityscapes, and its instance ids.

Cordts et al. (2016), *The Cityscapes Dataset for Semantic Urban Scene Understanding*, CVPR. The data
needs a log-in, so it is prepared from archives that you downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from seglearn import inputs
from seglearn.data.labels import CITYSCAPES, CITYSCAPES_TRAIN, to_train_ids
from seglearn.data.reading import FileDataset, check_label, missing, open_image
from seglearn.words import say

COMMAND = (
    "python data_scripts/prepare_cityscapes.py leftImg8bit_trainvaltest.zip "
    "gtFine_trainvaltest.zip --out DIR"
)


def _to_instance_ids(mode: str) -> str:
    if mode != "L":
        return ""
    return say(
        "8 bits hold no instance id, which is class id · 1000 + number: either this is another file, "
        "such as that of the class ids, or it was read and saved again with 8 bits, and its ids are "
        "lost."
    )


class Cityscapes(FileDataset):
    """Cityscapes: street scenes from fifty cities, 2048×1024.

    Parameters
    ----------
    root : path
        Folder that holds ``leftImg8bit`` and ``gtFine`` (or ``gtCoarse``) in the official layout:
        ``leftImg8bit/SPLIT/CITY/CITY_SEQ_FRAME_leftImg8bit.png`` and
        ``gtFine/SPLIT/CITY/CITY_SEQ_FRAME_gtFine_labelIds.png``, ``…_instanceIds.png``.
    split : {"train", "val", "test", "train_extra"}
        Officially 2975, 500, 1525 and 19998 images. *test* has dummy labels (everything ignored),
        *train_extra* coarse ones only.
    train_ids : bool
        True (default): labels are the 19 train ids and 255, made from the ids by the official table.
        False: labels are the 34 ids as published.
    verify : bool
        Check the official count and that every file exists.

    Attributes
    ----------
    classes : ClassTable
        ``labels.CITYSCAPES_TRAIN`` or ``labels.CITYSCAPES``, as `train_ids` says.

    Raises
    ------
    FileNotFoundError
        If the images' folder is missing.
    ValueError
        If `split` is unknown, or with `verify` if the count is wrong.
    """

    command = COMMAND
    counts: ClassVar = {"train": 2975, "val": 500, "test": 1525, "train_extra": 19998}

    def __init__(
        self,
        root: str | Path,
        split: str = "train",
        *,
        train_ids: bool = True,
        verify: bool = False,
    ) -> None:
        self.train_ids = train_ids
        self.classes = CITYSCAPES_TRAIN if train_ids else CITYSCAPES
        self.annotation = "gtCoarse" if split == "train_extra" else "gtFine"
        super().__init__(root, split, verify)

    def _find_names(self) -> list[str]:
        folder = self.root / "leftImg8bit" / self.split
        if not folder.is_dir():
            raise missing(folder, COMMAND)
        ending = "_leftImg8bit.png"
        return sorted(p.name.removesuffix(ending) for p in folder.glob(f"*/*{ending}"))

    def image_path(self, name: str) -> Path:
        city = name.split("_")[0]
        return self.root / "leftImg8bit" / self.split / city / f"{name}_leftImg8bit.png"

    def label_path(self, name: str) -> Path:
        return self._annotation_path(name, "labelIds")

    def _annotation_path(self, name: str, kind: str) -> Path:
        file = f"{name}_{self.annotation}_{kind}.png"
        return self.root / self.annotation / self.split / name.split("_")[0] / file

    def _read_label(self, path: Path) -> np.ndarray:
        what = say("a grey PNG ('L') whose values are the ids 0–33")
        image = open_image(path, ["L"], what, COMMAND)
        ids = check_label(path, np.array(image), CITYSCAPES)
        return to_train_ids(ids, CITYSCAPES) if self.train_ids else ids

    def instances(self, index: int) -> np.ndarray:
        """Read the instance ids of one image.

        Returns
        -------
        (H, W) ndarray of int32
            Class id · 1000 + number for single objects; the class id alone for stuff and for groups
            that could not be told apart. See `split_instance_ids`.
        """
        path = self._annotation_path(self.names[index], "instanceIds")
        what = say("a 16-bit grey PNG ('I;16') of instance ids")
        image = open_image(path, ["I;16", "I;16B", "I"], what, COMMAND, _to_instance_ids)
        instances = np.asarray(image).astype(np.int32)
        try:
            split_instance_ids(instances)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        self._check_size(path, instances, self.image_path(self.names[index]))
        return instances


def split_instance_ids(instances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split Cityscapes' instance ids into class ids and numbers.

    Parameters
    ----------
    instances : (H, W) ndarray of int
        Instance ids, 0 to 33999.

    Returns
    -------
    ids : (H, W) ndarray of uint8
        Class ids.
    numbers : (H, W) ndarray of int16
        Number of the object within its class, from 0; −1 where pixels are no single object.

    Raises
    ------
    TypeError
        If `instances` does not hold integers, or is masked.
    ValueError
        If the shape is not (H, W), or a value is neither a class id nor a class id · 1000 + number.
    """
    instances = inputs.label_map(instances, "instances", booleans=False)
    values = np.unique(instances).tolist()
    bad = [v for v in values if (v // 1000 if v >= 1000 else v) not in range(34)]
    if bad:
        raise ValueError(
            say(
                "Instance ids {ids} are impossible: they must be a class id (0–33) or class id "
                "· 1000 + number. Check that the file holds 16 bits and was read with all of "
                "them: np.asarray(Image.open(path)), or cv2.imread(path, cv2.IMREAD_UNCHANGED).",
                ids=", ".join(map(str, bad[:5])),
            )
        )
    instances = instances.astype(np.int64)  # an 8-bit one has no room for 1000
    single = instances >= 1000
    ids = np.where(single, instances // 1000, instances).astype(np.uint8)
    return ids, np.where(single, instances % 1000, -1).astype(np.int16)
