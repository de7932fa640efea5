"""Bootstrap intervals: against SciPy, against resampling by hand, and their refusals."""

import numpy as np
import pytest
from scipy import stats

from seglearn.metrics import ConfusionMatrix, bootstrap, mean_interval


def per_image_counts(n_images=40, n_classes=3, seed=0):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 60, (n_images, n_classes, n_classes))
    return counts + rng.integers(50, 900, (n_images, 1, 1)) * np.eye(n_classes, dtype=int)


def score_of_images(counts, score="mean_iou", **choices):
    return getattr(ConfusionMatrix.from_counts(counts).scores(**choices), score)


@pytest.mark.parametrize("score", ["mean_iou", "pixel_accuracy"])
@pytest.mark.parametrize("average", ["dataset", "image"])
def test_agrees_with_scipy(score, average):
    counts = per_image_counts()
    ours = bootstrap(counts, score, n_resamples=4000, confidence=0.9, seed=1, average=average)
    theirs = stats.bootstrap(
        (np.arange(len(counts)),),
        lambda images: score_of_images(counts[images], score, average=average),
        n_resamples=4000,
        confidence_level=0.9,
        method="percentile",
        vectorized=False,
        rng=np.random.default_rng(2),
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.07 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.07 * width)


@pytest.mark.parametrize("score", ["mean_iou", "frequency_weighted_iou", "mean_accuracy"])
@pytest.mark.parametrize("average", ["dataset", "image"])
@pytest.mark.parametrize("absent", ["skip", "zero"])
@pytest.mark.parametrize("exclude", [(), "0"])
def test_equals_resampling_by_hand(score, average, absent, exclude):
    counts = per_image_counts(n_images=6)
    counts[::2, 2] = 0
    counts[::2, :, 2] = 0  # a class that half of the images lack
    choices = {"average": average, "absent": absent, "exclude": exclude}
    interval = bootstrap(counts, score, n_resamples=50, confidence=0.8, seed=7, **choices)
    draws = np.random.default_rng(7).multinomial(6, np.full(6, 1 / 6), size=50)
    by_hand = [score_of_images(np.repeat(counts, draw, axis=0), score, **choices) for draw in draws]
    np.testing.assert_allclose([interval.low, interval.high], np.quantile(by_hand, [0.1, 0.9]))
    assert interval.estimate == pytest.approx(score_of_images(counts, score, **choices))


def test_is_repeatable_and_independent_of_the_blocks(monkeypatch):
    counts = per_image_counts()
    first = bootstrap(counts, seed=3)
    assert bootstrap(counts, seed=3) == first
    assert bootstrap(counts, seed=np.random.default_rng(3)) == first
    assert bootstrap(counts, seed=4) != first
    monkeypatch.setattr("seglearn.metrics.intervals.DRAWS_AT_A_TIME", 333)
    small = bootstrap(counts, seed=3)
    assert (small.low, small.high) == pytest.approx((first.low, first.high))


def test_takes_a_matrix_and_leaves_out_empty_images():
    counts = per_image_counts()
    matrix = ConfusionMatrix.from_counts(counts)
    with_empty = np.concatenate([counts, np.zeros_like(counts[:5])])
    expected = bootstrap(matrix, seed=0)
    assert bootstrap(with_empty, seed=0) == expected
    assert expected.n_images == 40
    assert expected.low < expected.estimate < expected.high
    assert expected.estimate == pytest.approx(matrix.scores().mean_iou)


def test_more_images_make_it_narrower():
    few, many = (bootstrap(per_image_counts(n), seed=0) for n in (20, 320))
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_prints_what_it_is():
    interval = bootstrap(per_image_counts(), n_resamples=200, confidence=0.9, seed=0)
    text = repr(interval)
    assert text.startswith(f"mean IoU {100 * interval.estimate:.2f} %, 90 % interval ")
    assert "200 resamples of 40 images" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"score": "iou"}, "unknown score 'iou'; expected one of .*'mean_iou'"),
        ({"confidence": 95}, "confidence must be above 0 and at most 1, got 95"),
        ({"confidence": 1}, "confidence must lie between 0 and 1"),
        ({"n_resamples": 0}, "n_resamples"),
        ({"n_resamples": 10**12}, "n_resamples"),
        ({"absent": "drop"}, "absent"),
        ({"exclude": "sky"}, "'sky' is not a class"),
    ],
)
def test_arguments_are_checked(arguments, message):
    with pytest.raises(ValueError, match=message):
        bootstrap(per_image_counts(), seed=0, **arguments)


def test_a_seed_is_needed_and_three_channels_are_not_images():
    with pytest.raises(TypeError, match="seed must be"):
        bootstrap(per_image_counts(), seed=None)
    truth = np.random.default_rng(0).integers(0, 2, (20, 9))
    matrix = ConfusionMatrix(2, per_image=True)
    with pytest.raises(ValueError, match="colour picture"):
        bootstrap(matrix.update(np.dstack([truth] * 3), np.dstack([truth] * 3)), seed=0)
    with pytest.raises(ValueError, match="at least 2 of them, got 1"):
        bootstrap(matrix.update(truth, truth), seed=0)


def test_needs_images_that_are_kept_apart_and_hold_the_classes():
    with pytest.raises(ValueError, match="per_image=True"):
        bootstrap(ConfusionMatrix(2).update([[0]], [[0]]), seed=0)
    with pytest.raises(ValueError, match="at least 2"):
        bootstrap(per_image_counts(1), seed=0)
    rare = np.zeros((5, 2, 2), int)
    rare[:, 0, 0] = 10
    rare[0, 1, 1] = 10
    with pytest.raises(ValueError, match=r"mean_iou is undefined in \d+ of 1000 resamples"):
        bootstrap(rare, exclude=0, seed=0)


def test_the_interval_of_a_mean_is_students():
    values = [0.031, -0.02, 0.05, 0.04, 0.012]
    for confidence in (0.9, 0.95):
        expected = stats.ttest_1samp(values, 0).confidence_interval(confidence)
        assert mean_interval(values, confidence=confidence) == pytest.approx(tuple(expected))
    assert mean_interval([2, 2]) == (2, 2)
    rng = np.random.default_rng(0)
    held = [low <= 3 <= high for low, high in map(mean_interval, rng.normal(3, 2, (2000, 6)))]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(
    ("values", "confidence", "message"),
    [
        ([1.0], 0.95, r"values has shape \(1,\)"),
        ([[1, 2], [3, 4]], 0.95, r"values has shape \(2, 2\)"),
        ([1, np.inf], 0.95, "values holds 1"),
        ([1, 2], 1, "confidence must lie between 0 and 1"),
        ([1, 2], 95, "confidence"),
    ],
)
def test_what_has_no_mean_interval_is_explained(values, confidence, message):
    with pytest.raises(ValueError, match=message):
        mean_interval(values, confidence=confidence)
