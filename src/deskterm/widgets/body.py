"""What a message says, as text to show: several lines, made safe, with its addresses marked."""

from textual.content import Content, Span

from deskterm.text.links import ADDRESS
from deskterm.text.safe import safe


def body(text: str) -> Content:
    """`text` as content of as many lines as it has; line ends at its end are left out."""
    shown = safe(text).rstrip()
    spans = [Span(found.start(), found.end(), "$link underline") for found in ADDRESS.finditer(shown)]
    return Content(shown, spans)
