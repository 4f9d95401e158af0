"""Erasing a person: bodies, files, notes, drafts and all that is known of them go; numbers and counts stay.

The event log is thin, so it keeps its rows: whoever resumes from before reads empty messages, and is told
with reason `erased` to forget the conversation.
"""

from typing import NamedTuple

from deskterm.protocol.records import Role
from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.contacts import access_contact, note
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.losses import tell_erased
from deskterm.server.desk.transitions import add_updated
from deskterm.server.errors import Conflict
from deskterm.server.principal import Principal
from deskterm.server.storage import accounts, contacts, conversations, erasure, members, sessions
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.erasure import Amount, Written
from deskterm.server.storage.sessions import SessionKey


class Erasing(NamedTuple):
    """What there is of a person; `files` are the contents, by hash, to let go of afterwards."""

    contacts: list[bytes]
    conversations: list[bytes]
    written: list[Written]
    files: list[bytes]
    amount: Amount


NOTHING = Erasing([], [], [], [], Amount())


def access_erasing(reader: Reader, principal: Principal, contact_id: bytes) -> Erasing:
    """What erasing a contact would take, nothing where that is done; `Conflict` for who works here."""
    row = access_contact(reader, principal, contact_id)
    if row.merged_into is not None:
        raise Conflict("This contact was merged into another one: erase that one.")
    if row.erased_at is not None:
        return NOTHING
    if row.user_id is not None:
        member = members.by_user(reader, principal.organization_id, row.user_id)
        if member is not None and member.role != Role.CUSTOMER:
            raise Conflict("They work here: make them a customer first.")
    return of_contact(reader, principal.organization_id, contact_id)


def of_contact(reader: Reader, organization_id: int, contact_id: bytes) -> Erasing:
    """The same without asking who wants to know."""
    same = erasure.same_person(reader, organization_id, contact_id)
    threads = erasure.conversations_of(reader, organization_id, same)
    written = erasure.written_by(reader, organization_id, same)
    files = erasure.files_of(reader, organization_id, same, threads, written)
    found = erasure.amount(reader, organization_id, same, threads)
    return Erasing(same, threads, written, files, found.plus(Amount(messages=len(written))))


def do_erase(tx: Tx, principal: Principal, contact_id: bytes, backup: str) -> Erasing:
    """Erase a contact, after the backup of this name was made; the audit says how much there was."""
    if access_erasing(tx, principal, contact_id) is NOTHING:
        return NOTHING
    done = erase(tx, principal.organization_id, contact_id, principal.actor_id)
    note(tx, principal, "contact.erased", contact_id, **done.amount._asdict(), backup=backup)
    return done


def erase(tx: Tx, organization_id: int, contact_id: bytes, actor_id: bytes | None) -> Erasing:
    """Erase a contact, whoever wants it; answers what there was."""
    row = contacts.by_id(tx, organization_id, contact_id)
    if row is None:
        raise LookupError("whoever is erased is there")
    erasing = of_contact(tx, organization_id, contact_id)
    ended = _sessions(tx, organization_id, erasing.contacts, row)
    journal = Journal(tx, organization_id, actor_id)
    for conversation_id in erasing.conversations:
        conversation = conversations.in_organization(tx, organization_id, conversation_id)
        if conversation is not None:  # else it is in another one, and nobody has it
            tell_erased(journal, tx, organization_id, conversation)
    for each in erasing.written:
        _tell_of(journal, organization_id, each, tx)
    rooms = list(dict.fromkeys(each.conversation_id for each in erasing.written))
    for room in rooms:
        add_updated(journal, room, public=True)
    end_sessions(tx, ended, actor_id)
    first = tx.head(organization_id) + 1  # no newer than any of the revocations, or these would be ignored

    def write(_last: int) -> None:
        for conversation_id in erasing.conversations:
            erasure.empty_conversation(tx, organization_id, conversation_id, first)

    rev = first - 1
    if erasing.conversations or rooms:
        rev = journal.close(write)
    for room in rooms:
        erasure.renew_previews(tx, organization_id, room, rev)
    _forget(tx, organization_id, erasing, row, rev)
    return erasing


def _tell_of(journal: Journal, organization_id: int, written: Written, tx: Tx) -> None:
    journal.add(
        "message.deleted",
        "message",
        written.id,
        Audience.CONVERSATION,
        conversation_id=written.conversation_id,
        write=lambda seq: erasure.empty_message(tx, organization_id, written, seq),
    )


def _sessions(tx: Tx, organization_id: int, same: list[bytes], row: ContactRow) -> list[SessionKey]:
    """Those that end: a visitor's, and here those of whoever signs in."""
    found = [key for each in same for key in sessions.of_contact(tx, organization_id, each)]
    if row.user_id is not None:
        own = sessions.of_user(tx, row.user_id)
        found += [each for each in own if each.organization_id == organization_id]
    return list(dict.fromkeys(found))


def _forget(tx: Tx, organization_id: int, erasing: Erasing, row: ContactRow, rev: int) -> None:
    for contact_id in erasing.contacts:
        erasure.forget_contact(tx, organization_id, contact_id, max(rev, row.rev + 1))
    if row.user_id is not None:
        erasure.disable(tx, organization_id, row.user_id, rev)
        if accounts.organizations_of(tx, row.user_id) == [organization_id]:
            erasure.forget_user(tx, row.user_id)
