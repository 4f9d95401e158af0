"""The conversations of one contact become another's."""

from deskterm.protocol.records import Status
from deskterm.protocol.states import ACTIVE
from deskterm.server.desk import activity
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import write_changes
from deskterm.server.storage import conversations, visitors
from deskterm.server.storage.database import Audience, Tx


def move_conversations(
    tx: Tx, organization_id: int, source_id: bytes, contact_id: bytes, *, actor_id: bytes
) -> int:
    """Move them all; answers how many. One may be active: the source's ends, linked to the other."""
    active = conversations.active_of(tx, organization_id, contact_id)
    moved = visitors.support_of(tx, organization_id, source_id)
    journal = Journal(tx, organization_id, actor_id)
    ended = [
        conversation_id
        for conversation_id, status in moved
        if active is not None and Status(status) in ACTIVE
    ]
    for conversation_id in ended:
        activity.add_line(tx, journal, organization_id, conversation_id, activity.SUCCEEDED, public=True)
    for conversation_id, _ in moved:
        _tell(journal, conversation_id, contact_id)

    def write(rev: int) -> None:
        for conversation_id, _ in moved:
            changes: dict[str, object] = {"contact_id": contact_id}
            if conversation_id in ended and active is not None:
                changes |= {"status": Status.CLOSED.value, "snoozed_until": None, "closed_at": tx.now}
                changes["next_id"] = active.id
            write_changes(tx, organization_id, conversation_id, changes, rev, public=True)
            visitors.rewrite_author(tx, organization_id, conversation_id, source_id, contact_id)

    if moved:
        journal.close(write)
    return len(moved)


def _tell(journal: Journal, conversation_id: bytes, contact_id: bytes) -> None:
    """Agents see whose it is now; the contact's other windows get it whole."""
    about = ("conversation", conversation_id)
    journal.add("conversation.updated", *about, Audience.CONVERSATION, conversation_id=conversation_id)
    journal.add(
        "conversation.granted",
        *about,
        Audience.CONTACT,
        conversation_id=conversation_id,
        audience_id=contact_id,
    )
