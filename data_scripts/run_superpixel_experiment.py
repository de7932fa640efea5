#!/usr/bin/env python3
"""Measure every superpixel algorithm on photographs that people have labelled.

    SEGLEARN_DATA=FOLDER python data_scripts/run_superpixel_experiment.py

Images: the BSDS images in FOLDER/BSDS (NAME.jpg beside NAME.mat with all human segmentations), and
the labelled photographs that come with the course, reduced to BSDS's size. Every algorithm runs
once on each; so does a plain grid of squares, which anything must beat. The graph cuts take minutes
where others take seconds, so they skip the sizes that are not in SLOW_COUNTS. Writes scores, no
image, to seglearn/assets/superpixels/experiment.json. Interrupted, it goes on where it stopped;
change the code or the options and start anew with --restart.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

TARGET = Path(__file__).resolve().parent.parent / "seglearn/assets/superpixels/experiment.json"
COUNTS = (100, 200, 500, 1000)
SLOW = ("graphcut-compact", "graphcut-constant")
SLOW_COUNTS = {"BSDS": (100, 500, 1000), "photograph": (500,)}
SQUARES = "squares"
LONG_SIDE = 481  # pixels, as in BSDS


@dataclass(frozen=True)
class Picture:
    """An image, (H, W, 3) float32, and its annotators' regions, (A, H, W) int."""

    name: str
    source: str
    image: np.ndarray
    truth: np.ndarray
    ignore_index: int | None


def main() -> None:
    """Run what is missing and write the file after every picture and count."""
    arguments = command_line()
    from seglearn.superpixels import METHODS

    methods = arguments.methods or [*METHODS, SQUARES]
    unknown = set(methods) - {*METHODS, SQUARES}
    if unknown:
        sys.exit(
            f"error: no method {', '.join(unknown)}; there are {', '.join(METHODS)}, {SQUARES}"
        )
    pictures = list(load(arguments))
    if not pictures:
        sys.exit("error: no picture; set SEGLEARN_DATA to a folder that holds BSDS/*.mat")
    rows = [] if arguments.restart else earlier(arguments.out)
    done = {(row["picture"], row["method"], row["asked"]) for row in rows}
    todo = [
        (picture, method, count)
        for count in arguments.counts
        for picture in pictures
        for method in methods
        if (picture.name, method, count) not in done
        and (method not in SLOW or count in SLOW_COUNTS[picture.source] or arguments.methods)
    ]
    todo.sort(key=lambda run: run[1] in SLOW)
    deadline = time.monotonic() + 60 * arguments.minutes
    for number, (picture, method, count) in enumerate(tqdm(todo, disable=None)):
        if time.monotonic() > deadline:
            print(f"out of time: {len(todo) - number} runs left, run again to go on")
            break
        rows.append(measure(picture, method, count))
        if number % 10 == 9:
            write(arguments.out, rows, pictures)
    write(arguments.out, rows, pictures)
    report(rows)


def command_line() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=TARGET, help="file to write")
    parser.add_argument("--counts", type=int, nargs="+", default=list(COUNTS), metavar="N")
    parser.add_argument("--methods", nargs="+", metavar="NAME", help="default: all")
    parser.add_argument("--bsds", type=int, default=99, metavar="K", help="only the first K images")
    parser.add_argument(
        "--photographs", nargs="*", metavar="NAME", help="bundled photographs; default: all"
    )
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so long")
    parser.add_argument("--restart", action="store_true", help="forget what the file holds")
    return parser.parse_args()


def load(arguments: argparse.Namespace) -> Iterator[Picture]:
    """Read the pictures."""
    from scipy.io import loadmat

    from seglearn.data import samples

    folder = Path(os.environ.get("SEGLEARN_DATA", "")) / "BSDS"
    for file in sorted(folder.glob("*.mat"))[: arguments.bsds]:
        with Image.open(file.with_suffix(".jpg")) as photograph:
            image = np.asarray(photograph.convert("RGB"), dtype=np.float32) / 255
        annotators = loadmat(file)["groundTruth"][0]
        truth = np.stack([a["Segmentation"][0, 0].astype(np.int64) for a in annotators])
        yield Picture(file.stem, "BSDS", image, truth, None)
    names = samples.photograph_names() if arguments.photographs is None else arguments.photographs
    for name in names:
        photo = samples.photograph(name)
        yield Picture(name, "photograph", *reduced(photo.rgb, photo.panoptic), samples.VOID)


def reduced(image: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring the long side to 481 pixels if it is longer; labels by nearest neighbour."""
    height, width = labels.shape
    scale = LONG_SIDE / max(height, width)
    if scale < 1:
        size = round(width * scale), round(height * scale)
        eight_bit = Image.fromarray(np.round(255 * image).astype(np.uint8))
        image = np.asarray(eight_bit.resize(size, Image.Resampling.BOX), dtype=np.float32) / 255
        labels = np.asarray(Image.fromarray(labels).resize(size, Image.Resampling.NEAREST))
    return np.asarray(image), labels[None].astype(np.int64)


def measure(picture: Picture, method: str, count: int) -> dict[str, Any]:
    """Run one algorithm once, and score it.

    The search for scikit-image's request is not part of its time; steering the number is part of
    every other algorithm's.
    """
    from seglearn.superpixels import METHODS, peers, quality, squares

    options = {}
    if method == "skimage-slic":
        options["request"] = peers.slic_request(picture.image, count)
    run = squares.segment if method == SQUARES else METHODS[method].segment
    wall, processor = time.perf_counter(), time.process_time()
    labels = run(picture.image, count, **options)
    processor, wall = time.process_time() - processor, time.perf_counter() - wall
    scores = quality.score(
        labels, picture.truth, image=picture.image, ignore_index=picture.ignore_index
    )
    wider = [
        quality.boundary_recall(labels, t, tolerance=2, ignore_index=picture.ignore_index)
        for t in picture.truth
    ]
    found = {
        "picture": picture.name,
        "source": picture.source,
        "method": method,
        "asked": count,
        "seconds": wall,
        "processor_seconds": processor,
        **scores.as_dict(),
        "boundary_recall_2px": float(np.mean(wider)),
        "recall_by_annotator": list(scores.per_annotator["boundary_recall"]),
        "accuracy_by_annotator": list(scores.per_annotator["achievable_accuracy"]),
    }
    return {name: rounded(value) for name, value in found.items()}


def rounded(value: Any) -> Any:
    """Round floats to four digits, in lists too; NaN becomes None."""
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 4)
    return value


def earlier(path: Path) -> list[dict[str, Any]]:
    """Return the rows of an earlier run."""
    if not path.is_file():
        return []
    content = json.loads(path.read_text(encoding="utf-8"))
    return [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]


def write(path: Path, rows: list[dict[str, Any]], pictures: list[Picture]) -> None:
    """Write the rows, one a line, and with what they were made."""
    if not rows:
        return
    columns = list(rows[0])
    packages = ("numpy", "scipy", "scikit-image", "PyMaxflow")
    head = {
        "about": "Superpixels on labelled photographs; data_scripts/run_superpixel_experiment.py",
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
        "pictures": {p.name: about(p) for p in pictures},
        "notes": [
            "BSDS: scores are means over all annotators of an image. "
            "Photographs: one annotator, void ignored.",
            "Boundary recall within 0.25 % of the diagonal (1 pixel here); "
            "boundary_recall_2px within 2 pixels.",
            "Each run was timed once, on one thread of a machine that did other work as well: "
            "compare processor_seconds.",
            f"{' and '.join(SLOW)} are slow: "
            f"on BSDS they ran at {', '.join(map(str, SLOW_COUNTS['BSDS']))} only, "
            f"on the photographs at {', '.join(map(str, SLOW_COUNTS['photograph']))} only.",
            "skimage-slic was asked for as many as make it return the number asked here within 3 %, "
            "or else for the fewest that are enough, of which the smallest joined a neighbour; "
            "that search is not in its time.",
        ],
        "columns": columns,
    }
    order = sorted(rows, key=lambda r: (r["source"], r["picture"], r["asked"], r["method"]))
    lines = ",\n".join(json.dumps([row[c] for c in columns]) for row in order)
    text = json.dumps(head, indent=1)[:-2] + ',\n "rows": [\n' + lines + "\n ]\n}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def about(picture: Picture) -> dict[str, Any]:
    """Describe a picture and its truth, without any of its pixels."""
    smallest = [
        min(np.unique(t[t != picture.ignore_index], return_counts=True)[1]) for t in picture.truth
    ]
    return {
        "source": picture.source,
        "size": picture.truth.shape[1:],
        "annotators": len(picture.truth),
        "smallest_region": int(min(smallest)),
    }


def report(rows: list[dict[str, Any]]) -> None:
    """Print the mean of each score over pictures."""
    shown = {
        "n": "n_segments",
        "recall": "boundary_recall",
        "in 2 px": "boundary_recall_2px",
        "UE-NP": "undersegmentation_neubert_protzel",
        "ASA": "achievable_accuracy",
        "oracle": "oracle_iou",
        "EV": "explained_variation",
        "compact": "compactness",
        "CPU s": "processor_seconds",
    }
    for source in sorted({row["source"] for row in rows}):
        for asked in sorted({row["asked"] for row in rows}):
            chosen = [r for r in rows if r["source"] == source and r["asked"] == asked]
            n_pictures = len({r["picture"] for r in chosen})
            print(f"\n{source}, {asked} asked, {n_pictures} pictures")
            print(f"{'method':<20}" + "".join(f"{name:>9}" for name in shown))
            for method in dict.fromkeys(r["method"] for r in chosen):
                mine = [r for r in chosen if r["method"] == method]
                values = [
                    np.nanmean([np.nan if r[key] is None else r[key] for r in mine])
                    for key in shown.values()
                ]
                print(f"{method:<20}" + "".join(f"{value:9.3f}" for value in values))


if __name__ == "__main__":
    main()
