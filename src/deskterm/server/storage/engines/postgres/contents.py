"""The bytes of messages' files in PostgreSQL, where several servers find them: in pieces, equal files once.

A content is put before the row that refers to it, and looked after once more when that row is committed.
Whoever removes one holds its lock until then, so that in the end it is there if a row names it.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import psycopg

from deskterm.server.storage.engines.postgres.connection import Connection, Pool
from deskterm.server.storage.engines.postgres.faults import refusal
from deskterm.server.storage.engines.postgres.fence import everywhere
from deskterm.server.storage.files import begin, place_of
from deskterm.server.storage.files import put as put_in_place

T = TypeVar("T")

_PIECE: Final = 256 * 1024  # bytes
_AT_ONCE: Final = 4  # pieces that are fetched together
_WAIT: Final = 10.0  # seconds for a connection
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))"
_THERE = "SELECT 1 FROM file_piece WHERE sha256 = %s LIMIT 1"
_COPY = "COPY file_piece (sha256, number, content) FROM STDIN (FORMAT binary)"
_PIECES = "SELECT content FROM file_piece WHERE sha256 = %s ORDER BY number"
_REMOVE = """
    DELETE FROM file_piece p WHERE p.sha256 = %s
    AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = p.sha256)"""
_UNREFERRED = """
    SELECT DISTINCT p.sha256 FROM file_piece p WHERE p.number = 0
    AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = p.sha256)"""


class PostgresContents:
    """`Contents` through a server's pool. From any thread."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def put(self, sha256: bytes, file: Path) -> None:
        """Have a file's bytes there, if they are not."""
        self._do(lambda connection: put(connection, sha256, file))

    def fetch(self, sha256: bytes, root: Path) -> bool:
        """Give a content its place below `root`; False if it is not there."""
        return self._do(lambda connection: fetch(connection, sha256, root))

    def remove(self, sha256: bytes) -> None:
        """Remove a content that no row refers to."""

        def work(connection: Connection) -> None:
            with everywhere(connection):
                connection.execute(_LOCK, (sha256,))
                connection.execute(_REMOVE, (sha256,))

        self._do(work)

    def unreferred(self) -> list[bytes]:
        """What a crash has left behind."""

        def work(connection: Connection) -> list[bytes]:
            with everywhere(connection):
                return [row[0] for row in connection.execute(_UNREFERRED)]

        return self._do(work)

    def _do(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._pool.connection(timeout=_WAIT) as connection:
                return work(connection)
        except psycopg.Error as error:
            answer = refusal(error)
            if answer is None:
                raise
            raise answer from error


def put(connection: Connection, sha256: bytes, file: Path) -> bool:
    """Have a file's bytes there, if they are not; False if they are not what the hash says."""
    with connection.transaction():
        connection.execute(_LOCK, (sha256,))
        if connection.execute(_THERE, (sha256,)).fetchone() is not None:
            return True
        known = hashlib.sha256()
        with connection.cursor().copy(_COPY) as pieces:
            pieces.set_types(("bytea", "int8", "bytea"))
            for number, piece in enumerate(_pieces(file)):
                known.update(piece)
                pieces.write_row((sha256, number, piece))
        if known.digest() == sha256:
            return True
        raise psycopg.Rollback
    return False


def fetch(connection: Connection, sha256: bytes, root: Path) -> bool:
    """Give a content its place below `root`; False if it is not there, or not what it should be."""
    if place_of(root, sha256).is_file():
        return True
    incoming = begin(root, f"fetched-{secrets.token_hex(8)}")
    try:
        with connection.transaction(), connection.cursor(name="pieces", binary=True) as cursor:
            cursor.itersize = _AT_ONCE
            for (piece,) in cursor.execute(_PIECES, (sha256,)):
                incoming.append(piece)
        if incoming.finish() != sha256:
            return False
        put_in_place(root, incoming.path, sha256)
        return True
    finally:
        incoming.discard()


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield opened.read(_PIECE)  # of an empty file, too
        while piece := opened.read(_PIECE):
            yield piece
