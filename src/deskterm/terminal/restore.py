"""Giving a terminal back: what the console switches on, switched off again.

`RESTORE` is written wherever the console ends otherwise than by its own quit key. A process that is killed
outright cannot write anything; for that there is `deskterm reset`.
"""

import contextlib
import os
from typing import Any

#: Ends mouse, focus, paste and resize reports and the keyboard protocol, wraps lines again, leaves the other
#: screen, shows the cursor, in its own colour. The keyboard protocol is the other screen's: it ends first.
RESTORE = (
    "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1004l\x1b[?2004l"
    "\x1b[?2048l\x1b[?7h\x1b[<u\x1b[0m\x1b[?1049l\x1b[?25h\x1b]112\x1b\\"
)

#: For a terminal in whatever state: besides the above the usual character set, cursor shape, keypad, insert
#: mode and scrolling over the whole screen. Position is saved first, because terminals that are not on the
#: other screen would otherwise put the cursor where it was saved last.
RESET = f"\x18\x1b\\\x1b7{RESTORE}\x1b7\x1b[r\x1b[?6l\x1b8\x1b[4l\x1b[?1l\x1b>\x1b(B\x0f\x1b[0 q\x1b[0m"


def reset(descriptor: int) -> None:
    """Make the terminal behind `descriptor` usable: its screen, its modes, and that it echoes what is typed.

    OSError if it is no terminal or does not take it.
    """
    if not os.isatty(descriptor):
        raise OSError("not a terminal")
    with contextlib.suppress(ImportError):  # Windows has no such modes
        sane(descriptor)
    os.write(descriptor, RESET.encode())


def sane(descriptor: int) -> None:
    """Lines, echo and signals, as `stty sane` sets them. OSError if the terminal does not take it."""
    import termios

    modes = termios.tcgetattr(descriptor)
    modes[0] |= termios.ICRNL | termios.IXON | termios.BRKINT
    modes[0] &= ~(termios.INLCR | termios.IGNCR)
    modes[1] |= termios.OPOST | termios.ONLCR
    modes[3] |= termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ICANON | termios.ISIG | termios.IEXTEN
    modes[3] &= ~(termios.ECHONL | termios.NOFLSH)
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)  # what is not read yet may never be
    except termios.error as error:
        raise OSError(*error.args) from error


def as_before(descriptor: int, modes: list[Any] | None) -> None:
    """Give the terminal the `modes` that it had; lines, echo and signals if they are not known. OSError if it
    does not take them."""
    import termios

    if modes is None:
        sane(descriptor)
        return
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)
    except termios.error as error:
        raise OSError(*error.args) from error
