"""A whole database from one engine to the other, table by table, each in one transaction.

What was moved before an interruption is compared and stays; the rest is moved anew. In the end every table
has on both sides as many rows and the same hash over them, in the order of their keys. The epoch goes along,
so that consoles resume. Until then a mark says that nobody may serve the copy.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from deskterm.server.errors import Conflict, DeskError
from deskterm.server.failpoints import HIT
from deskterm.server.storage.archive_tables import Table

Row = tuple[Any, ...]

#: The name in `meta` under which an unfinished copy keeps whose it is.
UNFINISHED: Final = "moving"
_WHOSE: Final = "instance_id"
_EPOCH: Final = "epoch"
_DESKS: Final = "organization"


def unfinished_at(path: Path) -> Path:
    """Where a database is until everything is in it, before it is at `path`."""
    return path.with_name(f"{path.name}.{UNFINISHED}")


class MoveFailed(DeskError):
    """The database was not moved; `detail` says why. What there was is untouched."""

    title = "The database was not moved"


class Moved(NamedTuple):
    """A table that is on both sides now; `already` if it was before."""

    table: str
    rows: int
    already: bool


class Origin(Protocol):
    """Where the rows are."""

    def meta(self) -> dict[str, str]:
        """What names the database: epoch and instance."""
        ...

    def count(self, table: Table) -> int: ...

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows in the order of their keys."""
        ...


class Destination(Origin, Protocol):
    """Where they go."""

    def empty(self, tables: Sequence[Table]) -> None:
        """Remove all rows of these tables and of those that are made from them."""
        ...

    def fill(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows as they are, whatever triggers would make of them; all or none."""
        ...

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Replace what names the database."""
        ...

    def finish(self) -> list[str]:
        """Make it ready to be served; answers what is wrong with it."""
        ...


def move(
    origin: Origin, destination: Destination, tables: Sequence[Table], epoch: str | None = None
) -> Iterator[Moved]:
    """Move all rows; answers each table once it is the same on both sides. A new `epoch` voids all cursors.

    Raises `Conflict` where another desk is, `MoveFailed` if the copy is not what it should be.
    """
    named = origin.meta()
    if UNFINISHED in named:
        raise MoveFailed("The origin is an unfinished copy itself.")
    _claim(destination, named[_WHOSE], tables)
    there = _there_already(origin, destination, tables)
    yield from (Moved(table.name, rows, True) for table, rows in zip(tables, there, strict=False))
    left = tables[len(there) :]
    destination.empty(left)
    for table in left:
        rows = Counted(origin.rows(table))
        destination.fill(table, rows)
        if HIT is not None:
            HIT("table-moved")
        if _counted(destination, table) != rows.amount:
            raise MoveFailed(f"{table.name} is not the same on both sides: run it again.")
        yield Moved(table.name, rows.count, False)
    damage = destination.finish()
    if damage:
        raise MoveFailed(f"The copy is not whole: {damage[0]}.")
    destination.set_meta(named if epoch is None else {**named, _EPOCH: epoch})


class Counted:
    """Rows on their way through, counted and hashed."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self._hash = hashlib.sha256()
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            self._hash.update(repr(tuple(row)).encode())
            yield row

    @property
    def amount(self) -> tuple[int, bytes]:
        """How many there were, and their hash."""
        return self.count, self._hash.digest()


def _counted(side: Origin, table: Table) -> tuple[int, bytes]:
    rows = Counted(side.rows(table))
    for _ in rows:
        pass
    return rows.amount


def _claim(destination: Destination, whose: str, tables: Sequence[Table]) -> None:
    """Mark the copy as unfinished; `Conflict` where somebody else's rows are."""
    named = destination.meta()
    begun = named.get(UNFINISHED)
    if begun is None and any(destination.count(each) for each in tables if each.name == _DESKS):
        raise Conflict("There is a desk at the destination already: take an empty database.")
    if begun not in (None, whose):
        raise Conflict("The destination holds an unfinished copy of another desk: take an empty database.")
    destination.set_meta({**named, UNFINISHED: whose})


def _there_already(origin: Origin, destination: Destination, tables: Sequence[Table]) -> list[int]:
    """How many rows the first tables have, as far as they are the same on both sides."""
    same = []
    for table in tables:
        count = destination.count(table)
        if count != origin.count(table) or _counted(destination, table) != _counted(origin, table):
            break
        same.append(count)
    return same
