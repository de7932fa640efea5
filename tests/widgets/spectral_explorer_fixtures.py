"""Write the cubes, spectra and scores that the browser's side of the spectral explorer must reproduce.

    python -m tests.widgets.spectral_explorer_fixtures

The result, `seglearn/widgets/web/test/spectral_explorer.json`, is committed: `node --test` reads it without
Python, and `test_spectral_explorer.py` checks that Python still says the same.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from seglearn.imaging.spectra import spectral_angle
from seglearn.widgets import SpectralExplorer
from seglearn.widgets.spectral_explorer.reduction import reduced_cube

PATH = (
    Path(__file__).parents[2] / "seglearn" / "widgets" / "web" / "test" / "spectral_explorer.json"
)
WAVELENGTHS = np.linspace(0.42, 2.4, 40)
NAMES = ("unlabelled", "crop", "wood", "steel")


def farm(seed: int, shape: tuple[int, int] = (16, 20)) -> tuple[np.ndarray, np.ndarray]:
    """A cube of 40 bands with four fields of three classes, one of them twice, and its labels."""
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, np.uint8)
    spectra = np.zeros((*shape, len(WAVELENGTHS)))
    height, width = shape
    spectra += 1 + np.sin(3 * WAVELENGTHS)
    for top, left, class_id, bend in (
        (0, 0, 1, 2.0),
        (0, 11, 2, 2.4),
        (9, 0, 3, 4.5),
        (9, 11, 1, 3.1),
    ):
        field = np.s_[top : top + 7, left : left + width // 2 - 2]
        labels[field] = class_id
        spectra[field] = 2 + class_id / 5 + np.cos(bend * WAVELENGTHS + class_id)
    brightness = rng.uniform(0.8, 1.2, (height, width, 1))
    return spectra * brightness + rng.normal(0, 0.05, spectra.shape), labels


def cases_of(explorer: SpectralExplorer) -> list[dict[str, Any]]:
    """States that differ in everything that a reader can choose, and what Python measures on them."""
    start = explorer.state
    pins = [[3, 4], [12, 14], [3, 14], [8, 9], [12, 3]]
    changes: list[dict[str, Any]] = [
        {},
        {"pins": []},
        {"pins": [[8, 9]]},  # no label
        {"pins": pins, "pin": 2, "rest": "pinned"},
        {"pins": pins[:2], "rest": "pinned"},  # one class against nothing
        *({"sensor": sensor, "pins": pins} for sensor in explorer.responses),
        *(
            {"sensor": sensor, "pins": pins, "pin": 4, "on": "band", "band": 7}
            for sensor in explorer.responses
        ),
        {"pins": pins, "on": "band", "band": 31, "t": 1.7, "side": "above"},
        {"pins": pins, "on": "band", "band": 31, "t": 1.7, "side": "below"},
        {"pins": pins, "t": 12.5, "side": "above"},  # an angle captures what is below, always
        {"pins": pins, "t": -1.0},  # captures nothing
    ]
    found = []
    for change in changes:
        explorer.state = {**start, **change}
        found.append({"state": explorer.state, "metrics": explorer.metrics})
    return found


def make() -> dict[str, Any]:
    """Return the fixtures as JSON values."""
    cubes = []
    for seed, budget in ((0, 400), (1, 2500), (2, 60_000)):
        cube, labels = farm(seed)
        reduced = reduced_cube(cube, budget)
        picked = [0, 57, 319]
        seen = reduced.cube.reshape(-1, len(WAVELENGTHS))
        cubes.append(
            {
                "text": reduced.text,
                "coefficients": reduced.coefficients[picked].tolist(),
                "sums": reduced.coefficients.sum(axis=0).tolist(),
                "pixels": picked,
                "spectra": seen[picked].astype(float).round(5).tolist(),
                "angles": np.degrees(spectral_angle(seen[57], seen[::40])).round(6).tolist(),
            }
        )
    cube, labels = farm(3)
    explorer = SpectralExplorer(cube, WAVELENGTHS, labels, NAMES, ignore_index=0)
    start = explorer.state
    cases = cases_of(explorer)
    bare = SpectralExplorer(cube[:6, :7, :4])
    bare_cases = [{"state": bare.state, "metrics": bare.metrics}]
    return {
        "cubes": cubes,
        "explorers": [
            {"data": {**explorer._data, "start": start}, "cases": cases},
            {"data": bare._data, "cases": bare_cases},
        ],
    }


def text() -> str:
    """Return the fixtures as they are committed."""
    return json.dumps(make(), ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    print(f"wrote {PATH}")
