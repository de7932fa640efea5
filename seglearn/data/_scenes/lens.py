"""What a wet road, the lens and the sensor do to a picture: planes of shape (3, H, W)."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from seglearn.data._scenes.view import between

Float = NDArray[np.float32]


def mirror_in_ground(image: Float, ground: Float, gloss: Float, horizon: float) -> Float:
    """Darken wet ground and mirror in it what stands behind, softly and upside down.

    Each column is mirrored at the lowest standing pixel above, which is right for what stands there
    and near enough for what lies behind it.

    Parameters
    ----------
    image : ndarray of float32, shape (3, H, W)
        Linear colours.
    ground, gloss : ndarray of float32, shape (H, W)
        Share of flat ground in each pixel, and how wet it is, 0–1.
    horizon : float
        Its row, in pixels.
    """
    height, width = ground.shape
    rows = np.arange(height)[:, None]
    foot = np.maximum.accumulate(np.where(ground < 0.5, rows, -1), axis=0)
    source = np.maximum(2 * foot - rows, 0) * width + np.arange(width)
    mirrored = image.reshape(3, -1).take(source, axis=1)
    reach = max(round(height / 16), 2)
    for _ in range(2):
        mirrored = ndimage.uniform_filter1d(mirrored, reach, axis=1, mode="nearest")
    # Flat views mirror more (Fresnel).
    steep = np.maximum(rows - horizon, 0) / np.float32(height)
    share = gloss * (np.float32(0.24) + np.float32(0.5) / (1 + 7 * steep)).astype(np.float32)
    return image * (1 - np.float32(0.45) * gloss - np.float32(0.4) * share) + mirrored * share


def smear(image: Float, rng: np.random.Generator, longest: float) -> Float:
    """Blur along one direction, mostly across: half of the images, up to ``longest`` pixels."""
    moves, length, down = rng.random(3).tolist()
    if moves < 0.5:
        return image
    down = 0.6 * (2 * down - 1)
    steps = max(int(np.ceil(length * longest)), 1)
    height, width = image.shape[1:]
    pad = steps + 1
    wide = np.pad(image, ((0, 0), (pad, pad), (pad, pad)), mode="edge")
    total = np.zeros_like(image)
    for i in range(steps + 1):
        t = (i / steps - 0.5) * length * longest
        # The nearest two columns; rows move less, so the nearest one will do.
        row, column = pad + round(t * down), pad + t
        whole = int(np.floor(column))
        part = np.float32(column - whole)
        left = wide[:, row : row + height, whole : whole + width]
        right = wide[:, row : row + height, whole + 1 : whole + 1 + width]
        total += left * (1 - part) + right * part
    return total / np.float32(steps + 1)


def grade(image: Float, rng: np.random.Generator, amount: float) -> Float:
    """Change saturation, white balance and contrast as far as ``amount`` (0–1) allows."""
    saturation = 1 + amount * (between(rng, 0.1, 1.05) - 1)
    warmth, green = amount * between(rng, -0.1, 0.1), amount * between(rng, -0.04, 0.04)
    grey = image.mean(axis=0)
    image = grey + (image - grey) * np.float32(saturation)
    balance = np.array([1 + warmth, 1 + green, 1 - warmth], np.float32)
    image = np.clip(image * balance[:, None, None], 0, 1)
    steeper = np.float32(amount * between(rng, 0.0, 1.3))
    return np.asarray(image + steeper * image * (1 - image) * (2 * image - 1))
