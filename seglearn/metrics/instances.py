"""Panoptic quality: how well a prediction finds every segment, and how well it outlines each.

A segment is one thing (a car) or all pixels of one stuff class (sky). A predicted and a true
segment of one class match if their IoU is above 0.5; segments do not overlap, so each has at most
one partner. For each class

    PQ = sum of IoU over the matches / (TP + FP/2 + FN/2) = SQ × RQ,
    SQ = mean IoU of the matches,   RQ = TP / (TP + FP/2 + FN/2).

References
----------
Kirillov, He, Girshick, Rother and Dollár, "Panoptic Segmentation", CVPR 2019, section 4. Void
pixels and crowds are treated as in the authors' code, ``evaluation.py`` of COCO's panopticapi.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from seglearn import inputs
from seglearn.metrics._tables import percent, text_table
from seglearn.metrics.scores import defined_mean, ratio
from seglearn.words import say

Segments = Mapping[int, int] | Iterable[Any]


class Match(NamedTuple):
    """A true and a predicted segment that found each other.

    Attributes
    ----------
    truth, prediction : int
        Their ids.
    class_id : int
        The class of both.
    iou : float
        Above 0.5; void pixels of the truth are left out of the union.
    """

    truth: int
    prediction: int
    class_id: int
    iou: float


@dataclass(frozen=True, eq=False, repr=False)
class PanopticQuality:
    """Counts and scores for each class; add results of several images with ``+``.

    Attributes
    ----------
    classes : tuple of int
        The class ids, ascending; every array below is in this order.
    tp, fp, fn : (n_classes,) int
        Matches, predicted segments without a partner, true segments without one; those that void and
        crowds excuse are left out.
    iou_sum : (n_classes,) float
        Sum of the IoU of the matches.
    matches : tuple of Match
        By truth id. Those of several images follow one another.
    missed, false : tuple of int
        Ids of the true and of the predicted segments that `fn` and `fp` count.
    pq, sq, rq : (n_classes,) float
        NaN where a score is 0/0: all three for a class that has no segment, and `sq` for one
        without a match.
    mean_pq, mean_sq, mean_rq : float
        Means over the classes in which the score is defined. A mean PQ is not the product of the
        other two. The authors' code counts an undefined SQ as 0 in its mean; PQ and RQ are the same
        there.
    """

    classes: tuple[int, ...]
    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    iou_sum: np.ndarray
    matches: tuple[Match, ...]
    missed: tuple[int, ...]
    false: tuple[int, ...]

    @property
    def sq(self) -> np.ndarray:
        """Segmentation quality: mean IoU of the matches."""
        return ratio(self.iou_sum, self.tp)

    @property
    def rq(self) -> np.ndarray:
        """Recognition quality: the F1 score of finding segments."""
        return ratio(self.tp, self.tp + self.fp / 2 + self.fn / 2)

    @property
    def pq(self) -> np.ndarray:
        """Panoptic quality, SQ × RQ, and 0 where segments exist but none matches."""
        return ratio(self.iou_sum, self.tp + self.fp / 2 + self.fn / 2)

    @property
    def mean_pq(self) -> float:
        """Mean of `pq` over the classes."""
        return float(defined_mean(self.pq, 0))

    @property
    def mean_sq(self) -> float:
        """Mean of `sq` over the classes that have a match."""
        return float(defined_mean(self.sq, 0))

    @property
    def mean_rq(self) -> float:
        """Mean of `rq` over the classes."""
        return float(defined_mean(self.rq, 0))

    def __add__(self, other: "PanopticQuality") -> "PanopticQuality":
        """Return the quality over both sets of images: counts add up, scores follow from them."""
        if not isinstance(other, PanopticQuality):
            return NotImplemented
        classes = tuple(sorted({*self.classes, *other.classes}))

        def total(name: str) -> np.ndarray:
            tables = [dict(zip(q.classes, getattr(q, name), strict=True)) for q in (self, other)]
            return np.array([tables[0].get(c, 0) + tables[1].get(c, 0) for c in classes])

        return PanopticQuality(
            classes,
            tp=total("tp"),
            fp=total("fp"),
            fn=total("fn"),
            iou_sum=total("iou_sum"),
            matches=self.matches + other.matches,
            missed=self.missed + other.missed,
            false=self.false + other.false,
        )

    def __repr__(self) -> str:
        scores = [self.pq, self.sq, self.rq]
        counts = [self.tp, self.fp, self.fn]
        rows = [
            [str(c), *(percent(s[k]) for s in scores), *(str(n[k]) for n in counts)]
            for k, c in enumerate(self.classes)
        ]
        means = [percent(mean) for mean in (self.mean_pq, self.mean_sq, self.mean_rq)]
        rows.append([say("mean"), *means, *(str(n.sum()) for n in counts)])
        return text_table([say("class"), "PQ %", "SQ %", "RQ %", "TP", "FP", "FN"], rows)


def panoptic_quality(
    truth: Any,
    prediction: Any,
    truth_segments: Segments,
    prediction_segments: Segments | None = None,
    *,
    void: int | Collection[int] = (),
    crowd: int | Collection[int] = (),
) -> PanopticQuality:
    """Panoptic quality of one image.

    Parameters
    ----------
    truth, prediction : (H, W) array or torch.Tensor of int
        The segment id of each pixel. The two maps number their segments independently.
    truth_segments, prediction_segments : mapping of int to int, or iterable of segments
        The class of each id; a segment is an object with ``id`` and ``class_id``, as in
        ``scene.segments``, or a dictionary with ``id`` and ``category_id``, as in the
        ``segments_info`` of COCO's panoptic JSON. Ids without a pixel do not count. Without
        `prediction_segments`, the ids of the prediction mean what they mean in the truth.
    void : int or collection of int
        Ids of pixels that belong to no segment, in either map; 0 in COCO. Void pixels of the truth
        are taken from a prediction's area before IoU.
    crowd : int or collection of int
        Ids of true segments that are crowds: regions of many objects that nobody told apart. True
        segments with ``iscrowd`` are crowds without being listed here. A crowd is matched by
        nothing and is not counted as missed. Unlike void, it stays in a prediction's area. The
        prediction has no crowds: there ``iscrowd`` is not looked at.

    Returns
    -------
    PanopticQuality

    Raises
    ------
    TypeError
        If a map does not hold integers, or a segment has no id or no class.
    ValueError
        If the shapes differ or are not (H, W), an id is neither listed nor void, two segments have
        one id, or a crowd is void or not among the true segments.

    Notes
    -----
    A predicted segment without a partner is not counted as false if more than half of it lies on
    void and crowds of its own class together. The authors' code looks at one crowd of each class
    only, the last one listed; here all of them count.

    Examples
    --------
    >>> truth = [[1, 1, 2, 2]]
    >>> quality = panoptic_quality(truth, [[1, 1, 1, 2]], {1: 0, 2: 0})
    >>> quality.matches
    (Match(truth=1, prediction=1, class_id=0, iou=0.6666666666666666),)
    >>> quality.mean_sq, quality.mean_rq, quality.mean_pq
    (0.6666666666666666, 0.5, 0.3333333333333333)

    Segment 9 is a crowd: finding one person in it is no false alarm.

    >>> people = [
    ...     {"id": 4, "category_id": 1, "iscrowd": 0},
    ...     {"id": 9, "category_id": 1, "iscrowd": 1},
    ... ]
    >>> quality = panoptic_quality([[4, 4, 9, 9]], [[1, 1, 2, 0]], people, {1: 1, 2: 1}, void=0)
    >>> quality.tp, quality.fp, quality.fn
    (array([1]), array([0]), array([0]))
    """
    pair = inputs.label_pair(truth, prediction)
    if len(pair[0]) != 1:
        raise ValueError(
            say(
                "panoptic_quality takes one image, (H, W), got {n} of them; call it for each "
                "image and add the results with +",
                n=len(pair[0]),
            )
        )
    (truth,), (prediction,) = pair
    voids = _id_set(void, "void")
    truth_class, crowds = _class_table(truth_segments, "truth_segments")
    crowds |= _id_set(crowd, "crowd")
    for i in sorted(crowds):
        if i in voids:
            raise ValueError(
                say("crowd {i} is void, too; a crowd is a true segment that has a class", i=i)
            )
        if i not in truth_class:
            raise ValueError(
                say(
                    "crowd {i} is not among truth_segments; a crowd is a true segment that has a "
                    "class",
                    i=i,
                )
            )
    if prediction_segments is None:
        prediction_class = truth_class
    else:
        prediction_class, _ = _class_table(prediction_segments, "prediction_segments")
    truth_area = _areas(truth, truth_class, voids, "truth")
    prediction_area = _areas(prediction, prediction_class, voids, "prediction")
    shared = _shared_areas(truth, prediction)

    # Of each predicted segment: its pixels on void truth, and those on crowds of its own class.
    on_void = dict.fromkeys(prediction_area, 0)
    on_crowd = dict.fromkeys(prediction_area, 0)
    for (t, p), area in shared.items():
        if p in prediction_area and t in voids:
            on_void[p] += area
        elif p in prediction_area and t in crowds and truth_class[t] == prediction_class[p]:
            on_crowd[p] += area
    truth_area = {t: area for t, area in truth_area.items() if t not in crowds}

    matches = []
    for (t, p), area in sorted(shared.items()):
        if t in truth_area and p in prediction_area and truth_class[t] == prediction_class[p]:
            iou = area / (truth_area[t] + prediction_area[p] - on_void[p] - area)
            if iou > 0.5:
                matches.append(Match(t, p, truth_class[t], iou))

    found, used = {m.truth for m in matches}, {m.prediction for m in matches}
    missed = tuple(t for t in truth_area if t not in found)
    false = tuple(
        p
        for p, area in prediction_area.items()
        if p not in used and (on_void[p] + on_crowd[p]) / area <= 0.5
    )
    classes = sorted({*truth_class.values(), *prediction_class.values()})
    return PanopticQuality(
        tuple(classes),
        tp=np.array([sum(m.class_id == c for m in matches) for c in classes], dtype=int),
        fp=np.array([sum(prediction_class[p] == c for p in false) for c in classes], dtype=int),
        fn=np.array([sum(truth_class[t] == c for t in missed) for c in classes], dtype=int),
        iou_sum=np.array([sum(m.iou for m in matches if m.class_id == c) for c in classes], float),
        matches=tuple(matches),
        missed=missed,
        false=false,
    )


def _id_set(ids: int | Collection[int], what: str) -> set[int]:
    """Read one id or several."""
    return {inputs.whole(i, what) for i in (ids if isinstance(ids, Collection) else [ids])}


def _class_table(segments: Segments, what: str) -> tuple[dict[int, int], set[int]]:
    """Read id → class, and which ids are crowds, from any of the forms."""
    if isinstance(segments, Mapping):
        table = {
            inputs.whole(i, say("an id in {what}", what=what)): inputs.whole(
                c, say("a class in {what}", what=what)
            )
            for i, c in segments.items()
        }
        return table, set()
    table, crowds = {}, set()
    segment: Any
    for segment in segments:
        try:
            if isinstance(segment, Mapping):
                values = segment["id"], segment["category_id"], segment.get("iscrowd", 0)
            else:
                values = segment.id, segment.class_id, getattr(segment, "iscrowd", 0)
        except (AttributeError, KeyError):
            raise TypeError(
                say(
                    "{what} holds {segment!r}, which has no id or no class; pass objects with "
                    "id and class_id, dictionaries with id and category_id as in COCO's "
                    "segments_info, or a mapping {{id: class}}",
                    what=what,
                    segment=segment,
                )
            ) from None
        i = inputs.whole(values[0], say("an id in {what}", what=what))
        if i in table:
            raise ValueError(
                say(
                    "{what} lists id {i} twice; the segments of one image have own ids",
                    what=what,
                    i=i,
                )
            )
        table[i] = inputs.whole(values[1], say("a class in {what}", what=what))
        if values[2] not in (0, 1):
            raise ValueError(
                say(
                    "iscrowd of segment {i} in {what} must be 0 or 1, got {value!r}",
                    i=i,
                    what=what,
                    value=values[2],
                )
            )
        if values[2]:
            crowds.add(i)
    return table, crowds


def _areas(ids: np.ndarray, classes: dict[int, int], voids: set[int], what: str) -> dict[int, int]:
    """Pixels of each segment that has any, by ascending id."""
    values, areas = np.unique(ids, return_counts=True)
    table = dict(zip(values.tolist(), areas.tolist(), strict=True))
    unknown = sorted(set(table) - set(classes) - voids)
    if unknown:
        raise ValueError(
            say(
                "{what} has pixels of id {id}, which is not among its segments ({n} such "
                "ids); add its class, or pass void={id}",
                what=what,
                id=unknown[0],
                n=len(unknown),
            )
        )
    return {i: area for i, area in table.items() if i not in voids}


def _shared_areas(truth: np.ndarray, prediction: np.ndarray) -> dict[tuple[int, int], int]:
    """Pixels that each pair of ids has in common, where it has any."""
    t_ids, t = np.unique(truth, return_inverse=True)
    p_ids, p = np.unique(prediction, return_inverse=True)
    codes, areas = np.unique(t.ravel() * len(p_ids) + p.ravel(), return_counts=True)
    return {
        (int(t_ids[code // len(p_ids)]), int(p_ids[code % len(p_ids)])): int(area)
        for code, area in zip(codes, areas, strict=True)
    }
