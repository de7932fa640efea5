#!/usr/bin/env python3
"""Measure how much of CamVid's validation score can be had by copying labels.

    python data_scripts/measure_clip_leak.py data/CamVid

Each validation frame gets the label of the training frame whose thumbnail is most like its own. Then
training frames that were filmed near the validation clip are left out, more and more of them. Writes
seglearn/assets/experiment/clip_leak.json, which chapter 10 draws; it holds numbers and no picture.
Needs CamVid in SegNet's layout (fetch_camvid.py) and takes about a minute.
"""

import argparse
import json
import math
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from seglearn.data.camvid import CamVid
from seglearn.experiment import clip_leak
from seglearn.training.checkpoints import rounded, write_bytes

TARGET = Path(__file__).resolve().parent.parent / "seglearn" / "assets" / clip_leak.FILE
SECONDS = (0, 2, 3, 5, 10, 15, 20, 30, 60, 90, math.inf)


def main(argv: list[str] | None = None) -> int:
    """Measure, write the table, and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="CamVid in SegNet's layout")
    parser.add_argument("--out", type=Path, default=TARGET, help="file to write")
    options = parser.parse_args(argv)
    try:
        train, val = (frames(options.folder, split) for split in ("train", "val"))
    except (FileNotFoundError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    gaps = clip_leak.measure(train, val, SECONDS)
    write(options.out, gaps, about(train, val))
    for gap in gaps:
        print(
            f"without {gap.seconds:>5g} s: {gap.n_train:3d} frames left, mean IoU "
            f"{gap.mean_iou:.1%} ({gap.low:.1%} to {gap.high:.1%}), lost {100 * gap.lost:.1f} points "
            f"({100 * gap.lost_low:.1f} to {100 * gap.lost_high:.1f}); at random {gap.control:.1%}"
        )
    return 0


def frames(folder: Path, split: str) -> list[tuple[str, Any, Any]]:
    """Return the name, thumbnail and label of every frame; the official number of them."""
    data = CamVid(folder, split, verify=True)
    if data.native:
        raise ValueError(f"{folder} holds CamVid's native layout; this needs SegNet's")
    return [(s.name, clip_leak.thumbnail(s.image), s.label) for s in data]


def about(train: list[Any], val: list[Any]) -> dict[str, Any]:
    """Say with what the table was made."""
    return {
        "about": "What copying labels scores on CamVid's validation clip; data_scripts/measure_clip_leak.py",
        "n_train": len(train),
        "n_val": len(val),
        "clip": list(clip_leak.CLIP),
        "frames_per_second": clip_leak.FRAMES_PER_SECOND,
        "thumbnail_side": clip_leak.SIDE,
        "block": clip_leak.BLOCK,
        "n_resamples": clip_leak.N_RESAMPLES,
        "seed": clip_leak.SEED,
        "python": platform.python_version(),
        "packages": {"numpy": metadata.version("numpy")},
    }


def write(path: Path, gaps: list[clip_leak.Gap], facts: dict[str, Any]) -> None:
    """Write the table, a gap a line; an infinite one is null."""
    rows = [
        json.dumps(rounded({**vars(g), "seconds": None if math.isinf(g.seconds) else g.seconds}, 5))
        for g in gaps
    ]
    text = json.dumps(facts, indent=1, ensure_ascii=False)[:-2]
    text += ',\n "rows": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"
    write_bytes(path, text.encode("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
