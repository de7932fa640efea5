"""Scores: worked examples, peers where they agree, and a pin on each way in which they differ."""

import json
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk
from torchmetrics.classification import MulticlassJaccardIndex
from torchmetrics.functional.segmentation import mean_iou as torchmetrics_mean_iou
from torchmetrics.segmentation import MeanIoU

from seglearn.metrics import ConfusionMatrix, dice, iou, precision, recall

WORKED = [[43, 5, 2], [2, 45, 3], [0, 1, 49]]
IMBALANCED = [[9400, 0, 0], [480, 20, 0], [98, 0, 2]]


def test_worked_example():
    scores = ConfusionMatrix.from_counts(WORKED).scores()
    np.testing.assert_allclose(scores.iou, [43 / 52, 45 / 56, 49 / 55])
    np.testing.assert_allclose(scores.iou, [0.8269, 0.8036, 0.8909], atol=5e-5)
    assert scores.mean_iou == pytest.approx(0.8405, abs=5e-5)
    np.testing.assert_allclose(scores.precision, [43 / 45, 45 / 51, 49 / 54])
    np.testing.assert_allclose(scores.recall, [43 / 50, 45 / 50, 49 / 50])
    np.testing.assert_allclose(scores.f1, [86 / 95, 90 / 101, 98 / 104])
    assert scores.pixel_accuracy == pytest.approx(137 / 150)
    assert scores.support.tolist() == [50, 50, 50]


def test_imbalance_hides_in_pixel_accuracy():
    scores = ConfusionMatrix.from_counts(IMBALANCED).scores()
    assert scores.pixel_accuracy == pytest.approx(0.942, abs=5e-4)
    assert scores.mean_accuracy == pytest.approx(0.353, abs=5e-4)
    assert scores.mean_iou == pytest.approx(0.334, abs=5e-4)
    assert scores.frequency_weighted_iou == pytest.approx(0.888, abs=5e-4)


counts_strategy = st.integers(2, 7).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 6), min_size=n, max_size=n), min_size=n, max_size=n)
)


@settings(max_examples=120, deadline=None)
@given(counts=counts_strategy)
def test_equals_scikit_learn_torchmetrics_and_the_definitions(counts):
    counts = np.array(counts)
    if counts.sum() == 0:
        return
    n = len(counts)
    truth, prediction = np.indices(counts.shape).reshape(2, -1).repeat(counts.ravel(), axis=1)
    matrix = ConfusionMatrix(n).update(truth[None], prediction[None])
    np.testing.assert_array_equal(matrix.counts, counts)
    skip, zero = matrix.scores(), matrix.scores(absent="zero")

    both = {"y_true": truth, "y_pred": prediction}
    every = {**both, "labels": range(n), "zero_division": 0}
    assert skip.pixel_accuracy == pytest.approx(sk.accuracy_score(**both))
    assert zero.pixel_accuracy == skip.pixel_accuracy
    for ours, theirs in (
        (skip.iou, sk.jaccard_score(**every, average=None)),
        (skip.precision, sk.precision_score(**every, average=None)),
        (skip.recall, sk.recall_score(**every, average=None)),
        (skip.f1, sk.f1_score(**every, average=None)),
    ):
        np.testing.assert_allclose(np.nan_to_num(ours), theirs)
    assert zero.mean_iou == pytest.approx(sk.jaccard_score(**every, average="macro"))
    assert zero.mean_f1 == pytest.approx(sk.f1_score(**every, average="macro"))
    assert zero.mean_precision == pytest.approx(sk.precision_score(**every, average="macro"))
    assert zero.mean_accuracy == pytest.approx(sk.recall_score(**every, average="macro"))
    # Without `labels`, scikit-learn knows only the classes that occur.
    occurring = sk.jaccard_score(**both, average="macro", zero_division=0)
    assert skip.mean_iou == pytest.approx(occurring)
    assert skip.frequency_weighted_iou == pytest.approx(
        sk.jaccard_score(**every, average="weighted")
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "y_pred contains classes not in y_true"
        assert skip.mean_accuracy == pytest.approx(sk.balanced_accuracy_score(**both))

    jaccard = MulticlassJaccardIndex(n)(torch.tensor(prediction), torch.tensor(truth))
    assert skip.mean_iou == pytest.approx(jaccard.item(), abs=1e-6)

    assert np.isnan(skip.iou).tolist() == (counts.sum(0) + counts.sum(1) == 0).tolist()
    np.testing.assert_allclose(skip.f1, 2 * skip.iou / (1 + skip.iou))
    assert zero.mean_iou <= skip.mean_iou + 1e-12


def test_an_absent_class_and_how_tools_treat_it():
    truth, prediction = np.array([[0, 0, 1, 1]]), np.array([[0, 1, 1, 1]])
    matrix = ConfusionMatrix(4).update(truth, prediction)
    present = (1 / 2 + 2 / 3) / 2
    assert matrix.scores().mean_iou == pytest.approx(present)
    assert matrix.scores(absent="zero").mean_iou == pytest.approx(present / 2)
    assert np.isnan(matrix.scores(absent="zero").iou[2:]).all()
    flat = truth.ravel(), prediction.ravel()
    macro = {"average": "macro", "zero_division": 0}
    assert sk.jaccard_score(*flat, **macro) == pytest.approx(present)
    assert sk.jaccard_score(*flat, labels=range(4), **macro) == pytest.approx(present / 2)
    tensors = torch.tensor(prediction), torch.tensor(truth)
    assert MulticlassJaccardIndex(4)(*tensors).item() == pytest.approx(present)


def test_a_class_that_is_only_predicted_counts_against_iou_and_not_against_accuracy():
    scores = ConfusionMatrix.from_counts([[3, 1], [0, 0]]).scores()
    assert scores.iou.tolist() == [0.75, 0]
    assert scores.mean_iou == 0.375
    assert np.isnan(scores.recall[1])
    assert scores.mean_accuracy == 0.75


def image_maps(seed, n_images=5, n_classes=4):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_classes, (n_images, 6, 7))
    truth[truth > np.arange(1, n_images + 1)[:, None, None]] = 0  # early images have few classes
    prediction = np.where(rng.random(truth.shape) < 0.6, truth, 0)
    return truth, prediction


@pytest.mark.parametrize("seed", range(5))
def test_dataset_image_and_torchmetrics_mean_iou_are_three_numbers(seed):
    truth, prediction = image_maps(seed)
    matrix = ConfusionMatrix(4, per_image=True).update(truth, prediction)
    dataset = matrix.scores().mean_iou
    image = matrix.scores(average="image").mean_iou
    tensors = torch.tensor(prediction), torch.tensor(truth)
    index = {"num_classes": 4, "input_format": "index"}

    # The functional form gives one mean IoU per image: its mean is average="image".
    assert image == pytest.approx(torchmetrics_mean_iou(*tensors, **index).mean().item(), abs=1e-6)

    # The class averages every pair of image and class at once.
    pairs = [ConfusionMatrix.from_counts(c).scores().iou for c in matrix.per_image_counts]
    pooled = MeanIoU(**index)(*tensors).item()
    assert np.nanmean(pairs) == pytest.approx(pooled, abs=1e-6)
    assert len({round(score, 4) for score in (dataset, image, pooled)}) == 3


@pytest.mark.parametrize("absent", ["skip", "zero"])
@pytest.mark.parametrize("exclude", [(), 0, [1, 3]])
def test_average_image_is_the_mean_of_the_images_own_scores(absent, exclude):
    truth, prediction = image_maps(1)
    matrix = ConfusionMatrix(4, per_image=True).update(truth, prediction)
    scores = matrix.scores(absent=absent, average="image", exclude=exclude)
    alone = [
        ConfusionMatrix(4).update(t, p).scores(absent=absent, exclude=exclude)
        for t, p in zip(truth, prediction, strict=True)
    ]
    for name in (
        "pixel_accuracy",
        "mean_accuracy",
        "mean_iou",
        "frequency_weighted_iou",
        "mean_precision",
        "mean_f1",
    ):
        mean = np.nanmean([getattr(s, name) for s in alone])
        assert getattr(scores, name) == pytest.approx(mean), name
    for name in ("iou", "precision", "recall", "f1"):
        mean = np.nanmean([getattr(s, name) for s in alone], axis=0)
        np.testing.assert_allclose(getattr(scores, name), mean)
    np.testing.assert_array_equal(scores.support, matrix.scores().support)


def test_an_image_without_a_valid_pixel_has_no_say():
    truth, prediction = image_maps(2)
    matrix = ConfusionMatrix(4, per_image=True, ignore_index=255).update(truth, prediction)
    before = matrix.scores(average="image", absent="zero").to_dict()
    matrix.update(np.full((6, 7), 255), np.zeros((6, 7), int))
    assert matrix.scores(average="image", absent="zero").to_dict() == before


def test_exclude_by_number_name_or_several():
    matrix = ConfusionMatrix.from_counts(WORKED, class_names=["background", "cat", "dog"])
    everything = matrix.scores()
    for exclude in (0, np.int64(0), "background", [0], ("background",), {0}):
        scores = matrix.scores(exclude=exclude)
        assert scores.excluded == (0,)
        assert scores.mean_iou == pytest.approx(everything.iou[1:].mean())
        assert scores.mean_f1 == pytest.approx(everything.f1[1:].mean())
        assert scores.pixel_accuracy == everything.pixel_accuracy
        np.testing.assert_array_equal(scores.iou, everything.iou)
    weighted = np.average(everything.iou[1:], weights=everything.support[1:])
    assert matrix.scores(exclude=0).frequency_weighted_iou == pytest.approx(weighted)
    assert matrix.scores(exclude=["cat", 0]).mean_iou == pytest.approx(everything.iou[2])


def test_exclude_background_equals_torchmetrics_without_background():
    truth, prediction = image_maps(3)
    matrix = ConfusionMatrix(4, per_image=True).update(truth, prediction)
    theirs = torchmetrics_mean_iou(
        torch.tensor(prediction),
        torch.tensor(truth),
        num_classes=4,
        include_background=False,
        input_format="index",
    )
    ours = matrix.scores(average="image", exclude=0).mean_iou
    assert ours == pytest.approx(theirs.mean().item(), abs=1e-6)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"absent": "nan"}, "unknown absent 'nan'; expected one of 'skip', 'zero'"),
        ({"average": "macro"}, "unknown average 'macro'; expected one of 'dataset', 'image'"),
        ({"average": "image"}, "per_image=True"),
        ({"exclude": 3}, r"3 is not a class.*\[0, 3\)"),
        ({"exclude": -1}, "-1 is not a class"),
        ({"exclude": [1.0]}, "1.0 is not a class"),
        ({"exclude": "cow"}, "'cow' is not a class"),
        ({"exclude": [0, 1, 2]}, "leaves no class"),
    ],
)
def test_choices_are_checked(choices, message):
    matrix = ConfusionMatrix.from_counts(WORKED)
    with pytest.raises(ValueError, match=message):
        matrix.scores(**choices)


@pytest.mark.parametrize("average", ["dataset", "image"])
def test_no_pixel_no_score(average):
    with pytest.raises(ValueError, match="no pixel has been counted"):
        ConfusionMatrix(3, per_image=True).scores(average=average)


def test_large_counts_stay_exact():
    counts = np.array([[2**53 + 1, 0], [1, 2**40]])
    matrix = ConfusionMatrix.from_counts(counts)
    assert matrix.scores().support[0] == 2**53 + 1
    assert (matrix + matrix).counts[0, 0] == 2**54 + 2


def test_prints_as_text_and_html_and_json():
    matrix = ConfusionMatrix.from_counts(
        [[4, 0, 0], [1, 5, 0], [0, 0, 0]], class_names=["<b>", "tree", "sky"]
    )
    scores = matrix.scores(exclude="<b>")
    text = repr(scores)
    assert "10 pixels" in text
    assert "means without <b>" in text
    rows = [line.split() for line in text.splitlines()]
    assert ["mean", "IoU", "83.33"] in rows
    assert ["tree", "83.33", "100.00", "83.33", "90.91", "6"] in rows
    assert ["sky", "–", "–", "–", "–", "0"] in rows
    page = scores._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert page.count("<table") == page.count("</table>") == 2
    plain = json.loads(json.dumps(scores.to_dict(), allow_nan=False))
    assert plain["iou"] == [0.8, 5 / 6, None]
    assert plain["excluded"] == [0]
    assert plain["class_names"] == ["<b>", "tree", "sky"]


@settings(max_examples=60, deadline=None)
@given(
    pixels=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30),
    kind=st.sampled_from(["bool", "u1", "i8", "tensor"]),
)
def test_mask_scores_are_those_of_the_second_class(pixels, kind):
    truth, prediction = np.array(pixels).T
    convert = torch.tensor if kind == "tensor" else (lambda x: x.astype(kind))
    pair = convert(truth), convert(prediction)
    scores = ConfusionMatrix(2).update(truth[None], prediction[None]).scores()
    for f, expected in (
        (iou, scores.iou),
        (dice, scores.f1),
        (precision, scores.precision),
        (recall, scores.recall),
    ):
        value = f(*pair)
        assert type(value) is float
        np.testing.assert_equal(value, expected[1])


def test_masks_are_checked():
    with pytest.raises(ValueError, match=r"truth must be a mask.*255 \(1 such values\).*> 0"):
        iou([[255, 0]], [[1, 0]])
    with pytest.raises(TypeError, match="prediction holds float64"):
        dice([[1, 0]], [[1.0, 0.0]])
    with pytest.raises(ValueError, match="differ in shape"):
        precision([[1, 0]], [[1]])
    with pytest.raises(ValueError, match="no pixel"):
        recall(np.zeros((0, 4), bool), np.zeros((0, 4), bool))
