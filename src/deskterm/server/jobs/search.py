"""Takes up in the search what the log tells of: a moment after it happened, and never in anybody's way."""

import asyncio
from collections.abc import Sequence

from deskterm.server.clock import Clock
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage import events, search
from deskterm.server.storage.database import Database, Event, Tx
from deskterm.server.storage.search import Followed

#: Events or rows that one transaction takes up, so that people's commands never wait long.
SLICE = 100
#: Rest after a slice, in times of what it took: while nobody writes, and while somebody does.
REST = 1
REST_AMONG_OTHERS = 20


def search_job(db: Database, clock: Clock) -> Job:
    """Goes on where it stopped, also after a restart in the middle."""

    others = False  # whether somebody else has written since the last slice

    def note_others(_events: Sequence[Event]) -> None:
        nonlocal others
        others = True

    async def take_up() -> bool:
        nonlocal others
        if db.read(search.behind) is None:
            return False
        rest = REST_AMONG_OTHERS if others else REST
        others = False
        started = clock.monotonic()
        await db.write(do_take_up)
        await asyncio.sleep(rest * (clock.monotonic() - started))
        return True

    db.on_commit(note_others)

    return Job("take up words", 1.0, take_up)


def do_take_up(tx: Tx) -> None:
    """Take up one slice of one organization."""
    followed = search.behind(tx)
    if followed is None:
        return
    if followed.message_id is not None:
        search.follow(tx, _stored(tx, followed, followed.message_id))
    elif followed.conversation_id is not None:
        search.follow(tx, _subjects(tx, followed, followed.conversation_id))
    else:
        search.follow(tx, _log(tx, followed))


def _stored(tx: Tx, followed: Followed, after: bytes) -> Followed:
    texts = search.stored(tx, followed.organization_id, after, SLICE)
    for each in texts:
        search.put(tx, followed.organization_id, each)
    last = texts[-1].message_id if len(texts) == SLICE else None
    return followed._replace(message_id=last)


def _subjects(tx: Tx, followed: Followed, after: bytes) -> Followed:
    texts = search.subjects(tx, followed.organization_id, after, SLICE)
    for each in texts:
        search.put(tx, followed.organization_id, each)
    last = texts[-1].conversation_id if len(texts) == SLICE else None
    return followed._replace(conversation_id=last)


def _log(tx: Tx, followed: Followed) -> Followed:
    organization_id = followed.organization_id
    head = events.head(tx, organization_id)
    if head.floor > followed.seq:  # what the log has let go of is stored
        return Followed(organization_id, head.seq, bytes(1), bytes(1))
    told = events.page(tx, organization_id, after=followed.seq, limit=SLICE)
    if not told:
        return followed._replace(seq=head.seq)
    messages = dict.fromkeys(each.entity_id for each in told if each.entity == "message")
    conversations = dict.fromkeys(each.entity_id for each in told if each.entity == "conversation")
    for message_id in messages:
        text = search.message(tx, organization_id, message_id)
        if text is not None:
            search.put(tx, organization_id, text)
    for conversation_id in conversations:
        text = search.subject(tx, organization_id, conversation_id)
        if text is not None:
            search.put(tx, organization_id, text)
    return followed._replace(seq=told[-1].seq)
