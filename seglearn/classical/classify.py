"""Classification: learn from labelled pixels what a class looks like, and label the others.

Three steps: describe every pixel by numbers (`pixel_features`), pick some with their labels
(`labelled`), and let a `RandomForest` learn which numbers go with which label.

The hybrids at the end do the same with regions, which a graph-based method has found: a region is
described by the mean of its pixels' features (`region_features`), and gets one label for all of them::

    regions = felzenszwalb.segment(image, 300)  # from seglearn.superpixels
    classify.cluster_regions(features.values, regions, 4)

References
----------
L. Breiman, "Random forests", Machine Learning 45(1), 2001.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from seglearn import inputs
from seglearn.classical import cluster, texture
from seglearn.classical._grey import grey
from seglearn.words import say

__all__ = [
    "GROUPS",
    "Features",
    "RandomForest",
    "classify_regions",
    "cluster_regions",
    "labelled",
    "paint",
    "pixel_features",
    "region_features",
    "region_labels",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.int32]

GROUPS = ("colour", "smooth", "gradient", "texture")
"""What `pixel_features` can describe a pixel by."""

# ------------------------------------------------------------------------------------- features


@dataclass(frozen=True, eq=False)
class Features:
    """A map of features.

    Attributes
    ----------
    values : (H, W, F) float64
    names : tuple of str
        What each of them is.
    """

    values: Floats
    names: tuple[str, ...]


def pixel_features(
    image: Any,
    groups: Collection[str] = GROUPS,
    *,
    sigmas: Collection[float] = (1.0, 2.0, 4.0, 8.0),
) -> Features:
    """Describe each pixel by its colour and by its surroundings.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
    groups : collection of str
        Some of `GROUPS`:

        - "colour": the channels as they are;
        - "smooth": the channels after a Gaussian of each scale;
        - "gradient": the length of the luminance's gradient at each scale;
        - "texture": `texture.gabor_map` and `texture.lbp_map` of the luminance.
    sigmas : collection of float
        Scales in pixels, 0.3 to 100 each.

    Returns
    -------
    Features

    Raises
    ------
    TypeError, ValueError
        If the image is not as above, there is no group or no scale, or one is unknown.
    """
    x = inputs.image(image).astype(np.float64)
    scales = [inputs.number(sigma, say("each of sigmas"), 0.3, 100) for sigma in sigmas]
    chosen = [inputs.choice(group, "group", GROUPS) for group in groups]
    if not chosen or not scales:
        raise ValueError(say("groups and sigmas must not be empty: there would be no feature"))
    channels = x.reshape(*x.shape[:2], -1)
    colours = ("red", "green", "blue") if x.ndim == 3 else ("grey",)
    found: list[tuple[str, Floats]] = []
    if "colour" in chosen:
        found += zip(colours, np.moveaxis(channels, 2, 0), strict=True)
    if "smooth" in chosen:
        for sigma in scales:
            smooth = np.moveaxis(ndimage.gaussian_filter(channels, (sigma, sigma, 0)), 2, 0)
            found += zip((f"{name}, σ = {sigma:g}" for name in colours), smooth, strict=True)
    if "gradient" in chosen:
        for sigma in scales:
            slope = ndimage.gaussian_gradient_magnitude(grey(x), sigma)
            found.append((f"gradient, σ = {sigma:g}", slope))
    if "texture" in chosen:
        for name, features in (("Gabor", texture.gabor_map(x)), ("LBP", texture.lbp_map(x))):
            found += ((f"{name} {i}", features[..., i]) for i in range(features.shape[2]))
    return Features(np.stack([each for _, each in found], axis=-1), tuple(n for n, _ in found))


def labelled(
    features: Any,
    labels: Any,
    *,
    ignore_index: int | None = 255,
    n_per_class: int | None = None,
    seed: Any = 0,
) -> tuple[Floats, Labels]:
    """Pick labelled pixels to learn from.

    Parameters
    ----------
    features : (H, W, F) real
    labels : (H, W) int
        Scribbles, or a whole label map.
    ignore_index : int, optional
        Label of the pixels without one.
    n_per_class : int, optional
        So many pixels of each class, drawn without repetition; all of a class that has fewer. By
        default all pixels of all classes.
    seed : int or numpy.random.Generator
        For the draw.

    Returns
    -------
    samples : (N, F) float64
    classes : (N,) int32
        Several images: pick from each, and join with ``np.concatenate``.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above, sizes differ, or no pixel has a label.
    """
    x, ids = _map(features), _label_map(labels)
    inputs.same_shape(x.shape[:2], ids.shape, say("features and labels"))
    known = np.flatnonzero(_known(ids, ignore_index))
    if not known.size:
        raise ValueError(
            say(
                "labels hold nothing but {ignore_index}, which means no label: there is no pixel to "
                "learn from",
                ignore_index=ignore_index,
            )
        )
    if n_per_class is not None:
        n, rng = inputs.whole(n_per_class, "n_per_class", 1), inputs.generator(seed, "seed")
        of_class = (known[ids.flat[known] == c] for c in np.unique(ids.flat[known]))
        drawn = [rng.choice(each, min(n, each.size), replace=False) for each in of_class]
        known = np.sort(np.concatenate(drawn))
    return x.reshape(-1, x.shape[2])[known], ids.ravel()[known]


# ---------------------------------------------------------------------------------- the forest


class RandomForest:
    """Many decision trees, each grown on a sample of its own, vote.

    Each tree learns from as many samples as there are, drawn with repetition, and splits by the best
    of √F features drawn anew at each split. Trees of scikit-learn, whose forest averages the trees'
    probabilities where Breiman counts their votes.

    Parameters
    ----------
    n_trees : int, default 50
        1 to 1000.
    min_leaf : int, default 3
        Samples in a leaf at least: larger makes smoother trees.
    seed : int, default 0

    Attributes
    ----------
    classes : (K,) int
        Ascending; set by `fit`.
    importances : (F,) float64
        How much each feature's splits purify the leaves; they sum to 1, or to 0 if no tree splits.
        Set by `fit`.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above.
    """

    classes: NDArray[np.int64]
    importances: Floats

    def __init__(self, n_trees: int = 50, *, min_leaf: int = 3, seed: int = 0) -> None:
        self.n_trees = inputs.whole(n_trees, "n_trees", 1, 1000)
        self.min_leaf = inputs.whole(min_leaf, "min_leaf", 1)
        self.seed = inputs.whole(seed, "seed", 0, 2**32 - 1)

    def fit(self, samples: Any, labels: Any) -> "RandomForest":
        """Grow the trees.

        Parameters
        ----------
        samples : (N, F) real
        labels : (N,) int

        Returns
        -------
        RandomForest
            Itself.

        Raises
        ------
        TypeError, ValueError
            If shapes do not fit, values are not finite numbers, or there is only one class.
        """
        from sklearn.ensemble import RandomForestClassifier

        x = inputs.samples(samples)
        ids = inputs.int64(inputs.labels(labels, booleans=False), "labels")
        if ids.shape != x.shape[:1]:
            raise ValueError(
                say(
                    "labels must be (N,), one for each row of samples (N, F), got shapes {ids} and "
                    "{samples}; see labelled(features, labels)",
                    ids=ids.shape,
                    samples=x.shape,
                )
            )
        self.classes = np.unique(ids)
        if self.classes.size < 2:
            raise ValueError(
                say(
                    "labels hold a single class, {label}: mark pixels of a second one, for nothing "
                    "can be told apart",
                    label=self.classes[0],
                )
            )
        self._forest = RandomForestClassifier(
            self.n_trees, min_samples_leaf=self.min_leaf, n_jobs=1, random_state=self.seed
        ).fit(x, ids)
        self.importances = self._forest.feature_importances_
        return self

    def probabilities(self, samples: Any) -> Floats:
        """Return how probable each class is.

        Parameters
        ----------
        samples : (..., F) real
            Rows, or a whole map of features.

        Returns
        -------
        (..., K) float64
            In the order of `classes`; they sum to 1.

        Raises
        ------
        RuntimeError
            Before `fit`.
        TypeError, ValueError
            If there is no sample, the number of features is another, or values are not finite numbers.
        """
        if not hasattr(self, "importances"):
            raise RuntimeError(say("this forest has no trees yet: call fit(samples, labels) first"))
        x = inputs.finite(inputs.floats(samples, "samples"), "samples")
        n = len(self.importances)
        if x.size == 0 or x.ndim == 0 or x.shape[-1] != n:
            raise ValueError(
                say(
                    "samples must be (..., {n}), one or more with the features that the forest was "
                    "fitted to, got shape {shape}",
                    n=n,
                    shape=x.shape,
                )
            )
        found = self._forest.predict_proba(x.reshape(-1, x.shape[-1]))
        return np.asarray(found.reshape(*x.shape[:-1], -1))

    def predict(self, samples: Any) -> Labels:
        """Return the most probable class: (..., F) real -> (...) int32; raises as `probabilities`."""
        best = self.probabilities(samples).argmax(axis=-1)
        return _int32(np.asarray(self.classes[best]), "classes")


# -------------------------------------------------------------------------- hybrids: regions


def region_features(features: Any, regions: Any) -> Floats:
    """Return the mean of each feature over each region.

    Parameters
    ----------
    features : (H, W, F) real
    regions : (H, W) int
        Labels 0 … n−1, each of them somewhere.

    Returns
    -------
    (n, F) float64

    Raises
    ------
    TypeError, ValueError
        If one is not as above, or sizes differ.
    """
    x = _map(features)
    numbered, sizes = _regions(regions, x.shape[:2])
    sums = [np.bincount(numbered, x[..., i].ravel()) for i in range(x.shape[2])]
    return np.asarray(np.stack(sums, axis=1) / sizes[:, None])


def region_labels(labels: Any, regions: Any, *, ignore_index: int | None = 255) -> Labels:
    """Return the label that most labelled pixels of each region have.

    Parameters
    ----------
    labels : (H, W) int
    regions : (H, W) int
        Labels 0 … n−1, each of them somewhere.
    ignore_index : int, optional
        Label of the pixels without one; a region of none but these keeps it.

    Returns
    -------
    (n,) int32
        Of two that are equally frequent, the lower.

    Raises
    ------
    TypeError, ValueError
        If one is not as above, or sizes differ.
    """
    ids = _label_map(labels)
    numbered, sizes = _regions(regions, ids.shape)
    known = _known(ids, ignore_index).ravel()
    found = np.full(len(sizes), 0 if ignore_index is None else ignore_index, dtype=np.int32)
    classes, rank = np.unique(ids.ravel()[known], return_inverse=True)
    if classes.size:
        cells = numbered[known] * classes.size + rank
        counts = np.bincount(cells, minlength=len(sizes) * classes.size).reshape(len(sizes), -1)
        some = counts.any(axis=1)
        found[some] = classes[counts.argmax(axis=1)][some]
    return found


def paint(values: Any, regions: Any) -> Labels:
    """Give each pixel the label of its region.

    Parameters
    ----------
    values : (n,) int
        A label for each region.
    regions : (H, W) int
        Labels 0 … n−1, each of them somewhere.

    Returns
    -------
    (H, W) int32

    Raises
    ------
    TypeError, ValueError
        If one is not as above, or there are not as many values as regions.
    """
    found = inputs.label_map(regions, "regions", booleans=False)
    numbered, sizes = _regions(found, found.shape)
    given = _int32(inputs.labels(values, "values", booleans=False), "values")
    if given.shape != sizes.shape:
        raise ValueError(
            say(
                "values must be ({n},), one for each region, got shape {shape}",
                n=len(sizes),
                shape=given.shape,
            )
        )
    return given[numbered].reshape(found.shape)


def cluster_regions(features: Any, regions: Any, k: int, *, seed: Any = 0) -> Labels:
    """Sort regions into k clusters by the means of their features.

    Parameters
    ----------
    features : (H, W, F) real
    regions : (H, W) int
        Labels 0 … n−1, each of them somewhere, as from ``felzenszwalb.segment``.
    k : int
        How many clusters, 1 to n.
    seed : int or numpy.random.Generator
        As in `cluster.kmeans`.

    Returns
    -------
    (H, W) int32
        Labels 0 … k−1.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not as above, or fewer than k regions differ.

    Notes
    -----
    All features are brought to one spread, and a region counts once, however large it is.
    """
    means = cluster.standardise(region_features(features, regions))
    return paint(cluster.kmeans(means, k, seed=seed).labels, regions)


def classify_regions(forest: RandomForest, features: Any, regions: Any) -> Labels:
    """Give each region the class of the means of its features.

    Parameters
    ----------
    forest : RandomForest
        Fitted to means of regions (`region_features`, `region_labels`), or to pixels.
    features : (H, W, F) real
    regions : (H, W) int
        Labels 0 … n−1, each of them somewhere.

    Returns
    -------
    (H, W) int32

    Raises
    ------
    RuntimeError
        If the forest has not been fitted.
    TypeError, ValueError
        If one is not as above, or the number of features is another.
    """
    return paint(forest.predict(region_features(features, regions)), regions)


# --------------------------------------------------------------------------------------- checks


def _map(features: Any) -> Floats:
    found = inputs.finite(inputs.cube(features, "features"), "features")
    return np.asarray(found, dtype=np.float64)


def _label_map(labels: Any) -> Labels:
    return _int32(inputs.label_map(labels, booleans=False), "labels")


def _int32(values: NDArray[Any], what: str) -> Labels:
    """Return integers as int32, which all label maps of this package are."""
    limits = np.iinfo(np.int32)
    if values.size and not limits.min <= int(values.min()) <= int(values.max()) <= limits.max:
        raise ValueError(
            say(
                "{what} must be labels that 32 bits hold, got {low} … {high}; number the classes anew",
                what=what,
                low=values.min(),
                high=values.max(),
            )
        )
    return values.astype(np.int32)


def _known(labels: Labels, ignore_index: Any) -> NDArray[np.bool_]:
    if ignore_index is None:
        return np.ones(labels.shape, dtype=bool)
    limits = np.iinfo(np.int32)
    return labels != inputs.whole(ignore_index, "ignore_index", limits.min, limits.max)


def _regions(regions: Any, shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each pixel's region, (H · W,), and the size of each region, (n,)."""
    found = inputs.label_map(regions, "regions", booleans=False)
    inputs.same_shape(shape, found.shape, say("features or labels, and regions"))
    if found.min() >= 0 and found.max() < found.size:
        numbered = found.astype(np.int64).ravel()
        sizes = np.bincount(numbered)
        if sizes.all():
            return numbered, sizes
    raise ValueError(
        say(
            "regions must hold 0 … n−1 without a gap, got {low} … {high}; number them anew with "
            "np.unique(regions, return_inverse=True)",
            low=found.min(),
            high=found.max(),
        )
    )
