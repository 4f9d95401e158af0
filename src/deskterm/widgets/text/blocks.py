"""A message's Markdown as blocks: paragraphs, headings, quotes, lists, code, tables, each with its margin."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it.token import Token
from textual.content import Content

from deskterm.text.safe import safe
from deskterm.widgets.paint import Part, line
from deskterm.widgets.text.body import body
from deskterm.widgets.text.inline import inline
from deskterm.widgets.text.parser import parse
from deskterm.widgets.text.styled_text import Block
from deskterm.widgets.text.table import table

#: Messages that were taken apart lately; opening a thread again costs nothing.
_REMEMBERED = 512
#: A message of more blocks is shown as it was written.
_MOST_BLOCKS = 300
_RULE = "─" * 24
_QUOTE: Part = ("▎ ", "$muted")
_BAR: Part = ("│ ", "$muted")


@dataclass(slots=True)
class _Container:
    """A quote or an item of a list that is open."""

    first: Part
    rest: Part
    used: bool = False


@dataclass(slots=True)
class _Walk:
    """What was found so far, and where in the source it ended."""

    source: list[str]
    blocks: list[Block] = field(default_factory=list)
    open: list[_Container] = field(default_factory=list)
    before: list[_Container] = field(default_factory=list)
    end: int = 0

    def add(
        self, content: Content, lines: Sequence[int] | None, *, bar: Part = "", whole: bool = False
    ) -> None:
        """The next block, after a blank line where the source has any before it."""
        if lines is not None:
            if self.blocks and lines[0] > self.end:
                common = [each for each in self.open if each in self.before]
                self.blocks.append(Block(Content(""), tuple(each.rest for each in common)))
            self.end = _last(lines)
        bars = (bar,) if bar else ()
        first = tuple(each.rest if each.used else each.first for each in self.open)
        rest = tuple(each.rest for each in self.open)
        for each in self.open:
            each.used = True
        self.before = list(self.open)
        self.blocks.append(Block(content, first + bars, rest + bars, whole))


def _last(lines: Sequence[int]) -> int:
    return lines[1]


@lru_cache(_REMEMBERED)
def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a message's source, which may hold anything."""
    shown = safe(text).rstrip()
    walk = _Walk(shown.split("\n"))
    tokens = parse(shown)
    place = 0
    while place < len(tokens):
        place = _take(walk, tokens, place) + 1
    return tuple(walk.blocks) if 0 < len(walk.blocks) <= _MOST_BLOCKS else (Block(body(shown)),)


def _take(walk: _Walk, tokens: Sequence[Token], place: int) -> int:
    """Takes up the token at `place`; answers the last one that belongs to it."""
    token = tokens[place]
    match token.type:
        case "blockquote_open":
            walk.open.append(_Container(_QUOTE, _QUOTE))
        case "list_item_open":
            mark = f"{token.info}{token.markup} " if token.info else "• "
            walk.open.append(_Container((mark, "$muted"), " " * len(mark)))
        case "list_item_close":
            _empty_item(walk)
            walk.open.pop()
        case "blockquote_close":
            walk.open.pop()
        case "heading_open":
            style = "bold underline" if token.tag in ("h1", "h2") else "bold"
            walk.add(inline(tokens[place + 1].children or (), style), token.map)
        case "paragraph_open":
            walk.add(inline(tokens[place + 1].children or ()), token.map)
        case "fence" | "code_block":
            walk.add(_code(token), token.map, bar=_BAR, whole=True)
        case "hr":
            walk.add(line((_RULE, "$muted")), token.map)
        case "table_open":
            return _table(walk, tokens, place)
    return place


def _empty_item(walk: _Walk) -> None:
    """An item without anything in it has its mark all the same."""
    if not walk.open[-1].used:
        walk.add(Content(""), None)


def _code(token: Token) -> Content:
    code = Content(safe(token.content).rstrip("\n")).stylize("$key")
    return Content("\n").join([line((token.info.strip(), "$muted")), code]) if token.info.strip() else code


def _table(walk: _Walk, tokens: Sequence[Token], place: int) -> int:
    end = next(each for each in range(place, len(tokens)) if tokens[each].type == "table_close")
    lines = tokens[place].map or [0, 0]
    shown, source = table(tokens[place:end]), "\n".join(walk.source[lines[0] : lines[1]])
    if _letters(shown.plain) < _letters(source):  # cells without a heading, which a table would leave out
        shown = Content(source)
    walk.add(shown, lines, whole=True)
    return end


def _letters(text: str) -> int:
    return sum(each.isalnum() for each in text)
