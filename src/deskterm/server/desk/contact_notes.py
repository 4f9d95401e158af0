"""Notes about contacts: for whoever sees the contact among agents, never for the contact."""

from deskterm.server import policy
from deskterm.server.desk.contacts import access_contact, access_present_contact, note
from deskterm.server.errors import Forbidden, NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import contact_notes
from deskterm.server.storage.contact_notes import ContactNoteRow
from deskterm.server.storage.database import Reader, Tx


def list_contact_notes(
    reader: Reader, principal: Principal, contact_id: bytes, *, before: bytes, limit: int
) -> list[ContactNoteRow]:
    """One more than a page of the notes about a contact, newest first."""
    row = access_contact(reader, principal, contact_id)
    return contact_notes.of(reader, principal.organization_id, row.id, before=before, limit=limit + 1)


def do_add_note(tx: Tx, principal: Principal, contact_id: bytes, body: str) -> ContactNoteRow:
    """Keep a note."""
    row = access_present_contact(tx, principal, contact_id)
    note_id = tx.ids.new_bytes()
    contact_notes.insert(
        tx,
        principal.organization_id,
        note_id=note_id,
        contact_id=row.id,
        author_id=principal.member_id,
        body=body,
    )
    return _access_note(tx, principal, row.id, note_id)


def do_delete_note(tx: Tx, principal: Principal, contact_id: bytes, note_id: bytes) -> None:
    """Delete a note: its author's, or any for admins. Twice is as once."""
    row = access_contact(tx, principal, contact_id)
    found = _access_note(tx, principal, row.id, note_id)
    if not policy.may_delete_contact_note(principal, found.author_id):
        raise Forbidden("Only its author and admins delete a note.")
    if found.deleted_at is not None:
        return
    contact_notes.delete(tx, principal.organization_id, found.id)
    note(tx, principal, "contact.note_deleted", row.id)


def _access_note(reader: Reader, principal: Principal, contact_id: bytes, note_id: bytes) -> ContactNoteRow:
    found = contact_notes.by_id(reader, principal.organization_id, contact_id, note_id)
    if found is None:
        raise NotFound()
    return found
