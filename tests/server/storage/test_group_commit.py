"""Commands are committed together and still fail alone."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import pytest

from deskterm.server.errors import NotFound, Overloaded, StorageFull
from deskterm.server.storage.database import Audience, Database, Event, Reader, Tx
from deskterm.server.storage.engines.commands import QUEUE_LIMIT
from tests.server.storage.rows import Place, add_organization, log, logged_contact, names, opened, opened_at


def fail_early(tx: Tx) -> None:
    """Refuse after reading, before any write."""
    tx.value("SELECT 1")
    raise NotFound()


def fail_late(tx: Tx) -> None:
    """Refuse after a write."""
    logged_contact(tx, "never")
    raise NotFound()


Command = Callable[[Tx], object]


class Gate:
    """Holds the writer's thread, so that what is queued meanwhile becomes one batch."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, tx: Tx) -> None:
        self.entered.set()
        self.open.wait(30)

    async def hold(self, database: Database) -> asyncio.Future[None]:
        """Answers once the writer is inside."""
        held = asyncio.ensure_future(database.write(self))
        await asyncio.to_thread(self.entered.wait, 30)
        return held


async def in_one_batch(database: Database, commands: Sequence[Command]) -> Sequence[object]:
    """Queue all commands while the writer is held, then let it go."""
    gate = Gate()
    held = await gate.hold(database)
    answers = asyncio.gather(*(database.write(command) for command in commands), return_exceptions=True)
    gate.open.set()
    await held
    return await answers


async def test_failing_commands_leave_their_neighbours_alone(place: Place) -> None:
    async with opened_at(place) as database:
        await database.write(add_organization)
        commands: list[Command] = []
        expected = []
        for number in range(200):
            if number % 7 == 3:
                commands.append(fail_late if number % 2 else fail_early)
            else:
                expected.append(f"n{number:03}")
                commands.append(partial(logged_contact, name=expected[-1]))
        answers: list[object] = []
        for start in range(0, 200, 32):
            answers += await in_one_batch(database, commands[start : start + 32])
        assert [isinstance(each, NotFound) for each in answers] == [n % 7 == 3 for n in range(200)]
        assert database.read(names) == expected
        assert database.read(log) == list(range(1, len(expected) + 1))


async def test_a_batch_with_a_late_failure_runs_again_once(place: Place) -> None:
    runs: list[str] = []

    def counted(tx: Tx) -> None:
        runs.append("counted")
        logged_contact(tx, "kept")

    async with opened_at(place) as database:
        await database.write(add_organization)
        await in_one_batch(database, [counted, fail_late])
        assert runs == ["counted", "counted"]
        assert database.read(names) == ["kept"]
        assert database.read(log) == [1]


async def test_an_early_failure_costs_no_second_run(place: Place) -> None:
    runs: list[str] = []

    def counted(tx: Tx) -> None:
        runs.append("counted")
        logged_contact(tx, "kept")

    async with opened_at(place) as database:
        await database.write(add_organization)
        await in_one_batch(database, [counted, fail_early])
        assert runs == ["counted"]
        assert database.read(names) == ["kept"]


async def test_a_cancelled_caller_does_not_undo_its_command(place: Place) -> None:
    async with opened_at(place) as database:
        await database.write(add_organization)
        gate = Gate()
        held = await gate.hold(database)
        caller = asyncio.ensure_future(database.write(lambda tx: logged_contact(tx, "kept")))
        caller.cancel()
        gate.open.set()
        await held
        await database.write(lambda tx: logged_contact(tx, "after"))
        assert caller.cancelled()
        assert database.read(names) == ["after", "kept"]


async def test_a_full_queue_refuses_and_recovers(tmp_path: Path) -> None:
    def nothing(tx: Tx) -> None:
        return None

    async with opened(tmp_path / "desk.db") as database:
        gate = Gate()
        held = await gate.hold(database)
        waiting = [database.write(nothing) for _ in range(QUEUE_LIMIT)]
        with pytest.raises(Overloaded):
            await database.write(nothing)
        gate.open.set()
        await asyncio.gather(held, *waiting)
        await database.write(nothing)


async def test_events_come_after_the_answers_in_commit_order(place: Place) -> None:
    seen: list[object] = []

    def listen(events: Sequence[Event]) -> None:
        seen.extend(event.seq for event in events)

    async def send(database: Database, name: str) -> None:
        await database.write(lambda tx: logged_contact(tx, name))
        seen.append(name)

    async with opened_at(place) as database:
        await database.write(add_organization)
        database.on_commit(listen)
        await send(database, "first")
        await send(database, "second")
        await asyncio.gather(*(send(database, f"m{n}") for n in range(100)))
        await asyncio.sleep(0)
    assert seen[:2] == ["first", 1]
    assert [each for each in seen if isinstance(each, int)] == list(range(1, 103))


async def test_a_position_that_is_taken_and_not_recorded_is_a_failure(place: Place) -> None:
    async with opened_at(place) as database:
        await database.write(add_organization)
        with pytest.raises(RuntimeError, match="must be recorded"):
            await database.write(lambda tx: tx.take_seq(1, 2))
        await database.write(lambda tx: logged_contact(tx, "next"))
        assert database.read(log) == [1]


async def test_many_events_of_one_command_are_all_there(place: Place) -> None:
    def many(tx: Tx) -> None:
        for number in range(100):
            logged_contact(tx, f"{number}")

    async with opened_at(place) as database:
        await database.write(add_organization)
        await database.write(many)
        assert database.read(log) == list(range(1, 101))


async def test_a_full_disk_fails_the_batch_and_reads_go_on(tmp_path: Path) -> None:
    def fill(tx: Tx) -> None:
        for number in range(3_000):
            logged_contact(tx, f"{number}" * 10)

    async with opened(tmp_path / "desk.db") as database:
        await database.write(add_organization)
        pages = database.read(lambda reader: reader.value("PRAGMA page_count"))
        await database.write(lambda tx: tx.value(f"PRAGMA max_page_count = {pages + 5}"))
        answers = await in_one_batch(database, [lambda tx: logged_contact(tx, "innocent"), fill, fail_early])
        assert [type(each) for each in answers] == [StorageFull] * 3
        assert database.read(names) == []
        await database.write(lambda tx: tx.value("PRAGMA max_page_count = 100000"))
        await database.write(lambda tx: logged_contact(tx, "later"))
        assert database.read(names) == ["later"]
        assert database.read(log) == [1]


async def test_a_damaged_file_is_not_written_any_more_but_read(tmp_path: Path) -> None:
    def find_damage(tx: Tx) -> None:
        raise apsw.CorruptError("database disk image is malformed")

    async with opened(tmp_path / "desk.db") as database:
        await database.write(add_organization)
        await database.write(lambda tx: logged_contact(tx, "kept"))
        with pytest.raises(StorageFull, match="damaged"):
            await database.write(find_damage)
        with pytest.raises(StorageFull, match="damaged"):
            await database.write(lambda tx: logged_contact(tx, "refused"))
        assert database.read(names) == ["kept"]


async def test_a_read_sees_one_moment(place: Place) -> None:
    async with opened_at(place) as database:
        await database.write(add_organization)
        started, written = threading.Event(), threading.Event()

        def look_twice(reader: Reader) -> tuple[list[str], list[str]]:
            before = names(reader)
            started.set()
            written.wait(30)
            return before, names(reader)

        looking = asyncio.ensure_future(database.read_in_thread(look_twice))
        await asyncio.to_thread(started.wait, 30)
        await database.write(lambda tx: logged_contact(tx, "new"))
        written.set()
        assert await looking == ([], [])
        assert database.read(names) == ["new"]


async def test_readers_cannot_write(tmp_path: Path) -> None:
    async with opened(tmp_path / "desk.db") as database:
        with pytest.raises(StorageFull):
            database.read(lambda reader: reader.value("DELETE FROM meta RETURNING 1"))


async def test_the_log_of_changes_beside_the_file_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    async with opened(path) as database:
        await database.write(add_organization)
        for _ in range(60):
            await database.write(lambda tx: [logged_contact(tx, "x" * 900) for _ in range(100)])
        assert path.stat().st_size > 5_000_000
        assert path.with_name("desk.db-wal").stat().st_size < 8_000_000


async def test_closing_stores_what_was_accepted(place: Place) -> None:
    async with opened_at(place) as database:
        await database.write(add_organization)
        accepted = [
            asyncio.ensure_future(database.write(lambda tx: logged_contact(tx, "a"))) for _ in range(50)
        ]
        await database.close()
        await asyncio.gather(*accepted)
    async with opened_at(place) as database:
        assert len(database.read(names)) == 50


@pytest.mark.parametrize(
    "wrong",
    [pytest.param({"entity_id": None}, id="null"), pytest.param({"detail": "\ud800"}, id="half a sign")],
)
async def test_a_log_row_that_cannot_be_stored_fails_its_own_command(
    place: Place, wrong: dict[str, Any]
) -> None:
    """Log rows are inserted for a whole batch at once; whoever else is in it does not suffer."""

    def fail_at_the_log(tx: Tx) -> None:
        row: dict[str, Any] = {"entity_id": b"1" * 16, "audience": Audience.AGENTS, **wrong}
        tx.record(1, tx.take_seq(1), "contact.updated", "contact", **row)

    async with opened_at(place) as database:
        await database.write(add_organization)
        heard: list[Event] = []
        database.on_commit(heard.extend)
        good = [partial(logged_contact, name=each) for each in "ab"]
        commands: list[Command] = [good[0], fail_at_the_log, good[1]]
        answers = await asyncio.wait_for(in_one_batch(database, commands), 30)
        assert [isinstance(each, Exception) for each in answers] == [False, True, False]
        assert database.read(names) == ["a", "b"]
        assert database.read(log) == [1, 2]
        await database.write(partial(logged_contact, name="c"))
        assert [each.seq for each in heard][:2] == [1, 2]
