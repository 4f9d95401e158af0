"""What holds for every picture."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from tests.idle import wait_for_idle

#: Seconds that a picture is waited for: longer than a preview or the keeping of a text waits.
REST = 0.4


class SnapCompare(Protocol):
    """The fixture of the snapshot plugin, as far as it is used here."""

    def __call__(
        self,
        app: DesktermApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[int]], Awaitable[None]],
    ) -> bool: ...


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
