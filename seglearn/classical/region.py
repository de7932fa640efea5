"""Regions: pixels that belong together because they touch and are alike.

`grow` starts from seeds and takes in neighbours; `split_and_merge` starts from the whole image, and
quarters what is not of one kind; `watershed` floods a landscape from markers. `components` tells
the connected parts of a mask apart. Pixels touch along their sides (4-connected) unless it says
otherwise; colours are as far apart as points in RGB.

References
----------
Adams and Bischof, "Seeded region growing", TPAMI 16(6), 1994. Horowitz and Pavlidis, "Picture
segmentation by a tree traversal algorithm", Journal of the ACM 23(2), 1976 (split and merge). Meyer,
"The watershed concept and its use in segmentation: a brief history", arXiv:1202.0216, 2012 (flooding
from markers). Rosenfeld and Pfaltz, "Sequential operations in digital picture processing", Journal
of the ACM 13(4), 1966 (components in two passes).
"""

import heapq
import math
from itertools import count, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.words import say

__all__ = [
    "components",
    "components_plain",
    "grow",
    "grow_plain",
    "merge",
    "split",
    "split_and_merge",
    "watershed",
]

Labels = NDArray[np.int32]

ROUNDING = 1e-9  # of variances

# ------------------------------------------------------------------------------------------- growing


def grow(image: Any, seeds: Any, tolerance: float, *, against: str = "seed") -> NDArray[np.bool_]:
    """Grow one region from seeds: neighbours join as long as they are alike.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    seeds : (2,) or (N, 2) int
        Row and column of each seed.
    tolerance : float
        How far a pixel's colour may be from what it is compared with; 0 to 2.
    against : {"seed", "region"}
        Compare with the mean of the seeds, or with the mean of the region as it is by then.

    Returns
    -------
    (H, W) bool
        True on the seeds, and on what is connected with one of them.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, or a seed lies outside the image.

    Notes
    -----
    With "region", the neighbour that was most alike when it was met goes first; one that was refused
    is met again when another of its neighbours joins. The mean can drift, so the region can end far
    from where it began. `grow_plain` does both pixel by pixel; with "seed" the order plays no part,
    and here whole arrays do.
    """
    from scipy import ndimage

    pixels, rows, columns, tolerance = _to_grow(image, seeds, tolerance)
    if inputs.choice(against, "against", ("seed", "region")) == "region":
        return _grown(pixels, rows, columns, tolerance, follow=True)
    start = np.zeros(pixels.shape[:2], bool)
    start[rows, columns] = True
    apart = np.linalg.norm(pixels - pixels[rows, columns].mean(axis=0), axis=2)
    alike = apart <= tolerance
    return ndimage.binary_propagation(start, mask=alike | start)


def grow_plain(
    image: Any, seeds: Any, tolerance: float, *, against: str = "seed"
) -> NDArray[np.bool_]:
    """Do what `grow` does pixel by pixel.

    Parameters, result and errors are those of `grow`.
    """
    pixels, rows, columns, tolerance = _to_grow(image, seeds, tolerance)
    follow = inputs.choice(against, "against", ("seed", "region")) == "region"
    return _grown(pixels, rows, columns, tolerance, follow)


def _grown(
    pixels: NDArray[np.float64],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    tolerance: float,
    follow: bool,
) -> NDArray[np.bool_]:
    """Grow pixel by pixel; the mean that pixels are compared with may follow the region."""
    height, width, _ = pixels.shape
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)))
    colour, around = padded.reshape(-1, pixels.shape[2]).tolist(), (-width - 2, -1, 1, width + 2)
    region = np.pad(np.zeros((height, width), np.uint8), 1, constant_values=2).ravel().tolist()
    queue: list[tuple[float, int, int]] = []
    age = count()  # of two that are equally alike, the one met first goes first
    n, mean = len(rows), pixels[rows, columns].mean(axis=0).tolist()
    joining = ((rows + 1) * (width + 2) + columns + 1).tolist()
    for here in joining:
        region[here] = 1
    while joining:
        for here in joining:
            for there in (here + step for step in around):
                if not region[there]:
                    heapq.heappush(queue, (math.dist(colour[there], mean), next(age), there))
        joining = []
        while queue and not joining:
            _, _, here = heapq.heappop(queue)
            if not region[here] and math.dist(colour[here], mean) <= tolerance:
                region[here], joining = 1, [here]
        if joining and follow:
            n += 1
            mean = [m + (c - m) / n for c, m in zip(colour[joining[0]], mean, strict=True)]
    return np.array(region).reshape(height + 2, width + 2)[1:-1, 1:-1] == 1


def _to_grow(
    image: Any, seeds: Any, tolerance: Any
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp], float]:
    pixels = _channels(image)
    found = inputs.labels(seeds, "seeds", booleans=False)
    points = found[None] if found.ndim == 1 else found
    if points.ndim != 2 or points.shape[1] != 2 or not points.size:
        raise ValueError(
            say(
                "seeds must be (row, column), or a list (N, 2) of such, got shape {shape}",
                shape=found.shape,
            )
        )
    outside = (points < 0) | (points >= np.array(pixels.shape[:2]))
    if outside.any():
        raise ValueError(
            say(
                "seeds holds {seed}, which is not in the image of {height} × {width} pixels; give "
                "row and column, counted from 0",
                seed=points[outside.any(axis=1)][0].tolist(),
                height=pixels.shape[0],
                width=pixels.shape[1],
            )
        )
    rows, columns = np.unique(points.astype(np.intp), axis=0).T
    # 0.3 and 0.2 are 0.1 apart, whatever rounding makes of them.
    tolerance = inputs.number(tolerance, "tolerance", 0, 2) + inputs.ROUNDING
    return pixels, rows, columns, tolerance


# ---------------------------------------------------------------------------------- splitting, merging


def split_and_merge(image: Any, tolerance: float, *, min_size: int = 4) -> Labels:
    """Split an image into blocks that are of one kind, and merge neighbours that are so together.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    tolerance : float
        A region is of one kind if its standard deviation is at most this; 0 to 1. Of colours, the
        root of the sum of the three variances.
    min_size : int, default 4
        Blocks with a side shorter than twice this are not split.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1 in reading order, each 4-connected. Any two that touch would not be of one
        kind together.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    return merge(image, split(image, tolerance, min_size=min_size), tolerance)


def split(image: Any, tolerance: float, *, min_size: int = 4) -> Labels:
    """Quarter an image, and each quarter again, until every block is of one kind.

    Parameters and errors are those of `split_and_merge`.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1 in the order of the tree: of a block, top left, top right, bottom left,
        bottom right. Sides need not be powers of 2; the first half is the shorter one.
    """
    pixels = _channels(image)
    limit = _limit(tolerance)
    min_size = inputs.whole(min_size, "min_size", 1)
    pixels = pixels - pixels.mean(axis=(0, 1))  # sums of small numbers are more exact
    sums = [_integral(pixels), _integral((pixels**2).sum(axis=2, keepdims=True))]
    labels = np.empty(pixels.shape[:2], np.int32)
    blocks, n = [(0, 0, *labels.shape)], 0
    while blocks:
        top, left, bottom, right = blocks.pop()
        first, second = (
            s[bottom, right] - s[top, right] - s[bottom, left] + s[top, left] for s in sums
        )
        area = (bottom - top) * (right - left)
        small = min(bottom - top, right - left) < 2 * min_size
        if small or _variance(area, first, second) <= limit:
            labels[top:bottom, left:right] = n
            n += 1
        else:
            y, x = (top + bottom) // 2, (left + right) // 2
            halves = product(((top, y), (y, bottom)), ((left, x), (x, right)))
            quarters = [(t, l_, b, r) for (t, b), (l_, r) in halves]
            blocks.extend(reversed(quarters))
    return labels


def merge(image: Any, labels: Any, tolerance: float) -> Labels:
    """Merge neighbouring regions that are of one kind together, the most alike first.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    labels : (H, W) int
        Regions; the 4-connected parts of each label are regions of their own.
    tolerance : float
        As in `split_and_merge`.

    Returns
    -------
    (H, W) int32
        As `split_and_merge`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, or image and labels differ in shape.

    Notes
    -----
    In rounds: all pairs that touch are sorted by the standard deviation that they would have
    together, and each is merged if that is still within the tolerance when its turn comes. The last
    round merges none.
    """
    pixels = _channels(image)
    limit = _limit(tolerance)
    labels = inputs.label_map(labels, booleans=False)
    inputs.same_shape(pixels.shape[:2], labels.shape, say("image and labels"))
    labels = _parts(labels)
    while True:
        pairs = _neighbours(labels)
        home, merged = _merge_once(pixels, labels, pairs, limit)
        labels = _parts(home[labels])
        if not merged:
            return labels


def _merge_once(
    pixels: NDArray[np.float64], labels: Labels, pairs: NDArray[np.int64], limit: float
) -> tuple[NDArray[np.int32], int]:
    """Return which region each region belongs to after one round, and how many merged."""
    flat = labels.ravel()
    area = np.bincount(flat).astype(np.float64)
    first = np.stack([np.bincount(flat, c.ravel()) for c in np.moveaxis(pixels, 2, 0)], axis=1)
    second = np.bincount(flat, (pixels**2).sum(axis=2).ravel())[:, None]

    def together(a: Any, b: Any) -> Any:
        return _variance(area[a] + area[b], first[a] + first[b], second[a] + second[b])

    apart = together(*pairs.T)
    order = np.argsort(apart, kind="stable")
    home, merged = list(range(area.size)), 0
    for a, b in pairs[order[apart[order] <= limit]].tolist():
        a, b = _root(home, a), _root(home, b)
        if a != b and together(a, b) <= limit:
            home[b] = a
            for s in (area, first, second):
                s[a] += s[b]
            merged += 1
    return np.array([_root(home, i) for i in range(len(home))], np.int32), merged


def _variance(area: Any, first: Any, second: Any) -> Any:
    """Return the sum of a region's variances over its channels, from its sums of x and of x²."""
    return second[..., 0] / area - ((first / np.expand_dims(area, -1)) ** 2).sum(axis=-1)


def _limit(tolerance: Any) -> float:
    """Return the largest variance that is within a tolerance, but for rounding."""
    return inputs.number(tolerance, "tolerance", 0, 1) ** 2 + ROUNDING


def _integral(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums over all rectangles from the top left corner: (H, W, C) -> (H + 1, W + 1, C)."""
    return np.pad(pixels.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0), (0, 0)))


def _neighbours(labels: Labels) -> NDArray[np.int64]:
    """Return the pairs of regions that share a side, (n, 2), the smaller label first."""
    sides = [(labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])]
    pairs = np.concatenate([np.stack([a[a != b], b[a != b]], axis=1) for a, b in sides])
    n = int(labels.max()) + 1
    codes = np.unique(np.sort(pairs.astype(np.int64), axis=1) @ np.array([n, 1]))
    return np.stack([codes // n, codes % n], axis=1)


def _parts(labels: NDArray[Any]) -> Labels:
    """Give each 4-connected part of each label a number of its own, in reading order from 0."""
    from skimage.measure import label

    dense = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    return (label(dense, background=-1, connectivity=1) - 1).astype(np.int32)


# ------------------------------------------------------------------------------------------ flooding


def watershed(height: Any, markers: Any, *, line: bool = False, mask: Any = None) -> Labels:
    """Flood a landscape from markers: every pixel goes to the marker whose water comes first.

    A priority queue holds the shore. The lowest pixel on it is flooded next, and of equally low ones
    that which was reached first; its neighbours that are dry become shore.

    Parameters
    ----------
    height : (H, W) float
        The landscape: a gradient, or a distance with its sign turned. The heights of the markers
        themselves play no part.
    markers : (H, W) int
        1, 2, … on markers, 0 elsewhere.
    line : bool, default False
        Whether pixels where two waters meet stay dry, as a line of label 0. Where two markers touch
        there is none.
    mask : (H, W) bool, optional
        Where water may flow; everywhere if not given.

    Returns
    -------
    (H, W) int32
        The marker of each pixel; 0 on the line, and where no water comes.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, the shapes differ, or there is no marker (in the mask).
    """
    height = inputs.image(height, "height", bounded=False, one_channel=True, grey=True)
    labels = _markers(markers, mask, height.shape)
    rows, columns = labels.shape[0] - 2, labels.shape[1] - 2
    low = np.pad(height.astype(np.float64), 1).ravel().tolist()
    home = labels.ravel().tolist()  # −1 is dry for good: beyond the border or the mask, or a line
    around = (-(columns + 2), -1, 1, columns + 2)
    queue = [(-np.inf, 0, i, i) for i, label in enumerate(home) if label > 0]
    age = len(queue)
    while queue:
        level, _, here, source = heapq.heappop(queue)
        if line and here != source:  # who comes first is known only now that it is flooded
            if home[here] != 0:
                continue
            if any(home[here + step] not in (-1, 0, home[source]) for step in around):
                home[here] = -1
                continue
            home[here] = home[source]
        for step in around:
            there = here + step
            if home[there] == 0:
                if not line:
                    home[there] = home[here]
                age += 1
                heapq.heappush(queue, (max(level, low[there]), age, there, source))
    flooded = np.array(home, np.int32).reshape(rows + 2, columns + 2)[1:-1, 1:-1]
    return np.maximum(flooded, 0)


def _markers(markers: Any, mask: Any, shape: tuple[int, ...]) -> Labels:
    """Return the markers with a border of −1, and −1 beyond the mask."""
    found = inputs.label_map(markers, "markers", booleans=False)
    inputs.same_shape(shape, found.shape, say("height and markers"))
    if found.min() < 0 or found.max() > np.iinfo(np.int32).max:
        raise ValueError(
            say(
                "markers holds {low} to {high}, expected 0 where there is none and 1, 2, … on "
                "markers",
                low=found.min(),
                high=found.max(),
            )
        )
    labels = found.astype(np.int32)
    if mask is not None:
        inside = inputs.mask(mask)
        inputs.same_shape(shape, inside.shape, say("height and mask"))
        labels[~inside] = -1
    if labels.max() < 1:
        raise ValueError(
            say("markers holds no marker inside the image or mask; mark pixels with 1, 2, …")
        )
    return np.pad(labels, 1, constant_values=-1)


# ---------------------------------------------------------------------------------------- components


def components(mask: Any, *, connectivity: int = 4, min_area: int = 1) -> Labels:
    """Tell the connected parts of a mask apart, and leave out the small ones.

    Parameters
    ----------
    mask : (H, W) bool
    connectivity : {4, 8}
        Whether pixels touch along sides only, or at corners too.
    min_area : int, default 1
        Parts with fewer pixels become background.

    Returns
    -------
    (H, W) int32
        0 where there is none, 1 … n on the parts, in reading order of their first pixels.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    from scipy import ndimage

    mask, corners, min_area = _to_label(mask, connectivity, min_area)
    structure = ndimage.generate_binary_structure(2, 2 if corners else 1)
    labels, _ = ndimage.label(mask, structure)
    return _filtered(labels, min_area)


def components_plain(mask: Any, *, connectivity: int = 4, min_area: int = 1) -> Labels:
    """Do what `components` does in two passes over the pixels, with union–find.

    The first pass takes over the label of a neighbour that was seen before, and notes which labels
    meet; the second gives each pixel the root of its label. Parameters, result and errors are those
    of `components`.
    """
    mask, corners, min_area = _to_label(mask, connectivity, min_area)
    before = ((-1, -1), (-1, 0), (-1, 1), (0, -1)) if corners else ((-1, 0), (0, -1))
    labels = np.zeros(np.add(mask.shape, 2), np.int32)  # with a border of background
    parent = [0]
    for row, column in np.argwhere(mask) + 1:
        near = {_root(parent, labels[row + dy, column + dx]) for dy, dx in before} - {0}
        if not near:
            near = {len(parent)}
            parent.append(len(parent))
        labels[row, column] = first = min(near)
        for other in near:
            parent[other] = first
    roots = np.array([_root(parent, i) for i in range(len(parent))])
    return _filtered(roots[labels[1:-1, 1:-1]], min_area)


def _root(parent: list[int], i: int) -> int:
    """Return the root of a tree, and halve the path to it on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return int(i)


def _to_label(mask: Any, connectivity: Any, min_area: Any) -> tuple[NDArray[np.bool_], bool, int]:
    if inputs.whole(connectivity, "connectivity") not in (4, 8):
        raise ValueError(say("connectivity must be 4 or 8, got {found}", found=connectivity))
    return inputs.mask(mask), connectivity == 8, inputs.whole(min_area, "min_area", 1)


def _filtered(labels: NDArray[Any], min_area: int) -> Labels:
    """Make parts below an area background, and number the others 1 … n in their order."""
    stay = np.bincount(labels.ravel()) >= min_area
    stay[0] = False
    return np.where(stay, np.cumsum(stay), 0)[labels].astype(np.int32)


def _channels(image: Any) -> NDArray[np.float64]:
    """Return an image as (H, W, C) in double precision."""
    found = inputs.image(image, one_channel=True)
    return found.reshape(*found.shape[:2], -1).astype(np.float64)
