"""A small box that proves widgets reach the browser, and says how far away the kernel is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seglearn.widgets import fields
from seglearn.widgets.base import Widget
from seglearn.widgets.fields import Field


class BrowserCheck(Widget):
    """Show that widgets work here, and how long a question to the kernel takes.

    The browser sends a number as ``state["ping"]``; the kernel answers with the same in
    ``metrics["pong"]``, and the browser shows the time between.
    """

    bundle = "browser_check"

    def __init__(self, *, language: str | None = None) -> None:
        super().__init__(state={"ping": 0}, data={}, language=language)

    def __repr__(self) -> str:
        return "BrowserCheck()"

    def _fields(self) -> Mapping[str, Field]:
        return {"ping": fields.whole(0)}

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        return {"pong": state["ping"]}
