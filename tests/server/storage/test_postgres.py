"""What only PostgreSQL can do to us: other writers, lost connections, its own way of saying things."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import ExecStatus

from deskterm.server.clock import ManualClock
from deskterm.server.errors import NotFound, Overloaded
from deskterm.server.storage import events
from deskterm.server.storage.checks import find_damage
from deskterm.server.storage.database import Audience, Event, Reader, Tx
from deskterm.server.storage.engines.postgres.database import PostgresDatabase
from deskterm.server.storage.engines.postgres.dialect import translated
from deskterm.server.storage.engines.postgres.opening import open_postgres
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.migrate import Migration, MigrationRefused, load_migrations
from tests.postgres import Cluster
from tests.server.storage.rows import (
    NOW,
    add_contact,
    add_organization,
    log,
    logged_contact,
    names,
    seeded_ids,
)
from tests.server.storage.statements import registered

REGISTERED = registered()
NODES = 8
SENDS = 30
READ_PAGE = 7
READS = 50  # so many that every connection has prepared it
_PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT organization_id, seq%'"


@asynccontextmanager
async def node(address: str, seed: int = 1, *, alone: bool = False) -> AsyncIterator[PostgresDatabase]:
    """An open database, as a server has it."""
    clock = ManualClock(NOW)
    database = await open_postgres(
        address, clock=clock, ids=seeded_ids(clock, seed), data=Path(), alone=alone
    )
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def address(cluster: Cluster) -> Iterator[str]:
    made = cluster.make()
    yield made
    cluster.drop(made)


async def nodes(stack: AsyncExitStack, address: str, count: int) -> list[PostgresDatabase]:
    """Several servers on one database."""
    return [await stack.enter_async_context(node(address, seed)) for seed in range(1, count + 1)]


async def test_every_statement_prepares(address: str) -> None:
    async with node(address):
        pass
    refused = {}
    with psycopg.connect(address, autocommit=True) as connection:
        for name, sql in REGISTERED.items():
            if not sql.startswith("PRAGMA"):
                made = connection.pgconn.prepare(b"", translated(sql).sql.encode())
                if made.status != ExecStatus.COMMAND_OK:
                    refused[name] = made.error_message.decode()
    assert refused == {}


async def test_no_event_is_lost_and_none_out_of_order_whoever_writes(address: str) -> None:
    """Eight nodes write to two organizations; a reader of each follows the log while they do."""

    async def send(database: PostgresDatabase, organization_id: int, name: str) -> None:
        def command(tx: Tx) -> None:
            seq = tx.take_seq(organization_id, 2)
            for each in (seq, seq + 1):
                contact_id = add_contact(tx, organization_id, name)
                tx.record(organization_id, each, "contact.created", "contact", contact_id, Audience.AGENTS)

        await database.write(command)

    async def follow(database: PostgresDatabase, organization_id: int, done: asyncio.Event) -> list[Event]:
        seen: list[Event] = []
        while True:
            last = done.is_set()
            after = seen[-1].seq if seen else 0
            page = await database.read_in_thread(
                partial(events.page, organization_id=organization_id, after=after, limit=READ_PAGE)
            )
            seen += page
            if last and not page:
                return seen

    async with AsyncExitStack() as stack:
        reader, *writers = await nodes(stack, address, NODES + 1)
        for organization_id in (1, 2):
            await reader.write(lambda tx, key=organization_id: add_organization(tx, key))  # type: ignore[misc]
        heard: list[Event] = []
        writers[0].on_commit(heard.extend)
        done = asyncio.Event()
        following = [asyncio.ensure_future(follow(reader, each, done)) for each in (1, 2)]
        await asyncio.gather(
            *(send(each, 1 + number % 2, f"{number}") for number in range(SENDS) for each in writers)
        )
        done.set()
        for organization_id, seen in zip((1, 2), await asyncio.gather(*following), strict=True):
            assert [each.seq for each in seen] == list(range(1, NODES * SENDS + 1)), organization_id
        assert await find_damage(reader) == []
    mine = [[each.seq for each in heard if each.organization_id == key] for key in (1, 2)]
    assert all(each == list(range(1, each[-1] + 1)) for each in mine)


async def test_a_decision_on_what_is_no_longer_true_is_made_again(address: str) -> None:
    """Twenty at once on four nodes want to be the one: each looks first, and one finds nobody."""

    def claim(tx: Tx) -> str:
        if tx.value("SELECT count(*) FROM contact WHERE organization_id = :o", o=1):
            raise NotFound()
        logged_contact(tx, "the one")
        return "mine"

    async with AsyncExitStack() as stack:
        on = await nodes(stack, address, 4)
        await on[0].write(add_organization)
        answers = await asyncio.gather(
            *(each.write(claim) for each in on for _ in range(5)), return_exceptions=True
        )
        assert answers.count("mine") == 1
        assert all(each == "mine" or isinstance(each, NotFound) for each in answers)
        assert on[1].read(log) == [1]


async def test_commands_of_two_organizations_do_not_lock_each_other_up(address: str) -> None:
    def both(tx: Tx, keys: Sequence[int]) -> None:
        for key in keys:
            seq = tx.take_seq(key)
            tx.record(key, seq, "contact.created", "contact", add_contact(tx, key), Audience.AGENTS)

    async with AsyncExitStack() as stack:
        on = await nodes(stack, address, 2)
        for key in (1, 2):
            await on[0].write(lambda tx, key=key: add_organization(tx, key))  # type: ignore[misc]
        orders = ((1, 2), (2, 1))
        await asyncio.gather(
            *(
                on[number].write(lambda tx, keys=orders[number]: both(tx, keys))  # type: ignore[misc]
                for _ in range(10)
                for number in (0, 1)
            )
        )
        assert on[0].read(log) == list(range(1, 21))
        assert await find_damage(on[0]) == []


async def test_what_is_prepared_stays_so_over_reads_and_failures(address: str) -> None:
    """Or each statement is planned anew each time, which is most of what PostgreSQL then does."""

    def fail(tx: Tx) -> None:
        add_contact(tx)
        raise NotFound()

    async with node(address) as database:
        await database.write(add_organization)
        for _ in range(READS):
            database.read(events.heads)
            with pytest.raises(NotFound):
                await database.write(fail)
        assert database.read(lambda reader: reader.value(_PREPARED)) > 0


async def test_lost_connections_are_replaced_and_nothing_is_stored_twice(
    address: str, cluster: Cluster
) -> None:
    async with node(address) as database:
        await database.write(add_organization)
        for number in range(5):
            sent = asyncio.gather(
                *(database.write(lambda tx, n=f"{number}.{at}": logged_contact(tx, n)) for at in range(20))  # type: ignore[misc]
            )
            await asyncio.to_thread(cluster.cut, address)
            await sent
            assert len(database.read(names)) == 20 * (number + 1)
        await asyncio.to_thread(cluster.cut, address)
        assert len(database.read(names)) == 100  # a read may be first to notice
        await database.write(lambda tx: None)
        with pytest.raises(DatabaseInUse):
            async with node(address, alone=True):
                pass
        assert database.read(log) == list(range(1, 101))


async def test_a_server_that_stays_away_is_said_in_words_and_waited_for_no_longer(
    address: str, cluster: Cluster
) -> None:
    async with node(address) as database:
        await database.write(add_organization)
        with cluster.closed(address):
            with pytest.raises(Overloaded, match="cannot be reached"):
                await database.write(lambda tx: logged_contact(tx, "lost"))
            with pytest.raises(Overloaded, match="cannot be reached"):
                database.read(names)
        await database.write(lambda tx: logged_contact(tx, "later"))
        assert database.read(names) == ["later"]


async def test_quick_reads_wait_for_nobody_who_reads_long(address: str, cluster: Cluster) -> None:
    """All other connections are taken, and there are no more to be had."""
    taken, done = threading.Semaphore(0), threading.Event()

    def long(reader: Reader) -> bool:
        taken.release()
        return done.wait(60)

    async with node(address) as database:
        await database.write(add_organization)
        with cluster.closed(address, cut=False):
            reading = asyncio.ensure_future(database.read_in_thread(long))
            await asyncio.to_thread(taken.acquire)
            assert database.read(names) == []
            done.set()
            assert await reading


async def test_who_wants_it_alone_is_refused_in_words_and_keeps_others_out(address: str) -> None:
    async with node(address), node(address, 2):
        with pytest.raises(DatabaseInUse, match="another deskterm server"):
            async with node(address, alone=True):
                pass
    async with node(address, alone=True):
        with pytest.raises(DatabaseInUse, match="another deskterm server"):
            async with node(address):
                pass


async def test_two_that_open_an_empty_database_make_one_schema(address: str) -> None:
    async with AsyncExitStack() as stack:
        first, second = await asyncio.gather(
            *(stack.enter_async_context(node(address, seed)) for seed in (1, 2))
        )
        assert first.epoch == second.epoch
        assert await find_damage(second) == []


async def test_a_changed_or_newer_schema_is_refused_and_a_broken_migration_changes_nothing(
    address: str,
) -> None:
    clock, known = ManualClock(NOW), load_migrations(engine="postgres")
    ids = seeded_ids(clock)

    async def opened(steps: list[Migration]) -> PostgresDatabase:
        return await open_postgres(address, clock=clock, ids=ids, data=Path(), migrations=steps)

    more = Migration(len(known) + 1, "more", "CREATE TABLE more (a INTEGER PRIMARY KEY) STRICT;")
    broken = more._replace(common=more.common + more.common)
    await (await opened(known)).close()
    with pytest.raises(MigrationRefused, match="_more failed"):
        await opened([*known, broken])
    await (await opened([*known, more])).close()
    with pytest.raises(MigrationRefused, match="newer version"):
        await opened(known)
    with pytest.raises(MigrationRefused, match="another text"):
        await opened([known[0]._replace(special="-- other"), *known[1:], more])


async def test_servers_one_schema_apart_work_together_until_it_takes_something_away(address: str) -> None:
    """Whichever starts first. What takes away waits until nobody uses it any more."""
    clock, known = ManualClock(NOW), load_migrations(engine="postgres")
    number = len(known)
    adds = Migration(number + 1, "adds", f"-- needs {number}\nALTER TABLE contact ADD COLUMN shoe TEXT;")
    takes = Migration(number + 2, "takes", f"-- needs {number + 1}\nALTER TABLE contact DROP COLUMN phone;")

    @asynccontextmanager
    async def server(seed: int, *more: Migration) -> AsyncIterator[PostgresDatabase]:
        ids, steps = seeded_ids(clock, seed), [*known, *more]
        database = await open_postgres(address, clock=clock, ids=ids, data=Path(), migrations=steps)
        try:
            yield database
        finally:
            await database.close()

    async with server(1) as old:
        await old.write(add_organization)
        async with server(2, adds) as new, server(3) as restarted:
            for each in (old, new, restarted):
                await each.write(lambda tx: logged_contact(tx, "either"))
            assert old.read(names) == new.read(names) == ["either"] * 3
            with pytest.raises(MigrationRefused, match=f"knows schema {number} only"):
                async with server(4, adds, takes):
                    pass
    async with server(5, adds) as middle, server(6, adds, takes) as newest:
        await newest.write(lambda tx: logged_contact(tx, "later"))
        assert len(middle.read(names)) == 4
    with pytest.raises(MigrationRefused, match="newer version"):
        async with server(7):
            pass


async def test_what_cannot_be_is_said_without_the_password(tmp_path: Path, address: str) -> None:
    clock = ManualClock(NOW)
    with pytest.raises(Overloaded) as refused:
        await open_postgres(
            "postgresql://me:secret@127.0.0.1:1/none", clock=clock, ids=seeded_ids(clock), data=tmp_path
        )
    assert "secret" not in refused.value.detail


async def test_what_is_still_read_does_not_hold_up_the_end(address: str) -> None:
    """An hour of sleep; the limit of all tests is what it must not reach."""
    async with node(address) as database:
        reading = asyncio.ensure_future(
            database.read_in_thread(lambda reader: reader.value("SELECT pg_sleep(3600)"))
        )
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        while not await database.read_in_thread(lambda reader: reader.value(asleep)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    with pytest.raises(Overloaded):
        await reading


async def test_readers_cannot_write(address: str) -> None:
    def wrong(reader: Reader) -> object:
        return reader.value("DELETE FROM meta RETURNING 1")

    async with node(address) as database:
        with pytest.raises(Overloaded):
            database.read(wrong)
