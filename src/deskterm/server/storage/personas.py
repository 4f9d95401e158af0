"""Rows of personas and of the members who speak through them."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class PersonaRow(NamedTuple):
    """A name and face that agents speak through."""

    id: bytes
    name: str
    title: str | None
    initials: str | None
    color: str | None
    open: int
    support: int


class OperatorRow(NamedTuple):
    """A member who speaks through a persona."""

    persona_id: bytes
    member_id: bytes


_ALL = statement("""
    SELECT id, name, title, initials, color, open, support FROM persona
    WHERE organization_id = :organization_id AND retired_at IS NULL ORDER BY id""")
_OPERATORS = statement("""
    SELECT persona_id, member_id FROM persona_operator
    WHERE organization_id = :organization_id ORDER BY persona_id, member_id""")
_INSERT = statement("""
    INSERT INTO persona (organization_id, id, name, title, initials, color, open, support, rev, created_at)
    VALUES (:organization_id, :id, :name, :title, :initials, :color, :open, :support, :rev, :now)""")
_ADD_OPERATOR = statement("""
    INSERT INTO persona_operator (organization_id, persona_id, member_id)
    VALUES (:organization_id, :persona_id, :member_id)""")


def all_of(reader: Reader, organization_id: int) -> list[PersonaRow]:
    """The personas in use, oldest first."""
    return reader.all(PersonaRow, _ALL, organization_id=organization_id)


def operators(reader: Reader, organization_id: int) -> dict[bytes, list[bytes]]:
    """The members behind each persona."""
    found: dict[bytes, list[bytes]] = {}
    for row in reader.all(OperatorRow, _OPERATORS, organization_id=organization_id):
        found.setdefault(row.persona_id, []).append(row.member_id)
    return found


def insert(tx: Tx, organization_id: int, row: PersonaRow, *, rev: int = 0) -> None:
    """Make a persona."""
    tx.run(_INSERT, organization_id=organization_id, rev=rev, now=tx.now, **row._asdict())


def add_operator(tx: Tx, organization_id: int, persona_id: bytes, member_id: bytes) -> None:
    """Let a member speak through a persona."""
    tx.run(_ADD_OPERATOR, organization_id=organization_id, persona_id=persona_id, member_id=member_id)
