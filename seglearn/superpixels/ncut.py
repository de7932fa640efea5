"""Superpixels by normalized cuts, the first that were called so.

Pixels are nodes of a graph. Two nearby pixels are alike unless a contour passes between them: the
affinity is exp(−(strongest contour on the way)²/σ²), the cue of the intervening contour. Cutting the
graph so that the parts hang together well, relative to what they are cut from, asks for the first
eigenvectors of the normalized graph; in the space that they span, pixels of one region lie close
together, and k-means finds the superpixels.

References
----------
Ren and Malik, "Learning a classification model for segmentation", ICCV 2003: section 2. Normalized
cuts: Shi and Malik, TPAMI 22(8), 2000: section 3. Intervening contours: Leung and Malik, ECCV 1998.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse.linalg import ArpackNoConvergence, eigsh
from skimage.segmentation import watershed

from seglearn import inputs
from seglearn.superpixels import _colour, _grid, connectivity
from seglearn.words import say

_LEAST = 1e-5  # likeness across the strongest contour: no pixel is cut off for nothing

__all__ = ["affinities", "contour", "embedding", "segment"]


def segment(
    image: Any,
    n_segments: int,
    *,
    n_vectors: int = 40,
    radius: int = 5,
    max_nodes: int = 20_000,
    seed: int = 0,
) -> NDArray[np.int32]:
    """Cut an image into normalized-cut superpixels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels.
    n_vectors : int
        Eigenvectors to use.
    radius : int
        Pixels of the reduced image that are joined by an edge are at most so far apart.
    max_nodes : int
        The image is reduced until it has at most so many pixels.
    seed : int
        For the vector that the eigensolver starts from.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if an option is below 1, or there is no seed.

    Notes
    -----
    Ren and Malik's contours are Martin, Fowlkes and Malik's probability of boundary, learned from
    brightness and texture; here they are plain gradients in CIELAB. The eigenproblem is solved on a
    reduced image, and outlines are found again at full size by flooding the gradient from inside.
    The number of superpixels exceeds that of eigenvectors, so the vectors are weighed by how
    smooth they are, 1/√(1 − λ) for an eigenvalue λ of the affinities, and k-means starts on a grid.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    n_vectors = inputs.whole(n_vectors, "n_vectors", 1)
    radius = inputs.whole(radius, "radius", 1)
    max_nodes = inputs.whole(max_nodes, "max_nodes", 1)
    lab = _colour.to_lab(image)
    height, width = image.shape[:2]
    slope = contour(lab)
    # The grid must resolve the superpixels: at least 16 of its nodes for each one.
    factor = max(1, int(np.ceil(np.sqrt(height * width / max(max_nodes, 16 * n_segments)))))
    small = _reduce(slope, factor)
    seeds, _ = _grid.grid_seeds(small.shape[0], small.shape[1], n_segments)
    vectors = embedding(affinities(small, radius), n_vectors, seed).reshape(*small.shape, -1)
    clusters = connectivity.enforce(_k_means(vectors, seeds), n_segments)
    if factor == 1:
        return connectivity.enforce(clusters, n_segments, lab)
    return connectivity.enforce(_enlarge(clusters, slope, factor), n_segments, lab)


def contour(lab: Any) -> NDArray[np.float32]:
    """Strength of a contour at every pixel, in [0, 1].

    Parameters
    ----------
    lab : (3, H, W) float32
        CIELAB.

    Returns
    -------
    (H, W) float32
        ‖∇‖ after smoothing by one pixel, as a share of its 98th percentile, at most 1. Zero if the
        image is constant.

    Raises
    ------
    TypeError, ValueError
        If the image is not as above.
    """
    lab = inputs.planes(lab, "lab")
    smooth = ndimage.gaussian_filter(lab, (0, 1, 1), mode="nearest")
    slope = np.sqrt(_grid.gradient(smooth))
    strong = np.percentile(slope, 98)
    return np.minimum(slope / max(float(strong), 1.0), 1).astype(np.float32)


def affinities(slope: Any, radius: int, sigma: float = 0.15) -> sparse.csr_matrix:
    """Likeness of nearby pixels by intervening contours.

    Parameters
    ----------
    slope : (H, W) float in [0, 1]
        Strength of contours.
    radius : int
        Pixels further apart are not joined.
    sigma : float
        Contour that makes a likeness of 1/e.

    Returns
    -------
    (H·W, H·W) sparse matrix
        Symmetric; exp(−(max of slope on the straight line)²/σ²), and 10⁻⁵.

    Raises
    ------
    TypeError, ValueError
        If the slope is not as above, ``radius`` is below 1, or ``sigma`` is not positive.
    """
    slope = inputs.image(slope, "slope", grey=True)
    radius, sigma = inputs.whole(radius, "radius", 1), inputs.positive(sigma, "sigma")
    height, width = slope.shape
    index = np.arange(slope.size, dtype=np.int32).reshape(slope.shape)
    rows, columns, values = [index.ravel()], [index.ravel()], [np.ones(slope.size, np.float32)]
    for dy in range(min(radius, height - 1) + 1):
        for dx in range(-min(radius, width - 1), min(radius, width - 1) + 1):
            if dy * dy + dx * dx > radius * radius or (dy == 0 and dx <= 0):
                continue
            n_steps = max(dy, abs(dx))
            left, right = max(0, -dx), max(0, dx)
            strongest = np.zeros((height - dy, width - left - right), dtype=np.float32)
            for step in range(n_steps + 1):
                y, x = round(step * dy / n_steps), round(step * dx / n_steps)
                window = slope[y : height - dy + y, left + x : width - right + x]
                np.maximum(strongest, window, out=strongest)
            here = index[: height - dy, left : width - right].ravel()
            there = index[dy:, left + dx : width - right + dx].ravel()
            likeness = np.exp(-((strongest.ravel() / sigma) ** 2)) + np.float32(_LEAST)
            rows += [here, there]
            columns += [there, here]
            values += [likeness, likeness]
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix(entries, shape=(slope.size, slope.size))


def embedding(
    affinity: sparse.csr_matrix,
    n_vectors: int,
    seed: int = 0,
    *,
    tolerance: float = 1e-2,
    most_dense: int = 64,
) -> NDArray[np.float64]:
    """Coordinates of every node in the space of the first generalised eigenvectors.

    Parameters
    ----------
    affinity : (N, N) sparse matrix
        W, symmetric, not negative.
    n_vectors : int
        How many eigenvectors of (D − W) y = μ D y, smallest μ first; the constant one is left out.
    seed : int
        For the vector that the solver starts from.
    tolerance : float
        Relative error of an eigenvalue at which the solver stops.
    most_dense : int
        A graph of at most so many nodes is solved as a dense matrix, exactly.

    Returns
    -------
    (N, n) float
        The eigenvectors y, each divided by √μ; n is ``n_vectors``, or fewer for a tiny graph.

    Raises
    ------
    TypeError, ValueError
        If the matrix or a number is not as above, or there is no seed.
    """
    if not sparse.issparse(affinity) or len(set(affinity.shape)) > 1 or not affinity.shape[0]:
        raise TypeError(
            say(
                "affinity must be a square sparse matrix, as from affinities, got {type!r}",
                type=type(affinity),
            )
        )
    n_vectors = inputs.whole(n_vectors, "n_vectors", 1)
    tolerance = inputs.number(tolerance, "tolerance", 0)
    most_dense = inputs.whole(most_dense, "most_dense", 0)
    rng = inputs.generator(seed, "seed")
    n = affinity.shape[0]
    root = 1 / np.sqrt(np.asarray(affinity.sum(axis=1)).ravel())
    if n <= max(most_dense, 2 * n_vectors):
        values, vectors = np.linalg.eigh(root[:, None] * affinity.toarray() * root)
        values, vectors = values[::-1][: n_vectors + 1], vectors[:, ::-1][:, : n_vectors + 1]
    else:
        scale = sparse.diags(root)
        normal = (scale @ affinity @ scale).tocsr().astype(np.float64)
        start = rng.random(n)
        try:
            values, vectors = eigsh(
                normal,
                k=n_vectors + 1,
                which="LA",
                tol=tolerance,
                v0=start,
                ncv=2 * n_vectors + 10,
                maxiter=40,
            )
        except ArpackNoConvergence as error:  # go on with those that were found
            values, vectors = error.eigenvalues, error.eigenvectors
        order = np.argsort(-values)
        values, vectors = values[order], vectors[:, order]
    mu = np.maximum(1 - values[1:], 1e-6)
    return np.asarray(vectors[:, 1:] * root[:, None] / np.sqrt(mu))


def _k_means(
    vectors: NDArray[np.float64], seeds: NDArray[np.intp], n_iterations: int = 8
) -> NDArray[np.intp]:
    """Cluster pixels by their coordinates, from the pixels at the seeds; (H, W) labels.

    Position is added with a weight that only matters where the vectors do not tell pixels apart,
    in areas without any contour.
    """
    height, width, _ = vectors.shape
    y, x = np.mgrid[:height, :width]
    step = np.sqrt(height * width / len(seeds))
    scale = _typical_change(vectors, max(1, round(step)))
    position = np.stack([y, x], axis=-1) / step
    points = np.concatenate([vectors / scale, 0.5 * position], axis=-1).reshape(height * width, -1)
    points = points.astype(np.float32)
    centres = points[seeds[:, 0] * width + seeds[:, 1]]
    nearest = np.zeros(len(points), dtype=np.intp)
    for _ in range(n_iterations):
        offset = (centres**2).sum(axis=1)
        for part in range(0, len(points), 4096):  # a few thousand rows of distances at a time
            rows = slice(part, part + 4096)
            nearest[rows] = (offset - 2 * (points[rows] @ centres.T)).argmin(axis=1)
        count = np.bincount(nearest, minlength=len(centres))
        member = sparse.csr_matrix(
            (np.ones(len(points), np.float32), (nearest, np.arange(len(points)))),
            shape=(len(centres), len(points)),
        )
        mean = (member @ points) / np.maximum(count, 1)[:, None]
        centres = np.where(count[:, None] > 0, mean, centres)
    return nearest.reshape(height, width)


def _typical_change(vectors: NDArray[np.float64], step: int) -> float:
    """Median distance in the space of eigenvectors over one superpixel."""
    apart = [
        np.sqrt(((vectors[step:] - vectors[:-step]) ** 2).sum(axis=-1)).ravel(),
        np.sqrt(((vectors[:, step:] - vectors[:, :-step]) ** 2).sum(axis=-1)).ravel(),
    ]
    values = np.concatenate(apart)
    return max(float(np.median(values)), 1e-9) if values.size else 1.0


def _reduce(slope: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Strongest contour of each block of factor × factor pixels."""
    if factor == 1:
        return slope
    height, width = slope.shape
    padded = np.pad(slope, ((0, -height % factor), (0, -width % factor)), mode="edge")
    rows, columns = padded.shape[0] // factor, padded.shape[1] // factor
    return np.asarray(padded.reshape(rows, factor, columns, factor).max(axis=(1, 3)))


def _enlarge(
    clusters: NDArray[np.int32], slope: NDArray[np.float32], factor: int
) -> NDArray[np.int32]:
    """Bring labels to full size; blocks along an outline are flooded from both sides."""
    height, width = slope.shape
    interior = np.ones(clusters.shape, dtype=bool)
    for a, b in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        differ = clusters[a] != clusters[b]
        interior[a] &= ~differ
        interior[b] &= ~differ
    # A cluster without interior keeps one block.
    for label in np.setdiff1d(np.arange(clusters.max() + 1), clusters[interior]):
        y, x = np.argwhere(clusters == label)[0]
        interior[y, x] = True
    markers = np.where(interior, clusters + 1, 0)
    large = np.repeat(np.repeat(markers, factor, axis=0), factor, axis=1)[:height, :width]
    return np.asarray(watershed(slope, large) - 1, dtype=np.int32)
