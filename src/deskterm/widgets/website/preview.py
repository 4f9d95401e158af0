"""How the chat on a website will look, in words: who answers, what it says, and whether anybody sees it."""

import re
from dataclasses import dataclass

from textual.color import Color
from textual.content import Content

from deskterm.text.safe import safe_line
from deskterm.text.width import cells, crop
from deskterm.text.words import tr
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.contrast import readable
from deskterm.widgets.paint import Part, fitted, line

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
#: Lines of the welcome that are shown.
_LINES = 2


@dataclass(slots=True, frozen=True)
class ChatLook:
    """What a visitor meets; `initials` is empty where none stand beside the name."""

    name: str
    initials: str
    color: str
    welcome: str
    offline: str
    asks: tuple[str, ...]
    position: str
    theme: str
    enabled: bool
    websites: str


class ChatPreview(Framed):
    """The text parts of the chat, and what keeps it from being seen."""

    def __init__(self) -> None:
        super().__init__(markup=False, classes="pane")
        self._look: ChatLook | None = None

    def on_mount(self) -> None:
        """Names itself."""
        self.set_frame(left=[(tr("As visitors read it"), "bold")])

    def show(self, look: ChatLook) -> None:
        """Shows another look."""
        self._look = look
        self.set_frame(right=[(f"{tr(look.theme)} · {tr(look.position)}", "$muted")])
        self.refresh()

    def render(self) -> Content:
        """The lines."""
        if self._look is None:
            return Content()
        width = self.size.width
        lines = [line((_bar(self._look, width), self._style(self._look.color)))]
        lines += [fitted(parts, width) for parts in _lines(self._look)]
        return Content("\n").join(lines[: max(self.size.height, 1)])

    def _style(self, color: str) -> str:
        """The organization's colour and an ink that reads on it; where the terminal has its own, reversed."""
        if self.app.current_theme.ansi or not _HEX.fullmatch(color):
            return "reverse bold"
        ink = readable(Color.parse("#ffffff"), [Color.parse(color)])
        return f"{ink.hex} on {color} bold"


def _bar(look: ChatLook, width: int) -> str:
    face = f"({look.initials}) " if look.initials else ""
    text = crop(safe_line(f" {face}{look.name}", None), max(width, 0))
    return text + " " * (width - cells(text))


def _lines(look: ChatLook) -> list[list[Part]]:
    welcome: list[list[Part]] = [[each] for each in look.welcome.splitlines()[:_LINES]] or [[""]]
    asks = ", ".join(look.asks) or tr("nothing")
    return [
        *welcome,
        [(tr("nobody there: "), "$muted"), look.offline],
        [(tr("asks for: "), "$muted"), asks],
        _seen(look),
    ]


def _seen(look: ChatLook) -> list[Part]:
    if not look.enabled:
        return [("! ", "$waiting-warn bold"), (tr("It is off: no website shows it."), "$waiting-warn")]
    if not look.websites:
        return [("! ", "$waiting-warn bold"), (tr("No website is named that may show it."), "$waiting-warn")]
    return [(tr("shown on: "), "$muted"), look.websites]
