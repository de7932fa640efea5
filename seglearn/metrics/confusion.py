"""A confusion matrix of label maps that accumulates image by image.

Label maps are piecewise constant: along a row, neighbouring pixels mostly repeat the same pair of
true and predicted label. So pixels are not counted one by one; the runs of equal pairs are, each
weighted with its length. Finding where a pair changes is a comparison of the array with itself
moved by one, which NumPy does many pixels at a time. `count_pairs_plain` counts one by one, and
gets the same.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.metrics._tables import html_table, text_table
from seglearn.metrics.scores import Absent, Average, Exclude, Scores
from seglearn.words import say, say_many

BLOCK = 1 << 18  # pixels counted at a time; both blocks and their temporaries stay in the cache
PIXELS_PER_RUN = 4  # below this mean length, counting pixels is faster than counting runs
LARGEST_PRINTED = 30  # classes; a larger matrix prints as one line
MOST_CLASSES = 1 << 13  # half a gigabyte of counts


def count_pairs(
    truth: np.ndarray, prediction: np.ndarray, n_classes: int, ignore_index: int | None
) -> np.ndarray | None:
    """Count the pairs of labels of two maps of equal shape.

    Returns
    -------
    (n_classes, n_classes) int64 or None
        Rows are truth, columns prediction; None if a label that is not ignored lies outside
        ``[0, n_classes)``.
    """
    n_cells = n_classes * n_classes
    code_type = np.uint16 if n_cells <= 1 << 16 else np.intp
    counts = np.zeros(n_cells, dtype=np.int64)
    # nditer hands out contiguous blocks in native byte order, and copies only where it must.
    pair = [_as_numbers(truth), _as_numbers(prediction)]
    blocks = np.nditer(
        pair,
        flags=["external_loop", "buffered"],
        op_flags=[["readonly"], ["readonly"]],
        op_dtypes=[labels.dtype.newbyteorder("=") for labels in pair],
        casting="equiv",
        order="C",
        buffersize=BLOCK,
    )
    for t, p in blocks:
        lengths = None
        starts = _run_starts(t, p)
        if starts is not None:
            lengths = np.diff(starts, append=t.size)
            t, p = t[starts], p[starts]

        # The ignored value is no class: all truth outside the classes must be that value.
        ignored = _outside(t, n_classes)
        n_ignored = np.count_nonzero(ignored)
        if n_ignored and (ignore_index is None or np.count_nonzero(t == ignore_index) < n_ignored):
            return None
        stray = _outside(p, n_classes)
        if n_ignored:
            stray &= ~ignored
        if stray.any():
            return None

        code: Any = t.astype(code_type)
        code *= n_classes
        code += p.astype(code_type, copy=False)
        if n_ignored:  # count ignored pixels in the first cell, and take them out again
            code *= ~ignored
            counts[0] -= n_ignored if lengths is None else lengths[ignored].sum()
        # With weights, bincount adds float64: exact, since a block has far fewer than 2**53 pixels.
        counts += np.bincount(code, weights=lengths, minlength=n_cells).astype(np.int64, copy=False)
    return counts.reshape(n_classes, n_classes)


def count_pairs_plain(
    truth: Any, prediction: Any, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """Count the pairs of labels of two maps, pixel by pixel: what `ConfusionMatrix` does faster.

    Parameters
    ----------
    truth, prediction : (H, W) or (N, H, W) array or torch.Tensor of int, or list of maps
    n_classes : int
        Labels are 0 … n_classes - 1.
    ignore_index : int, optional
        Pixels with this truth are not counted.

    Returns
    -------
    (n_classes, n_classes) int64
        Rows are truth, columns prediction.

    Raises
    ------
    TypeError, ValueError
        As `ConfusionMatrix` and its `update`.
    """
    n_classes = inputs.whole(n_classes, "n_classes", 1, MOST_CLASSES)
    ignore_index = inputs.ignored(ignore_index, n_classes)
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    for true_map, predicted_map in zip(*inputs.label_pair(truth, prediction), strict=True):
        for t, p in zip(true_map.ravel().tolist(), predicted_map.ravel().tolist(), strict=True):
            if t == ignore_index:
                continue
            if not (0 <= t < n_classes and 0 <= p < n_classes):
                raise ValueError(
                    say(
                        "truth {t} and prediction {p}: the classes are 0 to {last}; pass "
                        "ignore_index for truth that is none",
                        t=t,
                        p=p,
                        last=n_classes - 1,
                    )
                )
            counts[t, p] += 1
    return counts


def _as_numbers(labels: np.ndarray) -> np.ndarray:
    return labels.view(np.uint8) if labels.dtype == bool else labels


def _run_starts(t: np.ndarray, p: np.ndarray) -> np.ndarray | None:
    """Return where a run of equal pairs starts, or None if the runs are too short to pay."""
    change = np.empty(t.size, dtype=bool)
    change[0] = True
    np.not_equal(t[1:], t[:-1], out=change[1:])
    change[1:] |= p[1:] != p[:-1]
    if np.count_nonzero(change) * PIXELS_PER_RUN > t.size:
        return None
    return np.flatnonzero(change)


def _outside(labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Mark labels that are not in ``[0, n_classes)``; read as unsigned, negative ones are large."""
    return labels.view(labels.dtype.str.replace("i", "u")) >= n_classes


class ConfusionMatrix:
    """Counts of (true class, predicted class) over pixels; rows are truth, columns prediction.

    Feed it image by image or batch by batch, add the matrices of several workers, then ask for
    `scores`. The counts are exact 64-bit integers, so neither the order of updates nor the way a
    data set is cut into batches changes a score.

    Parameters
    ----------
    n_classes : int, optional
        Number of classes; labels are 0 … n_classes - 1. May be left out where `class_names` is
        given.
    class_names : sequence of str, optional
        One distinct name per class, for printing and for ``scores(exclude=...)``.
    ignore_index : int, optional
        Pixels whose *truth* has this value are left out of everything, whatever was predicted
        there. It says nothing about predictions: on all other pixels a prediction must be a class,
        and one that equals `ignore_index` is an error. It must not itself be a class; to leave a
        class out of the means, use ``scores(exclude=...)``.
    per_image : bool
        Also keep one matrix per image, which ``scores(average="image")`` and `bootstrap` need. That
        is ``8 * n_classes**2`` bytes an image.

    Raises
    ------
    ValueError, TypeError
        If the number of classes is missing, not 1 to 8,192, or is not the number of names; if names
        repeat; if `ignore_index` is a class.

    Notes
    -----
    How public tools differ from this class:

    - The common ``np.bincount(n * truth + prediction)`` recipe puts a prediction outside
      ``[0, n)`` into another row of the matrix, in silence. Here it raises.
    - torchmetrics and scikit-learn accept a class as the index to ignore, or drop labels that are
      not listed. Here both raise.

    No compiled extension is used. On label maps of objects this is faster than one pass of
    `numpy.bincount`, because runs are counted instead of pixels; on noise it counts pixels, in
    blocks that fit in the cache. Tensors on an accelerator are copied to the CPU.

    References
    ----------
    Long, Shelhamer and Darrell, "Fully convolutional networks for semantic segmentation", CVPR
    2015, section 5.

    Examples
    --------
    >>> matrix = ConfusionMatrix(class_names=["sky", "tree"], ignore_index=255)
    >>> _ = matrix.update([[0, 0, 1, 255]], [[0, 1, 1, 0]])
    >>> matrix.counts
    array([[1, 1],
           [0, 1]])
    >>> matrix.scores().mean_iou
    0.5
    """

    def __init__(
        self,
        n_classes: int | None = None,
        *,
        class_names: Sequence[str] | None = None,
        ignore_index: int | None = None,
        per_image: bool = False,
    ) -> None:
        if n_classes is None:
            if class_names is None:
                raise ValueError(say("give n_classes, class_names, or both"))
            n_classes = len(class_names)
        self.n_classes = inputs.whole(n_classes, "n_classes", 1, MOST_CLASSES)
        self.class_names = _names(class_names, self.n_classes)
        self.ignore_index = inputs.ignored(ignore_index, self.n_classes, self.class_names)
        self.per_image = bool(per_image)
        self.reset()

    @classmethod
    def from_counts(
        cls, counts: Any, *, class_names: Sequence[str] | None = None
    ) -> "ConfusionMatrix":
        """Make a matrix from counts that exist already.

        Parameters
        ----------
        counts : (n, n) or (N, n, n) array of int
            Rows are truth. A stack is taken as one matrix per image.
        class_names : sequence of str, optional

        Raises
        ------
        TypeError
            If the counts are not integers (a normalised matrix has lost the weights that the
            scores need).
        ValueError
            If they are not square, a count is negative, or they add up to more than 2⁶² pixels.
        """
        array = inputs.array(counts, "counts")
        if array.dtype.kind not in "iu":
            raise TypeError(
                say(
                    "counts must be integers, not {dtype}; pass the pixels themselves and do "
                    "not normalise them",
                    dtype=array.dtype,
                )
            )
        if array.ndim not in (2, 3) or array.shape[-1] != array.shape[-2]:
            raise ValueError(
                say(
                    "counts must be (n, n) or (N, n, n), rows of truth, got shape {shape}",
                    shape=array.shape,
                )
            )
        if array.size and array.min() < 0:
            raise ValueError(
                say(
                    "counts must not be negative, got {smallest}; pass pixels", smallest=array.min()
                )
            )
        if array.sum(dtype=np.float64) > 2.0**62:
            raise ValueError(
                say(
                    "counts add up to {total:.3g} pixels, more than 2**62, which 64 bits do "
                    "not hold; check where they come from",
                    total=array.sum(dtype=np.float64),
                )
            )
        matrix = cls(array.shape[-1], class_names=class_names, per_image=array.ndim == 3)
        array = array.astype(np.int64)
        matrix._counts = array.sum(0) if matrix.per_image else array
        matrix._images = list(array) if matrix.per_image else []
        return matrix

    def reset(self) -> "ConfusionMatrix":
        """Forget all counts; return self."""
        self._counts = np.zeros((self.n_classes, self.n_classes), dtype=np.int64)
        self._images: list[np.ndarray] = []
        return self

    def update(self, truth: Any, prediction: Any) -> "ConfusionMatrix":
        """Count the pixels of one image or of a batch; return self.

        If this raises, nothing has been counted.

        Parameters
        ----------
        truth, prediction : (H, W) or (N, H, W) array or torch.Tensor of int, or list of maps
            Class numbers, any integer type, any memory layout. The maps of a list may differ in
            size. Booleans are accepted for two classes.

        Raises
        ------
        TypeError
            If labels are not integers, floats that happen to be whole included, or the array is
            masked.
        ValueError
            If the shapes differ, are those of a colour picture, there is no pixel, or a pixel that is
            not ignored has a label outside ``[0, n_classes)`` in either map; the message gives the
            value, how often it occurs, and where first.
        """
        maps = inputs.label_pair(truth, prediction)
        for what, labels in zip(("truth", "prediction"), maps, strict=True):
            if self.n_classes != 2 and any(each.dtype == bool for each in labels):
                raise TypeError(
                    say(
                        "{what} is boolean, which is two classes, but this matrix has "
                        "{n_classes}; convert with .astype(np.uint8) if that is meant",
                        what=what,
                        n_classes=self.n_classes,
                    )
                )
        images = []
        for t, p in zip(*maps, strict=True):
            counts = count_pairs(t, p, self.n_classes, self.ignore_index)
            if counts is None:
                raise self._stray_label(*maps)
            images.append(counts)
        for counts in images:
            self._counts += counts
        if self.per_image:
            self._images += images
        return self

    def _stray_label(self, truth: list[np.ndarray], prediction: list[np.ndarray]) -> ValueError:
        what, maps, stray = "truth", truth, self._stray(truth, truth)
        if not any(where.any() for where in stray):
            what, maps, stray = "prediction", prediction, self._stray(prediction, truth)
        image = next(i for i, where in enumerate(stray) if where.any())
        row, column = np.unravel_index(stray[image].argmax(), stray[image].shape)
        value = maps[image][row, column]
        values = np.concatenate([m[where] for m, where in zip(maps, stray, strict=True)])
        n_value = np.count_nonzero(values == value)
        n_other = values.size - n_value
        if what == "prediction":
            remedy = say(
                "ignore_index applies to truth only, so predict a class on every valid pixel"
            )
        elif self.ignore_index is None:
            remedy = say(
                "if {value} marks pixels to leave out, pass ignore_index={value}", value=value
            )
        else:
            remedy = say(
                "ignore_index is {ignore_index}; map {value} to it or to a class",
                ignore_index=self.ignore_index,
                value=value,
            )
        others = say(" (and other stray labels on {n})", n=n_other) if n_other else ""
        return ValueError(
            say_many(
                "{what} holds label {value} on {n} valid pixel{others}, first at image {image}, row "
                "{row}, column {column}, but the classes are 0 to {last}; {remedy}",
                "{what} holds label {value} on {n} valid pixels{others}, first at image {image}, row "
                "{row}, column {column}, but the classes are 0 to {last}; {remedy}",
                int(n_value),
                what=what,
                value=value,
                others=others,
                image=image,
                row=row,
                column=column,
                last=self.n_classes - 1,
                remedy=remedy,
            )
        )

    def _stray(self, maps: list[np.ndarray], truth: list[np.ndarray]) -> list[np.ndarray]:
        """Mark the labels that are no class, on pixels that are not ignored."""
        return [
            _outside(_as_numbers(labels), self.n_classes) & (t != self.ignore_index)
            for labels, t in zip(maps, truth, strict=True)
        ]

    @property
    def counts(self) -> np.ndarray:
        """Copy of the counts over all images, ``(n_classes, n_classes)`` int64."""
        return self._counts.copy()

    @property
    def per_image_counts(self) -> np.ndarray:
        """Copy of the counts of each image, ``(N, n_classes, n_classes)`` int64.

        Raises
        ------
        ValueError
            If the matrix was made without ``per_image=True``.
        """
        if not self.per_image:
            raise ValueError(
                say("images were not kept apart; use ConfusionMatrix(..., per_image=True)")
            )
        shape = (len(self._images), self.n_classes, self.n_classes)
        return np.array(self._images, dtype=np.int64).reshape(shape)

    def merge(self, other: "ConfusionMatrix") -> "ConfusionMatrix":
        """Return a new matrix with the counts of both; ``a + b`` and ``sum([...])`` do the same.

        Raises
        ------
        ValueError
            If the two differ in `n_classes`, `class_names`, `ignore_index` or `per_image`.
        """
        for name in ("n_classes", "class_names", "ignore_index", "per_image"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise ValueError(
                    say(
                        "matrices differ in {name}: {mine!r} and {theirs!r}",
                        name=name,
                        mine=mine,
                        theirs=theirs,
                    )
                )
        merged = ConfusionMatrix(
            self.n_classes,
            class_names=self.class_names,
            ignore_index=self.ignore_index,
            per_image=self.per_image,
        )
        merged._counts = self._counts + other._counts
        merged._images = self._images + other._images
        return merged

    def __add__(self, other: object) -> "ConfusionMatrix":
        return self.merge(other) if isinstance(other, ConfusionMatrix) else NotImplemented

    def __radd__(self, other: object) -> "ConfusionMatrix":
        return self if isinstance(other, int) and other == 0 else NotImplemented  # for sum()

    def scores(
        self, *, absent: Absent = "skip", average: Average = "dataset", exclude: Exclude = ()
    ) -> Scores:
        """Derive the scores.

        Parameters
        ----------
        absent : {"skip", "zero"}
            What a class whose score is 0/0 does to a mean over classes: it is left out, or counts
            as 0. IoU and F1 are 0/0 for a class that neither map contains; recall already for one
            that the truth lacks, precision for one that is never predicted. The arrays per class
            hold NaN either way.
        average : {"dataset", "image"}
            "dataset" derives each score once, from the counts of all images. "image" derives the
            scores of every image on its own, applying `absent` there, and averages the images for
            which the score is defined; it needs ``per_image=True``. The arrays per class are then
            means over the images in which that class has a score.
        exclude : int, str, or sequence of them
            Classes, by number or name, that do not enter the means over classes nor the
            frequency-weighted IoU. To leave the background uncounted: ``exclude=0``. Its pixels
            stay: background labelled as road still costs road precision, and pixel accuracy does
            not change.

        Raises
        ------
        ValueError
            If a choice is unknown, no pixel has been counted, or images were not kept apart.

        Notes
        -----
        The same predictions get another mean IoU from another tool, because they choose otherwise:

        - scikit-learn's ``jaccard_score(average="macro", labels=range(n))`` is ``absent="zero"``;
          without `labels` it only knows the classes that occur, which is ``absent="skip"``.
        - torchmetrics' ``MulticlassJaccardIndex``, the FCN script and mmsegmentation are the
          defaults here.
        - torchmetrics' ``functional.segmentation.mean_iou`` is ``average="image"``, one number an
          image; its class ``MeanIoU`` averages all pairs of image and class at once, so that an
          image with more classes weighs more. Neither equals the data set's mean IoU.
        - torchvision's reference script takes the plain mean, which is NaN as soon as one class is
          absent.
        """
        counts = self.per_image_counts if average == "image" else self._counts
        return Scores.of(counts, self.class_names, absent, average, exclude)

    def _title(self) -> str:
        counts = {"classes": self.n_classes, "pixels": self._counts.sum()}
        if not self.per_image:
            return say("{classes} classes, {pixels} pixels", **counts)
        n = len(self._images)
        return say("{classes} classes, {pixels} pixels, {images} images", images=n, **counts)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        names = [say(name) for name in self.class_names]
        header = [say("truth \\ prediction"), *names]
        rows = zip(names, self._counts.tolist(), strict=True)
        return header, [[name, *map(str, row)] for name, row in rows]

    def __repr__(self) -> str:
        title = f"ConfusionMatrix: {self._title()}"
        if self.n_classes > LARGEST_PRINTED:
            return title
        return f"{title}\n{text_table(*self._table())}"

    def _repr_html_(self) -> str:
        title = say("Confusion matrix: {title}", title=self._title())
        if self.n_classes > LARGEST_PRINTED:
            return f"<p>{title}</p>"
        shades = self._counts / np.maximum(self._counts.sum(1, keepdims=True), 1)
        return html_table(title, *self._table(), shades=shades.tolist())


def _names(class_names: Sequence[str] | None, n_classes: int) -> tuple[str, ...]:
    if class_names is None:
        return tuple(str(c) for c in range(n_classes))
    if isinstance(class_names, str):
        raise TypeError(
            say(
                "class_names must be a list of names, got the one string {class_names!r}",
                class_names=class_names,
            )
        )
    names = tuple(str(name) for name in class_names)
    if len(names) != n_classes:
        raise ValueError(
            say("{n} class_names for n_classes={n_classes}", n=len(names), n_classes=n_classes)
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(say("class_names must differ, but {repeated} repeat", repeated=repeated))
    return names
