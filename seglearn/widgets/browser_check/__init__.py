"""A small box that proves widgets reach the browser."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(__name__, submod_attrs={"widget": ["BrowserCheck"]})
