"""Lines from standard input, as they come, beside the event loop."""

import asyncio
import codecs
import os
import threading
from collections.abc import AsyncIterator

#: Bytes taken at once.
_PIECE = 65536


class Lines:
    """What is typed, or comes through a pipe; bytes that are no UTF-8 become `�`.

    Read with bare system calls in a thread: a buffered reader that waits would keep the program from ending.
    """

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, name="standard input", daemon=True).start()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Each line without its end. A line that ends in a backslash goes on in the next one."""
        begun = ""
        while (line := await self._queue.get()) is not None:
            if line.endswith("\\"):
                begun += line[:-1] + "\n"
            else:
                yield begun + line
                begun = ""
        if begun:
            yield begun.rstrip("\n")

    async def everything(self) -> str:
        """All that comes until the end, as one text."""
        return "\n".join([line async for line in self])

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        rest = ""
        while piece := self._take():
            *lines, rest = (rest + decoder.decode(piece)).split("\n")
            for line in lines:
                self._put(line.removesuffix("\r"))
        rest += decoder.decode(b"", final=True)
        if rest:
            self._put(rest)
        self._put(None)

    def _take(self) -> bytes:
        try:
            return os.read(self._descriptor, _PIECE)
        except OSError:  # the terminal is gone
            return b""

    def _put(self, line: str | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
