"""Interactive teaching widgets; each computes in the browser and works with or without a kernel."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["base", "codec"],
    submod_attrs={
        "browser_check": ["BrowserCheck"],
        "confusion_workbench": ["ConfusionWorkbench"],
        "iou_bench": ["IoUBench"],
        "panoptic_scene": ["PanopticScene"],
    },
)
