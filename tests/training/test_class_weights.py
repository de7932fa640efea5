"""Class weights by hand, and on CamVid against the published ones."""

import math
import os
from pathlib import Path

import numpy as np
import pytest

from seglearn.data import camvid
from seglearn.training import LabelCounts, enet_weights, median_frequency_weights

MAPS = [np.array([[0, 0, 0, 1]]), np.array([[0, 2, 2, 255]]), np.array([[0, 0, 0, 0]])]


def test_counts():
    counts = LabelCounts.of(MAPS, 3)
    assert counts.pixels == (8, 1, 2)
    assert counts.pixels_where_present == (12, 4, 4)  # the ignored pixel is a pixel


def test_median_frequency_by_hand():
    frequency = [8 / 12, 1 / 4, 2 / 4]
    expected = [0.5 / f for f in frequency]
    assert median_frequency_weights(LabelCounts.of(MAPS, 3)) == pytest.approx(expected)


def test_enet_weights_by_hand():
    expected = [1 / math.log(1.02 + n / 11) for n in (8, 1, 2)]
    assert enet_weights(LabelCounts.of(MAPS, 3)) == pytest.approx(expected)
    ends = enet_weights(LabelCounts.of([np.zeros((2, 2), int)], 2))
    assert ends == pytest.approx((1.42, 50.5), abs=0.01)


def test_camvid_gives_the_published_weights():
    folder = os.environ.get("SEGLEARN_DATA")
    if not folder or not (Path(folder) / "CamVid").is_dir():
        pytest.skip("SEGLEARN_DATA does not name a folder with CamVid")
    dataset = camvid.CamVid(Path(folder) / "CamVid", "train", verify=True)
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
        enet_weights(LabelCounts.of([], 3))
