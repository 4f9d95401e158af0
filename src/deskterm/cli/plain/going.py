"""Going from Help & Support to rooms and direct messages and back, in the chat of lines."""

from collections.abc import Callable
from datetime import datetime

from deskterm.cli.plain.places import PlainPlaces
from deskterm.cli.plain.thread import SpokenThread
from deskterm.client.desk import Desk
from deskterm.client.replica.changes import MessageArrived
from deskterm.protocol.records import Conversation, Kind
from deskterm.text.safe import safe
from deskterm.text.words import tr, trn


class PlainGoing:
    """Where one is: the conversation that is told, and in which is written."""

    def __init__(self, desk: Desk, say: Callable[[str], None], now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._say = say
        self._thread = SpokenThread(desk, say, now)
        self._places = PlainPlaces(desk, say)
        self._support_id: str | None = None

    async def _follow(self, own: Conversation) -> None:
        """Go on in this conversation with support."""
        self._thread.conversation_id = self._support_id = own.id
        thread = self._thread.loaded
        if self._thread.tell_new():
            pass
        elif thread and thread.messages:
            self._thread.tell_last()
        else:
            organization = self._desk.replica.organization
            welcome = organization.settings.get("welcome") if organization else None
            self._say(
                safe(welcome) if isinstance(welcome, str) and welcome.strip() else tr("How can we help?")
            )
        await self._read()

    async def _go(self, wanted: str) -> None:
        if wanted == "1" or tr("Help & Support").casefold().startswith(wanted.casefold() or "?"):
            own = await self._desk.portal_conversation()
            self._thread.conversation_id = own.id  # before it is said: what comes now is told from there
            self._say(tr("You are in Help & Support."))
            await self._follow(own)
        elif place := self._places.find(wanted):
            await self._go_to(place)
        else:
            self._say(tr("There is no such place. /places tells what there is."))

    async def _go_to(self, place: Conversation) -> None:
        """Read and write in a room or a direct conversation from now on."""
        await self._desk.open_conversation(place.id)
        self._thread.conversation_id = place.id
        self._say(tr("You are in {name}.", name=self._places.name(place)))
        if not self._thread.tell_new():
            self._thread.tell_last()
        await self._read()

    async def _people(self) -> None:
        here = self._desk.replica.conversation(self._thread.conversation_id or "")
        if here is not None and here.kind is Kind.GROUP:
            await self._places.people(here.id)
        else:
            self._say(tr("Only a room has people. /places tells yours."))

    async def _tell_places(self) -> None:
        """Have the other places here, and say that there are some."""
        await self._desk.load_places()
        others = self._places.all()
        new = sum(each.unread for each in others)
        if new:
            self._say(
                trn("{count} new message elsewhere. /places", "{count} new messages elsewhere. /places", new)
            )
        elif others:
            self._say(tr("/places tells your rooms and direct messages."))

    @property
    def _at_support(self) -> bool:
        return self._thread.conversation_id == self._support_id

    def _tell_elsewhere(self, change: MessageArrived) -> None:
        """Something was said where one is not: who and where, not what."""
        place = self._desk.replica.conversation(change.conversation_id)
        own = self._desk.replica.own_ids
        if place is None or change.message.author.id in own or change.message.id in self._thread.own:
            return
        support = place.kind is Kind.SUPPORT
        name = tr("Help & Support") if support else self._places.name(place)
        self._say(tr("New in {name}. /go {name} goes there.", name=name))

    async def _read(self) -> None:
        if self._thread.conversation_id is not None:
            await self._desk.mark_read(self._thread.conversation_id)
