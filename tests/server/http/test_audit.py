"""What matters to an organization is written down once, without secrets."""

import json
from typing import NamedTuple

from aiohttp import ClientSession

from deskterm.protocol.ids import IdSource, to_text
from deskterm.server.services import Services
from tests.server.people import SARAH, sign_in

_SPOKEN = "SELECT actor_id, entity_id, detail FROM audit_entry WHERE action = :action ORDER BY at, number"


class Spoken(NamedTuple):
    actor_id: bytes
    entity_id: bytes
    detail: str


class Entry(NamedTuple):
    action: str
    detail: str


def entries(services: Services) -> list[str]:
    rows = services.db.read(lambda reader: reader.all(Entry, "SELECT action, detail FROM audit_entry"))
    assert not [each for each in rows if "staff123" in each.detail or "dk_s_" in each.detail]
    return [each.action for each in rows if each.action != "member.added"]


async def test_each_action_makes_one_entry(
    http: ClientSession, dana: ClientSession, services: Services
) -> None:
    """T48: sign-in, password, role, access and settings; a change of nothing and a refusal make none."""
    expected = ["session.started"]
    assert entries(services) == expected
    token = (await sign_in(http, SARAH))["token"]
    expected.append("session.started")
    async with http.post(
        "/api/v1/auth/password",
        json={"current": "staff123", "new": "a better one"},
        headers={"Authorization": f"Bearer {token}"},
    ) as answer:
        assert answer.status == 200
    expected.append("password.changed")
    async with dana.get("members?role=staff") as answer:
        sarah = (await answer.json())["items"][0]["id"]
    for change, status, action in [
        ({"role": "admin"}, 200, "member.access_changed"),
        ({"role": "admin"}, 200, None),
        ({"disabled": True}, 200, "member.access_changed"),
        ({"max_concurrent": 3}, 200, None),
        ({"role": "nobody"}, 422, None),
    ]:
        async with dana.patch(f"members/{sarah}", json=change) as answer:
            assert answer.status == status
        expected += [action] if action else []
        assert entries(services) == expected
    for settings in ({"voice": "agent"}, {"voice": "agent"}):
        async with dana.patch("organization", json={"settings": settings}) as answer:
            assert answer.status == 200
    assert entries(services) == [*expected, "organization.changed"]


async def test_who_spoke_as_a_persona_is_written_down_for_each_message(
    dana: ClientSession, services: Services
) -> None:
    async with dana.post("conversations", json={"subject": "Hello"}) as answer:
        talk = (await answer.json())["id"]
    async with dana.post("personas", json={"name": "Mia"}) as answer:
        mia = (await answer.json())["id"]
    before = entries(services).count("message.sent_as_persona")
    sent = []
    for persona in (mia, None, mia):
        message = {"id": IdSource().new(), "body": "Hello", "persona_id": persona}
        for _ in range(2):  # sent again it is the same message
            async with dana.post(f"conversations/{talk}/messages", json=message) as answer:
                assert answer.status in (200, 201)
        sent += [message["id"]] if persona else []
    assert entries(services).count("message.sent_as_persona") == before + len(sent)
    rows = services.db.read(lambda reader: reader.all(Spoken, _SPOKEN, action="message.sent_as_persona"))
    assert [to_text(row.entity_id) for row in rows][-2:] == sent
    assert {"persona": mia, "conversation": talk} == json.loads(rows[-1].detail)
    assert {to_text(row.actor_id) for row in rows[-2:]} == {await member_of(dana)}


async def member_of(session: ClientSession) -> str:
    async with session.get("me") as answer:
        return str((await answer.json())["member"]["id"])
