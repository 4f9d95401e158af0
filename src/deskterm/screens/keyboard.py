"""The keyboard of the console: chords, and letters that come faster than the screen changes."""

import asyncio
from pathlib import PurePath

from textual import events
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, TextArea

from deskterm.commands.chords import Broken, Chords, Step, Waiting
from deskterm.commands.keys import chords
from deskterm.commands.model import Command, Home
from deskterm.screens.base import DeskScreen
from deskterm.screens.type_ahead import answered
from deskterm.settings import Settings
from deskterm.terminal.app import TerminalApp

#: Seconds after which somebody who began a chord is told how it may go on.
_HESITATION = 0.35


#: Keys that wait for nothing: they lead away from whatever is awaited.
_AT_ONCE = frozenset({"escape", "ctrl+q", "ctrl+l"})


class Keyboard(TerminalApp):
    """An app that follows the table of commands before any widget sees a key."""

    def __init__(self, settings: Settings, css_path: list[str | PurePath]) -> None:
        super().__init__(settings, css_path)
        self._chords = Chords(chords())
        self._chord_hint: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """Follow chords before any widget sees the keys, so that a burst of them arrives whole."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._let_text_arrive(event)
            if isinstance(self.screen, DeskScreen) and event.key not in _AT_ONCE:
                await self.screen.ready()
            if await self._chord(event):
                return
            asked = self.screen
            await super().on_event(event)
            if isinstance(asked, ModalScreen) and not event.is_printable:
                await answered(self, asked)
            return
        await super().on_event(event)

    async def _let_text_arrive(self, event: events.Key) -> None:
        """Before a command's key in a text field: the letters before it, which wait in the field's queue.

        Commands run at once, ahead of that queue; without this, `ctrl+s` at the end of a burst (a macro, a
        slow line) would send half of the text.
        """
        focused = self.focused
        if not isinstance(focused, (TextArea, Input)) or self._types(event):
            return
        arrived = asyncio.Event()
        if focused.call_later(arrived.set):
            await arrived.wait()

    async def _chord(self, event: events.Key) -> bool:
        """Whether the key belonged to a chord."""
        if isinstance(self.screen, ModalScreen) or self._types(event):
            self._chords.cancel()
            return False
        step = self._chords.press(_name(event))
        self._hint_at(step)
        if isinstance(step, Command):
            await self.run_command(step)
        elif isinstance(step, Broken) and event.key != "escape":
            self.notify(f"No keys “{' '.join(step.typed)}” here. ? shows all.", timeout=3, markup=False)
        return step is not None

    def _hint_at(self, step: Step) -> None:
        """Say which keys may follow, to whoever hesitates after the first one."""
        if self._chord_hint is not None:
            self._chord_hint.stop()
            self._hint([])
        self._chord_hint = (
            self.set_timer(_HESITATION, lambda: self._hint(list(self._chords.following().items())))
            if isinstance(step, Waiting)
            else None
        )

    def _hint(self, following: list[tuple[str, Command]]) -> None:
        screen = self.screen
        if isinstance(screen, DeskScreen):
            offered = {each.id for each in screen.offered()}
            screen.show_following([(key, each.label) for key, each in following if each.id in offered])

    def _types(self, event: events.Key) -> bool:
        """Whether the focused widget wants the key as text."""
        focused = self.focused
        return focused is not None and focused.check_consume_key(event.key, event.character)

    async def run_command(self, command: Command) -> None:
        """Do what a command of the table says, wherever the focus is."""
        await self.run_action(command.action, self if command.home is Home.APP else self.screen)


def _name(event: events.Key) -> str:
    """The key as the table names it."""
    return event.character if event.character and event.is_printable else event.key
