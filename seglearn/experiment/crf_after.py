"""A dense CRF behind a trained network, as DeepLab v1 has it: a step of its own, not trained."""

from collections.abc import Sequence
from itertools import product

from torch import Tensor, nn

from seglearn.nets.crf import DenseCRF
from seglearn.training.dataset import ImageSet
from seglearn.training.evaluation import evaluate

# What is searched, for images of about 96×96 in [0, 1].
W_BILATERAL = (0.5, 1.0, 2.0)
THETA_BETA = (0.05, 0.1)
THETA_ALPHA, W_SPATIAL, THETA_GAMMA = 20.0, 0.5, 2.0
MAX_PAIRS = 1 << 21


class WithCRF(nn.Module):
    """A network whose scores a dense CRF refines with the image."""

    def __init__(self, net: nn.Module, crf: DenseCRF) -> None:
        super().__init__()
        self.net, self.crf = net, crf

    def forward(self, x: Tensor) -> Tensor:
        """Return log-probabilities (N, n_classes, H, W) of images (N, 3, H, W)."""
        return self.crf(self.net(x), x)


def crf_after(
    net: nn.Module, val: ImageSet, class_names: Sequence[str]
) -> tuple[WithCRF, dict[str, float]]:
    """Put the CRF behind `net` whose weight and colour scale do best on `val`.

    Returns
    -------
    WithCRF
        Takes images, gives log-probabilities.
    dict
        Its ``w_bilateral`` and ``theta_beta``.
    """
    best: tuple[float, WithCRF, dict[str, float]] | None = None
    for w_bilateral, theta_beta in product(W_BILATERAL, THETA_BETA):
        crf = DenseCRF(
            w_bilateral=w_bilateral,
            w_spatial=W_SPATIAL,
            theta_alpha=THETA_ALPHA,
            theta_beta=theta_beta,
            theta_gamma=THETA_GAMMA,
            max_pairs=MAX_PAIRS,
        )
        both = WithCRF(net, crf)
        mean_iou = evaluate(both, val, class_names).scores().mean_iou
        if best is None or mean_iou > best[0]:
            best = mean_iou, both, {"w_bilateral": w_bilateral, "theta_beta": theta_beta}
    assert best is not None
    return best[1], best[2]
