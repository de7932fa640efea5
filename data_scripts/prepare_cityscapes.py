"""Unpack Cityscapes from the two archives that you downloaded.

Cityscapes asks everyone to register and accept its terms (research, teaching, no redistribution), so
no script can download it for you. Log in at https://www.cityscapes-dataset.com/downloads/ and get
``leftImg8bit_trainvaltest.zip`` (11 GB) and ``gtFine_trainvaltest.zip`` (241 MB). Then::

    python data_scripts/prepare_cityscapes.py leftImg8bit_trainvaltest.zip gtFine_trainvaltest.zip

Writes ``OUT/cityscapes/leftImg8bit`` and ``OUT/cityscapes/gtFine``, each with ``train``, ``val`` and
``test`` (2975, 500 and 1525 frames), exactly as they are in the archives. Nothing is derived: train
ids are computed from the ``labelIds`` files when they are read. The labels of ``test`` are dummies.

The published md5 sums lie behind the log-in, so the archives are checked by their contents: every
frame must have its four label files, and every file must pass the checksum inside the archive.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import _fetch
from _fetch import FetchError

FRAMES = {"train": 2975, "val": 500, "test": 1525}
LABEL_FILES = ("labelIds.png", "instanceIds.png", "color.png", "polygons.json")


def check_images(root: Path) -> None:
    """Raise `FetchError` unless every frame is there."""
    _fetch.require_counts(root, {f"{split}/*/*_leftImg8bit.png": n for split, n in FRAMES.items()})


def check_labels(root: Path) -> None:
    """Raise `FetchError` unless every frame has its label files."""
    counts = {f"{s}/*/*_gtFine_{file}": n for s, n in FRAMES.items() for file in LABEL_FILES}
    _fetch.require_counts(root, counts)


def check_pairs(images: Path, labels: Path) -> None:
    """Raise `FetchError` unless frames and labels belong together."""

    def frames(root: Path, ending: str) -> set[str]:
        found = root.glob(f"*/*/*{ending}")
        return {file.relative_to(root).as_posix().removesuffix(ending) for file in found}

    odd = frames(images, "_leftImg8bit.png") ^ frames(labels, "_gtFine_labelIds.png")
    if odd:
        raise FetchError(
            f"{len(odd)} frames have an image or a label but not both, {sorted(odd)[0]} for one: "
            "the archives do not belong together."
        )


def unpack_given(path: Path, prefix: str, target: Path, check: Callable[[Path], None]) -> None:
    """Unpack an archive that the user has downloaded."""
    if not path.is_file():
        raise FetchError(
            f"there is no file {path}: download it from "
            "https://www.cityscapes-dataset.com/downloads/ after logging in."
        )
    _fetch.unpack(path, prefix, target, check)


def main(argv: list[str] | None = None) -> None:
    """Unpack the archives that the command line names."""
    parser = _fetch.command_line(__doc__)
    parser.add_argument("images", type=Path, help="leftImg8bit_trainvaltest.zip")
    parser.add_argument("labels", type=Path, help="gtFine_trainvaltest.zip")
    arguments = parser.parse_args(argv)

    root = arguments.out / "cityscapes"
    for name, path, check in (
        ("leftImg8bit", arguments.images, check_images),
        ("gtFine", arguments.labels, check_labels),
    ):
        target = root / name
        _fetch.provide(
            target, check, arguments.out, partial(unpack_given, path, f"{name}/", target, check)
        )
    check_pairs(root / "leftImg8bit", root / "gtFine")


if __name__ == "__main__":
    _fetch.run(main)
