"""The first frame, painted with bare escape sequences before Textual is imported: 8 ms instead of 150.

What is typed meanwhile is neither echoed nor lost: the terminal keeps it until the console reads it.
"""

import os

TYPE_CHECKING = False  # importing `typing` takes longer than painting
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: Ground, bar and heading of a theme; those of `deskterm.themes` (a test compares).
COLOURS = {
    "deskterm-dark": ("#11141b", "#1a1f2a", "#86b0ff"),
    "deskterm-light": ("#fcfbf8", "#f0ede6", "#2456c4"),
}

#: Verbs that open the console and nothing else, and the options that may stand with them, each with a value.
_VERBS = ("console", "chat")
_OPTIONS = ("--server", "--organization")


class FirstFrame:
    """Paints the frame and keeps the terminal as it was: its modes come back at the end, whatever happens.

    Within, the console runs. `words` stand in the middle, such as what takes a while. Inside another one this
    does nothing: the outer one has painted.
    """

    _painted = False

    def __init__(self, theme: str, environ: "Mapping[str, str]", words: str = "") -> None:
        self._painting = theme, environ, words
        self._modes: Any = None

    def __enter__(self) -> None:
        if FirstFrame._painted:
            return
        try:
            import termios
        except ImportError:  # Windows: the console paints its own first frame
            return
        self._modes = termios.tcgetattr(0)
        FirstFrame._painted = True
        quiet = list(self._modes)
        quiet[0] &= ~termios.IXON  # ctrl+s and ctrl+q are keys here
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(0, termios.TCSANOW, quiet)
        _write(_frame(*self._painting))

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is not None and FirstFrame._painted:
            from deskterm.terminal.restore import RESTORE

            _write(RESTORE)
        if self._modes is None:
            return
        import termios

        FirstFrame._painted = False
        try:
            termios.tcsetattr(0, termios.TCSADRAIN, self._modes)
        except termios.error:  # the terminal may be gone
            return


def early_frame(words: "Sequence[str]", environ: "Mapping[str, str]") -> FirstFrame | None:
    """The frame for a command line that surely opens the console; None if it may do anything else.

    It is asked before the command line is parsed, as importing the parser takes longer than to paint.
    """
    rest = list(words)
    if rest and rest[0] in _VERBS:
        del rest[0]
    plain = len(rest) % 2 == 0 and all(
        each in _OPTIONS if place % 2 == 0 else each[:1] not in ("-", "") for place, each in enumerate(rest)
    )
    if not plain or environ.get("TERM", "") in ("dumb", "unknown", "") or not (os.isatty(0) and os.isatty(2)):
        return None
    return FirstFrame(theme_of(environ), environ)


def theme_of(environ: "Mapping[str, str]") -> str:
    """The theme that `deskterm.settings` will find, as far as it has colours of ours (a test compares)."""
    return "" if "NO_COLOR" in environ else environ.get("DESKTERM_THEME") or "deskterm-dark"


def _frame(theme: str, environ: "Mapping[str, str]", words: str) -> str:
    size = os.get_terminal_size(2)
    width, height = size.columns, size.lines
    colours = COLOURS.get(theme) if environ.get("COLORTERM") in ("truecolor", "24bit") else None
    ground = _ground(colours[0]) if colours else ""
    bar = _ground(colours[1]) if colours else ""
    heading = f"\x1b[1m{_ink(colours[2])}" if colours else "\x1b[1m"
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
    try:
        os.write(2, text.encode())
    except OSError:  # the terminal may be gone
        return
