"""What rows say together: claims of whole families, frames of a film as stretches, pretraining."""

from itertools import combinations

import numpy as np
import pytest

from seglearn.experiment import claims, results, rows
from seglearn.experiment.ledger import Ledger
from seglearn.experiment.protocol import PROTOCOL
from seglearn.experiment.runs import packed
from seglearn.experiment.variants import VARIANTS
from seglearn.experiment.verdicts import verdicts, what_pretraining_changed
from seglearn.training.checkpoints import save_json, write_bytes

N_SCENES = 12
# Two drives; the first frames of each are of one stretch of ten seconds.
FRAMES = [f"0001TP_{8550 + 30 * i:06d}" for i in range(8)]
FRAMES += [f"Seq05VD_f{450 * i:05d}" for i in range(4)]


@pytest.fixture
def ledger(tmp_path):
    return Ledger(PROTOCOL, tmp_path / "work", tmp_path / "out", rows.choose(None))


def write(ledger, task, label, right, *, seeds=(0, 1, 2), frames=None, complete=True, **more):
    """Write a row that is right in a share of the pixels, which differs a little between seeds."""
    truth = np.random.default_rng(0).integers(40, 80, (N_SCENES, 3))
    runs = []
    for seed in seeds:
        hits = np.rint(truth * (right + 0.01 * seed)).astype(int)
        counts = np.zeros((N_SCENES, 3, 3), int)
        for c in range(3):
            counts[:, c, c], counts[:, c, (c + 1) % 3] = hits[:, c], truth[:, c] - hits[:, c]
        run = {"job": {"seed": seed}, **{name: values[seed] for name, values in more.items()}}
        runs.append(run | ({"frames": frames} if frames else {}))
        data = "camvid" if task == "camvid" else "streets"
        path = ledger.out / "experiment" / data / "confusions" / f"{label}-seed-{seed}.npz"
        write_bytes(path, packed(counts.astype(np.uint16)))
    save_json(ledger.path(task, label), {"complete": complete, "runs": runs})


def test_a_family_is_judged_when_all_its_rows_are_complete(ledger):
    first, *others = dict.fromkeys(
        label for c in claims.CLAIMS if c.family == "normalisation" for label in (c.first, c.second)
    )
    for label in others:
        write(ledger, "final", label, 0.6)
    write(ledger, "final", first, 0.9, complete=False)
    found = verdicts(ledger)
    assert found["rows"] == []
    why = {(each["data"], each["family"]): each["why"] for each in found["untested"]}
    assert why["streets", "normalisation"] == f"rows that are not complete: {first}"
    assert set(why) == {(c.data, c.family) for c in claims.CLAIMS}

    write(ledger, "final", first, 0.9)
    found = verdicts(ledger)
    assert {row["family"] for row in found["rows"]} == {"normalisation"}
    assert {row["n_claims"] for row in found["rows"]} == {4}
    (decided,) = [row for row in found["rows"] if first in (row["first"], row["second"])]
    assert decided["verdict"] == "first"
    assert (decided["n_scenes"], decided["seeds"]) == (N_SCENES, [0, 1, 2])
    assert ("streets", "normalisation") not in {
        (each["data"], each["family"]) for each in found["untested"]
    }


def test_variants_are_found_among_the_ablations(ledger):
    asked = [c for c in claims.CLAIMS if c.family == "parts"]
    labels = dict.fromkeys(label for c in asked for label in (c.first, c.second))
    for i, label in enumerate(labels):
        own = label in VARIANTS and label not in rows.ROWS
        write(ledger, "ablations" if own else "final", label, 0.5 + 0.02 * i)
    assert {row["family"] for row in verdicts(ledger)["rows"]} == {"parts"}


def test_frames_of_a_film_are_judged_in_stretches(ledger):
    for i, label in enumerate(rows.NAMED):
        write(ledger, "camvid", label, 0.4 + 0.08 * i, frames=FRAMES)
    found = verdicts(ledger)
    assert len(found["rows"]) == len([*combinations(rows.NAMED, 2)])
    assert {row["n_scenes"] for row in found["rows"]} == {max(claims.stretches(FRAMES)) + 1} == {5}
    for label in rows.NAMED:
        write(
            ledger, "camvid", label, 0.5, frames=[f"0016E5_{7959 + 2 * i:05d}" for i in range(12)]
        )
    other = Ledger(PROTOCOL, ledger.work, ledger.out, rows.choose(None))
    assert {
        "data": "camvid",
        "family": "networks",
        "why": "all frames are of one stretch of film",
    } in (verdicts(other)["untested"])


def test_what_pretraining_changed_is_told_seed_by_seed(ledger):
    curve = [{"step": step, "mean_iou": iou} for step, iou in ((200, 0.3), (400, 0.5), (600, 0.6))]
    low = [each | {"mean_iou": 0.1} for each in curve]
    write(
        ledger,
        "ablations",
        "dilated-off",
        0.5,
        mean_iou=[0.5, 0.5, 0.5],
        evaluations=[[*curve[:2], {"step": 600, "mean_iou": 0.4}]] * 3,
    )
    assert what_pretraining_changed(ledger)["rows"] == []
    write(
        ledger,
        "pretrained",
        "dilated-off-pretrained",
        0.5,
        mean_iou=[0.6, 0.7, 0.5],
        evaluations=[curve, curve, low],
    )
    (row,) = what_pretraining_changed(ledger)["rows"]
    assert row["label"] == "dilated-off"
    assert row["seeds"] == [0, 1, 2]
    assert row["gain"] == pytest.approx(0.1)
    assert row["steps_to_reach"] == [400, 400, None]


def test_the_ledger_and_the_readers_see_the_same_counts(ledger, monkeypatch):
    write(ledger, "camvid", "segnet", 0.5, frames=FRAMES)
    monkeypatch.setenv("SEGLEARN_ASSETS", str(ledger.out))
    counts = results.load_confusions("segnet", data="camvid")
    assert np.array_equal(counts[1], ledger.confusions("camvid", "segnet", 1))
