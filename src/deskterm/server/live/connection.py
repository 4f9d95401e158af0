"""One live connection after its hello: what it is sent, what it may say, when it is given up."""

import asyncio
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import Visibility
from deskterm.protocol.wire.frames import (
    PROTOCOL,
    BadFrame,
    Hello,
    Typing,
    Viewing,
    parse_client_frame,
)
from deskterm.server.errors import DeskError, StorageDamaged, Unauthenticated
from deskterm.server.live import frames, resume
from deskterm.server.live.channel import Channel
from deskterm.server.live.cohort import Place
from deskterm.server.live.cursor import Stamp
from deskterm.server.live.feed import LogDamaged, Source
from deskterm.server.live.socket import Close, Socket, Stalled
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Audience, Event, Reader

if TYPE_CHECKING:
    from deskterm.server.live.hub import LiveHub

#: Frames a client may send in a second before it is closed.
FRAMES_PER_SECOND: Final = 100
TYPING_PAUSE: Final = 1.0  # seconds between two signs of typing the same in the same place


class Stage(Enum):
    """Where a connection stands."""

    WAITING = auto()  # for a hello with a snapshot's cursor
    FED = auto()  # from the log
    LIVE = auto()  # by the dispatcher
    ENDED = auto()


class Connection:
    """A receiver of a channel. Its `place` is one with others' as long as it is live."""

    def __init__(
        self, hub: "LiveHub", channel: Channel, socket: Socket, principal: Principal, token: str
    ) -> None:
        self._hub = hub
        self._channel = channel
        self._socket = socket
        self._token = token
        self.principal = principal
        self.stamp = self._stamp()
        self.place = Place(0, "")
        self.transport, self.buffer = socket.transport, socket.buffer
        self.viewing: bytes | None = None
        self._missed: set[bytes] = set()  # conversations of which others may have been told more
        self._stage = Stage.WAITING
        self._nonce = 0
        self._feeding: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        now, phase = hub.clock.monotonic(), hub.next_phase()
        self._heard_at = now
        self._pinged_at = now - phase * hub.settings.heartbeat
        self._positioned_at = now - phase * hub.settings.position
        self._typed: tuple[str, Visibility] | None = None
        self._typed_at = now
        self._second = (now, 0)

    @property
    def live(self) -> bool:
        """Whether the dispatcher serves it now."""
        return self._stage is Stage.LIVE

    # What the client says

    async def run(self, hello: Hello) -> None:
        """Obey `hello` and listen until the socket is closed."""
        self._subscribe(hello)
        while (message := await self._socket.receive()) is not None:
            self._heard_at = self._hub.clock.monotonic()
            if message.type is not WSMsgType.TEXT:
                self.end(Close.MALFORMED, "text_expected")
            elif self._stage is not Stage.ENDED and self._within_rate():
                self._hear(message.data)

    def _hear(self, text: str) -> None:
        try:
            frame = parse_client_frame(text)
        except BadFrame as error:
            self.end(Close.MALFORMED, error.code)
            return
        match frame:
            case Hello():
                if self._stage is Stage.WAITING:
                    self._subscribe(frame)
                else:
                    self.end(Close.MALFORMED, "unexpected_hello")
            case Typing():
                self._type(frame)
            case Viewing():
                wanted = None if frame.conversation_id is None else to_bytes(frame.conversation_id)
                self._hub.view(self._channel, self, wanted)
            case _:
                return  # a pong, or a frame of a later version: it was heard, that is all

    def _type(self, frame: Typing) -> None:
        typed = (frame.conversation_id, frame.visibility)
        if typed != self._typed or self._heard_at - self._typed_at >= TYPING_PAUSE:
            self._typed, self._typed_at = typed, self._heard_at
            self._hub.type(self._channel, self.principal, frame)

    def _within_rate(self) -> bool:
        since, count = self._second
        self._second = (self._heard_at, 1) if self._heard_at - since >= 1 else (since, count + 1)
        if self._second[1] > FRAMES_PER_SECOND:
            self.end(Close.RATE, "rate_limited")
            return False
        return True

    # Subscribing

    def _subscribe(self, hello: Hello) -> None:
        if hello.protocol != PROTOCOL:
            self.end(Close.MALFORMED, "unsupported_protocol")
            return
        try:
            start = self._channel.db.read(lambda reader: self._start(reader, hello.cursor))
        except StorageDamaged:  # a log that cannot be read leads nowhere; what it is about may be whole
            start = None
        mode = "resume" if start else "need_snapshot"
        cursor = self._cursor_of(start)
        welcome: dict[str, object] = {"mode": mode, "protocol": PROTOCOL, "cursor": cursor}
        self._socket.say({"type": "welcome", **welcome, "heartbeat": self._hub.settings.heartbeat})
        if start is None:
            self._stage = Stage.WAITING
            return
        position, self._nonce = start
        self.place = Place(position, cursor)
        self._feed(announce=True)

    def _start(self, reader: Reader, cursor: str | None) -> resume.Start | None:
        organization_id = self.principal.organization_id
        self.stamp = resume.stamp_of(reader, self._hub.db.epoch, self.principal)
        if cursor is None:
            return resume.head(reader, organization_id)
        return resume.start(reader, self.stamp, organization_id, cursor, self._hub.settings.replay)

    def _cursor_of(self, start: resume.Start | None) -> str:
        return self.stamp.cursor(*(start or self._channel.head()))

    def _stamp(self) -> Stamp:
        return self._channel.db.read(
            lambda reader: resume.stamp_of(reader, self._hub.db.epoch, self.principal)
        )

    # What the client is sent

    def fall_behind(self) -> None:
        """The socket is full: it is fed from the log until that is over."""
        self._channel.groups.discard(self)
        self._missed |= self._channel.looked_at()
        self._feed(announce=False)

    def whisper(self, frame: bytes, about: bytes | None = None) -> None:
        """Write what is not logged. Who cannot take it now is told how things stand when it is live again."""
        if self._stage is Stage.LIVE and self._socket.offer(frame):
            return
        self._missed |= {about} if about else set()
        if self._stage is Stage.LIVE:
            self.fall_behind()

    def _feed(self, *, announce: bool) -> None:
        self._stage = Stage.FED
        self._feeding = self._hub.spawn(self._read_on(announce))

    async def _read_on(self, announce: bool) -> None:
        """Send the log from `position` on, then join the live ones with no await in between."""
        try:
            await self._socket.drained()
            await self._catch_up(lagging=not announce)
            if self._stage is Stage.FED:
                self._join(announce)
        except Stalled:
            self.end(Close.SLOW, "slow")
        except (LogDamaged, StorageDamaged):
            self.resync("log_damaged")
        except (DeskError, MemoryError):  # what cannot be read now can be after the client came back
            self.end(Close.BROKEN, "overloaded")
        except ConnectionError:
            self._socket.abort()

    async def _catch_up(self, *, lagging: bool) -> None:
        hub, lately = self._hub, self._channel.lately
        source = Source(hub.db, self.principal, hub.make_rendering, lately)
        while self._stage is Stage.FED:
            async for part in source.parts(
                hub.turns, self.place.position, hub.settings.replay, lagging=lagging
            ):
                place = self.place
                if part.pieces:
                    cursor = self.stamp.cursor(part.seq, part.nonce)
                    payload = frames.events_payload(part.pieces, cursor=cursor, previous=place.previous)
                    place.previous = cursor
                    await self._socket.send(payload)
                place.position, self._nonce = part.seq, part.nonce
            if self.place.position >= self._channel.position:
                return

    def _join(self, announce: bool) -> None:
        if announce:
            self._tell_position(self.place.position, self._nonce)
            self._socket.say({"type": "live", "cursor": self.place.previous})
        self._stage = Stage.LIVE
        self._channel.groups.add(self)
        missed, self._missed = self._missed, set()
        self._hub.welcome(self._channel, self, missed, again=not announce)

    def _tell_position(self, position: int, nonce: int) -> None:
        cursor = self.stamp.cursor(position, nonce)
        previous = self.place.previous
        if cursor != previous:
            self._socket.say({"type": "position", "cursor": cursor, "previous": previous})
        self.place = Place(position, cursor)

    # What happens to it

    def tick(self, now: float) -> None:
        """Do what is due at `now` (monotonic seconds)."""
        settings = self._hub.settings
        if now - self._heard_at >= settings.silence:
            self._leave_stream(Stage.ENDED)
            self._socket.abort()
            return
        if now - self._pinged_at >= settings.heartbeat:
            self._pinged_at = _beat(self._pinged_at, now, settings.heartbeat)
            self._check_session()
            self._socket.write(frames.PING if not self.live else frames.ping(self.place.previous))
        if self.live and self._channel.at_rest and now - self._positioned_at >= settings.position:
            self._positioned_at = _beat(self._positioned_at, now, settings.position)
            if self.place.position < self._channel.position:
                self._channel.groups.discard(self)
                self._tell_position(self._channel.position, self._channel.nonce)
                self._channel.groups.add(self)

    def control(self, event: Event) -> None:
        """Obey an event about sessions or the organization."""
        if event.audience == Audience.SESSION:
            if event.entity_id == self.principal.session_id:
                over = event.kind != "session.changed"
                self.end(Close.UNAUTHENTICATED, "unauthenticated" if over else "session_changed")
        elif event.entity in ("organization", "persona") and not self._sees_as_before():
            self.resync("sight_changed")

    def resync(self, reason: str) -> None:
        """The stream cannot go on: the client takes a snapshot and says hello again."""
        if self._stage is not Stage.ENDED:
            self._leave_stream(Stage.WAITING)
            self._socket.say({"type": "resync", "reason": reason})

    def end(self, code: Close, reason: str, retry_ms: int = 0) -> None:
        """Close the socket with a code and say so before where the client can do something about it."""
        if self._stage is Stage.ENDED:
            return
        self._leave_stream(Stage.ENDED)
        if code in (Close.UNAUTHENTICATED, Close.DRAINING):
            self._socket.say({"type": "bye", "code": reason, "retry_ms": retry_ms})
        self._ending = self._hub.spawn(self._socket.end(code, reason))

    async def ended(self) -> None:
        """Wait until the socket is closed for good."""
        self._leave_stream(Stage.ENDED)
        if self._ending is not None:
            await self._ending

    def _sees_as_before(self) -> bool:
        return self._stage is Stage.WAITING or self._stamp() == self.stamp

    def _check_session(self) -> None:
        try:
            self._hub.sessions.by_token(self._token)
        except Unauthenticated:
            self.end(Close.UNAUTHENTICATED, "unauthenticated")

    def _leave_stream(self, stage: Stage) -> None:
        self._channel.groups.discard(self)
        self._stage = stage
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None


def _beat(last: float, now: float, every: float) -> float:
    """The latest beat of those `every` so many seconds since `last`: a late tick shifts none of the next."""
    return now - (now - last) % every if every else now
