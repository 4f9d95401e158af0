"""Migrations: numbered files, one transaction each, recorded with a hash.

A release first only adds (a column that may be left out, a table), and says `-- needs N` with the schema
that it adds to: servers on PostgreSQL that know that one work on beside newer ones. What they do not use any
more goes with a later release.

`NNNN_name.sql` is common to all engines; `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql` beside it add
what only one of them understands.
"""

import hashlib
import re
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from deskterm.server.errors import DeskError
from deskterm.server.failpoints import HIT
from deskterm.server.storage.backup import back_up

_CREATE_RECORD = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL
) STRICT
"""
_NEEDS = re.compile(r"^-- needs (\d+)$", re.MULTILINE)
HISTORY = "SELECT number, name, sha256 FROM schema_migration ORDER BY number"


class MigrationRefused(DeskError):
    """The database and this version of deskterm do not fit together; `detail` says why."""

    title = "This database cannot be migrated"


class Migration(NamedTuple):
    """One step of the schema."""

    number: int
    name: str
    common: str
    special: str = ""  # what follows for one engine

    @property
    def sql(self) -> str:
        return self.common + self.special

    @property
    def needs(self) -> int:
        """The oldest schema whose servers go on working beside this one: itself, unless its text says
        `-- needs 7`, as one does that only adds.
        """
        said = _NEEDS.search(self.common)
        return int(said[1]) if said else self.number

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load_migrations(folder: Traversable | None = None, *, engine: str = "sqlite") -> list[Migration]:
    """The migrations that ship with this version, in order; numbers start at 1 without a gap."""
    root = folder or resources.files(__package__).joinpath("migrations")
    texts = {each.name: each.read_text("utf-8") for each in root.iterdir() if each.name.endswith(".sql")}
    found = []
    for name in sorted(texts):
        stem = name.removesuffix(".sql")
        if "." not in stem:
            found.append(
                Migration(int(stem[:4]), stem[5:], texts[name], texts.get(f"{stem}.{engine}.sql", ""))
            )
    if [each.number for each in found] != list(range(1, len(found) + 1)):
        raise MigrationRefused(
            "The migration files of this installation are not numbered one after the other."
        )
    return found


def migrate(connection: apsw.Connection, path: Path, migrations: Sequence[Migration], now: int) -> None:
    """Bring the database at `path` to the newest schema; an existing one is backed up beside it first."""
    connection.execute(_CREATE_RECORD)
    applied = check_history(connection.execute(HISTORY).fetchall(), migrations)
    pending = migrations[applied:]
    if not pending:
        return
    if applied:
        back_up(connection, path.with_name(f"{path.name}.before-{pending[0].number:04d}.{now}.backup"))
    for migration in pending:
        _apply(connection, migration, now)
        if HIT is not None:
            HIT("migrated")


def check_history(history: Sequence[tuple[Any, ...]], migrations: Sequence[Migration]) -> int:
    """How many of `migrations` are applied; refuses a history that is not theirs."""
    if len(history) > len(migrations):
        raise MigrationRefused(
            f"The database has schema {history[-1][0]}, this deskterm knows schemas up to {len(migrations)}. "
            "It was written by a newer version: install that one or restore a backup."
        )
    for (number, name, sha256), migration in zip(history, migrations, strict=False):
        if (number, sha256) != (migration.number, migration.sha256):
            raise MigrationRefused(
                f"Migration {number:04d}_{name} was applied with another text than this deskterm has. "
                "Applied migrations must never change: install the version that wrote this database."
            )
    return len(history)


def _apply(connection: apsw.Connection, migration: Migration, now: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO schema_migration VALUES (?, ?, ?, ?)",
            (migration.number, migration.name, migration.sha256, now),
        )
        connection.execute("COMMIT")
    except apsw.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise MigrationRefused(
            f"Migration {migration.number:04d}_{migration.name} failed: {error}"
        ) from error
