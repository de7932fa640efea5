"""Felzenszwalb and Huttenlocher's graph-based segmentation, steered to a number of regions.

Pixels are joined like Kruskal's minimum spanning tree, shortest edge first, but two regions merge
only if the edge between them is no longer than what is usual inside both,

    w ≤ min(Int(C₁) + k/|C₁|, Int(C₂) + k/|C₂|),

where Int is the longest edge that a region has used. There is no seed and no grid: size and shape
follow the image. k sets the scale; it is searched for, so that the number of regions comes out.

References
----------
Felzenszwalb and Huttenlocher, "Efficient graph-based image segmentation", IJCV 59(2), 2004: section
3, algorithm 1, equations 3 and 4; the 8-connected grid, the smoothing by σ = 0.8 and the merging of
small regions are those of section 5 and the authors' code.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from seglearn import inputs
from seglearn.superpixels import _colour, connectivity

__all__ = ["regions", "regions_plain", "segment"]


def segment(
    image: Any,
    n_segments: int,
    *,
    sigma: float = 0.8,
    min_size: int | None = None,
    tolerance: float = 0.05,
) -> NDArray[np.int32]:
    """Cut an image into about ``n_segments`` regions.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB; distances are Euclidean in RGB, absolute in grey.
    n_segments : int
        How many regions.
    sigma : float
        Standard deviation of the smoothing beforehand, in pixels.
    min_size : int, optional
        Regions with fewer pixels are merged afterwards. By default a tenth of the mean size.
    tolerance : float
        The search for the scale ends when n is within this share below ``n_segments``.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``. It is lower where the image
        does not have so many regions: a constant image has one.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``sigma``, ``min_size`` or ``tolerance`` is not
        positive.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    tolerance = inputs.positive(tolerance, "tolerance")
    if min_size is None:
        min_size = max(1, round(image.shape[0] * image.shape[1] / n_segments / 10))
    min_size = inputs.whole(min_size, "min_size", 1)
    graph = _Graph(image, inputs.positive(sigma, "sigma", most=1000))
    parts = _search(graph, n_segments, min_size, tolerance)
    return connectivity.enforce(parts, n_segments, _colour.to_lab(image), min_size=min_size)


def regions(
    image: Any, scale: float, *, sigma: float = 0.8, min_size: int = 20
) -> NDArray[np.int32]:
    """Run algorithm 1 once, at a given scale.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    scale : float
        k of the paper, for intensities 0 … 255: 150 to 500 in its figures.
    sigma : float
        Standard deviation of the smoothing, in pixels.
    min_size : int
        Regions with fewer pixels are merged with the neighbour across their shortest edge.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1. Regions are 8-connected, as in the paper.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``scale`` or ``sigma`` is not positive, or
        ``min_size`` is below 1.
    """
    image = inputs.image32(image)
    graph = _Graph(image, inputs.positive(sigma, "sigma", most=1000))
    scale = inputs.positive(scale, "scale")
    return graph.regions(scale, inputs.whole(min_size, "min_size", 1))


def regions_plain(
    image: Any, scale: float, *, sigma: float = 0.8, min_size: int = 20
) -> NDArray[np.int32]:
    """Run algorithm 1 as the paper has it, looking at every edge; `regions` skips most of them.

    Parameters, result and errors are those of `regions`.
    """
    image = inputs.image32(image)
    graph = _Graph(image, inputs.positive(sigma, "sigma", most=1000))
    scale = inputs.positive(scale, "scale")
    min_size = inputs.whole(min_size, "min_size", 1)
    edges = list(zip(*graph.ends.tolist(), graph.weight.tolist(), strict=True))  # shortest first
    forest = _Forest(image.shape[0] * image.shape[1])
    root, size = forest.root, forest.size
    inner = [0.0] * len(size)  # Int(C), the longest edge in the minimum spanning tree of a region
    for a, b, w in edges:
        a, b = root(a), root(b)
        if a != b and w <= min(inner[a] + scale / size[a], inner[b] + scale / size[b]):
            inner[forest.join(a, b)] = w
    for a, b, _ in edges:
        a, b = root(a), root(b)
        if a != b and min(size[a], size[b]) < min_size:
            forest.join(a, b)
    return connectivity.renumber(forest.roots().reshape(graph.shape))


def _search(graph: "_Graph", n_segments: int, min_size: int, tolerance: float) -> NDArray[np.int32]:
    """Find the scale whose number of regions comes nearest: a secant on logarithms, kept inside."""
    low, high = -1.0, 7.0  # log10 of the scale: too many regions, too few
    scale, target = 2.5, np.log10(n_segments)
    seen: list[tuple[float, float]] = []
    best, chosen = np.inf, np.zeros(graph.shape, dtype=np.int32)
    while high - low > 0.01 and len(seen) < 14:
        parts = connectivity.connected_parts(graph.regions(10**scale, min_size))
        count = max(1, int((np.bincount(parts.ravel()) >= min_size).sum()))
        if abs(count - n_segments) < best:
            best, chosen = abs(count - n_segments), parts
        if (1 - tolerance) * n_segments <= count <= (1 + tolerance / 2) * n_segments:
            break
        low, high = (scale, high) if count > n_segments else (low, scale)
        seen.append((scale, np.log10(count)))
        slope = -1.0
        if len(seen) > 1 and seen[-1][1] != seen[-2][1]:
            slope = (seen[-1][1] - seen[-2][1]) / (seen[-1][0] - seen[-2][0])
        scale += (target - seen[-1][1]) / min(slope, -0.2)
        margin = min(0.01, 0.1 * (high - low))
        if not low + margin <= scale <= high - margin:
            scale = (low + high) / 2
    return chosen


class _Graph:
    """The edges of the 8-connected pixel grid, shortest first."""

    def __init__(self, image: NDArray[np.float32], sigma: float) -> None:
        rgb = 255 * (image[:, :, None] if image.ndim == 2 else image)
        smooth = ndimage.gaussian_filter(rgb, (sigma, sigma, 0), mode="nearest")
        self.shape = height, width = image.shape[:2]
        index = np.arange(height * width, dtype=np.int32).reshape(height, width)
        ends, weights = [], []
        for here, there in (
            (np.s_[:, :-1], np.s_[:, 1:]),
            (np.s_[:-1], np.s_[1:]),
            (np.s_[:-1, :-1], np.s_[1:, 1:]),
            (np.s_[:-1, 1:], np.s_[1:, :-1]),
        ):
            ends.append(np.stack([index[here].ravel(), index[there].ravel()]))
            weights.append(np.sqrt(((smooth[here] - smooth[there]) ** 2).sum(axis=2)).ravel())
        weight = np.concatenate(weights)
        order = np.argsort(weight, kind="stable")
        self.weight = weight[order]
        self.ends = np.concatenate(ends, axis=1)[:, order]

    def regions(self, scale: float, min_size: int) -> NDArray[np.int32]:
        """Merge regions as equation 3 allows, then the small ones."""
        n = self.shape[0] * self.shape[1]
        forest = _Forest(n)
        # Int(C) + k/|C|. A region whose limit an edge once exceeded never grows again: all later
        # edges are as long. Its limit drops below zero, so that edges to it can be skipped unseen.
        limit = [scale] * n
        root, size = forest.root, forest.size
        can_grow = lambda a, b: (growing := np.array(limit) >= 0)[a] & growing[b]  # noqa: E731
        for a, b, w in forest.batches(self.ends, self.weight, can_grow):
            a, b = root(a), root(b)
            if a == b:
                continue
            if w <= limit[a] and w <= limit[b]:
                a = forest.join(a, b)
                limit[a] = w + scale / size[a]
            else:
                for end in (a, b):
                    if w > limit[end]:
                        limit[end] = -1.0
        is_small = lambda a, b: (small := np.array(size) < min_size)[a] | small[b]  # noqa: E731
        for a, b, _ in forest.batches(self.ends, self.weight, is_small):
            a, b = root(a), root(b)
            if a != b and (size[a] < min_size or size[b] < min_size):
                forest.join(a, b)
        return connectivity.renumber(forest.roots().reshape(self.shape))


class _Forest:
    """Disjoint sets of pixels, with path halving and union by size.

    Attributes
    ----------
    parent, size : list of int
        ``size`` holds for roots.
    """

    def __init__(self, n: int) -> None:
        self.parent = list(range(n))
        self.size = [1] * n

    def root(self, i: int) -> int:
        parent = self.parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, a: int, b: int) -> int:
        """Join two roots and return the new one."""
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        return a

    def roots(self) -> NDArray[np.int32]:
        """Root of every element, (n,)."""
        parent = np.array(self.parent, dtype=np.int32)
        while True:
            grand = parent[parent]
            if (grand == parent).all():
                return parent
            parent = grand

    def batches(
        self,
        ends: NDArray[np.int32],
        weight: NDArray[np.float32],
        may_join: Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.bool_]],
    ) -> Iterator[tuple[int, int, float]]:
        """Yield the edges (a, b, weight) in order, leaving out most of those that change nothing.

        Before each batch, edges inside one region, and those whose regions ``may_join`` excludes
        for good, are dropped by array operations, so that the loop in Python sees few of them.
        """
        start, length = 0, 1 << 13
        while start < weight.size:
            part = slice(start, start + length)
            roots = self.roots()
            a, b = roots[ends[0, part]], roots[ends[1, part]]
            useful = np.flatnonzero((a != b) & may_join(a, b))
            yield from zip(
                a[useful].tolist(), b[useful].tolist(), weight[part][useful].tolist(), strict=True
            )
            start += length
            length = min(2 * length, 1 << 17)
