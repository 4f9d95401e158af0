"""What the nodes of a database call to each other: it saves time, and nobody relies on it."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import psycopg

from deskterm.server.storage.engines.postgres.connection import Connection, Pool, connect, is_pooled

#: That logs went on, and what is not logged.
LOGS, WORDS = "deskterm_logs", "deskterm_words"
#: Seconds between two tries to listen, and between two wake-ups: what is committed meanwhile shares one.
RETRY: Final = 1.0
TOGETHER: Final = 0.02
#: PostgreSQL carries less than 8,000 bytes; who changed is left out where it would be more.
_MOST: Final = 7_000
#: Words that wait at most; more than that is noise.
_MOST_WORDS: Final = 1_000
_SEND = "SELECT pg_notify(t.channel, t.text) FROM unnest($1::text[], $2::text[]) AS t (channel, text)"

#: Hears the keys of organizations whose log went on; empty = of any.
Heard = Callable[[frozenset[int]], None]
Overheard = Callable[[str], None]


class Wakes:
    """Tells other nodes that something was committed, and hears it from them. Lives on the event loop.

    `address` is where it listens. Behind a pooler nothing would arrive, so there it does not.
    """

    def __init__(self, address: str, pool: Pool, node: str, heard: Heard, overheard: Overheard) -> None:
        self._address = address
        self._pool = pool
        self._node = node
        self._heard = heard
        self._overheard = overheard
        self._changed: set[int] = set()
        self._words: list[str] = []
        self._lost = asyncio.Event()
        self._closing = False
        self._sending: asyncio.Task[None] | None = None
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    def tell(self, organization_ids: Iterable[int]) -> None:
        """Wake the other nodes up soon; never in the commit's transaction: that would be a global lock."""
        self._changed.update(organization_ids)
        self._start()

    def say(self, word: str) -> None:
        """Tell the other nodes something, of less than 7,000 bytes, that may as well be lost."""
        if len(self._words) < _MOST_WORDS:
            self._words.append(word)
            self._start()

    def _start(self) -> None:
        if self._sending is None and not self._closing:
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def close(self) -> None:
        """Hear and tell nothing more."""
        self._closing = True
        self._lost.set()
        await asyncio.wait({self._listening, *([self._sending] if self._sending else ())})

    async def _send(self) -> None:
        while (self._changed or self._words) and not self._closing:
            keys = ",".join(map(str, sorted(self._changed)))
            calls = [(LOGS, keys if len(keys) <= _MOST else "")] if self._changed else []
            calls += [(WORDS, word) for word in self._words]
            self._changed, self._words = set(), []
            await asyncio.to_thread(self._notify, calls)
            await asyncio.sleep(TOGETHER)
        self._sending = None

    def _notify(self, calls: list[tuple[str, str]]) -> None:
        channels = [channel for channel, _ in calls]
        texts = [f"{self._node} {text}" for _, text in calls]
        try:
            with self._pool.connection(timeout=RETRY) as connection:
                psycopg.RawCursor(connection).execute(_SEND, (channels, texts))
        except psycopg.Error:
            return  # the others look once a second anyway

    async def _listen(self) -> None:
        """Listen, again and again, as long as the node lives."""
        loop = asyncio.get_running_loop()
        while not self._closing:
            self._lost.clear()
            try:
                connection = await asyncio.to_thread(_listening, self._address)
            except psycopg.Error:
                await self._rest()
                continue
            if connection is None:
                return
            socket = connection.fileno()  # a lost connection does not tell it any more
            try:
                loop.add_reader(socket, self._read, connection)
            except NotImplementedError:  # an event loop that cannot wait for it: the poll has to do
                connection.close()
                return
            self._heard(frozenset())  # what was told before is not heard any more
            if not self._closing:
                await self._lost.wait()
            loop.remove_reader(socket)
            connection.close()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(RETRY):
                await self._lost.wait()
        except TimeoutError:
            return

    def _read(self, connection: Connection) -> None:
        try:
            connection.pgconn.consume_input()
        except psycopg.Error:
            self._lost.set()
            return
        while (told := connection.pgconn.notifies()) is not None:
            node, _, text = told.extra.decode().partition(" ")
            if node == self._node:
                continue
            if told.relname.decode() == WORDS:
                self._overheard(text)
            else:
                self._heard(frozenset(map(int, text.split(","))) if text else frozenset())


def _listening(address: str) -> Connection | None:
    connection = connect(address)
    try:
        if is_pooled(connection):
            connection.close()
            return None
        connection.execute(f"LISTEN {LOGS}")
        connection.execute(f"LISTEN {WORDS}")
    except psycopg.Error:
        connection.close()
        raise
    return connection
