"""Scores of a segmentation: how many pixels are right, class by class, and how sure that number is.

Count with `ConfusionMatrix`, read the scores with its `scores` method, put an interval around one
with `bootstrap`. For two masks rather than two label maps there are `iou`, `dice`, `precision`,
`recall` and `boundary_iou`; for segments, things as well as stuff, `panoptic_quality`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "boundary": ["boundary_band", "boundary_iou", "class_boundary_iou", "mean_boundary_iou"],
        "confusion": ["ConfusionMatrix"],
        "instances": ["Match", "PanopticQuality", "panoptic_quality"],
        "intervals": ["Interval", "bootstrap", "mean_interval"],
        "scores": ["Scores", "dice", "iou", "precision", "recall"],
    },
)
