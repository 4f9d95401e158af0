"""A desk with many conversations, written straight into the tables, and the same rows as plain records."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

import apsw

from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Priority, Role, Source, Status
from deskterm.server.clock import ManualClock
from deskterm.server.principal import Principal
from deskterm.server.storage.open import open_database

NOW = 1_760_000_000_000
TAGS = ("billing", "vip", "bug")
KINDS = ("support", "support", "support", "support", "direct", "personal", "group")


class Row(NamedTuple):
    """The columns of `conversation` that lists ask about, in the order in which they are inserted."""

    organization_id: int
    id: bytes
    number: int
    kind: str
    status: str
    priority: int
    source: str
    contact_id: bytes | None
    assignee_id: bytes | None
    persona_id: bytes | None
    tags: str
    escalated: int
    escalated_at: int | None
    waiting_since: int | None
    archived_at: int | None
    last_message_at: int
    last_public_message_at: int
    rev: int
    created_at: int
    updated_at: int
    public_updated_at: int


@dataclass
class Desk:
    """The file, who is there, and every row of it."""

    path: Path
    random: Random
    agents: list[bytes] = field(default_factory=list)
    contacts: list[bytes] = field(default_factory=list)
    personas: list[bytes] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    takes_part: dict[bytes, set[bytes]] = field(default_factory=dict)  # conversation -> members and contacts

    def __post_init__(self) -> None:
        self.ids = IdSource(lambda: NOW + len(self.rows), self.random.getrandbits)

    def principal(self, role: Role | None, at: int = 0) -> Principal:
        """An admin, a staff member, a customer or (None) a visitor of this desk."""
        member = None if role is None else self.agents[at] if role is not Role.CUSTOMER else b"\1" * 16
        contact = self.contacts[at] if role is None or role is Role.CUSTOMER else None
        return Principal(1, b"\2" * 16, b"\3" * 16, role, "P", member_id=member, contact_id=contact)


def make_desk(path: Path, conversations: int, *, seed: int = 1, kinds: tuple[str, ...] = KINDS) -> Desk:
    """A new file with four agents, their personas, some contacts and this many conversations."""
    asyncio.run(_create(path))
    desk = Desk(path, Random(seed))
    connection = apsw.Connection(str(path))
    connection.execute(
        "INSERT INTO organization (organization_id, id, slug, name, created_at)"
        " VALUES (1, x'01', 'one', 'One', 0)"
    )
    connection.execute("INSERT INTO organization_counter (organization_id) VALUES (1)")
    for at in range(4):
        agent, persona = desk.ids.new_bytes(), desk.ids.new_bytes()
        desk.agents.append(agent)
        desk.personas.append(persona)
        connection.execute(
            "INSERT INTO user_account VALUES (?, ?, 'A', NULL, NULL, NULL, 0, 0)", (agent, f"{at}@x.example")
        )
        connection.execute(
            "INSERT INTO member (organization_id, id, user_id, role, created_at)"
            " VALUES (1, ?1, ?1, 'staff', 0)",
            (agent,),
        )
        connection.execute(
            "INSERT INTO persona (organization_id, id, name, created_at) VALUES (1, ?, 'P', 0)", (persona,)
        )
        connection.execute("INSERT INTO persona_operator VALUES (1, ?, ?)", (persona, agent))
    add_conversations(desk, connection, conversations, kinds)
    connection.close()
    return desk


def add_conversations(
    desk: Desk, connection: apsw.Connection, count: int, kinds: tuple[str, ...] = KINDS
) -> list[Row]:
    """More conversations in an existing desk; answers their rows."""
    made = []
    connection.execute("BEGIN")
    for _ in range(count):
        row = _random_row(desk, connection, desk.random.choice(kinds))
        connection.execute(
            f"INSERT INTO conversation ({', '.join(Row._fields)}) VALUES ({', '.join('?' * len(row))})", row
        )
        connection.executemany(
            "INSERT INTO conversation_tag VALUES (1, ?, ?)", [(tag, row.id) for tag in json.loads(row.tags)]
        )
        if row.kind in ("direct", "group"):
            _add_participants(desk, connection, row.id)
        desk.rows.append(row)
        made.append(row)
    connection.execute("COMMIT")
    return made


def _random_row(desk: Desk, connection: apsw.Connection, kind: str) -> Row:
    choose = desk.random
    status = choose.choice(list(Status)).value if kind == "support" else "open"
    contact = choose.choice(desk.contacts) if desk.contacts else None
    if contact is None or status in ("open", "pending", "snoozed") or kind == "personal":
        contact = desk.ids.new_bytes()  # one active and one personal conversation each
        desk.contacts.append(contact)
        connection.execute(
            "INSERT INTO contact (organization_id, id, kind, created_at, updated_at)"
            " VALUES (1, ?, 'lead', 0, 0)",
            (contact,),
        )
    few = NOW + choose.randrange(40)  # many ties
    escalated = int(choose.random() < 0.2)
    return Row(
        organization_id=1,
        id=desk.ids.new_bytes(),
        number=len(desk.rows) + 1,
        kind=kind,
        status=status,
        priority=choose.randrange(len(Priority)),
        source=choose.choice(list(Source)).value,
        contact_id=contact,
        assignee_id=choose.choice([None, *desk.agents]) if kind == "support" else None,
        persona_id=choose.choice([None, *desk.personas]),
        tags=json.dumps(sorted(choose.sample(TAGS, choose.randrange(3)))),
        escalated=escalated,
        escalated_at=few if escalated else None,
        waiting_since=few if choose.random() < 0.5 else None,
        archived_at=NOW if choose.random() < 0.1 else None,
        last_message_at=few if choose.random() < 0.9 else 0,
        last_public_message_at=NOW + choose.randrange(40),
        rev=1,
        created_at=NOW + choose.randrange(40),
        updated_at=NOW + choose.randrange(40),
        public_updated_at=NOW + choose.randrange(40),
    )


def _add_participants(desk: Desk, connection: apsw.Connection, conversation_id: bytes) -> None:
    insert = "INSERT INTO participant VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, 0, 0)"
    contact = desk.random.choice(desk.contacts)
    at = desk.random.randrange(len(desk.agents))
    connection.execute(insert, (conversation_id, "contact", contact, None, contact, None))
    if desk.random.random() < 0.5:
        connection.execute(insert, (conversation_id, "member", desk.agents[at], desk.agents[at], None, None))
    else:
        persona = desk.personas[at]
        connection.execute(insert, (conversation_id, "persona", persona, None, None, persona))
    desk.takes_part[conversation_id] = {contact, desk.agents[at]}


async def _create(path: Path) -> None:
    await (await open_database(path, clock=ManualClock(NOW), ids=IdSource())).close()
