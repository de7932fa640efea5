"""Transposed convolution in NumPy, for widgets that check what the browser computes.

All of it is separable: a 2-D kernel is the outer product of `taps` with itself, so one axis at a
time suffices. `web/core/upsampling.js` does the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def output_size(n: int, kernel: int, stride: int, padding: int = 0) -> int:
    """Length of a transposed convolution's output, ``(n - 1) * stride + kernel - 2 * padding``.

    >>> output_size(6, kernel=4, stride=2, padding=1)
    12
    """
    return (n - 1) * stride + kernel - 2 * padding


def bilinear_size(stride: int) -> int:
    """Size of the kernel that up-samples bilinearly by `stride`, ``2 * stride - stride % 2``.

    The formula of Caffe's bilinear filler, with which FCN is initialised.

    >>> [bilinear_size(stride) for stride in (1, 2, 3, 32)]
    [1, 4, 5, 64]
    """
    return 2 * stride - stride % 2


def bilinear_taps(size: int) -> Array:
    """Triangle of `size` weights; its outer product with itself is FCN's bilinear kernel.

    >>> bilinear_taps(4)
    array([0.25, 0.75, 0.75, 0.25])
    """
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 else factor - 0.5
    return 1 - np.abs(np.arange(size) - centre) / factor


def transposed_convolution(
    values: npt.ArrayLike, taps: npt.ArrayLike, stride: int, padding: int = 0, axis: int = -1
) -> Array:
    """Let each value stamp ``value * taps``, `stride` apart, and add up what overlaps.

    Parameters
    ----------
    values : array_like
        Of any shape; `axis` is the one that grows.
    taps : array_like, (k,)
    stride : int
    padding : int
        Outputs cut off at either end, as in ``torch.nn.ConvTranspose1d``.
    axis : int

    Returns
    -------
    ndarray of float64
        `output_size` long along `axis`.
    """
    x = np.moveaxis(np.asarray(values, dtype=np.float64), axis, -1)
    w = np.asarray(taps, dtype=np.float64)
    n = x.shape[-1]
    full = np.zeros((*x.shape[:-1], output_size(n, w.size, stride)))
    for j, weight in enumerate(w):
        full[..., j : j + (n - 1) * stride + 1 : stride] += weight * x
    return np.moveaxis(full[..., padding : full.shape[-1] - padding], -1, axis)


def phase_sums(taps: npt.ArrayLike, stride: int) -> Array:
    """Sum of the weights that reach each of the `stride` kinds of output, ``taps[r::stride]``.

    Far from the ends, output ``o`` gets the weights of phase ``(o + padding) % stride``: a constant
    input comes out constant just where all sums are equal. With weights of 1 they are counts.

    >>> phase_sums([1, 1, 1], 2)
    array([2., 1.])
    """
    w = np.asarray(taps, dtype=np.float64)
    return np.array([w[r::stride].sum() for r in range(stride)])


def upsample(scores: npt.ArrayLike, factor: int, size: tuple[int, int]) -> Array:
    """Up-sample score maps as FCN does, by a transposed convolution with the bilinear kernel.

    Parameters
    ----------
    scores : array_like, (..., h, w)
    factor : int
        Even.
    size : (int, int)
        Height and width of the result, at most `factor` times those of `scores`.

    Notes
    -----
    Beyond the border there is nothing, not a continuation, so scores fade over the outermost half
    cell: this is what the network computes.
    """
    taps = bilinear_taps(2 * factor)
    rows = transposed_convolution(scores, taps, factor, factor // 2, axis=-2)
    return transposed_convolution(rows[..., : size[0], :], taps, factor, factor // 2)[
        ..., : size[1]
    ]
