"""All live connections of the server: one channel per organization, one heartbeat for all."""

import asyncio
import secrets
from collections.abc import Coroutine, Iterable, Sequence
from itertools import groupby
from typing import Any

from deskterm.protocol.wire.frames import Typing
from deskterm.server.clock import Clock
from deskterm.server.desk.blocks import is_drowned
from deskterm.server.live import ephemeral
from deskterm.server.live.addresses import Addresses
from deskterm.server.live.attendance import Attendance
from deskterm.server.live.audience import Audiences
from deskterm.server.live.channel import Channel
from deskterm.server.live.connection import Connection
from deskterm.server.live.dispatch import Rendering
from deskterm.server.live.presence import PresenceBoard, PresenceChange
from deskterm.server.live.render import Renderer
from deskterm.server.live.settings import LiveSettings
from deskterm.server.live.socket import Close
from deskterm.server.live.turns import Turns
from deskterm.server.live.whispers import Typist, looking_word, read_word, typing_word, who
from deskterm.server.logs import Log
from deskterm.server.meters import Meters
from deskterm.server.principal import Principal
from deskterm.server.sessions import Sessions
from deskterm.server.storage import members, organizations
from deskterm.server.storage.database import Database, Event, Reader
from deskterm.server.views.people import is_online


class LiveHub:
    """Hears of commits, keeps the connections alive, carries what is not logged."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        sessions: Sessions,
        presence: PresenceBoard,
        log: Log,
        settings: LiveSettings,
    ) -> None:
        self.db = db
        self.clock = clock
        self.sessions = sessions
        self.presence = presence
        self.settings = settings
        self.draining = False
        self.turns = Turns(clock)
        self.attendance = Attendance(db, presence, clock, settings.presence_lease)
        self.meters = Meters()
        self._log = log
        self._channels: dict[int, Channel] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.addresses = Addresses(settings.per_address)
        self._beating: asyncio.Task[None] | None = None
        db.on_commit(self.publish)
        db.on_whisper(self.overhear)

    async def start(self, *, beating: bool) -> None:
        """Forget who was there before. Where it does not beat, nothing is polled, pinged or given up."""
        await self.attendance.keep()
        if beating:
            self._beating = asyncio.get_running_loop().create_task(self._beat())

    def publish(self, events: Sequence[Event]) -> None:
        """Take one commit's events, in commit order."""
        for organization_id, batch in groupby(events, key=lambda event: event.organization_id):
            channel = self._channels.get(organization_id)
            if channel is None:
                continue
            taken = list(batch)
            self._note_presence(channel, taken)
            channel.take(taken)

    @property
    def connections(self) -> int:
        """How many have said hello."""
        return sum(len(channel.attached) for channel in self._channels.values())

    async def settle(self) -> None:
        """Wait until everything committed so far is handed on."""
        for channel in tuple(self._channels.values()):
            await channel.settle()

    def tick(self) -> None:
        """What is due now: leases of presence, lost wake-ups, pings, dead peers."""
        for change in (*self.presence.expire(), *self.attendance.meet()):
            self._tell_presence(change)
        if self.attendance.is_behind():
            self.spawn(self.attendance.keep())
        self.spawn(self.attendance.stay())
        now = self.clock.monotonic()
        for channel in tuple(self._channels.values()):
            self.sessions.hear(channel.poll())
            channel.lately.rest()
            self._keep_lookers(channel)
            for connection in tuple(channel.attached):
                connection.tick(now)

    async def close(self) -> None:
        """Say `bye` on every connection with a time to come back at, close them all and stop."""
        self.draining = True
        if self._beating is not None:
            self._beating.cancel()
        await self.settle()
        for channel in self._channels.values():
            for connection in tuple(channel.attached):
                connection.end(Close.DRAINING, "draining", secrets.randbelow(self.settings.drain_spread_ms))
        while self._tasks:
            await asyncio.wait(self._tasks)

    def make_rendering(self, reader: Reader, audiences: Audiences) -> Rendering:
        """What turns events into the JSON of one moment."""
        return Renderer(reader, audiences, self.presence)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` beside; what it raises unexpectedly is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    # Connections come and go

    def channel_of(self, organization_id: int) -> Channel:
        """The organization's channel, opened at the head of its log if nobody is connected yet."""
        channel = self._channels.get(organization_id)
        if channel is None:
            channel = Channel(
                self.db, organization_id, self.make_rendering, self.clock, self._log, self._delivered
            )
            self._channels[organization_id] = channel
        return channel

    def attach(self, channel: Channel, connection: Connection) -> None:
        """A connection has said hello."""
        channel.attached.add(connection)
        principal = connection.principal
        if principal.is_present and principal.member_id is not None:
            away = self._is_away(principal.organization_id, principal.member_id)
            change = self.presence.arrived(principal.organization_id, principal.member_id, away)
            self._tell_presence(change)
            if change is not None:
                self.spawn(self.attendance.keep())

    def detach(self, channel: Channel, connection: Connection) -> None:
        """A connection is over."""
        channel.attached.discard(connection)
        self.view(channel, connection, None)
        principal = connection.principal
        if principal.is_present and principal.member_id is not None:
            self.presence.left(principal.member_id)
        if not channel.attached:
            self._channels.pop(channel.organization_id, None)

    # What is not logged

    def type(self, channel: Channel, sender: Principal, frame: Typing) -> None:
        """Somebody types: tell whoever may know, under the name they may know."""
        self._whisper(self.db.read(lambda reader: self._typing(reader, channel, sender, frame)))
        self.db.whisper(typing_word(sender, frame))

    def overhear(self, word: str) -> None:
        """Somebody types or looks on another server: the same, for those who are connected here."""
        told = read_word(word)
        channel = None if told is None else self._channels.get(told.organization_id)
        if told is None or channel is None:
            return
        if not isinstance(told, Typist):
            self._tell_viewing(channel, channel.lookers.note(told))
            return

        def read(reader: Reader) -> list[ephemeral.Told]:
            sender = who(reader, told.organization_id, told.session_id)
            return [] if sender is None else self._typing(reader, channel, sender, told.frame)

        self._whisper(self.db.read(read))

    def _typing(
        self, reader: Reader, channel: Channel, sender: Principal, frame: Typing
    ) -> list[ephemeral.Told]:
        if is_drowned(reader, sender):
            return []
        audiences = self._audiences(reader, channel)
        return ephemeral.typing(reader, audiences, channel.groups, sender, frame, self.clock.now())

    def view(self, channel: Channel, connection: Connection, conversation_id: bytes | None) -> None:
        """An agent has opened another conversation, or none."""
        before, connection.viewing = connection.viewing, conversation_id
        if before == conversation_id or not connection.principal.is_present:
            return
        for each in (before, conversation_id):
            if each is not None:
                self._tell_viewing(channel, each)
                self._say_who_looks(channel, each)

    def _tell_viewing(self, channel: Channel, conversation_id: bytes) -> None:
        def read(reader: Reader) -> list[ephemeral.Told]:
            audiences = self._audiences(reader, channel)
            lookers = channel.looking_at(conversation_id)
            for each in channel.lookers.of(conversation_id):
                elsewhere = who(reader, channel.organization_id, each)
                lookers += [] if elsewhere is None else [elsewhere]
            return ephemeral.viewing(audiences, channel.groups, conversation_id, lookers)

        self._whisper(self.db.read(read))

    def _say_who_looks(self, channel: Channel, conversation_id: bytes) -> None:
        lookers = channel.looking_at(conversation_id)
        self.db.whisper(looking_word(self.db.node, channel.organization_id, conversation_id, lookers))

    def _keep_lookers(self, channel: Channel) -> None:
        """Forget those on servers that are gone, and say in time who is still looking here."""
        for conversation_id in channel.lookers.expire():
            self._tell_viewing(channel, conversation_id)
        if channel.lookers.is_time():
            open_here = {each.viewing for each in channel.attached if each.viewing is not None}
            for conversation_id in open_here:
                self._say_who_looks(channel, conversation_id)

    def welcome(self, connection: Connection) -> None:
        """Tell somebody who has just come live who is there, as far as their roster may not know it."""
        principal = connection.principal
        if principal.is_agent and principal.member_id is not None:
            for change in self.presence.lately(principal.organization_id, principal.member_id):
                connection.whisper(ephemeral.presence_frame(change))

    def _tell_presence(self, change: PresenceChange | None) -> None:
        if change is None:
            return
        channel = self._channels.get(change.organization_id)
        if channel is not None:
            self._whisper(ephemeral.presence(channel.groups, change))
            self._tell_support(channel)

    def _tell_support(self, channel: Channel) -> None:
        """Contacts hear when the first agent comes and the last one goes, of support and of each persona."""

        def read(reader: Reader) -> list[ephemeral.Told]:
            organization_id, groups = channel.organization_id, channel.groups
            personas = channel.personas_online
            told = ephemeral.personas_there(reader, groups, self.presence, organization_id, personas)
            online = is_online(reader, organization_id, self.presence)
            if online is channel.support_online:
                return told
            channel.support_online = online
            return [*told, *ephemeral.support(reader, groups, self.presence, organization_id)]

        self._whisper(self.db.read(read))

    def _note_presence(self, channel: Channel, events: Iterable[Event]) -> None:
        for event in events:
            if event.entity == "member":
                away = self._is_away(channel.organization_id, event.entity_id)
                self._tell_presence(self.presence.stepped(event.entity_id, away))
            if event.entity in ("member", "persona"):
                self._tell_support(channel)  # another one may answer now

    def _whisper(self, told: Iterable[ephemeral.Told]) -> None:
        for group, frame in told:
            for receiver in group.receivers:
                receiver.whisper(frame)

    def _is_away(self, organization_id: int, member_id: bytes) -> bool:
        row = self.db.read(lambda reader: members.by_id(reader, organization_id, member_id))
        return row is not None and bool(row.away)

    def _audiences(self, reader: Reader, channel: Channel) -> Audiences:
        staff_sees = organizations.settings(reader, channel.organization_id).staff_sees
        return Audiences(reader, channel.organization_id, staff_sees)

    # Beating

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.settings.poll)
            try:
                self.tick()
            except Exception as failure:  # noqa: BLE001 - the supervisor of the heartbeat: it must go on
                self._log.error("live heartbeat failed", failure)

    def _delivered(self, event: Event) -> None:
        """The batch that began with this event has been written to all sockets."""
        self.meters.deliveries.add((self.clock.now() - event.at) / 1000)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._log.error("live task failed", failure)
