"""E-mail to a real mail server on this machine: resets, invitations, digests, failures, hostile text."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from aiohttp import ClientSession
from aiosmtpd.smtp import SMTP, Envelope, Session

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Mail
from deskterm.server.mail.sending import Letter, Refused, compose, send
from deskterm.server.services import Services
from deskterm.server.storage import mail
from tests.server.people import DANA, JOHN, NORA, SARAH

IDS = IdSource()


class Receiver:
    """Takes what comes; `answers` are the next ones, then 250."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.answers: list[str] = []
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope)
        return "250 taken"

    def last(self) -> str:
        content = self.got[-1].content
        assert isinstance(content, bytes)
        return content.decode()

    def token(self, prefix: str) -> str:
        (found,) = [line.strip() for line in self.last().splitlines() if line.strip().startswith(prefix)]
        return found


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    there = Receiver()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(there, loop=loop), "127.0.0.1", 0)
    there.port = server.sockets[0].getsockname()[1]
    yield there
    server.close()
    await server.wait_closed()


@pytest.fixture
def settings(receiver: Receiver) -> Mail:
    return Mail(
        host="127.0.0.1",
        port=receiver.port,
        security="none",
        sender="desk@designpi.com",
        desk_url="https://desk.example",
    )


@pytest.fixture
def config(config: Config, settings: Mail) -> Config:
    return replace(config, mail=settings)


async def post(http: ClientSession, path: str, body: Any, status: int) -> Any:
    async with http.post(path, json=body) as got:
        assert got.status == status, await got.text()
        return await got.json()


async def test_who_forgot_the_password_sets_one_by_a_mailed_token(
    http: ClientSession, services: Services, people: None, receiver: Receiver, clock: ManualClock
) -> None:
    asked = [
        await post(http, "/api/v1/password-resets", {"email": each}, 202) for each in (SARAH, "no@body.x")
    ]
    assert asked[0] == asked[1], "nobody learns who has an account"
    await post(http, "/api/v1/password-resets", {"email": SARAH}, 202)
    await services.mailing.tick()
    assert [each.rcpt_tos for each in receiver.got] == [[SARAH]], "one while another is on its way"
    token = receiver.token("dk_r_")
    stored = b"".join(each.read_bytes() for each in services.config.data.glob("deskterm.db*"))
    assert token.encode() not in stored
    body = {"token": token, "password": "a better one"}
    signed = await post(http, "/api/v1/password-resets/accept", body, 200)
    assert signed["me"]["user"]["email"] == SARAH
    await post(http, "/api/v1/password-resets/accept", body, 410)


async def test_who_is_invited_gets_a_mail(
    dana: ClientSession, services: Services, receiver: Receiver
) -> None:
    made = await post(dana, "invitations", {"email": "ines@new.example", "role": "staff"}, 201)
    await services.mailing.tick()
    assert receiver.got[-1].rcpt_tos == ["ines@new.example"]
    assert receiver.token("dk_i_") == made["token"]


async def test_what_fails_is_tried_again_later_and_goes_once(
    dana: ClientSession, services: Services, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.answers = ["451 later", "451 later"]
    await post(dana, "invitations", {"email": "ines@new.example", "role": "staff", "valid_minutes": 60}, 201)
    await services.mailing.tick()
    assert services.db.read(mail.state).failing == 1
    assert "later" in str(services.db.read(mail.state).problem)
    await services.mailing.tick()
    assert receiver.got == [], "not before its time"
    for seconds in (31, 121):
        clock.advance(seconds)
        await services.mailing.tick()
    assert len(receiver.got) == 1
    clock.advance(20_000)
    await services.mailing.tick()
    assert len(receiver.got) == 1
    assert services.db.read(mail.state).failing == 0


async def test_an_invitation_that_is_taken_back_is_not_sent(
    dana: ClientSession, services: Services, receiver: Receiver
) -> None:
    made = await post(dana, "invitations", {"email": "ines@new.example", "role": "staff"}, 201)
    async with dana.delete(f"invitations/{made['id']}") as got:
        assert got.status == 204
    await services.mailing.tick()
    assert receiver.got == []


async def test_nothing_that_people_write_becomes_a_header_or_a_control(
    settings: Mail, receiver: Receiver
) -> None:
    evil = "Bad\r\nBcc: everybody@example.com\r\n\r\n\x1b]52;c;eA==\x07 \u202egnp"
    message = compose(Letter(JOHN, evil, evil, f"{evil}\n.\nQUIT\n"), settings, IDS.new(), 0)
    assert isinstance(message, EmailMessage)
    assert message["Bcc"] is None
    await send(message, settings)
    assert [each.rcpt_tos for each in receiver.got] == [[JOHN]]
    assert "\x1b" not in receiver.last()
    assert not any(line.startswith("Bcc:") for line in receiver.last().split("\r\n\r\n")[0].splitlines())
    for address in ("a@b.c\r\nBcc: x@y.z", "a b@c", ""):
        with pytest.raises(ValueError):  # noqa: PT011  # of the standard library
            compose(Letter(address, "x", "x", "x"), settings, IDS.new(), 0)
    receiver.answers = ["554 never"]
    with pytest.raises(Refused):
        await send(message, settings)


async def test_a_mailed_token_works_for_who_is_in_several_organizations(
    http: ClientSession, dana: ClientSession, services: Services, receiver: Receiver
) -> None:
    made = await post(dana, "invitations", {"email": NORA, "role": "staff"}, 201)
    join = {"token": made["token"], "password": "admin123"}
    await post(http, "/api/v1/invitations/accept", join, 200)
    await post(http, "/api/v1/password-resets", {"email": NORA}, 202)
    await services.mailing.tick()
    body = {"token": receiver.token("dk_r_"), "password": "a better one"}
    await post(http, "/api/v1/password-resets/accept", body, 200)


async def test_unread_replies_go_together_and_a_note_never(
    john: ClientSession, dana: ClientSession, services: Services, receiver: Receiver, clock: ManualClock
) -> None:
    async def say(who: ClientSession, body: str, **more: str) -> None:
        path = f"conversations/{one['id']}/messages"
        await post(who, path, {"id": IDS.new(), "body": body, **more}, 201)

    async def tick(seconds: float) -> list[str]:
        clock.advance(seconds)
        before = len(receiver.got)
        await services.mailing.tick()
        return [each.rcpt_tos[0] for each in receiver.got[before:]]

    async with john.get("portal/conversation") as got:
        one = await got.json()
    await say(john, "hello")
    clock.advance(1)
    await say(dana, "first answer \x1b[2J")
    await say(dana, "C4N4RY", visibility="internal")
    clock.advance(60)
    await say(dana, "second answer\r\nBcc: everybody@example.com")
    assert await tick(540) == [], "not so soon"
    assert await tick(61) == [JOHN]
    assert "first answer" in receiver.last()
    assert "second answer" in receiver.last()
    assert "deskterm chat --server https://desk.example" in receiver.last()
    for never in ("C4N4RY", "\x1b", "hello@designpi.com"):
        assert never not in receiver.last(), never
    assert await tick(3_601) == [], "the same is not told twice"
    await say(dana, "third answer")
    assert await tick(601) == [JOHN]
    assert (await john.patch("me", json={"mail": False})).status == 200
    clock.advance(7_200)
    await say(dana, "fourth answer")
    assert await tick(601) == [], "who wants none gets none"
    assert (await dana.patch("me", json={"mail": False})).status == 403


async def test_agents_learn_that_customers_wait_while_nobody_is_there(
    john: ClientSession, dana: ClientSession, services: Services, receiver: Receiver, clock: ManualClock
) -> None:
    async with john.get("portal/conversation") as got:
        one = await got.json()
    await post(john, f"conversations/{one['id']}/messages", {"id": IDS.new(), "body": "anybody?"}, 201)
    clock.advance(601)
    await services.mailing.tick()
    assert [each.rcpt_tos for each in receiver.got] == [[DANA]], "it is nobody's, so only admins see it"
    assert "anybody?" not in receiver.last()
    clock.advance(3_601)
    await services.mailing.tick()
    assert len(receiver.got) == 1, "once for the same wait"
