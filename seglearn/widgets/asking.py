"""Widgets whose page asks the kernel for what takes too long to compute while somebody drags."""

from __future__ import annotations

from typing import Any, ClassVar

from seglearn.widgets import fields
from seglearn.widgets.base import Checked, PictureWidget
from seglearn.words import say


class AskingWidget(PictureWidget):
    """A widget that answers questions about a document: a button of the page asks, Python computes.

    A subclass implements `_find`. The page (`ui/ask.js`) sets the trait ``_question`` and hears of ``_answer``, which
    has the question's ``id``, and what `_find` returned or the words of its ``error``.
    """

    from_page: ClassVar[tuple[str, ...]] = (*PictureWidget.from_page, "_question")

    _question = Checked("_checked_question", {})
    _answer = Checked("_checked_answer", {})

    def __init__(self, **options: Any) -> None:
        self._told: dict[str, Any] = {}
        super().__init__(**options)
        self.observe(self._asked, "_question")

    def _find(self, state: dict[str, Any]) -> dict[str, Any]:
        """Compute what the page asks of a state that was found good; JSON values."""
        raise NotImplementedError

    def _checked_question(self, value: Any) -> dict[str, Any]:
        def answerable(path: str, state: Any) -> dict[str, Any]:
            """Keep what is wrong with a state, for the page waits for an answer."""
            # Refused before: a question of the page is checked as it comes in, and when it is set.
            if isinstance(state, dict) and state.keys() == {"error"}:
                return fields.record({"error": fields.text()})(path, state)
            try:
                return self._checked(state, path)
            except fields.StateError as error:
                return {"error": str(error)}

        question = {"id": fields.text(), "state": answerable}
        checked: dict[str, Any] = fields.record(question)("_question", value)
        return checked

    def _checked_answer(self, value: Any) -> dict[str, Any]:
        if value is not self._told:
            raise fields.refuse("_answer", say("what the kernel found; ask with _question"), value)
        return self._told

    def _asked(self, change: Any) -> None:
        question = change["new"]
        answer: dict[str, Any] = {"id": question["id"]}
        state = question["state"]
        try:
            if "error" in state:
                raise fields.StateError(state["error"])
            answer |= self._find(state)
        except Exception as error:
            answer["error"] = str(error)
        self._told = answer
        self._answer = answer
