"""What the SQLite files that accounts keep on this machine have in common."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class LocalDatabase:
    """A file that several consoles of one person may have open at once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """All of it is written, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _all(self, statement: str, *values: str) -> list[Any]:
        return self._db.execute(statement, values).fetchall()
