"""The line below a thread: who is typing or looking, and what has come below the view."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from deskterm.text.words import tr, trn
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
        said = [_viewing(viewing)] if viewing else []
        said += [_typing(typing)] if typing else []
        self._show(" · ".join(said), self._unseen)

    def set_unseen(self, count: int) -> None:
        """How many messages came below what is in view."""
        self._show(self._said, count)

    def render(self) -> Content:
        """The line."""
        news: list[Part] = (
            [(tr("↓ {count} new (G)", count=self._unseen), "$unread bold"), " "] if self._unseen else []
        )
        said: list[Part] = [("  ◌ ", "$muted"), (self._said, "$muted italic")] if self._said else []
        return row(said, news, self.size.width)

    def _show(self, said: str, unseen: int) -> None:
        if (said, unseen) != (self._said, self._unseen):
            self._said, self._unseen = said, unseen
            self.refresh()


def _viewing(names: Sequence[str]) -> str:
    return trn("{names} is viewing", "{names} are viewing", len(names), names=_all_of(names))


def _typing(names: Sequence[str]) -> str:
    return trn("{names} is typing…", "{names} are typing…", len(names), names=_all_of(names))


def _all_of(names: Sequence[str]) -> str:
    if len(names) > 2:
        return tr("{name} and {count} others", name=names[0], count=len(names) - 1)
    return names[0] if len(names) == 1 else tr("{one} and {other}", one=names[0], other=names[1])
