"""The demo's data: the same everywhere, once, and as the contract fixes it."""

from pathlib import Path
from typing import NamedTuple

from deskterm.protocol.ids import IdSource, to_bytes
from deskterm.server.clock import ManualClock
from deskterm.server.config import HashCost
from deskterm.server.demo import seed_demo
from deskterm.server.demo.people import PASSWORDS
from deskterm.server.passwords import Passwords
from deskterm.server.storage.checks import find_damage
from deskterm.server.storage.database import Reader
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.open import open_database

BASE = 1_790_000_000_000


class Thread(NamedTuple):
    """A conversation in the words of the contract."""

    slug: str
    number: int
    contact: str
    assignee: str | None
    status: str
    priority: int
    source: str
    ticket: str


class Text(NamedTuple):
    """One value of a row."""

    value: str | int | bytes | None


THREADS = """
    SELECT o.slug, c.number, k.email, u.email, c.status, c.priority, c.source, t.subject
    FROM conversation c JOIN organization o ON o.organization_id = c.organization_id
    JOIN contact k ON k.organization_id = c.organization_id AND k.id = c.contact_id
    JOIN ticket t ON t.organization_id = c.organization_id AND t.conversation_id = c.id
    LEFT JOIN member m ON m.organization_id = c.organization_id AND m.id = c.assignee_id
    LEFT JOIN user_account u ON u.id = m.user_id
    WHERE c.kind = 'support' ORDER BY c.organization_id, c.number"""


async def opened(path: Path, now: int = BASE) -> SqliteDatabase:
    return await open_database(path, clock=ManualClock(now), ids=IdSource())


def column(reader: Reader, sql: str) -> list[str | int | bytes | None]:
    return [row.value for row in reader.all(Text, sql)]


async def test_the_conversations_are_those_of_the_contract(tmp_path: Path) -> None:
    database = await opened(tmp_path / "demo.db")
    assert await seed_demo(database, base=BASE, hash_password=str.upper)
    assert database.read(lambda reader: reader.all(Thread, THREADS)) == [
        Thread(
            *("designpi", 1, "john.doe@example.com", "sarah@designpi.com", "open", 2, "customer"),
            "Support request from John Doe",
        ),
        Thread(
            *("designpi", 2, "jane.smith@example.com", "mike@designpi.com", "open", 0, "customer"),
            "Support request from Jane Smith",
        ),
        Thread(
            *("designpi", 3, "alice.brown@startup.com", "sarah@designpi.com", "pending", 1, "lead"),
            "Support request from Alice Brown",
        ),
        Thread(
            *("northwind", 1, "customer@northwind.example", None, "open", 1, "customer"),
            "Support request from Oscar Berg",
        ),
    ]
    assert await find_damage(database) == []
    await database.close()


async def test_ids_are_the_same_whenever_it_starts_and_nothing_is_in_the_future(tmp_path: Path) -> None:
    found = []
    for name, base in {"one": BASE, "two": BASE + 86_400_000_123}.items():
        database = await opened(tmp_path / f"{name}.db", base)
        await seed_demo(database, base=base, hash_password=str.upper)
        found.append(database.read(lambda reader: column(reader, "SELECT id FROM message ORDER BY seq, id")))
        found[-1] += database.read(lambda reader: column(reader, "SELECT id FROM member ORDER BY id"))
        newest = database.read(lambda reader: reader.value("SELECT max(created_at) FROM message"))
        assert base - 3_600_000 < newest < base
        await database.close()
    assert found[0] == found[1]
    assert len(found[0]) == len(set(found[0])) > 20


async def test_it_is_seeded_once_and_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    database = await opened(path)
    assert await seed_demo(database, base=BASE, hash_password=str.upper)
    await database.write(lambda tx: tx.run("UPDATE conversation SET subject = 'mine' WHERE number = 1"))
    await database.close()
    database = await opened(path)
    assert not await seed_demo(database, base=BASE, hash_password=str.upper)
    subjects = database.read(
        lambda reader: column(
            reader, "SELECT subject FROM conversation WHERE number = 1 ORDER BY organization_id"
        )
    )
    assert subjects == ["mine", "mine"]
    await database.close()


async def test_the_fixed_ids_personas_and_the_room(tmp_path: Path) -> None:
    database = await opened(tmp_path / "demo.db")
    await seed_demo(database, base=BASE, hash_password=str.upper)

    def look(reader: Reader) -> None:
        assert column(reader, "SELECT id FROM organization WHERE slug = 'designpi'") == [
            to_bytes("00000000-0000-7000-8000-000000000001")
        ]
        personas = column(
            reader, "SELECT name || support || open FROM persona WHERE organization_id = 1 ORDER BY name"
        )
        assert personas == ["Billing01", "Mia01", "Support10"]
        assert column(reader, "SELECT subject FROM conversation WHERE kind = 'group'") == ["Main Community"]
        assert column(reader, "SELECT count(*) FROM participant") == [6]
        assert column(reader, "SELECT sum(agent_unread) FROM conversation WHERE organization_id = 1") == [3]
        leads = "SELECT lead_status FROM contact WHERE kind = 'lead' ORDER BY email"
        assert column(reader, leads) == ["new", "contacted", "qualified"]

    database.read(look)
    await database.close()


async def test_a_password_is_hashed_once_and_fits(tmp_path: Path) -> None:
    passwords = Passwords(HashCost(memory=8, passes=1))
    hashed: list[str] = []

    def hash_password(password: str) -> str:
        hashed.append(password)
        return passwords.hash_now(password)

    database = await opened(tmp_path / "demo.db")
    await seed_demo(database, base=BASE, hash_password=hash_password)
    assert sorted(hashed) == sorted(PASSWORDS)
    stored = database.read(
        lambda reader: reader.value(
            "SELECT password_hash FROM user_account WHERE email = 'sarah@designpi.com'"
        )
    )
    assert await passwords.matches(stored, "staff123")
    await database.close()
    passwords.close()
