"""What holds for every call: tokens, the order of checks, problem documents, bodies, queries, lists."""

import gzip
import json
from collections.abc import AsyncIterator

import pytest

from tests.contract.desk import Desk
from tests.contract.routes import ADMINS, AGENTS, CALLS, CONTACTS, LISTS, WITH_BODY, WITH_ID, Call
from tests.contract.shapes import UNSEEN

every_call = pytest.mark.parametrize("call", CALLS, ids=str)


@every_call
async def test_without_a_token_everything_is_401_whatever_else_is_wrong(desk: Desk, call: Call) -> None:
    for headers in ({}, {"Authorization": "Bearer dk_s_nonsense"}, {"Authorization": "Basic eDp5"}):
        for raw in (None, b"{", b"x" * 300_000):
            reply = await desk.nobody.ask(
                call.method, call.to("no-id"), raw=raw, headers=headers, query={"what": "1"}
            )
            reply.problem(401, "unauthenticated")


@every_call
async def test_a_role_that_may_not_is_403_before_the_request_is_read(desk: Desk, call: Call) -> None:
    kept_out = {AGENTS: [desk.john], ADMINS: [desk.john, desk.sarah], CONTACTS: [desk.sarah, desk.dana]}
    for who in kept_out.get(call.who, []):
        for raw, kind in ((None, "application/json"), (b"{", "application/json"), (b"x", "text/plain")):
            reply = await who.ask(
                call.method, call.to(), raw=raw, headers={"Content-Type": kind}, query={"what": "1"}
            )
            reply.problem(403, "forbidden")


@every_call
async def test_unknown_and_repeated_query_names_are_422(desk: Desk, call: Call) -> None:
    who = desk.john if call.who == CONTACTS else desk.dana
    for query in (
        [("organization_id", UNSEEN)],
        [("limit", "2"), ("limit", "2")],
        [("assigned_to__password", "a")],
    ):
        reply = await who.ask(call.method, call.to(), call.body, query=query)
        found = reply.problem(422, "invalid")
        assert found["errors"][0]["loc"][-1] in ("organization_id", "limit", "assigned_to__password")


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
async def test_bodies_are_refused_by_the_request_alone(desk: Desk, call: Call) -> None:
    path, dana = call.to(), desk.dana
    for extra in ("organization_id", "role", "author_id", "rev", "internal", "__proto__"):
        reply = await dana.ask(call.method, path, call.body | {extra: "x"})
        assert reply.problem(422, "invalid")["errors"][0]["loc"][-1] == extra
    for raw in (b"", b"{", b"\xff\xfe{}", b'{"a": }', b"\x00", b"{}{}"):
        (await dana.ask(call.method, path, raw=raw)).problem(400, "malformed")
    for raw in (b"[]", b"1", b'"x"', b"null"):
        (await dana.ask(call.method, path, raw=raw)).problem(422, "invalid")
    good = json.dumps(call.body).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        reply = await dana.ask(call.method, path, raw=good, headers={"Content-Type": kind})
        reply.problem(415, "unsupported_media_type")
    zipped = {"Content-Encoding": "gzip"}
    reply = await dana.ask(call.method, path, raw=gzip.compress(good), headers=zipped)
    reply.problem(415, "unsupported_media_type")


@pytest.mark.parametrize("call", WITH_BODY[3:8], ids=str)
async def test_huge_and_deep_bodies_are_refused(desk: Desk, call: Call) -> None:
    path, dana = call.to(), desk.dana
    (await dana.ask(call.method, path, raw=b" " * (256 * 1024 + 1))).problem(413, "too_large")
    for deep in (b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b"[" * 40 + b"]" * 40):
        assert (await dana.ask(call.method, path, raw=deep)).status in (400, 422)
    many = json.dumps({str(i): 0 for i in range(20_000)}).encode()
    (await dana.ask(call.method, path, raw=many)).problem(422, "invalid")
    huge = b'{"priority": ' + b"9" * 10_000 + b"}"
    assert (await dana.ask(call.method, path, raw=huge)).status in (400, 422)


@pytest.mark.parametrize("call", WITH_ID, ids=str)
async def test_an_id_that_is_none_is_404_like_one_that_is_missing(desk: Desk, call: Call) -> None:
    missing = await desk.dana.ask(call.method, call.to(), call.body)
    missing.problem(404, "not_found")
    for id_ in ("no-id", "1", UNSEEN.upper() + "0", "%00", "..%2f..", "'%20OR%201=1", "%F0%9F%A4%94", "%FF"):
        reply = await desk.dana.ask(call.method, call.to(id_), call.body)
        assert (reply.status, reply.raw) == (404, missing.raw), id_


@pytest.mark.parametrize("call", [c for c in WITH_ID if c.body], ids=str)
async def test_the_request_alone_is_judged_before_existence(desk: Desk, call: Call) -> None:
    (await desk.dana.ask(call.method, call.to(), {"nonsense": 1})).problem(422, "invalid")


@pytest.mark.parametrize("call", LISTS, ids=str)
async def test_every_list_takes_limit_and_cursor_and_nothing_unknown(desk: Desk, call: Call) -> None:
    who = desk.dana
    for limit in ("0", "201", "-1", "x", "", "1.5", "1e1", "９"):
        (await who.get(call.path, limit=limit)).problem(422, "invalid")
    for cursor in ("", "x", "AAAA", "ÿ", "null", "eyJhIjoxfQ", "x" * 5000, "0", "\x00"):
        (await who.get(call.path, cursor=cursor)).problem(422, "invalid")
    for name in ("sort", "order"):
        (await who.get(call.path, **{name: "password"})).problem(422, "invalid")
    for most in (1, 200):
        page = (await who.get(call.path, limit=most)).ok
        first = page.get("counts") is not None
        assert set(page) == {"items", "next_cursor"} | ({"counts"} if first else set())
        assert len(page["items"]) <= most


@pytest.mark.parametrize(
    "path", ["conversations", "tickets", "contacts", "members", "personas", "canned-replies"]
)
async def test_pages_follow_each_other_without_gap_and_without_repeat(desk: Desk, path: str) -> None:
    whole = (await desk.dana.get(path)).ok["items"]
    walked, cursor = [], None
    while True:
        page = (await desk.dana.get(path, limit=1, **({"cursor": cursor} if cursor else {}))).ok
        assert len(page["items"]) == 1
        walked += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert walked == whole
    assert len(whole) >= 3


async def test_a_cursor_of_another_list_is_422(desk: Desk) -> None:
    cursor = (await desk.dana.get("contacts", limit=1)).ok["next_cursor"]
    (await desk.dana.get("conversations", limit=1, cursor=cursor)).problem(422, "invalid")
    cursor = (await desk.dana.get("conversations", limit=1)).ok["next_cursor"]
    (await desk.dana.get("contacts", limit=1, cursor=cursor)).problem(422, "invalid")
    (await desk.dana.get("conversations", limit=1, cursor=cursor, sort="created_at")).problem(422, "invalid")


async def test_a_method_that_a_path_does_not_have_is_405(desk: Desk) -> None:
    reply = await desk.dana.delete("conversations")
    reply.problem(405, "method_not_allowed")
    assert set(reply.headers["Allow"].split(", ")) >= {"GET", "POST"}
    (await desk.dana.get("nowhere")).problem(404, "not_found")


async def test_what_is_public_needs_no_token(desk: Desk) -> None:
    for path in ("/healthz", "/readyz", "/api/v1/openapi.json"):
        assert (await desk.nobody.get(path)).status == 200, path
    health = (await desk.nobody.get("/healthz")).ok
    assert set(health) == {"product", "version", "protocol"}
    assert health["product"] == "deskterm"
    assert health["protocol"] == 1


async def test_the_document_of_the_contract_is_openapi_3_1_and_names_every_call(desk: Desk) -> None:
    document = (await desk.nobody.get("openapi.json")).ok
    assert document["openapi"].startswith("3.1")
    paths = {path.replace("conversation_id", "id") for path in document["paths"]}
    for path in ("/conversations/{id}", "/conversations/{id}/messages", "/sync/snapshot", "/auth/login"):
        assert any(each.endswith(path) for each in paths), path


async def test_a_token_is_never_taken_from_the_address(desk: Desk) -> None:
    for name in ("token", "access_token", "authorization"):
        assert (await desk.nobody.get("me", **{name: desk.dana.token})).status in (400, 401)
        assert (await desk.dana.get("me", **{name: desk.dana.token})).status in (400, 422)


async def test_a_body_in_pieces_is_limited_too(desk: Desk) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 10_000

    reply = await desk.dana.ask("POST", "conversations", raw=pieces())
    reply.problem(413, "too_large")


async def test_addresses_that_cannot_be_read(desk: Desk) -> None:
    for path in (
        "conversations/",
        "conversations//",
        "conversations/{x}",
        "Conversations",
        "conversations;x=1",
    ):
        reply = await desk.dana.get(path)
        assert reply.status in (404, 405), path
    for raw in ("tag=%FF", "limit=%", "a" * 5000, "&".join(f"x{n}=1" for n in range(500)), "=", "&&", "tag"):
        reply = await desk.dana.ask("GET", f"conversations?{raw}")
        assert reply.status in (200, 400, 422), raw
