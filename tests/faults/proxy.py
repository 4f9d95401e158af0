"""A network that misbehaves as it is told, between a console and its server.

    async with Proxy(port) as proxy:
        proxy.plan(DROP_ANSWER, PASS)       # the first two connections to proxy.url

Every connection gets the next `Plan`, or the standing one. A plan is a list of `Step`s per direction: after
so many bytes, do this. Faults of the moment are methods: `cut`, `sever`, `deafen`, `freeze`, `heal`. Plans
made by `random_plan` come from a seed, so that a failure can be played again.
"""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from types import TracebackType
from typing import Self

CHUNK = 65_536


class Act(Enum):
    """What happens to the bytes from a place on."""

    PASS = "pass"
    DELAY = "delay"  # each chunk waits `amount` seconds
    THROTTLE = "throttle"  # `amount` bytes a second
    SPLIT = "split"  # one byte at a time
    SWALLOW = "swallow"  # bytes vanish; the connection stays, as behind a dead NAT
    PAUSE = "pause"  # half-open: nothing is read any more, nothing is said
    FIN = "fin"  # both ends are closed in order
    RST = "rst"  # both ends are reset; with a place inside of a frame it is cut in the middle


@dataclass(frozen=True)
class Step:
    """From `after` bytes of a direction on, do this; `amount` is what the act says it is."""

    after: int
    act: Act
    amount: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What happens to one connection: on the way up to the server, and down to the client."""

    up: tuple[Step, ...] = ()
    down: tuple[Step, ...] = ()
    twice: bool = False  # what the client says arrives over a second connection too, whose answers vanish


PASS = Plan()
#: The request arrives; its answer does not, and the connection is reset.
DROP_ANSWER = Plan(down=(Step(0, Act.RST),))
#: The request arrives; nothing ever comes back.
NO_ANSWER = Plan(down=(Step(0, Act.SWALLOW),))
#: The connection is reset before the request arrives.
REFUSE = Plan(up=(Step(0, Act.RST),))
#: Everything that is asked for is asked for twice.
TWICE = Plan(twice=True)
#: The answer is cut in its middle.
CUT_ANSWER = Plan(down=(Step(40, Act.RST),))


def random_plan(random: Random, most: int = 4_000) -> Plan:
    """Any fault anywhere within the first `most` bytes, or none."""
    act = random.choice(list(Act))
    amount = {Act.DELAY: 0.02, Act.THROTTLE: 200_000.0}.get(act, 0.0)
    step = Step(random.randrange(most), act, amount)
    return Plan(up=(step,)) if random.random() < 0.5 else Plan(down=(step,))


#: Chooses, for what a client has just said, such as the line of a request, the plan from there on, or none.
Chooser = Callable[[bytes], Plan | None]


@dataclass
class Proxy:
    """Listens on a free loopback port and carries bytes to `port` on `host`."""

    port: int
    host: str = "127.0.0.1"
    standing: Plan = PASS
    choose: Chooser | None = None
    connections: int = 0
    url: str = ""
    _plans: deque[Plan] = field(default_factory=deque)
    _links: set["_Link"] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _refusing: bool = False

    async def __aenter__(self) -> Self:
        self._open.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._open.set()
        self._refusing = True
        while self._tasks:
            for link in tuple(self._links):
                link.reset()
            await asyncio.wait(tuple(self._tasks), timeout=0.1)

    def plan(self, *plans: Plan) -> None:
        """The next connections behave so, one after the other."""
        self._plans.extend(plans)

    def cut(self) -> None:
        """Reset every connection and refuse new ones until `heal`."""
        self._refusing = True
        self.sever()

    def sever(self) -> None:
        """Reset every connection; new ones get their plans."""
        for link in tuple(self._links):
            link.reset()

    def deafen(self) -> None:
        """What is said on the connections that are open vanishes, in both directions, and nobody is told."""
        for link in tuple(self._links):
            link.deafen()

    def freeze(self) -> None:
        """Every connection, also a new one, stays and carries nothing until `heal`."""
        self._open.clear()

    def heal(self) -> None:
        """Carry on."""
        self._refusing = False
        self._open.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        if self._refusing:
            _reset(writer)
            return
        plan = self._plans.popleft() if self._plans else self.standing
        try:
            upstream = await asyncio.open_connection(self.host, self.port)
        except OSError:
            _reset(writer)
            return
        double = await asyncio.open_connection(self.host, self.port) if plan.twice else None
        link = _Link(plan, (reader, writer), upstream, self._open, self.choose, double)
        self._links.add(link)
        try:
            await link.carry()
        finally:
            self._links.discard(link)


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Link:
    """One connection through the proxy."""

    def __init__(
        self,
        plan: Plan,
        client: Streams,
        server: Streams,
        gate: asyncio.Event,
        choose: Chooser | None,
        double: Streams | None,
    ) -> None:
        self._up, self._down = _Way(plan.up), _Way(plan.down)
        self._choose = choose
        self._client, self._server, self._double = client, server, double
        self._gate = gate
        self._pumps: list[asyncio.Task[None]] = []

    async def carry(self) -> None:
        """Until both directions are done, or one breaks."""
        (client, to_client), (server, to_server) = self._client, self._server
        self._pumps = [
            asyncio.create_task(self._pump(client, to_server, up=True)),
            asyncio.create_task(self._pump(server, to_client, up=False)),
        ]
        deaf = asyncio.create_task(self._double[0].read()) if self._double else None
        try:
            await asyncio.gather(*self._pumps, return_exceptions=True)
        finally:
            if deaf is not None:
                deaf.cancel()
            for writer in (to_client, to_server, *(self._double or ())[1:]):
                await _close(writer)

    def reset(self) -> None:
        """Break it off, as a crashed machine does."""
        for _, writer in (self._client, self._server):
            _reset(writer)
        for pump in self._pumps:
            pump.cancel()

    def deafen(self) -> None:
        """Both directions lead nowhere from now on."""
        vanish = (Step(0, Act.SWALLOW),)
        self._up, self._down = _Way(vanish), _Way(vanish)

    def _finish(self) -> None:
        """End it in order, with what is on its way."""
        for _, writer in (self._client, self._server):
            writer.close()
        for pump in self._pumps:
            pump.cancel()

    def _replan(self, said: bytes) -> None:
        plan = self._choose(said) if self._choose else None
        if plan is not None:
            self._up, self._down = _Way(plan.up), _Way(plan.down)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._gate.wait()
                if up:
                    self._replan(data)
                    if self._double is not None:
                        await _write(self._double[1], data, Step(0, Act.PASS))
                if await self._pass_on(data, writer, self._up if up else self._down):
                    return None
            writer.write_eof()
            return None
        return self.reset()

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter, way: "_Way") -> bool:
        """Do with a chunk what the plan says; True if that was the end of the connection."""
        while data:
            part, data = way.split(data)
            if part:
                await _write(writer, part, way.now)
            if not (data and way.turn()):
                continue
            if way.now.act is Act.RST:
                self.reset()
                return True
            if way.now.act is Act.FIN:
                self._finish()
                return True
            if way.now.act is Act.PAUSE:
                await asyncio.Event().wait()
        return False


class _Way:
    """One direction of a connection: how much has passed, what holds now, what comes."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self.now = Step(0, Act.PASS)
        self._steps = deque(sorted(steps, key=lambda each: each.after))
        self._passed = 0

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        """What goes as it is now, and what the next step is about."""
        room = max(self._steps[0].after - self._passed, 0) if self._steps else len(data)
        self._passed += min(room, len(data))
        return data[:room], data[room:]

    def turn(self) -> bool:
        """The next step holds from now on; False if there is none."""
        if not self._steps:
            return False
        self.now = self._steps.popleft()
        return True


async def _write(writer: asyncio.StreamWriter, data: bytes, step: Step) -> None:
    if step.act is Act.SWALLOW:
        return
    if step.act is Act.DELAY:
        await asyncio.sleep(step.amount)
    size = {Act.SPLIT: 1, Act.THROTTLE: max(int(step.amount / 20), 1)}.get(step.act, len(data))
    for start in range(0, len(data), size):
        writer.write(data[start : start + size])
        await writer.drain()
        if step.act is Act.THROTTLE:
            await asyncio.sleep(0.05)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _reset(writer: asyncio.StreamWriter) -> None:
    taken = writer.get_extra_info("socket")
    if taken is not None:
        with contextlib.suppress(OSError):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
