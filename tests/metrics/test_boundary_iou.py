"""Boundary IoU: the band against erosion step by step, the score against its definition."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from seglearn.metrics import boundary_band, boundary_iou, class_boundary_iou, iou, mean_boundary_iou

SQUARE = np.ones((3, 3), dtype=bool)


def eroded_step_by_step(mask, d):
    for _ in range(d):
        mask = ndimage.binary_erosion(mask, SQUARE, border_value=0)
    return mask


def blobs(seed, shape, density=0.85, block=1):
    noise = np.random.default_rng(seed).random(shape) < density
    return noise.repeat(block, 0).repeat(block, 1)[: shape[0], : shape[1]]


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.integers(1, 25),
    width=st.integers(1, 25),
    d=st.integers(1, 14),
    density=st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]),
    block=st.sampled_from([1, 6]),
)
def test_band_equals_erosion_step_by_step(seed, height, width, d, density, block):
    mask = blobs(seed, (height, width), density, block)
    expected = mask & ~eroded_step_by_step(mask, d)
    np.testing.assert_array_equal(boundary_band(mask, d), expected)
    np.testing.assert_array_equal(boundary_band(torch.tensor(mask), d), expected)


def test_band_runs_along_the_image_border():
    band = boundary_band(np.ones((7, 9), int), 2)
    assert band.sum() == 7 * 9 - 3 * 5
    assert not band[2:-2, 2:-2].any()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dilation_ratio", [0.02, 0.05, 0.2])
def test_equals_the_definition(seed, dilation_ratio):
    truth, prediction = blobs(seed, (50, 70), 0.6, 9), blobs(seed + 1, (50, 70), 0.6, 7)
    d = max(1, round(dilation_ratio * np.hypot(50, 70)))
    bands = [m & ~eroded_step_by_step(m, d) for m in (truth, prediction)]
    score = boundary_iou(truth, prediction, dilation_ratio=dilation_ratio)
    assert score == pytest.approx((bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum())
    assert type(score) is float


def test_extremes():
    mask = np.zeros((100, 100), bool)
    mask[20:80, 20:80] = True
    assert boundary_iou(mask, mask) == 1
    assert boundary_iou(mask, ~mask) == 0
    assert boundary_iou(mask, np.zeros_like(mask)) == 0
    assert np.isnan(boundary_iou(np.zeros_like(mask), np.zeros_like(mask)))
    # A wide band is the whole mask, and the score is IoU itself.
    other = np.roll(mask, 7, axis=0)
    assert boundary_iou(mask, other, dilation_ratio=1.0) == iou(mask, other)


def test_sees_an_outline_that_iou_hardly_sees():
    yy, xx = np.mgrid[:400, :400]
    distance = np.hypot(yy - 200, xx - 200)
    truth, prediction = distance < 150, distance < 145
    assert iou(truth, prediction) > 0.93
    assert boundary_iou(truth, prediction) < 0.5


def test_the_band_is_at_least_one_pixel_wide():
    mask = np.ones((4, 4), bool)
    shifted = np.roll(mask, 1)
    assert boundary_iou(mask, shifted, dilation_ratio=1e-6) == 1


@pytest.mark.parametrize("kind", [np.uint8, np.int64])
@pytest.mark.parametrize("n_classes", [3, 300])
def test_classes_of_label_maps_are_scored_like_masks(kind, n_classes):
    kind = np.int16 if n_classes > 256 and kind == np.uint8 else kind
    rng = np.random.default_rng(0)
    truth, prediction = rng.integers(0, 3, (2, 1, 6, 8)).repeat(8, 2).repeat(9, 3).astype(kind)
    if n_classes > 256:
        truth[truth == 1] = prediction[prediction == 1] = 299
    scores = class_boundary_iou(truth, prediction, n_classes)
    assert scores.shape == (n_classes,)
    for c in range(n_classes):
        np.testing.assert_allclose(scores[c], boundary_iou(truth[0] == c, prediction[0] == c))
    mean = mean_boundary_iou(truth, prediction, n_classes)
    assert mean == pytest.approx(np.nanmean(scores))
    zero = mean_boundary_iou(truth, prediction, n_classes, absent="zero")
    assert zero == pytest.approx(np.nansum(scores) / n_classes)


def test_several_images_add_up_before_dividing():
    rng = np.random.default_rng(1)
    truth, prediction = rng.integers(0, 3, (2, 4, 5, 5)).repeat(7, 2).repeat(7, 3)
    d = max(1, round(0.02 * np.hypot(35, 35)))
    for c, score in enumerate(class_boundary_iou(truth, prediction, 3)):
        bands = [[boundary_band(image == c, d) for image in stack] for stack in (truth, prediction)]
        assert score == pytest.approx(iou(*bands))


def test_ignored_pixels_are_like_the_outside_of_the_image():
    rng = np.random.default_rng(2)
    truth, prediction = rng.integers(0, 3, (2, 6, 8)).repeat(8, 1).repeat(9, 2)
    truth[10:20, 5:60] = 255
    score = class_boundary_iou(truth, prediction, 3, ignore_index=255)
    for c in range(3):
        pair = truth == c, (prediction == c) & (truth != 255)
        assert score[c] == pytest.approx(boundary_iou(*pair))
    # What is predicted there does not matter, and a prediction right elsewhere is perfect.
    wild = np.where(truth == 255, 2, prediction)
    np.testing.assert_array_equal(class_boundary_iou(truth, wild, 3, ignore_index=255), score)
    right = np.where(truth == 255, prediction, truth)
    assert mean_boundary_iou(truth, right, 3, ignore_index=255) == 1


def test_three_equal_channels_are_no_images():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, (6, 7)).repeat(5, 0).repeat(5, 1)
    prediction = np.roll(truth, 2, axis=1)
    right = mean_boundary_iou(truth, prediction, 3)
    picture = [np.dstack([m] * 3) for m in (truth, prediction)]
    with pytest.raises(ValueError, match="take one: truth"):
        mean_boundary_iou(*picture, 3)
    with pytest.raises(ValueError, match="colour picture"):
        boundary_iou(*(m == 1 for m in picture))
    assert mean_boundary_iou(*(m[..., 0] for m in picture), 3) == right


def test_the_band_follows_the_size_of_each_image():
    small, large = (np.kron([[0, 1], [1, 0]], np.ones((n, n), int)) for n in (20, 100))
    shifted = [np.roll(m, 1, axis=1) for m in (small, large)]
    together = class_boundary_iou([small, large], shifted, 2)
    parts = [class_boundary_iou(t, p, 2) for t, p in zip((small, large), shifted, strict=True)]
    assert min(parts[0][0], parts[1][0]) < together[0] < max(parts[0][0], parts[1][0])


def test_refusals():
    mask = np.ones((4, 5), bool)
    with pytest.raises(ValueError, match="differ in shape"):
        boundary_iou(mask, mask[:2])
    with pytest.raises(ValueError, match="use truth > 0"):
        boundary_iou(mask * 255, mask)
    with pytest.raises(TypeError, match="float64"):
        boundary_iou(mask * 1.0, mask)
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        boundary_iou(mask[None], mask[None])
    with pytest.raises(ValueError, match=r"\(H, W\), got shape \(5,\)"):
        boundary_band(mask[0], 1)
    with pytest.raises(ValueError, match="at least 1, got 0"):
        boundary_band(mask, 0)
    with pytest.raises(TypeError):
        boundary_band(mask, 1.5)
    for ratio in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="dilation_ratio must be above 0"):
            boundary_iou(mask, mask, dilation_ratio=ratio)
    labels = np.zeros((4, 5), int)
    with pytest.raises(ValueError, match=r"prediction holds label 3.*row 0, column 0"):
        class_boundary_iou(labels, labels + 3, 3)
    with pytest.raises(ValueError, match="absent"):
        mean_boundary_iou(labels, labels, 3, absent="nan")
