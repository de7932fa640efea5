"""What training makes small: cross-entropy, Dice, Lovász-softmax, and sums of them.

All take ``logits`` (N, C, H, W), the scores of a network before any softmax, and ``labels``
(N, H, W), integers with class numbers. Pixels labelled `ignore_index` take part in nothing: neither
the value nor the gradient depends on them. If no pixel is left to count, because all are ignored or
have a class of weight 0, the loss is 0 with gradient 0. `ignore_index` must not be a class, as in
`seglearn.metrics.ConfusionMatrix`.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from seglearn import inputs
from seglearn.words import say

IGNORE = 255


def cross_entropy(
    logits: Tensor,
    labels: Tensor,
    *,
    class_weights: Sequence[float] | None = None,
    ignore_index: int = IGNORE,
) -> Tensor:
    """Mean over pixels of the negative log-probability of the true class.

    Parameters
    ----------
    logits : (N, C, H, W) float tensor
    labels : (N, H, W) int64 tensor
    class_weights : sequence of float, optional
        One for each class, finite, 0 or more. The mean is then a weighted one: each pixel counts
        with the weight of its true class, and the sum is divided by the sum of these weights, as in
        PyTorch.
    ignore_index : int, default 255
        Label of pixels to leave out.

    Returns
    -------
    Tensor
        Scalar, 0 or more.

    Raises
    ------
    ValueError
        If shapes do not fit, a label is neither a class nor `ignore_index`, `ignore_index` is a
        class, or a weight is negative or not finite.
    """
    check(logits, labels, ignore_index)
    counts = labels != ignore_index
    weight = None
    if class_weights is not None:
        weight = _weights(class_weights, logits)
        counts = counts & (weight[labels.where(counts, 0)] > 0)
    if not bool(counts.any()):
        return logits.sum() * 0
    return F.cross_entropy(logits, labels, weight, ignore_index=ignore_index)


def dice_loss(logits: Tensor, labels: Tensor, *, ignore_index: int = IGNORE) -> Tensor:
    """One minus the soft Dice coefficient, a mean over the classes that occur in `labels`.

    For class c with probabilities p and truth g (0 or 1), over all pixels of the batch,
    ``D = 2 Σ p g / (Σ p² + Σ g²)``. A class that does not occur has D = 0 whatever is predicted,
    and no gradient, so it is left out.

    Parameters, errors: as `cross_entropy`.

    Returns
    -------
    Tensor
        Scalar in [0, 1].

    References
    ----------
    Milletari, Navab and Ahmadi, "V-Net: fully convolutional neural networks for volumetric medical
    image segmentation", 3DV 2016, section 3, for two classes; the mean over classes is ours.
    """
    probabilities, truth = _valid_pixels(logits, labels, ignore_index)
    present = truth.any(0)
    if not bool(present.any()):
        return logits.sum() * 0
    p, g = probabilities[:, present], truth[:, present].to(probabilities.dtype)
    dice = 2 * (p * g).sum(0) / (p.square().sum(0) + g.square().sum(0))
    return 1 - dice.mean()


def lovasz_softmax(logits: Tensor, labels: Tensor, *, ignore_index: int = IGNORE) -> Tensor:
    """Lovász-softmax loss, a mean over the classes that occur in `labels`.

    The Jaccard loss, 1 - IoU, is a function of the *set* of wrong pixels. Its Lovász extension
    makes it a continuous function of how wrong each pixel is, ``|g - p|``: pixels are sorted from
    worst to best, and each error counts as much as the Jaccard loss grows when that pixel joins
    the set of the wrong ones. If every p is 0 or 1, the loss is exactly 1 - IoU.

    Parameters, errors: as `cross_entropy`.

    Returns
    -------
    Tensor
        Scalar in [0, 1].

    References
    ----------
    Berman, Rannen Triki and Blaschko, "The Lovász-softmax loss: a tractable surrogate for the
    optimization of the intersection-over-union measure in neural networks", CVPR 2018, equations 8
    to 11 and algorithm 1. Pixels of the whole batch are sorted together.
    """
    probabilities, truth = _valid_pixels(logits, labels, ignore_index)
    losses = []
    for c in range(logits.shape[1]):
        foreground = truth[:, c]
        if not bool(foreground.any()):
            continue
        errors = (foreground.to(probabilities.dtype) - probabilities[:, c]).abs()
        errors, order = errors.sort(descending=True)
        losses.append(errors @ jaccard_steps(foreground[order]).to(errors.dtype))
    return torch.stack(losses).mean() if losses else logits.sum() * 0


def jaccard_steps(foreground: Tensor) -> Tensor:
    """How much the Jaccard loss grows as each pixel in turn joins the set of the wrong ones.

    Parameters
    ----------
    foreground : (P,) bool tensor
        Whether each pixel belongs to the class, from the first that is wrong to the last.

    Returns
    -------
    (P,) float64 tensor
        Non-negative, of sum 1 (if there is any foreground).

    Raises
    ------
    TypeError, ValueError
        If it is no such tensor.
    """
    inputs.tensor(foreground, "foreground", "P", floats=False)
    if foreground.dtype != torch.bool:
        raise TypeError(
            say(
                "foreground holds {dtype} values, expected bool; use == class",
                dtype=foreground.dtype,
            )
        )
    right = foreground.sum() - foreground.cumsum(0)  # of the class, and not wrong yet
    union = foreground.sum() + (~foreground).cumsum(0)
    loss = 1 - right.double() / union.double()
    return torch.diff(loss, prepend=loss.new_zeros(1))


LOSSES: dict[str, Callable[..., Tensor]] = {
    "cross_entropy": cross_entropy,
    "dice": dice_loss,
    "lovasz": lovasz_softmax,
}


def total_loss(
    logits: Tensor,
    labels: Tensor,
    parts: Mapping[str, float],
    *,
    class_weights: Sequence[float] | None = None,
    ignore_index: int = IGNORE,
) -> Tensor:
    """Sum of losses, each times its factor.

    Parameters
    ----------
    logits, labels, ignore_index
        As `cross_entropy`.
    parts : mapping of str to float
        Names out of `LOSSES` and their factors, finite and 0 or more, such as
        ``{"cross_entropy": 1, "dice": 0.5}``.
    class_weights : sequence of float, optional
        For the cross-entropy.

    Raises
    ------
    ValueError
        If a name is unknown, a factor is negative or not finite, or as the losses.
    """
    check(logits, labels, ignore_index)
    total = logits.new_zeros(())
    for name, factor in parts.items():
        if name not in LOSSES or not 0 <= factor < float("inf"):
            raise ValueError(
                say(
                    "loss {name!r} with factor {factor!r}: expected one of {losses} with a "
                    "finite factor, 0 or more",
                    name=name,
                    factor=factor,
                    losses=", ".join(LOSSES),
                )
            )
    for name, factor in parts.items():
        options = {"class_weights": class_weights} if name == "cross_entropy" else {}
        total = total + factor * LOSSES[name](logits, labels, ignore_index=ignore_index, **options)
    return total


def _weights(class_weights: Sequence[float], logits: Tensor) -> Tensor:
    n_classes = logits.shape[1]
    if len(class_weights) != n_classes:
        raise ValueError(
            say(
                "{n} class_weights for {n_classes} classes; give one a class",
                n=len(class_weights),
                n_classes=n_classes,
            )
        )
    values = [float(w) for w in class_weights]
    for c, value in enumerate(values):
        if not 0 <= value < float("inf"):
            raise ValueError(
                say(
                    "the weight of class {c} is {value}; weights must be finite and 0 or more. "
                    "A class that never occurs can have weight 0",
                    c=c,
                    value=value,
                )
            )
    return torch.tensor(values, dtype=logits.dtype, device=logits.device)


def check(logits: Tensor, labels: Tensor, ignore_index: int) -> None:
    """Raise ValueError or TypeError unless `labels` can be the truth of `logits`."""
    inputs.tensor(logits, "logits", "N, C, H, W")
    inputs.tensor(labels, "labels", "N, H, W", floats=False)
    n, n_classes, *size = logits.shape
    if tuple(labels.shape) != (n, *size):
        raise ValueError(
            say(
                "labels of shape {shape} for logits of shape {logit_shape}: expected "
                "{expected}; bring the logits to the size of the labels first",
                shape=tuple(labels.shape),
                logit_shape=tuple(logits.shape),
                expected=(n, *size),
            )
        )
    if labels.dtype != torch.int64:
        raise ValueError(
            say("labels are {dtype}; convert them with labels.long()", dtype=labels.dtype)
        )
    inputs.ignored(ignore_index, n_classes)
    stray = (labels != ignore_index) & ((labels < 0) | (labels >= n_classes))
    if bool(stray.any()):
        raise ValueError(
            say(
                "labels hold {label}, but the classes are 0 to {last} and ignore_index is "
                "{ignore_index}; map stray labels to one of these",
                label=int(labels[stray][0]),
                last=n_classes - 1,
                ignore_index=ignore_index,
            )
        )


def _valid_pixels(logits: Tensor, labels: Tensor, ignore_index: int) -> tuple[Tensor, Tensor]:
    """Return probabilities and one-hot truth (bool), both (pixels, C), of pixels not ignored."""
    check(logits, labels, ignore_index)
    valid = labels != ignore_index
    probabilities = logits.softmax(1).movedim(1, -1)[valid]
    classes = torch.arange(logits.shape[1], device=labels.device)
    return probabilities, labels[valid][:, None] == classes
