"""Stopped and continued, as a shell does it: the terminal is the shell's meanwhile, and drawn anew after.

Textual's own handlers start a second reader of the keyboard when a program is continued that was stopped
outright, and hand the shell a terminal that echoes nothing, because the first frame had seen to that.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.driver import Driver

from deskterm.terminal.restore import as_before


@dataclass(slots=True, eq=False, repr=False)
class Modes:
    """The modes that the terminal had `before` anything was drawn; None if nobody looked."""

    before: list[Any] | None = None


def stoppable(base: type[Driver], modes: Modes) -> type[Driver]:
    """A driver as `base` that minds SIGTSTP and SIGCONT."""
    if not hasattr(signal, "SIGTSTP"):  # Windows stops no programs
        return base
    return type(base.__name__, (_Stoppable, base), {"modes": modes})


class _Stoppable(Driver):
    """Gives the terminal back while the program is stopped."""

    modes: ClassVar[Modes]
    _drawing = False
    _stopped = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        loop = asyncio.get_running_loop()

        def soon(act: Callable[[], None]) -> Callable[..., None]:
            """Between two events: in the middle of a write, another one would wait for ever for the first."""

            def handle(*_: object) -> None:
                with contextlib.suppress(RuntimeError):  # the loop is closed: this is the end anyway
                    loop.call_soon_threadsafe(act)

            return handle

        signal.signal(signal.SIGTSTP, soon(self._stop))
        signal.signal(signal.SIGCONT, soon(self._go_on))

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[safe-super]  # the platform's driver comes next
        self._drawing = True

    def stop_application_mode(self) -> None:
        self._drawing = False
        super().stop_application_mode()  # type: ignore[safe-super]

    def _stop(self) -> None:
        if self._drawing:  # else an editor has the terminal, and its modes
            self.suspend_application_mode()
            self._stopped = True
            with contextlib.suppress(OSError):
                as_before(0, self.modes.before)
        os.kill(os.getpid(), signal.SIGSTOP)

    def _go_on(self) -> None:
        if not os.isatty(0):
            return  # it is gone: the system sends SIGCONT after SIGHUP
        if self._drawing:  # stopped outright: somebody may have changed the terminal meanwhile
            with _nothing_thrown_away():
                self.suspend_application_mode()
        elif not self._stopped:
            return
        # In the background this stops again, and the next SIGCONT does it once more.
        self._stopped = False
        self.resume_application_mode()
        self.send_message(self.SignalResume())


@contextlib.contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """What was typed meanwhile is for whoever reads next: Textual would empty the terminal's queue."""
    import termios

    flush = termios.tcflush
    vars(termios)["tcflush"] = lambda *_: None
    try:
        yield
    finally:
        vars(termios)["tcflush"] = flush
