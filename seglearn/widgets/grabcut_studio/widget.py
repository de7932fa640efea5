"""GrabCut studio: a box, strokes, and an object that GrabCut cuts out of a photograph, iteration by iteration."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from seglearn import inputs
from seglearn.classical import grabcut
from seglearn.data import samples
from seglearn.metrics import iou
from seglearn.widgets import fields
from seglearn.widgets.asking import AskingWidget
from seglearn.widgets.codec import (
    decode_label_runs,
    decode_mask,
    defined,
    encode_label_runs,
    encode_mask,
)
from seglearn.widgets.fields import Field
from seglearn.widgets.pixels import Image8, as_float, blocks, middles, packed_picture, reduced
from seglearn.words import say

Mask = npt.NDArray[np.bool_]

PICTURES = {"flower": ("flower", (1,)), "cup": ("coffee", (1, 4))}
"""Of each photograph of the studio, its name in `seglearn.data.samples`, and the segments of its object."""

REDUCE = 3  # of their pixels a side
LONGEST = 256  # pixels a side; beyond, an iteration takes longer than somebody waits
MOST_ITERATIONS = 12
MOST_STROKES = 999
NOTHING, BACKGROUND, FOREGROUND = 0, 1, 2  # what a pixel of the scribbles says
LOOSE = [46, 18, 159, 130]  # a box around the flower
PRESETS: dict[str, dict[str, Any]] = {
    "easy": {"picture": "flower", "box": LOOSE, "iteration": 0},
    "camouflage": {"picture": "cup", "box": [53, 2, 140, 107], "iteration": MOST_ITERATIONS},
    "bad-box": {"picture": "flower", "box": [46, 18, 104, 130], "iteration": 0},
}
VIEW: dict[str, Any] = {"stage": "cut", "show": "photograph"}


class GrabCutStudio(AskingWidget):
    """GrabCut on a photograph: box and strokes by hand, iterations by the kernel, every number of it in sight.

    ::

        from seglearn.widgets import GrabCutStudio

        GrabCutStudio()                                            # a flower, and a cup on its saucer
        GrabCutStudio(photo.image, photo.panoptic == 1, box=(40, 20, 400, 280), reduce=2)

    Parameters
    ----------
    image : array_like (H, W) or (H, W, 3), or Photograph, optional
        Float in [0, 1] or uint8. Without it, two photographs of the course.
    truth : array_like (H, W) of bool, or of 0, 1 and `ignore_index`, optional
        The object, to measure IoU against.
    box : (x0, y0, x1, y1), optional
        Around the object, in whole pixels of `image`. Without it, the reader draws one.
    ignore_index : int, optional
        Value of the truth for pixels that do not count.
    preset : {"easy", "camouflage", "bad-box"}, optional
        What to open with; "easy" by default. There for the bundled photographs only.
    reduce : int
        Average each `reduce` × `reduce` block of the image into one pixel, and take the middle one
        of the truth's. For images of more than 256 pixels a side.
    stage, hide, size, palette
        See `seglearn.widgets.base.Widget`. The stages are "cut", "colours" and "energy".

    Attributes
    ----------
    state : dict
        ``picture``; ``box``, or None; ``scribbles``, label and run length in turn, where 0 says
        nothing, 1 background and 2 foreground; ``strokes``, how many were drawn; ``start``, the
        mask from which the iterations began, as run lengths, or None for the box; ``iteration``.
    metrics : dict
        Of the mask as it is now: ``iou`` with the truth and ``foreground``, its pixels; ``u``, ``v``
        and ``energy`` after an iteration. ``None`` where there is nothing to measure.
    picture : ndarray (H, W, 3) of uint8, or None
        The reader's own picture, dropped, chosen or pasted.
    image : ndarray, (H, W) or (H, W, 3) float32 in [0, 1]
        The photograph that is shown.
    truth : (H, W) uint8, or None
        Its object: 1, with 0 around it and 255 where a pixel does not count.
    mask : (H, W) bool
        What is cut out; before the first iteration, where GrabCut begins.
    scribbles : (H, W) int32
        As `seglearn.classical.grabcut` takes them: 0, 1, and −1 where nothing is drawn.

    Raises
    ------
    TypeError, ValueError
        If the image, truth or box is of another kind or shape, more than 256 pixels a side are left,
        or the preset is unknown.

    Notes
    -----
    What is shown after an iteration is a state of `seglearn.classical.grabcut.steps`. The runs of the
    presets, or of the given box, travel with the widget, so that a page without a kernel plays them.
    """

    bundle = "grabcut_studio"
    stages = ("cut", "colours", "energy")
    controls: ClassVar[tuple[str, ...]] = (
        "own",
        "tools",
        "run",
        "views",
        "score",
        "probe",
        "components",
        "energy",
    )

    def __init__(
        self,
        image: Any = None,
        truth: npt.ArrayLike | None = None,
        *,
        box: Any = None,
        ignore_index: int | None = None,
        preset: str | None = None,
        reduce: int = 1,
        **options: Any,
    ) -> None:
        reduce = inputs.whole(reduce, "reduce", 1)
        self._runs: dict[str, _Run] = {}
        self._truths: dict[str, Image8 | None]
        if image is None:
            given = {"truth": truth, "box": box, "ignore_index": ignore_index}
            for name in [name for name, value in given.items() if value is not None]:
                raise ValueError(
                    say("{name} was given without image; give the image as well", name=name)
                )
            self._images, self._truths = dict(_bundled()[0]), dict(_bundled()[1])
            presets = PRESETS
        else:
            pixels, regions, edges = _given(image, truth, box, ignore_index, reduce)
            self._images, self._truths = {"given": pixels}, {"given": regions}
            presets = {"given": {"picture": "given", "box": edges, "iteration": 0}}
        if preset is not None:
            inputs.choice(preset, "preset", presets)
        states = {name: self._begun(about) for name, about in presets.items()}
        data = {
            "pictures": {name: self._about(name) for name in self._images},
            "presets": [
                {"id": name, "state": state, "view": VIEW} for name, state in states.items()
            ],
            "recorded": {name: self._record(state) for name, state in states.items()},
            "most_iterations": MOST_ITERATIONS,
            "view": VIEW,
        }
        super().__init__(state=states[preset or next(iter(states))], data=data, **options)

    def __repr__(self) -> str:
        state, told = self.state, self.metrics
        height, width = self._images[state["picture"]].shape[:2]
        score = "" if told["iou"] is None else f", IoU {told['iou']:.3f}"
        return (
            f"GrabCutStudio({state['picture']}, {height} × {width}, "
            f"strokes: {state['strokes']}, iteration {state['iteration']}{score})"
        )

    @property
    def image(self) -> npt.NDArray[np.float32]:
        """The photograph that is shown."""
        return as_float(self._images[self.state["picture"]])

    @property
    def truth(self) -> Image8 | None:
        """Its object: 1, with 0 around it and 255 where a pixel does not count."""
        truth = self._truths.get(self.state["picture"])
        return None if truth is None else truth.copy()

    @property
    def mask(self) -> Mask:
        """What is cut out."""
        return self._mask(self.state).copy()

    @property
    def scribbles(self) -> npt.NDArray[np.int32]:
        """What is drawn, as `seglearn.classical.grabcut` takes it."""
        state = self.state
        return scribbled(state["scribbles"], self._images[state["picture"]].shape[:2])

    def _take(self, pixels: Image8) -> None:
        self._images = {**self._images, "own": pixels}
        self._runs.clear()

    # --- the document ---------------------------------------------------------------------------

    def _fields(self) -> Mapping[str, Field]:
        runs = fields.text(16 * LONGEST**2)
        edge = fields.whole(0, LONGEST * 2)
        return {
            "picture": fields.one_of(*self._images),
            "box": fields.optional(fields.row(x0=edge, y0=edge, x1=edge, y1=edge)),
            "scribbles": runs,
            "strokes": fields.whole(0, MOST_STROKES),
            "start": fields.optional(runs),
            "iteration": fields.whole(0, MOST_ITERATIONS),
        }

    def _check_state(self, state: dict[str, Any]) -> None:
        shape = self._images[state["picture"]].shape[:2]
        if state["box"] is not None:
            fields.read("state.box", inputs.box, state["box"], shape)
        drawn = fields.read("state.scribbles", decode_label_runs, state["scribbles"], shape)
        if drawn.max() > FOREGROUND:
            raise fields.refuse("state.scribbles", say("labels 0, 1 and 2"), int(drawn.max()))
        if state["start"] is not None:
            fields.read("state.start", decode_mask, state["start"], shape)
        if state["iteration"]:
            fields.read("state.iteration", self._reached, state)

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        mask, truth = self._mask(state), self._truths.get(state["picture"])
        energy = self._reached(state).energy if state["iteration"] else None
        score = None
        if truth is not None:
            counted = truth != samples.VOID
            score = defined(iou(truth[counted] == 1, mask[counted]))
        return {
            "iou": score,
            "foreground": int(mask.sum()),
            "u": energy and energy.u,
            "v": energy and energy.v,
            "energy": energy and energy.total,
        }

    def _begun(self, about: dict[str, Any]) -> dict[str, Any]:
        """Return the document of a preset."""
        height, width = self._images[about["picture"]].shape[:2]
        nothing = encode_label_runs(np.zeros((height, width), dtype=np.uint8))
        state = {**about, "scribbles": nothing, "strokes": 0, "start": None}
        if state["iteration"]:  # as far as it goes
            state["iteration"] = self._run(state).last(MOST_ITERATIONS)
        return state

    # --- GrabCut --------------------------------------------------------------------------------

    def _mask(self, state: dict[str, Any]) -> Mask:
        """Return the mask of a document; before the first iteration, where GrabCut begins."""
        if state["iteration"]:
            return self._reached(state).mask
        shape = self._images[state["picture"]].shape[:2]
        mask = np.zeros(shape, dtype=bool)
        if state["box"] is not None:
            x0, y0, x1, y1 = state["box"]
            mask[y0:y1, x0:x1] = True
        if state["start"] is not None:
            begun = decode_mask(state["start"], shape)
            mask = begun & mask if state["box"] is not None else begun
        drawn = scribbled(state["scribbles"], shape)
        return np.where(drawn == grabcut.FREE, mask, drawn == grabcut.FOREGROUND)

    def _run(self, state: dict[str, Any]) -> _Run:
        """Return the run of a document, as far as it got; the last few are remembered."""
        key = json.dumps([state[part] for part in ("picture", "box", "scribbles", "start")])
        if key not in self._runs:
            image = self._images[state["picture"]]
            shape = image.shape[:2]
            start = None if state["start"] is None else decode_mask(state["start"], shape)
            drawn = scribbled(state["scribbles"], shape)
            said = (drawn != grabcut.FREE).any()
            self._runs[key] = _Run(
                grabcut.steps(
                    as_float(image),
                    state["box"],
                    drawn if said else None,
                    start=start,
                    n_iterations=MOST_ITERATIONS,
                )
            )
            while len(self._runs) > 8:
                self._runs.pop(next(iter(self._runs)))
        return self._runs[key]

    def _reached(self, state: dict[str, Any]) -> grabcut.State:
        """Return the state of GrabCut after the iterations of a document; a run that settled stays."""
        run = self._run(state)
        return run.states[run.last(state["iteration"])]

    def _find(self, state: dict[str, Any]) -> dict[str, Any]:
        return self._run(state).told(state["iteration"])

    def _record(self, state: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what every iteration of a document finds, for pages without a kernel."""
        if state["box"] is None:
            return []
        run = self._run(state)
        with contextlib.suppress(ValueError):  # a cut may leave one side empty: the kernel says so
            run.last(MOST_ITERATIONS)
        return [run.told(n) for n in range(1, len(run.states))]

    def _about(self, name: str) -> dict[str, Any]:
        """Return what the browser needs to know of a photograph."""
        truth = self._truths[name]
        labels = {} if truth is None else {"truth": encode_label_runs(truth)}
        return {**packed_picture(self._images[name]), **labels}


class _Run:
    """A run of GrabCut that goes on when it is asked for more."""

    def __init__(self, steps: Iterator[grabcut.State]) -> None:
        self.steps = steps
        self.states: list[grabcut.State] = []  # where it began, and after each cut
        self.error: ValueError | None = None  # why it does not go on

    def last(self, iteration: int) -> int:
        """Go on to an iteration; return it, or the last one if the run settles before."""
        while len(self.states) <= iteration:
            try:
                found = next((s for s in self.steps if s.stage in ("start", "cut")), None)
            except ValueError as error:
                self.error = error
            if self.error is not None:
                raise self.error
            if found is None:
                break
            self.states.append(found)
        return min(iteration, len(self.states) - 1)

    def told(self, iteration: int) -> dict[str, Any]:
        """Return an iteration for the browser.

        The cost of a colour z in a component is constant + ½ (z − mean)ᵀ precision (z − mean).
        """
        n = self.last(iteration)
        reached = self.states[n]
        return {
            "mask": encode_mask(reached.mask),
            "settled": bool(n and (reached.mask == self.states[n - 1].mask).all()),
            "trace": [[float(s.energy.u), float(s.energy.v)] for s in self.states[: n + 1]],
            "sides": [_components(mixture) for mixture in reached.mixtures],
        }


def _components(mixture: grabcut.Mixture) -> list[dict[str, Any]]:
    """Return the components of a mixture that hold pixels, the heaviest first."""
    found = []
    for k in np.argsort(-mixture.weights, kind="stable"):
        if weight := float(mixture.weights[k]):
            half = np.linalg.slogdet(mixture.covariances[k])[1] / 2
            found.append(
                {
                    "weight": weight,
                    "mean": mixture.means[k].tolist(),
                    "constant": float(half - np.log(weight)),
                    "precision": np.linalg.inv(mixture.covariances[k]).ravel().tolist(),
                }
            )
    return found


def photograph(name: str) -> tuple[npt.NDArray[np.float32], Image8]:
    """Return a photograph of the studio and its object.

    Parameters
    ----------
    name : {"flower", "cup"}

    Returns
    -------
    image : (H, W, 3) float32 in [0, 1]
    truth : (H, W) uint8
        1 is the object, 0 what is around it, 255 a pixel that does not count.

    Raises
    ------
    ValueError
        If there is no such photograph.
    """
    inputs.choice(name, say("picture"), PICTURES)
    images, truths = _bundled()
    return as_float(images[name]), truths[name].copy()


def scribbled(runs: str, shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """Return the scribbles of a document as `seglearn.classical.grabcut` takes them.

    Parameters
    ----------
    runs : str
        Label and run length in turn; 0 says nothing, 1 background, 2 foreground.
    shape : (int, int)
        Height and width of the image.

    Returns
    -------
    (H, W) int32
        −1 where nothing is drawn, 0 background, 1 foreground.

    Raises
    ------
    ValueError
        If the runs do not fill the shape.
    """
    return decode_label_runs(runs, (shape[0], shape[1])).astype(np.int32) - 1


# --- pictures -------------------------------------------------------------------------------------


@cache
def _bundled() -> tuple[dict[str, Image8], dict[str, Image8]]:
    images, truths = {}, {}
    for name, (sample, segments) in PICTURES.items():
        photo = samples.photograph(sample)
        images[name] = blocks(inputs.image8(photo.image), REDUCE)
        truths[name] = _object(middles(photo.panoptic, REDUCE), segments, samples.VOID)
    return images, truths


def _object(regions: npt.NDArray[Any], ids: tuple[int, ...], ignore_index: int | None) -> Image8:
    """Return 1 where a region is the object, 255 where it does not count, 0 elsewhere."""
    truth = np.isin(regions, ids).astype(np.uint8)
    if ignore_index is not None:
        truth[regions == ignore_index] = samples.VOID
    return truth


def _given(
    image: Any, truth: npt.ArrayLike | None, box: Any, ignore_index: int | None, reduce: int
) -> tuple[Image8, Image8 | None, list[int] | None]:
    """Return pixels, truth and box of somebody's own image, all of them reduced."""
    if isinstance(image, samples.Photograph):
        image = image.image
    pixels = reduced(image, reduce, LONGEST)
    full = np.shape(image)[:2]
    regions = None
    if truth is not None:
        labels = inputs.label_map(truth, "truth")
        inputs.same_shape(full, labels.shape, say("the image and truth"))
        inputs.mask(np.where(labels == ignore_index, 0, labels), "truth")
        regions = _object(middles(labels, reduce), (1,), ignore_index)
    if box is None:
        return pixels, regions, None
    x0, y0, x1, y1 = inputs.box(box, full)
    edges = [x0 // reduce, y0 // reduce, -(-x1 // reduce), -(-y1 // reduce)]
    grabcut.trimap((pixels.shape[0], pixels.shape[1]), edges)  # something must be outside
    return pixels, regions, edges
