"""The folder of backups beside a database: how they are called, and which are old enough to go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from deskterm.server.storage.file_copies import prune_files

FOLDER: Final = "backups"
SUFFIX: Final = ".backup"
_TIME: Final = "%Y%m%dT%H%M%S.%fZ"
_PREFIX: Final = "deskterm-"


def new_backup(data: Path, at: datetime | None = None) -> Path:
    """Where the next one of a data folder goes; names sort by time."""
    return data / FOLDER / f"{_PREFIX}{at or datetime.now(UTC):{_TIME}}{SUFFIX}"


def backups_in(folder: Path) -> list[Path]:
    """Those that deskterm named itself, oldest first."""
    return sorted(folder.glob(f"{_PREFIX}*{SUFFIX}"))


def remove_backups(folder: Path, old: list[Path]) -> bool:
    """Remove backups and the files that were only theirs; False if those stay, as a backup cannot be read."""
    for each in old:
        each.unlink(missing_ok=True)
    return prune_files(folder, folder.glob(f"*{SUFFIX}"))


def older_than(folder: Path, now: datetime, days: int) -> list[Path]:
    """Those of an age, which their names tell; the newest one stays however old it is."""
    before = now - timedelta(days=days)
    return [each for each in backups_in(folder)[:-1] if _made_at(each, before) < before]


def _made_at(path: Path, unknown: datetime) -> datetime:
    try:
        return datetime.strptime(path.name, f"{_PREFIX}{_TIME}{SUFFIX}").replace(tzinfo=UTC)
    except ValueError:  # named by somebody else: it stays
        return unknown
