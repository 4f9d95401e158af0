"""Queues for webhooks what the log tells, and brings it there: to each in order, and none waits for another.

A server that is killed between an attempt and its note tries again, under the same event id.
"""

import asyncio
from functools import partial

from deskterm.server.clock import Clock
from deskterm.server.desk.webhook_queue import PresenceOf, do_note_outcome, do_queue, is_behind
from deskterm.server.jobs.scheduler import Job
from deskterm.server.outbound import Outbound
from deskterm.server.root_secret import RootSecret
from deskterm.server.storage import webhook_deliveries, webhooks
from deskterm.server.storage.database import Database
from deskterm.server.storage.webhooks import WebhookRow
from deskterm.server.webhook_signing import secrets_of, signed_headers

#: Events that one transaction takes up.
SLICE = 50


def webhook_job(
    db: Database, clock: Clock, root: RootSecret, outbound: Outbound, presence: PresenceOf
) -> Job:
    """Both steps; more is left as long as something was queued in full or arrived."""

    async def bring() -> bool:
        rows = db.read(webhooks.active)
        return any(await asyncio.gather(*(_serve(row) for row in rows)))

    async def _serve(row: WebhookRow) -> bool:
        more = False
        if is_behind_now(row):
            more = await db.write(lambda tx: do_queue(tx, row, presence, SLICE))
        return await _attempt(row) or more

    def is_behind_now(row: WebhookRow) -> bool:
        return db.read(lambda reader: is_behind(reader, row))

    async def _attempt(row: WebhookRow) -> bool:
        delivery = db.read(lambda reader: webhook_deliveries.first(reader, row))
        if delivery is None or row.next_attempt_at > clock.now():
            return False
        body = delivery.body.encode()
        secrets = secrets_of(root, row, clock.now())
        headers = signed_headers(secrets, delivery.event_id, clock.now() // 1_000, body)
        headers |= {"Content-Type": "application/json", "User-Agent": "deskterm"}
        outcome = await outbound.post(row.url, body, headers)
        await db.write(partial(do_note_outcome, row=row, delivery=delivery, outcome=outcome))
        return outcome.problem is None

    return Job("bring events to webhooks", 1.0, bring)
