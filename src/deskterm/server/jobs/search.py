"""Takes up in the search what the log tells of: a moment after it happened, and never in anybody's way."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from deskterm.server.clock import Clock
from deskterm.server.jobs.scheduler import Job
from deskterm.server.storage import events, search
from deskterm.server.storage.database import Database, Event, Tx
from deskterm.server.storage.search import Followed


class Pace(NamedTuple):
    """Events or rows that one transaction takes up, so that people's commands never wait long; and the rest
    after it, in times of what it took: while nobody writes, and while somebody does.
    """

    slice: int
    rest: int
    rest_among_others: int


ALONE: Final = Pace(100, 1, 20)
#: Where each statement is a round trip, and where other servers write meanwhile.
SHARED: Final = Pace(20, 1, 2)


def search_job(db: Database, clock: Clock) -> Job:
    """Goes on where it stopped, also after a restart in the middle."""

    pace = SHARED if db.is_shared else ALONE
    others = False  # whether somebody else has written since the last slice

    def note_others(_events: Sequence[Event]) -> None:
        nonlocal others
        others = True

    async def take_up() -> bool:
        nonlocal others
        if db.read(search.behind) is None:
            return False
        rest = pace.rest_among_others if others else pace.rest
        others = False
        started = clock.monotonic()
        await db.write(partial(do_take_up, most=pace.slice))
        await asyncio.sleep(rest * (clock.monotonic() - started))
        return True

    db.on_commit(note_others)

    return Job("take up words", 1.0, take_up)


def do_take_up(tx: Tx, most: int) -> None:
    """Take up one slice of one organization."""
    followed = search.behind(tx)
    if followed is None:
        return
    if followed.message_id is not None:
        search.follow(tx, _stored(tx, followed, followed.message_id, most))
    elif followed.conversation_id is not None:
        search.follow(tx, _subjects(tx, followed, followed.conversation_id, most))
    else:
        search.follow(tx, _log(tx, followed, most))


def _stored(tx: Tx, followed: Followed, after: bytes, most: int) -> Followed:
    texts = search.stored(tx, followed.organization_id, after, most)
    for each in texts:
        search.put(tx, followed.organization_id, each)
    last = texts[-1].message_id if len(texts) == most else None
    return followed._replace(message_id=last)


def _subjects(tx: Tx, followed: Followed, after: bytes, most: int) -> Followed:
    texts = search.subjects(tx, followed.organization_id, after, most)
    for each in texts:
        search.put(tx, followed.organization_id, each)
    last = texts[-1].conversation_id if len(texts) == most else None
    return followed._replace(conversation_id=last)


def _log(tx: Tx, followed: Followed, most: int) -> Followed:
    organization_id = followed.organization_id
    head = events.head(tx, organization_id)
    if head.floor > followed.seq:  # what the log has let go of is stored
        return Followed(organization_id, head.seq, bytes(1), bytes(1))
    told = events.page(tx, organization_id, after=followed.seq, limit=most)
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
