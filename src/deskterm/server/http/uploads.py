"""Taking a file out of a request: streamed to the disk within its limits, or nothing is left of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from deskterm.server.errors import Malformed, StorageFull, Timeout, TooLarge, UnsupportedMediaType
from deskterm.server.media_types import LOOKED_AT
from deskterm.server.services import Services
from deskterm.server.storage.files import Incoming

_CHUNK = 256 * 1024  # bytes written at a time


@asynccontextmanager
async def received(request: web.Request, services: Services) -> AsyncIterator[Incoming]:
    """The request's body as a complete file that has no place yet; gone afterwards unless it got one.

    Raises `TooLarge`, `Timeout`, `StorageFull`, or `Malformed` when the body ends too soon.
    """
    limit = services.config.file_limit
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType("Send the body uncompressed.")
    if (request.content_length or 0) > limit:
        raise TooLarge("A file may have at most {limit} bytes.", limit=limit)
    try:
        incoming = await asyncio.to_thread(services.files.begin, services.ids.new(), LOOKED_AT)
        try:
            async with asyncio.timeout(services.config.file_seconds):
                await _write(request, incoming, limit, services.config.body_seconds)
            yield incoming
        finally:
            incoming.discard()
    except TimeoutError:
        raise Timeout() from None
    except (ConnectionError, web.RequestPayloadError):
        raise Malformed("The body ended too soon.") from None
    except OSError as error:
        raise StorageFull("The file could not be stored: {why}.", why=str(error.strerror)) from error


async def _write(request: web.Request, incoming: Incoming, limit: int, patience: float) -> None:
    """Write the body as it comes. `patience` = seconds without a byte after which it is given up."""
    waiting = bytearray()
    while True:
        async with asyncio.timeout(patience):
            chunk = await request.content.readany()
        waiting += chunk
        if incoming.size + len(waiting) > limit:
            raise TooLarge("A file may have at most {limit} bytes.", limit=limit)
        if len(waiting) >= _CHUNK or not chunk:
            await asyncio.to_thread(incoming.append, bytes(waiting))
            waiting.clear()
        if not chunk:
            return
