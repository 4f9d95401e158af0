"""A console behind every fault of the network: it goes on, comes back soon, and has everything, once.

A real server in a process of its own, the whole desk of a console with its outbox, and a proxy between them.
How soon it is back is read from the waits that it announces, in a world where waiting takes hardly any time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from deskterm.client.desk import Desk
from deskterm.client.live.backoff import Backoff
from deskterm.client.live.connection import Link, State
from deskterm.client.replica.changes import Changes, MessageArrived
from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, Console, ctrl
from tests.faults.proxy import PASS, TWICE, Act, Plan, Proxy, Step, random_plan
from tests.faults.test_outbox import bodies, conversation, until

SARAH, JOHN = "sarah@designpi.com", "john.doe@example.com"
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
F5 = "\x1b[15~"

#: Through these everything gets, sooner or later.
SLOW = {
    "delay": Plan(up=(Step(0, Act.DELAY, 0.05),), down=(Step(0, Act.DELAY, 0.05),)),
    "throttle": Plan(up=(Step(0, Act.THROTTLE, 40_000.0),), down=(Step(0, Act.THROTTLE, 400_000.0),)),
    "one byte at a time": Plan(up=(Step(0, Act.SPLIT),), down=(Step(0, Act.SPLIT),)),
    "everything twice": TWICE,
}
#: Through these nothing gets before they are over; the places are within a handshake, an answer, a frame.
DEAD = {
    "answers vanish": Plan(down=(Step(0, Act.SWALLOW),)),
    "answers vanish in their middle": Plan(down=(Step(200, Act.SWALLOW),)),
    "words vanish": Plan(up=(Step(0, Act.SWALLOW),)),
    "half-open": Plan(down=(Step(200, Act.PAUSE),)),
    "ended in order": Plan(down=(Step(200, Act.FIN),)),
    "reset before the request": Plan(up=(Step(0, Act.RST),)),
    "reset in the middle of a frame": Plan(down=(Step(200, Act.RST),)),
}


class Behind:
    """Sarah's console behind a proxy, with everything that it says."""

    def __init__(self, served: Server, desk: Desk, proxy: Proxy, here: str) -> None:
        self.served, self.desk, self.proxy, self.here = served, desk, proxy, here
        self.admin = served.token("hello@designpi.com")
        self.arrived: list[str] = []
        self.waits: list[float] = []  # seconds between two tries to come back

    def told(self, changes: Changes) -> None:
        """News for the screen."""
        self.arrived += [each.message.body for each in changes if isinstance(each, MessageArrived)]

    def linked(self, link: Link) -> None:
        """The connection's state."""
        if link.state is State.OFFLINE and link.retry_at is not None:
            self.waits.append((link.retry_at - START).total_seconds())

    async def others_write(self, *texts: str) -> None:
        """An admin, on a line without faults; customers may write 120 messages a minute only."""
        for text in texts:
            await asyncio.to_thread(self.served.say, self.here, text, self.admin)

    async def has_everything_once(self, mine: str, theirs: list[str]) -> None:
        """On the screen, among its news, and on the server."""
        everything, desk = {mine, *theirs}, self.desk
        await until(desk, lambda: set(theirs) <= set(self.arrived) and not desk.replica.outgoing.unsettled())
        thread = desk.replica.thread(self.here)
        assert thread is not None
        shown = [each.body for each in thread.messages]
        for texts in (shown, bodies(self.served, self.here, self.admin)):
            found = [each for each in texts if each in everything]
            assert sorted(found) == sorted(everything)
            assert [each for each in found if each != mine] == theirs
        assert [each for each in self.arrived if each in theirs] == theirs


@asynccontextmanager
async def behind(served: Server, folder: Path, seed: int = 0) -> AsyncIterator[Behind]:
    """Such a console, online, with John's conversation open."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 50)

    async with Proxy(urlsplit(served.url).port or 0) as proxy:
        desk = await Desk.open(
            proxy.url,
            served.token(SARAH),
            now=lambda: START,
            sleep=sleep,
            monotonic=lambda: sum(waits),
            backoff=Backoff(Random(seed).uniform),
        )
        console = Behind(served, desk, proxy, conversation(served, served.token(JOHN)))
        console.waits = waits
        desk.subscribe(console.told)
        desk.connection.watch(console.linked)
        try:
            desk.keep_outbox(folder)
            await until(desk, lambda: desk.connection.online)
            await desk.open_conversation(console.here)
            yield console
        finally:
            proxy.heal()
            await desk.close()


@pytest.mark.parametrize("name", SLOW)
async def test_what_gets_through_slowly_gets_through_once(served: Server, tmp_path: Path, name: str) -> None:
    async with behind(served, tmp_path / "outbox") as console:
        console.proxy.standing = SLOW[name]
        console.proxy.sever()
        await console.desk.send(console.here, f"{name}: mine")
        theirs = [f"{name}: {number}" for number in range(5)]
        await console.others_write(*theirs)
        await console.has_everything_once(f"{name}: mine", theirs)


@pytest.mark.parametrize("name", DEAD)
async def test_a_reply_from_within_a_dead_network_is_there_once_when_it_heals(
    served: Server, tmp_path: Path, name: str
) -> None:
    """Connections that were opened before it healed stay as dead as they are: F5 gives them up."""
    async with behind(served, tmp_path / "outbox") as console:
        desk, proxy = console.desk, console.proxy
        proxy.standing = DEAD[name]
        proxy.sever()
        await until(desk, lambda: not desk.connection.online)
        sending = asyncio.ensure_future(desk.send(console.here, f"{name}: mine"))
        theirs = [f"{name}: {number}" for number in range(5)]
        await console.others_write(*theirs)
        proxy.standing = PASS
        await presses_f5(console)
        await sending
        await console.has_everything_once(f"{name}: mine", theirs)


async def presses_f5(console: Behind) -> None:
    """Until it is back, as somebody does who does not believe it."""
    desk = console.desk
    async with asyncio.timeout(60):
        while not desk.connection.online or desk.replica.outgoing.unsettled():
            await desk.refresh()
            await asyncio.sleep(0.1)


async def test_a_socket_that_only_seems_open_is_given_up_at_f5(served: Server, tmp_path: Path) -> None:
    """Nothing was closed, nobody was told, and the heartbeat is a minute away."""
    async with behind(served, tmp_path / "outbox") as console:
        desk, proxy = console.desk, console.proxy
        proxy.deafen()
        await console.others_write("half-open: theirs")
        assert desk.connection.online
        await desk.refresh()
        await until(desk, lambda: "half-open: theirs" in console.arrived)
        assert console.waits == [0.0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("cut", "within"), [(3.0, 2.0), (10.0, 2.0), (300.0, 15.0)])
async def test_it_is_back_within_what_is_promised(
    served: Server, tmp_path: Path, cut: float, within: float, seed: int
) -> None:
    """By itself, with the first try after the network healed; the time is what it says that it waits."""
    async with behind(served, tmp_path / "outbox", seed) as console:
        desk, proxy = console.desk, console.proxy
        proxy.cut()
        await until(desk, lambda: sum(console.waits) >= cut)
        tries = len(console.waits)
        proxy.heal()
        await until(desk, lambda: desk.connection.online)
        assert len(console.waits) == tries
        assert sum(console.waits) - cut <= within


@pytest.mark.parametrize("fault", ["cut", "deafen", "freeze"])
async def test_keys_go_on_and_what_was_typed_stays(served: Server, tmp_path: Path, fault: str) -> None:
    """The whole console on a terminal: a reply begun before, gone on with in the tunnel, sent there."""
    admin = served.token("hello@designpi.com")
    here = conversation(served, served.token(JOHN))
    async with Proxy(urlsplit(served.url).port or 0) as proxy:
        local = served.local(SARAH) | {"DESKTERM_SERVER": proxy.url, "DESKTERM_HOME": str(tmp_path)}
        with Console([], environ=local) as console:
            await asyncio.to_thread(console.sees, "Invoice export", "● live")
            await asyncio.to_thread(console.type, ENTER)
            await asyncio.to_thread(console.sees, "Reply to John Doe")
            await asyncio.to_thread(console.type, f"rbefore the {fault}")
            await asyncio.to_thread(console.sees, f"before the {fault}")
            getattr(proxy, fault)()
            await asyncio.to_thread(served.say, here, f"while {fault}", served.token(JOHN))
            await asyncio.to_thread(console.type, " and in it")
            await asyncio.to_thread(console.sees, f"before the {fault} and in it")
            await asyncio.to_thread(console.type, ctrl("s"))
            await asyncio.to_thread(console.sees, "◌")  # sent before what they wrote could come, so not asked
            proxy.heal()
            await asyncio.to_thread(console.type, F5)
            await asyncio.to_thread(console.sees, f"while {fault}", "● live")
            await asyncio.to_thread(_until_sent, console)
    assert bodies(served, here, admin).count(f"before the {fault} and in it") == 1


def _until_sent(console: Console) -> None:
    """No mark of what waits stands on the screen any more."""
    console.type(F5)
    console.sees_no("◌", "message waiting")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
async def test_any_fault_anywhere(served: Server, tmp_path: Path, seed: int) -> None:
    """Twenty connections with faults at random places, one after the other, and a talk over them."""
    random = Random(seed)
    async with behind(served, tmp_path / "outbox", seed) as console:
        console.proxy.plan(*(random_plan(random, 2_000) for _ in range(20)))
        console.proxy.sever()
        sending = asyncio.ensure_future(console.desk.send(console.here, f"any {seed}: mine"))
        theirs = [f"any {seed}: {number}" for number in range(5)]
        await console.others_write(*theirs)
        await presses_f5(console)
        await sending
        await console.has_everything_once(f"any {seed}: mine", theirs)
