"""Queues e-mail about what nobody has seen: replies for customers who are away, waiting customers for agents.

Which conversations may have something is kept in memory, from what is told at each commit; a server that
starts looks at all once. So sending a reply costs no statement more.
"""

import asyncio
from collections.abc import Sequence

from deskterm.server.clock import Clock
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage import mail, organizations
from deskterm.server.storage.database import Database, Event, Tx
from deskterm.server.storage.mail import AgentRow, UnreadRow

MINUTE_MS = 60_000
#: What is older is not mailed: a server that was down for long does not wake the past.
OLDEST_MS = 24 * 60 * MINUTE_MS
EVERY = 30.0
SLICE = 100


def is_due(row: UnreadRow, now: int) -> bool:
    """Whether a customer gets an e-mail now: unread for long enough, not there since, none lately."""
    settings = organizations.parse_settings(row.settings)
    after, every = settings.mail_after_minutes * MINUTE_MS, settings.mail_every_minutes * MINUTE_MS
    return (
        after > 0
        and not row.off
        and now - row.replied_at >= after
        and row.seen_at < row.replied_at
        and row.mailed_at < row.replied_at
        and now - row.mailed_at >= every
    )


def is_agent_due(row: AgentRow, now: int) -> bool:
    """Whether an agent gets one: nobody is there, somebody has waited for long enough, none lately."""
    settings = organizations.parse_settings(row.settings)
    after, every = settings.mail_after_minutes * MINUTE_MS, settings.mail_every_minutes * MINUTE_MS
    return (
        after > 0
        and not row.somebody_there
        and now - row.since >= after
        and row.mailed_at < row.since
        and now - row.mailed_at >= every
    )


class Digests:
    """The job, and what it remembers: conversations that may have something unread."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._maybe: dict[tuple[int, bytes], None] = {}
        self._learning = self._looked = False
        db.on_commit(self._learn)

    def job(self) -> Job:
        """Looked at twice a minute."""
        return Job("queue mail", EVERY, self._run)

    def _learn(self, events: Sequence[Event]) -> None:
        if not self._learning:  # a server that is not on duty looks at all once it is
            return
        for each in events:
            if each.entity == "message" and each.conversation_id is not None:
                self._maybe[(each.organization_id, each.conversation_id)] = None

    async def _run(self) -> bool:
        now = self._clock.now()
        if not self._looked:
            self._learning = True
            found = await self._db.read_in_thread(lambda reader: mail.unread_since(reader, now - OLDEST_MS))
            self._maybe |= dict.fromkeys(found)
            self._looked = True
        for key in list(self._maybe):
            await self._look(key, now)
            await asyncio.sleep(0)
        await self._look_at_agents(now)
        return False

    async def _look(self, key: tuple[int, bytes], now: int) -> None:
        row = self._db.read(lambda reader: mail.unread(reader, *key))
        if row is None or row.off or row.mailed_at >= row.replied_at or now - row.replied_at > OLDEST_MS:
            self._maybe.pop(key, None)
        elif is_due(row, now):
            await self._db.write(lambda tx: _enqueue(tx, key))

    async def _look_at_agents(self, now: int) -> None:
        if not self._db.read(lambda reader: mail.is_anybody_waiting(reader, now - MINUTE_MS)):
            return
        found = await self._db.read_in_thread(mail.agents_waited_for)
        due = [each for each in found if is_agent_due(each, now)]
        if due:
            await self._db.write(lambda tx: _enqueue_agents(tx, due))


def _enqueue(tx: Tx, key: tuple[int, bytes]) -> None:
    row = mail.unread(tx, *key)
    if row is not None and is_due(row, tx.now):
        mail.enqueue(tx, row.key, "digest", row.id)


def _enqueue_agents(tx: Tx, due: list[AgentRow]) -> None:
    for each in due:
        mail.enqueue(tx, each.key, "waiting", each.id)
