"""Ways to write a mask or a label map that need no class table: one-hot, polygons, COCO's formats.

Everything here is also reachable as ``seglearn.data.labels.…``. Each pair of functions goes there and
back without loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.words import say


def first_place(where: np.ndarray) -> str:
    """Say where the first True of an array of any shape is."""
    position = np.unravel_index(int(np.argmax(where)), where.shape)
    if len(position) == 2:
        return say("first at row {row}, column {column}", row=position[0], column=position[1])
    return say("first at index {index}", index=tuple(int(p) for p in position))


def color_picture(image: Any) -> np.ndarray:
    """Return a picture whose colours stand for labels, (H, W, 3) uint8.

    Raises
    ------
    TypeError
        If it is not uint8, or is masked.
    ValueError
        If the shape is another.
    """
    image = inputs.array(image, "image")
    if image.dtype != np.uint8:
        raise TypeError(
            say(
                "image must be uint8, not {dtype}: label colours are exact. For floats in [0, 1] "
                "use np.round(image * 255).astype(np.uint8).",
                dtype=image.dtype,
            )
        )
    if image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(
            say(
                "image must have shape (H, W, 3), not {shape}. Drop an alpha channel with "
                "image[..., :3]; a 2-D map already holds ids.",
                shape=image.shape,
            )
        )
    return image


# --------------------------------------------------------------------------------------------------
# One-hot
# --------------------------------------------------------------------------------------------------


def to_one_hot(
    labels: np.ndarray, n_classes: int, *, ignore_index: int | None = None
) -> np.ndarray:
    """Give each class a channel of its own.

    Parameters
    ----------
    labels : (H, W) ndarray of int
        Train ids 0 to ``n_classes - 1``, and `ignore_index`.
    n_classes : int
        Number of channels.
    ignore_index : int, optional
        Value of ignored pixels; they are False in every channel.

    Returns
    -------
    (H, W, n_classes) ndarray of bool

    Raises
    ------
    TypeError
        If `labels` does not hold integers, or is masked.
    ValueError
        If `labels` is not (H, W), a value is neither a class nor `ignore_index`, or `ignore_index`
        is a class.
    """
    labels = inputs.label_map(labels, booleans=False)
    n_classes = inputs.class_count(n_classes)
    ignore_index = inputs.ignored(ignore_index, n_classes)
    bad = (labels < 0) | (labels >= n_classes)
    if ignore_index is not None:
        bad &= labels != ignore_index
    if bad.any():
        values = ", ".join(str(v) for v in np.unique(labels[bad])[:10])
        raise ValueError(
            say(
                "labels hold {values} ({place}), but classes are 0 to {last} and ignore_index "
                "is {ignore_index}. Convert ids with to_train_ids, or pass ignore_index.",
                values=values,
                place=first_place(bad),
                last=n_classes - 1,
                ignore_index=ignore_index,
            )
        )
    return labels[..., None] == np.arange(n_classes)


def from_one_hot(one_hot: np.ndarray, *, ignore_index: int | None = None) -> np.ndarray:
    """Undo `to_one_hot`. For scores (which are not 0 or 1), use ``argmax`` instead.

    Parameters
    ----------
    one_hot : (H, W, C) ndarray
        bool, or numbers that are all 0 or 1.
    ignore_index : int, optional
        What to write where no channel is set.

    Returns
    -------
    (H, W) ndarray of uint8 (int64 if a value does not fit)

    Raises
    ------
    TypeError
        If it does not hold numbers, or is masked.
    ValueError
        If the shape is another, a pixel has several channels set, none is set and `ignore_index` is
        not given, or a value is not 0 or 1.
    """
    one_hot = inputs.array(one_hot, "one_hot")
    if one_hot.ndim != 3 or not one_hot.size:
        raise ValueError(
            say(
                "one_hot must have shape (H, W, C) with pixels in it, not {shape}; move the "
                "channels of (C, H, W) to the end with np.moveaxis(one_hot, 0, -1)",
                shape=one_hot.shape,
            )
        )
    ignore_index = inputs.ignored(ignore_index, one_hot.shape[-1])
    if one_hot.dtype != bool and not np.isin(one_hot, (0, 1)).all():
        raise ValueError(
            say(
                "one_hot holds values other than 0 and 1. For scores or probabilities, take "
                "one_hot.argmax(axis=-1)."
            )
        )
    count = one_hot.astype(np.int64).sum(-1)
    if (count > 1).any():
        raise ValueError(
            say(
                "Several channels are set at one pixel ({place}); of scores or of overlapping "
                "masks take one_hot.argmax(axis=-1), and move channels that come first.",
                place=first_place(count > 1),
            )
        )
    if (count == 0).any() and ignore_index is None:
        raise ValueError(
            say(
                "No channel is set at some pixels ({place}). Pass ignore_index to say what "
                "ignored pixels are to become.",
                place=first_place(count == 0),
            )
        )
    labels = one_hot.argmax(-1)
    if ignore_index is not None:
        labels[count == 0] = ignore_index
    fits = labels.min(initial=0) >= 0 and labels.max(initial=0) <= 255
    return labels.astype(np.uint8) if fits else labels


# --------------------------------------------------------------------------------------------------
# Polygons
# --------------------------------------------------------------------------------------------------


def mask_to_polygons(mask: np.ndarray) -> list[np.ndarray]:
    """Trace the outlines of a mask along the edges between pixels.

    Vertices are pixel *corners*: pixel ``(row, column)`` is the square from ``(column, row)`` to
    ``(column + 1, row + 1)``. So `polygons_to_mask` gives back exactly the same mask, holes and
    single pixels included. Outlines through pixel centres, or simplified ones
    (``skimage.measure.approximate_polygon``), are shorter but lose pixels: that is what annotation
    tools and COCO's polygons do.

    Parameters
    ----------
    mask : (H, W) ndarray of bool
        One object or one class.

    Returns
    -------
    list of (N, 2) ndarray of int
        Closed rings of ``(x, y)`` vertices (the first is not repeated), only where the outline turns.
        Outer rings run clockwise on the screen, holes anticlockwise (see `signed_area`). Pixels that
        touch only at a corner get rings of their own.

    Raises
    ------
    TypeError, ValueError
        If it is no mask: not (H, W), or holds anything but booleans or 0 and 1.
    """
    padded = np.pad(inputs.mask(mask, empty=True), 1)
    inside, above, left = padded[1:, 1:], padded[:-1, 1:], padded[1:, :-1]
    # Unit steps from each corner (y, x), with the mask on the right hand: → ↓ ← ↑.
    steps = np.zeros((4, padded.shape[0] + 1, padded.shape[1] + 1), bool)
    steps[0, :-2, :-2] = inside & ~above
    steps[1, :-2, :-2] = left & ~inside
    steps[2, :-2, 1:-1] = above & ~inside
    steps[3, 1:-1, :-2] = inside & ~left
    moves = ((0, 1), (1, 0), (0, -1), (-1, 0))
    rings = []
    for y, x in np.argwhere(steps[0]).tolist():
        ring: list[tuple[int, int]] = []
        direction = 0
        previous = None
        while steps[direction, y, x]:
            steps[direction, y, x] = False
            if direction != previous:
                ring.append((x, y))
            previous = direction
            y, x = y + moves[direction][0], x + moves[direction][1]
            for turn in (1, 0, 3):  # right first, so that diagonal pixels stay apart
                if steps[(direction + turn) % 4, y, x]:
                    direction = (direction + turn) % 4
                    break
        if ring:
            rings.append(np.array(ring))
    return rings


def polygons_to_mask(polygons: Sequence[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Fill polygons: a pixel belongs to the mask if its centre lies inside an odd number of rings.

    Works for outlines of `mask_to_polygons` (exactly) and for hand-drawn ones with any real
    vertices. Parts of one object that overlap each other must be filled one by one and joined with
    ``|``, since odd–even filling would cut their overlap out.

    Parameters
    ----------
    polygons : sequence of (N, 2) array_like
        Rings of ``(x, y)`` vertices in pixel-corner coordinates: 0 ≤ x ≤ W, 0 ≤ y ≤ H, N ≥ 3. A
        rectangle is four vertices; labelme writes two opposite ones.
    shape : (int, int)
        ``(H, W)`` of the mask.

    Returns
    -------
    (H, W) ndarray of bool

    Raises
    ------
    TypeError, ValueError
        If a ring has fewer than three vertices, wrong shape, or vertices outside the image; or is a
        record of an annotation tool instead of its vertices.
    """
    height, width = inputs.size(shape, low=0)
    if isinstance(polygons, Mapping):
        raise TypeError(
            say(
                "polygons are a record with the keys {keys}; {remedy}",
                keys=list(polygons),
                remedy=_from_a_record(),
            )
        )
    if not isinstance(polygons, Iterable) or isinstance(polygons, str | bytes):
        raise TypeError(
            say("polygons must be a list of (N, 2) rings, got {polygons!r}", polygons=polygons)
        )
    sides = [np.zeros((0, 4))]
    for number, polygon in enumerate(polygons):
        ring = _ring(polygon, say("polygon {number}", number=number))
        if not ((ring >= 0) & (ring <= (width, height))).all():
            raise ValueError(
                say(
                    "polygon {number} leaves the image: x spans {left:g} to {right:g}, y "
                    "{top:g} to {bottom:g}, but the image is {width} wide and {height} high. "
                    "Check that vertices are (x, y), or clip them.",
                    number=number,
                    left=ring[:, 0].min(),
                    right=ring[:, 0].max(),
                    top=ring[:, 1].min(),
                    bottom=ring[:, 1].max(),
                    width=width,
                    height=height,
                )
            )
        sides.append(np.hstack([ring, np.roll(ring, -1, axis=0)]))
    x0, y0, x1, y1 = np.concatenate(sides).T
    # Each side flips, in every row whose centre line it crosses, all pixels to the right of it.
    top = np.ceil(np.minimum(y0, y1) - 0.5).astype(int)
    n_rows = np.ceil(np.maximum(y0, y1) - 0.5).astype(int) - top
    side = np.repeat(np.arange(len(top)), n_rows)
    row = np.arange(len(side)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows) + top[side]
    slope = (x1 - x0)[side] / (y1 - y0)[side]
    crossing = np.clip(x0[side] + (row + 0.5 - y0[side]) * slope, 0, width)
    column = np.ceil(crossing - 0.5).astype(int)
    flips = np.bincount(row * (width + 1) + column, minlength=height * (width + 1))
    inside = np.cumsum(flips.reshape(height, width + 1), axis=1) % 2 == 1
    return inside[:, :width]


def _from_a_record() -> str:
    return say(
        "pass vertices only. In labelme's files they are shape['points'] for each shape of 'shapes' "
        "whose 'shape_type' is 'polygon'; in COCO's, np.reshape(flat, (-1, 2)) for each list of "
        "'segmentation'"
    )


def _ring(polygon: Any, what: str) -> np.ndarray:
    if isinstance(polygon, Mapping):
        raise TypeError(
            say(
                "{what} is a record with the keys {keys}; {remedy}",
                what=what,
                keys=list(polygon),
                remedy=_from_a_record(),
            )
        )
    ring = inputs.floats(polygon, what)
    if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3:
        remedy = say("Reshape COCO's flat lists with np.reshape(flat, (-1, 2)).")
        if ring.shape == (2, 2):
            (x0, y0), (x1, y1) = ring.tolist()
            remedy = say(
                "Two points are opposite corners in labelme's shape type 'rectangle'; then pass all "
                "four: [[{x0:g}, {y0:g}], [{x1:g}, {y0:g}], [{x1:g}, {y1:g}], [{x0:g}, {y1:g}]]. In "
                "'circle' they are the centre and a point of the circle, and a 'line' has no area.",
                x0=x0,
                y0=y0,
                x1=x1,
                y1=y1,
            )
        elif ring.shape == (4,):
            remedy = say(
                "Four numbers are a box: x, y, width, height in COCO, x0, y0, x1, y1 elsewhere. Pass "
                "its four corners."
            )
        elif ring.size <= 2:
            remedy = say(
                "Polygons are a list of rings: pass [ring] for one, and reshape a flat list of "
                "numbers with np.reshape(flat, (-1, 2)) first."
            )
        raise ValueError(
            say(
                "{what} must have shape (N, 2) with N ≥ 3, not {shape}. {remedy}",
                what=what,
                shape=ring.shape,
                remedy=remedy,
            )
        )
    return np.asarray(inputs.finite(ring, what))


def signed_area(polygon: np.ndarray) -> float:
    """Area of a ring in square pixels: positive if it runs clockwise on the screen, else negative.

    The areas of all rings of `mask_to_polygons` add up to the number of pixels in the mask.

    Parameters
    ----------
    polygon : (N, 2) array_like
        ``(x, y)`` vertices, y pointing down.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than three vertices, or the shape is another.
    """
    x, y = _ring(polygon, "polygon").T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


# --------------------------------------------------------------------------------------------------
# COCO: run lengths and segment ids
# --------------------------------------------------------------------------------------------------


def mask_to_rle(mask: np.ndarray, *, compressed: bool = False) -> dict[str, Any]:
    """Write a mask as COCO run lengths.

    The mask is read down its **columns**; `counts` are the lengths of runs of 0 and 1 in turn,
    beginning with 0 (so the first count is 0 if the top left pixel is set).

    Parameters
    ----------
    mask : (H, W) ndarray of bool
        One object or one class.
    compressed : bool
        True for COCO's compact string: each count (from the fourth on, its difference from the
        one two before) in groups of five bits, six-bit characters from ``"0"`` on. Source:
        ``rleToString`` in the COCO API's ``maskApi.c``.

    Returns
    -------
    dict
        ``{"size": [H, W], "counts": list of int or str}``, ready for JSON.

    Raises
    ------
    TypeError, ValueError
        If it is no mask: not (H, W), or holds anything but booleans or 0 and 1.
    """
    array = inputs.mask(mask, empty=True)
    flat = array.ravel(order="F")
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    bounds = np.concatenate([[0], changes, [flat.size]]) if flat.size else np.array([0, 0])
    counts = np.diff(bounds).tolist()
    if flat.size and flat[0]:
        counts = [0, *counts]
    size = [int(n) for n in array.shape]
    return {"size": size, "counts": _compress(counts) if compressed else counts}


def rle_to_mask(rle: Mapping[str, Any]) -> np.ndarray:
    """Read COCO run lengths, plain or compressed; the inverse of `mask_to_rle`.

    Parameters
    ----------
    rle : mapping
        ``{"size": [H, W], "counts": list of int, str or bytes}``.

    Returns
    -------
    (H, W) ndarray of bool

    Raises
    ------
    TypeError
        If it is no mapping, or a count is no whole number.
    ValueError
        If a key is missing, the string is damaged, a count is negative or longer than the mask, or
        the counts do not add up to H × W; or if they are pairs of start and length, as Kaggle's
        competitions write them.
    """
    if not isinstance(rle, Mapping):
        remedy = ""
        if isinstance(rle, str) and _decimal(rle):
            remedy = say(". Its numbers: {remedy}", remedy=_pairs())
        raise TypeError(
            say(
                "rle must be a mapping with the keys 'size' and 'counts', not {rle!r:.60}{remedy}",
                rle=rle,
                remedy=remedy,
            )
        )
    if "size" not in rle or "counts" not in rle:
        raise ValueError(
            say("A COCO run length needs the keys 'size' and 'counts', not {keys}.", keys=list(rle))
        )
    height, width = inputs.size(rle["size"], "size", low=0)
    counts = rle["counts"]
    if isinstance(counts, bytes):
        counts = counts.decode("ascii", "replace")
    if isinstance(counts, str):
        if _decimal(counts):
            raise ValueError(
                say(
                    "counts {counts!r:.60} are decimal numbers, no COCO string; {remedy}",
                    counts=counts,
                    remedy=_pairs(),
                )
            )
        counts = _uncompress(counts)
    elif _fit_as_pairs(counts, height * width):
        raise ValueError(
            say(
                "counts add up to {total} pixels, but the map has {size}; {remedy}",
                total=sum(counts),
                size=height * width,
                remedy=_pairs(),
            )
        )
    runs = inputs.run_lengths(counts, height * width, "counts")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape((height, width), order="F")


def _pairs() -> str:
    return say(
        "they look like Kaggle's pairs of start and length, which number the pixels from 1. With "
        "pairs = np.reshape(numbers, (-1, 2)), COCO's counts are "
        "np.diff([1, *np.ravel(pairs @ [[1, 1], [0, 1]]), H * W + 1]), if pixels are numbered down "
        "the columns; if along the rows, take size [W, H] and transpose the mask"
    )


def _decimal(text: str) -> bool:
    """Whether a text consists of several whole numbers."""
    words = text.replace(",", " ").split()
    return len(words) > 1 and all(word.isascii() and word.isdigit() for word in words)


def _fit_as_pairs(counts: Any, n_pixels: int) -> bool:
    """Whether counts that do not add up would be the starts and lengths of separate runs."""
    if not isinstance(counts, list | tuple) or not counts or len(counts) % 2:
        return False
    if not all(type(count) is int for count in counts) or sum(counts) == n_pixels:
        return False
    end = 1
    for start, length in zip(counts[::2], counts[1::2], strict=True):
        if start < end or length < 1:
            return False
        end = start + length
    return end <= n_pixels + 1


def _compress(counts: Sequence[int]) -> str:
    text = []
    for i, count in enumerate(counts):
        rest = count - counts[i - 2] if i > 2 else count
        while True:
            group, rest = rest & 31, rest >> 5
            done = rest == (-1 if group & 16 else 0)
            text.append(chr(48 + group + (0 if done else 32)))
            if done:
                break
    return "".join(text)


def _uncompress(text: str) -> list[int]:
    counts: list[int] = []
    value = shift = 0
    for position, character in enumerate(text):
        bits = ord(character) - 48
        if not 0 <= bits < 64:
            raise ValueError(
                say(
                    "Character {character!r} at position {position} cannot occur in a COCO "
                    "run-length string ('0' to 'o'); the string is damaged.",
                    character=character,
                    position=position,
                )
            )
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            counts.append(value + counts[-2] if len(counts) > 2 else value)
            value = shift = 0
    if shift:
        raise ValueError(
            say("The COCO run-length string ends in the middle of a count; it is cut off.")
        )
    return counts


def segment_ids_to_colors(segments: np.ndarray) -> np.ndarray:
    """Write panoptic segment ids as COCO does: id = R + 256·G + 256²·B.

    Parameters
    ----------
    segments : (H, W) ndarray of int
        Ids 0 to 2²⁴ − 1.

    Returns
    -------
    (H, W, 3) ndarray of uint8

    Raises
    ------
    TypeError, ValueError
        If it is no label map, (H, W), or an id does not fit into three bytes.
    """
    segments = inputs.label_map(segments, "segments", booleans=False)
    bad = (segments < 0) | (segments >= 1 << 24)
    if bad.any():
        raise ValueError(
            say(
                "Segment id {id} ({place}) does not fit into three bytes; ids must be 0 to "
                "16777215.",
                id=segments[bad][0],
                place=first_place(bad),
            )
        )
    segments = segments.astype(np.int64)  # an 8-bit one has no room for 255
    return np.stack([(segments >> s) & 255 for s in (0, 8, 16)], -1).astype(np.uint8)


def colors_to_segment_ids(image: np.ndarray) -> np.ndarray:
    """Read a COCO panoptic PNG, ``(H, W, 3)`` uint8, as segment ids, ``(H, W)`` int32.

    Raises
    ------
    TypeError, ValueError
        If the type or the shape is another.
    """
    image = color_picture(image)
    return image.astype(np.int32) @ np.array([1, 256, 65536], np.int32)
