"""Limits: exactly at n, refused at n + 1, and counted for the right one."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

from deskterm.protocol.records import Role
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Rates
from deskterm.server.errors import RateLimited
from deskterm.server.http.limits import REFUSED_AT_ONCE, Limits
from deskterm.server.principal import Principal
from tests.server.people import DANA, JOHN, signed_in

PER_MINUTE = 6


@pytest.fixture
def config(config: Config) -> Config:
    """Low limits, and a proxy on this machine."""
    return replace(
        config,
        rates=Rates(requests_per_address=PER_MINUTE),
        trusted_proxies=("127.0.0.0/8", "10.1.0.0/16"),
        refusal_seconds=600,
    )


async def ask(http: ClientSession, forwarded: str | None = None) -> int:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    async with http.get("/api/v1/me", headers=headers) as answer:
        if answer.status == 429:
            assert (await answer.json())["code"] == "rate_limited"
            assert answer.headers["Retry-After"] == "10"
        return answer.status


async def test_requests_of_strangers(http: ClientSession, clock: ManualClock) -> None:
    assert [await ask(http) for _ in range(PER_MINUTE + 1)] == [401] * PER_MINUTE + [429]
    clock.advance(10)
    assert [await ask(http) for _ in range(2)] == [401, 429]


async def test_a_token_that_is_none_is_counted_like_no_token(http: ClientSession) -> None:
    http.headers["Authorization"] = "Bearer dk_s_made-up"
    assert [await ask(http) for _ in range(PER_MINUTE + 1)] == [401] * PER_MINUTE + [429]


async def test_requests_of_a_customer_but_not_of_agents(
    server: TestServer, people: None, clock: ManualClock
) -> None:
    async with signed_in(server, DANA) as dana, signed_in(server, JOHN) as john:
        clock.advance(60)
        seen = []
        for _ in range(PER_MINUTE + 1):
            async with john.get("me") as answer:
                seen.append(answer.status)
        assert seen == [200] * PER_MINUTE + [429]
        for _ in range(PER_MINUTE * 2):
            async with dana.get("me") as answer:
                assert answer.status == 200


@pytest.mark.parametrize(
    ("forwarded", "then", "status"),
    [
        ("203.0.113.7", "203.0.113.8", 401),  # two people behind the proxy
        ("1.1.1.1, 203.0.113.7", "2.2.2.2, 203.0.113.7", 429),  # one of them makes addresses up
        ("203.0.113.7, 10.1.2.3", "203.0.113.7", 429),  # through one more trusted proxy
        ("nonsense", "other nonsense", 429),  # no address: it is the proxy's own
        ("203.0.113.7, nonsense", "203.0.113.8, nonsense", 429),
        ("2001:db8::1", "2001:db8::ffff:2", 429),  # one house has as many of these addresses as it likes
        ("2001:db8::1", "2001:db8:0:1::1", 401),
        ("203.0.113.7", "::ffff:203.0.113.7", 429),  # the same address in another spelling
    ],
)
async def test_who_is_counted_behind_a_proxy(
    http: ClientSession, forwarded: str, then: str, status: int
) -> None:
    """T26: the last address that no trusted proxy has written."""
    for _ in range(PER_MINUTE):
        assert await ask(http, forwarded) == 401
    assert await ask(http, then) == status


async def test_a_proxy_that_adds_a_line_of_its_own_is_believed_and_what_stands_before_is_not(
    http: ClientSession,
) -> None:
    """T26: as HAProxy does beneath the line that a stranger has made up."""
    for number in range(PER_MINUTE + 1):
        headers = CIMultiDict([("X-Forwarded-For", f"1.1.1.{number}"), ("X-Forwarded-For", "203.0.113.7")])
        async with http.get("/api/v1/me", headers=headers) as answer:
            assert answer.status == (401 if number < PER_MINUTE else 429)


async def test_public_health_is_never_limited(http: ClientSession) -> None:
    for _ in range(PER_MINUTE + 1):
        async with http.get("/healthz") as answer:
            assert answer.status == 200


async def test_who_does_not_heed_a_refusal_waits_for_the_next_and_nobody_else_does(
    http: ClientSession,
) -> None:
    """T27: a flood asks no faster than its refusals come."""
    loud, others = "203.0.113.9", "203.0.113.7"
    for _ in range(PER_MINUTE + REFUSED_AT_ONCE):
        await ask(http, loud)
    flood = [asyncio.create_task(ask(http, loud)) for _ in range(5)]
    seen = [await ask(http, others) for _ in range(PER_MINUTE)]
    assert seen == [401] * PER_MINUTE
    assert not any(each.done() for each in flood)
    for each in flood:
        each.cancel()


def someone(role: Role | None) -> Principal:
    return Principal(1, bytes(16), b"session", role, "Someone", member_id=b"member", contact_id=b"contact")


@pytest.mark.parametrize(("role", "allowed"), [(Role.CUSTOMER, 120), (None, 60)])
def test_messages_a_minute(config: Config, clock: ManualClock, role: Role | None, allowed: int) -> None:
    limits = Limits(clock, config)
    for _ in range(allowed):
        limits.message(someone(role))
    with pytest.raises(RateLimited) as refused:
        limits.message(someone(role))
    clock.advance(refused.value.retry_after)
    limits.message(someone(role))


def test_agents_write_as_much_as_they_like(config: Config, clock: ManualClock) -> None:
    limits = Limits(clock, config)
    for _ in range(1_000):
        limits.message(someone(Role.STAFF))


def test_a_jump_of_the_wall_clock_does_not_matter(config: Config, clock: ManualClock) -> None:
    limits = Limits(clock, config)
    for _ in range(120):
        limits.message(someone(Role.CUSTOMER))
    clock.jump(3600)
    with pytest.raises(RateLimited):
        limits.message(someone(Role.CUSTOMER))


@pytest.mark.parametrize("visitor", [True, False])
def test_requests_by_a_key_and_of_an_organizations_visitors(
    config: Config, clock: ManualClock, visitor: bool
) -> None:
    """Each counts by itself; a program's requests are no visitors'."""
    rates = Rates(requests_per_key=3, requests_of_visitors_per_organization=2)
    limits = Limits(clock, replace(config, rates=rates))
    for _ in range(2 if visitor else 3):
        limits.by_key(1, b"key", visitor=visitor)
    with pytest.raises(RateLimited):
        limits.by_key(1, b"key", visitor=visitor)
    limits.by_key(2, b"another", visitor=visitor)
