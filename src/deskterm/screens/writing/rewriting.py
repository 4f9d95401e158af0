"""Changing a text that was sent already."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.text.words import later, tr
from deskterm.widget_keys import FIELDS, bound
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.composer.text import ComposerText


class RewritePanel(Framed, Vertical):
    """The frame around the text."""


class Rewriting(Over[str | None]):
    """A text under a title; answers with what it is now, or None if it stays as it was."""

    BINDINGS: ClassVar[list[BindingType]] = bound(FIELDS[0])
    panel = Context.REWRITING
    last = later("Esc leave it as it was")

    def __init__(
        self,
        title: str,
        text: str,
        empty: str = later("A note says something; Esc, then {@message.delete:D} deletes it"),
    ) -> None:
        """`empty` says why nothing is no text."""
        super().__init__()
        self._heading = title
        self._empty = empty
        self._field = ComposerText("", enter_sends=False, classes="-note")
        self._field.put(text)
        self._panel = RewritePanel(self._field, classes="pane")

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self._panel

    def on_mount(self) -> None:
        """Type at once, at the end."""
        self._say(self.hints(), "$muted")
        self.set_focus(self._field)

    def show_hints(self, words: str) -> None:
        """In the frame of the text."""
        self._say(words, "$muted")

    def action_keep(self) -> None:
        """Take the text, unless nothing is left of it."""
        if self._field.text.strip():
            self.dismiss(self._field.text)
        else:
            self._say(tr(self._empty), "$error")

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)

    @on(ComposerText.Changed)
    def _typed(self) -> None:
        self._say(self.hints(), "$muted")

    def _say(self, words: str, style: str) -> None:
        self._panel.set_frame(left=[(self._heading, "bold")], foot=[(words, style)])
