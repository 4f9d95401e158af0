"""A frame goes out before anything else is done.

Textual writes in a thread of its own, so that a terminal that does not read holds nothing up. That thread
runs once the program has nothing more to do, or after 5 ms: what follows from a key would keep its bytes. So
the program stands back until they are written, no longer than a moment where the terminal does not read.
"""

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.driver import Driver

#: Seconds that are given to a terminal; one that reads takes a tenth of them.
_MOMENT = 0.001


class _Telling:
    """The terminal's file, which tells when what was written to it has left."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.left = threading.Event()

    def flush(self) -> None:
        """Send what was written."""
        self._file.flush()
        self.left.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def handing_over(base: "type[Driver]") -> "type[Driver]":
    """A driver as `base`, that stands back after each write until it is done."""

    class HandingOver(base):  # type: ignore[misc,valid-type]  # whichever the platform has
        def __init__(self, *args: Any, **keywords: Any) -> None:
            super().__init__(*args, **keywords)
            self._terminal = _Telling(self._file)
            self._file: Any = self._terminal

        def write(self, data: str) -> None:
            self._terminal.left.clear()
            super().write(data)
            self._terminal.left.wait(_MOMENT)

    return HandingOver
