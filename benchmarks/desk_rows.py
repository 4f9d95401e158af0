"""A desk of any size, written straight into the tables: making it through the product would take hours."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import apsw

from deskterm.protocol.ids import IdSource, to_text
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.sessions import token_hash
from deskterm.server.storage.open import open_database

AGENTS, CONTACTS = 50, 5_000
STATUSES = ("open", "pending", "snoozed", "resolved", "closed")
_SHARES = (8, 3, 2, 7, 80)
_DAY = 24 * 3600 * 1000


class DeskRows(NamedTuple):
    """Where the desk is and what a load needs to know of it."""

    data: Path
    tokens: list[str]  # sessions of the admin
    conversations: list[str]  # ids of open ones


def make_desk(data: Path, conversations: int, *, messages: int = 0, sessions: int = 1_000) -> DeskRows:
    """50 agents, 5,000 contacts and this much talk, the same in every run."""
    data.mkdir(parents=True, mode=0o700)
    path = data / DATABASE_NAME
    asyncio.run(_create(path))
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; BEGIN")
    maker = _Maker(connection)
    maker.people()
    tokens = maker.sessions(sessions)
    open_ones = maker.conversations(conversations)
    maker.messages(messages)
    maker.counters(conversations)
    connection.execute("COMMIT")
    connection.close()
    return DeskRows(data, tokens, [to_text(each) for each in open_ones])


async def _create(path: Path) -> None:
    await (await open_database(path, clock=SystemClock(), ids=IdSource())).close()


class _Maker:
    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._random = Random(7)
        self._now = time.time_ns() // 1_000_000 - 30 * _DAY
        self._ids = IdSource(lambda: self._now, self._random.getrandbits)
        self._agents: list[bytes] = []
        self._contacts: list[bytes] = []
        self._all: list[bytes] = []
        self._seq = 0

    def _insert(
        self, table: str, columns: str, rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]]
    ) -> None:
        marks = ", ".join("?" * len(columns.split(",")))
        self._connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)

    def people(self) -> None:
        self._insert(
            "organization",
            "organization_id, id, slug, name, created_at",
            [(1, self._ids.new_bytes(), "b", "B", 0)],
        )
        self._agents = [self._ids.new_bytes() for _ in range(AGENTS)]
        self._insert(
            "user_account",
            "id, email, name, created_at, updated_at",
            [(each, f"agent{at}@b.example", f"Agent {at}", 0, 0) for at, each in enumerate(self._agents)],
        )
        self._insert(
            "member",
            "organization_id, id, user_id, role, created_at",
            [(1, each, each, "staff" if at else "admin", 0) for at, each in enumerate(self._agents)],
        )
        self._insert(
            "persona",
            "organization_id, id, name, support, created_at",
            [(1, self._ids.new_bytes(), "Support", 1, 0)],
        )
        self._contacts = [self._contact() for _ in range(CONTACTS)]

    def _contact(self) -> bytes:
        contact = self._ids.new_bytes()
        self._insert(
            "contact",
            "organization_id, id, kind, name, email, created_at, updated_at",
            [(1, contact, "customer", f"Contact {contact.hex()[-6:]}", f"{contact.hex()}@c.example", 0, 0)],
        )
        return contact

    def sessions(self, count: int) -> list[str]:
        tokens = [f"dk_s_benchmark{at:06}" for at in range(count)]
        now = time.time_ns() // 1_000_000
        admin = self._agents[0]
        self._insert(
            "session",
            "organization_id, id, token_hash, user_id, member_id, created_at, last_used_at, expires_at",
            [
                (1, self._ids.new_bytes(), token_hash(each), admin, admin, now, now, now + _DAY)
                for each in tokens
            ],
        )
        return tokens

    def conversations(self, count: int) -> list[bytes]:
        """Answers the first 500 that are open; each has its ticket."""
        free = list(self._contacts)
        found: list[bytes] = []
        for number in range(1, count + 1):
            self._now += max(1, 20 * _DAY // count)
            status = self._random.choices(STATUSES, _SHARES)[0]
            active = status in STATUSES[:3]
            contact = self._random.choice(self._contacts)
            if active:
                contact = free.pop() if free else self._contact()
            conversation = self._ids.new_bytes()
            self._conversation(conversation, number, status, contact)
            self._all.append(conversation)
            if status == "open" and len(found) < 500:
                found.append(conversation)
        return found

    def _conversation(self, conversation: bytes, number: int, status: str, contact: bytes) -> None:
        at, choose = self._now, self._random
        agent = None if choose.random() < 0.1 else choose.choice(self._agents)
        waiting = at if status == "open" and choose.random() < 0.5 else None
        self._connection.execute(
            "INSERT INTO conversation (organization_id, id, number, kind, status, priority, source,"
            " contact_id, assignee_id, subject, waiting_since, preview, public_preview, last_message_at,"
            " last_public_message_at, last_message_seq, rev, created_at, updated_at)"
            " VALUES (1, ?, ?, 'support', ?, ?, 'customer', ?, ?, ?, ?, 'Hello', 'Hello', ?, ?, 1, 1, ?, ?)",
            (
                *(conversation, number, status, choose.choices(range(4), (2, 6, 1, 1))[0], contact, agent),
                *(f"Subject {number}", waiting, at, at, at, at),
            ),
        )
        self._connection.execute(
            "INSERT INTO ticket (organization_id, id, conversation_id, subject, description, rev, created_at,"
            " updated_at) VALUES (1, ?, ?, 'Support request', 'Hello', 1, ?, ?)",
            (self._ids.new_bytes(), conversation, at, at),
        )

    def messages(self, count: int) -> None:
        columns = (
            "organization_id, id, conversation_id, seq, rev, author_kind, author_id, kind, visibility, body,"
            " created_at"
        )
        body = "Thank you for the quick answer, that helps a lot. One more question about the invoice."
        self._insert("message", columns, (self._message(body) for _ in range(count)))

    def _message(self, body: str) -> tuple[Any, ...]:
        self._seq += 1
        where = self._all[self._seq % len(self._all)]
        agent = self._agents[self._seq % AGENTS]
        fixed = ("agent", agent, "text", "public", body, self._now)
        return (1, self._ids.new_bytes(), where, self._seq, self._seq, *fixed)

    def counters(self, conversations: int) -> None:
        self._insert(
            "organization_counter",
            "organization_id, seq, log_floor, conversation_number",
            [(1, self._seq, self._seq, conversations)],
        )
