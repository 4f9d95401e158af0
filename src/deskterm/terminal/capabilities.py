"""What this terminal can do, as far as its environment tells; nothing is asked of the terminal itself.

Asking by escape sequences would cost a round trip over ssh before the first frame, and a terminal that does
not know the question would show it.
"""

import os
import sys
from collections.abc import Mapping
from enum import IntEnum

from deskterm.record import record
from deskterm.text.words import later

_REMOTE = ("SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION")
_MULTIPLEXER_TERMS = ("tmux", "screen")
_SIXTEEN = frozenset({"xterm", "linux", "ansi", "vt220", "cygwin", "konsole", "eterm"})
_DUMB = frozenset({"dumb", "unknown", ""})


class Depth(IntEnum):
    """How many colours there are."""

    NONE = 0
    SIXTEEN = 16
    INDEXED = 256
    TRUE = 1 << 24

    @property
    def words(self) -> str:
        """For people."""
        return {
            0: later("no colours"),
            16: later("16 colours"),
            256: later("256 colours"),
        }.get(self, later("16 million colours"))


@record
class Capabilities:
    """A terminal, as its environment describes it.

    `tmux` is so when this program runs in a tmux of this machine, `nested` when a tmux or screen can only be
    told from the terminal's type: it is then around an ssh session, out of our reach. `browser` tells whether
    a browser opened from here would be in front of whoever sits at the keyboard.
    """

    term: str
    depth: Depth
    no_color: bool
    tmux: bool
    screen: bool
    nested: bool
    ssh: bool
    unicode: bool
    browser: bool

    @property
    def dumb(self) -> bool:
        """Whether nothing can be drawn on it."""
        return self.term in _DUMB


def capabilities(environ: Mapping[str, str], platform: str = sys.platform) -> Capabilities:
    """What `environ` says of the terminal."""
    term = environ.get("TERM", "").lower()
    tmux, screen = bool(environ.get("TMUX")), bool(environ.get("STY"))
    remote = is_remote(environ)
    display = platform in ("darwin", "win32") or any(
        environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return Capabilities(
        term=term,
        depth=_depth(term, environ),
        no_color=bool(environ.get("NO_COLOR")),
        tmux=tmux,
        screen=screen,
        nested=not (tmux or screen) and term.startswith(_MULTIPLEXER_TERMS),
        ssh=remote,
        unicode=_speaks_unicode(environ, platform),
        browser=display and not remote,
    )


def here() -> Capabilities:
    """Those of this process's terminal."""
    return capabilities(os.environ)


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether whoever sits at the keyboard sits at another machine."""
    return any(environ.get(name) for name in _REMOTE)


def _depth(term: str, environ: Mapping[str, str]) -> Depth:
    if term in _DUMB or environ.get("NO_COLOR"):
        return Depth.NONE
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Depth.TRUE
    if term.endswith("-direct"):
        return Depth.TRUE
    if term in _SIXTEEN or term.endswith("-16color"):
        return Depth.SIXTEEN
    return Depth.INDEXED


def _speaks_unicode(environ: Mapping[str, str], platform: str) -> bool:
    """The first of the three variables that is set decides, as it does for every program."""
    if platform in ("darwin", "win32"):
        return True
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    return "utf-8" in locale.lower() or "utf8" in locale.lower()
