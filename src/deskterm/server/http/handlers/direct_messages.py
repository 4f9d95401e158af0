"""Direct messages: one's own, for admins everybody's, and opening one."""

from deskterm.protocol.wire import direct_messages as wire
from deskterm.protocol.wire import responses
from deskterm.protocol.wire.responses import listing as listed
from deskterm.server.desk import listing
from deskterm.server.desk.direct import do_open_direct
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import conversations as views


async def list_direct_messages(call: Call) -> Answer:
    """Direct conversations, the latest message first."""

    def show(reader: Reader) -> Answer:
        settings = organizations.settings(reader, call.principal.organization_id)
        found = listing.list_direct(reader, call.principal, settings, call.query)
        items = views.render(reader, call.viewer, found.ids)
        return Answer(200, {"items": items, "next_cursor": found.next_cursor})

    return call.db.read(show)


async def open_direct_message(call: Call) -> Answer:
    """The one conversation between two, made if there is none."""

    def make(tx: Tx) -> Answer:
        opened = do_open_direct(tx, call.principal, call.body)
        return Answer(opened.status, views.render(tx, call.viewer, [opened.conversation_id])[0])

    return await call.command(make)


ROUTES = (
    Route(
        "GET",
        "/direct-messages",
        list_direct_messages,
        "One's own direct conversations; with `all`, admins get everybody's",
        Who.MEMBERS,
        query=wire.DirectMessageQuery,
        answers={200: listed(responses.Conversation, responses.ConversationForContacts)},
    ),
    Route(
        "POST",
        "/direct-messages",
        open_direct_message,
        "The one direct conversation with a persona or a person, made if there is none",
        Who.MEMBERS,
        body=wire.OpenDirectMessage,
        answers={201: responses.ConversationAnswer, 200: responses.ConversationAnswer},
    ),
)
