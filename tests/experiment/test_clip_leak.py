"""What copying labels scores on CamVid's validation clip: the method, and the committed curve."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seglearn.data.camvid import CamVid
from seglearn.experiment import clip_leak
from seglearn.experiment.clip_leak import measure, most_alike, seconds_away, thumbnail


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("0016E5_07959", 0),
        ("0016E5_08001", 0),
        ("0016E5_08159", 0),
        ("0016E5_f07960", 0),
        ("0016E5_07929", 1),
        ("0016E5_08189", 1),
        ("0016E5_00459", 250),
        ("0001TP_006690", math.inf),
        ("Seq05VD_f00000", math.inf),
    ],
)
def test_time_is_counted_to_the_nearer_end_of_the_clip(name, seconds):
    assert seconds_away(name) == seconds


def test_what_is_no_frame_is_refused():
    with pytest.raises(ValueError, match="'cat' is not a CamVid frame"):
        seconds_away("cat")


def test_a_thumbnail_is_the_mean_of_each_square():
    image = np.arange(5 * 7 * 3, dtype=np.float32).reshape(5, 7, 3) / 105
    small = thumbnail(image, 2)
    assert small.shape == (2, 3, 3)
    np.testing.assert_allclose(small[1, 2], image[2:4, 4:6].mean((0, 1)))
    with pytest.raises(ValueError, match="no square of 6"):
        thumbnail(image, 6)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_most_alike_is_the_smallest_mean_square(n_train, n_val, seed):
    rng = np.random.default_rng(seed)
    train, val = rng.random((n_train, 2, 3, 3)), rng.random((n_val, 2, 3, 3))
    best = [min(range(n_train), key=lambda j: ((train[j] - v) ** 2).sum()) for v in val]
    assert most_alike(train, val).tolist() == best


def test_what_cannot_be_compared_is_refused():
    picture = np.zeros((2, 3, 3))
    with pytest.raises(ValueError, match="0 in train, 1 in val"):
        most_alike([], [picture])
    with pytest.raises(ValueError, match="must all have one size"):
        most_alike([picture], [picture[:1]])


def grey(value):
    return np.full((2, 2, 3), value)


def test_a_curve_of_three_frames():
    sky, road, void = (np.full((4, 4), i, np.uint8) for i in (0, 3, 11))
    mixed = np.where(np.arange(4)[:, None] < 2, sky, road)
    train = [
        ("0016E5_07929", grey(0.5), mixed),  # one second away, and the most alike
        ("0016E5_07659", grey(0.4), sky),  # ten seconds
        ("0001TP_006690", grey(0.1), void),  # another drive; its void counts as road
    ]
    val = [("0016E5_07959", grey(0.5), mixed), ("0016E5_07961", grey(0.5), mixed)]
    near, far, other = measure(train, val, [0, 5, math.inf], n_controls=3)
    assert (near.n_train, far.n_train, other.n_train) == (3, 2, 1)
    assert near.mean_iou == 1
    assert near.lost == 0
    assert far.mean_iou == pytest.approx((1 / 2 + 0) / 2)  # of sky and road
    assert other.mean_iou == pytest.approx((0 + 1 / 2) / 2)
    assert far.lost == far.lost_low == far.lost_high == 0.75  # the two frames are the same
    assert near.control == 1
    with pytest.raises(ValueError, match="leaves no training frame"):
        measure(train[:2], val, [0, 60])


def test_resamples_are_of_whole_seconds_and_of_the_right_length():
    draws = clip_leak._draws(101)
    assert draws.shape == (clip_leak.N_RESAMPLES, 101)
    steps = np.diff(draws, axis=1) % 101
    inside = np.arange(1, 101) % clip_leak.BLOCK != 0
    assert (steps[:, inside] == 1).all()
    assert np.bincount(draws.ravel(), minlength=101).min() > 0.8 * clip_leak.N_RESAMPLES


def test_the_committed_curve_adds_up():
    curve = clip_leak.load()
    everything, *_, other_drives = curve
    assert (everything.seconds, everything.n_train, other_drives.seconds) == (0, 367, math.inf)
    assert other_drives.n_train == 163
    for before, after in itertools.pairwise(curve):
        assert before.seconds < after.seconds
        assert before.n_train > after.n_train
    for gap in curve:
        assert 0 < gap.low <= gap.mean_iou <= gap.high < 1
        assert gap.lost == pytest.approx(everything.mean_iou - gap.mean_iou, abs=2e-5)
        assert gap.lost_low <= gap.lost <= gap.lost_high


def test_a_missing_table_names_its_script(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"measure_clip_leak\.py"):
        clip_leak.load(tmp_path / "none.json")


def test_real_frames_give_the_committed_numbers_again(seglearn_data):
    folder = seglearn_data / "CamVid"
    train, val = (
        [(s.name, thumbnail(s.image), s.label) for s in CamVid(folder, split)]
        for split in ("train", "val")
    )
    known = {gap.seconds: gap for gap in clip_leak.load()}
    for gap in measure(train, val, [0, 10, math.inf], n_controls=1):
        for field in ("n_train", "mean_iou", "low", "high", "lost", "lost_low", "lost_high"):
            assert getattr(gap, field) == pytest.approx(
                getattr(known[gap.seconds], field), abs=1e-4
            )
