"""The outbox's file: one per account, SQLite with a rollback journal, 0600 in a folder of 0700.

Every method blocks until the disk has it, so all of them are called in one worker thread. No write-ahead log:
many Pythons carry an SQLite that can damage one (fixed in 3.51.3).
"""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

from deskterm.client.local.local_database import LocalDatabase
from deskterm.client.outbox.alive import Alive
from deskterm.client.outbox.rows import Row

#: The layout below. A file of a later one is left alone.
VERSION = 1
#: Seconds to wait while another console writes.
PATIENCE = 5.0

_LAYOUT = """
CREATE TABLE IF NOT EXISTS command (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    conversation TEXT NOT NULL,
    kind TEXT NOT NULL,
    written_at TEXT NOT NULL,
    fresh_from TEXT NOT NULL,
    content TEXT NOT NULL,
    reason TEXT,
    code TEXT,
    owner TEXT NOT NULL
)
"""
_COLUMNS = "id, conversation, kind, written_at, fresh_from, content, reason, code"


class Newer(OSError):
    """A later deskterm wrote this file."""


class Store(LocalDatabase):
    """One account's waiting commands of one organization, and who of the running consoles sends which."""

    def __init__(self, path: Path, organization: str) -> None:
        """OSError or sqlite3.Error if the file cannot be used."""
        _make_private(path)
        self._path = path
        self._organization = organization
        self._alive = Alive(path)
        try:
            super().__init__(_open(path))
        except BaseException:
            self._alive.release()
            raise

    def put(self, row: Row) -> bool:
        """Write a command, or its new state, as this console's own.

        Answers whether another running console has something to send there before it.
        """
        with self._changing():
            self._db.execute(
                f"INSERT INTO command ({_COLUMNS}, organization, owner) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "fresh_from = excluded.fresh_from, content = excluded.content, "
                "reason = excluded.reason, code = excluded.code, owner = excluded.owner",
                (
                    row.id,
                    row.conversation_id,
                    row.kind,
                    row.written_at,
                    row.fresh_from,
                    row.content,
                    row.reason,
                    row.code,
                    self._organization,
                    self._alive.name,
                ),
            )
        return self.behind(row.id)

    def behind(self, row_id: str) -> bool:
        """Whether another running console has something to send in the same conversation before this."""
        owners = self._all(
            "SELECT DISTINCT before.owner FROM command AS own JOIN command AS before "
            "ON before.conversation = own.conversation AND before.place < own.place "
            "WHERE own.id = ? AND before.code IS NULL AND before.owner <> ?",
            row_id,
            self._alive.name,
        )
        return any(self._alive.stands(owner) for (owner,) in owners)

    def refused(self, row_id: str, reason: str, code: str) -> None:
        """Keep it for its author, who decides."""
        with self._changing():
            self._db.execute("UPDATE command SET reason = ?, code = ? WHERE id = ?", (reason, code, row_id))

    def remove(self, row_id: str) -> None:
        """The server has it, or its author gave it up."""
        with self._changing():
            self._db.execute("DELETE FROM command WHERE id = ?", (row_id,))

    def adopt(self) -> list[Row]:
        """Take over what consoles have left that no longer run, oldest first."""
        with self._changing():
            owners = self._all(
                "SELECT DISTINCT owner FROM command WHERE organization = ? AND owner <> ?",
                self._organization,
                self._alive.name,
            )
            left = [owner for (owner,) in owners if not self._alive.stands(owner)]
            rows: list[tuple[int, Row]] = []
            for owner in left:
                found = self._all(
                    f"SELECT place, {_COLUMNS} FROM command WHERE owner = ? AND organization = ?",
                    owner,
                    self._organization,
                )
                rows += [(place, Row(*fields)) for place, *fields in found]
                self._db.execute(
                    "UPDATE command SET owner = ? WHERE owner = ? AND organization = ?",
                    (self._alive.name, owner, self._organization),
                )
        return [row for _, row in sorted(rows, key=lambda each: each[0])]

    def wipe(self) -> None:
        """Keep nothing of this organization any more.

        Each is an account of its own: leaving one says nothing about the texts of another.
        """
        with self._changing():
            self._db.execute("DELETE FROM command WHERE organization = ?", (self._organization,))

    def close(self) -> None:
        """This console ends; what it has not sent is free for the next one."""
        self._db.close()
        self._alive.release()


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")  # what was sent does not stay in free pages
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise Newer(f"{path} was written by a newer deskterm")
        if version < VERSION:
            db.execute(_LAYOUT)
            db.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        db.close()
        raise
    return db


def _make_private(path: Path) -> None:
    """Make folder and file for their owner alone, before SQLite opens the file as it finds it.

    A file that is there is never opened here: closing it would drop the locks of other connections.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.is_symlink():
        raise OSError(f"{path} is a link")
    if os.name == "posix":
        if stat.S_IMODE(path.parent.stat().st_mode) & 0o077:
            path.parent.chmod(0o700)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
