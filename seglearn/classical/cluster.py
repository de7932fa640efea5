"""Clustering: sort samples by what they are like, without a label.

A sample is a row of numbers: a pixel's colour, its colour and place (the *joint space*), or its
texture. `pixels` makes samples of an image, and `segment` a label map of their clusters. Three ways
to find clusters:

- `kmeans`: k centres, each the mean of the samples that are nearest to it;
- `mean_shift`: the peaks of the samples' density, as many as there are at a bandwidth;
- `gaussian_mixture`: k bells of any width and tilt, each sample a part of all.

References
----------
k-means: S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory
28(2), 1982. Its seeding: D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful
seeding", SODA 2007.
Mean shift: K. Fukunaga, L. D. Hostetler, "The estimation of the gradient of a density function, with
applications in pattern recognition", IEEE Transactions on Information Theory 21(1), 1975; D.
Comaniciu, P. Meer, "Mean shift: a robust approach toward feature space analysis", TPAMI 24(5), 2002.
Mixtures: A. P. Dempster, N. M. Laird, D. B. Rubin, "Maximum likelihood from incomplete data via the
EM algorithm", Journal of the Royal Statistical Society B 39(1), 1977.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from seglearn import inputs
from seglearn.words import say

__all__ = [
    "METHODS",
    "KMeans",
    "MeanShift",
    "Mixture",
    "assign",
    "assign_plain",
    "gaussian_mixture",
    "kmeans",
    "kmeans_steps",
    "log_gaussian",
    "mean_shift",
    "pixels",
    "plus_plus",
    "segment",
    "shift",
    "shift_plain",
    "standardise",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]

CHUNK = 1 << 21
"""Distances, or neighbours, that are held at once."""

# ------------------------------------------------------------------------------ images to samples


def pixels(image: Any, position: float = 0.0) -> Floats:
    """Return the pixels of an image, or of a map of features, as samples.

    Parameters
    ----------
    image : (H, W) or (H, W, F) real
        Finite numbers.
    position : float, default 0.0
        How much place counts, 0 to 1000: a step as long as the image's longer side is so far in the
        samples, as a difference of so much in one channel. 0 leaves the place out.

    Returns
    -------
    (H · W, F) or (H · W, F + 2) float64
        Row after row; with a ``position`` also each pixel's row and column.

    Raises
    ------
    TypeError, ValueError
        If the image or ``position`` is not as above.
    """
    x = inputs.finite(inputs.cube(image, "image", grey=True), "image")
    position = inputs.number(position, "position", 0, 1000)
    height, width = x.shape[:2]
    rows = x.reshape(height * width, -1).astype(np.float64)
    if position == 0:
        return rows
    places = np.indices((height, width)).reshape(2, -1).T / max(height, width)
    return np.hstack([rows, position * places])


def standardise(samples: Any) -> Floats:
    """Return samples with mean 0 and standard deviation 1 in each column; a constant one becomes 0.

    Distances then count all features alike, whatever their units.

    Parameters
    ----------
    samples : (N, F) real

    Returns
    -------
    (N, F) float64

    Raises
    ------
    TypeError, ValueError
        If the samples are not as above.
    """
    x = inputs.samples(samples)
    off = x - x.mean(axis=0)
    spread = off.std(axis=0)
    constant = spread <= 1e-12 * np.abs(x).max(axis=0)
    return np.asarray(np.where(constant, 0, off / np.where(constant, 1, spread)))


# ------------------------------------------------------------------------------------- k-means


@dataclass(frozen=True, eq=False)
class KMeans:
    """k-means, at the end or after a round.

    Attributes
    ----------
    labels : (N,) int32
        The nearest centre of each sample.
    centres : (k, F) float64
        At the end, the mean of the samples of each.
    inertia : tuple of float
        Sum of the squared distances to the nearest centre, one a round; it never rises.
    converged : bool
        Whether the last round changed no label.
    """

    labels: Labels
    centres: Floats
    inertia: tuple[float, ...]
    converged: bool


def plus_plus(samples: Any, k: int, seed: Any = 0) -> Floats:
    """Draw the first centres: samples that lie far apart.

    Parameters
    ----------
    samples : (N, F) real
    k : int
        How many.
    seed : int or numpy.random.Generator

    Returns
    -------
    (k, F) float64
        The first is any sample; each other one is drawn with a chance that grows with the *squared*
        distance to the nearest centre so far.

    Raises
    ------
    TypeError, ValueError
        If the samples, ``k`` or ``seed`` are not as above, or there are fewer than k different
        samples.

    Notes
    -----
    Arthur and Vassilvitskii, 2007.
    """
    x, rng = inputs.samples(samples), inputs.generator(seed, "seed")
    k = _cluster_count(k, len(x))
    centres = [x[rng.integers(len(x))]]
    distance = np.full(len(x), np.inf)
    for found in range(1, k):
        distance = np.minimum(distance, _squared(x, centres[-1]))
        if not distance.any():
            raise _too_few(k, found)
        centres.append(x[rng.choice(len(x), p=distance / distance.sum())])
    return np.stack(centres)


def assign(samples: Any, centres: Any) -> Labels:
    """Return the nearest centre of each sample; of equally near ones, the first.

    Parameters
    ----------
    samples : (N, F) real
    centres : (k, F) real

    Returns
    -------
    (N,) int32

    Raises
    ------
    TypeError, ValueError
        If one is not as above, or their numbers of columns differ.

    Notes
    -----
    `assign_plain` compares sample by sample.
    """
    x = inputs.samples(samples)
    return _nearest(x, _like(x, centres, "centres"))[0]


def assign_plain(samples: Any, centres: Any) -> Labels:
    """Do what `assign` does, sample by sample; parameters, result and errors are the same."""
    x = inputs.samples(samples)
    c = _like(x, centres, "centres")
    labels = np.empty(len(x), dtype=np.int32)
    for i, sample in enumerate(x):
        best = math.inf
        for j, centre in enumerate(c):
            distance = ((sample - centre) ** 2).sum()
            if distance < best:
                best, labels[i] = distance, j
    return labels


def kmeans_steps(
    samples: Any,
    k: int,
    *,
    seed: Any = 0,
    n_iterations: int = 100,
    centres: Any = None,
) -> Iterator[KMeans]:
    """Run k-means and hand out every round.

    Parameters are those of `kmeans`, which returns the last state, its centres moved once more if
    labels still changed.

    Yields
    ------
    KMeans
        Labels of one round, and the centres that they had been given by.
    """
    x = inputs.samples(samples)
    k = _cluster_count(k, len(x))
    n_iterations = inputs.whole(n_iterations, "n_iterations", 1)
    c = plus_plus(x, k, seed) if centres is None else _like(x, centres, "centres", k)
    before = np.full(len(x), -1)
    trace: tuple[float, ...] = ()
    for _ in range(n_iterations):
        labels, distance = _nearest(x, c)
        _fill_empty(labels, distance, k)
        trace += (float(distance.sum()),)
        settled = bool((labels == before).all())
        yield KMeans(labels, c, trace, settled)
        if settled:
            return
        c, before = _means(x, labels, k), labels


def kmeans(
    samples: Any,
    k: int,
    *,
    seed: Any = 0,
    n_iterations: int = 100,
    centres: Any = None,
) -> KMeans:
    """Sort samples into k clusters, so that they lie near their clusters' means.

    Parameters
    ----------
    samples : (N, F) real
    k : int
        How many clusters, 1 to 4096.
    seed : int or numpy.random.Generator
        For the first centres, which `plus_plus` draws. Another seed may find other clusters.
    n_iterations : int, default 100
        At most so many rounds; it ends earlier when no label changes.
    centres : (k, F) real, optional
        The first centres.

    Returns
    -------
    KMeans

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above, or there are fewer than k different samples.

    Notes
    -----
    Lloyd's two steps: each sample joins the nearest centre, each centre moves to the mean of its
    samples. Neither lets the sum of squared distances rise. A centre without samples gets the one
    that lies farthest from its own.
    """
    *_, last = kmeans_steps(samples, k, seed=seed, n_iterations=n_iterations, centres=centres)
    if last.converged:
        return last
    x = inputs.samples(samples)
    return KMeans(last.labels, _means(x, last.labels, k), last.inertia, False)


def _squared(x: Floats, centre: Floats) -> Floats:
    return np.asarray(((x - centre) ** 2).sum(axis=1))


def _nearest(x: Floats, centres: Floats) -> tuple[Labels, Floats]:
    """Return the nearest centre of each sample, and the squared distance to it."""
    labels, least = np.empty(len(x), dtype=np.int32), np.empty(len(x))
    step = max(1, CHUNK // len(centres))
    for rows in (slice(start, start + step) for start in range(0, len(x), step)):
        distances = cdist(x[rows], centres, "sqeuclidean")
        labels[rows] = distances.argmin(axis=1)
        least[rows] = distances.min(axis=1)
    return labels, least


def _fill_empty(labels: Labels, distance: Floats, k: int) -> None:
    """Give each cluster without samples the farthest sample that is not alone in its cluster."""
    count = np.bincount(labels, minlength=k)
    for j in np.flatnonzero(count == 0):
        farthest = int(np.where(count[labels] > 1, distance, -1).argmax())
        if distance[farthest] == 0:
            raise _too_few(k, k - int((count == 0).sum()))
        count[labels[farthest]] -= 1
        count[j] += 1
        labels[farthest], distance[farthest] = j, 0


def _means(x: Floats, labels: Labels, k: int) -> Floats:
    sums = np.stack([np.bincount(labels, column, k) for column in x.T], axis=1)
    return np.asarray(sums / np.bincount(labels, minlength=k)[:, None])


def _cluster_count(k: Any, n_samples: int) -> int:
    k = inputs.whole(k, "k", 1, 4096)
    if k > n_samples:
        raise _too_few(k, n_samples)
    return k


def _too_few(k: int, found: int) -> ValueError:
    return ValueError(
        say(
            "samples hold no more than {found} different rows of features, and k = {k} clusters "
            "cannot be made of them; lower k, or take a picture that is not so flat",
            found=found,
            k=k,
        )
    )


def _like(x: Floats, places: Any, what: str, k: int | None = None) -> Floats:
    """Return checked places with the columns of the samples, k of them if k is given."""
    found = inputs.samples(places, what)
    if found.shape[1] != x.shape[1] or k not in (None, len(found)):
        raise ValueError(
            say(
                "{what} must be ({k}, {n_features}), one row a place and the columns of the samples, "
                "got shape {shape}",
                what=what,
                k="k" if k is None else k,
                n_features=x.shape[1],
                shape=found.shape,
            )
        )
    return found


# ----------------------------------------------------------------------------------- mean shift


@dataclass(frozen=True, eq=False)
class MeanShift:
    """What mean shift found.

    Attributes
    ----------
    labels : (N,) int32
        The nearest mode of each sample.
    modes : (k, F) float64
        Peaks of density, the densest first.
    density : (k,) int
        Samples within the bandwidth of each mode.
    n_iterations : int
        Steps until the last climber stood still.
    """

    labels: Labels
    modes: Floats
    density: NDArray[np.int64]
    n_iterations: int


def shift(samples: Any, at: Any, bandwidth: float) -> tuple[Floats, NDArray[np.int64]]:
    """Take one step of mean shift: from each place to the mean of the samples around it.

    Parameters
    ----------
    samples : (N, F) real
    at : (M, F) real
        Places to step from.
    bandwidth : float
        How far a sample may be to count, from 10⁻⁶ to 10⁶.

    Returns
    -------
    means : (M, F) float64
        A place without a sample around it stays.
    counts : (M,) int64
        Samples within the bandwidth.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above.

    Notes
    -----
    The flat kernel; the step is along the gradient of the density that Epanechnikov's kernel
    estimates (Comaniciu and Meer, 2002). `shift_plain` goes place by place.
    """
    x = inputs.samples(samples)
    bandwidth = inputs.positive(bandwidth, "bandwidth")
    return _shift(x, cKDTree(x), _like(x, at, "at"), bandwidth)


def shift_plain(samples: Any, at: Any, bandwidth: float) -> tuple[Floats, NDArray[np.int64]]:
    """Do what `shift` does, place by place; parameters, result and errors are the same."""
    x = inputs.samples(samples)
    means = _like(x, at, "at").copy()
    bandwidth = inputs.positive(bandwidth, "bandwidth")
    counts = np.zeros(len(means), dtype=np.int64)
    for j, place in enumerate(means):
        near = x[np.sqrt(_squared(x, place)) <= bandwidth]
        counts[j] = len(near)
        if len(near):
            means[j] = near.mean(axis=0)
    return means, counts


def mean_shift(samples: Any, bandwidth: float, *, n_iterations: int = 300) -> MeanShift:
    """Find the peaks of the samples' density, and sort the samples by them.

    Parameters
    ----------
    samples : (N, F) real
    bandwidth : float
        Radius in which density is measured, in units of the samples, from 10⁻⁶ to 10⁶. It decides
        how many clusters there are. Joint space with a bandwidth of its own for place: divide the
        columns by theirs, and give 1.
    n_iterations : int, default 300
        At most so many steps.

    Returns
    -------
    MeanShift

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above.

    Notes
    -----
    Comaniciu and Meer, 2002, with the flat kernel. Their climbers begin at every sample; here at the
    middle of every cell of a grid, as wide as the bandwidth, that holds samples (at one of them, where
    a cell of five or more columns is so large that the bandwidth reaches none from its middle). Peaks
    within the bandwidth of a denser one are dropped, and a sample goes to the nearest peak. So does
    ``MeanShift(bin_seeding=True)`` of scikit-learn 1.9, one climber after the other.
    """
    x = inputs.samples(samples)
    bandwidth = inputs.positive(bandwidth, "bandwidth")
    n_iterations = inputs.whole(n_iterations, "n_iterations", 1)
    tree = cKDTree(x)
    cells, first = np.unique(np.round(x / bandwidth), axis=0, return_index=True)
    at, steps = cells * bandwidth, 0
    alone = tree.query_ball_point(at, bandwidth, return_length=True) == 0
    at[alone] = x[first[alone]]
    places, densities = [], []
    while len(at):
        moved, counts = _shift(x, tree, at, bandwidth)
        steps += 1
        still = np.sqrt(((moved - at) ** 2).sum(axis=1)) <= 1e-3 * bandwidth
        still |= steps == n_iterations
        places.append(moved[still])
        densities.append(counts[still])
        at = np.unique(moved[~still], axis=0)  # climbers that met go on as one
    modes, density = _peaks(np.concatenate(places), np.concatenate(densities), bandwidth)
    return MeanShift(cKDTree(modes).query(x)[1].astype(np.int32), modes, density, steps)


def _shift(
    x: Floats, tree: cKDTree, at: Floats, bandwidth: float
) -> tuple[Floats, NDArray[np.int64]]:
    counts = tree.query_ball_point(at, bandwidth, return_length=True).astype(np.int64)
    means = at.copy()
    part = np.cumsum(counts) // CHUNK
    for chunk in np.unique(part[counts > 0]):
        some = np.flatnonzero((part == chunk) & (counts > 0))
        near = np.concatenate(tree.query_ball_point(at[some], bandwidth, return_sorted=False))
        starts = np.cumsum(counts[some]) - counts[some]
        sums = np.add.reduceat(x[near.astype(np.intp)], starts, axis=0)
        means[some] = sums / counts[some][:, None]
    return means, counts


def _peaks(
    at: Floats, counts: NDArray[np.int64], bandwidth: float
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the places that have no denser one within the bandwidth, the densest first."""
    order = np.lexsort((*at.T[::-1], counts))[::-1]
    at, counts = at[order], counts[order]
    kept = np.ones(len(at), dtype=bool)
    tree = cKDTree(at)
    for j, place in enumerate(at):
        if kept[j]:
            kept[tree.query_ball_point(place, bandwidth)] = False
            kept[j] = True
    kept &= counts > 0
    return at[kept], counts[kept]


# ----------------------------------------------------------------------------- Gaussian mixtures


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of Gaussians, fitted to samples.

    Attributes
    ----------
    labels : (N,) int32
        The most probable component of each sample.
    responsibilities : (N, k) float64
        Probability of each component; a row sums to 1.
    weights : (k,) float64
        Share of each component; they sum to 1.
    means : (k, F) float64
    covariances : (k, F, F) float64
    log_likelihood : tuple of float
        Mean over the samples, one a round; it never falls.
    converged : bool
        Whether the last round gained less than the tolerance.
    """

    labels: Labels
    responsibilities: Floats
    weights: Floats
    means: Floats
    covariances: Floats
    log_likelihood: tuple[float, ...]
    converged: bool


def log_gaussian(samples: Any, mean: Any, covariance: Any) -> Floats:
    """Return the logarithm of a Gaussian's density at each sample.

    Parameters
    ----------
    samples : (N, F) real
    mean : (F,) real
    covariance : (F, F) real
        Symmetric, positive definite.

    Returns
    -------
    (N,) float64
        −½ (x − μ)ᵀ Σ⁻¹ (x − μ) − ½ ln |2πΣ|.

    Raises
    ------
    TypeError, ValueError
        If one is not as above.
    """
    x, sigma = inputs.samples(samples), inputs.samples(covariance, "covariance")
    mu = inputs.finite(inputs.floats(mean, "mean"), "mean")
    n = x.shape[1]
    if mu.shape != (n,) or sigma.shape != (n, n):
        raise ValueError(
            say(
                "mean must be ({n},) and covariance ({n}, {n}), as samples have {n} columns; got "
                "shapes {mean} and {covariance}",
                n=n,
                mean=mu.shape,
                covariance=sigma.shape,
            )
        )
    if not np.allclose(sigma, sigma.T, rtol=1e-6, atol=0) or np.linalg.eigvalsh(sigma)[0] <= 0:
        raise ValueError(
            say(
                "covariance must be symmetric and positive definite, got {covariance}; add a little "
                "to its diagonal",
                covariance=sigma.tolist(),
            )
        )
    return _log_gaussian(x, mu, sigma)


def gaussian_mixture(
    samples: Any,
    k: int,
    *,
    seed: Any = 0,
    n_iterations: int = 200,
    tolerance: float = 1e-5,
    ridge: float = 1e-6,
    centres: Any = None,
) -> Mixture:
    """Fit k Gaussians of any width and tilt by expectation and maximisation.

    Parameters
    ----------
    samples : (N, F) real
    k : int
        How many components, 1 to 4096.
    seed : int or numpy.random.Generator
        For k-means, whose clusters are the first components.
    n_iterations : int, default 200
        At most so many rounds.
    tolerance : float, default 1e-5
        It ends when a round adds less than this to the mean log-likelihood; 0 to 1.
    ridge : float, default 1e-6
        Variance that every component has at least, in every direction, 10⁻¹² to 10⁶: without it one
        could shrink to a single sample, and its density grow without bound.
    centres : (k, F) real, optional
        Instead of k-means: each sample begins as a part of the nearest of these alone.

    Returns
    -------
    Mixture

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above, or there are fewer than k different samples.

    Notes
    -----
    Dempster, Laird and Rubin, 1977. Each sample counts as a small cloud of variance ε (the ridge)
    around itself: its log-density under a component is the mean over the cloud,
    ln N(x; μ, Σ) − ½ ε tr Σ⁻¹. Then ε is just what the maximisation adds to the diagonal of Σ, and
    neither of the two steps lets the log-likelihood fall, whatever the ridge. It ends in a maximum
    near the start, which need not be the highest.
    """
    x = inputs.samples(samples)
    n_iterations = inputs.whole(n_iterations, "n_iterations", 1)
    tolerance = inputs.number(tolerance, "tolerance", 0, 1)
    ridge = inputs.number(ridge, "ridge", 1e-12, 1e6)
    rounds = 100 if centres is None else 1
    start = kmeans(x, k, seed=seed, centres=centres, n_iterations=rounds)
    parts = _maximise(x, np.eye(k)[:, start.labels], ridge, None)
    shares, fit = _expect(x, parts, ridge)
    trace: tuple[float, ...] = (fit,)
    converged = False
    while len(trace) < n_iterations and not converged:
        parts = _maximise(x, shares, ridge, parts)
        shares, fit = _expect(x, parts, ridge)
        converged = fit - trace[-1] < tolerance
        trace += (fit,)
    return Mixture(shares.argmax(axis=0).astype(np.int32), shares.T, *parts, trace, converged)


Parts = tuple[Floats, Floats, Floats]  # weights, means, covariances


def _expect(x: Floats, parts: Parts, ridge: float) -> tuple[Floats, float]:
    """Return the probability of each component for each sample, (k, N), and the log-likelihood."""
    joint = np.full((len(parts[0]), len(x)), -np.inf)
    for j, (weight, mean, covariance) in enumerate(zip(*parts, strict=True)):
        if weight > 0:
            cloud = ridge / 2 * np.trace(np.linalg.inv(covariance))
            joint[j] = np.log(weight) + _log_gaussian(x, mean, covariance) - cloud
    largest = joint.max(axis=0)
    share = np.exp(joint - largest)
    total = share.sum(axis=0)
    return share / total, float((largest + np.log(total)).mean())


def _maximise(x: Floats, shares: Floats, ridge: float, before: Parts | None) -> Parts:
    """Return the components that fit best, given how much each sample belongs to which, (k, N)."""
    count, n_features = shares.sum(axis=1), x.shape[1]
    means = np.empty((len(count), n_features))
    covariances = np.empty((len(count), n_features, n_features))
    for j, share in enumerate(shares):
        if before is not None and count[j] < 1e-8:  # nobody's: it stays as it was
            means[j], covariances[j] = before[1][j], before[2][j]
            continue
        means[j] = share @ x / count[j]
        off = x - means[j]
        covariances[j] = (share[:, None] * off).T @ off / count[j] + ridge * np.eye(n_features)
    return count / count.sum(), means, covariances


def _log_gaussian(x: Floats, mean: Floats, covariance: Floats) -> Floats:
    root = linalg.cholesky(covariance, lower=True)
    unit = linalg.solve_triangular(root, np.eye(len(mean)), lower=True)
    off = (x - mean) @ unit.T
    log_volume = np.log(root.diagonal()).sum() + len(mean) / 2 * math.log(2 * math.pi)
    return np.asarray(-0.5 * np.einsum("nf,nf->n", off, off) - log_volume)


# --------------------------------------------------------------------------------------- images

METHODS: dict[str, Callable[..., KMeans | MeanShift | Mixture]] = {
    "k-means": kmeans,
    "mean-shift": mean_shift,
    "gaussian-mixture": gaussian_mixture,
}
"""The ways to cluster, by name."""


def segment(
    image: Any,
    method: str,
    *args: Any,
    position: float = 0.0,
    standard: bool = False,
    **options: Any,
) -> Labels:
    """Cluster the pixels of an image, or of a map of features.

    Parameters
    ----------
    image : (H, W) or (H, W, F) real
        Finite numbers.
    method : str
        A key of `METHODS`.
    *args
        The number of clusters of k-means and mixtures, or the bandwidth of mean shift.
    position : float, default 0.0
        How much place counts, as in `pixels`.
    standard : bool, default False
        Whether to bring all features to one spread before, as `standardise` does; place is added
        afterwards.
    **options
        Passed on: see the function itself.

    Returns
    -------
    (H, W) int32
        Labels 0 … k−1, in the order in which they occur in the image. Pixels of one label need not
        touch.

    Raises
    ------
    TypeError, ValueError
        If the image, the method or an option is not as it should be.
    """
    function = METHODS[inputs.choice(method, "method", METHODS)]
    x = inputs.cube(image, "image", grey=True)
    if standard:
        x = standardise(pixels(x)).reshape(*x.shape[:2], -1)
    found = function(pixels(x, position), *args, **options).labels
    _, first, numbered = np.unique(found, return_index=True, return_inverse=True)
    in_order = np.argsort(np.argsort(first))
    return np.asarray(in_order[numbered].reshape(x.shape[:2]), dtype=np.int32)
