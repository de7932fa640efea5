"""Where pixels come from: bundled photographs, synthetic scenes, class tables and readers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        *("assets", "augment", "camvid", "cityscapes", "imitations", "labels"),
        *("samples", "scenes", "voc"),
    ],
    submod_attrs={"scene_dataset": ["SceneDataset"]},  # imports torch when it is asked for
)
