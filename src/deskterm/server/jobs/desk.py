"""The jobs of the desk: held replies go out, snoozes end, the resolved gets closed, old things are let go."""

from collections.abc import Callable

from deskterm.server.clock import Clock
from deskterm.server.desk.accounts import FAILURES_FORGOTTEN_MS
from deskterm.server.desk.escalation import do_escalate_waiting, is_any_waiting_too_long
from deskterm.server.desk.held import do_release_held
from deskterm.server.desk.queue import (
    do_give_out,
    do_return_left_behind,
    is_any_left_behind,
    is_any_to_give,
)
from deskterm.server.desk.transitions import do_close_resolved, do_wake_snoozed
from deskterm.server.http.idempotency import KEPT_MS
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage import accounts, conversations, drafts, held, idempotency, sessions, visitors
from deskterm.server.storage.database import Database, Reader, Tx

#: How many rows one transaction changes at most, so that people's commands never wait long.
BATCH = 100
#: For how long an ended session is still known, for whoever looks into what happened.
KEPT_SESSIONS_MS = 30 * 24 * 3600 * 1000
#: For how long a device may be away and still learn that a draft was sent elsewhere.
KEPT_DRAFTS_MS = 90 * 24 * 3600 * 1000
MINUTE = 60.0
HOUR = 3600.0


def desk_jobs(db: Database, clock: Clock) -> tuple[Job, ...]:
    """All of them."""
    return (
        Job("let held replies out", 1.0, _releasing(db, clock).run),
        Job("wake snoozed conversations", 1.0, _waking(db, clock).run),
        Job("return what was left behind", 5.0, _returning(db, clock).run),
        Job("give out what waits", 1.0, _Writing(db, do_give_out, is_any_to_give).run),
        Job("escalate what waits too long", 5.0, _escalating(db, clock).run),
        Job("close resolved conversations", MINUTE, _Writing(db, do_close_resolved).run),
        Job("forget kept answers", HOUR, _Writing(db, _forget_answers).run),
        Job("forget ended sessions", HOUR, _Writing(db, _forget_sessions).run),
        Job("forget thrown away drafts", HOUR, _Writing(db, _forget_drafts).run),
        Job("forget used identity tokens", HOUR, _Writing(db, _forget_identity_tokens).run),
        Job("forget failed sign-ins", HOUR, _Writing(db, _forget_failures).run),
    )


class _Writing:
    """A job that is one command; more is left when it changed as much as it may at once.

    `due` asks by a read whether there is anything to do, so that an idle server writes nothing.
    """

    def __init__(
        self, db: Database, command: Callable[[Tx, int], int], due: Callable[[Reader], bool] | None = None
    ) -> None:
        self._db = db
        self._command = command
        self._due = due

    async def run(self) -> bool:
        """Do one batch."""
        if self._due is not None and not self._db.read(self._due):
            return False
        return await self._db.write(lambda tx: self._command(tx, BATCH)) >= BATCH


def _releasing(db: Database, clock: Clock) -> _Writing:
    def due(reader: Reader) -> bool:
        return held.is_due(reader, clock.now())

    return _Writing(db, do_release_held, due)


def _waking(db: Database, clock: Clock) -> _Writing:
    def due(reader: Reader) -> bool:
        wake = conversations.next_wake(reader)
        return wake is not None and wake <= clock.now()

    return _Writing(db, do_wake_snoozed, due)


def _returning(db: Database, clock: Clock) -> _Writing:
    def due(reader: Reader) -> bool:
        return is_any_left_behind(reader, clock.now())

    return _Writing(db, do_return_left_behind, due)


def _escalating(db: Database, clock: Clock) -> _Writing:
    def due(reader: Reader) -> bool:
        return is_any_waiting_too_long(reader, clock.now())

    return _Writing(db, do_escalate_waiting, due)


def _forget_answers(tx: Tx, limit: int) -> int:
    idempotency.forget(tx, tx.now - KEPT_MS)
    return 0


def _forget_sessions(tx: Tx, limit: int) -> int:
    sessions.forget(tx, tx.now - KEPT_SESSIONS_MS)
    return 0


def _forget_identity_tokens(tx: Tx, limit: int) -> int:
    visitors.forget_tokens(tx)
    return 0


def _forget_drafts(tx: Tx, limit: int) -> int:
    drafts.forget_empty(tx, tx.now - KEPT_DRAFTS_MS)
    return 0


def _forget_failures(tx: Tx, limit: int) -> int:
    accounts.forget_failures(tx, tx.now - FAILURES_FORGOTTEN_MS)
    return 0
