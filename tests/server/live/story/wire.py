"""The server's side of a socket without a network: what it writes waits until its reader takes it.

Between hub and socket frames of the log may be dropped, doubled or swapped, as the draw says.
"""

import asyncio
import struct
from collections import deque
from collections.abc import Iterator
from random import Random

from aiohttp import WSMessage, WSMsgType

from deskterm.server.live.socket import Close, Socket

#: What may go wrong with: the frames that name the position before them, and pings.
STREAM = ('{"type":"event"', '{"type":"events"', '{"type":"position"', '{"type":"ping"')
LOW_WATER = 1024  # unread bytes at which the peer counts as having taken most


class Pipe(asyncio.Transport):
    """What a wire is to those who write to many."""

    def __init__(self, wire: "Wire") -> None:
        super().__init__()
        self._wire = wire

    def get_write_buffer_size(self) -> int:
        return self._wire.unsent()

    def is_closing(self) -> bool:
        return self._wire.closed is not None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._wire.write(bytes(data))


class Wire(Socket):
    """One connection. `faults` is the chance that a frame of the log is dropped, doubled or swapped."""

    def __init__(self, draw: Random, faults: float = 0.0, buffer: int = 1024 * 1024) -> None:
        self.inbox: deque[str] = deque()
        self.closed: tuple[int | None, str] | None = None
        self.faults = faults
        self.done = 0  # faults that were made
        self.transport = Pipe(self)
        self.buffer = buffer
        self._draw = draw
        self._unread = 0
        self._taken = asyncio.Event()
        self._said: asyncio.Queue[WSMessage | None] = asyncio.Queue()
        self._swapped: str | None = None

    # The client's end

    def take(self) -> str:
        """The next frame that arrived."""
        text = self.inbox.popleft()
        self._unread -= len(text)
        if self._unread <= LOW_WATER:
            self._taken.set()
        return text

    def hear(self, text: str) -> None:
        """The client says this."""
        self._said.put_nowait(WSMessage(WSMsgType.TEXT, text, None))

    def cut(self) -> None:
        """The connection breaks; what is on its way is lost."""
        self.inbox.clear()
        self._close(None, "")

    # The server's end

    def unsent(self) -> int:
        return self._unread

    def write(self, frames: bytes) -> None:
        if self.closed is None:
            for text in texts(frames):
                for each in self._spoilt(text):
                    self.inbox.append(each)
                    self._unread += len(each)

    async def drained(self) -> None:
        while self._unread > LOW_WATER and self.closed is None:
            self._taken.clear()
            await self._taken.wait()
        if self.closed is not None:
            raise ConnectionResetError("the peer is gone")

    async def receive(self, seconds: float | None = None) -> WSMessage | None:
        return await self._said.get()

    async def end(self, code: Close, reason: str) -> None:
        self._close(int(code), reason)

    def abort(self) -> None:
        self.cut()

    def _close(self, code: int | None, reason: str) -> None:
        if self.closed is None:
            self.closed = (code, reason)
            self._taken.set()
            self._said.put_nowait(None)

    def _spoilt(self, text: str) -> list[str]:
        """What becomes of a frame on its way."""
        before, self._swapped = self._swapped, None
        late = [] if before is None else [before]
        if not text.startswith(STREAM) or self._draw.random() >= self.faults:
            return [text, *late]
        self.done += 1
        match self._draw.randrange(3):
            case 0:
                return late
            case 1:
                return [text, text, *late]
            case _:
                self._swapped = text
                return late


def texts(frames: bytes) -> Iterator[str]:
    """The texts of whole unmasked frames (RFC 6455 §5.2)."""
    at = 0
    while at < len(frames):
        size, head = frames[at + 1], 2
        if size == 126:
            (size,), head = struct.unpack_from("!H", frames, at + 2), 4
        elif size == 127:
            (size,), head = struct.unpack_from("!Q", frames, at + 2), 10
        yield frames[at + head : at + head + size].decode()
        at += head + size
