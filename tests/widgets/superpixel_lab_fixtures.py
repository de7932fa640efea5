"""Write the superpixels and scores that the browser's side must reproduce.

    python -m tests.widgets.superpixel_lab_fixtures

The result, `seglearn/widgets/web/test/superpixel_lab.json`, is committed: `node --test` reads it
without Python, and `test_superpixel_lab.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np

from seglearn.superpixels import _colour, quality, slic
from seglearn.widgets.codec import encode_label_runs
from seglearn.widgets.pixels import packed_picture
from seglearn.widgets.superpixel_lab import (
    blurred,
    picture,
    with_noise,
)

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "superpixel_lab.json"
CUP = np.s_[20:62, 50:113]
TRIPOD = np.s_[60:117, 70:115]
SETTINGS = (  # n_segments, compactness, sigma, noise
    (20, 10, 0, 0),
    (7, 100, 0, 0),
    (60, 1, 0, 0),
    (30, 10, 1.25, 0),
    (30, 10, 0.5, 30),
    (1, 10, 0, 0),
)


def crops() -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Small pictures with their truth: in colour, in grey, one with nothing in it, and noise."""
    out = []
    for name, where in (("coffee", CUP), ("camera", TRIPOD)):
        image, truth = picture(name)
        out.append((name, np.round(255 * image[where]).astype(np.uint8), truth[where]))
    truth = out[0][2].copy()
    truth[:10, :10] = 255
    out[0] = (*out[0][:2], truth)
    flat = np.full((24, 37), 128, np.uint8)
    halves = np.where(np.arange(37) < 18, 0, 1).astype(np.uint8) * np.ones((24, 1), np.uint8)
    return [*out, ("flat", flat, halves), grains((14, 17), 119), grains((17, 23), 208)]


def grains(shape: tuple[int, int], seed: int) -> tuple[str, np.ndarray, np.ndarray]:
    """Noise on which SLIC has seeds that coincide, or pixels that no window holds."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*shape, 3)).astype(np.uint8)
    return f"grains {seed}", pixels, np.tri(*shape, dtype=np.uint8)


def settings(name: str) -> tuple[tuple[float, ...], ...]:
    """Settings of SLIC for a picture; only those that differ where there is little in it."""
    if name == "flat":
        return tuple(s for s in SETTINGS if s[0] == 20 or s[-1])
    return {"grains 119": ((40, 10, 0, 0),), "grains 208": ((20, 10, 0, 0),)}.get(name, SETTINGS)


def scores(labels: np.ndarray, truth: np.ndarray) -> dict:
    """Scores of one set of superpixels; None for NaN."""
    names = (
        "n_segments",
        "boundary_recall",
        "undersegmentation_neubert_protzel",
        "undersegmentation_bleeding",
        "undersegmentation_levinshtein",
        "undersegmentation_achanta",
        "achievable_accuracy",
        "compactness",
    )
    measured = quality.score(labels, truth, ignore_index=255).as_dict()
    return {n: None if measured[n] != measured[n] else measured[n] for n in names}


def rounded(values: np.ndarray) -> list:
    """Write floats with as many digits as 32 bits are good for."""
    return np.round(np.asarray(values, dtype=float), 3).tolist()


def steps() -> list[dict]:
    """Every state of SLIC on the small pictures."""
    cases = []
    for name, pixels, truth in crops():
        for n, m, sigma, noise in settings(name):
            image = blurred((with_noise(pixels, noise) / 255).astype(np.float32), sigma)
            seeds, nudge, *iterations, connected = slic.steps(image, n, compactness=m)
            cases.append(
                {
                    "name": f"{name}, n {n}, m {m}, sigma {sigma}, noise {noise}",
                    **packed_picture(pixels),
                    "n_segments": n,
                    "compactness": m,
                    "sigma": sigma,
                    "noise": noise,
                    "mean_lab": rounded(_colour.to_lab(image).mean(axis=(1, 2))),
                    "seeds": seeds.centres[:, 3:].astype(int).tolist(),
                    "nudged": nudge.centres[:, 3:].astype(int).tolist(),
                    "iterations": [
                        {
                            "labels": encode_label_runs(s.labels),
                            "centres": rounded(s.centres),
                            "residual": round(s.residual, 4),
                        }
                        for s in (iterations[0], iterations[1], iterations[-1])
                    ],
                    "connected": encode_label_runs(connected.labels),
                    "truth": encode_label_runs(truth),
                    "scores": scores(connected.labels, truth),
                    "unconnected_scores": scores(iterations[0].labels, truth),
                }
            )
    return cases


def make() -> dict:
    """Return the fixtures as JSON values."""
    return {"steps": steps()}


def text() -> str:
    """Return the fixtures as they are committed."""
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
