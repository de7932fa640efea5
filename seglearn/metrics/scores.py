"""Scores derived from a confusion matrix, and the same scores for two masks.

Everything here needs three numbers per class only: the pixels that are right (the diagonal of the
matrix), the pixels of that class in the truth (row sums) and in the prediction (column sums).

References
----------
Long, Shelhamer and Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015,
section 5, defines pixel accuracy, mean accuracy, mean IoU and frequency-weighted IoU.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from seglearn import inputs
from seglearn.metrics._tables import html_table, percent, text_table
from seglearn.words import say

Absent = Literal["skip", "zero"]
Average = Literal["dataset", "image"]
Exclude = int | str | Sequence[int | str]


class Tally(NamedTuple):
    """Pixels per class; each field has shape ``(..., n_classes)``."""

    hits: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray

    @classmethod
    def of(cls, counts: np.ndarray) -> "Tally":
        """Read the tally off one matrix ``(n, n)`` or a stack of them ``(..., n, n)``."""
        return cls(np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(-1), counts.sum(-2))

    @property
    def mean_iou(self) -> np.ndarray:
        """Mean IoU over the classes of each matrix, shape ``(...)``; a class that is nowhere is left out."""
        return defined_mean(per_class(self)["iou"], -1)


def ratio(part: Any, whole: Any) -> np.ndarray:
    """Divide, giving NaN for 0/0."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def per_class(tally: Tally) -> dict[str, np.ndarray]:
    """Scores of each class, shape ``(..., n_classes)``, NaN where the score is 0/0."""
    hits, truth, predicted = tally
    return {
        "iou": ratio(hits, truth + predicted - hits),
        "precision": ratio(hits, predicted),
        "recall": ratio(hits, truth),
        "f1": ratio(2 * hits, truth + predicted),
    }


def defined_mean(values: np.ndarray, axis: int, absent: Absent = "skip") -> np.ndarray:
    """Mean along `axis`; a NaN is left out ("skip") or counted as 0 ("zero")."""
    defined = ~np.isnan(values)
    n = defined.sum(axis) if absent == "skip" else defined.shape[axis]
    return ratio(np.where(defined, values, 0).sum(axis), n)


# The scores that are one number, each with the heading under which it is printed.
SUMMARIES = {
    "pixel_accuracy": "pixel accuracy",
    "mean_accuracy": "mean accuracy",
    "mean_iou": "mean IoU",
    "frequency_weighted_iou": "freq.-weighted IoU",
    "mean_precision": "mean precision",
    "mean_f1": "mean F1 (Dice)",
}


def summary(tally: Tally, score: str, absent: Absent, included: np.ndarray) -> np.ndarray:
    """One of `SUMMARIES` for each tally, shape ``(...)``; `included` holds class numbers."""
    if score == "pixel_accuracy":
        return ratio(tally.hits.sum(-1), tally.truth.sum(-1))
    tally = Tally(*(field[..., included] for field in tally))
    classes = per_class(tally)
    if score == "frequency_weighted_iou":
        weighted = np.where(tally.truth > 0, tally.truth * classes["iou"], 0)
        return ratio(weighted.sum(-1), tally.truth.sum(-1))
    name = {"mean_accuracy": "recall"}.get(score, score.removeprefix("mean_"))
    return defined_mean(classes[name], -1, absent)


def check_choices(
    class_names: Sequence[str], absent: str, average: str, exclude: Exclude
) -> np.ndarray:
    """Check the arguments that scores and intervals share; return the classes that means include.

    Raises
    ------
    ValueError
        If a choice is unknown, if `exclude` names no class, or leaves none.
    """
    for name, value, known in (
        ("absent", absent, ("skip", "zero")),
        ("average", average, ("dataset", "image")),
    ):
        inputs.choice(value, name, known)
    names = list(class_names)
    excluded = set()
    for item in (
        exclude if isinstance(exclude, Iterable) and not isinstance(exclude, str) else [exclude]
    ):
        if isinstance(item, str) and item in names:
            excluded.add(names.index(item))
        elif (
            isinstance(item, int | np.integer)
            and not isinstance(item, bool)
            and 0 <= item < len(names)
        ):
            excluded.add(int(item))
        else:
            raise ValueError(
                say(
                    "exclude: {item!r} is not a class; give a number in [0, {n}) or a name of "
                    "{names}",
                    item=item,
                    n=len(names),
                    names=names,
                )
            )
    if len(excluded) == len(names):
        raise ValueError(say("exclude leaves no class to average over"))
    return np.array([c for c in range(len(names)) if c not in excluded])


@dataclass(frozen=True, repr=False, eq=False)
class Scores:
    """Scores of a segmentation, each in [0, 1]; made by `ConfusionMatrix.scores`.

    Prints as a table in percent.

    Attributes
    ----------
    pixel_accuracy : float
        Share of all counted pixels that carry the right label. Never affected by `excluded`.
    mean_accuracy : float
        Mean over classes of `recall`.
    mean_iou : float
        Mean over classes of `iou`.
    frequency_weighted_iou : float
        Mean over classes of `iou`, weighted by the class's pixels in the truth.
    mean_precision, mean_f1 : float
        Means over classes.
    iou, precision, recall, f1 : (n_classes,) float
        Per class; F1 is the Dice coefficient. NaN where the score is 0/0.
    support : (n_classes,) int
        Pixels of each class in the truth.
    class_names : tuple of str
    absent, average : str
        The choices these numbers were made with.
    excluded : tuple of int
        Classes left out of the means over classes.
    """

    pixel_accuracy: float
    mean_accuracy: float
    mean_iou: float
    frequency_weighted_iou: float
    mean_precision: float
    mean_f1: float
    iou: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray
    class_names: tuple[str, ...]
    absent: Absent
    average: Average
    excluded: tuple[int, ...]

    @classmethod
    def of(
        cls,
        counts: np.ndarray,
        class_names: Sequence[str],
        absent: Absent,
        average: Average,
        exclude: Exclude,
    ) -> "Scores":
        """Derive the scores from ``(n, n)`` counts, or ``(N, n, n)`` for ``average="image"``."""
        included = check_choices(class_names, absent, average, exclude)
        support = counts.sum(-1)
        if average == "image":
            support = support.sum(0)
            counts = counts[counts.any((-2, -1))]  # an image ignored throughout has no score
        if not counts.any():
            raise ValueError(say("no pixel has been counted; call update(truth, prediction) first"))
        tally = Tally.of(counts)
        one = {name: summary(tally, name, absent, included) for name in SUMMARIES}
        classes = per_class(tally)
        if average == "image":
            one = {name: defined_mean(value, 0) for name, value in one.items()}
            classes = {name: defined_mean(value, 0) for name, value in classes.items()}
        values: dict[str, Any] = {name: float(value) for name, value in one.items()} | classes
        return cls(
            **values,
            support=support,
            class_names=tuple(class_names),
            absent=absent,
            average=average,
            excluded=tuple(sorted(set(range(len(class_names))) - set(included.tolist()))),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python values that JSON can hold; NaN becomes None."""
        plain = {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()}

    def _caption(self) -> str:
        skipped, zero = say("undefined scores skipped"), say("undefined scores count 0")
        whole, each = say("over the data set"), say("mean over images")
        text = say(
            "{pixels} pixels, {average}, {absent}",
            pixels=self.support.sum(),
            average=each if self.average == "image" else whole,
            absent=zero if self.absent == "zero" else skipped,
        )
        if not self.excluded:
            return text
        names = ", ".join(say(self.class_names[c]) for c in self.excluded)
        return say("{text}, means without {names}", text=text, names=names)

    def _tables(self) -> list[tuple[list[str], list[list[str]]]]:
        scores = [[say(label), percent(getattr(self, name))] for name, label in SUMMARIES.items()]
        columns = [self.iou, self.precision, self.recall, self.f1]
        classes = [
            [say(name), *(percent(column[c]) for column in columns), str(self.support[c])]
            for c, name in enumerate(self.class_names)
        ]
        header = [say("class"), "IoU %", say("precision %"), say("recall %"), "F1 %"]
        header.append(say("truth pixels"))
        return [
            ([say("score"), "%"], scores),
            (header, classes),
        ]

    def __repr__(self) -> str:
        return "\n\n".join([self._caption(), *(text_table(*table) for table in self._tables())])

    def _repr_html_(self) -> str:
        captions = [self._caption(), say("Per class")]
        pairs = zip(captions, self._tables(), strict=True)
        return "".join(html_table(caption, *table) for caption, table in pairs)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    return None if isinstance(value, float) and value != value else value


def iou(truth: Any, prediction: Any) -> float:
    """Intersection over union of two masks, also called the Jaccard index.

    Parameters
    ----------
    truth, prediction : array or torch.Tensor of bool, or of 0 and 1
        Masks of equal shape, any number of axes.

    Returns
    -------
    float
        In [0, 1]; NaN if both masks are empty.

    Raises
    ------
    TypeError
        If the values are not integers or booleans.
    ValueError
        If the shapes differ, there is no pixel, or a value is neither 0 nor 1.
    """
    t, p = inputs.masks(truth, prediction)
    return float(ratio(np.count_nonzero(t & p), np.count_nonzero(t | p)))


def dice(truth: Any, prediction: Any) -> float:
    """Dice coefficient of two masks, twice the intersection over the sum of the areas.

    The same number as F1, and ``2 * iou / (1 + iou)``. Arguments and errors are those of `iou`;
    NaN if both masks are empty.
    """
    t, p = inputs.masks(truth, prediction)
    return float(ratio(2 * np.count_nonzero(t & p), np.count_nonzero(t) + np.count_nonzero(p)))


def precision(truth: Any, prediction: Any) -> float:
    """Share of the predicted mask that lies in the truth.

    Arguments and errors are those of `iou`; NaN if the prediction is empty.
    """
    t, p = inputs.masks(truth, prediction)
    return float(ratio(np.count_nonzero(t & p), np.count_nonzero(p)))


def recall(truth: Any, prediction: Any) -> float:
    """Share of the true mask that the prediction covers.

    Arguments and errors are those of `iou`; NaN if the truth is empty.
    """
    t, p = inputs.masks(truth, prediction)
    return float(ratio(np.count_nonzero(t & p), np.count_nonzero(t)))
