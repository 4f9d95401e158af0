"""Saved views."""

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.wire import saved_views as wire
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk import saved_views as desk
from deskterm.server.desk.view_counts import Counted
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import FIRST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views.saved_views import saved_view


async def list_views(call: Call) -> Answer:
    """The shared ones and one's own."""
    after = position(call.query, FIRST)
    rows = call.db.read(
        lambda reader: desk.VIEWS.page(reader, call.principal, after=after, limit=call.query.limit)
    )
    return Answer(200, page([saved_view(each) for each in rows], call.query))


async def count_views(call: Call) -> Answer:
    """How many conversations are in some of them."""
    asked = call.query.ids
    ids = None if asked is None else [to_bytes(each) for each in dict.fromkeys(asked.split(","))]
    now = call.services.clock.now()

    def count(reader: Reader) -> list[Counted]:
        chosen = desk.some_saved_views(reader, call.principal, ids, wire.MOST_COUNTED)
        return call.services.view_counts.of(reader, call.principal, chosen, now)

    found = await call.db.read_in_thread(count)
    items = [{"id": to_text(each.id), "count": each.total, "more": each.more} for each in found]
    return Answer(200, {"items": items})


async def create_view(call: Call) -> Answer:
    """Keep a filter under a name."""

    def create(tx: Tx) -> Answer:
        return Answer(201, saved_view(desk.do_create_saved_view(tx, call.principal, call.body)))

    return await call.command(create)


async def get_view(call: Call) -> Answer:
    """One of them."""
    row = call.db.read(lambda reader: desk.VIEWS.access(reader, call.principal, call.path["view_id"]))
    return Answer(200, saved_view(row))


async def change_view(call: Call) -> Answer:
    """Change name, filter, order, or who has it."""

    def change(tx: Tx) -> Answer:
        row = desk.do_patch_saved_view(tx, call.principal, call.path["view_id"], call.body)
        return Answer(200, saved_view(row))

    return await call.command(change)


async def delete_view(call: Call) -> Answer:
    """Forget a view."""

    def delete(tx: Tx) -> Answer:
        desk.VIEWS.do_delete(tx, call.principal, call.path["view_id"])
        return Answer(204)

    return await call.command(delete)


_ONE = "/views/{view_id}"

ROUTES = (
    Route(
        "GET",
        "/views",
        list_views,
        "The saved views one has: shared ones and one's own, oldest first",
        Who.AGENTS,
        query=Page,
        answers={200: wire.Views},
    ),
    Route(
        "GET",
        "/views/counts",
        count_views,
        "How many conversations the caller finds in some views; counted at most every five seconds",
        Who.AGENTS,
        query=wire.CountQuery,
        answers={200: wire.ViewCounts},
    ),
    Route(
        "POST",
        "/views",
        create_view,
        "Keep a filter under a name: admins for everybody, every agent for themselves",
        Who.AGENTS,
        body=wire.CreateView,
        answers={201: wire.View},
    ),
    Route("GET", _ONE, get_view, "One saved view", Who.AGENTS, answers={200: wire.View}),
    Route(
        "PATCH",
        _ONE,
        change_view,
        "Change a view: one's own, or as an admin a shared one; admins share and unshare",
        Who.AGENTS,
        body=wire.PatchView,
        answers={200: wire.View},
    ),
    Route(
        "DELETE",
        _ONE,
        delete_view,
        "Delete a view: one's own, or as an admin a shared one",
        Who.AGENTS,
        answers={204: None},
    ),
)
