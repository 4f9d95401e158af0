"""The first frame, painted with bare escape sequences before Textual is imported: 8 ms instead of 150.

What is typed meanwhile is neither echoed nor lost: the terminal keeps it until the console reads it.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deskterm.terminal.restore import RESTORE


@dataclass(slots=True, frozen=True)
class Colours:
    """Ground, bar and heading of a theme, as `#rrggbb`; those of `deskterm.themes` (a test compares)."""

    background: str
    panel: str
    heading: str


COLOURS = {
    "deskterm-dark": Colours("#11141b", "#1a1f2a", "#86b0ff"),
    "deskterm-light": Colours("#fcfbf8", "#f0ede6", "#2456c4"),
}


@contextlib.contextmanager
def first_frame(theme: str, environ: Mapping[str, str], words: str = "") -> Iterator[None]:
    """Paint the frame and keep the terminal as it was: its modes come back at the end, whatever happens.

    Within, the console runs. `words` stand in the middle, such as what takes a while.
    """
    try:
        import termios
    except ImportError:  # Windows: the console paints its own first frame
        yield
        return
    before = termios.tcgetattr(0)
    quiet = list(before)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    ended = False
    try:
        termios.tcsetattr(0, termios.TCSANOW, quiet)
        _write(_frame(theme, environ, words))
        yield
        ended = True
    finally:
        if not ended:
            _write(RESTORE)
        with contextlib.suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def _frame(theme: str, environ: Mapping[str, str], words: str) -> str:
    size = os.get_terminal_size(2)
    width, height = size.columns, size.lines
    colours = COLOURS.get(theme) if environ.get("COLORTERM") in ("truecolor", "24bit") else None
    ground = _ground(colours.background) if colours else ""
    bar = _ground(colours.panel) if colours else ""
    heading = f"\x1b[1m{_ink(colours.heading)}" if colours else "\x1b[1m"
    title = " deskterm"[:width]
    middle = words[: max(width - 2, 0)]
    return (
        f"\x1b[?1049h\x1b[?25l\x1b[0m{ground}\x1b[2J\x1b[H"
        f"{bar}{heading}{title}\x1b[22m{' ' * (width - len(title))}"
        f"\x1b[{max(height // 2, 1)};{max((width - len(middle)) // 2, 1)}H\x1b[0m{ground}{middle}"
        f"\x1b[{height};1H{bar}{' ' * (width - 1)}\x1b[0m"
    )


def _ground(colour: str) -> str:
    return f"\x1b[48;2;{_numbers(colour)}m"


def _ink(colour: str) -> str:
    return f"\x1b[38;2;{_numbers(colour)}m"


def _numbers(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        os.write(2, text.encode())
