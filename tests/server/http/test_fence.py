"""The second fence on PostgreSQL: whatever a query forgets, nobody sees or touches another organization."""

import re
from functools import partial

import psycopg
import pytest
from aiohttp import ClientSession

from deskterm.server.services import Services
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.engines.postgres import reader as reading
from deskterm.server.storage.engines.postgres.dialect import Translated, translated
from tests.postgres import everywhere

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

#: What every query says, and what is left if it forgets whose rows are meant.
PREDICATE = re.compile(r"\b(?:\w+\.)?organization_id = :organization_id\b")
FORGOTTEN = "CAST(:organization_id AS bigint) IS NOT NULL"
NORTHWIND = 2
TABLES = """SELECT c.relname, c.relforcerowsecurity FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE a.attname = 'organization_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""


def forgetful(sql: str) -> Translated:
    """A statement without its tenant predicate."""
    return translated(PREDICATE.sub(FORGOTTEN, sql))


@pytest.fixture
async def conversation(john: ClientSession, services: Services) -> str:
    """John's, of the organization that is not Nora's."""
    async with john.get("portal/conversation") as answer:
        conversation_id: str = (await answer.json())["id"]
    body = {"id": services.ids.new(), "body": "xanthorrhoea"}
    async with john.post(f"conversations/{conversation_id}/messages", json=body) as answer:
        assert answer.status == 201
    return conversation_id


async def seen_by(client: ClientSession, conversation: str) -> tuple[list[int], str]:
    """The answers to somebody who looks for it everywhere: their states, and their words together."""
    paths = (
        f"conversations/{conversation}",
        f"conversations/{conversation}/messages",
        f"conversations/{conversation}/assignments",
        "conversations",
        "conversations?q=xanthorrhoea",
        "contacts",
        "members",
        "audit",
        "sync/snapshot",
    )
    states, words = [], []
    for path in paths:
        async with client.get(path) as answer:
            states.append(answer.status)
            words.append(await answer.text())
    return states, "".join(words)


async def test_queries_that_forget_whose_rows_they_want_get_only_those(
    services: Services, nora: ClientSession, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "translated", forgetful)
    states, words = await seen_by(nora, conversation)
    assert states[:3] == [404] * 3
    assert states[3:] == [200] * 6
    for each in (conversation, "John", "xanthorrhoea", "designpi", "Sarah"):
        assert each not in words
    async with nora.patch(f"conversations/{conversation}", json={"subject": "mine"}) as answer:
        assert answer.status == 404

    address = str(services.config.postgres)
    with everywhere(address) as connection:  # without the fence, this is what forgetting would do
        for name, _ in connection.execute(TABLES).fetchall():
            connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
    states, words = await seen_by(nora, conversation)
    assert states[0] == 200
    assert "John" in words


async def test_whatever_is_asked_within_an_organization_stays_in_it(
    services: Services, conversation: str
) -> None:
    with everywhere(str(services.config.postgres)) as connection:
        tables = connection.execute(TABLES).fetchall()
        connection.execute("SET deskterm.organization = ''")
        assert connection.execute("SELECT count(*) FROM conversation").fetchone() == (0,)
    assert len(tables) > 40
    assert [name for name, forced in tables if not forced] == []

    def others(reader: Reader) -> int:
        counted = (
            f"(SELECT count(*) FROM {name} WHERE organization_id <> {NORTHWIND})" for name, _ in tables
        )
        found: int = reader.value(f"SELECT {' + '.join(counted)}")
        return found

    within = services.db.within(NORTHWIND)
    assert within.read(others) == 0
    assert await within.read_in_thread(others) == 0
    assert services.db.read(others) > 20
    change = "UPDATE contact SET name = 'taken over'"
    assert await within.write(lambda tx: tx.run(change)) == 1
    steal = partial(_move, "UPDATE contact SET organization_id = 1")
    add = partial(_move, "INSERT INTO mail_off SELECT 1, id FROM contact")
    for each in (steal, add):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await within.write(each)


def _move(sql: str, tx: Tx) -> None:
    tx.run(sql)
