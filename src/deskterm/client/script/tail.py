"""The live stream for scripts: each event as the server sends it, over as many sockets as it takes.

Imports websockets, so nothing imports this before it is needed.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

import deskterm
from deskterm.client.accounts.address import is_loopback, live_address
from deskterm.client.errors import ApiError
from deskterm.client.live.backoff import Backoff
from deskterm.client.script.access import Access
from deskterm.protocol.wire.frames import (
    PROTOCOL,
    SERVER_FRAME_LIMIT,
    Bye,
    EventFrame,
    EventsFrame,
    Live,
    Ping,
    Position,
    Resync,
    Welcome,
    parse_server_frame,
)

#: What stands in the stream where the log did not lead on: events may be missing.
GAP = "gap"
#: The server pings sooner; nothing at all for so many seconds is a dead connection.
SILENCE = 75.0
_SESSION_OVER = 4401


class Told(NamedTuple):
    """What is to be told, and the position after it. `live`: everything that happened before is told."""

    events: tuple[tuple[str, dict[str, Any]], ...]
    cursor: str
    live: bool = False


class Tail:
    """One subscription. `cursor` is where it goes on from, None = from now on."""

    def __init__(self, access: Access, cursor: str | None, backoff: Backoff | None = None) -> None:
        self._access = access
        self._cursor = cursor
        self._backoff = backoff or Backoff()

    async def told(self) -> AsyncIterator[Told]:
        """Until cancelled; ApiError `unauthenticated` when the session is over."""
        while True:
            try:
                async with await self._open() as socket:
                    await self._hello(socket)
                    async for each in self._listen(socket):
                        self._backoff.reset()
                        self._cursor = each.cursor
                        yield each
            except InvalidStatus as error:
                if error.response.status_code == 401:
                    raise _over() from error
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == _SESSION_OVER:
                    raise _over() from closed
            except (OSError, TimeoutError, WebSocketException):
                pass  # comes back below
            await asyncio.sleep(self._backoff.next())

    async def _open(self) -> AbstractAsyncContextManager[ClientConnection]:
        address = urlsplit(self._access.server)
        secure = address.scheme == "https"
        return connect(
            live_address(self._access.server),
            additional_headers={"Authorization": f"Bearer {self._access.token}"},
            user_agent_header=f"deskterm/{deskterm.__version__}",
            ssl=await asyncio.to_thread(ssl.create_default_context) if secure else None,
            proxy=None if is_loopback(address.hostname or "") else True,
            compression=None,
            ping_interval=None,
            max_size=SERVER_FRAME_LIMIT + 1024,
        )

    async def _hello(self, socket: ClientConnection) -> None:
        hello = {"type": "hello", "protocol": PROTOCOL} | ({"cursor": self._cursor} if self._cursor else {})
        await socket.send(json.dumps(hello))

    async def _listen(self, socket: ClientConnection) -> AsyncIterator[Told]:
        while True:
            async with asyncio.timeout(SILENCE):
                text = (await socket.recv(decode=False)).decode("utf-8", "replace")
            frame = parse_server_frame(text)
            if _leads_elsewhere(frame, self._cursor):
                return  # something was lost on the way: the log has it
            match frame:
                case Welcome(mode="need_snapshot", cursor=cursor):
                    yield Told(((GAP, {}),), cursor)
                    await self._hello(socket)
                case Welcome(cursor=cursor) | Position(cursor=cursor):
                    yield Told((), cursor)
                case EventFrame(cursor=cursor, kind=kind, data=data):
                    yield Told(((kind, data),), cursor)
                case EventsFrame(cursor=cursor, items=items):
                    yield Told(tuple((each.kind, each.data) for each in items), cursor)
                case Live(cursor=cursor):
                    yield Told((), cursor, live=True)
                case Ping():
                    await socket.send('{"type":"pong"}')
                case Resync() | Bye():
                    return
                case _:
                    pass


def _leads_elsewhere(frame: object, cursor: str | None) -> bool:
    """Whether a frame does not follow the one before it."""
    match frame:
        case EventFrame(previous=previous) | EventsFrame(previous=previous) | Position(previous=previous):
            return previous != cursor
        case Ping(cursor=str(sent)):
            return sent != cursor
    return False


def _over() -> ApiError:
    return ApiError("unauthenticated", 401, "Your session has ended. Sign in again.")
