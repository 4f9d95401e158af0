"""Tickets of support conversations."""

from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import tickets
from deskterm.server.desk.listing import list_ticketed
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import tickets as views


async def list_tickets(call: Call) -> Answer:
    """The tickets of the conversations that the caller sees, under the filters of conversations."""

    def show(reader: Reader) -> Answer:
        settings = organizations.settings(reader, call.principal.organization_id)
        found = list_ticketed(reader, call.principal, settings, call.query, call.services.clock.now())
        items = views.render(reader, call.viewer, found.ids)
        return Answer(200, {"items": items, "next_cursor": found.next_cursor})

    return await call.db.read_in_thread(show)


async def get_ticket(call: Call) -> Answer:
    """One ticket."""
    row = call.db.read(lambda reader: tickets.access_ticket(reader, call.principal, call.path["ticket_id"]))
    return Answer(200, views.render_row(call.viewer, row))


async def change_ticket(call: Call) -> Answer:
    """Change a ticket; status, assignee and priority are its conversation's."""

    def change(tx: Tx) -> Answer:
        ticket_id = call.path["ticket_id"]
        if not tickets.do_patch_ticket(tx, call.principal, ticket_id, call.body):
            return Answer(204)
        return Answer(
            200, views.render_row(call.viewer, tickets.access_ticket(tx, call.principal, ticket_id))
        )

    return await call.command(change)


ROUTES = (
    Route(
        "GET",
        "/tickets",
        list_tickets,
        "Tickets of the conversations one sees",
        Who.AGENTS,
        query=requests.ConversationQuery,
        answers={200: responses.Tickets},
    ),
    Route(
        "GET",
        "/tickets/{ticket_id}",
        get_ticket,
        "One ticket",
        Who.AGENTS,
        answers={200: responses.Ticket},
    ),
    Route(
        "PATCH",
        "/tickets/{ticket_id}",
        change_ticket,
        "Change a ticket; 204 if it then is out of the caller's sight",
        Who.AGENTS,
        body=requests.PatchTicket,
        answers={200: responses.Ticket, 204: None},
    ),
)
