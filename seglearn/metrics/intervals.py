"""How sure a score is: bootstrap confidence intervals over images.

References
----------
Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979; the
percentile interval is section 13.3 of Efron and Tibshirani, "An Introduction to the Bootstrap",
1993.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from seglearn import inputs
from seglearn.metrics.confusion import ConfusionMatrix
from seglearn.metrics.scores import (
    SUMMARIES,
    Absent,
    Average,
    Exclude,
    Tally,
    check_choices,
    ratio,
    summary,
)
from seglearn.words import say

DRAWS_AT_A_TIME = 1 << 22  # bounds the memory of the resampling weights
MOST_RESAMPLES = 10**6


@dataclass(frozen=True, repr=False)
class Interval:
    """A score in [0, 1] with its confidence interval; made by `bootstrap`.

    Attributes
    ----------
    low, high : float
        Ends of the interval.
    estimate : float
        The score of the images as they are.
    score : str
    confidence : float
    n_images, n_resamples : int
    """

    low: float
    high: float
    estimate: float
    score: str
    confidence: float
    n_images: int
    n_resamples: int

    def __repr__(self) -> str:
        return say(
            "{score} {estimate:.2f} %, {confidence:g} % interval {low:.2f} to {high:.2f} % ({resamples} "
            "resamples of {images} images)",
            score=say(SUMMARIES[self.score]),
            estimate=100 * self.estimate,
            confidence=100 * self.confidence,
            low=100 * self.low,
            high=100 * self.high,
            resamples=self.n_resamples,
            images=self.n_images,
        )


def bootstrap(
    matrix: ConfusionMatrix | Any,
    score: str = "mean_iou",
    *,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    seed: int | np.random.Generator,
    absent: Absent = "skip",
    average: Average = "dataset",
    exclude: Exclude = (),
) -> Interval:
    """Percentile bootstrap interval of a score, resampling images with replacement.

    Images are drawn, not pixels: pixels of one image are far from independent, and resampling them
    would give an interval that is much too narrow.

    Parameters
    ----------
    matrix : ConfusionMatrix or (N, n, n) array of int
        A matrix made with ``per_image=True``, or the counts of each image. Images without a counted
        pixel are left out.
    score : str
        One of pixel_accuracy, mean_accuracy, mean_iou, frequency_weighted_iou, mean_precision,
        mean_f1.
    n_resamples : int
        How many data sets of N images to draw.
    confidence : float
        Coverage aimed at, in (0, 1).
    seed : int or numpy.random.Generator
        Equal seeds give equal intervals.
    absent, average, exclude
        As in `ConfusionMatrix.scores`.

    Raises
    ------
    ValueError
        If the images were not kept apart, fewer than two have a counted pixel, a choice is unknown,
        or a resample has no defined score.

    Notes
    -----
    With few images (below about 20) percentile intervals are too narrow.
    """
    if not isinstance(matrix, ConfusionMatrix):
        matrix = ConfusionMatrix.from_counts(matrix)
    included = check_choices(matrix.class_names, absent, average, exclude)
    inputs.choice(score, "score", SUMMARIES)
    confidence = _confidence(confidence)
    n_resamples = inputs.whole(n_resamples, "n_resamples", 1, MOST_RESAMPLES)
    rng = inputs.generator(seed, "seed")
    counts = matrix.per_image_counts
    counts = counts[counts.any((1, 2))]
    n_images = len(counts)
    if n_images < 2:
        raise ValueError(
            say(
                "an interval over images needs at least 2 of them, got {n_images}",
                n_images=n_images,
            )
        )
    tally = Tally.of(counts.astype(float))  # exact below 2**53 pixels
    each = summary(tally, score, absent, included)

    def scores_of(weights: np.ndarray) -> np.ndarray:
        """Score of every resample; `weights` (R, N) says how often it holds each image."""
        if average == "image":
            return ratio(weights @ np.nan_to_num(each), weights @ np.isfinite(each).astype(float))
        return summary(Tally(*(weights @ field for field in tally)), score, absent, included)

    shares = np.full(n_images, 1 / n_images)
    step = max(1, DRAWS_AT_A_TIME // n_images)
    resampled = np.concatenate(
        [
            scores_of(
                rng.multinomial(n_images, shares, min(step, n_resamples - done)).astype(float)
            )
            for done in range(0, n_resamples, step)
        ]
    )
    undefined = np.count_nonzero(np.isnan(resampled))
    if undefined:
        raise ValueError(
            say(
                "{score} is undefined in {undefined} of {n_resamples} resamples: too few "
                "images hold one of the classes that count",
                score=score,
                undefined=undefined,
                n_resamples=n_resamples,
            )
        )
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    estimate = scores_of(np.ones((1, n_images)))[0]
    return Interval(
        float(low), float(high), float(estimate), score, confidence, n_images, n_resamples
    )


def mean_interval(values: Any, *, confidence: float = 0.95) -> tuple[float, float]:
    """Student's t interval of a mean, for instance of differences in pairs.

    Parameters
    ----------
    values : (N,) array_like of float
        At least two, independent of each other: one an image, not one a pixel.
    confidence : float
        Coverage aimed at, in (0, 1).

    Returns
    -------
    low, high : float

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two values, one is not finite, or ``confidence`` is not as above.

    Notes
    -----
    Exact if the values are normal; near enough if they are not far from it. With few values the
    interval is wider than that of `bootstrap`, which is too narrow then.
    """
    from scipy.stats import t

    found = inputs.finite(inputs.floats(values, "values"), "values")
    if found.ndim != 1 or found.size < 2:
        raise ValueError(
            say("values has shape {shape}, expected (N,) with N of 2 or more", shape=found.shape)
        )
    confidence = _confidence(confidence)
    half = t.ppf((1 + confidence) / 2, found.size - 1) * found.std(ddof=1) / np.sqrt(found.size)
    return float(found.mean() - half), float(found.mean() + half)


def _confidence(value: Any) -> float:
    found = inputs.number(value, "confidence", 0, 1, open_low=True)
    if found == 1:
        raise ValueError(say("confidence must lie between 0 and 1, got 1; pass 0.95, for instance"))
    return found
