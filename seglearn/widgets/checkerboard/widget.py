"""Checkerboard: a transposed convolution, stamp by stamp, and the pattern that it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.widgets import fields
from seglearn.widgets.base import PictureWidget
from seglearn.widgets.codec import encode_labels
from seglearn.widgets.fields import Field
from seglearn.widgets.upsampling import (
    bilinear_size,
    bilinear_taps,
    output_size,
    phase_sums,
    transposed_convolution,
)
from seglearn.words import say

KERNELS = (*range(1, 13), 16, 32, 64)
STRIDES = (*range(1, 9), 16, 32)
KERNEL, STRIDE = fields.one_of(*KERNELS), fields.one_of(*STRIDES)
WEIGHTS = ("ones", "bilinear", "random", "own")
PICTURES = ("photo", "constant")
LARGEST = 2.0  # of a weight or an input
FLAT = 1e-9  # phase sums that differ by less are equal
PICTURE_SIDE = 96  # pixels; 2, 3, 4, 6, 8, 16 and 32 divide it
INPUTS = 6

PRESETS: dict[str, dict[str, Any]] = {
    "uneven": {"taps": [1.0] * 3, "stride": 2, "padding": 0, "weights": "ones"},
    "even": {"taps": [1.0] * 4, "stride": 2, "padding": 1, "weights": "ones"},
    "blocks": {"taps": [1.0] * 2, "stride": 2, "padding": 0, "weights": "ones"},
    "random": {"taps": [0.3, 1.6, 0.9, 0.4], "stride": 2, "padding": 1, "weights": "random"},
    "bilinear": {"taps": bilinear_taps(4).tolist(), "stride": 2, "padding": 1},
    "odd": {"taps": bilinear_taps(5).tolist(), "stride": 3, "padding": 1},
    "fcn": {"taps": bilinear_taps(64).tolist(), "stride": 32, "padding": 16},
}
for _state in PRESETS.values():
    _state.setdefault("weights", "bilinear")
    _state["inputs"] = [1.0] * INPUTS

FIRST_STAGES = {"bilinear": "stamps"}  # where a preset's story is seen; the others' in the picture


class Checkerboard(PictureWidget):
    """A transposed convolution built up stamp by stamp, and resizing with a convolution beside it.

    ::

        from seglearn.widgets import Checkerboard

        Checkerboard()                            # kernel 3, stride 2: the checkerboard
        Checkerboard(preset="bilinear")           # how FCN avoids it
        Checkerboard(5, 2, padding=1)             # settings of your own
        Checkerboard(3, 2, weights=[0.5, 1, 0.5])

    Parameters
    ----------
    kernel : int, optional
        Size k of the kernel: 1 to 12, 16, 32 or 64. 3 if neither it nor `weights` says another.
    stride : int, optional
        Step s between two stamps: 1 to 8, 16 or 32; 2 if not given.
    padding : int, optional
        Outputs p cut off at either end, at most half the kernel; 0 if not given.
    weights : {"ones", "bilinear", "random"} or sequence of float, optional
        The k weights in one direction; in 2-D, those of rows and columns multiply. Own weights lie
        in [0, 2]. "bilinear" is the triangle that FCN starts with; it up-samples by s where
        k = 2s - s mod 2. "random" draws positive weights with the seed 0.
    image : array_like, (H, W) or (H, W, 3), optional
        What the photograph is to be, float in [0, 1] or uint8: its centre, in grey. By default the
        bundled cat.
    picture : {"photo", "constant"}
        What goes through the layer below.
    preset : {"uneven", "even", "blocks", "random", "bilinear", "odd", "fcn"}, optional
        What to open with instead of settings of your own.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "picture", "stamps" and "map".

    Attributes
    ----------
    metrics : dict
        ``output_size`` of the diagram's `inputs`; ``counts`` and ``sums``: for each of the s phases
        of the output, how many stamps it gets and the sum of their weights; ``contrast`` and
        ``contrast_2d``, (max - min)/(max + min) of the response to a constant image in one and in
        two directions, ``None`` where the response is 0.
    taps : ndarray of float, (k,)
        The weights as they are now.
    inputs, output : ndarray of float
        Of the diagram in one direction.
    picture : ndarray of uint8, (H, W, 3), or None
        A picture of the reader's own, where one was dropped, chosen or pasted; its centre, in grey, goes through the
        layer then.

    Raises
    ------
    ValueError
        If a setting is outside the ranges above, or a preset is given together with settings.

    Notes
    -----
    Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", Distill 2016, name the
    uneven overlap and compare with resizing followed by a convolution. The size of the bilinear
    kernel is that of Caffe's bilinear filler.
    """

    bundle = "checkerboard"
    stages = ("picture", "stamps", "map")
    controls: ClassVar[tuple[str, ...]] = (
        "settings",
        "kernel",
        "stamps",
        "verdict",
        "formula",
        "map",
        "pictures",
        "own",
    )

    def __init__(
        self,
        kernel: int | None = None,
        stride: int | None = None,
        padding: int | None = None,
        weights: str | Sequence[float] | npt.NDArray[Any] | None = None,
        *,
        image: npt.ArrayLike | None = None,
        picture: str = "photo",
        preset: str | None = None,
        **options: Any,
    ) -> None:
        given = any(value is not None for value in (kernel, stride, padding, weights))
        inputs.choice(picture, "picture", PICTURES)
        if preset is not None and given:
            raise ValueError(say("give either a preset or settings of your own, not both"))
        if preset is not None:
            inputs.choice(preset, "preset", PRESETS)
        state = PRESETS[preset or "uneven"]
        presets = [
            {"id": name, "state": values, "view": {"stage": FIRST_STAGES.get(name, "picture")}}
            for name, values in PRESETS.items()
        ]
        if given:
            state = _own_state(kernel, stride, padding, weights)
            if state not in PRESETS.values():
                presets.insert(0, {"id": "given", "state": state})
        data = {
            "presets": presets,
            "view": {"stage": FIRST_STAGES.get(preset or "", "picture")},
            "kernels": list(KERNELS),
            "strides": list(STRIDES),
            "side": PICTURE_SIDE,
            "image": encode_labels(_photo(image)),
        }
        super().__init__(state={**state, "picture": picture}, data=data, **options)

    def __repr__(self) -> str:
        state, m = self.state, self.metrics
        contrast = "undefined" if m["contrast"] is None else f"{m['contrast']:.3f}"
        return (
            f"Checkerboard(kernel {len(state['taps'])}, stride {state['stride']}, "
            f"padding {state['padding']}, {state['weights']}: contrast {contrast})"
        )

    @property
    def taps(self) -> npt.NDArray[np.float64]:
        """The weights in one direction, (k,)."""
        return np.array(self.state["taps"], dtype=np.float64)

    @property
    def inputs(self) -> npt.NDArray[np.float64]:
        """The values that stamp, (n,)."""
        return np.array(self.state["inputs"], dtype=np.float64)

    @property
    def output(self) -> npt.NDArray[np.float64]:
        """What the layer makes of `inputs`."""
        return transposed_convolution(
            self.inputs, self.taps, self.state["stride"], self.state["padding"]
        )

    def _fields(self) -> Mapping[str, Field]:
        weight = fields.number(0, LARGEST)
        return {
            "taps": fields.list_of(weight, KERNELS[0], KERNELS[-1]),
            "stride": STRIDE,
            "padding": fields.whole(0, KERNELS[-1]),
            "weights": fields.one_of(*WEIGHTS),
            "inputs": fields.list_of(weight, INPUTS, INPUTS),
            "picture": fields.one_of(*PICTURES),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        n = len(state["taps"])
        KERNEL("kernel", n)
        _check_padding(state["padding"], n)

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        taps, stride = state["taps"], state["stride"]
        sums = phase_sums(taps, stride)
        return {
            "output_size": output_size(len(state["inputs"]), len(taps), stride, state["padding"]),
            "counts": [int(c) for c in phase_sums(np.ones(len(taps)), stride)],
            "sums": sums.tolist(),
            "contrast": _contrast(sums),
            "contrast_2d": _contrast(np.outer(sums, sums)),
        }


def _own_state(
    kernel: int | None,
    stride: int | None,
    padding: int | None,
    weights: str | Sequence[float] | npt.NDArray[Any] | None,
) -> dict[str, Any]:
    stride = STRIDE("stride", 2 if stride is None else stride)
    if weights is None or isinstance(weights, str):
        kind = weights or "ones"
        inputs.choice(kind, "weights", WEIGHTS[:3], otherwise=say("or k numbers"))
        if kernel is None:
            kernel = bilinear_size(stride) if kind == "bilinear" else 3
        kernel = KERNEL("kernel", kernel)
        if kind == "ones":
            taps = np.ones(kernel)
        elif kind == "bilinear":
            taps = bilinear_taps(kernel)
        else:
            taps = np.random.default_rng(0).uniform(0.1, LARGEST, kernel).round(2)
    else:
        kind, taps = "own", inputs.floats(weights, "weights")
        if taps.ndim != 1:
            raise ValueError(
                say(
                    "weights must be the k weights in one direction, got shape {shape}",
                    shape=taps.shape,
                )
            )
        if kernel is not None and kernel != taps.size:
            raise ValueError(
                say(
                    "kernel={kernel} does not fit {size} weights; leave it out",
                    kernel=kernel,
                    size=taps.size,
                )
            )
        KERNEL("kernel", taps.size)
        if not ((taps >= 0) & (taps <= LARGEST)).all():
            raise ValueError(
                say(
                    "the taps must lie in [0, {largest:g}], got {given}; divide by the maximum",
                    largest=LARGEST,
                    given=taps.tolist(),
                )
            )
    padding = 0 if padding is None else inputs.whole(padding, "padding")
    _check_padding(padding, taps.size)
    return {
        "taps": taps.tolist(),
        "stride": stride,
        "padding": padding,
        "weights": kind,
        "inputs": [1.0] * INPUTS,
    }


def _check_padding(padding: int, kernel: int) -> None:
    if not 0 <= padding <= kernel // 2:
        raise ValueError(
            say(
                "padding={padding} cuts off too much; with a kernel of {kernel} pass 0 to {half}",
                padding=padding,
                kernel=kernel,
                half=kernel // 2,
            )
        )


def _contrast(response: npt.NDArray[np.float64]) -> float | None:
    low, high = float(response.min()), float(response.max())
    if high == 0:
        return None
    return 0.0 if high - low < FLAT else (high - low) / (high + low)


def _photo(image: npt.ArrayLike | None) -> npt.NDArray[np.uint8]:
    """Return the centre of a photograph in grey, 96 × 96."""
    from PIL import Image  # 0.1 s, and only here

    if image is None:
        from seglearn.data import samples

        image = samples.photograph("chelsea").image[10:290, 85:365]
    array = inputs.image8(image, "image")
    side = min(array.shape[:2])
    top, left = (array.shape[0] - side) // 2, (array.shape[1] - side) // 2
    square = Image.fromarray(array[top : top + side, left : left + side]).convert("L")
    return np.asarray(square.resize((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.BOX))
