"""The access matrix, made from the route table: every route, every caller, own, foreign and random things.

A route without an expectation fails. A refusal changes nothing. Whatever is foreign answers exactly what is
missing answers, and no answer holds a word that its reader must not read.
"""

import asyncio
import itertools
import random
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.http.route import Route, Who
from deskterm.server.http.table import ROUTES
from deskterm.server.services import Services
from tests.server.http.access_world import (
    IDS,
    JOHNS,
    NORTHERN,
    NOTED,
    Ids,
    Made,
    World,
    answered,
    client,
    config_of,
    make_world,
)
from tests.server.http.expectations import CALLERS, expectations
from tests.server.people import JOHN

RANDOM = "00000000-0000-7000-8000-00000000dead"
#: What each caller must not read, whatever they ask.
HIDDEN = {
    "nobody": (JOHNS, NOTED, NORTHERN),
    "visitor": (JOHNS, NOTED, NORTHERN),
    "owner": (NOTED, NORTHERN, "sarah@designpi.com", "Sarah Johnson"),
    "other": (JOHNS, NOTED, NORTHERN),
    "assigned": (NORTHERN,),
    "former": (JOHNS, NOTED, NORTHERN),
    "admin": (NORTHERN,),
    "foreign": (JOHNS, NOTED),
}
EXPECTED = expectations()


@pytest.fixture(scope="session")
def worlds() -> dict[str, Made]:
    """What is made by now, by engine."""
    return {}


@pytest.fixture
def made(
    engine: str,
    worlds: dict[str, Made],
    empty: Callable[[], str | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Made:
    """Everybody's sign-in and things, to be copied."""
    if engine not in worlds:
        data = tmp_path_factory.mktemp("access") / "data"
        worlds[engine] = asyncio.run(make_world(data, empty()))
    return worlds[engine]


@pytest.fixture
def original(made: Made) -> str | None:
    return made.postgres


@pytest.fixture
def config(tmp_path: Path, made: Made, postgres: str | None) -> Config:
    shutil.copytree(made.data, tmp_path / "data")
    return config_of(tmp_path / "data", postgres)


@pytest.fixture
def ids(clock: ManualClock) -> IdSource:
    """Others than those that are taken."""
    return IdSource(clock.now, random.Random(2).getrandbits)


@pytest.fixture
async def world(server: TestServer, services: Services, made: Made) -> AsyncIterator[World]:
    clients = {name: client(server, token) for name, token in made.tokens.items()}
    yield World(server, services, clients, dict(made.johns), dict(made.northern))
    for each in clients.values():
        await each.close()


def test_every_route_has_an_expectation() -> None:
    assert set(EXPECTED) == {(each.method, each.path) for each in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_access(world: World, route: Route) -> None:
    """Own, foreign and random things, for everybody; refusals first, so that they meet an untouched world."""
    wanted = EXPECTED[route.method, route.path]
    for caller in sorted(CALLERS, key=lambda each: wanted[each] < 400):
        heads = _heads(world.services)
        got = await _ask(world, route, caller, world.johns)
        assert got.status == wanted[caller], (caller, got)
        assert not [word for word in HIDDEN[caller] if word in got.body], (caller, got)
        if got.status >= 400:
            assert _heads(world.services) == heads, f"{caller} was refused and changed something"


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if "{" in each.path], ids=lambda route: f"{route.method} {route.path}"
)
async def test_foreign_is_missing(world: World, route: Route) -> None:
    """Things of the other organization and things that never were: the same status, the same bytes."""
    wanted = EXPECTED[route.method, route.path]
    heads = _heads(world.services)
    for caller in CALLERS:
        target = world.johns if caller == "foreign" else world.northern
        foreign = await _ask(world, route, caller, target)
        missing = await _ask(world, route, caller, dict.fromkeys(target, RANDOM))
        assert foreign == missing, caller
        by_role = 404 if caller in ("admin", "foreign") else wanted[caller]
        assert foreign.status == (by_role if by_role in (401, 403) else 404), (caller, foreign)
    assert _heads(world.services) == heads


async def test_bulk_denies_what_is_not_seen(world: World) -> None:
    """Missing, invisible and foreign ids are denied alike, and nothing happens to them."""
    ids = [world.johns["conversation_id"], world.northern["conversation_id"], RANDOM]
    body = {"ids": ids, "patch": {"priority": "urgent"}}
    for caller, denied in {"former": ids, "foreign": [ids[0], RANDOM], "assigned": ids[1:]}.items():
        async with world.clients[caller].post("conversations/bulk", json=body) as answer:
            assert (await answer.json())["denied"] == denied


async def test_tokens_that_ended_open_nothing(world: World, clock: ManualClock) -> None:
    """A disabled member, an expired session: 401 wherever one has to be signed in."""
    members = await answered(world.clients["admin"], "GET", "members")
    mike = next(each["id"] for each in members["items"] if each["name"] == "Mike Chen")
    await answered(world.clients["admin"], "PATCH", f"members/{mike}", {"disabled": True})
    for route in ROUTES:
        if route.who is not Who.PUBLIC:
            assert (await _ask(world, route, "former", world.johns)).status == 401, route.path
    clock.advance(15 * 24 * 3600)
    for route in ROUTES:
        if route.who is not Who.PUBLIC:
            assert (await _ask(world, route, "admin", world.johns)).status == 401, route.path


class Got(NamedTuple):
    status: int
    body: str


async def _ask(world: World, route: Route, caller: str, target: Ids) -> Got:
    path = route.path.format(**target)
    if route.method in ("PATCH", "DELETE"):
        path = path.replace(target["message_id"], target["note_id"])
    address = f"{route.base}{path}{'?filename=log.txt' if route.takes_file else ''}"
    body = _body(route, target) if route.body else None
    async with world.clients[caller].request(route.method, address, json=body) as answer:
        return Got(answer.status, await answer.text())


def _body(route: Route, target: Ids) -> dict[str, Any]:
    """A body that is right in itself; only who sends it decides."""
    bodies: dict[str, dict[str, Any]] = {
        "/auth/login": {"email": JOHN, "password": "customer123"},
        "/auth/switch": {"organization": "designpi"},
        "/auth/password": {"current": "not this one", "new": "a better one"},
        "/me": {"name": "Renamed"},
        "/members/{member_id}": {"max_concurrent": 7},
        "/members/{member_id}/password-reset": {"valid_minutes": 5},
        "/password-resets": {"email": JOHN},
        "/password-resets/accept": {"token": "dk_l_made-up", "password": "a better one"},
        "/ways-back": {"token": "dk_b_made-up"},
        "/invitations": {"email": "someone@new.example", "role": "staff"},
        "/invitations/accept": {"token": "dk_l_made-up", "name": "Someone", "password": "a better one"},
        "/contacts": {"name": "Someone", "email": f"{IDS.new()}@new.example"},
        "/contacts/import": {"rows": [{"email": "row@new.example"}]},
        "/contacts/{contact_id}": {"company": "Changed"},
        "/contacts/{contact_id}/merge": {"into_id": target["contact_id"]},
        "/contacts/{contact_id}/erase": {"dry_run": True},
        "/contacts/{contact_id}/notes": {"body": "A note"},
        "/organization": {"name": "Renamed"},
        "/conversations": {"subject": "another"},
        "/conversations/bulk": {"ids": [RANDOM], "patch": {"priority": "high"}},
        "/conversations/balance": {"ids": [RANDOM]},
        "/conversations/{conversation_id}": {"priority": "high"},
        "/conversations/{conversation_id}/read": {"seq": 1},
        "/conversations/{conversation_id}/messages": {"id": IDS.new(), "body": "hello"},
        "/conversations/{conversation_id}/merge": {"into_id": target["conversation_id"]},
        "/conversations/{conversation_id}/draft": {"body": "hel"},
        "/retention/run": {},
        "/backup": {},
        "/messages/{message_id}": {"body": "changed"},
        "/personas": {"name": "Billing"},
        "/personas/{persona_id}": {"title": "Changed"},
        "/direct-messages": {"persona_id": target["persona_id"]},
        "/notifications": {"contact_id": target["contact_id"], "body": "Hello"},
        "/groups": {"name": "Another"},
        "/groups/{group_id}": {"name": "Renamed"},
        "/api-keys": {"kind": "identity", "name": "Another"},
        "/blocks": {"network": f"203.0.113.{next(_hosts) % 256}"},
        "/visitors/session": {},
        "/canned-replies": {"shortcut": "hello", "title": "Hello", "body": "Hello there"},
        "/canned-replies/{canned_reply_id}": {"title": "Changed"},
        "/views": {"name": "Late", "q": "waiting>30m"},
        "/views/{view_id}": {"name": "Changed"},
        "/tickets/{ticket_id}": {"subject": "changed"},
        "/webhooks": {"url": "https://hooks.example.com/x", "events": ["message.created"]},
        "/webhooks/{webhook_id}": {"paused": True},
    }
    return bodies[route.path]


_hosts = itertools.count(1)


_HEADS = "SELECT organization_id, seq FROM organization_counter ORDER BY organization_id"


class _Head(NamedTuple):
    organization_id: int
    seq: int


def _heads(services: Services) -> list[_Head]:
    """The ends of both organizations' logs: they move when anything changes."""
    return services.db.read(lambda reader: reader.all(_Head, _HEADS))
