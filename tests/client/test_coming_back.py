"""How soon a console is back after a network that broke: in a world whose time passes only by waiting."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosedError

from deskterm.client.live import subscription, suspend
from deskterm.client.live.backoff import Backoff
from deskterm.client.live.connection import Connection, State
from deskterm.client.live.subscription import Subscription
from tests.client.canned import Canned
from tests.client.stage import Stage, online, soon

#: Seconds after the first packet at which a system sends it again, to open a connection.
AGAIN = (0, 1, 3, 7)
START = datetime(2026, 9, 21, tzinfo=UTC)


class Broken:
    """A socket that opened well and breaks at once."""

    async def __aenter__(self) -> "Broken":
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def send(self, text: str) -> None:
        return None

    async def recv(self, *, decode: bool) -> bytes:
        raise ConnectionClosedError(None, None)


class Network:
    """It breaks after the first socket opened, until `heals`: packets get lost, or nothing is reachable."""

    def __init__(self, heals: float, *, loses: bool, spread: Callable[[float, float], float]) -> None:
        self.now = 0.0
        self.back = asyncio.Event()
        self._heals, self._loses, self._opened = heals, loses, False
        connection = Connection(lambda: START + timedelta(seconds=self.now))
        self.subscription = Subscription(
            "http://127.0.0.1:9",
            "dk_s_secret",
            "c1",
            connection,
            deliver=lambda update: None,
            resync=self._never,
            backoff=Backoff(spread),
            sleep=self.sleep,
            now=lambda: START + timedelta(seconds=self.now),
            monotonic=lambda: self.now,
        )

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    async def connect(self, *_: Any, open_timeout: float, **__: Any) -> Any:
        if not self._opened:
            self._opened = True
            return Broken()
        if not self._loses and self.now < self._heals:
            raise OSError("network is unreachable")
        for after in AGAIN:
            if after < open_timeout and self.now + after >= self._heals:
                self.now += after
                self.back.set()
                await asyncio.Event().wait()
        self.now += open_timeout
        raise TimeoutError

    async def seconds_to_come_back(self) -> float:
        """From the healing on."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(subscription, "connect", self.connect)
            running = asyncio.create_task(self.subscription.run())
            await self.back.wait()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return self.now - self._heals

    async def _never(self) -> str:
        raise AssertionError("no snapshot is needed")


@given(cut=st.floats(0, 10), loses=st.booleans(), seed=st.integers(0, 999))
def test_within_two_seconds_after_a_cut_of_up_to_ten(cut: float, loses: bool, seed: int) -> None:
    async def story() -> float:
        network = Network(cut, loses=loses, spread=random.Random(seed).uniform)
        return await network.seconds_to_come_back()

    assert asyncio.run(story()) <= 2.0


@given(cut=st.floats(10, 3600), seed=st.integers(0, 999))
def test_within_one_step_of_fifteen_seconds_later_on(cut: float, seed: int) -> None:
    async def story() -> float:
        return await Network(cut, loses=False, spread=random.Random(seed).uniform).seconds_to_come_back()

    assert asyncio.run(story()) <= 15.0


async def test_the_longest_waits_keep_the_promise_too() -> None:
    for cut in (0.1, 1.6, 9.9):
        assert await Network(cut, loses=True, spread=lambda low, high: high).seconds_to_come_back() <= 2.0
    assert await Network(500.0, loses=False, spread=lambda low, high: high).seconds_to_come_back() <= 15.0


class Hanging:
    """Connections that open never; says how many were tried."""

    def __init__(self) -> None:
        self.tried: asyncio.Queue[float] = asyncio.Queue()

    async def connect(self, *_: Any, open_timeout: float, **__: Any) -> Any:
        self.tried.put_nowait(open_timeout)
        await asyncio.Event().wait()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Hanging:
    made = Hanging()
    monkeypatch.setattr(subscription, "connect", made.connect)
    return made


@pytest.fixture
def wakes(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What the subscriptions want to be told when the machine was asleep."""
    told: list[Callable[[], None]] = []

    async def notice(woke: Callable[[], None]) -> None:
        told.append(woke)

    monkeypatch.setattr(subscription, "notice_sleep", notice)
    return told


async def test_f5_gives_up_a_try_that_leads_nowhere_but_not_one_just_begun(hanging: Hanging) -> None:
    network = Network(0.0, loses=False, spread=lambda low, high: high)
    running = asyncio.create_task(network.subscription.run())
    await soon(hanging.tried.get())
    network.subscription.wake()
    await asyncio.sleep(0)
    assert hanging.tried.empty()
    network.now += subscription.BRIEFLY
    network.subscription.wake()
    await soon(hanging.tried.get())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_machine_that_wakes_up_opens_a_new_socket_at_once(
    wakes: list[Callable[[], None]], stage: Stage, server: Canned
) -> None:
    desk = await stage.open(server)
    await online(stage, server)
    [woke] = wakes
    woke()
    nap = await soon(stage.naps.get())
    assert nap.seconds == 0.0
    nap.over.set()
    second = await soon(server.sockets.get())
    assert (await second.welcomes("c1"))["cursor"] == "c1"
    await stage.until_state(State.BACK)
    assert desk.connection.online


async def test_waking_up_ends_the_wait_for_the_next_try(
    wakes: list[Callable[[], None]], stage: Stage, server: Canned
) -> None:
    server.live_status = 503
    await stage.open(server)
    await soon(stage.naps.get())
    server.live_status = 101
    wakes[0]()
    await soon(server.sockets.get())


async def test_a_sleep_is_noticed_by_time_that_passed_unslept() -> None:
    times = iter([0.0, 1.0, 2.1, 3_602.0, 3_603.0])
    woken: list[int] = []
    ticks = 0

    async def tick(seconds: float) -> None:
        nonlocal ticks
        ticks += 1

    with pytest.raises(RuntimeError):  # the clock has no more times
        await suspend.notice_sleep(lambda: woken.append(ticks), clock=lambda: next(times), sleep=tick)
    assert woken == [3]


async def test_the_systems_clock_goes_on() -> None:
    assert suspend.elapsed() <= suspend.elapsed()


async def test_a_server_that_never_says_welcome_is_left(
    stage: Stage, server: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "ANSWER", 0.01)
    await stage.open(server)
    assert (await stage.until_state(State.OFFLINE)).why == "the server went silent"
