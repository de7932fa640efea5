"""Write what PyTorch makes of transposed convolutions and cut FCNs, for the browser's side to reproduce.

    python -m tests.widgets.upsampling_fixtures

The result, `seglearn/widgets/web/test/upsampling.json`, is committed: `node --test` reads it without
Python, and `test_checkerboard.py` checks that Python still says the same.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from seglearn.nets.blocks import bilinear_kernel
from seglearn.widgets import Checkerboard, Skips
from seglearn.widgets.checkerboard import PRESETS as LAYERS
from seglearn.widgets.codec import encode_label_runs
from seglearn.widgets.skips import PATHS
from seglearn.widgets.upsampling import bilinear_size

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "upsampling.json"
SETTINGS = [(3, 2, 0), (4, 2, 1), (2, 2, 0), (2, 3, 0), (5, 3, 1), (1, 1, 0), (7, 1, 3), (6, 4, 2)]


def plain(values: Any) -> Any:
    """Numbers for JSON; ten digits, so that the order of a sum does not matter."""
    return (np.round(np.asarray(values, dtype=np.float64), 10) + 0.0).tolist()


def eighths(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    """Random numbers in [0, 2] that floating point adds up exactly."""
    return torch.from_numpy(rng.integers(0, 17, shape) / 8)


def layers() -> list[dict[str, Any]]:
    """Transposed convolutions, their overlap, and resizing with a convolution, all by PyTorch."""
    rng = np.random.default_rng(11)
    cases = []
    for k, s, p in SETTINGS:
        x, w, image = eighths(rng, 6), eighths(rng, k), eighths(rng, 5, 4)
        kernel = torch.outer(w, w)[None, None]
        ones = torch.ones(1, 1, k, dtype=torch.float64)
        blocks = F.interpolate(image[None, None], scale_factor=s, mode="nearest")
        before = (k - 1) // 2
        around = (before, k - 1 - before) * 2
        cases.append(
            {
                "stride": s,
                "padding": p,
                "taps": plain(w),
                "values": plain(x),
                "output": plain(F.conv_transpose1d(x[None, None], w[None, None], None, s, p)[0, 0]),
                "counts": plain(
                    F.conv_transpose1d(torch.ones_like(x)[None, None], ones, None, s, p)[0, 0]
                ),
                "image": plain(image),
                "output2d": plain(F.conv_transpose2d(image[None, None], kernel, None, s, p)[0, 0]),
                # A convolution in PyTorch does not flip its kernel, nor do the widgets.
                "resized": plain(F.conv2d(F.pad(blocks, around, mode="replicate"), kernel)[0, 0]),
            }
        )
    return cases


def bilinear() -> list[dict[str, Any]]:
    """FCN's kernels in one direction, by stride."""
    return [
        {
            "stride": s,
            "size": bilinear_size(s),
            "taps": plain(bilinear_kernel(bilinear_size(s)).double().diagonal().sqrt()),
        }
        for s in (1, 2, 4, 8, 16, 32)
    ]


def example(seed: int, shape: tuple[int, int], n: int) -> Skips:
    """A small Skips with random scores and a truth with void."""
    rng = np.random.default_rng(seed)
    sizes = [tuple(-(-side // 8) for side in shape)]
    for _ in range(2):
        sizes.insert(0, tuple(-(-side // 2) for side in sizes[0]))
    maps = [rng.normal(0, 3, (n, *size)) for size in sizes]
    truth = np.kron(rng.integers(0, n, sizes[2]), np.ones((8, 8), int))[: shape[0], : shape[1]]
    truth = np.where(rng.random(shape) < 0.04, 255, truth)
    apart = {"32s": rng.integers(0, n, shape)} if seed % 2 else None
    return Skips(rng.random((*shape, 3)), truth, *maps, apart=apart)


def cut() -> list[dict[str, Any]]:
    """Predictions and scores of FCNs with every choice of skips."""
    cases = []
    for seed, shape, n in ((0, (40, 56), 4), (1, (64, 33), 3), (2, (19, 70), 6)):
        skips = example(seed, shape, n)
        states = []
        for kept in range(8):
            flags = {path: bool(kept >> i & 1) for i, path in enumerate(PATHS)}
            states.append({**flags, "apart": None})
        if seed % 2:
            states.append({**states[7], "apart": "32s"})
        results = []
        for state in states:
            skips.state = state
            results.append(
                {
                    "state": state,
                    "prediction": encode_label_runs(skips.prediction),
                    "metrics": skips.metrics,
                }
            )
        logits = skips._logits(states[7])[:, ::7, ::5]
        names = ("shape", "truth", "scores", "apart", "classes")
        data = {name: skips._data[name] for name in names}
        cases.append({"data": data, "results": results, "logits": logits.tolist()})
    return cases


def make() -> dict[str, Any]:
    """Return the fixtures as JSON values."""
    boards = [Checkerboard(preset=name) for name in LAYERS]
    boards += [Checkerboard(2, 3), Checkerboard(6, 4, weights=[0, 1, 0.5, 0, 2, 0])]
    boards += [Checkerboard(weights=[0.0, 0.0])]
    return {
        "layers": layers(),
        "bilinear": bilinear(),
        "boards": [{"state": board.state, "metrics": board.metrics} for board in boards],
        "skips": cut(),
    }


def text() -> str:
    """Return the fixtures as they are committed."""
    return json.dumps(make(), ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
