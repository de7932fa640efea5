"""scikit-image's watershed and SLIC behind the same interface, to compare with."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import segmentation

from seglearn.superpixels import _inputs, connectivity

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
    image, n_segments = _inputs.check(image, n_segments)
    if compactness != 0:
        compactness = _inputs.positive(compactness, "compactness, if not 0,")
    lab = _inputs.to_lab(image)
    smooth = ndimage.gaussian_filter(lab, (0, 1, 1), mode="nearest")
    slope = np.sqrt(_inputs.gradient(smooth))
    seeds, _ = _inputs.grid_seeds(slope.shape[0], slope.shape[1], n_segments)
    seeds = _inputs.to_flattest(seeds, slope, int(np.sqrt(slope.size / len(seeds)) / 4))
    markers = np.zeros(slope.shape, dtype=np.int32)
    markers[tuple(seeds.T)] = np.arange(1, len(seeds) + 1)
    labels = segmentation.watershed(slope, markers, compactness=compactness)
    return connectivity.enforce(labels, n_segments, lab)


def slic(
    image: Any, n_segments: int, *, compactness: float = 10.0, request: int | None = None
) -> NDArray[np.int32]:
    """Run scikit-image's SLIC so that it really returns about ``n_segments`` superpixels.

    It joins every superpixel below half the mean size to whatever lies beside it, so that far fewer
    come out than were asked for. Fair comparisons need equal counts: see `slic_request`. Even then
    it recalls less than `seglearn.superpixels.slic`, and all of that is lost in the joining: its
    clusters, joined by `connectivity.enforce`, score the same.

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
        Labels 0 … n−1, each 4-connected; n is at most ``n_segments``.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` is not positive.
    """
    image, n_segments = _inputs.check(image, n_segments)
    compactness = _inputs.positive(compactness, "compactness")
    if request is None:
        request = slic_request(image, n_segments, compactness=compactness)
    labels = _slic(image, _inputs.at_least(request, 1, "request"), compactness)
    return connectivity.enforce(labels, n_segments, _inputs.to_lab(image))


def slic_request(
    image: Any, n_segments: int, *, compactness: float = 10.0, tolerance: float = 0.03
) -> int:
    """Find what to ask scikit-image's SLIC for, so that it returns ``n_segments`` superpixels.

    Returns
    -------
    int
        The request whose result comes nearest, after at most eight trials.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` or ``tolerance`` is not positive.
    """
    image, n_segments = _inputs.check(image, n_segments)
    compactness = _inputs.positive(compactness, "compactness")
    tolerance = _inputs.positive(tolerance, "tolerance")
    n_pixels = image.shape[0] * image.shape[1]
    request, best = n_segments, (np.inf, n_segments)
    tried: set[int] = set()
    while request not in tried and len(tried) < 8:
        tried.add(request)
        count = int(_slic(image, request, compactness).max()) + 1
        best = min(best, (abs(count - n_segments), request))
        if best[0] <= tolerance * n_segments:
            break
        request = int(np.clip(round(request * n_segments / count), 1, n_pixels))
    return best[1]


def _slic(image: NDArray[np.float32], request: int, compactness: float) -> NDArray[np.int32]:
    labels = segmentation.slic(
        image,
        request,
        compactness=compactness,
        start_label=0,
        channel_axis=-1 if image.ndim == 3 else None,
    )
    return connectivity.renumber(labels)
