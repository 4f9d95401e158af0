"""Consoles on a real server with the demo's people, each driven by keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.client.desk import Desk
from deskterm.client.http.api import Api
from deskterm.protocol.demo import person
from deskterm.screens.chat.screen import ChatScreen
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.server.app import make_app
from deskterm.server.config import Config, HashCost
from deskterm.settings import Settings
from deskterm.widgets.chrome.places import PlaceList
from tests.screens.console import screen_text

#: How many turns of the event loop a console is given.
TURNS = 600

DANA, SARAH, MIKE = "hello@designpi.com", "sarah@designpi.com", "mike@designpi.com"
JOHN, JANE, BOB = "john.doe@example.com", "jane.smith@example.com", "bob.wilson@example.com"
#: What stands on each one's screen once it is there.
_FIRST = {DANA: "John Doe", SARAH: "John Doe", MIKE: "Jane Smith"}


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A server with demo data on a free loopback port."""
    config = Config(data=tmp_path / "data", demo=True, hash_cost=HashCost(memory=8, passes=1))
    async with TestServer(make_app(config), host="127.0.0.1") as running:
        yield str(running.make_url("/")).rstrip("/")


class Person:
    """Somebody at a console."""

    def __init__(self, app: DesktermApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def inbox(self) -> InboxScreen:
        """Their inbox."""
        return next(each for each in self.app.screen_stack if isinstance(each, InboxScreen))

    @property
    def chat(self) -> ChatScreen:
        """Their chat, where they are a customer."""
        return next(each for each in self.app.screen_stack if isinstance(each, ChatScreen))

    @property
    def text(self) -> str:
        """What they see."""
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text, as quickly as a macro does."""
        for each in text:
            self.app.post_message(events.Key(_character_to_key(each), each))
        await self.pilot.pause()

    async def click(self, places: PlaceList, label: str) -> None:
        """Click on a row of a list."""
        wanted = next(each.id for each in places.places if each.label == label)
        line = dict(places.places_in_view())[wanted]
        await self.pilot.click(places, offset=(5, line + 1))  # below the frame

    async def sees(self, *words: str) -> None:
        """Wait until all of that is on the screen."""
        await self.until(lambda: all(each in self.text for each in words))

    async def sees_no(self, *words: str) -> None:
        """Wait until nothing of that is on the screen."""
        await self.until(lambda: not any(each in self.text for each in words))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; after very many turns fail with what is on the screen instead."""
        for _ in range(TURNS):
            if holds():
                return
            await self.pilot.pause(0.02)
        pytest.fail(self.text)


async def signed_in(address: str, email: str) -> Api:
    """The routes as one of the demo's people."""
    who = person(email)
    assert who is not None
    api = Api(address)
    await api.login(email, who.password)
    return api


@asynccontextmanager
async def at_console(address: str, email: str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Person]:
    """A console signed in as that person, with the list or the chat on the screen."""
    api = await signed_in(address, email)
    token = api.token

    async def open_desk() -> Desk:
        return await Desk.open(address, token)

    await api.close()
    app = DesktermApp(open_desk, Settings(motion="none", read_delay=0.01))
    async with app.run_test(size=size, notifications=True) as pilot:
        somebody = Person(app, pilot)
        try:
            await somebody.sees(
                *(("● live", _FIRST[email]) if email in _FIRST else ("● connected", "To Support"))
            )
            yield somebody
        finally:
            await app.action_quit()
