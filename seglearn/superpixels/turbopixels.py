"""TurboPixels: seeds that dilate all at once, slow down at edges and stop where they would meet.

The outline of all superpixels together is the zero level of one function ψ, negative inside. It
moves outwards with speed v_I · v_B,

    ψ ← ψ − Δt · v_I v_B ‖∇ψ‖.

v_I depends on the image: an affinity that is small on edges, less curvature, and a pull that draws
an outline back onto an edge it has just passed. v_B is 0 on the skeleton of the area that no
superpixel has reached yet, and 1 elsewhere: that keeps neighbours apart.

References
----------
Levinshtein, Stere, Kutulakos, Fleet, Dickinson and Siddiqi, "TurboPixels: fast superpixels using
geometric flows", TPAMI 31(12), 2009: sections 3.1 to 3.6. The constants of the affinity, the time
step, and how often distances are renewed follow the authors' code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.segmentation import watershed

from seglearn import inputs
from seglearn.superpixels import _colour, _grid, connectivity

__all__ = ["State", "affinity", "segment", "steps"]

_RENEW = 6  # steps between two computations of distances and skeleton
_STEP = 0.5  # Δt: no outline moves further than half a pixel in one step
_CURVATURE = 0.3  # α: how much bends slow an outline down
_PULL = 1.0  # β: how much an edge attracts


@dataclass(frozen=True, eq=False)
class State:
    """TurboPixels between two renewals of the distance function.

    Attributes
    ----------
    iteration : int
        Time steps made.
    psi : (H, W) float32
        ψ: negative inside superpixels, near the outline a signed distance in pixels.
    labels : (H, W) int32
        Superpixel of each pixel inside; −1 outside. In the last state, the result.
    skeleton : (H, W) bool
        Where superpixels would meet: v_B is zero.
    """

    iteration: int
    psi: NDArray[np.float32]
    labels: NDArray[np.int32]
    skeleton: NDArray[np.bool_]


def segment(image: Any, n_segments: int, *, max_iterations: int = 500) -> NDArray[np.int32]:
    """Cut an image into TurboPixels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Only its luma counts, as in the paper.
    n_segments : int
        How many superpixels.
    max_iterations : int
        Time steps after which growth stops. It stops earlier once it covers less than one in
        10,000 new pixels a step.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is ``n_segments``, or a little less where no grid of so
        many cells fits.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``max_iterations`` is below 1.

    Notes
    -----
    What differs from the paper. The skeleton is that by influence zones, the pixels that are equally
    far from two superpixels, from one exact distance transform; the paper thins homotopically, which
    adds dead-end branches. Speeds are those at the pixel itself, where the paper extends the speed
    at the outline into its surroundings: here an outline sees a thin edge when it gets there. The
    neighbourhood of the affinity is half as wide as in the authors' code. Outlines never move
    back. What is left unassigned in the end is flooded from both sides in order of the affinity,
    where the paper thins in an order made of gradient and distance.
    """
    *_, last = steps(image, n_segments, max_iterations=max_iterations)
    return last.labels


def steps(image: Any, n_segments: int, *, max_iterations: int = 500) -> Iterator[State]:
    """Run TurboPixels and hand out its state every six time steps, and at the end.

    Parameters and errors are those of `segment`.

    Yields
    ------
    State
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    max_iterations = inputs.whole(max_iterations, "max_iterations", 1)
    grey = _colour.to_grey(image)
    height, width = grey.shape
    spacing = float(np.sqrt(grey.size / n_segments))
    smooth = _curvature_flow(grey)
    phi = affinity(smooth, max(1.0, spacing / 5))
    seeds, _ = _grid.grid_seeds(height, width, n_segments)
    radius = max(0, int((spacing - 2) / 4))
    seeds = _grid.to_flattest(seeds, 1 - phi, radius)
    labels = np.full(grey.shape, -1, dtype=np.int32)
    labels[tuple(seeds.T)] = np.arange(len(seeds))

    flow = _Flow(phi)
    iteration = 0
    while True:
        psi, zone, skeleton = flow.renew(labels)
        yield State(iteration, psi.copy(), labels.copy(), skeleton)
        covered = np.count_nonzero(labels >= 0)
        if covered == labels.size or iteration >= max_iterations:
            break
        for _ in range(min(_RENEW, max_iterations - iteration)):
            flow.advance(psi, use_doublet=iteration >= 20)
            iteration += 1
        reached = (psi < 0) & (labels < 0) & ~skeleton
        labels[reached] = zone[reached]
        gained = np.count_nonzero(labels >= 0) - covered
        if gained < 1e-4 * _RENEW * labels.size and covered > 0.5 * labels.size:
            break
        if gained == 0:
            break
    labels = watershed(1 - phi, labels + 1).astype(np.int32) - 1
    labels = connectivity.enforce(labels, n_segments, smooth[None])
    yield State(iteration, psi, labels, skeleton)


def affinity(grey: Any, sigma: float) -> NDArray[np.float32]:
    """φ = exp(−E/ν), near 1 where the image is flat and near 0 on edges.

    Parameters
    ----------
    grey : (H, W) float in [0, 1]
    sigma : float
        Standard deviation, in pixels, of the neighbourhood that an edge is compared with.

    Returns
    -------
    (H, W) float32 in (0, 1]
        With ν = 10 and E = 127 ‖∇I‖ / (10 + G_σ * ‖∇I‖), I in grey levels 0 … 255: an edge counts
        for more where there are few others. G_σ * is scaled so that a long straight edge of one
        pixel is its own mean.

    Raises
    ------
    TypeError, ValueError
        If the image is not as above, or ``sigma`` is not positive.
    """
    grey = inputs.image(grey, "grey", grey=True)
    sigma = inputs.positive(sigma, "sigma", most=1e9)
    gy, gx = _slopes(255 * grey)
    magnitude = np.sqrt(gx * gx + gy * gy)
    around = ndimage.gaussian_filter(magnitude, sigma, mode="nearest") * np.sqrt(2 * np.pi) * sigma
    return np.exp(-12.7 * magnitude / (10 + around)).astype(np.float32)


class _Flow:
    """ψ, its speeds, and the arrays they are computed in."""

    def __init__(self, phi: NDArray[np.float32]) -> None:
        self.phi = phi
        self.phi_y, self.phi_x = _slopes(phi)

    def renew(
        self, labels: NDArray[np.int32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.bool_]]:
        """Make ψ a signed distance again, and find the skeleton and the band that can move.

        Returns
        -------
        psi : (H, W) float32
        zone : (H, W) int32
            Nearest superpixel of each pixel.
        skeleton : (H, W) bool
        """
        inside = labels >= 0
        outward, nearest = ndimage.distance_transform_edt(~inside, return_indices=True)
        inward = ndimage.distance_transform_edt(inside) if not inside.all() else outward
        psi = np.where(inside, 0.5 - inward, outward - 0.5).astype(np.float32)
        zone = labels[tuple(nearest)]
        skeleton = np.zeros(labels.shape, dtype=bool)
        for a, b in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
            # One side of the line where zones meet is enough to keep them apart.
            skeleton[a] |= zone[a] != zone[b]
        skeleton &= ~inside
        band = (np.abs(psi) < _RENEW * _STEP + 2) & ~skeleton
        self.band = np.flatnonzero(band)
        self.speed = self.phi.ravel()[self.band]
        self.speed_y = self.phi_y.ravel()[self.band]
        self.speed_x = self.phi_x.ravel()[self.band]
        return psi, zone, skeleton

    def advance(self, psi: NDArray[np.float32], *, use_doublet: bool) -> None:
        """Make one time step in the band around the outline, in place."""
        width = psi.shape[1]
        padded = np.pad(psi, 1, mode="edge")
        flat = padded.ravel()
        row = width + 2
        at = self.band + 2 * (self.band // width) + row + 1
        c, n, s = flat[at], flat[at - row], flat[at + row]
        w, e = flat[at - 1], flat[at + 1]
        # Upwind: an outline that moves outwards sees only what lies behind it.
        gy = np.maximum(np.maximum(c - n, 0), np.maximum(c - s, 0))
        gx = np.maximum(np.maximum(c - w, 0), np.maximum(c - e, 0))
        slope = np.sqrt(gy * gy + gx * gx)
        speed = self.speed
        if use_doublet:
            dy, dx = (s - n) / 2, (e - w) / 2
            norm = np.sqrt(dy * dy + dx * dx) + np.float32(1e-3)
            dyy, dxx = n - 2 * c + s, w - 2 * c + e
            dxy = (flat[at + row + 1] - flat[at + row - 1] - flat[at - row + 1]) / 4
            dxy += flat[at - row - 1] / 4
            curvature = (dxx * dy * dy - 2 * dx * dy * dxy + dyy * dx * dx) / norm**3
            curvature = np.clip(curvature, -1, 1)
            from_edge = (dy * self.speed_y + dx * self.speed_x) / norm
            speed = speed * (1 - _CURVATURE * curvature) - _PULL * from_edge
            speed = np.clip(speed, 0, 1)  # pixels once taken stay taken
        psi.ravel()[self.band] -= np.float32(_STEP) * speed * slope


def _slopes(values: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Central differences along y and x, the border repeated outwards."""
    padded = np.pad(values, 1, mode="edge").astype(np.float32)
    half = np.float32(0.5)
    return half * (padded[2:, 1:-1] - padded[:-2, 1:-1]), half * (
        padded[1:-1, 2:] - padded[1:-1, :-2]
    )


def _curvature_flow(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Smooth along level lines, ten steps of 0.1: noise shrinks, edges stay sharp."""
    out: NDArray[np.float32] = grey
    for _ in range(10):
        p = np.pad(out, 1, mode="edge")
        dy, dx = (p[2:, 1:-1] - p[:-2, 1:-1]) / 2, (p[1:-1, 2:] - p[1:-1, :-2]) / 2
        dyy = p[2:, 1:-1] - 2 * out + p[:-2, 1:-1]
        dxx = p[1:-1, 2:] - 2 * out + p[1:-1, :-2]
        dxy = (p[2:, 2:] - p[2:, :-2] - p[:-2, 2:] + p[:-2, :-2]) / 4
        square = dy * dy + dx * dx + np.float32(1e-8)
        bend = (dxx * dy * dy - 2 * dx * dy * dxy + dyy * dx * dx) / square
        out = (out + 0.1 * bend).astype(np.float32)
    return np.clip(out, 0, 1)
