"""How many terminal cells a text takes, and making it take exactly so many.

A CJK character or an emoji takes two cells, a combining mark none; a sequence that a terminal draws as one
sign is never cut in two. Callers pass text that went through `deskterm.text.safe`.
"""

from rich.cells import cell_len, split_graphemes

ELLIPSIS = "…"


def cells(text: str) -> int:
    """The number of terminal cells `text` takes on one line; never negative."""
    return cell_len(text)


def crop(text: str, width: int) -> str:
    """`text`, or as much of it as fits into `width` cells together with `…`; nothing below one cell."""
    if width < 1:
        return ""
    if text.isascii():
        return text if len(text) <= width else text[: width - 1] + ELLIPSIS
    if cell_len(text) <= width:
        return text
    taken, end = 0, 0
    for _, stop, size in split_graphemes(text)[0]:
        if taken + size > width - 1:
            break
        taken, end = taken + size, stop
    return text[:end] + ELLIPSIS


def fit(text: str, width: int) -> str:
    """`text` cropped with `…` or padded with spaces to exactly `width` cells."""
    cropped = crop(text, width)
    return cropped + " " * (width - cells(cropped))
