"""Sends e-mail from its queue. What fails is tried again for two days, less and less often.

A server that is killed between sending and its note sends again, under the same Message-ID.
"""

from functools import partial

from deskterm.protocol.ids import to_text
from deskterm.server.clock import Clock
from deskterm.server.config import Mail
from deskterm.server.jobs.digests import Digests
from deskterm.server.jobs.scheduler import Job
from deskterm.server.link_tokens import LinkTokens
from deskterm.server.mail.sending import Refused, compose, send
from deskterm.server.mail.writing import Writing
from deskterm.server.storage import mail as rows
from deskterm.server.storage.database import Database, Tx
from deskterm.server.storage.mail import MailRow

SECOND = 1_000
#: How long to wait after each failure, the last one again and again.
PAUSES = tuple(each * SECOND for each in (30, 120, 600, 1_800, 7_200, 14_400))
GIVEN_UP = 48 * 3600 * SECOND
#: What is finished is kept so long, to be looked at.
KEPT = 30 * 24 * 3600 * SECOND
SLICE = 20


def mail_jobs(db: Database, clock: Clock, tokens: LinkTokens, settings: Mail | None) -> tuple[Job, ...]:
    """What fills the queue, and what empties it; none where no e-mail is sent."""
    if settings is None:
        return ()
    return Digests(db, clock).job(), _mail_job(db, clock, Writing(db, clock, tokens), settings)


def _mail_job(db: Database, clock: Clock, writing: Writing, settings: Mail) -> Job:
    """More is left as long as something was sent."""

    async def send_on() -> bool:
        found = db.read(lambda reader: rows.due(reader, clock.now(), SLICE))
        for row in found:
            await _attempt(row)
        return len(found) == SLICE

    async def _attempt(row: MailRow) -> None:
        letter = writing.letter(row, settings)
        problem, for_good = None, False
        if letter is not None:
            try:
                await send(compose(letter, settings, to_text(row.id), clock.now()), settings)
            except (Refused, ValueError) as error:
                problem = str(error)
                for_good = isinstance(error, ValueError) or error.for_good
        await db.write(partial(_note, row=row, problem=problem, for_good=for_good, wanted=letter is not None))

    return Job("send mail", 1.0, send_on)


def _note(tx: Tx, row: MailRow, problem: str | None, for_good: bool, wanted: bool) -> None:
    gives_up = for_good or tx.now - row.created_at >= GIVEN_UP
    wait = PAUSES[min(row.attempts, len(PAUSES) - 1)]
    over = problem is None or gives_up
    sent = wanted and problem is None
    rows.tried(tx, row, problem=problem, next_attempt_at=tx.now + wait, over=over, sent=sent)
    rows.forget(tx, tx.now - KEPT)
