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
from deskterm.text.words import tr

_COPIED = "copied by deskterm doctor"
_TITLE = "deskterm doctor"


def attempts() -> Iterable[Finding]:
    """Try each, and say what should have happened: only the person can tell whether it did."""
    if not os.isatty(2):
        todo = tr("run it without sending standard error elsewhere")
        yield Finding(tr("trying"), tr("there is no terminal to try on"), Verdict.NOTE, todo)
        return
    _write(BELL)
    yield _look(
        tr("bell"),
        tr("a sound, a flash, or a mark on the tmux window"),
        tr("look for the bell in its settings"),
    )
    _write(notification("deskterm doctor", tr("This is what a new message looks like."), os.environ))
    yield _look(tr("notification"), tr("one on your desktop"), tr("not every terminal shows them"))
    _write(KEEP_TITLE + window_title(_TITLE))
    yield _look(
        tr("title"),
        tr("“{title}” as the title of this window", title=_TITLE),
        tr("your terminal may keep its own title"),
    )
    _write(BACK_TITLE)
    yield _clipboard()


def _look(what: str, expected: str, else_: str) -> Finding:
    """Let the person look before the next one."""
    if sys.stdin.isatty():
        say("  " + tr("{what}: there should be {expected}. [Enter]", what=what, expected=expected), end=" ")
        sys.stdin.readline()
    return Finding(
        tr("{what} sent", what=what),
        tr("expect {expected}", expected=expected),
        Verdict.OK,
        tr("if nothing came: {todo}", todo=else_),
    )


def _clipboard() -> Finding:
    route = asyncio.run(copy(_COPIED, _osc52))
    if route in (Route.TMUX, Route.TMUX_ONLY):
        if ask_tmux("show-buffer") != _COPIED:
            todo = tr("tmux took the text and does not have it")
            return Finding(tr("clipboard"), tr(route.value), Verdict.PROBLEM, todo)
        todo = tr("paste with tmux's key, then in another window: both should give “{text}”", text=_COPIED)
        return Finding(tr("clipboard"), tr(route.value), Verdict.OK, todo)
    todo = tr(
        "paste somewhere: if that is not “{text}”, allow OSC 52 in your terminal's settings", text=_COPIED
    )
    return Finding(
        tr("clipboard"), tr(route.value), Verdict.OK if route is Route.TERMINAL else Verdict.NOTE, todo
    )


def _osc52(text: str) -> None:
    _write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")


def _write(sequence: str) -> None:
    os.write(2, sequence.encode())
