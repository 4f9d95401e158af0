"""A server with the demo in it, people who write there, and all that is known of what they wrote."""

from pathlib import Path

from aiohttp import ClientSession

from tests.faults import checkers
from tests.faults.history import History, Phase
from tests.faults.service import CRASHED, Service
from tests.faults.writers import PATIENCE, Desk, Writer, desks


async def seeded(folder: Path) -> list[Desk]:
    """A folder with the demo in it, whose server has ended; and where to write."""
    service = Service(folder)
    try:
        await service.start("--demo")
        found = await desks(service.url)
        assert await service.stop() == 0
    finally:
        await service.end()
    return found


class Scene:
    """A folder with a server, people who write there, and all that is known of what they wrote."""

    def __init__(self, service: Service, people: list[Writer], history: History) -> None:
        self.service = service
        self.people = people
        self.history = history

    async def write(self, each: int = 5) -> None:
        """Everybody gets some messages acknowledged, one after the other."""
        async with ClientSession(self.service.url, timeout=PATIENCE) as http:
            for writer in self.people:
                await writer.write(http, each)

    async def write_until_it_crashes(self) -> None:
        """Write until nobody answers, which must be because of the failpoint."""
        async with ClientSession(self.service.url, timeout=PATIENCE) as http:
            while (await self.people[0].step(http)) is not Phase.UNKNOWN:
                pass
        assert await self.service.ended() == CRASHED

    async def goes_on(self) -> None:
        """The server starts again, what waits gets through, and everything that was said is true."""
        await self.service.start()
        self.look()
        await self.write(1)
        assert await self.service.stop() == 0
        self.look()

    def look(self) -> None:
        """Check the database against the history."""
        assert checkers.check(self.history.entries, self.service.database) == []
