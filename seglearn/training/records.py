"""A training on record: its curve, its scores, and what it predicted on the way.

A record is one JSON file. Photographs are JPEG and label maps are grey PNG whose values are class
numbers (255: ignored), both as base64, so that a page without Python can replay it.
"""

import base64
import io
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

import seglearn
from seglearn import inputs
from seglearn.metrics import ConfusionMatrix
from seglearn.training.checkpoints import save_json
from seglearn.training.evaluation import predict_batch
from seglearn.words import say

FORMAT = "seglearn-run-1"


@dataclass(frozen=True, eq=False)
class Watch:
    """Images on which predictions are recorded, and after which updates.

    Attributes
    ----------
    images : (N, 3, H, W) float tensor
    labels : (N, H, W) integer tensor
    steps : tuple of int
        0 is before the first update.
    """

    images: Tensor
    labels: Tensor
    steps: tuple[int, ...]

    @classmethod
    def of(cls, dataset: Any, indices: Sequence[int], n_steps: int, n_frames: int = 12) -> "Watch":
        """Watch some items of a data set; frames lie dense at the start, where most happens."""
        images, labels = zip(*(dataset[i][:2] for i in indices), strict=True)
        shares = np.linspace(0, 1, n_frames) ** 2
        steps = tuple(sorted({round(n_steps * share) for share in shares.tolist()}))
        return cls(torch.stack(images), torch.stack(labels), steps)


@dataclass(frozen=True)
class Evaluation:
    """Scores on the validation set after `step` updates; None where a score is 0/0."""

    step: int
    mean_iou: float
    pixel_accuracy: float
    iou: list[float | None]

    @classmethod
    def of(cls, step: int, matrix: ConfusionMatrix) -> "Evaluation":
        """Read the scores off a confusion matrix."""
        scores = matrix.scores().to_dict()
        return cls(step, scores["mean_iou"], scores["pixel_accuracy"], scores["iou"])


@dataclass(frozen=True)
class Frame:
    """What was predicted for the watched images after `step` updates, as text of `encode_map`."""

    step: int
    maps: list[str]


@dataclass
class Run:
    """One training, as far as it has come.

    Attributes
    ----------
    title : str
        What was trained.
    recipe : dict
        `Recipe.to_dict`.
    class_names : list of str
    images, labels : list of str
        The watched images (`encode_photograph`) and their truth (`encode_map`).
    losses : list of float
        One a step, on the batch of that step, before the update.
    evaluations : list of Evaluation
    frames : list of Frame
    stopped : str
        Why it ended: "finished", "no progress" (patience), "diverged" (the loss is not finite),
        "interrupted"; empty while it goes on.
    seconds : float
        Time spent so far, evaluations included.
    environment : dict
        See `environment`.
    weights_sha256 : str
        Hash of the weights that came of it, as `save_weights` returns it; empty before.
    """

    title: str
    recipe: dict[str, Any]
    class_names: list[str]
    images: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    stopped: str = ""
    seconds: float = 0.0
    environment: dict[str, Any] = field(default_factory=dict)
    weights_sha256: str = ""

    @property
    def best(self) -> Evaluation | None:
        """The evaluation of highest mean IoU, the first of equals; None if there is none."""
        return max(self.evaluations, key=lambda each: each.mean_iou, default=None)

    def watch(self, images: Tensor, labels: Tensor) -> None:
        """Note the watched images and their truth."""
        self.images = [encode_photograph(image.movedim(0, 2).numpy()) for image in images]
        self.labels = [encode_map(label.numpy()) for label in labels]

    def add_frame(self, step: int, net: nn.Module, images: Tensor) -> None:
        """Note what `net` predicts for the watched images after `step` updates."""
        maps = [encode_map(labels.numpy()) for labels in predict_batch(net, images)]
        self.frames.append(Frame(step, maps))

    def prediction(self, frame: int, image: int) -> NDArray[np.uint8]:
        """Return a recorded label map, (H, W)."""
        return decode_map(self.frames[frame].maps[image])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as values that JSON can hold."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Run":
        """Return the run that `to_dict` wrote down.

        Raises
        ------
        ValueError
            If it is of another format.
        """
        values = dict(values)
        if (found := values.pop("format", None)) != FORMAT:
            raise ValueError(
                say(
                    "format={found!r} is not {format!r}; record the training again with this "
                    "version",
                    found=found,
                    format=FORMAT,
                )
            )
        values["evaluations"] = [Evaluation(**each) for each in values["evaluations"]]
        values["frames"] = [Frame(**each) for each in values["frames"]]
        return cls(**values)

    def save(self, path: str | Path) -> None:
        """Write the record as JSON, all or nothing."""
        save_json(path, self.to_dict(), indent=None)

    def __repr__(self) -> str:
        parts = [
            say(
                "{title}: {done} of {n} steps",
                title=self.title or "Run",
                done=len(self.losses),
                n=self.recipe["n_steps"],
            )
        ]
        if self.losses:
            parts.append(say("loss {loss:.3f}", loss=self.losses[-1]))
        if self.best:
            parts.append(
                say(
                    "best mean IoU {score:.3f} after {step}",
                    score=self.best.mean_iou,
                    step=self.best.step,
                )
            )
        parts.append(say("{seconds:.0f} s", seconds=self.seconds))
        endings = {
            "": say("going on"),
            "finished": say("finished"),
            "learned": say("learned"),
            "no progress": say("no progress"),
            "diverged": say("diverged"),
            "interrupted": say("interrupted"),
        }
        return ", ".join([*parts, endings.get(self.stopped, self.stopped)])


def encode_map(labels: Any) -> str:
    """Write a label map (H, W) with values 0 to 255 as a grey PNG in base64.

    Raises
    ------
    TypeError, ValueError
        If it is no label map of integers, or a value does not fit into 8 bits.
    """
    found = inputs.label_map(labels, booleans=False)
    if found.min() < 0 or found.max() > 255:
        raise ValueError(
            say(
                "labels hold values from {low} to {high}, expected 0 to 255; write ignored "
                "pixels as 255",
                low=found.min(),
                high=found.max(),
            )
        )
    buffer = io.BytesIO()
    Image.fromarray(found.astype(np.uint8)).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def decode_map(text: str) -> NDArray[np.uint8]:
    """Read a label map that `encode_map` wrote."""
    return np.array(Image.open(io.BytesIO(base64.b64decode(text))), np.uint8)


def encode_photograph(image: Any) -> str:
    """Write an image, (H, W, 3) or (H, W), as a JPEG in base64, for looking at only.

    Floats in [0, 1] or 8 bits; raises as `seglearn.inputs.image8`.
    """
    buffer = io.BytesIO()
    Image.fromarray(inputs.image8(image)).save(buffer, "JPEG", quality=90)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def environment(device: str | torch.device = "cpu") -> dict[str, Any]:
    """Say what a result was made with: versions, processor, threads, accelerator."""
    versions = {name: metadata.version(name) for name in ("numpy", "torch", "safetensors")}
    facts: dict[str, Any] = {
        "versions": {
            "python": platform.python_version(),
            "seglearn": seglearn.__version__,
            **versions,
        },
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
    }
    if torch.device(device).type == "cuda":
        facts["accelerator"] = torch.cuda.get_device_name(torch.device(device))
    return facts


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
