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


def expect_no_silent_change(path: Path, read: Callable[[], np.ndarray], flips: int) -> None:
    """Flip one bit of a file at a time: reading names the file in an error, or changes nothing."""
    truth, whole = read(), path.read_bytes()
    rng, messages = np.random.default_rng(0), []
    for position in rng.choice(len(whole), flips):
        path.write_bytes(whole)
        flip_bit(path, position, rng.integers(8))
        try:
            found = read()
        except ValueError as error:
            messages.append(str(error))
        else:
            np.testing.assert_array_equal(found, truth)
    assert messages
    assert all(path.name in message for message in messages)


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


def save_grey(path: Path, values: np.ndarray, bits: int) -> None:
    """Write values as a grey PNG of 1, 2 or 4 bits a pixel, as they are; Pillow cannot."""
    image = Image.fromarray(values)
    image.putpalette(bytes(3 << bits))
    image.save(path, bits=bits)  # packs the same way; only the colour type and palette differ
    rewrite(path, b"IHDR", lambda head: head[:9] + b"\0" + head[10:])
    data = path.read_bytes()
    start = data.index(b"PLTE") - 4
    (length,) = struct.unpack(">I", data[start : start + 4])
    path.write_bytes(data[:start] + data[start + 12 + length :])


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
