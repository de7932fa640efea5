"""Training a segmentation network, in the open: losses, schedule, loop, checkpoints and records.

Start at `fit`, one loop from top to bottom, and `Recipe`, the choices it follows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checkpoints": ["load_weights", "save_weights"],
        "class_weights": ["LabelCounts", "enet_weights", "median_frequency_weights"],
        "dataset": ["ImageSet"],
        "evaluation": ["evaluate", "predict"],
        "loop": ["fit"],
        "losses": ["cross_entropy", "dice_loss", "lovasz_softmax", "total_loss"],
        "patches": ["sample_patches"],
        "recipe": ["Recipe"],
        "records": ["Run", "Watch"],
        "schedules": ["one_cycle", "poly", "warm_up"],
    },
)
