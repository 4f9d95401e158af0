"""Whether a database keeps what a history promises: pure functions, a line for each thing that is wrong.

A message's body is `canary organization/actor/number`, unique, so that one that was stored twice, under
whatever id, or in a foreign place, is found by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from deskterm.protocol.ids import to_text
from deskterm.server.storage.examine import examine
from tests.faults.history import Entry, Phase

MESSAGES = """
    SELECT o.slug, m.conversation_id, m.id, m.seq, m.body
    FROM message m JOIN organization o ON o.organization_id = m.organization_id
    WHERE m.author_kind != 'system' ORDER BY o.slug, m.conversation_id, m.seq
"""
SEND = "send"
CANARY = "canary "


class Message(NamedTuple):
    """A stored message; `place` is organization/conversation."""

    place: str
    id: str
    seq: int
    body: str


def messages(path: Path) -> list[Message]:
    """Everything that people wrote, by conversation in its order."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        rows: list[Any] = connection.execute(MESSAGES).fetchall()
    finally:
        connection.close()
    return [Message(f"{row[0]}/{to_text(row[1])}", to_text(row[2]), row[3], row[4]) for row in rows]


def check(entries: Sequence[Entry], path: Path) -> list[str]:
    """Everything below, and what `deskterm doctor` checks: pages, references, gaps, counts, rules."""
    return [*examine(path).damage, *promised(entries, messages(path))]


def promised(entries: Sequence[Entry], stored: Sequence[Message]) -> list[str]:
    """Everything below, of messages from wherever."""
    return [
        *acknowledged_present(entries, stored),
        *at_most_once(entries, stored),
        *refused_absent(entries, stored),
        *in_order(entries, stored),
        *nothing_foreign(entries, stored),
    ]


def acknowledged_present(entries: Iterable[Entry], stored: Iterable[Message]) -> list[str]:
    """What was acknowledged is there exactly once."""
    times = Counter(each.id for each in stored)
    acknowledged = {each.id for each in _sends(entries) if each.phase is Phase.OK}
    return [f"{id} was acknowledged and is there {times[id]} times" for id in acknowledged if times[id] != 1]


def at_most_once(entries: Iterable[Entry], stored: Iterable[Message]) -> list[str]:
    """Nothing that was asked for is there twice, under whatever id."""
    return [
        f"“{body}” is there {times} times"
        for body, times in Counter(each.body for each in stored if each.body.startswith(CANARY)).items()
        if times > 1
    ]


def refused_absent(entries: Iterable[Entry], stored: Iterable[Message]) -> list[str]:
    """What was refused for good, and never acknowledged, is not there."""
    phases: dict[str, set[Phase]] = defaultdict(set)
    for each in _sends(entries):
        phases[each.id].add(each.phase)
    there = {each.id for each in stored}
    return [
        f"{id} was refused and is there"
        for id, known in phases.items()
        if known == {Phase.INVOKE, Phase.FAIL} and id in there
    ]


def in_order(entries: Iterable[Entry], stored: Iterable[Message]) -> list[str]:
    """What an actor got acknowledged in a conversation stands there in the order of the first attempts."""
    seq = {each.id: each.seq for each in stored}
    acknowledged = {each.id for each in entries if each.phase is Phase.OK}
    last: dict[tuple[str, str], int] = {}
    found = []
    asked: set[str] = set()
    for each in _sends(entries):
        if each.phase is not Phase.INVOKE or each.id in asked:
            continue
        asked.add(each.id)
        if each.id not in acknowledged or each.id not in seq:
            continue
        line = (each.actor, each.place)
        if seq[each.id] <= last.get(line, 0):
            found.append(f"{each.id} of {each.actor} stands before what was written earlier")
        last[line] = seq[each.id]
    return found


def nothing_foreign(entries: Iterable[Entry], stored: Iterable[Message]) -> list[str]:
    """Whatever stands anywhere was asked for there."""
    place = {each.id: each.place for each in _sends(entries) if each.phase is Phase.INVOKE}
    return [
        f"“{each.body}” stands in {each.place}, asked for in {place.get(each.id, 'no place')}"
        for each in stored
        if each.body.startswith(CANARY) and not (place.get(each.id) == each.place == _place_of(each))
    ]


def _place_of(message: Message) -> str:
    """Where a message says that it belongs: a text of one organization never stands in another."""
    organization = message.body.removeprefix(CANARY).partition("/")[0]
    return message.place if message.place.startswith(organization + "/") else organization


def _sends(entries: Iterable[Entry]) -> Iterable[Entry]:
    return (each for each in entries if each.op == SEND)
