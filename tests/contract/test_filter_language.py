"""`q`: the filter language over HTTP, on the demo's conversations."""

import pytest

from tests.contract.desk import Desk, Person
from tests.contract.shapes import Json

#: What an admin is answered on the demo: #1 John → Sarah, open, high; #2 Jane → Mike, open, low;
#: #3 Alice → Sarah, pending.
ON_THE_DEMO = {
    "status:open": [1, 2],
    "-status:open": [3],
    "status:open,pending priority>=high": [1],
    "priority<high": [2, 3],
    "priority>urgent": [],
    'assignee:"Mike Chen"': [2],
    "assignee:sarah": [1, 3],
    "-assignee:sarah": [2],
    "assignee:none": [],
    "source:lead": [3],
    "contact:john": [1],
    "-contact:john": [2, 3],
    "contact:JANE.SMITH@": [2],
    'company:"acme corp"': [1],
    "number:#1,3": [1, 3],
    "-number:2": [1, 3],
    "escalated:no": [1, 2, 3],
    "escalated:yes": [],
    "created<52w": [1, 2, 3],
    "created>52w": [],
    "snoozed<52w": [],
    "-snoozed<52w": [1, 2, 3],
    "persona:support": [1, 2, 3],
    "persona:mia": [],
    "kind:group": [4],
    "": [1, 2, 3],
}


async def found(who: Person, q: str, **query: object) -> list[int]:
    return sorted(each["number"] for each in (await who.get("conversations", q=q, **query)).ok["items"])


@pytest.mark.parametrize("q", ON_THE_DEMO)
async def test_what_it_finds_on_the_demo(desk: Desk, q: str) -> None:
    assert await found(desk.dana, q) == ON_THE_DEMO[q]


@pytest.mark.parametrize(
    ("q", "at", "length"),
    [
        ("status:opne", 7, 4),
        ("status:open foo:bar", 12, 3),
        ("priority>>high", 9, 5),
        ('"not closed', 0, 11),
        ("waiting>soon", 8, 4),
        ("assignee:zoe", 9, 3),
        ('tag:a -assignee:me,"No Body"', 19, 9),
        ("tag:", 4, 1),
        ("!!!", 0, 3),
    ],
)
async def test_a_mistake_is_named_at_its_place(desk: Desk, q: str, at: int, length: int) -> None:
    problem = (await desk.dana.get("conversations", q=q)).problem(422, "invalid")
    (error,) = problem["errors"]
    assert (error["loc"], error["at"], error["length"]) == (["query", "q"], at, length)


async def test_words_are_found_once_they_are_taken_up(desk: Desk) -> None:
    number_one = (await desk.dana.get("conversations", number=1)).ok["items"][0]
    sent = await desk.send(desk.sarah, number_one["id"], "The Réfund for 請求書 is under way")
    await desk.send(desk.sarah, number_one["id"], "C4N4RY is what agents read", visibility="internal")
    await desk.services.searching.tick()
    for q in ("refund", "REFU", '"refund for"', "請求", "c4n4ry", "refund c4n4ry", "-xyzzy refund"):
        assert await found(desk.dana, q) == [1], q
        assert await found(desk.mike, q) == [], q
    for q in ('"for refund"', "-refund number:1", "xyzzy"):
        assert await found(desk.dana, q) == [], q
    assert await found(desk.john, "refund") == [1]
    assert await found(desk.john, "c4n4ry") == []
    assert await found(desk.nora, "refund") == []
    assert sent["id"]


async def test_staff_find_what_they_see_and_no_more(desk: Desk) -> None:
    for q, numbers in ON_THE_DEMO.items():
        seen = [1, 3] if q != "kind:group" else [4]
        assert await found(desk.sarah, q) == [each for each in numbers if each in seen], q


async def test_contacts_ask_for_what_they_see(desk: Desk) -> None:
    assert await found(desk.john, "status:open") == [1]
    assert await found(desk.john, "-status:open") == []
    for q in ("assignee:me", "priority:high", "tag:a", "waiting>1m", "contact:john", "escalated:no"):
        (await desk.john.get("conversations", q=q)).problem(422, "invalid")


async def test_counts_are_under_the_filter_too(desk: Desk) -> None:
    answer: Json = (await desk.dana.get("conversations", q="assignee:sarah unread:no,yes")).json
    assert answer["code"] == "invalid"
    counts = (await desk.dana.get("conversations", q="-contact:john status:open")).ok["counts"]
    assert counts == {"open": 1, "pending": 1, "snoozed": 0, "resolved": 0, "closed": 0}


async def test_bulk_takes_what_was_seen(desk: Desk) -> None:
    wanted = {"q": "assignee:sarah", "patch": {"add_tags": ["seen"]}}
    (await desk.dana.post("conversations/bulk", wanted | {"expect": 3})).problem(409, "conflict")
    report = (await desk.dana.post("conversations/bulk", wanted | {"expect": 2})).ok
    assert len(report["applied"]) == 2
    assert await found(desk.dana, "tag:seen") == [1, 3]
    assert await found(desk.dana, "-tag:SEEN") == [2]
