"""A thousand sockets that only count: one loop over epoll instead of a protocol for each.

A listener must cost less than what it listens to, or the listener is measured. And it never sleeps while it
waits: to wake a sleeping reader costs the sender as much as the write, which other machines do not cost it.
"""

import asyncio
import select
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from benchmarks.raw import RawSocket

_ROOM = 1 << 20


class Listeners:
    """Counts how often the marker arrives at each of the sockets, which it takes from their protocols."""

    def __init__(self, sockets: Sequence[RawSocket], marker: bytes) -> None:
        self._marker = marker
        self._kept = len(marker) - 1  # of what came before: a marker may be cut in two
        self._buffer = bytearray(_ROOM)
        self._sockets: dict[int, socket.socket] = {}
        self._tails: dict[int, bytes] = {}
        self._counts: dict[int, int] = {}
        self._epoll = select.epoll()
        for each in sockets:
            taken = each.take_over()
            # A socket that has said something acknowledges late, and then on the sender's core.
            taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self._sockets[taken.fileno()] = taken
            self._tails[taken.fileno()] = bytes(self._kept)
            self._counts[taken.fileno()] = 0
            self._epoll.register(taken, select.EPOLLIN)
        self._wanted = 0
        self._missing: set[int] = set()
        self._all = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def on(cls, sockets: Sequence[RawSocket], marker: bytes) -> AsyncIterator["Listeners"]:
        """Listen for as long as the block lasts."""
        listeners = cls(sockets, marker)
        listening = asyncio.create_task(listeners._listen())
        try:
            yield listeners
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            for each in listeners._sockets.values():
                each.close()
            listeners._epoll.close()

    async def until(self, count: int) -> None:
        """Wait until the marker has arrived so often at each."""
        self._wanted = count
        self._missing = {each for each, found in self._counts.items() if found < count}
        self._all = asyncio.Event()
        if self._missing:
            await self._all.wait()

    async def _listen(self) -> None:
        while True:
            self._take()
            await asyncio.sleep(0)

    def _take(self) -> None:
        """Read what has come."""
        kept, buffer, marker, counts = self._kept, self._buffer, self._marker, self._counts
        room = memoryview(buffer)[kept:]
        for number, _ in self._epoll.poll(0):
            read = self._sockets[number].recv_into(room)
            if not read:
                raise ConnectionError("the server closed a socket")
            buffer[:kept] = self._tails[number]
            found = buffer.count(marker, 0, kept + read)
            self._tails[number] = bytes(buffer[read : read + kept])
            if found:
                counts[number] += found
                if counts[number] >= self._wanted:
                    self._missing.discard(number)
                    if not self._missing:
                        self._all.set()
