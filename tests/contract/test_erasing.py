"""T49: a person is erased: nothing of them is left in any table, file, index, log or console; counts are.

The copy that a console keeps on its disk: tests/client/cache/test_desks.py.
"""

import asyncio
from pathlib import Path

import apsw
import pytest
from aiohttp.test_utils import TestServer

from deskterm.server.storage.backup import verify
from tests.contract.desk import Desk
from tests.contract.live import socket_of
from tests.contract.shapes import UNSEEN, Json
from tests.postgres import everywhere

CANARY = "xanthorrhoea"


async def _fill(desk: Desk) -> tuple[Json, str]:
    """John's conversation with the canary wherever somebody can put text; his contact id."""
    one = await desk.numbered(1)
    hook = {"url": "https://hooks.example.com/x", "events": ["message.created", "note.created"]}
    (await desk.dana.post("webhooks", hook)).accepted()
    plain = {"Content-Type": "text/plain"}
    path = f"attachments?filename={CANARY}.txt"
    upload = await desk.john.ask("POST", path, raw=CANARY.encode(), headers=plain)
    await desk.send(desk.john, one["id"], f"I am {CANARY}", attachment_ids=[upload.ok["id"]])
    unsent = await desk.john.ask("POST", path, raw=f"{CANARY}, unsent".encode(), headers=plain)
    assert unsent.status == 201
    note = await desk.note(desk.sarah, one["id"], f"{CANARY} called")
    (await desk.sarah.patch(f"messages/{note['id']}", {"body": f"{CANARY} called twice"})).accepted()
    draft = {"body": f"Dear {CANARY}", "visibility": "public"}
    (await desk.sarah.put(f"conversations/{one['id']}/draft", draft)).accepted()
    await desk.change(desk.sarah, one["id"], subject=CANARY, escalated=True, escalated_reason=CANARY)
    contact = f"contacts/{one['contact']['id']}"
    changed = {"company": CANARY, "metadata": {"plan": CANARY}}
    (await desk.dana.patch(contact, changed, idempotency_key="again")).accepted()
    (await desk.sarah.post(f"{contact}/notes", {"body": CANARY})).accepted()
    rooms = (await desk.john.get("groups")).ok["items"]
    await desk.send(desk.john, rooms[0]["id"], f"{CANARY} says hello to all")
    await desk.services.searching.tick()
    await desk.services.telling.tick()
    return one, one["contact"]["id"]


async def test_nothing_is_left_of_who_is_erased(
    desk: Desk,
    server: TestServer,
    tmp_path: Path,
    postgres: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with socket_of(desk, desk.sarah) as sarah:
        await sarah.subscribe(None)
        cursor = sarah.cursor
    one, contact_id = await _fill(desk)
    room = (await desk.john.get("groups")).ok["items"][0]
    path = f"contacts/{contact_id}/erase"
    before = (await desk.dana.get("conversations", archived="true")).ok["items"]
    preview = (await desk.dana.post(path, {"dry_run": True})).ok
    assert (preview["conversations"] >= 1, preview["files"], preview["notes"]) == (True, 2, 1)
    assert preview["backup"] is None
    assert (await desk.see(desk.sarah, one["id"]))["subject"] == CANARY, "a preview changes nothing"

    report = (await desk.dana.post(path, {})).ok
    assert report == preview | {"dry_run": False, "backup": report["backup"]}
    backup = tmp_path / "data" / "backups" / report["backup"]
    assert verify(backup) == []
    assert CANARY.encode() in backup.read_bytes(), "what was there can be had back until backups have aged"
    if postgres is None:
        here = b"".join(each.read_bytes() for each in (tmp_path / "data").glob("deskterm.db*"))
        assert CANARY.encode() not in here, "the files of a running server have it no more"
    again = (await desk.dana.post(path, {})).ok
    assert (again["conversations"], again["messages"], again["backup"]) == (0, 0, None)

    async with socket_of(desk, desk.sarah) as resumed:
        await resumed.subscribe(cursor)
        assert "erased" in [each["reason"] for each in resumed.of("conversation.revoked")]
        assert one["id"] not in resumed.replica.conversations
    assert CANARY not in "".join(resumed.raw), "who resumes from before does not get it back"
    (await desk.john.get("me")).problem(401, "unauthenticated")
    login = {"email": "john.doe@example.com", "password": "customer123"}
    (await desk.nobody.post("auth/login", login)).problem(401, "invalid_credentials")

    for reader, where in (
        (desk.dana, f"conversations/{one['id']}"),
        (desk.dana, f"conversations/{one['id']}/messages"),
        (desk.dana, f"contacts/{contact_id}"),
        (desk.dana, f"conversations/{room['id']}/messages"),
        (desk.jane, f"conversations/{room['id']}"),
        (desk.dana, "tickets"),
    ):
        reply = await reader.get(where)
        assert CANARY not in reply.raw.decode(), where
        assert b"John Doe" not in reply.raw, where
    assert (await desk.dana.get("conversations", q=CANARY)).ok["items"] == []
    archived = (await desk.dana.get("conversations", archived="true")).ok["items"]
    assert len(archived) > len(before), "it counts"
    entry = (await desk.dana.get("audit", action="contact.erased")).ok["items"]
    assert [each["detail"]["messages"] for each in entry] == [report["messages"]]

    assert CANARY not in capsys.readouterr().err, "the log has never had it"
    await server.close()
    if postgres is not None:
        assert await asyncio.to_thread(_holding, postgres, CANARY) == []
        return
    database = apsw.Connection(str(tmp_path / "data" / "deskterm.db"))
    database.execute("VACUUM")  # what stood in free pages before that
    database.close()
    stored = {each: each.read_bytes() for each in (tmp_path / "data").rglob("*") if each.is_file()}
    holding = [each for each, content in stored.items() if CANARY.encode() in content]
    assert backup in holding
    assert all(backup.parent in each.parents for each in holding), holding
    assert b"John Doe" not in stored[tmp_path / "data" / "deskterm.db"]


def _holding(address: str, words: str) -> list[str]:
    """The tables in which they still stand."""
    tables = "SELECT relname FROM pg_stat_user_tables ORDER BY relname"
    either = (f"%{words}%", f"%{words.encode().hex()}%")
    with everywhere(address) as connection:

        def holds(name: str) -> bool:
            found = connection.execute(f"SELECT 1 FROM {name} t WHERE t::text LIKE ANY(%s)", (list(either),))
            return found.fetchone() is not None

        return [name for (name,) in connection.execute(tables).fetchall() if holds(name)]


@pytest.mark.parametrize("who", ["sarah", "nora"])
async def test_only_admins_erase_and_never_who_works_here(desk: Desk, who: str) -> None:
    one = await desk.numbered(1)
    refused = await getattr(desk, who).post(f"contacts/{one['contact']['id']}/erase", {})
    assert refused.status == (403 if who == "sarah" else 404)
    (await desk.dana.post(f"contacts/{UNSEEN}/erase", {})).problem(404, "not_found")
    own = (await desk.dana.post("conversations", {"subject": "mine"})).ok
    (await desk.dana.post(f"contacts/{own['contact']['id']}/erase", {})).problem(409, "conflict")
