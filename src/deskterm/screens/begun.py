"""Work for a worker that may be given up before its first step."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


class Begun:
    """A coroutine that does not complain of never having been awaited; `over` is set once it is done."""

    def __init__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._coroutine = coroutine
        self.over = asyncio.Event()

    def __await__(self) -> Generator[Any, None, None]:
        """Do the work."""
        try:
            yield from self._coroutine.__await__()
        finally:
            self.over.set()

    def __del__(self) -> None:
        """Nobody will do it any more, if nobody did."""
        self._coroutine.close()
