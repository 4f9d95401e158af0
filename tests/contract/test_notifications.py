"""Notifications: to one, several or many contacts, each of them once; shown to nobody's desk as work."""

from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import to_text
from deskterm.server.app import make_app
from deskterm.server.desk.notifications import SLICE, do_send_on
from deskterm.server.storage import contacts
from deskterm.server.storage.database import Tx
from tests.contract.conftest import config_of
from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import UNSEEN, Json

STYLE = {"background_color": "#f0f9ff", "text_color": "#0369a1", "border_color": "#38bdf8"}


async def notify(desk: Desk, contact: str, body: str = "Welcome!", **more: object) -> Json:
    return (await desk.dana.post("notifications", {"contact_id": contact, "body": body} | more)).ok


async def leads(desk: Desk, count: int) -> list[str]:
    """The ids of so many new contacts."""

    def make(tx: Tx) -> list[bytes]:
        ids = [tx.ids.new_bytes() for _ in range(count)]
        for number, each in enumerate(ids):
            contacts.insert(tx, 1, contact_id=each, kind="lead", name=f"Lead {number}")
        return ids

    return [to_text(each) for each in await desk.services.db.write(make)]


async def personal(who: Person) -> Json | None:
    found = (await who.get("conversations", kind="personal")).ok["items"]
    return found[0] if found else None


async def bodies(who: Person, conversation_id: str) -> list[str]:
    found = (await who.get(f"conversations/{conversation_id}/messages", limit=200)).ok["items"]
    return [each["body"] for each in found]


async def test_it_appears_in_the_persons_own_thread_the_moment_it_is_sent(desk: Desk) -> None:
    assert await personal(desk.john) is None
    async with socket_of(desk, desk.john) as john, socket_of(desk, desk.jane) as jane:
        for each in (john, jane):
            await each.subscribe()
        sent = await notify(desk, desk.john.id, style={"template": "offer"})
        assert (sent["recipients"], sent["sent"]) == (1, 1)
        await rest(desk, john, jane)
        [data] = john.of("message.created")
        message = data["message"]
        assert message["author"] == {"kind": "system", "id": None, "name": None}
        assert (message["kind"], message["style"]) == ("notification", {"template": "offer"})
        assert data["conversation"] == await desk.see(desk.john, sent["conversation_id"])
        assert (data["conversation"]["kind"], data["conversation"]["unread"]) == ("personal", 1)
        assert jane.kinds == []
    again = await notify(desk, desk.john.id, "Second", style=STYLE)
    assert again["conversation_id"] == sent["conversation_id"]
    assert await bodies(desk.john, sent["conversation_id"]) == ["Welcome!", "Second"]
    page = (await desk.john.get("sync/snapshot")).ok
    assert sent["conversation_id"] in [each["id"] for each in page["conversations"]]
    for who in (desk.jane, desk.sarah, desk.nora):
        (await who.get(f"conversations/{sent['conversation_id']}")).problem(404, "not_found")


async def test_nothing_else_is_written_there(desk: Desk) -> None:
    thread = (await notify(desk, desk.john.id))["conversation_id"]
    for who in (desk.john, desk.dana):
        body = {"id": desk.new_id(), "body": "Thanks"}
        (await who.post(f"conversations/{thread}/messages", body)).problem(403, "forbidden")
        (await who.put(f"conversations/{thread}/draft", {"body": "Th"})).problem(403, "forbidden")
    note = {"id": desk.new_id(), "body": "A note", "visibility": "internal"}
    (await desk.dana.post(f"conversations/{thread}/messages", note)).problem(403, "forbidden")
    assert await bodies(desk.john, thread) == ["Welcome!"]


async def test_it_is_no_work_for_anybody(desk: Desk) -> None:
    before = (await desk.dana.get("conversations")).ok
    thread = (await notify(desk, desk.john.id))["conversation_id"]
    after = (await desk.dana.get("conversations")).ok
    assert after["counts"] == before["counts"]
    assert [each["id"] for each in after["items"]] == [each["id"] for each in before["items"]]
    seen = await desk.see(desk.dana, thread)
    assert (seen["unread"], seen["waiting_since"], seen["ticket"], seen["status"]) == (0, None, None, "open")
    assert (await desk.dana.get("direct-messages", all="true", unanswered="true")).ok["items"] == []


async def test_who_has_read_it_is_known(desk: Desk) -> None:
    thread = (await notify(desk, desk.john.id))["conversation_id"]
    [sent] = (await desk.dana.get("notifications")).ok["items"]
    path = f"notifications/{sent['id']}"
    assert (sent["sent"], sent["read"], sent["created_by"]["name"]) == (1, 0, "Dana Whitfield")
    await desk.dana.put(f"conversations/{thread}/read", {"seq": 2**40})  # an admin looks
    assert (await desk.dana.get(path)).ok["read"] == 0
    desk.clock.advance(60)
    await desk.john.put(f"conversations/{thread}/read", {"seq": 2**40})
    await desk.john.put(f"conversations/{thread}/read", {"seq": 2**41})
    assert (await desk.dana.get(path)).ok["read"] == 1
    [who] = (await desk.dana.get(f"{path}/recipients", read="true")).ok["items"]
    assert who["contact"] == {"id": desk.john.id, "name": "John Doe"}
    assert who["read_at"] > who["sent_at"]
    assert (await desk.dana.get(f"{path}/recipients", read="false")).ok["items"] == []
    assert (await desk.see(desk.john, thread))["unread"] == 0


async def test_a_dry_run_counts_and_names_and_sends_nothing(desk: Desk) -> None:
    ids = [desk.john.id, desk.jane.id, desk.john.id, *await leads(desk, 30)]
    body = {"contact_ids": ids, "body": "Hello", "dry_run": True}
    found = (await desk.dana.post("notifications", body)).ok
    assert found["recipients"] == 32
    assert [each["name"] for each in found["contacts"]][:2] == ["John Doe", "Jane Smith"]
    assert len(found["contacts"]) == 20
    assert (await desk.dana.get("notifications")).ok["items"] == []
    assert await personal(desk.john) is None
    for unknown in (UNSEEN, (await desk.nora.get("contacts")).ok["items"][0]["id"]):
        for dry in (True, False):
            body = {"contact_ids": [desk.john.id, unknown], "body": "Hello", "dry_run": dry}
            (await desk.dana.post("notifications", body)).problem(404, "not_found")
    assert await personal(desk.john) is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"contact_ids": []},
        {"q": "kind:customer"},
        {"contact_id": UNSEEN, "contact_ids": [UNSEEN]},
        {"contact_id": UNSEEN, "body": " "},
        {"contact_id": UNSEEN, "body": "x" * 10_001},
        {"contact_id": UNSEEN, "style": {"template": "loud"}},
        {"contact_id": UNSEEN, "style": {}},
        {"contact_id": UNSEEN, "style": STYLE | {"text_color": "red"}},
        {"contact_id": UNSEEN, "style": STYLE | {"template": "info"}},
        {"contact_id": UNSEEN, "style": {"background_color": "#ffffff"}},
    ],
)
async def test_what_cannot_be_is_422(desk: Desk, fields: Json) -> None:
    (await desk.dana.post("notifications", {"body": "Hello"} | fields)).problem(422, "invalid")


async def test_many_get_it_in_slices_each_of_them_once(desk: Desk) -> None:
    ids = [desk.john.id, *await leads(desk, 3 * SLICE)]
    async with socket_of(desk, desk.dana) as dana:
        await dana.subscribe()
        body = {"contact_ids": ids, "body": "Hello all"}
        key = "the same request"
        sent = (await desk.dana.post("notifications", body, idempotency_key=key)).ok
        assert sent == {"id": sent["id"], "recipients": len(ids), "sent": SLICE, "conversation_id": None}
        again = await desk.dana.post("notifications", body, idempotency_key=key)
        assert (again.ok, again.headers["Idempotent-Replayed"]) == (sent, "true")
        for _ in range(2):
            await desk.services.notifying.tick()
        await rest(desk, dana)
        told = [each["notification"]["sent"] for each in dana.of("notification.updated")]
        assert told == [SLICE, 2 * SLICE, 3 * SLICE, len(ids)]
        assert "message.created" not in dana.kinds
    [kept] = (await desk.dana.get("notifications")).ok["items"]
    assert (kept["sent"], kept["finished_at"] is not None) == (len(ids), True)
    for each in ids:
        [thread] = (await desk.dana.get("conversations", kind="personal", contact_id=each)).ok["items"]
        assert await bodies(desk.dana, thread["id"]) == ["Hello all"]


async def test_a_restart_in_the_middle_leaves_nobody_out_and_reaches_nobody_twice(
    desk: Desk, server: TestServer, tmp_path: Path, postgres: str | None
) -> None:
    ids = await leads(desk, 3 * SLICE)
    await desk.dana.post("notifications", {"contact_ids": ids, "body": "Hello all"})
    await desk.services.db.write(do_send_on)
    await server.close()
    second = TestServer(make_app(config_of(tmp_path / "data", postgres), clock=desk.clock), host="127.0.0.1")
    async with second, Desk(second, desk.clock, desk.signed_in) as later:
        [kept] = (await later.dana.get("notifications")).ok["items"]
        assert (kept["sent"], kept["finished_at"]) == (2 * SLICE, None)
        await later.services.notifying.tick()
        [kept] = (await later.dana.get("notifications")).ok["items"]
        assert (kept["sent"], kept["finished_at"] is not None) == (len(ids), True)
        for each in ids:
            [thread] = (await later.dana.get("conversations", kind="personal", contact_id=each)).ok["items"]
            assert await bodies(later.dana, thread["id"]) == ["Hello all"]


async def test_as_many_as_the_contract_says_fit_into_a_request(desk: Desk) -> None:
    ids = [f"00000000-0000-7000-8000-{number:012x}" for number in range(10_000)]
    body = {"contact_ids": ids, "body": "Hello"}
    (await desk.dana.post("notifications", body)).problem(404, "not_found")
    body["contact_ids"] = [*ids, UNSEEN]
    (await desk.dana.post("notifications", body)).problem(422, "invalid")
