"""Spectral explorer: point at a pixel, see its spectrum, and ask what each kind of sensor can tell apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.data import samples
from seglearn.imaging import spectra
from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.codec import defined, encode_label_runs
from seglearn.widgets.fields import Field
from seglearn.widgets.pixels import check_sides
from seglearn.widgets.spectral_explorer.pairs import telling_presets
from seglearn.widgets.spectral_explorer.reduction import ReducedCube, reduced_cube
from seglearn.words import say

Floats = npt.NDArray[np.float64]

QUANTITIES = ("angle", "band")
SIDES = ("below", "above")
AGAINST = ("all", "pinned")
MOST_PINS = 5
MOST_BANDS = 512
LONGEST = 256  # pixels a side; beyond this a page carries too little of each pixel
FEWEST_TO_RESAMPLE = 20  # with fewer bands there is nothing to make other sensors of
STOPS = 200  # places that a threshold can take between the ends of its range


class _Given(NamedTuple):
    """What the widget is made of."""

    cube: Floats
    wavelengths_um: Floats | None
    labels: npt.NDArray[np.uint8] | None
    class_names: list[str]
    ignore_index: int | None
    rgb: tuple[int, int, int] | None
    unit: str
    credit: str
    source: str  # the function of `samples` for "copy as Python"; empty if it is none


class SpectralExplorer(Widget):
    """A spectral cube to point at: spectra, false colours, sensors, spectral angles and thresholds.

    ::

        from seglearn.widgets import SpectralExplorer

        SpectralExplorer()                                   # Indian Pines, 200 bands
        SpectralExplorer(samples.landsat7())                 # any image of seglearn.data.samples
        SpectralExplorer(cube, wavelengths_um, labels=labels, class_names=names)      # your own

    Parameters
    ----------
    cube : array_like (H, W, B) or Raster, optional
        Finite numbers in any unit, at most 256 pixels a side and 2 to 512 bands. A
        `seglearn.data.samples.Raster` brings its wavelengths, labels and names. Without it, Indian
        Pines.
    wavelengths_um : array_like (B,), optional
        Band centres in micrometres, ascending. With them, and 20 bands or more, the widget shows
        what other sensors would see.
    labels : array_like (H, W) of int, optional
        The class of each pixel, 0 to 254. Without it there are no class names, no thresholds to
        score and no presets of telling pairs.
    class_names : sequence of str, optional
        The name of class 0, 1, …; "class 0", "class 1", … by default.
    ignore_index : int, optional
        The label of pixels that have no class; they are shown and never counted.
    rgb : (int, int, int), optional
        The bands shown as red, green and blue at first, counted from 0.
    unit : str
        What the numbers are, written at the axis.
    preset : str, optional
        What to open with, one of `preset_names`; the first by default.
    reduce : int
        Average each `reduce` × `reduce` block of pixels, and keep its middle label. For cubes of
        more than 256 pixels a side.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "look", "angles" and, with labels,
        "threshold".

    Attributes
    ----------
    metrics : dict
        ``sensor``, ``n_bands``; ``pins`` (row, column and class of each); ``angles``, in degrees
        between the pins as the sensor sees them; ``threshold`` (what it captures: ``class, side,
        value, tp, fp, fn, precision, recall, iou``; ``best``, the highest IoU of any threshold; and
        ``everything``, the IoU of capturing all that is counted); and ``ledger``, by sensor the
        highest IoU that a threshold on the angle to the asked pin reaches. ``None`` where something
        is undefined.
    pins : list of (int, int)
        Row and column of the pinned pixels. Can be assigned.
    cube : ndarray of float32, (H, W, B)
        The cube as the browser has it: what was given, less `error`.
    error : dict
        What the reduction lost; see `seglearn.widgets.spectral_explorer.reduction.ReducedCube`.
    responses : dict
        What each sensor makes of the bands, (n, B); None for the bands as they are.

    Raises
    ------
    TypeError
        If the cube holds no real numbers.
    ValueError
        If shapes do not agree, values are not finite, or the cube is too large.

    Notes
    -----
    Bands are drawn side by side in the order of the cube. Those of Indian Pines step back by 0.01 µm
    in two places, where one of its spectrometers hands over to the next.
    """

    bundle = "spectral_explorer"
    stages = ("look", "angles", "threshold")
    controls: ClassVar[tuple[str, ...]] = ("sensor", "picture", "spectrum", "pins", "threshold")

    def __init__(
        self,
        cube: Any = None,
        wavelengths_um: npt.ArrayLike | None = None,
        labels: npt.ArrayLike | None = None,
        class_names: Any = None,
        *,
        ignore_index: int | None = None,
        rgb: tuple[int, int, int] | None = None,
        unit: str = "",
        preset: str | None = None,
        reduce: int = 1,
        **options: Any,
    ) -> None:
        reduce = inputs.whole(reduce, "reduce", 1)
        own = {
            "wavelengths_um": wavelengths_um,
            "labels": labels,
            "class_names": class_names,
            "ignore_index": ignore_index,
        }
        own = {name: value for name, value in own.items() if value is not None}
        if cube is None and own:
            raise ValueError(
                say(
                    "{first} was given without a cube; give the cube as well", first=next(iter(own))
                )
            )
        if (cube is None or isinstance(cube, samples.IndianPines)) and not own and reduce == 1:
            parts = _indian_pines()
        else:
            scene = samples.indian_pines() if cube is None else cube
            parts = _parts(_checked(scene, own, reduce))
        self._reduced, self.responses, self._labels, data = parts
        n_bands = self._reduced.shape[2]
        presets = data["presets"]
        if rgb is not None:
            if len(rgb) != 3 or not all(0 <= band < n_bands for band in rgb):
                raise ValueError(
                    say(
                        "rgb must be three bands from 0 to {last}, got {rgb!r}",
                        last=n_bands - 1,
                        rgb=rgb,
                    )
                )
            bands = [int(band) for band in rgb]
            presets = [{**p, "state": {**p["state"], "bands": bands}} for p in presets]
        names = [entry["id"] for entry in presets]
        if preset is not None:
            inputs.choice(preset, "preset", names)
        self._class_names: list[str] = data["class_names"]
        self._ignore_index: int | None = data["ignore"]
        self._angle_maps: dict[tuple[str, int, int], Floats] = {}
        start = presets[names.index(preset) if preset else 0]
        data = {**data, "presets": presets, "view": start.get("view", {})}
        if unit:
            data["unit"] = unit
        super().__init__(state=dict(start["state"]), data=data, **options)

    def __repr__(self) -> str:
        height, width, n_bands = self._reduced.shape
        return (
            f"SpectralExplorer({height} × {width}, {n_bands} bands, as {self.state['sensor']}, "
            f"{len(self.state['pins'])} pins)"
        )

    @property
    def preset_names(self) -> list[str]:
        """Names of this cube's presets."""
        return [preset["id"] for preset in self._data["presets"]]

    @property
    def cube(self) -> npt.NDArray[np.float32]:
        """The cube as the browser has it, (H, W, B) float32."""
        return self._reduced.cube

    @property
    def error(self) -> dict[str, float]:
        """What the reduction lost."""
        return dict(self._reduced.error)

    @property
    def pins(self) -> list[tuple[int, int]]:
        """Row and column of the pinned pixels."""
        return [(row, column) for row, column in self.state["pins"]]

    @pins.setter
    def pins(self, pins: Any) -> None:
        whole = [[int(row), int(column)] for row, column in pins]
        asked = min(self.state["pin"], max(0, len(whole) - 1))
        self.state = {**self.state, "pins": whole, "pin": asked, "t": None}

    # --- state and measurement --------------------------------------------------------------------
    def _fields(self) -> Mapping[str, Field]:
        height, width, n_bands = self._reduced.shape
        band = fields.whole(0, n_bands - 1)
        pin = fields.row(row=fields.whole(0, height - 1), column=fields.whole(0, width - 1))
        return {
            "sensor": fields.one_of(*self.responses),
            "pins": fields.list_of(pin, 0, MOST_PINS),
            "bands": fields.row(red=band, green=band, blue=band),
            "pin": fields.whole(0, MOST_PINS - 1),
            "on": fields.one_of(*QUANTITIES),
            "band": band,
            "side": fields.one_of(*SIDES),
            "t": fields.optional(fields.number()),
            "rest": fields.one_of(*AGAINST),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        if state["pin"] > max(0, len(state["pins"]) - 1):
            raise ValueError(
                say("pin {now} is asked about, of {n} pins", now=state["pin"], n=len(state["pins"]))
            )

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        seen = self._seen(state["sensor"], [self._index(pin) for pin in state["pins"]])
        response = self.responses[state["sensor"]]
        n_bands = self._reduced.shape[2] if response is None else len(response)
        angles: list[list[float | None]] = [[None] * len(seen)] * len(seen)
        if n_bands > 1:
            degrees = np.degrees(spectra.spectral_angle(seen[:, None], seen[None]))
            angles = [[defined(value) for value in row] for row in degrees.tolist()]
        return {
            "sensor": state["sensor"],
            "n_bands": n_bands,
            "pins": [
                {"row": pin[0], "column": pin[1], "class": self._class_of(pin)}
                for pin in state["pins"]
            ],
            "angles": angles,
            "threshold": self._threshold(state),
            "ledger": {sensor: self._best_by_angle(state, sensor) for sensor in self.responses},
        }

    def _threshold(self, state: dict[str, Any]) -> dict[str, Any] | None:
        roles = self._roles(state)
        values = self._quantity(state, state["sensor"])
        if roles is None or values is None:
            return None
        stops, side, best = _best_threshold(values, roles, state["on"] == "angle")
        t = stops if state["t"] is None else state["t"]
        if state["on"] == "angle":
            side = "below"
        elif state["t"] is not None:
            side = state["side"]
        with np.errstate(invalid="ignore"):
            inside = values <= t if side == "below" else values > t
        tp, fp, fn = (
            int((inside & (roles == 1)).sum()),
            int((inside & (roles == 2)).sum()),
            int((~inside & (roles == 1)).sum()),
        )
        return {
            "class": self._class_of(state["pins"][state["pin"]]),
            "side": side,
            "value": float(t),
            "tp": tp,
            "fp": fp,
            "fn": fn,
            "precision": tp / (tp + fp) if tp + fp else None,
            "recall": tp / (tp + fn) if tp + fn else None,
            "iou": tp / (tp + fp + fn) if tp + fp + fn else None,
            "best": best,
            "everything": int((roles == 1).sum()) / int((roles > 0).sum()),
        }

    def _best_by_angle(self, state: dict[str, Any], sensor: str) -> float | None:
        roles = self._roles(state)
        values = self._quantity({**state, "on": "angle"}, sensor)
        if roles is None or values is None:
            return None
        return _best_threshold(values, roles, True)[2]

    def _roles(self, state: dict[str, Any]) -> npt.NDArray[np.uint8] | None:
        """1 for pixels of the asked pin's class, 2 for those it is held against, 0 for the others."""
        if self._labels is None or not state["pins"]:
            return None
        row, column = state["pins"][state["pin"]]
        target = self._labels[row, column]
        if target == self._ignore_index:
            return None
        labels = self._labels.ravel()
        counted = np.ones(labels.shape, bool)
        if self._ignore_index is not None:
            counted = labels != self._ignore_index
        if state["rest"] == "pinned":
            counted &= np.isin(labels, [self._labels[r, c] for r, c in state["pins"]])
        return np.where(counted, np.where(labels == target, 1, 2), 0).astype(np.uint8)

    def _quantity(self, state: dict[str, Any], sensor: str) -> Floats | None:
        """Return what the threshold is set on, for each pixel; None where there is nothing to split.

        That is the angle of a single band, and values that are all the same.
        """
        response = self.responses[sensor]
        if state["on"] == "band":
            band = state["band"]
            basis = self._reduced.basis
            row = basis[:, band] if response is None else basis @ response[box_of(response, band)]
            values = self._reduced.coefficients @ row
        elif not state["pins"] or (response is not None and len(response) < 2):
            return None
        else:
            values = self._angles_to(sensor, state["pins"][state["pin"]])
        low, high = _range_of(values, state["on"] == "angle")
        return values if high > low else None

    def _angles_to(self, sensor: str, pin: list[int]) -> Floats:
        """Return the angle between a pin and every pixel, degrees; remembered, as a drag asks again."""
        key = (sensor, pin[0], pin[1])
        if key not in self._angle_maps:
            if len(self._angle_maps) > 16:
                self._angle_maps.clear()
            seen = self._seen(sensor)
            self._angle_maps[key] = np.degrees(spectra.spectral_angle(seen, seen[self._index(pin)]))
        return self._angle_maps[key]

    def _seen(self, sensor: str, pixels: list[int] | slice = slice(None)) -> Floats:
        """Return pixels as a sensor sees them, (n, its bands); all bands with as few numbers as do."""
        response = self.responses[sensor]
        if response is None:
            return self._reduced.isometric[pixels]
        return self._reduced.coefficients[pixels] @ (self._reduced.basis @ response.T)

    def _index(self, pin: Any) -> int:
        return int(pin[0]) * self._reduced.shape[1] + int(pin[1])

    def _class_of(self, pin: Any) -> str | None:
        if self._labels is None:
            return None
        label = int(self._labels[pin[0], pin[1]])
        return None if label == self._ignore_index else self._class_names[label]


def box_of(response: Floats, band: int) -> int:
    """Return which band of a sensor stands where `band` of the cube is: the one centred nearest."""
    centres = response @ np.arange(response.shape[1]) / response.sum(axis=1)
    return int(np.abs(centres - band).argmin())


def _range_of(values: Floats, from_zero: bool) -> tuple[float, float]:
    """Return where a threshold may lie: all but 0.5 % at either end, of a sample of the pixels."""
    sample = np.sort(values[:: max(1, len(values) >> 12)])
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return math.nan, math.nan
    low, high = (float(sample[int(q * (len(sample) - 1))]) for q in (0.005, 0.995))
    return (0.0 if from_zero else low), high


def _best_threshold(
    values: Floats, roles: npt.NDArray[np.uint8], is_angle: bool
) -> tuple[float, str, float | None]:
    """Return the threshold of the `STOPS` + 1 with the highest IoU, its side, and that IoU."""
    low, high = _range_of(values, is_angle)
    fine = np.isfinite(values) & (roles > 0)
    step = (high - low) / STOPS
    bins = np.clip(np.ceil((values[fine] - low) / step), 0, STOPS + 1).astype(int)
    target, rest = (np.bincount(bins[roles[fine] == role], minlength=STOPS + 2) for role in (1, 2))
    total = int((roles == 1).sum())
    inside, outside = target.cumsum()[:-1], rest.cumsum()[:-1]
    ious = {"below": inside / (total + outside)}
    if not is_angle:
        ious["above"] = (total - inside) / (total + rest.sum() - outside)
    table = np.array(list(ious.values()))
    # the first stop that reaches the highest value, as the browser finds it
    stop = int(table.max(axis=0).argmax())
    which = int(table[:, stop].argmax())
    return low + stop * (high - low) / STOPS, list(ious)[which], float(table[which, stop])


# --- what is given --------------------------------------------------------------------------------


def _checked(cube: Any, own: dict[str, Any], reduce: int) -> _Given:
    """Return what was given, `own` before what a Raster brings, checked and reduced."""
    names = ("wavelengths_um", "labels", "class_names", "ignore_index")
    given: dict[str, Any] = dict.fromkeys(names)
    rgb, unit, credit, source = None, "", "", ""
    if isinstance(cube, samples.Raster):
        known = cube.wavelengths_um
        given["wavelengths_um"] = None if None in known else np.array(known, dtype=float)
        for name in ("labels", "class_names", "ignore_index"):
            given[name] = getattr(cube, name, None)
        rgb, unit, credit = _display_bands(cube), cube.units, cube.credit
        sampled = not own and reduce == 1 and callable(getattr(samples, cube.name, None))
        source = cube.name if sampled else ""
        if isinstance(cube, samples.IndianPines):
            rgb, unit = COLOUR_INFRARED, "radiance"
        cube = cube.image
    given |= own
    ignored = fields.optional(fields.whole(-inputs.LARGEST_COUNT))
    given["ignore_index"] = ignored("ignore_index", given["ignore_index"])
    array = _checked_cube(cube)
    given_shape, n_bands = array.shape, array.shape[2]
    waves = None
    if given["wavelengths_um"] is not None:
        waves = spectra.wavelengths(given["wavelengths_um"], ascending="wavelengths_um" in own)
        if len(waves) != n_bands:
            raise ValueError(
                say(
                    "there are {n_bands} bands but {n} wavelengths; give one a band, and put "
                    "the bands of the cube last",
                    n_bands=n_bands,
                    n=len(waves),
                )
            )
    labels, class_names = _checked_labels(
        given["labels"], given["class_names"], given["ignore_index"], array.shape[:2]
    )
    if reduce > 1:
        height, width = (n // reduce * reduce for n in array.shape[:2])
        rows, columns = height // reduce, width // reduce
        blocks = array[:height, :width].reshape(rows, reduce, columns, reduce, n_bands)
        array = blocks.mean(axis=(1, 3))
        if labels is not None:
            labels = labels[reduce // 2 : height : reduce, reduce // 2 : width : reduce]
    check_sides(array.shape, given_shape, LONGEST)
    return _Given(
        cube=array,
        wavelengths_um=waves,
        labels=labels,
        class_names=class_names,
        ignore_index=given["ignore_index"],
        rgb=rgb,
        unit=unit,
        credit=credit,
        source=source,
    )


def _checked_cube(cube: Any) -> Floats:
    array = inputs.reals(cube, say("the cube"))
    if array.ndim != 3 or not 2 <= array.shape[2] <= MOST_BANDS or array.size == 0:
        raise ValueError(
            say(
                "a cube is (height, width, 2 to {most_bands} bands), got shape {shape}; put "
                "the bands last",
                most_bands=MOST_BANDS,
                shape=array.shape,
            )
        )
    return inputs.finite(array, say("the cube")).astype(np.float64)


def _checked_labels(
    labels: Any, class_names: Any, ignore_index: int | None, shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.uint8] | None, list[str]]:
    if labels is None:
        if class_names is not None:
            raise ValueError(say("class_names was given without labels; give the labels as well"))
        return None, []
    array = inputs.label_map(labels, booleans=False)
    if array.shape != shape:
        raise ValueError(
            say(
                "labels must be {shape}, one for each pixel, got {array_shape}",
                shape=shape,
                array_shape=array.shape,
            )
        )
    if array.min() < 0 or array.max() > 255:
        raise ValueError(
            say(
                "labels must be whole numbers from 0 to 255, got {dtype} from {low} to {high}",
                dtype=array.dtype,
                low=array.min(),
                high=array.max(),
            )
        )
    counted = array if ignore_index is None else array[array != ignore_index]
    if not counted.size:
        raise ValueError(
            say(
                "every label is {ignore_index}, which is ignored; nothing is labelled",
                ignore_index=ignore_index,
            )
        )
    highest = int(counted.max())
    names = [f"class {k}" for k in range(highest + 1)]
    if class_names is not None:
        names = [str(name) for name in class_names]
    if len(names) <= highest:
        raise ValueError(
            say(
                "label {highest} has no name: class_names has {n} entries",
                highest=highest,
                n=len(names),
            )
        )
    return array.astype(np.uint8), names


def _display_bands(raster: samples.Raster) -> tuple[int, int, int]:
    red, green, blue = (
        next(i for i, band in enumerate(raster.bands) if which in (band.name, band.label))
        for which in raster.display_bands
    )
    return red, green, blue


COLOUR_INFRARED = (49, 26, 16)  # of Indian Pines: near infrared, red, green; what grows is red


_Parts = tuple[ReducedCube, dict[str, Floats | None], npt.NDArray[np.uint8] | None, dict[str, Any]]


@cache
def _indian_pines() -> _Parts:
    """Return the parts of the default; they take a second to measure."""
    return _parts(_checked(samples.indian_pines(), {}, 1))


def _parts(given: _Given) -> _Parts:
    reduced = reduced_cube(given.cube)
    responses = _responses(given.wavelengths_um, given.cube.shape[2])
    n_bands = given.cube.shape[2]
    rgb = given.rgb or _natural(given.wavelengths_um, n_bands)
    state = {
        "sensor": "hyper",
        "pins": [[n // 2 for n in given.cube.shape[:2]]],
        "bands": list(rgb),
        "pin": 0,
        "on": "angle",
        "band": rgb[0],
        "side": "below",
        "t": None,
        "rest": "all",
    }
    presets = [{"id": "given", "state": state}]
    if given.labels is not None:
        told = telling_presets(given.cube, given.labels, given.ignore_index, responses)
        presets = [{**p, "state": {**state, **p["state"]}} for p in told] or presets
    data = {
        "cube": reduced.text,
        "error": reduced.error,
        "sensors": {name: _boxes(name, response) for name, response in responses.items()},
        "labels": None if given.labels is None else encode_label_runs(given.labels),
        "class_names": given.class_names,
        "ignore": given.ignore_index,
        "unit": given.unit,
        "credit": given.credit,
        "source": given.source,
        "axis": _axis(given),
        "presets": presets,
    }
    return reduced, responses, given.labels, data


def _natural(wavelengths_um: Floats | None, n_bands: int) -> tuple[int, int, int]:
    """Return the bands nearest to red, green and blue light, or spread bands where nothing is known."""
    if wavelengths_um is None:
        return 3 * (n_bands - 1) // 4, (n_bands - 1) // 2, (n_bands - 1) // 4
    red, green, blue = (
        int(np.abs(wavelengths_um - centre).argmin()) for centre in (0.65, 0.55, 0.47)
    )
    return red, green, blue


_MULTI = [band.name for band in spectra.LANDSAT8.bands if band.label != "cirrus"]
_OTHERS = {
    "pan": spectra.LANDSAT8_PAN,
    "rgb": spectra.CAMERA,
    "multi": spectra.LANDSAT8.pick(*_MULTI),
}


def _responses(wavelengths_um: Floats | None, n_bands: int) -> dict[str, Floats | None]:
    """Return the sensors that this cube can stand in for; the last is the cube's own."""
    found: dict[str, Floats | None] = {}
    if wavelengths_um is None or n_bands < FEWEST_TO_RESAMPLE:
        found["pan"] = np.full((1, n_bands), 1 / n_bands)
    else:
        for name, sensor in _OTHERS.items():
            try:
                response = sensor.response(wavelengths_um)
            except ValueError:  # the sensor looks where the cube has nothing
                continue
            response = np.where(response < 1e-3 * response.max(axis=1, keepdims=True), 0, response)
            # rounded, so that the browser multiplies with the same numbers
            found[name] = np.round(response / response.sum(axis=1, keepdims=True), 6)
    return {**found, "hyper": None}


def _boxes(name: str, response: Floats | None) -> list[dict[str, Any]] | None:
    if response is None:
        return None
    labels = _OTHERS[name].labels if len(_OTHERS[name].bands) == len(response) else ("",)
    boxes = []
    for label, row in zip(labels, response, strict=True):
        inside = np.flatnonzero(row)
        first, last = int(inside[0]), int(inside[-1])
        weights = row[first : last + 1].tolist()
        boxes.append({"label": label, "first": first, "weights": weights})
    return boxes


REGIONS = (("visible", 0.7), ("near infrared", 1.4), ("short-wave infrared", 3.0))


def _axis(given: _Given) -> dict[str, Any]:
    """Return what the axis says: wavelengths if known, rough regions, and where bands are missing."""
    waves = given.wavelengths_um
    if waves is None:
        return {"wavelengths": None, "regions": [], "breaks": []}
    steps, many = np.diff(waves), len(waves) >= FEWEST_TO_RESAMPLE
    ends = [int((waves <= end).sum()) for _, end in REGIONS]
    names = [name for name, _ in REGIONS]
    starts = [0, *ends[:-1]]
    return {
        "wavelengths": np.round(waves, 4).tolist(),
        "regions": [
            [name, start, end]
            for name, start, end in zip(names, starts, ends, strict=True)
            if end > start
        ],
        "breaks": np.flatnonzero(many & (steps > 3 * np.median(steps))).tolist(),
    }
