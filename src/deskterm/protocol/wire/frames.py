"""The frames of the live socket, for both ends (docs/protocol.md "Live").

Reading is done in two steps: the envelope here, then `data` by its kind (protocol/wire/events.py). So a kind
that one end does not know yet is skipped while its cursor still counts.
"""

import json
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from deskterm.protocol.records import Visibility
from deskterm.protocol.wire.requests import Id

PROTOCOL: Final = 1
CLIENT_FRAME_LIMIT: Final = 64 * 1024  # bytes of a frame that a client may send
SERVER_FRAME_LIMIT: Final = 512 * 1024  # bytes of a frame that the server sends at most

F = TypeVar("F")

Cursor = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class BadFrame(Exception):
    """A frame that is not what the protocol says; `code` is stable, the text is for logs."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Frame(BaseModel):
    """A frame of either end. Fields of a later version are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


# What clients send


class Hello(Frame):
    """The first frame, and again with the snapshot's cursor after `need_snapshot` or `resync`."""

    type: Literal["hello"] = "hello"
    protocol: int
    token: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    cursor: Cursor | None = None


class Typing(Frame):
    """The sender is typing here; repeated every few seconds, forgotten after six."""

    type: Literal["typing"] = "typing"
    conversation_id: Id
    visibility: Visibility = Visibility.PUBLIC
    persona_id: Id | None = None


class Viewing(Frame):
    """The conversation an agent has open, or null for none."""

    type: Literal["viewing"] = "viewing"
    conversation_id: Id | None = None


class Pong(Frame):
    """The answer to `ping`."""

    type: Literal["pong"] = "pong"


ClientFrame = Hello | Typing | Viewing | Pong


# What the server sends


class Welcome(Frame):
    """The answer to `hello`. `heartbeat` is the time between two pings in seconds."""

    type: Literal["welcome"] = "welcome"
    mode: Literal["resume", "need_snapshot"]
    protocol: int = PROTOCOL
    cursor: str
    heartbeat: float


class EventFrame(Frame):
    """One change. `previous` names the position this connection was sent before."""

    type: Literal["event"] = "event"
    cursor: str
    previous: str
    kind: str
    data: dict[str, Any]


class EventItem(Frame):
    """One change of an `events` frame."""

    kind: str
    data: dict[str, Any]


class EventsFrame(Frame):
    """A part of the replay: each entity once, at its latest."""

    type: Literal["events"] = "events"
    cursor: str
    previous: str
    items: tuple[EventItem, ...]


class Live(Frame):
    """The replay is over; what follows happens now."""

    type: Literal["live"] = "live"
    cursor: str


class Position(Frame):
    """Nothing for this receiver happened up to `cursor`."""

    type: Literal["position"] = "position"
    cursor: str
    previous: str


class Ephemeral(Frame):
    """Something that is not logged: typing, viewing, presence."""

    type: Literal["ephemeral"] = "ephemeral"
    kind: str
    data: dict[str, Any]


class Ping(Frame):
    """Are you there? Those who are live are told what was sent last on this connection, too."""

    type: Literal["ping"] = "ping"
    cursor: str | None = None


class Resync(Frame):
    """The stream cannot go on: take a snapshot, then say hello with its cursor."""

    type: Literal["resync"] = "resync"
    reason: str


class Bye(Frame):
    """The server closes this socket; come back after `retry_ms` milliseconds."""

    type: Literal["bye"] = "bye"
    code: str
    retry_ms: int


ServerFrame = Welcome | EventFrame | EventsFrame | Live | Position | Ephemeral | Ping | Resync | Bye

_CLIENT_FRAMES: Final[dict[str, TypeAdapter[ClientFrame]]] = {
    "hello": TypeAdapter(Hello),
    "typing": TypeAdapter(Typing),
    "viewing": TypeAdapter(Viewing),
    "pong": TypeAdapter(Pong),
}
_SERVER_FRAMES: Final[dict[str, TypeAdapter[ServerFrame]]] = {
    "welcome": TypeAdapter(Welcome),
    "event": TypeAdapter(EventFrame),
    "events": TypeAdapter(EventsFrame),
    "live": TypeAdapter(Live),
    "position": TypeAdapter(Position),
    "ephemeral": TypeAdapter(Ephemeral),
    "ping": TypeAdapter(Ping),
    "resync": TypeAdapter(Resync),
    "bye": TypeAdapter(Bye),
}


def parse_client_frame(text: str) -> ClientFrame | None:
    """The frame in `text`; None for a type of a later version. Raises `BadFrame` for anything malformed."""
    return _parse(text, _CLIENT_FRAMES)


def parse_server_frame(text: str) -> ServerFrame | None:
    """The frame in `text`; None for a type of a later version. Raises `BadFrame` for anything malformed."""
    return _parse(text, _SERVER_FRAMES)


def _parse(text: str, adapters: dict[str, TypeAdapter[F]]) -> F | None:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("malformed", "not JSON") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise BadFrame("malformed", "not an object with a type")
    adapter = adapters.get(raw["type"])
    if adapter is None:
        return None
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        raise BadFrame(
            "invalid", f"{raw['type']}: {error.error_count()} fields are not as they should be"
        ) from error
