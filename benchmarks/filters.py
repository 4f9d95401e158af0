"""The first page, with counts, of the filters of `filters.txt`: at 100,000 conversations against 1,000."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from benchmarks.desk_rows import make_desk
from benchmarks.processes import running
from benchmarks.raw import connect_http, get
from benchmarks.results import Result
from deskterm.server.config import DATABASE_NAME
from deskterm.text.search import searchable

#: Pages that one desk answers before the other is asked again: warm, and in the same mood of the machine.
_BLOCK, _BLOCKS = 10, 5
_HOUR = 3_600_000
_FIRST = 1 << 40  # the first organization's documents
_WORDS = ("the parcel came late", "your invoice is attached", "one more question", "about the second invoice")

#: What a desk has that the other benchmarks do without: by number, so that it is the same in every
#: run, and so much of it that a page of the small desk is no emptier than one of the large.
_TRAITS = """
    UPDATE conversation SET agent_unread = 1 WHERE status = 'open' AND number % 3 = 0;
    UPDATE conversation SET escalated = 1, escalated_reason = 'waits', escalated_at = created_at
        WHERE number % 16 = 0;
    UPDATE conversation SET source = 'widget' WHERE number % 4 = 0;
    UPDATE conversation SET snoozed_until = {now} + (number % 72) * {hour} WHERE status = 'snoozed';
    INSERT INTO conversation_tag SELECT 1, 'billing', id FROM conversation WHERE number % 4 = 0;
    INSERT INTO conversation_tag SELECT 1, 'spam', id FROM conversation WHERE number % 12 = 0;
    UPDATE conversation SET tags = '["billing"]' WHERE number % 4 = 0;
    UPDATE conversation SET tags = '["billing","spam"]' WHERE number % 12 = 0;
"""


def filters() -> list[Result]:
    """Each of them; the medians. Both desks are asked in turn, so that the machine's moods are shared."""
    asked = _asked()
    with _desk(1_000) as small, _desk(100_000) as large:
        found = asyncio.run(_read(small, large, asked))
    return [
        Result(f"filter {q}"[:39], at_large, at_small, "ms", 3, at_least=False)
        for q, (at_small, at_large) in zip(asked, found, strict=True)
    ]


def _asked() -> list[str]:
    lines = (Path(__file__).with_name("filters.txt")).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@contextmanager
def _desk(size: int) -> Iterator[tuple[int, str]]:
    """The port of a server with that many conversations, and a token."""
    with tempfile.TemporaryDirectory() as folder:
        desk = make_desk(Path(folder) / "desk", size)
        _give_traits(desk.data / DATABASE_NAME)
        with running("benchmarks.desk_server", str(desk.data)) as server:
            yield server.port, desk.tokens[0]


def _give_traits(path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; BEGIN")
    connection.execute(_TRAITS.format(now=time.time_ns() // 1_000_000, hour=_HOUR))
    rows: list[Any] = connection.execute("SELECT id, number FROM conversation ORDER BY number").fetchall()
    connection.executemany(
        "INSERT INTO search_doc (id, organization_id, conversation_id, digest) VALUES (?, 1, ?, x'')",
        [(_FIRST + number, conversation_id) for conversation_id, number in rows],
    )
    connection.executemany(
        "INSERT INTO search (rowid, body) VALUES (?, ?)",
        [(_FIRST + number, " ".join(searchable(_WORDS[number % len(_WORDS)]))) for _, number in rows],
    )
    connection.execute("INSERT INTO search_followed (organization_id, seq) VALUES (1, 0)")
    connection.execute("COMMIT")
    connection.close()


async def _read(
    small: tuple[int, str], large: tuple[int, str], asked: list[str]
) -> list[tuple[float, float]]:
    """The medians of both for each filter, in milliseconds."""
    connections = [await connect_http(port) for port, _ in (small, large)]
    found = []
    for q in asked:
        requests = [get(f"/api/v1/conversations?q={quote(q)}", token) for _, token in (small, large)]
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(_BLOCKS):
            for http, request, taken in zip(connections, requests, times, strict=True):
                for _ in range(_BLOCK):
                    started = time.perf_counter()
                    await http.request(request)
                    taken.append((time.perf_counter() - started) * 1000)
        found.append((statistics.median(times[0]), statistics.median(times[1])))
    for http in connections:
        http.close()
    return found
