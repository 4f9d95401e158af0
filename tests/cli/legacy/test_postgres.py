"""An old chat in a real PostgreSQL gives the same as its tables in files."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.cli.legacy.old_chat import HEADERS, OLD, Row, imports, rows
from tests.postgres import Cluster

_TYPES = {
    "id": "integer",
    "created_at": "timestamp",
    "is_active": "boolean",
    "is_notification": "boolean",
    "notification_style": "jsonb",
}


@pytest.fixture(scope="module")
def address(cluster: Cluster) -> Iterator[str]:
    """A database with the old tables."""
    made = cluster.make()
    with psycopg.connect(made) as connection:
        for table, rows in OLD.items():
            _fill(connection, table, rows)
    yield made
    cluster.drop(made)


def _fill(connection: psycopg.Connection[tuple[object, ...]], table: str, rows: Sequence[Row]) -> None:
    kinds = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_type(name))) for name in HEADERS[table]]
    connection.execute(
        sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table), sql.SQL(",").join(kinds))
    )
    for row in rows:
        names = sql.SQL(",").join(map(sql.Identifier, row))
        marks = sql.SQL(",").join([sql.Placeholder()] * len(row))
        connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, marks),
            [None if value is None else str(value) for value in row.values()],
        )


def _type(name: str) -> str:
    return "integer" if name.endswith("_id") else _TYPES.get(name, "text")


def test_postgres_gives_the_same_as_files(address: str, data: Path, old: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "second" / "data")
    first = imports(data, address, "--keep-groups")
    assert (first.returncode, first.stderr) == (0, "")
    assert imports(tmp_path / "second" / "data", old, "--keep-groups").returncode == 0
    for table in ("message", "conversation", "ticket", "persona"):
        assert names_only(rows(data)[table]) == names_only(rows(tmp_path / "second" / "data")[table]), table


def names_only(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Rows without the day of the import, which some of the old rows have for want of a time."""
    return [{name: value for name, value in row.items() if not name.endswith("_at")} for row in found]


def test_imported_from_postgres_twice_changes_nothing(address: str, data: Path) -> None:
    assert imports(data, address).returncode == 0
    before = rows(data, told=True)
    assert "is here already" in imports(data, address).stdout
    assert rows(data, told=True) == before


def test_a_password_in_the_address_is_not_shown(data: Path) -> None:
    done = imports(data, "postgresql://me:secret@127.0.0.1:1/none")
    assert done.returncode == 5
    assert "secret" not in done.stdout + done.stderr
