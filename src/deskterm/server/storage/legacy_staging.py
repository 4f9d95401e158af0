"""Where the old tables stand sorted until they are placed: a database of its own that nobody else sees.

It lies in a file that SQLite makes, without a name, and that is gone with the connection.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import apsw

from deskterm.server.storage.legacy_records import Group, Member, Message, Persona, User

R = TypeVar("R", bound=tuple[object, ...])

_SCHEMA = """
CREATE TABLE user (key TEXT PRIMARY KEY, name TEXT, email TEXT, phone TEXT, company TEXT, agent INTEGER,
    login INTEGER, wanted INTEGER, at INTEGER);
CREATE UNIQUE INDEX user_by_email ON user (email) WHERE login = 1;
CREATE TABLE persona (key TEXT PRIMARY KEY, name TEXT, active INTEGER, at INTEGER);
CREATE TABLE grp (key TEXT PRIMARY KEY, name TEXT, about TEXT, support INTEGER, at INTEGER);
CREATE TABLE member (group_key TEXT, user_key TEXT, PRIMARY KEY (group_key, user_key));
CREATE TABLE message (key TEXT PRIMARY KEY, place TEXT, owner TEXT, group_key TEXT, author TEXT,
    author_key TEXT, body TEXT, style TEXT, at INTEGER, number INTEGER);
CREATE INDEX message_by_owner ON message (owner);
"""
_TABLES: dict[type, str] = {
    User: "user",
    Persona: "persona",
    Group: "grp",
    Member: "member",
    Message: "message",
}
_BY_AGE = "length(key), key"  # keys that are numbers in their order
_SUPPORT_GROUPS = """
    UPDATE grp SET support = 1 WHERE key IN (SELECT group_key FROM message WHERE place = 'support')"""
_UNSORTED = """place = 'group' AND group_key IN (SELECT key FROM grp WHERE support = 1)"""
_OWN_OF_CUSTOMERS = f"""
    UPDATE message SET place = 'support', owner = author_key WHERE {_UNSORTED} AND author = 'contact'"""
_DROP_UNWANTED = """
    DELETE FROM message WHERE place <> 'group' AND owner IN (SELECT key FROM user WHERE wanted = 0)"""
_OF_NOBODY = f"SELECT key, number FROM message WHERE {_UNSORTED}"
_DROP_THOSE = f"DELETE FROM message WHERE {_UNSORTED}"
_DROP_ROOMS = "DELETE FROM grp"
_DROP_GROUPS = "DELETE FROM message WHERE place = 'group'"
_PLACED = """
    SELECT * FROM (SELECT row_number() OVER (ORDER BY m.place = 'group', m.place DESC,
            length(m.owner), m.owner, m.at, m.number, length(m.key), m.key) AS rank, m.* FROM message m)
    WHERE rank > ? ORDER BY rank"""


class Ranked(NamedTuple):
    """A message and its place in the order in which all are placed, from 1."""

    rank: int
    message: Message


class Staging:
    """The old rows, each once. Lists come in a fixed order: people and groups by key, messages by time."""

    def __init__(self) -> None:
        self._connection = apsw.Connection("")
        self._connection.execute(_SCHEMA).fetchall()
        self._connection.execute("BEGIN").fetchall()

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def add(self, row: User | Persona | Group | Member | Message) -> bool:
        """Keep a row; False if there is one with its key already."""
        marks = ",".join("?" * len(row))
        sql = f"INSERT OR IGNORE INTO {_TABLES[type(row)]} VALUES ({marks})"
        self._connection.execute(sql, row).fetchall()
        return bool(self._connection.changes())

    def knows_email(self, email: str) -> bool:
        """Whether a user who may sign in has that address."""
        return self._one("SELECT 1 FROM user WHERE login = 1 AND email = ?", email) is not None

    def user(self, key: str) -> User | None:
        """The user with this key."""
        found = self._one("SELECT * FROM user WHERE key = ?", key)
        return None if found is None else User._make(found)

    def has_persona(self, key: str) -> bool:
        """Whether there is that fake user."""
        return self._one("SELECT 1 FROM persona WHERE key = ?", key) is not None

    def has_group(self, key: str) -> bool:
        """Whether there is that group."""
        return self._one("SELECT 1 FROM grp WHERE key = ?", key) is not None

    def agents(self) -> list[User]:
        """All agents: they wrote to everybody."""
        return self._all(User, f"SELECT * FROM user WHERE agent = 1 ORDER BY {_BY_AGE}")

    def customers(self) -> list[User]:
        """Of those whom the import is about, whoever is no agent or has a conversation with support."""
        wanted = self._all(User, f"SELECT * FROM user WHERE wanted = 1 ORDER BY {_BY_AGE}")
        return [each for each in wanted if not each.agent or self._owns(each.key)]

    def needs_somebody(self) -> bool:
        """Whether an agent wrote who is not among the users."""
        sql = (
            "SELECT 1 FROM message WHERE author = 'persona' OR (author = 'agent' AND author_key = '') LIMIT 1"
        )
        return self._one(sql) is not None

    def personas(self) -> list[Persona]:
        """All fake users."""
        return self._all(Persona, f"SELECT * FROM persona ORDER BY {_BY_AGE}")

    def groups(self) -> list[Group]:
        """The groups that are not support's."""
        return self._all(Group, f"SELECT * FROM grp WHERE support = 0 ORDER BY {_BY_AGE}")

    def members(self, group_key: str) -> list[User]:
        """The users of a group."""
        sql = "SELECT user.* FROM member JOIN user ON key = user_key WHERE group_key = ? ORDER BY "
        return self._all(User, sql + _BY_AGE, group_key)

    def messages(self, after: int = 0) -> Iterator[Ranked]:
        """The messages behind a rank: support's, then notifications, then groups', each in its order."""
        for rank, *message in self._connection.execute(_PLACED, (after,)):
            yield Ranked(rank, Message._make(message))

    def sort_support_groups(self) -> list[str]:
        """Give customers what they wrote in support's groups unmarked; answers the keys of the rest."""
        for sql in (_SUPPORT_GROUPS, _OWN_OF_CUSTOMERS):
            self._connection.execute(sql).fetchall()
        rest = [str(key) for key, _ in self._connection.execute(_OF_NOBODY)]
        self._connection.execute(_DROP_THOSE).fetchall()
        return rest

    def drop_unwanted(self) -> int:
        """Forget what belongs to users who are not asked for; answers how many messages that were."""
        self._connection.execute(_DROP_UNWANTED).fetchall()
        return self._connection.changes()

    def drop_groups(self) -> int:
        """Forget the groups and what was written there; answers how many messages that were."""
        self._connection.execute(_DROP_ROOMS).fetchall()
        self._connection.execute(_DROP_GROUPS).fetchall()
        return self._connection.changes()

    def fingerprint(self) -> str:
        """The same for the same rows."""
        found = hashlib.sha256()
        for table in _TABLES.values():
            for row in self._connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
                found.update(repr(row).encode())
        return found.hexdigest()

    def _owns(self, key: str) -> bool:
        return (
            self._one("SELECT 1 FROM message WHERE place <> 'group' AND owner = ? LIMIT 1", key) is not None
        )

    def _one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        rows = self._connection.execute(sql, values).fetchall()
        return rows[0] if rows else None

    def _all(self, row: type[R], sql: str, *values: object) -> list[R]:
        return [tuple.__new__(row, each) for each in self._connection.execute(sql, values)]
