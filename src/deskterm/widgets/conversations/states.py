"""What a list shows instead of rows: that it is loading, that it is empty, that it failed."""

from textual.content import Content

from deskterm.record import record
from deskterm.text.words import later, tr
from deskterm.widgets.paint import Part, fitted, row, wrapped

#: Lengths of the pieces of a skeleton row, in turn, so that rows look like rows and not like a pattern.
_SKELETON = ((9, 24), (14, 18), (7, 31), (11, 22))


@record
class Sentence:
    """One sentence in the middle of a pane, with a mark before it and the keys that help below it."""

    text: str
    hint: str = ""
    mark: Part = ""


#: The state in which nothing is known yet.
LOADING = Sentence("loading")
#: The server has looked at many rows in vain, and looks on.
SEARCHING = Sentence(later("Searching…"), later("{@back:Esc} clears the filter"))


def skeleton(line: int, row_height: int, width: int) -> Content:
    """One line of the static rows that stand for rows to come; they fade out after a few."""
    place, part = divmod(line, row_height)
    if place >= 6 or width < 8:
        return Content()
    short, long = _SKELETON[place % len(_SKELETON)]
    if row_height == 1:
        return fitted(["    ", ("░" * short, "$skeleton"), "   ", ("░" * long, "$skeleton")], width)
    return fitted(
        ["   " if part == 0 else "    ", ("░" * (short if part == 0 else long), "$skeleton")], width
    )


def sentence(said: Sentence, line: int, width: int, height: int) -> Content:
    """One line of a sentence centred in `width` by `height`; longer than a line, it goes on below."""
    mark = f"{said.mark if isinstance(said.mark, str) else said.mark[0]} " if said.mark else ""
    words, hint = wrapped(mark + tr(said.text), width), wrapped(tr(said.hint), width)
    place = line - max((height - max(len(words) + len(hint), 2)) // 2, 0)
    if 0 <= place < len(words):
        marked = bool(mark) and place == 0
        rest = words[place].removeprefix(mark.rstrip()) if marked else words[place]
        return _centred([said.mark, rest] if marked else [rest], width)
    place -= len(words)
    return _centred([(hint[place], "$muted")], width) if 0 <= place < len(hint) else Content()


def _centred(parts: list[Part], width: int) -> Content:
    content = fitted(parts, width)
    return row([" " * ((width - content.cell_length) // 2)], [], (width - content.cell_length) // 2) + content
