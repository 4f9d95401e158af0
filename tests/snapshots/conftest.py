"""What holds for every picture."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.settings import Settings
from tests.idle import wait_for_idle
from tests.screens.console import Driven
from tests.screens.world import NOW, World, opener
from tests.snapshots.steps import REST, Step


class SnapCompare(Protocol):
    """The fixture of the snapshot plugin, as far as it is used here."""

    def __call__(
        self,
        app: DesktermApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[int]], Awaitable[None]],
    ) -> bool: ...


class TakePicture(Protocol):
    """Compare how an agent's console looks after a step with how it looked."""

    def __call__(self, world: World, step: Step, size: tuple[int, int], settings: Settings) -> bool: ...


def still(theme: str, **more: Any) -> Settings:
    """Settings in which nothing moves by itself."""
    return Settings(theme=theme, motion="none", read_delay=3600, **more)


@pytest.fixture(autouse=True)
def news_is_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of a picture stands still: a frame that waits for it would never come."""
    monkeypatch.setattr("deskterm.screens.frames.FRAME", 0.0)


@pytest.fixture
def snap_compare(snap_compare: SnapCompare) -> SnapCompare:
    """The picture of what stays: what comes after a moment has come, on a slow machine and on a fast one."""

    def compare(
        app: DesktermApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[int]], Awaitable[None]],
    ) -> bool:
        async def at_rest(pilot: Pilot[int]) -> None:
            await run_before(pilot)
            await wait_for_idle(soon=REST)

        return snap_compare(app, terminal_size=terminal_size, run_before=at_rest)

    return compare


@pytest.fixture
def picture(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch) -> TakePicture:
    def take(world: World, step: Step, size: tuple[int, int], settings: Settings) -> bool:
        app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)

        async def prepare(pilot: Pilot[int]) -> None:
            driven = Driven(app, pilot, world)
            await pilot.pause()
            await driven.settle()
            await step(driven)
            await driven.settle()

        return snap_compare(app, terminal_size=size, run_before=prepare)

    return take
