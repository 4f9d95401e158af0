"""One organization as lines of JSON, and back: every row of its own, nothing of anybody else's.

The first line says what it is, then comes one line per row, parents before children and in the order of
their keys, then the files, and the last line counts all: an archive that was cut off is refused. Bytes are
hexadecimal. The tables are found in the schema, so a new one is in the archive the day it exists. Left out is
what holds only here and now: sessions, who is online, answers kept for retries, counts that triggers keep.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import apsw

from deskterm.server.errors import Conflict
from deskterm.server.storage import attachments, audit
from deskterm.server.storage.archive_files import ArrivingFiles, file_lines
from deskterm.server.storage.archive_rows import (
    BadArchive,
    check_row,
    parse_line,
    require_settings,
    require_slug,
)
from deskterm.server.storage.archive_tables import KEY, PEOPLE, Table, people_columns, tables_of
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, WRITER_CACHE_KIB, connect
from deskterm.server.storage.engines.faults import refusal
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.files import FOLDER
from deskterm.server.storage.lock import FileLock

FORMAT: Final = 1
_KEY_OF = "SELECT organization_id FROM organization WHERE slug = :slug"
_SCHEMA = "SELECT max(number) FROM schema_migration"
_FREE_KEY = "SELECT coalesce(max(organization_id), 0) + 1 FROM organization"
_KNOWN = "SELECT id FROM user_account WHERE id = :id OR email = :email"
_SAME = "SELECT slug, id = :id FROM organization WHERE id = :id OR slug = :slug ORDER BY id = :id DESC"


class _Same(NamedTuple):
    slug: str
    same_id: int


class Imported(NamedTuple):
    """What an import made."""

    slug: str
    rows: int


def export_lines(path: Path, slug: str, exported_at: str, entry_id: bytes, now: int) -> Iterator[str]:
    """The lines of the organization's archive, of one moment, whether a server runs or not.

    That they were read is in its audit, as `entry_id` at `now`, before the first one is out.
    Raises LookupError for an unknown slug, `StorageFull` or `Overloaded` if the file cannot be read.
    """
    connection = connect(path, cache_kib=READER_CACHE_KIB, query_only=True)
    try:
        connection.execute("BEGIN")
        reader = SqliteReader(connection.cursor())
        key = reader.value(_KEY_OF, slug=slug)
        if key is None:
            raise LookupError(slug)
        audit.write_export(path, key, entry_id, now)
        head = {"deskterm": "archive", "format": FORMAT, "schema": reader.value(_SCHEMA)}
        yield json.dumps(head | {"organization": slug, "exported_at": exported_at})
        count = 0
        for table in tables_of(reader):
            for row in _rows(connection, table, key):
                count += 1
                yield json.dumps({"table": table.name, "row": row})
        for line in file_lines(path.parent / FOLDER, attachments.contents_of(reader, key)):
            count += 1
            yield line
        yield json.dumps({"rows": count})
    except apsw.Error as error:
        raise refusal(error) or error from error
    finally:
        connection.close()


def import_lines(path: Path, lines: Iterable[str], slug: str | None = None) -> Imported:
    """Make the organization of an archive in the database at `path`, in one transaction; `slug` renames it.

    People whose e-mail address is known here keep the account they have. Raises `BadArchive`, `Conflict` if
    the organization is here already, and `DatabaseInUse` while a server runs.
    """
    lock = FileLock(path)
    connection = connect(path, cache_kib=WRITER_CACHE_KIB)
    files = ArrivingFiles(path.parent / FOLDER)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys=ON")
        reader = SqliteReader(connection.cursor())
        made = _Import(connection, reader, files, slug).run(iter(lines))
        damage = damage_of(reader)
        if damage:
            raise BadArchive(f"The archive is not whole: {damage[0]}.")
        connection.execute("COMMIT")
    except UnicodeDecodeError:
        raise BadArchive("The archive is no text.") from None
    except apsw.ConstraintError as error:
        raise BadArchive(f"The archive does not fit: {error}.") from error
    except apsw.Error as error:
        raise refusal(error) or error from error
    finally:
        files.close()
        connection.close()
        lock.release()
    return made


class _Import:
    """One import on its way: the organization's key here, and who of its people is known."""

    def __init__(
        self, connection: apsw.Connection, reader: SqliteReader, files: ArrivingFiles, slug: str | None
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._files = files
        self._slug = slug
        self._tables = {each.name: each for each in tables_of(reader)}
        self._people_columns = {name: people_columns(reader, name) for name in self._tables}
        self._known: dict[bytes, bytes] = {}
        self._key: int = reader.value(_FREE_KEY)

    def run(self, lines: Iterator[str]) -> Imported:
        """Insert every row; `BadArchive` unless all that were written have come."""
        head = parse_line(next(lines, ""))
        if head.get("deskterm") != "archive":
            raise BadArchive("This is no archive of a deskterm organization.")
        schema = self._reader.value(_SCHEMA)
        if head.get("format") != FORMAT or head.get("schema") != schema:
            raise BadArchive(
                f"The archive has schema {head.get('schema')}, this deskterm has {schema}: "
                "import it with the version that wrote it."
            )
        slug = self._slug or str(head.get("organization"))
        for rows, line in enumerate(lines):
            entry = parse_line(line)
            if "rows" in entry:
                if entry["rows"] != rows:
                    raise BadArchive(f"The archive has {rows} rows and should have {entry['rows']}.")
                return Imported(slug, rows)
            if "file" in entry:
                self._files.add(entry)
            else:
                self._insert(entry)
        raise BadArchive("The archive ends too soon: its last line is missing.")

    def _insert(self, entry: Mapping[str, Any]) -> None:
        table = self._tables.get(str(entry.get("table")))
        if table is None:
            raise BadArchive(f"The archive has a table that is not known here: {entry.get('table')}.")
        row = _unpacked(table, entry.get("row"))
        if table.name == PEOPLE and self._is_known(row):
            return
        if table.name == "organization":
            self._require_new(row)
        for column in self._people_columns[table.name]:
            row[column] = self._known.get(row[column], row[column])
        if KEY in table.columns:
            row[KEY] = self._key
        marks = ", ".join("?" * len(row))
        self._connection.execute(
            f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
        )

    def _is_known(self, row: Mapping[str, Any]) -> bool:
        """Whether the person has an account here; references to them then mean that one."""
        found = self._reader.value(_KNOWN, id=row["id"], email=row["email"])
        if found is not None:
            self._known[row["id"]] = found
        return found is not None

    def _require_new(self, row: dict[str, Any]) -> None:
        row["slug"] = self._slug or str(row["slug"])
        require_slug(row["slug"])
        require_settings(row["settings"])
        there = self._reader.one(_Same, _SAME, id=row["id"], slug=row["slug"])
        if there is None:
            return
        if there.same_id:
            raise Conflict(f"This organization is here already, as {there.slug}.")
        raise Conflict(f"Another organization is called {there.slug} here: choose another name with --as.")


def _rows(connection: apsw.Connection, table: Table, key: int) -> Iterator[dict[str, Any]]:
    kept = [name for name in table.columns if name != KEY]
    where = f"{KEY} = ?"
    if table.name == PEOPLE:
        where = f"id IN (SELECT user_id FROM member WHERE {KEY} = ?)"
    order = ", ".join(name for name in table.key if name != KEY) or "1"
    text = f"SELECT {', '.join(kept)} FROM {table.name} WHERE {where} ORDER BY {order}"
    for row in connection.execute(text, (key,)):
        values = [value.hex() if isinstance(value, bytes) else value for value in row]
        yield dict(zip(kept, values, strict=True))


def _unpacked(table: Table, row: object) -> dict[str, Any]:
    if not isinstance(row, dict) or set(row) != set(table.columns) - {KEY}:
        raise BadArchive(f"A row of {table.name} does not have that table's columns.")
    try:
        values = {
            name: bytes.fromhex(value) if name in table.binary and value is not None else value
            for name, value in row.items()
        }
    except (TypeError, ValueError):
        raise BadArchive(f"A row of {table.name} has an id that is none.") from None
    check_row(table.name, values, table.binary)
    return values
