"""Rows of personas and of the members who speak through them."""

from collections.abc import Iterable
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


class _Id(NamedTuple):
    id: bytes


_SELECT = """
    SELECT id, name, title, initials, color, open, support FROM persona
    WHERE organization_id = :organization_id AND retired_at IS NULL"""
_ALL = statement(f"{_SELECT} ORDER BY id")
_BY_ID = statement(f"{_SELECT} AND id = :id")
_SUPPORT = statement(f"{_SELECT} AND support = 1")
_OPERATORS = statement("""
    SELECT persona_id, member_id FROM persona_operator
    WHERE organization_id = :organization_id ORDER BY persona_id, member_id""")
_OPERATED = statement("""
    SELECT persona_id FROM persona_operator
    WHERE organization_id = :organization_id AND member_id = :member_id ORDER BY persona_id""")
_INSERT = statement("""
    INSERT INTO persona (organization_id, id, name, title, initials, color, open, support, rev, created_at)
    VALUES (:organization_id, :id, :name, :title, :initials, :color, :open, :support, :rev, :now)""")
_UPDATE = statement("""
    UPDATE persona SET name = :name, title = :title, initials = :initials, color = :color, open = :open,
        support = :support, rev = :rev
    WHERE organization_id = :organization_id AND id = :id""")
_RETIRE = statement("""
    UPDATE persona SET retired_at = :now, rev = :rev WHERE organization_id = :organization_id AND id = :id""")
_ADD_OPERATOR = statement("""
    INSERT INTO persona_operator (organization_id, persona_id, member_id)
    VALUES (:organization_id, :persona_id, :member_id)""")
_REMOVE_OPERATOR = statement("""
    DELETE FROM persona_operator
    WHERE organization_id = :organization_id AND persona_id = :persona_id AND member_id = :member_id""")


def all_of(reader: Reader, organization_id: int) -> list[PersonaRow]:
    """The personas in use, oldest first."""
    return reader.all(PersonaRow, _ALL, organization_id=organization_id)


def by_id(reader: Reader, organization_id: int, persona_id: bytes) -> PersonaRow | None:
    """The persona with this id, unless it is retired."""
    return reader.one(PersonaRow, _BY_ID, organization_id=organization_id, id=persona_id)


def support_of(reader: Reader, organization_id: int) -> PersonaRow | None:
    """The persona that speaks for support."""
    return reader.one(PersonaRow, _SUPPORT, organization_id=organization_id)


def operators(reader: Reader, organization_id: int) -> dict[bytes, list[bytes]]:
    """The members behind each persona."""
    found: dict[bytes, list[bytes]] = {}
    for row in reader.all(OperatorRow, _OPERATORS, organization_id=organization_id):
        found.setdefault(row.persona_id, []).append(row.member_id)
    return found


def operated_by(reader: Reader, organization_id: int, member_id: bytes) -> list[bytes]:
    """The personas that a member speaks through, retired ones too."""
    found = reader.all(_Id, _OPERATED, organization_id=organization_id, member_id=member_id)
    return [each.id for each in found]


def insert(tx: Tx, organization_id: int, row: PersonaRow, *, rev: int = 0) -> None:
    """Make a persona."""
    tx.run(_INSERT, organization_id=organization_id, rev=rev, now=tx.now, **row._asdict())


def update(tx: Tx, organization_id: int, row: PersonaRow, rev: int) -> None:
    """Write everything of a persona but its operators."""
    tx.run(_UPDATE, organization_id=organization_id, rev=rev, **row._asdict())


def retire(tx: Tx, organization_id: int, persona_id: bytes, rev: int) -> None:
    """Offer a persona no more; what it said keeps its name."""
    tx.run(_RETIRE, organization_id=organization_id, id=persona_id, rev=rev, now=tx.now)


def add_operator(tx: Tx, organization_id: int, persona_id: bytes, member_id: bytes) -> None:
    """Let a member speak through a persona."""
    tx.run(_ADD_OPERATOR, organization_id=organization_id, persona_id=persona_id, member_id=member_id)


def set_operators(
    tx: Tx, organization_id: int, persona_id: bytes, before: Iterable[bytes], after: Iterable[bytes]
) -> None:
    """Let these members speak through a persona, and nobody else."""
    had, wanted = set(before), set(after)
    for member_id in sorted(had - wanted):
        tx.run(_REMOVE_OPERATOR, organization_id=organization_id, persona_id=persona_id, member_id=member_id)
    for member_id in sorted(wanted - had):
        add_operator(tx, organization_id, persona_id, member_id)
