"""Members, contacts, personas and the organization: who may change what, and who sees what of it."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession

from deskterm.server.services import Services
from deskterm.server.storage import organizations, personas
from deskterm.server.storage.database import Event
from deskterm.server.storage.personas import PersonaRow


async def get(client: ClientSession, path: str) -> Any:
    async with client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def items(client: ClientSession, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await get(client, path))["items"]
    return found


async def patch(client: ClientSession, path: str, **body: Any) -> tuple[int, Any]:
    async with client.patch(path, json=body) as answer:
        return answer.status, await answer.json()


async def id_of(client: ClientSession, name: str) -> str:
    return next(str(each["id"]) for each in await items(client, "members") if each["name"] == name)


async def test_agents_see_the_roster_without_customers(dana: ClientSession, sarah: ClientSession) -> None:
    names = ["Dana Whitfield", "Mike Chen", "Sarah Johnson"]
    assert sorted(each["name"] for each in await items(dana, "members")) == names
    assert sorted(each["name"] for each in await items(sarah, "members")) == names


async def test_only_admins_read_addresses(dana: ClientSession, sarah: ClientSession) -> None:
    assert all("@" in each["email"] for each in await items(dana, "members"))
    assert "@" not in json.dumps(await items(sarah, "members"))


async def test_only_admins_list_customers_as_members(dana: ClientSession, sarah: ClientSession) -> None:
    assert {each["name"] for each in await items(dana, "members?role=customer")} == {"John Doe", "Jane Smith"}
    assert [each["name"] for each in await items(sarah, "members?role=admin")] == ["Dana Whitfield"]
    async with sarah.get("members?role=customer") as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", ["members", "contacts"])
async def test_pages_hold_each_once(dana: ClientSession, path: str) -> None:
    everybody = [each["id"] for each in await items(dana, path)]
    paged, cursor = [], ""
    while cursor is not None:
        page = await get(dana, f"{path}?limit=1" + (f"&cursor={cursor}" if cursor else ""))
        assert len(page["items"]) == 1
        paged += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert paged == everybody
    assert len(paged) > 1


async def test_the_last_admin_stays(dana: ClientSession) -> None:
    own = await id_of(dana, "Dana Whitfield")
    for change in ({"role": "staff"}, {"disabled": True}, {"role": "customer"}):
        status, body = await patch(dana, f"members/{own}", **change)
        assert (status, body["code"]) == (409, "conflict")
    sarah_id = await id_of(dana, "Sarah Johnson")
    assert (await patch(dana, f"members/{sarah_id}", role="admin"))[0] == 200
    assert (await patch(dana, f"members/{sarah_id}", disabled=True))[0] == 200
    assert (await patch(dana, f"members/{own}", role="staff"))[0] == 409  # a disabled admin is none
    assert (await patch(dana, f"members/{sarah_id}", disabled=False))[0] == 200
    assert (await patch(dana, f"members/{own}", role="staff"))[0] == 200


async def test_a_change_of_nothing_is_no_event(dana: ClientSession, services: Services) -> None:
    own = await id_of(dana, "Dana Whitfield")
    _, before = await patch(dana, f"members/{own}", max_concurrent=5)
    heard: list[Event] = []
    services.db.on_commit(heard.extend)
    assert await patch(dana, f"members/{own}", max_concurrent=5, role="admin", disabled=False) == (
        200,
        before,
    )
    assert (await patch(dana, "organization", settings={"voice": "persona"}))[0] == 200
    assert heard == []


@pytest.mark.parametrize(
    "body",
    [
        {"role": None},
        {"role": "owner"},
        {"disabled": None},
        {"disabled": "yes"},
        {"max_concurrent": -1},
        {"max_concurrent": "5"},
        {"name": "Another"},
    ],
)
async def test_bad_changes_of_members(dana: ClientSession, body: dict[str, Any]) -> None:
    assert (await patch(dana, f"members/{await id_of(dana, 'Mike Chen')}", **body))[0] == 422


async def test_members_of_another_organization_are_not_there(
    dana: ClientSession, nora: ClientSession
) -> None:
    (foreign,) = [each["id"] for each in await items(nora, "members?role=admin")]
    missing = await patch(dana, "members/00000000-0000-7000-8000-00000000dead", disabled=True)
    assert await patch(dana, f"members/{foreign}", disabled=True) == missing
    assert (await get(nora, "me"))["member"]["role"] == "admin"


async def test_presence_is_set_by_oneself(sarah: ClientSession, john: ClientSession) -> None:
    status, me = await patch(sarah, "me", presence="away")
    assert (status, me["member"]["away"]) == (200, True)
    status, me = await patch(sarah, "me", presence="auto")
    assert me["member"]["away"] is False
    status, me = await patch(john, "me", presence="away")
    assert (status, me["member"]["away"]) == (200, True)


async def test_a_customer_renames_the_own_contact(john: ClientSession, dana: ClientSession) -> None:
    _, me = await patch(john, "me", name="Johnny")
    assert (me["user"]["name"], me["contact"]["name"]) == ("Johnny", "Johnny")
    assert "Johnny" in {each["name"] for each in await items(dana, "contacts")}


async def test_names_are_cleaned(sarah: ClientSession) -> None:
    _, me = await patch(sarah, "me", name="  Sa\u0000rah\u001b]0;x\u0007\r\n J ")
    assert "\u001b" not in me["user"]["name"]
    assert "\n" not in me["user"]["name"]
    assert (await patch(sarah, "me", name=" \u0000 "))[0] == 422


async def test_contacts_of_conversations_one_does_not_see_are_not_there(
    dana: ClientSession, sarah: ClientSession, nora: ClientSession
) -> None:
    everybody = await items(dana, "contacts")
    assert {each["name"] for each in everybody} == {"John Doe", "Jane Smith"}
    assert await items(sarah, "contacts") == []
    async with sarah.get("contacts/00000000-0000-7000-8000-00000000dead") as answer:
        missing = await answer.read()
    for client in (sarah, nora):
        async with client.get(f"contacts/{everybody[0]['id']}") as answer:
            assert (answer.status, await answer.read()) == (404, missing)


async def test_who_reads_which_personas(
    services: Services, dana: ClientSession, sarah: ClientSession, mike: ClientSession, john: ClientSession
) -> None:
    sarah_id = await id_of(dana, "Sarah Johnson")
    organization = services.db.read(lambda reader: organizations.by_slug(reader, "designpi"))
    assert organization
    rows = {name: _persona(name, n) for n, name in enumerate(["Support", "Mia", "Billing", "Secret"])}

    def make(tx: Any) -> None:
        for row in rows.values():
            personas.insert(tx, organization.key, row)
        for name in ("Mia", "Billing"):
            personas.add_operator(
                tx, organization.key, rows[name].id, bytes.fromhex(sarah_id.replace("-", ""))
            )

    await services.db.write(make)
    seen = {
        who: {each["name"]: each.get("operator_ids") for each in await items(client, "personas")}
        for who, client in {"dana": dana, "sarah": sarah, "mike": mike, "john": john}.items()
    }
    assert seen["dana"] == {"Support": [], "Mia": [sarah_id], "Billing": [sarah_id], "Secret": []}
    assert seen["sarah"] == {"Support": [], "Mia": [sarah_id], "Billing": [sarah_id]}
    assert seen["mike"] == {"Support": [], "Mia": []}
    assert seen["john"] == {"Mia": None}


def _persona(name: str, number: int) -> PersonaRow:
    return PersonaRow(
        bytes([number + 1]) * 16, name, None, name[:2], "#336699", int(name == "Mia"), int(name == "Support")
    )


async def test_settings_are_the_admins(
    dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    status, body = await patch(dana, "organization", settings={"staff_sees": "all"}, name="Design π")
    assert (status, body["name"], body["settings"]["staff_sees"]) == (200, "Design π", "all")
    assert body["settings"]["voice"] == "persona"
    assert (await get(sarah, "organization"))["settings"] == body["settings"]
    assert "settings" not in await get(john, "organization")
    for client in (sarah, john):
        assert (await patch(client, "organization", name="Mine"))[0] == 403


@pytest.mark.parametrize(
    "settings",
    [
        {"staff_sees": "everything"},
        {"reopen_hours": -1},
        {"reopen_hours": 1.5},
        {"staff_may_claim": 1},
        {"unknown": 1},
        {"welcome": ""},
        {"welcome": None},
        None,
    ],
)
async def test_bad_settings(dana: ClientSession, settings: Any) -> None:
    assert (await patch(dana, "organization", settings=settings))[0] == 422
