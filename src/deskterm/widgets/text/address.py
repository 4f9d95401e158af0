"""An address in a text: marked, and for terminals that know links (OSC 8) one to click, over lines too."""

from re import Match

from textual.content import Span
from textual.style import Style

from deskterm.text.links import is_plain

_MARKED = "$link underline"


def address(found: Match[str]) -> list[Span]:
    """The spans of one that was found; one that pretends to lead elsewhere is only marked."""
    start, end = found.span()
    link = [Span(start, end, Style(link=found[0]))] if is_plain(found[0]) else []
    return [Span(start, end, _MARKED), *link]
