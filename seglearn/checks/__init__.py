"""Answer checks for the exercises, one module a chapter: ``checks.ch09.iou_per_class(my_function)``.

`reveal` hides the answer to a prediction until the learner opens it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["ch00", "ch01", "ch02", "ch04", "ch08", "ch09", "ch10", "ch11"],
    submod_attrs={"core": ["reveal"]},
)
