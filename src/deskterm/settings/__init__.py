"""What a person may choose about the console. Plain: read before the first frame."""

from pathlib import Path
from typing import Literal

from deskterm.record import record

Motion = Literal["none", "full"]
Advance = Literal["next", "stay"]
ListTimes = Literal["relative", "absolute"]
Hours = Literal["24", "12"]
DateOrder = Literal["day-month", "month-day", "iso"]
Keys = Literal["default", "emacs", "vscode"]


@record
class Settings:
    """The choices of one person on one machine; `deskterm.settings.table` says what each one means.

    `theme` is a theme's name; without `color` it is one of the terminal's own colours, none of which is sent.
    `read_delay` is in seconds. `home` is the folder of local files (drafts, log); without one nothing is
    kept. `file` is where choices are written; without one they last until the end of the program.
    """

    theme: str = "deskterm-dark"
    color: bool = True
    motion: Motion = "full"
    language: str = ""
    list_times: ListTimes = "relative"
    hours: Hours = "24"
    date_order: DateOrder = "day-month"
    time_zone: str = ""
    advance: Advance = "next"
    read_delay: float = 1.5
    send_on_enter: bool = False
    chat_send_on_enter: bool = True
    editor: str = ""
    bell: bool = True
    notifications: bool = True
    window_title: bool = True
    keys: Keys = "default"
    mouse: bool = True
    tips: bool = True
    home: Path | None = None
    file: Path | None = None

    @property
    def log(self) -> Path | None:
        """Where errors are written."""
        return self.home / "deskterm.log" if self.home else None

    @property
    def drafts(self) -> Path | None:
        """Where unsent texts are kept."""
        return self.home / "drafts.json" if self.home else None

    @property
    def outbox(self) -> Path | None:
        """The folder of what is written here until the server has it."""
        return self.home / "outbox" if self.home else None

    @property
    def cache(self) -> Path | None:
        """The folder of copies of what was read, for reading while the server is not there."""
        return self.home / "cache" if self.home else None

    @property
    def first_page(self) -> Path | None:
        """Where the beginning of the inbox is kept, to be there at once the next time."""
        return self.home / "first-page.json" if self.home else None
