"""What the one experiment left behind: trained networks, their recorded trainings, the tables."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data import labels
from seglearn.data.assets import asset, asset_names
from seglearn.experiment.building import build
from seglearn.experiment.rows import FOLDERS
from seglearn.nets.blocks import SegmentationNet
from seglearn.training.checkpoints import load_weights, network_of, weights_hash
from seglearn.training.records import Run
from seglearn.words import say


def load_net(name: str) -> SegmentationNet:
    """Return a network as the experiment on scenes trained it, in evaluation mode.

    Its seed is the one in the middle of three by mean IoU. Scores are logits of the nine classes of
    `seglearn.data.scenes`. It is built with the options that its weights name, which may be older
    than the defaults of the zoo.

    Parameters
    ----------
    name : str
        Row of the table, e.g. ``"fcn-8s"``.

    Raises
    ------
    ValueError
        If there are no weights of this name; if they are damaged, or of another network, preset or
        number of classes; or if the record beside them is of other weights.
    """
    path = _file("weights", name, ".safetensors")
    options = network_of(path).get("options", {})
    try:
        net: SegmentationNet = build(name, len(labels.SCENES.names), seed=0, **options)
    except TypeError as error:
        raise ValueError(
            say(
                "{path} does not fit the network: {name} cannot be built with its options "
                "{options!r} ({error}); copy or fetch it again",
                path=path,
                name=name,
                options=options,
                error=error,
            )
        ) from error
    load_weights(net, path)
    load_run(name)  # compares hashes
    return net.eval()


def load_run(name: str) -> Run:
    """Return the recorded training of a network that `load_net` knows.

    Raises
    ------
    ValueError
        If there is no record of this name, it is damaged, or it is of other weights than those beside
        it.
    """
    path, weights = _file("weights", name, ".json"), _file("weights", name, ".safetensors")
    try:
        run = Run.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            say(
                "{path} is damaged or no record of a training ({error}); copy or fetch it again",
                path=path,
                error=error,
            )
        ) from error
    if run.weights_sha256 != weights_hash(weights):
        raise ValueError(
            say(
                "{path} records the training of other weights than {weights}: their hashes "
                "differ; copy both from the same training",
                path=path,
                weights=weights,
            )
        )
    return run


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


def load_rows(task: str = "final", *labels: str) -> dict[str, dict[str, Any]]:
    """Return rows of the second edition by label: those that are there, complete or not.

    Parameters
    ----------
    task : {"final", "half", "ablations", "camvid", "overfit"}, default "final"
    *labels : str
        Which ones; all if none is named.

    Raises
    ------
    ValueError
        If the task is unknown, or a row is not there.
    """
    folder = f"experiment/{FOLDERS[inputs.choice(task, 'task', FOLDERS)]}"
    paths = [_file(folder, name, ".json") for name in labels or asset_names(folder, ".json")]
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def load_confusions(
    label: str, *seeds: int, data: str = "streets"
) -> NDArray[np.unsignedinteger[Any]]:
    """Return the confusion matrix of every image of the scoring set with every seed of a row.

    Parameters
    ----------
    label : str
        A row, or a variant.
    *seeds : int
        Which ones; all that are there, in their order, if none is named.
    data : {"streets", "camvid"}, default "streets"
        Which images. The row of CamVid says which `frames` they are.

    Returns
    -------
    (seeds, images, classes, classes) array
        Rows are truth, columns prediction.

    Raises
    ------
    ValueError
        If one is not there, or the images are unknown.
    """
    inputs.choice(data, "data", ("streets", "camvid"))
    folder = f"experiment/{data}/confusions"
    start = f"{label}-seed-"
    there = [name.removeprefix(start) for name in asset_names(folder, ".npz")]
    found = sorted(int(number) for number in there if number.isdigit())
    names = [f"{start}{seed}" for seed in seeds or found] or [f"{start}0"]
    paths = [_file(folder, name, ".npz") for name in names]
    return np.stack([np.load(path, allow_pickle=False)["confusions"] for path in paths])


def _file(folder: str, name: str, suffix: str) -> Path:
    inputs.choice(name, say("name in {folder}", folder=folder), asset_names(folder, suffix))
    return asset(f"{folder}/{name}{suffix}")
