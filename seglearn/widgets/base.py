"""What every teaching widget has in common: its traits, its checks, and its life in a page without a kernel."""

from __future__ import annotations

import copy
import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from seglearn.widgets.fields import Field, StateError, list_of, one_of, record, refuse, shown

STATIC = Path(__file__).parent / "static"

SHELL_CONTROLS = ("title", "presets", "story", "undo", "redo", "reset", "projector", "copy")
SIZES = ("normal", "projector")


class Checked(traitlets.TraitType[Any, Any]):
    """A synced value that a method of its widget checks before anything else may see it.

    The method returns the value to keep, as plain JSON, or raises `StateError`; then the widget
    keeps what it had.
    """

    def __init__(self, check: str, default: Any) -> None:
        super().__init__(default)
        self.check = check
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value to keep."""
        return value if value is self.default_value else getattr(obj, self.check)(value)


class Copied(Checked):
    """A value with parts. Who asks for it gets a copy, so that a change comes in by assignment only."""

    def get(self, obj: Any, cls: Any = None) -> Any:
        """Return a copy, down to its smallest part."""
        return copy.deepcopy(super().get(obj, cls))


class Widget(anywidget.AnyWidget):
    """Base class of the teaching widgets.

    A subclass names its bundle in `bundle` and points `_esm` at it, lists in `controls` what `hide` may name beside
    `SHELL_CONTROLS`, and implements `_fields`, `_measure` and, where fields depend on each other, `_check_state`. Its
    constructor passes the initial document and the constant data on::

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
        The document as it is now, a copy. Assigning it changes what is shown; the reader can undo that.
    metrics : dict
        What was measured on `state`, a copy; ``None`` where a score is undefined (0/0).

    Raises
    ------
    StateError
        If `hide`, `size` or `palette` names something unknown, or `state` is malformed, also later and when a page
        sends it: a `traitlets.TraitError` and `ValueError` that names the field. Everything stays as it was then.
    """

    bundle: ClassVar[str]
    controls: ClassVar[tuple[str, ...]] = ()
    palettes: ClassVar[tuple[str, ...]] = ("okabe-ito", "tol")

    from_page: ClassVar[tuple[str, ...]] = ("state", "metrics", "hide", "size", "palette")
    """What a page may set; everything else goes the other way only."""

    state = Copied("_checked_state", {})
    metrics = Copied("_checked_metrics", {})
    hide = Copied("_checked_hide", [])
    size = Checked("_checked_size", "normal")
    palette = Checked("_checked_palette", "okabe-ito")
    _data = Checked("_checked_data", {})

    _measured: tuple[Any, Any] = ({}, {})  # the last state that was found good, and its metrics
    _page_speaks = False

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
        self._constant = data
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
    def _fields(self) -> Mapping[str, Field]:
        """Say what each key of the state may hold, in the terms of `seglearn.widgets.fields`."""
        raise NotImplementedError

    def _check_state(self, state: dict[str, Any]) -> None:
        """Check what depends on more than one field, and raise `ValueError` naming the field."""

    def _measure(self, state: dict[str, Any]) -> dict[str, Any]:
        """Compute what the browser computes from the same `state`; JSON values, ``None`` where undefined."""
        raise NotImplementedError

    # --- what may be set --------------------------------------------------------------------------------------------
    def _checked(self, state: Any, path: str = "state") -> dict[str, Any]:
        """Return a copy of a state in which every field is what it must be."""
        checked: dict[str, Any] = record(self._fields())(path, state)
        try:
            self._check_state(checked)
        except StateError:
            raise
        except (TypeError, ValueError) as error:
            raise StateError(f"{path} does not hold together: {error}") from error
        return checked

    def _checked_state(self, value: Any) -> dict[str, Any]:
        state = self._checked(value)
        if state != self._measured[0]:
            try:
                self._measured = state, self._measure(state)
            except Exception as error:
                raise StateError(f"state cannot be measured: {error}") from error
        return state

    @traitlets.observe("state")
    def _state_changed(self, change: Any) -> None:
        self.metrics = self._measured[1]

    def _checked_metrics(self, value: Any) -> dict[str, Any]:
        """Return what was measured here; a page sends the same, but for the last digits."""
        measured: dict[str, Any] = self._measured[1]
        if value is measured or (
            self._page_speaks and isinstance(value, dict) and value.keys() <= measured.keys()
        ):
            return measured
        raise refuse("metrics", "what is measured on the state; assign state instead", value)

    def _checked_hide(self, value: Any) -> list[str]:
        known = self.known_controls()
        names: list[str] = list_of(one_of(*known), 0, len(known))("hide", value)
        return names

    def _checked_size(self, value: Any) -> str:
        size: str = one_of(*SIZES)("size", value)
        return size

    def _checked_palette(self, value: Any) -> str:
        palette: str = one_of(*self.palettes)("palette", value)
        return palette

    def _checked_data(self, value: Any) -> dict[str, Any]:
        if value is not self._constant:
            raise refuse("_data", "what the widget was made with; make another widget", value)
        data: dict[str, Any] = value
        return data

    # --- what a page says -------------------------------------------------------------------------------------------
    def set_state(self, sync_data: Any) -> None:
        """Take what a page sends, all of it or, if anything is wrong, nothing.

        Raises
        ------
        traitlets.TraitError
            That names the field. The page is told what holds, so that both sides agree again.
        """
        if not isinstance(sync_data, dict):
            raise refuse("an update", "a dict of values by name", sync_data)
        measured, self._page_speaks = self._measured, True
        try:
            super().set_state(self._heard(sync_data))
        except traitlets.TraitError:
            self._measured = measured
            self.send_state([name for name in sync_data if name in self.keys])
            raise
        finally:
            self._page_speaks = False

    def _heard(self, values: dict[Any, Any]) -> dict[str, Any]:
        """Return what to keep of what a page has sent; some hosts send back what is not theirs to change."""
        kept = {}
        for name, value in values.items():
            if name in self.from_page:
                kept[name] = self.traits()[name].validate(self, value)
            elif name not in self.keys or self.get_state(name)[name] != value:
                may = ", ".join(self.from_page)
                raise StateError(f"{shown(name)} is not for a page to set; it may set {may}")
        return kept

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        """Answer a message that nobody here waits for, instead of leaving the page waiting."""
        if self._msg_callbacks.callbacks:
            super()._handle_custom_msg(content, buffers)
        else:
            self.send({"error": f"{type(self).__name__} takes no messages, got {shown(content)}"})

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
