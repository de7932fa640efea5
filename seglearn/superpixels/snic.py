"""SNIC, simple non-iterative clustering: SLIC's distance, but grown once and connected by nature.

All seeds wait in one priority queue. The nearest pixel in the queue is taken out, joins the
superpixel that put it there, moves that superpixel's centre to its new mean, and puts its own free
neighbours into the queue. When the queue is empty every pixel has a label. There are no windows, no
iterations and no crumbs.

References
----------
Achanta and Süsstrunk, "Superpixels and polygons using simple non-iterative clustering", CVPR 2017:
section 3, algorithm 1, equation 1. The weights of colour and position are those of SLIC's equation
3, squared.
"""

from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs
from seglearn.superpixels import _colour, _grid, connectivity

__all__ = ["segment"]


def segment(image: Any, n_segments: int, *, compactness: float = 10.0) -> NDArray[np.int32]:
    """Cut an image into SNIC superpixels.

    A queue cannot be vectorised, so this takes about ten times as long as SLIC here; in C++ it is
    the faster of the two.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels.
    compactness : float
        As in `slic.segment`.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each 4-connected; n is ``n_segments``, or a little less where no grid of so
        many cells fits.

    Raises
    ------
    TypeError, ValueError
        As `seglearn.superpixels.segment`; also if ``compactness`` is not positive.
    """
    image = inputs.image32(image)
    n_segments = inputs.segment_count(n_segments, image.shape)
    compactness = inputs.positive(compactness, "compactness")
    lab = _colour.to_lab(image)
    height, width = image.shape[:2]
    seeds, _ = _grid.grid_seeds(height, width, n_segments)
    labels = _grow(lab, seeds, compactness)
    return connectivity.enforce(labels, n_segments, lab)


def _grow(
    lab: NDArray[np.float32], seeds: NDArray[np.intp], compactness: float
) -> NDArray[np.int32]:
    """Algorithm 1, on plain Python lists, which are quicker than arrays one element at a time.

    A frame of one pixel that already has a label saves asking where the image ends.
    """
    height, width = lab.shape[1] + 2, lab.shape[2] + 2
    n = len(seeds)
    step = np.sqrt(lab[0].size / n)
    y, x = np.mgrid[:height, :width] * (compactness / step)
    framed = np.pad(lab, ((0, 0), (1, 1), (1, 1)))
    light, green_red, blue_yellow, row, column = (
        values.ravel().tolist() for values in (*framed, y, x)
    )
    label = np.pad(np.full(lab.shape[1:], -1), 1).ravel().tolist()
    nearest = [np.inf] * (height * width)  # distance of each pixel's best entry so far
    sums = [(0.0, 0.0, 0.0, 0.0, 0.0, 0)] * n
    queue = [(0.0, int((y + 1) * width + x + 1), k) for k, (y, x) in enumerate(seeds)]
    while queue:
        _, p, k = heappop(queue)
        if label[p] >= 0:
            continue
        label[p] = k
        sl, sa, sb, sy, sx, count = sums[k]
        sl, sa, sb = sl + light[p], sa + green_red[p], sb + blue_yellow[p]
        sy, sx, count = sy + row[p], sx + column[p], count + 1
        sums[k] = sl, sa, sb, sy, sx, count
        ml, ma, mb, my, mx = sl / count, sa / count, sb / count, sy / count, sx / count
        for q in (p - width, p - 1, p + 1, p + width):
            if label[q] < 0:
                dl, da, db = light[q] - ml, green_red[q] - ma, blue_yellow[q] - mb
                dy, dx = row[q] - my, column[q] - mx
                distance = dl * dl + da * da + db * db + dy * dy + dx * dx
                if distance < nearest[q]:  # a worse entry could only come out too late
                    nearest[q] = distance
                    heappush(queue, (distance, q, k))
    return np.array(label, dtype=np.int32).reshape(height, width)[1:-1, 1:-1]
