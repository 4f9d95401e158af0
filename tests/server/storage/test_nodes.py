"""Several nodes on one PostgreSQL database: each hears of everything, and one has the duty."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest

from deskterm.server.storage import audit
from deskterm.server.storage.database import Tx
from deskterm.server.storage.engines.postgres.database import PostgresDatabase
from tests.postgres import Cluster
from tests.server.storage.rows import add_organization, logged_contact
from tests.server.storage.test_postgres import address, node, nodes

__all__ = ["address"]


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what comes by itself."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_one_has_the_duty_and_another_one_takes_it_over(address: str, cluster: Cluster) -> None:
    def one_has_it() -> bool:
        return first.on_duty is not second.on_duty

    async with node(address) as first, node(address, 2) as second:
        assert (first.on_duty, second.on_duty) == (True, False)
        await asyncio.to_thread(cluster.cut, address)
        await until(one_has_it)
        had, waits = (first, second) if first.on_duty else (second, first)
        await had.close()
        await until(lambda: waits.on_duty)


@pytest.mark.parametrize("wakes", ["heard", "lost"])
async def test_every_node_hears_of_every_commit_in_order_and_once(
    address: str, cluster: Cluster, wakes: str
) -> None:
    """Also where no wake-up arrives: the database has a `pg_notify` of its own then, which does nothing."""
    if wakes == "lost":
        cluster.muffle(address)
    async with AsyncExitStack() as stack:
        on = await nodes(stack, address, 3)
        heard = [listening(each) for each in on]
        await on[0].write(add_organization)
        for number in range(10):
            await asyncio.gather(*(say(each, f"{number}") for each in on))
        await until(lambda: all(told[-1:] == [30] for told in heard))
        await asyncio.to_thread(cluster.cut, address)
        await say(on[1], "after the cut")
        await until(lambda: all(told[-1] == 31 for told in heard))
        if wakes == "heard":  # also after the cut, which no look once a second makes up for
            await whispered(on[1], on[2])
    assert heard == [list(range(1, 32))] * 3


async def whispered(speaker: PostgresDatabase, other: PostgresDatabase) -> None:
    """Say something until the other one hears it."""
    words: list[str] = []
    other.on_whisper(words.append)
    async with asyncio.timeout(20):
        while not words:
            speaker.whisper("there?")
            await asyncio.sleep(0.05)


async def test_numbers_that_no_counter_row_guards_are_found_by_all(address: str) -> None:
    async with AsyncExitStack() as stack:
        on = await nodes(stack, address, 4)
        await on[0].write(add_organization)
        await asyncio.gather(*(each.write(noted) for _ in range(10) for each in on))
        numbers = on[0].read(lambda reader: reader.value("SELECT count(*) FROM audit_entry"))
    assert numbers == 40


def noted(tx: Tx) -> None:
    """An audit entry without an event."""
    audit.write(tx, 1, "tested", actor_id=None, entity="organization", entity_id=bytes(16))


def listening(database: PostgresDatabase) -> list[int]:
    """The positions that it tells, as they come."""
    told: list[int] = []
    database.on_commit(lambda events: told.extend(event.seq for event in events))
    return told


async def say(database: PostgresDatabase, name: str) -> None:
    """Commit one event."""
    await database.write(lambda tx: logged_contact(tx, name))
