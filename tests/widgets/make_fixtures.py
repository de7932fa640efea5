"""Write the numbers that the browser's side of the widgets must reproduce.

    python tests/widgets/make_fixtures.py

The result, `seglearn/widgets/web/test/fixtures.json`, is committed: `node --test` reads it without
Python, and `test_fixtures.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np

from seglearn.metrics import boundary_band
from seglearn.widgets import ConfusionWorkbench, IoUBench
from seglearn.widgets.codec import encode_labels, encode_mask
from seglearn.widgets.confusion_workbench import SCENES

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "fixtures.json"


def _pairs() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Masks at which the two sides could differ: borders, odd sizes, holes, nothing at all."""
    rng = np.random.default_rng(2021)
    pairs = {}
    for preset in ("half", "inside", "disjoint", "empty", "pole", "disk"):
        bench = IoUBench(preset=preset)
        pairs[preset] = bench.truth, bench.prediction
    for height, width in ((1, 1), (1, 7), (9, 2), (31, 47), (75, 100)):
        pairs[f"noise {height}x{width}"] = (
            rng.random((height, width)) < 0.6,
            rng.random((height, width)) < 0.4,
        )
    blob = np.zeros((40, 60), bool)
    blob[5:35, 0:50] = True
    blob[15:22, 20:30] = False
    pairs["hole at the border"] = blob, np.roll(blob, (3, 4), (0, 1))
    pairs["everything"] = np.ones((40, 60), bool), blob
    pairs["nothing found"] = blob, np.zeros((40, 60), bool)
    pairs["nothing there"] = np.zeros((40, 60), bool), blob
    return pairs


def _label_maps() -> dict[str, tuple[np.ndarray, np.ndarray, int]]:
    """Label maps, truth with 255 to ignore: the presets, noise, absent classes, nothing counted at all."""
    rng = np.random.default_rng(43)
    maps = {}
    for preset in SCENES:
        bench = ConfusionWorkbench(preset=preset)
        maps[preset] = bench.truth, bench.prediction, len(bench.class_names)
    for height, width, n in ((1, 1, 2), (7, 5, 3), (16, 12, 12)):
        truth = rng.integers(0, n, (height, width))
        truth[rng.random((height, width)) < 0.2] = 255
        maps[f"noise {height}x{width}"] = truth, rng.integers(0, n, (height, width)), n
    maps["never predicted"] = np.array([[0, 1, 2, 255]]), np.array([[0, 0, 0, 0]]), 4
    maps["nothing counted"] = np.full((2, 3), 255), np.zeros((2, 3), int), 2
    return maps


def _confusion() -> list[dict]:
    """Write what the confusion workbench says about the maps, with every choice it offers."""
    cases = []
    for name, (truth, prediction, n) in _label_maps().items():
        names = [str(k) for k in range(n)]
        bench = ConfusionWorkbench(truth, prediction, class_names=names, ignore_index=255)
        for ignore in ("skip", "class", "zero"):
            for absent in ("skip", "zero"):
                bench.state = {**bench.state, "ignore": ignore, "absent": absent}
                case = {
                    key: bench.state[key]
                    for key in ("shape", "truth", "prediction", "ignore", "absent")
                }
                cases.append({"name": name, "n": n, **case, "metrics": bench.metrics})
    return cases


def make() -> dict:
    """Return the fixtures as JSON values."""
    rng = np.random.default_rng(7)
    pairs = []
    for name, (truth, prediction) in _pairs().items():
        bench = IoUBench(truth, prediction)
        pairs.append(
            {
                "name": name,
                "shape": list(truth.shape),
                "truth": encode_mask(truth),
                "prediction": encode_mask(prediction),
                "metrics": bench.metrics,
                "truth_band": encode_mask(boundary_band(truth, bench.metrics["boundary_width"])),
            }
        )
    masks = [
        np.array([[0, 1], [1, 1]]),
        np.ones((2, 3), int),
        np.zeros((2, 3), int),
        rng.random((5, 9)) < 0.5,
    ]
    labels = [rng.integers(0, 256, (6, 5)), np.zeros((1, 1), int)]
    # 0.02 × the diagonal of 75 × 100 is 2.5, which rounds to even.
    widths = [
        ((75, 100), 0.02),
        ((96, 128), 0.02),
        ((4, 4), 0.02),
        ((225, 300), 0.02),
        ((96, 128), 0.1),
    ]
    return {
        "pairs": pairs,
        "band_widths": [
            {
                "shape": list(shape),
                "ratio": ratio,
                "d": max(1, round(ratio * float(np.hypot(*shape)))),
            }
            for shape, ratio in widths
        ],
        "masks": [
            {"shape": list(m.shape), "mask": m.astype(int).tolist(), "runs": encode_mask(m)}
            for m in masks
        ],
        "confusion": _confusion(),
        "labels": [{"labels": m.tolist(), "text": encode_labels(m)} for m in labels],
    }


def text() -> str:
    """Return the fixtures as they are committed."""
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
