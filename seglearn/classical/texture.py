"""Texture: what the surroundings of a pixel look like, as numbers.

A pixel of grass and one of gravel can have the same grey. Three descriptions tell them apart, each a
map of features (H, W, F):

- `glcm_map`: how often two grey levels stand side by side in the window (co-occurrence);
- `gabor_map`: how much the image swings at a frequency and in a direction (a bank of Gabor filters);
- `lbp_map`: which patterns of brighter and darker neighbours occur in the window (local binary
  patterns).

The classifiers and clusterings beside this file make labels of them. Beyond the border the image is
mirrored, its outermost pixels repeated.

References
----------
R. M. Haralick, K. Shanmugam, I. Dinstein, "Textural features for image classification", IEEE
Transactions on Systems, Man, and Cybernetics 3(6), 1973.
A. K. Jain, F. Farrokhnia, "Unsupervised texture segmentation using Gabor filters", Pattern
Recognition 24(12), 1991.
T. Ojala, M. Pietikäinen, T. Mäenpää, "Multiresolution gray-scale and rotation invariant texture
classification with local binary patterns", TPAMI 24(7), 2002.
"""

import math
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from seglearn import inputs
from seglearn.classical._grey import grey
from seglearn.words import say

__all__ = [
    "GLCM_FEATURES",
    "OFFSETS",
    "cooccurrence",
    "cooccurrence_plain",
    "gabor_kernel",
    "gabor_map",
    "gabor_response",
    "glcm_features",
    "glcm_map",
    "glcm_map_plain",
    "lbp",
    "lbp_map",
    "lbp_plain",
    "quantise",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]

OFFSETS = ((0, 1), (1, 1), (1, 0), (1, -1))
"""Rows and columns to a neighbour: right, right below, below, left below; the other four mirror them."""

GLCM_FEATURES = ("contrast", "dissimilarity", "homogeneity", "energy", "correlation", "entropy")
"""What `glcm_features` and `glcm_map` return, in this order."""

MOST_LEVELS = 64
"""A matrix of more levels has more entries than a window has pairs."""

# ------------------------------------------------------------------------------- co-occurrence


def quantise(image: Any, n_levels: int = 8) -> Labels:
    """Round an image down to a few grey levels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Of a colour image, its luminance.
    n_levels : int, default 8
        2 to 64, equally wide.

    Returns
    -------
    (H, W) int32
        0 … n_levels − 1.

    Raises
    ------
    TypeError, ValueError
        If the image or ``n_levels`` is not as above.
    """
    n = _level_count(n_levels)
    return np.minimum(grey(image) * n, n - 1).astype(np.int32)


def cooccurrence(
    levels: Any, n_levels: int = 8, offsets: tuple[tuple[int, int], ...] = OFFSETS
) -> Floats:
    """Return how often each two grey levels stand at an offset from each other.

    Parameters
    ----------
    levels : (H, W) int
        Grey levels 0 … n_levels − 1, as from `quantise`.
    n_levels : int, default 8
        2 to 64.
    offsets : pairs of int
        Rows and columns from a pixel to its neighbour; pairs of all of them are counted together.

    Returns
    -------
    (n_levels, n_levels) float64
        Entry (i, j) is the share of pairs with level i here and j there. Each pair counts in both
        orders, so the matrix is symmetric. It sums to 1, or to 0 if the image holds no such pair.

    Raises
    ------
    TypeError, ValueError
        If the levels, ``n_levels`` or an offset are not as above.

    Notes
    -----
    Haralick, Shanmugam and Dinstein, 1973. `cooccurrence_plain` counts pixel by pixel.
    """
    levels, n = _levels(levels, n_levels)
    count = np.zeros(n * n)
    for offset in _offsets(offsets):
        here, there = _pairs(levels, offset)
        count += np.bincount((here * n + there).ravel(), minlength=n * n)
    both = count.reshape(n, n) + count.reshape(n, n).T
    return np.asarray(both / max(both.sum(), 1))


def cooccurrence_plain(
    levels: Any, n_levels: int = 8, offsets: tuple[tuple[int, int], ...] = OFFSETS
) -> Floats:
    """Do what `cooccurrence` does, pixel by pixel; parameters, result and errors are the same."""
    levels, n = _levels(levels, n_levels)
    height, width = levels.shape
    count = np.zeros((n, n))
    for (y, x), (dy, dx) in product(np.ndindex(height, width), _offsets(offsets)):
        if 0 <= y + dy < height and 0 <= x + dx < width:
            here, there = levels[y, x], levels[y + dy, x + dx]
            count[here, there] += 1
            count[there, here] += 1
    return np.asarray(count / max(count.sum(), 1))


def glcm_features(matrix: Any) -> dict[str, float]:
    """Describe a co-occurrence matrix by six numbers.

    Parameters
    ----------
    matrix : (n, n) float
        Shares p(i, j) of pairs, symmetric, sum 1, as from `cooccurrence`.

    Returns
    -------
    dict of float
        - contrast Σ p (i − j)², 0 … (n − 1)²;
        - dissimilarity Σ p |i − j|, 0 … n − 1;
        - homogeneity Σ p / (1 + (i − j)²), above 0, at most 1;
        - energy √Σ p², above 0, at most 1 (the paper's angular second moment is its square);
        - correlation Σ p (i − μ)(j − μ) / σ², −1 … 1, and 1 if there is a single level;
        - entropy −Σ p ln p, 0 … 2 ln n.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not as above.
    """
    p = inputs.samples(matrix, "matrix")
    if p.shape[0] != p.shape[1] or (p < 0).any() or abs(p.sum() - 1) > 1e-6:
        raise ValueError(
            say(
                "matrix must be (n, n) shares that sum to 1, as from cooccurrence, got shape "
                "{shape} and sum {sum:g}; an image without a pair of pixels has none",
                shape=p.shape,
                sum=p.sum(),
            )
        )
    if not np.allclose(p, p.T, atol=1e-9):
        raise ValueError(say("matrix must be symmetric: add its transpose, and divide by 2"))
    i, j = np.indices(p.shape)
    sums = [np.sum(p * weight) for weight in _weights(i, j)]
    entropy = -np.sum(p * np.log(p, where=p > 0, out=np.zeros_like(p)))
    values = _features(sums, np.sum(p * p), entropy)
    return {name: float(value) for name, value in zip(GLCM_FEATURES, values, strict=True)}


def glcm_map(
    image: Any,
    size: int = 15,
    *,
    n_levels: int = 8,
    offsets: tuple[tuple[int, int], ...] = OFFSETS,
) -> Floats:
    """Return the six features of the co-occurrence matrix of the window around each pixel.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Of a colour image, its luminance.
    size : int, default 15
        Side of the window in pixels, odd, larger than every offset.
    n_levels : int, default 8
        Grey levels, 2 to 64. The time grows with their square.
    offsets : pairs of int
        As in `cooccurrence`.

    Returns
    -------
    (H, W, 6) float64
        `GLCM_FEATURES` in their order.

    Raises
    ------
    TypeError, ValueError
        If the image or an option is not as above.

    Notes
    -----
    `glcm_map_plain` cuts out each window. Here all windows are counted at once, one pair of levels
    after the other: where the pair stands is an image of 0 and 1, and a running sum counts it.
    """
    levels, size, offsets = _windowed(image, size, n_levels, offsets)
    pairs = [(*_pairs(levels, (dy, dx)), size - abs(dy), size - abs(dx)) for dy, dx in offsets]
    total = sum(height * width for *_, height, width in pairs)
    shape = levels.shape[0] - size + 1, levels.shape[1] - size + 1
    sums: list[Any] = [np.zeros(shape) for _ in _weights(0, 0)]
    energy, entropy = np.zeros(shape), np.zeros(shape)
    for i, j in product(range(n_levels), repeat=2):
        if i > j:  # the matrix is symmetric
            continue
        count = sum(
            _box_sums(((a == i) & (b == j)) | ((a == j) & (b == i)), height, width)
            for a, b, height, width in pairs
        )
        orders = 1 if i == j else 2
        p = np.asarray(count) / total / orders
        energy += orders * p * p
        entropy -= orders * p * np.log(p, where=p > 0, out=np.zeros(shape))
        for sum_, weight in zip(sums, _weights(i, j), strict=True):
            sum_ += orders * p * weight
    return np.stack(_features(sums, energy, entropy), axis=-1)


def glcm_map_plain(
    image: Any,
    size: int = 15,
    *,
    n_levels: int = 8,
    offsets: tuple[tuple[int, int], ...] = OFFSETS,
) -> Floats:
    """Do what `glcm_map` does, window by window; parameters, result and errors are the same."""
    levels, size, offsets = _windowed(image, size, n_levels, offsets)
    windows = np.lib.stride_tricks.sliding_window_view(levels, (size, size))
    result = np.empty((*windows.shape[:2], len(GLCM_FEATURES)))
    for y, x in np.ndindex(windows.shape[:2]):
        matrix = cooccurrence_plain(windows[y, x], n_levels, offsets)
        result[y, x] = list(glcm_features(matrix).values())
    return result


def _weights(i: Any, j: Any) -> tuple[Any, ...]:
    """Return what a share is multiplied with: three features, and moments for the correlation.

    They are symmetric in i and j, as the shares are.
    """
    off = i - j
    return off * off, abs(off), 1 / (1 + off * off), i * j, (i * i + j * j) / 2, (i + j) / 2


def _features(sums: list[Any], energy: Any, entropy: Any) -> list[Any]:
    """Return `GLCM_FEATURES` from the sums over `_weights`."""
    contrast, dissimilarity, homogeneity, product_, squares, mean = sums
    variance = np.maximum(squares - mean * mean, 0)
    one_level = variance < 1e-12
    correlation = (product_ - mean * mean) / np.where(one_level, 1, variance)
    correlation = np.clip(np.where(one_level, 1, correlation), -1, 1)
    return [contrast, dissimilarity, homogeneity, np.sqrt(energy), correlation, entropy]


def _level_count(n_levels: Any) -> int:
    return inputs.whole(n_levels, "n_levels", 2, MOST_LEVELS)


def _levels(levels: Any, n_levels: Any) -> tuple[NDArray[Any], int]:
    found, n = inputs.label_map(levels, "levels", booleans=False), _level_count(n_levels)
    if found.min() < 0 or found.max() >= n:
        raise ValueError(
            say(
                "levels must lie in 0 … {last}, got a map with {low} … {high}; quantise makes such",
                last=n - 1,
                low=found.min(),
                high=found.max(),
            )
        )
    return found.astype(np.int64), n


def _offsets(offsets: Any) -> list[tuple[int, int]]:
    """Return checked pairs of whole numbers."""
    found = inputs.array(offsets, "offsets", kinds="iu")
    if found.ndim != 2 or found.shape[1] != 2 or not found.size or not found.any(axis=1).all():
        raise ValueError(
            say(
                "offsets must be pairs (rows, columns) other than (0, 0), such as ((0, 1), (1, 0)); "
                "got {offsets}",
                offsets=offsets,
            )
        )
    return [(int(dy), int(dx)) for dy, dx in found]


def _pairs(levels: NDArray[Any], offset: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the levels of all pixels that have a neighbour at the offset, and of the neighbours."""
    (height, width), (dy, dx) = levels.shape, offset
    here = np.s_[
        max(0, -dy) : max(0, height - max(0, dy)), max(0, -dx) : max(0, width - max(0, dx))
    ]
    there = np.s_[max(0, dy) : max(0, height + min(0, dy)), max(0, dx) : max(0, width + min(0, dx))]
    return levels[here], levels[there]


def _windowed(
    image: Any, size: Any, n_levels: Any, offsets: Any
) -> tuple[NDArray[Any], int, tuple[tuple[int, int], ...]]:
    """Return the mirrored grey levels, the side of the window, and the offsets, which it holds."""
    levels, size = quantise(image, n_levels), inputs.odd(size, "size")
    pairs = _offsets(offsets)
    if max(abs(step) for pair in pairs for step in pair) >= size:
        raise ValueError(
            say(
                "size must be larger than every offset, so that a window holds pairs; got size "
                "{size} and offsets {offsets}",
                size=size,
                offsets=pairs,
            )
        )
    return np.pad(levels, size // 2, mode="symmetric"), size, tuple(pairs)


def _box_sums(values: NDArray[Any], height: int, width: int) -> NDArray[np.int64]:
    """Return the sum over every box of so many rows and columns that lies inside, exactly."""
    sums = np.zeros((values.shape[0] + 1, values.shape[1] + 1), dtype=np.int64)
    sums[1:, 1:] = values.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    below = sums[height:] - sums[:-height]
    return np.asarray(below[:, width:] - below[:, :-width])


# ------------------------------------------------------------------------------- Gabor filters


def gabor_kernel(
    frequency: float, angle: float, *, bandwidth: float = 1.0
) -> NDArray[np.complex128]:
    """Return a wave under a Gaussian bell: the filter for one frequency and direction.

    Parameters
    ----------
    frequency : float
        Waves a pixel, 0.01 to 0.5.
    angle : float
        Direction in which the wave runs, in radians from the columns' axis towards larger rows.
    bandwidth : float, default 1.0
        Width of the band of frequencies in octaves, 0.3 to 3.

    Returns
    -------
    (2r + 1, 2r + 1) complex128
        Real part even, imaginary part odd; the bell alone sums to about 1, and r is 3σ, rounded up.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above.

    Notes
    -----
    exp(−(x² + y²) / 2σ²) / 2πσ² · exp(2πi f (x cos θ + y sin θ)), and the response falls to a half
    at the ends of the band: σ = √(ln 2 / 2) / πf · (2ᵇ + 1) / (2ᵇ − 1). The values are those of
    ``gabor_kernel`` of scikit-image 0.26, which cuts the bell off at 2.1σ where the wave runs aslant.
    """
    frequency = inputs.number(frequency, "frequency", 0.01, 0.5)
    angle = inputs.number(angle, "angle", -1e3, 1e3)
    ratio = 2 ** inputs.number(bandwidth, "bandwidth", 0.3, 3)
    sigma = math.sqrt(math.log(2) / 2) / (math.pi * frequency) * (ratio + 1) / (ratio - 1)
    reach = math.ceil(3 * sigma)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    bell = np.exp(-(x * x + y * y) / (2 * sigma**2)) / (2 * math.pi * sigma**2)
    wave = 2 * math.pi * frequency * (x * math.cos(angle) + y * math.sin(angle))
    return np.asarray(bell * np.exp(1j * wave))


def gabor_response(
    image: Any, frequency: float, angle: float, *, bandwidth: float = 1.0
) -> NDArray[np.complex128]:
    """Filter an image with one Gabor kernel.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Of a colour image, its luminance.
    frequency, angle, bandwidth : float
        As in `gabor_kernel`.

    Returns
    -------
    (H, W) complex128
        Its magnitude is half the height of a wave of this frequency and direction, and hardly changes
        along it; the angle of the complex number says where in the wave a pixel lies. At a bandwidth
        of 1, a constant image of brightness 1 answers with less than 0.01.

    Raises
    ------
    TypeError, ValueError
        If the image or a parameter is not as above.
    """
    x = grey(image)
    kernel = gabor_kernel(frequency, angle, bandwidth=bandwidth)
    padded = np.pad(x.astype(np.float64), kernel.shape[0] // 2, mode="symmetric")
    return np.asarray(signal.fftconvolve(padded, kernel, mode="valid"))


def gabor_map(
    image: Any,
    frequencies: tuple[float, ...] = (0.0625, 0.125, 0.25),
    n_angles: int = 4,
    *,
    bandwidth: float = 1.0,
    smooth: float = 1.0,
) -> Floats:
    """Return how much the image swings at each frequency and in each direction.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Of a colour image, its luminance.
    frequencies : tuple of float
        Waves a pixel, 0.01 to 0.5 each.
    n_angles : int, default 4
        Directions, 1 to 32, evenly over half a turn, from that along the columns' axis on.
    bandwidth : float, default 1.0
        In octaves, as in `gabor_kernel`.
    smooth : float, default 1.0
        Spread of the Gaussian that averages the magnitudes, in wavelengths; 0 to 8, 0 for none.

    Returns
    -------
    (H, W, F · A) float64
        For each frequency all directions. At least 0 each.

    Raises
    ------
    TypeError, ValueError
        If the image or an option is not as above.

    Notes
    -----
    Jain and Farrokhnia, 1991, pass each filtered image through a nonlinear function, and measure its
    energy in a window around each pixel. Here the magnitude of the complex response does for both.
    """
    x = grey(image)
    bank = [inputs.number(f, say("each of frequencies"), 0.01, 0.5) for f in _listed(frequencies)]
    n_angles = inputs.whole(n_angles, "n_angles", 1, 32)
    smooth = inputs.number(smooth, "smooth", 0, 8)
    energies = []
    for frequency, turn in product(bank, range(n_angles)):
        response = gabor_response(x, frequency, math.pi * turn / n_angles, bandwidth=bandwidth)
        energies.append(ndimage.gaussian_filter(abs(response), smooth / frequency, mode="reflect"))
    return np.stack(energies, axis=-1)


def _listed(frequencies: Any) -> list[float]:
    found = inputs.reals(frequencies, "frequencies")
    if found.ndim != 1 or not found.size:
        raise ValueError(
            say(
                "frequencies must be a list of one or more numbers, such as (0.125, 0.25); got "
                "shape {shape}",
                shape=found.shape,
            )
        )
    return [float(f) for f in found]


# ------------------------------------------------------------------------ local binary patterns

TIE = 1e-6
"""Of local binary patterns: neighbours that are darker by less than this count as equally bright."""


def lbp(image: Any, radius: float = 1.0, n_points: int = 8) -> Labels:
    """Return the local binary pattern of each pixel: which points around it are not darker.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Of a colour image, its luminance.
    radius : float, default 1.0
        Of the circle of points, in pixels, 0.5 to 50. Between pixels the image is interpolated
        bilinearly.
    n_points : int, default 8
        Points on the circle, 4 to 32.

    Returns
    -------
    (H, W) int32
        For a *uniform* pattern, which changes at most twice between brighter and darker around the
        circle, the number of points that are not darker, 0 … n_points; n_points + 1 for all others.

    Raises
    ------
    TypeError, ValueError
        If the image or an option is not as above.

    Notes
    -----
    LBP with "riu2", rotation invariant and uniform: Ojala, Pietikäinen and Mäenpää, 2002. A flat
    surrounding has the code n_points, a dark spot too, a bright spot 0, a straight edge about half.
    `lbp_plain` looks at pixel by pixel.
    """
    x, steps = _around(image, radius, n_points)
    reach = _reach(radius)
    padded = np.pad(x, reach, mode="symmetric")
    brighter = []
    for dy, dx in steps:
        off = np.zeros_like(x)
        for row, column, weight in _corners(dy, dx):
            there = padded[reach + row :, reach + column :][: x.shape[0], : x.shape[1]]
            off += weight * (there - x)
        brighter.append(off >= -TIE)
    bits = np.stack(brighter)
    changes = (bits != np.roll(bits, 1, axis=0)).sum(axis=0)
    return np.where(changes <= 2, bits.sum(axis=0), len(steps) + 1).astype(np.int32)


def lbp_plain(image: Any, radius: float = 1.0, n_points: int = 8) -> Labels:
    """Do what `lbp` does, pixel by pixel; parameters, result and errors are the same."""
    x, steps = _around(image, radius, n_points)
    reach = _reach(radius)
    padded = np.pad(x, reach, mode="symmetric")
    result = np.empty(x.shape, dtype=np.int32)
    for y, column in np.ndindex(x.shape):
        bits = []
        for dy, dx in steps:
            off = sum(
                weight * (padded[reach + y + r, reach + column + c] - x[y, column])
                for r, c, weight in _corners(dy, dx)
            )
            bits.append(bool(off >= -TIE))
        changes = sum(bits[k] != bits[k - 1] for k in range(len(bits)))
        result[y, column] = sum(bits) if changes <= 2 else len(bits) + 1
    return result


def lbp_map(image: Any, size: int = 15, *, radius: float = 1.0, n_points: int = 8) -> Floats:
    """Return how often each local binary pattern occurs in the window around each pixel.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Of a colour image, its luminance.
    size : int, default 15
        Side of the window in pixels, odd.
    radius, n_points
        As in `lbp`.

    Returns
    -------
    (H, W, n_points + 2) float64
        Shares of the codes, which sum to 1 in each pixel.

    Raises
    ------
    TypeError, ValueError
        If the image or an option is not as above.
    """
    codes, size = lbp(image, radius, n_points), inputs.odd(size, "size")
    padded = np.pad(codes, size // 2, mode="symmetric")
    counts = [_box_sums(padded == code, size, size) for code in range(n_points + 2)]
    return np.asarray(np.stack(counts, axis=-1) / size**2)


def _around(image: Any, radius: Any, n_points: Any) -> tuple[Floats, list[tuple[float, float]]]:
    """Return the grey image, and rows and columns to the points on the circle."""
    x = grey(image).astype(np.float64)
    radius = inputs.number(radius, "radius", 0.5, 50)
    n = inputs.whole(n_points, "n_points", 4, 32)
    turns = [2 * math.pi * k / n for k in range(n)]
    # Rounded, so that a point that is meant to lie on a pixel does.
    return x, [(round(-radius * math.sin(t), 5), round(radius * math.cos(t), 5)) for t in turns]


def _reach(radius: float) -> int:
    return math.ceil(radius) + 1


def _corners(dy: float, dx: float) -> list[tuple[int, int, float]]:
    """Return rows, columns and weights of the four pixels around a point."""
    row, column = math.floor(dy), math.floor(dx)
    down, right = dy - row, dx - column
    return [
        (row, column, (1 - down) * (1 - right)),
        (row, column + 1, (1 - down) * right),
        (row + 1, column, down * (1 - right)),
        (row + 1, column + 1, down * right),
    ]
