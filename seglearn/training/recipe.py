"""All choices of a training in one place, as data."""

from dataclasses import dataclass, field, fields
from typing import Any

from seglearn import inputs
from seglearn.training.losses import IGNORE, LOSSES
from seglearn.words import say

OPTIMIZERS = ("adamw", "sgd")
SCHEDULES = ("poly", "one-cycle")
KEPT = ("best", "last")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to train; together with network and data it fixes the outcome.

    Attributes
    ----------
    n_steps : int, default 600
        Updates, the budget of the training.
    batch_size : int, default 8
        Images in an update.
    optimizer : {"adamw", "sgd"}, default "adamw"
        AdamW (Loshchilov and Hutter 2019), or stochastic gradient descent with momentum.
    lr : float, default 5e-3
        Learning rate; schedules scale it, none beyond 1.
    schedule : {"poly", "one-cycle"}, default "poly"
        How the rate changes: warm-up and then a fall to 0 (`schedules.poly`), or a rise from a 25th
        over 30 % of the updates and a fall along a cosine (`schedules.one_cycle`).
    clip_norm : float, default 5
        Gradients with a larger norm are shortened to it; 0 leaves them as they are.
    warm_up_steps : int, default 20
        Updates in which the rate rises to `lr`; the poly schedule alone uses it.
    power : float, default 0.9
        Of the poly schedule by which the rate falls to 0.
    momentum : float, default 0.9
        Of SGD.
    weight_decay : float, default 1e-4
        On all parameters.
    losses : dict of str to float, default {"cross_entropy": 1.0}
        Names out of `losses.LOSSES` with their factors.
    class_weights : tuple of float, optional
        For the cross-entropy; see `class_weights`.
    ignore_index : int, default 255
        Label that neither loss nor metric sees.
    aux_weight : float, optional
        Factor of the loss of each auxiliary head; if not given, the one that the network says (its
        `aux_weight`), which the record of the training then holds.
    train_batch_norm : bool, default True
        False keeps batch normalisation at its initial statistics.
    evaluate_every : int, default 100
        Updates between two evaluations, after each of which a checkpoint is written.
    patience : int, optional
        Stop after so many evaluations without a better mean IoU; never if not given.
    keep : {"best", "last"}, default "best"
        Which weights the training leaves: those of the evaluation with the highest mean IoU, or
        those after its last update. The best of many evaluations flatter on the set that chose
        them.
    seed : int, default 0
        Of batches, augmentation and dropout. The network's weights have a seed of their own.

    Raises
    ------
    TypeError, ValueError
        If a value is no number of its kind, or out of its range.
    """

    n_steps: int = 600
    batch_size: int = 8
    optimizer: str = "adamw"
    lr: float = 5e-3
    schedule: str = "poly"
    clip_norm: float = 5.0
    warm_up_steps: int = 20
    power: float = 0.9
    momentum: float = 0.9
    weight_decay: float = 1e-4
    losses: dict[str, float] = field(default_factory=lambda: {"cross_entropy": 1.0})
    class_weights: tuple[float, ...] | None = None
    ignore_index: int = IGNORE
    aux_weight: float | None = None
    train_batch_norm: bool = True
    evaluate_every: int = 100
    patience: int | None = None
    keep: str = "best"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (
            ("n_steps", 1),
            ("batch_size", 1),
            ("evaluate_every", 1),
            ("warm_up_steps", 0),
            ("patience", 1),
            ("seed", 0),
        ):
            if not (name == "patience" and self.patience is None):
                inputs.whole(getattr(self, name), name, least)
        for name in ("lr", "clip_norm", "power", "momentum", "weight_decay", "aux_weight"):
            if not (name == "aux_weight" and self.aux_weight is None):
                inputs.number(getattr(self, name), name, 0)
        for name, known in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("keep", KEPT)):
            inputs.choice(getattr(self, name), name, known)
        if not self.losses or (unknown := set(self.losses) - set(LOSSES)):
            wrong = sorted(unknown) if self.losses else "nothing"
            raise ValueError(
                say(
                    "losses names {wrong}; choose from {losses}",
                    wrong=wrong,
                    losses=", ".join(LOSSES),
                )
            )

    def to_dict(self) -> dict[str, Any]:
        """Return all choices as values that JSON can hold."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        if self.class_weights is not None:
            plain["class_weights"] = list(self.class_weights)
        return plain
