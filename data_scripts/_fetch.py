"""What the data-set scripts share: download, verify, unpack, and leave nothing half done.

pooch downloads to a temporary file, compares hashes and moves the file into place. Added here:
downloads that resume (`ResumingDownloader`), several addresses for one file and archives that the
user already has (`obtain`), and unpacking that cannot write outside its folder and appears at once
or not at all (`unpack`).
"""

import argparse
import os
import re
import shutil
import stat
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Any

import pooch
import requests
from tqdm import tqdm

SPARE_BYTES = 100_000_000
"""Left free on the disk, whatever is unpacked."""

CHUNK = 1 << 14
"""Bytes written at a time; a cut connection loses at most so many."""


class FetchError(Exception):
    """Something that the user can act on; its message says how."""


@dataclass(frozen=True)
class Archive:
    """A file to download.

    Attributes
    ----------
    name : str
        File name on disk.
    urls : tuple of str
        Addresses, best first; all of the same bytes.
    digest : str or None
        ``"md5:…"`` or ``"sha256:…"``. None if no hash can be relied on: such a download is never
        resumed, since a bad splice could not be told.
    n_bytes : int or None
        Exact size, if known.
    unpacked_bytes : int
        Space that its contents take, about.
    """

    name: str
    urls: tuple[str, ...]
    digest: str | None
    n_bytes: int | None = None
    unpacked_bytes: int = 0


# ------------------------------------------------------------------------------- download


class ResumingDownloader:
    """A pooch downloader that goes on where an earlier attempt stopped.

    Bytes gather in ``part``, which outlives a cut connection, Ctrl-C and the program itself.

    Parameters
    ----------
    part : Path
        Where bytes gather.
    archive : Archive
    timeout : float
        Seconds without a byte after which a connection counts as lost.
    pause : float
        Seconds before trying again, doubled each time that nothing came.
    """

    give_up_after = 3  # connections in a row that brought nothing new

    def __init__(
        self, part: Path, archive: Archive, timeout: float = 30.0, pause: float = 1.0
    ) -> None:
        self.part, self.archive = part, archive
        self.timeout, self.pause = timeout, pause

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        fruitless = 0
        while True:
            before = size_of(self.part)
            try:
                self._receive(url)
                break
            except (requests.ConnectionError, requests.Timeout) as error:
                fruitless = 0 if size_of(self.part) > before else fruitless + 1
                if fruitless == self.give_up_after:
                    raise
                print(f"connection lost ({type(error).__name__}), trying again", file=sys.stderr)
                time.sleep(self.pause * 2**fruitless)
        os.replace(self.part, output_file)

    def _receive(self, url: str) -> None:
        """Ask for the bytes that are missing and append them."""
        done = size_of(self.part) if self.archive.digest else 0
        headers = {"Accept-Encoding": "identity"}
        if done:
            headers["Range"] = f"bytes={done}-"
        with requests.get(url, headers=headers, stream=True, timeout=self.timeout) as response:
            if response.status_code == 416:  # nothing lies beyond: complete, or not our file
                if response.headers.get("Content-Range") == f"bytes */{done}":
                    return
                self.part.unlink()
                raise requests.ConnectionError("the server refused to resume")
            response.raise_for_status()
            if response.status_code != 206:
                done = 0  # the server does not resume: it sends everything
            elif not response.headers.get("Content-Range", "").startswith(f"bytes {done}-"):
                self.part.unlink()
                raise requests.ConnectionError("the server resumed at another byte")
            length = response.headers.get("Content-Length")
            total = done + int(length) if length else None
            if total and self.archive.n_bytes and total != self.archive.n_bytes:
                raise requests.RequestException(
                    f"offers {total} bytes where {self.archive.n_bytes} are expected"
                )
            require_space(self.part.parent, (total or done) - done)
            self._append(response, done, total)
        if total is not None and size_of(self.part) != total:
            raise requests.ConnectionError(f"cut off after {size_of(self.part)} of {total} bytes")

    def _append(self, response: requests.Response, done: int, total: int | None) -> None:
        bar = tqdm(
            desc=self.archive.name,
            initial=done,
            total=total,
            unit="B",
            unit_scale=True,
            disable=None,
        )
        with bar, open(self.part, "ab" if done else "wb") as file:
            try:
                for chunk in response.iter_content(CHUNK):
                    file.write(chunk)
                    bar.update(len(chunk))
            except requests.exceptions.ChunkedEncodingError as error:
                raise requests.ConnectionError(str(error)) from error


def obtain(
    archive: Archive,
    folder: Path,
    from_file: Path | None = None,
    timeout: float = 30.0,
    pause: float = 1.0,
) -> Path:
    """Return the path of an archive whose hash has been checked, downloading it if needed.

    Parameters
    ----------
    archive : Archive
    folder : Path
        Where to download to.
    from_file : Path, optional
        A copy that the user has: it is checked and used in place.
    timeout, pause : float
        See `ResumingDownloader`.

    Raises
    ------
    FetchError
        If the file is absent or wrong, no address works, or the disk is too full.
    """
    if from_file is not None:
        if not from_file.is_file():
            raise FetchError(f"there is no file {from_file}: check what --from-file was given")
        check_digest(from_file, archive.digest)
        return from_file
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / archive.name, folder / f"{archive.name}.part"
    if not path.is_file():
        missing = (archive.n_bytes or 0) - size_of(part)
        require_space(folder, max(missing, 0) + archive.unpacked_bytes)
    failures = []
    for url in archive.urls:
        try:
            found = pooch.retrieve(
                url,
                known_hash=archive.digest,
                fname=archive.name,
                path=folder,
                downloader=ResumingDownloader(part, archive, timeout, pause),
            )
            return Path(found)
        except requests.RequestException as error:
            failures.append(f"{url}: {error}")
        except ValueError as error:  # the hash: pooch has thrown the bytes away
            failures.append(f"{url}: {str(error).splitlines()[0]}")
    kept = (
        f"\n{size_of(part)} bytes are kept in {part}: run again to go on." if part.exists() else ""
    )
    raise FetchError(
        f"could not get {archive.name}:\n  "
        + "\n  ".join(failures)
        + f"{kept}\nTry later, or download it by other means and pass it with --from-file."
    )


def check_digest(path: Path, digest: str | None) -> None:
    """Raise `FetchError` unless the file has the hash ``"md5:…"`` or ``"sha256:…"``."""
    if digest is None:
        return
    algorithm, _, expected = digest.partition(":")
    found = pooch.file_hash(str(path), alg=algorithm)
    if found != expected:
        raise FetchError(
            f"{path} has the {algorithm} {found}, expected {expected}: it is damaged or another "
            "file. Download it again."
        )


def require_space(folder: Path, n_bytes: int) -> None:
    """Raise `FetchError` unless the disk has room for ``n_bytes`` and some to spare."""
    free = shutil.disk_usage(folder).free
    if n_bytes and free < n_bytes + SPARE_BYTES:
        raise FetchError(
            f"{folder} has {free / 1e9:.1f} GB free but {(n_bytes + SPARE_BYTES) / 1e9:.1f} GB are "
            "needed: make room, or choose another place with --out."
        )


def size_of(path: Path) -> int:
    """Return the size of a file in bytes, 0 if it does not exist."""
    return path.stat().st_size if path.exists() else 0


# --------------------------------------------------------------------------------- unpack


@dataclass(frozen=True)
class Member:
    """A file inside an archive."""

    name: str
    n_bytes: int
    is_plain: bool  # an ordinary file: not a link, not a device
    open: Callable[[], IO[bytes]]


@contextmanager
def members_of(path: Path) -> Iterator[list[Member]]:
    """Open a tar (of any compression) or zip archive and list its files; folders are left out."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield [_zip_member(archive, i) for i in archive.infolist() if not i.is_dir()]
        else:
            with tarfile.open(path) as archive:
                yield [_tar_member(archive, i) for i in archive if not i.isdir()]
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FetchError(f"{path} cannot be unpacked ({error}): download it again.") from error


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    kind = stat.S_IFMT(info.external_attr >> 16)
    plain = kind in (0, stat.S_IFREG)
    return Member(info.orig_filename, info.file_size, plain, lambda: archive.open(info))


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    def opened() -> IO[bytes]:
        file = archive.extractfile(info)
        assert file is not None  # plain files always open
        return file

    return Member(info.name, info.size, info.isreg(), opened)


def refuse_escape(name: str) -> None:
    """Raise `FetchError` if a name in an archive points outside the folder it is unpacked to."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if (
        "\0" in name
        or ".." in windows.parts
        or posix.is_absolute()
        or windows.drive
        or windows.root
    ):
        raise FetchError(
            f"the archive holds {name!r}, which points outside its folder: it is not the archive "
            "that was published. Delete it."
        )


def unpack(path: Path, prefix: str, target: Path, check: Callable[[Path], None]) -> None:
    """Unpack the part of an archive under ``prefix`` as the folder ``target``.

    The files are written beside ``target`` and moved there once ``check`` has passed, so that
    ``target`` is either complete or absent.

    Parameters
    ----------
    path : Path
        A tar or zip archive.
    prefix : str
        Regular expression for the start of the names to take; it is cut off.
    target : Path
        Must not exist.
    check : callable
        Given the unpacked folder, raises `FetchError` if something is missing.

    Raises
    ------
    FetchError
        If the archive is damaged, holds names that point outside or links, or lacks something.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        members_of(path) as members,
        tempfile.TemporaryDirectory(prefix=".unpacking-", dir=target.parent) as temporary,
    ):
        root = Path(temporary) / target.name
        root.mkdir()
        chosen = []
        for member in members:
            refuse_escape(member.name)
            if match := re.match(prefix, member.name):
                if not member.is_plain:
                    raise FetchError(f"the archive holds {member.name!r}, a link: not unpacked.")
                chosen.append((member, root / member.name[match.end() :]))
        require_space(target.parent, sum(member.n_bytes for member, _ in chosen))
        for member, file in tqdm(chosen, desc=f"unpacking {path.name}", disable=None):
            file.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as source, open(file, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
        check(root)
        os.replace(root, target)


def require_counts(root: Path, counts: dict[str, int]) -> None:
    """Raise `FetchError` unless each glob pattern under ``root`` matches so many files."""
    for pattern, expected in counts.items():
        found = sum(1 for _ in root.glob(pattern))
        if found != expected:
            raise FetchError(f"{root.name}/{pattern}: {found} files, expected {expected}.")


def is_ready(target: Path, check: Callable[[Path], None]) -> bool:
    """Return whether ``target`` is there and complete; raise `FetchError` if it is incomplete."""
    if not target.exists():
        return False
    try:
        check(target)
    except FetchError as error:
        raise FetchError(
            f"{target} exists but is not complete ({error}) Move or delete it, then run again."
        ) from error
    print(f"{target} is there and complete: nothing to do.")
    return True


# ----------------------------------------------------------------------------- command line


def command_line(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that every script has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path("data"), help="folder to put the data in (default: data)"
    )
    return parser


def add_download_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of scripts that download."""
    parser.add_argument(
        "--from-file", type=Path, metavar="FILE", help="an archive you already have"
    )
    parser.add_argument(
        "--keep-archive", action="store_true", help="do not delete the archive once it is unpacked"
    )


def discard(path: Path, arguments: argparse.Namespace, from_file: Path | None) -> None:
    """Delete a downloaded archive, unless the user brought it or wants to keep it."""
    if from_file is None and not arguments.keep_archive:
        path.unlink()


def run(main: Callable[[list[str] | None], None]) -> None:
    """Call ``main``; turn errors into a message and an exit status."""
    try:
        main(None)
    except (FetchError, OSError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("\ninterrupted; run the same command again to go on", file=sys.stderr)
        sys.exit(130)
