"""Messages: a thread's pages, sending, one message, changing and deleting it."""

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import threads
from deskterm.server.desk.messages import do_send
from deskterm.server.desk.portal import do_open_portal
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import messages as views


async def list_messages(call: Call) -> Answer:
    """A page of a thread, oldest first; marks nothing as read."""

    def show(reader: Reader) -> Answer:
        page = threads.list_messages(reader, call.viewer, call.path["conversation_id"], call.query)
        items = views.render(reader, call.viewer, page.rows)
        cursor = None if page.next_cursor is None else to_text(page.next_cursor)
        return Answer(200, {"items": items, "next_cursor": cursor})

    return call.db.read(show)


async def send_message(call: Call) -> Answer:
    """Store a message; sending it again answers the same."""
    viewer, is_drowned = call.viewer, call.is_drowned

    def store(tx: Tx) -> Answer:
        place = call.path["conversation_id"]
        if is_drowned:  # the answer before may have named a conversation that was not kept
            place = do_open_portal(tx, viewer.principal).conversation_id
        sent = do_send(tx, viewer.principal, place, call.body)
        row = sent.row or views.load_own(tx, viewer, sent.message_id)
        shown = views.render(tx, viewer, [row])[0]
        shown["replayed"] = sent.replayed
        return Answer(sent.status, shown)

    return await call.command(store)


async def get_message(call: Call) -> Answer:
    """One message."""

    def show(reader: Reader) -> Answer:
        row = threads.access_message(reader, call.viewer, call.path["message_id"])
        return Answer(200, views.render(reader, call.viewer, [row])[0])

    return call.db.read(show)


async def edit_message(call: Call) -> Answer:
    """Give an internal note, or a reply that is held, another text."""
    viewer = call.viewer

    def change(tx: Tx) -> Answer:
        message_id = call.path["message_id"]
        threads.do_edit(tx, viewer.principal, message_id, call.body.body)
        row = views.load_own(tx, viewer, message_id)
        return Answer(200, views.render(tx, viewer, [row])[0])

    return await call.command(change)


async def delete_message(call: Call) -> Answer:
    """Delete an internal note, or take a held reply back; agents' threads keep it as deleted."""

    def delete(tx: Tx) -> Answer:
        threads.do_delete(tx, call.principal, call.path["message_id"])
        return Answer(204)

    return await call.command(delete)


ROUTES = (
    Route(
        "GET",
        "/conversations/{conversation_id}/messages",
        list_messages,
        "A page of the thread, oldest first: the newest one, or before, after or around a message",
        Who.EVERYONE,
        query=requests.MessageQuery,
        answers={200: responses.Messages},
    ),
    Route(
        "POST",
        "/conversations/{conversation_id}/messages",
        send_message,
        "Send a message; its id is the sender's and makes retries harmless",
        Who.EVERYONE,
        body=requests.SendMessage,
        answers={201: responses.SentMessageAnswer, 200: responses.SentMessageAnswer},
        idempotent=False,
        rate="send",
    ),
    Route(
        "GET",
        "/messages/{message_id}",
        get_message,
        "One message",
        Who.EVERYONE,
        answers={200: responses.MessageAnswer},
    ),
    Route(
        "PATCH",
        "/messages/{message_id}",
        edit_message,
        "Change an internal note or a held reply of one's own; what it said before is kept",
        Who.AGENTS,
        body=requests.EditMessage,
        answers={200: responses.Message},
    ),
    Route(
        "DELETE",
        "/messages/{message_id}",
        delete_message,
        "Delete an internal note of one's own, or take back a reply while it is held",
        Who.AGENTS,
        answers={204: None},
    ),
)
