"""Signing in: the same answer for everybody who may not, and delays that stop guessing but not the owner."""

import asyncio
import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, HashCost
from deskterm.server.desk.organizations import do_add_person
from deskterm.server.errors import Conflict
from deskterm.server.passwords import Passwords
from deskterm.server.pepper import Pepper
from deskterm.server.services import Services
from deskterm.server.storage import accounts, organizations
from tests.server.people import DANA, JOHN, NORA, SARAH, settle, sign_in

LOGIN = "/api/v1/auth/login"
Answered = tuple[int, dict[str, Any]]


async def attempt(http: ClientSession, email: str, password: str, **more: str) -> Answered:
    async with http.post(LOGIN, json={"email": email, "password": password, **more}) as answer:
        return answer.status, await answer.json()


async def member_id(dana: ClientSession, name: str) -> str:
    async with dana.get("members") as answer:
        return next(str(each["id"]) for each in (await answer.json())["items"] if each["name"] == name)


async def test_the_answer_names_the_person(http: ClientSession, people: None) -> None:
    signed_in = await sign_in(http, SARAH)
    assert signed_in["token"].startswith("dk_s_")
    assert signed_in["me"]["user"]["email"] == SARAH
    async with http.get("/api/v1/me", headers={"Authorization": f"Bearer {signed_in['token']}"}) as answer:
        assert await answer.json() == signed_in["me"]


async def test_addresses_are_compared_without_case_and_space(http: ClientSession, people: None) -> None:
    status, _ = await attempt(http, "  Sarah@DesignPi.com ", "staff123")
    assert status == 200


async def test_unknown_wrong_and_disabled_are_alike(
    http: ClientSession, dana: ClientSession, services: Services
) -> None:
    """T4: the same bytes after the same number of hash computations."""
    sarah_id = await member_id(dana, "Sarah Johnson")
    async with dana.patch(f"members/{sarah_id}", json={"disabled": True}) as answer:
        assert answer.status == 200
    answers, computations = [], []
    for email, password in [("ghost@example.com", "staff123"), (JOHN, "wrong-word"), (SARAH, "staff123")]:
        before = services.passwords.computations
        answers.append(await attempt(http, email, password))
        computations.append(services.passwords.computations - before)
    assert answers == [answers[0]] * 3
    assert answers[0][0] == 401
    assert answers[0][1]["code"] == "invalid_credentials"
    assert computations == [1, 1, 1]


async def test_wrong_passwords_are_delayed_twice_as_long_each_time(
    http: ClientSession, clock: ManualClock, people: None
) -> None:
    """T3: after two typos 1 s, 2 s, 4 s … 15 minutes; a password is not even looked at before."""
    for _ in range(2):
        assert (await attempt(http, JOHN, "wrong-word"))[0] == 401
    for waits in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]:
        assert (await attempt(http, JOHN, "wrong-word"))[0] == 401
        clock.advance(waits - 0.5)
        async with http.post(LOGIN, json={"email": JOHN, "password": "customer123"}) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "1"
        clock.advance(0.5)
    assert (await attempt(http, JOHN, "customer123"))[0] == 200


async def test_success_and_a_quiet_day_forget_failures(
    http: ClientSession, clock: ManualClock, people: None
) -> None:
    for ends_the_row in [(JOHN, "customer123", 200), ("ghost@example.com", "a day later", 401)]:
        email, password, expected = ends_the_row
        for _ in range(5):
            assert (await attempt(http, email, "wrong-word"))[0] == 401
            clock.advance(60)
        clock.advance(24 * 3600 if expected == 401 else 0)
        assert (await attempt(http, email, password))[0] == expected
        assert (await attempt(http, email, "wrong-word"))[0] == 401
        assert (await attempt(http, email, password))[0] == expected


async def test_an_unknown_address_is_delayed_alike(http: ClientSession, people: None) -> None:
    seen = [(await attempt(http, "ghost@example.com", "wrong-word"))[0] for _ in range(4)]
    assert seen == [401, 401, 401, 429]


async def test_guesses_at_once_do_not_overtake_the_delay(http: ClientSession, people: None) -> None:
    answers = await asyncio.gather(*(attempt(http, JOHN, f"guess-{n}") for n in range(10)))
    assert sorted(status for status, _ in answers) == [401] * 3 + [429] * 7


async def test_the_owner_enters_from_a_known_address(
    http: ClientSession, services: Services, people: None
) -> None:
    """T3: a stranger's guesses from elsewhere do not lock the owner out."""
    await sign_in(http, JOHN)
    for _ in range(10):
        await services.db.write(lambda tx: accounts.sign_in_failed(tx, JOHN, forgotten_before=0))
        await services.db.write(lambda tx: accounts.sign_in_failed(tx, SARAH, forgotten_before=0))
    assert (await attempt(http, JOHN, "customer123"))[0] == 200
    assert (await attempt(http, SARAH, "staff123"))[0] == 429


async def test_an_address_may_fail_twenty_times_a_minute(
    http: ClientSession, clock: ManualClock, people: None
) -> None:
    for n in range(20):
        assert (await attempt(http, f"ghost{n}@example.com", "wrong-word"))[0] == 401
    assert (await attempt(http, SARAH, "staff123"))[0] == 429
    clock.advance(3)
    assert (await attempt(http, SARAH, "staff123"))[0] == 200


async def test_successes_are_not_counted(http: ClientSession, people: None) -> None:
    for _ in range(25):
        await sign_in(http, DANA)


async def test_fifty_at_once_all_get_in(http: ClientSession, people: None) -> None:
    """T1: none is refused while the queue has room."""
    signed_in = await asyncio.gather(*(sign_in(http, SARAH) for _ in range(50)))
    assert len({each["token"] for each in signed_in}) == 50


async def test_a_full_queue_says_so(http: ClientSession, services: Services, people: None) -> None:
    with_places = [services.passwords.place() for _ in range(66)]
    for each in with_places:
        each.__enter__()
    async with http.post(LOGIN, json={"email": SARAH, "password": "staff123"}) as answer:
        assert answer.status == 503
        assert (await answer.json())["code"] == "overloaded"
        assert int(answer.headers["Retry-After"]) >= 1
    with_places[0].__exit__(None, None, None)
    await sign_in(http, SARAH)


def test_hashes_are_argon2id_at_the_cost_of_the_standard(tmp_path: Path) -> None:
    """T1: what an installation uses unless told otherwise."""
    stored = Passwords(Config(data=tmp_path).hash_cost).hash_now("correct horse")
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    salt = stored.split("$")[4]
    assert len(base64.b64decode(salt + "==")) == 16


async def test_an_old_hash_is_renewed_at_sign_in(
    http: ClientSession, services: Services, people: None
) -> None:
    """T1: and the new one is at today's cost."""
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("staff123")
    account = services.db.read(lambda reader: accounts.by_email(reader, SARAH))
    assert account
    await services.db.write(
        lambda tx: accounts.set_password(tx, account.id, old, expected=account.password_hash)
    )
    await sign_in(http, SARAH)
    renewed = services.db.read(lambda reader: accounts.by_email(reader, SARAH))
    assert renewed
    assert (renewed.password_hash or "").startswith("$argon2id$v=19$m=8,t=1,p=1$")
    await sign_in(http, SARAH)


async def test_a_pepper_is_mixed_into_what_people_sign_in_with(tmp_path: Path) -> None:
    """V11: at the next sign-in also into hashes from before; another pepper, or none, and nothing starts."""
    config = Config(data=tmp_path / "data", demo=True, hash_cost=HashCost(memory=8))
    pepper, other = Pepper(b"a pepper of 24 bytes, or"), Pepper(b"another one, as long as it")

    async def signs_in(with_pepper: Pepper | None, password: str) -> tuple[int, str]:
        app = make_app(replace(config, pepper=with_pepper))
        body = {"email": SARAH, "password": password}
        async with (
            TestServer(app, host="127.0.0.1") as server,
            ClientSession(server.make_url("/")) as http,
            http.post(LOGIN, json=body) as answer,
        ):
            account = app[SERVICES].db.read(lambda reader: accounts.by_email(reader, SARAH))
            return answer.status, (account and account.password_hash) or ""

    status, stored = await signs_in(None, "staff123")
    assert (status, stored[:10]) == (200, "$argon2id$")
    status, stored = await signs_in(pepper, "staff123")
    assert status == 200
    assert stored.startswith(pepper.mark + "$argon2id$")
    assert await signs_in(pepper, "staff123") == (200, stored)
    assert await signs_in(pepper, "staff124") == (401, stored)
    assert await signs_in(pepper, pepper.into("staff123")) == (401, stored)
    for wrong in (other, None):
        with pytest.raises(Conflict, match="another pepper"):
            await signs_in(wrong, "staff123")


async def test_people_in_several_organizations_choose(
    http: ClientSession, services: Services, people: None
) -> None:
    northwind = services.db.read(lambda reader: organizations.by_slug(reader, "northwind"))
    assert northwind
    await services.db.write(
        lambda tx: do_add_person(
            tx, northwind.key, email=SARAH, name="ignored", role="admin", password_hash=None
        )
    )
    status, body = await attempt(http, SARAH, "staff123")
    assert status == 422
    (wrong,) = body["errors"]
    assert wrong["loc"] == ["body", "organization"]
    assert wrong["values"] == {"slugs": "designpi, northwind"}
    assert (await attempt(http, SARAH, "wrong-word"))[0] == 401
    signed_in = await sign_in(http, SARAH, organization="northwind")
    assert signed_in["me"]["member"]["role"] == "admin"
    bearer = {"Authorization": f"Bearer {signed_in['token']}"}
    async with http.post("/api/v1/auth/switch", json={"organization": "designpi"}, headers=bearer) as answer:
        assert (await answer.json())["me"]["member"]["role"] == "staff"
    for foreign in ["acme", "designpi"]:
        nora = {"Authorization": f"Bearer {(await sign_in(http, NORA))['token']}"}
        async with http.post("/api/v1/auth/switch", json={"organization": foreign}, headers=nora) as answer:
            assert answer.status == 404


async def test_an_organization_that_is_not_ones_own_is_refused(http: ClientSession, people: None) -> None:
    status, body = await attempt(http, SARAH, "staff123", organization="northwind")
    assert (status, body["errors"][0]["msg"]) == (422, "must be one of: designpi")


@pytest.mark.parametrize("limit", ["password", "email"])
async def test_endless_input_is_refused_before_hashing(
    http: ClientSession, services: Services, server: TestServer, limit: str
) -> None:
    before = services.passwords.computations
    body = {"email": "a@b.c", "password": "x"} | {limit: "x" * 257}
    async with http.post(LOGIN, json=body) as answer:
        assert answer.status == 422
        assert "xxx" not in await answer.text()
    assert services.passwords.computations == before


async def test_the_delay_survives_a_restart(config: Config, clock: ManualClock) -> None:
    """T3: failures are in the database."""
    for run in range(2):
        app = make_app(config, clock=clock)
        server = TestServer(app, host="127.0.0.1")
        async with server, ClientSession(base_url=server.make_url("/")) as http:
            if run == 0:
                await settle(app[SERVICES])
                for _ in range(3):
                    assert (await attempt(http, JOHN, "wrong-word"))[0] == 401
            assert (await attempt(http, JOHN, "customer123"))[0] == 429
