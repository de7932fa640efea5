"""Write the filtered pictures and scores that the browser's side must reproduce.

    python -m tests.widgets.noise_lab_fixtures

The result, `seglearn/widgets/web/test/noise_lab.json`, is committed: `node --test` reads it without Python,
and `test_noise_lab.py` checks that Python still says the same.
"""

import json
from pathlib import Path

import numpy as np

from seglearn.imaging import fidelity
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.noise import NOISES
from seglearn.widgets.noise_lab import NoiseLab, with_noise

PATH = Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "noise_lab.json"
MORE = {"gaussian": 0.65, "bilateral": 0.13, "non-local-means": 0.16, "total-variation": 0.25}


def pictures() -> list[tuple[str, np.ndarray]]:
    """Small clean pictures: in grey, in colour, and one with nothing in it."""
    lab = NoiseLab()
    camera, cup = lab._images["camera"], lab._images["cup"]
    return [
        ("camera", camera[30:43, 40:55]),
        ("cup", cup[40:51, 30:42]),
        ("flat", np.full((12, 11), 90, np.uint8)),
    ]


def integers(values: np.ndarray, unit: float = 1e-5) -> list[int]:
    """Write floats as integers of this unit."""
    return np.round(np.asarray(values, float).ravel() / unit).astype(int).tolist()


def filtered(truth: np.ndarray, image: np.ndarray, *, all_settings: bool) -> list[dict]:
    """Every filter on a noisy picture, and how near the result is to the truth."""
    cases = []
    for d in DENOISERS.values():
        settings = [*d.settings, *([MORE[d.name]] if d.name in MORE else [])]
        for setting in settings if all_settings else settings[-1:]:
            result = d.apply(image, setting)
            psnr = fidelity.psnr(truth, result)
            cases.append(
                {
                    "filter": d.name,
                    "setting": setting,
                    "result": integers(result),
                    "psnr": round(psnr, 5) if np.isfinite(psnr) else None,
                    "ssim": round(fidelity.ssim(truth, result), 6),
                }
            )
    return cases


def make() -> dict:
    """Return the fixtures as JSON values."""
    images, drawn = [], []
    for name, clean in pictures():
        truth = (clean / 255).astype(np.float32)
        for kind, strength in (("gaussian", 0.15), ("salt-and-pepper", 0.25)):
            noisy = np.round(255 * with_noise(truth, kind, strength, 5)).astype(np.uint8)
            image = (noisy / 255).astype(np.float32)
            images.append(
                {
                    "name": f"{name}, {kind}",
                    "shape": [*clean.shape, 1][:3],
                    "clean": clean.ravel().tolist(),
                    "noisy": noisy.ravel().tolist(),
                    "cases": filtered(truth, image, all_settings=name != "flat"),
                }
            )
    ramp = np.tile(np.arange(0, 256, 3, dtype=np.uint8), (3, 1))
    for noise in NOISES.values():
        for strength in (noise.strengths[0], noise.strengths[2], noise.strengths[4]):
            x = (ramp / 255).astype(np.float32)
            result = with_noise(x, noise.name, strength, 17, salt=0.3)
            drawn.append(
                {"noise": noise.name, "strength": strength, "result": integers(result, 1e-4)}
            )
    return {"images": images, "noises": {"pixels": ramp.ravel().tolist(), "cases": drawn}}


def text() -> str:
    """Return the fixtures as they are committed."""
    return json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
