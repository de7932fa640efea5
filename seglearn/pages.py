"""Chapters as web pages that need neither a kernel nor a network: widgets that live, and formulas in MathML.

An installation puts settings into Jupyter's folder of the environment (`.jupyter/` in the repository), so that
`jupyter nbconvert --to html` and JupyterLab's *Save and Export* use `SelfContained`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbconvert.preprocessors import Preprocessor

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_CODE_OR_FORMULA = re.compile(
    r"(?P<code>(?P<ticks>`+).*?(?P=ticks))"
    r"|\$\$(?P<block>.+?)\$\$"
    r"|(?<!\\)\$(?P<inline>(?:\\.|[^$\\\n]|\n(?!\n))+)\$",
    re.DOTALL,
)
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)

_NAMES = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "eta": "η", "theta": "θ", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "ϕ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "infty": "∞", "ell": "ℓ",
}  # fmt: skip
_OPERATORS = {
    "cap": "∩", "cup": "∪", "cdot": "⋅", "times": "×", "to": "→", "leftarrow": "←", "rightarrow": "→", "approx": "≈",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "in": "∈", "nabla": "∇", "top": "⊤", "pm": "±",
    "ldots": "…", "dots": "…", "cdots": "⋯", "setminus": "∖", "subset": "⊂", "partial": "∂", "mid": "∣", "circ": "∘",
    "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "%": "%", "{": "{", "}": "}", "_": "_", "#": "#", "&": "&", "$": "$", "|": "‖",
}  # fmt: skip
_LARGE = {"sum": "∑", "prod": "∏", "int": "∫"}
_FUNCTIONS = (
    "arccos",
    "arctan",
    "cos",
    "exp",
    "ln",
    "log",
    "max",
    "min",
    "sin",
    "tan",
    "argmax",
    "argmin",
)
_SPACES = {",": 0.17, ":": 0.22, ";": 0.28, " ": 0.3, "quad": 1.0, "qquad": 2.0, "!": -0.17}
_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "overline": "¯"}
_FENCES = "|‖⌊⌋⌈⌉"


class FormulaError(ValueError):
    """A formula that cannot be written in MathML here."""


def mathml(tex: str, display: bool = False) -> str:
    """Write a formula in MathML.

    Parameters
    ----------
    tex : str
        TeX's mathematics, in the part of it that the chapters use.
    display : bool
        Whether it stands in a line of its own.

    Returns
    -------
    str
        A ``<math>`` element in one line. Signs that Markdown might read are written as character references.

    Raises
    ------
    FormulaError
        If a command is not known, or a brace or an argument is missing; the message names it.
    """
    parser = _Parser(tex, display)
    body = parser.row(None)
    style = ' display="block"' if display else ""
    return f"<math{style}>{body}</math>"


class _Parser:
    """One pass over the tokens of a formula."""

    def __init__(self, tex: str, display: bool) -> None:
        self.tex = tex
        self.display = display
        self.tokens = _TOKEN.findall(tex)
        self.at = 0

    def error(self, what: str) -> FormulaError:
        return FormulaError(f"{what} in the formula {self.tex!r}")

    def peek(self) -> str | None:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> str:
        token = self.peek()
        if token is None:
            raise self.error("something is missing at the end")
        self.at += 1
        return token

    def row(self, end: str | None) -> str:
        """Read up to the token `end`, which is passed over."""
        parts = []
        while (token := self.peek()) != end:
            if token is None or token in ("}", "\\right"):
                raise self.error(f"{token or 'the end'} came where {end or 'the end'} was expected")
            parts.append(self.scripted())
        if end is not None:
            self.at += 1
        return f"<mrow>{''.join(parts)}</mrow>"

    def argument(self) -> str:
        if self.peek() == "{":
            self.at += 1
            return self.row("}")
        return self.atom(self.next())

    def words(self) -> str:
        """Read an argument as it stands."""
        if self.next() != "{":
            raise self.error("{ was expected")
        close = self.tokens.index("}", self.at) if "}" in self.tokens[self.at :] else -1
        if close < 0:
            raise self.error("} is missing")
        inside = "".join(self.tokens[self.at : close])
        self.at = close + 1
        return re.sub(r"\\([^A-Za-z])", r"\1", inside)

    def scripted(self) -> str:
        """Read one thing with what stands below and above it."""
        token = self.next()
        if token in ("_", "^"):  # the index alone, as in "the k in $_k$"
            self.at -= 1
            base = "<mrow></mrow>"
        else:
            base = self.atom(token)
        below = above = None
        while (sign := self.peek()) in ("_", "^", "'"):
            self.at += 1
            if sign == "'":
                above = _sign("mo", "′")
            elif sign == "_":
                below = self.argument()
            else:
                above = self.argument()
        limits = token == "\\underbrace" or (
            self.display and token.lstrip("\\") in (*_LARGE, "min", "max", "argmin", "argmax")
        )
        kind = {(True, False): "under", (False, True): "over", (True, True): "underover"} if limits else {
            (True, False): "sub", (False, True): "sup", (True, True): "subsup",
        }  # fmt: skip
        if below is None and above is None:
            return base
        name = kind[below is not None, above is not None]
        return f"<m{name}>{base}{below or ''}{above or ''}</m{name}>"

    def atom(self, token: str) -> str:
        if token == "{":
            return self.row("}")
        if token.startswith("\\"):
            return self.command(token[1:])
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        if token in "_^}":
            raise self.error(f"{token} came where nothing is for it")
        return _sign("mo", {"-": "−", "*": "∗"}.get(token, token))

    def command(self, name: str) -> str:
        if name in ("frac", "tfrac", "dfrac"):
            return f"<mfrac>{self.argument()}{self.argument()}</mfrac>"
        if name == "sqrt":
            return f"<msqrt>{self.argument()}</msqrt>"
        if name in ("mathrm", "operatorname", "text", "mathbf"):
            words = self.words()
            tag = "mtext" if name == "text" else "mi"
            return f'<{tag} mathvariant="normal">{_referred(words.replace(" ", chr(0xA0)))}</{tag}>'
        if name in _ACCENTS:
            return f'<mover accent="true">{self.argument()}{_sign("mo", _ACCENTS[name])}</mover>'
        if name == "underbrace":
            return f'<munder>{self.argument()}<mo stretchy="true">⏟</mo></munder>'
        if name == "left":
            return self.fenced()
        if name in _SPACES:
            return f'<mspace width="{_SPACES[name]}em"></mspace>'
        if name in ("textstyle", "displaystyle"):
            return ""
        for table, tag in ((_NAMES, "mi"), (_OPERATORS, "mo"), (_LARGE, "mo")):
            if name in table:
                return _sign(tag, table[name])
        if name in _FUNCTIONS:
            return f"<mi>{name}</mi>"
        raise self.error(f"the command \\{name} is not known")

    def fenced(self) -> str:
        r"""Read \left( … \right): fences as high as what is between them."""
        left = self.fence()
        inside = self.row("\\right")
        return f"<mrow>{left}{inside}{self.fence()}</mrow>"

    def fence(self) -> str:
        token = self.next()
        if token == ".":
            return ""
        sign = _OPERATORS.get(token[1:], token) if token.startswith("\\") else token
        return f'<mo stretchy="true">{_referred(sign)}</mo>'


def _referred(text: str) -> str:
    """Write signs that HTML or Markdown might read as character references."""
    return "".join(
        char if char.isalnum() or ord(char) > 127 else f"&#{ord(char)};" for char in text
    )


def _sign(tag: str, sign: str) -> str:
    fixed = ' stretchy="false"' if sign in _FENCES else ""
    return f"<{tag}{fixed}>{_referred(sign)}</{tag}>"


def formulas(markdown: str) -> Iterator[str]:
    """Yield the formulas of a text in Markdown, as TeX, without those in code."""
    for match in _CODE_OR_FORMULA.finditer(markdown):
        if not match["code"]:
            yield match["block"] or match["inline"]


def with_mathml(markdown: str) -> str:
    """Return Markdown in which formulas are MathML; one that cannot be written so stays as it is, for MathJax."""

    def written(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        tex, display = match["block"] or match["inline"], match["block"] is not None
        try:
            return mathml(tex.strip(), display)
        except FormulaError:
            return match[0]

    return _CODE_OR_FORMULA.sub(written, markdown)


class SelfContained(Preprocessor):
    """For nbconvert: formulas as MathML, and each widget of the course by its own HTML.

    With ``--execute`` nbconvert saves the state of widgets, and then prefers a view that asks a CDN for its code.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Change a notebook and return it; views of other widgets stay, with their state."""
        views = False
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = with_mathml(cell.source)
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "data-seglearn=" in data.get("text/html", ""):
                    data.pop(WIDGET_VIEW, None)
                views |= WIDGET_VIEW in data
        if not views:
            nb.metadata.pop("widgets", None)
        return nb, resources
