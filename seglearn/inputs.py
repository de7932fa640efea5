"""The one gate: images, label maps, masks, numbers and seeds. What is odd about them is decided here.

Every function of the package that takes an array hands it to this module first. The rules are few:

- A masked array is refused, because its mask would be lost; so is a tensor that wants a gradient,
  because what comes back would not carry it. Both messages name the remedy.
- Arrays of objects, text, dates or complex numbers, and nested lists that are not rectangular, are
  refused.
- An **image** is (H, W) or (H, W, 3), floats in [0, 1]. Whole numbers are refused, since nothing
  tells whether 1 means black or white; functions that only draw also take 8 bits. What rounding
  leaves outside [0, 1], up to `ROUNDING`, becomes 0 or 1. Where no image comes back, (H, W, 1) is
  taken too.
- **Spectra** are (..., B), bands last. Bands first are recognised where the number of bands is known.
- A **label map** is (H, W), integers. Floats are refused even when they are whole. A map that was
  read as a colour picture, (H, W, 3) or (H, W, 4), is refused.
- A **batch** is (N, H, W), or a list of N label maps of any sizes. An array with a last axis of 3 or
  4 behind two larger ones is taken for a colour picture and refused, and so is one of 1; a list of
  maps says what is meant.
- A **mask** is boolean, or of 0 and 1. A mask of 0 and 255 is refused.
- A number is finite, and neither a boolean nor text. A random generator is a generator or a seed,
  never nothing.

PyTorch is never imported for this: a tensor can only arrive where it is loaded already.
"""

import operator
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn.words import say

Floats = NDArray[np.floating]

LARGEST_COUNT = 2**53
"""Whole numbers up to here are exact as 64-bit floats, and in JavaScript."""

LARGEST = 1e100
"""Larger floats are refused where a function squares them and sums."""

MOST_PIXELS = 2**30
"""Of a map that is made from a size: a few numbers in a file can ask for more than the memory."""

ROUNDING = 2.0**-22
"""How far outside [0, 1] an image may lie: two steps of a 32-bit float above 1."""

# ------------------------------------------------------------------------------------- any array


def array(
    values: Any, what: str, *, kinds: str = "iufb", wanted: str | None = None
) -> NDArray[Any]:
    """Return values as an array of numbers, without a copy where that is possible.

    Parameters
    ----------
    values : array, torch.Tensor or nested list
        A tensor on another device is copied to the CPU.
    what : str
        Name to use in messages, like ``"truth"`` or ``"the image"``.
    kinds : str
        Which kinds of NumPy's `dtype.kind` are numbers here: ``i``, ``u``, ``f``, ``b``.
    wanted : str, optional
        What the message says was expected; by default the kinds.

    Raises
    ------
    TypeError
        If the array is masked, wants a gradient, or holds anything but such numbers.
    ValueError
        If a nested list is not rectangular.
    """
    _refuse_masked(values, what)
    values = _from_tensor(values, what)
    try:
        found = np.asarray(values)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            say(
                "{what} is not a rectangular array ({error}); all rows must be equally long",
                what=what,
                error=error,
            )
        ) from error
    except RuntimeError as error:  # tensors deeper in a list, whatever is wrong with them
        raise TypeError(
            say("{what} cannot be read as an array: {error}", what=what, error=error)
        ) from error
    if found.dtype.kind not in kinds:
        names = {"i": say("integers"), "f": say("floats"), "b": say("booleans")}
        wanted = wanted or say(" or ").join(name for kind, name in names.items() if kind in kinds)
        complex_ = found.dtype.kind == "c"
        remedy = say("take its real part") if complex_ else say("convert it first")
        if found.dtype.kind == "O":
            remedy = say("build it from numbers; rows of unequal length or None make such an array")
        raise TypeError(
            say(
                "{what} holds {dtype} values, shape {shape}, expected {wanted}; {remedy}",
                what=what,
                dtype=found.dtype,
                shape=found.shape,
                wanted=wanted,
                remedy=remedy,
            )
        )
    return found


def _refuse_masked(values: Any, what: str) -> None:
    """Refuse a masked array, also inside a list, where NumPy would drop its mask in silence."""
    if isinstance(values, np.ma.MaskedArray):
        name = what.removeprefix("the ").replace(" ", "_")
        raise TypeError(
            say(
                "{what} is a masked array, and its mask would be lost: use "
                "{name}.filled(value), for labels with ignore_index=value",
                what=what,
                name=name,
            )
        )
    if isinstance(values, list | tuple):
        for value in values:
            if isinstance(value, np.ma.MaskedArray | list | tuple):
                _refuse_masked(value, what)


def _from_tensor(values: Any, what: str) -> Any:
    """Turn a tensor, or the tensors in a list, into arrays."""
    torch = sys.modules.get("torch")
    tensor = getattr(torch, "Tensor", None)  # absent while torch is being imported, or refused
    if tensor is None:
        return values
    if isinstance(values, list | tuple) and any(isinstance(v, tensor) for v in values):
        return [_from_tensor(v, what) for v in values]
    if not isinstance(values, tensor):
        return values
    if values.requires_grad:
        raise TypeError(
            say(
                "{what} is a tensor of {dtype} that wants a gradient, which would be lost: "
                "call .detach() on it first",
                what=what,
                dtype=values.dtype,
            )
        )
    if str(values.dtype) == "torch.bfloat16":
        values = values.float()
    try:
        return values.cpu().resolve_conj().resolve_neg().numpy()
    except (TypeError, RuntimeError) as error:  # sparse, quantised, without data, of 8-bit floats …
        raise TypeError(
            say(
                "{what} is a tensor that NumPy cannot read ({error}); make it a plain one "
                "first, with .to_dense(), .dequantize() or .float()",
                what=what,
                error=error,
            )
        ) from error


def tensor(values: Any, what: str, axes: str, *, floats: bool = True) -> Any:
    """Return a tensor itself, for what networks and losses take; it may want a gradient.

    Parameters
    ----------
    values : torch.Tensor
    what : str
        Name to use in messages.
    axes : str
        The axes that it must have, like ``"N, C, H, W"``.
    floats : bool
        Whether it must hold floats.

    Raises
    ------
    TypeError
        If it is no tensor, or not of floats.
    ValueError
        If it has another number of axes, or no element.
    """
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(values, torch.Tensor):
        raise TypeError(
            say(
                "{what} must be a torch.Tensor ({axes}), got {type}; convert an array with "
                "torch.from_numpy",
                what=what,
                axes=axes,
                type=type(values).__name__,
            )
        )
    shape = tuple(values.shape)
    if len(shape) != len(axes.split(",")) or 0 in shape:
        raise ValueError(
            say(
                "{what} of shape {shape}: expected ({axes}), with at least one of each",
                what=what,
                shape=shape,
                axes=axes,
            )
        )
    if floats and not values.is_floating_point():
        eight_bit = values.dtype == torch.uint8
        remedy = say("divide an 8-bit image by 255") if eight_bit else say("use .float()")
        raise TypeError(
            say(
                "{what} holds {dtype} values, expected floats; {remedy}",
                what=what,
                dtype=values.dtype,
                remedy=remedy,
            )
        )
    return values


def reals(values: Any, what: str) -> NDArray[Any]:
    """Return real numbers, integers or floats, as an array of any shape; raises as `array`."""
    return array(values, what, kinds="iuf")


def floats(values: Any, what: str) -> NDArray[np.float64]:
    """Return real numbers as float64; raises as `array`."""
    return np.asarray(reals(values, what), dtype=np.float64)


def finite(values: NDArray[Any], what: str) -> NDArray[Any]:
    """Return the array itself.

    Raises
    ------
    ValueError
        If it holds values that are NaN, infinite, or beyond ±`LARGEST`.
    """
    bad = np.count_nonzero(~np.isfinite(values))
    if bad:
        raise ValueError(
            say(
                "{what} holds {bad} values that are NaN or infinite, of {size}; crop them "
                "away or replace them first, for instance with np.nan_to_num",
                what=what,
                bad=bad,
                size=values.size,
            )
        )
    if values.dtype.kind == "f" and values.size:
        high = max(float(values.max()), -float(values.min()))
        if high > LARGEST:
            raise ValueError(
                say(
                    "{what} holds values as large as {high:g}, whose squares overflow; change "
                    "the unit, or crop away what is no data",
                    what=what,
                    high=high,
                )
            )
    return values


# ---------------------------------------------------------------------------------------- images


def image(
    values: Any,
    what: str = "",
    *,
    bounded: bool = True,
    eight_bit: bool = False,
    alpha: bool = False,
    one_channel: bool = False,
    grey: bool = False,
) -> Floats:
    """Return an image as float32 or float64, (H, W) or (H, W, 3), without copying a good one.

    Parameters
    ----------
    values : array, torch.Tensor or nested list
        float32 stays float32, half precision becomes it; every other float becomes float64.
    what : str
        Name to use in messages; an empty one is "the image".
    bounded : bool
        Whether values must lie in [0, 1]. What lies outside by less than `ROUNDING` becomes 0 or 1.
    eight_bit : bool
        Whether uint8 is taken too, and divided by 255; for what only draws.
    alpha : bool
        Whether (H, W, 4) is an image too.
    one_channel : bool
        Whether (H, W, 1) is taken too; it becomes (H, W).
    grey : bool
        Whether (H, W, 3) is refused.

    Raises
    ------
    TypeError
        If the values are no floats, or as `array`.
    ValueError
        If the shape is another, there is no pixel, or a value is NaN, infinite or out of range.
    """
    what = what or say("the image")
    wanted = say("floats in [0, 1] or uint8") if eight_bit else say("floats in [0, 1]")
    found = array(values, what, wanted=wanted)
    if found.dtype == np.uint8 and eight_bit:
        found = found.astype(np.float32) / 255
    if found.dtype.kind != "f":
        remedy = {
            "uint8": say("divide an 8-bit image by 255"),
            "bool": say("a mask is no image; convert it with .astype(float)"),
        }.get(found.dtype.name, say("divide by the largest value that the sensor can give"))
        raise TypeError(
            say(
                "{what} holds {dtype} values, expected {wanted}; {remedy}",
                what=what,
                dtype=found.dtype,
                wanted=wanted,
                remedy=remedy,
            )
        )
    if found.ndim == 3 and found.shape[2] == 1 and one_channel:
        found = found[:, :, 0]
    _image_shape(found.shape, what, () if grey else (3, 4) if alpha else (3,))
    low, high = float(found.min()), float(found.max())
    if not (low >= -LARGEST and high <= LARGEST):
        finite(found, what)
    if bounded and (low < -ROUNDING or high > 1 + ROUNDING):
        raise ValueError(
            say(
                "{what} holds values from {low:.10g} to {high:.10g}, expected [0, 1]; rescale "
                "it, or clip it yourself with np.clip so that you know what is lost",
                what=what,
                low=low,
                high=high,
            )
        )
    found = found.astype(np.float32 if found.dtype.itemsize <= 4 else np.float64, copy=False)
    return np.clip(found, 0, 1) if bounded and (low < 0 or high > 1) else found


def image32(values: Any, what: str = "") -> NDArray[np.float32]:
    """Return an image as contiguous float32, for what has no image as its result; as `image`."""
    return np.ascontiguousarray(image(values, what, one_channel=True), dtype=np.float32)


def image8(values: Any, what: str = "") -> NDArray[np.uint8]:
    """Return an image with 8 bits a sample, (H, W) or (H, W, 3), for what the browser draws.

    Takes uint8 and, rounded to the nearest of 255 steps, floats in [0, 1]; (H, W, 1) becomes
    (H, W). Raises as `image`.
    """
    what = what or say("the image")
    found = array(values, what)
    if found.dtype != np.uint8:
        found = np.round(image(found, what, eight_bit=True, one_channel=True) * 255)
        return found.astype(np.uint8)
    if found.ndim == 3 and found.shape[2] == 1:
        found = found[:, :, 0]
    _image_shape(found.shape, what, (3,))
    return found


def _image_shape(shape: tuple[int, ...], what: str, channels: tuple[int, ...]) -> None:
    wanted = say(" or ").join(["(H, W)", *(f"(H, W, {n})" for n in channels)])
    if len(shape) != 2 and not (len(shape) == 3 and shape[2] in channels):
        if len(shape) == 3 and shape[0] in (1, 3, 4):
            remedy = say("move the channels to the end with np.moveaxis(x, 0, -1)")
        elif len(shape) == 3 and shape[2] == 4:
            remedy = say("drop the alpha channel with image[..., :3]")
        elif len(shape) == 3 and shape[2] == 1:
            remedy = say("drop the axis of length 1 with image[..., 0]")
        elif len(shape) == 3 and shape[2] == 3:
            remedy = say(
                "make it grey with skimage.color.rgb2gray, or take its channels one by one"
            )
        elif len(shape) == 3:
            remedy = say("pick three bands, or take them one by one")
        elif len(shape) == 4:
            remedy = say("pass the images of a batch one by one, each with its channels last")
        else:
            remedy = say("pass rows and columns")
        raise ValueError(
            say(
                "{what} has shape {shape}, expected {wanted}; {remedy}",
                what=what,
                shape=shape,
                wanted=wanted,
                remedy=remedy,
            )
        )
    if 0 in shape:
        raise ValueError(
            say("{what} has shape {shape}: there is no pixel in it", what=what, shape=shape)
        )


# ------------------------------------------------------------------------------- spectra, planes


def spectra(values: Any, what: str = "spectra", n_bands: int | None = None) -> NDArray[Any]:
    """Return spectra, (..., B): real numbers with the bands along the last axis.

    Parameters
    ----------
    values : array, torch.Tensor or nested list
        Integers or floats in any unit, of a size that can be summed; NaN is allowed.
    what : str
        Name to use in messages.
    n_bands : int, optional
        How many bands there must be. Without it bands first cannot be told from bands last.

    Raises
    ------
    TypeError
        As `array`.
    ValueError
        If there is no band, their number is another, or a value is infinite or beyond `LARGEST`.
    """
    found = reals(values, what)
    if found.ndim == 0 or not found.shape[-1] or n_bands not in (None, found.shape[-1]):
        wanted = "B" if n_bands is None else n_bands
        raise ValueError(
            say(
                "{what} must be (..., {wanted}), one value per band along the last axis, got "
                "shape {shape}{remedy}",
                what=what,
                wanted=wanted,
                shape=found.shape,
                remedy=bands_first(found.shape, n_bands),
            )
        )
    return _summable(found, what)


def _summable(found: NDArray[Any], what: str) -> NDArray[Any]:
    """Refuse values that overflow when they are summed or multiplied; NaN passes."""
    if found.dtype.kind == "f":
        limit = found.dtype.type(min(LARGEST, float(np.finfo(found.dtype).max)))
        if ((found > limit) | (found < -limit)).any():
            raise ValueError(
                say(
                    "{what} holds values that are infinite, or so large that their squares "
                    "overflow (beyond {limit:.3g}); mark what is missing with NaN, and check "
                    "the unit",
                    what=what,
                    limit=limit,
                )
            )
    return found


def bands_first(shape: tuple[int, ...], n_bands: int | None) -> str:
    """Return a remedy to end a message with, if an image seems to have its bands first."""
    if len(shape) == 3 and shape[0] == n_bands:
        return say("; its bands come first: move them to the end with np.moveaxis(x, 0, -1)")
    return ""


def cube(values: Any, what: str = "image", *, grey: bool = False) -> NDArray[Any]:
    """Return an image of any number of bands, (H, W, B), or (H, W) too if ``grey``.

    Real numbers in any unit; NaN is allowed. Raises as `spectra`, and if there is no pixel.
    """
    found = reals(values, what)
    if not found.size or (found.ndim != 3 and not (grey and found.ndim == 2)):
        wanted = say("(H, W) or (H, W, B)") if grey else "(H, W, B)"
        raise ValueError(
            say(
                "{what} must be {wanted} with pixels in it, got shape {shape}",
                what=what,
                wanted=wanted,
                shape=found.shape,
            )
        )
    return _summable(found, what)


def samples(values: Any, what: str = "samples") -> NDArray[np.float64]:
    """Return samples, (N, F): finite real numbers, one row a sample, at least one of each.

    Raises
    ------
    TypeError
        As `array`.
    ValueError
        If the shape is another, or a value is NaN, infinite or beyond `LARGEST`.
    """
    found = floats(values, what)
    if found.ndim != 2 or not found.size:
        raise ValueError(
            say(
                "{what} must be (N, F), one row a sample and one column a feature, got shape "
                "{shape}; of an image take .reshape(-1, n_channels)",
                what=what,
                shape=found.shape,
            )
        )
    return np.asarray(finite(found, what), dtype=np.float64)


def planes(
    values: Any, what: str = "planes", shape: tuple[int, ...] | None = None
) -> NDArray[np.floating]:
    """Return channels, (C, H, W): finite floats, channels **first**.

    Parameters
    ----------
    values : array, torch.Tensor or nested list
    what : str
        Name to use in messages.
    shape : tuple of int, optional
        Shape of the labels that the channels belong to, (H, W) or another.

    Raises
    ------
    TypeError
        If the values are no floats, or as `array`.
    ValueError
        If the shape is another, there is no pixel, or a value is not finite.
    """
    found = array(values, what, kinds="f")
    wrong = found.ndim != 3 if shape is None else found.shape[1:] != shape or not found.ndim
    if wrong or not found.size:
        wanted = ", ".join(map(str, shape or ("H", "W")))
        last = shape is not None and found.shape[:-1] == shape
        front = say("; move the channels to the front with np.moveaxis(x, -1, 0)")
        remedy = front if last else ""
        raise ValueError(
            say(
                "{what} must be (C, {wanted}), got shape {shape}{remedy}",
                what=what,
                wanted=wanted,
                shape=found.shape,
                remedy=remedy,
            )
        )
    return finite(found, what)


# ------------------------------------------------------------------------------------ label maps


def labels(values: Any, what: str = "labels", *, booleans: bool = True) -> NDArray[Any]:
    """Return labels of any shape as an array of integers (or booleans), without a copy if possible.

    Raises
    ------
    TypeError
        If the values are not integers (floats raise even when they are whole), or as `array`.
    ValueError
        As `array`.
    """
    found = array(values, what)
    if not found.size and isinstance(values, list | tuple):
        return found.astype(np.int64)  # NumPy gives an empty list another type
    if found.dtype.kind not in ("iub" if booleans else "iu"):
        wanted = say("labels must be integers")
        if found.dtype == bool:
            raise TypeError(
                say(
                    "{what} is boolean, but {wanted}; convert with .astype(np.uint8)",
                    what=what,
                    wanted=wanted,
                )
            )
        raise TypeError(
            say(
                "{what} holds {dtype} values, shape {shape}; {wanted}. If these are class "
                "scores (N, C, H, W), take .argmax(axis=1) first; if they are whole numbers "
                "stored in another type, convert with .astype(np.int64)",
                what=what,
                dtype=found.dtype,
                shape=found.shape,
                wanted=wanted,
            )
        )
    return found


def int64(values: NDArray[Any], what: str) -> NDArray[np.int64]:
    """Return integers as int64.

    Raises
    ------
    ValueError
        If one does not fit, as some of uint64.
    """
    if values.size and values.dtype == np.uint64 and values.max() > np.iinfo(np.int64).max:
        raise ValueError(
            say(
                "{what} holds {largest}, which 64 bits with a sign do not hold; a negative "
                "label that was stored without sign looks so, map it to 255 first",
                what=what,
                largest=values.max(),
            )
        )
    return values.astype(np.int64, copy=False)


def label_map(
    values: Any, what: str = "labels", *, booleans: bool = True, empty: bool = False
) -> NDArray[Any]:
    """Return one label map, (H, W).

    Parameters
    ----------
    values : array, torch.Tensor or nested list of int
    what : str
        Name to use in messages.
    booleans : bool
        Whether a map of two classes may be boolean.
    empty : bool
        Whether a map without a pixel is taken.

    Raises
    ------
    TypeError
        As `labels`.
    ValueError
        If the shape is another, or there is no pixel.
    """
    found = labels(values, what, booleans=booleans)
    refuse_colours(found.shape, what)
    if found.ndim != 2:
        raise ValueError(
            say(
                "{what} must be one label map, (H, W), got shape {shape}; {remedy}",
                what=what,
                shape=found.shape,
                remedy=_drop_axes(found.shape),
            )
        )
    if not found.size and not empty:
        raise ValueError(
            say("{what} has shape {shape}: there is no pixel in it", what=what, shape=found.shape)
        )
    return found


def label_batch(values: Any, what: str = "labels", *, booleans: bool = True) -> list[NDArray[Any]]:
    """Return a batch as a list of label maps, each (H, W).

    Parameters
    ----------
    values : (H, W) or (N, H, W) array or tensor, or list of N maps
        One map is a batch of one. The maps of a list may differ in size.

    Raises
    ------
    TypeError, ValueError
        As `label_map`; or if there is no map.
    """
    return _batch(values, what, booleans)[0]


def _batch(values: Any, what: str, booleans: bool) -> tuple[list[NDArray[Any]], tuple[int, ...]]:
    """Return the maps of a batch, and the shape that it has, that of the first map if they differ."""
    if isinstance(values, list | tuple) and not values:
        raise ValueError(say("{what} is an empty list: there is no label map in it", what=what))
    if _is_list_of_maps(values):
        maps = [label_map(v, f"{what}[{i}]", booleans=booleans) for i, v in enumerate(values)]
        return maps, (len(maps), *maps[0].shape)
    found = labels(values, what, booleans=booleans)
    refuse_colours(found.shape, what)
    if found.ndim not in (2, 3):
        raise ValueError(
            say(
                "{what} must be (H, W) or (N, H, W), got shape {shape}; {remedy}",
                what=what,
                shape=found.shape,
                remedy=_drop_axes(found.shape),
            )
        )
    if not found.size:
        raise ValueError(
            say("{what} has shape {shape}: there is no pixel in it", what=what, shape=found.shape)
        )
    return list(found.reshape(-1, *found.shape[-2:])), found.shape


def label_pair(truth: Any, prediction: Any) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """Return truth and prediction as two batches of equal shapes; raises as `label_batch`.

    Raises
    ------
    ValueError
        Also if the two differ in number or shape.
    """
    true_maps, true_shape = _batch(truth, "truth", True)
    predicted_maps, predicted_shape = _batch(prediction, "prediction", True)
    same_shape(true_shape, predicted_shape)
    for i, (t, p) in enumerate(zip(true_maps, predicted_maps, strict=True)):
        same_shape(t.shape, p.shape, say("truth[{i}] and prediction[{i}]", i=i))
    return true_maps, predicted_maps


def same_shape(
    truth: tuple[int, ...], prediction: tuple[int, ...], names: str | None = None
) -> None:
    """Raise a `ValueError` if two shapes differ."""
    if truth != prediction:
        raise ValueError(
            say(
                "{names} differ in shape: {truth} and {prediction}; bring the second to the "
                "size of the first, a label map without blending its labels",
                names=say("truth and prediction") if names is None else names,
                truth=truth,
                prediction=prediction,
            )
        )


def mask(values: Any, what: str = "mask", *, empty: bool = False) -> NDArray[np.bool_]:
    """Return one boolean mask, (H, W), from booleans or from integers 0 and 1.

    Raises
    ------
    TypeError
        As `labels`.
    ValueError
        If a value is neither 0 nor 1, or as `label_map`.
    """
    return booleans(label_map(values, what, empty=empty), what)


def masks(truth: Any, prediction: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return two boolean masks of one shape, of any number of axes.

    Raises
    ------
    TypeError
        As `labels`.
    ValueError
        If a value is neither 0 nor 1, the shapes differ or are those of a colour picture, or there
        is no pixel.
    """
    pair = []
    for values, what in ((truth, "truth"), (prediction, "prediction")):
        found = labels(values, what)
        if not _is_list_of_maps(values):
            refuse_colours(found.shape, what)
        pair.append(booleans(found, what))
    same_shape(pair[0].shape, pair[1].shape)
    if not pair[0].size:
        raise ValueError(
            say("there is no pixel to compare: both have shape {shape}", shape=pair[0].shape)
        )
    return pair[0], pair[1]


def booleans(values: Any, what: str = "mask") -> NDArray[np.bool_]:
    """Return booleans of any shape, from booleans or from integers 0 and 1; raises as `masks`."""
    found = labels(values, what)
    if found.dtype == bool:
        return found
    stray = (found != 0) & (found != 1)
    if stray.any():
        raise ValueError(
            say(
                "{what} must be a mask of booleans, or of 0 and 1, but holds {value} "
                "({n} such values); pick one class with {what} == label, or use {what} > "
                "0",
                what=what,
                value=found[stray][0],
                n=np.count_nonzero(stray),
            )
        )
    return found.astype(bool)


def _is_list_of_maps(values: Any) -> bool:
    """Whether this is a list of arrays or tensors of two axes, which may differ in size."""
    return (
        isinstance(values, list | tuple)
        and len(values) > 0
        and all(getattr(value, "ndim", None) == 2 for value in values)
    )


def refuse_colours(shape: tuple[int, ...], what: str) -> None:
    """Refuse a label map with an axis of channels: one, or those of a colour picture."""
    if len(shape) not in (3, 4) or min(shape[-3:-1]) <= shape[-1]:
        return
    if shape[-1] == 1:
        raise ValueError(
            say(
                "{what} has shape {shape}: an axis of length 1 comes last. Drop it: "
                "{what}[..., 0]. Pass a batch of maps one pixel wide as a list",
                what=what,
                shape=shape,
            )
        )
    if shape[-1] in (3, 4):
        raise ValueError(
            say(
                "{what} has shape {shape}, like a colour picture. If its channels are equal, "
                "since a label file was read as RGB, take one: {what}[..., 0]; if they are "
                "class colours, use seglearn.data.labels.colors_to_ids. Pass a batch of maps "
                "as narrow as that as a list",
                what=what,
                shape=shape,
            )
        )


def _drop_axes(shape: tuple[int, ...]) -> str:
    if len(shape) == 4:
        return say(
            "one-hot maps (N, C, H, W) need .argmax(axis=1); an axis of length 1 can be dropped "
            "with .squeeze(axis=1)"
        )
    if len(shape) == 3 and shape[0] == 1:
        return say("drop the axis of length 1 with labels[0]")
    if len(shape) == 3:
        return say("of scores (C, H, W) take .argmax(axis=0); pass the maps of a batch one by one")
    return say("pass rows and columns")


# --------------------------------------------------------------------------------------- numbers


def number(
    value: Any, what: str, low: float, high: float = np.inf, *, open_low: bool = False
) -> float:
    """Return a finite number in [low, high], or in (low, high] if ``open_low``.

    Raises
    ------
    TypeError
        If it is no number: text and booleans are none.
    ValueError
        If it is out of range, or not finite.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        raise TypeError(say("{what} must be a number, got {value!r}", what=what, value=value))
    finite = -sys.float_info.max <= value <= sys.float_info.max  # a whole number may be larger
    if not (low <= value <= high) or not finite or (open_low and value == low):
        range_ = _range_in_words(low, high, open_low)
        raise ValueError(
            say("{what} must be {range}, got {value!r}", what=what, range=range_, value=value)
        )
    return float(value)


def _range_in_words(low: float, high: float, open_low: bool) -> str:
    if low == -np.inf:
        return say("finite") if high == np.inf else say("at most {high:g}", high=high)
    if high == np.inf:
        return say("above {low:g}", low=low) if open_low else say("at least {low:g}", low=low)
    if open_low:
        return say("above {low:g} and at most {high:g}", low=low, high=high)
    return say("at least {low:g} and at most {high:g}", low=low, high=high)


def positive(value: Any, what: str, *, most: float = 1e6) -> float:
    """Return a number above zero that can be squared and divided by in float32.

    From 0.000001 to ``most``; raises as `number`.
    """
    return number(value, what, 1e-6, most)


def whole(value: Any, what: str, low: float = -np.inf, high: float = np.inf) -> int:
    """Return a whole number in [low, high].

    Raises
    ------
    TypeError
        If it is no integer: text, booleans and floats are none.
    ValueError
        If it is out of range.
    """
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        found = operator.index(value)
    except TypeError:
        raise TypeError(
            say("{what} must be a whole number, got {value!r}", what=what, value=value)
        ) from None
    if not low <= found <= high:
        given: dict[str, object] = {"what": what, "found": found}
        if high == np.inf:
            raise ValueError(
                say("{what} must be at least {low}, got {found}", low=int(low), **given)
            )
        if low == -np.inf:
            raise ValueError(
                say("{what} must be at most {high}, got {found}", high=int(high), **given)
            )
        raise ValueError(
            say(
                "{what} must lie in {low} … {high}, got {found}",
                low=int(low),
                high=int(high),
                **given,
            )
        )
    return found


def odd(value: Any, what: str, low: int = 1) -> int:
    """Return an odd whole number that is not below ``low``.

    Raises
    ------
    TypeError, ValueError
        If it is no whole number, even, or too small.
    """
    size = whole(value, what)
    if size < low or size % 2 == 0:
        raise ValueError(
            say(
                "{what} must be odd, so that a window has a middle, and at least {low}; got {size}",
                what=what,
                low=low,
                size=size,
            )
        )
    return size


def class_count(n_classes: Any) -> int:
    """Return a number of classes, at least 1 and at most 65,536; raises as `whole`."""
    return whole(n_classes, "n_classes", 1, 1 << 16)


def segment_count(n_segments: Any, shape: tuple[int, ...]) -> int:
    """Return a number of superpixels, at least 1 and at most one a pixel; raises as `whole`."""
    height, width = shape[:2]
    found = whole(n_segments, "n_segments")
    if not 1 <= found <= height * width:
        raise ValueError(
            say(
                "n_segments must lie in 1 … {most} (the pixels of a {height}×{width} "
                "image), got {found}",
                most=height * width,
                height=height,
                width=width,
                found=found,
            )
        )
    return found


def ignored(ignore_index: Any, n_classes: int, names: Sequence[str] | None = None) -> int | None:
    """Return the label of ignored pixels, None if none is.

    Parameters
    ----------
    names : sequence of str, optional
        Of the classes, where scores of them can be left out of a mean; the message then says how.

    Raises
    ------
    TypeError
        If it is no whole number.
    ValueError
        If it is a class, whose pixels could not be told from it.
    """
    if ignore_index is None:
        return None
    found = whole(ignore_index, "ignore_index", -(2**63), 2**63 - 1)
    if 0 <= found < n_classes:
        if names:
            message = say(
                "ignore_index {found} is class {name!r}; use a value outside 0 to {last}, such as 255 or "
                "-1. To leave a class out of the means, use scores(exclude=...)",
                found=found,
                name=names[found],
                last=n_classes - 1,
            )
        else:
            message = say(
                "ignore_index {found} is also a class (0 to {last}); use a value outside 0 to {last}, "
                "such as 255 or -1",
                found=found,
                last=n_classes - 1,
            )
        raise ValueError(message)
    return found


def choice(value: Any, what: str, known: Collection[str], *, otherwise: str = "") -> str:
    """Return one of a few words.

    Parameters
    ----------
    value : str
    what : str
        What the message calls it.
    known : collection of str
    otherwise : str
        What could be given instead of a word, for the message: ``"or an array (k, k)"``.

    Raises
    ------
    ValueError
        If it is another; the message lists those that are known.
    """
    if not isinstance(value, str) or value not in known:
        raise ValueError(
            say(
                "unknown {what} {value!r}; expected one of {names}",
                what=what,
                value=value,
                names=", ".join([*map(repr, known), *filter(None, [otherwise])])
                or say("these: there is none"),
            )
        )
    return value


def generator(rng: Any, what: str = "rng") -> np.random.Generator:
    """Return a random generator, or make one from a seed.

    Raises
    ------
    TypeError
        If there is neither: results would differ from run to run.
    ValueError
        If the seed is negative.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, bool | np.bool_) or not isinstance(rng, int | np.integer):
        raise TypeError(
            say(
                "{what} must be a numpy.random.Generator or a seed, got {rng!r}; pass "
                "np.random.default_rng(0), for instance",
                what=what,
                rng=rng,
            )
        )
    if rng < 0:
        raise ValueError(
            say("a seed must not be negative, got {what}={rng}; pass 0 or more", what=what, rng=rng)
        )
    return np.random.default_rng(int(rng))


# --------------------------------------------------------------------- sizes, boxes, run-lengths


def size(values: Any, what: str = "shape", low: int = 1) -> tuple[int, int]:
    """Return height and width, whole numbers from ``low``, of at most `MOST_PIXELS` pixels.

    Raises
    ------
    TypeError, ValueError
        If there are not two, or one is no whole number or too small, or both together are too large.
    """
    try:
        height, width = values
    except (TypeError, ValueError):
        raise ValueError(
            say("{what} must be (height, width), got {values!r}", what=what, values=values)
        ) from None
    height, width = (
        whole(height, say("height in {what}", what=what), low),
        whole(width, say("width in {what}", what=what), low),
    )
    if height * width > MOST_PIXELS:
        raise ValueError(
            say(
                "{what} asks for {height} × {width} pixels, but at most {MOST_PIXELS} are "
                "made; it is damaged, or the image has to be cut into tiles",
                what=what,
                height=height,
                width=width,
                MOST_PIXELS=MOST_PIXELS,
            )
        )
    return height, width


def box(values: Any, shape: tuple[int, int], what: str = "box") -> tuple[int, int, int, int]:
    """Return a box (x0, y0, x1, y1) of whole pixels that lies in an image and holds at least one.

    Parameters
    ----------
    values : sequence of four numbers
        Edges; column x1 and row y1 are no part of the box. Whole floats are taken.
    shape : (int, int)
        Height and width of the image.
    what : str
        Name to use in messages.

    Raises
    ------
    TypeError, ValueError
        If there are not four whole numbers, the box is empty, or it leaves the image.
    """
    edges = finite(reals(values, what), what)
    if edges.shape != (4,):
        raise ValueError(
            say(
                "{what} must be a box (x0, y0, x1, y1), got shape {shape}",
                what=what,
                shape=edges.shape,
            )
        )
    if (edges != np.round(edges)).any():
        raise ValueError(
            say(
                "{what} must have whole pixel coordinates, got {edges}; round them first",
                what=what,
                edges=edges.tolist(),
            )
        )
    x0, y0, x1, y1 = (int(edge) for edge in edges)
    height, width = shape
    if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
        raise ValueError(
            say(
                "{what} must satisfy 0 ≤ x0 < x1 ≤ {width} and 0 ≤ y0 < y1 ≤ {height} in an "
                "image of {height} × {width} pixels, got {box}; clip it, or pass shape=(H, "
                "W) of a larger image",
                what=what,
                width=width,
                height=height,
                box=(x0, y0, x1, y1),
            )
        )
    return x0, y0, x1, y1


def run_lengths(values: Any, n_pixels: int, what: str = "") -> NDArray[np.int64]:
    """Return the lengths of runs that cover exactly ``n_pixels``, checked before anything is made.

    Parameters
    ----------
    values : sequence of int
        0 or more each.
    n_pixels : int
        H·W of the map.

    Raises
    ------
    TypeError
        If a length is no whole number.
    ValueError
        If a length is negative or longer than the map, or they do not add up to it.
    """
    what = what or say("run lengths")
    if not isinstance(values, Iterable) or isinstance(values, str | bytes):
        raise TypeError(
            say("{what} must be a list of whole numbers, got {values!r}", what=what, values=values)
        )
    lengths = [whole(v, say("a length in {what}", what=what)) for v in values]
    for length in lengths:
        if not 0 <= length <= n_pixels:
            raise ValueError(
                say(
                    "{what} hold {length}, but a run of a map of {n_pixels} pixels has 0 to "
                    "{n_pixels}; they are damaged, or the size is of another map",
                    what=what,
                    length=length,
                    n_pixels=n_pixels,
                )
            )
    if sum(lengths) != n_pixels:
        raise ValueError(
            say(
                "{what} add up to {lengths} pixels, but the map has {n_pixels}; they are "
                "damaged, or the size is of another map",
                what=what,
                lengths=sum(lengths),
                n_pixels=n_pixels,
            )
        )
    return np.array(lengths, dtype=np.int64)
