"""Coming in by a token that somebody handed over: invitations and password resets."""

import asyncio
from typing import Any

import pytest

from tests.contract.desk import Desk, Person, Reply

MIKE_AGAIN = {"email": "mike@designpi.com", "role": "admin"}


async def invite(desk: Desk, email: str, role: str = "staff", **more: Any) -> dict[str, Any]:
    reply = await desk.dana.post("invitations", {"email": email, "role": role} | more)
    made: dict[str, Any] = reply.json
    assert reply.status == 201, reply
    return made


def as_(desk: Desk, signed_in: Any) -> Person:
    """Whoever was signed in so."""
    return Person(desk.nobody._http, signed_in, contact=signed_in["me"]["member"]["role"] == "customer")


async def accept(desk: Desk, token: str, password: str = "a good password", **more: Any) -> Reply:
    body = {"token": token, "password": password, "name": "Ines Moreau"} | more
    return await desk.nobody.post("invitations/accept", body)


async def test_whoever_accepts_is_a_member_and_signed_in(desk: Desk) -> None:
    made = await invite(desk, "Ines@New.example", "staff", max_concurrent=4)
    assert (made["email"], made["role"], made["max_concurrent"]) == ("ines@new.example", "staff", 4)
    assert made["invited_by"] == {"id": desk.dana.id, "name": "Dana Whitfield"}
    listed = (await desk.dana.get("invitations")).ok["items"]
    assert listed == [{name: value for name, value in made.items() if name != "token"}]
    signed_in = (await accept(desk, made["token"])).ok
    me = signed_in["me"]
    assert (me["user"]["name"], me["member"]["role"], me["member"]["max_concurrent"]) == (
        "Ines Moreau",
        "staff",
        4,
    )
    assert (await as_(desk, signed_in).get("me")).ok["member"] == me["member"]
    assert (await desk.dana.get("invitations")).ok["items"] == []
    names = [each["name"] for each in (await desk.dana.get("members")).ok["items"]]
    assert "Ines Moreau" in names


async def test_a_token_works_once(desk: Desk) -> None:
    made = await invite(desk, "ines@new.example")
    replies = await asyncio.gather(*(accept(desk, made["token"]) for _ in range(2)))
    assert sorted(each.status for each in replies) == [200, 410]
    (await accept(desk, made["token"])).problem(410, "gone")
    (await accept(desk, "dk_l_made-up")).problem(410, "gone")


async def test_a_token_ends_by_time_by_revoking_and_by_a_newer_one(desk: Desk) -> None:
    late = await invite(desk, "late@new.example", valid_minutes=5)
    desk.clock.advance(5 * 60)
    (await accept(desk, late["token"])).problem(410, "gone")
    assert (await desk.dana.get("invitations")).ok["items"] == []
    taken = await invite(desk, "taken@new.example")
    assert (await desk.dana.delete(f"invitations/{taken['id']}")).status == 204
    (await desk.dana.delete(f"invitations/{taken['id']}")).problem(404, "not_found")
    (await accept(desk, taken["token"])).problem(410, "gone")
    first, second = await invite(desk, "twice@new.example"), await invite(desk, "twice@new.example")
    (await accept(desk, first["token"])).problem(410, "gone")
    assert (await accept(desk, second["token"])).status == 200


async def test_whoever_is_new_says_who_they_are(desk: Desk) -> None:
    made = await invite(desk, "ines@new.example")
    reply = await desk.nobody.post("invitations/accept", {"token": made["token"], "password": "short"})
    problem = reply.problem(422, "invalid")
    assert [each["loc"] for each in problem["errors"]] == [["body", "name"], ["body", "password"]]
    assert (await accept(desk, made["token"])).status == 200


async def test_a_user_of_another_organization_joins_by_their_password(desk: Desk) -> None:
    made = await invite(desk, "admin@northwind.example")
    (await accept(desk, made["token"], "not theirs")).problem(401, "invalid_credentials")
    joined = (await accept(desk, made["token"], "admin123")).ok
    assert joined["me"]["organization"]["slug"] == "designpi"
    nora = as_(desk, joined)
    places = (await nora.get("me/organizations")).ok["items"]
    assert [(each["slug"], each["role"]) for each in places] == [
        ("designpi", "staff"),
        ("northwind", "admin"),
    ]
    switched = (await nora.post("auth/switch", {"organization": "northwind"})).ok
    assert switched["me"]["member"]["role"] == "admin"
    assert joined["me"]["user"]["name"] != "Ines Moreau"


async def test_who_is_here_is_not_invited(desk: Desk) -> None:
    reply = await desk.dana.post("invitations", MIKE_AGAIN)
    reply.problem(409, "conflict")
    assert (await desk.dana.patch(f"members/{desk.mike.id}", {"disabled": True})).status == 200
    (await desk.dana.post("invitations", MIKE_AGAIN)).problem(409, "conflict")


async def test_a_customer_is_the_contact_that_is_known(desk: Desk) -> None:
    """Alice, a lead with a conversation, becomes a customer who finds it; nobody else's is touched."""
    three = await desk.numbered(3)
    assert three["contact"]["kind"] == "lead"
    made = await invite(desk, "alice.brown@startup.com", "customer")
    signed_in = (await accept(desk, made["token"], name="Alice Brown")).ok
    alice = as_(desk, signed_in)
    assert signed_in["me"]["contact"]["id"] == three["contact"]["id"]
    own = (await alice.get("conversations")).ok["items"]
    assert [each["id"] for each in own] == [three["id"]]
    contact = (await desk.dana.get(f"contacts/{three['contact']['id']}")).ok
    assert (contact["kind"], contact["lead_status"]) == ("customer", "converted")


async def test_tokens_are_guessed_as_slowly_as_passwords(desk: Desk) -> None:
    made = await invite(desk, "ines@new.example")
    statuses = [(await accept(desk, f"dk_l_{number}")).status for number in range(30)]
    assert statuses[0] == 410
    assert statuses[-1] == 429
    (await accept(desk, made["token"])).problem(429, "rate_limited")
    desk.clock.advance(60)
    assert (await accept(desk, made["token"])).status == 200


async def reset(desk: Desk, who: Person, **more: Any) -> dict[str, Any]:
    reply = await desk.dana.post(f"members/{who.id}/password-reset", more)
    assert reply.status == 201, reply
    made: dict[str, Any] = reply.json
    return made


async def test_a_member_sets_a_new_password_by_a_token(desk: Desk) -> None:
    made = await reset(desk, desk.sarah)
    new = {"token": made["token"], "password": "much better"}
    signed_in = (await desk.nobody.post("password-resets/accept", new)).ok
    assert signed_in["me"]["member"]["id"] == desk.sarah.id
    (await desk.sarah.get("me")).problem(401, "unauthenticated")
    (await desk.nobody.post("password-resets/accept", new)).problem(410, "gone")
    login = {"email": "sarah@designpi.com", "password": "much better"}
    assert (await desk.nobody.post("auth/login", login)).status == 200
    login["password"] = "staff123"
    (await desk.nobody.post("auth/login", login)).problem(401, "invalid_credentials")


@pytest.mark.parametrize("ending", ["time", "newer", "disabled"])
async def test_a_reset_ends(desk: Desk, ending: str) -> None:
    made = await reset(desk, desk.sarah)
    if ending == "time":
        desk.clock.advance(15 * 60)
    elif ending == "newer":
        await reset(desk, desk.sarah)
    else:
        await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": True})
        (await desk.dana.post(f"members/{desk.sarah.id}/password-reset", {})).problem(409, "conflict")
    new = {"token": made["token"], "password": "much better"}
    (await desk.nobody.post("password-resets/accept", new)).problem(410, "gone")


async def test_nobody_resets_their_own(desk: Desk) -> None:
    """Whoever found an admin's console open would else be them for good."""
    (await desk.dana.post(f"members/{desk.dana.id}/password-reset", {})).problem(403, "forbidden")


async def test_an_admin_of_one_organization_has_no_say_in_another(desk: Desk) -> None:
    """Who joins a second organization keeps their password to themselves, also from an older reset."""
    member = (await desk.nora.get("members", role="customer")).ok["items"][0]
    path = f"members/{member['id']}/password-reset"
    before = (await desk.nora.post(path, {})).ok
    made = await invite(desk, member["email"])
    (await accept(desk, made["token"], "customer123")).accepted()
    (await desk.nora.post(path, {})).problem(409, "conflict")
    new = {"token": before["token"], "password": "much better"}
    (await desk.nobody.post("password-resets/accept", new)).problem(410, "gone")
