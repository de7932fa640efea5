"""IoU & Dice bench: two shapes to move and paint, and every overlap score of theirs, live."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.metrics import boundary_iou, dice, iou, precision, recall
from seglearn.widgets import fields
from seglearn.widgets.base import PictureWidget
from seglearn.widgets.codec import decode_mask, defined, encode_mask, image_url
from seglearn.widgets.fields import Field
from seglearn.widgets.pixels import check_sides
from seglearn.words import say

Mask = npt.NDArray[np.bool_]
Box = tuple[int, int, int, int]

MODES = ("masks", "boxes")
PRESETS = ("half", "inside", "disjoint", "empty", "pole", "disk")
FIRST_STAGES = {"inside": "scores", "disjoint": "scores", "disk": "scores"}  # else "overlap"
LONGEST = 256  # pixels a side; beyond this a drag is no longer smooth
DEFAULT_SHAPE = (96, 128)


class IoUBench(PictureWidget):
    """Two shapes, truth A and prediction B, with IoU, Dice, precision, recall and boundary IoU.

    ::

        from seglearn.widgets import IoUBench
        bench = IoUBench(truth, prediction)     # two masks (H, W), or nothing at all
        bench

    After painting, `bench.truth` and `bench.prediction` are the masks as they are now and `bench.metrics` the scores.

    Parameters
    ----------
    truth, prediction : array_like, optional
        With ``mode="masks"``, binary masks (H, W), bool or 0 and 1; one that is left out is empty, ready to be
        painted. With ``mode="boxes"``, both as (x0, y0, x1, y1) in whole pixels, half-open: columns x0 … x1 - 1.
        Without either, the bench opens with `preset`.
    image : array_like, (H, W) or (H, W, 3), optional
        A photograph to show underneath, float in [0, 1] or uint8, of the same height and width as the masks. The
        reader may lay one of their own there, cut to the grid's shape.
    mode : {"masks", "boxes"}
        The tab that is open first. The reader may change it.
    preset : {"half", "inside", "disjoint", "empty", "pole", "disk"}, optional
        What to open with when no shapes are given; "half" by default.
    shape : (int, int), optional
        Height and width of the grid when neither masks nor an image tell; 96 × 128 by default.
    reduce : int
        Make each `reduce` × `reduce` block one pixel, by majority (half or more) for masks and by rounding for
        boxes. The default leaves everything as it is. For inputs of more than 256 pixels a side.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "overlap" (the picture and its IoU), "scores" (all five)
        and "curve" (of Dice over IoU).

    Attributes
    ----------
    metrics : dict
        ``intersection, union, truth_only, prediction_only, iou, dice, precision, recall, boundary_iou,
        boundary_width``; a score that is 0/0 is ``None``.
    truth, prediction : ndarray of bool, (H, W)
        The shapes as they are now, boxes as masks too. Masks can be assigned.
    picture : ndarray of uint8, (height, width, 3), or None
        The reader's own photograph.

    Raises
    ------
    ValueError
        If shapes do not match, are not binary, lie outside the grid or exceed 256 pixels a side without `reduce`.

    Notes
    -----
    Boundary IoU follows Cheng et al., "Boundary IoU", CVPR 2021, with a band of 2 % of the image diagonal.
    """

    bundle = "iou_bench"
    stages = ("overlap", "scores", "curve")
    controls: ClassVar[tuple[str, ...]] = (
        "tabs",
        "tools",
        "own",
        "areas",
        "metrics",
        "formula",
        "strip",
        "seed",
    )

    def __init__(
        self,
        truth: npt.ArrayLike | None = None,
        prediction: npt.ArrayLike | None = None,
        image: npt.ArrayLike | None = None,
        *,
        mode: str = "masks",
        preset: str | None = None,
        shape: tuple[int, int] | None = None,
        reduce: int = 1,
        **options: Any,
    ) -> None:
        inputs.choice(mode, "mode", MODES)
        if preset is not None:
            inputs.choice(preset, "preset", PRESETS)
        if preset is not None and (truth is not None or prediction is not None):
            raise ValueError(say("give either a preset or your own truth and prediction, not both"))
        reduce = inputs.whole(reduce, "reduce", 1)

        image = None if image is None else inputs.image8(image, "image")
        both: dict[str, Any] = {"truth": truth, "prediction": prediction}
        given = {name: value for name, value in both.items() if value is not None}
        masks = (
            {name: _as_mask(value, name) for name, value in given.items()}
            if mode == "masks"
            else {}
        )
        grid = _common_shape(masks, image, shape, reduce)
        presets = {name: {**state, "shape": list(grid)} for name, state in _presets(*grid).items()}
        state = {**presets["half"], "mode": mode}
        if preset:
            state.update(presets[preset])
        elif masks:
            for name in ("truth", "prediction"):
                small = _reduced(masks[name], reduce) if name in masks else np.zeros(grid, bool)
                state[name] = encode_mask(small)
                if small.any():
                    state[f"{name}_box"] = _bounding_box(small)
        elif given:
            if len(given) == 1:
                raise ValueError(
                    say(
                        "a box for {first} alone: with mode='boxes' give both boxes or neither",
                        first=next(iter(given)),
                    )
                )
            for name, value in given.items():
                box = _as_box(value, name, grid, reduce)
                state[f"{name}_box"] = list(box)
                state[name] = encode_mask(_box_mask(box, grid))
        given_first = ["given"] if given else []
        data: dict[str, Any] = {
            "presets": [
                {"id": name, "state": {"given": state, **presets}[name], "view": _first_look(name)}
                for name in (*given_first, *PRESETS)
            ],
            "view": _first_look("given" if given else preset or "half"),
        }
        if image is not None:
            data["image"] = image_url(image)
        super().__init__(state=state, data=data, **options)

    def __repr__(self) -> str:
        height, width = self.state["shape"]
        values = ", ".join(
            f"{name} {'undefined' if value is None else f'{value:.3f}'}"
            for name, value in (("IoU", self.metrics["iou"]), ("Dice", self.metrics["dice"]))
        )
        return f"IoUBench({height} × {width}, {self.state['mode']}: {values})"

    @property
    def truth(self) -> Mask:
        """Mask A as it is now, (H, W)."""
        return _state_mask(self.state, "truth")

    @truth.setter
    def truth(self, mask: npt.ArrayLike) -> None:
        self._put("truth", mask)

    @property
    def prediction(self) -> Mask:
        """Mask B as it is now, (H, W)."""
        return _state_mask(self.state, "prediction")

    @prediction.setter
    def prediction(self, mask: npt.ArrayLike) -> None:
        self._put("prediction", mask)

    def _put(self, name: str, mask: npt.ArrayLike) -> None:
        array = _as_mask(mask, name)
        if list(array.shape) != self.state["shape"]:
            raise ValueError(
                say(
                    "{name} must have the shape of the bench, {now}, got {shape}",
                    name=name,
                    now=tuple(self.state["shape"]),
                    shape=array.shape,
                )
            )
        self.state = {**self.state, "mode": "masks", name: encode_mask(array)}

    def _fields(self) -> Mapping[str, Field]:
        side, corner = fields.whole(1, LONGEST), fields.whole(0)
        box = fields.row(x0=corner, y0=corner, x1=corner, y1=corner)
        runs = fields.text(16 * LONGEST**2)
        return {
            "mode": fields.one_of(*MODES),
            "shape": fields.row(height=side, width=side),
            "truth": runs,
            "prediction": runs,
            "truth_box": box,
            "prediction_box": box,
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        shape = tuple(state["shape"])
        for name in ("truth", "prediction"):
            _as_box(state[f"{name}_box"], f"{name}_box", shape)
            fields.read(f"state.{name}", decode_mask, state[name], shape)

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        truth, prediction = _state_mask(state, "truth"), _state_mask(state, "prediction")
        return {
            "intersection": int((truth & prediction).sum()),
            "union": int((truth | prediction).sum()),
            "truth_only": int((truth & ~prediction).sum()),
            "prediction_only": int((prediction & ~truth).sum()),
            "iou": defined(iou(truth, prediction)),
            "dice": defined(dice(truth, prediction)),
            "precision": defined(precision(truth, prediction)),
            "recall": defined(recall(truth, prediction)),
            "boundary_iou": defined(boundary_iou(truth, prediction)),
            "boundary_width": max(1, round(0.02 * math.hypot(*truth.shape))),
        }


def _state_mask(state: dict[str, Any], name: str) -> Mask:
    height, width = state["shape"]
    if state["mode"] == "boxes":
        return _box_mask(state[f"{name}_box"], (height, width))
    return decode_mask(state[name], (height, width))


def _first_look(preset: str) -> dict[str, str]:
    """Return what a preset opens with; whatever was edited before, it is the prediction again."""
    return {
        "stage": FIRST_STAGES.get(preset, "overlap"),
        "metric": "iou",
        "target": "prediction",
    }


# --- what is given --------------------------------------------------------------------------------------------------


def _as_mask(value: npt.ArrayLike, name: str) -> Mask:
    array = inputs.labels(value, name)
    if array.shape == (4,):
        raise ValueError(say("{name} looks like a box (4 numbers); pass mode='boxes'", name=name))
    return inputs.mask(array, name)


def _as_box(value: npt.ArrayLike, name: str, grid: tuple[int, int], reduce: int = 1) -> Box:
    edges = inputs.box(value, (grid[0] * reduce, grid[1] * reduce), name)
    return inputs.box(np.round(np.array(edges) / reduce), grid, name)


def _common_shape(
    masks: dict[str, Mask], image: npt.ArrayLike | None, shape: tuple[int, int] | None, reduce: int
) -> tuple[int, int]:
    """Height and width of the grid, on which all that is given agrees."""
    told = {name: mask.shape for name, mask in masks.items()}
    if image is not None:
        told["image"] = np.shape(image)[:2]
    if shape is not None:
        told["shape"] = tuple(shape)
    if len(set(told.values())) > 1:
        raise ValueError(
            say(
                "height and width differ: {sizes}",
                sizes=", ".join(f"{name} {size}" for name, size in told.items()),
            )
        )
    full = next(iter(told.values()), DEFAULT_SHAPE)
    grid = tuple(-(-side // reduce) for side in full)
    check_sides(grid, full, LONGEST)
    return grid


def _reduced(mask: Mask, reduce: int) -> Mask:
    """Each block becomes the value that half or more of its pixels have; blocks at the far edges may be smaller."""
    starts = [np.arange(0, side, reduce) for side in mask.shape]

    def total(array: np.ndarray) -> np.ndarray:
        return np.add.reduceat(np.add.reduceat(array, starts[0], axis=0), starts[1], axis=1)

    return 2 * total(mask.astype(int)) >= total(np.ones(mask.shape, dtype=int))


def _bounding_box(mask: Mask) -> list[int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


def _box_mask(box: Box | list[int], grid: tuple[int, int]) -> Mask:
    mask = np.zeros(grid, dtype=bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


# --- presets --------------------------------------------------------------------------------------------------------


def _presets(height: int, width: int) -> dict[str, dict[str, Any]]:
    """Return what each preset changes in the state, fitted to the grid."""

    def ellipse(x: float, y: float, rx: float, ry: float) -> Mask:
        rows, columns = np.mgrid[:height, :width] + 0.5
        return ((columns - x * width) / (rx * width)) ** 2 + (
            (rows - y * height) / (ry * height)
        ) ** 2 <= 1

    def box(x0: float, y0: float, x1: float, y1: float) -> list[int]:
        left, top = min(width - 1, round(x0 * width)), min(height - 1, round(y0 * height))
        return [left, top, max(left + 1, round(x1 * width)), max(top + 1, round(y1 * height))]

    def masks(truth: Mask, prediction: Mask) -> dict[str, Any]:
        return {"truth": encode_mask(truth), "prediction": encode_mask(prediction)}

    def boxes(truth: list[int], prediction: list[int]) -> dict[str, Any]:
        return {"truth_box": truth, "prediction_box": prediction}

    half = max(1, round(0.18 * width))  # half the width of a box
    left = max(0, (width - 3 * half) // 2)
    top, bottom = round(0.2 * height), max(round(0.2 * height) + 1, round(0.8 * height))
    nothing = np.zeros((height, width), dtype=bool)
    shift = np.s_[:, :-1], np.s_[:, 1:]

    pole = nothing.copy()
    pole[
        round(0.1 * height) : max(1, round(0.92 * height)), max(0, width // 2 - 2) : width // 2 + 1
    ] = True
    radius = min(36, height // 2 - 2, width // 2 - 2)
    rows, columns = np.mgrid[:height, :width] + 0.5
    disk = (columns - width // 2) ** 2 + (rows - height // 2) ** 2 <= max(radius, 1) ** 2

    def moved(mask: Mask) -> Mask:
        other = nothing.copy()
        other[shift[1]] = mask[shift[0]]
        return other

    return {
        "half": {
            **masks(*_half_overlap(height, width)),
            **boxes(
                [left, top, min(width, left + 2 * half), bottom],
                [min(width - 1, left + half), top, min(width, left + 3 * half), bottom],
            ),
        },
        "inside": {
            **masks(ellipse(0.5, 0.5, 0.36, 0.4), ellipse(0.56, 0.54, 0.16, 0.2)),
            **boxes(box(0.16, 0.12, 0.84, 0.88), box(0.42, 0.34, 0.74, 0.72)),
        },
        "disjoint": {
            **masks(ellipse(0.25, 0.45, 0.17, 0.27), ellipse(0.74, 0.55, 0.17, 0.27)),
            **boxes(box(0.08, 0.18, 0.42, 0.7), box(0.56, 0.32, 0.9, 0.84)),
        },
        "empty": {"mode": "masks", **masks(nothing, nothing)},
        "pole": {"mode": "masks", **masks(pole, moved(pole))},
        "disk": {"mode": "masks", **masks(disk, moved(disk))},
    }


def _half_overlap(height: int, width: int) -> tuple[Mask, Mask]:
    """Two rounded shapes, mirror images, of which half of each lies in the other, to the pixel.

    In the row at height t, A spans centre - 3v(t) … centre + v(t) with v an ellipse's profile, and B is A mirrored,
    so the overlap is 2v of A's 4v. Rounding to pixels can spoil that by a few; the largest size at which it comes
    out exact is taken.
    """
    centre = width // 2
    top, bottom = round(0.16 * height), height - round(0.16 * height)
    t = (np.arange(top, bottom) + 0.5 - (top + bottom) / 2) / max(1, (bottom - top) / 2)
    profile = np.sqrt(1 - t**2)
    for largest in np.linspace(0.135, 0.1, 71) * width:
        near, far = (
            np.round(largest * profile).astype(int),
            np.round(3 * largest * profile).astype(int),
        )
        if near.sum() and 3 * near.sum() == far.sum():
            break
    truth = np.zeros((height, width), dtype=bool)
    for row, v, w in zip(range(top, bottom), near, far, strict=True):
        truth[row, max(0, centre - w) : centre + v] = True
    prediction = np.zeros_like(truth)
    for row, v, w in zip(range(top, bottom), near, far, strict=True):
        prediction[row, max(0, centre - v) : centre + w] = True
    return truth, prediction
