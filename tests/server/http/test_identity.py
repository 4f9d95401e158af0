"""Identity tokens: only what this organization's key signed, once, and merged only within it."""

from typing import Any

import jwt
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from tests.server.people import NORA, signed_in
from tests.server.visitors import NOW, ask, let_in, make_key, organization_id, say, signed, visitor_of

ids = IdSource()


class Site:
    """A website with both keys."""

    def __init__(self, key: str, secret: str, organization: str) -> None:
        self.key, self.secret, self.organization = key, secret, organization

    def sign(self, **claims: Any) -> str:
        """A token of its backend."""
        return signed(self.secret, self.organization, **claims)


async def site_of(admin: ClientSession) -> Site:
    return Site(
        (await make_key(admin))["key"],
        (await make_key(admin, "identity"))["key"],
        await organization_id(admin),
    )


@pytest.fixture
async def site(dana: ClientSession) -> Site:
    """The website of the first organization."""
    return await site_of(dana)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": NOW + 3601},
        {"exp": NOW + 3700, "iat": NOW + 100},
        {"iat": NOW + 61, "exp": NOW + 600},
        {"nbf": NOW + 61},
        {"nbf": "now"},
        {"exp": None},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"aud": None},
        {"aud": "someone-else"},
        {"sub": ""},
        {"sub": "x" * 201},
        {"jti": "\x1b"},
        {"exp": float(NOW) + 600.5},
        {"exp": True},
        {"email": "no address"},
        {"name": ["x"]},
    ],
)
async def test_claims_that_do_not_hold(http: ClientSession, site: Site, claims: dict[str, Any]) -> None:
    """T24: by the server's clock."""
    status, answer = await ask(http, site.key, {"identity_token": site.sign(**claims)})
    assert (status, answer["code"]) == (401, "unauthenticated"), answer


async def test_algorithms(http: ClientSession, site: Site) -> None:
    """T24: `none`, another one, another secret, and rubbish."""
    claims = {"aud": site.organization, "sub": "u", "jti": "j", "iat": NOW, "exp": NOW + 60}
    for token in (
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, site.secret, algorithm="HS384"),
        jwt.encode(claims, site.secret + "x", algorithm="HS256"),
        jwt.encode(claims, site.key, algorithm="HS256"),
        site.sign() + "x",
        "a.b.c",
        "rubbish",
    ):
        assert (await ask(http, site.key, {"identity_token": token}))[0] == 401


async def test_once(http: ClientSession, site: Site, clock: ManualClock) -> None:
    """T24: a replayed jti is refused, also with another session."""
    token = site.sign()
    assert (await ask(http, site.key, {"identity_token": token}))[0] == 201
    assert (await ask(http, site.key, {"identity_token": token}))[0] == 401
    assert (await ask(http, site.key, {"identity_token": site.sign(jti="twice")}))[0] == 201


async def test_another_organizations_secret(server: TestServer, http: ClientSession, site: Site) -> None:
    """T24: neither its token here nor its key with our name in it."""
    async with signed_in(server, NORA) as nora:
        theirs = await site_of(nora)
    for token in (theirs.sign(), signed(theirs.secret, site.organization)):
        assert (await ask(http, site.key, {"identity_token": token}))[0] == 401


async def test_a_revoked_identity_key(http: ClientSession, dana: ClientSession, site: Site) -> None:
    async with dana.get("api-keys") as answer:
        (key,) = [each for each in (await answer.json())["items"] if each["kind"] == "identity"]
    await dana.delete(f"api-keys/{key['id']}")
    assert (await ask(http, site.key, {"identity_token": site.sign()}))[0] == 401


async def test_a_visitor_becomes_somebody_and_their_thread_goes_along(
    server: TestServer, http: ClientSession, dana: ClientSession, site: Site
) -> None:
    anonymous = await let_in(http, site.key)
    async with visitor_of(server, anonymous) as visitor:
        sent = await say(visitor, ids.new(), "Before I signed in")
    known = await let_in(
        http,
        site.key,
        session=anonymous["session"],
        identity_token=site.sign(name="Ada", email="a@b.example"),
    )
    assert known["session"] is None
    assert (known["contact"]["name"], known["contact"]["email"]) == ("Ada", "a@b.example")
    async with visitor_of(server, known) as visitor, visitor.get("portal/conversation") as answer:
        assert (await answer.json())["id"] == sent["conversation_id"]
    async with visitor_of(server, anonymous) as visitor, visitor.get("me") as answer:
        assert answer.status == 401
    later = await let_in(http, site.key, session=anonymous["session"])
    assert later["contact"]["id"] != known["contact"]["id"]


async def test_a_second_device_merges_into_the_same_contact(
    server: TestServer, http: ClientSession, dana: ClientSession, site: Site
) -> None:
    """Both had a thread: one stays active, the other is closed and linked; its words are the contact's."""
    first = await let_in(http, site.key, identity_token=site.sign())
    async with visitor_of(server, first) as visitor:
        going_on = await say(visitor, ids.new(), "At home")
    anonymous = await let_in(http, site.key)
    async with visitor_of(server, anonymous) as visitor:
        moved = await say(visitor, ids.new(), "On the phone")
    second = await let_in(
        http, site.key, session=anonymous["session"], identity_token=site.sign(jti="second")
    )
    assert second["contact"]["id"] == first["contact"]["id"]
    async with visitor_of(server, second) as visitor:
        async with visitor.get("portal/conversation") as answer:
            assert (await answer.json())["id"] == going_on["conversation_id"]
        async with visitor.get(f"conversations/{moved['conversation_id']}/messages") as answer:
            assert (await answer.json())["items"][0]["author"]["id"] == first["contact"]["id"]
    async with dana.get(f"conversations/{moved['conversation_id']}") as answer:
        seen = await answer.json()
    assert (seen["status"], seen["next_id"]) == ("closed", going_on["conversation_id"])
    assert seen["contact"]["id"] == first["contact"]["id"]


@pytest.mark.parametrize(("verified", "same"), [(True, True), (False, False), ("true", False), (None, False)])
async def test_only_a_verified_address_finds_a_customer(
    http: ClientSession, john: ClientSession, site: Site, verified: object, same: bool
) -> None:
    """T24: whoever only says that they are John does not read John's thread."""
    async with john.get("me") as answer:
        me = await answer.json()
    token = site.sign(email=me["user"]["email"], email_verified=verified)
    known = await let_in(http, site.key, identity_token=token)
    assert (known["contact"]["id"] == me["contact"]["id"]) is same


async def test_an_address_that_a_visitor_typed_finds_nobody(
    server: TestServer, http: ClientSession, site: Site
) -> None:
    """Whoever types another's address first does not read what that other one writes later."""
    stranger = await let_in(http, site.key)
    async with visitor_of(server, stranger) as visitor:
        await say(visitor, ids.new(), "Hello")
        async with visitor.patch("me", json={"name": "Ada", "email": "a@b.example"}) as answer:
            assert answer.status == 200
        known = await let_in(
            http, site.key, identity_token=site.sign(email="a@b.example", email_verified=True)
        )
        assert known["contact"]["id"] != stranger["contact"]["id"]
        async with visitor_of(server, known) as ada:
            written = await say(ada, ids.new(), "My secret")
        async with visitor.get(f"conversations/{written['conversation_id']}") as answer:
            assert answer.status == 404


@pytest.mark.parametrize("way", ["by their website", "by invitation"])
async def test_who_is_known_now_signs_out_who_wrote_as_them(
    server: TestServer, http: ClientSession, dana: ClientSession, site: Site, way: str
) -> None:
    """An agent believed what a visitor had typed; then the one whose address it is comes."""
    stranger = await let_in(http, site.key)
    async with visitor_of(server, stranger) as visitor:
        await say(visitor, ids.new(), "Hello")
        await visitor.patch("me", json={"name": "Ada", "email": "a@b.example"})
        async with dana.patch(f"contacts/{stranger['contact']['id']}", json={"kind": "lead"}) as answer:
            assert answer.status == 200
        if way == "by invitation":
            await _invite_and_accept(http, dana, "a@b.example")
        else:
            token = site.sign(email="a@b.example", email_verified=True)
            known = await let_in(http, site.key, identity_token=token)
            assert known["contact"]["id"] == stranger["contact"]["id"]
        async with visitor.get("portal/conversation") as answer:
            assert answer.status == 401
    again = await let_in(http, site.key, session=stranger["session"])
    assert again["contact"]["id"] != stranger["contact"]["id"]


async def _invite_and_accept(http: ClientSession, admin: ClientSession, email: str) -> None:
    async with admin.post("invitations", json={"email": email, "role": "customer"}) as answer:
        token = (await answer.json())["token"]
    wish = {"token": token, "name": "Ada", "password": "a good password"}
    async with http.post("/api/v1/invitations/accept", json=wish) as answer:
        assert answer.status == 200, await answer.text()


async def test_who_was_identified_keeps_the_name_that_was_signed(
    server: TestServer, http: ClientSession, site: Site
) -> None:
    known = await let_in(http, site.key, identity_token=site.sign(name="Ada"))
    visitor = visitor_of(server, known)
    async with visitor, visitor.patch("me", json={"name": "The King"}) as answer:
        assert answer.status == 403
