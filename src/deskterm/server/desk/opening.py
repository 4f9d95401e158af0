"""Opening a support conversation: the active one is closed in the same transaction, and both are linked."""

from typing import Any, NamedTuple

from deskterm.protocol.records import ContactKind, Kind, Source, Status
from deskterm.server.desk import activity
from deskterm.server.desk.assignment import is_assignable, record_assignment
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import write_changes
from deskterm.server.principal import Principal
from deskterm.server.storage import conversations, members
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader, Tx

SOURCES = {
    ContactKind.CUSTOMER.value: Source.CUSTOMER,
    ContactKind.LEAD.value: Source.LEAD,
    ContactKind.VISITOR.value: Source.WIDGET,
}


class Opening(NamedTuple):
    """A conversation about to be made: its columns, and the one it follows (closed with it if active)."""

    id: bytes
    values: dict[str, Any]
    previous: ConversationRow | None
    closes: bool


def plan_opening(
    tx: Tx, contact_id: bytes, source: Source, previous: ConversationRow | None, **values: Any
) -> Opening:
    """A new open support conversation of the contact that follows `previous`."""
    closes = previous is not None and previous.status not in (Status.RESOLVED, Status.CLOSED)
    columns = {
        "kind": Kind.SUPPORT.value,
        "status": Status.OPEN.value,
        "source": source.value,
        "contact_id": contact_id,
        "previous_id": None if previous is None else previous.id,
        **values,
    }
    return Opening(tx.ids.new_bytes(), columns, previous, closes)


def taken_over(reader: Reader, organization_id: int, previous: ConversationRow) -> dict[str, Any]:
    """What the successor of an active conversation takes over: assignee (if still there), priority, tags."""
    assignee = previous.assignee_id
    if assignee is not None:
        member = members.by_id(reader, organization_id, assignee)
        assignee = assignee if member is not None and is_assignable(member) else None
    return {"assignee_id": assignee, "priority": previous.priority, "tags": previous.tags}


def announce(tx: Tx, journal: Journal, principal: Principal, opening: Opening, reason: str | None) -> None:
    """Tell of a new conversation and of the end of the one before; `reason` explains its first assignee."""
    organization_id = principal.organization_id
    previous = opening.previous
    if previous is not None:
        if opening.closes:
            activity.add_line(tx, journal, organization_id, previous.id, activity.SUCCEEDED, public=True)
        _tell(journal, "conversation.updated", previous.id)
    _tell(journal, "conversation.created", opening.id)
    assignee = opening.values.get("assignee_id")
    if assignee is not None and reason is not None:
        carried = reason == "auto" and previous is not None
        record_assignment(
            tx,
            journal,
            organization_id,
            opening.id,
            assignee,
            by=None if carried else principal.member_id,
            reason=reason,
            explanation=f"Taken over from #{previous.number}." if carried and previous else None,
        )


def _tell(journal: Journal, kind: str, conversation_id: bytes) -> None:
    journal.add(kind, "conversation", conversation_id, Audience.CONVERSATION, conversation_id=conversation_id)


def write_opening(tx: Tx, principal: Principal, opening: Opening, rev: int) -> None:
    """Close the old one, make the new one, link them: in this order, for only one may be active."""
    organization_id = principal.organization_id
    if opening.previous is not None and opening.closes:
        ended = {
            "status": Status.CLOSED.value,
            "snoozed_until": None,
            "closed_at": tx.now,
            "closed_by": principal.member_id if principal.is_agent else None,
        }
        write_changes(tx, organization_id, opening.previous.id, ended, rev, public=True)
    conversations.insert(
        tx,
        organization_id,
        {
            "id": opening.id,
            "number": conversations.next_number(tx, organization_id),
            **opening.values,
            "rev": rev,
            "public_rev": rev,
            "created_at": tx.now,
            "updated_at": tx.now,
            "public_updated_at": tx.now,
        },
    )
    conversations.index_tags(
        tx,
        organization_id,
        opening.id,
        add=conversations.parse_tags(opening.values.get("tags", "[]")),
        remove=(),
    )
    if opening.previous is not None:
        link = {"next_id": opening.id}
        write_changes(tx, organization_id, opening.previous.id, link, rev, public=True)
