"""The random walker: every pixel takes the label whose marks a walker from it would reach first.

A walker on the grid of pixels goes to a neighbour q of its pixel p with a probability in proportion
to

    w_pq = exp(−β (‖z_p − z_q‖² / largest ‖z_p − z_q‖²)) + `FLOOR`,

so it rarely crosses an edge of the image. Where it first meets a mark decides. Nobody has to walk:
the probability x_p to meet label s first is the mean of its neighbours' x, weighted by w, and 1 or 0
at the marks. With the Laplacian L = D − W of the graph, its rows and columns sorted into marked M and
unmarked U, that is one sparse linear system a label,

    L_U x = −L_UM m,

and a field without bumps: where no edge is near, labels meet half way between their marks.

`walk` lets the walkers walk. Its shares go to the probabilities that `probabilities` solves for.

References
----------
Grady, "Random walks for image segmentation", TPAMI 28(11), 2006.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import cg, splu

from seglearn import inputs
from seglearn.classical import _seeds, mincut
from seglearn.words import say

__all__ = ["FLOOR", "SOLVERS", "laplacian", "probabilities", "segment", "walk"]

FLOOR = 1e-6
"""Added to each weight, so that no pixel is cut off."""

SOLVERS = ("direct", "cg")


def laplacian(image: Any, *, beta: float = 90.0, normalise: bool = True) -> sparse.csr_matrix:
    """Return the Laplacian of the graph of an image.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    beta : float
        β: how much harder an edge is to cross; 0 makes all steps alike.
    normalise : bool
        Whether squared differences are divided by the largest of the image.

    Returns
    -------
    (H·W, H·W) sparse matrix of float
        D − W for 4 neighbours; each row adds up to 0.

    Raises
    ------
    TypeError, ValueError
        If the image is not as above, or ``beta`` is negative.
    """
    z = inputs.image(image).astype(np.float64)
    beta = inputs.number(beta, "beta", 0, 1e9)
    shape = z.shape[:2]
    z = z.reshape(*shape, -1)
    index = np.arange(z[..., 0].size).reshape(shape)
    pairs = [mincut.pair(offset) for offset in mincut.OFFSETS[:2]]
    p = np.concatenate([index[here].ravel() for here, _ in pairs])
    q = np.concatenate([index[there].ravel() for _, there in pairs])
    square = ((z.reshape(index.size, -1)[p] - z.reshape(index.size, -1)[q]) ** 2).sum(axis=1)
    if normalise and square.any():
        square /= square.max()
    weight = np.exp(-beta * square) + FLOOR
    both = (np.concatenate([weight, weight]), (np.concatenate([p, q]), np.concatenate([q, p])))
    adjacency = sparse.csr_matrix(both, shape=(index.size, index.size))
    return (sparse.diags(np.asarray(adjacency.sum(axis=1)).ravel()) - adjacency).tocsr()


def probabilities(
    image: Any,
    seeds: Any,
    *,
    beta: float = 90.0,
    normalise: bool = True,
    solver: str = "direct",
    tolerance: float = 1e-5,
) -> NDArray[np.float64]:
    """Return how likely a walker from each pixel meets each label first.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    seeds : (H, W) int
        Labels 0 … K−1 of marked pixels, at least one of each and two labels at least; −1 elsewhere.
    beta, normalise
        As in `laplacian`.
    solver : str
        "direct" factorises the matrix, exact to rounding; "cg" approaches by conjugate gradients,
        with less memory.
    tolerance : float
        Of "cg": the residual at which it stops, relative to the right-hand side.

    Returns
    -------
    (K, H, W) float
        In [0, 1]; for each pixel they add up to 1. At a mark 1 for its label.

    Raises
    ------
    TypeError, ValueError
        If the image, the seeds or a number are not as above, or conjugate gradients do not arrive.
    """
    matrix = laplacian(image, beta=beta, normalise=normalise)
    shape = inputs.image(image).shape[:2]
    seeds = _seeds.check(seeds, shape, all_labels=True)
    solver = inputs.choice(solver, "solver", SOLVERS)
    tolerance = inputs.number(tolerance, "tolerance", 1e-12, 1)
    label = seeds.ravel()
    free, marked = np.flatnonzero(label < 0), np.flatnonzero(label >= 0)
    out = (label == np.arange(label.max() + 1)[:, None]).astype(np.float64)
    if free.size:
        inner = matrix[free][:, free].tocsc()
        right = -(matrix[free][:, marked] @ out[:-1, marked].T)  # the last label is what is left
        out[:-1, free] = _solve(inner, right, solver, tolerance).clip(0, 1).T
        out[-1, free] = (1 - out[:-1, free].sum(axis=0)).clip(0, 1)
        out[:, free] /= out[:, free].sum(axis=0)
    return out.reshape(-1, *shape)


def _solve(
    matrix: sparse.csc_matrix, right: NDArray[np.float64], solver: str, tolerance: float
) -> NDArray[np.float64]:
    """Solve for each column of the right-hand side."""
    if solver == "direct":
        return np.asarray(splu(matrix, permc_spec="MMD_AT_PLUS_A").solve(right))
    scale = sparse.diags(1 / matrix.diagonal())
    columns = []
    for column in right.T:
        x, failed = cg(matrix, column, rtol=tolerance, maxiter=20_000, M=scale)
        if failed:
            raise ValueError(
                say(
                    "conjugate gradients did not reach a tolerance of {tolerance:g} for this image; "
                    'use solver="direct", a larger tolerance or a smaller beta',
                    tolerance=tolerance,
                )
            )
        columns.append(x)
    return np.stack(columns, axis=1)


def segment(
    image: Any,
    seeds: Any,
    *,
    beta: float = 90.0,
    normalise: bool = True,
    solver: str = "direct",
    tolerance: float = 1e-5,
) -> NDArray[np.int32]:
    """Label every pixel by the marks that a walker from it most likely meets first.

    Parameters and errors are those of `probabilities`.

    Returns
    -------
    (H, W) int32
        0 … K−1; marked pixels keep their label.
    """
    found = probabilities(
        image, seeds, beta=beta, normalise=normalise, solver=solver, tolerance=tolerance
    )
    return found.argmax(axis=0).astype(np.int32)


def walk(
    image: Any,
    seeds: Any,
    start: tuple[int, int],
    *,
    n_walkers: int = 1000,
    seed: int | np.random.Generator = 0,
    beta: float = 90.0,
    most_steps: int = 100_000,
) -> NDArray[np.int64]:
    """Let walkers go from one pixel until each meets a mark, and count whose.

    Parameters
    ----------
    image, seeds, beta
        As in `probabilities`.
    start : (int, int)
        Row and column where they set out.
    n_walkers : int
        1 … 100,000.
    seed : int or numpy.random.Generator
        For their steps.
    most_steps : int
        After so many steps who has not arrived is not counted.

    Returns
    -------
    (K,) int64
        How many met each label first.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above, or ``start`` lies outside.
    """
    matrix = laplacian(image, beta=beta)
    height, width = inputs.image(image).shape[:2]
    label = _seeds.check(seeds, (height, width), all_labels=True).ravel()
    rng = inputs.generator(seed, "seed")
    row, column = inputs.size(start, "start", 0)
    inputs.whole(row, say("row of start"), 0, height - 1)
    inputs.whole(column, say("column of start"), 0, width - 1)
    place = np.full(inputs.whole(n_walkers, "n_walkers", 1, 100_000), row * width + column)
    neighbour, chance = _ways(matrix)
    count = np.zeros(label.max() + 1, dtype=np.int64)
    for _ in range(inputs.whole(most_steps, "most_steps", 1) + 1):
        arrived = label[place] >= 0
        count += np.bincount(label[place[arrived]], minlength=count.size)
        place = place[~arrived]
        if not place.size:
            break
        way = (rng.random(place.size)[:, None] > chance[place]).sum(axis=1)
        place = neighbour[place, way]
    return count


def _ways(matrix: sparse.csr_matrix) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Neighbours of each node, (N, 4), and the chance to go to one of the first 1, 2, … of them."""
    edges = (sparse.diags(matrix.diagonal()) - matrix).tocoo()
    order = np.lexsort((edges.col, edges.row))
    row, column, weight = edges.row[order], edges.col[order], edges.data[order]
    present = weight > 0
    row, column, weight = row[present], column[present], weight[present]
    first = np.searchsorted(row, np.arange(matrix.shape[0]))
    slot = np.arange(row.size) - first[row]
    neighbour = np.zeros((matrix.shape[0], 4), dtype=np.intp)
    chance = np.zeros((matrix.shape[0], 4))
    neighbour[row, slot], chance[row, slot] = column, weight
    chance = np.cumsum(chance, axis=1)
    return neighbour, chance / np.maximum(chance[:, -1:], FLOOR)
