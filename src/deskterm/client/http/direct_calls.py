"""The server's routes for direct messages and rooms."""

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.records import Conversation
from deskterm.protocol.rooms import Room, RoomMember


class DirectCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def start_direct(self, **who: str) -> Conversation:
        """The one conversation with somebody: `persona_id`, `member_id` or `contact_id`.

        409 `limit_reached` where one has as many as there can be.
        """
        return self._fit(one(Conversation), await self._do("POST", "/direct-messages", who))

    async def rooms(self, cursor: str | None = None, limit: int = 200) -> Page[Room]:
        """A page of the rooms that one sees."""
        return await self._get("/groups", page_of(Room), _paged(cursor, limit))

    async def create_room(self, name: str) -> Room:
        """Open a room for everybody (admins)."""
        return self._fit(one(Room), await self._do("POST", "/groups", {"name": name}))

    async def rename_room(self, room_id: str, name: str) -> Room:
        """Call a room something else (admins)."""
        return self._fit(one(Room), await self._do("PATCH", f"/groups/{room_id}", {"name": name}))

    async def room_members(
        self, room_id: str, cursor: str | None = None, limit: int = 200
    ) -> Page[RoomMember]:
        """A page of the people of a room."""
        return await self._get(f"/groups/{room_id}/members", page_of(RoomMember), _paged(cursor, limit))

    async def mute(self, room_id: str, member_id: str, *, muted: bool) -> None:
        """Let somebody only read in a room, or write again (admins)."""
        await self._do("PUT" if muted else "DELETE", f"/groups/{room_id}/members/{member_id}/mute")


def _paged(cursor: str | None, limit: int) -> dict[str, str]:
    return {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
