"""Copies of a database on PostgreSQL, for the verbs that work on files."""

from pathlib import Path

from deskterm.cli.data import PSYCOPG
from deskterm.server.clock import SystemClock
from deskterm.server.storage.backup import BackupFailed
from deskterm.server.storage.database import Backup
from deskterm.text.words import tr


def back_up_postgres(address: str, target: Path, data: Path) -> Backup:
    """A backup of the database at `address`: a file like any other one. BackupFailed."""
    try:
        from deskterm.server.storage.engines.postgres.backup import back_up
    except ImportError as error:
        raise BackupFailed(tr(PSYCOPG)) from error
    return back_up(address, target, data, SystemClock().now())


def note_export(address: str, slug: str, entry_id: bytes, now: int) -> None:
    """Add to the audit there that an operator exports the organization. LookupError, BackupFailed."""
    from deskterm.server.storage.engines.postgres import backup

    backup.note_export(address, slug, entry_id, now)
