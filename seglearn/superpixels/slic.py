"""SLIC, simple linear iterative clustering: k-means that only looks around each centre.

A cluster centre is a colour and a position, [L, a, b, y, x]. Centres start on a grid of step S,
each moves to the flattest pixel of its 3×3 neighbourhood, and then two steps alternate: every pixel
joins the nearest centre whose 2S × 2S window holds it, and every centre moves to the mean of its
pixels. The distance weighs colour against position,

    D² = d_c² + (d_s / S)² m²,

d_c in CIELAB, d_s in pixels, m the compactness. Crumbs are joined to a neighbour in the end.

`assign_plain` and `move_plain` are the two steps as the paper has them, centre by centre and pixel
by pixel. `segment` and `steps` run both on whole tiles of pixels, some hundred times as fast.

References
----------
Achanta, Shaji, Smith, Lucchi, Fua and Süsstrunk, "SLIC superpixels compared to state-of-the-art
superpixel methods", TPAMI 34(11), 2012: section 3, algorithm 1, equations 1 to 3.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import _colour, _grid, connectivity
from seglearn.words import say

__all__ = ["State", "assign_plain", "move_plain", "segment", "steps"]

_COLOURS = 1e5  # no two sRGB colours are further apart in CIELAB, squared


@dataclass(frozen=True, eq=False)
class State:
    """SLIC between two of its steps.

    Attributes
    ----------
    stage : str
        "grid" (centres placed), "nudge" (moved off edges), "iteration" (pixels assigned, then
        centres moved), or "connected" (crumbs joined).
    iteration : int
        0 before the first one.
    labels : (H, W) int32
        Index of each pixel's centre; −1 while nothing is assigned. In the last state, the
        superpixels, numbered anew.
    centres : (K, 5) float
        L, a, b, row and column of each centre.
    residual : float
        How far the centres just moved, in pixels, on average; NaN before the first iteration.
    """

    stage: str
    iteration: int
    labels: NDArray[np.int32]
    centres: NDArray[np.float64]
    residual: float


def segment(
    image: Any, n_segments: int, *, compactness: float = 10.0, n_iterations: int = 10
) -> NDArray[np.int32]:
    """Cut an image into SLIC superpixels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels.
    compactness : float
        m of equation 3, in units of CIELAB: how great a colour difference weighs as much as a
        distance of one grid step. 1 … 40; the paper uses 10.
    n_iterations : int
        The paper finds 10 enough for most images.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``, and rarely below.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` is not positive or
        ``n_iterations`` is below 1.
    """
    slic = _Slic(image, n_segments, compactness)
    for _ in range(inputs.whole(n_iterations, "n_iterations", 1) - 1):
        slic.assign()
        slic.move()
        if slic.settled:
            break
    return slic.connected(slic.assign(want_labels=True))


def steps(
    image: Any, n_segments: int, *, compactness: float = 10.0, n_iterations: int = 10
) -> Iterator[State]:
    """Run SLIC and hand out every intermediate state.

    Parameters are those of `segment`; the labels of the last state are what it returns.

    Yields
    ------
    State
        "grid", "nudge", one "iteration" after another, "connected".
    """
    n_iterations = inputs.whole(n_iterations, "n_iterations", 1)
    slic = _Slic(image, n_segments, compactness, nudge=False)
    nothing = np.full(slic.lab.shape[1:], -1, dtype=np.int32)
    yield State("grid", 0, nothing, slic.listed_centres(), float("nan"))
    slic.nudge()
    yield State("nudge", 0, nothing.copy(), slic.listed_centres(), float("nan"))
    residual = float("nan")
    for iteration in range(1, n_iterations + 1):
        labels = slic.assign(want_labels=True)
        residual = slic.move()
        yield State("iteration", iteration, labels, slic.listed_centres(), residual)
    yield State("connected", n_iterations, slic.connected(labels), slic.listed_centres(), residual)


# ------------------------------------------------------------------ the two steps, as published


def assign_plain(lab: Any, centres: Any, step: float, compactness: float) -> NDArray[np.int32]:
    """Let every pixel join the nearest centre whose 2S × 2S window holds it (algorithm 1).

    Parameters
    ----------
    lab : (H, W, 3) float
        The image in CIELAB.
    centres : (K, 5) float
        L, a, b, row and column of each centre.
    step : float
        S, the grid step in pixels.
    compactness : float
        m of equation 3.

    Returns
    -------
    (H, W) int32
        Index of each pixel's centre; the first of two equally near ones, −1 outside all windows.

    Raises
    ------
    TypeError, ValueError
        If a shape is another, a value is not finite, or ``step`` or ``compactness`` not positive.
    """
    lab, centres = _planes_last(lab), _five_columns(centres)
    step = inputs.positive(step, "step")
    compactness = inputs.positive(compactness, "compactness")
    height, width, _ = lab.shape
    distance = np.full((height, width), np.inf)
    label = np.full((height, width), -1, dtype=np.int32)
    for k, (light, a, b, row, column) in enumerate(centres.tolist()):
        rows = range(max(math.ceil(row - step), 0), min(math.floor(row + step) + 1, height))
        columns = range(max(math.ceil(column - step), 0), min(math.floor(column + step) + 1, width))
        for y, x in product(rows, columns):
            d_c = math.dist(lab[y, x], (light, a, b))
            d_s = math.dist((y, x), (row, column))
            d = math.hypot(d_c, d_s / step * compactness)
            if d < distance[y, x]:
                distance[y, x], label[y, x] = d, k
    return label


def move_plain(lab: Any, labels: Any, centres: Any) -> NDArray[np.float64]:
    """Move every centre to the mean of its pixels; one without pixels stays (algorithm 1).

    Parameters
    ----------
    lab : (H, W, 3) float
        The image in CIELAB.
    labels : (H, W) int
        Index of each pixel's centre, −1 for none.
    centres : (K, 5) float
        L, a, b, row and column of each centre.

    Returns
    -------
    (K, 5) float64
        The new centres.

    Raises
    ------
    TypeError, ValueError
        If a shape or type is another, or a value is not finite.
    """
    lab, centres = _planes_last(lab), _five_columns(centres)
    labels = inputs.label_map(labels)
    inputs.same_shape(lab.shape[:2], labels.shape, say("lab and labels"))
    moved = centres.copy()
    for k in range(len(centres)):
        y, x = np.nonzero(labels == k)
        if y.size:
            moved[k] = [*lab[y, x].mean(axis=0), y.mean(), x.mean()]
    return moved


def _planes_last(lab: Any) -> NDArray[np.float64]:
    lab = inputs.finite(inputs.floats(lab, "lab"), "lab")
    if lab.ndim != 3 or lab.shape[2] != 3 or lab.size == 0:
        raise ValueError(
            say("lab has shape {shape}, expected (H, W, 3); see skimage's rgb2lab", shape=lab.shape)
        )
    return lab


def _five_columns(centres: Any) -> NDArray[np.float64]:
    centres = inputs.finite(inputs.floats(centres, "centres"), "centres")
    if centres.ndim != 2 or centres.shape[1] != 5:
        raise ValueError(
            say(
                "centres has shape {shape}, expected (K, 5): L, a, b, row and column of each",
                shape=centres.shape,
            )
        )
    return centres


# ------------------------------------------------------------------ the same, many pixels at once


class _Slic:
    """The working memory of one run.

    The image is cut into one tile a centre, as the grid of seeds suggests. A tile's pixels look at
    the nine centres of its own and the eight neighbouring grid cells, so the squared distances of a
    row of tiles fit into one array (columns, 9, tile height, tile width), small enough for the
    processor's cache, and no Python loop runs over pixels or centres. The part of ‖p − c‖² that
    differs between centres is ‖c‖² − 2 p·c, a matrix product; so are the sums over members.

    Compared with the paper, a centre that has drifted further than one cell away from where it
    began is not seen from there. Its 2S × 2S window is respected. A pixel that no window holds joins
    the nearest of the nine centres, where `assign_plain` leaves it without one. Every pixel counts
    in one mean, that of the centre whose label it has.
    """

    def __init__(
        self, image: Any, n_segments: int, compactness: float, *, nudge: bool = True
    ) -> None:
        image = inputs.image32(image)
        self.n_segments = inputs.segment_count(n_segments, image.shape)
        compactness = inputs.positive(compactness, "compactness")
        self.lab = _colour.to_lab(image)
        height, width = image.shape[:2]
        seeds, (rows, columns) = _grid.grid_seeds(height, width, self.n_segments)
        self.grid = rows, columns
        self.step = float(np.sqrt(height * width / (rows * columns)))
        self.weight = np.float32((compactness / self.step) ** 2)
        # Added to D² outside a window. Inside it D² stays below half of that: 2 m² + _COLOURS.
        self.far = np.float32(4 * (compactness**2 + _COLOURS))
        self.seeds = seeds
        self._place()
        self.y = _Axis(height, rows)
        self.x = _Axis(width, columns)
        self._cut_tiles()
        self._list_neighbours()
        if nudge:
            self.nudge()

    # ----------------------------------------------------------------------- preparation

    def _place(self) -> None:
        """Make centres (rows, columns, 5) of the seeds."""
        y, x = self.seeds.T
        values = np.concatenate([self.lab[:, y, x], self.seeds.T]).T
        self.centres = values.reshape(*self.grid, 5).astype(np.float64)

    def nudge(self) -> None:
        """Move each seed to the pixel of least gradient in its 3×3 neighbourhood."""
        height, width = self.lab.shape[1:]
        around = np.arange(-2, 3)
        rows = np.clip(self.seeds[:, 0, None] + around, 0, height - 1)[:, :, None]
        columns = np.clip(self.seeds[:, 1, None] + around, 0, width - 1)[:, None, :]
        patch = self.lab[:, rows, columns]  # (3, K, 5, 5)
        dy = patch[:, :, 2:, 1:-1] - patch[:, :, :-2, 1:-1]
        dx = patch[:, :, 1:-1, 2:] - patch[:, :, 1:-1, :-2]
        slope = (dy * dy + dx * dx).sum(axis=0)
        slope[:, 1, 1] -= 1e-6  # stay where all is equally flat
        flattest = slope.reshape(-1, 9).argmin(axis=1)
        moved = self.seeds + np.stack([flattest // 3 - 1, flattest % 3 - 1], axis=1)
        self.seeds = np.clip(moved, 0, [height - 1, width - 1])
        self._place()

    def _cut_tiles(self) -> None:
        """Copy the pixels tile by tile: L, a, b, y, x, and a 1 to count them; all 0 beside the image."""
        rows, columns = self.grid
        self.origin = self.lab.reshape(3, -1).mean(axis=1)  # float32 is most exact around zero
        y, x = self.y, self.x
        inside = y.valid.ravel()[:, None] & x.valid.ravel()
        features = np.empty((6, y.index.size, x.index.size), dtype=np.float32)
        features[:3] = self.lab[:, y.index.ravel()[:, None], x.index.ravel()]
        features[:3] -= self.origin[:, None, None]
        features[3] = y.index.reshape(-1, 1)
        features[4] = x.index.reshape(1, -1)
        features[5] = 1
        features *= inside
        tiles = features.reshape(6, rows, y.size, columns, x.size)
        area = y.size * x.size
        self.pixels = tiles.transpose(1, 3, 2, 4, 0).reshape(rows, columns, area, 6)
        self.colours = np.ones((rows, columns, 4, area), dtype=np.float32)
        self.colours[:, :, :3] = tiles[:3].transpose(1, 3, 0, 2, 4).reshape(rows, columns, 3, area)
        self.distance = np.empty((columns, 9, area), dtype=np.float32)
        self.position = np.empty((columns, 9, area), dtype=np.float32)
        self.member = np.empty((columns, 9, area), dtype=np.float32)
        self.sums = np.empty((rows, columns, 9, 6), dtype=np.float32)
        self.n_pixels = y.valid.sum(axis=1)[:, None] * x.valid.sum(axis=1)

    def _list_neighbours(self) -> None:
        """Note the nine grid cells around each: (rows, columns, 9), with a mask for the border."""
        rows, columns = self.grid
        dr, dc = np.divmod(np.arange(9), 3)
        r, c = np.arange(rows)[:, None, None] + dr - 1, np.arange(columns)[:, None] + dc - 1
        self.beyond = (r < 0) | (r >= rows) | (c < 0) | (c >= columns)
        near = np.clip(r, 0, rows - 1) * columns + np.clip(c, 0, columns - 1)
        self.near = near.astype(np.int32)

    # ------------------------------------------------------------------------- iterations

    def assign(self, *, want_labels: bool = False) -> NDArray[np.int32]:
        """Let every pixel join the nearest of nine centres, and sum up each one's members.

        Returns
        -------
        (H, W) int32
            Index of each pixel's centre; empty unless ``want_labels``.
        """
        rows, columns = self.grid
        near = self.centres.reshape(-1, 5)[self.near].reshape(rows, columns, 9, 5)
        colour = near[..., :3] - self.origin
        offset = (colour**2).sum(axis=-1) + np.where(self.beyond, self.far, 0)
        offset += 1e-3 * np.arange(9)  # the first of two equally near ones wins
        factor = np.concatenate([-2 * colour, offset[..., None]], axis=-1).astype(np.float32)
        along_y = self._along(self.y.index[:, None, None, :], near[..., 3])[..., :, None]
        along_x = self._along(self.x.index[None, :, None, :], near[..., 4])[..., None, :]
        tiles = np.empty((rows, columns, self.member.shape[2]), dtype=np.int32)
        position = self.position.reshape(columns, 9, self.y.size, self.x.size)
        for row in range(rows):
            np.matmul(factor[row], self.colours[row], out=self.distance)
            np.add(along_y[row], along_x[row], out=position)
            self.distance += self.position
            least = self.distance.min(axis=1, keepdims=True)
            np.equal(self.distance, least, out=self.member, casting="unsafe")
            np.matmul(self.member, self.pixels[row], out=self.sums[row])
            for column in np.flatnonzero(self._unclear(row, least[:, 0])).tolist():
                self._settle(row, column, least[column, 0], near[row, column])
            if want_labels:
                for j in range(8, -1, -1):
                    index = self.near[row, :, j, None]
                    np.copyto(tiles[row], index, where=self.member[:, j] > 0)
        if not want_labels:
            return np.empty((0, 0), dtype=np.int32)
        parted = tiles.reshape(rows, columns, self.y.size, self.x.size).transpose(0, 2, 1, 3)
        whole = parted.reshape(rows * self.y.size, columns * self.x.size)
        return whole[np.ix_(self.y.valid.ravel(), self.x.valid.ravel())]

    def _unclear(self, row: int, least: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Find the tiles of a row, (columns,), with a pixel that counts twice or is in no window."""
        counted = self.sums[row, :, :, 5].sum(axis=1)
        return (counted != self.n_pixels[row]) | (least >= self.far / 2).any(axis=1)

    def _settle(
        self, row: int, column: int, least: NDArray[np.float32], near: NDArray[np.float64]
    ) -> None:
        """Give each pixel of one tile one centre: the first of equally near ones.

        The ``least`` distances of the tile, (area,), tell which pixels no window holds. These join
        the nearest of the nine centres ``near``, (9, 5), measured in float64 and without windows.
        """
        home = self.distance[column].argmin(axis=0)
        stray = np.flatnonzero(least >= self.far / 2)
        apart = self.pixels[row, column, stray, None, :5] + np.r_[self.origin, 0, 0] - near
        d = (apart[..., :3] ** 2).sum(axis=-1) + self.weight * (apart[..., 3:] ** 2).sum(axis=-1)
        d[:, self.beyond[row, column]] = np.inf
        home[stray] = (d + 1e-3 * np.arange(9)).argmin(axis=1)
        self.member[column] = home == np.arange(9)[:, None]
        self.sums[row, column] = self.member[column] @ self.pixels[row, column]

    def _along(self, pixel: NDArray[np.intp], centre: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the share of one axis in D²: (rows, columns, 9, size), far outside the window."""
        d = (pixel - centre[..., None]).astype(np.float32)
        within = self.weight * d * d
        return np.where(np.abs(d) <= self.step, within, self.far + within)

    def move(self) -> float:
        """Move each centre to the mean of its pixels and return the mean shift in pixels."""
        total = np.zeros((self.beyond[..., 0].size, 6))
        for j in range(9):
            here = ~self.beyond[..., j]
            total[self.near[here, j]] += self.sums[here, j]
        count = total[:, 5:]
        old = self.centres.reshape(-1, 5)
        mean = total[:, :5] / np.maximum(count, 1)
        mean[:, :3] += self.origin
        new = np.where(count > 0, mean, old)
        self.settled = bool((new == old).all())  # every later iteration would repeat this one
        self.centres = new.reshape(*self.grid, 5)
        return float(np.hypot(*(new - old)[:, 3:].T).mean())

    # ------------------------------------------------------------------------------ results

    def connected(self, labels: NDArray[np.int32]) -> NDArray[np.int32]:
        """Superpixels: the ``n_segments`` largest connected parts; the rest joins them.

        Parts below a sixteenth of a grid cell never count, so pure noise leaves fewer.
        """
        min_size = self.step**2 / 16
        return connectivity.enforce(labels, self.n_segments, self.lab, min_size=min_size)

    def listed_centres(self) -> NDArray[np.float64]:
        """Centres as (K, 5), a copy."""
        return self.centres.reshape(-1, 5).copy()


class _Axis:
    """How one axis of the image is cut into tiles of equal size.

    Attributes
    ----------
    size : int
        Pixels a tile, the longest one.
    index : (n_tiles, size) int
        Pixel of each place.
    valid : (n_tiles, size) bool
        False for the places that shorter tiles leave over.
    """

    def __init__(self, length: int, n_tiles: int) -> None:
        edge = np.arange(n_tiles + 1) * length // n_tiles
        self.size = int(np.diff(edge).max())
        self.index = edge[:-1, None] + np.arange(self.size)
        self.valid = self.index < edge[1:, None]
        self.index = np.minimum(self.index, length - 1)
