"""Numbers in prose: each is printed by a cell, stands in the code beside it, or is cited.

A heuristic. A number passes when some cell of the chapter prints it, to the digits that are
written; when the code of its section holds it; when its paragraph cites a source ("[3]"); or when
it is a whole number up to 12, a year, or a round share. What is left is listed in `ALLOWED` with
the reason, or is wrong. Numbers that only a figure shows belong in `ALLOWED` too.
"""

from __future__ import annotations

import ast
import re

from .rules import Notebook, heading_level, plain, prose_cells, source

NUMBER = re.compile(r"(?<![\w.,#])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\s?%)?(?![\w]|[.,]\d)")
FIGURE = re.compile(r"(?<![\w.])-?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d+)?")
SMALL = 12
ROUND = {100, 255}  # a whole in percent; the largest byte, and the void of many label maps

ALLOWED: dict[str, dict[str, str]] = {
    "00 first-minute": {"0.5": "the goal of the task"},
    "01 tasks-notice": {"79 %": "π/4, as the sentence says"},
    "01 pitfalls": {"128": "the colour of VOC's class 3, a definition"},
    "01 quiz": dict.fromkeys(("21", "375", "500"), "a size that the question supposes"),
    "06 exercise-lbp": dict.fromkeys(
        ("16", "32", "64", "128"), "powers of two, as the task defines"
    ),
    "06 quiz": dict.fromkeys(("0.4", "2,000", "0.95"), "what the question supposes"),
    "09 scores-by-hand": dict.fromkeys(("60 %", "20"), "the goal of the task, and a way to it"),
    "09 which": {"21": "the classes of VOC, which chapter 10 counts"},
    "09 disagree": {"9,400": "a count in the widget that follows"},
    "09 disagree-task": {"500": "a count in the widget", "0.2": "100 of these"},
    "09 headline": {"3.1": "the difference of two rows of the table"},
    "09 pitfalls": dict.fromkeys(("32", "64"), "bits of a number"),
    "09 quiz": {
        **dict.fromkeys(("1.5", "0.667"), "steps of the calculation"),
        "0.4": "a gain that the question supposes",
    },
    "10 split": {"6.7": "101 frames, every second one of 30 a second"},
    "10 own": {"0.80": "the goal of the task"},
    "10 quiz": {"34": "the ids 0 to 33", "10,582": "the size of train_aug, given in section 1"},
    "11 view-task": dict.fromkeys(("106", "213"), "steps of the calculation"),
    "11 exercise-tent": dict.fromkeys(("0.25", "0.75"), "the formula of the task, for factor 2"),
    "11 exercise-loss": {"1000": "a score that the task supposes"},
    "11 quiz": {
        **dict.fromkeys(("50", "49.5", "49", "2.94"), "steps of the calculation"),
        "19": "the classes that the question supposes",
    },
}
"""For each cell, "NN cell-id", its numbers that no cell prints, with the reason why they stand."""


def unseen_numbers(notebook: Notebook, printed: str, chapter: str) -> list[str]:
    """List the numbers of a chapter's prose that nothing shows; `printed` is what its cells print."""
    shown, found = _values(printed), []
    in_code = _code_of_sections(notebook)
    for cell in prose_cells(notebook):
        if cell["id"] in ("title", "map"):  # minutes, and numbers of chapters
            continue
        allowed = ALLOWED.get(f"{chapter} {cell['id']}", {})
        known = shown | in_code[cell["id"]]
        for paragraph in re.split(r"\n\s*\n", _bare(source(cell))):
            if re.search(r"\[\d+\]", paragraph):
                continue
            for match in NUMBER.finditer(paragraph):
                text = match[0].strip()
                if text not in allowed and not _is_known(match, known):
                    found.append(f"{cell['id']}: {text}")
    return found


def _bare(text: str) -> str:
    """Return prose without code, formulas, links' targets, headings, numbers of lists and of sections."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`|\]\([^)]*\)", " ", plain(text), flags=re.S)
    text = re.sub(r"^#.*$|^\s*\d+\. ", " ", text, flags=re.M)
    text = re.sub(r"<summary>\d+\.", "<summary>", text)
    return re.sub(r"(?i:chapters?|sections?|exercises?|tasks?|hints?|step) \d+", " ", text)


def _is_known(match: re.Match[str], known: set[float]) -> bool:
    whole, fraction, percent = match.groups()
    value = float(whole.replace(",", "") + (fraction or ""))
    if not fraction and (
        value <= SMALL or value in ROUND or (not percent and 1900 <= value < 2040)
    ):
        return True
    half = 0.5 * 10.0 ** -(len(fraction) - 1 if fraction else 0) * (1 + 1e-9)
    scales = (1, 100) if percent else (1,)
    return any(abs(scale * seen - value) <= half for seen in known for scale in scales)


def _values(text: str) -> set[float]:
    """Return the sizes of all numbers in a text."""
    found = {"".join(match.groups("")).replace(",", "") for match in FIGURE.finditer(text)}
    return {float(number) for number in found if re.match(r"\d|\.\d", number)}


def _code_of_sections(notebook: Notebook) -> dict[str, set[float]]:
    """Return for each cell the numbers in the code of its section, which a heading ``##`` begins."""
    sections: list[set[float]] = [set()]
    of_cell: dict[str, set[float]] = {}
    for cell in notebook["cells"]:
        if (heading_level(cell) or 9) <= 2:
            sections.append(set())
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse(source(cell))):
                if isinstance(node, ast.Constant) and not isinstance(node.value, bool | bytes):
                    sections[-1] |= _values(str(node.value))
        of_cell[cell["id"]] = sections[-1]
    return of_cell
