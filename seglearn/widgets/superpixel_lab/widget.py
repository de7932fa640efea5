"""Superpixel lab: SLIC step by step on a photograph, its quality, and six other methods beside it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.data.assets import asset
from seglearn.data.samples import VOID, Photograph
from seglearn.superpixels import METHODS, connectivity, quality, slic
from seglearn.widgets import fields
from seglearn.widgets.base import PictureWidget
from seglearn.widgets.codec import decode_label_runs, encode_label_runs
from seglearn.widgets.fields import Field
from seglearn.widgets.pixels import (
    Image8,
    as_float,
    middles,
    packed,
    packed_picture,
    reduced,
    uniform,
)
from seglearn.words import say

Labels = npt.NDArray[np.int32]

PICTURES = ("coffee", "camera")
PROBES = {"coffee": [40, 145], "camera": [123, 90]}  # row and column that are looked at first
STAGES = ("seeds", "nudge", "assign", "update", "connect")
N_ITERATIONS = 10
COMPACTNESS = (0.01, 1e6)  # beyond, colour or place is all that counts
LONGEST = 256  # pixels a side; beyond this a slider is no longer smooth
MOST_REGIONS = 255
SCORES = (
    "boundary_recall",
    "undersegmentation_neubert_protzel",
    "undersegmentation_bleeding",
    "undersegmentation_levinshtein",
    "undersegmentation_achanta",
    "achievable_accuracy",
    "compactness",
)
START = {
    "tab": "steps",
    "picture": "coffee",
    "n_segments": 150,
    "compactness": 10,
    "sigma": 0,
    "noise": 0,
    "stage": "connect",
    "iteration": N_ITERATIONS,
    "method": "slic",
}
PRESETS: dict[str, dict[str, Any]] = {
    "start": {},
    "few": {"n_segments": 25},
    "squares": {"compactness": 100},
    "ragged": {"compactness": 1},
    "thin": {"picture": "camera", "n_segments": 50},
    "noisy": {"noise": 35},
}
VIEW: dict[str, Any] = {
    "stage": "regions",
    "score": "boundary_recall",
    "error": "undersegmentation_neubert_protzel",
    "show": "borders",
}
VIEWS: dict[str, dict[str, Any]] = {
    "few": {"stage": "scores", "score": "undersegmentation"},
    "squares": {"stage": "steps"},
    "ragged": {"score": "compactness"},
    "thin": {"stage": "steps"},
}


class SuperpixelLab(PictureWidget):
    """SLIC step by step, with every term of its distance, its quality live, and six other methods.

    ::

        from seglearn.widgets import SuperpixelLab

        SuperpixelLab()                                       # a cup of coffee, with its truth
        SuperpixelLab(photo.image, photo.panoptic, ignore_index=255, reduce=3)
        SuperpixelLab(samples.photograph("china"), reduce=3)  # the same in short

    Parameters
    ----------
    image : array_like (H, W) or (H, W, 3), or Photograph, optional
        Float in [0, 1] or uint8. Without it, two photographs of the course, on which six methods
        were recorded: the tab "Compare 7" is there for them only.
    truth : array_like (H, W) of int, optional
        Regions to measure against. A Photograph brings its own.
    ignore_index : int, optional
        Value of the truth for pixels that belong to no region.
    preset : {"start", "few", "squares", "ragged", "thin", "noisy"}, optional
        What to open with; "start" by default. "thin" is there for the bundled pictures only.
    reduce : int
        Average each `reduce` × `reduce` block of the image into one pixel, and take the middle one
        of the truth's. For images of more than 256 pixels a side.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "regions", "steps", "scores" and, for the
        bundled pictures, "compare".

    Attributes
    ----------
    metrics : dict
        Of the superpixels that are shown: ``n_segments, boundary_recall``, the under-segmentation
        errors ``undersegmentation_neubert_protzel, undersegmentation_bleeding,
        undersegmentation_levinshtein, undersegmentation_achanta``, ``achievable_accuracy,
        compactness``; ``residual``, how far the centres just moved, in pixels; and ``compared``, the
        same scores for each of the seven methods, in the last stage. ``None`` where there is nothing
        to measure.
    picture : ndarray (H, W, 3) of uint8, or None
        The reader's own picture, dropped, chosen or pasted.
    image : ndarray, (H, W) or (H, W, 3) float32 in [0, 1]
        What is cut into superpixels: with noise and blur as they are set.
    truth : ndarray (H, W) of uint8, or None
        The regions, 255 where a pixel belongs to none.
    labels : ndarray (H, W) of int32, or None
        The superpixels that are shown; ``None`` before any pixel is assigned.

    Raises
    ------
    TypeError, ValueError
        If image or truth are of another kind or shape, or have more than 256 pixels a side, or if
        the preset is unknown.

    Notes
    -----
    The browser runs the algorithm of `seglearn.superpixels.slic`; quality is that of
    `seglearn.superpixels.quality`. The other six were run by `seglearn.superpixels` on the same
    pixels and are labelled as recorded.
    """

    bundle = "superpixel_lab"
    stages = ("regions", "steps", "scores", "compare")
    controls: ClassVar[tuple[str, ...]] = (
        "pictures",
        "own",
        "sliders",
        "steps",
        "views",
        "panel",
        "region",
        "scores",
        "compare",
    )

    def __init__(
        self,
        image: Any = None,
        truth: npt.ArrayLike | None = None,
        *,
        ignore_index: int | None = None,
        preset: str | None = None,
        reduce: int = 1,
        **options: Any,
    ) -> None:
        reduce = inputs.whole(reduce, "reduce", 1)
        if image is None:
            for name, value in {"truth": truth, "ignore_index": ignore_index}.items():
                if value is not None:
                    raise ValueError(
                        say("{name} was given without image; give the image as well", name=name)
                    )
            names = list(PRESETS)
            first = START
            self._images = {name: _read(f"{name}.png") for name in PICTURES}
            data: dict[str, Any] = {
                "pictures": {name: _bundled(name) for name in PICTURES},
                "sizes": _index()["sizes"],
                "methods": [
                    {"name": name, "paper": METHODS[name].paper}
                    for name in ["slic", *_index()["methods"]]
                ],
            }
        else:
            names = [name for name in PRESETS if name != "thin"]
            first = {**START, "picture": "given"}
            pixels, about = _given(image, truth, ignore_index, reduce)
            self._images = {"given": pixels}
            data = {"pictures": {"given": about}}
        if preset is not None:
            inputs.choice(preset, "preset", names)
        data["presets"] = [
            {
                "id": name,
                "state": {
                    part: value
                    for part, value in _fitted({**first, **PRESETS[name]}, self._images).items()
                    if part != "tab"  # a stage, which is looked at and changes no superpixel
                },
                "view": {**VIEW, **VIEWS.get(name, {})},
            }
            for name in names
        ]
        data["view"] = {**VIEW, **VIEWS.get(preset or "start", {})}
        self._pictures = data["pictures"]  # the base class measures before it has the data
        self._runs: dict[str, tuple[Any, ...]] = {}
        state = _fitted({**first, **PRESETS[preset or "start"]}, self._images)
        super().__init__(state=state, data=data, **options)

    def __repr__(self) -> str:
        height, width = self._images[self.state["picture"]].shape[:2]
        told = ", ".join(
            f"{short} {self.metrics[name]:.3f}"
            for short, name in (
                ("boundary recall", "boundary_recall"),
                ("UE", "undersegmentation_neubert_protzel"),
                ("ASA", "achievable_accuracy"),
            )
            if self.metrics[name] is not None
        )
        n = self.metrics["n_segments"]
        what = self.state["method"] if self.state["tab"] == "compare" else "slic"
        return (
            f"SuperpixelLab({self.state['picture']}, {height} × {width}, {what}: "
            f"{'no' if n is None else n} superpixels{', ' * bool(told)}{told})"
        )

    @property
    def image(self) -> npt.NDArray[np.float32]:
        """What is cut into superpixels, with noise and blur as they are set."""
        return self._seen(self.state)

    @property
    def truth(self) -> Image8 | None:
        """The regions of the truth; 255 where a pixel belongs to none."""
        return _truth(self._pictures[self.state["picture"]])

    @property
    def labels(self) -> Labels | None:
        """The superpixels that are shown."""
        return self._labels(self.state)

    def _take(self, pixels: Image8) -> None:
        self._images = {**self._images, "own": pixels}
        self._pictures = {**self._pictures, "own": {"shape": list(pixels.shape)}}
        self._runs.clear()

    # --- what is shown --------------------------------------------------------------------------

    def _seen(self, state: dict[str, Any]) -> npt.NDArray[np.float32]:
        pixels = self._images[state["picture"]]
        if state["tab"] == "compare":  # what the six were run on
            return as_float(pixels)
        return blurred(as_float(with_noise(pixels, state["noise"])), state["sigma"])

    def _states(self, state: dict[str, Any]) -> tuple[slic.State, ...]:
        """Every state of SLIC for this document, the last few documents remembered."""
        parts = ["tab", "picture", "n_segments", "compactness", "noise", "sigma"]
        key = json.dumps([state[part] for part in parts])
        if key not in self._runs:
            image = self._seen(state)
            self._runs[key] = tuple(
                slic.steps(image, state["n_segments"], compactness=state["compactness"])
            )
            while len(self._runs) > 4:
                self._runs.pop(next(iter(self._runs)))
        return self._runs[key]

    def _labels(self, state: dict[str, Any]) -> Labels | None:
        if state["tab"] == "compare":
            if state["method"] == "slic":
                return self._states(state)[-1].labels
            return recording(state["picture"], state["method"], state["n_segments"])
        if state["stage"] == "connect":
            return self._states(state)[-1].labels
        if state["stage"] in ("assign", "update"):
            return self._iteration(state).labels
        return None

    def _iteration(self, state: dict[str, Any]) -> slic.State:
        """Return the iteration at hand; a run that has settled may be shorter."""
        states = self._states(state)
        return states[min(1 + state["iteration"], len(states) - 2)]

    def _fields(self) -> Mapping[str, Field]:
        sizes = [pixels.shape[:2] for pixels in self._images.values()]
        methods = ["slic", *(_index()["methods"] if "given" not in self._pictures else [])]
        return {
            "picture": fields.one_of(*self._pictures),
            "n_segments": fields.whole(1, max(height * width for height, width in sizes)),
            "compactness": fields.number(*COMPACTNESS),
            "sigma": fields.number(0, 10),
            "noise": fields.number(0, 100),
            "stage": fields.one_of(*STAGES),
            "iteration": fields.whole(0, N_ITERATIONS),
            "tab": fields.one_of("steps", "compare"),
            "method": fields.one_of(*methods),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        height, width = self._images[state["picture"]].shape[:2]
        fields.whole(1, height * width)("state.n_segments", state["n_segments"])
        least = 1 if state["stage"] in ("assign", "update") else 0
        fields.whole(least, N_ITERATIONS)("state.iteration", state["iteration"])
        if state["tab"] == "compare":
            if state["picture"] not in PICTURES:
                expected = say("'steps': nothing is recorded on this image")
                raise fields.refuse("state.tab", expected, state["tab"])
            fields.one_of(*_index()["sizes"])("state.n_segments", state["n_segments"])

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        labels = self._labels(state)
        truth = _truth(self._pictures[state["picture"]])
        compared = None
        if state["tab"] == "compare":
            compared = {
                method: _scores(self._labels({**state, "method": method}), truth)
                for method in ["slic", *_index()["methods"]]
            }
        residual = None
        if state["tab"] == "steps" and state["stage"] == "update":
            residual = self._iteration(state).residual
        return {**_scores(labels, truth), "residual": residual, "compared": compared}


def picture(name: str, noise: float = 0) -> tuple[npt.NDArray[np.float32], Image8]:
    """Return a bundled picture of the lab, with noise, and its truth.

    Parameters
    ----------
    name : {"coffee", "camera"}
    noise : float
        Standard deviation in grey levels; see `with_noise`.

    Returns
    -------
    image : (144, 216, 3) or (144, 216) float32 in [0, 1]
    truth : (144, 216) uint8
        Segment ids; 255 where a pixel belongs to none.

    Raises
    ------
    ValueError
        If there is no such picture.
    """
    inputs.choice(name, say("picture"), PICTURES)
    return as_float(with_noise(_read(f"{name}.png"), noise)), _read(f"{name}-truth.png").copy()


def recording(name: str, method: str, n_segments: int) -> Labels:
    """Return the superpixels that a method made of a bundled picture, (144, 216) int32.

    Raises
    ------
    ValueError
        If it was not recorded.
    """
    index = _index()
    inputs.choice(name, say("picture"), PICTURES)
    inputs.choice(method, say("recorded method"), index["methods"])
    fields.one_of(*index["sizes"])("n_segments", n_segments)
    stack = _read(f"{name}-recorded.png")
    at = index["methods"].index(method) * len(index["sizes"]) + index["sizes"].index(n_segments)
    height = stack.shape[0] // (len(index["methods"]) * len(index["sizes"]))
    return connectivity.connected_parts(stack[at * height : (at + 1) * height].astype(np.int32))


def with_noise(pixels: Image8, noise: float) -> Image8:
    """Add noise that is nearly normal, the same every time and in the browser too.

    Parameters
    ----------
    pixels : uint8, any shape
    noise : float
        Standard deviation in grey levels.

    Returns
    -------
    uint8, the same shape
        Rounded and cut off at 0 and 255. A value is the sum of four uniform ones, scaled; the
        generator is mulberry32 with seed 1, in reading order.
    """
    if not noise:
        return pixels
    sums = uniform(1, 4 * pixels.size).reshape(-1, 4).sum(axis=1).reshape(pixels.shape)
    noisy = np.floor(pixels + noise * math.sqrt(3) * (sums - 2) + 0.5)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def blurred(image: npt.NDArray[np.float32], sigma: float) -> npt.NDArray[np.float32]:
    """Blur each channel with a Gaussian of `sigma` pixels; nothing happens for 0."""
    if not sigma:
        return image
    from scipy.ndimage import gaussian_filter

    sigmas = (sigma, sigma, 0)[: image.ndim]
    return np.clip(gaussian_filter(image, sigmas, mode="nearest"), 0, 1)


# --- pictures -------------------------------------------------------------------------------------


@cache
def _index() -> dict[str, Any]:
    index: dict[str, Any] = json.loads(asset("superpixels/lab.json").read_text(encoding="utf-8"))
    return index


def _read(name: str) -> Image8:
    from PIL import Image

    return np.asarray(Image.open(asset(f"superpixels/{name}")))


@cache
def _bundled(name: str) -> dict[str, Any]:
    about = _index()["pictures"][name]
    pixels = _read(f"{name}.png")
    return {
        **packed_picture(pixels),
        "recorded": packed(_read(f"{name}-recorded.png")),
        "truth": encode_label_runs(_read(f"{name}-truth.png")),
        "names": about["segments"],
        "probe": PROBES[name],
        "credit": about["credit"],
    }


def _fitted(state: dict[str, Any], images: dict[str, Image8]) -> dict[str, Any]:
    """Ask a tiny image for no more superpixels than it has pixels."""
    height, width = images[state["picture"]].shape[:2]
    return {**state, "n_segments": min(state["n_segments"], height * width)}


def _given(
    image: Any, truth: npt.ArrayLike | None, ignore_index: int | None, reduce: int
) -> tuple[Image8, dict[str, Any]]:
    """Return the pixels of an image, and what the browser needs to know of it."""
    names: dict[int, str] = {}
    credit = ""
    if isinstance(image, Photograph):
        if truth is not None or ignore_index is not None:
            raise ValueError(
                say("a Photograph brings its own truth; leave truth and ignore_index out")
            )
        names = {s.id: s.class_name for s in image.segments}
        truth, ignore_index, credit = image.panoptic, VOID, image.credit
        image = image.image
    pixels = reduced(image, reduce, LONGEST)
    about: dict[str, Any] = {
        **packed_picture(pixels),
        "names": names,
        "probe": [pixels.shape[0] // 2, pixels.shape[1] // 2],
        "credit": credit,
    }
    if truth is not None:
        regions = inputs.int64(inputs.label_map(truth, "truth"), "truth")
        if regions.shape != np.shape(image)[:2]:
            raise ValueError(
                say(
                    "truth must have the height and width of the image, {shape}, got shape "
                    "{regions_shape}",
                    shape=np.shape(image)[:2],
                    regions_shape=regions.shape,
                )
            )
        regions = middles(regions, reduce)
        found = [int(v) for v in np.unique(regions) if v != ignore_index]
        about["truth"] = encode_label_runs(_dense(regions, found))
        about["names"] = {str(i): names.get(v, f"region {v}") for i, v in enumerate(found)}
    return pixels, about
    return about


def _dense(regions: npt.NDArray[np.int_], values: list[int]) -> Image8:
    """Return a map with the regions of these values numbered from 0, and all others void."""
    if not 1 <= len(values) <= MOST_REGIONS:
        raise ValueError(
            say(
                "truth must have 1 to {most_regions} regions, got {n}; join the small ones, "
                "or check ignore_index",
                most_regions=MOST_REGIONS,
                n=len(values),
            )
        )
    dense = np.full(regions.shape, VOID, dtype=np.uint8)
    for i, value in enumerate(values):
        dense[regions == value] = i
    return dense


def _truth(about: dict[str, Any]) -> Image8 | None:
    if "truth" not in about:
        return None
    height, width, _ = about["shape"]
    return decode_label_runs(about["truth"], (height, width))


def _scores(labels: Labels | None, truth: Image8 | None) -> dict[str, Any]:
    """Scores of superpixels for JSON; None where there is nothing to measure."""
    scores: dict[str, Any] = {"n_segments": None, **dict.fromkeys(SCORES)}
    if labels is None:
        return scores
    if truth is None:
        scores["n_segments"] = int(np.unique(labels).size)
        scores["compactness"] = quality.compactness(labels)
        return scores
    measured = quality.score(labels, truth, ignore_index=VOID).as_dict()
    return {
        name: None if math.isnan(measured[name]) else measured[name]
        for name in ("n_segments", *SCORES)
    }
