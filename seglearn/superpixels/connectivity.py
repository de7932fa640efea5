"""From any label map to superpixels: connected regions, numbered without gaps, not too many.

Clustering in colour and position leaves crumbs: pixels of a cluster that do not hang together with
the rest of it. Here every connected part becomes a region of its own; the largest ones stay, and
the others join the neighbour that resembles them most.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.words import say

__all__ = ["absorb", "borders", "connected_parts", "enforce", "region_means", "renumber"]

Labels = NDArray[np.int32]


def connected_parts(labels: Any) -> Labels:
    """Give every 4-connected part of every label a number of its own.

    Parameters
    ----------
    labels : (H, W) int

    Returns
    -------
    (H, W) int32
        0 … n−1 in reading order: two pixels share a number if a path of equal labels joins them.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If they are not (H, W), or there is no pixel.
    """
    from skimage.measure import label

    labels = inputs.label_map(labels, booleans=False)
    if labels.min() < 0 or labels.max() > np.iinfo(np.int32).max:
        labels = dense(labels)[0]
    return np.asarray(label(labels, connectivity=1, background=-1) - 1, dtype=np.int32)


def dense(labels: NDArray[Any]) -> tuple[NDArray[np.intp], int]:
    """Return labels numbered 0 … n−1 in their order, and n; the labels may be any integers."""
    if labels.min() < 0 or labels.max() > 4 * labels.size + 1000:  # no table of all of them
        values, inverse = np.unique(labels, return_inverse=True)
        return inverse.reshape(labels.shape), values.size
    labels = labels.astype(np.intp, copy=False)
    present = np.bincount(labels.ravel()) > 0
    n = int(np.count_nonzero(present))
    return (labels if n == present.size else (np.cumsum(present) - 1)[labels]), n


def renumber(labels: Any) -> Labels:
    """Close the gaps between the labels of a map (H, W), keeping their order: 0 … n−1, int32."""
    return dense(inputs.label_map(labels, booleans=False))[0].astype(np.int32)


def borders(labels: Any) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Find which regions touch, and along how many pixel sides.

    Parameters
    ----------
    labels : (H, W) int
        Labels 0 … n−1.

    Returns
    -------
    first, second, length : (n_pairs,) int
        Each pair once, ``first < second``; length in pixel sides.

    Raises
    ------
    TypeError, ValueError
        As `connected_parts`; also if a label is negative, or larger than there are pixels.
    """
    return _borders(_numbered(labels, "labels"))


def _numbered(labels: Any, what: str) -> NDArray[Any]:
    """Return a label map whose labels can count regions."""
    found = inputs.label_map(labels, what, booleans=False)
    _refuse_gaps(found, what)
    return found


def _refuse_gaps(labels: NDArray[Any], what: str) -> None:
    """Refuse labels that cannot be 0 … n−1: a table of them would be larger than the map."""
    if not labels.size:
        raise ValueError(
            say("{what} has shape {shape}: there is no pixel in it", what=what, shape=labels.shape)
        )
    if labels.min() < 0 or labels.max() >= labels.size:
        raise ValueError(
            say(
                "{what} holds {low} to {high} on {size} pixels, expected regions "
                "numbered 0 … n−1; number them with renumber",
                what=what,
                low=labels.min(),
                high=labels.max(),
                size=labels.size,
            )
        )


def _borders(
    labels: NDArray[Any],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    n = int(labels.max()) + 1
    codes = []
    for a, b in ((labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1])):
        differ = a != b
        p, q = a[differ].astype(np.int64), b[differ].astype(np.int64)
        codes.append(np.minimum(p, q) * n + np.maximum(p, q))
    pairs, length = np.unique(np.concatenate(codes), return_counts=True)
    return pairs // n, pairs % n, length


def absorb(parts: Any, keep: Any, features: Any = None) -> Labels:
    """Let every region that is not kept join a neighbour.

    Regions next to a kept one go first, then those next to them, so that all stay connected.

    Parameters
    ----------
    parts : (H, W) int32
        Connected regions 0 … n−1.
    keep : (n,) bool
        At least one is true.
    features : (C, H, W) float, optional
        Channels, for instance CIELAB. A region joins the neighbour whose mean is nearest. Without
        them it joins the one with the longest common border.

    Returns
    -------
    (H, W) int32
        Labels 0 … n_kept−1.

    Raises
    ------
    TypeError, ValueError
        If one of the three is not as above, or no region is kept.
    """
    parts, keep = _numbered(parts, "parts"), inputs.booleans(keep, "keep")
    n = int(parts.max()) + 1
    if keep.shape != (n,):
        raise ValueError(
            say(
                "keep has shape {shape}, expected ({n},), one value a region", shape=keep.shape, n=n
            )
        )
    if not keep.any():
        raise ValueError(
            say("keep is false for every region: there is none that the others could join")
        )
    if features is not None:
        features = inputs.planes(features, "features", parts.shape)
    if keep.all():
        return dense(parts)[0].astype(np.int32)
    first, second, length = _borders(parts)
    one, other = np.concatenate([first, second]), np.concatenate([second, first])
    if features is None:
        cost = -np.concatenate([length, length]).astype(float)
    else:
        mean = _means(parts, features, n)
        apart = ((mean[:, first] - mean[:, second]) ** 2).sum(axis=0)
        cost = np.concatenate([apart, apart])
    home = np.where(keep, np.arange(keep.size), -1)
    while (home < 0).any():
        ready = (home[one] < 0) & (home[other] >= 0)
        order = np.lexsort((cost[ready], one[ready]))
        orphans, where = np.unique(one[ready][order], return_index=True)
        home[orphans] = home[other[ready][order][where]]
    return dense(home[parts])[0].astype(np.int32)


def region_means(labels: Any, features: Any, n: int) -> NDArray[np.float64]:
    """Mean of each channel over each region.

    Parameters
    ----------
    labels : (H, W) or (n_pixels,) int
        Labels 0 … n−1.
    features : (C, H, W) or (C, n_pixels) float
    n : int
        Number of regions; one without a pixel has the mean 0.

    Returns
    -------
    (C, n) float64

    Raises
    ------
    TypeError, ValueError
        If one of the three is not as above.
    """
    labels = inputs.labels(labels, booleans=False)
    _refuse_gaps(labels, "labels")
    n = inputs.whole(n, "n", int(labels.max()) + 1)
    return _means(labels, inputs.planes(features, "features", labels.shape), n)


def _means(labels: NDArray[Any], features: NDArray[np.floating], n: int) -> NDArray[np.float64]:
    flat = labels.ravel()
    sums = np.stack([np.bincount(flat, channel.ravel(), n) for channel in features])
    return np.asarray(sums / np.maximum(np.bincount(flat, minlength=n), 1))


def enforce(
    labels: Any,
    n_segments: int,
    features: Any = None,
    *,
    min_size: float = 1,
) -> Labels:
    """Turn a label map into at most ``n_segments`` connected regions.

    Parameters
    ----------
    labels : (H, W) int
    n_segments : int
        Of the connected parts the largest ``n_segments`` stay.
    features : (C, H, W) float, optional
        See `absorb`.
    min_size : float
        Parts with fewer pixels do not stay, however few there are; the largest always does.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1.

    Raises
    ------
    TypeError, ValueError
        As `connected_parts` and `absorb`; also if ``n_segments`` is below 1 or ``min_size`` negative.
    """
    parts = connected_parts(labels)
    n_segments = inputs.whole(n_segments, "n_segments", 1)
    min_size = inputs.number(min_size, "min_size", 0)
    size = np.bincount(parts.ravel())
    keep = np.zeros(size.size, dtype=bool)
    largest = np.argsort(-size, kind="stable")[:n_segments]
    keep[largest] = size[largest] >= min_size
    keep[largest[0]] = True
    return absorb(parts, keep, features)
