"""Predictions for `PanopticScene`, each wrong in one way, so that one term of PQ moves at a time.

Maps hold labels: 0 is void or no answer, label n is entry n of a table of [id, class, number].
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt, gaussian_filter

from seglearn.data import scenes
from seglearn.widgets.codec import encode_label_runs

Labels = npt.NDArray[np.uint8]
Table = list[list[int]]

SMALLEST = 250  # pixels of a segment of the street, of 288 × 384; what is smaller is void
STEADY, UNSTEADY = 0.4, 1.2  # pixels by which a drawn outline is off, on a map 144 pixels high


class Street(NamedTuple):
    """A street in which people stand arm in arm, and one far car was left void."""

    image: npt.NDArray[np.float32]
    panoptic: npt.NDArray[np.int32]
    segments: tuple[scenes.Segment, ...]
    far: npt.NDArray[np.bool_]


def street() -> Street:
    """Return the scene that the widget opens with, 288 × 384 pixels."""
    scene = scenes.make_scene(
        457,
        (288, 384),
        void_px=0,
        people=4,
        cars=3,
        poles=3,
        touching=0.7,
        light_variation=0.0,
        greenery=0.8,
        scale_range=0.5,
    )
    cars = [
        s for s in scene.segments if scenes.CLASSES[s.class_id].name == "car" and s.area >= SMALLEST
    ]
    farthest = max(cars, key=lambda s: s.distance or 0)
    panoptic = scene.panoptic.copy()
    far = panoptic == farthest.id
    kept = tuple(s for s in scene.segments if s.id != farthest.id and s.area >= SMALLEST)
    panoptic[~np.isin(panoptic, [s.id for s in kept])] = scenes.IGNORE * scenes.PANOPTIC_BASE
    return Street(scene.image, panoptic, kept, far)


def touching(labels: Labels, table: Table) -> list[tuple[int, int]]:
    """Pairs of labels of one class that share an edge; those with the longest edge come first."""
    classes = np.array([-1, *(row[1] for row in table)])
    edges: dict[tuple[int, int], int] = {}
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        border = (a != b) & (classes[a] == classes[b])
        for i, j in zip(a[border].tolist(), b[border].tolist(), strict=True):
            pair = min(i, j), max(i, j)
            edges[pair] = edges.get(pair, 0) + 1
    return sorted(edges, key=lambda pair: (-edges[pair], pair))


def fill_void(labels: Labels) -> Labels:
    """Give every void pixel the label of the nearest segment: a network always answers."""
    if not (labels == 0).any():
        return labels
    rows, columns = distance_transform_edt(labels == 0, return_distances=False, return_indices=True)
    return labels[rows, columns]


def redrawn(labels: Labels, off: float, seed: int = 0) -> Labels:
    """Redraw every outline with an unsteady hand that is off by about `off` pixels."""
    rng = np.random.default_rng(seed)
    at = []
    for axis, size in enumerate(labels.shape):
        wave = gaussian_filter(rng.standard_normal(labels.shape), 5)
        wave = (wave - wave.mean()) / max(float(wave.std()), 1e-6)
        moved = np.indices(labels.shape)[axis] + off * wave
        at.append(np.clip(np.round(moved).astype(int), 0, size - 1))
    return labels[at[0], at[1]]


def worked_presets(
    truth: Labels,
    table: Table,
    things: list[bool],
    given: tuple[Labels, Table] | None,
    far: npt.NDArray[np.bool_] | None,
) -> list[dict[str, Any]]:
    """Return the presets that this truth allows, the one to begin with first.

    Parameters
    ----------
    truth : ndarray (H, W)
    table : list
        Entry of each label.
    things : list of bool
        Whether each class is one of things.
    given : (labels, table), optional
        A prediction; the ones with mistakes on purpose are left out then.
    far : ndarray (H, W) of bool, optional
        Void pixels on which the last preset predicts a thing: the street's far car.
    """
    areas = np.bincount(truth.ravel(), minlength=len(table) + 1)
    objects = [n for n, row in enumerate(table, 1) if things[row[1]]]
    pairs = [pair for pair in touching(truth, table) if pair[0] in objects]
    hand = min(truth.shape) / 144
    good, good_table = given or (redrawn(fill_void(truth), STEADY * hand), table)
    fixed = {"shape": list(truth.shape), "truth": encode_label_runs(truth), "truth_segments": table}
    presets: list[dict[str, Any]] = []

    def add(
        name: str, mode: str, labels: Labels, entries: Table, chosen: int | None = None
    ) -> None:
        state = {
            "mode": mode,
            "prediction": encode_label_runs(labels),
            "prediction_segments": entries,
        }
        view: dict[str, Any] = {"select": None, "klass": None}
        if mode != "panoptic":
            view["stage"] = (
                "look"  # the other stages show panoptic maps, or ask their own questions
            )
        if chosen is not None:
            view = {"select": ["prediction", chosen], "klass": entries[chosen - 1][1]}
        presets.append({"id": name, "state": state, "view": view})

    add("touching" if pairs else "semantic", "semantic", good, good_table)
    if objects:
        add("things", "instance", good, good_table)
    add("given" if given else "good", "panoptic", good, good_table)
    if not given:
        add("rough", "panoptic", redrawn(fill_void(truth), UNSTEADY * hand), table)
        if pairs:
            first, second = max(pairs, key=lambda pair: min(areas[list(pair)]))
            larger, smaller = sorted((first, second), key=lambda n: -areas[n])
            add("merged", "panoptic", np.where(good == smaller, larger, good), table, larger)
        by_size = sorted((n for n in objects if (good == n).any()), key=lambda n: -areas[n])
        if by_size:
            cuts = [_halved(good, n, len(table) + 1) for n in by_size]
            lost = [_both_lost(truth, cut, n) for n, cut in zip(by_size, cuts, strict=True)]
            at = lost.index(True) if True in lost else 0
            whole = by_size[at]
            entry = [_next_id(table), table[whole - 1][1], _next_number(table, whole)]
            add("halved", "panoptic", cuts[at], [*table, entry], whole)
        if len(objects) > 1:
            crowd = max(objects, key=lambda n: sum(table[n - 1][1] == row[1] for row in table))
            among = [n for n in objects if table[n - 1][1] == table[crowd - 1][1]]
            lost_one = max(among, key=lambda n: areas[n])
            add("missed", "panoptic", np.where(good == lost_one, 0, good), table)
            presets[-1]["view"] = {"select": ["truth", lost_one], "klass": table[lost_one - 1][1]}
    if far is not None:
        car = next(n for n in objects if areas[n] == max(areas[o] for o in objects))
        entry = [_next_id(table), table[car - 1][1], _next_number(table, car)]
        drawn = redrawn(np.where(far, len(table) + 1, fill_void(truth)), STEADY * hand)
        add("void", "panoptic", drawn, [*table, entry], len(table) + 1)
    presets[0]["state"] = {**fixed, **presets[0]["state"]}
    return presets


def _next_id(table: Table) -> int:
    return max(row[0] for row in table) + 1


def _next_number(table: Table, label: int) -> int:
    return max(row[2] for row in table if row[1] == table[label - 1][1]) + 1


def _both_lost(truth: Labels, cut: Labels, label: int) -> bool:
    """Whether neither half, `label` nor the label above all others, is a match any more."""
    for half in (cut == label, cut == cut.max()):
        both = (half & (truth == label)).sum()
        if 2 * both > ((half | (truth == label)) & (truth > 0)).sum():
            return False
    return True


def _halved(labels: Labels, label: int, other: int) -> Labels:
    """Cut a segment into two of equal size across its longer side."""
    rows, columns = np.nonzero(labels == label)
    along = columns if np.ptp(columns) > np.ptp(rows) else rows
    order = np.argsort(along, kind="stable")
    half = order[order.size // 2 :]
    out = labels.copy()
    out[rows[half], columns[half]] = other
    return out
