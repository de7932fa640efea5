"""From any label map to superpixels: connected regions, numbered without gaps, not too many.

Clustering in colour and position leaves crumbs: pixels of a cluster that do not hang together with
the rest of it. Here every connected part becomes a region of its own; the largest ones stay, and
the others join the neighbour that resembles them most.
"""

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label as _label

from seglearn.superpixels import _inputs

__all__ = ["absorb", "borders", "connected_parts", "enforce", "region_means", "renumber"]

Labels = NDArray[np.int32]


def connected_parts(labels: NDArray[np.integer]) -> Labels:
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
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels holds {labels.dtype} values, expected integers")
    if labels.ndim != 2 or labels.size == 0:
        raise ValueError(f"labels has shape {labels.shape}, expected (H, W) with a pixel in it")
    labels = labels - labels.min() if labels.min() < 0 else labels
    return np.asarray(_label(labels, connectivity=1, background=-1) - 1, dtype=np.int32)


def renumber(labels: NDArray[np.integer]) -> Labels:
    """Close the gaps between labels, which must not be negative, keeping their order."""
    present = np.bincount(labels.ravel()) > 0
    return np.asarray((np.cumsum(present, dtype=np.int32) - 1)[labels], dtype=np.int32)


def borders(
    labels: NDArray[np.integer],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Find which regions touch, and along how many pixel sides.

    Parameters
    ----------
    labels : (H, W) int
        Labels 0 … n−1.

    Returns
    -------
    first, second, length : (n_pairs,) int
        Each pair once, ``first < second``; length in pixel sides.
    """
    n = int(labels.max()) + 1
    codes = []
    for a, b in ((labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1])):
        differ = a != b
        p, q = a[differ].astype(np.int64), b[differ].astype(np.int64)
        codes.append(np.minimum(p, q) * n + np.maximum(p, q))
    pairs, length = np.unique(np.concatenate(codes), return_counts=True)
    return pairs // n, pairs % n, length


def absorb(
    parts: Labels, keep: NDArray[np.bool_], features: NDArray[np.floating] | None = None
) -> Labels:
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
    ValueError
        If no region is kept.
    """
    if not keep.any():
        raise ValueError("keep is false for every region: there is none that the others could join")
    if keep.all():
        return renumber(parts)
    first, second, length = borders(parts)
    one, other = np.concatenate([first, second]), np.concatenate([second, first])
    if features is None:
        cost = -np.concatenate([length, length]).astype(float)
    else:
        mean = region_means(parts, features, keep.size)
        apart = ((mean[:, first] - mean[:, second]) ** 2).sum(axis=0)
        cost = np.concatenate([apart, apart])
    home = np.where(keep, np.arange(keep.size), -1)
    while (home < 0).any():
        ready = (home[one] < 0) & (home[other] >= 0)
        order = np.lexsort((cost[ready], one[ready]))
        orphans, where = np.unique(one[ready][order], return_index=True)
        home[orphans] = home[other[ready][order][where]]
    return renumber(home[parts])


def region_means(
    labels: NDArray[np.integer], features: NDArray[np.floating], n: int
) -> NDArray[np.float64]:
    """Mean of each channel over each region: (C, n) from (C, H, W)."""
    flat = labels.ravel()
    sums = np.stack([np.bincount(flat, channel.ravel(), n) for channel in features])
    return np.asarray(sums / np.maximum(np.bincount(flat, minlength=n), 1))


def enforce(
    labels: NDArray[np.integer],
    n_segments: int,
    features: NDArray[np.floating] | None = None,
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
        As `connected_parts`; also if ``n_segments`` is below 1.
    """
    parts = connected_parts(labels)
    n_segments = _inputs.at_least(n_segments, 1, "n_segments")
    size = np.bincount(parts.ravel())
    keep = np.zeros(size.size, dtype=bool)
    largest = np.argsort(-size, kind="stable")[:n_segments]
    keep[largest] = size[largest] >= min_size
    keep[largest[0]] = True
    return absorb(parts, keep, features)
