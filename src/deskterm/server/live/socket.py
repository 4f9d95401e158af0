"""The WebSocket underneath a connection: whole frames out, messages in, an end that always comes."""

import asyncio
from collections.abc import Iterable
from enum import IntEnum

from aiohttp import WSMessage, WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from deskterm.protocol.wire.frames import CLIENT_FRAME_LIMIT
from deskterm.server.live.frames import json_frame, text_frame
from deskterm.server.live.settings import LiveSettings

_ENDS = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})


class Close(IntEnum):
    """Why the server closes a socket; the reason text carries a stable code beside it."""

    MALFORMED = 1008
    BROKEN = 1011
    SLOW = 1013
    UNAUTHENTICATED = 4401
    ORIGIN = 4403
    NO_HELLO = 4408
    RATE = 4429
    DRAINING = 4503


class Stalled(Exception):
    """The peer has accepted nothing for too long."""


class Socket:
    """An opened socket. Everything but `receive`, `send` and `end` returns at once."""

    __slots__ = ("_response", "_settings", "_writer", "buffer", "transport")

    def __init__(
        self,
        response: web.WebSocketResponse,
        writer: AbstractStreamWriter,
        transport: asyncio.Transport,
        settings: LiveSettings,
    ) -> None:
        self._response = response
        self._writer = writer
        self.transport = transport
        self.buffer = settings.buffer
        self._settings = settings

    @classmethod
    async def open(cls, request: web.Request, settings: LiveSettings) -> "Socket":
        """Shake hands. Compression stays off: it takes six times the memory and forbids sharing frames."""
        # The library takes the limit for the first size that is too big.
        response = web.WebSocketResponse(
            compress=False, max_msg_size=CLIENT_FRAME_LIMIT + 1, timeout=settings.closing
        )
        writer = await response.prepare(request)
        if request.transport is None:
            raise ConnectionResetError("gone while shaking hands")
        return cls(response, writer, request.transport, settings)

    @property
    def response(self) -> web.WebSocketResponse:
        """What the handler returns when all is over."""
        return self._response

    def unsent(self) -> int:
        """Bytes that the peer has not taken yet."""
        return self.transport.get_write_buffer_size()

    def write(self, frames: bytes) -> None:
        """Write whole frames; nothing happens if the socket is closing."""
        if not self._response.closed and not self.transport.is_closing():
            self.transport.write(frames)

    def offer(self, frames: bytes) -> bool:
        """Write whole frames unless the peer leaves too much unsent; answers whether it does not."""
        return not write_all((self.transport,), frames, self.buffer)

    def say(self, frame: dict[str, object]) -> None:
        """Write one small frame."""
        self.write(json_frame(frame))

    async def send(self, payload: bytes) -> None:
        """Write a text frame and wait until the peer has taken most of what is unsent.

        Raises `Stalled`, or ConnectionError when the peer is gone.
        """
        self.write(text_frame(payload))
        await self.drained()

    async def drained(self) -> None:
        """Wait until the peer has taken most of what is unsent; raises like `send`."""
        draining = asyncio.ensure_future(self._writer.drain())
        draining.add_done_callback(_retrieve)
        while not draining.done():
            before = self.unsent()
            await asyncio.wait((draining,), timeout=self._settings.stalled)
            if not draining.done() and self.unsent() >= before:
                raise Stalled()
        draining.result()

    async def receive(self, seconds: float | None = None) -> WSMessage | None:
        """The next message, or None when the socket is closed. Raises TimeoutError after `seconds`."""
        message = await self._response.receive(seconds)
        return None if message.type in _ENDS else message

    async def end(self, code: Close, reason: str) -> None:
        """Close politely, and after a short while by force."""
        try:
            async with asyncio.timeout(self._settings.closing):
                await self._response.close(code=code, message=reason.encode())
        except TimeoutError:
            self.abort()

    def abort(self) -> None:
        """Drop the peer without a word."""
        self.transport.abort()


def write_all(
    transports: Iterable[asyncio.WriteTransport], frames: bytes, buffer: int
) -> list[asyncio.WriteTransport]:
    """Write whole frames to all but those that left more than `buffer` bytes unsent; answers these.

    A message to a thousand sockets is a thousand times what stands here: as little as there can be.
    """
    full = []
    for transport in transports:
        if transport.get_write_buffer_size() > buffer:
            full.append(transport)
        elif not transport.is_closing():  # whoever says goodbye has left the stream before
            transport.write(frames)
    return full


def _retrieve(task: asyncio.Future[None]) -> None:
    """A drain that nobody waits for any more may fail in silence."""
    if not task.cancelled():
        task.exception()
