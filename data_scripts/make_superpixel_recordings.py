#!/usr/bin/env python3
"""Record what the superpixel lab cannot compute in the browser: six algorithms on its pictures.

    python data_scripts/make_superpixel_recordings.py

Writes to seglearn/assets/superpixels, for each picture of the lab: PICTURE.png (a labelled photograph
of the course, cropped and reduced), PICTURE-truth.png (its segments, 255 for void), and
PICTURE-recorded.png: all methods and sizes one below the other, each superpixel in one of few
colours, none the same as a neighbour's, so that the 4-connected parts are the superpixels. lab.json
says what is what. Takes about a minute.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from seglearn.data import samples
from seglearn.superpixels import connectivity, segment

TARGET = Path(__file__).resolve().parent.parent / "seglearn" / "assets" / "superpixels"
SHAPE = (144, 216)
CROPS = {  # photograph: first row and column, height and width of the crop
    "coffee": (0, 0, 400, 600),
    "camera": (130, 125, 256, 384),
}
METHODS = (
    "ncut",
    "turbopixels",
    "quickshift",
    "felzenszwalb",
    "graphcut-compact",
    "graphcut-constant",
)
SIZES = (50, 150, 400)
PALETTE = bytes.fromhex("0072b2e69f00009e73cc79a7d55e0056b4e9f0e442595f66aaaaaa000000")


def reduced(name: str) -> tuple[np.ndarray, np.ndarray, samples.Photograph]:
    """Return the crop of a photograph at `SHAPE`, uint8, its segments, uint8, and the photograph."""
    photo = samples.photograph(name)
    row, column, height, width = CROPS[name]
    box = (column, row, column + width, row + height)
    pixels = Image.fromarray(np.round(255 * photo.image).astype(np.uint8))
    image = np.asarray(pixels.resize(SHAPE[::-1], Image.Resampling.BOX, box=box))
    rows = row + ((np.arange(SHAPE[0]) + 0.5) * height / SHAPE[0]).astype(int)
    columns = column + ((np.arange(SHAPE[1]) + 0.5) * width / SHAPE[1]).astype(int)
    return image, photo.panoptic[np.ix_(rows, columns)], photo


def few_colours(labels: np.ndarray) -> np.ndarray:
    """Paint superpixels 0 … n−1 so that no two neighbours share a colour, greedily, 0 … 9 at most."""
    n = int(labels.max()) + 1
    first, second, _ = connectivity.borders(labels)
    neighbours: list[set[int]] = [set() for _ in range(n)]
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        neighbours[a].add(b)
        neighbours[b].add(a)
    colour = np.full(n, -1)
    for k in sorted(range(n), key=lambda k: -len(neighbours[k])):
        taken = {int(colour[j]) for j in neighbours[k]}
        colour[k] = next(c for c in range(n) if c not in taken)
    return colour[labels].astype(np.uint8)


def main() -> None:
    """Write everything."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, dict[str, object]] = {}
    for name in CROPS:
        image, truth, photo = reduced(name)
        maps = []
        for method in METHODS:
            for size in SIZES:
                labels = segment((image / 255).astype(np.float32), size, method)
                painted = few_colours(labels)
                parts = connectivity.connected_parts(painted)
                assert parts.max() == labels.max(), (
                    "the painting does not give the superpixels back"
                )
                maps.append(painted)
                print(f"{name:8} {method:18} {size:4} asked, {labels.max() + 1:4} made")
        Image.fromarray(image).save(TARGET / f"{name}.png", optimize=True)
        Image.fromarray(truth).save(TARGET / f"{name}-truth.png", optimize=True)
        stack = Image.fromarray(np.concatenate(maps), mode="P")
        stack.putpalette(PALETTE * 3)  # with more than 16 entries Pillow writes a byte a pixel
        stack.save(TARGET / f"{name}-recorded.png", compress_level=9)
        pictures[name] = {
            "credit": photo.credit,
            "segments": {s.id: s.class_name for s in photo.segments if (truth == s.id).any()},
        }
    index = {"methods": METHODS, "sizes": SIZES, "pictures": pictures}
    text = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
    (TARGET / "lab.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
