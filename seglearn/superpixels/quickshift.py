"""Quick shift: every pixel points to the nearest pixel of higher density.

The density is Parzen's, a Gaussian kernel over position and colour together. The links form one
tree; cutting those that are too long leaves a forest, and each tree is a superpixel. The tree does
not depend on where it is cut, so a number of superpixels is met exactly: cut the longest links.

References
----------
Vedaldi and Soatto, "Quick shift and kernel methods for mode seeking", ECCV 2008: section 3, equation
7; superpixels by cutting long links: Fulkerson, Vedaldi and Soatto, "Class segmentation and object
localization with superpixel neighborhoods", ICCV 2009, section 2.1.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import _colour, connectivity

__all__ = ["density", "links", "links_plain", "segment"]


def segment(
    image: Any,
    n_segments: int,
    *,
    ratio: float = 0.5,
    kernel_size: float = 2.0,
    seed: int = 0,
) -> NDArray[np.int32]:
    """Cut an image into quick-shift superpixels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels.
    ratio : float
        Weight of colour (CIELAB) against position (pixels), both in the same distance. Small values
        make compact superpixels.
    kernel_size : float
        Standard deviation of the Gaussian kernel.
    seed : int
        Pixels of equal density are ranked at random.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``ratio`` or ``kernel_size`` is not positive, or
        there is no seed.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    lab = _colour.to_lab(image)
    height, width = image.shape[:2]
    points = np.float32(inputs.positive(ratio, "ratio")) * lab
    dense = density(points, inputs.positive(kernel_size, "kernel_size"))
    rank = np.lexsort((inputs.generator(seed, "seed").random(dense.size), dense.ravel()))
    order = np.empty(dense.size, dtype=np.int32)
    order[rank] = np.arange(dense.size, dtype=np.int32)
    reach = int(np.ceil(2 * np.sqrt(height * width / n_segments)))
    parent, distance = links(points, order.reshape(height, width), reach)
    # The mode of the whole image has no link, so n − 1 cuts make n trees; a tree need not be
    # connected in the image, and crumbs are joined.
    cut = np.argsort(-distance, kind="stable")[:n_segments]
    parent[cut] = cut
    while True:
        grand = parent[parent]
        if (grand == parent).all():
            break
        parent = grand
    return connectivity.enforce(parent.reshape(height, width), n_segments, lab)


def density(points: Any, kernel_size: float) -> NDArray[np.float32]:
    """Parzen density of every pixel, up to a factor.

    Parameters
    ----------
    points : (C, H, W) float32
        Colours, already weighed against position.
    kernel_size : float
        σ of the Gaussian; it is cut off at 3σ in the image plane.

    Returns
    -------
    (H, W) float32
        Σ_q exp(−(‖c_p − c_q‖² + ‖x_p − x_q‖²) / 2σ²).

    Raises
    ------
    TypeError, ValueError
        If the colours are not as above, or ``kernel_size`` is not positive.
    """
    points = inputs.planes(points, "points").astype(np.float32, copy=False)
    kernel_size = inputs.positive(kernel_size, "kernel_size")
    _, height, width = points.shape
    total = np.ones((height, width), dtype=np.float32)
    reach = int(np.ceil(3 * kernel_size))
    for dy in range(min(reach, height - 1) + 1):
        for dx in range(-min(reach, width - 1), min(reach, width - 1) + 1):
            if dy == 0 and dx <= 0:
                continue  # each pair once
            here, there = _shifted(dy, dx)
            apart = ((points[:, *here] - points[:, *there]) ** 2).sum(axis=0)
            near = np.exp((apart + np.float32(dy * dy + dx * dx)) / np.float32(-2 * kernel_size**2))
            total[here] += near
            total[there] += near
    return total


def links(points: Any, order: Any, reach: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Find each pixel's nearest pixel of higher rank.

    Parameters
    ----------
    points : (C, H, W) float32
        Colours, already weighed against position.
    order : (H, W) int
        Ranks by density, all different.
    reach : int
        How far to look, in pixels.

    Returns
    -------
    parent : (H·W,) int
        Flat index; a pixel with none in reach is its own parent.
    distance : (H·W,) float32
        Length of the link; infinite for a pixel with none in reach.

    Raises
    ------
    TypeError, ValueError
        If the colours or ranks are not as above, or ``reach`` is below 1.
    """
    order = inputs.label_map(order, "order", booleans=False)
    points = inputs.planes(points, "points", order.shape).astype(np.float32, copy=False)
    reach = inputs.whole(reach, "reach", 1)
    channels, height, width = points.shape
    colour = points.reshape(channels, -1)
    rank = order.ravel()
    distance = np.full(rank.size, np.inf, dtype=np.float32)  # squared, until the end
    parent = np.arange(rank.size)
    open_ = np.arange(rank.size)  # pixels whose link could still become shorter
    for ring in _rings(min(reach, max(height, width))):
        open_ = open_[distance[open_] > ring[0][0]]
        if open_.size == 0:
            break
        y, x = np.divmod(open_, width)
        mine, own_rank = colour[:, open_], rank[open_]
        best, choice = distance[open_], parent[open_]
        for squared, dy, dx in ring:
            if abs(dy) >= height or abs(dx) >= width:
                continue
            ny, nx = y + dy, x + dx
            inside = (ny >= 0) & (ny < height) & (nx >= 0) & (nx < width)
            other = np.where(inside, ny * width + nx, open_)
            higher = np.flatnonzero(rank[other] > own_rank)
            q = other[higher]
            apart = ((mine[:, higher] - colour[:, q]) ** 2).sum(axis=0) + np.float32(squared)
            shorter = apart < best[higher]
            best[higher[shorter]] = apart[shorter]
            choice[higher[shorter]] = q[shorter]
        distance[open_], parent[open_] = best, choice
    return parent, np.sqrt(distance)


def links_plain(
    points: Any, order: Any, reach: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Find each pixel's nearest pixel of higher rank, comparing all pairs (equation 7).

    Parameters, result and errors are those of `links`, which looks at near pixels first and stops
    once no other can be nearer. Where several are equally near, the first in reading order counts.
    """
    order = inputs.label_map(order, "order", booleans=False)
    points = inputs.planes(points, "points", order.shape)
    reach = inputs.whole(reach, "reach", 1)
    colour = points.reshape(len(points), -1).T.tolist()
    rank, places = order.ravel().tolist(), list(np.ndindex(order.shape))
    parent, distance = list(range(len(rank))), [math.inf] * len(rank)
    for p, here in enumerate(places):
        for q, there in enumerate(places):
            away = math.dist(here, there)
            if rank[q] > rank[p] and away <= reach:
                d = math.hypot(math.dist(colour[p], colour[q]), away)
                if d < distance[p]:
                    distance[p], parent[p] = d, q
    return np.array(parent), np.array(distance, dtype=np.float32)


def _rings(reach: int) -> list[list[tuple[int, int, int]]]:
    """Offsets (dy² + dx², dy, dx) up to ``reach``, nearest first, in rings one pixel wide."""
    span = range(-reach, reach + 1)
    offsets = sorted((dy * dy + dx * dx, dy, dx) for dy in span for dx in span if dy or dx)
    rings: dict[int, list[tuple[int, int, int]]] = {}
    for offset in offsets:
        if offset[0] <= reach * reach:
            rings.setdefault(int(np.sqrt(offset[0])), []).append(offset)
    return list(rings.values())


def _shifted(dy: int, dx: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Slices of an image and of itself shifted by (dy, dx), dy ≥ 0, where both exist."""
    rows = slice(None, -dy or None), slice(dy, None)
    if dx >= 0:
        columns = slice(None, -dx or None), slice(dx, None)
    else:
        columns = slice(-dx, None), slice(None, dx)
    return (rows[0], columns[0]), (rows[1], columns[1])
