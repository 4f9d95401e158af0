"""Telling somebody who looks elsewhere: the bell, a desktop notification, and the window's title.

What is told comes from customers, so each text is made safe here, whatever it was before.
"""

from collections.abc import Mapping

from deskterm.record import record
from deskterm.terminal.capabilities import capabilities
from deskterm.text.safe import safe_line

BELL = "\a"
#: Keep the window's title, and put it back: terminals hold a stack of them.
KEEP_TITLE, BACK_TITLE = "\x1b[22;2t", "\x1b[23;2t"
_END = "\x1b\\"
_TITLE_CELLS, _TEXT_CELLS = 60, 120
#: Terminals that know OSC 777 and not OSC 9, by the beginning of their type.
_KNOW_777 = ("rxvt", "foot")


@record
class Ways:
    """Which ways of telling are wanted."""

    bell: bool = True
    desktop: bool = True
    title: bool = True


def notification(title: str, text: str, environ: Mapping[str, str]) -> str:
    """A desktop notification in the one form that this terminal knows; two forms would show it twice.

    tmux passes it on only with `allow-passthrough on`; else it drops it without a trace.
    """
    title = safe_line(title, _TITLE_CELLS).replace(";", ",")
    text = safe_line(text, _TEXT_CELLS)
    if environ.get("TERM", "").startswith(_KNOW_777) or environ.get("VTE_VERSION"):
        sequence = f"\x1b]777;notify;{title};{text.replace(';', ',')}{_END}"
    else:
        # A text that begins with a number would be a command of ConEmu and Windows Terminal.
        sequence = f"\x1b]9;deskterm: {title}: {text}{_END}"
    return through_tmux(sequence) if capabilities(environ).tmux else sequence


def window_title(words: str) -> str:
    """The title of the window; inside tmux that of the pane."""
    return f"\x1b]2;{safe_line(words, _TITLE_CELLS)}{_END}"


def title_of(organization: str, unread: int) -> str:
    """What the title says: the number first, because tabs cut the end off."""
    return f"({unread}) deskterm · {organization}" if unread else f"deskterm · {organization}"


def through_tmux(sequence: str) -> str:
    """`sequence` for the terminal around tmux."""
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}{_END}"
