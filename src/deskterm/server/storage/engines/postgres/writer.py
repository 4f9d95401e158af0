"""The one thread that writes to PostgreSQL, each batch in one transaction per organization that it changes.

A batch is first tried in a transaction that sees one moment. If anybody else, on this node or another,
committed to the same organization meanwhile, its counter row says so before anything is decided on what is
no longer true: then the batch runs again, with that counter locked before it reads anything.
"""

import logging
import time
from dataclasses import dataclass
from random import Random
from typing import Final

import psycopg

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock
from deskterm.server.errors import StorageDamaged
from deskterm.server.failpoints import HIT
from deskterm.server.storage.engines.commands import CommandQueue, Job, Outcome
from deskterm.server.storage.engines.postgres.connection import Connection, Cursor, Pool
from deskterm.server.storage.engines.postgres.faults import (
    Uncertain,
    Unreachable,
    is_crossed,
    is_damage,
    is_lost,
    refusal,
)
from deskterm.server.storage.engines.postgres.fence import AS_IT_COMES, ONE_MOMENT, begin
from deskterm.server.storage.engines.postgres.hold import Hold
from deskterm.server.storage.engines.postgres.reader import roll_back
from deskterm.server.storage.engines.postgres.transaction import (
    AnotherOrganization,
    Heads,
    PostgresTx,
    insert_events,
)
from deskterm.server.storage.lock import DatabaseInUse

#: How often a batch is tried again where others come in between; with the counter locked once is enough.
TRIES: Final = 8
#: How often a value that is taken may be a race with other nodes, as for the next number of an audit entry.
RACES: Final = 5
#: For how long a lost server is looked for before commands are refused.
PATIENCE: Final = 2.0
_PAUSE: Final = 0.25

_WHAT_BECAME = "SELECT pg_xact_status($1::xid8)"
_log = logging.getLogger(__name__)


class _Replay(Exception):
    """A command failed after it had written: the batch must run again with savepoints."""


class _CommitLost(Exception):
    """The connection was lost while COMMIT was on its way; `number` is the transaction's, if it is known."""

    def __init__(self, number: str | None, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.number = number
        self.outcomes = outcomes


@dataclass(slots=True)
class _Way:
    """How a batch is run next."""

    isolated: bool = False
    held: int | None = None  # the organization whose counter is locked before anything is read
    tries: int = 0


class PostgresWriter(CommandQueue):
    """Writes through connections of `pool` from `start()` to `stop()`."""

    def __init__(self, pool: Pool, hold: Hold, clock: Clock, ids: IdSource) -> None:
        super().__init__()
        self._pool = pool
        self._hold = hold
        self._clock = clock
        self._ids = ids
        self._nonces = Random(ids.new_bytes())
        self.damaged = False

    def doubt(self) -> None:
        """Connections were lost. From any thread."""
        self._hold.doubted = True

    # The writer's thread from here on.

    def _commit(self, batch: list[Job]) -> list[Outcome]:
        """Run a batch in as few transactions as its organizations allow; never raises."""
        places: dict[int | None, list[int]] = {}  # each organization's commands keep their order
        for place, job in enumerate(batch):
            places.setdefault(job.organization_id, []).append(place)
        outcomes: dict[int, Outcome] = {}
        for each in places.values():
            outcomes.update(zip(each, self._commit_together([batch[place] for place in each]), strict=True))
        return [outcomes[place] for place in range(len(batch))]

    def _commit_together(self, jobs: list[Job]) -> list[Outcome]:
        """Run the commands of an organization, or those of the server itself."""
        outcomes: list[Outcome] = []
        while len(outcomes) < len(jobs):
            rest = jobs[len(outcomes) :]
            try:
                outcomes += self._store(rest)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
                outcomes += self._failed(error, len(rest))
        return outcomes

    def _failed(self, error: Exception, count: int) -> list[Outcome]:
        _log.error("a batch could not be stored: %s", error)
        if is_damage(error):
            self.damaged = True
        return [Outcome(None, refusal(error) or error) for _ in range(count)]

    def _store(self, jobs: list[Job]) -> list[Outcome]:
        """Commit the first so many of `jobs`, at least one; raises if that cannot be."""
        way = _Way()
        until = time.monotonic() + PATIENCE
        while not self.damaged:
            try:
                self._see_that_it_is_ours()
                return self._attempt(jobs, way)
            except _Replay:
                way.isolated = True
            except _CommitLost as lost:
                known = self._find_out(lost, until)
                if known is not None:
                    return known
            except Exception as error:
                if is_lost(error) and time.monotonic() < until:
                    self.doubt()
                    time.sleep(_PAUSE)
                elif is_crossed(error) and way.tries < TRIES:
                    way.tries += 1
                else:
                    raise
        return [Outcome(None, StorageDamaged()) for _ in jobs]

    def _see_that_it_is_ours(self) -> None:
        """After connections were lost, before anything is written again."""
        if self._hold.doubted:
            try:
                self._hold.retake()
            except DatabaseInUse as error:
                raise Unreachable() from error

    def _attempt(self, jobs: list[Job], way: _Way) -> list[Outcome]:
        connection = self._pool.getconn(timeout=_PAUSE)
        try:
            cursor = psycopg.RawCursor(connection)
            begin(cursor, ONE_MOMENT if way.held is None else AS_IT_COMES, jobs[0].organization_id)
            heads = Heads(cursor, way.held)
            try:
                outcomes = self._run_all(jobs, cursor, heads, way)
                number = heads.write()
            except psycopg.Error as error:
                if is_crossed(error):
                    way.held = heads.wanted
                raise
            if HIT is not None:
                HIT("after-insert")
            self._end(connection, cursor, number, outcomes)
            return outcomes
        finally:
            self._give_back(connection)

    def _end(
        self, connection: Connection, cursor: Cursor, number: str | None, outcomes: list[Outcome]
    ) -> None:
        try:
            cursor.execute("COMMIT")
        except psycopg.Error as error:
            if is_lost(error) and connection.broken:
                raise _CommitLost(number, outcomes) from error
            raise
        if HIT is not None:
            HIT("after-commit")

    def _find_out(self, lost: _CommitLost, until: float) -> list[Outcome] | None:
        """What became of a commit nobody heard of: its outcomes if it is stored, None if it is not."""
        while lost.number is not None:
            try:
                with self._pool.connection(timeout=_PAUSE) as connection:
                    cursor = psycopg.RawCursor(connection)
                    found = cursor.execute(_WHAT_BECAME, (lost.number,)).fetchone()
            except psycopg.Error as error:
                if not is_lost(error) or time.monotonic() >= until:
                    break
            else:
                status = found[0] if found else None
                if status == "committed":
                    return lost.outcomes
                if status == "aborted":
                    return None
            if time.monotonic() >= until:
                break
            time.sleep(_PAUSE)
        return [Outcome(None, Uncertain()) for _ in lost.outcomes]

    def _run_all(self, jobs: list[Job], cursor: Cursor, heads: Heads, way: _Way) -> list[Outcome]:
        """Run commands until one wants the counter of another organization than those before it."""
        outcomes: list[Outcome] = []
        for job in jobs:
            try:
                run = self._run_isolated if way.isolated else self._run_plain
                outcomes.append(run(job, cursor, heads, way))
            except AnotherOrganization:
                break
            heads.close_command()
        if not way.isolated:
            self._log_together(outcomes, cursor, way)
        return outcomes

    def _log_together(self, outcomes: list[Outcome], cursor: Cursor, way: _Way) -> None:
        """Insert the batch's log rows; _Replay if one cannot be stored: then each command writes its own."""
        try:
            insert_events(cursor, [event for each in outcomes for event in each.events])
        except Exception as error:
            raise self._of_the_batch(error, way) or _Replay() from error

    def _run_plain(self, job: Job, cursor: Cursor, heads: Heads, way: _Way) -> Outcome:
        """Run a command in the open transaction; _Replay if it failed after writing or taking positions."""
        tx = self._begin(cursor, heads)
        try:
            return Outcome(job.fn(tx), None, tx.finish())
        except AnotherOrganization as error:
            if tx.has_written:
                raise _Replay() from error
            raise
        except psycopg.Error as error:
            raise self._of_the_batch(error, way) or _Replay() from error
        except Exception as error:  # a command's failure is its caller's answer
            if tx.has_taken or tx.has_written:
                raise _Replay() from error
            return Outcome(None, error)

    def _run_isolated(self, job: Job, cursor: Cursor, heads: Heads, way: _Way) -> Outcome:
        """Run a command in a savepoint of its own, so that its failure undoes only its own writes."""
        cursor.execute("SAVEPOINT command")
        known = heads.known()
        tx = self._begin(cursor, heads)
        try:
            outcome = Outcome(job.fn(tx), None, tx.finish())
            insert_events(cursor, outcome.events)
        except Exception as error:
            concerns_all = self._of_the_batch(error, way)
            if concerns_all is not None:
                raise concerns_all from error
            cursor.execute("ROLLBACK TO SAVEPOINT command")
            heads.forget(known)
            if isinstance(error, AnotherOrganization):
                raise
            outcome = Outcome(None, error)
        cursor.execute("RELEASE SAVEPOINT command")
        return outcome

    def _of_the_batch(self, error: Exception, way: _Way) -> Exception | None:
        """The error, if all commands of the batch have to run again because of it, or are refused for it."""
        taken = isinstance(error, psycopg.errors.UniqueViolation)
        if taken and way.tries >= RACES:
            return None  # it is still there after fresh looks: that is the command's own
        return error if is_crossed(error) or refusal(error) is not None else None

    def _begin(self, cursor: Cursor, heads: Heads) -> PostgresTx:
        return PostgresTx(cursor, heads, self._clock.now(), self._ids, self._nonces)

    def _give_back(self, connection: Connection) -> None:
        try:
            roll_back(connection)
        except psycopg.Error as error:
            _log.error("a rollback failed: %s", error)
        self._pool.putconn(connection)
