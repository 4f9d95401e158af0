"""The n-th write, sync or open fails, for every n until none does: nothing breaks, nothing said gets lost."""

import asyncio
import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from deskterm.server.errors import StorageFull
from deskterm.server.storage.backup import BackupFailed
from deskterm.server.storage.engines import writer
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.examine import examine
from deskterm.server.storage.migrate import MigrationRefused
from deskterm.server.storage.open import CannotOpen
from tests.faults.disk import Disk, Done, Fault, Plan
from tests.faults.power import remains, said_before
from tests.server.storage.rows import add_organization, log, logged_contact, names, opened

WRITES = 6


@pytest.fixture
def disk() -> Iterator[Disk]:
    """The disk of everything that SQLite opens."""
    with Disk() as made:
        yield made


@pytest.fixture(autouse=True)
def frequent_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a short run has some."""
    monkeypatch.setattr(writer, "CHECKPOINT_PAGES", 8)


async def write(database: SqliteDatabase) -> list[str]:
    """Some commands, one after the other and together; answers which were acknowledged."""
    acknowledged = []

    async def one(name: str) -> None:
        with contextlib.suppress(StorageFull):
            await database.write(lambda tx: logged_contact(tx, name))
            acknowledged.append(name)

    for number in range(WRITES):
        await one(f"alone {number}")
        database.read(names)  # whatever happens to writes
    await asyncio.gather(*(one(f"together {number}") for number in range(WRITES)))
    return acknowledged


async def run(path: Path, disk: Disk, plan: Plan) -> bool:
    """One run over a failing disk, from the opening on; answers whether it failed anywhere."""
    acknowledged: list[str] = []
    disk.plan = plan
    try:
        async with opened(path) as database:
            await database.write(add_organization)
            acknowledged = await write(database)
            failed = disk.failed
            disk.plan = None
            acknowledged += await again(database)
            stands(database, acknowledged)
    except (CannotOpen, MigrationRefused, BackupFailed, StorageFull):
        failed = True
        disk.plan = None
    await whole(path, acknowledged)
    return failed


async def again(database: SqliteDatabase) -> list[str]:
    """The disk is well again: the first command after it is taken."""
    await database.write(lambda tx: logged_contact(tx, "healed"))
    return ["healed"]


def stands(database: SqliteDatabase, acknowledged: list[str]) -> None:
    """Everything that was acknowledged can be read, once, and the log is gapless."""
    there = database.read(names)
    assert set(acknowledged) <= set(there)
    assert len(there) == len(set(there))
    assert database.read(log) == list(range(1, len(there) + 1))


async def whole(path: Path, acknowledged: list[str]) -> None:
    """Opened once more, the file is sound and has everything."""
    async with opened(path) as database:
        if acknowledged:
            stands(database, acknowledged)
    assert examine(path).damage == []


FAILURES = [
    *(("write", each) for each in (Fault.IOERR, Fault.FULL, Fault.SHORT)),
    *(("sync", each) for each in (Fault.IOERR, Fault.FULL)),
    ("open", Fault.IOERR),
]


async def fail_each(folder: Path, disk: Disk, operation: str, fault: Fault, template: bytes) -> None:
    """The first fails, the second, … until a run passes untouched."""
    nth, failed = 0, True
    while failed:
        nth += 1
        path = folder / f"{nth}.db"
        path.write_bytes(template)
        failed = await run(path, disk, Plan(operation, nth, fault))
    assert nth > 3, "nothing was tried"


@pytest.mark.parametrize(("operation", "fault"), FAILURES)
async def test_every_operation_fails_once(tmp_path: Path, disk: Disk, operation: str, fault: Fault) -> None:
    await fail_each(tmp_path, disk, operation, fault, await migrated(tmp_path))


@pytest.mark.long
@pytest.mark.parametrize(("operation", "fault"), FAILURES)
async def test_every_operation_of_a_new_file_fails_once(
    tmp_path: Path, disk: Disk, operation: str, fault: Fault
) -> None:
    await fail_each(tmp_path, disk, operation, fault, b"")


async def migrated(folder: Path) -> bytes:
    """A new database as a file."""
    async with opened(folder / "template.db"):
        pass
    return read(folder / "template.db")


def read(path: Path) -> bytes:
    return path.read_bytes()


async def test_the_power_fails_after_every_operation(tmp_path: Path, disk: Disk) -> None:
    """Whatever part of the un-synced writes got to the disk: what was acknowledged is there."""
    template = await migrated(tmp_path)
    done: list[Done] = []
    path = tmp_path / "power.db"
    path.write_bytes(template)
    async with opened(path) as database:
        await database.write(add_organization)
        disk.done = done
        before = files(tmp_path, path.name)
        for number in range(2 * WRITES):
            await database.write(partial(logged_contact, name=f"{number}"))
            disk.note(Done("said", f"{number}"))
        disk.done = None
    assert {Path(each.path).suffix for each in done if each.operation == "write"} == {".db", ".db-wal"}
    for length in range(1, len(done) + 1):
        for seed in range(2):
            folder = tmp_path / f"{length}-{seed}"
            folder.mkdir()
            for name, content in remains(before, done[:length], Random(length * 1000 + seed)).items():
                (folder / name).write_bytes(content)
            await whole(folder / path.name, said_before(done[:length]))


def files(folder: Path, name: str) -> dict[str, bytes]:
    """A database and its log as they are on the disk."""
    return {each.name: each.read_bytes() for each in (folder / name, folder / f"{name}-wal") if each.exists()}
