"""Sessions: how long they last, what ends them, and that their tokens are kept nowhere."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.services import Services
from deskterm.server.storage.database import Audience, Event
from tests.postgres import everything_in
from tests.server.people import JOHN, SARAH, sign_in, signed_in

DAY = 24 * 3600


async def status_of(client: ClientSession, path: str = "me") -> int:
    async with client.get(path) as answer:
        return answer.status


async def id_of(dana: ClientSession, name: str) -> str:
    async with dana.get("members") as answer:
        return next(str(each["id"]) for each in (await answer.json())["items"] if each["name"] == name)


async def test_signing_out_ends_the_session_at_once(sarah: ClientSession) -> None:
    async with sarah.post("auth/logout") as answer:
        assert answer.status == 204
    assert await status_of(sarah) == 401


async def test_fourteen_idle_days_end_it(sarah: ClientSession, clock: ManualClock) -> None:
    clock.advance(14 * DAY - 1)
    assert await status_of(sarah) == 200
    clock.advance(14 * DAY)
    assert await status_of(sarah) == 401


async def test_ninety_days_end_it_however_busy(sarah: ClientSession, clock: ManualClock) -> None:
    for _ in range(9):
        clock.advance(10 * DAY - 1)
        assert await status_of(sarah) == 200
    clock.advance(9)
    assert await status_of(sarah) == 401


async def test_use_is_written_down(
    server: TestServer, services: Services, sarah: ClientSession, clock: ManualClock
) -> None:
    """What keeps a session alive is in the database, not in the memory of one process."""
    clock.advance(DAY)
    assert await status_of(sarah) == 200
    await services.sessions.close()
    async with sarah.get("sessions") as answer:
        (session,) = (await answer.json())["items"]
    assert session["last_used_at"] > session["created_at"]
    assert session["current"] is True


async def test_devices_are_listed_and_ended_one_by_one(
    server: TestServer, clock: ManualClock, sarah: ClientSession, mike: ClientSession
) -> None:
    clock.advance(1)
    async with signed_in(server, SARAH) as other:
        async with sarah.get("sessions") as answer:
            items = (await answer.json())["items"]
        assert [each["current"] for each in items] == [False, True]
        async with mike.delete(f"sessions/{items[0]['id']}") as answer:
            assert answer.status == 404
        assert await status_of(other) == 200
        async with sarah.delete(f"sessions/{items[0]['id']}") as answer:
            assert answer.status == 204
        assert await status_of(other) == 401
        assert await status_of(sarah) == 200
        async with sarah.delete(f"sessions/{items[0]['id']}") as answer:
            assert answer.status == 404


async def test_a_new_password_ends_all_other_sessions(
    server: TestServer, http: ClientSession, sarah: ClientSession
) -> None:
    async with signed_in(server, SARAH) as other:
        assert await status_of(other) == 200
        body = {"current": "staff123", "new": "a better one"}
        async with sarah.post("auth/password", json=body) as answer:
            assert answer.status == 200
        assert await status_of(other) == 401
        assert await status_of(sarah) == 200
    async with http.post("/api/v1/auth/login", json={"email": SARAH, "password": "a better one"}) as answer:
        assert answer.status == 200


async def test_a_new_password_needs_the_present_one(sarah: ClientSession) -> None:
    async with sarah.post("auth/password", json={"current": "wrong", "new": "a better one"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (401, "invalid_credentials")
    async with sarah.post("auth/password", json={"current": "staff123", "new": "short"}) as answer:
        assert answer.status == 422
    assert await status_of(sarah) == 200


async def test_a_disabled_member_is_out_at_once(dana: ClientSession, sarah: ClientSession) -> None:
    assert await status_of(sarah) == 200
    sarah_id = await id_of(dana, "Sarah Johnson")
    async with dana.patch(f"members/{sarah_id}", json={"disabled": True}) as answer:
        assert answer.status == 200
    assert await status_of(sarah) == 401
    async with dana.patch(f"members/{sarah_id}", json={"disabled": False}) as answer:
        assert answer.status == 200
    assert await status_of(sarah) == 401  # the old session stays ended


@pytest.mark.parametrize(
    ("patch", "path", "status"),
    [
        ({"role": "staff"}, "invitations", 403),
        ({"disabled": True}, "invitations", 401),
        ({"disabled": True}, "attachments?filename=x", 401),
    ],
)
async def test_a_body_that_trickles_in_is_worth_what_its_sender_is_at_its_end(
    server: TestServer,
    dana: ClientSession,
    sarah: ClientSession,
    patch: dict[str, object],
    path: str,
    status: int,
) -> None:
    """A request that was begun as an admin keeps nobody's access alive."""
    sarah_id = await id_of(dana, "Sarah Johnson")
    await dana.patch(f"members/{sarah_id}", json={"role": "admin"})
    body = b'{"email": "back@door.example", "role": "admin"}'
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    token = sarah.headers["Authorization"]
    head = (
        f"POST /api/v1/{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:5])
    await writer.drain()
    assert await status_of(sarah) == 200
    async with dana.patch(f"members/{sarah_id}", json=patch) as answer:
        assert answer.status == 200
    writer.write(body[5:])
    assert (await reader.readline()).split()[1] == str(status).encode()
    writer.close()


async def test_a_new_role_holds_at_once(dana: ClientSession, sarah: ClientSession) -> None:
    sarah_id = await id_of(dana, "Sarah Johnson")
    assert await status_of(sarah, "members") == 200
    async with dana.patch(f"members/{sarah_id}", json={"role": "customer"}) as answer:
        assert answer.status == 200
    assert await status_of(sarah, "members") == 403
    async with sarah.get("me") as answer:
        me = await answer.json()
    assert (me["member"]["role"], me["contact"]["email"]) == ("customer", SARAH)


@pytest.mark.parametrize("way", ["logout", "password", "disable", "role"])
async def test_whoever_holds_the_socket_is_told(
    server: TestServer, services: Services, dana: ClientSession, sarah: ClientSession, way: str
) -> None:
    """The log carries a control event for each session that ended or changed."""
    heard: list[Event] = []
    services.db.on_commit(heard.extend)
    async with sarah.get("sessions") as answer:
        session_id = (await answer.json())["items"][0]["id"]
    sarah_id = await id_of(dana, "Sarah Johnson")
    async with signed_in(server, SARAH) as other:
        if way == "logout":
            await sarah.post("auth/logout")
        elif way == "password":
            await other.post("auth/password", json={"current": "staff123", "new": "a better one"})
        elif way == "disable":
            await dana.patch(f"members/{sarah_id}", json={"disabled": True})
        else:
            await dana.patch(f"members/{sarah_id}", json={"role": "admin"})
    told = {each.entity_id.hex() for each in heard if each.audience == Audience.SESSION}
    assert session_id.replace("-", "") in told


async def test_tokens_are_kept_nowhere(
    config: Config, http: ClientSession, services: Services, people: None, capfd: pytest.CaptureFixture[str]
) -> None:
    """T2: neither in the database nor in its log files nor in what the server prints."""
    tokens = [(await sign_in(http, each))["token"] for each in (SARAH, JOHN)]
    bearer = {"Authorization": f"Bearer {tokens[0]}"}
    async with http.post(
        "/api/v1/auth/switch", json={"organization": "designpi"}, headers={**bearer, "Idempotency-Key": "k"}
    ) as answer:
        tokens.append((await answer.json())["token"])
    stored = b"".join(each.read_bytes() for each in _files(config.data))
    stored += b"" if config.postgres is None else everything_in(config.postgres)
    printed = "".join(capfd.readouterr())
    assert SARAH.encode() in stored
    for token in tokens:
        assert token[5:].encode() not in stored
        assert token[5:] not in printed


def _files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]
