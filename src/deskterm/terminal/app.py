"""An application that minds its terminal: bytes that are no text, unwanted colours, voice, cursor."""

from pathlib import PurePath
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.errors import NoWidget
from textual.screen import Screen

from deskterm.settings import Settings
from deskterm.terminal.keyboard import mend_reader
from deskterm.terminal.notify import Ways
from deskterm.terminal.pointing import TerminalCursor
from deskterm.terminal.stopping import Modes, stoppable
from deskterm.terminal.voice import Voice


class TerminalApp(App[int]):
    """What the console's application is made on.

    `voice` says something to the terminal beside what is drawn: a ring, a notification, the window's title.
    `modes` are the terminal's own, which it has while this is stopped. `pointer` is the terminal's cursor.
    """

    def __init__(self, settings: Settings, css_path: list[str | PurePath]) -> None:
        mend_reader()
        self.modes = Modes()
        self.pointer = TerminalCursor()
        self.settings = settings
        self.voice = Voice(
            Ways(bell=settings.bell, desktop=settings.notifications, title=settings.window_title)
        )
        # Said this early, `NO_COLOR` makes Textual send no colour at all; later it would send greys.
        super().__init__(css_path=css_path, ansi_color=None if settings.color else True)

    def get_driver_class(self) -> type[Driver]:
        """The platform's own, speaking for `voice`, with a cursor, that may be stopped and continued."""
        speaking = self.voice.through(super().get_driver_class())
        return stoppable(self.pointer.through(speaking), self.modes)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Draw, and leave the terminal's cursor where one writes."""
        self.pointer.wanted = self._writes()
        super()._display(screen, renderable)

    def _writes(self) -> bool:
        """Whether a text has the keyboard whose cursor is in sight: the terminal's own goes there."""
        field = self.focused
        place = getattr(field, "cursor_screen_offset", None)
        if place is None:
            return False
        try:
            seen, _ = self.screen.get_widget_at(*place)
        except NoWidget:
            return False
        self.cursor_position = place
        ink = self.screen.styles.color
        self.pointer.colour = "" if ink.ansi is not None else ink.hex6
        return seen is field
