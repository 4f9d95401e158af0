"""Where the copies of this machine's accounts lie, and their end."""

import contextlib
from pathlib import Path

from deskterm.client.local.first_page import Owner

#: More accounts than anybody goes back and forth between.
MOST_FILES = 16


def cache_file(folder: Path, owner: Owner) -> Path:
    """The copy of one account; its name tells nobody whose it is."""
    return owner.place(folder / "desk.db")


def remove(path: Path) -> None:
    """Leave nothing of a copy. A disk that refuses keeps it."""
    for each in (path, path.with_name(f"{path.name}-journal")):
        with contextlib.suppress(OSError):
            each.unlink(missing_ok=True)


def thin_out(folder: Path) -> None:
    """Remove the copies that nobody has used for longest: tokens in the environment come and go."""
    with contextlib.suppress(OSError):
        copies = sorted(folder.glob("desk-*.db"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in copies[MOST_FILES:]:
            remove(old)
