"""Direct messages and rooms: having all of them here, beginning one, and who is in a room."""

from typing import TYPE_CHECKING, Any, Unpack

from deskterm.client.merging import Merging
from deskterm.client.replica.changes import RosterChanged
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Contact, Conversation, Kind, Persona, Role
from deskterm.protocol.rooms import Room, RoomMember

if TYPE_CHECKING:
    from deskterm.client.http.persona_calls import PersonaFields

_CUSTOMERS = Filter(kinds=(Kind.PERSONAL, Kind.DIRECT))
_AGENTS = Filter(kinds=(Kind.DIRECT, Kind.GROUP), own=True)
#: Pages of a list that are asked for at most: what is beyond is found by searching.
_PAGES = 10
#: Contacts of a page, and of what a search answers.
_PEOPLE = 200


class Meeting(Merging):
    """What a desk does about conversations that are not requests for support."""

    async def load_places(self) -> None:
        """Have one's rooms, direct conversations and notifications in the replica. Raises ClientError."""
        for room in (await self.api.rooms()).items:
            self._put_room(room)
        me = self.replica.me
        wanted = _CUSTOMERS if me is None or me.role in (None, Role.CUSTOMER) else _AGENTS
        cursor: str | None = None
        for _ in range(_PAGES):
            page = await self.api.conversations(wanted, cursor=cursor, limit=200)
            self._tell(self.replica.put_page(page))
            cursor = page.next_cursor
            if cursor is None:
                return

    async def look_around(self) -> None:
        """Learn who may have come or gone meanwhile: for contacts, at support and behind personas.

        Raises ClientError.
        """
        self._moved(self.replica.put_organization(await self.api.organization()))
        if self.replica.roster.put((), (await self.api.personas()).items):
            self._moved((RosterChanged(),))

    async def look_for_colleagues(self) -> None:
        """Learn which agents are there: what changed while one was away is not told. Raises ClientError."""
        cursor: str | None = None
        for _ in range(_PAGES):
            page = await self.api.members(cursor=cursor)
            if self.replica.roster.put(page.items, ()):
                self._moved((RosterChanged(),))
            cursor = page.next_cursor
            if cursor is None:
                return

    async def people(self) -> list[Contact]:
        """The contacts one may see, of very many the newest. Raises ClientError."""
        page = await self.api.contacts(limit=_PEOPLE)
        found = list(page.items)
        for _ in range(_PAGES - 1):
            if page.next_cursor is None:
                break
            page = await self.api.contacts(cursor=page.next_cursor, limit=_PEOPLE)
            found += page.items
        return found

    async def people_like(self, typed: str) -> list[Contact]:
        """The contacts in whose name, address, phone or company that is. Raises ClientError."""
        return list((await self.api.contacts(typed.strip(), limit=_PEOPLE)).items)

    async def be(self, *, away: bool) -> None:
        """Be seen as away, or as one is."""
        self._moved(self.replica.put_me(await self.api.patch_me(presence="away" if away else "auto")))

    async def find(self, wanted: Filter) -> None:
        """Have the first page of a list in the replica, without showing it. Raises ClientError."""
        replica = self.replica
        self._tell(replica.put_page(await self.api.conversations(wanted)))

    def _put_room(self, room: Room) -> None:
        self._moved((*self.replica.put_conversation(room.conversation), *self.replica.rooms.put(room)))

    async def start_direct(self, **who: str) -> Conversation:
        """The one direct conversation with somebody, in the replica; made if there is none."""
        made = await self.api.start_direct(**who)
        self._moved(self.replica.put_conversation(made))
        return self.replica.conversation(made.id) or made

    async def create_room(self, name: str) -> Room:
        """Open a room for everybody, in the replica."""
        made = await self.api.create_room(name)
        self._put_room(made)
        return made

    async def rename_room(self, room_id: str, name: str) -> None:
        """Call a room something else."""
        self._put_room(await self.api.rename_room(room_id, name))

    async def keep_persona(self, persona_id: str | None, **fields: "Unpack[PersonaFields]") -> Persona:
        """Make or change a persona, in the replica."""
        if persona_id is None:
            stored = await self.api.create_persona(**fields)
        else:
            stored = await self.api.patch_persona(persona_id, **fields)
        if self.replica.roster.put_persona(stored):
            self._tell((RosterChanged(),))
        return stored

    async def change_member(self, member_id: str, **fields: Any) -> None:
        """Change a member's role, maximum or access, in the replica."""
        stored = await self.api.patch_member(member_id, **fields)
        if self.replica.roster.put_member(stored):
            self._tell((RosterChanged(),))

    async def retire_persona(self, persona_id: str) -> None:
        """Offer a persona no more."""
        await self.api.retire_persona(persona_id)
        self.replica.roster.personas.pop(persona_id, None)
        self._tell((RosterChanged(),))

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
