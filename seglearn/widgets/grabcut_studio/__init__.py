"""GrabCut studio: its Python side, its parts for the browser, its style and its words."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__, submod_attrs={"widget": ["GrabCutStudio", "photograph", "scribbled"]}
)
