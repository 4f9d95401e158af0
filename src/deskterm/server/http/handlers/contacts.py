"""Contacts: lists, one, changing, merging, importing, looking with their eyes."""

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.wire import contacts as wire
from deskterm.protocol.wire import responses
from deskterm.server.desk import contacts as desk
from deskterm.server.desk.contact_import import do_import_contacts
from deskterm.server.desk.contact_merging import do_merge_contact
from deskterm.server.desk.viewing import do_view_as
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.views import people


async def list_contacts(call: Call) -> Answer:
    """Contacts, newest first."""
    before = position(call.query, LAST)
    rows = await call.db.read_in_thread(
        lambda reader: desk.list_contacts(reader, call.principal, call.query, before)
    )
    return Answer(200, page([people.contact_detail(each) for each in rows], call.query))


async def create_contact(call: Call) -> Answer:
    """Make a lead or a customer."""

    def create(tx: Tx) -> Answer:
        return Answer(201, people.contact_detail(desk.do_create_contact(tx, call.principal, call.body)))

    return await call.command(create)


async def get_contact(call: Call) -> Answer:
    """One contact."""
    row = call.db.read(lambda reader: desk.access_contact(reader, call.principal, call.path["contact_id"]))
    return Answer(200, people.contact_detail(row))


async def patch_contact(call: Call) -> Answer:
    """Change what is known of a contact."""

    def change(tx: Tx) -> Answer:
        row = desk.do_patch_contact(tx, call.principal, call.path["contact_id"], call.body)
        return Answer(200, people.contact_detail(row))

    return await call.command(change)


async def merge_contact(call: Call) -> Answer:
    """Put a contact into another one; answers that one."""

    def merge(tx: Tx) -> Answer:
        into = to_bytes(call.body.into_id)
        row = do_merge_contact(tx, call.principal, call.path["contact_id"], into)
        return Answer(200, people.contact_detail(row))

    return await call.command(merge)


async def import_contacts(call: Call) -> Answer:
    """Make or complete a contact per row."""
    return await call.command(lambda tx: Answer(200, do_import_contacts(tx, call.principal, call.body)))


async def view_as_contact(call: Call) -> Answer:
    """What the contact reads; that somebody looked is in the audit."""
    return await call.db.write(
        lambda tx: Answer(200, do_view_as(tx, call.viewer, call.path["contact_id"], call.query))
    )


_ONE = "/contacts/{contact_id}"

ROUTES = (
    Route(
        "GET",
        "/contacts",
        list_contacts,
        "Contacts, newest first: admins all, staff those of the conversations they see",
        Who.AGENTS,
        query=wire.ContactQuery,
        answers={200: responses.Contacts},
    ),
    Route(
        "POST",
        "/contacts",
        create_contact,
        "Make a lead or a customer",
        Who.ADMINS,
        body=wire.CreateContact,
        answers={201: responses.ContactDetail},
    ),
    Route(
        "POST",
        "/contacts/import",
        import_contacts,
        "Make or complete contacts, known by their e-mail address",
        Who.ADMINS,
        body=wire.ImportContacts,
        answers={200: wire.ImportReport},
    ),
    Route(
        "GET",
        _ONE,
        get_contact,
        "One contact",
        Who.AGENTS,
        answers={200: responses.ContactDetail},
    ),
    Route(
        "PATCH",
        _ONE,
        patch_contact,
        "Change what is known of a contact, or make a lead a customer",
        Who.AGENTS,
        body=wire.PatchContact,
        answers={200: responses.ContactDetail},
    ),
    Route(
        "POST",
        f"{_ONE}/merge",
        merge_contact,
        "Put a contact into another one",
        Who.AGENTS,
        body=wire.MergeContact,
        answers={200: responses.ContactDetail},
    ),
    Route(
        "GET",
        f"{_ONE}/view",
        view_as_contact,
        "What the contact reads; the audit says who looked",
        Who.ADMINS,
        query=wire.ViewQuery,
        answers={200: wire.ContactView},
    ),
)
