"""Thresholds and regions: cut a histogram, grow a region from seeds, count what is connected."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.classical import region, threshold
from seglearn.data import samples
from seglearn.metrics import iou, panoptic_quality
from seglearn.widgets import fields
from seglearn.widgets.base import PictureWidget
from seglearn.widgets.codec import defined, encode_label_runs
from seglearn.widgets.fields import Field
from seglearn.widgets.pixels import Image8, as_float, blocks, middles, packed_picture
from seglearn.words import say

PICTURES = ("coins", "nuclei", "page", "camera")
MOST_CUTS = 3
MOST_SEEDS = 6
START: dict[str, Any] = {
    "picture": "coins",
    "cuts": [90],
    "foreground": "bright",
    "seeds": [[44, 334]],
    "tolerance": 0.1,
    "against": "seed",
    "connectivity": 4,
    "min_area": 1,
}
VIEW = {"stage": "threshold", "show": "truth"}
VIEWS = {
    "camera": {"show": "classes"},
    "leak": {"stage": "growing"},
    "count": {"stage": "components"},
}


class ThresholdLab(PictureWidget):
    """Cut a histogram and see the picture, grow a region until it leaks, count the components.

    ::

        from seglearn.widgets import ThresholdLab

        ThresholdLab()                # the coins, and a cut that is not the best
        ThresholdLab("leak")          # one coin, and a tolerance that can be raised
        ThresholdLab("count")         # the components of Otsu's cut, and an area filter

    Parameters
    ----------
    preset : {"coins", "nuclei", "page", "camera", "leak", "count"}
        What to open with.
    stage, hide, size, palette, language
        See `seglearn.widgets.base.Widget`. The stages are "threshold", "growing" and "components".

    Attributes
    ----------
    metrics : dict
        Of the cut: ``criterion``, the variance between its classes, and ``highest``, the largest
        that so many cuts can have; ``foreground``, a share of the pixels; ``iou`` with the truth. Of
        the region: ``region_area`` in pixels, ``region_mean``, and ``region_iou`` with the object
        under the first seed. Of the components: ``n_components``, ``n_dropped``, and ``matched``,
        how many objects of the truth one component covers with an IoU above 0.5. ``None`` where
        there is nothing to measure.
    picture : ndarray (H, W, 3) of uint8, or None
        The reader's own picture, dropped, chosen or pasted.
    image : ndarray (H, W) of float32 in [0, 1]
        What is cut, in grey.
    truth : ndarray (H, W) of uint8, or None
        0 on the ground, 1, 2, … on objects. Of the page nobody knows it: Sauvola's rule stands in.
    mask : ndarray (H, W) of bool
        The foreground of the cut.
    region : ndarray (H, W) of bool
        What has grown from the seeds.
    components : ndarray (H, W) of int32
        The components of the mask that are large enough.

    Raises
    ------
    ValueError
        If the preset is unknown.

    Notes
    -----
    The browser does what `seglearn.classical.threshold` and `seglearn.classical.region` do. A cut at
    k lies half-way between the grey levels k and k + 1.
    """

    bundle = "threshold_lab"
    stages = ("threshold", "growing", "components")
    controls: ClassVar[tuple[str, ...]] = (
        "pictures",
        "own",
        "views",
        "cuts",
        "growing",
        "components",
        "scores",
    )

    def __init__(self, preset: str = "coins", **options: Any) -> None:
        inputs.choice(preset, "preset", _presets())
        self._images = {name: _pixels(name) for name in PICTURES}
        self._grown: tuple[Any, npt.NDArray[np.bool_]] | None = None
        presets: list[dict[str, Any]] = [
            {"id": name, "state": {**START, **own}, "view": {**VIEW, **VIEWS.get(name, {})}}
            for name, own in _presets().items()
        ]
        opened = next(each for each in presets if each["id"] == preset)
        data = {
            "pictures": {name: _bundled(name) for name in PICTURES},
            "presets": presets,
            "view": opened["view"],
        }
        super().__init__(state=opened["state"], data=data, **options)

    def __repr__(self) -> str:
        height, width = self.image.shape
        cuts = ", ".join(map(str, self.state["cuts"]))
        n = self.metrics["n_components"]
        return (
            f"ThresholdLab({self.state['picture']}, {height} × {width}, cut at {cuts}: "
            f"{n} components, a region of {self.metrics['region_area']} pixels)"
        )

    @property
    def image(self) -> npt.NDArray[np.float32]:
        """What is cut, in grey."""
        return as_float(self._images[self.state["picture"]])

    @property
    def truth(self) -> Image8 | None:
        """The objects, numbered from 1."""
        truth = self._truth(self.state)
        return None if truth is None else truth.copy()

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """The foreground of the cut."""
        return self._mask(self.state)

    @property
    def region(self) -> npt.NDArray[np.bool_]:
        """What has grown from the seeds."""
        return self._region(self.state).copy()

    @property
    def components(self) -> npt.NDArray[np.int32]:
        """The components of the mask that are large enough."""
        return self._components(self.state)

    def _take(self, pixels: Image8) -> None:
        self._images = {**self._images, "own": _grey8(pixels)}
        self._grown = None

    # --- what is shown --------------------------------------------------------------------------

    def _truth(self, state: dict[str, Any]) -> Image8 | None:
        return _truth(state["picture"]) if state["picture"] in PICTURES else None

    def _mask(self, state: dict[str, Any]) -> npt.NDArray[np.bool_]:
        image = as_float(self._images[state["picture"]])
        classes = threshold.classes(image, _values(state["cuts"]))
        return np.asarray(classes == (len(state["cuts"]) if state["foreground"] == "bright" else 0))

    def _region(self, state: dict[str, Any]) -> npt.NDArray[np.bool_]:
        parts = json.dumps([state[key] for key in ("picture", "seeds", "tolerance", "against")])
        if self._grown is None or self._grown[0] != parts:
            image = as_float(self._images[state["picture"]])
            grown = np.zeros(image.shape, bool)
            if state["seeds"]:
                tolerance, against = state["tolerance"], state["against"]
                grown = region.grow(image, state["seeds"], tolerance, against=against)
            self._grown = parts, grown
        return self._grown[1]

    def _components(self, state: dict[str, Any]) -> npt.NDArray[np.int32]:
        return region.components(
            self._mask(state), connectivity=state["connectivity"], min_area=state["min_area"]
        )

    def _fields(self) -> Mapping[str, Field]:
        sides = [pixels.shape for pixels in self._images.values()]
        height, width = (max(side) for side in zip(*sides, strict=True))
        seed = fields.list_of(fields.whole(0, max(height, width) - 1), 2, 2)
        return {
            "picture": fields.one_of(*self._images),
            "cuts": fields.list_of(fields.whole(0, 254), 1, MOST_CUTS),
            "foreground": fields.one_of("bright", "dark"),
            "seeds": fields.list_of(seed, 0, MOST_SEEDS),
            "tolerance": fields.number(0, 1),
            "against": fields.one_of("seed", "region"),
            "connectivity": fields.one_of(4, 8),
            "min_area": fields.whole(1, height * width),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        if any(a >= b for a, b in itertools.pairwise(state["cuts"])):
            raise fields.refuse("state.cuts", say("ascending levels"), state["cuts"])
        height, width = self._images[state["picture"]].shape
        for i, (row, column) in enumerate(state["seeds"]):
            fields.whole(0, height - 1)(f"state.seeds[{i}][0]", row)
            fields.whole(0, width - 1)(f"state.seeds[{i}][1]", column)

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        pixels, truth = self._images[state["picture"]], self._truth(state)
        counts = np.bincount(pixels.ravel(), minlength=256)
        mask, grown = self._mask(state), self._region(state)
        components = self._components(state)
        first = state["seeds"][0] if state["seeds"] else None
        under = 0 if truth is None or first is None else truth[tuple(first)]
        everything = region.components(mask, connectivity=state["connectivity"])
        n = int(components.max())
        return {
            "criterion": _variance_between(counts, state["cuts"]),
            "highest": _variance_between(counts, _best_cuts(pixels, len(state["cuts"]))),
            "foreground": float(mask.mean()),
            "iou": None if truth is None else defined(iou(truth > 0, mask)),
            "region_area": int(grown.sum()),
            "region_mean": float(as_float(pixels)[grown].mean(dtype=float)) if first else None,
            "region_iou": defined(iou(truth == under, grown)) if under else None,
            "n_components": n,
            "n_dropped": int(everything.max()) - n,
            "matched": None if truth is None or truth.max() < 2 else _matched(components, truth),
        }


def picture(name: str) -> tuple[npt.NDArray[np.float32], Image8]:
    """Return a bundled picture of the widget and its objects.

    Parameters
    ----------
    name : {"coins", "nuclei", "page", "camera"}
        Nuclei and camera are half as wide and high as `seglearn.data.samples` has them.

    Returns
    -------
    image : (H, W) float32 in [0, 1]
    truth : (H, W) uint8
        0 on the ground, 1, 2, … on objects; of the page, 1 where Sauvola's rule reads ink.

    Raises
    ------
    ValueError
        If there is no such picture.
    """
    inputs.choice(name, say("picture"), PICTURES)
    return as_float(_pixels(name)), _truth(name).copy()


# --- pictures -------------------------------------------------------------------------------------


@cache
def _pixels(name: str) -> Image8:
    if name == "page":
        from skimage import data

        return np.asarray(data.page())
    image = samples.nuclei().image if name == "nuclei" else samples.photograph(name).image
    pixels = np.round(255 * image).astype(np.uint8)
    return pixels if name == "coins" else blocks(pixels, 2)


@cache
def _truth(name: str) -> Image8:
    if name == "page":
        page = as_float(_pixels(name))
        return (~threshold.apply(page, threshold.sauvola(page, 25))).astype(np.uint8)
    if name == "camera":
        return middles(samples.photograph(name).mask("person"), 2).astype(np.uint8)
    if name == "nuclei":
        return middles(samples.nuclei().instances, 2).astype(np.uint8)
    return samples.photograph(name).instances.astype(np.uint8)


@cache
def _bundled(name: str) -> dict[str, Any]:
    return {**packed_picture(_pixels(name)), "truth": encode_label_runs(_truth(name))}


def _grey8(pixels: Image8) -> Image8:
    """Return the luminance of 8-bit colours, rounded, as the browser does."""
    weighed = pixels.astype(np.int64) @ np.array([2125, 7154, 721])
    return ((weighed + 5000) // 10000).astype(np.uint8)


@cache
def _presets() -> dict[str, dict[str, Any]]:
    """Return what each preset changes at the start; `coins`, `nuclei` and `page` are Otsu's cuts."""
    coins, nuclei, page = (_best_cuts(_pixels(name), 1) for name in ("coins", "nuclei", "page"))
    return {
        "coins": {},
        "nuclei": {"picture": "nuclei", "cuts": nuclei, "seeds": []},
        "page": {"picture": "page", "cuts": page, "seeds": [], "foreground": "dark"},
        "camera": {"picture": "camera", "cuts": [100, 200], "seeds": [], "foreground": "dark"},
        "leak": {"cuts": coins},
        "count": {"cuts": coins, "seeds": []},
    }


def _values(cuts: list[int]) -> npt.NDArray[np.float64]:
    """Return the thresholds of cuts, as `seglearn.classical.threshold` places them."""
    return np.asarray((np.array(cuts) + 0.5) / 255)


def _best_cuts(pixels: Image8, n: int) -> list[int]:
    """Return where Otsu cuts; of a picture with too few levels, cuts that leave classes empty."""
    levels = np.unique(pixels)
    if levels.size > n:
        found = threshold.multi_otsu(as_float(pixels), n + 1)
        return [int(k) for k in np.round(255 * found - 0.5)]
    between = [int(k) for k in levels[:-1]]
    return sorted(
        {*between, *[k for k in range(254, -1, -1) if k not in between][: n - len(between)]}
    )


def _variance_between(counts: npt.NDArray[np.int64], cuts: list[int]) -> float:
    """Return Otsu's criterion for cuts of a histogram: Σ ω (μ_class − μ)² over the classes."""
    share, value = counts / counts.sum(), np.arange(counts.size) / (counts.size - 1)
    mean, between = (share * value).sum(), 0.0
    ends = np.add(cuts, 1)
    for own, values in zip(np.split(share, ends), np.split(value, ends), strict=True):
        if own.any():
            between += own.sum() * ((own * values).sum() / own.sum() - mean) ** 2
    return float(between)


def _matched(components: npt.NDArray[np.int32], truth: Image8) -> int:
    """Return how many objects one component covers with an IoU above 0.5."""
    ids = (range(int(labels.max()) + 1) for labels in (truth, components))
    classes = ({i: min(i, 1) for i in each} for each in ids)  # 0 is the ground, 1 an object
    return int(panoptic_quality(truth, components, *classes).tp[1])
