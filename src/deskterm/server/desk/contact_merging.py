"""Two contacts as one: who wrote as a visitor or a lead turns out to be somebody who is known."""

from deskterm.protocol.ids import to_text
from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.contact_moving import move_conversations
from deskterm.server.desk.contacts import RANKS, access_contact, access_present_contact, note, write
from deskterm.server.errors import Conflict
from deskterm.server.principal import Principal
from deskterm.server.storage import contact_notes, conversations, sessions, visitors
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Tx


def do_merge_contact(tx: Tx, principal: Principal, source_id: bytes, into_id: bytes) -> ContactRow:
    """Move everything of one contact to another; doing it again is harmless.

    `Conflict` where two people who sign in would read each other, and where a customer would become less.
    """
    target = access_present_contact(tx, principal, into_id)
    source = access_contact(tx, principal, source_id)
    if source.merged_into == target.id:
        return target
    if source.merged_into is not None:
        raise Conflict("This contact was merged into another one.")
    _check(source, target)
    organization = principal.organization_id
    held = sessions.of_contact(tx, organization, source.id)
    write(tx, principal, _together(source, target))
    move_conversations(tx, organization, source.id, target.id, actor_id=principal.actor_id)
    _move_notifications(tx, organization, source.id, target.id)
    contact_notes.move(tx, organization, source.id, target.id)
    visitors.merge(tx, organization, source.id, target.id)
    note(tx, principal, "contact.merged", source.id, into=to_text(target.id))
    end_sessions(tx, held, principal.actor_id)
    return access_contact(tx, principal, target.id)


def _check(source: ContactRow, target: ContactRow) -> None:
    if source.id == target.id:
        raise Conflict("A contact is not merged with itself.")
    if source.user_id is not None:
        raise Conflict("Who signs in stays who they are: merge the other one into them.")
    if RANKS.index(source.kind) > RANKS.index(target.kind):
        raise Conflict(
            "A {kind} is not merged into a {other}: merge the other way round.",
            kind=source.kind,
            other=target.kind,
        )


def _together(source: ContactRow, target: ContactRow) -> ContactRow:
    """What is known of the target, and where nothing is, what is known of the source."""
    return target._replace(
        name=target.name or source.name,
        email=target.email or source.email,
        phone=target.phone or source.phone,
        company=target.company or source.company,
    )


def _move_notifications(tx: Tx, organization: int, source_id: bytes, target_id: bytes) -> None:
    """The thread of notifications goes along unless there is one; a contact has one of these."""
    thread = conversations.personal_of(tx, organization, source_id)
    if thread is not None and conversations.personal_of(tx, organization, target_id) is None:
        conversations.update(tx, organization, thread, {"contact_id": target_id})
