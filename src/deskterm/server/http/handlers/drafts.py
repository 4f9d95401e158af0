"""Drafts: what one has begun to write.

A text put twice is put once, so no answers are kept under an `Idempotency-Key`: each would keep a text that
its author never sent for 30 days.
"""

from deskterm.protocol.wire import drafts as wire
from deskterm.server.desk.drafts import access_drafts, do_delete_draft, do_put_draft
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import drafts as views


async def get_drafts(call: Call) -> Answer:
    """One's own drafts in a conversation."""
    return call.db.read(lambda reader: _show(call, reader))


async def put_draft(call: Call) -> Answer:
    """Keep a text for one's other devices."""

    def keep(tx: Tx) -> Answer:
        do_put_draft(tx, call.principal, call.path["conversation_id"], call.body)
        return _show(call, tx)

    return await call.command(keep)


async def delete_draft(call: Call) -> Answer:
    """Forget what one has begun to write."""

    def forget(tx: Tx) -> Answer:
        do_delete_draft(tx, call.principal, call.path["conversation_id"], call.query.visibility)
        return Answer(204)

    return await call.command(forget)


def _show(call: Call, reader: Reader) -> Answer:
    conversation_id = call.path["conversation_id"]
    found = access_drafts(reader, call.principal, conversation_id)
    return Answer(200, views.render(call.principal, conversation_id, found))


_PATH = "/conversations/{conversation_id}/draft"

ROUTES = (
    Route(
        "GET",
        _PATH,
        get_drafts,
        "What one has begun to write in a conversation; nobody reads another's",
        Who.EVERYONE,
        answers={200: wire.DraftsAnswer},
    ),
    Route(
        "PUT",
        _PATH,
        put_draft,
        "Keep a draft; `if_rev` guards one that was written elsewhere",
        Who.EVERYONE,
        body=wire.PutDraft,
        answers={200: wire.DraftsAnswer},
        idempotent=False,
    ),
    Route(
        "DELETE",
        _PATH,
        delete_draft,
        "Forget a draft, or both kinds of it",
        Who.EVERYONE,
        query=wire.DraftQuery,
        answers={204: None},
        idempotent=False,
    ),
)
