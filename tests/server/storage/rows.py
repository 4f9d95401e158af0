"""Few rows for storage's own tests, written straight into the tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.storage.database import Audience, Database, Reader, Tx
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.open import open_database, open_either


class Place(NamedTuple):
    """Where a database is: a file, or an address of PostgreSQL."""

    path: Path
    postgres: str | None = None


class _Name(NamedTuple):
    name: str


class _Seq(NamedTuple):
    seq: int


NOW = 1_760_000_000_000


def seeded_ids(clock: ManualClock, seed: int = 1) -> IdSource:
    """Ids that are the same in every run."""
    return IdSource(clock.now, Random(seed).getrandbits)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[SqliteDatabase]:
    """An open database that is closed at the end."""
    clock = ManualClock(NOW)
    database = await open_database(path, clock=clock, ids=seeded_ids(clock))
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened_at(place: Place) -> AsyncIterator[Database]:
    """An open database on either engine that is closed at the end."""
    clock = ManualClock(NOW)
    database = await open_either(place.path, place.postgres, clock=clock, ids=seeded_ids(clock))
    try:
        yield database
    finally:
        await database.close()


def add_organization(tx: Tx, organization_id: int = 1) -> None:
    """An organization with its counter."""
    tx.run(
        "INSERT INTO organization (organization_id, id, slug, name, created_at)"
        " VALUES (:o, :id, :slug, 'N', :now)",
        o=organization_id,
        id=tx.ids.new_bytes(),
        slug=f"org{organization_id}",
        now=tx.now,
    )
    tx.run("INSERT INTO organization_counter (organization_id) VALUES (:o)", o=organization_id)


def add_contact(tx: Tx, organization_id: int = 1, name: str = "Ann") -> bytes:
    """A contact without a log row."""
    contact_id = tx.ids.new_bytes()
    tx.run(
        "INSERT INTO contact (organization_id, id, kind, name, created_at, updated_at)"
        " VALUES (:o, :id, 'lead', :name, :now, :now)",
        o=organization_id,
        id=contact_id,
        name=name,
        now=tx.now,
    )
    return contact_id


def add_member(tx: Tx, organization_id: int = 1, role: str = "staff") -> bytes:
    """A member with an account of its own."""
    member_id = tx.ids.new_bytes()
    tx.run(
        "INSERT INTO user_account (id, email, name, created_at, updated_at)"
        " VALUES (:id, :email, 'M', :now, :now)",
        id=member_id,
        email=f"{member_id.hex()}@example.com",
        now=tx.now,
    )
    tx.run(
        "INSERT INTO member (organization_id, id, user_id, role, created_at)"
        " VALUES (:o, :id, :id, :role, :now)",
        o=organization_id,
        id=member_id,
        role=role,
        now=tx.now,
    )
    return member_id


def logged_contact(tx: Tx, name: str) -> bytes:
    """A contact with its log row, as a command makes one."""
    seq = tx.take_seq(1)
    contact_id = add_contact(tx, name=name)
    tx.record(1, seq, "contact.created", "contact", contact_id, Audience.AGENTS)
    return contact_id


def names(reader: Reader) -> list[str]:
    """The names of all contacts, sorted."""
    return sorted(row.name for row in reader.all(_Name, "SELECT name FROM contact"))


def log(reader: Reader) -> list[int]:
    """The log positions of organization 1."""
    return [
        row.seq for row in reader.all(_Seq, "SELECT seq FROM event WHERE organization_id = 1 ORDER BY seq")
    ]
