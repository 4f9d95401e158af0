"""The live stream of one organization: follows the log without a gap and hands each batch on."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from deskterm.server.clock import Clock
from deskterm.server.errors import DeskError, Overloaded
from deskterm.server.live.audience import Audiences
from deskterm.server.live.cohort import LIMIT, Receiver
from deskterm.server.live.dispatch import Delivery, Groups, Rendering, plan
from deskterm.server.live.lately import Lately
from deskterm.server.live.lookers import Lookers
from deskterm.server.live.resume import Start, head
from deskterm.server.live.socket import Close
from deskterm.server.logs import Log
from deskterm.server.principal import Principal
from deskterm.server.storage import events as log
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Access, Audience, Event, Reader

PAGE = 500

MakeRendering = Callable[[Reader, Audiences], Rendering]


class Attached(Receiver, Protocol):
    """A connection, live or being fed from the log. `viewing` is the conversation that an agent has open."""

    viewing: bytes | None

    @property
    def live(self) -> bool:
        """Whether it is served by the dispatcher now, not fed from the log."""
        ...

    def tick(self, now: float) -> None:
        """Do what is due at `now` (monotonic seconds): ping, position, giving up."""
        ...

    def control(self, event: Event) -> None:
        """Obey an event about sessions, members or the organization itself."""
        ...

    def end(self, code: Close, reason: str, retry_ms: int = 0) -> None:
        """Close the socket."""
        ...

    def resync(self, reason: str) -> None:
        """Tell the client that the stream cannot go on without a snapshot."""
        ...


class Channel:
    """`position` is the last event that was handed on; whoever joins has read the log at least up to there.

    All state changes happen on the event loop between awaits, so no locks are needed.
    """

    def __init__(
        self,
        db: Access,
        organization_id: int,
        make_rendering: MakeRendering,
        clock: Clock,
        log_: Log,
        delivered: Callable[[Event], None],
    ) -> None:
        self.db = db
        self._log = log_
        self._make_rendering = make_rendering
        self._delivered = delivered  # called with the first event of a batch that somebody was told of
        self.organization_id = organization_id
        self.support_online: bool | None = None  # what contacts were told last
        self.personas_online: dict[bytes, bool] = {}  # and of each persona
        self.position, self.nonce = self.head()
        self.attached: set[Attached] = set()
        self.groups = Groups()
        self.lately = Lately(organization_id)
        self.lookers = Lookers(clock)
        self._pending: list[Event] = []
        self._task: asyncio.Task[None] | None = None

    def looking(self) -> dict[bytes, list[Principal]]:
        """Those who have something open, of the connections to this server."""
        found: dict[bytes, list[Principal]] = {}
        for each in self.attached:
            if each.viewing is not None:
                found.setdefault(each.viewing, []).append(each.principal)
        return found

    def looked_at(self) -> set[bytes]:
        """What somebody has open, here or on another server."""
        here = {each.viewing for each in self.attached if each.viewing is not None}
        return here.union(self.lookers.conversations())

    def looking_at(self, conversation_id: bytes) -> list[Principal]:
        """Those of them who have this one open."""
        return [each.principal for each in self.attached if each.viewing == conversation_id]

    def take(self, events: Sequence[Event]) -> None:
        """Queue committed events, in commit order. Those that were handed on already are left out later."""
        self._pending.extend(events)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())

    def poll(self, head: Start) -> Sequence[Event]:
        """Look whether the log, which is at `head` now, went on without a wake-up; answers what was missed.

        A log that went back is another history, as after a fail-over that lost its tail.
        """
        if self._task is not None:
            return ()
        if head.seq < self.position or (head.seq == self.position and head.nonce not in (0, self.nonce)):
            self._log.error("the event log went back", organization=self.organization_id, to=head.seq)
            self._start_over("another_history")
            return ()
        if head.seq == self.position:
            return ()
        missed = self._read_on(self.position)
        self.take(missed)
        return missed

    def head(self) -> Start:
        """The head of the log now; commits may be in it that were not handed on yet."""
        return self.db.read(lambda reader: head(reader, self.organization_id))

    @property
    def at_rest(self) -> bool:
        """Whether everything that was taken is handed on: until then not everybody has what is theirs."""
        return self._task is None

    async def settle(self) -> None:
        """Wait until everything taken so far is handed on."""
        while self._task is not None:
            await asyncio.wait((self._task,))

    async def _work(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                await self._hand_on(batch)
        except Overloaded:  # the database is away: what is not handed on is in the log, for the next look
            self._log.warning("live dispatch waits for the database", organization=self.organization_id)
            self._pending.clear()
        except Exception as failure:  # noqa: BLE001 - the supervisor of a stream: its receivers must not starve
            self._log.error("live dispatch failed", failure, organization=self.organization_id)
            self._start_over("internal")
        finally:
            self._task = None

    async def _hand_on(self, batch: list[Event]) -> None:
        events = self._continued(batch)
        if not events:
            return
        self._control(events)
        deliveries = self.db.read(lambda reader: self._plan(reader, events))
        self.position, self.nonce = events[-1].seq, events[-1].nonce
        unbroken = 0
        for delivery in deliveries:
            delivery.cohort.push(delivery.run)
            unbroken += len(delivery.cohort)
            if unbroken >= LIMIT:
                unbroken = 0
                await asyncio.sleep(0)
        if deliveries:
            self._delivered(events[0])

    def _plan(self, reader: Reader, events: list[Event]) -> list[Delivery]:
        if not len(self.groups):
            return []
        staff_sees = organizations.settings(reader, self.organization_id).staff_sees
        audiences = Audiences(reader, self.organization_id, staff_sees)
        return plan(events, self.groups, audiences, self._make_rendering(reader, audiences))

    def _control(self, events: list[Event]) -> None:
        for event in events:
            if event.audience == Audience.SESSION or event.entity in ("member", "organization", "persona"):
                for receiver in tuple(self.attached):
                    receiver.control(event)

    def _continued(self, batch: list[Event]) -> list[Event]:
        """The events after `position`, read again from the log if some are missing."""
        events: list[Event] = []
        newest = self.position
        for event in batch:  # a poll may have brought what its commit brings once more
            if event.seq > newest:
                events.append(event)
                newest = event.seq
        if log.contiguous(events, self.position):
            return events
        events = self._read_on(self.position)
        if log.contiguous(events, self.position):
            self._log.warning("live events read again", organization=self.organization_id)
            return events
        self._log.error("the event log has a hole", organization=self.organization_id, after=self.position)
        self._start_over("log_damaged")
        return []

    def _read_on(self, after: int) -> list[Event]:
        def read(reader: Reader) -> list[Event]:
            return log.page(reader, self.organization_id, after=after, limit=PAGE)

        return self.db.read(read)

    def _start_over(self, reason: str) -> None:
        self._pending.clear()
        for receiver in tuple(self.attached):
            receiver.resync(reason)
        with suppress(DeskError):  # if it cannot be read now, the next look goes on from where it was
            self.position, self.nonce = self.head()
