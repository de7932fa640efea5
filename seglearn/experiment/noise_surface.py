"""What noise, and taking it away, cost a network that was trained on clean scenes.

A *point* is one kind of noise at one strength, answered by one denoiser at one setting: how near the
picture comes to the clean one (PSNR, SSIM), and how well the network does on it (mean IoU, boundary
IoU). All points together are the surface. ``data_scripts/measure_noise_surface.py`` measured it once;
`NoiseSurface.load` reads what it wrote, and `measure` measures one point anew::

    surface = NoiseSurface.load()
    surface.best("gaussian", 0.1, "median")
    measure(load_net(NETWORK), load_scenes(), "gaussian", 0.1, "median", 3)
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.data.assets import asset
from seglearn.imaging.denoise import DENOISERS
from seglearn.imaging.fidelity import psnr, ssim
from seglearn.imaging.noise import NOISES
from seglearn.metrics.scores import Tally
from seglearn.words import say

if TYPE_CHECKING:
    from torch import nn

    from seglearn.training.dataset import ImageSet

__all__ = [
    "Choice",
    "NoiseSurface",
    "Point",
    "Verdict",
    "judge",
    "load_scenes",
    "measure",
    "measure_all",
]

Score = Literal["psnr", "ssim", "mean_iou", "boundary_iou"]
SCORES: tuple[Score, ...] = ("psnr", "ssim", "mean_iou", "boundary_iou")

CLEAN = "none"
"""Name of the noise that is none; its one strength is 0."""

NETWORK = "unet-same"
N_SCENES = 32
SCENE_SEED = 3  # the scenes that no training has seen: TEST_SEED of the experiment
NOISE_SEED = 4
IGNORE = 255
FILE = "experiment/noise_surface.json"


@dataclass(frozen=True)
class Point:
    """One noise, one answer to it, and what came of it.

    Attributes
    ----------
    noise : str
        A key of `NOISES`, or ``"none"``.
    strength : float
        Its parameter; 0 for ``"none"``.
    denoiser : str
        A key of `DENOISERS`.
    setting : float or None
        Its parameter; None for ``"none"``.
    psnr : float
        In decibels, mean over scenes; infinite where nothing was done to anything.
    ssim : float
        Mean over scenes.
    mean_iou, boundary_iou : float
        Of all scenes together, in [0, 1].
    """

    noise: str
    strength: float
    denoiser: str
    setting: float | None
    psnr: float
    ssim: float
    mean_iou: float
    boundary_iou: float


@dataclass(frozen=True)
class Choice:
    """Whom PSNR would choose against a noise, whom mean IoU would, and what the difference is worth.

    Attributes
    ----------
    noise, strength
        As in `Point`.
    by_psnr, by_mean_iou : tuple of (str, float or None)
        Denoiser and setting that are best on all scenes.
    gain, low, high : float
        What choosing by mean IoU gains over choosing by PSNR, in mean IoU, with its 95 % interval.
        Chosen on one half of the scenes and scored on the other, both ways round, so a gain may be
        negative; the interval resamples scenes.
    """

    noise: str
    strength: float
    by_psnr: tuple[str, float | None]
    by_mean_iou: tuple[str, float | None]
    gain: float
    low: float
    high: float


class NoiseSurface:
    """All points that were measured.

    Parameters
    ----------
    points : sequence of Point
    choices : sequence of Choice
    about : dict
        Network, scenes and versions.
    """

    def __init__(
        self, points: Sequence[Point], choices: Sequence[Choice], about: dict[str, Any]
    ) -> None:
        self.points, self.choices, self.about = tuple(points), tuple(choices), about

    def __repr__(self) -> str:
        return say(
            "NoiseSurface({n} points, {network} on {n_scenes} scenes)",
            n=len(self.points),
            network=self.about.get("network"),
            n_scenes=self.about.get("n_scenes"),
        )

    @classmethod
    def load(cls, path: str | Path | None = None) -> "NoiseSurface":
        """Read a surface; by default, the one that comes with the course.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        """
        path = asset(FILE) if path is None else Path(path)
        if not path.is_file():
            raise FileNotFoundError(
                say(
                    "there is no file {path}; data_scripts/measure_noise_surface.py makes it",
                    path=path,
                )
            )
        content = json.loads(path.read_text(encoding="utf-8"))
        points = [
            Point(**dict(zip(content["columns"], row, strict=True))) for row in content.pop("rows")
        ]
        points = [p if p.psnr is not None else Point(**{**vars(p), "psnr": np.inf}) for p in points]
        choices = [
            Choice(**{**c, "by_psnr": tuple(c["by_psnr"]), "by_mean_iou": tuple(c["by_mean_iou"])})
            for c in content.pop("choices")
        ]
        return cls(points, choices, content)

    def to_dict(self) -> dict[str, Any]:
        """Return what `load` reads, ready for JSON (an infinite PSNR is null)."""
        columns = list(Point.__dataclass_fields__)
        rows = [
            [None if value == np.inf else value for value in vars(point).values()]
            for point in self.points
        ]
        choices = [vars(choice) for choice in self.choices]
        return {**self.about, "columns": columns, "choices": choices, "rows": rows}

    def strengths(self, noise: str) -> tuple[float, ...]:
        """Return the strengths that were measured, as they come: weak to strong."""
        inputs.choice(noise, "noise", dict.fromkeys(p.noise for p in self.points))
        return tuple(dict.fromkeys(p.strength for p in self.points if p.noise == noise))

    def select(self, noise: str, strength: float, denoiser: str | None = None) -> tuple[Point, ...]:
        """Return the points of a noise at a strength, of one denoiser or of all.

        Raises
        ------
        ValueError
            If nothing of the kind was measured.
        """
        if strength not in self.strengths(noise):
            raise ValueError(
                say(
                    "{noise} was measured at {strengths}, not at {strength!r}",
                    noise=noise,
                    strengths=", ".join(map(str, self.strengths(noise))),
                    strength=strength,
                )
            )
        here = [p for p in self.points if p.noise == noise and p.strength == strength]
        if denoiser is not None:
            inputs.choice(denoiser, "denoiser", dict.fromkeys(p.denoiser for p in here))
        return tuple(p for p in here if denoiser in (None, p.denoiser))

    def best(
        self, noise: str, strength: float, denoiser: str | None = None, by: Score = "psnr"
    ) -> Point:
        """Return the point that a score likes best, among the settings of one denoiser or all.

        Raises
        ------
        ValueError
            If nothing of the kind was measured, or the score is unknown.
        """
        inputs.choice(by, say("score"), SCORES)
        return max(self.select(noise, strength, denoiser), key=lambda p: float(getattr(p, by)))

    def table(
        self, noise: str, score: Score = "mean_iou", by: Score = "psnr"
    ) -> NDArray[np.float64]:
        """Return a score for every strength (rows) and denoiser (columns).

        Parameters
        ----------
        noise : str
        score : str
            What to show.
        by : str
            The score that chooses each denoiser's setting.
        """
        denoisers = dict.fromkeys(p.denoiser for p in self.points)
        return np.array(
            [
                [getattr(self.best(noise, strength, name, by), score) for name in denoisers]
                for strength in self.strengths(noise)
            ]
        )


# ------------------------------------------------------------------------------------- measuring


def load_scenes(n: int = N_SCENES) -> "ImageSet":
    """Return the first n scenes of the experiment's test set, 96×96."""
    from seglearn.data.scene_dataset import SceneDataset
    from seglearn.training.dataset import ImageSet

    return ImageSet.of(SceneDataset(n, seed=SCENE_SEED))


def add_noise(images: NDArray[np.float32], noise: str, strength: float) -> NDArray[np.float32]:
    """Return images (N, H, W, 3) with noise; number i has the same luck at every strength."""
    if noise == CLEAN:
        return images.copy()
    return np.stack(
        [
            NOISES[noise].add(image, strength, np.random.default_rng([NOISE_SEED, i]))
            for i, image in enumerate(images)
        ]
    )


def measure(
    net: "nn.Module",
    data: "ImageSet",
    noise: str,
    strength: float,
    denoiser: str = "none",
    setting: float | None = None,
) -> Point:
    """Measure one point.

    Parameters
    ----------
    net : nn.Module
        Gives logits of the scenes' classes.
    data : ImageSet
        Clean scenes; the result is theirs alone.
    noise, denoiser : str
        Keys of `NOISES` (or ``"none"``) and of `DENOISERS`.
    strength : float
        Of the noise.
    setting : float, optional
        Of the denoiser.
    """
    noisy = add_noise(data.images, noise, strength)
    return _measure(net, data, noisy, (noise, strength, denoiser, setting))[0]


@dataclass(frozen=True, eq=False)
class Verdict:
    """What became of scenes, one by one, so that two verdicts can be compared in pairs.

    Attributes
    ----------
    psnr : (N,) ndarray
        In decibels; infinite where nothing was done.
    ssim : (N,) ndarray
    counts : (N, C, C) ndarray of int
        A confusion matrix a scene.
    boundary_iou : float
        Of all scenes together.
    """

    psnr: NDArray[np.float64]
    ssim: NDArray[np.float64]
    counts: NDArray[np.int64]
    boundary_iou: float

    @property
    def mean_iou(self) -> float:
        """Of all scenes together, in [0, 1]."""
        return float(Tally.of(self.counts.sum(axis=0)).mean_iou)

    def gain_over(self, other: "Verdict", *, resamples: int = 2000) -> tuple[float, float, float]:
        """Return the difference in mean IoU from another verdict on the same scenes, and its interval.

        Parameters
        ----------
        other : Verdict
        resamples : int
            How often scenes are drawn anew, the same for both; from a fixed seed.

        Returns
        -------
        gain, low, high : float
            The difference on all scenes, and the ends of its 95 % interval.

        Raises
        ------
        ValueError
            If the two are not of equally many scenes and classes.
        """
        inputs.same_shape(self.counts.shape, other.counts.shape, say("the counts of both verdicts"))
        return _gain(self.counts, other.counts, resamples)


def judge(net: "nn.Module", data: "ImageSet", images: NDArray[np.float32]) -> Verdict:
    """Compare spoilt or filtered scenes with the clean ones, and let a network segment them.

    Parameters
    ----------
    net : nn.Module
        Gives logits of the scenes' classes.
    data : ImageSet
        The clean scenes and their labels.
    images : (N, H, W, 3) float32 in [0, 1]
        What became of the scenes.

    Raises
    ------
    TypeError, ValueError
        If an image is not as above, or not of the size of its scene.
    """
    from seglearn.metrics import ConfusionMatrix, class_boundary_iou
    from seglearn.training.dataset import ImageSet
    from seglearn.training.evaluation import predict

    inputs.same_shape(data.images.shape, images.shape, say("data.images and images"))
    predicted = predict(net, ImageSet(images, data.labels))
    names = _class_names()
    matrix = ConfusionMatrix(class_names=names, ignore_index=IGNORE, per_image=True)
    matrix.update(data.labels, predicted)
    boundary = class_boundary_iou(data.labels, predicted, len(names), ignore_index=IGNORE)
    pairs = list(zip(data.images, images, strict=True))
    return Verdict(
        np.array([psnr(clean, image) for clean, image in pairs]),
        np.array([ssim(clean, image) for clean, image in pairs]),
        matrix.per_image_counts,
        float(np.nanmean(boundary)),
    )


def _measure(
    net: "nn.Module",
    data: "ImageSet",
    noisy: NDArray[np.float32],
    key: tuple[str, float, str, float | None],
) -> tuple[Point, Verdict]:
    *_, denoiser, setting = key
    images = np.stack([DENOISERS[denoiser].apply(image, setting) for image in noisy])
    verdict = judge(net, data, images)
    decibels, alike = (float(values.mean()) for values in (verdict.psnr, verdict.ssim))
    return Point(*key, decibels, alike, verdict.mean_iou, verdict.boundary_iou), verdict


def measure_all(
    net: "nn.Module", data: "ImageSet", noise: str, strength: float
) -> tuple[list[Point], Choice]:
    """Measure all denoisers with all their settings against one noise, and compare their choice."""
    noisy = add_noise(data.images, noise, strength)
    found = [
        _measure(net, data, noisy, (noise, strength, denoiser.name, setting))
        for denoiser in DENOISERS.values()
        for setting in denoiser.settings
    ]
    points = [point for point, _ in found]
    return points, _compare(points, [detail for _, detail in found])


def _compare(points: Sequence[Point], verdicts: Sequence[Verdict]) -> Choice:
    """Choose by PSNR and by mean IoU on one half of the scenes, score on the other, and swap."""
    decibels = np.stack([verdict.psnr for verdict in verdicts])  # (points, N)
    counts = np.stack([verdict.counts for verdict in verdicts])  # (points, N, C, C)
    n = decibels.shape[1]
    chosen = {name: np.empty((n, *counts.shape[2:])) for name in ("psnr", "mean_iou")}
    for half in (0, 1):
        here, other = np.arange(n)[half::2], np.arange(n)[1 - half :: 2]
        winners = _winners(decibels[:, here], counts[:, here])
        for name, winner in winners.items():
            chosen[name][other] = counts[winner, other]
    best = {k: points[i] for k, i in _winners(decibels, counts).items()}
    return Choice(
        points[0].noise,
        points[0].strength,
        (best["psnr"].denoiser, best["psnr"].setting),
        (best["mean_iou"].denoiser, best["mean_iou"].setting),
        *_gain(chosen["mean_iou"], chosen["psnr"]),
    )


def _gain(
    after: NDArray[Any], before: NDArray[Any], resamples: int = 2000
) -> tuple[float, float, float]:
    """Return the gain in mean IoU of counts (N, C, C) over others, and its interval over scenes."""
    n = len(after)

    def gain(draws: NDArray[np.intp]) -> Any:
        """Return the gain on each row of scenes (…, N)."""
        return Tally.of(after[draws].sum(-3)).mean_iou - Tally.of(before[draws].sum(-3)).mean_iou

    draws = np.random.default_rng(0).integers(n, size=(resamples, n))
    low, high = np.percentile(gain(draws), [2.5, 97.5])
    return float(gain(np.arange(n))), float(low), float(high)


def _winners(decibels: NDArray[np.float64], counts: NDArray[np.int64]) -> dict[str, int]:
    return {
        "psnr": int(decibels.mean(axis=1).argmax()),
        "mean_iou": int(Tally.of(counts.sum(axis=1)).mean_iou.argmax()),
    }


def _class_names() -> tuple[str, ...]:
    from seglearn.data.labels import SCENES

    return SCENES.names
