"""Labelling every pixel by its spectrum alone, and a split that tests it honestly.

Neighbours are not looked at: what these methods get wrong is what spectra alone cannot tell::

    from seglearn.imaging import pixelwise

    train, test = pixelwise.field_split(labels, seed=0, ignore_index=0)
    model = pixelwise.LinearDiscriminant().fit(cube[train], labels[train])
    (model.predict(cube[test]) == labels[test]).mean()
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from seglearn import inputs
from seglearn.imaging.spectra import spectral_angle
from seglearn.words import say

__all__ = ["LinearDiscriminant", "NearestAngle", "field_means", "field_split", "fields"]

Labels = NDArray[np.integer]
Array = NDArray[np.float64]


# ------------------------------------------------------------------------------- fields, split


def fields(labels: Any, ignore_index: int | None = None, smallest: int = 1) -> NDArray[np.int32]:
    """Give a number to each connected area of one class.

    Parameters
    ----------
    labels : (H, W) int
        The class of each pixel.
    ignore_index : int, optional
        Label of pixels that have no class.
    smallest : int
        Areas of fewer pixels get no number.

    Returns
    -------
    (H, W) int32
        1 … n on the fields, 0 elsewhere; by class, then in reading order. Pixels that touch only at
        a corner are not connected.

    Raises
    ------
    TypeError, ValueError
        If the labels are no (H, W) integers, ``smallest`` is below 1, or ``ignore_index`` is no
        whole number.
    """
    array = inputs.label_map(labels, booleans=False)
    smallest = inputs.whole(smallest, "smallest", 1)
    if ignore_index is not None:
        ignore_index = inputs.whole(ignore_index, "ignore_index")
    numbered, n = np.zeros(array.shape, dtype=np.int32), 0
    for class_id in np.unique(array):
        if ignore_index is not None and class_id == ignore_index:
            continue
        areas, n_areas = ndimage.label(array == class_id)
        sizes = np.bincount(areas.ravel(), minlength=n_areas + 1)
        kept = np.flatnonzero(sizes[1:] >= smallest) + 1
        renumber = np.zeros(n_areas + 1, dtype=np.int32)
        renumber[kept] = np.arange(n + 1, n + 1 + len(kept))
        numbered += renumber[areas]
        n += len(kept)
    return numbered


def field_means(cube: Any, numbered: Any) -> Array:
    """Return the mean spectrum of each field.

    Parameters
    ----------
    cube : (H, W, B) array
    numbered : (H, W) int
        1 … n on the fields, 0 elsewhere, as `fields` returns them.

    Returns
    -------
    (n, B) float64
        Row k is the mean of field k + 1.

    Raises
    ------
    TypeError, ValueError
        If the cube is no cube, holds values that are not finite, or has another size than the map;
        or if the numbers do not run from 1 to n.
    """
    array = inputs.finite(inputs.cube(cube), say("image"))
    ids = inputs.label_map(numbered, "numbered", booleans=False)
    inputs.same_shape(array.shape[:2], ids.shape, say("cube and numbered"))
    n = int(ids.max())
    # No more fields than pixels, so that a stray number of 64 bits asks for no memory.
    if not 1 <= n <= ids.size or ids.min() < 0 or not np.isin(np.arange(1, n + 1), ids).all():
        raise ValueError(
            say(
                "numbered must hold 1 … n without gaps, and 0 elsewhere, got {some}; number "
                "the fields with fields(labels)",
                some=np.unique(ids)[:9].tolist(),
            )
        )
    return np.stack([array[ids == k].mean(axis=0, dtype=np.float64) for k in range(1, n + 1)])


def field_split(
    labels: Any, seed: int, ignore_index: int | None = None, smallest: int = 15
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Split labelled pixels into two halves that share no field.

    Pixels of one field are near copies of each other: the same plants, soil, slope and day of
    sowing. If some of them train a classifier and others test it, the test asks for what was seen
    before. So whole fields go to one side: those of a class in random order, each to the side that
    has fewer pixels of the class so far.

    Parameters
    ----------
    labels : (H, W) int
    seed : int
    ignore_index : int, optional
        Label of pixels that have no class.
    smallest : int
        Fields of fewer pixels are left out.

    Returns
    -------
    train, test : (H, W) bool
        Disjoint. Classes with a single field are in neither: they cannot be learned on one field
        and tested on another.

    Raises
    ------
    TypeError
        If the labels are no integers, or there is no seed.
    ValueError
        As `fields`; or if no class has two fields.
    """
    array, rng = inputs.label_map(labels, booleans=False), inputs.generator(seed, "seed")
    numbered = fields(array, ignore_index, smallest)
    sizes = np.bincount(numbered.ravel())
    class_of = ndimage.maximum(array, numbered, np.arange(len(sizes))).astype(array.dtype)
    side = np.zeros(len(sizes), dtype=int)  # 1: train, 2: test
    for class_id in np.unique(class_of[1:]):
        own = np.flatnonzero(class_of == class_id)
        own = rng.permutation(own[own > 0])
        if len(own) < 2:
            continue
        totals = [0, 0]
        for number in own:
            smaller = int(totals[0] > totals[1])
            side[number] = smaller + 1
            totals[smaller] += sizes[number]
    if not side.any():
        raise ValueError(
            say(
                "no class has two fields of at least {smallest} pixels: there is nothing to "
                "test on; lower `smallest`, or take another image",
                smallest=smallest,
            )
        )
    return side[numbered] == 1, side[numbered] == 2


# --------------------------------------------------------------------------------- classifiers


def _training(spectra: Any, labels: Any) -> tuple[Array, Labels, Labels]:
    """Return checked spectra (n, B), labels (n,), and the classes, ascending."""
    array = inputs.finite(inputs.floats(spectra, "spectra"), "spectra")
    ids = inputs.labels(labels, booleans=False)
    if array.ndim != 2 or array.size == 0 or ids.shape != array.shape[:1]:
        raise ValueError(
            say(
                "spectra must be (n, B) and labels (n,), got shapes {shape} and {ids_shape}; "
                "select pixels with a mask: cube[mask], labels[mask]",
                shape=array.shape,
                ids_shape=ids.shape,
            )
        )
    return array, ids, np.unique(ids)


def _to_label(spectra: Any, n_bands: int) -> Array:
    """Return checked spectra with as many bands as the classifier was fitted to."""
    array = inputs.spectra(spectra, "spectra", n_bands)
    return np.asarray(inputs.finite(array, "spectra"), dtype=np.float64)


class NearestAngle:
    """Give each pixel the class whose mean spectrum points in the nearest direction.

    Brightness plays no part. Also known as the spectral angle mapper.

    Attributes
    ----------
    classes : (K,) int
        Ascending; set by `fit`.
    means : (K, B) float64
        Mean spectrum of each class; set by `fit`.
    """

    classes: Labels
    means: Array

    def fit(self, spectra: Any, labels: Any) -> "NearestAngle":
        """Learn the mean spectrum of each class.

        Parameters
        ----------
        spectra : (n, B) array
        labels : (n,) int

        Returns
        -------
        NearestAngle
            Itself.

        Raises
        ------
        TypeError, ValueError
            If shapes do not fit, or values are not finite numbers.
        """
        array, ids, self.classes = _training(spectra, labels)
        self.means = np.stack([array[ids == c].mean(axis=0) for c in self.classes])
        return self

    def predict(self, spectra: Any) -> Labels:
        """Return the class of each spectrum.

        Parameters
        ----------
        spectra : (..., B) array

        Returns
        -------
        (...) int
            A spectrum that is zero everywhere has no direction, and gets the first class.

        Raises
        ------
        TypeError, ValueError
            If the number of bands is another, or values are not finite numbers.
        """
        array = _to_label(spectra, self.means.shape[1])
        angles = np.stack([spectral_angle(array, mean) for mean in self.means], axis=-1)
        return np.asarray(self.classes[np.nan_to_num(angles, nan=np.inf).argmin(axis=-1)])


class LinearDiscriminant:
    """Give each pixel the class whose mean is nearest, in units of how pixels scatter about it.

    All classes share one covariance matrix. Directions in which pixels of one class differ much
    count little, such as brightness; directions in which they hardly differ count much. Every class
    is held to be equally likely.

    Parameters
    ----------
    shrinkage : float
        From 0 to 1: how far to pull the covariance towards a round one. With many bands and few
        pixels it cannot be inverted without.

    Attributes
    ----------
    classes : (K,) int
        Ascending; set by `fit`.
    means : (K, B) float64
        Mean spectrum of each class; set by `fit`.

    References
    ----------
    R. A. Fisher, "The use of multiple measurements in taxonomic problems", *Annals of Eugenics* 7,
    1936. T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd edition,
    Springer, 2009, section 4.3.
    """

    classes: Labels
    means: Array
    _weights: Array
    _offsets: Array

    def __init__(self, shrinkage: float = 1e-3) -> None:
        self.shrinkage = inputs.number(shrinkage, "shrinkage", 0, 1)

    def fit(self, spectra: Any, labels: Any) -> "LinearDiscriminant":
        """Learn the means and the shared covariance.

        Parameters
        ----------
        spectra : (n, B) array
        labels : (n,) int

        Returns
        -------
        LinearDiscriminant
            Itself.

        Raises
        ------
        TypeError
            If values are no numbers, or labels no integers.
        ValueError
            If shapes do not fit, a value is not finite, or the covariance cannot be inverted: with
            no scatter within any class, or too few pixels and no shrinkage.
        """
        array, ids, self.classes = _training(spectra, labels)
        self.means = np.stack([array[ids == c].mean(axis=0) for c in self.classes])
        centred = array - self.means[np.searchsorted(self.classes, ids)]
        covariance = centred.T @ centred / len(array)
        n_bands = array.shape[1]
        round_one = np.trace(covariance) / n_bands * np.eye(n_bands)
        shrunk = (1 - self.shrinkage) * covariance + self.shrinkage * round_one
        if np.linalg.matrix_rank(shrunk, hermitian=True) < n_bands:
            raise ValueError(
                say(
                    "the scatter of {n} pixels within their classes does not span the "
                    "{n_bands} bands; give more pixels, fewer bands, or a larger shrinkage",
                    n=len(array),
                    n_bands=n_bands,
                )
            )
        self._weights = np.linalg.solve(shrunk, self.means.T)
        self._offsets = 0.5 * (self.means.T * self._weights).sum(axis=0)
        return self

    def predict(self, spectra: Any) -> Labels:
        """Return the class of each spectrum.

        Parameters
        ----------
        spectra : (..., B) array

        Returns
        -------
        (...) int

        Raises
        ------
        TypeError, ValueError
            If the number of bands is another, or values are not finite numbers.
        """
        array = _to_label(spectra, self.means.shape[1])
        return np.asarray(self.classes[(array @ self._weights - self._offsets).argmax(axis=-1)])
