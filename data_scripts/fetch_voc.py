"""Fetch PASCAL VOC 2012 (train and val), and the SBD annotations on request.

Writes ``OUT/VOCdevkit/VOC2012`` in the official layout: ``JPEGImages``, ``SegmentationClass``,
``SegmentationObject``, ``ImageSets/Segmentation/{train,val,trainval}.txt``. The download is 2.0 GB
and takes as much again unpacked.

``--sbd`` adds the Semantic Boundaries Dataset (1.4 GB) as ``OUT/benchmark_RELEASE``, and writes the
list of the 10,582 "augmented" training images, which is VOC train and all of SBD without VOC val, to
``VOCdevkit/VOC2012/ImageSets/Segmentation/train_aug.txt``. SBD's labels stay in its own ``.mat``
files; they were drawn by other people under other rules, with no void border.

The photographs come from Flickr, whose terms of use apply to them; they are for research and study.
"""

from pathlib import Path

import _fetch
from _fetch import Archive

VOC = Archive(
    name="VOCtrainval_11-May-2012.tar",
    urls=(
        "https://thor.robots.ox.ac.uk/pascal/VOC/voc2012/VOCtrainval_11-May-2012.tar",
        "http://host.robots.ox.ac.uk/pascal/VOC/voc2012/VOCtrainval_11-May-2012.tar",
        "https://data.pjreddie.com/files/VOCtrainval_11-May-2012.tar",
    ),
    digest="md5:6cd6e144f989b92b3379bac3b3de84fd",
    n_bytes=1_999_639_040,
    unpacked_bytes=2_000_000_000,
)
VOC_LISTS = {"train": 1464, "val": 1449, "trainval": 2913}

_SBD_PATH = "eecs.berkeley.edu/Research/Projects/CS/vision/grouping/semantic_contours/benchmark.tgz"
SBD = Archive(
    name="benchmark.tgz",
    urls=(f"https://www2.{_SBD_PATH}", f"http://www.{_SBD_PATH}"),
    digest="md5:82b4d87ceb2ed10f6038a1cba92111cb",
    n_bytes=1_419_539_633,
    unpacked_bytes=1_600_000_000,
)
SBD_IMAGES = 11_355
N_AUGMENTED = 10_582


def read_list(path: Path) -> list[str]:
    """Return the image names in a list file."""
    if not path.is_file():
        raise _fetch.FetchError(f"{path.name} is missing.")
    return path.read_text(encoding="ascii", errors="replace").split()


def check_voc(root: Path) -> None:
    """Raise `FetchError` unless every listed image and its two labels are there."""
    for name, expected in VOC_LISTS.items():
        listed = read_list(root / "ImageSets" / "Segmentation" / f"{name}.txt")
        if len(listed) != expected:
            raise _fetch.FetchError(f"{name}.txt lists {len(listed)} images, expected {expected}.")
        for image in listed:
            for file in (
                f"JPEGImages/{image}.jpg",
                f"SegmentationClass/{image}.png",
                f"SegmentationObject/{image}.png",
            ):
                if not (root / file).is_file():
                    raise _fetch.FetchError(f"{file} is missing.")


def check_sbd(root: Path) -> None:
    """Raise `FetchError` unless every SBD image and label is there."""
    _fetch.require_counts(root, {"dataset/img/*.jpg": SBD_IMAGES, "dataset/cls/*.mat": SBD_IMAGES})


def write_augmented_list(voc: Path, sbd: Path) -> None:
    """Write ``train_aug.txt``: VOC train and all of SBD, without VOC val."""
    lists = voc / "ImageSets" / "Segmentation"
    names = set(read_list(lists / "train.txt"))
    names.update(*(read_list(sbd / "dataset" / f"{part}.txt") for part in ("train", "val")))
    names.difference_update(read_list(lists / "val.txt"))
    if len(names) != N_AUGMENTED:
        raise _fetch.FetchError(f"the augmented list has {len(names)} names, not {N_AUGMENTED}.")
    path, text = lists / "train_aug.txt", "\n".join(sorted(names)) + "\n"
    if not path.is_file() or path.read_text(encoding="ascii") != text:
        path.write_text(text, encoding="ascii")
        print(f"wrote {path}: {len(names)} names")


def main(argv: list[str] | None = None) -> None:
    """Fetch what the command line asks for."""
    parser = _fetch.command_line(__doc__)
    _fetch.add_download_options(parser)
    parser.add_argument("--sbd", action="store_true", help="also fetch the SBD annotations")
    parser.add_argument("--sbd-from-file", type=Path, metavar="FILE", help="SBD's benchmark.tgz")
    arguments = parser.parse_args(argv)

    voc = arguments.out / "VOCdevkit" / "VOC2012"
    _fetch.fetch(VOC, r"(\./)?VOCdevkit/VOC2012/", voc, check_voc, arguments, arguments.from_file)
    if arguments.sbd or arguments.sbd_from_file:
        sbd, prefix = arguments.out / "benchmark_RELEASE", r"(\./)?benchmark_RELEASE/"
        _fetch.fetch(SBD, prefix, sbd, check_sbd, arguments, arguments.sbd_from_file)
        write_augmented_list(voc, sbd)


if __name__ == "__main__":
    _fetch.run(main)
