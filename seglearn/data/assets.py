"""Where the course's own files lie: photographs, cubes, trained weights, recordings.

`asset` returns the path of one. It looks in the folder that the variable ``SEGLEARN_ASSETS`` names,
then in the package, where a checkout has every file and an installed wheel the small ones, then in
the user's cache. What is in none of them is fetched once, as one archive, and compared with the hash
that stands in ``assets.json`` before anything of it is used. ``data_scripts/make_asset_archive.py``
makes the archive and that file.

Only the standard library is needed here.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.request
import zipfile
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path

from seglearn.words import say

__all__ = ["VARIABLE", "Archive", "asset", "asset_names"]

VARIABLE = "SEGLEARN_ASSETS"
"""Environment variable that names a folder with the unpacked archive."""

_PACKAGE = Path(__file__).resolve().parent.parent / "assets"
_DESCRIPTION = Path(__file__).with_name("assets.json")
_CHUNK = 1 << 18  # bytes
_SILENCE = 30  # seconds without a byte
_LIMIT = 20 * 60  # seconds for the whole archive


@dataclass(frozen=True)
class Archive:
    """The archive that belongs to this version of the package.

    Attributes
    ----------
    address : str
        Where it is fetched from.
    size : int
        In bytes.
    sha256 : str
        Of its bytes, in hexadecimal digits.
    names : tuple of str
        What it holds, sorted.
    """

    address: str
    size: int
    sha256: str
    names: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Archive":
        """Read the description that ``data_scripts/make_asset_archive.py`` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(values["address"], values["size"], values["sha256"], tuple(values["names"]))

    @property
    def version(self) -> str:
        """The start of the hash, so that other files are another version."""
        return self.sha256[:12]


def asset(name: str) -> Path:
    """Return the path of one of the course's files; fetch the archive if it is nowhere here.

    Parameters
    ----------
    name : str
        Like ``"weights/unet.safetensors"``.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or it is not here and the archive cannot be fetched.
    """
    for folder in _folders():
        if (folder / name).is_file():
            return folder / name
    archive = _archive()
    if name not in archive.names:
        beside = asset_names(name.rpartition("/")[0], Path(name).suffix)
        raise FileNotFoundError(
            say(
                "the course has no file {name!r}; beside it there are {beside}",
                name=name,
                beside=", ".join(beside) or say("none"),
            )
        )
    folder = _cache() / f"assets-{archive.version}"
    if not (folder / name).is_file():
        try:
            _fetch(archive, folder)
        except (OSError, HTTPException, zipfile.BadZipFile) as error:
            chosen = os.environ.get(VARIABLE)
            lacking = say(", is not in {folder},", folder=chosen) if chosen else ""
            raise FileNotFoundError(
                say(
                    "{name} does not come with the installed package{lacking} and could not be "
                    "fetched ({error}): try again with a network, or download {address} "
                    "elsewhere, unpack it, and set {variable} to that folder, or to "
                    "seglearn/assets in a copy of the course's repository",
                    name=name,
                    lacking=lacking,
                    error=error,
                    address=archive.address,
                    variable=VARIABLE,
                )
            ) from None
    return folder / name


def asset_names(folder: str, suffix: str) -> list[str]:
    """Return the names, without suffix, of all files of a kind, here or in the archive.

    Parameters
    ----------
    folder : str
        Like ``"weights"``.
    suffix : str
        Like ``".safetensors"``.

    Returns
    -------
    list of str
        Sorted.
    """
    here = {path.name for place in _folders() for path in (place / folder).glob(f"*{suffix}")}
    listed = {
        name.removeprefix(f"{folder}/")
        for name in _archive().names
        if name.rpartition("/")[0] == folder and name.endswith(suffix)
    }
    return sorted(name.removesuffix(suffix) for name in here | listed)


def _folders() -> list[Path]:
    """Return the folders to look in before the cache."""
    chosen = os.environ.get(VARIABLE)
    if not chosen:
        return [_PACKAGE]
    if not Path(chosen).is_dir():
        raise FileNotFoundError(
            say(
                "{variable}={chosen!r} is no folder; set it to where the archive was unpacked, "
                "or unset it",
                variable=VARIABLE,
                chosen=chosen,
            )
        )
    return [Path(chosen), _PACKAGE]


@cache
def _archive() -> Archive:
    return Archive.read(_DESCRIPTION)


def _cache() -> Path:
    """Return the folder where this user's programs may keep what can be fetched again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "seglearn"


# -------------------------------------------------------------------------------------- fetching


def _fetch(archive: Archive, folder: Path) -> None:
    """Download, check and unpack the archive, so that `folder` is there whole or not at all.

    Every process works in a folder of its own and renames what is finished, so that two at once do
    the work twice but never meet.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder.parent)
    work = Path(tempfile.mkdtemp(prefix=".fetching-", dir=folder.parent))
    try:
        _download(archive, work / "archive.zip")
        _unpack(archive, work / "archive.zip", work / "assets")
        try:
            os.replace(work / "assets", folder)
        except OSError:  # there is one already
            if not all((folder / name).is_file() for name in archive.names):
                os.replace(folder, work / "incomplete")
                os.replace(work / "assets", folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what killed runs left behind: nothing that is at work is older than its time limit."""
    for work in parent.glob(".fetching-*"):
        try:
            if time.time() - work.stat().st_mtime > 2 * _LIMIT:
                shutil.rmtree(work, ignore_errors=True)
        except FileNotFoundError:  # its own process was quicker
            continue


def _download(archive: Archive, path: Path) -> None:
    deadline, digest, done = time.monotonic() + _LIMIT, hashlib.sha256(), 0
    with (
        urllib.request.urlopen(archive.address, timeout=_SILENCE) as response,
        path.open("wb") as file,
    ):
        while piece := response.read(min(_CHUNK, archive.size + 1 - done)):
            file.write(piece)
            digest.update(piece)
            done += len(piece)
            share = say(
                "The course's files, once: {share:4.0%} of {size:.0f} MB",
                share=done / archive.size,
                size=archive.size / 1e6,
            )
            print("\r" + share, end="", file=sys.stderr)
            if time.monotonic() > deadline:
                raise OSError(
                    say(
                        "{done} of {size} bytes came in {minutes} minutes",
                        done=done,
                        size=archive.size,
                        minutes=_LIMIT // 60,
                    )
                )
    print(file=sys.stderr)
    if done != archive.size or digest.hexdigest() != archive.sha256:
        got = (
            say("{n} bytes", n=done)
            if done <= archive.size
            else say("more than {n} bytes", n=archive.size)
        )
        raise OSError(
            say(
                "{address} gave {got} with another hash, expected {size} bytes; a login page "
                "may have answered in its place",
                address=archive.address,
                got=got,
                size=archive.size,
            )
        )


def _unpack(archive: Archive, path: Path, folder: Path) -> None:
    """Unpack every member below `folder`, and nothing else."""
    with zipfile.ZipFile(path) as packed:
        if sorted(packed.namelist()) != sorted(archive.names):
            raise OSError(say("the archive holds other files than its description names"))
        for name in archive.names:
            target = (folder / name).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise OSError(
                    say("the archive's member {name!r} would lie outside its folder", name=name)
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(name))
