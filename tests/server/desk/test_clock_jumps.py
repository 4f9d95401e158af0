"""The machine's clock is set forward or back: nobody is signed out, nothing is shuffled or stuck."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.server.desk.acting import assigned, call, get, patch, send, settings, thread
from tests.server.live.watcher import Watcher, watching
from tests.server.people import JOHN, PASSWORD_OF

HOUR = 3600.0
DAY = 24 * HOUR
JUMPS = [HOUR, -HOUR, -DAY]
WRONG = {"email": JOHN, "password": "not the password"}
RIGHT = {"email": JOHN, "password": PASSWORD_OF[JOHN]}


async def jumped(services: Services, clock: ManualClock, seconds: float) -> None:
    """The clock jumps; an hour later every job has looked."""
    clock.jump(seconds)
    clock.advance(HOUR)
    await services.jobs.tick()


@pytest.fixture
async def watcher(server: TestServer, dana: ClientSession) -> AsyncIterator[Watcher]:
    """A console of the admin."""
    async with watching(server, dana) as console:
        await console.subscribe()
        yield console


@pytest.mark.parametrize("seconds", JUMPS)
async def test_what_is_written_keeps_its_order_and_everybody_stays(
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    watcher: Watcher,
    clock: ManualClock,
    services: Services,
    seconds: float,
) -> None:
    conversation = await assigned(dana, john, sarah)
    await send(sarah, conversation, "Hello")
    told = len(await thread(sarah, conversation))
    for number in range(4):
        await send(sarah if number % 2 else john, conversation, f"{number}")
        await jumped(services, clock, seconds if number == 1 else 0)
    assert [each["body"] for each in await thread(sarah, conversation)][told:] == ["0", "1", "2", "3"]
    arrived = [(await watcher.until_kind("message.created"))["message"]["body"] for _ in range(4 + told)]
    assert arrived[-4:] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("seconds", JUMPS)
async def test_a_command_that_is_tried_again_is_still_known(
    dana: ClientSession, john: ClientSession, sarah: ClientSession, clock: ManualClock,
    services: Services, seconds: float,
) -> None:  # fmt: skip
    conversation = await assigned(dana, john, sarah)
    headers = {"Idempotency-Key": "0199aaaa-0000-7000-8000-000000000001"}
    for jump in (0.0, seconds):
        await jumped(services, clock, jump)
        async with sarah.patch(
            f"conversations/{conversation}", json={"priority": "high"}, headers=headers
        ) as answer:
            assert answer.status == 200
            assert ("Idempotent-Replayed" in answer.headers) is (jump != 0)


async def test_a_snooze_does_not_end_before_its_hour(
    dana: ClientSession, john: ClientSession, sarah: ClientSession, clock: ManualClock, services: Services
) -> None:
    conversation = await assigned(dana, john, sarah)
    await patch(sarah, conversation, snoozed_until="2026-09-21T20:00:00Z")
    for seconds in JUMPS:
        await jumped(services, clock, seconds)
        assert (await get(sarah, conversation))["status"] == "snoozed"
    await jumped(services, clock, 2 * DAY)
    assert (await get(sarah, conversation))["status"] == "open"


@pytest.mark.parametrize("seconds", JUMPS)
async def test_no_held_reply_waits_for_a_time_that_has_been(
    dana: ClientSession,
    john: ClientSession,
    sarah: ClientSession,
    clock: ManualClock,
    services: Services,
    seconds: float,
) -> None:
    await settings(dana, send_hold_seconds=5)
    conversation = await assigned(dana, john, sarah)
    await send(sarah, conversation, "an answer")
    await services.jobs.tick()
    assert "an answer" not in [each["body"] for each in await thread(john, conversation)]
    clock.jump(seconds)
    clock.advance(5)
    await services.jobs.tick()
    assert "an answer" in [each["body"] for each in await thread(john, conversation)]


@pytest.mark.parametrize("seconds", [-HOUR, -DAY])
async def test_the_delay_after_wrong_passwords_is_no_longer_for_it(
    http: ClientSession, people: None, clock: ManualClock, seconds: float
) -> None:
    for _ in range(4):
        async with http.post("/api/v1/auth/login", json=WRONG) as answer:
            refused = answer.status
    assert refused == 429
    clock.jump(seconds)
    async with http.post("/api/v1/auth/login", json=RIGHT) as answer:
        assert answer.status == 200


async def test_the_rate_of_messages_does_not_notice(
    dana: ClientSession, john: ClientSession, sarah: ClientSession, clock: ManualClock
) -> None:
    conversation = await assigned(dana, john, sarah)
    seen = []
    for number in range(130):
        clock.jump(JUMPS[number % 3])
        message = {"id": f"0199aaaa-0000-7000-8000-{number:012x}", "body": "x"}
        seen.append((await call(john, "POST", f"conversations/{conversation}/messages", message))[0])
    assert seen.count(429) >= 9
    assert seen.count(201) >= 119
