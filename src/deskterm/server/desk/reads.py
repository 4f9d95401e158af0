"""Read cursors. They never move back.

A support conversation has two: the desk's one, shared by its agents, and its contact's. In direct, group and
personal conversations everybody has their own.
"""

import json
from typing import NamedTuple

from deskterm.protocol.records import Kind
from deskterm.server import policy
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.journal import Journal
from deskterm.server.principal import Principal
from deskterm.server.storage import conversations, notifications, reads
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Tx


class Position(NamedTuple):
    """How far a conversation is read, and how much is left for the principal."""

    conversation_id: bytes
    seq: int
    unread: int


def do_read(tx: Tx, principal: Principal, conversation_id: bytes, seq: int) -> Position:
    """Mark everything up to the log position `seq` as read; an admin who is not the assignee only looks."""
    row = access_conversation(tx, principal, conversation_id)
    seq = min(seq, tx.head(principal.organization_id))
    if row.kind != Kind.SUPPORT:
        return _read_own(tx, principal, row, seq)
    if principal.is_agent:
        return _read_for_desk(tx, principal, row, seq)
    return _read_as_contact(tx, principal, row, seq)


def _read_for_desk(tx: Tx, principal: Principal, row: ConversationRow, seq: int) -> Position:
    if seq <= row.agent_read_seq or not policy.moves_desk_cursor(principal, row.assignee_id):
        return Position(row.id, row.agent_read_seq, row.unread)
    unread = reads.from_contacts(tx, principal.organization_id, row.id, seq)
    _write(tx, principal, row, seq, {"agent_read_seq": seq, "agent_unread": unread})
    return Position(row.id, seq, row._replace(agent_read_seq=seq, agent_unread=unread).unread)


def _read_as_contact(tx: Tx, principal: Principal, row: ConversationRow, seq: int) -> Position:
    if seq <= row.contact_read_seq:
        return Position(row.id, row.contact_read_seq, row.contact_unread)
    unread = reads.from_others(tx, principal.organization_id, row.id, seq, principal.actor_id)
    _write(tx, principal, row, seq, {"contact_read_seq": seq, "contact_unread": unread})
    return Position(row.id, seq, unread)


def _write(tx: Tx, principal: Principal, row: ConversationRow, seq: int, changes: dict[str, int]) -> None:
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    journal.add(
        "read.updated",
        "conversation",
        row.id,
        Audience.CONVERSATION,
        conversation_id=row.id,
        detail=_detail(seq),
    )
    columns = {name: value for name, value in changes.items() if value != getattr(row, name)}
    journal.close(
        lambda last: conversations.update(
            tx, principal.organization_id, row.id, {**columns, "rev": last, "public_rev": last}
        )
    )


def _read_own(tx: Tx, principal: Principal, row: ConversationRow, seq: int) -> Position:
    organization_id, reader_id = principal.organization_id, principal.actor_id
    before = reads.cursor(tx, organization_id, row.id, reader_id)
    position = max(before, seq)
    unread = reads.from_others(tx, organization_id, row.id, position, reader_id)
    if position > before:
        journal = Journal(tx, organization_id, reader_id)
        journal.add(
            "read.updated",
            "conversation",
            row.id,
            Audience.MEMBER if principal.is_agent else Audience.CONTACT,
            conversation_id=row.id,
            audience_id=reader_id,
            detail=_detail(position),
            write=lambda _: _write_own(tx, principal, row, position),
        )
        journal.close(_nothing)
    return Position(row.id, position, unread)


def _write_own(tx: Tx, principal: Principal, row: ConversationRow, position: int) -> None:
    reads.set_cursor(tx, principal.organization_id, row.id, principal.actor_id, position)
    if row.kind == Kind.PERSONAL and row.contact_id is not None and row.contact_id == principal.contact_id:
        notifications.mark_read(tx, principal.organization_id, row.contact_id, position)


def _detail(seq: int) -> str:
    return json.dumps({"seq": seq})


def _nothing(last: int) -> None:
    """The conversation itself stays as it is: others' cursors are not theirs."""
