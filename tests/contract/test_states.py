"""Every cell of the table of states, by an admin and by staff, alone and in bulk."""

import pytest

from tests.contract.desk import Desk
from tests.contract.shapes import UNSEEN, Json

LATER = "2027-01-01T00:00:00Z"
MOVES = {
    "open": {"snoozed", "pending", "resolved", "closed"},
    "pending": {"snoozed", "resolved", "closed", "open"},
    "snoozed": {"pending", "resolved", "closed", "open"},
    "resolved": {"closed", "open"},
    "closed": {"open"},
}
STATES = list(MOVES)


def into(status: str) -> Json:
    return {"status": status} | ({"snoozed_until": LATER} if status == "snoozed" else {})


async def at(desk: Desk, status: str) -> Json:
    """John's conversation in this state, brought there by Sarah."""
    one = await desk.numbered(1)
    return await desk.change(desk.sarah, one["id"], **into(status))


@pytest.mark.parametrize("target", STATES)
@pytest.mark.parametrize("state", STATES)
async def test_every_move(desk: Desk, state: str, target: str) -> None:
    one = await at(desk, state)
    reply = await desk.sarah.patch(f"conversations/{one['id']}", into(target))
    if target in MOVES[state] or target == state:
        after = reply.ok
        assert after["status"] == target
        assert after["ticket"]["status"] == target
        assert (after["resolved_at"] is not None) == (
            target == "resolved" or (state, target) == ("resolved", "closed")
        )
        assert (after["rev"] == one["rev"]) == (state == target)
    else:
        document = reply.problem(409, "illegal_transition")
        assert document["status"] == state
        assert set(document["allowed"]) == MOVES[state]
        assert await desk.numbered(1) == one
        body = {"ids": [one["id"]], "patch": into(target)}
        for dry in (True, False):
            report = (await desk.sarah.post("conversations/bulk", body | {"dry_run": dry})).ok
            conflict = report["conflicted"][0]
            assert (conflict["id"], conflict["code"]) == (one["id"], "illegal_transition")
            assert set(conflict["allowed"]) == MOVES[state]


@pytest.mark.parametrize("state", STATES)
async def test_a_customer_writes(desk: Desk, state: str) -> None:
    one = await at(desk, state)
    sent = await desk.send(desk.john, one["id"], "Still there?")
    old = await desk.numbered(1)
    if state == "closed":
        assert sent["conversation_id"] != one["id"]
        new = await desk.see(desk.dana, sent["conversation_id"])
        assert (new["status"], new["previous_id"], old["next_id"]) == ("open", one["id"], new["id"])
        assert old["status"] == "closed"
    else:
        assert sent["conversation_id"] == one["id"]
        assert (old["status"], old["snoozed_until"]) == ("open", None)
        assert (old["resolved_at"], old["resolved_by"]) == (None, None)
        assert old["waiting_since"] is not None


@pytest.mark.parametrize("state", STATES)
async def test_an_agent_replies(desk: Desk, state: str) -> None:
    one = await at(desk, state)
    path = f"conversations/{one['id']}/messages"
    reply = await desk.sarah.post(path, {"id": desk.new_id(), "body": "An answer"})
    if state in ("resolved", "closed"):
        assert reply.status == 409
        assert reply.json["code"] == "illegal_transition"
        assert await desk.numbered(1) == one
    else:
        after = await desk.numbered(1)
        assert (reply.status, after["status"], after["waiting_since"]) == (201, state, None)
        assert after["snoozed_until"] == one["snoozed_until"]


@pytest.mark.parametrize("state", STATES)
async def test_a_note_is_allowed_in_every_state_and_stops_no_clock(desk: Desk, state: str) -> None:
    one = await at(desk, state)
    await desk.note(desk.sarah, one["id"], "Remember")
    after = await desk.numbered(1)
    for field in ("status", "waiting_since", "first_reply_at", "snoozed_until", "unread"):
        assert after[field] == one[field], field


async def test_a_resolution_names_who_and_when(desk: Desk) -> None:
    resolved = await at(desk, "resolved")
    assert resolved["resolved_by"] == {"id": desk.sarah.id, "name": "Sarah Johnson"}
    assert resolved["waiting_since"] is None
    opened = await desk.change(desk.sarah, resolved["id"], status="open")
    assert (opened["resolved_by"], opened["resolved_at"]) == (None, None)
    thread = (await desk.dana.get(f"conversations/{opened['id']}/messages")).ok["items"]
    assert "Sarah Johnson resolved this conversation." in [each["body"] for each in thread]


async def test_an_expired_resolution_starts_another_conversation(desk: Desk) -> None:
    one = await at(desk, "resolved")
    desk.clock.advance(168 * 3600 + 1)
    john = await desk.sign_in("john")
    sent = await desk.send(john, one["id"], "It broke again")
    assert sent["conversation_id"] != one["id"]
    dana = await desk.sign_in("dana")
    new, old = await desk.see(dana, sent["conversation_id"]), await desk.see(dana, one["id"])
    assert (new["previous_id"], old["next_id"]) == (old["id"], new["id"])
    assert new["ticket"]["id"] != old["ticket"]["id"]


async def test_who_reopens_what_is_closed(desk: Desk) -> None:
    one = await at(desk, "closed")
    await desk.change(desk.dana, one["id"], assignee_id=desk.mike.id)
    reply = await desk.mike.patch(f"conversations/{one['id']}", {"status": "open"})
    assert reply.status in (403, 409), "only an admin, or the agent who closed it"
    assert (await desk.change(desk.dana, one["id"], status="open"))["status"] == "open"
    await desk.change(desk.mike, one["id"], status="closed")
    desk.clock.advance(9 * 60)
    assert (await desk.change(desk.mike, one["id"], status="open"))["status"] == "open"
    await desk.change(desk.mike, one["id"], status="closed")
    desk.clock.advance(11 * 60)
    assert (await desk.mike.patch(f"conversations/{one['id']}", {"status": "open"})).status in (403, 409)


async def test_reopening_beside_an_active_one_names_it(desk: Desk) -> None:
    one = await desk.numbered(1)
    new = (await desk.john.post("conversations", {"body": "New"})).ok
    for who in (desk.dana, desk.sarah):
        reply = await who.patch(f"conversations/{one['id']}", {"status": "open"})
        if reply.json["code"] == "conflict":
            assert reply.problem(409, "conflict")["conversation_id"] == new["id"]
        else:
            assert who is desk.sarah
    bulk = {"ids": [one["id"]], "patch": {"status": "open"}}
    report = (await desk.dana.post("conversations/bulk", bulk)).ok
    assert report["conflicted"][0]["code"] == "conflict"


async def test_waiting_starts_once_and_ends_by_an_answer_or_a_resolution(desk: Desk) -> None:
    one = await desk.numbered(2)
    since = one["waiting_since"]
    desk.clock.advance(60)
    await desk.send(desk.jane, one["id"], "Hello?")
    assert (await desk.numbered(2))["waiting_since"] == since
    await desk.note(desk.mike, one["id"], "Soon")
    await desk.change(desk.mike, one["id"], status="pending")
    assert (await desk.numbered(2))["waiting_since"] == since
    await desk.send(desk.mike, one["id"], "Here I am")
    assert (await desk.numbered(2))["waiting_since"] is None
    sent = await desk.send(desk.jane, one["id"], "Good")
    assert (await desk.numbered(2))["waiting_since"] == sent["created_at"]
    assert (await desk.change(desk.mike, one["id"], status="resolved"))["waiting_since"] is None


async def test_other_kinds_stay_open(desk: Desk) -> None:
    room = (await desk.dana.get("conversations", kind="group")).ok["items"][0]
    for status in ("pending", "resolved", "closed"):
        reply = await desk.dana.patch(f"conversations/{room['id']}", {"status": status})
        assert reply.status in (409, 422), status
    assert (await desk.see(desk.dana, room["id"]))["status"] == "open"


async def test_bulk_reports_each_in_the_order_given(desk: Desk) -> None:
    one, two, three = [await desk.numbered(n) for n in (1, 2, 3)]
    await desk.change(desk.dana, three["id"], status="resolved")
    foreign = (await desk.nora.get("conversations")).ok["items"][0]["id"]
    ids = [three["id"], foreign, two["id"], UNSEEN, one["id"]]
    body = {"ids": ids, "patch": {"status": "pending"}}
    dry = await desk.dana.post("conversations/bulk", body | {"dry_run": True})
    assert (await desk.numbered(1))["status"] == "open"
    wet = await desk.dana.post("conversations/bulk", body)
    assert dry.raw == wet.raw
    report = wet.ok
    assert set(report) == {"applied", "unchanged", "denied", "conflicted"}
    assert report["applied"] == [two["id"], one["id"]]
    assert report["denied"] == [foreign, UNSEEN]
    assert [set(each) for each in report["conflicted"]] == [{"id", "code", "allowed"}]
    again = (await desk.dana.post("conversations/bulk", body)).ok
    assert again["unchanged"] == [two["id"], one["id"]]
    mine = (await desk.mike.post("conversations/bulk", body | {"patch": {"priority": "high"}})).ok
    assert mine["applied"] == [two["id"]]
    assert mine["denied"] == [three["id"], foreign, UNSEEN, one["id"]]


async def test_bulk_is_bounded_and_strict(desk: Desk) -> None:
    one = await desk.numbered(1)
    refused: list[Json] = [
        {"ids": [], "patch": {}}, {"ids": [desk.new_id() for _ in range(501)], "patch": {}},
        {"ids": ["x"], "patch": {}}, {"ids": [one["id"]]}, {"ids": [one["id"]], "patch": {"x": 1}},
        {"ids": [one["id"]], "patch": {"status": "nonsense"}}, {"patch": {}},
    ]  # fmt: skip
    for body in refused:
        (await desk.dana.post("conversations/bulk", body)).problem(422, "invalid")
    many = {"ids": [one["id"], *(desk.new_id() for _ in range(499))], "patch": {"priority": "low"}}
    report = (await desk.dana.post("conversations/bulk", many)).ok
    assert (len(report["applied"]), len(report["denied"])) == (1, 499)


async def test_bulk_takes_an_id_twice_once(desk: Desk) -> None:
    one = await desk.numbered(1)
    body = {"ids": [one["id"], one["id"]], "patch": {"priority": "low"}}
    dry = await desk.dana.post("conversations/bulk", body | {"dry_run": True})
    wet = await desk.dana.post("conversations/bulk", body)
    assert dry.status == wet.status
    assert dry.raw == wet.raw


async def test_bulk_reassigns_and_denies_what_staff_may_not(desk: Desk) -> None:
    one, three = await desk.numbered(1), await desk.numbered(3)
    body = {"ids": [one["id"], three["id"]], "patch": {"assignee_id": desk.mike.id}}
    assert (await desk.sarah.post("conversations/bulk", body)).ok["denied"] == body["ids"]
    assert (await desk.dana.post("conversations/bulk", body)).ok["applied"] == body["ids"]
    assert sorted(await desk.listed(desk.mike)) == sorted([*body["ids"], (await desk.numbered(2))["id"]])
    history = (await desk.dana.get(f"conversations/{one['id']}/assignments")).ok["items"]
    assert history[0]["reason"] == "bulk"
