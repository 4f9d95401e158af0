"""What a message says, as text to show: made safe, its addresses marked, its Markdown as styles."""

import re
from collections.abc import Callable

from textual.content import Content

from deskterm.text.links import ADDRESS
from deskterm.text.safe import safe
from deskterm.widgets.text.address import address
from deskterm.widgets.text.styled_text import StyledText

#: A text without any of these has no Markdown in it, and costs nothing.
_SIGNS = re.compile(
    r"[*`]|~~|(?<!\w)__?\w|\]\(|<(?:https?|mailto):|^ {0,3}(?:#{1,6} |>|[-+] |\d{1,9}[.)] |(?:-[ ]*){3,}$)",
    re.MULTILINE,
)
_TABLE = re.compile(r"^ *\|?[ :|-]*-[ :|-]*$", re.MULTILINE)

#: What a message says: most have no Markdown in them, and are one piece of text.
Text = Content | StyledText


def body(text: str) -> Content:
    """`text` as it was written, in as many lines as it has; line ends at its end are left out."""
    shown = safe(text).rstrip()
    spans = [each for found in ADDRESS.finditer(shown) for each in address(found)]
    return Content(shown, spans)


def styled(text: str) -> Text:
    """`text` with its Markdown as styles."""
    if not has_signs(text):
        return body(text)
    from deskterm.widgets.text.blocks import blocks  # markdown-it: not before the first frame

    return StyledText(blocks(text))


def has_signs(text: str) -> bool:
    """Whether there may be Markdown in it; without, it costs nothing."""
    return _SIGNS.search(text) is not None or ("|" in text and _TABLE.search(text) is not None)


def below(text: Text, last: Content) -> Text:
    """`text` and a line below it."""
    if isinstance(text, StyledText):
        return text.with_line(last)
    return Content("\n").join([text, last]) if text else last


def restyled(text: Text, change: Callable[[Content], Content]) -> Text:
    """`text` with other styles on its words."""
    return text.changed(change) if isinstance(text, StyledText) else change(text)
