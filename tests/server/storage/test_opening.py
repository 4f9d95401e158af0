"""Opening: who may, what is made, what is refused."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.server.clock import ManualClock
from deskterm.server.storage.checks import find_damage
from deskterm.server.storage.database import Reader
from deskterm.server.storage.engines.connection import UnsafeSqlite, require_safe_sqlite
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.migrate import Migration, MigrationRefused, load_migrations
from deskterm.server.storage.open import open_database
from tests.server.storage.rows import NOW, add_organization, logged_contact, names, opened, seeded_ids

NEXT = Migration(len(load_migrations()) + 1, "more", "CREATE TABLE more (a INTEGER PRIMARY KEY) STRICT;")


@pytest.fixture
def no_umask() -> Iterator[None]:
    """A careless environment: everything would be world-writable."""
    before = os.umask(0)
    yield
    os.umask(before)


async def open_with(path: Path, migrations: list[Migration]) -> SqliteDatabase:
    clock = ManualClock(NOW)
    return await open_database(path, clock=clock, ids=seeded_ids(clock), migrations=migrations)


def schema(reader: Reader) -> object:
    return reader.value(
        "SELECT group_concat(coalesce(sql, name), char(10))"
        " FROM (SELECT * FROM sqlite_schema ORDER BY type, name)"
    )


def backups(folder: Path) -> list[Path]:
    return list(folder.glob("*.backup"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.44.5", "3.45.1", "3.50.6", "3.51.0", "3.51.2"])
def test_a_sqlite_that_corrupts_is_refused(version: str) -> None:
    """T47."""
    with pytest.raises(UnsafeSqlite, match=version):
        require_safe_sqlite(version)


@pytest.mark.parametrize("version", ["3.44.6", "3.50.7", "3.51.3", "3.54.1", "4.0.0"])
def test_a_repaired_sqlite_is_taken(version: str) -> None:
    require_safe_sqlite(version)


async def test_a_second_server_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    async with opened(path):
        with pytest.raises(DatabaseInUse, match=str(os.getpid())):
            await open_with(path, load_migrations())
    async with opened(path):
        pass


@pytest.mark.usefixtures("no_umask")
async def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    """T46: whatever the umask is; backups below."""
    path = tmp_path / "data" / "deep" / "desk.db"
    async with opened(path) as database:
        await database.write(add_organization)
        assert [mode(each) for each in (path.parent, path.parent.parent)] == [0o700, 0o700]
        files = {each.name: mode(each) for each in path.parent.iterdir()}
        assert files == dict.fromkeys(["desk.db", "desk.db-wal", "desk.db-shm", "desk.db.lock"], 0o600)


async def test_epoch_stays_and_differs_between_databases(tmp_path: Path) -> None:
    async with opened(tmp_path / "one.db") as database:
        epoch = database.epoch
    async with opened(tmp_path / "one.db") as database:
        assert database.epoch == epoch
    clock = ManualClock(NOW)
    other = await open_database(tmp_path / "two.db", clock=clock, ids=seeded_ids(clock, seed=2))
    assert other.epoch != epoch
    await other.close()


@pytest.mark.usefixtures("no_umask")
async def test_an_existing_database_is_backed_up_before_it_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    async with opened(path) as database:
        await database.write(add_organization)
        await database.write(lambda tx: logged_contact(tx, "kept"))
        before = database.read(schema)
    assert backups(tmp_path) == []
    migrated = await open_with(path, [*load_migrations(), NEXT])
    assert migrated.read(names) == ["kept"]
    await migrated.close()
    (backup,) = backups(tmp_path)
    assert mode(backup) == 0o600
    async with opened(backup) as old:
        assert old.read(names) == ["kept"]
        assert old.read(schema) == before


async def test_a_replayed_schema_equals_a_fresh_one(tmp_path: Path) -> None:
    first = load_migrations()
    schemas = []
    for name, histories in {"fresh": [[*first, NEXT]], "replayed": [first, [*first, NEXT]]}.items():
        for history in histories:
            database = await open_with(tmp_path / f"{name}.db", history)
            found = database.read(schema)
            await database.close()
        schemas.append(found)
    assert schemas[0] == schemas[1]
    assert "CREATE TABLE more" in str(schemas[0])


async def test_a_newer_schema_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    await (await open_with(path, [*load_migrations(), NEXT])).close()
    with pytest.raises(MigrationRefused, match="newer version"):
        await open_with(path, load_migrations())


async def test_a_changed_old_migration_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    await (await open_with(path, load_migrations())).close()
    first, *others = load_migrations()
    with pytest.raises(MigrationRefused, match="another text"):
        await open_with(path, [first._replace(special=first.special + " "), *others])
    async with opened(path):  # a refusal keeps no lock and changes nothing
        pass


async def test_a_failing_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    broken = Migration(
        NEXT.number, "broken", "CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE half (a INTEGER) STRICT;"
    )
    await (await open_with(path, load_migrations())).close()
    with pytest.raises(MigrationRefused, match=f"{NEXT.number:04d}_broken failed"):
        await open_with(path, [*load_migrations(), broken])
    async with opened(path) as database:
        assert "half" not in str(database.read(schema))


async def test_a_sound_file_has_no_damage_and_a_short_log_is_found(tmp_path: Path) -> None:
    async with opened(tmp_path / "desk.db") as database:
        await database.write(add_organization)
        await database.write(lambda tx: logged_contact(tx, "a"))
        assert await find_damage(database) == []
        await database.write(lambda tx: tx.run("UPDATE organization_counter SET seq = 7"))
        assert await find_damage(database) == ["the log of organization 1 ends at 1, not 7"]
