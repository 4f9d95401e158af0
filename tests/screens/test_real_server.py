"""Two consoles on a real server with the demo's people: what one does, the other sees, by keyboard alone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.client.desk import Desk
from deskterm.client.http.api import Api
from deskterm.commands.model import Context
from deskterm.protocol.records import Status
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.server.app import make_app
from deskterm.server.config import Config, HashCost
from deskterm.settings import Settings
from tests.screens.console import screen_text

#: How many turns of the event loop a console is given.
TURNS = 600


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
    def text(self) -> str:
        """What they see."""
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def sees(self, *words: str) -> None:
        """Wait until all of that is on the screen."""
        await self.until(lambda: all(each in self.text for each in words))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; after very many turns fail with what is on the screen instead."""
        for _ in range(TURNS):
            if holds():
                return
            await self.pilot.pause(0.02)
        pytest.fail(self.text)


@asynccontextmanager
async def at_console(address: str, email: str, password: str) -> AsyncIterator[Person]:
    """A console signed in as that person, with the list on the screen."""
    api = Api(address)
    signed_in = await api.login(email, password)
    await api.close()

    async def open_desk() -> Desk:
        return await Desk.open(address, signed_in.token)

    app = DesktermApp(open_desk, Settings(motion="none", read_delay=0.01))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        person = Person(app, pilot)
        try:
            await person.sees("● live", "John Doe" if "mike" not in email else "Jane Smith")
            yield person
        finally:
            await app.action_quit()


@pytest.mark.limit(60)
async def test_read_answer_note_resolve_and_on_to_the_next(address: str) -> None:
    async with at_console(address, "sarah@designpi.com", "staff123") as sarah:
        await sarah.press("enter")
        await sarah.sees("Our accountant is asking again", "new ──")
        await sarah.until(lambda: sarah.inbox.listing.rows[0].unread == 0)
        await sarah.press("r", *"Done", "ctrl+s")
        await sarah.sees("│Done", "✓")
        await sarah.press("ctrl+t", *"told", "ctrl+s")
        await sarah.sees("internal note", "told│")
        await sarah.press("escape", "e")
        await sarah.sees("#1 resolved · u takes it back", "#3 Pricing for a team of 25")
        await sarah.press("u")
        await sarah.sees("Taken back: #1 resolved")
        await sarah.until(lambda: [each.number for each in sarah.inbox.listing.rows] == [1, 3])


@pytest.mark.limit(60)
async def test_an_admin_assigns_and_the_agent_who_was_writing_learns_it(address: str) -> None:
    async with (
        at_console(address, "sarah@designpi.com", "staff123") as sarah,
        at_console(address, "hello@designpi.com", "admin123") as dana,
    ):
        await sarah.press("r", *"half a rep")
        await dana.press("a", *"mike", "enter")
        await dana.sees("#1 assigned to Mike Chen")
        await sarah.sees("Dana Whitfield has given this conversation to somebody else.", "Your text is kept")
        assert sarah.inbox.composer.text() == "half a rep"
        assert sarah.inbox.context is Context.COMPOSER
        assert [each.number for each in sarah.inbox.listing.rows] == [3]


@pytest.mark.limit(60)
async def test_what_one_agent_does_the_admin_sees_at_once(address: str) -> None:
    async with (
        at_console(address, "mike@designpi.com", "staff123") as mike,
        at_console(address, "hello@designpi.com", "admin123") as dana,
    ):
        await dana.press("j", "enter")
        await dana.sees("Tech Solutions Inc", "Reply to Jane Smith (public)")
        await mike.press("r", *"Sure")
        await dana.sees("Mike Chen is typing")
        await mike.press("ctrl+s")
        await dana.sees("┃Sure")
        await mike.press("escape", "p", *"urg", "enter")
        await dana.sees("urgent")
        await mike.press("z", "enter")
        await dana.until(lambda: [each.number for each in dana.inbox.listing.rows] == [1, 3])
        jane = dana.inbox.reading.conversation
        assert jane is not None
        assert jane.status is Status.SNOOZED
