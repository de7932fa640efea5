"""Write the outputs and sizes of convolutions that the browser's side must reproduce.

    python -m tests.widgets.convolution_explorer_fixtures

The result, `seglearn/widgets/web/test/convolution_explorer.json`, is committed: `node --test` reads it
without Python, and `test_convolution_explorer.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from seglearn.widgets import ConvolutionExplorer
from seglearn.widgets.convolution_explorer import KERNELS, make_kernel

PATH = (
    Path(__file__).parents[2]
    / "seglearn"
    / "widgets"
    / "web"
    / "test"
    / "convolution_explorer.json"
)


def conv2d(state: dict) -> list[list[float]] | None:
    """What PyTorch makes of a state; None where it refuses."""
    image = torch.tensor(state["image"], dtype=torch.float64)[None, None]
    kernel = torch.tensor(state["kernel"], dtype=torch.float64)[None, None] / state["divisor"]
    numbers = {name: state[name] for name in ("stride", "padding", "dilation")}
    try:
        return F.conv2d(image, kernel, **numbers)[0, 0].tolist()
    except RuntimeError as error:
        if "Kernel size can't be greater than actual input size" not in str(error):
            raise
        return None


def _explorers() -> list[ConvolutionExplorer]:
    """The presets, and images and kernels drawn at random with settings that do and do not fit."""
    rng = np.random.default_rng(9)
    presets = [each["id"] for each in ConvolutionExplorer()._data["presets"]]
    explorers = [ConvolutionExplorer(preset=name) for name in presets]
    for _ in range(60):
        n, k = int(rng.integers(1, 11)), int(rng.integers(1, 6))
        explorer = ConvolutionExplorer(
            rng.integers(-9, 10, (n, n)),
            rng.integers(-3, 4, (k, k)),
            stride=int(rng.integers(1, 5)),
            padding=int(rng.integers(0, 4)),
            dilation=int(rng.integers(1, 4)),
        )
        explorer.state = {**explorer.state, "divisor": int(rng.integers(1, 10))}
        explorers.append(explorer)
    return explorers


def make() -> dict:
    """Return the fixtures as JSON values."""
    return {
        "cases": [
            {"state": e.state, "metrics": e.metrics, "torch": conv2d(e.state)} for e in _explorers()
        ],
        "kernels": [
            {"kind": kind, "k": k, "kernel": weights.tolist(), "divisor": divisor}
            for kind in KERNELS
            for k in range(1, 8)
            for weights, divisor in [make_kernel(kind, k)]
        ],
    }


def text() -> str:
    """Return the fixtures as they are committed."""
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
