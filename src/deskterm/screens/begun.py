"""Work that was begun, which may be given up before its first step."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any

from textual.worker import Worker


class Begun:
    """A coroutine that does not complain of never having been awaited; `over` is set once it is done."""

    def __init__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._coroutine = coroutine
        self.over = asyncio.Event()

    def __await__(self) -> Generator[Any, None, None]:
        """Do the work."""
        yield from self._coroutine.__await__()

    def ends_with(self, worker: Worker[Any]) -> None:
        """It is over when the worker is, also where that was given up before it could begin."""
        assert worker._task is not None  # there is no public way to hear of such an end
        worker._task.add_done_callback(self._end)

    def _end(self, _: object) -> None:
        self._coroutine.close()
        self.over.set()
