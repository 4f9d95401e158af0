"""What a person may choose about the console. Plain: read before the first frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Motion = Literal["none", "full"]


@dataclass(slots=True, frozen=True)
class Settings:
    """The choices of one person on one machine.

    `theme` is a theme's name; without `color` it is one of the terminal's own colours, none of which is sent.
    `advance` says what follows after a conversation was resolved or snoozed: the next one, or the list.
    `read_delay` is how many seconds a conversation is in view and focused before it counts as read. `bell`,
    `notifications` (the desktop's) and `window_title` are the ways of telling news to somebody who looks
    elsewhere. `editor` is a command line; without one `$VISUAL` and `$EDITOR` decide. `home` is the folder of
    local files (drafts, log); without one nothing is kept.
    """

    theme: str = "deskterm-dark"
    color: bool = True
    motion: Motion = "full"
    mouse: bool = True
    advance: Literal["next", "stay"] = "next"
    read_delay: float = 1.5
    bell: bool = True
    notifications: bool = True
    window_title: bool = True
    editor: str = ""
    home: Path | None = None

    @property
    def log(self) -> Path | None:
        """Where errors are written."""
        return self.home / "deskterm.log" if self.home else None

    @property
    def drafts(self) -> Path | None:
        """Where unsent texts are kept."""
        return self.home / "drafts.json" if self.home else None

    @property
    def first_page(self) -> Path | None:
        """Where the beginning of the inbox is kept, to be there at once the next time."""
        return self.home / "first-page.json" if self.home else None


#: The ways of telling news, as `DESKTERM_NOTIFY` names them.
_WAYS = ("bell", "desktop", "title")


def from_environment(environ: Mapping[str, str], home: Path | None) -> Settings:
    """The settings that the environment asks for.

    `DESKTERM_THEME` names a theme; `terminal` stands for the terminal's own colours, for a light or a dark
    ground that `COLORFGBG` tells. `NO_COLOR` means those too, because any other theme would still send greys.
    `DESKTERM_NOTIFY` lists the wanted ones of `bell`, `desktop` and `title`; `none` is none. Over ssh nothing
    moves: an animated page down costs nine times the bytes.
    """
    remote = any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION"))
    color = "NO_COLOR" not in environ  # even empty: Textual sees it so
    theme = environ.get("DESKTERM_THEME") or "deskterm-dark"
    if theme == "terminal" or not color:
        theme = "ansi-light" if _is_light(environ) else "ansi-dark"
    ways = environ.get("DESKTERM_NOTIFY", ",".join(_WAYS)).replace(" ", "").split(",")
    return Settings(
        theme=theme,
        color=color,
        motion="none" if remote else "full",
        bell="bell" in ways,
        notifications="desktop" in ways,
        window_title="title" in ways,
        editor=environ.get("DESKTERM_EDITOR", ""),
        home=home,
    )


def _is_light(environ: Mapping[str, str]) -> bool:
    """What rxvt, Konsole and others say of the ground: `0;15` is black on white."""
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    return ground in ("7", "15")
