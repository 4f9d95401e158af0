"""Canned replies."""

from deskterm.protocol.wire import canned_replies as wire
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk import canned_replies as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import FIRST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.views.canned_replies import canned_reply


async def list_canned_replies(call: Call) -> Answer:
    """The shared ones and one's own."""
    after = position(call.query, FIRST)
    rows = call.db.read(
        lambda reader: desk.REPLIES.page(reader, call.principal, after=after, limit=call.query.limit)
    )
    return Answer(200, page([canned_reply(each) for each in rows], call.query))


async def create_canned_reply(call: Call) -> Answer:
    """Keep a text."""

    def create(tx: Tx) -> Answer:
        return Answer(201, canned_reply(desk.do_create_canned_reply(tx, call.principal, call.body)))

    return await call.command(create)


async def get_canned_reply(call: Call) -> Answer:
    """One of them."""
    row = call.db.read(
        lambda reader: desk.REPLIES.access(reader, call.principal, call.path["canned_reply_id"])
    )
    return Answer(200, canned_reply(row))


async def change_canned_reply(call: Call) -> Answer:
    """Change shortcut, title or text."""

    def change(tx: Tx) -> Answer:
        row = desk.do_patch_canned_reply(tx, call.principal, call.path["canned_reply_id"], call.body)
        return Answer(200, canned_reply(row))

    return await call.command(change)


async def delete_canned_reply(call: Call) -> Answer:
    """Forget a text."""

    def delete(tx: Tx) -> Answer:
        desk.REPLIES.do_delete(tx, call.principal, call.path["canned_reply_id"])
        return Answer(204)

    return await call.command(delete)


_ONE = "/canned-replies/{canned_reply_id}"

ROUTES = (
    Route(
        "GET",
        "/canned-replies",
        list_canned_replies,
        "The canned replies one may use: shared ones and one's own, oldest first",
        Who.AGENTS,
        query=Page,
        answers={200: wire.CannedReplies},
    ),
    Route(
        "POST",
        "/canned-replies",
        create_canned_reply,
        "Keep a text: admins for everybody, every agent for themselves",
        Who.AGENTS,
        body=wire.CreateCannedReply,
        answers={201: wire.CannedReply},
    ),
    Route(
        "GET",
        _ONE,
        get_canned_reply,
        "One canned reply",
        Who.AGENTS,
        answers={200: wire.CannedReply},
    ),
    Route(
        "PATCH",
        _ONE,
        change_canned_reply,
        "Change a canned reply: one's own, or as an admin a shared one",
        Who.AGENTS,
        body=wire.PatchCannedReply,
        answers={200: wire.CannedReply},
    ),
    Route(
        "DELETE",
        _ONE,
        delete_canned_reply,
        "Delete a canned reply: one's own, or as an admin a shared one",
        Who.AGENTS,
        answers={204: None},
    ),
)
