"""Thresholds: a pixel is foreground where it is brighter than t.

One t for the whole picture, from its histogram: `otsu`, `multi_otsu`, `triangle`. One t for every
pixel, from its surroundings: `adaptive_mean`, `adaptive_gaussian`, `sauvola`. `apply` and `classes`
cut::

    mask = threshold.apply(image, threshold.otsu(image))

The histogram counts grey **levels**: n of them, level i standing for the value i / (n − 1), so that
the 256 levels of an 8-bit image are its 256 values. A threshold from a histogram lies half-way
between two levels. Of a colour image the luminance counts. Beyond its border an image goes on
mirrored, the border pixel repeated.

References
----------
Otsu, "A threshold selection method from gray-level histograms", IEEE Transactions on Systems, Man,
and Cybernetics 9(1), 1979. Zack, Rogers and Latt, "Automatic measurement of sister chromatid
exchange frequency", Journal of Histochemistry and Cytochemistry 25(7), 1977 (triangle). Sauvola and
Pietikäinen, "Adaptive document image binarization", Pattern Recognition 33(2), 2000.
"""

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.classical._grey import grey
from seglearn.words import say

__all__ = [
    "adaptive_gaussian",
    "adaptive_mean",
    "apply",
    "classes",
    "histogram",
    "multi_otsu",
    "multi_otsu_plain",
    "otsu",
    "otsu_curve",
    "sauvola",
    "triangle",
]

MOST_LEVELS = 4096
LARGEST_WINDOW = 9999

# ------------------------------------------------------------------------------------------- cutting


def apply(image: Any, threshold: Any) -> NDArray[np.bool_]:
    """Return where an image is brighter than a threshold.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    threshold : float, or (H, W) float
        One for all pixels, or one for each.

    Returns
    -------
    (H, W) bool
        True where ``image > threshold``.

    Raises
    ------
    TypeError, ValueError
        If the image or the threshold is not as above, or their shapes differ.
    """
    values = grey(image)
    if np.isscalar(threshold):
        return np.asarray(values > inputs.number(threshold, "threshold", -np.inf))
    surface = inputs.image(threshold, "threshold", bounded=False, grey=True)
    inputs.same_shape(values.shape, surface.shape, say("image and threshold"))
    return np.asarray(values > surface)


def classes(image: Any, thresholds: Any) -> NDArray[np.int32]:
    """Return the class of each pixel: how many thresholds lie below it.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    thresholds : (C − 1,) float
        Ascending, as `multi_otsu` gives them.

    Returns
    -------
    (H, W) int32
        0 (darkest) to C − 1.

    Raises
    ------
    TypeError, ValueError
        If the image or the thresholds are not as above.
    """
    cuts = inputs.finite(inputs.floats(thresholds, "thresholds"), "thresholds")
    if cuts.ndim != 1 or not cuts.size or (np.diff(cuts) <= 0).any():
        raise ValueError(
            say(
                "thresholds must be a list of ascending numbers, got shape {shape}: {values}",
                shape=cuts.shape,
                values=cuts.ravel()[:9].tolist(),
            )
        )
    return np.searchsorted(cuts, grey(image), side="left").astype(np.int32)


# ---------------------------------------------------------------------------------- one from a histogram


def histogram(image: Any, n_levels: int = 256) -> NDArray[np.int64]:
    """Count the pixels at each grey level.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    n_levels : int, default 256
        2 to 4096.

    Returns
    -------
    (n_levels,) int64
        Pixels nearest to i / (n_levels − 1), for each i; a value half-way counts for the lower one.

    Raises
    ------
    TypeError, ValueError
        If the image or ``n_levels`` is not as above.
    """
    n_levels = inputs.whole(n_levels, "n_levels", 2, MOST_LEVELS)
    level = classes(image, [_between(i, n_levels) for i in range(n_levels - 1)])
    return np.bincount(level.ravel(), minlength=n_levels)


def otsu_curve(counts: Any) -> NDArray[np.float64]:
    """Return Otsu's criterion, the variance between two classes, for every place to cut.

    Parameters
    ----------
    counts : (L,) int
        A histogram: how many pixels each level has, as `histogram` gives it.

    Returns
    -------
    (L − 1,) float64
        At k: ω₀ ω₁ (μ₁ − μ₀)², with class 0 the levels 0 … k and class 1 the others; ω is a class's
        share of the pixels, μ the mean of its values. 0 where a class is empty.

    Raises
    ------
    TypeError, ValueError
        If the counts are not as above, negative, or all 0.
    """
    n = _counts(counts)
    value = np.arange(n.size) / (n.size - 1)
    share = np.cumsum(n) / n.sum()  # ω₀
    moment = np.cumsum(n * value) / n.sum()  # ω₀ μ₀
    mean = moment[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = (mean * share - moment) ** 2 / (share * (1 - share))
    return np.where((np.cumsum(n) > 0) & (np.cumsum(n) < n.sum()), curve, 0.0)[:-1]


def otsu(image: Any, n_levels: int = 256) -> float:
    """Find the threshold that drives the means of two classes furthest apart.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    n_levels : int, default 256
        Of the histogram; 2 to 4096.

    Returns
    -------
    float
        In (0, 1), half-way between the two levels where `otsu_curve` is highest; the lowest such
        place, if there are several.

    Raises
    ------
    TypeError
        If the image is not as above.
    ValueError
        If the image is not as above, or all of it has one level.
    """
    counts = _several(histogram(image, n_levels), 2)
    return _between(int(np.argmax(otsu_curve(counts))), counts.size)


def multi_otsu(image: Any, n_classes: int = 3, n_levels: int = 256) -> NDArray[np.float64]:
    """Find the thresholds that drive the means of several classes furthest apart.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    n_classes : int, default 3
        2 to 5; 2 is what `otsu` does.
    n_levels : int, default 256
        Of the histogram; 2 to 1024.

    Returns
    -------
    (n_classes − 1,) float64
        Ascending, each half-way between two levels. They make Σ ω μ² over the classes as large as it
        can be, and with it the variance between classes.

    Raises
    ------
    TypeError
        If the image is not as above.
    ValueError
        If the image or a number is not as above, or the image has fewer levels than classes.

    Notes
    -----
    `multi_otsu_plain` tries all ways to cut. Here the best way to cut levels 0 … b into c classes is
    found from the best ways to cut 0 … a into c − 1, for every a < b.
    """
    counts, n_classes = _to_cut(image, n_classes, n_levels)
    gain = _gains(counts)
    best, cuts = gain[0], []  # best[b]: of levels 0 … b in as many classes as so far
    for _ in range(n_classes - 1):
        candidates = best[:-1, None] + gain[1:]  # [a, b]: the last class is a + 1 … b
        cuts.append(np.argmax(candidates, axis=0))
        best = candidates.max(axis=0)
    found, end = [], counts.size - 1
    for cut in reversed(cuts):
        end = int(cut[end])
        found.append(_between(end, counts.size))
    return np.array(found[::-1])


def multi_otsu_plain(image: Any, n_classes: int = 3, n_levels: int = 256) -> NDArray[np.float64]:
    """Do what `multi_otsu` does by trying all ways to cut the histogram.

    Parameters, result and errors are those of `multi_otsu`. There are (n_levels − 1) choose
    (n_classes − 1) ways: 32,385 for three classes of 256 levels, 172 million for five.
    """
    counts, n_classes = _to_cut(image, n_classes, n_levels)
    value = np.arange(counts.size) / (counts.size - 1)
    best, found = -1.0, np.zeros(0)
    for cuts in combinations(range(counts.size - 1), n_classes - 1):
        criterion = 0.0
        for start, stop in zip((-1, *cuts), (*cuts, counts.size - 1), strict=True):
            n = counts[start + 1 : stop + 1]
            if n.any():
                criterion += (n * value[start + 1 : stop + 1]).sum() ** 2 / n.sum()
        if criterion > best + 1e-9 * counts.sum():
            best, found = criterion, np.array([_between(k, counts.size) for k in cuts])
    return found


def triangle(image: Any, n_levels: int = 256) -> float:
    """Find the corner of a histogram with one peak and a long tail.

    A line is drawn from the top of the peak to the end of the longer tail. The threshold follows
    the level whose bar lies furthest below it.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    n_levels : int, default 256
        Of the histogram; 2 to 4096.

    Returns
    -------
    float
        In (0, 1), half-way between two levels.

    Raises
    ------
    TypeError
        If the image is not as above.
    ValueError
        If the image is not as above, or all of it has one level.
    """
    counts = _several(histogram(image, n_levels), 2)
    used = np.flatnonzero(counts)
    peak, low, high = int(np.argmax(counts)), int(used[0]), int(used[-1])
    end = low if peak - low >= high - peak else high  # of the longer tail
    levels = np.arange(end, peak, 1 if end < peak else -1)
    line = counts[peak] * np.abs(levels - end) / abs(peak - end)
    corner = int(levels[np.argmax(line - counts[levels])])
    return _between(min(corner, high - 1), counts.size)  # two levels side by side: between them


# ----------------------------------------------------------------------------------- one for every pixel


def adaptive_mean(image: Any, size: int = 35, offset: float = 0.0) -> NDArray[np.float64]:
    """Return the mean of the window around each pixel, less an offset.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    size : int, default 35
        Side of the window in pixels, odd, 3 to 9999. Larger than what is looked for.
    offset : float, default 0
        How much darker than its surroundings a pixel may be and still count as bright; −1 to 1.

    Returns
    -------
    (H, W) float64
        The threshold of each pixel, for `apply`.

    Raises
    ------
    TypeError, ValueError
        If the image or a parameter is not as above.
    """
    from scipy import ndimage

    offset = inputs.number(offset, "offset", -1, 1)
    return np.asarray(ndimage.uniform_filter(grey(image), _window(size)) - offset)


def adaptive_gaussian(image: Any, size: int = 35, offset: float = 0.0) -> NDArray[np.float64]:
    """Return the mean around each pixel, near ones weighing more, less an offset.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    size : int, default 35
        As in `adaptive_mean`; the weights are a Gaussian of σ = (size − 1) / 6, cut off at 4σ.
    offset : float, default 0
        As in `adaptive_mean`.

    Returns
    -------
    (H, W) float64
        The threshold of each pixel, for `apply`.

    Raises
    ------
    TypeError, ValueError
        If the image or a parameter is not as above.
    """
    from scipy import ndimage

    offset = inputs.number(offset, "offset", -1, 1)
    return np.asarray(ndimage.gaussian_filter(grey(image), (_window(size) - 1) / 6) - offset)


def sauvola(image: Any, size: int = 15, k: float = 0.2, r: float = 0.5) -> NDArray[np.float64]:
    """Return T = m (1 + k (s / r − 1)), from the mean m and the standard deviation s of a window.

    For dark writing on bright paper: where nothing is written s is small, and T falls below the
    paper by a share k of its brightness.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    size : int, default 15
        Side of the window in pixels, odd, 3 to 9999.
    k : float, default 0.2
        0 to 1; 0 is `adaptive_mean`.
    r : float, default 0.5
        The largest standard deviation there can be: 0.5 for values in [0, 1]. Above 0, to 1.

    Returns
    -------
    (H, W) float64
        The threshold of each pixel, for `apply`.

    Raises
    ------
    TypeError, ValueError
        If the image or a parameter is not as above.
    """
    from scipy import ndimage

    values, size = grey(image), _window(size)
    k, r = inputs.number(k, "k", 0, 1), inputs.number(r, "r", 1e-6, 1)
    mean = ndimage.uniform_filter(values, size)
    variance = ndimage.uniform_filter(values**2, size) - mean**2
    deviation = np.sqrt(np.maximum(variance, 0))  # rounding can leave it just below 0
    return np.asarray(mean * (1 + k * (deviation / r - 1)))


# ------------------------------------------------------------------------------------------- helpers


def _window(size: Any) -> int:
    inputs.whole(size, "size", 3, LARGEST_WINDOW)
    return inputs.odd(size, "size")


def _between(level: int, n_levels: int) -> float:
    """Return the threshold half-way between a level and the next."""
    return (level + 0.5) / (n_levels - 1)


def _counts(counts: Any) -> NDArray[np.int64]:
    """Return a histogram with at least one pixel."""
    found = inputs.int64(inputs.labels(counts, "counts", booleans=False), "counts")
    if (
        found.ndim != 1
        or found.size < 2
        or found.min() < 0
        or not 0 < found.sum(dtype=float) < 2**53
    ):
        raise ValueError(
            say(
                "counts of shape {shape} is no histogram: expected (L,) whole numbers that are not "
                "negative, L at least 2, with at least one pixel",
                shape=found.shape,
            )
        )
    return found


def _several(counts: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Return the counts, unless there are fewer levels than classes."""
    n = int(np.count_nonzero(counts))
    if n < n_classes:
        raise ValueError(
            say(
                "the image has {n} of {n_levels} grey levels, too few for {n_classes} classes; "
                "give another image, fewer classes, or more levels with n_levels",
                n=n,
                n_levels=counts.size,
                n_classes=n_classes,
            )
        )
    return counts


def _to_cut(image: Any, n_classes: Any, n_levels: Any) -> tuple[NDArray[np.int64], int]:
    n_classes = inputs.whole(n_classes, "n_classes", 2, 5)
    n_levels = inputs.whole(n_levels, "n_levels", 2, 1024)
    return _several(histogram(image, n_levels), n_classes), n_classes


def _gains(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return n μ² of a class of levels a … b at [a, b]: (L, L); 0 of an empty one, −∞ for b < a."""
    value = np.arange(counts.size) / (counts.size - 1)
    n, moment = (np.concatenate([[0], np.cumsum(x)]) for x in (counts, counts * value))
    n, moment = (x[None, 1:] - x[:-1, None] for x in (n, moment))
    gain = np.where(n > 0, moment**2 / np.maximum(n, 1), 0.0)
    return np.where(np.tri(counts.size, k=-1, dtype=bool), -np.inf, gain)
