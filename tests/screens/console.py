"""A console on a small desk in memory, driven by keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets._toast import Toast
from textual.worker import WorkerCancelled, WorkerFailed

from deskterm.app import DesktermApp
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.settings import Settings
from tests.screens.world import NOW, SARAH, World, opener

SIZES = ((80, 24), (120, 36), (200, 50))


@dataclass
class Driven:
    """What a test presses keys on, and looks at."""

    app: DesktermApp
    pilot: Pilot[int]
    world: World

    @property
    def inbox(self) -> InboxScreen:
        """The inbox, also while a question is over it."""
        return next(each for each in self.app.screen_stack if isinstance(each, InboxScreen))

    @property
    def top(self) -> Screen[object]:
        """The screen that has the keyboard."""
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys one after the other and let everything settle."""
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Let keys, workers and messages come to rest; timers of seconds stay out of it."""
        while self.app.is_running and self.world.held is None and self._has_keys:
            await self.pilot.pause()
        for _ in range(3):
            if self.world.held is None:
                for worker in list(self.app.workers):
                    with suppress(WorkerCancelled, WorkerFailed):
                        await worker.wait()
            await self.pilot.pause()

    @property
    def _has_keys(self) -> bool:
        """Whether something that was typed is not done yet, or has not even been seen."""
        return self.app.pressing or self.app.message_queue_size > 0

    async def rest(self) -> None:
        """Wait until everything typed is done, with all that it set off."""
        while True:
            await self.settle()
            if not self.app.pressing and all(each.is_finished for each in self.app.workers):
                return

    def text(self) -> str:
        """Everything on the screen, as plain lines."""
        return screen_text(self.app)

    def said(self) -> str:
        """What is said in passing, however it is wrapped."""
        return "\n".join(each.render().plain for each in self.top.query(Toast))


def screen_text(app: App[int]) -> str:
    """The words on the screen, line by line without what is blank; the title stands after the first line."""
    drawn: Any = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    pieces = [[segment.text for strip in line for segment in strip] for line in drawn.strips]
    lines = ["".join(piece for piece in line if piece.strip(" ")) for line in pieces]
    lines.insert(1, app.title)
    return "\n".join(filter(None, lines)).replace("\xa0", " ")


@asynccontextmanager
async def console(
    monkeypatch: pytest.MonkeyPatch,
    world: World | None = None,
    size: tuple[int, int] = (120, 36),
    settings: Settings | None = None,
    home: Path | None = None,
) -> AsyncIterator[Driven]:
    """A console that has come to rest in its inbox."""
    world = world or World(SARAH)
    monkeypatch.setattr("deskterm.screens.frames.FRAME", 0.0)  # news is drawn at once: the clock stands still
    chosen = settings or Settings(motion="none", home=home, read_delay=0.0)
    app = DesktermApp(opener(world, monkeypatch), chosen, clock=lambda: NOW)
    async with app.run_test(size=size, notifications=True) as pilot:
        driven = Driven(app, pilot, world)
        await pilot.pause()
        await driven.settle()
        yield driven
