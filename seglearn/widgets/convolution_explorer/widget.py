"""Convolution explorer: one kernel on one small image, every product and every sum in sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.fields import Field
from seglearn.words import say

Array = npt.NDArray[np.float64]

MOST = {"input_size": 12, "kernel_size": 7, "stride": 6, "padding": 6, "dilation": 6}
"""Largest values that fit the screen; `web/core/convolution.js` has the same."""

KERNELS = ("identity", "blur", "edge", "sharpen")
PICTURES = ("texture", "square", "soft", "dot")
LEAST = {"stride": 1, "padding": 0, "dilation": 1}
LARGEST = 999  # of a number in a cell, so that it can be read


def output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Cells a side of a convolution's output, 0 where the kernel is wider than the padded input.

    ⌊(n + 2p - d(k - 1) - 1) / s⌋ + 1, as `torch.nn.Conv2d` documents it.

    >>> output_size(8, 3, stride=2)
    3
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    return room // stride + 1 if room >= 0 else 0


def correlate(
    image: npt.ArrayLike,
    kernel: npt.ArrayLike,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
) -> Array:
    """Convolve as networks do: the kernel is not flipped. Equals `torch.nn.functional.conv2d`.

    Parameters
    ----------
    image : array_like, (n, n)
    kernel : array_like, (k, k)

    Returns
    -------
    ndarray, (o, o)
        With o = `output_size`; (0, 0) where the kernel is wider than the padded input.
    """
    padded = np.pad(np.asarray(image, dtype=float), padding)
    weights = np.asarray(kernel, dtype=float)
    span = dilation * (len(weights) - 1) + 1
    if span > len(padded):
        return np.zeros((0, 0))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (span, span))
    taps = windows[::stride, ::stride, ::dilation, ::dilation]
    return np.einsum("ijkl,kl->ij", taps, weights)


class ConvolutionExplorer(Widget):
    """One kernel on one small image: every window, product and sum, and the formula of the output's size.

    ::

        from seglearn.widgets import ConvolutionExplorer

        explorer = ConvolutionExplorer(input_size=8, kernel="blur", stride=2)
        explorer

    Whatever is changed on the screen can be read back: `explorer.image`, `kernel`, `stride`, `padding`,
    `dilation`, and the result, `explorer.output`.

    Parameters
    ----------
    image : array_like (n, n) or {"texture", "square", "soft", "dot"}, optional
        Numbers, at most 12 a side, or the name of a picture.
    kernel : array_like (k, k) or {"identity", "blur", "edge", "sharpen"}, optional
        Weights, at most 7 a side, or the name of a kernel, made `kernel_size` a side.
    input_size, kernel_size : int, optional
        Sides n and k where `image` and `kernel` are names or left out.
    stride, padding, dilation : int, optional
        s, p (zeros on each side) and d.
    preset : str, optional
        Where to start from: "edge" (the default), "blur", "identity", "stride", "same", "floor", "sharpen",
        "dilation", "full" (a fully connected layer) or "invalid". The other arguments replace what the preset says.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`; `size` is that of the text. The stages are "window" (one window and its
        sum) and "size" (of the output).

    Attributes
    ----------
    metrics : dict
        ``span`` = d(k - 1) + 1, ``padded`` = n + 2p, ``output_size`` (None where there is none), ``remainder``
        (rows and columns of the padded input beyond the last window), ``lost`` (how many of these are image, not
        padding), and ``output``, rows of numbers or None.

    Raises
    ------
    ValueError
        If an array is not square, not finite or too large, or a number or name is out of range.

    Examples
    --------
    >>> ConvolutionExplorer(input_size=8, kernel_size=3, stride=2).output_size
    3
    """

    bundle = "convolution_explorer"
    stages = ("window", "size")
    controls: ClassVar[tuple[str, ...]] = (
        "settings",
        "picture",
        "kernel",
        "player",
        "sum",
        "formula",
        "seed",
    )

    def __init__(
        self,
        image: npt.ArrayLike | str | None = None,
        kernel: npt.ArrayLike | str | None = None,
        *,
        input_size: int | None = None,
        kernel_size: int | None = None,
        stride: int | None = None,
        padding: int | None = None,
        dilation: int | None = None,
        preset: str | None = None,
        **options: Any,
    ) -> None:
        presets = _presets()
        names = [each["id"] for each in presets]
        if preset is not None:
            inputs.choice(preset, "preset", names)
        start = presets[names.index(preset or names[0])]
        state = dict(start["state"])
        state |= _given_image(image, input_size, state)
        state |= _given_kernel(kernel, kernel_size, state)
        numbers = {"stride": stride, "padding": padding, "dilation": dilation}
        state |= {
            name: inputs.whole(value, name, LEAST[name], MOST[name])
            for name, value in numbers.items()
            if value is not None
        }
        if state != start["state"]:
            start = {"id": "given", "state": state, "view": {**start["view"], "cell": [0, 0]}}
            presets.insert(0, start)
        pictures = {name: _picture(name).tolist() for name in PICTURES}
        if state["picture"] == "own":
            pictures["own"] = state["image"]
        data = {"presets": presets, "view": start["view"], "pictures": pictures}
        super().__init__(state=state, data=data, **options)

    def __repr__(self) -> str:
        state, m = self.state, self.metrics
        result = (
            "no output" if m["output_size"] is None else f"{m['output_size']} × {m['output_size']}"
        )
        return (
            f"ConvolutionExplorer({len(state['image'])} × {len(state['image'])} → {result}: kernel "
            f"{len(state['kernel'])}, stride {state['stride']}, padding {state['padding']}, dilation {state['dilation']})"
        )

    # --- what is shown ------------------------------------------------------------------------------------------------
    @property
    def image(self) -> Array:
        """The input as it is now, (n, n). Can be assigned."""
        return np.array(self.state["image"], dtype=float)

    @image.setter
    def image(self, values: npt.ArrayLike) -> None:
        rows = _square("image", values, MOST["input_size"])
        self.state = {**self.state, "image": rows, "picture": "own"}

    @property
    def kernel(self) -> Array:
        """The weights as they are now, divisor included, (k, k). Can be assigned."""
        return np.array(self.state["kernel"], dtype=float) / self.state["divisor"]

    @kernel.setter
    def kernel(self, weights: npt.ArrayLike) -> None:
        rows = _square("kernel", weights, MOST["kernel_size"])
        self.state = {**self.state, "kernel": rows, "divisor": 1, "kind": "own"}

    @property
    def input_size(self) -> int:
        """Cells a side of the input, n."""
        return len(self.state["image"])

    @property
    def kernel_size(self) -> int:
        """Weights a side of the kernel, k."""
        return len(self.state["kernel"])

    @property
    def stride(self) -> int:
        """Cells from one window to the next, s."""
        return self.state["stride"]

    @property
    def padding(self) -> int:
        """Zeros added on each side, p."""
        return self.state["padding"]

    @property
    def dilation(self) -> int:
        """Cells from one weight to the next, d."""
        return self.state["dilation"]

    @property
    def output(self) -> Array:
        """The result as it is now, (o, o); (0, 0) where the kernel is wider than the padded input."""
        return np.array(self.metrics["output"] or np.zeros((0, 0)), dtype=float)

    @property
    def output_size(self) -> int:
        """Cells a side of the output, o; 0 where there is none."""
        return self.metrics["output_size"] or 0

    # --- for the base class -------------------------------------------------------------------------------------------
    def _fields(self) -> Mapping[str, Field]:
        def rows(most: int) -> Field:
            return fields.list_of(
                fields.list_of(fields.number(-LARGEST, LARGEST), 1, most), 1, most
            )

        return {
            "image": rows(MOST["input_size"]),
            "picture": fields.one_of(*PICTURES, "own"),
            "kernel": rows(MOST["kernel_size"]),
            "kind": fields.one_of(*KERNELS, "own"),
            "divisor": fields.whole(1, 1000),
            **{name: fields.whole(low, MOST[name]) for name, low in LEAST.items()},
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        for name in ("image", "kernel"):
            n = len(state[name])
            if any(len(line) != n for line in state[name]):
                raise ValueError(
                    say("{name} must be square, {n} × {n}, as it has {n} rows", name=name, n=n)
                )

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        n, k = len(state["image"]), len(state["kernel"])
        s, p, d = state["stride"], state["padding"], state["dilation"]
        span, padded = d * (k - 1) + 1, n + 2 * p
        out = output_size(n, k, s, p, d)
        remainder = (padded - span) % s if out else 0
        output = correlate(state["image"], state["kernel"], s, p, d) / state["divisor"]
        return {
            "span": span,
            "padded": padded,
            "output_size": out or None,
            "remainder": remainder,
            "lost": max(0, remainder - p),
            "output": output.tolist() if out else None,
        }


# --- what is given --------------------------------------------------------------------------------------------------


def _square(name: str, values: npt.ArrayLike, most: int) -> list[list[float]]:
    """Return rows of numbers, whole ones as int so that they are short in JSON."""
    array = inputs.array(values, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not 1 <= len(array) <= most:
        raise ValueError(
            say(
                "{name} must be square, (n, n) with n from 1 to {most}, got shape {shape}; "
                "crop it, as in image[:7, :7]",
                name=name,
                most=most,
                shape=array.shape,
            )
        )
    if not np.isfinite(array).all() or np.abs(array).max() > LARGEST:
        raise ValueError(
            say(
                "{name} must hold finite numbers between -{largest} and {largest}, so that "
                "they can be read",
                name=name,
                largest=LARGEST,
            )
        )
    return [[int(v) if float(v).is_integer() else float(v) for v in row] for row in array.tolist()]


def _given_image(
    image: npt.ArrayLike | str | None, size: int | None, state: dict[str, Any]
) -> dict[str, Any]:
    given = state["picture"] if image is None else image
    n = _given_size("image", given, size, state)
    if n is None:
        return {"image": _square("image", given, MOST["input_size"]), "picture": "own"}
    name = inputs.choice(given, say("picture"), PICTURES, otherwise=say("or an array (n, n)"))
    return {"image": _picture(name)[:n, :n].tolist(), "picture": name}


def _given_kernel(
    kernel: npt.ArrayLike | str | None, size: int | None, state: dict[str, Any]
) -> dict[str, Any]:
    given = state["kind"] if kernel is None else kernel
    k = _given_size("kernel", given, size, state)
    if k is None:
        rows = _square("kernel", given, MOST["kernel_size"])
        return {"kernel": rows, "kind": "own", "divisor": 1}
    kind = inputs.choice(given, "kernel", KERNELS, otherwise=say("or an array (k, k)"))
    weights, divisor = make_kernel(kind, k)
    return {"kernel": weights.tolist(), "kind": kind, "divisor": divisor}


def _given_size(name: str, given: Any, size: int | None, state: dict[str, Any]) -> int | None:
    """Return how many numbers a side a named image or kernel gets; None for an array, which has its own size."""
    option = {"image": "input_size", "kernel": "kernel_size"}[name]
    if isinstance(given, str):
        return len(state[name]) if size is None else inputs.whole(size, option, 1, MOST[option])
    if size is not None:
        raise ValueError(say("an array has a size of its own; leave out {option}", option=option))
    return None


def make_kernel(kind: str, size: int) -> tuple[npt.NDArray[np.int64], int]:
    """Return whole weights (k, k) of a named kernel, and what their sum is divided by.

    "identity" is a single 1; "blur" the mean; "edge" the right half minus the left (Prewitt's operator at k = 3);
    "sharpen" the identity, more so, minus the neighbours in the same row and column.
    """
    weights = np.zeros((size, size), dtype=np.int64)
    middle = (size - 1) // 2
    if kind == "blur":
        return weights + 1, size * size
    if kind == "edge":
        weights[:] = np.sign(2 * np.arange(size) - (size - 1))
        return weights, 1
    if kind == "sharpen":
        weights[middle], weights[:, middle] = -1, -1
    weights[middle, middle] = 0
    weights[middle, middle] = 1 - weights.sum()
    return weights, 1


# --- pictures and presets -------------------------------------------------------------------------------------------


def _picture(name: str) -> npt.NDArray[np.int64]:
    """Whole numbers 0 … 9, 12 × 12; a smaller input is its upper left corner."""
    row, col = np.mgrid[: MOST["input_size"], : MOST["input_size"]]
    if name == "square":
        return 9 * ((row >= 2) & (row <= 4) & (col >= 2) & (col <= 4))
    if name == "soft":
        return np.clip(2 * col - 2, 2, 6)
    if name == "dot":
        return 9 * ((row == 3) & (col == 3))
    return (3 * row + 5 * col + row * col) % 10


def _presets() -> list[dict[str, Any]]:
    def preset(
        name: str,
        picture: str,
        n: int,
        kind: str,
        k: int,
        cell: tuple[int, int] = (0, 0),
        stage: str = "window",
        **numbers: int,
    ) -> dict[str, Any]:
        weights, divisor = make_kernel(kind, k)
        state = {
            "image": _picture(picture)[:n, :n].tolist(),
            "picture": picture,
            "kernel": weights.tolist(),
            "kind": kind,
            "divisor": divisor,
            **{"stride": 1, "padding": 0, "dilation": 1, **numbers},
        }
        return {"id": name, "state": state, "view": {"cell": list(cell), "stage": stage}}

    return [
        preset("edge", "square", 7, "edge", 3, (2, 0)),
        preset("blur", "square", 7, "blur", 3, (0, 1)),
        preset("identity", "texture", 7, "identity", 3, stage="size"),
        preset("stride", "texture", 7, "blur", 3, (0, 1), stage="size", stride=2),
        preset("same", "texture", 6, "blur", 3, stage="size", padding=1),
        preset("floor", "texture", 8, "blur", 3, stage="size", stride=2),
        preset("sharpen", "soft", 7, "sharpen", 3, (2, 2)),
        preset("dilation", "texture", 7, "blur", 3, (1, 1), stage="size", dilation=2),
        preset("full", "texture", 7, "edge", 7, stage="size"),
        preset("invalid", "texture", 4, "blur", 3, stage="size", dilation=2),
    ]
