"""The script that measures the surface of chapter 04: it reports, and goes on where it stopped."""

import json
from dataclasses import replace

import pytest

from seglearn.experiment import noise_surface
from seglearn.experiment.noise_surface import NoiseSurface
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.noise import NOISES

import measure_noise_surface as script  # isort: skip


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Leave two denoisers and one noise, and return arguments for two scenes."""
    few = {name: DENOISERS[name] for name in ("none", "median")}
    for module in (script, noise_surface):
        monkeypatch.setattr(module, "DENOISERS", few)
    salt = {"salt": replace(NOISES["salt"], strengths=(0.1, 0.4))}
    monkeypatch.setattr(script, "NOISES", salt)
    out = tmp_path / "surface.json"
    return ["--out", str(out), "--scenes", "2"], out


def test_it_measures_and_reports(small, capsys):
    arguments, out = small
    assert script.main(arguments) == 0
    assert "best PSNR against best mean IoU" in capsys.readouterr().out
    surface = NoiseSurface.load(out)
    cases = [("none", 0.0), ("salt", 0.1), ("salt", 0.4)]
    answers = [("none", None), ("median", 3), ("median", 5), ("median", 7)]
    expected = [(*case, *answer) for case in cases for answer in answers]
    assert [(p.noise, p.strength, p.denoiser, p.setting) for p in surface.points] == expected
    assert [(c.noise, c.strength) for c in surface.choices] == cases
    assert surface.about["n_scenes"] == 2


def test_interrupted_it_goes_on_where_it_stopped(small):
    arguments, out = small
    script.main(arguments)
    content = out.read_text(encoding="utf-8")
    surface, cut = NoiseSurface.load(out), json.loads(content)
    del cut["rows"][-4:], cut["choices"][-1:]  # as if the last case was never measured
    cut["rows"][0][cut["columns"].index("ssim")] = 0.125  # to see that this row is kept
    out.write_text(json.dumps(cut), encoding="utf-8")
    script.main(arguments)
    again = NoiseSurface.load(out)
    assert again.points[0].ssim == 0.125
    assert again.points[1:] == surface.points[1:]
    assert again.choices == surface.choices
    script.main([*arguments, "--restart"])
    assert out.read_text(encoding="utf-8") == content


def test_what_was_measured_otherwise_is_measured_again(small):
    arguments, out = small
    script.main(arguments)
    script.main([*arguments[:-1], "3"])
    assert NoiseSurface.load(out).about["n_scenes"] == 3
    assert len(NoiseSurface.load(out).points) == 12


def test_it_says_what_is_missing(tmp_path, capsys):
    out = tmp_path / "surface.json"
    assert script.main(["--network", "vgg", "--out", str(out)]) == 1
    assert capsys.readouterr().err.startswith(
        "error: unknown name in weights 'vgg'; expected one of "
    )
    assert not out.exists()
