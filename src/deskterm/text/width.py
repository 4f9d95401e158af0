"""How many terminal cells a text takes, and making it take exactly so many.

A CJK character or an emoji takes two cells, a combining mark none; a sequence that a terminal draws as one
sign is never cut in two. Callers pass text that went through `deskterm.text.safe`.
"""

import re

from rich.cells import cell_len, split_graphemes

ELLIPSIS = "…"

#: What joins emoji to one, colours them, or makes them of text: each terminal counts the result in its way.
_UNSTEADY = re.compile("\ufe0f|[\U0001f3fb-\U0001f3ff]|(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d")


def cells(text: str) -> int:
    """The number of terminal cells `text` takes on one line; never negative."""
    return cell_len(text)


def steady(text: str) -> str:
    """`text` with every sign in its plainest form, about whose width all terminals agree.

    Families and professions fall into their people, thumbs lose their colour, `❤️` becomes `❤`. Otherwise what
    stands right of such a sign, a border for one, moves by a cell or more. For drawing alone: what is copied
    keeps them.
    """
    return text if text.isascii() else _UNSTEADY.sub("", text)


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
