"""Rows of conversations: what the desk decides by, and every way such a row changes."""

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from deskterm.server.policy import PARTICIPATIONS, SILENCED, participation
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Reader, Statement, Tx, statement
from deskterm.server.storage.organizations import parse_settings


class ConversationRow(NamedTuple):
    """A conversation as the desk decides by it, with what one read can bring along.

    `settings` is the organization's JSON, `support_persona_id` its support persona, `participates` whether
    the principal takes part, `silenced` whether that keeps them from writing (`policy.may_write`), `taken`
    whether the message id that was asked for is in use.
    """

    id: bytes
    number: int
    kind: str
    status: str
    priority: int
    source: str
    contact_id: bytes | None
    assignee_id: bytes | None
    persona_id: bytes | None
    subject: str | None
    tags: str
    escalated: int
    escalated_reason: str | None
    waiting_since: int | None
    snoozed_until: int | None
    first_reply_at: int | None
    agent_joined_at: int | None
    resolved_at: int | None
    resolved_by: bytes | None
    closed_at: int | None
    closed_by: bytes | None
    previous_id: bytes | None
    next_id: bytes | None
    agent_read_seq: int
    contact_read_seq: int
    agent_unread: int
    woken_seq: int
    contact_unread: int
    last_message_seq: int
    rev: int
    support_persona_id: bytes | None
    settings: str
    participates: int
    silenced: int
    taken: int

    @property
    def unread(self) -> int:
        """What agents have not read: messages, or at least that a snooze has ended since they looked."""
        return self.agent_unread or int(self.woken_seq > self.agent_read_seq)


class DueRow(NamedTuple):
    """A conversation whose time has come."""

    organization_id: int
    id: bytes


class _SettingsRow(NamedTuple):
    organization_id: int
    settings: str


class ClosingRule(NamedTuple):
    """After how many days an organization closes what is resolved."""

    organization_id: int
    close_after_days: int


_OWN_COLUMNS = ", ".join(f"c.{name}" for name in ConversationRow._fields[:30])
_SELECT = f"""
    SELECT {_OWN_COLUMNS},
        (SELECT p.id FROM persona p WHERE p.organization_id = c.organization_id AND p.support = 1
            AND p.retired_at IS NULL),
        (SELECT o.settings FROM organization o WHERE o.organization_id = c.organization_id),
        CASE WHEN c.kind IN ('direct', 'group') AND %s THEN 1 ELSE 0 END,
        %s, %s
    FROM conversation c WHERE c.organization_id = :organization_id AND """
_NOWHERE = "1 = 0"  # what the desk itself takes part in
_BY_ID = "c.id = :id AND c.merged_into IS NULL"
_MERGED = "c.id = :id AND c.merged_into IS NOT NULL"
_NO_MESSAGE = "0"
_IS_TAKEN = (
    "EXISTS (SELECT 1 FROM message m WHERE m.organization_id = :organization_id AND m.id = :message_id)"
)
_SUPPORT_OF = "c.contact_id = :contact_id AND c.kind = 'support' AND c.merged_into IS NULL"
_ACTIVE = f"{_SUPPORT_OF} AND c.status IN ('open', 'pending', 'snoozed')"
_RESOLVED = (
    f"{_SUPPORT_OF} AND c.status = 'resolved' AND c.archived_at IS NULL ORDER BY c.number DESC LIMIT 1"
)
_NEWEST = f"{_SUPPORT_OF} AND c.archived_at IS NULL ORDER BY c.number DESC LIMIT 1"

_PERSONAL = statement("""
    SELECT id FROM conversation
    WHERE organization_id = :organization_id AND contact_id = :contact_id AND kind = 'personal'""")
_NEXT_NUMBER = statement("""
    UPDATE organization_counter SET conversation_number = conversation_number + 1
    WHERE organization_id = :organization_id RETURNING conversation_number""")
_LINKS = {
    name: statement(f"SELECT {name} FROM conversation WHERE organization_id = :organization_id AND id = :id")
    for name in ("previous_id", "next_id")
}
_DUE_SNOOZED = statement("""
    SELECT organization_id, id FROM conversation WHERE status = 'snoozed' AND snoozed_until <= :now
        AND merged_into IS NULL
    ORDER BY snoozed_until LIMIT :limit""")
_DUE_RESOLVED = statement("""
    SELECT c.organization_id, c.id FROM conversation c
    WHERE c.status = 'resolved' AND c.organization_id = :organization_id AND c.resolved_at <= :before
        AND c.merged_into IS NULL
    ORDER BY c.resolved_at LIMIT :limit""")
_ALL_SETTINGS = statement("SELECT organization_id, settings FROM organization ORDER BY organization_id")
_NEXT_WAKE = statement("""
    SELECT min(snoozed_until) FROM conversation WHERE status = 'snoozed' AND merged_into IS NULL""")
_ADD_TAG = statement("""
    INSERT INTO conversation_tag (organization_id, tag, conversation_id)
    VALUES (:organization_id, :tag, :id) ON CONFLICT (organization_id, tag, conversation_id) DO NOTHING""")
_REMOVE_TAG = statement("""
    DELETE FROM conversation_tag
    WHERE organization_id = :organization_id AND tag = :tag AND conversation_id = :id""")


@cache
def _select(taking_part: str, where: str, taken: str = _NO_MESSAGE) -> Statement:
    silenced = "0" if taking_part == _NOWHERE else SILENCED
    return statement(_SELECT % (taking_part, silenced, taken) + where)


for _taking_part in PARTICIPATIONS:
    _select(_taking_part, _BY_ID)
    _select(_taking_part, _BY_ID, _IS_TAKEN)
    _select(_taking_part, _MERGED)
for _where in (_BY_ID, _ACTIVE, _RESOLVED, _NEWEST):
    _select(_NOWHERE, _where)


def newest_resolved_of(reader: Reader, organization_id: int, contact_id: bytes) -> ConversationRow | None:
    """The contact's newest resolved support conversation."""
    return _find_plain(reader, organization_id, _RESOLVED, contact_id=contact_id)


def _find_plain(reader: Reader, organization_id: int, where: str, **values: Any) -> ConversationRow | None:
    return reader.one(ConversationRow, _select(_NOWHERE, where), organization_id=organization_id, **values)


def by_id(reader: Reader, principal: Principal, conversation_id: bytes) -> ConversationRow | None:
    """The conversation with this id in the principal's organization, whoever may see it."""
    part = participation(principal)
    return reader.one(
        ConversationRow,
        _select(part.sql, _BY_ID),
        organization_id=principal.organization_id,
        id=conversation_id,
        **part.values,
    )


def merged_by_id(reader: Reader, principal: Principal, conversation_id: bytes) -> ConversationRow | None:
    """A conversation that is in another one, as it was before; nothing else finds it."""
    part = participation(principal)
    return reader.one(
        ConversationRow,
        _select(part.sql, _MERGED),
        organization_id=principal.organization_id,
        id=conversation_id,
        **part.values,
    )


def by_id_to_send(
    reader: Reader, principal: Principal, conversation_id: bytes, message_id: bytes
) -> ConversationRow | None:
    """As `by_id`, and in the same read whether the id of a new message is taken."""
    part = participation(principal)
    return reader.one(
        ConversationRow,
        _select(part.sql, _BY_ID, _IS_TAKEN),
        organization_id=principal.organization_id,
        id=conversation_id,
        message_id=message_id,
        **part.values,
    )


def in_organization(reader: Reader, organization_id: int, conversation_id: bytes) -> ConversationRow | None:
    """The conversation for the desk itself, which takes part nowhere."""
    return _find_plain(reader, organization_id, _BY_ID, id=conversation_id)


def active_of(reader: Reader, organization_id: int, contact_id: bytes) -> ConversationRow | None:
    """The contact's one active support conversation."""
    return _find_plain(reader, organization_id, _ACTIVE, contact_id=contact_id)


def newest_of(reader: Reader, organization_id: int, contact_id: bytes) -> ConversationRow | None:
    """The contact's newest support conversation, whatever its status."""
    return _find_plain(reader, organization_id, _NEWEST, contact_id=contact_id)


def personal_of(reader: Reader, organization_id: int, contact_id: bytes) -> bytes | None:
    """The thread of a contact's notifications."""
    found: bytes | None = reader.value(_PERSONAL, organization_id=organization_id, contact_id=contact_id)
    return found


def link_of(reader: Reader, organization_id: int, conversation_id: bytes, name: str) -> bytes | None:
    """Which conversation is named as `previous_id` or `next_id`."""
    found: bytes | None = reader.value(_LINKS[name], organization_id=organization_id, id=conversation_id)
    return found


def next_number(tx: Tx, organization_id: int) -> int:
    """Take the next conversation number."""
    return int(tx.value(_NEXT_NUMBER, organization_id=organization_id))


@lru_cache(maxsize=256)
def _update_text(columns: tuple[str, ...]) -> Statement:
    sets = ",".join(f"{name}=:{name}" for name in columns)
    return Statement(f"UPDATE conversation SET {sets} WHERE organization_id = :organization_id AND id = :id")


@lru_cache(maxsize=16)
def _insert_text(columns: tuple[str, ...]) -> Statement:
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    return Statement(f"INSERT INTO conversation ({names}) VALUES ({values})")


def update(tx: Tx, organization_id: int, conversation_id: bytes, changes: Mapping[str, Any]) -> None:
    """Write these columns and no others: an index costs only when one of its columns is named."""
    tx.put(_update_text(tuple(changes)), (*changes.values(), organization_id, conversation_id))


def insert(tx: Tx, organization_id: int, values: Mapping[str, Any]) -> None:
    """Make a conversation; columns that are not named take their defaults."""
    columns = {"organization_id": organization_id, **values}
    tx.write(_insert_text(tuple(columns)), columns)


def parse_tags(text: str) -> list[str]:
    """Tags from what a row keeps, sorted."""
    tags: list[str] = json.loads(text)
    return tags


def pack_tags(tags: Iterable[str]) -> str:
    """Tags as a row keeps them."""
    return json.dumps(sorted(set(tags)), ensure_ascii=False)


def index_tags(
    tx: Tx, organization_id: int, conversation_id: bytes, *, add: Iterable[str], remove: Iterable[str]
) -> None:
    """Let the conversation be found by its tags."""
    for tag in add:
        tx.run(_ADD_TAG, organization_id=organization_id, id=conversation_id, tag=tag)
    for tag in remove:
        tx.run(_REMOVE_TAG, organization_id=organization_id, id=conversation_id, tag=tag)


def due_snoozed(reader: Reader, now: int, limit: int) -> list[DueRow]:
    """Snoozed conversations of all organizations whose time has come, the oldest first."""
    return reader.all(DueRow, _DUE_SNOOZED, now=now, limit=limit)


def due_resolved(reader: Reader, organization_id: int, before: int, limit: int) -> list[DueRow]:
    """Conversations of one organization that were resolved before that time, the oldest first."""
    return reader.all(DueRow, _DUE_RESOLVED, organization_id=organization_id, before=before, limit=limit)


def next_wake(reader: Reader) -> int | None:
    """When the next snoozed conversation of any organization is due."""
    found: int | None = reader.value(_NEXT_WAKE)
    return found


def closing_rules(reader: Reader) -> list[ClosingRule]:
    """Every organization's rule for closing what is resolved."""
    return [
        ClosingRule(row.organization_id, parse_settings(row.settings).close_after_days)
        for row in reader.all(_SettingsRow, _ALL_SETTINGS)
    ]
