"""Write the panoptic maps and scores that the browser's side must reproduce.

    python -m tests.widgets.panoptic_scene_fixtures

The result, `seglearn/widgets/web/test/panoptic_scene.json`, is committed: `node --test` reads it without
Python, and `test_panoptic_scene.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np

from seglearn.widgets import PanopticScene
from seglearn.widgets.panoptic_scene.errors import redrawn

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "panoptic_scene.json"
NAMES = ("road", "car", "person", "sky")


def blocks(seed: int, shape: tuple[int, int], n: int) -> tuple[np.ndarray, list[dict]]:
    """A map of blocks with ids 3, 4, … in scattered order, a few pixels void (0), and its segments."""
    rng = np.random.default_rng(seed)
    coarse = rng.permutation(np.arange(16) % n).reshape(4, 4) + 3
    rows, columns = (np.linspace(0, 3.99, size).astype(int) for size in shape)
    ids = coarse[np.ix_(rows, columns)]
    ids[rng.random(shape) < 0.03] = 0
    kinds = [int(rng.integers(len(NAMES))) for _ in range(n)]
    segments = [
        {"id": i + 3, "class_name": NAMES[k], "class_id": k, "is_thing": k in (1, 2)}
        for i, k in enumerate(kinds)
    ]
    return ids, segments


def selected(scene: PanopticScene, label: int) -> dict | None:
    """Select a predicted segment and return what the widget says of it."""
    scene.state = {**scene.state, "selected": ["prediction", label]}
    return scene.metrics["selected"]


def make() -> list[dict]:
    """Return the cases as JSON values."""
    cases = []
    for seed, shape, n, off in (
        (0, (24, 30), 4, 0),
        (1, (24, 30), 6, 1),
        (2, (31, 17), 9, 0.6),
        (3, (16, 16), 12, 0.7),
        (4, (9, 40), 5, 1),
        (5, (48, 64), 14, 1.5),
    ):
        truth, segments = blocks(seed, shape, n)
        prediction = redrawn(truth, off, seed) if off else truth
        if seed in (2, 5):  # a void region, on which the prediction has something to say
            truth = truth.copy()
            truth[: shape[0] // 3, : shape[1] // 2] = 0
            kept = set(np.unique(truth).tolist())
            segments_left = [s for s in segments if s["id"] in kept]
        else:
            segments_left = segments
        scene = PanopticScene(
            truth, segments_left, prediction=prediction, prediction_segments=segments, void=0
        )
        forgiven = [
            label
            for label in range(1, n + 1)
            if (selected(scene, label) or {"status": ""})["status"] == "void"
        ]
        selected(scene, forgiven[0] if forgiven else 1 + seed % n)
        classes = [{"name": c["name"], "thing": c["thing"]} for c in scene._data["classes"]]
        cases.append({"state": scene.state, "classes": classes, "metrics": scene.metrics})
    return cases


def text() -> str:
    """Return the cases as they are committed."""
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
