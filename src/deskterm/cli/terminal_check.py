"""Whether there is a terminal to draw on, asked before anything is drawn."""

import os
from collections.abc import Mapping

from deskterm.text.words import later, tr

#: What cannot move its cursor.
_DUMB = frozenset({"dumb", "unknown", ""})


#: Keys come from the first, the picture goes to the last, and of the second one the size is asked.
_ENDS = (later("standard input"), later("standard output"), later("standard error"))


def refusal(environ: Mapping[str, str], is_terminal: tuple[bool, bool, bool]) -> str | None:
    """One sentence if the console cannot run here; `is_terminal` is so for standard input, output and error.

    Without this, Textual would wait for ever for answers of a terminal that is none, or draw 80 by 24.
    """
    if not all(is_terminal):
        return tr(
            "deskterm needs a terminal, and {end} is none. "
            "Run it without a pipe; over ssh, ask for a terminal with `ssh -t`.",
            end=tr(_ENDS[is_terminal.index(False)]),
        )
    if environ.get("TERM", "").lower() in _DUMB:
        return tr(
            "deskterm cannot draw on a terminal of type “{term}”. "
            "Run it in another one, or set TERM to what this one is, such as xterm-256color.",
            term=environ.get("TERM", ""),
        )
    return None


def here() -> str | None:
    """The refusal for this process."""
    return refusal(os.environ, (os.isatty(0), os.isatty(1), os.isatty(2)))
