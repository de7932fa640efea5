"""What the data-set scripts share: take turns, download, verify, unpack, and clear up after a kill.

pooch downloads to a temporary file, compares hashes and moves the file into place. Added here:
downloads that resume and end (`ResumingDownloader`), several addresses for one file and archives that
the user already has (`obtain`), and one run at a time in a folder (`provide`). `_unpack` does the
rest. While a run holds the folder's lock, whatever lies there half done is a killed run's.
"""

import argparse
import errno
import logging
import math
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    from filelock import FileLock, Timeout
    from tqdm import tqdm
except ModuleNotFoundError as missing:
    sys.exit(
        f"error: {missing.name} is not installed: "
        'python -m pip install -c constraints.txt -e ".[data]"'
    )
try:  # only downloads need them, not archives that the user has
    import pooch
    import requests
    import urllib3
except ModuleNotFoundError as missing:
    MISSING = missing.name
else:
    MISSING = None
    pooch.get_logger().setLevel(logging.WARNING)

from _unpack import (
    INSTALL,
    PAGE,
    SPARE_BYTES,
    UNPACKING,
    FetchError,
    NoRoomError,
    hash_of,
    held_by,
    is_page,
    is_ready,
    reading,
    require_counts,
    require_space,
    size_of,
    unpack,
)

__all__ = [
    "SPARE_BYTES", "Archive", "FetchError", "add_download_options", "command_line", "fetch",
    "hash_of", "obtain", "provide", "reading", "require_counts", "run", "unpack",
]  # fmt: skip

CHUNK = 1 << 14
"""Bytes written at a time; a cut connection loses at most so many."""

LOOK_EVERY = 1 << 24
"""Bytes between looks at the room that is left on the disk."""

TIME_LIMIT = 360
"""Minutes after which a download gives up, unless the user says otherwise."""

LOCK = ".fetch.lock"


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
    most_bytes : int or None
        Size above which it cannot be the file, if the exact one is not known.
    """

    name: str
    urls: tuple[str, ...]
    digest: str | None
    n_bytes: int | None = None
    unpacked_bytes: int = 0
    most_bytes: int | None = None


# ------------------------------------------------------------------------------- download


class _TimeIsUpError(Exception):
    """The download took longer than it may."""


class ResumingDownloader:
    """A pooch downloader that goes on where an earlier attempt stopped, and ends in time.

    Bytes gather in ``part``, which outlives a cut connection, Ctrl-C and the program itself. They are
    received in a thread, so that no server can hold the program beyond its time, however slowly it
    sends what; the thread writes nothing once the program has turned away.

    Parameters
    ----------
    part : Path
        Where bytes gather.
    archive : Archive
    timeout : float
        Seconds without a byte after which a connection counts as lost.
    pause : float
        Seconds before trying again, doubled each time that nothing came.
    deadline : float
        When to give up, by `time.monotonic`.
    """

    give_up_after = 3  # connections in a row that brought nothing new

    def __init__(
        self,
        part: Path,
        archive: Archive,
        timeout: float = 30.0,
        pause: float = 1.0,
        deadline: float = math.inf,
    ) -> None:
        self.part, self.archive = part, archive
        self.timeout, self.pause, self.deadline = timeout, pause, deadline
        self._gate, self._stopped = threading.Lock(), threading.Event()

    def __call__(self, url: str, output_file: str, pooch: Any, check_only: bool = False) -> None:
        errors: list[BaseException] = []

        def work() -> None:
            try:
                self._receive_all(url)
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(0.1)  # in short steps: Windows lets no Ctrl-C into a long one
                if thread.is_alive() and time.monotonic() > self.deadline:
                    raise _TimeIsUpError
        finally:
            with self._gate:
                self._stopped.set()
        if errors:
            raise errors[0]
        os.replace(self.part, output_file)

    def _receive_all(self, url: str) -> None:
        """Ask until all bytes are there, as long as each attempt or two brings some."""
        fruitless = 0
        while True:
            before = size_of(self.part)
            try:
                self._receive(url)
                return
            except (requests.ConnectionError, requests.Timeout) as error:
                fruitless = 0 if size_of(self.part) > before else fruitless + 1
                if fruitless == self.give_up_after:
                    raise
                print(f"connection lost ({type(error).__name__}), trying again", file=sys.stderr)
                if self._stopped.wait(self.pause * 2**fruitless):
                    return

    def _receive(self, url: str) -> None:
        """Ask for the bytes that are missing and append them."""
        done = size_of(self.part) if self.archive.digest else 0
        n_bytes = self.archive.n_bytes
        if done and done == n_bytes:
            return
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
            most = self.archive.most_bytes or math.inf
            if total and (total > most or (n_bytes and total != n_bytes)):
                page = response.headers.get("Content-Type", "").startswith("text/html")
                raise requests.RequestException(
                    f"offers {total} bytes where {n_bytes or f'at most {most}'} are expected"
                    + (f": {PAGE}" if page else "")
                )
            require_space(self.part.parent, (total or n_bytes or done) - done, self.part)
            self._append(response, done, total or n_bytes)
        total = total or n_bytes
        if total is not None and size_of(self.part) != total:
            raise requests.ConnectionError(f"cut off after {size_of(self.part)} of {total} bytes")

    def _append(self, response: Any, done: int, total: int | None) -> None:
        """Write what comes, up to ``total`` bytes, if that is known."""
        pieces = self._pieces(response)
        first = next(pieces, b"")
        if not done and is_page(first):  # before what is there already is overwritten
            raise requests.RequestException(f"sends {PAGE}")
        bar = tqdm(
            desc=self.archive.name,
            initial=done,
            total=total,
            unit="B",
            unit_scale=True,
            disable=None,
        )
        looked = done
        with bar, open(self.part, "ab" if done else "wb", buffering=0) as file:
            piece = first
            while piece:
                if total is not None:
                    piece = piece[: total - done]
                with self._gate:
                    if self._stopped.is_set():
                        return
                    file.write(piece)
                done += len(piece)
                bar.update(len(piece))
                if done == total:
                    return
                if done > (self.archive.most_bytes or math.inf):
                    raise requests.RequestException(
                        f"sends more than {self.archive.most_bytes} bytes: it is another file"
                    )
                if done - looked > LOOK_EVERY:
                    looked = done
                    require_space(self.part.parent, 1, self.part)
                piece = next(pieces, b"")

    @staticmethod
    def _pieces(response: Any) -> Iterator[bytes]:
        """Yield the bytes as they were sent: sizes, ranges and hashes are of those."""
        try:
            yield from response.raw.stream(CHUNK, decode_content=False)
        except urllib3.exceptions.HTTPError as error:
            raise requests.ConnectionError(str(error)) from error


def obtain(
    archive: Archive,
    folder: Path,
    from_file: Path | None = None,
    timeout: float = 30.0,
    pause: float = 1.0,
    minutes: float = TIME_LIMIT,
    verify: Callable[[Path], None] = lambda path: None,
) -> Path:
    """Return the path of an archive whose hash has been checked, downloading it if needed.

    Parameters
    ----------
    archive : Archive
    folder : Path
        Where to download to. No other run may do so at the same time (`provide`).
    from_file : Path, optional
        A copy that the user has: it is checked and used in place.
    timeout, pause : float
        See `ResumingDownloader`.
    minutes : float
        For all addresses together.
    verify : callable
        Given the archive, raises `FetchError` if it is the wrong one; for archives without a hash.

    Raises
    ------
    FetchError
        If the file is absent or wrong, no address works, time is up, or pooch is not installed.
    NoRoomError
        If the disk is too full.
    """
    if from_file is not None:
        if not from_file.is_file():
            raise FetchError(f"there is no file {from_file}: check what --from-file was given")
        check_digest(from_file, archive.digest)
        verify(from_file)
        return from_file
    folder.mkdir(parents=True, exist_ok=True)
    path, (part, private) = folder / archive.name, unfinished(archive, folder)
    if path.is_file():
        try:
            check_digest(path, archive.digest)
            verify(path)
            return path
        except FetchError as error:
            print(f"{error}\nIt is replaced by a new download.", file=sys.stderr)
    if MISSING:
        raise FetchError(f"{MISSING} is not installed, and downloads need it: {INSTALL}")
    _recover(archive, folder, private, part)
    missing = max((archive.n_bytes or 0) - size_of(part), 0)
    require_space(folder, missing + archive.unpacked_bytes, part)
    deadline = time.monotonic() + 60 * minutes
    failures = []
    try:
        for url in archive.urls:
            try:
                found = pooch.retrieve(
                    url,
                    known_hash=archive.digest,
                    fname=archive.name,
                    path=private,
                    downloader=ResumingDownloader(part, archive, timeout, pause, deadline),
                )
                verify(Path(found))
                os.replace(found, path)
                return path
            except _TimeIsUpError:
                failures.append(f"{url}: the {minutes:g} minutes of --time-limit are over")
                break
            except NoRoomError:
                raise
            except (requests.RequestException, FetchError) as error:
                failures.append(f"{url}: {error}")
            except ValueError as error:  # the hash: pooch has thrown the bytes away
                failures.append(f"{url}: {str(error).splitlines()[0]}")
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise NoRoomError(
                        f"{folder} is full: make room, or choose another place with --out."
                        f"{held_by(part)}"
                    ) from error
                raise
    finally:
        shutil.rmtree(private, ignore_errors=True)
        if not size_of(part) or not archive.digest:
            part.unlink(missing_ok=True)
    kept = (
        f"\n{size_of(part)} bytes are kept in {part}: run again to go on." if part.exists() else ""
    )
    raise FetchError(
        f"could not get {archive.name}:\n  "
        + "\n  ".join(failures)
        + f"{kept}\nTry later, or download it by other means and pass it with --from-file."
    )


def unfinished(archive: Archive, folder: Path) -> tuple[Path, Path]:
    """Return where a download gathers bytes, and the folder in which pooch works.

    pooch leaves its temporary files behind when it is killed, hence a folder of its own.
    """
    return folder / f"{archive.name}.part", folder / f".downloading-{archive.name}"


def _recover(archive: Archive, folder: Path, private: Path, part: Path) -> None:
    """Make the best of what killed runs left the ``part`` to go on with, and delete the rest.

    pooch's temporary files hold nothing or all of the archive; earlier versions of these scripts left
    them in the folder itself, where they are told by name and size. In a folder for everybody's
    temporary files such a name may be somebody else's, so nothing of it is touched.
    """
    left = [p for p in private.glob("*") if p.is_file()]
    shared = folder.stat().st_mode & stat.S_ISVTX or folder.samefile(tempfile.gettempdir())
    for file in () if shared else folder.glob("tmp*"):
        ours = re.fullmatch(r"tmp[a-z0-9_]{8}", file.name) and file.is_file()
        if ours and size_of(file) in (0, archive.n_bytes):
            left.append(file)
    for file in left:
        if archive.digest and size_of(file) > size_of(part):
            os.replace(file, part)
        else:
            file.unlink()
    _remove(private)
    if size_of(part) > (archive.n_bytes or math.inf) or not archive.digest:
        part.unlink(missing_ok=True)


def check_digest(path: Path, digest: str | None) -> None:
    """Raise `FetchError` unless the file has the hash ``"md5:…"`` or ``"sha256:…"``."""
    if digest is None:
        return
    algorithm, _, expected = digest.partition(":")
    found = hash_of(path, algorithm)
    if found != expected:
        raise FetchError(
            f"{path} has the {algorithm} {found}, expected {expected}: it is damaged or another "
            "file. Download it again."
        )


# -------------------------------------------------------------------------- one at a time


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, after the run that holds it now.

    The lock is the operating system's: it is gone with the process that held it. Its file stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(
            f"another run is at work in {folder}: waiting until it ends (Ctrl-C to stop waiting)",
            file=sys.stderr,
            flush=True,
        )
        lock.acquire(poll_interval=0.2)
    try:
        yield
    finally:
        lock.release()


def provide(
    target: Path,
    check: Callable[[Path], None],
    out: Path,
    make: Callable[[], None],
    of_no_use: tuple[Path, ...] = (),
) -> None:
    """See that ``target`` is there and whole; `make` it if it is absent.

    Parameters
    ----------
    target : Path
        Folder of the data set.
    check : callable
        See `is_ready`.
    out : Path
        Folder in which one run works at a time.
    make : callable
        Makes ``target``; called while no other run is at work in ``out``.
    of_no_use : tuple of Path
        What is of no use once ``target`` is there, such as an unfinished download.
    """

    def debris() -> list[Path]:
        left = list(target.parent.glob(f"{UNPACKING}*"))
        return left + [path for path in of_no_use if target.exists() and path.exists()]

    ready = is_ready(target, check)
    if ready and not debris():
        return
    with turn(out):
        for path in debris():
            print(f"deleting {path}, which a run that was killed has left")
            _remove(path)
        if not ready and not is_ready(target, check):  # the run before may have made it
            make()
            print(f"{target.name} is in {target}")


def fetch(
    archive: Archive,
    prefix: str,
    target: Path,
    check: Callable[[Path], None],
    arguments: argparse.Namespace,
    from_file: Path | None,
    verify: Callable[[Path], None] = lambda path: None,
) -> None:
    """See that ``target`` is there and whole: download the archive, and unpack it, if need be.

    See `provide`, `obtain` and `unpack` for the parameters.
    """

    def make() -> None:
        limit = arguments.time_limit
        path = obtain(archive, arguments.out, from_file, minutes=limit, verify=verify)
        try:
            unpack(path, prefix, target, check)
        except NoRoomError:
            raise
        except FetchError:
            if from_file is None and archive.digest is None:
                path.unlink()  # no hash has told it from a damaged one: every run would end here
            raise
        for left in unfinished(archive, arguments.out):
            _remove(left)
        if from_file is None and not arguments.keep_archive:
            path.unlink()

    provide(target, check, arguments.out, make, unfinished(archive, arguments.out))
    if from_file is None and not arguments.keep_archive and (arguments.out / archive.name).exists():
        print(f"{arguments.out / archive.name} is not needed any more: delete it if you like.")


def _remove(path: Path) -> None:
    """Delete a file, a link or a folder, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
    parser.add_argument(
        "--time-limit",
        type=_minutes,
        default=TIME_LIMIT,
        metavar="MINUTES",
        help="give up on a download after so long; the next run goes on (default: %(default)s)",
    )


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 < minutes < math.inf:
        raise argparse.ArgumentTypeError(f"{text} must be a number of minutes above 0")
    return minutes


def run(main: Callable[[list[str] | None], None]) -> None:
    """Call ``main``; turn errors into a message and an exit status."""
    try:
        main(None)
    except (FetchError, OSError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("\ninterrupted; run the same command again to go on", file=sys.stderr)
        sys.exit(130)
