"""Interactive teaching widgets; each computes in the browser and works with or without a kernel."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["base", "codec"],
    submod_attrs={
        "browser_check": ["BrowserCheck"],
        "checkerboard": ["Checkerboard"],
        "confusion_workbench": ["ConfusionWorkbench"],
        "convolution_explorer": ["ConvolutionExplorer"],
        "iou_bench": ["IoUBench"],
        "noise_lab": ["NoiseLab"],
        "panoptic_scene": ["PanopticScene"],
        "skips": ["Skips"],
        "receptive_field": ["ReceptiveField"],
        "grabcut_studio": ["GrabCutStudio"],
        "superpixel_lab": ["SuperpixelLab"],
        "spectral_explorer": ["SpectralExplorer"],
        "threshold_lab": ["ThresholdLab"],
    },
)
