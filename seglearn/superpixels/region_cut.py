"""Normalized cuts of a graph in two, again and again: of pixels, or of regions that touch.

The smallest cut of a graph likes to cut off a single node. The normalized cut weighs what is cut
against what each side is bound to at all,

    Ncut(A, B) = cut(A, B) / assoc(A, V) + cut(A, B) / assoc(B, V),

where cut(A, B) sums the affinities between A and B, and assoc(A, V) those between A and every node.
To find the least one is NP-hard. Its relaxation is the second eigenvector of (D − W) y = μ D y, by
`seglearn.superpixels.ncut.embedding`; nodes are sorted by it, and of all places to split the order
the one of least Ncut is taken. A side is cut again while that is cheap.

A graph of pixels comes from `seglearn.superpixels.ncut.affinities`; one of regions, which is a
thousand times smaller, from `affinities` here.

References
----------
Shi and Malik, "Normalized cuts and image segmentation", TPAMI 22(8), 2000: sections 2 and 3.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seglearn import inputs
from seglearn.superpixels import connectivity, ncut
from seglearn.words import say

__all__ = ["MOST_DENSE", "affinities", "bisect", "cost", "merge", "partition"]

MOST_DENSE = 1000
"""Nodes up to which all eigenvectors are found exactly; iteration may miss those of weak links."""


def affinities(image: Any, labels: Any, *, sigma: float = 0.1) -> sparse.csr_matrix:
    """Likeness of regions that touch, by their mean colours.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    labels : (H, W) int
        Regions 0 … n−1, as superpixels are.
    sigma : float
        Distance of colours that makes a likeness of 1/e.

    Returns
    -------
    (n, n) sparse matrix of float
        exp(−‖c_i − c_j‖² / σ²) if i and j share a side of a pixel; 1 on the diagonal; else 0.

    Raises
    ------
    TypeError, ValueError
        If the image, the labels or ``sigma`` are not as above, or the shapes differ.
    """
    image = inputs.image(image).astype(np.float64)
    sigma = inputs.positive(sigma, "sigma")
    first, second, _ = connectivity.borders(labels)
    labels = inputs.label_map(labels, booleans=False)
    inputs.same_shape(image.shape[:2], labels.shape, say("the image and labels"))
    n = int(labels.max()) + 1
    colours = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
    means = connectivity.region_means(labels, colours, n)
    square = ((means[:, first] - means[:, second]) ** 2).sum(axis=0)
    likeness = np.exp(-square / sigma**2)
    values = np.concatenate([likeness, likeness, np.ones(n)])
    rows = np.concatenate([first, second, np.arange(n)])
    columns = np.concatenate([second, first, np.arange(n)])
    return sparse.csr_matrix((values, (rows, columns)), shape=(n, n))


def cost(affinity: sparse.csr_matrix, labels: Any) -> float:
    """Return the normalized cut of a partition of a graph.

    Parameters
    ----------
    affinity : (N, N) sparse matrix
        Symmetric, not negative.
    labels : (N,) int
        Part of each node, 0 … K−1.

    Returns
    -------
    float
        Σ over the parts of cut(A, V − A) / assoc(A, V), from 0 to K; an empty part adds nothing.

    Raises
    ------
    TypeError, ValueError
        If the labels are not one of 0 … N−1 for each node.
    """
    n = affinity.shape[0]
    labels = inputs.labels(labels, "labels").astype(np.int64)
    if labels.shape != (n,) or labels.min() < 0 or labels.max() >= n:
        raise ValueError(
            say(
                "labels must be (N,), a part 0 … N−1 for each of the {n} nodes, got shape {shape}",
                n=n,
                shape=labels.shape,
            )
        )
    edges = affinity.astype(np.float64).tocoo()
    bound = np.bincount(labels[edges.row], edges.data, int(labels.max()) + 1)
    parted = labels[edges.row] != labels[edges.col]
    cut = np.bincount(labels[edges.row[parted]], edges.data[parted], len(bound))
    return float((cut / np.where(bound > 0, bound, 1)).sum())


def bisect(affinity: sparse.csr_matrix, *, seed: int = 0) -> tuple[NDArray[np.bool_], float]:
    """Cut a graph in two, at the best place in the order of the second eigenvector.

    Parameters
    ----------
    affinity : (N, N) sparse matrix
        Symmetric, not negative; each node has some affinity; N is 2 or more.
    seed : int
        For the vector that the eigensolver starts from.

    Returns
    -------
    side : (N,) bool
        Both values occur.
    cost : float
        The normalized cut, 0 … 2.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not as above, or there is no seed.
    """
    if affinity.shape[0] < 2:
        raise ValueError(say("affinity has one node; a graph of one node cannot be cut"))
    vectors = ncut.embedding(affinity, 20, seed, most_dense=MOST_DENSE)
    if not vectors.shape[1]:
        raise ValueError(
            say(
                "affinity has eigenvalues so close that no eigenvector was found; join more nodes, "
                "or make the affinities less extreme, for instance with a larger sigma"
            )
        )
    order = np.argsort(vectors[:, 0], kind="stable")
    rank = np.argsort(order)
    # The first t nodes of the order hold an edge once its later end is among them.
    edges = affinity.astype(np.float64).tocoo()
    later = np.maximum(rank[edges.row], rank[edges.col])
    within = np.cumsum(np.bincount(later, edges.data, len(order)))[:-1]
    bound = np.cumsum(np.bincount(rank[edges.row], edges.data, len(order)))
    cut = np.maximum(bound[:-1] - within, 0)
    costs = cut / bound[:-1] + cut / (bound[-1] - bound[:-1])
    best = int(costs.argmin())
    return rank > best, float(costs[best])


def partition(
    affinity: sparse.csr_matrix, *, most_cost: float = 0.05, seed: int = 0
) -> NDArray[np.int32]:
    """Cut a graph in two, and its parts again, as long as a cut is cheap.

    Parameters
    ----------
    affinity : (N, N) sparse matrix
        As in `bisect`.
    most_cost : float
        A part whose best cut costs more stays whole; 0 … 2.
    seed : int
        For the vector that the eigensolver starts from.

    Returns
    -------
    (N,) int32
        Parts 0 … K−1, in the order of their first nodes.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    most_cost = inputs.number(most_cost, "most_cost", 0, 2)
    parts = np.zeros(affinity.shape[0], dtype=np.int32)
    waiting, n_parts = [np.arange(len(parts))], 1
    while waiting:
        nodes = waiting.pop()
        if len(nodes) < 2:
            continue
        side, least = bisect(affinity[nodes][:, nodes], seed=seed)
        if least <= most_cost:
            parts[nodes[side]] = n_parts
            n_parts += 1
            waiting += [nodes[side], nodes[~side]]
    _, first, part = np.unique(parts, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[part].astype(np.int32)


def merge(
    image: Any, labels: Any, *, sigma: float = 0.1, most_cost: float = 0.05, seed: int = 0
) -> NDArray[np.int32]:
    """Join superpixels into segments by normalized cuts of the graph of regions.

    Parameters
    ----------
    image, labels, sigma
        As in `affinities`.
    most_cost, seed
        As in `partition`.

    Returns
    -------
    (H, W) int32
        Segments 0 … K−1.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above.
    """
    graph = affinities(image, labels, sigma=sigma)
    segments = partition(graph, most_cost=most_cost, seed=seed)
    return segments[inputs.label_map(labels, booleans=False)]
