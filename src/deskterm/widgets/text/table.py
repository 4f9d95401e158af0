"""A table as lines of text, its columns one under another."""

from collections.abc import Sequence

from markdown_it.token import Token
from textual.content import Content, Span

from deskterm.text.safe import safe_line
from deskterm.text.width import cells
from deskterm.widgets.text.inline import words

_BETWEEN = " │ "


def table(tokens: Sequence[Token]) -> Content:
    """The first row is the heading. Cells that are missing count as empty."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(safe_line(words(token.children or ()), None))
    columns = max(len(row) for row in rows)
    full = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(cells(row[place]) for row in full) for place in range(columns)]
    shown = [_line(row, widths) for row in full]
    rule = "─┼─".join("─" * width for width in widths)
    text = "\n".join([shown[0], rule, *shown[1:]])
    head = len(shown[0])
    return Content(text, [Span(0, head, "bold"), Span(head + 1, head + 1 + len(rule), "$muted")])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
    return _BETWEEN.join(padded).rstrip()
