"""The client's side of the live socket as a state machine without I/O.

Feed it what arrives, do what it answers, in order, and say when that is done. It knows one thing worth
keeping, the cursor: the position up to which everything was handled. Invariants:

* every frame names the position before it; if that is not ours, something is missing: reconnect from ours,
  also when a ping names another one, for the frame that is missing may have been the last for hours;
* the cursor moves only after its content was handled (a replica takes what comes twice for no news), and also
  over kinds of a later version;
* when the server cannot go on from our cursor, a snapshot is taken and its cursor said on the same socket.
"""

from dataclasses import dataclass
from typing import Any

from deskterm.client.answers import Update
from deskterm.client.errors import ApiError, ClientError, ProtocolMismatch
from deskterm.client.http import parse
from deskterm.protocol.wire import frames

#: Seconds of silence after which the socket is taken for dead; the server pings far more often.
SILENCE = 60.0
#: Close codes of a socket: its session is over; a frame was larger than we take.
UNAUTHENTICATED = 4401
TOO_BIG = 1009
#: A cursor that no server knows, so that it answers with `need_snapshot`.
NOWHERE = "0"


@dataclass(slots=True, frozen=True)
class Send:
    """Write this frame."""

    text: str


@dataclass(slots=True, frozen=True)
class Deliver:
    """Give this to the replica; `counted` if it is logged, as against typing or presence."""

    update: Update
    counted: bool = True


@dataclass(slots=True, frozen=True)
class TakeSnapshot:
    """Load everything anew, then call `resume_from` with the snapshot's cursor."""


@dataclass(slots=True, frozen=True)
class CaughtUp:
    """What happens from here on happens now."""


@dataclass(slots=True, frozen=True)
class Reconnect:
    """Give this socket up and open another; after `wait` seconds if the server asked for that.

    `network` tells that the way to the server broke, as in a tunnel: then nobody else may have noticed.
    """

    why: str
    wait: float | None = None
    network: bool = False


@dataclass(slots=True, frozen=True)
class Stop:
    """It is of no use to come back."""

    error: ClientError


@dataclass(slots=True, frozen=True)
class Odd:
    """Something that does not fit the contract was skipped; for the log."""

    what: str


Action = Send | Deliver | TakeSnapshot | CaughtUp | Reconnect | Stop | Odd


class LiveState:
    """One subscription over any number of sockets."""

    def __init__(self, server: str, cursor: str | None = None) -> None:
        """`server` is for error sentences. Without a cursor the stream starts at the head of the log."""
        self.cursor = cursor
        self._position = cursor  # of the last frame of this socket
        self._server = server

    def opened(self) -> list[Action]:
        """A socket was opened: introduce ourselves."""
        self._position = self.cursor
        return [self._hello()]

    def handled(self) -> None:
        """Everything that was answered so far has been done."""
        self.cursor = self._position

    def resume_from(self, cursor: str) -> list[Action]:
        """The snapshot was taken."""
        self.cursor = self._position = cursor
        return [self._hello()]

    def closed(self, code: int | None, reason: str = "") -> list[Action]:
        """The socket is gone; `code` and `reason` as the server gave them."""
        if code == UNAUTHENTICATED and reason != "session_changed":
            return [Stop(session_over())]
        if reason == "unsupported_protocol":  # what it speaks it does not say; ours it speaks no longer
            return [Stop(ProtocolMismatch(self._server, frames.PROTOCOL + 1, frames.PROTOCOL))]
        return [Reconnect("the connection was lost", network=code is None)]

    def overwhelmed(self) -> list[Action]:
        """A frame was larger than any may be: it would come again, only a snapshot leads past it."""
        self.cursor = NOWHERE
        return [Reconnect("the server sent something too large")]

    def received(self, text: str) -> list[Action]:
        """A frame arrived."""
        try:
            frame = frames.parse_server_frame(text)
        except frames.BadFrame as error:
            return [Odd(str(error)), Reconnect("the server sent something unreadable")]
        match frame:
            case frames.EventFrame():
                return self._moved(frame.previous, frame.cursor, [_deliver(frame.kind, frame.data)])
            case frames.EventsFrame():
                items = [_deliver(item.kind, item.data) for item in frame.items]
                return self._moved(frame.previous, frame.cursor, items)
            case frames.Position():
                return self._moved(frame.previous, frame.cursor, [])
            case frames.Ephemeral():
                return [action for action in [_deliver(frame.kind, frame.data, counted=False)] if action]
            case frames.Welcome():
                return self._welcomed(frame)
            case _:
                return self._controlled(frame)

    def _controlled(self, frame: frames.ServerFrame | None) -> list[Action]:
        match frame:
            case frames.Ping():
                pong = Send(frames.Pong().model_dump_json())
                return [pong] if frame.cursor in (None, self._position) else [pong, _missing()]
            case frames.Live():
                return [CaughtUp()] if frame.cursor == self._position else [_missing()]
            case frames.Resync():
                return [Odd(f"resync: {frame.reason}"), TakeSnapshot()]
            case frames.Bye(code="unauthenticated"):
                return [Stop(session_over())]
            case frames.Bye():
                why = (
                    "the server is restarting" if frame.code == "draining" else "the server closed the stream"
                )
                return [Reconnect(why, frame.retry_ms / 1000 or None)]
            case _:
                return []  # a frame of a later version

    def _welcomed(self, frame: frames.Welcome) -> list[Action]:
        if frame.protocol != frames.PROTOCOL:
            return [Stop(ProtocolMismatch(self._server, frame.protocol, frames.PROTOCOL))]
        if frame.mode == "need_snapshot":
            return [TakeSnapshot()]
        self._position = frame.cursor
        return []

    def _moved(self, previous: str, cursor: str, deliveries: list[Deliver | Odd | None]) -> list[Action]:
        if previous != self._position:
            return [_missing()]
        self._position = cursor
        return [each for each in deliveries if each]

    def _hello(self) -> Send:
        hello = frames.Hello(protocol=frames.PROTOCOL, cursor=self.cursor)
        return Send(hello.model_dump_json(exclude_none=True))


def session_over() -> ApiError:
    """The session was ended, here, elsewhere or by an admin."""
    return ApiError("unauthenticated", 401, "Your session has ended. Please sign in again.")


def _missing() -> Reconnect:
    return Reconnect("something was missing in the stream")


def _deliver(kind: str, data: dict[str, Any], counted: bool = True) -> Deliver | Odd | None:
    try:
        update = parse.update(kind, data)
    except parse.Unfit as error:
        return Odd(f"{kind}: {error}")
    return Deliver(update, counted) if update else None
