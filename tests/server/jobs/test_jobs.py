"""What the server does by itself: on time, after it was down, and whatever else fails."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.jobs.scheduler import Job, Jobs
from deskterm.server.jobs.soundness import soundness_job
from deskterm.server.logs import Log
from deskterm.server.services import Services
from tests.server.live.desk import assigned, call, patch
from tests.server.live.watcher import watching

HOUR = 3600.0
DAY = 24 * HOUR


def in_hours(clock: ManualClock, hours: float) -> str:
    """The time so many hours from now, as the API takes it."""
    return datetime.fromtimestamp(clock.now() / 1000 + hours * HOUR, UTC).isoformat()


class TestSnooze:
    async def test_ends_on_time_with_an_event(
        self,
        server: TestServer,
        services: Services,
        clock: ManualClock,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        await patch(sarah, conversation_id, snoozed_until=in_hours(clock, 2))
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            clock.advance(2 * HOUR - 1)
            await services.jobs.tick()
            shown = await call(sarah, "GET", f"conversations/{conversation_id}")
            assert shown["status"] == "snoozed"
            clock.advance(1)
            await services.jobs.tick()
            told = await watcher.until_kind("conversation.updated")
            assert told["conversation"]["status"] == "open"
            assert told["conversation"]["snoozed_until"] is None

    async def test_that_ended_while_the_server_was_down_ends_at_its_start(
        self,
        services: Services,
        config: Config,
        clock: ManualClock,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        await patch(sarah, conversation_id, snoozed_until=in_hours(clock, 2))
        await server.close()
        clock.advance(3 * HOUR)
        app = make_app(config, clock=clock, ids=IdSource(clock.now))
        async with TestServer(app, host="127.0.0.1") as again:
            await app[SERVICES].jobs.tick()
            headers = {"Authorization": sarah.headers["Authorization"]}
            url = again.make_url(f"/api/v1/conversations/{conversation_id}")
            async with ClientSession(headers=headers) as client, client.get(url) as answer:
                assert (await answer.json())["status"] == "open"


class TestResolved:
    async def test_is_closed_after_the_organizations_days(
        self,
        services: Services,
        clock: ManualClock,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
    ) -> None:
        await call(dana, "PATCH", "organization", {"settings": {"close_after_days": 3}})
        conversation_id = await assigned(dana, john, sarah)
        await patch(sarah, conversation_id, status="resolved")
        for days, status in ((2.9, "resolved"), (0.1, "closed")):
            clock.advance(days * DAY)
            await services.jobs.tick()
            shown = await call(sarah, "GET", f"conversations/{conversation_id}")
            assert shown["status"] == status


class TestForgetting:
    async def test_kept_answers_go_after_30_days(
        self, services: Services, clock: ManualClock, dana: ClientSession, john: ClientSession
    ) -> None:
        conversation_id = await assigned(dana, john, None)
        headers = {"Idempotency-Key": "once"}
        path = f"conversations/{conversation_id}"
        async with dana.patch(path, json={"priority": "high"}, headers=headers) as answer:
            assert answer.status == 200
        await services.jobs.tick()
        assert _count(services, "idempotency_answer") == 1
        clock.advance(30 * DAY + 1)
        await services.jobs.tick()
        assert _count(services, "idempotency_answer") == 0

    async def test_sessions_go_a_month_after_their_end(
        self, services: Services, clock: ManualClock, sarah: ClientSession, mike: ClientSession
    ) -> None:
        async with sarah.post("auth/logout") as answer:
            assert answer.status == 204
        before = _count(services, "session")
        clock.advance(29 * DAY)
        await services.jobs.tick()
        assert _count(services, "session") == before
        clock.advance(2 * DAY)
        await services.jobs.tick()
        assert _count(services, "session") == before - 1


def _count(services: Services, table: str) -> int:
    return int(services.db.read(lambda reader: reader.value(f"SELECT count(*) FROM {table}")))


class TestScheduler:
    async def test_a_failing_job_is_logged_and_stops_nobody(self) -> None:
        clock, written, ran = ManualClock(0), StringIO(), list[str]()

        async def fail() -> bool:
            ran.append("fail")
            raise LookupError("on purpose")

        async def work() -> bool:
            ran.append("work")
            return len(ran) < 4

        jobs = Jobs((Job("failing", 10, fail), Job("working", 1, work)), clock, Log(clock, written))
        await jobs.tick()
        assert ran == ["fail", "work", "work", "work"]
        assert '"job": "failing"' in written.getvalue()
        clock.advance(1)
        await jobs.tick()
        assert ran[4:] == ["work"]
        clock.advance(9)
        await jobs.tick()
        assert ran[5:] == ["fail", "work"]

    async def test_closing_ends_the_looking(self) -> None:
        jobs = Jobs((), ManualClock(0), Log(ManualClock(0), StringIO()))
        before = asyncio.all_tasks()
        jobs.start()
        assert asyncio.all_tasks() > before
        await jobs.close()
        await jobs.close()
        assert asyncio.all_tasks() == before


@pytest.mark.parametrize("timers", [True, False])
async def test_the_server_starts_and_stops_its_timers(
    config: Config, clock: ManualClock, ids: IdSource, timers: bool
) -> None:
    with_timers = replace(config, timers=timers)
    async with TestServer(make_app(with_timers, clock=clock, ids=ids), host="127.0.0.1") as server:
        assert server.started


async def test_damage_is_looked_for_a_minute_after_the_start_and_logged(
    services: Services, clock: ManualClock, people: None
) -> None:
    written = StringIO()
    log = Log(clock, written)
    jobs = Jobs((soundness_job(services.db, log),), clock, log)
    await services.db.write(lambda tx: tx.run("UPDATE organization_counter SET seq = seq + 7"))
    clock.advance(59)
    await jobs.tick()
    assert written.getvalue() == ""
    clock.advance(1)
    await jobs.tick()
    assert "the log of organization 1 ends at" in written.getvalue()


async def test_when_a_customer_was_last_there_is_known(
    dana: ClientSession, john: ClientSession, clock: ManualClock
) -> None:
    conversation_id = await assigned(dana, john, None)
    first = (await call(dana, "GET", f"conversations/{conversation_id}"))["contact"]["last_seen_at"]
    clock.advance(2 * HOUR)
    await call(john, "GET", "portal/conversation")  # a session in use says so once an hour
    async with john.post(
        f"conversations/{conversation_id}/messages",
        json={"id": "01999999-0000-7000-8000-000000000001", "body": "Still there?"},
    ) as answer:
        assert answer.status == 201
    last = (await call(dana, "GET", f"conversations/{conversation_id}"))["contact"]["last_seen_at"]
    assert datetime.fromisoformat(last) - datetime.fromisoformat(first) == timedelta(hours=2)
