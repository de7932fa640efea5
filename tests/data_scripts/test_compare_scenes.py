"""The script that lays drawn streets beside CamVid: its sheet, and statistics of known pictures."""

import numpy as np
import pytest
from PIL import Image

from seglearn.data import imitations, labels

import compare_scenes as script  # isort: skip


@pytest.fixture(autouse=True)
def no_real_data(monkeypatch):
    monkeypatch.delenv("SEGLEARN_DATA", raising=False)


def test_without_camvid_it_compares_scenes_and_says_so(tmp_path, capsys):
    sheet = tmp_path / "sheet.png"
    assert script.main([str(sheet), "--n", "6"]) == 0
    out, err = capsys.readouterr()
    assert "--camvid" in err
    assert "varied scenes" in out
    assert "CamVid" not in out
    for name in ("cyclist", "saturation", "gradient, 90%", "spectrum, slope", "majority, mean IoU"):
        assert name in out
    assert Image.open(sheet).size == (2 * 10 * 96, 2 * 10 * 96)


@pytest.mark.parametrize("native", [False, True])
def test_camvid_stands_beside_in_the_classes_of_the_streets(tmp_path, capsys, native):
    root = imitations.write_camvid(tmp_path, native=native)
    frames = script.photographed(root, 50)
    assert frames.images.shape == (1, 96, 96, 3)
    assert 0 <= frames.images.min() < frames.images.max() <= 1
    labels.check_ids(frames.labels, labels.STREETS)
    found = script.shares(frames.labels)
    assert found["road"] > 0.1
    assert found["grass"] == 0
    sets = [script.drawn("varied scenes", script.scenes.VARIED, 4), frames]
    sheet = script.contact_sheet(sets)
    assert sheet.size == (2 * (20 * 96 + 24), 2 * 10 * 96)
    picture = np.asarray(sheet)[::2, ::2]
    assert np.array_equal(picture[:96, :96], np.round(sets[0].images[0] * 255))
    colours = np.array(labels.STREETS.colors())
    beneath = picture[96:192, 984 : 984 + 96].reshape(-1, 3)
    assert {tuple(c) for c in beneath} <= {tuple(c) for c in colours}


def test_it_says_what_is_missing(tmp_path, capsys):
    assert script.main([str(tmp_path / "s.png"), "--n", "4", "--camvid", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error:")
    with pytest.raises(SystemExit):
        script.main([str(tmp_path / "s.png"), "--n", "1"])


def test_statistics_of_known_pictures():
    maps = np.zeros((6, 8, 8), np.uint8)
    maps[:, :4] = 2
    maps[:, 0] = labels.STREETS.ignore_index
    assert script.shares(maps)["road"] == pytest.approx(3 / 8)
    assert script.shares(maps)["void"] == pytest.approx(1 / 8)
    alike = script.likeness(maps)
    assert (alike["two agree"], alike["majority, mean IoU"]) == (1, 1)
    grey = np.full((2, 16, 16, 3), 0.5, np.float32)
    grey[1] = 0.7
    found = script.colours(grey)
    assert found["red, mean"] == pytest.approx(0.6)
    assert found["exposure, spread"] == pytest.approx(0.1, abs=1e-6)
    assert (found["saturation"], found["contrast"]) == pytest.approx((0, 0), abs=1e-6)
    rng = np.random.default_rng(0)
    noise = np.repeat(rng.random((20, 96, 96, 1), np.float32), 3, axis=3)
    edges = script.edges(noise)
    assert edges["spectrum, slope"] == pytest.approx(0, abs=0.05)  # white noise
    assert edges["edges (over 0.1)"] > 0.9
    assert script.edges(noise * 0.01)["edges (over 0.1)"] == 0
