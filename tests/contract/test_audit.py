"""The audit: who did what that matters, for admins, and never anything else than it was."""

from typing import Any

import apsw
import psycopg
import pytest

from tests.contract.desk import Desk
from tests.contract.shapes import Json


async def entries(desk: Desk, **query: Any) -> list[Json]:
    items: list[Json] = (await desk.dana.get("audit", limit=200, **query)).ok["items"]
    return items


async def test_it_says_who_did_what_to_whom_and_when(desk: Desk) -> None:
    two = await desk.numbered(2)
    await desk.change(desk.dana, two["id"], assignee_id=desk.sarah.id)
    newest = (await entries(desk))[0]
    assert newest["actor"] == {"kind": "agent", "id": desk.dana.id, "name": "Dana Whitfield"}
    assert (newest["action"], newest["entity"], newest["label"]) == (
        "conversation.assigned",
        "conversation",
        "#2",
    )
    assert newest["detail"] == {"from": desk.mike.id, "to": desk.sarah.id, "reason": "manual"}


async def test_sign_ins_that_fail_are_in_it(desk: Desk) -> None:
    """Under the account that they were tried on, and for unknown addresses nowhere."""
    for email in ("sarah@designpi.com", "who@knows.example"):
        login = {"email": email, "password": "a wrong word"}
        (await desk.nobody.post("auth/login", login)).problem(401, "invalid_credentials")
    refused = await entries(desk, action="session.refused")
    assert [(each["label"], each["actor"]) for each in refused] == [("Sarah Johnson", None)]
    assert refused[0]["detail"] == {"ip": "127.0.0.1"}
    assert (await desk.nora.get("audit", action="session.refused")).ok["items"] == []


async def test_deletions_and_voices_are_in_it(desk: Desk) -> None:
    one = await desk.numbered(1)
    note = await desk.note(desk.sarah, one["id"], "C4N4RY-NOTE")
    (await desk.sarah.delete(f"messages/{note['id']}")).accepted()
    (await desk.sarah.delete(f"messages/{note['id']}")).accepted()
    personas = {each["name"]: each["id"] for each in (await desk.dana.get("personas")).ok["items"]}
    await desk.send(desk.dana, one["id"], "As Mia", persona_id=personas["Mia"])
    found = [each for each in await entries(desk, action="message") if each["entity_id"]][:2]
    assert [(each["action"], each["actor"]["name"], each["label"]) for each in found] == [
        ("message.sent_as_persona", "Dana Whitfield", "#1"),
        ("message.deleted", "Sarah Johnson", "#1"),
    ]
    assert found[0]["detail"] == {"persona": personas["Mia"], "conversation": one["id"]}
    everything = (await desk.dana.get("audit", limit=200)).raw
    assert b"C4N4RY" not in everything
    assert b"As Mia" not in everything


async def test_whatever_matters_makes_exactly_one_entry(desk: Desk) -> None:
    """T48: retention in test_retention.py, sign-in, passwords in tests/server/http, exports in tests/cli."""
    two = await desk.numbered(2)
    hook = {"url": "https://hooks.example.com/", "events": ["message.created"]}
    done: Json = {}
    for action, method, path, body in (
        ("conversation.assigned", "PATCH", f"conversations/{two['id']}", {"assignee_id": desk.sarah.id}),
        ("member.access_changed", "PATCH", f"members/{desk.mike.id}", {"role": "admin"}),
        ("organization.changed", "PATCH", "organization", {"settings": {"reopen_hours": 100}}),
        ("api_key.created", "POST", "api-keys", {"kind": "identity", "name": "Website"}),
        ("webhook.created", "POST", "webhooks", hook),
        ("webhook.deleted", "DELETE", "webhooks/{id}", None),
        ("block.created", "POST", "blocks", {"network": "203.0.113.7"}),
        ("block.deleted", "DELETE", "blocks/{id}", None),
        ("server.backed_up", "POST", "backup", {}),
        ("contact.erased", "POST", f"contacts/{two['contact']['id']}/erase", {}),
    ):
        before = len(await entries(desk))
        reply = await desk.dana.ask(method, path.format(**done), body)
        reply.accepted()
        done = reply.ok if method == "POST" else done
        after = await entries(desk)
        assert (len(after) - before, after[0]["action"]) == (1, action), (path, after[0])
        assert after[0]["actor"]["id"] == desk.dana.id


async def test_it_is_filtered_and_paged(desk: Desk) -> None:
    before = await entries(desk)
    desk.clock.advance(3600)
    for role in ("admin", "staff"):
        (await desk.dana.patch(f"members/{desk.mike.id}", {"role": role})).accepted()
    changed = await entries(desk, action="member.access_changed")
    assert [each["detail"]["role"] for each in changed] == ["staff", "admin"]
    assert await entries(desk, entity="member", entity_id=desk.mike.id, action="member") == [
        *changed,
        *(each for each in before if each["entity_id"] == desk.mike.id),
    ]
    assert await entries(desk, **{"from": changed[1]["at"]}) == changed
    assert await entries(desk, to=changed[1]["at"]) == before
    assert {each["actor"]["id"] for each in await entries(desk, actor=desk.sarah.id)} <= {desk.sarah.id}
    paged: list[Json] = []
    cursor: Json = {}
    while True:
        page = (await desk.dana.get("audit", limit=2, **cursor)).ok
        paged += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert paged == await entries(desk)


@pytest.mark.parametrize(
    "query", [{"action": "Member"}, {"actor": "x"}, {"from": "yesterday"}, {"organization": "designpi"}]
)
async def test_what_is_not_understood_is_refused(desk: Desk, query: Json) -> None:
    (await desk.dana.get("audit", **query)).problem(422, "invalid")


@pytest.mark.parametrize("change", ["DELETE FROM audit_entry", "UPDATE audit_entry SET action = 'nothing'"])
async def test_the_database_refuses_to_forget(desk: Desk, change: str) -> None:
    """Only what is older than what retention has set goes."""
    before = await entries(desk)
    with pytest.raises((apsw.ConstraintError, psycopg.errors.RaiseException), match="only added to"):
        await desk.services.db.write(lambda tx: tx.run(change))
    assert await entries(desk) == before
    if change.startswith("DELETE"):
        desk.clock.advance(60)
        (await desk.dana.patch(f"members/{desk.mike.id}", {"role": "admin"})).accepted()
        kept = (await entries(desk))[0]
        limit = "UPDATE organization SET audit_kept_from = :now"
        await desk.services.db.write(lambda tx: tx.run(limit, now=tx.now))
        await desk.services.db.write(lambda tx: tx.run(f"{change} WHERE at < :now", now=tx.now))
        assert await entries(desk) == [kept]
