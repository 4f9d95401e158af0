"""The snapshot, and the live frames for whoever cannot open a socket."""

from typing import Any

from deskterm.protocol.wire import sync
from deskterm.server.desk import snapshot
from deskterm.server.desk.organizations import access_organization
from deskterm.server.desk.personas import list_personas
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.live.feed import Source
from deskterm.server.live.lately import Lately
from deskterm.server.live.polling import read_events
from deskterm.server.live.resume import head, stamp_of
from deskterm.server.storage import members
from deskterm.server.storage.database import Reader
from deskterm.server.views import conversations, people

#: Colleagues that the roster names at most.
ROSTER_LIMIT = 5_000
_FIRST_ID = bytes(16)


async def get_snapshot(call: Call) -> Answer:
    """One page; read beside the event loop, because many pages may be asked for at once."""
    text = call.query.page
    place = None if text is None else snapshot.parse_place(text)

    def read(reader: Reader) -> Answer:
        if place is None:
            return Answer(200, _first_page(reader, call))
        return Answer(200, _page(reader, call, place, snapshot.NEXT_PAGES))

    return await call.db.read_in_thread(read)


async def list_events(call: Call) -> Answer:
    """What the live socket would have sent."""
    hub = call.services.hub
    lately = Lately(call.principal.organization_id)
    source = Source(hub.db, call.principal, hub.make_rendering, lately)
    return Answer(200, read_events(source, call.query.cursor, call.query.limit, hub.settings.replay))


def _first_page(reader: Reader, call: Call) -> dict[str, Any]:
    principal, viewer = call.principal, call.viewer
    stamp = stamp_of(reader, call.services.db.epoch, principal)
    place = snapshot.Place(stamp.cursor(*head(reader, principal.organization_id)))
    page = _page(reader, call, place, snapshot.FIRST_PAGE)
    rows = []
    if principal.is_agent:
        rows = members.agents(reader, principal.organization_id, after=_FIRST_ID, limit=ROSTER_LIMIT)
    roster: dict[str, Any] = {
        "organization": people.organization(reader, viewer, access_organization(reader, principal)),
        "me": people.me(reader, viewer),
        "members": [people.member(viewer, row) for row in rows],
        "personas": [people.seen_persona(each, viewer.presence) for each in list_personas(reader, principal)],
    }
    return page | roster


def _page(reader: Reader, call: Call, place: snapshot.Place, limit: int) -> dict[str, Any]:
    page = snapshot.read_page(reader, call.principal, place, limit)
    stamp = stamp_of(reader, call.services.db.epoch, call.principal)
    return {
        "cursor": place.since,
        "epoch": stamp.era,
        "next_page": page.following.text() if page.following else None,
        "organization": None,
        "me": None,
        "members": None,
        "personas": None,
        "conversations": conversations.render(reader, call.viewer, page.ids),
    }


ROUTES = (
    Route(
        "GET",
        "/sync/snapshot",
        get_snapshot,
        "The state to start from, page by page",
        Who.EVERYONE,
        query=sync.SnapshotQuery,
        answers={200: sync.Snapshot},
    ),
    Route(
        "GET",
        "/events",
        list_events,
        "The live frames by HTTP",
        Who.AGENTS,
        query=sync.EventsQuery,
        answers={200: sync.Events},
    ),
)
