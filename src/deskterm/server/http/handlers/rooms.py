"""Rooms: community places of many members, moderated by admins."""

from deskterm.protocol.wire import requests
from deskterm.protocol.wire import rooms as wire
from deskterm.server.desk import listing
from deskterm.server.desk import rooms as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import FIRST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import rooms as views


async def list_groups(call: Call) -> Answer:
    """The rooms one sees."""

    def show(reader: Reader) -> Answer:
        settings = organizations.settings(reader, call.principal.organization_id)
        found = listing.list_rooms(reader, call.principal, settings, call.query)
        rows = [desk.access_room(reader, call.principal, each) for each in found.ids]
        items = [views.room(reader, call.viewer, each) for each in rows]
        return Answer(200, {"items": items, "next_cursor": found.next_cursor})

    return call.db.read(show)


async def create_group(call: Call) -> Answer:
    """Make a room."""

    def create(tx: Tx) -> Answer:
        return Answer(201, views.room(tx, call.viewer, desk.do_create_room(tx, call.principal, call.body)))

    return await call.command(create)


async def get_group(call: Call) -> Answer:
    """One room."""

    def show(reader: Reader) -> Answer:
        row = desk.access_room(reader, call.principal, call.path["group_id"])
        return Answer(200, views.room(reader, call.viewer, row))

    return call.db.read(show)


async def change_group(call: Call) -> Answer:
    """Change name, description, or who is in it."""

    def change(tx: Tx) -> Answer:
        row = desk.do_patch_room(tx, call.principal, call.path["group_id"], call.body)
        return Answer(200, views.room(tx, call.viewer, row))

    return await call.command(change)


async def list_group_members(call: Call) -> Answer:
    """Who is in a room."""
    after = position(call.query, FIRST)
    rows = call.db.read(
        lambda reader: desk.list_members(reader, call.principal, call.path["group_id"], call.query, after)
    )
    shown = [views.member(call.viewer, each) for each in rows]
    return Answer(200, page(shown, call.query, key="member_id"))


async def mute_member(call: Call) -> Answer:
    """Keep a member from writing."""
    return await _mute(call, muted=True)


async def unmute_member(call: Call) -> Answer:
    """Let a member write again."""
    return await _mute(call, muted=False)


async def _mute(call: Call, *, muted: bool) -> Answer:
    def change(tx: Tx) -> Answer:
        row = desk.do_mute(tx, call.principal, call.path["group_id"], call.path["member_id"], muted=muted)
        return Answer(200, views.member(call.viewer, row)) if muted else Answer(204)

    return await call.command(change)


_ONE = "/groups/{group_id}"
_MUTE = f"{_ONE}/members/{{member_id}}/mute"

ROUTES = (
    Route(
        "GET",
        "/groups",
        list_groups,
        "Rooms one sees, the latest message first",
        Who.MEMBERS,
        query=requests.Page,
        answers={200: wire.Groups},
    ),
    Route(
        "POST",
        "/groups",
        create_group,
        "Make a room, for everyone or for some",
        Who.ADMINS,
        body=wire.CreateGroup,
        answers={201: wire.Group},
    ),
    Route("GET", _ONE, get_group, "One room", Who.MEMBERS, answers={200: wire.GroupAnswer}),
    Route(
        "PATCH",
        _ONE,
        change_group,
        "Change a room's name, description or members",
        Who.ADMINS,
        body=wire.PatchGroup,
        answers={200: wire.Group},
    ),
    Route(
        "GET",
        f"{_ONE}/members",
        list_group_members,
        "Who is in a room, to choose somebody from",
        Who.MEMBERS,
        query=wire.GroupMembersQuery,
        answers={200: wire.GroupMembers},
    ),
    Route(
        "PUT",
        _MUTE,
        mute_member,
        "Keep a member of a room from writing there",
        Who.ADMINS,
        answers={200: wire.GroupMember},
    ),
    Route(
        "DELETE",
        _MUTE,
        unmute_member,
        "Let a muted member write again",
        Who.ADMINS,
        answers={204: None},
    ),
)
