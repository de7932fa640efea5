"""Class weights by hand, and on CamVid against the published ones."""

import math

import numpy as np
import pytest
import torch

from seglearn.data import camvid
from seglearn.training import LabelCounts, enet_weights, median_frequency_weights

MAPS = [np.array([[0, 0, 0, 1]]), np.array([[0, 2, 2, 255]]), np.array([[0, 0, 0, 0]])]


def test_counts():
    counts = LabelCounts.of(MAPS, 3)
    assert counts.pixels == (8, 1, 2)
    assert counts.labelled_where_present == (11, 4, 3)
    assert counts.pixels_where_present == (12, 4, 4)  # the ignored pixel is a pixel


def test_one_map_is_one_image():
    labels = [[0, 0, 0, 1, 2], [2, 2, 0, 0, 0]]
    one = LabelCounts.of([np.array(labels)], 3)
    for same in (labels, np.array(labels), [labels], torch.tensor(labels), iter([labels])):
        assert LabelCounts.of(same, 3) == one
    assert median_frequency_weights(one) == pytest.approx((0.5, 3, 1))


def test_maps_of_several_sizes_in_a_list_or_one_by_one():
    sizes = [np.zeros((2, 3), int), np.ones((4, 1), int)]
    assert LabelCounts.of(sizes, 2) == LabelCounts.of(iter(sizes), 2)
    assert LabelCounts.of(sizes, 2).pixels == (6, 4)


@pytest.mark.parametrize(
    ("labels", "error", "words"),
    [
        (np.zeros((8, 9, 3), np.uint8), ValueError, r"take one: labels\[\.\.\., 0\]"),
        ([np.zeros((8, 9, 3), np.uint8)], ValueError, "colour picture"),
        (iter([np.zeros((8, 9, 3), np.uint8)]), ValueError, "colour picture"),
        (np.ma.masked_equal(MAPS[1], 2), TypeError, "ignore_index=value"),
        ([np.ma.masked_equal(MAPS[1], 2)], TypeError, "ignore_index=value"),
        (np.zeros((2, 2)), TypeError, "labels holds float64"),
        (np.full((2, 2), 2**64 - 1, np.uint64), ValueError, f"labels hold {2**64 - 1}"),
        (np.full((2, 2), -1, np.int8), ValueError, "labels hold -1"),
        (np.zeros((0, 2), int), ValueError, "no pixel"),
        ([], ValueError, "empty"),
        (None, TypeError, "labels holds object"),
    ],
)
def test_what_is_no_label_map_is_not_counted(labels, error, words):
    with pytest.raises(error, match=words):
        LabelCounts.of(labels, 3)


def test_numbers_of_classes_and_ignored_labels_are_checked():
    for error, wrong in ((TypeError, (2.0, True)), (ValueError, (0, 10**9))):
        for n_classes in wrong:
            with pytest.raises(error, match="n_classes must"):
                LabelCounts.of(MAPS, n_classes)
    with pytest.raises(ValueError, match="ignore_index 2 is also a class"):
        LabelCounts.of(MAPS, 3, ignore_index=2)
    with pytest.raises(ValueError, match="counts span -1 to 3"):
        LabelCounts.per_image([[3, -1]])
    with pytest.raises(TypeError, match="counts holds float64"):
        LabelCounts.per_image([[0.3, 0.7]])
    with pytest.raises(ValueError, match="one an image"):
        LabelCounts.per_image([[3, 1]], [1, 2])


def test_counts_of_images_that_were_counted_before():
    rows = [[3, 1, 0], [1, 0, 2], [4, 0, 0]]
    assert LabelCounts.per_image(rows, [0, 1, 0]) == LabelCounts.of(MAPS, 3)
    assert LabelCounts.per_image(rows).pixels_where_present == (11, 4, 3)
    with pytest.raises(ValueError, match=r"shape \(3,\); pass \(images, classes\)"):
        LabelCounts.per_image([3, 1, 0])


def test_median_frequency_by_hand():
    frequency = [8 / 12, 1 / 4, 2 / 4]
    expected = [0.5 / f for f in frequency]
    assert median_frequency_weights(LabelCounts.of(MAPS, 3)) == pytest.approx(expected)


def test_unlabelled_pixels_are_left_out_when_asked():
    frequency = [8 / 11, 1 / 4, 2 / 3]
    expected = [2 / 3 / f for f in frequency]
    found = median_frequency_weights(LabelCounts.of(MAPS, 3), count_unlabelled=False)
    assert found == pytest.approx(expected)
    one = LabelCounts.of([np.array([[0, 255], [1, 1]])], 2)
    assert median_frequency_weights(one, count_unlabelled=False) == pytest.approx((1.5, 0.75))


def test_an_absent_class_gets_the_weight_it_is_given():
    # Class 0: 6 of 8 pixels of both images. 1: 2 of the 4 of the first. 2: nowhere.
    counts = LabelCounts.of([np.array([[0, 0], [1, 1]]), np.array([[0, 0], [0, 0]])], 3)
    median = (6 / 8 + 2 / 4) / 2
    expected = (median / (6 / 8), median / (2 / 4), 0)
    assert median_frequency_weights(counts, absent=0) == pytest.approx(expected)
    with pytest.raises(ValueError, match="no labelled pixel"):
        median_frequency_weights(LabelCounts.of([np.full((2, 2), 255)], 2), absent=0)


def test_enet_weights_by_hand():
    expected = [1 / math.log(1.02 + n / 11) for n in (8, 1, 2)]
    assert enet_weights(LabelCounts.of(MAPS, 3)) == pytest.approx(expected)
    ends = enet_weights(LabelCounts.of([np.zeros((2, 2), int)], 2))
    assert ends == pytest.approx((1.42, 50.5), abs=0.01)


def test_camvid_gives_the_published_weights(seglearn_data):
    dataset = camvid.CamVid(seglearn_data / "CamVid", "train", verify=True)
    maps = (dataset[i].label for i in range(len(dataset)))
    weights = median_frequency_weights(LabelCounts.of(maps, 11, ignore_index=11))
    assert [round(weight, 3) for weight in weights] == list(camvid.MEDIAN_FREQUENCY_WEIGHTS)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"classes \[3\] do not occur"):
        median_frequency_weights(LabelCounts.of(MAPS, 4))
    with pytest.raises(ValueError, match="labels hold 2, but the classes are 0 to 1"):
        LabelCounts.of(MAPS, 2)
    with pytest.raises(ValueError, match="c=1 gives weights"):
        enet_weights(LabelCounts.of(MAPS, 3), c=1)
    with pytest.raises(ValueError, match="no labelled pixel"):
        enet_weights(LabelCounts.of([np.full((2, 2), 255)], 3))
