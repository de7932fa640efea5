"""GrabCut: an object cut out of a box, by colours that it learns on the way.

A person draws a box. What is outside is background for certain; what is inside may be either, and
starts as foreground. Two mixtures of K Gaussians describe the colours of both sides. Three steps
alternate, on the energy E = U + V of `seglearn.classical.mincut`:

1. **assign**: every pixel chooses one component of its side's mixture, the one that it costs least;
2. **learn**: every component takes share, mean and covariance of the pixels that chose it;
3. **cut**: the pixels that no one fixed are labelled anew by a minimum cut.

A pixel of colour z in component k with share π, mean μ and covariance Σ costs

    D = −log π + ½ log det Σ + ½ (z − μ)ᵀ Σ⁻¹ (z − μ),

U is the sum of it, and V what the outline costs. Each step minimises the same E over one of its
arguments, so E never rises, and what it converges to depends on the start.

References
----------
Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated graph cuts",
SIGGRAPH 2004: section 3. First components: Orchard and Bouman, "Color quantization of images", IEEE
Transactions on Signal Processing 39(12), 1991.

Notes
-----
A component of pixels of one colour would have no spread and cost −∞. No covariance has an eigenvalue
below `LEAST_VARIANCE`, that of rounding to 8 bits. The best covariance under this rule is the usual
one with smaller eigenvalues raised to it, so step 2 stays a minimum and E does not rise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.classical import _seeds, mincut
from seglearn.words import say

__all__ = [
    "BACKGROUND",
    "FOREGROUND",
    "FREE",
    "LEAST_VARIANCE",
    "Mixture",
    "State",
    "learn",
    "segment",
    "split",
    "steps",
    "trimap",
]

FREE, BACKGROUND, FOREGROUND = -1, 0, 1
"""What a trimap and scribbles say about a pixel."""

LEAST_VARIANCE = 1 / (12 * 255**2)
"""Smallest eigenvalue of a covariance: the variance of rounding to one of 255 steps."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Gaussians that share out the colours of one side.

    Attributes
    ----------
    weights : (K,) float
        π: share of each component; they add up to 1. A component of no pixel has 0.
    means : (K, C) float
        μ.
    covariances : (K, C, C) float
        Σ, with eigenvalues of at least `LEAST_VARIANCE`.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    covariances: NDArray[np.float64]

    def costs(self, colours: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return D of every colour (N, C) in every component, (K, N); ∞ in one of no pixel."""
        out = np.full((len(self.weights), len(colours)), np.inf)
        for k in np.flatnonzero(self.weights):
            root = np.linalg.cholesky(self.covariances[k])  # Σ = L Lᵀ
            whiten = np.linalg.inv(root)
            white = whiten @ colours.T - (whiten @ self.means[k])[:, None]  # (C, N)
            constant = np.log(np.diag(root)).sum() - np.log(self.weights[k])
            out[k] = (white * white).sum(axis=0) / 2 + constant
        return out


@dataclass(frozen=True, eq=False)
class State:
    """GrabCut between two of its steps.

    Attributes
    ----------
    stage : str
        "start", "assign", "learn" or "cut".
    iteration : int
        0 at the start, then from 1.
    mask : (H, W) bool
        α: True is foreground.
    components : (H, W) int32
        k: the component of each pixel, 0 … K−1, in the mixture of its side. After "cut" the best.
    mixtures : (Mixture, Mixture)
        θ: of background and foreground.
    energy : Energy
        U and V now.
    """

    stage: str
    iteration: int
    mask: NDArray[np.bool_]
    components: NDArray[np.int32]
    mixtures: tuple[Mixture, Mixture]
    energy: mincut.Energy


# ----------------------------------------------------------------------------------- what is known


def trimap(shape: tuple[int, int], box: Any = None, scribbles: Any = None) -> NDArray[np.int32]:
    """Return what a box and scribbles say about each pixel.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the image.
    box : (x0, y0, x1, y1), optional
        Whole pixels; column x1 and row y1 lie outside. All outside is background.
    scribbles : (H, W) int, optional
        0 is background, 1 foreground, −1 says nothing. They overrule the box.

    Returns
    -------
    (H, W) int32
        `FREE`, `BACKGROUND` or `FOREGROUND`.

    Raises
    ------
    TypeError, ValueError
        If there is neither box nor scribbles, the box leaves the image, no pixel is background for
        certain, all are, or there are scribbles of one side only and no box.
    """
    height, width = inputs.size(shape)
    known = np.full((height, width), FREE, dtype=np.int32)
    if box is None and scribbles is None:
        raise ValueError(say("a box or scribbles must say where the object is; got neither"))
    if box is not None:
        x0, y0, x1, y1 = inputs.box(box, (height, width))
        known[:] = BACKGROUND
        known[y0:y1, x0:x1] = FREE
    if scribbles is not None:
        drawn = _seeds.check(scribbles, (height, width), 2, what="scribbles")
        known[drawn != FREE] = drawn[drawn != FREE]
    if not (known == BACKGROUND).any():
        raise ValueError(
            say(
                "box and scribbles leave no pixel that is background for certain; make the box "
                "smaller than the image, or scribble on the background"
            )
        )
    if not (known == FOREGROUND).any() and (box is None or (known == BACKGROUND).all()):
        raise ValueError(
            say("box and scribbles leave no place for the object; scribble on it, or draw a box")
        )
    return known


# ------------------------------------------------------------------------------------- the mixtures


def split(colours: Any, n_components: int) -> NDArray[np.int32]:
    """Divide colours into first components, by halving the widest one again and again.

    Parameters
    ----------
    colours : (N, C) float
    n_components : int
        K, 1 … 32.

    Returns
    -------
    (N,) int32
        Component of each, 0 … K−1 or fewer: a component of one colour is not divided.

    Raises
    ------
    TypeError, ValueError
        If the colours or the number are not as above.
    """
    colours = inputs.samples(colours, "colours")
    n_components = inputs.whole(n_components, "n_components", 1, 32)
    component = np.zeros(len(colours), dtype=np.int32)
    spread = [_widest(colours)]
    while len(spread) < n_components:
        k = int(np.argmax([width for width, _ in spread]))
        width, axis = spread[k]
        if width <= LEAST_VARIANCE / 100:
            break
        members = np.flatnonzero(component == k)
        along = colours[members] @ axis
        component[members[along > along.mean()]] = len(spread)
        spread[k] = _widest(colours[component == k])
        spread.append(_widest(colours[component == len(spread)]))
    return component


def _widest(colours: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Largest variance of colours in any direction, and that direction."""
    off = colours - colours.mean(axis=0)
    values, vectors = np.linalg.eigh(off.T @ off / len(off))
    return float(values[-1]), vectors[:, -1]


def learn(colours: Any, component: Any, n_components: int) -> Mixture:
    """Return the mixture that fits colours best, where each has chosen its component (step 2).

    Parameters
    ----------
    colours : (N, C) float
    component : (N,) int
        0 … K−1.
    n_components : int
        K, 1 … 32.

    Returns
    -------
    Mixture

    Raises
    ------
    TypeError, ValueError
        If the colours, the components or the number are not as above.
    """
    colours = inputs.samples(colours, "colours")
    n_components = inputs.whole(n_components, "n_components", 1, 32)
    component = inputs.labels(component, "component")
    if (
        component.shape != colours.shape[:1]
        or component.min() < 0
        or component.max() >= n_components
    ):
        raise ValueError(
            say(
                "component must be (N,), one of 0 … {last} for each of {n} colours, got shape {shape}",
                last=n_components - 1,
                n=len(colours),
                shape=component.shape,
            )
        )
    n_channels = colours.shape[1]
    means = np.zeros((n_components, n_channels))
    covariances = np.tile(LEAST_VARIANCE * np.eye(n_channels), (n_components, 1, 1))
    count = np.bincount(component.astype(np.intp), minlength=n_components)
    for k in np.flatnonzero(count):
        members = colours[component == k]
        means[k] = members.mean(axis=0)
        off = members - means[k]
        values, vectors = np.linalg.eigh(off.T @ off / count[k])
        covariances[k] = vectors * np.maximum(values, LEAST_VARIANCE) @ vectors.T
    return Mixture(count / count.sum(), means, covariances)


# ------------------------------------------------------------------------------------ the algorithm


def segment(
    image: Any,
    box: Any = None,
    scribbles: Any = None,
    *,
    start: Any = None,
    n_components: int = 5,
    gamma: float = 50.0,
    n_neighbours: int = 8,
    n_iterations: int = 5,
) -> NDArray[np.bool_]:
    """Cut an object out of an image; the mask of the last of `steps`, whose arguments these are.

    Returns
    -------
    (H, W) bool
        True is foreground.

    Raises
    ------
    ImportError, TypeError, ValueError
        As `steps`.
    """
    *_, last = steps(
        image,
        box,
        scribbles,
        start=start,
        n_components=n_components,
        gamma=gamma,
        n_neighbours=n_neighbours,
        n_iterations=n_iterations,
    )
    return last.mask


def steps(
    image: Any,
    box: Any = None,
    scribbles: Any = None,
    *,
    start: Any = None,
    n_components: int = 5,
    gamma: float = 50.0,
    n_neighbours: int = 8,
    n_iterations: int = 5,
) -> Iterator[State]:
    """Run GrabCut and hand out every state.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        With at least two colours.
    box, scribbles
        As in `trimap`.
    start : (H, W) bool, optional
        Where free pixels begin, for instance the mask of an earlier run to which scribbles were
        added. By default inside the box they begin as foreground; without a box, by a cut with
        mixtures of the scribbled pixels alone.
    n_components : int
        K of each mixture, 1 … 32. A side of few colours gets fewer.
    gamma : float
        γ: what parting two equal neighbours costs.
    n_neighbours : int
        4 or 8.
    n_iterations : int
        1 or more. It ends earlier when a cut changes nothing.

    Yields
    ------
    State
        "start", and for each iteration "assign", "learn", "cut". No energy is above the one before.

    Raises
    ------
    ImportError
        If PyMaxflow is not installed and the image is too large to do without (`mincut.cut`).
    TypeError, ValueError
        If an argument is not as above; as `trimap`; if the image has one colour; or if a cut leaves
        one side without a pixel.
    """
    run = _Run(
        image, trimap(np.shape(inputs.image(image))[:2], box, scribbles), gamma, n_neighbours
    )
    n_components = inputs.whole(n_components, "n_components", 1, 32)
    n_iterations = inputs.whole(n_iterations, "n_iterations", 1)
    run.begin(n_components, start, boxed=box is not None)
    yield run.state("start", 0)
    for iteration in range(1, n_iterations + 1):
        run.assign()
        yield run.state("assign", iteration)
        run.learn()
        yield run.state("learn", iteration)
        before = run.mask
        run.cut()
        yield run.state("cut", iteration)
        if (run.mask == before).all():
            break


class _Run:
    """What the steps work on: pixels in rows, (H·W, C)."""

    def __init__(
        self, image: Any, known: NDArray[np.int32], gamma: float, n_neighbours: int
    ) -> None:
        image = inputs.image(image)
        self.link = mincut.links(image, gamma=gamma, n_neighbours=n_neighbours)
        self.colours = image.reshape(known.size, -1).astype(np.float64)
        if not np.ptp(self.colours, axis=0).any():
            raise ValueError(
                say("the image has one colour; colours cannot tell the object from the rest")
            )
        self.known = known

    def begin(self, n_components: int, start: Any, *, boxed: bool) -> None:
        """Label the free pixels for the first time, and make the first mixtures."""
        if start is not None:
            start = inputs.mask(start, "start")
            inputs.same_shape(self.known.shape, start.shape, say("the image and start"))
        first = boxed if start is None else start
        self._label(np.where(self.known == FREE, first, self.known == FOREGROUND))
        # Without a box or a start, only scribbled pixels have a say in the first mixtures.
        teachers = (self.known != FREE) | boxed | (start is not None)
        self.k = np.zeros(self.known.size, dtype=np.int32)
        mixtures = []
        for side in (False, True):
            members = (teachers & (self.mask == side)).ravel()
            self.k[members] = split(self.colours[members], n_components)
            mixtures.append(learn(self.colours[members], self.k[members], n_components))
        self._believe(mixtures)
        if not teachers.all():
            self.cut()

    def assign(self) -> None:
        """Step 1: every pixel chooses the component of its side that it costs least."""
        self.k = np.where(self.mask.ravel(), self.best[1], self.best[0])

    def learn(self) -> None:
        """Step 2: every component learns from the pixels that chose it."""
        sides = [self.mask.ravel() == side for side in (False, True)]
        n = len(self.mixtures[0].weights)
        self._believe([learn(self.colours[side], self.k[side], n) for side in sides])

    def cut(self) -> None:
        """Step 3: label the free pixels at least cost, each in its best component of either side."""
        least = np.take_along_axis(self.costs, self.best[:, None], axis=1)
        self._label(mincut.cut(least.reshape(2, *self.known.shape), self.link, self.known))
        self.assign()

    def _believe(self, mixtures: list[Mixture]) -> None:
        """Take new mixtures, and what each pixel costs in each of their components, (2, K, H·W)."""
        self.mixtures = mixtures[0], mixtures[1]
        self.costs = np.stack([mixture.costs(self.colours) for mixture in mixtures])
        self.best = self.costs.argmin(axis=1).astype(np.int32)

    def _label(self, mask: NDArray[np.bool_]) -> None:
        """Take a new labelling; both sides must have a pixel."""
        if mask.all() or not mask.any():
            raise ValueError(
                say(
                    "every pixel is {side} now, so nothing is left to learn the other side's colours "
                    "from; scribble on the {other}, or draw the box closer",
                    side=say("foreground") if mask.all() else say("background"),
                    other=say("background") if mask.all() else say("object"),
                )
            )
        self.mask = mask
        self.v = mincut.energy(mask, np.zeros((2, *mask.shape)), self.link).v

    def state(self, stage: str, iteration: int) -> State:
        """Return what has been reached."""
        u = self.costs[self.mask.ravel().astype(np.intp), self.k, np.arange(self.k.size)].sum()
        components = self.k.reshape(self.known.shape)
        energy = mincut.Energy(float(u), self.v)
        return State(stage, iteration, self.mask, components, self.mixtures, energy)
