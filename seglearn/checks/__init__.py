"""Answer checks for the exercises, one module a chapter: ``checks.ch09.iou_per_class(my_function)``."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=["ch00", "ch09"])
