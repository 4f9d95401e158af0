"""Databases that are given back as they were lent: cheaper than to copy and drop one for each test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.postgres import Cluster

#: Ends whoever is still connected; most are about to be gone.
_LEAVE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_NAMES = "SELECT relname FROM pg_class WHERE relkind = %s AND relnamespace = 'public'::regnamespace"
#: Any change of rows shows in one of the two: what is written is of a newer transaction.
_STATE = "SELECT {0}, count(*), max(xmin::text::bigint) FROM {1}"
#: And any of the schema in these.
_SCHEMA = """SELECT '', count(*), greatest(max(xmin::text::bigint),
    (SELECT max(xmin::text::bigint) FROM pg_attribute), (SELECT max(xmin::text::bigint) FROM pg_proc))
    FROM pg_class"""


class _State(NamedTuple):
    rows: int
    newest: int | None


class _Lent:
    """A database, a connection to it that stays, and what all its tables hold."""

    def __init__(self, address: str, superuser: str) -> None:
        self.address = address
        there = urlsplit(superuser)._replace(path=urlsplit(address).path).geturl()
        self._admin = psycopg.connect(there, autocommit=True)
        self._admin.execute("SET session_replication_role = replica")  # rows go back without their triggers
        names = self._names("r")
        self._look = sql.SQL(" UNION ALL ").join(
            [sql.SQL(_SCHEMA), *(sql.SQL(_STATE).format(each, sql.Identifier(each)) for each in names)]
        )
        self._rows = {name: self._copied(name) for name in names}
        self._counters = {name: self._counted(name) for name in self._names("S")}
        self._before = self._state()

    def put_back(self) -> bool:
        """Make everything as it was; False if that cannot be."""
        try:
            while self._admin.execute(_LEAVE).fetchall():
                time.sleep(0.002)
            after = self._state()
            if after[""] != self._before[""]:
                return False
            changed = [name for name, state in after.items() if state != self._before[name]]
            with self._admin.transaction(), self._admin.cursor() as cursor:
                for name in changed:
                    cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
                    with cursor.copy(_copy("COPY {} FROM STDIN BINARY", name)) as copy:
                        copy.write(self._rows[name])
                for name, counted in self._counters.items():
                    cursor.execute("SELECT setval(%s::regclass, %s, %s)", (name, *counted))
            if changed:
                self._before = self._state()
        except psycopg.OperationalError:  # it was cut off, too
            return False
        return True

    def close(self) -> None:
        """Look no more."""
        self._admin.close()

    def _state(self) -> dict[str, _State]:
        return {name: _State(*state) for name, *state in self._admin.execute(self._look).fetchall()}

    def _names(self, kind: str) -> list[str]:
        return [name for (name,) in self._admin.execute(_NAMES, (kind,)).fetchall()]

    def _counted(self, name: str) -> tuple[Any, ...]:
        """Where numbers that are given out have come to."""
        look = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        return self._admin.execute(look).fetchone() or ()

    def _copied(self, name: str) -> bytes:
        with self._admin.cursor() as cursor, cursor.copy(_copy("COPY {} TO STDOUT BINARY", name)) as copy:
            return b"".join(copy)


def _copy(text: str, name: str) -> Any:
    return sql.SQL(text).format(sql.Identifier(name))


class Reused:
    """Lends copies of databases, made only where all that are there are lent."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._idle: dict[str, list[_Lent]] = {}

    @contextmanager
    def like(self, template: str) -> Iterator[str]:
        """The address of a database like the one at `template`, which nobody uses or changes."""
        idle = self._idle.setdefault(template, [])
        lent = idle.pop() if idle else _Lent(self.cluster.make(template), self.cluster.address)
        yield lent.address
        if lent.put_back():
            idle.append(lent)
        else:
            lent.close()
            self.cluster.drop(lent.address)

    def close(self) -> None:
        """Let go of them."""
        for each in self._idle.values():
            for lent in each:
                lent.close()
