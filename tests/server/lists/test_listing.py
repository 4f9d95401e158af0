"""Lists against a model that filters and sorts plain records: same rows, order and counts, page by page."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Kind, Priority, Role, Source, Status
from deskterm.protocol.wire.requests import ConversationQuery, Page
from deskterm.server import policy
from deskterm.server.desk.listing import Listing, is_quick, list_conversations, list_escalations
from deskterm.server.errors import Invalid
from deskterm.server.principal import Principal
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect
from deskterm.server.storage.engines.reader import SqliteReader
from deskterm.server.storage.organizations import Settings
from tests.server.lists.desk import TAGS, Desk, Row, add_conversations, make_desk

NEVER = 2**62


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_desk(tmp_path_factory.mktemp("lists") / "desk.db", 400)


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> list[Desk]:
    """The same desk twice, the second time four times as large; nobody writes there."""
    folder = tmp_path_factory.mktemp("growing")
    return [make_desk(folder / f"{size}.db", size, kinds=("support",)) for size in (3_000, 12_000)]


@pytest.fixture(scope="module")
def reader(desk: Desk) -> Iterator[SqliteReader]:
    connection = connect(desk.path, cache_kib=READER_CACHE_KIB, query_only=True)
    yield SqliteReader(connection.cursor())
    connection.close()


def sort_key(sort: str) -> Callable[[Row], tuple[int | bytes, ...]]:
    """The order that the contract states, written apart from the SQL."""

    def down(value: bytes) -> int:
        return -int.from_bytes(value)

    keys: dict[str, Callable[[Row], tuple[int | bytes, ...]]] = {
        "-last_message_at": lambda row: (-row.last_message_at, down(row.id)),
        "-last_public_message_at": lambda row: (-row.last_public_message_at, down(row.id)),
        "-public_updated_at": lambda row: (-row.public_updated_at, down(row.id)),
        "-updated_at": lambda row: (-row.updated_at, down(row.id)),
        "-priority": lambda row: (-row.priority, -row.last_message_at, down(row.id)),
        "waiting_since": lambda row: (NEVER if row.waiting_since is None else row.waiting_since, row.id),
        "created_at": lambda row: (row.created_at, row.id),
    }
    return keys[sort]


def is_seen(desk: Desk, principal: Principal, staff_sees: str, row: Row) -> bool:
    people = desk.takes_part.get(row.id, set())
    takes_part = bool({principal.member_id, principal.contact_id} & people)
    facts = policy.ConversationFacts(row.kind, row.contact_id, row.assignee_id, takes_part)
    return policy.may_see(principal, facts, staff_sees)


def matches(principal: Principal, query: dict[str, Any], row: Row, *, statuses: bool = True) -> bool:
    status = "open" if row.status == "snoozed" and not principal.is_agent else row.status
    assignee = "none" if row.assignee_id is None else to_text(row.assignee_id)
    assignees = {assignee, "me"} if row.assignee_id == principal.member_id else {assignee}
    values: dict[str, set[str]] = {
        "status": {status},
        "source": {row.source},
        "assignee": assignees,
        "priority": {list(Priority)[row.priority].value},
        "tag": set(json.loads(row.tags)),
    }
    if not statuses:
        del values["status"]
    for name, found in values.items():
        if query.get(name) is not None and not found & set(query[name].split(",")):
            return False
    same = ("number", "escalated")
    return (
        row.kind == query.get("kind", "support")
        and (row.archived_at is not None) == query.get("archived", False)
        and all(query.get(name) is None or getattr(row, name) == query[name] for name in same)
        and all(
            query.get(name) is None
            or ((value := getattr(row, name)) is not None and to_text(value) == query[name])
            for name in ("contact_id", "persona_id")
        )
    )


def read_all(
    reader: SqliteReader, principal: Principal, settings: Settings, query: dict[str, Any]
) -> tuple[list[bytes], Listing]:
    """Every page of a list, and its first one."""
    first = page = list_conversations(reader, principal, settings, ConversationQuery(**query))
    ids = list(page.ids)
    while page.next_cursor is not None:
        assert len(page.ids) == query["limit"]
        page = list_conversations(
            reader, principal, settings, ConversationQuery(**query, cursor=page.next_cursor)
        )
        assert page.counts is None
        ids += page.ids
    return ids, first


def several(values: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(",".join)


SHARED = {
    "status": several([each.value for each in Status]),
    "kind": st.sampled_from(list(Kind)),
    "number": st.integers(1, 410),
    "limit": st.integers(1, 40),
}
AGENTS = {
    **SHARED,
    "source": several([each.value for each in Source]),
    "assignee": st.lists(st.integers(-2, 3), min_size=1, max_size=3, unique=True),
    "priority": several([each.value for each in Priority]),
    "tag": several([*TAGS, "absent"]),
    "escalated": st.booleans(),
    "archived": st.booleans(),
    "contact_id": st.integers(0, 60),
    "persona_id": st.integers(0, 3),
    "sort": st.sampled_from(["-last_message_at", "-updated_at", "-priority", "waiting_since", "created_at"]),
}
CONTACTS = {**SHARED, "sort": st.sampled_from(["-last_message_at", "-updated_at", "created_at"])}


def resolved(desk: Desk, query: dict[str, Any]) -> dict[str, Any]:
    """Numbers of agents, contacts and personas replaced by their ids."""
    made = {"limit": 50, **query}
    if "assignee" in made:
        words = {-2: "me", -1: "none"}
        made["assignee"] = ",".join(words.get(at) or to_text(desk.agents[at]) for at in made["assignee"])
    for name, ids in {"contact_id": desk.contacts, "persona_id": desk.personas}.items():
        if name in made:
            made[name] = to_text(ids[made[name]])
    return made


def check(
    desk: Desk, reader: SqliteReader, principal: Principal, staff_sees: str, query: dict[str, Any]
) -> None:
    seen = [row for row in desk.rows if is_seen(desk, principal, staff_sees, row)]
    wanted = [row for row in seen if matches(principal, query, row)]
    sort = query.get("sort", "-last_message_at")
    if not principal.is_agent:
        known = {"-last_message_at": "-last_public_message_at", "-updated_at": "-public_updated_at"}
        sort = known.get(sort, sort)
    wanted.sort(key=sort_key(sort))
    ids, first = read_all(reader, principal, Settings(staff_sees=staff_sees), query)
    assert ids == [row.id for row in wanted]
    counted = dict.fromkeys(Status, 0)
    for row in seen:
        if matches(principal, query, row, statuses=False):
            folded = row.status == "snoozed" and not principal.is_agent
            counted[Status.OPEN if folded else Status(row.status)] += 1
    assert first.counts == counted


@given(
    query=st.fixed_dictionaries({}, optional=AGENTS),
    role=st.sampled_from([Role.ADMIN, Role.STAFF]),
    staff_sees=st.sampled_from(["assigned", "unassigned", "all"]),
)
@example(query={"sort": "waiting_since", "limit": 7}, role=Role.ADMIN, staff_sees="assigned")
@example(query={"sort": "-priority", "limit": 7}, role=Role.ADMIN, staff_sees="assigned")
@example(query={"limit": 7}, role=Role.STAFF, staff_sees="unassigned")
@example(query={"assignee": [1]}, role=Role.STAFF, staff_sees="assigned")
def test_agents_lists_are_what_the_model_says(
    desk: Desk, reader: SqliteReader, query: dict[str, Any], role: Role, staff_sees: str
) -> None:
    check(desk, reader, desk.principal(role), staff_sees, resolved(desk, query))


@given(
    query=st.fixed_dictionaries({}, optional=CONTACTS),
    role=st.sampled_from([Role.CUSTOMER, None]),
    who=st.integers(0, 60),
)
def test_contacts_lists_are_what_the_model_says(
    desk: Desk, reader: SqliteReader, query: dict[str, Any], role: Role | None, who: int
) -> None:
    check(desk, reader, desk.principal(role, who), "all", resolved(desk, query))


def test_the_cap_of_counts_is_a_thousand(tmp_path: Path) -> None:
    many = make_desk(tmp_path / "desk.db", 5_600, kinds=("support",))
    connection = connect(many.path, cache_kib=READER_CACHE_KIB)
    connection.execute("UPDATE conversation SET archived_at = NULL, escalated = 0")
    connection.execute("UPDATE conversation SET status = 'closed' WHERE number <= 1200")
    admin = many.principal(Role.ADMIN)
    exact = list_conversations(SqliteReader(connection.cursor()), admin, Settings(), ConversationQuery())
    capped = list_conversations(
        SqliteReader(connection.cursor()), admin, Settings(), ConversationQuery(escalated=False)
    )
    assert exact.counts is not None
    assert capped.counts is not None
    assert exact.counts[Status.CLOSED] > 1_200
    assert capped.counts[Status.CLOSED] == 1_000
    assert capped.counts[Status.OPEN] == min(exact.counts[Status.OPEN], 1_000)
    connection.close()


@pytest.mark.parametrize("sort", ["-last_message_at", "-priority", "waiting_since", "created_at"])
def test_what_was_there_all_along_comes_once_while_others_arrive(sort: Any, tmp_path: Path) -> None:
    busy = make_desk(tmp_path / "desk.db", 60, kinds=("support",))
    before = [row.id for row in busy.rows if row.archived_at is None]
    connection = connect(busy.path, cache_kib=READER_CACHE_KIB)
    reader, admin, cursor = SqliteReader(connection.cursor()), busy.principal(Role.ADMIN), None
    seen: list[bytes] = []
    while True:
        page = list_conversations(
            reader, admin, Settings(), ConversationQuery(sort=sort, limit=7, cursor=cursor)
        )
        seen += page.ids
        cursor = page.next_cursor
        if cursor is None:
            break
        if len(busy.rows) < 120:
            add_conversations(busy, connection, 5, ("support",))
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)
    connection.close()


def test_escalations_come_latest_first(desk: Desk, reader: SqliteReader) -> None:
    admin = desk.principal(Role.ADMIN)
    wanted = [row for row in desk.rows if row.escalated and row.kind == "support" and row.archived_at is None]
    wanted.sort(key=lambda row: (row.escalated_at or 0, row.id), reverse=True)
    ids, cursor = [], None
    while True:
        page = list_escalations(reader, admin, Settings(), Page(limit=5, cursor=cursor))
        ids += page.ids
        cursor = page.next_cursor
        if cursor is None:
            break
    assert ids == [row.id for row in wanted]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"status": "waiting"}, "status"),
        ({"status": ""}, "status"),
        ({"status": "open,"}, "status"),
        ({"source": "fax"}, "source"),
        ({"priority": "highest"}, "priority"),
        ({"assignee": "sarah"}, "assignee"),
        ({"tag": ""}, "tag"),
        ({"tag": "x" * 41}, "tag"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "A" * 60}, "cursor"),
    ],
)
def test_what_is_not_understood_is_named(
    desk: Desk, reader: SqliteReader, query: dict[str, Any], name: str
) -> None:
    with pytest.raises(Invalid) as refused:
        list_conversations(reader, desk.principal(Role.ADMIN), Settings(), ConversationQuery(**query))
    assert refused.value.extra["errors"][0]["loc"] == ["query", name]


@pytest.mark.parametrize(
    "query",
    [
        {"assignee": "none"},
        {"source": "widget"},
        {"priority": "high"},
        {"tag": "vip"},
        {"escalated": False},
        {"archived": True},
        {"sort": "-priority"},
        {"sort": "waiting_since"},
    ],
)
def test_contacts_cannot_ask_about_what_they_cannot_see(
    desk: Desk, reader: SqliteReader, query: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        list_conversations(reader, desk.principal(Role.CUSTOMER), Settings(), ConversationQuery(**query))


def test_a_cursor_fits_its_own_list_only(desk: Desk, reader: SqliteReader) -> None:
    admin = desk.principal(Role.ADMIN)
    cursor = list_conversations(
        reader, admin, Settings(), ConversationQuery(status="open,closed", limit=3)
    ).next_cursor
    again = ConversationQuery(status="closed,open", limit=5, cursor=cursor)
    assert len(list_conversations(reader, admin, Settings(), again).ids) == 5
    others: list[dict[str, Any]] = [{"status": "open"}, {"status": "open,closed", "sort": "-priority"}]
    for other in others:
        with pytest.raises(Invalid):
            list_conversations(reader, admin, Settings(), ConversationQuery(**other, cursor=cursor))


@pytest.mark.parametrize(
    ("role", "query"),
    [
        (Role.ADMIN, {}),
        (Role.ADMIN, {"status": "open"}),
        (Role.ADMIN, {"status": "pending,snoozed"}),
        (Role.ADMIN, {"assignee": "none", "status": "open,pending"}),
        (Role.ADMIN, {"sort": "-priority"}),
        (Role.ADMIN, {"sort": "waiting_since"}),
        (Role.STAFF, {}),
        (Role.STAFF, {"status": "open"}),
    ],
)
def test_a_first_page_costs_the_same_in_a_large_desk(
    role: Role, query: dict[str, Any], growing: list[Desk]
) -> None:
    costs = []
    for large in growing:
        principal, asked = large.principal(role), ConversationQuery(**query)
        assert is_quick(principal, asked)
        costs.append(instructions(large.path, principal, asked))
    assert costs[1] < 1.3 * costs[0], costs


def test_what_somebody_has_to_do_costs_the_same_however_many_wait_for_others(
    growing: list[Desk], tmp_path: Path
) -> None:
    costs = []
    for large in growing:
        path = Path(shutil.copy(large.path, tmp_path / large.path.name))
        connection = apsw.Connection(str(path))
        connection.execute(
            "UPDATE conversation SET assignee_id = ? WHERE assignee_id = ? AND number > 1500",
            (large.agents[1], large.agents[0]),
        )
        connection.close()
        mine = ConversationQuery(status="open,pending", assignee="me", sort="waiting_since")
        costs.append(instructions(path, large.principal(Role.STAFF), mine))
    assert costs[1] < 1.3 * costs[0], costs


def instructions(path: Path, principal: Principal, query: ConversationQuery) -> int:
    """How many of the engine's instructions a first page takes: its cost without the machine's noise."""
    connection, steps = connect(path, cache_kib=READER_CACHE_KIB), 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    connection.set_progress_handler(count, 1)
    found = list_conversations(
        SqliteReader(connection.cursor()), principal, Settings(staff_sees="unassigned"), query
    )
    connection.close()
    assert len(found.ids) == 50
    return steps


def test_free_filters_and_unindexed_orders_are_left_to_threads(desk: Desk) -> None:
    admin = desk.principal(Role.ADMIN)
    for query in ({"sort": "-updated_at"}, {"source": "email"}, {"tag": "vip"}, {"archived": True}):
        assert not is_quick(admin, ConversationQuery(**query))
    assert is_quick(desk.principal(Role.CUSTOMER), ConversationQuery(sort="-updated_at"))


def test_the_file_itself_refuses_two_active_conversations_of_a_contact(desk: Desk) -> None:
    active = next(row for row in desk.rows if row.kind == "support" and row.status == "open")
    twin = active._replace(id=desk.ids.new_bytes(), number=9_999)
    connection = connect(desk.path, cache_kib=READER_CACHE_KIB)
    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        connection.execute(
            f"INSERT INTO conversation ({', '.join(Row._fields)}) VALUES ({', '.join('?' * len(twin))})", twin
        )
    connection.close()
