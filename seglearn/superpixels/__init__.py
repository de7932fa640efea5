"""Superpixels: from a hundred thousand pixels to a few hundred regions.

Every algorithm has a file of its own with one function, ``segment(image, n_segments, ...)``, that
returns a label map ``(H, W)`` with labels 0 … n−1, each of them one 4-connected region::

    from seglearn.superpixels import segment, slic, quality

    labels = slic.segment(image, 200)  # or segment(image, 200, method="slic")
    quality.score(labels, truth, image=image)

`METHODS` lists them by name. `quality` measures what they do, and `recorded` holds what they scored
on labelled photographs; `slic.steps` and its like hand out every intermediate state, for looking
inside.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "connectivity",
        "felzenszwalb",
        "graphcut_compact",
        "graphcut_constant",
        "ncut",
        "peers",
        "quality",
        "quickshift",
        "recorded",
        "region_cut",
        "slic",
        "snic",
        "squares",
        "turbopixels",
    ],
    submod_attrs={
        "quality": ["Quality", "score"],
        "registry": ["METHODS", "Method", "segment"],
    },
)
