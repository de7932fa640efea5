"""The script that measures the leak of chapter 10 writes what the course reads."""

import math

import numpy as np
import pytest

from seglearn.experiment import clip_leak

import measure_clip_leak as script  # isort: skip


def frames(folder, split):
    rng = np.random.default_rng(len(split))
    names = {"train": ["0016E5_07900", "0016E5_07000", "0001TP_006690"], "val": ["0016E5_07959"]}
    return [
        (name, rng.random((2, 2, 3)), rng.integers(0, 12, (4, 4)).astype(np.uint8))
        for name in names[split]
    ]


def test_it_writes_what_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "frames", frames)
    out = tmp_path / "leak.json"
    assert script.main([str(tmp_path), "--out", str(out)]) == 0
    written = clip_leak.load(out)
    assert [gap.seconds for gap in written] == [*script.SECONDS]
    assert [gap.n_train for gap in written][:3] == [3, 2, 2]
    expected = clip_leak.measure(frames("", "train"), frames("", "val"), script.SECONDS)
    for found, gap in zip(written, expected, strict=True):
        assert found.mean_iou == pytest.approx(gap.mean_iou, abs=1e-4)
    assert capsys.readouterr().out.count("frames left") == len(script.SECONDS)
    assert math.isinf(written[-1].seconds)


def test_it_says_what_is_missing(tmp_path, capsys):
    assert script.main([str(tmp_path / "nowhere")]) == 1
    assert "fetch_camvid.py" in capsys.readouterr().err
