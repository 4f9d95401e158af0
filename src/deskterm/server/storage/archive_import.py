"""An organization made from its archive: whole or not at all, on either engine."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, Protocol

from deskterm.server.errors import Conflict
from deskterm.server.storage.archive import FORMAT
from deskterm.server.storage.archive_files import ArrivingFiles
from deskterm.server.storage.archive_rows import (
    BadArchive,
    check_row,
    parse_line,
    require_settings,
    require_slug,
)
from deskterm.server.storage.archive_tables import KEY, PEOPLE, Table, people_columns, tables_of
from deskterm.server.storage.checks import damage_of
from deskterm.server.storage.database import Reader

_SCHEMA: Final = "SELECT max(number) FROM schema_migration"
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


class Arrivals(Protocol):
    """Where the rows of an archive go, in one transaction; the rows of a table come one after the other."""

    @property
    def reader(self) -> Reader:
        """Reads what is there, between two tables."""
        ...

    @property
    def files(self) -> ArrivingFiles: ...

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Put a row there."""
        ...

    def close(self) -> None:
        """The last row of a table has come."""
        ...


def import_into(there: Arrivals, schema: Reader, lines: Iterator[str], slug: str | None) -> Imported:
    """Insert everything; `slug` renames the organization. `schema` reads a SQLite database of this version.

    People whose e-mail address is known there keep the account they have. Raises `BadArchive`, `Conflict` if
    the organization is there already; then nothing may be committed.
    """
    made = _Import(there, schema, slug).run(lines)
    there.close()
    damage = damage_of(there.reader)
    if damage:
        raise BadArchive(f"The archive is not whole: {damage[0]}.")
    return made


class _Import:
    """One import on its way: the organization's key here, and who of its people is known."""

    def __init__(self, there: Arrivals, schema: Reader, slug: str | None) -> None:
        self._there = there
        self._reader = there.reader
        self._slug = slug
        self._tables = {each.name: each for each in tables_of(schema)}
        self._people_columns = {name: people_columns(schema, name) for name in self._tables}
        self._known: dict[bytes, bytes] = {}
        self._key: int = self._reader.value(_FREE_KEY)

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
                self._there.close()
                self._there.files.add(entry)
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
        self._there.insert(table, row)

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
