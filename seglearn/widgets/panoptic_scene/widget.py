"""Things, stuff, panoptic: one scene as three tasks see it, and panoptic quality to take apart."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.data import scenes
from seglearn.metrics import PanopticQuality, panoptic_quality
from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.codec import decode_label_runs, defined, hex_color, image_url
from seglearn.widgets.fields import Field
from seglearn.widgets.panoptic_scene.errors import Street, street, worked_presets
from seglearn.widgets.pixels import check_sides, middles
from seglearn.words import say

Ids = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint8]

MODES = ("semantic", "instance", "panoptic")
MAPS = ("truth", "prediction")
LONGEST = 256  # pixels a side; beyond this a drag is no longer smooth
MOST_SEGMENTS = 60  # in what is given; more cannot be told apart
MOST_LABELS = 255  # with what the reader splits off


class _Row(NamedTuple):
    """What is known of a segment that was given."""

    id: int
    class_id: int
    name: str
    is_thing: bool
    color: str | None


class PanopticScene(Widget):
    """One scene as semantic, instance and panoptic segmentation see it, with PQ = SQ × RQ.

    ::

        from seglearn.data import samples
        from seglearn.widgets import PanopticScene

        PanopticScene()                                          # a street with people arm in arm
        PanopticScene(samples.photograph("coins"), reduce=2)     # a photograph, or a scene of data.scenes
        PanopticScene(panoptic, segments, image)                 # your own

    Parameters
    ----------
    panoptic : array_like (H, W) of int, Photograph or Scene, optional
        The id of each pixel's segment, or what has ``.panoptic``, ``.segments`` and ``.image``
        (`seglearn.data.samples.Photograph`, `seglearn.data.scenes.Scene`). Without it, a street.
    segments : iterable, optional
        What each id shows: segments of `seglearn.data`, or objects or dicts with ``id``,
        ``class_name`` and ``is_thing``, and ``class_id`` if other ones than 0, 1, … in order of
        appearance are wanted. At most 60.
    image : array_like, (H, W) or (H, W, 3), optional
        The picture, float in [0, 1] or uint8, of the same proportions as the map.
    prediction : array_like (H, W) of int, optional
        The id of each pixel's predicted segment. Without it the widget makes one up from the truth.
    prediction_segments : iterable, optional
        What the ids of the prediction show; by default what they show in the truth.
    void : int, optional
        The id of pixels that belong to no segment, in either map. In a Photograph or a Scene, all
        that is no segment is void.
    preset : str, optional
        What to open with, one of `preset_names`; the first by default.
    reduce : int
        Take one pixel, near the middle, of each `reduce` × `reduce` block. For maps of more than
        256 pixels a side.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "look", "quality" and "cards". The palette "own" takes the scene's class colours where
        it has some, and Okabe and Ito's elsewhere.

    Attributes
    ----------
    metrics : dict
        ``pq, sq, rq`` (means over classes), ``tp, fp, fn`` (totals), ``classes`` (the same by class
        name), ``matches`` (truth id, prediction id, IoU) and ``selected`` (what the reader chose:
        ``map, id, class, number, thing, area, share, status, iou``, or ``None``). A score that is
        0/0 is ``None``.
    truth, prediction : ndarray of int, (H, W)
        The maps as they are now, with the ids they were given; void is `void_id`.
    truth_classes, prediction_classes : dict
        The class id of each segment id, as `seglearn.metrics.panoptic_quality` takes it.
    void_id : int

    Raises
    ------
    TypeError
        If a segment has no id, class or kind.
    ValueError
        If ids and segments do not agree, shapes differ, or the map has more than 256 pixels a side
        or 60 segments.

    Notes
    -----
    PQ follows Kirillov et al., "Panoptic Segmentation", CVPR 2019.
    """

    bundle = "panoptic_scene"
    stages = ("look", "quality", "cards")
    controls: ClassVar[tuple[str, ...]] = (
        "mode",
        "inspector",
        "classes",
        "edit",
        "counts",
        "quality",
        "table",
        "cards",
        "seed",
    )
    palettes: ClassVar[tuple[str, ...]] = ("own", "okabe-ito", "tol")

    def __init__(
        self,
        panoptic: Any = None,
        segments: Iterable[Any] | None = None,
        image: npt.ArrayLike | None = None,
        *,
        prediction: npt.ArrayLike | None = None,
        prediction_segments: Iterable[Any] | None = None,
        void: int | None = None,
        preset: str | None = None,
        reduce: int = 1,
        **options: Any,
    ) -> None:
        reduce = inputs.whole(reduce, "reduce", 1)
        if panoptic is None:
            for name, value in {
                "segments": segments,
                "image": image,
                "prediction": prediction,
            }.items():
                if value is not None:
                    raise ValueError(
                        say("{name} was given without panoptic; give the map as well", name=name)
                    )
            panoptic, reduce = street(), 2
        far = middles(panoptic.far, reduce) if isinstance(panoptic, Street) else None
        if hasattr(panoptic, "panoptic"):
            if segments is not None:
                raise ValueError(
                    say("a Photograph or Scene brings its own segments; leave them out")
                )
            image = panoptic.image if image is None else image
            segments = list(panoptic.segments)
            panoptic = panoptic.panoptic
            void = _void_of(panoptic, _rows(segments)) if void is None else void
        if segments is None:
            raise ValueError(
                say(
                    "the map needs its segments; pass what each id shows, as in "
                    "segments=[{'id': 1, 'class_name': 'car', 'is_thing': True}, …]"
                )
            )
        if prediction_segments is not None and prediction is None:
            raise ValueError(
                say("prediction_segments was given without prediction; give the map as well")
            )

        image = None if image is None else inputs.image8(image, "image")
        rows = _rows(segments)
        other_rows = rows if prediction_segments is None else _rows(prediction_segments)
        classes = _classes([*rows, *other_rows])
        truth = _labels(panoptic, rows, void, "panoptic", reduce)
        table = _table(rows, classes)
        if image is not None:
            _check_proportions(np.shape(image)[:2], truth.shape)
        given = None
        if prediction is not None:
            prediction = inputs.label_map(prediction, "prediction", booleans=False)
            if prediction.shape != np.shape(panoptic):
                raise ValueError(
                    say(
                        "prediction must have the shape of panoptic, {shape}, got "
                        "{prediction_shape}",
                        shape=np.shape(panoptic),
                        prediction_shape=prediction.shape,
                    )
                )
            predicted = _labels(prediction, other_rows, void, "prediction", reduce)
            given = predicted, _table(other_rows, classes)

        presets = worked_presets(truth, table, [c["thing"] for c in classes], given, far)
        names = [p["id"] for p in presets]
        if preset is not None:
            inputs.choice(preset, "preset", names)
        state = {"selected": None, **presets[0]["state"]}
        data: dict[str, Any] = {
            "classes": classes,
            "presets": presets,
            "void": _void_id([*rows, *other_rows], void),
        }
        if preset is not None:
            start = presets[names.index(preset)]
            state = {**state, **start["state"]}
            data["view"] = start["view"]
            if start["view"]["select"]:
                state["selected"] = start["view"]["select"]
        if image is not None:
            data["image"] = image_url(image)
        self._classes = classes  # the base class measures before it has the data
        super().__init__(state=state, data=data, **options)

    def __repr__(self) -> str:
        height, width = self.state["shape"]
        m = self.metrics
        scores = ", ".join(
            f"{name.upper()} {'undefined' if m[name] is None else f'{m[name]:.3f}'}"
            for name in ("pq", "sq", "rq")
        )
        n = len(self.state["truth_segments"])
        return f"PanopticScene({height} × {width}, {n} segments, {self.state['mode']}: {scores})"

    @property
    def preset_names(self) -> list[str]:
        """Names of this scene's presets."""
        return [preset["id"] for preset in self._data["presets"]]

    @property
    def void_id(self) -> int:
        """The id of pixels that belong to no segment, in `truth` and `prediction`."""
        return int(self._data["void"])

    @property
    def truth(self) -> Ids:
        """The truth as it is now, (H, W)."""
        return self._ids("truth")

    @property
    def prediction(self) -> Ids:
        """The prediction as it is now, (H, W)."""
        return self._ids("prediction")

    @property
    def truth_classes(self) -> dict[int, int]:
        """Class id of each segment of the truth."""
        return self._class_ids("truth")

    @property
    def prediction_classes(self) -> dict[int, int]:
        """Class id of each segment of the prediction."""
        return self._class_ids("prediction")

    def _ids(self, name: str) -> Ids:
        ids = np.array([self.void_id, *(row[0] for row in self.state[f"{name}_segments"])])
        return ids[decode_label_runs(self.state[name], tuple(self.state["shape"]))]

    def _class_ids(self, name: str) -> dict[int, int]:
        return {row[0]: self._classes[row[1]]["id"] for row in self.state[f"{name}_segments"]}

    def _fields(self) -> Mapping[str, Field]:
        side = fields.whole(1, LONGEST)
        runs = fields.text(16 * LONGEST**2)
        segment = fields.row(
            **{
                "id": fields.whole(-inputs.LARGEST_COUNT),
                "class": fields.whole(0, len(self._classes) - 1),
                "number": fields.whole(0),
            }
        )
        table = fields.list_of(segment, 0, MOST_LABELS)
        return {
            "mode": fields.one_of(*MODES),
            "shape": fields.row(height=side, width=side),
            "selected": fields.optional(
                fields.row(map=fields.one_of(*MAPS), label=fields.whole(1, MOST_LABELS))
            ),
            **dict.fromkeys(MAPS, runs),
            **{f"{name}_segments": table for name in MAPS},
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        for name in MAPS:
            n = len(state[f"{name}_segments"])
            shape = tuple(state["shape"])
            highest = int(fields.read(f"state.{name}", decode_label_runs, state[name], shape).max())
            if highest > n:
                raise ValueError(
                    say(
                        "{name} uses label {highest} and {name}_segments has {n} entries; "
                        "label n is entry n, and there are at most {most_labels}",
                        name=name,
                        highest=highest,
                        n=n,
                        most_labels=MOST_LABELS,
                    )
                )
        if state["selected"] is not None:
            name, label = state["selected"]
            if label > len(state[f"{name}_segments"]):
                raise ValueError(
                    say(
                        "selected is label {label}, of which {name}_segments has no entry",
                        label=label,
                        name=name,
                    )
                )

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        maps = {name: decode_label_runs(state[name], tuple(state["shape"])) for name in MAPS}
        tables = {name: state[f"{name}_segments"] for name in MAPS}
        quality = panoptic_quality(
            *maps.values(),
            *({n: row[1] for n, row in enumerate(table, 1)} for table in tables.values()),
            void=0,
        )
        by_class = {}
        for k, about in enumerate(self._classes):
            here = [
                i for i, c in enumerate(quality.classes) if c == k
            ]  # none if it is in neither map
            by_class[about["name"]] = {
                **{
                    s: next(map(defined, getattr(quality, s)[here]), None)
                    for s in ("pq", "sq", "rq")
                },
                **{n: int(getattr(quality, n)[here].sum()) for n in ("tp", "fp", "fn")},
            }
        return {
            **{s: defined(getattr(quality, f"mean_{s}")) for s in ("pq", "sq", "rq")},
            **{n: int(getattr(quality, n).sum()) for n in ("tp", "fp", "fn")},
            "classes": by_class,
            "matches": [
                [tables["truth"][m.truth - 1][0], tables["prediction"][m.prediction - 1][0], m.iou]
                for m in quality.matches
            ],
            "selected": self._selected(state, maps, quality),
        }

    def _selected(
        self, state: dict[str, Any], maps: dict[str, Labels], quality: PanopticQuality
    ) -> dict[str, Any] | None:
        """Describe the segment that the reader chose; None where it has no pixel."""
        if state["selected"] is None:
            return None
        name, label = state["selected"]
        area = int((maps[name] == label).sum())
        if not area:
            return None
        number, k, instance = state[f"{name}_segments"][label - 1]
        ious = {getattr(m, name): m.iou for m in quality.matches}
        alone = quality.missed if name == "truth" else quality.false
        status = "TP" if label in ious else "void"
        if label in alone:
            status = "FN" if name == "truth" else "FP"
        return {
            "map": name,
            "id": number,
            "class": self._classes[k]["name"],
            "number": instance,
            "thing": self._classes[k]["thing"],
            "area": area,
            "share": area / maps[name].size,
            "status": status,
            "iou": ious.get(label),
        }


# --- what is given --------------------------------------------------------------------------------


def _rows(segments: Iterable[Any]) -> list[_Row]:
    rows: list[_Row] = []
    seen: dict[str, int] = {}
    for segment in segments:
        row = _row(segment, seen)
        if row.id in [r.id for r in rows]:
            raise ValueError(say("two segments have the id {id}; ids must differ", id=row.id))
        seen.setdefault(row.name, row.class_id)
        rows.append(row)
    if not 1 <= len(rows) <= MOST_SEGMENTS:
        raise ValueError(
            say(
                "a PanopticScene shows 1 to {most_segments} segments, got {n}; crop the map, "
                "or give the small ones the void id",
                most_segments=MOST_SEGMENTS,
                n=len(rows),
            )
        )
    return sorted(rows)


def _row(segment: Any, seen: dict[str, int]) -> _Row:
    if isinstance(segment, scenes.Segment):
        about = scenes.CLASSES[segment.class_id]
        color = hex_color(about.color)
        return _Row(segment.id, segment.class_id, about.name, about.is_thing, color)

    def value(name: str, default: Any = None) -> Any:
        if isinstance(segment, Mapping):
            return segment.get(name, default)
        return getattr(segment, name, default)

    found = {name: value(name) for name in ("id", "class_name", "is_thing")}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise TypeError(
            say(
                "segment {segment!r} has no {first}; it needs id, class_name and is_thing",
                segment=segment,
                first=missing[0],
            )
        )
    name = str(found["class_name"])
    class_id = _exact("a class_id", value("class_id", seen.get(name, len(seen))))
    return _Row(_exact("an id", found["id"]), class_id, name, bool(found["is_thing"]), None)


def _exact(what: str, value: Any) -> int:
    """Return a whole number that a browser holds exactly, and those after it for new segments."""
    found = inputs.whole(value, what)
    if not -inputs.LARGEST_COUNT <= found <= inputs.LARGEST_COUNT - MOST_LABELS:
        raise ValueError(
            say(
                "{what} must lie in -2^53 … 2^53 - {most_labels}, which a browser holds "
                "exactly, got {found}; number the segments anew",
                what=what,
                most_labels=MOST_LABELS,
                found=fields.shown(found),
            )
        )
    return found


def _classes(rows: list[_Row]) -> list[dict[str, Any]]:
    """One entry a class, by class id."""
    classes: dict[int, dict[str, Any]] = {}
    for row in rows:
        about = {"id": row.class_id, "name": row.name, "thing": row.is_thing, "color": row.color}
        first = classes.setdefault(row.class_id, about)
        if first != about or [c["name"] for c in classes.values()].count(row.name) > 1:
            raise ValueError(
                say(
                    "segment {id} says that class {class_id} is {name!r} ({kind}), another "
                    "segment says otherwise; a class has one id, one name and one kind",
                    id=row.id,
                    class_id=row.class_id,
                    name=row.name,
                    kind=say("thing") if row.is_thing else say("stuff"),
                )
            )
    return [classes[class_id] for class_id in sorted(classes)]


def _table(rows: list[_Row], classes: list[dict[str, Any]]) -> list[list[int]]:
    """[id, class, number within the class] of each label; stuff has number 0."""
    index = {c["id"]: k for k, c in enumerate(classes)}
    counted = [0] * len(classes)
    table = []
    for row in rows:
        k = index[row.class_id]
        counted[k] += row.is_thing
        table.append([row.id, k, counted[k]])
    return table


def _void_of(ids: npt.NDArray[Any], rows: list[_Row]) -> int | None:
    stray = sorted(set(np.unique(ids).tolist()) - {row.id for row in rows})
    if len(stray) > 1:
        raise ValueError(
            say("the ids {stray} belong to no segment; give one of them as void", stray=stray)
        )
    return int(stray[0]) if stray else None


def _void_id(rows: list[_Row], void: int | None) -> int:
    if void is not None:
        return _exact("void", void)
    return 0 if all(row.id for row in rows) else -1


def _labels(
    value: npt.ArrayLike, rows: list[_Row], void: int | None, what: str, reduce: int
) -> Labels:
    """Return a map in which segments are numbered from 1, in the order of their ids; void is 0."""
    ids = inputs.label_map(value, what, booleans=False)
    known = np.array([row.id for row in rows])
    stray = set(np.unique(ids).tolist()) - set(known.tolist()) - {void}
    if stray:
        raise ValueError(
            say(
                "{what} has pixels of id {low}, which is not among its segments; add it to "
                "segments, or pass void={low}",
                what=what,
                low=min(stray),
            )
        )
    ids = middles(ids, reduce)
    check_sides(ids.shape, np.shape(value), LONGEST)
    labels = np.zeros(ids.shape, np.uint8)
    for n, number in enumerate(known, 1):
        labels[ids == number] = n
    lost = [row for n, row in enumerate(rows, 1) if what == "panoptic" and not (labels == n).any()]
    if lost and reduce == 1:
        raise ValueError(
            say("segment {id} has no pixel; leave it out of the segments", id=lost[0].id)
        )
    for row in lost:
        warnings.warn(
            say(
                "segment {id} ({name}) has no pixel left with reduce={reduce}",
                id=row.id,
                name=row.name,
                reduce=reduce,
            ),
            stacklevel=3,
        )
    return labels


def _check_proportions(image: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if abs(image[0] * shape[1] / (image[1] * shape[0]) - 1) > 0.02:
        raise ValueError(
            say(
                "the image, {height} × {width}, has other proportions than the map, {height2} "
                "× {width2}; crop it to what the map shows",
                height=image[0],
                width=image[1],
                height2=shape[0],
                width2=shape[1],
            )
        )
