"""A working day in a minute: many people connected, messages at an even pace, what each of them waits."""

import asyncio
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.bystander import Felt, message, quantiles
from benchmarks.crowd import Talk, make_crowds
from benchmarks.growth import Growth
from benchmarks.processes import Server, running
from benchmarks.raw import RawHttp, RawSocket, connect_http, open_socket, post, text_frame
from benchmarks.results import Result

HELLO = '{"type":"hello","protocol":1}'
SECONDS = 60.0
SETTLES = 5.0
#: Milliseconds that are the machine's mood.
MOOD = 25.0
_NUMBER = re.compile(rb'"body":"day (\d+)"')


class Listener(RawSocket):
    """A socket that notes when which message arrived."""

    def __init__(self, marker: bytes) -> None:
        super().__init__(marker)
        self.arrived: list[tuple[int, float]] = []
        self._part = b""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if b'"type":"ping"' in data:
            self.send(text_frame(b'{"type":"pong"}'))
        data, now = self._part + data, time.perf_counter()
        end = 0
        for found in _NUMBER.finditer(data):
            self.arrived.append((int(found[1]), now))
            end = found.end()
        self._part = data[max(end, len(data) - 32) :]


class Day(NamedTuple):
    """Milliseconds from when a message was due; how often one was missing or came twice, of how many."""

    answers: Felt
    frames: Felt
    wrong: int
    expected: int


class Sender:
    """Sends at an even pace whatever becomes of what was sent before, over connections that stay open.

    Where there are several servers, to each in turn.
    """

    def __init__(self, *ports: int) -> None:
        self._ports = ports
        self._free: dict[int, list[RawHttp]] = {each: [] for each in ports}
        self.opened = 0
        self.due: dict[int, float] = {}
        self.answered: dict[int, float] = {}

    async def send(self, number: int, due: float, path: str, token: str) -> None:
        """One message, when it is due."""
        port = self._ports[number % len(self._ports)]
        if not self._free[port]:
            self.opened += 1
        http = self._free[port].pop() if self._free[port] else await connect_http(port)
        self.due[number] = due
        await http.request(post(path, message(f"day {number}"), token))
        self.answered[number] = time.perf_counter()
        self._free[port].append(http)


async def listen(port: int, tokens: Sequence[str]) -> dict[str, Listener]:
    """A live socket for each session."""
    found = {each: Listener(b"-") for each in tokens}
    for start in range(0, len(tokens), 50):
        some = tokens[start : start + 50]
        await asyncio.gather(*(open_socket(found[each], port, "/api/v1/live", each, HELLO) for each in some))
    await asyncio.sleep(SETTLES)  # everybody is told of everybody's arrival
    return found


async def work(
    sender: Sender, talks: Sequence[Talk], pace: float, seconds: float, first: int = 0
) -> dict[int, Talk]:
    """`pace` messages a second, customer and agent by turns; answers where each number went."""
    started, went, sending = time.perf_counter(), {}, []
    for count in range(round(pace * seconds)):
        due = started + count / pace
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        talk = went[first + count] = talks[count % len(talks)]
        token = talk.agent if count // len(talks) % 2 else talk.customer
        sending.append(asyncio.create_task(sender.send(first + count, due, talk.path, token)))
    await asyncio.gather(*sending)
    await asyncio.sleep(1)
    return went


def day(sender: Sender, expected: dict[int, list[Listener]]) -> Day:
    """What everybody waited, and whether everything arrived once."""
    arrived = {id(each): Counter(number for number, _ in each.arrived) for each in _all(expected)}
    frames = [
        (at - sender.due[number]) * 1000
        for each in _all(expected)
        for number, at in each.arrived
        if number in expected
    ]
    answers = [(sender.answered[number] - sender.due[number]) * 1000 for number in expected]
    wrong = sum(
        arrived[id(each)][number] != 1 for number, listeners in expected.items() for each in listeners
    )
    due = sum(len(each) for each in expected.values())
    return Day(quantiles(answers), quantiles(frames), wrong, due)


def p95(sender: Sender, numbers: dict[int, Talk]) -> float:
    """Milliseconds from when a message was due to its answer."""
    waited = [(sender.answered[each] - sender.due[each]) * 1000 for each in numbers]
    return statistics.quantiles(waited, n=20)[-1]


def _all(expected: dict[int, list[Listener]]) -> list[Listener]:
    return list({id(each): each for listeners in expected.values() for each in listeners}.values())


def working_day(minutes: float) -> list[Result]:
    """500 agents and 1,500 customers, 100 messages a second."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        [crowd] = make_crowds(data, 1, agents=500, admins=0, customers=1_500)
        with running("benchmarks.desk_server", str(data), "--metrics") as server:
            growth = Growth(server, data)
            found = asyncio.run(_working_day(server, crowd.talks, growth, minutes))
    return [*day_rows("day", found, answer=50, frame=15, frames=100), *growth.results("day")]


def day_rows(name: str, found: Day, *, answer: float, frame: float, frames: float) -> list[Result]:
    """Against goals in milliseconds: the answers' p99, the frames' p50 and p99; and each frame once."""
    once = found.expected - found.wrong
    return [
        Result(f"{name}: answer p99", found.answers.p99, answer, "ms", 1, at_least=False),
        Result(f"{name}: frame p50", found.frames.p50, frame, "ms", 1, at_least=False),
        Result(f"{name}: frame p99", found.frames.p99, frames, "ms", 1, at_least=False),
        Result(f"{name}: frames once, of those due", once, found.expected, "", 1, at_least=True),
    ]


async def _working_day(server: Server, talks: Sequence[Talk], growth: Growth, minutes: float) -> Day:
    listeners = await listen(server.port, people_of(talks))
    sender = Sender(server.port)
    async with growth.watched(sender):
        return await day_at(sender, talks, listeners, minutes * 60)


def people_of(talks: Sequence[Talk]) -> list[str]:
    """Everybody's session, once."""
    return list(dict.fromkeys([each.customer for each in talks] + [each.agent for each in talks]))


async def day_at(
    sender: Sender, talks: Sequence[Talk], listeners: Mapping[str, Listener], seconds: float
) -> Day:
    """100 messages a second are sent."""
    went = await work(sender, talks, 100, seconds)
    expected = {number: [listeners[talk.customer], listeners[talk.agent]] for number, talk in went.items()}
    return day(sender, expected)


def admins() -> list[Result]:
    """One organization, 1,000 admins who see everything, 10 messages a second."""
    with tempfile.TemporaryDirectory() as folder:
        [crowd] = make_crowds(Path(folder) / "desk", 1, agents=1_000, admins=1_000, customers=100)
        with running("benchmarks.desk_server", str(Path(folder) / "desk")) as server:
            found = asyncio.run(_admins(server, crowd.talks, crowd.agents))
    return [
        Result("1,000 admins: frame p99", found.frames.p99, 250, "ms", 1, at_least=False),
        Result(
            "1,000 admins: frames once", found.expected - found.wrong, found.expected, "", 1, at_least=True
        ),
    ]


async def _admins(server: Server, talks: Sequence[Talk], tokens: Sequence[str]) -> Day:
    listeners = list((await listen(server.port, tokens)).values())
    sender = Sender(server.port)
    went = await work(sender, talks, 10, SECONDS / 2)
    return day(sender, dict.fromkeys(went, listeners))


def noisy() -> list[Result]:
    """200 organizations of ten agents; what 199 feel while one writes twenty times as much as each."""
    with tempfile.TemporaryDirectory() as folder:
        crowds = make_crowds(Path(folder) / "desk", 200, agents=10, admins=1, customers=10)
        with running("benchmarks.desk_server", str(Path(folder) / "desk")) as server:
            calm, loud = asyncio.run(_noisy(server, [crowd.talks for crowd in crowds]))
    return [
        Result(
            "noisy: answer p99 of the others",
            loud.answers.p99,
            max(calm.answers.p99, MOOD),
            "ms",
            1.2,
            at_least=False,
        ),
        Result(
            "noisy: frame p99 of the others",
            loud.frames.p99,
            max(calm.frames.p99, MOOD),
            "ms",
            1.2,
            at_least=False,
        ),
    ]


async def _noisy(server: Server, crowds: Sequence[Sequence[Talk]]) -> tuple[Day, Day]:
    loud, *others = crowds
    talks = [talks[at] for at in range(10) for talks in others]
    people = list(dict.fromkeys(token for each in [*talks, *loud] for token in (each.customer, each.agent)))
    listeners = await listen(server.port, people)
    sender = Sender(server.port)
    days = []
    for first, pace in ((0, 0.0), (1_000_000, 20.0)):
        went, _ = await asyncio.gather(
            work(sender, talks, len(others), SECONDS / 3, first),
            work(sender, loud, pace, SECONDS / 3, first + 500_000),
        )
        days.append(day(sender, {n: [listeners[t.customer], listeners[t.agent]] for n, t in went.items()}))
    return days[0], days[1]
