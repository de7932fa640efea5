"""Augmentations that keep an image, its labels and its instances in step.

Images are blended when they are resized; label maps never are, since the mean of two class ids is a
third class that nobody annotated.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from seglearn.data._scenes.classes import IGNORE

Labels = NDArray[np.integer[Any]]


class Sample(NamedTuple):
    """An image (H, W, 3), float32 in [0, 1], and its label maps (H, W)."""

    image: NDArray[np.float32]
    semantic: Labels
    instances: Labels


def flip(sample: Sample) -> Sample:
    """Mirror left and right."""
    image, semantic, instances = sample
    return Sample(image[:, ::-1].copy(), semantic[:, ::-1].copy(), instances[:, ::-1].copy())


def rescale(sample: Sample, factor: float) -> Sample:
    """Resize by a factor: bilinear for the image, nearest neighbour for the label maps.

    Parameters
    ----------
    sample : Sample
    factor : float
        Greater than 0; sizes are rounded, to at least one pixel.
    """
    if not (np.isfinite(factor) and factor > 0):
        raise ValueError(f"factor={factor!r} is no scale; pass a number above 0, for example 1.5")
    height, width = sample.semantic.shape
    size = (max(round(height * factor), 1), max(round(width * factor), 1))
    channels = [
        np.asarray(Image.fromarray(plane).resize(size[::-1], Image.Resampling.BILINEAR))
        for plane in np.moveaxis(sample.image.astype(np.float32), 2, 0).copy()
    ]
    rows = (2 * np.arange(size[0]) + 1) * height // (2 * size[0])
    columns = (2 * np.arange(size[1]) + 1) * width // (2 * size[1])
    pick = np.ix_(rows, columns)
    return Sample(np.stack(channels, axis=2), sample.semantic[pick], sample.instances[pick])


def crop(sample: Sample, size: tuple[int, int], top: int, left: int) -> Sample:
    """Cut a window out; what lies outside the image is black, void and without instance.

    Parameters
    ----------
    sample : Sample
    size : tuple of int
        Height and width of the window.
    top, left : int
        First row and column of the window; may be negative.
    """
    if min(size) < 1:
        raise ValueError(f"size={size!r} is an empty window; make height and width at least 1")
    height, width = sample.semantic.shape
    row = slice(max(top, 0), max(min(top + size[0], height), 0))
    column = slice(max(left, 0), max(min(left + size[1], width), 0))
    there = (
        slice(row.start - top, max(row.stop, row.start) - top),
        slice(column.start - left, max(column.stop, column.start) - left),
    )
    parts = []
    for part, fill in zip(sample, (0, IGNORE, 0), strict=True):
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

    Each is a gain; 1 leaves the image as it is. Values beyond [0, 1] saturate, as in a sensor.
    """
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
    """

    flip: float = 0.5
    scale: tuple[float, float] = (0.75, 1.5)
    crop: tuple[int, int] | None = None
    photometric: float = 0.2

    def __post_init__(self) -> None:
        low, high = self.scale
        if not 0 < low <= high:
            raise ValueError(
                f"scale={self.scale!r} is no range; pass (low, high) with 0 < low <= high"
            )
        for name in ("flip", "photometric"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}={getattr(self, name)!r} is out of range; pass 0 to 1")
        if self.crop is not None and min(self.crop) < 1:
            raise ValueError(f"crop={self.crop!r} is an empty window; pass (height, width) from 1")

    def __call__(self, sample: Sample, rng: np.random.Generator) -> Sample:
        """Draw one variant of a sample."""
        flipped, factor, top, left, *gains = rng.random(7).tolist()
        size = self.crop or sample.semantic.shape
        if flipped < self.flip:
            sample = flip(sample)
        low, high = self.scale
        if high != 1 or low != 1:
            sample = rescale(sample, low + (high - low) * factor)
        slack = [n - m for n, m in zip(sample.semantic.shape, size, strict=True)]
        sample = crop(sample, (size[0], size[1]), round(top * slack[0]), round(left * slack[1]))
        if self.photometric:
            b, c, s = (1 + self.photometric * (2 * gain - 1) for gain in gains)
            sample = sample._replace(image=photometric(sample.image, b, c, s))
        return sample
