"""Connections to PostgreSQL the one way this server uses them."""

from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.types.bool import BoolLoader
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.RawCursor[tuple[Any, ...]]
Pool = ConnectionPool[Connection]

CONNECT_SECONDS = 5
#: How long the pool tries by itself after a connection is lost; whoever asks next makes it try again.
RECONNECT_SECONDS = 2.0
_PREPARED = 1_000
_SETTINGS = {
    "application_name": "deskterm",
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
    "target_session_attrs": "read-write",
}


class _WholeNumber(Loader):
    """Sums come as numeric; there are no fractions in this schema."""

    def load(self, data: Any) -> int:
        return int(bytes(data))


class _Flag(BoolLoader):
    """Truth is 0 or 1, as in the other engine."""

    def load(self, data: Any) -> bool:
        return bool(super().load(data))


class _FlagDumper(Int8Dumper):
    """Columns that say yes or no are numbers."""

    def dump(self, obj: Any) -> Any:
        return super().dump(int(obj))


def connect(address: str) -> Connection:
    """A connection of one's own, in autocommit."""
    made = psycopg.connect(address, autocommit=True, **_missing(address))
    prepare(made)
    return made


def pool_of(address: str, *, size: int, trying: float = RECONNECT_SECONDS) -> Pool:
    """At most `size` connections, each in autocommit; transactions are begun in words.

    After a loss it tries for `trying` seconds, ever more seldom; 0 = once whenever somebody asks.
    """
    return ConnectionPool(
        address,
        kwargs={"autocommit": True, **_missing(address)},
        min_size=1,
        max_size=size,
        num_workers=min(size, 3),
        configure=prepare,
        reconnect_timeout=trying,
        open=False,
    )


def is_pooled(connection: Connection) -> bool:
    """Whether a pooler is in between: who answers is not who let us in, and may be another one each time."""
    (process,) = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone() or (0,)
    return bool(process != connection.info.backend_pid)


def prepare(connection: Connection) -> None:
    """Bind and read values as the schema has them: numbers of 64 bits, texts of no declared type.

    Nothing is prepared, and nothing else kept beyond a transaction, where a pooler may hand another one on.
    """
    connection.prepared_max = _PREPARED
    if is_pooled(connection):
        connection.prepare_threshold = None
    adapters = connection.adapters
    adapters.register_dumper(int, Int8Dumper)
    adapters.register_dumper(bool, _FlagDumper)
    adapters.register_dumper(str, StrDumperUnknown)
    adapters.register_loader("numeric", _WholeNumber)


def _missing(address: str) -> dict[str, Any]:
    """What the operator's address leaves open."""
    given = psycopg.conninfo.conninfo_to_dict(address)
    return {name: value for name, value in _SETTINGS.items() if name not in given}
