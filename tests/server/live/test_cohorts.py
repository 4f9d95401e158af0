"""Connections that share a place in the stream: each is told everything that is theirs, once, in order."""

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm.protocol.records import Role
from deskterm.server.live import cohort as cohorts
from deskterm.server.live.cohort import Place, gather
from deskterm.server.live.cursor import Stamp
from deskterm.server.live.dispatch import Group
from deskterm.server.live.frames import Piece, Run
from deskterm.server.principal import Principal

PRINCIPAL = Principal(1, bytes(16), bytes(16), Role.ADMIN, "Dana", member_id=bytes(16))
STAMPS = (Stamp("epoch", "admin"), Stamp("epoch", "admin-2"))
FRAME = re.compile(rb'"previous":"([^"]*)","kind":"k","data":(\d+)}')


class Transport(asyncio.WriteTransport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.full = False
        self.written: list[tuple[bytes, int]] = []

    def get_write_buffer_size(self) -> int:
        return int(self.full)

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += [(found[1], int(found[2])) for found in FRAME.finditer(data)]


class Receiver:
    """Joined at `position`, and knows what it should have been told since."""

    buffer = 0

    def __init__(self, group: Group, position: int, stamp: Stamp, previous: str) -> None:
        self.principal = PRINCIPAL
        self.stamp = stamp
        self.place = Place(position, previous)
        self.transport = Transport()
        self.joined_at = self.place
        self.behind = False
        self._group = group

    def whisper(self, frame: bytes, about: bytes | None = None) -> None: ...

    def fall_behind(self) -> None:
        self.behind = True
        self._group.discard(self)


def tell(group: Group, first: int, last: int) -> None:
    """One batch, as the dispatcher hands it on."""
    gather(group.cohorts)
    for cohort in tuple(group.cohorts):
        cohort.push(Run([Piece(seq, seq, "k", b"%d" % seq) for seq in range(first, last + 1)], cohort.stamp))


STEP = st.one_of(
    st.tuples(st.just("tell"), st.integers(1, 3)),
    st.tuples(st.just("join"), st.integers(0, 5)),
    st.tuples(st.just("leave"), st.integers(0, 30)),
    st.tuples(st.just("fill"), st.integers(0, 30)),
)


@pytest.fixture(autouse=True, scope="module")
def small_cohorts() -> Any:
    """So small that they overflow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cohorts, "LIMIT", 3)
        yield


@given(st.lists(STEP, max_size=40))
@settings(max_examples=200, deadline=None)
def test_whoever_comes_and_goes_each_is_told_what_is_theirs_once(steps: list[tuple[str, int]]) -> None:
    group, head = Group(PRINCIPAL, []), 10
    live: list[Receiver] = []
    everybody: list[tuple[Receiver, list[int]]] = []
    expected: dict[int, list[int]] = {}
    for step, number in steps:
        match step:
            case "tell":
                for receiver in live:
                    if not receiver.transport.full:
                        start = max(receiver.joined_at.position, head)
                        expected[id(receiver)] += range(start + 1, head + number + 1)
                tell(group, head + 1, head + number)
                live = [each for each in live if not each.behind]
                head += number
            case "join":
                stamp = STAMPS[number % 2]
                at = head + (number == 5)  # it has read in the log what is not handed on yet
                receiver = Receiver(group, at, stamp, stamp.cursor(at, at) if number < 4 else "other")
                expected[id(receiver)] = []
                group.add(receiver)
                live.append(receiver)
                everybody.append((receiver, expected[id(receiver)]))
            case "leave" if live:
                receiver = live.pop(number % len(live))
                group.discard(receiver)
                assert receiver not in set(group.receivers)
            case "fill" if live:
                live[number % len(live)].transport.full = True
        assert sorted(map(id, group.receivers)) == sorted(map(id, live))
        assert all(0 < len(cohort) <= 3 for cohort in group.cohorts)
    for receiver, theirs in everybody:
        assert [seq for _, seq in receiver.transport.written] == theirs
        follow_the_chain(receiver)


def follow_the_chain(receiver: Receiver) -> None:
    """Each frame names the one before, the first one what was sent when it joined."""
    previous = None
    for named, seq in receiver.transport.written:
        assert previous is None or named.decode() == previous
        previous = receiver.stamp.cursor(seq, seq)
    if previous is not None:
        assert receiver.place.previous == previous
        assert receiver.place.position == receiver.transport.written[-1][1]


def test_those_who_were_told_the_same_last_go_on_together_and_never_too_many() -> None:
    group = Group(PRINCIPAL, [])
    for number in range(5):
        group.add(Receiver(group, 10, STAMPS[0], f"a place of its own {number}"))
    assert len(group.cohorts) == 5
    tell(group, 11, 11)
    tell(group, 12, 12)
    assert sorted(map(len, group.cohorts)) == [2, 3]
    late = Receiver(group, 12, STAMPS[0], STAMPS[0].cursor(12, 12))
    group.add(late)
    assert sorted(map(len, group.cohorts)) == [3, 3]
    assert all(each.place in group.cohorts for each in group.receivers)
