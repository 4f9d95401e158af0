"""What holds for every statement of the server, and for the schema under it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from deskterm.server.storage.database import Tx
from deskterm.server.storage.engines.connection import READER_CACHE_KIB, connect
from tests.server.storage.rows import add_contact, add_member, add_organization, logged_contact, opened
from tests.server.storage.statements import registered

REGISTERED = registered()
READS = {name: each for name, each in REGISTERED.items() if each.lstrip().startswith(("SELECT", "WITH"))}
EXPLAINED = {name: each for name, each in REGISTERED.items() if not each.startswith("PRAGMA")}
PARAMETER = re.compile(r":([a-z_][a-z0-9_]*)")

#: These look across organizations on purpose: they find by what is unique over all of them, or are timers.
ACROSS = {
    "api_keys._BY_HASH",  # the organization comes from the key
    "api_keys._BY_KEY_ID",  # the widget's page: the same
    "api_keys._ORIGINS",  # a preflight has no key
    "accounts._ORGANIZATIONS",  # a password is of all of them
    "accounts._MEMBERSHIPS",  # signing in: the organizations of a user
    "attachments._REFERRED",  # a file is kept once for all
    "attachments._CONTENTS",
    "attachments._LEFT",  # a timer
    "attachments._FORGET",
    "webhooks._ACTIVE",  # a timer
    "figures._HEADS",  # for whoever runs the server
    "figures._WEBHOOKS",
    "figures._MAILS",
    "figures._SEARCH",
    "checks._LOGS",
    "checks._SEVERAL_ACTIVE",
    "checks._AHEAD",
    "checks._COUNTS",
    "checks._HANDLED",
    "checks._ENDS",
    "checks._ROOMS",
    "checks._NOTIFIED",
    "conversations._DUE_SNOOZED",  # timers
    "conversations._NEXT_WAKE",
    "drafts._FORGET",  # a timer
    "erasure._FORGET_PLACES",  # of an account that is in no other organization
    "held._DUE",  # timers
    "events._HEADS",  # of what other nodes commit
    "queue._PRESENT",  # the hub's
    "queue._ELSEWHERE",
    "queue._STAY",
    "queue._VOID",
    "held._NEXT",
    "idempotency._FORGET",  # a timer
    "invitations._BY_TOKEN",  # the organization comes from the token
    "mail._DUE",  # timers
    "mail._UNREAD_AT_START",
    "mail._AGENTS",
    "mail._ANYBODY_WAITS",
    "mail._STATE",
    "mail._FORGET",
    "notifications._UNFINISHED",  # a timer
    "password_resets._BY_TOKEN",  # the organization comes from the token
    "search._BEHIND",  # a timer
    "visitors._FORGET",  # a timer
    "sessions._FORGET",  # a timer
    "sessions._BY_TOKEN",  # the organization comes from the token
    "sessions._KNOWN_ADDRESS",
    "sessions._OF_USER",  # a changed password ends the sessions of every organization
}


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database with a few rows, closed."""

    def fill(tx: Tx) -> None:
        for organization_id in (1, 2):
            add_organization(tx, organization_id)
            add_member(tx, organization_id)
            for number in range(20):
                _add_conversation(tx, organization_id, number + 1)
        logged_contact(tx, "x")

    async with opened(tmp_path / "desk.db") as database:
        await database.write(fill)
    return tmp_path / "desk.db"


@pytest.fixture
def connection(file: Path) -> Iterator[apsw.Connection]:
    """A connection as the server makes them."""
    made = connect(file, cache_kib=READER_CACHE_KIB)
    yield made
    made.close()


def _add_conversation(tx: Tx, organization_id: int, number: int, **other: Any) -> bytes:
    values = {
        "contact_id": add_contact(tx, organization_id),
        "assignee_id": None,
        "previous_id": None,
        **other,
    }
    conversation_id = tx.ids.new_bytes()
    tx.run(
        "INSERT INTO conversation (organization_id, id, number, kind, source, contact_id, assignee_id,"
        " previous_id, rev, created_at, updated_at) VALUES (:organization_id, :id, :number, 'support',"
        " 'customer', :contact_id, :assignee_id, :previous_id, 1, :now, :now)",
        organization_id=organization_id,
        id=conversation_id,
        number=number,
        now=tx.now,
        **values,
    )
    return conversation_id


def values_of(sql: str, number: int) -> dict[str, int]:
    """Something for every parameter; different numbers give different values."""
    return dict.fromkeys(PARAMETER.findall(sql), number)


def test_there_are_statements() -> None:
    assert len(REGISTERED) > 3


def test_every_statement_prepares(connection: apsw.Connection) -> None:
    broken = {}
    for name, sql in EXPLAINED.items():
        try:
            connection.execute(f"EXPLAIN {sql}", values_of(sql, 1)).fetchall()
        except apsw.Error as error:
            broken[name] = str(error)
    assert broken == {}


def test_every_statement_gives_its_values_in_the_order_of_the_engine(connection: apsw.Connection) -> None:
    for name, sql in EXPLAINED.items():
        explained = connection.execute(f"EXPLAIN {sql}", values_of(sql, 1))
        picked = sql.pick({each: each for each in PARAMETER.findall(sql)})
        assert picked == explained.bindings_names, name


def compilations(connection: apsw.Connection, sql: str) -> int:
    """How often the engine asks for permission, which it does when it compiles, in a hundred further runs."""
    asked = 0

    def authorize(*_about: object) -> int:
        nonlocal asked
        asked += 1
        return apsw.SQLITE_OK

    connection.authorizer = authorize
    for number in range(3):  # the search makes its own statements ready when they are needed
        connection.execute(sql, values_of(sql, number)).fetchall()
    asked = 0
    for number in range(100):
        connection.execute(sql, values_of(sql, number)).fetchall()
    connection.authorizer = None
    return asked


def test_no_read_compiles_again(connection: apsw.Connection) -> None:
    again = {name: count for name, each in READS.items() if (count := compilations(connection, each))}
    assert again == {}


def test_the_engine_would_compile_again_if_not_told_otherwise(file: Path) -> None:
    sql = (
        "SELECT c.id, k.name FROM conversation c JOIN contact k ON k.organization_id = c.organization_id"
        " AND k.id = c.contact_id WHERE c.organization_id = :o AND c.number > :n ORDER BY c.number LIMIT 5"
    )
    bare, ours = apsw.Connection(str(file)), connect(file, cache_kib=READER_CACHE_KIB)
    assert compilations(bare, sql) > 0
    assert compilations(ours, sql) == 0
    bare.close()
    ours.close()


def tenant_tables(connection: apsw.Connection) -> set[str]:
    rows = connection.execute(
        "SELECT s.name FROM sqlite_schema s, pragma_table_info(s.name) i"
        " WHERE s.type IN ('table', 'view') AND i.name = 'organization_id'"
    )
    return {str(name) for (name,) in rows} - {"organization"}


def test_every_statement_on_a_tenants_table_binds_the_organization(connection: apsw.Connection) -> None:
    tables = tenant_tables(connection)
    assert "message" in tables
    unbound = {
        name
        for name, each in REGISTERED.items()
        if tables & set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)", each))
        and ":organization_id" not in each
    }
    assert unbound - ACROSS == set()
    assert ACROSS - unbound == set(), "no longer needed"


def test_no_list_looks_for_any_of_several_in_an_indexs_first_columns() -> None:
    lists = {
        name: sql
        for name, sql in REGISTERED.items()
        if "FROM conversation" in sql and "ORDER BY" in sql and not re.search(r"\b(id|contact_id) = ", sql)
    }
    assert lists
    several = re.compile(r"\b(status|assignee_id|organization_id)\s+IN\s*\(")
    assert [name for name, sql in lists.items() if several.search(sql)] == []


@pytest.mark.parametrize("column", ["contact_id", "assignee_id", "previous_id"])
async def test_a_row_cannot_point_into_another_organization(column: str, tmp_path: Path) -> None:
    def cross(tx: Tx) -> None:
        foreign = {
            "contact_id": lambda: add_contact(tx, 2),
            "assignee_id": lambda: add_member(tx, 2),
            "previous_id": lambda: _add_conversation(tx, 2, 1),
        }[column]()
        _add_conversation(tx, 1, 1, **{column: foreign})

    async with opened(tmp_path / "desk.db") as database:
        await database.write(add_organization)
        await database.write(lambda tx: add_organization(tx, 2))
        with pytest.raises(apsw.ConstraintError, match="FOREIGN KEY"):
            await database.write(cross)


async def test_counts_follow_every_change(tmp_path: Path) -> None:
    def change(tx: Tx) -> None:
        add_organization(tx)
        member = add_member(tx)
        ids = [_add_conversation(tx, 1, number) for number in range(1, 6)]
        tx.run("UPDATE conversation SET status = 'closed' WHERE id = :id", id=ids[0])
        tx.run("UPDATE conversation SET assignee_id = :member WHERE id = :id", member=member, id=ids[1])
        tx.run("UPDATE conversation SET archived_at = 1 WHERE id = :id", id=ids[2])
        tx.run("UPDATE conversation SET archived_at = NULL WHERE id = :id", id=ids[2])
        tx.run("UPDATE conversation SET archived_at = 1 WHERE id = :id", id=ids[3])

    async with opened(tmp_path / "desk.db") as database:
        await database.write(change)
        counted = database.read(
            lambda reader: reader.value(
                "SELECT group_concat(status || length(assignee_id) || '=' || total) FROM"
                " (SELECT * FROM conversation_count WHERE total > 0 ORDER BY status, length(assignee_id))"
            )
        )
    assert counted == "closed0=1,open0=2,open16=1"
