"""Edges: where grey values jump, and from there to closed regions.

`canny` is four steps, each of which can be called alone: `smooth`, `gradient`, `thin` (non-maximum
suppression) and `hysteresis`. Edges rarely close, so regions need one more idea: `fill` bridges
gaps and fills what is enclosed; `regions` floods the magnitude of the gradient from its flat parts,
which closes every region, if need be along a weak edge.

A gradient is a change of the grey value a pixel; of a colour image the luminance counts. Beyond its
border an image goes on mirrored, the border pixel repeated.

References
----------
Canny, "A computational approach to edge detection", TPAMI 8(6), 1986.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.classical import region
from seglearn.classical._grey import grey
from seglearn.words import say

__all__ = [
    "Gradient",
    "canny",
    "fill",
    "gradient",
    "hysteresis",
    "hysteresis_plain",
    "regions",
    "smooth",
    "thin",
    "thin_plain",
]


@dataclass(frozen=True, eq=False)
class Gradient:
    """Where an image becomes brighter, and how fast.

    Attributes
    ----------
    down, right : (H, W) float64
        Change of the grey value a pixel, towards the next row and the next column.
    """

    down: NDArray[np.float64]
    right: NDArray[np.float64]

    @property
    def magnitude(self) -> NDArray[np.float64]:
        """How steep it is, (H, W)."""
        return np.sqrt(self.down**2 + self.right**2)

    @property
    def direction(self) -> NDArray[np.float64]:
        """Which way it goes up, (H, W), in radians: 0 to the right, π/2 down, −π to π."""
        return np.arctan2(self.down, self.right)


# ---------------------------------------------------------------------------------- the steps of Canny


def canny(
    image: Any, sigma: float = 1.0, low: float = 0.0125, high: float = 0.025
) -> NDArray[np.bool_]:
    """Find thin edges: smooth, take the gradient, keep its ridges, follow them from strong to weak.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    sigma : float, default 1
        Of the smoothing, in pixels; 0 to 100.
    low, high : float
        Edges are ridges of at least ``low`` that are connected with one of at least ``high``, in
        grey values a pixel; low ≤ high.

    Returns
    -------
    (H, W) bool
        True on edges, one or two pixels wide. The outermost pixels of the image are never edges.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    return hysteresis(thin(gradient(smooth(image, sigma))), low, high)


def smooth(image: Any, sigma: float = 1.0) -> NDArray[np.float64]:
    """Average with a Gaussian, cut off at 4σ.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    sigma : float, default 1
        In pixels, 0 (no smoothing) to 100.

    Returns
    -------
    (H, W) float64 in [0, 1]

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    from scipy import ndimage

    sigma = inputs.number(sigma, "sigma", 0, 100)
    return np.clip(ndimage.gaussian_filter(grey(image), sigma), 0, 1)


def gradient(image: Any, method: str = "sobel", sigma: float = 1.0) -> Gradient:
    """Return how the grey value changes, downwards and to the right.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    method : {"sobel", "gaussian"}
        The difference of the two neighbours, averaged over three rows or columns with weights
        1, 2, 1; or the convolution with the derivative of a Gaussian, cut off at 4σ.
    sigma : float, default 1
        Of that Gaussian, in pixels; 0.3 to 100. "sobel" does not use it.

    Returns
    -------
    Gradient

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    from scipy import ndimage

    values = grey(image)
    sigma = inputs.number(sigma, "sigma", 0.3, 100)
    if inputs.choice(method, "method", ("sobel", "gaussian")) == "sobel":
        return Gradient(ndimage.sobel(values, axis=0) / 8, ndimage.sobel(values, axis=1) / 8)
    down, right = (ndimage.gaussian_filter(values, sigma, order) for order in ((1, 0), (0, 1)))
    return Gradient(down, right)


def thin(slope: Gradient) -> NDArray[np.float64]:
    """Keep the magnitude on its ridges, where it is largest along the gradient (non-maximum suppression).

    Parameters
    ----------
    slope : Gradient

    Returns
    -------
    (H, W) float64
        The magnitude where it is at least that of the two points one step up and down the gradient,
        each interpolated between two neighbours; 0 elsewhere, and on the outermost pixels.

    Raises
    ------
    TypeError
        If it is no `Gradient`.
    ValueError
        If its two parts are no planes of one shape, or hold what is not finite.

    Notes
    -----
    `thin_plain` does this pixel by pixel.
    """
    down, right, magnitude = _planes(slope)
    row, column = np.indices(magnitude.shape)[:, 1:-1, 1:-1]
    dy, dx = (np.where(d[1:-1, 1:-1] > 0, 1, -1) for d in (down, right))
    steep, flat = np.abs(down[1:-1, 1:-1]), np.abs(right[1:-1, 1:-1])
    across = steep > flat  # the step goes to the row above or below, not to the column beside
    share = np.minimum(steep, flat) / np.maximum(np.maximum(steep, flat), 1e-300)
    height, ridge = magnitude[1:-1, 1:-1], True
    for way in (1, -1):
        diagonal = magnitude[row + way * dy, column + way * dx]
        straight = magnitude[row + way * dy * across, column + way * dx * ~across]
        ridge = ridge & (diagonal * share + straight * (1 - share) <= height)
    return np.pad(np.where(ridge, height, 0.0), 1)[: down.shape[0], : down.shape[1]]


def thin_plain(slope: Gradient) -> NDArray[np.float64]:
    """Do what `thin` does pixel by pixel; parameters, result and errors are the same."""
    down, right, magnitude = _planes(slope)
    kept = np.zeros_like(magnitude)
    for y in range(1, magnitude.shape[0] - 1):
        for x in range(1, magnitude.shape[1] - 1):
            dy = 1 if down[y, x] > 0 else -1
            dx = 1 if right[y, x] > 0 else -1
            steep, flat = abs(down[y, x]), abs(right[y, x])
            if steep > flat:
                share, next_y, next_x = flat / steep, dy, 0
            else:
                share, next_y, next_x = (steep / flat if flat else 0), 0, dx
            ahead, behind = (
                magnitude[y + way * dy, x + way * dx] * share
                + magnitude[y + way * next_y, x + way * next_x] * (1 - share)
                for way in (1, -1)
            )
            if ahead <= magnitude[y, x] >= behind:
                kept[y, x] = magnitude[y, x]
    return kept


def hysteresis(strength: Any, low: float, high: float) -> NDArray[np.bool_]:
    """Keep what is strong, and what is weak but connected with something strong.

    Parameters
    ----------
    strength : (H, W) float
        Such as `thin` returns.
    low, high : float
        From 0, low ≤ high. A strength of 0 is never kept.

    Returns
    -------
    (H, W) bool
        True on every 8-connected part of ``strength >= low`` that reaches ``high`` somewhere.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.

    Notes
    -----
    `hysteresis_plain` follows the edges pixel by pixel.
    """
    from scipy import ndimage

    weak, strong = _thresholds(strength, low, high)
    return ndimage.binary_propagation(strong, np.ones((3, 3)), mask=weak)


def hysteresis_plain(strength: Any, low: float, high: float) -> NDArray[np.bool_]:
    """Do what `hysteresis` does, from one pixel to the next; parameters, result, errors as there."""
    weak, kept = _thresholds(strength, low, high)
    open_ = np.argwhere(kept).tolist()
    while open_:
        y, x = open_.pop()
        for row in range(max(y - 1, 0), min(y + 2, weak.shape[0])):
            for column in range(max(x - 1, 0), min(x + 2, weak.shape[1])):
                if weak[row, column] and not kept[row, column]:
                    kept[row, column] = True
                    open_.append([row, column])
    return kept


# ------------------------------------------------------------------------------------ closed regions


def fill(edges: Any, radius: int = 0) -> NDArray[np.bool_]:
    """Fill what edges enclose, gaps bridged: thicken the edges by a disc, fill, take off as much.

    Parameters
    ----------
    edges : (H, W) bool
    radius : int, default 0
        Of the disc in pixels, 0 to 50. Gaps of up to twice this in a straight edge are bridged, and
        so is whatever else comes as near.

    Returns
    -------
    (H, W) bool
        True on the edges, and where no path of sides between thickened edges leads out of the image.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    from scipy import ndimage

    edges = inputs.mask(edges, "edges")
    radius = inputs.whole(radius, "radius", 0, 50)
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    disc = y**2 + x**2 <= radius**2
    thick = ndimage.binary_dilation(np.pad(edges, radius), disc)
    filled = ndimage.binary_erosion(ndimage.binary_fill_holes(thick), disc)
    return filled[radius : radius + edges.shape[0], radius : radius + edges.shape[1]]


def regions(magnitude: Any, low: float = 0.0125, *, min_area: int = 20) -> NDArray[np.int32]:
    """Cut an image along the ridges of its gradient, by a watershed from its flat parts.

    Parameters
    ----------
    magnitude : (H, W) float
        Of a gradient.
    low : float, default 0.0125
        Connected parts with a magnitude below this are flat, and become markers.
    min_area : int, default 20
        Flat parts with fewer pixels are no markers.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, one 4-connected region for each marker; a single one if there is no marker.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    steep = inputs.image(magnitude, "magnitude", bounded=False, one_channel=True, grey=True)
    flat = steep < inputs.number(low, "low", 0)
    markers = region.components(flat, min_area=min_area)
    if not markers.any():
        return np.zeros(steep.shape, np.int32)
    return region.watershed(steep, markers) - 1


# ------------------------------------------------------------------------------------------- helpers


def _planes(
    slope: Any,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the two parts of a gradient and its magnitude."""
    if not isinstance(slope, Gradient):
        raise TypeError(
            say(
                "slope must be a Gradient, got {type}; call gradient first",
                type=type(slope).__name__,
            )
        )
    down, right = (
        inputs.image(getattr(slope, name), name, bounded=False, grey=True).astype(np.float64)
        for name in ("down", "right")
    )
    inputs.same_shape(down.shape, right.shape, say("down and right"))
    return down, right, np.sqrt(down**2 + right**2)


def _thresholds(strength: Any, low: Any, high: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where the strength is weak or better, and where it is strong."""
    found = inputs.image(strength, "strength", bounded=False, one_channel=True, grey=True)
    low, high = inputs.number(low, "low", 0), inputs.number(high, "high", 0)
    if low > high:
        raise ValueError(
            say("low must not be above high, got low={low}, high={high}", low=low, high=high)
        )
    return (found >= low) & (found > 0), (found >= high) & (found > 0)
