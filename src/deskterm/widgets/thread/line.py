"""The line below a thread: who is typing or looking, and what has come below the view."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.widgets.paint import Part, row


class ThreadLine(Widget):
    """One line; always there, so that nothing moves when somebody starts typing."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._said = ""
        self._unseen = 0

    def clear(self) -> None:
        """Nobody is here and nothing is new."""
        self._show("", 0)

    def set_people(self, typing: Sequence[str], viewing: Sequence[str]) -> None:
        """Names of those who type, and of those who only look."""
        said = [f"{_names(viewing)} viewing"] if viewing else []
        said += [f"{_names(typing)} typing…"] if typing else []
        self._show(" · ".join(said), self._unseen)

    def set_unseen(self, count: int) -> None:
        """How many messages came below what is in view."""
        self._show(self._said, count)

    def render(self) -> Content:
        """The line."""
        news: list[Part] = [(f"↓ {self._unseen} new (G)", "$unread bold"), " "] if self._unseen else []
        said: list[Part] = [("  ◌ ", "$muted"), (self._said, "$muted italic")] if self._said else []
        return row(said, news, self.size.width)

    def _show(self, said: str, unseen: int) -> None:
        if (said, unseen) != (self._said, self._unseen):
            self._said, self._unseen = said, unseen
            self.refresh()


def _names(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} and {len(names) - 1} others are"
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"
