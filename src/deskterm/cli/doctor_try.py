"""`deskterm doctor --try`: each way to reach the person at the keyboard, one after the other."""

import asyncio
import base64
import os
import sys
from collections.abc import Iterable

from deskterm.cli.say import say
from deskterm.terminal.clipboard import Route, copy
from deskterm.terminal.findings import Finding, Verdict, ask_tmux
from deskterm.terminal.notify import BACK_TITLE, BELL, KEEP_TITLE, notification, window_title

_COPIED = "copied by deskterm doctor"
_TITLE = "deskterm doctor"


def attempts() -> Iterable[Finding]:
    """Try each, and say what should have happened: only the person can tell whether it did."""
    if not os.isatty(2):
        todo = "run it without sending standard error elsewhere"
        yield Finding("trying", "there is no terminal to try on", Verdict.NOTE, todo)
        return
    _write(BELL)
    yield _look("bell", "a sound, a flash, or a mark on the tmux window", "look for the bell in its settings")
    _write(notification("deskterm doctor", "This is what a new message looks like.", os.environ))
    yield _look("notification", "one on your desktop", "not every terminal shows them")
    _write(KEEP_TITLE + window_title(_TITLE))
    yield _look("title", f"“{_TITLE}” as the title of this window", "your terminal may keep its own title")
    _write(BACK_TITLE)
    yield _clipboard()


def _look(what: str, expected: str, else_: str) -> Finding:
    """Let the person look before the next one."""
    if sys.stdin.isatty():
        say(f"  {what}: there should be {expected}. [Enter]", end=" ")
        sys.stdin.readline()
    return Finding(f"{what} sent", f"expect {expected}", Verdict.OK, f"if nothing came: {else_}")


def _clipboard() -> Finding:
    route = asyncio.run(copy(_COPIED, _osc52))
    if route in (Route.TMUX, Route.TMUX_ONLY):
        if ask_tmux("show-buffer") != _COPIED:
            todo = "tmux took the text and does not have it"
            return Finding("clipboard", route.value, Verdict.PROBLEM, todo)
        todo = f"paste with tmux's key, then in another window: both should give “{_COPIED}”"
        return Finding("clipboard", route.value, Verdict.OK, todo)
    todo = f"paste somewhere: if that is not “{_COPIED}”, allow OSC 52 in your terminal's settings"
    return Finding("clipboard", route.value, Verdict.OK if route is Route.TERMINAL else Verdict.NOTE, todo)


def _osc52(text: str) -> None:
    _write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")


def _write(sequence: str) -> None:
    os.write(2, sequence.encode())
