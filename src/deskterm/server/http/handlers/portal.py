"""Help & Support as contacts open it."""

from deskterm.protocol.wire import responses
from deskterm.server.desk.portal import do_open_portal, find_portal
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import conversations as views


async def open_portal(call: Call) -> Answer:
    """The contact's conversation; it is made on first access, and looking it up again writes nothing."""

    def find(reader: Reader) -> Answer | None:
        found = find_portal(reader, call.principal, call.services.clock.now())
        return None if found is None else Answer(200, views.render(reader, call.viewer, [found])[0])

    def make(tx: Tx) -> Answer:
        created = do_open_portal(tx, call.principal)
        return Answer(created.status, views.render(tx, call.viewer, [created.conversation_id])[0])

    found = call.db.read(find)
    if found is not None:
        return found
    if not call.is_drowned:  # nothing is there the next time either, and a limit would tell
        call.services.limits.conversation(call.request, call.principal)
    return await call.command(make)


ROUTES = (
    Route(
        "GET",
        "/portal/conversation",
        open_portal,
        "The contact's own conversation, made on first access",
        Who.CONTACTS,
        answers={200: responses.ConversationForContacts, 201: responses.ConversationForContacts},
    ),
)
