"""What goes out for every call, what comes back, and how refusals look; over real HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from deskterm.client.answers import Counts
from deskterm.client.errors import ApiError, NotDeskterm, Offline, UnexpectedAnswer
from deskterm.client.http.api import Api
from deskterm.client.replica.filters import Filter
from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.records import Kind, Role, Source, Status, Visibility
from tests.client.canned import Asked, Canned, breaking, document, html, problem, vars_of
from tests.client.samples import ORGANIZATION, SARAH, WHO, conversation, message, number


async def test_sign_in_uses_the_new_token_from_then_on(server: Canned, api: Api) -> None:
    server.on(
        "POST",
        "/api/v1/auth/login",
        document({"token": "dk_s_new", "expires_at": "2026-12-01T00:00:00.000Z", "me": WHO}),
    )
    server.on("GET", "/api/v1/me", document(WHO))
    signed = await api.login("sarah@designpi.com", "staff123", "designpi")
    me = await api.me()
    assert signed.me == me
    assert (me.name, me.role, me.member_id, me.user_id) == (
        "Sarah Johnson",
        Role.STAFF,
        number(92),
        number(91),
    )
    assert me.organization.settings == {"logo": None, "voice": "persona"}
    assert server.asked[0].body == {
        "email": "sarah@designpi.com",
        "password": "staff123",
        "organization": "designpi",
    }
    assert server.asked[1].headers["Authorization"] == "Bearer dk_s_new"
    assert "dk_s_new" not in repr(signed)


async def test_visitors_and_contacts_are_somebody_too(server: Canned, api: Api) -> None:
    contact = {"id": number(93), "kind": "visitor", "name": None, "email": None}
    public = {
        "name": "DesignPi",
        "logo": None,
        "welcome": "Hello",
        "support": {"online": True, "text": "Now"},
    }
    server.on(
        "GET",
        "/api/v1/me",
        document({"user": None, "member": None, "contact": contact, "organization": public}),
    )
    me = await api.me()
    assert (me.name, me.role, me.contact_id) == ("Visitor", None, number(93))
    assert me.organization.settings["support"] == {"online": True, "text": "Now"}


async def test_a_list_has_filters_on_the_way_out_and_records_with_counts_on_the_way_back(
    server: Canned, api: Api
) -> None:
    counts = {"open": 3, "pending": 0, "snoozed": 1, "resolved": 2, "closed": 1000}
    page = {"items": [conversation(2), conversation(1)], "next_cursor": "next", "counts": counts}
    server.on("GET", "/api/v1/conversations", document(page))
    wanted = Filter(
        status=(Status.OPEN, Status.PENDING),
        source=(Source.WIDGET,),
        assignee=("me", "none"),
        tag=("vip", "late"),
        escalated=True,
        sort="waiting_since",
        kinds=(Kind.GROUP,),
        archived=True,
        number=7,
        q="waiting>30m",
    )
    found = await api.conversations(wanted, cursor="here", limit=10)
    assert found.items == (conversation(2), conversation(1))
    assert found.next_cursor == "next"
    assert found.counts == Counts(3, 0, 1, 2, 1000)
    assert found.items[0].created_at.tzinfo is not None
    assert server.asked[0].query == {
        "status": "open,pending",
        "source": "widget",
        "assignee": "me,none",
        "tag": "vip,late",
        "escalated": "true",
        "sort": "waiting_since",
        "kind": "group",
        "archived": "true",
        "number": "7",
        "q": "waiting>30m",
        "cursor": "here",
        "limit": "10",
    }


async def test_the_plain_inbox_asks_for_nothing_special(server: Canned, api: Api) -> None:
    server.on("GET", "/api/v1/conversations", document({"items": [], "next_cursor": None}))
    assert (await api.conversations()).counts is None
    assert server.asked[0].query == {"limit": "50"}


async def test_keys_of_a_newer_server_are_ignored(server: Canned, api: Api) -> None:
    answer = {"mood": "sunny", **vars_of(conversation())}
    server.on("GET", f"/api/v1/conversations/{number(1)}", document(answer))
    assert await api.conversation(number(1)) == conversation()


async def test_a_message_goes_out_under_its_own_id_and_no_other_key(server: Canned, api: Api) -> None:
    path = f"/api/v1/conversations/{number(1)}/messages"
    server.on("POST", path, document({**vars_of(message(seq=8)), "replayed": False}, 201))
    stored = await api.send_message(
        number(1), id=message().id, body="hi", visibility=Visibility.INTERNAL, seen_seq=7
    )
    assert stored == message(seq=8)
    asked = server.asked[0]
    assert asked.body == {"id": message().id, "body": "hi", "visibility": "internal", "seen_seq": 7}
    assert "Idempotency-Key" not in asked.headers


async def test_commands_carry_a_key_and_the_callers_own_if_there_is_one(server: Canned, api: Api) -> None:
    path = f"/api/v1/conversations/{number(1)}"
    server.on("PATCH", path, document(conversation(rev=9)))
    until = datetime(2026, 12, 1, tzinfo=UTC)
    await api.patch_conversation(number(1), assignee_id=None, snoozed_until=until)
    await api.patch_conversation(number(1), key="mine", status="resolved")
    first, second = server.asked
    assert UUID_PATTERN.match(first.headers["Idempotency-Key"])
    assert second.headers["Idempotency-Key"] == "mine"
    assert first.body == {"assignee_id": None, "snoozed_until": "2026-12-01T00:00:00+00:00"}


async def test_a_patch_that_moves_it_out_of_sight_answers_none(server: Canned, api: Api) -> None:
    server.on("PATCH", f"/api/v1/conversations/{number(1)}", document(None, 204))
    assert await api.patch_conversation(number(1), assignee_id=number(5)) is None


async def test_pages_of_a_thread_are_named_by_message(server: Canned, api: Api) -> None:
    path = f"/api/v1/conversations/{number(1)}/messages"
    server.on("GET", path, document({"items": [message()], "next_cursor": message().id}))
    page = await api.messages(number(1), before=number(9))
    assert page.items == (message(),)
    assert server.asked[0].query == {"before": number(9), "limit": "50"}


async def test_the_snapshot_has_a_roster_on_its_first_page_only(server: Canned, api: Api) -> None:
    first = {
        "cursor": "c1",
        "next_page": "2",
        "organization": ORGANIZATION,
        "me": WHO,
        "members": [SARAH],
        "personas": [{"id": "p", "name": "Support", "support": True, "operator_ids": []}],
        "conversations": [conversation()],
    }
    second = {"cursor": "c1", "next_page": None, "conversations": [conversation(2)]}
    nulls = {"organization": None, "me": None, "members": None, "personas": None}
    server.on("GET", "/api/v1/sync/snapshot", document(first), document(second | nulls))
    page = await api.snapshot()
    assert (page.cursor, page.next_page, page.members) == ("c1", "2", (SARAH,))
    assert page.organization == page.me.organization if page.me else False
    last = await api.snapshot("2")
    assert (last.next_page, last.me, last.conversations) == (None, None, (conversation(2),))
    assert server.asked[1].query == {"page": "2"}


async def test_a_refusal_has_its_code_and_what_goes_beyond(server: Canned, api: Api) -> None:
    path = f"/api/v1/conversations/{number(1)}"
    server.on("PATCH", path, problem("illegal_transition", 409, status="closed", allowed=["open"]))
    with pytest.raises(ApiError) as caught:
        await api.patch_conversation(number(1), status="pending")
    error = caught.value
    assert (error.code, error.status, error.sentence) == (
        "illegal_transition",
        409,
        "because illegal_transition",
    )
    assert error.extra == {"status": "closed", "allowed": ["open"]}
    assert not error.passing


async def test_a_read_waits_for_a_short_retry_after_once(server: Canned, api: Api, naps: list[float]) -> None:
    server.on("GET", "/api/v1/me", problem("rate_limited", 429, "2"), document(WHO))
    assert (await api.me()).name == "Sarah Johnson"
    assert naps == [2.0]


@pytest.mark.parametrize(("wait", "asked"), [("3", 1), ("1", 2)])
async def test_a_long_wait_and_a_second_refusal_are_the_callers(
    server: Canned, api: Api, wait: str, asked: int
) -> None:
    server.on("GET", "/api/v1/me", problem("overloaded", 503, wait))
    with pytest.raises(ApiError) as caught:
        await api.me()
    assert (caught.value.retry_after, caught.value.passing) == (float(wait), True)
    assert len(server.asked) == asked


async def test_commands_are_never_repeated_by_themselves(server: Canned, api: Api, naps: list[float]) -> None:
    server.on("PATCH", "/api/v1/me", problem("overloaded", 503, "1"))
    with pytest.raises(ApiError):
        await api.patch_me(presence="away")
    assert (len(server.asked), naps) == (1, [])


async def test_a_broken_connection_is_tried_again_for_reads_alone(server: Canned, api: Api) -> None:
    server.on("GET", "/api/v1/me", breaking, document(WHO))
    server.on("POST", "/api/v1/auth/logout", breaking, document(None, 204))
    assert (await api.me()).name == "Sarah Johnson"
    with pytest.raises(Offline):
        await api.logout()
    assert [each.method for each in server.asked] == ["GET", "GET", "POST"]


@pytest.mark.parametrize("content", [{"items": 7}, [], {"items": [{"id": 1}], "next_cursor": None}])
async def test_an_answer_against_the_contract_is_no_crash(server: Canned, api: Api, content: Any) -> None:
    server.on("GET", "/api/v1/conversations", document(content))
    with pytest.raises(UnexpectedAnswer) as caught:
        await api.conversations()
    assert caught.value.what


async def test_a_page_of_html_is_no_deskterm_server(server: Canned, api: Api) -> None:
    server.on("GET", "/api/v1/me", html)
    with pytest.raises(NotDeskterm):
        await api.me()


async def test_lists_in_lists_in_lists_are_no_crash(server: Canned, api: Api) -> None:
    def deep(asked: Asked) -> web.Response:
        return web.Response(body=b"[" * 100_000, content_type="application/json")

    server.on("GET", "/api/v1/me", deep)
    with pytest.raises(UnexpectedAnswer):
        await api.me()


@pytest.mark.parametrize("wait", ["inf", "1e300", "99999999999"])
async def test_no_server_makes_us_wait_for_ever(server: Canned, api: Api, wait: str) -> None:
    server.on("GET", "/api/v1/me", problem("overloaded", 503, wait))
    with pytest.raises(ApiError) as caught:
        await api.me()
    assert caught.value.retry_after == 3600
