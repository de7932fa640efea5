"""Unpacking that cannot write outside its folder, and knowing later whether a folder is whole.

The members of a tar or zip archive are written one by one as plain files, never by ``extractall``:
what is joined to the folder is checked after the prefix has been cut off. A folder appears at once or
not at all, together with the list of its checksums (`SUMS`), by which `is_ready` tells whether its
files are still whole.
"""

import hashlib
import os
import re
import shutil
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, NamedTuple

from tqdm import tqdm

SPARE_BYTES = 100_000_000
"""Left free on the disk, whatever is unpacked."""

SUMS = "SHA256SUMS"
"""In an unpacked folder: the checksum of each file, in the format of ``sha256sum``."""

UNPACKING = ".unpacking-"
"""Start of the name of the folder beside the target in which files gather."""

INSTALL = 'python -m pip install -c constraints.txt -e ".[data]"'

_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE
)
"""What Windows takes for a device, in any folder and with any ending."""


class FetchError(Exception):
    """Something that the user can act on; its message says how."""


class NoRoomError(FetchError):
    """The disk is too full."""


def require_space(folder: Path, n_bytes: int, part: Path | None = None) -> None:
    """Raise `NoRoomError` unless the disk has room for ``n_bytes`` and some to spare.

    ``part`` is the download so far, which the message names if it takes room.
    """
    free = shutil.disk_usage(folder).free
    if n_bytes and free < n_bytes + SPARE_BYTES:
        raise NoRoomError(
            f"{folder} has {free / 1e9:.1f} GB free but {(n_bytes + SPARE_BYTES) / 1e9:.1f} GB are "
            f"needed: make room, or choose another place with --out.{held_by(part)}"
        )


def held_by(part: Path | None) -> str:
    """Return the sentence that says how much room the download so far takes, if it takes any."""
    if part is None or not size_of(part):
        return ""
    return (
        f" {size_of(part) / 1e9:.3f} GB are taken by {part}, the download so far: the next run goes "
        "on with it; delete it if you give up."
    )


def size_of(path: Path) -> int:
    """Return the size of a file in bytes, 0 if it does not exist."""
    return path.stat().st_size if path.exists() else 0


# ------------------------------------------------------------------------- reading archives


PAGE = "a web page instead of the archive: log in to the network or the site first."


def is_page(start: bytes) -> bool:
    """Return whether a file begins like HTML; no archive begins with ``<``."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


@dataclass(frozen=True)
class Member:
    """A file inside an archive."""

    name: str
    n_bytes: int
    is_plain: bool  # an ordinary file: not a link, not a device
    open: Callable[[], IO[bytes]]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while an archive is read into a `FetchError`.

    Nothing else may be done inside: an error while a file is written is not the archive's.
    """
    try:
        yield
    except FetchError:
        raise
    except Exception as error:
        # Damaged, encrypted or unknown: zlib.error, LZMAError, BadZipFile, OSError (bz2, gzip),
        # RuntimeError, NotImplementedError, struct.error, UnicodeDecodeError … as the format has it.
        reason = str(error).strip().partition("\n")[0].rstrip(":") or type(error).__name__
        raise FetchError(
            f"{path} cannot be unpacked ({reason}): it is damaged, or not the archive that was "
            "published; download it again."
        ) from error


@contextmanager
def members_of(path: Path) -> Iterator[list[Member]]:
    """Open a tar (of any compression) or zip archive and list its files; folders are left out."""
    with open(path, "rb") as file:  # first, so that "permission denied" is not taken for damage
        if is_page(file.read(1000)):
            raise FetchError(f"{path} is {PAGE} Delete it and download the archive again.")
        with ExitStack() as stack:
            with reading(path):
                if zipfile.is_zipfile(file):
                    members = list(_zip_members(stack.enter_context(zipfile.ZipFile(file))))
                else:
                    file.seek(0)
                    archive = stack.enter_context(tarfile.open(fileobj=file))
                    members = list(_tar_members(archive))
                    while archive.fileobj.read(1 << 20):
                        pass  # the checksum of a compressed tar is behind the tar's own end
            yield members


def _zip_members(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        name = info.orig_filename  # as it is in the archive; .filename is cut at the first NUL
        if not name.endswith("/"):
            kind = stat.S_IFMT(info.external_attr >> 16)
            plain = kind in (0, stat.S_IFREG)
            yield Member(name, info.file_size, plain, lambda info=info: archive.open(info))


def _tar_members(archive: tarfile.TarFile) -> Iterator[Member]:
    last = -1
    for info in archive:
        if info.size < 0 or info.offset <= last:  # tarfile follows such headers round and round
            raise tarfile.ReadError(f"{info.name!r} has a negative size")
        last = info.offset
        if not info.isdir():
            yield Member(
                info.name, info.size, info.isreg(), lambda info=info: archive.extractfile(info)
            )


# --------------------------------------------------------------------------- names in them


def refuse_escape(name: str, rest: str) -> None:
    """Raise `FetchError` if ``rest`` of a member's name points outside what it is joined to."""
    posix, windows = PurePosixPath(rest), PureWindowsPath(rest)
    if (
        "\0" in rest
        or ".." in windows.parts
        or posix.is_absolute()
        or windows.drive
        or windows.root
    ):
        raise FetchError(
            f"the archive holds {name!r}, which points outside its folder: it is not the archive "
            "that was published. Delete it."
        )


def refuse_odd(name: str, rest: str) -> None:
    """Raise `FetchError` unless ``rest`` of a member's name is read alike by every system.

    Then joining its parts to a folder gives a path in that folder, on Windows too.
    """
    for part in rest.split("/"):
        if part in ("", "."):
            why = "an empty part" if not part else "'.' as a part"
        elif odd := [c for c in part if c in '\\:*?"<>|' or not c.isprintable()]:
            why = f"the character {odd[0]!r}"
        elif part[-1] in ". ":
            why = "a part that ends in a dot or space"
        elif _DEVICES.match(part):
            why = "the name of a device"
        else:
            continue
        raise FetchError(
            f"the archive holds {name!r}: with {why}, systems read it differently, and it could end "
            "up elsewhere. It is not the archive that was published. Delete it."
        )


class _Place(NamedTuple):
    parts: tuple[str, ...]
    is_file: bool
    name: str  # the member that asked for it first


class Places:
    """Where the files of an archive go: inside ``root``, each at a place of its own.

    Two names that some system takes for one (by case, by Unicode normal form), or a file where another
    file needs a folder, raise `FetchError`.
    """

    def __init__(self, root: Path, prefix: str) -> None:
        self.root = root.resolve()
        self.prefix = re.compile(prefix)
        ours = (SUMS, f".{SUMS}")  # `write_sums` writes them after the files
        self._seen = {self._key((name,)): _Place((name,), True, name) for name in ours}

    @staticmethod
    def _key(parts: tuple[str, ...]) -> tuple[str, ...]:
        normal = (unicodedata.normalize("NFKC", part).casefold() for part in parts)
        return tuple(unicodedata.normalize("NFKC", part) for part in normal)

    def find(self, name: str) -> Path | None:
        """Return where a member is to be written, None if it lies outside the prefix."""
        refuse_escape(name, name)
        match = self.prefix.match(name)
        if not match:
            return None
        cut, rest = name[: match.end()], name[match.end() :]
        if cut and not cut.endswith("/"):
            raise FetchError(
                f"{self.prefix.pattern!r} cuts {name!r} inside a part: end it with '/'."
            )
        refuse_escape(name, rest)
        refuse_odd(name, rest)
        parts = tuple(rest.split("/"))
        path = self.root.joinpath(*parts)
        if self.root not in path.resolve().parents:
            raise FetchError(f"the archive holds {name!r}, which points outside its folder.")
        for i in range(1, len(parts) + 1):
            key, place = self._key(parts[:i]), _Place(parts[:i], i == len(parts), name)
            known = self._seen.setdefault(key, place)
            if known is not place and (
                known.is_file or place.is_file or known.parts != place.parts
            ):
                raise FetchError(
                    f"the archive holds {known.name!r} and {name!r}, which would take each other's "
                    "place: it is not the archive that was published. Delete it."
                )
        return path


# --------------------------------------------------------------------------------- unpack


def unpack(path: Path, prefix: str, target: Path, check: Callable[[Path], None]) -> None:
    """Unpack the part of an archive under ``prefix`` as the folder ``target``.

    The files are written beside ``target`` and moved there once ``check`` has passed, so that
    ``target`` is either complete or absent.

    Parameters
    ----------
    path : Path
        A tar or zip archive.
    prefix : str
        Regular expression for the start of the names to take, up to and with a ``/``; it is cut off.
    target : Path
        Must not exist.
    check : callable
        Given the unpacked folder, raises `FetchError` if something is missing.

    Raises
    ------
    FetchError
        If the archive is damaged, encrypted or of an unknown kind, holds links, or names that point
        outside, are no names on some system or fall together, or lacks something.
    NoRoomError
        If the disk is too full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        members_of(path) as members,
        tempfile.TemporaryDirectory(prefix=UNPACKING, dir=target.parent) as temporary,
    ):
        root = Path(temporary) / target.name
        root.mkdir()
        places, chosen = Places(root, prefix), []
        for member in members:
            if file := places.find(member.name):
                if not member.is_plain:
                    raise FetchError(
                        f"the archive holds {member.name!r}, a link or a device: not unpacked."
                    )
                chosen.append((member, file))
        require_space(target.parent, sum(member.n_bytes for member, _ in chosen))
        sums = {}
        for member, file in tqdm(chosen, desc=f"unpacking {path.name}", disable=None):
            file.parent.mkdir(parents=True, exist_ok=True)
            name = file.relative_to(places.root).as_posix()
            sums[name] = _write(path, member, file)
        check(root)
        write_sums(root, sums)
        os.replace(root, target)


def _write(path: Path, member: Member, file: Path) -> str:
    """Write a member of the archive ``path`` as a new file; return its sha256."""
    digest, n_bytes = hashlib.sha256(), 0
    with reading(path):
        source = member.open()
    with source, open(file, "xb") as sink:
        while True:
            with reading(path):
                piece = source.read(1 << 20)
            if not piece:
                break
            sink.write(piece)
            digest.update(piece)
            n_bytes += len(piece)
    if n_bytes != member.n_bytes:
        raise FetchError(
            f"{path} cannot be unpacked ({member.name!r} has {n_bytes} bytes, not "
            f"{member.n_bytes}): download it again."
        )
    return digest.hexdigest()


# ------------------------------------------------------------------------ is a folder whole?


def require_counts(root: Path, counts: dict[str, int]) -> None:
    """Raise `FetchError` unless each glob pattern under ``root`` matches so many files."""
    for pattern, expected in counts.items():
        found = sum(1 for _ in root.glob(pattern))
        if found != expected:
            raise FetchError(f"{root.name}/{pattern}: {found} files, expected {expected}.")


def hash_of(path: Path, algorithm: str = "sha256") -> str:
    """Return the hash of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def write_sums(root: Path, sums: dict[str, str]) -> None:
    """Write the list of checksums; its first line says how many there are."""
    lines = [f"# {len(sums)} files; to check them: sha256sum -c {SUMS}"]
    lines += [f"{digest}  {name}" for name, digest in sorted(sums.items())]
    new = root / f".{SUMS}"
    new.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    os.replace(new, root / SUMS)


def check_sums(root: Path) -> None:
    """Raise `FetchError` unless every file is as it was when the checksums were written."""
    text = (root / SUMS).read_text(encoding="utf-8", errors="replace")
    first, *lines = text.splitlines() or [""]
    expected = re.match(r"# (\d+) files", first)
    sums = [re.fullmatch(r"([0-9a-f]{64})  (.+)", line) for line in lines]
    if not expected or int(expected[1]) != len(sums) or not all(sums):
        raise FetchError(f"{SUMS} is damaged.")
    for digest, name in tqdm(
        [match.groups() for match in sums if match], desc=f"checking {root.name}", disable=None
    ):
        if not (root / name).is_file():
            raise FetchError(f"{name} is missing.")
        if hash_of(root / name) != digest:
            raise FetchError(f"{name} is damaged: its checksum is not the one that was unpacked.")


def check_images(root: Path) -> None:
    """Raise `FetchError` unless every PNG and JPEG file decodes to its end."""
    try:
        from PIL import Image

        from seglearn.data.reading import png_fault
    except ModuleNotFoundError as error:
        raise FetchError(f"{error.name} is not installed: {INSTALL}") from error
    for file in tqdm(sorted(root.rglob("*.*")), desc=f"checking {root.name}", disable=None):
        fault = ""
        if file.suffix.lower() == ".png":
            fault = png_fault(file.read_bytes())
        elif file.suffix.lower() in (".jpg", ".jpeg"):
            try:
                with Image.open(file) as image:
                    image.load()
            except Exception as error:  # Pillow raises many kinds for a damaged file
                fault = str(error)
        if fault:
            raise FetchError(f"{file.relative_to(root).as_posix()} is damaged: {fault}.")


def is_ready(target: Path, check: Callable[[Path], None]) -> bool:
    """Return whether ``target`` is there and whole; raise `FetchError` if it is there but is not.

    Whole means that nothing is missing (``check``) and that every file has the checksum written when
    it was unpacked. A folder that came by other means has no such list: its images are decoded, and
    the list is written.
    """
    if not target.exists():
        return False
    try:
        check(target)
        if (target / SUMS).is_file():
            check_sums(target)
        else:
            print(f"{target} has no {SUMS}: its images are decoded instead, this once.")
            check_images(target)
            _adopt(target)
    except FetchError as error:
        raise FetchError(
            f"{target} exists but is not complete ({error}) Move or delete it, then run again."
        ) from error
    print(f"{target} is there and complete: nothing to do.")
    return True


def _adopt(target: Path) -> None:
    files = [p for p in sorted(target.rglob("*")) if p.is_file() and p != target / f".{SUMS}"]
    try:
        write_sums(target, {p.relative_to(target).as_posix(): hash_of(p) for p in files})
    except OSError as error:  # such as a folder that may only be read
        print(f"{target / SUMS} could not be written ({error}): the next run decodes them again.")
