"""Small tables for `repr` (text) and for JupyterLab (HTML that inherits the theme's colours)."""

import html
from collections.abc import Sequence

Rows = Sequence[Sequence[str]]


def percent(value: float) -> str:
    """Format a share in [0, 1] as a percentage with two decimals; NaN becomes a dash."""
    return "–" if value != value else f"{100 * value:.2f}"


def text_table(header: Sequence[str], rows: Rows) -> str:
    """Align `rows` under `header`: first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = []
    for row in (header, ["-" * width for width in widths], *rows):
        first, *rest = (
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([first, *rest]).rstrip())
    return "\n".join(lines)


def html_table(
    caption: str, header: Sequence[str], rows: Rows, shades: Sequence[Sequence[float]] | None = None
) -> str:
    """Write the same table as HTML.

    Parameters
    ----------
    caption : str
        One line above the table.
    header, rows : sequence of str
        The first cell of each row heads it. Everything is escaped.
    shades : sequence of sequence of float, optional
        One number in [0, 1] for each cell but the first of each row: how strongly it is tinted.
        The tint is translucent, so the text stays legible on light and dark pages.
    """

    def cell(tag: str, text: str, style: str) -> str:
        return f'<{tag} style="padding:.2em .7em;{style}">{html.escape(text)}</{tag.split()[0]}>'

    left, right = "text-align:left", "text-align:right"
    line = ";border-bottom:1px solid currentColor"
    head = "".join(
        cell('th scope="col"', text, (right if i else left) + line) for i, text in enumerate(header)
    )
    body = []
    for i, (name, *values) in enumerate(rows):
        tints = [""] * len(values)
        if shades is not None:
            tints = [f";background:rgba(0,114,178,{0.6 * shade:.3f})" for shade in shades[i]]
        cells = [cell('th scope="row"', name, left)]
        cells += [
            cell("td", value, right + tint) for value, tint in zip(values, tints, strict=True)
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        '<table style="border-collapse:collapse;color:inherit;'
        'font-variant-numeric:tabular-nums;margin:.4em 0">'
        f'<caption style="text-align:left;color:inherit;white-space:nowrap">{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )
