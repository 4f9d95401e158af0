"""Saying something to the terminal itself, beside what is drawn.

It goes through Textual's driver: written past it, a sequence could land in the middle of another one.
"""

import os
from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.driver import Driver

from deskterm.terminal.notify import (
    BACK_TITLE,
    BELL,
    KEEP_TITLE,
    Ways,
    notification,
    title_of,
    window_title,
)


class Voice:
    """The ways of telling that are wanted; silent until a driver speaks for it, and where none can.

    Title and bell may come at any time; whether somebody looks at the screen is for others to know.
    """

    def __init__(self, ways: Ways, environ: Mapping[str, str] | None = None) -> None:
        self.ways = ways
        self._environ = os.environ if environ is None else environ
        self._write: Callable[[str], None] | None = None
        self._title = ""

    def through(self, driver: type[Driver]) -> type[Driver]:
        """`driver`, made to speak for this while it holds the terminal."""
        return type(driver.__name__, (_Speaking, driver), {"voice": self})

    def attach(self, write: Callable[[str], None]) -> None:
        """The terminal is ours: say what stands in its title."""
        self._write = write
        if self.ways.title:
            write(KEEP_TITLE)
            if self._title:
                write(window_title(self._title))

    def detach(self) -> None:
        """The terminal goes back, with the title that it had."""
        if self.ways.title and self._write is not None:
            self._write(BACK_TITLE)
        self._write = None

    def change(self, ways: Ways) -> None:
        """Tell in other ways from now on."""
        title, self.ways = self.ways.title, ways
        if self._write is None or title == ways.title:
            return
        if ways.title:
            self._write(KEEP_TITLE + window_title(self._title))
        else:
            self._write(BACK_TITLE)

    def show_unread(self, organization: str, unread: int) -> None:
        """Name the desk and the number of unread conversations in the window's title."""
        title = title_of(organization, unread)
        if self.ways.title and title != self._title and self._write is not None:
            self._write(window_title(title))
        self._title = title

    def ring(self) -> None:
        """Ring the bell; tmux marks the window."""
        if self.ways.bell and self._write is not None:
            self._write(BELL)

    def alert(self, title: str, text: str) -> None:
        """Ring, and show a notification with a name and the beginning of what was written."""
        self.ring()
        if self.ways.desktop and self._write is not None:
            self._write(notification(title, text, self._environ))


class _Speaking(Driver):
    """Lends its `write` to a voice, from the first byte to the last."""

    voice: ClassVar[Voice]

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[safe-super]  # the platform's driver comes next
        self.voice.attach(self.write)

    def stop_application_mode(self) -> None:
        self.voice.detach()
        super().stop_application_mode()  # type: ignore[safe-super]
