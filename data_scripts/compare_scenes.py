#!/usr/bin/env python3
"""Lay drawn streets beside photographs of CamVid: a sheet to look at, and their statistics.

    python data_scripts/compare_scenes.py sheet.png --camvid data/CamVid

The sheet shows varied scenes on the left and CamVid's frames on the right, labels beneath. Printed are
the shares of the classes, colours, edges, and how alike the pictures of a set are: for the default
scenes, the varied ones and CamVid. Frames are cut to their middle square and reduced to the size of a
scene. CamVid is looked for in --camvid, then in the folder CamVid of SEGLEARN_DATA; without it, only
scenes are compared. The sheet may not be passed on when it shows CamVid's frames.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from seglearn import inputs
from seglearn.data import labels, scenes
from seglearn.data.camvid import CamVid
from seglearn.metrics.confusion import ConfusionMatrix

SIDE = 96
SEED = 2014
SHEET = 50
COLUMNS = 10
PAIRS = 2000
EDGE = 0.1
"""Difference of grey from one pixel to the next, 0–1, from which on it counts as an edge."""

FROM_CAMVID = {
    "Pavement": "pavement",
    "SignSymbol": "pole",
    "Pedestrian": "person",
    "Bicyclist": "cyclist",
    "Unlabelled": "void",
}
"""Names of the streets' classes for those of CamVid's eleven that do not have the same name."""


@dataclass(frozen=True)
class Pictures:
    """Pictures of one kind: images (N, H, W, 3) float32 in [0, 1] and labels (N, H, W) uint8."""

    name: str
    images: NDArray[np.float32]
    labels: NDArray[np.uint8]


def main(argv: list[str] | None = None) -> int:
    """Write the sheet and print the statistics."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sheet", type=Path, help="PNG to write")
    parser.add_argument("--camvid", type=Path, help="folder of CamVid")
    parser.add_argument("--n", type=int, default=200, help="pictures of each kind (default 200)")
    options = parser.parse_args(argv)
    if options.n < 4:
        parser.error(f"--n {options.n} pictures are too few to compare; take 4 or more")
    folder = options.camvid
    if folder is None and "SEGLEARN_DATA" in os.environ:
        folder = Path(os.environ["SEGLEARN_DATA"]) / "CamVid"
    sets = [
        drawn("default scenes", scenes.SceneConfig(), options.n),
        drawn("varied scenes", scenes.VARIED, options.n),
    ]
    if folder is None:
        print(
            "CamVid is left out: name its folder with --camvid, or set SEGLEARN_DATA to the folder "
            "that holds CamVid (data_scripts/fetch_camvid.py fetches it)",
            file=sys.stderr,
        )
    else:
        try:
            sets.append(photographed(folder, options.n))
        except (FileNotFoundError, ValueError) as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    contact_sheet(sets[1:]).save(options.sheet)
    print(f"{options.sheet}: {' beside '.join(s.name for s in sets[1:])}\n")
    print(report(sets))
    return 0


def drawn(name: str, config: scenes.SceneConfig, n: int) -> Pictures:
    """Make n scenes."""
    made = [scenes.make_scene((SEED, i), (SIDE, SIDE), config) for i in range(n)]
    return Pictures(name, np.stack([s.image for s in made]), np.stack([s.semantic for s in made]))


def photographed(folder: Path, n: int) -> Pictures:
    """Read up to n frames of CamVid's train split, evenly spread, with the streets' class ids."""
    frames = CamVid(folder, "train")
    here = {c.name: c.id for c in labels.STREETS}
    ids = np.zeros(256, np.uint8)
    for c in labels.CAMVID:
        ids[c.id] = here[FROM_CAMVID.get(c.name, c.name.lower())]
    images, maps = [], []
    for i in np.unique(np.linspace(0, len(frames) - 1, n).astype(int)):
        image, label, _ = frames[int(i)]
        assert label is not None
        if frames.native:
            label = labels.to_train_ids(label, labels.CAMVID_32)
        images.append(_square(Image.fromarray(inputs.image8(image)), Image.Resampling.BOX))
        maps.append(_square(Image.fromarray(label), Image.Resampling.NEAREST))
    colours = np.divide(images, 255, dtype=np.float32)
    return Pictures("CamVid", colours, ids[np.stack(maps)])


def _square(picture: Image.Image, resampling: Image.Resampling) -> NDArray[np.uint8]:
    width, height = picture.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(picture.resize((SIDE, SIDE), resampling, box=box))


# -------------------------------------------------------------------------------------------- sheet


def contact_sheet(sets: list[Pictures]) -> Image.Image:
    """Show up to fifty pictures of each set, evenly spread, labels beneath; one set beside the other.

    Each picture is twice its size.
    """
    height = -(-SHEET // COLUMNS) * 2 * SIDE
    gap = np.full((height, SIDE // 4, 3), 255, np.uint8)
    blocks: list[NDArray[np.uint8]] = []
    for pictures in sets:
        n = len(pictures.images)
        block = np.full((height, COLUMNS * SIDE, 3), 255, np.uint8)
        for place, i in enumerate(np.unique(np.linspace(0, n - 1, SHEET).astype(int))):
            y, x = place // COLUMNS * 2 * SIDE, place % COLUMNS * SIDE
            block[y : y + SIDE, x : x + SIDE] = inputs.image8(pictures.images[i])
            painted = labels.ids_to_colors(pictures.labels[i], labels.STREETS, "safe")
            block[y + SIDE : y + 2 * SIDE, x : x + SIDE] = painted
        blocks += [gap, block] if blocks else [block]
    sheet = Image.fromarray(np.concatenate(blocks, axis=1))
    return sheet.resize((2 * sheet.width, 2 * sheet.height), Image.Resampling.NEAREST)


# --------------------------------------------------------------------------------------- statistics


def shares(maps: NDArray[np.uint8]) -> dict[str, float]:
    """Share of each class in all pixels, void too."""
    counts = np.bincount(maps.ravel(), minlength=256) / maps.size
    return {c.name: float(counts[c.id]) for c in labels.STREETS}


def colours(images: NDArray[np.float32]) -> dict[str, float]:
    """Mean and standard deviation over all pixels of each channel, and of whole pictures.

    *saturation* is that of HSV; *contrast* the mean standard deviation of grey within a picture;
    *exposure, spread* the standard deviation of the pictures' mean greys.
    """
    high, low = images.max(axis=-1), images.min(axis=-1)
    grey = images.mean(axis=-1)
    found = {}
    for i, channel in enumerate(("red", "green", "blue")):
        found[f"{channel}, mean"] = float(images[..., i].mean())
        found[f"{channel}, sd"] = float(images[..., i].std())
    found["saturation"] = float(np.mean((high - low) / np.maximum(high, 1e-6)))
    found["contrast"] = float(grey.std(axis=(1, 2)).mean())
    found["exposure, spread"] = float(grey.mean(axis=(1, 2)).std())
    return found


def edges(images: NDArray[np.float32]) -> dict[str, float]:
    """Quantiles of the grey's gradient, the share of edges, and the slope of the power spectrum.

    The slope is that of log power over log frequency, from 2 periods a picture to 0.4 a pixel; many
    photographs have about -2.
    """
    grey = images.mean(axis=-1, dtype=np.float64)
    step = np.hypot(np.diff(grey, axis=2)[:, :-1], np.diff(grey, axis=1)[:, :, :-1])
    found = {f"gradient, {q:.0%}": float(np.quantile(step, q)) for q in (0.5, 0.9, 0.99)}
    found[f"edges (over {EDGE})"] = float(np.mean(step > EDGE))
    side = grey.shape[1]
    window = np.hanning(side)
    grey = (grey - grey.mean(axis=(1, 2), keepdims=True)) * window[:, None] * window
    power = np.mean(np.abs(np.fft.fft2(grey)) ** 2, axis=0)
    frequency = np.fft.fftfreq(side) * side
    ring = np.rint(np.hypot(frequency[:, None], frequency)).astype(int).ravel()
    total, count = np.bincount(ring, power.ravel()), np.bincount(ring)
    used = np.arange(2, int(0.4 * side))
    logs = np.log(used), np.log(total[used] / count[used])
    found["spectrum, slope"] = float(np.polyfit(*logs, 1)[0])
    return found


def likeness(maps: NDArray[np.uint8]) -> dict[str, float]:
    """How alike the label maps of a set are.

    *two agree* is the share of pixels with the same class in two pictures, averaged over pairs;
    *majority* is the mean IoU that the commonest class of each pixel scores: learned from one half of
    the pictures, scored on the other. Void counts nowhere.
    """
    void, n_classes = labels.STREETS.ignore_index, labels.STREETS.n_classes
    rng = np.random.default_rng(SEED)
    same = []
    for _ in range(PAIRS):
        a, b = maps[rng.choice(len(maps), 2, replace=False)]
        known = (a != void) & (b != void)
        same.append(np.mean((a == b)[known]))
    votes = np.stack([(maps[::2] == k).sum(axis=0) for k in range(n_classes)])
    guess = np.broadcast_to(votes.argmax(axis=0), maps[1::2].shape)
    matrix = ConfusionMatrix(n_classes, ignore_index=void)
    matrix.update(maps[1::2], guess)
    return {
        "two agree": float(np.mean(same)),
        "majority, accuracy": float(matrix.scores().pixel_accuracy),
        "majority, mean IoU": float(matrix.scores().mean_iou),
    }


def report(sets: list[Pictures]) -> str:
    """Write every statistic as a line with a column for each set."""
    parts = {
        "classes, share of pixels": [shares(s.labels) for s in sets],
        "colours": [colours(s.images) for s in sets],
        "edges": [edges(s.images) for s in sets],
        "likeness of labels": [likeness(s.labels) for s in sets],
    }
    lines = [f"{'':26}" + "".join(f"{s.name:>16}" for s in sets)]
    lines.append(f"{'pictures':26}" + "".join(f"{len(s.images):>16}" for s in sets))
    for title, columns in parts.items():
        lines += ["", title]
        for name in columns[0]:
            lines.append(f"  {name:24}" + "".join(f"{c[name]:>16.4f}" for c in columns))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
