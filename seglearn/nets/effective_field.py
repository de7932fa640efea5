"""How much of its receptive field a unit uses: where its influence lies."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seglearn.words import say


def influence(net: nn.Module, layer: str, images: Tensor) -> NDArray[np.float32]:
    """Measure how much the middle unit of a layer depends on each pixel.

    Parameters
    ----------
    net : nn.Module
        In evaluation mode, so that one image does not depend on the others.
    layer : str
        A name of `nn.Module.get_submodule`, whose output is (N, C, h, w).
    images : (N, 3, H, W) float tensor

    Returns
    -------
    (H, W) array
        The absolute gradient of the unit, summed over its channels, by each pixel: a mean over
        images and colours. The middle of h cells is number h // 2.

    Raises
    ------
    AttributeError
        If there is no such layer.
    ValueError
        If `net` is in training mode, or the layer gives no (N, C, h, w).

    References
    ----------
    Luo, Li, Urtasun and Zemel, "Understanding the effective receptive field in deep convolutional
    neural networks", NeurIPS 2016, section 3.
    """
    if net.training:
        raise ValueError(say("the network is in training mode: call net.eval() first"))
    pixels = images.detach().clone().requires_grad_()
    outputs: list[Tensor] = []
    hook = net.get_submodule(layer).register_forward_hook(lambda *seen: outputs.append(seen[2]))
    try:
        net(pixels)
    finally:
        hook.remove()
    if not outputs or outputs[0].ndim != 4:
        raise ValueError(
            say(
                "{layer} gives no map (N, C, h, w): choose a layer that the network uses",
                layer=layer,
            )
        )
    height, width = outputs[0].shape[2:]
    unit = outputs[0][:, :, height // 2, width // 2].sum()
    (gradient,) = torch.autograd.grad(unit, pixels)
    return np.asarray(gradient.abs().mean((0, 1)).numpy())


def side_holding(
    influence: NDArray[np.floating], share: float, centre: tuple[float, float] | None = None
) -> int:
    """Return the side of the smallest square around `centre` that holds a share of the influence.

    Parameters
    ----------
    influence : (H, W) array
        How strongly a unit depends on each pixel, 0 or more; for example the mean over images of
        the absolute gradient (Luo et al. 2016, arXiv 1701.04128, section 3).
    share : float
        From above 0 to 1.
    centre : tuple of float, optional
        Row and column, such as `ReceptiveField.centre`; the middle of the array if not given.
        Between two pixels (x.5) the side is even, on a pixel it is odd.

    Returns
    -------
    int
        In pixels. Parts of the square outside the array hold nothing.

    Raises
    ------
    ValueError
        If the shape, the share or a value is out of range, or all influence is 0.

    Examples
    --------
    >>> side_holding(np.ones((9, 9)), 0.1)
    3
    """
    if influence.ndim != 2 or not (influence >= 0).all() or not influence.any():
        raise ValueError(
            say(
                "influence of shape {shape}: expected (H, W) with values from 0, not all 0; "
                "take the absolute gradient, and its mean over images and channels",
                shape=influence.shape,
            )
        )
    if not 0 < share <= 1:
        raise ValueError(say("share={share!r}: pass a number above 0, at most 1", share=share))
    height, width = influence.shape
    row, column = centre if centre is not None else ((height - 1) / 2, (width - 1) / 2)
    rows, columns = np.indices(influence.shape)
    away = np.maximum(np.abs(rows - row), np.abs(columns - column)).ravel()
    order = np.argsort(away, kind="stable")
    held = np.cumsum(influence.ravel()[order], dtype=np.float64)
    first = int(np.searchsorted(held, share * held[-1] * (1 - 1e-12)))
    return int(np.floor(2 * away[order[first]])) + 1
