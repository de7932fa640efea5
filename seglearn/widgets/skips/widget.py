"""Skips: the three score maps of one trained FCN-8s, to be added or cut, and what that does to borders."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.data import scenes
from seglearn.metrics import ConfusionMatrix, mean_boundary_iou
from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.codec import defined, encode_bytes, encode_label_runs, hex_color, image_url
from seglearn.widgets.fields import Field
from seglearn.widgets.upsampling import upsample
from seglearn.words import say

if TYPE_CHECKING:
    from torch import nn

Array = npt.NDArray[Any]

PATHS = ("fc7", "pool4", "pool3")  # coarsest first, as they are added
STRIDES = {"fc7": 32, "pool4": 16, "pool3": 8}
APART = ("32s", "16s")  # networks that were trained with fewer skips
IGNORE = 255
LONGEST = 256  # pixels a side
MOST_CLASSES = 21
STEPS = 32767  # of a score: 16 bits with sign
CROP = 28  # pixels a side of what is shown enlarged
SCENE_SEED, SCENE_INDEX = 3, 5  # held out: 1 was for training, 2 for choosing the weights
SCENE_SIZE = (96, 160)  # as tall as the scenes that the weights were trained on

PRESETS: dict[str, dict[str, Any]] = {
    "32s": {"fc7": True, "pool4": False, "pool3": False, "apart": None},
    "16s": {"fc7": True, "pool4": True, "pool3": False, "apart": None},
    "8s": {"fc7": True, "pool4": True, "pool3": True, "apart": None},
    "jump": {"fc7": True, "pool4": False, "pool3": True, "apart": None},
    "where": {"fc7": False, "pool4": True, "pool3": True, "apart": None},
}


class Skips(Widget):
    """One FCN-8s whose skip connections can be cut, with the scores of every pixel path by path.

    ::

        from seglearn.widgets import Skips

        Skips()                                       # the course's own FCN-8s on a scene it never saw
        Skips.from_net(net, image, truth)             # your network and image
        Skips.from_net(net, scene)                    # a scene of seglearn.data.scenes
        Skips(image, truth, scores32, pool4_scores, pool3_scores, class_names=names)

    Cutting the skips of a network that was trained with them is not the same as training one
    without: the remaining scores were made to be added to the others. Pass `apart` to show both.

    Parameters
    ----------
    image : array_like, (H, W, 3), optional
        Float in [0, 1] or uint8, at most 256 pixels a side.
    truth : array_like of int, (H, W)
        Classes, and 255 where there is nothing to be right or wrong about.
    scores32, pool4_scores, pool3_scores : array_like, (C, h, w)
        Scores of fc7, pool4 and pool3, as they come out of their 1×1 convolutions. Each map has
        half the cells of the next finer one, rounded up; that of pool3 one for 8 × 8 pixels.
    class_names : sequence of str, optional
        Names of the C classes.
    colors : sequence of (int, int, int), optional
        Their colours, 0 to 255, for the palette "own".
    apart : mapping of str to array_like of int, (H, W), optional
        What an FCN-32s and an FCN-16s predict that were trained without the skips, under the keys
        "32s" and "16s".
    preset : {"32s", "16s", "8s", "jump", "where"}, optional
        What to open with: skips of both kinds cut, pool3 cut, none cut, pool4 cut, fc7 cut. "32s"
        if not given.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "network", "border", "pixel" and
        "trained". The palette "own" takes the colours of the classes.

    Attributes
    ----------
    metrics : dict
        Of the prediction that is shown, on this one image: ``mean_iou``, ``boundary_iou`` (mean over
        classes), ``pixel_accuracy``, ``wrong`` (pixels), ``iou`` (one a class, ``None`` for 0/0).
    prediction : ndarray of uint8, (H, W)
    logits : ndarray of float, (C, H, W)
        The sum of the paths that are not cut.
    scores : dict of str to ndarray
        The three maps, rounded as they are stored, under "fc7", "pool4" and "pool3".
    rounding : float
        How far a stored score is from the given one at most: 16 bits a number, one scale for all.

    Raises
    ------
    ValueError
        If shapes do not fit each other, a score is not finite, or a label is no class.

    Notes
    -----
    FCN: Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation", CVPR
    2015. Up-sampling is fixed and bilinear, as in the networks that its authors released, so the
    logits are exactly the sum of what each path contributes.
    """

    bundle = "skips"
    stages = ("network", "border", "pixel", "trained")
    controls: ClassVar[tuple[str, ...]] = (
        "diagram",
        "views",
        "legend",
        "scores",
        "table",
        "crop",
        "probe",
        "note",
    )
    palettes: ClassVar[tuple[str, ...]] = ("own", "okabe-ito", "tol")

    def __init__(
        self,
        image: npt.ArrayLike | None = None,
        truth: npt.ArrayLike | None = None,
        scores32: npt.ArrayLike | None = None,
        pool4_scores: npt.ArrayLike | None = None,
        pool3_scores: npt.ArrayLike | None = None,
        *,
        class_names: Sequence[str] | None = None,
        colors: Sequence[Sequence[int]] | None = None,
        apart: Mapping[str, npt.ArrayLike] | None = None,
        preset: str | None = None,
        **options: Any,
    ) -> None:
        given = (image, truth, scores32, pool4_scores, pool3_scores)
        if all(value is None for value in given):
            values = _bundled()
            given = tuple(values.pop("arrays"))
            class_names, colors = class_names or values["class_names"], colors or values["colors"]
            apart = apart if apart is not None else values["apart"]
        if any(value is None for value in given):
            raise ValueError(
                say(
                    "pass image, truth, scores32, pool4_scores and pool3_scores, or none of "
                    "them; Skips.from_net(net, image, truth) makes the scores"
                )
            )
        if preset is not None:
            inputs.choice(preset, "preset", PRESETS)
        picture = _image(given[0])
        shape = picture.shape[:2]
        maps = _score_maps(given[2:], shape)
        n = len(maps["fc7"])
        labels = _labels("truth", given[1], shape, n, ignore=True)
        names = _class_names(class_names, n)
        others = {}
        for name, prediction in (apart or {}).items():
            inputs.choice(name, say("key of apart"), APART)
            others[name] = _labels(f"apart[{name!r}]", prediction, shape, n, ignore=False)

        largest = max(float(np.abs(values).max()) for values in maps.values())
        self._scale = largest / STEPS if largest else 1.0
        steps = {k: np.rint(v / self._scale).astype("<i2") for k, v in maps.items()}
        self._steps = {path: values.astype(np.float64) for path, values in steps.items()}
        self._truth, self._apart, self._names = labels, others, names
        self.rounding = max(
            float(np.abs(steps[path] * self._scale - maps[path]).max()) for path in PATHS
        )
        pixel = self._telling_pixel()
        data = {
            "shape": list(shape),
            "image": image_url(picture, LONGEST, enlarged=True),
            "classes": [
                {"name": name, "color": None if colors is None else hex_color(colors[k])}
                for k, name in enumerate(names)
            ],
            "truth": encode_label_runs(labels),
            "scores": {
                path: {
                    "shape": list(values.shape),
                    "values": encode_bytes(values.tobytes()),
                }
                for path, values in steps.items()
            },
            "scale": self._scale,
            "rounding": self.rounding,
            "apart": {name: encode_label_runs(values) for name, values in others.items()},
            "pixel": list(pixel),
            "crop": min(CROP, *shape),
            "presets": [{"id": name, "state": state} for name, state in PRESETS.items()],
        }
        super().__init__(state=dict(PRESETS[preset or "32s"]), data=data, **options)

    @classmethod
    def from_net(
        cls,
        net: nn.Module,
        image: Any,
        truth: npt.ArrayLike | None = None,
        *,
        apart: Mapping[str, nn.Module] | None = None,
        **options: Any,
    ) -> Skips:
        """Run a trained FCN-8s on one image and show its scores.

        Parameters
        ----------
        net : seglearn.nets.fcn.FCN
            With stride 8, ``padding=1`` and bilinear up-sampling, as the preset `mini`.
        image : array_like, (H, W, 3), float in [0, 1] or uint8, or a `seglearn.data.scenes.Scene`
            A scene brings its truth, class names and colours.
        truth : array_like of int, (H, W)
            Unless `image` is a scene.
        apart : mapping of str to nn.Module, optional
            An FCN-32s and an FCN-16s trained on their own, under the keys "32s" and "16s".
        **options
            As for the class.

        Raises
        ------
        ValueError
            If the network is another one, or the image too small for it.
        """
        if isinstance(image, scenes.Scene):
            if truth is None:
                truth = image.semantic
            if getattr(net, "n_classes", None) == scenes.N_CLASSES:
                options.setdefault("class_names", [c.name for c in scenes.CLASSES])
                options.setdefault("colors", [c.color for c in scenes.CLASSES])
            image = image.image
        if truth is None:
            raise ValueError(say("truth is missing; pass the class of each pixel, (H, W)"))
        picture = _image(image)
        maps = scores_of(net, picture)
        predictions = {name: predict(other, picture) for name, other in (apart or {}).items()}
        return cls(picture, truth, *maps, apart=predictions, **options)

    def __repr__(self) -> str:
        height, width = self._data["shape"]
        m = self.metrics
        paths = "fcn-" + self.state["apart"] if self.state["apart"] else None
        paths = paths or " + ".join(p for p in PATHS if self.state[p]) or "nothing"
        values = ", ".join(
            f"{name} {'undefined' if value is None else f'{value:.3f}'}"
            for name, value in (("mIoU", m["mean_iou"]), ("boundary IoU", m["boundary_iou"]))
        )
        return f"Skips({height} × {width}, {paths}: {values})"

    @property
    def scores(self) -> dict[str, npt.NDArray[np.float64]]:
        """The score maps of the three paths as they are stored."""
        return {path: steps * self._scale for path, steps in self._steps.items()}

    @property
    def truth(self) -> npt.NDArray[np.uint8]:
        """The class of each pixel, 255 where none counts, (H, W)."""
        return self._truth.copy()

    @property
    def logits(self) -> npt.NDArray[np.float64]:
        """The sum of the paths that are not cut, (C, H, W)."""
        return self._logits(self.state) * self._scale

    @property
    def prediction(self) -> npt.NDArray[np.uint8]:
        """The class of each pixel that is shown, (H, W)."""
        return self._prediction(self.state)

    def _logits(self, state: dict[str, Any]) -> npt.NDArray[np.float64]:
        """Add up the paths as the network does, in steps: whole numbers times 1/4 and 1/16 are exact."""
        height, width = self._truth.shape
        kept = {path: steps * bool(state[path]) for path, steps in self._steps.items()}
        y = upsample(kept["fc7"], 2, kept["pool4"].shape[1:]) + kept["pool4"]
        y = upsample(y, 2, kept["pool3"].shape[1:]) + kept["pool3"]
        return upsample(y, 8, (height, width))

    def _prediction(self, state: dict[str, Any]) -> npt.NDArray[np.uint8]:
        if state["apart"] is not None:
            return self._apart[state["apart"]].copy()
        return self._logits(state).argmax(0).astype(np.uint8)

    def _telling_pixel(self) -> tuple[int, int]:
        """Find a pixel that the skips put right clearly, where they put most right; small classes count more."""
        right = {name: self._prediction(PRESETS[name]) == self._truth for name in ("32s", "8s")}
        counted = self._truth != IGNORE
        areas = np.bincount(self._truth[counted], minlength=IGNORE + 1)
        saved = (right["8s"] & ~right["32s"] & counted) / np.sqrt(np.maximum(areas, 1))[self._truth]
        if not saved.any():
            return self._truth.shape[0] // 2, self._truth.shape[1] // 2
        summed = np.pad(saved, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
        height, width = (min(CROP, side) for side in self._truth.shape)
        parts = summed[height:, width:] - summed[:-height, width:]
        parts = parts - summed[height:, :-width] + summed[:-height, :-width]
        top, left = (int(v) for v in np.unravel_index(int(parts.argmax()), parts.shape))
        best = np.sort(self._logits(PRESETS["8s"]), axis=0)
        clearly = (saved * (best[-1] - best[-2]))[top : top + height, left : left + width]
        row, column = np.unravel_index(int(clearly.argmax()), clearly.shape)
        return top + int(row), left + int(column)

    def _fields(self) -> Mapping[str, Field]:
        return {**dict.fromkeys(PATHS, fields.yes_no), "apart": fields.optional(fields.text())}

    def _check_state(self, state: dict[str, Any]) -> None:
        if state["apart"] is not None and state["apart"] not in self._apart:
            known = ", ".join(map(repr, self._apart)) or say("none was given")
            raise ValueError(
                say(
                    "apart: there is no network {now!r} trained apart; {known}",
                    now=state["apart"],
                    known=known,
                )
            )

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        prediction = self._prediction(state)
        counted = self._truth != IGNORE
        n = len(self._names)
        names = {"mean_iou": None, "boundary_iou": None, "pixel_accuracy": None}
        if not counted.any():
            return {**names, "wrong": 0, "iou": [None] * n}
        matrix = ConfusionMatrix(n, ignore_index=IGNORE).update(self._truth, prediction)
        scores = matrix.scores()
        boundary = mean_boundary_iou(self._truth, prediction, n, ignore_index=IGNORE)
        return {
            "mean_iou": defined(scores.mean_iou),
            "boundary_iou": defined(boundary),
            "pixel_accuracy": defined(scores.pixel_accuracy),
            "wrong": int((prediction != self._truth)[counted].sum()),
            "iou": [defined(value) for value in scores.iou],
        }


# --- networks ----------------------------------------------------------------------------------------------------------


def scores_of(net: nn.Module, image: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Return the scores of fc7, pool4 and pool3 that a trained FCN-8s gives an image.

    Parameters
    ----------
    net : seglearn.nets.fcn.FCN
        With stride 8, ``padding=1`` and bilinear up-sampling.
    image : array_like, (H, W, 3)
        Float in [0, 1], or uint8.

    Returns
    -------
    tuple of ndarray of float32
        (C, h, w) at strides 32, 16 and 8.

    Raises
    ------
    ValueError
        If the network is another one.
    """
    import torch

    from seglearn.nets.blocks import bilinear_deconvolution
    from seglearn.nets.fcn import FCN

    if not isinstance(net, FCN) or net.stride != 8:
        kind = (
            say("an FCN-{stride}s", stride=net.stride)
            if isinstance(net, FCN)
            else type(net).__name__
        )
        raise ValueError(
            say("net is {kind}; Skips takes an FCN-8s, zoo.create('fcn-8s', n_classes)", kind=kind)
        )
    if net.offsets != [-1, -1]:
        raise ValueError(
            say(
                "the maps of this FCN-8s do not lie on the image: it pads by 100; build it "
                "with padding=1, as the preset 'mini' does"
            )
        )
    for name in ("upscore2", "upscore_pool4", "upscore"):
        layer = getattr(net, name)
        plain = bilinear_deconvolution(
            net.n_classes, layer.kernel_size[0], layer.stride[0], full=layer.groups == 1
        )
        if not torch.allclose(layer.weight.cpu(), plain.weight, atol=1e-3):
            raise ValueError(
                say(
                    "{name} was trained and is no longer bilinear, so the paths cannot be "
                    "taken apart here; build the network with learn_upsampling=False",
                    name=name,
                )
            )
    found = {}
    hooks = [
        getattr(net, name).register_forward_hook(
            lambda module, inputs, output, name=name: found.update({name: output[0]})
        )
        for name in ("score_fr", "score_pool4", "score_pool3")
    ]
    try:
        _run(net, image)
    finally:
        for hook in hooks:
            hook.remove()
    fc7, pool4, pool3 = (
        found[name].float().cpu().numpy() for name in ("score_fr", "score_pool4", "score_pool3")
    )
    return fc7, pool4, pool3


def predict(net: nn.Module, image: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Return the class that a network gives each pixel of one image, (H, W)."""
    labels: npt.NDArray[np.uint8] = _run(net, image).argmax(0).astype(np.uint8)
    return labels


def _run(net: nn.Module, image: npt.ArrayLike) -> Array:
    """Return logits (C, H, W); the network is left in the mode it was in."""
    import torch

    x = torch.from_numpy(np.ascontiguousarray(_image(image).transpose(2, 0, 1)))
    parameter = next(net.parameters())
    was_training = net.training
    net.eval()
    try:
        with torch.no_grad():
            logits = net(x[None].to(parameter))[0]
    finally:
        net.train(was_training)
    array: Array = logits.float().cpu().numpy()
    return array


def _bundled() -> dict[str, Any]:
    """Run the course's own FCN-8s on a scene that it was neither trained nor chosen on."""
    from seglearn.experiment import load_net

    scene = scenes.make_scene((SCENE_SEED, SCENE_INDEX), SCENE_SIZE)
    others = {name: predict(load_net(f"fcn-{name}"), scene.image) for name in APART}
    return {
        "arrays": (scene.image, scene.semantic, *scores_of(load_net("fcn-8s"), scene.image)),
        "class_names": [c.name for c in scenes.CLASSES],
        "colors": [c.color for c in scenes.CLASSES],
        "apart": others,
    }


# --- what is given -----------------------------------------------------------------------------------------------------


def _image(image: Any) -> npt.NDArray[np.float32]:
    array = inputs.image(image, "image", eight_bit=True)
    if array.ndim != 3:
        raise ValueError(
            say(
                "image must have shape (H, W, 3), got {shape}; repeat a grey one", shape=array.shape
            )
        )
    if max(array.shape[:2]) > LONGEST:
        raise ValueError(
            say(
                "image is {height} × {width} pixels, at most {longest} a side can be shown; "
                "crop it, or run the network on a smaller one",
                height=array.shape[0],
                width=array.shape[1],
                longest=LONGEST,
            )
        )
    return array.astype(np.float32, copy=False)


def _score_maps(maps: Sequence[Any], shape: tuple[int, int]) -> dict[str, Array]:
    sizes = [tuple(math.ceil(side / 8) for side in shape)]
    for _ in range(2):
        sizes.insert(0, tuple(math.ceil(side / 2) for side in sizes[0]))
    names = ("scores32", "pool4_scores", "pool3_scores")
    arrays = [inputs.floats(values, name) for values, name in zip(maps, names, strict=True)]
    n = len(arrays[0]) if arrays[0].ndim == 3 else 0
    for name, array, size in zip(names, arrays, sizes, strict=True):
        if array.shape != (n, *size):
            raise ValueError(
                say(
                    "{name} has shape {shape}; for an image of {height} × {width} pixels it "
                    "must be (C, {height2}, {width2}), with the same C for all three",
                    name=name,
                    shape=array.shape,
                    height=shape[0],
                    width=shape[1],
                    height2=size[0],
                    width2=size[1],
                )
            )
        if not np.isfinite(array).all():
            raise ValueError(
                say("{name} holds a score that is not finite; was the network trained?", name=name)
            )
    if not 2 <= n <= MOST_CLASSES:
        raise ValueError(
            say(
                "there are {n} classes; Skips shows 2 to {most_classes}",
                n=n,
                most_classes=MOST_CLASSES,
            )
        )
    return dict(zip(PATHS, arrays, strict=True))


def _labels(
    what: str, labels: Any, shape: tuple[int, int], n: int, *, ignore: bool
) -> npt.NDArray[np.uint8]:
    array = inputs.label_map(labels, what, booleans=False)
    if array.shape != shape:
        raise ValueError(
            say(
                "{what} must have the shape of the image, {shape}, got {array_shape}",
                what=what,
                shape=shape,
                array_shape=array.shape,
            )
        )
    stray = (array < 0) | (array >= n)
    if ignore:
        stray &= array != IGNORE
    if stray.any():
        raise ValueError(
            say(
                "{what} holds label {label}, but the classes are 0 to {last}{remedy}",
                what=what,
                label=array[stray][0],
                last=n - 1,
                remedy=say("; mark what does not count with {label}", label=IGNORE)
                if ignore
                else "",
            )
        )
    return array.astype(np.uint8)


def _class_names(names: Sequence[str] | None, n: int) -> list[str]:
    if isinstance(names, str):
        raise TypeError(
            say("class_names is a list of names, not a string; write [{names!r}, …]", names=names)
        )
    found = [f"class {k}" for k in range(n)] if names is None else [str(name) for name in names]
    if len(found) != n:
        raise ValueError(
            say("{given} class_names for scores of {n} classes", given=len(found), n=n)
        )
    return found
