"""Where a customer can be, in sentences: Help & Support, rooms, direct messages; whom they can write to."""

from collections.abc import Callable

from deskterm.client.desk import Desk
from deskterm.protocol.records import Conversation, Kind
from deskterm.text.safe import safe_name
from deskterm.text.words import tr, trn


class PlainPlaces:
    """The places of one customer. Numbers are those that were told last, from 1."""

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._say = say

    def all(self) -> list[Conversation]:
        """Rooms, then direct conversations, the newest first."""
        found = self._desk.replica.conversations()
        rooms = sorted((each for each in found if each.kind is Kind.GROUP), key=lambda each: each.number)
        directs = [each for each in found if each.kind is Kind.DIRECT]
        directs.sort(key=lambda each: (each.last_message_at or each.created_at, each.id), reverse=True)
        return [*rooms, *directs]

    def tell(self, here: str | None, support_id: str | None) -> None:
        """Say them with their numbers, what is new there, and which one is open."""
        self._tell(1, tr("Help & Support"), 0, here=here == support_id)
        for number, each in enumerate(self.all(), 2):
            self._tell(number, self.name(each), each.unread, here=each.id == here)
        self._say(tr("/go and a number goes there. /to and a name writes to somebody."))

    def _tell(self, number: int, name: str, unread: int, *, here: bool) -> None:
        new = trn("{count} new", "{count} new", unread) if unread else ""
        notes = ", ".join(each for each in (new, tr("you are here") if here else "") if each)
        self._say(f"{number} {name} ({notes})" if notes else f"{number} {name}")

    def name(self, conversation: Conversation) -> str:
        """What a place is called, safe to show."""
        if conversation.kind is Kind.GROUP:
            return safe_name(conversation.subject or tr("Room"))
        own = self._desk.replica.own_ids
        others = [each.name for each in conversation.participants if each.id not in own]
        persona = conversation.persona.name if conversation.persona else tr("Direct message")
        return safe_name(others[0] if others else persona)

    def find(self, wanted: str) -> Conversation | None:
        """The place with that number, or whose name begins so; None if there is none or several."""
        places = self.all()
        if wanted.isdecimal():
            at = int(wanted) - 2
            return places[at] if 0 <= at < len(places) else None
        fitting = [each for each in places if self.name(each).casefold().startswith(wanted.casefold())]
        return fitting[0] if len(fitting) == 1 else None

    async def people(self, room_id: str) -> None:
        """Say who is in a room."""
        own = self._desk.replica.own_ids
        names = [
            safe_name(each.name) for each in await self._desk.room_members(room_id) if each.id not in own
        ]
        self._say(", ".join(names) if names else tr("Nobody else is here."))

    async def meet(self, name: str) -> Conversation | None:
        """The one conversation with the persona or person of a room whose name begins so.

        None if nobody or several are called so, which is said. Raises ClientError.
        """
        found = await self._called(name)
        if len(found) == 1:
            return await self._desk.start_direct(**found[0][1])
        if found:
            self._say(tr("Several are called so: {names}", names=", ".join(each for each, _ in found)))
        else:
            self._say(tr("Nobody whom you can write to is called so."))
        return None

    async def _called(self, name: str) -> list[tuple[str, dict[str, str]]]:
        """Names, and how the server knows them: personas that are open, and people of one's rooms."""
        replica = self._desk.replica
        found = {each.id: (each.name, "persona_id") for each in replica.roster.personas.values() if each.open}
        for room in self.all():
            if room.kind is Kind.GROUP:
                for each in await self._desk.room_members(room.id):
                    if each.id not in replica.own_ids:
                        found[each.member_id] = (each.name, "member_id")
        wanted = name.casefold()
        fitting = [
            (safe_name(called), {kind: id_})
            for id_, (called, kind) in found.items()
            if called.casefold().startswith(wanted)
        ]
        return [each for each in fitting if each[0].casefold() == wanted] or fitting
