"""Notes about contacts."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import contacts as wire
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk import contact_notes as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.contact_notes import ContactNoteRow
from deskterm.server.storage.database import Tx
from deskterm.server.views.times import rfc3339


async def list_contact_notes(call: Call) -> Answer:
    """What agents wrote about a contact."""
    before = position(call.query, LAST)
    rows = call.db.read(
        lambda reader: desk.list_contact_notes(
            reader, call.principal, call.path["contact_id"], before=before, limit=call.query.limit
        )
    )
    return Answer(200, page([_note(each) for each in rows], call.query))


async def add_contact_note(call: Call) -> Answer:
    """Keep a note."""

    def add(tx: Tx) -> Answer:
        row = desk.do_add_note(tx, call.principal, call.path["contact_id"], call.body.body)
        return Answer(201, _note(row))

    return await call.command(add)


async def delete_contact_note(call: Call) -> Answer:
    """Forget a note."""

    def delete(tx: Tx) -> Answer:
        desk.do_delete_note(tx, call.principal, call.path["contact_id"], call.path["contact_note_id"])
        return Answer(204)

    return await call.command(delete)


def _note(row: ContactNoteRow) -> dict[str, Any]:
    author = None if row.author_id is None else {"id": to_text(row.author_id), "name": row.author_name}
    return {
        "id": to_text(row.id),
        "contact_id": to_text(row.contact_id),
        "author": author,
        "body": row.body,
        "created_at": rfc3339(row.created_at),
    }


_ALL = "/contacts/{contact_id}/notes"

ROUTES = (
    Route(
        "GET",
        _ALL,
        list_contact_notes,
        "What agents wrote about a contact, newest first",
        Who.AGENTS,
        query=Page,
        answers={200: wire.ContactNotes},
    ),
    Route(
        "POST",
        _ALL,
        add_contact_note,
        "Keep a note about a contact",
        Who.AGENTS,
        body=wire.CreateNote,
        answers={201: wire.ContactNote},
    ),
    Route(
        "DELETE",
        f"{_ALL}/{{contact_note_id}}",
        delete_contact_note,
        "Delete a note: its author's own, or as an admin any",
        Who.AGENTS,
        answers={204: None},
    ),
)
