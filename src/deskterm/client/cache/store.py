"""A copy's file: SQLite, 0600 in a folder of 0700, of bounded size. Every method blocks: call it in a thread.

It is worth no more than the time to read it all again: a file that is damaged, of another version or not its
owner's alone is thrown away, and nothing waits for the disk.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime
from pathlib import Path

from deskterm.client.cache.content import Kept, KeptThread, News, People, read, written
from deskterm.client.cache.file import remove, thin_out
from deskterm.client.local.local_database import LocalDatabase
from deskterm.protocol.records import Conversation, Message

#: The layout below; a file of another one is begun anew.
VERSION = 1
#: Most conversations, threads and messages of a thread that are kept, and most bytes; the oldest go first.
CONVERSATIONS = 500
THREADS = 30
MESSAGES = 100
BYTES = 8 * 1024 * 1024
#: Seconds to wait while another console writes.
PATIENCE = 1.0

_LAYOUT = (
    "CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1),"
    " whose TEXT NOT NULL, at TEXT NOT NULL, people TEXT NOT NULL)",
    "CREATE TABLE conversation (id TEXT PRIMARY KEY, moved TEXT NOT NULL, content TEXT NOT NULL)",
    "CREATE TABLE thread (id TEXT PRIMARY KEY REFERENCES conversation ON DELETE CASCADE,"
    " opened INTEGER NOT NULL, at TEXT NOT NULL, at_start INTEGER NOT NULL, messages TEXT NOT NULL)",
)
_THREAD = "SELECT id, messages, at_start, at FROM thread"


class Store(LocalDatabase):
    """One account's copy."""

    def __init__(self, path: Path, limit: int = BYTES) -> None:
        """Opens the file, or begins it anew. OSError or sqlite3.Error if the disk refuses."""
        self._path = path
        self._limit = limit
        _make_private(path)
        try:
            super().__init__(_open(path))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # the disk refuses, or another console writes
                raise
            remove(path)
            _make_private(path)
            super().__init__(_open(path))
        thin_out(path.parent)

    def write(self, news: News) -> list[str]:
        """Take what differs, all of it or nothing; answers whose thread is here though `known` has it not."""
        with self._changing():
            self._take_over(news)
            if news.known is not None:
                self._drop_unknown(news.known)
            self._put_conversations(news.conversations)
            self._put_threads(news)
            self._bound()
        self._shrink()
        if news.known is None:
            return []
        return [each for (each,) in self._all("SELECT id FROM thread") if each not in news.known]

    def forget(self, conversation_id: str) -> None:
        """Keep nothing of a conversation."""
        self._db.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))

    def thread(self, conversation_id: str) -> tuple[Conversation, KeptThread] | None:
        """A conversation and its newest messages, if they are here."""
        found = self._all("SELECT content FROM conversation WHERE id = ?", conversation_id)
        thread = self._all(f"{_THREAD} WHERE id = ?", conversation_id)
        return (read(Conversation, found[0][0]), _thread(*thread[0])) if found and thread else None

    def everything(self) -> Kept | None:
        """All there is; None if that is nothing. ValueError for a record that cannot be read."""
        about = self._all("SELECT at, people FROM about")
        if not about:
            return None
        [(at, people)] = about
        return Kept(
            datetime.fromisoformat(at),
            read(People, people),
            tuple(read(Conversation, each) for (each,) in self._all("SELECT content FROM conversation")),
            tuple(_thread(*each) for each in self._all(f"{_THREAD} ORDER BY opened")),
        )

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    # --- writing -----------------------------------------------------------------------------------------

    def _take_over(self, news: News) -> None:
        """What was read by somebody else, or in another right, is void."""
        whose = "\n".join(astuple(news.whose))
        if self._all("SELECT 1 FROM about WHERE whose <> ?", whose):
            self._db.execute("DELETE FROM about")
            self._db.execute("DELETE FROM conversation")
        if news.people is not None:
            self._db.execute(
                "REPLACE INTO about VALUES (1, ?, ?, ?)",
                (whose, news.at.isoformat(), written(People, news.people)),
            )
        else:
            self._db.execute("UPDATE about SET at = ?", (news.at.isoformat(),))

    def _drop_unknown(self, known: frozenset[str]) -> None:
        rows = self._all("SELECT id FROM conversation WHERE id NOT IN (SELECT id FROM thread)")
        for (each,) in rows:
            if each not in known:
                self.forget(each)

    def _put_conversations(self, conversations: Iterable[Conversation]) -> None:
        self._db.executemany(
            "INSERT INTO conversation VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "moved = excluded.moved, content = excluded.content",
            [
                (each.id, (each.last_message_at or each.created_at).isoformat(), written(Conversation, each))
                for each in conversations
            ],
        )

    def _put_threads(self, news: News) -> None:
        for each in news.threads:
            self._db.execute(
                "INSERT INTO thread SELECT id, 0, ?, ?, ? FROM conversation WHERE id = ? "
                "ON CONFLICT (id) DO UPDATE SET at_start = excluded.at_start, messages = excluded.messages",
                (
                    each.at.isoformat(),
                    each.at_start and len(each.messages) <= MESSAGES,
                    written(tuple[Message, ...], each.messages[-MESSAGES:]),
                    each.conversation_id,
                ),
            )
        [(last,)] = self._all("SELECT coalesce(max(opened), 0) FROM thread")
        self._db.executemany(
            "UPDATE thread SET opened = ?, at = ? WHERE id = ?",
            [(last + place, news.at.isoformat(), each) for place, each in enumerate(news.live, 1)],
        )

    def _bound(self) -> None:
        self._db.execute(
            "DELETE FROM thread WHERE id NOT IN (SELECT id FROM thread ORDER BY opened DESC LIMIT ?)",
            (THREADS,),
        )
        self._db.execute(
            "DELETE FROM conversation WHERE id NOT IN (SELECT id FROM thread) AND id NOT IN "
            "(SELECT id FROM conversation ORDER BY moved DESC LIMIT ?)",
            (CONVERSATIONS,),
        )

    def _shrink(self) -> None:
        """Drop the oldest until the file is as small as it has to be."""
        while self._path.stat().st_size > self._limit:
            gone = self._db.execute(
                "DELETE FROM thread WHERE id = (SELECT id FROM thread ORDER BY opened LIMIT 1)"
            ).rowcount
            if not gone:
                gone = self._db.execute(
                    "DELETE FROM conversation WHERE id IN "
                    "(SELECT id FROM conversation ORDER BY moved LIMIT 50)"
                ).rowcount
            if not gone:
                return


def recall(path: Path) -> Kept | None:
    """What a copy holds; one that cannot be read, in whatever way, is removed and counts as none."""
    if not path.exists():
        return None
    try:
        with contextlib.closing(Store(path)) as store:
            return store.everything()
    except (OSError, sqlite3.Error):
        return None
    except (ValueError, TypeError):  # SQLite, but not what was written
        remove(path)
        return None


def _thread(conversation_id: str, messages: str, at_start: int, at: str) -> KeptThread:
    kept: tuple[Message, ...] = read(tuple[Message, ...], messages)
    return KeptThread(conversation_id, kept, bool(at_start), datetime.fromisoformat(at))


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA auto_vacuum = FULL")  # of a new file: it shrinks with what is in it
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA secure_delete = ON")  # what was removed does not stay in free pages
        db.execute("PRAGMA foreign_keys = ON")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("another layout")
        if version == 0:
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone() == (0,):
                for each in _LAYOUT:
                    db.execute(each)
                db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _make_private(path: Path) -> None:
    """Make folder and file for their owner alone; a file that others could read or write is thrown away."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.stat()
    if os.name == "posix" and stat.S_IMODE(folder.st_mode) & 0o077 and folder.st_uid == os.getuid():
        path.parent.chmod(0o700)
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        private = os.name != "posix" or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
        if not (stat.S_ISREG(found.st_mode) and private):
            remove(path)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
