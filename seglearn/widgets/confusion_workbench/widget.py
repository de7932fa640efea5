"""The confusion workbench: an editable confusion matrix beside the two label maps that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.metrics import ConfusionMatrix
from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.codec import decode_label_runs, encode_label_runs, image_url
from seglearn.widgets.confusion_workbench import label_scenes
from seglearn.widgets.confusion_workbench.label_scenes import IGNORE
from seglearn.widgets.fields import Field
from seglearn.words import say

MAX_CLASSES = 12
MAX_SIDE = 256

PER_CLASS = ("iou", "precision", "recall", "f1")
OVERALL = ("pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou")

STREET = ("road", "person", "pole")
SCENES = {
    "worked": (("water", "field", "forest"), label_scenes.worked_example),
    "imbalance": (STREET, lambda: label_scenes.street(label_scenes.IMBALANCE)),
    "all-road": (STREET, lambda: label_scenes.street(label_scenes.ALL_ROAD)),
    "ignore": (("ground", "horse", "rider"), label_scenes.rider),
    "absent": (("road", "car", "tree", "bus"), label_scenes.without_bus),
}
FIRST_LOOKS = {  # what each preset opens with: a stage, a score, of a class or of all, and a cell
    "worked": {"stage": "scores", "metric": "iou", "of": 1, "cell": [1, 0]},
    "imbalance": {"stage": "scores", "metric": "mean_iou", "of": None, "cell": [1, 0]},
    "all-road": {"stage": "pixels", "metric": "pixel_accuracy", "of": None, "cell": [1, 0]},
    "ignore": {"stage": "rules", "metric": "mean_iou", "of": None, "cell": [1, 0]},
    "absent": {"stage": "rules", "metric": "mean_iou", "of": None, "cell": [0, 3]},
}


class ConfusionWorkbench(Widget):
    """A confusion matrix and the maps behind it; editing either changes the other, and every score.

    Rows are truth, columns prediction. A cell is edited by typing, by dragging sideways, or with + and −: pixels
    move to or from another cell of the row, and change colour in the prediction. The maps are painted with a brush.
    Pointing at a score outlines its cells: the numerator with a solid line, the denominator with a dashed one.

    Parameters
    ----------
    truth, prediction : (H, W) array of int, optional
        Label maps with classes 0 … n − 1, up to 256 pixels a side.
    matrix : (n, n) array of int, optional
        Counts instead of maps, rows truth. Up to 65,536 pixels get maps drawn for them, with exactly these counts.
    class_names : sequence of str, optional
        One distinct name a class, 2 to 12 of them; "class 0" and so on if left out.
    image : (H, W) or (H, W, 3) array, optional
        A photograph to lay under the maps: floats in [0, 1], or uint8.
    ignore_index : int, optional
        Label of true pixels that are left out of the matrix, such as 255 or −1. It must not be a class.
    preset : {"worked", "imbalance", "all-road", "ignore", "absent"}, optional
        The scene of the course to open with, where neither maps nor a matrix are given.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "pixels" (maps and matrix), "scores" (matrix and scores) and
        "rules" (what is counted); the palettes also "voc" and "cityscapes".

    Attributes
    ----------
    state : dict
        ``classes`` (names), ``shape`` (height and width), ``truth`` and ``prediction`` (run lengths, see
        `seglearn.widgets.codec`), all three None where there are no maps, ``counts`` (only where there are no maps),
        ``ignore`` ("skip", or one of two mistakes: "class" counts the ignore label as a class of its own, "zero" as
        class 0) and ``absent`` ("skip" or "zero", as in `ConfusionMatrix.scores`).
    metrics : dict
        ``matrix`` and what `ConfusionMatrix.scores` derives from it: ``pixel_accuracy``, ``mean_accuracy``,
        ``mean_iou``, ``frequency_weighted_iou``, and per class ``iou``, ``precision``, ``recall``, ``f1``; None where
        a score is undefined (0/0).

    Raises
    ------
    ValueError
        If the maps differ in shape or are too large, there are more than 12 classes, a label is no class, a matrix is
        given along with maps or is not square, or a name is unknown.
    TypeError
        If labels or counts are not integers.

    Examples
    --------
    >>> workbench = ConfusionWorkbench(matrix=[[50, 3], [7, 40]], class_names=["sky", "tree"])
    >>> round(workbench.metrics["mean_iou"], 3)
    0.817
    """

    bundle = "confusion_workbench"
    stages = ("pixels", "scores", "rules")
    controls = ("maps", "brush", "matrix", "units", "ignore", "absent", "formula", "scores")
    palettes = ("okabe-ito", "tol", "voc", "cityscapes")

    def __init__(
        self,
        truth: npt.ArrayLike | None = None,
        prediction: npt.ArrayLike | None = None,
        *,
        matrix: npt.ArrayLike | None = None,
        class_names: Sequence[str] | None = None,
        image: npt.ArrayLike | None = None,
        ignore_index: int | None = None,
        preset: str | None = None,
        **options: Any,
    ) -> None:
        arguments = {"truth": truth, "prediction": prediction, "matrix": matrix}
        named = [name for name, value in arguments.items() if value is not None]
        if named not in ([], ["matrix"], ["truth", "prediction"]):
            raise ValueError(
                say(
                    "got {names}; give truth and prediction, or matrix alone, or none of them",
                    names=say(" and ").join(named),
                )
            )
        if named and preset is not None:
            raise ValueError(
                say(
                    "preset={preset!r} opens a scene of the course; leave it out, or leave "
                    "out {first}",
                    preset=preset,
                    first=named[0],
                )
            )
        if preset is not None:
            inputs.choice(preset, "preset", SCENES)

        self._ignore_index = (
            IGNORE if ignore_index is None else inputs.whole(ignore_index, "ignore_index")
        )
        presets: list[dict[str, Any]] = [
            {"id": name, "state": _scene(name), "view": FIRST_LOOKS[name]} for name in SCENES
        ]
        opened = presets[list(SCENES).index(preset or "worked")]
        if named:
            given = (
                _state_of_maps(truth, prediction, class_names, ignore_index)
                if matrix is None
                else _state_of_counts(matrix, class_names)
            )
            opened = {
                "id": "given",
                "state": given,
                "view": {
                    "stage": "pixels",
                    "metric": "mean_iou",
                    "of": None,
                    "cell": [0, 1],
                },
            }
            presets.insert(0, opened)
        elif class_names is not None or image is not None or ignore_index is not None:
            raise ValueError(
                say(
                    "class_names, image and ignore_index go with truth and prediction, and "
                    "there are none"
                )
            )
        data: dict[str, Any] = {"presets": presets, "view": opened["view"]}
        if image is not None:
            if opened["state"]["shape"] is None:
                raise ValueError(
                    say("image lies under the label maps, and this matrix is too large for maps")
                )
            data |= {"image": image_url(image), "imageShape": opened["state"]["shape"]}
        super().__init__(state=opened["state"], data=data, **options)

    # --- what the reader has made -----------------------------------------------------------------------------------
    @property
    def class_names(self) -> list[str]:
        """Names of the classes."""
        return list(self.state["classes"])

    @property
    def matrix(self) -> npt.NDArray[np.int64]:
        """Counts as shown, rows truth, columns prediction; with one row more where the ignore label is counted."""
        return np.array(self.metrics["matrix"], dtype=np.int64)

    @property
    def truth(self) -> npt.NDArray[np.int64] | None:
        """True labels (H, W); None where there are no maps. Ignored pixels carry `ignore_index`, 255 by default.

        Assigning a map of the same shape changes what is shown, as it does for `prediction`.
        """
        truth = _map(self.state, "truth")
        return (
            None
            if truth is None
            else np.where(truth == IGNORE, self._ignore_index, truth.astype(np.int64))
        )

    @truth.setter
    def truth(self, labels: npt.ArrayLike) -> None:
        array = _label_map("truth", labels)
        self._put("truth", np.where(array == self._ignore_index, IGNORE, array))

    @property
    def prediction(self) -> npt.NDArray[np.int64] | None:
        """Predicted labels (H, W); None where there are no maps."""
        prediction = _map(self.state, "prediction")
        return None if prediction is None else prediction.astype(np.int64)

    @prediction.setter
    def prediction(self, labels: npt.ArrayLike) -> None:
        self._put("prediction", _label_map("prediction", labels))

    def _put(self, what: str, labels: npt.NDArray[np.int64]) -> None:
        if list(labels.shape) != self.state["shape"]:
            raise ValueError(
                say(
                    "{what} must have the shape of the maps shown, {now}, got {shape}",
                    what=what,
                    now=self.state["shape"],
                    shape=labels.shape,
                )
            )
        _check_labels(what, labels, len(self.class_names), IGNORE if what == "truth" else None)
        self.state = {**self.state, what: encode_label_runs(labels)}

    def __repr__(self) -> str:
        iou = self.metrics["mean_iou"]
        return (
            f"ConfusionWorkbench({int(self.matrix.sum())} pixels, {len(self.class_names)} classes, "
            f"mIoU {'–' if iou is None else f'{100 * iou:.2f} %'})"
        )

    # --- for the base class -----------------------------------------------------------------------------------------
    def _fields(self) -> Mapping[str, Field]:
        side = fields.whole(1, MAX_SIDE)
        runs = fields.text(16 * MAX_SIDE**2)
        counts = fields.list_of(fields.whole(0), 2, MAX_CLASSES)
        return {
            "classes": fields.list_of(fields.text(), 2, MAX_CLASSES),
            "shape": fields.optional(fields.row(height=side, width=side)),
            "truth": fields.optional(runs),
            "prediction": fields.optional(runs),
            "counts": fields.optional(fields.list_of(counts, 2, MAX_CLASSES)),
            "ignore": fields.one_of("skip", "class", "zero"),
            "absent": fields.one_of("skip", "zero"),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        n = len(state["classes"])
        if len(set(state["classes"])) < n:
            raise ValueError(
                say("classes must differ, got {now}", now=fields.shown(state["classes"]))
            )
        maps = ("shape", "truth", "prediction")
        given = [name for name in maps if state[name] is not None]
        if (state["counts"] is None) != (given == list(maps)) or (given and len(given) < len(maps)):
            raise ValueError(
                say(
                    "there are either counts, or shape, truth and prediction; got {names}",
                    names=", ".join(["counts"] * (state["counts"] is not None) + given)
                    or say("none of them"),
                )
            )
        if not given:
            if state["ignore"] != "skip":
                raise ValueError(
                    say(
                        'a matrix without maps has no ignored pixels to count; set ignore to "skip"'
                    )
                )
            if [len(line) for line in state["counts"]] != [n] * n:
                raise ValueError(say("counts must be {n} × {n}, as there are {n} classes", n=n))
            _check_total(state["counts"])
        for what in given[1:]:
            labels = fields.read(f"state.{what}", _map, state, what)
            _check_labels(what, labels, n, IGNORE if what == "truth" else None)

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        n = len(state["classes"])
        if state["truth"] is None:
            counts = np.array(state["counts"], dtype=np.int64)
        else:
            truth = _map(state, "truth")
            if state["ignore"] == "class":
                truth, n = np.where(truth == IGNORE, n, truth), n + 1
            elif state["ignore"] == "zero":
                truth = np.where(truth == IGNORE, 0, truth)
            counts = (
                ConfusionMatrix(n, ignore_index=IGNORE)
                .update(truth, _map(state, "prediction"))
                .counts
            )
        if not counts.any():
            return (
                {"matrix": counts.tolist()}
                | dict.fromkeys(OVERALL)
                | {name: [None] * n for name in PER_CLASS}
            )
        scores = ConfusionMatrix.from_counts(counts).scores(absent=state["absent"]).to_dict()
        return {"matrix": counts.tolist()} | {name: scores[name] for name in OVERALL + PER_CLASS}


def _state(
    classes: Sequence[str], truth: Any, prediction: Any, counts: Any = None
) -> dict[str, Any]:
    return {
        "classes": list(classes),
        "shape": None if truth is None else list(truth.shape),
        "truth": None if truth is None else encode_label_runs(truth),
        "prediction": None if truth is None else encode_label_runs(prediction),
        "counts": counts,
        "ignore": "skip",
        "absent": "skip",
    }


def _scene(name: str) -> dict[str, Any]:
    classes, draw = SCENES[name]
    return _state(classes, *draw())


def _state_of_counts(matrix: npt.ArrayLike, class_names: Sequence[str] | None) -> dict[str, Any]:
    counts = _check_counts(matrix)
    names = _names(class_names, len(counts))
    maps = label_scenes.maps_from_counts(counts, MAX_SIDE)
    return _state(names, None, None, counts.tolist()) if maps is None else _state(names, *maps)


def _state_of_maps(
    truth: Any, prediction: Any, class_names: Sequence[str] | None, ignore_index: int | None
) -> dict[str, Any]:
    maps = {"truth": _label_map("truth", truth), "prediction": _label_map("prediction", prediction)}
    if maps["truth"].shape != maps["prediction"].shape:
        raise ValueError(
            say(
                "truth and prediction differ in shape: {shape} and "
                "{other}; bring the prediction to the size of the truth "
                "first, without interpolation",
                shape=maps["truth"].shape,
                other=maps["prediction"].shape,
            )
        )
    ignored = maps["truth"] == ignore_index
    largest = max(int(maps["truth"][~ignored].max(initial=1)), int(maps["prediction"].max()))
    if class_names is None and largest >= MAX_CLASSES:
        raise ValueError(
            say(
                "labels go up to {largest}, and the workbench shows 2 to {max_classes} "
                "classes; if {largest} marks pixels to leave out, pass "
                "ignore_index={largest}, else merge classes with a lookup table, table[labels]",
                largest=largest,
                max_classes=MAX_CLASSES,
            )
        )
    names = _names(class_names, max(2, largest + 1) if class_names is None else len(class_names))
    n = len(names)
    if ignore_index is not None and 0 <= ignore_index < n:
        raise ValueError(
            say(
                "ignore_index {ignore_index} is class {name!r}; use a value outside [0, {n}), "
                "such as 255",
                ignore_index=ignore_index,
                name=names[ignore_index],
                n=n,
            )
        )
    for what, labels in maps.items():
        _check_labels(what, labels, n, ignore_index if what == "truth" else None)
    return _state(names, np.where(ignored, IGNORE, maps["truth"]), maps["prediction"])


def _label_map(what: str, labels: Any) -> npt.NDArray[Any]:
    array = inputs.label_map(labels, what)
    if max(array.shape) > MAX_SIDE:
        step = -(-max(array.shape) // MAX_SIDE)
        raise ValueError(
            say(
                "{what} is {height} × {width} pixels, and at most {max_side} a side can be "
                "painted; pass {what}[::{step}, ::{step}], or only the counts: "
                "matrix=ConfusionMatrix(n_classes).update(truth, prediction).counts",
                what=what,
                height=array.shape[0],
                width=array.shape[1],
                max_side=MAX_SIDE,
                step=step,
            )
        )
    return inputs.int64(array, what)


def _check_labels(what: str, labels: Any, n: int, ignore_index: int | None) -> None:
    """Raise `ValueError` if a label is neither one of n classes nor the one to ignore."""
    stray = (labels < 0) | (labels >= n)
    if ignore_index is not None:
        stray &= labels != ignore_index
    if not stray.any():
        return
    value, times = labels[stray][0], np.count_nonzero(stray)
    if what == "truth":
        remedy = say("if {value} marks pixels to leave out, pass ignore_index={value}", value=value)
    else:
        remedy = say(
            "a prediction needs a class everywhere: np.where(prediction == {value}, 0, prediction)",
            value=value,
        )
    raise ValueError(
        say(
            "{what} holds label {value} ({times} stray pixels), but the classes are 0 to "
            "{last}; {remedy}",
            what=what,
            value=value,
            times=times,
            last=n - 1,
            remedy=remedy,
        )
    )


def _check_counts(matrix: Any) -> npt.NDArray[np.int64]:
    counts = inputs.array(matrix, "matrix")
    if counts.dtype.kind not in "iu":
        raise TypeError(
            say(
                "matrix must hold integer counts below 2^53, not {dtype}; do not normalise it",
                dtype=counts.dtype,
            )
        )
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(
            say(
                "matrix must have shape (n, n), rows truth and columns prediction, got {shape}",
                shape=counts.shape,
            )
        )
    if counts.size and counts.min() < 0:
        raise ValueError(say("counts must not be negative, got {low}", low=counts.min()))
    _check_total(counts.tolist())
    return counts.astype(np.int64)


def _check_total(rows: list[list[int]]) -> None:
    total = sum(map(sum, rows))  # of Python's whole numbers, which do not wrap around
    if total > inputs.LARGEST_COUNT:
        raise ValueError(
            say(
                "counts add up to {total}, more than the 2^53 that a browser holds exactly; "
                "divide them",
                total=total,
            )
        )


def _names(class_names: Sequence[str] | None, n: int) -> list[str]:
    if isinstance(class_names, str):
        raise TypeError(
            say(
                "class_names is a list of names, not a string; write [{class_names!r}, …]",
                class_names=class_names,
            )
        )
    names = (
        [f"class {k}" for k in range(n)]
        if class_names is None
        else [str(name) for name in class_names]
    )
    if len(names) != n:
        raise ValueError(say("{given} class_names for {n} classes", given=len(names), n=n))
    if not 2 <= n <= MAX_CLASSES:
        raise ValueError(
            say(
                "there are {n} classes, and the workbench shows 2 to {max_classes}; merge "
                "some with a lookup table, table = np.array([...]) and table[labels]",
                n=n,
                max_classes=MAX_CLASSES,
            )
        )
    if len(set(names)) < n:
        raise ValueError(say("class_names must differ, got {names}", names=names))
    return names


def _map(state: dict[str, Any], what: str) -> Any:
    text = state[what]
    return None if text is None else decode_label_runs(text, tuple(state["shape"]))
