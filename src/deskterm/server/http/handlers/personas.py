"""Personas: everybody reads the ones they may write to, admins make, change and retire them."""

from deskterm.protocol.wire import personas as wire
from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import personas as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import FIRST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.views import people


async def list_personas(call: Call) -> Answer:
    """The personas that the caller may read."""
    seen = call.db.read(lambda reader: desk.list_personas(reader, call.principal))
    after = position(call.query, FIRST)
    presence = call.services.presence
    items = [people.seen_persona(each, presence) for each in seen if each.row.id > after]
    return Answer(200, page(items, call.query))


async def create_persona(call: Call) -> Answer:
    """Make a persona."""

    def create(tx: Tx) -> Answer:
        return Answer(201, people.seen_persona(desk.do_create_persona(tx, call.principal, call.body)))

    return await call.command(create)


async def change_persona(call: Call) -> Answer:
    """Change a persona or who operates it."""

    def change(tx: Tx) -> Answer:
        seen = desk.do_patch_persona(tx, call.principal, call.path["persona_id"], call.body)
        return Answer(200, people.seen_persona(seen))

    return await call.command(change)


async def retire_persona(call: Call) -> Answer:
    """Offer a persona no more; what it said stays."""

    def retire(tx: Tx) -> Answer:
        desk.do_retire_persona(tx, call.principal, call.path["persona_id"])
        return Answer(204)

    return await call.command(retire)


ROUTES = (
    Route(
        "GET",
        "/personas",
        list_personas,
        "Personas one may read",
        Who.EVERYONE,
        query=requests.Page,
        answers={200: responses.Personas},
    ),
    Route(
        "POST",
        "/personas",
        create_persona,
        "Make a persona with the members who speak as it",
        Who.ADMINS,
        body=wire.CreatePersona,
        answers={201: responses.PersonaForAgents},
    ),
    Route(
        "PATCH",
        "/personas/{persona_id}",
        change_persona,
        "Change a persona or who speaks as it",
        Who.ADMINS,
        body=wire.PatchPersona,
        answers={200: responses.PersonaForAgents},
    ),
    Route(
        "DELETE",
        "/personas/{persona_id}",
        retire_persona,
        "Retire a persona: what it said stays, it is offered no more",
        Who.ADMINS,
        answers={204: None},
    ),
)
