"""The work of an import, in small pieces that are each one transaction, in the same order in every run."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple, TypeVar

from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.legacy.kept_rooms import do_keep_group
from deskterm.server.legacy.people import (
    do_place_agent,
    do_place_customer,
    do_place_persona,
    somebody,
)
from deskterm.server.legacy.place import SOMEBODY, Place
from deskterm.server.legacy.threads import do_place_messages
from deskterm.server.storage import rooms
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.legacy_records import Group, Message, User
from deskterm.server.storage.legacy_staging import Staging

PHASES = ("personas", "agents", "customers", "groups", "messages", "rooms")
#: Things in one transaction: few enough that little is done again, many enough to be quick.
SLICE = 200
T = TypeVar("T")


class Piece(NamedTuple):
    """What one transaction does, and the position in its phase that is reached with it."""

    phase: str
    position: int
    do: Callable[[Tx], None]


def pieces(staging: Staging, place: Place, now: int, phase: str, position: int) -> Iterator[Piece]:
    """What is to be done from a position on."""
    for each in PHASES[PHASES.index(phase) :]:
        yield from _pieces_of(staging, place, now, each, position if each == phase else 0)


def _pieces_of(staging: Staging, place: Place, now: int, phase: str, after: int) -> Iterator[Piece]:
    if phase == "messages":
        for ranked in _sliced(staging.messages(after)):
            yield Piece(phase, ranked[-1].rank, partial(_place, place, [each.message for each in ranked]))
        return
    jobs = _jobs(staging, place, now, phase)
    for numbered in _sliced(islice(enumerate(jobs, 1), after, None)):
        yield Piece(phase, numbered[-1][0], partial(_do_all, [job for _, job in numbered]))


def _jobs(staging: Staging, place: Place, now: int, phase: str) -> Iterator[Callable[[Tx], None]]:
    """One job for each persona, person or room."""
    if phase == "personas":
        for persona in staging.personas():
            yield partial(_run, do_place_persona, place, persona)
    elif phase == "agents":
        if staging.needs_somebody():
            yield partial(_run, do_place_agent, place, somebody(now))
        for user in staging.agents():
            yield partial(_run, do_place_agent, place, user)
    elif phase == "customers":
        for user in staging.customers():
            yield partial(_run, do_place_customer, place, user)
    elif phase == "groups":
        for group in staging.groups():
            yield partial(_keep_group, place, group, staging.members(group.key))
    elif phase == "rooms":
        yield partial(_let_in, place)


def _run(do: Callable[[Tx, Place, T], None], place: Place, thing: T, tx: Tx) -> None:
    do(tx, place, thing)


def _keep_group(place: Place, group: Group, people: list[User], tx: Tx) -> None:
    do_keep_group(tx, place, group, people)


def _do_all(jobs: Iterable[Callable[[Tx], None]], tx: Tx) -> None:
    for job in jobs:
        job(tx)


def _place(place: Place, given: Sequence[Message], tx: Tx) -> None:
    do_place_messages(tx, place, given)


def _let_in(place: Place, tx: Tx) -> None:
    """Let those who have come into the rooms that are for everyone."""
    for room_id in rooms.for_everyone(tx, place.key):
        if not rooms.lacks_somebody(tx, place.key, room_id):
            continue
        journal = Journal(tx, place.key, None)
        add_updated(journal, room_id, public=True)
        journal.add("group.updated", "group", room_id, Audience.CONVERSATION, conversation_id=room_id)
        rooms.let_all_in(tx, place.key, room_id)
        journal.close(partial(_touch, tx, place, room_id))


def _touch(tx: Tx, place: Place, room_id: bytes, rev: int) -> None:
    write_changes(tx, place.key, room_id, {}, rev, public=True)


def _sliced(things: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(things)
    while some := list(islice(waiting, SLICE)):
        yield some


def is_anything_new(reader: Reader, staging: Staging, place: Place) -> bool:
    """Whether an import would place anything."""

    def new(entity: str, key: str) -> bool:
        return place.made(reader, entity, key) is None

    return (
        any(new("persona", each.key) for each in staging.personas())
        or (staging.needs_somebody() and new("agent", SOMEBODY))
        or any(new("agent", each.key) for each in staging.agents())
        or any(new("contact", each.key) for each in staging.customers())
        or any(new("group", each.key) for each in staging.groups())
        or any(new("message", each.message.key) for each in staging.messages())
    )
