"""Segmentation before networks: one method a file, each the algorithm of its paper.

`threshold`, `region` and `edge` cut by grey values, by alike neighbours and by jumps. `texture`,
`cluster` and `classify` describe pixels by features and sort those. `mincut`, `grabcut` and
`random_walker` see the image as a graph.

Images are (H, W) or (H, W, 3) floats in [0, 1]; label maps (H, W) int32 from 0; masks boolean.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "classify",
        "cluster",
        "edge",
        "grabcut",
        "mincut",
        "random_walker",
        "region",
        "texture",
        "threshold",
    ],
)
