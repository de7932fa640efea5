"""Write the components and links that the browser's side must reproduce.

    python -m tests.widgets.grabcut_studio_fixtures

The result, `seglearn/widgets/web/test/grabcut_studio.json`, is committed: `node --test` reads it
without Python, and `test_grabcut_studio.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np

from seglearn.classical import grabcut, mincut
from seglearn.widgets.codec import encode_labels, encode_mask
from seglearn.widgets.grabcut_studio import photograph
from seglearn.widgets.grabcut_studio.widget import _Run

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "grabcut_studio.json"
COARSE = np.s_[20:128:3, 40:166:3]
BOX = (3, 1, 39, 35)


def strengths(image: np.ndarray) -> np.ndarray:
    """Mean over the neighbours of every pixel of what parting it from them costs, γ and distance 1."""
    link = mincut.links(image, gamma=1.0)
    total, count = np.zeros(image.shape[:2]), np.zeros(image.shape[:2])
    for weight, offset in zip(link, mincut.OFFSETS, strict=True):
        distance = np.hypot(*offset)
        for here in mincut.pair(offset):
            one, _ = mincut.pair(offset)
            total[here] += weight[one] * distance
            count[here] += 1
    return total / count


def case(name: str, image: np.ndarray) -> dict:
    """Return what GrabCut finds in two iterations on a small picture."""
    run = _Run(grabcut.steps(image, BOX))
    reached = run.states[run.last(2)]
    # The browser lists the components that hold pixels, the heaviest first.
    places = [np.argsort(np.argsort(-m.weights, kind="stable")) for m in reached.mixtures]
    components = np.where(
        reached.mask, places[1][reached.components], places[0][reached.components]
    )
    pixels = np.round(255 * image).astype(np.uint8)
    return {
        "name": name,
        "shape": list(pixels.reshape(*pixels.shape[:2], -1).shape),
        "pixels": encode_labels(pixels.reshape(len(pixels), -1)),
        "mask": encode_mask(reached.mask),
        "sides": run.told(2)["sides"],
        "components": encode_labels(components),
        "u": float(reached.energy.u),
        "links": np.round(strengths(image), 5).ravel().tolist(),
    }


def make() -> list[dict]:
    """Return the fixtures as JSON values."""
    image = photograph("flower")[0][COARSE]
    grey = np.round(255 * image.mean(axis=2)).astype(np.uint8)
    return [case("colour", image), case("grey", (grey / 255).astype(np.float32))]


if __name__ == "__main__":
    PATH.write_text(json.dumps(make()) + "\n", encoding="utf-8")
