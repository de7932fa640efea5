"""All superpixel algorithms under one roof: their names, their papers, and one way to call them."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seglearn import inputs

__all__ = ["METHODS", "Method", "segment"]


@dataclass(frozen=True)
class Method:
    """A superpixel algorithm.

    Attributes
    ----------
    name : str
        Its key in `METHODS`.
    title : str
        Its name in prose.
    paper : str
        Authors and year.
    idea : str
        What it does, in a few words.
    module : str
        The file under `seglearn.superpixels` that holds it.
    function : str
        The function in that file.
    """

    name: str
    title: str
    paper: str
    idea: str
    module: str
    function: str = "segment"

    def segment(self, image: Any, n_segments: int, **options: Any) -> NDArray[np.int32]:
        """Run the algorithm; see the function itself for its options."""
        module = import_module(f"seglearn.superpixels.{self.module}")
        labels: NDArray[np.int32] = getattr(module, self.function)(image, n_segments, **options)
        return labels


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "slic",
            "SLIC",
            "Achanta et al. 2012",
            "k-means in colour and position, each centre looking only around itself",
            "slic",
        ),
        Method(
            "snic",
            "SNIC",
            "Achanta and Süsstrunk 2017",
            "SLIC's distance, grown once from the seeds with a priority queue",
            "snic",
        ),
        Method(
            "turbopixels",
            "TurboPixels",
            "Levinshtein et al. 2009",
            "seeds dilate by a level set that slows down at edges",
            "turbopixels",
        ),
        Method(
            "ncut",
            "Normalized cuts",
            "Ren and Malik 2003",
            "eigenvectors of a graph of intervening contours",
            "ncut",
        ),
        Method(
            "graphcut-compact",
            "Graph cut a (compact)",
            "Veksler, Boykov and Mehrani 2010",
            "overlapping patches stitched along the cheapest cut",
            "graphcut_compact",
        ),
        Method(
            "graphcut-constant",
            "Graph cut b (constant intensity)",
            "Veksler, Boykov and Mehrani 2010",
            "the same, and each pixel should look like its patch's centre",
            "graphcut_constant",
        ),
        Method(
            "quickshift",
            "Quick shift",
            "Vedaldi and Soatto 2008",
            "every pixel points to the nearest denser one; long links are cut",
            "quickshift",
        ),
        Method(
            "felzenszwalb",
            "Graph based",
            "Felzenszwalb and Huttenlocher 2004",
            "regions merge while the difference between them is below that within",
            "felzenszwalb",
        ),
        Method(
            "watershed",
            "Watershed (scikit-image)",
            "Neubert and Protzel 2014",
            "the gradient is flooded from a grid of seeds",
            "peers",
            "watershed",
        ),
        Method(
            "skimage-slic",
            "SLIC (scikit-image)",
            "Achanta et al. 2012",
            "another implementation, to compare with",
            "peers",
            "slic",
        ),
    )
}
"""The algorithms by name."""


def segment(image: Any, n_segments: int, method: str = "slic", **options: Any) -> NDArray[np.int32]:
    """Cut an image into superpixels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) float in [0, 1]
        Grey or sRGB.
    n_segments : int
        How many superpixels to make, 1 to H·W.
    method : str
        A key of `METHODS`.
    **options
        Passed on: see the ``segment`` function of the algorithm's own file.

    Returns
    -------
    (H, W) int32
        Labels 0 … n−1, each one 4-connected region. n is at most ``n_segments``, and at least 90 %
        of it on a photograph whose superpixels have 25 pixels or more. Algorithms that follow the
        image alone (``felzenszwalb``) return fewer where there is nothing to tell apart.

    Raises
    ------
    ImportError
        If a graph cut is asked for and PyMaxflow, which is optional, is not installed.
    TypeError
        If the image is not of floats, or ``n_segments`` is no integer.
    ValueError
        If the method is unknown, the image is not (H, W) or (H, W, 3), is empty, or holds values
        that are not in [0, 1], or ``n_segments`` is not in 1 … H·W.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.zeros((20, 30))
    >>> image[:, 15:] = 1
    >>> segment(image, 6).max()
    np.int32(5)
    """
    return METHODS[inputs.choice(method, "method", METHODS)].segment(image, n_segments, **options)
