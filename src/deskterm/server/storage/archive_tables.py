"""The tables of an archive, found in the schema, parents before children."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from deskterm.server.storage.database import Reader

KEY: Final = "organization_id"
_LEFT_OUT: Final = frozenset(
    {
        "session",
        "idempotency_answer",
        "mail",
        "conversation_count",
        "conversation_handled",
        "agent_online",
        "search_doc",
        "search_followed",
    }
)
#: What a server makes anew from the rest, or keeps beside them: names that begin so.
_NOT_MOVED: Final = ("agent_online", "meta", "schema_migration", "search", "sqlite_")
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
PEOPLE: Final = "user_account"  # belongs to no organization: those who are in this one go along


class Table(NamedTuple):
    """A table of the archive: its columns, which of them are bytes, and its key."""

    name: str
    columns: tuple[str, ...]
    binary: frozenset[str]
    key: tuple[str, ...]


class _Name(NamedTuple):
    name: str


class _Column(NamedTuple):
    position: int
    name: str
    type: str
    not_null: int
    default: str | None
    in_key: int  # place in the primary key, from 1; 0 = not part of it


class _Reference(NamedTuple):
    number: int
    place: int
    parent: str
    column: str
    parent_column: str | None
    on_update: str
    on_delete: str
    match: str


def tables_of(reader: Reader) -> list[Table]:
    """The archive's tables, parents first."""
    found = {}
    for table in _described(reader):
        if table.name == PEOPLE or (table.name not in _LEFT_OUT and KEY in table.columns):
            found[table.name] = table
    return [found[name] for name in _parents_first(reader, list(found))]


def moved_tables(reader: Reader) -> list[Table]:
    """What a database keeps, parents first, whosever it is: all of it goes along to another engine."""
    found = {each.name: each for each in _described(reader) if not each.name.startswith(_NOT_MOVED)}
    return [found[name] for name in _parents_first(reader, list(found))]


def _described(reader: Reader) -> Iterator[Table]:
    for name, *_ in reader.all(_Name, _TABLES):
        columns = reader.all(_Column, f"PRAGMA table_info({name})")
        yield Table(
            name,
            tuple(each.name for each in columns),
            frozenset(each.name for each in columns if each.type == "BLOB"),
            tuple(each.name for each in sorted(columns, key=lambda each: each.in_key) if each.in_key),
        )


def _references(reader: Reader, name: str) -> list[_Reference]:
    return reader.all(_Reference, f"PRAGMA foreign_key_list({name})")


def _parents_first(reader: Reader, names: list[str]) -> list[str]:
    """The tables in such an order that references point backwards, to themselves aside."""
    ordered: list[str] = []
    met: set[str] = set()

    def add(name: str) -> None:
        if name in met:
            return
        met.add(name)
        for each in _references(reader, name):
            if each.parent != name and each.parent in names:
                add(each.parent)
        ordered.append(name)

    for name in names:
        add(name)
    return ordered


def people_columns(reader: Reader, name: str) -> set[str]:
    """The columns of a table that name an account."""
    return {each.column for each in _references(reader, name) if each.parent == PEOPLE}
