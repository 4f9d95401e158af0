"""Writers who send over HTTP as fast as they are answered, and note everything in a history."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from aiohttp import ClientError, ClientSession, ClientTimeout

from deskterm.protocol.demo import person
from deskterm.protocol.ids import IdSource
from tests.faults.checkers import CANARY, SEND
from tests.faults.history import History, Phase

#: Seconds after which a request without an answer is taken to hang.
PATIENCE = ClientTimeout(total=60)
DANA, NORA = "hello@designpi.com", "admin@northwind.example"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a writer writes: an organization, a token of it, a conversation."""

    organization: str
    token: str
    conversation: str

    @property
    def place(self) -> str:
        """As histories name it."""
        return f"{self.organization}/{self.conversation}"


async def desks(url: str) -> list[Desk]:
    """Some conversations of both of the demo's organizations, with tokens of their admins."""
    found = []
    async with ClientSession(url, timeout=PATIENCE, raise_for_status=True) as http:
        for email in (DANA, NORA):
            who = person(email)
            assert who is not None
            login = {"email": email, "password": who.password, "organization": who.organization}
            async with http.post("/api/v1/auth/login", json=login) as answer:
                token = (await answer.json())["token"]
            headers = {"Authorization": f"Bearer {token}"}
            async with http.get("/api/v1/conversations", headers=headers) as answer:
                items = (await answer.json())["items"]
            found += [Desk(who.organization, token, each["id"]) for each in items[:2]]
    return found


@dataclass(slots=True)
class Writer:
    """One who writes. A `patient` one tries what got no answer again, under its id, before anything else;
    another one gives it up.
    """

    name: str
    desk: Desk
    history: History
    ids: IdSource
    patient: bool
    number: int = 0
    waiting: tuple[str, str] | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    last: int = 0  # the last answer's status, 0 for none

    async def write(self, http: ClientSession, limit: int | None = None) -> None:
        """Send until the server does not answer any more, or `limit` messages were acknowledged."""
        left = limit
        while left is None or left > 0:
            phase = await self.step(http)
            if phase is Phase.UNKNOWN:
                return
            if left is not None and phase is Phase.OK:
                left -= 1

    async def step(self, http: ClientSession) -> Phase:
        """Send what waits, or something new; answers what became of it."""
        if self.waiting is None:
            self.number += 1
            self.waiting = self.ids.new(), f"{CANARY}{self.desk.organization}/{self.name}/{self.number}"
        id, body = self.waiting
        self.history.add(self.name, SEND, id, Phase.INVOKE, place=self.desk.place)
        phase, code = await self._ask(http, id, body)
        self.history.add(self.name, SEND, id, phase, code=code)
        if phase is not Phase.UNKNOWN or not self.patient:
            self.waiting = None
        self.answered.set()
        return phase

    async def _ask(self, http: ClientSession, id: str, body: str) -> tuple[Phase, object]:
        self.last = 0
        document = {"id": id, "body": body, "visibility": "internal" if self.number % 3 == 0 else "public"}
        headers = {"Authorization": f"Bearer {self.desk.token}"}
        path = f"/api/v1/conversations/{self.desk.conversation}/messages"
        try:
            async with http.post(path, json=document, headers=headers) as answer:
                self.last = answer.status
                await answer.read()
        except (ClientError, ConnectionError, TimeoutError) as error:
            return Phase.UNKNOWN, type(error).__name__
        if self.last in (200, 201):
            return Phase.OK, self.last
        return (Phase.UNKNOWN if self.last >= 500 else Phase.FAIL), self.last


def writers(count: int, where: Sequence[Desk], history: History, seed: int) -> list[Writer]:
    """So many, spread over the desks, every other one patient; their ids come from the seed."""
    chance = Random(seed)
    ids = IdSource(random_bits=chance.getrandbits)
    return [
        Writer(f"w{number}", where[number % len(where)], history, ids, patient=number % 8 < 4)
        for number in range(count)
    ]
