"""CRF-RNN: mean field of a dense CRF as a recurrent layer, trained together with the network."""

from typing import Any

import torch
from torch import Tensor, nn

from seglearn.nets import fcn, zoo
from seglearn.nets.blocks import SegmentationNet
from seglearn.nets.crf import MAX_PAIRS, BilateralKernel, SpatialKernel, last, mean_field, potts

__all__ = ["CRFRNN", "CRFasRNN"]


class CRFasRNN(nn.Module):
    """Mean field with learned weights (section 4 of [1]_).

    The recursion is that of `seglearn.nets.crf.mean_field`; here its matrices are parameters. They
    start as a plain dense CRF: kernel weights times the identity, and Potts compatibility.

    Parameters
    ----------
    n_classes : int
        Number of classes.
    train_iterations, test_iterations : int, default 5 and 10
        Of mean field (section 5.2, section 7).
    w_bilateral, w_spatial : float, default 5 and 3
        First weights of the kernels.
    theta_alpha, theta_beta, theta_gamma : float, default 160, 3 / 255 and 3
        Standard deviations of the kernels, as in `seglearn.nets.crf.DenseCRF`; they are not learned.
    cell : float, optional
        Coarseness of the bilateral sum (see `seglearn.nets.crf.BilateralKernel`).
    max_pairs : int, default MAX_PAIRS
        Bound on memory and time of that sum.

    Attributes
    ----------
    bilateral_weights, spatial_weights : Parameter, (n_classes, n_classes)
        Applied to the messages of the two kernels.
    compatibility : Parameter, (n_classes, n_classes)
        What label ``l`` (row) pays beside label ``m`` (column).

    Notes
    -----
    The released layer divides the message to pixel i by the sum dᵢ of its kernel's row, and counts
    pixel i among its own neighbours. Here messages are divided by √(dᵢ dⱼ) and leave i out, as in
    `seglearn.nets.crf.PairwiseKernel`: a CRF trained here starts where the plain dense CRF stands.

    References
    ----------
    .. [1] S. Zheng, S. Jayasumana, B. Romera-Paredes, V. Vineet, Z. Su, D. Du, C. Huang,
       P. H. S. Torr. Conditional Random Fields as Recurrent Neural Networks. ICCV 2015.
       arXiv:1502.03240.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        train_iterations: int = 5,
        test_iterations: int = 10,
        w_bilateral: float = 5.0,
        w_spatial: float = 3.0,
        theta_alpha: float = 160.0,
        theta_beta: float = 3 / 255,
        theta_gamma: float = 3.0,
        cell: float | None = None,
        max_pairs: int = MAX_PAIRS,
    ) -> None:
        super().__init__()
        self.train_iterations, self.test_iterations = train_iterations, test_iterations
        self.theta_alpha, self.theta_beta = theta_alpha, theta_beta
        self.theta_gamma = theta_gamma
        self.cell, self.max_pairs = cell, max_pairs
        self.bilateral_weights = nn.Parameter(w_bilateral * torch.eye(n_classes))
        self.spatial_weights = nn.Parameter(w_spatial * torch.eye(n_classes))
        self.compatibility = nn.Parameter(potts(n_classes))

    @property
    def n_iterations(self) -> int:
        """Iterations in the present mode, training or evaluation."""
        return self.train_iterations if self.training else self.test_iterations

    def _infer(self, logits: Tensor, image: Tensor) -> Tensor:
        kernels = [
            BilateralKernel(
                image, self.theta_alpha, self.theta_beta, self.cell, max_pairs=self.max_pairs
            ),
            SpatialKernel(image, self.theta_gamma),
        ]
        weights = [self.bilateral_weights, self.spatial_weights]
        return last(mean_field(logits, kernels, weights, self.compatibility, self.n_iterations))

    def forward(self, logits: Tensor, images: Tensor) -> Tensor:
        """Refine `logits`, (N, n_classes, H, W), with `images`, (N, C, H, W); log-probabilities."""
        return torch.stack([self._infer(*each) for each in zip(logits, images, strict=True)])


class CRFRNN(SegmentationNet):
    """FCN-8s and a CRF as one network (Fig. 3).

    Parameters
    ----------
    n_classes : int
        Number of classes.
    unary : SegmentationNet, optional
        Gives the unary scores; FCN-8s if not given.
    in_channels : int, default 3
        Channels of the images.
    **crf
        Passed on to `CRFasRNN`. Its ``theta_beta`` is in units of the images that the network gets.

    Notes
    -----
    Beside the logits, `forward_with_aux` gives ``"unary"``, what FCN-8s says before the CRF. It is no
    auxiliary head: the paper trains the two first apart and then together, with one loss behind the
    CRF, so `aux_weight` is 0. The committed weights of the mini preset are older and were trained
    with 0.4 on ``"unary"``.
    """

    def __init__(
        self,
        n_classes: int,
        *,
        unary: SegmentationNet | None = None,
        in_channels: int = 3,
        **crf: Any,
    ) -> None:
        super().__init__(n_classes, in_channels)
        self.unary = fcn.FCN(n_classes, 8, in_channels=in_channels) if unary is None else unary
        self.crf = CRFasRNN(n_classes, **crf)

    def forward(self, x: Tensor) -> Tensor:
        """Return log-probabilities (N, n_classes, H, W) of images (N, in_channels, H, W)."""
        return self.crf(self.unary(x), x)

    def forward_with_aux(self, x: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the log-probabilities, and the logits of the network before the CRF."""
        unary = self.unary(x)
        return self.crf(unary, x), {"unary": unary}


def _mini(n_classes: int, *, in_channels: int = 3, **options: Any) -> CRFRNN:
    unary = fcn.mini(n_classes, 8, in_channels=in_channels)
    small: dict[str, Any] = {
        "unary": unary,
        "train_iterations": 3,  # where the paper has 5, which take half as long again
        "test_iterations": 5,
        "theta_alpha": 20.0,
        "theta_beta": 0.1,
        "theta_gamma": 2.0,
        # Weights of 5 and 3 are for an FCN-8s that is trained already. From the start they smooth
        # away what it is about to learn: eight scenes were learned to a mIoU of 0.60 in 226 steps
        # with those, and to 0.82 with these.
        "w_bilateral": 1.0,
        "w_spatial": 0.5,
        "max_pairs": 1 << 21,  # 227 cells at 96×96, whatever is on the images
    }
    return CRFRNN(n_classes, **small | options, in_channels=in_channels)


zoo.register(
    zoo.Card(
        name="crf-rnn",
        title="CRF-RNN",
        year=2015,
        paper="Zheng, Jayasumana, Romera-Paredes, Vineet, Su, Du, Huang and Torr: Conditional "
        "Random Fields as Recurrent Neural Networks, ICCV 2015",
        arxiv="1502.03240",
        idea="An iteration of mean field is made of layers, so a dense CRF can be run inside the "
        "network and learn with it.",
        changed="Against DeepLab v1: the CRF is no step after the network but its last layer, and "
        "its weights and label compatibilities are trained instead of searched.",
        tags=("vgg", "skip-sum", "crf"),
        after=("fcn-8s", "deeplab-v1"),
        results=(
            zoo.Result("PASCAL VOC 2012 test", "mIoU", 72.0, "as quoted in later comparisons"),
            zoo.Result(
                "PASCAL VOC 2012 test, with COCO",
                "mIoU",
                74.7,
                "as quoted by Yu and Koltun, Table 4, and DeepLab v2, Table 5",
            ),
        ),
        parameters=zoo.Reference(21, 134_489_759 + 3 * 21**2),
    ),
    paper=CRFRNN,
    mini=_mini,
)
