"""Ablations as data: each variant changes one thing of the experiment and asks one question.

What a variant does not mention is as in the experiment. It is fair to compare it with the variant
named in `against`.
"""

from dataclasses import dataclass, field
from typing import Any

WEIGHTINGS = ("none", "median", "enet")


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One row of the table of ablations.

    Attributes
    ----------
    question : str
        What the comparison answers.
    against : str, default "base"
        Name of the variant to compare with.
    network : str, default "unet-same"
        Name in the zoo.
    options : dict
        For the network.
    recipe : dict
        Fields of `Recipe` that change.
    weighting : {"none", "median", "enet"}, default "none"
        How classes are weighted in the cross-entropy.
    augment : bool, default True
        Whether training images are augmented.
    scene : dict
        Knobs of `SceneConfig` that change, in training and in test.
    """

    question: str
    against: str = "base"
    network: str = "unet-same"
    options: dict[str, Any] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)
    weighting: str = "none"
    augment: bool = True
    scene: dict[str, Any] = field(default_factory=dict)


VARIANTS: dict[str, Variant] = {
    "base": Variant(question="What do we compare with?"),
    # The loss.
    "median-frequency": Variant(
        question="Do rare classes gain from median frequency balancing, and what do others lose?",
        weighting="median",
    ),
    "enet-weights": Variant(question="Is ENet's bounded weighting gentler?", weighting="enet"),
    "dice": Variant(question="Is Dice enough on its own?", recipe={"losses": {"dice": 1.0}}),
    "cross-entropy+dice": Variant(
        question="Does Dice help cross-entropy?",
        recipe={"losses": {"cross_entropy": 1.0, "dice": 1.0}},
    ),
    "lovasz": Variant(
        question="What if we train what we measure, the mean IoU?",
        recipe={"losses": {"lovasz": 1.0}},
    ),
    "cross-entropy+lovasz": Variant(
        question="Does Lovász-softmax help cross-entropy?",
        recipe={"losses": {"cross_entropy": 1.0, "lovasz": 1.0}},
    ),
    # The optimisation.
    "sgd": Variant(
        question="Was AdamW needed?",
        recipe={"optimizer": "sgd", "lr": 0.05, "weight_decay": 5e-4},
    ),
    "constant-rate": Variant(
        question="What is the poly schedule worth?",
        recipe={"power": 0.0},
    ),
    "no-warm-up": Variant(question="Does a careful start matter?", recipe={"warm_up_steps": 0}),
    "rate-too-high": Variant(
        question="What does a learning rate that is far too high look like?", recipe={"lr": 1.0}
    ),
    "frozen-batch-norm": Variant(
        question="What if batch normalisation keeps its initial statistics?",
        recipe={"train_batch_norm": False},
    ),
    "no-augmentation": Variant(question="What is augmentation worth?", augment=False),
    # The network.
    "shallow": Variant(question="What do two poolings instead of four cost?", options={"depth": 2}),
    "pspnet": Variant(question="What do we compare auxiliary losses with?", network="pspnet"),
    "pspnet-no-auxiliary": Variant(
        question="What is the auxiliary loss worth?",
        against="pspnet",
        network="pspnet",
        recipe={"aux_weight": 0.0},
    ),
    # The scenes.
    "no-twins": Variant(
        question="How much of the error is classes that only context tells apart?",
        scene={"grey_twins": 0.0, "green_twins": 0.0},
    ),
    "rare-things": Variant(
        question="What if nine of ten cars, people and poles are left out?",
        scene={"imbalance": 0.9},
    ),
    "rare-things-median": Variant(
        question="Does balancing help when things are really rare?",
        against="rare-things",
        weighting="median",
        scene={"imbalance": 0.9},
    ),
}
