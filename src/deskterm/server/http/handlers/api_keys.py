"""API keys, for admins."""

from deskterm.protocol.wire import api_keys as wire
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk import api_keys as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.views.api_keys import api_key


async def list_api_keys(call: Call) -> Answer:
    """The organization's keys."""
    before = position(call.query, LAST)
    rows = call.db.read(
        lambda reader: desk.list_api_keys(reader, call.principal, before=before, limit=call.query.limit)
    )
    root = call.services.root
    return Answer(200, page([api_key(each, desk.published(each, root)) for each in rows], call.query))


async def create_api_key(call: Call) -> Answer:
    """Make a key; the answer is the only place where it can be read."""

    def create(tx: Tx) -> Answer:
        made = desk.do_create_api_key(tx, call.principal, call.body, call.services.root)
        return Answer(201, api_key(made.row, made.key))

    return await call.command(create)


async def revoke_api_key(call: Call) -> Answer:
    """End a key."""

    def revoke(tx: Tx) -> Answer:
        desk.do_revoke_api_key(tx, call.principal, call.path["api_key_id"])
        return Answer(204)

    return await call.command(revoke)


ROUTES = (
    Route(
        "GET",
        "/api-keys",
        list_api_keys,
        "The organization's API keys that were not revoked, newest first",
        Who.ADMINS,
        query=Page,
        answers={200: wire.ApiKeys},
    ),
    Route(
        "POST",
        "/api-keys",
        create_api_key,
        "Make an API key; it is shown this once",
        Who.ADMINS,
        body=wire.CreateApiKey,
        answers={201: wire.NewApiKey},
        idempotent=False,
    ),
    Route(
        "DELETE",
        "/api-keys/{api_key_id}",
        revoke_api_key,
        "Revoke an API key; whatever used it stops at once",
        Who.ADMINS,
        answers={204: None},
    ),
)
