"""A visitor turns out to be somebody: their conversations go to the contact their website has signed for."""

from deskterm.protocol.records import Status
from deskterm.protocol.states import ACTIVE
from deskterm.server.desk import activity
from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import write_changes
from deskterm.server.identity import BadIdentity, Identity
from deskterm.server.storage import audit, conversations, sessions, visitors
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.visitors import VisitorRow

_NOBODY = bytes(16)


def do_identify(tx: Tx, organization_id: int, visitor: VisitorRow | None, identity: Identity) -> VisitorRow:
    """The contact of an identity, made or found; an anonymous visitor who is them becomes them.

    Found by the website's own id, else by an e-mail address that it has verified, never by one it has not.
    Raises `BadIdentity` if the token was used before.
    """
    if not visitors.use_token(tx, organization_id, identity.token_id, identity.expires_at):
        raise BadIdentity("It was used before.")
    known = visitors.by_external_id(tx, organization_id, identity.subject)
    if known is None and identity.email is not None and identity.email_verified:
        but = _NOBODY if visitor is None else visitor.id
        known = visitors.by_email(tx, organization_id, identity.email, but=but)
    anonymous = visitor if visitor is not None and visitor.external_id is None else None
    found = known or anonymous or visitors.insert(tx, organization_id, tx.ids.new_bytes())
    visitors.identify(
        tx,
        organization_id,
        found.id,
        external_id=identity.subject,
        name=identity.name,
        email=identity.email,
    )
    if anonymous is not None:
        held = sessions.of_contact(tx, organization_id, anonymous.id)
        if anonymous.id != found.id:
            _merge(tx, organization_id, anonymous.id, found.id)
        end_sessions(tx, held, None)
    return found


def _merge(tx: Tx, organization_id: int, visitor_id: bytes, contact_id: bytes) -> None:
    """Move everything over. Only one may be active: the visitor's ends, linked to the contact's."""
    active = conversations.active_of(tx, organization_id, contact_id)
    moved = visitors.support_of(tx, organization_id, visitor_id)
    journal = Journal(tx, organization_id, contact_id)
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
            visitors.rewrite_author(tx, organization_id, conversation_id, visitor_id, contact_id)

    if moved:
        journal.close(write)
    visitors.merge(tx, organization_id, visitor_id, contact_id)
    audit.write(
        tx,
        organization_id,
        "contact.identified",
        actor_id=None,
        entity="contact",
        entity_id=contact_id,
        detail={"visitor": visitor_id.hex(), "conversations": len(moved)},
    )


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
