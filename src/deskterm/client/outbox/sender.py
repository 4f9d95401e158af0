"""Sends through the outbox: on the disk first, then until the server has it or refuses it.

One lane per conversation keeps the order there; lanes do not wait for each other. A lane whose attempt got no
answer pauses, longer each time, and starts again at once when `wake` is called. What a refusing disk does not
keep goes out from memory.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.outbox import rules
from deskterm.client.outbox.keeper import Keeper
from deskterm.client.outbox.lane import Lane, Queued
from deskterm.client.outbox.rows import Row, Unreadable, item_of, row_of
from deskterm.client.replica.outgoing import Item, SendState
from deskterm.client.sending import Told, carry, reason

if TYPE_CHECKING:
    from deskterm.client.http.api import Api

log = logging.getLogger("deskterm.client.outbox")
#: Commands on their way at once; the other connections are left to reading.
AT_ONCE = 6
#: Seconds between two looks at what other consoles of this account have left.
LOOK = 15.0
#: Seconds between two looks whether another console has sent what goes first.
TURN = 1.0


class OutboxSender:
    """One account's commands in the file at `path`; `online` tells whether an attempt is likely to work."""

    durable = True

    def __init__(
        self,
        api: "Api",
        told: Told,
        path: Path,
        organization: str,
        *,
        online: Callable[[], bool],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._api = api
        self._told = told
        self._online = online
        self._now = now
        self._sleep = sleep
        self._uniform = uniform
        self._keeper = Keeper(path, organization, told.not_kept)
        self._lanes: dict[str, Lane] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._forgetting: set[asyncio.Task[None]] = set()
        self._opened = asyncio.Event()
        self._unwritten: set[str] = set()
        self._wrote = asyncio.Event()
        self._start(self._look())

    async def send(self, item: Item) -> None:
        """Write it to the disk and take it on its way; returns once it arrived, was refused, or waits."""
        self._unwritten.add(item.id)
        try:
            await self._opened.wait()
            queued = Queued(item, self._lane(item).now(self._now()))
            kept, queued.behind = await self._keeper.put(row_of(item, queued.fresh_from))
            if kept:
                self._told.kept(item)
        finally:
            self._unwritten.discard(item.id)
            self._wrote.set()
        lane = self._lane(item)
        lane.add(queued)
        self._run_soon(lane)
        if lane.stuck or not self._online():
            self._wait(lane, None)
        await queued.told.wait()

    async def written(self) -> None:
        """Wait until everything that was given is on the disk, or the disk has refused it."""
        while self._unwritten:
            self._wrote.clear()
            await self._wrote.wait()

    def wake(self) -> None:
        """Try what waits at once, and take over what other consoles have left."""
        for lane in self._lanes.values():
            lane.wake()
        if self._opened.is_set():
            self._start(self._adopt())

    def drop(self, item_id: str) -> None:
        """It arrived by other ways, or its author gave it up: do not send it, forget it."""
        for lane in self._lanes.values():
            lane.drop(item_id)
        self._forget(item_id)

    async def wipe(self) -> None:
        """Give up everything and leave no trace of it on the disk."""
        for lane in self._lanes.values():
            lane.clear()
        await self._keeper.wipe()

    async def close(self) -> None:
        """End; what waits stays in the file for the next console."""
        for task in self._tasks - self._forgetting:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._keeper.close()

    # --- what others have left ---------------------------------------------------------------------------

    async def _look(self) -> None:
        """Take over what was left in the file, now and again later."""
        try:
            await self._adopt()
        finally:
            self._opened.set()
        while True:
            await self._sleep(LOOK)
            await self._adopt()

    async def _adopt(self) -> None:
        for row in await self._keeper.adopt():
            self._found(row)

    def _found(self, row: Row) -> None:
        try:
            item = item_of(row)
        except Unreadable:
            log.warning("a command in the outbox cannot be read and stays there: %s", row.id)
            return
        self._told.found(item)
        if item.state is SendState.WAITING:
            lane = self._lane(item)
            lane.add_found(Queued(item, row.fresh, behind=True))
            self._run_soon(lane)

    # --- the lanes ---------------------------------------------------------------------------------------

    def _lane(self, item: Item) -> Lane:
        lane = self._lanes.get(item.conversation_id)
        if lane is None:
            lane = self._lanes[item.conversation_id] = Lane(self._uniform)
        return lane

    def _run_soon(self, lane: Lane) -> None:
        if not lane.runs:
            lane.runs = True
            self._start(self._run(lane))

    async def _run(self, lane: Lane) -> None:
        """Everything of a lane, one after the other; supervises it, so that no mistake here loses a text."""
        try:
            while (queued := lane.head()) is not None:
                try:
                    final = await self._go(lane, queued)
                except Exception:
                    log.exception("sending broke on our side")
                    self._wait(lane, "Something went wrong here.")
                    await self._pause(lane, lane.backoff.next())
                    continue
                if final:
                    queued.told.set()
                    lane.done(queued)
        finally:
            lane.runs = False

    async def _go(self, lane: Lane, queued: Queued) -> bool:
        """One step for the head of a lane; False if it has to be looked at again."""
        item = queued.item
        if queued.dropped:
            return True
        if rules.is_old(queued.fresh_from, self._now()):
            self._told.grew_old(item)
            return True
        if (refusal := lane.refusal_under(queued)) is not None:
            await self._refuse(lane, item, ApiError(rules.DEPENDS, 409, rules.because(refusal)))
            return True
        if queued.behind and not await self._has_turn(queued):
            if lane.head() is queued:
                self._wait(lane, "Another console of yours has something to send there first.")
                await self._pause(lane, TURN)
            return False
        return lane.head() is queued and await self._attempt(lane, queued)

    async def _has_turn(self, queued: Queued) -> bool:
        """Whether no other console is to send there first; what an ended one has left is taken over."""
        await self._adopt()
        queued.behind = await self._keeper.behind(queued.item.id)
        return not queued.behind

    async def _attempt(self, lane: Lane, queued: Queued) -> bool:
        async with self._slots:
            if queued.dropped:
                return True
            queued.flying = True
            try:
                result = await carry(self._api, queued.item, self._told)
            except ClientError as error:
                failure = error
            else:
                lane.backoff.reset()
                self._told.settled(queued.item, result)
                if not queued.dropped:
                    self._forget(queued.item.id)
                return True
            finally:
                queued.flying = False
        return await self._failed(lane, queued, failure)

    async def _failed(self, lane: Lane, queued: Queued, error: ClientError) -> bool:
        """Decide what an error means; False if the command is to be tried again."""
        if queued.dropped:
            return True
        verdict = rules.verdict(error)
        if verdict is rules.Verdict.REFUSED:
            await self._refuse(lane, queued.item, error)
            return True
        self._wait(lane, rules.briefly(error))
        if isinstance(error, ApiError) and error.code == "storage_full":
            self._told.cannot_store(error.sentence)
        if verdict is rules.Verdict.SIGNED_OUT:
            await lane.woken()
        else:
            await self._pause(lane, rules.pause(error, lane.backoff, self._uniform(0.0, 1.0)))
        return False

    async def _refuse(self, lane: Lane, item: Item, error: ClientError) -> None:
        code = error.code if isinstance(error, ApiError) else ""
        lane.refused(rules.Refusal(item, lane.now(self._now())))
        await self._keeper.refused(item.id, reason(error), code)
        self._told.refused(item, error)

    def _wait(self, lane: Lane, why: str | None) -> None:
        """The head of a lane does not get on for the reason `why`, and with it what stands behind it."""
        for queued in lane.all():
            self._told.waits(queued.item, why if queued is lane.head() else None)
            queued.told.set()

    async def _pause(self, lane: Lane, seconds: float) -> None:
        waiting = [asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(lane.woken())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    def _forget(self, item_id: str) -> None:
        """Take it out of the file, which nobody waits for but the end of the program."""
        task = self._start(self._keeper.remove(item_id))
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
