"""The one way from a string to the screen: every text shown is made safe here, and none is markup.

A part is a text with a style such as `"$muted bold"`; a plain string has the style of what it stands in.
Styles are our own words; texts may come from anybody. Spaces at the ends of a part are kept, so that
parts can be set apart.
"""

from collections.abc import Iterable

from textual.content import Content, Span
from textual.strip import Strip
from textual.style import Style

from deskterm.text.safe import safe_line
from deskterm.text.width import cells, crop

#: A text, or a text and its style.
Part = str | tuple[str, str]

#: What stands between two hints.
_APART = "  "


def plain(text: str) -> str:
    """`text` as one safe line of any length."""
    core = text.strip(" ")
    if not core:
        return text
    start = text.index(core)
    return text[:start] + safe_line(core, None) + text[start + len(core) :]


def wrapped(text: str, width: int) -> list[str]:
    """`text` as lines of at most `width` cells, broken between words; a longer word stands alone."""
    lines: list[str] = []
    for word in plain(text).split():
        if lines and cells(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def line(*parts: Part) -> Content:
    """The parts one after another on one line of any length."""
    return _assemble(_safe(parts))


def fitted(parts: Iterable[Part], width: int) -> Content:
    """The parts on one line of at most `width` cells, cut with `…`."""
    return _assemble(_cropped(_safe(parts), width))


def hinted(parts: Iterable[Part], width: int) -> Content:
    """Hints that two spaces set apart, on at most `width` cells: what does not fit is left out whole.

    The last one stays as long as it fits: it says how to leave.
    """
    pieces = [(each, style) for text, style in _safe(parts) for each in text.split(_APART)]
    while len(pieces) > 1 and sum(cells(text) + len(_APART) for text, _ in pieces) - len(_APART) > width:
        del pieces[-2]
    spaced = [part for piece in pieces for part in ((_APART, ""), piece)][1:]
    return _assemble(_cropped(spaced, width))


def row(left: Iterable[Part], right: Iterable[Part], width: int, fill: Part = " ") -> Content:
    """One line of exactly `width` cells: `left` cut as needed, then `fill`, then `right` whole.

    Where not even `right` fits, it is left out.
    """
    ends = _safe(right)
    taken = sum(cells(text) for text, _ in ends)
    if taken >= width:
        ends, taken = [], 0
    starts = _cropped(_safe(left), width - taken - (1 if ends else 0))
    gap = width - taken - sum(cells(text) for text, _ in starts)
    glyph, style = (fill, "") if isinstance(fill, str) else fill
    if glyph != " " and gap > 1:
        after = " " if ends else glyph
        return _assemble([*starts, (" ", ""), (glyph * (gap - 2), style), (after, style), *ends])
    return _assemble([*starts, (" " * gap, ""), *ends])


def strip(content: Content, style: Style, width: int) -> Strip:
    """`content` on one line of exactly `width` cells over `style`, for widgets that draw line by line."""
    return Strip(content.render_segments(style)).adjust_cell_length(width, style.rich_style)


def _safe(parts: Iterable[Part]) -> list[tuple[str, str]]:
    pairs = ((part, "") if isinstance(part, str) else part for part in parts)
    return [(plain(text), style) for text, style in pairs]


def _cropped(parts: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    for index, (text, style) in enumerate(parts):
        rest = any(following for following, _ in parts[index + 1 :])
        if cells(text) > width or (rest and cells(text) == width):
            kept.append((crop(text + ("…" if cells(text) == width else ""), width), style))
            break
        kept.append((text, style))
        width -= cells(text)
    return kept


def _assemble(parts: list[tuple[str, str]]) -> Content:
    """The parts as content of as few differently styled pieces as possible: each costs some 40 bytes to send.

    Blank space takes the style of the part after it, where that does not show.
    """
    text, start = "", 0
    spans: list[Span] = []
    for piece, style in parts:
        if not piece or (not style and piece.isspace()):
            text += piece
            continue
        begin = start if not text[start:].strip() and _leaves_space_blank(style) else len(text)
        if spans and spans[-1].end == begin and spans[-1].style == style:
            spans[-1] = Span(spans[-1].start, len(text) + len(piece), style)
        elif style:
            spans.append(Span(begin, len(text) + len(piece), style))
        text += piece
        start = len(text)
    return Content(text, spans)


def _leaves_space_blank(style: str) -> bool:
    return "underline" not in style and "on $" not in style and "on #" not in style and "reverse" not in style
