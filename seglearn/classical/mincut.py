"""The energy of a labelling into foreground and background, and its minimum by a cut of a graph.

A labelling x of all pixels, 0 = background and 1 = foreground, costs

    E(x) = U(x) + V(x) = Σ_p cost_p(x_p) + Σ_{p,q neighbours} w_pq · [x_p ≠ x_q].

U asks every pixel for its own preference; V charges for each pair of neighbours that the outline
parts, little where their colours differ:

    w_pq = γ · exp(−β ‖z_p − z_q‖²) / distance(p, q),    β = 1 / (2 ⟨‖z_p − z_q‖²⟩),

with the mean ⟨·⟩ over all pairs of neighbours. Make each pixel a node, join it to the terminals
"foreground" and "background" by edges that cost what the other label would, and to its neighbours
by w_pq: then a cut between the terminals costs what its labelling does, and the minimum cut, which
a maximum flow finds, is the labelling of least energy. Exactly, not nearly.

`energy_plain` is the sum as it is written above, pair by pair; `energy` is the same on whole arrays.

References
----------
Boykov and Jolly, "Interactive graph cuts for optimal boundary & region segmentation of objects in
N-D images", ICCV 2001. The choice of β: Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004,
section 2. The flow: Boykov and Kolmogorov, TPAMI 26(9), 2004, by PyMaxflow; else Dinitz' algorithm,
by SciPy.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from seglearn import _optional, inputs
from seglearn.classical import _seeds
from seglearn.words import say

__all__ = [
    "MOST_WITHOUT_PYMAXFLOW",
    "OFFSETS",
    "Energy",
    "beta",
    "colour_costs",
    "cut",
    "energy",
    "energy_plain",
    "links",
    "pair",
    "segment",
]

OFFSETS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Where neighbours lie, (rows, columns): the first two make 4 neighbours, all of them make 8."""

MOST_WITHOUT_PYMAXFLOW = 160_000
"""Free pixels up to which SciPy's maximum flow takes seconds, not minutes."""


class Energy(NamedTuple):
    """What a labelling costs.

    Attributes
    ----------
    u : float
        The pixels' own costs.
    v : float
        The links that the outline cuts.
    """

    u: float
    v: float

    @property
    def total(self) -> float:
        """E = U + V."""
        return self.u + self.v


# ------------------------------------------------------------------------------ what a cut costs


def beta(image: Any, *, n_neighbours: int = 8) -> float:
    """Return the β that fits the contrast of an image.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    n_neighbours : int
        4 or 8.

    Returns
    -------
    float
        1 / (2 ⟨‖z_p − z_q‖²⟩) over all pairs of neighbours; 0 if no two of them differ.

    Raises
    ------
    TypeError, ValueError
        If the image is not as above, or ``n_neighbours`` is neither 4 nor 8.
    """
    return _fit(_squared_differences(image, n_neighbours))


def _fit(squares: list[NDArray[np.float64]]) -> float:
    n_pairs = sum(each.size for each in squares)
    total = sum(float(each.sum()) for each in squares)
    return n_pairs / (2 * total) if total > 1e-100 else 0.0


def links(
    image: Any, *, gamma: float = 50.0, contrast: float | None = None, n_neighbours: int = 8
) -> NDArray[np.float64]:
    """Return what it costs to part each pixel from its neighbours.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    gamma : float
        γ: what parting two equal pixels side by side costs. 0 or more.
    contrast : float, optional
        β; by default `beta` of the image. 0 makes all links alike.
    n_neighbours : int
        4 or 8.

    Returns
    -------
    (D, H, W) float
        D is 2 or 4: the link of pixel (y, x) to its neighbour in the direction of `OFFSETS`; 0 where
        that lies outside.

    Raises
    ------
    TypeError, ValueError
        If the image or a number is not as above.
    """
    gamma = inputs.number(gamma, "gamma", 0, 1e9)
    squares = _squared_differences(image, n_neighbours)
    contrast = _fit(squares) if contrast is None else inputs.number(contrast, "contrast", 0)
    out = np.zeros((len(squares), *np.shape(image)[:2]))
    for weight, offset, square in zip(out, OFFSETS, squares, strict=False):
        here, _ = pair(offset)
        weight[here] = gamma * np.exp(-contrast * square) / np.hypot(*offset)
    return out


def _squared_differences(image: Any, n_neighbours: int) -> list[NDArray[np.float64]]:
    """‖z_p − z_q‖² of all pairs of neighbours, one array a direction."""
    z = inputs.image(image).astype(np.float64)
    z = z.reshape(*z.shape[:2], -1)
    if inputs.whole(n_neighbours, "n_neighbours") not in (4, 8):
        raise ValueError(say("n_neighbours must be 4 or 8, got {n}", n=n_neighbours))
    pairs = [pair(offset) for offset in OFFSETS[: n_neighbours // 2]]
    return [((z[here] - z[there]) ** 2).sum(axis=-1) for here, there in pairs]


def pair(offset: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return slices of the pixels that have a neighbour at an offset, and of those neighbours."""
    dy, dx = offset
    left, right, all_ = slice(None, -1), slice(1, None), slice(None)
    here, there = {1: (left, right), 0: (all_, all_), -1: (right, left)}[dx]
    return (left if dy else all_, here), (right if dy else all_, there)


# --------------------------------------------------------------------------------------- energy


def energy(mask: Any, costs: Any, link: Any) -> Energy:
    """Return U and V of a labelling.

    Parameters
    ----------
    mask : (H, W) bool
        True is foreground.
    costs : (2, H, W) float
        What each pixel pays as background, and as foreground.
    link : (D, H, W) float, 0 or more
        As from `links`.

    Returns
    -------
    Energy
        Sums over all pixels; fixed ones count too.

    Raises
    ------
    TypeError, ValueError
        If an array is not as above, or their shapes do not fit.
    """
    x, costs, link = _checked(mask, costs, link)
    u = float(np.where(x, costs[1], costs[0]).sum())
    v = 0.0
    for weight, offset in zip(link, OFFSETS, strict=False):
        here, there = pair(offset)
        v += float(weight[here][x[here] != x[there]].sum())
    return Energy(u, v)


def energy_plain(mask: Any, costs: Any, link: Any) -> Energy:
    """Return U and V, pixel by pixel and pair by pair; arguments and errors as `energy`."""
    x, costs, link = _checked(mask, costs, link)
    height, width = x.shape
    u = v = 0.0
    for y in range(height):
        for column in range(width):
            u += costs[int(x[y, column]), y, column]
            for weight, (dy, dx) in zip(link, OFFSETS, strict=False):
                inside = y + dy < height and 0 <= column + dx < width
                if inside and x[y, column] != x[y + dy, column + dx]:
                    v += weight[y, column]
    return Energy(float(u), float(v))


def _checked(mask: Any, costs: Any, link: Any) -> tuple[NDArray, NDArray, NDArray]:
    x = inputs.mask(mask)
    costs, link = _graph(costs, link)
    inputs.same_shape(x.shape, costs.shape[1:], say("mask and costs"))
    return x, costs, link


def _graph(costs: Any, link: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Check what a graph is made of."""
    costs = inputs.planes(costs, say("costs of both labels")).astype(np.float64)
    if len(costs) != 2:
        raise ValueError(
            say(
                "costs must be (2, H, W), for background and foreground, got shape {shape}",
                shape=costs.shape,
            )
        )
    link = inputs.planes(link, say("the link strengths")).astype(np.float64)
    inputs.same_shape(costs.shape[1:], link.shape[1:], say("costs and link"))
    if len(link) not in (2, 4) or link.min() < 0:
        raise ValueError(
            say(
                "link must be (2, H, W) or (4, H, W), 0 or more everywhere, as from links; got "
                "shape {shape} and a smallest value of {low:g}",
                shape=link.shape,
                low=link.min(),
            )
        )
    return costs, link


# -------------------------------------------------------------------------------------- the cut


def cut(costs: Any, link: Any, seeds: Any = None) -> NDArray[np.bool_]:
    """Return the labelling of least energy.

    Parameters
    ----------
    costs : (2, H, W) float
        What each pixel pays as background, and as foreground; of any sign.
    link : (D, H, W) float, 0 or more
        As from `links`.
    seeds : (H, W) int, optional
        0 and 1 fix a pixel as background or foreground, −1 leaves it free.

    Returns
    -------
    (H, W) bool
        True is foreground. No labelling that keeps the seeds costs less; if several cost the same,
        one of them. Without PyMaxflow costs are rounded, to 2⁻²⁸ of the strongest node's links.

    Raises
    ------
    ImportError
        If PyMaxflow is not installed and more than `MOST_WITHOUT_PYMAXFLOW` pixels are free.
    TypeError, ValueError
        If an array is not as above, or their shapes do not fit.
    """
    costs, link = _graph(costs, link)
    free = np.ones(costs.shape[1:], dtype=bool)
    mask = np.zeros_like(free)
    if seeds is not None:
        seeds = _seeds.check(seeds, free.shape, 2)
        free, mask = seeds < 0, seeds == 1
    if not free.any():
        return mask
    # Fixed pixels are no nodes: what a free one pays for a neighbour of the other label is its own.
    gain = costs[0] - costs[1]  # of foreground
    node = np.cumsum(free).reshape(free.shape) - 1
    edges = []
    for weight, offset in zip(link, OFFSETS, strict=False):
        here, there = pair(offset)
        w, p, q = weight[here], free[here], free[there]
        both = p & q
        edges.append((node[here][both], node[there][both], w[both]))
        gain[here] += np.where(p & ~q, np.where(mask[there], w, -w), 0)
        gain[there] += np.where(q & ~p, np.where(mask[here], w, -w), 0)
    first, second, weights = (np.concatenate(parts) for parts in zip(*edges, strict=True))
    mask[free] = _minimum_cut(gain[free], first, second, weights)
    return mask


def _minimum_cut(
    gain: NDArray[np.float64],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    weights: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which nodes to make foreground, where that gains ``gain`` and cut edges cost ``weights``."""
    try:
        maxflow = _optional.maxflow()
    except ImportError:
        if gain.size > MOST_WITHOUT_PYMAXFLOW:
            raise
        return _minimum_cut_scipy(gain, first, second, weights)
    graph = maxflow.Graph[float](gain.size, first.size)
    nodes = graph.add_grid_nodes(gain.size)
    graph.add_edges(first, second, weights, weights)
    # A node on the source's side is False in PyMaxflow, so foreground is the side of the sink.
    graph.add_grid_tedges(nodes, np.maximum(-gain, 0), np.maximum(gain, 0))
    graph.maxflow()
    return np.asarray(graph.get_grid_segments(nodes), dtype=bool)


def _minimum_cut_scipy(
    gain: NDArray[np.float64],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    weights: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """`_minimum_cut` by SciPy, whose capacities are whole numbers of 32 bits."""
    n, nodes = gain.size, np.arange(gain.size)
    source, sink = n, n + 1
    # Who gains more than all its links cost has its label; it need not stretch the scale.
    reach = np.bincount(first, weights, n) + np.bincount(second, weights, n)
    firm = (2 * float(reach.max())) or 1.0
    gain = np.where(np.abs(gain) >= reach, firm * np.sign(gain), gain)
    capacity = np.concatenate([weights, weights, np.maximum(-gain, 0), np.maximum(gain, 0)])
    capacity = np.round(capacity * (2.0**28 / firm)).astype(np.int32)
    rows = np.concatenate([first, second, np.full(n, source), nodes])
    columns = np.concatenate([second, first, nodes, np.full(n, sink)])
    graph = sparse.csr_matrix((capacity, (rows, columns)), shape=(n + 2, n + 2))
    flow = maximum_flow(graph, source, sink, method="dinic").flow
    left = graph - flow
    left.eliminate_zeros()
    reached = breadth_first_order(left, source, return_predecessors=False)
    foreground = np.ones(n + 2, dtype=bool)
    foreground[reached] = False
    return foreground[:n]


# ------------------------------------------------------------------------------ from marks to mask


def colour_costs(image: Any, seeds: Any, *, n_bins: int = 8) -> NDArray[np.float64]:
    """Return −log of how often each pixel's colour is among the marks of either label.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    seeds : (H, W) int
        0 marks background, 1 foreground, −1 nothing; both must occur.
    n_bins : int
        Bins of the histogram a channel, 1 … 256.

    Returns
    -------
    (2, H, W) float
        For background and foreground. One pixel is added to the counts, spread evenly over all
        bins, so that a colour without a mark costs much but not everything.

    Raises
    ------
    TypeError, ValueError
        If the image, the seeds or the number are not as above.
    """
    z = inputs.image(image)
    seeds = _seeds.check(seeds, z.shape[:2], 2, all_labels=True)
    n_bins = inputs.whole(n_bins, "n_bins", 1, 256)
    z = z.reshape(seeds.size, -1)
    place = np.minimum((z * n_bins).astype(np.intp), n_bins - 1) @ n_bins ** np.arange(z.shape[1])
    n_colours = n_bins ** z.shape[1]
    costs = []
    for label in (0, 1):
        count = np.bincount(place[seeds.ravel() == label], minlength=n_colours) + 1 / n_colours
        costs.append(-np.log(count / count.sum())[place])
    return np.stack(costs).reshape(2, *seeds.shape)


def segment(
    image: Any,
    seeds: Any,
    *,
    gamma: float = 50.0,
    contrast: float | None = None,
    n_neighbours: int = 8,
    n_bins: int = 8,
) -> NDArray[np.bool_]:
    """Cut a marked object out of an image, as Boykov and Jolly do.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    seeds : (H, W) int
        0 marks background, 1 foreground, −1 nothing; both must occur.
    gamma, contrast, n_neighbours
        As in `links`. The paper's λ, the weight of the colours, is 1/γ.
    n_bins : int
        As in `colour_costs`.

    Returns
    -------
    (H, W) bool
        True is foreground; marked pixels keep their label.

    Raises
    ------
    ImportError
        As `cut`.
    TypeError, ValueError
        If the image, the seeds or a number are not as above.
    """
    costs = colour_costs(image, seeds, n_bins=n_bins)
    link = links(image, gamma=gamma, contrast=contrast, n_neighbours=n_neighbours)
    return cut(costs, link, seeds)
