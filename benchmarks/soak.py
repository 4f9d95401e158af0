"""A fifth of a working day's load while people come and go: what of them stays with the server."""

import asyncio
import re
import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from random import Random

from benchmarks.crowd import Talk, make_crowds
from benchmarks.growth import Growth
from benchmarks.processes import Server, running
from benchmarks.raw import open_socket
from benchmarks.results import Result
from benchmarks.steady import HELLO, Day, Listener, Sender, day, day_rows, listen, people_of, work

AGENTS, CUSTOMERS, PACE = 100, 300, 20.0
#: How many come or go in a second, and whose chance it is.
CHURN, SEED = 4.0, 20261128
_CURSOR = re.compile(rb'"cursor":"([^"]+)"')


def soak(minutes: float) -> list[Result]:
    """100 agents and 300 customers, of whom every other one comes and goes; 20 messages a second."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        [crowd] = make_crowds(data, 1, agents=AGENTS, admins=0, customers=CUSTOMERS)
        with running("benchmarks.desk_server", str(data), "--metrics") as server:
            growth = Growth(server, data)
            found = asyncio.run(_soak(server, crowd.talks, growth, minutes))
    return [*day_rows("soak", found, answer=50, frame=15, frames=100), *growth.results("soak")]


async def _soak(server: Server, talks: Sequence[Talk], growth: Growth, minutes: float) -> Day:
    people = people_of(talks)
    listeners = await listen(server.port, people[::2])
    coming = asyncio.create_task(_come_and_go(server.port, people[1::2]))
    sender = Sender(server.port)
    async with growth.watched(sender):
        went = await work(sender, talks, PACE, minutes * 60)
    coming.cancel()
    expected = {
        number: [listeners[each] for each in (talk.customer, talk.agent) if each in listeners]
        for number, talk in went.items()
    }
    if coming.done() and not coming.cancelled():
        coming.result()
    return day(sender, expected)


class _Comer(Listener):
    """One who will come back, and knows where they were."""

    def __init__(self, hello: str) -> None:
        super().__init__(b"-")
        self.hello = hello

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if found := _CURSOR.findall(data):
            self.hello = f'{{"type":"hello","protocol":1,"cursor":"{found[-1].decode()}"}}'


async def _come_and_go(port: int, people: Sequence[str]) -> None:
    """Somebody is gone without a word, or who is away longest comes back and resumes; half are there."""
    chance, here, away = Random(SEED), list[tuple[str, _Comer]](), deque((each, HELLO) for each in people)
    while True:
        await asyncio.sleep(chance.expovariate(CHURN))
        if len(here) >= len(people) // 2:
            who, comer = here.pop(chance.randrange(len(here)))
            comer.close()
            away.append((who, comer.hello))
        else:
            who, hello = away.popleft()
            comer = _Comer(hello)
            await open_socket(comer, port, "/api/v1/live", who, hello)
            here.append((who, comer))
