"""The second fence: row-level security lets a transaction see and write one organization's rows only.

The first one is each query's own predicate. Every table with an `organization_id` has a policy, which the
owner of the tables obeys, too (`desk_fence()` in the schema); a superuser does not. A transaction says at its
beginning whose rows it wants: with the same round trip, and for itself alone, as connections may be shared.
One that says nothing gets nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from deskterm.server.storage.engines.postgres.connection import Connection, Cursor

ONE_MOMENT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ"
AS_IT_COMES: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
EVERYWHERE: Final = "SET LOCAL deskterm.organization = '*'"
#: Whether a role passes through it.
UNFENCED: Final = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_ORGANIZATIONS: Final = 10_000  # whose texts are kept


def begin(cursor: Cursor, how: str, organization_id: int | None) -> None:
    """Begin a transaction on an organization's rows; None = on everybody's, as the server's own work is."""
    cursor.execute(_text(how, organization_id), prepare=False)  # two statements, one round trip


@lru_cache(_ORGANIZATIONS)
def _text(how: str, organization_id: int | None) -> bytes:
    scope = (
        EVERYWHERE if organization_id is None else f"SET LOCAL deskterm.organization = {organization_id:d}"
    )
    return f"{how}; {scope}".encode()


@contextmanager
def everywhere(connection: Connection) -> Iterator[None]:
    """A transaction on everybody's rows."""
    with connection.transaction():
        connection.execute(EVERYWHERE)
        yield
