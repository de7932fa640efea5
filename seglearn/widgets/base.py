"""What every teaching widget has in common: its traits, its checks, and its life in a page without a kernel."""

from __future__ import annotations

import copy
import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
import numpy.typing as npt
import traitlets

from seglearn import inputs, words
from seglearn.widgets.fields import (
    Field,
    StateError,
    list_of,
    number,
    one_of,
    optional,
    record,
    refuse,
    shown,
    text,
    whole,
)
from seglearn.widgets.pixels import Image8
from seglearn.words import say

STATIC = Path(__file__).parent / "static"

SHELL_CONTROLS = (
    *("title", "stages", "presets", "story", "guess", "goal"),
    *("undo", "redo", "reset", "before", "projector", "link", "copy"),
)
SIZES = ("normal", "projector")

MOST_GUESSES = 10_000
LARGEST_PICTURE = 512  # pixels of a side, as in ui/own_picture.js


def _number_or_text(path: str, value: Any) -> float | str:
    """Allow a finite number or a short text."""
    return text()(path, value) if isinstance(value, str) else number()(path, value)


def _bytes(path: str, value: Any) -> bytes:
    """Allow bytes, in whatever the page's message holds them."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise refuse(path, "bytes", value)
    return bytes(value)


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

    A subclass names its bundle in `bundle`, lists its tabs in `stages` and in `controls` what `hide` may name beside
    `SHELL_CONTROLS`, and implements `_fields`, `_measure` and, where fields depend on each other, `_check_state`. Its
    constructor passes the initial document, the constant data and its further options on::

        super().__init__(state=..., data=..., **options)

    Parameters
    ----------
    state : dict
        The document that the reader edits: JSON values only.
    data : dict
        What never changes: an image as data URL, presets as ``[{"id": ..., "state": ..., "view": ...}]``, and in
        "view" what is looked at first. JSON only, because JupyterLab drops binary buffers when it saves a widget.
    stage : str, optional
        Which of the class's `stages`, the tabs in the head, to open with; by default that of the preset.
    hide : sequence of str
        Names of controls that are not shown; see `known_controls`.
    size : {"normal", "projector"}
        "projector" makes text and controls large enough for the back of a room.
    palette : str, optional
        One of the class's `palettes`; the first is the default.
    language : str, optional
        One of `seglearn.words.languages`; by default the one that is chosen there when the widget is made.

    Attributes
    ----------
    state : dict
        The document as it is now, a copy. Assigning it changes what is shown; the reader can undo that.
    metrics : dict
        What was measured on `state`, a copy; ``None`` where a score is undefined (0/0).
    guesses : list of dict
        What the reader guessed before the numbers were shown, in order: ``{"preset": ..., "guess": ..., "truth": ...}``
        with numbers, or words where one of several was to be chosen. A copy; assign ``[]`` to forget them.

    Raises
    ------
    ValueError
        If there is no such `stage` or language, or the widget has no words in it.
    StateError
        If `hide`, `size` or `palette` names something unknown, or `state` is malformed, also later and when a page
        sends it: a `traitlets.TraitError` and `ValueError` that names the field. Everything stays as it was then.
    """

    _esm: Any  # the bundle's file, or what is in it
    bundle: ClassVar[str]
    stages: ClassVar[tuple[str, ...]] = ()
    controls: ClassVar[tuple[str, ...]] = ()
    palettes: ClassVar[tuple[str, ...]] = ("okabe-ito", "tol")

    from_page: ClassVar[tuple[str, ...]] = (
        "state",
        "metrics",
        "hide",
        "size",
        "palette",
        "guesses",
    )
    """What a page may set; everything else goes the other way only."""

    state = Copied("_checked_state", {})
    metrics = Copied("_checked_metrics", {})
    guesses = Copied("_checked_guesses", [])
    hide = Copied("_checked_hide", [])
    size = Checked("_checked_size", "normal")
    palette = Checked("_checked_palette", "okabe-ito")
    _data = Checked("_checked_data", {})

    _measured: tuple[Any, Any] = ({}, {})  # the last state that was found good, and its metrics
    _page_speaks = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Point `_esm` at the bundle, before anywidget reads it."""
        if "bundle" in cls.__dict__:
            cls._esm = STATIC / f"{cls.bundle}.js"
        super().__init_subclass__(**kwargs)

    def __init__(
        self,
        *,
        state: dict[str, Any],
        data: dict[str, Any],
        stage: str | None = None,
        hide: tuple[str, ...] | list[str] = (),
        size: str = "normal",
        palette: str | None = None,
        language: str | None = None,
        **kwargs: Any,
    ) -> None:
        if isinstance(hide, str):
            raise TypeError(
                say(
                    "hide is a list of control names, not a string; write hide=[{hide!r}]",
                    hide=hide,
                )
            )
        if stage is not None:
            inputs.choice(stage, "stage", self.stages)
            data = {**data, "view": {**data.get("view", {}), "stage": stage}}
        self._constant = data
        self.language = words.language() if language is None else words.known(language)
        if self.language != words.ENGLISH:
            self._esm = self._module()
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
            raise StateError(
                say("{path} does not hold together: {error}", path=path, error=error)
            ) from error
        return checked

    def _checked_state(self, value: Any) -> dict[str, Any]:
        state = self._checked(value)
        if state != self._measured[0]:
            try:
                self._measured = state, self._measure(state)
            except Exception as error:
                raise StateError(say("state cannot be measured: {error}", error=error)) from error
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
        raise refuse("metrics", say("what is measured on the state; assign state instead"), value)

    def _checked_guesses(self, value: Any) -> list[dict[str, Any]]:
        presets = [preset["id"] for preset in self._constant.get("presets", [])]
        answer = optional(_number_or_text)
        one = record({"preset": one_of(*presets, "seed"), "guess": answer, "truth": answer})
        guesses: list[dict[str, Any]] = list_of(one, 0, MOST_GUESSES)("guesses", value)
        return guesses

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
            raise refuse("_data", say("what the widget was made with; make another widget"), value)
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
            raise refuse(say("an update"), say("a dict of values by name"), sync_data)
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
                raise StateError(
                    say(
                        "{name} is not for a page to set; it may set {may}",
                        name=shown(name),
                        may=may,
                    )
                )
        return kept

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        """Answer a message that nobody here waits for, instead of leaving the page waiting."""
        if self._msg_callbacks.callbacks:
            super()._handle_custom_msg(content, buffers)
        else:
            self.send(
                {
                    "error": say(
                        "{widget} takes no messages, got {content}",
                        widget=type(self).__name__,
                        content=shown(content),
                    )
                }
            )

    # --- pages without a kernel -------------------------------------------------------------------------------------
    def to_html(self) -> str:
        """Return the widget as a self-contained HTML fragment that needs neither kernel nor network.

        The ES module is inlined and finds its place by the `data-seglearn` attribute. "<" is escaped in the JSON, so
        that no value can end the script element.
        """
        names = ("state", "hide", "size", "palette", "_data")
        values = json.dumps({name: getattr(self, name) for name in names}).replace("<", "\\u003c")
        module = self._module()
        return (
            f'<div data-seglearn="{html.escape(self.bundle)}">'
            f'<script type="application/json">{values}</script>'
            f"<noscript>{html.escape(repr(self))}</noscript></div>\n"
            f'<script type="module">{module}</script>'
        )

    def _module(self) -> str:
        """Return the bundle in the widget's language."""
        folder = STATIC if self.language == words.ENGLISH else STATIC / self.language
        path = folder / f"{self.bundle}.js"
        if not path.exists():
            raise ValueError(
                say(
                    "{type} has no words in {language}: there is no {path}; in {folder} run: "
                    "node build.mjs --language {language}",
                    type=type(self).__name__,
                    language=self.language,
                    path=path,
                    folder=STATIC.parent / "web",
                )
            )
        return path.read_text(encoding="utf-8")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the self-contained HTML, which nbconvert and static sites show instead of a dead widget view."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": repr(self), "text/html": self.to_html()}, metadata


class PictureWidget(Widget):
    """A widget that also takes the reader's own picture: dropped, chosen or pasted, and kept in the browser.

    The bundle uses `ui/own_picture.js`, which shrinks the picture. A widget with one names "own" in its `controls`, and
    implements `_take` if its state may name the picture.
    """

    from_page: ClassVar[tuple[str, ...]] = (*Widget.from_page, "_picture")

    _picture = Checked("_checked_picture", None)

    @property
    def picture(self) -> npt.NDArray[np.uint8] | None:
        """The reader's own picture, (height, width, 3) in 0 … 255 and at most 512 a side; None while there is none."""
        return None if self._picture is None else _pixels(self._picture)

    def _take(self, pixels: Image8) -> None:
        """Take the reader's picture (height, width, 3) in at once: the state that names it comes with it."""

    def _checked_picture(self, value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        side = whole(1, LARGEST_PICTURE)
        picture: dict[str, Any] = record({"width": side, "height": side, "rgb": _bytes})(
            "_picture", value
        )
        expected = picture["height"] * picture["width"] * 3
        if len(picture["rgb"]) != expected:
            raise StateError(
                say(
                    "_picture.rgb must have height × width × 3 = {expected} bytes, got {n}",
                    expected=expected,
                    n=len(picture["rgb"]),
                )
            )
        self._take(_pixels(picture))
        return picture


def _pixels(picture: dict[str, Any]) -> Image8:
    shape = (picture["height"], picture["width"], 3)
    return np.frombuffer(picture["rgb"], dtype=np.uint8).reshape(shape)
