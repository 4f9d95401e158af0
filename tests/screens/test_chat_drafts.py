"""What a customer has begun to write: with its request, on this machine and on the server."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.protocol.records import Visibility
from deskterm.screens.chat import screen as chat
from deskterm.screens.chat.screen import ChatScreen
from deskterm.settings import Settings
from tests.screens.customer import OWN, CustomerWorld, opener
from tests.screens.kept_texts import writes_elsewhere
from tests.screens.world import NOW


@asynccontextmanager
async def chatting(
    world: CustomerWorld, monkeypatch: pytest.MonkeyPatch, home: Path
) -> AsyncIterator[Pilot[int]]:
    """The customers' screen over a world; the server gets a draft without a pause."""
    monkeypatch.setattr(chat, "PAUSE", 0.01)
    settings = Settings(motion="none", read_delay=0.01, home=home)
    app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert world.live is not None
        world.live.connection.caught_up(0)
        await until(pilot, lambda: written(pilot) is not None)
        yield pilot
        await app.action_quit()


def written(pilot: Pilot[int]) -> str | None:
    """What stands in the composer, once the conversation is there."""
    screen = pilot.app.screen
    return screen.composer.text() if isinstance(screen, ChatScreen) and screen.shown.conversation_id else None


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let everything have its turns."""
    for _ in range(300):
        if holds():
            return
        await pilot.pause(0.01)
    pytest.fail(f"{written(pilot)!r}")


def on_server(world: CustomerWorld, conversation_id: str = OWN) -> str | None:
    """The server's copy."""
    draft = world.kept_drafts.get((conversation_id, Visibility.PUBLIC))
    return draft.body if draft else None


async def test_what_is_begun_is_on_the_server_after_a_pause_and_gone_once_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = CustomerWorld()
    async with chatting(world, monkeypatch, tmp_path) as pilot:
        await pilot.press(*"half")
        await until(pilot, lambda: on_server(world) == "half")
        await pilot.press("enter")
        await until(pilot, lambda: on_server(world) == "")


async def test_what_another_device_began_is_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    world = CustomerWorld()
    writes_elsewhere(world, OWN, "begun elsewhere", told=False)
    async with chatting(world, monkeypatch, tmp_path) as pilot:
        await until(pilot, lambda: written(pilot) == "begun elsewhere")
        writes_elsewhere(world, OWN, "begun elsewhere, went on")
        await until(pilot, lambda: written(pilot) == "begun elsewhere, went on")


async def test_it_is_there_at_the_next_start_and_follows_to_a_new_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = CustomerWorld()
    async with chatting(world, monkeypatch, tmp_path) as pilot:
        await pilot.press(*"half")
    async with chatting(world, monkeypatch, tmp_path) as pilot:
        await until(pilot, lambda: written(pilot) == "half")
        new = world.successor()
        await until(pilot, lambda: on_server(world, new.id) == "half")
        assert written(pilot) == "half"
        await until(pilot, lambda: on_server(world) == "")
