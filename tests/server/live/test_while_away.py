"""What happened while a console was away, and what it knows when it is back: by the log if that suffices."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from random import Random

import pytest
from aiohttp.test_utils import TestServer

from deskterm.client.http import parse
from deskterm.protocol.records import Conversation
from deskterm.server.clock import ManualClock
from deskterm.server.live.hub import LiveHub
from deskterm.server.services import Services
from deskterm.server.sessions import Sessions
from deskterm.server.storage.database import Event, Tx
from tests.server.live.story.checks import same_as_fresh
from tests.server.live.story.history import Wakes, turns
from tests.server.live.story.http import Http, Json
from tests.server.live.story.people import Person, found, sign_in
from tests.server.live.story.reader import Reader


class Desk:
    """One organization: an admin, two staff, three customers; the conversation of the first is Sarah's."""

    def __init__(self, services: Services, http: Http, people: list[Person], clock: ManualClock) -> None:
        self.services, self.http, self.clock = services, http, clock
        self.dana, self.sarah, self.mike, self.john, self.jane, _ = people
        self.here = ""
        self._ids = Random(3)

    async def do(self, who: Person, method: str, path: str, body: Json | None = None) -> Json:
        """A command that must be accepted."""
        status, answer = await self.http.call(who.token or "", method, path, body)
        assert status < 300, answer
        return answer or {}

    async def patch(self, **fields: object) -> None:
        """Change the conversation."""
        await self.do(self.dana, "PATCH", f"conversations/{self.here}", dict(fields))

    async def say(self, who: Person, **more: object) -> str:
        """Write into the conversation; answers the message's id."""
        id_ = f"01a0c450-6c00-7000-8000-{self._ids.getrandbits(48):012x}"
        body: Json = {"id": id_, "body": "hello", **more}
        await self.do(who, "POST", f"conversations/{self.here}/messages", body)
        return id_

    async def member(self, who: Person, **fields: object) -> None:
        """Change a member."""
        await self.do(self.dana, "PATCH", f"members/{who.member}", dict(fields))

    async def settings(self, **fields: object) -> None:
        """Change the organization."""
        await self.do(self.dana, "PATCH", "organization", {"settings": dict(fields)})


@pytest.fixture(autouse=True)
def wakes(monkeypatch: pytest.MonkeyPatch) -> Wakes:
    """Lets hub and sessions miss commits; made before the server, which binds what they listen with."""
    made = Wakes()
    publish, hear = LiveHub.publish, Sessions.hear

    def published(hub: LiveHub, events: Sequence[Event]) -> None:
        if not made.lost:
            publish(hub, events)

    def heard(sessions: Sessions, events: Sequence[Event]) -> None:
        if not made.lost:
            hear(sessions, events)

    monkeypatch.setattr(LiveHub, "publish", published)
    monkeypatch.setattr(Sessions, "hear", heard)
    return made


@pytest.fixture
async def desk(server: TestServer, services: Services, clock: ManualClock) -> AsyncIterator[Desk]:
    http = await Http.open(server.port or 0)
    people, _ = await found(services, http, "away")
    made = Desk(services, http, people, clock)
    made.here = (await made.do(made.john, "GET", "portal/conversation"))["id"]
    await made.say(made.john)
    await made.patch(assignee_id=made.sarah.member)
    yield made
    http.close()


async def reassigned(desk: Desk) -> None:
    await desk.patch(assignee_id=desk.mike.member)


async def reassigned_and_back(desk: Desk) -> None:
    await reassigned(desk)
    await desk.say(desk.john)
    await desk.patch(assignee_id=desk.sarah.member)


async def written_and_deleted(desk: Desk) -> None:
    note = await desk.say(desk.sarah, visibility="internal")
    await desk.do(desk.sarah, "DELETE", f"messages/{note}")


async def held_and_gone_out(desk: Desk) -> None:
    await desk.settings(send_hold_seconds=5)
    await desk.say(desk.sarah)
    desk.clock.advance(6)
    await desk.services.jobs.tick()


async def roles_swapped(desk: Desk) -> None:
    await desk.member(desk.sarah, role="admin")
    await desk.member(desk.mike, role="admin")
    await desk.member(desk.mike, role="staff")


async def all_is_seen(desk: Desk) -> None:
    await desk.settings(staff_sees="all")


async def the_queue_was_seen(desk: Desk) -> None:
    await desk.patch(assignee_id=None)
    await desk.settings(staff_sees="unassigned")
    await desk.settings(staff_sees="assigned")
    await desk.say(desk.john)


async def others_settings(desk: Desk) -> None:
    await desk.settings(welcome="Good morning", send_hold_seconds=7)


async def disabled_and_back(desk: Desk) -> None:
    await desk.member(desk.sarah, disabled=True)
    await reassigned(desk)
    await desk.member(desk.sarah, disabled=False)
    await sign_in(desk.http, desk.sarah)


async def log_cut(desk: Desk) -> None:
    """The log begins later now, as after retention."""
    await desk.say(desk.john)

    def drop(tx: Tx) -> None:
        key = desk.dana.key
        seq = tx.value("SELECT seq FROM organization_counter WHERE organization_id = :key", key=key)
        tx.run("DELETE FROM event WHERE organization_id = :key AND seq < :seq", key=key, seq=seq)
        tx.run("UPDATE organization_counter SET log_floor = :s WHERE organization_id = :k", s=seq - 1, k=key)

    await desk.services.db.write(drop)


#: What happens, and who has to load everything anew by it: for all others the log is enough.
AWAY: list[tuple[Callable[[Desk], Awaitable[None]], str]] = [
    (reassigned, ""),
    (reassigned_and_back, ""),
    (written_and_deleted, ""),
    (held_and_gone_out, ""),
    (roles_swapped, "sarah mike"),
    (all_is_seen, "sarah mike"),
    (the_queue_was_seen, "sarah mike"),
    (others_settings, ""),
    (disabled_and_back, ""),
    (log_cut, "dana sarah mike john jane"),
]


@pytest.mark.parametrize(("happens", "anew"), AWAY, ids=[each.__name__ for each, _ in AWAY])
@pytest.mark.parametrize("away", [True, False], ids=["away", "there"])
async def test_who_comes_back_knows_what_a_fresh_one_knows(
    desk: Desk, happens: Callable[[Desk], Awaitable[None]], anew: str, away: bool
) -> None:
    names = ("dana", "sarah", "mike", "john", "jane")
    readers = {name: Reader(getattr(desk, name), desk.http, desk.services, Random(1)) for name in names}
    for reader in readers.values():
        await reader.start()
        await turns()
        await reader.read()
        if away:
            await reader.cut()
    await happens(desk)
    for name, reader in readers.items():
        for _ in range(3):  # a socket that was closed, a snapshot, the rest
            await desk.services.hub.settle()
            await reader.open()
            await turns()
            await reader.read()
        assert reader.connected
        fresh, _ = await reader.fresh()
        await same_as_fresh(reader, fresh)
        if away:
            assert reader.snapshots == 1 + (name in anew.split())
        await reader.cut()


async def test_what_was_read_under_a_role_that_was_taken_again_is_not_kept(desk: Desk) -> None:
    """The console asks before it hears that its socket was closed, and comes back with the role it had."""
    note = await desk.say(desk.sarah, visibility="internal")
    reader = await _there(desk, desk.john)
    await desk.member(desk.john, role="admin")
    await reader.open_thread(desk.here)
    thread = reader.replica.thread(desk.here)
    assert thread is not None
    assert note in thread
    await desk.member(desk.john, role="customer")
    await _come_to_rest(desk, reader)
    thread = reader.replica.thread(desk.here)
    assert thread is not None
    assert thread.loaded
    assert note not in thread


async def test_what_was_read_by_a_setting_that_was_taken_back_is_not_kept(wakes: Wakes, desk: Desk) -> None:
    """The hub misses both changes: when it looks again the setting is as it was, but of another day."""
    reader = await _there(desk, desk.mike)
    wakes.lost = True
    await desk.settings(staff_sees="all")
    seen = await reader.ask(parse.one(Conversation), f"conversations/{desk.here}")
    reader.replica.put_conversation(seen)
    await desk.settings(staff_sees="assigned")
    wakes.lost = False
    await _come_to_rest(desk, reader)
    assert reader.replica.conversation(desk.here) is None


async def _there(desk: Desk, who: Person) -> Reader:
    """A console that knows everything so far."""
    reader = Reader(who, desk.http, desk.services, Random(1))
    await reader.start()
    await turns()
    await reader.read()
    assert reader.connected
    return reader


async def _come_to_rest(desk: Desk, reader: Reader) -> None:
    desk.services.hub.tick()
    for _ in range(3):  # a socket that was closed, a snapshot, the rest
        await desk.services.hub.settle()
        await reader.open()
        await turns()
        await reader.read()
    assert reader.at_rest


async def test_a_session_that_ended_unheard_is_over_within_a_second(wakes: Wakes, desk: Desk) -> None:
    """Hub and sessions miss the commit: the next look at the log, a second later, finds it."""
    hub = desk.services.hub
    assert hub.settings.poll <= 1.0
    reader = await _there(desk, desk.sarah)
    token = desk.sarah.token or ""
    wakes.lost = True
    await desk.member(desk.sarah, disabled=True)
    await hub.settle()
    assert reader.connected
    assert (await desk.http.call(token, "GET", "me"))[0] == 200
    wakes.lost = False
    hub.tick()
    await hub.settle()
    await turns()
    await reader.read()
    assert not reader.connected
    assert (await desk.http.call(token, "GET", "me"))[0] == 401
