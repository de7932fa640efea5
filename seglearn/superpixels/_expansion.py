"""Superpixels by overlapping patches and α-expansion: what both of Veksler's variants share.

The image is covered by square patches that overlap, one label a patch. A pixel may take the label of
any patch that covers it, and pays for every neighbour that took another: the patches are stitched
along the cheapest cuts. Expansion moves minimise that energy: one label at a time, every pixel of
its patch may keep its label or switch, and the best choice for all of them together is a minimum
cut.

Moves whose patches do not overlap do not see each other. So the labels are dealt into 25 groups of
patches that lie apart, and each group's moves are made in one maximum flow over the whole image. The
result is the one that moves made one after another, in this order, would give.

References
----------
Veksler, Boykov and Mehrani, "Superpixels and supervoxels in an energy optimization framework", ECCV
2010. The spacing of patches, the weights of neighbours and the noise level follow the authors' code.
Expansion moves: Boykov, Veksler and Zabih, TPAMI 23(11), 2001; the graph of one move: Kolmogorov and
Zabih, TPAMI 26(2), 2004.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seglearn import _optional
from seglearn.superpixels import _colour, _grid, connectivity

_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
_GROUPS = 5  # patches five seeds apart are disjoint: 25 groups


@dataclass(frozen=True, kw_only=True)
class Energy:
    """What a labelling costs.

    Attributes
    ----------
    planes : (C, H, W) float
        Colours, 0 … 255.
    smoothness : float
        λ: the cost of cutting between two equal neighbours.
    noise : float
        σ: mean absolute difference of neighbours.
    constant : bool
        Whether a pixel pays for not looking like the centre of its patch.
    """

    planes: NDArray[np.float32]
    smoothness: float
    noise: float
    constant: bool

    def weights(self) -> list[NDArray[np.float64]]:
        """Cost of a cut between each pixel and its neighbour to the E, S, SE and SW.

        Returns
        -------
        list of four (H, W) float
            λ exp(−d²/2σ²) and a little, so that no cut is free; diagonals by 1/√2. Zero where the
            neighbour lies outside.
        """
        least = 1.5 * self.noise / 8 + 1 if self.constant else 1.0
        out = []
        for dy, dx in _DIRECTIONS:
            here, there = _pair(dy, dx)
            d = np.abs(self.planes[:, *here] - self.planes[:, *there]).mean(axis=0, dtype=float)
            w = np.zeros(self.planes.shape[1:])
            w[here] = self.smoothness * np.exp(-((d / self.noise) ** 2) / 2) + least
            out.append(w / np.hypot(dy, dx))
        return out

    def unlike(self, seeds: NDArray[np.intp], labels: NDArray[np.integer]) -> NDArray[np.float64]:
        """Difference of each pixel from its patch's centre, at most 1.5 times the noise."""
        colour = self.planes[:, seeds[:, 0], seeds[:, 1]]
        d = np.abs(self.planes - colour[:, labels]).mean(axis=0, dtype=float)
        return np.minimum(d, 1.5 * self.noise)


def segment(
    image: NDArray[np.float32],
    n_segments: int,
    *,
    smoothness: float,
    n_passes: int,
    constant: bool,
) -> NDArray[np.int32]:
    """Choose the patches' size so that about ``n_segments`` survive, and run the expansion moves.

    Patches compete, and many labels end with no pixel. How many remain depends on the image, so a
    first guess is corrected by what it gave. It aims a little high, and the smallest superpixels
    that are too many are merged.
    """
    planes = 255 * (image[None] if image.ndim == 2 else image.transpose(2, 0, 1))
    energy = Energy(planes=planes, smoothness=smoothness, noise=_noise(planes), constant=constant)
    height, width = image.shape[:2]
    side = np.sqrt(height * width / n_segments)  # of a square superpixel
    guess = 0.72 * side - 3.2 if constant else 0.42 * side - 0.6  # fits photographs
    spacing = max(1.0, guess)
    best: tuple[float, NDArray[np.int32]] | None = None
    tried: set[float] = set()
    while spacing not in tried and len(tried) < 3:
        tried.add(spacing)
        labels = _stitch(energy, spacing, n_passes)
        parts = connectivity.connected_parts(labels)
        size = np.bincount(parts.ravel())
        count = max(1, int((size >= side**2 / 16).sum()))
        miss = count / n_segments if count >= n_segments else 3 * n_segments / count
        if best is None or miss < best[0]:
            best = miss, parts
        if 0.95 <= count / n_segments <= 1.2:
            break
        spacing = max(1.0, spacing * float(np.sqrt(count / (1.05 * n_segments))))
    assert best is not None
    return connectivity.enforce(best[1], n_segments, _colour.to_lab(image))


def _stitch(energy: Energy, spacing: float, n_passes: int) -> NDArray[np.int32]:
    """Cover the image with patches of side 4·spacing + 1, and expand each label in turn."""
    _, height, width = energy.planes.shape
    rows = max(1, min(height, round(height / spacing)))
    columns = max(1, min(width, round(width / spacing)))
    y = ((np.arange(rows) + 0.5) * height / rows).astype(np.intp)
    x = ((np.arange(columns) + 0.5) * width / columns).astype(np.intp)
    grid = np.stack(np.meshgrid(y, x, indexing="ij"), axis=-1)
    slope = _grid.gradient(energy.planes)
    seeds = _grid.to_flattest(grid.reshape(-1, 2), slope, max(0, int(spacing / 2 - 1)))
    row_of = np.abs(np.arange(height)[:, None] - y).argmin(axis=1)
    column_of = np.abs(np.arange(width)[:, None] - x).argmin(axis=1)
    labels = row_of[:, None] * columns + column_of
    labels[seeds[:, 0], seeds[:, 1]] = np.arange(len(seeds))
    if rows * columns == 1:
        return labels.astype(np.int32)
    moves = _Moves(energy, seeds.reshape(rows, columns, 2), round(2 * spacing))
    for _ in range(n_passes):
        before = labels.copy()
        for first_row in range(min(_GROUPS, rows)):
            for first_column in range(min(_GROUPS, columns)):
                labels = moves.expand(labels, first_row, first_column)
        if (labels == before).all():
            break
    return labels.astype(np.int32)


class _Moves:
    """Expansion moves of labels whose patches are disjoint.

    A patch follows its seed, which may have moved by half the spacing. Where two patches of one
    group would touch, pixels of the later one stay as they are, so that no move sees another.
    """

    def __init__(self, energy: Energy, seeds: NDArray[np.intp], reach: int) -> None:
        self.maxflow = _optional.maxflow()
        self.energy, self.seeds, self.reach = energy, seeds, reach
        self.weights = energy.weights()

    def expand(
        self, labels: NDArray[np.intp], first_row: int, first_column: int
    ) -> NDArray[np.intp]:
        """Make the moves of every fifth label in both directions, beginning with the given one."""
        alpha = self._patches(labels.shape, first_row, first_column)
        seeds = self.seeds.reshape(-1, 2)
        free = (alpha >= 0) & (alpha != labels)
        centre = np.where(free, seeds[alpha, 0] * labels.shape[1] + seeds[alpha, 1], 0)
        if self.energy.constant:  # a centre that may not switch keeps its patch from growing
            free &= free.ravel()[centre] | (labels.ravel()[centre] == alpha)
        if not free.any():
            return labels
        free_pixels = np.flatnonzero(free)
        node = np.full(labels.shape, -1)
        node[free] = np.arange(free_pixels.size)
        # A switch costs `switch` more than keeping the label, and every pair of neighbours p, q
        # that disagree costs `coupling` on top.
        switch = np.zeros(labels.shape)
        if self.energy.constant:
            target = np.where(free, alpha, labels)
            switch += self.energy.unlike(seeds, target) - self.energy.unlike(seeds, labels)
        graph = self.maxflow.Graph[float](free_pixels.size, 5 * free_pixels.size)
        graph.add_nodes(free_pixels.size)
        for (dy, dx), weight in zip(_DIRECTIONS, self.weights, strict=True):
            p, q = _pair(dy, dx)
            w = weight[p]
            none = w * (labels[p] != labels[q])
            only_q = w * (labels[p] != alpha[q])
            only_p = w * (alpha[p] != labels[q])
            both = w * (alpha[p] != alpha[q])
            coupled = free[p] & free[q]
            # E = none + (only_p − none) x_p + (both − only_p) x_q + c (1 − x_p) x_q with
            # c = only_p + only_q − none − both, and (1 − x_p) x_q = (|x_p − x_q| + x_q − x_p)/2.
            half = np.where(coupled, only_p + only_q - none - both, 0) / 2
            switch[p] += np.where(free[p], only_p - none - half, 0)
            switch[q] += np.where(
                free[q], np.where(coupled, both - only_p, only_q - none) + half, 0
            )
            graph.add_edges(node[p][coupled], node[q][coupled], half[coupled], half[coupled])
        if self.energy.constant:  # no pixel may switch to a patch whose centre does not
            pinned = node.ravel()[centre[free]]  # −1: the centre has the label already
            bound = pinned >= 0
            large = np.full(np.count_nonzero(bound), 1e6)
            graph.add_edges(pinned[bound], np.flatnonzero(bound), large, np.zeros_like(large))
        cost = switch[free]
        graph.add_grid_tedges(
            np.arange(free_pixels.size), np.maximum(cost, 0), np.maximum(-cost, 0)
        )
        graph.maxflow()
        switched = graph.get_grid_segments(np.arange(free_pixels.size))
        new = labels.copy()
        new[free] = np.where(switched, alpha[free], labels[free])
        return new

    def _patches(
        self, shape: tuple[int, ...], first_row: int, first_column: int
    ) -> NDArray[np.intp]:
        """Label of the patch that covers each pixel; −1 where none does."""
        alpha = np.full(shape, -1)
        columns = self.seeds.shape[1]
        for row in range(first_row, self.seeds.shape[0], _GROUPS):
            for column in range(first_column, columns, _GROUPS):
                y, x = self.seeds[row, column]
                window = np.s_[
                    max(y - self.reach, 0) : y + self.reach + 1,
                    max(x - self.reach, 0) : x + self.reach + 1,
                ]
                patch = alpha[window]
                patch[patch < 0] = row * columns + column
        for dy, dx in _DIRECTIONS:
            p, q = _pair(dy, dx)
            touch = (alpha[p] >= 0) & (alpha[q] >= 0) & (alpha[p] != alpha[q])
            alpha[q][touch] = -1
        return alpha


def _noise(planes: NDArray[np.float32]) -> float:
    """Mean absolute difference between neighbours, over all channels; at least one level."""
    down, right = np.abs(np.diff(planes, axis=1)), np.abs(np.diff(planes, axis=2))
    n = down.size + right.size
    return max(1.0, float(down.sum() + right.sum()) / n) if n else 1.0


def _pair(dy: int, dx: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Slices of the pixels that have a neighbour at (dy, dx), dy ≥ 0, and of those neighbours."""
    here = slice(None, -1) if dy else slice(None), _span(-dx)
    there = slice(1, None) if dy else slice(None), _span(dx)
    return here, there


def _span(dx: int) -> slice:
    return {1: slice(1, None), 0: slice(None), -1: slice(None, -1)}[dx]
