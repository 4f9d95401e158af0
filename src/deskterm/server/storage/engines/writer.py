"""The one thread that writes. It commits whatever is waiting together: durability costs one fsync per batch.

A batch first runs without savepoints. A command that fails before it wrote anything just gets its error; one
that fails later rolls the whole batch back, which then runs again with a savepoint for each command.
"""

import logging
import threading
from random import Random
from typing import Final

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.errors import StorageDamaged
from deskterm.server.failpoints import HIT
from deskterm.server.storage.engines.commands import CommandQueue, Job, Outcome
from deskterm.server.storage.engines.connection import BUSY_MILLISECONDS
from deskterm.server.storage.engines.faults import is_damage, refusal
from deskterm.server.storage.engines.transaction import Heads, SqliteTx, insert_events

CHECKPOINT_PAGES: Final = 1_000

_log = logging.getLogger(__name__)


class _Replay(Exception):
    """A command failed after it had written: the batch must run again with savepoints."""


class _Lost(Exception):
    """The engine failed, so nothing of the batch is stored; `cause` is why."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause

    def outcomes(self, count: int) -> list[Outcome]:
        """An answer for each command; each its own exception, for raising one changes it."""
        return [Outcome(None, refusal(self.cause) or self.cause) for _ in range(count)]


class Writer(CommandQueue):
    """Owns the writing connection from `start()` to `stop()`."""

    def __init__(self, connection: apsw.Connection, clock: Clock, ids: IdSource) -> None:
        super().__init__()
        self._connection = connection
        self._cursor = connection.cursor()  # for all statements, so that none is left unfinished at COMMIT
        self._clock = clock
        self._ids = ids
        # Nonces tell histories apart and are no secrets: one draw from the injected source seeds them all.
        self._nonces = Random(ids.new_bytes())
        self._damaged = threading.Event()
        self._empties = threading.Event()
        self._wal_pages = 0
        self._checkpoint_at = CHECKPOINT_PAGES
        connection.set_wal_hook(self._note_wal)

    @property
    def damaged(self) -> bool:
        """Whether the file was found damaged, so that nothing is written to it any more."""
        return self._damaged.is_set()

    def stop_writing(self) -> None:
        """The file is damaged: refuse every command from now on. From any thread."""
        if not self._damaged.is_set():
            self._damaged.set()
            _log.critical(
                "the database file is damaged; it is not written any more until it is repaired:"
                " stop the server and put the newest good backup in place with `deskterm restore FILE`"
            )

    def empty_wal(self) -> None:
        """Leave nothing in the WAL after the next batch that no reader holds up. From any thread."""
        self._empties.set()

    # The writer's thread from here on.

    def _commit(self, batch: list[Job]) -> list[Outcome]:
        """Run a batch and commit it; never raises."""
        if self._damaged.is_set():
            return [Outcome(None, StorageDamaged()) for _ in batch]
        try:
            try:
                return self._attempt(batch, isolated=False)
            except _Replay:
                return self._attempt(batch, isolated=True)
        except _Lost as lost:
            return lost.outcomes(len(batch))

    def _attempt(self, batch: list[Job], *, isolated: bool) -> list[Outcome]:
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
            if isolated:
                outcomes = [self._run_isolated(job) for job in batch]
            else:
                heads = Heads(self._cursor)
                outcomes = [self._run_plain(job, heads) for job in batch]
                self._log_together(outcomes, heads)
            if HIT is not None:
                HIT("after-insert")
            self._cursor.execute("COMMIT")
            if HIT is not None:
                HIT("after-commit")
        except (apsw.Error, MemoryError) as error:
            raise self._lost(error) from error
        finally:
            self._roll_back()
        return outcomes

    def _log_together(self, outcomes: list[Outcome], heads: Heads) -> None:
        """Insert the batch's log rows; _Replay if one cannot be stored: then each command writes its own."""
        try:
            heads.write(self._cursor)
            insert_events(self._cursor, [event for each in outcomes for event in each.events])
        except Exception as error:
            self._raise_if_engine_failed(error)
            raise _Replay() from error

    def _run_plain(self, job: Job, heads: Heads) -> Outcome:
        """Run a command in the open transaction; _Replay if it failed after writing or taking positions."""
        before = self._connection.total_changes()
        tx = self._begin(heads)
        try:
            return Outcome(job.fn(tx), None, tx.finish())
        except Exception as error:  # a command's failure is its caller's answer
            self._raise_if_engine_failed(error)
            if tx.has_taken or self._connection.total_changes() != before:
                raise _Replay() from error
            return Outcome(None, error)

    def _run_isolated(self, job: Job) -> Outcome:
        """Run a command in a savepoint of its own, so that its failure undoes only its own writes."""
        self._cursor.execute("SAVEPOINT command")
        heads = Heads(self._cursor)
        tx = self._begin(heads)
        try:
            outcome = Outcome(job.fn(tx), None, tx.finish())
            heads.write(self._cursor)
            insert_events(self._cursor, outcome.events)
        except Exception as error:  # noqa: BLE001 - a command's failure is its caller's answer
            self._raise_if_engine_failed(error)
            self._cursor.execute("ROLLBACK TO command")
            outcome = Outcome(None, error)
        self._cursor.execute("RELEASE command")
        return outcome

    def _begin(self, heads: Heads) -> SqliteTx:
        return SqliteTx(self._cursor, heads, self._clock.now(), self._ids, self._nonces)

    def _raise_if_engine_failed(self, error: Exception) -> None:
        """FULL, IOERR and their like concern the whole batch; some of them have rolled it back already."""
        if refusal(error) is not None or not self._connection.in_transaction:
            raise self._lost(error) from error

    def _lost(self, error: Exception) -> _Lost:
        _log.error("a batch could not be stored: %s", error)
        lost = _Lost(error)
        if is_damage(error):
            self.stop_writing()
        return lost

    def _roll_back(self) -> None:
        """Leave no transaction open; the engine may have ended it already, or fail at this too."""
        if not self._connection.in_transaction:
            return
        try:
            self._cursor.execute("ROLLBACK")
        except apsw.Error as error:
            _log.error("a rollback failed: %s", error)

    def _note_wal(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _tidy(self) -> None:
        """Copy the WAL into the database once it is long enough, so that it starts anew and stays small.

        Passive: it never waits for a reader. Where one held it up, the next thousand pages try again.
        """
        if self._empties.is_set() and not self._damaged.is_set():
            self._empty_wal()
        due = self._wal_pages >= self._checkpoint_at and not self._damaged.is_set()
        if due:
            if HIT is not None:
                HIT("before-checkpoint")
            try:
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            except (apsw.Error, MemoryError) as error:
                _log.error("a checkpoint failed: %s", error)
            if HIT is not None:
                HIT("after-checkpoint")
        # The WAL starts anew by itself: then its length drops, and with it the next time this is due.
        soonest = self._wal_pages + CHECKPOINT_PAGES
        self._checkpoint_at = soonest if due else min(self._checkpoint_at, soonest)

    def _empty_wal(self) -> None:
        try:
            self._connection.set_busy_timeout(0)  # nobody waits for a reader: the next batch tries again
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._wal_pages, self._checkpoint_at = 0, CHECKPOINT_PAGES
            self._empties.clear()
        except apsw.BusyError:
            pass
        except (apsw.Error, MemoryError) as error:
            self._empties.clear()
            _log.error("the WAL was not emptied: %s", error)
        finally:
            self._connection.set_busy_timeout(BUSY_MILLISECONDS)
