"""What every teaching widget has in common: its traits, its checks, and its life in a page without a kernel."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"

SHELL_CONTROLS = ("title", "presets", "story", "undo", "redo", "reset", "projector", "copy")
SIZES = ("normal", "projector")


class Widget(anywidget.AnyWidget):
    """Base class of the teaching widgets.

    A subclass names its bundle in `bundle` and points `_esm` at it, lists in `controls` what `hide` may name beside
    `SHELL_CONTROLS`, and implements `_check_state` and `_measure`. Its constructor passes the initial document and
    the constant data on::

        super().__init__(state=..., data=..., hide=hide, size=size, palette=palette)

    Parameters
    ----------
    state : dict
        The document that the reader edits: JSON values only.
    data : dict
        What never changes: an image as data URL, presets as ``[{"id": ..., "state": ..., "view": ...}]``. JSON only,
        because JupyterLab drops binary buffers when it saves a widget.
    hide : sequence of str
        Names of controls that are not shown; see `known_controls`.
    size : {"normal", "projector"}
        "projector" makes text and controls large enough for the back of a room.
    palette : str, optional
        One of the class's `palettes`; the first is the default.

    Attributes
    ----------
    state : dict
        The document as it is now. Assigning it changes what is shown; the reader can undo that.
    metrics : dict
        What was measured on `state`; ``None`` where a score is undefined (0/0).

    Raises
    ------
    ValueError
        If `hide`, `size` or `palette` names something unknown, or `state` is malformed.
    """

    bundle: ClassVar[str]
    controls: ClassVar[tuple[str, ...]] = ()
    palettes: ClassVar[tuple[str, ...]] = ("okabe-ito", "tol")

    state = traitlets.Dict().tag(sync=True)
    metrics = traitlets.Dict().tag(sync=True)
    hide = traitlets.List(traitlets.Unicode()).tag(sync=True)
    size = traitlets.Unicode("normal").tag(sync=True)
    palette = traitlets.Unicode().tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        *,
        state: dict[str, Any],
        data: dict[str, Any],
        hide: tuple[str, ...] | list[str] = (),
        size: str = "normal",
        palette: str | None = None,
        **kwargs: Any,
    ) -> None:
        if isinstance(hide, str):
            raise TypeError(f"hide is a list of control names, not a string; write hide=[{hide!r}]")
        super().__init__(
            state=state,
            hide=list(hide),
            size=size,
            palette=self.palettes[0] if palette is None else palette,
            _data=data,
            **kwargs,
        )

    @classmethod
    def known_controls(cls) -> tuple[str, ...]:
        """Names that `hide` accepts."""
        return SHELL_CONTROLS + cls.controls

    # --- for subclasses -------------------------------------------------------------------------------------------
    def _check_state(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return `state` if it is well formed, else raise `ValueError` saying what was expected."""
        raise NotImplementedError

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        """Compute what the browser computes from the same `state`; JSON values, ``None`` where undefined."""
        raise NotImplementedError

    # --- traits -----------------------------------------------------------------------------------------------------
    @traitlets.validate("state")
    def _validate_state(self, proposal: Any) -> dict[str, Any]:
        return self._check_state(proposal["value"])

    @traitlets.observe("state")
    def _state_changed(self, change: Any) -> None:
        self.metrics = self._measure(change["new"])

    @traitlets.validate("hide")
    def _validate_hide(self, proposal: Any) -> list[str]:
        for name in proposal["value"]:
            _one_of("hide", name, self.known_controls())
        return proposal["value"]

    @traitlets.validate("size")
    def _validate_size(self, proposal: Any) -> str:
        return _one_of("size", proposal["value"], SIZES)

    @traitlets.validate("palette")
    def _validate_palette(self, proposal: Any) -> str:
        return _one_of("palette", proposal["value"], self.palettes)

    # --- pages without a kernel -------------------------------------------------------------------------------------
    def to_html(self) -> str:
        """Return the widget as a self-contained HTML fragment that needs neither kernel nor network.

        The ES module is inlined and finds its place by the `data-seglearn` attribute. "<" is escaped in the JSON, so
        that no value can end the script element.
        """
        names = ("state", "hide", "size", "palette", "_data")
        values = json.dumps({name: getattr(self, name) for name in names}).replace("<", "\\u003c")
        module = (STATIC / f"{self.bundle}.js").read_text(encoding="utf-8")
        return (
            f'<div data-seglearn="{html.escape(self.bundle)}">'
            f'<script type="application/json">{values}</script>'
            f"<noscript>{html.escape(repr(self))}</noscript></div>\n"
            f'<script type="module">{module}</script>'
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the self-contained HTML, which nbconvert and static sites show instead of a dead widget view."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": repr(self), "text/html": self.to_html()}, metadata


def _one_of(what: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"unknown {what} {value!r}; expected one of {', '.join(map(repr, known))}")
    return value
