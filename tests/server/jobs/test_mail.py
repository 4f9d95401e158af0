"""E-mail to a real mail server on this machine: resets, invitations, digests, failures, hostile text."""

import asyncio
import ssl
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config, Mail
from deskterm.server.mail.sending import Letter, Refused, compose, send
from deskterm.server.services import Services
from deskterm.server.storage import mail
from tests.letterbox import Receiver, receiver
from tests.server.people import DANA, JOHN, NORA, SARAH
from tests.server.visitors import SITE, ask, let_in, make_key, say, visitor_of

__all__ = ["receiver"]
IDS = IdSource()
CERTIFICATE = Path(__file__).parents[2] / "client" / "self_signed.pem"


@pytest.fixture
def settings(receiver: Receiver) -> Mail:
    return receiver.settings


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


@pytest.mark.parametrize(
    "evil",
    [
        "Bad\r\nBcc: everybody@example.com\r\n\r\n\x1b]52;c;eA==\x07 \u202egnp",
        "=?utf-8?q?Bad=0d=0aBcc:everybody=40example.com?=",
        "Ü =\u200b?utf-8?b?QmFkCkJjYzpldmVyeWJvZHlAZXhhbXBsZS5jb20=?=",
    ],
)
async def test_nothing_that_people_write_becomes_a_header_or_a_control(
    settings: Mail, receiver: Receiver, evil: str
) -> None:
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


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the mail server does not see that TLS is outside
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_goes_over_tls_with_a_login_and_not_to_who_cannot_show_a_certificate(
    security: Literal["starttls", "tls"], settings: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def login(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"desk", b"right"), handled=False)

    there, context = Receiver(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    loop = asyncio.get_running_loop()
    wanted: dict[str, Any] = {"authenticator": login, "auth_required": True, "auth_require_tls": False}
    if security == "starttls":
        wanted |= {"tls_context": context, "require_starttls": True}
    server = await loop.create_server(
        lambda: SMTP(there, loop=loop, **wanted),
        "127.0.0.1",
        0,
        ssl=context if security == "tls" else None,
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        right = replace(settings, port=port, security=security, user="desk", password="right")
        message = compose(Letter(JOHN, "Desk", "Hello", "Hello"), right, IDS.new(), 0)
        with pytest.raises(Refused, match="certificate") as refused:
            await send(message, right)
        assert (refused.value.for_good, there.got) == (False, [])
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        with pytest.raises(Refused, match="credentials invalid") as refused:
            await send(message, replace(right, password="wrong"))
        assert (refused.value.for_good, there.got) == (False, []), "somebody may mend the password"
        await send(message, right)
        assert [each.rcpt_tos for each in there.got] == [[JOHN]]


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
    assert "the longest since 21 September 2026, 14:13 UTC." in receiver.parsed().get_content()
    clock.advance(3_601)
    await services.mailing.tick()
    assert len(receiver.got) == 1, "once for the same wait"


async def test_a_digest_leads_its_customer_back_once_and_is_turned_off_by_one_click(
    server: TestServer,
    http: ClientSession,
    john: ClientSession,
    dana: ClientSession,
    services: Services,
    receiver: Receiver,
    clock: ManualClock,
) -> None:
    async def digest() -> str:
        clock.advance(3_601)
        body = {"id": IDS.new(), "body": "an answer"}
        await post(dana, f"conversations/{one['id']}/messages", body, 201)
        clock.advance(601)
        await services.mailing.tick()
        return receiver.token("dk_b_")

    async with john.get("portal/conversation") as got:
        one = await got.json()
    await post(john, f"conversations/{one['id']}/messages", {"id": IDS.new(), "body": "hello"}, 201)
    late, token = await digest(), await digest()
    for made_up in (token[:-1] + "_", token.replace("dk_b_", "dk_o_"), "dk_b_", "dk_b_" + "0" * 83):
        await post(http, "/api/v1/ways-back", {"token": made_up}, 410)
    signed = await post(http, "/api/v1/ways-back", {"token": token}, 200)
    assert signed["me"]["user"]["email"] == JOHN
    await post(http, "/api/v1/ways-back", {"token": token}, 410)
    clock.advance(3 * 24 * 3_600)
    await post(http, "/api/v1/ways-back", {"token": late}, 410)

    header = receiver.parsed()
    assert header["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    place = header["List-Unsubscribe"].strip("<>").removeprefix("https://desk.example")
    assert f"\r\nList-Unsubscribe: <https://desk.example{place}>\r\n" in receiver.last(), (
        "as programs read it"
    )
    before = len(receiver.got)
    await post(dana, f"conversations/{one['id']}/messages", {"id": IDS.new(), "body": "more"}, 201)
    async with ClientSession(base_url=server.make_url("/")) as browser:
        async with browser.get(place) as page:
            assert page.status == 200
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        for there, status in ((place[:-1] + "_", 410), (place, 200), (place, 200)):
            async with browser.post(there, data="List-Unsubscribe=One-Click") as done:
                assert done.status == status
    clock.advance(7_200)
    await services.mailing.tick()
    assert len(receiver.got) == before


async def test_a_visitor_who_left_an_address_is_led_back_to_the_page(
    server: TestServer,
    http: ClientSession,
    dana: ClientSession,
    services: Services,
    receiver: Receiver,
    clock: ManualClock,
) -> None:
    key = (await make_key(dana))["key"]
    first = await let_in(http, key, page_url=f"{SITE}/pricing?plan=pro#top")
    async with visitor_of(server, first) as visitor:
        assert (await visitor.patch("me", json={"email": "vera@web.example"})).status == 200
        sent = await say(visitor, IDS.new(), "is it blue?")
    clock.advance(1)
    path = f"conversations/{sent['conversation_id']}/messages"
    await post(dana, path, {"id": IDS.new(), "body": "It is green."}, 201)
    clock.advance(601)
    await services.mailing.tick()
    assert receiver.got[-1].rcpt_tos == ["vera@web.example"]
    link = receiver.token("https://acme.example/")
    page, token = link.split("#deskterm=")
    assert page == f"{SITE}/pricing?plan=pro"
    await post(http, "/api/v1/ways-back", {"token": token}, 410)
    back = await let_in(http, key, way_back=token)
    assert back["contact"]["id"] == first["contact"]["id"]
    async with visitor_of(server, back) as visitor, visitor.get(path) as got:
        assert [each["body"] for each in (await got.json())["items"]] == ["is it blue?", "It is green."]
    assert (await let_in(http, key, session=back["session"]))["contact"]["id"] == first["contact"]["id"]
    assert (await ask(http, key, {"way_back": token}))[0] == 410
