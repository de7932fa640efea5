"""Ways to damage image files, for the tests of the readers."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image


def cut(path: Path, length: int) -> None:
    """Keep only the first `length` bytes."""
    path.write_bytes(path.read_bytes()[:length])


def flip_bit(path: Path, position: int, bit: int) -> None:
    """Change one bit."""
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(data)


def rewrite(path: Path, wanted: bytes, change: Callable[[bytes], bytes]) -> None:
    """Change the bodies of one kind of PNG chunk and keep every checksum right."""
    data, position = path.read_bytes(), 8
    out = [data[:8]]
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        position += 12 + length
        body = change(body) if kind == wanted else body
        out.append(struct.pack(">I", len(body)) + kind + body)
        out.append(struct.pack(">I", zlib.crc32(kind + body)))
    path.write_bytes(b"".join(out))


def half_the_pixels(path: Path) -> None:
    """Leave only half of the pixel data, as a writer that was killed could."""

    def halve(body: bytes) -> bytes:
        pixels = zlib.decompress(body)
        return zlib.compress(pixels[: len(pixels) // 2])

    rewrite(path, b"IDAT", halve)


def save_photo(path: Path, height: int, width: int, seed: int = 0) -> None:
    """Write a small RGB picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(path)


def save_label(path: Path, ids: np.ndarray, palette: np.ndarray | None = None) -> None:
    """Write ids as a grey PNG, or as a palette PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(ids)
    if palette is not None:
        image.putpalette(palette.astype(np.uint8).tobytes(), "RGB")
    image.save(path)
