"""Putting text on the clipboard of whoever sits at the keyboard, and saying truthfully how.

A terminal is told by OSC 52, which no terminal answers: all one can say is that it was sent. tmux drops that
from its programs by default, but takes the text on the standard input of `tmux load-buffer -w -`, keeps it as
its newest buffer and sends it on to its own terminal.
"""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import Callable, Mapping
from enum import StrEnum

from deskterm.terminal.capabilities import capabilities
from deskterm.text.words import later

#: Seconds for tmux to answer.
LIMIT = 2.0


class Route(StrEnum):
    """The way a text took; the value says so to people."""

    TMUX = later("through tmux: its paste key has it, and so does your clipboard if your terminal allows it")
    TMUX_ONLY = later("into tmux: paste with its own key; this tmux is too old to reach your clipboard")
    TERMINAL = later("sent to your terminal (OSC 52)")
    NESTED = later("sent to your terminal (OSC 52); the tmux around this needs `set -g set-clipboard on`")
    SCREEN = later("sent to your terminal (OSC 52), which GNU screen may not pass on")


async def copy(text: str, osc52: Callable[[str], None], environ: Mapping[str, str] | None = None) -> Route:
    """Put `text` on the clipboard; `osc52` sends the sequence to the terminal. Answers the way it took."""
    environ = os.environ if environ is None else environ
    found = capabilities(environ)
    if found.tmux and (route := await asyncio.to_thread(into_tmux, text, environ)):
        return route
    osc52(text)
    if found.screen:
        return Route.SCREEN
    return Route.NESTED if found.nested or found.tmux else Route.TERMINAL


def into_tmux(text: str, environ: Mapping[str, str]) -> Route | None:
    """Give `text` to the tmux that `environ` names; None if it does not take it. Blocks for a while."""
    for options, route in ((("-w",), Route.TMUX), ((), Route.TMUX_ONLY)):
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                ["tmux", "load-buffer", *options, "-"],
                input=text.encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LIMIT,
                check=True,
                env=dict(environ),
            )
            return route
    return None
