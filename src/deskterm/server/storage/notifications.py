"""Rows of notifications and of the contacts whom each is for."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class NotificationRow(NamedTuple):
    """A text for some contacts, and how far it is."""

    id: bytes
    body: str
    style: str | None
    created_by: bytes
    created_by_name: str
    recipients: int
    sent: int
    read: int
    created_at: int
    finished_at: int | None
    rev: int


class RecipientRow(NamedTuple):
    """A contact whom a notification is for; the times are None until it is so."""

    contact_id: bytes
    name: str
    message_id: bytes | None
    sent_at: int | None
    read_at: int | None


class NamedContact(NamedTuple):
    """A contact by the best name there is."""

    id: bytes
    name: str


class _OfRow(NamedTuple):
    conversation_id: bytes
    id: bytes
    name: str


class UnfinishedRow(NamedTuple):
    """A notification that has not reached everybody."""

    organization_id: int
    id: bytes


class WaitingRow(NamedTuple):
    """A contact who waits for a notification, and their thread of notifications if there is one."""

    contact_id: bytes
    conversation_id: bytes | None


_NAME = "coalesce(k.name, k.email, 'Visitor ' || k.visitor_number, 'Visitor')"
_OF = f"""
    SELECT c.id, k.id, {_NAME} FROM conversation c
    JOIN contact k ON k.organization_id = c.organization_id AND k.id = c.contact_id
    WHERE c.organization_id = :organization_id AND c.id IN (%s)"""
_SELECT = """
    SELECT n.id, n.body, n.style, n.created_by, u.name, n.recipients, n.sent, n.read, n.created_at,
        n.finished_at, n.rev
    FROM notification n
    JOIN member m ON m.organization_id = n.organization_id AND m.id = n.created_by
    JOIN user_account u ON u.id = m.user_id
    WHERE n.organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND n.id = :id")
_PAGE = statement(f"{_SELECT} AND n.id < :before ORDER BY n.id DESC LIMIT :limit")
_RECIPIENTS = f"""
    SELECT r.contact_id, {_NAME}, r.message_id, r.sent_at, r.read_at FROM notification_recipient r
    JOIN contact k ON k.organization_id = r.organization_id AND k.id = r.contact_id
    WHERE r.organization_id = :organization_id AND r.notification_id = :id AND r.contact_id > :after %s
    ORDER BY r.contact_id LIMIT :limit"""
_OF_ALL = statement(_RECIPIENTS % "")
_OF_READERS = statement(_RECIPIENTS % "AND r.read_at IS NOT NULL")
_OF_OTHERS = statement(_RECIPIENTS % "AND r.read_at IS NULL")
_INSERT = statement("""
    INSERT INTO notification (organization_id, id, body, style, created_by, recipients, rev, created_at)
    VALUES (:organization_id, :id, :body, :style, :created_by, :recipients, :rev, :now)""")
_ADDRESS = statement("""
    INSERT INTO notification_recipient (organization_id, notification_id, contact_id)
    VALUES (:organization_id, :id, :contact_id)""")
_UNFINISHED = statement(
    "SELECT organization_id, id FROM notification WHERE finished_at IS NULL ORDER BY id LIMIT 1"
)
_WAITING = statement("""
    SELECT r.contact_id, (SELECT c.id FROM conversation c WHERE c.organization_id = r.organization_id
        AND c.contact_id = r.contact_id AND c.kind = 'personal')
    FROM notification_recipient r
    WHERE r.organization_id = :organization_id AND r.notification_id = :id AND r.sent_at IS NULL
    ORDER BY r.contact_id LIMIT :limit""")
_SENT = statement("""
    UPDATE notification_recipient SET message_id = :message_id, seq = :seq, sent_at = :now
    WHERE organization_id = :organization_id AND notification_id = :id AND contact_id = :contact_id
        AND sent_at IS NULL""")
_PROGRESS = statement("""
    UPDATE notification SET sent = sent + :count, rev = :rev,
        finished_at = CASE WHEN sent + :count >= recipients THEN CAST(:now AS BIGINT) END
    WHERE organization_id = :organization_id AND id = :id""")
_UNREAD = """SELECT notification_id FROM notification_recipient
    WHERE organization_id = :organization_id AND contact_id = :contact_id AND sent_at IS NOT NULL
        AND read_at IS NULL AND seq <= :seq"""
_COUNT_READ = statement(f"""
    UPDATE notification SET read = read + 1
    WHERE organization_id = :organization_id AND id IN ({_UNREAD})""")
_READ = statement("""
    UPDATE notification_recipient SET read_at = :now
    WHERE organization_id = :organization_id AND contact_id = :contact_id AND sent_at IS NOT NULL
        AND read_at IS NULL AND seq <= :seq""")
_NAMED = f"""
    SELECT k.id, {_NAME} FROM contact k
    WHERE k.organization_id = :organization_id AND k.merged_into IS NULL AND k.id IN (%s)"""

#: How many ids one statement takes; every size up to it would be a text of its own to compile.
_SIZES = (1, 20, 500)


@lru_cache(maxsize=8)
def _named(size: int) -> str:
    return " ".join((_NAMED % ", ".join(f":i{at}" for at in range(size))).split())


@lru_cache(maxsize=8)
def _of(size: int) -> str:
    return " ".join((_OF % ", ".join(f":i{at}" for at in range(size))).split())


statement(_named(1))
statement(_of(1))


def contacts_named(reader: Reader, organization_id: int, ids: Sequence[bytes]) -> dict[bytes, str]:
    """The names of those of these contacts that there are."""
    found: dict[bytes, str] = {}
    for start in range(0, len(ids), _SIZES[-1]):
        chunk = ids[start : start + _SIZES[-1]]
        size = next(each for each in _SIZES if each >= len(chunk))
        values = {f"i{at}": chunk[min(at, len(chunk) - 1)] for at in range(size)}
        for row in reader.all(NamedContact, _named(size), organization_id=organization_id, **values):
            found[row.id] = row.name
    return found


def contacts_of(reader: Reader, organization_id: int, conversations: Sequence[bytes]) -> list[NamedContact]:
    """The contacts of these conversations, each once, in their order."""
    found: dict[bytes, NamedContact] = {}
    for start in range(0, len(conversations), _SIZES[-1]):
        chunk = conversations[start : start + _SIZES[-1]]
        size = next(each for each in _SIZES if each >= len(chunk))
        values = {f"i{at}": chunk[min(at, len(chunk) - 1)] for at in range(size)}
        rows = reader.all(_OfRow, _of(size), organization_id=organization_id, **values)
        by_conversation = {each.conversation_id: each for each in rows}
        for each in chunk:
            if row := by_conversation.get(each):
                found.setdefault(row.id, NamedContact(row.id, row.name))
    return list(found.values())


def by_id(reader: Reader, organization_id: int, notification_id: bytes) -> NotificationRow | None:
    """The notification with this id."""
    return reader.one(NotificationRow, _BY_ID, organization_id=organization_id, id=notification_id)


def page(reader: Reader, organization_id: int, *, before: bytes, limit: int) -> list[NotificationRow]:
    """Notifications, the newest first."""
    return reader.all(NotificationRow, _PAGE, organization_id=organization_id, before=before, limit=limit)


def recipients(
    reader: Reader,
    organization_id: int,
    notification_id: bytes,
    *,
    read: bool | None,
    after: bytes,
    limit: int,
) -> list[RecipientRow]:
    """Whom a notification is for, by id: all, or those who have read it, or have not."""
    sql = _OF_ALL if read is None else _OF_READERS if read else _OF_OTHERS
    return reader.all(
        RecipientRow, sql, organization_id=organization_id, id=notification_id, after=after, limit=limit
    )


def insert(
    tx: Tx,
    organization_id: int,
    notification_id: bytes,
    *,
    body: str,
    style: str | None,
    created_by: bytes,
    contact_ids: Sequence[bytes],
    rev: int,
) -> None:
    """Keep a notification and whom it is for, before any of them has it."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=notification_id,
        body=body,
        style=style,
        created_by=created_by,
        recipients=len(contact_ids),
        rev=rev,
        now=tx.now,
    )
    for each in contact_ids:
        values = {"organization_id": organization_id, "id": notification_id, "contact_id": each}
        tx.write(_ADDRESS, values)


def unfinished(reader: Reader) -> UnfinishedRow | None:
    """The oldest notification of all organizations that has not reached everybody."""
    return reader.one(UnfinishedRow, _UNFINISHED)


def waiting(reader: Reader, organization_id: int, notification_id: bytes, limit: int) -> list[WaitingRow]:
    """The next contacts who wait for it."""
    return reader.all(WaitingRow, _WAITING, organization_id=organization_id, id=notification_id, limit=limit)


def mark_sent(
    tx: Tx, organization_id: int, notification_id: bytes, contact_id: bytes, message_id: bytes, seq: int
) -> None:
    """A contact has it now."""
    tx.run(
        _SENT,
        organization_id=organization_id,
        id=notification_id,
        contact_id=contact_id,
        message_id=message_id,
        seq=seq,
        now=tx.now,
    )


def progress(tx: Tx, organization_id: int, notification_id: bytes, count: int, rev: int) -> None:
    """So many more have it; with the last of them it is finished."""
    tx.run(_PROGRESS, organization_id=organization_id, id=notification_id, count=count, rev=rev, now=tx.now)


def mark_read(tx: Tx, organization_id: int, contact_id: bytes, seq: int) -> None:
    """A contact has read their notifications up to this log position."""
    tx.run(_COUNT_READ, organization_id=organization_id, contact_id=contact_id, seq=seq)
    tx.run(_READ, organization_id=organization_id, contact_id=contact_id, seq=seq, now=tx.now)
