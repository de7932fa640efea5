"""My widget: what share of some values lies above a number that the reader moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglearn import inputs
from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.fields import Field

VALUES = [0.1, 0.3, 0.4, 0.6, 0.6, 0.7, 0.9, 0.95]


class MyWidget(Widget):
    """A slider, and the share of eight values above it.

    Parameters
    ----------
    t : float
        Where the slider stands at first, in [0, 1].
    hide, size, palette, language
        See `seglearn.widgets.base.Widget`.

    Attributes
    ----------
    metrics : dict
        ``share``, in [0, 1].
    """

    bundle = "my_widget"
    controls = ("slider", "share")

    def __init__(self, t: float = 0.5, **options: Any) -> None:
        t = inputs.number(t, "t", 0, 1)
        super().__init__(state={"t": t}, data={"values": VALUES}, **options)

    def _fields(self) -> Mapping[str, Field]:
        return {"t": fields.number(0, 1)}

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        return {"share": sum(value > state["t"] for value in VALUES) / len(VALUES)}
