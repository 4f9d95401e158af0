"""Notifications: sent by admins to one, several or many contacts, with their history."""

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import notifications as wire
from deskterm.protocol.wire import requests
from deskterm.server.desk import notifications as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import FIRST, LAST, position
from deskterm.server.http.paging import page as paged
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import notifications as views

#: Bytes of a body with as many ids as one notification takes.
BODY_LIMIT = 512 * 1024


async def send_notification(call: Call) -> Answer:
    """Send to these contacts, or say whom it would reach."""
    if call.body.dry_run:
        return await call.db.read_in_thread(lambda reader: _preview(reader, call))

    def send(tx: Tx) -> Answer:
        started = desk.do_notify(tx, call.principal, call.body)
        thread = started.conversation_id
        shown = {
            "id": to_text(started.row.id),
            "recipients": started.row.recipients,
            "sent": started.row.sent,
            "conversation_id": None if thread is None else to_text(thread),
        }
        return Answer(201, shown)

    return await call.command(send)


def _preview(reader: Reader, call: Call) -> Answer:
    found = desk.preview(reader, call.principal, call.body, call.services.clock.now())
    named = [{"id": to_text(each.id), "name": each.name} for each in found.contacts]
    return Answer(200, {"recipients": found.recipients, "contacts": named})


async def list_notifications(call: Call) -> Answer:
    """What was sent, the newest first."""
    before = position(call.query, LAST)
    rows = call.db.read(lambda reader: desk.list_notifications(reader, call.principal, call.query, before))
    return Answer(200, paged([views.notification(each) for each in rows], call.query))


async def get_notification(call: Call) -> Answer:
    """One notification and how far it is."""
    row = call.db.read(
        lambda reader: desk.access_notification(reader, call.principal, call.path["notification_id"])
    )
    return Answer(200, views.notification(row))


async def list_recipients(call: Call) -> Answer:
    """Whom it is for, and who has read it."""
    after = position(call.query, FIRST)
    rows = call.db.read(
        lambda reader: desk.list_recipients(
            reader, call.principal, call.path["notification_id"], call.query, after
        )
    )
    items = [views.recipient(each) for each in rows[: call.query.limit]]
    more = len(rows) > call.query.limit
    return Answer(200, {"items": items, "next_cursor": items[-1]["contact"]["id"] if more else None})


ROUTES = (
    Route(
        "POST",
        "/notifications",
        send_notification,
        "Send a notification to contacts, each once; with `dry_run` say whom it would reach",
        Who.ADMINS,
        body=wire.SendNotification,
        answers={201: wire.SentNotification, 200: wire.NotificationPreview},
        body_limit=BODY_LIMIT,
    ),
    Route(
        "GET",
        "/notifications",
        list_notifications,
        "What was sent, the newest first",
        Who.ADMINS,
        query=requests.Page,
        answers={200: wire.Notifications},
    ),
    Route(
        "GET",
        "/notifications/{notification_id}",
        get_notification,
        "One notification: to how many it went, how many have read it",
        Who.ADMINS,
        answers={200: wire.Notification},
    ),
    Route(
        "GET",
        "/notifications/{notification_id}/recipients",
        list_recipients,
        "Whom a notification is for, and who has read it when",
        Who.ADMINS,
        query=wire.RecipientsQuery,
        answers={200: wire.Recipients},
    ),
)
