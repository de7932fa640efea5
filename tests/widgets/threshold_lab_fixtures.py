"""Write the cuts, regions and components that the browser's side must reproduce.

    python -m tests.widgets.threshold_lab_fixtures

The result, `seglearn/widgets/web/test/threshold_lab.json`, is committed: `node --test` reads it
without Python, and `test_threshold_lab.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np

from seglearn.classical import region, threshold
from seglearn.widgets.codec import encode_label_runs, encode_mask
from seglearn.widgets.pixels import packed_picture
from seglearn.widgets.threshold_lab import picture
from seglearn.widgets.threshold_lab.widget import _variance_between

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "threshold_lab.json"
CROPS = {"coins": np.s_[14:82, 296:378], "nuclei": np.s_[40:100, 60:130], "page": np.s_[20:60, :90]}
SEEDS = {"coins": [[30, 38]], "nuclei": [[20, 30], [50, 12], [20, 30]], "page": [[0, 0], [39, 89]]}
TOLERANCES = (0, 0.05, 0.1, 0.2, 0.3, 0.5, 1)


def images() -> dict[str, np.ndarray]:
    """Small real pictures, and noise of a few levels, where many pixels are equally alike."""
    noise = np.random.default_rng(3).choice([0, 64, 128, 255], (24, 31)).astype(np.uint8)
    found = {name: np.round(255 * picture(name)[0][where]) for name, where in CROPS.items()}
    return {**{name: x.astype(np.uint8) for name, x in found.items()}, "noise": noise}


def case(name: str, pixels: np.ndarray) -> dict:
    """Everything about one picture."""
    image = (pixels / 255).astype(np.float32)
    counts = threshold.histogram(image)
    best = [np.round(255 * threshold.multi_otsu(image, n) - 0.5).astype(int) for n in (2, 3, 4)]
    cuts = [b.tolist() for b in best]
    bright = image > (cuts[0][0] + 0.5) / 255
    seeds = SEEDS.get(name, [[12, 15]])
    return {
        "name": name,
        **packed_picture(pixels),
        "cuts": cuts,
        "criteria": [round(_variance_between(counts, c), 9) for c in cuts],
        "curve": np.round(threshold.otsu_curve(counts), 9).tolist(),
        "classes": encode_label_runs(threshold.classes(image, (best[1] + 0.5) / 255)),
        "seeds": seeds,
        "regions": [
            {
                "tolerance": t,
                "against": against,
                "mask": encode_mask(region.grow_plain(image, seeds, t, against=against)),
            }
            for against in ("seed", "region")
            for t in TOLERANCES
        ],
        "areas": [int(region.grow(image, seeds, i / 50).sum()) for i in range(51)],
        "components": [
            {
                "connectivity": connectivity,
                "min_area": area,
                "labels": encode_label_runs(
                    region.components(bright, connectivity=connectivity, min_area=area)
                ),
            }
            for connectivity in (4, 8)
            for area in (1, 9)
        ],
    }


def text() -> str:
    """Return the fixtures as they are committed."""
    cases = [case(name, pixels) for name, pixels in images().items()]
    return json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
