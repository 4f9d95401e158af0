"""All live connections of the server: one channel per organization, one heartbeat for all."""

import asyncio
import secrets
from collections.abc import Coroutine, Sequence, Set
from itertools import groupby, islice
from typing import Any, Final

from deskterm.protocol.wire.frames import Typing
from deskterm.server.clock import Clock
from deskterm.server.desk.blocks import is_drowned
from deskterm.server.live import ephemeral
from deskterm.server.live.addresses import Addresses
from deskterm.server.live.audience import Audiences
from deskterm.server.live.channel import Channel
from deskterm.server.live.cohort import Receiver
from deskterm.server.live.coming import Coming
from deskterm.server.live.connection import Connection
from deskterm.server.live.dispatch import Rendering
from deskterm.server.live.presence import PresenceBoard
from deskterm.server.live.render import Renderer
from deskterm.server.live.resume import head
from deskterm.server.live.settings import LiveSettings
from deskterm.server.live.socket import Close
from deskterm.server.live.turns import Turns
from deskterm.server.live.whispers import Here, Typist, looking_word, read_word, typing_word, who
from deskterm.server.logs import Log
from deskterm.server.meters import Meters
from deskterm.server.principal import Principal
from deskterm.server.sessions import Sessions
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Database, Event, Reader

#: Conversations of which those who come are told who has them open.
LOOKED_AT: Final = 50
#: Multiples of it lie evenly between whole numbers, however many there are.
GOLDEN: Final = 0.6180339887498949


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
        self.meters = Meters()
        self._log = log
        self._channels: dict[int, Channel] = {}
        self.coming = Coming(db, presence, clock, settings.presence_lease, self._channels.get, self.spawn)
        self._tasks: set[asyncio.Task[None]] = set()
        self.addresses = Addresses(settings.per_address)
        self._beating: asyncio.Task[None] | None = None
        self._welcomed = 0
        db.on_commit(self.publish)
        db.on_whisper(self.overhear)

    async def start(self, *, beating: bool) -> None:
        """Forget who was there before. Where it does not beat, nothing is polled, pinged or given up."""
        await self.coming.attendance.keep()
        if beating:
            self._beating = asyncio.get_running_loop().create_task(self._beat())

    def publish(self, events: Sequence[Event]) -> None:
        """Take one commit's events, in commit order."""
        for organization_id, batch in groupby(events, key=lambda event: event.organization_id):
            channel = self._channels.get(organization_id)
            if channel is None:
                continue
            taken = list(batch)
            self.coming.note(channel, taken)
            channel.take(taken)

    @property
    def connections(self) -> int:
        """How many have said hello."""
        return sum(len(channel.attached) for channel in self._channels.values())

    @property
    def told(self) -> dict[int, int]:
        """How far the log of each organization was handed on, of those with connections here."""
        return {key: channel.position for key, channel in self._channels.items()}

    async def settle(self) -> None:
        """Wait until everything committed so far is handed on."""
        for channel in tuple(self._channels.values()):
            await channel.settle()

    def tick(self) -> None:
        """What is due now: leases of presence, lost wake-ups, pings, dead peers."""
        self.coming.tick()
        now = self.clock.monotonic()
        channels = tuple(self._channels.values())
        heads = self.db.read(lambda reader: [head(reader, each.organization_id) for each in channels])
        for channel, newest in zip(channels, heads, strict=True):
            missed = channel.poll(newest)
            self.sessions.hear(missed)
            self.coming.note(channel, missed)
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

    def next_phase(self) -> float:
        """The part of its interval at which the next connection's heart beats: those who come at one moment
        are not pinged at one."""
        phase = self._welcomed * GOLDEN % 1
        self._welcomed += 1
        return phase

    def welcome(self, channel: Channel, receiver: Receiver, missed: Set[bytes], *, again: bool) -> None:
        """Tell somebody who has just come live who is there and who looks at as much as a screen shows.

        Who comes live `again` was only too slow: of what they `missed` something, how it stands by now.
        """
        self.coming.welcome(receiver, again=again)
        shown = missed if again else set(islice(channel.looked_at(), LOOKED_AT))
        self._show_lookers(channel, receiver, shown)

    def channel_of(self, organization_id: int) -> Channel:
        """The organization's channel, opened at the head of its log if nobody is connected yet."""
        channel = self._channels.get(organization_id)
        if channel is None:
            channel = Channel(
                self.db.within(organization_id),
                organization_id,
                self.make_rendering,
                self.clock,
                self._log,
                self._delivered,
            )
            self._channels[organization_id] = channel
        return channel

    def attach(self, channel: Channel, connection: Connection) -> None:
        """A connection has said hello."""
        channel.attached.add(connection)
        self.coming.arrived(connection.principal)

    def detach(self, channel: Channel, connection: Connection) -> None:
        """A connection is over."""
        channel.attached.discard(connection)
        self.view(channel, connection, None)
        self.coming.left(connection.principal)
        if not channel.attached:
            self._channels.pop(channel.organization_id, None)

    # What is not logged

    def type(self, channel: Channel, sender: Principal, frame: Typing) -> None:
        """Somebody types: tell whoever may know, under the name they may know."""
        ephemeral.whisper(channel.db.read(lambda reader: self._typing(reader, channel, sender, frame)))
        self.db.whisper(typing_word(sender, frame))

    def overhear(self, word: str) -> None:
        """Somebody types, looks, comes or goes on another server: the same, for those connected here."""
        told = read_word(word)
        if isinstance(told, Here):
            self.coming.overhear(told)
            return
        channel = None if told is None else self._channels.get(told.organization_id)
        if told is None or channel is None:
            return
        if not isinstance(told, Typist):
            self._tell_viewing(channel, channel.lookers.note(told))
            return

        def read(reader: Reader) -> list[ephemeral.Told]:
            sender = who(reader, told.organization_id, told.session_id)
            return [] if sender is None else self._typing(reader, channel, sender, told.frame)

        ephemeral.whisper(channel.db.read(read))

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
            here = channel.looking_at(conversation_id)
            lookers = [*here, *_elsewhere(reader, channel, conversation_id)]
            return ephemeral.viewing(audiences, channel.groups, conversation_id, lookers)

        ephemeral.whisper(channel.db.read(read))

    def _show_lookers(self, channel: Channel, receiver: Receiver, looked_at: Set[bytes]) -> None:
        """Tell an agent who has these open."""
        principal = receiver.principal
        if not principal.is_agent or not looked_at:
            return
        here = channel.looking()

        def read(reader: Reader) -> list[tuple[bytes, bytes | None]]:
            audiences = self._audiences(reader, channel)
            lookers = {
                each: [*here.get(each, ()), *_elsewhere(reader, channel, each)]
                for each in looked_at
                if audiences.sees(principal, each)
            }
            return [(each, ephemeral.viewing_frame(audiences, each, who)) for each, who in lookers.items()]

        for each, frame in channel.db.read(read):
            if frame is not None:
                receiver.whisper(frame, each)

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


def _elsewhere(reader: Reader, channel: Channel, conversation_id: bytes) -> list[Principal]:
    """Who has it open on another server."""
    found = (who(reader, channel.organization_id, each) for each in channel.lookers.of(conversation_id))
    return [each for each in found if each is not None]
