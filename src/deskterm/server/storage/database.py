"""What the desk needs of a database, whichever engine is underneath.

A command is a plain function `(tx) -> result`. It decides everything by reads (visible? legal? duplicate id?)
before its first write, has no side effect but its writes, and may be run again: the engine batches commands
and replays a batch when one of them fails after writing. `seq` numbers are taken after all reads, immediately
before the writes that carry them, so the log is gapless and in commit order.
"""

import re
from asyncio import Future
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import IntEnum
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from deskterm.protocol.ids import IdSource
from deskterm.server.storage.files import Contents

_Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]
_PARAMETER = re.compile(r":([a-z]\w*)")

T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])


class Audience(IntEnum):
    """Who is told of an event. Whether they may see the content is asked again when a frame is sent."""

    CONVERSATION = 1  # whoever may see the conversation
    AGENTS_OF_CONVERSATION = 2  # of those, the agents: internal notes, assignments
    MEMBER = 3  # the member `audience_id`: grants, revocations, own things
    CONTACT = 4  # the contact `audience_id`
    STAFF_EXCEPT = 5  # all staff (not admins) but the member `audience_id`: grants and revocations of queues
    AGENTS = 6  # all agents: roster, personas
    ADMINS = 7
    EVERYONE = 8  # everyone signed in to the organization
    SESSION = 9  # control: the session `entity_id` has ended


class Event(NamedTuple):
    """One row of the log, thin: it names what changed and who is told, never content."""

    organization_id: int
    seq: int
    nonce: int
    kind: str
    entity: str
    entity_id: bytes
    conversation_id: bytes | None
    audience: int
    audience_id: bytes | None
    actor_id: bytes | None
    at: int
    detail: str | None


class Backup(NamedTuple):
    """A backup that was read back and found whole."""

    path: Path
    size: int  # bytes


class Statement(str):
    """One SQL text with `:name` parameters that knows their order: an engine is slow at finding names.

    `pick` answers the values that the text wants, from a mapping, in the order in which it names them first.
    """

    __slots__ = ("pick",)

    def __init__(self, sql: str) -> None:
        names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
        self.pick: _Pick = itemgetter(*names) if len(names) > 1 else partial(_pick_few, names)


def _pick_few(names: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """`itemgetter` answers a tuple for two names or more only."""
    return tuple(values[name] for name in names)


STATEMENTS: list[Statement] = []


def statement(sql: str) -> Statement:
    """Register SQL at import, so that a test can prepare every statement on every engine.

    On one line: the engine finds a prepared statement by its text, and every character costs time.
    """
    made = Statement(" ".join(sql.split()))
    STATEMENTS.append(made)
    return made


class Reader(Protocol):
    """Reads of one moment. `row` is the NamedTuple whose fields are the columns, in their order."""

    @property
    def is_file(self) -> bool:
        """Whether this is a SQLite file, whose pages and references can be looked at."""
        ...

    def one(self, row: type[R], sql: str, /, **values: Any) -> R | None: ...

    def all(self, row: type[R], sql: str, /, **values: Any) -> list[R]: ...

    def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        ...


class Tx(Reader, Protocol):
    """A command's transaction."""

    @property
    def now(self) -> int:
        """The command's time in milliseconds, the same throughout."""
        ...

    @property
    def ids(self) -> IdSource: ...

    def run(self, sql: str, /, **values: Any) -> int:
        """Execute a write; answers how many rows changed."""
        ...

    def write(self, sql: str, values: Mapping[str, Any], /) -> None:
        """Execute a write whose values are together already."""
        ...

    def put(self, sql: str, values: tuple[Any, ...], /) -> None:
        """Execute a write with the values in the order in which the text names them first."""
        ...

    def head(self, organization_id: int) -> int:
        """The organization's last log position, those of this transaction included."""
        ...

    def take_seq(self, organization_id: int, count: int = 1) -> int:
        """Take `count` consecutive log positions; answers the first. All must then be recorded."""
        ...

    def record(
        self,
        organization_id: int,
        seq: int,
        kind: str,
        entity: str,
        entity_id: bytes,
        audience: Audience,
        conversation_id: bytes | None = None,
        audience_id: bytes | None = None,
        actor_id: bytes | None = None,
        detail: str | None = None,
    ) -> None:
        """Write the log row of a taken `seq` (collected and inserted when the command ends)."""
        ...


class Watcher(Protocol):
    """Sees how commands go, for whoever traces them."""

    def command(self, fn: Callable[[Any], Any], answer: "Future[Any]") -> Callable[[Any], Any]:
        """A command is queued and will be answered; what is answered here runs in its place."""
        ...

    def commit(self, commands: Sequence[Callable[[Any], Any]], work: Callable[[], T]) -> T:
        """Run `work`, which stores a batch of them, in the writer's thread."""
        ...


class Access(Protocol):
    """Reading and writing: all of a database, or what belongs to one organization (`Database.within()`)."""

    def read(self, fn: Callable[[Reader], T]) -> T:
        """Run quick reads (points, indexed lists) here and now on the event loop."""
        ...

    def read_in_thread(self, fn: Callable[[Reader], T]) -> Awaitable[T]:
        """Run long reads (search, export, unindexed lists) in a reader thread."""
        ...

    def write(self, fn: Callable[[Tx], T]) -> Awaitable[T]:
        """Queue a command; answers after its commit is on disk. A cancelled caller does not undo it.

        Raises whatever `fn` raised, `StorageFull` when the disk refuses, `Overloaded` when the queue is full.
        """
        ...


class Database(Access, Protocol):
    """One database with its one writer: as it is, with all organizations in it, for the server's own work."""

    def within(self, organization_id: int) -> Access:
        """The database as one organization has it: for everything that somebody of it wants.

        PostgreSQL then keeps the others' rows away by itself, whatever a query forgets.
        """
        ...

    @property
    def waiting(self) -> int:
        """How many commands wait to be stored."""
        ...

    def watch(self, watcher: Watcher) -> None:
        """Let `watcher` see commands and commits from now on."""
        ...

    @property
    def damaged(self) -> bool:
        """Whether the file was found damaged: from then on writes raise `StorageDamaged`, reads go on."""
        ...

    def stop_writing(self) -> None:
        """Damage was found by other means than reading: write nothing more. From any thread."""
        ...

    def on_commit(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call `listener` on the event loop with each commit's events, in commit order, after its answers.

        Where several servers share the database, with those of the others' commits, too.
        """
        ...

    @property
    def node(self) -> bytes:
        """This server among those that share the database."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether several servers may have it at once."""
        ...

    @property
    def on_duty(self) -> bool:
        """Whether this server does what is done once, as timers do. One of those that share a database."""
        ...

    def whisper(self, word: str) -> None:
        """Tell the other servers something short that may as well be lost."""
        ...

    def on_whisper(self, listener: Callable[[str], None]) -> None:
        """Call `listener` on the event loop with what another server whispers."""
        ...

    async def back_up(self, target: Path) -> Backup:
        """Write a verified copy to `target` while everything goes on; `BackupFailed` if the disk refuses."""
        ...

    async def forget_deleted(self) -> None:
        """Let nothing that was deleted stand in what belongs to the database, as far as this engine can."""
        ...

    @property
    def epoch(self) -> str:
        """Changes when a backup was restored: cursors of another epoch are void."""
        ...

    @property
    def contents(self) -> Contents | None:
        """Where messages' files are kept for several servers; None where there is only one."""
        ...

    async def close(self) -> None: ...
