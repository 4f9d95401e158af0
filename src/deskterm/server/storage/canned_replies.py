"""Rows of canned replies: texts that agents keep, shared by the organization or one member's own."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class CannedReplyRow(NamedTuple):
    """A text that is kept; `owner_id` None = shared."""

    id: bytes
    owner_id: bytes | None
    shortcut: str
    title: str
    body: str
    rev: int
    created_at: int
    updated_at: int


_COLUMNS = "id, owner_id, shortcut, title, body, rev, created_at, updated_at"
_BY_ID = statement(f"""
    SELECT {_COLUMNS} FROM canned_reply WHERE organization_id = :organization_id AND id = :id""")
_OF_READER = statement(f"""
    SELECT {_COLUMNS} FROM canned_reply
    WHERE organization_id = :organization_id AND (owner_id IS NULL OR owner_id = :member_id) AND id > :after
    ORDER BY id LIMIT :limit""")
_COUNT_SHARED = statement("""
    SELECT count(*) FROM canned_reply WHERE organization_id = :organization_id AND owner_id IS NULL""")
_COUNT_OWN = statement("""
    SELECT count(*) FROM canned_reply WHERE organization_id = :organization_id AND owner_id = :owner_id""")
_SHARED_WITH = statement("""
    SELECT id FROM canned_reply
    WHERE organization_id = :organization_id AND owner_id IS NULL AND shortcut = :shortcut""")
_OWN_WITH = statement("""
    SELECT id FROM canned_reply
    WHERE organization_id = :organization_id AND owner_id = :owner_id AND shortcut = :shortcut""")
_INSERT = statement("""
    INSERT INTO canned_reply
        (organization_id, id, owner_id, shortcut, title, body, rev, created_at, updated_at)
    VALUES
        (:organization_id, :id, :owner_id, :shortcut, :title, :body, :rev, :created_at, :updated_at)""")
_UPDATE = statement("""
    UPDATE canned_reply SET shortcut = :shortcut, title = :title, body = :body, rev = :rev,
        updated_at = :updated_at
    WHERE organization_id = :organization_id AND id = :id""")
_DELETE = statement("DELETE FROM canned_reply WHERE organization_id = :organization_id AND id = :id")


def by_id(reader: Reader, organization_id: int, reply_id: bytes) -> CannedReplyRow | None:
    """The canned reply with this id, whoever it belongs to."""
    return reader.one(CannedReplyRow, _BY_ID, organization_id=organization_id, id=reply_id)


def of_reader(
    reader: Reader, organization_id: int, member_id: bytes | None, *, after: bytes, limit: int
) -> list[CannedReplyRow]:
    """The shared ones and the member's own, in the order of their ids."""
    return reader.all(
        CannedReplyRow,
        _OF_READER,
        organization_id=organization_id,
        member_id=member_id,
        after=after,
        limit=limit,
    )


def count(reader: Reader, organization_id: int, owner_id: bytes | None) -> int:
    """How many an owner has; None counts the shared ones."""
    if owner_id is None:
        return int(reader.value(_COUNT_SHARED, organization_id=organization_id))
    return int(reader.value(_COUNT_OWN, organization_id=organization_id, owner_id=owner_id))


def with_shortcut(
    reader: Reader, organization_id: int, owner_id: bytes | None, shortcut: str
) -> bytes | None:
    """The id of what is called so among the shared ones, or among an owner's."""
    found: bytes | None
    if owner_id is None:
        found = reader.value(_SHARED_WITH, organization_id=organization_id, shortcut=shortcut)
    else:
        found = reader.value(_OWN_WITH, organization_id=organization_id, owner_id=owner_id, shortcut=shortcut)
    return found


def insert(tx: Tx, organization_id: int, row: CannedReplyRow) -> None:
    """Keep a text."""
    tx.run(_INSERT, organization_id=organization_id, **row._asdict())


def update(tx: Tx, organization_id: int, row: CannedReplyRow) -> None:
    """Write shortcut, title, body, rev and time; whose it is never changes."""
    tx.run(
        _UPDATE,
        organization_id=organization_id,
        id=row.id,
        shortcut=row.shortcut,
        title=row.title,
        body=row.body,
        rev=row.rev,
        updated_at=row.updated_at,
    )


def delete(tx: Tx, organization_id: int, reply_id: bytes) -> None:
    """Forget a text."""
    tx.run(_DELETE, organization_id=organization_id, id=reply_id)
