"""Organizations full of people who are signed in, each customer with a conversation that one agent works."""

import asyncio
import time
from pathlib import Path
from typing import NamedTuple

import apsw

from deskterm.protocol.ids import IdSource, to_text
from deskterm.server.clock import SystemClock
from deskterm.server.config import DATABASE_NAME
from deskterm.server.sessions import token_hash
from deskterm.server.storage.open import open_database

_DAY = 24 * 3600 * 1000
_ids = IdSource()


class Talk(NamedTuple):
    """A conversation: where to write, and the sessions of the two who do."""

    path: str
    customer: str
    agent: str


class Crowd(NamedTuple):
    """The conversations and the agents' sessions of one organization."""

    talks: list[Talk]
    agents: list[str]


def make_crowds(
    data: Path, count: int, *, agents: int, admins: int, customers: int, visitors: bool = False
) -> list[Crowd]:
    """`count` organizations of this many people each; the first of the agents are admins.

    With `visitors` the customers are people on a website.
    """
    data.mkdir(parents=True, mode=0o700)
    path = data / DATABASE_NAME
    asyncio.run(_create(path))
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA synchronous=OFF; BEGIN")
    found = []
    for key in range(1, count + 1):
        maker = _Maker(connection, key, customers, visitors=visitors)
        members = [maker.agent(at, "admin" if at < admins else "staff") for at in range(agents)]
        tokens = [maker.session(member_id=each) for each in members]
        talks = []
        for at in range(customers):
            worker = admins + at % (agents - admins) if agents > admins else at % agents
            talks.append(maker.talk(at + 1, members[worker], tokens[worker]))
        found.append(Crowd(talks, tokens))
    connection.execute("COMMIT")
    connection.close()
    return found


async def _create(path: Path) -> None:
    await (await open_database(path, clock=SystemClock(), ids=_ids)).close()


class _Maker:
    """Writes one organization into the tables."""

    def __init__(self, connection: apsw.Connection, key: int, customers: int, *, visitors: bool) -> None:
        self._connection, self._key = connection, key
        self._kind, self._source = ("visitor", "widget") if visitors else ("customer", "customer")
        self._now = time.time_ns() // 1_000_000
        self._insert("organization", id=_ids.new_bytes(), slug=f"o{key}", name=f"O {key}", created_at=0)
        self._insert("organization_counter", conversation_number=customers)

    def _insert(self, table: str, **values: object) -> None:
        values = {"organization_id": self._key, **values}
        names, marks = ", ".join(values), ", ".join(f":{each}" for each in values)
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)

    def agent(self, at: int, role: str) -> bytes:
        id_ = _ids.new_bytes()
        self._connection.execute(
            "INSERT INTO user_account (id, email, name, created_at, updated_at) VALUES (?, ?, ?, 0, 0)",
            (id_, f"agent{at}@o{self._key}.example", f"Agent {at}"),
        )
        self._insert("member", id=id_, user_id=id_, role=role, created_at=0)
        return id_

    def session(self, *, member_id: bytes | None = None, contact_id: bytes | None = None) -> str:
        id_ = _ids.new_bytes()
        token = f"dk_s_crowd{id_.hex()}"
        times = {"created_at": self._now, "last_used_at": self._now, "expires_at": self._now + _DAY}
        people = {"user_id": member_id, "member_id": member_id, "contact_id": contact_id}
        self._insert("session", id=id_, token_hash=token_hash(token), **people, **times)
        return token

    def talk(self, number: int, agent: bytes, agents_token: str) -> Talk:
        contact, id_ = _ids.new_bytes(), _ids.new_bytes()
        name = f"Contact {number}"
        self._insert("contact", id=contact, kind=self._kind, name=name, created_at=0, updated_at=0)
        people = {"contact_id": contact, "assignee_id": agent, "kind": "support", "source": self._source}
        self._insert("conversation", id=id_, number=number, rev=0, created_at=0, updated_at=0, **people)
        path = f"/api/v1/conversations/{to_text(id_)}/messages"
        return Talk(path, self.session(contact_id=contact), agents_token)
