"""Notifications: what admins send to contacts, into the one `personal` conversation each of them has.

Whom a notification is for is stored with it; then it goes out in slices, the first at once. A slice stores
the messages and marks who has them in one transaction, so that everybody gets it once, whatever happens in
between. It starts no clock, counts nowhere at the desk, and nothing else is written into these conversations.
"""

import json
from functools import partial
from typing import NamedTuple

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import AuthorKind, Kind, MessageKind, Source, Visibility
from deskterm.protocol.wire.notifications import PREVIEWED, RecipientsQuery, SendNotification
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk.contact_messages import effects_of_order
from deskterm.server.desk.drafted import Drafted
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.listing import all_matching
from deskterm.server.desk.transitions import write_changes
from deskterm.server.errors import Invalid, LimitReached, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, conversations, messages, notifications, organizations
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.messages import NewMessage
from deskterm.server.storage.notifications import NamedContact, NotificationRow, RecipientRow, WaitingRow

#: Contacts who get it in one transaction, so that people's commands never wait long.
SLICE = 25
#: Contacts who get one notification, and conversations that are looked at for them.
MOST_CONTACTS, MOST_CONVERSATIONS = 10_000, 1_000_000


class Preview(NamedTuple):
    """What a dry run finds."""

    recipients: int
    contacts: list[NamedContact]


class Started(NamedTuple):
    """A notification on its way; `conversation_id` is the thread of a single recipient."""

    row: NotificationRow
    conversation_id: bytes | None


def preview(reader: Reader, principal: Principal, command: SendNotification, now: int) -> Preview:
    """Whom it would reach. Raises as `do_notify` does."""
    found = _addressed(reader, principal, command, now)
    return Preview(len(found), found[:PREVIEWED])


def do_notify(tx: Tx, principal: Principal, command: SendNotification) -> Started:
    """Keep a notification for these contacts, each once, and send the first slice.

    Raises `Invalid` for `q`, `NotFound` if one of the contacts is not there.
    """
    organization_id, notification_id = principal.organization_id, tx.ids.new_bytes()
    found = [each.id for each in _addressed(tx, principal, command, tx.now)]
    notifications.insert(
        tx,
        organization_id,
        notification_id,
        body=command.body,
        style=None if command.style is None else json.dumps(command.style.model_dump()),
        created_by=principal.actor_id,
        contact_ids=found,
        rev=0,
    )
    audit.write(
        tx,
        organization_id,
        "notification.sent",
        actor_id=principal.actor_id,
        entity="notification",
        entity_id=notification_id,
        detail={"recipients": len(found)},
    )
    _send(tx, organization_id, notification_id, SLICE)
    row = access_notification(tx, principal, notification_id)
    if len(found) > 1:
        return Started(row, None)
    return Started(row, conversations.personal_of(tx, organization_id, found[0]))


def do_send_on(tx: Tx, limit: int = SLICE) -> int:
    """Send the oldest notification of all organizations to its next contacts; answers to how many."""
    row = notifications.unfinished(tx)
    return 0 if row is None else _send(tx, row.organization_id, row.id, limit)


def access_notification(reader: Reader, principal: Principal, notification_id: bytes) -> NotificationRow:
    """A notification of the own organization, or `NotFound`."""
    row = notifications.by_id(reader, principal.organization_id, notification_id)
    if row is None:
        raise NotFound()
    return row


def list_notifications(
    reader: Reader, principal: Principal, query: Page, before: bytes
) -> list[NotificationRow]:
    """One more than a page, the newest first."""
    return notifications.page(reader, principal.organization_id, before=before, limit=query.limit + 1)


def list_recipients(
    reader: Reader, principal: Principal, notification_id: bytes, query: RecipientsQuery, after: bytes
) -> list[RecipientRow]:
    """One more than a page of whom it is for."""
    access_notification(reader, principal, notification_id)
    return notifications.recipients(
        reader,
        principal.organization_id,
        notification_id,
        read=query.read,
        after=after,
        limit=query.limit + 1,
    )


def _addressed(
    reader: Reader, principal: Principal, command: SendNotification, now: int
) -> list[NamedContact]:
    """Each contact once, in the order given."""
    if command.q is not None:
        settings = organizations.settings(reader, principal.organization_id)
        found = all_matching(reader, principal, settings, command.q, now, MOST_CONVERSATIONS)
        contacts = notifications.contacts_of(reader, principal.organization_id, found)
        if not contacts:
            raise Invalid([mistake("finds nobody", "body", "q")])
        if len(contacts) > MOST_CONTACTS:
            raise LimitReached("At most {most} contacts get one notification.", most=MOST_CONTACTS)
        return contacts
    wanted = [command.contact_id] if command.contact_id is not None else command.contact_ids or []
    ids = list(dict.fromkeys(to_bytes(each) for each in wanted))
    names = notifications.contacts_named(reader, principal.organization_id, ids)
    if len(names) != len(ids):
        raise NotFound()
    return [NamedContact(each, names[each]) for each in ids]


def _send(tx: Tx, organization_id: int, notification_id: bytes, limit: int) -> int:
    """The next slice; answers to how many."""
    row = notifications.by_id(tx, organization_id, notification_id)
    if row is None:
        raise LookupError("a notification that is being sent is stored")
    slice_ = notifications.waiting(tx, organization_id, notification_id, limit)
    journal = Journal(tx, organization_id, None)
    threads = [_add(tx, journal, organization_id, row, each) for each in slice_]
    journal.add("notification.updated", "notification", notification_id, Audience.ADMINS)
    draft = Drafted(notification_id, row.body, MessageKind.NOTIFICATION)

    def write(last: int) -> None:
        for contact, thread in zip(slice_, threads, strict=True):
            if contact.conversation_id is None:
                _make_thread(tx, organization_id, contact.contact_id, thread, last)
            columns = effects_of_order(draft, tx.now, last)
            write_changes(tx, organization_id, thread, columns, last, public=True)
        notifications.progress(tx, organization_id, notification_id, len(slice_), last)

    journal.close(write)
    return len(slice_)


def _add(tx: Tx, journal: Journal, organization_id: int, row: NotificationRow, contact: WaitingRow) -> bytes:
    """Announce one contact's message; answers the thread it goes into, which may have to be made."""
    message = NewMessage(
        id=tx.ids.new_bytes(),
        conversation_id=contact.conversation_id or tx.ids.new_bytes(),
        author_kind=AuthorKind.SYSTEM,
        author_id=None,
        persona_id=None,
        voice_persona_id=None,
        kind=MessageKind.NOTIFICATION,
        visibility=Visibility.PUBLIC,
        body=row.body,
        style=row.style,
    )
    journal.add(
        "message.created",
        "message",
        message.id,
        Audience.CONTACT,
        conversation_id=message.conversation_id,
        audience_id=contact.contact_id,
        write=partial(_store, tx, organization_id, row.id, contact.contact_id, message),
    )
    return message.conversation_id


def _store(
    tx: Tx, organization_id: int, notification_id: bytes, contact_id: bytes, message: NewMessage, seq: int
) -> None:
    messages.insert(tx, organization_id, seq, message)
    notifications.mark_sent(tx, organization_id, notification_id, contact_id, message.id, seq)


def _make_thread(tx: Tx, organization_id: int, contact_id: bytes, conversation_id: bytes, rev: int) -> None:
    conversations.insert(
        tx,
        organization_id,
        {
            "id": conversation_id,
            "number": conversations.next_number(tx, organization_id),
            "kind": Kind.PERSONAL.value,
            "source": Source.CONSOLE.value,
            "contact_id": contact_id,
            "rev": rev,
            "created_at": tx.now,
            "updated_at": tx.now,
        },
    )
