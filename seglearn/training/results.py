"""What the one experiment left behind: trained networks, their recorded trainings, the tables."""

import json
from pathlib import Path
from typing import Any

import seglearn
from seglearn.data import labels
from seglearn.nets.blocks import SegmentationNet
from seglearn.training.checkpoints import load_tensors, load_weights
from seglearn.training.experiment import build
from seglearn.training.records import Run

ASSETS = Path(seglearn.__file__).parent / "assets"


def load_net(name: str) -> SegmentationNet:
    """Return a network as the experiment on scenes trained it, in evaluation mode.

    Its seed is the one in the middle of three by mean IoU. Scores are logits of the nine classes of
    `seglearn.data.scenes`.

    Parameters
    ----------
    name : str
        Row of the table, e.g. ``"fcn-8s"``.

    Raises
    ------
    ValueError
        If there are no weights of this name.
    """
    path = _file("weights", name, ".safetensors")
    job = load_tensors(path)[1]
    net: SegmentationNet = build(
        job["network"], len(labels.SCENES.names), job["seed"], job["preset"], **job["options"]
    )
    load_weights(net, path)
    return net.eval()


def load_run(name: str) -> Run:
    """Return the recorded training of a network that `load_net` knows."""
    path = _file("weights", name, ".json")
    return Run.from_dict(json.loads(path.read_text(encoding="utf-8")))


def load_table(name: str = "scenes") -> dict[str, dict[str, Any]]:
    """Return a table of the experiment: its rows by label, in the order of the table.

    Numbers over several seeds are dicts with ``mean``, ``std`` (None for one seed) and ``values``.

    Parameters
    ----------
    name : str, default "scenes"
        File of ``assets/experiment``.

    Raises
    ------
    ValueError
        If there is no table of this name.
    """
    table = json.loads(_file("experiment", name, ".json").read_text(encoding="utf-8"))
    return {row["label"]: row for row in table["rows"]}


def _file(folder: str, name: str, suffix: str) -> Path:
    path = ASSETS / folder / f"{name}{suffix}"
    if not path.is_file():
        known = sorted(each.stem for each in path.parent.glob(f"*{suffix}"))
        raise ValueError(
            f"name={name!r} is not in {path.parent}; choose from {', '.join(known) or 'nothing yet'}"
        )
    return path
