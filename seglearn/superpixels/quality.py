"""How good superpixels are, measured against what people drew.

With G_i the regions of the truth, S_j the superpixels, I = |G_i ∩ S_j| and N pixels, everything
about areas follows from one contingency table of I; boundaries are compared within a tolerance.

Four quantities go by the name of under-segmentation error. They differ in what they charge for a
superpixel that crosses an outline:

- bleeding: all of it but its largest part, Σ_j min_i(|S_j| − I)/N, which is 1 − ASA;
- Neubert and Protzel: on each side the smaller of inside and outside, Σ_{I>0} min(I, |S_j| − I)/N;
- Levinshtein: the whole of it, once for every region touched, the mean over regions of
  (Σ_{I>0} |S_j| − |G_i|)/|G_i|;
- Achanta: the whole of it too, but overlaps up to 5 % of the superpixel do not count,
  (Σ_i Σ_{I > 0.05 |S_j|} |S_j| − N)/N.

Scores of a contingency table raise a ValueError if it is not one, or if a region has no pixel.

References
----------
Boundary recall: Martin, Fowlkes and Malik, TPAMI 2004. Under-segmentation: Levinshtein et al., TPAMI
2009, section 4; Achanta et al., TPAMI 2012, section 4.1; Neubert and Protzel, Forum Bildverarbeitung
2012. Achievable segmentation accuracy: Liu et al., CVPR 2011. Explained variation: Moore et al.,
CVPR 2008. Compactness: Schick, Fischer and Stiefelhagen, ICPR 2012. All but Achanta's are compared
in Stutz, Hermans and Leibe, "Superpixels: an evaluation of the state-of-the-art", CVIU 2018.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import connectivity
from seglearn.words import say

__all__ = [
    "Quality",
    "achievable_accuracy",
    "best_mask_iou",
    "boundaries",
    "boundary_precision",
    "boundary_recall",
    "boundary_tolerance",
    "compactness",
    "contingency",
    "explained_variation",
    "oracle_iou",
    "score",
    "undersegmentation_achanta",
    "undersegmentation_bleeding",
    "undersegmentation_levinshtein",
    "undersegmentation_neubert_protzel",
]

Table = NDArray[np.integer]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Scores of one set of superpixels; against several annotators, their mean.

    Attributes
    ----------
    n_segments : int
        Number of superpixels.
    boundary_recall, boundary_precision : float
        In [0, 1], higher is better. NaN where there is no boundary to find.
    undersegmentation_bleeding, undersegmentation_neubert_protzel : float
        From 0 up, lower is better.
    undersegmentation_levinshtein, undersegmentation_achanta : float
        From 0 up, lower is better; can exceed 1.
    achievable_accuracy : float
        In [0, 1]: the pixel accuracy if every superpixel were given its best label.
    oracle_iou : float
        In [0, 1]: the mean IoU of the same labelling.
    explained_variation : float
        In [0, 1], of the image's colours; NaN without an image, or if it is constant.
    compactness : float
        In (0, π/4]: π/4 for squares, see `compactness`.
    per_annotator : dict of str to tuple of float
        Each score that needs a truth, annotator by annotator.
    """

    n_segments: int
    boundary_recall: float
    boundary_precision: float
    undersegmentation_bleeding: float
    undersegmentation_neubert_protzel: float
    undersegmentation_levinshtein: float
    undersegmentation_achanta: float
    achievable_accuracy: float
    oracle_iou: float
    explained_variation: float
    compactness: float
    per_annotator: dict[str, tuple[float, ...]]

    def as_dict(self) -> dict[str, float]:
        """Scores by name, without those of single annotators."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "per_annotator"}


def score(
    labels: Any,
    truth: Any,
    *,
    image: Any = None,
    ignore_index: int | None = None,
    tolerance: int | None = None,
) -> Quality:
    """Measure everything at once.

    Parameters
    ----------
    labels : (H, W) int
        Superpixels, any labels from 0 up.
    truth : (H, W) int, (A, H, W) int, or a sequence of (H, W) int
        One annotator's regions, or several annotators'.
    image : (H, W) or (H, W, C) float, optional
        For the explained variation.
    ignore_index : int, optional
        Truth label of pixels that belong to no region; it may be negative. They count nowhere, and
        their outline is no boundary.
    tolerance : int, optional
        Pixels by which boundaries may be off; by default `boundary_tolerance`.

    Returns
    -------
    Quality

    Raises
    ------
    TypeError
        If labels or truth are not integers or are masked arrays, or if ``ignore_index`` or
        ``tolerance`` is no integer.
    ValueError
        If shapes differ, labels are negative, there is no annotator, or all pixels are ignored.
    """
    annotators = inputs.label_batch(truth, "truth", booleans=False)
    labels, n = connectivity.dense(_label_map(labels, "labels"))
    radius = _radius(tolerance, labels.shape)
    edges = _Edges(labels, radius)
    scores: dict[str, list[float]] = {}
    for i, regions in enumerate(annotators):
        what = "truth" if len(annotators) == 1 else f"truth[{i}]"
        regions, valid = _against(regions, what, labels, ignore_index)
        table = _table(labels, n, regions, valid)
        recall, precision = edges.compare(_Edges(regions, radius, valid), valid)
        one = {
            "boundary_recall": recall,
            "boundary_precision": precision,
            "undersegmentation_bleeding": undersegmentation_bleeding(table),
            "undersegmentation_neubert_protzel": undersegmentation_neubert_protzel(table),
            "undersegmentation_levinshtein": undersegmentation_levinshtein(table),
            "undersegmentation_achanta": undersegmentation_achanta(table),
            "achievable_accuracy": achievable_accuracy(table),
            "oracle_iou": oracle_iou(table),
        }
        for name, value in one.items():
            scores.setdefault(name, []).append(value)
    return Quality(
        n_segments=n,
        **{name: _mean(values) for name, values in scores.items()},
        explained_variation=(
            float("nan") if image is None else _explained_variation(labels, n, image)
        ),
        compactness=_compactness(labels, n),
        per_annotator={name: tuple(values) for name, values in scores.items()},
    )


# ------------------------------------------------------------------------------------ areas


def contingency(labels: Any, truth: Any, *, ignore_index: int | None = None) -> Table:
    """Count the pixels that each region shares with each superpixel.

    Parameters
    ----------
    labels, truth : (H, W) int
    ignore_index : int, optional
        Truth label of pixels to leave out.

    Returns
    -------
    (n_regions, n_segments) int
        I = |G_i ∩ S_j|. Regions and superpixels in the order of their labels; superpixels that lie
        in ignored pixels alone have a column of zeros.

    Raises
    ------
    TypeError, ValueError
        As `score`.
    """
    labels, n = connectivity.dense(_label_map(labels, "labels"))
    regions, valid = _truth_map(truth, labels, ignore_index)
    return _table(labels, n, regions, valid)


def achievable_accuracy(table: Table) -> float:
    """ASA = Σ_j max_i I / N, from a table of `contingency`."""
    table = _counts(table)
    return float(table.max(axis=0).sum() / table.sum())


def undersegmentation_bleeding(table: Table) -> float:
    """Σ_j min_i(|S_j| − I) / N = 1 − ASA, from a table of `contingency`."""
    table = _counts(table)
    return float((table.sum(axis=0) - table.max(axis=0)).sum() / table.sum())


def undersegmentation_neubert_protzel(table: Table) -> float:
    """Σ_{I>0} min(I, |S_j| − I) / N, from a table of `contingency`."""
    table = _counts(table)
    return float(np.minimum(table, table.sum(axis=0) - table).sum() / table.sum())


def undersegmentation_levinshtein(table: Table) -> float:
    """Mean over regions of (Σ_{I>0} |S_j| − |G_i|) / |G_i|, from a table of `contingency`."""
    table = _counts(table)
    touched = (table > 0) @ table.sum(axis=0)
    region = table.sum(axis=1)
    return float(((touched - region) / region).mean())


def undersegmentation_achanta(table: Table, share: float = 0.05) -> float:
    """(Σ_i Σ_{I > share·|S_j|} |S_j| − N) / N, from a table of `contingency`."""
    table, share = _counts(table), inputs.number(share, "share", 0, 1)
    size = table.sum(axis=0)
    return float(((table > share * size) @ size).sum() / table.sum() - 1)


def oracle_iou(table: Table) -> float:
    """Mean IoU over regions if every superpixel takes the label it overlaps most.

    This labelling has the best pixel accuracy that these superpixels allow; the best IoU of a
    single region can be higher, see `best_mask_iou`.
    """
    table = _counts(table)
    choice = table.argmax(axis=0)
    size = table.sum(axis=0)
    hit = np.bincount(choice, table.max(axis=0), table.shape[0])
    taken = np.bincount(choice, size, table.shape[0])
    return float((hit / (table.sum(axis=1) + taken - hit)).mean())


def best_mask_iou(labels: Any, mask: Any) -> float:
    """Return the best IoU that a union of superpixels can reach with a mask.

    A superpixel belongs to the best union if its share inside the mask is large enough, so the
    unions of the k fullest superpixels, k = 1 … n, are all that need to be looked at.

    Parameters
    ----------
    labels : (H, W) int
    mask : (H, W) bool, or 0 and 1
        Not empty.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    TypeError
        If the mask is of floats, or the labels are not integers.
    ValueError
        If shapes differ, or the mask holds another value than 0 and 1 or is empty.
    """
    labels, n = connectivity.dense(_label_map(labels, "labels"))
    mask = inputs.mask(mask)
    inputs.same_shape(labels.shape, mask.shape, say("labels and mask"))
    if not mask.any():
        raise ValueError(say("the mask is empty: no IoU is defined"))
    size = np.bincount(labels.ravel(), minlength=n)
    inside = np.bincount(labels[mask], minlength=n)
    order = np.argsort(-inside / size, kind="stable")
    hit, taken = np.cumsum(inside[order]), np.cumsum(size[order])
    return float((hit / (mask.sum() + taken - hit)).max())


def _counts(table: Any) -> Table:
    """Return a contingency table that every score above is defined for."""
    table = inputs.finite(inputs.reals(table, say("the table")), say("the table"))
    if table.ndim != 2 or table.size == 0:
        raise ValueError(
            say(
                "the table has shape {shape}; expected counts, (n_regions, n_segments), as "
                "from contingency",
                shape=table.shape,
            )
        )
    if not (table >= 0).all() or not table.any(axis=1).all():
        raise ValueError(say("the table holds a negative count, or a region without pixels"))
    total = table.sum(dtype=np.float64)
    if total > inputs.LARGEST_COUNT:
        raise ValueError(
            say(
                "the table counts {total:g} pixels, more than can be summed exactly (2**53)",
                total=total,
            )
        )
    return table.astype(np.float64 if table.dtype.kind == "f" else np.int64, copy=False)


# ------------------------------------------------------------------------------- boundaries


def boundary_tolerance(height: int, width: int) -> int:
    """Pixels by which a boundary may be off: 0.25 % of the diagonal, rounded."""
    height, width = inputs.size((height, width), "(height, width)")
    return round(0.0025 * float(np.hypot(height, width)))


def boundaries(labels: Any) -> NDArray[np.bool_]:
    """Pixels with a 4-neighbour of another label; both sides of a border are marked."""
    return _boundaries(_label_map(labels, "labels"))


def boundary_recall(
    labels: Any, truth: Any, *, tolerance: int | None = None, ignore_index: int | None = None
) -> float:
    """Share of the truth's boundary pixels that have one of the superpixels' nearby.

    Parameters
    ----------
    labels, truth : (H, W) int
    tolerance : int, optional
        Half side of the square to look in; by default `boundary_tolerance`.
    ignore_index : int, optional
        As in `score`.

    Returns
    -------
    float
        In [0, 1]; NaN if the truth has no boundary.

    Raises
    ------
    TypeError, ValueError
        As `score`.
    """
    return _compare(labels, truth, tolerance, ignore_index)[0]


def boundary_precision(
    labels: Any, truth: Any, *, tolerance: int | None = None, ignore_index: int | None = None
) -> float:
    """Share of the superpixels' boundary pixels that have one of the truth's nearby.

    Both the true and the false positives, TP/(TP + FP), are pixels of the superpixels' boundary.
    Public tools differ: the benchmark of Stutz, Hermans and Leibe counts TP on the truth's boundary
    (its pixels that have a superpixel boundary nearby) and FP on the superpixels'. The two agree at
    tolerance 0 and not in general beyond, so compare numbers of one definition only.

    Parameters, result and errors as `boundary_recall`; NaN if the superpixels have no boundary.
    """
    return _compare(labels, truth, tolerance, ignore_index)[1]


def _compare(
    labels: Any, truth: Any, tolerance: int | None, ignore_index: int | None
) -> tuple[float, float]:
    labels = _label_map(labels, "labels")
    regions, valid = _truth_map(truth, labels, ignore_index)
    radius = _radius(tolerance, labels.shape)
    return _Edges(labels, radius).compare(_Edges(regions, radius, valid), valid)


class _Edges:
    """The boundary pixels of a label map, and the pixels near them."""

    def __init__(
        self, labels: NDArray[Any], radius: int, valid: NDArray[np.bool_] | None = None
    ) -> None:
        self.pixels = _boundaries(labels, valid)
        self.near = _dilate(self.pixels, radius)

    def compare(
        self, truth: "_Edges", valid: NDArray[np.bool_] | None = None
    ) -> tuple[float, float]:
        """Return recall and precision of these edges."""
        mine = self.pixels if valid is None else self.pixels & valid
        recall = _share(np.count_nonzero(truth.pixels & self.near), np.count_nonzero(truth.pixels))
        precision = _share(np.count_nonzero(mine & truth.near), np.count_nonzero(mine))
        return recall, precision


def _boundaries(labels: NDArray[Any], valid: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    edge = np.zeros(labels.shape, dtype=bool)
    for a, b in (
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[1:], np.s_[:-1]),
    ):
        differ = labels[a] != labels[b]
        if valid is not None:
            differ &= valid[a] & valid[b]
        edge[a] |= differ
        edge[b] |= differ
    return edge


def _dilate(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Dilate by a square of side 2·radius + 1."""
    for _ in range(2):
        mask = mask.T
        wide = mask.copy()
        for shift in range(1, min(radius, mask.shape[0] - 1) + 1):
            wide[shift:] |= mask[:-shift]
            wide[:-shift] |= mask[shift:]
        mask = wide
    return mask


# ------------------------------------------------------------------------- colour and shape


def explained_variation(labels: Any, image: Any) -> float:
    """Share of the image's variance that remains if every superpixel is painted in its mean.

    Parameters
    ----------
    labels : (H, W) int
    image : (H, W) or (H, W, C) float

    Returns
    -------
    float
        Σ_p ‖μ_S(p) − μ‖² / Σ_p ‖x_p − μ‖², in [0, 1]; NaN if the image is constant.

    Raises
    ------
    TypeError, ValueError
        If labels are not integers from 0 up, the shapes differ, or the image is not of finite
        floats.
    """
    return _explained_variation(*connectivity.dense(_label_map(labels, "labels")), image)


def compactness(labels: Any) -> float:
    """Area-weighted mean of 4π|S|/L², L the length of the outline in pixel sides.

    The image's border belongs to the outline. Steps count, not arcs, so nothing beats a square,
    which has π/4 ≈ 0.79; a disc has about π²/16 ≈ 0.62.
    """
    return _compactness(*connectivity.dense(_label_map(labels, "labels")))


def _explained_variation(labels: NDArray[Any], n: int, image: Any) -> float:
    image = inputs.cube(
        inputs.array(image, say("the image"), kinds="f"), say("the image"), grey=True
    )
    if image.shape[:2] != labels.shape:
        first = inputs.bands_first(image.shape, image.shape[0])
        raise ValueError(
            say(
                "the image has shape {shape}, expected (H, W) or (H, W, C) with (H, W) = "
                "{size}{remedy}",
                shape=image.shape,
                size=labels.shape,
                remedy=first if image.shape[1:] == labels.shape else "",
            )
        )
    inputs.finite(image, say("the image"))
    flat, size = labels.ravel(), np.bincount(labels.ravel(), minlength=n)
    between = total = 0.0
    for channel in image.reshape(flat.size, -1).T:
        values = channel.astype(np.float64)
        values -= values.mean()
        total += float(values @ values)
        between += float((np.bincount(flat, values, n) ** 2 / size).sum())
    return _share(between, total if total > 1e-12 * flat.size else 0)


def _compactness(labels: NDArray[Any], n: int) -> float:
    size = np.bincount(labels.ravel(), minlength=n)
    sides = np.zeros(n, dtype=np.int64)
    for rim in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        sides += np.bincount(rim, minlength=n)
    for a, b in ((labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1])):
        differ = a != b
        sides += np.bincount(a[differ], minlength=n) + np.bincount(b[differ], minlength=n)
    return float((size / labels.size * 4 * np.pi * size / sides**2).sum())


# ---------------------------------------------------------------------------------- helpers


def _label_map(labels: Any, what: str) -> NDArray[Any]:
    found = inputs.label_map(labels, what, booleans=False)
    _refuse_negative(found, what)
    return found


def _refuse_negative(labels: NDArray[Any], what: str) -> None:
    if labels.min() < 0:
        raise ValueError(
            say(
                "{what} holds {low}, expected labels from 0 up; if it marks pixels without "
                "a region in the truth, pass it as ignore_index",
                what=what,
                low=labels.min(),
            )
        )


def _truth_map(
    truth: Any, labels: NDArray[Any], ignore_index: int | None
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return the truth and, if any pixel is ignored, which ones are not."""
    regions = inputs.label_map(truth, "truth", booleans=False)
    return _against(regions, "truth", labels, ignore_index)


def _against(
    regions: NDArray[Any], what: str, labels: NDArray[Any], ignore_index: int | None
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    inputs.same_shape(labels.shape, regions.shape, say("labels and {what}", what=what))
    if ignore_index is None:
        _refuse_negative(regions, what)
        return regions, None
    valid = regions != inputs.whole(ignore_index, "ignore_index")
    if not valid.any():
        raise ValueError(
            say(
                "all pixels of {what} are {ignore_index}, which is ignored",
                what=what,
                ignore_index=ignore_index,
            )
        )
    _refuse_negative(regions[valid], what)
    return regions, None if valid.all() else valid


def _table(
    labels: NDArray[Any], n: int, regions: NDArray[Any], valid: NDArray[np.bool_] | None
) -> Table:
    if valid is not None:
        labels, regions = labels[valid][None], regions[valid][None]
    regions, n_regions = connectivity.dense(regions)
    code = regions * n
    code += labels
    return np.bincount(code.ravel(), minlength=n_regions * n).reshape(n_regions, n)


def _radius(tolerance: int | None, shape: tuple[int, ...]) -> int:
    if tolerance is None:
        return boundary_tolerance(*shape)
    return inputs.whole(tolerance, "tolerance", 0)


def _share(part: Any, whole: Any) -> float:
    return float(part / whole) if whole else float("nan")


def _mean(values: Sequence[float]) -> float:
    defined = [value for value in values if value == value]
    return float(np.mean(defined)) if defined else float("nan")
