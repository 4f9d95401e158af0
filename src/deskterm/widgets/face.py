"""How a person or a persona is marked where there is no picture: initials in their own colour."""

import re

from textual.app import App
from textual.color import Color

from deskterm.text.safe import safe_line
from deskterm.text.width import cells, crop
from deskterm.widgets.contrast import readable

#: Cells of a face in a list.
FACE_CELLS = 2
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def face_style(app: App[object], color: str | None, background: Color) -> str:
    """The style of initials: the colour, corrected until it reads; the terminal's own colours stay."""
    if app.current_theme.ansi or not color or not _HEX.fullmatch(color):
        return "$author-persona bold"
    return f"{readable(Color.parse(color), [background]).hex} bold"


def initials(name: str) -> str:
    """At most two cells that stand for a name: `JD` for John Doe, `田` for 田中 健二."""
    words = safe_line(name).split()
    if not words:
        return "?"
    first = words[0][0].upper()
    both = first + words[-1][0].upper() if len(words) > 1 else words[0][:2].upper()
    return both if cells(both) <= FACE_CELLS else crop(first, FACE_CELLS)
