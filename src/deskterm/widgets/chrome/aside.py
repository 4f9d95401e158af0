"""A quiet sentence in the middle of a row, such as where a conversation stands; no room while it is empty."""

from textual.content import Content
from textual.widget import Widget

from deskterm.widgets.paint import Part, line


class Aside(Widget):
    """Words of our own, wrapped and centred."""

    def __init__(self, text: str = "", style: str = "$muted", *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._parts: tuple[Part, ...] = ((text, style),) if text else ()
        self.display = bool(text)

    def say(self, *parts: Part) -> None:
        """Says something else; nothing takes the room away."""
        if parts != self._parts:
            self._parts = parts
            self.display = bool(parts)
            self.refresh(layout=True)

    def render(self) -> Content:
        """The words."""
        return line(*self._parts)
