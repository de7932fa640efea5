#!/usr/bin/env python3
"""Measure every classical method on one task: an object against the rest of its photograph.

    python data_scripts/run_classical_experiment.py

Images: the labelled photographs that come with the course, reduced to 300 pixels; void is ignored.
Every method runs once on each, always with the settings that stand beside it, which are the same for
all photographs. Most methods return regions without names. Somebody who knows the truth names them:
those that make the best union together are the object. Names help the more, the more regions there
are, so each score stands beside that of a grid of as many squares, named in the same way. Other
methods need no names, since a person has pointed at the object before. Writes scores, no image, to
seglearn/assets/classical/experiment.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

TARGET = Path(__file__).resolve().parent.parent / "seglearn/assets/classical/experiment.json"
LONG_SIDE = 300
OBJECTS = {
    "astronaut": "person",
    "camera": "person",
    "chelsea": "cat",
    "china": "temple",
    "coffee": "cup",
    "coins": "coin",
    "flower": "flower",
    "motorcycle": "motorcycle",
    "rocket": "rocket",
}
NOTES = [
    "Each score is the IoU of one object, see objects. Void is ignored.",
    "labels: how many regions there were to name; squares: the IoU of a grid of as many squares.",
    "needs: what a person gives for each photograph. 'names': the truth chose which regions are the "
    "object. Whatever else is given says so itself.",
    "a click: the pixel of the object that lies farthest from its border.",
    "a box: around the object, with three pixels to spare.",
    "strokes: a cross through the click, half as long as the object is there, and the frame of the "
    "picture, except near the object.",
    "100 labelled pixels: fifty of the object and fifty of the rest, drawn at random.",
    "seconds: processor time of one run, one thread.",
]


NAMES = "names"


@dataclass(frozen=True)
class Person:
    """Somebody who sees the object and points at it; ``mask`` is where it is, (H, W) bool."""

    mask: np.ndarray

    @property
    def click(self) -> tuple[int, int]:
        """Row and column of the pixel of the object that lies farthest from its border."""
        from scipy import ndimage

        inside = ndimage.distance_transform_edt(np.pad(self.mask, 1))[1:-1, 1:-1]
        row, column = np.unravel_index(inside.argmax(), inside.shape)
        return int(row), int(column)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom around the object, with three pixels to spare."""
        (y, x), (height, width) = np.nonzero(self.mask), self.mask.shape
        right, bottom = min(x.max() + 4, width), min(y.max() + 4, height)
        return max(int(x.min()) - 3, 0), max(int(y.min()) - 3, 0), int(right), int(bottom)

    @property
    def strokes(self) -> np.ndarray:
        """Marks, (H, W): 1 on a cross in the object, 0 on the frame of the picture, −1 elsewhere."""
        from scipy import ndimage

        marks = np.full(self.mask.shape, -1)
        around = np.ones_like(self.mask)
        around[3:-3, 3:-3] = False
        marks[around & ~ndimage.binary_dilation(self.mask, iterations=10)] = 0
        row, column = self.click
        lines = (marks[row], self.mask[row], column), (marks[:, column], self.mask[:, column], row)
        for line, inside, at in lines:
            ends = np.flatnonzero(~np.pad(inside, 1)) - 1
            start, stop = ends[ends < at].max() + 1, ends[ends > at].min()
            line[(start + at) // 2 : (at + stop) // 2 + 1] = 1
        return marks

    @property
    def pixels(self) -> np.ndarray:
        """Fifty pixels of the object, 1, and fifty of the rest, 0, drawn at random; −1 elsewhere."""
        rng, marks = np.random.default_rng(0), np.full(self.mask.shape, -1)
        for value in (0, 1):
            marks.flat[rng.choice(np.flatnonzero(self.mask == value), 50, replace=False)] = value
        return marks


@dataclass(frozen=True)
class Method:
    """A way to segment.

    ``run(image, person)`` returns a label map, of which somebody has to name the regions, or a mask
    of the object if ``needs`` says what a person gave instead.
    """

    run: Callable[[np.ndarray, Person], np.ndarray]
    settings: str
    needs: str = NAMES


def chapter_06() -> dict[str, Method]:
    """Return the methods of chapter 06, in its order."""
    from scipy import ndimage
    from skimage.morphology import local_minima

    from seglearn.classical import cluster, edge, region, texture, threshold

    def above(choose: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray, Person], np.ndarray]:
        return lambda x, _: threshold.apply(x, choose(x))

    def slope(image: np.ndarray) -> np.ndarray:
        return edge.gradient(edge.smooth(image, 2)).magnitude

    def basins(image: np.ndarray) -> np.ndarray:
        steep = slope(image)
        return region.watershed(steep, ndimage.label(local_minima(steep), np.ones((3, 3)))[0])

    def four_textures(features: np.ndarray) -> np.ndarray:
        return cluster.segment(features, "k-means", 4, standard=True)

    return {
        "Otsu": Method(above(threshold.otsu), "none"),
        "triangle": Method(above(threshold.triangle), "none"),
        "multi-Otsu": Method(
            lambda x, _: threshold.classes(x, threshold.multi_otsu(x, 4)), "4 classes"
        ),
        "adaptive mean": Method(above(lambda x: threshold.adaptive_mean(x, 75)), "window 75"),
        "adaptive Gaussian": Method(
            above(lambda x: threshold.adaptive_gaussian(x, 75)), "window 75"
        ),
        "Sauvola": Method(above(lambda x: threshold.sauvola(x, 75)), "window 75, k 0.2"),
        "growing": Method(lambda x, p: region.grow(x, p.click, 0.2), "tolerance 0.2", "a click"),
        "split and merge": Method(
            lambda x, _: region.split_and_merge(x, 0.1), "tolerance 0.1, blocks 4"
        ),
        "watershed, all minima": Method(lambda x, _: basins(x), "σ 2"),
        "watershed, flat parts": Method(
            lambda x, _: edge.regions(slope(x)), "σ 2, slope 0.0125, area 20"
        ),
        "Canny, filled": Method(
            lambda x, _: edge.fill(edge.canny(x, 2, 0.02, 0.04), 2), "σ 2, 0.02, 0.04, radius 2"
        ),
        "GLCM, k-means": Method(
            lambda x, _: four_textures(texture.glcm_map(x, 15)), "window 15, k 4"
        ),
        "Gabor, k-means": Method(
            lambda x, _: four_textures(texture.gabor_map(x, smooth=2.0)), "12 waves, k 4"
        ),
        "LBP, k-means": Method(
            lambda x, _: four_textures(texture.lbp_map(x, 15)), "window 15, k 4"
        ),
        "k-means": Method(lambda x, _: cluster.segment(x, "k-means", 4), "k 4"),
        "mean shift": Method(lambda x, _: cluster.segment(x, "mean-shift", 0.15), "bandwidth 0.15"),
        "Gaussian mixture": Method(lambda x, _: cluster.segment(x, "gaussian-mixture", 4), "k 4"),
    }


def chapter_07() -> dict[str, Method]:
    """Return the methods of chapter 07, in its order."""
    from seglearn.classical import classify, grabcut, mincut, random_walker
    from seglearn.superpixels import felzenszwalb, region_cut, segment

    def sorted_regions(image: np.ndarray) -> np.ndarray:
        features = classify.pixel_features(image, ["colour", "texture"])
        return classify.cluster_regions(features.values, felzenszwalb.segment(image, 100), 4)

    def grown(image: np.ndarray, marks: np.ndarray) -> np.ndarray:
        features = classify.pixel_features(image).values
        learned = classify.labelled(features, marks, ignore_index=-1)
        return classify.RandomForest().fit(*learned).predict(features)

    def boxed(person: Person) -> np.ndarray:
        return grabcut.trimap(person.mask.shape, person.box) == grabcut.FREE

    strokes, box = "strokes", "a box"
    return {
        "graph-based": Method(lambda x, _: felzenszwalb.regions(x, 300), "k 300"),
        "normalized cuts": Method(
            lambda x, _: region_cut.merge(x, segment(x, 200)), "200 superpixels, limit 0.05"
        ),
        "graph, then k-means": Method(lambda x, _: sorted_regions(x), "100 regions, k 4"),
        "minimum cut": Method(lambda x, p: mincut.segment(x, p.strokes), "γ 50", strokes),
        "random walker": Method(lambda x, p: random_walker.segment(x, p.strokes), "β 90", strokes),
        "forest": Method(lambda x, p: grown(x, p.strokes), "50 trees", strokes),
        "forest, 100 pixels": Method(
            lambda x, p: grown(x, p.pixels), "50 trees", "100 labelled pixels"
        ),
        "the box itself": Method(lambda _, p: boxed(p), "none", box),
        "GrabCut": Method(lambda x, p: grabcut.segment(x, p.box), "K 5, γ 50", box),
        "GrabCut, strokes": Method(
            lambda x, p: grabcut.segment(x, p.box, p.strokes), "K 5, γ 50", "a box and strokes"
        ),
    }


CHAPTERS = {"06": chapter_06, "07": chapter_07}


def methods() -> dict[str, Method]:
    """Return the methods of all chapters, by name."""
    return {name: method for chapter in CHAPTERS.values() for name, method in chapter().items()}


def main() -> None:
    """Run every method on every photograph, and write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=TARGET, help="file to write")
    parser.add_argument("--photographs", nargs="+", choices=OBJECTS, default=list(OBJECTS))
    parser.add_argument("--methods", nargs="+", choices=methods(), default=list(methods()))
    arguments = parser.parse_args()
    chosen = {name: methods()[name] for name in arguments.methods}
    rows = [
        measure(photograph, name, method)
        for photograph in tqdm(arguments.photographs, disable=None)
        for name, method in chosen.items()
    ]
    write(arguments.out, rows)


def load(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a photograph, reduced, with the mask of its object and of what is not void."""
    from seglearn.data import samples

    photo = samples.photograph(name)
    height, width = photo.panoptic.shape
    scale = LONG_SIDE / max(height, width)
    size = round(width * scale), round(height * scale)
    eight_bit = Image.fromarray(np.round(255 * photo.image).astype(np.uint8))
    image = np.asarray(eight_bit.resize(size, Image.Resampling.BOX), dtype=np.float64) / 255
    maps = (photo.mask(OBJECTS[name]), photo.panoptic != samples.VOID)
    small = (Image.fromarray(m).resize(size, Image.Resampling.NEAREST) for m in maps)
    mask, valid = (np.asarray(m) for m in small)
    return image, mask, valid


def measure(photograph: str, name: str, method: Method) -> dict[str, Any]:
    """Run one method once, and score it."""
    from seglearn.superpixels import quality, squares

    image, mask, valid = load(photograph)
    person = Person(mask)
    begun = time.process_time()
    labels = method.run(image, person)
    seconds = time.process_time() - begun
    labels = np.asarray(labels).astype(np.int32)
    n = len(np.unique(labels[valid]))
    grid = squares.segment(np.zeros(mask.shape), n) if n > 1 else np.zeros_like(labels)
    named, gridded = (
        quality.best_mask_iou(found[valid][None], mask[valid][None]) for found in (labels, grid)
    )
    if method.needs != NAMES:
        region = labels[valid] == 1
        named = (region & mask[valid]).sum() / (region | mask[valid]).sum()
    return {
        "picture": photograph,
        "method": name,
        "iou": round(float(named), 4),
        "labels": n,
        "squares": round(gridded, 4),
        "seconds": round(seconds, 3),
    }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write the rows, one a line, and with what they were made."""
    columns = list(rows[0])
    pictures, chosen = ({row[key] for row in rows} for key in ("picture", "method"))
    packages = ("numpy", "scipy", "scikit-image")
    head = {
        "about": "Classical methods on labelled photographs; "
        "data_scripts/run_classical_experiment.py",
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
        "size": LONG_SIDE,
        "objects": {name: kind for name, kind in OBJECTS.items() if name in pictures},
        "notes": NOTES,
        "methods": {
            name: {"chapter": chapter, "settings": m.settings, "needs": m.needs}
            for chapter, theirs in CHAPTERS.items()
            for name, m in theirs().items()
            if name in chosen
        },
        "columns": columns,
    }
    lines = ",\n".join("  " + json.dumps([row[column] for column in columns]) for row in rows)
    text = json.dumps(head, indent=1, ensure_ascii=False)[:-2]
    path.write_text(f'{text},\n "rows": [\n{lines}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
