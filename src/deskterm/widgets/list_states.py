"""What a list shows instead of rows: that it is loading, that it is empty, that it failed."""

from dataclasses import dataclass

from textual.content import Content

from deskterm.widgets.paint import Part, fitted, row

#: Lengths of the pieces of a skeleton row, in turn, so that rows look like rows and not like a pattern.
_SKELETON = ((9, 24), (14, 18), (7, 31), (11, 22))


@dataclass(slots=True, frozen=True)
class Sentence:
    """One sentence in the middle of a pane, with a mark before it and the keys that help below it."""

    text: str
    hint: str = ""
    mark: Part = ""


#: The state in which nothing is known yet.
LOADING = Sentence("loading")


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
    """One line of a sentence centred in `width` by `height`, cut where the pane is too narrow."""
    middle = max((height - 2) // 2, 0)
    if line == middle:
        mark = [said.mark, " "] if said.mark else []
        return _centred([*mark, said.text], width)
    if line == middle + 1 and said.hint:
        return _centred([(said.hint, "$muted")], width)
    return Content()


def _centred(parts: list[Part], width: int) -> Content:
    content = fitted(parts, width)
    return row([" " * ((width - content.cell_length) // 2)], [], (width - content.cell_length) // 2) + content
