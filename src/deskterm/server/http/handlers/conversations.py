"""Conversations: lists, one, opening, changing alone and in bulk, reading, history."""

from typing import Any

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import bulk, changes, creation, merging, reads
from deskterm.server.desk import conversations as desk
from deskterm.server.desk.listing import Listing, is_quick, list_conversations, list_escalations
from deskterm.server.errors import Invalid, mistake
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.messages import END
from deskterm.server.views import conversations as views
from deskterm.server.views.tickets import render_assignment


async def list_all(call: Call) -> Answer:
    """The caller's conversations, filtered and sorted."""

    def show(reader: Reader) -> Answer:
        settings = organizations.settings(reader, call.principal.organization_id)
        now = call.services.clock.now()
        return _page(call, reader, list_conversations(reader, call.principal, settings, call.query, now))

    if is_quick(call.principal, call.query):
        return call.db.read(show)
    return await call.db.read_in_thread(show)


async def list_escalated(call: Call) -> Answer:
    """Escalated conversations that the caller sees, the latest first."""

    def show(reader: Reader) -> Answer:
        settings = organizations.settings(reader, call.principal.organization_id)
        return _page(call, reader, list_escalations(reader, call.principal, settings, call.query))

    return call.db.read(show)


def _page(call: Call, reader: Reader, found: Listing) -> Answer:
    payload: dict[str, Any] = {
        "items": views.render(reader, call.viewer, found.ids),
        "next_cursor": found.next_cursor,
    }
    if found.counts is not None:
        payload["counts"] = {status.value: count for status, count in found.counts.items()}
    return Answer(200, payload)


async def open_one(call: Call) -> Answer:
    """Open a support conversation."""

    def make(tx: Tx) -> Answer:
        created = creation.do_create(tx, call.principal, call.body)
        return Answer(created.status, views.render(tx, call.viewer, [created.conversation_id])[0])

    call.services.limits.conversation(call.request, call.principal)
    return await call.command(make)


async def get_one(call: Call) -> Answer:
    """One conversation."""

    def read(reader: Reader) -> Answer:
        row = desk.access_conversation(reader, call.principal, call.path["conversation_id"])
        return Answer(200, views.render(reader, call.viewer, [row.id])[0])

    return call.db.read(read)


async def change_one(call: Call) -> Answer:
    """Change a conversation; without content if the caller no longer sees it."""

    def change(tx: Tx) -> Answer:
        conversation_id = call.path["conversation_id"]
        if not changes.do_patch(tx, call.principal, conversation_id, call.body):
            return Answer(204)
        return Answer(200, views.render(tx, call.viewer, [conversation_id])[0])

    return await call.command(change)


async def change_many(call: Call) -> Answer:
    """The same change to many conversations."""

    def change(tx: Tx) -> Answer:
        asked = call.body
        ids = asked.ids if asked.q is None else bulk.matching(tx, call.principal, asked.q, asked.expect)
        report = bulk.do_bulk(
            tx, call.principal, ids, asked.patch, dry_run=asked.dry_run, if_revs=asked.if_revs
        )
        conflicted = [each._asdict() for each in report.conflicted]
        return Answer(200, {**report._asdict(), "conflicted": conflicted})

    return await call.command(change)


async def merge(call: Call) -> Answer:
    """Put a conversation into another one of the same customer; answers that one."""

    def put(tx: Tx) -> Answer:
        target_id = to_bytes(call.body.into_id)
        merging.do_merge(tx, call.principal, call.path["conversation_id"], target_id)
        return Answer(200, views.render(tx, call.viewer, [target_id])[0])

    return await call.command(put)


async def unmerge(call: Call) -> Answer:
    """Take a conversation out of the one it was put into; answers it."""

    def take(tx: Tx) -> Answer:
        conversation_id = call.path["conversation_id"]
        merging.do_unmerge(tx, call.principal, conversation_id)
        return Answer(200, views.render(tx, call.viewer, [conversation_id])[0])

    return await call.command(take)


async def mark_read(call: Call) -> Answer:
    """Move the caller's read cursor forward."""

    def move(tx: Tx) -> Answer:
        position = reads.do_read(tx, call.principal, call.path["conversation_id"], call.body.seq)
        return Answer(
            200,
            {
                "conversation_id": to_text(position.conversation_id),
                "seq": position.seq,
                "unread": position.unread,
            },
        )

    return await call.command_of_anybody(move)


async def list_assignments(call: Call) -> Answer:
    """Who had the conversation, newest first; the cursor is a log position."""
    before = _before(call.query.cursor)
    limit = call.query.limit
    rows = call.db.read(
        lambda reader: desk.assignment_history(
            reader, call.principal, call.path["conversation_id"], before=before, limit=limit
        )
    )
    return Answer(
        200,
        {
            "items": [render_assignment(each) for each in rows[:limit]],
            "next_cursor": str(rows[limit - 1].seq) if len(rows) > limit else None,
        },
    )


def _before(cursor: str | None) -> int:
    if cursor is None:
        return END
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise Invalid([mistake("is not a cursor of this list", "query", "cursor")])
    return int(cursor)


ROUTES = (
    Route(
        "GET",
        "/conversations",
        list_all,
        "Conversations: what agents may see, contacts' own",
        Who.EVERYONE,
        query=requests.ConversationQuery,
        answers={200: responses.ConversationList},
    ),
    Route(
        "POST",
        "/conversations",
        open_one,
        "Open a support conversation; the contact's active one is closed and linked",
        Who.EVERYONE,
        body=requests.CreateConversation,
        answers={201: responses.ConversationAnswer, 200: responses.ConversationAnswer},
    ),
    Route(
        "POST",
        "/conversations/bulk",
        change_many,
        "The same change to up to 500 conversations, in one transaction",
        Who.AGENTS,
        body=requests.Bulk,
        answers={200: responses.BulkReport},
    ),
    Route(
        "GET",
        "/conversations/{conversation_id}",
        get_one,
        "One conversation",
        Who.EVERYONE,
        answers={200: responses.ConversationAnswer},
    ),
    Route(
        "PATCH",
        "/conversations/{conversation_id}",
        change_one,
        "Change a conversation; 204 if it then is out of the caller's sight",
        Who.AGENTS,
        body=requests.PatchConversation,
        answers={200: responses.Conversation, 204: None},
    ),
    Route(
        "POST",
        "/conversations/{conversation_id}/merge",
        merge,
        "Put a conversation into another one of the same customer; answers that one",
        Who.AGENTS,
        body=requests.Merge,
        answers={200: responses.Conversation},
    ),
    Route(
        "POST",
        "/conversations/{conversation_id}/unmerge",
        unmerge,
        "Take a conversation out of the one it was put into again",
        Who.AGENTS,
        answers={200: responses.Conversation},
    ),
    Route(
        "PUT",
        "/conversations/{conversation_id}/read",
        mark_read,
        "Move the read cursor forward",
        Who.EVERYONE,
        body=requests.MarkRead,
        answers={200: responses.ReadPosition},
    ),
    Route(
        "GET",
        "/conversations/{conversation_id}/assignments",
        list_assignments,
        "Who had the conversation, newest first",
        Who.ADMINS,
        query=requests.Page,
        answers={200: responses.Assignments},
    ),
    Route(
        "GET",
        "/escalations",
        list_escalated,
        "Escalated conversations, the latest first",
        Who.AGENTS,
        query=requests.Page,
        answers={200: responses.ConversationList},
    ),
)
