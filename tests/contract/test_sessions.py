"""Signing in and out, devices, and who one is."""

import pytest

from tests.contract.desk import EMAILS, Desk, Person
from tests.contract.shapes import CONTACT, SETTINGS, UNSEEN, Json

LOGIN = {"token", "expires_at", "me"}
ME = {"user", "member", "organization", "contact"}


async def enter(desk: Desk, email: str, password: str, **more: str) -> tuple[int, bytes]:
    reply = await desk.nobody.post("auth/login", {"email": email, "password": password, **more})
    return reply.status, reply.raw


@pytest.mark.parametrize("name", EMAILS)
async def test_everybody_of_the_demo_can_sign_in(desk: Desk, name: str) -> None:
    email, password = EMAILS[name]
    answer = (await desk.nobody.post("auth/login", {"email": email.upper(), "password": password})).ok
    assert set(answer) == LOGIN
    assert set(answer["me"]) == ME
    assert answer["token"].startswith("dk_s_")
    assert answer["expires_at"] > "2026-09-21"


async def test_me_of_an_agent(desk: Desk) -> None:
    for who, role in ((desk.dana, "admin"), (desk.sarah, "staff")):
        me = (await who.get("me")).ok
        assert set(me) == ME
        assert me["member"]["role"] == role
        assert me["contact"] is None
        assert me["organization"]["slug"] == "designpi"
        assert me["organization"]["id"] == "00000000-0000-7000-8000-000000000001"
        assert set(me["organization"]["settings"]) == SETTINGS
        assert me["user"]["id"] != me["member"]["id"]


async def test_me_of_a_customer_tells_nothing_of_the_organizations_inside(desk: Desk) -> None:
    me = (await desk.john.get("me")).ok
    assert me["member"]["role"] == "customer"
    assert set(me["contact"]) == CONTACT
    assert set(me["organization"]) == {"name", "logo", "welcome", "support"}
    assert set(me["organization"]["support"]) == {"online", "text"}
    assert (await desk.john.get("organization")).ok == me["organization"]


async def test_the_demos_settings_are_the_defaults(desk: Desk) -> None:
    settings = (await desk.dana.get("organization")).ok["settings"]
    expected = {
        "staff_sees": "assigned", "assignment": "manual", "staff_may_claim": True, "staff_may_return": True,
        "assign_on_first_reply": False, "voice": "persona", "reopen_hours": 168, "close_after_days": 7,
        "send_hold_seconds": 0, "away_return_minutes": 30,
    }  # fmt: skip
    assert {name: settings[name] for name in expected} == expected


async def test_whoever_is_refused_gets_the_same_answer(desk: Desk) -> None:
    (await desk.dana.patch(f"members/{desk.mike.id}", {"disabled": True})).accepted()
    wrong = await enter(desk, "sarah@designpi.com", "staff1234")
    assert wrong[0] == 401
    assert b'"invalid_credentials"' in wrong[1]
    assert await enter(desk, "unknown@designpi.com", "staff123") == wrong
    assert await enter(desk, "mike@designpi.com", "staff123") == wrong
    assert await enter(desk, "sarah@designpi.com", "wrong", organization="northwind") == wrong
    assert await enter(desk, "not an address", "staff123") == wrong
    assert (await enter(desk, "sarah@designpi.com", "staff123", organization="designpi"))[0] == 200
    foreign = await enter(desk, "sarah@designpi.com", "staff123", organization="northwind")
    assert foreign == await enter(desk, "sarah@designpi.com", "staff123", organization="nowhere")
    assert foreign[0] in (401, 422)


async def test_login_takes_nothing_else(desk: Desk) -> None:
    for body in (
        {"email": "sarah@designpi.com"},
        {"password": "staff123"},
        {"email": "sarah@designpi.com", "password": "staff123", "role": "admin"},
        {"email": 1, "password": "staff123"},
        {"email": "sarah@designpi.com", "password": "x" * 257},
        {"email": ["sarah@designpi.com"], "password": "staff123"},
    ):
        (await desk.nobody.post("auth/login", body)).problem(422, "invalid")
    for body in ({"email": "a\ud800@b.c", "password": "x"}, {"email": "a@b.c", "password": "\ud800"}):
        assert (await desk.nobody.post("auth/login", body)).status in (400, 401, 422)


async def test_failures_are_slowed_down_and_a_right_password_elsewhere_is_not(desk: Desk) -> None:
    statuses = [(await enter(desk, "ghost@example.com", "wrong"))[0] for _ in range(15)]
    assert 429 in statuses
    assert 401 in statuses
    assert (await enter(desk, *EMAILS["jane"]))[0] == 200


async def test_logging_out_ends_this_session_only(desk: Desk) -> None:
    second = await desk.sign_in("sarah")
    assert (await second.post("auth/logout")).status == 204
    (await second.get("me")).problem(401, "unauthenticated")
    (await desk.sarah.get("me")).accepted()


async def test_own_devices_are_listed_and_ended(desk: Desk) -> None:
    second = await desk.sign_in("sarah")
    page = (await desk.sarah.get("sessions")).ok
    assert set(page) == {"items", "next_cursor"}
    assert len(page["items"]) == 2
    assert second.token.encode() not in (await desk.sarah.get("sessions")).raw
    other = next(each["id"] for each in page["items"] if not each["current"])
    for who in (desk.mike, desk.dana, desk.john, desk.nora):
        (await who.delete(f"sessions/{other}")).problem(404, "not_found")
    assert (await desk.sarah.delete(f"sessions/{other}")).status == 204
    (await second.get("me")).problem(401, "unauthenticated")
    (await desk.sarah.delete(f"sessions/{other}")).problem(404, "not_found")


async def test_a_session_ends_by_itself(desk: Desk) -> None:
    desk.clock.advance(13 * 86_400)
    (await desk.sarah.get("me")).accepted()
    desk.clock.advance(13 * 86_400)
    (await desk.sarah.get("me")).accepted()
    (await desk.mike.get("me")).problem(401, "unauthenticated")


async def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    second = await desk.sign_in("sarah")
    reply = await desk.sarah.post("auth/password", {"current": "wrong-one", "new": "a-new-password"})
    assert reply.status in (401, 403, 422)
    (await second.get("me")).accepted()
    for bad in ("short", "Password1"):  # the second one is tried first by everybody
        (await desk.sarah.post("auth/password", {"current": "staff123", "new": bad})).problem(422, "invalid")
    (await desk.sarah.post("auth/password", {"current": "staff123", "new": "a-new-password"})).accepted()
    (await second.get("me")).problem(401, "unauthenticated")
    (await desk.sarah.get("me")).accepted()
    assert (await enter(desk, "sarah@designpi.com", "staff123"))[0] == 401
    assert (await enter(desk, "sarah@designpi.com", "a-new-password"))[0] == 200


async def test_switching_goes_only_where_one_is_a_member(desk: Desk) -> None:
    answer = (await desk.sarah.post("auth/switch", {"organization": "designpi"})).ok
    assert set(answer) == LOGIN
    other = await desk.sarah.post("auth/switch", {"organization": "northwind"})
    missing = await desk.sarah.post("auth/switch", {"organization": "nowhere"})
    assert other.status in (403, 404)
    assert (other.status, other.raw) == (missing.status, missing.raw)


async def test_a_disabled_member_is_out_at_once_and_comes_back(desk: Desk) -> None:
    (await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": True})).accepted()
    (await desk.sarah.get("me")).problem(401, "unauthenticated")
    (await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": False})).accepted()
    (await (await desk.sign_in("sarah")).get("me")).accepted()


async def test_the_last_admin_stays(desk: Desk) -> None:
    for body in ({"disabled": True}, {"role": "staff"}):
        (await desk.dana.patch(f"members/{desk.dana.id}", body)).problem(409, "conflict")
    (await desk.dana.get("members")).accepted()


async def test_members_are_shown_to_agents_without_customers(desk: Desk) -> None:
    for who in (desk.dana, desk.sarah):
        page = (await who.get("members")).ok
        assert {each["role"] for each in page["items"]} == {"admin", "staff"}
        assert {each["id"] for each in page["items"]} == {p.id for p in (desk.dana, desk.sarah, desk.mike)}


async def test_changing_oneself(desk: Desk) -> None:
    me = (await desk.sarah.patch("me", {"name": "Sarah J.", "presence": "away"})).ok
    assert set(me) == ME
    assert me["user"]["name"] == "Sarah J."
    refused: list[Json] = [
        {"presence": "online"},
        {"name": ""},
        {"role": "admin"},
        {"member": {}},
        {"name": 5},
    ]
    for body in refused:
        (await desk.sarah.patch("me", body)).problem(422, "invalid")
    assert (await desk.numbered(1))["assignee"]["name"] == "Sarah J."


async def test_a_foreign_member_is_404(desk: Desk) -> None:
    missing = await desk.nora.patch(f"members/{UNSEEN}", {"disabled": True})
    foreign = await desk.nora.patch(f"members/{desk.sarah.id}", {"disabled": True})
    assert (missing.status, missing.raw) == (foreign.status, foreign.raw) == (404, missing.raw)
    (await desk.sarah.get("me")).accepted()


async def test_contacts_are_seen_with_their_conversations(desk: Desk) -> None:
    async def names(who: Person) -> set[str]:
        return {each["name"] for each in (await who.get("contacts")).ok["items"]}

    assert await names(desk.sarah) == {"John Doe", "Alice Brown"}
    assert await names(desk.mike) == {"Jane Smith"}
    assert len(await names(desk.dana)) == 6
    (await desk.sarah.get(f"contacts/{desk.jane.id}")).problem(404, "not_found")
    (await desk.nora.get(f"contacts/{desk.jane.id}")).problem(404, "not_found")
    assert (await desk.sarah.get(f"contacts/{desk.john.id}")).ok["email"] == "john.doe@example.com"
