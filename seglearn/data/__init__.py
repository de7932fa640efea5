"""Where pixels come from: bundled photographs, synthetic scenes, class tables and readers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submodules=["augment", "camvid", "cityscapes", "labels", "samples", "scenes", "voc"]
)
