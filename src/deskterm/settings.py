"""What a person may choose about the console. Plain: read before the first frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Motion = Literal["none", "full"]


@dataclass(slots=True, frozen=True)
class Settings:
    """The choices of one person on one machine.

    `theme` is a theme's name. `advance` says what follows after a conversation was resolved or snoozed: the
    next one, or the list. `read_delay` is how many seconds a conversation is in view and focused before it
    counts as read. `home` is the folder of local files (drafts, log); without one nothing is kept.
    """

    theme: str = "deskterm-dark"
    motion: Motion = "full"
    mouse: bool = True
    advance: Literal["next", "stay"] = "next"
    read_delay: float = 1.5
    home: Path | None = None

    @property
    def log(self) -> Path | None:
        """Where errors are written."""
        return self.home / "deskterm.log" if self.home else None

    @property
    def drafts(self) -> Path | None:
        """Where unsent texts are kept."""
        return self.home / "drafts.json" if self.home else None


def from_environment(environ: Mapping[str, str], home: Path | None) -> Settings:
    """The settings that the environment asks for.

    `DESKTERM_THEME` names a theme. `NO_COLOR` means the terminal's own two colours, because any other theme
    would still send greys. Over ssh nothing moves: an animated page down costs nine times the bytes.
    """
    remote = any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION"))
    theme = "ansi-dark" if environ.get("NO_COLOR") else environ.get("DESKTERM_THEME", "deskterm-dark")
    return Settings(theme=theme, motion="none" if remote else "full", home=home)
