"""Two servers on one PostgreSQL database: what happens on one is seen, and obeyed, on the other."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Presence
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, HashCost
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from deskterm.server.storage import conversations, queue
from deskterm.server.views.times import rfc3339
from tests.pooler import PROGRAM, pooled
from tests.postgres import Cluster, everywhere
from tests.server.live.desk import assigned, call, me, patch, send
from tests.server.live.watcher import Watcher, watching
from tests.server.people import DANA, JOHN, MIKE, SARAH, settle, signed_in

T = TypeVar("T")


class Node(NamedTuple):
    """A running server, its insides, and people who are signed in there."""

    server: TestServer
    services: Services
    by: dict[str, ClientSession]

    def read(self, fn: Callable[..., T], *more: object) -> T:
        """What is stored, as this one reads it."""
        return self.services.db.read(lambda reader: fn(reader, *more))

    def tick(self) -> None:
        """A second has passed."""
        self.services.hub.tick()


@pytest.fixture(params=["heard", "lost", "pooled"])
def wakes(request: pytest.FixtureRequest) -> str:
    """Whether wake-ups arrive; and the same through a pooler, past which they come."""
    if request.param == "pooled" and PROGRAM is None:
        pytest.skip("pgbouncer is not installed")
    return str(request.param)


@pytest.fixture
async def two(
    wakes: str, cluster: Cluster, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[tuple[Node, Node]]:
    """Two servers, and everybody signed in on both."""
    postgres = cluster.make()
    if wakes == "lost":
        cluster.muffle(postgres)
    async with AsyncExitStack() as stack:
        direct = postgres
        if wakes == "pooled":
            postgres = stack.enter_context(pooled(direct))
        first = running(tmp_path / "a", postgres, clock, 1, direct)
        await stack.enter_async_context(first)
        await settle(first.app[SERVICES])
        shutil.copytree(tmp_path / "a", tmp_path / "b")  # the secret is everybody's
        second = running(tmp_path / "b", postgres, clock, 3, direct)
        await stack.enter_async_context(second)
        nodes = []
        for server in (first, second):
            by = {
                who: await stack.enter_async_context(signed_in(server, who))
                for who in (DANA, SARAH, MIKE, JOHN)
            }
            nodes.append(Node(server, server.app[SERVICES], by))
        yield nodes[0], nodes[1]
    cluster.drop(direct)


def running(data: Path, postgres: str, clock: ManualClock, seed: int, wakeups: str) -> TestServer:
    """A server whose heart beats by hand; it follows the others by itself."""
    config = Config(
        data=data,
        postgres=postgres,
        wakeups=wakeups,
        hash_cost=HashCost(memory=8, passes=1),
        timers=False,
        live=LiveSettings(heartbeat=0),
    )
    ids = IdSource(clock.now, random.Random(seed).getrandbits)
    return TestServer(make_app(config, clock=clock, ids=ids), host="127.0.0.1")


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what comes by itself."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def refused(client: ClientSession) -> None:
    """Wait until a server does not know the client's token any more."""
    async with asyncio.timeout(20):
        while (await client.get("me")).status != 401:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_is_sent_on_one_is_seen_on_the_other(two: tuple[Node, Node]) -> None:
    here, there = two
    conversation_id = await assigned(here.by[DANA], there.by[JOHN], there.by[SARAH])
    async with watching(here.server, here.by[SARAH]) as sarah, watching(there.server, there.by[JOHN]) as john:
        await sarah.subscribe()
        await john.subscribe()
        for number in range(10):  # both write into the same conversation at once
            await asyncio.gather(
                send(there.by[JOHN], conversation_id, f"question {number}"),
                send(here.by[SARAH], conversation_id, f"answer {number}"),
            )
        for watcher in (sarah, john):
            while len(watcher.replica.messages) < 20:
                await watcher.next()
            assert watcher.kinds.count("message.created") == 20
        await patch(there.by[DANA], conversation_id, assignee_id=await me(there.by[MIKE]))
        await sarah.until_kind("conversation.revoked")


async def test_who_is_signed_out_or_demoted_on_one_is_so_on_the_other(two: tuple[Node, Node]) -> None:
    here, there = two
    token = {"Authorization": here.by[SARAH].headers["Authorization"]}
    async with ClientSession(base_url=there.server.make_url("/api/v1/"), headers=token) as sarah:
        assert (await call(sarah, "GET", "me"))["member"]
        async with watching(there.server, sarah) as watcher:
            await watcher.subscribe()
            await call(here.by[SARAH], "POST", "auth/logout")
            assert (await watcher.closed())[0] == 4401
        await refused(sarah)
    mike = await me(there.by[MIKE])
    assert (await there.by[MIKE].get("audit")).status == 403
    async with watching(there.server, there.by[MIKE]) as watcher:
        await watcher.subscribe()
        await call(here.by[DANA], "PATCH", f"members/{mike}", {"role": "admin"})
        assert (await watcher.closed()) == (4401, "session_changed")
    assert (await there.by[MIKE].get("audit")).status == 200
    await call(here.by[DANA], "PATCH", f"members/{mike}", {"disabled": True})
    await refused(there.by[MIKE])


async def test_a_setting_of_one_holds_on_the_other(two: tuple[Node, Node]) -> None:
    here, there = two
    async with watching(there.server, there.by[SARAH]) as sarah:
        await sarah.subscribe()
        await call(here.by[DANA], "PATCH", "organization", {"settings": {"staff_sees": "all"}})
        assert (await sarah.until("resync"))["reason"] == "sight_changed"


async def test_who_is_there_and_who_types_is_known_on_both(
    two: tuple[Node, Node], clock: ManualClock, wakes: str
) -> None:
    here, there = two
    conversation_id = await assigned(here.by[DANA], there.by[JOHN], there.by[SARAH])
    sarah_id = bytes.fromhex((await me(here.by[SARAH])).replace("-", ""))
    async with watching(here.server, here.by[DANA]) as dana:
        await dana.subscribe()
        async with watching(there.server, there.by[SARAH]) as sarah:
            await sarah.subscribe()
            await there.services.hub.coming.attendance.keep()
            await until(lambda: there.read(queue.present, there.services.db.node) != frozenset())
            here.tick()
            assert here.services.presence(sarah_id) is Presence.ONLINE
            while [each["presence"] for each in dana.ephemera("presence")][-1:] != ["online"]:
                await dana.next()
            if wakes == "heard":
                await sarah.say("typing", conversation_id=conversation_id)
                while not dana.ephemera("typing"):
                    await dana.next()
                assert dana.ephemera("typing")[0]["who"]["name"] == "Sarah Johnson"
                await sarah.say("viewing", conversation_id=conversation_id)
                await looking(dana, ["Sarah Johnson"])
        if wakes == "heard":
            await looking(dana, [])
        for _ in range(4):  # her lease ends there, and what is not renewed is void here
            clock.advance(20)
            there.tick()
            here.tick()
        assert here.services.presence(sarah_id) is Presence.OFFLINE


@pytest.mark.parametrize("wakes", ["heard"], indirect=True)  # nothing else tells it
async def test_a_customer_who_is_there_is_so_on_both(two: tuple[Node, Node], clock: ManualClock) -> None:
    here, there = two
    mia = await call(here.by[DANA], "POST", "personas", {"name": "Mia", "open": True})
    talk = await call(there.by[JOHN], "POST", "direct-messages", {"persona_id": mia["id"]})
    [john_id] = [each["id"] for each in talk["participants"] if each["kind"] == "contact"]
    async with watching(here.server, here.by[DANA]) as dana:
        await dana.subscribe()
        async with watching(there.server, there.by[JOHN]) as john:
            await john.subscribe()
            await told(here, dana, {"online": [john_id], "offline": []})
        while there.services.hub.connections:  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.01)
        clock.advance(60)
        there.tick()
        await told(here, dana, {"online": [], "offline": [john_id]})


async def told(node: Node, watcher: Watcher, last: dict[str, object]) -> None:
    """Let time pass until this is what was said last of customers."""
    async with asyncio.timeout(20):
        while watcher.ephemera("contacts")[-1:] != [last]:
            node.tick()
            await watcher.next()


async def looking(watcher: Watcher, names: list[str]) -> None:
    """Read until so many have the conversation open."""

    def seen() -> list[str]:
        last = watcher.ephemera("viewing")[-1:]
        return [agent["name"] for each in last for agent in each["agents"]]

    while seen() != names:
        await watcher.next()


async def test_a_log_that_went_back_is_another_history(two: tuple[Node, Node]) -> None:
    """A fail-over lost the last event: consoles load anew, and then hear of what comes."""
    here, there = two
    conversation_id = await assigned(here.by[DANA], there.by[JOHN], there.by[SARAH])
    async with watching(there.server, there.by[SARAH]) as sarah:
        await sarah.subscribe()
        await send(there.by[JOHN], conversation_id, "soon lost")
        await sarah.until_kind("message.created")
        with everywhere(str(here.services.config.wakeups)) as connection:
            connection.execute("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
            connection.execute(
                "UPDATE organization_counter SET seq = seq - 1 WHERE seq = (SELECT max(seq) + 1 FROM event)"
            )
        there.tick()
        assert (await sarah.until("resync"))["reason"] == "another_history"


async def test_a_file_that_is_let_go_on_one_has_no_copy_on_the_other(
    two: tuple[Node, Node], wakes: str
) -> None:
    here, there = two
    upload = "attachments?filename=a.txt"
    async with here.by[DANA].post(upload, data=b"secret", headers={"Content-Type": "text/plain"}) as answer:
        stored = await answer.json()
    sha256 = bytes.fromhex(stored["sha256"])
    copy = await there.services.files.find(sha256)
    assert copy is not None
    assert copy.read_bytes() == b"secret"
    await here.services.db.write(lambda tx: tx.run("DELETE FROM attachment"))
    await here.services.files.let_go(sha256)
    if wakes == "lost":  # the daily look is beneath
        assert there.services.files.left_behind() == [sha256]
        return
    async with asyncio.timeout(20):
        while copy.exists():
            await here.services.files.let_go(
                sha256
            )  # in its first second a server may not know of another one
            await asyncio.sleep(0.05)


async def test_timers_run_on_one_and_on_the_other_when_it_is_gone(
    two: tuple[Node, Node], clock: ManualClock
) -> None:
    here, there = two
    conversation_id = await assigned(here.by[DANA], there.by[JOHN], there.by[SARAH])
    assert (here.services.db.on_duty, there.services.db.on_duty) == (True, False)
    await patch(here.by[SARAH], conversation_id, snoozed_until=rfc3339(clock.now() + 60_000))
    clock.advance(120)
    await there.services.jobs.tick()
    assert there.read(conversations.next_wake) is not None
    await here.server.close()
    await until(lambda: there.services.db.on_duty)
    await there.services.jobs.tick()
    assert there.read(conversations.next_wake) is None
