"""Keys that wait, not long, until there is what they may be about."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from functools import cached_property

#: Seconds that a key waits: longer is a nuisance.
HELD = 1.0


class Patient:
    """A screen on which keys may have to wait."""

    async def ready(self) -> None:
        """Wait, not long, until there is what the next key may be about."""


class Arriving(Patient):
    """A screen whose content is on its way when it is shown."""

    @cached_property
    def _arrived(self) -> asyncio.Event:
        return asyncio.Event()

    def arrived(self) -> None:
        """The content is here, or will not come: keys need not wait."""
        self._arrived.set()

    async def ready(self) -> None:
        """Wait for the content."""
        await held(self._arrived.wait())


async def held(coming: Awaitable[object]) -> bool:
    """Whether it came in the time that a key may wait."""
    with suppress(TimeoutError):
        await asyncio.wait_for(coming, HELD)
        return True
    return False
