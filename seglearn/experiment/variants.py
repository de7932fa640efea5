"""Ablations as data: each variant changes one thing of the experiment and asks one question.

What a variant does not mention is as in the experiment. It is fair to compare it with the variant
named in `against`. A variant that changes nothing bears the name of its network, and is the same
training as that network's row in the table of networks.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One row of the table of ablations.

    Attributes
    ----------
    network : str
        Name in the zoo.
    against : str, optional
        Name of the variant to compare with; None for one that others are compared with.
    question : str
        What the comparison answers.
    expected : {-1, 0, 1}, default 0
        Whether the paper reports that this variant has a lower or a higher mean IoU; 0 if it does
        not say.
    options : dict
        For the network.
    recipe : dict
        Fields of `Recipe` that change.
    weighting : {"enet", "median", "none"}, default "enet"
        How classes are weighted in the cross-entropy.
    crf : bool, default False
        Whether a dense CRF is put behind the trained network (see `seglearn.experiment.crf_after`).
    """

    network: str
    against: str | None = None
    question: str = ""
    expected: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)
    weighting: str = "enet"
    crf: bool = False


VARIANTS: dict[str, Variant] = {
    # Skips: three trainings, each with one skip more.
    "fcn-32s": Variant(network="fcn-32s"),
    "fcn-16s": Variant(
        network="fcn-16s",
        against="fcn-32s",
        question="What is the first skip worth?",
        expected=1,
    ),
    "fcn-8s": Variant(
        network="fcn-8s",
        against="fcn-16s",
        question="What is the second skip worth?",
        expected=1,
    ),
    # Unpooling.
    "segnet": Variant(network="segnet"),
    "segnet-bilinear": Variant(
        network="segnet",
        against="segnet",
        question="What if the decoder interpolates, and does not know where the maxima were?",
        expected=-1,
        options={"unpooling": "bilinear"},
    ),
    # Dilation.
    "dilated": Variant(network="dilated"),
    "dilated-off": Variant(
        network="dilated",
        against="dilated",
        question="What if every dilation is 1: as many weights, a smaller view?",
        expected=-1,
        options={"dilate": False},
    ),
    # Context: atrous spatial pyramid pooling, pyramid pooling, large kernels.
    "deeplab-v3": Variant(network="deeplab-v3"),
    "deeplab-v3-no-rates": Variant(
        network="deeplab-v3",
        against="deeplab-v3",
        question="What if the pyramid has only its 1×1 branch and the mean over the image?",
        expected=-1,
        options={"rates": ()},
    ),
    "deeplab-v3-no-aspp": Variant(
        network="deeplab-v3",
        against="deeplab-v3",
        question="What if only the 1×1 branch is left?",
        expected=-1,
        options={"rates": (), "image_pooling": False},
    ),
    "pspnet": Variant(network="pspnet"),
    "pspnet-bin-1": Variant(
        network="pspnet",
        against="pspnet",
        question="Is the mean over the whole image enough?",
        expected=-1,
        options={"bins": (1,)},
    ),
    "pspnet-no-bins": Variant(
        network="pspnet",
        against="pspnet",
        question="What if nothing is pooled?",
        expected=-1,
        options={"bins": ()},
    ),
    "gcn": Variant(network="gcn"),
    "gcn-k3": Variant(
        network="gcn",
        against="gcn",
        question="What if the kernels are 3 cells wide instead of 7?",
        expected=-1,
        options={"k": 3},
    ),
    "gcn-k11": Variant(
        network="gcn",
        against="gcn",
        question="Do kernels of 11 cells gain more than those of 7?",
        expected=1,
        options={"k": 11},
    ),
    "gcn-k15": Variant(
        network="gcn",
        against="gcn",
        question="Do kernels of 15 cells, the paper's, gain more than those of 7?",
        expected=1,
        options={"k": 15},
    ),
    # The CRF, after the network and within it.
    "fcn-8s+crf": Variant(
        network="fcn-8s",
        against="fcn-8s",
        question="What does a dense CRF add after the network was trained?",
        expected=1,
        crf=True,
    ),
    "crf-rnn": Variant(
        network="crf-rnn",
        against="fcn-8s+crf",
        question="Is a CRF that is trained with the network better than one put behind it?",
        expected=1,
    ),
    # The loss.
    "pspnet-no-auxiliary": Variant(
        network="pspnet",
        against="pspnet",
        question="What is the auxiliary loss worth?",
        expected=-1,
        recipe={"aux_weight": 0.0},
    ),
    "unet-same": Variant(network="unet-same"),
    "unet-same-unweighted": Variant(
        network="unet-same",
        against="unet-same",
        question="What if every pixel counts alike, whatever its class?",
        expected=-1,
        weighting="none",
    ),
    "unet-same-median": Variant(
        network="unet-same",
        against="unet-same",
        question="Is median frequency balancing better than ENet's bounded weights?",
        weighting="median",
    ),
}
