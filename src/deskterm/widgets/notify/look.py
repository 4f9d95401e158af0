"""How a notification may look, and whether it can be read so. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from textual.color import Color

from deskterm.protocol.notifications import TEMPLATES as KNOWN
from deskterm.protocol.records import Author, AuthorKind, Message, MessageKind
from deskterm.text.times import time_of_day
from deskterm.text.words import later, tr
from deskterm.widgets.contrast import READABLE, contrast, readable
from deskterm.widgets.paint import Part
from deskterm.widgets.thread.plan import Entry

TEMPLATES: Final = KNOWN
#: The look with three colours of the sender's own.
OWN: Final = later("own colours")
#: The colours of it, by their names in a style, and what they are called.
COLORS: Final = {
    "background_color": later("Background"),
    "text_color": later("Text"),
    "border_color": later("Frame"),
}
_FIRST: Final = {"background_color": "#f0f9ff", "text_color": "#0369a1", "border_color": "#38bdf8"}
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(slots=True, frozen=True)
class Look:
    """A template of the reader's theme, or three colours."""

    name: str
    colors: Mapping[str, str] = field(default_factory=lambda: dict(_FIRST))

    @property
    def style(self) -> dict[str, str]:
        """As the server takes it."""
        return dict(self.colors) if self.name == OWN else {"template": self.name}

    def wrong(self) -> str:
        """Which of the colours is none, or nothing."""
        for name, value in self.colors.items() if self.name == OWN else ():
            if not _HEX.fullmatch(value):
                return tr("{field} is a colour such as #38bdf8.", field=tr(COLORS[name]))
        return ""


def preview(body: str, look: Look, now: datetime) -> Entry:
    """The notification as it will stand in a thread; colours that are none leave the theme's."""
    style = look.style if not look.wrong() else {"template": "info"}
    author = Author(AuthorKind.SYSTEM)
    message = Message("preview", "preview", 0, 0, author, body, MessageKind.NOTIFICATION, now, style=style)
    return Entry(message, time_of_day(now, now), head=False)


def verdict(look: Look) -> Part:
    """Whether it can be read, and what is done where it cannot."""
    if look.name != OWN:
        return (" " + tr("In the colours of each reader's own theme."), "$muted")
    if wrong := look.wrong():
        return (f" {wrong}", "$waiting-over")
    ground, text = Color.parse(look.colors["background_color"]), Color.parse(look.colors["text_color"])
    ratio = contrast(text, ground)
    if ratio >= READABLE:
        said = tr("Reads well: contrast {ratio} : 1, on every theme.", ratio=f"{ratio:.1f}")
        return (f" {said}", "$delivery-sent")
    shown = readable(text, [ground]).hex.lower()
    words = tr(
        "Hard to read: contrast {ratio} : 1, at least {least} is needed. Readers get {color}.",
        ratio=f"{ratio:.1f}",
        least=READABLE,
        color=shown,
    )
    return (f" {words}", "$waiting-over")
