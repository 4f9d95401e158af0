"""Following the log: wake-ups that are lost, doubled or partial, and a log that is damaged."""

import asyncio
import re
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import pytest

from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Role
from deskterm.server.clock import ManualClock
from deskterm.server.errors import Overloaded
from deskterm.server.live.channel import Channel
from deskterm.server.live.cohort import Place
from deskterm.server.live.cursor import Stamp
from deskterm.server.live.frames import Piece
from deskterm.server.live.socket import Close
from deskterm.server.logs import Log
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Audience, Database, Event, Tx
from deskterm.server.storage.open import open_database

STAMP = Stamp("epoch", "admin")


class Rendering:
    """Renders every event as its number, while the database is there."""

    away = False

    def piece(
        self,
        principal: Principal,
        event: Event,
        *,
        whole: bool = True,
        ticket: bool = False,
        skipped: int = 0,
    ) -> Piece | None:
        if self.away:
            raise Overloaded("The database cannot be reached")
        return Piece(event.seq, event.nonce, event.kind, b"%d" % event.seq)


class Transport(asyncio.WriteTransport):
    """Takes what is written to a receiver, if it is not full."""

    def __init__(self, receiver: "Receiver") -> None:
        super().__init__()
        self._receiver = receiver
        self.unsent = 0

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._receiver.broken:
            raise RuntimeError("on purpose")
        told = [int(each) for each in re.findall(rb'"data":(\d+)}', data)]
        self._receiver.told += told
        self._receiver.arrived.append(told[-1])


class Receiver:
    """An admin who notes what arrives."""

    viewing: bytes | None = None

    def __init__(self, position: int) -> None:
        self.principal = Principal(1, bytes(16), bytes(16), Role.ADMIN, "Dana", member_id=bytes(16))
        self.stamp = STAMP
        self.live = True
        self.place = Place(position, "")
        self.transport = Transport(self)
        self.buffer = 0
        self.behind = False
        self.arrived: list[int] = []
        self.told: list[int] = []
        self.controls: list[str] = []
        self.resyncs: list[str] = []
        self.broken = False

    def fall_behind(self) -> None:
        self.behind = True

    def whisper(self, frame: bytes, about: bytes | None = None) -> None: ...

    def tick(self, now: float) -> None: ...

    def control(self, event: Event) -> None:
        self.controls.append(event.kind)

    def resync(self, reason: str) -> None:
        self.resyncs.append(reason)

    def end(self, code: Close, reason: str, retry_ms: int = 0) -> None: ...


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    clock = ManualClock(1_790_000_000_000)
    made = await open_database(tmp_path / "data" / "deskterm.db", clock=clock, ids=IdSource(clock.now))

    def found(tx: Tx) -> None:
        tx.run(
            "INSERT INTO organization (organization_id, id, slug, name, created_at)"
            " VALUES (1, :id, 'one', 'One', 0)",
            id=bytes(16),
        )
        tx.run("INSERT INTO organization_counter (organization_id) VALUES (1)")

    await made.write(found)
    yield made
    await made.close()


async def happen(db: Database, kind: str = "member.updated", audience: Audience = Audience.AGENTS) -> Event:
    """Commit one event; answers it."""

    def command(tx: Tx) -> None:
        seq = tx.take_seq(1)
        tx.record(1, seq, kind, kind.partition(".")[0], bytes(16), audience)

    await db.write(command)
    page = db.read(lambda reader: reader.all(Event, "SELECT * FROM event ORDER BY seq DESC LIMIT 1"))
    return page[0]


def opened(db: Database) -> tuple[Channel, Receiver]:
    clock = ManualClock(0)
    log = Log(clock, StringIO())
    channel = Channel(db, 1, lambda reader, audiences: Rendering(), clock, log, lambda event: None)
    receiver = Receiver(channel.position)
    channel.attached.add(receiver)
    channel.groups.add(receiver)
    return channel, receiver


async def test_a_lost_wake_up_is_found_by_the_next_look(db: Database) -> None:
    channel, receiver = opened(db)
    await happen(db)
    await happen(db)
    await channel.settle()
    assert receiver.arrived == []
    channel.poll(channel.head())
    await channel.settle()
    assert receiver.arrived == [2]
    channel.poll(channel.head())
    await channel.settle()
    assert receiver.arrived == [2]


async def test_a_gap_is_read_again_from_the_log(db: Database) -> None:
    channel, receiver = opened(db)
    await happen(db)
    last = await happen(db)
    channel.take([last])
    await channel.settle()
    assert (receiver.arrived, channel.position) == ([2], 2)


async def test_what_was_handed_on_is_not_told_again(db: Database) -> None:
    channel, receiver = opened(db)
    first = await happen(db)
    for _ in range(2):
        channel.take([first])
        await channel.settle()
    assert receiver.arrived == [1]


async def test_a_hole_in_the_log_is_never_skipped_silently(db: Database) -> None:
    channel, receiver = opened(db)
    await happen(db)
    last = await happen(db)
    await db.write(lambda tx: tx.run("DELETE FROM event WHERE organization_id = 1 AND seq = 1"))
    channel.take([last])
    await channel.settle()
    assert (receiver.arrived, receiver.resyncs, channel.position) == ([], ["log_damaged"], 2)


async def test_a_failure_sends_the_receivers_to_a_snapshot_and_the_stream_goes_on(db: Database) -> None:
    channel, receiver = opened(db)
    receiver.broken = True
    channel.take([await happen(db)])
    await channel.settle()
    assert receiver.resyncs == ["internal"]
    receiver.broken = False
    channel.take([await happen(db)])
    await channel.settle()
    assert receiver.arrived == [2]


async def test_what_came_while_the_database_was_away_is_told_when_it_is_back(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, receiver = opened(db)
    monkeypatch.setattr(Rendering, "away", True)
    channel.take([await happen(db)])
    await channel.settle()
    assert (receiver.arrived, receiver.resyncs) == ([], [])
    monkeypatch.undo()
    await happen(db)
    channel.poll(channel.head())
    await channel.settle()
    assert (receiver.arrived, receiver.resyncs) == ([2], [])
    assert receiver.told == [1, 2]


async def test_the_end_of_a_session_is_obeyed_and_not_told(db: Database) -> None:
    channel, receiver = opened(db)
    channel.take([await happen(db, "session.ended", Audience.SESSION)])
    await channel.settle()
    assert (receiver.controls, receiver.arrived) == (["session.ended"], [])


async def test_many_receivers_are_served_in_slices_and_none_is_left_out(db: Database) -> None:
    channel, _ = opened(db)
    many = [Receiver(channel.position) for _ in range(1100)]
    for receiver in many:
        channel.groups.add(receiver)
    channel.take([await happen(db)])
    await channel.settle()
    assert all(receiver.arrived == [1] for receiver in many)
