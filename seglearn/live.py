"""A picture of a training that is redrawn while it runs, and stays as a figure afterwards."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from seglearn import show
from seglearn.data.labels import ClassTable
from seglearn.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from seglearn.training import Run


class LiveCurve:
    """Draws loss, validation mean IoU and one prediction of a training, about every two seconds.

    Pass it to `seglearn.training.fit` as ``on_step``. In a notebook the picture appears where the
    cell's output is, is replaced while the training runs, and its last state is saved with the
    notebook. The prediction is the first image of the training's `Watch`; without one, only the
    curves are drawn.

    Parameters
    ----------
    classes : ClassTable or sequence of str
        Names and colours of the classes.
    baseline : float, optional
        Mean IoU that a trivial method has, in [0, 1]: drawn as a dashed line.
    baseline_name : str, optional
        What that line is called; "majority class" if it is not said.
    every : float, default 2.0
        Seconds between two drawings; a drawing takes a fraction of a second.

    Attributes
    ----------
    png : bytes
        The last picture; empty before the first.

    Raises
    ------
    ValueError
        If `baseline` is no share, or `every` is negative.

    Examples
    --------
    >>> curve = LiveCurve(["sky", "road"], baseline=0.2)
    >>> run = training.fit(net, train, val, recipe, class_names=["sky", "road"], on_step=curve)
    ... # doctest: +SKIP
    """

    def __init__(
        self,
        classes: ClassTable | Sequence[str],
        *,
        baseline: float | None = None,
        baseline_name: str | None = None,
        every: float = 2.0,
    ) -> None:
        if baseline is not None and not 0 <= baseline <= 1:
            raise ValueError(
                say(
                    "baseline={baseline!r} is a mean IoU from 0 to 1; divide percents by 100",
                    baseline=baseline,
                )
            )
        if not every >= 0:
            raise ValueError(say("every={every!r}: pass seconds, 0 or more", every=every))
        self.classes = classes
        self.baseline = baseline
        self.baseline_name = say("majority class") if baseline_name is None else baseline_name
        self.every = every
        self.png = b""
        self._handle: Any = None
        self._drawn = -np.inf

    def __call__(self, run: Run) -> None:
        """Draw, if it is time or the training is over."""
        if run.stopped or time.monotonic() - self._drawn >= self.every:
            self.draw(run)
            self._drawn = time.monotonic()

    def draw(self, run: Run) -> None:
        """Draw the run as it is, and show it where the last picture was."""
        import matplotlib.pyplot as plt
        from IPython.display import Image, display

        with plt.rc_context(show.style()):
            figure = plt.figure(figsize=(show.WIDTH, 4.6 if run.frames else 2.8))
            try:
                self._fill(figure, run)
                buffer = io.BytesIO()
                figure.savefig(buffer, format="png", dpi=100)
            finally:
                plt.close(figure)
        self.png = buffer.getvalue()
        picture = Image(data=self.png, alt=self._words(run))
        if self._handle is None:
            self._handle = display(picture, display_id=True)
        else:
            self._handle.update(picture)

    def _words(self, run: Run) -> str:
        done = {"n": len(run.losses), "all": run.recipe["n_steps"]}
        if not run.evaluations:
            return say("Training, {n} of {all} steps", **done)
        score = run.evaluations[-1].mean_iou
        return say("Training, {n} of {all} steps, mean IoU {score:.3f}", score=score, **done)

    def _fill(self, figure: Any, run: Run) -> None:
        rows = figure.subfigures(2, 1, height_ratios=[1.15, 1]) if run.frames else [figure]
        left, right = rows[0].subplots(1, 2)
        self._losses(left, run)
        self._scores(right, run)
        if run.frames:
            self._pictures(rows[1].subplots(1, 3), run)

    def _pictures(self, axes: Any, run: Run) -> None:
        from seglearn.training.records import decode_map

        show.show_image(decode_map(run.images[0]), ax=axes[0], title=say("validation image"))
        maps = {
            say("truth"): decode_map(run.labels[0]),
            say("step {n}", n=run.frames[-1].step): run.prediction(-1, 0),
        }
        for ax, (title, labels) in zip(axes[1:], maps.items(), strict=True):
            show.show_labels(
                labels, self.classes, ignore_index=255, ax=ax, title=title, legend=False
            )

    def _losses(self, ax: Axes, run: Run) -> None:
        steps = np.arange(1, len(run.losses) + 1)
        ax.plot(steps, run.losses, color="#9A9A9A", linewidth=0.8, label=say("each batch"))
        ax.plot(steps, smoothed(run.losses), label=say("smoothed"))
        ax.set(xlabel=say("step"), ylabel=say("loss"), xlim=(0, run.recipe["n_steps"]))
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper right")

    def _scores(self, ax: Axes, run: Run) -> None:
        ax.plot([e.step for e in run.evaluations], [e.mean_iou for e in run.evaluations], "o-")
        ax.set(
            xlabel=say("step"), ylabel=say("mean IoU"), xlim=(0, run.recipe["n_steps"]), ylim=(0, 1)
        )
        if run.evaluations:
            last = run.evaluations[-1]
            ax.annotate(
                f"{last.mean_iou:.2f}",
                (last.step, last.mean_iou),
                (0, 8),
                textcoords="offset points",
                ha="right",
            )
        if self.baseline is not None:
            ax.axhline(self.baseline, linestyle="--", color=show.INK)
            ax.text(
                0.02, self.baseline + 0.02, self.baseline_name, transform=ax.get_yaxis_transform()
            )


def smoothed(values: Sequence[float], memory: float = 0.95) -> np.ndarray:
    """Return the running mean of all values so far, in which older ones count less.

    Each step back counts `memory` times as much; the weights sum to one from the first value on.

    Parameters
    ----------
    values : (n,) sequence of float
    memory : float, default 0.95
        From 0 (no smoothing) to less than 1.

    Returns
    -------
    (n,) ndarray

    Raises
    ------
    ValueError
        If `memory` is outside its range.
    """
    if not 0 <= memory < 1:
        raise ValueError(say("memory={memory!r}: pass 0 or more, and less than 1", memory=memory))
    total, weight, means = 0.0, 0.0, []
    for value in values:
        total, weight = memory * total + value, memory * weight + 1
        means.append(total / weight)
    return np.array(means)
