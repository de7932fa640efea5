"""From a classifier of patches to a network that scores every place of an image.

A fully connected layer behind a map of features (C, h, w) has a weight for each of its C·h·w
numbers. A convolution with C channels and a kernel of h × w has the same weights; on a map of that
size it has one place to stand and gives the same answer, on a larger map it has many places
(Long, Shelhamer and Darrell 2015, section 3.1).
"""

import copy

import torch
from torch import Tensor, nn

from seglearn.words import say

__all__ = ["convolutionise"]

# Act on each number alone, so they do to a map what they do to a vector.
_POINTWISE = (
    nn.Identity,
    nn.Dropout,
    nn.ReLU,
    nn.LeakyReLU,
    nn.ELU,
    nn.GELU,
    nn.SiLU,
    nn.Sigmoid,
    nn.Tanh,
)


def convolutionise(
    classifier: nn.Sequential, size: tuple[int, int], *, in_channels: int = 3
) -> nn.Sequential:
    """Return the network that gives each place of an image what `classifier` gives its patch.

    Parameters
    ----------
    classifier : nn.Sequential
        Layers on maps, then one `nn.Flatten`, then linear layers with activations and dropout
        between them. It is not changed, and shares no weights with the result.
    size : tuple of int
        Height and width of the patches that it classifies.
    in_channels : int, default 3

    Returns
    -------
    nn.Sequential
        In evaluation mode. Takes images (N, in_channels, H, W) at least as large as a patch and
        returns scores (N, classes, h, w). Cell (i, j) belongs to the patch whose top left pixel is
        (s·i, s·j), where s is the product of all strides.

    Raises
    ------
    TypeError
        If a layer behind the `nn.Flatten` would act differently on a map.
    ValueError
        If there is not exactly one `nn.Flatten`, or patches of this size do not fit.

    Notes
    -----
    The scores are equal if no layer pads: padding puts zeros around the whole image, where the
    classifier had them around each patch.

    Examples
    --------
    >>> from torch import nn
    >>> classifier = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 6 * 6, 2))
    >>> convolutionise(classifier, (8, 8))(torch.zeros(1, 3, 20, 30)).shape
    torch.Size([1, 2, 13, 23])
    """
    if sum(isinstance(layer, nn.Flatten) for layer in classifier) != 1:
        raise ValueError(
            say(
                "the classifier needs exactly one nn.Flatten, between its maps and its linear "
                "layers"
            )
        )
    layers: list[nn.Module] = []
    shape: tuple[int, ...] | None = None  # of the map that the next linear layer reads
    x = torch.zeros((1, in_channels, *size))
    with torch.no_grad():
        for layer in copy.deepcopy(classifier).eval():
            try:
                y: Tensor = layer(x)
            except RuntimeError as error:
                raise ValueError(
                    say(
                        "size={size} does not fit the classifier ({error}); pass height and "
                        "width of the patches that it was made for",
                        size=size,
                        error=error,
                    )
                ) from error
            if isinstance(layer, nn.Flatten):
                shape = tuple(x.shape[1:])
            elif shape is None:
                layers.append(layer)
            elif isinstance(layer, nn.Linear):
                layers.append(_as_convolution(layer, shape))
                shape = (layer.out_features, 1, 1)
            elif isinstance(layer, _POINTWISE):
                layers.append(layer)
            else:
                raise TypeError(
                    say(
                        "{type} behind nn.Flatten has no counterpart on maps; use nn.Linear, "
                        "activations and nn.Dropout there",
                        type=type(layer).__name__,
                    )
                )
            x = y
    return nn.Sequential(*layers).eval()


def _as_convolution(layer: nn.Linear, shape: tuple[int, ...]) -> nn.Conv2d:
    """Return the convolution whose kernel covers a map of `shape` (C, h, w), with equal weights."""
    channels, *kernel = shape
    convolution = nn.Conv2d(
        channels, layer.out_features, (kernel[0], kernel[1]), bias=layer.bias is not None
    )
    with torch.no_grad():
        # Flatten runs through channels, rows, columns, in that order; so do kernels.
        convolution.weight.copy_(layer.weight.reshape(convolution.weight.shape))
        if convolution.bias is not None and layer.bias is not None:
            convolution.bias.copy_(layer.bias)
    return convolution
