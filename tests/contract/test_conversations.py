"""Listing, filtering, sorting and counting conversations."""

from itertools import pairwise

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.shapes import COUNTS, UNSEEN, Json

NONE = dict.fromkeys(COUNTS, 0)


async def numbers(who: Person, **query: object) -> list[int]:
    return [each["number"] for each in (await who.get("conversations", **query)).ok["items"]]


async def counts(who: Person, **query: object) -> Json:
    return (await who.get("conversations", **query)).ok["counts"]


async def test_the_demo_is_as_the_contract_fixes_it(desk: Desk) -> None:
    found = {}
    for each in (await desk.dana.get("conversations")).ok["items"]:
        found[each["number"]] = (
            each["contact"]["name"], each["assignee"]["name"], each["status"], each["priority"],
            each["source"],
            each["contact"]["kind"],
        )  # fmt: skip
        assert each["ticket"] is not None
    assert found[1][:4] == ("John Doe", "Sarah Johnson", "open", "high")
    assert found[2][:4] == ("Jane Smith", "Mike Chen", "open", "low")
    assert (found[3][:3], found[3][4:]) == (("Alice Brown", "Sarah Johnson", "pending"), ("lead", "lead"))
    contacts = {c["name"]: c for c in (await desk.dana.get("contacts")).ok["items"]}
    leads = {name: c["lead_status"] for name, c in contacts.items() if c["kind"] == "lead"}
    assert leads == {"Alice Brown": "new", "David Lee": "contacted", "Emma Garcia": "qualified"}
    assert contacts["John Doe"]["phone"] == "+1-555-0201"
    assert contacts["John Doe"]["company"] == "Acme Corporation"
    assert contacts["Jane Smith"]["company"] == "Tech Solutions Inc"
    assert contacts["Bob Wilson"]["company"] == "Global Ventures LLC"


async def test_everybody_sees_their_own(desk: Desk) -> None:
    assert sorted(await numbers(desk.dana)) == [1, 2, 3]
    assert sorted(await numbers(desk.sarah)) == [1, 3]
    assert await numbers(desk.mike) == [2]
    assert await numbers(desk.john) == [1]
    assert await numbers(desk.jane) == [2]
    assert await numbers(desk.bob) == []
    assert await numbers(desk.nora) == [1]
    assert await counts(desk.dana) == NONE | {"open": 2, "pending": 1}
    assert await counts(desk.sarah) == NONE | {"open": 1, "pending": 1}
    assert await counts(desk.mike) == NONE | {"open": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "open"}, [1, 2]),
        ({"status": "open,pending"}, [1, 2, 3]),
        ({"status": "pending,pending"}, [3]),
        ({"status": "closed"}, []),
        ({"source": "lead"}, [3]),
        ({"source": "lead,customer"}, [1, 2, 3]),
        ({"priority": "high,low"}, [1, 2]),
        ({"priority": "urgent"}, []),
        ({"tag": "billing"}, [1, 2]),
        ({"tag": "BILLING"}, [1, 2]),
        ({"tag": "sales,export"}, [1, 3]),
        ({"tag": "none-such"}, []),
        ({"assignee": "none"}, []),
        ({"assignee": "me"}, []),
        ({"assignee": "me,none"}, []),
        ({"number": "2"}, [2]),
        ({"number": "99"}, []),
        ({"escalated": "false"}, [1, 2, 3]),
        ({"escalated": "true"}, []),
        ({"archived": "true"}, []),
        ({"kind": "support"}, [1, 2, 3]),
        ({"kind": "support,direct"}, [1, 2, 3]),
        ({"status": "open", "tag": "billing", "priority": "low"}, [2]),
        ({"status": "pending", "tag": "billing"}, []),
        ({"contact_id": UNSEEN}, []),
        ({"persona_id": UNSEEN}, []),
    ],
)  # fmt: skip
async def test_filters(desk: Desk, query: dict[str, str], expected: list[int]) -> None:
    assert sorted(await numbers(desk.dana, **query)) == expected
    if "me" not in query.get("assignee", ""):
        assert sorted(await numbers(desk.sarah, **query)) == [n for n in expected if n != 2]


async def test_filters_by_people(desk: Desk) -> None:
    assert sorted(await numbers(desk.dana, assignee=desk.sarah.id)) == [1, 3]
    assert sorted(await numbers(desk.dana, assignee=f"{desk.sarah.id},{desk.mike.id}")) == [1, 2, 3]
    assert sorted(await numbers(desk.sarah, assignee="me")) == [1, 3]
    assert await numbers(desk.sarah, assignee=desk.mike.id) == []
    assert await numbers(desk.dana, contact_id=desk.jane.id) == [2]
    assert await numbers(desk.sarah, contact_id=desk.jane.id) == []
    assert await numbers(desk.nora, contact_id=desk.jane.id) == []
    assert await numbers(desk.nora, assignee=desk.sarah.id) == []
    persona = (await desk.numbered(1))["persona"]["id"]
    assert await numbers(desk.nora, persona_id=persona) == []
    await desk.change(desk.dana, (await desk.numbered(1))["id"], assignee_id=None)
    assert await numbers(desk.dana, assignee="none") == [1]
    assert sorted(await numbers(desk.dana, assignee=f"none,{desk.mike.id}")) == [1, 2]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "opened"}, {"status": "open,nonsense"}, {"status": ""}, {"status": "open,"},
        {"source": "x"}, {"priority": "5"}, {"kind": "x"}, {"assignee": "sarah"}, {"assignee": ""},
        {"assignee": "me,x"}, {"sort": "password"}, {"sort": "-created_at"},
        {"sort": "updated_at"}, {"sort": ""},
        {"number": "x"}, {"number": "0"}, {"number": "-1"}, {"number": str(2**70)}, {"escalated": "maybe"},
        {"archived": "2"}, {"contact_id": "x"}, {"persona_id": "x"}, {"organization": "northwind"},
        {"Status": "open"}, {"status[]": "open"}, {"status__in": "open"}, {"limit": "200", "offset": "1"},
    ],
)  # fmt: skip
async def test_filters_that_are_none_are_422(desk: Desk, query: dict[str, str]) -> None:
    for who in (desk.dana, desk.sarah, desk.john):
        (await who.get("conversations", **query)).problem(422, "invalid")


async def test_hostile_filter_values_do_no_harm(desk: Desk) -> None:
    for value in (
        "'; DROP TABLE conversation; --",
        "%",
        "_",
        "\\",
        "\x00",
        "\x1b[2J",
        "𝕏" * 300,
        '"',
        "a" * 3000,
    ):
        reply = await desk.dana.get("conversations", tag=value)
        assert reply.status in (200, 422)
        if reply.status == 200:
            assert reply.json["items"] == []
    assert sorted(await numbers(desk.dana)) == [1, 2, 3]


async def test_counts_stand_under_all_filters_but_status_and_on_the_first_page_only(desk: Desk) -> None:
    assert await counts(desk.dana, status="closed") == NONE | {"open": 2, "pending": 1}
    assert await counts(desk.dana, tag="billing") == NONE | {"open": 2}
    assert await counts(desk.dana, tag="billing", status="pending") == NONE | {"open": 2}
    assert await counts(desk.dana, assignee=desk.sarah.id) == NONE | {"open": 1, "pending": 1}
    assert await counts(desk.dana, number=3) == NONE | {"pending": 1}
    assert await counts(desk.dana, assignee="none") == NONE
    page = (await desk.dana.get("conversations", limit=1)).ok
    assert set(page["counts"]) == COUNTS
    page = (await desk.dana.get("conversations", limit=1, cursor=page["next_cursor"])).ok
    assert "counts" not in page
    await desk.change(desk.dana, (await desk.numbered(2))["id"], status="closed")
    assert await counts(desk.dana) == NONE | {"open": 1, "pending": 1, "closed": 1}
    assert await counts(desk.jane) == NONE | {"closed": 1}


async def many(desk: Desk) -> dict[int, Json]:
    """Conversations of all kinds of waiting and priority, several alike in everything but the id."""
    for name in ("david.lee@enterprise.com", "emma.garcia@creative.io"):
        contact = next(c["id"] for c in (await desk.dana.get("contacts")).ok["items"] if c["email"] == name)
        for priority in ("low", "urgent", "normal", "urgent"):
            body = {"contact_id": contact, "body": "Hello", "priority": priority}
            (await desk.dana.post("conversations", body)).accepted()
    await desk.send(desk.bob, (await desk.bob.get("portal/conversation")).ok["id"])
    (await desk.bob.post("conversations", {"body": "Again"})).accepted()
    (await desk.dana.post("conversations", {"contact_id": desk.jane.id})).accepted()  # without a message
    return {each["number"]: each for each in (await desk.dana.get("conversations", limit=200)).ok["items"]}


@pytest.mark.parametrize(
    "sort", ["-last_message_at", "-updated_at", "waiting_since", "-priority", "created_at"]
)
async def test_sorting_with_nulls_last_and_ties_by_id(desk: Desk, sort: str) -> None:
    everything = await many(desk)
    assert len(everything) == 14
    field, down = sort.removeprefix("-"), sort.startswith("-")
    rank = ["low", "normal", "high", "urgent"]

    def value(each: Json) -> Json:
        if field == "priority":  # then the last message, as the list's index has it
            return rank.index(each["priority"]), each["last_message_at"] or ""
        return each[field]

    whole = (await desk.dana.get("conversations", sort=sort, limit=200)).ok["items"]
    values = [value(each) for each in whole]
    there = [each for each in values if each is not None]
    assert there == sorted(there, reverse=down)
    assert values[len(there) :] == [None] * (len(values) - len(there))
    ties = [(one["id"], two["id"]) for one, two in pairwise(whole) if value(one) == value(two)]
    assert ties
    assert len({one < two for one, two in ties}) == 1, "ties are not ordered by id in one direction"
    expected = [each["id"] for each in whole]
    for limit in (1, 3, 13, 14):
        assert await desk.listed(desk.dana, sort=sort, limit=limit) == expected
    page = (await desk.dana.get("conversations", sort=sort, limit=14)).ok
    assert page["next_cursor"] is None


async def test_pages_stay_together_while_the_list_moves(desk: Desk) -> None:
    await many(desk)
    first = (await desk.dana.get("conversations", sort="created_at", limit=5)).ok
    await desk.send(desk.dana, first["items"][0]["id"])
    (await desk.dana.post("conversations", {"contact_id": desk.bob.id, "body": "New"})).accepted()
    rest = await desk.listed(desk.dana, sort="created_at", limit=5, cursor=first["next_cursor"])
    seen = [each["id"] for each in first["items"]] + rest
    assert len(seen) == len(set(seen)) == 15


async def test_a_conversation_without_messages_is_listed_and_makes_no_ticket(desk: Desk) -> None:
    made = (await desk.bob.get("portal/conversation")).ok
    assert await numbers(desk.bob) == [made["number"]]
    seen = await desk.see(desk.dana, made["id"])
    assert seen["ticket"] is None
    assert seen["waiting_since"] is None
    assert seen["last_message_at"] is None
    assert not seen["preview"]
    assert made["number"] in await numbers(desk.dana)
    assert len((await desk.dana.get("tickets")).ok["items"]) == 3


async def test_several_kinds_are_one_list_in_one_order(desk: Desk) -> None:
    both = (await desk.dana.get("conversations", kind="support,group")).ok
    kinds = [each["kind"] for each in both["items"]]
    assert set(kinds) == {"support", "group"}
    times = [each["last_message_at"] for each in both["items"]]
    assert times == sorted(times, reverse=True)
    assert sum(both["counts"].values()) == len(kinds)
    for sort in ("-last_message_at", "-updated_at", "waiting_since", "-priority", "created_at"):
        whole = [
            c["id"]
            for c in (await desk.dana.get("conversations", kind="group,support", sort=sort)).ok["items"]
        ]
        assert len(whole) == len(kinds)
        for limit in (1, 2, 3):
            assert await desk.listed(desk.dana, kind="support,group", sort=sort, limit=limit) == whole
    mine = (await desk.john.get("conversations", kind="support,group,direct,personal")).ok["items"]
    assert {each["kind"] for each in mine} == {"support", "group"}
    assert (await numbers(desk.john, number=2)) == []
