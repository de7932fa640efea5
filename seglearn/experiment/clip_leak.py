"""How much of CamVid's validation score can be had by copying from frames of the same drive.

The validation set is one clip of 6.7 seconds, and the training set has frames of the same drive from
just before and just after it. A method that learns nothing, `most_alike`, gives each validation frame
the label of the training frame that looks most like it. Leave out the training frames that are near
the clip in time, and what is left of its score falls. ``data_scripts/measure_clip_leak.py`` measured
that once; `load` reads what it wrote.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data import labels
from seglearn.data.assets import asset
from seglearn.data.camvid import VAL_CLIP as CLIP
from seglearn.data.camvid import drive_and_frame
from seglearn.imaging.pansharpening import degrade
from seglearn.metrics import ConfusionMatrix
from seglearn.metrics.scores import Tally
from seglearn.words import say

__all__ = ["Gap", "load", "measure", "most_alike", "seconds_away", "thumbnail"]

FILE = "experiment/clip_leak.json"
SIDE = 12  # pixels: side of the square that becomes one pixel of a thumbnail
FRAMES_PER_SECOND = 30  # of the films (Brostow, Fauqueur and Cipolla 2009)
BLOCK = FRAMES_PER_SECOND // 2  # one second, since every second frame is in the validation set
N_RESAMPLES, SEED = 2000, 0


@dataclass(frozen=True)
class Gap:
    """What copying scores when the training frames near the clip are left out.

    Attributes
    ----------
    seconds : float
        Frames of the clip's drive nearer than this were left out; infinite for the whole drive.
    n_train : int
        How many training frames were left.
    mean_iou, low, high : float
        Of all validation frames together, in [0, 1], with its 95 % interval.
    lost, lost_low, lost_high : float
        How much less that is than with all frames, in [0, 1], resampled in pairs.
    control : float
        Mean IoU when as many frames were left out at random; mean of the draws.
    """

    seconds: float
    n_train: int
    mean_iou: float
    low: float
    high: float
    lost: float
    lost_low: float
    lost_high: float
    control: float


def load(path: str | Path | None = None) -> tuple[Gap, ...]:
    """Read the curve, from no gap to the whole drive; by default, the one of the course.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    path = asset(FILE) if path is None else Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            say("there is no file {path}; data_scripts/measure_clip_leak.py makes it", path=path)
        )
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    # JSON has no infinity; null stands for it
    return tuple(
        Gap(**{**row, "seconds": math.inf if row["seconds"] is None else row["seconds"]})
        for row in rows
    )


def seconds_away(name: str) -> float:
    """Return how long before or after the validation clip a frame was filmed.

    Parameters
    ----------
    name : str
        Name of a CamVid frame, such as ``"0016E5_07920"``.

    Returns
    -------
    float
        Seconds; 0 inside the clip, infinite for a frame of another drive.

    Raises
    ------
    ValueError
        If it is not named like a CamVid frame.
    """
    drive, frame = drive_and_frame(name)
    clip_drive, first, last = CLIP
    if drive != clip_drive:
        return math.inf
    return max(first - frame, frame - last, 0) / FRAMES_PER_SECOND


def thumbnail(image: NDArray[np.floating], side: int = SIDE) -> NDArray[np.float64]:
    """Return the mean colour of each square of `side` pixels; what is left at the edges is cut off.

    Parameters
    ----------
    image : (H, W, 3) ndarray of float
        RGB in [0, 1].
    side : int

    Returns
    -------
    (H // side, W // side, 3) ndarray of float64

    Raises
    ------
    ValueError
        If the image has no whole square.
    """
    side = inputs.whole(side, "side", 1)
    rows, columns = image.shape[0] // side, image.shape[1] // side
    if not rows or not columns:
        raise ValueError(
            say(
                "an image of {height}×{width} pixels has no square of {side}; pass a smaller side",
                height=image.shape[0],
                width=image.shape[1],
                side=side,
            )
        )
    return degrade(image[: rows * side, : columns * side], side)


def most_alike(
    train: Sequence[NDArray[np.floating]], val: Sequence[NDArray[np.floating]]
) -> NDArray[np.intp]:
    """Return for each picture of `val` the index of the picture of `train` that is most like it.

    Alike means: the smallest mean of squared differences, pixel by pixel. The first wins a tie.

    Parameters
    ----------
    train, val : sequence of (h, w, 3) ndarray
        Thumbnails, all of one size.

    Returns
    -------
    (len(val),) ndarray of int

    Raises
    ------
    ValueError
        If one of them is empty, or sizes differ.
    """
    return _differences(train, val).argmin(1)


def _differences(train: Sequence[Any], val: Sequence[Any]) -> NDArray[np.float64]:
    """Return the mean squared difference of each of `val` (rows) to each of `train`."""
    if not len(train) or not len(val):
        raise ValueError(
            say(
                "there is nothing to compare: {n_train} in train, {n_val} in val",
                n_train=len(train),
                n_val=len(val),
            )
        )
    shapes = {np.shape(thumb) for thumb in (*train, *val)}
    if len(shapes) > 1:
        raise ValueError(
            say("thumbnails must all have one size, not {shapes}", shapes=sorted(shapes))
        )
    known = np.stack(train)
    return np.array([((known - thumb) ** 2).mean((1, 2, 3)) for thumb in val])


def measure(
    train: Sequence[tuple[str, Any, Any]],
    val: Sequence[tuple[str, Any, Any]],
    seconds: Sequence[float],
    *,
    n_controls: int = 20,
) -> list[Gap]:
    """Measure the curve.

    Parameters
    ----------
    train, val : sequence of (name, thumbnail, label)
        Labels are CamVid's eleven classes and 11, which is left out of the score. A copied label that
        is 11 counts as road, since it is no answer.
    seconds : sequence of float
        Gaps; the first should be 0, which all others are compared with.
    n_controls : int
        How many random draws make a control.

    Notes
    -----
    The frames of one clip follow each other, so single ones are not independent: intervals draw
    blocks of one second, with replacement, until there are as many frames as in the clip. They speak
    of this clip, not of other drives.
    """
    away = np.array([seconds_away(name) for name, _, _ in train])
    unlike = _differences([t for _, t, _ in train], [t for _, t, _ in val])
    draws, rng = _draws(len(val)), np.random.default_rng(SEED)
    counts: dict[tuple[int, int], NDArray[np.int64]] = {}

    def copied(kept: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return each frame's confusion matrix when only the `kept` frames may be copied."""
        chosen = kept[unlike[:, kept].argmin(1)]
        for pair in enumerate(chosen.tolist()):
            if pair not in counts:
                counts[pair] = _confusion(val[pair[0]][2], train[pair[1]][2])
        return np.stack([counts[pair] for pair in enumerate(chosen.tolist())])

    gaps: list[Gap] = []
    everything: NDArray[np.float64] | None = None
    for gap in seconds:
        kept = np.flatnonzero(away >= gap)
        if not len(kept):
            raise ValueError(
                say("a gap of {gap:g} s leaves no training frame; pass smaller ones", gap=gap)
            )
        matrices = copied(kept)
        score, resampled = (
            Tally.of(each).mean_iou for each in (matrices.sum(0), matrices[draws].sum(1))
        )
        if everything is None:
            everything, whole = resampled, score
        controls = [
            Tally.of(copied(np.sort(drawn)).sum(0)).mean_iou
            for drawn in (
                rng.choice(len(train), len(kept), replace=False) for _ in range(n_controls)
            )
        ]
        low, high = np.percentile(resampled, [2.5, 97.5])
        lost_low, lost_high = np.percentile(everything - resampled, [2.5, 97.5])
        gaps.append(
            Gap(
                seconds=float(gap),
                n_train=len(kept),
                mean_iou=float(score),
                low=float(low),
                high=float(high),
                lost=float(whole - score),
                lost_low=float(lost_low),
                lost_high=float(lost_high),
                control=float(np.mean(controls)),
            )
        )
    return gaps


def _draws(n: int) -> NDArray[np.intp]:
    """Return resamples of `n` frames in blocks that follow each other, (N_RESAMPLES, n).

    After the last frame comes the first, so that each is drawn equally often.
    """
    rng, n_blocks = np.random.default_rng(SEED), -(-n // BLOCK)
    starts = rng.integers(n, size=(N_RESAMPLES, n_blocks, 1))
    return ((starts + np.arange(BLOCK)) % n).reshape(N_RESAMPLES, -1)[:, :n]


def _confusion(truth: NDArray[Any], copied: NDArray[Any]) -> NDArray[np.int64]:
    ignore, road = labels.CAMVID.ignore_index, labels.CAMVID.by_name("Road").train_id
    matrix = ConfusionMatrix(class_names=labels.CAMVID.names, ignore_index=ignore)
    return matrix.update(truth, np.where(copied == ignore, road, copied)).counts
