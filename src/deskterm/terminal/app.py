"""An application that minds its terminal: invalid bytes, colours that are not wanted, a voice of its own."""

from pathlib import PurePath

from textual.app import App
from textual.driver import Driver

from deskterm.settings import Settings
from deskterm.terminal.keyboard import mend_reader
from deskterm.terminal.notify import Ways
from deskterm.terminal.stopping import Modes, stoppable
from deskterm.terminal.voice import Voice


class TerminalApp(App[int]):
    """What the console's application is made on.

    `voice` says something to the terminal beside what is drawn: a ring, a notification, the window's title.
    `modes` are the terminal's own, which it has while this is stopped.
    """

    def __init__(self, settings: Settings, css_path: list[str | PurePath]) -> None:
        mend_reader()
        self.modes = Modes()
        self.settings = settings
        self.voice = Voice(
            Ways(bell=settings.bell, desktop=settings.notifications, title=settings.window_title)
        )
        # Said this early, `NO_COLOR` makes Textual send no colour at all; later it would send greys.
        super().__init__(css_path=css_path, ansi_color=None if settings.color else True)

    def get_driver_class(self) -> type[Driver]:
        """The platform's own, speaking for `voice`, that may be stopped and continued."""
        return stoppable(self.voice.through(super().get_driver_class()), self.modes)
