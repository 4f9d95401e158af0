"""What matters to an organization is written down once, without secrets."""

from typing import NamedTuple

from aiohttp import ClientSession

from deskterm.server.services import Services
from tests.server.people import SARAH, sign_in


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
