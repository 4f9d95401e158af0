"""Random replies, held, changed, taken back, let out: a contact never reads one byte of what is not out."""

import json
import random
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.server.desk.acting import assigned, call, do, new_id, settings
from tests.server.live.conftest import Rest
from tests.server.live.test_resume import assert_equal_to_a_fresh_one
from tests.server.live.watcher import Watcher, snapshot, watching

pytestmark = pytest.mark.few_on_postgres(2)

STEPS = 50
HOLD = 5


class Story:
    """Draws what happens and keeps a model of it: which words are out, which must never be seen."""

    def __init__(
        self,
        draw: random.Random,
        agents: list[ClientSession],
        contact: ClientSession,
        conversation: str,
        clock: ManualClock,
        services: Services,
    ) -> None:
        self._draw = draw
        self._agents = agents
        self._contact = contact
        self._thread = f"conversations/{conversation}/messages"
        self._conversation = f"conversations/{conversation}"
        self._clock = clock
        self._services = services
        self._held: dict[str, tuple[ClientSession, str, int]] = {}  # id: author, words, when they go out
        self.out: list[str] = []
        self.secret: set[str] = set()
        self.ids: set[str] = set()

    async def step(self) -> None:
        """One thing happens."""
        happenings: list[Callable[[], Awaitable[None]]] = [
            self._reply,
            self._reply,
            self._note,
            self._edit,
            self._take_back,
            self._time_passes,
            self._contact_writes,
            self._read,
            self._move,
        ]
        await self._draw.choice(happenings)()

    def _words(self) -> str:
        return f"w{self._draw.getrandbits(60):015x}"

    async def _reply(self) -> None:
        author, words, message_id = self._draw.choice(self._agents), self._words(), new_id()
        status, _ = await call(author, "POST", self._thread, {"id": message_id, "body": words})
        self.secret.add(words)
        self.ids.add(message_id)
        if status == 201:
            self._held[message_id] = author, words, self._clock.now() + HOLD * 1000

    async def _note(self) -> None:
        words = self._words()
        self.secret.add(words)
        body = {"id": new_id(), "body": words, "visibility": "internal"}
        await do(self._draw.choice(self._agents), "POST", self._thread, body)

    async def _edit(self) -> None:
        for message_id in list(self._held)[-1:]:
            author, _, due = self._held[message_id]
            words = self._words()
            self.secret.add(words)
            status, _ = await call(author, "PATCH", f"messages/{message_id}", {"body": words})
            assert status == (200 if self._clock.now() < due else 409)
            if status == 200:
                self._held[message_id] = author, words, due

    async def _take_back(self) -> None:
        for message_id in list(self._held)[:1]:
            author, _, due = self._held[message_id]
            status, _ = await call(author, "DELETE", f"messages/{message_id}")
            assert status == (204 if self._clock.now() < due else 409)
            if status == 204:
                del self._held[message_id]

    async def _time_passes(self) -> None:
        self._clock.advance(self._draw.choice([0.5, 2, 6]))
        if self._draw.random() < 0.7:
            await self.let_out()

    async def let_out(self) -> None:
        """The jobs look, and the model with them."""
        await self._services.jobs.tick()
        for message_id, (_, words, due) in list(self._held.items()):
            if due <= self._clock.now():
                self.out.append(words)
                self.secret.discard(words)
                self.ids.discard(message_id)
                del self._held[message_id]

    async def _contact_writes(self) -> None:
        await do(self._contact, "POST", self._thread, {"id": new_id(), "body": "a question"})

    async def _read(self) -> None:
        who = self._draw.choice([*self._agents, self._contact])
        await do(who, "PUT", f"{self._conversation}/read", {"seq": self._draw.randrange(300)})

    async def _move(self) -> None:
        status = self._draw.choice(["pending", "open", "open", "resolved"])
        await call(self._draw.choice(self._agents), "PATCH", self._conversation, {"status": status})

    async def seen(self) -> str:
        """Everything the contact can fetch."""
        paths = ["conversations", "portal/conversation", "sync/snapshot", self._conversation, self._thread]
        paths += [f"messages/{each}" for each in self.ids]
        paths += [f"{self._thread}?around={each}" for each in self.ids]
        return "".join([json.dumps((await call(self._contact, "GET", path))[1]) for path in paths])


@pytest.mark.parametrize("seed", range(6))
async def test_a_contact_reads_exactly_what_is_out(
    server: TestServer,
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    clock: ManualClock,
    services: Services,
    rest: Rest,
    seed: int,
) -> None:
    await settings(dana, send_hold_seconds=HOLD)
    conversation = await assigned(dana, john, sarah)
    draw = random.Random(seed)
    story = Story(draw, [dana, sarah], john, conversation, clock, services)
    replica, cursor = await snapshot(john)
    agents = {who: await snapshot(who) for who in (dana, sarah)}
    told: list[str] = []
    for _ in range(STEPS // 10):
        async with watching(server, john, replica) as watcher:
            await watcher.subscribe(cursor)
            for _ in range(10):
                await story.step()
                if draw.random() < 0.4:
                    read = await story.seen()
                    assert [each for each in story.secret if each in read] == []
                    assert "held_until" not in read
            await rest(watcher)
            told.append("".join(watcher.raw))
            assert_nothing_held(watcher, story)
            cursor = watcher.cursor or cursor
        if draw.random() < 0.5:
            await story.step()  # with nobody listening
    clock.advance(HOLD)
    await story.let_out()
    async with watching(server, john, replica) as watcher:
        await watcher.subscribe(cursor)
        await rest(watcher)
        told.append("".join(watcher.raw))
    await assert_equal_to_a_fresh_one(john, replica)
    for who, (known, since) in agents.items():
        async with watching(server, who, known) as watcher:
            await watcher.subscribe(since)
        await assert_equal_to_a_fresh_one(who, known)
        thread = (await call(who, "GET", f"conversations/{conversation}/messages?limit=200"))[1]["items"]
        assert {each["id"]: each for each in thread if each["id"] in known.messages} == known.messages
    assert story.out, "a story without a reply proves nothing"
    read = await story.seen()
    assert [each for each in story.out if each not in read] == [], "what went out arrived"
    assert [each for each in story.out if each not in "".join(told)] == []


def assert_nothing_held(watcher: Watcher, story: Story) -> None:
    """No frame had a word of what is not out, or the mark of a held one."""
    raw = "".join(watcher.raw)
    assert [each for each in story.secret if each in raw] == []
    assert "held_until" not in raw
