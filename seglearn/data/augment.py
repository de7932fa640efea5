"""Augmentations that keep an image, its labels and its instances in step.

Images are blended when they are resized; label maps never are, since the mean of two class ids is a
third class that nobody annotated.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from seglearn import inputs
from seglearn.data._scenes.classes import IGNORE
from seglearn.words import say

Labels = NDArray[np.integer[Any]]


class Sample(NamedTuple):
    """An image (H, W, 3), float32 in [0, 1], and its label maps (H, W)."""

    image: NDArray[np.float32]
    semantic: Labels
    instances: Labels


def check(sample: Any) -> Sample:
    """Return a sample whose three parts are what they should be, and of one size.

    Raises
    ------
    TypeError
        If it is no `Sample`, the image is not of floats, or a map is not of integers.
    ValueError
        If the image is not (H, W, 3) in [0, 1], or a map is not (H, W) of the same size.
    """
    if not isinstance(sample, Sample):
        raise TypeError(
            say(
                "expected an augment.Sample(image, semantic, instances), got a {type}; where "
                "nothing has instances, pass np.zeros_like(semantic) for them",
                type=type(sample).__name__,
            )
        )
    image = _colour(sample.image)
    maps = []
    for name in ("semantic", "instances"):
        labels = inputs.label_map(getattr(sample, name), name, booleans=False)
        inputs.same_shape(image.shape[:2], labels.shape, say("image and {name}", name=name))
        maps.append(labels)
    return Sample(image, *maps)


def _colour(image: Any) -> NDArray[np.float32]:
    image = inputs.image(image).astype(np.float32, copy=False)
    if image.ndim != 3:
        raise ValueError(
            say(
                "the image has shape {shape}, expected (H, W, 3); repeat a grey one with "
                "np.dstack([image] * 3)",
                shape=image.shape,
            )
        )
    return image


def flip(sample: Sample) -> Sample:
    """Mirror left and right; raises as `check`."""
    image, semantic, instances = check(sample)
    return Sample(image[:, ::-1].copy(), semantic[:, ::-1].copy(), instances[:, ::-1].copy())


def rescale(sample: Sample, factor: float) -> Sample:
    """Resize by a factor: bilinear for the image, nearest neighbour for the label maps.

    Parameters
    ----------
    sample : Sample
    factor : float
        Greater than 0; sizes are rounded, to at least one pixel.

    Raises
    ------
    TypeError, ValueError
        If `factor` is no number above 0, or as `check`.
    """
    return _rescale(check(sample), inputs.number(factor, "factor", 0, open_low=True))


def _rescale(sample: Sample, factor: float) -> Sample:
    height, width = sample.semantic.shape
    size = (max(round(height * factor), 1), max(round(width * factor), 1))
    channels = [
        np.asarray(Image.fromarray(plane).resize(size[::-1], Image.Resampling.BILINEAR))
        for plane in np.moveaxis(sample.image, 2, 0).copy()
    ]
    rows = (2 * np.arange(size[0]) + 1) * height // (2 * size[0])
    columns = (2 * np.arange(size[1]) + 1) * width // (2 * size[1])
    pick = np.ix_(rows, columns)
    return Sample(np.stack(channels, axis=2), sample.semantic[pick], sample.instances[pick])


def crop(
    sample: Sample, size: tuple[int, int], top: int, left: int, *, ignore_index: int = IGNORE
) -> Sample:
    """Cut a window out; what lies outside the image is black, ignored and without instance.

    Parameters
    ----------
    sample : Sample
    size : tuple of int
        Height and width of the window.
    top, left : int
        First row and column of the window; may be negative.
    ignore_index : int, default 255
        Label of what lies outside: that which the data set ignores, 11 for CamVid.

    Raises
    ------
    TypeError, ValueError
        If the window is empty, `ignore_index` is no whole number or does not fit into the label map's
        type, or as `check`.
    """
    sample = check(sample)
    _check_fill(sample.semantic, inputs.whole(ignore_index, "ignore_index"))
    top, left = inputs.whole(top, "top"), inputs.whole(left, "left")
    return _crop(sample, inputs.size(size, "size"), top, left, ignore_index)


def _check_fill(semantic: Labels, ignore_index: int) -> None:
    limits = np.iinfo(semantic.dtype)
    if not limits.min <= ignore_index <= limits.max:
        raise ValueError(
            say(
                "ignore_index {ignore_index} does not fit into semantic, which is {dtype}; "
                "convert it with .astype(np.int64), or pass the label that the data set ignores",
                ignore_index=ignore_index,
                dtype=semantic.dtype,
            )
        )


def _crop(sample: Sample, size: tuple[int, int], top: int, left: int, ignore_index: int) -> Sample:
    height, width = sample.semantic.shape
    row = slice(max(top, 0), max(min(top + size[0], height), 0))
    column = slice(max(left, 0), max(min(left + size[1], width), 0))
    there = (
        slice(row.start - top, max(row.stop, row.start) - top),
        slice(column.start - left, max(column.stop, column.start) - left),
    )
    parts = []
    for part, fill in zip(sample, (0, ignore_index, 0), strict=True):
        window = np.full((*size, *part.shape[2:]), fill, part.dtype)
        seen = part[row, column]
        if seen.size:
            window[there] = seen
        parts.append(window)
    return Sample(*parts)


def photometric(
    image: NDArray[np.float32], brightness: float, contrast: float, saturation: float
) -> NDArray[np.float32]:
    """Multiply brightness, contrast (about the mean) and saturation (about the grey image).

    Each is a gain, at least 0; 1 leaves the image as it is. Values that leave [0, 1] saturate, as in
    a sensor.

    Raises
    ------
    TypeError, ValueError
        If the image is not (H, W, 3) floats in [0, 1], or a gain is negative.
    """
    gains = {"brightness": brightness, "contrast": contrast, "saturation": saturation}
    return _photometric(_colour(image), *(inputs.number(v, k, 0) for k, v in gains.items()))


def _photometric(
    image: NDArray[np.float32], brightness: float, contrast: float, saturation: float
) -> NDArray[np.float32]:
    grey = image @ np.array([0.299, 0.587, 0.114], np.float32)
    changed = grey[..., None] + saturation * (image - grey[..., None])
    mean = grey.mean()
    changed = (mean + contrast * (changed - mean)) * brightness
    return np.clip(changed, 0, 1).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """A random recipe; the same generator state gives the same result.

    Attributes
    ----------
    flip : float, default 0.5
        Probability of a mirror image.
    scale : tuple of float, default (0.75, 1.5)
        Range of the scale factor; (1, 1) to leave it out.
    crop : tuple of int, optional
        Height and width of the result; those of the input if not given.
    photometric : float, default 0.2
        Brightness, contrast and saturation change by up to this share; 0 to leave it out.
    ignore_index : int, default 255
        Label of what lies outside the image: that which the data set ignores, 11 for CamVid.

    Raises
    ------
    TypeError, ValueError
        If one is out of range.
    """

    flip: float = 0.5
    scale: tuple[float, float] = (0.75, 1.5)
    crop: tuple[int, int] | None = None
    photometric: float = 0.2
    ignore_index: int = IGNORE

    def __post_init__(self) -> None:
        low, high = (inputs.number(factor, say("a factor in scale"), 0) for factor in self.scale)
        if not 0 < low <= high:
            raise ValueError(
                say(
                    "scale={scale!r} is no range; pass (low, high) with 0 < low <= high",
                    scale=self.scale,
                )
            )
        for name in ("flip", "photometric"):
            inputs.number(getattr(self, name), name, 0, 1)
        if self.crop is not None:
            inputs.size(self.crop, "crop")
        inputs.whole(self.ignore_index, "ignore_index")

    def __call__(self, sample: Sample, rng: np.random.Generator) -> Sample:
        """Draw one variant of a sample; raises as `check` and `crop`."""
        sample, rng = check(sample), inputs.generator(rng)
        _check_fill(sample.semantic, self.ignore_index)
        flipped, factor, top, left, *gains = rng.random(7).tolist()
        size = self.crop or sample.semantic.shape
        if flipped < self.flip:
            sample = flip(sample)
        low, high = self.scale
        if high != 1 or low != 1:
            sample = _rescale(sample, low + (high - low) * factor)
        slack = [n - m for n, m in zip(sample.semantic.shape, size, strict=True)]
        top, left = (round(share * n) for share, n in zip((top, left), slack, strict=True))
        sample = _crop(sample, (size[0], size[1]), top, left, self.ignore_index)
        if self.photometric:
            b, c, s = (1 + self.photometric * (2 * gain - 1) for gain in gains)
            sample = sample._replace(image=_photometric(sample.image, b, c, s))
        return sample
