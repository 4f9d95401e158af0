"""What a message says, as text to show: several lines, made safe, with its addresses marked."""

import re

from textual.content import Content, Span

from deskterm.text.safe import safe

#: Addresses that a reader may follow; they are shown as what they are, never under another name.
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"'‹›]+[^\s<>\"'‹›.,;:!?)\]}]")


def body(text: str) -> Content:
    """`text` as content of as many lines as it has; line ends at its end are left out."""
    shown = safe(text).rstrip()
    spans = [Span(found.start(), found.end(), "$link underline") for found in _ADDRESS.finditer(shown)]
    return Content(shown, spans)
