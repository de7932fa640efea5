"""What each widget shows, told by the screen, by the widget in Python, and by counting again from its masks or maps.

All are flat dictionaries of the same names, with shares (not percentages) and None for 0/0.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from .lab import Kernel, Widget, wait_until

Numbers = dict[str, float | None]

BENCH_AREAS = {
    "truth_only": "area-truthOnly",
    "intersection": "area-both",
    "prediction_only": "area-predictionOnly",
}
BENCH_SCORES = ("iou", "dice", "precision", "recall", "boundary_iou")
PER_CLASS = ("iou", "precision", "recall", "f1")
OVERALL = ("pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou")


def _number(words: str, unit: float = 1) -> float | None:
    return None if words == "–" else unit * float(words.replace(" ", ""))


# --- IoU & Dice bench -----------------------------------------------------------------------------------------------


def bench_shown(widget: Widget) -> Numbers:
    """Read the areas and scores off the screen."""
    numbers = {name: _number(widget.text(part)) for name, part in BENCH_AREAS.items()}
    return numbers | {name: _number(widget.text(f"value-{name}")) for name in BENCH_SCORES}


def bench_told(bench: Any) -> Numbers:
    """Pick the same numbers out of `bench.metrics`."""
    names = ("truth_only", "intersection", "prediction_only")
    scores = ("iou", "dice", "precision", "recall", "boundary_iou")
    return {name: bench.metrics[name] for name in names + scores}


def bench_counted(bench: Any) -> Numbers:
    """Count the pixels of the two masks, and let `seglearn.metrics` score them."""
    import math

    from seglearn import metrics

    truth, prediction = bench.truth, bench.prediction
    numbers = {
        "truth_only": int((truth & ~prediction).sum()),
        "intersection": int((truth & prediction).sum()),
        "prediction_only": int((~truth & prediction).sum()),
    }
    for score in (metrics.iou, metrics.dice, metrics.precision, metrics.recall):
        numbers[score.__name__] = float(score(truth, prediction))
    numbers["boundary_iou"] = float(metrics.boundary_iou(truth, prediction))
    return {name: None if math.isnan(value) else value for name, value in numbers.items()}


# --- confusion workbench --------------------------------------------------------------------------------------------


def workbench_shown(widget: Widget) -> Numbers:
    """Read the matrix, as counts, and the scores off the screen."""
    words = widget.root.evaluate(
        """(root) => {
            const read = (prefix, inside = "") => [...root.querySelectorAll(`td[data-testid^=${prefix}-]`)]
                .map((td) => [td.dataset.testid, td.classList.contains("undefined")
                    ? "–" : (inside ? td.querySelector(inside) : td).textContent]);
            return Object.fromEntries([...read("cell", ".cell-value"), ...read("score")]);
        }"""
    )
    numbers = {
        name.removeprefix("score-"): _number(
            text.replace("\u202f", ""), 0.01 if "score" in name else 1
        )
        for name, text in words.items()
    }
    return numbers | {name: _number(widget.text(f"value-{name}"), 0.01) for name in OVERALL}


def workbench_told(workbench: Any) -> Numbers:
    """Flatten `workbench.metrics`."""
    metrics = workbench.metrics
    numbers = {
        f"cell-{i}-{j}": count
        for i, row in enumerate(metrics["matrix"])
        for j, count in enumerate(row)
    }
    for name in ("iou", "precision", "recall", "f1"):
        numbers |= {f"{name}-{k}": value for k, value in enumerate(metrics[name])}
    overall = ("pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou")
    return numbers | {name: metrics[name] for name in overall}


def workbench_counted(workbench: Any) -> Numbers:
    """Count the two maps again with `ConfusionMatrix`, as the switches for ignored and absent classes say."""
    import math

    import numpy as np

    from seglearn.metrics import ConfusionMatrix

    n, truth = len(workbench.class_names), workbench.truth
    if workbench.state["ignore"] == "class":
        truth, n = np.where(truth == 255, n, truth), n + 1
    elif workbench.state["ignore"] == "zero":
        truth = np.where(truth == 255, 0, truth)
    matrix = ConfusionMatrix(n, ignore_index=255).update(truth, workbench.prediction)
    scores = matrix.scores(absent=workbench.state["absent"])
    numbers = {
        f"cell-{i}-{j}": int(count)
        for i, row in enumerate(matrix.counts)
        for j, count in enumerate(row)
    }
    for name in ("iou", "precision", "recall", "f1"):
        for k, value in enumerate(getattr(scores, name)):
            numbers[f"{name}-{k}"] = float(value)
    for name in ("pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou"):
        numbers[name] = float(getattr(scores, name))
    return {name: None if math.isnan(value) else value for name, value in numbers.items()}


# --- all three ------------------------------------------------------------------------------------------------------


class Reading(NamedTuple):
    """How to read one kind of widget; `digits` of its shares are shown."""

    shown: Callable[[Widget], Numbers]
    told: Callable[[Any], Numbers]
    counted: Callable[[Any], Numbers]
    digits: int


READINGS = {
    "iou_bench": Reading(bench_shown, bench_told, bench_counted, 3),
    "confusion_workbench": Reading(workbench_shown, workbench_told, workbench_counted, 4),
}


def shown(widget: Widget) -> Numbers:
    """Read a widget's numbers off the screen; where they are covered, guess first."""
    widget.drawn()
    uncover(widget)
    return READINGS[widget.name].shown(widget)


def uncover(widget: Widget) -> None:
    """Give whatever guess the dial stands at, if one is asked for."""
    if widget.get("guess-give").is_visible():
        widget.get("guess-give").click()
        widget.drawn()


def same(rounded: Numbers, exact: Numbers, digits: int) -> bool:
    """Compare what is shown with what is so."""
    return rounded.keys() == exact.keys() and all(
        (rounded[name] is None) == (exact[name] is None)
        and (exact[name] is None or abs(rounded[name] - exact[name]) <= 0.5001 * 10**-digits)
        for name in exact
    )


def teach(kernel: Kernel) -> None:
    """Define in the kernel what `agreed` asks it."""
    for reading in READINGS.values():
        for function in (reading.told, reading.counted):
            kernel.run("from __future__ import annotations\n" + inspect.getsource(function))


def agreed(widget: Widget, kernel: Kernel, name: str) -> Numbers:
    """Wait until screen, `NAME.metrics` and a new count of `NAME` are equal, and return what is shown.

    The browser sends at most four times a second, so the kernel may be behind for a moment.
    """
    reading = READINGS[widget.name]
    widget.drawn()
    uncover(widget)
    question = f"[{reading.told.__name__}({name}), {reading.counted.__name__}({name})]"
    last = []

    def all_three() -> Numbers | None:
        now, answers = reading.shown(widget), kernel.ask(question)
        last[:] = [now, *answers]
        return now if all(same(now, answer, reading.digits) for answer in answers) else None

    try:
        return wait_until(all_three, "screen, widget and kernel agree")
    except AssertionError as error:
        raise AssertionError(
            f"{error}\nscreen  {last[0]}\nmetrics {last[1]}\ncounted {last[2]}"
        ) from None
