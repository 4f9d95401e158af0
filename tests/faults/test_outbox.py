"""A desk behind a network that misbehaves, and consoles that are killed: what was written arrives, once."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.client.desk import Desk
from deskterm.client.live.backoff import Backoff
from deskterm.client.replica.changes import Changes, MessageArrived
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import Visibility
from tests.e2e.conftest import Server
from tests.faults.proxy import CUT_ANSWER, DROP_ANSWER, REFUSE, Act, Plan, Proxy, Step

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"


class Line:
    """The network of one desk: what it asks by POST and PATCH is at the mercy of `faults`."""

    def __init__(self) -> None:
        self.faults: deque[Plan] = deque()
        self.deaf = False

    def choose(self, said: bytes) -> Plan | None:
        """What happens to a command and its answer, and whether events come."""
        if self.deaf and said.startswith(b"GET /api/v1/live"):
            return Plan(down=(Step(0, Act.SWALLOW),))
        command = said.startswith((b"POST", b"PATCH"))
        return self.faults.popleft() if command and self.faults else None


@asynccontextmanager
async def desk_behind(
    served: Server, token: str, folder: Path | None
) -> AsyncIterator[tuple[Desk, Proxy, Line]]:
    """A desk with an outbox behind a proxy; it does not wait long between two attempts."""
    line = Line()
    async with Proxy(urlsplit(served.url).port or 0, choose=line.choose) as proxy:
        desk = await Desk.open(proxy.url, token, backoff=Backoff(lambda low, high: 0.01), sleep=briefly)
        try:
            desk.keep_outbox(folder)
            await until(desk, lambda: desk.connection.online)
            yield desk, proxy, line
        finally:
            await desk.close()


@asynccontextmanager
async def watching(served: Server, token: str) -> AsyncIterator[tuple[Desk, list[str]]]:
    """An admin's desk on a good line, and the texts that it was told of."""
    arrived: list[str] = []
    async with desk_behind(served, token, None) as (desk, _, _):
        desk.subscribe(lambda changes: arrived.extend(_bodies(changes)))
        yield desk, arrived


async def briefly(seconds: float) -> None:
    """A sleep in a world that is a hundred times as fast."""
    await asyncio.sleep(seconds / 100)


async def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Wait until something holds, looking after every change."""
    changed = asyncio.Event()
    stops = (desk.subscribe(lambda _: changed.set()), desk.connection.watch(lambda _: changed.set()))
    try:
        async with asyncio.timeout(60):
            while not holds():
                changed.clear()
                await changed.wait()
    finally:
        for stop in stops:
            stop()


def conversation(served: Server, token: str) -> str:
    """John's own conversation."""
    found: str = served.call("GET", "/portal/conversation", token=token)["id"]
    return found


def bodies(served: Server, conversation_id: str, token: str) -> list[str]:
    """What the server has, as an admin reads it."""
    path = f"/conversations/{conversation_id}/messages?limit=200"
    return [each["body"] for each in served.call("GET", path, token=token)["items"]]


FAULTS = st.lists(st.sampled_from([DROP_ANSWER, CUT_ANSWER, REFUSE]), min_size=0, max_size=4)


@settings(max_examples=30)
@given(faults=FAULTS, seed=st.integers(0, 2**16), twice=st.booleans())
def test_however_often_it_is_tried_it_is_there_once(
    served: Server,
    tokens: dict[str, str],
    folders: Callable[[], Path],
    faults: list[Plan],
    seed: int,
    twice: bool,
) -> None:
    """One send, up to five attempts, over one or two connections: one row, one bubble, one event."""
    body = f"attempt {seed} {folders().name}"

    async def story() -> None:
        here = conversation(served, tokens[JOHN])
        async with (
            desk_behind(served, tokens[JOHN], folders()) as (john, _, line),
            watching(served, tokens[DANA]) as (dana, arrived),
        ):
            await john.open_conversation(here)
            line.faults.extend(faults)
            sending = [john.send(here, body)]
            if twice:
                sending.append(john.send(here, f"{body} too", Visibility.PUBLIC))
            await asyncio.gather(*sending)
            await until(john, lambda: not john.replica.outgoing.unsettled())
            mine = [each for each in (body, f"{body} too") if twice or each == body]
            await until(dana, lambda: set(mine) <= set(arrived))
            thread = john.replica.thread(here)
            assert thread is not None
            bubbles = [each.body for each in thread.messages]
            assert [each for each in bubbles if each.startswith(body)] == mine
            assert [each for each in arrived if each.startswith(body)] == mine
        rows = bodies(served, here, tokens[DANA])
        assert [each for each in rows if each.startswith(body)] == mine

    asyncio.run(story())


def _bodies(changes: Changes) -> list[str]:
    return [each.message.body for each in changes if isinstance(each, MessageArrived)]


@pytest.mark.parametrize("seed", range(3))
async def test_order_is_kept_over_reconnects(
    served: Server, tokens: dict[str, str], tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    here = conversation(served, tokens[JOHN])
    async with desk_behind(served, tokens[JOHN], tmp_path / "outbox") as (john, proxy, line):
        for number in range(12):
            match random.randrange(4):
                case 0:
                    proxy.cut()
                case 1:
                    proxy.heal()
                case 2:
                    line.faults.append(random.choice([DROP_ANSWER, CUT_ANSWER, REFUSE]))
            await john.send(here, f"{seed}/{number}")
        proxy.heal()
        john.retry_now()
        await until(john, lambda: not john.replica.outgoing.unsettled())
    rows = bodies(served, here, tokens[DANA])
    assert [each for each in rows if each.startswith(f"{seed}/")] == [f"{seed}/{n}" for n in range(12)]


async def test_a_change_whose_answer_is_lost_happens_once(
    served: Server, tokens: dict[str, str], tmp_path: Path
) -> None:
    here = conversation(served, tokens[JOHN])
    async with desk_behind(served, tokens[DANA], tmp_path / "outbox") as (dana, _, line):
        await dana.open_conversation(here)
        for wanted in ("urgent", "low"):
            line.faults.append(DROP_ANSWER)
            await dana.patch(here, priority=wanted)
        await until(dana, lambda: not dana.replica.outgoing.unsettled())
        found = dana.replica.conversation(here)
        assert found is not None
        assert found.priority == "low"


#: A console without a screen: sends one text and says how far it got; then it lives until it is killed.
SENDER = """
import asyncio, sys
from pathlib import Path
from deskterm.client.desk import Desk

async def main(url, token, folder, here, body):
    desk = await Desk.open(url, token)
    desk.keep_outbox(Path(folder))
    if body:
        print(await desk.send(here, body), flush=True)
    else:
        print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await desk.close()

asyncio.run(main(*sys.argv[1:]))
"""


@contextlib.contextmanager
def process(*words: Any) -> Any:
    """Such a console; killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-c", SENDER, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


async def said(running: "subprocess.Popen[str]") -> str:
    """Its next line."""
    assert running.stdout is not None
    return (await asyncio.to_thread(running.stdout.readline)).strip()


def forgotten(folder: Path, text: str) -> None:
    """Wait until no file there holds a text."""
    limit = time.monotonic() + 60
    while any(text.encode() in each.read_bytes() for each in folder.glob("*.db*")):
        assert time.monotonic() < limit, "it is in the outbox still"
        time.sleep(0.02)


@pytest.mark.parametrize("fault", [REFUSE, DROP_ANSWER], ids=["before", "after"])
async def test_a_console_killed_between_writing_and_sending_sends_at_the_next_start(
    served: Server, tokens: dict[str, str], tmp_path: Path, fault: Plan
) -> None:
    """Whether the request arrived or not: two consoles that start then make it exactly one message."""
    here, folder, line = conversation(served, tokens[JOHN]), tmp_path / "outbox", Line()
    body = f"killed {fault}"
    async with (
        Proxy(urlsplit(served.url).port or 0, choose=line.choose) as proxy,
        watching(served, tokens[DANA]) as (dana, arrived),
    ):
        line.deaf = True
        line.faults.extend([fault] * 500)
        with process(proxy.url, tokens[JOHN], folder, here, body) as first:
            assert await said(first) == SendState.WAITING
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        line.faults.clear()
        line.deaf = False
        with (
            process(proxy.url, tokens[JOHN], folder, here, "") as one,
            process(proxy.url, tokens[JOHN], folder, here, "") as two,
        ):
            assert {await said(one), await said(two)} == {"open"}
            await until(dana, lambda: body in arrived)
            await asyncio.to_thread(forgotten, folder, body)
            for each in (one, two):
                each.stdin.close()
                await asyncio.to_thread(each.wait)
        assert arrived.count(body) == 1
    assert bodies(served, here, tokens[DANA]).count(body) == 1


async def test_two_consoles_of_one_person_do_not_double_or_overtake(
    served: Server, tokens: dict[str, str], tmp_path: Path
) -> None:
    """What one cannot send waits there; the other one's text in the same conversation goes after it."""
    here, folder, line = conversation(served, tokens[JOHN]), tmp_path / "outbox", Line()
    async with (
        Proxy(urlsplit(served.url).port or 0, choose=line.choose) as proxy,
        watching(served, tokens[DANA]) as (dana, arrived),
    ):
        line.faults.extend([REFUSE] * 500)
        with process(proxy.url, tokens[JOHN], folder, here, "the first") as first:
            assert await said(first) == SendState.WAITING
            with process(proxy.url, tokens[JOHN], folder, here, "the second") as second:
                assert await said(second) == SendState.WAITING
                os.kill(first.pid, signal.SIGKILL)
                first.wait()
                line.faults.clear()
                await until(dana, lambda: "the second" in arrived)
        assert arrived == ["the first", "the second"]


@pytest.fixture(scope="module")
def tokens(served: Server) -> dict[str, str]:
    """Everybody's, signed in once."""
    return {email: served.token(email) for email in (SARAH, JOHN, DANA)}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A fresh folder each time."""
    return lambda: tmp_path_factory.mktemp("outbox")
