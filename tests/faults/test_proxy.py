"""The misbehaving network misbehaves as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from tests.faults.proxy import TWICE, Act, Plan, Proxy, Step, random_plan


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[Proxy, list[bytes]]]:
    """A server that answers what it hears, and a proxy before it."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            heard.append(data)
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, Proxy(server.sockets[0].getsockname()[1]) as proxy:
        yield proxy, heard


async def ask(proxy: Proxy, text: bytes) -> bytes:
    """What comes back, until the end or a reset."""
    host, port = proxy.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(text)
    writer.write_eof()
    found = b""
    try:
        while data := await asyncio.wait_for(reader.read(1000), 10):
            found += data
    finally:
        writer.close()
    return found


@pytest.mark.parametrize("act", [Act.PASS, Act.DELAY, Act.THROTTLE, Act.SPLIT])
async def test_what_is_slow_still_arrives_whole(act: Act) -> None:
    async with echo() as (proxy, _):
        proxy.plan(Plan(up=(Step(0, act, 5_000 if act is Act.THROTTLE else 0.001),)))
        assert await ask(proxy, b"hello" * 50) == b"hello" * 50


async def test_an_answer_is_dropped_after_the_request_arrived() -> None:
    async with echo() as (proxy, heard):
        proxy.plan(Plan(down=(Step(0, Act.RST),)))
        with pytest.raises(ConnectionError):
            await ask(proxy, b"hello")
        assert b"".join(heard) == b"hello"


async def test_a_request_is_cut_in_its_middle() -> None:
    async with echo() as (proxy, heard):
        proxy.plan(Plan(up=(Step(3, Act.RST),)))
        with pytest.raises(ConnectionError):
            await ask(proxy, b"hello")
        assert b"hello".startswith(b"".join(heard))
        assert b"".join(heard) != b"hello"


async def test_a_frozen_network_goes_on_where_it_stopped() -> None:
    async with echo() as (proxy, heard):
        proxy.freeze()
        asking = asyncio.create_task(ask(proxy, b"hello"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asking), 0.05)
        assert heard == []
        proxy.heal()
        assert await asking == b"hello"


async def test_a_cut_network_refuses_until_it_heals() -> None:
    async with echo() as (proxy, _):
        proxy.cut()
        with pytest.raises(ConnectionError):
            assert await ask(proxy, b"hello") == b"hello"
        proxy.heal()
        assert await ask(proxy, b"hello") == b"hello"


def test_a_seed_makes_the_same_plans_again() -> None:
    def plans() -> list[Plan]:
        random = Random(7)
        return [random_plan(random) for _ in range(20)]

    assert plans() == plans()
    assert len(set(plans())) > 10


async def test_what_is_said_arrives_twice_and_is_answered_once() -> None:
    async with echo() as (proxy, heard):
        proxy.plan(TWICE)
        assert await ask(proxy, b"hello") == b"hello"
        assert heard == [b"hello", b"hello"]
