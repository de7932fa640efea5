"""The networks of the history of semantic segmentation, one file an architecture.

Start at `zoo`: names, presets, cards. What the networks share is in `blocks` and `backbones`; how
far a unit of one sees is measured by `receptive_field`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "backbones",
        "bisenet",
        "blocks",
        "convolutionise",
        "crf",
        "crfrnn",
        "deconvnet",
        "deeplab",
        "deeplabv3",
        "dilated",
        "effective_field",
        "enet",
        "fcn",
        "gcn",
        "linknet",
        "pspnet",
        "receptive_field",
        "refinenet",
        "segnet",
        "tiramisu",
        "unet",
        "zoo",
    ],
)
