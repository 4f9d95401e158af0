"""Direct messages and rooms: having all of them here, beginning one, and who is in a room."""

from deskterm.client.remembering import Remembering
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Conversation, Kind
from deskterm.protocol.rooms import RoomMember

_LISTED = (Kind.PERSONAL, Kind.DIRECT, Kind.GROUP)
#: Pages of a list that are asked for at most: what is beyond is found by searching.
_PAGES = 10


class Meeting(Remembering):
    """What a desk does about conversations that are not requests for support."""

    async def load_places(self) -> None:
        """Have one's rooms, direct conversations and notifications in the replica. Raises ClientError."""
        cursor: str | None = None
        for _ in range(_PAGES):
            page = await self.api.conversations(Filter(kinds=_LISTED), cursor=cursor, limit=200)
            self._tell(self.replica.put_page(page))
            cursor = page.next_cursor
            if cursor is None:
                return

    async def start_direct(self, **who: str) -> Conversation:
        """The one direct conversation with somebody, in the replica; made if there is none."""
        made = await self.api.start_direct(**who)
        self._moved(self.replica.put_conversation(made))
        return self.replica.conversation(made.id) or made

    async def room_members(self, room_id: str) -> tuple[RoomMember, ...]:
        """Everybody who is in a room, as far as the reader may know them."""
        found: list[RoomMember] = []
        cursor: str | None = None
        while True:
            page = await self.api.room_members(room_id, cursor)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return tuple(found)
