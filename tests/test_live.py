"""The live picture is drawn when it is time, replaced in place, and ends with the last state."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seglearn import live
from seglearn.training.records import Evaluation, Frame, Run, encode_map, encode_photograph

NAMES = ["sky", "road"]


@pytest.fixture
def shown(monkeypatch):
    """Collect what IPython is asked to show: ("display" or "update", picture)."""
    log = []

    class Handle:
        def update(self, picture):
            log.append(("update", picture))

    def display(picture, display_id):
        log.append(("display", picture))
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    return log


def make_run(steps=3, *, frames=True):
    run = Run("test", {"n_steps": 10}, NAMES, losses=[2.0 / (i + 1) for i in range(steps)])
    run.evaluations.append(Evaluation(2, 0.4, 0.6, [0.3, 0.5]))
    if frames:
        labels = np.array([[0, 0, 255], [1, 1, 1]], np.uint8)
        run.images, run.labels = [encode_photograph(np.zeros((2, 3, 3)))], [encode_map(labels)]
        run.frames.append(Frame(0, [encode_map(np.minimum(labels, 1))]))
    return run


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_a_picture_is_replaced_in_place(shown):
    curve = live.LiveCurve(NAMES, baseline=0.1, every=0)
    curve(make_run(3))
    first = curve.png
    curve(make_run(8))
    assert [how for how, _ in shown] == ["display", "update"]
    assert shown[1][1].data == curve.png
    assert pixels(first).shape == pixels(curve.png).shape
    assert (pixels(first) != pixels(curve.png)).any()
    assert "3 of 10 steps, mean IoU 0.400" in shown[0][1].alt


def test_it_waits_between_drawings_but_not_at_the_end(shown):
    curve = live.LiveCurve(NAMES, every=3600)
    run = make_run()
    for _ in range(5):
        curve(run)
    assert len(shown) == 1
    run.stopped = "finished"
    curve(run)
    assert len(shown) == 2


def test_the_baseline_and_the_prediction_are_in_the_picture(shown):
    pictures = []
    for options, run in (
        ({}, make_run(frames=False)),
        ({"baseline": 0.5}, make_run(frames=False)),
        ({}, make_run()),
    ):
        curve = live.LiveCurve(NAMES, **options)
        curve(run)
        pictures.append(pixels(curve.png))
    plain, lined, framed = pictures
    assert (plain != lined).any()
    assert framed.shape[0] > plain.shape[0]


def test_a_run_that_has_just_begun_can_be_drawn(shown):
    live.LiveCurve(NAMES)(Run("new", {"n_steps": 5}, NAMES))
    assert len(shown) == 1


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.floats(0, 0.99))
def test_smoothing_is_a_weighted_mean_of_what_came_before(values, memory):
    got = live.smoothed(values, memory)
    for i in range(len(values)):
        weights = memory ** np.arange(i, -1, -1.0)
        assert got[i] == pytest.approx(np.average(values[: i + 1], weights=weights), abs=1e-9)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="baseline=12"):
        live.LiveCurve(NAMES, baseline=12)
    with pytest.raises(ValueError, match="every=-1"):
        live.LiveCurve(NAMES, every=-1)
    with pytest.raises(ValueError, match="memory=1"):
        live.smoothed([1.0], 1)
