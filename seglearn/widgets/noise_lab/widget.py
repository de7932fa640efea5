"""Noise lab: six kinds of noise, seven filters, and what a trained network makes of the result."""

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
from seglearn.data.samples import Photograph, photograph
from seglearn.data.scenes import CLASSES, Scene, make_scene
from seglearn.imaging import fidelity
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.noise import NOISES
from seglearn.widgets import fields
from seglearn.widgets.asking import AskingWidget
from seglearn.widgets.codec import encode_label_runs
from seglearn.widgets.fields import Field
from seglearn.widgets.pixels import (
    Image8,
    as_float,
    blocks,
    packed_picture,
    reduced,
    uniform,
)
from seglearn.words import say

Image = npt.NDArray[np.float32]

SCENE = (3, 7)  # one of the scenes that the network was measured on
CARDS = (0.05, 0.25, 0.5, 0.75, 0.95)
LONGEST = 128  # pixels a side; beyond this a slider is no longer smooth
MOST_SEEDS = 10_000
START: dict[str, Any] = {
    "picture": "camera",
    "noise": "salt-and-pepper",
    "strength": 0.4,
    "salt": 0.5,
    "seed": 0,
    "filter": "adaptive-median",
    "setting": 7,
}
_STORM = {"noise": "speckle", "strength": 0.8}
PRESETS: dict[str, dict[str, Any]] = {
    "start": {},
    "grain": {
        "picture": "scene",
        "noise": "gaussian",
        "strength": 0.1,
        "filter": "none",
        "setting": None,
    },
    "wrong": {"picture": "cup", "strength": 0.1, "filter": "non-local-means", "setting": 0.05},
    "photons": {
        "picture": "cards",
        "noise": "poisson",
        "strength": 50.0,
        "filter": "none",
        "setting": None,
    },
    "best-psnr": {**_STORM, "picture": "scene", "filter": "gaussian", "setting": 1.8},
    "best-iou": {**_STORM, "picture": "scene", "filter": "total-variation", "setting": 0.4},
}
VIEW: dict[str, Any] = {
    "stage": "picture",
    "pair": "noisy-filtered",
    "histogram": "values",
    "map": "mean_iou",
    "at": 50,
}
VIEWS: dict[str, dict[str, Any]] = {
    "grain": {"pair": "clean-noisy", "stage": "network"},
    "photons": {"pair": "clean-noisy", "histogram": "errors", "at": 0},
    "best-psnr": {"stage": "network"},
    "best-iou": {"stage": "network"},
}


class NoiseLab(AskingWidget):
    """Noise on a picture, a filter against it, and what each costs: PSNR, SSIM, a network's mean IoU.

    ::

        from seglearn.widgets import NoiseLab

        NoiseLab()                                             # four pixels in ten lost, and a filter
        NoiseLab(image, reduce=3)                              # your own picture, clean
        NoiseLab(samples.photograph("chelsea"), reduce=3)      # a labelled photograph

    Parameters
    ----------
    image : array_like (H, W) or (H, W, 3), or Photograph, optional
        The clean picture: float in [0, 1] or uint8. Without it, two photographs, a street scene and
        five grey cards.
    preset : {"start", "grain", "wrong", "photons", "best-psnr", "best-iou"}, optional
        What to open with; "start" by default.
    reduce : int
        Average each `reduce` × `reduce` block of the image into one pixel. For images of more than
        128 pixels a side.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "picture", "scores" and "network".

    Attributes
    ----------
    metrics : dict
        ``psnr, ssim`` of the filtered picture and ``noisy_psnr, noisy_ssim`` of the noisy one;
        ``mean_iou`` of the network at this noise and filter, if this very point was measured.
        ``None`` where there is none: a PSNR without any error, an SSIM of less than 11 pixels.
    state : dict
        ``picture, noise, strength, salt, seed, filter, setting``: noise and filter by their names in
        `seglearn.imaging`; ``salt`` is the share of salt in salt and pepper.
    picture : ndarray (H, W, 3) of uint8, or None
        The reader's own picture, dropped, chosen or pasted.
    clean, noisy, filtered : ndarray, (H, W) or (H, W, 3) float32 in [0, 1]
        The three pictures.

    Raises
    ------
    TypeError, ValueError
        If the image is of another kind or shape, or has more than 128 pixels a side, or if the preset
        is unknown.

    Notes
    -----
    The browser draws noise of the same distributions as `seglearn.imaging.noise` with a random
    generator of its own, and runs twins of the filters of `seglearn.imaging.denoise`. What the network
    scores was measured beforehand: `seglearn.experiment.noise_surface`.
    """

    bundle = "noise_lab"
    stages = ("picture", "scores", "network")
    controls: ClassVar[tuple[str, ...]] = (
        "pictures",
        "own",
        "noise",
        "filter",
        "views",
        "scores",
        "histogram",
        "network",
    )

    def __init__(
        self, image: Any = None, *, preset: str | None = None, reduce: int = 1, **options: Any
    ) -> None:
        reduce = inputs.whole(reduce, "reduce", 1)
        if preset is not None:
            inputs.choice(preset, "preset", PRESETS)
        self._images = _bundled() if image is None else {"given": _given(image, reduce)}
        own = {} if image is None else {"picture": "given"}
        states = {name: {**START, **state, **own} for name, state in PRESETS.items()}
        if image is not None:
            del states["photons"]  # it needs the grey cards
        if preset is not None and preset not in states:
            raise ValueError(
                say("preset {preset!r} is there for the bundled pictures only", preset=preset)
            )
        data = {
            "pictures": {name: packed_picture(pixels) for name, pixels in self._images.items()},
            "noises": _table(NOISES.values(), "strengths"),
            "filters": _table(DENOISERS.values(), "settings"),
            "surface": _surface(),
            "classes": [{"name": c.name, "color": list(c.color)} for c in CLASSES],
            "presets": [
                {"id": name, "state": state, "view": {**VIEW, **VIEWS.get(name, {})}}
                for name, state in states.items()
            ],
            "view": {**VIEW, **VIEWS.get(preset or "start", {})},
        }
        super().__init__(state=states[preset or "start"], data=data, **options)

    def __repr__(self) -> str:
        state, told = self.state, self.metrics
        height, width = self._images[state["picture"]].shape[:2]
        decibels = "∞" if told["psnr"] is None else f"{told['psnr']:.2f}"
        setting = "" if state["setting"] is None else f" {state['setting']:g}"
        return (
            f"NoiseLab({state['picture']}, {height} × {width}, {state['noise']} "
            f"{state['strength']:g}, {state['filter']}{setting}: PSNR {decibels} dB)"
        )

    @property
    def clean(self) -> Image:
        """The picture as it should be."""
        return as_float(self._images[self.state["picture"]])

    @property
    def noisy(self) -> Image:
        """The picture with its noise."""
        return self._noisy(self.state)

    @property
    def filtered(self) -> Image:
        """What the filter makes of the noisy picture."""
        return self._filtered(self.state, self.noisy)

    def _take(self, pixels: Image8) -> None:
        self._images = {**self._images, "own": pixels}

    # --- what is shown --------------------------------------------------------------------------

    def _noisy(self, state: dict[str, Any]) -> Image:
        return with_noise(
            as_float(self._images[state["picture"]]),
            state["noise"],
            state["strength"],
            state["seed"],
            salt=state["salt"],
        )

    def _filtered(self, state: dict[str, Any], noisy: Image) -> Image:
        image: Image = DENOISERS[state["filter"]].apply(noisy, state["setting"])
        return image

    def _fields(self) -> Mapping[str, Field]:
        return {
            "picture": fields.one_of(*self._images),
            "noise": fields.one_of(*NOISES),
            "strength": fields.number(),
            "salt": fields.number(0, 1),
            "seed": fields.whole(0, MOST_SEEDS - 1),
            "filter": fields.one_of(*DENOISERS),
            "setting": fields.optional(fields.number()),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        strengths = NOISES[state["noise"]].strengths
        fields.number(*sorted((strengths[0], strengths[-1])))("state.strength", state["strength"])
        settings = DENOISERS[state["filter"]].settings
        if settings == (None,):
            if state["setting"] is not None:
                raise fields.refuse(
                    "state.setting", say("None: there is nothing to set"), state["setting"]
                )
        elif isinstance(settings[0], int):
            fields.one_of(*settings)("state.setting", state["setting"])
        else:
            fields.number(settings[0], settings[-1])("state.setting", state["setting"])

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        clean, noisy = as_float(self._images[state["picture"]]), self._noisy(state)
        before = _fidelity(clean, noisy)
        after = before
        if state["filter"] != "none":
            after = _fidelity(clean, self._filtered(state, noisy))
        return {
            **after,
            **{f"noisy_{name}": value for name, value in before.items()},
            "mean_iou": measured(state),
        }

    # --- the kernel's part ----------------------------------------------------------------------

    def _find(self, state: dict[str, Any]) -> dict[str, Any]:
        """Measure one point of the surface anew, for the button."""
        point = measure_again(state)
        found = {name: getattr(point, name) for name in ("psnr", "ssim", "mean_iou")}
        if state["picture"] == "scene":
            found["labels"] = self._labels(state)
        return found

    def _labels(self, state: dict[str, Any]) -> dict[str, str]:
        """Return the scene's classes and what the network says of both pictures, for the browser."""
        import torch

        from seglearn.training.evaluation import predict_batch

        noisy = self._noisy(state)
        both = np.stack([noisy, self._filtered(state, noisy)]).transpose(0, 3, 1, 2)
        found = predict_batch(_judge()[0], torch.from_numpy(np.ascontiguousarray(both))).numpy()
        maps = {"truth": _scene().semantic, "noisy": found[0], "filtered": found[1]}
        return {name: encode_label_runs(labels) for name, labels in maps.items()}


def with_noise(
    image: npt.NDArray[np.floating], kind: str, strength: float, seed: int, *, salt: float = 0.5
) -> Image:
    """Add noise with the browser's own random numbers, so that both sides see one picture.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    kind : str
        A key of `seglearn.imaging.noise.NOISES`, which says what `strength` means.
    strength : float
        For speckle at most 1.
    seed : int
    salt : float
        Share of salt in "salt-and-pepper".

    Returns
    -------
    ndarray
        float32, the same shape, clipped to [0, 1].

    Notes
    -----
    A sample takes two numbers of the generator mulberry32, in reading order; the first goes through the
    inverse of the distribution function, so the luck of a sample stays the same at every strength.
    """
    from scipy import special, stats

    inputs.choice(kind, say("noise"), NOISES)
    x = np.asarray(image, np.float64)
    first, second = uniform(seed, 2 * x.size).reshape(-1, 2).T.reshape(2, *x.shape)
    first = first + 2.0**-33
    if kind in ("salt", "pepper", "salt-and-pepper"):
        share = {"salt": 1.0, "pepper": 0.0}.get(kind, salt)
        noisy = np.where(first < strength, second < share, x)
    elif kind == "gaussian":
        noisy = x + strength * special.ndtri(first)
    elif kind == "poisson":
        noisy = stats.poisson.ppf(first, x * strength) / strength
    else:  # speckle
        noisy = x * special.gammaincinv(strength**-2, first) * strength**2
    return np.clip(noisy, 0, 1).astype(np.float32)


def measured(state: dict[str, Any]) -> float | None:
    """Return the network's mean IoU at the noise and filter of a state, or None if not measured."""
    if state["noise"] == "salt-and-pepper" and state["salt"] != 0.5:
        return None
    return _mean_ious().get((state["noise"], state["strength"], state["filter"], state["setting"]))


def measure_again(state: dict[str, Any]) -> Any:
    """Put the noise and filter of a state on the scenes of the surface, and let the network judge.

    Returns
    -------
    seglearn.experiment.noise_surface.Point

    Raises
    ------
    ValueError
        If salt and pepper are not as frequent as each other, which the surface takes for granted.
    """
    from seglearn.experiment import noise_surface

    if state["noise"] == "salt-and-pepper" and state["salt"] != 0.5:
        raise ValueError(
            say("the network is measured with as much salt as pepper; set salt to 0.5")
        )
    net, scenes = _judge()
    return noise_surface.measure(
        net, scenes, state["noise"], state["strength"], state["filter"], state["setting"]
    )


@cache
def _judge() -> Any:
    from seglearn.experiment import load_net, noise_surface

    return load_net(noise_surface.NETWORK), noise_surface.load_scenes()


# --- data -----------------------------------------------------------------------------------------


@cache
def _points() -> dict[str, Any]:
    from seglearn.experiment.noise_surface import FILE

    content: dict[str, Any] = json.loads(asset(FILE).read_text(encoding="utf-8"))
    return content


@cache
def _mean_ious() -> dict[tuple[str, float, str, float | None], float]:
    at = _points()["columns"].index
    return {
        (row[at("noise")], row[at("strength")], row[at("denoiser")], row[at("setting")]): row[
            at("mean_iou")
        ]
        for row in _points()["rows"]
    }


@cache
def _surface() -> dict[str, Any]:
    """Return the surface for the browser: per noise and strength, each filter with each setting."""
    content = _points()
    at = content["columns"].index
    scores: dict[str, Any] = {}
    clean = None
    for row in content["rows"]:
        noise, iou = row[at("noise")], round(row[at("mean_iou")], 4)
        if noise == "none":
            clean = iou if clean is None else clean  # the first filter does nothing
            continue
        rows = scores.setdefault(noise, {"mean_iou": [], "psnr": []})
        rows["mean_iou"].append(iou)
        rows["psnr"].append(round(row[at("psnr")], 2))
    return {"clean": clean, "n_scenes": content["n_scenes"], "scores": scores}


def _table(kinds: Any, values: str) -> list[dict[str, Any]]:
    return [
        {"name": k.name, "parameter": k.parameter, "values": list(getattr(k, values))}
        for k in kinds
    ]


@cache
def _scene() -> Scene:
    return make_scene(SCENE, (96, 96))


@cache
def _bundled() -> dict[str, Image8]:
    camera = inputs.image8(photograph("camera").image[96:352, 96:352])
    cup = inputs.image8(photograph("coffee").image[114:306, 280:472])
    cards = np.repeat(np.array(CARDS), 24) * np.ones((96, 1))
    return {
        "camera": blocks(camera, 2),
        "cup": blocks(cup, 2),
        "scene": inputs.image8(_scene().image),
        "cards": inputs.image8(cards),
    }


def _given(image: Any, reduce: int) -> Image8:
    if isinstance(image, Photograph):
        image = image.image
    return reduced(image, reduce, LONGEST)


def _fidelity(clean: Image, image: Image) -> dict[str, float | None]:
    decibels = fidelity.psnr(clean, image)
    large = min(clean.shape[:2]) >= fidelity.SSIM_WINDOW
    return {
        "psnr": decibels if math.isfinite(decibels) else None,
        "ssim": fidelity.ssim(clean, image) if large else None,
    }
