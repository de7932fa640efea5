"""The answer to "predict first"."""

from __future__ import annotations

import html
from dataclasses import dataclass

from seglearn.words import say


@dataclass(frozen=True)
class reveal:
    """The answer to "predict first", folded until the learner opens it."""

    text: str

    def __repr__(self) -> str:
        return say("Answer: {text}", text=self.text)

    def _repr_html_(self) -> str:
        first = html.escape(say("Your answer first. Then open this one."))
        return (
            '<details class="seglearn-reveal" style="max-width:46em;line-height:1.45">'
            f'<summary style="cursor:pointer">{first}</summary>'
            f'<p style="margin:.4em 0 0 1.1em">{html.escape(self.text)}</p></details>'
        )
