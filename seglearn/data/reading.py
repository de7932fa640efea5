"""What the readers of data sets on disk share: strict file reading and clear complaints.

A wrong label is worse than an error, so a file that is missing, cut off, altered, of another mode or
another size than expected is refused, by name. PNG checksums are verified before pixels are used.
"""

from __future__ import annotations

import codecs
import operator
import struct
import zlib
from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
from PIL import Image, ImageFile

from seglearn import inputs
from seglearn.data.labels import ClassTable, check_ids
from seglearn.words import say

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


def to_rgb(mode: str) -> str:
    """Say what to do about a colour picture of another Pillow mode; an empty text if nothing helps."""
    if mode not in ("L", "LA", "P", "PA", "RGBA", "CMYK"):
        return ""
    return say("If the picture is right, convert it: Image.open(path).convert('RGB').save(path).")


def to_ids(mode: str) -> str:
    """Say what to do about a map of ids of another Pillow mode; an empty text if nothing helps."""
    sixteen = say(
        "It has 16 bits. If no value is above 255 and they are the ids, save them with 8: "
        "np.asarray(image).astype(np.uint8); values of 1000 and more are instance ids, another file."
    )
    remedies = {
        "1": say("Black and white is one mask, not a map of classes."),
        "P": say(
            "If the indices into its palette are the ids, save them without it: np.asarray(image)."
        ),
        "LA": say("Its second channel is transparency: keep the first, np.asarray(image)[..., 0]."),
        "RGB": say(
            "If its channels are equal, since a map of ids was saved as a colour picture, keep one "
            "of them: np.asarray(image)[..., 0]; if they are class colours, use "
            "seglearn.data.labels.colors_to_ids with the table they belong to."
        ),
        "RGBA": say(
            "If its channels are equal, since a map of ids was saved as a colour picture, keep one "
            "of them: np.asarray(image)[..., 0]; if they are class colours, use "
            "seglearn.data.labels.colors_to_ids with the table they belong to, after dropping the "
            "transparency: np.asarray(image)[..., :3]."
        ),
        **dict.fromkeys(("I", "I;16", "I;16B"), sixteen),
    }
    return remedies.get(mode, "")


class Sample(NamedTuple):
    """One image with its label.

    Attributes
    ----------
    image : (H, W, 3) ndarray of float32
        RGB in [0, 1].
    label : (H, W) ndarray of uint8, or None
        Ids of the data set's `classes`; None in a split whose labels are not public.
    name : str
        Name of the image without folder and ending.
    """

    image: np.ndarray
    label: np.ndarray | None
    name: str


def missing(path: Path, command: str) -> FileNotFoundError:
    """Return the error for a file that is not there, with the command that fetches it.

    What lies there under another ending is named: a label saved as JPEG, ``.JPG`` for ``.jpg``.
    """
    other = sorted(
        each.name
        for each in (path.parent.iterdir() if path.parent.is_dir() else ())
        if each.stem == path.stem and each.suffix and path.suffix and each.name != path.name
    )
    names = ", ".join(other)
    beside = say(" There is {names}, which has another ending.", names=names) if other else ""
    return FileNotFoundError(
        say(
            "{path} is missing.{beside} Fetch the data set with:  {command}",
            path=path,
            beside=beside,
            command=command,
        )
    )


def open_image(
    path: Path,
    modes: Sequence[str],
    what: str,
    command: str,
    remedy_of: Callable[[str], str] = to_ids,
) -> Image.Image:
    """Open and fully decode an image, or say what is wrong with the file.

    Parameters
    ----------
    path : Path
        The file.
    modes : sequence of str
        Pillow modes to accept, for example ``["RGB"]`` or ``["P"]``.
    what : str
        What the file should be; completes the sentence "expected …".
    command : str
        Command that fetches the data set.
    remedy_of : callable of str to str
        Says what another mode means and what to do about it.

    Returns
    -------
    PIL.Image.Image

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If it is cut off, altered, no image, of another mode, or a grey PNG of fewer than 8 bits,
        whose values Pillow multiplies.
    """
    if not path.is_file():
        raise missing(path, command)
    again = say("Delete it and fetch it again with:  {command}", command=command)
    data = path.read_bytes()
    if path.suffix.lower() == ".png":
        fault = png_fault(data)
        if fault:
            raise ValueError(
                say("{path} is damaged: {fault}. {again}", path=path, fault=fault, again=again)
            )
    tolerant = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = (
        False  # other libraries switch it on; then cut files read as 0
    )
    try:
        with Image.open(path) as image:
            image.load()
    except (OSError, SyntaxError, ValueError, struct.error, EOFError) as error:
        raise ValueError(
            say(
                "{path} is damaged and cannot be decoded ({error}). {again}",
                path=path,
                error=error,
                again=again,
            )
        ) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
    if image.mode not in modes:
        raise ValueError(
            say(
                "{path} has Pillow mode {mode!r}, but expected {what}. {remedy}",
                path=path,
                mode=image.mode,
                what=what,
                remedy=remedy_of(image.mode),
            ).rstrip()
        )
    depth = data[24] if data.startswith(_PNG) else 8
    if image.mode == "L" and depth < 8:
        factor = 255 // (2**depth - 1)
        raise ValueError(
            say(
                "{path} has {depth} bits a pixel, which Pillow stretches to 8: an id 1 in it "
                "is read as {factor}, so what was meant is not known. Save it with 8 bits, if "
                "its ids are stored as they are: np.asarray(image) // {factor}.",
                path=path,
                depth=depth,
                factor=factor,
            )
        )
    return image


def png_fault(data: bytes) -> str:
    """Say what is wrong with a PNG file; an empty text if nothing is.

    Checks what Pillow does not: that the checksum of each chunk is right, and that there are enough
    pixel data to fill the image. Otherwise a flipped bit could pass as a label, and missing rows as
    label 0.
    """
    if data.startswith(_JPEG):
        return say(
            "it is a JPEG file under the name of a PNG, and JPEG changes the values of labels"
        )
    if not data.startswith(_PNG):
        return say("it does not begin like a PNG file")
    position, header, pixels = len(_PNG), b"", []
    while position + 12 <= len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        end = position + 12 + length
        if end > len(data):
            return say("it is cut off")
        kind, body = data[position + 4 : position + 8], data[position + 8 : end - 4]
        (checksum,) = struct.unpack(">I", data[end - 4 : end])
        if zlib.crc32(kind + body) != checksum:
            return say("the checksum of its {kind} chunk is wrong", kind=kind.decode("latin-1"))
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            pixels.append(body)
        elif kind == b"IEND":
            return _pixel_fault(header, b"".join(pixels))
        position = end
    return say("it is cut off")


def _pixel_fault(header: bytes, pixels: bytes) -> str:
    if len(header) != 13:
        return say("its header is not that of a PNG file")
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits = depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(color, 1)
    # Images in the file: one, or the seven passes of Adam7 (first column, row, and their steps).
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
        passes += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    expected = 0
    for x, y, dx, dy in passes:
        columns, rows = -(-max(width - x, 0) // dx), -(-max(height - y, 0) // dy)
        if columns:
            expected += rows * (1 + (columns * bits + 7) // 8)
    try:
        found = len(zlib.decompress(pixels))
    except zlib.error as error:
        return say("its pixel data cannot be decompressed ({error})", error=error)
    if found >= expected:
        return ""
    return say("it holds {n} of {total} bytes of pixel data", n=found, total=expected)


def read_image(path: Path, command: str) -> np.ndarray:
    """Read an RGB image as ``(H, W, 3)`` float32 in [0, 1]; errors as `open_image`."""
    image = open_image(path, ["RGB"], say("an RGB image ('RGB')"), command, to_rgb)
    return np.asarray(image, np.float32) / 255


def check_label(path: Path, label: np.ndarray, table: ClassTable) -> np.ndarray:
    """Return `label` if all its ids are in the table; otherwise ValueError that names the file."""
    try:
        check_ids(label, table)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return label


def read_lines(path: Path, command: str) -> list[tuple[int, str]]:
    """Read a list: its lines that are not empty, with their numbers, without spaces at the ends.

    Byte order marks and line ends of any system are no part of a line. UTF-8, and UTF-16 with its
    mark, as Windows PowerShell writes it.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If it is no text.
    """
    if not path.is_file():
        raise missing(path, command)
    data = path.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8").replace("\ufeff", "")
    except UnicodeDecodeError as error:
        raise ValueError(
            say(
                "{path} is no text in UTF-8 ({error}). Fetch it again with:  {command}",
                path=path,
                error=error,
                command=command,
            )
        ) from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in lines if line]


def read_names(path: Path, command: str) -> list[str]:
    """Read a list of names, one a line, without folder and ending.

    Raises
    ------
    FileNotFoundError, ValueError
        As `read_lines`; and if a line is no such name, or a name occurs twice.
    """
    lines = read_lines(path, command)
    seen: dict[str, int] = {}
    for number, name in lines:
        fault = ""
        if len(name.split()) > 1:
            fault = say("it has several columns; keep the one with the names")
        elif "/" in name or "\\" in name:
            fault = say("leave the folder away")
        elif Path(name).suffix.lower() in (".jpg", ".jpeg", ".png", ".mat"):
            fault = say("leave the ending away")
        elif name in seen:
            fault = say("it is in line {number}, too", number=seen[name])
        if fault:
            raise ValueError(
                say(
                    "{path}, line {number}: expected the name of one image, without folder and "
                    "ending, not {name!r}: {fault}. The official list comes with:  {command}",
                    path=path,
                    number=number,
                    name=name,
                    fault=fault,
                    command=command,
                )
            )
        seen[name] = number
    return list(seen)


class FileDataset(Sequence[Sample]):
    """A split of a data set on disk: a sequence of samples, read when they are asked for.

    Works as the data set of a ``torch.utils.data.DataLoader`` (samples are named tuples, and
    instances can be pickled), yet needs no PyTorch.

    Attributes
    ----------
    root : Path
        Folder of the data set.
    split : str
        Name of the split.
    names : list of str
        Names of the images, in official order.
    classes : ClassTable
        What the ids in the labels mean.
    """

    classes: ClassTable
    command: str
    counts: ClassVar[dict[str, int]]
    has_labels = True

    def __init__(self, root: str | Path, split: str, verify: bool) -> None:
        self.root = Path(root)
        self.split = split
        inputs.choice(split, say("split of {type}", type=type(self).__name__), self.counts)
        if not self.root.is_dir():
            raise missing(self.root, self.command)
        self.names = self._find_names()
        if not self.names:
            raise ValueError(
                say(
                    "{type} {split} has no image in {root}: its list or its folder is empty. "
                    "Fetch the data set with:  {command}",
                    type=type(self).__name__,
                    split=split,
                    root=self.root,
                    command=self.command,
                )
            )
        if verify:
            self.verify()

    @abstractmethod
    def _find_names(self) -> list[str]:
        """Return the names of the images in this split."""

    @abstractmethod
    def image_path(self, name: str) -> Path:
        """Return where the image of this name lies."""

    @abstractmethod
    def label_path(self, name: str) -> Path:
        """Return where the label of this name lies."""

    @abstractmethod
    def _read_label(self, path: Path) -> np.ndarray:
        """Return the label as ``(H, W)`` uint8 with ids of `classes`."""

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]
        """Read one sample; ValueError that names the files if image and label do not fit."""
        name = self.names[operator.index(index)]
        image = read_image(self.image_path(name), self.command)
        if not self.has_labels:
            return Sample(image, None, name)
        path = self.label_path(name)
        label = self._read_label(path)
        self._check_size(path, label, self.image_path(name), image.shape)
        return Sample(image, label, name)

    def _check_size(
        self, path: Path, label: np.ndarray, image_path: Path, shape: tuple[int, ...] | None = None
    ) -> None:
        if shape is None:
            with Image.open(image_path) as image:  # reads the header only
                shape = image.size[::-1]
        if label.shape != shape[:2]:
            raise ValueError(
                say(
                    "{path} is {width}×{height} pixels, but {image_path} is {columns}×{rows}. "
                    "They do not belong together, or one was resized; fetch the data set again "
                    "with:  {command}",
                    path=path,
                    width=label.shape[1],
                    height=label.shape[0],
                    image_path=image_path,
                    columns=shape[1],
                    rows=shape[0],
                    command=self.command,
                )
            )

    def verify(self) -> None:
        """Check the official number of images, and that every file is there.

        Raises
        ------
        FileNotFoundError
            Naming the first ten missing files, how many are missing, and the command that fetches them.
        ValueError
            If the number of names is not the official one.
        """
        paths = [p for n in self.names for p in self._files(n)]
        absent = [p for p in paths if not p.is_file()]
        if absent:
            listed = "\n  ".join(str(p) for p in absent[:10])
            more = say("\n  … and {n} more", n=len(absent) - 10) if len(absent) > 10 else ""
            raise FileNotFoundError(
                say(
                    "{n} of {total} files are missing:\n  {listed}{more}\nFetch the data set "
                    "with:  {command}",
                    n=len(absent),
                    total=len(paths),
                    listed=listed,
                    more=more,
                    command=self.command,
                )
            )
        if len(self) != self.counts[self.split]:
            raise ValueError(
                say(
                    "{type} {split} has {n} images in {root}, but officially {official}. Fetch "
                    "the data set with:  {command}",
                    type=type(self).__name__,
                    split=self.split,
                    n=len(self),
                    root=self.root,
                    official=self.counts[self.split],
                    command=self.command,
                )
            )

    def _files(self, name: str) -> list[Path]:
        return [self.image_path(name), *([self.label_path(name)] if self.has_labels else [])]
