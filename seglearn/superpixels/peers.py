"""scikit-image's watershed and SLIC behind the same interface, to compare with."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import segmentation

from seglearn import inputs
from seglearn.superpixels import _colour, _grid, connectivity
from seglearn.words import say

__all__ = ["slic", "slic_request", "watershed"]


def watershed(image: Any, n_segments: int, *, compactness: float = 0.0) -> NDArray[np.int32]:
    """Flood the gradient from a grid of seeds, each moved to the flattest place around it.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB; the gradient is taken in CIELAB.
    n_segments : int
        How many superpixels.
    compactness : float
        0 for the classic watershed; above, distance to the seed counts too (the compact watershed).

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` is negative or not finite.

    References
    ----------
    Neubert and Protzel, "Compact watershed and preemptive SLIC: on improving trade-offs of
    superpixel segmentation algorithms", ICPR 2014.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    if inputs.number(compactness, "compactness", 0) > 0:
        compactness = inputs.positive(compactness, say("compactness, if not 0,"))
    lab = _colour.to_lab(image)
    smooth = ndimage.gaussian_filter(lab, (0, 1, 1), mode="nearest")
    slope = np.sqrt(_grid.gradient(smooth))
    seeds, _ = _grid.grid_seeds(slope.shape[0], slope.shape[1], n_segments)
    seeds = _grid.to_flattest(seeds, slope, int(np.sqrt(slope.size / len(seeds)) / 4))
    markers = np.zeros(slope.shape, dtype=np.int32)
    markers[tuple(seeds.T)] = np.arange(1, len(seeds) + 1)
    labels = segmentation.watershed(slope, markers, compactness=compactness)
    return connectivity.enforce(labels, n_segments, lab)


def slic(
    image: Any, n_segments: int, *, compactness: float = 10.0, request: int | None = None
) -> NDArray[np.int32]:
    """Run scikit-image's SLIC so that it really returns about ``n_segments`` superpixels.

    It joins every superpixel below half the mean size to whatever lies beside it, so that far fewer
    come out than were asked for. Fair comparisons need equal counts: so more are asked for, see
    `slic_request`, and the smallest of too many join a neighbour. Even then it recalls less than
    `seglearn.superpixels.slic`, and all of that is lost in the joining: its clusters, joined by
    `connectivity.enforce`, score the same.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels to get.
    compactness : float
        As in `seglearn.superpixels.slic.segment`.
    request : int, optional
        How many to ask scikit-image for. By default this is searched for.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``, and at least 97 % of it unless
        a ``request`` that is given makes fewer.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` is not positive.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    compactness = inputs.positive(compactness, "compactness")
    if request is None:
        request = slic_request(image, n_segments, compactness=compactness)
    labels = _slic(image, inputs.whole(request, "request", 1), compactness)
    return connectivity.enforce(labels, n_segments, _colour.to_lab(image))


def slic_request(
    image: Any, n_segments: int, *, compactness: float = 10.0, tolerance: float = 0.03
) -> int:
    """Find what to ask scikit-image's SLIC for, so that it returns ``n_segments`` superpixels.

    Their number is a staircase of the request, since centres stand on a grid of whole steps: it may
    leap over ``n_segments``, and on a noisy image from a handful to thousands. So the request is
    raised until there are enough, and the interval between too few and enough is halved.

    Parameters
    ----------
    image, n_segments, compactness
        As in `slic`.
    tolerance : float
        A number that is off by this share, up or down, is near enough to stop.

    Returns
    -------
    int
        The request whose result comes nearest within the tolerance; else, after at most 24 trials,
        that with the fewest of those that make enough. As many as there are pixels always do.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` or ``tolerance`` is not positive.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    compactness = inputs.positive(compactness, "compactness")
    tolerance = inputs.positive(tolerance, "tolerance")
    few, enough = 0, image.shape[0] * image.shape[1]
    made = {}
    request = n_segments
    for trial in range(24):
        made[request] = int(_slic(image, request, compactness).max()) + 1
        if abs(made[request] - n_segments) <= tolerance * n_segments:
            return request
        if made[request] < n_segments:
            few = request
        else:
            enough = request
        if enough - few <= 1:
            break
        scaled = round(request * n_segments / made[request])
        inside = few < scaled < enough and trial < 4
        request = scaled if inside else max(few + 1, math.isqrt(max(few, 1) * enough))
    return min(
        (r for r, n in made.items() if n >= n_segments), default=enough, key=made.__getitem__
    )


def _slic(image: NDArray[np.float32], request: int, compactness: float) -> NDArray[np.int32]:
    labels = segmentation.slic(
        image,
        request,
        compactness=compactness,
        start_label=0,
        channel_axis=-1 if image.ndim == 3 else None,
    )
    return connectivity.renumber(labels)
