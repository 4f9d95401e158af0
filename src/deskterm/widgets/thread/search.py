"""One line in which the reader types what to look for in a conversation; at its right, what was found."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from deskterm.text.words import tr
from deskterm.widget_keys import SEARCH, bound
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.paint import Part, line, row


class Slash(Widget):
    """The sign before what is typed."""

    def render(self) -> Content:
        """The sign."""
        return line(" ", ("/", "$key bold"))


class Found(Widget):
    """How many messages say it, which of them one is at, and what is still read for it."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._parts: list[Part] = []

    def say(self, *parts: Part) -> None:
        """Says something else."""
        self._parts = list(parts)
        self.refresh()

    def render(self) -> Content:
        """The words, at the right."""
        return row([], [*self._parts, " "], self.size.width)


class SearchBar(Horizontal):
    """The line. `field` has the focus while one types."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*SEARCH)

    @dataclass
    class Typed(Message):
        """Something else is looked for."""

        text: str

    @dataclass
    class Stepped(Message):
        """The next match is wanted: 1 an older one, -1 a newer one."""

        step: int

    @dataclass
    class Left(Message):
        """The keyboard went elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.field = LineField(placeholder=tr("search this conversation"))
        self._found = Found()

    def compose(self) -> ComposeResult:
        """The sign, the field, and what was found."""
        yield Slash()
        yield self.field
        yield self._found

    def show_count(self, at: int, count: int, rest: str = "") -> None:
        """Which of how many it is, counted from the newest; `rest` says how far it was looked."""
        if not self.field.value.strip():
            self._found.say((rest, "$muted"))
            return
        words = tr("{at} of {count}", at=at, count=count) if count else tr("nothing found")
        self._found.say((words, "bold" if count else "$muted"), (f" · {rest}" if rest else "", "$muted"))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    def action_match(self, step: int) -> None:
        """Wants another match."""
        self.post_message(self.Stepped(step))

    def on_descendant_blur(self, _: events.DescendantBlur) -> None:
        """Tells that one looks elsewhere; another window is not elsewhere."""
        if self.app.app_focus:
            self.post_message(self.Left())
