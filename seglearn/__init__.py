"""seglearn: the small package that the segmentation course's notebooks stand on.

Sub-packages load on first use, so ``import seglearn`` is quick and PyTorch is imported only when a
network is asked for.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "checks",
        "data",
        "environment",
        "experiment",
        "imaging",
        "live",
        "metrics",
        "nets",
        "show",
        "superpixels",
        "training",
        "widgets",
        "words",
    ],
    submod_attrs={"words": ["set_language"]},
)
__all__ += ["__version__"]
